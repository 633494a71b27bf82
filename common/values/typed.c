/*
** typed.c: texts that stand for typed values.
*/
#include "typed.h"
#include "json.h"
#include <stdint.h>
#include <string.h>

static const char *const names[] = {"string", "integer", "float", "boolean", "json"};
static const struct word {
  const char *text;
  int value;
} booleans[] = {{"true", 1}, {"false", 0}, {"1", 1}, {"0", 0}, {"yes", 1}, {"no", 0}};

const char *il_typed_name(il_typed type) {
  return names[type];
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

static size_t digits(const char *p, size_t n) {
  size_t i = 0;
  while (i < n && is_digit(p[i]))
    i++;
  return i;
}

/* The digits of an integer, without sign and zeros in front; *n is their number, 0 for no integer. */
static const char *magnitude(const char *p, size_t *n, int *minus) {
  *minus = *n && *p == '-';
  if (*n && (*p == '-' || *p == '+')) p++, --*n;
  if (*n == 0 || digits(p, *n) != *n) {
    *n = 0;
    return p;
  }
  while (*n > 1 && *p == '0')
    p++, --*n;
  return p;
}

static int is_integer(const char *p, size_t n) {
  int minus;
  const char *most;
  p = magnitude(p, &n, &minus);
  most = minus ? "9223372036854775808" : "9223372036854775807";
  return n > 0 && (n < 19 || (n == 19 && memcmp(p, most, 19) <= 0));
}

/* Exponent digits p[0..n) as a number, at most 99,999. */
static int64_t small_number(const char *p, size_t n) {
  int64_t e = 0;
  for (size_t i = 0; i < n; i++)
    if (e < 10000) e = e * 10 + (p[i] - '0');
  return e;
}

/*
** Finite: the value is m * 10^e with m in [0.1, 1), and the greatest double is about 0.17977e309. Five digits decide; what lies
** between 0.17976 and the greatest double is let in.
*/
static int is_finite(const char *p, size_t whole, const char *fraction, size_t n,
                     int64_t exponent) {
  int64_t place = 0;
  int head = 0, taken = 0;
  for (size_t i = 0; i < whole + n && taken < 5; i++) {
    char c = i < whole ? p[i] : fraction[i - whole];
    if (taken == 0 && c == '0') continue;
    if (taken++ == 0) place = (int64_t)whole - (int64_t)i;
    head = head * 10 + (c - '0');
  }
  for (int i = taken; taken && i < 5; i++)
    head *= 10;
  place += exponent;
  return taken == 0 || place < 309 || (place == 309 && head <= 17976);
}

static int is_float(const char *p, size_t n) {
  size_t i = 0, whole, fraction = 0, at;
  int64_t exponent = 0;
  if (i < n && (p[i] == '+' || p[i] == '-')) i++;
  at = i;
  whole = digits(p + i, n - i);
  i += whole;
  if (i < n && p[i] == '.') {
    fraction = digits(p + i + 1, n - i - 1);
    i += 1 + fraction;
  }
  if (whole + fraction == 0) return 0;
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    int minus;
    size_t many;
    if (++i < n && (p[i] == '+' || p[i] == '-')) i++;
    minus = p[i - 1] == '-';
    many = digits(p + i, n - i);
    if (many == 0) return 0;
    exponent = small_number(p + i, many);
    if (minus) exponent = -exponent;
    i += many;
  }
  return i == n && is_finite(p + at, whole, p + at + whole + 1, fraction, exponent);
}

/* 1, 0, or -1 when it is none. */
static int boolean_of(const char *p, size_t n) {
  for (size_t w = 0; w < sizeof booleans / sizeof *booleans; w++) {
    const char *text = booleans[w].text;
    size_t i = 0;
    while (i < n && text[i] && text[i] == (p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]))
      i++;
    if (i == n && !text[i]) return booleans[w].value;
  }
  return -1;
}

int il_typed_valid(il_typed type, const char *p, size_t n) {
  switch (type) {
  case IL_TYPED_INTEGER:
    return is_integer(p, n);
  case IL_TYPED_FLOAT:
    return is_float(p, n);
  case IL_TYPED_BOOLEAN:
    return boolean_of(p, n) >= 0;
  case IL_TYPED_JSON:
    return il_json_valid(p, n, IL_JSON_ANY, NULL, NULL);
  case IL_TYPED_STRING:
  default:
    return 1;
  }
}

void il_typed_write(il_typed type, const char *p, size_t n, il_buf *out) {
  int minus;
  if (type == IL_TYPED_BOOLEAN) {
    il_buf_str(out, boolean_of(p, n) == 1 ? "true" : "false");
    return;
  }
  if (type == IL_TYPED_INTEGER) {
    p = magnitude(p, &n, &minus);
    if (minus && !(n == 1 && *p == '0')) il_buf_char(out, '-');
  }
  il_buf_add(out, p, n);
}
