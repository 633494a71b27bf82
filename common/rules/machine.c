/* machine.c: questions to a compiled state machine (machine.h). The role common/roles/machines.c
** makes it. */
#include "machine.h"
#include "role.h"
#include <string.h>

const il_machine *il_plan_machine(const il_plan *plan, const char *column, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    const il_op *o = &plan->ops[i];
    if (strcmp(o->role->name, "machines") != 0 || !o->compiled) continue;
    if (column && strcmp(plan->cols[o->cols[0]].name, column) != 0) continue;
    if (op) *op = o;
    return o->compiled;
  }
  if (op) *op = NULL;
  return NULL;
}

const il_op *il_plan_machine_op(const il_plan *plan, int col) {
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (strcmp(op->role->name, "machines") == 0 && op->ncols > 0 && op->cols[0] == col) return op;
  }
  return NULL;
}

const il_machine *il_plan_machine_at(const il_plan *plan, int col) {
  const il_op *op = il_plan_machine_op(plan, col);
  return op ? op->compiled : NULL;
}

int il_machine_stored(const il_machine *m, const il_value *v) {
  if (v->type == IL_T_NULL) return m->null_state;
  if (m->integer_codes) {
    if (v->type != IL_T_INT) return -1;
    for (int i = 0; i < m->nstates; i++)
      if (m->states[i].icode == v->i && !m->states[i].is_null) return i;
    return -1;
  }
  if (v->type != IL_T_TEXT && v->type != IL_T_OTHER)
    return -1; /* OTHER: an enum type of PostgreSQL */
  for (int i = 0; i < m->nstates; i++) {
    const struct il_packed *code = &m->codes[i];
    if (code->n != v->n || (v->n && code->p[0] != v->p[0])) continue;
    if (v->n < 2 || memcmp(code->p + 1, v->p + 1, v->n - 1) == 0) return i;
  }
  return -1;
}

int il_machine_state(const il_machine *m, const char *p, size_t n) {
  for (int i = 0; i < m->nstates; i++)
    if (strlen(m->states[i].name) == n && memcmp(m->states[i].name, p, n) == 0) return i;
  for (int i = 0; i < m->nstates; i++)
    if (!m->states[i].is_null && strlen(m->states[i].code) == n &&
        memcmp(m->states[i].code, p, n) == 0)
      return i;
  return -1;
}

il_value il_machine_code(const il_machine *m, int state) {
  const il_state *s = &m->states[state];
  if (s->is_null) return il_null();
  return m->integer_codes ? il_int(s->icode) : il_str(s->code);
}

int il_machine_can(const il_machine *m, int from, int to) {
  size_t row = (size_t)(m->nstates + 63) / 64;
  return (int)(m->reach[(size_t)from * row + (size_t)to / 64] >> (to % 64) & 1);
}

const il_edge *il_machine_edge(const il_machine *m, int from, int to) {
  for (int i = 0; i < m->nedges; i++)
    if (m->edges[i].from == from && m->edges[i].to == to) return &m->edges[i];
  return NULL;
}

/* Has an earlier edge out of the same state the same target? */
static int seen_before(const il_machine *m, int edge) {
  for (int i = 0; i < edge; i++)
    if (m->edges[i].from == m->edges[edge].from && m->edges[i].to == m->edges[edge].to) return 1;
  return 0;
}

/* Adds a name to a comma separated list; a list that is full ends before the name. */
static size_t add_name(char *buf, size_t cap, size_t at, const char *name) {
  size_t n = strlen(name), comma = at ? 2 : 0;
  if (at + comma + n + 1 > cap) return at;
  memcpy(buf + at, ", ", comma);
  memcpy(buf + at + comma, name, n + 1);
  return at + comma + n;
}

char *il_machine_allowed(const il_machine *m, int from, char *buf, size_t cap) {
  size_t at = 0;
  if (cap) buf[0] = 0;
  for (int i = 0; i < m->nedges; i++)
    if (m->edges[i].from == from && !seen_before(m, i))
      at = add_name(buf, cap, at, m->states[m->edges[i].to].name);
  return buf;
}

char *il_machine_names(const il_machine *m, char *buf, size_t cap) {
  size_t at = 0;
  if (cap) buf[0] = 0;
  for (int i = 0; i < m->nstates; i++)
    at = add_name(buf, cap, at, m->states[i].name);
  return buf;
}

char *il_machine_initial(const il_machine *m, char *buf, size_t cap) {
  size_t at = 0;
  if (cap) buf[0] = 0;
  for (int i = 0; i < m->nstates; i++)
    if (m->states[i].initial) at = add_name(buf, cap, at, m->states[i].name);
  return buf;
}
