#include "scan.h"
#include <string.h>

static int is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static int is_word(char c) {
  char l = (char)(c | 0x20);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

il_scan il_scan_start(const char *sql, size_t n) {
  il_scan s = {sql, sql + n, 0};
  return s;
}

static il_token token(il_scan *s, il_token_kind kind, const char *end) {
  il_token t = {kind, s->p, (size_t)(end - s->p)};
  s->p = end;
  return t;
}

/* A token that begins with a quote at q; two quotes in it stand for one. */
static il_token quoted(il_scan *s, const char *q, il_token_kind kind, int backslash) {
  for (const char *p = q + 1; p < s->end; p++) {
    if (backslash && *p == '\\') {
      p++;
    } else if (*p == *q) {
      if (p + 1 == s->end || p[1] != *q) return token(s, kind, p + 1);
      p++;
    }
  }
  return token(s, IL_TOKEN_OPEN, s->end);
}

/* PostgreSQL's block comments nest, SQLite's do not: in a text that both are to read, the same
** either way. */
static il_token comment(il_scan *s) {
  const char *p = s->p;
  if (*p == '-') {
    p = memchr(p, '\n', (size_t)(s->end - p));
    return token(s, IL_TOKEN_SPACE, p ? p + 1 : s->end);
  }
  for (p += 2; p + 1 < s->end; p++)
    if (p[0] == '*' && p[1] == '/') return token(s, IL_TOKEN_SPACE, p + 2);
  return token(s, IL_TOKEN_OPEN, s->end);
}

/* $$ or $tag$ … the same again; just the dollar when it is something else. */
static il_token dollar(il_scan *s) {
  const char *p = s->p + 1;
  size_t n;
  while (p < s->end && is_word(*p))
    p++;
  if (p == s->end || *p != '$' || (s->p[1] >= '0' && s->p[1] <= '9'))
    return token(s, IL_TOKEN_CHAR, s->p + 1);
  n = (size_t)(++p - s->p);
  for (; n <= (size_t)(s->end - p); p++)
    if (*p == '$' && memcmp(p, s->p, n) == 0) return token(s, IL_TOKEN_STRING, p + n);
  return token(s, IL_TOKEN_OPEN, s->end);
}

il_token il_scan_raw(il_scan *s) {
  const char *p = s->p;
  char next;
  if (p >= s->end) return token(s, IL_TOKEN_END, s->end);
  next = p + 1 < s->end ? p[1] : 0;
  if (is_space(*p)) {
    while (p < s->end && is_space(*p))
      p++;
    return token(s, IL_TOKEN_SPACE, p);
  }
  if ((*p == '-' && next == '-') || (*p == '/' && next == '*')) return comment(s);
  if (*p == '\'') return quoted(s, p, IL_TOKEN_STRING, 0);
  if ((*p | 0x20) == 'e' && next == '\'') return quoted(s, p + 1, IL_TOKEN_STRING, 1);
  if (*p == '"' || *p == '`') return quoted(s, p, IL_TOKEN_NAME, 0);
  if (*p == '$') return dollar(s);
  if (is_word(*p)) {
    while (p < s->end && (is_word(*p) || *p == '$'))
      p++;
    return token(s, IL_TOKEN_WORD, p);
  }
  if (*p == '(') s->depth++;
  if (*p == ')' && s->depth) s->depth--;
  return token(s, IL_TOKEN_CHAR, p + 1);
}

il_token il_scan_next(il_scan *s) {
  il_token t;
  do
    t = il_scan_raw(s);
  while (t.kind == IL_TOKEN_SPACE);
  return t;
}

int il_token_is(const il_token *t, const char *word) {
  if (t->kind != IL_TOKEN_WORD || t->n != strlen(word)) return 0;
  for (size_t i = 0; i < t->n; i++) {
    char c = t->p[i];
    if (c >= 'a' && c <= 'z') c = (char)(c - 0x20);
    if (c != word[i]) return 0;
  }
  return 1;
}

int il_token_char(const il_token *t, char c) {
  return t->kind == IL_TOKEN_CHAR && *t->p == c;
}
