/*
** effects.c: SQL statements that follow a write: always, when a column enters or leaves states,
** or when an expression is true.
**
** Columns: the one of enter and leave, when there are any. Words: "e<code word>" and "l<code
** word>" (states entered, left), "w<when>", "d<statement>" in order, "r": it rests in load mode,
** "q": it completes the row that was written, and nothing need follow that; "D<sentence>": how
** another role that made it describes it.
*/
#include "roles.h"

static const char *const effect_keys[] = {"rule", "column", "enter", "leave",     "on", "when",
                                          "do",   "text",   "load",  "completes", NULL};

typedef struct effect {
  int nenter, nleave, ndo;
  il_code *enter, *leave;
  const char *when;
  const char **statements;
  const char *column, *describe;
  int rests; /* in load mode */
} effect;

/* ---- binding ---- */

static il_kind bind_value(il_binder *b, il_bind_op *op, const il_bind_machine *m, char tag,
                          const cJSON *at) {
  const char *code;
  il_buf word;
  il_kind kind;
  il_buf_init(&word, b->arena->mem);
  if (m) {
    if (!cJSON_IsString(at))
      return il_bind_error(b, at, IL_ARGUMENT, "must be the name of a state");
    kind = il_bind_state(b, m, at, at->valuestring, &code);
    if (kind != IL_OK) return kind;
    il_buf_f(&word, "%c%s", m->integers ? 'i' : 't', code);
  } else if (cJSON_IsString(at)) {
    il_buf_f(&word, "t%s", at->valuestring);
  } else if (il_bind_is_int(at)) {
    il_buf_f(&word, "i%lld", (long long)at->valuedouble);
  } else {
    return il_bind_error(b, at, IL_ARGUMENT, "must be a text or a whole number");
  }
  il_bind_word(b, op, tag, il_bind_take(b, &word));
  return IL_OK;
}

static il_kind bind_values(il_binder *b, il_bind_op *op, const il_bind_machine *m, char tag,
                           const cJSON *at) {
  il_kind kind = IL_OK;
  if (!at) return IL_OK;
  if (!cJSON_IsArray(at)) return bind_value(b, op, m, tag, at);
  if (!at->child) return il_bind_error(b, at, IL_ARGUMENT, "must name at least one state");
  for (const cJSON *v = at->child; v && kind == IL_OK; v = v->next)
    kind = bind_value(b, op, m, tag, v);
  return kind;
}

/* The column of enter and leave: named, or that of the table's only machine. */
static il_kind bind_column(il_binder *b, const cJSON *json, il_bind_op *op) {
  const cJSON *enter = il_doc_get(json, "enter"), *leave = il_doc_get(json, "leave"),
              *column = il_doc_get(json, "column");
  const il_bind_machine *m = il_bind_machine_of(b->table, -1);
  int col = m ? m->col : -1;
  il_kind kind = column ? il_bind_column(b, column, IL_C_OTHER, &col) : IL_OK;
  if (kind != IL_OK) return kind;
  if (!enter && !leave && !column) return IL_OK;
  if (!enter && !leave)
    return il_bind_error(b, column, IL_ARGUMENT, "says nothing without \"enter\" or \"leave\"");
  if (col < 0)
    return il_bind_error(b, json, IL_ARGUMENT,
                         "\"column\" is missing: the table has no machine, or several");
  m = il_bind_machine_of(b->table, col);
  il_bind_add_col(b, op, col);
  kind = bind_values(b, op, m, 'e', enter);
  return kind == IL_OK ? bind_values(b, op, m, 'l', leave) : kind;
}

static il_kind bind_statements(il_binder *b, il_bind_op *op, const cJSON *json, unsigned events) {
  const cJSON *all = il_doc_get(json, "do");
  if (!all) return il_bind_error(b, json, IL_ARGUMENT, "\"do\" is missing");
  if (!cJSON_IsArray(all) || !all->child)
    return il_bind_error(b, all, IL_ARGUMENT, "must be a list of SQL statements");
  for (const cJSON *s = all->child; s; s = s->next) {
    il_kind kind;
    if (!cJSON_IsString(s) || !s->valuestring[0])
      return il_bind_error(b, s, IL_ARGUMENT, "must be an SQL statement");
    kind = il_bind_sql(b, b->table, s, s->valuestring, events, 1, NULL);
    if (kind != IL_OK) return kind;
    il_bind_word(b, op, 'd', s->valuestring);
  }
  return IL_OK;
}

/* Without "on": entering happens by insert and update, leaving by update; else insert and
** update. */
static il_kind effect_events(il_binder *b, const cJSON *json, unsigned *events) {
  int enter = il_doc_get(json, "enter") != NULL, leave = il_doc_get(json, "leave") != NULL;
  il_kind kind =
      il_bind_events(b, json, leave ? IL_EV_UPDATE : IL_EV_INSERT | IL_EV_UPDATE, events);
  if (kind == IL_OK && leave && (*events & IL_EV_INSERT))
    kind = il_bind_error(b, il_doc_get(json, "on"), IL_ARGUMENT, "an insert leaves no state");
  if (kind == IL_OK && enter && (*events & IL_EV_DELETE))
    kind = il_bind_error(b, il_doc_get(json, "on"), IL_ARGUMENT, "a delete enters no state");
  return kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *when = il_doc_get(json, "when"), *completes = il_doc_get(json, "completes");
  const char *rule;
  unsigned events;
  int rests;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, effect_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = il_bind_rests(b, json, &rests);
  if (kind == IL_OK) kind = effect_events(b, json, &events);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_effects, rule, events);
  kind = bind_column(b, json, op);
  if (kind != IL_OK) return kind;
  if (rests) il_bind_word(b, op, 'r', "");
  if (completes && !cJSON_IsBool(completes))
    return il_bind_error(b, completes, IL_ARGUMENT, "must be true or false");
  if (cJSON_IsTrue(completes)) il_bind_word(b, op, 'q', "");
  if (when) {
    if (!cJSON_IsString(when) || !when->valuestring[0])
      return il_bind_error(b, when, IL_ARGUMENT, "must be an SQL expression");
    kind = il_bind_sql(b, b->table, when, when->valuestring, events, 1, NULL);
    if (kind != IL_OK) return kind;
    il_bind_word(b, op, 'w', when->valuestring);
  }
  return bind_statements(b, op, json, events);
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  effect *e = il_arena_alloc(arena, sizeof *e);
  size_t n = (size_t)op->nwords;
  if (!e) return il_error_set(err, IL_NOMEM, "out of memory");
  e->enter = il_arena_alloc(arena, n * sizeof *e->enter);
  e->leave = il_arena_alloc(arena, n * sizeof *e->leave);
  e->statements = il_arena_alloc(arena, n * sizeof *e->statements);
  if (!e->enter || !e->leave || !e->statements) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < op->nwords; i++) {
    const char *word = op->words[i];
    int ok = word[0] && (word[1] || word[0] == 'r' || word[0] == 'q');
    if (word[0] == 'r')
      e->rests = 1;
    else if (word[0] == 'q')
      ok = !word[1];
    else if (word[0] == 'e')
      ok = ok && il_code_read(word + 1, &e->enter[e->nenter++]);
    else if (word[0] == 'l')
      ok = ok && il_code_read(word + 1, &e->leave[e->nleave++]);
    else if (word[0] == 'w')
      e->when = word + 1;
    else if (word[0] == 'd')
      e->statements[e->ndo++] = word + 1;
    else if (word[0] == 'D')
      e->describe = word + 1;
    else
      ok = 0;
    if (!ok) return il_word_error(op, err, "a word that is no part of an effect");
  }
  if ((e->nenter && !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE)) ||
      (e->nleave && !il_op_events(op, IL_EV_UPDATE | IL_EV_DELETE)))
    return il_word_error(op, err, "an event without the row that it reads");
  if (e->ndo == 0 || ((e->nenter || e->nleave) && op->ncols != 1))
    return il_word_error(op, err, "expected a column and statements");
  if (op->ncols) e->column = il_col_name(plan, op->cols[0]);
  op->compiled = e;
  return IL_OK;
}

/* ---- following ---- */

static int is_any(const il_code *codes, int n, const il_row *row, int side, int col) {
  il_value v = il_row_value(row, side, col);
  for (int i = 0; i < n; i++)
    if (il_code_is(&codes[i], &v)) return 1;
  return 0;
}

static int applies(const il_op *op, const il_row *row) {
  const effect *e = op->compiled;
  if (row->stored || (row->load && e->rests)) return 0;
  if (!e->nenter && !e->nleave) return 1;
  if (row->event == IL_EV_UPDATE && !row->differs(row, op->cols[0])) return 0;
  if (e->nenter && !is_any(e->enter, e->nenter, row, IL_NEW, op->cols[0])) return 0;
  return !e->nleave || is_any(e->leave, e->nleave, row, IL_OLD, op->cols[0]);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static void one_of(const char *side, const char *column, const il_code *codes, int n, il_buf *sql) {
  il_buf_f(sql, "%s.%I IN (", side, column);
  for (int i = 0; i < n; i++) {
    if (i) il_buf_str(sql, ", ");
    il_code_sql(&codes[i], sql);
  }
  il_buf_char(sql, ')');
}

/* What SQLite writes into the trigger; NULL: always. */
static const char *condition(const effect *e, int event, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  if (event == IL_EV_UPDATE && e->column)
    il_buf_f(&sql, "OLD.%I IS NOT NEW.%I", e->column, e->column);
  if (e->nenter) {
    if (sql.n) il_buf_str(&sql, " AND ");
    one_of("NEW", e->column, e->enter, e->nenter, &sql);
  }
  if (e->nleave) {
    if (sql.n) il_buf_str(&sql, " AND ");
    one_of("OLD", e->column, e->leave, e->nleave, &sql);
  }
  if (e->when) il_buf_f(&sql, sql.n ? " AND (%s)" : "(%s)", e->when);
  if (e->rests) il_buf_f(&sql, "%s%s", sql.n ? " AND " : "", IL_NOT_LOADING);
  if (!sql.n && !sql.failed) return NULL;
  return il_buf_arena(&sql, arena);
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const effect *e = op->compiled;
  if (event == 0 || k >= e->ndo || !(op->events & (unsigned)event) || (row && !applies(op, row)))
    return 0;
  *out = (il_follow){.kind = IL_FOLLOW_EXEC, .sql = e->statements[k]};
  out->when = e->when;
  out->condition = row ? e->when : condition(e, event, arena);
  return 1;
}

/* A TRUNCATE would leave the effects of deleting out. */
static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  if (!(op->events & IL_EV_DELETE)) return IL_OK;
  return il_refuse(err, row, op, -1, IL_PROTECTED,
                   "%s cannot be truncated: something follows every DELETE", row->plan->table);
}

static void describe_states(const char *word, const il_code *codes, int n, il_buf *out) {
  if (!n) return;
  il_buf_str(out, word);
  for (int i = 0; i < n; i++)
    il_buf_f(out, "%s%s", i ? " or " : "", codes[i].text);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const effect *e = op->compiled;
  static const char *const events[] = {"INSERT", "UPDATE", "DELETE"};
  int n = 0;
  if (e->describe) {
    il_buf_str(out, e->describe);
    return;
  }
  il_buf_str(out, "After ");
  for (int i = 0; i < 3; i++)
    if (op->events & (1U << i)) il_buf_f(out, "%s%s", n++ ? " or " : "", events[i]);
  il_buf_f(out, " of %s", plan->table);
  if (e->column) il_buf_f(out, " when %s", e->column);
  describe_states(" enters ", e->enter, e->nenter, out);
  describe_states(" leaves ", e->leave, e->nleave, out);
  if (e->when) il_buf_f(out, " if %s", e->when);
  for (int i = 0; i < e->ndo; i++)
    il_buf_f(out, "%s %s", i ? ";" : ":", e->statements[i]);
  il_buf_char(out, '.');
}

const il_role il_role_effects = {.name = "effects",
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .follow = follow,
                                 .truncate = truncate,
                                 .describe = describe};
