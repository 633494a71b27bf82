/* reader.c: tokens, keywords and names (reader.h). */
#include "functions/reader.h"

il_reader il_reader_start(il_arena *arena, il_engine engine, const char *sql, size_t n) {
  il_reader r = {.arena = arena, .engine = engine, .scan = il_scan_start(sql, n)};
  il_reader_next(&r);
  return r;
}

void il_reader_next(il_reader *r) {
  r->t = il_scan_next(&r->scan);
}

int il_reader_take(il_reader *r, const char *keyword) {
  if (!il_token_is(&r->t, keyword)) return 0;
  il_reader_next(r);
  return 1;
}

int il_reader_char(il_reader *r, char c) {
  if (!il_token_char(&r->t, c)) return 0;
  il_reader_next(r);
  return 1;
}

const char *il_reader_part(const il_reader *r) {
  const il_token *t = &r->t;
  il_buf b;
  if (t->kind != IL_TOKEN_NAME && t->kind != IL_TOKEN_WORD) return NULL;
  il_scratch(&b, r->arena);
  if (t->kind == IL_TOKEN_NAME) {
    for (size_t i = 1; i + 1 < t->n; i++) {
      if (t->p[i] == t->p[0]) i++; /* a doubled quote */
      il_buf_char(&b, t->p[i]);
    }
    return il_scratch_text(&b);
  }
  for (size_t i = 0; i < t->n; i++) {
    int fold = r->engine == IL_POSTGRES && t->p[i] >= 'A' && t->p[i] <= 'Z';
    il_buf_char(&b, fold ? (char)(t->p[i] | 0x20) : t->p[i]);
  }
  return il_scratch_text(&b);
}

const char *il_reader_name(il_reader *r) {
  const char *name;
  do {
    name = il_reader_part(r);
    if (!name) return NULL;
    il_reader_next(r);
  } while (il_reader_char(r, '.'));
  return name;
}

void il_reader_if_exists(il_reader *r) {
  if (!il_reader_take(r, "IF")) return;
  (void)il_reader_take(r, "NOT");
  (void)il_reader_take(r, "EXISTS");
}
