/*
** touch.c: the instant of the last change (T-08): now on every UPDATE that changes the row,
** whatever the writer gave, or with "given": "keep" what the writer gave when it does not go back
** never going back, never before a column named by "from".
**
** Column 0 is the touched one; word "f<plan column>" names "from", "k" is "keep", "n" says that the
** column is NOT NULL. The other columns are the rest of the table: what a change is.
*/
#include "times.h"
#include "../values/instant.h"

typedef struct touch {
  int from; /* -1: none */
  int keep, not_null;
} touch;

static const char *const touch_keys[] = {"rule", "column", "from", "given", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const char *rule, *given = NULL;
  const struct il_column_info *info;
  int col, from = -1;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, touch_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = il_bind_string(b, json, "given", 0, &given);
  if (kind == IL_OK && given && strcmp(given, "keep") != 0 && strcmp(given, "overwrite") != 0)
    kind = il_bind_error(b, il_doc_get(json, "given"), IL_ARGUMENT,
                         "must be \"keep\" or \"overwrite\"");
  if (kind == IL_OK && !il_doc_get(json, "column"))
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "column"), IL_C_INSTANT, &col);
  if (kind == IL_OK && il_doc_get(json, "from"))
    kind = il_bind_column(b, il_doc_get(json, "from"), IL_C_INSTANT, &from);
  if (kind != IL_OK) return kind;
  info = il_bind_info(b->table, col);
  if (info && ((info->coltype != IL_C_INSTANT && info->coltype != IL_C_TEXT) || info->generated))
    return il_bind_error(b, il_doc_get(json, "column"), IL_ARGUMENT,
                         "must be an instant column that is not generated (SQLite: TEXT)");
  if (from == col)
    return il_bind_error(b, il_doc_get(json, "from"), IL_ARGUMENT, "is the column itself");
  op = il_bind_add(b, b->table, &il_role_touch, rule, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(b, op, col);
  for (int c = 0; c < b->table->plan->ncols; c++)
    if (c != col) il_bind_add_col(b, op, c);
  if (from >= 0) il_bind_word_int(b, op, 'f', from);
  if (given && *given == 'k') il_bind_word(b, op, 'k', "");
  if (!il_bind_nullable(b->table, col)) il_bind_word(b, op, 'n', "");
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  touch *t = il_arena_alloc(arena, sizeof *t);
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  t->from = il_op_word(op, 'f') ? il_op_col(op, plan, 'f') : -1;
  t->keep = il_op_word(op, 'k') != NULL;
  t->not_null = il_op_word(op, 'n') != NULL;
  if (op->ncols < 1 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected a column");
  if (op->nwords != (il_op_word(op, 'f') != NULL) + t->keep + t->not_null)
    return il_word_error(op, err, "a word too many");
  if (il_op_word(op, 'f') && (t->from < 0 || t->from == op->cols[0]))
    return il_word_error(op, err, "expected a column that it reads");
  op->compiled = t;
  return IL_OK;
}

/* The instant of a column, IL_INSTANT_MIN when it has none. */
static int64_t instant_of(const il_row *row, int side, int col) {
  il_value v = il_row_value(row, side, col);
  il_error ignored;
  int64_t us;
  return v.type != IL_T_NULL && il_value_instant(&v, &us, &ignored) == IL_OK ? us : IL_INSTANT_MIN;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const touch *t = op->compiled;
  int64_t us;
  il_value v;
  il_error ignored;
  if (row->event == IL_EV_UPDATE) { /* what the writer gave is overwritten, or good enough */
    if (!row->load) *work |= IL_WORK_FILL;
    return IL_OK;
  }
  v = il_row_value(row, IL_NEW, op->cols[0]);
  if (v.type == IL_T_NULL) {
    if (row->stored) return il_refuse_null(err, row, op, op->cols[0]);
    *work |= IL_WORK_FILL;
    return IL_OK;
  }
  if (il_value_instant(&v, &us, &ignored) != IL_OK)
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be an instant",
                     row->plan->table, il_col_name(row->plan, op->cols[0]));
  if (t->from >= 0 && us < instant_of(row, IL_NEW, t->from))
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s cannot be before %s",
                     row->plan->table, il_col_name(row->plan, op->cols[0]),
                     il_col_name(row->plan, t->from));
  return IL_OK;
}

static int changes(const il_op *op, const il_row *row) {
  for (int i = op->ncols - 1; i >= 0; i--)
    if (row->differs(row, op->cols[i])) return 1;
  return 0;
}

/* Set to NULL where NULL cannot be: the table's constraint refuses it, on SQLite before any trigger
** could fill it. */
static int emptied(const touch *t, const il_op *op, const il_row *row) {
  return t->not_null && il_row_value(row, IL_NEW, op->cols[0]).type == IL_T_NULL &&
         il_row_value(row, IL_OLD, op->cols[0]).type != IL_T_NULL;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const touch *t = op->compiled;
  int64_t us = row->now, least = IL_INSTANT_MIN;
  if (n >= max) return n;
  if (row->event == IL_EV_UPDATE) {
    if (row->load || !changes(op, row) || emptied(t, op, row)) return n;
    least = instant_of(row, IL_OLD, op->cols[0]);
    if (t->keep && row->differs(row, op->cols[0]) &&
        instant_of(row, IL_NEW, op->cols[0]) >= least &&
        instant_of(row, IL_NEW, op->cols[0]) > IL_INSTANT_MIN)
      return n;
  } else if (il_row_value(row, IL_NEW, op->cols[0]).type != IL_T_NULL) {
    return n;
  }
  if (t->from >= 0 && instant_of(row, IL_NEW, t->from) > least)
    least = instant_of(row, IL_NEW, t->from);
  fills[n].col = op->cols[0];
  fills[n].value = il_instant(us < least ? least : us);
  return n + 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const touch *t = op->compiled;
  il_buf_f(out, "%s.%s is the instant of the last change; the database writes it", plan->table,
           il_col_name(plan, op->cols[0]));
  if (t->keep) il_buf_str(out, " unless the writer gives one that does not go back");
  if (t->from >= 0) il_buf_f(out, ", and it is never before %s", il_col_name(plan, t->from));
  il_buf_char(out, '.');
}

const il_role il_role_touch = {.name = "touch",
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .fill = fill,
                               .describe = describe};
