/* registry.c: the table of roles, in rank order. */
#include "roles.h"

const il_role *const il_roles[] = {
#define IL_ROLE(symbol) &il_role_##symbol,
#include "roles.def"
#undef IL_ROLE
};
const int il_role_count = (int)(sizeof il_roles / sizeof(const il_role *));

const il_role *il_role_find(const char *name, size_t n) {
  for (int i = 0; i < il_role_count; i++)
    if (strlen(il_roles[i]->name) == n && memcmp(il_roles[i]->name, name, n) == 0)
      return il_roles[i];
  return NULL;
}
