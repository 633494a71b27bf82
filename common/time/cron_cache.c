/* cron_cache.c: compiled expressions by their text; one place each, the newer one takes it. */
#include "cron_cache.h"

#include <string.h>

static unsigned place(const char *p, size_t n) {
  uint32_t h = 2166136261u; /* FNV-1a */
  for (size_t i = 0; i < n; i++)
    h = (h ^ (unsigned char)p[i]) * 16777619u;
  return (h ^ h >> 16) & (IL_CRON_CACHED - 1);
}

il_kind il_cron_get(il_cron_cache *cache, const char *p, size_t n, il_cron *own,
                    const il_cron **cron, il_error *err) {
  *cron = own;
  if (!cache || n == 0 || n > IL_CRON_CACHED_TEXT) return il_cron_parse(p, n, own, err);
  unsigned i = place(p, n);
  if (cache->slot[i].n != n || memcmp(cache->slot[i].text, p, n) != 0) {
    il_kind kind = il_cron_parse(p, n, own, err);
    if (kind) return kind;
    cache->slot[i].cron = *own;
    memcpy(cache->slot[i].text, p, n);
    cache->slot[i].n = (unsigned char)n;
  }
  *cron = &cache->slot[i].cron;
  return IL_OK;
}
