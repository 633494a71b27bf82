/*
** zones.c: the time zones of this backend, read from the files that PostgreSQL's own zones come
** from on Debian. Only there: no environment variable, no setting.
**
** A name has passed il_zone_name_check(), so it cannot lead out of the directory by itself; the
** links that tzdata makes from old names to new ones are followed. Nothing here throws: the cache
** would lose what it has allocated.
*/
#include "pg.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"
#include "utils/memutils.h"

static il_alloc zone_memory;
static il_zone_cache zone_cache;

/* All of a file, up to cap bytes. */
static bool read_all(int fd, unsigned char *buf, size_t cap, size_t *n) {
  *n = 0;
  while (*n < cap) {
    ssize_t got = read(fd, buf + *n, cap - *n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    *n += (size_t)got;
  }
  return true;
}

static il_kind unavailable(const char *name, int why, il_error *err) {
  struct stat st;

  if (stat(IL_ZONE_DIRECTORY, &st) != 0)
    return il_error_set(err, IL_ARGUMENT,
                        "there is no time zone \"%s\": there are no zone files in %s (package "
                        "tzdata); UTC needs none",
                        name, IL_ZONE_DIRECTORY);
  if (why == ENOENT || why == ENOTDIR || why == ELOOP || why == ENAMETOOLONG || why == ENXIO)
    return IL_ARGUMENT;
  return il_error_set(err, IL_ARGUMENT, "the file of time zone \"%s\" cannot be read", name);
}

/* il_zone_read. */
static il_kind read_zone(void *ctx, const char *name, unsigned char *buf, size_t cap, size_t *n,
                         il_error *err) {
  char path[MAXPGPATH];
  struct stat st;
  int fd;
  bool ok;

  (void)ctx;
  snprintf(path, sizeof path, "%s/%s", IL_ZONE_DIRECTORY, name);
  /* Makes room among the backend's files when there is none left. */
  fd = BasicOpenFile(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return unavailable(name, errno, err);
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    close(fd);
    return unavailable(name, ENOENT, err);
  }
  ok = read_all(fd, buf, cap, n);
  close(fd);
  return ok ? IL_OK : unavailable(name, EIO, err);
}

void il_pg_zones_init(void) {
  zone_memory = il_pg_alloc(
      AllocSetContextCreate(TopMemoryContext, "interlock time zones", ALLOCSET_DEFAULT_SIZES));
  il_zone_cache_init(&zone_cache, &zone_memory, read_zone, NULL);
}

il_zone_cache *il_pg_zones(void) {
  return &zone_cache;
}

il_cron_cache *il_pg_crons(void) {
  static il_cron_cache crons;
  return &crons;
}
