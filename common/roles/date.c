/*
** date.c: a column holds a calendar date, YYYY-MM-DD; with "of" it is the date, in UTC, of an instant of
** the row (H-29).
**
** Column 0 is the date, column 1 the instant, where there is one. Word: "n" (may be NULL) or "-".
*/
#include "../values/instant.h"
#include "roles.h"

enum { DATE_LENGTH = 10 };

static const char *const of_keys[] = {"of", NULL};

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  const cJSON *of = il_doc_get(json, "of");
  int instant = 0;
  il_kind kind = il_bind_keys(b, json, of_keys);
  if (kind != IL_OK || !of) return kind;
  kind = il_bind_column(b, of, IL_C_INSTANT, &instant);
  if (kind == IL_OK && instant == col)
    kind = il_bind_error(b, of, IL_ARGUMENT, "is the column of the date itself");
  if (kind == IL_OK) il_bind_add_col(b, op, instant);
  return kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_date, IL_C_OTHER, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return (op->ncols == 1 || op->ncols == 2) && op->nwords == 1 &&
                 il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)
             ? IL_OK
             : il_word_error(op, err, "expected a date, or a date and an instant");
}

/* The date of an instant as text; 0: the column holds none. */
static int date_of(const il_op *op, const il_row *row, char text[32]) {
  int64_t us;
  il_error ignored;
  il_value v;
  if (op->ncols < 2) return 0;
  v = il_row_value(row, IL_NEW, op->cols[1]);
  if (v.type == IL_T_NULL || il_value_instant(&v, &us, &ignored) != IL_OK) return 0;
  il_instant_format(us, text);
  text[DATE_LENGTH] = 0;
  return 1;
}

static int is_date(const il_value *v) {
  int64_t us;
  il_error ignored;
  return (v->type == IL_T_TEXT || v->type == IL_T_OTHER) && v->n == DATE_LENGTH &&
         il_instant_parse(v->p, v->n, &us, &ignored) == IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const char *table = row->plan->table, *column = il_col_name(row->plan, op->cols[0]);
  char text[32];
  il_value v = il_row_value(row, IL_NEW, op->cols[0]);
  (void)work;
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, op->cols[0]);
  if (!is_date(&v))
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be a date, as 2026-01-31",
                     table, column);
  if (!date_of(op, row, text) || memcmp(v.p, text, DATE_LENGTH) == 0) return IL_OK;
  return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be the date of %s in UTC: %s",
                   table, column, il_col_name(row->plan, op->cols[1]), text);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is a date", plan->table, il_col_name(plan, op->cols[0]));
  if (op->ncols > 1) il_buf_f(out, ", that of %s in UTC", il_col_name(plan, op->cols[1]));
  il_buf_str(out, op->words[0][0] == 'n' ? ", or NULL." : ".");
}

const il_role il_role_date = {.name = "date",
                              .values = 1,
                              .if_changed = 1,
                              .bind = bind,
                              .compile = compile,
                              .check = check,
                              .describe = describe};
