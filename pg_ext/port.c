/* port.c: il_port over SPI. */
#include "worker.h"

#include <ctype.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"
#include "utils/timeout.h"

/* ---- rows to the core ---- */

typedef struct receiver {
  DestReceiver pub; /* first */
  il_row_fn each;
  void *ctx;
  il_error *err;
  il_kind kind;
  int n;
  il_pg_type *types;
  il_value *values;
  MemoryContext row; /* reset for every row */
} receiver;

static void receiver_start(DestReceiver *self, int operation, TupleDesc desc) {
  receiver *r = (receiver *)self;

  (void)operation;
  r->n = desc->natts;
  r->types = palloc0(sizeof(il_pg_type) * (desc->natts + 1));
  r->values = palloc0(sizeof(il_value) * (desc->natts + 1));
  for (int i = 0; i < desc->natts; i++)
    il_pg_type_of(TupleDescAttr(desc, i)->atttypid, InvalidOid, &r->types[i]);
}

static bool receiver_row(TupleTableSlot *slot, DestReceiver *self) {
  receiver *r = (receiver *)self;
  MemoryContext old;

  if (r->kind != IL_OK) return false;
  CHECK_FOR_INTERRUPTS();
  MemoryContextReset(r->row);
  old = MemoryContextSwitchTo(r->row);
  slot_getallattrs(slot);
  for (int i = 0; i < r->n; i++) {
    if (slot->tts_isnull[i])
      r->values[i] = il_null();
    else
      il_pg_value(&r->types[i], slot->tts_values[i], &r->values[i]);
  }
  if (r->each) r->kind = r->each(r->ctx, r->values, r->n, r->err);
  MemoryContextSwitchTo(old);
  return r->kind == IL_OK;
}

static void receiver_nothing(DestReceiver *self) {
  (void)self;
}

/* ---- statements ---- */

/* The end of what begins at p and is not SQL to look into: a quote, a quoted name, a comment; p
** itself otherwise. */
static const char *skip(const char *p) {
  const char *end = NULL;

  if (*p == '\'' || *p == '"') {
    for (end = p + 1; *end && (*end != *p || end[1] == *p); end++)
      if (*end == *p) end++;
    return *end ? end + 1 : end;
  }
  if (p[0] == '-' && p[1] == '-') {
    end = strchr(p, '\n');
    return end ? end : p + strlen(p);
  }
  if (p[0] == '/' && p[1] == '*') {
    end = strstr(p + 2, "*/");
    return end ? end + 2 : p + strlen(p);
  }
  if (*p == '$') {
    const char *tag = p + 1;
    while (isalnum((unsigned char)*tag) || *tag == '_')
      tag++;
    if (*tag != '$' || isdigit((unsigned char)p[1])) return p;
    end = strstr(tag + 1, pnstrdup(p, tag + 1 - p));
    return end ? end + (tag + 1 - p) : p + strlen(p);
  }
  return p;
}

/* ?1 -> $1 */
static char *numbered(const char *sql) {
  StringInfoData out;

  initStringInfo(&out);
  while (*sql) {
    const char *end = skip(sql);
    if (end > sql) {
      appendBinaryStringInfo(&out, sql, end - sql);
      sql = end;
    } else {
      appendStringInfoChar(&out, sql[0] == '?' && isdigit((unsigned char)sql[1]) ? '$' : sql[0]);
      sql++;
    }
  }
  return out.data;
}

static bool defines(const char *sql) {
  while (isspace((unsigned char)*sql))
    sql++;
  return pg_strncasecmp(sql, "CREATE", 6) == 0 || pg_strncasecmp(sql, "ALTER", 5) == 0 ||
         pg_strncasecmp(sql, "DROP", 4) == 0 || pg_strncasecmp(sql, "COMMENT", 7) == 0 ||
         pg_strncasecmp(sql, "GRANT", 5) == 0 || pg_strncasecmp(sql, "REVOKE", 6) == 0;
}

/* For the time of a statement; an error ends it too. */
static int enter_ordered(const il_pg_port *p) {
  static const char *const off[] = {"enable_sort", "enable_bitmapscan", "enable_seqscan"};
  int level = 0;

  if (!p->ordered) return 0;
  level = NewGUCNestLevel();
  for (int i = 0; i < 3; i++)
    (void)set_config_option(off[i], "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, ERROR,
                            false);
  return level;
}

static uint64 run(il_pg_port *p, const char *sql, const il_value *args, int nargs, int cache,
                  DestReceiver *dest) {
  Oid *types = palloc(sizeof(Oid) * (nargs + 1));
  Datum *values = palloc(sizeof(Datum) * (nargs + 1));
  char *nulls = palloc0(nargs + 1), *statement;
  il_pg_stmt *stmt = NULL;

  if (defines(sql)) return il_pg_define(sql, p->schema);
  for (int i = 0; i < nargs; i++)
    types[i] = il_pg_param_type(&args[i]);
  statement = numbered(sql);
  if (p->schema)
    statement =
        il_pg_qualify(statement, list_make1_oid(get_namespace_oid(p->schema, false)), p->fn);
  if (cache)
    stmt = il_pg_stmt_get(statement, nargs, types, NIL, InvalidOid);
  else
    il_pg_resolve(statement, nargs, types);
  for (int i = 0; i < nargs; i++) {
    bool isnull;
    values[i] = il_pg_datum(&args[i], stmt ? il_pg_stmt_types(stmt)[i] : types[i], &isnull);
    nulls[i] = isnull ? 'n' : ' ';
  }
  if (stmt) return il_pg_stmt_run(stmt, values, nulls, dest);
  return il_pg_stmt_once(statement, nargs, types, values, nulls, dest);
}

/* ---- TRUNCATE triggers of partitions ---- */

/* The word that names a TRUNCATE guard, and the table it is on; NULL when the statement is about
** something else. */
static const RangeVar *truncate_guard(const char *sql, bool *drop) {
  RawStmt *raw;

  if (!strstr(sql, "interlock_truncate")) return NULL;
  raw = linitial(pg_parse_query(sql));
  *drop = IsA(raw->stmt, DropStmt);
  if (IsA(raw->stmt, CreateTrigStmt)) {
    CreateTrigStmt *s = (CreateTrigStmt *)raw->stmt;
    return strcmp(s->trigname, "interlock_truncate") == 0 ? s->relation : NULL;
  }
  if (*drop && ((DropStmt *)raw->stmt)->removeType == OBJECT_TRIGGER) {
    List *name = linitial(((DropStmt *)raw->stmt)->objects);
    if (strcmp(strVal(llast(name)), "interlock_truncate") != 0) return NULL;
    return makeRangeVarFromNameList(list_truncate(list_copy(name), list_length(name) - 1));
  }
  return NULL;
}

/* TRUNCATE of a partition fires nothing of its parent's: every partition has the trigger itself. */
static void partitions_too(const char *sql) {
  bool drop;
  const RangeVar *table = truncate_guard(sql, &drop);
  const char *execute = strstr(sql, "EXECUTE FUNCTION");
  List *all;
  ListCell *lc;
  Oid relid;

  if (!table || (!drop && !execute)) return;
  relid = RangeVarGetRelid(table, NoLock, true);
  if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE) return;
  all = find_all_inheritors(relid, ShareRowExclusiveLock, NULL);
  foreach (lc, all) {
    char *on = il_pg_qualified(lfirst_oid(lc));
    if (lfirst_oid(lc) == relid) continue;
    if (OidIsValid(get_trigger_oid(lfirst_oid(lc), "interlock_truncate", true)))
      (void)il_pg_define(psprintf("DROP TRIGGER interlock_truncate ON %s", on), NULL);
    if (drop) continue;
    (void)il_pg_define(
        psprintf("CREATE TRIGGER interlock_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT %s",
                 on, execute),
        NULL);
  }
}

static il_kind port_exec(il_port *port, const char *sql, const il_value *args, int nargs, int cache,
                         il_row_fn each, void *ctx, int64_t *changes, il_error *err) {
  il_pg_port *p = port->host;
  receiver r = {.pub = {.receiveSlot = receiver_row,
                        .rStartup = receiver_start,
                        .rShutdown = receiver_nothing,
                        .rDestroy = receiver_nothing,
                        .mydest = DestNone},
                .each = each,
                .ctx = ctx,
                .err = err};
  uint64 written;
  int ordered;

  if (nargs > IL_PG_PARAMS) return il_error_set(err, IL_INTERNAL, "too many parameters");
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "interlock: SPI_connect");
  r.row = AllocSetContextCreate(CurrentMemoryContext, "interlock row", ALLOCSET_SMALL_SIZES);
  ordered = enter_ordered(p);
  written = run(p, sql, args, nargs, cache, &r.pub);
  if (ordered) AtEOXact_GUC(true, ordered);
  if (changes) *changes = (int64_t)written;
  partitions_too(sql);
  if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "interlock: SPI_finish");
  return r.kind;
}

/* ---- tables ---- */

static Oid find_table(il_pg_port *p, const char *name, size_t n, il_error *err) {
  MemoryContext old = MemoryContextSwitchTo(p->context);
  Oid relid = il_pg_find_table(name, n, p->path);

  MemoryContextSwitchTo(old);
  if (!OidIsValid(relid))
    il_error_set(err, IL_NO_TABLE, "no such table: %.*s", n > 200 ? 200 : (int)n, name);
  return relid;
}

static il_kind port_table(il_port *port, const char *name, size_t n, il_arena *arena,
                          il_table_info **info, il_error *err) {
  Oid relid = find_table(port->host, name, n, err);

  *info = OidIsValid(relid) ? il_pg_table_info(relid, arena) : NULL;
  return *info ? IL_OK : IL_NO_TABLE;
}

static il_kind port_plan(il_port *port, const char *name, size_t n, const il_plan **plan,
                         const char **qualified, il_error *err) {
  il_pg_port *p = port->host;
  Oid relid = find_table(p, name, n, err);
  MemoryContext old;
  char *found;
  size_t length;

  if (!OidIsValid(relid)) return IL_NO_TABLE;
  p->target = relid;
  old = MemoryContextSwitchTo(p->context);
  found = il_pg_plan_text(relid, NULL, &length);
  if (found) {
    il_held *held = il_held_text(found, length);
    il_held_pin(held, p->context);
    if (plan) *plan = held->plan;
    if (qualified) *qualified = il_pg_qualified(relid);
  }
  MemoryContextSwitchTo(old);
  return found ? IL_OK
               : il_error_set(err, IL_NO_OBJECT, "no rulebook is on table %s", get_rel_name(relid));
}

/* Only plain tables that the caller may read and that run nobody's code when they are read. */
static const char registries_sql[] =
    "SELECT n.nspname FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relname = 'interlock_rulebooks' AND c.relkind = 'r' AND NOT c.relrowsecurity "
    "AND NOT c.relhassubclass AND c.relpersistence <> 't' "
    "AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
    "AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY n.nspname";

static il_kind port_registries(il_port *port, il_row_fn each, void *ctx, il_error *err) {
  return port_exec(port, registries_sql, NULL, 0, 1, each, ctx, NULL, err);
}

/* ---- transactions ---- */

static il_kind port_atomic(il_port *port, int begin, int ok, il_error *err) {
  (void)port, (void)begin, (void)ok, (void)err;
  return IL_OK;
}

/* An error that says that this backend is to stop is not for the core. In the background worker
** one batch may take so long and no longer: it alone is cancelled then. */
static bool is_final(const ErrorData *edata, bool timed) {
  return (edata->sqlerrcode == ERRCODE_QUERY_CANCELED && !timed) ||
         edata->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN ||
         edata->sqlerrcode == ERRCODE_CRASH_SHUTDOWN || edata->sqlerrcode == ERRCODE_OUT_OF_MEMORY;
}

static il_kind port_attempt(il_port *port, il_kind (*fn)(void *ctx, il_error *err), void *ctx,
                            il_error *err) {
  MemoryContext context = CurrentMemoryContext;
  ResourceOwner owner = CurrentResourceOwner;
  bool timed = il_pg_batch_limit > 0 && GetCurrentTransactionNestLevel() == 1;
  volatile il_kind kind = IL_HOST;

  (void)port;
  if (timed) enable_timeout_after(STATEMENT_TIMEOUT, il_pg_batch_limit);
  BeginInternalSubTransaction(NULL);
  MemoryContextSwitchTo(context);
  PG_TRY();
  {
    kind = fn(ctx, err);
    if (kind == IL_OK)
      ReleaseCurrentSubTransaction();
    else
      RollbackAndReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    ErrorData *edata;
    MemoryContextSwitchTo(context);
    edata = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    if (is_final(edata, timed)) ReThrowError(edata);
    kind = il_pg_caught(edata, err);
    FreeErrorData(edata);
  }
  PG_END_TRY();
  if (timed) disable_timeout(STATEMENT_TIMEOUT, false);
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  return kind;
}

/* What runs when a table is written is its owner's doing: the caller's own, or of a schema that the
** caller has put on the search path. Temporary tables of other sessions cannot be written. */
static int port_trusts(il_port *port, const char *schema, const char *table) {
  il_pg_port *p = port->host;
  Oid nsp = get_namespace_oid(schema, true);
  Oid relid = OidIsValid(nsp) ? get_relname_relid(table, nsp) : InvalidOid;
  HeapTuple tuple;
  Oid owner;

  if (!OidIsValid(relid) || isOtherTempNamespace(nsp)) return 0;
  if (!il_pg_own_only && list_member_oid(p->path, nsp)) return 1;
  tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  if (!HeapTupleIsValid(tuple)) return 0;
  owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return owner == GetUserId();
}

static il_kind port_activity(il_port *port, il_row_fn each, void *ctx, il_error *err) {
  (void)port;
  return il_shown_get(each, ctx, err);
}

static il_kind port_analyse(il_port *port, const char *schema, const char *table, const char *sql,
                            il_error *err) {
  il_pg_port *p = port->host;
  Oid relid = get_relname_relid(table, get_namespace_oid(schema, false));

  if (!OidIsValid(relid))
    return il_error_set(err, IL_NO_TABLE, "no such table: %s.%s", schema, table);
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "interlock: SPI_connect");
  il_pg_follow_analyse(relid, p->fn, sql);
  if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "interlock: SPI_finish");
  return IL_OK;
}

/* ---- session ---- */

static void set_option(const char *name, const char *value) {
  (void)set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION,
                          GUC_ACTION_SET, true, ERROR, false);
}

/* With microseconds, which il_instant_format cuts. */
static char *instant_text(const il_value *at) {
  char buf[64];
  int64 us = at->i % USECS_PER_SEC;

  if (us < 0) us += USECS_PER_SEC;
  return psprintf("%.19s.%06dZ", il_instant_format(at->i, buf), (int)us);
}

static il_kind port_set(il_port *port, const char *what, const il_value *value, il_error *err) {
  il_pg_port *p = port->host;
  MemoryContext old = MemoryContextSwitchTo(p->context);
  char *given = NULL;

  if (value->type == IL_T_INSTANT)
    given = instant_text(value);
  else if (value->type != IL_T_NULL)
    given = pnstrdup(value->p, value->n);
  if (strcmp(what, "clock") == 0)
    set_option("interlock.clock", given ? given : "");
  else if (strcmp(what, "actor") == 0)
    set_option("interlock.actor", given ? given : "system");
  else if (strcmp(what, "mode") == 0)
    set_option("interlock.mode", given ? given : "enforce");
  else if (strcmp(what, "schema") == 0)
    p->schema = given;
  else if (strcmp(what, "ordered") == 0)
    p->ordered = given != NULL;
  else if (strcmp(what, "acting") == 0)
    il_acting.actor = given;
  else if (strcmp(what, "payload") == 0)
    il_acting.payload = given;
  else if (strcmp(what, "permit") == 0) {
    il_acting.permit = given;
    il_acting.permitted = OidIsValid(p->target) ? il_pg_root(p->target) : InvalidOid;
    il_acting.depth = il_pg_depth();
  } else
    (void)il_error_set(err, IL_INTERNAL, "no setting %s", what);
  MemoryContextSwitchTo(old);
  return IL_OK;
}

static const char *port_get(il_port *port, const char *what) {
  il_pg_port *p = port->host;

  if (strcmp(what, "actor") == 0) return il_pg_actor();
  if (strcmp(what, "mode") == 0) return il_pg_mode();
  if (strcmp(what, "user") == 0) return GetUserNameFromId(GetUserId(), false);
  if (strcmp(what, "transaction") == 0) return IsTransactionBlock() ? "" : NULL;
  if (strcmp(what, "schema") == 0)
    return p->path ? get_namespace_name(linitial_oid(p->path)) : NULL;
  return NULL;
}

static int64_t port_now(il_port *port) {
  (void)port;
  return il_pg_now();
}

static il_zone_cache *port_zone(il_port *port) {
  (void)port;
  return il_pg_zones();
}

static il_cron_cache *port_crons(il_port *port) {
  (void)port;
  return il_pg_crons();
}

static int64_t port_epoch(il_port *port) {
  (void)port;
  return il_pg_epoch();
}

static void port_notice(il_port *port, const char *message) {
  (void)port;
  ereport(NOTICE, (errmsg_internal("%s", message)));
}

void il_pg_port_init(il_pg_port *p, Oid fn, List *path) {
  StringInfoData prefix;

  memset(p, 0, sizeof *p);
  p->context = CurrentMemoryContext;
  p->mem = il_pg_alloc(p->context);
  p->fn = fn;
  p->path = path;
  initStringInfo(&prefix);
  for (const char *s = get_namespace_name(fn); *s; s++) {
    if (prefix.len == 0) appendStringInfoChar(&prefix, '"');
    if (*s == '"') appendStringInfoChar(&prefix, '"');
    appendStringInfoChar(&prefix, *s);
  }
  appendStringInfoString(&prefix, "\".");
  p->port = (il_port){
      .engine = IL_POSTGRES,
      .mem = &p->mem,
      .fn = prefix.data,
      .host = p,
      .exec = port_exec,
      .table = port_table,
      .plan = port_plan,
      .registries = port_registries,
      .atomic = port_atomic,
      .now = port_now,
      .zone = port_zone,
      .crons = port_crons,
      .epoch = port_epoch,
      .set = port_set,
      .get = port_get,
      .notice = port_notice,
      .attempt = port_attempt,
      .trusts = port_trusts,
      .activity = port_activity,
      .analyse = port_analyse,
  };
}
