/* domain.c: a state column holds one of the machine's states (.domain), and a row is born in an
** initial one (.birth). No words: both ask the machine of their column. */
#include "machine_bind.h"

/* Both come before `machines` in rank, so its operation is not compiled yet: it is remembered,
** not its machine. */
static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  const il_op **machine = il_arena_alloc(arena, sizeof(const il_op *));
  if (!machine) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected one column");
  *machine = il_plan_machine_op(plan, op->cols[0]);
  if (!*machine) return il_word_error(op, err, "no machine is on its column");
  op->compiled = machine;
  return IL_OK;
}

static const il_machine *machine_of(const il_op *op) {
  return (*(const il_op *const *)op->compiled)->compiled;
}

il_kind il_domain_refuse(const il_op *op, const il_machine *m, const il_row *row, const il_value *v,
                         il_error *err) {
  char shown[65];
  if (v->type == IL_T_NULL) return il_refuse_null(err, row, op, m->col);
  const char *column = il_col_name(row->plan, m->col), *what = shown;
  if (v->type == IL_T_BLOB)
    what = "that is a blob";
  else if (v->type == IL_T_TEXT && v->n == 0)
    what = "''";
  else
    il_value_show(v, shown, sizeof shown);
  il_refuse(err, row, op, m->col, IL_RULE, "%s.%s has no state %s", row->plan->table, column, what);
  if (err) il_machine_names(m, err->allowed, sizeof err->allowed);
  return IL_RULE;
}

static il_kind check_domain(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_machine *m = machine_of(op);
  il_value v;
  (void)work;
  if (row->event == IL_EV_UPDATE && !row->stored) return IL_OK; /* the transition looks at it */
  v = il_row_value(row, IL_NEW, m->col);
  return il_machine_stored(m, &v) >= 0 ? IL_OK : il_domain_refuse(op, m, row, &v, err);
}

static il_kind check_birth(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_machine *m = machine_of(op);
  il_value v;
  int s;
  (void)work;
  if (row->load || row->stored || row->event != IL_EV_INSERT) return IL_OK;
  v = il_row_value(row, IL_NEW, m->col);
  s = il_machine_stored(m, &v);
  if (s < 0) return il_domain_refuse(op, m, row, &v, err);
  if (m->states[s].initial) return IL_OK;
  il_refuse(err, row, op, m->col, IL_RULE, "%s.%s cannot be born as %s", row->plan->table,
            il_col_name(row->plan, m->col), m->states[s].name);
  il_machine_initial(m, err->allowed, sizeof err->allowed);
  return IL_RULE;
}

static void describe_domain(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_machine *m = machine_of(op);
  il_buf_f(out, "%s.%s is a state:", plan->table, il_col_name(plan, m->col));
  for (int i = 0; i < m->nstates; i++) {
    il_buf_f(out, "%s %s", i ? "," : "", m->states[i].name);
    if (m->states[i].is_null)
      il_buf_str(out, " (NULL)");
    else if (strcmp(m->states[i].code, m->states[i].name) != 0)
      il_buf_f(out, " (%s)", m->states[i].code);
  }
  il_buf_char(out, '.');
}

static void describe_birth(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_machine *m = machine_of(op);
  char names[1024];
  il_buf_f(out, "%s rows are born with %s %s.", plan->table, il_col_name(plan, m->col),
           il_machine_initial(m, names, sizeof names));
}

const il_role il_role_domain = {.name = ".domain",
                                .values = 1,
                                .if_changed = 1,
                                .compile = compile,
                                .check = check_domain,
                                .describe = describe_domain};
const il_role il_role_birth = {
    .name = ".birth", .compile = compile, .check = check_birth, .describe = describe_birth};
