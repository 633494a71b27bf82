/*
** state.c: the compiled plans of this backend, by the hash in their text.
**
** A plan is loaded once and lives in a memory context of its own. Who keeps a pointer to one for
** longer than a call pins it to the
** memory context in which the pointer lies (fn_extra: the statement), so that a sweep never frees
** what is in use. A plan is
** entered only after il_plan_read() has checked its text against its hash; the hash is the whole
** identity.
*/
#include "pg.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

#define HELD_MAX 512 /* plans; past it those that nobody uses are dropped */

static HTAB *held_table; /* hash -> held_entry */

typedef struct held_entry {
  uint64 hash;
  il_held *held;
} held_entry;

void il_held_init(void) {
  HASHCTL ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(held_entry)};
  held_table = hash_create("interlock plans", 64, &ctl, HASH_ELEM | HASH_BLOBS);
}

static bool hash_of(const char *hex, uint64 *out) {
  uint64 h = 0;

  for (int i = 0; i < 16; i++) {
    char c = hex[i];
    if (c >= '0' && c <= '9')
      h = h << 4 | (uint64)(c - '0');
    else if (c >= 'a' && c <= 'f')
      h = h << 4 | (uint64)(c - 'a' + 10);
    else
      return false;
  }
  *out = h;
  return true;
}

static il_held *find(uint64 hash) {
  held_entry *e = hash_search(held_table, &hash, HASH_FIND, NULL);
  return e ? e->held : NULL;
}

il_held *il_held_hash(const char *hash16) {
  uint64 hash;
  return hash_of(hash16, &hash) ? find(hash) : NULL;
}

static void sweep(void) {
  HASH_SEQ_STATUS seq;
  held_entry *e;

  hash_seq_init(&seq, held_table);
  while ((e = hash_seq_search(&seq)) != NULL) {
    MemoryContext context = e->held->context;
    if (e->held->pins > 0) continue;
    hash_search(held_table, &e->hash, HASH_REMOVE, NULL);
    MemoryContextDelete(context);
  }
}

/* Reads a plan into a new context under the current one; the caller moves it when nothing can fail
** any more. */
static il_held *load(const char *p, size_t n, uint64 hash) {
  MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "interlock plan", ALLOCSET_SMALL_SIZES);
  il_held *held = MemoryContextAllocZero(context, sizeof *held);
  il_alloc *mem = MemoryContextAlloc(context, sizeof *mem);
  il_arena *arena = MemoryContextAlloc(context, sizeof *arena);
  il_plan *plan;
  il_error err;

  *mem = il_pg_alloc(context);
  il_arena_init(arena, mem);
  il_pg_ok(il_plan_read(p, n, arena, &plan, &err), &err);
  held->hash = hash;
  held->context = context;
  held->plan = plan;
  return held;
}

il_held *il_held_text(const char *p, size_t n) {
  const char *hex = il_plan_peek(p, n);
  held_entry *e;
  il_held *held;
  uint64 hash;
  bool found;

  if (!hex || !hash_of(hex, &hash))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("not an interlock plan")));
  held = find(hash);
  if (held) return held;
  held = load(p, n, hash);
  if (hash_get_num_entries(held_table) >= HELD_MAX) sweep();
  e = hash_search(held_table, &hash, HASH_ENTER, &found);
  e->held = held;
  MemoryContextSetParent(held->context, CacheMemoryContext);
  return held;
}

static void unpin(void *arg) {
  ((il_held *)arg)->pins--;
}

void il_held_pin(il_held *held, MemoryContext context) {
  MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof *callback);

  callback->func = unpin;
  callback->arg = held;
  MemoryContextRegisterResetCallback(context, callback);
  held->pins++;
}
