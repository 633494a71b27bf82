/*
** quorum.c: deciding by votes.
**
**   SELECT quorum_tally('proposals', 'p1');     how the votes stand
**   SELECT quorum_close('proposals');           decides what is open although its deadline has come
**   SELECT quorum_verdict('>=2/3', 2, 1, 0, 0, false);
*/
#include "functions/due.h"
#include "roles/quorum.h"
#include "values/json_walk.h"

/* ---- the arithmetic ------------------------------------------------------------------------- */

enum { VOTES_MAX = 1000000000 };

/* D.5, in its order; whole numbers only. */
static const char *verdict(const il_needs *needs, int64_t a, int64_t r, int64_t m, int64_t missing,
                           int closed) {
  int64_t d = a + r;
  int approved;
  if (m > 0 && !closed) return "needs_more_info";
  if (needs->kind == '1' && a > 0) return "approved";
  if (missing > 0) return closed ? "rejected" : "pending";
  if (d == 0) return "rejected";
  switch (needs->kind) {
  case 'a':
    approved = r == 0;
    break;
  case '=':
    approved = needs->d * a >= needs->n * d;
    break;
  case '>':
    approved = needs->d * a > needs->n * d;
    break;
  default:
    approved = 0;
  }
  return approved ? "approved" : "rejected";
}

il_kind il_fn_quorum_verdict(il_call *call, il_error *err) {
  static const char *const names[] = {"approve", "reject", "need_more_info", "missing"};
  int64_t n[4];
  il_needs needs;
  for (int i = 0; i < 6; i++)
    if (i >= call->nargs || call->args[i].type == IL_T_NULL) return IL_OK;
  const char *text = il_arg_text(call, 0);
  if (!text) return il_nomem(err);
  if (!il_needs_read(text, &needs))
    return il_error_set(
        err, IL_ARGUMENT,
        "quorum_verdict: argument 1 (needs) must be all, any, or a share as >=2/3 or >1/2, not %.64s",
        text);
  for (int i = 0; i < 4; i++) {
    const char *name = il_textf(call->arena, "quorum_verdict: argument %d (%s)", i + 2, names[i]);
    if (!name) return il_nomem(err);
    il_kind kind = il_arg_int(call, i + 1, 0, 0, VOTES_MAX, name, &n[i], err);
    if (kind != IL_OK) return kind;
  }
  call->result = il_str(verdict(&needs, n[0], n[1], n[2], n[3], call->args[5].i != 0));
  return IL_OK;
}

/* ---- the SQL of a table's votes ------------------------------------------------------------- */

/* Names are qualified here: a function has no search path of its own. */
static il_kind naming(il_call *call, const il_target *t, const il_quorum *q, il_quorum_sql *s,
                      il_error *err) {
  const char *quoted = il_textf(call->arena, "%I", t->plan->table);
  size_t n = strlen(t->qualified), tail = quoted ? strlen(quoted) : 0;
  const char *schema =
      quoted && tail <= n ? il_arena_copy(call->arena, t->qualified, n - tail) : NULL;
  *s = (il_quorum_sql){q, quoted, schema, call->port->fn};
  return schema ? IL_OK : il_nomem(err);
}

static const char *verdict_sql(il_call *call, const il_quorum_sql *s, const char *now) {
  il_buf closed, b;
  il_scratch(&closed, call->arena);
  il_quorum_closed(s, now, &closed);
  const char *is = il_scratch_text(&closed);
  if (!is) return NULL;
  il_scratch(&b, call->arena);
  il_quorum_verdict(s, is, 0, &b);
  return il_scratch_text(&b);
}

/* ---- quorum_tally --------------------------------------------------------------------------- */

typedef struct tally {
  il_call *call;
  const il_quorum *q;
  int found;
  il_value cols[6];
} tally;

static il_kind see_tally(void *ctx, const il_value *cols, int ncols, il_error *err) {
  tally *t = ctx;
  for (int i = 0; i < ncols && i < 6; i++) {
    t->cols[i] = cols[i];
    if (!cols[i].p) continue;
    t->cols[i].p = il_arena_copy(t->call->arena, cols[i].p, cols[i].n);
    if (!t->cols[i].p) return il_nomem(err);
  }
  t->found = 1;
  return IL_OK;
}

static int among(const il_rows *rows, const char *text) {
  for (int i = 0; i < rows->n; i++) {
    const char *other = il_rows_text(rows, i, 0);
    if (other && strcmp(other, text) == 0) return 1;
  }
  return 0;
}

static il_kind select_texts(il_call *call, il_buf *sql, const il_value *key, il_rows *rows,
                            il_error *err) {
  const char *text = il_scratch_text(sql);
  il_rows_init(rows, call->arena);
  if (!text) return il_nomem(err);
  return call->port->exec(call->port, text, key, 1, 0, il_rows_add, rows, NULL, err);
}

/* The required types that have not voted, in their order. */
static il_kind missing_types(tally *t, const il_value *required, const il_rows *voted, il_buf *out,
                             int *n, il_error *err) {
  il_json_walk w;
  il_span element, id;
  const char **seen = il_arena_alloc(t->call->arena, (required->n + 1) * sizeof *seen);
  int nseen = 0, listed = 0;
  *n = 0;
  if (!seen) return il_nomem(err);
  if (!il_json_walk_start(&w, required->p, required->n) || w.object) return IL_OK;
  while (il_json_walk_next(&w, NULL, &element)) {
    size_t len;
    id = element;
    if (element.p[0] == '{') id = il_json_member(element.p, element.n, "id", t->call->arena);
    const char *text = id.n ? il_json_string(&id, t->call->arena, &len) : NULL;
    int twice = !text;
    for (int i = 0; i < nseen && !twice; i++)
      twice = strcmp(seen[i], text) == 0;
    if (twice) continue;
    seen[nseen++] = text;
    if (!among(voted, text)) il_buf_f(out, "%s%J", listed++ ? "," : "", text);
  }
  *n = nseen;
  return t->call->arena->failed ? il_nomem(err) : IL_OK;
}

/* The voters who have not voted, where nobody in particular is required. */
static il_kind missing_voters(tally *t, const il_quorum_sql *s, const il_value *key, il_buf *out,
                              il_error *err) {
  const il_quorum *q = t->q;
  il_rows rows;
  il_buf b;
  if (!q->voters) return IL_OK;
  il_scratch(&b, t->call->arena);
  il_buf_f(&b, "SELECT il_a.%I FROM %s%I il_a WHERE ", q->voters_key, s->schema, q->voters);
  if (q->nabsent) {
    il_buf_str(&b, "NOT (");
    il_quorum_any("il_a", q->absent_column, q->absent, q->nabsent, &b);
    il_buf_str(&b, ") AND ");
  }
  il_buf_f(
      &b,
      "NOT EXISTS (SELECT 1 FROM %s%I il_v WHERE il_v.%I = ?1 AND il_v.%I = il_a.%I) ORDER BY il_a.%I",
      s->schema, q->votes, q->of, q->voter, q->voters_key, q->voters_key);
  il_kind kind = select_texts(t->call, &b, key, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++)
    il_buf_f(out, "%s%J", i ? "," : "", il_rows_text(&rows, i, 0));
  return kind;
}

static il_kind missing(tally *t, const il_quorum_sql *s, const il_value *key, il_buf *out,
                       il_error *err) {
  il_rows voted;
  il_buf b;
  int n = 0;
  il_kind kind = IL_OK;
  if (t->cols[5].type != IL_T_NULL) {
    il_scratch(&b, t->call->arena);
    il_buf_f(&b, "SELECT DISTINCT il_v.%I FROM %s%I il_v WHERE il_v.%I = ?1", t->q->type, s->schema,
             t->q->votes, t->q->of);
    kind = select_texts(t->call, &b, key, &voted, err);
    if (kind == IL_OK) kind = missing_types(t, &t->cols[5], &voted, out, &n, err);
  }
  return kind == IL_OK && !n ? missing_voters(t, s, key, out, err) : kind;
}

il_kind il_fn_quorum_tally(il_call *call, il_error *err) {
  static const char *const names[] = {"approve", "reject", "abstain", "need_more_info"};
  il_target t;
  const il_op *op;
  il_value key[32];
  il_quorum_sql s;
  il_buf b, out;
  il_kind kind = il_role_target(call, "quorum_tally", &il_role_quorum, 2, &t, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &t, key, err);
  if (kind != IL_OK) return kind;
  const il_quorum *q = op->compiled;
  tally found = {.call = call, .q = q};
  const char *now = il_textf(call->arena, "%sinterlock_now()", call->port->fn);
  kind = naming(call, &t, q, &s, err);
  const char *verdict = kind == IL_OK && now ? verdict_sql(call, &s, now) : NULL;
  if (!verdict) return kind == IL_OK ? il_nomem(err) : kind;
  il_scratch(&b, call->arena);
  il_buf_str(&b, "SELECT ");
  for (int i = 0; i < IL_BALLOTS; i++) {
    il_quorum_count(&s, i, &b);
    il_buf_str(&b, ", ");
  }
  il_buf_f(&b, "%s, ", verdict);
  il_buf_f(&b, q->required >= 0 ? "%s.%I" : "NULL", s.row, q->columns[4]);
  il_buf_f(&b, " FROM %s WHERE ", t.qualified);
  il_key_where(t.plan, 1, &b);
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  kind = call->port->exec(call->port, sql, key, 1, 0, see_tally, &found, NULL, err);
  if (kind != IL_OK || !found.found) return kind;
  il_scratch(&out, call->arena);
  il_buf_char(&out, '{');
  for (int i = 0; i < IL_BALLOTS; i++)
    il_buf_f(&out, "\"%s\":%lld,", names[i], (long long)found.cols[i].i);
  il_buf_str(&out, "\"missing\":[");
  kind = missing(&found, &s, key, &out, err);
  il_buf_str(&out, "],\"verdict\":");
  if (found.cols[4].type == IL_T_NULL)
    il_buf_str(&out, "null}");
  else
    il_buf_f(&out, "%J}", found.cols[4].p);
  const char *text = il_scratch_text(&out);
  if (kind == IL_OK && !text) return il_nomem(err);
  if (kind == IL_OK) call->result = il_json(text, out.n);
  return kind;
}

/* ---- quorum_close --------------------------------------------------------------------------- */

/* Rows whose deadline is now or was, and what the votes make of them then. */
static il_kind late(il_call *call, const il_target *t, const il_quorum *q, il_due *d,
                    il_error *err) {
  il_quorum_sql s;
  il_buf b;
  il_kind kind = naming(call, t, q, &s, err);
  *d = (il_due){.target = t, .col = q->deadline, .state = q->state, .nfrom = q->nopen};
  for (int i = 0; i < q->nopen; i++)
    d->from[i] = q->open[i];
  d->until = call->port->now(call->port);
  if (kind != IL_OK) return kind;
  il_scratch(&b, call->arena);
  il_buf_str(&b, "CASE ");
  il_quorum_verdict(&s, call->port->engine == IL_POSTGRES ? "true" : "1", 0, &b);
  il_buf_str(&b, " WHEN 'approved' THEN ");
  il_code_sql(&q->approved, &b);
  il_buf_str(&b, " ELSE ");
  il_code_sql(&q->rejected, &b);
  il_buf_str(&b, " END");
  d->to_sql = il_scratch_text(&b);
  return d->to_sql ? IL_OK : il_nomem(err);
}

il_kind il_fn_quorum_close(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_due d;
  int64_t n = 0;
  il_kind kind = il_role_target(call, "quorum_close", &il_role_quorum, 1, &t, &op, err);
  if (kind != IL_OK) return kind;
  const il_quorum *q = op->compiled;
  if (q->deadline < 0)
    return il_error_set(err, IL_NO_OBJECT, "quorum_close: the rulebook says no deadline of %s",
                        t.plan->table);
  kind = late(call, &t, q, &d, err);
  if (kind == IL_OK) kind = il_due_all(call, &d, &n, err);
  call->result = il_int(n);
  return kind;
}

static int has(const il_plan *plan) {
  const il_op *op = il_plan_role_op(plan, &il_role_quorum);
  return op && ((const il_quorum *)op->compiled)->deadline >= 0;
}

static il_kind of_tick(il_tick *t, il_due *d, il_error *err) {
  return late(t->call, &t->target, il_plan_role_op(t->target.plan, &il_role_quorum)->compiled, d,
              err);
}

static il_kind due(il_tick *t, int *found, il_error *err) {
  il_due d;
  il_kind kind = of_tick(t, &d, err);
  return kind == IL_OK ? il_due_any(t->call, &d, found, err) : kind;
}

static il_kind batch(il_tick *t, il_error *err) {
  il_due d;
  il_kind kind = of_tick(t, &d, err);
  if (kind != IL_OK) return kind;
  d.free_only = 1;
  return il_due_batch(t, &d, err);
}

const il_job il_job_quorum = {"quorum", has, due, batch};
