/*
** events.h: how a machine's event rows are written and recognised. For the hosts
** (announcements), fsm_history and the functions that move rows.
*/
#ifndef IL_EVENTS_H
#define IL_EVENTS_H
#include "../rules/machine.h"

/* What a column of the events table gets. LITERAL: text is SQL. COLUMN: text is a column of the
** machine's table. */
typedef enum il_event_value {
  IL_EVENT_KEY,
  IL_EVENT_NAME,
  IL_EVENT_ACTOR,
  IL_EVENT_NOW,
  IL_EVENT_PAYLOAD,
  IL_EVENT_FROM,
  IL_EVENT_TO,
  IL_EVENT_COLUMN,
  IL_EVENT_LITERAL,
  IL_EVENT_TEMPLATE /* text is the template: "run:${key}:${to}" */
} il_event_value;

/* Compiled form of a `.events` operation; its column 0 is the machine's. */
typedef struct il_events {
  const char *column; /* of the machine */
  const char *table;  /* events table */
  int application;    /* "writer": "application": the database writes none */
  const char *order;  /* column that orders the rows; NULL when the rulebook names none */
  int ncols;
  const char **cols; /* columns of the events table */
  const il_event_value *values;
  const char **texts; /* of LITERAL, COLUMN and TEMPLATE, else "" */
  const char *sql;    /* INSERT template; NULL when the application writes */
  const il_machine *machine;
} il_events;

/* The events of a plan's machine on a column (NULL: the first machine that has any); *op may be
** NULL. NULL: none. */
const il_events *il_plan_events(const il_plan *plan, const char *column, const il_op **op /*out*/);
/* Column of the events table that gets a value, the first one; NULL when none does. */
const char *il_events_column(const il_events *events, il_event_value value);
/* Name of the k-th event row (0, 1 …) when a row goes from one stored value to another (was
** NULL: a birth); NULL: none. */
const char *il_events_name(const il_events *events, const il_value *was, const il_value *is, int k);

/* Compiled form of a `.event_log` operation, which is on the events table: rows come only from
** the machine. */
typedef struct il_event_log {
  const char *table, *column; /* the machine's */
  int event;                  /* plan column of $event, -1 when none has it */
  int nkey;                   /* columns that hold the key of the machine's row */
  const uint16_t *key;
  int json; /* the one key column holds $key of a composite key: a JSON array */
} il_event_log;

/* The key of the machine's row that an event row is of, as il_row_key_text spells it, and the
** event's name, appended. What an announcement is compared with: row is the event row, op its
** `.event_log` operation. */
void il_event_log_key(const il_op *op, const il_row *row, il_buf *out);
void il_event_log_event(const il_op *op, const il_row *row, il_buf *out);

/* Compiled form of a `dedup` operation. */
typedef struct il_dedup {
  int nkey;
  const uint16_t *key; /* plan columns, in the order of dedup_accept's arguments */
  int at;              /* when a key was first seen; -1: no such column */
  int nextra;
  const uint16_t *extra; /* further columns that dedup_accept fills */
  int64_t keep_seconds;  /* a key younger than that is not purged */
} il_dedup;
/* The dedup operation of a plan, NULL when there is none. */
const il_op *il_plan_dedup(const il_plan *plan);

/* Compiled form of a `secret` operation. */
typedef struct il_secret {
  int flag; /* plan column that says with 1 that a row's values are secret; -1: they always are */
  int ncolumns;
  const uint16_t *columns;
} il_secret;
/* The operation that makes a plan column a secret, NULL when none does. */
const il_op *il_plan_secret(const il_plan *plan, int col);

/* The typed operation of a plan, NULL when there is none: columns 0 and 1 are the value's and the
** type's. */
const il_op *il_plan_typed(const il_plan *plan);
/* The il_typed that the stored value of its type column means, -1 for none. */
int il_typed_of(const il_op *op, const il_value *stored);

#endif
