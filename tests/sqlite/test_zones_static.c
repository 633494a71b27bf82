/* test_zones_static.c: the reader of zone files on directories made hostile on purpose. */
#include "host.h"
#include "conn.h"
#include <fcntl.h>
#include <sys/stat.h>

static char dir[512];
static const char system_zones[] = IL_ZONE_DIRECTORY;

static void put(const char *name, const void *bytes, size_t n) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || close(fd) != 0) {
    printf("Bail out! cannot write %s\n", path);
    exit(1);
  }
}

static size_t take(const char *name, unsigned char *buf, size_t cap) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", system_zones, name);
  int fd = open(path, O_RDONLY);
  ssize_t n = fd < 0 ? 0 : read(fd, buf, cap);
  if (fd >= 0) close(fd);
  return n > 0 ? (size_t)n : 0;
}

static void refuses(il_zone_cache *cache, const char *name, const char *want, const char *what) {
  const il_zone *zone;
  il_error err;
  il_error_clear(&err);
  il_kind kind = il_zone_get(cache, name, strlen(name), &zone, &err);
  int ok = kind == IL_ARGUMENT && !zone && strstr(err.message, want);
  test_ok(ok, "%s: refused", what);
  if (!ok) printf("#   kind %d: %s\n", kind, err.message);
}

int main(void) {
  static unsigned char buf[IL_ZONE_FILE_MAX + 4096];
  char path[1024], target[1024];
  const char *scratch = getenv("IL_SCRATCH");
  test_memory memory;
  il_zone_cache cache;
  const il_zone *zone;
  il_error err;
  snprintf(dir, sizeof dir, "%s/zones", scratch ? scratch : "/tmp");
  mkdir(dir, 0755);
  test_memory_start(&memory, 0);
  il_zone_cache_init(&cache, &memory.alloc, il_zone_file, dir);

  size_t n = take("Europe/Paris", buf, sizeof buf);
  test_ok(n > 100, "the system has Europe/Paris");
  put("Real", buf, n);
  test_ok(il_zone_get(&cache, "Real", 4, &zone, &err) == IL_OK, "a zone file");
  test_ok(il_zone_local(zone, 1751328000) == 7200, "and its summer");
  put("Short", buf, n / 2);
  put("Empty", "", 0);
  put("Text", "not a zone at all, but long enough to look at twice, is it not?\n", 64);
  refuses(&cache, "Short", "Short", "half a file");
  refuses(&cache, "Empty", "Empty", "an empty file");
  refuses(&cache, "Text", "Text", "a text file");
  memset(buf + n, 0, sizeof buf - n);
  put("Huge", buf, sizeof buf);
  refuses(&cache, "Huge", "Huge", "a file larger than any zone's");

  snprintf(path, sizeof path, "%s/Pipe", dir);
  test_ok(mkfifo(path, 0644) == 0, "a pipe");
  refuses(&cache, "Pipe", "there is no time zone \"Pipe\"", "a pipe, without waiting for a writer");
  snprintf(path, sizeof path, "%s/Dir", dir);
  test_ok(mkdir(path, 0755) == 0, "a directory");
  refuses(&cache, "Dir", "there is no time zone \"Dir\"", "a directory");
  refuses(&cache, "Real/Paris", "there is no time zone \"Real/Paris\"", "a file as a directory");
  snprintf(path, sizeof path, "%s/Device", dir);
  test_ok(symlink("/dev/zero", path) == 0, "a link to a device");
  refuses(&cache, "Device", "there is no time zone \"Device\"", "an endless device");
  snprintf(path, sizeof path, "%s/Loop", dir);
  test_ok(symlink("Loop", path) == 0, "a link to itself");
  refuses(&cache, "Loop", "there is no time zone \"Loop\"", "a link to itself");
  snprintf(path, sizeof path, "%s/Passwd", dir);
  test_ok(symlink("/etc/passwd", path) == 0, "a link out of the directory");
  refuses(&cache, "Passwd", "Passwd", "what is no zone, wherever it lies");
  snprintf(path, sizeof path, "%s/Alias", dir);
  snprintf(target, sizeof target, "%s/Real", dir);
  test_ok(symlink(target, path) == 0 && il_zone_get(&cache, "Alias", 5, &zone, &err) == IL_OK,
          "a link to a zone");
  refuses(&cache, "../passwd", "not the name of a time zone", "a path upwards");
  refuses(&cache, "/etc/passwd", "not the name of a time zone", "an absolute path");

  /* A zone that was read stays what it was until the cache is emptied. */
  n = take("America/New_York", buf, sizeof buf);
  put("Real", buf, n);
  test_ok(il_zone_get(&cache, "Real", 4, &zone, &err) == IL_OK &&
              il_zone_local(zone, 1751328000) == 7200,
          "a file replaced meanwhile");
  il_zone_cache_clear(&cache);
  test_ok(il_zone_get(&cache, "Real", 4, &zone, &err) == IL_OK &&
              il_zone_local(zone, 1751328000) == -14400,
          "is read again afterwards");
  il_zone_cache_clear(&cache);

  il_zone_cache_init(&cache, &memory.alloc, il_zone_file, (void *)"/nonexistent/zoneinfo");
  refuses(&cache, "Europe/Paris", "there are no zone files in /nonexistent/zoneinfo",
          "no zone database");
  test_ok(il_zone_get(&cache, "UTC", 3, &zone, &err) == IL_OK, "UTC without one");
  il_zone_cache_clear(&cache);
  test_ok(memory.live == 0, "nothing is left allocated");
  return test_end();
}
