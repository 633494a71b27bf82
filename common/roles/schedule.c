/*
** schedule.c: a table whose rows are schedules. What it says of a row:
**
**   schedule              one way of saying when, and nothing in the columns of the others
**   .schedule_definition  the expression can be read and fires some day, the zone is one
**   .schedule_limit       a number that is not below its least: instances, grace
**   .schedule_next        the slot that comes next is written by the database and by nobody else
**
** Columns of `schedule`: those that say when, and all others that the functions read. Words, the
** letter after the tag counting from a:
**   "c<letter><plan column>" a column of the schedules' table    "t<letter><text>" value of a type
**   "r<text>" the runs' table                                    "k<letter><name>" its columns
**   "s<letter><code word>" "n<letter><name>" its states          "a<name>" then "b<name>": a column
**   "f<fields>" "m<max>" "g<grace>" "e": enabled is a boolean    of a run and what it takes over
** Columns of `.schedule_next`: the slot, with word "x" the error, then those that say when.
*/
#include "schedule.h"
#include "../values/instant.h"

/* ---- compiling ------------------------------------------------------------------------------ */

static int is_among(const il_op *op, int col) {
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return 1;
  return 0;
}

/* The letter of a word, below n; -1. */
static int letter(const char *word, int n) {
  int i = word[1] - 'a';
  return word[1] && i >= 0 && i < n ? i : -1;
}

static int read_indexed(const char *word, const il_op *op, const il_plan *plan, il_schedule *s) {
  int i;
  switch (word[0]) {
  case 'c':
    i = letter(word, IL_SC_COLS);
    if (i < 0) return 0;
    s->col[i] = il_word_col(word + 2, plan);
    return s->col[i] >= 0 && is_among(op, s->col[i]);
  case 't':
    i = letter(word, IL_SC_WAYS);
    if (i >= 0) s->type[i] = word + 2;
    return i >= 0;
  case 'k':
    i = letter(word, IL_SR_COLS);
    if (i >= 0) s->run[i] = word + 2;
    return i >= 0;
  case 's':
    i = letter(word, IL_SS_STATES);
    return i >= 0 && il_code_read(word + 2, &s->state[i]);
  case 'n':
    i = letter(word, IL_SS_STATES);
    if (i >= 0) s->state_name[i] = word + 2;
    return i >= 0;
  default:
    return 0;
  }
}

static int read_word(const char *word, const il_op *op, const il_plan *plan, il_schedule *s) {
  int64_t n;
  switch (word[0]) {
  case 'r':
    s->runs = word + 1;
    return 1;
  case 'a':
    if (s->nnames == IL_SC_NAMES_MAX) return 0;
    s->name[s->nnames].run = word + 1;
    return 1;
  case 'b':
    if (s->nnames == IL_SC_NAMES_MAX || !s->name[s->nnames].run) return 0;
    s->name[s->nnames++].schedule = word + 1;
    return 1;
  case 'e':
    s->enabled_is_bool = 1;
    return 1;
  case 'f':
    if (!il_word_int(word + 1, &n) || n < 5 || n > 7) return 0;
    s->fields = (int)n;
    return 1;
  case 'm':
    return il_word_int(word + 1, &s->max) && s->max >= 1;
  case 'g':
    return il_word_int(word + 1, &s->grace) && s->grace >= 0 && s->grace <= IL_SCHEDULE_SECONDS_MAX;
  default:
    return read_indexed(word, op, plan, s);
  }
}

/* All that the functions take for granted. */
static int is_whole(const il_schedule *s) {
  int ways = 0;
  for (int w = 0; w < IL_SC_WAYS; w++) {
    if (!s->type[w]) return 0;
    ways += s->col[w] >= 0;
  }
  if (!ways || s->col[IL_SC_NEXT] < 0) return 0;
  if (!s->runs) return 1;
  for (int i = 0; i < IL_SS_STATES; i++)
    if (!s->state[i].text || !s->state_name[i]) return 0;
  return s->run[IL_SR_SCHEDULE] && s->run[IL_SR_AT] && s->run[IL_SR_STATUS];
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_schedule *s = il_arena_alloc(arena, sizeof *s);
  if (!s) return il_error_set(err, IL_NOMEM, "out of memory");
  s->max = s->grace = -1;
  for (int i = 0; i < IL_SC_COLS; i++)
    s->col[i] = -1;
  for (int i = 0; i < op->nwords; i++)
    if (!read_word(op->words[i], op, plan, s))
      return il_word_error(op, err, "a word that is no part of a schedule");
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || !is_whole(s))
    return il_word_error(op, err, "expected columns that say when");
  op->compiled = s;
  return IL_OK;
}

const il_schedule *il_plan_schedule(const il_plan *plan, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    if (plan->ops[i].role != &il_role_schedule || !plan->ops[i].compiled) continue;
    if (op) *op = &plan->ops[i];
    return plan->ops[i].compiled;
  }
  return NULL;
}

/* The columns that say when, or all but the error, must be among those the host passes. */
static il_kind compile_part(il_op *op, const il_plan *plan, int next, il_error *err) {
  const il_schedule *s = il_plan_schedule(plan, NULL);
  if (!s || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "no schedule to be a part of");
  for (int i = 0; i <= IL_SC_ENABLED; i++)
    if (s->col[i] >= 0 && !is_among(op, s->col[i]))
      return il_word_error(op, err, "expected the columns that say when");
  if (next && (op->ncols < 1 || op->cols[0] != s->col[IL_SC_NEXT]))
    return il_word_error(op, err, "expected the column of the next slot");
  return IL_OK;
}

static il_kind compile_definition(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)arena;
  return compile_part(op, plan, 0, err);
}

static il_kind compile_next(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)arena;
  return compile_part(op, plan, 1, err);
}

static il_kind compile_limit(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int64_t least;
  (void)plan;
  (void)arena;
  return op->ncols == 1 && op->nwords == 2 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) &&
                 il_word_int(op->words[0], &least) && il_word_int(op->words[1], &least)
             ? IL_OK
             : il_word_error(op, err, "expected a column, its least and its most");
}

/* ---- judging -------------------------------------------------------------------------------- */

static void values_of(const il_schedule *s, const il_row *row, int side, il_value *v) {
  for (int i = 0; i <= IL_SC_ENABLED; i++)
    v[i] = s->col[i] < 0 ? il_null() : il_row_value(row, side, s->col[i]);
}

static int changes(const il_schedule *s, const il_row *row, int upto) {
  if (row->event != IL_EV_UPDATE) return 1;
  for (int i = 0; i <= upto; i++)
    if (s->col[i] >= 0 && row->differs(row, s->col[i])) return 1;
  return 0;
}

static int is_on(const il_schedule *s, const il_row *row, int side) {
  il_value v;
  if (s->col[IL_SC_ENABLED] < 0) return 1;
  v = il_row_value(row, side, s->col[IL_SC_ENABLED]);
  return il_schedule_on(&v);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_schedule *s = op->compiled;
  il_value v[IL_SC_ENABLED + 1];
  const char *what;
  int col, way;
  (void)work;
  if (!row->stored && !changes(s, row, IL_SC_TYPE)) return IL_OK;
  values_of(s, row, IL_NEW, v);
  way = il_timing_way(s, v, &col, &what);
  if (way < 0 && col == IL_SC_TYPE && v[col].type == IL_T_NULL)
    return il_refuse_null(err, row, op, s->col[col]);
  if (way == IL_SC_INTERVAL &&
      (v[way].type != IL_T_INT || v[way].i < 1 || v[way].i > IL_SCHEDULE_SECONDS_MAX))
    return il_refuse(err, row, op, s->col[way], IL_RULE, "%s.%s must be 1 to %lld seconds",
                     row->plan->table, il_col_name(row->plan, s->col[way]),
                     (long long)IL_SCHEDULE_SECONDS_MAX);
  if (way >= 0) return IL_OK;
  return il_refuse(err, row, op, s->col[col], IL_RULE, "%s.%s %s", row->plan->table,
                   il_col_name(row->plan, s->col[col]), what);
}

/* A schedule that is broken can still be paused: what only turns it off is not asked about. */
static il_kind check_definition(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_schedule *s = il_plan_schedule(row->plan, NULL);
  il_value v[IL_SC_ENABLED + 1];
  il_timing timing;
  il_error why;
  il_kind kind;
  (void)work;
  if (!row->stored && !changes(s, row, IL_SC_TYPE) &&
      !(changes(s, row, IL_SC_ENABLED) && is_on(s, row, IL_NEW)))
    return IL_OK;
  values_of(s, row, IL_NEW, v);
  kind = il_timing_read(s, v, row->zones, &timing, &why);
  if (kind == IL_OK || timing.way < 0 || timing.col == IL_SC_INTERVAL)
    return IL_OK; /* `schedule` says what is wrong then */
  if (kind == IL_NOMEM) return il_error_set(err, IL_NOMEM, "out of memory");
  if (timing.way == IL_SC_AT && timing.col == IL_SC_AT)
    return il_refuse(err, row, op, s->col[timing.col], IL_RULE, "%s.%s must be an instant",
                     row->plan->table, il_col_name(row->plan, s->col[timing.col]));
  return il_refuse(err, row, op, s->col[timing.col], IL_RULE, "%s.%s: %s", row->plan->table,
                   il_col_name(row->plan, s->col[timing.col]), why.message);
}

static il_kind check_limit(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int col = op->cols[0];
  int64_t least = 0, most = 0;
  char shown[65];
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL) return il_refuse_null(err, row, op, col);
  il_word_int(op->words[0], &least);
  il_word_int(op->words[1], &most);
  if (v.type == IL_T_INT && v.i >= least && v.i <= most) return IL_OK;
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a number from %lld to %lld, not %s",
                   row->plan->table, il_col_name(row->plan, col), (long long)least, (long long)most,
                   il_value_show(&v, shown, sizeof shown));
}

/* ---- the next slot -------------------------------------------------------------------------- */

/* What the writer gave, before anything is filled. */
static il_kind given_next(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int col = op->cols[0];
  (void)work;
  if (row->load || row->stored) return IL_OK;
  if (row->event == IL_EV_UPDATE ? !row->differs(row, col)
                                 : il_row_value(row, IL_NEW, col).type == IL_T_NULL)
    return IL_OK;
  if (row->announced && row->announced(row, op)) return IL_OK;
  return il_refuse(err, row, op, col, IL_RULE, "%s.%s is computed by the database, not set by hand",
                   row->plan->table, il_col_name(row->plan, col));
}

static il_kind check_stored(const il_op *op, const il_row *row, il_error *err) {
  const il_schedule *s = il_plan_schedule(row->plan, NULL);
  int col = op->cols[0];
  il_value v = il_row_value(row, IL_NEW, col);
  char text[32];
  int64_t us;
  il_error why;
  if (v.type == IL_T_NULL) return IL_OK;
  if (!is_on(s, row, IL_NEW))
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be NULL while the schedule is off",
                     row->plan->table, il_col_name(row->plan, col));
  if (il_value_instant(&v, &us, &why) == IL_OK &&
      (v.type != IL_T_TEXT || (v.n == 24 && memcmp(v.p, il_instant_format(us, text), 24) == 0)))
    return IL_OK;
  if (v.type != IL_T_TEXT)
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be an instant of the years 1 to 9999",
                     row->plan->table, il_col_name(row->plan, col));
  return il_refuse(err, row, op, col, IL_RULE,
                   "%s.%s must be written as 2026-01-31T12:00:00.000Z: it is compared as text",
                   row->plan->table, il_col_name(row->plan, col));
}

static il_kind check_next(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  if (row->stored) return check_stored(op, row, err);
  *work |= IL_WORK_FILL;
  return IL_OK;
}

static int put(il_fill *fills, int n, int max, int col, il_value v) {
  if (n >= max) return n;
  fills[n].col = col;
  fills[n].value = v;
  return n + 1;
}

/* Existing data keeps its slot, as the database writes it. */
static int fill_loaded(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  il_value v = il_row_value(row, IL_NEW, op->cols[0]);
  il_error why;
  int64_t us;
  if (v.type == IL_T_NULL || il_value_instant(&v, &us, &why) != IL_OK) return n;
  return put(fills, n, max, op->cols[0], il_instant(il_whole_ms(us)));
}

static int fill_next(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const il_schedule *s = il_plan_schedule(row->plan, NULL);
  il_value v[IL_SC_ENABLED + 1], next = il_null();
  il_timing timing;
  il_error why;
  int64_t us;
  if (row->load) return fill_loaded(op, row, fills, n, max);
  if (!changes(s, row, IL_SC_ENABLED)) return n;
  values_of(s, row, IL_NEW, v);
  if (is_on(s, row, IL_NEW) && il_timing_read(s, v, row->zones, &timing, &why) == IL_OK &&
      il_timing_first(&timing, row->now, row->event == IL_EV_INSERT, &us))
    next = il_instant(us);
  if (op->nwords && op->ncols > 1 && row->event == IL_EV_UPDATE)
    n = put(fills, n, max, op->cols[1], il_null());
  return put(fills, n, max, op->cols[0], next);
}

/* A tick reads what is due by this, in its order; a schedule that is off has no slot. */
static int index_next(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                      il_buf *columns, il_buf *where) {
  const char *next = il_col_name(plan, op->cols[0]);
  (void)postgres;
  if (k > 0) return 0;
  *what = "due";
  il_buf_f(columns, "%I", next);
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(columns, ", %I", il_col_name(plan, plan->key[i]));
  il_buf_f(where, "%I IS NOT NULL", next);
  return 1;
}

void il_schedule_open_sql(const il_schedule *s, const char *prefix, il_buf *out) {
  static const int open[] = {IL_SS_PENDING, IL_SS_RUNNING};
  for (int i = 0; i < 2; i++) {
    il_buf_f(out, "%s%s%I = ", i ? " OR " : "", prefix, s->run[IL_SR_STATUS]);
    il_code_sql(&s->state[open[i]], out);
  }
}

/* ---- describing ----------------------------------------------------------------------------- */

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_schedule *s = op->compiled;
  int n = 0;
  il_buf_f(out, "%s: ", plan->table);
  for (int w = 0; w < IL_SC_WAYS; w++)
    if (s->col[w] >= 0) il_buf_f(out, "%s%s", n++ ? " or " : "", il_col_name(plan, s->col[w]));
  il_buf_str(out, n > 1 ? " says when, and only one of them does" : " says when");
  if (s->col[IL_SC_TYPE] >= 0)
    il_buf_f(out, ": the one that %s names", il_col_name(plan, s->col[IL_SC_TYPE]));
  if (s->runs) il_buf_f(out, "; what becomes of each slot is a row of %s", s->runs);
  il_buf_char(out, '.');
}

static void describe_definition(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_schedule *s = il_plan_schedule(plan, NULL);
  (void)op;
  il_buf_f(out, "%s: ", plan->table);
  if (s->col[IL_SC_CRON] >= 0) {
    il_buf_f(out, "%s is a cron expression", il_col_name(plan, s->col[IL_SC_CRON]));
    if (s->fields) il_buf_f(out, " of %d fields", s->fields);
    il_buf_str(out, " that fires some day");
  }
  if (s->col[IL_SC_ZONE] >= 0)
    il_buf_f(out, "%s%s is the name of a time zone", s->col[IL_SC_CRON] >= 0 ? ", " : "",
             il_col_name(plan, s->col[IL_SC_ZONE]));
  il_buf_str(out, s->col[IL_SC_CRON] < 0 && s->col[IL_SC_ZONE] < 0 ? "what says when can be read."
                                                                   : ".");
}

static void describe_limit(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is a number from %s to %s.", plan->table, il_col_name(plan, op->cols[0]),
           op->words[0], op->words[1]);
}

static void describe_next(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out,
           "%s.%s is the next slot: the database computes it when a schedule is made, changed or "
           "turned on, schedule_tick moves it on, and nobody else writes it; NULL while it is off.",
           plan->table, il_col_name(plan, op->cols[0]));
}

const il_role il_role_schedule = {.name = "schedule",
                                  .bind = il_schedule_bind,
                                  .compile = compile,
                                  .check = check,
                                  .describe = describe};
const il_role il_role_schedule_definition = {.name = ".schedule_definition",
                                             .compile = compile_definition,
                                             .check = check_definition,
                                             .describe = describe_definition};
const il_role il_role_schedule_limit = {.name = ".schedule_limit",
                                        .if_changed = 1,
                                        .compile = compile_limit,
                                        .check = check_limit,
                                        .describe = describe_limit};
const il_role il_role_schedule_next = {.name = ".schedule_next",
                                       .compile = compile_next,
                                       .given = given_next,
                                       .check = check_next,
                                       .fill = fill_next,
                                       .index = index_next,
                                       .describe = describe_next};
