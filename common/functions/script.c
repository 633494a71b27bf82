/*
** script.c: which tables and indexes a migration makes. Names are wanted before the first statement runs: a clash of any of
** them refuses the whole install, and rows in any of them refuse taking it back.
*/
#include "functions/inner.h"
#include <string.h>

/* ---- words of a statement ------------------------------------------------------------------- */

typedef struct words {
  const char *p, *end;
  il_engine engine;
} words;

static int is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (unsigned char)c >= 0x80;
}

static void blank(words *w) {
  for (;;) {
    while (w->p < w->end && (*w->p == ' ' || (*w->p >= '\t' && *w->p <= '\r'))) w->p++;
    if (w->end - w->p >= 2 && w->p[0] == '-' && w->p[1] == '-') {
      while (w->p < w->end && *w->p != '\n') w->p++;
    } else if (w->end - w->p >= 2 && w->p[0] == '/' && w->p[1] == '*') {
      for (w->p += 2; w->end - w->p >= 2 && !(w->p[0] == '*' && w->p[1] == '/');) w->p++;
      w->p = w->end - w->p >= 2 ? w->p + 2 : w->end;
    } else {
      return;
    }
  }
}

/* Takes a keyword when it is next. */
static int take(words *w, const char *keyword) {
  size_t n = strlen(keyword);
  blank(w);
  if ((size_t)(w->end - w->p) < n || strncasecmp(w->p, keyword, n) != 0) return 0;
  if ((size_t)(w->end - w->p) > n && is_word(w->p[n])) return 0;
  w->p += n;
  return 1;
}

/* A name as the engine stores it: PostgreSQL folds what is not quoted. NULL when there is none. */
static const char *name_part(words *w, il_arena *arena) {
  il_buf b;
  blank(w);
  il_scratch(&b, arena);
  if (w->p < w->end && *w->p == '"') {
    for (w->p++; w->p < w->end; w->p++) {
      if (*w->p == '"' && !(w->end - w->p > 1 && w->p[1] == '"')) break;
      if (*w->p == '"') w->p++;
      il_buf_char(&b, *w->p);
    }
    if (w->p < w->end) w->p++;
  } else {
    for (; w->p < w->end && is_word(*w->p); w->p++) {
      int fold = w->engine == IL_POSTGRES && *w->p >= 'A' && *w->p <= 'Z';
      il_buf_char(&b, fold ? (char)(*w->p | 0x20) : *w->p);
    }
  }
  return b.n ? il_scratch_text(&b) : NULL;
}

static const char *qualified_name(words *w, il_arena *arena) {
  const char *name = name_part(w, arena);
  blank(w);
  if (name && w->p < w->end && *w->p == '.') {
    w->p++;
    name = name_part(w, arena);
  }
  return name;
}

/* ---- what it makes -------------------------------------------------------------------------- */

static il_kind add(il_arena *arena, il_script *s, int is_table, const char *name, il_error *err) {
  if (s->n == s->cap) {
    int cap = s->cap ? s->cap * 2 : 16;
    il_made *made = il_arena_alloc(arena, (size_t)cap * sizeof *made);
    if (!made) return il_nomem(err);
    if (s->n) memcpy(made, s->made, (size_t)s->n * sizeof *made);
    s->made = made;
    s->cap = cap;
  }
  s->made[s->n++] = (il_made){is_table, name};
  return IL_OK;
}

static void drop(il_script *s, const char *name) {
  for (int i = 0; i < s->n; i++) {
    if (strcmp(s->made[i].name, name) != 0) continue;
    memmove(&s->made[i], &s->made[i + 1], (size_t)(s->n - i - 1) * sizeof *s->made);
    s->n--;
    return;
  }
}

static il_kind statement(words *w, il_arena *arena, il_script *s, il_error *err) {
  int create = take(w, "CREATE");
  if (!create && !take(w, "DROP")) return IL_OK;
  if (take(w, "UNLOGGED") || take(w, "UNIQUE") || take(w, "MATERIALIZED")) blank(w);
  int is_table = take(w, "TABLE");
  if (!is_table && !take(w, "INDEX") && !take(w, "VIEW") && !take(w, "SEQUENCE")) return IL_OK;
  (void)take(w, "CONCURRENTLY");
  if (take(w, "IF")) {
    (void)take(w, "NOT");
    (void)take(w, "EXISTS");
  }
  if (take(w, "ON")) return IL_OK; /* CREATE INDEX ON t: the database finds a free name */
  const char *name = qualified_name(w, arena);
  if (!name) return IL_OK;
  if (create) return add(arena, s, is_table, name, err);
  drop(s, name);
  return IL_OK;
}

il_kind il_script_names(il_arena *arena, il_engine engine, const char *sql, il_script *out, il_error *err) {
  const char *p = sql;
  size_t n, start, next;
  *out = (il_script){0, 0, NULL};
  while ((n = il_sql_statement(p, strlen(p), &start, &next)) > 0) {
    words w = {p + start, p + start + n, engine};
    il_kind kind = statement(&w, arena, out, err);
    if (kind != IL_OK) return kind;
    p += next;
  }
  return arena->failed ? il_nomem(err) : IL_OK;
}
