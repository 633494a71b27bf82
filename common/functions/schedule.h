/*
** schedule.h: what schedule.c and schedule_tick.c share: the rows of a table of schedules.
*/
#ifndef IL_SCHEDULE_FUNCTIONS_H
#define IL_SCHEDULE_FUNCTIONS_H
#include "functions/tick.h"
#include "roles/schedule.h"

/* A table of schedules and that of its runs, for the time of a batch. */
typedef struct il_scheduler {
  il_tick *t;
  const il_schedule *s;
  const il_plan *run_plan; /* NULL: it has no runs */
  const char *run_table;   /* quoted schema.table */
  int64_t now;
  /* The columns of a schedule's row as selected: key, next, then those there are. */
  const char *list;
  int at[IL_SC_COLS]; /* where a column is; -1 */
  int names;          /* where those are that a run takes over */
  int id;             /* the runs' key is a text that is made here */
  il_rows *out;       /* NULL: nobody wants to see what was done */
} il_scheduler;

/* Everything but out. IL_NO_OBJECT when the rulebook says nothing of schedules. */
il_kind il_scheduler_start(il_scheduler *c, il_tick *t, il_error *err);
/* What a selected row says of when; v has room for IL_SC_TYPE + 1. */
il_kind il_scheduler_timing(const il_scheduler *c, const il_value *row, il_timing *out,
                            il_error *err);
/* `"enabled" = 1 AND ` or what stands for it; "" when every schedule is on. */
void il_scheduler_enabled(const il_scheduler *c, il_buf *sql);
/* Reads by an index whatever the statistics say: those of the runs are from before this tick. */
il_kind il_scheduler_read(const il_scheduler *c, const char *sql, const il_value *args, int n,
                          il_rows *rows, il_error *err);
/* Puts one row into what schedule_tick shows; nothing when nobody looks. */
il_kind il_scheduler_tell(il_scheduler *c, const il_value *schedule, int64_t at, const char *status,
                          const char *reason, const il_value *run, il_error *err);

/* schedule_runs.c: runs that nobody begins or ends in time. Both do up to t->room and say in
** *rows how many they looked at. */
il_kind il_runs_stale(il_scheduler *c, int only_look, int *rows /*out*/, il_error *err);
il_kind il_runs_expired(il_scheduler *c, int only_look, int *rows /*out*/, il_error *err);

/* One batch of the job `schedule`; out as in il_scheduler. */
il_kind il_schedule_batch(il_tick *t, il_rows *out, il_error *err);

#endif
