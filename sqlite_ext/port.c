/*
** port.c: what the core asks of its host, answered by SQLite (common/port.h has the contracts).
*/
#include "conn.h"
#include "values/instant.h"
#include <string.h>

/* ---- exec ----------------------------------------------------------------------------------- */

enum { COLUMNS_ON_STACK = 32 };

static il_kind bind_all(il_conn *c, sqlite3_stmt *stmt, const il_value *args, int nargs,
                        il_error *err) {
  int have = sqlite3_bind_parameter_count(stmt);
  for (int i = 0; i < nargs && i < have; i++) {
    int rc = il_bind(stmt, i + 1, &args[i]);
    if (rc == SQLITE_NOMEM) return il_error_set(err, IL_NOMEM, "out of memory");
    if (rc != SQLITE_OK) return il_host_error(c, err);
  }
  return IL_OK;
}

/* One row to the callback. sqlite3_column_value would be unprotected, so each type is asked for. */
static il_kind row_out(sqlite3_stmt *stmt, il_value *cols, int n, il_row_fn each, void *ctx,
                       il_error *err) {
  int nomem = 0;
  for (int i = 0; i < n; i++) {
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
      cols[i] = il_int(sqlite3_column_int64(stmt, i));
      break;
    case SQLITE_FLOAT:
      cols[i] = il_real(sqlite3_column_double(stmt, i));
      break;
    case SQLITE_TEXT: {
      const char *p = (const char *)sqlite3_column_text(stmt, i);
      cols[i] = p ? il_text(p, (size_t)sqlite3_column_bytes(stmt, i)) : il_null();
      if (!p) nomem = 1;
      break;
    }
    case SQLITE_BLOB: {
      const void *p = sqlite3_column_blob(stmt, i);
      cols[i] = il_text(p ? p : "", (size_t)sqlite3_column_bytes(stmt, i));
      cols[i].type = IL_T_BLOB;
      break;
    }
    default:
      cols[i] = il_null();
    }
  }
  if (nomem) return il_error_set(err, IL_NOMEM, "out of memory");
  return each(ctx, cols, n, err);
}

static il_kind run(il_conn *c, sqlite3_stmt *stmt, il_row_fn each, void *ctx, il_error *err) {
  int ncols = sqlite3_column_count(stmt), rc = SQLITE_ROW;
  il_value stack[COLUMNS_ON_STACK], *cols = stack;
  il_kind kind = IL_OK;
  if (ncols > COLUMNS_ON_STACK) cols = sqlite3_malloc64((size_t)ncols * sizeof *cols);
  if (!cols) return il_error_set(err, IL_NOMEM, "out of memory");
  c->refusal->kind = IL_OK;
  while (kind == IL_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    if (each) kind = row_out(stmt, cols, ncols, each, ctx, err);
  }
  if (kind == IL_OK && rc != SQLITE_DONE) kind = il_host_error(c, err);
  if (cols != stack) sqlite3_free(cols);
  return kind;
}

static il_kind port_exec(il_port *port, const char *sql, const il_value *args, int nargs, int cache,
                         il_row_fn each, void *ctx, int64_t *changes, il_error *err) {
  il_conn *c = port->host;
  sqlite3_stmt *stmt;
  il_kind kind = il_statement_get(c, sql, cache, &stmt, err);
  int64_t before = sqlite3_total_changes64(c->db);
  if (kind == IL_OK) kind = bind_all(c, stmt, args, nargs, err);
  if (kind == IL_OK) kind = run(c, stmt, each, ctx, err);
  if (changes) {
    /* sqlite3_changes() keeps its value over statements that write no rows. */
    int wrote = kind == IL_OK && sqlite3_total_changes64(c->db) != before;
    *changes = wrote ? sqlite3_changes64(c->db) : 0;
  }
  il_statement_done(c, stmt);
  return kind;
}

/* ---- atomic --------------------------------------------------------------------------------- */

/*
** A savepoint, where SQLite allows one: not while a writing statement runs, as in `INSERT INTO log
** SELECT interlock_install('x')`. Without a transaction around it that statement is the
** transaction, and its failure undoes everything. Inside BEGIN it might keep what was done so far
** (a single-row INSERT has no statement journal), so there the call is refused before it does
** anything.
*/
static il_kind port_atomic(il_port *port, int begin, int ok, il_error *err) {
  il_conn *c = port->host;
  int rc;
  if (begin) {
    rc = sqlite3_exec(c->db, "SAVEPOINT interlock", NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
      c->savepoints = (c->savepoints << 1) | 1;
      return IL_OK;
    }
    if (rc != SQLITE_BUSY) return il_host_error(c, err);
    if (!sqlite3_get_autocommit(c->db)) {
      return il_error_set(
          err, IL_NOT_NOW,
          "not inside a statement that writes, in a transaction: call it by SELECT");
    }
    c->savepoints <<= 1;
    return IL_OK;
  }
  int mine = (int)(c->savepoints & 1);
  c->savepoints >>= 1;
  if (!mine) {
    /* Only the end of the statement around it can undo it. */
    return ok ? IL_OK : il_error_set(err, IL_NOT_NOW, "inside a statement that writes");
  }
  if (ok) {
    rc = sqlite3_exec(c->db, "RELEASE interlock", NULL, NULL, NULL);
    if (rc == SQLITE_OK) return IL_OK;
    il_kind kind = il_host_error(c, err); /* a deferred foreign key, a full disk: nothing stays */
    sqlite3_exec(c->db, "ROLLBACK TO interlock; RELEASE interlock", NULL, NULL, NULL);
    return kind;
  }
  /* The savepoint is gone already when the error rolled the transaction back; then so is all. */
  if (!sqlite3_get_autocommit(c->db)) {
    sqlite3_exec(c->db, "ROLLBACK TO interlock", NULL, NULL, NULL);
    sqlite3_exec(c->db, "RELEASE interlock", NULL, NULL, NULL);
  }
  return IL_OK;
}

/* ---- session -------------------------------------------------------------------------------- */

static int64_t port_now(il_port *port) {
  return il_conn_now(port->host);
}

static il_zone_cache *port_zone(il_port *port) {
  return &((il_conn *)port->host)->zones;
}

static il_cron_cache *port_crons(il_port *port) {
  il_conn *c = port->host;
  if (!c->crons) {
    c->crons = sqlite3_malloc64(sizeof *c->crons);
    if (c->crons) memset(c->crons, 0, sizeof *c->crons);
  }
  return c->crons;
}

/* One file has one writer, and no failover that would lose a token. */
static int64_t port_epoch(il_port *port) {
  (void)port;
  return 0;
}

static il_kind set_text(char **where, const il_value *v, il_error *err) {
  char *copy = NULL;
  if (v->type != IL_T_NULL) {
    if (v->type != IL_T_TEXT && v->type != IL_T_JSON) {
      return il_error_set(err, IL_ARGUMENT, "text expected");
    }
    copy = sqlite3_malloc64(v->n + 1);
    if (!copy) return il_error_set(err, IL_NOMEM, "out of memory");
    if (v->n) memcpy(copy, v->p, v->n);
    copy[v->n] = 0;
  }
  sqlite3_free(*where);
  *where = copy;
  return IL_OK;
}

static il_kind set_clock(il_conn *c, const il_value *v, il_error *err) {
  int64_t at = 0;
  il_kind kind = v->type == IL_T_NULL ? IL_OK : il_value_instant(v, &at, err);
  if (kind != IL_OK) return kind;
  c->frozen = v->type != IL_T_NULL;
  c->clock = at;
  c->now = 0;
  return IL_OK;
}

static il_kind set_mode(il_conn *c, const il_value *v, il_error *err) {
  int load = v->type == IL_T_TEXT && v->n == 4 && memcmp(v->p, "load", 4) == 0;
  int enforce = v->type == IL_T_NULL ||
                (v->type == IL_T_TEXT && v->n == 7 && memcmp(v->p, "enforce", 7) == 0);
  if (!load && !enforce) {
    return il_error_set(err, IL_ARGUMENT, "mode must be \"enforce\" or \"load\"");
  }
  if (load && !c->load) sqlite3_log(SQLITE_WARNING, "interlock: mode load lets existing data in");
  c->load = load;
  return IL_OK;
}

static il_kind port_set(il_port *port, const char *what, const il_value *value, il_error *err) {
  il_conn *c = port->host;
  if (strcmp(what, "clock") == 0) return set_clock(c, value, err);
  if (strcmp(what, "mode") == 0) return set_mode(c, value, err);
  if (strcmp(what, "actor") == 0) return set_text(&c->actor, value, err);
  if (strcmp(what, "acting") == 0) return set_text(&c->acting, value, err);
  if (strcmp(what, "payload") == 0) return set_text(&c->payload, value, err);
  if (strcmp(what, "permit") == 0) return set_text(&c->permit, value, err);
  if (strcmp(what, "ordered") == 0) return IL_OK;
  if (strcmp(what, "schema") == 0) return set_text(&c->schema, value, err);
  return il_error_set(err, IL_INTERNAL, "no setting \"%s\"", what);
}

static const char *port_get(il_port *port, const char *what) {
  il_conn *c = port->host;
  if (strcmp(what, "actor") == 0) {
    return c->acting ? c->acting : c->actor ? c->actor : "system";
  }
  if (strcmp(what, "mode") == 0) return c->load ? "load" : "enforce";
  if (strcmp(what, "schema") == 0) return c->schema ? c->schema : "main";
  if (strcmp(what, "transaction") == 0) return sqlite3_get_autocommit(c->db) ? NULL : "";
  return ""; /* "user": SQLite has none */
}

static void port_notice(il_port *port, const char *message) {
  (void)port;
  sqlite3_log(SQLITE_NOTICE, "interlock: %s", message);
}

void il_port_init(il_conn *c) {
  c->port = (il_port){
      .engine = IL_SQLITE,
      .mem = &c->mem,
      .fn = "",
      .host = c,
      .exec = port_exec,
      .table = il_sqlite_table,
      .plan = il_sqlite_plan,
      .registries = il_sqlite_registries,
      .atomic = port_atomic,
      .now = port_now,
      .zone = port_zone,
      .crons = port_crons,
      .epoch = port_epoch,
      .set = port_set,
      .get = port_get,
      .notice = port_notice,
  };
}
