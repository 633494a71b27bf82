/*
** schedule.c: schedules from SQL.
**
**   SELECT * FROM schedule_tick();                      plans what is due in every table of schedules
**   SELECT * FROM schedule_tick('core_schedules', 10);  in one, ten schedules at most
**   SELECT * FROM schedule_preview('core_schedules', 's1', 5);
*/
#include "functions/schedule.h"
#include "values/instant.h"
#include <string.h>

enum { BATCH = 200, PREVIEW_MAX = 100000 };

/* ---- rows of a table of schedules ----------------------------------------------------------- */

static il_kind select_list(il_scheduler *c, il_error *err) {
  const il_plan *plan = c->t->target.plan;
  const il_schedule *s = c->s;
  int n = 2;
  il_buf b;
  il_scratch(&b, c->t->call->arena);
  il_buf_f(&b, "%I, %I", plan->cols[plan->key[0]].name, plan->cols[s->col[IL_SC_NEXT]].name);
  for (int i = 0; i < IL_SC_COLS; i++) {
    c->at[i] = i == IL_SC_NEXT ? 1 : -1;
    if (s->col[i] < 0 || i == IL_SC_NEXT || i == IL_SC_LAST || i == IL_SC_LAST_STATUS) continue;
    c->at[i] = n++;
    il_buf_f(&b, ", %I", plan->cols[s->col[i]].name);
  }
  c->names = n;
  for (int i = 0; i < s->nnames; i++)
    il_buf_f(&b, ", %I", s->name[i].schedule);
  c->list = il_scratch_text(&b);
  return c->list ? IL_OK : il_nomem(err);
}

/* The plan of the runs is asked for first: a permission is for the table that was asked for last. */
static il_kind find_runs(il_scheduler *c, il_error *err) {
  il_call *call = c->t->call;
  const char *name = il_textf(call->arena, "%s.%s", c->t->schema, c->s->runs), *qualified;
  il_kind kind;
  if (!name) return il_nomem(err);
  kind = call->port->plan(call->port, name, strlen(name), &c->run_plan, &qualified, err);
  if (kind != IL_OK) return kind;
  c->run_table = il_arena_strdup(call->arena, qualified);
  if (!c->run_table) return il_nomem(err);
  if (c->run_plan->nkey < 1 || c->run_plan->nkey > 32)
    return il_error_set(err, IL_ARGUMENT, "%s: the runs' table %s has no key",
                        c->t->target.function, c->s->runs);
  const il_column *key = &c->run_plan->cols[c->run_plan->key[0]];
  c->id = c->run_plan->nkey == 1 && key->type == IL_C_TEXT &&
          strcmp(key->name, c->s->run[IL_SR_SCHEDULE]) != 0;
  return IL_OK;
}

il_kind il_scheduler_start(il_scheduler *c, il_tick *t, il_error *err) {
  il_port *port = t->call->port;
  const char *qualified;
  il_kind kind = IL_OK;
  *c = (il_scheduler){.t = t, .s = il_plan_schedule(t->target.plan, NULL)};
  if (!c->s)
    return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of schedule",
                        t->target.function, t->target.plan->table);
  if (t->target.plan->nkey != 1)
    return il_error_set(err, IL_ARGUMENT, "%s: %s has no key of one column", t->target.function,
                        t->target.plan->table);
  c->now = port->now(port);
  if (c->s->runs) kind = find_runs(c, err);
  if (kind == IL_OK)
    kind = port->plan(port, t->target.name.p, t->target.name.n, &t->target.plan, &qualified, err);
  if (kind != IL_OK) return kind;
  c->s = il_plan_schedule(t->target.plan, NULL);
  return c->s ? select_list(c, err)
              : il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s has changed",
                             t->target.function, t->target.plan->table);
}

il_kind il_scheduler_read(const il_scheduler *c, const char *sql, const il_value *args, int n,
                          il_rows *rows, il_error *err) {
  il_call *call = c->t->call;
  il_port *port = call->port;
  il_value yes = il_str("1"), none = il_null();
  il_kind kind = port->set(port, "ordered", &yes, err);
  il_rows_init(rows, call->arena);
  if (kind == IL_OK) kind = port->exec(port, sql, args, n, 1, il_rows_add, rows, NULL, err);
  return kind == IL_OK ? port->set(port, "ordered", &none, err) : kind;
}

il_kind il_scheduler_timing(const il_scheduler *c, const il_value *row, il_timing *out,
                            il_error *err) {
  il_port *port = c->t->call->port;
  il_value v[IL_SC_TYPE + 1];
  for (int i = 0; i <= IL_SC_TYPE; i++)
    v[i] = c->at[i] < 0 ? il_null() : row[c->at[i]];
  return il_timing_read(c->s, v, port->zone(port), out, err);
}

/* The plus keeps SQLite from reading all that is on by an index that people have on the column. */
void il_scheduler_enabled(const il_scheduler *c, il_buf *sql) {
  int col = c->s->col[IL_SC_ENABLED];
  if (col < 0) return;
  il_buf_f(sql, c->s->enabled_is_bool ? "%s%I AND " : "%s%I = 1 AND ",
           c->t->call->port->engine == IL_SQLITE ? "+" : "", c->t->target.plan->cols[col].name);
}

il_kind il_scheduler_tell(il_scheduler *c, const il_value *schedule, int64_t at, const char *status,
                          const char *reason, const il_value *run, il_error *err) {
  il_arena *arena = c->t->kept;
  il_buf key, id;
  if (!c->out) return IL_OK;
  il_scratch(&key, arena);
  il_scratch(&id, arena);
  il_value_text(schedule, &key);
  if (run) il_value_text(run, &id);
  if (!il_scratch_text(&key) || !il_scratch_text(&id)) return il_nomem(err);
  il_value cols[5] = {il_str(il_scratch_text(&key)), il_instant(at), il_str(status), il_str(reason),
                      run && run->type != IL_T_NULL ? il_str(il_scratch_text(&id)) : il_null()};
  return il_rows_add(c->out, cols, 5, err);
}

/* ---- schedule_tick -------------------------------------------------------------------------- */

typedef struct ticking {
  il_call *call;
  int64_t left;
  il_tick t;
  il_rows rows;
} ticking;

static il_kind one_batch(void *ctx, il_error *err) {
  ticking *k = ctx;
  il_call *call = k->call;
  const char *column = k->t.target.plan->cols[0].name;
  il_kind kind = IL_OK;
  if (call->port->engine == IL_SQLITE)
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, k->t.target.qualified, column,
                  column);
  return kind == IL_OK ? il_schedule_batch(&k->t, &k->rows, err) : kind;
}

/* A batch in SQLite is one savepoint, and all of a call is one transaction there unless a larger
** one is open. */
static il_kind run_batch(ticking *k, il_error *err) {
  il_kind kind = k->call->port->atomic(k->call->port, 1, 0, err);
  return kind == IL_OK ? il_finish(k->call, one_batch(k, err), err) : kind;
}

/* The table of k->t, until nothing is due or the limit is reached. */
static il_kind tick_table(ticking *k, il_error *err) {
  il_port *port = k->call->port;
  il_value none = il_null();
  il_error ignored;
  il_kind kind = IL_OK;
  il_rows_init(&k->rows, k->call->arena);
  k->t.call = k->call;
  k->t.kept = k->call->arena;
  k->t.job = &il_job_schedule;
  k->t.more = 1;
  while (kind == IL_OK && k->t.more && k->left > 0) {
    int64_t before = k->t.done;
    k->t.room = k->left < BATCH ? k->left : BATCH;
    kind = run_batch(k, err);
    k->left -= k->t.done - before;
  }
  il_error_clear(&ignored);
  (void)port->set(port, "acting", &none, &ignored);
  for (int i = 0; kind == IL_OK && i < k->rows.n; i++)
    kind = k->call->emit(k->call->emit_ctx, il_rows_at(&k->rows, i, 0), 5, err);
  return kind;
}

static il_kind tick_named(void *ctx, const char *schema, const char *table, il_error *err) {
  ticking *k = ctx;
  il_call *call = k->call;
  il_port *port = call->port;
  const char *name = il_textf(call->arena, "%s.%s", schema, table), *qualified;
  il_kind kind;
  if (!name) return il_nomem(err);
  if (k->left <= 0 || (port->trusts && !port->trusts(port, schema, table))) return IL_OK;
  k->t = (il_tick){.schema = schema, .target = {.function = "schedule_tick", .name = il_str(name)}};
  kind = port->plan(port, name, strlen(name), &k->t.target.plan, &qualified, err);
  if (kind != IL_OK || !il_plan_schedule(k->t.target.plan, NULL)) return kind;
  k->t.target.qualified = il_arena_strdup(call->arena, qualified);
  return k->t.target.qualified ? tick_table(k, err) : il_nomem(err);
}

/* The table of argument 0, with its schema. */
static il_kind find_table(il_call *call, il_tick *t, const char *function, il_error *err) {
  il_port *port = call->port;
  il_table_info *info;
  il_kind kind = il_target_find(call, 0, function, &t->target, err);
  if (kind != IL_OK) return kind;
  t->call = call;
  t->kept = call->arena;
  t->target.qualified = il_arena_strdup(call->arena, t->target.qualified);
  if (!t->target.qualified) return il_nomem(err);
  kind = port->table(port, t->target.name.p, t->target.name.n, call->arena, &info, err);
  if (kind == IL_OK) t->schema = info->schema;
  return kind;
}

il_kind il_fn_schedule_tick(il_call *call, il_error *err) {
  ticking k = {.call = call};
  il_kind kind =
      il_arg_int(call, 1, 1000, 1, 1000000, "schedule_tick: argument 2 (max_items)", &k.left, err);
  if (kind != IL_OK) return kind;
  if (call->nargs < 1 || call->args[0].type == IL_T_NULL)
    return il_guarded(call, NULL, tick_named, &k, err);
  kind = find_table(call, &k.t, "schedule_tick", err);
  return kind == IL_OK ? tick_table(&k, err) : kind;
}

/* ---- schedule_preview ----------------------------------------------------------------------- */

static il_kind show(il_call *call, const il_timing *timing, int64_t next, int64_t n,
                    il_error *err) {
  il_kind kind = IL_OK;
  int more = 1;
  for (int64_t i = 0; kind == IL_OK && i < n && more; i++) {
    il_value v = il_instant(next);
    kind = call->emit(call->emit_ctx, &v, 1, err);
    more = il_timing_after(timing, next, next, &next);
  }
  return kind;
}

/* The slots to come, beginning with the stored one; none of a schedule that is off. */
il_kind il_fn_schedule_preview(il_call *call, il_error *err) {
  il_tick t = {0};
  il_scheduler c;
  il_timing timing;
  il_rows rows;
  il_value key[32];
  int64_t n, next;
  il_kind kind = il_arg_require(call, 2, "schedule_preview", err);
  if (kind == IL_OK)
    kind = il_arg_int(call, 2, 10, 1, PREVIEW_MAX, "schedule_preview: argument 3 (n)", &n, err);
  if (kind == IL_OK) kind = find_table(call, &t, "schedule_preview", err);
  if (kind == IL_OK) kind = il_scheduler_start(&c, &t, err);
  if (kind != IL_OK) return kind;
  il_value text = il_arg(call, 1);
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_key_read(call, &t.target, &text, key, err);
  if (kind != IL_OK) return kind;
  const char *where =
      il_textf(call->arena, "%I = ?1", t.target.plan->cols[t.target.plan->key[0]].name);
  if (!where) return il_nomem(err);
  kind = il_query(call, IL_S_STATE_OF, key, 1, &rows, err, c.list, t.target.qualified, where);
  if (kind != IL_OK) return kind;
  if (rows.n == 0) {
    char shown[80];
    return il_error_set(err, IL_ARGUMENT, "schedule_preview: %s has no row %s",
                        t.target.plan->table, il_value_show(&text, shown, sizeof shown));
  }
  const il_value *row = il_rows_at(&rows, 0, 0);
  if (row[1].type == IL_T_NULL) return IL_OK;
  il_error why;
  int col = IL_SC_NEXT;
  il_error_clear(&why);
  kind = il_value_instant(&row[1], &next, &why);
  if (kind == IL_OK) {
    kind = il_scheduler_timing(&c, row, &timing, &why);
    col = timing.col;
  }
  if (kind == IL_OK) return show(call, &timing, next, n, err);
  return il_error_set(err, kind, "schedule_preview: %s.%s: %s", t.target.plan->table,
                      t.target.plan->cols[c.s->col[col]].name, why.message);
}
