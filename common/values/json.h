/*
** json.h: a strict RFC 8259 validator that allocates nothing and does not recurse. cJSON is lenient and builds a tree; this is
** what judges a row's JSON column, the same on both engines.
*/
#ifndef IL_JSON_H
#define IL_JSON_H
#include <stddef.h>

typedef enum il_json_kind {
  IL_JSON_ANY,
  IL_JSON_OBJECT,
  IL_JSON_ARRAY,
  IL_JSON_STRINGS /* array of strings */
} il_json_kind;

#define IL_JSON_DEPTH 1000 /* deeper nesting is refused */

/*
** 1 when p[0..n) is one JSON text of the kind: the grammar of RFC 8259 and no more (white space around it is allowed, \u escapes of
** lone surrogates are, a byte order mark is not), in valid UTF-8. Else 0, *offset is where the first error is and *expected what
** was expected there (a static string: "an object", "':'"). offset and expected may be NULL.
*/
int il_json_valid(const char *p, size_t n, il_json_kind kind, size_t *offset /*out*/,
                  const char **expected /*out*/);

#endif
