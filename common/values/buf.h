/*
** buf.h: a growing text buffer. Append calls never fail visibly; out of memory is sticky and is asked for once, at the end.
*/
#ifndef IL_BUF_H
#define IL_BUF_H
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

typedef struct il_buf {
  const il_alloc *mem;
  char *p; /* NUL-terminated once anything was appended; NULL before */
  size_t n, cap;
  int failed; /* sticky: out of memory */
} il_buf;

void il_buf_init(il_buf *b, const il_alloc *mem);
void il_buf_free(il_buf *b);
void il_buf_reset(il_buf *b); /* empties, keeps the memory */
void il_buf_add(il_buf *b, const char *s, size_t n);
void il_buf_str(il_buf *b, const char *s);
void il_buf_char(il_buf *b, char c);
void il_buf_int(il_buf *b, int64_t i);
/* %s string, %.*s bytes, %d int, %lld int64, %zu size, %c, %%, and for SQL: %I identifier in double quotes with quotes
** doubled, %Q literal in single quotes with quotes doubled (both take const char *), %J JSON string with its quotes. */
void il_buf_f(il_buf *b, const char *format, ...);
/* "" when empty, NULL when out of memory. Owned by the buffer. */
const char *il_buf_text(const il_buf *b);

#endif
