/*
** cron_cache.h: expressions that were compiled already, by their text. A connection or backend has
** one: a constant in a statement, or a table of schedules, is read once and not once a row.
*/
#ifndef IL_CRON_CACHE_H
#define IL_CRON_CACHE_H
#include "cron.h"

#define IL_CRON_CACHED 64      /* expressions, power of two: each has one place it can be in */
#define IL_CRON_CACHED_TEXT 55 /* bytes; longer ones are compiled every time */

/* Zeroed memory is an empty cache; nothing to free. For one thread at a time. */
typedef struct il_cron_cache {
  struct {
    unsigned char n; /* 0: free */
    char text[IL_CRON_CACHED_TEXT];
    il_cron cron;
  } slot[IL_CRON_CACHED];
} il_cron_cache;

/* What n bytes mean, from the cache or compiled now. cache may be NULL. *cron points into the cache
** or to *own, and is good until the next call with the same cache. Errors are il_cron_parse's, and
** not remembered. */
il_kind il_cron_get(il_cron_cache *cache, const char *p, size_t n, il_cron *own,
                    const il_cron **cron /*out*/, il_error *err);

#endif
