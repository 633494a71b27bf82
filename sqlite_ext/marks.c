/*
** marks.c: which columns an UPDATE names.
**
** SQLite tells it only by which BEFORE UPDATE OF triggers fire, and their order beside the others is
** not defined. So they note it here (il1_mark), and it is asked once the row is written
** (il1_written). A note is for one row of one statement, which julianday('now') tells apart: it is
** one value for a statement and all its triggers, and gone when it has been asked for. A row that was
** not written after all (OR IGNORE) leaves its note behind for the rest of that millisecond, for this
** connection, this row and this column: its writer has named the column with the value it still has.
*/
#include "guard.h"
#include <string.h>

static uint64_t add(uint64_t h, const void *p, size_t n) {
  const unsigned char *b = p;
  for (size_t i = 0; i < n; i++)
    h = (h ^ b[i]) * UINT64_C(1099511628211);
  return h;
}

static uint64_t add_value(uint64_t h, sqlite3_value *v) {
  int type = sqlite3_value_type(v);
  h = add(h, &type, sizeof type);
  if (type == SQLITE_INTEGER) {
    sqlite3_int64 i = sqlite3_value_int64(v);
    return add(h, &i, sizeof i);
  }
  if (type == SQLITE_FLOAT) {
    double d = sqlite3_value_double(v);
    return add(h, &d, sizeof d);
  }
  if (type == SQLITE_NULL) return h;
  int n = sqlite3_value_bytes(v);
  const void *p = sqlite3_value_blob(v);
  return p ? add(h, p, (size_t)n) : h;
}

static uint64_t begin(const il_plan *plan, int col) {
  return add(add(UINT64_C(14695981039346656037), plan->hash, 16), &col, sizeof col);
}

/* il1_mark(plan, column, julianday('now'), NEW key…) */
void il1_mark(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_conn *c;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  if (argc - 3 != g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  c = g.conn;
  il_guard_key(&g, IL_EV_UPDATE, argv + 3);
  if (c->npending && il_guard_stamping(&g)) return; /* our own stamp names what it writes */
  uint64_t h = begin(g.entry->plan, sqlite3_value_int(argv[1]));
  for (int i = 3; i < argc; i++)
    h = add_value(h, argv[i]);
  unsigned at = c->nmarks++ & (IL_MARKS - 1);
  c->marks[at].what = h;
  c->marks[at].julian = sqlite3_value_double(argv[2]);
}

/* The place of a note, IL_MARKS when there is none. */
static int mark_of(const il_guard *g, int col) {
  const il_plan *plan = g->row.plan;
  uint64_t h = begin(plan, col);
  int at = 0;
  for (int i = 0; i < plan->nkey; i++)
    h = add_value(h, g->side[IL_NEW][g->slot[plan->key[i]]]);
  while (at < IL_MARKS && (g->conn->marks[at].what != h || g->conn->marks[at].julian != g->julian))
    at++;
  return at;
}

static int named(const il_row *row, int col) {
  return mark_of(row->host, col) < IL_MARKS;
}

/* The row is written: its notes have served. */
static void forget(il_guard *g, const il_op *op) {
  for (int k = 0, col; (col = op->role->asks(op, k)) >= 0; k++) {
    int at = mark_of(g, col);
    if (at < IL_MARKS) g->conn->marks[at].what = 0;
  }
}

/* il1_written(plan, op, julianday('now'), OLD…, NEW…) */
void il1_written(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_error err;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  int n = g.entry->plan->nused[1];
  const il_op *op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (!op->role->written || argc - 3 != 2 * n) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_row(&g, IL_EV_UPDATE, argv + 3, argv + 3 + n);
  if (g.conn->npending && il_guard_own_stamp(&g, IL_STAMP_LOOK)) return;
  g.julian = sqlite3_value_double(argv[2]);
  g.row.now = il_guard_time(g.conn, argv[2]);
  g.row.named = named;
  il_kind kind = op->role->written(op, &g.row, &err);
  forget(&g, op);
  if (g.nomem)
    sqlite3_result_error_nomem(ctx);
  else if (kind != IL_OK)
    il_guard_error(g.conn, ctx, &err);
}
