/*
** throttle.c: a table that says when something was let through last (S-39, jobs.md): one row for
** each key, kept by throttle_allow(). The rules hold for rows written by hand too.
**
** Words: "l<column>" the last one let through, "c<column>" how many were, "p<column>" how many were
** refused since, "e<column>" when the row is of no use any more, "w<seconds>" the window.
*/
#include "times.h"

static const char *const throttle_keys[] = {"rule",    "last",           "count", "suppressed",
                                            "expires", "window_seconds", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {{"last", 'l', IL_C_INSTANT, 1},
                                  {"count", 'c', IL_C_INT, 0},
                                  {"suppressed", 'p', IL_C_INT, 0},
                                  {"expires", 'e', IL_C_INSTANT, 0}};
  const char *rule;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, throttle_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_throttle, rule, IL_EV_INSERT | IL_EV_UPDATE);
  kind = il_bind_parts(b, json, op, parts, 4);
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "window_seconds", 0, op, 'w');
  if (kind == IL_OK && !il_bind_key_unique(b->table))
    kind = il_bind_error(b, json, IL_ARGUMENT, "the key must be a primary key or a unique index");
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one throttle");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_throttle *t = il_arena_alloc(arena, sizeof *t);
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  t->last = il_op_col(op, plan, 'l');
  t->count = il_op_col(op, plan, 'c');
  t->suppressed = il_op_col(op, plan, 'p');
  t->expires = il_op_col(op, plan, 'e');
  t->window = il_op_seconds(op, 'w', 0);
  if (t->last < 0 || t->window < 0 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected an instant");
  op->compiled = t;
  return IL_OK;
}

static il_kind least(const il_op *op, const il_row *row, int col, int64_t min, il_error *err) {
  il_value v = il_null();
  if (col >= 0) v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL || (v.type == IL_T_INT && v.i >= min)) return IL_OK;
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a number of at least %d",
                   row->plan->table, il_col_name(row->plan, col), (int)min);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_throttle *t = op->compiled;
  int64_t last = 0, expires = 0;
  int has_last = il_row_instant(row, IL_NEW, t->last, &last), has_expires = 0;
  il_kind kind;
  (void)work;
  if (has_last < 0) return il_refuse_instant(err, row, op, t->last);
  if (t->expires >= 0) has_expires = il_row_instant(row, IL_NEW, t->expires, &expires);
  if (has_expires < 0) return il_refuse_instant(err, row, op, t->expires);
  if (has_last && has_expires && expires < last)
    return il_refuse(err, row, op, t->expires, IL_RULE, "%s.%s cannot be before %s",
                     row->plan->table, il_col_name(row->plan, t->expires),
                     il_col_name(row->plan, t->last));
  kind = least(op, row, t->count, 1, err);
  return kind == IL_OK ? least(op, row, t->suppressed, 0, err) : kind;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_throttle *t = op->compiled;
  il_buf_f(out, "%s.%s is when a key was let through last", plan->table,
           il_col_name(plan, t->last));
  if (t->window) il_buf_f(out, ", at most once in %lld seconds", (long long)t->window);
  if (t->count >= 0)
    il_buf_f(out, "; %s counts how often, at least 1", il_col_name(plan, t->count));
  if (t->suppressed >= 0)
    il_buf_f(out, "; %s counts what was refused since", il_col_name(plan, t->suppressed));
  if (t->expires >= 0) il_buf_f(out, "; %s is not before it", il_col_name(plan, t->expires));
  il_buf_char(out, '.');
}

const il_role il_role_throttle = {.name = "throttle",
                                  .if_changed = 1,
                                  .bind = bind,
                                  .compile = compile,
                                  .check = check,
                                  .describe = describe};
