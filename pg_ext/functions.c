/*
** functions.c: the functions of functions.def as fmgr functions.
**
** One C symbol for each, made by macro; all of them are il_pg_call().
*/
#include "pg.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "sqltypes.h"

enum {
#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc) F_##symbol,
#include "../common/functions.def"
#undef IL_F
  FUNCTIONS
};

static const Oid type_oids[] = {TEXTOID, INT8OID, FLOAT8OID, BOOLOID, TIMESTAMPTZOID, JSONBOID};

/* ---- arguments ---- */

static void given(il_call *call, il_value *args, Oid type, Datum d, bool isnull) {
  il_pg_type t;

  args[call->nargs] = il_null();
  if (!isnull) {
    il_pg_type_of(type, InvalidOid, &t);
    il_pg_value(&t, d, &args[call->nargs]);
  }
  call->nargs++;
}

/* VARIADIC array: its elements are the arguments. */
static il_value *given_array(il_call *call, il_value *args, Datum array) {
  ArrayType *a = DatumGetArrayTypeP(array);
  Oid type = ARR_ELEMTYPE(a);
  Datum *values;
  bool *nulls;
  int16 len;
  bool byval;
  char align;
  int n;
  il_value *all;

  get_typlenbyvalalign(type, &len, &byval, &align);
  deconstruct_array(a, type, len, byval, align, &values, &nulls, &n);
  all = palloc(sizeof(il_value) * (call->nargs + n + 1));
  memcpy(all, args, sizeof(il_value) * call->nargs);
  for (int i = 0; i < n; i++)
    given(call, all, type, values[i], nulls[i]);
  return all;
}

/* A literal whose type nobody has decided comes as a C string. */
static void given_any(il_call *call, il_value *args, FunctionCallInfo fcinfo, int i) {
  Oid type = get_fn_expr_argtype(fcinfo->flinfo, i);

  if (!OidIsValid(type))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("could not determine the type of argument %d", i + 1)));
  if (type == UNKNOWNOID && !PG_ARGISNULL(i))
    args[call->nargs++] = il_str(DatumGetCString(PG_GETARG_DATUM(i)));
  else
    given(call, args, type, PG_GETARG_DATUM(i), PG_ARGISNULL(i));
}

static void read_arguments(const il_function_def *def, FunctionCallInfo fcinfo, il_call *call) {
  il_value *args = palloc0(sizeof(il_value) * (PG_NARGS() + 1));
  const char *rest = def->signature;
  il_sql_param p;
  int i = 0;

  while ((rest = il_sql_next(rest, &p)) != NULL && i < PG_NARGS()) {
    il_sql_type type = il_sql_argument(p.name, p.word);
    if (!p.variadic && type == IL_SQL_ANY) {
      given_any(call, args, fcinfo, i++);
    } else if (!p.variadic) {
      given(call, args, type_oids[type], PG_GETARG_DATUM(i), PG_ARGISNULL(i));
      i++;
    } else if (get_fn_expr_variadic(fcinfo->flinfo)) {
      if (!PG_ARGISNULL(i)) args = given_array(call, args, PG_GETARG_DATUM(i));
      i++;
    } else {
      for (; i < PG_NARGS(); i++)
        given_any(call, args, fcinfo, i);
    }
  }
  call->args = args;
}

/* ---- results ---- */

typedef struct rows {
  ReturnSetInfo *info;
  Datum *values;
  bool *nulls;
  MemoryContext context; /* of one row */
} rows;

static il_kind emit(void *ctx, const il_value *cols, int ncols, il_error *err) {
  rows *r = ctx;
  TupleDesc desc = r->info->setDesc;
  MemoryContext old;

  if (ncols != desc->natts)
    return il_error_set(err, IL_INTERNAL, "%d columns instead of %d", ncols, desc->natts);
  CHECK_FOR_INTERRUPTS();
  MemoryContextReset(r->context);
  old = MemoryContextSwitchTo(r->context);
  for (int i = 0; i < ncols; i++)
    r->values[i] = il_pg_datum(&cols[i], TupleDescAttr(desc, i)->atttypid, &r->nulls[i]);
  tuplestore_putvalues(r->info->setResult, desc, r->values, r->nulls);
  MemoryContextSwitchTo(old);
  return IL_OK;
}

/* A set of one column is a set of its type and not of rows: it has no description of its own. */
static void prepare_set(const il_function_def *def, FunctionCallInfo fcinfo, il_call *call,
                        MemoryContext context) {
  rows *r = palloc0(sizeof *r);

  InitMaterializedSRF(fcinfo, strchr(def->columns, ',') ? 0 : MAT_SRF_USE_EXPECTED_DESC);
  r->info = (ReturnSetInfo *)fcinfo->resultinfo;
  r->values = palloc(sizeof(Datum) * r->info->setDesc->natts);
  r->nulls = palloc(sizeof(bool) * r->info->setDesc->natts);
  r->context = AllocSetContextCreate(context, "interlock result row", ALLOCSET_SMALL_SIZES);
  call->emit = emit;
  call->emit_ctx = r;
}

/* By il_ret, up to IL_RET_REAL. */
static const char *const result_words[] = {"text", "int", "bool", "instant", "json", "real"};

static Datum result_of(const il_function_def *def, FunctionCallInfo fcinfo, const il_value *value) {
  bool isnull;
  Datum d;

  if (def->ret == IL_RET_SET) PG_RETURN_NULL();
  if (def->ret == IL_RET_VOID) PG_RETURN_VOID();
  d = il_pg_datum(value, type_oids[il_sql_result(def->name, result_words[def->ret])], &isnull);
  if (isnull) PG_RETURN_NULL();
  return d;
}

/* ---- the call ---- */

/* Whatever a function says about who acts ends with it. */
static il_kind run(const il_function_def *def, il_call *call, il_error *err) {
  il_pg_acting outer = il_acting;
  volatile il_kind kind = IL_INTERNAL;

  il_acting = (il_pg_acting){0};
  PG_TRY();
  { kind = def->call(call, err); }
  PG_FINALLY();
  { il_acting = outer; }
  PG_END_TRY();
  return kind;
}

static int64_t plain_now(il_port *port) {
  (void)port;
  return il_pg_now();
}

static il_zone_cache *plain_zone(il_port *port) {
  (void)port;
  return il_pg_zones();
}

static il_cron_cache *plain_crons(il_port *port) {
  (void)port;
  return il_pg_crons();
}

/* What a function that runs no statement can ask for. */
static il_port plain_port(const il_alloc *mem) {
  return (il_port){.engine = IL_POSTGRES,
                   .mem = mem,
                   .fn = "",
                   .now = plain_now,
                   .zone = plain_zone,
                   .crons = plain_crons};
}

/* ---- pure scalars: no context of their own, no reading of the signature ---- */

enum { PLAIN_ARGS = 8 };

/* The types of a function; builtin ones, so they never change. */
typedef struct shape {
  bool known, plain; /* plain: pure, with declared types, and not a set */
  Oid result;
  il_pg_type args[PLAIN_ARGS];
} shape;

static void read_shape(const il_function_def *def, shape *s) {
  const char *rest = def->signature;
  il_sql_param p;

  s->known = true;
  s->plain = (def->flags & IL_FN_PURE) && def->ret < IL_RET_VOID && def->max_args >= 0 &&
             def->max_args <= PLAIN_ARGS;
  if (!s->plain) return;
  s->result = type_oids[il_sql_result(def->name, result_words[def->ret])];
  for (int i = 0; (rest = il_sql_next(rest, &p)) != NULL; i++) {
    il_sql_type type = il_sql_argument(p.name, p.word);
    if (type == IL_SQL_ANY)
      s->plain = false;
    else
      il_pg_type_of(type_oids[type], InvalidOid, &s->args[i]);
  }
}

static const shape *shape_of(const il_function_def *def, int index) {
  static shape shapes[FUNCTIONS];

  if (!shapes[index].known) read_shape(def, &shapes[index]);
  return &shapes[index];
}

static Datum plain_call(FunctionCallInfo fcinfo, const il_function_def *def, const shape *its) {
  il_alloc mem = il_pg_alloc(CurrentMemoryContext);
  il_port port = plain_port(&mem);
  il_value args[PLAIN_ARGS];
  il_arena arena;
  il_call call = {.port = &port, .arena = &arena, .nargs = PG_NARGS(), .args = args};
  il_error err;
  bool isnull;
  Datum d;

  il_arena_init(&arena, &mem);
  il_error_clear(&err);
  call.result = il_null();
  for (int i = 0; i < PG_NARGS(); i++) {
    if (PG_ARGISNULL(i))
      args[i] = il_null();
    else
      il_pg_value(&its->args[i], PG_GETARG_DATUM(i), &args[i]);
  }
  if (def->call(&call, &err) != IL_OK) il_pg_raise(&err, InvalidOid);
  d = il_pg_datum(&call.result, its->result, &isnull);
  il_arena_free(&arena);
  if (isnull) PG_RETURN_NULL();
  return d;
}

/* ---- streams: one row a call ---- */

typedef struct stream {
  il_alloc mem;
  il_arena arena;
  il_port port;
  il_stream rows;
  Oid type; /* of the one column */
} stream;

static stream *stream_begin(FunctionCallInfo fcinfo, const il_function_def *def) {
  stream *s = palloc0(sizeof *s);
  il_call call = {.arena = &s->arena, .port = &s->port};
  il_sql_param column;
  il_error err;

  if (!il_sql_next(def->columns, &column)) elog(ERROR, "interlock: %s has no column", def->name);
  s->type = type_oids[il_sql_argument("", column.word)];
  s->mem = il_pg_alloc(CurrentMemoryContext);
  s->port = plain_port(&s->mem);
  il_arena_init(&s->arena, &s->mem);
  il_error_clear(&err);
  read_arguments(def, fcinfo, &call);
  if (def->call(&call, &err) != IL_OK) il_pg_raise(&err, InvalidOid);
  s->rows = call.stream;
  return s;
}

static Datum stream_call(FunctionCallInfo fcinfo, const il_function_def *def) {
  FuncCallContext *calls;
  MemoryContext old;
  il_value row = il_null();
  il_error err;
  stream *s;
  int more = 0;
  bool isnull;
  Datum d;

  if (SRF_IS_FIRSTCALL()) {
    calls = SRF_FIRSTCALL_INIT();
    old = MemoryContextSwitchTo(calls->multi_call_memory_ctx);
    calls->user_fctx = stream_begin(fcinfo, def);
    MemoryContextSwitchTo(old);
  }
  calls = SRF_PERCALL_SETUP();
  s = calls->user_fctx;
  il_error_clear(&err);
  if (s->rows.step && s->rows.step(s->rows.state, &s->port, &row, &more, &err) != IL_OK)
    il_pg_raise(&err, InvalidOid);
  if (!more) SRF_RETURN_DONE(calls);
  d = il_pg_datum(&row, s->type, &isnull);
  if (isnull) SRF_RETURN_NEXT_NULL(calls);
  SRF_RETURN_NEXT(calls, d);
}

static Datum full_call(FunctionCallInfo fcinfo, const il_function_def *def) {
  bool plain = (def->flags & (IL_FN_PURE | IL_FN_CLOCK)) != 0; /* runs no statement */
  MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "interlock call",
                                                ALLOCSET_SMALL_SIZES),
                old;
  il_alloc mem = il_pg_alloc(context);
  il_call call = {0};
  il_arena arena;
  il_pg_port port;
  il_error err;
  il_kind kind;
  Datum d;

  old = MemoryContextSwitchTo(context);
  il_arena_init(&arena, &mem);
  il_error_clear(&err);
  call.arena = &arena;
  call.result = il_null();
  read_arguments(def, fcinfo, &call);
  if (plain)
    port.port = plain_port(&mem);
  else
    il_pg_port_init(&port, get_func_namespace(fcinfo->flinfo->fn_oid), fetch_search_path(false));
  call.port = &port.port;
  if (def->ret == IL_RET_SET) prepare_set(def, fcinfo, &call, context);
  kind = plain ? def->call(&call, &err) : run(def, &call, &err);
  if (kind != IL_OK) il_pg_raise(&err, InvalidOid);
  MemoryContextSwitchTo(old);
  d = result_of(def, fcinfo, &call.result);
  MemoryContextDelete(context);
  return d;
}

static Datum il_pg_call(FunctionCallInfo fcinfo, int index) {
  const il_function_def *def = &il_functions[index];
  const shape *its = shape_of(def, index);
  int64 us;

  /* Asserts ask this of every row they look at, so nothing is set up for it. */
  if (index == F_il_fn_instant_us && PG_NARGS() == 1 && !PG_ARGISNULL(0) &&
      il_pg_instant(PG_GETARG_TIMESTAMPTZ(0), &us))
    PG_RETURN_INT64(us);
  if (its->plain) return plain_call(fcinfo, def, its);
  if (def->flags & IL_FN_STREAM) return stream_call(fcinfo, def);
  return full_call(fcinfo, def);
}

#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  IL_PG_FUNCTION(pg_##symbol);                                                                     \
  Datum pg_##symbol(PG_FUNCTION_ARGS) {                                                            \
    return il_pg_call(fcinfo, F_##symbol);                                                         \
  }
#include "../common/functions.def"
#undef IL_F
