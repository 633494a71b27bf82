/*
** reference.c: a column that says where something is and is not the thing itself (S-50): a scheme of
** a list, a colon and the rest, as in vault:kv/prod/db. The value is in no message: what was written
** there by mistake is a password. Words: "n" (may be NULL) or "-", then "s<scheme>" for each.
*/
#include "roles.h"

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  (void)col;
  if (!cJSON_IsArray(json) || !json->child)
    return il_bind_error(b, json, IL_ARGUMENT, "must be a list of schemes");
  for (const cJSON *s = json->child; s; s = s->next) {
    if (!cJSON_IsString(s) || !s->valuestring[0] || strchr(s->valuestring, ':'))
      return il_bind_error(b, s, IL_ARGUMENT, "must be a scheme, without its colon");
    il_bind_word(b, op, 's', s->valuestring);
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_reference, IL_C_TEXT, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int ok = op->ncols == 1 && op->nwords >= 2 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE);
  (void)plan;
  (void)arena;
  for (int i = 1; i < op->nwords; i++)
    ok = ok && op->words[i][0] == 's' && op->words[i][1];
  return ok ? IL_OK : il_word_error(op, err, "expected one column and schemes");
}

/* Something stands behind the colon that is more than white space. */
static int has_rest(const char *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)p[i] > ' ') return 1;
  return 0;
}

static int refers(const il_op *op, const il_value *v) {
  for (int i = 1; i < op->nwords; i++) {
    const char *scheme = op->words[i] + 1;
    size_t n = strlen(scheme);
    if (v->n > n && memcmp(v->p, scheme, n) == 0 && v->p[n] == ':' &&
        has_rest(v->p + n + 1, v->n - n - 1))
      return 1;
  }
  return 0;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int col = op->cols[0];
  size_t at = 0;
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (v.type == IL_T_TEXT && refers(op, &v)) return IL_OK;
  il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a reference, scheme:rest", row->plan->table,
            il_col_name(row->plan, col));
  for (int i = 1; i < op->nwords; i++) {
    size_t n = strlen(op->words[i]) - 1;
    if (at + n + 4 > sizeof err->allowed) break;
    if (at) memcpy(err->allowed + at, ", ", 2), at += 2;
    memcpy(err->allowed + at, op->words[i] + 1, n);
    at += n;
    err->allowed[at++] = ':';
    err->allowed[at] = 0;
  }
  return IL_RULE;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is a reference: ", plan->table, il_col_name(plan, op->cols[0]));
  for (int i = 1; i < op->nwords; i++)
    il_buf_f(out, "%s%s", i == 1 ? "" : i == op->nwords - 1 ? ": or " : ":, ", op->words[i] + 1);
  il_buf_f(out, ": and the rest%s.", op->words[0][0] == 'n' ? ", or NULL" : "");
}

const il_role il_role_reference = {.name = "reference",
                                   .values = 1,
                                   .if_changed = 1,
                                   .bind = bind,
                                   .compile = compile,
                                   .check = check,
                                   .describe = describe};
