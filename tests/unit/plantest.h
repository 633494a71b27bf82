/* plantest.h: what the tests of plans share. */
#ifndef PLANTEST_H
#define PLANTEST_H
#include "test.h"
#include "rules/plan.h"
#include "rules/role.h"

/* Out of memory wherever a plan is made: the arena's first block is filled up to every point before, so that every allocation is
** once the one that fails. */
enum { BLOCK = 1100, PADS = BLOCK / 8 };
static void sweep(const char *what, il_kind (*make)(il_arena *arena, il_error *err)) {
  test_table t = {0, 0};
  int failed = 0;
  for (int pad = 0; pad <= PADS; pad++)
    for (long at = 1; at < 40; at++) {
      test_memory low;
      il_arena arena;
      il_error err;
      il_kind kind;
      il_error_clear(&err);
      il_arena_init(&arena, test_memory_start(&low, at));
      if (pad) il_arena_alloc(&arena, (size_t)pad * 8);
      kind = make(&arena, &err);
      il_arena_free(&arena);
      failed += kind == IL_NOMEM;
      test_case(&t, low.live == 0 && (kind == IL_NOMEM || (kind == IL_OK && low.count < at)),
                "pad %d allocation %ld: %s", pad, at, err.message);
      if (kind == IL_OK) break;
    }
  test_case(&t, failed > PADS, "only %d failures", failed);
  test_table_end(&t, what);
}

#endif
