/*
** host.h: what the tests of the SQLite host share: connections with the library loaded, statements whose outcome is checked, and
** two small guarded tables. Beyond what conformance can show: how the library behaves towards its host process.
*/
#ifndef HOST_H
#define HOST_H
#include "test.h"
#include <dirent.h>
#include <stdint.h>
#include <sqlite3.h>
#include <unistd.h>

static inline const char *library(void) {
  const char *path = getenv("IL_SQLITE");
  return path ? path : "build/sqlite/interlock";
}

/* Loads the library. SQLITE_OK or the error, with *message (sqlite3_free). */
static inline int load(sqlite3 *db, char **message) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  return sqlite3_load_extension(db, library(), NULL, message);
}

static inline sqlite3 *open_plain(const char *path, int flags) {
  sqlite3 *db = NULL;
  if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
    printf("Bail out! cannot open %s: %s\n", path, db ? sqlite3_errmsg(db) : "out of memory");
    exit(1);
  }
  sqlite3_busy_timeout(db, 10000);
  return db;
}

enum { READ_WRITE = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };

static inline sqlite3 *open_db(const char *path) {
  sqlite3 *db = open_plain(path, READ_WRITE);
  char *message = NULL;
  if (load(db, &message) != SQLITE_OK) {
    printf("Bail out! cannot load %s: %s\n", library(), message ? message : sqlite3_errmsg(db));
    exit(1);
  }
  return db;
}

/* First value of the first row: its text, "NULL", "" (no row) or "error <extended code>: <message>". One buffer. */
static inline const char *query(sqlite3 *db, const char *sql) {
  static char out[8192];
  sqlite3_stmt *stmt = NULL;
  const char *rest = sql;
  int rc = SQLITE_OK;
  out[0] = 0;
  while (*rest && rc == SQLITE_OK) {
    rc = sqlite3_prepare_v2(db, rest, -1, &stmt, &rest);
    if (rc != SQLITE_OK || !stmt) break;
    out[0] = 0;
    for (int row = 0; (rc = sqlite3_step(stmt)) == SQLITE_ROW; row++) {
      const unsigned char *text = sqlite3_column_text(stmt, 0);
      if (row == 0) snprintf(out, sizeof out, "%s", text ? (const char *)text : "NULL");
    }
    if (rc == SQLITE_DONE) rc = SQLITE_OK;
    if (rc != SQLITE_OK) break;
    sqlite3_finalize(stmt);
    stmt = NULL;
  }
  if (rc != SQLITE_OK) {
    snprintf(out, sizeof out, "error %d: %s", sqlite3_extended_errcode(db), sqlite3_errmsg(db));
  }
  sqlite3_finalize(stmt);
  return out;
}

/* The statements succeed. */
static inline int runs(sqlite3 *db, const char *sql, const char *what) {
  const char *got = query(db, sql);
  int ok = strncmp(got, "error ", 6) != 0;
  test_ok(ok, "%s", what);
  if (!ok) printf("#   %s\n", got);
  return ok;
}

/* The first value is `want`. */
static inline int gives(sqlite3 *db, const char *sql, const char *want, const char *what) {
  return test_str(query(db, sql), want, what);
}

/* The statement fails with this extended code and a message that contains `part`. */
static inline int fails(sqlite3 *db, const char *sql, int code, const char *part,
                        const char *what) {
  char want[32];
  const char *got = query(db, sql);
  snprintf(want, sizeof want, "error %d: ", code);
  int ok = strncmp(got, want, strlen(want)) == 0 && strstr(got, part) != NULL;
  test_ok(ok, "%s", what);
  if (!ok) printf("#   got:  %s\n#   want: %s…%s…\n", got, want, part);
  return ok;
}

static inline int open_files(void) {
  int n = 0;
  DIR *dir = opendir("/proc/self/fd");
  if (!dir) return -1;
  while (readdir(dir))
    n++;
  closedir(dir);
  return n;
}

static inline void remove_db(const char *path) {
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  char name[512];
  for (int i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
}

/* A path in the directory for scratch files. One buffer for each of eight calls. */
static inline const char *scratch(const char *name) {
  static char paths[8][512];
  static int next;
  const char *dir = getenv("IL_SCRATCH");
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", dir ? dir : "/tmp", name);
  return path;
}

#define RUNS_TABLES                                                                                \
  "CREATE TABLE runs(id TEXT NOT NULL PRIMARY KEY, status TEXT NOT NULL, version INTEGER,"         \
  " started_at TEXT, ended_at TEXT, touched_at TEXT, note TEXT, job TEXT UNIQUE);"                 \
  "CREATE TABLE run_events(id INTEGER PRIMARY KEY, run TEXT NOT NULL, event TEXT NOT NULL,"        \
  " actor TEXT, at TEXT, payload TEXT);"
/* The rulebook as an SQL literal. */
#define RUNS_RULEBOOK                                                                              \
  "'{\"interlock\":1,\"name\":\"runs\",\"version\":\"1\",\"tables\":{\"runs\":{\"key\":[\"id\"],"  \
  "\"machines\":[{\"rule\":\"R-1\",\"column\":\"status\",\"initial\":[\"new\"],\"states\":{"       \
  "\"new\":{\"on\":{\"Started\":\"running\",\"Dropped\":\"gone\"}},"                               \
  "\"running\":{\"stamp\":{\"started_at\":\"now\"},\"on\":{\"Done\":\"done\"}},"                   \
  "\"done\":{\"stamp\":{\"ended_at\":\"now\"},\"type\":\"final\"},\"gone\":{\"type\":\"final\"}}," \
  "\"events\":{\"table\":\"run_events\",\"columns\":{\"run\":\"$key\",\"event\":\"$event\","       \
  "\"actor\":\"$actor\",\"at\":\"$now\",\"payload\":\"$payload\"}}}],"                             \
  "\"row_version\":{\"rule\":\"R-2\",\"column\":\"version\"},"                                     \
  "\"immutable\":{\"rule\":\"R-3\",\"columns\":[\"id\"]},"                                         \
  "\"touch\":{\"rule\":\"R-4\",\"column\":\"touched_at\"},"                                        \
  "\"json\":{\"rule\":\"R-5\",\"columns\":{\"note\":\"object\"}}},"                                \
  "\"run_events\":{\"append_only\":{\"rule\":\"R-6\"}}}}'"
#define RUNS RUNS_TABLES "SELECT interlock_apply(" RUNS_RULEBOOK ");"

#endif
