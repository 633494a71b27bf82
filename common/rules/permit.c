/* permit.c: writing and reading permissions; see permit.h. */
#include "permit.h"
#include "../values/instant.h"
#include <string.h>

enum { HASH = 16 };

static const char before_word[] = " before ", key_word[] = " key ", op_word[] = " op ";

static const char *take(il_buf *b, il_arena *arena) {
  const char *text = b->failed ? NULL : il_arena_copy(arena, b->p, b->n);
  il_buf_free(b);
  return text;
}

const char *il_permit_before(il_arena *arena, const il_plan *plan, int col, int64_t us) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  il_buf_f(&b, "%s%s%d ", plan->hash, before_word, col);
  il_buf_int(&b, us);
  return take(&b, arena);
}

/* As il_row_key_text writes it. */
static void put_key(const il_plan *plan, const il_value *key, il_buf *out) {
  if (plan->nkey == 1) {
    il_value_text(&key[0], out);
    return;
  }
  for (int i = 0; i < plan->nkey; i++) {
    il_buf_str(out, i ? "," : "[");
    il_key_part(&key[i], out);
  }
  if (plan->nkey) il_buf_char(out, ']');
}

const char *il_permit_key(il_arena *arena, const il_plan *plan, const il_value *key) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  il_buf_f(&b, "%s%s", plan->hash, key_word);
  put_key(plan, key, &b);
  return take(&b, arena);
}

const char *il_permit_op(il_arena *arena, const il_plan *plan, const il_op *op) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  il_buf_f(&b, "%s%s%d", plan->hash, op_word, op->index);
  return take(&b, arena);
}

/* "<number>" and nothing else. */
static int is_op(const char *p, const il_op *op) {
  int n = 0;
  if (!*p) return 0;
  for (; *p >= '0' && *p <= '9' && n <= IL_PLAN_OPS_MAX; p++)
    n = n * 10 + (*p - '0');
  return !*p && n == op->index;
}

static int reads(const il_op *op, int col) {
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return 1;
  return 0;
}

/* "<column> <us>"; only we write it, but what cannot be read covers nothing. */
static int is_before(const char *p, const il_row *row, const il_op *op) {
  int64_t us = 0, at;
  int col = 0, negative;
  il_value v = il_null();
  for (; *p >= '0' && *p <= '9' && col < IL_PLAN_COLS_MAX; p++)
    col = col * 10 + (*p - '0');
  if (*p++ != ' ' || !reads(op, col)) return 0;
  negative = *p == '-';
  for (p += negative; *p >= '0' && *p <= '9' && us < INT64_MAX / 10; p++)
    us = us * 10 + (*p - '0');
  if (*p) return 0;
  row->get(row, row->event == IL_EV_INSERT ? IL_NEW : IL_OLD, col, &v);
  return il_value_instant(&v, &at, NULL) == IL_OK && at < (negative ? -us : us);
}

static int is_key(const char *p, const il_row *row, const il_alloc *mem) {
  il_buf b;
  int same;
  il_buf_init(&b, mem);
  il_row_key_text(row, &b);
  same = !b.failed && b.n == strlen(p) && memcmp(il_buf_text(&b), p, b.n) == 0;
  il_buf_free(&b);
  return same;
}

int il_permit_covers(const char *permit, const il_row *row, const il_op *op, const il_alloc *mem) {
  const char *rest;
  if (!permit || strncmp(permit, row->plan->hash, HASH) != 0) return 0;
  rest = permit + HASH;
  if (!*rest) return 1;
  if (strncmp(rest, before_word, sizeof before_word - 1) == 0)
    return is_before(rest + sizeof before_word - 1, row, op);
  if (strncmp(rest, op_word, sizeof op_word - 1) == 0) return is_op(rest + sizeof op_word - 1, op);
  if (strncmp(rest, key_word, sizeof key_word - 1) == 0)
    return is_key(rest + sizeof key_word - 1, row, mem);
  return 0;
}
