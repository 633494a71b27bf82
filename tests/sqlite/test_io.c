/*
** test_io.c: the disk fails at every write, sync, truncation, opening and deletion in turn, once and for good. A guarded statement is
** then done or undone, as a whole; the file is intact, every stored row keeps its rules, and the connection goes on.
*/
#include "host.h"
#include <string.h>

/* ---- a VFS that fails on demand --------------------------------------------------------------- */

static sqlite3_vfs *real;
static struct {
  long count, fail_at; /* fail_at 0: never */
  int forever, full;   /* full: the disk is, instead of broken */
} inject;

static int fails_now(void) {
  if (!inject.fail_at) {
    inject.count++;
    return 0;
  }
  inject.count++;
  return inject.count == inject.fail_at || (inject.forever && inject.count > inject.fail_at);
}

typedef struct file {
  sqlite3_file base; /* the real one follows */
} file;

static sqlite3_file *inner(sqlite3_file *f) {
  return (sqlite3_file *)((file *)f + 1);
}

static int f_close(sqlite3_file *f) {
  sqlite3_file *r = inner(f);
  return r->pMethods ? r->pMethods->xClose(r) : SQLITE_OK;
}
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
  return inner(f)->pMethods->xRead(inner(f), p, n, at);
}
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
  if (fails_now()) return inject.full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  return inner(f)->pMethods->xWrite(inner(f), p, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n) {
  return fails_now() ? SQLITE_IOERR_TRUNCATE : inner(f)->pMethods->xTruncate(inner(f), n);
}
static int f_sync(sqlite3_file *f, int flags) { /* no power is lost here: need not be done */
  (void)f, (void)flags;
  return fails_now() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
static int f_size(sqlite3_file *f, sqlite3_int64 *n) {
  return inner(f)->pMethods->xFileSize(inner(f), n);
}
static int f_lock(sqlite3_file *f, int level) {
  return inner(f)->pMethods->xLock(inner(f), level);
}
static int f_unlock(sqlite3_file *f, int level) {
  return inner(f)->pMethods->xUnlock(inner(f), level);
}
static int f_reserved(sqlite3_file *f, int *out) {
  return inner(f)->pMethods->xCheckReservedLock(inner(f), out);
}
static int f_control(sqlite3_file *f, int op, void *arg) {
  return inner(f)->pMethods->xFileControl(inner(f), op, arg);
}
static int f_sector(sqlite3_file *f) {
  return inner(f)->pMethods->xSectorSize(inner(f));
}
static int f_device(sqlite3_file *f) {
  return inner(f)->pMethods->xDeviceCharacteristics(inner(f));
}
static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
  return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
}
static int f_shm_lock(sqlite3_file *f, int from, int n, int flags) {
  return inner(f)->pMethods->xShmLock(inner(f), from, n, flags);
}
static void f_shm_barrier(sqlite3_file *f) {
  inner(f)->pMethods->xShmBarrier(inner(f));
}
static int f_shm_unmap(sqlite3_file *f, int remove) {
  return inner(f)->pMethods->xShmUnmap(inner(f), remove);
}

static const sqlite3_io_methods methods = {
    2,          f_close,       f_read,      f_write,   f_truncate, f_sync,   f_size,
    f_lock,     f_unlock,      f_reserved,  f_control, f_sector,   f_device, f_shm_map,
    f_shm_lock, f_shm_barrier, f_shm_unmap, NULL,      NULL};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out) {
  int rc;
  (void)vfs;
  f->pMethods = NULL;
  if (fails_now()) return SQLITE_CANTOPEN;
  rc = real->xOpen(real, name, inner(f), flags, out);
  if (rc == SQLITE_OK) f->pMethods = &methods;
  return rc;
}
static int v_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs;
  return fails_now() ? SQLITE_IOERR_DELETE : real->xDelete(real, name, sync);
}

static void make_vfs(void) {
  static sqlite3_vfs vfs;
  real = sqlite3_vfs_find(NULL);
  vfs = *real;
  vfs.zName = "failing";
  vfs.szOsFile = (int)sizeof(file) + real->szOsFile;
  vfs.xOpen = v_open;
  vfs.xDelete = v_delete;
  vfs.pNext = NULL;
  sqlite3_vfs_register(&vfs, 0);
}

/* ---- one statement, failing at every point ---------------------------------------------------- */

static const char STATE[] =
    "SELECT (SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)) || ' '"
    " || (SELECT group_concat(id || status || version) FROM (SELECT * FROM runs ORDER BY id)) || "
    "(SELECT count(*) FROM run_events)";

static char work[512], template[512]; /* the file at hand is a copy of the other */

static void copy_file(const char *from, const char *to) {
  char block[65536];
  size_t n;
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  while (in && out && (n = fread(block, 1, sizeof block, in)) > 0)
    fwrite(block, 1, n, out);
  if (in) fclose(in);
  if (out) fclose(out);
}

static sqlite3 *fresh(const char *path) {
  sqlite3 *db = NULL;
  remove_db(path);
  copy_file(template, path);
  if (sqlite3_open_v2(path, &db, READ_WRITE, "failing") != SQLITE_OK || load(db, NULL)) exit(1);
  query(db, "PRAGMA cache_size = 3; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON");
  query(db, "SELECT count(*) FROM sqlite_schema");
  return db;
}

/* What is wrong after a failure, or NULL. rc is what the statement answered. */
static const char *wrong(sqlite3 *db, const char *path, int rc, const char *before,
                         const char *after) {
  static char left[8192];
  sqlite3 *other;
  const char *bad = NULL;
  int code = rc & 0xff;
  if (rc != SQLITE_OK && code != SQLITE_IOERR && code != SQLITE_FULL && code != SQLITE_CANTOPEN)
    return "another error than the disk's";
  if (!sqlite3_get_autocommit(db)) query(db, "ROLLBACK");
  if (!strstr(query(db, "UPDATE runs SET status = 'new' WHERE id = 'r2'"), "error 1811"))
    return "the connection does not go on guarding";
  sqlite3_close(db);
  other = open_db(path); /* plays a journal back that is left over */
  snprintf(left, sizeof left, "%s", query(other, STATE));
  if (strcmp(left, after) != 0 && (rc == SQLITE_OK || strcmp(left, before) != 0)) bad = left;
  if (strcmp(query(other, "PRAGMA integrity_check"), "ok") != 0) bad = "the file is damaged";
  if (strcmp(query(other, "SELECT count(*) FROM interlock_verify()"), "0") != 0)
    bad = "a stored row breaks a rule";
  if (strcmp(query(other, "SELECT count(*) FROM interlock_doctor() WHERE \"table\" IS NOT NULL"),
             "0") != 0)
    bad = "a guard is not whole";
  sqlite3_close(other);
  return bad;
}

static void sweep(const char *sql, const char *what) {
  const char *path = work;
  char before[8192], after[8192];
  long points = 0, failed = 0;
  int bad = 0;
  sqlite3 *db = fresh(path);
  snprintf(before, sizeof before, "%s", query(db, STATE));
  inject.count = 0;
  runs(db, sql, what);
  long count = inject.count;
  snprintf(after, sizeof after, "%s", query(db, STATE));
  sqlite3_close(db);
  for (int way = 0; way < 3; way++) {
    for (long at = 1; at <= count; at += count / 30 + 1) {
      db = fresh(path);
      inject.forever = way == 1;
      inject.full = way == 2;
      inject.count = 0;
      inject.fail_at = at;
      int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
      rc = rc == SQLITE_ERROR ? sqlite3_errcode(db) : rc;
      inject.fail_at = 0;
      points++;
      failed += rc != SQLITE_OK;
      const char *why = wrong(db, path, rc, before, after);
      if (why && bad++ < 3) printf("# %s, way %d, at %ld: %d, %s\n", what, way, at, rc, why);
    }
  }
  test_ok(bad == 0 && failed > points / 2, "%s: %ld points, %ld failures, nothing half done", what,
          points, failed);
}

static void mode(const char *journal) {
  const char *path = template;
  char sql[200];
  sqlite3 *db;
  remove_db(path);
  db = open_db(path);
  snprintf(sql, sizeof sql, "PRAGMA journal_mode = %s", journal);
  gives(db, sql, journal, journal);
  runs(db,
       RUNS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
            "INSERT INTO runs(id, status, note) SELECT 'r' || i, 'new', '{}' FROM n;"
            "UPDATE runs SET status = 'running' WHERE id IN ('r1', 'r2')",
       "rows");
  query(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close(db);
  sweep("UPDATE runs SET status = 'running' WHERE status = 'new'",
        "an UPDATE with events and stamps");
  sweep("SELECT fsm_transition('runs', 'r1', 'done')", "fsm_transition");
  sweep("BEGIN; SAVEPOINT a; UPDATE runs SET status = 'done' WHERE id = 'r1'; RELEASE a;"
        "INSERT INTO runs(id, status) VALUES ('x', 'new'); COMMIT",
        "a transaction");
  sweep("SELECT interlock_install('spine')", "interlock_install");
  sweep("SELECT interlock_apply(replace(interlock_rulebook('runs'), 'R-5', 'R-55'))",
        "interlock_apply");
}

int main(void) {
  sqlite3_initialize();
  make_vfs();
  snprintf(work, sizeof work, "%s", scratch("io.db"));
  snprintf(template, sizeof template, "%s", scratch("io-template.db"));
  mode("delete");
  mode("wal");
  return test_end();
}
