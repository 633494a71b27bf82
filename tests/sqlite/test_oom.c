/*
** test_oom.c: memory runs out at every allocation in turn, once and for good, in installing and in every public function. The answer
** is success or SQLITE_NOMEM, nothing is leaked, nothing is half done, and the next call works.
*/
#include "host.h"

/* ---- an allocator that fails on demand -------------------------------------------------------- */

static sqlite3_mem_methods real;
static struct {
  long count, fail_at; /* fail_at 0: never */
  int forever, hit;
} inject;

static int fails_now(void) {
  inject.count++;
  if (!inject.fail_at || inject.count < inject.fail_at) return 0;
  if (inject.count > inject.fail_at && !inject.forever) return 0;
  inject.hit++;
  return 1;
}
static void *fail_malloc(int n) {
  return fails_now() ? NULL : real.xMalloc(n);
}
static void *fail_realloc(void *p, int n) {
  return fails_now() ? NULL : real.xRealloc(p, n);
}

static void configure(void) {
  sqlite3_mem_methods methods;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  methods = real;
  methods.xMalloc = fail_malloc;
  methods.xRealloc = fail_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* small allocations are allocations too */
}

/* ---- one statement, failing at every point ---------------------------------------------------- */

static int run(sqlite3 *db, const char *sql, char *message, size_t n) {
  char *text = NULL;
  int rc = sqlite3_exec(db, sql, NULL, NULL, &text);
  snprintf(message, n, "%s", text ? text : "");
  sqlite3_free(text);
  return rc;
}

static int good(int rc, const char *message) {
  return rc == SQLITE_OK || (rc & 0xff) == SQLITE_NOMEM || strstr(message, "out of memory") != NULL;
}

/* What the schema and the guarded rows are, as one text. */
static const char *state(sqlite3 *db) {
  return query(
      db,
      "SELECT (SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)) || ' '"
      " || (SELECT coalesce(group_concat(id || status || version), '') FROM runs) || (SELECT count(*) FROM run_events)");
}

static char expected[8192];

/* After a failure: the transaction is there, or was rolled back as a whole; schema and rows are as before. */
static int as_before(sqlite3 *db) {
  char message[300];
  if (!sqlite3_get_autocommit(db)) run(db, "ROLLBACK", message, sizeof message);
  return strcmp(state(db), expected) == 0;
}

typedef struct sweep {
  long points;
  int bad;
} sweep;

static void sweep_one(sqlite3 *db, const char *sql, int want, long at, int forever, sweep *s) {
  char message[300];
  int rc;
  run(db, "BEGIN", message, sizeof message);
  inject.count = 0;
  inject.hit = 0;
  inject.forever = forever;
  inject.fail_at = at;
  rc = run(db, sql, message, sizeof message);
  inject.fail_at = 0;
  s->points++;
  if (rc != want && !good(rc, message) && s->bad++ < 5)
    printf("# %.60s: at %ld%s: %d %s\n", sql, at, forever ? " on" : "", rc, message);
  if (!as_before(db) && s->bad++ < 5)
    printf("# %.60s: at %ld%s: left %s\n", sql, at, forever ? " on" : "", state(db));
}

static void statement(sqlite3 *db, const char *sql, int want) {
  sweep s = {0, 0};
  char message[300];
  long count, stride;
  int rc;
  snprintf(expected, sizeof expected, "%s", state(db));
  run(db, "BEGIN", message, sizeof message);
  inject.count = 0;
  rc = run(db, sql, message, sizeof message);
  count = inject.count;
  if (rc != want) {
    test_ok(0, "%s: %d %s", sql, rc, message);
    return;
  }
  as_before(db);
  stride = count / 500 + 1;
  for (long at = 1; at <= count; at += stride) {
    sweep_one(db, sql, want, at, 0, &s);
    sweep_one(db, sql, want, at, 1, &s);
  }
  test_ok(s.bad == 0, "%ld points: %.60s", s.points, sql);
}

/* ---- opening, loading, first use -------------------------------------------------------------- */

static void loading(void) {
  sweep s = {0, 0};
  for (int forever = 0; forever < 2; forever++) {
    for (long at = 1;; at++) {
      char *message = NULL;
      sqlite3 *db = open_plain(":memory:", READ_WRITE);
      int rc, hit;
      inject.count = 0;
      inject.hit = 0;
      inject.forever = forever;
      inject.fail_at = at;
      rc = load(db, &message);
      if (rc == SQLITE_OK) query(db, "SELECT interlock_version(), fsm_can('x', 'y', 'z')");
      hit = inject.hit;
      inject.fail_at = 0;
      s.points++;
      if (rc != SQLITE_OK && rc != SQLITE_NOMEM && !(message && strstr(message, "out of memory")) &&
          !(message && strstr(message, "error during initialization")) && message && s.bad++ < 5)
        printf("# load at %ld: %d %s\n", at, rc, message);
      sqlite3_free(message);
      message = NULL;
      if (rc != SQLITE_OK) /* the library is unmapped: nothing of it may be called any more */
        query(db, "SELECT interlock_version(), il1_now(0), fsm_can(1, 2, 3), dedup_key(1)");
      if (at % 2) { /* again, with memory */
        rc = load(db, &message);
        if ((rc != SQLITE_OK || strcmp(query(db, "SELECT interlock_version() <> ''"), "1") != 0) &&
            s.bad++ < 5)
          printf("# second load at %ld: %d %s\n", at, rc, message ? message : "");
        sqlite3_free(message);
      }
      if (sqlite3_close(db) != SQLITE_OK && s.bad++ < 5) printf("# close at %ld\n", at);
      if (!hit) break;
    }
  }
  test_ok(s.bad == 0, "%ld points: loading and first use", s.points);
}

/* What a fresh connection does when memory fails in its first guarded write: plans are read there. */
static void first_write(const char *path) {
  sweep s = {0, 0};
  for (int forever = 0; forever < 2; forever++) {
    for (long at = 1;; at++) {
      char message[300];
      sqlite3 *db = open_db(path);
      int rc, hit;
      inject.count = 0;
      inject.hit = 0;
      inject.forever = forever;
      inject.fail_at = at;
      rc = run(
          db,
          "BEGIN; UPDATE runs SET status = 'running' WHERE id = 'a'; INSERT INTO runs(id, status) VALUES ('c', 'new')",
          message, sizeof message);
      hit = inject.hit;
      inject.fail_at = 0;
      s.points++;
      if (!good(rc, message) && s.bad++ < 5)
        printf("# first write at %ld: %d %s\n", at, rc, message);
      if (!as_before(db) && s.bad++ < 5) printf("# first write at %ld: not undone\n", at);
      if (sqlite3_close(db) != SQLITE_OK && s.bad++ < 5) printf("# close at %ld\n", at);
      if (!hit) break;
    }
  }
  test_ok(s.bad == 0, "%ld points: the first guarded write of a connection", s.points);
}

/* Expressions and zones are kept by the connection: each point has one that has kept nothing yet. */
static void first_cron(void) {
  static const char sql[] =
      "SELECT cron_next('0 9 * * MON-FRI', '2026-01-05', 'Europe/Paris') || ' ' || cron_describe('0 9 L * *')"
      " || ' ' || coalesce(cron_error('61 * * * *'), '?') || ' ' || (SELECT group_concat(fire_at) FROM"
      " cron_series('0 12 * * *', '2026-01-05', 'infinity', 'Asia/Tokyo', 3))";
  sweep s = {0, 0};
  char want[1024];
  sqlite3 *db = open_db(":memory:");
  snprintf(want, sizeof want, "%s", query(db, sql));
  sqlite3_close(db);
  test_ok(strstr(want, "2026-01-05T08:00:00.000Z") && strstr(want, "2026-01-07T03:00:00.000Z"),
          "cron with memory: %.60s", want);
  for (int forever = 0; forever < 2; forever++) {
    for (long at = 1;; at++) {
      const char *got;
      int hit;
      db = open_db(":memory:");
      inject.count = 0;
      inject.hit = 0;
      inject.forever = forever;
      inject.fail_at = at;
      got = query(db, sql);
      hit = inject.hit;
      inject.fail_at = 0;
      s.points++;
      if (strcmp(got, want) != 0 && !strstr(got, "out of memory") && s.bad++ < 5)
        printf("# cron at %ld: %s\n", at, got);
      got = query(db, sql);
      if (strcmp(got, want) != 0 && s.bad++ < 5) printf("# cron after %ld: %s\n", at, got);
      if (sqlite3_close(db) != SQLITE_OK && s.bad++ < 5) printf("# close at %ld\n", at);
      if (!hit) break;
    }
  }
  test_ok(s.bad == 0, "%ld points: expressions, zones and a series on a fresh connection",
          s.points);
}

/* Roles that write rows of other tables, and what the functions about them say. */
static void alerts(sqlite3 *db) {
  query(db, "ATTACH ':memory:' AS sp");
  query(db, "SELECT interlock_install('spine', 'sp')");
  runs(
      db,
      "INSERT INTO sp.core_alert_channels (id, name, channel_type, config_json, min_severity, domains) VALUES "
      "('c', 'c', 'mail', '{}', 'INFO', '[\"x.*\"]');"
      "INSERT INTO sp.core_alerts (id, severity, title, message, source, domain) VALUES ('a', 'INFO', 't', 'm', 's', 'x.y'), ('b', 'INFO', 'u', 'm', 's', NULL);"
      "INSERT INTO sp.core_alert_deliveries (id, alert_id, channel_id) VALUES ('1', 'a', 'c'), ('2', 'b', 'c')",
      "alerts");
  statement(
      db,
      "INSERT INTO sp.core_alerts (id, severity, title, message, source) VALUES ('d', 'INFO', 't', 'm', 's');"
      "INSERT INTO sp.core_alert_deliveries (id, alert_id, channel_id) VALUES ('3', 'd', 'c')",
      SQLITE_OK);
  statement(
      db,
      "UPDATE sp.core_alert_deliveries SET status = 'SENT' WHERE id = '1'; UPDATE sp.core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2'",
      SQLITE_OK);
  statement(db, "UPDATE sp.core_alert_channels SET consecutive_failures = 1", SQLITE_CONSTRAINT);
  statement(
      db,
      "INSERT INTO sp.core_sources (id, name, source_type, config_json) VALUES ('h', 'h', 'http', '{}')",
      SQLITE_CONSTRAINT);
  statement(
      db,
      "SELECT * FROM alert_route('sp.core_alerts', 'a'); SELECT fetch_detect('sp.core_source_fetches', 's', '/', 'h'),"
      " pattern_match('[\"a*\"]', 'abc'), instant_add('2026-01-01T00:00:00Z', 5)",
      SQLITE_OK);
  query(db, "DETACH sp");
}

int main(void) {
  const char *path = scratch("oom.db");
  sqlite3_int64 before;
  sqlite3 *db;
  configure();
  sqlite3_initialize();
  sqlite3_close(open_db(":memory:"));
  before = sqlite3_memory_used();
  remove_db(path);
  loading();
  first_cron();
  db = open_db(path);
  runs(
      db,
      RUNS
      "INSERT INTO runs(id, status) VALUES ('a', 'new'), ('b', 'new'); UPDATE runs SET status = 'running' WHERE id = 'b'",
      "set up");
  snprintf(expected, sizeof expected, "%s", state(db));
  sqlite3_close(db);
  first_write(path);
  db = open_db(path);
  query(db, "ATTACH ':memory:' AS ops");
  statement(db, "SELECT interlock_install('textops', 'ops')", SQLITE_OK);
  statement(
      db,
      "SELECT interlock_install('textops', 'ops', 'guard'), interlock_uninstall('textops', 'ops')",
      SQLITE_OK);
  alerts(db);
  statement(db, "SELECT interlock_apply(" RUNS_RULEBOOK ")", SQLITE_OK);
  statement(db, "SELECT interlock_remove('runs')", SQLITE_OK);
  statement(
      db,
      "SELECT interlock_rulebook('runs'), interlock_diagram('runs'), interlock_diagram('runs', NULL, 'xstate')",
      SQLITE_OK);
  statement(db, "SELECT interlock_sql('textops', 'sqlite'), interlock_sql('textops', 'postgres')",
            SQLITE_OK);
  statement(
      db,
      "SELECT * FROM interlock_systems(); SELECT * FROM interlock_rules(); SELECT * FROM interlock_activity()",
      SQLITE_OK);
  statement(
      db,
      "SELECT * FROM interlock_verify(); SELECT * FROM interlock_doctor(); SELECT * FROM interlock_migrations('textops')",
      SQLITE_OK);
  statement(db, "SELECT * FROM interlock_lint(" RUNS_RULEBOOK ")", SQLITE_OK);
  statement(db, "SELECT * FROM interlock_diff(" RUNS_RULEBOOK ", " RUNS_RULEBOOK ")", SQLITE_OK);
  statement(
      db,
      "SELECT interlock_set_actor('ada'), interlock_set_clock('2026-01-01'), interlock_now(), interlock_set_clock(NULL)",
      SQLITE_OK);
  statement(db, "SELECT interlock_tick()", SQLITE_OK);
  statement(
      db,
      "SELECT * FROM fsm_states('runs'), fsm_transitions('runs'); SELECT * FROM fsm_allowed('runs', 'new')",
      SQLITE_OK);
  statement(
      db,
      "SELECT fsm_can('runs', 'new', 'done'), fsm_label('runs', 'new'), fsm_code('main.runs', 'new')",
      SQLITE_OK);
  statement(
      db,
      "SELECT fsm_transition('runs', 'a', 'running', 'new', 1, 'ada', '{\"x\":1}'); SELECT * FROM fsm_history('runs', 'a')",
      SQLITE_OK);
  statement(db, "SELECT dedup_key('a', 'b', 'c'), instant_us('2026-01-01T00:00:00Z')", SQLITE_OK);
  statement(
      db,
      "INSERT INTO runs(id, status, note) VALUES ('c', 'new', '{}'); UPDATE runs SET status = 'running', note = NULL",
      SQLITE_OK);
  statement(db, "UPDATE runs SET status = 'done'", SQLITE_CONSTRAINT);
  statement(db, "INSERT OR REPLACE INTO runs(id, status) VALUES ('a', 'new')", SQLITE_CONSTRAINT);
  statement(db, "DELETE FROM run_events", SQLITE_CONSTRAINT);
  gives(db, "PRAGMA integrity_check", "ok", "the database is whole");
  gives(db, "SELECT count(*) FROM interlock_verify()", "0", "no row breaks a rule");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  test_ok(sqlite3_memory_used() == before, "nothing is leaked");
  return test_end();
}
