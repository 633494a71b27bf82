/*
** queue.h: the roles `queue`, `.fence` and `retry` as the functions that claim and finish see
** them. All columns are plan columns, -1: the rulebook names none.
*/
#ifndef IL_QUEUE_H
#define IL_QUEUE_H
#include "../time/backoff.h"
#include "roles.h"

/* One column of the claim order; with a ranking, rows come in the order of its values and those
** with any other value last. */
typedef struct il_queue_order {
  int col, descending;
  int nrank;
  const il_code *rank;
} il_queue_order;

typedef struct il_queue {
  int state; /* the machine's column */
  int nready;
  const il_code *ready;     /* in claim order */
  il_code claimed, expired; /* text NULL: a claim lasts as long as its transaction */
  const char *filter;       /* an expression over NEW and $actor, $now; NULL: any row */
  int worker, until, token, due, attempts;
  int until_null, worker_null; /* may the column hold NULL? */
  int64_t lease_us;
  int norder;
  const il_queue_order *order;
} il_queue;
/* The queue of a plan, NULL when there is none; *op may be NULL. */
const il_queue *il_plan_queue(const il_plan *plan, const il_op **op /*out*/);
/* Appends order entry i (0 … norder-1, then the key's columns) as SQL: "created_at", in SQLite
** instant_us("created_at") when the table's rules hold the column to be an instant, or the position
** in a ranking. */
void il_queue_order_sql(const il_queue *q, const il_plan *plan, int i, int postgres, il_buf *out);
/* DESC, and NULL as the smallest value on both engines. */
void il_queue_direction(const il_queue *q, int i, int postgres, il_buf *out);
/* Plan column of the version that plays the token's part where there is no token; -1. */
int il_queue_version(const il_plan *plan);

/* Work that there is at most once (unique_work.c): binds "unique" of a queue. */
il_kind il_bind_unique_work(il_binder *b, const il_bind_machine *m, const char *rule,
                            const cJSON *json);
/* Its operation, and the columns and the condition of its index as SQL; 0: there is none. */
int il_unique_work(const il_plan *plan, const il_op **op /*out*/, il_buf *columns, il_buf *where);

/* A state's code as a value. */
static inline il_value il_code_value(const il_code *code) {
  return code->integer ? il_int(code->i) : il_text(code->text, code->n);
}

typedef struct il_retry {
  int state;
  il_code failed, again, dead;
  int has_wait, has_cancelled;
  il_code wait, cancelled;
  int cancel; /* column that asks for cancelling: anything but NULL, 0, false and '' */
  int attempts, max_column, next_at, error;
  int64_t max;
  il_backoff backoff;
} il_retry;
const il_retry *il_plan_retry(const il_plan *plan, const il_op **op /*out*/);

/* Is there an edge between two states of a machine that is bound already? Names as in the
** rulebook. */
int il_bind_has_edge(const il_draft *t, int col, const char *from, const char *to);
/* The code word ("i3", "tqueued") of the state that a member names, after a tag; *name is set.
** Absent and not required: *name NULL and no word. */
il_kind il_bind_state_word(il_binder *b, il_bind_op *op, const il_bind_machine *m,
                           const cJSON *object, const char *key, int required, char tag,
                           const char **name);
/* "column" of a role that works on a machine, or the only one there is. */
il_kind il_bind_machine_column(il_binder *b, const cJSON *object, il_bind_machine **m);
/* A column of a member, with a tagged word that has its number; *col -1 when absent. */
il_kind il_bind_col_word(il_binder *b, il_bind_op *op, const cJSON *object, const char *key,
                         int required, char tag, il_coltype type, int *col);

#endif
