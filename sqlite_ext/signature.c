/*
** signature.c: reads the signatures of functions.def: "expr text, after instant = NULL, VARIADIC
** parts text".
*/
#include "conn.h"
#include <string.h>

static const char *word(const char *p, int *n) {
  while (*p == ' ')
    p++;
  *n = (int)strcspn(p, " ,=");
  return p;
}

int il_param_next(const char **p, il_param *out) {
  const char *s = *p;
  int quoted = 0;
  while (*s == ' ' || *s == ',')
    s++;
  if (!*s) return 0;
  out->name = word(s, &out->nname);
  if (out->nname == 8 && memcmp(out->name, "VARIADIC", 8) == 0) {
    out->name = word(out->name + 8, &out->nname);
  }
  out->type = word(out->name + out->nname, &out->ntype);
  for (s = out->type + out->ntype; *s && (quoted || *s != ',');
       s++) { /* a default may hold commas */
    if (*s == '\'') quoted = !quoted;
  }
  *p = s;
  return 1;
}

int il_param_is(const il_param *p, const char *type) {
  return (size_t)p->ntype == strlen(type) && memcmp(p->type, type, (size_t)p->ntype) == 0;
}
