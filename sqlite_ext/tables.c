/*
** tables.c: the public set functions, as eponymous table-valued functions.
**
**   SELECT * FROM fsm_states('Runs');
**   SELECT s.state, a.to_state FROM fsm_states('Runs') s, fsm_allowed('Runs', s.state) a;
**
** The arguments are hidden columns behind the visible ones, so `WHERE table_name = 'Runs'` means
** the same. The core hands out all rows of a call at once, and a cursor keeps them and gives them one
** by one; or a stream (IL_FN_STREAM), of which the cursor holds one row. As with scalars,
** functions.def has the list and this file has one implementation.
*/
#include "conn.h"
#include <string.h>

/* User data of one module. */
typedef struct module {
  il_conn *conn;
  const il_function_def *def;
} module;

typedef struct table {
  sqlite3_vtab base;
  il_conn *conn;
  const il_function_def *def;
  int ncols, nparams;
} table;

/* Rows are copied into blocks of the arena, each with its header before its values. */
typedef struct row {
  struct row *next;
  il_value cols[];
} row;

typedef struct cursor {
  sqlite3_vtab_cursor base;
  il_arena arena; /* rows and arguments */
  il_arena work;  /* what the call itself allocates; kept while its stream is read */
  il_stream stream;
  row *first, *last, *at; /* at: the row to show, NULL at the end */
  sqlite3_int64 rowid;
  int nargs;
  sqlite3_value **args; /* as given: what the hidden columns show */
} cursor;

enum { PARAMS_MAX = 16 };

/* ---- the table ------------------------------------------------------------------------------ */

static void declare_columns(il_buf *sql, const char *list, const char *suffix, int *n) {
  il_param p;
  char name[64];
  while (il_param_next(&list, &p)) {
    const char *type = il_param_is(&p, "int") || il_param_is(&p, "bool") ? "INTEGER"
                       : il_param_is(&p, "real")                         ? "REAL"
                                                                         : "TEXT";
    sqlite3_snprintf((int)sizeof name, name, "%.*s", p.nname, p.name);
    il_buf_str(sql, sql->n && sql->p[sql->n - 1] != '(' ? ", " : "");
    il_buf_f(sql, "%I %s%s", name, type, suffix);
    ++*n;
  }
}

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **message) {
  module *m = aux;
  table *t = sqlite3_malloc64(sizeof *t);
  il_buf sql;
  int rc = SQLITE_NOMEM;
  (void)argc;
  (void)argv;
  (void)message;
  if (!t) return SQLITE_NOMEM;
  memset(t, 0, sizeof *t);
  t->conn = m->conn;
  t->def = m->def;
  il_buf_init(&sql, &m->conn->mem);
  il_buf_str(&sql, "CREATE TABLE x(");
  declare_columns(&sql, m->def->columns, "", &t->ncols);
  declare_columns(&sql, m->def->signature, " HIDDEN", &t->nparams);
  il_buf_char(&sql, ')');
  if (il_buf_text(&sql)) rc = sqlite3_declare_vtab(db, il_buf_text(&sql));
  if (rc == SQLITE_OK && t->nparams > PARAMS_MAX) rc = SQLITE_INTERNAL;
  il_buf_free(&sql);
  if (rc != SQLITE_OK) {
    sqlite3_free(t);
    return rc;
  }
  /* Not from views and triggers of a hostile schema, unless it reads nothing. */
  sqlite3_vtab_config(db,
                      m->def->flags & IL_FN_PURE ? SQLITE_VTAB_INNOCUOUS : SQLITE_VTAB_DIRECTONLY);
  *out = &t->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/*
** Every equality on a hidden column becomes an argument; idxNum has a bit for each one given. An
** argument that comes from a table further right makes this order of the join impossible
** (SQLITE_CONSTRAINT). One that is missing altogether is reported when the call would be made:
** while planning, SQLite also asks about parts of a WHERE clause without the rest of it.
*/
static int table_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  table *t = (table *)vtab;
  int given[PARAMS_MAX], next = 0, missing = 0;
  for (int i = 0; i < PARAMS_MAX; i++)
    given[i] = -1;
  for (int i = 0; i < info->nConstraint; i++) {
    int param = info->aConstraint[i].iColumn - t->ncols;
    if (param < 0 || param >= t->nparams) continue;
    if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!info->aConstraint[i].usable) return SQLITE_CONSTRAINT;
    given[param] = i; /* the last: an argument in parentheses comes after what WHERE says */
  }
  info->idxNum = 0;
  for (int i = 0; i < t->nparams; i++) {
    if (given[i] < 0) {
      missing |= i < t->def->min_args;
      continue;
    }
    info->aConstraintUsage[given[i]].argvIndex = ++next;
    info->aConstraintUsage[given[i]].omit =
        1; /* NULL = NULL is not true, but is what was asked for */
    info->idxNum |= 1 << i;
  }
  info->estimatedCost = missing ? 1e30 : 1000;
  info->estimatedRows = missing ? 1000000 : 100;
  return SQLITE_OK;
}

/* ---- the cursor ----------------------------------------------------------------------------- */

static int cursor_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  cursor *k = sqlite3_malloc64(sizeof *k);
  if (!k) return SQLITE_NOMEM;
  memset(k, 0, sizeof *k);
  il_arena_init(&k->arena, &((table *)vtab)->conn->mem);
  il_arena_init(&k->work, &((table *)vtab)->conn->mem);
  *out = &k->base;
  return SQLITE_OK;
}

static void cursor_clear(cursor *k) {
  for (int i = 0; i < k->nargs; i++)
    sqlite3_value_free(k->args[i]);
  k->nargs = 0;
  k->args = NULL;
  k->first = k->last = k->at = NULL;
  k->rowid = 0;
  k->stream.step = NULL;
  il_arena_free(&k->work);
  il_arena_free(&k->arena);
}

static int cursor_close(sqlite3_vtab_cursor *base) {
  cursor_clear((cursor *)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

/* il_call.emit: keeps one row. */
static il_kind keep_row(void *ctx, const il_value *cols, int ncols, il_error *err) {
  cursor *k = ctx;
  table *t = (table *)k->base.pVtab;
  row *r = il_arena_alloc(&k->arena, sizeof *r + (size_t)t->ncols * sizeof r->cols[0]);
  if (!r) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < t->ncols; i++) {
    il_value *v = &r->cols[i];
    *v = i < ncols ? cols[i] : il_null();
    if (!v->p) continue;
    v->p = il_arena_copy(&k->arena, v->p, v->n);
    if (!v->p) return il_error_set(err, IL_NOMEM, "out of memory");
  }
  if (k->last)
    k->last->next = r;
  else
    k->first = r;
  k->last = r;
  return IL_OK;
}

/* Keeps the arguments; SQLite's are gone after xFilter. argv has only the given ones, in order. */
static int keep_arguments(cursor *k, const table *t, int given, int argc, sqlite3_value **argv) {
  int at = 0;
  k->args = il_arena_alloc(&k->arena, (size_t)(t->nparams + 1) * sizeof(sqlite3_value *));
  if (!k->args) return SQLITE_NOMEM;
  for (int i = 0; i < t->nparams && at < argc; i++) {
    if (given & (1 << i)) {
      k->args[i] = sqlite3_value_dup(argv[at++]);
      if (!k->args[i]) return SQLITE_NOMEM;
    }
    k->nargs = i + 1;
  }
  return SQLITE_OK;
}

/* The next row of a stream, in the place of the one before. */
static int stream_next(cursor *k) {
  table *t = (table *)k->base.pVtab;
  il_error err;
  int more = 0;
  il_error_clear(&err);
  if (k->stream.step(k->stream.state, &t->conn->port, k->first->cols, &more, &err) != IL_OK) {
    k->at = NULL;
    return il_vtab_error(k->base.pVtab, &err);
  }
  k->at = more ? k->first : NULL;
  return SQLITE_OK;
}

static int stream_first(cursor *k, const table *t) {
  k->first = il_arena_alloc(&k->arena, sizeof *k->first + (size_t)t->ncols * sizeof(il_value));
  return k->first ? stream_next(k) : SQLITE_NOMEM;
}

static int missing_argument(table *t, int i) {
  const char *signature = t->def->signature;
  il_param p = {"", 0, "", 0};
  for (int k = 0; k <= i && il_param_next(&signature, &p); k++) {
  }
  sqlite3_free(t->base.zErrMsg);
  t->base.zErrMsg =
      sqlite3_mprintf("%s: argument %d (%.*s) is missing", t->def->name, i + 1, p.nname, p.name);
  return SQLITE_ERROR;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int given, const char *unused, int argc,
                         sqlite3_value **argv) {
  cursor *k = (cursor *)base;
  table *t = (table *)base->pVtab;
  uint32_t numeric = il_numeric_params(t->def->signature);
  il_value args[PARAMS_MAX];
  il_error err;
  il_call call = {.arena = &k->work, .args = args, .emit = keep_row, .emit_ctx = k};
  int nomem = 0, rc;
  (void)unused;
  cursor_clear(k);
  for (int i = 0; i < t->def->min_args; i++) {
    if (!(given & (1 << i))) return missing_argument(t, i);
  }
  rc = keep_arguments(k, t, given, argc, argv);
  if (rc != SQLITE_OK) return rc;
  for (int i = 0; i < k->nargs; i++) {
    args[i] = il_null();
    if (!k->args[i]) continue;
    if (numeric & (UINT32_C(1) << i)) sqlite3_value_numeric_type(k->args[i]);
    il_value_of(k->args[i], &args[i], &nomem);
  }
  if (nomem) return SQLITE_NOMEM;
  call.nargs = k->nargs;
  if (il_call_function(t->conn, NULL, t->def, &call, &err) != IL_OK)
    rc = il_vtab_error(base->pVtab, &err);
  k->stream = call.stream;
  if (rc == SQLITE_OK && k->stream.step) return stream_first(k, t);
  il_arena_free(&k->work);
  k->at = k->first;
  return rc;
}

static int cursor_next(sqlite3_vtab_cursor *base) {
  cursor *k = (cursor *)base;
  k->rowid++;
  if (k->stream.step) return stream_next(k);
  k->at = k->at->next;
  return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base) {
  return ((cursor *)base)->at == NULL;
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i) {
  cursor *k = (cursor *)base;
  table *t = (table *)base->pVtab;
  if (i < t->ncols) {
    il_result(ctx, &k->at->cols[i]);
  } else if (i - t->ncols < k->nargs && k->args[i - t->ncols]) {
    sqlite3_result_value(ctx, k->args[i - t->ncols]);
  } else {
    sqlite3_result_null(ctx);
  }
  return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((cursor *)base)->rowid;
  return SQLITE_OK;
}

static const sqlite3_module table_module = {
    .iVersion = 0,
    .xCreate = NULL, /* eponymous only */
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

static void module_free(void *p) {
  module *m = p;
  il_conn_unref(m->conn);
  sqlite3_free(m);
}

int il_register_table(sqlite3 *db, il_conn *c, const il_function_def *def) {
  module *m;
  if (!c) {
    sqlite3_create_module_v2(db, def->name, NULL, NULL, NULL);
    return SQLITE_OK;
  }
  m = sqlite3_malloc64(sizeof *m);
  if (!m) return SQLITE_NOMEM;
  m->conn = c;
  m->def = def;
  il_conn_ref(c);
  return sqlite3_create_module_v2(db, def->name, &table_module, m, module_free);
}
