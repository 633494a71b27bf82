/*
** arrival.c: notices OR REPLACE.
**
** SQLite deletes the rows that an INSERT OR REPLACE or UPDATE OR REPLACE collides with between the
** BEFORE and the AFTER trigger of the new row, and by default without firing their DELETE
** triggers. A row that collides and still gets as far as its AFTER trigger has replaced something;
** one that was ignored, or became the UPDATE of an upsert, has not. So the BEFORE trigger says
** what is in the way (il1_arrive) and the AFTER trigger looks it up (il1_settle).
**
** Rows of one table may nest (a user's trigger inserts into the same table), and an arrival that
** never settles stays behind; hence a stack for each plan, in which settling a row drops
** everything above it. It is a ring: what nests deeper than IL_ARRIVALS rows of one table loses
** its outermost row, which is then refused.
*/
#include "guard.h"
#include <string.h>

enum { BY_ROWID = 1, BY_UNIQUE = 2 };

static uint64_t hash_bytes(uint64_t h, const void *p, size_t n) {
  const unsigned char *b = p; /* FNV-1a */
  for (size_t i = 0; i < n; i++)
    h = (h ^ b[i]) * UINT64_C(1099511628211);
  return h;
}

/* Equal values have equal hashes: numbers by value, whatever their storage class. */
static uint64_t hash_value(sqlite3_value *v, int *nomem) {
  uint64_t h = UINT64_C(14695981039346656037);
  il_value x;
  il_value_of(v, &x, nomem);
  if (x.type == IL_T_REAL && x.r >= -9e15 && x.r <= 9e15 && (double)(int64_t)x.r == x.r) {
    x = il_int((int64_t)x.r);
  }
  h = (h ^ (uint64_t)x.type) * UINT64_C(1099511628211);
  if (x.type == IL_T_INT) return (h ^ (uint64_t)x.i) * UINT64_C(0x9E3779B97F4A7C15);
  if (x.type == IL_T_REAL) return hash_bytes(h, &x.r, sizeof x.r);
  return hash_bytes(h, x.p ? x.p : "", x.n);
}

/* Hashes of the key's parts; the ones past IL_KEY_PARTS go into the last. */
static void key_parts(sqlite3_value **key, int n, uint64_t *parts, unsigned *ints, int *nomem) {
  memset(parts, 0, IL_KEY_PARTS * sizeof *parts);
  *ints = 0;
  for (int i = 0; i < n; i++) {
    int at = i < IL_KEY_PARTS ? i : IL_KEY_PARTS - 1;
    parts[at] = parts[at] * 31 + hash_value(key[i], nomem);
    if (i < IL_KEY_PARTS && sqlite3_value_type(key[i]) == SQLITE_INTEGER) *ints |= 1U << i;
  }
}

/* Where the rowid is a key column and the database chooses it, BEFORE saw -1 there. */
static int same_key(const il_arrival *a, const uint64_t *parts, unsigned ints) {
  for (int i = 0; i < IL_KEY_PARTS; i++) {
    int chosen = a->automatic && (a->minus_one & ints & (1U << i));
    if (a->parts[i] != parts[i] && !chosen) return 0;
  }
  return 1;
}

static int arguments_ok(il_guard *g, sqlite3_context *ctx, int nkey) {
  if (nkey == g->entry->plan->nkey) return 1;
  il_guard_bad(ctx, "wrong number of arguments");
  return 0;
}

/* il1_arrive(plan, hit, rowid, NEW key…) */
void il1_arrive(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_arrival *a;
  if (!il_guard_begin(&g, ctx, argc, argv, 2) || !arguments_ok(&g, ctx, argc - 3)) return;
  a = &g.entry->arrivals[g.entry->narrivals % IL_ARRIVALS];
  a->hit = sqlite3_value_int(argv[1]);
  a->has_rowid = sqlite3_value_type(argv[2]) == SQLITE_INTEGER;
  a->rowid = sqlite3_value_int64(argv[2]);
  a->automatic = a->has_rowid && a->rowid == -1;
  key_parts(argv + 3, argc - 3, a->parts, &a->minus_one, &g.nomem);
  for (int i = 0; i < argc - 3 && i < IL_KEY_PARTS; i++) {
    if (sqlite3_value_int64(argv[3 + i]) != -1) a->minus_one &= ~(1U << i);
  }
  if (g.nomem) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  g.entry->narrivals++;
  if (g.entry->kept < IL_ARRIVALS) g.entry->kept++;
}

static void refuse_replace(il_guard *g, sqlite3_context *ctx, sqlite3_value **key) {
  static const il_op none = {.rule = ""};
  const il_plan *plan = g->entry->plan;
  il_error err;
  il_guard_key(g, IL_EV_UPDATE, key);
  il_refuse(&err, &g->row, plan->nops ? &plan->ops[0] : &none, -1, IL_PROTECTED,
            "%s rows cannot be replaced", plan->table);
  il_guard_error(g->conn, ctx, &err);
}

/* The BEFORE trigger has not seen the row: it is gone, or rows nest deeper than is remembered. */
static void refuse_unseen(il_guard *g, sqlite3_context *ctx) {
  il_error err;
  il_error_set(&err, IL_NOT_NOW,
               "%s: a trigger of its guard did not run before the row: "
               "the guard is incomplete, see interlock_doctor()",
               g->entry->plan->table);
  il_guard_error(g->conn, ctx, &err);
}

/* il1_settle(plan, rowid, NEW key…) */
void il1_settle(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_arrival *a = NULL;
  uint64_t parts[IL_KEY_PARTS];
  unsigned ints;
  int seen = 0, replaced = 0;
  if (!il_guard_begin(&g, ctx, argc, argv, 1) || !arguments_ok(&g, ctx, argc - 2)) return;
  key_parts(argv + 2, argc - 2, parts, &ints, &g.nomem);
  if (g.nomem) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  while (g.entry->kept > 0) {
    g.entry->kept--;
    a = &g.entry->arrivals[--g.entry->narrivals % IL_ARRIVALS];
    seen = same_key(a, parts, ints);
    if (!seen) continue;
    replaced = (a->hit & BY_UNIQUE) ||
               ((a->hit & BY_ROWID) && a->has_rowid && a->rowid == sqlite3_value_int64(argv[1]));
    break;
  }
  if (!seen)
    refuse_unseen(&g, ctx);
  else if (replaced)
    refuse_replace(&g, ctx, argv + 2);
}
