/*
** stmt.c: SQL text -> kept SPI plans.
**
** Templates of rulebooks name tables bare and use operators as everybody does. They are analysed
** with search_path = pg_catalog, so
** that nobody who may create things in a schema can put an operator, function or table in the way
** (CVE-2018-1058): bare table
** names get their schema here, in the text, at the places where the raw parse tree says they are,
** and interlock's own
** functions get theirs. What a plan was made from can therefore be analysed again at any time and
** means the same.
*/
#include "pg.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define KEPT_MAX 1024 /* plans that may be kept at the end of a transaction */

/* ---- search path ---- */

/*
** While a statement is analysed and planned only pg_catalog is searched. It runs under the
** caller's own path again: triggers of
** the user's that it fires find what they always find. PostgreSQL 17 took the cheap way of doing
** that away.
*/
typedef struct analysis {
  int level; /* GUC nest level, 0: none */
} analysis;

static void set_guc(const char *name, const char *value) {
  (void)set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, ERROR,
                          false);
}

static analysis analysis_begin(void) {
  analysis a = {0};
#if PG_VERSION_NUM < 170000
  OverrideSearchPath path = {.schemas = NIL, .addCatalog = true, .addTemp = false};

  PushOverrideSearchPath(&path);
  if (!standard_conforming_strings) a.level = NewGUCNestLevel();
#else
  a.level = NewGUCNestLevel();
  set_guc("search_path", "pg_catalog, pg_temp");
#endif
  if (!standard_conforming_strings) set_guc("standard_conforming_strings", "on");
  return a;
}

static void analysis_end(analysis a) {
  if (a.level) AtEOXact_GUC(true, a.level);
#if PG_VERSION_NUM < 170000
  PopOverrideSearchPath();
#endif
}

int il_pg_path_enter(const char *schema) {
  int level = NewGUCNestLevel();

  set_guc("search_path",
          schema ? psprintf("%s, pg_temp", quote_identifier(schema)) : "pg_catalog, pg_temp");
  if (!standard_conforming_strings) set_guc("standard_conforming_strings", "on");
  return level;
}

void il_pg_path_leave(int level) {
  AtEOXact_GUC(true, level);
}

/* ---- bare names ---- */

typedef struct bare_name {
  int at;
  const char *schema;
} bare_name;

typedef struct names {
  List *schemas; /* Oids, in the order in which tables are looked for */
  const char *fn;
  List *ctes;  /* char * */
  List *found; /* bare_name * */
} names;

static bool collect_ctes(Node *node, void *context) {
  names *n = context;

  if (node == NULL) return false;
  if (IsA(node, CommonTableExpr)) n->ctes = lappend(n->ctes, ((CommonTableExpr *)node)->ctename);
  return raw_expression_tree_walker(node, collect_ctes, context);
}

static void found_name(names *n, int at, const char *schema) {
  bare_name *b = palloc(sizeof *b);

  b->at = at;
  b->schema = schema;
  n->found = lappend(n->found, b);
}

static bool is_cte(const names *n, const char *name) {
  ListCell *lc;

  foreach (lc, n->ctes)
    if (strcmp(lfirst(lc), name) == 0) return true;
  return false;
}

static void bare_table(names *n, const RangeVar *table) {
  ListCell *lc;

  if (table->schemaname || table->location < 0 || is_cte(n, table->relname)) return;
  foreach (lc, n->schemas) {
    if (!OidIsValid(get_relname_relid(table->relname, lfirst_oid(lc)))) continue;
    found_name(n, table->location, get_namespace_name(lfirst_oid(lc)));
    return;
  }
}

static void bare_function(names *n, const FuncCall *call) {
  const char *name;

  if (list_length(call->funcname) != 1 || call->location < 0 || !n->fn) return;
  name = strVal(linitial(call->funcname));
  for (int i = 0; i < il_function_count; i++)
    if (strcmp(il_functions[i].name, name) == 0) {
      found_name(n, call->location, n->fn);
      return;
    }
}

static bool collect_names(Node *node, void *context) {
  if (node == NULL) return false;
  if (IsA(node, RangeVar)) bare_table(context, (RangeVar *)node);
  if (IsA(node, FuncCall)) bare_function(context, (FuncCall *)node);
  return raw_expression_tree_walker(node, collect_names, context);
}

static int by_place(const ListCell *a, const ListCell *b) {
  return ((const bare_name *)lfirst(a))->at - ((const bare_name *)lfirst(b))->at;
}

static bool is_query(Node *stmt) {
  return IsA(stmt, SelectStmt) || IsA(stmt, InsertStmt) || IsA(stmt, UpdateStmt) ||
         IsA(stmt, DeleteStmt) || IsA(stmt, MergeStmt);
}

static RawStmt *parse_one(const char *sql) {
  List *list = pg_parse_query(sql);

  if (list_length(list) != 1)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("exactly one statement is expected")));
  return linitial(list);
}

char *il_pg_qualify(const char *sql, List *schemas, Oid fn) {
  RawStmt *raw = parse_one(sql);
  names n = {.schemas = schemas, .fn = OidIsValid(fn) ? get_namespace_name(fn) : NULL};
  StringInfoData out;
  ListCell *lc;
  int done = 0, last = -1;

  if (!is_query(raw->stmt)) return pstrdup(sql);
  (void)collect_ctes(raw->stmt, &n);
  (void)collect_names(raw->stmt, &n);
  list_sort(n.found, by_place);
  initStringInfo(&out);
  foreach (lc, n.found) {
    bare_name *b = lfirst(lc);
    if (b->at == last) continue; /* the walker came by twice */
    last = b->at;
    appendBinaryStringInfo(&out, sql + done, b->at - done);
    appendStringInfo(&out, "%s.", quote_identifier(b->schema));
    done = b->at;
  }
  appendStringInfoString(&out, sql + done);
  return out.data;
}

/* ---- parameter types ---- */

void il_pg_resolve(const char *sql, int nargs, Oid *types) {
  Oid *seen;
  int n = nargs;
  bool open = false;
  RawStmt *raw;
  analysis a;

  for (int i = 0; i < nargs; i++)
    open |= types[i] == UNKNOWNOID;
  if (!open) return;
  a = analysis_begin();
  raw = parse_one(sql);
  seen = palloc(sizeof(Oid) * nargs);
  memcpy(seen, types, sizeof(Oid) * nargs);
  if (is_query(raw->stmt)) (void)parse_analyze_varparams(raw, sql, &seen, &n, NULL);
  analysis_end(a);
  for (int i = 0; i < nargs; i++) {
    if (types[i] != UNKNOWNOID) continue;
    types[i] = OidIsValid(seen[i]) && seen[i] != UNKNOWNOID ? seen[i] : TEXTOID;
  }
}

/* ---- kept plans ---- */

struct il_pg_stmt {
  MemoryContext context;
  char *key;
  size_t nkey;
  SPIPlanPtr plan;
  int nargs;
  Oid *types;
};

typedef struct kept_entry {
  uint64 hash;
  il_pg_stmt *stmt;
} kept_entry;

static HTAB *kept;
static bool schemas_changed; /* the texts of what is kept name schemas: one may have a new name */

static void on_schema(Datum arg, int cache, uint32 hash) {
  schemas_changed = true;
}

static void drop(il_pg_stmt *stmt) {
  SPI_freeplan(stmt->plan);
  MemoryContextDelete(stmt->context);
}

/* Nothing runs at the end of a transaction, so nothing that is in use is dropped. */
static void at_end(XactEvent event, void *arg) {
  HASH_SEQ_STATUS seq;
  kept_entry *e;
  bool all;

  (void)arg;
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
    return;
  il_pg_grows_forget();
  all = schemas_changed || hash_get_num_entries(kept) > KEPT_MAX;
  il_pg_follow_forget(all);
  if (!all) return;
  schemas_changed = false;
  hash_seq_init(&seq, kept);
  while ((e = hash_seq_search(&seq)) != NULL) {
    drop(e->stmt);
    hash_search(kept, &e->hash, HASH_REMOVE, NULL);
  }
}

void il_pg_stmt_init(void) {
  HASHCTL ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(kept_entry)};

  kept = hash_create("interlock statements", 64, &ctl, HASH_ELEM | HASH_BLOBS);
  RegisterXactCallback(at_end, NULL);
  CacheRegisterSyscacheCallback(NAMESPACEOID, on_schema, 0);
}

static il_pg_stmt *prepare(const char *sql, int nargs, const Oid *declared, const char *key,
                           size_t nkey) {
  MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "interlock statement", ALLOCSET_SMALL_SIZES);
  il_pg_stmt *s = MemoryContextAllocZero(context, sizeof *s);

  s->context = context;
  s->nkey = nkey;
  s->key = MemoryContextAlloc(context, nkey + 1);
  memcpy(s->key, key, nkey);
  s->nargs = nargs;
  s->types = MemoryContextAlloc(context, sizeof(Oid) * (nargs + 1));
  if (nargs) memcpy(s->types, declared, sizeof(Oid) * nargs);
  il_pg_resolve(sql, nargs, s->types);
  s->plan = SPI_prepare(sql, nargs, s->types);
  if (!s->plan) elog(ERROR, "interlock: SPI_prepare: %s", SPI_result_code_string(SPI_result));
  if (SPI_keepplan(s->plan)) elog(ERROR, "interlock: SPI_keepplan");
  MemoryContextSetParent(context, CacheMemoryContext);
  return s;
}

il_pg_stmt *il_pg_stmt_get(const char *sql, int nargs, const Oid *declared, List *schemas, Oid fn) {
  StringInfoData key;
  kept_entry *e;
  uint64 hash;
  bool found;
  ListCell *lc;
  analysis a;
  il_pg_stmt *made;

  initStringInfo(&key);
  appendBinaryStringInfo(&key, (const char *)declared, sizeof(Oid) * nargs);
  foreach (lc, schemas)
    appendBinaryStringInfo(&key, (const char *)&lfirst_oid(lc), sizeof(Oid));
  appendBinaryStringInfo(&key, (const char *)&fn, sizeof fn);
  appendStringInfoString(&key, sql);
  hash = hash_bytes_extended((const unsigned char *)key.data, key.len, 0);
  /* Two texts of one hash live beside each other: the later one at the next free number. */
  while ((e = hash_search(kept, &hash, HASH_FIND, NULL)) != NULL) {
    if (e->stmt->nkey == (size_t)key.len && memcmp(e->stmt->key, key.data, key.len) == 0)
      return e->stmt;
    hash++;
  }
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "interlock: SPI_connect");
  a = analysis_begin();
  made =
      prepare(schemas ? il_pg_qualify(sql, schemas, fn) : sql, nargs, declared, key.data, key.len);
  analysis_end(a);
  if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "interlock: SPI_finish");
  e = hash_search(kept, &hash, HASH_ENTER, &found);
  e->stmt = made;
  return made;
}

void il_pg_stmt_analyse(const char *sql, int nargs, const Oid *declared, List *schemas, Oid fn) {
  analysis a = analysis_begin();
  const char *qualified = il_pg_qualify(sql, schemas, fn);
  Oid *types = palloc(sizeof(Oid) * (nargs + 1));
  SPIPlanPtr plan;

  if (nargs) memcpy(types, declared, sizeof(Oid) * nargs);
  il_pg_resolve(qualified, nargs, types);
  plan = SPI_prepare(qualified, nargs, types);
  if (!plan) elog(ERROR, "interlock: SPI_prepare: %s", SPI_result_code_string(SPI_result));
  SPI_freeplan(plan);
  analysis_end(a);
}

const Oid *il_pg_stmt_types(const il_pg_stmt *stmt) {
  return stmt->types;
}

Query *il_pg_stmt_query(const il_pg_stmt *stmt) {
  CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(stmt->plan));

  if (!source->is_valid || list_length(source->query_list) != 1) return NULL;
  return linitial_node(Query, source->query_list);
}

/* ---- running ---- */

static ParamListInfo param_list(int nargs, const Oid *types, const Datum *args, const char *nulls) {
  ParamListInfo list = nargs ? makeParamList(nargs) : NULL;

  for (int i = 0; i < nargs; i++) {
    list->params[i].value = args[i];
    list->params[i].isnull = nulls[i] == 'n';
    list->params[i].pflags = PARAM_FLAG_CONST;
    list->params[i].ptype = types[i];
  }
  return list;
}

static uint64 execute(PlannedStmt *planned, const char *sql, ParamListInfo params,
                      DestReceiver *dest) {
  QueryDesc *query;
  uint64 processed;

  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
  query =
      CreateQueryDesc(planned, sql, GetActiveSnapshot(), InvalidSnapshot, dest, params, NULL, 0);
  ExecutorStart(query, 0);
  ExecutorRun(query, ForwardScanDirection, 0, true);
  processed = query->estate->es_processed;
  ExecutorFinish(query);
  ExecutorEnd(query);
  FreeQueryDesc(query);
  PopActiveSnapshot();
  CommandCounterIncrement();
  return processed;
}

/* What is no single plan: definitions, and statements that a rewrite rule has made several of. */
static uint64 run_in_spi(SPIPlanPtr plan, ParamListInfo params, DestReceiver *dest) {
  SPIExecuteOptions options = {.params = params, .dest = dest};
  uint64 processed;
  int level, rc;

  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "interlock: SPI_connect");
  level = il_pg_path_enter(NULL);
  rc = SPI_execute_plan_extended(plan, &options);
  if (rc < 0) elog(ERROR, "interlock: SPI_execute_plan: %s", SPI_result_code_string(rc));
  il_pg_path_leave(level);
  processed = SPI_processed;
  if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "interlock: SPI_finish");
  return processed;
}

/* Where a row is written without an executor; plan: of a statement that is kept. */
typedef struct writing {
  const il_pg_stmt *stmt;
  il_pg_writer **kept;
  MemoryContext context;
} writing;

static uint64 run_plan(SPIPlanPtr plan, const writing *w, bool saved, ParamListInfo params,
                       DestReceiver *dest) {
  ResourceOwner owner = saved ? CurrentResourceOwner : NULL;
  CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
  analysis a = analysis_begin();
  /* As SPI does, but without a connection to it. */
  CachedPlan *cached = GetCachedPlan(source, NULL, owner, NULL);
  bool simple = list_length(cached->stmt_list) == 1 &&
                linitial_node(PlannedStmt, cached->stmt_list)->commandType != CMD_UTILITY;
  PlannedStmt *planned = simple ? linitial(cached->stmt_list) : NULL;
  uint64 processed = 0;

  analysis_end(a);
  if (simple && !(w && il_pg_write(w->kept, w->context, w->stmt, planned, cached->generation,
                                   params, &processed)))
    processed = execute(planned, source->query_string, params, dest);
  ReleaseCachedPlan(cached, owner);
  return simple ? processed : run_in_spi(plan, params, dest);
}

uint64 il_pg_stmt_run(il_pg_stmt *stmt, Datum *args, const char *nulls, DestReceiver *dest) {
  return run_plan(stmt->plan, NULL, true, param_list(stmt->nargs, stmt->types, args, nulls), dest);
}

uint64 il_pg_stmt_write(il_pg_stmt *stmt, Datum *args, const char *nulls, il_pg_writer **writers,
                        MemoryContext context) {
  writing w = {stmt, writers, context};

  return run_plan(stmt->plan, &w, true, param_list(stmt->nargs, stmt->types, args, nulls),
                  None_Receiver);
}

uint64 il_pg_stmt_once(const char *sql, int nargs, Oid *types, Datum *args, const char *nulls,
                       DestReceiver *dest) {
  analysis a = analysis_begin();
  SPIPlanPtr plan = SPI_prepare(sql, nargs, types);

  if (!plan) elog(ERROR, "interlock: SPI_prepare: %s", SPI_result_code_string(SPI_result));
  analysis_end(a);
  return run_plan(plan, NULL, false, param_list(nargs, types, args, nulls), dest);
}

uint64 il_pg_define(const char *sql, const char *schema) {
  int level = il_pg_path_enter(schema), rc = SPI_execute(sql, false, 0);

  if (rc < 0) elog(ERROR, "interlock: SPI_execute: %s", SPI_result_code_string(rc));
  il_pg_path_leave(level);
  return SPI_processed;
}
