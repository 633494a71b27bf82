/*
** dedup.c: a key that is seen once (dedup), in rows that stay as they are (.kept). That a key is
** there once is the table's primary key or unique index; dedup_accept and dedup_purge read the
** compiled form (events.h).
**
** dedup columns: the key, "at" when there is one, the extra ones. Words: "k<number of key
** columns>", "a" or "-", "s<keep_seconds>".
*/
#include "events.h"
#include "roles.h"

static const char *const dedup_keys[] = {"rule",  "rules",        "key", "at",
                                         "extra", "keep_seconds", NULL};
static const char *const rule_keys[] = {"immutable", NULL};

static il_kind bind_list(il_binder *b, il_bind_op *op, const cJSON *list) {
  if (!cJSON_IsArray(list) || !list->child)
    return il_bind_error(b, list, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = list->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_TEXT, &col);
    if (kind != IL_OK) return kind;
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

/* The columns must be a primary key or unique index, or two racing writers would both be the
** first. */
static int is_unique(const il_draft *t, const il_bind_op *op, int n) {
  const il_table_info *info = t->info;
  for (int u = -1; info && u < info->nunique; u++) {
    const int *cols = u < 0 ? info->key : info->unique[u].cols;
    int ncols = u < 0 ? info->nkey : info->unique[u].ncols, found = 0;
    if (ncols == 0 || ncols != n || (u >= 0 && info->unique[u].where)) continue;
    for (int i = 0; i < n; i++) /* -1: an expression, which is no column */
      for (int k = 0; k < n && cols[i] >= 0; k++)
        found += strcmp(info->cols[cols[i]].name, t->plan->cols[op->cols[k]].name) == 0;
    if (found == n) return 1;
  }
  return info == NULL;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *key = il_doc_get(json, "key"), *at = il_doc_get(json, "at"),
              *extra = il_doc_get(json, "extra"), *keep = il_doc_get(json, "keep_seconds"),
              *rules = il_doc_get(json, "rules");
  const char *rule, *immutable;
  int64_t seconds = 0;
  int nkey, col;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, dedup_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "immutable", rule, &immutable);
  if (kind == IL_OK && keep) kind = il_bind_int(b, keep, 0, INT64_C(3155760000), &seconds);
  if (kind == IL_OK && !key) kind = il_bind_error(b, json, IL_ARGUMENT, "\"key\" is missing");
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_dedup, rule, IL_EV_INSERT);
  if (!op) return il_bind_nomem(b);
  kind = bind_list(b, op, key);
  if (kind != IL_OK) return kind;
  nkey = op->ncols;
  if (!is_unique(b->table, op, nkey))
    return il_bind_error(b, key, IL_ARGUMENT,
                         "the table has no primary key or unique index over these columns");
  il_bind_word_int(b, op, 'k', nkey);
  il_bind_word(b, op, at ? 'a' : '-', "");
  il_bind_word_int(b, op, 's', seconds);
  if (at) kind = il_bind_column(b, at, IL_C_INSTANT, &col);
  if (at && kind == IL_OK) il_bind_add_col(b, op, col);
  if (kind == IL_OK && keep && !at)
    kind = il_bind_error(b, keep, IL_ARGUMENT, "needs \"at\", the column that tells a key's age");
  if (kind == IL_OK && extra) kind = bind_list(b, op, extra);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_kept, immutable, IL_EV_UPDATE | IL_EV_DELETE);
  if (op && at) il_bind_add_col(b, op, col); /* read by the permission of dedup_purge */
  return op ? IL_OK : il_bind_nomem(b);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_dedup *d = il_arena_alloc(arena, sizeof *d);
  int64_t nkey;
  int at;
  (void)plan;
  if (!d) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!il_op_events(op, IL_EV_INSERT) || op->nwords != 3 || op->words[0][0] != 'k' ||
      !il_word_int(op->words[0] + 1, &nkey) || nkey < 1 || op->words[2][0] != 's' ||
      !il_word_int(op->words[2] + 1, &d->keep_seconds) || d->keep_seconds < 0)
    return il_word_error(op, err, "expected the number of key columns and a time");
  at = op->words[1][0] == 'a';
  if (op->ncols < nkey + at) return il_word_error(op, err, "too few columns");
  d->nkey = (int)nkey;
  d->key = op->cols;
  d->at = at ? op->cols[nkey] : -1;
  d->nextra = op->ncols - d->nkey - at;
  d->extra = op->cols + nkey + at;
  op->compiled = d;
  return IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_dedup *d = op->compiled;
  (void)err;
  if (d->at >= 0 && !row->stored && il_row_value(row, IL_NEW, d->at).type == IL_T_NULL)
    *work |= IL_WORK_FILL;
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const il_dedup *d = op->compiled;
  if (d->at < 0 || n >= max || row->event != IL_EV_INSERT) return n;
  if (il_row_value(row, IL_NEW, d->at).type != IL_T_NULL) return n;
  fills[n].col = d->at;
  fills[n].value = il_instant(row->now);
  return n + 1;
}

const il_op *il_plan_dedup(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role == &il_role_dedup) return &plan->ops[i];
  return NULL;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_dedup *d = op->compiled;
  il_buf_f(out, "%s holds each", plan->table);
  for (int i = 0; i < d->nkey; i++)
    il_buf_f(out, "%s %s", i ? "," : "", il_col_name(plan, d->key[i]));
  il_buf_str(out, " once.");
}

/* ---- kept ---- */

static il_kind refuse_kept(const il_op *op, const il_row *row, il_error *err, const char *what) {
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s rows cannot change: %s is refused",
                   row->plan->table, what);
}

/* dedup_purge has a permission for its deletes. */
static il_kind check_kept(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)work;
  if (row->stored || row->event == IL_EV_INSERT) return IL_OK;
  if (row->event == IL_EV_DELETE && row->announced && row->announced(row, op)) return IL_OK;
  return refuse_kept(op, row, err, row->event == IL_EV_DELETE ? "DELETE" : "UPDATE");
}

static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  return refuse_kept(op, row, err, "TRUNCATE");
}

static void describe_kept(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_op *dedup = il_plan_dedup(plan);
  const il_dedup *d = dedup ? dedup->compiled : NULL;
  (void)op;
  il_buf_f(out, "%s rows do not change and are not deleted, except by dedup_purge", plan->table);
  if (d && d->keep_seconds % 86400 == 0 && d->keep_seconds)
    il_buf_f(out, " after %lld day%s", (long long)(d->keep_seconds / 86400),
             d->keep_seconds == 86400 ? "" : "s");
  else if (d && d->keep_seconds)
    il_buf_f(out, " after %lld seconds", (long long)d->keep_seconds);
  il_buf_char(out, '.');
}

const il_role il_role_dedup = {.name = "dedup",
                               .bind = bind_one,
                               .compile = compile,
                               .check = check,
                               .fill = fill,
                               .describe = describe};
const il_role il_role_kept = {
    .name = ".kept", .check = check_kept, .truncate = truncate, .describe = describe_kept};
