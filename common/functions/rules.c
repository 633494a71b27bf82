/*
** rules.c: what is in force, what is wrong in a document, and what replacing one by another would
** mean.
**
**   SELECT * FROM interlock_rules('Runs');
**   SELECT * FROM interlock_lint('{…}');
**   SELECT * FROM interlock_diff(interlock_rulebook('orders'), '{…}');
*/
#include "functions/inner.h"
#include "rules/role.h"
#include <string.h>

/* ---- rules of a plan ------------------------------------------------------------------------ */

/* Each once: a freeze reads its state's column and freezes it as well. */
static void list_columns(const il_op *op, const il_plan *plan, il_buf *out) {
  for (int c = 0; c < op->ncols; c++) {
    int seen = 0;
    for (int k = 0; k < c; k++)
      seen |= op->cols[k] == op->cols[c];
    if (!seen) il_buf_f(out, "%s%s", c ? ", " : "", plan->cols[op->cols[c]].name);
  }
}

il_kind il_rules_each(il_call *call, const il_plan *plan, il_rule_fn each, void *ctx,
                      il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    il_buf text, cols;
    if (!op->role->describe) continue;
    il_scratch(&text, call->arena);
    il_scratch(&cols, call->arena);
    op->role->describe(op, plan, &text);
    if (text.n == 0 && !text.failed) continue; /* part of another rule */
    list_columns(op, plan, &cols);
    il_rule rule = {op->rule, op->role->name + (op->role->name[0] == '.'), il_scratch_text(&cols),
                    il_scratch_text(&text)};
    if (!rule.columns || !rule.text) return il_nomem(err);
    kind = each(ctx, plan, &rule, err);
  }
  return kind;
}

typedef struct distinct {
  il_call *call;
  il_names seen;
} distinct;

static il_kind see_rule(void *ctx, const il_plan *plan, const il_rule *rule, il_error *err) {
  distinct *d = ctx;
  (void)plan;
  if (il_registry_exists(&d->seen, rule->rule)) return IL_OK;
  return il_names_add(d->call->arena, &d->seen, rule->rule, err);
}

il_kind il_rules_count(il_call *call, const il_rulebook *rb, int64_t *n, il_error *err) {
  distinct d = {call, {0, 0, NULL}};
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    kind = il_rules_each(call, rb->plans[i], see_rule, &d, err);
  }
  *n = d.seen.n;
  return kind;
}

/* ---- interlock_rules ------------------------------------------------------------------------ */

static il_kind emit_rule(void *ctx, const il_plan *plan, const il_rule *rule, il_error *err) {
  il_call *call = ctx;
  il_value out[5] = {il_str(rule->rule), il_str(plan->table), il_str(rule->kind),
                     il_str(rule->columns), il_str(rule->text)};
  return call->emit(call->emit_ctx, out, 5, err);
}

static il_kind table_rules(void *ctx, const char *schema, const char *table, il_error *err) {
  il_call *call = ctx;
  const il_plan *plan;
  const char *qualified, *name = il_textf(call->arena, "%s.%s", schema, table);
  if (!name) return il_nomem(err);
  il_kind kind = call->port->plan(call->port, name, strlen(name), &plan, &qualified, err);
  return kind == IL_OK ? il_rules_each(call, plan, emit_rule, call, err) : kind;
}

il_kind il_fn_rules(il_call *call, il_error *err) {
  il_target t;
  if (call->nargs == 0 || call->args[0].type == IL_T_NULL) {
    return il_guarded(call, NULL, table_rules, call, err);
  }
  il_kind kind = il_target_find(call, 0, "interlock_rules", &t, err);
  return kind == IL_OK ? il_rules_each(call, t.plan, emit_rule, call, err) : kind;
}

/* ---- interlock_lint ------------------------------------------------------------------------- */

typedef struct findings {
  il_call *call;
  const char *schema;
  il_kind kind;
  il_error *err;
} findings;

static void emit_finding(void *ctx, const char *severity, const char *path, const char *message) {
  findings *f = ctx;
  il_value out[3] = {il_str(severity), il_str(path), il_str(message)};
  if (f->kind == IL_OK) f->kind = f->call->emit(f->call->emit_ctx, out, 3, f->err);
}

static il_kind lint_catalog(void *ctx, const char *table, il_table_info **info, il_error *err) {
  findings *f = ctx;
  return il_table_in(f->call, f->schema, table, info, err);
}

/* A document for tables that are not here yet is read on trust: missing tables would hide what
** else is wrong. */
static il_kind tables_here(il_call *call, const char *schema, const char *json, int *here,
                           il_error *err) {
  il_rulebook *rb;
  il_error ignored;
  *here = 0;
  il_kind kind = il_rulebook_read(json, strlen(json), NULL, NULL, NULL, call->arena, &rb, &ignored);
  if (kind == IL_NOMEM) return il_nomem(err);
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    il_table_info *info;
    kind = il_table_in(call, schema, rb->plans[i]->table, &info, err);
    if (kind != IL_OK) return kind;
    *here |= info != NULL;
  }
  return IL_OK;
}

il_kind il_fn_lint(il_call *call, il_error *err) {
  findings f = {call, NULL, IL_OK, err};
  int here = 0;
  il_kind kind = il_arg_require(call, 1, "interlock_lint", err);
  if (kind != IL_OK) return kind;
  const char *json = il_arg_text(call, 0);
  if (!json) return il_nomem(err);
  const char *schema = call->port->get(call->port, "schema");
  if (schema && *schema) {
    f.schema = il_arena_strdup(call->arena, schema);
    if (!f.schema) return il_nomem(err);
    kind = tables_here(call, f.schema, json, &here, err);
    if (kind != IL_OK) return kind;
  }
  int n = il_rulebook_lint(json, strlen(json), here ? lint_catalog : NULL, &f, call->arena,
                           emit_finding, &f);
  return n < 0 && f.kind == IL_OK ? il_nomem(err) : f.kind;
}

/* ---- interlock_diff ------------------------------------------------------------------------- */

/* How many rows a change concerns: those in a state, those of a table; 0 when there is no such
** table here. */
static il_kind count_rows(il_call *call, const il_change *change, int64_t *n, il_error *err) {
  il_table_info *info = NULL;
  il_rows rows;
  const char *where = "true";
  il_value code = il_str(change->state);
  *n = 0;
  if (!change->table) return IL_OK;
  const char *schema = call->port->get(call->port, "schema");
  if (!schema || !*schema) return IL_OK;
  schema = il_arena_strdup(call->arena, schema);
  il_kind kind = schema ? il_table_in(call, schema, change->table, &info, err) : il_nomem(err);
  if (kind != IL_OK || !info) return kind;
  if (change->column && change->state) {
    int integer = 0, known = 0;
    for (int i = 0; i < info->ncols; i++) {
      if (strcmp(info->cols[i].name, change->column) != 0) continue;
      known = 1;
      integer = info->cols[i].coltype == IL_C_INT;
    }
    if (!known) return IL_OK;
    if (integer && !il_text_int(code.p, code.n, &code.i)) return IL_OK;
    if (integer) code = il_int(code.i);
    const char *type = call->port->engine == IL_SQLITE ? "?1"
                       : integer                       ? "CAST(?1 AS pg_catalog.int8)"
                                                       : "CAST(?1 AS pg_catalog.text)";
    const char *cast =
        call->port->engine == IL_SQLITE || integer ? "%I = %s" : "CAST(%I AS pg_catalog.text) = %s";
    il_buf b;
    il_scratch(&b, call->arena);
    il_buf_f(&b, cast, change->column, type);
    where = il_scratch_text(&b);
  }
  const char *table = il_textf(call->arena, "%I.%I", info->schema, info->name);
  if (!table || !where) return il_nomem(err);
  int nargs = change->column && change->state ? 1 : 0;
  kind = il_query(call, IL_S_COUNT_WHERE, &code, nargs, &rows, err, table, where);
  if (kind == IL_OK && rows.n) *n = il_rows_at(&rows, 0, 0)->i;
  return kind;
}

static il_kind emit_change(void *ctx, const il_change *change, il_error *err) {
  il_call *call = ctx;
  int64_t n;
  il_kind kind = count_rows(call, change, &n, err);
  if (kind != IL_OK) return kind;
  il_value out[4] = {il_str(change->change), il_str(change->path), il_int(n),
                     il_str(change->message)};
  return call->emit(call->emit_ctx, out, 4, err);
}

il_kind il_fn_diff(il_call *call, il_error *err) {
  il_rulebook *old, *new_;
  il_kind kind = il_arg_require(call, 2, "interlock_diff", err);
  if (kind != IL_OK) return kind;
  const char *a = il_arg_text(call, 0), *b = il_arg_text(call, 1);
  if (!a || !b) return il_nomem(err);
  kind = il_compile(call, NULL, a, NULL, &old, err);
  if (kind == IL_OK) kind = il_compile(call, NULL, b, NULL, &new_, err);
  return kind == IL_OK ? il_rulebook_diff(old, new_, call->arena, emit_change, call, err) : kind;
}
