/*
** require.c: columns that must hold something (.require), or nothing (.forbid), while a row is
** in a state.
**
** Column 0 is the state's. Words: the state's code, "n<name>", then one letter for each further
** column: "s" when entering the state stamps it, "p" when not. A stamped column may be NULL in
** the write that enters, or keep what is forbidden: SQLite fills it afterwards. What the writer
** gives is not stamped away.
*/
#include "machine_bind.h"

typedef struct required {
  il_code code;
  const char *name;
} required;

static il_kind bind_col(il_binder *b, const il_machine_bind *m, il_bind_op *op, int i,
                        const cJSON *at, const char *name) {
  const cJSON *stamp = il_doc_get(m->states[i], "stamp");
  int col;
  il_kind kind = il_bind_column_named(b, b->table, at, name, IL_C_OTHER, &col);
  if (kind != IL_OK) return kind;
  if (col == m->col) return il_bind_error(b, at, IL_ARGUMENT, "is the column of the state itself");
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, il_doc_get(stamp, name) ? 's' : 'p', "");
  return IL_OK;
}

/* {"column": "rule", …}: an operation for each, because they are of different rules. */
static il_kind bind_ruled(il_binder *b, const il_machine_bind *m, const il_role *role, int i,
                          const cJSON *columns) {
  for (const cJSON *c = columns->child; c; c = c->next) {
    const char *rule;
    il_bind_op *op;
    il_kind kind = il_bind_string(b, columns, c->string, 1, &rule);
    if (kind != IL_OK) return kind;
    op = il_state_op(b, m, role, rule, IL_EV_INSERT | IL_EV_UPDATE, i);
    kind = bind_col(b, m, op, i, c, c->string);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const il_machine_bind *m, const il_role *role,
                        const char *rule, int i) {
  const cJSON *list = il_doc_get(m->states[i], role->name + 1);
  il_bind_op *op;
  if (!list) return IL_OK;
  if (cJSON_IsObject(list)) return bind_ruled(b, m, role, i, list);
  if (!cJSON_IsArray(list))
    return il_bind_error(b, list, IL_ARGUMENT,
                         "must be a list of columns, or an object: a rule id for each");
  if (!list->child) return IL_OK;
  op = il_state_op(b, m, role, rule, IL_EV_INSERT | IL_EV_UPDATE, i);
  for (const cJSON *c = list->child; c; c = c->next) {
    il_kind kind = cJSON_IsString(c) ? bind_col(b, m, op, i, c, c->valuestring)
                                     : il_bind_error(b, c, IL_ARGUMENT, "must name a column");
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

il_kind il_require_bind(il_binder *b, const il_machine_bind *m) {
  const char *require, *forbid;
  il_kind kind = il_bind_rule_of(b, m->json, "require", m->rule, &require);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "forbid", m->rule, &forbid);
  for (int i = 0; i < m->nstates && kind == IL_OK; i++) {
    kind = bind_one(b, m, &il_role_require, require, i);
    if (kind == IL_OK) kind = bind_one(b, m, &il_role_forbid, forbid, i);
  }
  return kind;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  required *r = il_arena_alloc(arena, sizeof *r);
  (void)plan;
  if (!r) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || op->ncols < 2 ||
      op->nwords != op->ncols + 1 || !il_code_read(op->words[0], &r->code) ||
      op->words[1][0] != 'n')
    return il_word_error(op, err, "expected a state and columns");
  r->name = op->words[1] + 1;
  op->compiled = r;
  return IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const required *r = op->compiled;
  il_value state = il_row_value(row, IL_NEW, op->cols[0]);
  int forbid = op->role == &il_role_forbid;
  int stamps; /* are columns that the state stamps about to be filled? */
  (void)work;
  if (!il_code_is(&r->code, &state)) return IL_OK;
  stamps = !row->stored && !row->load && il_row_sets(row, op->cols[0]);
  for (int i = 1; i < op->ncols; i++) {
    int col = op->cols[i];
    il_value v = il_row_value(row, IL_NEW, col);
    if ((v.type != IL_T_NULL) == !forbid) continue;
    if (stamps && op->words[i + 1][0] == 's' && !(forbid && il_row_sets(row, col))) continue;
    return il_refuse(err, row, op, col, IL_RULE,
                     forbid ? "%s.%s must be NULL while %s is %s"
                            : "%s.%s cannot be NULL while %s is %s",
                     row->plan->table, il_col_name(row->plan, col),
                     il_col_name(row->plan, op->cols[0]), r->name);
  }
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const required *r = op->compiled;
  il_buf_f(out, "While %s.%s is %s, ", plan->table, il_col_name(plan, op->cols[0]), r->name);
  il_describe_cols(op, plan, 1, out);
  il_buf_str(out, op->ncols > 2 ? " are " : " is ");
  il_buf_str(out, op->role == &il_role_forbid ? "NULL." : "not NULL.");
}

const il_role il_role_require = {
    .name = ".require", .compile = compile, .check = check, .describe = describe};
const il_role il_role_forbid = {
    .name = ".forbid", .compile = compile, .check = check, .describe = describe};
