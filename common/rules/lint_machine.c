/* lint_machine.c: lint of one state machine: its graph, its column, and what its states ask of
** other columns. */
#include "lint.h"
#include <string.h>

enum { STATES_MAX = 1024 };

typedef struct graph {
  il_lint *l;
  il_draft *t;
  const cJSON *machine, *states;
  int n;
  const cJSON **state;
  unsigned char *edges; /* n × n: 1 an edge, 2 by a wildcard */
  unsigned char *reached;
  int broken; /* an edge leads nowhere: nothing can be said of what is reached */
} graph;

static int index_of(const graph *g, const char *name) {
  for (int i = 0; i < g->n; i++)
    if (strcmp(g->state[i]->string, name) == 0) return i;
  return -1;
}

static int is_final(const graph *g, int i) {
  return il_doc_get(g->state[i], "type") != NULL;
}

/* The target of an edge, whichever way it is written; NULL when it is none. */
static const char *target_of(const cJSON *node) {
  if (cJSON_IsObject(node)) node = il_doc_get(node, "target");
  return cJSON_IsString(node) ? node->valuestring : NULL;
}

/* ---- edges ---- */

static void add_edge(graph *g, int from, const cJSON *at) {
  const char *name = target_of(at);
  int to = name ? index_of(g, name) : -1;
  unsigned char *edge;
  if (to < 0) { /* binding has said so */
    g->broken = 1;
    return;
  }
  edge = &g->edges[(size_t)from * (size_t)g->n + (size_t)to];
  if (to == from) {
    il_lint_find(
        g->l, "warning", at,
        "leads to the state itself: writing the state a row has is no transition, so this never happens");
    return;
  }
  if (*edge)
    il_lint_find(
        g->l, "warning", at,
        "a second edge from %s to %s: a plain UPDATE writes the events of the first one only",
        g->state[from]->string, name);
  *edge = 1;
}

static void add_edges(graph *g, int from) {
  const cJSON *to = il_doc_get(g->state[from], "to"), *on = il_doc_get(g->state[from], "on");
  if (cJSON_IsString(to)) add_edge(g, from, to);
  if (cJSON_IsArray(to))
    for (const cJSON *e = to->child; e; e = e->next)
      add_edge(g, from, e);
  if (cJSON_IsObject(on))
    for (const cJSON *e = on->child; e; e = e->next)
      add_edge(g, from, e);
}

/* A root "on": which states does it serve? */
static void add_wildcard(graph *g, const cJSON *at) {
  const char *name = target_of(at);
  int to = name && name[0] == '.' ? index_of(g, name + 1) : -1, served = 0;
  if (to < 0) {
    g->broken = 1;
    return;
  }
  for (int from = 0; from < g->n; from++) {
    unsigned char *edge = &g->edges[(size_t)from * (size_t)g->n + (size_t)to];
    if (from == to || is_final(g, from)) continue;
    if (il_doc_get(il_doc_get(g->state[from], "on"), at->string)) {
      il_lint_find(g->l, "info", at, "state %s has its own %s, which this does not touch",
                   g->state[from]->string, at->string);
    } else if (*edge) {
      il_lint_find(g->l, "warning", at, "state %s goes to %s by itself, so this is shadowed there",
                   g->state[from]->string, name + 1);
    } else {
      *edge = 2;
      served++;
    }
  }
  if (!served)
    il_lint_find(g->l, "warning", at,
                 "serves no state: every one that is not final has its own way, or is the target");
}

static void reach(graph *g, int from) {
  if (g->reached[from]) return;
  g->reached[from] = 1;
  for (int to = 0; to < g->n; to++)
    if (g->edges[(size_t)from * (size_t)g->n + (size_t)to]) reach(g, to);
}

static void reach_from(graph *g, const cJSON *initial) {
  int i = cJSON_IsString(initial) ? index_of(g, initial->valuestring) : -1;
  if (i < 0) return;
  if (is_final(g, i))
    il_lint_find(g->l, "warning", initial, "state %s is initial and final", g->state[i]->string);
  reach(g, i);
}

static void lint_graph(graph *g) {
  const cJSON *initial = il_doc_get(g->machine, "initial"), *on = il_doc_get(g->machine, "on");
  for (int i = 0; i < g->n; i++)
    add_edges(g, i);
  if (cJSON_IsObject(on))
    for (const cJSON *e = on->child; e; e = e->next)
      add_wildcard(g, e);
  if (!initial || g->broken) return; /* errors already; everything would be unreachable */
  reach_from(g, initial);
  if (cJSON_IsArray(initial))
    for (const cJSON *i = initial->child; i; i = i->next)
      reach_from(g, i);
  for (int i = 0; i < g->n; i++) {
    int exits = 0;
    for (int to = 0; to < g->n; to++)
      exits += g->edges[(size_t)i * (size_t)g->n + (size_t)to] != 0;
    if (!g->reached[i])
      il_lint_find(g->l, "warning", g->state[i],
                   "no row can get into this state from an initial one");
    if (!exits && !is_final(g, i))
      il_lint_find(
          g->l, "warning", g->state[i],
          "no way leads out of this state; if it is meant to be the end, say \"type\": \"final\"");
  }
}

/* ---- the column ---- */

static void lint_column(graph *g) {
  const cJSON *column = il_doc_get(g->machine, "column");
  int col = il_lint_column(g->t, column);
  const struct il_column_info *info = col >= 0 ? il_bind_info(g->t, col) : NULL;
  if (col < 0) return;
  if (il_lint_among(g->t, "immutable", col))
    il_lint_find(g->l, "error", column,
                 "the column is listed as immutable, so no transition can ever happen");
  if (info && !info->not_null)
    il_lint_find(g->l, "warning", column,
                 "the column may be NULL as far as the table goes; declare it NOT NULL");
  if (info && (!info->type || !info->type[0]))
    il_lint_find(g->l, "warning", column,
                 "the column has no type, so 2 and '2' are different values in it");
  if (il_lint_op(g->t, "enum", col))
    il_lint_find(g->l, "info", column,
                 "an enum is on the column as well; the machine knows its values");
}

/* ---- columns that states ask for ---- */

/* Can the column have a value without anybody's stamp: is it filled at birth? */
static int is_given(const il_draft *t, int col) {
  const struct il_column_info *info = il_bind_info(t, col);
  return !info || info->not_null || info->has_default || info->generated;
}

static int is_stamped(const graph *g, const char *name) {
  for (int i = 0; i < g->n; i++)
    if (il_doc_get(il_doc_get(g->state[i], "stamp"), name)) return 1;
  return il_lint_op(g->t, "touch", il_plan_column(g->t->plan, name)) != NULL;
}

/* The column names inside "ms(a, b)". */
static void lint_span(graph *g, const cJSON *at) {
  const char *p = at->valuestring + 3;
  char name[128];
  for (int k = 0; k < 2; k++) {
    size_t n;
    int col;
    while (*p == ' ')
      p++;
    n = strcspn(p, ",)");
    while (n && p[n - 1] == ' ')
      n--;
    if (n == 0 || n >= sizeof name) return;
    memcpy(name, p, n);
    name[n] = 0;
    col = il_plan_column(g->t->plan, name);
    if (col >= 0 && !is_given(g->t, col) && !is_stamped(g, name))
      il_lint_find(g->l, "warning", at,
                   "%s is stamped in no state, so the duration will often be NULL", name);
    if (col >= 0 && il_bind_info(g->t, col) && g->t->plan->cols[col].type != IL_C_INSTANT &&
        g->t->plan->cols[col].type != IL_C_TEXT)
      il_lint_find(g->l, "error", at, "%s is no column of instants", name);
    p += strcspn(p, ",)");
    if (*p) p++;
  }
}

static void lint_stamp(graph *g, const cJSON *state, const cJSON *at) {
  int col = il_plan_column(g->t->plan, at->string);
  const struct il_column_info *info = col >= 0 ? il_bind_info(g->t, col) : NULL;
  const char *text = cJSON_IsString(at) ? at->valuestring : "";
  const cJSON *forbid = il_doc_get(state, "forbid");
  il_coltype type = info ? info->coltype : IL_C_OTHER;
  if (strncmp(text, "ms(", 3) == 0) lint_span(g, at);
  if (col < 0) return;
  if (il_lint_among(g->t, "immutable", col))
    il_lint_find(g->l, "error", at, "the column is listed as immutable");
  if (il_lint_op(g->t, "row_version", col))
    il_lint_find(g->l, "error", at, "the column is the row version");
  if (info && info->generated)
    il_lint_find(g->l, "error", at, "a generated column cannot be written");
  if (info && (strcmp(text, "now") == 0 || strcmp(text, "first") == 0) && type != IL_C_INSTANT &&
      type != IL_C_TEXT)
    il_lint_find(g->l, "error", at, "the column holds no instants, it is declared %s",
                 info->type ? info->type : "without a type");
  if (info && strncmp(text, "ms(", 3) == 0 && type != IL_C_INT)
    il_lint_find(g->l, "error", at,
                 "a number of milliseconds needs an integer column, this is declared %s",
                 info->type ? info->type : "without a type");
  for (const cJSON *f = cJSON_IsArray(forbid) ? forbid->child : NULL; f; f = f->next)
    if (cJSON_IsString(f) && strcmp(f->valuestring, at->string) == 0 && !cJSON_IsNull(at))
      il_lint_find(g->l, "error", f, "is stamped in the state that forbids it");
}

static int is_in(const cJSON *list, const char *name) {
  if (cJSON_IsString(list)) return strcmp(list->valuestring, name) == 0;
  for (const cJSON *m = cJSON_IsArray(list) ? list->child : NULL; m; m = m->next)
    if (cJSON_IsString(m) && strcmp(m->valuestring, name) == 0) return 1;
  return 0;
}

static void lint_required(graph *g, const cJSON *state, const cJSON *at) {
  int col = il_lint_column(g->t, at);
  const struct il_column_info *info = col >= 0 ? il_bind_info(g->t, col) : NULL;
  const il_bind_op *immutable = col >= 0 ? il_lint_op(g->t, "immutable", col) : NULL;
  if (col < 0) return;
  if (is_in(il_doc_get(state, "forbid"), at->valuestring))
    il_lint_find(g->l, "error", at,
                 "is required and forbidden in the same state: no row can be in it");
  if (info && info->generated)
    il_lint_find(g->l, "warning", at, "is a generated column: no writer can give it a value");
  if (!immutable && !il_lint_among(g->t, "immutable", col)) return;
  if (info && !info->not_null && !is_in(il_doc_get(g->machine, "initial"), state->string))
    il_lint_find(g->l, "warning", at,
                 "is immutable: a row that was born without it can never get into this state");
}

static void lint_after(graph *g, const cJSON *after) {
  const cJSON *since = il_doc_get(after, "since");
  int col = il_lint_column(g->t, since);
  const struct il_column_info *info = col >= 0 ? il_bind_info(g->t, col) : NULL;
  if (!info) return;
  if (info->coltype != IL_C_INSTANT && info->coltype != IL_C_TEXT)
    il_lint_find(g->l, "error", since, "the column holds no instants, it is declared %s",
                 info->type ? info->type : "without a type");
  if (!is_given(g->t, col) && !is_stamped(g, since->valuestring))
    il_lint_find(g->l, "warning", since,
                 "the column may be NULL and is stamped in no state: such rows never time out");
}

static void lint_state(graph *g, const cJSON *state) {
  const cJSON *stamp = il_doc_get(state, "stamp"), *require = il_doc_get(state, "require"),
              *after = il_doc_get(state, "after");
  if (cJSON_IsObject(stamp))
    for (const cJSON *s = stamp->child; s; s = s->next)
      lint_stamp(g, state, s);
  if (cJSON_IsArray(require))
    for (const cJSON *r = require->child; r; r = r->next)
      lint_required(g, state, r);
  if (cJSON_IsObject(after) && after->child) lint_after(g, after->child);
}

/* ---- the events table ---- */

/* Does the events table's enum let every event in? */
static void lint_event_name(graph *g, const il_draft *log, int col, const cJSON *at,
                            const char *name) {
  const il_bind_op *op = col >= 0 ? il_lint_op(log, "enum", col) : NULL;
  if (!op || !name) return;
  for (int i = 1; i < op->nwords; i++)
    if (strcmp(op->words[i] + 1, name) == 0) return;
  il_lint_find(g->l, "error", at, "writes the event %s, which %s of %s does not let in", name,
               op->rule, log->name);
}

static void lint_edge_events(graph *g, const il_draft *log, int col, const cJSON *at,
                             const char *otherwise) {
  const cJSON *events = cJSON_IsObject(at) ? il_doc_get(at, "events") : NULL;
  if (!events || !cJSON_IsArray(events)) {
    lint_event_name(g, log, col, at, otherwise);
    return;
  }
  for (const cJSON *e = events->child; e; e = e->next)
    lint_event_name(g, log, col, e, cJSON_IsString(e) ? e->valuestring : NULL);
}

static void lint_event_names(graph *g, const il_draft *log, int col) {
  const cJSON *root = il_doc_get(g->machine, "on");
  for (int i = 0; i < g->n; i++) {
    const cJSON *on = il_doc_get(g->state[i], "on"), *to = il_doc_get(g->state[i], "to"),
                *born = il_doc_get(g->state[i], "born");
    if (cJSON_IsString(to)) lint_edge_events(g, log, col, to, to->valuestring);
    for (const cJSON *e = cJSON_IsArray(to) ? to->child : NULL; e; e = e->next)
      lint_edge_events(g, log, col, e, cJSON_IsString(e) ? e->valuestring : NULL);
    for (const cJSON *e = cJSON_IsObject(on) ? on->child : NULL; e; e = e->next)
      lint_edge_events(g, log, col, e, e->string);
    for (const cJSON *e = cJSON_IsArray(born) ? born->child : NULL; e; e = e->next)
      lint_event_name(g, log, col, e, cJSON_IsString(e) ? e->valuestring : NULL);
  }
  for (const cJSON *e = cJSON_IsObject(root) ? root->child : NULL; e; e = e->next)
    lint_edge_events(g, log, col, e, e->string);
}

static void lint_events(graph *g) {
  const cJSON *events = il_doc_get(g->machine, "events"), *table = il_doc_get(events, "table"),
              *columns = il_doc_get(events, "columns");
  const il_draft *log = cJSON_IsString(table) ? il_bind_draft(g->l->b, table->valuestring) : NULL;
  int col = -1;
  if (!log || log == g->t || !cJSON_IsObject(columns)) return;
  if (!il_doc_get(log->json, "append_only"))
    il_lint_find(g->l, "warning", table,
                 "%s is not append_only: its rows can be changed and deleted", log->name);
  for (int i = 0; log->info && i < log->info->ncols; i++) {
    const struct il_column_info *info = &log->info->cols[i];
    int alone = log->info->nkey == 1 && log->info->key[0] == i &&
                info->coltype == IL_C_INT; /* SQLite's rowid */
    if (!info->not_null || info->has_default || info->generated || info->identity || alone)
      continue;
    if (!il_doc_get(columns, info->name))
      il_lint_find(g->l, "error", columns, "%s.%s is NOT NULL, has no default and gets no value",
                   log->name, info->name);
  }
  for (const cJSON *c = columns->child; c; c = c->next)
    if (cJSON_IsString(c) && strcmp(c->valuestring, "$event") == 0)
      col = il_plan_column(log->plan, c->string);
  lint_event_names(g, log, col);
}

void il_lint_machine(il_lint *l, il_draft *t, const cJSON *machine) {
  graph g = {.l = l, .t = t, .machine = machine, .states = il_doc_get(machine, "states")};
  il_arena *arena = l->b->arena;
  int n = cJSON_IsObject(g.states) ? cJSON_GetArraySize(g.states) : 0;
  if (n == 0 || n > STATES_MAX) return;
  g.state = il_arena_alloc(arena, (size_t)n * sizeof(const cJSON *));
  g.edges = il_arena_alloc(arena, (size_t)n * (size_t)n);
  g.reached = il_arena_alloc(arena, (size_t)n);
  if (!g.state || !g.edges || !g.reached) return;
  for (const cJSON *s = g.states->child; s; s = s->next)
    g.state[g.n++] = s;
  lint_graph(&g);
  lint_column(&g);
  for (int i = 0; i < g.n; i++)
    lint_state(&g, g.state[i]);
  lint_events(&g);
}
