/*
** heartbeat.c: a sign of life (A-24 … A-26, D-38): an instant that never goes back and is never in
** the future. Who is silent for longer than the timeout is lost: heartbeat_expire and the tick
** move it.
**
** Words: "c<column>" the instant, "z<column>" the column that says who is alive, "a<code>" each
** living state, "l<code>" the lost one, "t<seconds>" the timeout, "x" a row that is not alive takes
** no heartbeat, "r" becoming alive is one.
*/
#include "times.h"

static const char *const beat_keys[] = {"rule",  "rules",  "column",  "timeout_seconds",
                                        "state", "strict", "refresh", NULL};
static const char *const rule_keys[] = {"alive", NULL};
static const char *const state_keys[] = {"column", "alive", "lost", NULL};

enum { TIMEOUT = 120 };

static il_kind bind_state(il_binder *b, const cJSON *state, il_bind_op *op) {
  static const il_part parts[] = {{"column", 'z', IL_C_TEXT, 1}};
  const cJSON *alive, *lost;
  il_kind kind = il_bind_keys(b, state, state_keys);
  int n = 0;
  if (kind == IL_OK) kind = il_bind_parts(b, state, op, parts, 1);
  if (kind != IL_OK) return kind;
  alive = il_doc_get(state, "alive");
  lost = il_doc_get(state, "lost");
  if (!cJSON_IsArray(alive) || !alive->child)
    return il_bind_error(b, alive ? alive : state, IL_ARGUMENT,
                         "\"alive\" must be a list of states");
  if (!lost) return il_bind_error(b, state, IL_ARGUMENT, "\"lost\" is missing");
  for (const cJSON *s = alive->child; s; s = s->next) {
    if (++n > IL_ALIVE_MAX) return il_bind_error(b, s, IL_ARGUMENT, "too many states");
    kind = il_bind_code_of(b, op, op->cols[1], s, 'a');
    if (kind != IL_OK) return kind;
  }
  return il_bind_code_of(b, op, op->cols[1], lost, 'l');
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {{"column", 'c', IL_C_INSTANT, 1}};
  const cJSON *state = il_doc_get(json, "state"), *rules = il_doc_get(json, "rules");
  const char *rule, *alive;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, beat_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "alive", rule, &alive);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_heartbeat, rule, IL_EV_INSERT | IL_EV_UPDATE);
  kind = il_bind_parts(b, json, op, parts, 1);
  if (kind == IL_OK && state) kind = bind_state(b, state, op);
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "timeout_seconds", 1, op, 't');
  if (kind == IL_OK) kind = il_bind_truth(b, json, "strict", op, 'x');
  if (kind == IL_OK) kind = il_bind_truth(b, json, "refresh", op, 'r');
  if (kind != IL_OK) return kind;
  if (!state && (il_doc_get(json, "strict") || il_doc_get(json, "refresh")))
    return il_bind_error(b, json, IL_ARGUMENT, "\"strict\" and \"refresh\" need \"state\"");
  if (alive != rule) il_bind_word(b, op, 'R', alive);
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one heartbeat");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_heartbeat *h = il_arena_alloc(arena, sizeof *h);
  const char *lost = il_op_word(op, 'l');
  int bad = 0;
  if (!h) return il_error_set(err, IL_NOMEM, "out of memory");
  h->col = il_op_col(op, plan, 'c');
  h->state = il_op_col(op, plan, 'z');
  h->timeout = il_op_seconds(op, 't', TIMEOUT);
  h->strict = il_op_word(op, 'x') != NULL;
  h->refresh = il_op_word(op, 'r') != NULL;
  for (int i = 0; i < op->nwords && !bad; i++) {
    if (op->words[i][0] != 'a') continue;
    bad = h->nalive == IL_ALIVE_MAX || !il_code_read(op->words[i] + 1, &h->alive[h->nalive]);
    h->nalive += !bad;
  }
  if (bad || h->col < 0 || h->timeout < 0 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      (h->state >= 0 && (!h->nalive || !lost || !il_code_read(lost, &h->lost))))
    return il_word_error(op, err, "expected an instant and states");
  op->compiled = h;
  return IL_OK;
}

int il_heartbeat_alive(const il_heartbeat *h, const il_value *state) {
  for (int i = 0; i < h->nalive; i++)
    if (il_code_is(&h->alive[i], state)) return 1;
  return h->state < 0;
}

static int alive(const il_heartbeat *h, const il_row *row, int side) {
  il_value v = il_null();
  if (h->state >= 0) v = il_row_value(row, side, h->state);
  return il_heartbeat_alive(h, &v);
}

/* The instant is another one; written differently it is the same. */
static int moved(const il_heartbeat *h, const il_row *row) {
  int64_t is, was;
  if (!row->differs(row, h->col)) return 0;
  return il_row_instant(row, IL_NEW, h->col, &is) != 1 ||
         il_row_instant(row, IL_OLD, h->col, &was) != 1 || is != was;
}

/* Becomes alive and says nothing of its heartbeat: that is one. */
static int refreshes(const il_heartbeat *h, const il_row *row) {
  if (!h->refresh || row->load || row->stored || !alive(h, row, IL_NEW)) return 0;
  if (row->event == IL_EV_INSERT) return il_row_value(row, IL_NEW, h->col).type == IL_T_NULL;
  return !moved(h, row) && !alive(h, row, IL_OLD);
}

/* The rule a row that is not alive breaks. */
static il_kind refuse_dead(const il_op *op, const il_row *row, il_error *err) {
  const il_heartbeat *h = op->compiled;
  il_op alive_op = *op;
  if (il_op_word(op, 'R')) alive_op.rule = il_op_word(op, 'R');
  return il_refuse(err, row, &alive_op, h->col, IL_RULE,
                   "%s.%s cannot change: the row is not alive", row->plan->table,
                   il_col_name(row->plan, h->col));
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_heartbeat *h = op->compiled;
  int64_t is, was;
  int has;
  if (refreshes(h, row)) *work |= IL_WORK_FILL;
  if (!il_row_sets(row, h->col)) return IL_OK;
  has = il_row_instant(row, IL_NEW, h->col, &is);
  if (has < 0) return il_refuse_instant(err, row, op, h->col);
  if (row->stored || row->load) return IL_OK;
  if (has && is > row->now)
    return il_refuse(err, row, op, h->col, IL_RULE, "%s.%s cannot be in the future",
                     row->plan->table, il_col_name(row->plan, h->col));
  if (row->event == IL_EV_INSERT) return IL_OK;
  if (il_row_instant(row, IL_OLD, h->col, &was) > 0 && (!has || is < was))
    return il_refuse(err, row, op, h->col, IL_RULE, "%s.%s cannot go back", row->plan->table,
                     il_col_name(row->plan, h->col));
  if (h->strict && moved(h, row) && !alive(h, row, IL_NEW) && !alive(h, row, IL_OLD))
    return refuse_dead(op, row, err);
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const il_heartbeat *h = op->compiled;
  int64_t was = row->now;
  if (n >= max || !refreshes(h, row)) return n;
  if (row->event == IL_EV_UPDATE && il_row_instant(row, IL_OLD, h->col, &was) != 1) was = row->now;
  fills[n].col = h->col;
  fills[n].value = il_instant(was > row->now ? was : row->now);
  return n + 1;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_heartbeat *h = op->compiled;
  if (k || h->state < 0) return 0; /* nothing looks for the silent */
  il_index_instant(plan, h->state, h->col, postgres, columns);
  *what = "heartbeat";
  (void)where;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_heartbeat *h = op->compiled;
  il_buf_f(out, "%s.%s never goes back and is never in the future", plan->table,
           il_col_name(plan, h->col));
  if (h->strict) il_buf_str(out, "; only the living have one");
  if (h->refresh) il_buf_str(out, "; becoming alive is one");
  if (h->state >= 0)
    il_buf_f(out, "; after more than %lld seconds of silence %s becomes %.*s",
             (long long)h->timeout, il_col_name(plan, h->state), (int)h->lost.n, h->lost.text);
  il_buf_char(out, '.');
}

const il_role il_role_heartbeat = {.name = "heartbeat",
                                   .if_changed = 1,
                                   .session = 1,
                                   .bind = bind,
                                   .compile = compile,
                                   .check = check,
                                   .fill = fill,
                                   .index = index_of,
                                   .describe = describe};
