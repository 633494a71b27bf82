/*
** timetest.h: what the tests and the bench of cron and zones share: groups of checks, zones of the
** system's database, and random numbers that are the same in every run.
*/
#ifndef TIMETEST_H
#define TIMETEST_H
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "test.h"
#include "values/instant.h"
#include "values/zone.h"

/* Checks gather in a group until done() reports it as one line. A check gives back whether it held.
   */
static test_table group;
#define check(condition, ...)                                                                      \
  ({                                                                                               \
    int ok_ = (condition) != 0;                                                                    \
    test_case(&group, ok_, __VA_ARGS__);                                                           \
    ok_;                                                                                           \
  })
__attribute__((unused)) static void done(const char *what) {
  test_table_end(&group, what);
  group = (test_table){0, 0};
}

__attribute__((unused)) static test_memory memory;

__attribute__((unused)) static const char *zone_dir(void) {
  const char *dir = getenv("INTERLOCK_ZONEINFO");
  return dir && *dir ? dir : "/usr/share/zoneinfo";
}

/* il_zone_read over the system's files. */
__attribute__((unused)) static il_kind read_zone(void *ctx, const char *name, unsigned char *buf,
                                                 size_t cap, size_t *n, il_error *err) {
  char path[4096];
  struct stat st;
  (void)ctx, (void)err;
  if (snprintf(path, sizeof path, "%s/%s", zone_dir(), name) >= (int)sizeof path)
    return IL_ARGUMENT;
  int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return IL_ARGUMENT;
  *n = 0;
  int ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  while (ok && *n < cap) {
    ssize_t got = read(fd, buf + *n, cap - *n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ok = 0;
    if (got <= 0) break;
    *n += (size_t)got;
  }
  close(fd);
  return ok ? IL_OK : IL_ARGUMENT;
}

/* splitmix64: the same numbers in every run. */
__attribute__((unused)) static uint64_t random_bits(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}
__attribute__((unused)) static int64_t random_in(uint64_t *state, int64_t lo, int64_t hi) {
  return lo + (int64_t)(random_bits(state) % (uint64_t)(hi - lo + 1));
}

#endif
