/*
** json_walk.h: going over the values of a JSON text without building a tree: the elements of an
** array, the members of an object.
*/
#ifndef IL_JSON_WALK_H
#define IL_JSON_WALK_H
#include "arena.h"
#include "value.h"

/* A value within a text; n = 0: there is none. */
typedef struct il_span {
  const char *p;
  size_t n;
} il_span;

/* The elements of the array, or the members of the object, that a text which il_json_valid
** accepted begins with. */
typedef struct il_json_walk {
  const char *p, *end;
  int object;
} il_json_walk;

/* 1 when the text is an array or an object; 0 otherwise, and then it has nothing to go over. */
int il_json_walk_start(il_json_walk *w, const char *p, size_t n);
/* The next value, and in an object its name (with quotes; may be NULL). 0: there are no more. */
int il_json_walk_next(il_json_walk *w, il_span *name /*out*/, il_span *value /*out*/);

/* The text of a JSON string without its quotes and escapes, owned by the arena; NULL: it is no
** string (or out of memory: the arena knows). A lone surrogate becomes U+FFFD. */
const char *il_json_string(const il_span *string, il_arena *arena, size_t *n /*out*/);
/* The member of that name, the last one when there are several, as PostgreSQL's jsonb keeps it;
** n = 0: none. */
il_span il_json_member(const char *p, size_t n, const char *name, il_arena *arena);

#endif
