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

static void prepare_set(FunctionCallInfo fcinfo, il_call *call, MemoryContext context) {
  rows *r = palloc0(sizeof *r);

  InitMaterializedSRF(fcinfo, 0);
  r->info = (ReturnSetInfo *)fcinfo->resultinfo;
  r->values = palloc(sizeof(Datum) * r->info->setDesc->natts);
  r->nulls = palloc(sizeof(bool) * r->info->setDesc->natts);
  r->context = AllocSetContextCreate(context, "interlock result row", ALLOCSET_SMALL_SIZES);
  call->emit = emit;
  call->emit_ctx = r;
}

static Datum result_of(const il_function_def *def, FunctionCallInfo fcinfo, const il_value *value) {
  static const char *const words[] = {"text", "int", "bool", "instant", "json"};
  bool isnull;
  Datum d;

  if (def->ret == IL_RET_SET) PG_RETURN_NULL();
  if (def->ret == IL_RET_VOID) PG_RETURN_VOID();
  d = il_pg_datum(value, type_oids[il_sql_result(def->name, words[def->ret])], &isnull);
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

static Datum il_pg_call(FunctionCallInfo fcinfo, int index) {
  const il_function_def *def = &il_functions[index];
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
    port.port = (il_port){
        .engine = IL_POSTGRES, .mem = &mem, .fn = "", .now = plain_now, .zone = plain_zone};
  else
    il_pg_port_init(&port, get_func_namespace(fcinfo->flinfo->fn_oid), fetch_search_path(false));
  call.port = &port.port;
  if (def->ret == IL_RET_SET) prepare_set(fcinfo, &call, context);
  kind = plain ? def->call(&call, &err) : run(def, &call, &err);
  if (kind != IL_OK) il_pg_raise(&err, InvalidOid);
  MemoryContextSwitchTo(old);
  d = result_of(def, fcinfo, &call.result);
  MemoryContextDelete(context);
  return d;
}

#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  IL_PG_FUNCTION(pg_##symbol);                                                                     \
  Datum pg_##symbol(PG_FUNCTION_ARGS) {                                                            \
    return il_pg_call(fcinfo, F_##symbol);                                                         \
  }
#include "../common/functions.def"
#undef IL_F
