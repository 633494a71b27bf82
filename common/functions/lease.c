/*
** lease.c: locks that end by themselves (S-28, S-29).
**
**   SELECT lease_acquire('locks', 'nightly', 'w1');        a fencing token, or NULL: held by another
**   SELECT lease_acquire('locks', 'nightly', 'w1', 60);    for 60 seconds; again by w1: extends it
**   SELECT lease_renew('locks', 'nightly', 'w1');          true while w1 holds it
**   SELECT lease_release('locks', 'nightly', 'w1');
**   SELECT lease_break('locks', 'nightly');                whoever holds it
**
** Each is one statement that says in its WHERE what must be so: of two sessions that ask at once
** the second waits for the first and finds the lock taken. The owner acts (il_port: "acting"), so
** the guards of the table judge it like the holder's own SQL. A lock that has expired is nobody's,
** also to its last owner: acquiring it again is a new holding with a new token.
*/
#include "functions/due.h"

enum { ATTEMPTS = 50 };

typedef struct leasing {
  il_call *call;
  il_target target;
  const il_lease *l;
  int64_t now, epoch; /* a new token is at least the epoch */
  /* Parameters: the key, then owner, now, expires; now and expires as they are compared. */
  il_value args[40];
  int nkey;
} leasing;

enum { OWNER = 1, NOW, UNTIL, BOUND, END };

/* Arguments that all of them have; required: how many. */
static il_kind start(leasing *s, il_call *call, const char *function, int required, int ttl_arg,
                     il_error *err) {
  const il_op *op;
  int64_t ttl;
  *s = (leasing){.call = call};
  il_kind kind = il_role_target(call, function, &il_role_lease, required, &s->target, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &s->target, s->args, err);
  if (kind != IL_OK) return kind;
  s->l = op->compiled;
  s->nkey = s->target.plan->nkey;
  s->now = call->port->now(call->port);
  s->epoch = s->l->token >= 0 ? call->port->epoch(call->port) : 0;
  ttl = s->l->ttl;
  if (ttl_arg >= 0) {
    const char *name = il_textf(call->arena, "%s: argument 4 (ttl_seconds)", function);
    if (!name) return il_nomem(err);
    kind = il_seconds_arg(call, ttl_arg, ttl, 1, name, &ttl, err);
    if (kind != IL_OK) return kind;
  }
  s->args[s->nkey] = il_null();
  s->args[s->nkey + NOW - 1] = il_instant(s->now);
  s->args[s->nkey + UNTIL - 1] = il_instant(il_after_seconds(s->now, ttl));
  s->args[s->nkey + BOUND - 1] = il_instant_bound(call, s->now);
  s->args[s->nkey + END - 1] = il_instant_bound(call, il_after_seconds(s->now, ttl));
  if (required < 3) return kind;
  il_value owner = il_arg(call, 2);
  kind = owner.type == IL_T_NULL ? il_nomem(err) : il_actor_check(function, &owner, err);
  if (kind != IL_OK) return kind;
  return il_column_value(call, &s->target, s->l->owner, &owner, &s->args[s->nkey], err);
}

static const char *column(const leasing *s, int col) {
  return s->target.plan->cols[col].name;
}

static il_kind keep(void *ctx, const il_value *cols, int ncols, il_error *err) {
  (void)ncols;
  (void)err;
  *(il_value *)ctx = cols[0].type == IL_T_INT ? cols[0] : il_null();
  return IL_OK;
}

/* Runs it as the owner; *row is the number in the row that comes back, NULL when none does. */
static il_kind run(leasing *s, il_buf *b, il_value *row, il_error *err) {
  il_port *port = s->call->port;
  const char *sql = il_scratch_text(b);
  il_value none = il_null(), actor = s->args[s->nkey];
  il_error ignored;
  *row = none;
  if (!sql) return il_nomem(err);
  if (actor.type != IL_T_TEXT) { /* a number, a uuid: as the text it is compared with */
    il_buf text;
    il_scratch(&text, s->call->arena);
    il_value_text(&actor, &text);
    actor = il_str(il_scratch_text(&text));
  }
  il_kind kind = port->set(port, "acting", &actor, err);
  if (kind == IL_OK) kind = port->exec(port, sql, s->args, s->nkey + END, 1, keep, row, NULL, err);
  il_error_clear(&ignored);
  (void)port->set(port, "acting", &none, &ignored);
  return kind;
}

/* The lock is held at this moment. */
static void live(leasing *s, const char *prefix, il_buf *b) {
  il_instant_sql(s->call, prefix, column(s, s->l->expires), b);
  il_buf_f(b, " > ?%d", s->nkey + BOUND);
}

/* The new end. A holder whose clock went back to before he took the lock keeps the end he has: an
** end before the beginning is none. */
static void put_until(leasing *s, const char *prefix, const char *mine, il_buf *b) {
  const char *expires = column(s, s->l->expires);
  if (s->l->acquired < 0) {
    il_buf_f(b, "?%d", s->nkey + UNTIL);
    return;
  }
  il_buf_f(b, "CASE WHEN %s AND ", mine);
  il_instant_sql(s->call, prefix, column(s, s->l->acquired), b);
  il_buf_f(b, " >= ?%d THEN %s%I ELSE ?%d END", s->nkey + END, prefix, expires, s->nkey + UNTIL);
}

/* WHERE key AND the owner holds it. */
static void where_held(leasing *s, il_buf *b) {
  il_buf_str(b, " WHERE ");
  il_key_where(s->target.plan, 1, b);
  il_buf_f(b, " AND %I = ?%d AND ", column(s, s->l->owner), s->nkey + OWNER);
  live(s, "", b);
  il_buf_str(b, " RETURNING 1");
}

/* ---- lease_acquire -------------------------------------------------------------------------- */

static void put_values(leasing *s, il_buf *b) {
  const il_lease *l = s->l;
  int n = s->nkey;
  il_buf_f(b, "INSERT INTO %s AS l (", s->target.qualified);
  il_key_columns(s->target.plan, "", b);
  il_buf_f(b, ", %I, %I", column(s, l->owner), column(s, l->expires));
  if (l->acquired >= 0) il_buf_f(b, ", %I", column(s, l->acquired));
  if (l->token >= 0) il_buf_f(b, ", %I", column(s, l->token));
  il_buf_str(b, ") VALUES (");
  for (int i = 1; i <= n; i++)
    il_buf_f(b, "?%d, ", i);
  il_buf_f(b, "?%d, ?%d", n + OWNER, n + UNTIL);
  if (l->acquired >= 0) il_buf_f(b, ", ?%d", n + NOW);
  if (l->token >= 0) il_buf_f(b, ", %lld", (long long)(s->epoch > 1 ? s->epoch : 1));
}

/* Free or expired: taken. Held by the owner: extended, and stays the holding it was. */
static void acquire_sql(leasing *s, il_buf *b) {
  const il_lease *l = s->l;
  const char *owner = column(s, l->owner), *expires = column(s, l->expires);
  il_buf held;
  il_scratch(&held, s->call->arena);
  il_buf_f(&held, "l.%I = EXCLUDED.%I AND ", owner, owner);
  live(s, "l.", &held);
  const char *mine = il_scratch_text(&held);
  if (!mine) b->failed = 1;
  if (!mine) return;
  put_values(s, b);
  il_buf_str(b, ") ON CONFLICT (");
  il_key_columns(s->target.plan, "", b);
  il_buf_f(b, ") DO UPDATE SET %I = EXCLUDED.%I, %I = ", owner, owner, expires);
  put_until(s, "l.", mine, b);
  if (l->acquired >= 0) {
    const char *c = column(s, l->acquired);
    il_buf_f(b, ", %I = CASE WHEN %s THEN l.%I ELSE EXCLUDED.%I END", c, mine, c, c);
  }
  if (l->token >= 0) {
    const char *c = column(s, l->token);
    il_buf_f(b, ", %I = CASE WHEN %s THEN l.%I", c, mine, c);
    if (s->epoch)
      il_buf_f(b, " WHEN coalesce(l.%I, 0) < %lld THEN %lld", c, (long long)s->epoch - 1,
               (long long)s->epoch);
    il_buf_f(b, " WHEN l.%I = 9223372036854775807 THEN l.%I", c, c); /* the guard says no */
    il_buf_f(b, " ELSE coalesce(l.%I, 0) + 1 END", c);
  }
  il_buf_f(b, " WHERE l.%I IS NULL OR l.%I = EXCLUDED.%I OR l.%I IS NULL OR ", owner, owner, owner,
           expires);
  il_instant_sql(s->call, "l.", expires, b);
  il_buf_f(b, " <= ?%d RETURNING ", s->nkey + BOUND);
  if (l->token >= 0)
    il_buf_f(b, "%I", column(s, l->token));
  else
    il_buf_f(b, "%sinstant_us(%I)", s->call->port->fn, column(s, l->acquired));
}

il_kind il_fn_lease_acquire(il_call *call, il_error *err) {
  leasing s;
  il_buf b;
  il_kind kind = start(&s, call, "lease_acquire", 3, 3, err);
  if (kind != IL_OK) return kind;
  il_scratch(&b, call->arena);
  acquire_sql(&s, &b);
  return run(&s, &b, &call->result, err);
}

/* ---- the others ----------------------------------------------------------------------------- */

static il_kind truth(leasing *s, il_buf *b, il_error *err) {
  il_value row;
  il_kind kind = run(s, b, &row, err);
  s->call->result = il_int(row.type != IL_T_NULL);
  return kind;
}

il_kind il_fn_lease_renew(il_call *call, il_error *err) {
  leasing s;
  il_buf b;
  il_kind kind = start(&s, call, "lease_renew", 3, 3, err);
  if (kind != IL_OK) return kind;
  il_scratch(&b, call->arena);
  il_buf_f(&b, "UPDATE %s SET %I = ", s.target.qualified, column(&s, s.l->expires));
  put_until(&s, "", "1 = 1", &b);
  where_held(&s, &b);
  return truth(&s, &b, err);
}

static void release_sql(leasing *s, il_buf *b) {
  if (s->l->token < 0)
    il_buf_f(b, "DELETE FROM %s", s->target.qualified);
  else
    il_buf_f(b, "UPDATE %s SET %I = NULL, %I = NULL", s->target.qualified, column(s, s->l->owner),
             column(s, s->l->expires));
  where_held(s, b);
}

il_kind il_fn_lease_release(il_call *call, il_error *err) {
  leasing s;
  il_buf b;
  il_kind kind = start(&s, call, "lease_release", 3, -1, err);
  if (kind != IL_OK) return kind;
  il_scratch(&b, call->arena);
  release_sql(&s, &b);
  return truth(&s, &b, err);
}

/* Released in the name of whoever holds it: so that only this lock is concerned, and no guard has
** to be lifted. */
il_kind il_fn_lease_break(il_call *call, il_error *err) {
  leasing s;
  il_buf look, b;
  il_kind kind = start(&s, call, "lease_break", 2, -1, err);
  call->result = il_int(0);
  if (kind != IL_OK) return kind;
  il_scratch(&look, call->arena);
  il_scratch(&b, call->arena);
  il_buf_f(&look, "SELECT %I FROM %s WHERE ", column(&s, s.l->owner), s.target.qualified);
  il_key_where(s.target.plan, 1, &look);
  il_buf_f(&look, " AND %I IS NOT NULL AND ", column(&s, s.l->owner));
  live(&s, "", &look);
  release_sql(&s, &b);
  const char *sql = il_scratch_text(&look);
  if (!sql) return il_nomem(err);
  for (int i = 0; kind == IL_OK && i < ATTEMPTS && !call->result.i; i++) {
    il_rows rows;
    il_rows_init(&rows, call->arena);
    s.args[s.nkey] = il_null();
    kind =
        call->port->exec(call->port, sql, s.args, s.nkey + BOUND, 0, il_rows_add, &rows, NULL, err);
    if (kind != IL_OK || rows.n == 0) return kind;
    s.args[s.nkey] = *il_rows_at(&rows, 0, 0);
    kind = truth(&s, &b, err);
  }
  return kind;
}

/* ---- the tick: expired locks go, where a free lock is no row -------------------------------- */

static int has(const il_plan *plan) {
  const il_op *op = il_plan_role_op(plan, &il_role_lease);
  return op && ((const il_lease *)op->compiled)->token < 0;
}

static il_due expired(il_tick *t) {
  const il_lease *l = il_plan_role_op(t->target.plan, &il_role_lease)->compiled;
  il_due d = {.target = &t->target, .col = l->expires, .state = -1};
  d.until = t->call->port->now(t->call->port);
  return d;
}

static il_kind due(il_tick *t, int *found, il_error *err) {
  il_due d = expired(t);
  return il_due_any(t->call, &d, found, err);
}

static il_kind batch(il_tick *t, il_error *err) {
  il_due d = expired(t);
  d.free_only = 1;
  return il_due_batch(t, &d, err);
}

const il_job il_job_lease = {"lease", has, due, batch};
