/*
** The text form of a plan: writing and reading, everything that is wrong with hostile text, limits. With roles of the core.
*/
#include "plantest.h"
#include "values/hash.h"

static test_memory memory;

/* The one role that is not the core's: it takes any word. */
static const il_role wordy_role = {.name = "t_wordy"};

/* records with their right hash in front. */
static void with_hash(il_buf *out, const char *records, size_t n) {
  char hex[65];
  il_sha256_hex(records, n, hex);
  il_buf_reset(out);
  il_buf_f(out, "il1:%.16s:", hex);
  il_buf_add(out, records, n);
}

static const struct {
  const char *records;
  int at; /* within records; -1: it is good */
  const char *word;
} texts[] = {
    {"b book t;k", -1, 0},
    {"b book t;c id int;k 0", -1, 0},
    {"b  ;c %20 text;k", -1, 0},
    {"b %C3%A9\xc3\xa9 %27%5C%3B%25%01;c a other;c b blob;c c real;c d json;c e instant;c f text;k 5 0",
     -1, 0},
    {"b book t;c id int;k 0;o immutable T-05 u 0", -1, 0},
    {"b book t;c id int;k 0;o immutable %54-05 u 0;o immutable x u 0", -1, 0},
    {"", 0, "expected b"},
    {";", 1, "expected a record"},
    {"b", 0, "expected b"},
    {"b book", 0, "expected b"},
    {"b book t x;k", 0, "expected b"},
    {"k", 0, "expected b"},
    {"b book t", 8, "expected k"},
    {"b book t;", 9, "expected a record"},
    {"b book t;;k", 9, "expected the columns"},
    {"b book t;k;", 11, "expected a record"},
    {"b book t;x", 9, "expected the columns"},
    {"b book t;b book t;k", 9, "expected the columns"},
    {"b book t;k;k", 11, "expected the columns"},
    {"b book t;k;c id int", 11, "expected the columns"},
    {"b book t;o immutable T u -;k", 9, "expected the columns"},
    {"b book t;c;k", 9, "expected c"},
    {"b book t;c id;k", 9, "expected c"},
    {"b book t;c id int x;k", 9, "expected c"},
    {"b book t;c  int;k", 9, "expected c"},
    {"b book t;c id integer;k", 14, "no such column type"},
    {"b book t;c id int;c i%64 text;k", 20, "the column is there twice"},
    {"b book t;c id int;k 1", 20, "expected the index"},
    {"b book t;c id int;k 00", 20, "expected the index"},
    {"b book t;c id int;k -1", 20, "expected the index"},
    {"b book t;c id int;k 99999999999", 20, "expected the index"},
    {"b book t;c id int;k ", 20, "expected the index"},
    {"b book t;c id int;k 0 0", 18, "the key has more columns"},
    {"b book t;c id int;k;o", 20, "expected o"},
    {"b book t;c id int;k;o immutable T u", 20, "expected o"},
    {"b book t;c id int;k;o immutabel T u 0", 22, "a role that this version"},
    {"b book t;c id int;k;o  T u 0", 22, "a role that this version"},
    {"b book t;c id int;k;o immutable T x 0", 34, "expected events"},
    {"b book t;c id int;k;o immutable T ui 0", 34, "expected events"},
    {"b book t;c id int;k;o immutable T uu 0", 34, "expected events"},
    {"b book t;c id int;k;o immutable T  0", 34, "expected events"},
    {"b book t;c id int;k;o immutable T u 1", 36, "expected indexes"},
    {"b book t;c id int;k;o immutable T u ", 36, "expected indexes"},
    {"b book t;c id int;k;o immutable T u 0,", 36, "expected indexes"},
    {"b book t;c id int;k;o immutable T u ,0", 36, "expected indexes"},
    {"b book t;c id int;k;o immutable T u 0,-", 36, "expected indexes"},
    {"b book t;c id int;k;o immutable T u 0%2C0x", 36, "expected indexes"},
    {"b bo%ok t;k", 4, "expected two hexadecimal digits"},
    {"b book t%;k", 8, "expected two hexadecimal digits"},
    {"b book %4", 7, "expected two hexadecimal digits"},
    {"b book %00;k", 7, "expected two hexadecimal digits"},
    {"b book %4a;k", 7, "expected two hexadecimal digits"},
    {"b book t\n;k", 8, "a character that must be written"},
    {"b book 't';k", 7, "a character that must be written"},
    {"b book \\t;k", 7, "a character that must be written"},
    {"b book \x7f;k", 7, "a character that must be written"},
};

/* Reads a copy that ends with its allocation. */
static il_kind read_plan(const char *p, size_t n, il_arena *arena, il_plan **plan, il_error *err) {
  char *copy = malloc(n ? n : 1);
  il_kind kind;
  if (n) memcpy(copy, p, n);
  kind = il_plan_read(copy, n, arena, plan, err);
  memset(copy, 0, n);
  free(copy);
  return kind;
}

static void test_texts(void) {
  test_table t = {0, 0};
  il_buf text, again;
  il_buf_init(&text, &memory.alloc);
  il_buf_init(&again, &memory.alloc);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    il_arena arena;
    il_error err;
    il_plan *plan = NULL;
    il_kind kind;
    il_error_clear(&err);
    il_arena_init(&arena, &memory.alloc);
    with_hash(&text, texts[i].records, strlen(texts[i].records));
    kind = read_plan(text.p, text.n, &arena, &plan, &err);
    if (texts[i].at < 0) {
      il_buf_reset(&again);
      if (plan) il_plan_write(plan, &again);
      test_case(&t, kind == IL_OK && plan, "%s: %s", texts[i].records, err.message);
    } else {
      test_case(&t,
                kind == IL_ARGUMENT && !plan && err.offset == 21 + texts[i].at &&
                    !strncmp(err.message, "not a plan: ", 12) &&
                    !strncmp(err.message + 12, texts[i].word, strlen(texts[i].word)),
                "%s: %s", texts[i].records, err.message);
    }
    il_arena_free(&arena);
  }
  il_buf_free(&text);
  il_buf_free(&again);
  test_table_end(&t, "texts that are plans and mistakes that are found");
}

static void test_contents(void) {
  static const char records[] =
      "b %C3%A9 a%27b;c x%20y int;c z json;k 1 0;o immutable T%3B1 iud 1,0;o "
      "immutable T2 - -";
  il_arena arena;
  il_error err;
  il_plan *plan = NULL;
  il_buf text;
  const char *hash;
  il_buf_init(&text, &memory.alloc);
  il_arena_init(&arena, &memory.alloc);
  with_hash(&text, records, sizeof records - 1);
  hash = il_plan_peek(text.p, text.n);
  if (!test_ok(il_plan_read(text.p, text.n, &arena, &plan, &err) == IL_OK, "a plan is read"))
    return;
  test_ok(!strcmp(plan->rulebook, "\xc3\xa9") && !strcmp(plan->table, "a'b") && plan->ncols == 2 &&
              !strcmp(plan->cols[0].name, "x y") && plan->cols[0].type == IL_C_INT &&
              plan->cols[1].type == IL_C_JSON && plan->nkey == 2 && plan->key[0] == 1 &&
              plan->key[1] == 0,
          "its names, columns and key");
  test_ok(plan->nops == 2 && plan->ops[0].role == il_role_find("immutable", 9) &&
              !strcmp(plan->ops[0].rule, "T;1") && plan->ops[0].events == 7 &&
              plan->ops[0].ncols == 2 && plan->ops[0].cols[0] == 1 && plan->ops[1].events == 0 &&
              plan->ops[1].ncols == 0,
          "its operations");
  test_ok(hash == text.p + 4 && !memcmp(hash, plan->hash, 16) && strlen(plan->hash) == 16,
          "its hash");
  il_buf_free(&text);
  il_arena_free(&arena);
}

/* What the builder makes is written and read as the same plan, whatever bytes its names have. */
static void test_round_trip(void) {
  static const uint16_t cols[] = {1, 0};
  const il_role *role = il_role_find("immutable", 9);
  test_table t = {0, 0};
  il_buf text, again;
  il_buf_init(&text, &memory.alloc);
  il_buf_init(&again, &memory.alloc);
  for (int c = 1; c < 256; c++) {
    char name[] = {'n', (char)c, (char)(c ^ 0x5a ? c ^ 0x5a : 'x'), 0};
    il_arena arena;
    il_error err;
    il_plan *plan, *copy = NULL;
    il_arena_init(&arena, &memory.alloc);
    plan = il_plan_new(&arena, name, name + 1);
    il_plan_add_column(plan, &arena, name, IL_C_TEXT);
    il_plan_add_column(plan, &arena, name + 1, IL_C_BLOB);
    il_plan_set_key(plan, &arena, cols, 2, &err);
    il_plan_add_op(plan, &arena, role, name, 2, cols, 2, NULL, 0, NULL, &err);
    il_buf_reset(&text);
    il_buf_reset(&again);
    if (il_plan_finish(plan, &arena, &err) == IL_OK) il_plan_write(plan, &text);
    if (read_plan(il_buf_text(&text), text.n, &arena, &copy, &err) == IL_OK)
      il_plan_write(copy, &again);
    test_case(&t,
              copy && !strcmp(il_buf_text(&text), il_buf_text(&again)) &&
                  !strcmp(copy->rulebook, name) && !strcmp(copy->ops[0].rule, name) &&
                  !strchr(il_buf_text(&text), '\'') && !strchr(il_buf_text(&text), '\\'),
              "byte %d: %s", c, err.message);
    il_arena_free(&arena);
  }
  il_buf_free(&text);
  il_buf_free(&again);
  test_table_end(&t, "written and read again");
}

/* Every truncation and every change of a byte of a text is refused by its hash. */
static void test_altered(void) {
  static const char records[] = "b book t;c id int;k 0;o immutable T-05 u 0";
  test_table t = {0, 0};
  il_buf text;
  il_buf_init(&text, &memory.alloc);
  with_hash(&text, records, sizeof records - 1);
  for (size_t n = 0; n <= text.n; n++) {
    il_arena arena;
    il_error err;
    il_plan *plan = NULL;
    il_arena_init(&arena, &memory.alloc);
    test_case(&t, (read_plan(text.p, n, &arena, &plan, &err) == IL_OK) == (n == text.n),
              "cut to %zu", n);
    test_case(&t, (il_plan_peek(text.p, n) != NULL) == (n >= 21), "peek at %zu", n);
    if (n < text.n) {
      text.p[n] ^= 1;
      test_case(&t,
                read_plan(text.p, text.n, &arena, &plan, &err) == IL_ARGUMENT && !plan &&
                    err.offset >= 0,
                "byte %zu", n);
      text.p[n] ^= 1;
    }
    il_arena_free(&arena);
  }
  il_buf_free(&text);
  test_table_end(&t, "altered texts");
}

/* Limits, with a right hash: repeat is written `times` times between head and tail. */
static void limit(const char *head, const char *repeat, int times, const char *tail,
                  const char *word) {
  il_buf records, text;
  il_arena arena;
  il_error err;
  il_plan *plan = NULL;
  il_kind kind;
  il_error_clear(&err);
  il_buf_init(&records, &memory.alloc);
  il_buf_init(&text, &memory.alloc);
  il_arena_init(&arena, &memory.alloc);
  il_buf_str(&records, head);
  for (int i = 0; i < times; i++)
    il_buf_f(&records, "%s%d", repeat, i);
  il_buf_str(&records, tail);
  with_hash(&text, records.p, records.n);
  kind = read_plan(text.p, text.n, &arena, &plan, &err);
  test_ok(kind == IL_ARGUMENT && !plan && strstr(err.message, word), "%s: %s", word, err.message);
  il_buf_free(&records);
  il_buf_free(&text);
  il_arena_free(&arena);
}

static void test_limits(void) {
  limit("b book t", "", 60000, ";k", "too long");
  limit("b book t", ";c int", 600, ";k", "too many columns");
  limit("b book t;k", ";o immutable T ", 5000, "", "too many operations");
  limit("b book t;k;o immutable T u -", " ", 20000, "", "too many words");
  limit("b book t;c a int;k;o immutable T u 0", ",", 600, "", "too many columns");
  limit("b book t;c a int;k", " ", 3, "", "more columns");
}

static il_buf sweep_text;
static il_kind make_read(il_arena *arena, il_error *err) {
  il_plan *plan = NULL;
  il_kind kind = il_plan_read(sweep_text.p, sweep_text.n, arena, &plan, err);
  return (kind == IL_OK) == (plan != NULL) ? kind : IL_INTERNAL;
}

static void test_read_memory(void) {
  static const char records[] =
      "b book t;c id int;c b text;k 0;o immutable T-05 u 0,1;o immutable T-06 u 1 1";
  il_buf_init(&sweep_text, &memory.alloc);
  with_hash(&sweep_text, records, sizeof records - 1);
  sweep("out of memory at every step of reading", make_read);
  il_buf_free(&sweep_text);
}

/* Operations that only together have too many words. */
static void test_many_words(void) {
  il_buf records, text;
  il_arena arena;
  il_error err;
  il_plan *plan = NULL;
  il_buf_init(&records, &memory.alloc);
  il_buf_init(&text, &memory.alloc);
  il_arena_init(&arena, &memory.alloc);
  il_buf_str(&records, "b book t;k");
  for (int op = 0; op < 2; op++) {
    il_buf_str(&records, ";o immutable T u -");
    for (int i = 0; i < IL_PLAN_WORDS_MAX / 2 + op; i++)
      il_buf_str(&records, " 1");
  }
  with_hash(&text, records.p, records.n);
  test_ok(read_plan(text.p, text.n, &arena, &plan, &err) == IL_ARGUMENT && !plan &&
              strstr(err.message, "too many words"),
          "too many words together: %s", err.message);
  il_buf_free(&records);
  il_buf_free(&text);
  il_arena_free(&arena);
}

/* A plan whose text would be too long is refused when it is finished. */
static void test_too_long(void) {
  static char word[200000];
  const char *const words[] = {word};
  il_arena arena;
  il_error err;
  il_op *op = NULL;
  il_plan *plan;
  memset(word, ';', sizeof word - 1); /* three bytes each in the text */
  il_arena_init(&arena, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  il_plan_add_op(plan, &arena, &wordy_role, "R", 1, NULL, 0, words, 1, &op, &err);
  test_ok(op && op->nwords == 1 && op->role == &wordy_role, "the operation that was added");
  test_ok(il_plan_finish(plan, &arena, &err) == IL_ARGUMENT && strstr(err.message, "too long"),
          "is too long: %s", err.message);
  il_arena_free(&arena);
}

static void test_words(void) {
  test_table t = {0, 0};
  for (int type = IL_C_INT; type <= IL_C_OTHER; type++)
    test_case(&t, il_coltype_parse(il_coltype_name((il_coltype)type)) == type, "type %d", type);
  test_case(&t, il_coltype_parse("") == -1 && il_coltype_parse("INT") == -1, "no type");
  test_case(&t,
            il_event_slot(IL_EV_INSERT) == 0 && il_event_slot(IL_EV_UPDATE) == 1 &&
                il_event_slot(IL_EV_DELETE) == 2,
            "slots");
  test_table_end(&t, "words of types and slots of events");
}

int main(void) {
  test_memory_start(&memory, 0);
  test_texts();
  test_contents();
  test_round_trip();
  test_altered();
  test_limits();
  test_read_memory();
  test_too_long();
  test_many_words();
  test_words();
  test_ok(memory.live == 0, "nothing leaks");
  return test_end();
}
