#include "buf.h"
#include "format.h"
#include <string.h>

void il_buf_init(il_buf *b, const il_alloc *mem) {
  b->mem = mem;
  b->p = NULL;
  b->n = b->cap = 0;
  b->failed = 0;
}

void il_buf_free(il_buf *b) {
  b->mem->free(b->mem->ctx, b->p);
  il_buf_init(b, b->mem);
}

void il_buf_reset(il_buf *b) {
  b->n = 0;
  b->failed = 0;
  if (b->p) b->p[0] = 0;
}

/* Room for n more bytes and the NUL. il_alloc has no realloc: hosts differ in it, and growing doubles. */
static int reserve(il_buf *b, size_t n) {
  size_t cap = b->cap;
  char *p;
  if (b->failed) return 0;
  if (n < cap - b->n) return 1; /* cap is 0 or greater than n */
  if (n > SIZE_MAX / 4 - b->n) {
    b->failed = 1;
    return 0;
  }
  if (cap < 64) cap = 64;
  while (cap - b->n <= n)
    cap *= 2;
  p = b->mem->alloc(b->mem->ctx, cap);
  if (!p) {
    b->failed = 1;
    return 0;
  }
  if (b->p) memcpy(p, b->p, b->n);
  b->mem->free(b->mem->ctx, b->p);
  b->p = p;
  b->cap = cap;
  return 1;
}

void il_buf_add(il_buf *b, const char *s, size_t n) {
  if (!reserve(b, n)) return;
  if (n) memcpy(b->p + b->n, s, n);
  b->n += n;
  b->p[b->n] = 0;
}

void il_buf_str(il_buf *b, const char *s) {
  il_buf_add(b, s, strlen(s));
}

void il_buf_char(il_buf *b, char c) {
  il_buf_add(b, &c, 1);
}

void il_buf_int(il_buf *b, int64_t i) {
  il_buf_f(b, "%lld", (long long)i);
}

static void put(void *ctx, const char *p, size_t n) {
  il_buf_add(ctx, p, n);
}

void il_buf_f(il_buf *b, const char *format, ...) {
  va_list args;
  va_start(args, format);
  il_format(put, b, format, args);
  va_end(args);
}

const char *il_buf_text(const il_buf *b) {
  return b->failed ? NULL : b->p ? b->p : "";
}
