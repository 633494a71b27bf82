/*
** reader.h: reading the statements of a script for what they make and write. It knows names and
** keywords, not SQL.
*/
#ifndef IL_READER_H
#define IL_READER_H
#include "functions/inner.h"
#include "rules/scan.h"

typedef struct il_reader {
  il_arena *arena;
  il_engine engine;
  il_scan scan;
  il_token t; /* the token at hand */
} il_reader;

/* At the first token of sql[0..n). */
il_reader il_reader_start(il_arena *arena, il_engine engine, const char *sql, size_t n);
void il_reader_next(il_reader *r);
/* Steps over a keyword (in upper case) or character when it is at hand; 1 when it was. */
int il_reader_take(il_reader *r, const char *keyword);
int il_reader_char(il_reader *r, char c);
/* A name as the engine stores it, the last part of a qualified one. NULL: none, or out of memory. */
const char *il_reader_name(il_reader *r);
/* IF EXISTS, IF NOT EXISTS */
void il_reader_if_exists(il_reader *r);
/* The token at hand as the engine stores a name; NULL when it is none. */
const char *il_reader_part(const il_reader *r);

#endif
