/*
** doc.c: a JSON document as a tree in an arena: read with cJSON, checked by what cJSON lets
** pass, merged by RFC 7396.
*/
#include "bind.h"
#include "../values/json.h"
#include <string.h>

enum { SMALL_OBJECT = 8 };

/* Nesting of arrays and objects in text that is JSON; *nul is where an escaped NUL is, which
** would cut cJSON's strings. */
static int depth_of(const char *p, size_t n, size_t *nul) {
  int depth = 0, max = 0, quoted = 0;
  *nul = n;
  for (size_t i = 0; i < n; i++) {
    if (quoted && p[i] == '\\') {
      if (n - i > 5 && memcmp(p + i, "\\u0000", 6) == 0) *nul = i;
      i++;
    } else if (p[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (p[i] == '{' || p[i] == '[')) {
      if (++depth > max) max = depth;
    } else if (!quoted && (p[i] == '}' || p[i] == ']')) {
      depth--;
    }
  }
  return max;
}

static uint32_t hash_key(const char *key) {
  uint32_t h = 2166136261U; /* FNV-1a */
  for (; *key; key++)
    h = (h ^ (unsigned char)*key) * 16777619U;
  return h;
}

/* The first key that an object has twice, or NULL. Large objects through a hash table: a hostile
** document may have 100,000 keys. */
static const char *duplicate_key(const cJSON *object, il_arena *arena) {
  size_t n = 0, size = 16;
  const char **table;
  for (const cJSON *m = object->child; m; m = m->next)
    n++;
  if (n <= SMALL_OBJECT) {
    for (const cJSON *a = object->child; a; a = a->next)
      for (const cJSON *m = a->next; m; m = m->next)
        if (strcmp(a->string, m->string) == 0) return m->string;
    return NULL;
  }
  while (size < n * 2)
    size *= 2;
  table = il_arena_alloc(arena, size * sizeof *table);
  if (!table) return NULL;
  for (const cJSON *m = object->child; m; m = m->next) {
    size_t at = hash_key(m->string) & (size - 1);
    for (; table[at]; at = (at + 1) & (size - 1))
      if (strcmp(table[at], m->string) == 0) return m->string;
    table[at] = m->string;
  }
  return NULL;
}

/* Copies a tree of at most IL_RULEBOOK_DEPTH levels. *twice is set to a node whose key is there
** twice. */
static il_node *copy_tree(const cJSON *from, const il_node *parent, il_arena *arena,
                          const il_node **twice) {
  il_node *node = il_arena_alloc(arena, sizeof *node);
  const char *key;
  cJSON *last = NULL;
  if (!node) return NULL;
  node->parent = parent;
  node->json.type = from->type;
  node->json.valueint = from->valueint;
  node->json.valuedouble = from->valuedouble;
  if (from->string) node->json.string = il_arena_strdup(arena, from->string);
  if (from->valuestring) node->json.valuestring = il_arena_strdup(arena, from->valuestring);
  if (arena->failed) return NULL;
  for (const cJSON *m = from->child; m; m = m->next) {
    il_node *child = copy_tree(m, node, arena, twice);
    if (!child) return NULL;
    child->json.prev = last;
    if (last)
      last->next = &child->json;
    else
      node->json.child = &child->json;
    last = &child->json;
  }
  if (!cJSON_IsObject(from) || *twice) return node;
  key = duplicate_key(&node->json, arena);
  for (const cJSON *m = node->json.child; key && m; m = m->next)
    if (m->string == key) *twice = (const il_node *)m;
  return node;
}

/* An error of the parser, with the line and the column (in characters) that an editor shows. */
static il_kind broken_at(il_error *err, const char *what, const char *json, size_t offset,
                         const char *why, const char *more) {
  int line = 1, column = 1;
  for (size_t i = 0; i < offset; i++) {
    if (json[i] == '\n') {
      line++;
      column = 1;
    } else if (((unsigned char)json[i] & 0xC0) != 0x80) {
      column++;
    }
  }
  return il_error_at(err, IL_ARGUMENT, offset, "%s: %s%s, in line %d, column %d", what, why, more,
                     line, column);
}

il_kind il_doc_read(const char *json, size_t n, const char *what, il_arena *arena, cJSON **out,
                    il_error *err) {
  size_t offset = 0;
  const char *expected = "", *end;
  const il_node *twice = NULL;
  il_node *root;
  cJSON *tree;
  *out = NULL;
  if (n > IL_RULEBOOK_MAX)
    return il_error_set(err, IL_ARGUMENT, "%s: longer than %d bytes", what, IL_RULEBOOK_MAX);
  if (!il_json_valid(json, n, IL_JSON_OBJECT, &offset, &expected))
    return broken_at(err, what, json, offset, "not a JSON object: expected ", expected);
  if (depth_of(json, n, &offset) > IL_RULEBOOK_DEPTH)
    return il_error_set(err, IL_ARGUMENT, "%s: nested deeper than %d", what, IL_RULEBOOK_DEPTH);
  if (offset < n) return broken_at(err, what, json, offset, "a text must not hold NUL", "");
  tree = cJSON_ParseWithLengthOpts(json, n, &end, 0);
  if (!tree) return il_error_set(err, IL_ARGUMENT, "%s: not JSON that can be read here", what);
  root = copy_tree(tree, NULL, arena, &twice);
  cJSON_Delete(tree);
  if (!root || arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  if (twice) {
    il_buf path;
    il_kind kind;
    il_buf_init(&path, arena->mem);
    il_doc_path(&twice->json, &path);
    kind = il_error_set(err, IL_ARGUMENT, "%s: %s: the key is there twice", what,
                        path.p ? path.p : "");
    il_buf_free(&path);
    return kind;
  }
  *out = &root->json;
  return IL_OK;
}

const cJSON *il_doc_get(const cJSON *object, const char *key) {
  if (!cJSON_IsObject(object)) return NULL;
  for (const cJSON *m = object->child; m; m = m->next)
    if (strcmp(m->string, key) == 0) return m;
  return NULL;
}

void il_doc_path(const cJSON *node, il_buf *out) {
  const il_node *parent = ((const il_node *)node)->parent;
  if (!parent) return;
  il_doc_path(&parent->json, out);
  il_buf_char(out, '/');
  if (cJSON_IsArray(&parent->json)) {
    int i = 0;
    for (const cJSON *m = parent->json.child; m && m != node; m = m->next)
      i++;
    il_buf_int(out, i);
    return;
  }
  for (const char *p = node->string; p && *p; p++) { /* RFC 6901 */
    if (*p == '~')
      il_buf_str(out, "~0");
    else if (*p == '/')
      il_buf_str(out, "~1");
    else
      il_buf_char(out, *p);
  }
}

/* RFC 7396, MergePatch(target, patch); target may be NULL. The result takes the place, key and
** parent that the caller gives it. */
static cJSON *merge(cJSON *target, cJSON *patch, il_arena *arena) {
  cJSON *next;
  if (!cJSON_IsObject(patch)) return patch;
  if (!target || !cJSON_IsObject(target)) {
    il_node *empty = il_arena_alloc(arena, sizeof *empty);
    if (!empty) return NULL;
    empty->json.type = cJSON_Object;
    target = &empty->json;
  }
  for (cJSON *p = patch->child; p; p = next) {
    cJSON **at = &target->child;
    cJSON *merged, *rest;
    next = p->next;
    while (*at && strcmp((*at)->string, p->string) != 0)
      at = &(*at)->next;
    rest = *at ? (*at)->next : NULL;
    if (cJSON_IsNull(p)) {
      if (*at) *at = rest;
      continue;
    }
    merged = merge(*at, p, arena);
    if (!merged) return NULL;
    merged->string = p->string;
    merged->next = rest;
    ((il_node *)merged)->parent = (const il_node *)target;
    *at = merged;
  }
  return target;
}

il_kind il_doc_merge(cJSON **target, cJSON *patch, il_arena *arena) {
  cJSON *merged = merge(*target, patch, arena);
  if (!merged) return IL_NOMEM;
  *target = merged;
  return IL_OK;
}

const char *il_doc_text(const cJSON *doc, size_t hint, il_arena *arena) {
  /* Every byte of a string becomes at most six, a number at most 26; cJSON asks for five bytes
  ** to spare. */
  size_t size = hint * 6 + 256;
  char *text;
  if (size > INT32_MAX / 2) return NULL;
  text = il_arena_alloc(arena, size);
  if (!text || !cJSON_PrintPreallocated((cJSON *)doc, text, (int)size, 0)) return NULL;
  return text;
}
