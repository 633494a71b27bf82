/* What the functions do without a database: statements, scripts, tables from DDL, foreign triggers, keys, arguments. */
#include "test.h"
#include "functions/inner.h"
#include "functions/migrations.h"
#include "functions/tables.h"

static test_memory memory;
static il_arena arena;
static il_port port;
static il_error err;

static il_call call_of(const il_value *args, int nargs) {
  port.mem = arena.mem;
  port.fn = port.engine == IL_POSTGRES ? "\"il\"." : "";
  il_error_clear(&err);
  return (il_call){.port = &port, .arena = &arena, .nargs = nargs, .args = args};
}

static void begin(il_engine engine) {
  il_arena_init(&arena, test_memory_start(&memory, 0));
  port.engine = engine;
}

static void end(const char *what) {
  il_arena_free(&arena);
  test_ok(memory.live == 0, "%s: nothing is left allocated", what);
}

/* ---- statements ------------------------------------------------------------------------------- */

static const char *statement(il_engine engine, il_stmt id, ...) {
  va_list params;
  port.engine = engine;
  (void)call_of(NULL, 0);
  va_start(params, id);
  const char *sql = il_stmt_expand(&arena, &port, id, params);
  va_end(params);
  return sql;
}

static void statements(void) {
  begin(IL_SQLITE);
  test_str(statement(IL_SQLITE, IL_S_RULEBOOK_DROP, "a\"b"),
           "DELETE FROM \"a\"\"b\".interlock_rulebooks WHERE name = ?1", "an identifier is quoted");
  test_str(statement(IL_POSTGRES, IL_S_RULEBOOK_DROP, "s"),
           "DELETE FROM \"s\".interlock_rulebooks WHERE name = CAST(?1 AS pg_catalog.text)",
           "a parameter has a type in PostgreSQL");
  test_str(statement(IL_SQLITE, IL_S_MOVE, "t", "c?%T", "x = ?2"),
           "UPDATE t SET \"c?%T\" = ?1 WHERE x = ?2 RETURNING 1",
           "what is put in is not expanded again");
  test_str(
      statement(IL_POSTGRES, IL_S_DUE, "k", "t", "s", "a", "b"),
      "SELECT k FROM t WHERE \"s\" = ?1 AND \"a\" <= CAST(?3 AS pg_catalog.timestamptz) ORDER BY \"b\" "
      "LIMIT CAST(?4 AS pg_catalog.int8) OFFSET CAST(?5 AS pg_catalog.int8)",
      "PostgreSQL's own version");
  test_ok(strstr(statement(IL_POSTGRES, IL_S_MAKE_RULEBOOKS, "{text}"),
                 "\"{text}\".interlock_rulebooks") != NULL,
          "a schema's name is no portable word");
  test_ok(strstr(statement(IL_POSTGRES, IL_S_MAKE_RULEBOOKS, "s"),
                 "applied_at TIMESTAMPTZ NOT NULL") != NULL,
          "the registry's instants");
  for (int id = 0; id < IL_STMT_COUNT;
       id++) { /* every statement can be written out, without a placeholder left */
    const char *sql = statement(IL_POSTGRES, (il_stmt)id, "a", "b", "c", "d", "e", "f", "g");
    if (!sql || strstr(sql, "%") == NULL || strstr(sql, "\\_%")) continue;
    test_ok(0, "statement %d has a placeholder left: %s", id, sql);
  }
  end("statements");
}

/* ---- scripts ---------------------------------------------------------------------------------- */

static const char *names(il_engine engine, const char *sql) {
  static char out[512];
  il_script script;
  size_t n = 0;
  out[0] = 0;
  if (il_script_names(&arena, engine, sql, &script, &err) != IL_OK) return "error";
  for (int i = 0; i < script.n; i++) {
    n += (size_t)snprintf(out + n, sizeof out - n, "%s%s%s", i ? " " : "", script.made[i].name,
                          script.made[i].is_table ? "" : "*");
  }
  return out;
}

static void scripts(void) {
  static const struct {
    const char *sql, *sqlite, *postgres;
  } list[] = {
      {"CREATE TABLE \"Runs\"(a INT); CREATE INDEX \"IX\" ON \"Runs\"(a);", "Runs IX*", "Runs IX*"},
      {"create table Runs (a); create unique index if not exists Ix on Runs(a)", "Runs Ix*",
       "runs ix*"},
      {"CREATE TABLE IF NOT EXISTS ops.\"a\"\"b\" (x)", "a\"b", "a\"b"},
      {"/* c; */ CREATE -- d;\n TABLE t (a TEXT DEFAULT ';'); INSERT INTO t VALUES ('CREATE TABLE u')",
       "t", "t"},
      {"CREATE TABLE a(x); DROP TABLE a; CREATE TABLE b(x)", "b", "b"},
      {"CREATE INDEX ON t (a)", "", ""},
      {"CREATE INDEX CONCURRENTLY i ON t (a); CREATE UNLOGGED TABLE u (a); CREATE VIEW v AS SELECT 1",
       "i* u v*", "i* u v*"},
      {"CREATE TRIGGER g AFTER UPDATE ON t BEGIN UPDATE t SET a = 1; END; CREATE TABLE z (a)", "z",
       "z"},
      {"", "", ""},
      {"CREATE", "", ""},
      {"CREATE TABLE", "", ""},
      {"CREATE TABLE \"open", "", ""},
  };
  test_table t = {0, 0};
  begin(IL_SQLITE);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    const char *got = names(IL_SQLITE, list[i].sql);
    test_case(&t, strcmp(got, list[i].sqlite) == 0, "%s: %s", list[i].sql, got);
    got = names(IL_POSTGRES, list[i].sql);
    test_case(&t, strcmp(got, list[i].postgres) == 0, "PostgreSQL, %s: %s", list[i].sql, got);
  }
  test_table_end(&t, "what a script makes");
  end("scripts");
}

/* ---- tables ----------------------------------------------------------------------------------- */

/* "name(col:type! …) key unique …" */
static const char *described(const il_table_info *info) {
  static char out[1024];
  size_t n = 0;
#define PUT(...) n += (size_t)snprintf(out + n, sizeof out - n, __VA_ARGS__)
  PUT("%s(", info->name);
  for (int i = 0; i < info->ncols; i++) {
    const struct il_column_info *c = &info->cols[i];
    PUT("%s%s:%s%s%s%s", i ? " " : "", c->name, il_coltype_name(c->coltype), c->not_null ? "!" : "",
        c->has_default ? "d" : "",
        c->identity    ? "i"
        : c->generated ? "g"
                       : "");
  }
  PUT(") key");
  for (int i = 0; i < info->nkey; i++)
    PUT(" %s", info->cols[info->key[i]].name);
  for (int u = 0; u < info->nunique; u++) {
    PUT(" unique");
    for (int i = 0; i < info->unique[u].ncols; i++) {
      int col = info->unique[u].cols[i];
      PUT(" %s", col >= 0 ? info->cols[col].name : info->unique[u].expr[i]);
    }
    if (info->unique[u].where) PUT(" where %s", info->unique[u].where);
  }
  if (info->without_rowid) PUT(" without rowid");
  return out;
#undef PUT
}

static void one_table(test_table *t, il_engine engine, const char *sql, const char *want) {
  il_tables tables = {.arena = &arena, .engine = engine};
  il_table_info *info = NULL;
  il_kind kind = il_tables_read(&tables, "main", sql, &err);
  const char *got = kind == IL_OK && tables.n ? described(tables.at[0]) : "none";
  if (tables.n) (void)il_tables_find(&tables, tables.at[0]->name, &info, &err);
  test_case(t, strcmp(got, want) == 0 && (tables.n == 0 || info == tables.at[0]), "%s: %s", sql,
            got);
}

static void tables(void) {
  test_table t = {0, 0};
  begin(IL_SQLITE);
  one_table(
      &t, IL_SQLITE,
      "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL DEFAULT (f(1, 2)), c REAL)",
      "a(id:int!i b:text!d c:real) key id");
  one_table(
      &t, IL_POSTGRES,
      "CREATE TABLE \"A\" (Id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, b VARCHAR(50) NOT NULL, "
      "c TIMESTAMPTZ DEFAULT (now()), d DOUBLE PRECISION, e NUMERIC(10,2), f JSONB)",
      "A(id:int!i b:text! c:instantd d:real e:other f:json) key id");
  one_table(
      &t, IL_SQLITE,
      "CREATE TABLE t (a TEXT, b TEXT UNIQUE, c INT CHECK (c IN (1, 2)) NOT NULL, PRIMARY KEY (a, c), "
      "FOREIGN KEY (b) REFERENCES u(x) ON DELETE CASCADE, UNIQUE (c, b)) WITHOUT ROWID",
      "t(a:text! b:text c:int!) key a c unique b unique c b without rowid");
  one_table(
      &t, IL_POSTGRES,
      "CREATE TABLE t (a TEXT, b INT, CONSTRAINT k PRIMARY KEY (a, b)); "
      "CREATE UNIQUE INDEX i ON t (b) WHERE a <> 'x'; ALTER TABLE t ADD COLUMN z BOOLEAN DEFAULT true",
      "t(a:text! b:int! z:intd) key a b unique b where a <> 'x'");
  one_table(&t, IL_POSTGRES, "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a + 1) STORED)",
            "t(a:int b:intg) key");
  one_table(&t, IL_SQLITE, "CREATE TABLE t (a INT); DROP TABLE t", "none");
  one_table(&t, IL_SQLITE,
            "CREATE UNIQUE INDEX i ON nowhere (a); ALTER TABLE nowhere ADD x INT; CREATE TABLE",
            "none");
  one_table(
      &t, IL_SQLITE,
      "CREATE TABLE t (a TEXT, b TEXT); CREATE UNIQUE INDEX i ON t ( lower(a), b DESC, a ->> 'x') WHERE b > ''",
      "t(a:text b:text) key unique lower(a) b a ->> 'x' where b > ''");
  one_table(&t, IL_SQLITE, "CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX i ON t ((a || (a, b",
            "t(a:text) key");
  test_table_end(&t, "tables from DDL");
  end("tables");
}

/* ---- triggers --------------------------------------------------------------------------------- */

static void same(void) {
  static const char ours[] =
      "CREATE TRIGGER interlock_update AFTER UPDATE ON \"s\".\"Runs\" FOR EACH ROW WHEN "
      "(\"public\".il1_update('il1:aa:b x', OLD.\"A\", OLD.b, NEW.\"A\", NEW.b)) EXECUTE FUNCTION "
      "\"public\".il1_after('il1:aa:b x')";
  static const struct {
    const char *theirs;
    int same;
  } list[] = {
      {"CREATE TRIGGER interlock_update AFTER UPDATE ON s.\"Runs\" FOR EACH ROW WHEN (il1_update('il1:aa:b x'::text, "
       "old.\"A\", old.b, new.\"A\", new.b)) EXECUTE FUNCTION il1_after('il1:aa:b x')",
       1},
      {"CREATE TRIGGER interlock_update BEFORE UPDATE ON s.\"Runs\" FOR EACH ROW WHEN (il1_update('il1:aa:b x'::text, "
       "old.\"A\", old.b, new.\"A\", new.b)) EXECUTE FUNCTION il1_after('il1:aa:b x')",
       0},
      {"CREATE TRIGGER interlock_update AFTER UPDATE ON s.\"Runs\" FOR EACH ROW WHEN (false) EXECUTE FUNCTION "
       "il1_after('il1:aa:b x')",
       0},
      {"CREATE TRIGGER interlock_update AFTER UPDATE ON s.\"Runs\" FOR EACH ROW WHEN (il1_update('il1:aa:b x'::text, "
       "old.\"A\", old.b, new.\"A\", old.b)) EXECUTE FUNCTION il1_after('il1:aa:b x')",
       0},
      {"CREATE TRIGGER interlock_update AFTER UPDATE OF b ON s.\"Runs\" FOR EACH ROW WHEN (il1_update('il1:aa:b x'::text, "
       "old.\"A\", old.b, new.\"A\", new.b)) EXECUTE FUNCTION il1_after('il1:aa:b x')",
       0},
      {"CREATE TRIGGER interlock_update AFTER UPDATE ON s.\"Runs\" FOR EACH ROW WHEN (il1_update('il1:aa:b y'::text, "
       "old.\"A\", old.b, new.\"A\", new.b)) EXECUTE FUNCTION il1_after('il1:aa:b x')",
       0},
  };
  test_table t = {0, 0};
  begin(IL_POSTGRES);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    test_case(&t, il_same_trigger(&arena, ours, list[i].theirs) == list[i].same, "case %d", (int)i);
  }
  test_case(
      &t,
      il_same_trigger(&arena, "CREATE TRIGGER a BEFORE INSERT OR UPDATE ON t EXECUTE FUNCTION f()",
                      "CREATE TRIGGER a BEFORE UPDATE OR INSERT ON x.t EXECUTE FUNCTION y.f()"),
      "the order of events does not matter");
  test_table_end(&t, "triggers as PostgreSQL prints them");
  end("same");
}

static void foreign(void) {
  static const struct {
    const char *sql;
    int refuse, report;
  } list[] = {
      {"CREATE TRIGGER a AFTER UPDATE ON Runs BEGIN SELECT RAISE(IGNORE); END", 1, 1},
      {"CREATE TRIGGER a AFTER UPDATE ON Runs BEGIN SELECT RAISE ( ignore ) WHERE 1; END", 1, 1},
      {"CREATE TRIGGER a AFTER UPDATE ON Runs BEGIN SELECT RAISE(ABORT, 'RAISE(IGNORE)'); END", 0,
       0},
      {"CREATE TRIGGER a BEFORE INSERT ON Runs BEGIN SELECT RAISE(IGNORE) WHERE NEW.a = 1; END", 0,
       1},
      {"CREATE TRIGGER a BEFORE UPDATE ON Runs BEGIN UPDATE runs SET a = 1; END", 1, 1},
      {"CREATE TRIGGER a UPDATE ON Runs BEGIN UPDATE OR IGNORE \"Runs\" SET a = 1; END", 1, 1},
      {"CREATE TRIGGER a BEFORE UPDATE ON Runs BEGIN DELETE FROM [Runs]; END", 1, 1},
      {"CREATE TRIGGER a BEFORE UPDATE ON Runs BEGIN INSERT INTO log SELECT * FROM Runs; END", 0,
       0},
      {"CREATE TRIGGER a BEFORE UPDATE ON Runs BEGIN REPLACE INTO Runs VALUES (1); END", 1, 1},
      {"CREATE TRIGGER a AFTER UPDATE ON Runs BEGIN UPDATE Runs SET a = 1; END", 0, 1},
      {"CREATE TRIGGER a AFTER UPDATE ON Runs BEGIN UPDATE other SET a = (SELECT max(a) FROM Runs); END",
       0, 0},
      {"CREATE TRIGGER a AFTER UPDATE OF Runs ON Runs BEGIN SELECT 1; /* RAISE(IGNORE) */ END", 0,
       0},
      {"", 0, 0},
  };
  il_table_info info = {.schema = "main", .name = "Runs"};
  test_table t = {0, 0};
  begin(IL_SQLITE);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    struct il_trigger_info g = {.name = "a", .sql = list[i].sql};
    test_case(&t, (il_trigger_danger(&arena, IL_SQLITE, &info, &g, 1) != NULL) == list[i].refuse,
              "refuse: %s", list[i].sql);
    test_case(&t, (il_trigger_danger(&arena, IL_SQLITE, &info, &g, 0) != NULL) == list[i].report,
              "report: %s", list[i].sql);
  }
  struct il_trigger_info late = {
      .name = "zz",
      .sql = "CREATE TRIGGER zz BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"};
  test_case(&t, il_trigger_danger(&arena, IL_POSTGRES, &info, &late, 1) == NULL,
            "PostgreSQL refuses none");
  test_case(&t, il_trigger_danger(&arena, IL_POSTGRES, &info, &late, 0) != NULL,
            "one after interlock_fill is reported");
  late.name = "aa";
  test_case(&t, il_trigger_danger(&arena, IL_POSTGRES, &info, &late, 0) == NULL,
            "one before it is not");
  test_table_end(&t, "triggers of the user's own");
  end("foreign");
}

/* ---- keys and arguments ------------------------------------------------------------------------- */

/* "<value>|<value>" with the type's letter, or "error: <message>". */
static const char *key(const il_plan *plan, const char *text) {
  static char out[1200];
  il_value values[4], given = il_str(text);
  il_call call = call_of(NULL, 0);
  il_target t = {.function = "f", .plan = plan};
  size_t n = 0;
  if (il_key_read(&call, &t, &given, values, &err) != IL_OK) {
    snprintf(out, sizeof out, "error: %s", err.message);
    return out;
  }
  for (int i = 0; i < plan->nkey; i++) {
    if (values[i].type == IL_T_INT)
      n += (size_t)snprintf(out + n, sizeof out - n, "%si%lld", i ? "|" : "",
                            (long long)values[i].i);
    else
      n += (size_t)snprintf(out + n, sizeof out - n, "%st%.*s", i ? "|" : "", (int)values[i].n,
                            values[i].p);
  }
  return out;
}

static void keys(void) {
  static const struct {
    const char *text, *want;
  } list[] = {
      {"[\"w1\",2]", "tw1|i2"},
      {" [ \"a,]b\" , -7 ] ", "ta,]b|i-7"},
      {"[\"\\u0041\\ud83d\\ude00\\n\\\"\\/\",\"5\"]", "tA\xf0\x9f\x98\x80\n\"/|i5"},
      {"[\"\\u00e9\\u20ac\",1]", "t\xc3\xa9\xe2\x82\xac|i1"},
      {"[true,1]", "ttrue|i1"},
      {"[\"a\"]", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"[\"a\",1,2]", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"[\"a\",null]", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"[\"a\",[1]]", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"[\"a\",1", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"{\"a\":1}", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"", "error: f: the key of t must be a JSON array of its 2 columns in key order"},
      {"[\"a\",\"x\"]", "error: f: t.n is an integer, \"x\" is none"},
      {"[\"a\",1.5]", "error: f: t.n is an integer, \"1.5\" is none"},
      {"[\"a\",99999999999999999999]",
       "error: f: t.n is an integer, \"99999999999999999999\" is none"},
  };
  test_table t = {0, 0};
  begin(IL_SQLITE);
  il_plan *plan = il_plan_new(&arena, "book", "t");
  uint16_t cols[2] = {0, 1};
  (void)il_plan_add_column(plan, &arena, "w", IL_C_TEXT);
  (void)il_plan_add_column(plan, &arena, "n", IL_C_INT);
  (void)il_plan_set_key(plan, &arena, cols, 2, &err);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    const char *got = key(plan, list[i].text);
    test_case(&t, strcmp(got, list[i].want) == 0, "%s: %s", list[i].text, got);
  }
  (void)il_plan_set_key(plan, &arena, cols, 1, &err);
  test_case(&t, strcmp(key(plan, "[\"a\"]"), "t[\"a\"]") == 0, "a key of one column is its text");
  test_table_end(&t, "keys");
  end("keys");
}

static void integers(void) {
  static const struct {
    const char *text;
    int ok;
    int64_t value;
  } list[] = {
      {"0", 1, 0},
      {"-1", 1, -1},
      {"+7", 1, 7},
      {"007", 1, 7},
      {"", 0, 0},
      {"-", 0, 0},
      {"1 ", 0, 0},
      {"1.0", 0, 0},
      {"0x1", 0, 0},
      {"9223372036854775807", 1, INT64_MAX},
      {"9223372036854775808", 0, 0},
      {"-9223372036854775808", 1, INT64_MIN},
      {"-9223372036854775809", 0, 0},
  };
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    int64_t v = 0;
    int ok = il_text_int(list[i].text, strlen(list[i].text), &v);
    test_case(&t, ok == list[i].ok && (!ok || v == list[i].value), "\"%s\"", list[i].text);
  }
  begin(IL_SQLITE);
  il_value args[3] = {il_int(5), il_str("12"), il_null()};
  il_call call = call_of(args, 3);
  int64_t v;
  test_case(&t, il_arg_int(&call, 0, 1, 0, 9, "x", &v, &err) == IL_OK && v == 5, "an integer");
  test_case(&t, il_arg_int(&call, 1, 1, 0, 99, "x", &v, &err) == IL_OK && v == 12, "its text");
  test_case(&t, il_arg_int(&call, 2, 3, 0, 9, "x", &v, &err) == IL_OK && v == 3, "NULL is missing");
  test_case(&t, il_arg_int(&call, 7, 4, 0, 9, "x", &v, &err) == IL_OK && v == 4,
            "absent is missing");
  test_case(&t,
            il_arg_int(&call, 1, 1, 0, 9, "x", &v, &err) == IL_ARGUMENT &&
                strcmp(err.message, "x must be an integer from 0 to 9, not 12") == 0,
            "%s", err.message);
  test_case(&t,
            il_arg_require(&call, 3, "fsm_can", &err) == IL_ARGUMENT &&
                strcmp(err.message, "fsm_can: argument 3 (to_state) must not be NULL") == 0,
            "%s", err.message);
  test_case(&t, il_arg_require(&call, 2, "dedup_accept", &err) == IL_OK, "what is there is enough");
  test_table_end(&t, "integers and arguments");
  end("integers");
}

/* ---- pure functions, systems -------------------------------------------------------------------- */

static void pure(void) {
  begin(IL_SQLITE);
  il_value parts[3] = {il_str("a"), il_int(1), il_str("b:c")};
  il_call call = call_of(parts, 3);
  test_ok(il_fn_dedup_key(&call, &err) == IL_OK, "dedup_key");
  /* printf 'a:1:b:c' | sha256sum | cut -c1-32 */
  test_str(call.result.p, "1987c49b74bbf9d037306728b02f0881", "the first 32 hex digits of SHA-256");
  parts[1] = il_null();
  call = call_of(parts, 3);
  test_ok(il_fn_dedup_key(&call, &err) == IL_OK && call.result.type == IL_T_NULL,
          "a NULL part gives NULL");
  il_value at = il_str("1970-01-01T00:00:01+00:00");
  call = call_of(&at, 1);
  test_ok(il_fn_instant_us(&call, &err) == IL_OK && call.result.i == 1000000, "instant_us");
  at = il_str("soon");
  call = call_of(&at, 1);
  test_ok(il_fn_instant_us(&call, &err) == IL_ARGUMENT, "instant_us of what is no instant");
  end("pure");
}

static void systems(void) {
  il_tiers tiers;
  begin(IL_SQLITE);
  il_call call = call_of(NULL, 0);
  test_ok(il_system_count > 0 && il_system_find("nosuchsystem") == NULL, "systems are there");
  for (int i = 0; i < il_system_count; i++) {
    const il_system *s = &il_systems[i];
    il_rulebook *rb = NULL;
    int all = s->nmigrations > 0 && s->title[0] && il_system_find(s->name) == s, made = 0;
    for (int m = 0; m < s->nmigrations; m++) {
      il_script script;
      const il_migration *at = &s->migrations[m];
      all &= at->number == s->migrations[0].number + m && at->name[0];
      all &= il_migration_names(&call, at, -1, il_system_top(s), &script, &err) == IL_OK;
      made += script.n;
    }
    test_ok(all && made > 0, "%s: title, migrations, what they make", s->name);
    test_ok(il_compile(&call, NULL, s->rulebook, NULL, &rb, &err) == IL_OK &&
                strcmp(rb->name, s->name) == 0,
            "%s: its rulebook, of its name%s%s", s->name, err.message[0] ? ": " : "", err.message);
    for (int k = 0; k < s->ntiers; k++) {
      int64_t tables;
      int ok = il_tiers_read(&call, s, s->tiers[k].name, &tiers, &err) == IL_OK;
      int level = tiers.level >= 0 ? tiers.level : il_system_top(s);
      ok = ok && il_tiers_level(&call, s, level, &tiers, &tables, &err) == IL_OK;
      ok = ok && tiers.patches[0];
      ok = ok && il_compile(&call, NULL, s->rulebook, tiers.patches, &rb, &err) == IL_OK;
      test_ok(ok, "%s: tier %s", s->name, s->tiers[k].name);
    }
    test_ok(il_tiers_read(&call, s, NULL, &tiers, &err) == IL_OK && !tiers.patches[0],
            "%s: no tier", s->name);
    test_ok(il_tiers_read(&call, s, "default+default", &tiers, &err) == IL_OK &&
                !tiers.patches[0] && tiers.level == (s->nlevels ? il_system_top(s) : -1),
            "%s: default", s->name);
    test_ok(il_tiers_read(&call, s, "nosuch", &tiers, &err) == IL_ARGUMENT &&
                strstr(err.allowed, "default"),
            "%s: a tier it does not have", s->name);
  }
  end("systems");
}

int main(void) {
  statements();
  scripts();
  tables();
  same();
  foreign();
  keys();
  integers();
  pure();
  systems();
  return test_end();
}
