/*
** test_queue.c: workers on one WAL file. Every job is done by exactly one of them, workers that are
** killed between claim and finish lose nothing, and what a claim costs does not depend on how many
** jobs there are.
*/
#include "host.h"
#include <signal.h>
#include <sys/wait.h>

#define JOBS                                                                                       \
  "CREATE TABLE jobs (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'queued', priority TEXT" \
  " NOT NULL DEFAULT 'normal', created_at TEXT, worker TEXT, until TEXT, token INTEGER NOT NULL"   \
  " DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0);"                                              \
  "CREATE TABLE done (job INTEGER, token INTEGER, worker TEXT);"                                   \
  "SELECT interlock_apply('{\"interlock\": 1, \"name\": \"work\", \"tables\": {\"jobs\": {"        \
  "\"machines\": {\"rule\": \"Q-1\", \"column\": \"state\", \"initial\": \"queued\", \"states\": " \
  "{\"queued\": {\"to\": \"running\"}, \"running\": {\"to\": [\"done\", \"queued\"]}, \"done\": "  \
  "{\"type\": \"final\"}}}, \"queue\": {\"rule\": \"Q-2\", \"ready\": [\"queued\"], "              \
  "\"claimed\": \"running\", \"worker\": \"worker\", \"until\": \"until\", \"token\": \"token\", " \
  "\"attempts\": \"attempts\", \"lease_seconds\": 1, \"order\": [{\"column\": \"priority\", "      \
  "\"rank\": [\"urgent\", \"normal\"]}, \"created_at\"]}}}}');"
#define FILL                                                                                       \
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < %d) INSERT INTO jobs"  \
  " (id, priority, created_at) SELECT x, CASE x %% 3 WHEN 0 THEN 'urgent' ELSE 'normal' END, "     \
  "printf('2026-01-%%02dT00:00:00.000Z', 1 + x %% 28) FROM c"

enum { WORKERS = 4, MANY = 2000 };

static sqlite3 *fresh(const char *path, int n) {
  char sql[600];
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" JOBS);
  snprintf(sql, sizeof sql, FILL, n);
  runs(db, sql, "jobs are there");
  return db;
}

/* Claims and finishes until nothing is left; slow: stops for a moment in between. */
static void work(const char *path, int number, int batch, int slow) {
  sqlite3 *db = open_db(path);
  char sql[400], key[32];
  sqlite3_busy_timeout(db, 60000);
  query(db, "PRAGMA synchronous = OFF");
  for (int idle = 0; idle < 400;) {
    int n = 0;
    sqlite3_stmt *stmt = NULL;
    long keys[64], tokens[64];
    snprintf(sql, sizeof sql, "SELECT key, token FROM queue_claim('jobs', 'w%d', %d, 1)", number,
             batch);
    /* A set function is read within a read transaction, which cannot wait for a writer. */
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) _exit(4);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) _exit(1);
    while (sqlite3_step(stmt) == SQLITE_ROW && n < 64) {
      keys[n] = sqlite3_column_int64(stmt, 0);
      tokens[n++] = sqlite3_column_int64(stmt, 1);
    }
    if (sqlite3_finalize(stmt) != SQLITE_OK) _exit(2);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) _exit(5);
    for (int i = 0; i < n; i++) {
      snprintf(key, sizeof key, "%ld", keys[i]);
      snprintf(sql, sizeof sql,
               "BEGIN IMMEDIATE; INSERT INTO done SELECT %s, %ld, 'w%d' WHERE "
               "json_extract(queue_finish('jobs', %s, %ld, 'done'), '$.result') = 'done'; COMMIT",
               key, tokens[i], number, key, tokens[i]);
      const char *got = query(db, sql);
      if (*got) fprintf(stderr, "# %s\n", got);
      if (slow) usleep(200);
    }
    idle = n ? 0 : idle + 1;
    if (!n) {
      if (atoi(query(db, "SELECT count(*) FROM jobs WHERE state <> 'done'")) == 0) break;
      usleep(5000);
    }
  }
  _exit(sqlite3_close(db) == SQLITE_OK ? 0 : 3);
}

static void race(const char *path, int workers, int batch, int kills) {
  pid_t pids[16];
  int good = 0, status;
  sqlite3 *db = fresh(path, MANY);
  fflush(stdout);
  sqlite3_close(db);
  for (int i = 0; i < workers + kills; i++) {
    pids[i] = fork();
    if (pids[i] == 0) work(path, i, batch, kills > 0);
  }
  for (int i = 0; i < kills; i++) { /* between a claim and its end, as likely as not */
    usleep(30000);
    kill(pids[i], SIGKILL);
  }
  for (int i = 0; i < workers + kills; i++) {
    waitpid(pids[i], &status, 0);
    good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  test_ok(good >= workers, "%d workers came to their end", workers);
  db = open_db(path);
  gives(db, "SELECT count(*) || '/' || sum(state = 'done') FROM jobs", "2000/2000", "all is done");
  gives(db, "SELECT count(*) || '/' || count(DISTINCT job) FROM done", "2000/2000",
        "each once, and by who had it");
  gives(db, "SELECT count(*) FROM jobs j JOIN done d ON d.job = j.id WHERE d.token <> j.token", "0",
        "with the last token");
  if (!kills)
    gives(db, "SELECT max(token) || max(attempts) FROM jobs", "11", "at the first attempt");
  gives(db, "PRAGMA integrity_check", "ok", "the database is whole");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

/* Steps of SQLite's machine that a batch of claims takes. */
static int steps;
static int count_steps(void *unused) {
  (void)unused;
  steps++;
  return 0;
}

static int cost(const char *path, int n, const char *sql) {
  sqlite3 *db = fresh(path, n);
  query(db, "SELECT key FROM queue_claim('jobs', 'first')");
  steps = 0;
  sqlite3_progress_handler(db, 1, count_steps, NULL);
  query(db, sql);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  sqlite3_close(db);
  return steps;
}

static void costs(const char *path) {
  static const char *const list[] = {"SELECT key FROM queue_claim('jobs', 'w')",
                                     "SELECT count(*) FROM queue_claim('jobs', 'w', 20)",
                                     "SELECT queue_finish('jobs', 3, 9, 'done')"};
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    int few = cost(path, 1000, list[i]), many = cost(path, 100000, list[i]);
    test_ok(few > 0 && many <= few + few / 20, "%s: %d steps with 1,000 jobs, %d with 100,000",
            list[i], few, many);
  }
}

/* A claim within what cannot be written or kept. */
static void contexts(const char *path) {
  sqlite3 *db = fresh(path, 10), *other, *reader;
  fails(db, "PRAGMA query_only = ON; SELECT key FROM queue_claim('jobs', 'w')", SQLITE_READONLY, "",
        "a session that may not write claims nothing");
  query(db, "PRAGMA query_only = OFF");
  other = open_db(path);
  reader = open_db(path);
  query(reader, "BEGIN; SELECT count(*) FROM jobs");
  gives(db, "SELECT key FROM queue_claim('jobs', 'w')", "3",
        "a snapshot that is held waits for nobody");
  gives(reader, "SELECT count(*) FROM jobs WHERE state = 'queued'", "10", "and sees what it saw");
  fails(reader, "SELECT key FROM queue_claim('jobs', 'w')", 517, "",
        "a transaction that read before cannot write behind");
  query(reader, "ROLLBACK");
  query(db, "BEGIN IMMEDIATE");
  fails(other, "SELECT key FROM queue_claim('jobs', 'w')", SQLITE_BUSY, "", "one writer at a time");
  query(db, "ROLLBACK");
  fails(db, "INSERT OR REPLACE INTO jobs (id) VALUES (3)", 1811, "replaced",
        "nobody replaces a row that is held");
  fails(db, "UPDATE OR REPLACE jobs SET id = 3 WHERE id = 4", 1811, "replaced", "in no way");
  fails(db, "UPDATE OR IGNORE jobs SET state = 'done' WHERE id = 3", 1811, "Q-2",
        "nor ends it by OR IGNORE");
  runs(db, "PRAGMA recursive_triggers = ON", "with recursive triggers");
  gives(db, "UPDATE jobs SET state = 'running', worker = 'x' WHERE id = 6 RETURNING id", "6",
        "claimed by hand");
  gives(db, "SELECT token || '/' || attempts || '/' || (until > '2026') FROM jobs WHERE id = 6",
        "1/1/1", "it has a lease");
  fails(db, "UPDATE jobs SET state = 'done' WHERE id = 6", 1811, "Q-2", "and a fence");
  gives(db, "UPDATE jobs SET state = 'done', token = 1 WHERE id = 6 RETURNING state", "done",
        "its holder ends it");
  sqlite3_close(reader);
  sqlite3_close(other);
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

int main(void) {
  const char *path = scratch("queue.db");
  race(path, WORKERS, 1, 0);
  race(path, 2 * WORKERS, 20, 0);
  race(path, WORKERS, 5, 4);
  costs(path);
  contexts(path);
  return test_end();
}
