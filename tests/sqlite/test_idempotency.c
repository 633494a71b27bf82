/*
** test_idempotency.c: processes that ask for the same requests on one WAL file. Of new requests, and of those whose holder crashed,
** exactly one gets each; the others wait for nobody and learn that it is busy, or what came of it.
*/
#include "host.h"
#include <signal.h>
#include <sys/wait.h>

enum { PROCESSES = 4, ROUNDS = 40 };

static const char book[] =
    "CREATE TABLE requests(key TEXT NOT NULL PRIMARY KEY, request TEXT NOT NULL, response TEXT, until TEXT, at TEXT);"
    "SELECT interlock_apply('{\"interlock\": 1, \"name\": \"race\", \"tables\": {\"requests\": {\"idempotency\": {\"rule\": \"R-1\", "
    "\"request\": \"request\", \"response\": \"response\", \"until\": \"until\", \"at\": \"at\", \"lease_seconds\": 3600, "
    "\"keep_seconds\": 3600}}}}');"
    "SELECT interlock_set_clock('2020-01-01T00:00:00Z');"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39) "
    "INSERT INTO requests(key, request) SELECT 'crashed' || i, 'do it' FROM n;"
    "SELECT interlock_set_clock(NULL)";

/* got: new, other than new, errors, what was answered. */
static void ask(sqlite3 *db, const char *kind, int i, int number, int *got) {
  char sql[400], answer[300];
  snprintf(sql, sizeof sql, "SELECT idempotency_begin('requests', '%s%d', 'do it')", kind, i);
  snprintf(answer, sizeof answer, "%.250s", query(db, sql));
  if (strstr(answer, "\"new\"")) {
    got[0]++;
    snprintf(sql, sizeof sql, "SELECT idempotency_finish('requests', '%s%d', 'by %d', %s", kind, i,
             number, strstr(answer, "token\":") + 7);
    *strchr(sql, '}') = ')';
    got[3] += strcmp(query(db, sql), "1") == 0;
  } else if (strstr(answer, "\"busy\"") || strstr(answer, "\"replay\"")) {
    got[1]++;
  } else {
    got[2]++;
    fprintf(stderr, "# %s\n", answer);
  }
}

static void compete(const char *path, int number, int out) {
  sqlite3 *db = open_db(path);
  int got[4] = {0};
  sqlite3_busy_timeout(db, 60000);
  for (int i = 0; i < ROUNDS; i++) {
    ask(db, "new", i, number, got);
    ask(db, "crashed", i, number, got);
  }
  if (sqlite3_close(db) != SQLITE_OK) got[2] = 100000;
  if (write(out, got, sizeof got) != sizeof got) _exit(1);
  _exit(0);
}

static void race(const char *path) {
  int ends[2], got[4], total[4] = {0}, n = 0;
  if (pipe(ends) != 0) return;
  fflush(stdout);
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) compete(path, i, ends[1]);
  }
  close(ends[1]);
  while (read(ends[0], got, sizeof got) == sizeof got) {
    for (int k = 0; k < 4; k++)
      total[k] += got[k];
    n++;
  }
  while (wait(NULL) > 0) {
  }
  close(ends[0]);
  test_ok(n == PROCESSES && total[2] == 0, "%d processes, %d errors", n, total[2]);
  test_ok(total[0] == 2 * ROUNDS, "%d of %d requests were carried out", total[0], 2 * ROUNDS);
  test_ok(total[3] == 2 * ROUNDS, "%d were answered", total[3]);
  test_ok(total[1] == 2 * ROUNDS * (PROCESSES - 1), "%d asked in vain", total[1]);
  sqlite3 *db = open_db(path);
  gives(db, "SELECT count(*) FROM requests WHERE response LIKE 'by %' AND until IS NULL", "80",
        "and every response is there");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "verify finds nothing");
  sqlite3_close(db);
}

/* A process that is killed between begin and finish: its transaction was committed, so it holds the request until the end of its time. */
static void killed(const char *path) {
  sqlite3 *db = open_db(path);
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    sqlite3 *own = open_db(path);
    query(own, "SELECT idempotency_begin('requests', 'k', 'x')");
    query(own, "BEGIN; SELECT idempotency_finish('requests', 'k', 'not committed')");
    kill(getpid(), SIGKILL);
  }
  waitpid(pid, NULL, 0);
  gives(db, "SELECT idempotency_begin('requests', 'k', 'x')",
        "{\"result\":\"busy\",\"response\":null}",
        "the request of a killed process is in progress");
  query(db, "SELECT interlock_set_clock(until) FROM requests WHERE key = 'k'");
  gives(db, "SELECT json_extract(idempotency_begin('requests', 'k', 'x'), '$.result')", "new",
        "until its time is over");
  query(db, "SELECT interlock_set_clock(NULL)");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

int main(void) {
  const char *path = scratch("idempotency.db");
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  runs(db, book, "set up");
  sqlite3_close(db);
  race(path);
  killed(path);
  return test_end();
}
