/*
** retry.c: work that failed.
**
**   SELECT retry_delay(3, 60, 2, 3600);                       240
**   SELECT retry_fail('jobs', 17, 'connection refused', 3);   {"result":"again","attempt":1,…}
**
** The n-th failure is followed by an attempt after min(cap, base * factor^(n-1)) seconds, until the
** rulebook's attempts are used up; jitter comes from a hash of key and attempt, so every rerun
** gives the same times.
*/
#include "functions/tick.h"
#include "functions/work.h"
#include "values/instant.h"
#include <string.h>

/* ---- retry_delay ---------------------------------------------------------------------------- */

static il_kind real_arg(il_call *call, int i, double otherwise, double *out, il_error *err) {
  char shown[64];
  *out = otherwise;
  if (i >= call->nargs || call->args[i].type == IL_T_NULL) return IL_OK;
  const il_value *v = &call->args[i];
  if (v->type == IL_T_INT)
    *out = (double)v->i;
  else if (v->type == IL_T_REAL)
    *out = v->r;
  else
    return il_error_set(err, IL_ARGUMENT, "retry_delay: argument %d must be a number, not %s",
                        i + 1, il_value_show(v, shown, sizeof shown));
  return IL_OK;
}

il_kind il_fn_retry_delay(il_call *call, il_error *err) {
  double base = 0, factor = 1, cap = 0, jitter = 0;
  int64_t attempt;
  il_backoff b;
  char key[24];
  il_kind kind = il_arg_require(call, 4, "retry_delay", err);
  if (kind == IL_OK)
    kind = il_arg_int(call, 0, 1, 1, INT64_MAX, "retry_delay: argument 1 (attempt)", &attempt, err);
  if (kind == IL_OK) kind = real_arg(call, 1, 0, &base, err);
  if (kind == IL_OK) kind = real_arg(call, 2, 1, &factor, err);
  if (kind == IL_OK) kind = real_arg(call, 3, 0, &cap, err);
  if (kind == IL_OK) kind = real_arg(call, 4, 0, &jitter, err);
  if (kind == IL_OK && base > cap) base = cap; /* min(cap, …) */
  if (kind == IL_OK) kind = il_backoff_seconds(base, factor, cap, jitter, &b, err);
  if (kind != IL_OK) return kind;
  il_value n = il_int(attempt);
  il_value_show(&n, key, sizeof key);
  int64_t us = il_backoff_delay(&b, attempt, key, strlen(key));
  call->result = us % 1000000 || call->port->engine == IL_POSTGRES ? il_real((double)us / 1e6)
                                                                   : il_int(us / 1000000);
  return IL_OK;
}

/* ---- retry_fail ----------------------------------------------------------------------------- */

static il_kind run_failed(il_work *w, il_attempt *a, il_error *err) {
  il_call *call = w->call;
  il_kind kind = call->port->atomic(call->port, 1, 0, err);
  if (kind != IL_OK) return kind;
  if (call->port->engine == IL_SQLITE) {
    const char *state = w->t->plan->cols[w->m->col].name;
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, w->t->qualified, state, state);
  }
  if (kind == IL_OK) kind = il_work_failed(w, a, err);
  return il_finish(call, kind, err);
}

il_kind il_fn_retry_fail(il_call *call, il_error *err) {
  il_target t;
  il_work w;
  il_value key[32], token = il_null(), none = il_null(), payload;
  il_attempt a = {.key = key, .error = il_null(), .result = "lost"};
  il_error ignored;
  il_kind kind = il_arg_require(call, 2, "retry_fail", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "retry_fail", &t, err);
  if (kind == IL_OK) kind = il_work_of(call, &t, 0, 1, &w, err);
  if (kind == IL_OK && !w.r)
    kind = il_error_set(err, IL_NO_OBJECT,
                        "retry_fail: the retry of %s is about another machine than its queue",
                        t.plan->table);
  if (kind != IL_OK) return kind;
  il_value text = il_arg(call, 1);
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_key_read(call, &t, &text, key, err);
  if (kind == IL_OK && call->nargs > 3 && call->args[3].type != IL_T_NULL) {
    token = il_int(0);
    a.token = &token;
    kind = il_arg_int(call, 3, 0, 0, INT64_MAX, "retry_fail: argument 4 (token)", &token.i, err);
  }
  a.has_at = call->nargs > 4 && call->args[4].type != IL_T_NULL;
  if (kind == IL_OK && a.has_at) kind = il_value_instant(&call->args[4], &a.at, err);
  a.error = il_arg(call, 2);
  if (kind == IL_OK && a.error.type != IL_T_NULL) {
    const char *json = il_textf(call->arena, "{\"error\":%J}", a.error.p);
    if (!json) return il_nomem(err);
    payload = il_str(json);
    kind = call->port->set(call->port, "payload", &payload, err);
  }
  if (kind == IL_OK) kind = run_failed(&w, &a, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "payload", &none, &ignored);
  return kind == IL_OK ? il_work_answer(call, &w, &a, 1, err) : kind;
}

/* ---- the tick: what waits is ready when its time has come ------------------------------------ */

static int has(const il_plan *plan) {
  const il_retry *r = il_plan_retry(plan, NULL);
  return r && r->has_wait;
}

/* Keys of rows whose time has come, the longest waiting first. */
static il_kind waiting(il_tick *t, il_work *w, int64_t limit, int lock, il_rows *rows,
                       il_error *err) {
  const il_plan *plan = t->target.plan;
  il_sql s;
  il_sql_start(&s, t->call, "SELECT ");
  il_key_columns(plan, "", &s.text);
  il_buf_f(&s.text, " FROM %s WHERE %I = ", t->target.qualified, plan->cols[w->r->state].name);
  il_sql_code(&s, &w->r->wait);
  il_buf_str(&s.text, " AND ");
  if (t->call->port->engine == IL_SQLITE) { /* by the index; the instant itself may say no */
    il_buf_f(&s.text, "%I <= ", plan->cols[w->r->next_at].name);
    il_sql_value(&s, il_instant(w->now));
    il_buf_str(&s.text, " AND ");
  }
  il_sql_reached(&s, w, "", w->r->next_at, 1);
  il_buf_f(&s.text, " ORDER BY %I LIMIT %lld OFFSET %lld", plan->cols[w->r->next_at].name,
           (long long)limit, (long long)t->skip);
  if (lock && t->call->port->engine == IL_POSTGRES)
    il_buf_str(&s.text, " FOR NO KEY UPDATE SKIP LOCKED");
  return il_sql_run(&s, t->call, rows, err);
}

static il_kind due(il_tick *t, int *yes, il_error *err) {
  il_work w;
  il_rows rows = {0};
  *yes = 0;
  il_kind kind = il_work_of(t->call, &t->target, 0, 1, &w, err);
  if (kind == IL_OK && w.r) kind = waiting(t, &w, 1, 0, &rows, err);
  *yes = rows.n > 0;
  return kind;
}

typedef struct wake {
  il_work *w;
  const il_value *key;
} wake;

static il_kind wake_one(void *ctx, il_error *err) {
  wake *k = ctx;
  il_work *w = k->w;
  const il_plan *plan = w->t->plan;
  il_sql s;
  il_rows rows;
  il_sql_start(&s, w->call, "UPDATE ");
  il_buf_f(&s.text, "%s SET ", w->t->qualified);
  il_sql_set(&s, plan, w->r->state);
  il_sql_code(&s, &w->r->again);
  il_sql_step_version(&s, w);
  il_buf_str(&s.text, " WHERE ");
  il_sql_key(&s, plan, k->key);
  il_buf_f(&s.text, " AND %I = ", plan->cols[w->r->state].name);
  il_sql_code(&s, &w->r->wait);
  il_buf_str(&s.text, " RETURNING 1");
  return il_sql_run(&s, w->call, &rows, err);
}

static il_kind batch(il_tick *t, il_error *err) {
  il_work w;
  il_rows rows = {0};
  il_value actor = il_str("system:retry");
  int64_t failed = 0;
  il_kind kind = il_work_of(t->call, &t->target, 0, 1, &w, err);
  if (kind != IL_OK || !w.r) return kind;
  kind = t->call->port->set(t->call->port, "acting", &actor, err);
  if (kind == IL_OK) kind = waiting(t, &w, t->room, 1, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    wake k = {&w, il_rows_at(&rows, i, 0)};
    int ok = 0;
    kind = il_tick_try(t, wake_one, &k, &ok, err);
    if (kind == IL_OK && ok) il_tick_did(t, 1);
    failed += !ok;
  }
  t->skip += failed;
  t->more = rows.n == t->room;
  return kind;
}

const il_job il_job_retry = {"retry", has, due, batch};
