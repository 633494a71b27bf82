/*
** Plans: building, the judge, refusals and keys, with roles of this file. The text form is tested by test_plan_text.c.
*/
#include "plantest.h"

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
               {IL_EV_INSERT, IL_ALL, "AB", IL_WORK_AFTER | IL_WORK_FILL},
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

int main(void) {
  test_memory_start(&memory, 0);
  test_judge();
  test_gates();
  test_builder();
  test_order();
  test_no_memory();
  test_keys();
  test_typed_keys();
  test_ok(memory.live == 0, "nothing leaks");
  return test_end();
}
