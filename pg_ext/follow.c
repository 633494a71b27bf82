/*
** follow.c: templates of follow-up statements -> kept statements of one relation.
**
** NEW."c" and OLD."c" become parameters of the column's type, $now, $actor … parameters of the
** type that the parser infers.
** A template's form is kept by relation and text until the relation changes.
*/
#include "pg.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "tcop/dest.h"
#include "utils/datum.h"
#include "utils/formatting.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "../common/rules/machine.h"
#include "../common/rules/sqltext.h"

typedef enum il_var {
  VAR_NOW,
  VAR_ACTOR,
  VAR_PAYLOAD,
  VAR_EVENT,
  VAR_FROM,
  VAR_TO,
  VAR_KEY
} il_var;
static const char *const var_names[] = {"now", "actor", "payload", "event", "from", "to", "key"};

typedef struct param {
  int side; /* IL_OLD, IL_NEW; -1: a variable */
  AttrNumber attnum;
  il_var var;
} param;

struct il_pg_follow {
  MemoryContext context;
  Oid relid;
  char *sql; /* the template */
  il_pg_stmt *stmt;
  il_pg_ask *ask; /* a question that needs no executor; NULL: it does */
  int nparams;
  param *params;
  bool stale;
};

typedef struct follow_entry {
  uint64 hash;
  il_pg_follow *follow;
} follow_entry;

static HTAB *follows;
static bool some_stale;

static void relation_changed(Datum arg, Oid relid) {
  HASH_SEQ_STATUS seq;
  follow_entry *e;

  (void)arg;
  hash_seq_init(&seq, follows);
  while ((e = hash_seq_search(&seq)) != NULL)
    if (!OidIsValid(relid) || e->follow->relid == relid ||
        (e->follow->ask && il_pg_ask_changes(e->follow->ask, relid)))
      e->follow->stale = some_stale = true;
}

/* Functions, operators and types are in the compiled form of a question; who changes one is rare. */
static void catalog_changed(Datum arg, int cache, uint32 hash) {
  HASH_SEQ_STATUS seq;
  follow_entry *e;

  (void)arg;
  (void)cache;
  (void)hash;
  hash_seq_init(&seq, follows);
  while ((e = hash_seq_search(&seq)) != NULL)
    if (e->follow->ask && il_pg_ask_changes(e->follow->ask, InvalidOid))
      e->follow->stale = some_stale = true;
}

void il_pg_follow_init(void) {
  HASHCTL ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(follow_entry)};

  follows = hash_create("interlock follow-ups", 64, &ctl, HASH_ELEM | HASH_BLOBS);
  CacheRegisterRelcacheCallback(relation_changed, (Datum)0);
  CacheRegisterSyscacheCallback(PROCOID, catalog_changed, (Datum)0);
  CacheRegisterSyscacheCallback(OPEROID, catalog_changed, (Datum)0);
  CacheRegisterSyscacheCallback(TYPEOID, catalog_changed, (Datum)0);
}

void il_pg_follow_forget(bool all) {
  HASH_SEQ_STATUS seq;
  follow_entry *e;

  if (!all && !some_stale) return;
  hash_seq_init(&seq, follows);
  while ((e = hash_seq_search(&seq)) != NULL) {
    MemoryContext context = e->follow->context;
    if (!all && !e->follow->stale) continue;
    hash_search(follows, &e->hash, HASH_REMOVE, NULL);
    MemoryContextDelete(context);
  }
  some_stale = false;
}

/* ---- making ---- */

typedef struct maker {
  Relation rel;
  StringInfoData out;
  int n;
  param params[IL_PG_PARAMS];
  Oid types[IL_PG_PARAMS];
} maker;

/* Number of the parameter ($1 …), the one there is already when there is one. */
static int parameter(maker *m, param p, Oid type) {
  for (int i = 0; i < m->n; i++)
    if (m->params[i].side == p.side && m->params[i].attnum == p.attnum && m->params[i].var == p.var)
      return i + 1;
  if (m->n == IL_PG_PARAMS)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("too many columns in a statement of a rulebook")));
  m->params[m->n] = p;
  m->types[m->n] = type;
  return ++m->n;
}

/* The name as it is, then as PostgreSQL folds it. */
static AttrNumber attribute(TupleDesc desc, const char *name) {
  for (int a = 0; a < desc->natts; a++) {
    Form_pg_attribute att = TupleDescAttr(desc, a);
    if (!att->attisdropped && strcmp(NameStr(att->attname), name) == 0) return a + 1;
  }
  return 0;
}

static int column_param(maker *m, int side, const il_piece *piece) {
  TupleDesc desc = RelationGetDescr(m->rel);
  char *name = pnstrdup(piece->p, piece->n);
  AttrNumber attnum = attribute(desc, name);
  param p = {.side = side};

  if (attnum == 0) attnum = attribute(desc, asc_tolower(name, piece->n));
  if (attnum == 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("table \"%s\" has no column \"%s\", which a rule names",
                           RelationGetRelationName(m->rel), name)));
  p.attnum = attnum;
  return parameter(m, p, TupleDescAttr(desc, attnum - 1)->atttypid);
}

static int variable_param(maker *m, const il_piece *piece) {
  for (size_t v = 0; v < lengthof(var_names); v++) {
    param p = {.side = -1, .var = (il_var)v};
    if (strlen(var_names[v]) == piece->n && memcmp(var_names[v], piece->p, piece->n) == 0)
      return parameter(m, p, UNKNOWNOID);
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("a rule uses $%.*s, which there is not", (int)piece->n, piece->p)));
}

static void read_template(maker *m, const char *sql) {
  il_alloc mem = il_pg_alloc(CurrentMemoryContext);
  il_arena arena;
  il_piece piece;
  il_error err;
  size_t pos = 0;
  int rc;

  il_arena_init(&arena, &mem);
  while ((rc = il_sql_piece(sql, strlen(sql), &pos, &arena, &piece, &err)) == 1) {
    if (piece.kind == IL_PIECE_TEXT)
      appendBinaryStringInfo(&m->out, piece.p, piece.n);
    else if (piece.kind == IL_PIECE_VAR)
      appendStringInfo(&m->out, "$%d", variable_param(m, &piece));
    else
      appendStringInfo(&m->out, "$%d",
                       column_param(m, piece.kind == IL_PIECE_OLD ? IL_OLD : IL_NEW, &piece));
  }
  if (rc < 0) il_pg_raise(&err, InvalidOid);
}

static il_pg_follow *make(const il_trigger *t, Relation rel, const char *sql) {
  maker *m = palloc0(sizeof *m);
  MemoryContext context;
  il_pg_follow *f;
  il_pg_stmt *stmt;
  Query *query;

  m->rel = rel;
  initStringInfo(&m->out);
  read_template(m, sql);
  stmt = il_pg_stmt_get(m->out.data, m->n, m->types, list_make1_oid(t->schema), t->fn);
  context = AllocSetContextCreate(CacheMemoryContext, "interlock follow-up", ALLOCSET_SMALL_SIZES);
  f = MemoryContextAllocZero(context, sizeof *f);
  f->context = context;
  f->relid = RelationGetRelid(rel);
  f->stmt = stmt;
  f->sql = MemoryContextStrdup(context, sql);
  f->nparams = m->n;
  f->params = MemoryContextAlloc(context, sizeof(param) * (m->n + 1));
  memcpy(f->params, m->params, sizeof(param) * m->n);
  query = il_pg_stmt_query(stmt);
  if (query) f->ask = il_pg_ask_make(query, m->n, il_pg_stmt_types(stmt), context);
  return f;
}

void il_pg_follow_analyse(Oid relid, Oid fn, const char *sql) {
  Relation rel = table_open(relid, AccessShareLock);
  maker *m = palloc0(sizeof *m);

  m->rel = rel;
  initStringInfo(&m->out);
  read_template(m, sql);
  il_pg_stmt_analyse(m->out.data, m->n, m->types, list_make1_oid(RelationGetNamespace(rel)), fn);
  table_close(rel, NoLock);
}

/* Entries of one hash, or stale ones, lie at the numbers that follow. */
static il_pg_follow *by_text(const il_trigger *t, Relation rel, const char *sql) {
  uint64 hash = hash_bytes_extended((const unsigned char *)sql, strlen(sql), RelationGetRelid(rel));
  follow_entry *e;
  il_pg_follow *made;
  bool found;

  while ((e = hash_search(follows, &hash, HASH_FIND, NULL)) != NULL) {
    il_pg_follow *f = e->follow;
    if (!f->stale && f->relid == RelationGetRelid(rel) && strcmp(f->sql, sql) == 0) return f;
    hash++;
  }
  made = make(t, rel, sql);
  do {
    e = hash_search(follows, &hash, HASH_ENTER, &found);
  } while (found && hash++ < PG_UINT64_MAX);
  e->follow = made;
  return made;
}

il_pg_follow *il_pg_follow_recent(const il_trigger *t, const void *key, uint64 which) {
  for (int i = 0; i < IL_PG_RECENT; i++) {
    const il_pg_recent *at = &t->recent[i];
    if (at->key == key && at->which == which) return at->follow->stale ? NULL : at->follow;
  }
  return NULL;
}

il_pg_follow *il_pg_follow_find(const il_trigger *t, Relation rel, const char *sql, const void *key,
                                uint64 which) {
  il_pg_follow *f = by_text(t, rel, sql);

  if (!key) return f;
  memmove(t->recent + 1, t->recent, sizeof *t->recent * (IL_PG_RECENT - 1));
  t->recent[0] = (il_pg_recent){key, which, f};
  return f;
}

/* ---- running ---- */

/* Name of the state on a side of the row, for $from and $to. */
static il_value state_value(const il_tuple_row *r, const il_op *op, int side) {
  const il_machine *m = op->ncols > 0 ? il_plan_machine_at(r->row.plan, op->cols[0]) : NULL;
  il_value stored;
  int state;

  if (!m || !r->slot[side]) return il_null();
  r->row.get(&r->row, side, m->col, &stored);
  state = il_machine_stored(m, &stored);
  return state < 0 ? il_null() : il_str(m->states[state].name);
}

const char *il_pg_key(const il_row *row) {
  il_alloc *mem = palloc(sizeof *mem);
  il_buf buf;

  *mem = il_pg_alloc(CurrentMemoryContext);
  il_buf_init(&buf, mem);
  il_row_key_text(row, &buf);
  if (!il_buf_text(&buf)) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  return il_buf_text(&buf);
}

static il_value variable(il_var var, const il_tuple_row *r, const il_op *op, const char *event) {
  switch (var) {
  case VAR_NOW:
    return il_instant(r->row.now);
  case VAR_ACTOR:
    return il_str(il_pg_actor());
  case VAR_PAYLOAD:
    return il_str(il_pg_payload());
  case VAR_EVENT:
    return il_str(event);
  case VAR_FROM:
    return state_value(r, op, IL_OLD);
  case VAR_TO:
    return state_value(r, op, IL_NEW);
  case VAR_KEY:
    return il_str(il_pg_key(&r->row));
  }
  return il_null();
}

/* The values of a template's parameters for this row; *nulls as SPI has them. */
static Datum *arguments(const il_pg_follow *f, const il_tuple_row *r, const il_op *op,
                        const char *event, char **out) {
  Datum *args = palloc(sizeof(Datum) * (f->nparams + 1));
  char *nulls = palloc0(f->nparams + 1);

  for (int i = 0; i < f->nparams; i++) {
    const param *p = &f->params[i];
    bool isnull = true;
    args[i] = (Datum)0;
    if (p->side < 0) {
      il_value v = variable(p->var, r, op, event);
      args[i] = il_pg_datum(&v, il_pg_stmt_types(f->stmt)[i], &isnull);
    } else if (r->slot[p->side]) {
      args[i] = slot_getattr(r->slot[p->side], p->attnum, &isnull);
    }
    nulls[i] = isnull ? 'n' : ' ';
  }
  *out = nulls;
  return args;
}

uint64 il_pg_follow_run(const il_trigger *t, const char *sql, const il_tuple_row *r,
                        const il_op *op, const char *event) {
  il_pg_follow *f = by_text(t, r->rel, sql);
  char *nulls;
  Datum *args = arguments(f, r, op, event, &nulls);

  return il_pg_stmt_run(f->stmt, args, nulls, None_Receiver);
}

uint64 il_pg_follow_write(il_pg_follow *f, const il_tuple_row *r, const il_op *op,
                          const char *event, const il_trigger *t) {
  char *nulls;
  Datum *args = arguments(f, r, op, event, &nulls);

  return il_pg_stmt_write(f->stmt, args, nulls, t->writers, t->context);
}

/* Keeps the first column of the last row, which must be passed by value. */
typedef struct answer {
  DestReceiver pub; /* first */
  Datum value;
  bool isnull;
} answer;

static bool answer_row(TupleTableSlot *slot, DestReceiver *self) {
  answer *a = (answer *)self;

  a->value = slot_getattr(slot, 1, &a->isnull);
  return true;
}

static void answer_start(DestReceiver *self, int operation, TupleDesc desc) {
  if (desc->natts != 1 || !TupleDescAttr(desc, 0)->attbyval)
    elog(ERROR, "interlock: not one number");
}

static void answer_nothing(DestReceiver *self) {}

/* The same of a value of any type. */
typedef struct taken {
  DestReceiver pub; /* first */
  MemoryContext context;
  Oid type;
  Datum value;
  bool isnull;
} taken;

static bool take_row(TupleTableSlot *slot, DestReceiver *self) {
  taken *a = (taken *)self;
  Form_pg_attribute att = TupleDescAttr(slot->tts_tupleDescriptor, 0);
  MemoryContext old;

  a->value = slot_getattr(slot, 1, &a->isnull);
  a->type = att->atttypid;
  if (a->isnull) return true;
  old = MemoryContextSwitchTo(a->context);
  a->value = datumCopy(a->value, att->attbyval, att->attlen);
  MemoryContextSwitchTo(old);
  return true;
}

static void take_start(DestReceiver *self, int operation, TupleDesc desc) {
  if (desc->natts != 1) elog(ERROR, "interlock: not one value");
}

bool il_pg_follow_value(const il_trigger *t, const char *sql, const il_tuple_row *r,
                        const il_op *op, Oid *type, Datum *value) {
  taken a = {.pub = {.receiveSlot = take_row,
                     .rStartup = take_start,
                     .rShutdown = answer_nothing,
                     .rDestroy = answer_nothing,
                     .mydest = DestNone},
             .context = CurrentMemoryContext,
             .isnull = true};
  il_pg_follow *f = by_text(t, r->rel, sql);
  char *nulls;
  Datum *args = arguments(f, r, op, NULL, &nulls);

  (void)il_pg_stmt_run(f->stmt, args, nulls, &a.pub);
  *type = a.type;
  *value = a.value;
  return !a.isnull;
}

bool il_pg_follow_ask(il_pg_follow *f, const il_tuple_row *r, const il_op *op, const char *event,
                      Datum *out) {
  answer a = {.pub = {.receiveSlot = answer_row,
                      .rStartup = answer_start,
                      .rShutdown = answer_nothing,
                      .rDestroy = answer_nothing,
                      .mydest = DestNone},
              .isnull = true};
  char *nulls;
  Datum *args = arguments(f, r, op, event, &nulls);

  if (f->ask && il_pg_ask_answer(f->ask, args, nulls, out, &a.isnull)) return !a.isnull;
  (void)il_pg_stmt_run(f->stmt, args, nulls, &a.pub);
  *out = a.value;
  return !a.isnull;
}
