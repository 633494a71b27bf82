/*
** call.c: what every function of the surface needs: text in the arena, rows, statements,
** transactions.
*/
#include "functions/inner.h"
#include "values/format.h"
#include <string.h>

il_kind il_nomem(il_error *err) {
  return il_error_set(err, IL_NOMEM, "out of memory");
}

/* ---- text ----------------------------------------------------------------------------------- */

static void *scratch_alloc(void *ctx, size_t n) {
  return il_arena_alloc(ctx, n);
}
static void scratch_free(void *ctx, void *p) {
  (void)ctx;
  (void)p;
}

void il_scratch(il_buf *b, il_arena *arena) {
  il_alloc *mem = il_arena_alloc(arena, sizeof *mem);
  if (mem) *mem = (il_alloc){scratch_alloc, scratch_free, arena};
  il_buf_init(b, mem);
  b->failed = mem == NULL;
}

const char *il_scratch_text(il_buf *b) {
  return b->failed ? NULL : il_buf_text(b);
}

static void put_buf(void *ctx, const char *p, size_t n) {
  il_buf_add(ctx, p, n);
}

const char *il_textf(il_arena *arena, const char *format, ...) {
  va_list args;
  il_buf b;
  il_scratch(&b, arena);
  if (b.failed) return NULL;
  va_start(args, format);
  il_format(put_buf, &b, format, args);
  va_end(args);
  return il_scratch_text(&b);
}

void il_error_allow(il_error *err, const char *name) {
  size_t n = err ? strlen(err->allowed) : 0;
  if (!err || n + strlen(name) + 3 > sizeof err->allowed) return;
  if (n) il_error_field(err->allowed + n, sizeof err->allowed - n, ", ", 2);
  n = strlen(err->allowed);
  il_error_field(err->allowed + n, sizeof err->allowed - n, name, strlen(name));
}

/* ---- rows ----------------------------------------------------------------------------------- */

void il_rows_init(il_rows *rows, il_arena *arena) {
  *rows = (il_rows){.arena = arena};
}

il_kind il_rows_add(void *ctx, const il_value *cols, int ncols, il_error *err) {
  il_rows *rows = ctx;
  if (rows->n == rows->cap) {
    int cap = rows->cap ? rows->cap * 2 : 8;
    il_value *v =
        il_arena_alloc(rows->arena, (size_t)cap * (size_t)(ncols ? ncols : 1) * sizeof *v);
    if (!v) return il_nomem(err);
    if (rows->n) memcpy(v, rows->v, (size_t)rows->n * (size_t)ncols * sizeof *v);
    rows->v = v;
    rows->cap = cap;
    rows->ncols = ncols;
  }
  il_value *to = rows->v + (size_t)rows->n * (size_t)ncols;
  for (int i = 0; i < ncols; i++) {
    to[i] = cols[i];
    if (cols[i].p) to[i].p = il_arena_copy(rows->arena, cols[i].p, cols[i].n);
    if (cols[i].p && !to[i].p) return il_nomem(err);
  }
  rows->n++;
  return IL_OK;
}

const il_value *il_rows_at(const il_rows *rows, int row, int col) {
  return rows->v + (size_t)row * (size_t)rows->ncols + (size_t)col;
}

const char *il_rows_text(const il_rows *rows, int row, int col) {
  const il_value *v = il_rows_at(rows, row, col);
  return v->type == IL_T_NULL ? NULL : v->p ? v->p : "";
}

/* ---- statements ----------------------------------------------------------------------------- */

/* What every tick runs is worth keeping prepared. */
static int is_kept(il_stmt id) {
  return id == IL_S_SCHEMAS || id == IL_S_GUARDED || id == IL_S_DUE || id == IL_S_CLOCK_MS;
}

static il_kind run(il_call *call, il_stmt id, const il_value *args, int nargs, il_row_fn each,
                   void *ctx, il_error *err, va_list params) {
  const char *sql = il_stmt_expand(call->arena, call->port, id, params);
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, args, nargs, is_kept(id), each, ctx, NULL, err);
}

il_kind il_run(il_call *call, il_stmt id, const il_value *args, int nargs, il_row_fn each,
               void *ctx, il_error *err, ...) {
  va_list params;
  va_start(params, err);
  il_kind kind = run(call, id, args, nargs, each, ctx, err, params);
  va_end(params);
  return kind;
}

il_kind il_query(il_call *call, il_stmt id, const il_value *args, int nargs, il_rows *rows,
                 il_error *err, ...) {
  va_list params;
  il_rows_init(rows, call->arena);
  va_start(params, err);
  il_kind kind = run(call, id, args, nargs, il_rows_add, rows, err, params);
  va_end(params);
  return kind;
}

il_kind il_exec(il_call *call, const char *sql, il_error *err) {
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, NULL, 0, 0, NULL, NULL, NULL, err);
}

il_kind il_finish(il_call *call, il_kind kind, il_error *err) {
  if (kind == IL_OK) return call->port->atomic(call->port, 0, 1, err);
  il_error ignored; /* the first error is the one to report */
  il_error_clear(&ignored);
  (void)call->port->atomic(call->port, 0, 0, &ignored);
  return kind;
}

/* ---- schema and search path ----------------------------------------------------------------- */

il_kind il_arg_schema(il_call *call, int i, const char **schema, il_error *err) {
  *schema = il_arg_text(call, i);
  if (*schema && !**schema) return il_error_set(err, IL_ARGUMENT, "schema must not be empty");
  if (*schema) return IL_OK;
  const char *given = call->port->get(call->port, "schema");
  if (!given || !*given) {
    return il_error_set(err, IL_NOT_NOW, "no schema is on the search_path: name one");
  }
  *schema = il_arena_strdup(call->arena, given); /* the host's text may not outlive its next call */
  return *schema ? IL_OK : il_nomem(err);
}

il_kind il_path_set(il_call *call, const char *schema, il_error *err) {
  if (call->port->engine != IL_POSTGRES) return IL_OK;
  il_value v = il_str(schema);
  return call->port->set(call->port, "schema", &v, err);
}
