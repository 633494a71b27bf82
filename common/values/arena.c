#include "arena.h"
#include <stdint.h>
#include <string.h>

struct il_block {
  struct il_block *next;
  size_t size, used; /* of data */
  char data[];
};

/* 8 is what sqlite3_malloc64 and palloc promise, and all that the core's structs (pointers, int64_t, double) need. */
enum { ALIGN = 8, FIRST_BLOCK = 1024, LARGEST_BLOCK = 64 * 1024 };

void il_arena_init(il_arena *arena, const il_alloc *mem) {
  arena->mem = mem;
  arena->head = NULL;
  arena->failed = 0;
}

/* Blocks double up to a size, so that a small plan costs one block and a large one few. Under the fuzzer every allocation is a
** block of its own, so that the sanitizer sees a step over its end. */
static size_t block_size(const il_arena *arena, size_t need) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  (void)arena;
  return need;
#else
  size_t size = FIRST_BLOCK - sizeof(struct il_block);
  if (arena->head && arena->head->size < LARGEST_BLOCK)
    size = arena->head->size * 2;
  else if (arena->head)
    size = LARGEST_BLOCK;
  return size < need ? need : size;
#endif
}

void *il_arena_alloc(il_arena *arena, size_t n) {
  struct il_block *block = arena->head;
  size_t need = n ? n : 1;
  char *p;
  if (need > SIZE_MAX / 2) {
    arena->failed = 1;
    return NULL;
  }
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  need = (need + ALIGN - 1) & ~(size_t)(ALIGN - 1);
#endif
  if (!block || block->size - block->used < need) {
    size_t size = block_size(arena, need);
    block = arena->mem->alloc(arena->mem->ctx, sizeof *block + size);
    if (!block) {
      arena->failed = 1;
      return NULL;
    }
    block->size = size;
    block->used = 0;
    block->next = arena->head;
    arena->head = block;
  }
  p = block->data + block->used;
  block->used += need;
  memset(p, 0, n);
  return p;
}

char *il_arena_copy(il_arena *arena, const char *s, size_t n) {
  char *p = n < SIZE_MAX ? il_arena_alloc(arena, n + 1) : NULL;
  if (p && n) memcpy(p, s, n);
  return p;
}

char *il_arena_strdup(il_arena *arena, const char *s) {
  return il_arena_copy(arena, s, strlen(s));
}

void il_arena_free(il_arena *arena) {
  struct il_block *block = arena->head;
  while (block) {
    struct il_block *next = block->next;
    arena->mem->free(arena->mem->ctx, block);
    block = next;
  }
  arena->head = NULL;
  arena->failed = 0;
}
