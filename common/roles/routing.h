/* routing.h: which channels an alert reaches, as alert_route asks it; and fetch.h's brother for what
** has not changed since it was fetched last. */
#ifndef IL_ROUTING_H
#define IL_ROUTING_H
#include "roles.h"

/* Names of columns and tables; NULL: there is none. */
typedef struct il_routing {
  const char *alerts, *key, *severity, *domain;
  const char *channels, *channel_key, *enabled, *least, *patterns;
  int nranks;
  const char *const *ranks; /* words: "r<severity>", the lowest first */
} il_routing;
/* Appends why channel c does not take alert a, as SQL: disabled, severity, domain, or NULL. fn is the
** schema of interlock's functions with its dot, or "". */
void il_routing_reason(const il_routing *r, const char *fn, il_buf *out);

/* Plan columns, -1: none. */
typedef struct il_fetch {
  int source, name, locator, status, hash, etag, last_modified, at;
  il_code success, unchanged;
} il_fetch;
/* Appends 1 or 0 as SQL: does row p look like what there is now? now: the hash, the etag and the last
** modification of that, as SQL; those that have no column are not looked at. */
void il_fetch_same(const il_fetch *f, const il_plan *plan, const char *const now[3], il_buf *out);

#endif
