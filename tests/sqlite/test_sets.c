/* test_sets.c: set functions as table-valued functions: arguments, joins, NULLs, types. */
#include "host.h"

static void arguments(sqlite3 *db) {
  fails(db, "SELECT * FROM fsm_states", 1, "fsm_states: argument 1 (table_name) is missing",
        "argument 1 missing");
  fails(db, "SELECT * FROM fsm_states()", 1, "fsm_states: argument 1 (table_name) is missing",
        "also with ()");
  fails(db, "SELECT * FROM fsm_allowed('runs')", 1, "fsm_allowed: argument 2 (state) is missing",
        "argument 2 missing");
  fails(db, "SELECT * FROM fsm_states(NULL)", 1,
        "fsm_states: argument 1 (table_name) must not be NULL", "argument 1 NULL");
  fails(db, "SELECT * FROM fsm_states('runs', 'status', 3)", 1, "too many arguments", "too many");
  fails(db, "SELECT * FROM fsm_states('nowhere')", 1, "nowhere", "no such table");
  gives(db, "SELECT count(*) FROM fsm_states('runs', NULL)", "4",
        "NULL for an optional one is its default");
  gives(db, "SELECT count(*) FROM fsm_states WHERE table_name = 'runs'", "4", "by WHERE");
  gives(db, "SELECT count(*) FROM fsm_states WHERE table_name IN ('runs', 'runs')", "4", "by IN");
  gives(db, "SELECT count(*) FROM fsm_states('runs') WHERE state = 'new' OR code = 'done'", "2",
        "with OR");
  gives(db, "SELECT count(*) FROM fsm_states('runs') WHERE table_name = 'other'", "0",
        "an argument and another value for it");
  gives(db, "SELECT table_name || column_name FROM fsm_states('runs', 'status') LIMIT 1",
        "runsstatus", "hidden columns show the arguments");
  gives(db, "SELECT count(*) FROM interlock_rules()",
        query(db, "SELECT count(*) FROM interlock_rules"), "no argument");
  gives(db, "SELECT group_concat(name) FROM pragma_table_info('fsm_transitions')",
        "from_state,to_state,event", "columns");
}

static void joins(sqlite3 *db) {
  gives(
      db,
      "SELECT group_concat(s.state || '>' || a.to_state) FROM fsm_states('runs') s, fsm_allowed('runs', s.state) a",
      "new>running,new>gone,running>done", "an argument from the row before");
  gives(
      db,
      "SELECT group_concat(s.state || '>' || a.to_state) FROM fsm_allowed('runs', s.state) a, fsm_states('runs') s",
      "new>running,new>gone,running>done", "written in the other order");
  gives(
      db,
      "SELECT group_concat(s.state) FROM fsm_states('runs') s LEFT JOIN fsm_allowed('runs', s.state) a ON 1"
      " WHERE a.to_state IS NULL",
      "done,gone", "LEFT JOIN");
  gives(db, "SELECT count(*) FROM fsm_states('runs') a, fsm_states('runs') b", "16", "with itself");
  gives(
      db,
      "SELECT group_concat(DISTINCT r.\"table\") FROM interlock_rules() r JOIN sqlite_schema m ON m.name = r.\"table\"",
      "run_events,runs", "with a table; a column named like a keyword");
  gives(db, "SELECT (SELECT count(*) FROM fsm_allowed('runs', r.status)) FROM runs r", "2",
        "in a correlated subquery");
  fails(db, "SELECT * FROM fsm_states(s.state), fsm_states(t.state) s, fsm_states(s.state) t", 1,
        "", "a circle of arguments");
  gives(
      db,
      "SELECT count(*) FROM (SELECT state FROM fsm_states('runs') UNION SELECT to_state FROM fsm_transitions('runs'))",
      "4", "in a compound");
  gives(
      db,
      "WITH RECURSIVE r(s) AS (SELECT 'new' UNION SELECT a.to_state FROM r, fsm_allowed('runs', r.s) a)"
      " SELECT group_concat(s) FROM r",
      "new,running,gone,done", "in a recursive query");
}

static void rows(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  int n = 0;
  gives(db, "SELECT state FROM fsm_states('runs') ORDER BY state LIMIT 1 OFFSET 1", "gone",
        "ORDER BY, LIMIT, OFFSET");
  gives(db, "SELECT count(rowid) FROM fsm_states('runs')", "4", "rowid");
  sqlite3_prepare_v2(db, "SELECT state FROM fsm_states(?1)", -1, &stmt, NULL);
  for (int round = 0; round < 3; round++) {
    sqlite3_bind_text(stmt, 1, "runs", -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW)
      n++;
    sqlite3_reset(stmt);
  }
  test_ok(n == 12, "a prepared statement, three times");
  /* SQLite drops no table or index while the connection reads; then nothing of the rulebook goes. */
  sqlite3_bind_text(stmt, 1, "runs", -1, SQLITE_STATIC);
  sqlite3_step(stmt);
  fails(db, "SELECT interlock_remove('runs')", 6, "locked",
        "the rulebook is not removed under a reader");
  gives(db, "SELECT count(*) FROM interlock_doctor() WHERE \"table\" <> ''", "0", "nor half of it");
  for (n = 1; sqlite3_step(stmt) == SQLITE_ROW;)
    n++;
  test_ok(n == 4, "the reader reads on to the end");
  sqlite3_finalize(stmt);
  runs(db, "SELECT interlock_remove('runs')", "removed after that");
  fails(db, "INSERT INTO fsm_states VALUES (1, 2, 3)", 1, "may not be modified", "read-only");
}

int main(void) {
  sqlite3 *db = open_db(":memory:");
  runs(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')", "set up");
  arguments(db);
  joins(db);
  rows(db);
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  return test_end();
}
