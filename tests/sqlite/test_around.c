/*
** test_around.c: ways around a guard that are no trap of one statement: guards that are half gone, tables that are
** renamed, triggers and views of the user's own. Whatever is not refused, interlock_doctor() must say.
*/
#include "host.h"

#define MACHINE                                                                                    \
  "\"machines\":{\"rule\":\"M\",\"column\":\"s\",\"initial\":\"new\",\"states\":{\"new\":{\"to\":" \
  "[\"run\"]},\"run\":{\"to\":[\"done\"]},\"done\":{\"type\":\"final\"}}}"
#define BOOK(name, tables)                                                                         \
  "SELECT interlock_apply('{\"interlock\":1,\"name\":\"" name                                      \
  "\",\"version\":\"1\",\"tables\":{" tables "}}');"
#define T "CREATE TABLE t(k INTEGER PRIMARY KEY, s TEXT NOT NULL DEFAULT 'new', x TEXT UNIQUE);"
#define PROBLEMS                                                                                   \
  "SELECT ifnull(group_concat(problem, ' / '), '') FROM interlock_doctor() WHERE \"table\" IS NOT NULL"

static sqlite3 *start(const char *sql) {
  sqlite3 *db = open_db(":memory:");
  query(db, "PRAGMA foreign_keys = ON");
  runs(db, sql, "tables and rules");
  return db;
}

/* Somebody dropped one trigger of a guard: the others say that, and not something untrue. */
static void half_a_guard(void) {
  sqlite3 *db = start(T BOOK("b", "\"t\":{" MACHINE "}"));
  runs(db, "INSERT INTO t(k, x) VALUES (1, 'a'); DROP TRIGGER interlock_t_insert", "half a guard");
  fails(db, "INSERT INTO t(k) VALUES (2)", 1, "t: a trigger of its guard did not run", "a row");
  fails(db, "INSERT OR REPLACE INTO t(k) VALUES (1)", 1, "see interlock_doctor()", "a REPLACE");
  gives(db, PROBLEMS, "trigger interlock_t_insert is missing", "the doctor says which");
  runs(db, BOOK("b", "\"t\":{" MACHINE "}"), "applied again");
  gives(db, PROBLEMS, "", "it is put back");
  runs(db, "INSERT INTO t(k) VALUES (2)", "and rows come in");
  sqlite3_close(db);
}

/* The key of a row is not known before the database has chosen it. */
static void chosen_keys(void) {
  sqlite3 *db = start(T BOOK("b", "\"t\":{\"length\":{\"rule\":\"L\",\"columns\":{\"x\":2}}}"));
  fails(db, "INSERT INTO t(x) VALUES ('long')", 1811, "not 4", "a key to be chosen");
  test_ok(!strstr(query(db, "INSERT INTO t(x) VALUES ('long')"), "k="), "is not named");
  fails(db, "INSERT INTO t(k, x) VALUES (7, 'long')", 1811, "(k=7)", "a given one is");
  sqlite3_close(db);
}

/* The guard goes with a table that is renamed, and comes off it whole. */
static void renamed(void) {
  sqlite3 *db = start(T BOOK("b", "\"t\":{" MACHINE "}"));
  runs(db, "INSERT INTO t(x) VALUES ('a'); ALTER TABLE t RENAME TO u", "renamed");
  fails(db, "UPDATE u SET s = 'done'", 1811, "t.s cannot go from new to done", "still guarded");
  fails(db, "INSERT OR REPLACE INTO u(k) VALUES (1)", 1811, "replaced", "against REPLACE too");
  gives(db, "SELECT problem LIKE '%no longer fits%' FROM interlock_doctor()", "1", "doctor");
  runs(db, "ALTER TABLE u RENAME COLUMN s TO state", "a column renamed");
  fails(db, "UPDATE u SET state = 'done'", 1811, "t.s cannot go", "still guarded");
  fails(db, "ALTER TABLE u DROP COLUMN state", 1, "error in trigger", "a guarded column stays");
  runs(db, T "INSERT INTO t(x) VALUES ('b')", "another table of the old name");
  runs(db, "SELECT interlock_remove('b')", "taken off");
  gives(db, "SELECT group_concat(name) FROM sqlite_schema WHERE name LIKE 'interlock%'", "NULL",
        "nothing is left behind");
  runs(db, BOOK("b", "\"t\":{" MACHINE "}"), "the new table gets a guard of its own");
  sqlite3_close(db);
}

/* An effect that writes its own table needs recursive_triggers for what follows from that. */
static void own_effects(void) {
  sqlite3 *db = start(T BOOK("b", "\"t\":{\"effects\":{\"rule\":\"E\",\"on\":[\"update\"],\"do\":"
                                  "[\"UPDATE t SET x = NULL WHERE k = NEW.k + 1\"]}}"));
  gives(db, PROBLEMS,
        "recursive_triggers is off: rows of this table that rule E writes get no events, stamps or "
        "asserts",
        "doctor: recursive_triggers off");
  query(db, "PRAGMA recursive_triggers = ON");
  gives(db, PROBLEMS, "", "doctor: on");
  sqlite3_close(db);
}

int main(void) {
  half_a_guard();
  chosen_keys();
  renamed();
  own_effects();
  return test_end();
}
