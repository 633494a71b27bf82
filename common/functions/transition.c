/*
** transition.c: moving a row from one state to another (T-06, T-24).
**
**   SELECT fsm_transition('Runs', 'r1', 'Running', 'Dispatching', 3, 'worker:7', '{"node": "a"}');
**   {"result":"done","state":"Running","version":4}
**
** done      the row was moved by this call
** noop      it is in that state already: repeating a call that succeeded changes nothing
** conflict  it is in another state, or has another version, than expected
** missing   there is no such row
**
** The UPDATE names the state and the version it starts from, so of any number of sessions that
** ask for the same move one gets `done`. The guards of the table judge it like any other UPDATE:
** a move that is not legal is their error.
*/
#include "functions/inner.h"
#include "rules/role.h"
#include "values/json.h"
#include <string.h>

enum { ATTEMPTS = 50 };

/* Plan column of the row's version, -1. */
static int version_column(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++) {
    if (strcmp(plan->ops[i].role->name, "row_version") == 0 && plan->ops[i].ncols)
      return plan->ops[i].cols[0];
  }
  return -1;
}

/* ---- reading the row ------------------------------------------------------------------------ */

static il_kind read_row(il_call *call, il_move *move, int version, int *found, il_error *err) {
  const il_target *t = move->target;
  il_buf cols, where;
  il_rows rows;
  il_scratch(&cols, call->arena);
  il_scratch(&where, call->arena);
  il_buf_f(&cols, "%I", t->plan->cols[move->machine->col].name);
  if (version >= 0) il_buf_f(&cols, ", %I", t->plan->cols[version].name);
  il_key_where(t->plan, 1, &where);
  const char *list = il_scratch_text(&cols), *condition = il_scratch_text(&where);
  if (!list || !condition) return il_nomem(err);
  /* A tick, which names when the row is due, does not wait for a row that another session holds. */
  il_kind kind = il_query(call, move->due_column ? IL_S_STATE_IF_FREE : IL_S_STATE_OF, move->key,
                          t->plan->nkey, &rows, err, list, t->qualified, condition);
  if (kind != IL_OK) return kind;
  *found = rows.n > 0;
  move->state = -1;
  move->stored = move->version = il_null();
  if (!*found) return IL_OK;
  move->stored = *il_rows_at(&rows, 0, 0);
  move->state = il_machine_stored(move->machine, &move->stored);
  if (version >= 0) move->version = *il_rows_at(&rows, 0, 1);
  return IL_OK;
}

/* ---- the compare-and-set -------------------------------------------------------------------- */

/* Parameters: ?1 the new state, then the key, then what must still be so. */
static il_kind update_row(il_call *call, il_move *move, int version, int *done, il_error *err) {
  const il_target *t = move->target;
  const il_plan *plan = t->plan;
  int n = 0, state = move->machine->col;
  il_value args[40];
  il_buf where;
  il_rows rows;
  il_scratch(&where, call->arena);
  args[n++] = il_column_param(call, il_machine_code(move->machine, move->to));
  il_key_where(plan, n + 1, &where);
  for (int i = 0; i < plan->nkey; i++)
    args[n++] = move->key[i];
  if (move->stored.type == IL_T_NULL) {
    il_buf_f(&where, " AND %I IS NULL", plan->cols[state].name);
  } else {
    args[n++] = il_column_param(call, move->stored);
    il_buf_f(&where, " AND %I = ?%d", plan->cols[state].name, n);
  }
  if (version >= 0 && move->version.type == IL_T_INT) {
    args[n++] = move->version;
    il_buf_f(&where, " AND %I = ?%d", plan->cols[version].name, n);
  }
  if (move->due_column) {
    int text = call->port->engine == IL_SQLITE;
    args[n++] = text ? il_int(move->due) : il_instant(move->due);
    il_buf_f(&where, text ? " AND instant_us(%I) <= ?%d" : " AND %I <= ?%d", move->due_column, n);
  }
  const char *condition = il_scratch_text(&where);
  if (!condition) return il_nomem(err);
  il_kind kind = il_query(call, IL_S_MOVE, args, n, &rows, err, t->qualified,
                          plan->cols[state].name, condition);
  *done = kind == IL_OK && rows.n > 0;
  return kind;
}

/* What can be said without writing; 0 when the row is to be moved. */
static int decided(const il_move *move, int found, il_moved *result) {
  *result = IL_MOVED_CONFLICT;
  if (!found)
    *result = IL_MOVED_MISSING;
  else if (move->state == move->to)
    *result = IL_MOVED_NOOP;
  else if (move->expected >= 0 && move->state != move->expected)
    return 1;
  else if (move->has_version)
    return move->version.type != IL_T_INT || move->version.i != move->expected_version;
  else
    return 0;
  return 1;
}

/* Another session may move the row between the look and the UPDATE: then there is another look. */
il_kind il_move_run(il_call *call, il_move *move, il_moved *result, il_error *err) {
  const il_plan *plan = move->target->plan;
  int version = version_column(plan), found = 0, done = 0;
  il_kind kind = IL_OK;
  if (call->port->engine == IL_SQLITE) {
    const char *state = plan->cols[move->machine->col].name;
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, move->target->qualified, state,
                  state);
  }
  for (int i = 0; kind == IL_OK && i < ATTEMPTS; i++) {
    kind = read_row(call, move, version, &found, err);
    if (kind != IL_OK || decided(move, found, result)) return kind;
    kind = update_row(call, move, version, &done, err);
    if (kind != IL_OK) return kind;
    if (done) {
      *result = IL_MOVED_DONE;
      return read_row(call, move, version, &found, err);
    }
    if (move->due_column) return IL_OK; /* not due any more: a conflict */
  }
  return kind;
}

/* ---- fsm_transition ------------------------------------------------------------------------- */

static const char *const results[] = {"done", "noop", "conflict", "missing"};

static il_kind set(il_call *call, const char *what, il_value v, il_error *err) {
  return call->port->set(call->port, what, &v, err);
}

/* Actor and payload hold for this call only; the host drops them as well when the call fails
** inside the database. */
static il_kind run_as(il_call *call, il_move *move, const il_value *actor, const il_value *payload,
                      il_moved *result, il_error *err) {
  il_error ignored;
  il_kind kind = IL_OK;
  if (actor->type != IL_T_NULL) kind = set(call, "acting", *actor, err);
  if (kind == IL_OK && payload->type != IL_T_NULL) kind = set(call, "payload", *payload, err);
  if (kind == IL_OK) kind = call->port->atomic(call->port, 1, 0, err);
  if (kind == IL_OK) kind = il_finish(call, il_move_run(call, move, result, err), err);
  il_error_clear(&ignored);
  (void)set(call, "acting", il_null(), &ignored);
  (void)set(call, "payload", il_null(), &ignored);
  return kind;
}

static il_kind answer(il_call *call, const il_move *move, il_moved result, il_error *err) {
  il_buf b;
  char shown[128];
  il_scratch(&b, call->arena);
  il_buf_f(&b, "{\"result\":%J,\"state\":", results[result]);
  if (move->state >= 0) {
    il_buf_f(&b, "%J", move->machine->states[move->state].name);
  } else if (move->stored.type == IL_T_NULL) {
    il_buf_str(&b, "null");
  } else {
    il_value_show(&move->stored, shown, sizeof shown);
    il_buf_f(&b, "%J", shown);
  }
  if (version_column(move->target->plan) >= 0) {
    il_buf_str(&b, ",\"version\":");
    if (move->version.type == IL_T_INT)
      il_buf_int(&b, move->version.i);
    else
      il_buf_str(&b, "null");
  }
  il_buf_char(&b, '}');
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  call->result = il_json(text, b.n);
  return IL_OK;
}

/* The payload of an event row is an object, so that readers can add to it what they need. */
static il_kind payload_arg(il_call *call, int i, il_value *payload, il_error *err) {
  size_t offset;
  const char *expected;
  *payload = il_arg(call, i);
  if (payload->type == IL_T_NULL) return IL_OK;
  if (il_json_valid(payload->p, payload->n, IL_JSON_OBJECT, &offset, &expected)) return IL_OK;
  return il_error_at(err, IL_ARGUMENT, offset,
                     "fsm_transition: payload must be a JSON object: %s expected", expected);
}

static il_kind expectations(il_call *call, il_move *move, il_error *err) {
  il_kind kind = IL_OK;
  move->expected = -1;
  if (call->nargs > 3 && call->args[3].type != IL_T_NULL) {
    kind = il_state_arg(call, move->target, move->machine, 3, &move->expected, err);
  }
  if (kind != IL_OK || call->nargs <= 4 || call->args[4].type == IL_T_NULL) return kind;
  if (version_column(move->target->plan) < 0) {
    return il_error_set(err, IL_ARGUMENT,
                        "fsm_transition: %s has no version column to expect a version of",
                        move->target->plan->table);
  }
  move->has_version = 1;
  return il_arg_int(call, 4, 0, 0, INT64_MAX, "fsm_transition: argument 5 (expected_version)",
                    &move->expected_version, err);
}

il_kind il_fn_transition(il_call *call, il_error *err) {
  il_target t;
  const il_machine *m;
  il_value key[32], payload = il_null(), actor;
  il_move move = {.target = &t, .key = key};
  il_moved result = IL_MOVED_MISSING;
  il_kind kind = il_arg_require(call, 3, "fsm_transition", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "fsm_transition", &t, err);
  if (kind == IL_OK) kind = il_machine_find(call, &t, -1, &m, NULL, err);
  if (kind != IL_OK) return kind;
  il_value text = il_arg(call, 1);
  move.machine = m;
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_key_read(call, &t, &text, key, err);
  if (kind == IL_OK) kind = il_state_arg(call, &t, m, 2, &move.to, err);
  if (kind == IL_OK) kind = expectations(call, &move, err);
  actor = il_arg(call, 5);
  if (kind == IL_OK && actor.type != IL_T_NULL)
    kind = il_actor_check("fsm_transition", &actor, err);
  if (kind == IL_OK) kind = payload_arg(call, 6, &payload, err);
  if (kind == IL_OK) kind = run_as(call, &move, &actor, &payload, &result, err);
  return kind == IL_OK ? answer(call, &move, result, err) : kind;
}
