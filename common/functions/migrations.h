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

/* Sections of a migration that are above one level and not above another; -1: from the lowest on.
** NULL when out of memory. */
const char *il_migration_text(il_arena *arena, const il_section *sections, int above, int upto);

/* SHA-256 of what a migration does at a level, so that one that was edited after it ran is seen.
** It also tells the level that it ran at. NULL when out of memory. */
const char *il_migration_checksum(il_arena *arena, const il_migration *m, int level);

/* A tier argument: "guard+timeout", "intermediate", "default" or nothing. */
typedef struct il_tiers {
  int level;            /* -1: it names none */
  const char **patches; /* of what else it names; NULL-terminated, room for two more */
} il_tiers;
il_kind il_tiers_read(il_call *call, const il_system *system, const char *tier,
                      il_tiers *out /*out*/, il_error *err);
/* Adds what a level changes in the rules, and takes the tables out that it does not have. *tables
** is how many it has. */
il_kind il_tiers_level(il_call *call, const il_system *system, int level, il_tiers *tiers,
                       int64_t *tables /*out*/, il_error *err);

/* A system's migrations that ran in a schema. */
typedef struct il_applied {
  int n;
  int level;       /* all of them ran at; the system's highest when none ran */
  int64_t changed; /* number of the first whose text is another now, 0 */
  int64_t foreign; /* number of the first that this library does not know, 0 */
  il_rows rows;    /* number, name, checksum, applied_at */
} il_applied;
il_kind il_applied_read(il_call *call, const char *schema, const il_system *system, il_applied *out,
                        il_error *err);

/* A part of a migration in the words of an engine. */
il_kind il_migration_expand(il_call *call, const char *part, il_engine engine, const char *schema,
                            const char **sql /*out*/, il_error *err);
/* What its sections above one level and up to another make, by the names this engine gives. */
il_kind il_migration_names(il_call *call, const il_migration *m, int above, int upto,
                           il_script *out, il_error *err);

#endif
