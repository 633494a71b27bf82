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

/*
** The items of an array, or the members of an object, one after the other. The text has passed
** il_json_valid; whatever it is, nothing outside it is read.
*/
typedef struct il_json_items {
  const char *p;
  size_t at, n;
  int object;
} il_json_items;

typedef struct il_json_item {
  const char *name, *value; /* as they stand there: a name with its quotes */
  size_t nname, nvalue;
} il_json_item;

/* 1 when the text is an array or an object. */
int il_json_items_start(il_json_items *items, const char *p, size_t n);
int il_json_items_next(il_json_items *items, il_json_item *item); /* 1, or 0: there is no more */

/* How a string as it stands in JSON, with its quotes, compares with a text: it is the text, the text
** begins with it, or neither. less: bytes at its end that are not looked at. */
typedef enum il_json_match { IL_JSON_OTHER, IL_JSON_PREFIX, IL_JSON_SAME } il_json_match;
il_json_match il_json_match_text(const char *p, size_t n, size_t less, const char *text,
                                 size_t ntext);

#endif
