/*
** fsm.c: what a state machine says. Answers come from the plan that the table's triggers carry.
**
**   SELECT * FROM fsm_states('Runs');
**   SELECT fsm_can('Runs', 'Created', 'Canceled');
**   SELECT fsm_label('Runs', '3'), fsm_code('Runs', 'Dispatching');
*/
#include "functions/inner.h"
#include <string.h>

il_kind il_machine_find(il_call *call, const il_target *t, int column_arg, const il_machine **m,
                        const il_op **op, il_error *err) {
  const char *column = column_arg < 0 ? NULL : il_arg_text(call, column_arg);
  *m = il_plan_machine(t->plan, column, op);
  if (*m) return IL_OK;
  if (!column) {
    return il_error_set(err, IL_NO_OBJECT, "%s: %s has no state machine", t->function,
                        t->plan->table);
  }
  if (il_plan_column(t->plan, column) >= 0) {
    return il_error_set(err, IL_NO_OBJECT, "%s: %s.%s has no state machine", t->function,
                        t->plan->table, column);
  }
  return il_error_set(err, IL_NO_COLUMN, "%s: no column %s in table %s", t->function, column,
                      t->plan->table);
}

il_kind il_state_arg(il_call *call, const il_target *t, const il_machine *m, int i, int *state,
                     il_error *err) {
  il_value v = il_arg(call, i);
  char shown[80];
  *state = v.type == IL_T_NULL ? -1 : il_machine_state(m, v.p, v.n);
  if (*state >= 0) return IL_OK;
  il_value_show(&v, shown, sizeof shown);
  il_error_set(err, IL_ARGUMENT, "%s: %s.%s has no state %s", t->function, t->plan->table,
               t->plan->cols[m->col].name, shown);
  for (int s = 0; s < m->nstates; s++)
    il_error_allow(err, m->states[s].name);
  return IL_ARGUMENT;
}

/* The first arguments: `need` of them not NULL, the table, and the column at column_arg. */
static il_kind start(il_call *call, const char *function, int need, int column_arg, il_target *t,
                     const il_machine **m, il_error *err) {
  il_kind kind = il_arg_require(call, need, function, err);
  if (kind == IL_OK) kind = il_target_find(call, 0, function, t, err);
  return kind == IL_OK ? il_machine_find(call, t, column_arg, m, NULL, err) : kind;
}

il_kind il_fn_states(il_call *call, il_error *err) {
  static const char *const kinds[] = {"normal", "initial", "final"};
  il_target t;
  const il_machine *m;
  il_kind kind = start(call, "fsm_states", 1, 1, &t, &m, err);
  for (int i = 0; kind == IL_OK && i < m->nstates; i++) {
    const il_state *s = &m->states[i];
    il_value out[3] = {il_str(s->name), s->is_null ? il_null() : il_str(s->code),
                       il_str(kinds[s->kind])};
    kind = call->emit(call->emit_ctx, out, 3, err);
  }
  return kind;
}

/* The name of an edge; NULL for one that has none. */
static il_value edge_name(const il_edge *e) {
  return e->name && *e->name ? il_str(e->name) : il_null();
}

il_kind il_fn_transitions(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  il_kind kind = start(call, "fsm_transitions", 1, 1, &t, &m, err);
  for (int i = 0; kind == IL_OK && i < m->nedges; i++) {
    const il_edge *e = &m->edges[i];
    il_value out[3] = {il_str(m->states[e->from].name), il_str(m->states[e->to].name),
                       edge_name(e)};
    kind = call->emit(call->emit_ctx, out, 3, err);
  }
  return kind;
}

il_kind il_fn_allowed(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  int state = -1;
  il_kind kind = start(call, "fsm_allowed", 2, 2, &t, &m, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 1, &state, err);
  for (int i = 0; kind == IL_OK && i < m->nedges; i++) {
    const il_edge *e = &m->edges[i];
    if (e->from != state) continue;
    il_value out[2] = {il_str(m->states[e->to].name), edge_name(e)};
    kind = call->emit(call->emit_ctx, out, 2, err);
  }
  return kind;
}

/* Staying is no transition and always allowed, unless the machine denies it. */
il_kind il_fn_can(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  int from, to = -1;
  il_kind kind = start(call, "fsm_can", 3, 3, &t, &m, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 1, &from, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 2, &to, err);
  if (kind != IL_OK) return kind;
  call->result = il_int(il_machine_can(m, from, to) || (from == to && !m->self_deny));
  return IL_OK;
}

il_kind il_fn_label(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  int state;
  il_kind kind = start(call, "fsm_label", 2, 2, &t, &m, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 1, &state, err);
  if (kind == IL_OK) call->result = il_str(m->states[state].name);
  return kind;
}

il_kind il_fn_code(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  int state;
  il_kind kind = start(call, "fsm_code", 2, 2, &t, &m, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 1, &state, err);
  if (kind == IL_OK && !m->states[state].is_null) call->result = il_str(m->states[state].code);
  return kind;
}
