/*
** zone.h: time zones, read from the system's zone database (TZif, RFC 9636), without the C
** library's zone functions.
**
** A zone is a row of segments: stretches of time with one offset from UTC. The table of the file is
** followed by what its footer rule says for the next 400 years; the Gregorian calendar repeats
** after 400 years, so every later instant is found by going back a whole number of cycles. A zone
** never changes once opened and may be shared by any number of threads.
**
**   il_zone_cache cache;                              owned by a connection or backend
**   il_zone_cache_init(&cache, mem, read_zone_file, NULL);
**   if (il_zone_get(&cache, "Europe/Paris", 12, &zone, &err) == IL_OK)
**     offset = il_zone_local(zone, seconds);
**
** Seconds are seconds since 1970-01-01T00:00:00Z; "local" seconds are that plus the offset: a civil
** time counted as if it were UTC. Wherever a zone is asked for, NULL means UTC.
*/
#ifndef IL_ZONE_H
#define IL_ZONE_H
#include <stddef.h>
#include <stdint.h>
#include "../error.h"
#include "arena.h"

/* Where the hosts look for zones: the files that PostgreSQL on Debian reads too. No environment
   variable has a say: both engines, and every session, mean the same by a name. */
#ifndef IL_ZONE_DIRECTORY
#define IL_ZONE_DIRECTORY "/usr/share/zoneinfo"
#endif
#define IL_ZONE_FILE_MAX 65536 /* bytes; the largest file of tzdata has 4 KiB */
#define IL_ZONE_NAME_MAX 63    /* bytes; the longest name has 38 */
#define IL_ZONE_CACHED 32      /* zones one cache holds, about 12 KiB each */

/* Ends of time in seconds: no segment reaches beyond. Far outside the years 1 to 9999, far inside
   int64. */
#define IL_ZONE_BEGIN INT64_C(-1000000000000)
#define IL_ZONE_END INT64_C(1000000000000)

/* Local times differ from UTC by less than this (RFC 9636 allows -89999 to 93599 seconds). */
#define IL_ZONE_OFFSET_MAX 93600

typedef struct il_zone {
  char name[IL_ZONE_NAME_MAX + 1];
  int n;              /* transitions that change the offset */
  int64_t cycle;      /* from here on the 400 years before repeat; IL_ZONE_END when nothing does */
  const int64_t *at;  /* n ascending instants */
  const int32_t *off; /* n + 1 offsets east of UTC: off[i] holds from at[i-1] to at[i] */
} il_zone;

typedef struct il_segment {
  int64_t start, end; /* the instants start <= t < end; IL_ZONE_BEGIN and IL_ZONE_END when open */
  int32_t offset;     /* seconds east of UTC in the segment */
  int32_t before;     /* and before start; offset itself in the first segment */
  int index;          /* private */
  int64_t shift;      /* private */
} il_segment;

/* UTC: needs no data. */
const il_zone *il_zone_utc(void);

/* IL_OK when name can be the name of a zone: segments of letters, digits, '_', '-' and '+'
** separated by '/'. A name is never a path: no '.', no leading, doubled or trailing '/', no NUL.
** IL_ARGUMENT with the offset of the first wrong byte. */
il_kind il_zone_name_check(const char *name, size_t n, il_error *err);

/* Makes a zone of the n bytes of a TZif file, versions 1 to 4 and later. The data may be hostile.
** One allocation from mem, freed by il_zone_close. IL_ARGUMENT when it is no TZif data, damaged,
** too large or counts leap seconds; IL_NOMEM. */
il_kind il_zone_open(const il_alloc *mem, const char *name, size_t nname, const unsigned char *data,
                     size_t n, il_zone **zone /*out*/, il_error *err);
void il_zone_close(const il_alloc *mem, il_zone *zone); /* zone may be NULL */

/* Offset in seconds east of UTC at an instant. */
int32_t il_zone_local(const il_zone *zone, int64_t at);

/* The segment that holds an instant; and its neighbours: 0 when there is none, s is left alone. */
void il_zone_segment(const il_zone *zone, int64_t at, il_segment *s /*out*/);
int il_zone_next(const il_zone *zone, il_segment *s /*in and out*/);
int il_zone_prev(const il_zone *zone, il_segment *s /*in and out*/);

/* The instants of a local time: how many, 0 to 2. 1: at[0] = at[1]. 2 (clocks went back): the first
** and the last. 0 (clocks went forward over it): both are the first instant after the gap. */
int il_zone_instants(const il_zone *zone, int64_t local, int64_t at[2] /*out*/);

/* Calls each for every segment that touches from <= t < until, in order, until it returns nonzero;
   returns that, or 0. */
int il_zone_segments(const il_zone *zone, int64_t from, int64_t until,
                     int (*each)(void *ctx, const il_segment *s), void *ctx);

/* Reads the file of a zone below the zone database's directory into buf, at most cap bytes, and
** says how many in *n. name has passed il_zone_name_check. Anything but IL_OK means that there is
** no such regular file; it fills err or leaves it alone. */
typedef il_kind (*il_zone_read)(void *ctx, const char *name, unsigned char *buf /*out*/, size_t cap,
                                size_t *n /*out*/, il_error *err);

/* Zones by name, at most IL_ZONE_CACHED of them; the one not asked for longest makes room. For one
   thread at a time. */
typedef struct il_zone_cache {
  const il_alloc *mem;
  il_zone_read read;
  void *ctx;
  int n, last;
  uint64_t clock;
  uint64_t used[IL_ZONE_CACHED];
  il_zone *zone[IL_ZONE_CACHED];
} il_zone_cache;

void il_zone_cache_init(il_zone_cache *cache, const il_alloc *mem, il_zone_read read, void *ctx);
void il_zone_cache_clear(
    il_zone_cache *cache); /* frees every zone; files are read again when asked for */

/* The zone of a name. *zone is good until the next il_zone_get or il_zone_cache_clear on the same
** cache. "UTC" and "Etc/UTC" need no file. IL_ARGUMENT: not a zone's name, no such zone, bad data;
** IL_NOMEM. Failures are not remembered. */
il_kind il_zone_get(il_zone_cache *cache, const char *name, size_t n, const il_zone **zone /*out*/,
                    il_error *err);

#endif
