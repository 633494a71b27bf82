/*
** lookup.c: the plan in force on a table, for functions that take a table's name (port->plan).
**
** The plan is in the text of the table's own triggers. Reading sqlite_schema for it costs some
** tens of microseconds, so what was found is remembered by the name asked for, for as long as the
** schema stays as it was. The schema's version number cannot tell that inside a transaction (a
** version that was rolled back comes again), but SQLite itself knows: a prepared statement whose
** schema changed in any way is prepared anew when it is run, and counts that. So a lookup runs a
** statement that reads nothing, the witness, and looks at its count. Only tables of main and temp
** are remembered.
*/
#include "conn.h"
#include <string.h>

enum { RESOLVED_MAX = 512 };

static il_kind nomem(il_error *err) {
  return il_error_set(err, IL_NOMEM, "out of memory");
}

static void resolved_free(il_resolved *r) {
  sqlite3_free(r->name);
  sqlite3_free(r->qualified);
  sqlite3_free(r);
}

void il_resolved_clear(il_conn *c) {
  while (c->resolved) {
    il_resolved *r = c->resolved;
    c->resolved = r->next;
    resolved_free(r);
  }
  c->nresolved = 0;
}

/* Between calls nothing points at a resolved name any more: forget the list once it is long. */
void il_resolved_trim(il_conn *c) {
  if (c->depth == 0 && c->nresolved > RESOLVED_MAX) il_resolved_clear(c);
}

/* The epoch of main's and temp's schema: another number whenever either may have changed. */
static il_kind epoch(il_conn *c, uint64_t *out, il_error *err) {
  static const char sql[] = "SELECT 1 FROM main.sqlite_schema, temp.sqlite_schema WHERE 0";
  il_kind kind;
  int count;
  if (!c->witness) {
    c->epoch++;
    c->witness_count = 0;
    kind = il_statement_keep(c, sql, &c->witness, err);
    *out = c->epoch;
    if (kind != IL_OK || !c->witness)
      return kind; /* nothing can be kept: every lookup is its own */
  }
  if (sqlite3_step(c->witness) != SQLITE_DONE) {
    kind = il_host_error(c, err);
    sqlite3_reset(c->witness);
    return kind;
  }
  sqlite3_reset(c->witness);
  count = sqlite3_stmt_status(c->witness, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (count != c->witness_count) {
    c->witness_count = count;
    c->epoch++;
  }
  *out = c->epoch;
  return IL_OK;
}

static const il_resolved *recall(il_conn *c, const char *name, size_t n, uint64_t now) {
  for (il_resolved *r = c->resolved; r; r = r->next) {
    if (!r->kept || r->epoch != now) continue;
    if (r->n == n && memcmp(r->name, name, n) == 0) return r;
  }
  return NULL;
}

/* The first of the table's triggers that carries a plan. */
static il_kind plan_of(il_conn *c, const il_table_info *t, const il_plan_entry **entry,
                       il_error *err) {
  for (int i = 0; i < t->ntriggers; i++) {
    const char *text = t->triggers[i].plan;
    if (text) return il_conn_plan(c, text, strlen(text), entry, err);
  }
  return il_error_set(err, IL_NO_OBJECT, "no rulebook is on table %s", t->name);
}

/* Keeps the strings of a lookup for the rest of the call; as a memory for later ones when keep. */
static il_kind remember(il_conn *c, const char *name, size_t n, const il_table_info *t,
                        const il_plan_entry *entry, uint64_t now, int keep, const il_resolved **out,
                        il_error *err) {
  il_resolved *r = sqlite3_malloc64(sizeof *r);
  il_buf qualified;
  if (!r) return nomem(err);
  memset(r, 0, sizeof *r);
  il_buf_init(&qualified, &c->mem);
  il_buf_f(&qualified, "%I.%I", t->schema, t->name);
  r->name = sqlite3_malloc64(n + 1);
  r->qualified = qualified.failed ? NULL : sqlite3_mprintf("%s", il_buf_text(&qualified));
  il_buf_free(&qualified);
  if (!r->name || !r->qualified) {
    resolved_free(r);
    return nomem(err);
  }
  if (name && n) memcpy(r->name, name, n);
  r->name[n] = 0;
  r->n = n;
  memcpy(r->hash, entry->hash, sizeof r->hash);
  r->epoch = now;
  r->kept = keep;
  r->next = c->resolved;
  c->resolved = r;
  c->nresolved++;
  *out = r;
  return IL_OK;
}

il_kind il_sqlite_plan(il_port *port, const char *name, size_t n, const il_plan **plan,
                       const char **qualified, il_error *err) {
  il_conn *c = port->host;
  const il_plan_entry *entry = NULL;
  const il_resolved *r;
  il_table_info *t = NULL;
  uint64_t now = 0;
  il_arena arena;
  int keep;
  il_kind kind = epoch(c, &now, err);
  if (kind != IL_OK) return kind;
  r = recall(c, name, n, now);
  entry = r ? il_conn_plan_known(c, r->hash) : NULL;
  if (!entry) {
    il_arena_init(&arena, &c->mem);
    kind = il_sqlite_table(port, name, n, &arena, &t, err);
    if (kind == IL_OK) kind = plan_of(c, t, &entry, err);
    if (kind == IL_OK && entry) {
      keep = c->witness && !c->schema &&
             (strcmp(t->schema, "main") == 0 || strcmp(t->schema, "temp") == 0);
      kind = remember(c, name, n, t, entry, now, keep, &r, err);
    }
    il_arena_free(&arena);
    if (kind != IL_OK || !entry) return kind;
  }
  if (plan) *plan = entry->plan;
  if (qualified) *qualified = r->qualified;
  return IL_OK;
}
