/*
** cache.c: rows that may be fetched again (S-45 … S-47): cache_get() stamps what is read,
** cache_evict() takes out what is over and then what was read longest ago.
**
** Words: "e<column>" when a row is over (NULL: never), "a<column>" when it was read last,
** "s<column>" its size in bytes, "f<column>" when it was fetched.
*/
#include "times.h"

static const char *const cache_keys[] = {"rule", "expires", "accessed", "size", "fetched", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {{"accessed", 'a', IL_C_INSTANT, 1},
                                  {"expires", 'e', IL_C_INSTANT, 0},
                                  {"size", 's', IL_C_INT, 0},
                                  {"fetched", 'f', IL_C_INSTANT, 0}};
  const char *rule;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, cache_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_cache, rule, IL_EV_INSERT | IL_EV_UPDATE);
  return il_bind_parts(b, json, op, parts, 4);
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table is one cache");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_cache *c = il_arena_alloc(arena, sizeof *c);
  if (!c) return il_error_set(err, IL_NOMEM, "out of memory");
  c->accessed = il_op_col(op, plan, 'a');
  c->expires = il_op_col(op, plan, 'e');
  c->size = il_op_col(op, plan, 's');
  c->fetched = il_op_col(op, plan, 'f');
  if (c->accessed < 0 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected an instant");
  op->compiled = c;
  return IL_OK;
}

/* An end that the table's `expiry` gives to a new row that has none. */
static int filled_end(const il_row *row, const il_cache *c, int64_t *us) {
  const il_op *op = il_plan_role_op(row->plan, &il_role_expiry);
  const il_expiry *e = op ? op->compiled : NULL;
  if (!e || !e->ttl || e->col != c->expires || row->event != IL_EV_INSERT || row->load ||
      row->stored)
    return 0;
  *us = il_after_seconds(row->now, e->ttl);
  return 1;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_cache *c = op->compiled;
  const int cols[3] = {c->accessed, c->expires, c->fetched};
  int64_t us[3] = {0};
  int has[3] = {0};
  (void)work;
  for (int i = 0; i < 3; i++) {
    if (cols[i] < 0) continue;
    has[i] = il_row_instant(row, IL_NEW, cols[i], &us[i]);
    if (has[i] < 0) return il_refuse_instant(err, row, op, cols[i]);
  }
  if (!has[1] && has[2]) has[1] = filled_end(row, c, &us[1]);
  if (has[1] && has[2] && us[1] <= us[2])
    return il_refuse(err, row, op, c->expires, IL_RULE, "%s.%s must be after %s", row->plan->table,
                     il_col_name(row->plan, c->expires), il_col_name(row->plan, c->fetched));
  if (c->size >= 0) {
    il_value v = il_row_value(row, IL_NEW, c->size);
    if (v.type != IL_T_NULL && (v.type != IL_T_INT || v.i < 0))
      return il_refuse(err, row, op, c->size, IL_RULE, "%s.%s must be a number of at least 0",
                       row->plan->table, il_col_name(row->plan, c->size));
  }
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_cache *c = op->compiled;
  il_buf_f(out, "%s rows are evicted by %s, longest ago first", plan->table,
           il_col_name(plan, c->accessed));
  if (c->expires >= 0)
    il_buf_f(out, ", and before that when %s is reached", il_col_name(plan, c->expires));
  if (c->expires >= 0 && c->fetched >= 0)
    il_buf_f(out, ", which is after %s", il_col_name(plan, c->fetched));
  if (c->size >= 0) il_buf_f(out, "; %s is their size", il_col_name(plan, c->size));
  il_buf_char(out, '.');
}

const il_role il_role_cache = {.name = "cache",
                               .if_changed = 1,
                               .session = 1,
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .describe = describe};
