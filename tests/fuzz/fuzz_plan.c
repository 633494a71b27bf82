/*
** Plan texts. The input is taken as it is and once more as records with their right hash, so that the fuzzer gets past it. A plan
** that is read is written and read again as the same, and every role does with it all that a host asks: judges rows of
** every type, fills, follows, describes. Nothing may crash, whatever it decides.
*/
#include <string.h>
#include "fuzz.h"
#include "rules/plan.h"
#include "rules/role.h"
#include "values/hash.h"

enum { FILLS = 64, FOLLOWS = 64 };

typedef struct fuzz_row {
  il_row row;
  unsigned turn; /* which value the next column has */
  const char *text;
  size_t n;
} fuzz_row;

/* Values of every type; texts and numbers that the operations themselves name, so that states and lists are met. */
static void fuzz_get(const il_row *row, int side, int col, il_value *out) {
  const fuzz_row *r = row->host;
  unsigned pick = r->turn + (unsigned)col * 3 + (unsigned)side * 5;
  il_value v = {(il_type)(pick % 8), 0, 0, r->text, r->n};
  FUZZ_CHECK(col >= 0 && col < row->plan->ncols);
  if (pick % 4 != 3 && row->plan->nops) {
    const il_op *op = &row->plan->ops[pick % (unsigned)row->plan->nops];
    const char *word = op->nwords ? op->words[pick / 3 % (unsigned)op->nwords] : "{}";
    if (pick % 3 && *word) word++; /* most words begin with a tag */
    v.p = word;
    v.n = strlen(word);
    if (pick % 2) v.type = pick % 4 == 1 ? IL_T_TEXT : IL_T_INT;
  }
  v.i = (int64_t)(pick / 2 % 14) - 2;
  v.r = (double)v.i / 2;
  *out = v;
}

static int fuzz_differs(const il_row *row, int col) {
  const fuzz_row *r = row->host;
  FUZZ_CHECK(row->event == IL_EV_UPDATE && col >= 0 && col < row->plan->ncols);
  return (r->turn + (unsigned)col) & 1;
}

static int fuzz_announced(const il_row *row, const il_op *op) {
  (void)op;
  return (((const fuzz_row *)row->host)->turn >> 1) & 1;
}

/* A text that a role gave out is a text. */
static void readable(const char *text) {
  if (text) FUZZ_CHECK(strlen(text) < SIZE_MAX / 2);
}

static void follow(const il_op *op, const il_row *row, int event, il_arena *arena) {
  for (int k = 0; k < FOLLOWS; k++) {
    il_follow out;
    memset(&out, 0, sizeof out);
    if (!op->role->follow(op, row, event, k, arena, &out)) return;
    readable(out.sql);
    readable(out.text);
    readable(out.event);
    readable(out.condition);
  }
}

static void play_op(const il_op *op, const il_row *row, il_arena *arena, il_error *err) {
  il_fill fills[FILLS];
  if (op->role->fill && row->event != IL_EV_DELETE) {
    int n = op->role->fill(op, row, fills, 0, FILLS);
    FUZZ_CHECK(n >= 0 && n <= FILLS);
    for (int i = 0; i < n; i++)
      FUZZ_CHECK(fills[i].col >= 0 && fills[i].col < row->plan->ncols);
  }
  if (op->role->follow) follow(op, row, row->event, arena);
  if (op->role->named && row->event == IL_EV_UPDATE && op->ncols > 0 &&
      (!op->role->wants_named || op->role->wants_named(op)))
    op->role->named(op, row, err);
}

static void play(const il_plan *plan, const char *text, size_t n, il_arena *arena) {
  il_error err;
  char line[512];
  il_buf words;
  il_buf_init(&words, &fuzz_mem);
  for (unsigned turn = 0; turn < 24; turn++) {
    fuzz_row r = {.turn = turn, .text = text, .n = n};
    unsigned work = 0;
    il_kind kind;
    r.row.plan = plan;
    r.row.event = 1 << (turn % 3);
    r.row.side = r.row.event == IL_EV_DELETE ? IL_OLD : IL_NEW;
    r.row.load = turn % 5 == 4;
    r.row.stored = turn % 12 == 9;
    r.row.now = 1000000;
    r.row.get = fuzz_get;
    r.row.differs = fuzz_differs;
    r.row.announced = fuzz_announced;
    r.row.host = &r;
    il_error_clear(&err);
    kind = il_plan_judge(plan, &r.row, IL_VALUES + (int)(turn / 3 % 3), &work, &err);
    FUZZ_CHECK(kind == err.kind || kind == IL_OK);
    FUZZ_CHECK(strlen(il_error_text(&err, line, sizeof line)) < sizeof line);
    il_row_key_text(&r.row, &words);
    for (int i = 0; i < plan->nops; i++)
      if (plan->ops[i].events & (unsigned)r.row.event) play_op(&plan->ops[i], &r.row, arena, &err);
  }
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    for (int event = 0; event <= IL_EV_DELETE && op->role->follow; event = event ? event * 2 : 1)
      follow(op, NULL, event, arena);
    if (op->role->describe) op->role->describe(op, plan, &words);
  }
  il_buf_free(&words);
}

static void read_text(const char *p, size_t n) {
  il_arena arena;
  il_error err;
  il_plan *plan = NULL, *again = NULL;
  il_buf text, second;
  il_error_clear(&err);
  il_arena_init(&arena, &fuzz_mem);
  il_buf_init(&text, &fuzz_mem);
  il_buf_init(&second, &fuzz_mem);
  if (il_plan_read(p, n, &arena, &plan, &err) == IL_OK) {
    FUZZ_CHECK(il_plan_peek(p, n) == p + 4);
    play(plan, p, n < 40 ? n : 40, &arena);
    il_plan_hash(
        plan,
        &second); /* the writer escapes only what it must: its text may be another, with another hash */
    il_plan_write(plan, &text);
    FUZZ_CHECK(il_plan_read(text.p, text.n, &arena, &again, &err) == IL_OK);
    il_buf_reset(&second);
    il_plan_write(again, &second);
    FUZZ_CHECK(text.n == second.n && memcmp(text.p, second.p, text.n) == 0);
  } else {
    FUZZ_CHECK(err.kind == IL_ARGUMENT && err.message[0] && !plan);
  }
  il_buf_free(&text);
  il_buf_free(&second);
  il_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char hex[65];
  char *text = malloc(size + 21);
  FUZZ_CHECK(text);
  read_text((const char *)data, size);
  il_sha256_hex(data, size, hex);
  memcpy(text, "il1:", 4);
  memcpy(text + 4, hex, 16);
  text[20] = ':';
  if (size) memcpy(text + 21, data, size);
  read_text(text, size + 21);
  free(text);
  return 0;
}
