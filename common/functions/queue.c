/*
** queue.c: work for several workers.
**
**   SELECT key, token FROM queue_claim('jobs', 'worker-7', 20);          the best 20 that are ready
**   SELECT queue_finish('jobs', 17, 3, 'done');                          {"result":"done",…}
**   SELECT queue_finish('jobs', 17, 3, 'failed', 'connection refused');  tried again later
**   SELECT queue_finish('jobs', 17, 3, 'queued', NULL, '2026-03-02T10:00:00Z');   put off
**
** A claim is one statement: of any number of sessions one gets a row, and nobody waits for a row
** that another is just claiming (PostgreSQL skips locked rows, SQLite has one writer). Rows whose
** lease has ended go back first, at most as many as are asked for.
*/
#include "functions/tick.h"
#include "functions/work.h"
#include "rules/sqltext.h"
#include "values/instant.h"
#include <string.h>

enum { CLAIM_MAX = 100000 };

/* ---- order of a batch in SQLite, where RETURNING has none ------------------------------------ */

static int class_of(const il_value *v) {
  switch (v->type) {
  case IL_T_NULL:
    return 0;
  case IL_T_INT:
  case IL_T_REAL:
  case IL_T_INSTANT:
    return 1;
  case IL_T_BLOB:
    return 3;
  default:
    return 2;
  }
}

static int compare_numbers(const il_value *a, const il_value *b) {
  if (a->type != IL_T_REAL && b->type != IL_T_REAL) return a->i < b->i ? -1 : a->i > b->i;
  double x = a->type == IL_T_REAL ? a->r : (double)a->i,
         y = b->type == IL_T_REAL ? b->r : (double)b->i;
  return x < y ? -1 : x > y;
}

static int compare(const il_value *a, const il_value *b) {
  int x = class_of(a), y = class_of(b);
  if (x != y) return x < y ? -1 : 1;
  if (x == 0) return 0;
  if (x == 1) return compare_numbers(a, b);
  size_t n = a->n < b->n ? a->n : b->n;
  int c = n ? memcmp(a->p, b->p, n) : 0;
  return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

/* Rows of a claim: the order's values from column `from` on. */
static int before(const il_queue *q, const il_rows *rows, int from, int norder, int a, int b) {
  for (int i = 0; i < norder; i++) {
    int c = compare(il_rows_at(rows, a, from + i), il_rows_at(rows, b, from + i));
    if (c) return (i < q->norder && q->order[i].descending ? -c : c) < 0;
  }
  return a < b;
}

static il_kind sort(il_arena *arena, const il_queue *q, const il_rows *rows, int from, int norder,
                    const int **order, il_error *err) {
  int n = rows->n;
  int *a = il_arena_alloc(arena, (size_t)(n + 1) * sizeof *a),
      *b = il_arena_alloc(arena, (size_t)(n + 1) * sizeof *b);
  if (!a || !b) return il_nomem(err);
  for (int i = 0; i < n; i++)
    a[i] = i;
  for (int width = 1; norder && width < n; width *= 2) { /* merging runs of width */
    for (int lo = 0; lo < n; lo += 2 * width) {
      int mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
      for (int i = lo, l = lo, r = mid; i < hi; i++)
        b[i] = r >= hi || (l < mid && !before(q, rows, from, norder, a[r], a[l])) ? a[l++] : a[r++];
    }
    int *swap = a;
    a = b;
    b = swap;
  }
  *order = a;
  return IL_OK;
}

/* ---- queue_claim ---------------------------------------------------------------------------- */

typedef struct claim {
  il_work w;
  il_value name, worker; /* as given, and as the column has it */
  const char *filter;    /* as SQL whose bare names are the table's schema's; NULL: none */
  int64_t lease_us;
} claim;

/* What a claim writes: all that the fence would fill in, so that it need not. */
static void put_sets(il_sql *s, claim *c) {
  il_work *w = &c->w;
  const il_plan *plan = w->t->plan;
  const il_queue *q = w->q;
  il_sql_set(s, plan, q->state);
  il_sql_code(s, &q->claimed);
  if (q->worker >= 0) il_sql_set_value(s, plan, q->worker, c->worker);
  if (q->until >= 0) il_sql_set_value(s, plan, q->until, il_instant(w->now + c->lease_us));
  if (q->token >= 0) {
    int64_t epoch = w->call->port->epoch(w->call->port);
    const char *name = plan->cols[q->token].name;
    il_sql_set(s, plan, q->token);
    il_buf_f(&s->text, "CASE WHEN %I >= %lld THEN %I + 1 ELSE %lld END", name,
             (long long)(epoch > 1 ? epoch : 1), name, (long long)(epoch > 1 ? epoch : 1));
  }
  if (q->attempts >= 0) {
    const char *name = plan->cols[q->attempts].name;
    il_sql_set(s, plan, q->attempts);
    il_buf_f(&s->text, "CASE WHEN %I < %d THEN %I + 1 ELSE COALESCE(%I, 1) END", name, INT32_MAX,
             name, name);
  }
  il_sql_step_version(s, w);
}

/* The rule of who may claim what, with its row named NEW. */
static void put_filter(il_sql *s, claim *c) {
  il_call *call = c->w.call;
  size_t pos = 0, n = strlen(c->filter);
  il_piece piece;
  il_buf_str(&s->text, " AND (");
  while (il_sql_piece(c->filter, n, &pos, call->arena, &piece, NULL) > 0) {
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(&s->text, piece.p, piece.n);
    else if (piece.kind == IL_PIECE_VAR)
      il_sql_value(s, piece.p[0] == 'n' ? il_instant(c->w.now) : c->name);
    else
      il_buf_f(&s->text, "NEW.%.*I", (int)piece.n, piece.p);
  }
  il_buf_str(&s->text, "\n)");
}

/* Ready rows in order: the candidates, from a table named t. */
static void put_candidates(il_sql *s, claim *c, const il_code *ready, int64_t limit, int orders) {
  il_work *w = &c->w;
  const il_plan *plan = w->t->plan;
  const il_queue *q = w->q;
  int postgres = w->call->port->engine == IL_POSTGRES, n = q->norder + plan->nkey;
  il_buf_str(&s->text, "SELECT ");
  il_key_columns(plan, "", &s->text);
  for (int i = 0; orders && i < q->norder; i++) {
    il_buf_str(&s->text, ", ");
    il_queue_order_sql(q, plan, i, postgres, &s->text);
    il_buf_f(&s->text, " AS o%d", i);
  }
  il_buf_f(&s->text, " FROM %s%s WHERE %I = ", w->t->qualified, c->filter ? " AS NEW" : "",
           plan->cols[q->state].name);
  il_sql_code(s, ready);
  if (c->filter) put_filter(s, c);
  if (q->due >= 0) {
    il_buf_f(&s->text, " AND (%I IS NULL OR ", plan->cols[q->due].name);
    il_sql_reached(s, w, "", q->due, 1);
    il_buf_char(&s->text, ')');
  }
  il_buf_str(&s->text, " ORDER BY ");
  for (int i = 0; i < n; i++) {
    if (i) il_buf_str(&s->text, ", ");
    il_queue_order_sql(q, plan, i, postgres, &s->text);
    il_queue_direction(q, i, postgres, &s->text);
  }
  il_buf_f(&s->text, " LIMIT %lld", (long long)limit);
}

/* Key and token of what was claimed. */
static void put_returned(il_sql *s, const il_work *w, const char *prefix) {
  const il_plan *plan = w->t->plan;
  int token = w->q->token >= 0 ? w->q->token : w->version;
  il_key_columns(plan, prefix, &s->text);
  if (token >= 0)
    il_buf_f(&s->text, ", %s%I", prefix, plan->cols[token].name);
  else
    il_buf_str(&s->text, ", NULL");
}

/*
** PostgreSQL: the candidates are locked, those that others hold are skipped, and the UPDATE looks
** at the state once more. NO KEY: a row that is referred to by a new row of another table can be
** claimed all the same. A batch is put in order again at the end.
*/
static void claim_postgres(il_sql *s, claim *c, const il_code *ready, int64_t limit) {
  il_work *w = &c->w;
  const il_plan *plan = w->t->plan;
  int batch = limit > 1;
  il_sql_start(s, w->call, "WITH c AS MATERIALIZED (");
  put_candidates(s, c, ready, limit, batch);
  il_buf_str(&s->text, " FOR NO KEY UPDATE SKIP LOCKED)");
  if (batch) il_buf_str(&s->text, ", u AS (");
  il_buf_f(&s->text, " UPDATE %s AS q SET ", w->t->qualified);
  put_sets(s, c);
  il_buf_str(&s->text, " FROM c WHERE ");
  for (int i = 0; i < plan->nkey; i++) {
    const char *name = plan->cols[plan->key[i]].name;
    il_buf_f(&s->text, "%sq.%I = c.%I", i ? " AND " : "", name, name);
  }
  il_buf_f(&s->text, " AND q.%I = ", plan->cols[w->q->state].name);
  il_sql_code(s, ready);
  il_buf_str(&s->text, " RETURNING ");
  put_returned(s, w, "q.");
  if (!batch) return;
  il_buf_str(&s->text, " AS token");
  for (int i = 0; i < w->q->norder; i++)
    il_buf_f(&s->text, ", c.o%d", i);
  il_buf_str(&s->text, ") SELECT ");
  il_key_columns(plan, "", &s->text);
  il_buf_str(&s->text, ", token FROM u ORDER BY ");
  for (int i = 0; i < w->q->norder; i++) {
    il_buf_f(&s->text, "o%d", i);
    il_queue_direction(w->q, i, 1, &s->text);
    il_buf_str(&s->text, ", ");
  }
  il_key_columns(plan, "", &s->text);
}

static void claim_sqlite(il_sql *s, claim *c, const il_code *ready, int64_t limit) {
  il_work *w = &c->w;
  const il_plan *plan = w->t->plan;
  il_sql_start(s, w->call, "UPDATE ");
  il_buf_f(&s->text, "%s SET ", w->t->qualified);
  put_sets(s, c);
  il_buf_str(&s->text, plan->nkey > 1 ? " WHERE (" : " WHERE ");
  il_key_columns(plan, "", &s->text);
  il_buf_str(&s->text, plan->nkey > 1 ? ") IN (" : " IN (");
  put_candidates(s, c, ready, limit, 0);
  il_buf_str(&s->text, ") RETURNING ");
  put_returned(s, w, "");
  for (int i = 0; limit > 1 && i < w->q->norder + plan->nkey; i++) {
    il_buf_str(&s->text, ", ");
    il_queue_order_sql(w->q, plan, i, 0, &s->text);
  }
}

/* Where no state says that a row is being worked on, its worker is who has locked it. SQLite has one
** writer, who is made to be that here. */
static void claim_lock(il_sql *s, claim *c, const il_code *ready, int64_t limit) {
  il_sql_start(s, c->w.call, "");
  put_candidates(s, c, ready, limit, 0);
  if (c->w.call->port->engine == IL_POSTGRES)
    il_buf_str(&s->text, " FOR NO KEY UPDATE SKIP LOCKED");
}

static il_kind claim_locked(claim *c, const il_code *ready, int64_t *limit, il_error *err) {
  il_call *call = c->w.call;
  il_value code = il_code_value(ready);
  int state = il_machine_stored(c->w.m, &code);
  il_sql s;
  il_rows rows;
  claim_lock(&s, c, ready, *limit);
  il_kind kind = il_sql_run(&s, call, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    il_value out[3] = {il_null(), il_str(state >= 0 ? c->w.m->states[state].name : ready->text),
                       il_null()};
    kind = il_work_key(call, c->w.t->plan, il_rows_at(&rows, i, 0), &out[0], err);
    if (kind == IL_OK) kind = call->emit(call->emit_ctx, out, 3, err);
  }
  if (kind == IL_OK) *limit -= rows.n;
  return kind;
}

/* A claim that ends with its statement is none. */
static il_kind within_transaction(il_call *call, const il_target *t, const char *state,
                                  il_error *err) {
  if (!call->port->get(call->port, "transaction"))
    return il_error_set(err, IL_NOT_NOW,
                        "queue_claim: a claim of %s lasts as long as its transaction: begin one",
                        t->plan->table);
  if (call->port->engine == IL_POSTGRES) return IL_OK;
  return il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, t->qualified, state, state);
}

static il_kind claim_state(claim *c, const il_code *ready, int64_t *limit, il_error *err) {
  il_call *call = c->w.call;
  const il_plan *plan = c->w.t->plan;
  int postgres = call->port->engine == IL_POSTGRES, norder = 0;
  const int *order = NULL;
  il_sql s;
  il_rows rows;
  if (!c->w.q->claimed.text) return claim_locked(c, ready, limit, err);
  if (postgres) {
    claim_postgres(&s, c, ready, *limit);
  } else {
    claim_sqlite(&s, c, ready, *limit);
    norder = *limit > 1 ? c->w.q->norder + plan->nkey : 0;
  }
  il_kind kind = il_sql_run(&s, call, &rows, err);
  if (kind == IL_OK) kind = sort(call->arena, c->w.q, &rows, plan->nkey + 1, norder, &order, err);
  il_value claimed = il_code_value(&c->w.q->claimed);
  int state = il_machine_stored(c->w.m, &claimed);
  for (int i = 0; kind == IL_OK && order && i < rows.n; i++) {
    il_value out[3];
    kind = il_work_key(call, plan, il_rows_at(&rows, order[i], 0), &out[0], err);
    out[1] = il_str(state >= 0 ? c->w.m->states[state].name : c->w.q->claimed.text);
    out[2] = *il_rows_at(&rows, order[i], plan->nkey);
    if (kind == IL_OK) kind = call->emit(call->emit_ctx, out, 3, err);
  }
  if (kind == IL_OK) *limit -= rows.n;
  return kind;
}

static il_kind claim_rows(claim *c, int64_t limit, il_error *err) {
  int64_t back;
  il_value yes = il_str("1"), none = il_null();
  il_port *port = c->w.call->port;
  il_kind kind = il_work_recycle(&c->w, limit, &back, err);
  if (kind == IL_OK) kind = port->set(port, "ordered", &yes, err);
  for (int i = 0; kind == IL_OK && limit > 0 && i < c->w.q->nready; i++)
    kind = claim_state(c, &c->w.q->ready[i], &limit, err);
  if (kind == IL_OK) kind = port->set(port, "ordered", &none, err);
  return kind;
}

/* Bare tables of the rule are those beside the queue's. */
static il_kind read_filter(claim *c, il_error *err) {
  il_call *call = c->w.call;
  const il_target *t = c->w.t;
  il_table_info *info;
  c->filter = c->w.q->filter;
  if (!c->filter) return IL_OK;
  il_kind kind = call->port->table(call->port, t->name.p, t->name.n, call->arena, &info, err);
  if (kind != IL_OK) return kind;
  if (call->port->engine == IL_POSTGRES) return il_path_set(call, info->schema, err);
  c->filter = il_bare_qualify(call, c->filter, info->schema, err);
  return c->filter ? IL_OK : err->kind;
}

il_kind il_fn_queue_claim(il_call *call, il_error *err) {
  il_target t;
  claim c = {.worker = il_null()};
  int64_t limit, seconds;
  il_error ignored;
  il_value none = il_null();
  il_kind kind = il_arg_require(call, 2, "queue_claim", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "queue_claim", &t, err);
  if (kind == IL_OK) kind = il_work_of(call, &t, 1, 0, &c.w, err);
  if (kind == IL_OK)
    kind = il_arg_int(call, 2, 1, 1, CLAIM_MAX, "queue_claim: argument 3 (max_items)", &limit, err);
  if (kind == IL_OK)
    kind = il_arg_int(call, 3, c.w.q->lease_us / 1000000, 1, 315576000,
                      "queue_claim: argument 4 (lease_seconds)", &seconds, err);
  if (kind != IL_OK) return kind;
  il_value worker = il_arg(call, 1);
  c.name = worker;
  if (worker.type == IL_T_NULL) return il_nomem(err);
  if (worker.n == 0)
    return il_error_set(err, IL_ARGUMENT, "queue_claim: argument 2 (worker) must not be empty");
  kind = il_actor_check("queue_claim", &worker, err);
  if (kind == IL_OK && c.w.q->worker >= 0)
    kind = il_column_value(call, &t, c.w.q->worker, &worker, &c.worker, err);
  c.lease_us = seconds * 1000000;
  if (kind == IL_OK && !c.w.q->claimed.text)
    kind = within_transaction(call, &t, t.plan->cols[c.w.q->state].name, err);
  if (kind == IL_OK) kind = read_filter(&c, err);
  if (kind == IL_OK) kind = call->port->set(call->port, "acting", &worker, err);
  if (kind == IL_OK) kind = claim_rows(&c, limit, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "acting", &none, &ignored);
  return kind;
}

/* ---- queue_finish --------------------------------------------------------------------------- */

typedef struct finish {
  il_work w;
  int to;
  il_value key[32], token, error;
  int has_at;
  int64_t at;
} finish;

static int is_ready(const il_work *w, const il_value *v) {
  for (int i = 0; i < w->q->nready; i++)
    if (il_code_is(&w->q->ready[i], v)) return 1;
  return w->r && w->r->has_wait && il_code_is(&w->r->wait, v);
}

/* The holder ends the work: one UPDATE that shows the token. Put back to where it can be claimed
** again, the attempt has not been one. */
static il_kind finish_row(finish *f, int *done, il_error *err) {
  il_work *w = &f->w;
  const il_plan *plan = w->t->plan;
  const il_queue *q = w->q;
  il_value to =
      w->m->integer_codes ? il_int(w->m->states[f->to].icode) : il_str(w->m->states[f->to].code);
  int back = is_ready(w, &to), version = q->token < 0 ? w->version : -1;
  int when = w->r && w->r->has_wait && il_code_is(&w->r->wait, &to) ? w->r->next_at : q->due;
  il_sql s;
  il_rows rows;
  il_sql_start(&s, w->call, "UPDATE ");
  il_buf_f(&s.text, "%s SET ", w->t->qualified);
  il_sql_set_value(&s, plan, q->state, to);
  if (q->token >= 0) il_sql_set_value(&s, plan, q->token, f->token);
  if (q->until >= 0 && q->until_null) il_sql_set_value(&s, plan, q->until, il_null());
  if (back && q->worker_null && (q->token >= 0 || version >= 0)) {
    il_sql_set_value(&s, plan, q->worker, il_null());
  } else if (q->token < 0 && q->worker >= 0) {
    il_sql_set(&s, plan, q->worker);
    il_buf_f(&s.text, "%I", plan->cols[q->worker].name);
  }
  if (back && q->attempts >= 0) {
    il_sql_set(&s, plan, q->attempts);
    il_buf_f(&s.text, "CASE WHEN %I > 0 THEN %I - 1 ELSE %I END", plan->cols[q->attempts].name,
             plan->cols[q->attempts].name, plan->cols[q->attempts].name);
  }
  if (f->has_at && when >= 0) il_sql_set_value(&s, plan, when, il_instant(f->at));
  if (w->r && w->r->error >= 0 && f->error.type != IL_T_NULL)
    il_sql_set_value(&s, plan, w->r->error, f->error);
  il_sql_step_version(&s, w);
  il_buf_str(&s.text, " WHERE ");
  il_sql_key(&s, plan, f->key);
  /* Within a CASE: the planner shall take the key and not the index over claimed rows, which its
  ** statistics may hold for empty. */
  il_buf_f(&s.text, " AND CASE WHEN %I = ", plan->cols[q->state].name);
  il_sql_code(&s, &q->claimed);
  if (q->token >= 0 || version >= 0)
    il_sql_and(&s, plan, "", q->token >= 0 ? q->token : version, f->token);
  else if (q->worker >= 0)
    il_sql_and(&s, plan, "", q->worker, il_str(w->call->port->get(w->call->port, "actor")));
  if (q->until >= 0) {
    il_buf_f(&s.text, " AND (%I IS NULL OR ", plan->cols[q->until].name);
    il_sql_reached(&s, w, "", q->until, 0);
    il_buf_char(&s.text, ')');
  }
  il_buf_str(&s.text, " THEN 1 ELSE 0 END = 1 RETURNING 1");
  il_kind kind = il_sql_run(&s, w->call, &rows, err);
  *done = kind == IL_OK && rows.n > 0;
  return kind;
}

static il_kind finish_failed(finish *f, il_attempt *a, il_error *err) {
  il_call *call = f->w.call;
  il_kind kind = call->port->atomic(call->port, 1, 0, err);
  if (kind != IL_OK) return kind;
  if (call->port->engine == IL_SQLITE) {
    const char *state = f->w.t->plan->cols[f->w.q->state].name;
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, f->w.t->qualified, state, state);
  }
  if (kind == IL_OK) kind = il_work_failed(&f->w, a, err);
  return il_finish(call, kind, err);
}

static il_kind read_finish(il_call *call, il_target *t, finish *f, il_error *err) {
  il_kind kind = il_arg_require(call, 2, "queue_finish", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "queue_finish", t, err);
  if (kind == IL_OK) kind = il_work_of(call, t, 1, 0, &f->w, err);
  if (kind != IL_OK) return kind;
  if (!f->w.q->claimed.text)
    return il_error_set(err, IL_NO_OBJECT,
                        "queue_finish: a claim of %s ends with its transaction, by a plain UPDATE",
                        t->plan->table);
  int tokens = f->w.q->token >= 0 || f->w.version >= 0;
  kind = il_arg_require(call, 4, "queue_finish", err);
  if (kind != IL_OK && !tokens && call->nargs > 3 && call->args[2].type == IL_T_NULL &&
      call->args[3].type != IL_T_NULL) {
    kind = IL_OK; /* the session's actor is the worker */
    il_error_clear(err);
  }
  if (kind != IL_OK) return kind;
  il_value text = il_arg(call, 1);
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_key_read(call, t, &text, f->key, err);
  f->token = il_int(0);
  if (kind == IL_OK)
    kind =
        il_arg_int(call, 2, 0, 0, INT64_MAX, "queue_finish: argument 3 (token)", &f->token.i, err);
  if (kind == IL_OK) kind = il_state_arg(call, t, f->w.m, 3, &f->to, err);
  if (kind != IL_OK) return kind;
  f->error = il_arg(call, 4);
  f->has_at = call->nargs > 5 && call->args[5].type != IL_T_NULL;
  return f->has_at ? il_value_instant(&call->args[5], &f->at, err) : IL_OK;
}

static il_kind run_finish(finish *f, il_attempt *a, int *attempted, il_error *err) {
  il_job_row row;
  int done = 0;
  const il_retry *r = f->w.r;
  if (r) {
    il_value failed = il_code_value(&r->failed);
    *attempted = il_machine_stored(f->w.m, &failed) == f->to;
  }
  a->state = f->to;
  if (*attempted) return finish_failed(f, a, err);
  il_kind kind = finish_row(f, &done, err);
  a->result = "done";
  if (kind != IL_OK || done) return kind;
  kind = il_work_read(&f->w, f->key, 0, &row, err);
  if (kind == IL_OK) a->result = il_work_why(&f->w, &row, &f->token);
  a->state = row.state;
  return kind;
}

il_kind il_fn_queue_finish(il_call *call, il_error *err) {
  il_target t;
  finish f = {0};
  int attempted = 0;
  il_error ignored;
  il_value none = il_null();
  il_kind kind = read_finish(call, &t, &f, err);
  if (kind != IL_OK) return kind;
  int tokens = f.w.q->token >= 0 || f.w.version >= 0;
  il_attempt a = {.key = f.key,
                  .token = tokens ? &f.token : NULL,
                  .error = f.error,
                  .has_at = f.has_at,
                  .at = f.at,
                  .result = "lost"};
  if (f.error.type != IL_T_NULL) {
    il_value payload;
    const char *text = il_textf(call->arena, "{\"error\":%J}", f.error.p);
    if (!text) return il_nomem(err);
    payload = il_str(text);
    kind = call->port->set(call->port, "payload", &payload, err);
  }
  if (kind == IL_OK) kind = run_finish(&f, &a, &attempted, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "payload", &none, &ignored);
  if (kind != IL_OK) return kind;
  attempted = attempted && strcmp(a.result, "lost") != 0 && strcmp(a.result, "expired") != 0 &&
              strcmp(a.result, "terminal") != 0;
  return il_work_answer(call, &f.w, &a, attempted, err);
}

/* ---- priority_rank -------------------------------------------------------------------------- */

il_kind il_fn_priority_rank(il_call *call, il_error *err) {
  il_target t;
  il_work w;
  const il_queue_order *o = NULL;
  il_kind kind = il_arg_require(call, 1, "priority_rank", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "priority_rank", &t, err);
  if (kind == IL_OK) kind = il_work_of(call, &t, 1, 0, &w, err);
  if (kind != IL_OK) return kind;
  for (int i = 0; !o && i < w.q->norder; i++)
    if (w.q->order[i].nrank) o = &w.q->order[i];
  if (!o)
    return il_error_set(err, IL_NO_OBJECT, "priority_rank: the queue of %s ranks no column",
                        t.plan->table);
  il_value v = il_arg(call, 1);
  int rank = o->nrank;
  for (int i = o->nrank - 1; i >= 0; i--) {
    il_code as_text = o->rank[i];
    as_text.integer = 0;
    if (il_code_is(&as_text, &v)) rank = i;
  }
  call->result = il_int(rank + 1);
  return IL_OK;
}

/* ---- the tick ------------------------------------------------------------------------------- */

static int has(const il_plan *plan) {
  const il_queue *q = il_plan_queue(plan, NULL);
  return q && q->until >= 0;
}

static il_kind due(il_tick *t, int *yes, il_error *err) {
  il_work w;
  il_sql s;
  il_rows rows = {0};
  il_kind kind = il_work_of(t->call, &t->target, 1, 0, &w, err);
  if (kind != IL_OK) return kind;
  il_sql_start(&s, t->call, "SELECT 1 FROM ");
  il_buf_f(&s.text, "%s WHERE %I = ", t->target.qualified, t->target.plan->cols[w.q->state].name);
  il_sql_code(&s, &w.q->claimed);
  il_buf_str(&s.text, " AND ");
  il_sql_reached(&s, &w, "", w.q->until, 1);
  il_buf_str(&s.text, " LIMIT 1");
  kind = il_sql_run(&s, t->call, &rows, err);
  *yes = rows.n > 0;
  return kind;
}

static il_kind batch(il_tick *t, il_error *err) {
  il_work w;
  int64_t n = 0;
  il_value actor = il_str("system:queue");
  il_kind kind = il_work_of(t->call, &t->target, 1, 0, &w, err);
  if (kind == IL_OK) kind = t->call->port->set(t->call->port, "acting", &actor, err);
  if (kind == IL_OK) kind = il_work_recycle(&w, t->room, &n, err);
  il_tick_did(t, n);
  t->more = n == t->room;
  return kind;
}

const il_job il_job_queue = {"queue", has, due, batch};
