/*
** fill.c: BEFORE triggers.
**
**   il1_fill(plan)      BEFORE INSERT OR UPDATE FOR EACH ROW: what the SET list names is looked
**   at, and the columns that the
**                       database writes are written. The final row is judged later, by the WHEN
**                       clauses.
**   il1_truncate(plan)  BEFORE TRUNCATE FOR EACH STATEMENT
*/
#include "pg.h"

#include "access/sysattr.h"
#include "catalog/partition.h"
#include "executor/executor.h"
#include "nodes/bitmapset.h"
#include "nodes/execnodes.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"

#include "../common/roles/roles.h"

/* ---- what the writer named ---- */

static void judge_named(const il_tuple_row *r, const il_op *op, const Bitmapset *named) {
  AttrNumber attnum;
  il_error err;

  if (!op->role->named || op->ncols < 1 || !(op->events & IL_EV_UPDATE)) return;
  if (op->role->wants_named && !op->role->wants_named(op)) return;
  attnum = r->columns->attnum[op->cols[0]];
  if (!bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, named)) return;
  if (op->role->named(op, &r->row, &err) != IL_OK) il_pg_raise(&err, RelationGetRelid(r->rel));
}

/* What the writer gave, before we fill anything. */
static void judge_given(const il_tuple_row *r) {
  il_error err;

  if (il_plan_judge(r->row.plan, &r->row, IL_GIVEN, NULL, &err) != IL_OK)
    il_pg_raise(&err, RelationGetRelid(r->rel));
}

/* ---- did anything change? ---- */

static void read_all_types(il_trigger *t, Relation rel, MemoryContext context) {
  TupleDesc desc = RelationGetDescr(rel);

  t->all = MemoryContextAllocZero(context, sizeof(il_pg_type) * (desc->natts + 1));
  for (int a = 0; a < desc->natts; a++) {
    Form_pg_attribute att = TupleDescAttr(desc, a);
    if (!att->attisdropped) il_pg_type_of(att->atttypid, att->attcollation, &t->all[a]);
  }
}

/* Any column of the table, in the rulebook or not. Generated columns are not computed yet and
** follow from the others. */
static bool changed(il_trigger *t, const il_tuple_row *r, MemoryContext context) {
  TupleDesc desc = RelationGetDescr(r->rel);

  if (!t->all) read_all_types(t, r->rel, context);
  for (int a = 0; a < desc->natts; a++) {
    Form_pg_attribute att = TupleDescAttr(desc, a);
    NullableDatum x, y;
    if (att->attisdropped || att->attgenerated) continue;
    x.value = slot_getattr(r->slot[IL_OLD], a + 1, &x.isnull);
    y.value = slot_getattr(r->slot[IL_NEW], a + 1, &y.isnull);
    if (il_pg_differs(&t->all[a], context, x, y)) return true;
  }
  return false;
}

/* ---- partitions ---- */

/*
** A row that leaves its partition is deleted there and inserted elsewhere: no UPDATE trigger fires
** afterwards, so that a
** transition could not be judged and its event not written. Such an UPDATE is refused.
*/
static void refuse_moving(il_trigger *t, const il_tuple_row *r, MemoryContext context) {
  ExprContext *econtext;

  if (!t->moves) {
    MemoryContext old = MemoryContextSwitchTo(context);
    t->estate = CreateExecutorState();
    t->moves = ExecPrepareCheck(RelationGetPartitionQual(r->rel), t->estate);
    MemoryContextSwitchTo(old);
  }
  ResetPerTupleExprContext(t->estate);
  econtext = GetPerTupleExprContext(t->estate);
  econtext->ecxt_scantuple = r->slot[IL_NEW];
  if (!ExecCheck(t->moves, econtext))
    ereport(ERROR, (errcode(ERRCODE_RESTRICT_VIOLATION),
                    errmsg("a row of %s cannot move to another partition", r->row.plan->table),
                    errdetail("rulebook %s", r->row.plan->rulebook), errtable(r->rel)));
}

/* ---- filling ---- */

static HeapTuple write_fills(const il_tuple_row *r, HeapTuple tuple, const il_fill *fills, int n) {
  TupleDesc desc = RelationGetDescr(r->rel);
  int *attnums = palloc(sizeof(int) * n);
  Datum *values = palloc(sizeof(Datum) * n);
  bool *nulls = palloc(sizeof(bool) * n);

  for (int i = 0; i < n; i++) {
    AttrNumber attnum = r->columns->attnum[fills[i].col];
    if (attnum == 0)
      ereport(ERROR,
              (errcode(ERRCODE_UNDEFINED_COLUMN),
               errmsg("table \"%s\" has no column \"%s\" any more, which its rulebook \"%s\" names",
                      RelationGetRelationName(r->rel), r->row.plan->cols[fills[i].col].name,
                      r->row.plan->rulebook)));
    attnums[i] = attnum;
    values[i] = il_pg_datum(&fills[i].value, TupleDescAttr(desc, attnum - 1)->atttypid, &nulls[i]);
  }
  return heap_modify_tuple_by_cols(tuple, desc, n, attnums, values, nulls);
}

static HeapTuple fill(il_trigger *t, const il_tuple_row *r, HeapTuple tuple) {
  const il_plan *plan = t->held->plan;
  int max = plan->ncols + plan->nops, n = 0;
  il_fill *fills = palloc(sizeof(il_fill) * (max + 1));

  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (r->row.event == IL_EV_INSERT && op->role == &il_role_grows) il_pg_grows_before(t, r, op);
    if (op->role->fill && (op->events & r->row.event))
      n = op->role->fill(op, &r->row, fills, n, max);
  }
  return n > 0 ? write_fills(r, tuple, fills, n) : tuple;
}

/* The row as filled, which r has from here on. */
static void hold(il_trigger *t, il_tuple_row *r, HeapTuple tuple) {
  if (!t->filled) {
    MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(t));
    t->filled =
        MakeSingleTupleTableSlot(CreateTupleDescCopy(RelationGetDescr(r->rel)), &TTSOpsHeapTuple);
    MemoryContextSwitchTo(old);
  }
  ExecStoreHeapTuple(tuple, t->filled, false);
  r->slot[IL_NEW] = t->filled;
}

static bool early_role(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role->early) return true;
  return false;
}

/*
** A CHECK of the table would come before the WHEN clauses, with a message of its own and with the
** whole row in its DETAIL, secrets too. So where there is one, the row is judged here already, as far
** as SQLite's BEFORE triggers judge it; the WHEN clause judges what later triggers make of it. Gives
** the tuple back.
*/
static HeapTuple judge_early(il_trigger *t, il_tuple_row *r, HeapTuple tuple) {
  TupleConstr *constr = RelationGetDescr(r->rel)->constr;
  int phase = r->row.event == IL_EV_UPDATE ? IL_ALL : IL_VALUES;
  il_error err;

  if ((!constr || constr->num_check == 0) && !early_role(r->row.plan)) return tuple;
  hold(t, r, tuple);
  if (il_plan_judge(r->row.plan, &r->row, phase, NULL, &err) != IL_OK)
    il_pg_raise(&err, RelationGetRelid(r->rel));
  ExecClearTuple(t->filled);
  return tuple;
}

/* The query's value as the column's type takes it. */
static Datum as_column(Oid type, Datum value, Form_pg_attribute att) {
  Oid output, input, param;
  bool varlena;

  if (type == att->atttypid && att->atttypmod < 0) return value;
  getTypeOutputInfo(type, &output, &varlena);
  getTypeInputInfo(att->atttypid, &input, &param);
  return OidInputFunctionCall(input, OidOutputFunctionCall(output, value), param, att->atttypmod);
}

/* What follows from other tables, where it is left out (IL_FOLLOW_FILL). */
static HeapTuple look_up(il_trigger *t, il_tuple_row *r, HeapTuple tuple) {
  const il_plan *plan = t->held->plan;
  TupleDesc desc = RelationGetDescr(r->rel);

  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    int attnum;
    bool isnull;
    Oid type;
    Datum value;
    if (op->role != &il_role_lookup || r->row.load) continue;
    attnum = r->columns->attnum[op->cols[0]];
    if (attnum == 0) continue; /* the judge says so */
    hold(t, r, tuple);
    (void)slot_getattr(r->slot[IL_NEW], attnum, &isnull);
    if (!isnull ||
        !il_pg_follow_value(t, psprintf("SELECT (%s\n)", op->words[1] + 1), r, op, &type, &value))
      continue;
    value = as_column(type, value, TupleDescAttr(desc, attnum - 1));
    isnull = false;
    tuple = heap_modify_tuple_by_cols(tuple, desc, 1, &attnum, &value, &isnull);
  }
  return tuple;
}

/* Before the row is inserted: what is in its way, what it lacks, what objects to it. */
static HeapTuple arrive(il_trigger *t, il_tuple_row *r, HeapTuple tuple) {
  bool objections = false;

  il_pg_precede(t, r);
  tuple = look_up(t, r, fill(t, r, tuple));
  for (int i = 0; i < r->row.plan->nops; i++)
    objections |= r->row.plan->ops[i].role == &il_role_budget;
  if (objections) {
    hold(t, r, tuple);
    il_pg_objections(t, r);
  }
  return judge_early(t, r, tuple);
}

IL_PG_FUNCTION(il1_fill);
Datum il1_fill(PG_FUNCTION_ARGS) {
  il_trigger *t = il_trigger_of(fcinfo, "il1_fill");
  TriggerData *data = (TriggerData *)fcinfo->context;
  MemoryContext context = fcinfo->flinfo->fn_mcxt;
  const il_plan *plan = t->held->plan;
  il_tuple_row r;

  if (!TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
      TRIGGER_FIRED_BY_DELETE(data->tg_event))
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("il1_fill must be fired BEFORE INSERT or UPDATE FOR EACH ROW")));
  il_tuple_row_init(&r, t, data);
  if (r.row.event == IL_EV_INSERT) {
    judge_given(&r);
    return PointerGetDatum(arrive(t, &r, data->tg_trigtuple));
  }
  for (int i = 0; i < plan->nops; i++)
    judge_named(&r, &plan->ops[i], data->tg_updatedcols);
  judge_given(&r);
  if (!changed(t, &r, context)) return PointerGetDatum(data->tg_newtuple);
  if (data->tg_relation->rd_rel->relispartition) refuse_moving(t, &r, context);
  return PointerGetDatum(judge_early(t, &r, fill(t, &r, data->tg_newtuple)));
}

/* A TRUNCATE is about no row. */
static void no_row(const il_row *row, int side, int col, il_value *out) {
  *out = il_null();
}

IL_PG_FUNCTION(il1_truncate);
Datum il1_truncate(PG_FUNCTION_ARGS) {
  il_trigger *t = il_trigger_of(fcinfo, "il1_truncate");
  TriggerData *data = (TriggerData *)fcinfo->context;
  const il_plan *plan = t->held->plan;
  il_row row = {.plan = plan,
                .load = il_pg_loading(),
                .get = no_row,
                .announced = il_pg_announced_within,
                .zones = il_pg_zones()};
  il_error err;

  if (!TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("il1_truncate must be fired BEFORE TRUNCATE")));
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (!op->role->truncate || op->role->truncate(op, &row, &err) == IL_OK) continue;
    err.row[0] = '\0';
    il_pg_raise(&err, RelationGetRelid(data->tg_relation));
  }
  return PointerGetDatum(NULL);
}
