/*
** cron.h: cron expressions as sets of instants.
**
** An expression and a zone denote one set of instants (cron_next.c says which); next, prev,
** matches, count and the series all read that set, so they agree by construction. A compiled
** expression is a plain value: no pointers, nothing to free, nothing that a call changes; copy it,
** keep it, share it between threads.
**
**   il_cron cron;
**   if (il_cron_parse("30 2 * * *", 10, &cron, &err)) return err.kind;
**   if (il_cron_next(&cron, zone, now, &at)) …            at > now
**
** The fields, in the order in which they are written; 5 leave out second and year, 6 leave out the
** year:
**   second 0-59, minute 0-59, hour 0-23, day 1-31, month 1-12 or JAN-DEC, weekday 0-7 or SUN-SAT,
**   year 1970-2199
**   *  ?           every value
**   a-b  a-b/n     a range, with steps; 22-2 goes on past the end
**   *\/n  a/n       every n-th from the start or a     x,y          a list of any of these
**   L  L-3         last day of the month, 3 before
**   15W  LW L-3W   the weekday (Monday to Friday) nearest to a day, in its month
**   5L  FRIL       last Friday of the month           FRI#2 FRI#L  second, last Friday of the month
**   Day and weekday both restricted: either is enough; both are needed when one begins with * or ?,
**   or when the weekday field begins with +.
**   @yearly @annually @monthly @weekly @daily @midnight @hourly @minutely @every_minute
**   @every_second
*/
#ifndef IL_CRON_H
#define IL_CRON_H
#include <stddef.h>
#include <stdint.h>
#include "../error.h"
#include "../values/buf.h"
#include "../values/zone.h"

#define IL_CRON_TEXT_MAX 1024 /* bytes of an expression */
#define IL_CRON_YEAR_MIN 1970
#define IL_CRON_YEAR_MAX 2199

enum {                        /* il_cron.flags */
       IL_CRON_AND = 1,       /* a day must match both day and weekday */
       IL_CRON_INTERVAL = 2,  /* interval-like: second, minute or hour is written with *, - or / */
       IL_CRON_SPECIAL = 4,   /* uses near, last, last_near or nth */
       IL_CRON_NEVER = 8,     /* no date matches, ever */
       IL_CRON_YEARS = 16,    /* the year field restricts */
       IL_CRON_DAY_STAR = 32, /* the day field begins with * or ? */
       IL_CRON_WEEKDAY_STAR = 64, /* the weekday field begins with * or ? */
       IL_CRON_SECONDS = 128      /* a second field was written */
};

typedef struct il_cron {
  uint64_t second, minute; /* bit n: the value n */
  uint32_t hour, day;
  uint32_t near;      /* bit n: nW */
  uint32_t last;      /* bit n: L-n */
  uint32_t last_near; /* bit n: L-nW */
  uint16_t month;
  uint8_t weekday;      /* bit 0: Sunday */
  uint8_t fields;       /* written: 5, 6 or 7; a macro counts as what it stands for */
  uint64_t nth;         /* bit 8 * weekday + k: the k-th of the month, k = 6: the last */
  uint64_t year[4];     /* bit n: 1970 + n */
  int32_t first, final; /* first and last time of day that matches, in seconds */
  uint32_t flags;
} il_cron;

/* Compiles n bytes. IL_ARGUMENT: err says which field is wrong and why, err->offset is the byte.
** Never reads past n, never takes longer than the length of the text. */
il_kind il_cron_parse(const char *p, size_t n, il_cron *cron /*out*/, il_error *err);

/* The first instant of the set after an instant, and the last one before an instant, in
** microseconds; strictly. 1 when there is one, 0 when there is none within the years 1 to 9999.
** zone NULL is UTC. */
int il_cron_next(const il_cron *cron, const il_zone *zone, int64_t after, int64_t *at /*out*/);
int il_cron_prev(const il_cron *cron, const il_zone *zone, int64_t before, int64_t *at /*out*/);

/* Whether an instant is in the set: instants between two seconds never are. */
int il_cron_matches(const il_cron *cron, const il_zone *zone, int64_t at);

/* How many instants of the set there are with from <= instant <= until, without visiting each. */
int64_t il_cron_count(const il_cron *cron, const il_zone *zone, int64_t from, int64_t until);

/* The instants from <= instant <= until, ascending: il_cron_series s = il_cron_from(…); while
** (il_cron_step(&s, &at)) … cron and zone must outlive it. */
typedef struct il_cron_series {
  const il_cron *cron;
  const il_zone *zone;
  int64_t at, until;
} il_cron_series;

il_cron_series il_cron_from(const il_cron *cron, const il_zone *zone, int64_t from, int64_t until);
int il_cron_step(il_cron_series *series, int64_t *at /*out*/);

/* Appends what the expression means, in English without a full stop: "at 02:30 on Monday through
   Friday". */
void il_cron_describe(const il_cron *cron, il_buf *out);

/* Days of a month that match, bit n = day n, given its number of days and the weekday (0 = Sunday)
   of its first. */
uint32_t il_cron_month_days(const il_cron *cron, int length, int first_weekday);

#endif
