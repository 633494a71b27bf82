/*
** guard.h: what the trigger functions (guard.c, arrival.c, stamp.c, announce.c) share. Their
** arguments are listed at the top of common/rules/triggers_sqlite.c.
*/
#ifndef IL_GUARD_H
#define IL_GUARD_H
#include "conn.h"
#include "rules/role.h"

/* A row under judgement, its values still SQLite's. On the C stack; nothing is copied. */
typedef struct il_guard {
  il_row row; /* row.host is the il_guard */
  il_conn *conn;
  il_plan_entry *entry;
  const int16_t *slot;     /* of the event: plan column → place within a side */
  sqlite3_value **side[2]; /* IL_OLD, IL_NEW; NULL: this side does not exist */
  int memo_col;            /* column whose values are in memo[]; -1: none */
  il_value memo[2];        /* several rules look at the same column, a state above all */
  double julian;           /* il1_written: the statement, for what it has marked */
  int nomem;               /* a text could not be had: whatever was judged is void */
} il_guard;

/* Finds the plan in argv[0] and the conn. 0 and an error in ctx when there is none (fail closed),
** or when fewer than `least` arguments follow it. */
int il_guard_begin(il_guard *g, sqlite3_context *ctx, int argc, sqlite3_value **argv, int least);
/* Makes the row of an event readable. old and new_ are the first argument of each side or NULL. */
void il_guard_row(il_guard *g, int event, sqlite3_value **old, sqlite3_value **new_);
/* A row of which only the key is known: argv are the key's values in key order. */
void il_guard_key(il_guard *g, int event, sqlite3_value **argv);
/* Reports a refusal (or any error) of a trigger function and remembers it for il_host_error. */
void il_guard_error(il_conn *c, sqlite3_context *ctx, const il_error *err);
/* il_guard_error with "interlock: <function>: <what>", kind IL_ARGUMENT: a trigger that is not as
** we make them. */
void il_guard_bad(sqlite3_context *ctx, const char *what);
/* An operation of the plan by its number in an argument; NULL and an error when there is none. */
const il_op *il_guard_op(il_guard *g, sqlite3_context *ctx, sqlite3_value *v);
/* Statement time of a trigger: frozen clock, the running call's, or julianday('now'), given. */
int64_t il_guard_time(il_conn *c, sqlite3_value *julian);

/* il_row.announced */
int il_guard_announced(const il_row *row, const il_op *op);

/* Is this update the stamp that our own trigger writes? il1_update passes it unjudged; il1_due
** ends it; il1_written looks only. stamp.c */
typedef enum il_stamp_at { IL_STAMP_BEFORE, IL_STAMP_ENDS, IL_STAMP_LOOK } il_stamp_at;
int il_guard_own_stamp(il_guard *g, il_stamp_at at);
/* Is a stamp being written to the row of this key? (g has been through il_guard_key.) */
int il_guard_stamping(const il_guard *g);

/* The functions. */
void il1_arrive(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_settle(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_born(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_due(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_fill(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_events(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_tell(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_event(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_adding(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_mark(sqlite3_context *ctx, int argc, sqlite3_value **argv);
void il1_written(sqlite3_context *ctx, int argc, sqlite3_value **argv);

#endif
