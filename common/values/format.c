#include "format.h"
#include <string.h>

size_t il_decimal(uint64_t u, char buf[IL_DECIMAL_MAX]) {
  size_t at = IL_DECIMAL_MAX;
  do {
    buf[--at] = (char)('0' + u % 10);
    u /= 10;
  } while (u);
  return at;
}

static void put_unsigned(il_put_fn put, void *ctx, uint64_t u) {
  char buf[IL_DECIMAL_MAX];
  size_t at = il_decimal(u, buf);
  put(ctx, buf + at, IL_DECIMAL_MAX - at);
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

/* What stands between % and the letter. */
struct spec {
  enum size size;
  int precision; /* -1: none */
  int given;     /* the precision is an argument */
};

/* f points past the '%'; returns where the letter is. */
static const char *read_spec(const char *f, struct spec *out) {
  out->size = SIZE_INT;
  out->precision = -1;
  out->given = f[0] == '.' && f[1] == '*';
  if (out->given) {
    f += 2;
  } else if (*f == '.') {
    out->precision = 0;
    for (f++; *f >= '0' && *f <= '9' && out->precision < 100000; f++)
      out->precision = out->precision * 10 + (*f - '0');
  }
  if (*f == 'z')
    out->size = SIZE_T, f++;
  else if (f[0] == 'l' && f[1] == 'l')
    out->size = SIZE_LONG_LONG, f += 2;
  else if (*f == 'l')
    out->size = SIZE_LONG, f++;
  return f;
}

/* All arguments are taken in this function: a va_list cannot portably be passed on and come back moved. */
void il_format(il_put_fn put, void *ctx, const char *format, va_list args) {
  const char *f = format;
  while (*f) {
    const char *percent = strchr(f, '%'), *letter;
    struct spec spec;
    if (percent != f) put(ctx, f, percent ? (size_t)(percent - f) : strlen(f));
    if (!percent) return;
    letter = read_spec(percent + 1, &spec);
    if (spec.given) spec.precision = va_arg(args, int);
    if (spec.given && spec.precision < 0) spec.precision = 0;
    f = letter + 1;
    if (*letter && strchr("sIQJ", *letter)) {
      const char *s = va_arg(args, const char *);
      put_text(put, ctx, *letter, s ? s : "",
               length(s, spec.precision, *letter == 'J' && spec.given));
    } else if (*letter == 'd') {
      put_signed(put, ctx,
                 spec.size == SIZE_LONG_LONG ? va_arg(args, long long)
                 : spec.size == SIZE_LONG    ? va_arg(args, long)
                 : spec.size == SIZE_T       ? (int64_t)va_arg(args, size_t)
                                             : va_arg(args, int));
    } else if (*letter == 'u') {
      put_unsigned(put, ctx,
                   spec.size == SIZE_LONG_LONG ? va_arg(args, unsigned long long)
                   : spec.size == SIZE_LONG    ? va_arg(args, unsigned long)
                   : spec.size == SIZE_T       ? va_arg(args, size_t)
                                               : va_arg(args, unsigned));
    } else if (*letter == 'c') {
      char c = (char)va_arg(args, int);
      put(ctx, &c, 1);
    } else {
      put(ctx, "%", 1);
      f = *letter == '%' ? letter + 1 : percent + 1;
    }
  }
}
