/* words.c: what roles share; see roles.h. */
#include "roles.h"
#include "../values/format.h"

int il_word_int(const char *p, int64_t *out) {
  int negative = *p == '-';
  uint64_t u = 0, max = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  p += negative;
  if (!*p) return 0;
  for (; *p; p++) {
    unsigned digit = (unsigned)(*p - '0');
    if (digit > 9 || u > (max - digit) / 10) return 0;
    u = u * 10 + digit;
  }
  *out = negative ? (int64_t)(0 - u) : (int64_t)u;
  return 1;
}

int il_word_col(const char *p, const il_plan *plan) {
  int64_t i;
  return il_word_int(p, &i) && i >= 0 && i < plan->ncols ? (int)i : -1;
}

il_kind il_word_error(const il_op *op, il_error *err, const char *what) {
  return il_error_set(err, IL_ARGUMENT, "not a plan: operation %d (%s): %s", op->index,
                      op->role->name, what);
}

int il_code_read(const char *word, il_code *out) {
  out->integer = word[0] == 'i';
  out->text = word[0] ? word + 1 : word;
  out->n = strlen(out->text);
  out->i = 0;
  if (out->integer) return il_word_int(out->text, &out->i);
  return word[0] == 't';
}

int il_code_is(const il_code *code, const il_value *v) {
  if (code->integer) return v->type == IL_T_INT && v->i == code->i;
  return (v->type == IL_T_TEXT || v->type == IL_T_OTHER) && v->n == code->n &&
         memcmp(v->p, code->text, code->n) == 0;
}

void il_code_sql(const il_code *code, il_buf *out) {
  if (code->integer)
    il_buf_int(out, code->i);
  else
    il_buf_f(out, "%Q", code->text);
}

void il_code_sql_of(const il_code *code, int postgres, il_buf *out) {
  if (postgres)
    il_buf_f(out, "%Q", code->text);
  else
    il_code_sql(code, out);
}

void il_code_word(il_binder *b, il_bind_op *op, const il_bind_machine *m, const char *code) {
  il_bind_word(b, op, m->integers ? 'i' : 't', code);
}

il_kind il_refuse_null(il_error *err, const il_row *row, const il_op *op, int col) {
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s cannot be NULL", row->plan->table,
                   il_col_name(row->plan, col));
}

static const char *const column_keys[] = {"rule", "columns", NULL};

static il_bind_op *column_op(il_binder *b, const il_role *role, const char *rule, int col) {
  il_bind_op *op = il_bind_add(b, b->table, role, rule, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, il_bind_nullable(b->table, col) ? 'n' : '-', "");
  return op;
}

il_kind il_bind_columns(il_binder *b, const cJSON *json, const il_role *role, il_coltype guess,
                        il_spec_fn spec) {
  const cJSON *columns;
  const char *rule;
  il_kind kind = il_bind_keys(b, json, column_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  columns = il_doc_get(json, "columns");
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be an object: what each column may hold");
  for (const cJSON *m = columns->child; m; m = m->next) {
    int col;
    il_bind_op *op;
    kind = il_bind_column_named(b, b->table, m, m->string, guess, &col);
    if (kind != IL_OK) return kind;
    op = column_op(b, role, rule, col);
    if (!op) return il_bind_nomem(b);
    kind = spec(b, op, col, m);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

il_kind il_bind_column_list(il_binder *b, const cJSON *json, const il_role *role,
                            il_coltype guess) {
  const cJSON *columns;
  const char *rule;
  il_kind kind = il_bind_keys(b, json, column_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  columns = il_doc_get(json, "columns");
  if (!cJSON_IsArray(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be a list of columns");
  for (const cJSON *m = columns->child; m; m = m->next) {
    int col;
    kind = il_bind_column(b, m, guess, &col);
    if (kind != IL_OK) return kind;
    if (!column_op(b, role, rule, col)) return il_bind_nomem(b);
  }
  return IL_OK;
}

il_kind il_bind_rests(il_binder *b, const cJSON *json, int *rests) {
  const cJSON *load = il_doc_get(json, "load");
  if (load && !cJSON_IsBool(load))
    return il_bind_error(b, load, IL_ARGUMENT, "must be true or false");
  *rests = load && !cJSON_IsTrue(load);
  return IL_OK;
}

const char *il_buf_arena(il_buf *buf, il_arena *arena) {
  const char *text =
      buf->failed ? NULL : il_arena_copy(arena, buf->p ? buf->p : "", buf->p ? buf->n : 0);
  if (buf->failed) arena->failed = 1;
  il_buf_free(buf);
  return text;
}

static void put(void *buf, const char *p, size_t n) {
  il_buf_add(buf, p, n);
}

const char *il_sqlf(il_arena *arena, const char *format, ...) {
  il_buf sql;
  va_list args;
  il_buf_init(&sql, arena->mem);
  va_start(args, format);
  il_format(put, &sql, format, args);
  va_end(args);
  return il_buf_arena(&sql, arena);
}

void il_describe_cols(const il_op *op, const il_plan *plan, int from, il_buf *out) {
  for (int i = from; i < op->ncols; i++) {
    if (i > from) il_buf_str(out, i == op->ncols - 1 ? " and " : ", ");
    il_buf_str(out, il_col_name(plan, op->cols[i]));
  }
}
