/*
** after.c: what follows a row that its rules allow.
**
**   il1_after(plan)            AFTER INSERT, UPDATE: asserts, then events and effects
**                              BEFORE DELETE: asserts; AFTER DELETE: effects
**   il1_after(plan, 'judge')   the same for tables too wide for a WHEN clause: judges first
**   il1_after(plan, 'commit')  deferred constraint trigger: what must hold when the transaction
**   ends
**
** Statements run as the user who writes and roll back with the write; where their names are looked
** for is in stmt.c.
*/
#include "pg.h"

#include "catalog/pg_class.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "../common/roles/events.h"
#include "../common/roles/roles.h"
#include "../common/roles/tally.h"
#include "../common/roles/totals.h"
#include "../common/rules/permit.h"
#include "../common/rules/machine.h"

il_announcement *il_announcing;

/* Whether a table may announce rows of another: anybody can put a trigger of ours, with any plan,
** on a table of his own and a view in the way of the event row. So they must have one owner, or
** it is the very table that the guard names. */
static bool may_announce(Oid source, Oid relid, const char *table) {
  char *name = get_rel_name(source);
  HeapTuple of = SearchSysCache1(RELOID, ObjectIdGetDatum(source)),
            on = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  bool may = false;

  if (name && HeapTupleIsValid(of) && HeapTupleIsValid(on)) {
    Form_pg_class a = (Form_pg_class)GETSTRUCT(of), b = (Form_pg_class)GETSTRUCT(on);
    may = a->relowner == b->relowner ||
          (a->relnamespace == b->relnamespace && pg_strcasecmp(name, table) == 0);
  }
  if (HeapTupleIsValid(of)) ReleaseSysCache(of);
  if (HeapTupleIsValid(on)) ReleaseSysCache(on);
  return may;
}

/* Whether a column of the event row holds another value than the one it was given. Where the
** column's type changes a value (a scale, a date as an instant), that cannot be told. */
static bool altered(const il_value *given, const il_value *held) {
  bool text = given->type == IL_T_TEXT || given->type == IL_T_BLOB;

  if (given->type != held->type) return held->type == IL_T_NULL;
  if (given->type == IL_T_INT) return given->i != held->i;
  if (given->type == IL_T_OTHER) text = given->n == 36 && held->n == 36; /* uuid */
  return text && (given->n != held->n || memcmp(given->p, held->p, given->n) != 0);
}

/* A BEFORE trigger of the user's may have made another event, or another row's, of it. */
static bool says(const il_announcement *a, const il_row *row, const il_op *op) {
  const il_event_log *log = op->compiled;
  il_value given, held;

  for (int i = 0; i < log->nkey; i++) {
    row->get(row, IL_NEW, log->key[i], &held);
    if (log->json)
      given = il_str(il_pg_key(a->row));
    else if (i < a->row->plan->nkey)
      a->row->get(a->row, IL_NEW, a->row->plan->key[i], &given);
    else
      continue;
    if (altered(&given, &held)) return false;
  }
  if (log->event < 0) return true;
  row->get(row, IL_NEW, log->event, &held);
  given = il_str(a->event);
  return !altered(&given, &held);
}

int il_pg_depth(void) {
  return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, (Datum)0));
}

/* depth: of the statement that writes the row. Statements of the user's triggers are deeper than
** the one that the permission was given for. */
static bool permitted(const il_row *row, const il_op *op, Oid relid, int depth) {
  il_alloc mem;

  if (!il_acting.permit || il_acting.permitted != relid || il_acting.depth != depth) return false;
  mem = il_pg_alloc(CurrentMemoryContext);
  return il_permit_covers(il_acting.permit, row, op, &mem);
}

/* A row of another table steps a column of this one: of the row that it names. */
static bool stepped(const il_announcement *a, const il_row *row, const il_op *op, Oid relid) {
  const il_tally *t = op->compiled;
  il_value given, held;

  if (!a || !a->steps || strcmp(a->rulebook, row->plan->rulebook) != 0 ||
      strcmp(a->table, row->plan->table) != 0 || row->plan->nkey != 1 ||
      !may_announce(a->source, relid, t->table))
    return false;
  a->row->get(a->row, IL_NEW, a->steps->cols[1], &given);
  row->get(row, IL_NEW, row->plan->key[0], &held);
  return !altered(&given, &held);
}

/* Is this the row whose totals another table's trigger is adding to? Not what a trigger of the user's
** writes meanwhile, which is deeper. */
static bool adding(const il_announcement *a, const il_row *row, const il_op *op, Oid relid,
                   int depth) {
  const il_total *total = op->compiled;

  return a && a->adding && row->event == IL_EV_UPDATE && a->depth == depth &&
         strcmp(a->rulebook, row->plan->rulebook) == 0 && strcmp(a->table, row->plan->table) == 0 &&
         may_announce(a->source, relid, total->table) && strcmp(a->adding, il_pg_key(row)) == 0;
}

static int announced(const il_row *row, const il_op *op, int depth) {
  il_announcement *a = il_announcing;
  Oid relid = row->host ? il_pg_root(*(const Oid *)row->host) : InvalidOid;

  if (op->role == &il_role_totals) return adding(a, row, op, relid, depth);
  if (il_acting.permit && permitted(row, op, relid, depth)) return 1;
  if (op->role == &il_role_tally) return stepped(a, row, op, relid);
  if (row->event != IL_EV_INSERT || !a || a->steps || a->taken || a->adding || !op->compiled)
    return 0;
  if (strcmp(a->rulebook, row->plan->rulebook) != 0) return 0;
  if (a->table && strcmp(a->table, row->plan->table) != 0) return 0;
  if (!may_announce(a->source, relid, ((const il_event_log *)op->compiled)->table) ||
      !says(a, row, op))
    return 0;
  a->taken = true;
  return 1;
}

static bool depth_matters(void) {
  return il_acting.permit || (il_announcing && il_announcing->adding);
}

int il_pg_announced(const il_row *row, const il_op *op) {
  return announced(row, op, depth_matters() ? il_pg_depth() : 0);
}

int il_pg_announced_within(const il_row *row, const il_op *op) {
  return announced(row, op, depth_matters() ? il_pg_depth() - 1 : 0);
}

/* ---- collecting ---- */

typedef struct due {
  const il_op *op;
  il_follow follow;
} due;

typedef struct due_list {
  int n, cap;
  due *at;
} due_list;

/* No TriggerEvents: what runs before a row is inserted, and what then objects to it. */
enum { PRECEDE = 0xffff, OBJECT = 0xfffe };

/* Which kinds a firing of this trigger runs. */
static bool wanted(TriggerEvent event, bool commit, il_follow_kind kind) {
  if (event == PRECEDE || kind == IL_FOLLOW_BEFORE)
    return event == PRECEDE && kind == IL_FOLLOW_BEFORE;
  if (event == OBJECT || kind == IL_FOLLOW_TURN || kind == IL_FOLLOW_REFUSE)
    return event == OBJECT && (kind == IL_FOLLOW_TURN || kind == IL_FOLLOW_REFUSE);
  if (kind == IL_FOLLOW_FILL) return false; /* fill.c */
  if (commit || kind == IL_FOLLOW_COMMIT) return commit && kind == IL_FOLLOW_COMMIT;
  if (!TRIGGER_FIRED_BY_DELETE(event)) return true;
  return TRIGGER_FIRED_BEFORE(event) ? kind == IL_FOLLOW_ASSERT : kind != IL_FOLLOW_ASSERT;
}

static void add_due(due_list *list, const il_op *op, const il_follow *follow) {
  if (list->n == list->cap) {
    list->cap = list->cap ? list->cap * 2 : 8;
    list->at =
        list->at ? repalloc(list->at, sizeof(due) * list->cap) : palloc(sizeof(due) * list->cap);
  }
  list->at[list->n].op = op;
  list->at[list->n++].follow = *follow;
}

static void collect(const il_tuple_row *r, TriggerEvent event, bool commit, due_list *list) {
  const il_plan *plan = r->row.plan;
  il_alloc *mem = palloc(sizeof *mem);
  il_arena *arena = palloc(sizeof *arena);
  il_follow follow;

  *mem = il_pg_alloc(CurrentMemoryContext);
  il_arena_init(arena, mem);
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (r->row.event == IL_EV_INSERT && op->role == &il_role_grows) {
      if (!commit && event != PRECEDE && event != OBJECT) il_pg_grows_after(r, op);
      continue;
    }
    if (!op->role->follow || !(op->events & r->row.event)) continue;
    for (int k = 0; memset(&follow, 0, sizeof follow),
             op->role->follow(op, &r->row, r->row.event, k, arena, &follow);
         k++)
      if (wanted(event, commit, follow.kind)) {
        if (follow.postgres) follow.sql = follow.postgres;
        add_due(list, op, &follow);
      }
  }
  if (arena->failed) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

/* ---- asserts ---- */

static bool is_assert(const due *d) {
  return d->follow.kind == IL_FOLLOW_ASSERT || d->follow.kind == IL_FOLLOW_COMMIT;
}

/* Which asserts of the plan these are, a bit each; 0: that does not say it all. */
static uint64 which_asserts(const due *at, int n) {
  uint64 which = 0;

  for (int i = 0; i < n; i++) {
    if (at[i].op->role != &il_role_asserts || at[i].op->index > 63) return 0;
    which |= UINT64CONST(1) << at[i].op->index;
  }
  return which;
}

static il_pg_follow *asserts_question(const il_trigger *t, const il_tuple_row *r, const due *at,
                                      int n) {
  uint64 which = which_asserts(at, n);
  il_pg_follow *known = which ? il_pg_follow_recent(t, &il_role_asserts, which) : NULL;
  StringInfoData sql;

  if (known) return known;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT CASE");
  for (int i = 0; i < n; i++)
    appendStringInfo(&sql, " WHEN (%s\n) IS NOT TRUE THEN %d", at[i].follow.sql, i);
  appendStringInfoString(&sql, " END");
  return il_pg_follow_find(t, r->rel, sql.data, which ? &il_role_asserts : NULL, which);
}

/* Asserts at[0..n) in one SELECT: NULL, or the number of the first that is not true. */
static void run_asserts(const il_trigger *t, const il_tuple_row *r, const due *at, int n) {
  il_error err;
  Datum which;

  if (!il_pg_follow_ask(asserts_question(t, r, at, n), r, at[0].op, NULL, &which)) return;
  at += DatumGetInt32(which);
  il_refuse(&err, &r->row, at->op, -1, IL_RULE, "%s", at->follow.text);
  il_pg_raise(&err, RelationGetRelid(r->rel));
}

/* ---- statements ---- */

static bool condition_holds(const il_trigger *t, const il_tuple_row *r, const due *d) {
  const char *condition = d->follow.condition;
  il_pg_follow *question;
  Datum holds;

  if (!condition) return true;
  question = il_pg_follow_find(t, r->rel, psprintf("SELECT (%s\n) IS TRUE", condition), NULL, 0);
  return il_pg_follow_ask(question, r, d->op, d->follow.event, &holds) && DatumGetBool(holds);
}

static il_pg_follow *event_insert(const il_trigger *t, const il_tuple_row *r, const due *d) {
  bool fixed = d->op->role == &il_role_events; /* one text for all rows */
  il_pg_follow *known = fixed ? il_pg_follow_recent(t, d->op, 0) : NULL;

  return known ? known : il_pg_follow_find(t, r->rel, d->follow.sql, fixed ? d->op : NULL, 0);
}

/* An event row: announced to the guard of its table while it is being written, and no longer. */
static void run_event(const il_trigger *t, const il_tuple_row *r, const due *d) {
  const il_machine *m = d->op->ncols > 0 ? il_plan_machine_at(r->row.plan, d->op->cols[0]) : NULL;
  il_announcement announcement = {.rulebook = r->row.plan->rulebook,
                                  .table = m ? m->event_table : NULL,
                                  .source = t->root,
                                  .row = &r->row,
                                  .event = d->follow.event ? d->follow.event : ""};
  il_announcement *outer = il_announcing;
  volatile uint64 written = 0;
  il_pg_follow *insert = event_insert(t, r, d);
  il_error err;

  il_announcing = &announcement;
  PG_TRY();
  { written = il_pg_follow_write(insert, r, d->op, d->follow.event, t); }
  PG_FINALLY();
  { il_announcing = outer; }
  PG_END_TRY();
  if (written == 1) return;
  il_refuse(&err, &r->row, d->op, d->op->ncols ? d->op->cols[0] : -1, IL_RULE,
            "the event of %s.%s was not written", r->row.plan->table,
            d->op->ncols ? r->row.plan->cols[d->op->cols[0]].name : "");
  il_pg_raise(&err, RelationGetRelid(r->rel));
}

/* A statement that writes what nobody else may. */
static void run_told(const il_trigger *t, const il_tuple_row *r, const due *d) {
  il_announcement announcement = {.rulebook = r->row.plan->rulebook,
                                  .table = d->follow.tells,
                                  .source = t->root,
                                  .row = &r->row,
                                  .event = "",
                                  .steps = d->op};
  il_announcement *outer = il_announcing;

  il_announcing = &announcement;
  PG_TRY();
  { (void)il_pg_follow_run(t, d->follow.sql, r, d->op, NULL); }
  PG_FINALLY();
  { il_announcing = outer; }
  PG_END_TRY();
}

/* The UPDATE that adds to another table's totals: announced to its guard while it runs. */
static void run_addition(const il_trigger *t, const il_tuple_row *r, const due *d) {
  il_value key;
  il_announcement *outer = il_announcing;
  il_announcement announcement = {.rulebook = r->row.plan->rulebook,
                                  .table = d->follow.text,
                                  .source = t->root,
                                  .row = &r->row,
                                  .event = "",
                                  .depth = il_pg_depth()};
  il_alloc mem = il_pg_alloc(CurrentMemoryContext);
  il_buf text;

  r->row.get(&r->row, IL_NEW, d->op->cols[0], &key);
  il_buf_init(&text, &mem);
  il_value_text(&key, &text);
  announcement.adding = il_buf_text(&text);
  if (!announcement.adding)
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  il_announcing = &announcement;
  PG_TRY();
  { (void)il_pg_follow_run(t, d->follow.sql, r, d->op, NULL); }
  PG_FINALLY();
  { il_announcing = outer; }
  PG_END_TRY();
}

/* In plan order, which is SQLite's; asserts beside each other go together. */
static void run_all(const il_trigger *t, const il_tuple_row *r, const due_list *list) {
  for (int i = 0; i < list->n; i++) {
    const due *d = &list->at[i];
    int n = 0;
    while (i + n < list->n && is_assert(&d[n]))
      n++;
    if (n > 0) {
      run_asserts(t, r, d, n);
      i += n - 1;
    } else if (condition_holds(t, r, d)) {
      if (d->follow.kind == IL_FOLLOW_ONE)
        run_event(t, r, d);
      else if (d->follow.tells)
        run_told(t, r, d);
      else if (d->follow.kind == IL_FOLLOW_ADD)
        run_addition(t, r, d);
      else
        (void)il_pg_follow_run(t, d->follow.sql, r, d->op, d->follow.event);
    }
  }
}

/* Before a row is inserted. */
void il_pg_precede(const il_trigger *t, const il_tuple_row *r) {
  due_list list = {0};
  bool any = false;

  for (int i = 0; i < r->row.plan->nops && !any; i++)
    any = r->row.plan->ops[i].role->precedes;
  if (!any) return;
  collect(r, PRECEDE, false, &list);
  for (int i = 0; i < list.n; i++)
    (void)il_pg_follow_run(t, list.at[i].follow.sql, r, list.at[i].op, NULL);
}

/* A query for a reason why the row must not be. */
static void ask_objection(const il_trigger *t, const il_tuple_row *r, const due *d) {
  Datum why;
  Oid type;
  il_error err;

  if (r->row.announced(&r->row, d->op)) return;
  if (!il_pg_follow_value(t, d->follow.sql, r, d->op, &type, &why)) return;
  il_refuse(&err, &r->row, d->op, -1, IL_RULE, "%s", TextDatumGetCString(why));
  il_pg_raise(&err, RelationGetRelid(r->rel));
}

void il_pg_objections(const il_trigger *t, const il_tuple_row *r) {
  due_list list = {0};

  collect(r, OBJECT, false, &list);
  for (int i = 0; i < list.n; i++)
    if (list.at[i].follow.kind == IL_FOLLOW_REFUSE)
      ask_objection(t, r, &list.at[i]);
    else
      (void)il_pg_follow_run(t, list.at[i].follow.sql, r, list.at[i].op, NULL);
}

static void work(const il_trigger *t, const il_tuple_row *r, TriggerEvent event, bool commit) {
  due_list list = {0};

  collect(r, event, commit, &list);
  if (list.n == 0) return;
  run_all(t, r, &list);
}

/* What hangs on the columns that the statement names. */
static void judge_written(const il_tuple_row *r) {
  const il_plan *plan = r->row.plan;
  il_error err;

  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (op->role->written && op->role->written(op, &r->row, &err) != IL_OK)
      il_pg_raise(&err, RelationGetRelid(r->rel));
  }
}

IL_PG_FUNCTION(il1_after);
Datum il1_after(PG_FUNCTION_ARGS) {
  il_trigger *t = il_trigger_of(fcinfo, "il1_after");
  TriggerData *data = (TriggerData *)fcinfo->context;
  bool commit = strcmp(t->word, "commit") == 0, judge = strcmp(t->word, "judge") == 0;
  unsigned todo = IL_WORK_AFTER;
  il_tuple_row r;
  il_error err;

  if (!TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
      (TRIGGER_FIRED_BEFORE(data->tg_event) && !TRIGGER_FIRED_BY_DELETE(data->tg_event)))
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("il1_after must be fired AFTER, or BEFORE DELETE, FOR EACH ROW")));
  if (!commit && !judge && *t->word)
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("il1_after: unknown word \"%s\"", t->word)));
  il_tuple_row_init(&r, t, data);
  if (judge && il_plan_judge(r.row.plan, &r.row, IL_ALL, &todo, &err) != IL_OK)
    il_pg_raise(&err, t->relid);
  if (!commit && r.row.event == IL_EV_UPDATE) judge_written(&r);
  if (todo & IL_WORK_AFTER) work(t, &r, data->tg_event, commit);
  return PointerGetDatum(data->tg_trigtuple);
}
