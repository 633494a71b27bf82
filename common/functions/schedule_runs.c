/*
** schedule_runs.c: runs that nobody begins or ends in time.
**
** A run that is still pending when its grace is over is missed: nobody may begin it any more, and
** it would stand in the way of the slots to come. A run whose lease has passed has lost its worker.
** In PostgreSQL rows that another session holds are left for a later tick.
*/
#include "functions/schedule.h"
#include "values/instant.h"
#include <string.h>

/* Runs to be moved, as selected: the schedule, the slot, the key columns. */
typedef struct moving {
  il_scheduler *c;
  const il_value *row;
  int from, to; /* IL_SS_… */
  const char *error;
} moving;

static il_value code_of(const il_code *code) {
  return code->integer ? il_int(code->i) : il_text(code->text, code->n);
}

static il_kind move(void *ctx, il_error *err) {
  moving *m = ctx;
  il_scheduler *c = m->c;
  const il_schedule *s = c->s;
  const il_plan *plan = c->run_plan;
  il_call *call = c->t->call;
  il_value args[36] = {code_of(&s->state[m->to]), code_of(&s->state[m->from]), il_str(m->error)};
  il_buf sql;
  il_scratch(&sql, call->arena);
  il_buf_f(&sql, "UPDATE %s SET %I = ?1", c->run_table, s->run[IL_SR_STATUS]);
  if (s->run[IL_SR_ERROR]) il_buf_f(&sql, ", %I = ?3", s->run[IL_SR_ERROR]);
  il_buf_f(&sql, " WHERE %I = ?2 AND ", s->run[IL_SR_STATUS]);
  /* A parameter that the statement has no use for would have no type. */
  int n = s->run[IL_SR_ERROR] ? 3 : 2;
  il_key_where(plan, n + 1, &sql);
  for (int i = 0; i < plan->nkey; i++)
    args[n++] = m->row[2 + i];
  const char *text = il_scratch_text(&sql);
  if (!text) return il_nomem(err);
  return call->port->exec(call->port, text, args, n, 1, NULL, NULL, NULL, err);
}

static il_kind tell(moving *m, il_error *err) {
  il_scheduler *c = m->c;
  il_value key = m->row[2];
  il_buf b;
  int64_t at = 0;
  if (!c->out) return IL_OK;
  if (c->run_plan->nkey > 1) {
    il_scratch(&b, c->t->call->arena);
    for (int i = 0; i < c->run_plan->nkey; i++) {
      il_buf_char(&b, i ? ',' : '[');
      il_key_part(&m->row[2 + i], &b);
    }
    il_buf_char(&b, ']');
    if (!il_scratch_text(&b)) return il_nomem(err);
    key = il_text(b.p, b.n);
  }
  il_kind kind = il_value_instant(&m->row[1], &at, err);
  if (kind != IL_OK) return kind;
  return il_scheduler_tell(c, &m->row[0], at, c->s->state_name[m->to], m->error, &key, err);
}

/* Those that cannot be moved stay, and are stepped over. */
static il_kind move_all(il_scheduler *c, const il_rows *rows, int from, int to, const char *error,
                        il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < rows->n; i++) {
    moving m = {c, il_rows_at(rows, i, 0), from, to, error};
    int ok;
    kind = il_tick_try(c->t, move, &m, &ok, err);
    if (!ok) c->t->skip++;
    if (kind != IL_OK || !ok) continue;
    il_tick_did(c->t, 1);
    kind = tell(&m, err);
  }
  return kind;
}

/* SELECT … FROM runs AS r: what a moving row is. */
static void select_runs(const il_scheduler *c, il_buf *sql) {
  il_buf_f(sql, "SELECT r.%I, r.%I, ", c->s->run[IL_SR_SCHEDULE], c->s->run[IL_SR_AT]);
  il_key_columns(c->run_plan, "r.", sql);
  il_buf_f(sql, " FROM %s AS r", c->run_table);
}

/* `r."status" = 'RUNNING'`: as the indexes have it, or they would not be read. */
static void in_state(const il_scheduler *c, int state, il_buf *sql) {
  il_buf_f(sql, " WHERE r.%I = ", c->s->run[IL_SR_STATUS]);
  il_code_sql(&c->s->state[state], sql);
}

/* In the order of the schedules, which two ticks at once lock one after the other. */
static il_kind find(il_scheduler *c, il_buf *sql, int only_look, il_rows *rows, il_error *err) {
  il_call *call = c->t->call;
  il_value args[3] = {il_instant(c->now), il_int(only_look ? 1 : c->t->room), il_int(c->t->skip)};
  if (call->port->engine == IL_SQLITE) args[0] = il_int(c->now);
  if (!only_look)
    il_buf_f(sql, " ORDER BY r.%I, r.%I", c->s->run[IL_SR_SCHEDULE], c->s->run[IL_SR_AT]);
  il_buf_str(sql, " LIMIT ?2 OFFSET ?3");
  if (!only_look && call->port->engine == IL_POSTGRES)
    il_buf_str(sql, " FOR UPDATE OF r SKIP LOCKED");
  const char *text = il_scratch_text(sql);
  if (!text) return il_nomem(err);
  return il_scheduler_read(c, text, args, 3, rows, err);
}

il_kind il_runs_stale(il_scheduler *c, int only_look, int *n, il_error *err) {
  const il_schedule *s = c->s;
  const il_plan *plan = c->t->target.plan;
  int sqlite = c->t->call->port->engine == IL_SQLITE, col = s->col[IL_SC_GRACE];
  il_rows rows = {0};
  il_buf sql;
  *n = 0;
  if (!c->run_plan || (col < 0 && s->grace < 0)) return IL_OK;
  il_scratch(&sql, c->t->call->arena);
  select_runs(c, &sql);
  il_buf_f(&sql, " JOIN %s AS s ON s.%I = r.%I", c->t->target.qualified,
           plan->cols[plan->key[0]].name, s->run[IL_SR_SCHEDULE]);
  in_state(c, IL_SS_PENDING, &sql);
  if (s->run[IL_SR_ATTEMPTS]) il_buf_f(&sql, " AND coalesce(r.%I, 0) = 0", s->run[IL_SR_ATTEMPTS]);
  il_buf_f(&sql,
           sqlite ? " AND instant_us(r.%I) < ?1 - 1000000 * "
                  : " AND r.%I < ?1 - interval '1 second' * ",
           s->run[IL_SR_AT]);
  /* What was written past the guards may be out of range. */
  if (col >= 0)
    il_buf_f(&sql, sqlite ? "min(max(s.%I, 0), %lld)" : "least(greatest(s.%I, 0), %lld)",
             plan->cols[col].name, (long long)IL_SCHEDULE_SECONDS_MAX);
  else
    il_buf_int(&sql, s->grace);
  il_kind kind = find(c, &sql, only_look, &rows, err);
  *n = kind == IL_OK ? rows.n : 0;
  if (kind != IL_OK || only_look) return kind;
  return move_all(c, &rows, IL_SS_PENDING, IL_SS_MISSED, "not started in time", err);
}

il_kind il_runs_expired(il_scheduler *c, int only_look, int *n, il_error *err) {
  const char *lease = c->s->run[IL_SR_LEASE];
  int sqlite = c->t->call->port->engine == IL_SQLITE;
  il_rows rows = {0};
  il_buf sql;
  *n = 0;
  if (!c->run_plan || !lease) return IL_OK;
  il_scratch(&sql, c->t->call->arena);
  select_runs(c, &sql);
  in_state(c, IL_SS_RUNNING, &sql);
  il_buf_f(&sql, sqlite ? " AND instant_us(r.%I) <= ?1" : " AND r.%I <= ?1", lease);
  il_kind kind = find(c, &sql, only_look, &rows, err);
  *n = kind == IL_OK ? rows.n : 0;
  if (kind != IL_OK || only_look) return kind;
  return move_all(c, &rows, IL_SS_RUNNING, IL_SS_FAILED, "lease expired", err);
}
