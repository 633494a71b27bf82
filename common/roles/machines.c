/*
** machines.c: where a state may go. Binding is machines_bind.c, questions are rules/machine.c.
**
** Words: "i" or "t" (codes are integers, texts), with "d" behind it for "self": "deny";
** "R<1-4><rule>" rule ids of domain, birth, transition, freeze; "T<events table>"; then the
** states in file order, "S<name>" or "F<name>" (final), each followed by "c<code>" or "0" (NULL), "i"
** (initial), "b<event>" (of a birth), "m<ms>" "w<since>" "a<actor>" "r<rule>" "g<target>"
** (after); then the edges, "e<from>,<to>" or "x<from>,<to>" (of a root "on"), each followed by
** "n<name>", "v<event>" …, or "z": no event row.
*/
#include "machine_bind.h"

enum { STATES_MAX = 1024 };

typedef struct counts {
  int states, edges, strings;
} counts;

/* ---- compiling ---- */

static counts count_words(const il_op *op) {
  counts n = {0, 0, 0};
  for (int i = 1; i < op->nwords; i++) {
    char tag = op->words[i][0];
    n.states += tag == 'S' || tag == 'F';
    n.edges += tag == 'e' || tag == 'x';
    n.strings += tag == 'b' || tag == 'v';
  }
  n.strings += n.edges; /* an edge that names no event row writes one */
  return n;
}

/* "<from>,<to>": both indexes of states. */
static int read_pair(const char *p, int nstates, il_edge *edge) {
  const char *comma = strchr(p, ',');
  char from[8];
  int64_t a, c;
  if (!comma || (size_t)(comma - p) >= sizeof from) return 0;
  memcpy(from, p, (size_t)(comma - p));
  from[comma - p] = 0;
  if (!il_word_int(from, &a) || !il_word_int(comma + 1, &c)) return 0;
  if (a < 0 || a >= nstates || c < 0 || c >= nstates) return 0;
  edge->from = (int)a;
  edge->to = (int)c;
  return 1;
}

static int read_head(il_machine *m, const char *word) {
  const char **rules[] = {&m->rule_domain, &m->rule_birth, &m->rule_transition, &m->rule_freeze};
  if (word[0] == 'T' && word[1]) {
    m->event_table = word + 1;
  } else if (word[0] == 'R' && word[1] >= '1' && word[1] <= '4' && word[2]) {
    *rules[word[1] - '1'] = word + 2;
  } else {
    return 0;
  }
  return 1;
}

/* A word about the last state. */
static int read_state(il_machine *m, il_state *s, const char *word, const char ***strings,
                      int nstates) {
  int64_t i;
  switch (word[0]) {
  case 'c':
    s->code = word + 1;
    return word[1] != 0;
  case '0':
    if (word[1] || m->null_state >= 0) return 0;
    s->is_null = 1;
    m->null_state = (int)(s - m->states);
    return 1;
  case 'i':
    if (word[1]) return 0;
    s->initial = 1;
    if (s->kind != IL_STATE_FINAL) s->kind = IL_STATE_INITIAL;
    return 1;
  case 'b':
    if (!s->nborn) s->born = *strings;
    s->born[s->nborn++] = word + 1;
    ++*strings;
    return 1;
  case 'm':
    if (!il_word_int(word + 1, &i) || i <= 0 || i > INT64_MAX / 1000) return 0;
    s->after_us = i * 1000;
    return 1;
  case 'w':
    s->after_since = word + 1;
    return 1;
  case 'a':
    s->after_actor = word + 1;
    return 1;
  case 'r':
    s->after_rule = word + 1;
    return 1;
  case 'g': /* the target's name is found when all states are known: its index is kept in the text for now */
    if (!il_word_int(word + 1, &i) || i < 0 || i >= nstates) return 0;
    s->after_target = word + 1;
    return 1;
  default:
    return 0;
  }
}

static int read_edge_word(il_edge *e, const char *word, const char ***strings) {
  if (word[0] == 'n') {
    e->name = word + 1;
  } else if (word[0] == 'z' && e->nevents == 0) {
    e->events = *strings; /* not NULL: no event row at all */
  } else if (word[0] == 'v') {
    if (e->nevents == 0) e->events = *strings;
    e->events[e->nevents++] = word + 1;
    ++*strings;
  } else {
    return 0;
  }
  return 1;
}

static int read_words(const il_op *op, il_machine *m, const char **strings) {
  int nstates = m->nstates;
  m->nstates = m->nedges = 0;
  for (int i = 1; i < op->nwords; i++) {
    const char *word = op->words[i];
    int ok;
    if (word[0] == 'S' || word[0] == 'F') {
      il_state *s = &m->states[m->nstates++];
      s->name = s->code = word + 1;
      s->kind = word[0] == 'F' ? IL_STATE_FINAL : IL_STATE_NORMAL;
      ok = word[1] && m->nedges == 0;
    } else if (word[0] == 'e' || word[0] == 'x') {
      il_edge *e = &m->edges[m->nedges++];
      e->name = "";
      e->wildcard = word[0] == 'x';
      ok = read_pair(word + 1, nstates, e);
    } else if (m->nedges) {
      ok = read_edge_word(&m->edges[m->nedges - 1], word, &strings);
    } else if (m->nstates) {
      ok = read_state(m, &m->states[m->nstates - 1], word, &strings, nstates);
    } else {
      ok = read_head(m, word);
    }
    if (!ok) return 0;
  }
  for (int i = 0; i < m->nedges; i++) { /* the default: the edge's name, else the target's */
    il_edge *e = &m->edges[i];
    if (e->events) continue;
    e->events = strings++;
    e->events[e->nevents++] = e->name[0] ? e->name : m->states[e->to].name;
  }
  return 1;
}

/* Codes as integers, targets of `after` by name; every `after` has its time and its column. */
static int finish_states(il_machine *m) {
  for (int i = 0; i < m->nstates; i++) {
    il_state *s = &m->states[i];
    int64_t target = 0;
    if (m->integer_codes && !s->is_null && !il_word_int(s->code, &s->icode)) return 0;
    if (!s->after_target) continue;
    if (!s->after_us || !s->after_since || !il_word_int(s->after_target, &target)) return 0;
    s->after_target = m->states[target].name;
    if (!s->after_actor) s->after_actor = "system";
    if (!s->after_rule) s->after_rule = m->rule_transition;
  }
  return 1;
}

/* Warshall's closure over a copy of reach: is a state reachable from itself? */
static int is_acyclic(const il_machine *m, uint64_t *closure) {
  size_t row = (size_t)(m->nstates + 63) / 64;
  memcpy(closure, m->reach, (size_t)m->nstates * row * sizeof *closure);
  for (int k = 0; k < m->nstates; k++)
    for (int i = 0; i < m->nstates; i++)
      if (closure[(size_t)i * row + (size_t)k / 64] >> (k % 64) & 1)
        for (size_t w = 0; w < row; w++)
          closure[(size_t)i * row + w] |= closure[(size_t)k * row + w];
  for (int i = 0; i < m->nstates; i++)
    if (closure[(size_t)i * row + (size_t)i / 64] >> (i % 64) & 1) return 0;
  return 1;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  counts n = count_words(op);
  il_machine *m = il_arena_alloc(arena, sizeof *m);
  size_t row = (size_t)(n.states + 63) / 64;
  const char **strings = il_arena_alloc(arena, (size_t)n.strings * sizeof *strings);
  uint64_t *closure;
  (void)plan;
  if (op->ncols != 1 || op->nwords < 2 || !il_op_events(op, IL_EV_UPDATE))
    return il_word_error(op, err, "expected one column and states");
  if (n.states == 0 || n.states > STATES_MAX)
    return il_word_error(op, err, "too many states, or none");
  if (op->words[0][0] != 'i' && op->words[0][0] != 't')
    return il_word_error(op, err, "expected i or t");
  if (!m || !strings) return il_error_set(err, IL_NOMEM, "out of memory");
  m->col = op->cols[0];
  m->integer_codes = op->words[0][0] == 'i';
  m->self_deny = op->words[0][1] == 'd';
  m->rule_domain = m->rule_birth = m->rule_transition = m->rule_freeze = op->rule;
  m->nstates = n.states;
  m->null_state = -1;
  m->states = il_arena_alloc(arena, (size_t)n.states * sizeof *m->states);
  m->codes = il_arena_alloc(arena, (size_t)n.states * sizeof *m->codes);
  m->edges = il_arena_alloc(arena, (size_t)n.edges * sizeof *m->edges);
  m->reach = il_arena_alloc(arena, (size_t)n.states * row * sizeof *m->reach);
  closure = il_arena_alloc(arena, (size_t)n.states * row * sizeof *closure);
  if (!m->states || !m->codes || !m->edges || !m->reach || !closure)
    return il_error_set(err, IL_NOMEM, "out of memory");
  if (!read_words(op, m, strings))
    return il_word_error(op, err, "a word that is no part of a machine");
  if (!finish_states(m)) return il_word_error(op, err, "a code or an after that cannot be");
  for (int i = 0; i < m->nstates; i++) {
    const il_state *s = &m->states[i];
    m->codes[i] = (struct il_packed){s->code, s->is_null ? SIZE_MAX : strlen(s->code)};
  }
  for (int i = 0; i < m->nedges; i++)
    m->reach[(size_t)m->edges[i].from * row + (size_t)m->edges[i].to / 64] |=
        UINT64_C(1) << (m->edges[i].to % 64);
  m->acyclic = is_acyclic(m, closure);
  op->compiled = m;
  return IL_OK;
}

/* ---- judging ---- */

static il_kind refuse_transition(const il_op *op, const il_row *row, int from, int to,
                                 const il_value *was, il_error *err) {
  const il_machine *m = op->compiled;
  char shown[65];
  const char *name = from >= 0 ? m->states[from].name : il_value_show(was, shown, sizeof shown);
  il_refuse(err, row, op, m->col, IL_RULE, "%s.%s cannot go from %s to %s", row->plan->table,
            il_col_name(row->plan, m->col), name, m->states[to].name);
  if (from >= 0) {
    il_machine_allowed(m, from, err->allowed, sizeof err->allowed);
    memcpy(err->from, name, strlen(name) < sizeof err->from ? strlen(name) + 1 : 0);
  }
  return IL_RULE;
}

/* An unknown state, under the rule that says which there are: .domain leaves an UPDATE to the
** transition. */
static il_kind refuse_state(const il_op *op, const il_row *row, const il_value *v, il_error *err) {
  const il_machine *m = op->compiled;
  il_op domain = *op;
  domain.rule = m->rule_domain;
  return il_domain_refuse(&domain, m, row, v, err);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_machine *m = op->compiled;
  il_value was, is;
  int from, to;
  (void)work;
  if (row->stored || row->event != IL_EV_UPDATE) return IL_OK;
  is = il_row_value(row, IL_NEW, m->col);
  to = il_machine_stored(m, &is);
  if (to < 0) return refuse_state(op, row, &is, err);
  if (row->load) return IL_OK;
  was = il_row_value(row, IL_OLD, m->col);
  from = il_machine_stored(m, &was);
  if (from >= 0 && il_machine_can(m, from, to)) return IL_OK;
  if (from == to) return IL_OK; /* the state a row has already is no transition */
  return refuse_transition(op, row, from, to, &was, err);
}

/* "self": "deny" also refuses to set the state that a row has. */
static int wants_named(const il_op *op) {
  return ((const il_machine *)op->compiled)->self_deny;
}

static il_kind named(const il_op *op, const il_row *row, il_error *err) {
  const il_machine *m = op->compiled;
  il_value was, is;
  int from;
  if (!m->self_deny || row->load) return IL_OK;
  was = il_row_value(row, IL_OLD, m->col);
  is = il_row_value(row, IL_NEW, m->col);
  from = il_machine_stored(m, &was);
  if (from < 0 || from != il_machine_stored(m, &is)) return IL_OK;
  return refuse_transition(op, row, from, from, &was, err);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_machine *m = op->compiled;
  char names[1024];
  il_buf_f(out, "%s.%s goes", plan->table, il_col_name(plan, m->col));
  for (int i = 0, n = 0; i < m->nstates; i++) {
    il_machine_allowed(m, i, names, sizeof names);
    if (!names[0]) continue;
    il_buf_f(out, "%s from %s to %s", n++ ? ";" : "", m->states[i].name, names);
  }
  if (m->nedges == 0) il_buf_str(out, " nowhere");
  il_buf_str(out, m->self_deny ? "; setting the state a row has is refused."
                               : "; setting the state a row has changes nothing.");
}

const il_role il_role_machines = {.name = "machines",
                                  .if_changed = 1,
                                  .bind = il_machines_bind,
                                  .compile = compile,
                                  .check = check,
                                  .named = named,
                                  .wants_named = wants_named,
                                  .describe = describe};
