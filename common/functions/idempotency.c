/*
** idempotency.c: a request that comes twice is carried out once.
**
**   SELECT idempotency_begin('requests', 'key-1', 'pay 100 to ann');
**     {"result":"new","response":null,"token":…}     it is yours: carry it out
**     {"result":"busy","response":null}              another is at it
**     {"result":"mismatch","response":null}          the key came with another request
**     {"result":"replay","response":"paid"}          it was carried out: this is what came of it
**   SELECT idempotency_finish('requests', 'key-1', 'paid');
**
** Taking a key is one INSERT … ON CONFLICT DO NOTHING: of two sessions that ask at once the second
** waits for the first and finds the key taken. A claim that was not answered in its time is over,
** also for who had it: the next one to ask gets it, by one UPDATE. The token is the end of the claim, which grows
** with every claim of a key, because none is given before the last one has ended.
*/
#include "functions/due.h"
#include "rules/permit.h"
#include <string.h>

typedef struct asking {
  il_call *call;
  il_target target;
  const il_idempotency *d;
  int64_t now, token;
  /* Parameters: the key, then a text, until, now, now as it is compared, token. */
  il_value args[40];
  int nkey;
} asking;

enum { TEXT = 1, UNTIL, NOW, BOUND, TOKEN, ATTEMPTS = 50 };

static il_kind start(asking *a, il_call *call, const char *function, il_error *err) {
  const il_op *op;
  *a = (asking){.call = call};
  il_kind kind = il_role_target(call, function, &il_role_idempotency, 3, &a->target, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &a->target, a->args, err);
  if (kind != IL_OK) return kind;
  for (int i = 0; i < a->target.plan->nkey; i++)
    if (a->args[i].type == IL_T_TEXT && a->args[i].n == 0)
      return il_error_set(err, IL_ARGUMENT, "%s: argument 2 (key) must not be empty", function);
  a->d = op->compiled;
  a->nkey = a->target.plan->nkey;
  a->now = call->port->now(call->port);
  a->token = il_after_seconds(a->now, a->d->lease);
  if (call->port->engine == IL_SQLITE) /* its instants have milliseconds */
    a->token -= (a->token % 1000 + 1000) % 1000;
  a->args[a->nkey + UNTIL - 1] = il_instant(a->token);
  a->args[a->nkey + NOW - 1] = il_instant(a->now);
  a->args[a->nkey + BOUND - 1] = il_instant_bound(call, a->now);
  a->args[a->nkey + TOKEN - 1] = il_instant_bound(call, 0);
  return IL_OK;
}

static const char *column(const asking *a, int col) {
  return a->target.plan->cols[col].name;
}

static il_kind exec(asking *a, il_buf *b, int params, il_rows *rows, il_error *err) {
  il_port *port = a->call->port;
  const char *sql = il_scratch_text(b);
  il_rows_init(rows, a->call->arena);
  if (!sql) return il_nomem(err);
  return port->exec(port, sql, a->args, a->nkey + params, 1, il_rows_add, rows, NULL, err);
}

/* Runs an UPDATE with the permission to write the row of this key, as the table holds it. */
static il_kind update(asking *a, const il_value *key, il_buf *b, il_rows *rows, il_error *err) {
  il_port *port = a->call->port;
  const char *text = il_permit_key(a->call->arena, a->target.plan, key);
  il_value none = il_null(), permit;
  il_error ignored;
  rows->n = 0;
  if (!text) return il_nomem(err);
  permit = il_str(text);
  il_kind kind = port->set(port, "permit", &permit, err);
  if (kind == IL_OK) kind = exec(a, b, TOKEN, rows, err);
  il_error_clear(&ignored);
  (void)port->set(port, "permit", &none, &ignored);
  return kind;
}

/* The row of the key: its key, then request, response, and 1 when its claim has ended. */
static il_kind look(asking *a, il_rows *rows, il_error *err) {
  const il_idempotency *d = a->d;
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_str(&b, "SELECT ");
  il_key_columns(a->target.plan, "", &b);
  il_buf_f(&b, ", %I, %I, CASE WHEN ", column(a, d->request), column(a, d->response));
  il_instant_sql(a->call, "", column(a, d->until), &b);
  il_buf_f(&b, " > ?%d THEN 0 ELSE 1 END FROM %s WHERE ", a->nkey + BOUND, a->target.qualified);
  il_key_where(a->target.plan, 1, &b);
  return exec(a, &b, BOUND, rows, err);
}

/* ---- idempotency_begin ---------------------------------------------------------------------- */

/* A row comes back when there was no such key. */
static il_kind insert(asking *a, il_rows *rows, il_error *err) {
  const il_idempotency *d = a->d;
  il_buf b;
  int n = a->nkey;
  il_scratch(&b, a->call->arena);
  il_buf_f(&b, "INSERT INTO %s (", a->target.qualified);
  il_key_columns(a->target.plan, "", &b);
  il_buf_f(&b, ", %I, %I", column(a, d->request), column(a, d->until));
  if (d->at >= 0) il_buf_f(&b, ", %I", column(a, d->at));
  il_buf_str(&b, ") VALUES (");
  for (int i = 1; i <= n; i++)
    il_buf_f(&b, "?%d, ", i);
  il_buf_f(&b, "?%d, ?%d", n + TEXT, n + UNTIL);
  if (d->at >= 0) il_buf_f(&b, ", ?%d", n + NOW);
  il_buf_str(&b, ") ON CONFLICT (");
  il_key_columns(a->target.plan, "", &b);
  il_buf_str(&b, ") DO NOTHING RETURNING 1");
  return exec(a, &b, BOUND, rows, err);
}

/* A row comes back when nobody was faster. */
static il_kind take_over(asking *a, const il_value *key, il_rows *rows, il_error *err) {
  const il_idempotency *d = a->d;
  const char *until = column(a, d->until);
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_f(&b, "UPDATE %s SET %I = ?%d", a->target.qualified, until, a->nkey + UNTIL);
  if (d->at >= 0) il_buf_f(&b, ", %I = ?%d", column(a, d->at), a->nkey + NOW);
  il_buf_str(&b, " WHERE ");
  il_key_where(a->target.plan, 1, &b);
  il_buf_f(&b, " AND %I IS NULL AND (%I IS NULL OR ", column(a, d->response), until);
  il_instant_sql(a->call, "", until, &b);
  il_buf_f(&b, " <= ?%d) RETURNING 1", a->nkey + BOUND);
  return update(a, key, &b, rows, err);
}

static il_kind answer(asking *a, const char *result, const il_value *response, il_error *err) {
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_f(&b, "{\"result\":%J,\"response\":", result);
  if (response)
    il_value_json(a->target.plan, column(a, a->d->response), response, &b);
  else
    il_buf_str(&b, "null");
  if (strcmp(result, "new") == 0) il_buf_f(&b, ",\"token\":%lld", (long long)a->token);
  il_buf_char(&b, '}');
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  a->call->result = il_json(text, b.n);
  return IL_OK;
}

/* Requests are the same when their bytes are, whatever the column's collation says. */
static int same(const il_value *a, const il_value *b) {
  return a->type != IL_T_NULL && a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

il_kind il_fn_idempotency_begin(il_call *call, il_error *err) {
  asking a;
  il_rows rows;
  il_kind kind = start(&a, call, "idempotency_begin", err);
  if (kind != IL_OK) return kind;
  il_value request = il_arg(call, 2);
  if (request.type == IL_T_NULL) return il_nomem(err);
  a.args[a.nkey + TEXT - 1] = request;
  for (int i = 0; i < ATTEMPTS; i++) {
    kind = insert(&a, &rows, err);
    if (kind != IL_OK) return kind;
    if (rows.n) return answer(&a, "new", NULL, err);
    kind = look(&a, &rows, err);
    if (kind != IL_OK) return kind;
    if (rows.n == 0) continue; /* it went in between */
    const il_value *row = il_rows_at(&rows, 0, 0) + a.nkey;
    if (!same(&row[0], &request)) return answer(&a, "mismatch", NULL, err);
    if (row[1].type != IL_T_NULL) return answer(&a, "replay", &row[1], err);
    if (!row[2].i) return answer(&a, "busy", NULL, err);
    kind = take_over(&a, il_rows_at(&rows, 0, 0), &rows, err);
    if (kind != IL_OK) return kind;
    if (rows.n) return answer(&a, "new", NULL, err);
  }
  return il_error_set(err, IL_NOT_NOW, "%s: the row of %s cannot be taken", a.target.function,
                      a.target.plan->table);
}

/* ---- idempotency_finish --------------------------------------------------------------------- */

il_kind il_fn_idempotency_finish(il_call *call, il_error *err) {
  asking a;
  il_rows rows = {0};
  il_buf b;
  int64_t token = 0;
  il_kind kind = start(&a, call, "idempotency_finish", err);
  if (kind == IL_OK)
    kind =
        il_arg_int(call, 3, 0, 1, INT64_MAX, "idempotency_finish: argument 4 (token)", &token, err);
  if (kind != IL_OK) return kind;
  const il_idempotency *d = a.d;
  const char *until = column(&a, d->until), *response = column(&a, d->response);
  il_value text = il_arg(call, 2);
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_column_value(call, &a.target, d->response, &text, &a.args[a.nkey + TEXT - 1], err);
  call->result = il_int(0);
  if (kind == IL_OK) kind = look(&a, &rows, err);
  if (kind != IL_OK || rows.n == 0) return kind;
  const il_value *key = il_rows_at(&rows, 0, 0);
  a.args[a.nkey + TOKEN - 1] = il_instant_bound(call, token);
  il_scratch(&b, call->arena);
  il_buf_f(&b, "UPDATE %s SET %I = ?%d", a.target.qualified, response, a.nkey + TEXT);
  if (d->until_null) il_buf_f(&b, ", %I = NULL", until);
  if (d->at >= 0) il_buf_f(&b, ", %I = ?%d", column(&a, d->at), a.nkey + NOW);
  il_buf_str(&b, " WHERE ");
  il_key_where(a.target.plan, 1, &b);
  il_buf_f(&b, " AND %I IS NULL AND ", response);
  il_instant_sql(call, "", until, &b);
  il_buf_f(&b, " > ?%d", a.nkey + BOUND);
  if (token) {
    il_buf_str(&b, " AND ");
    il_instant_sql(call, "", until, &b);
    il_buf_f(&b, " = ?%d", a.nkey + TOKEN);
  }
  il_buf_str(&b, " RETURNING 1");
  kind = update(&a, key, &b, &rows, err);
  call->result = il_int(rows.n > 0);
  return kind;
}

/* ---- the tick: keys that are old enough go -------------------------------------------------- */

static int has(const il_plan *plan) {
  const il_op *op = il_plan_role_op(plan, &il_role_idempotency);
  return op && ((const il_idempotency *)op->compiled)->keep;
}

static il_due old(il_tick *t) {
  const il_idempotency *k = il_plan_role_op(t->target.plan, &il_role_idempotency)->compiled;
  il_due d = {.target = &t->target, .col = k->at, .state = -1};
  d.until = t->call->port->now(t->call->port) - k->keep * 1000000;
  return d;
}

static il_kind due(il_tick *t, int *found, il_error *err) {
  il_due d = old(t);
  return il_due_any(t->call, &d, found, err);
}

static il_kind batch(il_tick *t, il_error *err) {
  il_due d = old(t);
  d.free_only = 1;
  return il_due_batch(t, &d, err);
}

const il_job il_job_idempotency = {"idempotency", has, due, batch};
