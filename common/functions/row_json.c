/* row_json.c: a value of a row as JSON, the same from both engines; see inner.h. */
#include "functions/inner.h"
#include "roles/roles.h"
#include "values/instant.h"
#include "values/json.h"

/* SQLite keeps JSON as text: a column that a `json` rule is about is JSON. */
static int is_json(const il_plan *plan, const char *name) {
  int col = il_plan_column(plan, name);
  for (int i = 0; col >= 0 && i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (op->role == &il_role_json && op->ncols && op->cols[0] == col) return 1;
  }
  return 0;
}

static void put_bytes(il_buf *b, const il_value *v) {
  static const char hex[] = "0123456789abcdef";
  il_buf_str(b, "\"\\\\x");
  for (size_t i = 0; i < v->n; i++) {
    il_buf_char(b, hex[(unsigned char)v->p[i] >> 4]);
    il_buf_char(b, hex[(unsigned char)v->p[i] & 15]);
  }
  il_buf_char(b, '"');
}

void il_value_json(const il_plan *plan, const char *column, const il_value *v, il_buf *out) {
  char text[32];
  switch (v->type) {
  case IL_T_NULL:
    il_buf_str(out, "null");
    break;
  case IL_T_INT:
    il_buf_int(out, v->i);
    break;
  case IL_T_REAL:
    if (v->r - v->r == 0)
      il_value_text(v, out);
    else
      il_buf_f(out, "%J", il_real_text(v->r, text));
    break;
  case IL_T_BLOB:
    put_bytes(out, v);
    break;
  case IL_T_INSTANT:
    if (v->i < IL_INSTANT_MIN || v->i > IL_INSTANT_MAX)
      il_buf_str(out, v->i < 0 ? "\"-infinity\"" : "\"infinity\"");
    else
      il_buf_f(out, "\"%s\"", il_instant_format(v->i, text));
    break;
  default:
    if (v->n && !memchr(v->p, 0, v->n) &&
        (v->type == IL_T_JSON ||
         (is_json(plan, column) && il_json_valid(v->p, v->n, IL_JSON_ANY, NULL, NULL))))
      il_buf_add(out, v->p, v->n);
    else
      il_buf_f(out, "%.*J", (int)v->n, v->p ? v->p : "");
  }
}
