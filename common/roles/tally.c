/*
** tally.c: what becomes of rows of another table is kept on the row they belong to (S-31, S-37): when
** a row of theirs enters a state, columns here are set to the clock, to a number, or stepped by one.
** A stepped column is written by nobody else; by hand it only becomes what a state sets it to.
**
** tally column: a stepped one. Words: "T<other table>", "s<step>", "v<value>" for each that it is set
** to. `.tallied`, on the other table: its state's column, the column that names the row here. Words:
** "T<table>", "K<its key column>", then for each state "e<code word>" and for each column "c<name>" with
** "n" (now), "=<number>" or "+<number>".
*/
#include "tally.h"

static const char *const tally_keys[] = {"rule",  "rules", "table", "column",
                                         "state", "enter", NULL};
static const char *const rule_keys[] = {"hand", NULL};

/* ---- binding ---- */

/* "+1", "-2" as a step; 0: it is none. */
static int64_t step_of(const cJSON *at) {
  const char *p = cJSON_IsString(at) ? at->valuestring : "";
  int64_t i = 0;
  if ((*p != '+' && *p != '-') || !il_word_int(p + (*p == '+'), &i) || i < -1000000 || i > 1000000)
    return 0;
  return i;
}

static il_kind bind_set(il_binder *b, il_bind_op *other, const cJSON *at) {
  int now = cJSON_IsString(at) && strcmp(at->valuestring, "now") == 0, col;
  int64_t step = step_of(at), value = 0;
  il_kind kind =
      il_bind_column_named(b, b->table, at, at->string, now ? IL_C_INSTANT : IL_C_INT, &col);
  if (kind != IL_OK) return kind;
  if (!now && !step && !il_bind_is_int(at))
    return il_bind_error(b, at, IL_ARGUMENT,
                         "must be \"now\", a whole number, or a step such as \"+1\"");
  if (!now && !step) kind = il_bind_int(b, at, INT32_MIN, INT32_MAX, &value);
  if (kind != IL_OK) return kind;
  il_bind_word(b, other, 'c', il_col_name(b->table->plan, col));
  if (now)
    il_bind_word(b, other, 'n', "");
  else
    il_bind_word_int(b, other, step ? '+' : '=', step ? step : value);
  return IL_OK;
}

static il_kind bind_states(il_binder *b, il_draft *theirs, int state, const cJSON *enter,
                           il_bind_op *other) {
  for (const cJSON *s = enter->child; s; s = s->next) {
    const il_bind_machine *m;
    const char *code = s->string;
    il_kind kind = IL_OK;
    if (!cJSON_IsObject(s) || !s->child)
      return il_bind_error(b, s, IL_ARGUMENT, "must be an object: what each column becomes");
    m = il_bind_machine_of(theirs, state);
    if (m) kind = il_bind_state(b, m, s, s->string, &code);
    if (kind != IL_OK) return kind;
    il_bind_word(b, other, 'e', il_sqlf(b->arena, "%c%s", m && m->integers ? 'i' : 't', code));
    for (const cJSON *c = s->child; c && kind == IL_OK; c = c->next)
      kind = bind_set(b, other, c);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

/* An operation for each column that some state steps. */
static il_kind bind_stepped(il_binder *b, const cJSON *enter, const char *rule, const char *table) {
  for (const cJSON *s = enter->child; s; s = s->next)
    for (const cJSON *c = s->child; c; c = c->next) {
      il_bind_op *op;
      int col;
      il_kind kind;
      if (!step_of(c)) continue;
      kind = il_bind_column_named(b, b->table, c, c->string, IL_C_INT, &col);
      if (kind != IL_OK) return kind;
      op = il_bind_add(b, b->table, &il_role_tally, rule, IL_EV_INSERT | IL_EV_UPDATE);
      if (!op) return il_bind_nomem(b);
      il_bind_add_col(b, op, col);
      il_bind_word(b, op, 'T', table);
      il_bind_word_int(b, op, 's', step_of(c));
      for (const cJSON *o = enter->child; o; o = o->next) {
        const cJSON *same = il_doc_get(o, c->string);
        if (same && o != s && step_of(same))
          return il_bind_error(b, same, IL_ARGUMENT, "is stepped by another state already");
        if (same && il_bind_is_int(same)) il_bind_word_int(b, op, 'v', (int64_t)same->valuedouble);
      }
    }
  return IL_OK;
}

static il_kind find_other(il_binder *b, const cJSON *json, il_draft **theirs, int *fk, int *state) {
  const cJSON *column = il_doc_get(json, "column"), *of = il_doc_get(json, "state");
  const char *table = NULL, *fk_name = NULL, *state_name = NULL;
  il_kind kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "column", 1, &fk_name);
  if (kind == IL_OK) kind = il_bind_string(b, json, "state", 1, &state_name);
  if (kind != IL_OK) return kind;
  *theirs = il_bind_draft(b, table);
  if (!*theirs || *theirs == b->table)
    return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                         "must be another table of this rulebook");
  kind = il_bind_column_named(b, *theirs, column, fk_name, IL_C_TEXT, fk);
  return kind == IL_OK ? il_bind_column_named(b, *theirs, of, state_name, IL_C_TEXT, state) : kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *enter = il_doc_get(json, "enter"), *rules = il_doc_get(json, "rules");
  const il_plan *plan = b->table->plan;
  const char *rule = NULL, *hand = NULL;
  il_draft *theirs = NULL;
  il_bind_op *other;
  int fk = 0, state = 0;
  il_kind kind = il_bind_keys(b, json, tally_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "hand", rule, &hand);
  if (kind == IL_OK) kind = find_other(b, json, &theirs, &fk, &state);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsObject(enter) || !enter->child)
    return il_bind_error(b, enter ? enter : json, IL_ARGUMENT,
                         "\"enter\" must be an object: what each state writes");
  if (plan->nkey > 1 || (plan->nkey == 0 && b->table->info))
    return il_bind_error(b, json, IL_ARGUMENT, "needs a key of one column");
  other = il_bind_add(b, theirs, &il_role_tallied, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!other) return il_bind_nomem(b);
  il_bind_add_col(b, other, state);
  il_bind_add_col(b, other, fk);
  il_bind_word(b, other, 'T', b->table->name);
  /* A document read without its tables may not say what its key is. */
  il_bind_word(b, other, 'K', plan->nkey ? plan->cols[plan->key[0]].name : "id");
  kind = bind_states(b, theirs, state, enter, other);
  return kind == IL_OK ? bind_stepped(b, enter, hand, theirs->name) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- tally: what a writer gives ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_tally *t = il_arena_alloc(arena, sizeof *t);
  (void)plan;
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  t->values = il_arena_alloc(arena, (size_t)op->nwords * sizeof *t->values);
  if (!t->values) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords < 2 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[0][0] != 'T' || op->words[1][0] != 's' || !il_word_int(op->words[1] + 1, &t->step))
    return il_word_error(op, err, "expected a table and a step");
  t->table = op->words[0] + 1;
  for (int i = 2; i < op->nwords; i++)
    if (op->words[i][0] != 'v' || !il_word_int(op->words[i] + 1, &t->values[t->nvalues++]))
      return il_word_error(op, err, "expected a number");
  op->compiled = t;
  return IL_OK;
}

static int is_set_to(const il_tally *t, const il_value *v) {
  if (v->type != IL_T_INT) return v->type == IL_T_NULL;
  for (int i = 0; i < t->nvalues; i++)
    if (t->values[i] == v->i) return 1;
  return t->nvalues == 0 && v->i == 0;
}

static int is_step(const il_op *op, const il_row *row, const il_value *is) {
  const il_tally *t = op->compiled;
  il_value was = il_row_value(row, IL_OLD, op->cols[0]);
  int64_t from = was.type == IL_T_INT ? was.i : 0, to;
  if (is->type != IL_T_INT || __builtin_add_overflow(from, t->step, &to)) return 0;
  return is->i == to && row->announced && row->announced(row, op);
}

/* Stored, it has gone from one of its values in the direction of its steps. */
static int can_be(const il_tally *t, const il_value *v) {
  if (is_set_to(t, v)) return 1;
  if (v->type != IL_T_INT) return 0;
  for (int i = 0; i < t->nvalues; i++)
    if ((v->i > t->values[i]) == (t->step > 0) && (v->i - t->values[i]) % t->step == 0) return 1;
  return t->nvalues == 0 && (v->i > 0) == (t->step > 0);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_tally *t = op->compiled;
  int col = op->cols[0];
  il_value v;
  char shown[24] = "0";
  (void)work;
  if (!row->stored && (row->load || !il_row_sets(row, col))) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (row->stored ? can_be(t, &v) : is_set_to(t, &v)) return IL_OK;
  if (row->event == IL_EV_UPDATE && !row->stored && is_step(op, row, &v)) return IL_OK;
  il_refuse(err, row, op, col, IL_RULE, "%s.%s is counted by %s, not written by hand",
            row->plan->table, il_col_name(row->plan, col), t->table);
  v = il_int(t->nvalues ? t->values[0] : 0);
  il_value_show(&v, shown, sizeof shown);
  memcpy(err->allowed, shown, strlen(shown) + 1);
  return IL_RULE;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_tally *t = op->compiled;
  il_buf_f(out, "%s.%s is counted by %s", plan->table, il_col_name(plan, op->cols[0]), t->table);
  il_buf_str(out, "; by hand it only becomes ");
  for (int i = 0; i < t->nvalues; i++) {
    if (i) il_buf_str(out, " or ");
    il_buf_int(out, t->values[i]);
  }
  il_buf_str(out, t->nvalues ? "." : "0.");
}

/* ---- .tallied: what follows ---- */

static int read_set(const il_op *op, int *i, il_buf *sql, int n) {
  const char *column = op->words[*i] + 1, *what = *i + 1 < op->nwords ? op->words[*i + 1] : "";
  int64_t number = 0;
  if (!*column ||
      (*what != 'n' && !((*what == '=' || *what == '+') && il_word_int(what + 1, &number))))
    return 0;
  il_buf_f(sql, "%s%I = ", n ? ", " : "", column);
  if (*what == 'n')
    il_buf_str(sql, "$now");
  else if (*what == '=')
    il_buf_int(sql, number);
  else
    il_buf_f(sql, "coalesce(%I, 0) + (%lld)", column, (long long)number);
  *i += 2;
  return 1;
}

/* One state: its word at *i, and the columns that follow. */
static int read_state(const il_op *op, const il_plan *plan, int *i, il_tallied *t,
                      il_arena *arena) {
  il_tallied_state *s = &t->states[t->nstates++];
  const char *state = il_col_name(plan, op->cols[0]);
  int n = 0, ok = 1;
  il_buf sql, code;
  if (op->words[*i][0] != 'e' || !il_code_read(op->words[*i] + 1, &s->code)) return 0;
  il_buf_init(&sql, arena->mem);
  il_buf_init(&code, arena->mem);
  il_buf_f(&sql, "UPDATE %I SET ", t->table);
  for (++*i; ok && *i < op->nwords && op->words[*i][0] == 'c'; n++)
    ok = read_set(op, i, &sql, n);
  il_buf_f(&sql, " WHERE %I = NEW.%I", t->key, il_col_name(plan, op->cols[1]));
  s->sql = il_buf_arena(&sql, arena);
  il_code_sql(&s->code, &code);
  s->condition[0] = il_sqlf(arena, "NEW.%I = %s AND " IL_NOT_LOADING, state,
                            il_buf_text(&code) ? il_buf_text(&code) : "");
  s->condition[1] = il_sqlf(arena, "OLD.%I IS NOT NEW.%I AND %s", state, state,
                            s->condition[0] ? s->condition[0] : "");
  il_buf_free(&code);
  return ok && n > 0;
}

static il_kind compile_tallied(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_tallied *t = il_arena_alloc(arena, sizeof *t);
  int i = 2;
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 2 || op->nwords < 5 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[0][0] != 'T' || !op->words[0][1] || op->words[1][0] != 'K' || !op->words[1][1])
    return il_word_error(op, err, "expected a table, its key and states");
  t->table = op->words[0] + 1;
  t->key = op->words[1] + 1;
  t->states = il_arena_alloc(arena, (size_t)op->nwords * sizeof *t->states);
  if (!t->states) return il_error_set(err, IL_NOMEM, "out of memory");
  while (i < op->nwords)
    if (!read_state(op, plan, &i, t, arena))
      return il_word_error(op, err, "a state that writes nothing");
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = t;
  return IL_OK;
}

/* The state that the row enters, -1: none. */
static int entered(const il_op *op, const il_row *row) {
  const il_tallied *t = op->compiled;
  il_value v;
  if (row->stored || row->load || !il_row_sets(row, op->cols[0])) return -1;
  v = il_row_value(row, IL_NEW, op->cols[0]);
  for (int i = 0; i < t->nstates; i++)
    if (il_code_is(&t->states[i].code, &v)) return i;
  return -1;
}

static il_kind check_tallied(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (entered(op, row) >= 0) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const il_tallied *t = op->compiled;
  int i = k;
  (void)arena;
  if (row) i = k == 0 ? entered(op, row) : -1;
  if (i < 0 || i >= t->nstates || (event != IL_EV_INSERT && event != IL_EV_UPDATE)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_EXEC, .sql = t->states[i].sql, .tells = t->table};
  if (!row) out->condition = t->states[i].condition[event == IL_EV_UPDATE];
  return 1;
}

static void describe_tallied(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_tallied *t = op->compiled;
  il_buf_f(out, "When %s.%s becomes ", plan->table, il_col_name(plan, op->cols[0]));
  for (int i = 0; i < t->nstates; i++)
    il_buf_f(out, "%s%.*s", i ? " or " : "", (int)t->states[i].code.n, t->states[i].code.text);
  il_buf_f(out, ", the row of %s that %s names says so.", t->table, il_col_name(plan, op->cols[1]));
}

const il_role il_role_tally = {
    .name = "tally", .bind = bind, .compile = compile, .check = check, .describe = describe};
const il_role il_role_tallied = {.name = ".tallied",
                                 .if_changed = 1,
                                 .compile = compile_tallied,
                                 .check = check_tallied,
                                 .follow = follow,
                                 .describe = describe_tallied};
