/*
** due.h: what the functions about time share (expiry, heartbeat, throttle, cache, lease): finding
** their operation, instants in SQL, and rows whose instant has come.
*/
#ifndef IL_DUE_H
#define IL_DUE_H
#include "functions/tick.h"
#include "roles/times.h"

/* The table of argument 0 and its operation of a role. IL_NO_OBJECT "queue_claim: the rulebook of
** jobs says nothing of queue". Arguments up to `required` must be there. */
il_kind il_role_target(il_call *call, const char *function, const il_role *role, int required,
                       il_target *t, const il_op **op /*out*/, il_error *err);
/* Key of argument 1; key has room for 32 values. */
il_kind il_key_arg(il_call *call, const il_target *t, il_value *key, il_error *err);
/* Seconds of an argument, from min on; an absent or NULL one is `missing`. */
il_kind il_seconds_arg(il_call *call, int i, int64_t missing, int64_t min, const char *name,
                       int64_t *out, il_error *err);

/* An instant column as SQL compares it: "c", in SQLite instant_us("c"), which the index of the
** role is over. prefix: "" or "l.". */
void il_instant_sql(il_call *call, const char *prefix, const char *column, il_buf *out);
/* A parameter to compare it with. */
il_value il_instant_bound(il_call *call, int64_t us);

/* Rows whose instant has come: column <= until, in one of the states when there are any. */
typedef struct il_due {
  const il_target *target;
  int col;
  int64_t until;
  int free_only; /* PostgreSQL: rows that another session holds are left for the next time */
  int state;     /* column, -1: none */
  int nfrom;
  il_code from[IL_ALIVE_MAX];
  il_code to; /* where they go; state < 0: they are deleted */
  const char
      *to_sql; /* NULL, or SQL over the row, by its table's name, that gives the code instead */
  const il_machine *m; /* of the state column; NULL: it has none */
} il_due;

/* A batch of a tick: rows, oldest first, are moved or deleted, each on its own, so that one which
** is refused stays and stops nobody. */
il_kind il_due_batch(il_tick *t, const il_due *due, il_error *err);
/* Is there any? */
il_kind il_due_any(il_call *call, const il_due *due, int *any /*out*/, il_error *err);
/* All of them, for a function: *n is how many were done. */
il_kind il_due_all(il_call *call, const il_due *due, int64_t *n /*out*/, il_error *err);

#endif
