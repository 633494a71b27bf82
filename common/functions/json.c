/*
** json.c: reading and making JSON in the SQL of rules, the same on both engines. (SQLite 3.40
** refuses its own json functions in triggers under trusted_schema=OFF, and PostgreSQL's have
** other names.)
**
**   SELECT json_has('["coder", {"id": "b"}]', 'b');     true
**   SELECT json_distinct('["a", "b", "a"]');            2
**   SELECT json_text('{"choice": "a"}', 'choice');      a
**   SELECT json_flag('{"success": true}', 'success');   true
**   SELECT json_make('by', 'ann', 'n', 3);              {"by":"ann","n":3}
*/
#include "functions/inner.h"
#include "values/json.h"
#include "values/json_walk.h"
#include <string.h>

/* Argument 0 as JSON text. */
static il_kind document(il_call *call, const char *function, const char *argument, il_value *out,
                        il_error *err) {
  size_t offset = 0;
  const char *expected = NULL;
  *out = il_arg(call, 0);
  if (out->type == IL_T_NULL) return il_nomem(err);
  if (il_json_valid(out->p, out->n, IL_JSON_ANY, &offset, &expected)) return IL_OK;
  return il_error_set(err, IL_ARGUMENT,
                      "%s: argument 1 (%s) is not JSON: expected %s at offset %zu", function,
                      argument, expected ? expected : "JSON", offset);
}

static int any_null(const il_call *call, int n) {
  for (int i = 0; i < n; i++)
    if (i >= call->nargs || call->args[i].type == IL_T_NULL) return 1;
  return 0;
}

/* The text of an element: its own, or that of its member "id"; NULL: it has none. */
static const char *element_text(const il_span *element, il_arena *arena, size_t *n) {
  il_span id = *element;
  *n = 0;
  if (element->p[0] == '{') id = il_json_member(element->p, element->n, "id", arena);
  return id.n ? il_json_string(&id, arena, n) : NULL;
}

il_kind il_fn_json_has(il_call *call, il_error *err) {
  il_value list, item;
  il_json_walk w;
  il_span element;
  int found = 0;
  if (any_null(call, 2)) return IL_OK;
  il_kind kind = document(call, "json_has", "list", &list, err);
  if (kind != IL_OK) return kind;
  item = il_arg(call, 1);
  if (item.type == IL_T_NULL) return il_nomem(err);
  if (il_json_walk_start(&w, list.p, list.n) && !w.object) {
    while (!found && il_json_walk_next(&w, NULL, &element)) {
      size_t n;
      const char *text = element_text(&element, call->arena, &n);
      found = text && n == item.n && memcmp(text, item.p, n) == 0;
    }
  }
  if (call->arena->failed) return il_nomem(err);
  call->result = il_int(found);
  return IL_OK;
}

typedef struct text_list {
  il_span text;
  struct text_list *next;
} text_list;

il_kind il_fn_json_distinct(il_call *call, il_error *err) {
  il_value list;
  il_json_walk w;
  il_span element;
  text_list *seen = NULL;
  int64_t n = 0;
  if (any_null(call, 1)) return IL_OK;
  il_kind kind = document(call, "json_distinct", "list", &list, err);
  if (kind != IL_OK) return kind;
  if (il_json_walk_start(&w, list.p, list.n) && !w.object) {
    while (il_json_walk_next(&w, NULL, &element)) {
      text_list *s = seen, *one;
      il_span text = {NULL, 0};
      text.p = element_text(&element, call->arena, &text.n);
      if (!text.p) continue;
      while (s && (s->text.n != text.n || memcmp(s->text.p, text.p, text.n) != 0))
        s = s->next;
      if (s) continue;
      one = il_arena_alloc(call->arena, sizeof *one);
      if (!one) return il_nomem(err);
      *one = (text_list){text, seen};
      seen = one;
      n++;
    }
  }
  if (call->arena->failed) return il_nomem(err);
  call->result = il_int(n);
  return IL_OK;
}

/* The member that argument 1 names; n = 0: there is none. */
static il_kind member(il_call *call, const char *function, il_span *out, il_error *err) {
  il_value doc;
  il_kind kind = document(call, function, "doc", &doc, err);
  const char *name = kind == IL_OK ? il_arg_text(call, 1) : NULL;
  *out = (il_span){NULL, 0};
  if (kind != IL_OK) return kind;
  if (name) *out = il_json_member(doc.p, doc.n, name, call->arena);
  return name && !call->arena->failed ? IL_OK : il_nomem(err);
}

static int is_word(const il_span *span, const char *word) {
  return span->n == strlen(word) && memcmp(span->p, word, span->n) == 0;
}

il_kind il_fn_json_text(il_call *call, il_error *err) {
  il_span found;
  size_t n;
  if (any_null(call, 2)) return IL_OK;
  il_kind kind = member(call, "json_text", &found, err);
  if (kind != IL_OK || !found.n || is_word(&found, "null")) return kind;
  call->result = il_text(found.p, found.n);
  if (found.p[0] != '"') return IL_OK;
  const char *text = il_json_string(&found, call->arena, &n);
  call->result = text ? il_text(text, n) : il_null();
  return text ? IL_OK : il_nomem(err);
}

il_kind il_fn_json_flag(il_call *call, il_error *err) {
  il_span found;
  if (any_null(call, 2)) return IL_OK;
  il_kind kind = member(call, "json_flag", &found, err);
  if (kind != IL_OK) return kind;
  if (is_word(&found, "true")) call->result = il_int(1);
  if (is_word(&found, "false")) call->result = il_int(0);
  return IL_OK;
}

/* ---- json_make ------------------------------------------------------------------------------ */

static il_kind put_value(il_call *call, int i, il_buf *out, il_error *err) {
  const il_value *v = &call->args[i];
  char real[IL_REAL_MAX];
  il_value text;
  if (v->type == IL_T_NULL) {
    il_buf_str(out, "null");
  } else if (v->type == IL_T_INT) {
    il_buf_int(out, v->i);
  } else if (v->type == IL_T_REAL) {
    il_real_text(v->r, real);
    il_buf_f(out, real[0] == 'N' || strchr(real, 'I') ? "null" : "%s", real);
  } else { /* JSON as well: SQLite has no such type, so it is a text on both */
    text = il_arg(call, i);
    if (text.type == IL_T_NULL) return il_nomem(err);
    if (memchr(text.p, 0, text.n))
      return il_error_set(err, IL_ARGUMENT, "json_make: argument %d holds a NUL", i + 1);
    il_buf_f(out, "%J", text.p);
  }
  return IL_OK;
}

il_kind il_fn_json_make(il_call *call, il_error *err) {
  il_kind kind = IL_OK;
  il_buf b;
  if (call->nargs % 2)
    return il_error_set(err, IL_ARGUMENT,
                        "json_make: expected names and values in turn, not %d arguments",
                        call->nargs);
  il_scratch(&b, call->arena);
  il_buf_char(&b, '{');
  for (int i = 0; kind == IL_OK && i < call->nargs; i += 2) {
    const char *name = il_arg_text(call, i);
    if (call->args[i].type == IL_T_NULL)
      return il_error_set(err, IL_ARGUMENT, "json_make: argument %d (a name) must not be NULL",
                          i + 1);
    if (!name) return il_nomem(err);
    il_buf_f(&b, "%s%J:", i ? "," : "", name);
    kind = put_value(call, i + 1, &b, err);
  }
  if (kind != IL_OK) return kind;
  il_buf_char(&b, '}');
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  call->result = il_json(text, b.n);
  return IL_OK;
}
