/* totals.h: totals that are added up from another table, as the hosts announce and ask for them. */
#ifndef IL_TOTALS_H
#define IL_TOTALS_H
#include "../rules/role.h"

/* Compiled form of a totals operation. */
typedef struct il_total {
  const char *table; /* whose rows are added */
  const char *stored,
      *text; /* what must hold of a stored row, and what it says where it does not */
} il_total;

/* The k-th total (0, 1 …) that an operation of an added table (.totalled) changes: *table and *column are
** set. 0: there is none. */
int il_totalled_column(const il_op *op, int k, const char **table, const char **column);

#endif
