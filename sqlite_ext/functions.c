/*
** functions.c: the public scalar functions. The list is common/functions.def; this file only
** carries arguments in and results out, so it has one function for all of them.
*/
#include "conn.h"
#include <string.h>

enum { ARGS_ON_STACK = 16 };

/* User data of one function. */
typedef struct il_binding {
  il_conn *conn;
  const il_function_def *def;
  uint32_t numeric; /* bit i: parameter i is an int or a real, so '5' is taken as 5 */
} il_binding;

/* Arguments as the signature has them: text that looks like a number is one where a number is
** declared, which is what PostgreSQL does with an untyped literal. */
static int arguments_in(uint32_t numeric, int argc, sqlite3_value **argv, il_value *args) {
  int nomem = 0;
  for (int i = 0; i < argc; i++) {
    if (i < 32 && (numeric & (UINT32_C(1) << i))) sqlite3_value_numeric_type(argv[i]);
    il_value_of(argv[i], &args[i], &nomem);
  }
  return nomem;
}

uint32_t il_numeric_params(const char *signature) {
  il_param p;
  uint32_t bits = 0;
  for (int i = 0; i < 32 && il_param_next(&signature, &p); i++) {
    if (il_param_is(&p, "int") || il_param_is(&p, "real") || il_param_is(&p, "bool")) {
      bits |= UINT32_C(1) << i;
    }
  }
  return bits;
}

/* SQL NULL in, SQL NULL out: what STRICT is in PostgreSQL. A variadic function sees its NULLs. */
static int null_in(const il_function_def *def, int argc, sqlite3_value **argv) {
  if ((def->flags & (IL_FN_PURE | IL_FN_NULLS)) != IL_FN_PURE || def->max_args < 0) return 0;
  for (int i = 0; i < argc; i++) {
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return 1;
  }
  return 0;
}

il_kind il_call_function(il_conn *c, sqlite3_context *ctx, const il_function_def *def,
                         il_call *call, il_error *err) {
  il_frame frame;
  il_kind kind;
  call->port = &c->port;
  call->result = il_null();
  il_error_clear(err);
  il_conn_enter(c, ctx, &frame);
  kind = def->call(call, err);
  il_conn_leave(c, &frame);
  /* Memory ran out and somebody took the NULL for an absent value: no answer is better than that
  ** one. What has been written stays written, so a writer's success is reported as such. */
  if (call->arena->failed && (kind != IL_OK || !(def->flags & IL_FN_WRITES))) {
    kind = il_error_set(err, IL_NOMEM, "out of memory");
  }
  if (kind != IL_OK && err->kind == IL_OK) err->kind = kind;
  return kind;
}

static void call_scalar(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_binding *b = sqlite3_user_data(ctx);
  il_conn *c = b->conn;
  il_value stack[ARGS_ON_STACK], *args = stack;
  il_arena arena;
  il_error err;
  il_call call = {.arena = &arena, .nargs = argc};
  if (argc < b->def->min_args) { /* only variadic ones can be called so */
    il_error_set(&err, IL_ARGUMENT, "%s: at least %d arguments are needed", b->def->name,
                 b->def->min_args);
    il_result_error(ctx, &err);
    return;
  }
  if (null_in(b->def, argc, argv)) return;
  if (argc > ARGS_ON_STACK) args = sqlite3_malloc64((size_t)argc * sizeof *args);
  if (!args || arguments_in(b->numeric, argc, argv, args)) {
    if (args != stack) sqlite3_free(args);
    sqlite3_result_error_nomem(ctx);
    return;
  }
  call.args = args;
  il_arena_init(&arena, &c->mem);
  if (il_call_function(c, ctx, b->def, &call, &err) == IL_OK) {
    if (b->def->ret == IL_RET_JSON && call.result.type == IL_T_TEXT) call.result.type = IL_T_JSON;
    il_result(ctx, &call.result);
  } else {
    il_result_error(ctx, &err);
  }
  il_arena_free(&arena);
  if (args != stack) sqlite3_free(args);
}

static void binding_unref(void *p) {
  il_conn_unref(((il_binding *)p)->conn);
}

/* PURE: usable anywhere, in CHECKs and indexes too. CLOCK: usable in triggers and defaults. All
** others run SQL, and a hostile database's views and triggers must not be able to call them. */
static int flags_of(const il_function_def *def, int nargs) {
  if ((def->flags & IL_FN_NOW) && nargs == def->min_args) return SQLITE_UTF8 | SQLITE_INNOCUOUS;
  if (def->flags & IL_FN_PURE) return SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (def->flags & IL_FN_CLOCK) return SQLITE_UTF8 | SQLITE_INNOCUOUS;
  return SQLITE_UTF8 | SQLITE_DIRECTONLY;
}

/* b NULL: takes the function away. */
static int register_scalar(sqlite3 *db, const il_function_def *def, il_binding *b) {
  int most = def->max_args < 0 ? -1 : def->max_args;
  int least = most < 0 ? -1 : def->min_args;
  for (int n = least; n <= most;
       n++) { /* one entry an arity: SQLite itself reports a wrong count */
    if (b) il_conn_ref(b->conn);
    int rc =
        sqlite3_create_function_v2(db, def->name, n, flags_of(def, n), b, b ? call_scalar : NULL,
                                   NULL, NULL, b ? binding_unref : NULL);
    if (rc != SQLITE_OK && b) return rc;
  }
  return SQLITE_OK;
}

int il_register_functions(sqlite3 *db, il_conn *c) {
  if (c) {
    c->bindings = sqlite3_malloc64((size_t)(il_function_count + 1) * sizeof *c->bindings);
    if (!c->bindings) return SQLITE_NOMEM;
  }
  for (int i = 0; i < il_function_count; i++) {
    const il_function_def *def = &il_functions[i];
    int rc;
    if (c) c->bindings[i] = (il_binding){c, def, il_numeric_params(def->signature)};
    if (def->ret == IL_RET_SET)
      rc = il_register_table(db, c, def);
    else
      rc = register_scalar(db, def, c ? &c->bindings[i] : NULL);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}
