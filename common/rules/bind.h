/*
** bind.h: reading a rulebook. The document (doc.c) is cJSON's tree copied into an arena, with a
** link to the parent in every node, so that any node knows its JSON pointer and nothing is lost
** when a host's catalog callback throws. A role's bind reads its nodes with these helpers and
** adds operations to the draft of its table.
*/
#ifndef IL_BIND_H
#define IL_BIND_H
#include <cjson/cJSON.h>
#include "plan.h"
#include "role.h"
#include "rulebook.h"

/* A node of the document; a `const cJSON *` of the document points to the first member of one. */
typedef struct il_node {
  cJSON json;
  const struct il_node *parent;
} il_node;

/* A machine as other roles of its table see it while they bind: its column and the states by
** name. */
typedef struct il_bind_machine {
  int col;
  int integers;        /* codes are integers */
  const cJSON *states; /* the JSON object */
  struct il_bind_machine *next;
} il_bind_machine;

/* An operation being made. */
typedef struct il_bind_op {
  const il_role *role;
  const char *rule;
  unsigned events;
  int ncols, nwords;
  uint16_t *cols;
  const char **words;
} il_bind_op;

/* A table of the rulebook being read. */
typedef struct il_draft {
  const char *name;
  const cJSON *json;
  const il_table_info *info; /* NULL without a catalog: columns are taken on trust */
  il_plan *plan;
  il_bind_op **ops; /* as bound; put into the plan at the end */
  int nops;
  il_bind_machine *machines;
  int application; /* a machine's events table whose rows the application writes */
} il_draft;

struct il_binder {
  il_arena *arena;
  il_error *err;
  const char *rulebook;
  il_draft *drafts;
  int ndrafts;
  il_draft *table;      /* the table whose roles are being bound */
  il_finding_fn report; /* lint: every error goes here and binding goes on; else NULL */
  void *report_ctx;
  int errors; /* lint: how many were reported */
};

/* Binds a whole document (rulebook.c). b has arena, err and perhaps report; *book is filled as
** far as binding went. */
il_kind il_rulebook_bind(il_binder *b, const cJSON *doc, il_catalog_fn catalog, void *ctx,
                         il_rulebook *book);

/* ---- the document (doc.c) ---- */

/* Checks size, depth, RFC 8259, duplicate keys and \u0000, then parses. what names the text in
** errors ("rulebook"). */
il_kind il_doc_read(const char *json, size_t n, const char *what, il_arena *arena,
                    cJSON **out /*out*/, il_error *err);
/* RFC 7396: applies a patch to *target; both trees are of the same arena and share nodes
** afterwards. */
il_kind il_doc_merge(cJSON **target, cJSON *patch, il_arena *arena);
/* The document as compact JSON, arena-owned; NULL when out of memory. */
const char *il_doc_text(const cJSON *doc, size_t hint, il_arena *arena);
/* Appends the JSON pointer of a node ("" for the root). */
void il_doc_path(const cJSON *node, il_buf *out);
const cJSON *il_doc_get(const cJSON *object,
                        const char *key); /* exact; NULL when absent or no object */

/* ---- errors ---- */

/* An error at a node: "rulebook <name>: <pointer>: <message>". Returns kind. */
#define il_bind_error(b, at, kind, ...)                                                            \
  il_bind_place((b), (at), il_error_set((b)->err, (kind), __VA_ARGS__))
il_kind il_bind_place(il_binder *b, const cJSON *at, il_kind kind);
il_kind il_bind_nomem(il_binder *b);

/* The nearest of several words, by edit distance: only when it is near enough to be what was
** meant. */
typedef struct il_near {
  const char *word, *best;
  int distance;
} il_near;
void il_near_start(il_near *near, const char *word);
void il_near_try(il_near *near, const char *candidate);
/* `; did you mean "paid"?` in buf, or "" when nothing is near. Returns buf. */
const char *il_near_hint(const il_near *near, char *buf, size_t cap);

/* ---- reading nodes ---- */

/* json must be an object whose keys are all in the NULL-terminated list; "meta" always is. */
il_kind il_bind_keys(il_binder *b, const cJSON *json, const char *const *keys);
/* Calls fn for an object, or for each of an array of objects. */
il_kind il_bind_each(il_binder *b, const cJSON *json,
                     il_kind (*fn)(il_binder *b, const cJSON *json));
/* The same where a table has at most one: `several` says so of an array of more. */
il_kind il_bind_only(il_binder *b, const cJSON *json,
                     il_kind (*fn)(il_binder *b, const cJSON *json), const char *several);
/* A member that is a string of 1 to 1000 bytes; *out is NULL when it is absent and not required. */
il_kind il_bind_string(il_binder *b, const cJSON *object, const char *key, int required,
                       const char **out);
/* The rule id of an object ("rule"), required. */
il_kind il_bind_rule(il_binder *b, const cJSON *object, const char **out);
/* A rule id of its "rules" object, or otherwise. allowed lists the keys of "rules". */
il_kind il_bind_rule_of(il_binder *b, const cJSON *object, const char *key, const char *otherwise,
                        const char **out);
/* An integer of a node, within limits that a JSON number can hold exactly. */
il_kind il_bind_int(il_binder *b, const cJSON *node, int64_t min, int64_t max, int64_t *out);
int il_bind_is_int(const cJSON *node);

/* ---- tables and columns ---- */

il_draft *il_bind_draft(il_binder *b, const char *table); /* NULL: not a table of this rulebook */
/* The plan column of a name in a draft. at: the node to blame. Without a catalog the column gets
** the type `guess`. */
il_kind il_bind_column_named(il_binder *b, il_draft *t, const cJSON *at, const char *name,
                             il_coltype guess, int *col);
/* The same for a string node, in the table at hand. */
il_kind il_bind_column(il_binder *b, const cJSON *node, il_coltype guess, int *col);
/* What the catalog says of a plan column; NULL without a catalog. */
const struct il_column_info *il_bind_info(const il_draft *t, int col);
/* 1 when the column may hold NULL, as far as is known. */
int il_bind_nullable(const il_draft *t, int col);

/* ---- operations ---- */

il_bind_op *il_bind_add(il_binder *b, il_draft *t, const il_role *role, const char *rule,
                        unsigned events);
void il_bind_add_col(il_binder *b, il_bind_op *op, int col);
/* A word: a letter and what follows it. */
void il_bind_word(il_binder *b, il_bind_op *op, char tag, const char *text);
void il_bind_word_int(il_binder *b, il_bind_op *op, char tag, int64_t i);
/* Copy of text in the arena; "" when out of memory (the arena knows). */
const char *il_bind_copy(il_binder *b, const char *text, size_t n);
/* Text of a buffer that is freed here. */
const char *il_bind_take(il_binder *b, il_buf *buf);

/* ---- machines and SQL ---- */

il_bind_machine *il_bind_machine_of(const il_draft *t,
                                    int col); /* col < 0: the only one; NULL when there is none */
/* The stored code of a state given by name, as text. at: the node to blame. */
il_kind il_bind_state(il_binder *b, const il_bind_machine *m, const cJSON *at, const char *name,
                      const char **code);
/* The code of a state object: its "code" or its name; *integer tells which kind: 0 text, 1 integer,
** -1 NULL. */
il_kind il_bind_code(il_binder *b, const cJSON *state, const char **code, int *integer);
/* Checks a template: quotes end, columns of OLD and NEW exist in t, only known variables (vars:
** 1 allows them), no OLD where an event has none. *uses_old may be NULL. */
il_kind il_bind_sql(il_binder *b, il_draft *t, const cJSON *at, const char *sql, unsigned events,
                    int vars, int *uses_old);
/* The events of an "on" list: ["insert", "update", "delete"]. */
il_kind il_bind_events(il_binder *b, const cJSON *object, unsigned otherwise, unsigned *events);

#endif
