/*
** test_session.c: time, transactions and nesting: one clock value in a statement, all or nothing in a function, triggers of the
** user between ours, a schema that changes under a connection, memory that does not grow, a disk that is full.
*/
#include "host.h"

static void clock_in_a_statement(sqlite3 *db) {
  gives(db,
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200000)"
        " SELECT count(DISTINCT interlock_now()) FROM c",
        "1", "200,000 calls of a statement see one time");
  gives(
      db,
      "SELECT interlock_now() = interlock_now() AND abs(julianday(interlock_now()) - julianday('now')) < 1e-4",
      "1", "two calls do, and it is the time");
  gives(
      db,
      "SELECT interlock_now() <= il1_now(julianday('now')) AND il1_now(julianday('now')) = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
      "1", "triggers see SQLite's, to the millisecond");
  query(db, "SELECT interlock_set_clock('2026-02-03T04:05:06.789Z')");
  gives(db, "SELECT interlock_now() || il1_now(julianday('now'))",
        "2026-02-03T04:05:06.789Z2026-02-03T04:05:06.789Z", "a frozen clock");
  gives(
      db,
      "INSERT INTO runs(id, status) VALUES ('c', 'new'); UPDATE runs SET status = 'running' WHERE id = 'c';"
      "SELECT started_at || touched_at || (SELECT at FROM run_events WHERE run = 'c') FROM runs WHERE id = 'c'",
      "2026-02-03T04:05:06.789Z2026-02-03T04:05:06.789Z2026-02-03T04:05:06.789Z",
      "stamps and events read it");
  query(db, "SELECT interlock_set_clock(NULL)");
  gives(db, "SELECT interlock_now() > '2026-02-04'", "1", "NULL gives real time back");
  gives(
      db,
      "SELECT fsm_transition('runs', 'c', 'done') IS NOT NULL;"
      "SELECT count(DISTINCT v) FROM (SELECT ended_at v FROM runs WHERE id = 'c' UNION ALL SELECT touched_at FROM runs WHERE id = 'c'"
      " UNION ALL SELECT at FROM run_events WHERE run = 'c' AND event = 'Done')",
      "1", "one time for all that fsm_transition writes");
}

#define PLAIN_RULEBOOK                                                                              \
  "'{\"interlock\":1,\"name\":\"plain\",\"version\":\"1\",\"tables\":{\"plain\":{\"key\":[\"id\"]," \
  "\"enum\":{\"rule\":\"P\",\"columns\":{\"s\":[\"a\"]}}}}}'"

static void all_or_nothing(sqlite3 *db) {
  const char *triggers =
      "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' OR name LIKE 'interlock\\_%' ESCAPE '\\'";
  char before[16];
  query(db, "CREATE TABLE box(v)");
  snprintf(before, sizeof before, "%s", query(db, triggers));
  query(db, "BEGIN; INSERT INTO box VALUES ('kept')");
  fails(db, "INSERT INTO box VALUES (interlock_remove('runs'))", 1, "call it by SELECT",
        "a function that does much, inside a writing statement in a transaction");
  gives(db, triggers, before, "does nothing");
  fails(db, "SELECT interlock_apply(replace(" RUNS_RULEBOOK ", 'run_events', 'nowhere'))", 1,
        "nowhere", "a failing apply");
  gives(db, triggers, before, "leaves the earlier rulebook");
  runs(db, "COMMIT", "the transaction goes on");
  gives(db, "SELECT group_concat(v) FROM box", "kept", "with what it had");
  query(db, "CREATE TABLE plain(id INTEGER PRIMARY KEY, s TEXT)");
  runs(db, "INSERT INTO box VALUES (interlock_apply(" PLAIN_RULEBOOK "))",
       "without a transaction the statement itself is one");
  fails(db, "INSERT INTO plain VALUES (1, 'b')", 1811, "interlock P", "and it was done");
  fails(db, "INSERT INTO box SELECT interlock_apply(replace(" PLAIN_RULEBOOK ", '[', 'x'))", 1,
        "rulebook", "one that fails");
  fails(db, "INSERT INTO plain VALUES (1, 'b')", 1811, "interlock P", "changes nothing");
  runs(db, "SELECT interlock_remove('plain'); DROP TABLE box; DROP TABLE plain", "taken away");
  query(
      db,
      "SAVEPOINT a; UPDATE runs SET status = 'running' WHERE id = 'n1'; ROLLBACK TO a; RELEASE a");
  gives(
      db,
      "SELECT status || (SELECT count(*) FROM run_events WHERE run = 'n1') FROM runs WHERE id = 'n1'",
      "new0", "a savepoint undoes a move");
}

/* The application's own triggers write the same guarded tables while a row of ours is under way. */
static void nesting(void) {
  for (int recursive = 0; recursive < 2; recursive++) {
    sqlite3 *db = open_db(":memory:");
    query(db, RUNS);
    query(db, recursive ? "PRAGMA recursive_triggers = ON" : "PRAGMA recursive_triggers = OFF");
    printf("# recursive_triggers %s\n", recursive ? "on" : "off");
    query(
        db,
        "CREATE TRIGGER child AFTER INSERT ON runs WHEN NEW.id NOT LIKE '%.%' BEGIN"
        " INSERT INTO runs(id, status) VALUES (NEW.id || '.1', 'new'), (NEW.id || '.2', 'new'); END");
    query(
        db,
        "CREATE TRIGGER before BEFORE INSERT ON runs WHEN NEW.id NOT LIKE '%.%' BEGIN"
        " INSERT OR IGNORE INTO runs(id, status) VALUES ('z.' || NEW.id, 'new'), ('z.' || NEW.id, 'new'); END");
    runs(db, "INSERT INTO runs(id, status) VALUES ('p', 'new'), ('q', 'new')",
         "an INSERT whose triggers insert into the same table");
    gives(db, "SELECT count(*) || sum(version) FROM runs", "88", "all rows, each at version 1");
    fails(db, "INSERT OR REPLACE INTO runs(id, status) VALUES ('p', 'new')", 1811, "replaced",
          "OR REPLACE with them in between");
    runs(db, "INSERT OR IGNORE INTO runs(id, status) VALUES ('p', 'new')",
         "OR IGNORE with them in between");
    query(db, "DROP TRIGGER child; DROP TRIGGER before");
    query(db, "CREATE TRIGGER sibling BEFORE UPDATE OF status ON runs WHEN NEW.id = 'p' BEGIN"
              " UPDATE runs SET status = NEW.status WHERE id = 'q'; END");
    runs(db, "UPDATE runs SET status = 'running' WHERE id = 'p'",
         "an UPDATE whose BEFORE trigger updates another row");
    gives(
        db,
        "SELECT group_concat(id || version || (started_at IS NOT NULL)) FROM (SELECT * FROM runs WHERE id IN ('p', 'q') ORDER BY id)",
        "p21,q21", "both are stamped and stepped once");
    gives(
        db,
        "SELECT group_concat(run || event) FROM (SELECT * FROM run_events WHERE run IN ('p', 'q') ORDER BY run, event)",
        "pStarted,qStarted", "and have their events");
    query(db, "DROP TRIGGER sibling");
    query(db, "CREATE TRIGGER sibling AFTER UPDATE OF status ON runs WHEN NEW.id = 'p' BEGIN"
              " UPDATE runs SET status = NEW.status WHERE id = 'q'; END");
    runs(db, "UPDATE runs SET status = 'done' WHERE id = 'p'", "the same by an AFTER trigger");
    gives(
        db,
        "SELECT group_concat(id || version || (ended_at IS NOT NULL)) FROM (SELECT * FROM runs WHERE id IN ('p', 'q') ORDER BY id)",
        "p31,q31", "stamped and stepped once");
    fails(db, "UPDATE runs SET status = 'running' WHERE id = 'p'", 1811, "R-1", "and guarded");
    query(db, "DROP TRIGGER sibling");
    query(
        db,
        "CREATE TRIGGER chain AFTER INSERT ON run_events WHEN NEW.event = 'Started' AND NEW.run = 'p.1' BEGIN"
        " UPDATE runs SET status = 'running' WHERE id = 'p.2'; END");
    query(
        db,
        "CREATE TRIGGER chain2 BEFORE INSERT ON run_events WHEN NEW.event = 'Started' AND NEW.run = 'q.1' BEGIN"
        " UPDATE runs SET status = 'running' WHERE id = 'q.2'; END");
    runs(db, "UPDATE runs SET status = 'running' WHERE id IN ('p.1', 'q.1')",
         "an event whose triggers move another row");
    /* With recursive_triggers off SQLite does not fire a trigger within itself: what moves there is
    ** judged, and has no event. */
    if (recursive)
      gives(db,
            "SELECT count(*) FROM runs r WHERE status = 'running'"
            " AND EXISTS (SELECT 1 FROM run_events e WHERE e.run = r.id)",
            "4", "each has its event");
    query(db, "DROP TRIGGER chain; DROP TRIGGER chain2");
    fails(db, "INSERT INTO run_events(run, event) VALUES ('p.1', 'Done')", 1811, "not by hand",
          "none is written by hand after all that");
    gives(
        db,
        "SELECT coalesce(group_concat(rule || ' ' || key || ' ' || message, '; '), 'nothing') FROM interlock_verify()",
        "nothing", "verify finds nothing");
    test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  }
}

static void another_connection(const char *path) {
  sqlite3 *a = open_db(path), *b = open_db(path);
  gives(a, "SELECT fsm_can('runs', 'done', 'new')", "0", "before");
  runs(
      b,
      "SELECT interlock_remove('runs'); SELECT interlock_apply(replace(replace(" RUNS_RULEBOOK
      ", '\"Done\":\"done\"', '\"Done\":\"done\",\"Again\":\"new\"'), '\"version\":\"1\"', '\"version\":\"2\"'))",
      "another connection replaces the rulebook");
  gives(a, "SELECT fsm_can('runs', 'running', 'new')", "1", "this one answers by the new one");
  gives(
      a,
      "INSERT INTO runs(id, status) VALUES ('o', 'new'); UPDATE runs SET status = 'running' WHERE id = 'o';"
      "UPDATE runs SET status = 'new' WHERE id = 'o'; SELECT version FROM runs WHERE id = 'o'",
      "3", "and judges by it");
  query(a, "BEGIN");
  runs(a, "SELECT interlock_remove('runs')", "removed in a transaction");
  fails(a, "SELECT fsm_can('runs', 'running', 'new')", 1, "no rulebook", "gone inside it");
  query(a, "ROLLBACK");
  gives(a, "SELECT fsm_can('runs', 'running', 'new')", "1", "and back with the rollback");
  test_ok(sqlite3_close(a) == SQLITE_OK && sqlite3_close(b) == SQLITE_OK, "close");
}

static void memory(sqlite3 *db) {
  sqlite3_int64 before, after;
  query(db, "DELETE FROM runs; INSERT INTO runs(id, status) VALUES ('m', 'new')");
  for (int i = 0; i < 2000; i++)
    query(db, "UPDATE runs SET note = '{}' WHERE id = 'm'");
  before = sqlite3_memory_used();
  for (int i = 0; i < 20000; i++)
    query(db, i % 2 ? "UPDATE runs SET note = '{}' WHERE id = 'm'"
                    : "UPDATE runs SET status = 'done' WHERE id = 'm'");
  after = sqlite3_memory_used();
  test_ok(after - before < 20000,
          "20,000 statements, half of them refused: memory grew by %lld bytes",
          (long long)(after - before));
}

static void plans(void) {
  sqlite3 *db = open_db(":memory:");
  int bad = 0;
  for (int i = 0; i < 300; i++) {
    char sql[700];
    snprintf(
        sql, sizeof sql,
        "CREATE TABLE t%d(id INTEGER PRIMARY KEY, s TEXT); SELECT interlock_apply('{\"interlock\":1,\"name\":\"t%d\",\"version\":\"1\","
        "\"tables\":{\"t%d\":{\"key\":[\"id\"],\"enum\":{\"rule\":\"E\",\"columns\":{\"s\":[\"a\"]}}}}}'); INSERT INTO t%d VALUES (1, 'a')",
        i, i, i, i);
    bad += *query(db, sql) != 0;
  }
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 300; i++) {
      char sql[100];
      snprintf(sql, sizeof sql, "UPDATE t%d SET s = 'b'", i);
      bad += strstr(query(db, sql), "interlock E") == NULL;
    }
  }
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "300 guarded tables in one call");
  test_ok(bad == 0, "300 guarded tables, more than the cache holds");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

static void disk_full(const char *path) {
  char pages[64];
  sqlite3 *db;
  int full = 0;
  remove_db(path);
  db = open_db(path);
  query(db, RUNS "INSERT INTO runs(id, status) VALUES ('d', 'new')");
  snprintf(pages, sizeof pages, "PRAGMA max_page_count = %d",
           atoi(query(db, "PRAGMA page_count")) + 2);
  query(db, pages);
  for (int i = 0; i < 400 && !full; i++) {
    char sql[400];
    snprintf(
        sql, sizeof sql,
        "INSERT INTO runs(id, status, note) VALUES ('f%d', 'new', '{\"x\":\"%0100d\"}'); UPDATE runs SET status = 'running' WHERE id = 'f%d'",
        i, i, i);
    full = strncmp(query(db, sql), "error 13", 8) == 0;
  }
  test_ok(full, "the disk is full");
  fails(db, "SELECT interlock_install('textops', 'main')", 1, "",
        "install fails (the name Runs is taken)");
  query(db, "SELECT interlock_remove('runs')");
  gives(
      db,
      "SELECT count(*) FROM runs r WHERE (status = 'running') <> (SELECT count(*) FROM run_events e WHERE e.run = r.id)",
      "0", "every row has its event or is unmoved");
  gives(db, "PRAGMA integrity_check", "ok", "the database is whole");
  query(db, "PRAGMA max_page_count = 1000000");
  runs(
      db,
      "SELECT interlock_apply(" RUNS_RULEBOOK
      "); INSERT INTO runs(id, status) VALUES ('later', 'new'); UPDATE runs SET status = 'running' WHERE id = 'later'",
      "and works again once there is room");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

int main(void) {
  const char *path = scratch("session.db");
  remove_db(path);
  sqlite3 *db = open_db(path);
  runs(db, RUNS "INSERT INTO runs(id, status) VALUES ('n1', 'new'), ('n2', 'new')", "set up");
  clock_in_a_statement(db);
  all_or_nothing(db);
  nesting();
  memory(db);
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  another_connection(path);
  plans();
  disk_full(scratch("full.db"));
  return test_end();
}
