/*
** ddl.h: SQL text from data, for either engine on either engine. Pure.
*/
#ifndef IL_DDL_H
#define IL_DDL_H
#include "plan.h"
#include "rulebook.h"

typedef enum il_engine { IL_SQLITE, IL_POSTGRES } il_engine;
/* "sqlite" or "postgres" (also "postgresql"); -1 for anything else. */
int il_engine_parse(const char *name, size_t n);

/*
** Expands the portable words of a migration, written in braces, for an engine: {text} {text(50)} {integer} {bigint} {real} {blob}
** {instant} {json} {flag} {bool} {uuid} {money(10,2)} {date} {identity} {now} {today} {uuid()} and blocks {sqlite: …} {postgres: …}. In SQLite the
** schema, when not NULL, is put before the names that CREATE/DROP/ALTER TABLE, CREATE/DROP INDEX, VIEW and TRIGGER define; in
** PostgreSQL names stay bare (the migration runs with search_path set). fn is the quoted schema of interlock's own functions with
** its dot in PostgreSQL, NULL or "" in SQLite. Error IL_ARGUMENT with the offset.
*/
il_kind il_ddl_expand(const char *sql, size_t n, il_engine engine, const char *schema,
                      const char *fn, il_buf *out, il_error *err);

/* Cuts a script into statements at top-level semicolons (quotes, comments, dollar quotes, CREATE TRIGGER … END understood).
** Returns the length of the first statement of p[0..n) (without the semicolon), *next is where the rest starts; 0 at the end. */
size_t il_sql_statement(const char *p, size_t n, size_t *start /*out*/, size_t *next /*out*/);

/*
** The statements that put a plan on its table, or take it off, one callback each, in order. info says what the table looks like
** (keys, unique indexes, rowid); fn as above. Trigger names: SQLite "interlock_<table>_<what>", PostgreSQL
** "interlock_<what>". Everything they create is named so and nothing else is.
*/
typedef il_kind (*il_sql_fn)(void *ctx, const char *sql, il_error *err);
il_kind il_triggers_create(const il_plan *plan, const il_table_info *info, il_engine engine,
                           const char *fn, il_arena *arena, il_sql_fn each, void *ctx,
                           il_error *err);
/* The triggers of ours that info lists; indexes of ours stay. */
il_kind il_triggers_drop(const il_table_info *info, il_engine engine, il_arena *arena,
                         il_sql_fn each, void *ctx, il_error *err);

/* PostgreSQL: the TRUNCATE guard of one partition leaf, or nothing when the plan does not need one. */
il_kind il_triggers_truncate(const il_plan *plan, const char *schema, const char *name,
                             const char *fn, il_arena *arena, il_sql_fn each, void *ctx,
                             il_error *err);

/* diagram.c: format "mermaid", "dot" or "xstate". */
il_kind il_diagram(const il_plan *plan, const char *column, const char *format, il_buf *out,
                   il_error *err);

/* diff.c: what changes between two rulebooks; each(change, path, table, column, state code, message) — rows are counted by the caller. */
typedef struct il_change {
  const char *change, *path, *message;
  const char *table, *column, *state; /* NULL: no rows to count */
} il_change;
typedef il_kind (*il_change_fn)(void *ctx, const il_change *change, il_error *err);
il_kind il_rulebook_diff(const il_rulebook *old, const il_rulebook *new_, il_arena *arena,
                         il_change_fn each, void *ctx, il_error *err);

#endif
