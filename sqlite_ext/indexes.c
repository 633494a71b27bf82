/*
** indexes.c: the unique indexes of a table: what a row can collide with, and an OR REPLACE destroy.
**
** PRAGMA index_xinfo has the columns and collations; expressions and the predicate of a partial
** index are cut out of CREATE INDEX, which SQLite has parsed already, so a scanner for quotes,
** comments and parentheses will do.
*/
#include "catalog.h"
#include <string.h>

static int word_char(char ch) {
  unsigned char c = (unsigned char)ch;
  return c == '_' || c == '$' || c >= 0x80 || (c >= '0' && c <= '9') ||
         ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* The end of what begins at p and is no code: quotes and comments. p itself when it is code; NULL
** when it has no end. */
static const char *skip(const char *p) {
  char close = *p == '[' ? ']' : *p == '\'' || *p == '"' || *p == '`' ? *p : 0;
  if (close) {
    p = strchr(p + 1, close); /* a doubled quote opens again at once, which comes to the same */
    return p ? p + 1 : NULL;
  }
  if (p[0] == '-' && p[1] == '-') return p + strcspn(p, "\n");
  if (p[0] == '/' && p[1] == '*') {
    p = strstr(p + 2, "*/");
    return p ? p + 2 : NULL;
  }
  return p;
}

const char *il_find_word(const char *sql, const char *word, int top) {
  size_t n = strlen(word);
  int depth = 0;
  for (const char *p = sql; p && *p;) {
    const char *after = skip(p);
    if (after != p) {
      p = after;
    } else if (word_char(*p)) {
      size_t len = 0;
      while (word_char(p[len]))
        len++;
      if (len == n && sqlite3_strnicmp(p, word, (int)n) == 0 && (!top || depth == 0)) return p;
      p += len;
    } else {
      depth += (*p == '(') - (*p == ')');
      p++;
    }
  }
  return NULL;
}

/* Cuts item number i out of "(a, b, c)"; p is behind the parenthesis. */
static const char *list_item(const char *p, int i, size_t *n) {
  int depth = 0;
  const char *start = p;
  while (p && *p) {
    const char *after = skip(p);
    if (after != p) {
      p = after;
      continue;
    }
    if (depth == 0 && (*p == ',' || *p == ')')) {
      if (i-- == 0) {
        *n = (size_t)(p - start);
        return start;
      }
      if (*p == ')') return NULL;
      start = p + 1;
    }
    depth += (*p == '(') - (*p == ')');
    p++;
  }
  return NULL;
}

/* Expression i of CREATE INDEX … ON t(…), without ASC or DESC. */
static const char *expression(const char *sql, int i, il_arena *arena) {
  const char *p = sql ? il_find_word(sql, "ON", 1) : NULL, *word;
  size_t n = 0;
  char *copy;
  while (p && *p && *p != '(') {
    const char *after = skip(p);
    p = after != p ? after : p + 1;
  }
  p = p && *p ? list_item(p + 1, i, &n) : NULL;
  while (p && n && strchr(" \t\r\n", *p)) { /* as interlock_sql() prints it */
    p++;
    n--;
  }
  copy = p ? il_arena_copy(arena, p, n) : NULL;
  if (!copy) return NULL;
  word = il_find_word(copy, "ASC", 1);
  if (!word) word = il_find_word(copy, "DESC", 1);
  if (word) copy[word - copy] = 0;
  return copy;
}

static int column_index(const il_table_info *t, const char *name) {
  for (int i = 0; i < t->ncols; i++) {
    if (strcmp(t->cols[i].name, name) == 0) return i;
  }
  return -1;
}

/* Collation of column i of an index: NULL when it is the column's own. */
static const char *collation(il_conn *c, const il_table_info *t, int col, const char *given,
                             il_arena *arena) {
  const char *own = "BINARY";
  if (!given) return NULL;
  if (col >= 0) {
    sqlite3_table_column_metadata(c->db, t->schema, t->name, t->cols[col].name, NULL, &own, NULL,
                                  NULL, NULL);
    if (!own || sqlite3_stricmp(own, given) == 0) return NULL;
  }
  return il_arena_strdup(arena, given);
}

typedef struct index_line {
  const char *name, *sql; /* sql NULL: made by a constraint */
  int primary, partial;
} index_line;

/* Columns, expressions and collations of one index. *rowid: it ends in the rowid. */
static il_kind read_index(il_conn *c, const il_table_info *t, const index_line *line,
                          il_arena *arena, struct il_unique_info *u, int *rowid, il_error *err) {
  sqlite3_stmt *stmt;
  int cap = t->ncols + 1, n = 0;
  il_kind kind = il_catalog_query(c, "SELECT cid, name, key, coll FROM pragma_index_xinfo(?1, ?2)",
                                  NULL, "", line->name, strlen(line->name), t->schema, &stmt, err);
  if (kind != IL_OK) return kind;
  memset(u, 0, sizeof *u);
  *rowid = 0;
  while (kind == IL_OK && il_catalog_step(c, stmt, &kind, err) > 0) {
    int cid = sqlite3_column_int(stmt, 0);
    const char *name = (const char *)sqlite3_column_text(stmt, 1);
    const char *given = (const char *)sqlite3_column_text(stmt, 3), *collate;
    if (cid == -1) *rowid = 1;
    if (!sqlite3_column_int(stmt, 2)) continue;
    if (n == 0 || n == cap) { /* an index may name a column twice */
      int more = n ? 2 * cap : cap;
      int *cols = il_arena_alloc(arena, (size_t)more * sizeof *cols);
      const char **expr = il_arena_alloc(arena, (size_t)more * sizeof *expr);
      const char **coll = il_arena_alloc(arena, (size_t)more * sizeof *coll);
      if (!cols || !expr || !coll) {
        kind = il_nomem_error(err);
        break;
      }
      if (n) {
        memcpy(cols, u->cols, (size_t)n * sizeof *cols);
        memcpy(expr, u->expr, (size_t)n * sizeof *expr);
        memcpy(coll, u->collate, (size_t)n * sizeof *coll);
      }
      cap = more;
      u->cols = cols;
      u->expr = expr;
      u->collate = coll;
    }
    u->cols[n] = cid >= 0 && name ? column_index(t, name) : -1;
    if (u->cols[n] < 0) u->expr[n] = expression(line->sql, n, arena);
    if (u->cols[n] < 0 && !u->expr[n]) {
      kind = il_error_set(err, IL_NOT_NOW, "index %s is not understood", line->name);
      break;
    }
    collate = collation(c, t, u->cols[n], given, arena);
    u->collate[n++] = collate;
  }
  u->ncols = n;
  il_statement_done(c, stmt);
  if (kind == IL_OK && arena->failed) kind = il_nomem_error(err);
  return kind;
}

static int any(const char **list, int n) {
  for (int i = 0; i < n; i++) {
    if (list[i]) return 1;
  }
  return 0;
}

static il_kind add_index(il_conn *c, il_table_info *t, const index_line *line, il_arena *arena,
                         il_error *err) {
  struct il_unique_info *u = &t->unique[t->nunique];
  int rowid;
  il_kind kind = read_index(c, t, line, arena, u, &rowid, err);
  if (kind != IL_OK || !u->ncols) return kind;
  if (!any(u->expr, u->ncols)) u->expr = NULL;
  if (!any(u->collate, u->ncols)) u->collate = NULL;
  if (line->primary) {
    /* The index of the key ends in the rowid, unless the index is the table itself. */
    t->without_rowid = !rowid;
    if (!u->collate) return IL_OK;
  }
  if (line->partial) {
    const char *where = line->sql ? il_find_word(line->sql, "WHERE", 1) : NULL;
    if (!where) return il_error_set(err, IL_NOT_NOW, "index %s is not understood", line->name);
    u->where = where + 5 + strspn(where + 5, " \t\r\n"); /* the same */
  }
  t->nunique++;
  return IL_OK;
}

il_kind il_read_indexes(il_conn *c, il_table_info *t, il_arena *arena, int *key_index,
                        il_error *err) {
  index_line *lines = NULL;
  sqlite3_stmt *stmt;
  int n = 0, cap = 0;
  il_kind kind =
      il_catalog_query(c, "SELECT name, origin = 'pk', partial, (SELECT sql FROM ", t->schema,
                       ".sqlite_schema s WHERE s.type = 'index' AND s.name = l.name)"
                       " FROM pragma_index_list(?1, ?2) l WHERE \"unique\" ORDER BY seq DESC",
                       t->name, strlen(t->name), t->schema, &stmt, err);
  if (kind != IL_OK) return kind;
  while (kind == IL_OK && il_catalog_step(c, stmt, &kind, err) > 0) { /* oldest first */
    if (n == cap) {
      int more = cap ? 2 * cap : 8;
      index_line *grown = il_arena_alloc(arena, (size_t)more * sizeof *grown);
      if (!grown) break;
      if (n) memcpy(grown, lines, (size_t)n * sizeof *grown);
      lines = grown;
      cap = more;
    }
    lines[n].name = il_column_copy(stmt, 0, arena);
    lines[n].primary = sqlite3_column_int(stmt, 1);
    lines[n].partial = sqlite3_column_int(stmt, 2);
    lines[n].sql = il_column_copy(stmt, 3, arena);
    *key_index |= lines[n].primary;
    if (!lines[n].name) break;
    n++;
  }
  il_statement_done(c, stmt);
  if (kind != IL_OK) return kind;
  t->unique = il_arena_alloc(arena, (size_t)(n + 1) * sizeof *t->unique);
  if (!t->unique || arena->failed) return il_nomem_error(err);
  for (int i = 0; i < n && kind == IL_OK; i++)
    kind = add_index(c, t, &lines[i], arena, err);
  return kind;
}
