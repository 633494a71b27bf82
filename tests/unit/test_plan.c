/*
** Plans: building, the text form and everything that is wrong with hostile text, the judge, refusals and keys. The judge is tested
** with roles of this file; the text form with roles of the core.
*/
#include "test.h"
#include "rules/plan.h"
#include "rules/role.h"
#include "values/hash.h"

static test_memory memory;

/* ---- roles of this test: they note that they ran, and refuse the column value "no" ---- */

static char ran[256];

static il_kind note(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value v = il_null();
  strncat(ran, op->rule, sizeof ran - strlen(ran) - 1);
  if (op->ncols) row->get(row, row->side, op->cols[0], &v);
  if (v.type == IL_T_TEXT && v.n == 2 && memcmp(v.p, "no", 2) == 0)
    return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s refuses", op->rule);
  if (op->nwords) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static il_kind compile_number(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int *n = il_arena_alloc(arena, sizeof *n);
  (void)plan;
  if (op->nwords && strcmp(op->words[0], "bad") == 0)
    return il_error_set(err, IL_ARGUMENT, "bad word");
  if (!n) return il_error_set(err, IL_NOMEM, "out of memory");
  *n = op->index;
  op->compiled = n;
  return IL_OK;
}

static int fill_none(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  (void)op, (void)row, (void)fills, (void)max;
  return n;
}

static int follow_none(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                       il_follow *out) {
  (void)op, (void)row, (void)event, (void)k, (void)arena, (void)out;
  return 0;
}

static const il_role value_role = {.name = "t_value", .values = 1, .check = note};
static const il_role row_role = {.name = "t_row", .check = note, .compile = compile_number};
static const il_role gated_role = {.name = "t_gated", .if_changed = 1, .check = note};
static const il_role follow_role = {.name = "t_follow", .follow = follow_none};
static const il_role fill_role = {.name = "t_fill", .fill = fill_none};

/* ---- a row out of an array ---- */

typedef struct test_row {
  il_row row;
  const char *const *old, *const *new_;
} test_row;

static void row_get(const il_row *row, int side, int col, il_value *out) {
  const test_row *r = row->host;
  *out = il_str((side == IL_OLD ? r->old : r->new_)[col]);
}

static int row_differs(const il_row *row, int col) {
  il_value a, b;
  row_get(row, IL_OLD, col, &a);
  row_get(row, IL_NEW, col, &b);
  return !il_value_same(&a, &b);
}

static void row_start(test_row *r, const il_plan *plan, int event, const char *const *old,
                      const char *const *new_) {
  memset(r, 0, sizeof *r);
  r->row.plan = plan;
  r->row.event = event;
  r->row.side = event == IL_EV_DELETE ? IL_OLD : IL_NEW;
  r->row.get = row_get;
  r->row.differs = row_differs;
  r->row.host = r;
  r->old = old;
  r->new_ = new_;
}

/* ---- building and judging ---- */

/* Columns a b c d, key a; A checks values of b on insert and update, B the row by c on all, C on delete, D follows, E fills. */
static il_plan *build(il_arena *arena, il_error *err) {
  static const uint16_t a[] = {0}, b[] = {1}, c[] = {2}, d[] = {3};
  static const char *const words[] = {"w"};
  il_plan *plan = il_plan_new(arena, "book", "Runs");
  if (!plan) {
    il_error_set(err, IL_NOMEM, "out of memory");
    return NULL;
  }
  for (const char *name = "abcd"; *name; name++) {
    char one[2] = {*name, 0};
    if (il_plan_add_column(plan, arena, one, IL_C_TEXT) < 0) {
      il_error_set(err, IL_NOMEM, "out of memory");
      return NULL;
    }
  }
  if (il_plan_set_key(plan, arena, a, 1, err) ||
      il_plan_add_op(plan, arena, &row_role, "B", 7, c, 1, words, 1, NULL, err) ||
      il_plan_add_op(plan, arena, &value_role, "A", 3, b, 1, NULL, 0, NULL, err) ||
      il_plan_add_op(plan, arena, &row_role, "C", 4, NULL, 0, NULL, 0, NULL, err) ||
      il_plan_add_op(plan, arena, &follow_role, "D", 2, d, 1, NULL, 0, NULL, err) ||
      il_plan_add_op(plan, arena, &fill_role, "E", 1, d, 1, NULL, 0, NULL, err) ||
      il_plan_finish(plan, arena, err))
    return NULL;
  return plan;
}

static void test_judge(void) {
  static const char *const good[] = {"r1", "x", "y", "z"}, *const bad[] = {"r2", "no", "y", "z"};
  static const struct {
    int event, phase;
    const char *ran;
    unsigned work;
  } cases[] = {{IL_EV_INSERT, IL_VALUES, "A", 0},
               {IL_EV_INSERT, IL_ALL, "BA", IL_WORK_AFTER | IL_WORK_FILL},
               {IL_EV_INSERT, IL_FINAL, "B", IL_WORK_AFTER | IL_WORK_FILL},
               {IL_EV_UPDATE, IL_VALUES, "A", 0},
               {IL_EV_UPDATE, IL_ALL, "BA", IL_WORK_AFTER},
               {IL_EV_DELETE, IL_VALUES, "", 0},
               {IL_EV_DELETE, IL_ALL, "BC", IL_WORK_AFTER}};
  test_table t = {0, 0};
  il_arena arena;
  il_error err;
  il_plan *plan;
  test_row row;
  il_arena_init(&arena, &memory.alloc);
  plan = build(&arena, &err);
  if (!test_ok(plan != NULL, "a plan is built")) return;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    unsigned work = 99;
    ran[0] = 0;
    row_start(&row, plan, cases[i].event, good, good);
    test_case(&t,
              il_plan_judge(plan, &row.row, cases[i].phase, &work, &err) == IL_OK &&
                  strcmp(ran, cases[i].ran) == 0 && work == cases[i].work,
              "event %d phase %d: %s %u", cases[i].event, cases[i].phase, ran, work);
  }
  test_table_end(&t, "which operations run, in order, and what is due afterwards");
  row_start(&row, plan, IL_EV_UPDATE, good, bad);
  test_ok(il_plan_judge(plan, &row.row, IL_ALL, NULL, &err) == IL_RULE, "a row is refused");
  test_ok(!strcmp(err.rule, "A") && !strcmp(err.rulebook, "book") && !strcmp(err.table, "Runs") &&
              !strcmp(err.column, "b") && !strcmp(err.row, "a=r2") &&
              !strcmp(err.message, "A refuses"),
          "the error says by what: %s %s %s %s %s", err.rule, err.table, err.column, err.row,
          err.message);
  test_ok(il_plan_judge(plan, &row.row, IL_ALL, NULL, NULL) == IL_RULE, "even when nobody listens");
  test_ok(plan->nused[0] == 4 && plan->nused[1] == 4 && plan->nused[2] == 2 &&
              plan->used[2][0] == 0 && plan->used[2][1] == 2,
          "columns an event reads, the key among them");
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].index != i || (plan->ops[i].compiled && *(int *)plan->ops[i].compiled != i))
      test_ok(0, "operation %d knows its index", i);
  il_arena_free(&arena);
}

/* An operation whose columns an UPDATE leaves alone is not run; its columns are compared once. */
static int compared;
static int counted_differs(const il_row *row, int col) {
  compared++;
  return row_differs(row, col);
}

static void test_gates(void) {
  static const char *const was[] = {"r1", "x", NULL, "z"};
  static const struct {
    const char *b, *c;
    int event, stored;
    const char *ran;
  } cases[] = {{"x", NULL, IL_EV_UPDATE, 0, "R"},   {"y", NULL, IL_EV_UPDATE, 0, "PQR"},
               {"x", "new", IL_EV_UPDATE, 0, "QR"}, {NULL, "new", IL_EV_UPDATE, 0, "PQR"},
               {"x", NULL, IL_EV_UPDATE, 1, "PQR"}, {"x", NULL, IL_EV_INSERT, 0, "PQR"},
               {"x", NULL, IL_EV_DELETE, 0, "PQR"}};
  static const uint16_t b[] = {1}, bc[] = {1, 2}, far[] = {70, 70};
  test_table t = {0, 0};
  il_arena arena;
  il_error err;
  il_plan *plan;
  il_arena_init(&arena, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  for (int i = 0; i < 71; i++) {
    char name[8];
    snprintf(name, sizeof name, "c%d", i);
    il_plan_add_column(plan, &arena, name, IL_C_TEXT);
  }
  il_plan_add_op(plan, &arena, &gated_role, "P", 7, b, 1, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, &gated_role, "Q", 7, bc, 2, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, &row_role, "R", 7, b, 1, NULL, 0, NULL, &err);
  il_plan_finish(plan, &arena, &err);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const is[] = {"r1", cases[i].b, cases[i].c, "z"};
    test_row row;
    row_start(&row, plan, cases[i].event, was, is);
    row.row.differs = counted_differs;
    row.row.stored = cases[i].stored;
    compared = 0;
    ran[0] = 0;
    il_plan_judge(plan, &row.row, IL_ALL, NULL, &err);
    test_case(&t,
              !strcmp(ran, cases[i].ran) &&
                  compared == (cases[i].event == IL_EV_UPDATE && !cases[i].stored ? 2 : 0),
              "case %zu: %s, %d compared", i, ran, compared);
  }
  test_table_end(&t, "what an UPDATE leaves alone is not judged");
  il_plan_add_op(plan, &arena, &gated_role, "S", 2, far, 1, NULL, 0, NULL, &err);
  il_plan_finish(plan, &arena, &err);
  test_ok(plan->steps[1][IL_ALL].ngates == 2 && plan->steps[1][IL_ALL].n == 4 &&
              plan->steps[1][IL_ALL].steps[3].gate == 0,
          "a column past the 64th has no gate");
  il_arena_free(&arena);
}

static void test_builder(void) {
  static const char *const bad[] = {"bad"};
  static const char *many[IL_PLAN_WORDS_MAX + 1];
  il_arena arena;
  il_error err;
  il_plan *plan;
  char name[16];
  int index = 0;
  il_arena_init(&arena, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  test_ok(il_plan_add_column(plan, &arena, "x", IL_C_INT) == 0 &&
              il_plan_add_column(plan, &arena, "y", IL_C_INT) == 1 &&
              il_plan_add_column(plan, &arena, "x", IL_C_TEXT) == 0 &&
              il_plan_column(plan, "y") == 1 && il_plan_column(plan, "X") == -1,
          "columns are found again, by exact name");
  for (int i = 2; i <= IL_PLAN_COLS_MAX; i++) {
    snprintf(name, sizeof name, "c%d", i);
    index = il_plan_add_column(plan, &arena, name, IL_C_INT);
  }
  test_ok(plan->ncols == IL_PLAN_COLS_MAX && index == -1, "there is a limit to columns");
  for (int i = 0; i <= IL_PLAN_WORDS_MAX; i++)
    many[i] = "";
  test_ok(il_plan_add_op(plan, &arena, &row_role, "R", 1, NULL, 0, many, IL_PLAN_WORDS_MAX + 1,
                         NULL, &err) == IL_ARGUMENT,
          "to words");
  for (int i = 0; i < IL_PLAN_OPS_MAX; i++)
    il_plan_add_op(plan, &arena, &row_role, "R", 1, NULL, 0, NULL, 0, NULL, &err);
  test_ok(plan->nops == IL_PLAN_OPS_MAX && il_plan_add_op(plan, &arena, &row_role, "R", 1, NULL, 0,
                                                          NULL, 0, NULL, &err) == IL_ARGUMENT,
          "and to operations: %s", err.message);
  plan = il_plan_new(&arena, "book", "t");
  il_plan_add_op(plan, &arena, &row_role, "R", 1, NULL, 0, bad, 1, NULL, &err);
  test_ok(il_plan_finish(plan, &arena, &err) == IL_ARGUMENT && !strcmp(err.message, "bad word"),
          "a role that cannot compile ends it");
  il_arena_free(&arena);
}

/* Sorted by rank, and as given within a role. */
static void test_order(void) {
  il_arena arena;
  il_error err;
  il_plan *plan;
  const il_role *first = il_roles[0], *last = il_roles[il_role_count - 1];
  il_arena_init(&arena, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  il_plan_add_op(plan, &arena, &row_role, "x1", 1, NULL, 0, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, last, "l1", 0, NULL, 0, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, first, "f1", 0, NULL, 0, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, last, "l2", 0, NULL, 0, NULL, 0, NULL, &err);
  il_plan_add_op(plan, &arena, first, "f2", 0, NULL, 0, NULL, 0, NULL, &err);
  il_plan_finish(plan, &arena, &err); /* the roles may refuse to compile; the order is there */
  test_ok(!strcmp(plan->ops[0].rule, "f1") && !strcmp(plan->ops[1].rule, "f2") &&
              !strcmp(plan->ops[2].rule, "l1") && !strcmp(plan->ops[3].rule, "l2") &&
              !strcmp(plan->ops[4].rule, "x1"),
          "operations are sorted by the rank of their roles");
  il_arena_free(&arena);
}

/* Out of memory wherever a plan is made: the arena's first block is filled up to every point before, so that every allocation is
** once the one that fails. */
enum { BLOCK = 1100, PADS = BLOCK / 8 };
static void sweep(const char *what, il_kind (*make)(il_arena *arena, il_error *err)) {
  test_table t = {0, 0};
  int failed = 0;
  for (int pad = 0; pad <= PADS; pad++)
    for (long at = 1; at < 40; at++) {
      test_memory low;
      il_arena arena;
      il_error err;
      il_kind kind;
      il_error_clear(&err);
      il_arena_init(&arena, test_memory_start(&low, at));
      if (pad) il_arena_alloc(&arena, (size_t)pad * 8);
      kind = make(&arena, &err);
      il_arena_free(&arena);
      failed += kind == IL_NOMEM;
      test_case(&t, low.live == 0 && (kind == IL_NOMEM || (kind == IL_OK && low.count < at)),
                "pad %d allocation %ld: %s", pad, at, err.message);
      if (kind == IL_OK) break;
    }
  test_case(&t, failed > PADS, "only %d failures", failed);
  test_table_end(&t, what);
}

static il_kind make_built(il_arena *arena, il_error *err) {
  return build(arena, err) ? IL_OK : err->kind;
}

static void test_no_memory(void) {
  sweep("out of memory at every step of building", make_built);
}

/* ---- keys ---- */

static void test_keys(void) {
  static const uint16_t key[] = {2, 0, 1};
  static const char *const values[] = {"a\"1", NULL, "x\ty"};
  static const struct {
    int nkey;
    const char *show, *text;
  } cases[] = {{0, "", ""},
               {1, "c=x?y", "x\ty"},
               {2, "c=x?y, a=a\"1", "[\"x\\ty\",\"a\\\"1\"]"},
               {3, "c=x?y, a=a\"1, b=NULL", "[\"x\\ty\",\"a\\\"1\",null]"}};
  il_arena arena;
  il_error err;
  il_plan *plan;
  il_buf text;
  test_row row;
  char buf[64];
  il_arena_init(&arena, &memory.alloc);
  il_buf_init(&text, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  for (const char *name = "abc"; *name; name++) {
    char one[2] = {*name, 0};
    il_plan_add_column(plan, &arena, one, IL_C_TEXT);
  }
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    il_plan_set_key(plan, &arena, key, cases[i].nkey, &err);
    row_start(&row, plan, IL_EV_INSERT, values, values);
    il_buf_reset(&text);
    il_row_key_text(&row.row, &text);
    test_str(il_row_key_show(&row.row, buf, sizeof buf), cases[i].show, "a key in a message");
    test_str(il_buf_text(&text), cases[i].text, "and as an argument");
  }
  for (size_t cap = 1; cap < 22; cap++) {
    il_row_key_show(&row.row, buf, cap);
    if (strlen(buf) >= cap || strncmp(buf, cases[3].show, strlen(buf)) != 0)
      test_ok(0, "a key cut to %zu: %s", cap, buf);
  }
  buf[0] = 'x';
  il_row_key_show(&row.row, buf, 0);
  test_ok(buf[0] == 'x', "a buffer of no bytes is left alone");
  il_buf_free(&text);
  il_arena_free(&arena);
}

/* Typed parts of a composite key. */
static il_value typed[5];
static void typed_get(const il_row *row, int side, int col, il_value *out) {
  (void)row, (void)side;
  *out = typed[col];
}

static void test_typed_keys(void) {
  static const uint16_t key[] = {0, 1, 2, 3, 4};
  static const char *const none[5];
  il_arena arena;
  il_error err;
  il_buf text;
  test_row row;
  il_plan *plan;
  il_arena_init(&arena, &memory.alloc);
  il_buf_init(&text, &memory.alloc);
  plan = il_plan_new(&arena, "book", "t");
  for (const char *name = "abcde"; *name; name++) {
    char one[2] = {*name, 0};
    il_plan_add_column(plan, &arena, one, IL_C_OTHER);
  }
  typed[0] = il_int(-7);
  typed[1] = il_real(0.5);
  typed[2] = il_instant(0);
  typed[3] = il_text("\xab", 1);
  typed[3].type = IL_T_BLOB;
  typed[4] = il_real(1e308 * 10);
  il_plan_set_key(plan, &arena, key, 5, &err);
  row_start(&row, plan, IL_EV_DELETE, none, none);
  row.row.get = typed_get;
  il_row_key_text(&row.row, &text);
  test_str(il_buf_text(&text), "[-7,0.5,\"1970-01-01T00:00:00.000Z\",\"\\\\xab\",\"Infinity\"]",
           "parts of every type");
  il_buf_free(&text);
  il_arena_free(&arena);
}

/* ---- text ---- */

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
  il_plan_add_op(plan, &arena, &row_role, "R", 1, NULL, 0, words, 1, &op, &err);
  test_ok(op && op->nwords == 1 && op->role == &row_role, "the operation that was added");
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
  test_judge();
  test_gates();
  test_builder();
  test_order();
  test_no_memory();
  test_keys();
  test_typed_keys();
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
