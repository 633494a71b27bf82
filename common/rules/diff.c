/*
** diff.c: what replacing a rulebook by another would change, in the order of the new one. Plans
** are compared, not documents: two ways to write the same rule are no change. A change that
** concerns rows which are there now says which: those of a table, or those in a state.
*/
#include "ddl.h"
#include "machine.h"
#include "role.h"
#include <string.h>

struct diff {
  il_arena *arena;
  il_change_fn each;
  void *ctx;
  il_error *err;
  il_kind kind;        /* sticky */
  const il_plan *plan; /* the table at hand, in the new rulebook where it is there */
  il_buf path, message;
};

static int same_text(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- reporting ------------------------------------------------------------------------------ */

/* A part of a JSON pointer. */
static void path_part(struct diff *d, const char *part) {
  il_buf_char(&d->path, '/');
  for (; *part; part++) {
    if (*part == '~')
      il_buf_str(&d->path, "~0");
    else if (*part == '/')
      il_buf_str(&d->path, "~1");
    else
      il_buf_char(&d->path, *part);
  }
}

static void path_table(struct diff *d) {
  il_buf_reset(&d->path);
  il_buf_reset(&d->message);
  il_buf_str(&d->path, "/tables");
  path_part(d, d->plan->table);
}

/* Reports path and message as they are. rows: 1 the table's rows are concerned; column and state
** narrow them. */
static void report(struct diff *d, const char *change, int rows, const char *column,
                   const char *state) {
  il_change c = {.change = change};
  if (d->kind != IL_OK) return;
  c.path = il_buf_text(&d->path);
  c.message = il_buf_text(&d->message);
  if (!c.path || !c.message || d->arena->failed) {
    d->kind = il_error_set(d->err, IL_NOMEM, "out of memory");
    return;
  }
  if (rows) c.table = d->plan->table;
  c.column = column;
  c.state = state;
  d->kind = d->each(d->ctx, &c, d->err);
}

/* ---- machines ------------------------------------------------------------------------------- */

struct machines {
  const il_machine *was, *is;
  const char *column;
  int index; /* among the table's machines */
};

static int state_named(const il_machine *m, const char *name) {
  for (int i = 0; i < m->nstates; i++)
    if (strcmp(m->states[i].name, name) == 0) return i;
  return -1;
}

static void path_state(struct diff *d, const struct machines *m, const char *state) {
  path_table(d);
  il_buf_str(&d->path, "/machines/");
  il_buf_int(&d->path, m->index);
  if (!state) return;
  il_buf_str(&d->path, "/states");
  path_part(d, state);
}

static int is_initial(const il_state *s) {
  return s->initial || s->kind == IL_STATE_INITIAL;
}

static int same_list(int n, const char **a, int m, const char **b) {
  if (n != m) return 0;
  for (int i = 0; i < n; i++)
    if (strcmp(a[i], b[i]) != 0) return 0;
  return 1;
}

static const char *stored_as(const il_state *s) {
  return s->is_null ? "NULL" : s->code;
}

/* A state that both have. */
static void compare_state(struct diff *d, const struct machines *m, const il_state *was,
                          const il_state *is) {
  int was_final = was->kind == IL_STATE_FINAL, is_final = is->kind == IL_STATE_FINAL;
  if (was->is_null != is->is_null || strcmp(was->code, is->code) != 0) {
    path_state(d, m, is->name);
    il_buf_f(&d->message, "%s is stored as %s, no longer as %s", is->name, stored_as(is),
             stored_as(was));
    report(d, "state code changed", !was->is_null, m->column, was->is_null ? NULL : was->code);
  }
  if (was_final != is_final) {
    path_state(d, m, is->name);
    il_buf_f(&d->message, is_final ? "%s becomes final" : "%s is no longer final", is->name);
    report(d, is_final ? "state final" : "state not final", 1, m->column, was->code);
  }
  if (is_initial(was) != is_initial(is)) {
    path_state(d, m, is->name);
    il_buf_f(&d->message,
             is_initial(is) ? "rows may be born as %s" : "rows can no longer be born as %s",
             is->name);
    report(d, is_initial(is) ? "birth added" : "birth removed", 0, NULL, NULL);
  }
  if (!same_list(was->nborn, was->born, is->nborn, is->born)) {
    path_state(d, m, is->name);
    il_buf_f(&d->message, "a birth as %s writes other events", is->name);
    report(d, "events changed", 0, NULL, NULL);
  }
  if (!same_text(was->after_target, is->after_target) || was->after_us != is->after_us) {
    path_state(d, m, is->name);
    if (is->after_target) {
      il_buf_f(&d->message, "%s becomes %s after %lld seconds", is->name, is->after_target,
               (long long)(is->after_us / 1000000));
    } else {
      il_buf_f(&d->message, "%s no longer becomes %s by itself", is->name, was->after_target);
    }
    report(d, "delay changed", 1, m->column, was->code);
  }
}

static void compare_states(struct diff *d, const struct machines *m) {
  for (int i = 0; i < m->is->nstates; i++) {
    const il_state *s = &m->is->states[i];
    int old = state_named(m->was, s->name);
    if (old >= 0) {
      compare_state(d, m, &m->was->states[old], s);
      continue;
    }
    path_state(d, m, s->name);
    il_buf_f(&d->message, "%s is a new state", s->name);
    report(d, "state added", 0, NULL, NULL);
  }
  for (int i = 0; i < m->was->nstates; i++) {
    const il_state *s = &m->was->states[i];
    if (state_named(m->is, s->name) >= 0) continue;
    path_state(d, m, s->name);
    il_buf_f(&d->message, "%s is no state any more: rows in it break the rule", s->name);
    report(d, "state removed", !s->is_null, m->column, s->is_null ? NULL : s->code);
  }
}

/* The edge of `of` between the states that an edge of `m` joins; NULL when there is none. */
static const il_edge *same_edge(const il_machine *m, const il_edge *e, const il_machine *of) {
  int from = state_named(of, m->states[e->from].name), to = state_named(of, m->states[e->to].name);
  for (int i = 0; from >= 0 && to >= 0 && i < of->nedges; i++) {
    const il_edge *other = &of->edges[i];
    if (other->from == from && other->to == to && strcmp(other->name, e->name) == 0) return other;
  }
  return NULL;
}

static void report_edge(struct diff *d, const struct machines *m, const il_machine *of,
                        const il_edge *e, const char *change, const char *says, int rows) {
  const il_state *from = &of->states[e->from];
  path_state(d, m, from->name);
  il_buf_f(&d->message, "%s %s %s", from->name, says, of->states[e->to].name);
  if (*e->name) il_buf_f(&d->message, " by %s", e->name);
  rows = rows && !from->is_null;
  report(d, change, rows, rows ? m->column : NULL, rows ? from->code : NULL);
}

static void compare_edges(struct diff *d, const struct machines *m) {
  for (int i = 0; i < m->is->nedges; i++) {
    const il_edge *e = &m->is->edges[i], *old = same_edge(m->is, e, m->was);
    if (!old) {
      report_edge(d, m, m->is, e, "transition added", "can become", 0);
    } else if (!same_list(old->nevents, old->events, e->nevents, e->events)) {
      report_edge(d, m, m->is, e, "events changed", "writes other events on becoming", 0);
    }
  }
  for (int i = 0; i < m->was->nedges; i++) {
    const il_edge *e = &m->was->edges[i];
    if (same_edge(m->was, e, m->is)) continue;
    report_edge(d, m, m->was, e, "transition removed", "can no longer become", 1);
  }
}

/* Machines of a column; either may be NULL. */
static void compare_machines(struct diff *d, const struct machines *m) {
  if (m->was && m->is) {
    if (m->was->self_deny != m->is->self_deny) {
      path_state(d, m, NULL);
      il_buf_f(&d->message, m->is->self_deny ? "writing the state a row has already is refused"
                                             : "writing the state a row has already is allowed");
      report(d, "self changed", 0, NULL, NULL);
    }
    compare_states(d, m);
    compare_edges(d, m);
    return;
  }
  path_state(d, m, NULL);
  il_buf_f(&d->message,
           m->is ? "%s.%s becomes a state machine" : "%s.%s is no state machine any more",
           d->plan->table, m->column);
  report(d, m->is ? "machine added" : "machine removed", m->is != NULL, NULL, NULL);
}

static int is_machine(const il_op *op) {
  return strcmp(op->role->name, "machines") == 0;
}

/* What the comparison of machines has said already. */
static int is_of_machine(const il_op *op) {
  const char *role = op->role->name;
  return is_machine(op) || strcmp(role, ".domain") == 0 || strcmp(role, ".birth") == 0;
}

static void compare_table_machines(struct diff *d, const il_plan *was, const il_plan *is) {
  struct machines m = {0};
  for (int i = 0; i < is->nops; i++) {
    const il_op *op = &is->ops[i];
    if (!is_machine(op)) continue;
    m.column = is->cols[op->cols[0]].name;
    m.is = op->compiled;
    m.was = il_plan_machine(was, m.column, NULL);
    compare_machines(d, &m);
    m.index++;
  }
  m.index = 0;
  for (int i = 0; i < was->nops; i++) {
    const il_op *op = &was->ops[i];
    if (!is_machine(op)) continue;
    m.column = was->cols[op->cols[0]].name;
    m.was = op->compiled;
    m.is = il_plan_machine(is, m.column, NULL);
    if (!m.is) compare_machines(d, &m);
    m.index++;
  }
}

/* ---- all other rules ------------------------------------------------------------------------ */

/* The rule in words, arena-owned; "" when memory is out. */
static const char *describe(struct diff *d, const il_plan *plan, const il_op *op) {
  const char *text = NULL;
  il_buf b;
  il_buf_init(&b, d->arena->mem);
  if (op->role->describe) op->role->describe(op, plan, &b);
  if (il_buf_text(&b))
    text = il_arena_strdup(d->arena, il_buf_text(&b));
  else
    d->arena->failed = 1;
  il_buf_free(&b);
  return text ? text : "";
}

/* Words may hold column numbers, which differ between plans that say the same; the description
** has names. */
static int same_words(const il_op *a, const il_op *b) {
  if (a->nwords != b->nwords) return 0;
  for (int i = 0; i < a->nwords; i++)
    if (strcmp(a->words[i], b->words[i]) != 0) return 0;
  return 1;
}

struct rule {
  const il_op *op;
  const char *text;
  int matched;
};

static struct rule *rules_of(struct diff *d, const il_plan *plan, int *n) {
  struct rule *list = il_arena_alloc(d->arena, ((size_t)plan->nops + 1) * sizeof *list);
  *n = 0;
  for (int i = 0; list && i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (is_of_machine(op)) continue;
    list[(*n)++] = (struct rule){op, describe(d, plan, op), 0};
  }
  if (!list) d->kind = il_error_set(d->err, IL_NOMEM, "out of memory");
  return list;
}

static int same_rule(const struct rule *a, const struct rule *b) {
  return a->op->role == b->op->role && strcmp(a->op->rule, b->op->rule) == 0 &&
         a->op->events == b->op->events && strcmp(a->text, b->text) == 0 &&
         (same_words(a->op, b->op) || strcmp(a->op->role->name, ".stamp") == 0);
}

static void report_rule(struct diff *d, const struct rule *r, const char *change, int rows) {
  const char *role = r->op->role->name;
  path_table(d);
  path_part(d, *role == '.' ? "machines" : role);
  il_buf_f(&d->message, "%s: %s", r->op->rule, r->text);
  report(d, change, rows, NULL, NULL);
}

static void compare_rules(struct diff *d, const il_plan *was, const il_plan *is) {
  int na, nb;
  struct rule *a = rules_of(d, was, &na), *b = rules_of(d, is, &nb);
  if (d->kind != IL_OK) return;
  for (int i = 0; i < nb; i++) {
    for (int k = 0; k < na && !b[i].matched; k++)
      if (!a[k].matched && same_rule(&a[k], &b[i])) a[k].matched = b[i].matched = 1;
  }
  for (int i = 0; i < nb; i++) {
    const char *change = "rule added";
    if (b[i].matched) continue;
    for (int k = 0; k < na; k++) {
      if (a[k].matched || a[k].op->role != b[i].op->role) continue;
      if (strcmp(a[k].op->rule, b[i].op->rule) != 0) continue;
      a[k].matched = 1;
      change = "rule changed";
      break;
    }
    report_rule(d, &b[i], change, 1);
  }
  for (int i = 0; i < na; i++)
    if (!a[i].matched) report_rule(d, &a[i], "rule removed", 0);
}

static void compare_key(struct diff *d, const il_plan *was, const il_plan *is) {
  int same = was->nkey == is->nkey;
  for (int i = 0; same && i < is->nkey; i++)
    same = strcmp(was->cols[was->key[i]].name, is->cols[is->key[i]].name) == 0;
  if (same) return;
  path_table(d);
  path_part(d, "key");
  il_buf_f(&d->message, "%s has another key", is->table);
  report(d, "key changed", 0, NULL, NULL);
}

/* ---- tables --------------------------------------------------------------------------------- */

static const il_plan *plan_of(const il_rulebook *book, const char *table) {
  for (int i = 0; i < book->ntables; i++)
    if (strcmp(book->plans[i]->table, table) == 0) return book->plans[i];
  return NULL;
}

il_kind il_rulebook_diff(const il_rulebook *old, const il_rulebook *new_, il_arena *arena,
                         il_change_fn each, void *ctx, il_error *err) {
  struct diff d = {.arena = arena, .each = each, .ctx = ctx, .err = err, .kind = IL_OK};
  il_buf_init(&d.path, arena->mem);
  il_buf_init(&d.message, arena->mem);
  for (int i = 0; i < new_->ntables && d.kind == IL_OK; i++) {
    const il_plan *is = new_->plans[i], *was = plan_of(old, is->table);
    d.plan = is;
    if (!was) {
      path_table(&d);
      il_buf_f(&d.message, "%s comes under rules", is->table);
      report(&d, "table added", 1, NULL, NULL);
      continue;
    }
    compare_key(&d, was, is);
    compare_table_machines(&d, was, is);
    compare_rules(&d, was, is);
  }
  for (int i = 0; i < old->ntables && d.kind == IL_OK; i++) {
    d.plan = old->plans[i];
    if (plan_of(new_, d.plan->table)) continue;
    path_table(&d);
    il_buf_f(&d.message, "%s is free of rules", d.plan->table);
    report(&d, "table removed", 1, NULL, NULL);
  }
  il_buf_free(&d.path);
  il_buf_free(&d.message);
  return d.kind;
}
