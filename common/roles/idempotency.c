/*
** idempotency.c: a request that is carried out once (jobs.md, "Idempotency keys"). A row is one
** key: the request that came under it, until when it is in progress, and its response once there is
** one. idempotency_begin() and idempotency_finish() write these columns and nobody else does: a
** response does not change, and nobody else takes a request that is in progress. With keep_seconds
** a row may go when it is that old and nothing is in progress.
**
** Words: "r<column>" request, "p<column>" response, "u<column>" busy until, "a<column>" since when
** the row is as it is, "t<seconds>" of a claim, "k<seconds>" kept, "N" until may be NULL. The key's
** columns come after those.
*/
#include "../values/instant.h"
#include "times.h"

static const char *const idempotency_keys[] = {"rule", "request",       "response",     "until",
                                               "at",   "lease_seconds", "keep_seconds", NULL};

enum { LEASE_SECONDS = 60 };

/* ---- binding ---- */

/* Requests are compared byte by byte, so their column must hold the bytes that were given. */
static il_kind check_columns(il_binder *b, const cJSON *json) {
  static const char *const names[] = {"request", "response"};
  for (int i = 0; i < 2; i++) {
    const cJSON *node = il_doc_get(json, names[i]);
    const struct il_column_info *info;
    int col;
    il_kind kind = il_bind_column(b, node, IL_C_TEXT, &col);
    if (kind != IL_OK) return kind;
    info = il_bind_info(b->table, col);
    if (info &&
        (info->generated || (info->coltype != IL_C_TEXT && (i == 0 || info->coltype != IL_C_JSON))))
      return il_bind_error(b, node, IL_ARGUMENT, "must be a %s column that is not generated",
                           i ? "text or JSON" : "text");
    if (i && !il_bind_nullable(b->table, col))
      return il_bind_error(b, node, IL_ARGUMENT,
                           "must be nullable: it is NULL until the request is answered");
  }
  return il_bind_key_unique(b->table)
             ? IL_OK
             : il_bind_error(b, json, IL_ARGUMENT,
                             "the key must be a primary key or a unique index");
}

static il_kind check_times(il_binder *b, const cJSON *json) {
  const cJSON *lease = il_doc_get(json, "lease_seconds"), *keep = il_doc_get(json, "keep_seconds");
  int64_t seconds = LEASE_SECONDS, kept;
  il_kind kind = lease ? il_bind_int(b, lease, 1, IL_SECONDS_MAX, &seconds) : IL_OK;
  if (!keep || kind != IL_OK) return kind;
  kind = il_bind_int(b, keep, 1, IL_SECONDS_MAX, &kept);
  if (kind != IL_OK) return kind;
  if (!il_doc_get(json, "at"))
    return il_bind_error(b, keep, IL_ARGUMENT, "needs \"at\", the column that tells a key's age");
  if (kept < seconds)
    return il_bind_error(b, keep, IL_ARGUMENT, "must not be less than lease_seconds, %lld",
                         (long long)seconds);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {{"request", 'r', IL_C_TEXT, 1},
                                  {"response", 'p', IL_C_TEXT, 1},
                                  {"until", 'u', IL_C_INSTANT, 1},
                                  {"at", 'a', IL_C_INSTANT, 0}};
  const char *rule;
  il_bind_op *op;
  int until;
  il_kind kind = il_bind_keys(b, json, idempotency_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_idempotency, rule,
                   IL_EV_INSERT | IL_EV_UPDATE | IL_EV_DELETE);
  kind = il_bind_parts(b, json, op, parts, 4);
  if (kind == IL_OK) kind = check_columns(b, json);
  if (kind == IL_OK) kind = check_times(b, json);
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "lease_seconds", 1, op, 't');
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "keep_seconds", 1, op, 'k');
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "until"), IL_C_INSTANT, &until);
  if (kind != IL_OK) return kind;
  if (il_bind_nullable(b->table, until)) il_bind_word(b, op, 'N', "");
  for (int i = 0; i < b->table->plan->nkey; i++) {
    int col = b->table->plan->key[i];
    for (int k = 0; k < op->ncols; k++)
      if (op->cols[k] == col)
        return il_bind_error(b, json, IL_ARGUMENT, "%s is part of the key",
                             il_col_name(b->table->plan, col));
  }
  for (int i = 0; i < b->table->plan->nkey; i++)
    il_bind_add_col(b, op, b->table->plan->key[i]);
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one idempotency");
}

/* ---- compiling ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_idempotency *d = il_arena_alloc(arena, sizeof *d);
  if (!d) return il_error_set(err, IL_NOMEM, "out of memory");
  d->request = il_op_col(op, plan, 'r');
  d->response = il_op_col(op, plan, 'p');
  d->until = il_op_col(op, plan, 'u');
  d->at = il_op_col(op, plan, 'a');
  d->lease = il_op_seconds(op, 't', LEASE_SECONDS);
  d->keep = il_op_seconds(op, 'k', 0);
  d->until_null = il_op_word(op, 'N') != NULL;
  if (d->request < 0 || d->response < 0 || d->until < 0 || d->lease < 1 || d->keep < 0 ||
      (d->keep && d->at < 0))
    return il_word_error(op, err, "expected request, response and an instant");
  op->compiled = d;
  return IL_OK;
}

/* ---- judging ---- */

/* Instants of the years 1 to 9999: infinity would be a claim for ever. */
static il_kind check_instant(const il_op *op, const il_row *row, int col, int *has, il_error *err) {
  int64_t us;
  *has = col >= 0 ? il_row_instant(row, IL_NEW, col, &us) : 0;
  if (*has < 0 || (*has && (us < IL_INSTANT_MIN || us > IL_INSTANT_MAX)))
    return il_refuse_instant(err, row, op, col);
  return IL_OK;
}

/* Is the old row's request in progress? */
static int live(const il_idempotency *d, const il_row *row) {
  int64_t us;
  if (il_row_value(row, IL_OLD, d->response).type != IL_T_NULL) return 0;
  return il_row_instant(row, IL_OLD, d->until, &us) > 0 && us > row->now;
}

static il_kind check_delete(const il_op *op, const il_row *row, il_error *err) {
  const il_idempotency *d = op->compiled;
  int64_t us;
  if (live(d, row))
    return il_refuse(err, row, op, -1, IL_PROTECTED,
                     "a request of %s that is in progress cannot be deleted", row->plan->table);
  if (d->keep && il_row_instant(row, IL_OLD, d->at, &us) > 0 && us <= row->now &&
      row->now - us >= d->keep * 1000000)
    return IL_OK;
  if (d->keep)
    return il_refuse(err, row, op, -1, IL_PROTECTED,
                     "%s keeps its keys for %lld seconds: DELETE is refused", row->plan->table,
                     (long long)d->keep);
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s keeps its keys: DELETE is refused",
                   row->plan->table);
}

static il_kind check_update(const il_op *op, const il_row *row, il_error *err) {
  const il_idempotency *d = op->compiled;
  if (il_row_value(row, IL_OLD, d->response).type != IL_T_NULL) /* nobody has a permission for it */
    return il_refuse(err, row, op, d->response, IL_PROTECTED,
                     "a request of %s that was answered cannot change", row->plan->table);
  if (row->announced && row->announced(row, op)) return IL_OK;
  return il_refuse(
      err, row, op, d->response, IL_PROTECTED,
      "a request of %s is taken by idempotency_begin and answered by idempotency_finish alone",
      row->plan->table);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_idempotency *d = op->compiled;
  int has_until, has_at;
  il_kind kind;
  if (row->event == IL_EV_DELETE) return row->load ? IL_OK : check_delete(op, row, err);
  if (row->event == IL_EV_UPDATE && !row->load && !row->stored) {
    kind = check_update(op, row, err);
    if (kind != IL_OK) return kind;
  }
  kind = check_instant(op, row, d->until, &has_until, err);
  if (kind == IL_OK) kind = check_instant(op, row, d->at, &has_at, err);
  if (kind != IL_OK) return kind;
  if (il_row_value(row, IL_NEW, d->request).type == IL_T_NULL)
    return il_refuse_null(err, row, op, d->request);
  if (row->load || row->stored || row->event != IL_EV_INSERT) return IL_OK;
  if (il_row_value(row, IL_NEW, d->response).type != IL_T_NULL)
    return il_refuse(err, row, op, d->response, IL_RULE, "%s.%s is given by idempotency_finish",
                     row->plan->table, il_col_name(row->plan, d->response));
  if (!has_until || (d->at >= 0 && !has_at)) *work |= IL_WORK_FILL;
  return IL_OK;
}

static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s keeps its keys: TRUNCATE is refused",
                   row->plan->table);
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const il_idempotency *d = op->compiled;
  const int cols[2] = {d->until, d->at};
  if (row->load || row->event != IL_EV_INSERT) return n;
  for (int i = 0; i < 2; i++) {
    if (cols[i] < 0 || n >= max || il_row_value(row, IL_NEW, cols[i]).type != IL_T_NULL) continue;
    fills[n].col = cols[i];
    fills[n++].value = il_instant(il_after_seconds(row->now, i ? 0 : d->lease));
  }
  return n;
}

/* Columns 2 and, where there is one, 3: until and at. */
static int filled(const il_op *op, int *end) {
  const il_idempotency *d = op->compiled;
  *end = d->at >= 0 ? 4 : 3;
  return 2;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_idempotency *d = op->compiled;
  (void)where;
  if (k || !d->keep) return 0;
  il_index_instant(plan, -1, d->at, postgres, columns);
  *what = "idempotency";
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_idempotency *d = op->compiled;
  il_buf_f(out,
           "%s holds each request once: it is in progress until %s, for %lld seconds, and its %s "
           "does not change",
           plan->table, il_col_name(plan, d->until), (long long)d->lease,
           il_col_name(plan, d->response));
  if (d->keep)
    il_buf_f(out, "; it is kept for %lld seconds since %s", (long long)d->keep,
             il_col_name(plan, d->at));
  il_buf_char(out, '.');
}

const il_role il_role_idempotency = {.name = "idempotency",
                                     .if_changed = 1,
                                     .session = 1,
                                     .bind = bind,
                                     .compile = compile,
                                     .check = check,
                                     .fill = fill,
                                     .filled = filled,
                                     .index = index_of,
                                     .truncate = truncate,
                                     .describe = describe};
