/*
** worker.h: the background worker that calls interlock_tick().
**
** launcher.c  one process of the cluster: keeps a worker running for each database of
**             interlock.databases
** worker.c    one process for each such database: ticks
** shown.c     what the workers did last, in shared memory, for interlock_activity()
**
** No correctness rests on any of them: whoever calls interlock_tick() makes time pass.
*/
#ifndef IL_WORKER_H
#define IL_WORKER_H
#include "pg.h"

#include "utils/timestamp.h"

/* ---- launcher.c: the settings, and what _PG_init does ---- */
extern char *il_worker_databases; /* SplitIdentifierString's list */
extern char *il_worker_role;      /* "": every table is ticked as its owner */
extern int il_worker_interval;    /* ms between ticks */
extern int il_worker_limit;       /* things done in one tick of one owner */
extern int il_worker_timeout;     /* ms for one batch */
/* Defines the settings; registers the launcher when the library is being preloaded. */
extern void il_worker_init(void);
extern PGDLLEXPORT void il_launcher_main(Datum arg);

/* ---- worker.c ---- */
extern PGDLLEXPORT void il_worker_main(Datum arg);

/* ---- shown.c ---- */
extern void il_shown_request(void); /* preload: asks for shared memory */
/* Makes this process the worker of a database; false: it has one that is alive. */
extern bool il_shown_claim(Oid database);
/* error NULL: none */
extern void il_shown_put(TimestampTz at, int64 ms, int64 done, const char *error);
/* What the worker of this database did last, one row as of interlock_activity; none without one. */
extern il_kind il_shown_get(il_row_fn each, void *ctx, il_error *err);

#endif
