/*
** test.h: a tiny harness. A test program is one main() that calls checks and ends with `return test_end();`. Every check prints
** one `ok` or `not ok` line, a run of checks over a table only its failures and one line for the whole; the last line is
** "N passed, N failed".
*/
#ifndef TEST_H
#define TEST_H
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "values/arena.h"

static int test_passed, test_failed;

/* The next line of the report. Returns ok. */
__attribute__((format(printf, 2, 3), unused)) static int test_ok(int ok, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (ok)
    test_passed++;
  else
    test_failed++;
  printf("%s - ", ok ? "ok" : "not ok");
  vprintf(format, args);
  printf("\n");
  va_end(args);
  return ok;
}

/* Equal text; shows both when they differ. */
__attribute__((unused)) static int test_str(const char *got, const char *want, const char *what) {
  int ok = got && want ? strcmp(got, want) == 0 : got == want;
  test_ok(ok, "%s", what);
  if (!ok) printf("#   got:  %s\n#   want: %s\n", got ? got : "(null)", want ? want : "(null)");
  return ok;
}

/* A table: a case that fails is named, cases that pass are counted. */
typedef struct test_table {
  int cases, bad;
} test_table;

__attribute__((format(printf, 3, 4), unused)) static void test_case(test_table *t, int ok,
                                                                    const char *format, ...) {
  va_list args;
  t->cases++;
  if (ok) return;
  if (t->bad++ >= 20) return;
  va_start(args, format);
  printf("#   ");
  vprintf(format, args);
  printf("\n");
  va_end(args);
}

/* A table without cases is a failure: a test that tests nothing must not pass. */
__attribute__((unused)) static void test_table_end(const test_table *t, const char *what) {
  test_ok(t->cases > 0 && t->bad == 0, "%s (%d of %d cases)", what, t->cases - t->bad, t->cases);
}

__attribute__((unused)) static int test_end(void) {
  printf("%d passed, %d failed\n", test_passed, test_failed);
  return test_failed ? 1 : 0;
}

/* An allocator that counts what is not freed, and fails at the allocation number fail_at (from 1; 0: never). */
typedef struct test_memory {
  il_alloc alloc;
  long live, count, fail_at;
} test_memory;

__attribute__((unused)) static void *test_memory_alloc(void *ctx, size_t n) {
  test_memory *m = ctx;
  void *p;
  if (++m->count == m->fail_at) return NULL;
  p = malloc(n);
  if (p) {
    memset(p, 0xa5, n); /* nobody may count on zeroed memory */
    m->live++;
  }
  return p;
}

__attribute__((unused)) static void test_memory_free(void *ctx, void *p) {
  test_memory *m = ctx;
  if (p) m->live--;
  free(p);
}

__attribute__((unused)) static const il_alloc *test_memory_start(test_memory *m, long fail_at) {
  m->alloc.alloc = test_memory_alloc;
  m->alloc.free = test_memory_free;
  m->alloc.ctx = m;
  m->live = m->count = 0;
  m->fail_at = fail_at;
  return &m->alloc;
}

#endif
