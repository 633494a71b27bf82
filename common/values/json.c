#include "json.h"
#include "value.h"
#include <stdint.h>
#include <string.h>

/* The text and the place in it. expected is set by whatever found something else at `at`. */
typedef struct scan {
  const char *p;
  size_t at, n;
  const char *expected;
} scan;

static int fail(scan *s, const char *expected) {
  s->expected = expected;
  return 0;
}

static char peek(const scan *s) {
  return s->at < s->n ? s->p[s->at] : 0;
}

static void skip_space(scan *s) {
  while (s->at < s->n &&
         (s->p[s->at] == ' ' || s->p[s->at] == '\n' || s->p[s->at] == '\r' || s->p[s->at] == '\t'))
    s->at++;
}

/* Nonzero when one of eight bytes ends a run of plain ASCII: control, quote, backslash or not ASCII. The subtractions may also
** hit a byte behind one that was found; then the slow path looks and goes on. */
static uint64_t has_special(uint64_t w) {
  static const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
  uint64_t quote = w ^ (ones * '"'), backslash = w ^ (ones * '\\');
  return (w | (w - ones * 0x20) | (quote - ones) | (backslash - ones)) & tops;
}

static int is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* at is behind a backslash. RFC 8259 §7: surrogates need no partner in the grammar. */
static int escape(scan *s) {
  char c = peek(s);
  if (c == 'u') {
    for (int i = 0; i < 4; i++) {
      s->at++;
      if (!is_hex(peek(s))) return fail(s, "four hexadecimal digits");
    }
  } else if (!c || !strchr("\"\\/bfnrt", c)) {
    return fail(s, "an escape such as \\n or \\u0041");
  }
  s->at++;
  return 1;
}

static int string(scan *s) {
  if (peek(s) != '"') return fail(s, "a string");
  s->at++;
  while (s->at < s->n) {
    unsigned char c = (unsigned char)s->p[s->at];
    uint64_t word;
    if (s->n - s->at >= 8 && (memcpy(&word, s->p + s->at, 8), !has_special(word))) {
      s->at += 8;
    } else if (c == '"') {
      s->at++;
      return 1;
    } else if (c == '\\') {
      s->at++;
      if (!escape(s)) return 0;
    } else if (c < 0x20) {
      return fail(s, "an escape instead of a control character");
    } else {
      size_t len = il_utf8_char(s->p + s->at, s->n - s->at);
      if (!len) return fail(s, "valid UTF-8");
      s->at += len;
    }
  }
  return fail(s, "a closing quote");
}

static int digits(scan *s) {
  if (peek(s) < '0' || peek(s) > '9') return fail(s, "a digit");
  while (peek(s) >= '0' && peek(s) <= '9')
    s->at++;
  return 1;
}

static int number(scan *s) {
  if (peek(s) == '-') s->at++;
  if (peek(s) == '0')
    s->at++;
  else if (!digits(s))
    return 0;
  if (peek(s) == '.') {
    s->at++;
    if (!digits(s)) return 0;
  }
  if (peek(s) == 'e' || peek(s) == 'E') {
    s->at++;
    if (peek(s) == '+' || peek(s) == '-') s->at++;
    return digits(s);
  }
  return 1;
}

static int word(scan *s, const char *text) {
  size_t n = strlen(text);
  if (s->n - s->at < n || memcmp(s->p + s->at, text, n) != 0) return fail(s, "a JSON value");
  s->at += n;
  return 1;
}

/* A string, number or word. */
static int scalar(scan *s) {
  char c = peek(s);
  if (c == '"') return string(s);
  if (c == '-' || (c >= '0' && c <= '9')) return number(s);
  if (c == 't') return word(s, "true");
  if (c == 'f') return word(s, "false");
  if (c == 'n') return word(s, "null");
  return fail(s, "a JSON value");
}

/* A member's name and its colon. */
static int name(scan *s, const char *expected) {
  if (peek(s) != '"') return fail(s, expected);
  if (!string(s)) return 0;
  skip_space(s);
  if (peek(s) != ':') return fail(s, "':'");
  s->at++;
  skip_space(s);
  return 1;
}

/* One bit a level: is it an object? */
typedef struct levels {
  int depth;
  unsigned char object[IL_JSON_DEPTH / 8 + 1];
} levels;

static int in_object(const levels *l) {
  return l->depth && (l->object[(l->depth - 1) / 8] >> ((l->depth - 1) % 8) & 1);
}

/* Opens a level; up to where its first value begins. *empty: the level closed again at once. */
static int open_level(scan *s, levels *l, int *empty) {
  char close = peek(s) == '{' ? '}' : ']';
  unsigned char bit;
  if (l->depth == IL_JSON_DEPTH) return fail(s, "at most 1000 levels");
  bit = (unsigned char)(1U << (l->depth % 8));
  if (close == '}')
    l->object[l->depth / 8] |= bit;
  else
    l->object[l->depth / 8] &= (unsigned char)~bit;
  l->depth++;
  s->at++;
  skip_space(s);
  *empty = peek(s) == close;
  return *empty || close == ']' || name(s, "a string or '}'");
}

/* Behind a value: closes what ends here, up to where the next value begins, or to the end of the text with depth 0. */
static int next(scan *s, levels *l) {
  for (;;) {
    int object = in_object(l);
    char c;
    skip_space(s);
    if (!l->depth) return s->at == s->n || fail(s, "the end");
    c = peek(s);
    if (c != ',' && c != (object ? '}' : ']')) return fail(s, object ? "',' or '}'" : "',' or ']'");
    s->at++;
    if (c == ',') {
      skip_space(s);
      return !object || name(s, "a string");
    }
    l->depth--;
  }
}

/* What the kind asks of the value that begins here. */
static int fits(scan *s, il_json_kind kind, int depth) {
  char c = peek(s);
  if (depth == 0 && kind == IL_JSON_OBJECT && c != '{') return fail(s, "an object");
  if (depth == 0 && (kind == IL_JSON_ARRAY || kind == IL_JSON_STRINGS) && c != '[')
    return fail(s, "an array");
  if (depth == 1 && kind == IL_JSON_STRINGS && c != '"') return fail(s, "a string");
  return 1;
}

static int document(scan *s, il_json_kind kind) {
  levels l = {0, {0}};
  skip_space(s);
  do {
    char c = peek(s);
    int empty = 0;
    if (!fits(s, kind, l.depth)) return 0;
    if (c == '{' || c == '[') {
      if (!open_level(s, &l, &empty)) return 0;
      if (!empty) continue;
    } else if (!scalar(s)) {
      return 0;
    }
    if (!next(s, &l)) return 0;
  } while (l.depth);
  return 1;
}

int il_json_valid(const char *p, size_t n, il_json_kind kind, size_t *offset,
                  const char **expected) {
  scan s = {p, 0, n, NULL};
  if (document(&s, kind)) return 1;
  if (offset) *offset = s.at;
  if (expected) *expected = s.expected;
  return 0;
}
