/*
** grows.c: numbers that only grow (`.grows`). A number the writer chose must be past the largest
** there is; one that the column's
** own sequence gave passes always: with several sessions at work a smaller one may arrive after a
** larger one. Which of the two it is
** can be told only before the row is there.
*/
#include "pg.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

/* The sequence that belongs to a column, of the topmost table of a partition; InvalidOid. */
static Oid sequence_of(Oid table, const char *column) {
  Datum name;
  LOCAL_FCINFO(call, 2);

  InitFunctionCallInfoData(*call, NULL, 2, InvalidOid, NULL, NULL);
  call->args[0].value = CStringGetTextDatum(il_pg_qualified(table));
  call->args[0].isnull = false;
  call->args[1].value = CStringGetTextDatum(column);
  call->args[1].isnull = false;
  name = pg_get_serial_sequence(call);
  if (call->isnull) return InvalidOid;
  return DatumGetObjectId(
      DirectFunctionCall1(regclassin, CStringGetDatum(TextDatumGetCString(name))));
}

/*
** The number that the sequence gave this session last. A session that has not asked it yet gets an
** error from currval, which
** ends here. Asked as the sequence's owner, because who may insert need not be allowed to look;
** nobody's code runs.
*/
static bool last_given(Oid sequence, int64 *last) {
  MemoryContext context = CurrentMemoryContext;
  ResourceOwner owner = CurrentResourceOwner;
  volatile bool given = false;
  Oid user, table_owner = InvalidOid;
  HeapTuple tuple;
  int security;

  tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(sequence));
  if (!HeapTupleIsValid(tuple)) return false;
  table_owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  GetUserIdAndSecContext(&user, &security);
  BeginInternalSubTransaction(NULL);
  MemoryContextSwitchTo(context);
  PG_TRY();
  {
    SetUserIdAndSecContext(table_owner, security | SECURITY_LOCAL_USERID_CHANGE);
    *last = DatumGetInt64(DirectFunctionCall1(currval_oid, ObjectIdGetDatum(sequence)));
    given = true;
    SetUserIdAndSecContext(user, security);
    ReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    ErrorData *edata;
    MemoryContextSwitchTo(context);
    edata = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    SetUserIdAndSecContext(user, security);
    if (edata->sqlerrcode != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE) ReThrowError(edata);
    FreeErrorData(edata);
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  return given;
}

/* Is the number past the largest there is? */
static bool is_past(const il_trigger *t, const il_tuple_row *r, const il_op *op,
                    const char *condition) {
  il_pg_follow *question = il_pg_follow_recent(t, op, 0);
  Datum past;

  if (!question)
    question =
        il_pg_follow_find(t, r->rel, psprintf("SELECT (%s\n) IS NOT FALSE", condition), op, 0);
  return il_pg_follow_ask(question, r, op, NULL, &past) && DatumGetBool(past);
}

/* ---- verdicts ---- */

/* What BEFORE INSERT has found is said AFTER, in the order of the plan: by then another rule, or
** the key, may have refused the
** row, or an ON CONFLICT clause may have dropped it. */
typedef struct verdict {
  Oid relid;
  int32 unused;
  int64 number;
} verdict;

static HTAB *refused; /* verdicts of this transaction, NULL: none */

static HTAB *refused_table(void) {
  HASHCTL ctl = {
      .keysize = sizeof(verdict), .entrysize = sizeof(verdict), .hcxt = TopTransactionContext};

  if (!refused)
    refused = hash_create("interlock numbers", 16, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
  return refused;
}

void il_pg_grows_forget(void) {
  refused = NULL; /* its memory was the transaction's */
}

static bool number_of(const il_tuple_row *r, const il_op *op, verdict *key) {
  il_value v;

  memset(key, 0, sizeof *key);
  r->row.get(&r->row, IL_NEW, op->cols[0], &v);
  key->relid = RelationGetRelid(r->rel);
  key->number = v.i;
  return v.type == IL_T_INT;
}

static bool allowed(const il_trigger *t, const il_tuple_row *r, const il_op *op,
                    const verdict *key) {
  il_alloc mem = il_pg_alloc(CurrentMemoryContext);
  il_arena arena;
  il_follow follow = {0};
  int64 last;
  Oid sequence;

  il_arena_init(&arena, &mem);
  if (!op->role->follow(op, NULL, IL_EV_INSERT, 0, &arena, &follow)) return true;
  if (is_past(t, r, op, follow.sql)) return true;
  sequence = sequence_of(t->root, r->row.plan->cols[op->cols[0]].name);
  return OidIsValid(sequence) && last_given(sequence, &last) && last == key->number;
}

void il_pg_grows_before(const il_trigger *t, const il_tuple_row *r, const il_op *op) {
  verdict key;

  if (!number_of(r, op, &key)) return;
  if (!allowed(t, r, op, &key))
    (void)hash_search(refused_table(), &key, HASH_ENTER, NULL);
  else if (refused)
    (void)hash_search(refused, &key, HASH_REMOVE, NULL);
}

void il_pg_grows_after(const il_tuple_row *r, const il_op *op) {
  il_alloc mem = il_pg_alloc(CurrentMemoryContext);
  il_arena arena;
  il_follow follow = {0};
  verdict key;
  il_error err;

  if (!refused || !number_of(r, op, &key) || !hash_search(refused, &key, HASH_REMOVE, NULL)) return;
  il_arena_init(&arena, &mem);
  (void)op->role->follow(op, NULL, IL_EV_INSERT, 0, &arena, &follow);
  il_refuse(&err, &r->row, op, op->cols[0], IL_RULE, "%s", follow.text);
  il_pg_raise(&err, RelationGetRelid(r->rel));
}
