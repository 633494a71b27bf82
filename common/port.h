/*
** port.h: what a host offers the core: about ten slots. A host fills the struct with designated initialisers. Slots may throw (PostgreSQL
** longjmps out of a failing statement), so the core holds nothing across a slot call that an arena or the host does not own.
*/
#ifndef IL_PORT_H
#define IL_PORT_H
#include "error.h"
#include "rules/ddl.h"
#include "rules/rulebook.h"
#include "time/cron_cache.h"
#include "values/arena.h"
#include "values/value.h"
#include "values/zone.h"

typedef struct il_port il_port;

/* One result row; values live until the callback returns. A kind other than IL_OK stops the statement and is returned by exec. */
typedef il_kind (*il_row_fn)(void *ctx, const il_value *cols, int ncols, il_error *err);

struct il_port {
  il_engine engine;
  const il_alloc *mem; /* never throws */
  /* Quoted schema of interlock's functions with its dot ("\"public\".") in PostgreSQL, "" in SQLite. */
  const char *fn;
  void *host;

  /* Runs one SQL statement with parameters ?1 … ?n (PostgreSQL: rewritten to $1 … $n with types from the values; SQL that puts a
  ** parameter into a typed column says CAST(?1 AS type)). Every row goes to each (NULL: rows are dropped). *changes (may be NULL) is the
  ** number of rows written. cache: 1 keeps the prepared statement. IL_HOST when the database refuses, with its text and code (error.h: offset). */
  il_kind (*exec)(il_port *port, const char *sql, const il_value *args, int nargs, int cache,
                  il_row_fn each, void *ctx, int64_t *changes /*out*/, il_error *err);
  /* Resolves a table argument (exact name, then lower case; "schema.table") and describes it. IL_NO_TABLE. Owned by arena. */
  il_kind (*table)(il_port *port, const char *name, size_t n, il_arena *arena,
                   il_table_info **info /*out*/, il_error *err);
  /* The plan in force on a table, from the triggers that carry it, from the host's cache (valid until the next statement that is not
  ** run through the port); *qualified is its quoted schema.table for SQL. IL_NO_OBJECT when no rulebook is on the table. */
  il_kind (*plan)(il_port *port, const char *name, size_t n, const il_plan **plan /*out*/,
                  const char **qualified /*out*/, il_error *err);
  /* Schemas (PostgreSQL) or databases (SQLite) that hold an interlock_rulebooks table: each(schema). */
  il_kind (*registries)(il_port *port, il_row_fn each, void *ctx, il_error *err);
  /* Statements between atomic(1) and atomic(0, ok) are undone together unless ok; atomic(0, 0) that cannot undo them says so by
  ** its kind. Nothing to do in PostgreSQL. */
  il_kind (*atomic)(il_port *port, int begin, int ok, il_error *err);
  /* Microseconds since 1970; honours the frozen clock; one value per statement. */
  int64_t (*now)(il_port *port);
  /* What fencing tokens of this server are at least: 0, and a larger number after every failover (scale.md). */
  int64_t (*epoch)(il_port *port);
  /* The time zones of the connection or backend, read by the host from IL_ZONE_DIRECTORY when first asked for. */
  il_zone_cache *(*zone)(il_port *port);
  /* Compiled cron expressions of the connection or backend; may give NULL. */
  il_cron_cache *(*crons)(il_port *port);
  /* "clock" "actor" "mode" "schema": the session. "acting" (overrides the actor), "payload", "permit": until the SQL function that
  ** sets them returns or fails, whatever way it ends: the host clears them then; NULL clears too. "permit" is a permission
  ** (rules/permit.h) for rows of the table that port->plan gave last: while it is set, row->announced() is true for the rows
  ** it covers, whatever the event and the operation. Statements that a trigger of the user's runs meanwhile: PostgreSQL knows
  ** them by their depth and they are not covered; SQLite cannot tell, so name as few rows as possible and take it back at
  ** once. A function called by such a trigger never has its caller's permission. */
  /* "ordered": the planner is to read by an index in its order although it thinks that little would be sorted; until the function
  ** returns. Its statistics know nothing of a backlog that came a moment ago. SQLite reads so by itself. */
  il_kind (*set)(il_port *port, const char *what, const il_value *value, il_error *err);
  /* "actor" "mode" "user" "schema" (the default one); "transaction": not NULL when one is open that outlives the statement. */
  const char *(*get)(il_port *port, const char *what);
  void (*notice)(il_port *port, const char *message);
  /* Runs fn and undoes what it did when it fails; an error that the database throws comes back as IL_HOST (or the kind of our
  ** own refusal) with its text in err. PostgreSQL: a subtransaction. NULL where atomic() does it already (SQLite). */
  il_kind (*attempt)(il_port *port, il_kind (*fn)(void *ctx, il_error *err), void *ctx,
                     il_error *err);
  /* Rows of interlock_activity() that the host knows of: each(job, table, last_run, duration_ms, done, error). NULL: none. */
  il_kind (*activity)(il_port *port, il_row_fn each, void *ctx, il_error *err);
  /* May a tick, which goes over all tables, write to schema.table? In PostgreSQL what the triggers of a table run is its owner's:
  ** only the caller's own tables and those of the search path. NULL: any. */
  int (*trusts)(il_port *port, const char *schema, const char *table);
  /* Analyses a template of a rule as it will be used for a row of schema.table: an error of the database says what is wrong,
  ** and may be thrown. NULL where making the trigger shows that (SQLite). */
  il_kind (*analyse)(il_port *port, const char *schema, const char *table, const char *sql,
                     il_error *err);
};

#endif
