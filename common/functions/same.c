/*
** same.c: is a PostgreSQL trigger the one our statement makes? pg_get_triggerdef prints it in words of its own: names qualified or not,
** casts, parentheses and another order of events. Both are taken apart into words, what only differs in spelling is dropped, and
** what is left must be the same set of words.
*/
#include "functions/inner.h"
#include <stdlib.h>
#include <string.h>

typedef struct bag {
  int n, cap;
  const char **at;
  il_arena *arena;
} bag;

static void add(bag *b, const char *word) {
  if (b->n == b->cap) {
    int cap = b->cap ? b->cap * 2 : 64;
    const char **at = il_arena_alloc(b->arena, (size_t)cap * sizeof *at);
    if (!at) return;
    if (b->n) memcpy(at, b->at, (size_t)b->n * sizeof *at);
    b->at = at;
    b->cap = cap;
  }
  b->at[b->n++] = word;
}

static int name_char(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

/* A name at p, folded unless it is quoted. */
static const char *name(const char **p, il_arena *arena) {
  il_buf b;
  il_scratch(&b, arena);
  if (**p == '"') {
    for (++*p; **p && !(**p == '"' && (*p)[1] != '"'); ++*p) {
      if (**p == '"') ++*p;
      il_buf_char(&b, **p);
    }
    if (**p) ++*p;
  } else {
    for (; name_char(**p); ++*p) il_buf_char(&b, **p >= 'A' && **p <= 'Z' ? (char)(**p | 0x20) : **p);
  }
  return il_scratch_text(&b);
}

static const char *literal(const char **p, il_arena *arena) {
  const char *from = (*p)++;
  while (**p && !(**p == '\'' && (*p)[1] != '\'')) *p += **p == '\'' ? 2 : 1;
  if (**p) ++*p;
  return il_arena_copy(arena, from, (size_t)(*p - from));
}

static void words(const char *p, bag *out) {
  while (*p) {
    if (*p == '\'') {
      add(out, literal(&p, out->arena));
    } else if (*p == '"' || name_char(*p)) {
      const char *word = name(&p, out->arena);
      if (!word) return;
      while (*p == '.') { /* a schema is dropped; OLD. and NEW. are not */
        if (strcmp(word, "old") == 0 || strcmp(word, "new") == 0) {
          p++;
          const char *column = name(&p, out->arena);
          word = column ? il_textf(out->arena, "%s.%s", word, column) : NULL;
        } else {
          p++;
          word = name(&p, out->arena);
        }
        if (!word) return;
      }
      add(out, word);
    } else if (p[0] == ':' && p[1] == ':') {
      p += 2;
      while (name_char(*p) || *p == '.' || *p == '"') p++;
    } else {
      p++; /* spaces, commas, parentheses */
    }
  }
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int il_same_trigger(il_arena *arena, const char *ours, const char *theirs) {
  bag a = {.arena = arena}, b = {.arena = arena};
  words(ours, &a);
  words(theirs, &b);
  if (arena->failed || a.n != b.n) return 0;
  if (a.n) qsort(a.at, (size_t)a.n, sizeof *a.at, compare);
  if (b.n) qsort(b.at, (size_t)b.n, sizeof *b.at, compare);
  for (int i = 0; i < a.n; i++) {
    if (strcmp(a.at[i], b.at[i]) != 0) return 0;
  }
  return 1;
}
