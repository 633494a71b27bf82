/*
** row_version.c: a number that starts at 1 and steps by one with every UPDATE that changes the
** row (T-05).
**
** Column 0 is the version, the others are what a change is: those of "columns" (word "c"), else
** the rest of the table. An UPDATE
** that names the version must set the next one (named); one that does not is stepped (fill).
*/
#include "roles.h"

static const char *const version_keys[] = {"rule", "column", "columns", NULL};

static il_kind bind_columns(il_binder *b, il_bind_op *op, const cJSON *columns) {
  if (!cJSON_IsArray(columns) || !columns->child)
    return il_bind_error(b, columns, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = columns->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    if (col == op->cols[0])
      return il_bind_error(b, c, IL_ARGUMENT, "is the column of the version itself");
    il_bind_add_col(b, op, col);
  }
  il_bind_word(b, op, 'c', "");
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  const char *rule;
  const struct il_column_info *info;
  int col;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, version_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && !il_doc_get(json, "column"))
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "column"), IL_C_INT, &col);
  if (kind != IL_OK) return kind;
  info = il_bind_info(b->table, col);
  if (info && (info->coltype != IL_C_INT || info->generated))
    return il_bind_error(b, il_doc_get(json, "column"), IL_ARGUMENT,
                         "must be an integer column that is not generated");
  op = il_bind_add(b, b->table, &il_role_row_version, rule, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(b, op, col);
  if (il_doc_get(json, "columns")) return bind_columns(b, op, il_doc_get(json, "columns"));
  for (int c = 0; c < b->table->plan->ncols; c++)
    if (c != col) il_bind_add_col(b, op, c);
  return IL_OK;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->ncols >= 1 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)
             ? IL_OK
             : il_word_error(op, err, "expected a column");
}

static il_kind conflict(const il_op *op, const il_row *row, const il_value *was, const il_value *is,
                        il_error *err) {
  char from[32], to[65];
  il_value next;
  const char *table = row->plan->table, *column = il_col_name(row->plan, op->cols[0]);
  il_value_show(is, to, sizeof to);
  if (was->type == IL_T_INT && was->i < INT64_MAX) {
    char shown[32];
    next = il_int(was->i + 1);
    return il_refuse(err, row, op, op->cols[0], IL_CONFLICT,
                     "%s.%s must step from %s to %s, not to %s", table, column,
                     il_value_show(was, from, sizeof from),
                     il_value_show(&next, shown, sizeof shown), to);
  }
  if (was->type == IL_T_NULL)
    return il_refuse(err, row, op, op->cols[0], IL_CONFLICT,
                     "%s.%s must step from NULL to 1, not to %s", table, column, to);
  return il_refuse(err, row, op, op->cols[0], IL_CONFLICT,
                   "%s.%s holds %s, after which no version comes", table, column,
                   il_value_show(was, from, sizeof from));
}

/* The version that comes after one; 0 when none does. A row from before the rule may hold NULL. */
static int64_t next_of(const il_value *was) {
  if (was->type == IL_T_NULL) return 1;
  return was->type == IL_T_INT && was->i < INT64_MAX ? was->i + 1 : 0;
}

static int is_next(const il_value *was, const il_value *is) {
  return is->type == IL_T_INT && next_of(was) != 0 && is->i == next_of(was);
}

static il_kind check_birth(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value v = il_row_value(row, IL_NEW, op->cols[0]);
  char shown[65];
  if (v.type == IL_T_NULL && !row->stored) {
    *work |= IL_WORK_FILL;
    return IL_OK;
  }
  if (row->load || row->stored) {
    if (v.type == IL_T_INT && v.i >= 1) return IL_OK;
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be at least 1, not %s",
                     row->plan->table, il_col_name(row->plan, op->cols[0]),
                     il_value_show(&v, shown, sizeof shown));
  }
  if (v.type == IL_T_INT && v.i == 1) return IL_OK;
  return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be born as 1, not as %s",
                   row->plan->table, il_col_name(row->plan, op->cols[0]),
                   il_value_show(&v, shown, sizeof shown));
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value was, is;
  if (row->event != IL_EV_UPDATE) return check_birth(op, row, work, err);
  if (!row->differs(row, op->cols[0])) {
    *work |= IL_WORK_FILL;
    return IL_OK;
  }
  was = il_row_value(row, IL_OLD, op->cols[0]);
  is = il_row_value(row, IL_NEW, op->cols[0]);
  return is_next(&was, &is) ? IL_OK : conflict(op, row, &was, &is, err);
}

static il_kind named(const il_op *op, const il_row *row, il_error *err) {
  il_value was = il_row_value(row, IL_OLD, op->cols[0]),
           is = il_row_value(row, IL_NEW, op->cols[0]);
  return is_next(&was, &is) ? IL_OK : conflict(op, row, &was, &is, err);
}

static int changes(const il_op *op, const il_row *row) {
  for (int i = 1; i < op->ncols; i++)
    if (row->differs(row, op->cols[i])) return 1;
  return 0;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  il_value was;
  int64_t next = 1;
  if (n >= max) return n;
  if (row->event == IL_EV_UPDATE) {
    if (row->differs(row, op->cols[0]) || !changes(op, row)) return n;
    was = il_row_value(row, IL_OLD, op->cols[0]);
    next = next_of(&was);
  } else if (il_row_value(row, IL_NEW, op->cols[0]).type != IL_T_NULL) {
    return n;
  }
  if (next == 0) return n; /* what is there cannot be stepped */
  fills[n].col = op->cols[0];
  fills[n].value = il_int(next);
  return n + 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(
      out,
      "%s.%s starts at 1 and every UPDATE that changes the row%s steps it by one; an UPDATE that names it must set the next one.",
      plan->table, il_col_name(plan, op->cols[0]), op->nwords ? "'s definition" : "");
  if (op->nwords) {
    il_buf_str(out, " Its definition: ");
    il_describe_cols(op, plan, 1, out);
    il_buf_char(out, '.');
  }
}

const il_role il_role_row_version = {.name = "row_version",
                                     .bind = bind,
                                     .compile = compile,
                                     .check = check,
                                     .fill = fill,
                                     .named = named,
                                     .describe = describe};
