/*
** The traps of SQLite that the generated triggers are for: every way to replace a row, with recursive_triggers off and on; indexes
** that only look as if something collided; odd names; attached and temporary tables; stamps; events that an outer conflict clause
** would swallow.
*/
#include "host.h"

/* The statement is refused with a part in the message, and no row of a table changed. */
static void refused(sqlite3 *db, const char *table, const char *sql, const char *part,
                    const char *what) {
  char count[256], before[8192];
  snprintf(
      count, sizeof count,
      "SELECT count(*) || ' ' || ifnull(group_concat(quote(s) || quote(k)), '') FROM (SELECT * FROM %s ORDER BY 1)",
      table);
  snprintf(before, sizeof before, "%s", query(db, count));
  fails(db, sql, 1811, part, what);
  if (strcmp(query(db, count), before) != 0) test_ok(0, "%s: rows changed", what);
}

static sqlite3 *start(int recursive) {
  sqlite3 *db = open_db(":memory:");
  query(db, recursive ? "PRAGMA recursive_triggers = ON" : "PRAGMA recursive_triggers = OFF");
  return db;
}

/* Puts rules on the table t. */
static void guard(sqlite3 *db, const char *table, const char *rules) {
  char sql[4096];
  snprintf(
      sql, sizeof sql,
      "SELECT interlock_apply('{\"interlock\":1,\"name\":\"b\",\"version\":\"1\",\"tables\":{\"%s\":{\"key\":[\"k\"],%s}}')",
      table, rules);
  runs(db, sql, table);
}

#define MACHINE                                                                                                        \
  "\"machines\":{\"rule\":\"M\",\"column\":\"s\",\"initial\":\"new\",\"states\":{\"new\":{\"to\":[\"run\",\"dead\"]}," \
  "\"run\":{\"to\":[\"done\",\"new\"]},\"done\":{\"type\":\"final\",\"freeze\":true},\"dead\":{\"type\":\"final\"}}}"
#define VERSIONED                                                                                  \
  MACHINE                                                                                          \
  ",\"row_version\":{\"rule\":\"V\",\"column\":\"v\"},\"touch\":{\"rule\":\"U\",\"column\":\"u\"}"

/* Every way to take the place of another row, and every conflict clause that must keep its meaning. */
static void replacing(int recursive, const char *key, const char *without, const char *what) {
  sqlite3 *db = start(recursive);
  char sql[512];
  printf("# %s, recursive_triggers %s\n", what, recursive ? "on" : "off");
  snprintf(
      sql, sizeof sql,
      "CREATE TABLE t(k %s, s TEXT NOT NULL DEFAULT 'new', x TEXT UNIQUE, v INTEGER NOT NULL DEFAULT 1, u TEXT) %s",
      key, without);
  runs(db, sql, "table");
  guard(db, "t", VERSIONED "}");
  runs(db, "INSERT INTO t(k, x) VALUES (1, 'x'), (2, 'y')", "two rows");
  refused(db, "t", "INSERT OR REPLACE INTO t(k, x) VALUES (1, 'z')", "cannot be replaced",
          "REPLACE by the key");
  refused(db, "t", "REPLACE INTO t(k, x) VALUES (9, 'x')", "cannot be replaced",
          "REPLACE by another unique key");
  refused(db, "t", "UPDATE OR REPLACE t SET x = 'x' WHERE k = 2", "cannot be replaced",
          "UPDATE OR REPLACE");
  refused(db, "t", "UPDATE OR REPLACE t SET k = 1 WHERE k = 2", "cannot be replaced",
          "UPDATE OR REPLACE of the key");
  if (!*without) {
    refused(db, "t", "INSERT OR REPLACE INTO t(rowid, k, x) VALUES (1, 1, 'w')",
            "cannot be replaced", "REPLACE by rowid");
    refused(db, "t", "UPDATE OR REPLACE t SET _rowid_ = 1 WHERE k = 2", "cannot be replaced",
            "SET _rowid_");
    refused(db, "t", "UPDATE OR REPLACE t SET oid = 1 WHERE k = 2", "cannot be replaced",
            "SET oid");
  }
  runs(db, "INSERT OR IGNORE INTO t(k, x) VALUES (9, 'x')", "OR IGNORE ignores");
  runs(db, "INSERT INTO t(k, x) VALUES (1, 'q') ON CONFLICT DO NOTHING", "DO NOTHING does nothing");
  runs(db, "UPDATE OR IGNORE t SET x = 'x' WHERE k = 2", "UPDATE OR IGNORE ignores");
  gives(db, "SELECT group_concat(k || x || v) FROM t", "1x1,2y1", "and nothing happened");
  runs(db, "INSERT INTO t(k, x) VALUES (9, 'x') ON CONFLICT (x) DO UPDATE SET s = 'run'",
       "an upsert updates");
  gives(db, "SELECT s || v || (u IS NOT NULL) FROM t WHERE k = 1", "run21", "and is stamped once");
  runs(db, "INSERT OR REPLACE INTO t(k, x) VALUES (10, 'new one')",
       "REPLACE where nothing is in the way");
  runs(db, "UPDATE OR REPLACE t SET k = 11 WHERE k = 10", "UPDATE OR REPLACE likewise");
  runs(db, "UPDATE t SET s = 'done' WHERE k = 1", "the stamp of a final row passes the freeze");
  gives(db, "SELECT s || v FROM t WHERE k = 1", "done3", "and steps the version");
  refused(db, "t", "UPDATE t SET v = v + 1 WHERE k = 1", "M:", "but a writer's own does not");
  refused(db, "t", "UPDATE t SET u = '2030-01-01T00:00:00.000Z' WHERE k = 1", "M:", "nor a touch");
  if (strstr(key, "INTEGER")) {
    runs(db, "INSERT INTO t(k, x) VALUES (-1, 'minus')", "a row with id -1");
    runs(db, "INSERT INTO t(x) VALUES ('automatic')", "is not in the way of automatic ids");
    runs(db, "INSERT OR REPLACE INTO t(x) VALUES ('automatic too')",
         "whatever their conflict clause");
    refused(db, "t", "INSERT OR REPLACE INTO t(k, x) VALUES (-1, 'm')", "cannot be replaced",
            "but cannot be replaced");
  }
  gives(db, "PRAGMA integrity_check", "ok", "integrity");
  sqlite3_close(db);
}

/* What SQLite calls a collision, and what only looks like one. */
static void collisions(int recursive) {
  sqlite3 *db = start(recursive);
  printf("# collisions, recursive_triggers %s\n", recursive ? "on" : "off");
  runs(
      db,
      "CREATE TABLE t(k INTEGER PRIMARY KEY, s TEXT NOT NULL DEFAULT 'new', a TEXT COLLATE NOCASE, b TEXT, c INT, g TEXT AS (b || c));"
      "CREATE UNIQUE INDEX i1 ON t(a COLLATE BINARY);"
      "CREATE UNIQUE INDEX i2 ON t(lower(b)) WHERE c > 0 AND s = 'run';"
      "CREATE UNIQUE INDEX i3 ON t(b COLLATE NOCASE, c) WHERE s <> 'dead';"
      "CREATE UNIQUE INDEX i4 ON t(substr(a, 1, 3) || 'x', c DESC) WHERE c IS NOT NULL",
      "indexes");
  guard(db, "t", MACHINE "}");
  runs(db, "INSERT INTO t(k, a, b, c) VALUES (1, 'abc', 'B', 1)", "a row");
  runs(db, "INSERT OR REPLACE INTO t(k, a, b, c) VALUES (2, 'ABC', 'c', 1)",
       "equal for the column, not for the index");
  refused(db, "t", "REPLACE INTO t(k, a, b, c) VALUES (3, 'abc', 'q', 5)", "cannot be replaced",
          "equal for the index");
  refused(db, "t", "REPLACE INTO t(k, a, b, c) VALUES (3, 'zzz', 'b', 1)", "cannot be replaced",
          "not for the column");
  refused(db, "t", "REPLACE INTO t(k, a, b, c) VALUES (3, 'abcd', 'q', 1)", "cannot be replaced",
          "equal expressions");
  runs(db, "REPLACE INTO t(k, a, b, c) VALUES (3, 'abcd', 'q', NULL)", "not in a partial index");
  runs(db, "REPLACE INTO t(k, c) VALUES (4, 7); REPLACE INTO t(k, c) VALUES (5, 7)",
       "NULL is like no other NULL");
  runs(db,
       "UPDATE t SET s = 'run' WHERE k = 1; REPLACE INTO t(k, a, b, c) VALUES (6, 'six', 'b', 2)",
       "not in it yet");
  refused(db, "t", "UPDATE OR REPLACE t SET s = 'run' WHERE k = 6", "cannot be replaced",
          "an update puts a row into it");
  runs(db,
       "UPDATE OR REPLACE t SET c = 0 WHERE k = 6; UPDATE OR REPLACE t SET s = 'run' WHERE k = 6",
       "or not");
  refused(db, "t", "UPDATE OR REPLACE t SET c = 3 WHERE k = 6", "cannot be replaced",
          "by any column it reads");
  gives(db, "SELECT count(*) FROM t", "6", "no row was lost");
  sqlite3_close(db);
}

/* A machine with events, stamps, an assert that needs the stamp, and effects, in an attached and in a temporary database. */
static void schemas(int recursive) {
  static const char *const names[] = {"aux1", "temp"};
  sqlite3 *db = start(recursive);
  char sql[4096];
  runs(db, "ATTACH ':memory:' AS aux1", "attach");
  for (int i = 0; i < 2; i++) {
    const char *n = names[i];
    printf("# %s, recursive_triggers %s\n", n, recursive ? "on" : "off");
    snprintf(
        sql, sizeof sql,
        "CREATE TABLE %s.t(k TEXT PRIMARY KEY NOT NULL, s TEXT NOT NULL DEFAULT 'new', d TEXT, st TEXT, ms INT);"
        "CREATE TABLE %s.ev(k INTEGER PRIMARY KEY, o TEXT, s TEXT, f TEXT, t TEXT, w TEXT);"
        "CREATE TABLE %s.cnt(n INT); INSERT INTO %s.cnt VALUES (0)",
        n, n, n, n);
    runs(db, sql, "tables");
    snprintf(
        sql, sizeof sql,
        "SELECT interlock_apply('{\"interlock\":1,\"name\":\"b%s\",\"version\":\"1\",\"tables\":{\"t\":{\"key\":[\"k\"],\"machines\":{"
        "\"rule\":\"M\",\"column\":\"s\",\"initial\":\"new\",\"self\":\"deny\",\"events\":{\"table\":\"ev\",\"columns\":{\"o\":\"$key\",\"s\":"
        "\"$event\",\"f\":\"$from\",\"t\":\"$to\",\"w\":\"$now\"}},\"states\":{\"new\":{\"born\":[\"Born\"],\"on\":{\"GO\":\"run\"}},\"run\":{"
        "\"stamp\":{\"st\":\"now\"},\"require\":[\"st\"],\"on\":{\"END\":{\"target\":\"done\",\"events\":[\"E1\",\"E2\",\"E3\"]}}},\"done\":{"
        "\"stamp\":{\"d\":\"now\",\"ms\":\"ms(st, d)\"},\"type\":\"final\",\"freeze\":true}}},\"asserts\":[{\"rule\":\"A\",\"on\":[\"update\"],"
        "\"that\":\"NEW.s <> ''run'' OR NEW.st IS NOT NULL\",\"text\":\"st\"}],\"effects\":[{\"rule\":\"E\",\"column\":\"s\",\"enter\":\"done\","
        "\"do\":[\"UPDATE cnt SET n = n + 1 WHERE NEW.d IS NOT NULL\",\"INSERT INTO cnt VALUES (100)\",\"DELETE FROM cnt WHERE n = 100\"]}]},"
        "\"ev\":{\"key\":[\"k\"],\"append_only\":{\"rule\":\"L\"}}}}', '%s')",
        n, n);
    runs(db, sql, "rules");
    snprintf(sql, sizeof sql, "INSERT INTO %s.t(k) VALUES ('a'); UPDATE %s.t SET s = 'run'", n, n);
    runs(db, sql, "what is required may be stamped");
    snprintf(sql, sizeof sql, "UPDATE %s.t SET s = 'run'", n);
    fails(db, sql, 1811, "M:", "self: deny sees a SET that changes nothing");
    snprintf(sql, sizeof sql, "UPDATE %s.t SET s = 'done'", n);
    runs(db, sql, "to the end");
    snprintf(sql, sizeof sql, "SELECT s || (d IS NOT NULL) || (ms >= 0) FROM %s.t", n);
    gives(db, sql, "done11", "stamps and durations");
    snprintf(
        sql, sizeof sql,
        "SELECT group_concat(o || s || ifnull(f, '-') || t) FROM (SELECT * FROM %s.ev ORDER BY k)",
        n);
    gives(db, sql, "aBorn-new,aGOnewrun,aE1rundone,aE2rundone,aE3rundone", "events in their order");
    snprintf(sql, sizeof sql, "SELECT group_concat(n) FROM %s.cnt", n);
    gives(db, sql, "1", "effects under a condition, once, seeing the stamp");
    snprintf(sql, sizeof sql, "UPDATE %s.t SET d = '2000-01-01T00:00:00Z'", n);
    fails(db, sql, 1811, "M:", "a final row is frozen");
    snprintf(sql, sizeof sql, "INSERT INTO %s.ev(o, s) VALUES ('a', 'GO')", n);
    fails(db, sql, 1811, "M:", "event rows are not written by hand");
  }
  sqlite3_close(db);
}

/* An outer OR IGNORE or OR REPLACE overrides the conflict clause of the event's own INSERT. */
static void swallowed(int recursive) {
  sqlite3 *db = start(recursive);
  printf("# events and conflict clauses, recursive_triggers %s\n", recursive ? "on" : "off");
  runs(db,
       "CREATE TABLE t(k TEXT PRIMARY KEY NOT NULL, s TEXT NOT NULL);"
       "CREATE TABLE ev(k INTEGER PRIMARY KEY, o TEXT, s TEXT, UNIQUE (o, s))",
       "tables");
  guard(
      db, "t",
      "\"machines\":{\"rule\":\"M\",\"column\":\"s\",\"initial\":\"new\",\"events\":{\"table\":\"ev\",\"columns\":{\"o\":\"$key\","
      "\"s\":\"$event\"}},\"states\":{\"new\":{\"on\":{\"GO\":\"run\"}},\"run\":{\"on\":{\"BACK\":\"new\"}}}}},"
      "\"ev\":{\"key\":[\"k\"],\"append_only\":{\"rule\":\"L\"}}");
  runs(db, "INSERT INTO t VALUES ('a', 'new'); UPDATE t SET s = 'run'; UPDATE t SET s = 'new'",
       "there and back");
  refused(db, "t", "UPDATE OR IGNORE t SET s = 'run'", "was not written",
          "an event that is ignored");
  refused(db, "ev", "UPDATE OR REPLACE t SET s = 'run'", "L:", "an event that replaces another");
  fails(db, "UPDATE t SET s = 'run'", 2067, "UNIQUE", "an event that collides");
  gives(db, "SELECT s FROM t", "new", "the state is what the events say");
  sqlite3_close(db);
}

static void names(void) {
  static const char *const list[] = {"we\"ird",       "with space", "it''s",
                                     "s\xc3\xa9lect", "order",      "interlock_t"};
  sqlite3 *db = start(0);
  for (int i = 0; i < 6; i++) {
    char sql[1024], json[64], quoted[64];
    size_t j = 0, q = 0;
    for (const char *p = list[i]; *p; p++) {
      if (*p == '"') json[j++] = '\\';
      json[j++] = *p;
      if (*p == '"') quoted[q++] = '"';
      if (*p != '\'' || p[1] != '\'') quoted[q++] = *p;
    }
    json[j] = quoted[q] = 0;
    snprintf(sql, sizeof sql,
             "CREATE TABLE \"%s\"(\"k\" INTEGER PRIMARY KEY, s TEXT NOT NULL, \"a'\"\"b\" TEXT)",
             quoted);
    runs(db, sql, quoted);
    snprintf(
        sql, sizeof sql,
        "SELECT interlock_apply('{\"interlock\":1,\"name\":\"n%d\",\"version\":\"1\",\"tables\":{\"%s\":{\"key\":[\"k\"],%s,"
        "\"immutable\":{\"rule\":\"I\",\"columns\":[\"a''\\\"b\"]}}}}')",
        i, json, MACHINE);
    runs(db, sql, "rules");
    snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (1, 'new', 'x')", quoted);
    runs(db, sql, "a row");
    snprintf(sql, sizeof sql, "UPDATE \"%s\" SET s = 'done'", quoted);
    fails(db, sql, 1811, "M:", "its machine");
    snprintf(sql, sizeof sql, "UPDATE \"%s\" SET \"a'\"\"b\" = 'y'", quoted);
    fails(db, sql, 1811, "I:", "its column");
  }
  gives(db, "SELECT count(*) FROM interlock_doctor() WHERE \"table\" <> ''", "0",
        "the doctor finds nothing wrong");
  sqlite3_close(db);
}

/* A value that is written through a blob handle passes no trigger. */
static void blobs(void) {
  sqlite3 *db = start(0);
  sqlite3_blob *blob = NULL;
  runs(db, "CREATE TABLE t(k INTEGER PRIMARY KEY, s TEXT NOT NULL)", "table");
  guard(db, "t", "\"append_only\":{\"rule\":\"L\"}}");
  runs(db, "INSERT INTO t VALUES (1, 'text')", "a row");
  test_ok(sqlite3_blob_open(db, "main", "t", "s", 1, 1, &blob) != SQLITE_OK &&
              strstr(sqlite3_errmsg(db), "index"),
          "a blob handle for writing: %s", sqlite3_errmsg(db));
  sqlite3_blob_close(blob);
  test_ok(sqlite3_blob_open(db, "main", "t", "s", 1, 0, &blob) == SQLITE_OK, "one for reading");
  sqlite3_blob_close(blob);
  sqlite3_close(db);
}

int main(void) {
  for (int recursive = 0; recursive < 2; recursive++) {
    replacing(recursive, "INTEGER PRIMARY KEY", "", "INTEGER PRIMARY KEY");
    replacing(recursive, "INTEGER PRIMARY KEY AUTOINCREMENT", "", "AUTOINCREMENT");
    replacing(recursive, "TEXT PRIMARY KEY NOT NULL", "", "TEXT PRIMARY KEY");
    replacing(recursive, "TEXT PRIMARY KEY NOT NULL", "WITHOUT ROWID", "WITHOUT ROWID");
    collisions(recursive);
    schemas(recursive);
    swallowed(recursive);
  }
  names();
  blobs();
  return test_end();
}
