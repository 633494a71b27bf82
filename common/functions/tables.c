/* tables.c: CREATE TABLE as il_table_info. Migrations are ours, so this reads what they are
** written in, not all of SQL. */
#include "functions/tables.h"
#include "functions/reader.h"
#include <string.h>

typedef struct reader {
  il_reader in;
  il_tables *tables;
  int checks; /* passed so far */
} reader;

static void advance(reader *r) {
  r->checks += il_token_is(&r->in.t, "CHECK");
  il_reader_next(&r->in);
}
static int take(reader *r, const char *word) {
  return il_reader_take(&r->in, word);
}
static int take_char(reader *r, char c) {
  return il_reader_char(&r->in, c);
}
static const char *take_name(reader *r) {
  return il_reader_name(&r->in);
}

/* Steps over what is left of an item: to the comma or parenthesis at this depth. */
static void skip_item(reader *r, int depth) {
  while (r->in.t.kind != IL_TOKEN_END) {
    int here = r->in.scan.depth - (il_token_char(&r->in.t, '(') ? 1 : 0);
    if (here == depth && il_token_char(&r->in.t, ',')) return;
    if (il_token_char(&r->in.t, ')') && r->in.scan.depth < depth) return;
    advance(r);
  }
}

/* ---- types ---------------------------------------------------------------------------------- */

static int has(const char *type, const char *part) {
  size_t n = strlen(part);
  for (; *type; type++) {
    if (strncasecmp(type, part, n) == 0) return 1;
  }
  return 0;
}

il_coltype il_tables_coltype(il_engine engine, const char *type) {
  if (has(type, "JSON")) return IL_C_JSON;
  if (engine == IL_POSTGRES && (has(type, "TIMESTAMP") || has(type, "DATETIME")))
    return IL_C_INSTANT;
  if (engine == IL_POSTGRES && has(type, "INTERVAL")) return IL_C_OTHER;
  if (has(type, "INT") || (engine == IL_POSTGRES && has(type, "SERIAL"))) return IL_C_INT;
  if (has(type, "CHAR") || has(type, "CLOB") || has(type, "TEXT")) return IL_C_TEXT;
  if (has(type, "BLOB") || has(type, "BYTEA")) return IL_C_BLOB;
  if (has(type, "REAL") || has(type, "FLOA") || has(type, "DOUB")) return IL_C_REAL;
  if (has(type, "BOOL")) return IL_C_INT;
  if (has(type, "TIMESTAMP") || has(type, "DATETIME")) return IL_C_INSTANT;
  return IL_C_OTHER;
}

/* ---- columns -------------------------------------------------------------------------------- */

static int column_index(const il_table_info *info, const char *name) {
  for (int i = 0; i < info->ncols; i++) {
    if (strcmp(info->cols[i].name, name) == 0) return i;
  }
  return -1;
}

static int is_constraint(const il_token *t) {
  static const char *const words[] = {"NOT",     "NULL",       "PRIMARY",    "UNIQUE",
                                      "DEFAULT", "CHECK",      "REFERENCES", "GENERATED",
                                      "COLLATE", "CONSTRAINT", "AS"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (il_token_is(t, words[i])) return 1;
  }
  return 0;
}

static struct il_column_info *add_column(il_tables *tables, il_table_info *info, const char *name) {
  if ((info->ncols & (info->ncols - 1)) == 0) { /* grows at 0, 1, 2, 4 … */
    size_t cap = info->ncols ? (size_t)info->ncols * 2 : 1;
    struct il_column_info *cols = il_arena_alloc(tables->arena, cap * sizeof *cols);
    if (!cols) return NULL;
    if (info->ncols) memcpy(cols, info->cols, (size_t)info->ncols * sizeof *cols);
    info->cols = cols;
  }
  struct il_column_info *c = &info->cols[info->ncols++];
  *c = (struct il_column_info){.name = name, .type = ""};
  return c;
}

static struct il_unique_info *add_unique(il_tables *tables, il_table_info *info, int n) {
  struct il_unique_info *u = il_arena_alloc(tables->arena, ((size_t)info->nunique + 1) * sizeof *u);
  int *cols = il_arena_alloc(tables->arena, (size_t)(n ? n : 1) * sizeof *cols);
  if (!u || !cols) return NULL;
  if (info->nunique) memcpy(u, info->unique, (size_t)info->nunique * sizeof *u);
  info->unique = u;
  u += info->nunique++;
  *u = (struct il_unique_info){.cols = cols};
  return u;
}

static void set_key(il_tables *tables, il_table_info *info, const int *cols, int n) {
  int *key = il_arena_alloc(tables->arena, (size_t)(n ? n : 1) * sizeof *key);
  if (!key) return;
  memcpy(key, cols, (size_t)n * sizeof *key);
  info->key = key;
  info->nkey = n;
}

/* The words after a column's type. */
static void column_constraints(reader *r, il_table_info *info, int depth) {
  int at = info->ncols - 1;
  struct il_column_info *c = &info->cols[at];
  while (r->in.t.kind != IL_TOKEN_END) {
    if (il_token_char(&r->in.t, ',') || (il_token_char(&r->in.t, ')') && r->in.scan.depth < depth))
      return;
    if (take(r, "NOT")) {
      c->not_null |= take(r, "NULL");
    } else if (take(r, "PRIMARY")) {
      set_key(r->tables, info, &at, 1);
      if (r->tables->engine == IL_POSTGRES) c->not_null = 1;
      if (strcasecmp(c->type, "INTEGER") == 0 && r->tables->engine == IL_SQLITE)
        c->identity = c->not_null = 1;
    } else if (take(r, "AUTOINCREMENT")) {
      info->has_autoincrement = 1;
    } else if (take(r, "UNIQUE")) {
      struct il_unique_info *u = add_unique(r->tables, info, 1);
      if (u) u->cols[u->ncols++] = at;
    } else if (take(r, "DEFAULT")) {
      c->has_default = 1;
    } else if (take(r, "IDENTITY")) {
      c->identity = c->not_null = 1;
      c->generated = 0;
    } else if (take(r, "GENERATED")) {
      c->generated = 1; /* unless IDENTITY follows */
      if (take(r, "BY")) (void)take(r, "DEFAULT");
    } else if (il_token_char(&r->in.t, '(')) {
      advance(r);
      while (r->in.t.kind != IL_TOKEN_END &&
             !(il_token_char(&r->in.t, ')') && r->in.scan.depth <= depth))
        advance(r);
      if (r->in.t.kind != IL_TOKEN_END) advance(r);
    } else {
      advance(r);
    }
  }
}

static il_kind column(reader *r, il_table_info *info, int depth, il_error *err) {
  il_buf type;
  const char *name = take_name(r);
  struct il_column_info *c = name ? add_column(r->tables, info, name) : NULL;
  if (!c) return r->tables->arena->failed ? il_nomem(err) : IL_OK;
  il_scratch(&type, r->tables->arena);
  while (r->in.t.kind == IL_TOKEN_WORD && !is_constraint(&r->in.t)) {
    if (type.n) il_buf_char(&type, ' ');
    il_buf_add(&type, r->in.t.p, r->in.t.n);
    advance(r);
    if (!il_token_char(&r->in.t, '(')) continue;
    while (r->in.t.kind != IL_TOKEN_END && !il_token_char(&r->in.t, ')')) {
      il_buf_add(&type, r->in.t.p, r->in.t.n);
      advance(r);
    }
    il_buf_char(&type, ')');
    advance(r);
  }
  c->type = il_scratch_text(&type);
  if (!c->type) return il_nomem(err);
  c->coltype = il_tables_coltype(r->tables->engine, c->type);
  column_constraints(r, info, depth);
  return IL_OK;
}

/* "(a, b)" as column numbers; -1 when something is no plain column. */
static int column_list(reader *r, const il_table_info *info, int *cols, int max) {
  int n = 0;
  if (!take_char(r, '(')) return -1;
  do {
    const char *name = take_name(r);
    int at = name ? column_index(info, name) : -1;
    if (at < 0 || n == max) return -1;
    cols[n++] = at;
    (void)(take(r, "ASC") || take(r, "DESC"));
  } while (take_char(r, ','));
  return take_char(r, ')') ? n : -1;
}

/* ---- statements ------------------------------------------------------------------------------ */

enum { LIST_MAX = 64 };

/* PRIMARY KEY (…), UNIQUE (…) and others. 0: it is no constraint of the table. */
static int table_constraint(reader *r, il_table_info *info) {
  int cols[LIST_MAX];
  if (take(r, "CONSTRAINT")) (void)take_name(r);
  if (take(r, "PRIMARY")) {
    (void)take(r, "KEY");
    int n = column_list(r, info, cols, LIST_MAX);
    if (n > 0) set_key(r->tables, info, cols, n);
    for (int i = 0; i < n && r->tables->engine == IL_POSTGRES; i++)
      info->cols[cols[i]].not_null = 1;
    return 1;
  }
  if (take(r, "UNIQUE")) {
    int n = column_list(r, info, cols, LIST_MAX);
    struct il_unique_info *u = n > 0 ? add_unique(r->tables, info, n) : NULL;
    if (u) memcpy(u->cols, cols, (size_t)n * sizeof *cols), u->ncols = n;
    return 1;
  }
  return il_token_is(&r->in.t, "FOREIGN") || il_token_is(&r->in.t, "CHECK") ||
         il_token_is(&r->in.t, "EXCLUDE");
}

static il_kind create_table(reader *r, const char *schema, il_error *err) {
  il_tables *tables = r->tables;
  il_table_info *info = il_arena_alloc(tables->arena, sizeof *info);
  il_reader_if_exists(&r->in);
  const char *name = take_name(r);
  if (!info || tables->arena->failed) return il_nomem(err);
  if (!name || !take_char(r, '(')) return IL_OK;
  info->schema = schema;
  info->name = name;
  r->checks = 0;
  do {
    il_kind kind = table_constraint(r, info) ? IL_OK : column(r, info, 1, err);
    if (kind != IL_OK) return kind;
    skip_item(r, 1);
  } while (take_char(r, ','));
  if (tables->engine == IL_POSTGRES) info->checks = r->checks;
  while (r->in.t.kind != IL_TOKEN_END) {
    if (take(r, "WITHOUT"))
      info->without_rowid = il_token_is(&r->in.t, "ROWID");
    else if (take(r, "PARTITION"))
      info->partitioned = 1;
    else
      advance(r);
  }
  for (int i = 0; info->without_rowid && i < info->nkey; i++)
    info->cols[info->key[i]].not_null = 1;
  if (tables->n == tables->cap) {
    int cap = tables->cap ? tables->cap * 2 : 16;
    il_table_info **at = il_arena_alloc(tables->arena, (size_t)cap * sizeof(il_table_info *));
    if (!at) return il_nomem(err);
    if (tables->n) memcpy(at, tables->at, (size_t)tables->n * sizeof(il_table_info *));
    tables->at = at;
    tables->cap = cap;
  }
  tables->at[tables->n++] = info;
  return IL_OK;
}

static il_table_info *known(const il_tables *tables, const char *name) {
  for (int i = 0; name && i < tables->n; i++) {
    if (strcmp(tables->at[i]->name, name) == 0) return tables->at[i];
  }
  return NULL;
}

/* One item of an index: a column, or -1 and the text of the expression as SQLite's catalog gives it.
** -1 without a text: out of memory. */
static int index_item(reader *r, const il_table_info *info, const char **expr) {
  const char *from = r->in.t.p, *name = il_reader_part(&r->in);
  int depth = r->in.scan.depth - (il_token_char(&r->in.t, '(') ? 1 : 0);
  int col = name ? column_index(info, name) : -1;
  *expr = NULL;
  if (col >= 0) {
    advance(r);
    if (il_token_char(&r->in.t, ',') || il_token_char(&r->in.t, ')') || take(r, "ASC") ||
        take(r, "DESC") || take(r, "COLLATE")) {
      skip_item(r, depth);
      return col;
    }
  }
  skip_item(r, depth);
  *expr = il_arena_copy(r->tables->arena, from, (size_t)(r->in.t.p - from));
  return -1;
}

static il_kind unique_index(reader *r, il_error *err) {
  int cols[LIST_MAX], n = 0, plain = 1;
  const char *expr[LIST_MAX];
  if (!take(r, "INDEX")) return IL_OK;
  il_reader_if_exists(&r->in);
  if (!il_token_is(&r->in.t, "ON")) (void)take_name(r);
  if (!take(r, "ON")) return IL_OK;
  il_table_info *info = known(r->tables, take_name(r));
  if (!info || !take_char(r, '(')) return IL_OK;
  do {
    if (n == LIST_MAX) return IL_OK;
    cols[n] = index_item(r, info, &expr[n]);
    if (cols[n] < 0 && !expr[n]) return il_nomem(err);
    plain &= cols[n++] >= 0;
  } while (take_char(r, ','));
  if (!take_char(r, ')')) return IL_OK;
  struct il_unique_info *u = add_unique(r->tables, info, n);
  if (!u) return il_nomem(err);
  memcpy(u->cols, cols, (size_t)n * sizeof *cols);
  u->ncols = n;
  if (!plain) {
    u->expr = il_arena_alloc(r->tables->arena, (size_t)n * sizeof *u->expr);
    u->collate = il_arena_alloc(r->tables->arena, (size_t)n * sizeof *u->collate);
    if (!u->expr || !u->collate) return il_nomem(err);
    memcpy(u->expr, expr, (size_t)n * sizeof *expr);
    for (int i = 0; i < n; i++)
      u->collate[i] = expr[i] ? "BINARY" : NULL; /* what SQLite says of an expression's */
  }
  if (!take(r, "WHERE")) return IL_OK;
  u->where = il_arena_copy(r->tables->arena, r->in.t.p, (size_t)(r->in.scan.end - r->in.t.p));
  return u->where ? IL_OK : il_nomem(err);
}

static il_kind alter_table(reader *r, il_error *err) {
  il_table_info *info = known(r->tables, take_name(r));
  if (!info || !take(r, "ADD")) return IL_OK;
  (void)take(r, "COLUMN");
  il_reader_if_exists(&r->in);
  return table_constraint(r, info) ? IL_OK : column(r, info, 0, err);
}

static void drop_table(reader *r) {
  il_tables *tables = r->tables;
  il_reader_if_exists(&r->in);
  const il_table_info *info = known(tables, take_name(r));
  for (int i = 0; info && i < tables->n; i++) {
    if (tables->at[i] != info) continue;
    memmove(&tables->at[i], &tables->at[i + 1],
            (size_t)(tables->n - i - 1) * sizeof(il_table_info *));
    tables->n--;
    return;
  }
}

il_kind il_tables_read(il_tables *tables, const char *schema, const char *sql, il_error *err) {
  size_t n, start, next;
  for (const char *p = sql; (n = il_sql_statement(p, strlen(p), &start, &next)) > 0; p += next) {
    reader r = {il_reader_start(tables->arena, tables->engine, p + start, n), tables, 0};
    il_kind kind = IL_OK;
    if (take(&r, "CREATE")) {
      if (take(&r, "TABLE"))
        kind = create_table(&r, schema, err);
      else if (take(&r, "UNIQUE"))
        kind = unique_index(&r, err);
    } else if (take(&r, "ALTER")) {
      if (take(&r, "TABLE")) kind = alter_table(&r, err);
    } else if (take(&r, "DROP")) {
      if (take(&r, "TABLE")) drop_table(&r);
    }
    if (kind != IL_OK) return kind;
  }
  return tables->arena->failed ? il_nomem(err) : IL_OK;
}

il_kind il_tables_find(void *ctx, const char *name, il_table_info **info, il_error *err) {
  const il_tables *tables = ctx;
  char folded[128];
  size_t n = strlen(name);
  (void)err;
  *info = known(tables, name);
  if (*info || n >= sizeof folded) return IL_OK;
  for (size_t i = 0; i <= n; i++)
    folded[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
  *info = known(tables, folded);
  return IL_OK;
}
