/*
** What the triggers of a plan are: which there are, on which columns, and the parts of their SQL
** that traps of the engines made necessary. That they do what they should is tests/sqlite and
** tests/conformance.
*/
#include "test.h"
#include "rules/ddl.h"

static test_memory memory;
static il_arena arena;

/* ---- a table ---- */

typedef struct column {
  const char *name, *type;
  il_coltype coltype;
  int not_null, generated, identity;
} column;

static const column orders[] = {
    {"id", "INTEGER", IL_C_INT, 1, 0, 1},      {"status", "TEXT", IL_C_TEXT, 1, 0, 0},
    {"version", "INTEGER", IL_C_INT, 1, 0, 0}, {"touched", "TEXT", IL_C_TEXT, 0, 0, 0},
    {"paid_at", "TEXT", IL_C_TEXT, 0, 0, 0},   {"email", "TEXT", IL_C_TEXT, 0, 0, 0},
    {"shout", "TEXT", IL_C_TEXT, 0, 1, 0}};
enum { ORDERS = sizeof orders / sizeof *orders };

static struct il_column_info cols[256];
static int key[2], unique_cols[2];
static const char *exprs[2], *collations[2];
static struct il_unique_info unique;
static il_table_info table;

static void start_table(const column *list, int n, const char *name) {
  memset(&table, 0, sizeof table);
  memset(cols, 0, sizeof cols);
  for (int i = 0; i < n; i++) {
    cols[i].name = list[i].name;
    cols[i].type = list[i].type;
    cols[i].coltype = list[i].coltype;
    cols[i].not_null = list[i].not_null;
    cols[i].generated = list[i].generated;
    cols[i].identity = list[i].identity;
  }
  key[0] = 0;
  table.schema = "main";
  table.name = name;
  table.ncols = n;
  table.cols = cols;
  table.nkey = 1;
  table.key = key;
  table.unique = &unique;
}

/* The table at hand, and one for event rows. */
static il_kind catalog(void *ctx, const char *name, il_table_info **info, il_error *err) {
  static struct il_column_info log_cols[] = {{"id", "INTEGER", IL_C_INT, 1, 0, 1, 0},
                                             {"k", "TEXT", IL_C_TEXT, 1, 0, 0, 0},
                                             {"e", "TEXT", IL_C_TEXT, 1, 0, 0, 0},
                                             {"t", "TEXT", IL_C_TEXT, 0, 0, 0, 0},
                                             {"p", "TEXT", IL_C_TEXT, 0, 0, 0, 0}};
  static int log_key[] = {0};
  static il_table_info log_table = {
      .schema = "main", .name = "log", .ncols = 5, .cols = log_cols, .nkey = 1, .key = log_key};
  (void)ctx, (void)err;
  *info = strcmp(name, table.name) == 0 ? &table : strcmp(name, "log") == 0 ? &log_table : NULL;
  return IL_OK;
}

/* ---- its triggers ---- */

static char *statements[64];
static int nstatements;

static il_kind keep(void *ctx, const char *sql, il_error *err) {
  (void)ctx, (void)err;
  if (nstatements < 64) statements[nstatements++] = strdup(sql);
  return IL_OK;
}

static void forget(void) {
  while (nstatements)
    free(statements[--nstatements]);
}

/* The plan's literal becomes P, its head H: what is left can be read. */
static void shorten(char *sql) {
  char *at, *end;
  while ((at = strstr(sql, "'il1:")) != NULL && (end = strchr(at + 1, '\'')) != NULL) {
    *at = end[-1] == ':' && end - at < 30 ? 'H' : 'P';
    memmove(at + 1, end + 1, strlen(end));
  }
}

/* The triggers of a rulebook's table on the table at hand; il_error's kind. */
static il_kind make(const char *rules, il_engine engine, il_error *err) {
  char json[16384];
  il_rulebook *book;
  il_kind kind;
  forget();
  snprintf(json, sizeof json, "{\"interlock\":1,\"name\":\"b\",\"version\":\"1\",\"tables\":{%s}}",
           rules);
  il_arena_init(&arena, test_memory_start(&memory, memory.fail_at));
  il_error_clear(err);
  kind = il_rulebook_read(json, strlen(json), NULL, catalog, NULL, &arena, &book, err);
  for (int i = 0; kind == IL_OK && i < book->ntables; i++) {
    if (strcmp(book->plans[i]->table, table.name) != 0) continue;
    kind = il_triggers_create(book->plans[i], &table, engine,
                              engine == IL_POSTGRES ? "\"x y\"." : NULL, &arena, keep, NULL, err);
  }
  il_arena_free(&arena);
  for (int i = 0; i < nstatements; i++)
    shorten(statements[i]);
  return kind;
}

static void makes(const char *rules, il_engine engine) {
  il_error err;
  if (make(rules, engine, &err) != IL_OK) test_ok(0, "%s: %s", rules, err.message);
}

/* The statement that defines a name; "" when there is none. */
static const char *sql_of(const char *name) {
  char quoted[128];
  snprintf(quoted, sizeof quoted, "%s ", name);
  for (int i = 0; i < nstatements; i++)
    if (strstr(statements[i], quoted)) return statements[i];
  return "";
}

/* The statement of a name holds a part (or, with !, does not). */
static void holds(const char *name, const char *part, const char *what) {
  const char *sql = sql_of(name);
  int no = *part == '!', ok = no ? *sql && !strstr(sql, part + 1) : strstr(sql, part) != NULL;
  test_ok(ok, "%s", what);
  if (!ok) printf("#   %s is: %s\n#   wanted: %s\n", name, sql, part);
}

#define MACHINE                                                                                         \
  "\"machines\":{\"rule\":\"M\",\"column\":\"status\",\"initial\":\"new\",\"states\":{\"new\":{\"to\":" \
  "[\"paid\"]},\"paid\":{\"to\":[\"new\"]}}}"
#define TABLE(rules) "\"orders\":{\"key\":[\"id\"]," rules "}"

/* ---- SQLite ---- */

static void sqlite_machine(void) {
  int updates = 0;
  start_table(orders, ORDERS, "orders");
  makes(TABLE(MACHINE), IL_SQLITE);
  for (int i = 0; i < nstatements; i++)
    updates += strstr(statements[i], "UPDATE OF \"status\"") != NULL;
  test_ok(updates == 1, "a machine alone is one trigger on its column (%d)", updates);
  test_str(
      sql_of("\"interlock_orders_update\""),
      "CREATE TRIGGER \"main\".\"interlock_orders_update\" BEFORE UPDATE OF \"status\" ON \"orders\" "
      "BEGIN SELECT il1_update(P, OLD.\"id\", OLD.\"status\", NEW.\"id\", NEW.\"status\"); END",
      "and one call");
  test_str(sql_of("\"interlock_orders_updated\""), "", "nothing follows an update");
  test_str(sql_of("\"interlock_orders_noblob\""),
           "CREATE INDEX \"main\".\"interlock_orders_noblob\" ON \"orders\"((1)) WHERE 0",
           "an index keeps incremental blob I/O out");
  holds("\"interlock_orders_rekey\"", "BEFORE UPDATE OF \"id\", rowid, oid, _rowid_ ON",
        "a changed key may replace another row, by any of the rowid's names");
  holds("\"interlock_orders_rekey\"", "NEW.rowid <> OLD.rowid AND EXISTS(",
        "but not the row itself");
}

static void sqlite_columns(void) {
  start_table(orders, ORDERS, "orders");
  makes(TABLE("\"immutable\":{\"rule\":\"I\",\"columns\":[\"id\",\"email\"]}"), IL_SQLITE);
  holds("\"interlock_orders_update\"", "UPDATE OF \"id\", rowid, oid, _rowid_, \"email\" ON",
        "SET rowid is a change of the key column");
  test_str(sql_of("\"interlock_orders_rekey\""), "", "keys that cannot change replace nothing");
  makes(TABLE("\"immutable\":{\"rule\":\"I\",\"columns\":[\"shout\"]}"), IL_SQLITE);
  holds("\"interlock_orders_update\"", "!UPDATE OF",
        "no list of names stands for a generated column");
  makes(TABLE("\"append_only\":{\"rule\":\"A\"}"), IL_SQLITE);
  holds("\"interlock_orders_update\"", "BEFORE UPDATE ON", "append-only: every update");
  holds("\"interlock_orders_delete\"", "il1_delete(P, OLD.\"id\")", "append-only: every delete");
  holds("\"interlock_orders_insert\"",
        "SELECT il1_arrive(P, EXISTS(SELECT 1 FROM \"orders\" WHERE rowid = NEW.rowid), NEW.rowid, "
        "NEW.\"id\")",
        "what an OR REPLACE would destroy is looked at before");
  holds("\"interlock_orders_inserted\"", "il1_settle(P, NEW.rowid, NEW.\"id\")", "and after");
  makes(TABLE("\"enum\":{\"rule\":\"E\",\"columns\":{\"status\":[\"a\"]}}"), IL_SQLITE);
  holds("\"interlock_orders_insert\"", "il1_values(P, ",
        "values are judged before the row is written");
  holds("\"interlock_orders_insert\"", "!il1_arrive",
        "where only values are guarded, REPLACE destroys nothing");
}

static void sqlite_unique(void) {
  start_table(orders, ORDERS, "orders");
  table.nunique = 1;
  unique = (struct il_unique_info){2, unique_cols, "status <> 'x'", exprs, collations};
  unique_cols[0] = -1, unique_cols[1] = 5;
  exprs[0] = "lower(touched)", exprs[1] = NULL, collations[0] = NULL, collations[1] = "NOCASE";
  makes(TABLE(MACHINE), IL_SQLITE);
  holds("\"interlock_orders_insert\"",
        "(lower(touched)\n) = (SELECT lower(touched)\n FROM (SELECT NEW.\"id\" AS \"id\"",
        "an index over an expression: the expression of both rows");
  holds("\"interlock_orders_insert\"", "\"email\" COLLATE \"NOCASE\" = NEW.\"email\"",
        "its collation");
  holds("\"interlock_orders_insert\"", "AND (status <> 'x'\n) AND (SELECT status <> 'x'\n FROM",
        "its predicate, of both rows");
  holds("\"interlock_orders_rekey\"", "OF \"id\", \"status\", \"touched\", \"email\", rowid",
        "an update of any column it reads may collide");
  table.without_rowid = 1;
  cols[0].identity = 0;
  makes(TABLE(MACHINE), IL_SQLITE);
  holds("\"interlock_orders_insert\"",
        "SELECT il1_arrive(P, 0 + 2 * (EXISTS(SELECT 1 FROM \"orders\" WHERE "
        "\"id\" = NEW.\"id\") OR EXISTS(",
        "WITHOUT ROWID: the key is a unique key like others");
  holds("\"interlock_orders_rekey\"", "AND NOT (\"id\" IS OLD.\"id\")", "and tells the row itself");
  test_str(sql_of("\"interlock_orders_noblob\""), "", "its values cannot be opened as blobs");
}

static void sqlite_stamp(void) {
  start_table(orders, ORDERS, "orders");
  makes(
      TABLE(
          "\"machines\":{\"rule\":\"M\",\"column\":\"status\",\"initial\":\"new\",\"states\":{\"new\":{\"to\":[\"paid\"]},"
          "\"paid\":{\"type\":\"final\",\"freeze\":true,\"stamp\":{\"paid_at\":\"now\"}}}},"
          "\"row_version\":{\"rule\":\"V\",\"column\":\"version\"},\"touch\":{\"rule\":\"T\",\"column\":\"touched\"},"
          "\"asserts\":{\"rule\":\"A\",\"on\":[\"update\"],\"that\":\"NEW.paid_at > OLD.email\",\"text\":\"t\"}"),
      IL_SQLITE);
  holds("\"interlock_orders_updated\"",
        "AFTER UPDATE ON \"orders\" WHEN il1_due(P, julianday('now'), OLD.\"id\"",
        "our own stamp is told apart before anything follows it");
  holds(
      "\"interlock_orders_updated\"",
      "UPDATE \"orders\" SET \"version\" = il1_fill(P, 2, \"version\"), \"touched\" = il1_fill(P, 3, "
      "\"touched\"), \"paid_at\" = il1_fill(P, 4, \"paid_at\") WHERE rowid = NEW.rowid AND NEW.\"version\" IS "
      "OLD.\"version\" AND il1_fill(P, 2, NULL) IS NOT NULL; ",
      "one stamp steps the version");
  holds(
      "\"interlock_orders_updated\"",
      "UPDATE \"orders\" SET \"touched\" = il1_fill(P, 3, \"touched\"), \"paid_at\" = il1_fill(P, 4, "
      "\"paid_at\") WHERE rowid = NEW.rowid AND NEW.\"version\" IS NOT OLD.\"version\" AND il1_fill(P) > 0; ",
      "the other does not name it: the writer stepped it");
  holds(
      "\"interlock_orders_updated\"",
      "((SELECT \"paid_at\" FROM \"orders\" WHERE rowid = NEW.rowid) > OLD.\"email\"\n) IS NOT TRUE",
      "asserts see what the stamp wrote");
  holds("BEFORE UPDATE OF \"version\"", "SELECT il1_named(P, ",
        "naming the version promises to step it");
  holds("\"interlock_orders_inserted\"", "!\"version\" = il1_fill",
        "a version that cannot be NULL is not filled at birth");
}

#define EVENTS                                                                                                                        \
  "\"machines\":{\"rule\":\"M\",\"column\":\"status\",\"initial\":\"new\",\"events\":{\"table\":\"log\",\"columns\":{\"k\":\"$key\"," \
  "\"e\":\"$event\",\"t\":\"$to\",\"p\":\"$payload\"}},\"states\":{\"new\":{\"on\":{\"PAY\":\"paid\"}},\"paid\":{\"type\":\"final\"}}}"
#define LOG ",\"log\":{\"key\":[\"id\"],\"append_only\":{\"rule\":\"L\"}}"

static void sqlite_follow(void) {
  start_table(orders, ORDERS, "orders");
  makes(TABLE(EVENTS) LOG, IL_SQLITE);
  holds("\"interlock_orders_event_u1\"",
        "AFTER UPDATE OF \"status\" ON \"orders\" WHEN il1_events(P, ",
        "events hang on the state's column");
  holds("\"interlock_orders_event_u1\"", " VALUES (NEW.\"id\", il1_event(P, ",
        "an event row goes straight in when nothing else follows");
  holds("\"interlock_orders_event_u1\"", "WHERE changes() <> 1; END",
        "an outer OR IGNORE reaches into its trigger");
  makes(TABLE(EVENTS ",\"asserts\":{\"rule\":\"A\",\"on\":[\"update\"],\"that\":\"NEW.id > "
                     "0\",\"text\":\"t\"}") LOG,
        IL_SQLITE);
  holds("\"interlock_orders_updated\"", " SELECT NEW.\"id\", \"il1_event\", il1_state(P, ",
        "an event row is taken from a subquery");
  holds("\"interlock_orders_updated\"",
        " AS \"il1_event\" WHERE (OLD.\"status\" IS NOT NEW.\"status\"\n) LIMIT 1) WHERE "
        "\"il1_event\" IS NOT NULL; SELECT il1_lost(P, ",
        "asked for once, under its condition, and missed when it is not there");
  holds("\"interlock_orders_updated\"",
        "WHERE changes() <> 1 AND (OLD.\"status\" IS NOT NEW.\"status\"\n); ",
        "an outer OR IGNORE reaches into triggers");
  makes(
      TABLE(MACHINE
            ",\"effects\":{\"rule\":\"E\",\"column\":\"status\",\"enter\":\"paid\",\"do\":["
            "\"UPDATE a SET n = (SELECT 1 WHERE 1) WHERE k = NEW.id OR 1\",\"DELETE FROM a\","
            "\"INSERT INTO a(k) VALUES (NEW.id), (2) ON CONFLICT (k) DO UPDATE SET k = 1 WHERE 2\","
            "\"INSERT INTO a SELECT 'x WHERE y' -- tail\"]}"),
      IL_SQLITE);
  holds("\"interlock_orders_updated\"", "UPDATE a SET n = (SELECT 1 WHERE 1) \nWHERE (",
        "a condition goes into an UPDATE");
  holds("\"interlock_orders_updated\"", ") AND ( k = NEW.\"id\" OR 1\n); ",
        "beside the condition it has");
  holds("\"interlock_orders_updated\"", "DELETE FROM a\nWHERE (", "into a DELETE");
  holds("\"interlock_orders_updated\"",
        "INSERT INTO a(k) SELECT * FROM (VALUES (NEW.\"id\"), (2) \n) WHERE (", "into an INSERT");
  holds("\"interlock_orders_updated\"", "\n) ON CONFLICT (k) DO UPDATE SET k = 1 WHERE 2\n; ",
        "before its conflict clause");
  holds("\"interlock_orders_updated\"", "SELECT * FROM (SELECT 'x WHERE y' -- tail\n) WHERE (",
        "comments end with their line");
  makes(
      TABLE(
          "\"asserts\":{\"rule\":\"A\",\"on\":[\"delete\"],\"that\":\"OLD.id > 1\",\"text\":\"t\"}"),
      IL_SQLITE);
  holds("\"interlock_orders_delete\"",
        "SELECT il1_refuse(P, 0, OLD.\"id\") WHERE (OLD.\"id\" > 1\n) IS NOT TRUE; END",
        "asserts of a delete come before cascades");
}

static void sqlite_names(void) {
  static const column odd[] = {{"rowid", "TEXT", IL_C_TEXT, 1, 0, 0},
                               {"OID", "TEXT", IL_C_TEXT, 1, 0, 0},
                               {"a'b\"c", "TEXT", IL_C_TEXT, 1, 0, 0}};
  il_error err;
  column wide[130];
  char names[130][16],
      rules[4096] = "\"w\":{\"key\":[\"c0\"],\"immutable\":{\"rule\":\"I\",\"columns\":[\"c0\"";
  start_table(odd, 3, "we\"ird 't'");
  table.schema = "o\"p";
  makes(
      "\"we\\\"ird 't'\":{\"key\":[\"rowid\"],\"immutable\":{\"rule\":\"I\",\"columns\":[\"a'b\\\"c\"]}}",
      IL_SQLITE);
  holds(
      "\"interlock_we\"\"ird 't'_update\"",
      "CREATE TRIGGER \"o\"\"p\".\"interlock_we\"\"ird 't'_update\" BEFORE UPDATE OF \"a'b\"\"c\" ON \"we\"\"ird 't'\" BEGIN",
      "names are quoted");
  holds("\"interlock_we\"\"ird 't'_insert\"", "WHERE _rowid_ = NEW._rowid_)",
        "a rowid is reached by the name no column took");
  for (int i = 0; i < 130; i++) {
    snprintf(names[i], sizeof names[i], "c%d", i);
    wide[i] = (column){names[i], "TEXT", IL_C_TEXT, 0, 0, 0};
    if (i && i < 70) snprintf(rules + strlen(rules), sizeof rules - strlen(rules), ",\"c%d\"", i);
  }
  strcat(rules, "]}}");
  start_table(wide, 130, "w");
  test_ok(make(rules, IL_SQLITE, &err) == IL_ARGUMENT && strstr(err.message, "70 columns"),
          "more columns than a function of SQLite takes: an error that says so");
  makes(rules, IL_POSTGRES);
  holds(
      "interlock_update",
      "AFTER UPDATE ON \"main\".\"w\" FOR EACH ROW EXECUTE FUNCTION \"x y\".il1_after(P, 'judge')",
      "more than a function of PostgreSQL takes: judged in the trigger's function");
}

/* ---- PostgreSQL ---- */

static void postgres(void) {
  start_table(orders, ORDERS, "orders");
  makes(TABLE(MACHINE), IL_POSTGRES);
  holds(
      "interlock_update",
      "CREATE TRIGGER interlock_update AFTER UPDATE ON \"main\".\"orders\" FOR EACH ROW WHEN (\"x y\".il1_update(H, "
      "OLD.\"id\", OLD.\"status\", NEW.\"id\", NEW.\"status\", NEW.tableoid)) EXECUTE FUNCTION \"x y\".il1_after(P)",
      "the judge is the WHEN clause of an AFTER trigger");
  test_str(sql_of("interlock_fill"), "", "nothing is filled");
  test_str(sql_of("interlock_truncate"), "", "nothing minds TRUNCATE");
  test_str(sql_of("interlock_delete"), "", "nothing minds DELETE");
  makes(TABLE("\"row_version\":{\"rule\":\"V\",\"column\":\"version\"}"), IL_POSTGRES);
  holds(
      "interlock_fill",
      "BEFORE INSERT OR UPDATE ON \"main\".\"orders\" FOR EACH ROW EXECUTE FUNCTION \"x y\".il1_fill(P)",
      "a version is filled before");
  makes(TABLE("\"append_only\":{\"rule\":\"A\"}"), IL_POSTGRES);
  holds(
      "interlock_truncate",
      "BEFORE TRUNCATE ON \"main\".\"orders\" FOR EACH STATEMENT EXECUTE FUNCTION \"x y\".il1_truncate(P)",
      "TRUNCATE fires no row trigger");
  holds("interlock_delete", "BEFORE DELETE ON", "a delete is judged before cascades run");
  makes(
      TABLE(
          "\"effects\":{\"rule\":\"E\",\"on\":[\"delete\"],\"do\":[\"DELETE FROM a WHERE k = OLD.id\"]}"),
      IL_POSTGRES);
  holds("interlock_deleted", "AFTER DELETE ON", "and its effects come after it");
  makes(
      "\"orders\":{\"key\":[\"id\"],\"machines\":{\"rule\":\"M\",\"column\":\"status\",\"initial\":\"new\",\"events\":{\"table\":\"log\","
      "\"writer\":\"application\",\"order\":\"id\",\"columns\":{\"k\":\"$key\",\"e\":\"$event\"}},\"states\":{\"new\":{\"on\":{\"PAY\":"
      "\"paid\"}},\"paid\":{\"type\":\"final\"}}}}" LOG,
      IL_POSTGRES);
  holds(
      "interlock_commit_update",
      "CREATE CONSTRAINT TRIGGER interlock_commit_update AFTER UPDATE ON \"main\".\"orders\" DEFERRABLE "
      "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION \"x y\".il1_after(P, 'commit')",
      "events that the application writes are there at commit");
}

/* ---- taking off, and no memory ---- */

static void drops(void) {
  static struct il_trigger_info triggers[] = {{"interlock_orders_update", "", NULL, 1, 1},
                                              {"mine", "", NULL, 0, 1},
                                              {"we\"ird", "", NULL, 1, 1}};
  il_error err;
  char all[512] = "";
  start_table(orders, ORDERS, "orders");
  table.triggers = triggers;
  table.ntriggers = 3;
  for (int engine = IL_SQLITE; engine <= (int)IL_POSTGRES; engine++) {
    forget();
    il_arena_init(&arena, test_memory_start(&memory, 0));
    il_triggers_drop(&table, (il_engine)engine, &arena, keep, NULL, &err);
    il_arena_free(&arena);
    for (int i = 0; i < nstatements; i++)
      strcat(strcat(all, statements[i]), "\n");
  }
  test_str(all,
           "DROP TRIGGER IF EXISTS \"main\".\"interlock_orders_update\"\n"
           "DROP TRIGGER IF EXISTS \"main\".\"we\"\"ird\"\n"
           "DROP TRIGGER IF EXISTS \"interlock_orders_update\" ON \"main\".\"orders\"\n"
           "DROP TRIGGER IF EXISTS \"we\"\"ird\" ON \"main\".\"orders\"\n",
           "what is ours goes, and nothing else");
}

static void no_memory(void) {
  test_table t = {0, 0};
  int done = 0;
  start_table(orders, ORDERS, "orders");
  for (long fail = 1; !done && fail < 3000; fail++) {
    il_error err;
    il_kind kind;
    memory.fail_at = fail;
    kind = make(TABLE(EVENTS ",\"touch\":{\"rule\":\"T\",\"column\":\"touched\"}") LOG,
                fail % 2 ? IL_SQLITE : IL_POSTGRES, &err);
    done = kind == IL_OK && memory.count < fail;
    test_case(&t, (kind == IL_NOMEM || kind == IL_OK) && memory.live == 0,
              "allocation %ld: kind %d, %ld live", fail, kind, memory.live);
  }
  memory.fail_at = 0;
  test_case(&t, done, "never succeeded");
  test_table_end(&t, "any allocation may fail");
}

int main(void) {
  sqlite_machine();
  sqlite_columns();
  sqlite_unique();
  sqlite_stamp();
  sqlite_follow();
  sqlite_names();
  postgres();
  drops();
  no_memory();
  forget();
  return test_end();
}
