/*
** retry.c: work that failed is tried again after a while, and given up after so many attempts. It
** judges nothing: the machine says which states follow each other, and the retrying is
** common/functions/retry.c.
**
** Column 0 is the state's. Words: states "f<code>" failed, "g<code>" again, "D<code>" dead,
** "w<code>" waiting, "k<code>" cancelled; columns by number "a" attempts, "m" how many there may be,
** "n" when the next is, "e" the error, "c" that asks for cancelling; numbers "M" attempts, "b"
** microseconds, "F" thousandths, "C" microseconds, "j" thousandths of the backoff.
*/
#include "queue.h"

static const char *const retry_keys[] = {
    "rule",         "column",   "failed",      "again",      "dead",    "wait",
    "cancel",       "attempts", "max",         "max_column", "next_at", "error",
    "base_seconds", "factor",   "cap_seconds", "jitter",     NULL};
static const char *const cancel_keys[] = {"column", "state", NULL};

/* ---- binding -------------------------------------------------------------------------------- */

static il_kind number(il_binder *b, const cJSON *json, const char *key, double otherwise,
                      double *out) {
  const cJSON *at = il_doc_get(json, key);
  *out = otherwise;
  if (!at) return IL_OK;
  if (!cJSON_IsNumber(at)) return il_bind_error(b, at, IL_ARGUMENT, "must be a number");
  *out = at->valuedouble;
  return IL_OK;
}

static il_kind bind_backoff(il_binder *b, il_bind_op *op, const cJSON *json) {
  double base, factor, cap, jitter;
  il_backoff backoff;
  il_kind kind = number(b, json, "base_seconds", 60, &base);
  if (kind == IL_OK) kind = number(b, json, "factor", 2, &factor);
  if (kind == IL_OK) kind = number(b, json, "cap_seconds", base > 3600 ? base : 3600, &cap);
  if (kind == IL_OK) kind = number(b, json, "jitter", 0, &jitter);
  if (kind != IL_OK) return kind;
  kind = il_backoff_seconds(base, factor, cap, jitter, &backoff, b->err);
  if (kind != IL_OK) return il_bind_place(b, json, kind);
  il_bind_word_int(b, op, 'b', backoff.base);
  il_bind_word_int(b, op, 'F', backoff.factor);
  il_bind_word_int(b, op, 'C', backoff.cap);
  il_bind_word_int(b, op, 'j', backoff.jitter);
  return IL_OK;
}

static il_kind bind_max(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *max = il_doc_get(json, "max");
  int64_t n = 5;
  int col;
  il_kind kind = il_bind_col_word(b, op, json, "max_column", 0, 'm', IL_C_INT, &col);
  if (kind == IL_OK && max && col >= 0)
    kind = il_bind_error(b, max, IL_ARGUMENT, "must not stand beside \"max_column\"");
  if (kind == IL_OK && max) kind = il_bind_int(b, max, 1, 1000000, &n);
  if (kind == IL_OK) il_bind_word_int(b, op, 'M', n);
  return kind;
}

/* Rows get there from the failed state, or straight from where they are worked on. */
static il_kind reachable(il_binder *b, const cJSON *at, const il_bind_machine *m,
                         const char *failed, const char *to) {
  const cJSON *claimed = il_doc_get(il_doc_get(b->table->json, "queue"), "claimed");
  if (!to || strcmp(failed, to) == 0 || il_bind_has_edge(b->table, m->col, failed, to))
    return IL_OK;
  if (cJSON_IsString(claimed) && il_bind_has_edge(b->table, m->col, claimed->valuestring, to))
    return IL_OK;
  return il_bind_error(b, at, IL_ARGUMENT, "the machine does not lead from %s to %s", failed, to);
}

static il_kind bind_cancel(il_binder *b, il_bind_op *op, const il_bind_machine *m,
                           const cJSON *json, const char *failed) {
  const cJSON *cancel = il_doc_get(json, "cancel");
  const char *state;
  int col;
  if (!cancel) return IL_OK;
  il_kind kind = il_bind_keys(b, cancel, cancel_keys);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, cancel, "column", 1, 'c', IL_C_OTHER, &col);
  if (kind == IL_OK) kind = il_bind_state_word(b, op, m, cancel, "state", 1, 'k', &state);
  return kind == IL_OK ? reachable(b, cancel, m, failed, state) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  const char *rule, *failed, *again, *dead, *wait;
  il_bind_machine *m = NULL;
  int col, next;
  il_kind kind = il_bind_keys(b, json, retry_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = il_bind_machine_column(b, json, &m);
  if (kind != IL_OK) return kind;
  il_bind_op *op = il_bind_add(b, b->table, &il_role_retry, rule, 0);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, m->col);
  kind = il_bind_state_word(b, op, m, json, "failed", 1, 'f', &failed);
  if (kind == IL_OK) kind = il_bind_state_word(b, op, m, json, "again", 1, 'g', &again);
  if (kind == IL_OK) kind = il_bind_state_word(b, op, m, json, "dead", 1, 'D', &dead);
  if (kind == IL_OK) kind = il_bind_state_word(b, op, m, json, "wait", 0, 'w', &wait);
  if (kind == IL_OK) kind = reachable(b, json, m, failed, wait ? wait : again);
  if (kind == IL_OK) kind = reachable(b, json, m, failed, dead);
  if (kind == IL_OK && wait && !il_bind_has_edge(b->table, m->col, wait, again))
    kind = il_bind_error(b, il_doc_get(json, "wait"), IL_ARGUMENT,
                         "the machine does not lead from %s to %s", wait, again);
  if (kind == IL_OK) kind = bind_cancel(b, op, m, json, failed);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, json, "attempts", 1, 'a', IL_C_INT, &col);
  if (kind == IL_OK) kind = bind_max(b, op, json);
  if (kind == IL_OK)
    kind = il_bind_col_word(b, op, json, "next_at", wait != NULL, 'n', IL_C_INSTANT, &next);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, json, "error", 0, 'e', IL_C_TEXT, &col);
  return kind == IL_OK ? bind_backoff(b, op, json) : kind;
}

/* ---- compiling ------------------------------------------------------------------------------ */

static int read_code(il_retry *r, const char *word) {
  il_code *code = NULL;
  switch (word[0]) {
  case 'f':
    code = &r->failed;
    break;
  case 'g':
    code = &r->again;
    break;
  case 'D':
    code = &r->dead;
    break;
  case 'w':
    code = &r->wait;
    r->has_wait = 1;
    break;
  case 'k':
    code = &r->cancelled;
    r->has_cancelled = 1;
    break;
  default:
    return -1;
  }
  return il_code_read(word + 1, code);
}

static int read_word(il_retry *r, const char *word, const il_plan *plan) {
  static const char tags[] = "amnec";
  int *const cols[] = {&r->attempts, &r->max_column, &r->next_at, &r->error, &r->cancel};
  const char *tag = word[0] ? strchr(tags, word[0]) : NULL;
  int64_t i;
  int code = word[0] ? read_code(r, word) : 0;
  if (code >= 0) return code;
  if (tag) {
    *cols[tag - tags] = il_word_col(word + 1, plan);
    return *cols[tag - tags] >= 0;
  }
  if (!il_word_int(word + 1, &i)) return 0;
  switch (word[0]) {
  case 'M':
    r->max = i;
    return i >= 1;
  case 'b':
    r->backoff.base = i;
    return 1;
  case 'F':
    r->backoff.factor = (int32_t)i;
    return i <= IL_BACKOFF_FACTOR_MAX && i >= 0;
  case 'C':
    r->backoff.cap = i;
    return 1;
  case 'j':
    r->backoff.jitter = (int32_t)i;
    return i >= 0 && i <= 1000;
  default:
    return 0;
  }
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_retry *r = il_arena_alloc(arena, sizeof *r);
  if (!r) return il_error_set(err, IL_NOMEM, "out of memory");
  *r = (il_retry){.cancel = -1, .attempts = -1, .max_column = -1, .next_at = -1, .error = -1};
  if (op->ncols != 1 || op->events) return il_word_error(op, err, "expected one column");
  r->state = op->cols[0];
  for (int i = 0; i < op->nwords; i++)
    if (!read_word(r, op->words[i], plan))
      return il_word_error(op, err, "a word that is no part of a retry");
  if (!r->failed.text || !r->again.text || !r->dead.text || r->attempts < 0 || !r->max ||
      (r->has_wait && r->next_at < 0) || r->has_cancelled != (r->cancel >= 0))
    return il_word_error(op, err, "expected states and attempts");
  if (il_backoff_check(&r->backoff, err) != IL_OK)
    return il_word_error(op, err, "a backoff that cannot be");
  op->compiled = r;
  return IL_OK;
}

const il_retry *il_plan_retry(const il_plan *plan, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    if (plan->ops[i].role != &il_role_retry) continue;
    if (op) *op = &plan->ops[i];
    return plan->ops[i].compiled;
  }
  return NULL;
}

/* What the tick looks for: rows that wait, by when they are due. */
static int index_sql(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                     il_buf *columns, il_buf *where) {
  const il_retry *r = op->compiled;
  if (k > 0 || !r->has_wait) return 0;
  *what = "waiting";
  il_buf_f(columns, "%I", il_col_name(plan, r->next_at));
  il_buf_f(where, "%I = ", il_col_name(plan, r->state));
  il_code_sql_of(&r->wait, postgres, where);
  return 1;
}

/* Thousandths, without the digits that say nothing. */
static void put_thousandths(il_buf *out, int32_t n) {
  il_buf_int(out, n / 1000);
  if (n % 1000 == 0) return;
  il_buf_f(out, ".%d", n % 1000 / 100);
  if (n % 100) il_buf_int(out, n % 100 / 10);
  if (n % 10) il_buf_int(out, n % 10);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_retry *r = op->compiled;
  il_buf_f(out, "Work of %s that failed is tried again after %lld seconds, ", plan->table,
           (long long)(r->backoff.base / 1000000));
  put_thousandths(out, r->backoff.factor);
  il_buf_f(out, " times as long after each further attempt, at most %lld seconds; after ",
           (long long)(r->backoff.cap / 1000000));
  if (r->max_column >= 0)
    il_buf_f(out, "as many attempts as %s says", il_col_name(plan, r->max_column));
  else
    il_buf_f(out, "%lld attempt%s", (long long)r->max, r->max == 1 ? "" : "s");
  il_buf_f(out, " %s becomes %s", il_col_name(plan, r->state), r->dead.text);
  if (r->has_cancelled)
    il_buf_f(out, "; when %s asks for it the next retry becomes %s", il_col_name(plan, r->cancel),
             r->cancelled.text);
  il_buf_char(out, '.');
}

const il_role il_role_retry = {
    .name = "retry", .bind = bind, .compile = compile, .index = index_sql, .describe = describe};
