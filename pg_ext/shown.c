/*
** shown.c: what the background workers did last. For looking at; gone with a restart.
*/
#include "worker.h"

#include "catalog/pg_authid.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/shmem.h"
#include "utils/acl.h"

enum { SLOTS = 128, ERROR_MAX = 512 };

typedef struct slot {
  Oid database; /* InvalidOid: free */
  int pid;      /* of its worker; 0: it has ended */
  TimestampTz at;
  int64 ms, done;
  char error[ERROR_MAX];
} slot;

typedef struct shown {
  LWLock *lock;
  slot slots[SLOTS];
} shown;

static shown *shared; /* NULL: the library was not preloaded */
static slot *mine;
static shmem_request_hook_type next_request;
static shmem_startup_hook_type next_startup;

static void request(void) {
  if (next_request) next_request();
  RequestAddinShmemSpace(MAXALIGN(sizeof(shown)));
  RequestNamedLWLockTranche("interlock", 1);
}

static void startup(void) {
  bool found;

  if (next_startup) next_startup();
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  shared = ShmemInitStruct("interlock", sizeof(shown), &found);
  if (!found) {
    memset(shared, 0, sizeof *shared);
    shared->lock = &GetNamedLWLockTranche("interlock")->lock;
  }
  LWLockRelease(AddinShmemInitLock);
}

void il_shown_request(void) {
  next_request = shmem_request_hook;
  shmem_request_hook = request;
  next_startup = shmem_startup_hook;
  shmem_startup_hook = startup;
}

static void release(int code, Datum arg) {
  (void)code, (void)arg;
  LWLockAcquire(shared->lock, LW_EXCLUSIVE);
  if (mine && mine->pid == MyProcPid) mine->pid = 0;
  LWLockRelease(shared->lock);
}

/* The slot of a database, else one that nobody uses, else NULL. */
static slot *slot_of(Oid database) {
  slot *free = NULL;

  for (int i = 0; i < SLOTS; i++) {
    slot *s = &shared->slots[i];
    if (s->database == database) return s;
    if (!free && s->pid == 0) free = s;
  }
  return free;
}

bool il_shown_claim(Oid database) {
  slot *s;
  bool taken;

  if (!shared) return true;
  LWLockAcquire(shared->lock, LW_EXCLUSIVE);
  s = slot_of(database);
  taken = s && s->database == database && s->pid != 0 && BackendPidGetProc(s->pid) != NULL;
  if (s && !taken) {
    memset(s, 0, sizeof *s);
    s->database = database;
    s->pid = MyProcPid;
    mine = s;
  }
  LWLockRelease(shared->lock);
  if (mine) before_shmem_exit(release, 0);
  return !taken;
}

void il_shown_put(TimestampTz at, int64 ms, int64 done, const char *error) {
  if (!mine) return;
  LWLockAcquire(shared->lock, LW_EXCLUSIVE);
  mine->at = at;
  mine->ms = ms;
  mine->done = done;
  strlcpy(mine->error, error ? error : "", sizeof mine->error);
  LWLockRelease(shared->lock);
}

il_kind il_shown_get(il_row_fn each, void *ctx, il_error *err) {
  slot copy = {0};
  il_value row[6];

  if (!shared) return IL_OK;
  LWLockAcquire(shared->lock, LW_SHARED);
  for (int i = 0; i < SLOTS; i++)
    if (shared->slots[i].database == MyDatabaseId) copy = shared->slots[i];
  LWLockRelease(shared->lock);
  if (copy.at == 0) return IL_OK;
  /* Bytes that the limit cut a character from are not for a client. */
  copy.error[pg_mbcliplen(copy.error, strlen(copy.error), ERROR_MAX - 1)] = '\0';
  row[0] = il_str("worker");
  row[1] = il_null();
  row[2] = il_instant(copy.at + (int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY);
  row[3] = il_int(copy.ms);
  row[4] = il_int(copy.done);
  row[5] = il_str(copy.error[0] ? copy.error : NULL);
  if (copy.error[0] && !has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS))
    row[5] = il_str("a tick failed; who may read all statistics sees why");
  return each(ctx, row, 6, err);
}
