/*
** after.c: a state is left for another when time has passed (XState's delayed transition).
** interlock_tick does it; no write is judged by it, and the tick's own writes are judged like
** anybody's.
**
** Column 0 is the state's, column 1 the instant that the delay counts from. Words: the state's
** code, "n<name>", "m<ms>", "g<target's code>", "N<target's name>", "a<actor>".
*/
#include "machine_bind.h"

static const char *const after_keys[] = {"target", "since", "actor", "rule", NULL};

static il_kind find_target(il_binder *b, const il_machine_bind *m, const cJSON *after,
                           int *target) {
  const cJSON *node = il_doc_get(after, "target");
  const char *name, *unused;
  il_kind kind = il_bind_string(b, after, "target", 1, &name);
  if (kind != IL_OK) return kind;
  *target = il_machine_bind_state(m, name);
  return *target >= 0 ? IL_OK : il_bind_state(b, m->as, node, name, &unused);
}

static int has_edge(const il_machine_bind *m, int from, int to) {
  for (int i = 0; i < m->nedges; i++)
    if (m->edges[i].from == from && m->edges[i].to == to) return 1;
  return 0;
}

il_kind il_after_bind(il_binder *b, const il_machine_bind *m, int state, il_bind_op *machine) {
  const cJSON *all = il_doc_get(m->states[state], "after");
  const cJSON *after = cJSON_IsObject(all) ? all->child : NULL;
  const char *rule, *actor, *since;
  int target, col;
  int64_t ms;
  il_bind_op *op;
  il_kind kind;
  if (!all) return IL_OK;
  if (!after || after->next)
    return il_bind_error(b, all, IL_ARGUMENT, "must be an object with one delay in milliseconds");
  if (!il_word_int(after->string, &ms) || ms <= 0 || ms > INT64_C(3155760000000))
    return il_bind_error(b, after, IL_ARGUMENT,
                         "the delay must be 1 to 3155760000000 milliseconds (100 years)");
  kind = il_bind_keys(b, after, after_keys);
  if (kind == IL_OK) kind = find_target(b, m, after, &target);
  if (kind == IL_OK) kind = il_bind_string(b, after, "since", 1, &since);
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(after, "since"), IL_C_INSTANT, &col);
  if (kind == IL_OK) kind = il_bind_string(b, after, "actor", 0, &actor);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "after", m->rule, &rule);
  if (kind == IL_OK && il_doc_get(after, "rule")) kind = il_bind_rule(b, after, &rule);
  if (kind != IL_OK) return kind;
  if (!has_edge(m, state, target))
    return il_bind_error(b, il_doc_get(after, "target"), IL_ARGUMENT, "no edge goes from %s to %s",
                         m->states[state]->string, m->states[target]->string);
  il_bind_word_int(b, machine, 'm', ms);
  il_bind_word(b, machine, 'w', since);
  if (actor) il_bind_word(b, machine, 'a', actor);
  il_bind_word(b, machine, 'r', rule);
  il_bind_word_int(b, machine, 'g', target);
  op = il_state_op(b, m, &il_role_after, rule, 0, state);
  il_bind_add_col(b, op, col);
  il_bind_word_int(b, op, 'm', ms);
  il_code_word(b, op, m->as, m->codes[target]);
  il_bind_word(b, op, 'N', m->states[target]->string);
  il_bind_word(b, op, 'a', actor ? actor : "system");
  return IL_OK;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_code code;
  int64_t ms;
  (void)plan;
  (void)arena;
  if (op->ncols != 2 || op->nwords != 6 || !il_code_read(op->words[0], &code) ||
      op->words[1][0] != 'n' || op->words[2][0] != 'm' || !il_word_int(op->words[2] + 1, &ms) ||
      !il_code_read(op->words[3], &code) || op->words[4][0] != 'N' || op->words[5][0] != 'a')
    return il_word_error(op, err, "expected a state, a delay and a target");
  return IL_OK;
}

/* The largest unit that gives a whole number. */
static void write_delay(int64_t ms, il_buf *out) {
  static const struct {
    int64_t ms;
    const char *name;
  } units[] = {{86400000, "day"},
               {3600000, "hour"},
               {60000, "minute"},
               {1000, "second"},
               {1, "millisecond"}};
  int i = 0;
  while (ms % units[i].ms)
    i++;
  il_buf_int(out, ms / units[i].ms);
  il_buf_f(out, " %s%s", units[i].name, ms / units[i].ms == 1 ? "" : "s");
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  int64_t ms = 1;
  il_word_int(op->words[2] + 1, &ms);
  il_buf_f(out, "%s rows that are %s go to %s ", plan->table, op->words[1] + 1, op->words[4] + 1);
  write_delay(ms > 0 ? ms : 1, out);
  il_buf_f(out, " after %s, by %s.", il_col_name(plan, op->cols[1]), op->words[5] + 1);
}

const il_role il_role_after = {.name = ".after", .compile = compile, .describe = describe};
