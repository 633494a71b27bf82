/*
** Rulebooks: read, and linted, with and without a catalog in which every table exists and has
** the columns that the schema of the specification's example has. What is read is read again
** from its plan text; what is refused has a message; lint has an error for whatever reading
** refuses.
*/
#include <string.h>
#include "fuzz.h"
#include "rules/rulebook.h"
#include "rules/role.h"

static const char *const names[] = {"id",    "status",  "paid_at",    "done_at",
                                    "total", "version", "updated_at", "note"};
enum { COLS = sizeof names / sizeof *names };

static il_kind find(void *ctx, const char *table, il_table_info **info, il_error *err) {
  il_arena *arena = ctx;
  il_table_info *t = il_arena_alloc(arena, sizeof *t);
  (void)err;
  t->name = table;
  t->schema = "main";
  t->ncols = COLS;
  t->cols = il_arena_alloc(arena, COLS * sizeof *t->cols);
  t->key = il_arena_alloc(arena, sizeof *t->key);
  t->nkey = 1;
  for (int i = 0; i < COLS; i++) {
    t->cols[i].name = names[i];
    t->cols[i].type = "x";
    t->cols[i].coltype = (il_coltype)((i + (int)table[0]) % (IL_C_OTHER + 1));
    t->cols[i].not_null = i & 1;
  }
  *info = t;
  return IL_OK;
}

typedef struct counts {
  int errors, all;
} counts;

static void report(void *ctx, const char *severity, const char *path, const char *message) {
  counts *c = ctx;
  FUZZ_CHECK(message[0] && strlen(message) < 2000 && (path[0] == 0 || path[0] == '/'));
  c->all++;
  c->errors += strcmp(severity, "error") == 0;
}

static void read_back(const il_plan *plan, il_arena *arena) {
  il_plan *again = NULL;
  il_error err;
  il_buf text;
  il_buf_init(&text, &fuzz_mem);
  il_plan_write(plan, &text);
  FUZZ_CHECK(il_plan_read(text.p, text.n, arena, &again, &err) == IL_OK &&
             again->nops == plan->nops);
  for (int i = 0; i < again->nops; i++)
    if (again->ops[i].role->describe) again->ops[i].role->describe(&again->ops[i], again, &text);
  il_buf_free(&text);
}

static void play(const char *json, size_t n, il_catalog_fn catalog) {
  il_arena arena, other;
  il_error err;
  il_rulebook *book = NULL;
  counts found = {0, 0};
  il_kind kind;
  int errors;
  il_arena_init(&arena, &fuzz_mem);
  il_arena_init(&other, &fuzz_mem);
  il_error_clear(&err);
  kind = il_rulebook_read(json, n, NULL, catalog, &arena, &arena, &book, &err);
  errors = il_rulebook_lint(json, n, catalog, &other, &other, report, &found);
  FUZZ_CHECK(errors == found.errors);
  if (kind == IL_OK) {
    FUZZ_CHECK(book && book->ntables > 0 && book->json);
    for (int i = 0; i < book->ntables; i++)
      read_back(book->plans[i], &arena);
  } else {
    FUZZ_CHECK(!book && err.message[0] && errors > 0);
  }
  il_arena_free(&arena);
  il_arena_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  play((const char *)data, size, NULL);
  play((const char *)data, size, find);
  return 0;
}
