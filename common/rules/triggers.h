/*
** triggers.h: what the trigger generators of the two engines share. Private to
** common/rules/triggers*.c.
*/
#ifndef IL_TRIGGERS_H
#define IL_TRIGGERS_H
#include "ddl.h"
#include "role.h"

/* One generation. The first error is sticky: after it nothing is emitted. */
typedef struct il_trig {
  const il_plan *plan;
  const il_table_info *info;
  const char *fn; /* quoted schema of the functions with its dot; "" in SQLite */
  il_arena *arena;
  il_sql_fn each;
  void *ctx;
  il_error *err;
  il_kind kind;
  const char *literal; /* the plan's text in single quotes */
  il_buf sql;          /* the statement being written */
} il_trig;

/* A statement that may follow a write. */
typedef struct il_after {
  const il_op *op;
  int k; /* its number among the operation's */
  il_follow follow;
} il_after;

il_kind il_trig_begin(il_trig *t); /* makes literal and sql; the other members are set */
il_kind il_trig_end(il_trig *t);   /* frees sql, returns kind */
/* Sends the statement written so far and empties the buffer. */
void il_trig_emit(il_trig *t);
il_kind il_trig_fail(il_trig *t, il_kind kind);
/* Everything that may follow a write of the event, in plan order; *n is how many. NULL when
** memory is out. */
il_after *il_trig_follows(il_trig *t, int event, int *n);
/* , OLD."a", OLD."b" … of plan columns; n may be 0. */
void il_trig_columns(il_trig *t, const char *side, const uint16_t *cols, int n);
/* Whether an operation of the event fills columns, has a follow-up of a kind, or asks what the
** SET list names. */
int il_trig_fills(const il_plan *plan, int event);
int il_op_asks_named(const il_op *op);

il_kind il_sqlite_triggers(il_trig *t);
il_kind il_postgres_triggers(il_trig *t);
void il_postgres_truncate(il_trig *t, const char *schema, const char *name);

/* ---- SQLite only ---- */

/* The name by which a rowid can be reached, NULL when there is none or columns hide it; all such
** names with il_rowid_name. */
const char *il_rowid(const il_table_info *info);
const char *il_rowid_name(const il_table_info *info,
                          int i); /* i = 0, 1, 2; NULL: hidden by a column */
/* The key column that is the rowid, or -1. */
int il_rowid_alias(const il_table_info *info);
/* "rowid" = NEW."rowid", or the primary key's columns likewise: the row a trigger is about. */
void il_trig_this_row(il_trig *t, const char *side);
/* interlock_<table>_<what>, unquoted. */
const char *il_trig_name(il_trig *t, const char *what);
/* CREATE TRIGGER "schema"."interlock_<table>_<what>" <when>, a space after it. */
void il_trig_header(il_trig *t, const char *what, const char *when);
/* triggers_replace.c: BEFORE INSERT's il1_arrive and AFTER INSERT's il1_settle statements; the
** UPDATE triggers. */
int il_replace_guarded(const il_plan *plan);
/* The table as its OR REPLACE guard sees it: with the unique indexes that the plan makes. */
const il_table_info *il_replace_info(il_trig *t, const il_table_info *info);
void il_replace_arrive(il_trig *t);
void il_replace_settle(il_trig *t);
void il_replace_update(il_trig *t);
/* triggers_follow.c: the SQLite statements of a follow-up. filled[col]: the stamp may have
** written the column. */
void il_follow_sqlite(il_trig *t, const il_after *a, int event, const unsigned char *filled);
/* Triggers of their own for event rows, when nothing else follows the event: 1, and then they are
** all that il_follow_sqlite would have been asked for. Made before the others, because triggers made
** last run first. */
int il_follow_event_rows(il_trig *t, int event, const unsigned char *filled);

#endif
