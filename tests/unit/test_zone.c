/*
** test_zone.c: zone names, TZif data good and hostile, look-up both ways, the cache.
**
**   test_zone             the test; zones from /usr/share/zoneinfo or $INTERLOCK_ZONEINFO
**   test_zone --offsets   answers lines "name seconds" with offsets, for test_zone_oracle.py
*/
#include <dirent.h>

#include "timetest.h"

static il_error err;

/* ---- TZif data made by hand ---- */

struct tzif {
  unsigned char p[4096];
  size_t n;
};

static void put(struct tzif *t, int64_t v, int width) {
  for (int i = width - 1; i >= 0; i--)
    t->p[t->n++] = (unsigned char)((uint64_t)v >> (8 * i));
}

static void put_header(struct tzif *t, char version, int leaps, int times, int types) {
  memcpy(t->p + t->n, "TZif", 4);
  t->p[t->n + 4] = (unsigned char)version;
  memset(t->p + t->n + 5, 0, 15);
  t->n += 20;
  put(t, 0, 4), put(t, 0, 4), put(t, leaps, 4), put(t, times, 4), put(t, types, 4), put(t, 4, 4);
}

/* times transitions from at[] to types[1], types[2] … in turn, types[0] before; version 0 is the
   first version. */
static struct tzif make(char version, const int64_t *at, int times, const int32_t *offsets,
                        const char *footer) {
  struct tzif t = {.n = 0};
  int width = version ? 8 : 4;
  if (version) {
    put_header(&t, version, 0, 0, 1);
    put(&t, 0, 4), put(&t, 0, 2);
    put(&t, 0, 4);
  }
  put_header(&t, version, 0, times, times + 1);
  for (int i = 0; i < times; i++)
    put(&t, at[i], width);
  for (int i = 0; i < times; i++)
    put(&t, i + 1, 1);
  for (int i = 0; i <= times; i++)
    put(&t, offsets[i], 4), put(&t, 0, 2);
  put(&t, 0x41424300, 4);
  if (version) t.n += (size_t)sprintf((char *)t.p + t.n, "\n%s\n", footer);
  return t;
}

static il_zone *open_data(const unsigned char *p, size_t n) {
  il_zone *z = NULL;
  /* A block of its own size, so that a sanitizer sees every byte read past the end. */
  unsigned char *copy = malloc(n ? n : 1);
  memcpy(copy, p, n);
  il_kind kind = il_zone_open(&memory.alloc, "Test/Zone", 9, copy, n, &z, &err);
  free(copy);
  check((kind == IL_OK) == (z != NULL), "a zone exactly when there is no error");
  check(kind == IL_OK || (kind == IL_ARGUMENT && err.message[0]), "an error has kind and message");
  return z;
}

static void test_hand_made(void) {
  int64_t at[] = {0, 1000000};
  int32_t offsets[] = {-100, 3600, 7200};
  struct tzif t = make(0, at, 2, offsets, NULL);
  il_zone *z = open_data(t.p, t.n);
  if (check(z != NULL, "version 1")) {
    check(il_zone_local(z, -1) == -100 && il_zone_local(z, 0) == 3600, "first transition");
    check(il_zone_local(z, 999999) == 3600 && il_zone_local(z, 1000000) == 7200,
          "second transition");
    check(il_zone_local(z, INT64_MAX) == 7200 && il_zone_local(z, INT64_MIN) == -100,
          "ends of time");
    il_segment s;
    il_zone_segment(z, 5, &s);
    check(s.start == 0 && s.end == 1000000 && s.offset == 3600 && s.before == -100, "segment");
  }
  il_zone_close(&memory.alloc, z);
  for (char v = '2'; v <= '5'; v++) {
    t = make(v, at, 2, offsets, "<+02>-2");
    z = open_data(t.p, t.n);
    check(z && il_zone_local(z, 1000000) == 7200, "version %c", v);
    il_zone_close(&memory.alloc, z);
  }
}

/* Footer rules on a table with one transition to one hour east in 1970: offset at instants. */
static void test_rules(void) {
  static const struct {
    const char *footer;
    int64_t at;
    int32_t offset; /* -1: the data is refused */
  } rows[] = {
      {"X", 0, -1},
      {"XYZ", 0, -1},
      {"XYZ-1:60", 0, -1},
      {"XYZ-25", 0, -1},
      {"XYZ-1XYA", 0, -1},
      {"XY-1", 0, -1},
      {"<X-1", 0, -1},
      {"XYZ-1XYA,M13.1.0,M3.1.0", 0, -1},
      {"XYZ-1XYA,M3.6.0,M3.1.0", 0, -1},
      {"XYZ-2", 0, -1},
      {"XYZ-1XYA,M3.5.7,M3.1.0", 0, -1},
      {"XYZ-1XYA,J0,J5", 0, -1},
      {"XYZ-1XYA,366,5", 0, -1},
      {"XYZ-1 ", 0, -1},
      {"XYZ-1XYA,M3.5.0,M10.5.0/168", 0, -1},
      {"XYZ-1XYA,M3.5.0,M10.5.0/3,", 0, -1},
      {"XYZ-1XYA,M3.5.0", 0, -1},
      {"", 4102444800, 3600},
      {"XYZ-1", 4102444800, 3600},
      {"<+01>-01:00:00", 4102444800, 3600},
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878799, 3600}, /* 2100-03-28 01:00Z - 1 s */
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878800, 7200},
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4128627599, 7200}, /* 2100-10-31 01:00Z - 1 s */
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4128627600, 3600},
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878800 + 12622780800, 7200}, /* 2500 */
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878799 + 12622780800, 3600},
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878800 + 12622780800 * 18, 7200}, /* 9300 */
      {"CET-1CEST,M3.5.0,M10.5.0/3", 4109878799 + 12622780800 * 18, 3600},
      {"XYZ-1XYA,J60,J200", 4107545999,
       3600}, /* 2100-03-01 02:00 local: J60 is never 29 February */
      {"XYZ-1XYA,J60,J200", 4107546000, 7200},
      {"XYZ-1XYA,59,J200", 4107545999, 3600}, /* day 59 of 2100 is 1 March */
      {"XYZ-1XYA,59,J200", 4107546000, 7200},
      {"XYZ-1XYA,59,J200", 3981315599, 3600}, /* of 2096 it is 29 February */
      {"XYZ-1XYA,59,J200", 3981315600, 7200},
      {"XYZ-1XYA,J60,J200", 3981315600, 3600}, /* and J60 still 1 March */
      {"XYZ-1XYA,J60,J200", 3981315600 + 86399, 3600},
      {"XYZ-1XYA,J60,J200", 3981315600 + 86400, 7200},
      {"XYZ-1XYA,0/0,J365/25", 4118083200, 7200}, /* all year round */
      {"XYZ-1XYA,0/0,J365/25", 4102444800 - 3600, 7200},
      {"XYZ-1XYA,0/0,J365/25", 4102444800 - 3601, 7200},
      {"XYZ-1XYA,0/0,J365/25", 4102444800 + 12622780800 * 19, 7200},
      {"XYZ-1XYA0,M10.5.0,M3.5.0/1", 4102444800,
       0}, /* negative saving in winter, as Dublin has it */
      {"XYZ-1XYA0,M10.5.0,M3.5.0/1", 4118083200, 3600},
      {"XYZ-1XYA,M3.4.4/50,M10.4.4/50", 4109792399,
       3600}, /* 02:00 two days after the fourth Thursday */
      {"XYZ-1XYA,M3.4.4/50,M10.4.4/50", 4109792400, 7200},
  };
  int64_t at[] = {0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    /* All year round the table must say so too. */
    int32_t offsets[] = {0, strstr(rows[i].footer, "0/0")    ? 7200
                            : strstr(rows[i].footer, "XYA0") ? 0
                                                             : 3600};
    struct tzif t = make('3', at, 1, offsets, rows[i].footer);
    il_zone *z = open_data(t.p, t.n);
    if (check((z == NULL) == (rows[i].offset == -1), "footer %s: %s", rows[i].footer,
              z ? "accepted" : err.message) &&
        z)
      check(il_zone_local(z, rows[i].at) == rows[i].offset, "footer %s at %lld: %d, not %d",
            rows[i].footer, (long long)rows[i].at, il_zone_local(z, rows[i].at), rows[i].offset);
    il_zone_close(&memory.alloc, z);
  }
  int32_t offset = 0;
  struct tzif t =
      make('2', at, 0, &offset, "EST5EDT,M3.2.0,M11.1.0"); /* no table: the rule says everything */
  il_zone *z = open_data(t.p, t.n);
  check(z && il_zone_local(z, 1720000000) == -14400 && il_zone_local(z, 1704067200) == -18000,
        "rule without a table");
  check(z && il_zone_local(z, INT64_C(-62008156800)) == -18000, "rule without a table, year 5");
  il_zone_close(&memory.alloc, z);
}

/* A segment all year round has no seams. */
static void test_all_year(void) {
  int64_t at[] = {0};
  int32_t offsets[] = {0, 7200};
  struct tzif t = make('3', at, 1, offsets, "XYZ-1XYA,0/0,J365/25");
  il_zone *z = open_data(t.p, t.n);
  il_segment s;
  if (!check(z != NULL, "all year: %s", err.message)) return;
  il_zone_segment(z, 4102444800 * 10, &s);
  check(s.start == 0 && s.end == IL_ZONE_END && s.offset == 7200, "all year: one segment");
  il_zone_close(&memory.alloc, z);
}

/* Wrong bytes anywhere: an error or a zone, and neither a crash nor a leak. */
static void test_hostile(void) {
  int64_t at[] = {-2000000000, 0, 1000000};
  int32_t offsets[] = {-100, 3600, 7200, 3600};
  struct tzif good = make('2', at, 3, offsets, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (size_t n = 0; n < good.n; n++) {
    il_zone *z = open_data(good.p, n);
    check(z == NULL, "cut to %zu bytes", n);
    il_zone_close(&memory.alloc, z);
  }
  for (size_t i = 0; i < good.n; i++) {
    for (int bit = 0; bit < 8; bit++) {
      struct tzif t = good;
      t.p[i] ^= (unsigned char)(1 << bit);
      il_zone *z = open_data(t.p, t.n);
      il_segment s;
      int steps = 0;
      if (z)
        for (il_zone_segment(z, INT64_C(-62135596800), &s);
             s.start < INT64_C(70000000000) && steps < 100000; steps++) {
          if (!check(s.start < s.end, "byte %zu bit %d: an empty segment", i, bit)) break;
          if (!il_zone_next(z, &s)) break;
        }
      check(steps < 100000, "byte %zu bit %d: endless segments", i, bit);
      il_zone_close(&memory.alloc, z);
    }
  }
  struct tzif t = good;
  memcpy(t.p, "tzif", 4);
  check(!open_data(t.p, t.n) && strstr(err.message, "not a zone's data"), "magic: %s", err.message);
  int64_t unsorted[] = {5, 5};
  t = make('2', unsorted, 2, offsets, "");
  check(!open_data(t.p, t.n) && strstr(err.message, "transitions"),
        "transitions twice at one instant");
  int32_t far[] = {0, 93600};
  t = make('2', at, 1, far, "");
  check(!open_data(t.p, t.n) && strstr(err.message, "range"), "offset of 26 hours");
  unsigned char *big = calloc(1, IL_ZONE_FILE_MAX + 1);
  memcpy(big, good.p, good.n);
  check(!open_data(big, IL_ZONE_FILE_MAX + 1) && strstr(err.message, "more data"),
        "more than 64 KiB");
  free(big);
  test_memory_start(&memory, 1);
  il_zone *z;
  check(il_zone_open(&memory.alloc, "Test/Zone", 9, good.p, good.n, &z, &err) == IL_NOMEM && !z,
        "out of memory");
  check(memory.live == 0, "%ld blocks left", memory.live);
}

/* ---- Names ---- */

static void test_names(void) {
  static const struct {
    const char *name;
    int offset; /* of the first wrong byte, -1: a name */
  } rows[] = {
      {"UTC", -1},
      {"Europe/Paris", -1},
      {"America/Argentina/Buenos_Aires", -1},
      {"Etc/GMT+12", -1},
      {"GMT-0", -1},
      {"", 0},
      {"/etc/passwd", 0},
      {"../../etc/passwd", 0},
      {"Europe/../x", 7},
      {"Europe//Paris", 7},
      {"Europe/", 6},
      {".", 0},
      {"Europe/.Paris", 7},
      {"Europe Paris", 6},
      {"Europe\\Paris", 6},
      {"Zürich", 1},
      {"a\nb", 1},
      {"~", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_error_clear(&err);
    il_kind kind = il_zone_name_check(rows[i].name, strlen(rows[i].name), &err);
    check((kind == IL_OK) == (rows[i].offset < 0), "name %s", rows[i].name);
    check(kind == IL_OK || err.offset == rows[i].offset, "name %s: offset %d", rows[i].name,
          err.offset);
  }
  char name[300];
  memset(name, 'a', sizeof name);
  check(il_zone_name_check(name, 63, &err) == IL_OK, "63 bytes");
  check(il_zone_name_check(name, 64, &err) == IL_ARGUMENT, "64 bytes");
  check(il_zone_name_check(name, 300, &err) == IL_ARGUMENT && strlen(err.message) < 200,
        "300 bytes");
  check(il_zone_name_check("a\0b", 3, &err) == IL_ARGUMENT && err.offset == 1, "a NUL");
}

/* ---- The system's zones ---- */

static const il_zone *get(il_zone_cache *cache, const char *name) {
  const il_zone *z = NULL;
  il_kind kind = il_zone_get(cache, name, strlen(name), &z, &err);
  check(kind == IL_OK, "zone %s: %s", name, err.message);
  return z;
}

static void test_known(il_zone_cache *cache) {
  static const struct {
    const char *name;
    int64_t at;
    int32_t offset;
  } rows[] = {
      {"Europe/Paris", -2486592561, 561},         {"Europe/Paris", 1751328000, 7200},
      {"Europe/Dublin", 1735689600, 0},           {"Europe/Dublin", 1751328000, 3600},
      {"Pacific/Apia", 1325239199, -36000},       {"Pacific/Apia", 1325239200, 50400},
      {"Australia/Lord_Howe", 1751328000, 37800}, {"Antarctica/Troll", 1751328000, 7200},
      {"America/New_York", 16725225600, -18000}, /* 2500-01-01 */
      {"America/New_York", 16740864000, -14400}, /* 2500-07-01 */
      {"Asia/Kathmandu", 1751328000, 20700},      {"Africa/Casablanca", 1740826800, 0},
      {"Africa/Casablanca", 1751328000, 3600},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const il_zone *z = get(cache, rows[i].name);
    int32_t offset = z ? il_zone_local(z, rows[i].at) : 0;
    check(offset == rows[i].offset, "%s at %lld: %d", rows[i].name, (long long)rows[i].at, offset);
  }
  int64_t at[2];
  const il_zone *z = get(cache, "America/New_York");
  check(z && il_zone_instants(z, 1741487400, at) == 0 && at[0] == 1741503600,
        "02:30 is skipped on 2025-03-09");
  check(z && il_zone_instants(z, 1762047000, at) == 2 && at[0] == 1762061400 && at[1] == 1762065000,
        "01:30 comes twice");
  check(z && il_zone_instants(z, 1751328000, at) == 1 && at[0] == at[1] && at[0] == 1751342400,
        "once");
  z = get(cache, "Pacific/Apia");
  check(z && il_zone_instants(z, 1325246400, at) == 0 && at[0] == 1325239200,
        "30 December 2011 never was in Apia");
  check(il_zone_instants(NULL, 5, at) == 1 && at[0] == 5 && il_zone_local(NULL, 5) == 0,
        "NULL is UTC");
}

static int count_segments(void *ctx, const il_segment *s) {
  int64_t *previous = ctx;
  check(*previous == INT64_MIN || s->start == *previous, "segments leave no hole");
  check(s->start < s->end, "a segment has a length");
  *previous = s->end;
  return 0;
}

/* Walks a zone forward and back, and asks for local times and instants at random. */
static void walk(const il_zone *z, uint64_t *seed) {
  int64_t previous = INT64_MIN, from = INT64_C(-62135596800), until = INT64_C(16725225600);
  il_zone_segments(z, from, until, count_segments, &previous);
  until = INT64_C(253402300799);
  check(previous >= INT64_C(16725225600), "%s: segments to the end", z->name);
  il_segment s, t;
  for (int i = 0; i < 300; i++) {
    int64_t at = i < 200 ? random_in(seed, -3000000000, 16725225600) : random_in(seed, from, until),
            local[2];
    il_zone_segment(z, at, &s);
    check(s.start <= at && at < s.end && il_zone_local(z, at) == s.offset, "%s: segment of %lld",
          z->name, (long long)at);
    t = s;
    if (il_zone_next(z, &t)) {
      check(t.start == s.end && t.before == s.offset && t.offset != s.offset, "%s: next of %lld",
            z->name, (long long)at);
      check(il_zone_prev(z, &t) && t.start == s.start && t.end == s.end && t.offset == s.offset &&
                t.before == s.before,
            "%s: back from the next of %lld", z->name, (long long)at);
    }
    int n = il_zone_instants(z, at + s.offset, local);
    check(n >= 1 && local[0] <= at && at <= local[1] && (local[0] == at || local[1] == at),
          "%s: instants of %lld", z->name, (long long)at);
    if (i % 2 == 0 && s.end < IL_ZONE_END) { /* around a transition */
      il_zone_next(z, &s);
      int64_t w = s.start + (s.before < s.offset ? s.before : s.offset);
      n = il_zone_instants(z, w, local);
      if (s.before < s.offset)
        check(n == 0 && local[0] == s.start, "%s: gap at %lld", z->name, (long long)s.start);
      else
        check(n == 2 && local[1] == s.start, "%s: overlap at %lld", z->name, (long long)s.start);
    }
  }
}

static void test_file(const char *name, uint64_t *seed, int counts[2]) {
  static unsigned char buf[IL_ZONE_FILE_MAX + 1];
  size_t n;
  il_zone *z;
  if (read_zone(NULL, name, buf, sizeof buf, &n, &err) != IL_OK) return;
  int is_tzif = n > 4 && memcmp(buf, "TZif", 4) == 0;
  il_kind kind = il_zone_open(&memory.alloc, name, strlen(name), buf, n, &z, &err);
  if (strncmp(name, "right/", 6) == 0) {
    check(kind == IL_ARGUMENT && strstr(err.message, "leap seconds"), "%s: %s", name, err.message);
    counts[1]++;
    return;
  }
  check((kind == IL_OK) == is_tzif, "%s: %s", name, err.message);
  if (kind) return;
  counts[0]++;
  walk(z, seed);
  il_zone_close(&memory.alloc, z);
}

static void test_all(const char *under, uint64_t *seed, int counts[2]) {
  char path[4096], name[1024];
  snprintf(path, sizeof path, "%s/%s", zone_dir(), under);
  DIR *dir = opendir(path);
  struct dirent *e;
  struct stat st;
  while (dir && (e = readdir(dir))) {
    if (strchr(e->d_name, '.')) continue;
    snprintf(name, sizeof name, "%s%s%s", under, *under ? "/" : "", e->d_name);
    snprintf(path, sizeof path, "%s/%s", zone_dir(), name);
    if (stat(path, &st) != 0) continue;
    if (S_ISDIR(st.st_mode))
      test_all(name, seed, counts);
    else
      test_file(name, seed, counts);
  }
  if (dir) closedir(dir);
}

/* ---- The cache ---- */

static int reads;

static il_kind read_counted(void *ctx, const char *name, unsigned char *buf, size_t cap, size_t *n,
                            il_error *e) {
  reads++;
  if (strcmp(name, "Angry") == 0) return il_error_set(e, IL_DENIED, "not for you");
  if (strcmp(name, "Huge") == 0) {
    memset(buf, 0, *n = cap);
    return IL_OK;
  }
  if (strncmp(name, "Many/", 5) == 0) name = "Test";
  if (strcmp(name, "Test") != 0) return read_zone(ctx, name, buf, cap, n, e);
  int64_t at[] = {0};
  int32_t offsets[] = {0, 3600};
  struct tzif t = make('2', at, 1, offsets, "CET-1CEST,M3.5.0,M10.5.0/3");
  memcpy(buf, t.p, *n = t.n);
  return IL_OK;
}

static void test_cache(void) {
  il_zone_cache cache;
  const il_zone *z;
  char name[32];
  il_zone_cache_init(&cache, &memory.alloc, read_counted, NULL);
  check(il_zone_get(&cache, "UTC", 3, &z, &err) == IL_OK && z == il_zone_utc() && reads == 0,
        "UTC needs no file");
  for (int round = 0; round < 2; round++)
    check(il_zone_get(&cache, "Test", 4, &z, &err) == IL_OK && reads == 1 &&
              strcmp(z->name, "Test") == 0,
          "one read");
  for (int i = 0; i < IL_ZONE_CACHED - 1; i++) {
    snprintf(name, sizeof name, "Many/%d", i);
    check(il_zone_get(&cache, name, strlen(name), &z, &err) == IL_OK && reads == 2 + i, "fill %d",
          i);
  }
  il_zone_get(&cache, "Test", 4, &z, &err); /* now Many/0 is the one not asked for longest */
  il_zone_get(&cache, "Many/99", 7, &z, &err);
  check(reads == IL_ZONE_CACHED + 1 && memory.live == IL_ZONE_CACHED,
        "a full cache stays as large: %ld", memory.live);
  il_zone_get(&cache, "Test", 4, &z, &err);
  check(reads == IL_ZONE_CACHED + 1, "what is used stays");
  il_zone_get(&cache, "Many/0", 6, &z, &err);
  check(reads == IL_ZONE_CACHED + 2, "what is not used goes");
  static const char *const wrong[] = {"No/Such", "Europe", "../Europe/Paris", "Huge", "zone.tab",
                                      "Angry",   ""};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    il_kind kind = il_zone_get(&cache, wrong[i], strlen(wrong[i]), &z, &err);
    check(kind != IL_OK && z == NULL && err.message[0], "%s is refused", wrong[i]);
    check(kind == (i == 5 ? IL_DENIED : IL_ARGUMENT), "%s: %s", wrong[i], err.message);
  }
  for (int n = 0; n < 2; n++) {
    memory.fail_at = memory.count + 1 + n;
    check(il_zone_get(&cache, "Many/77", 7, &z, &err) == IL_NOMEM && !z,
          "out of memory at allocation %d", n);
  }
  memory.fail_at = 0;
  check(il_zone_get(&cache, "Many/77", 7, &z, &err) == IL_OK, "and well again");
  il_zone_cache_clear(&cache);
  check(memory.live == 0, "%ld blocks left", memory.live);
}

static int answer_offsets(void) {
  il_zone_cache cache;
  test_memory_start(&memory, 0);
  il_zone_cache_init(&cache, &memory.alloc, read_zone, NULL);
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    char *space = strchr(line, ' ');
    const il_zone *z = NULL;
    if (!space) return 2;
    if (il_zone_get(&cache, line, (size_t)(space - line), &z, &err))
      puts(err.message);
    else
      printf("%d\n", il_zone_local(z, strtoll(space + 1, NULL, 10)));
  }
  il_zone_cache_clear(&cache);
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--offsets") == 0) return answer_offsets();
  uint64_t seed = 1;
  int counts[2] = {0, 0};
  test_memory_start(&memory, 0);
  test_names();
  done("what may be the name of a zone");
  test_hand_made();
  done("versions of the format");
  test_rules();
  test_all_year();
  done("footer rules");
  test_hostile();
  done("data cut, altered, too large, out of memory");
  test_memory_start(&memory, 0);
  test_cache();
  done("cache");
  if (access(zone_dir(), R_OK) == 0) {
    il_zone_cache cache;
    il_zone_cache_init(&cache, &memory.alloc, read_zone, NULL);
    test_known(&cache);
    il_zone_cache_clear(&cache);
    done("offsets that are known");
    test_all("", &seed, counts);
    check(counts[0] > 300, "only %d zones found", counts[0]);
    check(memory.live == 0, "%ld blocks left", memory.live);
    done("the system's zones, there and back");
    printf("# %d zones read, %d with leap seconds refused\n", counts[0], counts[1]);
  } else {
    printf("# no zone database in %s: its part is left out\n", zone_dir());
  }
  return test_end();
}
