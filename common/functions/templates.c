/*
** templates.c: SQL of a rulebook that the database cannot make out is refused when the rulebook is
** applied, naming the rule it stands in, and not when the first row comes.
**
** PostgreSQL keeps no SQL of rules in its triggers, so every template is analysed there. SQLite
** parses it when the triggers are made, all of a table in one statement: when that fails, the
** template that fails alone with the same words is the one.
*/
#include "functions/inner.h"
#include "rules/role.h"
#include "rules/scan.h"
#include "rules/sqltext.h"
#include "roles/times.h"
#include <string.h>

/* A template in turn; IL_OK goes on. */
typedef il_kind (*template_fn)(void *ctx, const il_op *op, const char *sql, il_error *err);

static il_kind each_of(il_call *call, const il_op *op, const il_follow *f, template_fn each,
                       void *ctx, il_error *err) {
  int asked = f->kind == IL_FOLLOW_ASSERT || f->kind == IL_FOLLOW_COMMIT;
  const char *sql = call->port->engine == IL_POSTGRES && f->postgres ? f->postgres : f->sql;
  if (asked) sql = il_textf(call->arena, "SELECT CASE WHEN (%s\n) IS NOT TRUE THEN 0 END", sql);
  if (f->kind == IL_FOLLOW_FILL) sql = il_textf(call->arena, "SELECT (%s\n)", sql);
  const char *when = "";
  if (f->kind == IL_FOLLOW_TURN && call->port->engine != IL_POSTGRES) return IL_OK;
  if (f->when) when = il_textf(call->arena, "SELECT CASE WHEN (%s\n) THEN 0 END", f->when);
  if (!sql || !when) return il_nomem(err);
  il_kind kind = *when ? each(ctx, op, when, err) : IL_OK;
  return kind == IL_OK ? each(ctx, op, sql, err) : kind;
}

static il_kind each_template(il_call *call, const il_plan *plan, template_fn each, void *ctx,
                             il_error *err) {
  static const int events[] = {IL_EV_INSERT, IL_EV_UPDATE, IL_EV_DELETE};
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < plan->nops * 3; i++) {
    const il_op *op = &plan->ops[i / 3];
    il_follow f;
    if (!op->role->follow || !(op->events & (unsigned)events[i % 3])) continue;
    for (int k = 0; kind == IL_OK; k++) {
      memset(&f, 0, sizeof f);
      if (!op->role->follow(op, NULL, events[i % 3], k, call->arena, &f)) break;
      kind = each_of(call, op, &f, each, ctx, err);
    }
  }
  return kind == IL_OK && call->arena->failed ? il_nomem(err) : kind;
}

static il_kind refuse(const il_plan *plan, const il_op *op, const il_error *why, il_error *err) {
  return il_error_set(err, IL_ARGUMENT, "rulebook %s: rule %s of %s: %s", plan->rulebook, op->rule,
                      plan->table, why->message);
}

/* ---- PostgreSQL ----------------------------------------------------------------------------- */

typedef struct analysis {
  il_call *call;
  const il_plan *plan;
  const il_table_info *info;
  const char *sql;
} analysis;

static il_kind run_analysis(void *ctx, il_error *err) {
  const analysis *a = ctx;
  il_port *port = a->call->port;
  return port->analyse(port, a->info->schema, a->info->name, a->sql, err);
}

static il_kind analyse(void *ctx, const il_op *op, const char *sql, il_error *err) {
  analysis *a = ctx;
  il_port *port = a->call->port;
  il_error why;
  il_error_clear(&why);
  a->sql = sql;
  il_kind kind = port->attempt ? port->attempt(port, run_analysis, a, &why) : run_analysis(a, &why);
  if (kind == IL_OK) return IL_OK;
  return kind == IL_NOMEM ? il_nomem(err) : refuse(a->plan, op, &why, err);
}

il_kind il_templates_check(il_call *call, const il_plan *plan, const il_table_info *info,
                           il_error *err) {
  analysis a = {call, plan, info, NULL};
  return call->port->analyse ? each_template(call, plan, analyse, &a, err) : IL_OK;
}

/* ---- SQLite --------------------------------------------------------------------------------- */

typedef struct blame {
  il_call *call;
  const char *message; /* what making the triggers failed with */
  const il_op *found;
} blame;

/* A template that needs no row: is its parsing what failed? EXPLAIN does nothing. */
static il_kind try_alone(void *ctx, const il_op *op, const char *sql, il_error *err) {
  blame *b = ctx;
  size_t pos = 0;
  il_piece piece;
  il_buf text;
  il_error why;
  int got;
  if (b->found) return IL_OK;
  il_scratch(&text, b->call->arena);
  il_buf_str(&text, "EXPLAIN ");
  il_error_clear(&why);
  while ((got = il_sql_piece(sql, strlen(sql), &pos, b->call->arena, &piece, &why)) > 0) {
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(&text, piece.p, piece.n);
    else
      il_buf_str(&text, "NULL");
  }
  const char *alone = il_scratch_text(&text);
  if (!alone) return il_nomem(err);
  if (got == 0 && il_exec(b->call, alone, &why) == IL_HOST && strcmp(why.message, b->message) == 0)
    b->found = op;
  return IL_OK;
}

il_kind il_templates_blame(il_call *call, const il_plan *plan, il_error *err) {
  il_error why = *err;
  blame b = {call, why.message, NULL};
  il_kind kind = each_template(call, plan, try_alone, &b, err);
  if (kind != IL_OK) return kind;
  if (b.found) return refuse(plan, b.found, &why, err);
  *err = why;
  return why.kind;
}

/* ---- what writes its own table -------------------------------------------------------------- */

typedef struct own {
  il_arena *arena;
  const char *table, *rule;
} own;

/* The event that a statement brings about; all of them when its first word does not tell. */
static unsigned event_of(const char *sql) {
  il_scan s = il_scan_start(sql, strlen(sql));
  il_token verb = il_scan_next(&s);
  if (il_token_is(&verb, "UPDATE")) return IL_EV_UPDATE;
  if (il_token_is(&verb, "DELETE")) return IL_EV_DELETE;
  if (il_token_is(&verb, "INSERT")) return IL_EV_INSERT | IL_EV_UPDATE; /* it may be an upsert */
  return IL_EV_INSERT | IL_EV_UPDATE | IL_EV_DELETE;
}

/* What follows an INSERT may UPDATE the table: that is another trigger. */
static il_kind writes_own(void *ctx, const il_op *op, const char *sql, il_error *err) {
  own *o = ctx;
  (void)err;
  if (!o->rule && strcmp(op->role->name, "effects") == 0 && !il_op_word(op, 'q') &&
      (op->events & event_of(sql)) && il_sql_writes(o->arena, sql, o->table))
    o->rule = op->rule;
  return IL_OK;
}

il_kind il_templates_own(il_call *call, const il_plan *plan, const il_table_info *info,
                         const char **rule, il_error *err) {
  own o = {call->arena, info->name, NULL};
  il_kind kind = each_template(call, plan, writes_own, &o, err);
  *rule = o.rule;
  return kind;
}
