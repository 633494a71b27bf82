/*
** verify.c: every stored row that breaks a rule.
**
**   SELECT * FROM interlock_verify();            everything
**   SELECT * FROM interlock_verify('textops');   a system or rulebook
**   SELECT * FROM interlock_verify('Runs');      a table
**
** Rules over one row are judged in C, row by row, with row.stored set; rules that look at other
** tables, and whether state and events agree, are SQL that the roles give. What is judged is the
** registered rulebook, so that rows planted while triggers were off or gone are seen; a table
** without a registered rulebook is judged by what its triggers carry.
*/
#include "functions/inner.h"
#include "rules/role.h"
#include "rules/sqltext.h"
#include "values/instant.h"
#include <string.h>

/* ---- one stored row ------------------------------------------------------------------------- */

typedef struct stored {
  il_row row; /* first: il_row's callbacks get a pointer to it */
  il_call *call;
  const il_value *cols; /* the row as selected */
  int16_t *at;          /* plan column -> position in cols, -1 */
  int ncols;
  const char *rule, *text; /* an assert's query: only the key is selected */
  il_breach_fn each;
  void *ctx;
  il_buf key;
  int stopped; /* the receiver of breaches wants no more */
} stored;

static void stored_get(const il_row *row, int side, int col, il_value *out) {
  const stored *s = (const stored *)row;
  int at = s->at[col];
  (void)side;
  *out = at < 0 ? il_null() : s->cols[at];
}

static int stored_differs(const il_row *row, int col) {
  (void)row;
  (void)col;
  return 0;
}

static int stored_announced(const il_row *row, const il_op *op) {
  (void)row;
  (void)op;
  return 1;
}

static il_kind report(stored *s, const char *rule, const char *message, il_error *err) {
  il_buf_reset(&s->key);
  il_row_key_text(&s->row, &s->key);
  il_breach breach = {rule, s->row.plan->table, il_buf_text(&s->key), message};
  if (!breach.key) return il_nomem(err);
  il_kind kind = s->each(s->ctx, &breach, err);
  s->stopped = kind != IL_OK;
  return kind;
}

/* Every rule that refuses is reported, not only the first. */
static il_kind judge(void *ctx, const il_value *cols, int ncols, il_error *err) {
  stored *s = ctx;
  const il_steps *steps = &s->row.plan->steps[0][IL_ALL];
  il_kind kind = IL_OK;
  (void)ncols;
  s->cols = cols;
  for (int i = 0; kind == IL_OK && i < steps->n; i++) {
    il_error refusal;
    unsigned work = 0;
    il_error_clear(&refusal);
    if (steps->steps[i].check(steps->steps[i].op, &s->row, &work, &refusal) == IL_OK) continue;
    if (refusal.kind == IL_NOMEM) return il_nomem(err);
    kind = report(s, refusal.rule, refusal.message, err);
  }
  return kind;
}

static il_kind broken(void *ctx, const il_value *cols, int ncols, il_error *err) {
  stored *s = ctx;
  (void)ncols;
  s->cols = cols;
  return report(s, s->rule, s->text, err);
}

/* ---- all rows, judged in C ------------------------------------------------------------------ */

/* Selects the columns of a plan that rules of an insert read, and the key; says where each is. */
static const char *select_list(stored *s, int key_only) {
  const il_plan *plan = s->row.plan;
  il_buf b;
  il_scratch(&b, s->call->arena);
  s->ncols = 0;
  for (int c = 0; c < plan->ncols; c++)
    s->at[c] = -1;
  for (int i = 0; i < plan->nkey + (key_only ? 0 : plan->nused[0]); i++) {
    int col = i < plan->nkey ? plan->key[i] : plan->used[0][i - plan->nkey];
    if (s->at[col] >= 0) continue;
    s->at[col] = (int16_t)s->ncols;
    il_buf_f(&b, "%sNEW.%I", s->ncols++ ? ", " : "", plan->cols[col].name);
  }
  return il_scratch_text(&b);
}

/* Both hosts hand rows over one at a time, so the size of the table does not matter. */
static il_kind judge_rows(stored *s, const il_target *t, il_error *err) {
  const char *list = select_list(s, 0);
  if (!list) return il_nomem(err);
  if (s->row.plan->steps[0][IL_ALL].n == 0) return IL_OK;
  return il_run(s->call, IL_S_ROWS, NULL, 0, judge, s, err, list, t->qualified, "");
}

/* ---- rules that are SQL --------------------------------------------------------------------- */

/* An expression over NEW as a condition; "" when it names what a stored row has not. NULL: out of
** memory. */
static const char *condition(stored *s, const char *sql, il_error *err) {
  il_piece piece;
  il_buf b;
  size_t pos = 0, n = strlen(sql);
  int got;
  char now[32];
  il_scratch(&b, s->call->arena);
  while ((got = il_sql_piece(sql, n, &pos, s->call->arena, &piece, err)) > 0) {
    if (piece.kind == IL_PIECE_OLD) return "";
    if (piece.kind == IL_PIECE_NEW) {
      il_buf_f(&b, "NEW.%.*I", (int)piece.n, piece.p);
    } else if (piece.kind == IL_PIECE_VAR) {
      if (piece.n != 3 || memcmp(piece.p, "now", 3) != 0) return "";
      il_instant_format(s->row.now, now);
      if (s->call->port->engine == IL_POSTGRES)
        il_buf_f(&b, "CAST('%s' AS pg_catalog.timestamptz)", now);
      else
        il_buf_f(&b, "'%s'", now);
    } else {
      il_buf_add(&b, piece.p, piece.n);
    }
  }
  return got < 0 ? NULL : il_scratch_text(&b);
}

/* The query of an assert, as something that may fail. */
typedef struct query {
  stored *s;
  const il_target *t;
  const char *list, *where;
} query;

static il_kind run_query(void *ctx, il_error *err) {
  query *q = ctx;
  return il_run(q->s->call, IL_S_ROWS, NULL, 0, broken, q->s, err, q->list, q->t->qualified,
                q->where);
}

/* What the database cannot work out, over a text that is no instant for one, is a finding as well,
** and the other rules are judged all the same. */
static il_kind run_assert(stored *s, const il_target *t, const il_table_info *info, const il_op *op,
                          const il_follow *follow, il_error *err) {
  il_port *port = s->call->port;
  il_buf text;
  il_error why;
  il_error_clear(&why);
  const char *that = condition(s, follow->sql, &why);
  if (that && *that && port->engine == IL_SQLITE)
    that = il_bare_qualify(s->call, that, info->schema, &why);
  if (!that) return why.kind != IL_OK ? (*err = why).kind : il_nomem(err);
  if (!*that) return IL_OK;
  il_scratch(&text, s->call->arena);
  if (follow->text)
    il_buf_str(&text, follow->text);
  else if (op->role->describe)
    op->role->describe(op, s->row.plan, &text);
  s->rule = op->rule;
  s->text = il_scratch_text(&text);
  query q = {s, t, select_list(s, 1), il_textf(s->call->arena, "WHERE (%s) IS NOT TRUE", that)};
  if (!q.list || !q.where || !s->text) return il_nomem(err);
  il_kind kind = port->attempt ? port->attempt(port, run_query, &q, &why) : run_query(&q, &why);
  if (kind == IL_OK) return IL_OK;
  if (kind == IL_NOMEM || s->stopped) {
    *err = why;
    return kind;
  }
  const char *message = il_textf(s->call->arena, "%s: cannot be checked: %s", s->text, why.message);
  il_breach breach = {op->rule, s->row.plan->table, NULL, message};
  return message ? s->each(s->ctx, &breach, err) : il_nomem(err);
}

static il_kind run_asserts(stored *s, const il_target *t, const il_table_info *info,
                           il_error *err) {
  const il_plan *plan = s->row.plan;
  il_kind kind = il_path_set(s->call, info->schema, err);
  for (int i = 0; kind == IL_OK && i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    il_follow follow;
    for (int k = 0; kind == IL_OK && op->role->follow; k++) {
      memset(&follow, 0, sizeof follow);
      if (!op->role->follow(op, NULL, 0, k, s->call->arena, &follow)) break;
      if (follow.kind == IL_FOLLOW_ASSERT) kind = run_assert(s, t, info, op, &follow, err);
    }
  }
  il_kind back = il_path_set(s->call, NULL, err);
  return kind == IL_OK ? back : kind;
}

il_kind il_verify_plan(il_call *call, const il_plan *plan, const il_table_info *info,
                       il_breach_fn each, void *ctx, il_error *err) {
  stored s = {.call = call, .each = each, .ctx = ctx};
  const char *table = il_textf(call->arena, "%I.%I", info->schema, info->name);
  const char *name = il_textf(call->arena, "%s.%s", info->schema, info->name);
  s.at = il_arena_alloc(call->arena, (size_t)(plan->ncols ? plan->ncols : 1) * sizeof *s.at);
  if (!table || !name || !s.at) return il_nomem(err);
  il_target t = {"interlock_verify", il_str(name), plan, table};
  il_scratch(&s.key, call->arena);
  s.row = (il_row){.plan = plan,
                   .event = IL_EV_INSERT,
                   .side = IL_NEW,
                   .stored = 1,
                   .now = call->port->now(call->port),
                   .zones = call->port->zone(call->port),
                   .get = stored_get,
                   .differs = stored_differs,
                   .announced = stored_announced};
  il_kind kind = judge_rows(&s, &t, err);
  return kind == IL_OK ? run_asserts(&s, &t, info, err) : kind;
}

/* ---- interlock_verify ----------------------------------------------------------------------- */

typedef struct verify {
  il_call *call;
  const il_table_info *only; /* NULL: every table */
  il_names done;             /* tables that a registered rulebook covered: "schema.table" */
} verify;

static il_kind emit_breach(void *ctx, const il_breach *breach, il_error *err) {
  il_call *call = ctx;
  il_value out[4] = {il_str(breach->rule), il_str(breach->table), il_str(breach->key),
                     il_str(breach->message)};
  return call->emit(call->emit_ctx, out, 4, err);
}

/* A table or column that is gone breaks every rule over it: said once, and the other tables are
** judged by their triggers. */
static il_kind no_longer_fits(il_call *call, const il_entry *entry, const il_error *why,
                              il_error *err) {
  const char *text =
      il_textf(call->arena, "rulebook %s no longer fits its tables: %s", entry->name, why->message);
  if (!text) return il_nomem(err);
  il_value out[4] = {il_null(), il_null(), il_null(), il_str(text)};
  return call->emit(call->emit_ctx, out, 4, err);
}

static il_kind verify_entry(verify *v, const il_entry *entry, il_error *err) {
  il_rulebook *rb;
  il_error why;
  il_error_clear(&why);
  il_kind kind = il_compile(v->call, entry->schema, entry->rulebook, NULL, &rb, &why);
  if (kind == IL_ARGUMENT || kind == IL_NO_TABLE || kind == IL_NO_COLUMN) {
    return no_longer_fits(v->call, entry, &why, err);
  }
  if (kind != IL_OK) *err = why;
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    il_table_info *info;
    kind = il_table_in(v->call, entry->schema, rb->plans[i]->table, &info, err);
    if (kind != IL_OK || !info) continue;
    if (v->only &&
        (strcmp(info->name, v->only->name) != 0 || strcmp(info->schema, v->only->schema) != 0))
      continue;
    const char *name = il_textf(v->call->arena, "%s.%s", info->schema, info->name);
    kind = name ? il_names_add(v->call->arena, &v->done, name, err) : il_nomem(err);
    if (kind == IL_OK)
      kind = il_verify_plan(v->call, rb->plans[i], info, emit_breach, v->call, err);
  }
  return kind;
}

/* A column of the plan that the table has no more; NULL. */
static const char *missing_column(const il_plan *plan, const il_table_info *info) {
  for (int c = 0; c < plan->ncols; c++) {
    int found = 0;
    for (int i = 0; i < info->ncols; i++)
      found |= strcmp(info->cols[i].name, plan->cols[c].name) == 0;
    if (!found) return plan->cols[c].name;
  }
  return NULL;
}

/* A table that carries triggers and is in no registered rulebook. */
static il_kind verify_table(void *ctx, const char *schema, const char *table, il_error *err) {
  verify *v = ctx;
  il_table_info *info;
  il_plan *plan = NULL;
  const char *name = il_textf(v->call->arena, "%s.%s", schema, table);
  if (!name) return il_nomem(err);
  if (il_registry_exists(&v->done, name)) return IL_OK;
  il_kind kind = il_table_in(v->call, schema, table, &info, err);
  if (kind != IL_OK || !info) return kind;
  for (int i = 0; i < info->ntriggers && !plan; i++) {
    const struct il_trigger_info *t = &info->triggers[i];
    if (!t->ours || !t->plan) continue;
    kind = il_plan_read(t->plan, strlen(t->plan), v->call->arena, &plan, err);
    if (kind != IL_OK) return kind;
  }
  const char *gone = plan ? missing_column(plan, info) : NULL;
  if (!gone) return plan ? il_verify_plan(v->call, plan, info, emit_breach, v->call, err) : IL_OK;
  const char *text =
      il_textf(v->call->arena, "the guards of %s read a column %s that it has not", table, gone);
  if (!text) return il_nomem(err);
  il_value out[4] = {il_null(), il_str(table), il_null(), il_str(text)};
  return v->call->emit(v->call->emit_ctx, out, 4, err);
}

static il_kind verify_named(il_call *call, const il_value *target, il_error *err) {
  verify v = {call, NULL, {0, 0, NULL}};
  il_entries entries;
  il_table_info *info;
  il_kind kind = il_registered(call, NULL, target->p, &entries, err);
  for (int i = 0; kind == IL_OK && i < entries.n; i++)
    kind = verify_entry(&v, &entries.at[i], err);
  if (kind != IL_OK || entries.n) return kind;
  kind = call->port->table(call->port, target->p, target->n, call->arena, &info, err);
  if (kind == IL_NO_TABLE) {
    return il_error_set(err, IL_NO_TABLE, "interlock_verify: no system, rulebook or table \"%s\"",
                        target->p);
  }
  if (kind != IL_OK) return kind;
  v.only = info;
  kind = il_registered(call, info->schema, NULL, &entries, err);
  for (int i = 0; kind == IL_OK && i < entries.n; i++)
    kind = verify_entry(&v, &entries.at[i], err);
  if (kind != IL_OK || v.done.n) return kind;
  return verify_table(&v, info->schema, info->name, err);
}

il_kind il_fn_verify(il_call *call, il_error *err) {
  verify v = {call, NULL, {0, 0, NULL}};
  il_entries entries;
  il_value target = il_arg(call, 0);
  if (target.type != IL_T_NULL) return verify_named(call, &target, err);
  il_kind kind = il_registered(call, NULL, NULL, &entries, err);
  for (int i = 0; kind == IL_OK && i < entries.n; i++)
    kind = verify_entry(&v, &entries.at[i], err);
  return kind == IL_OK ? il_guarded(call, NULL, verify_table, &v, err) : kind;
}
