/* test_settings.c: the host's switches and kinds of database: what must work works, what must fail closed does. */
#include "host.h"
#include <sys/stat.h>

static void trusted_schema(void) {
  sqlite3 *db = open_db(":memory:");
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  runs(db, RUNS, "trusted_schema=OFF: install and apply");
  runs(db,
       "INSERT INTO runs(id, status, note) VALUES ('a', 'new', '{}');"
       "UPDATE runs SET status = 'running' WHERE id = 'a'",
       "trusted_schema=OFF: legal writes");
  gives(db, "SELECT group_concat(event) FROM run_events", "Started", "and their events");
  gives(db, "SELECT version || (started_at IS NOT NULL) || (touched_at IS NOT NULL) FROM runs",
        "211", "and their stamps");
  fails(db, "UPDATE runs SET status = 'new'", 1811, "interlock R-1",
        "trusted_schema=OFF: illegal ones");
  runs(
      db,
      "CREATE VIEW v AS SELECT interlock_set_actor('evil'); CREATE VIEW w AS SELECT * FROM interlock_doctor()",
      "a schema may name our functions");
  fails(db, "SELECT * FROM v", 1, "unsafe use of interlock_set_actor()",
        "but not call one that writes");
  fails(db, "SELECT * FROM w", 1, "unsafe use of virtual table", "nor one that reads the catalog");
  sqlite3_close(db);
  db = open_db(":memory:");
  runs(
      db,
      "CREATE TABLE t(a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT interlock_set_mode('load'); END",
      "a trigger that calls a writing function");
  fails(db, "INSERT INTO t VALUES (1)", 1, "unsafe use of interlock_set_mode()",
        "cannot, with trusted_schema=ON either");
  runs(
      db,
      "CREATE TABLE u(k TEXT CHECK (k = dedup_key('a', 'b')), us INTEGER AS (instant_us(at)), at TEXT,"
      " made TEXT DEFAULT (interlock_now()));"
      "INSERT INTO u(k, at) VALUES (dedup_key('a', 'b'), '2026-01-01T00:00:00Z')",
      "pure functions work in CHECKs and generated columns, the clock in defaults");
  gives(db, "SELECT us FROM u", "1767225600000000", "with their results");
  sqlite3_close(db);
}

static void defensive(void) {
  sqlite3 *db = open_db(":memory:");
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  runs(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')", "defensive mode: all the same");
  fails(db, "UPDATE runs SET status = 'done'", 1811, "interlock R-1", "defensive mode: guards");
  sqlite3_close(db);
}

static void without_library(void) {
  const char *path = scratch("without.db");
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')");
  sqlite3_close(db);
  db = open_plain(path, READ_WRITE);
  fails(db, "INSERT INTO runs(id, status) VALUES ('b', 'new')", 1, "no such function: il1_",
        "without the library: INSERT fails");
  fails(db, "INSERT OR REPLACE INTO runs(id, status) VALUES ('a', 'done')", 1,
        "no such function: il1_", "OR REPLACE too");
  fails(db, "INSERT OR IGNORE INTO runs(id, status) VALUES ('b', 'done')", 1,
        "no such function: il1_", "OR IGNORE too");
  fails(db, "UPDATE runs SET status = 'done'", 1, "no such function: il1_", "UPDATE too");
  fails(db, "UPDATE runs SET id = 'c'", 1, "no such function: il1_", "UPDATE of a key too");
  fails(db, "DELETE FROM run_events", 1, "no such function: il1_", "DELETE of a log too");
  gives(db, "SELECT status FROM runs", "new", "reading works");
  gives(db, "PRAGMA integrity_check", "ok", "integrity_check works");
  sqlite3_close(db);
}

static void read_only(void) {
  const char *path = scratch("readonly.db");
  remove_db(path);
  sqlite3 *db = open_db(path);
  query(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')");
  sqlite3_close(db);
  db = open_plain(path, SQLITE_OPEN_READONLY);
  test_ok(load(db, NULL) == SQLITE_OK, "a read-only file: loads");
  gives(db, "SELECT fsm_can('runs', 'new', 'running')", "1", "read-only: functions that read");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "read-only: verify");
  fails(db, "UPDATE runs SET status = 'running'", 8, "readonly",
        "read-only: a write is SQLite's error");
  fails(db, "SELECT fsm_transition('runs', 'a', 'running')", 8, "readonly",
        "also through a function");
  fails(db, "SELECT interlock_apply(" RUNS_RULEBOOK ")", 8, "readonly", "and through apply");
  gives(db, "SELECT fsm_label('runs', 'new')", "new", "and afterwards all is well");
  test_ok(sqlite3_get_autocommit(db), "no transaction is left open");
  test_ok(sqlite3_close(db) == SQLITE_OK, "read-only: close");
}

static void utf16(void) {
  static const char *const encodings[] = {"UTF-16le", "UTF-16be"};
  for (int i = 0; i < 2; i++) {
    sqlite3 *db = open_db(":memory:");
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA encoding = '%s'", encodings[i]);
    query(db, sql);
    runs(db,
         RUNS
         "INSERT INTO runs(id, status, note) VALUES ('zwölf €', 'new', '{\"ä\": \"\\u20ac\"}');"
         "UPDATE runs SET status = 'running'",
         encodings[i]);
    gives(db, "SELECT event || ' ' || run FROM run_events WHERE event = 'Started'",
          "Started zwölf €", "UTF-16: event and key");
    fails(db, "UPDATE runs SET status = 'neu'", 1811, "(id=zwölf €)",
          "UTF-16: refusal names the key");
    fails(db, "UPDATE runs SET note = '[]'", 1811, "interlock R-5", "UTF-16: JSON");
    gives(db, "SELECT json_extract(fsm_transition('runs', 'zwölf €', 'done'), '$.state')", "done",
          "UTF-16: fsm_transition");
    gives(db, "SELECT group_concat(to_state) FROM fsm_history('runs', 'zwölf €')", "running,done",
          "UTF-16: history");
    fails(db, "INSERT OR REPLACE INTO runs(id, status) VALUES ('zwölf €', 'new')", 1811,
          "cannot be replaced", "UTF-16: OR REPLACE");
    sqlite3_close(db);
  }
}

static void attached(void) {
  const char *path = scratch("attached.db");
  char sql[600];
  remove_db(path);
  sqlite3 *db = open_db(":memory:");
  snprintf(sql, sizeof sql, "ATTACH '%s' AS ops", path);
  runs(db, sql, "attach");
  runs(db, "SELECT interlock_install('textops', 'ops')", "install into an attached database");
  gives(db, "SELECT count(*) FROM main.sqlite_schema", "0", "nothing goes into main");
  gives(db, "SELECT schema FROM interlock_systems() WHERE system = 'textops'", "ops",
        "listed there");
  gives(db, "SELECT count(*) > 0 FROM fsm_states('ops.Runs')", "1", "named with its database");
  gives(db, "SELECT count(*) > 0 FROM fsm_states('runs')", "1", "found without it");
  gives(db, "SELECT count(*) FROM interlock_verify('ops.Runs')", "0",
        "verify of an attached table");
  query(db, "CREATE TABLE Runs(x)");
  fails(db, "SELECT count(*) FROM fsm_states('Runs')", 1, "no rulebook", "main comes first");
  gives(db, "SELECT count(*) > 0 FROM fsm_states('ops.Runs')", "1",
        "the name with a database still finds it");
  runs(db, "DROP TABLE Runs; SELECT interlock_uninstall('textops', 'ops')", "uninstall");
  runs(db, "DETACH ops", "nothing holds the attached database");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

static void temporary(void) {
  sqlite3 *db = open_db(":memory:");
  runs(db, "CREATE TEMP TABLE draft(id INTEGER PRIMARY KEY, state TEXT)", "temp table");
  runs(
      db,
      "SELECT interlock_apply('{\"interlock\":1,\"name\":\"d\",\"version\":\"1\",\"tables\":{\"draft\":"
      "{\"key\":[\"id\"],\"machines\":[{\"rule\":\"D-1\",\"column\":\"state\",\"initial\":\"a\",\"states\":"
      "{\"a\":{\"to\":[\"b\"]},\"b\":{\"type\":\"final\"}}}]}}}', 'temp')",
      "a rulebook on a temp table");
  runs(db, "INSERT INTO draft VALUES (1, 'a')", "temp table: legal");
  fails(db, "INSERT INTO draft VALUES (2, 'b')", 1811, "cannot be born as b",
        "temp table: illegal");
  gives(db, "SELECT fsm_can('draft', 'a', 'b')", "1", "temp table: found by name");
  query(db, "CREATE TABLE main.draft(id INTEGER PRIMARY KEY, state TEXT)");
  gives(db, "SELECT fsm_can('draft', 'a', 'b')", "1", "temp table: before main's of the same name");
  test_ok(sqlite3_close(db) == SQLITE_OK, "temp table: close");
}

static void pragmas(void) {
  sqlite3 *db = open_db(":memory:");
  gives(db, "PRAGMA recursive_triggers", "0", "loading leaves recursive_triggers alone");
  gives(db, "PRAGMA foreign_keys", "0", "and foreign_keys");
  gives(db, "SELECT count(*) FROM sqlite_schema", "0", "and the schema");
  for (int recursive = 0; recursive < 2; recursive++) {
    query(db, recursive ? "PRAGMA recursive_triggers = ON" : "PRAGMA recursive_triggers = OFF");
    query(db, recursive ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
    query(db, "DROP TABLE IF EXISTS runs; DROP TABLE IF EXISTS run_events; " RUNS);
    runs(db,
         "INSERT INTO runs(id, status, job) VALUES ('a', 'new', 'j'), ('b', 'new', 'k');"
         "UPDATE runs SET status = 'running'; UPDATE runs SET status = 'done' WHERE id = 'a'",
         recursive ? "recursive_triggers=ON: legal" : "recursive_triggers=OFF: legal");
    gives(db, "SELECT version FROM runs WHERE id = 'a'", "3", "stepped once a change");
    gives(db, "SELECT count(*) FROM run_events", "3", "one event a change");
    fails(db, "REPLACE INTO runs(id, status) VALUES ('a', 'new')", 1811, "interlock R-",
          "REPLACE by the key");
    fails(db, "REPLACE INTO runs(id, status, job) VALUES ('c', 'new', 'j')", 1811, "interlock R-",
          "REPLACE by another unique key");
    fails(db, "UPDATE OR REPLACE runs SET job = 'j' WHERE id = 'b'", 1811, "interlock R-",
          "UPDATE OR REPLACE of another row");
    fails(db, "REPLACE INTO run_events(id, run, event) VALUES (1, 'x', 'y')", 1811, "interlock R-",
          "REPLACE in the log");
    gives(db, "SELECT group_concat(id || status) FROM (SELECT * FROM runs ORDER BY id)",
          "adone,brunning", "nothing changed");
    runs(
        db,
        "INSERT OR IGNORE INTO runs(id, status) VALUES ('a', 'new');"
        "INSERT INTO runs(id, status) VALUES ('a', 'new') ON CONFLICT DO NOTHING;"
        "INSERT INTO runs(id, status) VALUES ('b', 'new') ON CONFLICT(id) DO UPDATE SET note = '{}'",
        "what has nothing to write, or updates, is let through");
    gives(db, "SELECT status || note FROM runs WHERE id = 'b'", "running{}",
          "and does what it says");
  }
  sqlite3_close(db);
}

/* An application may forbid the table that owns the cache, or have a table of its name: nothing breaks. */
static int forbid(void *ctx, int action, const char *a, const char *b, const char *c,
                  const char *d) {
  (void)ctx, (void)b, (void)c, (void)d;
  return action == SQLITE_READ && a && strcmp(a, "interlock_statements") == 0 ? SQLITE_DENY
                                                                              : SQLITE_OK;
}

static void authorizer(void) {
  sqlite3 *db = open_db(":memory:");
  sqlite3_set_authorizer(db, forbid, NULL);
  runs(
      db,
      RUNS
      "INSERT INTO runs(id, status) VALUES ('a', 'new'); SELECT fsm_transition('runs', 'a', 'running')",
      "an authorizer that forbids the cache");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  db = open_db(":memory:");
  query(db, "CREATE TABLE interlock_statements(x)");
  runs(
      db,
      RUNS
      "INSERT INTO runs(id, status) VALUES ('a', 'new'); SELECT fsm_transition('runs', 'a', 'running')",
      "a table that has the cache's name");
  test_ok(sqlite3_next_stmt(db, NULL) == NULL, "then no statement is kept");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

int main(void) {
  trusted_schema();
  defensive();
  without_library();
  read_only();
  utf16();
  attached();
  temporary();
  pragmas();
  authorizer();
  return test_end();
}
