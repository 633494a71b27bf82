/*
** worker.c: ticks in one database, until it is told to stop.
**
** The process is a superuser's, and runs no SQL as such: it finds the extension, its function and
** the owners of guarded tables in the catalogs. Then it calls interlock_tick() once for each owner,
** in a transaction in which it is that owner from beginning to commit and cannot become anybody
** else. So what the triggers of a table do is done as the table's owner, deferred triggers too, and
** nobody's tick touches tables of others. What such code leaves in the session (settings, temporary
** tables, prepared statements, locks) is thrown away after each tick.
**
** Between ticks there is no transaction and no snapshot. Somebody who wants to drop or rename the
** database finds it free within two seconds.
*/
#include "worker.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/async.h"
#include "commands/extension.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/catcache.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"

enum { LOOK_MS = 2000, BUSY_MAX = 1000 };

bool il_pg_own_only;   /* a tick keeps to the tables of its user */
int il_pg_batch_limit; /* ms for what runs in port->attempt; 0: no limit of its own */

static Oid tick_function;
static List *owners;               /* Oids, in TopMemoryContext */
static volatile bool stale = true; /* both may be others by now */

/* ---- finding out ---------------------------------------------------------------------------- */

static void forget(Datum arg, Oid relid) {
  (void)arg, (void)relid;
  stale = true;
}

/* interlock_tick of the extension, wherever it was put; InvalidOid: it is not in this database. */
static Oid find_function(void) {
  Oid extension = get_extension_oid("interlock", true), found = InvalidOid;
  CatCList *list;

  if (!OidIsValid(extension)) return InvalidOid;
  list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum("interlock_tick"));
  for (int i = 0; i < list->n_members; i++) {
    Form_pg_proc p = (Form_pg_proc)GETSTRUCT(&list->members[i]->tuple);
    if (p->prolang == ClanguageId && p->pronargs == 1 &&
        getExtensionOfObject(ProcedureRelationId, p->oid) == extension)
      found = p->oid;
  }
  ReleaseSysCacheList(list);
  return found;
}

static Oid owner_of(Oid relid) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  Oid owner = InvalidOid;

  if (!HeapTupleIsValid(tuple)) return InvalidOid;
  if (((Form_pg_class)GETSTRUCT(tuple))->relpersistence != RELPERSISTENCE_TEMP)
    owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return owner;
}

static void find_owners(void) {
  Relation rel = table_open(TriggerRelationId, AccessShareLock);
  SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
  List *all = NIL;
  HeapTuple tuple;
  MemoryContext old;

  while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
    Form_pg_trigger t = (Form_pg_trigger)GETSTRUCT(tuple);
    Oid owner;
    if (t->tgisinternal || strncmp(NameStr(t->tgname), "interlock_", 10) != 0) continue;
    owner = owner_of(t->tgrelid);
    if (OidIsValid(owner)) all = list_append_unique_oid(all, owner);
  }
  systable_endscan(scan);
  table_close(rel, AccessShareLock);
  old = MemoryContextSwitchTo(TopMemoryContext);
  list_free(owners);
  owners = list_copy(all);
  MemoryContextSwitchTo(old);
}

/* Somebody waits for everybody to leave the database, or is about to rename or copy it. */
static bool is_wanted(void) {
  LOCKTAG tag;

  SET_LOCKTAG_OBJECT(tag, InvalidOid, DatabaseRelationId, MyDatabaseId, 0);
  return LockAcquire(&tag, RowExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL;
}

/* In a transaction of its own; ends the process when the database is wanted. */
static void look(void) {
  SetCurrentStatementStartTimestamp();
  StartTransactionCommand();
  if (is_wanted()) {
    CommitTransactionCommand();
    ereport(DEBUG1, (errmsg_internal("interlock worker makes way")));
    proc_exit(0);
  }
  CommitTransactionCommand();
}

static void find_out(void) {
  SetCurrentStatementStartTimestamp();
  StartTransactionCommand();
  if (stale || !SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(tick_function))) {
    stale = false; /* what comes while looking counts */
    PushActiveSnapshot(GetTransactionSnapshot());
    tick_function = find_function();
    if (OidIsValid(tick_function) && !*il_worker_role) find_owners();
    PopActiveSnapshot();
  }
  CommitTransactionCommand();
}

/* ---- one tick ------------------------------------------------------------------------------- */

/* Nothing of what an owner's code did to the session stays. */
static void clean(void) {
  StartTransactionCommand();
  PortalHashTableDeleteAll();
  ResetAllOptions();
  DropAllPreparedStatements();
  Async_UnlistenAll();
  LockReleaseAll(USER_LOCKMETHOD, true);
  ResetTempTableNamespace();
  ResetSequenceCaches();
  CommitTransactionCommand();
}

static int64 tick_as(Oid owner) {
  Oid user;
  int context;
  int64 done;

  SetCurrentStatementStartTimestamp();
  StartTransactionCommand();
  PushActiveSnapshot(GetTransactionSnapshot());
  GetUserIdAndSecContext(&user, &context);
  if (OidIsValid(owner)) {
    il_pg_own_only = true;
    SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE);
  }
  il_pg_batch_limit = il_worker_timeout;
  done = DatumGetInt64(OidFunctionCall1(tick_function, Int64GetDatum(il_worker_limit)));
  if (done > 0) Async_Notify("interlock", psprintf(INT64_FORMAT, done));
  il_pg_batch_limit = 0;
  PopActiveSnapshot();
  CommitTransactionCommand();
  SetUserIdAndSecContext(user, context);
  clean();
  return done;
}

/* Once the same is logged until something else happens; interlock_activity shows it. */
static void failed(char *error, size_t size) {
  static char last[256];
  MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
  ErrorData *edata = CopyErrorData();

  HOLD_INTERRUPTS();
  disable_all_timeouts(false);
  QueryCancelPending = false;
  il_pg_batch_limit = 0;
  if (strncmp(last, edata->message, sizeof last - 1) != 0) EmitErrorReport();
  strlcpy(last, edata->message, sizeof last);
  strlcpy(error, edata->message, size);
  FlushErrorState();
  FreeErrorData(edata);
  AbortCurrentTransaction();
  MemoryContextSwitchTo(context);
  RESUME_INTERRUPTS();
}

static int64 tick_safely(Oid owner, char *error, size_t size) {
  volatile int64 done = 0;
  MemoryContext context = CurrentMemoryContext;

  PG_TRY();
  { done = tick_as(owner); }
  PG_CATCH();
  {
    failed(error, size);
    clean();
  }
  PG_END_TRY();
  il_pg_own_only = false;
  MemoryContextSwitchTo(context);
  return done;
}

/* true: there is more to do at once. */
static bool round_of_ticks(void) {
  TimestampTz from = GetCurrentTimestamp();
  instr_time begin, end;
  char error[512] = "";
  int64 done = 0;
  bool more = false;
  ListCell *lc;
  List *now;

  INSTR_TIME_SET_CURRENT(begin);
  pgstat_report_activity(STATE_RUNNING, "interlock_tick()");
  find_out();
  if (!OidIsValid(tick_function)) return false;
  now = *il_worker_role ? list_make1_oid(InvalidOid) : list_copy(owners);
  foreach (lc, now) {
    int64 n = tick_safely(lfirst_oid(lc), error, sizeof error);
    more |= n >= il_worker_limit;
    done += n;
  }
  list_free(now);
  INSTR_TIME_SET_CURRENT(end);
  INSTR_TIME_SUBTRACT(end, begin);
  il_shown_put(from, (int64)INSTR_TIME_GET_MILLISEC(end), done, error[0] ? error : NULL);
  if (done > 0) pgstat_report_stat(false);
  return more;
}

/* ---- the process ---------------------------------------------------------------------------- */

static void reload(void) {
  char *role = pstrdup(il_worker_role);

  ConfigReloadPending = false;
  ProcessConfigFile(PGC_SIGHUP);
  if (strcmp(role, il_worker_role) != 0) proc_exit(0); /* the next one is the other role */
  pfree(role);
}

/* Until the next tick, looking every now and then whether the database is wanted. */
static void rest(void) {
  instr_time begin, now;
  long left = il_worker_interval;

  pgstat_report_activity(STATE_IDLE, NULL);
  pgstat_report_stat(true);
  INSTR_TIME_SET_CURRENT(begin);
  while (left > 0) {
    int what = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                         left < LOOK_MS ? left : LOOK_MS, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending) reload();
    if (what & WL_TIMEOUT) look();
    INSTR_TIME_SET_CURRENT(now);
    INSTR_TIME_SUBTRACT(now, begin);
    left = il_worker_interval - (long)INSTR_TIME_GET_MILLISEC(now);
  }
}

static void begin(void) {
  static const char *const settings[][2] = {{"application_name", "interlock worker"},
                                            {"lock_timeout", "2s"},
                                            {"statement_timeout", "0"},
                                            {"idle_in_transaction_session_timeout", "0"},
                                            {"default_transaction_isolation", "read committed"},
                                            {"default_transaction_read_only", "off"},
                                            {"session_replication_role", "origin"}};

  for (size_t i = 0; i < lengthof(settings); i++)
    SetConfigOption(settings[i][0], settings[i][1], PGC_SUSET, PGC_S_OVERRIDE);
  CacheRegisterRelcacheCallback(forget, 0);
}

void il_worker_main(Datum arg) {
  (void)arg;
  pqsignal(SIGHUP, SignalHandlerForConfigReload);
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  BackgroundWorkerInitializeConnection(MyBgworkerEntry->bgw_extra,
                                       *il_worker_role ? il_worker_role : NULL, 0);
  if (!il_shown_claim(MyDatabaseId)) proc_exit(0);
  begin();
  for (;;) {
    bool more = true;

    for (int i = 0; more && i < BUSY_MAX; i++) {
      CHECK_FOR_INTERRUPTS();
      if (ConfigReloadPending) reload();
      look();
      more = round_of_ticks();
    }
    rest();
  }
}
