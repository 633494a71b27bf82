/*
** queue.c: rows that workers claim: which are ready, in which order, what a claim writes. A table
** without a column for the worker can be claimed from, but knows no lease. It judges nothing
** itself: who may take a row out of the claimed state again is `.fence` (fence.c), and the claiming
** is common/functions/queue.c.
**
** Column 0 is the state's. Words, each a tag and its value: "c<code>" claimed, "x<code>" what an
** expired row returns to, "r<code>" … the ready states; columns by number: "w" worker, "u" until,
** "t" token, "d" due, "a" attempts; "U", "W": until and worker may be NULL; "s<seconds>" of a
** lease, "f<expression>" which rows a worker may claim; the order: "o<column>" or "O<column>" (descending), each followed by "k<code>" … its
** ranking.
*/
#include "../rules/sqltext.h"
#include "queue.h"

static const char *const queue_keys[] = {
    "rule",     "rules",         "column", "ready",   "claimed", "worker", "until", "token", "due",
    "attempts", "lease_seconds", "order",  "expired", "unique",  "fence",  "for",   NULL};
static const char *const order_keys[] = {"column", "rank", "descending", NULL};
static const char *const rule_keys[] = {"fence", "unique", NULL};

enum { RANK_MAX = 100, LEASE_SECONDS = 60 };

/* ---- binding, shared with retry.c ----------------------------------------------------------- */

/* Index of a state among the words of a `machines` operation; -1. */
static int state_index(const il_bind_op *op, const char *name) {
  int n = 0;
  for (int i = 0; i < op->nwords; i++) {
    char tag = op->words[i][0];
    if (i == 0 || (tag != 'S' && tag != 'F')) continue;
    if (strcmp(op->words[i] + 1, name) == 0) return n;
    n++;
  }
  return -1;
}

int il_bind_has_edge(const il_draft *t, int col, const char *from, const char *to) {
  for (int i = 0; i < t->nops; i++) {
    const il_bind_op *op = t->ops[i];
    if (op->role != &il_role_machines || op->ncols < 1 || op->cols[0] != col) continue;
    int a = state_index(op, from), z = state_index(op, to);
    for (int w = 1; w < op->nwords; w++) {
      const char *p = op->words[w] + 1;
      int x = 0, y = 0;
      if (op->words[w][0] != 'e' && op->words[w][0] != 'x') continue;
      for (; *p >= '0' && *p <= '9'; p++)
        x = x * 10 + (*p - '0');
      if (*p) p++;
      for (; *p >= '0' && *p <= '9'; p++)
        y = y * 10 + (*p - '0');
      if (x == a && y == z) return 1;
    }
  }
  return 0;
}

static il_kind state_word(il_binder *b, il_bind_op *op, const il_bind_machine *m, const cJSON *at,
                          char tag) {
  const char *code;
  il_buf word;
  if (!cJSON_IsString(at)) return il_bind_error(b, at, IL_ARGUMENT, "must be the name of a state");
  il_kind kind = il_bind_state(b, m, at, at->valuestring, &code);
  if (kind != IL_OK) return kind;
  il_buf_init(&word, b->arena->mem);
  il_buf_f(&word, "%c%s", m->integers ? 'i' : 't', code);
  il_bind_word(b, op, tag, il_bind_take(b, &word));
  return IL_OK;
}

il_kind il_bind_state_word(il_binder *b, il_bind_op *op, const il_bind_machine *m,
                           const cJSON *object, const char *key, int required, char tag,
                           const char **name) {
  const cJSON *at = il_doc_get(object, key);
  *name = NULL;
  if (!at && !required) return IL_OK;
  if (!at) return il_bind_error(b, object, IL_ARGUMENT, "\"%s\" is missing: a state", key);
  il_kind kind = state_word(b, op, m, at, tag);
  if (kind == IL_OK) *name = at->valuestring;
  return kind;
}

il_kind il_bind_machine_column(il_binder *b, const cJSON *object, il_bind_machine **m) {
  const cJSON *at = il_doc_get(object, "column");
  int col = -1;
  il_kind kind = at ? il_bind_column(b, at, IL_C_TEXT, &col) : IL_OK;
  if (kind != IL_OK) return kind;
  *m = il_bind_machine_of(b->table, col);
  if (*m) return IL_OK;
  return il_bind_error(b, at ? at : object, IL_ARGUMENT,
                       at ? "must be the column of a state machine"
                          : "\"column\" is missing: the column of a state machine");
}

il_kind il_bind_col_word(il_binder *b, il_bind_op *op, const cJSON *object, const char *key,
                         int required, char tag, il_coltype type, int *col) {
  const cJSON *at = il_doc_get(object, key);
  *col = -1;
  if (!at && !required) return IL_OK;
  if (!at) return il_bind_error(b, object, IL_ARGUMENT, "\"%s\" is missing: a column", key);
  il_kind kind = il_bind_column(b, at, type, col);
  if (kind != IL_OK) return kind;
  const struct il_column_info *info = il_bind_info(b->table, *col);
  if (info && info->generated)
    return il_bind_error(b, at, IL_ARGUMENT, "must not be a generated column");
  if (info && type == IL_C_INT && info->coltype != IL_C_INT)
    return il_bind_error(b, at, IL_ARGUMENT, "must be an integer column");
  if (info && type == IL_C_INSTANT && info->coltype != IL_C_INSTANT && info->coltype != IL_C_TEXT)
    return il_bind_error(b, at, IL_ARGUMENT, "must be a column of instants");
  il_bind_word_int(b, op, tag, *col);
  return IL_OK;
}

/* ---- binding -------------------------------------------------------------------------------- */

static il_kind bind_rank(il_binder *b, il_bind_op *op, const cJSON *rank) {
  int n = 0;
  if (!cJSON_IsArray(rank) || !rank->child)
    return il_bind_error(b, rank, IL_ARGUMENT, "must be a list of values, the first to come first");
  for (const cJSON *v = rank->child; v; v = v->next) {
    il_buf word;
    if (++n > RANK_MAX) return il_bind_error(b, v, IL_ARGUMENT, "more than %d values", RANK_MAX);
    if (!cJSON_IsString(v) && !il_bind_is_int(v))
      return il_bind_error(b, v, IL_ARGUMENT, "must be a text or a whole number");
    il_buf_init(&word, b->arena->mem);
    if (cJSON_IsString(v))
      il_buf_f(&word, "t%s", v->valuestring);
    else
      il_buf_f(&word, "i%lld", (long long)v->valuedouble);
    il_bind_word(b, op, 'k', il_bind_take(b, &word));
  }
  return IL_OK;
}

static il_kind bind_order(il_binder *b, il_bind_op *op, const cJSON *order) {
  if (!order) return IL_OK;
  if (!cJSON_IsArray(order))
    return il_bind_error(b, order, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = order->child; c; c = c->next) {
    const cJSON *rank = NULL, *down = NULL, *name = c;
    int col;
    il_kind kind = IL_OK;
    if (cJSON_IsObject(c)) {
      kind = il_bind_keys(b, c, order_keys);
      rank = il_doc_get(c, "rank");
      down = il_doc_get(c, "descending");
      name = il_doc_get(c, "column");
      if (kind == IL_OK && !name) kind = il_bind_error(b, c, IL_ARGUMENT, "\"column\" is missing");
      if (kind == IL_OK && down && !cJSON_IsBool(down))
        kind = il_bind_error(b, down, IL_ARGUMENT, "must be true or false");
    }
    if (kind == IL_OK) kind = il_bind_column(b, name, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_bind_word_int(b, op, cJSON_IsTrue(down) ? 'O' : 'o', col);
    if (rank) kind = bind_rank(b, op, rank);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

typedef struct parts {
  il_bind_machine *m;
  const char *claimed, *expired, *fence;
  int worker, until, token, due, attempts;
  int64_t seconds;
} parts;

static il_kind bind_ready(il_binder *b, il_bind_op *op, const parts *p, const cJSON *json) {
  const cJSON *ready = il_doc_get(json, "ready");
  if (!cJSON_IsArray(ready) || !ready->child)
    return il_bind_error(b, ready ? ready : json, IL_ARGUMENT,
                         "\"ready\" must be a list of states, the first to be claimed first");
  for (const cJSON *s = ready->child; s; s = s->next) {
    il_kind kind = state_word(b, op, p->m, s, 'r');
    if (kind != IL_OK) return kind;
    if (p->claimed && !il_bind_has_edge(b->table, p->m->col, s->valuestring, p->claimed))
      return il_bind_error(b, s, IL_ARGUMENT, "the machine does not lead from %s to %s",
                           s->valuestring, p->claimed);
  }
  return IL_OK;
}

static il_kind bind_columns(il_binder *b, il_bind_op *op, parts *p, const cJSON *json) {
  il_kind kind = il_bind_col_word(b, op, json, "worker", 0, 'w', IL_C_OTHER, &p->worker);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, json, "until", 0, 'u', IL_C_INSTANT, &p->until);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, json, "token", 0, 't', IL_C_INT, &p->token);
  if (kind == IL_OK) kind = il_bind_col_word(b, op, json, "due", 0, 'd', IL_C_INSTANT, &p->due);
  if (kind == IL_OK)
    kind = il_bind_col_word(b, op, json, "attempts", 0, 'a', IL_C_INT, &p->attempts);
  if (kind == IL_OK && p->worker < 0 && (p->until >= 0 || p->token >= 0 || p->attempts >= 0))
    kind = il_bind_error(b, json, IL_ARGUMENT,
                         "\"worker\" is missing: a lease is somebody's, its column says whose");
  if (kind != IL_OK) return kind;
  if (p->until >= 0 && il_bind_nullable(b->table, p->until)) il_bind_word(b, op, 'U', "");
  if (p->worker >= 0 && il_bind_nullable(b->table, p->worker)) il_bind_word(b, op, 'W', "");
  return IL_OK;
}

static il_kind bind_states(il_binder *b, il_bind_op *op, parts *p, const cJSON *json) {
  const cJSON *expired = il_doc_get(json, "expired");
  il_kind kind = il_bind_state_word(b, op, p->m, json, "claimed", 0, 'c', &p->claimed);
  if (kind == IL_OK && !p->claimed && (p->worker >= 0 || expired))
    kind = il_bind_error(b, json, IL_ARGUMENT,
                         "\"claimed\" is missing: the state of a row that a worker holds");
  if (kind == IL_OK) kind = bind_ready(b, op, p, json);
  if (kind == IL_OK && !p->claimed) return kind;
  if (kind == IL_OK && !expired) { /* the first ready state */
    kind = state_word(b, op, p->m, il_doc_get(json, "ready")->child, 'x');
    p->expired = il_doc_get(json, "ready")->child->valuestring;
  } else if (kind == IL_OK) {
    kind = il_bind_state_word(b, op, p->m, json, "expired", 1, 'x', &p->expired);
  }
  if (kind != IL_OK || p->until < 0) return kind;
  if (il_bind_has_edge(b->table, p->m->col, p->claimed, p->expired)) return IL_OK;
  return il_bind_error(b, expired ? expired : json, IL_ARGUMENT,
                       "the machine does not lead from %s back to %s, where rows go whose lease "
                       "has ended",
                       p->claimed, p->expired);
}

/* What is judged: see fence.c. */
static il_kind bind_fence(il_binder *b, const il_bind_op *queue, const parts *p) {
  il_bind_op *op = il_bind_add(b, b->table, &il_role_fence, p->fence,
                               IL_EV_INSERT | IL_EV_UPDATE | IL_EV_DELETE);
  const int filled[] = {p->token, p->until, p->attempts};
  static const char tags[] = "tua";
  int version = -1, n = 0;
  if (!op) return il_bind_nomem(b);
  for (int i = 0; i < b->table->nops; i++)
    if (b->table->ops[i]->role == &il_role_row_version) version = b->table->ops[i]->cols[0];
  for (int i = 0; i < 3; i++)
    n += filled[i] >= 0;
  il_bind_word_int(b, op, 'n', n);
  il_bind_word_int(b, op, 's', p->seconds);
  for (int i = 0; i < queue->nwords; i++)
    if (strchr("cx", queue->words[i][0]))
      il_bind_word(b, op, queue->words[i][0], queue->words[i] + 1);
  il_bind_word(b, op, 'C', p->claimed);
  il_bind_word(b, op, 'X', p->expired);
  for (int i = 0; i < 3; i++) {
    if (filled[i] < 0) continue;
    il_bind_add_col(b, op, filled[i]);
    il_bind_word_int(b, op, tags[i], filled[i]);
  }
  il_bind_add_col(b, op, p->m->col);
  il_bind_word_int(b, op, 'm', p->m->col);
  il_bind_add_col(b, op, p->worker);
  il_bind_word_int(b, op, 'w', p->worker);
  if (p->token < 0 && version >= 0) {
    il_bind_add_col(b, op, version);
    il_bind_word_int(b, op, 'v', version);
  }
  for (int i = 0; i < b->table->plan->nkey; i++) {
    int col = b->table->plan->key[i], there = 0;
    for (int k = 0; k < op->ncols; k++)
      there |= op->cols[k] == col;
    if (!there) il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

/* Which rows a worker may claim. */
static il_kind bind_filter(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *at = il_doc_get(json, "for");
  size_t pos = 0;
  il_piece piece;
  il_kind kind;
  if (!at) return IL_OK;
  if (!cJSON_IsString(at) || !at->valuestring[0])
    return il_bind_error(b, at, IL_ARGUMENT, "must be an expression over NEW and $actor");
  kind = il_bind_sql(b, b->table, at, at->valuestring, IL_EV_INSERT, 1, NULL);
  while (kind == IL_OK && il_sql_piece(at->valuestring, strlen(at->valuestring), &pos, b->arena,
                                       &piece, b->err) > 0) {
    if (piece.kind != IL_PIECE_VAR || (piece.n == 5 && memcmp(piece.p, "actor", 5) == 0)) continue;
    if (piece.n == 3 && memcmp(piece.p, "now", 3) == 0) continue;
    kind = il_bind_error(b, at, IL_ARGUMENT, "no variable $%.*s here: there are $actor and $now",
                         (int)piece.n, piece.p);
  }
  if (kind == IL_OK) il_bind_word(b, op, 'f', at->valuestring);
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  const cJSON *seconds = il_doc_get(json, "lease_seconds"), *rules = il_doc_get(json, "rules");
  const cJSON *unique = il_doc_get(json, "unique"), *fence = il_doc_get(json, "fence");
  const char *rule, *unique_rule;
  parts p = {.seconds = LEASE_SECONDS};
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, queue_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "fence", rule, &p.fence);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "unique", rule, &unique_rule);
  if (kind == IL_OK) kind = il_bind_machine_column(b, json, &p.m);
  if (kind == IL_OK && fence && !cJSON_IsBool(fence))
    kind = il_bind_error(b, fence, IL_ARGUMENT, "must be true or false");
  if (kind == IL_OK && seconds) kind = il_bind_int(b, seconds, 1, 315576000, &p.seconds);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_queue, rule, 0);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, p.m->col);
  il_bind_word_int(b, op, 's', p.seconds);
  kind = bind_columns(b, op, &p, json);
  if (kind == IL_OK) kind = bind_states(b, op, &p, json);
  if (kind == IL_OK && cJSON_IsFalse(fence) && (p.until >= 0 || p.token >= 0 || p.attempts >= 0))
    kind = il_bind_error(b, fence, IL_ARGUMENT, "a lease is fenced: it has columns");
  if (kind == IL_OK) kind = bind_filter(b, op, json);
  if (kind == IL_OK) kind = bind_order(b, op, il_doc_get(json, "order"));
  if (kind == IL_OK && p.worker >= 0 && !cJSON_IsFalse(fence)) kind = bind_fence(b, op, &p);
  return kind == IL_OK && unique ? il_bind_unique_work(b, p.m, unique_rule, unique) : kind;
}

/* ---- compiling ------------------------------------------------------------------------------ */

typedef struct room {
  il_code *codes;
  il_queue_order *orders;
  int ncodes, norders;
} room;

static int read_order(il_queue *q, room *r, const char *word, const il_plan *plan) {
  il_queue_order *o = q->norder ? &r->orders[q->norder - 1] : NULL;
  if (word[0] == 'k') {
    if (!o) return 0;
    if (o->nrank == 0) o->rank = &r->codes[r->ncodes];
    o->nrank++;
    return il_code_read(word + 1, &r->codes[r->ncodes++]);
  }
  o = &r->orders[q->norder++];
  *o = (il_queue_order){.col = il_word_col(word + 1, plan), .descending = word[0] == 'O'};
  return o->col >= 0;
}

static int read_word(il_queue *q, room *r, const char *word, const il_plan *plan) {
  int64_t seconds;
  int *col = NULL;
  switch (word[0]) {
  case 'c':
    return il_code_read(word + 1, &q->claimed);
  case 'x':
    return il_code_read(word + 1, &q->expired);
  case 'r':
    if (q->norder) return 0; /* their codes lie side by side */
    if (q->nready == 0) q->ready = &r->codes[r->ncodes];
    q->nready++;
    return il_code_read(word + 1, &r->codes[r->ncodes++]);
  case 's':
    if (!il_word_int(word + 1, &seconds) || seconds < 1 || seconds > 315576000) return 0;
    q->lease_us = seconds * 1000000;
    return 1;
  case 'f':
    q->filter = word + 1;
    return word[1] != 0;
  case 'U':
    return q->until_null = 1;
  case 'W':
    return q->worker_null = 1;
  case 'o':
  case 'O':
  case 'k':
    return read_order(q, r, word, plan);
  case 'w':
    col = &q->worker;
    break;
  case 'u':
    col = &q->until;
    break;
  case 't':
    col = &q->token;
    break;
  case 'd':
    col = &q->due;
    break;
  case 'a':
    col = &q->attempts;
    break;
  default:
    return 0;
  }
  *col = il_word_col(word + 1, plan);
  return *col >= 0;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_queue *q = il_arena_alloc(arena, sizeof *q);
  room r = {il_arena_alloc(arena, (size_t)(op->nwords + 1) * sizeof(il_code)),
            il_arena_alloc(arena, (size_t)(op->nwords + 1) * sizeof(il_queue_order)), 0, 0};
  if (!q || !r.codes || !r.orders) return il_error_set(err, IL_NOMEM, "out of memory");
  *q = (il_queue){.worker = -1, .until = -1, .token = -1, .due = -1, .attempts = -1};
  if (op->ncols != 1 || op->events) return il_word_error(op, err, "expected one column");
  q->state = op->cols[0];
  for (int i = 0; i < op->nwords; i++)
    if (!read_word(q, &r, op->words[i], plan))
      return il_word_error(op, err, "a word that is no part of a queue");
  q->order = r.orders;
  if (!q->nready || !q->claimed.text != !q->expired.text || !q->lease_us ||
      (q->worker >= 0 && !q->claimed.text) ||
      (q->worker < 0 && (q->until >= 0 || q->token >= 0 || q->attempts >= 0)))
    return il_word_error(op, err, "expected states, a worker and a lease");
  op->compiled = q;
  return IL_OK;
}

/* ---- as SQL --------------------------------------------------------------------------------- */

const il_queue *il_plan_queue(const il_plan *plan, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    if (plan->ops[i].role != &il_role_queue) continue;
    if (op) *op = &plan->ops[i];
    return plan->ops[i].compiled;
  }
  return NULL;
}

int il_queue_version(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role == &il_role_row_version && plan->ops[i].ncols)
      return plan->ops[i].cols[0];
  return -1;
}

void il_queue_order_sql(const il_queue *q, const il_plan *plan, int i, int postgres, il_buf *out) {
  const il_queue_order *o = i < q->norder ? &q->order[i] : NULL;
  int col = o ? o->col : plan->key[i - q->norder];
  const char *name = il_col_name(plan, col);
  if (!o || o->nrank == 0) {
    il_buf_f(out, o && !postgres && plan->cols[col].instant ? "instant_us(%I)" : "%I", name);
    return;
  }
  il_buf_str(out, "(CASE");
  for (int k = 0; k < o->nrank; k++) {
    il_buf_f(out, " WHEN %I = ", name);
    il_code_sql(&o->rank[k], out);
    il_buf_f(out, " THEN %d", k + 1);
  }
  il_buf_f(out, " ELSE %d END)", o->nrank + 1);
}

void il_queue_direction(const il_queue *q, int i, int postgres, il_buf *out) {
  int down = i < q->norder && q->order[i].descending;
  if (down) il_buf_str(out, " DESC");
  if (postgres) il_buf_str(out, down ? " NULLS LAST" : " NULLS FIRST");
}

/*
** A claim reads the index in its order and stops: rows that are not ready are not in it, so what a
** claim costs does not depend on how many there are. Where several states are ready, each is read by
** itself. The second index has the ends of leases.
*/
static int index_sql(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                     il_buf *columns, il_buf *where) {
  const il_queue *q = op->compiled;
  const char *state = il_col_name(plan, q->state);
  if (k == 1 && q->until >= 0) {
    *what = "leases";
    il_buf_f(columns, "%I", il_col_name(plan, q->until));
    il_buf_f(where, "%I = ", state);
    il_code_sql_of(&q->claimed, postgres, where);
    return 1;
  }
  if (k != 0) return 0;
  *what = "queue";
  if (q->nready > 1) il_buf_f(columns, "%I, ", state);
  for (int i = 0; i < q->norder + plan->nkey; i++) {
    if (i) il_buf_str(columns, ", ");
    il_queue_order_sql(q, plan, i, postgres, columns);
    il_queue_direction(q, i, postgres, columns);
  }
  for (int i = 0; i < q->nready; i++) {
    il_buf_f(where, "%s%I = ", i ? " OR " : "", state);
    il_code_sql_of(&q->ready[i], postgres, where);
  }
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_queue *q = op->compiled;
  il_buf_f(out, "Workers claim rows of %s whose %s is", plan->table, il_col_name(plan, q->state));
  for (int i = 0; i < q->nready; i++)
    il_buf_f(out, "%s %s", i == 0 ? "" : ", then", q->ready[i].text);
  il_buf_str(out, ", in the order of");
  for (int i = 0; i < q->norder + plan->nkey; i++) {
    int col = i < q->norder ? q->order[i].col : plan->key[i - q->norder];
    il_buf_f(out, "%s %s", i ? "," : "", il_col_name(plan, col));
    for (int k = 0; i < q->norder && k < q->order[i].nrank; k++)
      il_buf_f(out, "%s%s", k ? ", " : " (", q->order[i].rank[k].text);
    if (i < q->norder && q->order[i].nrank) il_buf_char(out, ')');
    if (i < q->norder && q->order[i].descending) il_buf_str(out, " descending");
  }
  if (q->filter) il_buf_f(out, ", where %s", q->filter);
  if (!q->claimed.text)
    il_buf_str(out, "; each is one worker's until the transaction ends.");
  else if (q->worker < 0)
    il_buf_str(out, "; each goes to one of them.");
  else if (q->until < 0)
    il_buf_str(out, "; each has one worker at a time.");
  else
    il_buf_f(out, "; each has one worker at a time, for %lld seconds.",
             (long long)(q->lease_us / 1000000));
}

const il_role il_role_queue = {
    .name = "queue", .bind = bind, .compile = compile, .index = index_sql, .describe = describe};
