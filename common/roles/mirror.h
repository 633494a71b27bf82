/* mirror.h: the role `mirror` as its function sees it. */
#ifndef IL_MIRROR_H
#define IL_MIRROR_H
#include "roles.h"

typedef struct il_mirror {
  int at; /* plan column of the instant at the source */
  int nkey;
  const uint16_t *key; /* what tells the source's rows apart */
} il_mirror;
/* The mirror of a plan; NULL when it is none. */
const il_mirror *il_plan_mirror(const il_plan *plan, const il_op **op /*out*/);

#endif
