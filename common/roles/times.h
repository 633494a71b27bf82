/*
** times.h: roles about time as the SQL functions see them: what a row expires by, a heartbeat, a
** throttle, a cache, a lock. Columns are plan columns, -1: none.
*/
#ifndef IL_TIMES_H
#define IL_TIMES_H
#include "roles.h"

enum { IL_SECONDS_MAX = 1000000000, IL_ALIVE_MAX = 32 }; /* 31 years; states that are alive */

typedef struct il_expiry {
  int col;
  int64_t ttl;  /* seconds a new row gets when it says nothing; 0: none */
  int64_t keep; /* seconds after the instant before which nobody deletes the row; 0: anybody may */
  int future;   /* must be in the future at insert */
  int machine;  /* column of the machine that moves instead of the row being deleted */
  il_code to;   /* the state's code */
} il_expiry;

typedef struct il_heartbeat {
  int col;
  int64_t timeout; /* seconds */
  int state;       /* column that says who is alive: a machine's or any other */
  int strict;      /* a row that is not alive takes no heartbeat */
  int refresh;     /* becoming alive is one */
  int nalive;
  il_code alive[IL_ALIVE_MAX], lost;
} il_heartbeat;
/* 1 when the value of the state column is one of the living; also when there is no such column. */
int il_heartbeat_alive(const il_heartbeat *h, const il_value *state);

typedef struct il_throttle {
  int last, count, suppressed, expires;
  int64_t window; /* seconds; 0: the caller says */
} il_throttle;

typedef struct il_cache {
  int expires, accessed, size, fetched;
} il_cache;

typedef struct il_lease {
  int owner, acquired, expires, token;
  int64_t ttl;
} il_lease;

typedef struct il_idempotency {
  int request, response, until, at;
  int until_null;      /* may until be NULL? */
  int64_t lease, keep; /* seconds; keep 0: for ever */
} il_idempotency;

/* The operation of a role in a plan, its first; NULL when there is none. */
const il_op *il_plan_role_op(const il_plan *plan, const il_role *role);

/* ---- binding ---- */

/* A column that a role is given by key. */
typedef struct il_part {
  const char *key;
  char tag; /* the word that keeps it: tag and plan column */
  il_coltype guess;
  int required;
} il_part;
/* Adds the columns of those that are there, in order, each with its word. */
il_kind il_bind_parts(il_binder *b, const cJSON *json, il_bind_op *op, const il_part *parts, int n);
/* A member that is a whole number of seconds from min on, as a word. */
il_kind il_bind_seconds(il_binder *b, const cJSON *json, const char *key, int64_t min,
                        il_bind_op *op, char tag);
/* true or false; absent is false. A word when it is true. */
il_kind il_bind_truth(il_binder *b, const cJSON *json, const char *key, il_bind_op *op, char tag);
/* A state's name (machine column) or a value of another column, as a word. */
il_kind il_bind_code_of(il_binder *b, il_bind_op *op, int col, const cJSON *node, char tag);

/* Is the table's key a primary key or a unique index, so that of two racing writers one is first?
** 1 without a catalog. */
int il_bind_key_unique(const il_draft *t);

/* ---- compiling ---- */

/* The word with a tag, without it; NULL when there is none. */
const char *il_op_word(const il_op *op, char tag);
/* Its plan column, which the operation must read; -1 when there is none or it is none. */
int il_op_col(const il_op *op, const il_plan *plan, char tag);
/* Its number from 0 on; missing when there is none, -1 when it is none. */
int64_t il_op_seconds(const il_op *op, char tag, int64_t missing);

/* ---- judging ---- */

/* 1 and *us when the column holds an instant; 0 when it is NULL; -1 when it is neither. */
int il_row_instant(const il_row *row, int side, int col, int64_t *us);
/* now + seconds, at most the last instant there is. */
int64_t il_after_seconds(int64_t now, int64_t seconds);
il_kind il_refuse_instant(il_error *err, const il_row *row, const il_op *op, int col);
/* The columns of an index that finds rows by instant: of a state first, when state >= 0. */
void il_index_instant(const il_plan *plan, int state, int col, int postgres, il_buf *out);

#endif
