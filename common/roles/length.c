/* length.c: how many characters a text has, the same on both engines. Words: "n" (may be
** NULL) or "-", "l<min>", "h<max>". A text without a greatest length is of [least, null]. */
#include "roles.h"

typedef struct limits {
  int64_t min, max;
} limits;

static const int64_t longest = 1000000000;

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  int64_t min = 0, max = 0;
  const cJSON *low = cJSON_IsArray(json) ? json->child : NULL, *high = low ? low->next : json;
  il_kind kind = IL_OK;
  (void)col;
  if (cJSON_IsArray(json) && (!low || !high || high->next))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "must be the greatest length, [least, greatest] or [least, null]");
  if (low) kind = il_bind_int(b, low, 0, longest, &min);
  if (low && cJSON_IsNull(high))
    max = longest;
  else if (kind == IL_OK)
    kind = il_bind_int(b, high, min, longest, &max);
  if (kind != IL_OK) return kind;
  il_bind_word_int(b, op, 'l', min);
  il_bind_word_int(b, op, 'h', max);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_length, IL_C_TEXT, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  limits *l = il_arena_alloc(arena, sizeof *l);
  (void)plan;
  if (!l) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords != 3 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[1][0] != 'l' || op->words[2][0] != 'h' || !il_word_int(op->words[1] + 1, &l->min) ||
      !il_word_int(op->words[2] + 1, &l->max) || l->min < 0 || l->max < l->min)
    return il_word_error(op, err, "expected one column and two lengths");
  op->compiled = l;
  return IL_OK;
}

static void write_limits(const limits *l, char *buf, il_buf *out) {
  il_value min = il_int(l->min), max = il_int(l->max);
  char from[24], to[24];
  const char *words[4] = {"at most ", "", il_value_show(&max, to, sizeof to), ""};
  size_t at = 0;
  if (l->max == longest)
    words[0] = "at least ", words[2] = il_value_show(&min, to, sizeof to);
  else if (l->min == l->max)
    words[0] = "";
  else if (l->min)
    words[0] = il_value_show(&min, from, sizeof from), words[1] = " to ";
  for (int i = 0; i < 4; i++) {
    if (out) il_buf_str(out, words[i]);
    if (buf) memcpy(buf + at, words[i], strlen(words[i]) + 1);
    at += strlen(words[i]);
  }
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const limits *l = op->compiled;
  int col = op->cols[0];
  char text[64];
  size_t n;
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (v.type != IL_T_TEXT && v.type != IL_T_OTHER && v.type != IL_T_JSON)
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a text", row->plan->table,
                     il_col_name(row->plan, col));
  if (v.n <= (size_t)l->max && v.n >= (size_t)l->min * 4)
    return IL_OK; /* a character has one to four bytes */
  n = il_utf8_length(v.p, v.n);
  if (n >= (size_t)l->min && n <= (size_t)l->max) return IL_OK;
  if (n == 0 && l->min == 1 && l->max == longest)
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s cannot be empty", row->plan->table,
                     il_col_name(row->plan, col));
  write_limits(l, text, NULL);
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s must have %s characters, not %zu",
                   row->plan->table, il_col_name(row->plan, col), text, n);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const limits *l = op->compiled;
  if (l->min == 1 && l->max == longest) {
    il_buf_f(out, "%s.%s is not empty.", plan->table, il_col_name(plan, op->cols[0]));
    return;
  }
  il_buf_f(out, "%s.%s has ", plan->table, il_col_name(plan, op->cols[0]));
  write_limits(l, NULL, out);
  il_buf_str(out, " characters.");
}

const il_role il_role_length = {.name = "length",
                                .values = 1,
                                .if_changed = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .describe = describe};
