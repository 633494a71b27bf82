/*
** schedule_tick.c: what is due is planned.
**
**   SELECT * FROM schedule_tick('core_schedules');        schedule, scheduled_at, status, reason, run
**   SELECT interlock_tick();                              the same as one job of all
**
** A due schedule gets a row in the runs' table for its newest slot: pending, or skipped when as
** many of its runs wait or run as may. Slots before that one, and the newest itself when it is past
** its grace, are missed: one row for all of them, at the oldest. The rows and the slot that comes
** next are written together, and a unique index lets a slot happen once whoever ticks. What cannot
** be computed or written is marked and stays due; the others go on.
*/
#include "functions/schedule.h"
#include "rules/permit.h"
#include "values/instant.h"
#include <string.h>

enum { STAY_MAX = 10000 }; /* schedules that stay due, in one tick */
enum { STALE, EXPIRED, DUE, OVER };

/* One due schedule: all of it is computed before a statement runs. */
typedef struct due {
  il_scheduler *c;
  const il_value *row; /* key, next, … */
  il_slots slots;
  int64_t from, next;
  int has_next;
  const char *broken; /* why nothing can be computed; NULL: it can */
} due;

/* ---- computing ------------------------------------------------------------------------------ */

static const char *column_name(const il_scheduler *c, int i) {
  return c->t->target.plan->cols[c->s->col[i]].name;
}

static int has_column(const due *d, int i) {
  return d->c->at[i] >= 0;
}
static il_value value_at(const due *d, int i) {
  return has_column(d, i) ? d->row[d->c->at[i]] : il_null();
}

/* Rows that were written past the guards can hold anything. */
static il_kind is_broken(due *d, int col, const char *why, il_error *err) {
  d->broken = il_textf(d->c->t->call->arena, "%s: %s", column_name(d->c, col), why);
  return d->broken ? IL_OK : il_nomem(err);
}

static int is_within(const due *d, int i, int64_t least, int64_t most) {
  il_value v = value_at(d, i);
  return !has_column(d, i) || (v.type == IL_T_INT && v.i >= least && v.i <= most);
}

static il_kind compute(due *d, il_error *err) {
  il_timing timing;
  il_error why;
  il_kind kind = il_value_instant(&d->row[1], &d->from, &why);
  if (kind != IL_OK) return is_broken(d, IL_SC_NEXT, why.message, err);
  if (!is_within(d, IL_SC_MAX, 1, INT32_MAX))
    return is_broken(d, IL_SC_MAX, "must be a number of at least 1", err);
  if (!is_within(d, IL_SC_GRACE, 0, IL_SCHEDULE_SECONDS_MAX))
    return is_broken(d, IL_SC_GRACE, "must be a number from 0 on", err);
  il_error_clear(&why);
  kind = il_scheduler_timing(d->c, d->row, &timing, &why);
  if (kind == IL_NOMEM) return il_nomem(err);
  if (kind != IL_OK) return is_broken(d, timing.col, why.message, err);
  il_timing_due(&timing, d->from, d->c->now, &d->slots);
  d->has_next = il_timing_after(&timing, d->from, d->c->now, &d->next);
  return IL_OK;
}

/* A limit of the row, else the one for all; -1: none. */
static int64_t limit_of(const due *d, int i, int64_t otherwise) {
  il_value v = value_at(d, i);
  return v.type == IL_T_INT ? v.i : otherwise;
}

static int too_late(const due *d) {
  int64_t grace = limit_of(d, IL_SC_GRACE, d->c->s->grace);
  return grace >= 0 && d->c->now - d->slots.newest > grace * 1000000;
}

/* ---- the rows of runs ----------------------------------------------------------------------- */

static il_value code_of(const il_code *code) {
  return code->integer ? il_int(code->i) : il_text(code->text, code->n);
}

/* "<schedule>@2026-01-31T12:00:00Z": the same wherever the slot is planned. */
static il_value run_id(const due *d, int64_t slot, il_arena *arena) {
  char text[32];
  il_buf b;
  il_instant_format(slot, text);
  if (slot % 1000000 == 0) memcpy(text + 19, "Z", 2);
  il_scratch(&b, arena);
  il_value_text(&d->row[0], &b);
  il_buf_f(&b, "@%s", text);
  return il_scratch_text(&b) ? il_text(b.p, b.n) : il_null();
}

typedef struct insert {
  const char *cols[IL_SC_NAMES_MAX + 8];
  il_value args[IL_SC_NAMES_MAX + 8];
  int n;
} insert;

static void add(insert *in, const char *column, il_value v) {
  if (!column) return;
  in->cols[in->n] = column;
  in->args[in->n++] = v;
}

static const char *insert_sql(const due *d, const insert *in) {
  const il_scheduler *c = d->c;
  il_buf sql;
  il_scratch(&sql, c->t->call->arena);
  il_buf_f(&sql, "INSERT INTO %s (", c->run_table);
  for (int i = 0; i < in->n; i++)
    il_buf_f(&sql, "%s%I", i ? ", " : "", in->cols[i]);
  for (int i = 0; i < in->n; i++)
    il_buf_f(&sql, "%s?%d", i ? ", " : ") VALUES (", i + 1);
  il_buf_f(&sql, ") ON CONFLICT (%I, %I) DO NOTHING RETURNING ", c->s->run[IL_SR_SCHEDULE],
           c->s->run[IL_SR_AT]);
  il_key_columns(c->run_plan, "", &sql);
  return il_scratch_text(&sql);
}

static il_value run_key(const due *d, const il_rows *rows) {
  int n = d->c->run_plan->nkey;
  il_buf b;
  if (rows->n == 0) return il_null();
  if (n == 1) return *il_rows_at(rows, 0, 0);
  il_scratch(&b, d->c->t->call->arena);
  for (int i = 0; i < n; i++) {
    il_buf_char(&b, i ? ',' : '[');
    il_key_part(il_rows_at(rows, 0, i), &b);
  }
  il_buf_char(&b, ']');
  return il_scratch_text(&b) ? il_text(b.p, b.n) : il_null();
}

/* A run that is there already was planned by somebody else: it stays as it is. */
static il_kind plan_run(due *d, int64_t slot, int state, const char *reason, il_error *err) {
  il_scheduler *c = d->c;
  const il_schedule *s = c->s;
  il_call *call = c->t->call;
  const char *text = state == IL_SS_SKIPPED || state == IL_SS_MISSED ? reason : NULL;
  insert in = {.n = 0};
  il_rows rows;
  if (!c->run_plan)
    return il_scheduler_tell(c, &d->row[0], slot, state == IL_SS_MISSED ? "missed" : "due", reason,
                             NULL, err);
  if (c->id) {
    il_value id = run_id(d, slot, call->arena);
    if (id.type == IL_T_NULL) return il_nomem(err);
    add(&in, c->run_plan->cols[c->run_plan->key[0]].name, id);
  }
  add(&in, s->run[IL_SR_SCHEDULE], d->row[0]);
  add(&in, s->run[IL_SR_AT], il_instant(slot));
  add(&in, s->run[IL_SR_STATUS], code_of(&s->state[state]));
  if (text) add(&in, s->run[state == IL_SS_SKIPPED ? IL_SR_REASON : IL_SR_ERROR], il_str(text));
  for (int i = 0; i < s->nnames; i++)
    add(&in, s->name[i].run, d->row[c->names + i]);
  const char *sql = insert_sql(d, &in);
  if (!sql) return il_nomem(err);
  il_rows_init(&rows, call->arena);
  il_kind kind = call->port->exec(call->port, sql, in.args, in.n, 1, il_rows_add, &rows, NULL, err);
  if (kind != IL_OK) return kind;
  il_value key = run_key(d, &rows);
  return il_scheduler_tell(c, &d->row[0], slot, rows.n ? s->state_name[state] : "duplicate",
                           rows.n ? reason : NULL, &key, err);
}

/* Are as many runs pending or running as may be? */
static il_kind is_full(const due *d, int *full, il_error *err) {
  const il_scheduler *c = d->c;
  const il_schedule *s = c->s;
  il_call *call = c->t->call;
  int64_t max = limit_of(d, IL_SC_MAX, s->max);
  il_value args[2] = {d->row[0], il_int(max)};
  il_rows rows;
  il_buf b;
  *full = 0;
  if (max < 0 || !c->run_plan) return IL_OK;
  il_scratch(&b, call->arena);
  il_buf_f(&b, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE %I = ?1 AND (", c->run_table,
           s->run[IL_SR_SCHEDULE]);
  il_schedule_open_sql(s, "", &b);
  il_buf_str(&b, ") LIMIT ?2) AS r");
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  il_kind kind = il_scheduler_read(c, sql, args, 2, &rows, err);
  *full = kind == IL_OK && rows.n && il_rows_at(&rows, 0, 0)->i >= max;
  return kind;
}

static const char *missed_text(il_arena *arena, int64_t n, int64_t first, int64_t last) {
  char a[32], b[32];
  il_instant_format(first, a);
  il_instant_format(last, b);
  return n == 1 ? il_textf(arena, "1 slot missed: %s", a)
                : il_textf(arena, "%lld slots missed: %s to %s", (long long)n, a, b);
}

static il_kind plan_runs(due *d, il_error *err) {
  il_arena *arena = d->c->t->call->arena;
  int late = too_late(d), full = 0;
  int64_t missed = d->slots.n - !late;
  il_kind kind = IL_OK;
  if (missed > 0) {
    const char *text =
        missed_text(arena, missed, d->from, late ? d->slots.newest : d->slots.before);
    if (!text) return il_nomem(err);
    kind = plan_run(d, d->from, IL_SS_MISSED, text, err);
  }
  if (kind != IL_OK || late) return kind;
  kind = is_full(d, &full, err);
  if (kind != IL_OK) return kind;
  return plan_run(d, d->slots.newest, full ? IL_SS_SKIPPED : IL_SS_PENDING,
                  full ? "max_instances" : NULL, err);
}

/* ---- the schedule's row --------------------------------------------------------------------- */

/* Nobody else may write the slot that comes next. */
static il_kind write_schedule(due *d, const char *set, const il_value *args, int n, il_error *err) {
  il_tick *t = d->c->t;
  il_call *call = t->call;
  il_port *port = call->port;
  const char *permit = il_permit_key(call->arena, t->target.plan, &d->row[0]),
             *sql = il_textf(call->arena, "UPDATE %s SET %s WHERE %I = ?%d", t->target.qualified,
                             set, t->target.plan->cols[t->target.plan->key[0]].name, n + 1);
  il_value all[4] = {{0}}, v = il_str(permit), none = il_null();
  il_error ignored;
  if (!permit || !sql) return il_nomem(err);
  memcpy(all, args, (size_t)n * sizeof *args);
  all[n] = d->row[0];
  il_kind kind = port->set(port, "permit", &v, err);
  if (kind == IL_OK) kind = port->exec(port, sql, all, n + 1, 1, NULL, NULL, NULL, err);
  il_error_clear(&ignored);
  (void)port->set(port, "permit", &none, &ignored);
  return kind;
}

static il_kind do_one(void *ctx, il_error *err) {
  due *d = ctx;
  const il_scheduler *c = d->c;
  il_value next = d->has_next ? il_instant(d->next) : il_null();
  int clear = value_at(d, IL_SC_ERROR).type != IL_T_NULL;
  il_kind kind = plan_runs(d, err);
  if (kind != IL_OK) return kind;
  const char *set =
      clear ? il_textf(c->t->call->arena, "%I = CAST(?1 AS %s), %I = NULL",
                       column_name(c, IL_SC_NEXT),
                       c->t->call->port->engine == IL_SQLITE ? "TEXT" : "pg_catalog.timestamptz",
                       column_name(c, IL_SC_ERROR))
            : il_textf(c->t->call->arena, "%I = CAST(?1 AS %s)", column_name(c, IL_SC_NEXT),
                       c->t->call->port->engine == IL_SQLITE ? "TEXT" : "pg_catalog.timestamptz");
  if (!set) return il_nomem(err);
  return write_schedule(d, set, &next, 1, err);
}

static il_kind write_mark(void *ctx, il_error *err) {
  due *d = ctx;
  il_value v = il_str(d->broken);
  const char *set = il_textf(d->c->t->call->arena, "%I = ?1", column_name(d->c, IL_SC_ERROR));
  return set ? write_schedule(d, set, &v, 1, err) : il_nomem(err);
}

/* Says in the row why it does not go on; a text that is there already is not written again. */
static il_kind mark(due *d, il_error *err) {
  il_tick *t = d->c->t;
  il_value has = value_at(d, IL_SC_ERROR);
  il_kind kind = IL_OK;
  size_t n = strlen(d->broken);
  t->skip++;
  if (has_column(d, IL_SC_ERROR) &&
      (has.type != IL_T_TEXT || has.n != n || memcmp(has.p, d->broken, n) != 0))
    kind = il_tick_try(t, write_mark, d, NULL, err);
  if (kind != IL_OK) return kind;
  return il_scheduler_tell(d->c, &d->row[0], d->from, "error", d->broken, NULL, err);
}

/* ---- a batch -------------------------------------------------------------------------------- */

static il_kind select_due(il_scheduler *c, int64_t limit, int only_look, il_rows *rows,
                          il_error *err) {
  il_call *call = c->t->call;
  const char *next = column_name(c, IL_SC_NEXT),
             *key = c->t->target.plan->cols[c->t->target.plan->key[0]].name;
  il_value args[3] = {il_instant(c->now), il_int(limit), il_int(c->t->skip)};
  il_buf sql;
  il_scratch(&sql, call->arena);
  il_buf_f(&sql, "SELECT %s FROM %s WHERE ", only_look ? "1" : c->list, c->t->target.qualified);
  il_scheduler_enabled(c, &sql);
  il_buf_f(&sql, "%I <= ?1", next);
  if (!only_look) il_buf_f(&sql, " ORDER BY %I, %I", next, key);
  il_buf_str(&sql, " LIMIT ?2 OFFSET ?3");
  if (!only_look && call->port->engine == IL_POSTGRES) il_buf_str(&sql, " FOR UPDATE SKIP LOCKED");
  const char *text = il_scratch_text(&sql);
  if (!text) return il_nomem(err);
  return il_scheduler_read(c, text, args, 3, rows, err);
}

typedef struct all {
  due *at;
  int n;
} all;

static il_kind do_all(void *ctx, il_error *err) {
  all *a = ctx;
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < a->n; i++)
    if (!a->at[i].broken) kind = do_one(&a->at[i], err);
  return kind;
}

/* One by one: what fails is marked, by its own words. */
static il_kind do_each(il_scheduler *c, all *a, il_error *err) {
  il_tick *t = c->t;
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < a->n; i++) {
    due *d = &a->at[i];
    int64_t failed = t->failed;
    const char *error = t->error;
    int shown = c->out ? c->out->n : 0, ok = 1;
    if (d->broken) continue;
    t->error = NULL;
    kind = il_tick_try(t, do_one, d, &ok, err);
    if (ok) il_tick_did(t, 1);
    if (!ok) {
      if (c->out) c->out->n = shown;
      d->broken = t->error ? t->error : "the database refused";
    }
    t->failed = failed;
    if (error || ok) t->error = error;
  }
  return kind;
}

/* All at once, as nearly always nothing fails; a subtransaction for each would cost more. */
static il_kind do_batch(il_scheduler *c, all *a, il_error *err) {
  il_tick *t = c->t;
  int64_t failed = t->failed, broken = 0;
  const char *error = t->error;
  int shown = c->out ? c->out->n : 0, ok = 1;
  for (int i = 0; i < a->n; i++)
    broken += a->at[i].broken != NULL;
  il_kind kind = il_tick_try(t, do_all, a, &ok, err);
  if (kind == IL_OK && ok) il_tick_did(t, a->n - broken);
  if (kind == IL_OK && !ok) {
    t->failed = failed;
    t->error = error;
    if (c->out) c->out->n = shown;
    kind = do_each(c, a, err);
  }
  for (int i = 0; kind == IL_OK && i < a->n; i++) {
    due *d = &a->at[i];
    if (!d->broken) continue;
    t->failed++;
    if (!t->error) t->error = il_arena_strdup(t->kept, d->broken);
    kind = t->error ? mark(d, err) : il_nomem(err);
  }
  return kind;
}

static il_kind due_schedules(il_scheduler *c, int *n, il_error *err) {
  il_rows rows = {0};
  il_kind kind = IL_OK;
  *n = 0;
  if (c->t->skip >= STAY_MAX) return IL_OK;
  kind = select_due(c, c->t->room, 0, &rows, err);
  all a = {il_arena_alloc(c->t->call->arena, (size_t)(rows.n + 1) * sizeof(due)), rows.n};
  if (kind == IL_OK && !a.at) return il_nomem(err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    a.at[i] = (due){.c = c, .row = il_rows_at(&rows, i, 0)};
    kind = compute(&a.at[i], err);
  }
  *n = rows.n;
  return kind == IL_OK && rows.n ? do_batch(c, &a, err) : kind;
}

/* Nothing at that step: 0. */
static il_kind step(il_scheduler *c, int only_look, int *n, il_error *err) {
  il_rows rows = {0};
  if (c->t->step == STALE) return il_runs_stale(c, only_look, n, err);
  if (c->t->step == EXPIRED) return il_runs_expired(c, only_look, n, err);
  if (!only_look) return due_schedules(c, n, err);
  il_kind kind = select_due(c, 1, 1, &rows, err);
  *n = rows.n;
  return kind;
}

il_kind il_schedule_batch(il_tick *t, il_rows *out, il_error *err) {
  il_scheduler c;
  int n = 0;
  il_value actor = il_str("system:schedule");
  il_kind kind = il_scheduler_start(&c, t, err);
  c.out = out;
  if (kind == IL_OK) kind = t->call->port->set(t->call->port, "acting", &actor, err);
  if (kind == IL_OK) kind = step(&c, 0, &n, err);
  if (kind == IL_OK && n < t->room) {
    t->step++;
    t->skip = 0;
  }
  t->more = t->step < OVER;
  return kind;
}

/* ---- the job -------------------------------------------------------------------------------- */

static int has(const il_plan *plan) {
  return il_plan_schedule(plan, NULL) != NULL;
}

/* Stays at the first step that has a row. */
static il_kind is_due(il_tick *t, int *found, il_error *err) {
  il_scheduler c;
  il_kind kind = il_scheduler_start(&c, t, err);
  for (*found = 0; kind == IL_OK && t->step < OVER; t->step++) {
    kind = step(&c, 1, found, err);
    if (*found) break;
  }
  return kind;
}

static il_kind batch(il_tick *t, il_error *err) {
  return il_schedule_batch(t, NULL, err);
}

const il_job il_job_schedule = {"schedule", has, is_due, batch};
