/*
** launcher.c: keeps one worker running for each database of interlock.databases.
**
**   shared_preload_libraries = 'interlock'
**   interlock.databases      list      where to tick (default: nowhere)
**   interlock.tick_interval  time      between ticks (1s)
**   interlock.tick_limit     number    of things in one tick (1000)
**   interlock.tick_timeout   time      for one batch of a tick (10s)
**   interlock.worker_role    role      who ticks; empty: the owner of each table
**
** All of them can be changed while the server runs. The launcher starts when recovery is over: on
** a standby after its promotion. It sleeps until a worker ends, a signal comes, or a database is to
** be tried again; it reads pg_database and pg_authid and runs no SQL.
*/
#include "worker.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/procsignal.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/varlena.h"

enum { RETRY_FIRST = 1000, RETRY_MAX = 60000, RESTART_SECONDS = 5, STEADY = 60000 };

char *il_worker_databases, *il_worker_role;
int il_worker_interval = 1000, il_worker_limit = 1000, il_worker_timeout = 10000;

/* ---- settings ------------------------------------------------------------------------------- */

static bool databases_check(char **value, void **extra, GucSource source) {
  char *copy = pstrdup(*value ? *value : "");
  List *names = NIL;
  bool ok = SplitIdentifierString(copy, ',', &names);

  (void)extra, (void)source;
  if (!ok) GUC_check_errdetail("List syntax is invalid.");
  list_free(names);
  pfree(copy);
  return ok;
}

static void register_launcher(void) {
  BackgroundWorker w = {0};

  w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  w.bgw_start_time = BgWorkerStart_RecoveryFinished;
  w.bgw_restart_time = RESTART_SECONDS;
  strlcpy(w.bgw_library_name, "interlock", BGW_MAXLEN);
  strlcpy(w.bgw_function_name, "il_launcher_main", BGW_MAXLEN);
  strlcpy(w.bgw_name, "interlock launcher", BGW_MAXLEN);
  strlcpy(w.bgw_type, "interlock launcher", BGW_MAXLEN);
  RegisterBackgroundWorker(&w);
}

void il_worker_init(void) {
  DefineCustomStringVariable("interlock.databases",
                             "Databases in which a background worker calls interlock_tick().",
                             "Needs interlock in shared_preload_libraries.", &il_worker_databases,
                             "", PGC_SIGHUP, GUC_LIST_INPUT, databases_check, NULL, NULL);
  DefineCustomStringVariable("interlock.worker_role", "Role that the background workers tick as.",
                             "Empty: every table is ticked as its owner.", &il_worker_role, "",
                             PGC_SIGHUP, 0, NULL, NULL, NULL);
  DefineCustomIntVariable("interlock.tick_interval", "Time between two ticks of a worker.", NULL,
                          &il_worker_interval, 1000, 10, 24 * 3600 * 1000, PGC_SIGHUP, GUC_UNIT_MS,
                          NULL, NULL, NULL);
  DefineCustomIntVariable("interlock.tick_limit", "Things that one tick of a worker does at most.",
                          "A worker that reaches it ticks again at once.", &il_worker_limit, 1000,
                          1, 1000000, PGC_SIGHUP, 0, NULL, NULL, NULL);
  DefineCustomIntVariable("interlock.tick_timeout", "Time that one batch of a tick may take.",
                          "A batch that takes longer is undone and noted.", &il_worker_timeout,
                          10000, 100, 24 * 3600 * 1000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
  if (!process_shared_preload_libraries_in_progress) return;
  il_shown_request();
  register_launcher();
}

/* ---- databases ------------------------------------------------------------------------------ */

typedef struct place {
  char name[NAMEDATALEN];
  BackgroundWorkerHandle *handle; /* NULL: no worker */
  TimestampTz started;
  instr_time tried; /* monotonic: a clock that jumps stops nothing */
  int wait;         /* ms after tried until the next try; 0: now */
  const char *said; /* what was logged last about it, so that it is logged once */
  bool wanted;
} place;

static List *places; /* of place *, in TopMemoryContext */

static place *place_of(const char *name) {
  ListCell *lc;
  MemoryContext old;
  place *p;

  foreach (lc, places) {
    p = lfirst(lc);
    if (strcmp(p->name, name) == 0) return p;
  }
  old = MemoryContextSwitchTo(TopMemoryContext);
  p = palloc0(sizeof *p);
  strlcpy(p->name, name, sizeof p->name);
  places = lappend(places, p);
  MemoryContextSwitchTo(old);
  return p;
}

static void read_places(void) {
  char *copy = pstrdup(il_worker_databases ? il_worker_databases : "");
  List *names = NIL;
  ListCell *lc;

  foreach (lc, places)
    ((place *)lfirst(lc))->wanted = false;
  if (SplitIdentifierString(copy, ',', &names)) {
    foreach (lc, names) {
      place *p = place_of(lfirst(lc));
      p->wanted = true;
      if (!p->handle) p->wait = 0;
    }
  }
  list_free(names);
  pfree(copy);
}

static void say(place *p, const char *what) {
  if (p->said == what) return;
  p->said = what;
  ereport(LOG, (errmsg("interlock: no worker for database \"%s\" now: %s", p->name, what)));
}

static void again_later(place *p, int least) {
  INSTR_TIME_SET_CURRENT(p->tried);
  p->wait = p->wait < RETRY_FIRST ? RETRY_FIRST : p->wait * 2;
  if (p->wait < least) p->wait = least;
  if (p->wait > RETRY_MAX) p->wait = RETRY_MAX;
}

/* Is there such a database, and such a role? NULL: yes. Reads shared catalogs only. */
static const char *obstacle(const char *name) {
  Relation rel;
  SysScanDesc scan;
  HeapTuple tuple;
  const char *why = "there is no such database";

  StartTransactionCommand();
  (void)GetTransactionSnapshot();
  rel = table_open(DatabaseRelationId, AccessShareLock);
  scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
  while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
    Form_pg_database d = (Form_pg_database)GETSTRUCT(tuple);
    if (strcmp(NameStr(d->datname), name) == 0)
      why = d->datallowconn ? NULL : "it accepts no connections";
  }
  systable_endscan(scan);
  table_close(rel, AccessShareLock);
  if (!why && *il_worker_role && !OidIsValid(get_role_oid(il_worker_role, true)))
    why = "the role of interlock.worker_role does not exist";
  CommitTransactionCommand();
  return why;
}

static bool start_worker(place *p) {
  BackgroundWorker w = {0};
  MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
  bool started;

  w.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  w.bgw_start_time = BgWorkerStart_RecoveryFinished;
  w.bgw_restart_time = BGW_NEVER_RESTART;
  strlcpy(w.bgw_library_name, "interlock", BGW_MAXLEN);
  strlcpy(w.bgw_function_name, "il_worker_main", BGW_MAXLEN);
  snprintf(w.bgw_name, BGW_MAXLEN, "interlock worker for database %s", p->name);
  strlcpy(w.bgw_type, "interlock worker", BGW_MAXLEN);
  strlcpy(w.bgw_extra, p->name, BGW_EXTRALEN);
  w.bgw_notify_pid = MyProcPid;
  started = RegisterDynamicBackgroundWorker(&w, &p->handle);
  if (!started) p->handle = NULL;
  p->started = GetCurrentTimestamp();
  MemoryContextSwitchTo(old);
  return started;
}

/* A worker that has ended: the longer it had run, the sooner the next one. */
static void look_after(place *p) {
  pid_t pid;

  if (!p->handle || GetBackgroundWorkerPid(p->handle, &pid) != BGWH_STOPPED) return;
  pfree(p->handle);
  p->handle = NULL;
  if (TimestampDifferenceExceeds(p->started, GetCurrentTimestamp(), STEADY)) p->wait = 0;
  again_later(p, RETRY_FIRST);
}

/* ms until the place wants to be looked at again, -1: never. */
static long tend(place *p) {
  instr_time now;
  const char *why;
  long left;

  look_after(p);
  if (!p->wanted) {
    if (p->handle) TerminateBackgroundWorker(p->handle);
    return -1;
  }
  if (p->handle) return -1;
  INSTR_TIME_SET_CURRENT(now);
  INSTR_TIME_SUBTRACT(now, p->tried);
  left = p->wait - (long)INSTR_TIME_GET_MILLISEC(now);
  if (p->wait > 0 && left > 0) return left;
  why = obstacle(p->name);
  if (!why && start_worker(p)) {
    p->said = NULL;
    return -1;
  }
  say(p, why ? why : "max_worker_processes is too small");
  again_later(p, 5 * RETRY_FIRST);
  return p->wait;
}

/* ---- the process ---------------------------------------------------------------------------- */

/* Its workers end with it: the next launcher starts its own. */
static void leave(int code, Datum arg) {
  ListCell *lc;

  (void)code, (void)arg;
  foreach (lc, places) {
    place *p = lfirst(lc);
    if (p->handle) TerminateBackgroundWorker(p->handle);
  }
}

void il_launcher_main(Datum arg) {
  (void)arg;
  pqsignal(SIGHUP, SignalHandlerForConfigReload);
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  BackgroundWorkerInitializeConnection(NULL, NULL, 0);
  before_shmem_exit(leave, 0);
  read_places();
  for (;;) {
    long next = -1;
    ListCell *lc;

    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending) {
      ConfigReloadPending = false;
      ProcessConfigFile(PGC_SIGHUP);
      read_places();
    }
    foreach (lc, places) {
      long left = tend(lfirst(lc));
      if (left >= 0 && (next < 0 || left < next)) next = left;
    }
    (void)WaitLatch(MyLatch, WL_LATCH_SET | (next < 0 ? 0 : WL_TIMEOUT) | WL_EXIT_ON_PM_DEATH, next,
                    PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
  }
}
