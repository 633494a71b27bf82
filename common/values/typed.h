/*
** typed.h: is a text a value of a type? What setting tables need: text in a column, its type beside it.
*/
#ifndef IL_TYPED_H
#define IL_TYPED_H
#include <stddef.h>
#include "buf.h"

typedef enum il_typed {
  IL_TYPED_STRING,
  IL_TYPED_INTEGER,
  IL_TYPED_FLOAT,
  IL_TYPED_BOOLEAN,
  IL_TYPED_JSON
} il_typed;

/* "string" "integer" "float" "boolean" "json". */
const char *il_typed_name(il_typed type);
/*
** 1 when p[0..n) is one: an integer is [+-]?digits within 64 bits; a float a finite decimal ([+-]? digits, a point, an exponent)
** below 1.8e308; a boolean true, false, 1, 0, yes or no in any case; JSON a text of RFC 8259. No white space around it.
*/
int il_typed_valid(il_typed type, const char *p, size_t n);
/* Appends a valid value in one spelling: 7 for +007, true for YES; everything else as it is. */
void il_typed_write(il_typed type, const char *p, size_t n, il_buf *out);

#endif
