/*
** events.c: one row per event of a transition or a birth, written by the database in the same
** statement (.events).
**
** Column 0 is the machine's. Words: "T<table>", "wd" or "wa" (the database or the application
** writes), "o<order column>", then for each column of the events table "c<column>" and "v" with
** k e a n p f t (the il_event_value), "N<column>", "L<SQL literal>" or "x<template>". event_log.c is
** the other side: the guard on the events table, which one that others may write to has not.
*/
#include "machine_bind.h"
#include "events.h"

static const char letters[] = "keanpftNLx"; /* by il_event_value */
static const char *const events_keys[] = {"table",  "writer", "columns", "order",
                                          "verify", "others", NULL};

/* ---- binding ---- */

static il_kind literal(il_binder *b, const cJSON *at, il_buf *word) {
  il_buf_char(word, 'L');
  if (cJSON_IsNull(at))
    il_buf_str(word, "NULL");
  else if (cJSON_IsString(at))
    il_buf_f(word, "%Q", at->valuestring);
  else if (cJSON_IsBool(at))
    il_buf_int(word, cJSON_IsTrue(at));
  else if (il_bind_is_int(at))
    il_buf_int(word, (int64_t)at->valuedouble);
  else
    return il_bind_error(
        b, at, IL_ARGUMENT,
        "must be $key, $event, $actor, $now, $payload, $from, $to, $NEW.<column>, or a text, whole number, true, false or null");
  return IL_OK;
}

/* What ${name} of a template may be. Instants and JSON are no part of a text: their spelling is each
** engine's own. */
static const struct {
  const char *name;
  il_event_value value;
} template_names[] = {{"key", IL_EVENT_KEY},
                      {"event", IL_EVENT_NAME},
                      {"actor", IL_EVENT_ACTOR},
                      {"from", IL_EVENT_FROM},
                      {"to", IL_EVENT_TO}};

/* The next part of a template: 1 a text p[0..n), 2 a ${name} with p[0..n) its name, 0 the end, -1 it
** is none. Moves *at. */
static int template_part(const char **at, const char **p, size_t *n) {
  const char *open = strstr(*at, "${"), *close;
  *p = *at;
  if (!**at) return 0;
  if (open != *at) {
    *n = open ? (size_t)(open - *at) : strlen(*at);
    *at += *n;
    return 1;
  }
  close = strchr(open, '}');
  if (!close) return -1;
  *p = open + 2;
  *n = (size_t)(close - *p);
  *at = close + 1;
  return 2;
}

/* Index of the name in template_names, -1: none of them. */
static int template_name(const char *p, size_t n) {
  for (size_t i = 0; i < sizeof template_names / sizeof *template_names; i++)
    if (strlen(template_names[i].name) == n && memcmp(template_names[i].name, p, n) == 0)
      return (int)i;
  return -1;
}

static il_kind bind_template(il_binder *b, const cJSON *at, il_buf *word) {
  const char *p = at->valuestring, *part;
  size_t n;
  il_buf_f(word, "x%s", p);
  for (int what; (what = template_part(&p, &part, &n)) != 0;) {
    il_kind kind = IL_OK;
    int col;
    if (what == 2 && n > 4 && memcmp(part, "NEW.", 4) == 0)
      kind =
          il_bind_column_named(b, b->table, at, il_bind_copy(b, part + 4, n - 4), IL_C_OTHER, &col);
    else if (what < 0 || (what == 2 && template_name(part, n) < 0))
      kind =
          il_bind_error(b, at, IL_ARGUMENT,
                        "what stands in ${…} must be key, event, actor, from, to or NEW.<column>");
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

static il_kind event_value(il_binder *b, const cJSON *at, il_buf *word) {
  static const char *const names[] = {"$key",     "$event", "$actor", "$now",
                                      "$payload", "$from",  "$to"};
  const char *text = cJSON_IsString(at) ? at->valuestring : "";
  il_near near;
  char hint[80];
  if (strstr(text, "${")) return bind_template(b, at, word);
  if (text[0] != '$') return literal(b, at, word);
  for (int i = 0; i < 7; i++)
    if (strcmp(text, names[i]) == 0) {
      il_buf_char(word, letters[i]);
      return IL_OK;
    }
  if (strncmp(text, "$NEW.", 5) == 0) {
    int col;
    il_buf_f(word, "N%s", text + 5);
    return il_bind_column_named(b, b->table, at, text + 5, IL_C_OTHER, &col);
  }
  il_near_start(&near, text);
  for (int i = 0; i < 7; i++)
    il_near_try(&near, names[i]);
  return il_bind_error(b, at, IL_ARGUMENT, "no variable \"%.*s\"%s", 64, text,
                       il_near_hint(&near, hint, sizeof hint));
}

/* The columns of the events table: their words. */
static il_kind bind_columns(il_binder *b, il_draft *log, const cJSON *columns, il_bind_op *op) {
  if (!columns || !cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns, IL_ARGUMENT,
                         "must be an object: what each column of the events table gets");
  for (const cJSON *c = columns->child; c; c = c->next) {
    il_buf word;
    int col;
    il_kind kind = il_bind_column_named(b, log, c, c->string, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_buf_init(&word, b->arena->mem);
    kind = event_value(b, c, &word);
    il_bind_word(b, op, 'c', c->string);
    il_bind_word(b, op, 'v', il_bind_take(b, &word));
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

/* The events-table column that gets a value: "$key", "$event", "$NEW.<name>"; NULL when none
** does. */
static const char *column_of(const cJSON *columns, const char *value, const char *name) {
  for (const cJSON *c = columns ? columns->child : NULL; c; c = c->next) {
    size_t n = strlen(value);
    if (!cJSON_IsString(c) || strncmp(c->valuestring, value, n) != 0) continue;
    if (strcmp(c->valuestring + n, name) == 0) return c->string;
  }
  return NULL;
}

/* The guard of the events table: which of its columns tell the row and the event. */
static il_kind bind_log(il_binder *b, const il_machine_bind *m, il_draft *log, const cJSON *columns,
                        const char *rule) {
  const il_plan *plan = b->table->plan;
  const char *key = column_of(columns, "$key", ""), *event = column_of(columns, "$event", "");
  il_bind_op *op = il_bind_add(b, log, &il_role_event_log, rule, IL_EV_INSERT);
  il_bind_word(b, op, 'T', b->table->name);
  il_bind_word(b, op, 'C', plan->cols[m->col].name);
  il_bind_word(b, op, key && plan->nkey > 1 ? 'j' : 'k', "");
  for (int i = 0; i < (key ? 1 : plan->nkey); i++) {
    const char *col = key ? key : column_of(columns, "$NEW.", plan->cols[plan->key[i]].name);
    if (!col)
      return il_bind_error(b, columns, IL_ARGUMENT,
                           "no column gets $key, nor $NEW.%s: whose event a row is must be known",
                           plan->cols[plan->key[i]].name);
    il_bind_add_col(b, op, il_plan_column(log->plan, col));
  }
  if (plan->nkey == 0 && !key) return il_bind_error(b, columns, IL_ARGUMENT, "no column gets $key");
  if (event) {
    il_bind_add_col(b, op, il_plan_column(log->plan, event));
    il_bind_word(b, op, 'e', "");
  }
  return IL_OK;
}

/* Finds the draft of the events table, which must be in the rulebook: its guard is in its own
** triggers. */
static il_kind find_log(il_binder *b, const cJSON *events, il_draft **log) {
  const char *table;
  char hint[80];
  il_near near;
  il_kind kind = il_bind_string(b, events, "table", 1, &table);
  if (kind != IL_OK) return kind;
  *log = il_bind_draft(b, table);
  if (*log && *log != b->table) return IL_OK;
  if (*log)
    return il_bind_error(b, il_doc_get(events, "table"), IL_ARGUMENT,
                         "the events of a table are rows of another table");
  il_near_start(&near, table);
  for (int i = 0; i < b->ndrafts; i++)
    il_near_try(&near, b->drafts[i].name);
  return il_bind_error(b, il_doc_get(events, "table"), IL_ARGUMENT,
                       "\"%.*s\" is not a table of this rulebook%s", 64, table,
                       il_near_hint(&near, hint, sizeof hint));
}

static il_kind read_writer(il_binder *b, const cJSON *events, int *application) {
  const cJSON *others = il_doc_get(events, "others");
  const char *writer;
  il_kind kind = il_bind_string(b, events, "writer", 0, &writer);
  if (kind != IL_OK) return kind;
  *application = writer && strcmp(writer, "application") == 0;
  if (writer && !*application && strcmp(writer, "database") != 0)
    return il_bind_error(b, il_doc_get(events, "writer"), IL_ARGUMENT,
                         "must be \"database\" or \"application\"");
  if (others && !cJSON_IsBool(others))
    return il_bind_error(b, others, IL_ARGUMENT, "must be true or false");
  if (cJSON_IsTrue(others) && *application)
    return il_bind_error(b, others, IL_ARGUMENT, "says nothing when the application writes");
  return IL_OK;
}

/* Event rows of the application are guarded by SQL that the machine is turned into (guard.c). */
static il_kind bind_guard(il_binder *b, const il_machine_bind *m, il_draft *log,
                          const cJSON *events, int application, const char *log_rule,
                          const char *events_rule) {
  const cJSON *columns = il_doc_get(events, "columns"), *verify = il_doc_get(events, "verify");
  const char *key = column_of(columns, "$key", ""), *event = column_of(columns, "$event", "");
  if (verify && !cJSON_IsBool(verify))
    return il_bind_error(b, verify, IL_ARGUMENT, "must be true or false");
  if (application && (!key || !event || b->table->plan->nkey > 1 || !il_doc_get(events, "order")))
    return il_bind_error(
        b, events, IL_ARGUMENT,
        "events that the application writes need \"order\", columns for $key and $event, and a key of one column");
  if (!key || !event || b->table->plan->nkey != 1) return IL_OK;
  if (cJSON_IsTrue(il_doc_get(events, "others")))
    return IL_OK; /* its rows tell of other things too */
  return il_guard_bind(b, m, log, log_rule, events_rule, key, event, application,
                       verify ? cJSON_IsTrue(verify) : -1);
}

il_kind il_events_bind(il_binder *b, const il_machine_bind *m) {
  const cJSON *events = il_doc_get(m->json, "events"), *columns = il_doc_get(events, "columns");
  const char *rule, *log_rule, *order;
  il_draft *log;
  int application, col;
  il_bind_op *op;
  il_kind kind;
  if (!events) return IL_OK;
  kind = il_bind_keys(b, events, events_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "events", m->rule, &rule);
  if (kind == IL_OK) kind = il_bind_rule_of(b, m->json, "log", m->rule, &log_rule);
  if (kind == IL_OK) kind = find_log(b, events, &log);
  if (kind == IL_OK) kind = read_writer(b, events, &application);
  if (kind == IL_OK) kind = il_bind_string(b, events, "order", 0, &order);
  if (kind == IL_OK && order)
    kind = il_bind_column_named(b, log, il_doc_get(events, "order"), order, IL_C_INT, &col);
  if (kind == IL_OK && !columns)
    kind = il_bind_error(b, events, IL_ARGUMENT, "\"columns\" is missing");
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_events, rule,
                   application ? 0 : IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(b, op, m->col);
  il_bind_word(b, op, 'T', log->name);
  il_bind_word(b, op, 'w', application ? "a" : "d");
  if (order) il_bind_word(b, op, 'o', order);
  kind = bind_columns(b, log, columns, op);
  for (int i = 0; kind == IL_OK && application && i < op->nwords; i++)
    if (strncmp(op->words[i], "vx", 2) == 0)
      kind = il_bind_error(b, columns, IL_ARGUMENT, "${…} is for events that the database writes");
  if (kind == IL_OK && !application && !cJSON_IsTrue(il_doc_get(events, "others")))
    kind = bind_log(b, m, log, columns, log_rule);
  if (kind == IL_OK) kind = bind_guard(b, m, log, events, application, log_rule, rule);
  return kind;
}

/* ---- compiling ---- */

static int template_column(const il_plan *plan, const char *p, size_t n) {
  for (int i = 0; n > 4 && memcmp(p, "NEW.", 4) == 0 && i < plan->ncols; i++)
    if (strlen(plan->cols[i].name) == n - 4 && memcmp(plan->cols[i].name, p + 4, n - 4) == 0)
      return i;
  return -1;
}

static int is_template(const il_plan *plan, const char *text) {
  const char *part;
  size_t n;
  for (int what; (what = template_part(&text, &part, &n)) != 0;)
    if (what < 0 || (what == 2 && template_name(part, n) < 0 && template_column(plan, part, n) < 0))
      return 0;
  return 1;
}

static int read_value(const char *word, const il_plan *plan, il_event_value *value,
                      const char **text) {
  const char *at = word[0] == 'v' && word[1] ? strchr(letters, word[1]) : NULL;
  if (!at) return 0;
  *value = (il_event_value)(at - letters);
  *text = word + 2;
  if (*value == IL_EVENT_COLUMN) return il_plan_column(plan, *text) >= 0;
  if (*value == IL_EVENT_TEMPLATE) return is_template(plan, *text);
  return *value == IL_EVENT_LITERAL ? **text != 0 : **text == 0;
}

/* A literal of a hostile plan must not be more than a literal: it becomes part of a statement. */
static int is_literal(const char *p) {
  int64_t i;
  if (strcmp(p, "NULL") == 0 || il_word_int(p, &i)) return 1;
  if (*p++ != '\'') return 0;
  for (; *p; p++) {
    if (*p != '\'') continue;
    if (p[1] == 0) return 1;
    if (*++p != '\'') return 0;
  }
  return 0;
}

static void value_sql(const il_plan *plan, il_event_value value, const char *text, il_buf *sql);

static void template_sql(const il_plan *plan, const char *text, il_buf *sql) {
  const char *part;
  size_t n;
  il_buf_str(sql, "''");
  for (int what; (what = template_part(&text, &part, &n)) > 0;) {
    il_buf_str(sql, " || ");
    if (what == 1)
      il_buf_f(sql, "%.*Q", (int)n, part);
    else if (template_name(part, n) >= 0)
      value_sql(plan, template_names[template_name(part, n)].value, "", sql);
    else
      il_buf_f(sql, "NEW.%.*I", (int)(n - 4), part + 4);
  }
}

static void value_sql(const il_plan *plan, il_event_value value, const char *text, il_buf *sql) {
  static const char *const names[] = {"$key",     "$event", "$actor", "$now",
                                      "$payload", "$from",  "$to"};
  if (value == IL_EVENT_LITERAL)
    il_buf_str(sql, text);
  else if (value == IL_EVENT_TEMPLATE)
    template_sql(plan, text, sql);
  else if (value == IL_EVENT_COLUMN)
    il_buf_f(sql, "NEW.%I", text);
  else if (value == IL_EVENT_KEY && plan->nkey == 1)
    il_buf_f(sql, "NEW.%I", il_col_name(plan, plan->key[0]));
  else
    il_buf_str(sql, names[value]);
}

static const char *insert_sql(const il_events *e, const il_plan *plan, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  il_buf_f(&sql, "INSERT INTO %I (", e->table);
  for (int i = 0; i < e->ncols; i++)
    il_buf_f(&sql, "%s%I", i ? ", " : "", e->cols[i]);
  il_buf_str(&sql, ") VALUES (");
  for (int i = 0; i < e->ncols; i++) {
    if (i) il_buf_str(&sql, ", ");
    value_sql(plan, e->values[i], e->texts[i], &sql);
  }
  il_buf_char(&sql, ')');
  return il_buf_arena(&sql, arena);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_events *e = il_arena_alloc(arena, sizeof *e);
  int at = 2, pairs;
  il_event_value *values;
  if (!e) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || op->ncols != 1 || op->nwords < 4 ||
      op->words[0][0] != 'T' || op->words[1][0] != 'w')
    return il_word_error(op, err, "expected a table and columns");
  e->table = op->words[0] + 1;
  e->application = op->words[1][1] == 'a';
  e->column = il_col_name(plan, op->cols[0]);
  e->machine = il_plan_machine_at(plan, op->cols[0]);
  if (!e->machine) return il_word_error(op, err, "no machine is on its column");
  if (op->words[2][0] == 'o') e->order = op->words[at++] + 1;
  pairs = (op->nwords - at) / 2;
  if (pairs == 0 || (op->nwords - at) % 2)
    return il_word_error(op, err, "expected columns with values");
  e->cols = il_arena_alloc(arena, (size_t)pairs * sizeof *e->cols);
  e->texts = il_arena_alloc(arena, (size_t)pairs * sizeof *e->texts);
  values = il_arena_alloc(arena, (size_t)pairs * sizeof *values);
  if (!e->cols || !e->texts || !values) return il_error_set(err, IL_NOMEM, "out of memory");
  e->values = values;
  for (; at < op->nwords; at += 2) {
    e->cols[e->ncols] = op->words[at] + 1;
    if (op->words[at][0] != 'c' || !op->words[at][1] ||
        !read_value(op->words[at + 1], plan, &values[e->ncols], &e->texts[e->ncols]) ||
        (values[e->ncols] == IL_EVENT_TEMPLATE && e->application) ||
        (values[e->ncols] == IL_EVENT_LITERAL && !is_literal(e->texts[e->ncols])))
      return il_word_error(op, err, "a column or a value that is none");
    e->ncols++;
  }
  if (!e->application) e->sql = insert_sql(e, plan, arena);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = e;
  return IL_OK;
}

/* ---- questions ---- */

const il_events *il_plan_events(const il_plan *plan, const char *column, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    const il_op *o = &plan->ops[i];
    if (o->role != &il_role_events || !o->compiled) continue;
    if (column && strcmp(il_col_name(plan, o->cols[0]), column) != 0) continue;
    if (op) *op = o;
    return o->compiled;
  }
  if (op) *op = NULL;
  return NULL;
}

const char *il_events_column(const il_events *events, il_event_value value) {
  for (int i = 0; i < events->ncols; i++)
    if (events->values[i] == value) return events->cols[i];
  return NULL;
}

const char *il_events_name(const il_events *events, const il_value *was, const il_value *is,
                           int k) {
  const il_machine *m = events->machine;
  int to = il_machine_stored(m, is),
      from = was && was->type != IL_T_NULL ? il_machine_stored(m, was) : -1;
  const il_edge *edge;
  if (to < 0 || k < 0) return NULL;
  if (!was || was->type == IL_T_NULL) return k < m->states[to].nborn ? m->states[to].born[k] : NULL;
  if (from < 0 || from == to) return NULL;
  edge = il_machine_edge(m, from, to);
  return edge && k < edge->nevents ? edge->events[k] : NULL;
}

/* ---- following ---- */

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_events *e = op->compiled;
  (void)err;
  if (e->application || row->load || row->stored) return IL_OK;
  if (row->event == IL_EV_INSERT) {
    il_value v = il_row_value(row, IL_NEW, op->cols[0]);
    int s = il_machine_stored(e->machine, &v);
    if (s >= 0 && e->machine->states[s].nborn) *work |= IL_WORK_AFTER;
  } else if (row->event == IL_EV_UPDATE && row->differs(row, op->cols[0])) {
    *work |= IL_WORK_AFTER;
  }
  return IL_OK;
}

/* Appends NEW."Status" = 3 or so. */
static void side_is(const char *side, const char *column, const il_machine *m, int state,
                    il_buf *sql) {
  il_buf_f(sql, "%s.%I = ", side, column);
  if (m->integer_codes)
    il_buf_int(sql, m->states[state].icode);
  else
    il_buf_f(sql, "%Q", m->states[state].code);
}

/* The births that write a k-th row; 0 when there are none. */
static int birth_condition(const il_machine *m, const char *column, int k, il_buf *sql) {
  int n = 0;
  for (int i = 0; i < m->nstates; i++) {
    if (m->states[i].nborn <= k) continue;
    if (n++) il_buf_str(sql, " OR ");
    side_is("NEW", column, m, i, sql);
  }
  return n;
}

static int is_first(const il_machine *m, int edge) {
  return il_machine_edge(m, m->edges[edge].from, m->edges[edge].to) == &m->edges[edge];
}

/* The transitions that write a k-th row; when all do, that the state changes says it. */
static int edge_condition(const il_machine *m, const char *column, int k, il_buf *sql) {
  int n = 0, all = 1;
  for (int i = 0; i < m->nedges; i++) {
    if (!is_first(m, i) || m->edges[i].from == m->edges[i].to) continue;
    if (m->edges[i].nevents > k)
      n++;
    else
      all = 0;
  }
  if (n == 0) return 0;
  if (all) {
    il_buf_f(sql, "OLD.%I IS NOT NEW.%I", column, column);
    return n;
  }
  n = 0;
  for (int i = 0; i < m->nedges; i++) {
    const il_edge *e = &m->edges[i];
    if (!is_first(m, i) || e->from == e->to || e->nevents <= k) continue;
    il_buf_str(sql, n++ ? " OR (" : "(");
    side_is("OLD", column, m, e->from, sql);
    il_buf_str(sql, " AND ");
    side_is("NEW", column, m, e->to, sql);
    il_buf_char(sql, ')');
  }
  return n;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const il_events *e = op->compiled;
  il_buf sql;
  int n;
  if (e->application || (event != IL_EV_INSERT && event != IL_EV_UPDATE)) return 0;
  out->kind = IL_FOLLOW_ONE;
  out->sql = e->sql;
  out->text = out->event = out->condition = NULL;
  if (row) {
    il_value was = il_null(), is = il_row_value(row, IL_NEW, op->cols[0]);
    if (row->load) return 0;
    if (event == IL_EV_UPDATE) was = il_row_value(row, IL_OLD, op->cols[0]);
    if (event == IL_EV_UPDATE && was.type == IL_T_NULL) return 0;
    out->event = il_events_name(e, &was, &is, k);
    return out->event != NULL;
  }
  il_buf_init(&sql, arena->mem);
  n = event == IL_EV_INSERT ? birth_condition(e->machine, e->column, k, &sql)
                            : edge_condition(e->machine, e->column, k, &sql);
  out->condition = il_buf_arena(&sql, arena);
  return n > 0;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_events *e = op->compiled;
  if (e->application)
    il_buf_f(out, "The application writes the events of %s.%s into %s.", plan->table, e->column,
             e->table);
  else
    il_buf_f(
        out,
        "Every birth and transition of %s.%s writes its events into %s, in the same statement.",
        plan->table, e->column, e->table);
}

const il_role il_role_events = {.name = ".events",
                                .if_changed = 1,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .describe = describe};
