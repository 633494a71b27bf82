/*
** integer.c: a column holds whole numbers within limits. SQLite's INTEGER stores a fraction or a text
** as it is, and 64 bits where PostgreSQL's has 32. Words: "n" (may be NULL) or "-", "l<least>" and
** "h<greatest>" where there are.
*/
#include "roles.h"

typedef struct limits {
  int has_least, has_greatest;
  int64_t least, greatest;
} limits;

enum { EXACT_BITS = 53 }; /* what a JSON number holds */

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  const int64_t most = (INT64_C(1) << EXACT_BITS) - 1;
  const cJSON *low = cJSON_IsArray(json) ? json->child : NULL, *high = low ? low->next : NULL;
  int64_t least = -most, greatest = most;
  il_kind kind = IL_OK;
  (void)col;
  if (!low || !high || high->next)
    return il_bind_error(b, json, IL_ARGUMENT, "must be [least, greatest], where null is no limit");
  if (!cJSON_IsNull(low)) kind = il_bind_int(b, low, -most, most, &least);
  if (kind == IL_OK && !cJSON_IsNull(high))
    kind = il_bind_int(b, high, cJSON_IsNull(low) ? -most : least, most, &greatest);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsNull(low)) il_bind_word_int(b, op, 'l', least);
  if (!cJSON_IsNull(high)) il_bind_word_int(b, op, 'h', greatest);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_integer, IL_C_INT, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  limits *l = il_arena_alloc(arena, sizeof *l);
  (void)plan;
  if (!l) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords < 1 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected one column");
  for (int i = 1; i < op->nwords; i++) {
    const char *word = op->words[i];
    int low = word[0] == 'l';
    if (!(low || word[0] == 'h') || !il_word_int(word + 1, low ? &l->least : &l->greatest))
      return il_word_error(op, err, "a limit that is none");
    *(low ? &l->has_least : &l->has_greatest) = 1;
  }
  op->compiled = l;
  return IL_OK;
}

static void put_limits(const limits *l, il_buf *out) {
  if (l->has_least && l->has_greatest)
    il_buf_f(out, "from %lld to %lld", (long long)l->least, (long long)l->greatest);
  else if (l->has_least)
    il_buf_f(out, "at least %lld", (long long)l->least);
  else if (l->has_greatest)
    il_buf_f(out, "at most %lld", (long long)l->greatest);
}

static il_kind refuse_limit(const il_op *op, const il_row *row, int64_t i, il_error *err) {
  const limits *l = op->compiled;
  const char *table = row->plan->table, *column = il_col_name(row->plan, op->cols[0]);
  long long low = l->least, high = l->greatest, is = i;
  if (l->has_least && l->has_greatest)
    return il_refuse(err, row, op, op->cols[0], IL_RULE,
                     "%s.%s must be from %lld to %lld, not %lld", table, column, low, high, is);
  if (l->has_least)
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be at least %lld, not %lld",
                     table, column, low, is);
  return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must be at most %lld, not %lld",
                   table, column, high, is);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const limits *l = op->compiled;
  int col = op->cols[0];
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (v.type != IL_T_INT)
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a whole number", row->plan->table,
                     il_col_name(row->plan, col));
  if ((l->has_least && v.i < l->least) || (l->has_greatest && v.i > l->greatest))
    return refuse_limit(op, row, v.i, err);
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const limits *l = op->compiled;
  il_buf_f(out, "%s.%s is a whole number", plan->table, il_col_name(plan, op->cols[0]));
  if (l->has_least || l->has_greatest)
    il_buf_str(out, l->has_least != l->has_greatest ? ", " : " ");
  put_limits(l, out);
  il_buf_str(out, op->words[0][0] == 'n' ? ", or NULL." : ".");
}

const il_role il_role_integer = {.name = "integer",
                                 .values = 1,
                                 .if_changed = 1,
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .describe = describe};
