/*
** test_race.c: processes racing on one WAL file. A run is claimed by exactly one of them, an event is written once for each claim,
** and a process killed in the middle leaves nothing half done.
*/
#include "host.h"
#include <signal.h>
#include <sys/wait.h>

enum { PROCESSES = 4, RUNS_COUNT = 120 };

/* Claims every run in turn; what it won goes to the pipe as a number. */
static void claim(const char *path, int number, int out) {
  sqlite3 *db = open_db(path);
  char sql[300];
  int won = 0, wrong = 0;
  sqlite3_busy_timeout(db, 60000);
  snprintf(sql, sizeof sql, "SELECT interlock_set_actor('p%d')", number);
  query(db, sql);
  for (int i = 0; i < RUNS_COUNT; i++) {
    const char *got;
    snprintf(
        sql, sizeof sql,
        "SELECT json_extract(fsm_transition('runs', 'r%03d', 'running', 'new', 1), '$.result')", i);
    got = query(db, sql);
    if (strcmp(got, "done") == 0)
      won++;
    else if (strcmp(got, "conflict") != 0 && strcmp(got, "noop") != 0 && wrong++ == 0)
      fprintf(stderr, "# %s\n", got);
  }
  if (sqlite3_close(db) != SQLITE_OK) wrong++;
  if (wrong) won = -100000;
  if (write(out, &won, sizeof won) != sizeof won) _exit(1);
  _exit(0);
}

static void claims(const char *path) {
  int ends[2], total = 0, won, n = 0;
  if (pipe(ends) != 0) return;
  fflush(stdout);
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) claim(path, i, ends[1]);
  }
  close(ends[1]);
  while (read(ends[0], &won, sizeof won) == sizeof won)
    total += won, n++;
  while (wait(NULL) > 0) {
  }
  close(ends[0]);
  test_ok(n == PROCESSES && total == RUNS_COUNT, "%d processes claimed %d of %d runs", n, total,
          RUNS_COUNT);
}

/* Moves runs on until it is killed. */
static void finish(const char *path) {
  sqlite3 *db = open_db(path);
  sqlite3_busy_timeout(db, 60000);
  for (int i = 0;; i++) {
    char sql[200];
    snprintf(sql, sizeof sql,
             "INSERT INTO runs(id, status) VALUES ('k%d-%d', 'new');"
             "UPDATE runs SET status = 'running' WHERE id = 'k%d-%d'",
             (int)getpid(), i, (int)getpid(), i);
    const char *got = query(db, sql);
    if (*got && i == 0) fprintf(stderr, "# %s\n", got);
  }
}

static void killed(const char *path) {
  sqlite3 *db = open_db(path);
  pid_t pids[3];
  fflush(stdout);
  for (int round = 1; round <= 6; round++) {
    for (int i = 0; i < 3; i++) {
      pids[i] = fork();
      if (pids[i] == 0) finish(path);
    }
    /* They are killed while they write, not while they start. */
    for (int wait = 0; wait < 1000; wait++) {
      usleep(10000);
      if (atoi(query(db, "SELECT count(*) FROM runs WHERE id LIKE 'k%'")) >= 40 * round) break;
    }
    for (int i = 0; i < 3; i++)
      kill(pids[i], SIGKILL);
    for (int i = 0; i < 3; i++)
      waitpid(pids[i], NULL, 0);
  }
  sqlite3_close(db);
}

int main(void) {
  const char *path = scratch("race.db");
  char sql[300], want[16];
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" RUNS);
  snprintf(sql, sizeof sql,
           "WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c WHERE x < %d)"
           " INSERT INTO runs(id, status) SELECT printf('r%%03d', x), 'new' FROM c",
           RUNS_COUNT - 1);
  runs(db, sql, "set up");
  sqlite3_close(db);
  claims(path);
  db = open_db(path);
  snprintf(want, sizeof want, "%d", RUNS_COUNT);
  gives(db, "SELECT count(*) FROM runs WHERE status = 'running' AND version = 2", want,
        "each run was claimed once");
  gives(db, "SELECT count(DISTINCT run) || '/' || count(*) FROM run_events",
        (snprintf(want, sizeof want, "%d/%d", RUNS_COUNT, RUNS_COUNT), want), "and has one event");
  sqlite3_close(db);
  killed(path);
  db = open_db(path);
  gives(db, "PRAGMA integrity_check", "ok", "after processes were killed the database is whole");
  gives(db, "SELECT count(*) > 100 FROM runs WHERE id LIKE 'k%'", "1", "they had written");
  gives(
      db,
      "SELECT count(*) FROM runs r WHERE (status = 'running') <> (SELECT count(*) FROM run_events e WHERE e.run = r.id)",
      "0", "every change that is there has its event, and no other");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "verify finds nothing");
  gives(db, "SELECT count(*) FROM interlock_doctor() WHERE \"table\" <> ''", "0",
        "the guards are in place");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  return test_end();
}
