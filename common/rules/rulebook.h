/*
** rulebook.h: reads a rulebook (JSON, cJSON) and compiles it to one plan per table. Pure: what the tables look like comes from
** a catalog callback; without it (lint of a document alone) columns are taken on trust.
*/
#ifndef IL_RULEBOOK_H
#define IL_RULEBOOK_H
#include "plan.h"

/* What the host knows of a table. Arena-owned by whoever filled it. */
typedef struct il_table_info {
  const char *schema; /* PostgreSQL schema, SQLite database ("main") */
  const char *name;   /* as stored */
  int ncols;
  struct il_column_info {
    const char *name;
    const char *type; /* as the engine spells it: "timestamp with time zone", "TEXT" */
    il_coltype coltype;
    int not_null, generated, identity, has_default;
  } * cols;
  int nkey; /* primary key columns, in key order */
  int *key;
  int nunique; /* further unique indexes; in SQLite also the key's own when its collation is not the column's */
  struct il_unique_info {
    int ncols;
    int *cols;         /* -1: an expression, see expr */
    const char *where; /* predicate text, NULL when total */
    const char **
        expr; /* SQLite: text of the expressions, one for each column (NULL: a plain column); NULL when all are plain */
    const char **
        collate; /* SQLite: collations, one for each column (NULL: the column's own); NULL when all are */
  } * unique;
  int without_rowid, partitioned, has_autoincrement;
  int checks; /* PostgreSQL: how many CHECKs it has */
  int ntriggers;
  struct il_trigger_info {
    const char *name, *sql, *plan; /* plan text when it is one of ours, else NULL */
    int ours, enabled;
  } * triggers;
} il_table_info;

typedef il_kind (*il_catalog_fn)(void *ctx, const char *table,
                                 il_table_info **info /*out, NULL when there is no such table*/,
                                 il_error *err);

typedef struct il_rulebook {
  const char *name, *version, *title;
  int ntables;
  il_plan **plans;  /* in file order */
  const char *json; /* canonical text as given */
} il_rulebook;

/* Lint: every finding goes to the callback; severity is "error", "warning" or "info"; path is a JSON pointer. */
typedef void (*il_finding_fn)(void *ctx, const char *severity, const char *path,
                              const char *message);

#define IL_RULEBOOK_MAX (1024 * 1024) /* bytes of JSON */
#define IL_RULEBOOK_DEPTH 32

/*
** Parses, checks and compiles. The first error ends it: IL_ARGUMENT with the JSON pointer in the message
** ("rulebook orders: /tables/orders/machines/0/states/new/to/0: no state \"payd\"; did you mean \"paid\"?"), NO_TABLE, NO_COLUMN.
** catalog may be NULL. patch: RFC 7396 merge patches applied to the document first (tiers), NULL-terminated list or NULL.
*/
il_kind il_rulebook_read(const char *json, size_t n, const char *const *patches,
                         il_catalog_fn catalog, void *ctx, il_arena *arena, il_rulebook **out,
                         il_error *err);

/* Everything il_rulebook_read would refuse and everything that is merely suspicious. Returns the number of errors, -1 on NOMEM. */
int il_rulebook_lint(const char *json, size_t n, il_catalog_fn catalog, void *ctx, il_arena *arena,
                     il_finding_fn report, void *report_ctx);

#endif
