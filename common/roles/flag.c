/* flag.c: a column holds 0 or 1 (X-12: SQLite's BOOLEAN stores anything). Word: "n" (may be
** NULL) or "-". */
#include "roles.h"

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_column_list(b, json, &il_role_flag, IL_C_INT);
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
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_INT && (v.i == 0 || v.i == 1)) return IL_OK;
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be 0 or 1", row->plan->table,
                   il_col_name(row->plan, col));
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is 0 or 1%s.", plan->table, il_col_name(plan, op->cols[0]),
           op->words[0][0] == 'n' ? ", or NULL" : "");
}

const il_role il_role_flag = {.name = "flag",
                              .values = 1,
                              .if_changed = 1,
                              .bind = bind,
                              .compile = compile,
                              .check = check,
                              .describe = describe};
