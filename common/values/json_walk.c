#include "json_walk.h"
#include <string.h>

static const char *skip_space(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    p++;
  return p;
}

/* p is on a quote; behind the closing one. */
static const char *string_end(const char *p, const char *end) {
  for (p++; p < end && *p != '"'; p++)
    if (*p == '\\') p++;
  return p < end ? p + 1 : end;
}

/* Behind the value that begins at p: strings may hold any bracket, nothing else does. */
static const char *value_end(const char *p, const char *end) {
  int depth = 0;
  while (p < end) {
    char c = *p;
    if (c == '"') {
      p = string_end(p, end);
      if (!depth) return p;
      continue;
    }
    if (c == '}' || c == ']') {
      if (!depth) return p;
      p++;
      if (!--depth) return p;
      continue;
    }
    if (!depth && (c == ',' || c == ':' || skip_space(p, end) != p)) return p;
    depth += c == '{' || c == '[';
    p++;
  }
  return end;
}

int il_json_walk_start(il_json_walk *w, const char *p, size_t n) {
  w->end = p + n;
  w->p = skip_space(p, w->end);
  w->object = w->p < w->end && *w->p == '{';
  if (w->p == w->end || (*w->p != '[' && *w->p != '{')) {
    w->p = w->end;
    return 0;
  }
  w->p++;
  return 1;
}

int il_json_walk_next(il_json_walk *w, il_span *name, il_span *value) {
  const char *p = skip_space(w->p, w->end);
  if (p < w->end && *p == ',') p = skip_space(p + 1, w->end);
  if (p == w->end || *p == ']' || *p == '}') return 0;
  if (w->object) {
    const char *start = p;
    if (*p != '"') return 0;
    p = string_end(p, w->end);
    if (name) *name = (il_span){start, (size_t)(p - start)};
    p = skip_space(p, w->end);
    if (p == w->end || *p != ':') return 0;
    p = skip_space(p + 1, w->end);
  }
  w->p = value_end(p, w->end);
  *value = (il_span){p, (size_t)(w->p - p)};
  return value->n > 0;
}

static unsigned hex4(const char *p) {
  unsigned v = 0;
  for (int i = 0; i < 4; i++) {
    unsigned char c = (unsigned char)p[i];
    v = v * 16 + (c <= '9' ? c - (unsigned)'0' : (c | 0x20U) - 'a' + 10U);
  }
  return v;
}

static size_t put_utf8(unsigned c, char *out) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  if (c < 0x800) {
    out[0] = (char)(0xc0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | c >> 18);
  out[1] = (char)(0x80 | (c >> 12 & 0x3f));
  out[2] = (char)(0x80 | (c >> 6 & 0x3f));
  out[3] = (char)(0x80 | (c & 0x3f));
  return 4;
}

/* p is behind "\u"; *used is how much of the text the character takes. */
static unsigned unicode(const char *p, const char *end, size_t *used) {
  unsigned c, low;
  *used = (size_t)(end - p) < 4 ? (size_t)(end - p) : 4;
  if (*used < 4) return 0xfffd;
  c = hex4(p);
  if (c < 0xd800 || c > 0xdfff) return c;
  if (c > 0xdbff || end - p < 10 || p[4] != '\\' || p[5] != 'u') return 0xfffd;
  low = hex4(p + 6);
  if (low < 0xdc00 || low > 0xdfff) return 0xfffd;
  *used = 10;
  return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

const char *il_json_string(const il_span *string, il_arena *arena, size_t *n) {
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  const char *p = string->p + 1, *end;
  size_t used = 0;
  char *out;
  *n = 0;
  if (string->n < 2 || string->p[0] != '"') return NULL;
  end = string->p + string->n - 1;
  out = il_arena_alloc(arena, string->n); /* never longer than it is spelled */
  if (!out) return NULL;
  while (p < end) {
    const char *known;
    if (*p != '\\' || p + 1 == end) {
      out[used++] = *p++;
    } else if (p[1] == 'u') {
      size_t taken;
      unsigned c = unicode(p + 2, end, &taken);
      used += put_utf8(c, out + used);
      p += 2 + taken;
    } else {
      known = strchr(from, p[1]);
      out[used++] = known && *known ? to[known - from] : p[1];
      p += 2;
    }
  }
  out[used] = 0;
  *n = used;
  return out;
}

il_span il_json_member(const char *p, size_t n, const char *name, il_arena *arena) {
  il_span found = {NULL, 0}, key, value;
  il_json_walk w;
  size_t want = strlen(name);
  if (!il_json_walk_start(&w, p, n) || !w.object) return found;
  while (il_json_walk_next(&w, &key, &value)) {
    size_t len;
    const char *text = il_json_string(&key, arena, &len);
    if (text && len == want && memcmp(text, name, want) == 0) found = value;
  }
  return found;
}
