/*
** test_cron.c: the grammar of cron expressions and its errors, the worked examples at changes of
** the clocks, what other schedulers got wrong, and the facts on which many of them agree.
**
**   test_cron [facts.tsv]   else tests/data/cron_facts.tsv
*/
#include "time/cron.h"
#include "timetest.h"

static il_error err;
static il_zone_cache cache;

static int parse(const char *text, il_cron *cron) {
  il_error_clear(&err);
  return il_cron_parse(text, strlen(text), cron, &err) == IL_OK;
}

static const il_zone *zone(const char *name) {
  const il_zone *z = NULL;
  check(il_zone_get(&cache, name, strlen(name), &z, &err) == IL_OK, "zone %s: %s", name,
        err.message);
  return z;
}

static int64_t instant(const char *text) {
  int64_t us = 0;
  check(il_instant_parse(text, strlen(text), &us, &err) == IL_OK, "%s: %s", text, err.message);
  return us;
}

/* ---- Grammar ---- */

static const struct {
  const char *text, *message; /* without the part up to the expression's closing quote */
} errors[] = {
    {"61 * * * *", "field 1 (minute): 61 is outside 0–59, at offset 0"},
    {"* * * * * * * *", "expected nothing after the seventh field, at offset 14"},
    {"", "expected 5, 6 or 7 fields, found 0, at offset 0"},
    {"* * * *", "expected 5, 6 or 7 fields, found 4, at offset 7"},
    {"* 24 * * *", "field 2 (hour): 24 is outside 0–23, at offset 2"},
    {"* * 0 * *", "field 3 (day): 0 is outside 1–31, at offset 4"},
    {"* * 1-32 * *", "field 3 (day): 32 is outside 1–31, at offset 6"},
    {"* * * 13 *", "field 4 (month): 13 is outside 1–12, at offset 6"},
    {"* * * * 8", "field 5 (weekday): 8 is outside 0–7, at offset 8"},
    {"60 * * * * *", "field 1 (second): 60 is outside 0–59, at offset 0"},
    {"0 0 0 1 1 * 1969", "field 7 (year): 1969 is outside 1970–2199, at offset 12"},
    {"0 0 0 1 1 * 2030-2025", "field 7 (year): the range runs backwards, at offset 12"},
    {"99999999999 * * * *", "field 1 (minute): 99999999999 is outside 0–59, at offset 0"},
    {"9999999999999999999999 * * * *",
     "field 1 (minute): 999999999999… is outside 0–59, at offset 0"},
    {"*/0 * * * *", "field 1 (minute): step 0 is outside 1–59, at offset 2"},
    {"*/100 * * * *", "field 1 (minute): step 100 is outside 1–59, at offset 2"},
    {"* 5-7/24 * * *", "field 2 (hour): step 24 is outside 1–23, at offset 6"},
    {"*/ * * * *", "field 1 (minute): expected a step after /, at offset 2"},
    {"1,,2 * * * *",
     "field 1 (minute): expected a number or *, found an empty list item, at offset 2"},
    {"1, * * * *",
     "field 1 (minute): expected a number or *, found the end of the field, at offset 2"},
    {"5- * * * *",
     "field 1 (minute): expected a number or *, found the end of the field, at offset 2"},
    {"-1 * * * *", "field 1 (minute): expected a number or *, not -, at offset 0"},
    {"1x * * * *",
     "field 1 (minute): expected a comma or the end of the field, not x, at offset 1"},
    {"¹ * * * *", "field 1 (minute): expected a number or *, not ¹, at offset 0"},
    {"* * * foo *",
     "field 4 (month): expected a number, a name of three letters or *, not f, at offset 6"},
    {"* * * January *",
     "field 4 (month): expected a comma or the end of the field, not u, at offset 9"},
    {"* * * * MONDAY",
     "field 5 (weekday): expected a comma or the end of the field, not D, at offset 11"},
    {"* * * * 5#6", "field 5 (weekday): 6 is outside 1–5, at offset 10"},
    {"* * * * 5#01", "field 5 (weekday): 01 is outside 1–5, at offset 10"},
    {"* * * * 5#", "field 5 (weekday): expected 1 to 5 or L after #, at offset 10"},
    {"* * * * 5#1x",
     "field 5 (weekday): expected a comma or the end of the field, not x, at offset 11"},
    {"* * 5#1 * *", "field 3 (day): expected a comma or the end of the field, not #, at offset 5"},
    {"* * L-31 * *", "field 3 (day): 31 is outside 0–30, at offset 6"},
    {"* * L- * *", "field 3 (day): expected a number of days after L-, at offset 6"},
    {"* * 15W-20 * *",
     "field 3 (day): expected a comma or the end of the field, not -, at offset 7"},
    {"* * * * L",
     "field 5 (weekday): expected a number, a name of three letters or *, not L, at offset 8"},
    {"* * * * +",
     "field 5 (weekday): expected a number, a name of three letters or *, found the end of the "
     "field, at offset 9"},
    {"* +1 * * *", "field 2 (hour): expected a number or *, not +, at offset 2"},
    {"* * * * *\n",
     "field 5 (weekday): expected a comma or the end of the field, not ?, at offset 9"},
    {"@daily x", "expected nothing after the macro, at offset 7"},
    {"  @reboot",
     "expected @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @minutely, "
     "@every_minute or @every_second, at offset 2"},
};

static void test_errors(void) {
  il_cron cron;
  char want[512];
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    const char *text = errors[i].text;
    int parsed = parse(text, &cron);
    const char *message = strstr(err.message, "\": "), *at = strrchr(errors[i].message, ' ');
    snprintf(want, sizeof want, "cron expression \"%.*s", (int)strcspn(text, "\n"), text);
    check(!parsed && err.kind == IL_ARGUMENT, "%s is accepted", text);
    check(strncmp(err.message, want, strlen(want)) == 0, "%s: says %s", text, err.message);
    check(message && strcmp(message + 3, errors[i].message) == 0, "%s: says %s", text, err.message);
    check(err.offset == atoi(at), "%s: offset %d", text, err.offset);
    int64_t t;
    check(!il_cron_next(&cron, NULL, 0, &t), "%s: fires after an error", text);
  }
  done("errors name field, offset and what was expected");
}

static void test_hostile(void) {
  il_cron cron;
  size_t n = 1 << 20;
  char *big = malloc(n);
  memset(big, '1', n);
  il_error_clear(&err);
  check(il_cron_parse(big, n, &cron, &err) == IL_ARGUMENT && strlen(err.message) < 200,
        "1 MB of digits");
  memset(big, ' ', n);
  check(il_cron_parse(big, n, &cron, &err) == IL_ARGUMENT && err.offset == 1024, "1 MB of blanks");
  for (size_t i = 0; i < 1000; i += 2)
    memcpy(big + i, "0,", 2);
  memcpy(big + 1000, " * * * *", 8);
  check(il_cron_parse(big, 1008, &cron, &err) == IL_ARGUMENT && err.offset == 1000, "500 commas");
  memcpy(big + 1000, "0 * * * *", 9);
  check(il_cron_parse(big, 1009, &cron, &err) == IL_OK, "501 times 0: %s", err.message);
  free(big);
  check(il_cron_parse("* * * * *\0", 10, &cron, &err) == IL_ARGUMENT && err.offset == 9, "a NUL");
  check(il_cron_parse("\0 * * * *", 9, &cron, &err) == IL_ARGUMENT && err.offset == 0,
        "a NUL first");
  check(il_cron_parse("* * * * *", 9, &cron, NULL) == IL_OK, "no error wanted");
  check(il_cron_parse("* * * *", 7, &cron, NULL) == IL_ARGUMENT, "an error nobody wants");
  check(il_cron_parse(NULL, 0, &cron, &err) == IL_ARGUMENT, "nothing at all");
  /* Every cut of an expression, in a block of its own size: nothing is read past the end. */
  const char *text = "0-5/2,7 @ 1,L-3W,LW 22W JAN-dec/3,? mon#L,fril,+5#3 2024/2,*";
  for (n = 0; n <= strlen(text); n++) {
    char *cut = malloc(n ? n : 1);
    memcpy(cut, text, n);
    il_cron_parse(cut, n, &cron, &err);
    free(cut);
  }
  done("hostile text");
}

/* Pairs of expressions that mean the same. */
static void test_same(void) {
  static const char *const pairs[][2] = {
      {"* * * jan,FEB,Mar-may *", "* * * 1,2,3-5 *"},
      {"* * * * sun,MON,tue-thu", "* * * * 0,1,2-4"},
      {"* * * * 7", "* * * * 0"},
      {"* * * * 5-7", "* * * * 5,6,0"},
      {"* * * * 0-7", "* * * * 0-6"},
      {"* * * * FRI-MON", "* * * * 5,6,0,1"},
      {"* * * * sat-tue/2", "* * * * 6,1"},
      {"* * * * 7-2", "* * * * 0-2"},
      {"* * * * 2/2", "* * * * 2,4,6"},
      {"* * * * 1#L,2#l", "* * * * 1L,2l"},
      {"* * * * 7#2", "* * * * SUN#2"},
      {"0 22-2 * * *", "0 22,23,0-2 * * *"},
      {"57-5/3 * * * * *", "57,0,3-3 * * * * *"},
      {"0 0 25-3/2 * *", "0 0 25,27,29,31,2 * *"},
      {"0 0 * 11-2 *", "0 0 * 11,12,1,2 *"},
      {"5/20 * * * *", "5-59/20 * * * *"},
      {"0 0 28/2 * *", "0 0 28,30 * *"},
      {"?/15 ? ? ? ?", "*/15 * * * *"},
      {"0 0 L-0 * *", "0 0 L * *"},
      {"0 0 L-0W * *", "0 0 lw * *"},
      {"@yearly", "0 0 1 1 *"},
      {"@ANNUALLY", "0 0 1 jan *"},
      {"@monthly", "0 0 1 * *"},
      {"@weekly", "0 0 * * sun"},
      {" @Daily\t", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {"@hourly", "0 * * * *"},
      {"@minutely", "* * * * *"},
      {"@every_minute", "* * * * *"},
      {"@every_second", "* * * * * *"},
      {"\t 0  0\t*  * * ", "00 000 * * *"},
      {"0 0 0 1 1 * 2024/2", "0 0 0 1 1 * 2024-2199/2"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    il_cron a, b;
    int ok = check(parse(pairs[i][0], &a), "%s: %s", pairs[i][0], err.message);
    ok &= check(parse(pairs[i][1], &b), "%s: %s", pairs[i][1], err.message);
    /* How it is written decides about - and / only; here the sets count. */
    uint32_t kept = ~(uint32_t)(IL_CRON_INTERVAL | IL_CRON_DAY_STAR | IL_CRON_WEEKDAY_STAR);
    a.flags &= kept, b.flags &= kept;
    if (ok) check(memcmp(&a, &b, sizeof a) == 0, "%s is not %s", pairs[i][0], pairs[i][1]);
  }
  done("names, wrapping ranges, steps, macros");
}

/* ---- The worked examples of changing clocks ---- */

struct example {
  const char *expr, *fires; /* in the window, as "day hh:mm offset", separated by ", " */
};

static const struct {
  const char *zone, *from, *until;
  struct example examples[7];
} windows[] = {
    {"America/New_York",
     "2025-03-08T23:00-05:00",
     "2025-03-09T06:00-04:00",
     {{"30 2 * * *", "09 03:00-04"},
      {"0,20,40 2 * * *", "09 03:00-04"},
      {"*/20 2 * * *", "09 03:00-04"},
      {"15 1-3 * * *", "09 01:15-05, 09 03:15-04"},
      {"15 * * * *",
       "08 23:15-05, 09 00:15-05, 09 01:15-05, 09 03:15-04, 09 04:15-04, 09 05:15-04"},
      {"0 */2 * * *", "09 00:00-05, 09 04:00-04, 09 06:00-04"}}},
    {"America/New_York",
     "2025-11-02T00:00-04:00",
     "2025-11-02T03:00-05:00",
     {{"30 1 * * *", "02 01:30-04"},
      {"0,30 1 * * *", "02 01:00-04, 02 01:30-04"},
      {"*/30 1 * * *", "02 01:00-04, 02 01:30-04, 02 01:00-05, 02 01:30-05"},
      {"15 0-2 * * *", "02 00:15-04, 02 01:15-04, 02 01:15-05, 02 02:15-05"},
      {"15 * * * *", "02 00:15-04, 02 01:15-04, 02 01:15-05, 02 02:15-05"},
      {"0 */2 * * *", "02 00:00-04, 02 02:00-05"}}},
    {"Europe/London",
     "2025-03-29T23:00+00:00",
     "2025-03-30T04:00+01:00",
     {{"30 1 * * *", "30 02:00+01"},
      {"15 * * * *", "29 23:15+00, 30 00:15+00, 30 02:15+01, 30 03:15+01"},
      {"*/20 1 * * *", "30 02:00+01"}}},
    {"Europe/London",
     "2025-10-26T00:00+01:00",
     "2025-10-26T03:00+00:00",
     {{"30 1 * * *", "26 01:30+01"},
      {"15 * * * *", "26 00:15+01, 26 01:15+01, 26 01:15+00, 26 02:15+00"}}},
    {"Australia/Lord_Howe",
     "2025-10-05T00:00+10:30",
     "2025-10-05T05:00+11:00",
     {{"15 2 * * *", "05 02:30+11"},
      {"0 2 * * *", "05 02:30+11"},
      {"*/20 2 * * *", "05 02:40+11"},
      {"15 * * * *", "05 00:15+10:30, 05 01:15+10:30, 05 03:15+11, 05 04:15+11"},
      {"0 */2 * * *", "05 00:00+10:30, 05 04:00+11"}}},
    {"Australia/Lord_Howe",
     "2025-04-06T00:00+11:00",
     "2025-04-06T04:00+10:30",
     {{"45 1 * * *", "06 01:45+11"},
      {"*/20 1 * * *", "06 01:00+11, 06 01:20+11, 06 01:40+11, 06 01:40+10:30"},
      {"15 * * * *", "06 00:15+11, 06 01:15+11, 06 02:15+10:30, 06 03:15+10:30"},
      {"45 * * * *", "06 00:45+11, 06 01:45+11, 06 01:45+10:30, 06 02:45+10:30, 06 03:45+10:30"}}},
    {"America/Sao_Paulo",
     "2018-11-03T22:00-03:00",
     "2018-11-04T03:00-02:00",
     {{"0 0 * * *", "04 01:00-02"},
      {"30 0 * * *", "04 01:00-02"},
      {"0 * * * *", "03 22:00-03, 03 23:00-03, 04 01:00-02, 04 02:00-02, 04 03:00-02"},
      {"0 0 1-7 11 0", "04 01:00-02"}}},
    {"America/Sao_Paulo",
     "2018-02-17T22:00-02:00",
     "2018-02-18T01:00-03:00",
     {{"30 23 * * *", "17 23:30-02"},
      {"0 0 * * *", "18 00:00-03"},
      {"30 * * * *", "17 22:30-02, 17 23:30-02, 17 23:30-03, 18 00:30-03"}}},
    {"Africa/Cairo",
     "2025-04-24T22:00+02:00",
     "2025-04-25T03:00+03:00",
     {{"0 0 * * *", "25 01:00+03"},
      {"0 0 * * FRI", "25 01:00+03"},
      {"*/30 0 * * *", "25 01:00+03"},
      {"30 * * * *", "24 22:30+02, 24 23:30+02, 25 01:30+03, 25 02:30+03"}}},
    {"Africa/Cairo",
     "2025-10-30T23:00+03:00",
     "2025-10-31T01:00+02:00",
     {{"30 23 * * *", "30 23:30+03"},
      {"0 0 * * *", "31 00:00+02"},
      {"30 * * * *", "30 23:30+03, 30 23:30+02, 31 00:30+02"}}},
    {"Asia/Beirut",
     "2025-03-29T22:00+02:00",
     "2025-03-30T03:00+03:00",
     {{"0 0 * * *", "30 01:00+03"},
      {"0 0 L 3 *", ""},
      {"30 * * * *", "29 22:30+02, 29 23:30+02, 30 01:30+03, 30 02:30+03"}}},
    {"Asia/Beirut",
     "2025-10-25T23:00+03:00",
     "2025-10-26T01:00+02:00",
     {{"30 23 * * *", "25 23:30+03"}, {"0 0 * * *", "26 00:00+02"}}},
    {"Pacific/Apia",
     "2011-12-29T00:00-10:00",
     "2012-01-01T12:00+14:00",
     {{"0 9 * * *", "29 09:00-10, 31 09:00+14, 01 09:00+14"}, {"0 9 30 12 *", ""}}},
};

/* "09 03:00-04": day, time and offset of an instant in a zone. */
static void show_local(const il_zone *z, int64_t us, char *out, size_t cap) {
  int32_t offset = il_zone_local(z, us / 1000000), minutes = abs(offset) / 60;
  int64_t w = us / 1000000 + offset, year;
  int month, day, n;
  il_civil_from_days(w / 86400, &year, &month, &day);
  n = snprintf(out, cap, "%02d %02d:%02d%c%02d", day, (int)(w % 86400 / 3600), (int)(w % 3600 / 60),
               offset < 0 ? '-' : '+', minutes / 60);
  if (minutes % 60) snprintf(out + n, cap - (size_t)n, ":%02d", minutes % 60);
}

static void run_example(size_t w, const struct example *e, const il_zone *z) {
  il_cron cron;
  char got[512] = "", one[32];
  int64_t from = instant(windows[w].from), until = instant(windows[w].until), at = 0, back;
  int64_t all[16];
  int n = 0;
  if (!check(parse(e->expr, &cron), "%s: %s", e->expr, err.message)) return;
  il_cron_series series = il_cron_from(&cron, z, from, until);
  while (n < 16 && il_cron_step(&series, &at)) {
    show_local(z, at, one, sizeof one);
    snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", *got ? ", " : "", one);
    check(il_cron_matches(&cron, z, at), "%s %s: %s does not match", windows[w].zone, e->expr, one);
    all[n++] = at;
  }
  check(strcmp(got, e->fires) == 0, "%s %s: %s, not %s", windows[w].zone, e->expr, got, e->fires);
  check(il_cron_count(&cron, z, from, until) == n, "%s %s: count", windows[w].zone, e->expr);
  for (back = until + 1; n > 0 && il_cron_prev(&cron, z, back, &at) && at >= from; back = at)
    check(at == all[--n], "%s %s: prev differs from next", windows[w].zone, e->expr);
  check(n == 0, "%s %s: prev finds %d less", windows[w].zone, e->expr, n);
}

static void test_examples(void) {
  for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
    const il_zone *z = zone(windows[w].zone);
    for (int i = 0; z && i < 7 && windows[w].examples[i].expr; i++)
      run_example(w, &windows[w].examples[i], z);
  }
  done("worked examples");
}

/* ---- What others get wrong, and the calendar ---- */

static const struct {
  const char *dir, *expr, *zone, *at, *want; /* want NULL: none */
} cases[] = {
    {"next", "15 * * * *", "America/New_York", "2025-11-02T01:15-04:00", "2025-11-02T01:15-05:00"},
    {"next", "0 0 29 2 *", "UTC", "2096-03-01", "2104-02-29"},
    {"next", "0 0 * 2 1#5", "UTC", "2072-03-01", "2112-02-29"},
    {"prev", "0 0 * 2 1#5", "UTC", "2112-02-29", "2072-02-29"},
    {"next", "0 */2 * * *", "Australia/Lord_Howe", "2025-04-06T01:00+11:00",
     "2025-04-06T02:00+10:30"},
    {"prev", "30 2 * * *", "America/New_York", "2017-03-12T04:00-04:00", "2017-03-12T03:00-04:00"},
    {"prev", "30 0 L * *", "Asia/Amman", "2017-03-31T02:00+03:00", "2017-03-31T01:00+03:00"},
    {"next", "30 0 L * *", "Asia/Amman", "2017-03-31T00:59:59.999999+03:00",
     "2017-03-31T01:00+03:00"},
    {"match", "30 0 L * *", "Asia/Amman", "2017-03-31T01:00+03:00", ""},
    {"next", "30 1 * * *", "America/New_York", "2025-11-02T01:30-04:00", "2025-11-03T01:30-05:00"},
    {"next", "15 2 * * *", "Australia/Lord_Howe", "2025-10-05T00:00+10:30",
     "2025-10-05T02:30+11:00"},
    {"prev", "15 2 * * *", "Australia/Lord_Howe", "2025-10-05T05:00+11:00",
     "2025-10-05T02:30+11:00"},
    {"match", "15 2 * * *", "Australia/Lord_Howe", "2025-10-05T02:30+11:00", ""},
    {"prev", "15 2 * * *", "America/New_York", "2025-03-09T06:00-04:00", "2025-03-09T03:00-04:00"},
    {"next", "0,20,40 2 * * *", "Europe/Paris", "2025-03-30T00:00+01:00", "2025-03-30T03:00+02:00"},
    {"next", "*/30 * * * *", "America/New_York", "2025-11-02T01:30-04:00",
     "2025-11-02T01:00-05:00"},
    {"next", "*/30 1 26 10 *", "Europe/London", "2025-10-26T01:30+01:00", "2025-10-26T01:00+00:00"},
    {"prev", "45/20 1 26 10 *", "Europe/London", "2025-10-26T01:20+00:00",
     "2025-10-26T01:45+01:00"},
    {"next", "0 0 * * *", "America/New_York", "2025-03-09T00:01-05:00", "2025-03-10T00:00-04:00"},
    {"next", "30 2 * * *", "America/New_York", "2025-03-09T00:00-05:00", "2025-03-09T03:00-04:00"},
    {"next", "0 1 4 11 *", "America/Sao_Paulo", "2018-10-01", "2018-11-04T01:00-02:00"},
    {"next", "0 0 4 11 *", "America/Sao_Paulo", "2018-10-01", "2018-11-04T01:00-02:00"},
    {"next", "30 2 * * *", "Europe/Dublin", "2025-10-25T03:00+01:00", "2025-10-26T02:30+00:00"},
    {"next", "30 1 * * *", "Europe/Dublin", "2025-10-25T03:00+01:00", "2025-10-26T01:30+01:00"},
    {"next", "30 2 * * *", "Africa/Casablanca", "2025-02-23T00:00+01:00", "2025-02-23T02:30+01:00"},
    {"next", "30 2 * * *", "Africa/Casablanca", "2025-04-06T00:00+00:00", "2025-04-06T03:00+01:00"},
    {"next", "30 1 * * *", "Antarctica/Troll", "2025-03-30T00:30+00:00", "2025-03-30T03:00+02:00"},
    {"next", "30 0 * * *", "Asia/Tehran", "2022-03-21T20:00+03:30", "2022-03-22T01:00+04:30"},
    {"next", "30 23 * * *", "America/Nuuk", "2024-03-30T22:30-02:00", "2024-03-31T00:00-01:00"},
    {"next", "0 9 30 12 *", "Pacific/Apia", "2011-12-01", "2012-12-30T09:00+14:00"},
    {"next", "* * * * *", "Pacific/Apia", "2011-12-29T23:59-10:00", "2011-12-31T00:00+14:00"},
    {"prev", "0 9 30 12 *", "Pacific/Apia", "2012-01-01", "2010-12-30T09:00-10:00"},
    {"next", "0 0 30 2 *", "UTC", "2000-01-01", NULL},
    {"next", "0 0 31 4,6,9,11 *", "Europe/Paris", "2000-01-01", NULL},
    {"prev", "0 0 L-30 11 *", "UTC", "2100-01-01", NULL},
    {"next", "0 0 31 * +1#1", "UTC", "2000-01-01", NULL},
    {"next", "0 0 29 2 +1#5", "UTC", "2044-03-01", "2072-02-29"},
    {"next", "0 0 0 29 2 * 2023,2025", "UTC", "1990-01-01", NULL},
    {"next", "0 0 0 29 2 * 2100", "UTC", "1990-01-01", NULL},
    {"next", "* * * * * * 2020", "UTC", "2021-01-01", NULL},
    {"next", "0 0 0 1 1 * 2199", "UTC", "2000-01-01", "2199-01-01"},
    {"prev", "0 0 0 1 1 * 2150,2160", "UTC", "2300-05-05", "2160-01-01"},
    {"next", "0 0 0 1 1 * *", "UTC", "2500-06-01", "2501-01-01"},
    {"next", "0 0 29 2 *", "Europe/Paris", "2396-03-01", "2400-02-29T00:00+01:00"},
    {"next", "0 0 31W * *", "UTC", "2025-09-01", "2025-10-31"},
    {"next", "0 0 1W * *", "UTC", "2025-02-04", "2025-03-03"}, /* the 1st is a Saturday */
    {"next", "0 0 L-2W * *", "UTC", "2025-06-01", "2025-06-27"},
    {"next", "0 0 LW * *", "UTC", "2025-05-31", "2025-06-30"},
    {"next", "0 0 13 * FRI", "UTC", "2025-06-01", "2025-06-06"},   /* either */
    {"next", "0 0 13 * +FRI", "UTC", "2025-06-01", "2025-06-13"},  /* both */
    {"next", "0 0 */13 * FRI", "UTC", "2025-06-02", "2025-06-27"}, /* begins with *: both */
    {"next", "0 0 1 * *", "UTC", "9999-11-30", "9999-12-01"},
    {"next", "0 0 1 * *", "UTC", "9999-12-01", NULL},
    {"prev", "0 0 1 * *", "UTC", "0001-01-01", NULL},
    {"prev", "0 0 1 * *", "UTC", "0001-01-02", "0001-01-01"},
    {"next", "0 0 1 1 *", "Pacific/Kiritimati", "9998-12-31", "9998-12-31T10:00"},
    {"next", "*/7 * * * *", "UTC", "2025-01-01T00:56", "2025-01-01T01:00"},
    {"next", "0 22-2 * * *", "UTC", "2025-01-01T02:00", "2025-01-01T22:00"},
};

static void test_cases(void) {
  il_cron cron;
  char got[40];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const il_zone *z = zone(cases[i].zone);
    int64_t at = 0, from = instant(cases[i].at);
    int64_t want = cases[i].want && *cases[i].want ? instant(cases[i].want) : 0;
    if (!check(parse(cases[i].expr, &cron), "%s: %s", cases[i].expr, err.message)) continue;
    if (*cases[i].dir == 'm') {
      check(il_cron_matches(&cron, z, from), "%s does not match %s", cases[i].expr, cases[i].at);
      continue;
    }
    int found = *cases[i].dir == 'n' ? il_cron_next(&cron, z, from, &at)
                                     : il_cron_prev(&cron, z, from, &at);
    check(found == (cases[i].want != NULL) && (!found || at == want), "%s %s %s from %s: %s",
          cases[i].dir, cases[i].expr, cases[i].zone, cases[i].at,
          found ? il_instant_format(at, got) : "none");
  }
  parse("* * * * *", &cron);
  int64_t at;
  check(!il_cron_next(&cron, NULL, INT64_MAX, &at) && !il_cron_prev(&cron, NULL, INT64_MIN, &at),
        "ends of time");
  check(il_cron_next(&cron, NULL, INT64_MIN, &at) && at == IL_INSTANT_MIN, "from the beginning");
  check(il_cron_prev(&cron, NULL, INT64_MAX, &at) && at / 1000000 == IL_INSTANT_MAX / 1000000 - 59,
        "from the end");
  check(!il_cron_matches(&cron, NULL, 1) && !il_cron_matches(&cron, NULL, INT64_MIN), "no match");
  check(il_cron_count(&cron, NULL, INT64_MIN, INT64_MAX) == INT64_C(3652059) * 1440, "all minutes");
  check(il_cron_count(&cron, NULL, 5, 4) == 0, "an empty window");
  done("what others get wrong, and the calendar");
}

/* Gaps of exactly three hours stand for the instant after them, longer ones for nothing. */
static void test_long_gaps(void) {
  static const int64_t at[] = {1000080000}; /* 2001-09-10 00:00:00 UTC */
  static const struct {
    int32_t after;
    const char *expr;
    int64_t want;
  } rows[] = {
      {10800, "0 1 * * *", 1000080000},
      {10801, "0 1 * * *", 1000080000 - 10801 + 90000},
      {10800, "59 2 10 9 *", 1000080000},
      {10800, "0 3 * * *", 1000080000},
      {10800, "0 0-2 * * *", 1000080000},
      {10800, "*/20 0-4 * * *", 1000080000},
      {10800, "10/20 0-4 * * *", 1000080000 + 600},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int32_t off[] = {0, rows[i].after};
    il_zone z = {.name = "Gap", .n = 1, .cycle = IL_ZONE_END, .at = at, .off = off};
    il_cron cron;
    int64_t t = 0, back = 0;
    check(parse(rows[i].expr, &cron), "%s", err.message);
    int found = il_cron_next(&cron, &z, at[0] * 1000000 - 1, &t);
    check(found && t == rows[i].want * 1000000, "%s over %d s: %lld", rows[i].expr, rows[i].after,
          (long long)t / 1000000);
    check(il_cron_matches(&cron, &z, t), "%s over %d s: matches", rows[i].expr, rows[i].after);
    check(il_cron_prev(&cron, &z, t + 1, &back) && back == t, "%s: prev", rows[i].expr);
  }
  done("gaps of three hours and longer");
}

/* Clocks go back an hour at T and forward again ten minutes later: what the gap skips came before T,
** except for the ten minutes after 01:00. */
static void test_close_changes(void) {
  static const int64_t change = 1000080000, at[] = {1000080000, 1000080600};
  static const int32_t off[] = {3600, 0, 3600};
  static const il_zone z = {"Close", 2, IL_ZONE_END, at, off};
  static const struct {
    const char *expr;
    int64_t want; /* after T, in seconds */
  } rows[] = {
      {"5,30 0,1 * * *", 600}, {"30 0 * * *", 86400 - 1800}, {"59 0 * * *", 86400 - 60},
      {"0 1 * * *", 600},      {"9 1 * * *", 600},           {"10 1 * * *", 600},
      {"11 1 * * *", 660},     {"*/5 * * * *", 300},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_cron cron;
    int64_t t = 0;
    check(parse(rows[i].expr, &cron), "%s", err.message);
    int found = il_cron_next(&cron, &z, change * 1000000, &t);
    check(found && t == (change + rows[i].want) * 1000000, "%s: T + %lld", rows[i].expr,
          (long long)t / 1000000 - change);
    check(il_cron_matches(&cron, &z, t) && il_cron_count(&cron, &z, change * 1000000 + 1, t) == 1,
          "%s: matches and counts", rows[i].expr);
  }
  done("two changes of the clocks within an hour");
}

/* ---- The facts ---- */

/* Splits a line at tabs into exactly n columns. */
static int columns(char *line, char **out, int n) {
  line[strcspn(line, "\r\n")] = 0;
  for (int i = 0; i < n; i++) {
    out[i] = line;
    line = strchr(line, '\t');
    if (!line) return i == n - 1;
    *line++ = 0;
  }
  return 0;
}

/* One fact: dir, expression, fields, zone, start, inclusive, expected. */
static void run_fact(char **c, int line) {
  char expr[512];
  size_t n = 0;
  for (const char *p = c[1]; *p && n < sizeof expr - 1; p++) {
    int tab = p[0] == '\\' && p[1] == 't';
    expr[n++] = tab ? '\t' : *p;
    p += tab;
  }
  expr[n] = 0;
  il_cron cron;
  il_error_clear(&err);
  /* The source was told how many fields to expect; a macro has none. */
  int valid = il_cron_parse(expr, n, &cron, &err) == IL_OK;
  if (valid && !memchr(expr, '@', n)) valid = cron.fields == atoi(c[2]);
  if (strcmp(c[0], "parse") == 0) {
    check(valid == (strcmp(c[6], "VALID") == 0), "line %d (%s): %s", line, expr, err.message);
    return;
  }
  const il_zone *z = zone(c[3]);
  if (!valid || !z) {
    check(0, "line %d (%s): %s", line, expr, err.message);
    return;
  }
  char *fraction;
  int64_t start = strtoll(c[4], &fraction, 10) * 1000000, at = 0, inclusive = *c[5] == '1';
  if (*fraction == '.') start += atoi(fraction + 1); /* six digits */
  if (strcmp(c[0], "match") == 0) {
    check(il_cron_matches(&cron, z, start) == (*c[6] == 'M'), "line %d (%s)", line, expr);
    return;
  }
  int found = *c[0] == 'n' ? il_cron_next(&cron, z, start - inclusive, &at)
                           : il_cron_prev(&cron, z, start + inclusive, &at);
  int right = strcmp(c[6], "NONE") == 0 ? !found : found && at == strtoll(c[6], NULL, 10) * 1000000;
  check(right, "line %d: %s in %s from %s: %lld, not %s", line, expr, c[3], c[4],
        found ? (long long)at / 1000000 : -1LL, c[6]);
}

static void test_facts(const char *path) {
  FILE *f = fopen(path, "r");
  char line[2048], *c[7];
  int n = 0;
  if (!test_ok(f != NULL, "%s is there", path)) return;
  while (fgets(line, sizeof line, f)) {
    if (!check(columns(line, c, 7), "line %d has not 7 columns", n + 1)) break;
    if (n++ > 0) run_fact(c, n);
  }
  fclose(f);
  printf("# %d facts\n", n - 1);
  done("facts on which others agree");
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "tests/data/cron_facts.tsv";
  il_zone_cache_init(&cache, test_memory_start(&memory, 0), read_zone, NULL);
  test_errors();
  test_hostile();
  test_same();
  test_long_gaps();
  test_close_changes();
  if (access(zone_dir(), R_OK) == 0) {
    test_examples();
    test_cases();
    test_facts(path);
  } else {
    printf("# no zone database in %s: what needs it is left out\n", zone_dir());
  }
  il_zone_cache_clear(&cache);
  test_ok(memory.live == 0, "nothing is left allocated");
  return test_end();
}
