/* lint.h: what the two files of lint share. */
#ifndef IL_LINT_H
#define IL_LINT_H
#include "bind.h"

typedef struct il_lint {
  il_binder *b;
  il_finding_fn report;
  void *ctx;
  int errors;
} il_lint;

/* Reports a finding at a node. */
void il_lint_find(il_lint *l, const char *severity, const cJSON *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* An operation of a table by role and column (its first one); NULL when there is none. */
const il_bind_op *il_lint_op(const il_draft *t, const char *role, int col);
/* Is the column among those of an operation of this role? */
int il_lint_among(const il_draft *t, const char *role, int col);
/* Plan column of a name, -1. */
int il_lint_column(const il_draft *t, const cJSON *name);
/* lint_machine.c */
void il_lint_machine(il_lint *l, il_draft *t, const cJSON *machine);

#endif
