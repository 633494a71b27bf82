/*
** ask.c: the answer to "SELECT expression" without an executor.
**
** Asserts are asked for every row that is written, and nearly all of them are an expression over
** the row's columns with `EXISTS (SELECT … FROM one_table WHERE column = NEW.column AND …)` in it.
** Setting up and tearing down the executor costs several times what looking costs, so such an
** expression is compiled once for a backend, and an EXISTS becomes a parameter that is looked up in
** an index when (and only if) the expression asks for it. Whatever has another shape (joins,
** aggregates, views, row security, functions that run statements, tables without a fitting index)
** is answered by the executor as before: il_pg_ask_make() gives NULL.
**
** What stays as the executor does it: tables are locked first and a change of one makes the
** compiled form void; SELECT permission is checked for every answer; rows are seen under a new
** snapshot with everything that this transaction has written.
*/
#include "pg.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define KEYS_MAX 8

/* One EXISTS: rows of a table through an index, and what else must be true of them. */
typedef struct lookup {
  Oid table, index;
  int nkeys;
  ScanKeyData keys[KEYS_MAX];
  ExprState *values[KEYS_MAX]; /* what the keys are compared with */
  ExprState *filter;           /* NULL: nothing more */
  bool done;                   /* in this answer */
} lookup;

struct il_pg_ask {
  MemoryContext context;
  bool busy, stale; /* stale: what it was made from has changed */
  ExprState *expr;
  ExprContext *econtext;
  ParamListInfo params; /* those of the statement, then one for each EXISTS */
  int nparams, nlookups;
  lookup *lookups;
  List *rtable; /* for the check of permissions */
#if PG_VERSION_NUM >= 160000
  List *perminfos;
#endif
};

/* ---- what can be compiled ---- */

/* Code of the server and of libraries. A function in SQL or another language may run statements. */
static bool is_foreign(Oid function, void *context) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  bool foreign = true;

  if (!HeapTupleIsValid(tuple)) return true;
  if (!((Form_pg_proc)GETSTRUCT(tuple))->proretset) {
    Oid language = ((Form_pg_proc)GETSTRUCT(tuple))->prolang;
    foreign = language != INTERNALlanguageId && language != ClanguageId;
  }
  ReleaseSysCache(tuple);
  return foreign;
}

/* Anything that needs more than values and functions. */
static bool is_strange(Node *node, void *context) {
  if (node == NULL) return false;
  switch (nodeTag(node)) {
  case T_Var:
    if (((Var *)node)->varlevelsup != 0 || ((Var *)node)->varattno < 1) return true;
    break;
  case T_Param:
    if (((Param *)node)->paramkind != PARAM_EXTERN) return true;
    break;
  case T_Const:
  case T_FuncExpr:
  case T_OpExpr:
  case T_DistinctExpr:
  case T_NullIfExpr:
  case T_ScalarArrayOpExpr:
  case T_BoolExpr:
  case T_RelabelType:
  case T_CoerceViaIO:
  case T_CaseExpr:
  case T_CaseWhen:
  case T_CoalesceExpr:
  case T_MinMaxExpr:
  case T_NullTest:
  case T_BooleanTest:
  case T_ArrayExpr:
  case T_List:
    break;
  default:
    return true;
  }
  if (check_functions_in_node(node, is_foreign, NULL)) return true;
  return expression_tree_walker(node, is_strange, context);
}

static bool is_plain_query(const Query *q) {
  return q->commandType == CMD_SELECT && !q->hasAggs && !q->hasWindowFuncs && !q->hasTargetSRFs &&
         !q->hasModifyingCTE && !q->hasForUpdate && !q->hasRowSecurity && !q->cteList &&
         !q->groupClause && !q->groupingSets && !q->havingQual && !q->setOperations &&
         !q->limitCount && !q->limitOffset && !q->rowMarks;
}

/* The one table of the query within an EXISTS. */
static RangeTblEntry *table_of(const Query *q) {
  RangeTblEntry *rte;

  if (!is_plain_query(q) || q->hasSubLinks || list_length(q->rtable) != 1) return NULL;
  if (list_length(q->jointree->fromlist) != 1 || !IsA(linitial(q->jointree->fromlist), RangeTblRef))
    return NULL;
  rte = linitial(q->rtable);
  if (rte->rtekind != RTE_RELATION || rte->relkind != RELKIND_RELATION || rte->securityQuals ||
      rte->tablesample || has_subclass(rte->relid))
    return NULL;
  return rte;
}

/* ---- the index ---- */

typedef struct choice {
  Oid index;
  int score, nkeys;
  OpExpr *clauses[KEYS_MAX];
  ScanKeyData keys[KEYS_MAX];
  Node *values[KEYS_MAX];
} choice;

/* "column operator value", whichever way round it is written; *value is the other side. */
static bool compares(OpExpr *op, AttrNumber attnum, Oid *opno, Node **value) {
  Node *left, *right;

  if (list_length(op->args) != 2) return false;
  left = linitial(op->args);
  right = lsecond(op->args);
  *opno = op->opno;
  while (IsA(left, RelabelType))
    left = (Node *)((RelabelType *)left)->arg;
  if (!IsA(left, Var)) {
    left = right;
    right = linitial(op->args);
    *opno = get_commutator(op->opno);
    while (IsA(left, RelabelType))
      left = (Node *)((RelabelType *)left)->arg;
  }
  *value = right;
  return OidIsValid(*opno) && IsA(left, Var) && ((Var *)left)->varattno == attnum &&
         !contain_var_clause(right) && !contain_volatile_functions(right);
}

/* Adds the comparisons of one column of an index: an equality, or a bound on either side. True: it
** is an equality, so that the next column counts too. */
static bool add_keys(choice *c, Relation index, int column, List *quals) {
  Oid family = index->rd_opfamily[column], collation = index->rd_indcollation[column];
  AttrNumber attnum = index->rd_index->indkey.values[column];
  int before = c->nkeys, bounds = 0;

  for (int pass = 0; pass < 2; pass++) { /* equalities first */
    ListCell *lc;
    foreach (lc, quals) {
      OpExpr *op = lfirst(lc);
      int strategy;
      Oid opno, left, right;
      Node *value;

      if (!IsA(op, OpExpr) || !compares(op, attnum, &opno, &value)) continue;
      if (OidIsValid(collation) && op->inputcollid != collation) continue;
      strategy = get_op_opfamily_strategy(opno, family);
      if (strategy == 0 || c->nkeys == KEYS_MAX ||
          (pass == 0) != (strategy == BTEqualStrategyNumber))
        continue;
      get_op_opfamily_properties(opno, family, false, &strategy, &left, &right);
      ScanKeyEntryInitialize(&c->keys[c->nkeys], 0, column + 1, strategy, right, op->inputcollid,
                             get_opcode(opno), (Datum)0);
      c->clauses[c->nkeys] = op;
      c->values[c->nkeys++] = value;
      if (pass == 0) return true;
      bounds++;
    }
  }
  c->score += bounds > 0;
  return c->nkeys > before && bounds == 0;
}

static void consider(Relation index, List *quals, choice *best) {
  choice c = {.index = RelationGetRelid(index)};
  Form_pg_index form = index->rd_index;

  if (index->rd_rel->relam != BTREE_AM_OID || !form->indisvalid || !form->indisready ||
      !form->indislive || form->indcheckxmin || RelationGetIndexPredicate(index) != NIL)
    return;
  for (int i = 0; i < form->indnkeyatts && form->indkey.values[i] != 0; i++) {
    if (!add_keys(&c, index, i, quals)) break;
    c.score += 2;
  }
  if (c.score > best->score) *best = c;
}

static bool choose_index(Relation rel, List *quals, choice *best) {
  List *indexes = RelationGetIndexList(rel);
  ListCell *lc;

  memset(best, 0, sizeof *best);
  foreach (lc, indexes) {
    Relation index = index_open(lfirst_oid(lc), AccessShareLock);
    consider(index, quals, best);
    index_close(index, AccessShareLock);
  }
  list_free(indexes);
  return best->score > 0;
}

/* ---- compiling ---- */

static ParamExternData *fetch(ParamListInfo params, int id, bool speculative,
                              ParamExternData *workspace);

typedef struct maker {
  il_pg_ask *ask;
  bool failed;
} maker;

static bool is_key(const choice *c, const void *clause) {
  for (int i = 0; i < c->nkeys; i++)
    if (c->clauses[i] == clause) return true;
  return false;
}

static bool compile_lookup(il_pg_ask *ask, lookup *l, const Query *q) {
  RangeTblEntry *rte = table_of(q);
  List *quals, *rest = NIL;
  ListCell *lc;
  Relation rel;
  choice c;
  bool found;

  if (!rte) return false;
  quals = make_ands_implicit((Expr *)expression_planner((Expr *)q->jointree->quals));
  if (is_strange((Node *)quals, NULL)) return false;
  rel = table_open(rte->relid, AccessShareLock);
  found = rel->rd_rel->relam == HEAP_TABLE_AM_OID && !rel->rd_rel->relrowsecurity &&
          choose_index(rel, quals, &c);
  table_close(rel, NoLock);
  if (!found) return false;
  l->table = rte->relid;
  l->index = c.index;
  l->nkeys = c.nkeys;
  memcpy(l->keys, c.keys, sizeof l->keys);
  for (int i = 0; i < c.nkeys; i++)
    l->values[i] = ExecInitExpr((Expr *)c.values[i], NULL);
  foreach (lc, quals)
    if (!is_key(&c, lfirst(lc))) rest = lappend(rest, lfirst(lc));
  l->filter = rest ? ExecInitQual(rest, NULL) : NULL;
  ask->rtable = lappend(ask->rtable, copyObject(rte));
#if PG_VERSION_NUM >= 160000
  if (list_length(q->rteperminfos) != 1) return false;
  ask->perminfos = lappend(ask->perminfos, copyObject(linitial(q->rteperminfos)));
  ((RangeTblEntry *)llast(ask->rtable))->perminfoindex = list_length(ask->perminfos);
#endif
  return true;
}

static Node *exists_param(int id) {
  Param *p = makeNode(Param);

  p->paramkind = PARAM_EXTERN;
  p->paramid = id;
  p->paramtype = BOOLOID;
  p->paramtypmod = -1;
  p->location = -1;
  return (Node *)p;
}

/* Every EXISTS becomes a parameter. */
static Node *replace_exists(Node *node, void *context) {
  maker *m = context;
  il_pg_ask *ask = m->ask;
  SubLink *link = (SubLink *)node;
  lookup *grown;

  if (node == NULL || m->failed) return NULL;
  if (!IsA(node, SubLink)) return expression_tree_mutator(node, replace_exists, context);
  grown = palloc0(sizeof(lookup) * (ask->nlookups + 1));
  if (ask->nlookups) memcpy(grown, ask->lookups, sizeof(lookup) * ask->nlookups);
  ask->lookups = grown;
  if (link->subLinkType != EXISTS_SUBLINK || !IsA(link->subselect, Query) ||
      !compile_lookup(ask, &ask->lookups[ask->nlookups], (Query *)link->subselect)) {
    m->failed = true;
    return NULL;
  }
  return exists_param(ask->nparams + ++ask->nlookups);
}

static bool compile(il_pg_ask *ask, Query *q) {
  maker m = {.ask = ask};
  TargetEntry *te;
  Node *expr;

  if (!is_plain_query(q) || q->rtable || q->jointree->fromlist || q->jointree->quals) return false;
  if (list_length(q->targetList) != 1) return false;
  te = linitial(q->targetList);
  expr = replace_exists((Node *)te->expr, &m);
  if (m.failed) return false;
  expr = (Node *)expression_planner((Expr *)expr);
  if (is_strange(expr, NULL) || !get_typbyval(exprType(expr))) return false;
  ask->params = makeParamList(ask->nparams + ask->nlookups);
  ask->params->paramFetch = fetch;
  ask->params->paramFetchArg = ask;
  ask->expr = ExecInitExpr((Expr *)expr, NULL);
  ask->econtext = CreateStandaloneExprContext();
  ask->econtext->ecxt_param_list_info = ask->params;
  return true;
}

il_pg_ask *il_pg_ask_make(Query *query, int nparams, const Oid *types, MemoryContext parent) {
  MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "interlock question",
                                                ALLOCSET_SMALL_SIZES),
                old = MemoryContextSwitchTo(context);
  il_pg_ask *ask = palloc0(sizeof *ask);
  bool made;

  ask->context = context;
  ask->nparams = nparams;
  made = compile(ask, copyObject(query));
  for (int i = 0; made && i < nparams; i++)
    ask->params->params[i].ptype = types[i];
  for (int i = nparams; made && i < nparams + ask->nlookups; i++)
    ask->params->params[i].ptype = BOOLOID;
  MemoryContextSwitchTo(old);
  if (made) {
    MemoryContextSetParent(context, parent);
    return ask;
  }
  MemoryContextDelete(context);
  return NULL;
}

bool il_pg_ask_changes(il_pg_ask *ask, Oid relid) {
  bool changes = !OidIsValid(relid);

  for (int i = 0; i < ask->nlookups; i++)
    changes |= ask->lookups[i].table == relid || ask->lookups[i].index == relid;
  ask->stale |= changes;
  return changes;
}

/* ---- answering ---- */

/* False: a key is NULL, which equals nothing. */
static bool fill_keys(lookup *l, ExprContext *econtext, ScanKeyData *keys) {
  memcpy(keys, l->keys, sizeof(ScanKeyData) * l->nkeys);
  for (int i = 0; i < l->nkeys; i++) {
    bool isnull;
    keys[i].sk_argument = ExecEvalExprSwitchContext(l->values[i], econtext, &isnull);
    if (isnull) return false;
  }
  return true;
}

static bool exists(lookup *l, ExprContext *econtext) {
  ScanKeyData keys[KEYS_MAX];
  Relation rel, index;
  IndexScanDesc scan;
  TupleTableSlot *slot;
  bool found = false;

  if (!fill_keys(l, econtext, keys)) return false;
  rel = table_open(l->table, NoLock);
  index = index_open(l->index, AccessShareLock);
  slot = table_slot_create(rel, NULL);
  scan = index_beginscan(rel, index, GetActiveSnapshot(), l->nkeys, 0);
  index_rescan(scan, keys, l->nkeys, NULL, 0);
  econtext->ecxt_scantuple = slot;
  while (!found && index_getnext_slot(scan, ForwardScanDirection, slot)) {
    CHECK_FOR_INTERRUPTS();
    found = !l->filter || ExecQual(l->filter, econtext);
  }
  econtext->ecxt_scantuple = NULL;
  index_endscan(scan);
  ExecDropSingleTupleTableSlot(slot);
  index_close(index, NoLock);
  table_close(rel, NoLock);
  return found;
}

/* ParamFetchHook: an EXISTS is looked up when the expression comes to it, so that what stands
** before it in an OR or a CASE keeps it from being asked, as ever. */
static ParamExternData *fetch(ParamListInfo params, int id, bool speculative,
                              ParamExternData *workspace) {
  il_pg_ask *ask = params->paramFetchArg;
  ParamExternData *p = &params->params[id - 1];
  lookup *l;

  (void)workspace;
  if (id <= ask->nparams) return p;
  l = &ask->lookups[id - ask->nparams - 1];
  if (!l->done && !speculative) {
    p->value = BoolGetDatum(exists(l, ask->econtext));
    p->isnull = false;
    l->done = true;
  }
  return p;
}

static void check_permissions(il_pg_ask *ask) {
#if PG_VERSION_NUM >= 160000
  (void)ExecCheckPermissions(ask->rtable, ask->perminfos, true);
#else
  (void)ExecCheckRTPerms(ask->rtable, true);
#endif
}

static void answer(il_pg_ask *ask, const Datum *args, const char *nulls, Datum *out, bool *isnull) {
  for (int i = 0; i < ask->nparams; i++) {
    ask->params->params[i].value = args[i];
    ask->params->params[i].isnull = nulls[i] == 'n';
  }
  for (int i = 0; i < ask->nlookups; i++)
    ask->lookups[i].done = false;
  if (ask->nlookups) check_permissions(ask);
  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
  ask->busy = true;
  PG_TRY();
  { *out = ExecEvalExprSwitchContext(ask->expr, ask->econtext, isnull); }
  PG_FINALLY();
  {
    ask->busy = false;
    ask->econtext->ecxt_scantuple = NULL;
  }
  PG_END_TRY();
  PopActiveSnapshot();
  ResetExprContext(ask->econtext);
}

bool il_pg_ask_answer(il_pg_ask *ask, const Datum *args, const char *nulls, Datum *out,
                      bool *isnull) {
  if (ask->busy) return false; /* within itself, through a function that runs statements */
  for (int i = 0; i < ask->nlookups; i++)
    LockRelationOid(ask->lookups[i].table, AccessShareLock); /* hears of changes */
  if (ask->stale) return false;
  answer(ask, args, nulls, out, isnull);
  return true;
}
