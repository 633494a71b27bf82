/*
** fence.c: a row that a worker has claimed leaves that state only by who holds the lease, while it
** holds (jobs.md, "Fencing").
**
** Entering the claimed state, whoever does it, gives the row a token that is larger than all it had
** before, a lease and an attempt. While the row is claimed the token stays, the worker stays, and
** only who names the token may move the end of the lease, before it has come. The row leaves by an
** UPDATE that names the token with its present value before the lease has ended; when it has ended,
** anybody may take the row back to the state for that, and nobody may do anything else with it. Where
** there is no token, naming the worker with his present value or the next version does. A row without
** a lease (it was there before the rule) is not fenced.
**
** What the SET list names is known once the row is written (role->written).
**
** Columns: token, until, attempts as far as there are any (they are filled), the state's, the
** worker's, the version's when there is no token, the key's. Words: "n<number filled>", "s<seconds>",
** "c<code>" "x<code>" claimed and expired states, "C<name>" "X<name>"; then for each column its
** number after "t" "u" "a" "m" "w" "v".
*/
#include "../values/instant.h"
#include "queue.h"

typedef struct fence {
  il_code claimed, expired;
  const char *claimed_name, *expired_name;
  int64_t lease_us;
  int token, until, attempts, state, worker, version;
} fence;

static int read_word(fence *f, const char *word, const il_plan *plan) {
  static const char tags[] = "tuamwv";
  int *const cols[] = {&f->token, &f->until, &f->attempts, &f->state, &f->worker, &f->version};
  const char *tag = strchr(tags, word[0]);
  int64_t i;
  if (!word[0]) return 0;
  if (tag) {
    *cols[tag - tags] = il_word_col(word + 1, plan);
    return *cols[tag - tags] >= 0;
  }
  switch (word[0]) {
  case 'c':
    return il_code_read(word + 1, &f->claimed);
  case 'x':
    return il_code_read(word + 1, &f->expired);
  case 'C':
    f->claimed_name = word + 1;
    return 1;
  case 'X':
    f->expired_name = word + 1;
    return 1;
  case 'n':
    return il_word_int(word + 1, &i) && i >= 0 && i <= 3;
  case 's':
    if (!il_word_int(word + 1, &i) || i < 1 || i > 315576000) return 0;
    f->lease_us = i * 1000000;
    return 1;
  default:
    return 0;
  }
}

/* Every column must be among the operation's, or the host would not pass it. */
static int is_among(const il_op *op, int col) {
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return 1;
  return col < 0;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  fence *f = il_arena_alloc(arena, sizeof *f);
  if (!f) return il_error_set(err, IL_NOMEM, "out of memory");
  *f = (fence){.token = -1, .until = -1, .attempts = -1, .state = -1, .worker = -1, .version = -1};
  for (int i = 0; i < op->nwords; i++)
    if (!read_word(f, op->words[i], plan))
      return il_word_error(op, err, "a word that is no part of a fence");
  if (f->state < 0 || f->worker < 0 || !f->claimed.text || !f->expired.text || !f->claimed_name ||
      !f->expired_name || !f->lease_us || op->words[0][0] != 'n')
    return il_word_error(op, err, "expected states, a worker and a lease");
  if (!is_among(op, f->token) || !is_among(op, f->until) || !is_among(op, f->attempts) ||
      !is_among(op, f->state) || !is_among(op, f->worker) || !is_among(op, f->version))
    return il_word_error(op, err, "a column that is not passed");
  op->compiled = f;
  return IL_OK;
}

/* ---- what is happening to the row ----------------------------------------------------------- */

static int claimed(const fence *f, const il_row *row, int side) {
  il_value state = il_row_value(row, side, f->state);
  return il_code_is(&f->claimed, &state);
}

/* Does the old row hold a lease, running or ended? */
static int leased(const fence *f, const il_row *row) {
  il_value v;
  if (f->token >= 0) {
    v = il_row_value(row, IL_OLD, f->token);
    if (v.type != IL_T_INT || v.i == 0) return 0;
  }
  if (f->until >= 0) return il_row_value(row, IL_OLD, f->until).type != IL_T_NULL;
  return f->token >= 0 || il_row_value(row, IL_OLD, f->worker).type != IL_T_NULL;
}

/* An end that cannot be read has come. Without one a lease does not end. */
static int ended(const fence *f, const il_row *row) {
  int64_t us;
  il_error ignored;
  if (f->until < 0) return 0;
  il_value v = il_row_value(row, IL_OLD, f->until);
  return il_value_instant(&v, &us, &ignored) != IL_OK || us <= row->now;
}

static int permitted(const il_op *op, const il_row *row) {
  return row->announced && row->announced(row, op);
}

#define TOKEN_MAX INT64_C(4611686018427387904)

/* ---- judging -------------------------------------------------------------------------------- */

static il_kind refuse_token(const il_op *op, const il_row *row, const fence *f, int held,
                            il_error *err) {
  char was[32];
  il_value v = il_row_value(row, IL_OLD, f->token);
  if (held)
    return il_refuse(err, row, op, f->token, IL_RULE, "%s.%s is %s: another lease is not yours",
                     row->plan->table, il_col_name(row->plan, f->token),
                     il_value_show(&v, was, sizeof was));
  return il_refuse(err, row, op, f->token, IL_RULE,
                   "%s.%s is written by the database when a row is claimed", row->plan->table,
                   il_col_name(row->plan, f->token));
}

/* What a writer gives a row that has no token yet leaves room for those to come. */
static il_kind check_room(const il_op *op, const il_row *row, const fence *f, il_error *err) {
  il_value v;
  if (f->token < 0) return IL_OK;
  v = il_row_value(row, IL_NEW, f->token);
  if (v.type != IL_T_INT || v.i <= TOKEN_MAX) return IL_OK;
  return il_refuse(err, row, op, f->token, IL_RULE, "%s.%s must be at most %lld", row->plan->table,
                   il_col_name(row->plan, f->token), (long long)TOKEN_MAX);
}

static il_kind check_token(const il_op *op, const il_row *row, const fence *f, int was, int is,
                           il_error *err) {
  il_value v;
  if (f->token < 0) return IL_OK;
  v = il_row_value(row, IL_OLD, f->token);
  if (!was && is) {
    if (v.type != IL_T_INT || v.i < INT64_MAX) return IL_OK;
    return il_refuse(err, row, op, f->token, IL_RULE,
                     "%s.%s holds the largest number there is: no token comes after it",
                     row->plan->table, il_col_name(row->plan, f->token));
  }
  if (!row->differs(row, f->token)) return IL_OK;
  if (!was && v.type == IL_T_NULL) return check_room(op, row, f, err);
  return refuse_token(op, row, f, was && leased(f, row), err);
}

static il_kind check_delete(const il_op *op, const il_row *row, const fence *f, il_error *err) {
  if (!claimed(f, row, IL_OLD) || !leased(f, row) || ended(f, row) || permitted(op, row))
    return IL_OK;
  return il_refuse(err, row, op, -1, IL_PROTECTED,
                   "a row of %s that a worker holds cannot be deleted", row->plan->table);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const fence *f = op->compiled;
  int was, is;
  il_kind kind;
  if (row->load || row->stored) return IL_OK;
  if (row->event == IL_EV_DELETE) return check_delete(op, row, f, err);
  is = claimed(f, row, IL_NEW);
  if (row->event == IL_EV_INSERT) {
    if (is) *work |= IL_WORK_FILL;
    return check_room(op, row, f, err);
  }
  was = claimed(f, row, IL_OLD);
  kind = check_token(op, row, f, was, is, err);
  if (kind != IL_OK) return kind;
  if (!was) {
    if (is) *work |= IL_WORK_FILL;
    return IL_OK;
  }
  if (!leased(f, row)) return IL_OK;
  for (int i = 0; i < row->plan->nkey; i++)
    if (row->differs(row, row->plan->key[i]))
      return il_refuse(err, row, op, row->plan->key[i], IL_RULE,
                       "a row of %s that a worker holds keeps its key", row->plan->table);
  if (!is || (f->until >= 0 && row->differs(row, f->until))) *work |= IL_WORK_AFTER;
  if (is && row->differs(row, f->worker) && !permitted(op, row))
    return il_refuse(err, row, op, f->worker, IL_RULE,
                     "%s.%s cannot change while the row is %s: it changes hands by being claimed",
                     row->plan->table, il_col_name(row->plan, f->worker), f->claimed_name);
  return IL_OK;
}

/* Has the writer shown that he holds the lease? Its token was found unchanged already. */
static int shown(const fence *f, const il_row *row) {
  if (f->token >= 0) return row->named(row, f->token);
  if (f->version >= 0 && row->named(row, f->version)) return 1;
  return row->named(row, f->worker) && !row->differs(row, f->worker);
}

static il_kind refuse_unshown(const il_op *op, const il_row *row, const fence *f, il_error *err) {
  int col = f->token >= 0 ? f->token : f->worker;
  return il_refuse(err, row, op, f->state, IL_RULE,
                   "a row of %s that a worker holds is his: the UPDATE must name %s with its "
                   "present value",
                   row->plan->table, il_col_name(row->plan, col));
}

static il_kind refuse_ended(const il_op *op, const il_row *row, const fence *f, int leaves,
                            il_error *err) {
  il_kind kind;
  if (!leaves)
    return il_refuse(err, row, op, f->until, IL_RULE, "the lease on the row of %s has ended",
                     row->plan->table);
  kind = il_refuse(err, row, op, f->state, IL_RULE,
                   "the lease on the row of %s has ended: it can only go back", row->plan->table);
  if (err) IL_ERROR_FIELD(err, allowed, f->expired_name, strlen(f->expired_name));
  return kind;
}

static il_kind written(const il_op *op, const il_row *row, il_error *err) {
  const fence *f = op->compiled;
  int leaves, over;
  if (row->load || row->event != IL_EV_UPDATE || !claimed(f, row, IL_OLD) || !leased(f, row))
    return IL_OK;
  leaves = !claimed(f, row, IL_NEW);
  if (!leaves && (f->until < 0 || !row->differs(row, f->until))) return IL_OK;
  over = ended(f, row);
  if (over && leaves) {
    il_value to = il_row_value(row, IL_NEW, f->state);
    if (il_code_is(&f->expired, &to)) return IL_OK;
  }
  if (permitted(op, row)) return IL_OK;
  if (over) return refuse_ended(op, row, f, leaves, err);
  if (!shown(f, row)) return refuse_unshown(op, row, f, err);
  if (!leaves && il_row_value(row, IL_NEW, f->until).type == IL_T_NULL)
    return il_refuse_null(err, row, op, f->until);
  return IL_OK;
}

/* Plan columns of which it matters whether they are named. */
static int asks(const il_op *op, int k) {
  const fence *f = op->compiled;
  if (f->token >= 0) return k == 0 ? f->token : -1;
  if (k == 0) return f->worker;
  return k == 1 ? f->version : -1;
}

/* Only of rows that are claimed anything is asked. */
static void written_when(const il_op *op, const il_plan *plan, il_buf *out) {
  const fence *f = op->compiled;
  il_buf_f(out, "OLD.%I = ", il_col_name(plan, f->state));
  il_code_sql(&f->claimed, out);
}

/* ---- filling -------------------------------------------------------------------------------- */

static int put(il_fill *fills, int n, int max, int col, il_value value) {
  if (n >= max) return n;
  fills[n].col = col;
  fills[n].value = value;
  return n + 1;
}

/* The number a row held, at least 0. */
static int64_t held(const il_row *row, int col) {
  il_value v = il_row_value(row, row->event == IL_EV_INSERT ? IL_NEW : IL_OLD, col);
  return v.type == IL_T_INT && v.i > 0 ? v.i : 0;
}

static int fill_number(const il_row *row, int col, int64_t number, il_fill *fills, int n, int max) {
  il_value v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_INT && v.i == number) return n;
  return put(fills, n, max, col, il_int(number));
}

/* An end that the writer gives holds when it is yet to come, in canonical form: the index over
** the ends of leases compares texts. */
static int fill_until(const fence *f, const il_row *row, int enters, il_fill *fills, int n,
                      int max) {
  il_value v = il_row_value(row, IL_NEW, f->until);
  il_error ignored;
  int64_t us = 0;
  int given = v.type != IL_T_NULL && il_row_sets(row, f->until) &&
              il_value_instant(&v, &us, &ignored) == IL_OK;
  if (enters && (!given || us <= row->now))
    return put(fills, n, max, f->until, il_instant(row->now + f->lease_us));
  return given && v.type == IL_T_TEXT ? put(fills, n, max, f->until, il_instant(us)) : n;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const fence *f = op->compiled;
  int was = row->event == IL_EV_UPDATE && claimed(f, row, IL_OLD), enters;
  if (row->load || row->stored || !claimed(f, row, IL_NEW)) return n;
  enters = !was;
  if (f->token >= 0 && enters) {
    int64_t last = held(row, f->token), next = last < INT64_MAX ? last + 1 : last;
    n = fill_number(row, f->token, next < row->epoch ? row->epoch : next, fills, n, max);
  }
  if (f->until >= 0) n = fill_until(f, row, enters, fills, n, max);
  if (f->attempts >= 0 && enters &&
      (row->event == IL_EV_INSERT || !row->differs(row, f->attempts))) {
    int64_t last = held(row, f->attempts);
    if (row->event == IL_EV_INSERT && last) return n;
    n = fill_number(row, f->attempts, last < INT32_MAX ? last + 1 : last, fills, n, max);
  }
  return n;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const fence *f = op->compiled;
  il_buf_f(out, "A row of %s that a worker holds leaves %s only by an UPDATE that names %s",
           plan->table, f->claimed_name, il_col_name(plan, f->token >= 0 ? f->token : f->worker));
  if (f->token < 0 && f->version >= 0)
    il_buf_f(out, " or the next %s", il_col_name(plan, f->version));
  if (f->until >= 0)
    il_buf_f(out, " before %s; after that anybody may take it back to %s, and nothing else",
             il_col_name(plan, f->until), f->expired_name);
  il_buf_str(out, ".");
}

const il_role il_role_fence = {.name = ".fence",
                               .compile = compile,
                               .check = check,
                               .fill = fill,
                               .written = written,
                               .asks = asks,
                               .written_when = written_when,
                               .describe = describe};
