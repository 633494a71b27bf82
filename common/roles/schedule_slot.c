/*
** schedule_slot.c: the slot of a run (.schedule_slot): which schedule and when. It never changes,
** and is written in one way, so that the unique index sees two spellings of an instant as the same
** slot. Columns: the instant, the schedule, the state's, and where there is one the end of the
** lease. Words: states "p<code>" pending, "r<code>" running.
*/
#include "roles.h"
#include "schedule.h"
#include "../values/instant.h"

typedef struct open_states {
  il_code pending, running;
} open_states;

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  open_states *o = il_arena_alloc(arena, sizeof *o);
  (void)plan;
  if (!o) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = o;
  return (op->ncols == 3 || op->ncols == 4) && op->nwords == 2 && op->words[0][0] == 'p' &&
                 op->words[1][0] == 'r' && il_code_read(op->words[0] + 1, &o->pending) &&
                 il_code_read(op->words[1] + 1, &o->running) &&
                 il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)
             ? IL_OK
             : il_word_error(op, err, "expected an instant, a schedule, a state and two of it");
}

/* Runs that wait or run, by their schedule; those that run, by when their lease ends. There are
** few of them, whatever the history has. */
static int index_sql(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                     il_buf *columns, il_buf *where) {
  const open_states *o = op->compiled;
  const char *state = il_col_name(plan, op->cols[2]);
  if (k > 1 || (k == 1 && op->ncols < 4)) return 0;
  if (k == 0) {
    *what = "open";
    il_buf_f(columns, postgres ? "%I, %I" : "%I, instant_us(%I)", il_col_name(plan, op->cols[1]),
             il_col_name(plan, op->cols[0]));
    il_buf_f(where, "%I = ", state);
    il_code_sql(&o->pending, where);
    il_buf_str(where, " OR ");
  } else {
    *what = "leases";
    il_buf_f(columns, postgres ? "%I" : "instant_us(%I)", il_col_name(plan, op->cols[3]));
  }
  il_buf_f(where, "%I = ", state);
  il_code_sql(&o->running, where);
  return 1;
}

/* Whether the instant is to be written anew; *us is it. */
static int is_other(const il_value *v, int64_t *us) {
  char text[32];
  il_error why;
  if (v->type == IL_T_NULL || il_value_instant(v, us, &why) != IL_OK) return 0;
  if (v->type == IL_T_INSTANT) return *us != il_whole_ms(*us);
  return v->n != 24 || memcmp(v->p, il_instant_format(*us, text), 24) != 0;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value v;
  int64_t us;
  if (row->stored || row->event == IL_EV_INSERT) v = il_row_value(row, IL_NEW, op->cols[0]);
  if (row->stored)
    return !is_other(&v, &us) ? IL_OK
                              : il_refuse(err, row, op, op->cols[0], IL_RULE,
                                          "%s.%s must be whole milliseconds, written as "
                                          "2026-01-31T12:00:00.000Z: a slot is one row",
                                          row->plan->table, il_col_name(row->plan, op->cols[0]));
  if (row->event == IL_EV_INSERT) {
    if (is_other(&v, &us)) *work |= IL_WORK_FILL;
    return IL_OK;
  }
  for (int i = 0; i < 2; i++)
    if (row->differs(row, op->cols[i]))
      return il_refuse(err, row, op, op->cols[i], IL_RULE, "%s.%s cannot change", row->plan->table,
                       il_col_name(row->plan, op->cols[i]));
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  il_value v;
  int64_t us;
  if (row->event != IL_EV_INSERT || n >= max) return n;
  v = il_row_value(row, IL_NEW, op->cols[0]);
  if (!is_other(&v, &us)) return n;
  fills[n].col = op->cols[0];
  fills[n].value = il_instant(il_whole_ms(us));
  return n + 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out,
           "%s: %s and %s never change; the instant is written in one way, in whole milliseconds.",
           plan->table, il_col_name(plan, op->cols[0]), il_col_name(plan, op->cols[1]));
}

const il_role il_role_schedule_slot = {.name = ".schedule_slot",
                                       .compile = compile,
                                       .check = check,
                                       .fill = fill,
                                       .index = index_sql,
                                       .describe = describe};
