/*
** systems.h: the systems that ship with interlock, as data. build/systems.c holds them; embed.sh
** writes it from sql/<system>/.
*/
#ifndef IL_SYSTEMS_H
#define IL_SYSTEMS_H

/* A part of a migration: what a level adds, from a line "-- tier <level>" on. What stands before
** the first such line is of the lowest level. */
typedef struct il_section {
  int level;
  const char *sql; /* NULL: no more sections */
} il_section;

/* One migration: sql/<system>/NNN_name.sql, cut in two at its line "-- revert". Portable DDL, see
** rules/ddl.h. */
typedef struct il_migration {
  int number;             /* without gaps; the first may be any */
  const char *name;       /* what follows the number in the file's name */
  const il_section *up;   /* in the order of the file */
  const il_section *down; /* all of it blank: it cannot be taken back */
} il_migration;

/* A variant of a system, or what one of its levels changes in its rules: an RFC 7396 merge patch,
** sql/<system>/tiers/<name>.json. */
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
  /* Tiers that decide which tables exist ("levels" of system.json), from the lowest up; each adds
  ** to the one before. The highest is what is installed unless another is asked for. */
  int nlevels; /* 0: the system has none */
  const char *const *levels;
} il_system;

/* The level of everything: that of a system without levels, or its highest. */
static inline int il_system_top(const il_system *system) {
  return system->nlevels ? system->nlevels - 1 : 0;
}

/* In the order that system.json gives, then by name. */
extern const il_system il_systems[];
extern const int il_system_count;

#endif
