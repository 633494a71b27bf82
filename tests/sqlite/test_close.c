/* test_close.c: sqlite3_close() says SQLITE_OK after any use and leaves no file open; loading, closing and loading again. */
#include "host.h"

static void use_everything(sqlite3 *db) {
  query(db, RUNS);
  query(db, "INSERT INTO runs(id, status) VALUES ('a', 'new'), ('b', 'new')");
  query(db, "SELECT fsm_transition('runs', 'a', 'running')");
  query(db, "SELECT fsm_can('runs', 'new', 'running'), fsm_label('runs', 'new')");
  query(db, "SELECT count(*) FROM fsm_states('runs'), fsm_transitions('runs')");
  query(db, "SELECT count(*) FROM interlock_rules()");
  query(db, "SELECT count(*) FROM interlock_verify()");
  query(db, "SELECT count(*) FROM interlock_doctor()");
  query(db, "SELECT count(*) FROM fsm_history('runs', 'a')");
  query(db, "SELECT interlock_tick()");
  query(db, "UPDATE runs SET status = 'new' WHERE id = 'a'"); /* refused */
  query(db, "SELECT interlock_diagram('runs')");
  query(db, "SELECT fsm_can('nowhere', 'a', 'b')"); /* error */
}

static void close_after_use(void) {
  const char *path = scratch("close.db");
  int before = open_files();
  remove_db(path);
  sqlite3 *db = open_db(path);
  use_everything(db);
  gives(db, "SELECT status FROM runs WHERE id = 'a'", "running", "the library was really used");
  test_ok(sqlite3_next_stmt(db, NULL) != NULL, "it keeps prepared statements");
  test_ok(sqlite3_close(db) == SQLITE_OK, "sqlite3_close after use");
  test_ok(open_files() == before, "no file descriptor is left");
  db = open_db(path);
  use_everything(db);
  test_ok(sqlite3_close_v2(db) == SQLITE_OK, "sqlite3_close_v2 after use");
  test_ok(open_files() == before, "no file descriptor is left after close_v2");
}

/* Close is refused while the application has a statement; by then SQLite has disconnected the table that owns the cache. */
static void refused_close(void) {
  const char *path = scratch("refused.db");
  sqlite3_stmt *stmt = NULL;
  int before = open_files();
  remove_db(path);
  sqlite3 *db = open_db(path);
  use_everything(db);
  sqlite3_prepare_v2(db, "SELECT 1", -1, &stmt, NULL);
  test_ok(sqlite3_close(db) == SQLITE_BUSY, "close is refused while a statement is open");
  gives(db, "SELECT fsm_can('runs', 'new', 'running')", "1", "usable after the refusal");
  gives(db, "SELECT json_extract(fsm_transition('runs', 'b', 'running'), '$.result')", "done",
        "writing functions too");
  gives(db, "SELECT count(*) FROM fsm_states('runs')", "4", "set functions too");
  sqlite3_finalize(stmt);
  test_ok(sqlite3_close(db) == SQLITE_OK, "the second close succeeds");
  test_ok(open_files() == before, "and leaves no file descriptor");
}

static void in_the_middle(void) {
  sqlite3 *db = open_db(":memory:");
  sqlite3_stmt *stmt = NULL;
  query(db, RUNS);
  sqlite3_prepare_v2(db, "SELECT s.state FROM fsm_states('runs') s", -1, &stmt, NULL);
  sqlite3_step(stmt);
  sqlite3_reset(stmt);
  sqlite3_step(stmt);
  sqlite3_finalize(stmt);
  query(db, "BEGIN; INSERT INTO runs(id, status) VALUES ('x', 'new')");
  query(db, "INSERT INTO runs(id, status) VALUES ('y', 'done')"); /* refused */
  test_ok(sqlite3_close(db) == SQLITE_OK, "close with an open transaction and a refused statement");
}

static void loading(void) {
  sqlite3 *db = open_db(":memory:");
  char *message = NULL;
  query(db, "SELECT interlock_set_actor('ada')");
  test_ok(load(db, &message) == SQLITE_OK, "loading twice");
  sqlite3_free(message);
  query(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new');"
                 "UPDATE runs SET status = 'running'");
  gives(db, "SELECT actor FROM run_events WHERE event = 'Started'", "ada",
        "a second load leaves the session as it is");
  sqlite3_stmt *stmt = NULL;
  sqlite3_enable_load_extension(db, 1);
  sqlite3_prepare_v2(db, "SELECT interlock_version(), load_extension(?1)", -1, &stmt, NULL);
  sqlite3_bind_text(stmt, 1, library(), -1, SQLITE_STATIC);
  test_ok(sqlite3_step(stmt) == SQLITE_ROW, "loading inside a statement that uses the library");
  sqlite3_finalize(stmt);
  test_ok(sqlite3_close(db) == SQLITE_OK, "close after loading twice");
  test_table t = {0, 0};
  for (int i = 0; i < 50; i++) {
    db = open_db(":memory:");
    if (i % 2) use_everything(db);
    test_case(&t, sqlite3_close(db) == SQLITE_OK, "round %d", i);
  }
  test_table_end(&t, "connections one after the other");
}

/* An application may drop all modules, or put a function of its own in the place of one of ours. */
static void taken_apart(void) {
  sqlite3 *db = open_db(":memory:");
  use_everything(db);
  sqlite3_create_function_v2(db, "fsm_can", 3, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
  sqlite3_drop_modules(db, NULL);
  gives(db, "SELECT fsm_label('runs', 'new')", "new", "functions work without the modules");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close after sqlite3_drop_modules");
}

int main(void) {
  sqlite3_int64 before;
  sqlite3_initialize();
  before = sqlite3_memory_used();
  close_after_use();
  refused_close();
  in_the_middle();
  loading();
  taken_apart();
  test_ok(sqlite3_memory_used() == before, "all memory is given back");
  return test_end();
}
