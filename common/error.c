#include "error.h"
#include "values/format.h"
#include "values/value.h"
#include <string.h>

static const struct {
  const char *sqlstate;
  int sqlite;
} kinds[IL_KIND_COUNT] = {
    [IL_OK] = {"00000", 0},
#define IL_KIND(name, sqlstate, sqlite_code, doc) [IL_##name] = {sqlstate, sqlite_code},
#include "kinds.def"
#undef IL_KIND
};

const char *il_kind_sqlstate(il_kind kind) {
  return (unsigned)kind < IL_KIND_COUNT ? kinds[kind].sqlstate : kinds[IL_INTERNAL].sqlstate;
}

int il_kind_sqlite(il_kind kind) {
  return (unsigned)kind < IL_KIND_COUNT ? kinds[kind].sqlite : kinds[IL_INTERNAL].sqlite;
}

/* Only the first byte of each field: this is on the way of every row. */
void il_error_clear(il_error *err) {
  if (!err) return;
  err->kind = IL_OK;
  err->rule[0] = err->rulebook[0] = err->table[0] = err->column[0] = err->row[0] = 0;
  err->message[0] = err->from[0] = err->allowed[0] = 0;
  err->offset = -1;
}

/* A bounded text: what does not fit is cut at a character. */
struct bounded {
  char *p;
  size_t n, cap; /* cap counts the NUL */
  int full;
};

static void bounded_put(void *ctx, const char *p, size_t n) {
  struct bounded *b = ctx;
  if (b->full || b->cap == 0) return;
  if (n > b->cap - 1 - b->n) {
    n = b->cap - 1 - b->n;
    b->full = 1;
  }
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)p[i];
    b->p[b->n++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
  }
  if (b->full) b->n = il_utf8_trim(b->p, b->n);
  b->p[b->n] = 0;
}

static struct bounded bounded_start(char *p, size_t cap) {
  struct bounded b = {p, 0, cap, 0};
  if (cap) p[0] = 0;
  return b;
}

static void bounded_str(struct bounded *b, const char *s) {
  bounded_put(b, s, strlen(s));
}

void il_error_field(char *field, unsigned long cap, const char *p, unsigned long n) {
  struct bounded b = bounded_start(field, cap);
  if (n) bounded_put(&b, p, n);
}

il_kind il_error_setv(il_error *err, il_kind kind, const char *format, va_list args) {
  struct bounded b;
  if (!err) return kind;
  il_error_clear(err);
  err->kind = kind;
  b = bounded_start(err->message, sizeof err->message);
  il_format(bounded_put, &b, format, args);
  return kind;
}

il_kind il_error_set(il_error *err, il_kind kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  il_error_setv(err, kind, format, args);
  va_end(args);
  return kind;
}

il_kind il_error_at(il_error *err, il_kind kind, unsigned long offset, const char *format, ...) {
  va_list args;
  struct bounded b;
  char digits[IL_DECIMAL_MAX];
  size_t first;
  if (!err) return kind;
  il_error_clear(err);
  err->kind = kind;
  err->offset = offset > INT32_MAX ? INT32_MAX : (int)offset;
  b = bounded_start(err->message, sizeof err->message - 32); /* the offset always fits */
  va_start(args, format);
  il_format(bounded_put, &b, format, args);
  va_end(args);
  b.cap = sizeof err->message;
  b.full = 0;
  bounded_str(&b, ", at offset ");
  first = il_decimal(offset, digits);
  bounded_put(&b, digits + first, IL_DECIMAL_MAX - first);
  return kind;
}

char *il_error_text(const il_error *err, char *buf, unsigned long n) {
  struct bounded b = bounded_start(buf, n);
  int broken = err->kind == IL_RULE || err->kind == IL_PROTECTED || err->kind == IL_CONFLICT;
  if (broken) {
    bounded_str(&b, err->kind == IL_CONFLICT ? "interlock conflict" : "interlock");
    if (err->rule[0]) {
      bounded_str(&b, " ");
      bounded_str(&b, err->rule);
    }
    bounded_str(&b, ": ");
  }
  bounded_str(&b, err->message);
  if (broken && err->row[0]) {
    bounded_str(&b, " (");
    bounded_str(&b, err->row);
    bounded_str(&b, ")");
  }
  if (err->allowed[0]) {
    bounded_str(&b, "; allowed: ");
    bounded_str(&b, err->allowed);
  }
  return buf;
}

char *il_error_detail(const il_error *err, char *buf, unsigned long n) {
  struct bounded b = bounded_start(buf, n);
  if (err->rule[0]) {
    bounded_str(&b, "rule ");
    bounded_str(&b, err->rule);
    if (err->rulebook[0]) {
      bounded_str(&b, " of ");
      bounded_str(&b, err->rulebook);
    }
    if (err->row[0]) bounded_str(&b, ", ");
  }
  bounded_str(&b, err->row);
  return buf;
}

char *il_error_hint(const il_error *err, char *buf, unsigned long n) {
  struct bounded b = bounded_start(buf, n);
  if (!err->allowed[0]) return buf;
  bounded_str(&b, "Allowed");
  if (err->from[0]) {
    bounded_str(&b, " from ");
    bounded_str(&b, err->from);
  }
  bounded_str(&b, ": ");
  bounded_str(&b, err->allowed);
  bounded_str(&b, ".");
  return buf;
}
