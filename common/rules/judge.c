/* judge.c: the path of every guarded write. Nothing is allocated and no text is compared unless a rule refuses. */
#include "plan.h"
#include <stdarg.h>
#include <string.h>

/* Which columns an UPDATE changes, of those that gates ask about: each is compared once, however many rules it has, and most
** updates leave most columns alone. */
static uint64_t changes(const il_steps *list, const il_row *row) {
  uint64_t changed = 0;
  for (int i = 0; i < list->ngates; i++)
    if (row->differs(row, list->gates[i])) changed |= UINT64_C(1) << list->gates[i];
  return changed;
}

il_kind il_plan_judge(const il_plan *plan, const il_row *row, int phase, unsigned *work,
                      il_error *err) {
  const il_steps *list = &plan->steps[il_event_slot(row->event)][phase & 3];
  uint64_t changed = row->stored ? ~UINT64_C(0) : changes(list, row);
  unsigned due = list->work;
  for (const il_step *step = list->steps, *end = step + list->n; step < end; step++) {
    il_kind kind;
    if (step->gate && !(step->gate & changed)) continue;
    kind = step->check(step->op, row, &due, err);
    if (kind != IL_OK) return kind;
  }
  if (work) *work = due;
  return IL_OK;
}

/* A text that takes what fits, and nothing any more once something did not. */
struct text {
  char *p;
  size_t n, cap;
};

static void text_put(struct text *t, const char *p, size_t n) {
  size_t room = t->cap - 1 - t->n;
  if (n > room) {
    n = il_utf8_trim(p, room);
    t->cap = t->n + n + 1;
  }
  memcpy(t->p + t->n, p, n);
  t->n += n;
  t->p[t->n] = 0;
}

char *il_row_key_show(const il_row *row, char *buf, size_t cap) {
  const il_plan *plan = row->plan;
  struct text t = {buf, 0, cap};
  if (cap == 0) return buf;
  buf[0] = 0;
  for (int i = 0; i < plan->nkey; i++) {
    const char *name = plan->cols[plan->key[i]].name;
    il_value value = il_null();
    row->get(row, row->side, plan->key[i], &value);
    if (i) text_put(&t, ", ", 2);
    text_put(&t, name, strlen(name));
    text_put(&t, "=", 1);
    il_value_show(&value, t.p + t.n, t.cap - t.n);
    t.n += strlen(t.p + t.n);
  }
  return buf;
}

void il_key_part(const il_value *v, il_buf *out) {
  if (v->type == IL_T_NULL) {
    il_buf_str(out, "null");
  } else if (v->type == IL_T_INT) {
    il_buf_int(out, v->i);
  } else if (v->type == IL_T_TEXT || v->type == IL_T_JSON || v->type == IL_T_OTHER) {
    il_buf_f(out, "%.*J", (int)v->n, v->p);
  } else { /* finite reals are numbers; in the other texts only the backslash of bytes needs an escape */
    const char *quote = v->type == IL_T_REAL && v->r - v->r == 0 ? "" : "\"";
    il_buf_f(out, "%s%s", quote, v->type == IL_T_BLOB ? "\\" : "");
    il_value_text(v, out);
    il_buf_str(out, quote);
  }
}

void il_row_key_text(const il_row *row, il_buf *out) {
  const il_plan *plan = row->plan;
  for (int i = 0; i < plan->nkey; i++) {
    il_value value = il_null();
    row->get(row, row->side, plan->key[i], &value);
    if (plan->nkey == 1) {
      il_value_text(&value, out);
      return;
    }
    il_buf_str(out, i ? "," : "[");
    il_key_part(&value, out);
  }
  if (plan->nkey > 1) il_buf_char(out, ']');
}

il_kind il_refuse(il_error *err, const il_row *row, const il_op *op, int col, il_kind kind,
                  const char *format, ...) {
  const il_plan *plan = row->plan;
  va_list args;
  if (!err) return kind;
  va_start(args, format);
  il_error_setv(err, kind, format, args);
  va_end(args);
  IL_ERROR_FIELD(err, rule, op->rule, strlen(op->rule));
  IL_ERROR_FIELD(err, rulebook, plan->rulebook, strlen(plan->rulebook));
  IL_ERROR_FIELD(err, table, plan->table, strlen(plan->table));
  if (col >= 0 && col < plan->ncols)
    IL_ERROR_FIELD(err, column, plan->cols[col].name, strlen(plan->cols[col].name));
  il_row_key_show(row, err->row, sizeof err->row);
  return kind;
}
