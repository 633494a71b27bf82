/*
** test_lease.c: processes racing for locks on one WAL file, and for one message that may be sent once; a process killed while it
** holds a lock keeps it until it expires.
*/
#include "host.h"
#include <signal.h>
#include <sys/wait.h>

enum { PROCESSES = 4, ROUNDS = 40 };

static const char book[] =
    "CREATE TABLE locks(name TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, since TEXT, until TEXT NOT NULL);"
    "CREATE TABLE fenced(name TEXT NOT NULL PRIMARY KEY, owner TEXT, until TEXT, token INTEGER);"
    "CREATE TABLE sent(topic TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, refused INTEGER);"
    "CREATE TABLE won(n INTEGER PRIMARY KEY, who TEXT, token INTEGER);"
    "SELECT interlock_apply('{\"interlock\": 1, \"name\": \"race\", \"tables\": {"
    "\"locks\": {\"lease\": {\"rule\": \"R-1\", \"owner\": \"owner\", \"acquired\": \"since\", \"expires\": \"until\"}},"
    "\"fenced\": {\"lease\": {\"rule\": \"R-2\", \"owner\": \"owner\", \"expires\": \"until\", \"token\": \"token\"}},"
    "\"sent\": {\"throttle\": {\"rule\": \"R-3\", \"last\": \"at\", \"suppressed\": \"refused\", \"window_seconds\": 300}}}}')";

/* Asks for every lock once, and for the fenced one until it had it often enough; what it got goes to the pipe. */
static void compete(const char *path, int number, int out) {
  sqlite3 *db = open_db(path);
  char sql[400];
  int got[3] = {0};
  sqlite3_busy_timeout(db, 60000);
  for (int i = 0; i < ROUNDS; i++) {
    snprintf(sql, sizeof sql, "SELECT lease_acquire('locks', 'l%d', 'p%d') IS NOT NULL", i, number);
    got[0] += strcmp(query(db, sql), "1") == 0;
    snprintf(sql, sizeof sql, "SELECT throttle_allow('sent', 't%d')", i);
    got[1] += strcmp(query(db, sql), "1") == 0;
    snprintf(
        sql, sizeof sql,
        "INSERT INTO won(who, token) SELECT 'p%d', t FROM (SELECT lease_acquire('fenced', 'x', 'p%d') AS t) WHERE t IS NOT NULL",
        number, number);
    const char *error = query(db, sql);
    if (*error) fprintf(stderr, "# %s\n", error);
    snprintf(sql, sizeof sql, "SELECT lease_release('fenced', 'x', 'p%d')", number);
    got[2] += strcmp(query(db, sql), "1") == 0;
  }
  if (sqlite3_close(db) != SQLITE_OK) got[0] = -100000;
  if (write(out, got, sizeof got) != sizeof got) _exit(1);
  _exit(0);
}

static void race(const char *path) {
  int ends[2], got[3], total[3] = {0}, n = 0;
  char want[32];
  if (pipe(ends) != 0) return;
  fflush(stdout);
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) compete(path, i, ends[1]);
  }
  close(ends[1]);
  while (read(ends[0], got, sizeof got) == sizeof got) {
    for (int k = 0; k < 3; k++)
      total[k] += got[k];
    n++;
  }
  while (wait(NULL) > 0) {
  }
  close(ends[0]);
  test_ok(n == PROCESSES && total[0] == ROUNDS, "%d processes got %d of %d locks", n, total[0],
          ROUNDS);
  test_ok(total[1] == ROUNDS, "%d of %d messages were let through", total[1], ROUNDS);
  sqlite3 *db = open_db(path);
  gives(db, "SELECT count(*) = count(DISTINCT token) AND count(*) > 0 FROM won", "1",
        "no two holders had one token");
  snprintf(want, sizeof want, "%d", total[2]);
  gives(db, "SELECT count(*) FROM won", want, "and each gave the lock back");
  gives(db, "SELECT max(w.token) = max(f.token) FROM won w, fenced f", "1", "which grew with each");
  snprintf(want, sizeof want, "%d", ROUNDS * (PROCESSES - 1));
  gives(db, "SELECT sum(refused) FROM sent", want, "every refused message is counted");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "verify finds nothing");
  sqlite3_close(db);
}

static void killed(const char *path) {
  sqlite3 *db = open_db(path);
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    sqlite3 *own = open_db(path);
    query(own, "SELECT lease_acquire('fenced', 'k', 'dead', 60)");
    kill(getpid(), SIGKILL);
  }
  waitpid(pid, NULL, 0);
  gives(db, "SELECT owner FROM fenced WHERE name = 'k'", "dead",
        "the lock of a killed process stays");
  gives(db, "SELECT lease_acquire('fenced', 'k', 'w') IS NULL", "1", "and is held");
  query(db, "SELECT interlock_set_clock(until) FROM fenced WHERE name = 'k'");
  gives(db, "SELECT lease_acquire('fenced', 'k', 'w')", "2", "until it expires");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

int main(void) {
  const char *path = scratch("lease.db");
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  runs(db, book, "set up");
  sqlite3_close(db);
  race(path);
  killed(path);
  return test_end();
}
