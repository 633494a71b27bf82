/* tally.h: the compiled form of `tally` and `.tallied`, which the hosts read: a write of the second is
** announced to the first. */
#ifndef IL_TALLY_H
#define IL_TALLY_H
#include "roles.h"

/* Of `tally`: a column that another table's rows step. */
typedef struct il_tally {
  const char *table; /* whose rows step it */
  int64_t step;
  int nvalues;
  int64_t *values; /* what it is set to besides, by hand too */
} il_tally;

/* Of `.tallied`: what entering a state writes to the row that cols[1] names. */
typedef struct il_tallied_state {
  il_code code;
  const char *sql, *condition[2]; /* SQLite: of an INSERT, of an UPDATE */
} il_tallied_state;

typedef struct il_tallied {
  const char *table, *key;
  int nstates;
  il_tallied_state *states;
} il_tallied;

/* What a step is announced as, beside the rulebook, the table and its row's key. */
#define IL_TALLY_EVENT "tally"

#endif
