/*
** cron_next.c: the set of instants that an expression denotes in a zone.
**
** M is the set of local times whose fields match. An expression is interval-like when its second,
** minute or hour is written with *, - or /, else fixed-time. For w in M:
**   once      w comes once: that instant.
**   twice     clocks go back over w: interval-like both instants, fixed-time the first only.
**   skipped   clocks go forward over w, by at most 3 hours: fixed-time the first instant after the
**             gap; interval-like only when every occurrence of that local date lies in the gap.
**   no day    a longer gap (Apia, 30 December 2011): none.
** Only the offsets before and after a transition matter, so negative saving time, half hours and
** standard-time changes are no special cases. Nothing is stepped through: a search in M is some bit
** operations for each month it passes, and the zone is walked by segments of constant offset.
**
** It ends by proof: il_cron_parse knows of expressions without any date, all others come round
** within 400 years.
*/
#include "../values/instant.h"
#include "cron.h"

#define DAY 86400
#define SECOND INT64_C(1000000)
#define GAP_MAX 10800 /* seconds; a longer gap is a day that never was */

/* No match. Far outside every local time. */
#define NONE INT64_C(4000000000000)

/* Two local times of one instant in two segments differ by less than this; so much earlier or
** later, segments cannot share local times. */
#define REACH (2 * IL_ZONE_OFFSET_MAX)

/* Local years that instants of the years 1 to 9999 can fall into. */
#define YEAR_MIN 0
#define YEAR_MAX 10000

static inline int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}
static inline int lowest(uint64_t bits) {
  return __builtin_ctzll(bits);
}
static inline int highest(uint64_t bits) {
  return 63 - __builtin_clzll(bits);
}

/* Bits that are set; the compiler's own would be a call where the processor has no instruction for
   it. */
static int count_bits(uint64_t b) {
  b -= b >> 1 & UINT64_C(0x5555555555555555);
  b = (b & UINT64_C(0x3333333333333333)) + (b >> 2 & UINT64_C(0x3333333333333333));
  b = (b + (b >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (int)(b * UINT64_C(0x0101010101010101) >> 56);
}

/* ---- Times of day ---- */

/* First time of day >= from that matches, or -1. */
static int32_t time_from(const il_cron *c, int32_t from) {
  int hour = from / 3600, minute = from / 60 % 60, second = from % 60;
  if (c->hour >> hour & 1) {
    if (c->minute >> minute & 1) {
      uint64_t seconds = c->second >> second << second;
      if (seconds) return hour * 3600 + minute * 60 + lowest(seconds);
    }
    uint64_t minutes = c->minute & (UINT64_MAX << minute << 1);
    if (minutes) return hour * 3600 + lowest(minutes) * 60 + lowest(c->second);
  }
  uint32_t hours = c->hour & (UINT32_MAX << hour << 1);
  return hours ? lowest(hours) * 3600 + c->first % 3600 : -1;
}

/* Last time of day <= from that matches, or -1. */
static int32_t time_back(const il_cron *c, int32_t from) {
  int hour = from / 3600, minute = from / 60 % 60, second = from % 60;
  if (c->hour >> hour & 1) {
    if (c->minute >> minute & 1) {
      uint64_t seconds = c->second & (UINT64_MAX >> (63 - second));
      if (seconds) return hour * 3600 + minute * 60 + highest(seconds);
    }
    uint64_t minutes = c->minute & ((UINT64_C(1) << minute) - 1);
    if (minutes) return hour * 3600 + highest(minutes) * 60 + highest(c->second);
  }
  uint32_t hours = c->hour & ((UINT32_C(1) << hour) - 1);
  return hours ? highest(hours) * 3600 + c->final % 3600 : -1;
}

/* Matching times of day in [0, until). */
static int64_t times_before(const il_cron *c, int32_t until) {
  int hour = until / 3600, minute = until / 60 % 60, second = until % 60;
  int seconds = count_bits(c->second), minutes = count_bits(c->minute);
  if (hour >= 24) return (int64_t)count_bits(c->hour) * minutes * seconds;
  int64_t count = (int64_t)count_bits(c->hour & ((UINT32_C(1) << hour) - 1)) * minutes * seconds;
  if (!(c->hour >> hour & 1)) return count;
  count += (int64_t)count_bits(c->minute & ((UINT64_C(1) << minute) - 1)) * seconds;
  if (!(c->minute >> minute & 1)) return count;
  return count + count_bits(c->second & ((UINT64_C(1) << second) - 1));
}

/* ---- Dates ---- */

/* The weekday (Monday to Friday) nearest to a day of the month, in the same month: Saturday moves
** to the Friday before, Sunday to the Monday after, except over the month's edges. */
static int nearest(int day, int length, int first_weekday) {
  int weekday = (first_weekday + day - 1) % 7;
  if (weekday == 6) return day > 1 ? day - 1 : day + 2;
  if (weekday == 0) return day < length ? day + 1 : day - 2;
  return day;
}

/* Adds the days that L, W and # name. */
static void special_days(const il_cron *c, int length, int first_weekday, uint32_t *days,
                         uint32_t *weekdays) {
  for (uint32_t b = c->near; b; b &= b - 1) {
    int day = lowest(b);
    if (day <= length) *days |= UINT32_C(1) << nearest(day, length, first_weekday);
  }
  for (uint32_t b = c->last; b; b &= b - 1) {
    int day = length - lowest(b);
    if (day >= 1) *days |= UINT32_C(1) << day;
  }
  for (uint32_t b = c->last_near; b; b &= b - 1) {
    int day = length - lowest(b);
    if (day >= 1) *days |= UINT32_C(1) << nearest(day, length, first_weekday);
  }
  for (uint64_t b = c->nth; b; b &= b - 1) {
    int weekday = lowest(b) / 8, k = lowest(b) % 8;
    int day = 1 + (weekday - first_weekday + 7) % 7 + 7 * (k == 6 ? 4 : k - 1);
    if (k == 6 && day > length) day -= 7;
    if (day <= length) *weekdays |= UINT32_C(1) << day;
  }
}

uint32_t il_cron_month_days(const il_cron *c, int length, int first_weekday) {
  /* The weekday mask turned so that bit 0 is the weekday of the first, then repeated week by week
     from bit 1 on. */
  uint32_t week =
      ((uint32_t)c->weekday >> first_weekday | (uint32_t)c->weekday << (7 - first_weekday)) & 0x7f;
  uint32_t weekdays = (week | week << 7 | week << 14 | week << 21 | week << 28) << 1;
  uint32_t days = c->day;
  if (c->flags & IL_CRON_SPECIAL) special_days(c, length, first_weekday, &days, &weekdays);
  uint32_t both = c->flags & IL_CRON_AND ? days & weekdays : days | weekdays;
  return both & (UINT32_MAX >> (31 - length)) & ~UINT32_C(1);
}

static inline int month_length(int64_t year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 0x15aa >> month & 1 ? 31 : 30;
}

/* The matching days of a month whose first is day number first. */
static inline uint32_t days_of(const il_cron *c, int64_t year, int month, int64_t first) {
  int weekday = (int)((first + 7 * 200000 + 4) % 7); /* 1970-01-01 was a Thursday */
  return il_cron_month_days(c, month_length(year, month), weekday);
}

static inline int year_matches(const il_cron *c, int64_t year) {
  if (!(c->flags & IL_CRON_YEARS)) return 1;
  int64_t bit = year - IL_CRON_YEAR_MIN;
  return bit >= 0 && bit <= IL_CRON_YEAR_MAX - IL_CRON_YEAR_MIN &&
         (c->year[bit >> 6] >> (bit & 63) & 1);
}

static int day_matches(const il_cron *c, int64_t number) {
  int64_t year;
  int month, day;
  il_civil_from_days(number, &year, &month, &day);
  if (!(c->month >> month & 1) || !year_matches(c, year)) return 0;
  return days_of(c, year, month, number - day + 1) >> day & 1;
}

/* The first matching day >= a day number, or NONE. */
static int64_t day_from(const il_cron *c, int64_t number) {
  int64_t year;
  int month, day;
  il_civil_from_days(number, &year, &month, &day);
  if (c->flags & IL_CRON_YEARS && year < IL_CRON_YEAR_MIN) {
    year = IL_CRON_YEAR_MIN;
    month = day = 1;
  }
  int64_t last_year = c->flags & IL_CRON_YEARS ? IL_CRON_YEAR_MAX : YEAR_MAX;
  for (; year <= last_year; year++, month = day = 1) {
    if (!year_matches(c, year)) continue;
    uint32_t months = (uint32_t)c->month >> month << month;
    for (; months; months &= months - 1) {
      int m = lowest(months);
      int64_t first = il_days_from_civil(year, m, 1);
      uint32_t days = days_of(c, year, m, first);
      if (m == month) days = days >> day << day;
      if (days) return first + lowest(days) - 1;
    }
  }
  return NONE;
}

/* The last matching day <= a day number, or -NONE. */
static int64_t day_back(const il_cron *c, int64_t number) {
  int64_t year;
  int month, day;
  il_civil_from_days(number, &year, &month, &day);
  if (c->flags & IL_CRON_YEARS && year > IL_CRON_YEAR_MAX) {
    year = IL_CRON_YEAR_MAX;
    month = 12;
    day = 31;
  }
  int64_t first_year = c->flags & IL_CRON_YEARS ? IL_CRON_YEAR_MIN : YEAR_MIN;
  for (; year >= first_year; year--, month = 12, day = 31) {
    if (!year_matches(c, year)) continue;
    uint32_t months = c->month & (UINT32_MAX >> (31 - month));
    for (; months; months ^= UINT32_C(1) << highest(months)) {
      int m = highest(months);
      int64_t first = il_days_from_civil(year, m, 1);
      uint32_t days = days_of(c, year, m, first);
      if (m == month) days &= UINT32_MAX >> (31 - day);
      if (days) return first + highest(days) - 1;
    }
  }
  return -NONE;
}

/* How many days match from a day number up to, not including, another. */
static int64_t days_between(const il_cron *c, int64_t from, int64_t until) {
  int64_t year, count = 0;
  int month, day;
  if (from >= until) return 0;
  il_civil_from_days(from, &year, &month, &day);
  for (int64_t first = from - day + 1; first < until; month = month % 12 + 1, year += month == 1) {
    int length = month_length(year, month);
    if ((c->month >> month & 1) && year_matches(c, year)) {
      uint32_t days = days_of(c, year, month, first);
      if (first < from) days = days >> day << day;
      if (first + length > until) days &= UINT32_MAX >> (32 - (until - first + 1));
      count += count_bits(days);
    }
    first += length;
  }
  return count;
}

/* ---- M: local times ---- */

/* First local time >= x in M, or NONE. */
static int64_t local_from(const il_cron *c, int64_t x) {
  int64_t day = floor_div(x, DAY);
  int32_t from = (int32_t)(x - day * DAY);
  int64_t found = day_from(c, from > c->final ? day + 1 : day);
  if (found == NONE) return NONE;
  if (found > day) return found * DAY + c->first;
  return found * DAY + time_from(c, from);
}

/* Last local time <= x in M, or -NONE. */
static int64_t local_back(const il_cron *c, int64_t x) {
  int64_t day = floor_div(x, DAY);
  int32_t from = (int32_t)(x - day * DAY);
  int64_t found = day_back(c, from < c->first ? day - 1 : day);
  if (found == -NONE) return -NONE;
  if (found < day) return found * DAY + c->final;
  return found * DAY + time_back(c, from);
}

static int local_matches(const il_cron *c, int64_t w) {
  int64_t day = floor_div(w, DAY);
  int32_t time = (int32_t)(w - day * DAY);
  return (c->hour >> (time / 3600) & 1) && (c->minute >> (time / 60 % 60) & 1) &&
         (c->second >> (time % 60) & 1) && day_matches(c, day);
}

/* How many local times of M lie in [from, until). */
static int64_t local_count(const il_cron *c, int64_t from, int64_t until) {
  if (from >= until) return 0;
  int64_t a = floor_div(from, DAY), b = floor_div(until, DAY);
  int64_t count = days_between(c, a, b) * times_before(c, DAY);
  if (day_matches(c, b)) count += times_before(c, (int32_t)(until - b * DAY));
  if (day_matches(c, a)) count -= times_before(c, (int32_t)(from - a * DAY));
  return count;
}

/* ---- The zone ---- */

/* Whether the local time w of segment s came before, in an earlier segment; which is *p then. Real
** zones keep an offset for days at least, so one segment back would do; four are looked at. */
static int seen_before(const il_zone *z, const il_segment *s, int64_t w, il_segment *p) {
  if (w - s->start - s->offset >= REACH) return 0;
  *p = *s;
  for (int i = 0; i < 4 && il_zone_prev(z, p); i++) {
    int64_t t = w - p->offset;
    if (p->start <= t && t < p->end) return 1;
  }
  return 0;
}

/* Whether a fixed-time expression leaves w of segment s out because it came before. */
static int is_repeat(const il_cron *c, const il_zone *z, const il_segment *s, int64_t w) {
  il_segment p;
  return !(c->flags & IL_CRON_INTERVAL) && seen_before(z, s, w, &p);
}

/* Whether local times of one date that match are lost in the gap [from, to) of that day and stand
   for the instant after it. */
static int lost_on(const il_cron *c, const il_zone *z, int64_t day, int64_t from, int64_t to) {
  if (!day_matches(c, day)) return 0;
  if (c->flags & IL_CRON_INTERVAL && (c->first < from || c->final >= to))
    return 0; /* the date has another occurrence */
  int64_t at[2];
  for (int64_t time = time_from(c, (int32_t)from); time >= 0 && time < to;) {
    if (il_zone_instants(z, day * DAY + time, at) == 0) return 1;
    time = time + 1 < DAY ? time_from(c, (int32_t)time + 1) : -1;
  }
  return 0;
}

/* Whether the start of a segment is in the set because clocks went forward there over local times
   in M. */
static int is_rescue(const il_cron *c, const il_zone *z, const il_segment *s) {
  int64_t gap = (int64_t)s->offset - s->before;
  if (gap <= 0 || gap > GAP_MAX) return 0;
  int64_t from = s->start + s->before, to = s->start + s->offset;
  for (int64_t day = floor_div(from, DAY); day * DAY < to; day++) {
    int64_t lo = from > day * DAY ? from - day * DAY : 0,
            hi = to < (day + 1) * DAY ? to - day * DAY : DAY;
    if (lost_on(c, z, day, lo, hi)) return 1;
  }
  return 0;
}

/* An instant in seconds as the answer of next and prev. */
static int answer(int64_t seconds, int64_t *at) {
  if (seconds < IL_INSTANT_MIN / SECOND || seconds > IL_INSTANT_MAX / SECOND) return 0;
  *at = seconds * SECOND;
  return 1;
}

int il_cron_next(const il_cron *c, const il_zone *zone, int64_t after, int64_t *at) {
  if (c->flags & IL_CRON_NEVER || after >= IL_INSTANT_MAX) return 0;
  int64_t t = floor_div(after < IL_INSTANT_MIN ? IL_INSTANT_MIN - 1 : after, SECOND) + 1;
  il_segment s;
  il_zone_segment(zone, t, &s);
  if (t == s.start && is_rescue(c, zone, &s)) return answer(t, at);
  int64_t known = t + s.offset;     /* M is known to have nothing from here … */
  int64_t w = local_from(c, known); /* … up to here */
  for (;;) {
    il_segment p;
    while (w < s.end + s.offset && !(c->flags & IL_CRON_INTERVAL) && seen_before(zone, &s, w, &p))
      w = local_from(c, p.end + p.offset);
    int64_t end = s.end + s.offset;
    if (w < end) return answer(w - s.offset, at);
    if (s.end >= IL_ZONE_END) return 0;
    if (end - known > REACH) {
      /* From here on no segment can go back to before known: those that lie wholly before w hold
         nothing. */
      if (w == NONE) return 0;
      if (w - REACH > s.end)
        il_zone_segment(zone, w - REACH, &s);
      else
        il_zone_next(zone, &s);
    } else {
      il_zone_next(zone, &s);
    }
    if (is_rescue(c, zone, &s)) return answer(s.start, at);
    int64_t start = s.start + s.offset;
    if (start < known || start > w) w = local_from(c, known = start);
  }
}

int il_cron_prev(const il_cron *c, const il_zone *zone, int64_t before, int64_t *at) {
  if (c->flags & IL_CRON_NEVER || before <= IL_INSTANT_MIN) return 0;
  int64_t t = floor_div((before > IL_INSTANT_MAX ? IL_INSTANT_MAX : before - 1), SECOND);
  il_segment s;
  il_zone_segment(zone, t, &s);
  int64_t known = t + s.offset;     /* M is known to have nothing from here … */
  int64_t w = local_back(c, known); /* … down to here */
  for (;;) {
    il_segment p;
    int64_t start = s.start + s.offset;
    while (w >= start && !(c->flags & IL_CRON_INTERVAL) && seen_before(zone, &s, w, &p)) {
      w = local_back(c, p.start + p.offset - 1);
      known = -NONE; /* what was passed over is still to be found, in the segment it was seen in */
    }
    if (w >= start) return answer(w - s.offset, at);
    if (is_rescue(c, zone, &s)) return answer(s.start, at);
    if (s.start <= IL_ZONE_BEGIN) return 0;
    if (known - start > REACH) {
      if (w == -NONE) return 0;
      if (w + REACH < s.start)
        il_zone_segment(zone, w + REACH, &s);
      else
        il_zone_prev(zone, &s);
    } else {
      il_zone_prev(zone, &s);
    }
    int64_t last = s.end + s.offset - 1;
    if (last > known || last < w) w = local_back(c, known = last);
  }
}

int il_cron_matches(const il_cron *c, const il_zone *zone, int64_t at) {
  if (at < IL_INSTANT_MIN || at > IL_INSTANT_MAX || at % SECOND) return 0;
  il_segment s;
  il_zone_segment(zone, at / SECOND, &s);
  int64_t w = at / SECOND + s.offset;
  if (local_matches(c, w) && !is_repeat(c, zone, &s, w)) return 1;
  return at / SECOND == s.start && is_rescue(c, zone, &s);
}

/* How many local times of M in [from, until) of segment s a fixed-time expression leaves out
   because they came before. */
static int64_t repeats(const il_cron *c, const il_zone *z, const il_segment *s, int64_t from,
                       int64_t until) {
  il_segment p = *s;
  int64_t end = from, count = 0;
  for (int i = 0; i < 4 && il_zone_prev(z, &p); i++)
    if (p.end + p.offset > end) end = p.end + p.offset;
  if (end > until) end = until;
  while (from < end) {
    int64_t w = local_from(c, from);
    if (w >= end) break;
    from = w + 1;
    if (!seen_before(z, s, w, &p)) continue;
    from = p.end + p.offset < end ? p.end + p.offset : end;
    count += local_count(c, w, from);
  }
  return count;
}

int64_t il_cron_count(const il_cron *c, const il_zone *zone, int64_t from, int64_t until) {
  if (from < IL_INSTANT_MIN) from = IL_INSTANT_MIN;
  if (until > IL_INSTANT_MAX) until = IL_INSTANT_MAX;
  if (c->flags & IL_CRON_NEVER || from > until) return 0;
  int64_t t = floor_div(from - 1, SECOND) + 1, last = floor_div(until, SECOND), count = 0;
  il_segment s;
  for (il_zone_segment(zone, t, &s); t <= last; t = s.start) {
    int64_t end = s.end <= last ? s.end : last + 1;
    count += local_count(c, t + s.offset, end + s.offset);
    if (!(c->flags & IL_CRON_INTERVAL)) count -= repeats(c, zone, &s, t + s.offset, end + s.offset);
    if (t == s.start && is_rescue(c, zone, &s)) {
      int64_t w = t + s.offset;
      count += !local_matches(c, w) || is_repeat(c, zone, &s, w);
    }
    if (!il_zone_next(zone, &s)) break;
  }
  return count;
}

il_cron_series il_cron_from(const il_cron *c, const il_zone *zone, int64_t from, int64_t until) {
  il_cron_series s = {c, zone, (from < IL_INSTANT_MIN ? IL_INSTANT_MIN : from) - 1, until};
  return s;
}

int il_cron_step(il_cron_series *s, int64_t *at) {
  int64_t next;
  if (!il_cron_next(s->cron, s->zone, s->at, &next) || next > s->until) return 0;
  s->at = *at = next;
  return 1;
}
