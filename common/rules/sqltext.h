/*
** sqltext.h: just enough SQL lexing to find OLD/NEW columns and $variables in the templates of asserts, effects and
** events. It understands quotes, comments, dollar quotes and numbers; it does not parse.
*/
#ifndef IL_SQLTEXT_H
#define IL_SQLTEXT_H
#include "../values/buf.h"
#include "../error.h"

typedef enum il_piece_kind {
  IL_PIECE_TEXT,
  IL_PIECE_OLD,
  IL_PIECE_NEW,
  IL_PIECE_VAR
} il_piece_kind;
/* TEXT: verbatim; OLD, NEW: the column's name, unquoted and with the case as given; VAR: the name without $. */
typedef struct il_piece {
  il_piece_kind kind;
  const char *p;
  size_t n;
  size_t offset; /* where it begins in sql */
} il_piece;

/* Next piece of sql[*pos..n). 1 and *pos moved; 0 at the end; -1 on an unterminated quote or comment (err, offset). A quoted
** name is copied into the arena when its quotes had to be undone. */
int il_sql_piece(const char *sql, size_t n, size_t *pos, il_arena *arena, il_piece *out,
                 il_error *err);

#endif
