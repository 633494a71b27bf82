/* budget.h: the role `budget` as the functions see it: SQL that adds up what was spent. */
#ifndef IL_BUDGET_H
#define IL_BUDGET_H
#include "roles.h"

/* One way in which a limit says what it is of. */
typedef struct il_scope {
  il_code code;      /* what the limit's scope column holds */
  int col;           /* the usage's column; -1: all rows */
  const char *limit; /* the limit's column with the same value */
  const char *index; /* end of the name of its index */
} il_scope;

typedef struct il_budget {
  int at, cost;
  int once;           /* column of JSON with the member below, -1: none */
  const char *member; /* usage with the same one is recorded once */
  const char *limits, *key, *name, *amount, *period, *threshold, *action, *active, *scope;
  il_code block;
  int nscopes, nwarn;
  il_scope *scopes;
  const char *refuse[2], *turn; /* [0] SQLite, [1] PostgreSQL */
  const char **warn[2];
} il_budget;
/* The budget of a plan; NULL when it has none. */
const il_budget *il_plan_budget(const il_plan *plan, const il_op **op /*out*/);

/*
** Appends a query over NEW, the row of usage: the active limits it falls under, by key, each with
**   limit_key limit_name period amount spent percent blocks
** amount and spent in millionths, percent of the threshold, blocks 0 or 1. own: the row itself counts.
*/
void il_budget_limits_sql(const il_budget *b, const il_plan *plan, int postgres, int own,
                          il_buf *out);

#endif
