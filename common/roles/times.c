/* times.c: what the roles about time share; see times.h. */
#include "times.h"
#include "../values/instant.h"

const il_op *il_plan_role_op(const il_plan *plan, const il_role *role) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role == role) return &plan->ops[i];
  return NULL;
}

/* ---- binding ---- */

il_kind il_bind_parts(il_binder *b, const cJSON *json, il_bind_op *op, const il_part *parts,
                      int n) {
  if (!op) return il_bind_nomem(b);
  for (int i = 0; i < n; i++) {
    const cJSON *node = il_doc_get(json, parts[i].key);
    const struct il_column_info *info;
    il_kind kind;
    int col;
    if (!node && parts[i].required)
      return il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing", parts[i].key);
    if (!node) continue;
    kind = il_bind_column(b, node, parts[i].guess, &col);
    if (kind != IL_OK) return kind;
    info = il_bind_info(b->table, col);
    if (info && parts[i].guess == IL_C_INSTANT &&
        ((info->coltype != IL_C_INSTANT && info->coltype != IL_C_TEXT) || info->generated))
      return il_bind_error(b, node, IL_ARGUMENT,
                           "must be an instant column that is not generated (SQLite: TEXT)");
    if (info && parts[i].guess == IL_C_INT && (info->coltype != IL_C_INT || info->generated))
      return il_bind_error(b, node, IL_ARGUMENT, "must be an integer column that is not generated");
    for (int k = 0; k < op->ncols; k++)
      if (op->cols[k] == col)
        return il_bind_error(b, node, IL_ARGUMENT, "names a column that has another part already");
    il_bind_add_col(b, op, col);
    il_bind_word_int(b, op, parts[i].tag, col);
  }
  return IL_OK;
}

il_kind il_bind_seconds(il_binder *b, const cJSON *json, const char *key, int64_t min,
                        il_bind_op *op, char tag) {
  const cJSON *node = il_doc_get(json, key);
  int64_t seconds;
  il_kind kind;
  if (!node) return IL_OK;
  kind = il_bind_int(b, node, min, IL_SECONDS_MAX, &seconds);
  if (kind == IL_OK) il_bind_word_int(b, op, tag, seconds);
  return kind;
}

il_kind il_bind_truth(il_binder *b, const cJSON *json, const char *key, il_bind_op *op, char tag) {
  const cJSON *node = il_doc_get(json, key);
  if (node && !cJSON_IsBool(node))
    return il_bind_error(b, node, IL_ARGUMENT, "must be true or false");
  if (cJSON_IsTrue(node)) il_bind_word(b, op, tag, "");
  return IL_OK;
}

il_kind il_bind_code_of(il_binder *b, il_bind_op *op, int col, const cJSON *node, char tag) {
  const il_bind_machine *m = il_bind_machine_of(b->table, col);
  const char *code = NULL;
  int integer = 0;
  il_buf text;
  if (m) {
    il_kind kind;
    if (!cJSON_IsString(node)) return il_bind_error(b, node, IL_ARGUMENT, "must be a state");
    kind = il_bind_state(b, m, node, node->valuestring, &code);
    if (kind != IL_OK) return kind;
    integer = m->integers;
  } else if (cJSON_IsString(node) && node->valuestring[0]) {
    code = node->valuestring;
  } else if (!il_bind_is_int(node)) {
    return il_bind_error(b, node, IL_ARGUMENT, "must be a text or a whole number");
  }
  il_buf_init(&text, b->arena->mem);
  il_buf_char(&text, integer || !code ? 'i' : 't');
  if (code)
    il_buf_str(&text, code);
  else
    il_buf_int(&text, (int64_t)node->valuedouble);
  il_bind_word(b, op, tag, il_bind_take(b, &text));
  return IL_OK;
}

int il_bind_key_unique(const il_draft *t) {
  const il_table_info *info = t->info;
  const il_plan *plan = t->plan;
  if (!info) return 1; /* without a catalog the key is not known */
  for (int u = -1; u < info->nunique; u++) {
    const int *cols = u < 0 ? info->key : info->unique[u].cols;
    int ncols = u < 0 ? info->nkey : info->unique[u].ncols, found = 0;
    if (ncols == 0 || ncols != plan->nkey || (u >= 0 && info->unique[u].where)) continue;
    for (int i = 0; i < ncols; i++) /* -1: an expression, which is no column */
      for (int k = 0; k < ncols && cols[i] >= 0; k++)
        found += strcmp(info->cols[cols[i]].name, plan->cols[plan->key[k]].name) == 0;
    if (found == ncols) return 1;
  }
  return 0;
}

/* ---- compiling ---- */

const char *il_op_word(const il_op *op, char tag) {
  for (int i = 0; i < op->nwords; i++)
    if (op->words[i][0] == tag) return op->words[i] + 1;
  return NULL;
}

int il_op_col(const il_op *op, const il_plan *plan, char tag) {
  const char *word = il_op_word(op, tag);
  int col = word ? il_word_col(word, plan) : -1;
  for (int i = 0; i < op->ncols && col >= 0; i++)
    if (op->cols[i] == col) return col;
  return -1;
}

int64_t il_op_seconds(const il_op *op, char tag, int64_t missing) {
  const char *word = il_op_word(op, tag);
  int64_t n;
  if (!word) return missing;
  return il_word_int(word, &n) && n >= 0 && n <= IL_SECONDS_MAX ? n : -1;
}

/* ---- judging ---- */

int il_row_instant(const il_row *row, int side, int col, int64_t *us) {
  il_value v = il_row_value(row, side, col);
  if (v.type == IL_T_NULL) return 0;
  if (v.type == IL_T_INSTANT && (v.i < IL_INSTANT_MIN || v.i > IL_INSTANT_MAX)) {
    *us = v.i; /* infinity */
    return 1;
  }
  return il_value_instant(&v, us, NULL) == IL_OK ? 1 : -1;
}

int64_t il_after_seconds(int64_t now, int64_t seconds) {
  int64_t us;
  if (__builtin_mul_overflow(seconds, INT64_C(1000000), &us) ||
      __builtin_add_overflow(now, us, &us) || us > IL_INSTANT_MAX)
    return IL_INSTANT_MAX;
  return us;
}

il_kind il_refuse_instant(il_error *err, const il_row *row, const il_op *op, int col) {
  return il_refuse(err, row, op, col, IL_RULE,
                   "%s.%s must be an instant of the years 1 to 9999, as 2026-01-31T12:00:00Z",
                   row->plan->table, il_col_name(row->plan, col));
}

/* SQLite: instants are text in several forms, so the order is that of a function of the text. */
void il_index_instant(const il_plan *plan, int state, int col, int postgres, il_buf *out) {
  if (state >= 0) il_buf_f(out, "%I, ", il_col_name(plan, state));
  il_buf_f(out, postgres ? "%I" : "instant_us(%I)", il_col_name(plan, col));
}
