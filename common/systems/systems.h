/*
** systems.h: the systems that ship with interlock, as data. build/systems.c holds them; embed.sh
** writes it from sql/<system>/.
*/
#ifndef IL_SYSTEMS_H
#define IL_SYSTEMS_H

/* One migration: sql/<system>/NNN_name.sql, cut in two at its line "-- revert". Portable DDL, see
** rules/ddl.h. */
typedef struct il_migration {
  int number;       /* 1, 2, 3 … without gaps */
  const char *name; /* what follows the number in the file's name */
  const char *up;
  const char *down; /* "" when it cannot be taken back */
} il_migration;

/* A variant of a system: an RFC 7396 merge patch of its rules, sql/<system>/tiers/<name>.json. */
typedef struct il_tier {
  const char *name;
  const char *patch;
} il_tier;

typedef struct il_system {
  const char *name, *title;
  int nmigrations;
  const il_migration *migrations; /* by number */
  const char *rulebook;           /* JSON */
  int ntiers;
  const il_tier *tiers; /* by name */
} il_system;

/* In the order that system.json gives, then by name. */
extern const il_system il_systems[];
extern const int il_system_count;

#endif
