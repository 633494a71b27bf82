#include "sqltext.h"
#include <string.h>

/* ASCII only and without a locale; every byte from 0x80 on may stand in a name, as both engines have it. */
static int is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
static int is_digit(char c) {
  return c >= '0' && c <= '9';
}
static int is_name(char c) {
  return is_name_start(c) || is_digit(c);
}
static int is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct lexer {
  const char *p;
  size_t n;
  il_error *err;
};

static size_t name_end(const struct lexer *lex, size_t at) {
  while (at < lex->n && is_name(lex->p[at]))
    at++;
  return at;
}

static size_t space_end(const struct lexer *lex, size_t at) {
  while (at < lex->n && is_space(lex->p[at]))
    at++;
  return at;
}

static int unterminated(const struct lexer *lex, const char *what, size_t at) {
  il_error_at(lex->err, IL_ARGUMENT, at, "unterminated %s in SQL", what);
  return -1;
}

/* All of these take *at on the opening character and leave it behind the closing one. */
static int skip_quoted(const struct lexer *lex, size_t *at, int backslash) {
  size_t start = *at, i = start + 1;
  char quote = lex->p[start];
  for (; i < lex->n; i++) {
    if (backslash && lex->p[i] == '\\') {
      i++;
    } else if (lex->p[i] == quote) {
      if (i + 1 >= lex->n || lex->p[i + 1] != quote) {
        *at = i + 1;
        return 0;
      }
      i++;
    }
  }
  return unterminated(lex, quote == '"' ? "name" : "string", start);
}

static int skip_line_comment(const struct lexer *lex, size_t *at) {
  const char *end = memchr(lex->p + *at, '\n', lex->n - *at);
  *at = end ? (size_t)(end - lex->p) + 1 : lex->n;
  return 0;
}

/* PostgreSQL's comments nest and SQLite's do not, so that one inside another would be two different texts: refused. */
static int skip_block_comment(const struct lexer *lex, size_t *at) {
  size_t start = *at;
  for (size_t i = start + 2; i + 1 < lex->n; i++) {
    if (lex->p[i] == '*' && lex->p[i + 1] == '/') {
      *at = i + 2;
      return 0;
    }
    if (lex->p[i] == '/' && lex->p[i + 1] == '*') {
      il_error_at(lex->err, IL_ARGUMENT, i, "a comment within a comment in SQL");
      return -1;
    }
  }
  return unterminated(lex, "comment", start);
}

/* A dollar quote when one begins at *at ($$ or $tag$): 1 and skipped, 0 when it is none, -1. */
static int skip_dollar_quote(const struct lexer *lex, size_t *at) {
  size_t start = *at, i = start + 1, tag;
  if (i < lex->n && is_name_start(lex->p[i])) i = name_end(lex, i);
  if (i >= lex->n || lex->p[i] != '$') return 0;
  tag = i + 1 - start;
  for (i++; i + tag <= lex->n; i++) {
    if (lex->p[i] == '$' && memcmp(lex->p + i, lex->p + start, tag) == 0) {
      *at = i + tag;
      return 1;
    }
  }
  return unterminated(lex, "dollar-quoted string", start);
}

static int is_word(const struct lexer *lex, size_t at, const char *lower) {
  for (size_t i = 0; i < 3; i++)
    if ((lex->p[at + i] | 0x20) != lower[i]) return 0;
  return 1;
}

/* The name at *at, quoted or bare, into out: 1, *at behind it; 0 when there is none; -1. */
static int column_name(const struct lexer *lex, size_t *at, il_arena *arena, il_piece *out) {
  size_t start = *at, end = start, used = 0;
  char *copy;
  if (start < lex->n && is_name_start(lex->p[start])) {
    while (end < lex->n && (is_name(lex->p[end]) || lex->p[end] == '$'))
      end++;
    out->p = lex->p + start;
    out->n = end - start;
    *at = end;
    return 1;
  }
  if (start >= lex->n || lex->p[start] != '"') return 0;
  if (skip_quoted(lex, &end, 0) < 0) return -1;
  out->p = lex->p + start + 1;
  out->n = end - start - 2;
  *at = end;
  if (!memchr(out->p, '"', out->n)) return 1;
  copy = il_arena_alloc(arena, out->n);
  if (!copy) {
    il_error_set(lex->err, IL_NOMEM, "out of memory");
    return -1;
  }
  for (size_t i = 0; i < out->n; i++) {
    copy[used++] = out->p[i];
    if (out->p[i] == '"') i++;
  }
  out->p = copy;
  out->n = used;
  return 1;
}

/* OLD.column or NEW.column at at: 1 and *end; 0 when the word there is something else; -1. */
static int row_column(const struct lexer *lex, size_t at, size_t *end, il_arena *arena,
                      il_piece *out) {
  size_t i = name_end(lex, at);
  int found;
  if (i - at != 3) return 0;
  if (is_word(lex, at, "old"))
    out->kind = IL_PIECE_OLD;
  else if (is_word(lex, at, "new"))
    out->kind = IL_PIECE_NEW;
  else
    return 0;
  i = space_end(lex, i);
  if (i >= lex->n || lex->p[i] != '.') return 0;
  i = space_end(lex, i + 1);
  found = column_name(lex, &i, arena, out);
  if (found > 0) *end = i;
  return found;
}

/* $name at at: 1 and *end; 0 when it is none. */
static int variable(const struct lexer *lex, size_t at, size_t *end, il_piece *out) {
  if (at + 1 >= lex->n || !is_name_start(lex->p[at + 1])) return 0;
  *end = name_end(lex, at + 1);
  out->kind = IL_PIECE_VAR;
  out->p = lex->p + at + 1;
  out->n = *end - at - 1;
  return 1;
}

/* Passes one token of plain text. */
static int skip_token(const struct lexer *lex, size_t *at) {
  char c = lex->p[*at], next = *at + 1 < lex->n ? lex->p[*at + 1] : 0;
  if (c == '\'' || c == '"') return skip_quoted(lex, at, 0);
  if (c == '-' && next == '-') return skip_line_comment(lex, at);
  if (c == '/' && next == '*') return skip_block_comment(lex, at);
  if ((c == 'e' || c == 'E') && next == '\'') { /* PostgreSQL's escape string */
    ++*at;
    return skip_quoted(lex, at, 1);
  }
  if (is_name(c)) { /* names and numbers; a dollar sign may stand inside a name */
    while (*at < lex->n && (is_name(lex->p[*at]) || lex->p[*at] == '$'))
      ++*at;
    return 0;
  }
  ++*at;
  return 0;
}

int il_sql_piece(const char *sql, size_t n, size_t *pos, il_arena *arena, il_piece *out,
                 il_error *err) {
  struct lexer lex = {sql, n, err};
  size_t start = *pos, at = start, end = start;
  int dotted = 0; /* the token before was a dot: a name here is part of a longer one */
  if (start >= n) return 0;
  while (at < n) {
    char c = sql[at];
    int found = 0;
    if (c == '$') {
      found = skip_dollar_quote(&lex, &at);
      if (found < 0) return -1;
      if (found) {
        dotted = 0;
        continue;
      }
      found = variable(&lex, at, &end, out);
    } else if (!dotted && is_name_start(c)) {
      found = row_column(&lex, at, &end, arena, out);
    }
    if (found < 0) return -1;
    if (found && at == start) {
      out->offset = start;
      *pos = end;
      return 1;
    }
    if (found) break; /* the text before it comes first */
    if (!is_space(c)) dotted = c == '.';
    if (skip_token(&lex, &at) < 0) return -1;
  }
  out->kind = IL_PIECE_TEXT;
  out->p = sql + start;
  out->n = at - start;
  out->offset = start;
  *pos = at;
  return 1;
}
