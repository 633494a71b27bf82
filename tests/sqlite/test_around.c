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

#define U                                                                                                       \
  "CREATE TABLE u(k INTEGER PRIMARY KEY, s TEXT NOT NULL DEFAULT 'new', x TEXT NOT NULL DEFAULT 'd',"           \
  " q INT UNIQUE, r INT UNIQUE, v INTEGER NOT NULL DEFAULT 1) STRICT;"                                          \
  "CREATE TABLE ev(id INTEGER PRIMARY KEY, k INT, e TEXT NOT NULL DEFAULT 'forged', UNIQUE(k, e));" BOOK(       \
      "c",                                                                                                      \
      "\"u\":{\"machines\":{\"rule\":\"M\",\"column\":\"s\",\"initial\":\"new\",\"states\":{"                   \
      "\"new\":{\"on\":{\"Run\":\"run\"}},\"run\":{\"on\":{\"Done\":\"done\"}},\"done\":{\"type\":\"final\"}}," \
      "\"events\":{\"table\":\"ev\",\"columns\":{\"k\":\"$key\",\"e\":\"$event\"}}},\"row_version\":{\"rule\":" \
      "\"V\",\"column\":\"v\"},\"immutable\":{\"rule\":\"I\",\"columns\":[\"x\"]}},\"ev\":{\"append_only\":{"   \
      "\"rule\":\"L\"}}") "INSERT INTO u(k, q, r) VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);"
#define STATES "SELECT group_concat(k || s || v, ' ') FROM (SELECT * FROM u ORDER BY k)"

/* What a foreign key does to a row is judged like any other write. */
static void cascades(void) {
  sqlite3 *db = start(
      "CREATE TABLE kinds(kind TEXT PRIMARY KEY); CREATE TABLE parents(id INTEGER PRIMARY KEY);"
      "CREATE TABLE t(k INTEGER PRIMARY KEY, s TEXT NOT NULL REFERENCES kinds ON UPDATE CASCADE);"
      "CREATE TABLE log(id INTEGER PRIMARY KEY, p INT REFERENCES parents ON DELETE CASCADE ON UPDATE "
      "CASCADE DEFERRABLE INITIALLY DEFERRED);" BOOK(
          "b",
          "\"t\":{" MACHINE
          "},\"log\":{\"append_only\":{\"rule\":\"L\"}}") "INSERT INTO kinds VALUES ('new'), ('run'); INSERT INTO t VALUES (1, 'new');"
                                                          "INSERT INTO parents VALUES (1); INSERT INTO log(p) VALUES (1)");
  fails(db, "UPDATE kinds SET kind = 'x' WHERE kind = 'new'", 1811, "no state x",
        "ON UPDATE CASCADE");
  fails(db, "DELETE FROM parents", 1811, "DELETE is refused", "ON DELETE CASCADE into a log");
  fails(db, "UPDATE parents SET id = 7", 1811, "UPDATE is refused", "ON UPDATE CASCADE into a log");
  fails(db, "REPLACE INTO parents VALUES (1)", 1811, "DELETE is refused", "REPLACE of the parent");
  query(db, "BEGIN; PRAGMA defer_foreign_keys = ON");
  fails(db, "DELETE FROM parents", 1811, "DELETE is refused", "with deferred foreign keys too");
  query(db, "COMMIT");
  gives(db, "SELECT count(*) FROM parents, log, t WHERE s = 'new'", "1", "nothing changed");
  sqlite3_close(db);
}

/* Statements that reach the row by another way than its key. */
static void statements(int recursive) {
  sqlite3 *db = start(U);
  query(db, recursive ? "PRAGMA recursive_triggers = ON" : "PRAGMA recursive_triggers = OFF");
  fails(db,
        "INSERT INTO u(k, q, r) VALUES (9, 1, 2) ON CONFLICT (q) DO UPDATE SET s = 'done' "
        "ON CONFLICT (r) DO UPDATE SET s = 'run'",
        1811, "(k=1)", "an upsert with two conflicts");
  fails(db, "INSERT OR REPLACE INTO u(k, q, r) VALUES (9, 1, 77) ON CONFLICT (k) DO NOTHING", 1811,
        "replaced", "OR REPLACE behind another conflict");
  fails(db,
        "UPDATE u SET s = z.s FROM (SELECT 1 AS k, 'done' AS s) z WHERE z.k = u.k RETURNING u.s",
        1811, "cannot go", "UPDATE FROM, RETURNING");
  runs(db,
       "CREATE VIEW w AS SELECT * FROM u; CREATE TRIGGER wu INSTEAD OF UPDATE ON w BEGIN UPDATE u "
       "SET s = NEW.s WHERE k = OLD.k; END; CREATE TRIGGER wi INSTEAD OF INSERT ON w BEGIN "
       "INSERT OR REPLACE INTO u(k) VALUES (NEW.k); END",
       "a view");
  fails(db, "UPDATE OR IGNORE w SET s = 'done'", 1811, "cannot go", "UPDATE of a view");
  fails(db, "INSERT OR REPLACE INTO w(k) VALUES (1)", 1811, "replaced", "INSERT into a view");
  runs(db, "UPDATE u SET s = 'run' WHERE k = 1", "a legal step");
  fails(db, "UPDATE OR REPLACE u SET v = NULL WHERE k = 1", 1811, "not to NULL",
        "NULL for a default");
  fails(db, "UPDATE OR REPLACE u SET s = NULL WHERE k = 1", 1811, "cannot be NULL", "a state too");
  fails(db, "UPDATE OR REPLACE u SET x = NULL WHERE k = 1", 1811, "cannot change",
        "and a kept one");
  fails(db, "INSERT OR REPLACE INTO ev(k, e) VALUES (1, NULL)", 1811, "not by hand",
        "and an event");
  query(db, "BEGIN; UPDATE OR ROLLBACK u SET s = 'done'");
  test_ok(!sqlite3_get_autocommit(db), "OR ROLLBACK of a refusal undoes the statement alone");
  query(db, "COMMIT");
  gives(db, STATES, "1run2 2new1 3new1", "nothing else changed");
  gives(db, "SELECT count(*) FROM ev", "1", "one event");
  sqlite3_close(db);
}

/* A connection's own triggers on the guarded table. */
static void temporary_triggers(void) {
  sqlite3 *db = start(U);
  query(
      db,
      "CREATE TEMP TRIGGER a AFTER UPDATE OF s ON u BEGIN UPDATE u SET s = 'done' WHERE k = NEW.k; END");
  fails(db, "UPDATE u SET s = 'run' WHERE k = 1", 1811, "interlock", "one that moves the row on");
  gives(db, PROBLEMS,
        "temporary trigger a writes the table it is on: a guard that is at work does not run "
        "again for that",
        "the doctor names it");
  query(db,
        "DROP TRIGGER a; CREATE TEMP TRIGGER b BEFORE UPDATE OF s ON u WHEN OLD.s = 'new' BEGIN "
        "UPDATE u SET s = 'run' WHERE k = NEW.k; END");
  fails(db, "UPDATE u SET s = 'done' WHERE k = 2", 1811, "cannot go", "one that moves it before");
  query(db, "UPDATE u SET s = 'run' WHERE k = 2");
  gives(db, "SELECT count(*) FROM u WHERE s <> 'new' AND k NOT IN (SELECT k FROM ev)", "0",
        "no step without its event");
  query(
      db,
      "DROP TRIGGER b; CREATE TEMP TRIGGER c AFTER INSERT ON u BEGIN UPDATE u SET s = 'done' WHERE "
      "k = NEW.k; END");
  fails(db, "INSERT INTO u(k) VALUES (8)", 1811, "cannot go", "one that moves a new row");
  query(db, "DROP TRIGGER c");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "nothing stored is wrong");
  sqlite3_close(db);
}

/* A schema that was edited: the trigger of another table's guard, under the right name. */
static void swapped_plans(void) {
  sqlite3 *db = start(U "CREATE TABLE o(k INTEGER PRIMARY KEY, s TEXT NOT NULL);" BOOK(
      "o",
      "\"o\":{\"machines\":{\"rule\":\"O\",\"column\":\"s\",\"initial\":\"new\",\"states\":{\"new\":{"
      "\"to\":[\"done\"]},\"done\":{\"to\":[\"new\"]}}}}"));
  runs(
      db,
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = (SELECT replace(replace(sql, '\"o\"', "
      "'\"u\"'), 'interlock_o_', 'interlock_u_') FROM sqlite_schema WHERE name = 'interlock_o_update') "
      "WHERE name = 'interlock_u_update'; PRAGMA writable_schema = RESET",
      "swapped");
  fails(db, "UPDATE u SET s = 'done' WHERE k = 1", 1, "damaged",
        "the guard's other triggers notice");
  gives(db, PROBLEMS,
        "trigger interlock_u_update carries other rules than rulebook c: apply it again", "doctor");
  runs(db, "SELECT interlock_apply(interlock_rulebook('c'))", "applied again");
  gives(db, PROBLEMS, "", "put back");
  fails(db, "UPDATE u SET s = 'done' WHERE k = 1", 1811, "cannot go", "guarded");
  sqlite3_close(db);
}

/* The database as bytes, copied page by page, and as text. */
static void copies(void) {
  sqlite3 *db = start(U "UPDATE u SET s = 'run' WHERE k = 1"), *to = open_db(":memory:");
  sqlite3_int64 n = 0;
  unsigned char *bytes = sqlite3_serialize(db, "main", &n, 0);
  test_ok(sqlite3_deserialize(to, "main", bytes, n, n,
                              SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) ==
              SQLITE_OK,
          "deserialized");
  fails(to, "UPDATE u SET s = 'new' WHERE k = 1", 1811, "cannot go", "guarded there");
  runs(to, "UPDATE u SET s = 'run' WHERE k = 2", "legal there");
  gives(to, PROBLEMS, "", "whole there");
  sqlite3_close(to);
  to = open_db(":memory:");
  runs(to, T BOOK("b", "\"t\":{" MACHINE "}") "INSERT INTO t(x) VALUES ('a')", "another database");
  sqlite3_backup *copy = sqlite3_backup_init(to, "main", db, "main");
  test_ok(copy && sqlite3_backup_step(copy, -1) == SQLITE_DONE, "copied over it");
  sqlite3_backup_finish(copy);
  fails(to, "UPDATE u SET s = 'done' WHERE k = 2", 1811, "cannot go", "guarded there");
  gives(to, "SELECT fsm_can('u', 'new', 'run')", "1", "and its machine is the new one");
  gives(to, PROBLEMS, "", "whole there");
  sqlite3_close(to);
  runs(db, "VACUUM", "VACUUM");
  gives(db, PROBLEMS, "", "keeps the guard");
  sqlite3_close(db);
}

static int deny_ours(void *ctx, int action, const char *a, const char *b, const char *c,
                     const char *d) {
  (void)ctx, (void)a, (void)c, (void)d;
  return action == SQLITE_FUNCTION && b && strncmp(b, "il1_", 4) == 0 ? *(int *)ctx : SQLITE_OK;
}

/* Who may not call the guard may not write. SQLITE_IGNORE would make the call NULL. */
static void authorizers(void) {
  static int denied = SQLITE_DENY;
  sqlite3 *db = start(U);
  sqlite3_set_authorizer(db, deny_ours, &denied);
  fails(db, "UPDATE u SET s = 'run' WHERE k = 1", 1, "not authorized", "an authorizer that denies");
  sqlite3_set_authorizer(db, NULL, NULL);
  fails(db, "UPDATE u SET s = 'done' WHERE k = 1", 1811, "cannot go", "and without it");
  sqlite3_close(db);
}

/* Two connections on one cache. */
static void shared_cache(void) {
  const char *path = "file:around?mode=memory&cache=shared";
  int flags = READ_WRITE | SQLITE_OPEN_URI;
  sqlite3 *a = open_plain(path, flags), *b = open_plain(path, flags);
  load(a, NULL);
  runs(a, U, "shared cache");
  fails(b, "UPDATE u SET s = 'run'", 1, "no such function", "one connection without the library");
  load(b, NULL);
  fails(b, "UPDATE u SET s = 'done'", 1811, "cannot go", "with it");
  runs(b, "UPDATE u SET s = 'run' WHERE k = 1", "and a legal step");
  gives(a, STATES, "1run2 2new1 3new1", "seen by the other");
  sqlite3_close(b);
  runs(a, "UPDATE u SET s = 'done' WHERE k = 1", "when it is closed");
  sqlite3_close(a);
}

int main(void) {
  half_a_guard();
  chosen_keys();
  renamed();
  own_effects();
  cascades();
  statements(0);
  statements(1);
  temporary_triggers();
  swapped_plans();
  copies();
  authorizers();
  shared_cache();
  return test_end();
}
