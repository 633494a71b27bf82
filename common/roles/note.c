/* note.c: rules that the functions keep rather than a write; an operation only lists them. Word:
** "c" (compare) or "r" (repeat). */
#include "roles.h"

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  if (op->ncols != 1 || op->nwords != 1 || (op->words[0][0] != 'c' && op->words[0][0] != 'r'))
    return il_word_error(op, err, "expected a column and c or r");
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const char *column = il_col_name(plan, op->cols[0]);
  if (op->words[0][0] == 'c')
    il_buf_f(
        out,
        "fsm_transition moves %s.%s only from the state and version that the caller expects; else it answers conflict.",
        plan->table, column);
  else
    il_buf_f(out,
             "fsm_transition to the state that %s.%s has already answers noop and writes nothing.",
             plan->table, column);
}

const il_role il_role_note = {.name = ".note", .compile = compile, .describe = describe};
