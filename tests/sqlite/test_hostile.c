/*
** test_hostile.c: whatever is handed to a function, from a trigger or by hand, is an answer or an error: never a crash, never a
** pass. Run it under valgrind or with the sanitizers preloaded to see more.
*/
#include "host.h"

/* One value of each kind that has ever hurt: bound, so that no SQL quoting is in the way. */
enum { VALUES = 14 };
static char *huge;

static void bind(sqlite3_stmt *stmt, int i, int which, const char *plan) {
  switch (which) {
  case 0:
    sqlite3_bind_null(stmt, i);
    break;
  case 1:
    sqlite3_bind_int64(stmt, i, 0);
    break;
  case 2:
    sqlite3_bind_int64(stmt, i, INT64_MIN);
    break;
  case 3:
    sqlite3_bind_int64(stmt, i, INT64_MAX);
    break;
  case 4:
    sqlite3_bind_double(stmt, i, 1e308 * 10);
    break;
  case 5:
    sqlite3_bind_double(stmt, i, -0.5);
    break;
  case 6:
    sqlite3_bind_text(stmt, i, "", 0, SQLITE_STATIC);
    break;
  case 7:
    sqlite3_bind_text(stmt, i, "a\0b", 3, SQLITE_STATIC);
    break;
  case 8:
    sqlite3_bind_text(stmt, i, "\xff\xc0\x80\xed\xa0\x80", 6, SQLITE_STATIC);
    break;
  case 9:
    sqlite3_bind_text(stmt, i, huge, 1 << 20, SQLITE_STATIC);
    break;
  case 10:
    sqlite3_bind_blob(stmt, i, "\0\1\2", 3, SQLITE_STATIC);
    break;
  case 11:
    sqlite3_bind_zeroblob(stmt, i, 0);
    break;
  case 12:
    sqlite3_bind_text(stmt, i, "runs", -1, SQLITE_STATIC);
    break;
  default:
    sqlite3_bind_text(stmt, i, plan, -1, SQLITE_STATIC);
    break;
  }
}

static unsigned long seed = 20260101;
static int dice(int n) {
  seed = seed * 6364136223846793005UL + 1442695040888963407UL;
  return (int)((seed >> 33) % (unsigned)n);
}

static char *plan_of(sqlite3 *db, const char *table) {
  char sql[300];
  snprintf(
      sql, sizeof sql,
      "SELECT substr(sql, instr(sql, 'il1:'), instr(substr(sql, instr(sql, 'il1:')), char(39)) - 1)"
      " FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '%s'",
      table);
  return strdup(query(db, sql));
}

/* Calls every function with random arguments of all kinds. What writes is undone. */
static void every_function(sqlite3 *db, const char *plan) {
  sqlite3_stmt *list = NULL;
  int calls = 0, functions = 0, bad = 0;
  sqlite3_prepare_v2(
      db,
      "SELECT name, narg FROM pragma_function_list WHERE name LIKE 'il1\\_%' ESCAPE '\\' OR name LIKE 'interlock\\_%'"
      " ESCAPE '\\' OR name LIKE 'fsm\\_%' ESCAPE '\\' OR name LIKE 'dedup\\_%' ESCAPE '\\' OR name LIKE 'cron\\_%'"
      " ESCAPE '\\' OR name = 'instant_us' OR name LIKE 'retry\\_%' ESCAPE '\\'",
      -1, &list, NULL);
  while (sqlite3_step(list) == SQLITE_ROW) {
    char sql[400];
    int narg = sqlite3_column_int(list, 1);
    functions++;
    for (int round = 0; round < 60; round++) {
      int n = narg >= 0 ? narg : dice(14), at;
      sqlite3_stmt *stmt = NULL;
      at = snprintf(sql, sizeof sql, "SELECT \"%s\"(", (const char *)sqlite3_column_text(list, 0));
      for (int i = 1; i <= n; i++)
        at += snprintf(sql + at, sizeof sql - (size_t)at, "%s?%d", i > 1 ? ", " : "", i);
      snprintf(sql + at, sizeof sql - (size_t)at, ")");
      if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        bad++;
        printf("# %s: %s\n", sql, sqlite3_errmsg(db));
        break;
      }
      for (int i = 1; i <= n; i++)
        bind(stmt, i, i == 1 && dice(2) ? VALUES - 1 - dice(2) : dice(VALUES), plan);
      sqlite3_exec(db, "SAVEPOINT hostile", NULL, NULL, NULL);
      sqlite3_step(stmt);
      sqlite3_finalize(stmt);
      sqlite3_exec(db, "ROLLBACK TO hostile; RELEASE hostile", NULL, NULL, NULL);
      if (sqlite3_errcode(db) != SQLITE_OK) bad++;
      calls++;
    }
  }
  sqlite3_finalize(list);
  test_ok(functions > 30 && bad == 0, "%d functions, %d calls with anything", functions, calls);
  query(
      db,
      "SELECT interlock_set_mode('enforce'), interlock_set_clock(NULL), interlock_set_actor('system')");
}

static void every_table(sqlite3 *db, const char *plan) {
  static const char *const sets[] = {
      "fsm_states(?1, ?2)",           "fsm_transitions(?1, ?2)", "fsm_allowed(?1, ?2, ?3)",
      "fsm_history(?1, ?2)",          "interlock_rules(?1)",     "interlock_verify(?1)",
      "interlock_migrations(?1, ?2)", "interlock_lint(?1)",      "interlock_diff(?1, ?2)"};
  int calls = 0;
  for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
    for (int round = 0; round < 40; round++) {
      char sql[100];
      sqlite3_stmt *stmt = NULL;
      snprintf(sql, sizeof sql, "SELECT * FROM %s", sets[k]);
      if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        test_ok(0, "%s: %s", sql, sqlite3_errmsg(db));
        break;
      }
      for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++)
        bind(stmt, i, dice(3) ? dice(VALUES) : 12, plan);
      while (sqlite3_step(stmt) == SQLITE_ROW) {
      }
      sqlite3_finalize(stmt);
      calls++;
    }
  }
  test_ok(calls == 360, "set functions, %d calls with anything", calls);
}

/* A plan with one byte changed anywhere must not be taken. */
static void damaged_plans(sqlite3 *db, const char *plan) {
  size_t n = strlen(plan);
  char *copy = malloc(n + 1);
  sqlite3_stmt *stmt = NULL;
  int taken = 0, tried = 0;
  sqlite3_prepare_v2(db, "SELECT il1_key(?1, 'a')", -1, &stmt, NULL);
  sqlite3_bind_text(stmt, 1, plan, -1, SQLITE_STATIC);
  test_ok(sqlite3_step(stmt) == SQLITE_ROW, "the plan as it is");
  sqlite3_reset(stmt);
  for (size_t i = 0; i < n; i += 1 + n / 700) {
    memcpy(copy, plan, n + 1);
    copy[i] = (char)(copy[i] ^ (1 << dice(7)));
    /* Behind the digits the cache is asked by them: that is found by another connection. */
    sqlite3 *other = i >= 21 ? open_db(":memory:") : db;
    sqlite3_stmt *s = stmt;
    if (other != db) sqlite3_prepare_v2(other, "SELECT il1_key(?1, 'a')", -1, &s, NULL);
    sqlite3_bind_text(s, 1, copy, (int)n, SQLITE_STATIC);
    taken += sqlite3_step(s) == SQLITE_ROW;
    sqlite3_reset(s);
    if (other != db) sqlite3_finalize(s), sqlite3_close(other);
    tried++;
    if (i >= 200) i += n / 40;
  }
  test_ok(tried > 100 && taken == 0, "%d plans with a changed byte: none is taken", tried);
  taken = 0;
  for (size_t i = 0; i < 200 && i < n; i++) {
    sqlite3_bind_text(stmt, 1, plan, (int)i, SQLITE_STATIC);
    if (i < 21) taken += sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_reset(stmt);
  }
  test_ok(taken == 0, "nor one that is cut short");
  sqlite3_finalize(stmt);
  free(copy);
}

/* Triggers as a hostile schema would have them. */
static void hostile_triggers(void) {
  static const char *const bodies[] = {"il1_update()",
                                       "il1_update(NULL)",
                                       "il1_update(7)",
                                       "il1_update(x'00ff')",
                                       "il1_update('il1:')",
                                       "il1_update('il1:0123456789abcdef:')",
                                       "il1_update('il1:0123456789abcdef:o x y u 0', OLD.id)",
                                       "il1_update(zeroblob(1000000))",
                                       "il1_update(hex(zeroblob(500000)), 1, 2)",
                                       "il1_values(NEW.id)",
                                       "il1_settle(NEW.id, 1, 2, 3, 4, 5, 6)",
                                       "il1_arrive('il1:', 'x', x'00', NULL)",
                                       "il1_due(NULL, NULL)",
                                       "il1_born('x', 'y')",
                                       "il1_fill('nothing')",
                                       "il1_event('il1:', 1, 2, 3, 4, 5, 6)",
                                       "il1_events('il1:', 99999999999, NULL, x'00')",
                                       "il1_refuse('x', -1)",
                                       "il1_lost('x', 99999999999)",
                                       "il1_state('x', 1, 2)",
                                       "il1_key('x')",
                                       "il1_named('x', 0, 1, 2, 3)",
                                       "il1_delete(printf('%.*c', 300000, 'x'))",
                                       "il1_insert('il1:' || hex(randomblob(8)) || ':b a b')"};
  int refused = 0, n = (int)(sizeof bodies / sizeof *bodies);
  sqlite3 *db = open_db(":memory:");
  query(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 1)");
  for (int i = 0; i < n; i++) {
    char sql[300];
    snprintf(sql, sizeof sql,
             "CREATE TRIGGER interlock_t_x BEFORE UPDATE ON t BEGIN SELECT %s; END", bodies[i]);
    query(db, sql);
    if (strncmp(query(db, "UPDATE t SET v = v + 1"), "error ", 6) == 0)
      refused++;
    else
      printf("# passed: %s\n", bodies[i]);
    query(db, "SELECT count(*) FROM interlock_doctor()");
    query(db, "SELECT fsm_can('t', 'a', 'b')");
    query(db, "DROP TRIGGER interlock_t_x");
  }
  test_ok(refused == n, "%d hostile triggers: every write fails", n);
  gives(db, "SELECT v FROM t", "1", "and changes nothing");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
}

/* Real plans, called with the wrong arguments or for another table. */
static void wrong_calls(sqlite3 *db, const char *plan, const char *log) {
  char *sql = malloc(2 * strlen(plan) + strlen(log) + 200);
  static const char *const names[] = {"il1_values", "il1_insert", "il1_update", "il1_due",
                                      "il1_born"};
  int refused = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    sprintf(sql, "SELECT %s('%s', 1)", names[i], plan);
    refused += strncmp(query(db, sql), "error ", 6) == 0;
  }
  test_ok(refused == 5, "too few arguments for the plan");
  sprintf(sql, "SELECT il1_state('%s', 0, 1)", log);
  fails(db, sql, 1, "no machine", "an operation of another kind");
  sprintf(sql, "SELECT il1_event('%s', 0, 99, 0, NULL, 'x', 'k')", plan);
  fails(db, sql, 1, "damaged", "an event that is none");
  sprintf(sql, "SELECT il1_events('%s', 0, 'x', zeroblob(9))", plan);
  fails(db, sql, 1, "", "a number of events of no step");
  sprintf(sql, "SELECT il1_events('%s', -1, 'x', 'y')", log);
  fails(db, sql, 1, "", "of no operation");
  sprintf(sql, "SELECT il1_fill('%s', 1, 'kept')", plan);
  gives(db, sql, "kept", "a stamp that nobody computed");
  free(sql);
}

/* What is in the columns of a row may be anything too. */
static void hostile_rows(sqlite3 *db) {
  static const char *const columns[] = {"id", "status", "version", "note", "job", "started_at"};
  sqlite3_stmt *stmt = NULL;
  int wrong = 0;
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    for (int v = 0; v < VALUES - 1; v++) {
      char sql[200];
      snprintf(sql, sizeof sql, "UPDATE runs SET \"%s\" = ?1 WHERE id = 'h'", columns[c]);
      query(db,
            "BEGIN; DELETE FROM runs WHERE 0; INSERT INTO runs(id, status) VALUES ('h', 'new')");
      sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
      bind(stmt, 1, v, "");
      sqlite3_step(stmt);
      sqlite3_finalize(stmt);
      wrong +=
          strcmp(query(db,
                       "SELECT count(*) FROM runs WHERE typeof(status) <> 'text' OR status NOT IN"
                       " ('new', 'running', 'done', 'gone')"),
                 "0") != 0;
      query(db, "ROLLBACK");
    }
  }
  test_ok(wrong == 0, "no column takes a value that makes the state none");
  fails(db, "INSERT INTO runs(id, status) VALUES ('z', 'new' || char(0) || 'x')", 1811, "R-1",
        "a state with a NUL in it");
  fails(db, "INSERT INTO runs(id, status) VALUES ('z', x'6e6577')", 1811, "R-1",
        "a state that is a blob");
  fails(db, "INSERT INTO runs(id, status) VALUES ('z', 'NEW')", 1811, "R-1", "a state in capitals");
  fails(db, "INSERT INTO runs(id, status) VALUES ('z', 'new ')", 1811, "R-1",
        "a state with a space");
}

int main(void) {
  sqlite3 *db = open_db(":memory:");
  char *plan, *log;
  huge = malloc((1 << 20) + 1);
  memset(huge, '[', 1 << 20);
  huge[1 << 20] = 0;
  runs(db, RUNS "INSERT INTO runs(id, status) VALUES ('a', 'new')", "set up");
  plan = plan_of(db, "runs");
  log = plan_of(db, "run_events");
  test_ok(strncmp(plan, "il1:", 4) == 0 && strncmp(log, "il1:", 4) == 0,
          "the triggers carry plans");
  wrong_calls(db, plan, log);
  every_function(db, plan);
  every_table(db, plan);
  damaged_plans(db, log);
  hostile_rows(db);
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "after all that no row breaks a rule");
  gives(db, "PRAGMA integrity_check", "ok", "and the database is whole");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  hostile_triggers();
  free(huge);
  free(plan);
  free(log);
  return test_end();
}
