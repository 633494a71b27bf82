/*
** role.h: what a role is. A role is one file under common/roles: it reads its part of the rulebook (bind), makes operations
** of it, judges rows by them, fills columns, and says which SQL must follow a write. Adding a role is adding that file and one
** line in roles.def; no host changes.
*/
#ifndef IL_ROLE_H
#define IL_ROLE_H
#include "plan.h"

struct cJSON;
/* The table being read, its plan, the error: bind.h. */
typedef struct il_binder il_binder;

/* A column value that the database itself writes. */
typedef struct il_fill {
  int col; /* plan column */
  il_value value;
  char text[72]; /* room for a value's text that is nowhere else */
} il_fill;

/* One SQL statement that follows a written row, as a template in portable SQL:
**   NEW."c" OLD."c"                       columns of the row
**   $now $actor $payload $event $from $to $key   what the core supplies (engine-neutral; see sqltext.h)
** Tables of the same schema are named unqualified. */
typedef enum il_follow_kind {
  IL_FOLLOW_ASSERT, /* sql is a boolean expression; anything but true refuses the write with rule and text */
  IL_FOLLOW_EXEC, /* sql is a statement */
  IL_FOLLOW_ONE, /* sql is a statement that must change exactly one row: an event that an outer OR IGNORE swallowed is an error */
  IL_FOLLOW_LOCK, /* sql locks rows that the next statement writes, and is for PostgreSQL; SQLite leaves it out */
  IL_FOLLOW_BEFORE, /* sql is a statement that runs before a row is inserted, whatever becomes of it: on INSERT only */
  IL_FOLLOW_COMMIT, /* as ASSERT, but judged at commit (PostgreSQL: a deferred constraint trigger); SQLite leaves it out */
  IL_FOLLOW_FILL, /* sql is a query for cols[0] of a new row, which gets it where it is NULL: on INSERT only */
  IL_FOLLOW_ADD, /* sql is an UPDATE of one row of another table whose `counters` let nobody else through */
  IL_FOLLOW_TURN, /* sql waits for the other sessions, and is for PostgreSQL, before a row is inserted; SQLite leaves it out */
  IL_FOLLOW_REFUSE /* sql is a query for a text, "what": there is one, and the INSERT is refused with it. PostgreSQL asks
                   ** before the row is inserted, so that it sees those before it and not those after it; SQLite afterwards */
} il_follow_kind;

typedef struct il_follow {
  il_follow_kind kind;
  const char *sql;
  const char *postgres; /* the same for PostgreSQL, where it is another; NULL: sql is for both */
  const char *text;     /* refusal text of an assert */
  const char *event;    /* $event, NULL when the template has none */
  /* SQL over OLD/NEW under which the statement runs, NULL: always. SQLite's triggers have it written into the statement;
  ** PostgreSQL asks follow() for each row, which decides all of it but the `when` of an effect: a condition given together
  ** with a row is that, and the statement runs when it is true. */
  const char *condition;
  const char *when; /* the rule's own SQL within condition; NULL: none */
  /* EXEC: the table of whose row, the one with the key in the operation's cols[1], it writes what nobody else may. The host
  ** announces that to the table's guard while the statement runs (row->announced). NULL: nothing is announced. */
  const char *tells;
} il_follow;

typedef struct il_role {
  const char *name; /* key in the rulebook; pseudo-roles (born of machines) start with '.' */
  int values;       /* 1: judges single column values, see IL_VALUES */
  int instants;     /* 1: the texts of its columns are instants */
  int early; /* 1: PostgreSQL judges rows of the table before its constraints are checked, too */
  int if_changed; /* 1: an UPDATE that changes none of op->cols is nothing to an operation; check is not called for it */
  int rests_in_load; /* 1: its asserts say nothing in load mode (a role with a row sees that itself; SQLite's il1_refuse does) */
  int precedes; /* 1: follow may give what runs before a row is inserted: IL_FOLLOW_BEFORE, FILL, TURN, REFUSE */
  int unique_index; /* 1: its index is a UNIQUE one */
  int overwrites;   /* 1: fill writes over what the writer gave, in a new row too */
  int session;      /* 1: check reads row->now and row->actor */
  /* Reads the JSON of one table's role and appends operations. Errors name the JSON pointer. */
  il_kind (*bind)(il_binder *b, const struct cJSON *json);
  /* Makes op->compiled from op->cols and op->words (hostile text: check everything). NULL: nothing to compile. */
  il_kind (*compile)(il_op *op, const il_plan *plan, il_arena *arena, il_error *err);
  /* Judges. May set bits of *work. NULL: never refuses. */
  il_kind (*check)(const il_op *op, const il_row *row, unsigned *work, il_error *err);
  /* Judges what the writer gave, before anything is filled or written (BEFORE triggers on both engines; an INSERT that a
  ** conflict clause turns into something else is judged as well). NULL: nothing to say. */
  il_kind (*given)(const il_op *op, const il_row *row, unsigned *work, il_error *err);
  /* Values for columns the database writes (BEFORE in PostgreSQL; the AFTER stamp in SQLite). Appends to fills, returns the
  ** new count. Called only when the row changes or is inserted. NULL: none. */
  int (*fill)(const il_op *op, const il_row *row, il_fill *fills, int n, int max);
  /* Which of its columns fill may write: cols[first, *end). NULL: cols[0]. */
  int (*filled)(const il_op *op, int *end /*out*/);
  /* Statement number k that follows this row (k = 0, 1, …): 1 and *out, or 0 when there is no such statement.
  ** With row == NULL: all statements that can ever follow for `event`, with their SQLite condition; for generating triggers.
  ** With row == NULL and event == 0: the expressions over NEW that every stored row must satisfy, as IL_FOLLOW_ASSERT, for
  ** interlock_verify: SELECT key FROM t AS NEW WHERE (sql) IS NOT TRUE.
  ** In load mode events do not follow: with a row the role sees that itself; SQLite's il1_event gives NULL and writes none. */
  int (*follow)(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                il_follow *out);
  /* Judges an UPDATE whose SET list names op->cols[0], whether its value changes or not (SQLite: BEFORE UPDATE OF; PostgreSQL:
  ** tg_updatedcols): a version must be the next one, a state with "self": "deny" another one. Reads only that column and
  ** the key. NULL: naming it means nothing. */
  il_kind (*named)(const il_op *op, const il_row *row, il_error *err);
  /* Whether the operation asks for `named`; NULL: every operation of a role that has it does. */
  int (*wants_named)(const il_op *op);
  /* Judges an UPDATE once the row is written, where `check` has set IL_WORK_AFTER for it: for what hangs on the columns that the
  ** SET list names, which row->named tells here and nowhere else. asks: the k-th plan column it may ask about (0, 1 …), -1: no
  ** more. written_when: appends SQL over OLD and NEW without which it has nothing to say (SQLite's triggers). */
  il_kind (*written)(const il_op *op, const il_row *row, il_error *err);
  int (*asks)(const il_op *op, int k);
  void (*written_when)(const il_op *op, const il_plan *plan, il_buf *out);
  /* The k-th index (0, 1 …) that the role's functions read the table by: *what is the end of its name (interlock_<table>_<what>),
  ** its columns and its condition are appended as SQL. 1, or 0: there is no such index. */
  int (*index)(const il_op *op, const il_plan *plan, int k, int postgres, const char **what /*out*/,
               il_buf *columns, il_buf *where);
  /* Refuses TRUNCATE of the table: row has the plan and a get() that gives NULL, err->row means nothing. NULL: has nothing
  ** against it. */
  il_kind (*truncate)(const il_op *op, const il_row *row, il_error *err);
  /* Appends the rule as one English sentence (interlock_rules, docs/rules.md). */
  void (*describe)(const il_op *op, const il_plan *plan, il_buf *out);
} il_role;

/* All roles in rank order: the order in which a row's rules are judged. */
extern const il_role *const il_roles[];
extern const int il_role_count;
const il_role *il_role_find(const char *name, size_t n);

#endif
