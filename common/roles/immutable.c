/* immutable.c: columns that keep the value they were born with. Columns: those. Word "1":
** "once", a NULL may still become a value. */
#include "roles.h"

static const char *const immutable_keys[] = {"rule", "columns", "once", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns"), *once = il_doc_get(json, "once");
  const char *rule;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, immutable_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsArray(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be a list of columns");
  if (once && !cJSON_IsBool(once))
    return il_bind_error(b, once, IL_ARGUMENT, "must be true or false");
  op = il_bind_add(b, b->table, &il_role_immutable, rule, IL_EV_UPDATE);
  for (const cJSON *c = columns->child; c; c = c->next) {
    int col;
    kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_bind_add_col(b, op, col);
  }
  if (cJSON_IsTrue(once)) il_bind_word(b, op, '1', "");
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)work;
  if (row->event != IL_EV_UPDATE) return IL_OK;
  for (int i = 0; i < op->ncols; i++) {
    int col = op->cols[i];
    if (!row->differs(row, col)) continue;
    if (op->nwords && il_row_value(row, IL_OLD, col).type == IL_T_NULL) continue;
    return il_refuse(err, row, op, col, IL_RULE,
                     op->nwords ? "%s.%s cannot change once it is set" : "%s.%s cannot change",
                     row->plan->table, il_col_name(row->plan, col));
  }
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s: ", plan->table);
  il_describe_cols(op, plan, 0, out);
  il_buf_str(out, op->ncols > 1 ? " never change" : " never changes");
  il_buf_str(out, op->nwords ? ", once set." : ".");
}

const il_role il_role_immutable = {
    .name = "immutable", .if_changed = 1, .bind = bind, .check = check, .describe = describe};
