/*
** expiry.c: rows that are over.
**
**   SELECT expire_purge('memories');      deletes them, or moves them on; how many
*/
#include "functions/due.h"
#include "rules/permit.h"
#include "values/instant.h"

/* What is due now. Rows that go to a state come from every state with an edge to it. */
static il_due due_now(il_call *call, const il_target *t, const il_op *op) {
  const il_expiry *e = op->compiled;
  il_due d = {.target = t, .col = e->col, .state = e->machine, .to = e->to};
  d.until = call->port->now(call->port);
  if (e->keep && __builtin_sub_overflow(d.until, e->keep * 1000000, &d.until)) d.until = INT64_MIN;
  if (d.until < IL_INSTANT_MIN) d.until = IL_INSTANT_MIN;
  if (e->machine < 0) return d;
  d.m = il_plan_machine_at(t->plan, e->machine);
  if (!d.m) return d;
  il_value code = e->to.integer ? il_int(e->to.i) : il_text(e->to.text, e->to.n);
  int to = il_machine_stored(d.m, &code);
  for (int s = 0; s < d.m->nstates && to >= 0 && d.nfrom < IL_ALIVE_MAX; s++) {
    const il_state *state = &d.m->states[s];
    if (s == to || !il_machine_can(d.m, s, to)) continue;
    d.from[d.nfrom++] = (il_code){.text = state->code,
                                  .n = strlen(state->code),
                                  .i = state->icode,
                                  .integer = d.m->integer_codes};
  }
  return d;
}

/* All at once; what a guard refuses is this call's error. */
static il_kind delete_all(il_call *call, const il_due *d, int64_t *n, il_error *err) {
  il_value until = il_instant_bound(call, d->until);
  il_buf b;
  il_scratch(&b, call->arena);
  il_buf_f(&b, "DELETE FROM %s WHERE ", d->target->qualified);
  il_instant_sql(call, "", d->target->plan->cols[d->col].name, &b);
  il_buf_str(&b, " <= ?1");
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, &until, 1, 1, NULL, NULL, n, err);
}

/* Rows that nobody else may delete. */
static il_kind delete_kept(il_call *call, const il_due *d, int64_t *n, il_error *err) {
  il_error ignored;
  il_value none = il_null(),
           permit = il_str(il_permit_before(call->arena, d->target->plan, d->col, d->until + 1));
  if (permit.type == IL_T_NULL) return il_nomem(err);
  il_kind kind = call->port->set(call->port, "permit", &permit, err);
  if (kind == IL_OK) kind = delete_all(call, d, n, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "permit", &none, &ignored);
  return kind;
}

il_kind il_fn_expire_purge(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  int64_t n = 0;
  il_kind kind = il_role_target(call, "expire_purge", &il_role_expiry, 1, &t, &op, err);
  if (kind != IL_OK) return kind;
  il_due d = due_now(call, &t, op);
  const il_expiry *e = op->compiled;
  if (e->keep)
    kind = delete_kept(call, &d, &n, err);
  else
    kind = d.state < 0 ? delete_all(call, &d, &n, err) : il_due_all(call, &d, &n, err);
  call->result = il_int(n);
  return kind;
}

/* ---- the tick ------------------------------------------------------------------------------- */

/* What is kept goes when somebody says so. */
static int has(const il_plan *plan) {
  const il_op *op = il_plan_role_op(plan, &il_role_expiry);
  const il_expiry *e = op ? op->compiled : NULL;
  return e && !e->keep;
}

static il_kind due(il_tick *t, int *found, il_error *err) {
  il_due d = due_now(t->call, &t->target, il_plan_role_op(t->target.plan, &il_role_expiry));
  return il_due_any(t->call, &d, found, err);
}

static il_kind batch(il_tick *t, il_error *err) {
  il_due d = due_now(t->call, &t->target, il_plan_role_op(t->target.plan, &il_role_expiry));
  d.free_only = 1;
  return il_due_batch(t, &d, err);
}

const il_job il_job_expiry = {"expiry", has, due, batch};
