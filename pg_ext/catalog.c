/* catalog.c: tables as the core sees them, from the relcache. */
#include "pg.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/formatting.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---- names ---- */

Oid il_pg_root(Oid relid) {
  List *ancestors;

  if (!get_rel_relispartition(relid)) return relid;
  ancestors = get_partition_ancestors(relid);
  return ancestors ? llast_oid(ancestors) : relid;
}

static Oid table_in(Oid schema, const char *name) {
  Oid relid = get_relname_relid(name, schema);
  char kind = OidIsValid(relid) ? get_rel_relkind(relid) : '\0';

  return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE ? relid : InvalidOid;
}

static Oid table_on(List *path, const char *name) {
  ListCell *lc;

  foreach (lc, path) {
    Oid relid = table_in(lfirst_oid(lc), name);
    if (OidIsValid(relid)) return relid;
  }
  return InvalidOid;
}

static bool may_use(Oid schema) {
  return OidIsValid(schema) && pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
}

/* The only table of a schema whose name differs by nothing but case. */
static Oid table_any_case(Oid schema, const char *name) {
  Relation pg_class = table_open(RelationRelationId, AccessShareLock);
  SysScanDesc scan;
  HeapTuple tuple;
  ScanKeyData key;
  Oid found = InvalidOid;
  int n = 0;

  ScanKeyInit(&key, Anum_pg_class_relnamespace, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(schema));
  scan = systable_beginscan(pg_class, InvalidOid, false, NULL, 1, &key);
  while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
    Form_pg_class c = (Form_pg_class)GETSTRUCT(tuple);
    if (c->relkind != RELKIND_RELATION && c->relkind != RELKIND_PARTITIONED_TABLE) continue;
    if (pg_strcasecmp(NameStr(c->relname), name) != 0) continue;
    found = c->oid;
    n++;
  }
  systable_endscan(scan);
  table_close(pg_class, AccessShareLock);
  return n == 1 ? found : InvalidOid;
}

/* As it is, then in lower case, then in any case: SQLite's names have none. */
static Oid table_either(List *schemas, const char *name) {
  Oid relid = table_on(schemas, name);
  char *lower = asc_tolower(name, strlen(name));
  ListCell *lc;

  if (!OidIsValid(relid)) relid = table_on(schemas, lower);
  foreach (lc, schemas)
    if (!OidIsValid(relid)) relid = table_any_case(lfirst_oid(lc), name);
  return relid;
}

static Oid table_of_parts(const char *schema, const char *name) {
  Oid nsp = get_namespace_oid(schema, true);

  if (!OidIsValid(nsp)) nsp = get_namespace_oid(asc_tolower(schema, strlen(schema)), true);
  return may_use(nsp) ? table_either(list_make1_oid(nsp), name) : InvalidOid;
}

Oid il_pg_find_table(const char *name, size_t n, List *path) {
  char *copy;
  Oid relid;

  if (n == 0 || n > 4 * NAMEDATALEN || memchr(name, 0, n)) return InvalidOid;
  copy = pnstrdup(name, n);
  relid = table_on(path, copy);
  for (char *dot = strchr(copy, '.'); dot && !OidIsValid(relid); dot = strchr(dot + 1, '.')) {
    *dot = '\0';
    relid = table_of_parts(copy, dot + 1);
    *dot = '.';
  }
  return OidIsValid(relid) ? relid : table_either(path, copy);
}

char *il_pg_qualified(Oid relid) {
  StringInfoData s;
  const char *parts[2] = {get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid)};

  initStringInfo(&s);
  for (int i = 0; i < 2; i++) {
    appendStringInfoString(&s, i ? ".\"" : "\"");
    for (const char *p = parts[i]; *p; p++) {
      if (*p == '"') appendStringInfoChar(&s, '"');
      appendStringInfoChar(&s, *p);
    }
    appendStringInfoChar(&s, '"');
  }
  return s.data;
}

/* ---- our triggers ---- */

/* Only a superuser can make a function in C, so the name is enough. */
static bool our_function(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  const char *name;
  bool ours;

  if (!HeapTupleIsValid(tuple)) return false;
  name = NameStr(((Form_pg_proc)GETSTRUCT(tuple))->proname);
  ours = ((Form_pg_proc)GETSTRUCT(tuple))->prolang == ClanguageId &&
         (strcmp(name, "il1_after") == 0 || strcmp(name, "il1_fill") == 0 ||
          strcmp(name, "il1_truncate") == 0);
  ReleaseSysCache(tuple);
  return ours;
}

static const char *plan_of(const Trigger *t) {
  return t->tgnargs > 0 && our_function(t->tgfoid) ? t->tgargs[0] : NULL;
}

char *il_pg_plan_text(Oid relid, const char *hash16, size_t *n) {
  Relation rel = try_relation_open(relid, AccessShareLock);
  char *found = NULL;

  if (!rel) return NULL;
  for (int i = 0; rel->trigdesc && i < rel->trigdesc->numtriggers && !found; i++) {
    const char *plan = plan_of(&rel->trigdesc->triggers[i]);
    const char *hash = plan ? il_plan_peek(plan, strlen(plan)) : NULL;
    if (hash && (!hash16 || strncmp(hash, hash16, 16) == 0)) found = pstrdup(plan);
  }
  relation_close(rel, NoLock);
  if (found) *n = strlen(found);
  return found;
}

/* ---- table info ---- */

static void *need(void *p) {
  if (!p) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  return p;
}

/* *place: attribute number -> index among the columns that there are, -1. */
static void read_columns(Relation rel, il_arena *arena, il_table_info *info, int *place) {
  TupleDesc desc = RelationGetDescr(rel);

  info->cols = need(il_arena_alloc(arena, sizeof *info->cols * (desc->natts + 1)));
  for (int a = 0; a < desc->natts; a++) {
    Form_pg_attribute att = TupleDescAttr(desc, a);
    struct il_column_info *c = &info->cols[info->ncols];
    place[a + 1] = -1;
    if (att->attisdropped) continue;
    place[a + 1] = info->ncols++;
    c->name = need(il_arena_strdup(arena, NameStr(att->attname)));
    c->type = need(il_arena_strdup(arena, format_type_with_typemod(att->atttypid, att->atttypmod)));
    c->coltype = il_pg_coltype(att->atttypid);
    c->not_null = att->attnotnull;
    c->generated = att->attgenerated != '\0';
    c->identity = att->attidentity != '\0';
    c->has_default = att->atthasdef || att->attidentity != '\0';
  }
}

/* Columns of an index; NULL when it is over expressions. */
static int *index_columns(const FormData_pg_index *index, il_arena *arena, const int *place) {
  int *cols = need(il_arena_alloc(arena, sizeof(int) * (index->indnkeyatts + 1)));

  for (int i = 0; i < index->indnkeyatts; i++) {
    if (index->indkey.values[i] <= 0) return NULL;
    cols[i] = place[index->indkey.values[i]];
  }
  return cols;
}

static const char *predicate(Relation index, il_arena *arena) {
  bool isnull;
  Datum node = SysCacheGetAttr(INDEXRELID, index->rd_indextuple, Anum_pg_index_indpred, &isnull);

  if (isnull) return NULL;
  node = DirectFunctionCall2(pg_get_expr, node, ObjectIdGetDatum(index->rd_index->indrelid));
  return need(il_arena_strdup(arena, TextDatumGetCString(node)));
}

static void read_index(Relation index, il_arena *arena, il_table_info *info, const int *place) {
  const FormData_pg_index *form = index->rd_index;
  struct il_unique_info *u = &info->unique[info->nunique];

  if (!form->indisunique || !form->indisvalid) return;
  if (form->indisprimary) {
    info->nkey = form->indnkeyatts;
    info->key = index_columns(form, arena, place);
    return;
  }
  u->cols = index_columns(form, arena, place);
  if (!u->cols) return;
  u->ncols = form->indnkeyatts;
  u->where = predicate(index, arena);
  info->nunique++;
}

static void read_indexes(Relation rel, il_arena *arena, il_table_info *info, const int *place) {
  List *indexes = RelationGetIndexList(rel);
  ListCell *lc;

  info->unique = need(il_arena_alloc(arena, sizeof *info->unique * (list_length(indexes) + 1)));
  foreach (lc, indexes) {
    Relation index = relation_open(lfirst_oid(lc), AccessShareLock);
    read_index(index, arena, info, place);
    relation_close(index, AccessShareLock);
  }
}

static void read_triggers(Relation rel, il_arena *arena, il_table_info *info) {
  int n = rel->trigdesc ? rel->trigdesc->numtriggers : 0;

  info->triggers = need(il_arena_alloc(arena, sizeof *info->triggers * (n + 1)));
  for (int i = 0; i < n; i++) {
    const Trigger *t = &rel->trigdesc->triggers[i];
    struct il_trigger_info *out = &info->triggers[info->ntriggers];
    const char *plan = plan_of(t);
    if (t->tgisinternal) continue;
    out->name = need(il_arena_strdup(arena, t->tgname));
    out->sql = need(il_arena_strdup(arena, TextDatumGetCString(DirectFunctionCall1(
                                               pg_get_triggerdef, ObjectIdGetDatum(t->tgoid)))));
    out->plan = plan ? need(il_arena_strdup(arena, plan)) : NULL;
    out->ours = our_function(t->tgfoid);
    out->enabled = t->tgenabled == TRIGGER_FIRES_ON_ORIGIN || t->tgenabled == TRIGGER_FIRES_ALWAYS;
    info->ntriggers++;
  }
}

il_table_info *il_pg_table_info(Oid relid, il_arena *arena) {
  Relation rel = try_relation_open(relid, AccessShareLock);
  il_table_info *info;
  int *place;

  if (!rel) return NULL;
  info = need(il_arena_alloc(arena, sizeof *info));
  place = palloc0(sizeof(int) * (RelationGetNumberOfAttributes(rel) + 1));
  info->schema = need(il_arena_strdup(arena, get_namespace_name(RelationGetNamespace(rel))));
  info->name = need(il_arena_strdup(arena, RelationGetRelationName(rel)));
  info->partitioned = rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
  if (RelationGetDescr(rel)->constr) info->checks = RelationGetDescr(rel)->constr->num_check;
  read_columns(rel, arena, info, place);
  read_indexes(rel, arena, info, place);
  read_triggers(rel, arena, info);
  relation_close(rel, NoLock);
  return info;
}
