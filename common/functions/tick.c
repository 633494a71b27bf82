/*
** tick.c: time passes.
**
**   SELECT interlock_tick();       does what is due and says how many things that were
**   SELECT * FROM interlock_activity();
**
** Delayed transitions (`after`): rows that have been in a state for long enough go on to the
** next. Any number of sessions may tick at once: each move names the state and the instant it
** starts from. One that a guard refuses is undone, noted in interlock_activity, and does not keep
** the others waiting.
*/
#include "functions/inner.h"
#include <string.h>

enum { BATCH = 200, REFUSED_MAX = 1000 };

typedef struct tick {
  il_call *call;
  int64_t left, done;
  /* the table at hand */
  const char *schema, *table;
  il_target target;
  const il_machine *machine;
  const il_state *state;
  int64_t table_done, failed, due;
  const char *error;
} tick;

/* ---- one row -------------------------------------------------------------------------------- */

typedef struct one {
  tick *t;
  const il_value *key;
  il_moved result;
} one;

static il_kind move_one(void *ctx, il_error *err) {
  one *o = ctx;
  tick *t = o->t;
  const il_machine *m = t->machine;
  il_move move = {.target = &t->target,
                  .machine = m,
                  .key = o->key,
                  .to = il_machine_state(m, t->state->after_target, strlen(t->state->after_target)),
                  .expected = (int)(t->state - m->states),
                  .due_column = t->state->after_since,
                  .due = t->due};
  return il_move_run(t->call, &move, &o->result, err);
}

/* What fails is undone and noted; memory and the like end the tick. */
static il_kind attempt(tick *t, const il_value *key, il_error *err) {
  il_port *port = t->call->port;
  one o = {t, key, IL_MOVED_CONFLICT};
  il_error why;
  il_kind kind;
  il_error_clear(&why);
  if (port->attempt) {
    kind = port->attempt(port, move_one, &o, &why);
  } else {
    kind = port->atomic(port, 1, 0, &why);
    if (kind == IL_OK) kind = il_finish(t->call, move_one(&o, &why), &why);
  }
  if (kind == IL_NOMEM) return il_nomem(err);
  if (kind == IL_OK) {
    t->table_done += o.result == IL_MOVED_DONE;
    return IL_OK;
  }
  t->failed++;
  char text[1200];
  il_error_text(&why, text, sizeof text);
  if (!t->error) t->error = il_arena_strdup(t->call->arena, *text ? text : "the database refused");
  return IL_OK;
}

/* ---- one state ------------------------------------------------------------------------------ */

static il_kind due_rows(tick *t, int64_t limit, int64_t skip, il_rows *rows, il_error *err) {
  il_call *call = t->call;
  const il_plan *plan = t->target.plan;
  il_buf cols;
  const il_machine *m = t->machine;
  const char *since = t->state->after_since;
  il_value code = m->integer_codes ? il_int(t->state->icode) : il_str(t->state->code);
  il_value args[5] = {code, il_int(t->due), il_instant(t->due), il_int(limit), il_int(skip)};
  il_scratch(&cols, call->arena);
  il_key_columns(plan, "", &cols);
  const char *list = il_scratch_text(&cols);
  if (!list) return il_nomem(err);
  return il_query(call, IL_S_DUE, args, 5, rows, err, list, t->target.qualified,
                  plan->cols[m->col].name, since, since);
}

/* In batches; rows that were refused stay due and are stepped over. */
static il_kind tick_state(tick *t, il_error *err) {
  il_kind kind = IL_OK;
  int64_t skip = 0;
  t->due = t->call->port->now(t->call->port) - t->state->after_us;
  for (;;) {
    int64_t room = t->left - t->table_done;
    il_rows rows = {0};
    if (room <= 0 || skip >= REFUSED_MAX) return IL_OK;
    kind = due_rows(t, room < BATCH ? room : BATCH, skip, &rows, err);
    for (int i = 0; kind == IL_OK && i < rows.n; i++) {
      int64_t before = t->failed;
      kind = attempt(t, il_rows_at(&rows, i, 0), err);
      skip += t->failed - before;
    }
    if (kind != IL_OK || rows.n < (room < BATCH ? room : BATCH)) return kind;
  }
}

/* ---- one table ------------------------------------------------------------------------------ */

static il_kind clock_ms(il_call *call, int64_t *ms, il_error *err) {
  il_rows rows;
  il_kind kind = il_query(call, IL_S_CLOCK_MS, NULL, 0, &rows, err);
  *ms = kind == IL_OK && rows.n ? il_rows_at(&rows, 0, 0)->i : 0;
  return kind;
}

typedef struct note {
  tick *t;
  int64_t ms;
} note;

static il_kind write_note(void *ctx, il_error *err) {
  note *n = ctx;
  tick *t = n->t;
  il_value args[6] = {
      il_str("after"), il_str(t->target.plan->table), il_instant(t->call->port->now(t->call->port)),
      il_int(n->ms),   il_int(t->table_done),         il_str(t->error)};
  return il_run(t->call, IL_S_ACTIVITY_PUT, args, 6, NULL, NULL, err, t->schema);
}

/* Only for looking at: a session that may not write there ticks all the same. */
static il_kind record(tick *t, int64_t ms, il_error *err) {
  il_port *port = t->call->port;
  il_names registries;
  note n = {t, ms};
  il_error ignored;
  il_kind kind = il_registries(t->call, &registries, err);
  if (kind != IL_OK || !il_registry_exists(&registries, t->schema)) return kind;
  il_error_clear(&ignored);
  kind = port->attempt ? port->attempt(port, write_note, &n, &ignored) : write_note(&n, &ignored);
  return kind == IL_NOMEM ? il_nomem(err) : IL_OK;
}

static il_kind tick_machine(tick *t, il_error *err) {
  il_kind kind = IL_OK;
  il_value none = il_null();
  il_error ignored;
  for (int s = 0; kind == IL_OK && s < t->machine->nstates; s++) {
    t->state = &t->machine->states[s];
    if (!t->state->after_target || t->state->after_us <= 0 || !t->state->after_since) continue;
    il_value actor = il_str(t->state->after_actor ? t->state->after_actor : "system");
    kind = t->call->port->set(t->call->port, "acting", &actor, err);
    if (kind == IL_OK) kind = tick_state(t, err);
    il_error_clear(&ignored);
    (void)t->call->port->set(t->call->port, "acting", &none, &ignored);
  }
  return kind;
}

static int has_after(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++) {
    const il_machine *m = il_plan_machine_at(plan, plan->ops[i].ncols ? plan->ops[i].cols[0] : -1);
    for (int s = 0; m && s < m->nstates; s++) {
      if (m->states[s].after_target) return 1;
    }
  }
  return 0;
}

static il_kind tick_table(void *ctx, const char *schema, const char *table, il_error *err) {
  tick *t = ctx;
  il_call *call = t->call;
  int64_t from, to;
  const char *name = il_textf(call->arena, "%s.%s", schema, table), *qualified;
  if (!name) return il_nomem(err);
  il_kind kind = call->port->plan(call->port, name, strlen(name), &t->target.plan, &qualified, err);
  if (kind != IL_OK || t->left <= 0 || !has_after(t->target.plan)) return kind;
  t->target.qualified = il_arena_strdup(call->arena, qualified);
  t->target.name = il_str(name);
  t->target.function = "interlock_tick";
  if (!t->target.qualified) return il_nomem(err);
  t->schema = schema;
  t->table_done = t->failed = 0;
  t->error = NULL;
  kind = clock_ms(call, &from, err);
  for (int c = 0; kind == IL_OK && c < t->target.plan->ncols; c++) {
    t->machine = il_plan_machine_at(t->target.plan, c);
    if (t->machine) kind = tick_machine(t, err);
  }
  t->left -= t->table_done;
  t->done += t->table_done;
  if (kind != IL_OK || t->table_done + t->failed == 0) return kind;
  kind = clock_ms(call, &to, err);
  return kind == IL_OK ? record(t, to > from ? to - from : 0, err) : kind;
}

il_kind il_fn_tick(il_call *call, il_error *err) {
  tick t = {.call = call};
  il_kind kind =
      il_arg_int(call, 0, 1000, 1, 1000000, "interlock_tick: argument 1 (max_items)", &t.left, err);
  if (kind == IL_OK) kind = il_guarded(call, NULL, tick_table, &t, err);
  call->result = il_int(t.done);
  return kind;
}

/* ---- interlock_activity --------------------------------------------------------------------- */

il_kind il_fn_activity(il_call *call, il_error *err) {
  il_names schemas;
  il_kind kind = il_registries(call, &schemas, err);
  for (int s = 0; kind == IL_OK && s < schemas.n; s++) {
    il_rows rows;
    kind = il_query(call, IL_S_ACTIVITY, NULL, 0, &rows, err, schemas.at[s]);
    for (int i = 0; kind == IL_OK && i < rows.n; i++)
      kind = call->emit(call->emit_ctx, il_rows_at(&rows, i, 0), 6, err);
  }
  return kind;
}
