/*
** stamp.c: columns that the database writes (version, touch, stamps, grows).
**
** SQLite's triggers cannot change NEW. So the AFTER trigger computes the values (il1_due), and
** writes them with a second UPDATE that takes them from here:
**
**   UPDATE "Runs" SET "UpdatedAt" = il1_fill('il1:…', 3, "UpdatedAt")
**   WHERE rowid = NEW.rowid AND il1_fill('il1:…') > 0
**
** That UPDATE fires our triggers too. It is known by its plan, its key and by changing nothing but
** these columns to these values (il_guard_own_stamp); then it is neither judged nor followed by
** anything.
**
** A stamp is written right after it is computed, but triggers of the user may write other guarded
** rows in between; so pending stamps are a stack. stage: PENDING → ARMED (a value was taken) →
** WRITTEN (BEFORE UPDATE passed). With recursive_triggers=ON the AFTER trigger comes as well and
** ends it: then it is known to another AFTER trigger of the same UPDATE still, and to nothing else. Whatever becomes of it, it ends with the firing of the trigger that computed it: a
** statement that fails there must not leave a stamp for an UPDATE by hand to look like.
*/
#include "guard.h"
#include "values/instant.h"
#include <string.h>

enum { PENDING, ARMED, WRITTEN, ENDED };

struct il_pending {
  const il_plan_entry *entry; /* compared, never followed: it may have left the cache since */
  uint64_t serial;            /* of its firing */
  int stage, differ;          /* fills that differ from what the row held */
  int n, cap;
  il_fill *fills; /* texts point into bytes */
  int nkey, key_cap;
  il_value *key;
  char *bytes;
  size_t nbytes, bytes_cap;
};

static void pending_free(il_pending *p) {
  if (!p) return;
  sqlite3_free(p->fills);
  sqlite3_free(p->key);
  sqlite3_free(p->bytes);
  sqlite3_free(p);
}

void il_pending_clear(il_conn *c) {
  for (int i = 0; i < IL_PENDING_MAX; i++) {
    pending_free(c->pending[i]);
    c->pending[i] = NULL;
  }
  c->npending = 0;
}

/* Takes one out; its memory waits above the top for the next. */
static void pending_drop(il_conn *c, int i) {
  il_pending *p = c->pending[i];
  c->npending--;
  for (; i < c->npending; i++)
    c->pending[i] = c->pending[i + 1];
  c->pending[c->npending] = p;
  p->entry = NULL;
}

/* A row of this plan begins, so the stamp of the one before is over. But for an armed one: a
** user's BEFORE UPDATE trigger may write this row while the stamp of another is between its SET
** list and our trigger. Armed ones also stay behind where our BEFORE UPDATE does not list the
** stamped columns, so only the newest are believed. */
void il_pending_begin(il_conn *c, const il_plan_entry *entry) {
  int armed = 0;
  for (int i = c->npending - 1; i >= 0; i--) {
    const il_pending *p = c->pending[i];
    if (p->entry == entry && (p->stage != ARMED || ++armed > 2)) pending_drop(c, i);
  }
}

/* A plan leaves the cache. */
void il_pending_forget(il_conn *c, const il_plan_entry *entry) {
  for (int i = c->npending - 1; i >= 0; i--) {
    if (c->pending[i]->entry == entry) pending_drop(c, i);
  }
}

static il_pending *pending_push(il_conn *c) {
  il_pending *p;
  if (c->npending == IL_PENDING_MAX) pending_drop(c, 0); /* then it is judged */
  p = c->pending[c->npending];
  if (!p) {
    p = sqlite3_malloc64(sizeof *p);
    if (!p) return NULL;
    memset(p, 0, sizeof *p);
    c->pending[c->npending] = p;
  }
  p->stage = PENDING;
  p->serial = c->stamps;
  p->n = p->nkey = p->differ = 0;
  p->nbytes = 0;
  return p;
}

enum { STAMP_SLOT = -1813 }; /* negative: one for all calls of a firing */

typedef struct firing {
  il_conn *conn;
  uint64_t serial;
} firing;

static void firing_over(void *p) {
  firing *f = p;
  il_conn *c = f->conn;
  for (int i = c->npending - 1; i >= 0; i--) {
    if (c->pending[i]->serial == f->serial) pending_drop(c, i);
  }
  sqlite3_free(f);
  il_conn_unref(c);
}

/* What is pushed next ends with the trigger that is firing. Before the push, as dropping moves
** places. */
static int within_firing(il_conn *c, sqlite3_context *ctx) {
  firing *f = sqlite3_malloc64(sizeof *f);
  if (!f) return 0;
  *f = (firing){c, ++c->stamps};
  il_conn_ref(c);
  sqlite3_set_auxdata(ctx, STAMP_SLOT, f, firing_over);
  return sqlite3_get_auxdata(ctx, STAMP_SLOT) == f; /* else there was no memory and f is freed */
}

static int room(void **array, int *cap, int n, size_t size) {
  void *grown;
  if (n <= *cap) return 1;
  grown = sqlite3_realloc64(*array, (size_t)n * size);
  if (!grown) return 0;
  *array = grown;
  *cap = n;
  return 1;
}

/* Bytes that all values together need; then a copy of each that cannot fail. */
static size_t bytes_of(const il_value *v) {
  return v->p ? v->n : 0;
}

static void take(il_pending *p, il_value *v) {
  size_t n = bytes_of(v);
  if (!v->p) return;
  if (n) memcpy(p->bytes + p->nbytes, v->p, n);
  v->p = p->bytes + p->nbytes;
  p->nbytes += n;
}

static int keep_values(il_pending *p) {
  size_t need = 1;
  for (int i = 0; i < p->n; i++)
    need += bytes_of(&p->fills[i].value);
  for (int i = 0; i < p->nkey; i++)
    need += bytes_of(&p->key[i]);
  if (need > p->bytes_cap) {
    char *grown = sqlite3_malloc64(need);
    if (!grown) return 0;
    sqlite3_free(p->bytes);
    p->bytes = grown;
    p->bytes_cap = need;
  }
  p->nbytes = 0;
  for (int i = 0; i < p->n; i++)
    take(p, &p->fills[i].value);
  for (int i = 0; i < p->nkey; i++)
    take(p, &p->key[i]);
  return 1;
}

/* ---- own stamp ------------------------------------------------------------------------------ */

/* As SQL's IS, and an instant as the text that was written for it. */
static int fill_same(const il_value *fill, const il_value *v) {
  char buf[32];
  il_value text;
  if (fill->type != IL_T_INSTANT) return il_value_same(fill, v);
  text = il_str(il_instant_format(fill->i, buf));
  return il_value_same(&text, v);
}

static const il_value *fill_of(const il_pending *p, int col) {
  for (int i = p->n - 1; i >= 0; i--) {
    if (p->fills[i].col == col) return &p->fills[i].value;
  }
  return NULL;
}

static int key_same(const il_guard *g, const il_pending *p, int side) {
  const il_plan *plan = g->row.plan;
  for (int i = 0; i < p->nkey; i++) {
    il_value v;
    g->row.get(&g->row, side, plan->key[i], &v);
    if (!il_value_same(&p->key[i], &v)) return 0;
  }
  return 1;
}

static int is_stamp(const il_guard *g, const il_pending *p) {
  const il_plan *plan = g->row.plan;
  if (!key_same(g, p, IL_OLD) || !key_same(g, p, IL_NEW)) return 0;
  for (int i = 0; i < plan->nused[1]; i++) {
    int col = plan->used[1][i];
    const il_value *fill;
    il_value v;
    if (!g->row.differs(&g->row, col)) continue;
    fill = fill_of(p, col);
    if (!fill) return 0;
    g->row.get(&g->row, IL_NEW, col, &v);
    if (!fill_same(fill, &v)) return 0;
  }
  return 1;
}

int il_guard_own_stamp(il_guard *g, il_stamp_at at) {
  static const unsigned stages[] = {1U << ARMED, 1U << ARMED | 1U << WRITTEN,
                                    1U << WRITTEN | 1U << ENDED};
  il_conn *c = g->conn;
  for (int i = c->npending - 1; i >= 0; i--) {
    il_pending *p = c->pending[i];
    if (p->entry != g->entry || !(stages[at] >> p->stage & 1) || !is_stamp(g, p)) continue;
    if (at != IL_STAMP_LOOK) p->stage = at == IL_STAMP_ENDS ? ENDED : WRITTEN;
    return 1;
  }
  return 0;
}

int il_guard_stamping(const il_guard *g) {
  const il_conn *c = g->conn;
  for (int i = c->npending - 1; i >= 0; i--) {
    const il_pending *p = c->pending[i];
    if (p->entry == g->entry && (p->stage == ARMED || p->stage == WRITTEN) &&
        key_same(g, p, IL_NEW))
      return 1;
  }
  return 0;
}

/* ---- functions ------------------------------------------------------------------------------ */

/* Asks every operation of the event for its fills. */
static void compute(il_guard *g, il_pending *p) {
  const il_plan *plan = g->row.plan;
  unsigned event = (unsigned)g->row.event;
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (!op->role->fill || !(op->events & event)) continue;
    p->n = op->role->fill(op, &g->row, p->fills, p->n, p->cap);
  }
  for (int i = 0; i < p->n; i++) {
    il_value now;
    int col = p->fills[i].col;
    if (fill_of(p, col) != &p->fills[i].value) continue; /* a later one takes its place */
    if (g->slot[col] < 0) { /* the judge does not see it: the stamp is written to be safe */
      p->differ++;
      continue;
    }
    g->row.get(&g->row, IL_NEW, col, &now);
    p->differ += !fill_same(&p->fills[i].value, &now);
  }
}

/* Computes what is to be written to the row of g; answers 3, or 1 when the row has it already. */
static void fill_row(il_guard *g, sqlite3_context *ctx, sqlite3_value *julian) {
  il_pending *p = within_firing(g->conn, ctx) ? pending_push(g->conn) : NULL;
  const il_plan *plan = g->entry->plan;
  g->row.now = il_guard_time(g->conn, julian);
  if (!p || !room((void **)&p->fills, &p->cap, plan->ncols + 1, sizeof *p->fills) ||
      !room((void **)&p->key, &p->key_cap, plan->nkey, sizeof *p->key)) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  compute(g, p);
  p->nkey = plan->nkey;
  for (int i = 0; i < plan->nkey; i++)
    g->row.get(&g->row, IL_NEW, plan->key[i], &p->key[i]);
  if (g->nomem || !keep_values(p)) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  p->entry = g->entry;
  /* An INSERT asks no further when there is nothing to write; an UPDATE asks il1_fill. */
  if (p->differ || g->row.event == IL_EV_UPDATE) g->conn->npending++;
  sqlite3_result_int(ctx, p->differ ? 3 : 1);
}

/* il1_born(plan, julianday('now'), NEW…) */
void il1_born(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  if (!il_guard_begin(&g, ctx, argc, argv, 1)) return;
  if (argc - 2 != g.entry->plan->nused[0]) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_row(&g, IL_EV_INSERT, NULL, argv + 2);
  fill_row(&g, ctx, argv[1]);
}

/* il1_due(plan, julianday('now'), OLD…, NEW…) */
void il1_due(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  int n;
  if (!il_guard_begin(&g, ctx, argc, argv, 1)) return;
  n = g.entry->plan->nused[1];
  if (argc - 2 != 2 * n) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_row(&g, IL_EV_UPDATE, argv + 2, argv + 2 + n);
  if (g.conn->npending && il_guard_own_stamp(&g, IL_STAMP_ENDS))
    sqlite3_result_int(ctx, 0);
  else
    fill_row(&g, ctx, argv[1]);
}

/* il1_fill(plan): how many pending fills differ. il1_fill(plan, column, current): the value to
** write. */
void il1_fill(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_pending *p = NULL;
  const il_value *fill;
  if (!il_guard_begin(&g, ctx, argc, argv, 0)) return;
  if (argc != 1 && argc != 3) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  for (int i = g.conn->npending - 1; i >= 0 && !p; i--) {
    p = g.conn->pending[i];
    if (p->entry != g.entry || p->stage >= WRITTEN) p = NULL;
  }
  if (argc == 1) {
    sqlite3_result_int(ctx, p ? p->differ : 0);
    return;
  }
  fill = p ? fill_of(p, sqlite3_value_int(argv[1])) : NULL;
  if (p && p->differ) p->stage = ARMED;
  if (fill)
    il_result(ctx, fill);
  else
    sqlite3_result_value(ctx, argv[2]);
}
