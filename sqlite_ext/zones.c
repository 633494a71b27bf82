/*
** zones.c: reads the files of time zones.
**
** A name has passed il_zone_name_check(), so it cannot lead out of the directory by itself. The
** links that tzdata makes from old names to new ones are followed. Whatever else lies there (a
** directory, a pipe, a device) is not opened for longer than it takes to see that.
*/
#include "conn.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* All of a file, up to cap bytes; 0 when it cannot be read. */
static int read_all(int fd, unsigned char *buf, size_t cap, size_t *n) {
  ssize_t got = 1;
  *n = 0;
  while (got > 0 && *n < cap) {
    got = read(fd, buf + *n, cap - *n);
    if (got < 0 && errno == EINTR) {
      got = 1;
      continue;
    }
    if (got > 0) *n += (size_t)got;
  }
  return got >= 0;
}

static int open_regular(const char *path) {
  struct stat st;
  int fd;
  do {
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return -1;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) return fd;
  close(fd);
  errno = ENOENT;
  return -1;
}

static il_kind unavailable(const char *directory, const char *name, int why, il_error *err) {
  struct stat st;
  if (stat(directory, &st) != 0) {
    return il_error_set(err, IL_ARGUMENT,
                        "there is no time zone \"%s\": there are no zone files in %s (package "
                        "tzdata); UTC needs none",
                        name, directory);
  }
  if (why == ENOENT || why == ENOTDIR || why == ELOOP || why == ENAMETOOLONG || why == ENXIO) {
    return IL_ARGUMENT;
  }
  return il_error_set(err, IL_ARGUMENT, "the file of time zone \"%s\" cannot be read", name);
}

il_kind il_zone_file(void *directory, const char *name, unsigned char *buf, size_t cap, size_t *n,
                     il_error *err) {
  char path[4096];
  int fd, ok;
  sqlite3_snprintf((int)sizeof path, path, "%s/%s", (const char *)directory, name);
  fd = strlen(path) + 1 < sizeof path ? open_regular(path) : -1;
  if (fd < 0) return unavailable(directory, name, errno, err);
  ok = read_all(fd, buf, cap, n);
  close(fd);
  return ok ? IL_OK : unavailable(directory, name, EIO, err);
}
