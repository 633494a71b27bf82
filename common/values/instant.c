#include "instant.h"
#include <string.h>

enum { SECOND = 1000000 }; /* microseconds */

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days: years begin in March, eras
** have 400 years and 146097 days. */
int64_t il_days_from_civil(int64_t year, int month, int day) {
  int64_t y = year - (month <= 2);
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t yoe = y - era * 400;
  int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

void il_civil_from_days(int64_t days, int64_t *year, int *month, int *day) {
  int64_t z = days + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  *day = (int)(doy - (153 * mp + 2) / 5 + 1);
  *month = (int)(mp < 10 ? mp + 3 : mp - 9);
  *year = yoe + era * 400 + (*month <= 2);
}

static int days_in_month(int64_t year, int month) {
  static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 ? 28 + leap : days[month - 1];
}

/* A parser over text: at moves; the first thing that is not as expected sets err. */
typedef struct scan {
  const char *p;
  size_t at, n;
  il_error *err;
} scan;

static il_kind expected(const scan *s, size_t at, const char *what) {
  il_error_at(s->err, IL_ARGUMENT, at, "not an instant: expected %s", what);
  return IL_ARGUMENT;
}

static int is_digit(const scan *s, size_t at) {
  return at < s->n && s->p[at] >= '0' && s->p[at] <= '9';
}

static int take(scan *s, char c) {
  if (s->at >= s->n || s->p[s->at] != c) return 0;
  s->at++;
  return 1;
}

/* Exactly `digits` digits whose value lies within low and high. */
static il_kind number(scan *s, int digits, int low, int high, const char *what, int *out) {
  size_t start = s->at;
  int value = 0;
  for (int i = 0; i < digits; i++, s->at++) {
    if (!is_digit(s, s->at)) return expected(s, s->at, what);
    value = value * 10 + (s->p[s->at] - '0');
  }
  if (value < low || value > high) return expected(s, start, what);
  *out = value;
  return IL_OK;
}

static il_kind read_date(scan *s, int64_t *days) {
  int year = 0, month = 0, day = 0;
  size_t start;
  il_kind kind = number(s, 4, 1, 9999, "a year from 0001 to 9999", &year);
  if (kind != IL_OK) return kind;
  if (!take(s, '-')) return expected(s, s->at, "'-'");
  kind = number(s, 2, 1, 12, "a month from 01 to 12", &month);
  if (kind != IL_OK) return kind;
  if (!take(s, '-')) return expected(s, s->at, "'-'");
  start = s->at;
  kind = number(s, 2, 1, 31, "a day from 01 to 31", &day);
  if (kind != IL_OK) return kind;
  if (day > days_in_month(year, month)) return expected(s, start, "a day that this month has");
  *days = il_days_from_civil(year, month, day);
  return IL_OK;
}

/* One to nine digits, cut to microseconds. */
static il_kind read_fraction(scan *s, int64_t *us) {
  int64_t scale = SECOND;
  size_t start = s->at;
  if (!is_digit(s, s->at)) return expected(s, s->at, "a digit");
  for (; is_digit(s, s->at); s->at++) {
    if (s->at - start >= 9) return expected(s, s->at, "at most 9 digits");
    scale /= 10;
    *us += scale * (s->p[s->at] - '0');
  }
  return IL_OK;
}

/* HH:MM[:SS[.f]]; a leap second counts as the next second. */
static il_kind read_time(scan *s, int64_t *us) {
  int hour = 0, minute = 0, second = 0;
  il_kind kind = number(s, 2, 0, 23, "an hour from 00 to 23", &hour);
  if (kind != IL_OK) return kind;
  if (!take(s, ':')) return expected(s, s->at, "':'");
  kind = number(s, 2, 0, 59, "a minute from 00 to 59", &minute);
  if (kind != IL_OK) return kind;
  if (take(s, ':')) {
    kind = number(s, 2, 0, 60, "a second from 00 to 60", &second);
    if (kind == IL_OK && take(s, '.')) kind = read_fraction(s, us);
    if (kind != IL_OK) return kind;
  }
  *us += (int64_t)((hour * 60 + minute) * 60 + second) * SECOND;
  return IL_OK;
}

/* Z, ±HH, ±HHMM, ±HH:MM, ±HH:MM:SS or nothing, which is UTC; seconds east of Greenwich. */
static il_kind read_offset(scan *s, int *seconds) {
  int sign, hour = 0, minute = 0, second = 0;
  il_kind kind;
  *seconds = 0;
  if (s->at == s->n || take(s, 'Z') || take(s, 'z')) return IL_OK;
  if (take(s, '+'))
    sign = 1;
  else if (take(s, '-'))
    sign = -1;
  else
    return expected(s, s->at, "Z, an offset such as +01:00, or the end");
  kind = number(s, 2, 0, 23, "an hour from 00 to 23", &hour);
  if (kind == IL_OK && s->at < s->n) {
    int colon = take(s, ':');
    kind = number(s, 2, 0, 59, "a minute from 00 to 59", &minute);
    if (kind == IL_OK && colon && take(s, ':'))
      kind = number(s, 2, 0, 59, "a second from 00 to 59", &second);
  }
  *seconds = sign * ((hour * 60 + minute) * 60 + second);
  return kind;
}

il_kind il_instant_parse(const char *p, size_t n, int64_t *us, il_error *err) {
  scan s = {p, 0, n, err};
  int64_t days = 0, time = 0;
  int offset = 0;
  il_kind kind = read_date(&s, &days);
  if (kind == IL_OK && s.at < n) {
    if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' '))
      return expected(&s, s.at, "T, a space or the end");
    kind = read_time(&s, &time);
    if (kind == IL_OK) kind = read_offset(&s, &offset);
    if (kind == IL_OK && s.at < n) return expected(&s, s.at, "the end");
  }
  if (kind != IL_OK) return kind;
  /* Far from overflow: 10000 years are 3.2e17 microseconds. */
  time += (days * 86400 - offset) * SECOND;
  if (time < IL_INSTANT_MIN || time > IL_INSTANT_MAX)
    return expected(&s, 0, "an instant within the years 0001 to 9999 UTC");
  *us = time;
  return IL_OK;
}

static char *put_digits(char *out, int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; i--, value /= 10)
    out[i] = (char)('0' + value % 10);
  return out + digits;
}

char *il_instant_format(int64_t us, char *buf) {
  static const int64_t day_us = INT64_C(86400) * SECOND;
  int64_t days, rest, year;
  int month, day;
  char *out = buf;
  if (us < IL_INSTANT_MIN) us = IL_INSTANT_MIN;
  if (us > IL_INSTANT_MAX) us = IL_INSTANT_MAX;
  days = us / day_us - (us % day_us < 0);
  rest = (us - days * day_us) / 1000; /* milliseconds of the day */
  il_civil_from_days(days, &year, &month, &day);
  out = put_digits(out, year, 4);
  *out++ = '-';
  out = put_digits(out, month, 2);
  *out++ = '-';
  out = put_digits(out, day, 2);
  *out++ = 'T';
  out = put_digits(out, rest / 3600000, 2);
  *out++ = ':';
  out = put_digits(out, rest / 60000 % 60, 2);
  *out++ = ':';
  out = put_digits(out, rest / 1000 % 60, 2);
  *out++ = '.';
  out = put_digits(out, rest % 1000, 3);
  *out++ = 'Z';
  *out = 0;
  return buf;
}

il_kind il_value_instant(const il_value *v, int64_t *us, il_error *err) {
  if (v->type == IL_T_TEXT) return il_instant_parse(v->p, v->n, us, err);
  if (v->type != IL_T_INSTANT)
    return il_error_set(err, IL_ARGUMENT,
                        "not an instant: expected text such as 2026-01-31T12:00:00Z");
  if (v->i < IL_INSTANT_MIN || v->i > IL_INSTANT_MAX)
    return il_error_set(err, IL_ARGUMENT,
                        "not an instant: expected an instant within the years 0001 to 9999 UTC");
  *us = v->i;
  return IL_OK;
}
