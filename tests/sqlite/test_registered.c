/* test_registered.c: what the library registers is exactly what functions.def lists, with the flags that it asks for. */
#include "host.h"
#include "functions.h"

typedef struct entry {
  const char *name;
  int min, max;
  il_ret ret;
  unsigned flags;
} entry;
static const entry entries[] = {
#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  {name, min, max, ret, flags},
#include "functions.def"
#undef IL_F
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static int count(sqlite3 *db, const char *format, const char *name, int narg, unsigned flags) {
  char sql[400];
  snprintf(sql, sizeof sql, format, name, narg, flags);
  return atoi(query(db, sql));
}

static void functions(sqlite3 *db) {
  test_table t = {0, 0};
  for (int i = 0; i < ENTRIES; i++) {
    const entry *e = &entries[i];
    unsigned all = e->flags & IL_FN_PURE    ? SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
                   : e->flags & IL_FN_CLOCK ? SQLITE_INNOCUOUS
                                            : SQLITE_DIRECTONLY;
    if (e->ret == IL_RET_SET) {
      test_case(&t,
                count(db, "SELECT count(*) FROM pragma_module_list WHERE name = '%s'", e->name, 0,
                      0) == 1,
                "%s is no table-valued function", e->name);
      continue;
    }
    for (int n = e->max < 0 ? -1 : e->min; n <= (e->max < 0 ? -1 : e->max); n++) {
      /* Without the instant it reads the clock, so two calls may differ. */
      unsigned want = (e->flags & IL_FN_NOW) && n == e->min ? SQLITE_INNOCUOUS : all;
      test_case(
          &t,
          count(
              db,
              "SELECT count(*) FROM pragma_function_list WHERE name = '%s' AND narg = %d AND flags & 2623488 = %u",
              e->name, n, want) == 1,
          "%s with %d arguments", e->name, n);
    }
    if (e->max >= 0)
      test_case(&t,
                count(db, "SELECT count(*) FROM pragma_function_list WHERE name = '%s'", e->name, 0,
                      0) == e->max - e->min + 1,
                "%s has other arities", e->name);
  }
  test_table_end(&t, "every function of functions.def is there with its flags");
}

/* Nothing else: by name, whatever is ours begins so. */
static void nothing_else(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  test_table t = {0, 0};
  sqlite3 *plain = open_plain(":memory:", READ_WRITE);
  sqlite3_prepare_v2(
      db,
      "SELECT DISTINCT name, 0 FROM pragma_function_list UNION SELECT name, 1 FROM pragma_module_list",
      -1, &stmt, NULL);
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(stmt, 0);
    int known = strncmp(name, "il1_", 4) == 0 || strcmp(name, "interlock_statements") == 0 ||
                strncmp(name, "pragma_", 7) == 0;
    for (int i = 0; i < ENTRIES; i++)
      known |= strcmp(name, entries[i].name) == 0;
    if (!known)
      known = count(plain,
                    sqlite3_column_int(stmt, 1)
                        ? "SELECT count(*) FROM pragma_module_list WHERE name = '%s'"
                        : "SELECT count(*) FROM pragma_function_list WHERE name = '%s'",
                    name, 0, 0) > 0;
    test_case(&t, known, "%s is in no list", name);
  }
  sqlite3_finalize(stmt);
  sqlite3_close(plain);
  test_table_end(&t, "nothing else is registered");
}

int main(void) {
  sqlite3 *db = open_db(":memory:");
  functions(db);
  nothing_else(db);
  gives(db, "SELECT count(*) > 10 FROM pragma_function_list WHERE name LIKE 'il1\\_%' ESCAPE '\\'",
        "1", "trigger functions are there");
  gives(
      db,
      "SELECT count(*) FROM pragma_function_list WHERE name LIKE 'il1\\_%' ESCAPE '\\' AND flags & 2623488 <> 2097152",
      "0", "all of them INNOCUOUS, none DETERMINISTIC");
  test_ok(sqlite3_close(db) == SQLITE_OK, "close");
  return test_end();
}
