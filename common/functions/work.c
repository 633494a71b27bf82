/*
** work.c: rows of work: reading one, writing one, taking one back whose lease has ended, and what
** becomes of one that failed. work.h is the contract.
*/
#include "functions/work.h"
#include "rules/permit.h"
#include "values/instant.h"
#include <string.h>

il_kind il_work_of(il_call *call, const il_target *t, int queue, int retry, il_work *out,
                   il_error *err) {
  *out = (il_work){.call = call,
                   .t = t,
                   .q = il_plan_queue(t->plan, NULL),
                   .r = il_plan_retry(t->plan, NULL),
                   .version = il_queue_version(t->plan),
                   .now = call->port->now(call->port)};
  if ((queue && !out->q) || (retry && !out->r)) {
    return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of %s", t->function,
                        t->plan->table, queue ? "queue" : "retry");
  }
  if (out->r && out->q && out->r->state != out->q->state) out->r = NULL; /* of another machine */
  if (out->q || out->r)
    out->m = il_plan_machine_at(t->plan, out->q ? out->q->state : out->r->state);
  if (out->m) return IL_OK;
  return il_error_set(err, IL_NO_OBJECT, "%s: %s has no state machine", t->function,
                      t->plan->table);
}

/* ---- statements ----------------------------------------------------------------------------- */

void il_sql_start(il_sql *s, il_call *call, const char *text) {
  il_scratch(&s->text, call->arena);
  s->call = call;
  s->n = s->nset = 0;
  il_buf_str(&s->text, text);
}

void il_sql_value(il_sql *s, il_value v) {
  if (s->n == (int)(sizeof s->args / sizeof s->args[0])) {
    s->text.failed = 1;
    return;
  }
  s->args[s->n++] = v;
  il_buf_f(&s->text, "?%d", s->n);
}

void il_sql_code(il_sql *s, const il_code *code) {
  il_code_sql_of(code, s->call->port->engine == IL_POSTGRES, &s->text);
}

void il_sql_set(il_sql *s, const il_plan *plan, int col) {
  il_buf_f(&s->text, "%s%I = ", s->nset++ ? ", " : "", plan->cols[col].name);
}

void il_sql_set_value(il_sql *s, const il_plan *plan, int col, il_value v) {
  il_sql_set(s, plan, col);
  if (v.type == IL_T_NULL)
    il_buf_str(&s->text, "NULL");
  else
    il_sql_value(s, il_column_param(s->call, v));
}

void il_sql_and(il_sql *s, const il_plan *plan, const char *prefix, int col, il_value v) {
  il_buf_f(&s->text, " AND %s%I = ", prefix, plan->cols[col].name);
  il_sql_value(s, il_column_param(s->call, v));
}

/* SQLite's instants are texts. Those of leases are in canonical form, by which there is an index;
** the instant itself is asked for as well, in case one was loaded in another form. */
void il_sql_reached(il_sql *s, il_work *w, const char *prefix, int col, int reached) {
  const char *name = w->t->plan->cols[col].name, *sign = reached ? "<=" : ">";
  if (w->call->port->engine == IL_POSTGRES) {
    il_buf_f(&s->text, "%s%I %s ", prefix, name, sign);
    il_sql_value(s, il_instant(w->now));
    return;
  }
  if (reached && w->q && col == w->q->until) {
    il_buf_f(&s->text, "%s%I <= ", prefix, name);
    il_sql_value(s, il_instant(w->now));
    il_buf_str(&s->text, " AND ");
  }
  il_buf_f(&s->text, "instant_us(%s%I) %s ", prefix, name, sign);
  il_sql_value(s, il_int(w->now));
}

void il_sql_key(il_sql *s, const il_plan *plan, const il_value *key) {
  for (int i = 0; i < plan->nkey; i++) {
    il_buf_f(&s->text, "%s%I = ", i ? " AND " : "", plan->cols[plan->key[i]].name);
    il_sql_value(s, key[i]);
  }
}

il_kind il_sql_run(il_sql *s, il_call *call, il_rows *rows, il_error *err) {
  const char *sql = il_scratch_text(&s->text);
  il_rows_init(rows, call->arena);
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, s->args, s->n, 1, il_rows_add, rows, NULL, err);
}

void il_sql_step_version(il_sql *s, const il_work *w) {
  if (w->version < 0) return;
  il_sql_set(s, w->t->plan, w->version);
  il_buf_f(&s->text, "COALESCE(%I, 0) + 1", w->t->plan->cols[w->version].name);
}

/* ---- one row -------------------------------------------------------------------------------- */

static int asks(const il_value *v) {
  if (v->type == IL_T_NULL) return 0;
  if (v->type == IL_T_INT) return v->i != 0;
  if (v->type == IL_T_REAL) return v->r > 0 || v->r < 0;
  return v->type == IL_T_INSTANT || v->n > 0;
}

/* What stands for the token: the version where there is none. */
static int token_column(const il_work *w) {
  if (!w->q) return -1;
  return w->q->token >= 0 ? w->q->token : w->version;
}

static void put_column(il_buf *b, const il_plan *plan, int col) {
  if (col >= 0)
    il_buf_f(b, ", %I", plan->cols[col].name);
  else
    il_buf_str(b, ", NULL");
}

il_kind il_work_read(il_work *w, const il_value *key, int lock, il_job_row *row, il_error *err) {
  const il_plan *plan = w->t->plan;
  il_sql s;
  il_rows rows;
  il_sql_start(&s, w->call, "SELECT ");
  il_buf_f(&s.text, "%I", plan->cols[w->m->col].name);
  put_column(&s.text, plan, token_column(w));
  put_column(&s.text, plan, w->r ? w->r->attempts : -1);
  put_column(&s.text, plan, w->r ? w->r->max_column : -1);
  put_column(&s.text, plan, w->r ? w->r->cancel : -1);
  if (w->q && w->q->until >= 0) {
    il_buf_f(&s.text, ", CASE WHEN %I IS NULL OR ", plan->cols[w->q->until].name);
    il_sql_reached(&s, w, "", w->q->until, 0);
    il_buf_str(&s.text, " THEN 1 ELSE 0 END");
  } else {
    il_buf_str(&s.text, ", 1");
  }
  il_buf_f(&s.text, " FROM %s WHERE ", w->t->qualified);
  il_sql_key(&s, plan, key);
  if (lock && w->call->port->engine == IL_POSTGRES) il_buf_str(&s.text, " FOR NO KEY UPDATE");
  il_kind kind = il_sql_run(&s, w->call, &rows, err);
  *row = (il_job_row){.state = -1};
  if (kind != IL_OK || rows.n == 0) return kind;
  row->found = 1;
  row->stored = *il_rows_at(&rows, 0, 0);
  row->state = il_machine_stored(w->m, &row->stored);
  row->token = *il_rows_at(&rows, 0, 1);
  row->attempts = *il_rows_at(&rows, 0, 2);
  row->max = *il_rows_at(&rows, 0, 3);
  row->cancel = asks(il_rows_at(&rows, 0, 4));
  row->running = il_rows_at(&rows, 0, 5)->i != 0;
  return IL_OK;
}

const char *il_work_why(const il_work *w, const il_job_row *row, const il_value *token) {
  int same =
      token && row->token.type == IL_T_INT && token->type == IL_T_INT && row->token.i == token->i;
  if (!row->found) return "lost";
  if (row->state >= 0 && w->m->states[row->state].kind == IL_STATE_FINAL) return "terminal";
  if (token_column(w) < 0) same = row->running == 0;
  if (!same) return "lost";
  return il_code_is(&w->q->claimed, &row->stored) && row->running ? "lost" : "expired";
}

il_kind il_work_key(il_call *call, const il_plan *plan, const il_value *values, il_value *out,
                    il_error *err) {
  il_buf b;
  il_scratch(&b, call->arena);
  if (plan->nkey == 1) {
    il_value_text(&values[0], &b);
  } else {
    for (int i = 0; i < plan->nkey; i++) {
      il_buf_char(&b, i ? ',' : '[');
      il_key_part(&values[i], &b);
    }
    il_buf_char(&b, ']');
  }
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  *out = il_text(text, b.n);
  return IL_OK;
}

/* ---- what becomes of an attempt ------------------------------------------------------------- */

static int state_of(const il_work *w, const il_code *code) {
  il_value v = il_code_value(code);
  return il_machine_stored(w->m, &v);
}

/* One UPDATE of the row from one state to another. names: it shows that we hold the lease. */
static il_kind step(il_work *w, const il_attempt *a, const il_job_row *row, int from, int to,
                    int last, int *done, il_error *err) {
  const il_plan *plan = w->t->plan;
  const il_queue *q = w->q;
  const il_retry *r = w->r;
  il_sql s;
  il_rows rows;
  int leaves = q && q->claimed.text && from == state_of(w, &q->claimed);
  il_sql_start(&s, w->call, "UPDATE ");
  il_buf_f(&s.text, "%s SET ", w->t->qualified);
  il_sql_set_value(&s, plan, w->m->col, il_machine_code(w->m, to));
  il_sql_step_version(&s, w);
  if (leaves && q->until >= 0 && q->until_null) il_sql_set_value(&s, plan, q->until, il_null());
  if (leaves && q->token >= 0 && !a->lost && a->token)
    il_sql_set_value(&s, plan, q->token, *a->token);
  if (leaves && q->worker_null && (q->token >= 0 || w->version >= 0))
    il_sql_set_value(&s, plan, q->worker, il_null());
  else if (leaves && q->worker >= 0) {
    il_sql_set(&s, plan, q->worker);
    il_buf_f(&s.text, "%I", plan->cols[q->worker].name);
  }
  if (last && r) {
    if (!q || q->attempts != r->attempts)
      il_sql_set_value(&s, plan, r->attempts, il_int(a->attempt));
    if (r->next_at >= 0 && (a->next_at || !q || r->next_at != q->due))
      il_sql_set_value(&s, plan, r->next_at, a->next_at ? il_instant(a->next_at) : il_null());
    if (r->error >= 0 && a->error.type != IL_T_NULL) il_sql_set_value(&s, plan, r->error, a->error);
  }
  il_buf_str(&s.text, " WHERE ");
  il_sql_key(&s, plan, a->key);
  if (from == row->state)
    il_sql_and(&s, plan, "", w->m->col, row->stored);
  else
    il_sql_and(&s, plan, "", w->m->col, il_machine_code(w->m, from));
  if (leaves && q->until >= 0) {
    il_buf_str(&s.text, " AND ");
    if (!a->lost) il_buf_f(&s.text, "(%I IS NULL OR ", plan->cols[q->until].name);
    il_sql_reached(&s, w, "", q->until, a->lost);
    if (!a->lost) il_buf_char(&s.text, ')');
  }
  il_buf_str(&s.text, " RETURNING 1");
  il_kind kind = il_sql_run(&s, w->call, &rows, err);
  *done = kind == IL_OK && rows.n > 0;
  return kind;
}

/* The state between, -1 when there is a straight way, -2 when there is none: by the failed state
** when the machine has it, so that the failure is in the log. */
static int way(const il_work *w, const il_attempt *a, int from, int to) {
  int failed = w->r ? state_of(w, &w->r->failed) : -1;
  int back = a->lost && w->q ? state_of(w, &w->q->expired) : -1;
  if (!a->lost && failed >= 0 && failed != from && failed != to &&
      il_machine_can(w->m, from, failed) && il_machine_can(w->m, failed, to))
    return failed;
  if (from == to || il_machine_can(w->m, from, to)) return -1;
  if (back >= 0 && il_machine_can(w->m, from, back) && il_machine_can(w->m, back, to)) return back;
  if (failed >= 0 && il_machine_can(w->m, from, failed) && il_machine_can(w->m, failed, to))
    return failed;
  return -2;
}

/* Decides where the row goes and when it is tried again. */
static il_kind decide(il_work *w, il_attempt *a, const il_job_row *row, int *to, il_error *err) {
  const il_retry *r = w->r;
  int64_t made = row->attempts.type == IL_T_INT ? row->attempts.i : 0, max = r ? r->max : INT64_MAX;
  int counted = !r || (w->q && w->q->attempts == r->attempts);
  a->attempt = made + (counted || made == INT64_MAX ? 0 : 1);
  a->next_at = 0;
  if (r && r->max_column >= 0 && row->max.type == IL_T_INT) max = row->max.i;
  if (!r || (row->cancel && r->has_cancelled) || a->attempt >= max) {
    *to = state_of(w, !r                                ? &w->q->expired
                      : row->cancel && r->has_cancelled ? &r->cancelled
                                                        : &r->dead);
    a->result = !r ? "again" : row->cancel && r->has_cancelled ? "cancelled" : "dead";
    return IL_OK;
  }
  a->result = "again";
  *to = state_of(w, a->lost && w->q ? &w->q->expired : r->has_wait ? &r->wait : &r->again);
  if (a->lost && w->q) return IL_OK; /* it can be claimed at once */
  il_value key;
  il_kind kind = il_work_key(w->call, w->t->plan, a->key, &key, err);
  if (kind != IL_OK) return kind;
  a->next_at = w->now + il_backoff_delay(&r->backoff, a->attempt, key.p, key.n);
  if (a->has_at) a->next_at = a->at;
  if (r->next_at < 0) a->next_at = 0;
  return IL_OK;
}

static il_kind permit(il_work *w, const il_value *key, il_error *err) {
  il_value v = il_null();
  if (key) {
    const char *text = il_permit_key(w->call->arena, w->t->plan, key);
    if (!text) return il_nomem(err);
    v = il_str(text);
  }
  return w->call->port->set(w->call->port, "permit", &v, err);
}

static il_kind steps(il_work *w, il_attempt *a, const il_job_row *row, int to, il_error *err) {
  int between = way(w, a, row->state, to), done = 0;
  if (between == -2) {
    return il_error_set(err, IL_NOT_NOW, "%s: %s.%s cannot go from %s to %s", w->t->function,
                        w->t->plan->table, w->t->plan->cols[w->m->col].name,
                        w->m->states[row->state].name, w->m->states[to].name);
  }
  il_kind kind = IL_OK;
  if (between >= 0) {
    kind = step(w, a, row, row->state, between, 0, &done, err);
    if (kind == IL_OK && done) kind = step(w, a, row, between, to, 1, &done, err);
  } else {
    kind = step(w, a, row, row->state, to, 1, &done, err);
  }
  if (kind != IL_OK) return kind;
  if (done)
    a->state = to;
  else
    a->result = "lost"; /* somebody was faster */
  return IL_OK;
}

il_kind il_work_failed(il_work *w, il_attempt *a, il_error *err) {
  il_job_row row;
  int to = -1, claimed;
  il_kind kind = il_work_read(w, a->key, 1, &row, err);
  if (kind != IL_OK) return kind;
  a->state = row.state;
  a->attempt = row.attempts.type == IL_T_INT ? row.attempts.i : 0;
  if (!row.found || row.state < 0) {
    a->result = "lost";
    return IL_OK;
  }
  claimed = w->q && w->q->claimed.text && il_code_is(&w->q->claimed, &row.stored);
  if (a->lost && (!claimed || row.running)) {
    a->result = "lost";
    return IL_OK;
  }
  if (!a->lost && w->m->states[row.state].kind == IL_STATE_FINAL &&
      row.state != state_of(w, &w->r->failed)) {
    a->result = "terminal";
    return IL_OK;
  }
  if (!a->lost && w->q && row.state != state_of(w, &w->r->failed) &&
      (!claimed || !row.running ||
       (a->token && (row.token.type != IL_T_INT || row.token.i != a->token->i)))) {
    a->result = il_work_why(w, &row, a->token ? a->token : &row.token);
    return IL_OK;
  }
  kind = decide(w, a, &row, &to, err);
  if (kind != IL_OK || to < 0) return kind;
  /* Dead is the failed state, and it is there. Where the state to be tried in again is, it is counted. */
  if (row.state == to && (!w->r || to != state_of(w, &w->r->again))) return IL_OK;
  if (a->lost) kind = permit(w, a->key, err);
  if (kind == IL_OK) kind = steps(w, a, &row, to, err);
  if (a->lost) {
    il_error ignored;
    il_error_clear(&ignored);
    (void)permit(w, NULL, &ignored);
  }
  return kind;
}

il_kind il_work_answer(il_call *call, const il_work *w, const il_attempt *a, int attempted,
                       il_error *err) {
  il_buf b;
  char at[32];
  il_scratch(&b, call->arena);
  il_buf_f(&b, "{\"result\":%J,\"state\":", a->result);
  if (a->state >= 0)
    il_buf_f(&b, "%J", w->m->states[a->state].name);
  else
    il_buf_str(&b, "null");
  if (attempted) {
    il_buf_f(&b, ",\"attempt\":%lld,\"next_at\":", (long long)a->attempt);
    if (a->next_at)
      il_buf_f(&b, "%J", il_instant_format(a->next_at, at));
    else
      il_buf_str(&b, "null");
  }
  il_buf_char(&b, '}');
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  call->result = il_json(text, b.n);
  return IL_OK;
}

/* ---- leases that have ended ----------------------------------------------------------------- */

typedef struct lost {
  il_work *w;
  il_attempt a;
} lost;

static il_kind take_back(void *ctx, il_error *err) {
  lost *l = ctx;
  return il_work_failed(l->w, &l->a, err);
}

/* One row, undone when its rules do not let it go. */
static il_kind attempt(il_work *w, const il_value *key, int64_t *n, il_error *err) {
  il_port *port = w->call->port;
  lost l = {w, {.key = key, .lost = 1, .error = il_str("the lease ended"), .result = "lost"}};
  il_error why;
  il_kind kind;
  il_error_clear(&why);
  if (port->attempt) {
    kind = port->attempt(port, take_back, &l, &why);
  } else {
    kind = port->atomic(port, 1, 0, &why);
    if (kind == IL_OK) kind = il_finish(w->call, take_back(&l, &why), &why);
  }
  if (kind == IL_NOMEM) return il_nomem(err);
  *n += kind == IL_OK && strcmp(l.a.result, "lost") != 0;
  return IL_OK;
}

enum { STUCK_MAX = 100 }; /* rows that are stepped over */

static il_kind ended(il_work *w, int64_t limit, il_rows *rows, il_error *err) {
  const il_plan *plan = w->t->plan;
  const il_queue *q = w->q;
  il_sql s;
  il_sql_start(&s, w->call, "SELECT ");
  il_key_columns(plan, "", &s.text);
  il_buf_f(&s.text, " FROM %s WHERE %I = ", w->t->qualified, plan->cols[q->state].name);
  il_sql_code(&s, &q->claimed);
  il_buf_str(&s.text, " AND ");
  il_sql_reached(&s, w, "", q->until, 1);
  il_buf_f(&s.text, " ORDER BY %I LIMIT %lld", plan->cols[q->until].name, (long long)limit);
  if (w->call->port->engine == IL_POSTGRES) il_buf_str(&s.text, " FOR NO KEY UPDATE SKIP LOCKED");
  return il_sql_run(&s, w->call, rows, err);
}

il_kind il_work_recycle(il_work *w, int64_t max, int64_t *n, il_error *err) {
  il_rows rows = {0};
  int64_t limit = max;
  il_kind kind = IL_OK;
  *n = 0;
  if (!w->q || w->q->until < 0) return IL_OK;
  for (int round = 0; kind == IL_OK && round < 2 && *n < max; round++) {
    kind = ended(w, limit, &rows, err);
    for (int i = 0; kind == IL_OK && i < rows.n && *n < max; i++)
      kind = attempt(w, il_rows_at(&rows, i, 0), n, err);
    if (rows.n < limit) break;
    limit = max - *n + STUCK_MAX; /* some that cannot go stand before others that can */
  }
  return kind;
}
