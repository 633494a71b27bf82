/*
** test_cron_set.c: the set of instants of random expressions, against a reference that is written
** from the definition and shares nothing with the code: it goes through every local time of a few
** days around a change of the clocks. And the laws that bind next, prev, matches, count and series.
**
**   test_cron_set [seed [rounds]]
*/
#include <stdbool.h>

#include "time/cron.h"
#include "timetest.h"

#define DAY 86400
#define SECOND INT64_C(1000000)

static il_error err;
static il_zone_cache cache;
static uint64_t seed = 1;

/* ---- A random expression, as text and as what it means ---- */

struct model {
  char text[700];
  bool second[60], minute[60], hour[24], day[32], month[13], weekday[7];
  bool near[32], last[31], last_near[31], nth[7][7]; /* nth[w][6]: the last */
  bool both, interval;
};

static int roll(int lo, int hi) {
  return (int)random_in(&seed, lo, hi);
}

static void print(struct model *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print(struct model *m, const char *format, ...) {
  size_t n = strlen(m->text);
  va_list args;
  va_start(args, format);
  vsnprintf(m->text + n, sizeof m->text - n, format, args);
  va_end(args);
}

/* One item of plain values: appends its text, sets its values; true when it is written with *, - or
   /. */
static bool plain_item(struct model *m, bool *set, int min, int max) {
  int lo = roll(min, max), hi = roll(min, max), step = roll(2, (max - min) / 2);
  int size = max - min + 1;
  switch (roll(0, 4)) {
  case 0:
    print(m, "%d", lo);
    set[lo] = true;
    return false;
  case 1:
    print(m, "%d-%d", lo, hi);
    for (int v = lo;; v = v == max ? min : v + 1) {
      set[v] = true;
      if (v == hi) break;
    }
    return true;
  case 2:
    print(m, "%d-%d/%d", lo, hi, step);
    for (int i = 0; i <= (hi - lo + size) % size; i += step)
      set[min + (lo - min + i) % size] = true;
    return true;
  case 3:
    print(m, "%d/%d", lo, step);
    for (int v = lo; v <= max; v += step)
      set[v] = true;
    return true;
  default:
    print(m, "*/%d", step);
    for (int v = min; v <= max; v += step)
      set[v] = true;
    return true;
  }
}

/* One to four single values: what makes an expression fixed-time. */
static void single_values(struct model *m, bool *set, int min, int max) {
  for (int n = roll(1, 4); n > 0; n--) {
    int v = roll(min, max);
    set[v] = true;
    print(m, "%d%s", v, n > 1 ? "," : " ");
  }
}

static bool plain_field(struct model *m, bool *set, int min, int max, int star_percent) {
  bool interval = false;
  if (roll(0, 99) < star_percent) {
    print(m, "* ");
    for (int v = min; v <= max; v++)
      set[v] = true;
    return true;
  }
  for (int n = roll(1, 3); n > 0; n--) {
    interval |= plain_item(m, set, min, max);
    print(m, n > 1 ? "," : " ");
  }
  return interval;
}

static void day_field(struct model *m) {
  size_t from = strlen(m->text);
  if (roll(0, 2)) {
    plain_field(m, m->day, 1, 31, 50);
  } else {
    int n = roll(0, 30);
    switch (roll(0, 4)) {
    case 0:
      print(m, "%dW ", n + 1);
      m->near[n + 1] = true;
      break;
    case 1:
      print(m, "L ");
      m->last[0] = true;
      break;
    case 2:
      print(m, "L-%d,15 ", n);
      m->last[n] = m->day[15] = true;
      break;
    case 3:
      print(m, "LW ");
      m->last_near[0] = true;
      break;
    default:
      print(m, "L-%dW ", n);
      m->last_near[n] = true;
      break;
    }
  }
  m->both |= m->text[from] == '*';
}

static void weekday_field(struct model *m) {
  static const char names[] = "sunMONtueWedTHUfriSat";
  if (roll(0, 5) == 0) {
    print(m, "+");
    m->both = true;
  }
  size_t from = strlen(m->text);
  int w = roll(0, 6), k = roll(1, 6);
  if (roll(0, 2))
    plain_field(m, m->weekday, 0, 6, 50);
  else if (k == 6)
    print(m, "%.3s%s", names + 3 * w, roll(0, 1) ? "L" : "#L"), m->nth[w][6] = true;
  else
    print(m, "%d#%d", w, k), m->nth[w][k] = true;
  m->both |= m->text[from] == '*';
}

static struct model random_model(void) {
  struct model m;
  memset(&m, 0, sizeof m);
  bool fixed = roll(0, 1), seconds = roll(0, 9) == 0;
  if (!seconds) m.second[0] = true;
  if (fixed) {
    if (seconds) single_values(&m, m.second, 0, 59);
    single_values(&m, m.minute, 0, 59);
    single_values(&m, m.hour, 0, 23);
  } else {
    if (seconds) m.interval |= plain_field(&m, m.second, 0, 59, 5);
    m.interval |= plain_field(&m, m.minute, 0, 59, 10);
    m.interval |= plain_field(&m, m.hour, 0, 23, 20);
  }
  day_field(&m);
  plain_field(&m, m.month, 1, 12, 60);
  weekday_field(&m);
  return m;
}

static int month_days(int64_t year, int month) {
  int64_t next =
      month == 12 ? il_days_from_civil(year + 1, 1, 1) : il_days_from_civil(year, month + 1, 1);
  return (int)(next - il_days_from_civil(year, month, 1));
}

static int weekday_of(int64_t number) {
  return (int)(((number + 4) % 7 + 7) % 7);
}

/* By definition: of the month's days from Monday to Friday the one least far away. */
static int nearest_weekday(int64_t first, int length, int day) {
  int best = -1;
  for (int d = 1; d <= length; d++) {
    int w = weekday_of(first + d - 1);
    if (w != 0 && w != 6 && (best < 0 || abs(d - day) < abs(best - day))) best = d;
  }
  return best;
}

static bool model_day(const struct model *m, int64_t number) {
  int64_t year;
  int month, day;
  il_civil_from_days(number, &year, &month, &day);
  if (!m->month[month]) return false;
  int length = month_days(year, month), w = weekday_of(number);
  int64_t first = number - day + 1;
  bool by_day = m->day[day] || m->last[length - day], by_week = m->weekday[w];
  for (int d = 1; d <= length; d++) {
    if (m->near[d] && nearest_weekday(first, length, d) == day) by_day = true;
    if (m->last_near[length - d] && nearest_weekday(first, length, d) == day) by_day = true;
  }
  if (m->nth[w][(day + 6) / 7]) by_week = true;
  if (m->nth[w][6] && day + 7 > length) by_week = true;
  return m->both ? by_day && by_week : by_day || by_week;
}

static bool model_time(const struct model *m, int64_t w) {
  int64_t t = (w % DAY + DAY) % DAY;
  return m->hour[t / 3600] && m->minute[t / 60 % 60] && m->second[t % 60];
}

/* ---- The reference ---- */

struct window {
  const il_zone *z;
  int64_t from, until; /* instants in seconds; offsets change at most once in between, at change */
  int64_t change;
  int32_t before, after;
};

static int64_t day_of(int64_t w) {
  return (w - (w % DAY + DAY) % DAY) / DAY;
}

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Whether the gap holds every occurrence of a date. */
static bool swallows(const struct model *m, int64_t day, int64_t gap_from, int64_t gap_to) {
  for (int64_t w = day * DAY; w < (day + 1) * DAY; w++)
    if (model_time(m, w) && (w < gap_from || w >= gap_to)) return false;
  return true;
}

/* All instants of the set in the window, ascending, each once. */
static int reference(const struct model *m, const struct window *win, int64_t *out) {
  int n = 0;
  int64_t lo = win->from + (win->before < win->after ? win->before : win->after);
  int64_t hi = win->until + (win->before < win->after ? win->after : win->before);
  int64_t gap_from = win->change + win->before, gap_to = win->change + win->after;
  int64_t known_day = INT64_MIN;
  bool matching_day = false;
  for (int64_t w = lo; w <= hi; w++) {
    if (day_of(w) != known_day) matching_day = model_day(m, known_day = day_of(w));
    if (!matching_day) {
      w = (known_day + 1) * DAY - 1;
      continue;
    }
    if (!model_time(m, w)) continue;
    int64_t first = w - win->before, second = w - win->after;
    bool is_first = first < win->change, is_second = second >= win->change;
    if (is_first) out[n++] = first;
    if (is_second && !(is_first && !m->interval)) out[n++] = second;
    if (!is_first && !is_second && gap_to - gap_from <= 3 * 3600 &&
        (!m->interval || swallows(m, day_of(w), gap_from, gap_to)))
      out[n++] = win->change;
  }
  qsort(out, (size_t)n, sizeof *out, by_value);
  int k = 0;
  for (int i = 0; i < n; i++)
    if (out[i] >= win->from && out[i] <= win->until && (k == 0 || out[k - 1] != out[i]))
      out[k++] = out[i];
  return k;
}

static int64_t expected[5 * DAY * 2];

static void compare(const struct model *m, const il_cron *cron, const struct window *win) {
  int n = reference(m, win, expected), i = 0;
  int64_t at, from = win->from * SECOND, until = win->until * SECOND;
  const char *name = win->z ? win->z->name : "UTC";
  il_cron_series series = il_cron_from(cron, win->z, from, until);
  for (; il_cron_step(&series, &at); i++)
    if (!check(i < n && at == expected[i] * SECOND, "%s in %s: fire %d of %d is %lld, not %lld",
               m->text, name, i, n, (long long)at / SECOND, i < n ? (long long)expected[i] : 0))
      return;
  check(i == n, "%s in %s: %d fires, not %d (next would be %lld)", m->text, name, i, n,
        (long long)expected[i]);
  check(il_cron_count(cron, win->z, from, until) == n, "%s in %s: counts %lld, not %d", m->text,
        name, (long long)il_cron_count(cron, win->z, from, until), n);
  for (at = until + 1, i = n; il_cron_prev(cron, win->z, at, &at) && at >= from;)
    if (!check(--i >= 0 && at == expected[i] * SECOND, "%s in %s: prev gives %lld", m->text, name,
               (long long)at / SECOND))
      return;
  check(i == 0, "%s in %s: prev misses %d", m->text, name, i);
  for (i = 0; i < 50; i++) {
    int64_t t =
        n && roll(0, 1) ? expected[roll(0, n - 1)] : random_in(&seed, win->from, win->until);
    bool in = bsearch(&t, expected, (size_t)n, sizeof t, by_value) != NULL;
    check(il_cron_matches(cron, win->z, t * SECOND) == in, "%s in %s: matches %lld", m->text, name,
          (long long)t);
  }
}

/* ---- Laws, at any distance ---- */

static void laws(const struct model *m, const il_cron *cron, const il_zone *z, int64_t t) {
  int64_t next, prev, back;
  const char *name = z ? z->name : "UTC";
  if (il_cron_next(cron, z, t, &next)) {
    check(next > t && next % SECOND == 0, "%s in %s: next of %lld", m->text, name, (long long)t);
    check(il_cron_matches(cron, z, next), "%s in %s: next of %lld does not match", m->text, name,
          (long long)t);
    check(il_cron_next(cron, z, next - 1, &back) && back == next, "%s in %s: next from just before",
          m->text, name);
    check(il_cron_prev(cron, z, next + 1, &back) && back == next, "%s in %s: prev from just after",
          m->text, name);
    if (il_cron_prev(cron, z, next, &prev)) {
      check(prev <= t, "%s in %s: %lld lies between", m->text, name, (long long)prev);
      check(il_cron_next(cron, z, prev, &back) && back == next, "%s in %s: next of prev", m->text,
            name);
      check(il_cron_count(cron, z, prev, next) == 2, "%s in %s: count from prev to next", m->text,
            name);
    }
    check(il_cron_count(cron, z, t + 1, next) == 1, "%s in %s: count to the next", m->text, name);
  } else {
    check(il_cron_count(cron, z, t + 1, IL_INSTANT_MAX) == 0, "%s in %s: none, but some", m->text,
          name);
  }
  if (t % SECOND == 0)
    check(il_cron_matches(cron, z, t) == (il_cron_next(cron, z, t - 1, &next) && next == t),
          "%s in %s: match at %lld", m->text, name, (long long)t);
}

/* What is said never to fire has no date in 400 years; all else fires within them. */
static void proof(const struct model *m, const il_cron *cron) {
  int64_t at, day = il_days_from_civil(2000, 1, 1), end = day + 146097;
  if (il_cron_next(cron, NULL, day * DAY * SECOND - 1, &at)) {
    check(at < end * DAY * SECOND, "%s: not within 400 years", m->text);
    return;
  }
  while (day < end && !model_day(m, day))
    day++;
  check(day == end, "%s: said never to fire, matches day %lld", m->text, (long long)day);
}

/* Far counts against going there one by one. */
static void count_far(const struct model *m, const il_cron *cron, const il_zone *z, int64_t t) {
  int64_t at = t, n = 0, until = t;
  while (n < 300 && il_cron_next(cron, z, at, &at)) {
    n++;
    until = at;
  }
  check(il_cron_count(cron, z, t + 1, until) == n, "%s in %s: %lld and %lld in a row", m->text,
        z->name, (long long)il_cron_count(cron, z, t + 1, until), (long long)n);
}

static const char *const zones[] = {
    "America/New_York",     "Europe/London",     "Europe/Dublin",
    "Australia/Lord_Howe",  "America/Sao_Paulo", "Africa/Cairo",
    "Asia/Beirut",          "Pacific/Apia",      "Africa/Casablanca",
    "Antarctica/Troll",     "Asia/Tehran",       "America/Nuuk",
    "America/Scoresbysund", "Asia/Amman",        "Pacific/Chatham",
    "Asia/Kathmandu",       "Asia/Gaza",         "America/Caracas",
    "Asia/Pyongyang",       "Europe/Paris",      "Asia/Manila",
    "America/Juneau",       "Pacific/Kwajalein",
};

/* A window of four days around one of the zone's transitions. */
static struct window random_window(const il_zone *z) {
  il_segment s;
  struct window w = {.z = z};
  il_zone_segment(z, z->at[roll(0, z->n - 1)], &s); /* each of them, however long ago */
  w.change = s.start;
  w.from = s.start - 2 * DAY + roll(0, 3600);
  w.until = s.start + 2 * DAY - roll(0, 3600);
  w.before = s.before;
  w.after = s.offset;
  return w;
}

int main(int argc, char **argv) {
  if (argc > 1) seed = strtoull(argv[1], NULL, 10);
  int rounds = argc > 2 ? atoi(argv[2]) : 2000;
  il_zone_cache_init(&cache, test_memory_start(&memory, 0), read_zone, NULL);
  if (access(zone_dir(), R_OK) != 0) {
    printf("# no zone database in %s: left out\n", zone_dir());
    return test_end();
  }
  test_table by_laws = {0, 0};
  int never = 0;
  for (int i = 0; i < rounds; i++) {
    struct model m = random_model();
    const il_zone *z;
    il_cron cron;
    const char *name = zones[roll(0, (int)(sizeof zones / sizeof *zones) - 1)];
    if (!check(il_zone_get(&cache, name, strlen(name), &z, &err) == IL_OK, "%s", err.message))
      continue;
    if (!check(il_cron_parse(m.text, strlen(m.text), &cron, &err) == IL_OK, "%s", err.message))
      continue;
    struct window win = random_window(z);
    compare(&m, &cron, &win);
    test_table by_reference = group;
    group = by_laws;
    laws(&m, &cron, z, random_in(&seed, win.from, win.until) * SECOND);
    laws(&m, &cron, z, win.change * SECOND);
    laws(&m, &cron, z, random_in(&seed, IL_INSTANT_MIN, IL_INSTANT_MAX));
    laws(&m, &cron, NULL, random_in(&seed, -2208988800, 13569465600) * SECOND);
    count_far(&m, &cron, z, win.from * SECOND);
    proof(&m, &cron);
    never += (cron.flags & IL_CRON_NEVER) != 0;
    by_laws = group;
    group = by_reference;
  }
  done("next, prev, matches, count and series against the definition");
  group = by_laws;
  done("laws between them, years 1 to 9999");
  printf("# %d expressions, %d of them never fire\n", rounds, never);
  il_zone_cache_clear(&cache);
  test_ok(memory.live == 0, "nothing is left allocated");
  return test_end();
}
