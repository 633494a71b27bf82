/* test_tick.c: jobs that take turns, fail, find the file locked, and are called where nothing can be undone. */
#include "host.h"

static void make(sqlite3 *db, const char *name) {
  char sql[1024];
  snprintf(
      sql, sizeof sql,
      "CREATE TABLE %s (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'open', since TEXT); "
      "SELECT interlock_apply('{\"interlock\": 1, \"name\": \"%s\", \"tables\": {\"%s\": {\"machines\": "
      "{\"rule\": \"R-1\", \"column\": \"state\", \"initial\": \"open\", \"states\": {\"open\": {\"to\": [\"late\"], "
      "\"after\": {\"1000\": {\"target\": \"late\", \"since\": \"since\"}}}, \"late\": {\"type\": \"final\"}}}}}}')",
      name, name, name);
  runs(db, sql, name);
}

static sqlite3 *fresh(const char *name) {
  remove_db(name);
  sqlite3 *db = open_db(name);
  query(db, "PRAGMA journal_mode = WAL");
  make(db, "a");
  make(db, "b");
  runs(db, "CREATE TABLE log (n)", "a table of the application");
  return db;
}

#define DUE(table, n)                                                                              \
  "INSERT INTO " table                                                                             \
  "(since) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < " #n ") "      \
  "SELECT '2020-01-01T00:00:00Z' FROM c"
#define LATE(table) "SELECT count(*) FROM " table " WHERE state = 'late'"

static void turns(void) {
  sqlite3 *db = fresh(scratch("turns.db"));
  runs(db, DUE("a", 600), "600 are due");
  runs(db, DUE("b", 600), "and 600 of another table");
  gives(db, "SELECT interlock_tick(500)", "500", "the limit is the tick's, not the table's");
  gives(db, LATE("a"), "300", "both had their turn");
  gives(db, LATE("b"), "200", "in batches");
  gives(db, "SELECT interlock_tick()", "700", "the rest");
  gives(db, "SELECT group_concat(\"table\" || ' ' || done) FROM interlock_activity()",
        "a 300,b 400", "as the activity says");
  sqlite3_int64 before = sqlite3_total_changes64(db);
  sqlite3 *other = open_db(scratch("turns.db"));
  query(other, "PRAGMA data_version");
  char version[64];
  snprintf(version, sizeof version, "%s", query(other, "PRAGMA data_version"));
  gives(db, "SELECT interlock_tick()", "0", "nothing is due");
  test_ok(sqlite3_total_changes64(db) == before, "and nothing is written");
  gives(other, "PRAGMA data_version", version, "as another connection sees it");
  sqlite3_close(other);
  test_ok(sqlite3_close(db) == SQLITE_OK, "closed");
}

static void failures(void) {
  sqlite3 *db = fresh(scratch("failures.db"));
  runs(db, DUE("a", 3), "three");
  runs(db, DUE("b", 3), "and three");
  runs(
      db,
      "CREATE TRIGGER odd BEFORE UPDATE ON a WHEN NEW.id = 2 BEGIN SELECT RAISE(ABORT, 'not the second'); END",
      "one is refused");
  gives(db, "SELECT interlock_tick()", "5", "the others are done");
  gives(db, "SELECT error FROM interlock_activity() WHERE \"table\" = 'a'", "not the second",
        "it is noted");
  test_ok(sqlite3_get_autocommit(db), "no transaction is left open");
  runs(db, "DROP TRIGGER odd", "one that rolls the transaction back");
  runs(
      db,
      "CREATE TRIGGER odd BEFORE UPDATE ON a WHEN NEW.id = 2 BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END",
      "in its place");
  runs(db, DUE("a", 2), "two more");
  query(db, "SELECT interlock_tick()");
  query(db, "SELECT interlock_tick()");
  gives(db, LATE("a"), "4", "the others are done");
  test_ok(sqlite3_get_autocommit(db), "no transaction is left open");
  runs(db, "DROP TRIGGER odd", "no trigger");
  gives(db, "SELECT interlock_tick()", "1", "it is done at last");
  runs(db, "BEGIN; SELECT 1", "a transaction");
  runs(db, DUE("a", 1), "one");
  gives(db, "SELECT interlock_tick()", "1", "ticks in it");
  runs(db, "ROLLBACK", "and is rolled back");
  gives(db, LATE("a"), "5", "with it");
  test_ok(sqlite3_close(db) == SQLITE_OK, "closed");
}

static void writing_statement(void) {
  sqlite3 *db = fresh(scratch("writing.db"));
  runs(db, DUE("a", 3), "three");
  runs(db, "INSERT INTO log SELECT interlock_tick()",
       "in a statement that writes and is the transaction");
  gives(db, "SELECT n FROM log", "3", "it ticks");
  runs(db, DUE("a", 3), "three more");
  runs(
      db,
      "CREATE TRIGGER odd BEFORE UPDATE ON a WHEN NEW.id = 5 BEGIN SELECT RAISE(ABORT, 'not the fifth'); END",
      "one is refused");
  test_ok(strstr(query(db, "INSERT INTO log SELECT interlock_tick()"), "not the fifth") != NULL,
          "what cannot be undone alone is the statement's error");
  gives(db, LATE("a"), "3", "and is undone with it");
  gives(db, "SELECT count(*) FROM log", "1", "all of it");
  runs(db, "BEGIN", "in a transaction");
  test_ok(strstr(query(db, "INSERT INTO log SELECT interlock_tick()"), "call it by SELECT") != NULL,
          "it is refused");
  runs(db, "COMMIT", "the transaction goes on");
  gives(db, LATE("a"), "3", "nothing was done");
  test_ok(sqlite3_close(db) == SQLITE_OK, "closed");
}

static void locked(void) {
  const char *path = scratch("locked.db");
  sqlite3 *db = fresh(path), *other = open_db(path);
  runs(db, DUE("a", 3), "three");
  runs(other, "BEGIN IMMEDIATE", "somebody writes");
  sqlite3_busy_timeout(db, 50);
  gives(db, "SELECT interlock_tick()", "0", "nothing can be done now");
  runs(other, "COMMIT", "until it is over");
  gives(db, "SELECT interlock_tick()", "3", "then it is");
  sqlite3_close(other);
  test_ok(sqlite3_close(db) == SQLITE_OK, "closed");
}

int main(void) {
  turns();
  failures();
  writing_statement();
  locked();
  return test_end();
}
