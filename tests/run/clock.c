/* clock.c: a wall clock that a test moves. Preloaded into a server: gettimeofday() is off by the seconds that stand in
** the file that INTERLOCK_CLOCK names; monotonic clocks are left alone, as when an administrator sets the time.
**
** libfaketime does not do: its select() switches it off meanwhile, and PostgreSQL 15 forks background workers from a signal
** handler that interrupts select(), so that they would keep the real time for ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

static long offset(void) {
  char text[32];
  const char *path = getenv("INTERLOCK_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return 0;
  ssize_t n = read(file, text, sizeof text - 1);
  close(file);
  if (n <= 0) return 0;
  text[n] = 0;
  return strtol(text, NULL, 10);
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz) {
  static int (*real)(struct timeval *restrict, void *restrict);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "gettimeofday");
  int rc = real(tv, tz);
  if (rc == 0) tv->tv_sec += offset();
  return rc;
}
