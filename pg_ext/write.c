/*
** write.c: a row that follows another, written without an executor.
**
** A step of a machine writes one or two event rows, each by an INSERT … VALUES of its own. Setting
** up an executor for each costs more than the row. So the first row of a statement sets up what an
** INSERT needs (what the table's indexes and triggers are, the columns' expressions as the planner
** made them), and the rows after it use that again. It ends with the memory of the statement.
**
** Nothing is decided here: the planner's plan says what to write. Whatever is no INSERT of one row
** of expressions into an ordinary table (views, rules, partitions, row security, foreign or
** distributed tables, conflict clauses, statement triggers) is left to the executor. BEFORE and
** AFTER triggers, constraints, generated columns and permissions are looked at for every row.
*/
#include "pg.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

struct il_pg_writer {
  il_pg_writer *next;     /* of the same trigger */
  const il_pg_stmt *stmt; /* whose rows these are; compared, never followed */
  int generation;         /* of its plan */
  Oid relid, *indexes;
  EState *estate;
  ResultRelInfo *into;
  TupleTableSlot *slot;
  ProjectionInfo *columns;
};

/* ---- what can be written ---- */

/* The columns' expressions; NIL: this plan needs an executor. */
static List *columns_of(const PlannedStmt *plan) {
  const ModifyTable *modify = (const ModifyTable *)plan->planTree;
  const Plan *source;

  if (plan->commandType != CMD_INSERT || !IsA(modify, ModifyTable) || plan->subplans ||
      plan->hasReturning || plan->hasModifyingCTE)
    return NIL;
  if (modify->operation != CMD_INSERT || modify->onConflictAction != ONCONFLICT_NONE ||
      modify->withCheckOptionLists || modify->returningLists || modify->rootRelation != 0 ||
      list_length(modify->resultRelations) != 1 || modify->plan.initPlan)
    return NIL;
  source = outerPlan(&modify->plan);
  if (!source || !IsA(source, Result) || outerPlan(source) || source->initPlan || source->qual ||
      ((const Result *)source)->resconstantqual)
    return NIL;
  return source->targetlist;
}

/* One expression for each column, of its type, as the executor would check. */
static bool fits(List *columns, TupleDesc desc) {
  ListCell *lc;

  if (list_length(columns) != desc->natts) return false;
  foreach (lc, columns) {
    TargetEntry *te = lfirst_node(TargetEntry, lc);
    Form_pg_attribute att = TupleDescAttr(desc, foreach_current_index(lc));
    if (te->resjunk || te->resno != foreach_current_index(lc) + 1) return false;
    if (!att->attisdropped && exprType((Node *)te->expr) != att->atttypid) return false;
  }
  return true;
}

static bool is_ordinary(Relation rel) {
  const TriggerDesc *t = rel->trigdesc;

  if (rel->rd_rel->relkind != RELKIND_RELATION || rel->rd_rel->relam != HEAP_TABLE_AM_OID)
    return false;
  return !t || !(t->trig_insert_before_statement || t->trig_insert_after_statement ||
                 t->trig_insert_new_table || t->trig_insert_instead_row);
}

/* ---- setting up ---- */

static void take_table(il_pg_writer *w, const PlannedStmt *plan, RangeTblEntry *rte, Relation rel) {
  EState *estate = w->estate;
  List *table = list_make1(copyObject(rte));

#if PG_VERSION_NUM >= 160000
  List *perms = NIL;
  if (rte->perminfoindex)
    perms = list_make1(copyObject(list_nth(plan->permInfos, rte->perminfoindex - 1)));
  ((RangeTblEntry *)linitial(table))->perminfoindex = perms ? 1 : 0;
  ExecInitRangeTable(estate, table, perms);
#else
  (void)plan;
  ExecInitRangeTable(estate, table);
#endif
  w->into = makeNode(ResultRelInfo);
  InitResultRelInfo(w->into, rel, 1, NULL, 0);
  estate->es_opened_result_relations = lappend(estate->es_opened_result_relations, w->into);
  ExecOpenIndices(w->into, false);
  w->indexes = palloc(sizeof(Oid) * (w->into->ri_NumIndices + 1));
  for (int i = 0; i < w->into->ri_NumIndices; i++)
    w->indexes[i] = RelationGetRelid(w->into->ri_IndexRelationDescs[i]);
}

static void close_table(il_pg_writer *w) {
  for (int i = 0; i < w->into->ri_NumIndices; i++)
    index_close(w->into->ri_IndexRelationDescs[i], NoLock);
  table_close(w->into->ri_RelationDesc, NoLock);
}

/* Again, for the next row: nothing stays open between two, because nobody would tell when the last
** one was. The locks stay, and the plan's generation says that the table is the same. */
static void open_table(il_pg_writer *w) {
  w->into->ri_RelationDesc = table_open(w->relid, RowExclusiveLock);
  for (int i = 0; i < w->into->ri_NumIndices; i++)
    w->into->ri_IndexRelationDescs[i] = index_open(w->indexes[i], RowExclusiveLock);
}

/* With its table open. */
static il_pg_writer *begin(const PlannedStmt *plan, MemoryContext context) {
  List *columns = columns_of(plan);
  RangeTblEntry *rte;
  Relation rel;
  MemoryContext old;
  il_pg_writer *w;
  EState *estate;
  TupleDesc desc;

  if (!columns) return NULL;
  rte = rt_fetch(linitial_int(((ModifyTable *)plan->planTree)->resultRelations), plan->rtable);
  rel = table_open(rte->relid, RowExclusiveLock);
  if (!is_ordinary(rel) || !fits(columns, RelationGetDescr(rel))) {
    table_close(rel, NoLock);
    return NULL;
  }
  old = MemoryContextSwitchTo(context);
  estate = CreateExecutorState();
  MemoryContextSwitchTo(estate->es_query_cxt);
  w = palloc0(sizeof *w);
  w->estate = estate;
  w->relid = rte->relid;
  take_table(w, plan, rte, rel);
  /* A copy of the row's description is nobody's to count references of. */
  desc = CreateTupleDescCopyConstr(RelationGetDescr(rel));
  w->slot = MakeSingleTupleTableSlot(desc, table_slot_callbacks(rel));
  w->into->ri_TrigOldSlot = MakeSingleTupleTableSlot(desc, table_slot_callbacks(rel));
  w->into->ri_TrigNewSlot = MakeSingleTupleTableSlot(desc, table_slot_callbacks(rel));
  w->columns = ExecBuildProjectionInfo(copyObject(columns), GetPerTupleExprContext(estate), w->slot,
                                       NULL, NULL);
  MemoryContextSwitchTo(old);
  return w;
}

/* ---- writing ---- */

static void check_permissions(const il_pg_writer *w) {
#if PG_VERSION_NUM >= 160000
  (void)ExecCheckPermissions(w->estate->es_range_table, w->estate->es_rteperminfos, true);
#else
  (void)ExecCheckRTPerms(w->estate->es_range_table, true);
#endif
}

/* In the context of the statement, in which triggers keep what they look up once. Rows written: 0
** when a BEFORE trigger wanted none. */
static uint64 write_row(il_pg_writer *w, ParamListInfo params) {
  EState *estate = w->estate;
  MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
  bool written;

  ResetPerTupleExprContext(estate);
  GetPerTupleExprContext(estate)->ecxt_param_list_info = params;
  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
  AfterTriggerBeginQuery();
  ExecSimpleRelationInsert(w->into, estate, ExecProject(w->columns));
  written = ItemPointerIsValid(&w->slot->tts_tid);
  AfterTriggerEndQuery(estate);
  PopActiveSnapshot();
  CommandCounterIncrement();
  ExecClearTuple(w->slot);
  MemoryContextSwitchTo(old);
  return written ? 1 : 0;
}

bool il_pg_write(il_pg_writer **kept, MemoryContext context, const il_pg_stmt *stmt,
                 const PlannedStmt *plan, int generation, ParamListInfo params, uint64 *written) {
  il_pg_writer *w = *kept;

  while (w && (w->stmt != stmt || w->generation != generation))
    w = w->next;
  if (w) {
    open_table(w);
  } else {
    w = begin(plan, context);
    if (!w) return false;
    w->stmt = stmt;
    w->generation = generation;
    w->next = *kept;
    *kept = w;
  }
  check_permissions(w);
  *written = write_row(w, params);
  close_table(w);
  return true;
}
