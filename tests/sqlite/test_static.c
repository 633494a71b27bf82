/* test_static.c: compiled into a program (-DSQLITE_CORE): by sqlite3_auto_extension, and connection by connection. */
#include "host.h"
#include "interlock.h"

int main(void) {
  sqlite3 *db = open_plain(":memory:", READ_WRITE);
  fails(db, "SELECT interlock_version()", 1, "no such function", "a connection opened before");
  test_ok(interlock_sqlite_init(db) == SQLITE_OK, "interlock_sqlite_init");
  runs(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')", "works");
  fails(db, "UPDATE runs SET status = 'done'", 1811, "interlock R-1", "guards");
  test_ok(interlock_sqlite_init(db) == SQLITE_OK, "a second time");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  test_ok(sqlite3_auto_extension((void (*)(void))sqlite3_interlock_init) == SQLITE_OK,
          "auto_extension");
  for (int i = 0; i < 3; i++) {
    db = open_plain(":memory:", READ_WRITE);
    runs(
        db,
        RUNS
        "INSERT INTO runs(id, status) VALUES ('a', 'new'); SELECT fsm_transition('runs', 'a', 'running')",
        "every new connection has it");
    test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  }
  sqlite3_reset_auto_extension();
  return test_end();
}
