/*
** statements.h: every SQL statement the core runs, from statements.def.
*/
#ifndef IL_STATEMENTS_H
#define IL_STATEMENTS_H
#include <stdarg.h>
#include "port.h"

typedef enum il_stmt {
#define IL_STMT(id, sqlite, postgres) IL_S_##id,
#include "statements.def"
#undef IL_STMT
  IL_STMT_COUNT
} il_stmt;

/*
** Writes a statement for the port's engine. Its % parameters, in order:
**   %T  SQL as it is (a qualified table, a column list made by a generator)     const char *
**   %I  identifier, quoted                                                      const char *
**   %F  schema of interlock's functions with its dot; takes no parameter
**   %%  a percent sign
** Bound parameters are written ?1:text ?1:int ?1:instant ?1:json; PostgreSQL gets CAST(?1 AS
** type), SQLite ?1. {word}s are the portable words of ddl.h. Returns NULL when out of memory.
** Memory is the arena's.
*/
const char *il_stmt_expand(il_arena *arena, const il_port *port, il_stmt id, va_list params);

#endif
