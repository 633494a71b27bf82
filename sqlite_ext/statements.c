/*
** statements.c: prepared statements that outlive a call.
**
** A function that keeps prepared statements makes sqlite3_close() answer SQLITE_BUSY, and
** sqlite3_close_v2() leave a connection behind that nobody can free. Virtual tables do not have
** that problem: close disconnects them first, and they finalise what they own. So the cache
** belongs to an eponymous virtual table, interlock_statements, that has no rows and is connected
** while the cache holds anything. When it cannot be connected (an authorizer forbids it, somebody
** has a table of that name) statements are simply not kept.
*/
#include "conn.h"
#include <string.h>

typedef struct holder {
  sqlite3_vtab base;
  il_conn *conn;
} holder;

static void cache_clear(il_conn *c) {
  for (int i = 0; i < IL_STATEMENTS_MAX; i++) {
    il_statement *s = &c->statements[i];
    sqlite3_finalize(s->stmt);
    sqlite3_free(s->sql);
    memset(s, 0, sizeof *s);
  }
  sqlite3_finalize(c->witness);
  c->witness = NULL;
}

static int holder_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                          sqlite3_vtab **out, char **message) {
  il_conn *c = aux;
  holder *h;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(sql TEXT)");
  (void)argc;
  (void)argv;
  (void)message;
  if (rc != SQLITE_OK) return rc;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  h = sqlite3_malloc64(sizeof *h);
  if (!h) return SQLITE_NOMEM;
  memset(h, 0, sizeof *h);
  h->conn = c;
  c->holder = &h->base;
  *out = &h->base;
  return SQLITE_OK;
}

static int holder_disconnect(sqlite3_vtab *vtab) {
  il_conn *c = ((holder *)vtab)->conn;
  if (c->holder == vtab) {
    c->holder = NULL;
    cache_clear(c);
  }
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* A table without rows. */
static int holder_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab;
  info->estimatedCost = 1;
  info->estimatedRows = 1;
  return SQLITE_OK;
}

static int holder_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  (void)vtab;
  *out = sqlite3_malloc64(sizeof **out);
  if (!*out) return SQLITE_NOMEM;
  memset(*out, 0, sizeof **out);
  return SQLITE_OK;
}

static int holder_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int holder_filter(sqlite3_vtab_cursor *cursor, int number, const char *string, int argc,
                         sqlite3_value **argv) {
  (void)cursor;
  (void)number;
  (void)string;
  (void)argc;
  (void)argv;
  return SQLITE_OK;
}

static int holder_next(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int holder_eof(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int holder_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int i) {
  (void)cursor;
  (void)i;
  sqlite3_result_null(ctx);
  return SQLITE_OK;
}

static int holder_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}

static const sqlite3_module holder_module = {
    .iVersion = 0,
    .xCreate = NULL, /* eponymous only */
    .xConnect = holder_connect,
    .xBestIndex = holder_best_index,
    .xDisconnect = holder_disconnect,
    .xOpen = holder_open,
    .xClose = holder_close,
    .xFilter = holder_filter,
    .xNext = holder_next,
    .xEof = holder_eof,
    .xColumn = holder_column,
    .xRowid = holder_rowid,
};

int il_statements_register(sqlite3 *db, il_conn *c) {
  static const char name[] = "interlock_statements";
  if (!c) return sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
  il_conn_ref(c); /* given back by il_conn_unref, which SQLite calls on failure too */
  return sqlite3_create_module_v2(db, name, &holder_module, c, il_conn_unref);
}

/* Connects the holder by naming it in a statement. A close that was refused had disconnected it. */
static int holder_ready(il_conn *c) {
  sqlite3_stmt *stmt = NULL;
  if (c->holder) return 1;
  sqlite3_prepare_v2(c->db, "SELECT 1 FROM interlock_statements", -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  return c->holder != NULL;
}

/* The place of a statement: the one that holds it, else a free one, else the one unused longest. */
static il_statement *cache_place(il_conn *c, const char *sql) {
  il_statement *best = NULL;
  for (int i = 0; i < IL_STATEMENTS_MAX; i++) {
    il_statement *s = &c->statements[i];
    if (s->sql && strcmp(s->sql, sql) == 0) return s;
    if (s->busy) continue;
    if (!best || (best->sql && (!s->sql || s->used < best->used))) best = s;
  }
  return best;
}

static il_kind prepare(il_conn *c, const char *sql, unsigned flags, sqlite3_stmt **stmt,
                       il_error *err) {
  int rc = sqlite3_prepare_v3(c->db, sql, -1, flags, stmt, NULL);
  if (rc != SQLITE_OK) return il_host_error(c, err);
  if (!*stmt) return il_error_set(err, IL_INTERNAL, "empty statement");
  return IL_OK;
}

il_kind il_statement_get(il_conn *c, const char *sql, int cache, sqlite3_stmt **stmt,
                         il_error *err) {
  il_statement *s = cache ? cache_place(c, sql) : NULL;
  il_kind kind;
  *stmt = NULL;
  if (s && s->sql && strcmp(s->sql, sql) == 0) {
    if (s->busy) return prepare(c, sql, 0, stmt, err); /* recursion: one of its own */
    s->busy = 1;
    s->used = ++c->clicks;
    *stmt = s->stmt;
    return IL_OK;
  }
  if (!s || !holder_ready(c)) return prepare(c, sql, 0, stmt, err);
  kind = prepare(c, sql, SQLITE_PREPARE_PERSISTENT, stmt, err);
  if (kind != IL_OK) return kind;
  /* Preparing may have run code of others (an authorizer, a table's xConnect) that used
  ** the cache. */
  s = c->holder ? cache_place(c, sql) : NULL;
  if (!s || (s->sql && strcmp(s->sql, sql) == 0)) return IL_OK; /* this once without */
  char *copy = sqlite3_mprintf("%s", sql);
  if (!copy) return IL_OK;
  sqlite3_finalize(s->stmt);
  sqlite3_free(s->sql);
  s->sql = copy;
  s->stmt = *stmt;
  s->busy = 1;
  s->used = ++c->clicks;
  return IL_OK;
}

il_kind il_statement_keep(il_conn *c, const char *sql, sqlite3_stmt **stmt, il_error *err) {
  sqlite3_stmt *made;
  il_kind kind;
  if (!holder_ready(c)) return IL_OK;
  kind = prepare(c, sql, SQLITE_PREPARE_PERSISTENT, &made, err);
  if (kind != IL_OK) return kind;
  if (c->holder && !*stmt)
    *stmt = made;
  else
    sqlite3_finalize(made);
  return IL_OK;
}

void il_statement_done(il_conn *c, sqlite3_stmt *stmt) {
  if (!stmt) return;
  for (int i = 0; i < IL_STATEMENTS_MAX; i++) {
    il_statement *s = &c->statements[i];
    if (s->stmt != stmt) continue;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    s->busy = 0;
    return;
  }
  sqlite3_finalize(stmt);
}

il_kind il_host_error(il_conn *c, il_error *err) {
  int rc = sqlite3_extended_errcode(c->db);
  const char *text = sqlite3_errmsg(c->db);
  if ((rc & 0xff) == SQLITE_NOMEM) return il_error_set(err, IL_NOMEM, "out of memory");
  if (c->refusal->kind != IL_OK && strcmp(text, c->refusal_text) == 0) {
    il_kind kind =
        c->refusal->kind; /* a guard of ours is what failed: its fields, not only its text */
    if (err) *err = *c->refusal;
    c->refusal->kind = IL_OK;
    return kind;
  }
  il_error_set(err, IL_HOST, "%s", text);
  if (err) err->offset = rc;
  return IL_HOST;
}
