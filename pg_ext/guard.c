/*
** guard.c: the WHEN clauses of our AFTER ROW triggers.
**
**   il1_insert(plan text, VARIADIC "any") returns boolean     NEW of used[insert] …
**   il1_update(plan text, VARIADIC "any") returns boolean     OLD of used[update] …, NEW of
**   used[update] …
**   il1_delete(plan text, VARIADIC "any") returns boolean     OLD of used[delete] …
**
** Raise when a rule refuses the row; true when il1_after has work to do for it. The plan is either
** its whole text or only its head
** `il1:<16 hex>:`; then one argument more, the row's tableoid, says whose trigger carries the
** text. A WHEN clause is parsed again for
** every statement, so a short literal is what keeps single-row writes cheap: about 15 µs for each
** KiB of plan.
**
** Anybody may call these directly; they read nothing but their arguments.
*/
#include "pg.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#define HEAD 21 /* bytes of "il1:<16 hex>:" */

typedef struct guard {
  il_row row; /* first: the judge gives it back */
  FunctionCallInfo fcinfo;
  il_held *held;
  bool fixed;       /* the plan argument is the same for every call */
  bool by_relation; /* the last argument is a tableoid */
  Oid relid;        /* it; row.host points here */
  int nused, nargs;
  int first[2];     /* argument where OLD and NEW begin */
  int16 *place;     /* plan column -> position among the used ones, -1: not passed */
  il_pg_type *type; /* by position */
  MemoryContext context;
  il_error err;
} guard;

static void wrong_call(FunctionCallInfo fcinfo, const char *what) pg_attribute_noreturn();
static void wrong_call(FunctionCallInfo fcinfo, const char *what) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("%s: %s", get_func_name(fcinfo->flinfo->fn_oid), what),
                  errhint("Only interlock's own triggers call this function.")));
}

static NullableDatum argument(const guard *g, int side, int col) {
  int place = g->place[col];

  if (place < 0) elog(ERROR, "interlock: column %d is not passed to the guard", col);
  return g->fcinfo->args[g->first[side] + place];
}

static void guard_get(const il_row *row, int side, int col, il_value *out) {
  const guard *g = (const guard *)row;
  NullableDatum d = {.isnull = true};

  if (g->first[side]) d = argument(g, side, col);
  if (d.isnull)
    *out = il_null();
  else
    il_pg_value(&g->type[g->place[col]], d.value, out);
}

static int guard_differs(const il_row *row, int col) {
  const guard *g = (const guard *)row;
  NullableDatum a, b;

  if (row->event != IL_EV_UPDATE) return 1;
  a = argument(g, IL_OLD, col);
  b = argument(g, IL_NEW, col);
  return il_pg_differs(&g->type[g->place[col]], g->context, a, b);
}

/* The plan that argument 0 names; *relid is the table when the call says. */
static il_held *plan_of(FunctionCallInfo fcinfo, bool *by_relation) {
  int last = PG_NARGS() - 1;
  il_held *held;
  text *t;
  const char *hex;
  char *found;
  size_t n;

  if (PG_ARGISNULL(0)) wrong_call(fcinfo, "the plan is NULL");
  t = PG_GETARG_TEXT_PP(0);
  *by_relation = VARSIZE_ANY_EXHDR(t) == HEAD;
  if (!*by_relation) return il_held_text(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
  hex = il_plan_peek(VARDATA_ANY(t), HEAD);
  if (!hex) wrong_call(fcinfo, "not an interlock plan");
  if (last < 1 || PG_ARGISNULL(last) || get_fn_expr_argtype(fcinfo->flinfo, last) != OIDOID)
    wrong_call(fcinfo, "the last argument is not a tableoid");
  held = il_held_hash(hex);
  if (held) return held;
  found = il_pg_plan_text(PG_GETARG_OID(last), hex, &n);
  if (!found) wrong_call(fcinfo, "no trigger of that table carries the plan");
  return il_held_text(found, n);
}

/* Types and collations of the columns, which must be the same for OLD and NEW. */
static void read_types(guard *g, FunctionCallInfo fcinfo) {
  FmgrInfo *info = fcinfo->flinfo;
  bool both = g->first[IL_OLD] && g->first[IL_NEW];
  int from = g->first[IL_OLD] ? g->first[IL_OLD] : g->first[IL_NEW];

  for (int i = 0; i < g->nused; i++) {
    Oid type = get_fn_expr_argtype(info, from + i);
    Node *arg = list_nth(((FuncExpr *)info->fn_expr)->args, from + i);
    if (both && get_fn_expr_argtype(info, g->first[IL_NEW] + i) != type)
      wrong_call(fcinfo, "OLD and NEW differ in type");
    il_pg_type_of(type, exprCollation(arg), &g->type[i]);
  }
}

static void place_columns(guard *g, FunctionCallInfo fcinfo, int event) {
  const il_plan *plan = g->held->plan;
  int slot = il_event_slot(event);
  int sides = event == IL_EV_UPDATE ? 2 : 1;

  g->nused = plan->nused[slot];
  g->nargs = 1 + sides * g->nused + (g->by_relation ? 1 : 0);
  if (PG_NARGS() != g->nargs) wrong_call(fcinfo, "the number of columns is not the plan's");
  g->first[IL_OLD] = event == IL_EV_INSERT ? 0 : 1;
  g->first[IL_NEW] = event == IL_EV_DELETE ? 0 : event == IL_EV_INSERT ? 1 : 1 + g->nused;
  g->place = palloc(sizeof(int16) * (plan->ncols + 1));
  g->type = palloc0(sizeof(il_pg_type) * (g->nused + 1));
  for (int i = 0; i < plan->ncols; i++)
    g->place[i] = -1;
  for (int i = 0; i < g->nused; i++)
    g->place[plan->used[slot][i]] = i;
}

static guard *make(FunctionCallInfo fcinfo, int event) {
  FmgrInfo *info = fcinfo->flinfo;
  MemoryContext old;
  guard *g;

  if (!info->fn_expr || !IsA(info->fn_expr, FuncExpr) || get_fn_expr_variadic(info))
    wrong_call(fcinfo, "the columns must be given one by one");
  old = MemoryContextSwitchTo(info->fn_mcxt);
  g = palloc0(sizeof *g);
  g->context = info->fn_mcxt;
  g->held = plan_of(fcinfo, &g->by_relation);
  il_held_pin(g->held, info->fn_mcxt);
  place_columns(g, fcinfo, event);
  read_types(g, fcinfo);
  g->fixed = get_fn_expr_arg_stable(info, 0);
  g->row.plan = g->held->plan;
  g->row.event = event;
  g->row.side = event == IL_EV_DELETE ? IL_OLD : IL_NEW;
  g->row.get = guard_get;
  g->row.differs = guard_differs;
  g->row.announced = il_pg_announced;
  g->row.zones = il_pg_zones();
  MemoryContextSwitchTo(old);
  info->fn_extra = g;
  return g;
}

static Datum judge(FunctionCallInfo fcinfo, int event) {
  guard *g = fcinfo->flinfo->fn_extra;
  unsigned work = 0;

  if (!g || !g->fixed) g = make(fcinfo, event);
  g->fcinfo = fcinfo;
  g->row.load = il_pg_loading();
  g->row.now = il_pg_now();
  if (g->row.plan->session) g->row.actor = il_pg_actor();
  g->relid = g->by_relation ? DatumGetObjectId(fcinfo->args[g->nargs - 1].value) : InvalidOid;
  g->row.host = &g->relid;
  if (il_plan_judge(g->row.plan, &g->row, IL_ALL, &work, &g->err) != IL_OK)
    il_pg_raise(&g->err, g->relid);
  PG_RETURN_BOOL((work & IL_WORK_AFTER) != 0);
}

IL_PG_FUNCTION(il1_insert);
Datum il1_insert(PG_FUNCTION_ARGS) {
  return judge(fcinfo, IL_EV_INSERT);
}

IL_PG_FUNCTION(il1_update);
Datum il1_update(PG_FUNCTION_ARGS) {
  return judge(fcinfo, IL_EV_UPDATE);
}

IL_PG_FUNCTION(il1_delete);
Datum il1_delete(PG_FUNCTION_ARGS) {
  return judge(fcinfo, IL_EV_DELETE);
}
