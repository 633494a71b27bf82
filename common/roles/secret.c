/*
** secret.c: columns that nobody should read in passing. They are masked by setting_get, they appear in
** no message, and a flag that marks a row as secret cannot be cleared without a new value in the
** same UPDATE, which would publish the old one.
**
** A constraint of PostgreSQL says in its DETAIL what the whole row was, so a table with secrets is
** judged before its constraints are, and what they refuse first is refused by `.present`: NULL where
** there must be something.
**
** Columns of `secret`: the flag's if word 0 is "f" (else "-"), then the secrets'. Columns of
** `.present`: all that are NOT NULL. Columns of `.reveal`: the flag's, the secrets'.
*/
#include "events.h"
#include "roles.h"

static const char *const secret_keys[] = {"rule", "rules", "columns", "flag", NULL};
static const char *const rule_keys[] = {"reveal", NULL};

static int has_col(const il_bind_op *op, int col) {
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return 1;
  return 0;
}

/* All that the catalog has, named by the rulebook or not. */
static il_kind bind_present(il_binder *b, const cJSON *at, const char *rule) {
  const il_table_info *info = b->table->info;
  il_bind_op *op = NULL;
  for (int c = 0; info && c < info->ncols; c++) {
    int col;
    il_kind kind;
    if (!info->cols[c].not_null || info->cols[c].generated || info->cols[c].identity) continue;
    kind = il_bind_column_named(b, b->table, at, info->cols[c].name, info->cols[c].coltype, &col);
    if (kind != IL_OK) return kind;
    if (!op) op = il_bind_add(b, b->table, &il_role_present, rule, IL_EV_INSERT | IL_EV_UPDATE);
    if (!op) return il_bind_nomem(b);
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

static il_kind bind_cols(il_binder *b, il_bind_op *op, const cJSON *columns, int flag) {
  if (flag >= 0) il_bind_add_col(b, op, flag);
  for (const cJSON *c = columns->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_TEXT, &col);
    if (kind != IL_OK) return kind;
    if (has_col(op, col)) return il_bind_error(b, c, IL_ARGUMENT, "is named twice");
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns"), *flag = il_doc_get(json, "flag"),
              *rules = il_doc_get(json, "rules");
  const char *rule, *reveal;
  int col = -1;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, secret_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "reveal", rule, &reveal);
  if (kind == IL_OK && (!cJSON_IsArray(columns) || !columns->child))
    kind = il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be a list of columns");
  if (kind == IL_OK && flag) kind = il_bind_column(b, flag, IL_C_INT, &col);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_secret, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  kind = bind_cols(b, op, columns, col);
  if (kind != IL_OK) return kind;
  il_bind_word(b, op, flag ? 'f' : '-', "");
  kind = bind_present(b, json, rule);
  if (kind != IL_OK || !flag) return kind;
  op = il_bind_add(b, b->table, &il_role_reveal, reveal, IL_EV_UPDATE);
  return op ? bind_cols(b, op, columns, col) : il_bind_nomem(b);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_secret *s = il_arena_alloc(arena, sizeof *s);
  int flag;
  (void)plan;
  if (!s) return il_error_set(err, IL_NOMEM, "out of memory");
  flag = op->nwords == 1 && op->words[0][0] == 'f';
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || op->nwords != 1 || op->ncols <= flag)
    return il_word_error(op, err, "expected secrets");
  s->flag = flag ? op->cols[0] : -1;
  s->columns = op->cols + flag;
  s->ncolumns = op->ncols - flag;
  op->compiled = s;
  return IL_OK;
}

const il_op *il_plan_secret(const il_plan *plan, int col) {
  for (int i = 0; i < plan->nops; i++) {
    const il_secret *s = plan->ops[i].role == &il_role_secret ? plan->ops[i].compiled : NULL;
    for (int c = 0; s && c < s->ncolumns; c++)
      if (s->columns[c] == col) return &plan->ops[i];
  }
  return NULL;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_secret *s = op->compiled;
  il_buf_f(out, "%s.%s", plan->table, il_col_name(plan, s->columns[0]));
  for (int i = 1; i < s->ncolumns; i++)
    il_buf_f(out, ", %s", il_col_name(plan, s->columns[i]));
  il_buf_str(out, s->ncolumns > 1 ? " are secret" : " is a secret");
  if (s->flag >= 0) il_buf_f(out, " where %s is 1", il_col_name(plan, s->flag));
  il_buf_str(out, " and in no message; setting_get masks it.");
}

/* ---- present ---- */

static il_kind compile_present(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->nwords == 0 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)
             ? IL_OK
             : il_word_error(op, err, "expected columns");
}

static il_kind check_present(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)work;
  if (row->stored) return IL_OK; /* there the constraint holds */
  for (int i = 0; i < op->ncols; i++)
    if (il_row_sets(row, op->cols[i]) && il_row_value(row, IL_NEW, op->cols[i]).type == IL_T_NULL)
      return il_refuse_null(err, row, op, op->cols[i]);
  return IL_OK;
}

static void describe_present(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s: ", plan->table);
  il_describe_cols(op, plan, 0, out);
  il_buf_str(out, op->ncols > 1 ? " are never NULL." : " is never NULL.");
}

/* ---- reveal ---- */

static il_kind compile_reveal(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->ncols >= 2 && op->nwords == 0 && op->events == IL_EV_UPDATE
             ? IL_OK
             : il_word_error(op, err, "expected a flag and secrets");
}

static int is_one(const il_value *v) {
  return v->type == IL_T_INT && v->i == 1;
}

static il_kind check_reveal(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value was = il_row_value(row, IL_OLD, op->cols[0]),
           is = il_row_value(row, IL_NEW, op->cols[0]);
  (void)work;
  if (row->stored || row->event != IL_EV_UPDATE || !is_one(&was) || is_one(&is)) return IL_OK;
  for (int i = 1; i < op->ncols; i++)
    if (il_row_value(row, IL_OLD, op->cols[i]).type != IL_T_NULL && !row->differs(row, op->cols[i]))
      return il_refuse(err, row, op, op->cols[0], IL_RULE,
                       "%s.%s cannot be cleared without a new %s", row->plan->table,
                       il_col_name(row->plan, op->cols[0]), il_col_name(row->plan, op->cols[i]));
  return IL_OK;
}

static void describe_reveal(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is cleared only together with a new ", plan->table,
           il_col_name(plan, op->cols[0]));
  il_describe_cols(op, plan, 1, out);
  il_buf_char(out, '.');
}

const il_role il_role_secret = {
    .name = "secret", .early = 1, .bind = bind, .compile = compile, .describe = describe};
const il_role il_role_present = {.name = ".present",
                                 .values = 1,
                                 .if_changed = 1,
                                 .compile = compile_present,
                                 .check = check_present,
                                 .describe = describe_present};
const il_role il_role_reveal = {.name = ".reveal",
                                .compile = compile_reveal,
                                .check = check_reveal,
                                .describe = describe_reveal};
