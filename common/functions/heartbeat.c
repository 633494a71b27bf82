/*
** heartbeat.c: signs of life.
**
**   SELECT heartbeat('agents', 'a1');            true while it is alive; its heartbeat is now
**   SELECT heartbeat_expire('agents');           how many were silent for longer than the timeout
**   SELECT heartbeat_expire('agents', 60);       and are now what the rulebook calls lost
*/
#include "functions/due.h"

/* " AND state IN (…)", nothing without a state. */
static void alive_sql(const il_target *t, const il_heartbeat *h, il_buf *out) {
  if (h->state < 0) return;
  il_buf_f(out, " AND %I IN (", t->plan->cols[h->state].name);
  for (int i = 0; i < h->nalive; i++) {
    if (i) il_buf_str(out, ", ");
    il_code_sql(&h->alive[i], out);
  }
  il_buf_char(out, ')');
}

static il_kind see_row(void *ctx, const il_value *cols, int ncols, il_error *err) {
  (void)cols;
  (void)ncols;
  (void)err;
  *(int *)ctx = 1;
  return IL_OK;
}

/* Stamps, unless another has stamped a later instant; then it is only asked who is alive. */
il_kind il_fn_heartbeat(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[34];
  il_buf stamp, ask;
  int alive = 0, n = 0;
  il_kind kind = il_role_target(call, "heartbeat", &il_role_heartbeat, 2, &t, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &t, args, err);
  if (kind != IL_OK) return kind;
  const il_heartbeat *h = op->compiled;
  const char *column = t.plan->cols[h->col].name;
  int64_t now = call->port->now(call->port);
  n = t.plan->nkey;
  il_scratch(&stamp, call->arena);
  il_scratch(&ask, call->arena);
  il_buf_f(&ask, "SELECT 1 FROM %s WHERE ", t.qualified);
  il_key_where(t.plan, 1, &ask);
  alive_sql(&t, h, &ask);
  args[n] = il_instant(now);
  args[n + 1] = il_instant_bound(call, now);
  il_buf_f(&stamp, "UPDATE %s SET %I = ?%d WHERE ", t.qualified, column, n + 1);
  il_key_where(t.plan, 1, &stamp);
  alive_sql(&t, h, &stamp);
  il_buf_f(&stamp, " AND (%I IS NULL OR ", column);
  il_instant_sql(call, "", column, &stamp);
  il_buf_f(&stamp, " <= ?%d) RETURNING 1", n + 2);
  const char *update = il_scratch_text(&stamp), *select = il_scratch_text(&ask);
  if (!update || !select) return il_nomem(err);
  kind = call->port->exec(call->port, update, args, n + 2, 1, see_row, &alive, NULL, err);
  if (kind == IL_OK && !alive)
    kind = call->port->exec(call->port, select, args, n, 1, see_row, &alive, NULL, err);
  call->result = il_int(alive);
  return kind;
}

/* ---- the lost ------------------------------------------------------------------------------- */

/* Lost when strictly older than the timeout. */
static il_due silent(il_call *call, const il_target *t, const il_heartbeat *h, int64_t timeout) {
  il_due d = {.target = t, .col = h->col, .state = h->state, .nfrom = h->nalive, .to = h->lost};
  memcpy(d.from, h->alive, sizeof d.from);
  d.m = il_plan_machine_at(t->plan, h->state);
  d.until = call->port->now(call->port) - timeout * 1000000 - 1;
  return d;
}

il_kind il_fn_heartbeat_expire(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  int64_t timeout, n = 0;
  il_kind kind = il_role_target(call, "heartbeat_expire", &il_role_heartbeat, 1, &t, &op, err);
  if (kind != IL_OK) return kind;
  const il_heartbeat *h = op->compiled;
  kind = il_seconds_arg(call, 1, h->timeout, 0, "heartbeat_expire: argument 2 (timeout_seconds)",
                        &timeout, err);
  if (kind != IL_OK) return kind;
  if (h->state < 0)
    return il_error_set(err, IL_NO_OBJECT,
                        "heartbeat_expire: the rulebook says no state of %s that is lost",
                        t.plan->table);
  il_due d = silent(call, &t, h, timeout);
  kind = il_due_all(call, &d, &n, err);
  call->result = il_int(n);
  return kind;
}

static int has(const il_plan *plan) {
  const il_op *op = il_plan_role_op(plan, &il_role_heartbeat);
  return op && ((const il_heartbeat *)op->compiled)->state >= 0;
}

static il_due of_tick(il_tick *t) {
  const il_heartbeat *h = il_plan_role_op(t->target.plan, &il_role_heartbeat)->compiled;
  return silent(t->call, &t->target, h, h->timeout);
}

static il_kind due(il_tick *t, int *found, il_error *err) {
  il_due d = of_tick(t);
  return il_due_any(t->call, &d, found, err);
}

static il_kind batch(il_tick *t, il_error *err) {
  il_due d = of_tick(t);
  d.free_only = 1;
  return il_due_batch(t, &d, err);
}

const il_job il_job_heartbeat = {"heartbeat", has, due, batch};
