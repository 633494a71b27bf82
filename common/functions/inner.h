/*
** inner.h: what the files of common/functions share. Hosts see functions.h only.
**
** Memory: everything here lives in call->arena, which the host frees when the call is over,
** however it ends. A port slot may throw (PostgreSQL), so nothing else is held across one.
*/
#ifndef IL_INNER_H
#define IL_INNER_H
#include "functions.h"
#include "functions/statements.h"
#include "rules/machine.h"
#include "values/buf.h"

/* ---- call.c: text, rows, statements --------------------------------------------------------- */

il_kind il_nomem(il_error *err);
/* Adds a name to what would be allowed; a list that is full ends before it. err may be NULL. */
void il_error_allow(il_error *err, const char *name);
/* A text buffer in the arena; nothing to free. */
void il_scratch(il_buf *b, il_arena *arena);
/* Its text, NULL when out of memory. */
const char *il_scratch_text(il_buf *b);
/* il_buf_f into fresh arena memory; NULL when out of memory. */
const char *il_textf(il_arena *arena, const char *format, ...);

/* Rows of a small result, copied. */
typedef struct il_rows {
  il_arena *arena;
  int n, cap, ncols;
  il_value *v; /* n * ncols */
} il_rows;
void il_rows_init(il_rows *rows, il_arena *arena);
il_kind il_rows_add(void *rows, const il_value *cols, int ncols, il_error *err); /* an il_row_fn */
const il_value *il_rows_at(const il_rows *rows, int row, int col);
/* Text of a cell, NULL for NULL. Texts in rows are NUL-terminated. */
const char *il_rows_text(const il_rows *rows, int row, int col);

/* Runs a statement of statements.def; what follows err are its % parameters. each may be NULL. */
il_kind il_run(il_call *call, il_stmt id, const il_value *args, int nargs, il_row_fn each,
               void *ctx, il_error *err, ...);
/* The same into rows, which are initialised here. */
il_kind il_query(il_call *call, il_stmt id, const il_value *args, int nargs, il_rows *rows,
                 il_error *err, ...);
/* SQL that a generator made. */
il_kind il_exec(il_call *call, const char *sql, il_error *err);

/* Ends what port->atomic began: keeps it when kind is IL_OK, undoes it otherwise. Returns kind,
** or the error of ending. */
il_kind il_finish(il_call *call, il_kind kind, il_error *err);

/* The text of argument i with all its bytes; NULL value when absent or NULL. */
il_value il_arg(il_call *call, int i);
/* 1 and *out when all of the text is one decimal integer. */
int il_text_int(const char *p, size_t n, int64_t *out);
/* The schema argument, or the session's default one. */
il_kind il_arg_schema(il_call *call, int i, const char **schema /*out*/, il_error *err);
/* PostgreSQL: where statements find and create what they name without a schema, until it is set to
** NULL or the call ends. Nothing in SQLite. */
il_kind il_path_set(il_call *call, const char *schema, il_error *err);

/* ---- keys.c: values and keys as SQL --------------------------------------------------------- */

/* A guarded table as a call names it. */
typedef struct il_target {
  const char *function; /* for messages */
  il_value name;        /* as given, not NUL-terminated */
  const il_plan *plan;
  const char *qualified; /* quoted schema.table */
} il_target;
/* By argument i; errors of port->plan. */
il_kind il_target_find(il_call *call, int i, const char *function, il_target *out, il_error *err);

/* Text for column col as a parameter: integers and instants are read here, so that both engines
** refuse the same. */
il_kind il_column_value(il_call *call, const il_target *t, int col, const il_value *text,
                        il_value *out, il_error *err);
/* A value as it stands in valid JSON: a string's text, NULL for null, anything else as it is spelled.
** 0: out of memory. */
int il_json_scalar(const char *p, size_t n, il_arena *arena, il_value *out);
/* A value to set a column to or to compare it with: PostgreSQL reads the text of a number as what the
** column is, also where that is a boolean. */
il_value il_column_param(il_call *call, il_value v);
/* A key as the SQL surface spells it into plan->nkey values. */
il_kind il_key_read(il_call *call, const il_target *t, const il_value *text, il_value *out,
                    il_error *err);
/* Appends `"k1" = ?n AND …` with parameters from number n on. */
void il_key_where(const il_plan *plan, int n, il_buf *out);
/* Appends the key columns with a prefix ("NEW." or ""), separated by commas. */
void il_key_columns(const il_plan *plan, const char *prefix, il_buf *out);

/* ---- row_json.c ----------------------------------------------------------------------------- */

/* Appends the value of a column (by its name in the table) as JSON, which JSON in it stays. */
void il_value_json(const il_plan *plan, const char *column, const il_value *v, il_buf *out);

/* ---- registry.c ----------------------------------------------------------------------------- */

typedef struct il_entry {
  const char *schema, *name, *version, *system, *tier, *rulebook, *checksum;
} il_entry;
typedef struct il_entries {
  int n;
  il_entry *at;
} il_entries;
typedef struct il_names {
  int n, cap;
  const char **at;
} il_names;

il_kind il_names_add(il_arena *arena, il_names *names, const char *name, il_error *err);
/* Schemas with a registry. */
il_kind il_registries(il_call *call, il_names *out, il_error *err);
/* Registered rulebooks by schema and name; NULL stands for any. */
il_kind il_registered(il_call *call, const char *schema, const char *name, il_entries *out,
                      il_error *err);
/* The one rulebook of that name: in schema, or (schema NULL) in the default schema, or the only
** one anywhere. *out NULL: none. */
il_kind il_registered_one(il_call *call, const char *schema, const char *name, const il_entry **out,
                          il_error *err);
/* Before the transaction: does the schema exist, and a registry in it? Then begins atomic; end it
** with il_finish. */
typedef struct il_registry_state {
  int schema, registry;
} il_registry_state;
il_kind il_registry_begin(il_call *call, const char *schema, il_registry_state *state,
                          il_error *err);
/* First thing in the transaction: takes the lock that installs, applies and removals in a schema
** share, and with `make` makes what is missing: schema and registry. */
il_kind il_registry_lock(il_call *call, const char *schema, const il_registry_state *state,
                         int make, il_error *err);
int il_registry_exists(const il_names *registries, const char *schema);
/* Drops the registry when nothing is registered any more. */
il_kind il_registry_drop_empty(il_call *call, const char *schema, il_error *err);

/* ---- guarded.c: what is guarded, as the catalog says ---------------------------------------- */

/* Every table with triggers of ours, in schema or everywhere (NULL): each(ctx, schema, table). */
typedef il_kind (*il_table_fn)(void *ctx, const char *schema, const char *table, il_error *err);
il_kind il_guarded(il_call *call, const char *schema, il_table_fn each, void *ctx, il_error *err);
/* port->table of schema.table; *info NULL when there is none. */
il_kind il_table_in(il_call *call, const char *schema, const char *table, il_table_info **info,
                    il_error *err);
/* A rulebook compiled against the tables of a schema. A missing table is what the catalog
** callback says it is. */
il_kind il_compile(il_call *call, const char *schema, const char *json, const char *const *patches,
                   il_rulebook **out, il_error *err);

/* ---- systems.c, rulebooks.c ----------------------------------------------------------------- */

struct il_system;
const struct il_system *il_system_find(const char *name);
/* Puts a rulebook on its tables; *rules is their number. Call in atomic, with the registry
** locked. system and tier may be NULL. */
il_kind il_apply(il_call *call, const char *schema, const char *json, const char *const *patches,
                 const char *system, const char *tier, int64_t *rules /*out*/, il_error *err);
/* Takes a registered rulebook off; *tables is how many were set free. */
il_kind il_take_off(il_call *call, const il_entry *entry, int64_t *tables /*out*/, il_error *err);

/* rules.c: the rules of a plan as interlock_rules lists them. */
typedef struct il_rule {
  const char *rule, *kind, *columns, *text;
} il_rule;
typedef il_kind (*il_rule_fn)(void *ctx, const il_plan *plan, const il_rule *rule, il_error *err);
il_kind il_rules_each(il_call *call, const il_plan *plan, il_rule_fn each, void *ctx,
                      il_error *err);
/* Number of different rule ids in a rulebook. */
il_kind il_rules_count(il_call *call, const il_rulebook *rb, int64_t *n /*out*/, il_error *err);

/* ---- script.c: what a migration makes ------------------------------------------------------- */

typedef struct il_made {
  int is_table;
  const char *name;
} il_made;
typedef struct il_script {
  int n, cap;
  il_made *made;
} il_script;
/* Tables and indexes that a script creates and does not drop again, by the names the engine gives
** them. */
il_kind il_script_names(il_arena *arena, il_engine engine, const char *sql, il_script *out,
                        il_error *err);

/* ---- verify.c ------------------------------------------------------------------------------- */

typedef struct il_breach {
  const char *rule, *table, *key, *message;
} il_breach;
typedef il_kind (*il_breach_fn)(void *ctx, const il_breach *breach, il_error *err);
/* Every stored row of a plan's table that breaks one of its rules. */
il_kind il_verify_plan(il_call *call, const il_plan *plan, const il_table_info *info,
                       il_breach_fn each, void *ctx, il_error *err);

/* ---- bare.c --------------------------------------------------------------------------------- */

/* SQLite: SQL of a rule in which bare names mean the tables of a database, as in its triggers.
** NULL: err says why. */
const char *il_bare_qualify(il_call *call, const char *sql, const char *schema, il_error *err);

/* ---- templates.c ---------------------------------------------------------------------------- */

/* PostgreSQL: is the SQL of a plan's rules any? Refuses naming rulebook, rule and table. */
il_kind il_templates_check(il_call *call, const il_plan *plan, const il_table_info *info,
                           il_error *err);
/* SQLite said so when the triggers of a plan were made: the same refusal, of the rule whose SQL it
** is. */
il_kind il_templates_blame(il_call *call, const il_plan *plan, il_error *err);

/* The first rule with a statement that writes the table it is on; NULL: none. */
il_kind il_templates_own(il_call *call, const il_plan *plan, const il_table_info *info,
                         const char **rule /*out*/, il_error *err);

/* ---- foreign.c ------------------------------------------------------------------------------ */

/* What a trigger that is not ours can do to a guard, as the end of a sentence, or NULL. refuse:
** only what must not be. */
const char *il_trigger_danger(il_arena *arena, il_engine engine, const il_table_info *info,
                              const struct il_trigger_info *trigger, int refuse);

/* Does SQL of a rule write the table? */
int il_sql_writes(il_arena *arena, const char *sql, const char *table);

/* ---- guards.c ------------------------------------------------------------------------------- */

/* What is wrong with the guards on a table: missing, disabled, altered, not ours to be there. */
typedef il_kind (*il_problem_fn)(void *ctx, const char *problem, il_error *err);
il_kind il_guards_check(il_call *call, const il_plan *plan, const il_table_info *info,
                        il_problem_fn each, void *ctx, il_error *err);

/* ---- same.c --------------------------------------------------------------------------------- */

/* PostgreSQL: do our CREATE TRIGGER and pg_get_triggerdef's say the same? */
int il_same_trigger(il_arena *arena, const char *ours, const char *theirs);

/* ---- session.c ------------------------------------------------------------------------------ */

/* IL_ARGUMENT unless the text can stand for who acts. */
il_kind il_actor_check(const char *function, const il_value *actor, il_error *err);

/* ---- transition.c --------------------------------------------------------------------------- */

typedef enum il_moved {
  IL_MOVED_DONE,
  IL_MOVED_NOOP,
  IL_MOVED_CONFLICT,
  IL_MOVED_MISSING
} il_moved;

/* A move asked for. */
typedef struct il_move {
  const il_target *target;
  const il_machine *machine;
  const il_value *key; /* plan->nkey values */
  int to, expected;    /* states; expected -1: whatever it is now */
  int has_version;
  int64_t expected_version;
  const char *due_column; /* NULL, or the row moves only while this instant is not after due */
  int64_t due;
  int state;                /* out: state afterwards, -1 when unknown or missing */
  il_value stored, version; /* out: as stored; NULL when there is none */
} il_move;
/* One compare-and-set, and what came of it. The caller has set acting and payload, and begun
** atomic. */
il_kind il_move_run(il_call *call, il_move *move, il_moved *result /*out*/, il_error *err);
/* The machine named by arguments (column argument -1: none). */
il_kind il_machine_find(il_call *call, const il_target *t, int column_arg, const il_machine **m,
                        const il_op **op, il_error *err);
/* State of argument i by name or code; IL_ARGUMENT naming the states there are. */
il_kind il_state_arg(il_call *call, const il_target *t, const il_machine *m, int i, int *state,
                     il_error *err);

#endif
