/*
** cache.c: rows that may be fetched again.
**
**   SELECT cache_get('pages', 'https://…');          the row as JSON; NULL: not there, or over
**   SELECT cache_evict('pages', 1000000, NULL);      until all together have no more than a megabyte
**   SELECT cache_evict('pages', NULL, 500);          until there are no more than 500
*/
#include "functions/due.h"

/* ---- cache_get ------------------------------------------------------------------------------ */

typedef struct reading {
  il_call *call;
  const il_plan *plan;
  const il_table_info *info;
  il_buf out;
  int found;
} reading;

static il_kind read_row(void *ctx, const il_value *cols, int ncols, il_error *err) {
  reading *r = ctx;
  (void)err;
  for (int i = 0; i < ncols; i++) {
    const char *name = r->info->cols[i].name;
    il_buf_f(&r->out, "%s%J:", i ? "," : "{", name);
    il_value_json(r->plan, name, &cols[i], &r->out);
  }
  il_buf_char(&r->out, '}');
  r->found = 1;
  return IL_OK;
}

il_kind il_fn_cache_get(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[34];
  il_table_info *info;
  il_buf b;
  il_kind kind = il_role_target(call, "cache_get", &il_role_cache, 2, &t, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &t, args, err);
  if (kind == IL_OK)
    kind = call->port->table(call->port, t.name.p, t.name.n, call->arena, &info, err);
  if (kind != IL_OK) return kind;
  const il_cache *c = op->compiled;
  reading r = {.call = call, .plan = t.plan, .info = info};
  int n = t.plan->nkey;
  int64_t now = call->port->now(call->port);
  args[n] = il_instant(now);
  args[n + 1] = il_instant_bound(call, now);
  il_scratch(&b, call->arena);
  il_scratch(&r.out, call->arena);
  il_buf_f(&b, "UPDATE %s SET %I = ?%d WHERE ", t.qualified, t.plan->cols[c->accessed].name, n + 1);
  il_key_where(t.plan, 1, &b);
  if (c->expires >= 0) {
    const char *expires = t.plan->cols[c->expires].name;
    il_buf_f(&b, " AND (%I IS NULL OR ", expires);
    il_instant_sql(call, "", expires, &b);
    il_buf_f(&b, " > ?%d)", n + 2);
  }
  for (int i = 0; i < info->ncols; i++)
    il_buf_f(&b, "%s%I", i ? ", " : " RETURNING ", info->cols[i].name);
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  kind = call->port->exec(call->port, sql, args, n + 2, 1, read_row, &r, NULL, err);
  if (kind != IL_OK || !r.found) return kind;
  const char *text = il_scratch_text(&r.out);
  if (!text) return il_nomem(err);
  call->result = il_json(text, r.out.n);
  return IL_OK;
}

/* ---- cache_evict ---------------------------------------------------------------------------- */

/* Microseconds of a column, for an order in which NULL is the oldest. */
static void put_age(il_call *call, const il_plan *plan, const int *cols, int n, il_buf *b) {
  il_buf_str(b, "coalesce(");
  for (int i = 0; i < n; i++)
    if (cols[i] >= 0) il_buf_f(b, "%sinstant_us(%I), ", call->port->fn, plan->cols[cols[i]].name);
  il_buf_str(b, "-9000000000000000000) DESC, ");
}

static void put_expired(il_call *call, const il_plan *plan, const il_cache *c, const char *sign,
                        il_buf *b) {
  il_instant_sql(call, "", plan->cols[c->expires].name, b);
  il_buf_f(b, " %s ?1", sign);
}

/* From the row that was read last on, their sizes and number are added up: what is past a limit
** goes. ?1 now, ?2 bytes, ?3 rows. */
static void put_past_limits(il_call *call, const il_target *t, const il_cache *c, int bytes,
                            int rows, il_buf *b) {
  const il_plan *plan = t->plan;
  const int read[2] = {c->accessed, c->fetched};
  il_buf_char(b, '(');
  il_key_columns(plan, "", b);
  il_buf_str(b, ") IN (SELECT ");
  il_key_columns(plan, "", b);
  il_buf_str(b, " FROM (SELECT ");
  il_key_columns(plan, "", b);
  if (c->size >= 0)
    il_buf_f(b, ", sum(coalesce(%I, 0)) OVER w AS il_bytes", plan->cols[c->size].name);
  il_buf_f(b, ", count(*) OVER w AS il_rows FROM %s", t->qualified);
  if (c->expires >= 0) {
    il_buf_f(b, " WHERE %I IS NULL OR ", plan->cols[c->expires].name);
    put_expired(call, plan, c, ">", b);
  }
  il_buf_str(b, " WINDOW w AS (ORDER BY ");
  put_age(call, plan, read, 2, b);
  if (c->fetched >= 0) put_age(call, plan, &c->fetched, 1, b);
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(b, "%s%I DESC", i ? ", " : "", plan->cols[plan->key[i]].name);
  il_buf_str(b, " ROWS UNBOUNDED PRECEDING)) AS past WHERE ");
  if (bytes) il_buf_str(b, "il_bytes > ?2");
  if (rows) il_buf_f(b, "%sil_rows > ?3", bytes ? " OR " : "");
  il_buf_char(b, ')');
}

static il_kind limit_arg(il_call *call, int i, const char *name, il_value *out, il_error *err) {
  int64_t n;
  *out = il_null();
  if (i >= call->nargs || call->args[i].type == IL_T_NULL) return IL_OK;
  il_kind kind = il_arg_int(call, i, 0, 0, INT64_MAX, name, &n, err);
  *out = il_int(n);
  return kind;
}

il_kind il_fn_cache_evict(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[3];
  int64_t n = 0;
  il_buf b;
  il_kind kind = il_role_target(call, "cache_evict", &il_role_cache, 1, &t, &op, err);
  if (kind == IL_OK)
    kind = limit_arg(call, 1, "cache_evict: argument 2 (max_bytes)", &args[1], err);
  if (kind == IL_OK) kind = limit_arg(call, 2, "cache_evict: argument 3 (max_rows)", &args[2], err);
  if (kind != IL_OK) return kind;
  const il_cache *c = op->compiled;
  int bytes = args[1].type != IL_T_NULL, rows = args[2].type != IL_T_NULL;
  if (bytes && c->size < 0)
    return il_error_set(err, IL_NO_OBJECT, "cache_evict: the rulebook names no \"size\" of %s",
                        t.plan->table);
  call->result = il_int(0);
  if (!bytes && !rows && c->expires < 0) return IL_OK;
  args[0] = il_instant_bound(call, call->port->now(call->port));
  if (!bytes) args[1] = il_int(0); /* not in the statement then */
  if (!rows) args[2] = il_int(0);
  il_scratch(&b, call->arena);
  il_buf_f(&b, "DELETE FROM %s WHERE ", t.qualified);
  if (c->expires >= 0) put_expired(call, t.plan, c, "<=", &b);
  if (bytes || rows) {
    if (c->expires >= 0) il_buf_str(&b, " OR ");
    put_past_limits(call, &t, c, bytes, rows, &b);
  }
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  kind = call->port->exec(call->port, sql, args, 3, 0, NULL, NULL, &n, err);
  call->result = il_int(n);
  return kind;
}
