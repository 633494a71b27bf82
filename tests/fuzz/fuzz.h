/* fuzz.h: what the fuzz targets share. Each target also builds as a plain program that runs the files it is given (replay.c). */
#ifndef FUZZ_H
#define FUZZ_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include "values/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *fuzz_alloc(void *ctx, size_t n) {
  (void)ctx;
  return malloc(n);
}
static void fuzz_free(void *ctx, void *p) {
  (void)ctx;
  free(p);
}
static const il_alloc fuzz_mem __attribute__((unused)) = {fuzz_alloc, fuzz_free, NULL};

/* A property that must hold for every input. */
#define FUZZ_CHECK(condition)                                                                      \
  do {                                                                                             \
    if (!(condition)) abort();                                                                     \
  } while (0)

#endif
