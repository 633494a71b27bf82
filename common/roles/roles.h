/*
** roles.h: what the files of this folder share: the list of roles, reading the words of an
** operation, and values of a row.
**
** Words come from the text of a trigger, which whoever owns the table can write; a compile
** function believes none of them.
*/
#ifndef IL_ROLES_H
#define IL_ROLES_H
#include <string.h>
#include "../rules/bind.h"
#include "../rules/machine.h"

#define IL_ROLE(symbol) extern const il_role il_role_##symbol;
#include "roles.def"
#undef IL_ROLE

/* ---- words ---- */

/* A decimal integer, all of p. 1 when it is one. */
int il_word_int(const char *p, int64_t *out);
/* A column index of the plan, all of p; -1 when it is none. */
int il_word_col(const char *p, const il_plan *plan);
/* IL_ARGUMENT: "not a plan: operation 3 (machines): <what>". Returns it. */
il_kind il_word_error(const il_op *op, il_error *err, const char *what);

/* 1 when the operation has only events of `may`: a check that reads the new row must not be
** asked about a delete. */
static inline int il_op_events(const il_op *op, unsigned may) {
  return !(op->events & ~may);
}

/* The code of a state, or one value of an enum, as a word: "i3" or "tpaid". */
typedef struct il_code {
  const char *text;
  size_t n;
  int64_t i;
  int integer;
} il_code;
/* 1 when word is one. text points into it. */
int il_code_read(const char *word, il_code *out);
/* Is this the value? Texts byte by byte; an integer only against an integer. */
int il_code_is(const il_code *code, const il_value *v);
/* Appends the code as SQL: 3 or 'paid'. */
void il_code_sql(const il_code *code, il_buf *out);
/* The same where a column is set to it or compared with it: PostgreSQL takes the text '1' for whatever
** the column is, also a boolean. */
void il_code_sql_of(const il_code *code, int postgres, il_buf *out);
/* Adds the word of a state's code to an operation. */
void il_code_word(il_binder *b, il_bind_op *op, const il_bind_machine *m, const char *code);

/* ---- rows ---- */

static inline il_value il_row_value(const il_row *row, int side, int col) {
  il_value v = {IL_T_NULL, 0, 0, NULL, 0};
  row->get(row, side, col, &v);
  return v;
}
/* Has the writer set this column to something else? Always on insert. */
static inline int il_row_sets(const il_row *row, int col) {
  return row->event != IL_EV_UPDATE || row->differs(row, col);
}
static inline const char *il_col_name(const il_plan *plan, int col) {
  return plan->cols[col].name;
}
/* Refuses a NULL in a column that must hold something. */
il_kind il_refuse_null(il_error *err, const il_row *row, const il_op *op, int col);

/* ---- binding ---- */

/* Binds {"rule", "columns": {c: spec, …}} as one operation a column; each adds the words of
** spec. Word 0 is "n" when the column may hold NULL, else "-". */
typedef il_kind (*il_spec_fn)(il_binder *b, il_bind_op *op, int col, const cJSON *spec);
il_kind il_bind_columns(il_binder *b, const cJSON *json, const il_role *role, il_coltype guess,
                        il_spec_fn spec);
/* The same for {"rule", "columns": ["c", …]}. */
il_kind il_bind_column_list(il_binder *b, const cJSON *json, const il_role *role, il_coltype guess);
/* "load": false: the rule rests in load mode. */
il_kind il_bind_rests(il_binder *b, const cJSON *json, int *rests);
/* SQLite's condition for what rests in load mode; PostgreSQL asks with the row. */
#define IL_NOT_LOADING "il1_load() = 0"
/* Text of an arena that ends in the arena. NULL: out of memory. */
const char *il_buf_arena(il_buf *buf, il_arena *arena);
/* il_buf_f into the arena; NULL when out of memory, which the arena knows. */
const char *il_sqlf(il_arena *arena, const char *format, ...);
/* An assert that another role makes; texts live in the arena, those that are not there are NULL.
** NULL: out of memory. */
typedef struct il_assert_spec {
  il_draft *on;
  const char *rule;
  unsigned events;
  const char *that, *verify, *lock;
  const char *text, *says; /* what the refusal says, and a sentence for interlock_rules */
  int rests;               /* in load mode */
} il_assert_spec;
il_bind_op *il_assert_make(il_binder *b, const il_assert_spec *spec);
/* The statement by which sessions take turns at a row (asserts.c); key: a column that may be
** written. */
void il_assert_lock(const char *table, const char *key, const char *is, il_buf *out);
/* "a, b and c": columns op->cols[from…]. */
void il_describe_cols(const il_op *op, const il_plan *plan, int from, il_buf *out);

#endif
