/*
** zone_read.c: reads TZif data (RFC 9636) and the rule in its footer (POSIX.1-2017 TZ, with the
** extensions of version 3).
**
** Every count and index of the file is checked against the bytes there are before it is used. What
** is kept is only what the offset needs: abbreviations, the isdst flag and the standard/wall and
** UT/local indicators are checked and dropped.
*/
#include <string.h>

#include "instant.h"
#include "zone.h"

#define DAY 86400
#define CYCLE_YEARS 400
/* The rule is laid out from two years before the table's last transition (so that its state there
** is known) through the cycle that begins two years after it, and one more. Two transitions a
** year. */
#define RULE_BEFORE 2
#define RULE_AFTER (2 + CYCLE_YEARS + 1)
#define RULE_TRANSITIONS (2 * (RULE_BEFORE + RULE_AFTER + 1))

struct header {
  int version; /* 1 for a NUL, else the digit */
  size_t isut, isstd, leap, times, types, chars;
};

/* When a rule changes the clocks, in local time before the change. kind: 'J' day 1 to 365 without
** 29 February, 'N' day 0 to 365 with it, 'M' month, week (5 = last) and weekday. */
struct change {
  char kind;
  int month, week, day;
  int32_t time;
};

struct rule {
  int32_t std, dst;
  int has_dst;
  struct change start, end;
};

struct text {
  const char *p, *end;
};

/* A zone under construction. */
struct build {
  int64_t *at;
  int32_t *off;
  int n;
};

static il_kind bad(il_error *err, const char *name, size_t n, const char *what) {
  return il_error_set(err, IL_ARGUMENT, "time zone \"%.*s\": %s",
                      (int)(n < IL_ZONE_NAME_MAX ? n : IL_ZONE_NAME_MAX), name, what);
}

static uint32_t be32(const unsigned char *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be_time(const unsigned char *p, size_t width) {
  if (width == 4) return (int32_t)be32(p);
  return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Header of 44 bytes. 0 when it is none. */
static int read_header(const unsigned char *p, size_t n, struct header *h) {
  if (n < 44 || memcmp(p, "TZif", 4) != 0) return 0;
  h->version = p[4] == 0 ? 1 : p[4] >= '2' && p[4] <= '9' ? p[4] - '0' : 0;
  h->isut = be32(p + 20);
  h->isstd = be32(p + 24);
  h->leap = be32(p + 28);
  h->times = be32(p + 32);
  h->types = be32(p + 36);
  h->chars = be32(p + 40);
  /* Nothing in a file of at most 64 KiB can be counted higher; it also keeps the sums below from
     overflowing. */
  size_t most = IL_ZONE_FILE_MAX;
  return h->version && h->isut <= most && h->isstd <= most && h->leap <= most && h->times <= most &&
         h->types <= most && h->chars <= most;
}

static size_t block_size(const struct header *h, size_t width) {
  return h->times * (width + 1) + h->types * 6 + h->chars + h->leap * (width + 4) + h->isstd +
         h->isut;
}

/* Number of at most max with 1 to 3 digits; -1 when there is none. */
static int read_number(struct text *t, int max) {
  int v = 0, digits = 0;
  for (; t->p < t->end && *t->p >= '0' && *t->p <= '9' && digits < 3; digits++)
    v = v * 10 + (*t->p++ - '0');
  return digits && v <= max ? v : -1;
}

static int eat(struct text *t, char c) {
  if (t->p >= t->end || *t->p != c) return 0;
  t->p++;
  return 1;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int read_hms(struct text *t, int max_hours, int32_t *seconds) {
  int sign = 1, part[3] = {0, 0, 0};
  if (eat(t, '-'))
    sign = -1;
  else
    eat(t, '+');
  for (int i = 0; i < 3 && (i == 0 || eat(t, ':')); i++)
    if ((part[i] = read_number(t, i ? 59 : max_hours)) < 0) return 0;
  *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
  return 1;
}

/* Abbreviation: three or more letters, or <letters, digits, + and ->. */
static int read_abbreviation(struct text *t) {
  const char *from = t->p;
  int quoted = eat(t, '<');
  for (; t->p < t->end; t->p++) {
    char c = *t->p;
    int letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))) break;
  }
  return t->p - from >= 3 + quoted && (!quoted || eat(t, '>'));
}

static int read_change(struct text *t, struct change *c) {
  memset(c, 0, sizeof *c);
  c->time = 2 * 3600;
  if (!eat(t, ',')) return 0;
  if (eat(t, 'M')) {
    c->kind = 'M';
    if ((c->month = read_number(t, 12)) < 1 || !eat(t, '.')) return 0;
    if ((c->week = read_number(t, 5)) < 1 || !eat(t, '.')) return 0;
    if ((c->day = read_number(t, 6)) < 0) return 0;
  } else {
    c->kind = eat(t, 'J') ? 'J' : 'N';
    if ((c->day = read_number(t, 365)) < (c->kind == 'J')) return 0;
  }
  return !eat(t, '/') || read_hms(t, 167, &c->time);
}

/* "CET-1CEST,M3.5.0,M10.5.0/3": POSIX counts offsets west of Greenwich. A DST name without rules is
** refused: POSIX leaves open what it means and no data needs it. */
static int read_rule(struct text t, struct rule *r) {
  int32_t west;
  memset(r, 0, sizeof *r);
  if (!read_abbreviation(&t) || !read_hms(&t, 24, &west)) return 0;
  r->std = -west;
  if (t.p == t.end) return 1;
  r->has_dst = 1;
  if (!read_abbreviation(&t)) return 0;
  r->dst = r->std + 3600;
  if (t.p < t.end && *t.p != ',') {
    if (!read_hms(&t, 24, &west)) return 0;
    r->dst = -west;
  }
  return read_change(&t, &r->start) && read_change(&t, &r->end) && t.p == t.end;
}

static int is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The instant of a change in a year; offset is the one in force before it. */
static int64_t change_at(const struct change *c, int64_t year, int32_t offset) {
  int64_t day;
  if (c->kind == 'M') {
    int64_t first = il_days_from_civil(year, c->month, 1);
    int64_t next = c->month == 12 ? il_days_from_civil(year + 1, 1, 1)
                                  : il_days_from_civil(year, c->month + 1, 1);
    int weekday = (int)(((first + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    day = first + (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
    while (day >= next)
      day -= 7;
  } else {
    day = il_days_from_civil(year, 1, 1) + c->day;
    if (c->kind == 'J' && !(is_leap(year) && c->day >= 60)) day--;
  }
  return day * DAY + c->time - offset;
}

/* Adds a transition; the same instant again replaces it, and one that changes nothing is dropped.
   */
static void add(struct build *b, int64_t at, int32_t off) {
  if (b->n > 0 && b->at[b->n - 1] == at) b->n--;
  if (b->off[b->n] == off) return;
  b->at[b->n++] = at;
  b->off[b->n] = off;
}

/* Lays out the rule after the instant last, at which the offset is b->off[b->n]. Starts and ends
** are two ascending rows that are merged; at the same instant the end comes first, so that a DST
** which never ends (",0/0,J365/25") stays on. 0 when the rule disagrees with the table about the
** offset at last (RFC 9636, 3.3, forbids it). */
static int lay_out(struct build *b, const struct rule *r, int64_t first_year, int64_t last_year,
                   int64_t last) {
  int64_t start_year = first_year, end_year = first_year;
  int32_t now = r->std;
  int checked = 0;
  while (start_year <= last_year || end_year <= last_year) {
    int64_t start = change_at(&r->start, start_year, r->std),
            end = change_at(&r->end, end_year, r->dst);
    int ends = end <= start;
    int64_t at = ends ? end : start;
    if (at > last && !checked) {
      checked = 1;
      if (last > IL_ZONE_BEGIN && now != b->off[b->n]) return 0;
    }
    now = ends ? r->std : r->dst;
    if (ends)
      end_year++;
    else
      start_year++;
    if (at > last) add(b, at, now);
  }
  return 1;
}

/* Follows the table with the footer's rule. */
static int apply_rule(struct build *b, const struct rule *r, int64_t last, int64_t *cycle) {
  if (last > IL_INSTANT_MAX / 1000000) return 1;
  if (last == IL_ZONE_BEGIN) b->off[0] = r->std; /* no table at all: the rule says everything */
  if (!r->has_dst) return b->off[b->n] == r->std;
  int64_t year = 0;
  int month, day;
  if (last > IL_ZONE_BEGIN)
    il_civil_from_days((last - (last % DAY + DAY) % DAY) / DAY, &year, &month, &day);
  if (!lay_out(b, r, year - RULE_BEFORE, year + RULE_AFTER, last)) return 0;
  int64_t from = il_days_from_civil(year + 2, 1, 1) * DAY,
          until = il_days_from_civil(year + 2 + CYCLE_YEARS, 1, 1) * DAY;
  int n = b->n;
  while (n > 0 && b->at[n - 1] >= until)
    n--;
  if (n > 0 && b->at[n - 1] >= from)
    *cycle = until;
  else
    b->n =
        n; /* DST all year round: what follows the cycle is only where the lay-out was broken off */
  return 1;
}

/* Checks the local time types: at least one, offsets in range, abbreviations inside their
   characters. */
static const char *check_types(const struct header *h, const unsigned char *types,
                               const unsigned char *chars) {
  if (h->types == 0 || h->types > 256 || h->chars == 0 || chars[h->chars - 1] != 0)
    return "damaged data (types)";
  if ((h->isut && h->isut != h->types) || (h->isstd && h->isstd != h->types))
    return "damaged data (indicators)";
  for (size_t i = 0; i < h->types; i++) {
    int32_t off = (int32_t)be32(types + 6 * i);
    if (off <= -IL_ZONE_OFFSET_MAX || off >= IL_ZONE_OFFSET_MAX)
      return "damaged data (offset out of range)";
    if (types[6 * i + 4] > 1 || types[6 * i + 5] >= h->chars) return "damaged data (types)";
  }
  return h->leap ? "it counts leap seconds, which civil time here does not" : NULL;
}

/* Reads one data block. *last is its last transition, IL_ZONE_BEGIN when it has none. NULL, or what
   is wrong. */
static const char *read_block(const struct header *h, const unsigned char *p, size_t width,
                              struct build *b, int64_t *last) {
  const unsigned char *index = p + h->times * width, *types = index + h->times;
  const char *wrong = check_types(h, types, types + 6 * h->types);
  if (wrong) return wrong;
  b->n = 0;
  b->off[0] = (int32_t)be32(types); /* RFC 9636: type 0 holds before the first transition */
  *last = IL_ZONE_BEGIN;
  int64_t before = INT64_MIN;
  for (size_t i = 0; i < h->times; i++) {
    int64_t at = be_time(p + i * width, width);
    if ((i > 0 && at <= before) || index[i] >= h->types) return "damaged data (transitions)";
    before = at;
    if (at >= IL_ZONE_END) continue;
    int32_t off = (int32_t)be32(types + 6 * index[i]);
    if (at <= IL_ZONE_BEGIN)
      b->off[0] = off;
    else
      add(b, at, off);
    *last = at <= IL_ZONE_BEGIN ? IL_ZONE_BEGIN + 1 : at;
  }
  return NULL;
}

/* The footer: a newline, the rule, a newline. An empty rule says nothing. */
static const char *read_footer(const unsigned char *p, size_t n, struct build *b, int64_t last,
                               int64_t *cycle) {
  const unsigned char *end = n > 1 && p[0] == '\n' ? memchr(p + 1, '\n', n - 1) : NULL;
  struct rule rule;
  if (!end) return "damaged data (footer)";
  if (end == p + 1) return NULL;
  if (!read_rule((struct text){(const char *)p + 1, (const char *)end}, &rule))
    return "damaged data (footer rule)";
  if (!apply_rule(b, &rule, last, cycle)) return "damaged data (footer rule and table disagree)";
  return NULL;
}

/* Finds the block to read: the second one from version 2 on. 0 when there is not enough data. */
static int find_block(const unsigned char *data, size_t n, struct header *h, size_t *from,
                      size_t *width) {
  *from = 44;
  *width = 4;
  if (!read_header(data, n, h)) return 0;
  if (h->version >= 2) {
    size_t skip = 44 + block_size(h, 4);
    if (skip > n || !read_header(data + skip, n - skip, h)) return 0;
    *from = skip + 44;
    *width = 8;
  }
  return *from + block_size(h, *width) <= n;
}

il_kind il_zone_open(const il_alloc *mem, const char *name, size_t nname, const unsigned char *data,
                     size_t n, il_zone **zone, il_error *err) {
  struct header h;
  size_t from, width;
  *zone = NULL;
  il_kind kind = il_zone_name_check(name, nname, err);
  if (kind) return kind;
  if (n > IL_ZONE_FILE_MAX) return bad(err, name, nname, "more data than a zone has");
  if (n < 4 || memcmp(data, "TZif", 4) != 0) return bad(err, name, nname, "not a zone's data");
  if (!find_block(data, n, &h, &from, &width))
    return bad(err, name, nname, "damaged or truncated data");
  size_t footer = from + block_size(&h, width);
  int has_rule = width == 8 && memchr(data + footer, ',', n - footer) !=
                                   NULL; /* a rule without changes has no comma */
  size_t most = h.times + (has_rule ? RULE_TRANSITIONS : 0);
  size_t head = (sizeof(il_zone) + 7) / 8 * 8;
  unsigned char *block = mem->alloc(mem->ctx, head + most * 8 + (most + 1) * 4);
  if (!block) return il_error_set(err, IL_NOMEM, "out of memory");
  struct build b = {(int64_t *)(void *)(block + head), (int32_t *)(void *)(block + head + most * 8),
                    0};
  int64_t last, cycle = IL_ZONE_END;
  const char *wrong = read_block(&h, data + from, width, &b, &last);
  if (!wrong && width == 8) wrong = read_footer(data + footer, n - footer, &b, last, &cycle);
  if (wrong) {
    mem->free(mem->ctx, block);
    return bad(err, name, nname, wrong);
  }
  il_zone *z = (il_zone *)(void *)block;
  memset(z, 0, sizeof *z);
  memcpy(z->name, name, nname);
  z->n = b.n;
  z->cycle = cycle;
  z->at = b.at;
  z->off = b.off;
  *zone = z;
  return IL_OK;
}

void il_zone_close(const il_alloc *mem, il_zone *zone) {
  if (zone) mem->free(mem->ctx, zone);
}
