/*
** state.c: life of the per-connection state, the cache of compiled plans, and the clock.
*/
#include "conn.h"
#include "rules/role.h"
#include <string.h>

static void *mem_alloc(void *ctx, size_t n) {
  (void)ctx;
  return sqlite3_malloc64(n ? n : 1);
}

static void mem_free(void *ctx, void *p) {
  (void)ctx;
  sqlite3_free(p);
}

il_conn *il_conn_new(sqlite3 *db) {
  il_conn *c = sqlite3_malloc64(sizeof *c);
  if (!c) return NULL;
  memset(c, 0, sizeof *c);
  c->db = db;
  c->refs = 1;
  c->mem.alloc = mem_alloc;
  c->mem.free = mem_free;
  c->refusal = sqlite3_malloc64(sizeof *c->refusal);
  c->refusal_text = sqlite3_malloc64(IL_REFUSAL_TEXT);
  if (!c->refusal || !c->refusal_text) {
    il_conn_unref(c);
    return NULL;
  }
  memset(c->refusal, 0, sizeof *c->refusal);
  c->refusal_text[0] = 0;
  il_zone_cache_init(&c->zones, &c->mem, il_zone_file, (void *)IL_ZONE_DIRECTORY);
  il_port_init(c);
  return c;
}

static void entry_free(il_plan_entry *e) {
  if (!e) return;
  il_arena_free(&e->arena);
  sqlite3_free(e);
}

static void plans_free(il_conn *c) {
  for (int i = 0; i < IL_PLAN_BUCKETS; i++) {
    while (c->plans[i]) {
      il_plan_entry *e = c->plans[i];
      c->plans[i] = e->next;
      entry_free(e);
    }
  }
  c->mru = c->mru2 = NULL;
  c->nplans = 0;
}

void il_conn_ref(il_conn *c) {
  c->refs++;
}

/* What port->set promises to forget when the function that set it is over. */
static void session_end(il_conn *c) {
  sqlite3_free(c->acting);
  sqlite3_free(c->payload);
  sqlite3_free(c->permit);
  c->acting = c->payload = c->permit = NULL;
}

/* Statements are gone by now: the module that owns them held a reference (statements.c). */
void il_conn_unref(void *p) {
  il_conn *c = p;
  if (!c || --c->refs > 0) return;
  plans_free(c);
  il_zone_cache_clear(&c->zones);
  sqlite3_free(c->crons);
  sqlite3_free(c->actor);
  session_end(c);
  il_pending_clear(c);
  sqlite3_free(c->schema);
  il_resolved_clear(c);
  sqlite3_free(c->refusal);
  sqlite3_free(c->refusal_text);
  sqlite3_free(c->bindings);
  sqlite3_free(c);
}

/* ---- plans ---------------------------------------------------------------------------------- */

static int same16(const char *a, const char *b) {
  uint64_t x[2], y[2];
  memcpy(x, a, 16);
  memcpy(y, b, 16);
  return x[0] == y[0] && x[1] == y[1];
}

static unsigned bucket_of(const char *hash) {
  uint64_t x[2];
  memcpy(x, hash, 16);
  return (unsigned)(((x[0] ^ x[1]) * UINT64_C(0x9E3779B97F4A7C15)) >> 58) & (IL_PLAN_BUCKETS - 1);
}

/* Drops the plan not asked for longest until the cache is within its bound. Never inside a call:
** the core may hold a plan there while the statements it runs fire triggers with other plans. */
static void plans_trim(il_conn *c) {
  while (c->depth == 0 && c->nplans > IL_PLANS_MAX) {
    il_plan_entry **oldest = NULL;
    for (int i = 0; i < IL_PLAN_BUCKETS; i++) {
      for (il_plan_entry **p = &c->plans[i]; *p; p = &(*p)->next) {
        if (!oldest || (*p)->used < (*oldest)->used) oldest = p;
      }
    }
    if (!oldest) return;
    il_plan_entry *gone = *oldest;
    *oldest = gone->next;
    if (c->mru == gone) c->mru = NULL;
    if (c->mru2 == gone) c->mru2 = NULL;
    il_pending_forget(c, gone);
    entry_free(gone);
    c->nplans--;
  }
}

static il_kind entry_slots(il_plan_entry *e, il_error *err) {
  const il_plan *plan = e->plan;
  for (int k = 0; k < 3; k++) {
    int16_t *slot = il_arena_alloc(&e->arena, (size_t)(plan->ncols + 1) * sizeof *slot);
    if (!slot) return il_error_set(err, IL_NOMEM, "out of memory");
    for (int i = 0; i < plan->ncols; i++)
      slot[i] = -1;
    for (int i = 0; i < plan->nused[k]; i++)
      slot[plan->used[k][i]] = (int16_t)i;
    e->slot[k] = slot;
  }
  return IL_OK;
}

/* The one column of which alone it depends whether an UPDATE is accepted, when there is such a
** column: all that is judged is which of its states follow each other. */
static int state_column(const il_plan *plan) {
  const il_steps *steps = &plan->steps[1][IL_ALL];
  int col = -1;
  for (int i = 0; i < steps->n; i++) {
    const il_op *op = steps->steps[i].op;
    if (strcmp(op->role->name, ".domain") != 0 && strcmp(op->role->name, "machines") != 0)
      return -1;
    if (op->ncols != 1 || (col >= 0 && op->cols[0] != col)) return -1;
    col = op->cols[0];
  }
  return col;
}

/* A plan read from its text; NULL and *kind when that fails. */
static il_plan_entry *entry_read(il_conn *c, const char *text, size_t n, il_kind *kind,
                                 il_error *err) {
  il_plan_entry *e = sqlite3_malloc64(sizeof *e);
  il_plan *plan = NULL;
  if (!e) {
    *kind = il_error_set(err, IL_NOMEM, "out of memory");
    return NULL;
  }
  memset(e, 0, sizeof *e);
  il_arena_init(&e->arena, &c->mem);
  *kind = il_plan_read(text, n, &e->arena, &plan, err);
  e->plan = plan;
  if (*kind == IL_OK) *kind = entry_slots(e, err);
  if (*kind != IL_OK) {
    entry_free(e);
    return NULL;
  }
  e->state = state_column(plan);
  if (e->state >= 0) e->state = e->slot[1][e->state];
  memcpy(e->hash, plan->hash, 16);
  return e;
}

/* Guards rest on foreign keys in places; whether they are enforced is the application's choice. */
static void warn_foreign_keys(il_conn *c) {
  int on = 1;
  if (c->warned) return;
  c->warned = 1;
  if (sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &on) == SQLITE_OK && !on) {
    sqlite3_log(SQLITE_WARNING,
                "interlock: foreign_keys is OFF on a connection that writes guarded tables");
  }
}

const il_plan_entry *il_conn_plan_known(il_conn *c, const char *hash) {
  for (il_plan_entry *e = c->plans[bucket_of(hash)]; e; e = e->next) {
    if (same16(e->hash, hash)) {
      e->used = ++c->clicks;
      return e;
    }
  }
  return NULL;
}

il_kind il_conn_plan(il_conn *c, const char *text, size_t n, const il_plan_entry **entry,
                     il_error *err) {
  const char *hash = il_plan_peek(text, n);
  il_plan_entry *e = (il_plan_entry *)c->mru;
  il_kind kind;
  unsigned b;
  if (!hash) return il_error_set(err, IL_ARGUMENT, "not a plan of this version of interlock");
  if (e) e->used = ++c->clicks; /* it was the last one used until now */
  *entry = il_conn_plan_known(c, hash);
  if (*entry) {
    if (*entry != c->mru) c->mru2 = c->mru;
    c->mru = *entry;
    return IL_OK;
  }
  b = bucket_of(hash);
  e = entry_read(c, text, n, &kind, err);
  if (!e) return kind;
  warn_foreign_keys(c);
  e->next = c->plans[b];
  c->plans[b] = e;
  e->used = ++c->clicks;
  c->nplans++;
  c->mru2 = c->mru;
  *entry = c->mru = e;
  plans_trim(c);
  return IL_OK;
}

/* ---- calls and their clock ------------------------------------------------------------------ */

void il_conn_enter(il_conn *c, sqlite3_context *ctx, il_frame *saved) {
  saved->ctx = c->ctx;
  saved->now = c->now;
  saved->acting = c->acting;
  saved->payload = c->payload;
  saved->permit = c->permit;
  c->acting = c->payload = c->permit = NULL;
  c->ctx = ctx;
  if (c->depth++ == 0) c->now = 0;
}

void il_conn_leave(il_conn *c, const il_frame *saved) {
  /* A function that failed on its way out of atomic() leaves no savepoint open. */
  while (c->depth == 1 && c->savepoints)
    c->port.atomic(&c->port, 0, 0, NULL);
  session_end(c);
  c->acting = saved->acting;
  c->payload = saved->payload;
  c->permit = saved->permit;
  c->ctx = saved->ctx;
  c->now = saved->now;
  if (--c->depth == 0) {
    c->now = 0;
    c->savepoints = 0;
    plans_trim(c);
    il_resolved_trim(c);
  }
}

int64_t il_from_julian(double day) {
  /* SQLite's day number is a count of milliseconds divided by 86400000; near today a double steps
  ** by 0.04 ms, so rounding gives the count back. 210866760000000 is 1970-01-01 in that count. */
  double ms = day * 86400000.0;
  if (!(ms >= 0.0 && ms <= 464269060799999.0)) return 0; /* years -4713 to 9999; NaN */
  return ((int64_t)(ms + 0.5) - INT64_C(210866760000000)) * 1000;
}

int64_t il_conn_clock(il_conn *c) {
  sqlite3_vfs *vfs = NULL;
  sqlite3_int64 ms = 0;
  double day = 0;
  if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) != SQLITE_OK || !vfs) {
    vfs = sqlite3_vfs_find(NULL);
  }
  if (!vfs) return 0;
  if (vfs->iVersion >= 2 && vfs->xCurrentTimeInt64) {
    vfs->xCurrentTimeInt64(vfs, &ms);
    return (ms - INT64_C(210866760000000)) * 1000;
  }
  vfs->xCurrentTime(vfs, &day);
  return il_from_julian(day);
}

enum { NOW_SLOT = -1811 }; /* negative: all calls of one statement share it */

int64_t il_conn_now(il_conn *c) {
  int64_t *kept;
  if (c->frozen) return c->clock;
  if (c->now) return c->now;
  kept = c->ctx ? sqlite3_get_auxdata(c->ctx, NOW_SLOT) : NULL;
  if (kept) return c->now = *kept;
  c->now = il_conn_clock(c);
  kept = c->ctx ? sqlite3_malloc64(sizeof *kept) : NULL;
  if (kept) {
    *kept = c->now;
    sqlite3_set_auxdata(c->ctx, NOW_SLOT, kept, sqlite3_free); /* frees it at once when it cannot */
  }
  return c->now;
}
