/* json_items.c: what is in a JSON text, without making anything of it; see json.h. */
#include "json.h"
#include <string.h>

static int is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_space(il_json_items *s) {
  while (s->at < s->n && is_space(s->p[s->at]))
    s->at++;
}

/* Behind the string that begins here. */
static void skip_string(il_json_items *s) {
  for (s->at++; s->at < s->n && s->p[s->at] != '"'; s->at++)
    if (s->p[s->at] == '\\') s->at++;
  s->at = s->at < s->n ? s->at + 1 : s->n;
}

/* Behind the value that begins here. */
static void skip_value(il_json_items *s) {
  int depth = 0;
  while (s->at < s->n) {
    char c = s->p[s->at];
    if (depth == 0 && (c == ',' || c == ']' || c == '}' || is_space(c))) return;
    if (c == '"') {
      skip_string(s);
      continue;
    }
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    s->at++;
    if (depth == 0 && (c == '}' || c == ']')) return;
  }
}

int il_json_items_start(il_json_items *items, const char *p, size_t n) {
  *items = (il_json_items){p, 0, n, 0};
  skip_space(items);
  if (items->at == n || (p[items->at] != '{' && p[items->at] != '[')) return 0;
  items->object = p[items->at++] == '{';
  return 1;
}

int il_json_items_next(il_json_items *items, il_json_item *item) {
  size_t start;
  *item = (il_json_item){NULL, NULL, 0, 0};
  skip_space(items);
  if (items->at < items->n && items->p[items->at] == ',') {
    items->at++;
    skip_space(items);
  }
  start = items->at;
  if (start >= items->n || items->p[start] == ']' || items->p[start] == '}') return 0;
  if (items->object) {
    if (items->p[start] != '"') return 0;
    skip_string(items);
    item->name = items->p + start;
    item->nname = items->at - start;
    skip_space(items);
    if (items->at >= items->n || items->p[items->at] != ':') return 0;
    items->at++;
    skip_space(items);
  }
  start = items->at;
  skip_value(items);
  item->value = items->p + start;
  item->nvalue = items->at - start;
  return items->at > start;
}

/* ---- strings ---- */

static unsigned hex4(const char *p) {
  unsigned u = 0;
  for (int i = 0; i < 4; i++) {
    char c = p[i];
    unsigned digit = (unsigned)(c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0');
    u = u * 16 + (digit & 15);
  }
  return u;
}

static int put_utf8(unsigned u, char out[4]) {
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  int n = u < 0x80 ? 1 : u < 0x800 ? 2 : u < 0x10000 ? 3 : 4;
  for (int i = n - 1; i > 0; i--, u >>= 6)
    out[i] = (char)(0x80 | (u & 0x3f));
  out[0] = (char)(n == 1 ? u : lead[n] | u);
  return n;
}

/* The bytes of an escape; *p is behind the backslash and goes behind the escape. */
static int unescape(const char **p, const char *end, char out[4]) {
  static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
  char c = **p;
  const char *at = c ? strchr(letters, c) : NULL;
  unsigned u;
  if (c != 'u' || end - *p < 5) {
    out[0] = at ? bytes[at - letters] : c;
    (*p)++;
    return 1;
  }
  u = hex4(*p + 1);
  *p += 5;
  if (u >= 0xd800 && u < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
    unsigned low = hex4(*p + 2);
    if (low >= 0xdc00 && low < 0xe000) {
      *p += 6;
      u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
    }
  }
  return put_utf8(u, out);
}

il_json_match il_json_match_text(const char *p, size_t n, size_t less, const char *text,
                                 size_t ntext) {
  const char *end = p + n;
  size_t at = 0;
  if (n < 2 + less || *p != '"') return IL_JSON_OTHER;
  end -= 1 + less;
  for (p++; p < end;) {
    char bytes[4] = {*p};
    int count = 1;
    if (*p++ == '\\' && p < end) count = unescape(&p, end, bytes);
    if (ntext - at < (size_t)count || memcmp(text + at, bytes, (size_t)count) != 0)
      return IL_JSON_OTHER;
    at += (size_t)count;
  }
  return at == ntext ? IL_JSON_SAME : IL_JSON_PREFIX;
}
