/*
** test_backoff.c: the table of delays, the cap, overflow, jitter within bounds and the same in
** every run, refused parameters; against a slow reference in long double for random parameters.
*/
#include <math.h>

#include "time/backoff.h"
#include "timetest.h"

static il_error err;

static const struct {
  double base, factor, cap;
  int64_t attempt;
  int64_t seconds_1000; /* the delay in milliseconds */
} rows[] = {
    {60, 2, 3600, 1, 60000},
    {60, 2, 3600, 2, 120000},
    {60, 2, 3600, 3, 240000},
    {60, 2, 3600, 6, 1920000},
    {60, 2, 3600, 7, 3600000},
    {60, 2, 3600, 100, 3600000},
    {60, 2, 3600, INT64_MAX, 3600000},
    {60, 2, 3600, 0, 60000},
    {60, 2, 3600, -5, 60000},
    {60, 2, 3600, INT64_MIN, 60000},
    {5, 1, 3600, 1000000000, 5000},
    {1, 1.5, 1000, 4, 3375},
    {1, 1.5, 3, 4, 3000},
    {0, 2, 100, 50, 0},
    {0.001, 2, 10, 14, 8192},
    {0.001, 2, 10, 15, 10000},
    {10, 2, 10, 1, 10000},
    {1, 1000, 1000000, 3, 1000000000},
    {1, 10, 123456.789, 6, 100000000},
    {1, 10, 123456.789, 7, 123456789},
};

static void test_rows(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_backoff b;
    il_kind kind = il_backoff_seconds(rows[i].base, rows[i].factor, rows[i].cap, 0, &b, &err);
    if (!check(kind == IL_OK, "row %zu: %s", i, err.message)) continue;
    int64_t us = il_backoff_delay(&b, rows[i].attempt, NULL, 0);
    check(us == rows[i].seconds_1000 * 1000, "row %zu: %lld us", i, (long long)us);
  }
  il_backoff small = {.base = 1, .factor = 2000, .cap = 1000, .jitter = 0};
  check(il_backoff_delay(&small, 10, NULL, 0) == 512, "microseconds, short of the cap");
  check(il_backoff_delay(&small, 11, NULL, 0) == 1000, "microseconds, the cap");
  il_backoff slow = {.base = 100, .factor = 1001, .cap = IL_BACKOFF_CAP_MAX, .jitter = 0};
  check(il_backoff_delay(&slow, INT64_MAX, NULL, 0) == 100, "growth below a microsecond is none");
  slow.base = 1000;
  check(il_backoff_delay(&slow, 2, NULL, 0) == 1001, "growth by one microsecond");
  check(il_backoff_delay(&slow, INT64_MAX, NULL, 0) == IL_BACKOFF_CAP_MAX, "the slowest way up");
  done("delays");
}

static void test_refused(void) {
  static const struct {
    double base, factor, cap, jitter;
    const char *names;
  } bad[] = {
      {-1, 2, 10, 0, "first"},        {11, 2, 10, 0, "first"},
      {1, 0.9, 10, 0, "factor"},      {1, -2, 10, 0, "factor"},
      {1, 1001, 10, 0, "factor"},     {1, 2, -1, 0, "longest"},
      {1, 2, 1e300, 0, "longest"},    {1, 2, 3.2e11, 0, "longest"},
      {1, 2, 10, -0.1, "jitter"},     {1, 2, 10, 1.1, "jitter"},
      {NAN, 2, 10, 0, "first"},       {1, NAN, 10, 0, "factor"},
      {1, 2, NAN, 0, "longest"},      {1, 2, 10, NAN, "jitter"},
      {INFINITY, 2, 10, 0, "first"},  {1, INFINITY, 10, 0, "factor"},
      {1, 2, INFINITY, 0, "longest"}, {1, 2, 10, -INFINITY, "jitter"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    il_backoff b;
    il_error_clear(&err);
    il_kind kind =
        il_backoff_seconds(bad[i].base, bad[i].factor, bad[i].cap, bad[i].jitter, &b, &err);
    check(kind == IL_ARGUMENT && strstr(err.message, bad[i].names), "row %zu: %s", i, err.message);
  }
  il_backoff b;
  check(il_backoff_seconds(1, 2, 315576000000.0, 1, &b, &err) == IL_OK, "10,000 years");
  check(il_backoff_delay(&b, 1000, "k", 1) >= 0, "and no overflow");
  done("what is refused");
}

/* Shares of the delay over many keys: within bounds, spread, and the same again. */
static void test_jitter(void) {
  il_backoff b = {.base = 1000000, .factor = 2000, .cap = 100000000, .jitter = 500};
  int64_t plain[11], buckets[10] = {0};
  char key[32];
  b.jitter = 0;
  for (int n = 1; n <= 10; n++)
    plain[n] = il_backoff_delay(&b, n, NULL, 0);
  b.jitter = 500;
  for (int i = 0; i < 10000; i++) {
    size_t n = (size_t)snprintf(key, sizeof key, "%d", i);
    int attempt = i % 10 + 1;
    int64_t delay = il_backoff_delay(&b, attempt, key, n);
    check(delay > plain[attempt] / 2 && delay <= plain[attempt], "key %s: %lld", key,
          (long long)delay);
    check(il_backoff_delay(&b, attempt, key, n) == delay, "key %s: another delay", key);
    buckets[(plain[attempt] - delay) * 10 / (plain[attempt] / 2 + 1)]++;
  }
  for (int i = 0; i < 10; i++)
    check(buckets[i] > 850 && buckets[i] < 1150, "tenth %d holds %lld", i, (long long)buckets[i]);
  b.jitter = 1000;
  int64_t first = il_backoff_delay(&b, 5, "run-1", 5);
  check(first != il_backoff_delay(&b, 5, "run-2", 5), "keys differ");
  check(il_backoff_delay(&b, 9, "run-1", 5) != il_backoff_delay(&b, 10, "run-1", 5),
        "attempts differ");
  /* A figure that must never change: rows scheduled by one release are judged by the next. */
  check(first == 15156418, "the hash has changed: %lld", (long long)first);
  done("jitter");
}

static long double power(long double x, int64_t n) {
  long double v = 1;
  while (n-- > 0)
    v *= x;
  return v;
}

static void test_reference(uint64_t seed) {
  for (int i = 0; i < 20000; i++) {
    il_backoff b;
    b.cap = random_in(&seed, 0, i % 2 ? IL_BACKOFF_CAP_MAX : 1000000000);
    b.base = random_in(&seed, 0, i % 3 ? b.cap : b.cap < 1000 ? b.cap : 1000);
    b.factor = (int32_t)random_in(&seed, 1000, i % 5 ? 3000 : IL_BACKOFF_FACTOR_MAX);
    b.jitter = 0;
    int64_t n = random_in(&seed, 1, 40), got = il_backoff_delay(&b, n, NULL, 0);
    if (!check(il_backoff_check(&b, &err) == IL_OK, "%s", err.message)) continue;
    long double exact = b.base * power(b.factor / 1000.0L, n - 1);
    if (exact > b.cap) exact = b.cap;
    /* Each step may lose up to a microsecond, which later steps multiply. */
    long double lost = b.factor == 1000
                           ? 0
                           : (power(b.factor / 1000.0L, n - 1) - 1) / (b.factor / 1000.0L - 1) + 1;
    check(got >= 0 && got <= b.cap && got <= exact + 1 && (got >= exact - lost || got == b.cap),
          "base %lld factor %d cap %lld attempt %lld: %lld, not %.0Lf", (long long)b.base, b.factor,
          (long long)b.cap, (long long)n, (long long)got, exact);
    check(il_backoff_delay(&b, n + 1, NULL, 0) >= got, "delays never shrink");
    b.jitter = (int32_t)random_in(&seed, 0, 1000);
    int64_t jittered = il_backoff_delay(&b, n, "key", 3);
    check(jittered >= 0 && jittered <= got, "jitter takes off, never adds");
  }
  done("random parameters against the formula");
}

int main(void) {
  test_rows();
  test_refused();
  test_jitter();
  test_reference(1);
  return test_end();
}
