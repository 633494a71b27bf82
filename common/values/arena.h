/*
** arena.h: many small allocations, one free. All core structures with a lifetime live in an arena
** whose memory comes from the host's allocator (sqlite3_malloc64, palloc), so that both hosts account for it and
** the out-of-memory sweep sees every allocation.
*/
#ifndef IL_ARENA_H
#define IL_ARENA_H
#include <stddef.h>

typedef struct il_alloc {
  void *(*alloc)(void *ctx, size_t n); /* NULL when out of memory; must not throw */
  void (*free)(void *ctx, void *p);    /* p may be NULL */
  void *ctx;
} il_alloc;

typedef struct il_arena {
  const il_alloc *mem;
  struct il_block *head;
  int failed; /* sticky: an allocation failed since il_arena_init */
} il_arena;

void il_arena_init(il_arena *arena, const il_alloc *mem);
/* Zeroed memory aligned to 8 bytes, or NULL (and arena->failed set). n = 0 gives a unique pointer. */
void *il_arena_alloc(il_arena *arena, size_t n);
/* NUL-terminated copy of n bytes. */
char *il_arena_copy(il_arena *arena, const char *s, size_t n);
char *il_arena_strdup(il_arena *arena, const char *s);
/* Frees everything; the arena can be used again. */
void il_arena_free(il_arena *arena);

#endif
