/* machines_bind.c: reads a state machine (the words of XState v5) and adds its operations.
** machines.c is the rest of the role. */
#include "machine_bind.h"

enum { STATES_MAX = 1024, EDGES_MAX = 8192, NAME_BYTES = 100 };

static const char *const machine_keys[] = {"rule",   "rules",  "column", "initial", "on",
                                           "states", "events", "self",   NULL};
static const char *const rule_keys[] = {"domain",  "birth",   "transition", "freeze", "events",
                                        "log",     "require", "forbid",     "stamp",  "after",
                                        "compare", "repeat",  NULL};
static const char *const state_keys[] = {"code", "type", "freeze", "require", "forbid", "stamp",
                                         "to",   "on",   "born",   "after",   NULL};
static const char *const edge_keys[] = {"target", "events", NULL};

il_kind il_bind_name(il_binder *b, const cJSON *at, const char *name) {
  const char *p = name ? name : "";
  while ((unsigned char)*p >= ' ' && *p != 0x7f)
    p++;
  if (!name || !*name || *p || strlen(name) > NAME_BYTES)
    return il_bind_error(b, at, IL_ARGUMENT,
                         "must be a name of 1 to %d bytes without control characters", NAME_BYTES);
  return IL_OK;
}

int il_machine_bind_state(const il_machine_bind *m, const char *name) {
  for (int i = 0; i < m->nstates; i++)
    if (strcmp(m->states[i]->string, name) == 0) return i;
  return -1;
}

il_bind_op *il_state_op(il_binder *b, const il_machine_bind *m, const il_role *role,
                        const char *rule, unsigned events, int state) {
  il_bind_op *op = il_bind_add(b, b->table, role, rule, events);
  il_bind_add_col(b, op, m->col);
  il_code_word(b, op, m->as, m->codes[state]);
  il_bind_word(b, op, 'n', m->states[state]->string);
  return op;
}

int il_edge_events(const il_edge_bind *edge) {
  return edge->events ? cJSON_GetArraySize(edge->events) : 1;
}

const char *il_edge_event(const il_machine_bind *m, const il_edge_bind *edge, int k) {
  if (edge->events) return cJSON_GetArrayItem(edge->events, k)->valuestring;
  return edge->name ? edge->name : m->states[edge->to]->string;
}

/* ---- the column and the states ---- */

static il_kind read_column(il_binder *b, il_machine_bind *m) {
  const cJSON *node = il_doc_get(m->json, "column");
  const struct il_column_info *info;
  il_kind kind;
  if (!node) return il_bind_error(b, m->json, IL_ARGUMENT, "\"column\" is missing");
  kind = il_bind_column(b, node, IL_C_OTHER, &m->col);
  if (kind != IL_OK) return kind;
  info = il_bind_info(b->table, m->col);
  if (info && info->generated)
    return il_bind_error(b, node, IL_ARGUMENT, "a generated column cannot hold a state");
  if (il_bind_machine_of(b->table, m->col))
    return il_bind_error(b, node, IL_ARGUMENT, "another machine is on this column");
  return IL_OK;
}

static il_kind check_state(il_binder *b, const cJSON *state) {
  const cJSON *type = il_doc_get(state, "type");
  il_kind kind = il_bind_name(b, state, state->string);
  if (kind == IL_OK && strchr(state->string, '.'))
    kind = il_bind_error(b, state, IL_ARGUMENT, "a state's name has no dot");
  if (kind == IL_OK) kind = il_bind_keys(b, state, state_keys);
  if (kind != IL_OK) return kind;
  if (type && !(cJSON_IsString(type) && strcmp(type->valuestring, "final") == 0))
    return il_bind_error(b, type, IL_ARGUMENT, "must be \"final\", or be left out");
  return IL_OK;
}

/* A state that is stored as NULL has ways in and out and nothing else: everything else asks for a
** code, and the event of a birth is told by a state that was NULL. */
static il_kind check_null(il_binder *b, const il_machine_bind *m, const cJSON *state) {
  const cJSON *events = il_doc_get(m->json, "events");
  for (const cJSON *part = state->child; part; part = part->next) {
    const char *key = part->string;
    if (strcmp(key, "code") == 0 || strcmp(key, "to") == 0 || strcmp(key, "on") == 0 ||
        strcmp(key, "meta") == 0)
      continue;
    return il_bind_error(b, part, IL_ARGUMENT, "a state that is stored as NULL has ways out only");
  }
  if (events)
    return il_bind_error(b, events, IL_ARGUMENT, "no event rows where a state is stored as NULL");
  return IL_OK;
}

/* Codes: all integers or all texts, none twice, and of the column's type; one may be NULL. */
static il_kind read_codes(il_binder *b, il_machine_bind *m) {
  il_coltype type = b->table->plan->cols[m->col].type;
  int known = 0, nulls = 0;
  for (int i = 0; i < m->nstates; i++) {
    const cJSON *at = il_doc_get(m->states[i], "code");
    int integer;
    il_kind kind = il_bind_code(b, m->states[i], &m->codes[i], &integer);
    if (kind == IL_OK && integer < 0) kind = check_null(b, m, m->states[i]);
    if (kind != IL_OK) return kind;
    if (!at) at = m->states[i];
    if (integer < 0) {
      m->null_state = i;
      if (nulls++) return il_bind_error(b, at, IL_ARGUMENT, "only one state is stored as NULL");
      if (!il_bind_nullable(b->table, m->col))
        return il_bind_error(b, at, IL_ARGUMENT, "the column cannot be NULL");
      continue;
    }
    if (!known++) m->as->integers = integer;
    if (integer != m->as->integers)
      return il_bind_error(b, at, IL_ARGUMENT,
                           "either all states have a whole number as code or none");
    for (int k = 0; k < i; k++)
      if (k != m->null_state && strcmp(m->codes[k], m->codes[i]) == 0)
        return il_bind_error(b, at, IL_ARGUMENT, "state \"%s\" has this code already",
                             m->states[k]->string);
  }
  if (!known)
    return il_bind_error(b, il_doc_get(m->json, "states"), IL_ARGUMENT,
                         "a state that is stored as NULL needs another one beside it");
  if (b->table->info && type != IL_C_OTHER && (type == IL_C_INT) != m->as->integers)
    return il_bind_error(b, il_doc_get(m->json, "column"), IL_ARGUMENT,
                         "the codes are %s, but the column is declared %s",
                         m->as->integers ? "whole numbers" : "texts", il_coltype_name(type));
  return IL_OK;
}

static il_kind read_states(il_binder *b, il_machine_bind *m) {
  const cJSON *states = il_doc_get(m->json, "states");
  int n = cJSON_IsObject(states) ? cJSON_GetArraySize(states) : 0;
  if (n == 0)
    return il_bind_error(b, states ? states : m->json, IL_ARGUMENT,
                         "\"states\" must be an object with at least one state");
  if (n > STATES_MAX)
    return il_bind_error(b, states, IL_ARGUMENT, "more than %d states", STATES_MAX);
  m->states = il_arena_alloc(b->arena, (size_t)n * sizeof(const cJSON *));
  m->codes = il_arena_alloc(b->arena, (size_t)n * sizeof *m->codes);
  m->as = il_arena_alloc(b->arena, sizeof *m->as);
  if (!m->states || !m->codes || !m->as) return il_bind_nomem(b);
  for (const cJSON *s = states->child; s; s = s->next) {
    il_kind kind = check_state(b, s);
    if (kind != IL_OK) return kind;
    m->states[m->nstates++] = s;
  }
  m->as->col = m->col;
  m->as->states = states;
  return read_codes(b, m);
}

/* ---- edges ---- */

static il_kind find_target(il_binder *b, const il_machine_bind *m, const cJSON *at, int wildcard,
                           int *to) {
  const char *name = cJSON_IsString(at) ? at->valuestring : NULL;
  const char *unused;
  if (!name) return il_bind_error(b, at, IL_ARGUMENT, "must be the name of a state");
  if (wildcard && name[0] != '.')
    return il_bind_error(b, at, IL_ARGUMENT,
                         "the target of a root \"on\" begins with a dot: \".%s\"", name);
  name += wildcard;
  *to = il_machine_bind_state(m, name);
  return *to >= 0 ? IL_OK : il_bind_state(b, m->as, at, name, &unused);
}

static il_kind add_edge(il_binder *b, il_machine_bind *m, const cJSON *at,
                        const il_edge_bind *edge) {
  if (m->nedges == EDGES_MAX)
    return il_bind_error(b, at, IL_ARGUMENT, "more than %d edges", EDGES_MAX);
  m->edges[m->nedges++] = *edge;
  return IL_OK;
}

/* The value of an event in "on": a target, or an object with target and events. */
static il_kind read_edge(il_binder *b, const il_machine_bind *m, const cJSON *at,
                         il_edge_bind *edge) {
  const cJSON *target = at;
  il_kind kind = il_bind_name(b, at, edge->name);
  if (kind == IL_OK && cJSON_IsObject(at)) {
    kind = il_bind_keys(b, at, edge_keys);
    target = il_doc_get(at, "target");
    edge->events = il_doc_get(at, "events");
    if (kind == IL_OK && !target) kind = il_bind_error(b, at, IL_ARGUMENT, "\"target\" is missing");
    if (kind == IL_OK && edge->events && !cJSON_IsArray(edge->events))
      kind = il_bind_error(b, edge->events, IL_ARGUMENT, "must be a list of event names");
    for (const cJSON *e = edge->events ? edge->events->child : NULL; e && kind == IL_OK;
         e = e->next)
      kind = il_bind_name(b, e, cJSON_IsString(e) ? e->valuestring : NULL);
  }
  if (kind != IL_OK) return kind;
  return find_target(b, m, target, edge->wildcard, &edge->to);
}

/* Keeps the first error; lint goes on to the next edge. 0: stop. */
static int goes_on(const il_binder *b, il_kind kind, il_kind *first) {
  if (*first == IL_OK) *first = kind;
  return kind == IL_OK || (b->report && kind != IL_NOMEM);
}

static il_kind read_target(il_binder *b, il_machine_bind *m, int from, const cJSON *at) {
  il_edge_bind edge = {from, 0, NULL, NULL, 0};
  il_kind kind = find_target(b, m, at, 0, &edge.to);
  for (int i = 0; i < m->nedges && kind == IL_OK; i++)
    if (m->edges[i].from == from && m->edges[i].to == edge.to && !m->edges[i].name)
      kind = il_bind_error(b, at, IL_ARGUMENT, "is there twice");
  return kind == IL_OK ? add_edge(b, m, at, &edge) : kind;
}

static il_kind read_to(il_binder *b, il_machine_bind *m, int from, const cJSON *to) {
  il_kind first = IL_OK;
  if (!cJSON_IsArray(to)) return read_target(b, m, from, to);
  for (const cJSON *t = to->child; t; t = t->next)
    if (!goes_on(b, read_target(b, m, from, t), &first)) break;
  return first;
}

static il_kind read_on(il_binder *b, il_machine_bind *m, int from, const cJSON *on) {
  il_kind first = IL_OK;
  if (!cJSON_IsObject(on))
    return il_bind_error(b, on, IL_ARGUMENT, "must be an object: a target for each event");
  for (const cJSON *e = on->child; e; e = e->next) {
    il_edge_bind edge = {from, 0, e->string, NULL, 0};
    il_kind kind = read_edge(b, m, e, &edge);
    if (kind == IL_OK) kind = add_edge(b, m, e, &edge);
    if (!goes_on(b, kind, &first)) break;
  }
  return first;
}

static il_kind read_exits(il_binder *b, il_machine_bind *m, int from) {
  const cJSON *state = m->states[from];
  int is_final = il_doc_get(state, "type") != NULL;
  il_kind first = IL_OK;
  for (const cJSON *part = state->child; part; part = part->next) {
    int is_to = strcmp(part->string, "to") == 0;
    il_kind kind;
    if (!is_to && strcmp(part->string, "on") != 0) continue;
    if (is_final && (part->child || cJSON_IsString(part)))
      kind = il_bind_error(b, part, IL_ARGUMENT, "a final state has no exit");
    else
      kind = is_to ? read_to(b, m, from, part) : read_on(b, m, from, part);
    if (!goes_on(b, kind, &first)) break;
  }
  return first;
}

/* Does a state deal with this event, or go to this target, by itself? Then the wildcard is not
** for it. */
static int overrides(const il_machine_bind *m, int from, const il_edge_bind *wild) {
  if (wild->to == from || il_doc_get(m->states[from], "type")) return 1;
  for (int i = 0; i < m->nedges; i++)
    if (m->edges[i].from == from &&
        (m->edges[i].to == wild->to ||
         (m->edges[i].name && strcmp(m->edges[i].name, wild->name) == 0)))
      return 1;
  return 0;
}

static il_kind read_wildcards(il_binder *b, il_machine_bind *m) {
  const cJSON *on = il_doc_get(m->json, "on");
  if (on && !cJSON_IsObject(on))
    return il_bind_error(b, on, IL_ARGUMENT, "must be an object: a target for each event");
  for (const cJSON *e = on ? on->child : NULL; e; e = e->next) {
    il_edge_bind edge = {0, 0, e->string, NULL, 1};
    il_kind kind = read_edge(b, m, e, &edge);
    for (edge.from = 0; edge.from < m->nstates && kind == IL_OK; edge.from++)
      if (!overrides(m, edge.from, &edge)) kind = add_edge(b, m, e, &edge);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

/* How many edges there can be at most. */
static size_t count_edges(const il_machine_bind *m) {
  size_t n = (size_t)cJSON_GetArraySize(il_doc_get(m->json, "on")) * (size_t)m->nstates;
  for (int i = 0; i < m->nstates; i++) {
    const cJSON *to = il_doc_get(m->states[i], "to");
    n += (size_t)cJSON_GetArraySize(il_doc_get(m->states[i], "on"));
    n += cJSON_IsArray(to) ? (size_t)cJSON_GetArraySize(to) : 1;
  }
  return n < EDGES_MAX ? n : EDGES_MAX;
}

static il_kind read_edges(il_binder *b, il_machine_bind *m) {
  il_kind first = IL_OK, kind;
  m->edges = il_arena_alloc(b->arena, count_edges(m) * sizeof *m->edges);
  if (!m->edges) return il_bind_nomem(b);
  for (int i = 0; i < m->nstates; i++) {
    kind = read_exits(b, m, i);
    if (first == IL_OK) first = kind;
    if (kind != IL_OK && !b->report) return kind; /* lint wants every unknown target */
  }
  kind = read_wildcards(b, m);
  return first == IL_OK ? kind : first;
}

/* ---- the operation ---- */

static int same_events(const il_machine_bind *m, const il_edge_bind *edge) {
  il_edge_bind plain = *edge;
  plain.events = NULL;
  return il_edge_events(edge) == 1 &&
         strcmp(il_edge_event(m, edge, 0), il_edge_event(m, &plain, 0)) == 0;
}

static void edge_words(il_binder *b, const il_machine_bind *m, il_bind_op *op,
                       const il_edge_bind *edge) {
  il_buf pair;
  il_buf_init(&pair, b->arena->mem);
  il_buf_f(&pair, "%d,%d", edge->from, edge->to);
  il_bind_word(b, op, edge->wildcard ? 'x' : 'e', il_bind_take(b, &pair));
  if (edge->name) il_bind_word(b, op, 'n', edge->name);
  if (same_events(m, edge)) return;
  if (il_edge_events(edge) == 0) il_bind_word(b, op, 'z', "");
  for (int k = 0; k < il_edge_events(edge); k++)
    il_bind_word(b, op, 'v', il_edge_event(m, edge, k));
}

static int is_initial(const il_machine_bind *m, const char *name) {
  const cJSON *initial = il_doc_get(m->json, "initial");
  if (cJSON_IsString(initial)) return strcmp(initial->valuestring, name) == 0;
  for (const cJSON *i = initial->child; i; i = i->next)
    if (strcmp(i->valuestring, name) == 0) return 1;
  return 0;
}

static il_kind check_initial(il_binder *b, const il_machine_bind *m) {
  const cJSON *initial = il_doc_get(m->json, "initial");
  il_kind kind = IL_OK;
  int unused;
  if (!initial)
    return il_bind_error(b, m->json, IL_ARGUMENT,
                         "\"initial\" is missing: the states a row may be born in");
  if (!cJSON_IsArray(initial)) return find_target(b, m, initial, 0, &unused);
  if (!initial->child)
    return il_bind_error(b, initial, IL_ARGUMENT, "must name at least one state");
  for (const cJSON *i = initial->child; i && kind == IL_OK; i = i->next)
    kind = find_target(b, m, i, 0, &unused);
  return kind;
}

static il_kind state_words(il_binder *b, const il_machine_bind *m, il_bind_op *op, int i) {
  const cJSON *born = il_doc_get(m->states[i], "born");
  const char *name = m->states[i]->string;
  il_kind kind = IL_OK;
  il_bind_word(b, op, il_doc_get(m->states[i], "type") ? 'F' : 'S', name);
  if (i == m->null_state)
    il_bind_word(b, op, '0', "");
  else if (strcmp(m->codes[i], name) != 0)
    il_bind_word(b, op, 'c', m->codes[i]);
  if (is_initial(m, name)) il_bind_word(b, op, 'i', "");
  if (born && !cJSON_IsArray(born))
    return il_bind_error(b, born, IL_ARGUMENT, "must be a list of event names");
  if (born && born->child && !is_initial(m, name))
    return il_bind_error(b, born, IL_ARGUMENT,
                         "no row is born in this state: it is not in \"initial\"");
  for (const cJSON *e = born ? born->child : NULL; e && kind == IL_OK; e = e->next) {
    kind = il_bind_name(b, e, cJSON_IsString(e) ? e->valuestring : NULL);
    if (kind == IL_OK) il_bind_word(b, op, 'b', e->valuestring);
  }
  return kind == IL_OK ? il_after_bind(b, m, i, op) : kind;
}

static il_kind rule_words(il_binder *b, const il_machine_bind *m, il_bind_op *op) {
  static const char *const keys[] = {"domain", "birth", "transition", "freeze"};
  for (int i = 0; i < 4; i++) {
    const char *rule;
    char tagged[2] = {(char)('1' + i), 0};
    il_kind kind = il_bind_rule_of(b, m->json, keys[i], m->rule, &rule);
    il_buf word;
    if (kind != IL_OK) return kind;
    if (strcmp(rule, op->rule) == 0) continue;
    il_buf_init(&word, b->arena->mem);
    il_buf_f(&word, "%s%s", tagged, rule);
    il_bind_word(b, op, 'R', il_bind_take(b, &word));
  }
  return IL_OK;
}

/* Rules of the functions, not of a write: they are listed with the others. */
static il_kind add_notes(il_binder *b, const il_machine_bind *m) {
  static const char *const keys[] = {"compare", "repeat"};
  for (int i = 0; i < 2; i++) {
    const char *rule;
    il_bind_op *op;
    il_kind kind = il_bind_rule_of(b, m->json, keys[i], NULL, &rule);
    if (kind != IL_OK) return kind;
    if (!rule) continue;
    op = il_bind_add(b, b->table, &il_role_note, rule, 0);
    il_bind_add_col(b, op, m->col);
    il_bind_word(b, op, keys[i][0], "");
  }
  return IL_OK;
}

static il_kind add_machine(il_binder *b, il_machine_bind *m) {
  const cJSON *self = il_doc_get(m->json, "self"), *events = il_doc_get(m->json, "events");
  const cJSON *table = il_doc_get(events, "table");
  const char *domain, *birth, *transition;
  il_bind_op *op;
  il_kind kind = il_bind_rule_of(b, m->json, "domain", m->rule, &domain);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "birth", m->rule, &birth);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "transition", m->rule, &transition);
  if (kind != IL_OK) return kind;
  if (self && !(cJSON_IsString(self) && (strcmp(self->valuestring, "ignore") == 0 ||
                                         strcmp(self->valuestring, "deny") == 0)))
    return il_bind_error(b, self, IL_ARGUMENT, "must be \"ignore\" or \"deny\"");
  op = il_bind_add(b, b->table, &il_role_domain, domain, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(b, op, m->col);
  op = il_bind_add(b, b->table, &il_role_birth, birth, IL_EV_INSERT);
  il_bind_add_col(b, op, m->col);
  op = il_bind_add(b, b->table, &il_role_machines, transition, IL_EV_UPDATE);
  il_bind_add_col(b, op, m->col);
  if (!op) return il_bind_nomem(b);
  il_bind_word(b, op, m->as->integers ? 'i' : 't', self && self->valuestring[0] == 'd' ? "d" : "");
  kind = rule_words(b, m, op);
  if (kind == IL_OK && cJSON_IsString(table)) il_bind_word(b, op, 'T', table->valuestring);
  for (int i = 0; i < m->nstates && kind == IL_OK; i++)
    kind = state_words(b, m, op, i);
  for (int i = 0; i < m->nedges; i++)
    edge_words(b, m, op, &m->edges[i]);
  return kind;
}

static il_kind bind_machine(il_binder *b, const cJSON *json) {
  il_machine_bind m = {.null_state = -1};
  const cJSON *rules = il_doc_get(json, "rules");
  il_kind kind = il_bind_keys(b, json, machine_keys);
  m.json = json;
  if (kind == IL_OK) kind = il_bind_rule(b, json, &m.rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = read_column(b, &m);
  if (kind == IL_OK) kind = read_states(b, &m);
  if (kind == IL_OK) kind = check_initial(b, &m);
  if (kind == IL_OK) kind = read_edges(b, &m);
  if (kind != IL_OK) return kind;
  m.as->next = b->table->machines;
  b->table->machines = m.as;
  kind = add_machine(b, &m);
  if (kind == IL_OK) kind = il_freeze_bind(b, &m);
  if (kind == IL_OK) kind = il_require_bind(b, &m);
  if (kind == IL_OK) kind = il_stamp_bind(b, &m);
  if (kind == IL_OK) kind = il_events_bind(b, &m);
  if (kind == IL_OK) kind = add_notes(b, &m);
  return kind;
}

il_kind il_machines_bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_machine);
}
