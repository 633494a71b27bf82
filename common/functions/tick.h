/*
** tick.h: the jobs that make time pass. interlock_tick() goes over the guarded tables and gives
** each job those whose plan concerns it. A job is one file of common/functions and one line of
** tick_jobs.def; the framework (tick.c) does the rest:
**
** - a job is asked by has() once for every guarded table, by due() for those it has, and runs only
**   when something is due: a tick that finds nothing writes nothing;
** - a batch is one savepoint or subtransaction: what fails is undone, noted in interlock_activity
**   and does not keep other batches, tables and jobs waiting. A job that wants to lose one row and
**   not the batch uses il_tick_try for the row;
** - batches of all jobs take turns until nothing is due or the limit of the tick is reached;
** - in SQLite a batch holds the write lock before it reads anything; in PostgreSQL any number of
**   sessions tick at once, so a job takes rows that nobody holds (FOR UPDATE SKIP LOCKED by key).
*/
#ifndef IL_TICK_H
#define IL_TICK_H
#include "functions/inner.h"

/* One job on one table, for the time of a tick. */
typedef struct il_tick {
  il_call *call; /* its arena is the batch's: what is allocated there is gone with the batch */
  const struct il_job *job;
  il_target target;   /* the table */
  const char *schema; /* of the table */
  int64_t room;       /* in a batch: how many things it may do, at least 1 */
  int more;           /* set by batch: there may be more, call again */
  /* The job's own: where it goes on. Both are 0 when the tick begins. */
  int step;
  int64_t skip; /* rows that stay due, to be stepped over */
  /* What came of it. */
  int64_t done, failed, ms;
  const char *error; /* the first */
  /* The framework's. */
  struct il_tick *next;
  int waits;      /* is due, and has not had its turn */
  int fatal;      /* the transaction cannot be saved: the tick ends with what *err says */
  il_arena *kept; /* lives until the tick ends */
} il_tick;

typedef struct il_job {
  const char *name; /* as interlock_activity shows it */
  /* Does the plan concern it? A walk over the plan's operations; no statement. */
  int (*has)(const il_plan *plan);
  /* Is something due? Reads as little as it can: one indexed look. May throw. */
  il_kind (*due)(il_tick *t, int *due /*out*/, il_error *err);
  /* Does up to t->room things, adds them by il_tick_did, and sets t->more when there may be more.
  ** May throw; then everything that this call did and counted is undone. "acting", "payload" and
  ** "permit" of the port are cleared after it. */
  il_kind (*batch)(il_tick *t, il_error *err);
} il_job;

/* n things are done. */
void il_tick_did(il_tick *t, int64_t n);
/* Runs fn and undoes it when it fails; the failure is noted and counted in t->failed. *ok (may be
** NULL) is 1 when it did not fail. IL_OK unless the batch itself must end (out of memory). */
il_kind il_tick_try(il_tick *t, il_kind (*fn)(void *ctx, il_error *err), void *ctx, int *ok /*out*/,
                    il_error *err);

#define IL_JOB(name) extern const il_job il_job_##name;
#include "functions/tick_jobs.def"
#undef IL_JOB

#endif
