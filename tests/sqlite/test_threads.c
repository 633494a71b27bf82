/* test_threads.c: threads with a connection each, on files of their own and on one file. The library has no state of its own. */
#include "host.h"
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 60 };

typedef struct worker {
  pthread_t thread;
  int number, failures;
  const char *path; /* NULL: a database of its own */
} worker;

static int is(sqlite3 *db, const char *sql, const char *want) {
  /* query() has one buffer for the process: here each thread steps for itself. */
  sqlite3_stmt *stmt = NULL;
  int ok = 0;
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
      sqlite3_step(stmt) == SQLITE_ROW) {
    const char *got = (const char *)sqlite3_column_text(stmt, 0);
    ok = got && strcmp(got, want) == 0;
  }
  sqlite3_finalize(stmt);
  return ok;
}

static int does(sqlite3 *db, const char *sql, int want) {
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  return (rc & 0xff) == want;
}

static void *work(void *arg) {
  worker *w = arg;
  char sql[300], actor[32];
  sqlite3 *db = NULL;
  sqlite3_open_v2(w->path ? w->path : ":memory:", &db, READ_WRITE, NULL);
  sqlite3_busy_timeout(db, 60000);
  w->failures += load(db, NULL) != SQLITE_OK;
  if (!w->path) w->failures += !does(db, RUNS, SQLITE_OK);
  snprintf(actor, sizeof actor, "worker%d", w->number);
  snprintf(sql, sizeof sql, "SELECT interlock_set_actor('%s')", actor);
  w->failures += !is(db, sql, actor);
  for (int i = 0; i < ROUNDS; i++) {
    snprintf(sql, sizeof sql, "INSERT INTO runs(id, status) VALUES ('%d-%d', 'new')", w->number, i);
    w->failures += !does(db, sql, SQLITE_OK);
    snprintf(sql, sizeof sql, "UPDATE runs SET status = 'done' WHERE id = '%d-%d'", w->number, i);
    w->failures += !does(db, sql, SQLITE_CONSTRAINT);
    snprintf(sql, sizeof sql,
             "SELECT json_extract(fsm_transition('runs', '%d-%d', 'running'), '$.result')",
             w->number, i);
    w->failures += !is(db, sql, "done");
    snprintf(sql, sizeof sql,
             "SELECT group_concat(DISTINCT actor) FROM fsm_history('runs', '%d-%d')", w->number, i);
    w->failures += !is(db, sql, actor);
  }
  w->failures += sqlite3_close(db) != SQLITE_OK;
  return NULL;
}

static void together(const char *path, const char *what) {
  worker workers[THREADS] = {0};
  int failures = 0;
  for (int i = 0; i < THREADS; i++) {
    workers[i].number = i;
    workers[i].path = path;
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
    failures += workers[i].failures;
  }
  test_ok(failures == 0, "%d threads, %s (%d failures)", THREADS, what, failures);
}

int main(void) {
  const char *path = scratch("threads.db");
  char want[16];
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, "PRAGMA journal_mode = WAL;" RUNS);
  together(NULL, "each its own database");
  together(path, "one file");
  snprintf(want, sizeof want, "%d", THREADS * ROUNDS);
  gives(db, "SELECT count(*) FROM runs WHERE status = 'running' AND version = 2", want,
        "every run moved once");
  gives(db, "SELECT count(*) FROM run_events", want, "with one event");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "verify finds nothing");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  return test_end();
}
