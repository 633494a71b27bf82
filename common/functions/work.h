/*
** work.h: rows that workers claim, finish and try again: what queue.c and retry.c share.
*/
#ifndef IL_WORK_H
#define IL_WORK_H
#include "functions/inner.h"
#include "roles/queue.h"

/* A table with a queue, a retry or both. */
typedef struct il_work {
  il_call *call;
  const il_target *t;
  const il_queue *q; /* NULL: none */
  const il_retry *r; /* NULL: none */
  const il_machine *m;
  int version; /* plan column that our writes step themselves, -1 */
  int64_t now;
} il_work;
/* IL_NO_OBJECT when its rulebook says nothing of what is needed. */
il_kind il_work_of(il_call *call, const il_target *t, int queue, int retry, il_work *out,
                   il_error *err);

/* A statement being written, and its parameters. */
typedef struct il_sql {
  il_call *call;
  il_buf text;
  int n, nset;
  il_value args[120];
} il_sql;
void il_sql_start(il_sql *s, il_call *call, const char *text);
/* Appends a state's code, to compare its column with or to set it to. */
void il_sql_code(il_sql *s, const il_code *code);
/* Appends the parameter. */
void il_sql_value(il_sql *s, il_value v);
/* Appends "column = value" to a SET list; il_sql_set ends with " = " for an expression. */
void il_sql_set(il_sql *s, const il_plan *plan, int col);
void il_sql_set_value(il_sql *s, const il_plan *plan, int col, il_value v);
/* Appends " AND column = value". */
void il_sql_and(il_sql *s, const il_plan *plan, const char *prefix, int col, il_value v);
/* Appends "column <= instant" by the engine's clock; before 0: later than it. */
void il_sql_reached(il_sql *s, il_work *w, const char *prefix, int col, int reached);
/* Appends the key's columns = values. */
void il_sql_key(il_sql *s, const il_plan *plan, const il_value *key);
/* Runs it; *changed (may be NULL) is how many rows came back. */
il_kind il_sql_run(il_sql *s, il_call *call, il_rows *rows, il_error *err);
/* Steps the version, which an UPDATE of ours does itself. */
void il_sql_step_version(il_sql *s, const il_work *w);

/* A row of work as it is stored. */
typedef struct il_job_row {
  int found;
  int state; /* -1: none of the machine's */
  il_value stored, token, attempts, max;
  int cancel;  /* cancelling is asked for */
  int running; /* its lease has not ended (or it has no end) */
} il_job_row;
/* Reads it; lock: nobody else writes it until the transaction ends. */
il_kind il_work_read(il_work *w, const il_value *key, int lock, il_job_row *row, il_error *err);

/* An attempt that did not succeed. */
typedef struct il_attempt {
  const il_value *key;
  const il_value *token; /* NULL: none is given */
  il_value error;
  int lost; /* the lease has ended: nobody may say so but us */
  int has_at;
  int64_t at; /* when to try again, instead of the backoff's time */
  /* out */
  const char *result;
  int state;
  int64_t attempt, next_at; /* next_at 0: given up, or no such column */
} il_attempt;
/* What retry says of a row that failed. The row is locked, or is locked here; call in atomic. */
il_kind il_work_failed(il_work *w, il_attempt *a, il_error *err);
/* What a finished or failed call says: {"result":…,"state":…}. */
il_kind il_work_answer(il_call *call, const il_work *w, const il_attempt *a, int attempted,
                       il_error *err);

/* Takes back up to max rows whose lease has ended; *n is how many. Rows that their rules do not
** let go are stepped over. */
il_kind il_work_recycle(il_work *w, int64_t max, int64_t *n, il_error *err);
/* Why a row could not be finished with a token: "lost", "expired" or "terminal". */
const char *il_work_why(const il_work *w, const il_job_row *row, const il_value *token);
/* The key of a row, as the SQL surface spells it; values are nkey. */
il_kind il_work_key(il_call *call, const il_plan *plan, const il_value *values, il_value *out,
                    il_error *err);

#endif
