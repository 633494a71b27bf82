/*
** zone.c: names, look-up in both directions, and the cache of zones. zone_read.c reads the files.
*/
#include "zone.h"

#include <string.h>

/* 400 Gregorian years in seconds. */
#define CYCLE INT64_C(12622780800)

static const int64_t utc_at[1] = {0}; /* none of it counts */
static const int32_t utc_offset[1] = {0};
static const il_zone utc = {
    .name = "UTC", .n = 0, .cycle = IL_ZONE_END, .at = utc_at, .off = utc_offset};

const il_zone *il_zone_utc(void) {
  return &utc;
}

/* Bytes of a name that may be shown in a message: up to the first that is no printable ASCII. */
static int showable(const char *p, size_t n) {
  size_t i = 0;
  while (i < n && i < IL_ZONE_NAME_MAX && p[i] > 0x20 && p[i] < 0x7f)
    i++;
  return (int)i;
}

static int is_name_byte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+';
}

il_kind il_zone_name_check(const char *name, size_t n, il_error *err) {
  size_t i = 0;
  if (n > 0 && n <= IL_ZONE_NAME_MAX) {
    for (; i < n; i++) {
      int edge = i == 0 || i == n - 1 || name[i - 1] == '/';
      if (!is_name_byte(name[i]) && (name[i] != '/' || edge)) break;
    }
    if (i == n) return IL_OK;
  }
  if (n > IL_ZONE_NAME_MAX) i = IL_ZONE_NAME_MAX;
  il_error_set(err, IL_ARGUMENT,
               n > IL_ZONE_NAME_MAX
                   ? "\"%.*s…\" is not the name of a time zone: longer than %d bytes"
                   : "\"%.*s\" is not the name of a time zone, at offset %d",
               showable(name, n), name, n > IL_ZONE_NAME_MAX ? IL_ZONE_NAME_MAX : (int)i);
  if (err) err->offset = (int)i;
  return IL_ARGUMENT;
}

/* How many of the transitions are at or before t. Branchless in the loop: the look-up is in the
   path of every cron_next. */
static int find(const il_zone *z, int64_t t) {
  const int64_t *base = z->at;
  int n = z->n;
  if (n == 0) return 0;
  while (n > 1) {
    int half = n / 2;
    base = base[half] <= t ? base + half : base;
    n -= half;
  }
  return (int)(base - z->at) + (*base <= t);
}

static inline void fill(const il_zone *z, int i, int64_t shift, il_segment *s) {
  s->start = i > 0 ? z->at[i - 1] + shift : IL_ZONE_BEGIN;
  s->end = i < z->n ? z->at[i] + shift : IL_ZONE_END;
  s->offset = z->off[i];
  s->before = z->off[i > 0 ? i - 1 : 0];
  s->index = i;
  s->shift = shift;
}

/* Goes back to the cycle that the table holds; returns by how much. */
static int64_t wind_back(const il_zone *z, int64_t *t) {
  if (*t < z->cycle) return 0;
  int64_t shift = ((*t - z->cycle) / CYCLE + 1) * CYCLE;
  *t -= shift;
  return shift;
}

void il_zone_segment(const il_zone *zone, int64_t at, il_segment *s) {
  const il_zone *z = zone ? zone : &utc;
  if (at < IL_ZONE_BEGIN) at = IL_ZONE_BEGIN;
  if (at >= IL_ZONE_END) at = IL_ZONE_END - 1;
  int64_t shift = wind_back(z, &at);
  fill(z, find(z, at), shift, s);
}

int32_t il_zone_local(const il_zone *zone, int64_t at) {
  il_segment s;
  il_zone_segment(zone, at, &s);
  return s.offset;
}

int il_zone_next(const il_zone *zone, il_segment *s) {
  if (s->end >= IL_ZONE_END) return 0;
  if (s->end < zone->cycle)
    fill(zone, s->index + 1, 0, s);
  else
    il_zone_segment(zone, s->end, s);
  return 1;
}

int il_zone_prev(const il_zone *zone, il_segment *s) {
  if (s->start <= IL_ZONE_BEGIN) return 0;
  if (s->shift == 0)
    fill(zone, s->index - 1, 0, s);
  else
    il_zone_segment(zone, s->start - 1, s);
  return 1;
}

int il_zone_segments(const il_zone *zone, int64_t from, int64_t until,
                     int (*each)(void *ctx, const il_segment *s), void *ctx) {
  il_segment s;
  il_zone_segment(zone, from, &s);
  while (s.start < until) {
    int stop = each(ctx, &s);
    if (stop || !il_zone_next(zone, &s)) return stop;
  }
  return 0;
}

int il_zone_instants(const il_zone *zone, int64_t local, int64_t at[2]) {
  il_segment s;
  int count = 0, after = 0;
  int64_t gap_end = local;
  if (local < IL_ZONE_BEGIN) local = IL_ZONE_BEGIN;
  if (local > IL_ZONE_END) local = IL_ZONE_END;
  il_zone_segment(zone, local - IL_ZONE_OFFSET_MAX, &s);
  do {
    int64_t t = local - s.offset;
    if (s.start <= t && t < s.end) {
      if (count++ == 0) at[0] = t;
      at[1] = t;
    } else if (t < s.start && !after) {
      after = 1; /* the first segment that lies wholly later than this local time */
      gap_end = s.start;
    }
  } while (s.end <= local + IL_ZONE_OFFSET_MAX && il_zone_next(zone, &s));
  if (count == 0) at[0] = at[1] = gap_end;
  return count > 2 ? 2 : count;
}

void il_zone_cache_init(il_zone_cache *cache, const il_alloc *mem, il_zone_read read, void *ctx) {
  memset(cache, 0, sizeof *cache);
  cache->mem = mem;
  cache->read = read;
  cache->ctx = ctx;
}

void il_zone_cache_clear(il_zone_cache *cache) {
  for (int i = 0; i < cache->n; i++)
    il_zone_close(cache->mem, cache->zone[i]);
  cache->n = cache->last = 0;
}

static int is_named(const il_zone *z, const char *name, size_t n) {
  return n <= IL_ZONE_NAME_MAX && memcmp(z->name, name, n) == 0 && z->name[n] == 0;
}

/* Reads a zone that is not in the cache and puts it into a free slot, or into the one not used
   longest. */
static il_kind load(il_zone_cache *cache, const char *name, size_t n, il_error *err) {
  char text[IL_ZONE_NAME_MAX + 1];
  il_kind kind = il_zone_name_check(name, n, err);
  if (kind) return kind;
  memcpy(text, name, n);
  text[n] = 0;
  unsigned char *buf = cache->mem->alloc(cache->mem->ctx, IL_ZONE_FILE_MAX + 1);
  if (!buf) return il_error_set(err, IL_NOMEM, "out of memory");
  size_t size = 0;
  il_zone *zone = NULL;
  if (err) il_error_clear(err);
  kind = cache->read(cache->ctx, text, buf, IL_ZONE_FILE_MAX + 1, &size, err);
  if (kind == IL_OK)
    kind = il_zone_open(cache->mem, name, n, buf, size, &zone, err);
  else if (!err || err->kind == IL_OK)
    kind = il_error_set(err, IL_ARGUMENT, "there is no time zone \"%s\"", text);
  cache->mem->free(cache->mem->ctx, buf);
  if (kind) return kind;
  int slot = cache->n;
  if (slot == IL_ZONE_CACHED) {
    slot = 0;
    for (int i = 1; i < IL_ZONE_CACHED; i++)
      if (cache->used[i] < cache->used[slot]) slot = i;
    il_zone_close(cache->mem, cache->zone[slot]);
  } else {
    cache->n++;
  }
  cache->zone[slot] = zone;
  cache->last = slot;
  return IL_OK;
}

il_kind il_zone_get(il_zone_cache *cache, const char *name, size_t n, const il_zone **zone,
                    il_error *err) {
  *zone = NULL;
  if ((n == 3 && memcmp(name, "UTC", 3) == 0) || (n == 7 && memcmp(name, "Etc/UTC", 7) == 0)) {
    *zone = &utc;
    return IL_OK;
  }
  if (cache->n == 0 || !is_named(cache->zone[cache->last], name, n)) {
    int i = 0;
    while (i < cache->n && !is_named(cache->zone[i], name, n))
      i++;
    if (i < cache->n) {
      cache->last = i;
    } else {
      il_kind kind = load(cache, name, n, err);
      if (kind) return kind;
    }
  }
  cache->used[cache->last] = ++cache->clock;
  *zone = cache->zone[cache->last];
  return IL_OK;
}
