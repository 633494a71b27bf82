/*
** tables.h: what tables a script of DDL would make, without making them: interlock_sql shows the
** triggers of a system on an engine that it is not running on.
*/
#ifndef IL_TABLES_H
#define IL_TABLES_H
#include "functions/inner.h"

typedef struct il_tables {
  il_arena *arena;
  il_engine engine;
  int n, cap;
  il_table_info **at;
} il_tables;

/* Reads CREATE TABLE, CREATE UNIQUE INDEX, ALTER TABLE … ADD and DROP TABLE of a script in the
** engine's own words; what it does not know it leaves alone. More scripts may follow. */
il_kind il_tables_read(il_tables *tables, const char *schema, const char *sql, il_error *err);
/* An il_catalog_fn over il_tables. */
il_kind il_tables_find(void *tables, const char *name, il_table_info **info, il_error *err);
/* The type as the engine's host would report it. */
il_coltype il_tables_coltype(il_engine engine, const char *type);

#endif
