/*
** guard.c: events that the application writes itself (T-12, T-13), generated from the machine as
** SQL.
**
** Both orders of writing must work: the events of a step before the state changes, and after. So
** an event is accepted when it belongs to the state its row is in, or to one legal step out of
** it; a state may change only to where the events that are there already point, and only when
** those of the state it leaves are complete. At commit (PostgreSQL) state and events agree. It
** rests on machines without cycles: there every event happens at most once in a row's life.
**
** For a machine whose events the database writes, only what interlock_verify asks of stored rows
** is made.
**
** One operation per expression. Column 0, when there is one: the state's, and the expression is
** about changes of it. Words: "a" (assert), "c" (at commit) or "v" (stored rows), "t<text>",
** "s<expression>".
*/
#include "machine_bind.h"

enum { TYPES_MAX = 1024 };

/* ---- sets of event names ---- */

typedef struct sets {
  il_binder *b;
  const il_machine_bind *m;
  const char *key, *event, *column, *run, *runs, *log; /* names: see below */
  int ntypes;
  size_t words;
  const char **types;
  uint64_t *past;  /* per state: may have happened when a row is in it */
  uint64_t *must;  /* must have happened */
  uint64_t *ahead; /* of a step out of it, and not of its past */
} sets;

static uint64_t *of(const sets *s, uint64_t *all, int state) {
  return all + (size_t)state * s->words;
}

static int has(const uint64_t *set, int type) {
  return (int)(set[type / 64] >> (type % 64) & 1);
}

static int type_of(const sets *s, const char *name) {
  for (int i = 0; i < s->ntypes; i++)
    if (strcmp(s->types[i], name) == 0) return i;
  return -1;
}

static void add_type(sets *s, const char *name) {
  if (type_of(s, name) < 0 && s->ntypes < TYPES_MAX) s->types[s->ntypes++] = name;
}

static void put(const sets *s, uint64_t *set, const char *name) {
  int type = type_of(s, name);
  if (type >= 0) set[type / 64] |= UINT64_C(1) << (type % 64);
}

static void put_edge(const sets *s, uint64_t *set, const il_edge_bind *e) {
  for (int k = 0; k < il_edge_events(e); k++)
    put(s, set, il_edge_event(s->m, e, k));
}

static int is_initial(const il_machine_bind *m, int state) {
  const cJSON *initial = il_doc_get(m->json, "initial");
  const char *name = m->states[state]->string;
  if (cJSON_IsString(initial)) return strcmp(initial->valuestring, name) == 0;
  for (const cJSON *i = initial->child; i; i = i->next)
    if (strcmp(i->valuestring, name) == 0) return 1;
  return 0;
}

static void put_born(const sets *s, uint64_t *set, int state) {
  const cJSON *born = il_doc_get(s->m->states[state], "born");
  for (const cJSON *e = born ? born->child : NULL; e; e = e->next)
    put(s, set, e->valuestring);
}

static int is_subset(const sets *s, const uint64_t *a, const uint64_t *of_b) {
  for (size_t w = 0; w < s->words; w++)
    if (a[w] & ~of_b[w]) return 0;
  return 1;
}

static int is_empty(const sets *s, const uint64_t *set) {
  for (size_t w = 0; w < s->words; w++)
    if (set[w]) return 0;
  return 1;
}

/* Union (must = 0) or intersection over the ways into every state, until nothing changes. */
static void spread(sets *s, uint64_t *all, int must, uint64_t *scratch) {
  for (int changed = 1; changed;) {
    changed = 0;
    for (int i = 0; i < s->m->nedges; i++) {
      const il_edge_bind *e = &s->m->edges[i];
      uint64_t *to = of(s, all, e->to);
      if (e->from == e->to) continue;
      memcpy(scratch, of(s, all, e->from), s->words * sizeof *scratch);
      put_edge(s, scratch, e);
      for (size_t w = 0; w < s->words; w++) {
        uint64_t v = must ? to[w] & scratch[w] : to[w] | scratch[w];
        changed |= v != to[w];
        to[w] = v;
      }
    }
  }
}

static int is_cyclic(const il_machine_bind *m, il_arena *arena) {
  int *depth = il_arena_alloc(arena, (size_t)m->nstates * sizeof *depth);
  if (!depth) return 1;
  for (int round = 0; round <= m->nstates;
       round++) { /* longest paths end, unless there is a cycle */
    int changed = 0;
    for (int i = 0; i < m->nedges; i++) {
      const il_edge_bind *e = &m->edges[i];
      if (e->from == e->to || depth[e->to] > depth[e->from]) continue;
      depth[e->to] = depth[e->from] + 1;
      changed = 1;
    }
    if (!changed) return 0;
  }
  return 1;
}

static il_kind find_sets(sets *s) {
  il_arena *arena = s->b->arena;
  const il_machine_bind *m = s->m;
  uint64_t *scratch;
  size_t total;
  s->types = il_arena_alloc(arena, TYPES_MAX * sizeof *s->types);
  if (!s->types) return il_bind_nomem(s->b);
  for (int i = 0; i < m->nedges; i++)
    for (int k = 0; k < il_edge_events(&m->edges[i]); k++)
      add_type(s, il_edge_event(m, &m->edges[i], k));
  for (int i = 0; i < m->nstates; i++) {
    const cJSON *born = il_doc_get(m->states[i], "born");
    for (const cJSON *e = born ? born->child : NULL; e; e = e->next)
      add_type(s, e->valuestring);
  }
  s->words = (size_t)(s->ntypes + 63) / 64;
  total = (size_t)m->nstates * s->words;
  s->past = il_arena_alloc(arena, total * sizeof *s->past);
  s->must = il_arena_alloc(arena, total * sizeof *s->must);
  s->ahead = il_arena_alloc(arena, total * sizeof *s->ahead);
  scratch = il_arena_alloc(arena, s->words * sizeof *scratch);
  if (!s->past || !s->must || !s->ahead || !scratch) return il_bind_nomem(s->b);
  for (int i = 0; i < m->nstates; i++) {
    put_born(s, of(s, s->past, i), i);
    if (is_initial(m, i))
      memcpy(of(s, s->must, i), of(s, s->past, i), s->words * sizeof *s->must);
    else
      memset(of(s, s->must, i), 0xff, s->words * sizeof *s->must);
  }
  spread(s, s->past, 0, scratch);
  spread(s, s->must, 1, scratch);
  for (int i = 0; i < m->nedges; i++)
    put_edge(s, of(s, s->ahead, m->edges[i].from), &m->edges[i]);
  for (int i = 0; i < m->nstates; i++)
    for (size_t w = 0; w < s->words; w++) {
      of(s, s->ahead, i)[w] &= ~of(s, s->past, i)[w];
      of(s, s->must, i)[w] &= of(s, s->past, i)[w]; /* a state that nothing leads to: nothing */
    }
  return IL_OK;
}

/* ---- SQL ---- */

static void code(const sets *s, const char *side, int state, il_buf *sql) {
  il_buf_f(sql, "%s.%I = ", side, s->column);
  if (s->m->as->integers)
    il_buf_str(sql, s->m->codes[state]);
  else
    il_buf_f(sql, "%Q", s->m->codes[state]);
}

/* side."Type" IN ('A', 'B'); how many. */
static int in_set(const sets *s, const char *side, const uint64_t *set, il_buf *sql) {
  int n = 0;
  il_buf_f(sql, "%s.%I IN (", side, s->event);
  for (int i = 0; i < s->ntypes; i++)
    if (has(set, i)) il_buf_f(sql, "%s%Q", n++ ? ", " : "", s->types[i]);
  il_buf_char(sql, ')');
  return n;
}

/* All events of a set are there for a row of the machine's table, whose key is `key`."…" of
** `side`. */
static void all_there(const sets *s, const char *side, const char *key, const uint64_t *set,
                      il_buf *sql) {
  int n;
  il_buf_f(sql, "(SELECT count(DISTINCT il_e.%I) FROM %I AS il_e WHERE il_e.%I = %s.%I AND ",
           s->event, s->log, s->key, side, key);
  n = in_set(s, "il_e", set, sql);
  il_buf_f(sql, ") = %d", n);
}

/* One of the ways into the state has all its events there. Left out when what must be there says
** so already. */
static void one_way(const sets *s, const char *side, const char *key, int state, uint64_t *scratch,
                    il_buf *sql) {
  int n = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = -1; i < s->m->nedges; i++) {
      const il_edge_bind *e = i < 0 ? NULL : &s->m->edges[i];
      if (e ? e->to != state || e->from == state : !is_initial(s->m, state)) continue;
      memset(scratch, 0, s->words * sizeof *scratch);
      if (e)
        put_edge(s, scratch, e);
      else
        put_born(s, scratch, state);
      if (pass == 0 && is_subset(s, scratch, of(s, s->must, state))) return;
      if (pass == 0) continue;
      il_buf_str(sql, n++ ? " OR " : " AND (");
      all_there(s, side, key, scratch, sql);
    }
  if (n) il_buf_char(sql, ')');
}

/* In every state: the state, and that its events are complete. side."key" is the key of the
** machine's row. */
static void agree(const sets *s, const char *side, const char *key, int state, il_buf *sql) {
  uint64_t *scratch = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *scratch);
  if (!scratch) return;
  if (is_empty(s, of(s, s->must, state)))
    il_buf_str(sql, "1 = 1");
  else
    all_there(s, side, key, of(s, s->must, state), sql);
  one_way(s, side, key, state, scratch, sql);
}

static void agree_any(const sets *s, const char *side, il_buf *sql) {
  for (int i = 0; i < s->m->nstates; i++) {
    il_buf_str(sql, i ? " OR (" : "(");
    code(s, side, i, sql);
    il_buf_str(sql, " AND ");
    agree(s, side, s->run, i, sql);
    il_buf_char(sql, ')');
  }
}

/* The event row's row of the machine's table is in a state for which the event is in past, or in
** past or ahead. */
static void fits(const sets *s, int with_ahead, il_buf *sql) {
  uint64_t *set = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *set);
  int n = 0;
  if (!set) return;
  il_buf_f(sql, "EXISTS (SELECT 1 FROM %I AS il_r WHERE il_r.%I = NEW.%I AND (", s->runs, s->run,
           s->key);
  for (int i = 0; i < s->m->nstates; i++) {
    memcpy(set, of(s, s->past, i), s->words * sizeof *set);
    if (with_ahead) { /* belongs to the state itself: a birth in it or an edge into it, or is one step ahead */
      memcpy(set, of(s, s->ahead, i), s->words * sizeof *set);
      put_born(s, set, i);
      for (int k = 0; k < s->m->nedges; k++)
        if (s->m->edges[k].to == i) put_edge(s, set, &s->m->edges[k]);
    }
    if (is_empty(s, set)) continue;
    il_buf_str(sql, n++ ? " OR (" : "(");
    code(s, "il_r", i, sql);
    il_buf_str(sql, " AND ");
    in_set(s, "NEW", set, sql);
    il_buf_char(sql, ')');
  }
  il_buf_str(sql, n ? "))" : "1 = 0))");
}

/* Events ahead that are of no edge out of the state together with this one. 0: there are none. */
static int strangers(const sets *s, int state, int type, uint64_t *set, uint64_t *edge) {
  memcpy(set, of(s, s->ahead, state), s->words * sizeof *set);
  for (int i = 0; i < s->m->nedges; i++) {
    if (s->m->edges[i].from != state) continue;
    memset(edge, 0, s->words * sizeof *edge);
    put_edge(s, edge, &s->m->edges[i]);
    for (size_t w = 0; has(edge, type) && w < s->words; w++)
      set[w] &= ~edge[w];
  }
  return !is_empty(s, set);
}

/* No other step is announced than one that this event is of. */
static int one_step(const sets *s, il_buf *sql) {
  uint64_t *set = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *set);
  uint64_t *edge = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *edge);
  int n = 0;
  if (!set || !edge) return 0;
  il_buf_f(
      sql,
      "NOT EXISTS (SELECT 1 FROM %I AS il_r JOIN %I AS il_e ON il_e.%I = il_r.%I WHERE il_r.%I = NEW.%I AND (",
      s->runs, s->log, s->key, s->run, s->run, s->key);
  for (int i = 0; i < s->m->nstates; i++)
    for (int t = 0; t < s->ntypes; t++) {
      if (!has(of(s, s->ahead, i), t) || !strangers(s, i, t, set, edge)) continue;
      il_buf_str(sql, n++ ? " OR (" : "(");
      code(s, "il_r", i, sql);
      il_buf_f(sql, " AND NEW.%I = %Q AND ", s->event, s->types[t]);
      in_set(s, "il_e", set, sql);
      il_buf_char(sql, ')');
    }
  il_buf_str(sql, "))");
  return n;
}

/* An event ahead needs the events of the state that its row is in. */
static int complete_before(const sets *s, il_buf *sql) {
  int n = 0;
  il_buf_f(sql, "NOT EXISTS (SELECT 1 FROM %I AS il_r WHERE il_r.%I = NEW.%I AND (", s->runs,
           s->run, s->key);
  for (int i = 0; i < s->m->nstates; i++) {
    if (is_empty(s, of(s, s->ahead, i))) continue;
    il_buf_str(sql, n++ ? " OR (" : "(");
    code(s, "il_r", i, sql);
    il_buf_str(sql, " AND ");
    in_set(s, "NEW", of(s, s->ahead, i), sql);
    il_buf_str(sql, " AND NOT (");
    agree(s, "il_r", s->run, i, sql);
    il_buf_str(sql, "))");
  }
  il_buf_str(sql, "))");
  return n;
}

/* A state change goes where the events that are ahead of the old state point. */
static int as_announced(const sets *s, il_buf *sql) {
  uint64_t *set = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *set);
  uint64_t *edge = il_arena_alloc(s->b->arena, (s->words + 1) * sizeof *edge);
  int n = 0;
  if (!set || !edge) return 0;
  il_buf_f(sql, "NOT EXISTS (SELECT 1 FROM %I AS il_e WHERE il_e.%I = NEW.%I AND (", s->log, s->key,
           s->run);
  for (int i = 0; i < s->m->nedges; i++) {
    const il_edge_bind *e = &s->m->edges[i];
    memcpy(set, of(s, s->ahead, e->from), s->words * sizeof *set);
    memset(edge, 0, s->words * sizeof *edge);
    for (int k = 0; k < s->m->nedges; k++)
      if (s->m->edges[k].from == e->from && s->m->edges[k].to == e->to)
        put_edge(s, edge, &s->m->edges[k]);
    for (size_t w = 0; w < s->words; w++)
      set[w] &= ~edge[w];
    if (is_empty(s, set)) continue;
    il_buf_str(sql, n++ ? " OR (" : "(");
    code(s, "OLD", e->from, sql);
    il_buf_str(sql, " AND ");
    code(s, "NEW", e->to, sql);
    il_buf_str(sql, " AND ");
    in_set(s, "il_e", set, sql);
    il_buf_char(sql, ')');
  }
  il_buf_str(sql, "))");
  return n;
}

/* ---- binding ---- */

static il_bind_op *add(const sets *s, il_draft *t, const char *rule, unsigned events, char kind,
                       const char *text, il_buf *sql, int n) {
  il_bind_op *op;
  const char *expression = il_bind_take(s->b, sql);
  il_buf_init(sql, s->b->arena->mem);
  if (!n) return NULL;
  op = il_bind_add(s->b, t, &il_role_guard, rule, events);
  il_bind_word(s->b, op, kind, "");
  il_bind_word(s->b, op, 't', text);
  il_bind_word(s->b, op, 's', expression);
  return op;
}

static void guard_log(const sets *s, il_draft *log, const char *rule) {
  il_buf sql;
  il_buf_init(&sql, s->b->arena->mem);
  fits(s, 1, &sql);
  add(s, log, rule, IL_EV_INSERT, 'a',
      "the event belongs neither to the present state nor to one step out of it", &sql, 1);
  il_buf_f(&sql,
           "(SELECT count(*) FROM %I AS il_e WHERE il_e.%I = NEW.%I AND il_e.%I = NEW.%I) = 1",
           s->log, s->key, s->key, s->event, s->event);
  add(s, log, rule, IL_EV_INSERT, 'a', "the event has been written already", &sql, 1);
  add(s, log, rule, IL_EV_INSERT, 'a', "the events that are there announce another step", &sql,
      one_step(s, &sql));
  add(s, log, rule, IL_EV_INSERT, 'a', "the events of the present state are not all there", &sql,
      complete_before(s, &sql));
  fits(s, 0, &sql);
  add(s, log, rule, IL_EV_INSERT, 'c', "the event announces a step that was not made", &sql, 1);
  il_buf_free(&sql);
}

static void guard_runs(const sets *s, const char *rule) {
  il_draft *t = s->b->table;
  il_bind_op *op;
  il_buf sql;
  il_buf_init(&sql, s->b->arena->mem);
  op = add(s, t, rule, IL_EV_UPDATE, 'a', "the events that are there announce another step", &sql,
           as_announced(s, &sql));
  if (op) il_bind_add_col(s->b, op, s->m->col);
  agree_any(s, "OLD", &sql);
  add(s, t, rule, IL_EV_UPDATE, 'a', "the events of the state it was in are not all there", &sql,
      1);
  agree_any(s, "NEW", &sql);
  add(s, t, rule, IL_EV_INSERT | IL_EV_UPDATE, 'c', "the events of the state are not all there",
      &sql, 1);
  il_buf_free(&sql);
}

il_kind il_guard_bind(il_binder *b, const il_machine_bind *m, il_draft *log, const char *log_rule,
                      const char *events_rule, const char *key_column, const char *event_column,
                      int application, int verify) {
  sets s = {.b = b, .m = m, .key = key_column, .event = event_column};
  il_buf sql;
  il_kind kind;
  if (is_cyclic(m, b->arena)) {
    if (b->arena->failed) return il_bind_nomem(b);
    if (!application)
      return IL_OK; /* an event may happen any number of times: stored rows tell nothing */
    return il_bind_error(b, il_doc_get(m->json, "events"), IL_ARGUMENT,
                         "an application may write the events of a machine without cycles only");
  }
  s.column = b->table->plan->cols[m->col].name;
  s.run = b->table->plan->cols[b->table->plan->key[0]].name;
  s.runs = b->table->name;
  s.log = log->name;
  kind = find_sets(&s);
  if (kind != IL_OK) return kind;
  if (application) {
    guard_log(&s, log, log_rule);
    guard_runs(&s, events_rule);
  }
  il_buf_init(&sql, b->arena->mem);
  if (verify != 0) {
    fits(&s, 0, &sql);
    add(&s, log, log_rule, 0, 'v', "the event has not happened in the present state", &sql, 1);
  }
  if (verify > 0 || (verify < 0 && application)) {
    agree_any(&s, "NEW", &sql);
    add(&s, b->table, events_rule, 0, 'v', "the events of the state are not all there", &sql, 1);
  }
  il_buf_free(&sql);
  return b->arena->failed ? il_bind_nomem(b) : IL_OK;
}

/* ---- the operation ---- */

typedef struct guard {
  char kind;
  const char *text, *sql, *when;
} guard;

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  guard *g = il_arena_alloc(arena, sizeof *g);
  if (!g) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->nwords != 3 || op->ncols > 1 || !strchr("acv", op->words[0][0]) || !op->words[0][0] ||
      op->words[1][0] != 't' || op->words[2][0] != 's' || !op->words[2][1])
    return il_word_error(op, err, "expected a text and an expression");
  g->kind = op->words[0][0];
  g->text = op->words[1] + 1;
  g->sql = op->words[2] + 1;
  if (op->ncols) {
    il_buf when;
    il_buf_init(&when, arena->mem);
    il_sql_changes(&when, "", &plan->cols[op->cols[0]]);
    g->when = il_buf_arena(&when, arena);
    if (!g->when) return il_error_set(err, IL_NOMEM, "out of memory");
  }
  op->compiled = g;
  return IL_OK;
}

static int applies(const il_op *op, const il_row *row) {
  if (row->load || row->stored) return 0;
  return row->event != IL_EV_UPDATE || op->ncols == 0 || row->differs(row, op->cols[0]);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const guard *g = op->compiled;
  (void)err;
  if (g->kind == 'a' && applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const guard *g = op->compiled;
  (void)arena;
  if (k > 0 || (g->kind == 'v') != (event == 0)) return 0;
  if (event && (!(op->events & (unsigned)event) || (row && !applies(op, row)))) return 0;
  *out = (il_follow){
      .kind = g->kind == 'c' ? IL_FOLLOW_COMMIT : IL_FOLLOW_ASSERT, .sql = g->sql, .text = g->text};
  if (!row && event == IL_EV_UPDATE) out->condition = g->when;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const guard *g = op->compiled;
  if (g->kind == 'v')
    il_buf_f(out, "A stored row of %s is wrong when %s.", plan->table, g->text);
  else
    il_buf_f(out, "%s%s of %s is refused when %s.", g->kind == 'c' ? "At commit, " : "",
             op->events == IL_EV_INSERT   ? "INSERT"
             : op->events == IL_EV_UPDATE ? "UPDATE"
                                          : "INSERT or UPDATE",
             plan->table, g->text);
}

const il_role il_role_guard = {.name = ".guard",
                               .rests_in_load = 1,
                               .compile = compile,
                               .check = check,
                               .follow = follow,
                               .describe = describe};
