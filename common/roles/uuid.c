/*
** uuid.c: a column holds a UUID, as PostgreSQL's type does. There the text that was given is read and
** shown in one spelling; SQLite compares and joins by the text itself, so only that spelling is let in:
** 36 characters, lower case. Word: "n" (may be NULL) or "-".
*/
#include "roles.h"

enum { UUID_LENGTH = 36 };

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_column_list(b, json, &il_role_uuid, IL_C_OTHER);
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

static int is_uuid(const il_value *v) {
  if ((v->type != IL_T_TEXT && v->type != IL_T_OTHER) || v->n != UUID_LENGTH) return 0;
  for (size_t i = 0; i < UUID_LENGTH; i++) {
    char c = v->p[i];
    int hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    int hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (hyphen ? c != '-' : !hex) return 0;
  }
  return 1;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int col = op->cols[0];
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (is_uuid(&v)) return IL_OK;
  return il_refuse(err, row, op, col, IL_RULE,
                   "%s.%s must be a UUID in lower case, as 01234567-89ab-4cde-8f01-23456789abcd",
                   row->plan->table, il_col_name(row->plan, col));
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is a UUID%s.", plan->table, il_col_name(plan, op->cols[0]),
           op->words[0][0] == 'n' ? ", or NULL" : "");
}

const il_role il_role_uuid = {.name = "uuid",
                              .values = 1,
                              .if_changed = 1,
                              .bind = bind,
                              .compile = compile,
                              .check = check,
                              .describe = describe};
