/*
** fetch.c: rows that say what was fetched from where, and that nothing had changed (S-42, S-43). A
** row in the state `unchanged` needs proof: the latest row in the state `success` of the same source
** and locator looks the same. That is what fetch_detect says beforehand.
**
** The same: an equal last_modified; else, where both have one, an equal hash; else an equal etag.
**
** Columns: those there are. Words: "o<column>" source, "n<column>" its name, "l<column>" locator,
** "u<column>" state, "h<column>" hash, "e<column>" etag, "m<column>" last modified, "a<column>" when;
** "+<code word>" success, "=<code word>" unchanged.
*/
#include "routing.h"
#include "times.h"

static const char *const fetch_keys[] = {"rule",    "source",    "name",          "locator",
                                         "status",  "hash",      "etag",          "at",
                                         "success", "unchanged", "last_modified", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {
      {"source", 'o', IL_C_OTHER, 1},        {"name", 'n', IL_C_OTHER, 0},
      {"locator", 'l', IL_C_OTHER, 1},       {"status", 'u', IL_C_OTHER, 1},
      {"hash", 'h', IL_C_OTHER, 0},          {"etag", 'e', IL_C_OTHER, 0},
      {"last_modified", 'm', IL_C_OTHER, 0}, {"at", 'a', IL_C_INSTANT, 1}};
  const cJSON *success = il_doc_get(json, "success"), *unchanged = il_doc_get(json, "unchanged");
  const struct il_column_info *info;
  const char *rule;
  il_bind_op *op;
  int col, status;
  il_kind kind = il_bind_keys(b, json, fetch_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_fetch, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  kind = il_bind_parts(b, json, op, parts, 8);
  if (kind != IL_OK) return kind;
  if (!il_doc_get(json, "hash") && !il_doc_get(json, "etag") && !il_doc_get(json, "last_modified"))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "needs one of \"hash\", \"etag\" and \"last_modified\"");
  for (int i = 0; i < op->ncols - 1; i++) { /* all but the instant are compared as texts */
    info = il_bind_info(b->table, op->cols[i]);
    if (info && info->coltype != IL_C_TEXT)
      return il_bind_error(b, json, IL_ARGUMENT, "%s must be a text column", info->name);
  }
  if (!success || !unchanged)
    return il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing",
                         success ? "unchanged" : "success");
  kind = il_bind_column(b, il_doc_get(json, "status"), IL_C_OTHER, &status);
  col = status;
  if (kind == IL_OK) kind = il_bind_code_of(b, op, col, success, '+');
  return kind == IL_OK ? il_bind_code_of(b, op, col, unchanged, '=') : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one fetch");
}

/* ---- compiling ---- */

typedef struct fetch_op {
  il_fetch f; /* first */
  const char *ask[2], *verify,
      *when; /* of SQLite and what PostgreSQL analyses; as PostgreSQL runs it */
} fetch_op;

void il_fetch_same(const il_fetch *f, const il_plan *plan, const char *const now[3], il_buf *out) {
  il_buf_str(out, "CASE WHEN false THEN 0");
  if (f->last_modified >= 0)
    il_buf_f(out, " WHEN p.%I = %s THEN 1", il_col_name(plan, f->last_modified), now[2]);
  if (f->hash >= 0)
    il_buf_f(out,
             " WHEN p.%I IS NOT NULL AND %s IS NOT NULL THEN CASE WHEN p.%I = %s THEN 1 ELSE 0 END",
             il_col_name(plan, f->hash), now[0], il_col_name(plan, f->hash), now[0]);
  if (f->etag >= 0) il_buf_f(out, " WHEN p.%I = %s THEN 1", il_col_name(plan, f->etag), now[1]);
  il_buf_str(out, " ELSE 0 END");
}

/* The same, of row p and NEW. */
static void put_same(const il_fetch *f, const il_plan *plan, il_arena *arena, il_buf *out) {
  const int cols[3] = {f->hash, f->etag, f->last_modified};
  const char *now[3] = {"", "", ""};
  for (int i = 0; i < 3; i++)
    if (cols[i] >= 0) now[i] = il_sqlf(arena, "NEW.%I", il_col_name(plan, cols[i]));
  if (!arena->failed) il_fetch_same(f, plan, now, out);
}

/* FROM … WHERE: the earlier successes of the source and locator of NEW. */
static void put_earlier(const il_fetch *f, const il_plan *plan, il_buf *out) {
  const char *source = il_col_name(plan, f->source), *name;
  il_buf_f(out, " FROM %I p WHERE p.%I = ", plan->table, il_col_name(plan, f->status));
  il_code_sql(&f->success, out);
  il_buf_f(out, " AND p.%I = NEW.%I AND (p.%I = NEW.%I", il_col_name(plan, f->locator),
           il_col_name(plan, f->locator), source, source);
  if (f->name >= 0) {
    name = il_col_name(plan, f->name);
    il_buf_f(out, " OR (p.%I IS NULL OR NEW.%I IS NULL) AND p.%I = NEW.%I", source, source, name,
             name);
  }
  il_buf_str(out, ") AND NOT (");
  for (int i = 0; i < plan->nkey; i++) {
    const char *key = plan->cols[plan->key[i]].name;
    il_buf_f(out, "%sp.%I = NEW.%I", i ? " AND " : "", key, key);
  }
  il_buf_char(out, ')');
}

static void put_unless(const il_fetch *f, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "NEW.%I <> ", il_col_name(plan, f->status));
  il_code_sql(&f->unchanged, out);
  il_buf_str(out, " OR ");
}

static const char *ask_sql(const il_fetch *f, const il_plan *plan, int postgres, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  put_unless(f, plan, &sql);
  il_buf_str(&sql, "coalesce((SELECT ");
  put_same(f, plan, arena, &sql);
  put_earlier(f, plan, &sql);
  il_buf_f(&sql, postgres ? " ORDER BY p.%I DESC" : " ORDER BY instant_us(p.%I) DESC",
           il_col_name(plan, f->at));
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(&sql, ", p.%I DESC", plan->cols[plan->key[i]].name);
  il_buf_str(&sql, " LIMIT 1), 0) = 1");
  return il_buf_arena(&sql, arena);
}

/* Stored, it is enough that one before it proves it. */
static const char *verify_sql(const il_fetch *f, const il_plan *plan, il_arena *arena) {
  const char *at = il_col_name(plan, f->at);
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  put_unless(f, plan, &sql);
  il_buf_str(&sql, "EXISTS (SELECT 1");
  put_earlier(f, plan, &sql);
  il_buf_f(&sql, " AND instant_us(p.%I) <= instant_us(NEW.%I) AND ", at, at);
  put_same(f, plan, arena, &sql);
  il_buf_str(&sql, " = 1)");
  return il_buf_arena(&sql, arena);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  fetch_op *f = il_arena_alloc(arena, sizeof *f);
  const char *success = il_op_word(op, '+'), *unchanged = il_op_word(op, '=');
  il_buf when;
  if (!f) return il_error_set(err, IL_NOMEM, "out of memory");
  f->f = (il_fetch){.source = il_op_col(op, plan, 'o'),
                    .name = il_op_col(op, plan, 'n'),
                    .locator = il_op_col(op, plan, 'l'),
                    .status = il_op_col(op, plan, 'u'),
                    .hash = il_op_col(op, plan, 'h'),
                    .etag = il_op_col(op, plan, 'e'),
                    .last_modified = il_op_col(op, plan, 'm'),
                    .at = il_op_col(op, plan, 'a')};
  if (f->f.source < 0 || f->f.locator < 0 || f->f.status < 0 || f->f.at < 0 || !success ||
      !unchanged || !il_code_read(success, &f->f.success) ||
      !il_code_read(unchanged, &f->f.unchanged) || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected a source, a locator, a state and an instant");
  f->ask[0] = ask_sql(&f->f, plan, 0, arena);
  f->ask[1] = ask_sql(&f->f, plan, 1, arena);
  f->verify = verify_sql(&f->f, plan, arena);
  il_buf_init(&when, arena->mem);
  il_buf_char(&when, '(');
  for (int i = 0; i < op->ncols; i++)
    il_buf_f(&when, "%sOLD.%I IS NOT NEW.%I", i ? " OR " : "", il_col_name(plan, op->cols[i]),
             il_col_name(plan, op->cols[i]));
  il_buf_str(&when, ") AND " IL_NOT_LOADING);
  f->when = il_buf_arena(&when, arena);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = f;
  return IL_OK;
}

/* ---- judging ---- */

static int applies(const il_op *op, const il_row *row) {
  const il_fetch *f = op->compiled;
  int changed = row->event != IL_EV_UPDATE;
  il_value v;
  if (row->stored || row->load) return 0;
  for (int i = 0; i < op->ncols && !changed; i++)
    changed = row->differs(row, op->cols[i]);
  if (!changed) return 0;
  v = il_row_value(row, IL_NEW, f->status);
  return il_code_is(&f->unchanged, &v);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const fetch_op *f = op->compiled;
  (void)arena;
  if (k > 0 || event == IL_EV_DELETE || (row && !applies(op, row))) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = event ? f->ask[row != NULL] : f->verify};
  out->text = "nothing proves that it is unchanged: see fetch_detect";
  if (!row && event) out->condition = event == IL_EV_UPDATE ? f->when : IL_NOT_LOADING;
  return 1;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_fetch *f = op->compiled;
  if (k) return 0;
  il_index_instant(plan, f->locator, f->at, postgres, columns);
  il_buf_f(where, "%I = ", il_col_name(plan, f->status));
  il_code_sql(&f->success, where);
  *what = "fetch";
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_fetch *f = op->compiled;
  const int cols[3] = {f->last_modified, f->hash, f->etag};
  int n = 0;
  il_buf_f(out, "%s.%s is %.*s only when the latest %.*s of the same source and %s has the same ",
           plan->table, il_col_name(plan, f->status), (int)f->unchanged.n, f->unchanged.text,
           (int)f->success.n, f->success.text, il_col_name(plan, f->locator));
  for (int i = 0; i < 3; i++)
    if (cols[i] >= 0) il_buf_f(out, "%s%s", n++ ? ", else " : "", il_col_name(plan, cols[i]));
  il_buf_str(out, "; fetch_detect says so beforehand.");
}

const il_role il_role_fetch = {.name = "fetch",
                               .if_changed = 1,
                               .rests_in_load = 1,
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .follow = follow,
                               .index = index_of,
                               .describe = describe};
