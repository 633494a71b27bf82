/*
** cron_describe.c: what an expression means, in English.
**
**   30 2 * * *              at 02:30 every day
**   * /15 9-17 * * MON-FRI  every 15 minutes during hours 09 through 17 on Monday through Friday
**   0 0 13 * FRI            at 00:00 on day 13 of the month or on Friday
**
** It is made from the compiled sets, not from the text: expressions that mean the same read the
** same. (Whether an expression is interval-like shows only where clocks change.)
*/
#include "cron.h"

#define TIMES_MAX 6 /* so many times of day are listed one by one */

static const char *const months[] = {"",        "January",  "February", "March",  "April",
                                     "May",     "June",     "July",     "August", "September",
                                     "October", "November", "December"};
static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
static const char *const ordinals[] = {"", "first", "second", "third", "fourth", "fifth", "last"};

static int count_bits(uint64_t b) {
  int n = 0;
  for (; b; b &= b - 1)
    n++;
  return n;
}

static int lowest(uint64_t b) {
  return __builtin_ctzll(b);
}

static void two_digits(il_buf *out, int v) {
  il_buf_char(out, (char)('0' + v / 10));
  il_buf_char(out, (char)('0' + v % 10));
}

enum shape { NUMBER, HOUR, MONTH, WEEKDAY };

static void value(il_buf *out, enum shape shape, int v) {
  if (shape == HOUR)
    two_digits(out, v);
  else if (shape == MONTH)
    il_buf_str(out, months[v]);
  else if (shape == WEEKDAY)
    il_buf_str(out, weekdays[v]);
  else
    il_buf_int(out, v);
}

/* Between items of a list: commas, and "and" before the last. left: items still to come. */
static void separate(il_buf *out, int done, int left) {
  if (done) il_buf_str(out, left > 1 ? ", " : " and ");
}

/* The end of the run of consecutive values that begins at v; runs of less than three are none. */
static int run_end(uint64_t bits, int v) {
  int end = v;
  while (end < 63 && bits >> (end + 1) & 1)
    end++;
  return end - v >= 2 ? end : v;
}

/* "1, 3 through 5 and 9" */
static void list(il_buf *out, enum shape shape, uint64_t bits) {
  int items = 0, done = 0;
  for (int v = 0; v < 64; v++)
    if (bits >> v & 1) {
      v = run_end(bits, v);
      items++;
    }
  for (int v = 0; v < 64; v++) {
    if (!(bits >> v & 1)) continue;
    int end = run_end(bits, v);
    separate(out, done, items - done);
    value(out, shape, v);
    if (end > v) {
      il_buf_str(out, " through ");
      value(out, shape, end);
    }
    done++;
    v = end;
  }
}

static void list_years(il_buf *out, const il_cron *c) {
  int done = 0;
  for (int v = 0; v <= IL_CRON_YEAR_MAX - IL_CRON_YEAR_MIN; v++) {
    int end = v - 1;
    while (end < IL_CRON_YEAR_MAX - IL_CRON_YEAR_MIN &&
           c->year[(end + 1) >> 6] >> ((end + 1) & 63) & 1)
      end++;
    if (end < v) continue;
    il_buf_f(out, "%s%d", done++ ? ", " : "", IL_CRON_YEAR_MIN + v);
    if (end > v) il_buf_f(out, "%s%d", end > v + 1 ? " through " : ", ", IL_CRON_YEAR_MIN + end);
    v = end;
  }
}

/* The step of a set that is 0, n, 2n, … with n dividing size, so that it goes round evenly; else 0.
   */
static int even_step(uint64_t bits, int size) {
  int n = count_bits(bits);
  if (n < 2 || size % n) return 0;
  int step = size / n;
  for (int v = 0; v < size; v += step)
    if (!(bits >> v & 1)) return 0;
  return step;
}

/* ---- The time of day ---- */

/* "at 02:00, 02:20 and 02:40" */
static void times_one_by_one(il_buf *out, const il_cron *c, int total) {
  int done = 0;
  il_buf_str(out, "at ");
  for (uint64_t h = c->hour; h; h &= h - 1)
    for (uint64_t m = c->minute; m; m &= m - 1)
      for (uint64_t s = c->second; s; s &= s - 1) {
        separate(out, done, total - done);
        two_digits(out, lowest(h));
        il_buf_char(out, ':');
        two_digits(out, lowest(m));
        if (c->second != 1) {
          il_buf_char(out, ':');
          two_digits(out, lowest(s));
        }
        done++;
      }
}

/* "every second", "every 15 minutes" or "at minutes 5 and 35"; 1 when it is of the first kind. */
static int unit(il_buf *out, const char *name, uint64_t bits) {
  int step = even_step(bits, 60);
  if (step == 1)
    il_buf_f(out, "every %s", name);
  else if (step)
    il_buf_f(out, "every %d %ss", step, name);
  else {
    il_buf_f(out, "at %s%s ", name, count_bits(bits) > 1 ? "s" : "");
    list(out, NUMBER, bits);
  }
  return step != 0;
}

/* The hours that a phrase about minutes or seconds holds for; every: the phrase begins with it. */
static void hours(il_buf *out, const il_cron *c, int every) {
  int step = even_step(c->hour, 24);
  if (step == 1) {
    if (!every) il_buf_str(out, " of every hour");
  } else {
    il_buf_f(out, every ? " during hour%s " : " of hour%s ", count_bits(c->hour) > 1 ? "s" : "");
    list(out, HOUR, c->hour);
  }
}

/* The time of day. 1 when single times are named, for which "every day" makes sense. */
static int time_of_day(il_buf *out, const il_cron *c) {
  int hour_step = even_step(c->hour, 24);
  int total = count_bits(c->hour) * count_bits(c->minute) * count_bits(c->second);
  if (total <= TIMES_MAX && !(hour_step && total > 2 && c->minute == 1)) {
    times_one_by_one(out, c, total);
    return 1;
  }
  if (c->second == 1 && c->minute == 1 && hour_step) {
    il_buf_f(out, hour_step == 1 ? "every hour" : "every %d hours", hour_step);
    return 0;
  }
  if (c->second == 1) {
    hours(out, c, unit(out, "minute", c->minute));
    return 0;
  }
  int every = unit(out, "second", c->second);
  if (even_step(c->minute, 60) != 1) {
    il_buf_f(out, every ? " during minute%s " : " of minute%s ",
             count_bits(c->minute) > 1 ? "s" : "");
    list(out, NUMBER, c->minute);
    every = 0;
  } else if (!every) {
    il_buf_str(out, " of every minute");
    every = 1;
  }
  hours(out, c, every);
  return 0;
}

/* ---- The date ---- */

static void or_between(il_buf *out, int *done) {
  il_buf_str(out, (*done)++ ? " or on " : " on ");
}

static void last_day(il_buf *out, int before) {
  il_buf_str(out, "the last day of the month");
  if (before) il_buf_f(out, " minus %d day%s", before, before > 1 ? "s" : "");
}

/* Days of the month: plain, before the last, and nearest weekdays. */
static void days(il_buf *out, const il_cron *c) {
  int done = 0;
  if (c->day) {
    or_between(out, &done);
    il_buf_f(out, "day%s ", count_bits(c->day) > 1 ? "s" : "");
    list(out, NUMBER, c->day);
    il_buf_str(out, " of the month");
  }
  for (uint64_t b = c->last; b; b &= b - 1) {
    or_between(out, &done);
    last_day(out, lowest(b));
  }
  for (uint64_t b = c->near; b; b &= b - 1) {
    or_between(out, &done);
    il_buf_f(out, "the weekday nearest day %d of the month", lowest(b));
  }
  for (uint64_t b = c->last_near; b; b &= b - 1) {
    or_between(out, &done);
    il_buf_str(out, lowest(b) ? "the weekday nearest " : "the last weekday of the month");
    if (lowest(b)) last_day(out, lowest(b));
  }
}

/* Days of the week: plain, and counted in the month. */
static void days_of_week(il_buf *out, const il_cron *c) {
  int done = 0;
  if (c->weekday) {
    or_between(out, &done);
    list(out, WEEKDAY, c->weekday);
  }
  for (uint64_t b = c->nth; b; b &= b - 1) {
    or_between(out, &done);
    il_buf_f(out, "the %s %s of the month", ordinals[lowest(b) % 8], weekdays[lowest(b) / 8]);
  }
}

void il_cron_describe(const il_cron *c, il_buf *out) {
  if (!c->fields) return; /* what a failed parse leaves */
  int by_day = c->day != UINT32_C(0xfffffffe), by_week = c->weekday != 0x7f;
  int either = !(c->flags & IL_CRON_AND);
  if (either && !(by_day && by_week)) by_day = by_week = 0; /* one side lets every day through */
  int single = time_of_day(out, c);
  if (by_day) days(out, c);
  if (by_day && by_week) il_buf_str(out, either ? " or" : " when it falls");
  if (by_week) days_of_week(out, c);
  if (single && !by_day && !by_week) il_buf_str(out, " every day");
  if (c->month != 0x1ffe) {
    il_buf_str(out, " in ");
    list(out, MONTH, c->month);
  }
  if (c->flags & IL_CRON_YEARS) {
    il_buf_str(out, c->month != 0x1ffe ? " of " : " in ");
    list_years(out, c);
  }
  if (c->flags & IL_CRON_NEVER) il_buf_str(out, ", which never comes");
}
