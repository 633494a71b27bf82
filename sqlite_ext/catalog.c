/*
** catalog.c: what a table looks like and which plan is on it, from sqlite_schema and the PRAGMA
** functions.
**
** A table argument is looked for as it is written, unqualified as SQLite would (temp, main,
** attached in order; the session's schema before all), then with the part before the first dot as
** the database. SQLite compares names without regard to case, which includes "exact, then lower
** case".
*/
#include "catalog.h"
#include <string.h>

/* Where a name was found. Both strings are in the arena. */
typedef struct place {
  const char *schema, *name, *sql;
} place;

il_kind il_nomem_error(il_error *err) {
  return il_error_set(err, IL_NOMEM, "out of memory");
}

char *il_column_copy(sqlite3_stmt *stmt, int i, il_arena *arena) {
  const char *p = (const char *)sqlite3_column_text(stmt, i);
  if (!p) return NULL;
  return il_arena_copy(arena, p, (size_t)sqlite3_column_bytes(stmt, i));
}

/* Prepares `before` + quoted schema + `after` with up to two text parameters. */
il_kind il_catalog_query(il_conn *c, const char *before, const char *schema, const char *after,
                         const char *a, size_t na, const char *b, sqlite3_stmt **stmt,
                         il_error *err) {
  il_buf sql;
  il_kind kind;
  int rc = SQLITE_OK;
  *stmt = NULL;
  il_buf_init(&sql, &c->mem);
  il_buf_str(&sql, before);
  if (schema) il_buf_f(&sql, "%I", schema);
  il_buf_str(&sql, after);
  if (il_buf_text(&sql))
    kind = il_statement_get(c, il_buf_text(&sql), 1, stmt, err);
  else
    kind = il_nomem_error(err);
  il_buf_free(&sql);
  if (kind != IL_OK) return kind;
  if (a) rc = sqlite3_bind_text64(*stmt, 1, a, na, SQLITE_TRANSIENT, SQLITE_UTF8);
  if (rc == SQLITE_OK && b) rc = sqlite3_bind_text(*stmt, 2, b, -1, SQLITE_TRANSIENT);
  if (rc == SQLITE_OK) return IL_OK;
  il_statement_done(c, *stmt);
  *stmt = NULL;
  return il_nomem_error(err);
}

/* Steps; 1 a row, 0 the end, -1 an error in *kind. */
int il_catalog_step(il_conn *c, sqlite3_stmt *stmt, il_kind *kind, il_error *err) {
  int rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW) return 1;
  *kind = rc == SQLITE_DONE ? IL_OK : il_host_error(c, err);
  return *kind == IL_OK ? 0 : -1;
}

/* ---- finding a table ------------------------------------------------------------------------ */

static il_kind find_in(il_conn *c, const char *schema, const char *name, size_t n, il_arena *arena,
                       place *out, il_error *err) {
  sqlite3_stmt *stmt;
  il_kind kind =
      il_catalog_query(c, "SELECT name, sql FROM ", schema,
                       ".sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", name, n,
                       NULL, &stmt, err);
  if (kind != IL_OK) return kind;
  if (il_catalog_step(c, stmt, &kind, err) > 0) {
    out->schema = il_arena_strdup(arena, schema);
    out->name = il_column_copy(stmt, 0, arena);
    out->sql = il_column_copy(stmt, 1, arena);
    if (!out->schema || !out->name || (!out->sql && arena->failed)) kind = il_nomem_error(err);
  }
  il_statement_done(c, stmt);
  return kind;
}

/* Database number i in the order SQLite looks names up in: temp, main, then as attached. */
static const char *database(il_conn *c, int i) {
  return sqlite3_db_name(c->db, i == 0 ? 1 : i == 1 ? 0 : i);
}

static il_kind find_table(il_conn *c, const char *name, size_t n, il_arena *arena, place *out,
                          il_error *err) {
  const char *dot = memchr(name, '.', n), *schema;
  il_kind kind = IL_OK;
  memset(out, 0, sizeof *out);
  if (c->schema) {
    for (int i = 0; kind == IL_OK && !out->name && (schema = database(c, i)) != NULL; i++) {
      if (sqlite3_stricmp(schema, c->schema) == 0)
        kind = find_in(c, schema, name, n, arena, out, err);
    }
  }
  for (int i = 0; kind == IL_OK && !out->name && (schema = database(c, i)) != NULL; i++) {
    kind = find_in(c, schema, name, n, arena, out, err);
  }
  for (int i = 0; kind == IL_OK && !out->name && dot && (schema = database(c, i)) != NULL; i++) {
    size_t k = (size_t)(dot - name);
    if (strlen(schema) != k || sqlite3_strnicmp(schema, name, (int)k) != 0) continue;
    kind = find_in(c, schema, dot + 1, n - k - 1, arena, out, err);
  }
  if (kind != IL_OK || out->name) return kind;
  return il_error_set(err, IL_NO_TABLE, "no such table: %.*s", n > 200 ? 200 : (int)n, name);
}

/* ---- columns -------------------------------------------------------------------------------- */

static int has(const char *type, const char *part) {
  size_t n = strlen(part);
  for (; *type; type++) {
    if (sqlite3_strnicmp(type, part, (int)n) == 0) return 1;
  }
  return 0;
}

/* What SQLite makes of a declared type: its affinity rules in its order (datatype3.html 3.1), and
** the names by which people mean an instant, JSON or a truth value where affinity is numeric. */
static il_coltype coltype(const char *type) {
  if (has(type, "JSON")) return IL_C_JSON;
  if (has(type, "INT")) return IL_C_INT;
  if (has(type, "CHAR") || has(type, "CLOB") || has(type, "TEXT")) return IL_C_TEXT;
  if (has(type, "BLOB")) return IL_C_BLOB;
  if (has(type, "REAL") || has(type, "FLOA") || has(type, "DOUB")) return IL_C_REAL;
  if (has(type, "BOOL")) return IL_C_INT;
  if (has(type, "TIMESTAMP") || has(type, "DATETIME")) return IL_C_INSTANT;
  return IL_C_OTHER;
}

static il_kind read_columns(il_conn *c, il_table_info *t, il_arena *arena, il_error *err) {
  sqlite3_stmt *stmt;
  int cap = 0, got, *pk = NULL; /* place in the key, counted from 1 */
  il_kind kind =
      il_catalog_query(c,
                       "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden"
                       " FROM pragma_table_xinfo(?1, ?2)",
                       NULL, "", t->name, strlen(t->name), t->schema, &stmt, err);
  if (kind != IL_OK) return kind;
  while ((got = il_catalog_step(c, stmt, &kind, err)) > 0) {
    struct il_column_info *col;
    if (t->ncols == cap) { /* arenas do not grow a block: double */
      int more = cap ? 2 * cap : 16;
      struct il_column_info *cols = il_arena_alloc(arena, (size_t)more * sizeof *cols);
      int *places = il_arena_alloc(arena, (size_t)more * sizeof *places);
      if (!cols || !places) break;
      if (cap) memcpy(cols, t->cols, (size_t)cap * sizeof *cols);
      if (pk) memcpy(places, pk, (size_t)cap * sizeof *places);
      t->cols = cols;
      pk = places;
      cap = more;
    }
    if (!pk) break;
    col = &t->cols[t->ncols];
    col->name = il_column_copy(stmt, 0, arena);
    col->type = il_column_copy(stmt, 1, arena);
    if (!col->name || !col->type) break;
    col->coltype = coltype(col->type);
    col->not_null = sqlite3_column_int(stmt, 2);
    col->has_default = sqlite3_column_int(stmt, 3);
    col->generated = sqlite3_column_int(stmt, 5) >= 2;
    pk[t->ncols] = sqlite3_column_int(stmt, 4);
    t->nkey += pk[t->ncols] > 0;
    t->ncols++;
  }
  il_statement_done(c, stmt);
  if (kind == IL_OK && got > 0) kind = il_nomem_error(err);
  if (kind != IL_OK) return kind;
  t->key = il_arena_alloc(arena, (size_t)(t->nkey + 1) * sizeof *t->key);
  if (!t->key) return il_nomem_error(err);
  for (int i = 0; pk && i < t->ncols; i++) {
    if (pk[i] > 0 && pk[i] <= t->nkey) t->key[pk[i] - 1] = i;
  }
  return IL_OK;
}

/* ---- triggers ------------------------------------------------------------------------------- */

/* The plan that a trigger carries: the literal that begins with il1: (no plan has a quote). */
static const char *plan_in(const char *sql, size_t *n) {
  const char *p = sql ? strstr(sql, "'il1:") : NULL, *end;
  if (!p) return NULL;
  end = strchr(++p, '\'');
  if (!end) return NULL;
  *n = (size_t)(end - p);
  return p;
}

static il_kind read_triggers(il_conn *c, il_table_info *t, il_arena *arena, il_error *err) {
  sqlite3_stmt *stmt;
  int cap = 0, got, enabled = 1;
  il_kind kind =
      il_catalog_query(c, "SELECT name, sql FROM ", t->schema,
                       ".sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE"
                       " ORDER BY rowid",
                       t->name, strlen(t->name), NULL, &stmt, err);
  if (kind != IL_OK) return kind;
  sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &enabled);
  while ((got = il_catalog_step(c, stmt, &kind, err)) > 0) {
    struct il_trigger_info *g;
    const char *plan;
    size_t n = 0;
    if (t->ntriggers == cap) {
      int more = cap ? 2 * cap : 8;
      struct il_trigger_info *grown = il_arena_alloc(arena, (size_t)more * sizeof *grown);
      if (!grown) break;
      if (cap) memcpy(grown, t->triggers, (size_t)cap * sizeof *grown);
      t->triggers = grown;
      cap = more;
    }
    g = &t->triggers[t->ntriggers];
    g->name = il_column_copy(stmt, 0, arena);
    g->sql = il_column_copy(stmt, 1, arena);
    if (!g->name || !g->sql) break;
    g->ours = sqlite3_strnicmp(g->name, "interlock_", 10) == 0;
    g->enabled = enabled;
    plan = g->ours ? plan_in(g->sql, &n) : NULL;
    g->plan = plan ? il_arena_copy(arena, plan, n) : NULL;
    if (plan && !g->plan) break;
    t->ntriggers++;
  }
  il_statement_done(c, stmt);
  if (kind == IL_OK && got > 0) kind = il_nomem_error(err);
  return kind;
}

/* ---- the port's slots ----------------------------------------------------------------------- */

il_kind il_sqlite_table(il_port *port, const char *name, size_t n, il_arena *arena,
                        il_table_info **info, il_error *err) {
  il_conn *c = port->host;
  il_table_info *t;
  place where;
  int key_index = 0;
  il_kind kind = find_table(c, name, n, arena, &where, err);
  if (kind != IL_OK || !where.name) return kind;
  t = il_arena_alloc(arena, sizeof *t);
  if (!t) return il_nomem_error(err);
  t->schema = where.schema;
  t->name = where.name;
  kind = read_columns(c, t, arena, err);
  if (kind == IL_OK) kind = il_read_indexes(c, t, arena, &key_index, err);
  if (kind == IL_OK) kind = read_triggers(c, t, arena, err);
  if (kind != IL_OK) return kind;
  if (t->nkey == 1 && !key_index) {
    /* A key without an index is the rowid under another name: never NULL, given by the database. */
    t->cols[t->key[0]].identity = 1;
    t->cols[t->key[0]].not_null = 1;
  }
  t->has_autoincrement = where.sql && il_find_word(where.sql, "AUTOINCREMENT", 0) != NULL;
  for (int i = 0; t->without_rowid && i < t->nkey; i++)
    t->cols[t->key[i]].not_null = 1;
  *info = t;
  return IL_OK;
}

il_kind il_sqlite_registries(il_port *port, il_row_fn each, void *ctx, il_error *err) {
  static const char registry[] = "interlock_rulebooks";
  il_conn *c = port->host;
  il_kind kind = IL_OK;
  const char *schema;
  for (int i = 0; kind == IL_OK && (schema = database(c, i)) != NULL; i++) {
    il_arena arena;
    place where = {0};
    il_arena_init(&arena, &c->mem);
    kind = find_in(c, schema, registry, sizeof registry - 1, &arena, &where, err);
    if (kind == IL_OK && where.name) {
      il_value v = il_str(where.schema);
      kind = each(ctx, &v, 1, err);
    }
    il_arena_free(&arena);
  }
  return kind;
}
