/*
** schedule.h: a table of schedules as its plan describes it, and when a schedule is due.
**
** A schedule says when in one of three ways: a cron expression in a zone, an interval in seconds,
** or one instant. `next` is the slot that comes next: only the database writes it. What a slot
** became is a row of the runs' table.
**
** Instants of slots are whole milliseconds: SQLite's texts have no more.
*/
#ifndef IL_SCHEDULE_H
#define IL_SCHEDULE_H
#include "../rules/plan.h"
#include "../time/cron.h"
#include "roles.h"

#define IL_SCHEDULE_SECONDS_MAX INT64_C(3155760000) /* of an interval or a grace: 100 years */

/* Columns of the schedules' table: names of members of the role, and places in il_schedule.col.
** Those before IL_SC_ZONE say in which way a schedule runs, those up to IL_SC_ENABLED say when. */
enum {
  IL_SC_CRON,
  IL_SC_INTERVAL,
  IL_SC_AT,
  IL_SC_ZONE,
  IL_SC_TYPE,
  IL_SC_ENABLED,
  IL_SC_NEXT,
  IL_SC_MAX,
  IL_SC_GRACE,
  IL_SC_LAST,
  IL_SC_LAST_STATUS,
  IL_SC_ERROR,
  IL_SC_COLS
};
enum { IL_SC_WAYS = 3, IL_SC_WHEN = IL_SC_ENABLED };

/* Columns of the runs' table. */
enum {
  IL_SR_SCHEDULE,
  IL_SR_AT,
  IL_SR_STATUS,
  IL_SR_REASON,
  IL_SR_ERROR,
  IL_SR_LEASE,
  IL_SR_ATTEMPTS,
  IL_SR_COLS
};

/* States of a run. */
enum {
  IL_SS_PENDING,
  IL_SS_RUNNING,
  IL_SS_SKIPPED,
  IL_SS_MISSED,
  IL_SS_FAILED,
  IL_SS_COMPLETED,
  IL_SS_STATES
};

enum { IL_SC_NAMES_MAX = 16 };

/* Compiled form of a `schedule` operation. */
typedef struct il_schedule {
  int col[IL_SC_COLS];          /* plan columns; -1: there is none */
  const char *type[IL_SC_WAYS]; /* what the type column holds for each way */
  int fields;                   /* 5, 6 or 7 fields only; 0: any */
  int enabled_is_bool;          /* PostgreSQL: "enabled" is a condition by itself */
  int64_t max, grace;           /* where no column says; -1: no limit */
  const char *runs;             /* the runs' table; NULL: none, and the rest means nothing */
  const char *run[IL_SR_COLS];  /* its columns by name; NULL: there is none */
  il_code state[IL_SS_STATES];
  const char *state_name[IL_SS_STATES];
  int nnames; /* columns of a run that take over what the schedule holds */
  struct il_schedule_name {
    const char *run, *schedule;
  } name[IL_SC_NAMES_MAX];
} il_schedule;

/* The schedule of a plan, NULL when it has none; *op may be NULL. */
const il_schedule *il_plan_schedule(const il_plan *plan, const il_op **op /*out*/);

/* `prefix`status = 'PENDING' OR … = 'RUNNING', as the index of open runs has it. */
void il_schedule_open_sql(const il_schedule *s, const char *prefix, il_buf *out);

/* schedule_bind.c */
il_kind il_schedule_bind(il_binder *b, const cJSON *json);

/* ---- when: schedule_timing.c ---- */

typedef struct il_timing {
  int way; /* IL_SC_CRON, IL_SC_INTERVAL, IL_SC_AT; -1: none, col says which column is to blame */
  int col; /* IL_SC_… of the column that an error is about */
  il_cron cron;
  const il_zone *zone; /* good until the next il_zone_get: compute before a statement runs */
  int64_t every;       /* microseconds */
  int64_t at;          /* whole milliseconds */
} il_timing;

/* Reads what v[] says, indexed by IL_SC_CRON … IL_SC_TYPE (NULL value where there is no column).
** IL_ARGUMENT with the message of the parser, or with the one that says which columns must be
** empty; out->col is the column to blame. */
il_kind il_timing_read(const il_schedule *s, const il_value *v, il_zone_cache *zones,
                       il_timing *out, il_error *err);
/* Which way a schedule runs, and whether the other columns are empty: the part of il_timing_read
** that looks into no value but the type's. what: how the refusal goes on after the column's name. */
int il_timing_way(const il_schedule *s, const il_value *v, int *col /*out*/,
                  const char **what /*out*/);
/* Whether the values count as on: not NULL, not 0. */
int il_schedule_on(const il_value *enabled);

/* The slot that a new definition starts with: 1 and *next, or 0 when there is none. born: the row
** is being inserted, and an instant counts even when it has passed. */
int il_timing_first(const il_timing *t, int64_t now, int born, int64_t *next /*out*/);
/* The slots from..now, where from is the stored next: how many, the newest, the one before it. */
typedef struct il_slots {
  int64_t n, newest, before;
} il_slots;
void il_timing_due(const il_timing *t, int64_t from, int64_t now, il_slots *out /*out*/);
/* The first slot after now of a schedule whose last anchor is from; 0: there is none. */
int il_timing_after(const il_timing *t, int64_t from, int64_t now, int64_t *next /*out*/);

static inline int64_t il_whole_ms(int64_t us) {
  return us - (us % 1000 + 1000) % 1000;
}

#endif
