/*
** bench_sqlite.c: what the rules cost in SQLite, in memory, so that no disk is measured. Every figure is the median over rounds of a time
** divided by the time of the yardstick in the same round: first the CPU time of the process, which is the figure, then wall time.
**
**   bench_sqlite <interlock.so> <textops_by_hand.sqlite.sql> [rows [rounds]]
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_ROUNDS = 51 };
static const char *library, *by_hand;
static int rows = 100000, rounds = 7;

/* What something took, or has taken so far. */
typedef struct cost {
  double cpu, wall;
} cost;

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static cost now(void) {
  return (cost){seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
}

static cost since(cost start) {
  cost end = now();
  return (cost){end.cpu - start.cpu, end.wall - start.wall};
}

static cost plus(cost a, cost b) {
  return (cost){a.cpu + b.cpu, a.wall + b.wall};
}

static void die(sqlite3 *db, const char *sql) {
  fprintf(stderr, "bench: %s\n  in %.200s\n", sqlite3_errmsg(db), sql);
  exit(1);
}

static void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(db, sql);
}

static sqlite3 *open_db(int with_library) {
  sqlite3 *db;
  char *message = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) exit(1);
  run(db, "PRAGMA foreign_keys = ON");
  if (with_library) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    if (sqlite3_load_extension(db, library, NULL, &message) != SQLITE_OK) {
      fprintf(stderr, "bench: %s\n", message);
      exit(1);
    }
  }
  return db;
}

static char *read_file(const char *path) {
  FILE *f = fopen(path, "rb");
  char *text;
  long n;
  if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0) exit(1);
  rewind(f);
  text = calloc(1, (size_t)n + 1);
  if (text == NULL || fread(text, 1, (size_t)n, f) != (size_t)n) exit(1);
  fclose(f);
  return text;
}

/* What one statement, or n runs of a prepared one with ?1 = 1 … n, costs inside one transaction. */
static cost time_bulk(sqlite3 *db, const char *sql) {
  cost start = now();
  run(db, "BEGIN");
  run(db, sql);
  run(db, "COMMIT");
  return since(start);
}

static cost time_single(sqlite3 *db, const char *sql, int n) {
  sqlite3_stmt *stmt;
  cost start;
  int i;
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) die(db, sql);
  start = now();
  run(db, "BEGIN");
  for (i = 1; i <= n; i++) {
    sqlite3_bind_int(stmt, 1, i);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) die(db, sql);
  }
  run(db, "COMMIT");
  start = since(start);
  sqlite3_finalize(stmt);
  return start;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, by_value);
  return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void report(const char *what, const char *beside, const cost *ours, const cost *yardstick) {
  double cpu[MAX_ROUNDS], wall[MAX_ROUNDS];
  int i;
  for (i = 0; i < rounds; i++) {
    cpu[i] = ours[i].cpu / yardstick[i].cpu;
    wall[i] = ours[i].wall / yardstick[i].wall;
  }
  printf("sqlite    %-44s %6.2f x %-30s (wall %.2f)\n", what, median(cpu, rounds), beside,
         median(wall, rounds));
}

/* ---- guard only: one machine a -> b -> c -> a on a table with a payload ---- */

static const char *guard_table =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'a', pad TEXT);";
static const char *guard_rulebook =
    "SELECT interlock_apply('{\"interlock\":1,\"name\":\"bench\",\"version\":\"1\",\"tables\":{\"t\":{\"key\":[\"id\"],\"machines\":[{\"rule\":\"B-01\","
    "\"column\":\"status\",\"initial\":\"a\",\"states\":{\"a\":{\"to\":[\"b\"]},\"b\":{\"to\":[\"c\"]},\"c\":{\"to\":[\"a\"]}}}]}}}')";
static const char *guard_variants[4][2] = {
    {"bare", ""},
    {"empty trigger", "CREATE TRIGGER g BEFORE UPDATE OF status ON t BEGIN SELECT 1; END"},
    {"by hand",
     "CREATE TRIGGER g BEFORE UPDATE OF status ON t BEGIN SELECT CASE WHEN NEW.status IS NOT OLD.status AND (CASE OLD.status WHEN 'a' THEN "
     "NEW.status = 'b' WHEN 'b' THEN NEW.status = 'c' WHEN 'c' THEN NEW.status = 'a' ELSE 0 END) IS NOT 1 THEN RAISE(ABORT, 'illegal') END; END"},
    {"interlock", NULL}};

static void bench_guard(void) {
  sqlite3 *db[4];
  cost bulk[4][MAX_ROUNDS], single[4][MAX_ROUNDS];
  const char *next =
      "UPDATE t SET status = CASE status WHEN 'a' THEN 'b' WHEN 'b' THEN 'c' ELSE 'a' END";
  const char *next_one =
      "UPDATE t SET status = CASE status WHEN 'a' THEN 'b' WHEN 'b' THEN 'c' ELSE 'a' END WHERE id = ?1";
  char fill[200];
  int v, r;
  sqlite3_snprintf(sizeof fill, fill,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                   "INSERT INTO t SELECT i, 'a', printf('%%.60c', 'x') FROM n",
                   rows);
  for (v = 0; v < 4; v++) {
    db[v] = open_db(v == 3);
    run(db[v], guard_table);
    run(db[v], v == 3 ? guard_rulebook : guard_variants[v][1]);
    run(db[v], fill);
    time_bulk(db[v], next);
  }
  for (r = 0; r < rounds; r++) {
    for (v = 0; v < 4; v++)
      bulk[v][r] = time_bulk(db[v], next);
    for (v = 0; v < 4; v++)
      single[v][r] = time_single(db[v], next_one, rows);
  }
  report("guard, bulk UPDATE", "bare", bulk[3], bulk[0]);
  report("guard, bulk UPDATE", "an empty trigger", bulk[3], bulk[1]);
  report("guard, bulk UPDATE", "by hand", bulk[3], bulk[2]);
  report("guard, single-row UPDATEs", "bare", single[3], single[0]);
  report("guard, single-row UPDATEs", "an empty trigger", single[3], single[1]);
  report("guard, single-row UPDATEs", "by hand", single[3], single[2]);
  for (v = 0; v < 4; v++)
    sqlite3_close(db[v]);
}

/* ---- all of TextOps: insert, approve and dispatch, start, succeed ---- */

static const char *textops_bare =
    "CREATE TABLE Runs(RunId TEXT NOT NULL PRIMARY KEY, JobKey TEXT NOT NULL, Status INTEGER NOT NULL, CreatedAt TEXT NOT NULL DEFAULT "
    "(strftime('%Y-%m-%dT%H:%M:%fZ','now')), RequestedByAddress TEXT NOT NULL, ChannelId TEXT NOT NULL, ConversationId TEXT NOT NULL, UpdatedAt TEXT NOT NULL "
    "DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), Version INTEGER NOT NULL DEFAULT 1); CREATE INDEX a ON Runs(Status); CREATE INDEX b ON Runs(ChannelId, "
    "ConversationId); CREATE TABLE InboxDedup(ChannelId TEXT NOT NULL, ProviderMessageId TEXT NOT NULL, ProcessedAt TEXT NOT NULL DEFAULT "
    "(strftime('%Y-%m-%dT%H:%M:%fZ','now')), RunId TEXT, PRIMARY KEY (ChannelId, ProviderMessageId));";

static sqlite3 *textops_db(int variant) {
  sqlite3 *db = open_db(variant == 2);
  if (variant == 0) run(db, textops_bare);
  if (variant == 1) {
    char *sql = read_file(by_hand);
    run(db, sql);
    free(sql);
  }
  if (variant == 2) run(db, "SELECT interlock_install('textops')");
  return db;
}

static void bench_textops(void) {
  static const char *const steps[3] = {"UPDATE Runs SET Status = 3", "UPDATE Runs SET Status = 4",
                                       "UPDATE Runs SET Status = 5"};
  cost insert[3][MAX_ROUNDS], bulk[3][MAX_ROUNDS], single[3][MAX_ROUNDS];
  char sql[200];
  int v, r, s, n = rows / 5;
  for (r = 0; r < rounds; r++) {
    for (v = 0; v < 3; v++) {
      sqlite3 *db = textops_db(v);
      insert[v][r] = time_single(
          db,
          "INSERT INTO Runs(RunId, JobKey, Status, RequestedByAddress, ChannelId, ConversationId) VALUES('r' || ?1, 'job', 1, 'user:a', "
          "'chat', 'c1')",
          n);
      bulk[v][r] = single[v][r] = (cost){0};
      for (s = 0; s < 3; s++) {
        sqlite3_snprintf(sizeof sql, sql, "%s WHERE CAST(substr(RunId, 2) AS INTEGER) %% 2 = 0",
                         steps[s]);
        bulk[v][r] = plus(bulk[v][r], time_bulk(db, sql));
      }
      for (s = 0; s < 3; s++) {
        sqlite3_snprintf(sizeof sql, sql, "%s WHERE RunId = 'r' || (2 * ?1 - 1)", steps[s]);
        single[v][r] = plus(single[v][r], time_single(db, sql, n / 2));
      }
      sqlite3_close(db);
    }
  }
  report("all of TextOps, INSERT of a run", "by hand", insert[2], insert[1]);
  report("all of TextOps, bulk UPDATEs of a life", "by hand", bulk[2], bulk[1]);
  report("all of TextOps, single-row UPDATEs of a life", "by hand", single[2], single[1]);
  report("all of TextOps, single-row UPDATEs of a life", "bare", single[2], single[0]);
}

/* ---- dedup_accept beside a raw INSERT … ON CONFLICT DO NOTHING ---- */

static void bench_dedup(int duplicates) {
  cost raw[MAX_ROUNDS], hand[MAX_ROUNDS], ours[MAX_ROUNDS], guarded[MAX_ROUNDS];
  char key[64], sql[300];
  int r;
  sqlite3_snprintf(sizeof key, key, duplicates ? "'m' || (?1 / 10)" : "'m' || ?1");
  for (r = 0; r < rounds; r++) {
    sqlite3 *db;
    sqlite3_snprintf(
        sizeof sql, sql,
        "INSERT INTO InboxDedup(ChannelId, ProviderMessageId) VALUES('chat', %s) ON CONFLICT DO NOTHING",
        key);
    db = textops_db(0);
    raw[r] = time_single(db, sql, rows);
    sqlite3_close(db);
    db = textops_db(1);
    hand[r] = time_single(db, sql, rows);
    sqlite3_close(db);
    db = textops_db(2);
    guarded[r] = time_single(db, sql, rows);
    sqlite3_close(db);
    db = textops_db(2);
    sqlite3_snprintf(sizeof sql, sql, "SELECT dedup_accept('InboxDedup', 'chat', %s)", key);
    ours[r] = time_single(db, sql, rows);
    sqlite3_close(db);
  }
  sqlite3_snprintf(sizeof key, key, "dedup_accept, %d %% duplicates", duplicates);
  report(key, "raw INSERT, bare table", ours, raw);
  report(key, "raw INSERT, rules by hand", ours, hand);
  report(key, "raw INSERT, interlock's rules", ours, guarded);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  library = argv[1];
  by_hand = argv[2];
  if (argc > 3) rows = atoi(argv[3]);
  if (argc > 4) rounds = atoi(argv[4]);
  if (rows < 100 || rounds < 1 || rounds > MAX_ROUNDS) return 2;
  bench_guard();
  bench_textops();
  bench_dedup(0);
  bench_dedup(90);
  return 0;
}
