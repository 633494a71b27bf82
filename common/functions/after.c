/*
** after.c: delayed transitions. Rows that have been in a state for long enough go on to the next.
**
** Each move names the state and the instant it starts from, so of any number of sessions that tick
** at once one makes it. In PostgreSQL a row that another session holds is left for a later tick.
** Events that the application writes are written here: the tick is the application then.
*/
#include "functions/tick.h"
#include "roles/events.h"
#include <string.h>

enum { STAY_MAX = 1000 }; /* rows that were refused or held, in one state and tick */

/* ---- one row -------------------------------------------------------------------------------- */

typedef struct one {
  il_tick *t;
  const il_machine *machine;
  const il_state *state;
  const il_value *key;
  int64_t due;
  il_moved result;
} one;

/* What a column of the events table gets, as a parameter or SQL of `out`. */
static il_kind event_value(one *o, const il_events *e, int col, const char *event, il_value *args,
                           int *n, il_buf *out) {
  il_port *port = o->t->call->port;
  const il_plan *plan = o->t->target.plan;
  const char *to = o->state->after_target;
  switch (e->values[col]) {
  case IL_EVENT_LITERAL:
    il_buf_str(out, e->texts[col]);
    return IL_OK;
  case IL_EVENT_COLUMN:
    il_buf_f(out, "(SELECT %I FROM %s WHERE ", e->texts[col], o->t->target.qualified);
    for (int i = 0; i < plan->nkey; i++)
      args[(*n)++] = o->key[i];
    il_key_where(plan, *n - plan->nkey + 1, out);
    il_buf_char(out, ')');
    return IL_OK;
  case IL_EVENT_TEMPLATE: /* a plan has none where the application writes */
    il_buf_str(out, "NULL");
    return IL_OK;
  case IL_EVENT_KEY:
    args[(*n)++] = o->key[0];
    break;
  case IL_EVENT_NAME:
    args[(*n)++] = il_str(event);
    break;
  case IL_EVENT_ACTOR:
    args[(*n)++] = il_str(port->get(port, "actor"));
    break;
  case IL_EVENT_NOW:
    args[(*n)++] = il_instant(port->now(port));
    break;
  case IL_EVENT_PAYLOAD:
    args[(*n)++] = il_str("{}");
    break;
  case IL_EVENT_FROM:
    args[(*n)++] = il_str(o->state->name);
    break;
  case IL_EVENT_TO:
    args[(*n)++] = il_str(to);
    break;
  }
  il_buf_f(out, "?%d", *n);
  return IL_OK;
}

static il_kind write_event(one *o, const il_events *e, const char *event, il_error *err) {
  il_call *call = o->t->call;
  int n = 0, per = o->t->target.plan->nkey + 1;
  il_value *args = il_arena_alloc(call->arena, (size_t)(e->ncols * per) * sizeof *args);
  il_buf sql;
  il_scratch(&sql, call->arena);
  if (!args) return il_nomem(err);
  il_buf_f(&sql, "INSERT INTO %I.%I (", o->t->schema, e->table);
  for (int i = 0; i < e->ncols; i++)
    il_buf_f(&sql, "%s%I", i ? ", " : "", e->cols[i]);
  il_buf_str(&sql, ") VALUES (");
  for (int i = 0; i < e->ncols; i++) {
    if (i) il_buf_str(&sql, ", ");
    (void)event_value(o, e, i, event, args, &n, &sql);
  }
  il_buf_char(&sql, ')');
  const char *text = il_scratch_text(&sql);
  if (!text) return il_nomem(err);
  return call->port->exec(call->port, text, args, n, 1, NULL, NULL, NULL, err);
}

/* State first, events after: both are one savepoint. */
static il_kind write_events(one *o, int to, il_error *err) {
  const il_machine *m = o->machine;
  const il_plan *plan = o->t->target.plan;
  const il_events *e = il_plan_events(plan, plan->cols[m->col].name, NULL);
  const il_edge *edge = il_machine_edge(m, (int)(o->state - m->states), to);
  il_kind kind = IL_OK;
  if (!e || !e->application || !edge) return IL_OK;
  for (int k = 0; kind == IL_OK && k < edge->nevents; k++)
    kind = write_event(o, e, edge->events[k], err);
  return kind;
}

static il_kind move_one(void *ctx, il_error *err) {
  one *o = ctx;
  const il_machine *m = o->machine;
  const il_state *s = o->state;
  int to = il_machine_state(m, s->after_target, strlen(s->after_target));
  il_move move = {.target = &o->t->target,
                  .machine = m,
                  .key = o->key,
                  .to = to,
                  .expected = (int)(s - m->states),
                  .due_column = s->after_since,
                  .due = o->due};
  il_kind kind = il_move_run(o->t->call, &move, &o->result, err);
  if (kind == IL_OK && o->result == IL_MOVED_DONE) kind = write_events(o, to, err);
  return kind;
}

/* ---- states --------------------------------------------------------------------------------- */

/* State number i over all machines of a plan that moves on by itself; NULL when there is none. */
static const il_state *delayed(const il_plan *plan, int i, const il_machine **machine) {
  for (int c = 0; c < plan->nops; c++) {
    const il_op *op = &plan->ops[c];
    const il_machine *m = op->ncols ? il_plan_machine_at(plan, op->cols[0]) : NULL;
    if (!m || il_plan_machine_op(plan, m->col) != op) continue;
    for (int s = 0; s < m->nstates; s++) {
      const il_state *state = &m->states[s];
      if (!state->after_target || state->after_us <= 0 || !state->after_since || i--) continue;
      *machine = m;
      return state;
    }
  }
  return NULL;
}

static int has(const il_plan *plan) {
  const il_machine *m;
  return delayed(plan, 0, &m) != NULL;
}

static il_kind due_rows(one *o, int64_t limit, il_rows *rows, il_error *err) {
  il_call *call = o->t->call;
  const il_plan *plan = o->t->target.plan;
  const char *since = o->state->after_since;
  il_value code = o->machine->integer_codes ? il_int(o->state->icode) : il_str(o->state->code);
  il_value args[5] = {code, il_int(o->due), il_instant(o->due), il_int(limit), il_int(o->t->skip)};
  il_buf cols;
  il_scratch(&cols, call->arena);
  il_key_columns(plan, "", &cols);
  const char *list = il_scratch_text(&cols);
  if (!list) return il_nomem(err);
  return il_query(call, IL_S_DUE, args, 5, rows, err, list, o->t->target.qualified,
                  plan->cols[o->machine->col].name, since, since);
}

static one start(il_tick *t) {
  one o = {.t = t};
  o.state = delayed(t->target.plan, t->step, &o.machine);
  if (o.state) o.due = t->call->port->now(t->call->port) - o.state->after_us;
  return o;
}

/* Stays at the first state that has a row. */
static il_kind due(il_tick *t, int *found, il_error *err) {
  il_kind kind = IL_OK;
  for (one o = start(t); kind == IL_OK && o.state; o = start(t)) {
    il_rows rows = {0};
    kind = due_rows(&o, 1, &rows, err);
    *found = kind == IL_OK && rows.n > 0;
    if (*found) break;
    t->step++;
  }
  return kind;
}

static il_kind move_rows(one *o, const il_rows *rows, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < rows->n; i++) {
    int ok;
    o->key = il_rows_at(rows, i, 0);
    o->result = IL_MOVED_CONFLICT;
    kind = il_tick_try(o->t, move_one, o, &ok, err);
    if (kind == IL_OK && ok && o->result == IL_MOVED_DONE)
      il_tick_did(o->t, 1);
    else
      o->t->skip++;
  }
  return kind;
}

static il_kind batch(il_tick *t, il_error *err) {
  one o = start(t);
  il_rows rows = {0};
  il_kind kind = IL_OK;
  if (!o.state) return IL_OK;
  if (t->skip < STAY_MAX) kind = due_rows(&o, t->room, &rows, err);
  il_value actor = il_str(o.state->after_actor ? o.state->after_actor : "system");
  if (kind == IL_OK) kind = t->call->port->set(t->call->port, "acting", &actor, err);
  if (kind == IL_OK) kind = move_rows(&o, &rows, err);
  if (rows.n < t->room) {
    t->step++;
    t->skip = 0;
  }
  t->more = delayed(t->target.plan, t->step, &o.machine) != NULL;
  return kind;
}

const il_job il_job_after = {"after", has, due, batch};
