#include "value.h"
#include "buf.h"
#include "format.h"
#include "instant.h"
#include <string.h>

il_value il_str(const char *s) {
  return s ? il_text(s, strlen(s)) : il_null();
}

static int same_bytes(const il_value *a, const il_value *b) {
  return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* An integer and a real are equal when the real is that integer exactly: the integer is not converted, which would round it. */
static int same_number(int64_t i, double r) {
  return r >= -9223372036854775808.0 && r < 9223372036854775808.0 && (double)(int64_t)r == r &&
         (int64_t)r == i;
}

/* JSON and types the core does not look into compare by their text. */
static int is_text(il_type type) {
  return type == IL_T_TEXT || type == IL_T_JSON || type == IL_T_OTHER;
}

int il_value_same(const il_value *a, const il_value *b) {
  if (a->type == b->type) {
    switch (a->type) {
    case IL_T_NULL:
      return 1;
    case IL_T_INT:
    case IL_T_INSTANT:
      return a->i == b->i;
    case IL_T_REAL:
      return a->r == b->r || (a->r != a->r && b->r != b->r);
    default:
      return same_bytes(a, b);
    }
  }
  if (a->type == IL_T_INT && b->type == IL_T_REAL) return same_number(a->i, b->r);
  if (a->type == IL_T_REAL && b->type == IL_T_INT) return same_number(b->i, a->r);
  return is_text(a->type) && is_text(b->type) && same_bytes(a, b);
}

size_t il_utf8_char(const char *p, size_t n) {
  const unsigned char *u = (const unsigned char *)p;
  unsigned char low = 0x80, high = 0xbf; /* bounds of the second byte */
  size_t len;
  if (n == 0) return 0;
  if (u[0] < 0x80) return 1;
  if (u[0] < 0xc2 || u[0] > 0xf4) return 0;
  len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
  if (n < len) return 0;
  if (u[0] == 0xe0)
    low = 0xa0; /* shortest form */
  else if (u[0] == 0xed)
    high = 0x9f; /* surrogates */
  else if (u[0] == 0xf0)
    low = 0x90;
  else if (u[0] == 0xf4)
    high = 0x8f; /* U+10FFFF */
  if (u[1] < low || u[1] > high) return 0;
  for (size_t i = 2; i < len; i++)
    if ((u[i] & 0xc0) != 0x80) return 0;
  return len;
}

size_t il_utf8_trim(const char *p, size_t n) {
  for (size_t back = 1; back <= 3 && back <= n; back++) {
    unsigned char c = (unsigned char)p[n - back];
    if (c < 0x80) return n;
    if (c >= 0xc0) { /* a lead byte: is its character complete? */
      size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
      return len > back ? n - back : n;
    }
  }
  return n;
}

size_t il_utf8_length(const char *p, size_t n) {
  size_t chars = 0;
  while (n) {
    uint64_t word;
    size_t len;
    if (n >= 8 && (memcpy(&word, p, 8), (word & UINT64_C(0x8080808080808080)) == 0)) {
      chars += 8;
      p += 8;
      n -= 8;
      continue;
    }
    len = il_utf8_char(p, n);
    if (!len) len = 1;
    chars++;
    p += len;
    n -= len;
  }
  return chars;
}

/* The 15 significant digits of a positive finite real, rounded, and its decimal exponent (r = 0.d1d2… × 10^exponent). Long double
** keeps enough digits over for the powers of ten to be harmless; more than 15 digits is not promised. */
static uint64_t significant(double r, int *exponent) {
  static const long double powers[] = {1e1L, 1e2L, 1e4L, 1e8L, 1e16L, 1e32L, 1e64L, 1e128L, 1e256L};
  long double x = r;
  uint64_t digits;
  int e = 0;
  for (int i = 8; i >= 0; i--) { /* into [1e14, 1e15) */
    if (x >= 1e15L * powers[i] / 10) {
      x /= powers[i];
      e += 1 << i;
    } else if (x * powers[i] < 1e15L) {
      x *= powers[i];
      e -= 1 << i;
    }
  }
  while (x >= 1e15L)
    x /= 10, e++;
  while (x < 1e14L)
    x *= 10, e--;
  digits = (uint64_t)(x + 0.5L);
  if (digits >= UINT64_C(1000000000000000)) {
    digits /= 10;
    e++;
  }
  *exponent = e + 15;
  return digits;
}

/* Decimal digits as positional notation between 1e-5 and 1e15, else as d.ddde±nn. */
static char *place_digits(char *out, const char *digits, int n, int exponent) {
  if (exponent > 15 || exponent < -4) {
    int e = exponent - 1;
    char number[IL_DECIMAL_MAX];
    size_t first = il_decimal((uint64_t)(e < 0 ? -e : e), number);
    *out++ = digits[0];
    if (n > 1) *out++ = '.';
    for (int i = 1; i < n; i++)
      *out++ = digits[i];
    *out++ = 'e';
    *out++ = e < 0 ? '-' : '+';
    if (first == IL_DECIMAL_MAX - 1) *out++ = '0';
    while (first < IL_DECIMAL_MAX)
      *out++ = number[first++];
    return out;
  }
  if (exponent <= 0) {
    *out++ = '0';
    *out++ = '.';
    for (int i = exponent; i < 0; i++)
      *out++ = '0';
  }
  for (int i = 0; i < n || i < exponent; i++) {
    if (i == exponent && i > 0) *out++ = '.';
    *out++ = i < n ? digits[i] : '0';
  }
  return out;
}

char *il_real_text(double r, char buf[IL_REAL_MAX]) {
  char digits[IL_DECIMAL_MAX], *out = buf;
  size_t first;
  int exponent, n;
  if (r != r) return memcpy(buf, "NaN", 4);
  if (r > 1.7976931348623157e308) return memcpy(buf, "Infinity", 9);
  if (r < -1.7976931348623157e308) return memcpy(buf, "-Infinity", 10);
  if (r == 0) return memcpy(buf, "0", 2);
  if (r < 0) *out++ = '-';
  first = il_decimal(significant(r < 0 ? -r : r, &exponent), digits);
  n = (int)(IL_DECIMAL_MAX - first);
  while (n > 1 && digits[first + (size_t)n - 1] == '0')
    n--;
  out = place_digits(out, digits + first, n, exponent);
  *out = 0;
  return buf;
}

/* A text under construction in a fixed buffer. */
struct shown {
  char *p;
  size_t n, cap;
};

/* One character, whole or not at all; 0 when it did not fit. */
static int show_char(struct shown *s, const char *p, size_t n) {
  if (s->cap - s->n <= n) return 0;
  memcpy(s->p + s->n, p, n);
  s->n += n;
  return 1;
}

static void show_text(struct shown *s, const char *p, size_t n) {
  while (n) {
    size_t len = il_utf8_char(p, n);
    int odd = len == 0 || (unsigned char)*p < 0x20 || *p == 0x7f;
    if (!show_char(s, odd ? "?" : p, odd ? 1 : len)) return;
    p += len ? len : 1;
    n -= len ? len : 1;
  }
}

static void show_bytes(struct shown *s, const char *p, size_t n) {
  static const char hex[] = "0123456789abcdef";
  if (!show_char(s, "\\x", 2)) return;
  for (size_t i = 0; i < n; i++) {
    char pair[2] = {hex[(unsigned char)p[i] >> 4], hex[p[i] & 15]};
    if (!show_char(s, pair, 2)) return;
  }
}

char *il_value_show(const il_value *v, char *buf, size_t cap) {
  struct shown s = {buf, 0, cap};
  char number[IL_REAL_MAX > IL_DECIMAL_MAX ? IL_REAL_MAX : IL_DECIMAL_MAX];
  if (cap == 0) return buf;
  switch (v->type) {
  case IL_T_NULL:
    show_text(&s, "NULL", 4);
    break;
  case IL_T_INT: {
    size_t first = il_decimal(v->i < 0 ? 0 - (uint64_t)v->i : (uint64_t)v->i, number);
    if (v->i < 0) show_char(&s, "-", 1);
    show_text(&s, number + first, IL_DECIMAL_MAX - first);
    break;
  }
  case IL_T_REAL:
    il_real_text(v->r, number);
    show_text(&s, number, strlen(number));
    break;
  case IL_T_INSTANT:
    il_instant_format(v->i, number);
    show_text(&s, number, strlen(number));
    break;
  case IL_T_BLOB:
    show_bytes(&s, v->p, v->n);
    break;
  case IL_T_TEXT:
  case IL_T_JSON:
  case IL_T_OTHER:
    show_text(&s, v->p, v->n);
    break;
  }
  buf[s.n] = 0;
  return buf;
}

void il_value_text(const il_value *v, il_buf *out) {
  char number[IL_REAL_MAX];
  switch (v->type) {
  case IL_T_NULL:
    break;
  case IL_T_INT:
    il_buf_int(out, v->i);
    break;
  case IL_T_REAL:
    il_buf_str(out, il_real_text(v->r, number));
    break;
  case IL_T_INSTANT:
    il_buf_str(out, il_instant_format(v->i, number));
    break;
  case IL_T_BLOB: {
    static const char hex[] = "0123456789abcdef";
    il_buf_add(out, "\\x", 2);
    for (size_t i = 0; i < v->n; i++) {
      il_buf_char(out, hex[(unsigned char)v->p[i] >> 4]);
      il_buf_char(out, hex[v->p[i] & 15]);
    }
    break;
  }
  case IL_T_TEXT:
  case IL_T_JSON:
  case IL_T_OTHER:
    il_buf_add(out, v->p, v->n);
    break;
  }
}
