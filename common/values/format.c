#include "format.h"
#include <string.h>

char *il_decimal(uint64_t u, char buf[IL_DECIMAL_MAX]) {
  char *p = buf + IL_DECIMAL_MAX;
  do {
    *--p = (char)('0' + u % 10);
    u /= 10;
  } while (u);
  return p;
}

static void put_unsigned(il_put_fn put, void *ctx, uint64_t u) {
  char buf[IL_DECIMAL_MAX];
  char *p = il_decimal(u, buf);
  put(ctx, p, (size_t)(buf + IL_DECIMAL_MAX - p));
}

static void put_signed(il_put_fn put, void *ctx, int64_t i) {
  if (i < 0) put(ctx, "-", 1);
  put_unsigned(put, ctx, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
}

/* Text between two quotes, with every such quote inside doubled. */
static void put_quoted(il_put_fn put, void *ctx, char quote, const char *p, size_t n) {
  put(ctx, &quote, 1);
  while (n) {
    const char *q = memchr(p, quote, n);
    size_t m = q ? (size_t)(q - p) + 1 : n;
    put(ctx, p, m);
    if (q) put(ctx, &quote, 1);
    p += m;
    n -= m;
  }
  put(ctx, &quote, 1);
}

/* A JSON string (RFC 8259 §7): the two characters and the controls that must be escaped; bytes from 0x80 on as they are. */
static void put_json(il_put_fn put, void *ctx, const char *p, size_t n) {
  static const char hex[] = "0123456789abcdef", from[] = "\b\t\n\f\r", to[] = "btnfr";
  size_t start = 0;
  put(ctx, "\"", 1);
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)p[i];
    const char *named;
    char esc[6] = "\\u00";
    size_t len = 2;
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    if (c >= 0x20)
      esc[1] = (char)c;
    else if (c && (named = strchr(from, c)) != NULL)
      esc[1] = to[named - from];
    else {
      esc[4] = hex[c >> 4];
      esc[5] = hex[c & 15];
      len = 6;
    }
    put(ctx, p + start, i - start);
    put(ctx, esc, len);
    start = i + 1;
  }
  put(ctx, p + start, n - start);
  put(ctx, "\"", 1);
}

static void put_text(il_put_fn put, void *ctx, char style, const char *p, size_t n) {
  if (style == 'I')
    put_quoted(put, ctx, '"', p, n);
  else if (style == 'Q')
    put_quoted(put, ctx, '\'', p, n);
  else if (style == 'J')
    put_json(put, ctx, p, n);
  else
    put(ctx, p, n);
}

/* Bytes of a string argument. A precision is an upper limit as in printf; for JSON, where NUL can be written, it is the length. */
static size_t length(const char *s, int precision, int exact) {
  const char *end;
  if (!s) return 0;
  if (precision < 0) return strlen(s);
  end = exact ? NULL : memchr(s, 0, (size_t)precision);
  return end ? (size_t)(end - s) : (size_t)precision;
}

enum size { SIZE_INT, SIZE_LONG, SIZE_LONG_LONG, SIZE_T };

/* One conversion; spec points past the '%'. Returns what follows it. The arguments travel in a struct because a va_list that is
** an array type cannot be passed by address portably. */
struct arguments {
  va_list list;
};

static const char *convert(il_put_fn put, void *ctx, const char *spec, struct arguments *args) {
  const char *f = spec;
  enum size size = SIZE_INT;
  int bytes = -1;
  if (f[0] == '.' && f[1] == '*') {
    int given = va_arg(args->list, int);
    bytes = given < 0 ? 0 : given;
    f += 2;
  } else if (*f == '.') {
    for (bytes = 0, f++; *f >= '0' && *f <= '9' && bytes < 100000; f++)
      bytes = bytes * 10 + *f - '0';
  }
  if (*f == 'z')
    size = SIZE_T, f++;
  else if (f[0] == 'l' && f[1] == 'l')
    size = SIZE_LONG_LONG, f += 2;
  else if (*f == 'l')
    size = SIZE_LONG, f++;
  switch (*f) {
  case 's':
  case 'I':
  case 'Q':
  case 'J': {
    const char *s = va_arg(args->list, const char *);
    put_text(put, ctx, *f, s ? s : "", length(s, bytes, *f == 'J'));
    return f + 1;
  }
  case 'd':
    put_signed(put, ctx,
               size == SIZE_LONG_LONG ? va_arg(args->list, long long)
               : size == SIZE_LONG    ? va_arg(args->list, long)
               : size == SIZE_T       ? (int64_t)va_arg(args->list, size_t)
                                      : va_arg(args->list, int));
    return f + 1;
  case 'u':
    put_unsigned(put, ctx,
                 size == SIZE_LONG_LONG ? va_arg(args->list, unsigned long long)
                 : size == SIZE_LONG    ? va_arg(args->list, unsigned long)
                 : size == SIZE_T       ? va_arg(args->list, size_t)
                                        : va_arg(args->list, unsigned));
    return f + 1;
  case 'c': {
    char c = (char)va_arg(args->list, int);
    put(ctx, &c, 1);
    return f + 1;
  }
  case '%':
    put(ctx, "%", 1);
    return f + 1;
  default:
    put(ctx, "%", 1);
    return spec;
  }
}

void il_format(il_put_fn put, void *ctx, const char *format, va_list args) {
  struct arguments copy;
  va_copy(copy.list, args);
  for (const char *f = format; *f;) {
    const char *percent = strchr(f, '%');
    size_t n = percent ? (size_t)(percent - f) : strlen(f);
    if (n) put(ctx, f, n);
    f += n;
    if (percent) f = convert(put, ctx, percent + 1, &copy);
  }
  va_end(copy.list);
}
