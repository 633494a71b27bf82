/*
** migrations.h: shared by systems.c, install.c and text.c.
*/
#ifndef IL_MIGRATIONS_H
#define IL_MIGRATIONS_H
#include "functions/inner.h"
#include "systems/systems.h"
#include "values/hash.h"

/* The system named by argument 0. */
il_kind il_system_arg(il_call *call, const char *function, const il_system **out, il_error *err);

/* SHA-256 of what a migration does, so that one that was edited after it ran is seen. NULL when
** out of memory. */
const char *il_migration_checksum(il_arena *arena, const il_migration *m);

/* A system's migrations that ran in a schema. */
typedef struct il_applied {
  int n;
  int64_t changed; /* number of the first whose text is another now, 0 */
  int64_t foreign; /* number of the first that this library does not know, 0 */
  il_rows rows;    /* number, name, checksum, applied_at */
} il_applied;
il_kind il_applied_read(il_call *call, const char *schema, const il_system *system, il_applied *out,
                        il_error *err);

/* A part of a migration in the words of an engine. */
il_kind il_migration_expand(il_call *call, const char *part, il_engine engine, const char *schema,
                            const char **sql /*out*/, il_error *err);
/* What it makes, by the names this engine gives. */
il_kind il_migration_names(il_call *call, const il_migration *m, il_script *out, il_error *err);

#endif
