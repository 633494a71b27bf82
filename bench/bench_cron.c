/*
** bench_cron.c: what a call of the cron functions costs in the core, over 20 mixed expressions and
** start instants through 2025 to 2027.
**
**   bench_cron                  nanoseconds per call: the median of 15 runs, and the fastest
**   bench_cron --instructions   instructions per call, counted by valgrind's callgrind
**   bench_cron <operation> <n>  n calls of one operation, nothing printed
**
** Built and run by bench/run.sh cron.
*/
#include <time.h>

#include "time/cron.h"
#include "timetest.h"

static const char *const expressions[20] = {
    "* * * * *",          "*/5 * * * *",   "0 * * * *",         "30 2 * * *",
    "0 9-17 * * MON-FRI", "15 10 * * 1-5", "0 0 1 * *",         "0 0 L * *",
    "0 12 15W * *",       "0 0 * * 5L",    "0 8 * * MON#1",     "0 0 1 1 *",
    "5,35 6-20/2 * * *",  "0 0 1,15 * 3",  "0 22-2 * * *",      "*/10 * * * * *",
    "30 17 LW * *",       "0 0 29 2 *",    "0 6 * JUN-AUG SUN", "0 0 0 1 1 * 2028",
};

static il_cron compiled[20];
static int64_t starts[256];
static const il_zone *new_york;
static il_zone_cache cache;
static volatile int64_t sink;

static void parse(long n) {
  il_cron cron;
  il_error err;
  for (long i = 0; i < n; i++) {
    const char *text = expressions[i % 20];
    il_cron_parse(text, strlen(text), &cron, &err);
    sink += cron.first;
  }
}

static void next_in(const il_zone *z, long n) {
  int64_t at = 0;
  for (long i = 0; i < n; i++) {
    il_cron_next(&compiled[i % 20], z, starts[i & 255], &at);
    sink += at;
  }
}
static void next_utc(long n) {
  next_in(NULL, n);
}
static void next_new_york(long n) {
  next_in(new_york, n);
}

static void next_by_name(long n) {
  il_error err;
  int64_t at = 0;
  for (long i = 0; i < n; i++) {
    const il_zone *z;
    il_zone_get(&cache, "America/New_York", 16, &z, &err);
    il_cron_next(&compiled[i % 20], z, starts[i & 255], &at);
    sink += at;
  }
}

static void prev_in(const il_zone *z, long n) {
  int64_t at = 0;
  for (long i = 0; i < n; i++) {
    il_cron_prev(&compiled[i % 20], z, starts[i & 255], &at);
    sink += at;
  }
}
static void prev_utc(long n) {
  prev_in(NULL, n);
}
static void prev_new_york(long n) {
  prev_in(new_york, n);
}

static void matches_new_york(long n) {
  for (long i = 0; i < n; i++)
    sink += il_cron_matches(&compiled[i % 20], new_york, starts[i & 255]);
}

/* Text to answer, as a caller has it who keeps nothing. */
static void never_with_parse(long n) {
  static const char *const texts[] = {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 L-30 11 *",
                                      "0 0 31 * +1#1"};
  il_cron cron;
  il_error err;
  int64_t at = 0;
  for (long i = 0; i < n; i++) {
    const char *text = texts[i & 3];
    il_cron_parse(text, strlen(text), &cron, &err);
    sink += il_cron_next(&cron, new_york, starts[i & 255], &at);
  }
}

static void rare_40_years(long n) {
  static il_cron cron;
  il_error err;
  int64_t at = 0;
  if (!cron.fields) il_cron_parse("0 0 * 2 1#5", 11, &cron, &err);
  for (long i = 0; i < n; i++) {
    il_cron_next(&cron, new_york, INT64_C(3224000000000000) + i % 7,
                 &at); /* from 2072-03 to 2112 */
    sink += at;
  }
}

static void count_year(long n) {
  for (long i = 0; i < n; i++)
    sink += il_cron_count(&compiled[i % 20], new_york, INT64_C(1735707600000000),
                          INT64_C(1767243600000000));
}

static void local_new_york(long n) {
  for (long i = 0; i < n; i++)
    sink += il_zone_local(new_york, starts[i & 255] / 1000000);
}

static const struct {
  const char *name, *what;
  void (*run)(long n);
} operations[] = {
    {"parse", "parse", parse},
    {"next-utc", "next, UTC", next_utc},
    {"next-zone", "next, America/New_York", next_new_york},
    {"next-name", "next, zone by name from the cache", next_by_name},
    {"prev-utc", "prev, UTC", prev_utc},
    {"prev-zone", "prev, America/New_York", prev_new_york},
    {"matches", "matches, America/New_York", matches_new_york},
    {"never", "parse and say never", never_with_parse},
    {"rare", "next after 40 years, America/New_York", rare_40_years},
    {"count", "count of a year, America/New_York", count_year},
    {"local", "offset in America/New_York", local_new_york},
};
#define OPERATIONS (sizeof operations / sizeof *operations)

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void measure(size_t op) {
  double runs[15];
  long n = 200000;
  operations[op].run(n / 10);
  for (int i = 0; i < 15; i++) {
    double start = now();
    operations[op].run(n);
    runs[i] = (now() - start) / (double)n;
  }
  qsort(runs, 15, sizeof *runs, by_value);
  printf("%-40s %8.1f ns  (fastest %.1f)\n", operations[op].what, runs[7], runs[0]);
}

/* Instructions of n calls as callgrind counts them, start-up included; -1 without valgrind. */
static double instructions(const char *self, const char *op, long n) {
  char command[4400], line[512];
  double count = -1;
  snprintf(command, sizeof command,
           "valgrind --tool=callgrind --callgrind-out-file=/dev/null %s %s %ld 2>&1", self, op, n);
  FILE *f = popen(command, "r");
  while (f && fgets(line, sizeof line, f)) {
    const char *at = strstr(line, "Collected : ");
    if (at) count = strtod(at + 12, NULL);
  }
  if (f) pclose(f);
  return count;
}

int main(int argc, char **argv) {
  il_error err;
  uint64_t seed = 1;
  for (int i = 0; i < 20; i++)
    if (il_cron_parse(expressions[i], strlen(expressions[i]), &compiled[i], &err)) {
      fprintf(stderr, "%s\n", err.message);
      return 1;
    }
  for (int i = 0; i < 256; i++)
    starts[i] = random_in(&seed, 1735689600, 1830297600) * 1000000;
  il_zone_cache_init(&cache, test_memory_start(&memory, 0), read_zone, NULL);
  if (il_zone_get(&cache, "America/New_York", 16, &new_york, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  for (size_t op = 0; op < OPERATIONS; op++) {
    if (argc == 1) {
      measure(op);
    } else if (argc == 2 && strcmp(argv[1], "--instructions") == 0) {
      double few = instructions(argv[0], operations[op].name, 2000),
             many = instructions(argv[0], operations[op].name, 22000);
      if (few < 0 || many < 0) return fprintf(stderr, "no valgrind\n"), 1;
      printf("%-40s %8.0f instructions\n", operations[op].what, (many - few) / 20000);
    } else if (argc == 3 && strcmp(argv[1], operations[op].name) == 0) {
      operations[op].run(atol(argv[2]));
    }
  }
  il_zone_cache_clear(&cache);
  return 0;
}
