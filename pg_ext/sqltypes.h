/*
** sqltypes.h: the types of functions.def in PostgreSQL's words, for the install script and for the
** wrappers of the functions, which must agree.
** No PostgreSQL header in here: make_script.c is an ordinary program.
**
** A rulebook is text, in and out, because jsonb forgets the order of states, and repeated keys,
** which are an error; so what
** interlock_rulebook() gives can be handed to interlock_apply(). Every other JSON is jsonb. Keys
** and states are "any": they may be given as the numbers they are stored as.
*/
#ifndef IL_SQLTYPES_H
#define IL_SQLTYPES_H
#include <string.h>

typedef enum il_sql_type {
  IL_SQL_TEXT,
  IL_SQL_INT,
  IL_SQL_REAL,
  IL_SQL_BOOL,
  IL_SQL_INSTANT,
  IL_SQL_JSONB,
  IL_SQL_ANY,
  IL_SQL_NONE
} il_sql_type;

/* The type of a word of a signature; name is the argument's. */
static inline il_sql_type il_sql_argument(const char *name, const char *word) {
  static const char *const words[] = {"text", "int", "real", "bool", "instant", "json"};
  static const char *const either[] = {"key",        "code",     "state",
                                       "from_state", "to_state", "expected_state"};

  for (int i = 0; i < 6; i++)
    if (strcmp(name, either[i]) == 0) return IL_SQL_ANY;
  for (int i = 0; i < 6; i++) {
    if (strcmp(word, words[i]) != 0) continue;
    if (i == IL_SQL_JSONB) return strstr(name, "rulebook") ? IL_SQL_TEXT : IL_SQL_JSONB;
    return (il_sql_type)i;
  }
  return IL_SQL_NONE;
}

/* What a scalar function of a word returns. */
static inline il_sql_type il_sql_result(const char *function, const char *word) {
  il_sql_type type = il_sql_argument("", word);

  return type == IL_SQL_JSONB && strcmp(function, "interlock_rulebook") == 0 ? IL_SQL_TEXT : type;
}

/* Reads one "name type [= default]" or "VARIADIC name type"; returns what follows its comma, NULL
** at the end. */
typedef struct il_sql_param {
  char name[64], word[16], otherwise[64]; /* otherwise: the default, "" when there is none */
  int variadic;
} il_sql_param;

static inline const char *il_sql_next(const char *p, il_sql_param *out) {
  size_t n;

  memset(out, 0, sizeof *out);
  while (*p == ' ')
    p++;
  if (!*p) return NULL;
  if (strncmp(p, "VARIADIC ", 9) == 0) {
    out->variadic = 1;
    p += 9;
  }
  n = strcspn(p, " ");
  memcpy(out->name, p, n < 63 ? n : 63);
  p += n + strspn(p + n, " ");
  n = strcspn(p, " ,");
  memcpy(out->word, p, n < 15 ? n : 15);
  p += n + strspn(p + n, " ");
  if (*p == '=') {
    p += 1 + strspn(p + 1, " ");
    n = strcspn(p, ",");
    memcpy(out->otherwise, p, n < 63 ? n : 63);
    p += n;
  }
  return *p == ',' ? p + 1 : p;
}

#endif
