/*
** history.c: the events of one row, oldest first.
**
**   SELECT * FROM fsm_history('Runs', 'r1');
**
** Event rows that keep where the row came from and went to say so themselves. Of others it is
** worked out: the states are walked from the birth on, each step taking the events of one birth
** or one edge. Rows of one transition carry one instant, which tells apart what could be one step
** or two.
*/
#include "functions/inner.h"
#include "roles/events.h"
#include "values/instant.h"
#include "values/json.h"
#include <string.h>

enum { AT, ACTOR, FROM, TO, EVENT, PAYLOAD, COLUMNS };

typedef struct history {
  il_call *call;
  const il_target *target;
  const il_events *events;
  const il_table_info *table; /* of the event rows */
  il_rows rows;
} history;

/* ---- the rows ------------------------------------------------------------------------------- */

static void key_get(const il_row *row, int side, int col, il_value *out) {
  const il_value *key = row->host;
  (void)side;
  *out = il_null();
  for (int i = 0; i < row->plan->nkey; i++) {
    if (row->plan->key[i] == col) *out = key[i];
  }
}

/* `"RunId" = ?1`: by $key (a composite key as it is written there), else by the columns that hold
** the key's. */
static il_kind where(history *h, const il_value *key, il_value *args, int *nargs, il_buf *out,
                     il_error *err) {
  const il_plan *plan = h->target->plan;
  const char *column = il_events_column(h->events, IL_EVENT_KEY);
  if (column && plan->nkey > 1) {
    il_row row = {.plan = plan, .side = IL_NEW, .get = key_get, .host = (void *)(uintptr_t)key};
    il_buf text;
    il_scratch(&text, h->call->arena);
    il_row_key_text(&row, &text);
    if (!il_scratch_text(&text)) return il_nomem(err);
    args[(*nargs)++] = il_text(text.p ? text.p : "", text.n);
    il_buf_f(out, "%I = ?1", column);
    return IL_OK;
  }
  for (int i = 0; i < plan->nkey; i++) {
    const char *name = plan->cols[plan->key[i]].name;
    for (int c = 0; !column && c < h->events->ncols; c++) {
      if (h->events->values[c] == IL_EVENT_COLUMN && strcmp(h->events->texts[c], name) == 0) {
        column = h->events->cols[c];
      }
    }
    if (!column) {
      return il_error_set(err, IL_NO_OBJECT, "fsm_history: %s does not say whose events it holds",
                          h->events->table);
    }
    args[(*nargs)++] = key[i];
    il_buf_f(out, "%s%I = ?%d", i ? " AND " : "", column, *nargs);
    column = NULL;
  }
  return IL_OK;
}

/* Rows of others, and of other machines, where a text made of the row's begins alike in all rows
** of this machine: "run:${key}:${to}". */
static void ours(const history *h, il_buf *out) {
  for (int c = 0; c < h->events->ncols; c++) {
    const char *text = h->events->texts[c], *first = strstr(text, "${");
    if (h->events->values[c] != IL_EVENT_TEMPLATE || !first || first == text) continue;
    int n = (int)(first - text);
    il_buf_f(out, " AND substr(%I, 1, %zu) = %.*Q", h->events->cols[c],
             il_utf8_length(text, (size_t)n), n, text);
  }
}

static void order(const history *h, il_buf *out) {
  const char *at = il_events_column(h->events, IL_EVENT_NOW);
  if (h->events->order) {
    il_buf_f(out, "%I", h->events->order);
    return;
  }
  if (at) il_buf_f(out, "%I", at);
  for (int i = 0; i < h->table->nkey; i++) {
    il_buf_f(out, "%s%I", at || i ? ", " : "", h->table->cols[h->table->key[i]].name);
  }
  if (!at && h->table->nkey == 0) il_buf_char(out, '1');
}

static il_kind read_rows(history *h, const il_value *key, il_error *err) {
  static const il_event_value values[COLUMNS] = {IL_EVENT_NOW, IL_EVENT_ACTOR, IL_EVENT_FROM,
                                                 IL_EVENT_TO,  IL_EVENT_NAME,  IL_EVENT_PAYLOAD};
  il_buf list, condition, by;
  il_value args[32];
  int nargs = 0;
  il_scratch(&list, h->call->arena);
  il_scratch(&condition, h->call->arena);
  il_scratch(&by, h->call->arena);
  for (int i = 0; i < COLUMNS; i++) {
    const char *column = il_events_column(h->events, values[i]);
    il_buf_f(&list, column ? "%s%I" : "%sNULL", i ? ", " : "", column);
  }
  il_kind kind = where(h, key, args, &nargs, &condition, err);
  ours(h, &condition);
  order(h, &by);
  const char *table = il_textf(h->call->arena, "%I.%I", h->table->schema, h->table->name);
  const char *cols = il_scratch_text(&list), *which = il_scratch_text(&condition),
             *sort = il_scratch_text(&by);
  if (kind != IL_OK) return kind;
  if (!table || !cols || !which || !sort) return il_nomem(err);
  return il_query(h->call, IL_S_HISTORY, args, nargs, &h->rows, err, cols, table, which, sort);
}

/* ---- the walk ------------------------------------------------------------------------------- */

static int is_event(const history *h, int row, const char *event) {
  if (row >= h->rows.n) return 0;
  const char *name = il_rows_text(&h->rows, row, EVENT);
  return name && strcmp(name, event) == 0;
}

/* How many rows from `row` on are these events, all of them; 0 when they are not. *once: they
** carry one instant. */
static int matches(const history *h, int row, const char *const *events, int n, int *once) {
  *once = 1;
  for (int i = 0; i < n; i++) {
    if (!is_event(h, row + i, events[i])) return 0;
    *once &= il_value_same(il_rows_at(&h->rows, row, AT), il_rows_at(&h->rows, row + i, AT));
  }
  return n;
}

typedef struct step {
  int n, once, from, to;
} step;

/* The longest run of one instant, else the shortest run. */
static void better(step *best, int n, int once, int from, int to) {
  if (n == 0) return;
  int wins = best->n == 0 || once > best->once ||
             (once == best->once && (once ? n > best->n : n < best->n));
  if (wins) *best = (step){n, once, from, to};
}

static step next_step(const history *h, int row, int state) {
  const il_machine *m = h->events->machine;
  step best = {0, 0, state, -1};
  int once;
  for (int s = 0; state < 0 && s < m->nstates; s++) {
    int n = matches(h, row, m->states[s].born, m->states[s].nborn, &once);
    better(&best, n, once, -1, s);
  }
  for (int e = 0; state >= 0 && e < m->nedges; e++) {
    if (m->edges[e].from != state) continue;
    int n = matches(h, row, m->edges[e].events, m->edges[e].nevents, &once);
    better(&best, n, once, state, m->edges[e].to);
  }
  /* A birth that writes no event leaves the first step as the first thing that is known. */
  for (int e = 0; state < 0 && best.n == 0 && e < m->nedges; e++) {
    const il_state *from = &m->states[m->edges[e].from];
    if (!from->initial || from->nborn) continue;
    int n = matches(h, row, m->edges[e].events, m->edges[e].nevents, &once);
    better(&best, n, once, m->edges[e].from, m->edges[e].to);
  }
  /* Not a step of the machine as it is now: the event may still tell where it leads. */
  for (int e = 0; best.n == 0 && e < m->nedges; e++) {
    for (int k = 0; k < m->edges[e].nevents; k++) {
      if (is_event(h, row, m->edges[e].events[k])) best = (step){1, 1, state, m->edges[e].to};
    }
  }
  if (best.n == 0) best.n = 1;
  return best;
}

static il_kind emit_row(const history *h, int row, int from, int to, il_error *err) {
  const il_machine *m = h->events->machine;
  il_value out[COLUMNS];
  int states[2] = {from, to};
  int64_t us;
  il_error ignored;
  for (int i = 0; i < COLUMNS; i++)
    out[i] = *il_rows_at(&h->rows, row, i);
  if (out[AT].type != IL_T_NULL && il_value_instant(&out[AT], &us, &ignored) == IL_OK)
    out[AT] = il_instant(us);
  for (int i = 0; i < 2; i++) {
    il_value *v = &out[FROM + i];
    int known = v->type == IL_T_NULL ? states[i] : il_machine_stored(m, v);
    if (known < 0 && v->type == IL_T_TEXT) known = il_machine_state(m, v->p, v->n);
    if (known >= 0) *v = il_str(m->states[known].name);
  }
  il_value *payload = &out[PAYLOAD];
  if (payload->type == IL_T_TEXT) {
    int ok = il_json_valid(payload->p, payload->n, IL_JSON_ANY, NULL, NULL);
    *payload = ok ? il_json(payload->p, payload->n) : il_null();
  }
  return h->call->emit(h->call->emit_ctx, out, COLUMNS, err);
}

static il_kind emit_rows(const history *h, il_error *err) {
  il_kind kind = IL_OK;
  int state = -1;
  for (int row = 0; kind == IL_OK && row < h->rows.n;) {
    step s = next_step(h, row, state);
    for (int i = 0; kind == IL_OK && i < s.n && row < h->rows.n; i++, row++) {
      kind = emit_row(h, row, s.from, s.to, err);
    }
    if (s.to >= 0) state = s.to;
  }
  return kind;
}

il_kind il_fn_history(il_call *call, il_error *err) {
  il_target t;
  il_value key[32];
  il_table_info *info, *log;
  history h = {.call = call, .target = &t};
  il_kind kind = il_arg_require(call, 2, "fsm_history", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "fsm_history", &t, err);
  if (kind != IL_OK) return kind;
  h.events = il_plan_events(t.plan, NULL, NULL);
  if (!h.events) {
    return il_error_set(err, IL_NO_OBJECT, "fsm_history: no machine of %s has events",
                        t.plan->table);
  }
  il_value text = il_arg(call, 1);
  if (text.type == IL_T_NULL) return il_nomem(err);
  kind = il_key_read(call, &t, &text, key, err);
  if (kind == IL_OK)
    kind = call->port->table(call->port, t.name.p, t.name.n, call->arena, &info, err);
  if (kind == IL_OK) kind = il_table_in(call, info->schema, h.events->table, &log, err);
  if (kind != IL_OK) return kind;
  if (!log)
    return il_error_set(err, IL_NO_TABLE, "fsm_history: no such table: %s", h.events->table);
  h.table = log;
  kind = read_rows(&h, key, err);
  return kind == IL_OK ? emit_rows(&h, err) : kind;
}
