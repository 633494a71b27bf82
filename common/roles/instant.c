/* instant.c: a column holds an instant in any form of X-10, years 1 to 9999. Word: "n" (may be
** NULL) or "-". */
#include "roles.h"
#include "../values/instant.h"

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_column_list(b, json, &il_role_instant, IL_C_INSTANT);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->ncols == 1 && op->nwords == 1 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)
             ? IL_OK
             : il_word_error(op, err, "expected one column");
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int col = op->cols[0];
  int64_t us;
  il_error why;
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (v.type == IL_T_INSTANT && v.i >= IL_INSTANT_MIN && v.i <= IL_INSTANT_MAX) return IL_OK;
  if (v.type == IL_T_TEXT && il_value_instant(&v, &us, &why) == IL_OK) return IL_OK;
  return il_refuse(err, row, op, col, IL_RULE,
                   "%s.%s must be an instant of the years 1 to 9999, as 2026-01-31T12:00:00Z",
                   row->plan->table, il_col_name(row->plan, col));
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is an instant (ISO 8601; without an offset UTC)%s.", plan->table,
           il_col_name(plan, op->cols[0]), op->words[0][0] == 'n' ? ", or NULL" : "");
}

const il_role il_role_instant = {.name = "instant",
                                 .values = 1,
                                 .if_changed = 1,
                                 .instants = 1,
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .describe = describe};
