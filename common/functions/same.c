/*
** same.c: is a PostgreSQL trigger the one our statement makes? pg_get_triggerdef prints it in
** words of its own: names qualified or not, casts, parentheses and another order of events. Both
** are taken apart into words, what only differs in spelling is dropped, and what is left must be
** the same set of words.
*/
#include "functions/reader.h"
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

static const char *copy(const bag *b, const il_token *t) {
  return il_arena_copy(b->arena, t->p, t->n);
}

/* Spaces, commas and parentheses are dropped, casts and schemas too; OLD. and NEW. stay with their
** column. */
static void words(const char *sql, bag *out) {
  il_reader r = il_reader_start(out->arena, IL_POSTGRES, sql, strlen(sql));
  for (; r.t.kind != IL_TOKEN_END && !out->arena->failed; il_reader_next(&r)) {
    const char *word = r.t.kind == IL_TOKEN_STRING ? copy(out, &r.t) : il_reader_part(&r);
    if (il_token_char(&r.t, ':')) { /* ::type */
      il_reader_next(&r);
      il_reader_next(&r);
    }
    if (!word) continue;
    while (r.scan.p < r.scan.end && *r.scan.p == '.') {
      int side = strcmp(word, "old") == 0 || strcmp(word, "new") == 0;
      il_reader_next(&r);
      il_reader_next(&r);
      const char *part = il_reader_part(&r);
      if (!part) break;
      word = side ? il_textf(out->arena, "%s.%s", word, part) : part;
      if (!word) return;
    }
    add(out, word);
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
