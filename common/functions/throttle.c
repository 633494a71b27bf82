/*
** throttle.c: not too often.
**
**   SELECT throttle_allow('alert_throttle', 'disk-full', 300);      true at most once in 300 seconds
**
** The window runs from the last one let through. One INSERT … ON CONFLICT DO UPDATE: of two
** sessions that ask at once the second waits for the first, and sees what it wrote.
*/
#include "functions/due.h"
#include "values/instant.h"

static void set_if(il_buf *b, const char *column, const char *allowed, const char *yes,
                   const char *no) {
  il_buf_f(b, "%I = CASE WHEN %s THEN %s ELSE %s END", column, allowed, yes, no);
}

/* Parameters: the key, then ?n+1 now, ?n+2 when the row is of no use, ?n+3 the end of the window
** as it is compared. A refused call is counted where there is a column for it, and then `suppressed` tells
** the two apart; otherwise nothing is written and no row comes back. */
static const char *allow_sql(il_call *call, const il_target *t, const il_throttle *h) {
  const il_plan *plan = t->plan;
  int n = plan->nkey;
  const char *last = plan->cols[h->last].name, *allowed, *excluded;
  const char *count = h->count >= 0 ? plan->cols[h->count].name : NULL,
             *suppressed = h->suppressed >= 0 ? plan->cols[h->suppressed].name : NULL,
             *expires = h->expires >= 0 ? plan->cols[h->expires].name : NULL;
  il_buf b, test;
  il_scratch(&b, call->arena);
  il_scratch(&test, call->arena);
  il_buf_f(&test, "(l.%I IS NULL OR ", last);
  il_instant_sql(call, "l.", last, &test);
  il_buf_f(&test, " <= ?%d)", n + 3);
  allowed = il_scratch_text(&test);
  if (!allowed) return NULL;
  il_buf_f(&b, "INSERT INTO %s AS l (", t->qualified);
  il_key_columns(plan, "", &b);
  il_buf_f(&b, ", %I", last);
  if (count) il_buf_f(&b, ", %I", count);
  if (suppressed) il_buf_f(&b, ", %I", suppressed);
  if (expires) il_buf_f(&b, ", %I", expires);
  il_buf_str(&b, ") VALUES (");
  for (int i = 1; i <= n; i++)
    il_buf_f(&b, "?%d, ", i);
  il_buf_f(&b, "?%d", n + 1);
  if (count) il_buf_str(&b, ", 1");
  if (suppressed) il_buf_str(&b, ", 0");
  if (expires) il_buf_f(&b, ", ?%d", n + 2);
  il_buf_str(&b, ") ON CONFLICT (");
  il_key_columns(plan, "", &b);
  il_buf_str(&b, ") DO UPDATE SET ");
  excluded = il_textf(call->arena, "EXCLUDED.%I", last);
  const char *old = il_textf(call->arena, "l.%I", last);
  if (!excluded || !old) return NULL;
  set_if(&b, last, allowed, excluded, old);
  if (count) {
    const char *was = il_textf(call->arena, "l.%I", count);
    const char *more = il_textf(call->arena, "coalesce(l.%I, 0) + 1", count);
    if (!was || !more) return NULL;
    il_buf_str(&b, ", ");
    set_if(&b, count, allowed, more, was);
  }
  if (suppressed) {
    const char *more = il_textf(call->arena, "coalesce(l.%I, 0) + 1", suppressed);
    if (!more) return NULL;
    il_buf_str(&b, ", ");
    set_if(&b, suppressed, allowed, "0", more);
  }
  if (expires) {
    const char *was = il_textf(call->arena, "l.%I", expires);
    const char *is = il_textf(call->arena, "EXCLUDED.%I", expires);
    if (!was || !is) return NULL;
    il_buf_str(&b, ", ");
    set_if(&b, expires, allowed, is, was);
  }
  if (suppressed)
    il_buf_f(&b, " RETURNING %I", suppressed);
  else
    il_buf_f(&b, " WHERE %s RETURNING 0", allowed);
  return il_scratch_text(&b);
}

/* 0 in the row: it was let through. */
static il_kind see(void *ctx, const il_value *cols, int ncols, il_error *err) {
  (void)ncols;
  (void)err;
  *(int *)ctx = cols[0].type == IL_T_INT && cols[0].i == 0;
  return IL_OK;
}

il_kind il_fn_throttle_allow(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[36];
  int64_t window, end;
  int allowed = 0;
  il_kind kind = il_role_target(call, "throttle_allow", &il_role_throttle, 2, &t, &op, err);
  if (kind != IL_OK) return kind;
  const il_throttle *h = op->compiled;
  const char *name = "throttle_allow: argument 3 (window_seconds)";
  if (!h->window && (call->nargs < 3 || call->args[2].type == IL_T_NULL))
    return il_error_set(err, IL_ARGUMENT, "%s must not be NULL", name);
  kind = il_seconds_arg(call, 2, h->window, 0, name, &window, err);
  if (kind == IL_OK) kind = il_key_arg(call, &t, args, err);
  if (kind != IL_OK) return kind;
  int n = t.plan->nkey;
  int64_t now = call->port->now(call->port);
  end = window ? now - window * 1000000 : INT64_MAX; /* no window: whenever the last one was */
  args[n] = il_instant(now);
  args[n + 1] = il_instant(il_after_seconds(now, window));
  args[n + 2] = il_instant_bound(call, end == INT64_MAX ? IL_INSTANT_MAX : end);
  const char *sql = allow_sql(call, &t, h);
  if (!sql) return il_nomem(err);
  kind = call->port->exec(call->port, sql, args, n + 3, 1, see, &allowed, NULL, err);
  call->result = il_int(allowed);
  return kind;
}
