/*
** freeze.c: columns that do not change while a row is in a state (T-04: in a final state the
** whole row).
**
** Column 0 is the state's, the others are frozen, in the order in which they are looked at.
** Words: for every state with these columns its code and "f<name>" (final) or "n<name>".
*/
#include "machine_bind.h"

typedef struct frozen {
  il_code code;
  const char *name;
  int final;
} frozen;

typedef struct freeze {
  int n;
  frozen *states;
} freeze;

static int freezes_all(const il_machine_bind *m, int i) {
  return cJSON_IsTrue(il_doc_get(m->states[i], "freeze"));
}

static void add_state(il_binder *b, const il_machine_bind *m, il_bind_op *op, int i) {
  il_code_word(b, op, m->as, m->codes[i]);
  il_bind_word(b, op, il_doc_get(m->states[i], "type") ? 'f' : 'n', m->states[i]->string);
}

static il_kind bind_list(il_binder *b, const il_machine_bind *m, const char *rule, int i,
                         const cJSON *list) {
  il_bind_op *op;
  if (!cJSON_IsArray(list))
    return il_bind_error(b, list, IL_ARGUMENT, "must be true (the row) or a list of columns");
  if (!list->child) return IL_OK;
  op = il_bind_add(b, b->table, &il_role_freeze, rule, IL_EV_UPDATE);
  il_bind_add_col(b, op, m->col);
  add_state(b, m, op, i);
  for (const cJSON *c = list->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

il_kind il_freeze_bind(il_binder *b, const il_machine_bind *m) {
  il_bind_op *row = NULL;
  const char *rule;
  il_kind kind = il_bind_rule_of(b, m->json, "freeze", m->rule, &rule);
  for (int i = 0; i < m->nstates && kind == IL_OK; i++) {
    const cJSON *what = il_doc_get(m->states[i], "freeze");
    if (!what || cJSON_IsFalse(what)) continue;
    if (!freezes_all(m, i)) {
      kind = bind_list(b, m, rule, i, what);
      continue;
    }
    if (!row) {
      row = il_bind_add(b, b->table, &il_role_freeze, rule, IL_EV_UPDATE);
      il_bind_add_col(b, row, m->col);
      il_bind_add_col(b, row, m->col);
      for (int c = 0; c < b->table->plan->ncols; c++)
        if (c != m->col) il_bind_add_col(b, row, c);
    }
    add_state(b, m, row, i);
  }
  return kind;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  freeze *f = il_arena_alloc(arena, sizeof *f);
  (void)plan;
  if (!f) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols < 2 || op->nwords == 0 || op->nwords % 2)
    return il_word_error(op, err, "expected columns and states");
  f->states = il_arena_alloc(arena, (size_t)op->nwords * sizeof *f->states);
  if (!f->states) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < op->nwords; i += 2) {
    frozen *s = &f->states[f->n++];
    const char *name = op->words[i + 1];
    if (!il_code_read(op->words[i], &s->code) || (name[0] != 'f' && name[0] != 'n'))
      return il_word_error(op, err, "expected a state's code and name");
    s->name = name + 1;
    s->final = name[0] == 'f';
  }
  op->compiled = f;
  return IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const freeze *f = op->compiled;
  const frozen *s = NULL;
  il_value state;
  (void)work;
  if (row->event != IL_EV_UPDATE) return IL_OK;
  state = il_row_value(row, IL_OLD, op->cols[0]);
  for (int i = 0; i < f->n && !s; i++)
    if (il_code_is(&f->states[i].code, &state)) s = &f->states[i];
  for (int i = 1; s && i < op->ncols; i++) {
    if (!row->differs(row, op->cols[i])) continue;
    return il_refuse(err, row, op, op->cols[i], IL_RULE, "%s is %s in %s: %s cannot change",
                     row->plan->table, s->final ? "final" : "frozen", s->name,
                     il_col_name(row->plan, op->cols[i]));
  }
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const freeze *f = op->compiled;
  il_buf_f(out, "While %s.%s is", plan->table, il_col_name(plan, op->cols[0]));
  for (int i = 0; i < f->n; i++)
    il_buf_f(out, "%s %s", i == 0 ? "" : i == f->n - 1 ? " or" : ",", f->states[i].name);
  il_buf_str(out, ", ");
  il_describe_cols(op, plan, 1, out);
  il_buf_str(out, op->ncols > 2 ? " do not change." : " does not change.");
}

const il_role il_role_freeze = {
    .name = ".freeze", .compile = compile, .check = check, .describe = describe};
