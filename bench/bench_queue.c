/*
** bench_queue.c: claims with their ends per second in SQLite, beside an UPDATE … RETURNING written
** by hand on a table without rules. One WAL file, synchronous FULL (FSYNC=off: NORMAL); 1 and 4
** workers, each a process with a connection of its own, which take rows until there are none.
** Printed are the medians over rounds: rows a second, and the ratio within a round.
**
**   bench_queue <interlock.so> <directory> [rows [rounds]]
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROUNDS = 51 };
static const char *library, *directory;
static char path[1000];
static int relaxed;

#define COLUMNS                                                                                    \
  " (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'queued', priority INTEGER NOT NULL, "    \
  "worker TEXT, until TEXT, token INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT "  \
  "0);"

static const char *setup =
    "CREATE TABLE by_hand" COLUMNS "CREATE TABLE ruled" COLUMNS
    "CREATE INDEX by_hand_queue ON by_hand (priority, id) WHERE state = 'queued';"
    "CREATE INDEX by_hand_leases ON by_hand (until) WHERE state = 'running';"
    "SELECT interlock_apply('{\"interlock\": 1, \"name\": \"bench_queue\", \"tables\": {\"ruled\": "
    "{\"machines\": {\"rule\": \"B-1\", \"column\": \"state\", \"initial\": \"queued\", "
    "\"states\": {\"queued\": {\"to\": \"running\"}, \"running\": {\"to\": [\"done\", "
    "\"queued\"]}, \"done\": {\"type\": \"final\"}}}, \"queue\": {\"rule\": \"B-2\", \"ready\": "
    "[\"queued\"], \"claimed\": \"running\", \"worker\": \"worker\", \"until\": \"until\", "
    "\"token\": \"token\", \"attempts\": \"attempts\", \"order\": [\"priority\"]}}}}');";

/* What a worker runs: a claim that gives key and token, and an end that takes them as ?1 and ?2. */
typedef struct way {
  const char *table, *claim, *batch, *finish;
} way;

#define NOW "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
#define BY_HAND(n)                                                                                 \
  "UPDATE by_hand SET state = 'running', worker = 'w', until = strftime('%Y-%m-%dT%H:%M:%fZ', "    \
  "'now', '+60 seconds'), token = token + 1, attempts = attempts + 1 WHERE id IN (SELECT id FROM " \
  "by_hand WHERE state = 'queued' ORDER BY priority, id LIMIT " #n ") RETURNING id, token"

static const way ways[] = {
    {"by_hand", BY_HAND(1), BY_HAND(20),
     "UPDATE by_hand SET state = 'done', until = NULL WHERE id = ?1 AND state = 'running' AND "
     "token = ?2 AND until > " NOW},
    {"ruled", "SELECT key, token FROM queue_claim('ruled', 'w')",
     "SELECT key, token FROM queue_claim('ruled', 'w', 20)",
     "SELECT queue_finish('ruled', ?1, ?2, 'done')"}};

static void die(sqlite3 *db, const char *sql) {
  fprintf(stderr, "bench: %s\n  in %.200s\n", sqlite3_errmsg(db), sql);
  exit(1);
}

static void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(db, sql);
}

static sqlite3 *open_db(void) {
  sqlite3 *db;
  char *message = NULL;
  if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
  sqlite3_busy_timeout(db, 60000);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  if (sqlite3_load_extension(db, library, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "bench: %s\n", message);
    exit(1);
  }
  run(db, relaxed ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
  return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *stmt;
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) die(db, sql);
  return stmt;
}

/* Claims between BEGIN IMMEDIATE and COMMIT, as docs/queues.md says, and ends each row it got. */
static void work(const way *w, int batch) {
  sqlite3 *db = open_db();
  sqlite3_stmt *claim = prepare(db, batch ? w->batch : w->claim), *end = prepare(db, w->finish);
  int n, rc;
  do {
    long long key[20], token[20];
    n = 0;
    run(db, "BEGIN IMMEDIATE");
    while ((rc = sqlite3_step(claim)) == SQLITE_ROW) {
      key[n] = sqlite3_column_int64(claim, 0);
      token[n++] = sqlite3_column_int64(claim, 1);
    }
    if (rc != SQLITE_DONE) die(db, w->claim);
    sqlite3_reset(claim);
    run(db, "COMMIT");
    for (int i = 0; !batch && i < n; i++) {
      sqlite3_bind_int64(end, 1, key[i]);
      sqlite3_bind_int64(end, 2, token[i]);
      while ((rc = sqlite3_step(end)) == SQLITE_ROW) {
      }
      if (rc != SQLITE_DONE || sqlite3_reset(end) != SQLITE_OK) die(db, w->finish);
    }
  } while (n > 0);
  exit(0);
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Rows a second of so many workers; the file is made anew. */
static double rate(const way *w, int batch, int workers, int rows) {
  char sql[300];
  double start;
  sqlite3 *db;
  const char *const ends[] = {"", "-wal", "-shm"};
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/queue.db%s", directory, ends[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/queue.db", directory);
  db = open_db();
  run(db, "PRAGMA journal_mode = WAL");
  run(db, setup);
  snprintf(sql, sizeof sql,
           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT "
           "INTO %s (id, priority) SELECT i, i %% 3 FROM n",
           rows, w->table);
  run(db, sql);
  run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close(db);
  start = seconds();
  for (int i = 0; i < workers; i++)
    if (fork() == 0) work(w, batch);
  for (int i = 0, status; i < workers; i++)
    if (wait(&status) < 0 || status != 0) exit(1);
  return rows / (seconds() - start);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, by_value);
  return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int main(int argc, char **argv) {
  static const struct {
    int batch, workers;
    const char *title;
  } variants[] = {{0, 1, "claim and finish, 1 worker "},
                  {0, 4, "claim and finish, 4 workers"},
                  {1, 1, "batches of 20, 1 worker    "},
                  {1, 4, "batches of 20, 4 workers   "}};
  int rows = argc > 3 ? atoi(argv[3]) : 20000, rounds = argc > 4 ? atoi(argv[4]) : 5;
  if (argc < 3 || rows < 1 || rounds < 1 || rounds > MAX_ROUNDS) {
    fprintf(stderr, "usage: bench_queue <interlock.so> <directory> [rows [rounds]]\n");
    return 2;
  }
  library = argv[1];
  directory = argv[2];
  relaxed = getenv("FSYNC") != NULL && strcmp(getenv("FSYNC"), "off") == 0;
  for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
    double hand[MAX_ROUNDS], ours[MAX_ROUNDS], ratio[MAX_ROUNDS];
    int batch = variants[v].batch, n = batch ? rows * 5 : rows;
    for (int i = 0; i < rounds; i++) {
      hand[i] = rate(&ways[0], batch, variants[v].workers, n);
      ours[i] = rate(&ways[1], batch, variants[v].workers, n);
      ratio[i] = ours[i] / hand[i];
    }
    printf("  sqlite    %s  by hand %7.0f rows/s   queue_claim %7.0f rows/s   ratio %.2f\n",
           variants[v].title, median(hand, rounds), median(ours, rounds), median(ratio, rounds));
    fflush(stdout);
  }
  return 0;
}
