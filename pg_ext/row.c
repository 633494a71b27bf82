/* row.c: rows of triggers as the judge sees them, and what trigger functions keep between rows. */
#include "pg.h"

#include "access/sysattr.h"
#include "nodes/bitmapset.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "../common/roles/roles.h"

/* ---- columns ---- */

static void map_column(il_columns *c, int i, const char *name, TupleDesc desc) {
  for (int a = 0; a < desc->natts; a++) {
    Form_pg_attribute att = TupleDescAttr(desc, a);
    if (att->attisdropped || strcmp(NameStr(att->attname), name) != 0) continue;
    c->attnum[i] = a + 1;
    il_pg_type_of(att->atttypid, att->attcollation, &c->type[i]);
    return;
  }
}

static il_columns *columns_of(const il_plan *plan, Relation rel) {
  il_columns *c = palloc0(sizeof *c);

  c->context = CurrentMemoryContext;
  c->attnum = palloc0(sizeof(AttrNumber) * (plan->ncols + 1));
  c->type = palloc0(sizeof(il_pg_type) * (plan->ncols + 1));
  for (int i = 0; i < plan->ncols; i++)
    map_column(c, i, plan->cols[i].name, RelationGetDescr(rel));
  return c;
}

/* A column that the plan names and the table no longer has stops every write that needs it. */
static AttrNumber column_of(const il_tuple_row *r, int col) {
  AttrNumber attnum = r->columns->attnum[col];

  if (attnum == 0)
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("table \"%s\" has no column \"%s\" any more, which its rulebook \"%s\" names",
                    RelationGetRelationName(r->rel), r->row.plan->cols[col].name,
                    r->row.plan->rulebook),
             errhint("Apply a rulebook that fits the table.")));
  return attnum;
}

/* ---- the row ---- */

static void tuple_get(const il_row *row, int side, int col, il_value *out) {
  const il_tuple_row *r = (const il_tuple_row *)row;
  AttrNumber attnum = column_of(r, col);
  bool isnull = true;
  Datum d = 0;

  if (r->slot[side]) d = slot_getattr(r->slot[side], attnum, &isnull);
  if (isnull)
    *out = il_null();
  else
    il_pg_value(&r->columns->type[col], d, out);
}

static int tuple_differs(const il_row *row, int col) {
  const il_tuple_row *r = (const il_tuple_row *)row;
  AttrNumber attnum = column_of(r, col);
  NullableDatum a, b;

  if (!r->slot[IL_OLD] || !r->slot[IL_NEW]) return 1;
  a.value = slot_getattr(r->slot[IL_OLD], attnum, &a.isnull);
  b.value = slot_getattr(r->slot[IL_NEW], attnum, &b.isnull);
  return il_pg_differs(&r->columns->type[col], r->columns->context, a, b);
}

static int tuple_named(const il_row *row, int col) {
  const il_tuple_row *r = (const il_tuple_row *)row;

  return bms_is_member(column_of(r, col) - FirstLowInvalidHeapAttributeNumber, r->named);
}

/* Was the old row written by somebody who was still at it when this statement began? Once for each
** writer. */
static bool waited_for(TriggerData *data) {
  static TransactionId last;
  TransactionId writer = HeapTupleHeaderGetXmin(data->tg_trigtuple->t_data);
  Snapshot snapshot = ActiveSnapshotSet() ? GetActiveSnapshot() : NULL;

  if (!snapshot || snapshot->snapshot_type != SNAPSHOT_MVCC || writer == last) return false;
  if (TransactionIdIsCurrentTransactionId(writer) || !XidInMVCCSnapshot(writer, snapshot))
    return false;
  last = writer;
  return true;
}

/* Does the old row say that it was touched after this statement began? */
static bool touched_later(const il_tuple_row *r) {
  const il_plan *plan = r->row.plan;

  for (int i = 0; i < plan->nops; i++) {
    il_value at;
    if (plan->ops[i].role != &il_role_touch || plan->ops[i].ncols < 1) continue;
    tuple_get(&r->row, IL_OLD, plan->ops[i].cols[0], &at);
    if (at.type == IL_T_INSTANT && at.i > r->row.now) return true;
  }
  return false;
}

void il_tuple_row_init(il_tuple_row *r, const il_trigger *trigger, TriggerData *data) {
  memset(r, 0, sizeof *r);
  r->row.plan = trigger->held->plan;
  r->row.load = il_pg_loading();
  r->row.now = il_pg_now();
  if (r->row.plan->session) r->row.actor = il_pg_actor();
  r->row.get = tuple_get;
  r->row.differs = tuple_differs;
  r->row.announced = il_pg_announced_within;
  r->row.zones = il_pg_zones();
  r->row.epoch = il_pg_epoch();
  r->row.named = tuple_named;
  r->named = data->tg_updatedcols;
  r->columns = trigger->columns;
  r->rel = data->tg_relation;
  r->row.host = &data->tg_relation->rd_id;
  if (TRIGGER_FIRED_BY_INSERT(data->tg_event)) {
    r->row.event = IL_EV_INSERT;
    r->slot[IL_NEW] = data->tg_trigslot;
  } else if (TRIGGER_FIRED_BY_UPDATE(data->tg_event)) {
    r->row.event = IL_EV_UPDATE;
    r->slot[IL_OLD] = data->tg_trigslot;
    r->slot[IL_NEW] = data->tg_newslot;
  } else if (TRIGGER_FIRED_BY_DELETE(data->tg_event)) {
    r->row.event = IL_EV_DELETE;
    r->slot[IL_OLD] = data->tg_trigslot;
  }
  r->row.side = r->slot[IL_NEW] ? IL_NEW : IL_OLD;
  if (r->row.event == IL_EV_UPDATE && (waited_for(data) || touched_later(r))) {
    il_pg_now_forward();
    r->row.now = il_pg_now();
  }
}

/* ---- trigger calls ---- */

static il_trigger *make(FunctionCallInfo fcinfo, TriggerData *data, const char *what) {
  Trigger *trigger = data->tg_trigger;
  MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
  il_trigger *t = palloc0(sizeof *t);

  if (trigger->tgnargs < 1 || trigger->tgnargs > 2)
    ereport(ERROR,
            (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
             errmsg("%s: the trigger must have a plan, and nothing else but a word, as arguments",
                    what)));
  t->held = il_held_text(trigger->tgargs[0], strlen(trigger->tgargs[0]));
  il_held_pin(t->held, fcinfo->flinfo->fn_mcxt);
  t->word = trigger->tgnargs > 1 ? pstrdup(trigger->tgargs[1]) : "";
  t->relid = RelationGetRelid(data->tg_relation);
  t->root = il_pg_root(RelationGetRelid(data->tg_relation));
  t->schema = get_rel_namespace(t->root);
  t->fn = get_func_namespace(fcinfo->flinfo->fn_oid);
  t->columns = columns_of(t->held->plan, data->tg_relation);
  t->recent = palloc0(sizeof *t->recent * IL_PG_RECENT);
  t->writers = palloc0(sizeof(il_pg_writer *)); /* the first of a list */
  t->context = CurrentMemoryContext;
  MemoryContextSwitchTo(old);
  return t;
}

il_trigger *il_trigger_of(FunctionCallInfo fcinfo, const char *what) {
  TriggerData *data = (TriggerData *)fcinfo->context;
  il_trigger *t;

  if (!CALLED_AS_TRIGGER(fcinfo))
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("%s can only be called as a trigger", what)));
  t = fcinfo->flinfo->fn_extra;
  if (!t || t->relid != RelationGetRelid(data->tg_relation)) {
    t = make(fcinfo, data, what);
    fcinfo->flinfo->fn_extra = t;
  }
  return t;
}
