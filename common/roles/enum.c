/* enum.c: a column holds one of a list of texts or whole numbers. Words: "n" (NULL is in the
** list) or "-", then the values. */
#include "roles.h"

enum { VALUES_MAX = 1000 };

typedef struct list {
  int n;
  il_code *codes;
} list;

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  int integers = 0, texts = 0;
  (void)col;
  op->nwords = 0; /* NULL is let in by the list, not by the column */
  if (!cJSON_IsArray(json) || !json->child || cJSON_GetArraySize(json) > VALUES_MAX)
    return il_bind_error(b, json, IL_ARGUMENT, "must be a list of 1 to %d texts or whole numbers",
                         VALUES_MAX);
  il_bind_word(b, op, '-', "");
  for (const cJSON *v = json->child; v; v = v->next) {
    if (cJSON_IsNull(v)) {
      op->words[0] = "n";
    } else if (cJSON_IsString(v)) {
      il_bind_word(b, op, 't', v->valuestring);
      texts++;
    } else if (il_bind_is_int(v)) {
      il_bind_word_int(b, op, 'i', (int64_t)v->valuedouble);
      integers++;
    } else {
      return il_bind_error(b, v, IL_ARGUMENT, "must be a text, a whole number or null");
    }
    for (int i = 1; i < op->nwords - 1; i++)
      if (strcmp(op->words[i], op->words[op->nwords - 1]) == 0)
        return il_bind_error(b, v, IL_ARGUMENT, "is there twice");
  }
  if (integers && texts)
    return il_bind_error(b, json, IL_ARGUMENT, "must be texts or whole numbers, not both");
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_enum, IL_C_OTHER, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  list *l = il_arena_alloc(arena, sizeof *l);
  (void)plan;
  if (!l) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords < 1 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected one column and values");
  l->n = op->nwords - 1;
  l->codes = il_arena_alloc(arena, (size_t)l->n * sizeof *l->codes);
  if (!l->codes) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < l->n; i++)
    if (!il_code_read(op->words[i + 1], &l->codes[i]))
      return il_word_error(op, err, "a value that is none");
  op->compiled = l;
  return IL_OK;
}

/* The values as a list of names, as far as they fit. */
static void allowed(const list *l, char *buf, size_t cap) {
  size_t at = 0;
  buf[0] = 0;
  for (int i = 0; i < l->n; i++) {
    size_t n = l->codes[i].n, comma = at ? 2 : 0;
    if (at + comma + n + 1 > cap) return;
    memcpy(buf + at, ", ", comma);
    memcpy(buf + at + comma, l->codes[i].text, n);
    at += comma + n;
    buf[at] = 0;
  }
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const list *l = op->compiled;
  int col = op->cols[0];
  char shown[65];
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  for (int i = 0; i < l->n; i++)
    if (il_code_is(&l->codes[i], &v)) return IL_OK;
  if (v.type == IL_T_BLOB)
    memcpy(shown, "a blob", 7);
  else if (v.type == IL_T_TEXT && v.n == 0)
    memcpy(shown, "''", 3);
  else
    il_value_show(&v, shown, sizeof shown);
  il_refuse(err, row, op, col, IL_RULE, "%s.%s cannot be %s", row->plan->table,
            il_col_name(row->plan, col), shown);
  allowed(l, err->allowed, sizeof err->allowed);
  return IL_RULE;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const list *l = op->compiled;
  il_buf_f(out, "%s.%s is", plan->table, il_col_name(plan, op->cols[0]));
  for (int i = 0; i < l->n; i++)
    il_buf_f(out, "%s %s",
             i == 0          ? ""
             : i == l->n - 1 ? " or"
                             : ",",
             l->codes[i].n ? l->codes[i].text : "''");
  il_buf_str(out, op->words[0][0] == 'n' ? ", or NULL." : ".");
}

const il_role il_role_enum = {.name = "enum",
                              .values = 1,
                              .if_changed = 1,
                              .bind = bind,
                              .compile = compile,
                              .check = check,
                              .describe = describe};
