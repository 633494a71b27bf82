/*
** rulebook.c: a rulebook document becomes one plan per table.
**
** Order: the document is checked and parsed (doc.c); every table gets a draft with its columns
** from the catalog; machines bind first, because other roles name their states; then the other
** roles in the order of the file; then the drafts become plans, whose operations the plan
** builder sorts by role rank.
**
** What the format has beyond the specification's page (docs/rulebook.schema.json has all of it):
**   roles        each an object or, for several rule ids, a list of objects
**   machine      "rules": ids of its parts where they differ: domain, birth, transition, freeze,
**                require, forbid, stamp, events, log, after; and of what fsm_transition promises:
**                compare (expected state and version), repeat (what is done already)
**   state        "born": event rows of a birth in it; "freeze": true or columns;
**                "after": {"<milliseconds>": {target, since, actor, rule}}
**   edge         a state or {"target", "events": event rows in order, default the edge's name}
**   stamp        "now", "first" (now, when the column has no value yet), "ms(a, b)", null, a whole
**                number, true, false, {"value": text} or {"after": column, "attempt": column, …}
**   events       columns get $key $event $actor $now $payload $from $to $NEW.<column> or a literal;
**                "verify": whether interlock_verify asks that the events of a row's state are all
**                there; left out, it does when the application writes them; only false also
**                leaves out whether an event can have happened
**   replace      {"rule"}: the id of a refused OR REPLACE; else the table's first rule is named
**   append_only  "grows": {rule, column}; "cascade", "cascade_delete": {column, table, key}: what
**                a foreign key may do to the row once its parent is gone; "except": columns that an
**                UPDATE may change
**   immutable    "once": true: a NULL may become a value, once
**   touch        "from": a column that this one never precedes
**   enum         NULL is refused unless null is in the list
**   dedup        "at", "extra", "keep_seconds", "rules": {immutable}
**   asserts      "columns": on update only when one of them changes; "verify": false or expression;
**                "lock": a row of another table at which PostgreSQL's sessions take turns
**   effects      "leave", "on", "when", "text"
*/
#include "bind.h"
#include <string.h>

enum { NAME_MAX = 63, TABLES_MAX = 1000, KEY_MAX = 32 };

static const char *const book_keys[] = {"interlock", "name",    "version", "title",
                                        "tables",    "$schema", NULL};

static il_kind check_name(il_binder *b, const cJSON *doc) {
  const char *name;
  il_kind kind = il_bind_string(b, doc, "name", 1, &name);
  if (kind != IL_OK) return kind;
  for (const char *p = name; *p; p++)
    if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
          (p > name && (*p == '_' || *p == '-'))))
      return il_bind_error(b, il_doc_get(doc, "name"), IL_ARGUMENT,
                           "must be letters, digits, _ and -, and begin with a letter or digit");
  if (strlen(name) > NAME_MAX)
    return il_bind_error(b, il_doc_get(doc, "name"), IL_ARGUMENT, "must have at most %d bytes",
                         NAME_MAX);
  b->rulebook = name;
  return IL_OK;
}

static il_kind check_head(il_binder *b, const cJSON *doc, il_rulebook *book) {
  const cJSON *format = il_doc_get(doc, "interlock"), *tables = il_doc_get(doc, "tables");
  il_kind kind = check_name(b, doc);
  if (kind == IL_OK) kind = il_bind_keys(b, doc, book_keys);
  if (kind != IL_OK) return kind;
  if (!format)
    return il_bind_error(b, doc, IL_ARGUMENT, "\"interlock\" is missing: the format's version, 1");
  if (!il_bind_is_int(format) || format->valuedouble != 1)
    return il_bind_error(b, format, IL_ARGUMENT, "must be 1, the format that this version reads");
  book->name = b->rulebook;
  kind = il_bind_string(b, doc, "version", 0, &book->version);
  if (kind == IL_OK) kind = il_bind_string(b, doc, "title", 0, &book->title);
  if (kind != IL_OK) return kind;
  if (!book->version) book->version = "1";
  if (!book->title) book->title = book->name;
  if (!tables) return il_bind_error(b, doc, IL_ARGUMENT, "\"tables\" is missing");
  if (!cJSON_IsObject(tables) || !tables->child)
    return il_bind_error(b, tables, IL_ARGUMENT, "must be an object with at least one table");
  for (const cJSON *t = tables->child; t; t = t->next)
    b->ndrafts++;
  if (b->ndrafts > TABLES_MAX)
    return il_bind_error(b, tables, IL_ARGUMENT, "more than %d tables", TABLES_MAX);
  return IL_OK;
}

/* ---- tables ---- */

static il_kind read_columns(il_binder *b, il_draft *t, il_catalog_fn catalog, void *ctx) {
  il_table_info *info = NULL;
  il_kind kind;
  if (!catalog) return IL_OK;
  kind = catalog(ctx, t->name, &info, b->err);
  if (kind != IL_OK) return kind;
  if (!info) return il_bind_error(b, t->json, IL_NO_TABLE, "there is no table \"%s\"", t->name);
  if (info->ncols > IL_PLAN_COLS_MAX)
    return il_bind_error(b, t->json, IL_ARGUMENT, "more than %d columns", IL_PLAN_COLS_MAX);
  for (int i = 0; i < info->ncols; i++)
    if (il_plan_add_column(t->plan, b->arena, info->cols[i].name, info->cols[i].coltype) < 0)
      return il_bind_nomem(b);
  t->info = info;
  return IL_OK;
}

static il_kind read_key(il_binder *b, il_draft *t) {
  const cJSON *key = il_doc_get(t->json, "key");
  uint16_t cols[KEY_MAX];
  int n = 0;
  if (key && (!cJSON_IsArray(key) || !key->child))
    return il_bind_error(b, key, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *m = key ? key->child : NULL; m; m = m->next) {
    int col;
    il_kind kind = il_bind_column(b, m, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    for (int i = 0; i < n; i++)
      if (cols[i] == col) return il_bind_error(b, m, IL_ARGUMENT, "is in the key twice");
    if (n == KEY_MAX) return il_bind_error(b, key, IL_ARGUMENT, "more than %d columns", KEY_MAX);
    cols[n++] = (uint16_t)col;
  }
  if (!key && t->info) {
    if (t->info->nkey == 0)
      return il_bind_error(
          b, t->json, IL_ARGUMENT,
          "the table has no primary key: say \"key\": [...], columns that tell its rows apart");
    for (; n < t->info->nkey && n < KEY_MAX; n++)
      cols[n] = (uint16_t)t->info->key[n];
  }
  return il_plan_set_key(t->plan, b->arena, cols, n, b->err);
}

static il_kind start_table(il_binder *b, il_draft *t, const cJSON *json, il_catalog_fn catalog,
                           void *ctx) {
  il_kind kind;
  t->name = json->string;
  t->json = json;
  t->plan = il_plan_new(b->arena, b->rulebook, t->name);
  if (!t->plan) return il_bind_nomem(b);
  b->table = t;
  if (!t->name[0] || strlen(t->name) > 127)
    return il_bind_error(b, json, IL_ARGUMENT, "must be named with 1 to 127 bytes");
  if (!cJSON_IsObject(json)) return il_bind_error(b, json, IL_ARGUMENT, "must be an object");
  kind = read_columns(b, t, catalog, ctx);
  return kind == IL_OK ? read_key(b, t) : kind;
}

static il_kind unknown_role(il_binder *b, const cJSON *node) {
  char hint[80];
  il_near near;
  il_near_start(&near, node->string);
  il_near_try(&near, "key");
  il_near_try(&near, "meta");
  for (int i = 0; i < il_role_count; i++)
    if (il_roles[i]->bind) il_near_try(&near, il_roles[i]->name);
  return il_bind_error(b, node, IL_ARGUMENT, "unknown key%s",
                       il_near_hint(&near, hint, sizeof hint));
}

/* Binds the machines of a table, or everything else of it. In lint an error ends a role, not the
** table. */
static il_kind bind_roles(il_binder *b, il_draft *t, int machines) {
  il_kind first = IL_OK;
  b->table = t;
  for (const cJSON *m = t->json->child; m; m = m->next) {
    const il_role *role;
    il_kind kind = IL_OK;
    if (strcmp(m->string, "key") == 0 || strcmp(m->string, "meta") == 0) continue;
    role = il_role_find(m->string, strlen(m->string));
    if (!role || !role->bind)
      kind = machines ? IL_OK : unknown_role(b, m);
    else if ((strcmp(role->name, "machines") == 0) == machines)
      kind = role->bind(b, m);
    if (b->arena->failed) kind = il_bind_nomem(b);
    if (first == IL_OK) first = kind;
    if (kind != IL_OK && (!b->report || kind == IL_NOMEM)) return kind;
  }
  return first;
}

/* ---- plans ---- */

/* Columns that the database itself writes are looked at last by a freeze: in PostgreSQL they
** have been filled by the time a frozen row is judged, and the message shall name what the
** writer changed. */
static int is_filled(const il_draft *t, int col) {
  for (int i = 0; i < t->nops; i++) {
    const il_bind_op *op = t->ops[i];
    if (!op->role->fill) continue;
    if (op->ncols && op->cols[0] == col && strcmp(op->role->name, ".stamp") != 0) return 1;
    if (strcmp(op->role->name, ".stamp") == 0)
      for (int k = 1; k < op->ncols; k++)
        if (op->cols[k] == col) return 1;
  }
  return 0;
}

static void order_freeze(il_binder *b, const il_draft *t, il_bind_op *op) {
  uint16_t *cols = il_arena_alloc(b->arena, (size_t)op->ncols * sizeof *cols);
  int n = 1;
  if (!cols || op->ncols == 0) return;
  cols[0] = op->cols[0];
  for (int filled = 0; filled < 2; filled++)
    for (int i = 1; i < op->ncols; i++)
      if (is_filled(t, op->cols[i]) == filled) cols[n++] = op->cols[i];
  op->cols = cols;
}

static il_kind make_plan(il_binder *b, il_draft *t) {
  for (int i = 0; i < t->nops; i++) {
    il_bind_op *op = t->ops[i];
    il_kind kind;
    if (strcmp(op->role->name, ".freeze") == 0) order_freeze(b, t, op);
    if (b->arena->failed) return il_bind_nomem(b);
    kind = il_plan_add_op(t->plan, b->arena, op->role, op->rule, op->events, op->cols, op->ncols,
                          op->words, op->nwords, NULL, b->err);
    if (kind != IL_OK) return kind;
  }
  return il_plan_finish(t->plan, b->arena, b->err);
}

static int goes_on(const il_binder *b, il_kind kind, il_kind *first) {
  if (*first == IL_OK) *first = kind;
  return kind == IL_OK || (b->report && kind != IL_NOMEM);
}

il_kind il_rulebook_bind(il_binder *b, const cJSON *doc, il_catalog_fn catalog, void *ctx,
                         il_rulebook *book) {
  il_kind first = IL_OK, kind = check_head(b, doc, book);
  int i = 0;
  if (kind != IL_OK) return kind;
  b->drafts = il_arena_alloc(b->arena, (size_t)b->ndrafts * sizeof *b->drafts);
  book->plans = il_arena_alloc(b->arena, (size_t)b->ndrafts * sizeof(il_plan *));
  if (!b->drafts || !book->plans) return il_bind_nomem(b);
  for (const cJSON *t = il_doc_get(doc, "tables")->child; t; t = t->next) {
    kind = start_table(b, &b->drafts[i++], t, catalog, ctx);
    if (!goes_on(b, kind, &first)) return kind;
    if (kind != IL_OK) i--, b->ndrafts--; /* lint goes on without this table */
  }
  for (int machines = 1; machines >= 0; machines--)
    for (i = 0; i < b->ndrafts; i++)
      if (!goes_on(b, kind = bind_roles(b, &b->drafts[i], machines), &first)) return kind;
  for (i = 0; i < b->ndrafts; i++) {
    if (!goes_on(b, kind = make_plan(b, &b->drafts[i]), &first)) return kind;
    book->plans[book->ntables++] = b->drafts[i].plan;
  }
  return first;
}

il_kind il_rulebook_read(const char *json, size_t n, const char *const *patches,
                         il_catalog_fn catalog, void *ctx, il_arena *arena, il_rulebook **out,
                         il_error *err) {
  il_binder b = {0};
  il_rulebook *book = il_arena_alloc(arena, sizeof *book);
  cJSON *doc, *patch;
  size_t total = n;
  il_kind kind = il_doc_read(json, n, "rulebook", arena, &doc, err);
  *out = NULL;
  for (; kind == IL_OK && patches && *patches; patches++) {
    total += strlen(*patches);
    kind = il_doc_read(*patches, strlen(*patches), "rulebook patch", arena, &patch, err);
    if (kind == IL_OK) kind = il_doc_merge(&doc, patch, arena);
  }
  if (kind != IL_OK && !arena->failed) return kind;
  b.arena = arena;
  b.err = err;
  if (!book || arena->failed) return il_bind_nomem(&b);
  kind = il_rulebook_bind(&b, doc, catalog, ctx, book);
  if (kind != IL_OK) return kind;
  book->json = total > n ? il_doc_text(doc, total, arena) : il_arena_copy(arena, json, n);
  if (!book->json || arena->failed) return il_bind_nomem(&b);
  *out = book;
  return IL_OK;
}
