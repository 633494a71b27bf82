/*
** plantext.c: the text form of a plan (plan.h). Whoever can write a trigger can write such a text, so the reader believes
** nothing: every count has a limit, every index is checked, and nothing of it is used before all of it was read.
*/
#include "plan.h"
#include "role.h"
#include "../values/hash.h"
#include <string.h>

enum { HEAD = 4 + 16 + 1, OP_FIELDS = 5 }; /* "il1:" <hash> ":"; o, role, rule, events, cols */
static const char event_letters[] = "iud";

/* ---- writing ---- */

static int is_plain(unsigned char c) {
  return c > 0x20 && c != 0x7f && c != ';' && c != '%' && c != '\'' && c != '\\';
}

static void write_word(il_buf *out, const char *word) {
  static const char hex[] = "0123456789ABCDEF";
  il_buf_char(out, ' ');
  for (const unsigned char *p = (const unsigned char *)word; *p; p++) {
    if (is_plain(*p)) {
      il_buf_char(out, (char)*p);
    } else {
      char escape[3] = {'%', hex[*p >> 4], hex[*p & 15]};
      il_buf_add(out, escape, 3);
    }
  }
}

static void write_op(il_buf *out, const il_op *op) {
  il_buf_str(out, ";o");
  write_word(out, op->role->name);
  write_word(out, op->rule);
  il_buf_char(out, ' ');
  if (!op->events) il_buf_char(out, '-');
  for (int slot = 0; slot < 3; slot++)
    if (op->events & (1U << slot)) il_buf_char(out, event_letters[slot]);
  il_buf_str(out, op->ncols ? " " : " -");
  for (int i = 0; i < op->ncols; i++)
    il_buf_f(out, "%s%d", i ? "," : "", op->cols[i]);
  for (int i = 0; i < op->nwords; i++)
    write_word(out, op->words[i]);
}

static void write_records(const il_plan *plan, il_buf *out) {
  il_buf_char(out, 'b');
  write_word(out, plan->rulebook);
  write_word(out, plan->table);
  for (int i = 0; i < plan->ncols; i++) {
    il_buf_str(out, ";c");
    write_word(out, plan->cols[i].name);
    write_word(out, il_coltype_name(plan->cols[i].type));
  }
  il_buf_str(out, ";k");
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(out, " %d", plan->key[i]);
  for (int i = 0; i < plan->nops; i++)
    write_op(out, &plan->ops[i]);
}

static void hash_of(const char *p, size_t n, char out[17]) {
  char hex[65];
  il_sha256_hex(p, n, hex);
  memcpy(out, hex, 16);
  out[16] = 0;
}

void il_plan_hash(il_plan *plan, il_buf *scratch) {
  il_buf_reset(scratch);
  write_records(plan, scratch);
  if (!scratch->failed) hash_of(scratch->p, scratch->n, plan->hash);
}

void il_plan_write(const il_plan *plan, il_buf *out) {
  il_buf_f(out, "il1:%s:", plan->hash);
  write_records(plan, out);
}

/* ---- reading ---- */

typedef struct reader {
  char *base;   /* the text, a copy of it in the arena; words are decoded and ended in place */
  size_t at, n; /* at: the next record */
  char **words; /* of the record at hand */
  int nwords;
  il_plan *plan;
  il_arena *arena;
  il_error *err;
} reader;

static il_kind bad(const reader *r, const char *where, const char *what) {
  return il_error_at(r->err, IL_ARGUMENT, (size_t)(where - r->base), "not a plan: %s", what);
}

static il_kind nomem(const reader *r) {
  return il_error_set(r->err, IL_NOMEM, "out of memory");
}

const char *il_plan_peek(const char *p, size_t n) {
  if (n < HEAD || memcmp(p, "il1:", 4) != 0 || p[HEAD - 1] != ':') return NULL;
  for (int i = 4; i < HEAD - 1; i++)
    if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f'))) return NULL;
  return p + 4;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Decodes the word at r->at and ends it with a NUL; *separator is what stood behind it: ' ', ';' or 0 at the end of the text.
** Decoding only shortens, so the NUL falls on the separator or before it. */
static il_kind read_word(reader *r, char *separator) {
  char *in = r->base + r->at, *end = r->base + r->n, *out = in;
  while (in < end && *in != ' ' && *in != ';') {
    char c = *in;
    if (c == '%') {
      int high = end - in > 2 ? hex_digit(in[1]) : -1;
      int low = end - in > 2 ? hex_digit(in[2]) : -1;
      if (high < 0 || low < 0 || high + low == 0)
        return bad(r, in, "expected two hexadecimal digits after %, and not 00");
      c = (char)(high * 16 + low);
      in += 2;
    } else if (!is_plain((unsigned char)c)) {
      return bad(r, in, "a character that must be written as %XX");
    }
    *out++ = c;
    in++;
  }
  *separator = in < end ? *in : 0;
  *out = 0;
  r->at = (size_t)(in - r->base) + 1;
  return IL_OK;
}

/* Cuts the record at r->at into words and moves to the next one. */
static il_kind read_record(reader *r) {
  char separator = ' ';
  r->nwords = 0;
  while (separator == ' ') {
    il_kind kind;
    r->words[r->nwords++] = r->base + r->at;
    kind = read_word(r, &separator);
    if (kind != IL_OK) return kind;
  }
  if (separator == ';' && r->at >= r->n) return bad(r, r->base + r->n, "expected a record after ;");
  return IL_OK;
}

static int is_record(const reader *r, const char *letter) {
  return r->nwords > 0 && strcmp(r->words[0], letter) == 0;
}

/* A column index in decimal, as the writer writes it; -1 when it is none or past the columns. */
static int read_index(const reader *r, const char *p, size_t n) {
  int index = 0;
  if (n == 0 || n > 3 || (n > 1 && p[0] == '0')) return -1;
  for (size_t i = 0; i < n; i++) {
    if (p[i] < '0' || p[i] > '9') return -1;
    index = index * 10 + (p[i] - '0');
  }
  return index < r->plan->ncols ? index : -1;
}

static il_kind read_column(reader *r, int max) {
  il_plan *plan = r->plan;
  int type;
  if (r->nwords != 3 || !r->words[1][0]) return bad(r, r->words[0], "expected c <name> <type>");
  if (plan->ncols >= max) return bad(r, r->words[0], "too many columns");
  if (il_plan_column(plan, r->words[1]) >= 0)
    return bad(r, r->words[1], "the column is there twice");
  type = il_coltype_parse(r->words[2]);
  if (type < 0) return bad(r, r->words[2], "no such column type");
  plan->cols[plan->ncols].name = r->words[1];
  plan->cols[plan->ncols++].type = (il_coltype)type;
  return IL_OK;
}

static il_kind read_key(reader *r) {
  il_plan *plan = r->plan;
  if (r->nwords - 1 > plan->ncols)
    return bad(r, r->words[0], "the key has more columns than the table");
  plan->key = il_arena_alloc(r->arena, (size_t)(r->nwords - 1) * sizeof *plan->key);
  if (!plan->key) return nomem(r);
  for (int i = 1; i < r->nwords; i++) {
    int col = read_index(r, r->words[i], strlen(r->words[i]));
    if (col < 0) return bad(r, r->words[i], "expected the index of a key column");
    plan->key[plan->nkey++] = (uint16_t)col;
  }
  return IL_OK;
}

static il_kind read_events(const reader *r, const char *word, unsigned *events) {
  const char *p = word;
  if (strcmp(word, "-") == 0) return IL_OK;
  for (int slot = 0; slot < 3; slot++) {
    if (*p != event_letters[slot]) continue;
    *events |= 1U << slot;
    p++;
  }
  return *p || p == word ? bad(r, word, "expected events out of iud, or -") : IL_OK;
}

static il_kind read_cols(reader *r, const char *word, il_op *op) {
  uint16_t *cols;
  int n = 1;
  if (strcmp(word, "-") == 0) return IL_OK;
  for (const char *p = word; *p; p++)
    n += *p == ',';
  if (n > IL_PLAN_COLS_MAX) return bad(r, word, "too many columns");
  cols = il_arena_alloc(r->arena, (size_t)n * sizeof *cols);
  if (!cols) return nomem(r);
  for (const char *p = word; op->ncols < n;) {
    size_t len = strcspn(p, ",");
    int col = read_index(r, p, len);
    if (col < 0) return bad(r, word, "expected indexes of columns, or -");
    cols[op->ncols++] = (uint16_t)col;
    p += len + 1;
  }
  op->cols = cols;
  return IL_OK;
}

static il_kind read_op(reader *r, int max) {
  il_plan *plan = r->plan;
  il_op *op = &plan->ops[plan->nops];
  il_kind kind;
  if (r->nwords < OP_FIELDS) return bad(r, r->words[0], "expected o <role> <rule> <events> <cols>");
  if (plan->nops >= max) return bad(r, r->words[0], "too many operations");
  op->role = il_role_find(r->words[1], strlen(r->words[1]));
  if (!op->role) return bad(r, r->words[1], "a role that this version of interlock does not know");
  op->rule = r->words[2];
  kind = read_events(r, r->words[3], &op->events);
  if (kind == IL_OK) kind = read_cols(r, r->words[4], op);
  if (kind != IL_OK) return kind;
  op->nwords = r->nwords - OP_FIELDS;
  plan->nwords += op->nwords;
  if (plan->nwords > IL_PLAN_WORDS_MAX) return bad(r, r->words[0], "too many words");
  op->words = il_arena_alloc(r->arena, (size_t)op->nwords * sizeof *op->words);
  if (!op->words) return nomem(r);
  for (int i = 0; i < op->nwords; i++)
    op->words[i] = r->words[OP_FIELDS + i];
  op->index = plan->nops++;
  return IL_OK;
}

/* How much room the records need: how many begin with c and with o, and the words of the longest. */
static void measure(const reader *r, int *cols, int *ops, int *longest) {
  int words = 1;
  *cols = *ops = 0;
  *longest = 1;
  for (size_t i = r->at; i < r->n; i++) {
    if (i == r->at || r->base[i - 1] == ';') {
      words = 1;
      *cols += r->base[i] == 'c';
      *ops += r->base[i] == 'o';
    }
    words += r->base[i] == ' ';
    if (words > *longest) *longest = words;
  }
}

/* b, then every c, then k, then every o: so an index is checked against all columns. */
static il_kind read_records(reader *r) {
  il_plan *plan = r->plan;
  il_kind kind;
  int cols, ops, longest;
  measure(r, &cols, &ops, &longest);
  if (cols > IL_PLAN_COLS_MAX) return bad(r, r->base, "too many columns");
  if (ops > IL_PLAN_OPS_MAX) return bad(r, r->base, "too many operations");
  if (longest > IL_PLAN_WORDS_MAX + OP_FIELDS) return bad(r, r->base, "too many words");
  plan->cols = il_arena_alloc(r->arena, (size_t)cols * sizeof *plan->cols);
  plan->ops = il_arena_alloc(r->arena, (size_t)ops * sizeof *plan->ops);
  r->words = il_arena_alloc(r->arena, (size_t)longest * sizeof *r->words);
  if (!plan->cols || !plan->ops || !r->words) return nomem(r);
  kind = read_record(r);
  if (kind != IL_OK) return kind;
  if (!is_record(r, "b") || r->nwords != 3)
    return bad(r, r->words[0], "expected b <rulebook> <table>");
  plan->rulebook = r->words[1];
  plan->table = r->words[2];
  while (r->at < r->n) {
    kind = read_record(r);
    if (kind != IL_OK) return kind;
    if (is_record(r, "c") && !plan->key)
      kind = read_column(r, cols);
    else if (is_record(r, "k") && !plan->key)
      kind = read_key(r);
    else if (is_record(r, "o") && plan->key)
      kind = read_op(r, ops);
    else
      kind = bad(r, r->words[0], "expected the columns, then the key, then the operations");
    if (kind != IL_OK) return kind;
  }
  return plan->key ? IL_OK : bad(r, r->base + r->n, "expected k, the key");
}

il_kind il_plan_read(const char *p, size_t n, il_arena *arena, il_plan **out, il_error *err) {
  reader r = {NULL, HEAD, n, NULL, 0, NULL, arena, err};
  const char *hash = il_plan_peek(p, n);
  char sum[17];
  il_kind kind;
  *out = NULL;
  if (!hash) return il_error_at(err, IL_ARGUMENT, 0, "not a plan of this version of interlock");
  if (n > IL_PLAN_TEXT_MAX)
    return il_error_at(err, IL_ARGUMENT, IL_PLAN_TEXT_MAX, "not a plan: too long");
  hash_of(p + HEAD, n - HEAD, sum);
  if (memcmp(hash, sum, 16) != 0)
    return il_error_at(err, IL_ARGUMENT, 4, "not a plan: its text was altered, the hash differs");
  r.base = il_arena_copy(arena, p, n);
  r.plan = il_arena_alloc(arena, sizeof *r.plan);
  if (!r.base || !r.plan) return nomem(&r);
  memcpy(r.plan->hash, sum, sizeof sum);
  kind = read_records(&r);
  if (kind == IL_OK) kind = il_plan_link(r.plan, arena, err);
  if (kind == IL_OK) *out = r.plan;
  return kind;
}
