/* Instants: every form, every day of ten thousand years, offsets, edges of the range, and where each mistake is. */
#include <limits.h>
#include "test.h"
#include "values/instant.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* A text and its instant as it is written; NULL: refused at `at`, expecting something that contains `word`. */
static const struct {
  const char *text, *canonical;
  int at;
  const char *word;
} forms[] = {
    /* what X-10 lists: SQLite's default, RFC 3339 of Rust, Python's isoformat, EF Core */
    {"2026-01-31 12:34:56", "2026-01-31T12:34:56.000Z", 0, 0},
    {"2026-01-31T12:34:56Z", "2026-01-31T12:34:56.000Z", 0, 0},
    {"2026-01-31T12:34:56.123456789Z", "2026-01-31T12:34:56.123Z", 0, 0},
    {"2026-01-31T12:34:56.123456789+02:00", "2026-01-31T10:34:56.123Z", 0, 0},
    {"2026-01-31T12:34:56.789012", "2026-01-31T12:34:56.789Z", 0, 0},
    {"2026-01-31T12:34:56.789012+00:00", "2026-01-31T12:34:56.789Z", 0, 0},
    {"2026-01-31 12:34:56.1234567-05:30", "2026-01-31T18:04:56.123Z", 0, 0},
    {"2026-01-31T12:34:56.5Z", "2026-01-31T12:34:56.500Z", 0, 0},
    {"2026-01-31", "2026-01-31T00:00:00.000Z", 0, 0},
    {"2026-01-31T12:34", "2026-01-31T12:34:00.000Z", 0, 0},
    {"2026-01-31 12:34Z", "2026-01-31T12:34:00.000Z", 0, 0},
    {"2026-01-31t12:34:56z", "2026-01-31T12:34:56.000Z", 0, 0},
    {"2026-01-31 12:34:56+02", "2026-01-31T10:34:56.000Z", 0, 0},
    {"2026-01-31 12:34:56+0230", "2026-01-31T10:04:56.000Z", 0, 0},
    {"2026-01-31 12:34:56-02:30:15", "2026-01-31T15:05:11.000Z", 0, 0},
    {"2026-01-31T12:34-08", "2026-01-31T20:34:00.000Z", 0, 0},
    {"2026-01-31T12:34:56-00:00", "2026-01-31T12:34:56.000Z", 0, 0},
    {"2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00.000Z", 0, 0},
    {"2025-12-31T23:59:60Z", "2026-01-01T00:00:00.000Z", 0, 0},
    {"2025-12-31T23:59:60.999Z", "2026-01-01T00:00:00.999Z", 0, 0},
    {"2026-01-31T12:34:60Z", "2026-01-31T12:35:00.000Z", 0, 0},
    {"2000-02-29", "2000-02-29T00:00:00.000Z", 0, 0},
    {"2024-02-29T23:59:59.9999999Z", "2024-02-29T23:59:59.999Z", 0, 0},
    {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", 0, 0},
    {"0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.000Z", 0, 0},
    {"9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z", 0, 0},
    {"9999-12-31T22:59:59-01:00", "9999-12-31T23:59:59.000Z", 0, 0},
    {"1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z", 0, 0},
    /* refused */
    {"", 0, 0, "a year"},
    {" 2026-01-31", 0, 0, "a year"},
    {"2026-01-31 ", 0, 11, "an hour"},
    {"2026-01-31T", 0, 11, "an hour"},
    {"2026-01-31  12:00", 0, 11, "an hour"},
    {"now", 0, 0, "a year"},
    {"infinity", 0, 0, "a year"},
    {"1769862896", 0, 4, "'-'"},
    {"26-01-31", 0, 2, "a year"},
    {"20260131", 0, 4, "'-'"},
    {"+2026-01-31", 0, 0, "a year"},
    {"-2026-01-31", 0, 0, "a year"},
    {"12026-01-31", 0, 4, "'-'"},
    {"0000-01-01", 0, 0, "a year from 0001"},
    {"2026/01/31", 0, 4, "'-'"},
    {"2026-1-31", 0, 6, "a month"},
    {"2026-00-31", 0, 5, "a month"},
    {"2026-13-31", 0, 5, "a month"},
    {"2026-01-00", 0, 8, "a day"},
    {"2026-01-32", 0, 8, "a day"},
    {"2026-04-31", 0, 8, "a day that this month has"},
    {"2026-02-29", 0, 8, "a day that this month has"},
    {"1900-02-29", 0, 8, "a day that this month has"},
    {"2026-01-3", 0, 9, "a day"},
    {"2026-01", 0, 7, "'-'"},
    {"2026-01-31Z", 0, 10, "T, a space"},
    {"2026-01-31X12:00", 0, 10, "T, a space"},
    {"2026-01-31T24:00:00", 0, 11, "an hour"},
    {"2026-01-31T12", 0, 13, "':'"},
    {"2026-01-31T1200", 0, 13, "':'"},
    {"2026-01-31T12:60", 0, 14, "a minute"},
    {"2026-01-31T12:0", 0, 15, "a minute"},
    {"2026-01-31T12:00:61", 0, 17, "a second"},
    {"2026-01-31T12:00:", 0, 17, "a second"},
    {"2026-01-31T12:00:00.", 0, 20, "a digit"},
    {"2026-01-31T12:00:00.Z", 0, 20, "a digit"},
    {"2026-01-31T12:00:00.1234567890Z", 0, 29, "at most 9 digits"},
    {"2026-01-31T12:00:00,5Z", 0, 19, "Z, an offset"},
    {"2026-01-31T12:00:00 Z", 0, 19, "Z, an offset"},
    {"2026-01-31T12:00:00 UTC", 0, 19, "Z, an offset"},
    {"2026-01-31T12:00:00ZZ", 0, 20, "the end"},
    {"2026-01-31T12:00:00+", 0, 20, "an hour"},
    {"2026-01-31T12:00:00+1", 0, 21, "an hour"},
    {"2026-01-31T12:00:00+24:00", 0, 20, "an hour"},
    {"2026-01-31T12:00:00+01:", 0, 23, "a minute"},
    {"2026-01-31T12:00:00+01:60", 0, 23, "a minute"},
    {"2026-01-31T12:00:00+01:00:60", 0, 26, "a second"},
    {"2026-01-31T12:00:00+010000", 0, 24, "the end"},
    {"2026-01-31T12:00:00+01:00x", 0, 25, "the end"},
    {"0001-01-01T00:00:00+00:01", 0, 0, "within the years"},
    {"9999-12-31T23:59:59-00:01", 0, 0, "within the years"},
    {"9999-12-31T23:59:60Z", 0, 0, "within the years"},
    {"2026-01-31T12:00:00\xe2\x88\x92"
     "01:00",
     0, 19, "Z, an offset"},
};

/* The text lies at the very end of its allocation, so that a sanitizer sees one byte too many. */
static il_kind parse(const char *text, size_t n, int64_t *us, il_error *err) {
  char *copy = malloc(n ? n : 1);
  il_kind kind;
  if (n) memcpy(copy, text, n);
  kind = il_instant_parse(copy, n, us, err);
  free(copy);
  return kind;
}

static void test_forms(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    int64_t us = 0;
    il_error err;
    char buf[32] = "";
    il_error_clear(&err);
    if (parse(forms[i].text, strlen(forms[i].text), &us, &err) == IL_OK) il_instant_format(us, buf);
    if (forms[i].canonical)
      test_case(&t, strcmp(buf, forms[i].canonical) == 0, "%s: %s %s", forms[i].text, buf,
                err.message);
    else
      test_case(&t,
                !buf[0] && err.kind == IL_ARGUMENT && err.offset == forms[i].at &&
                    strncmp(err.message, "not an instant: expected ", 25) == 0 &&
                    strstr(err.message, forms[i].word),
                "%s: %s %d %s", forms[i].text, buf, err.offset, err.message);
  }
  test_table_end(&t, "forms that are read and mistakes that are found");
}

/* Every day from 0001-01-01 to 9999-12-31, counted by hand. */
static void test_calendar(void) {
  test_table t = {0, 0};
  int64_t days = IL_INSTANT_MIN / DAY;
  for (int year = 1; year <= 9999; year++) {
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; month++) {
      int last = month == 2                                              ? 28 + leap
                 : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                         : 31;
      for (int day = 1; day <= last; day++, days++) {
        int64_t y;
        int m, d;
        il_civil_from_days(days, &y, &m, &d);
        test_case(
            &t, il_days_from_civil(year, month, day) == days && y == year && m == month && d == day,
            "%04d-%02d-%02d", year, month, day);
      }
    }
  }
  test_case(&t, days * DAY == IL_INSTANT_MAX + 1, "the last day");
  test_table_end(&t, "every day of the years 0001 to 9999");
}

/* Each year's February 29 and the day after each month's last are refused exactly when they do not exist. */
static void test_month_ends(void) {
  test_table t = {0, 0};
  for (int year = 1; year <= 9999; year++)
    for (int month = 1; month <= 12; month++) {
      int64_t us, next = month == 12 ? il_days_from_civil(year + 1, 1, 1)
                                     : il_days_from_civil(year, month + 1, 1);
      int last = (int)(next - il_days_from_civil(year, month, 1));
      for (int day = 28; day <= 32; day++) {
        char text[64];
        int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        il_kind kind = parse(text, (size_t)n, &us, NULL);
        test_case(&t, (kind == IL_OK) == (day <= last), "%s", text);
      }
    }
  test_table_end(&t, "ends of months");
}

/* What is written is read again as the same instant, to the millisecond; cut toward the past before 1970 as after it. */
static void test_round_trip(void) {
  test_table t = {0, 0};
  uint64_t state = 7, span = (uint64_t)(IL_INSTANT_MAX - IL_INSTANT_MIN) + 1;
  for (int i = 0; i < 300000; i++) {
    int64_t us, again = 0, want;
    char buf[32];
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    us = IL_INSTANT_MIN + (int64_t)((state ^ state >> 29) % span);
    if (i < 4000) us = (int64_t)(i - 2000); /* around 1970 */
    want = us - ((us % 1000) + 1000) % 1000;
    il_instant_format(us, buf);
    test_case(&t, strlen(buf) == 24 && parse(buf, 24, &again, NULL) == IL_OK && again == want,
              "%lld: %s", (long long)us, buf);
  }
  test_table_end(&t, "written and read again");
}

/* Every offset of a day, in each way of writing it. */
static void test_offsets(void) {
  static const char *const ways[] = {"%c%02d:%02d:%02d", "%c%02d:%02d", "%c%02d%02d", "%c%02d"};
  test_table t = {0, 0};
  int64_t noon = 0;
  parse("2026-03-01T12:00:00", 19, &noon, NULL);
  for (int s = 0; s < 86400; s += 7)
    for (int way = 0; way < 4; way++)
      for (int sign = -1; sign <= 1; sign += 2) {
        int value = way == 0 ? s : way < 3 ? s / 60 * 60 : s / 3600 * 3600;
        char text[64] = "2026-03-01T12:00:00";
        int64_t us = 0;
        il_kind kind;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
        snprintf(text + 19, sizeof text - 19, ways[way], sign < 0 ? '-' : '+', value / 3600,
                 value / 60 % 60, value % 60);
#pragma GCC diagnostic pop
        kind = parse(text, strlen(text), &us, NULL);
        test_case(&t, kind == IL_OK && us == noon - sign * value * SECOND, "%s", text);
      }
  test_table_end(&t, "every offset");
}

static void test_digits(void) {
  test_table t = {0, 0};
  char text[] = "2026-03-01T12:00:00.123456789Z";
  int64_t base = 0, us;
  parse(text, 19, &base, NULL);
  for (int n = 1; n <= 9; n++) {
    static const int64_t want[] = {0,      100000, 120000, 123000, 123400,
                                   123450, 123456, 123456, 123456, 123456};
    us = 0;
    test_case(&t, parse(text, (size_t)(20 + n), &us, NULL) == IL_OK && us - base == want[n],
              "%d digits", n);
  }
  test_table_end(&t, "fractions are cut to microseconds");
}

/* No truncation or change of one byte is read past its end or taken for something outside the range. */
static void test_damage(void) {
  static const char text[] = "2026-01-31T12:34:56.123456789+02:30:15";
  test_table t = {0, 0};
  for (size_t n = 0; n < sizeof text - 1; n++)
    for (int c = 0; c < 256; c++) {
      char copy[sizeof text];
      int64_t us = 0;
      il_error err;
      memcpy(copy, text, sizeof text);
      copy[n] = (char)c;
      if (parse(copy, sizeof text - 1, &us, &err) == IL_OK)
        test_case(&t,
                  us >= IL_INSTANT_MIN && us <= IL_INSTANT_MAX &&
                      ((c >= '+' && c != ',') || (c == ' ' && n == 10)),
                  "byte %d at %zu", c, n);
      else
        test_case(&t, err.offset >= 0 && (size_t)err.offset < sizeof text, "byte %d at %zu", c, n);
      parse(copy, n, &us, &err);
    }
  test_table_end(&t, "damaged text");
}

static void test_values(void) {
  static const il_type others[] = {IL_T_NULL, IL_T_INT,  IL_T_REAL,
                                   IL_T_BLOB, IL_T_JSON, IL_T_OTHER};
  il_value v = il_text("1970-01-01T00:00:01Z", 20), w = il_instant(IL_INSTANT_MAX);
  int64_t us = 0;
  il_error err;
  char buf[32];
  test_ok(il_value_instant(&v, &us, &err) == IL_OK && us == SECOND, "text is read");
  test_ok(il_value_instant(&w, &us, &err) == IL_OK && us == IL_INSTANT_MAX, "an instant is one");
  w.i++;
  test_ok(il_value_instant(&w, &us, &err) == IL_ARGUMENT, "but not past the year 9999");
  w.i = INT64_MIN;
  test_ok(il_value_instant(&w, &us, &err) == IL_ARGUMENT, "nor before the year 1");
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    v.type = others[i];
    test_ok(il_value_instant(&v, &us, &err) == IL_ARGUMENT, "type %d is no instant",
            (int)others[i]);
  }
  test_str(il_instant_format(INT64_MIN, buf), "0001-01-01T00:00:00.000Z",
           "far past is held at the edge");
  test_str(il_instant_format(INT64_MAX, buf), "9999-12-31T23:59:59.999Z", "and far future");
}

int main(void) {
  test_forms();
  test_calendar();
  test_month_ends();
  test_round_trip();
  test_offsets();
  test_digits();
  test_damage();
  test_values();
  return test_end();
}
