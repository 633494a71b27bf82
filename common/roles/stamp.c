/*
** stamp.c: columns that the database writes when a row enters a state, unless the writer gives
** them a value.
**
** Column 0 is the state's, then the stamped columns. Words: the state's code, "n<name>", then
** one word for each stamped column: "=now" (the clock), "=first" (the clock, unless the column
** has a value), "=null", "i<integer>", "t<text>" or "m<a>,<b>" or "m<a>,<b>,<else>": milliseconds
** from plan column a to plan column b, which may itself be stamped by the same operation, and what
** to write when one of them is NULL; "b<since>,<attempt>,<base>,<factor>,<cap>,<max>": an instant so
** long after plan column since as a backoff waits after attempt n (microseconds, thousandths). a, b,
** since and attempt are columns of the operation as well, after the stamped ones.
*/
#include "machine_bind.h"
#include "../time/backoff.h"
#include "../values/instant.h"

typedef enum stamp_kind { NOW, FIRST, NUL, LITERAL, SPAN, LATER } stamp_kind;

typedef struct stamp_spec {
  stamp_kind kind;
  il_code literal;
  int from, to; /* SPAN; LATER: the instant it counts from, the attempt */
  int has_otherwise;
  int64_t otherwise;
  il_backoff backoff; /* LATER */
  int64_t max;        /* LATER: the last attempt is not followed by another */
} stamp_spec;

typedef struct stamps {
  il_code code;
  const char *name;
  int n;
  stamp_spec *list;
} stamps;

/* ---- binding ---- */

static const char *skip_space(const char *p) {
  while (*p == ' ')
    p++;
  return p;
}

static il_kind no_span(il_binder *b, const cJSON *at) {
  return il_bind_error(b, at, IL_ARGUMENT,
                       "must be \"ms(column, column)\" or \"ms(column, column, number)\"");
}

/* One column name of "ms(a, b)", up to one of `ends`; moves *p to that. */
static il_kind span_column(il_binder *b, const cJSON *at, const char **p, const char *ends,
                           int *col) {
  const char *start = skip_space(*p);
  size_t n = strcspn(start, ends);
  const char *stop = start + n;
  if (!*stop) return no_span(b, at);
  while (n && start[n - 1] == ' ')
    n--;
  *p = stop;
  return il_bind_column_named(b, b->table, at, il_bind_copy(b, start, n), IL_C_INSTANT, col);
}

static il_kind bind_span(il_binder *b, il_bind_op *op, const cJSON *at, int sources[2]) {
  const char *p = at->valuestring + 3, *otherwise = NULL;
  int64_t i;
  il_buf word;
  il_kind kind = span_column(b, at, &p, ",", &sources[0]);
  if (kind != IL_OK) return kind;
  p++;
  kind = span_column(b, at, &p, ",)", &sources[1]);
  if (kind == IL_OK && *p == ',') {
    size_t n = strcspn(p = skip_space(p + 1), " )");
    otherwise = il_bind_copy(b, p, n);
    p = skip_space(p + n);
  }
  if (kind == IL_OK &&
      (*p != ')' || *skip_space(p + 1) || (otherwise && !il_word_int(otherwise, &i))))
    kind = no_span(b, at);
  if (kind != IL_OK) return kind;
  il_buf_init(&word, b->arena->mem);
  il_buf_f(&word, "%d,%d%s%s", sources[0], sources[1], otherwise ? "," : "",
           otherwise ? otherwise : "");
  il_bind_word(b, op, 'm', il_bind_take(b, &word));
  return IL_OK;
}

static const char *const later_keys[] = {
    "after", "attempt", "base_seconds", "factor", "cap_seconds", "max", NULL};

static double number_of(const cJSON *at, const char *key, double missing, int *ok) {
  const cJSON *node = il_doc_get(at, key);
  if (node && !cJSON_IsNumber(node)) *ok = 0;
  return node ? node->valuedouble : missing;
}

/* {"after": column, "attempt": column, …}: when a failed attempt may be followed by another. */
static il_kind bind_later(il_binder *b, il_bind_op *op, const cJSON *at, int sources[2]) {
  static const char *const columns[] = {"after", "attempt"};
  int64_t max = 0;
  int ok = 1;
  double base, factor, cap;
  il_backoff wait;
  il_error why;
  il_kind kind = il_bind_keys(b, at, later_keys);
  il_error_clear(&why);
  for (int i = 0; i < 2 && kind == IL_OK; i++) {
    const cJSON *column = il_doc_get(at, columns[i]);
    kind = column ? il_bind_column(b, column, i ? IL_C_INT : IL_C_INSTANT, &sources[i])
                  : il_bind_error(b, at, IL_ARGUMENT, "\"%s\" is missing", columns[i]);
  }
  if (kind == IL_OK && il_doc_get(at, "max"))
    kind = il_bind_int(b, il_doc_get(at, "max"), 1, INT32_MAX, &max);
  if (kind != IL_OK) return kind;
  base = number_of(at, "base_seconds", 60, &ok);
  factor = number_of(at, "factor", 2, &ok);
  cap = number_of(at, "cap_seconds", 3600, &ok);
  if (!ok || il_backoff_seconds(base, factor, cap, 0, &wait, &why) != IL_OK)
    return il_bind_error(b, at, IL_ARGUMENT, "%s",
                         ok ? why.message : "base_seconds, factor and cap_seconds are numbers");
  il_bind_word(b, op, 'b',
               il_sqlf(b->arena, "%d,%d,%lld,%d,%lld,%lld", sources[0], sources[1],
                       (long long)wait.base, (int)wait.factor, (long long)wait.cap,
                       (long long)max));
  return IL_OK;
}

static il_kind bind_value(il_binder *b, il_bind_op *op, const cJSON *at, int sources[2]) {
  const char *text = cJSON_IsString(at) ? at->valuestring : NULL;
  static const char *const value_keys[] = {"value", NULL};
  il_kind kind;
  if (text && strcmp(text, "now") == 0) {
    il_bind_word(b, op, '=', "now");
  } else if (text && strcmp(text, "first") == 0) {
    il_bind_word(b, op, '=', "first");
  } else if (text && strncmp(text, "ms(", 3) == 0) {
    return bind_span(b, op, at, sources);
  } else if (cJSON_IsNull(at)) {
    il_bind_word(b, op, '=', "null");
  } else if (il_bind_is_int(at)) {
    il_bind_word_int(b, op, 'i', (int64_t)at->valuedouble);
  } else if (cJSON_IsBool(at)) {
    il_bind_word_int(b, op, 'i', cJSON_IsTrue(at));
  } else if (il_doc_get(at, "after")) {
    return bind_later(b, op, at, sources);
  } else if (cJSON_IsObject(at)) {
    kind = il_bind_keys(b, at, value_keys);
    if (kind == IL_OK) kind = il_bind_string(b, at, "value", 1, &text);
    if (kind != IL_OK) return kind;
    il_bind_word(b, op, 't', text);
  } else {
    return il_bind_error(
        b, at, IL_ARGUMENT,
        "must be \"now\", \"first\", \"ms(a, b)\", null, a whole number, true, false, {\"value\": text} or {\"after\": column, …}");
  }
  return IL_OK;
}

static il_kind bind_state(il_binder *b, const il_machine_bind *m, const char *rule, int i) {
  const cJSON *stamp = il_doc_get(m->states[i], "stamp");
  il_bind_op *op;
  if (!stamp) return IL_OK;
  if (!cJSON_IsObject(stamp))
    return il_bind_error(b, stamp, IL_ARGUMENT, "must be an object: what each column gets");
  if (!stamp->child) return IL_OK;
  op = il_state_op(b, m, &il_role_stamp, rule, IL_EV_INSERT | IL_EV_UPDATE, i);
  for (const cJSON *c = stamp->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column_named(b, b->table, c, c->string,
                                        cJSON_IsString(c) ? IL_C_INSTANT : IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    if (col == m->col) return il_bind_error(b, c, IL_ARGUMENT, "is the column of the state itself");
    il_bind_add_col(b, op, col);
  }
  for (const cJSON *c = stamp->child; c; c = c->next) {
    int sources[2] = {-1, -1};
    il_kind kind = bind_value(b, op, c, sources);
    if (kind != IL_OK) return kind;
    for (int k = 0; k < 2; k++)
      if (sources[k] >= 0) il_bind_add_col(b, op, sources[k]);
  }
  return IL_OK;
}

il_kind il_stamp_bind(il_binder *b, const il_machine_bind *m) {
  const char *rule;
  il_kind kind = il_bind_rule_of(b, m->json, "stamp", m->rule, &rule);
  for (int i = 0; i < m->nstates && kind == IL_OK; i++)
    kind = bind_state(b, m, rule, i);
  return kind;
}

/* ---- compiling ---- */

/* The plan column must be among the operation's, or the host would not pass it. */
static int is_among(const il_op *op, int col) {
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return 1;
  return 0;
}

static int read_span(const char *p, const il_op *op, const il_plan *plan, stamp_spec *s) {
  char part[2][8];
  for (int i = 0; i < 2; i++) {
    size_t n = strcspn(p, ",");
    if (n >= sizeof part[i] || (i == 0 && !p[n])) return 0;
    memcpy(part[i], p, n);
    part[i][n] = 0;
    p += n + (p[n] != 0);
  }
  s->has_otherwise = *p != 0;
  if (s->has_otherwise && !il_word_int(p, &s->otherwise)) return 0;
  s->from = il_word_col(part[0], plan);
  s->to = il_word_col(part[1], plan);
  return s->from >= 0 && s->to >= 0 && is_among(op, s->from) && is_among(op, s->to);
}

/* "<since>,<attempt>,<base>,<factor>,<cap>,<max>" */
static int read_later(const char *p, const il_op *op, const il_plan *plan, stamp_spec *s) {
  int64_t v[6];
  char part[24];
  il_error why;
  for (int i = 0; i < 6; i++) {
    size_t n = strcspn(p, ",");
    if (n >= sizeof part || (p[n] != 0) != (i < 5)) return 0;
    memcpy(part, p, n);
    part[n] = 0;
    if (i < 2)
      v[i] = il_word_col(part, plan);
    else if (!il_word_int(part, &v[i]))
      return 0;
    p += n + (p[n] != 0);
  }
  if (v[0] < 0 || v[1] < 0 || v[3] < 0 || v[3] > INT32_MAX || v[5] < 0) return 0;
  s->from = (int)v[0];
  s->to = (int)v[1];
  s->backoff = (il_backoff){.base = v[2], .factor = (int32_t)v[3], .cap = v[4]};
  s->max = v[5];
  return il_backoff_check(&s->backoff, &why) == IL_OK && is_among(op, s->from) &&
         is_among(op, s->to);
}

static int read_stamp(const char *word, const il_op *op, const il_plan *plan, stamp_spec *s) {
  if (strcmp(word, "=now") == 0)
    s->kind = NOW;
  else if (strcmp(word, "=first") == 0)
    s->kind = FIRST;
  else if (strcmp(word, "=null") == 0)
    s->kind = NUL;
  else if (word[0] == 'm')
    s->kind = SPAN;
  else if (word[0] == 'b')
    s->kind = LATER;
  else
    s->kind = LITERAL;
  if (s->kind == LATER) return read_later(word + 1, op, plan, s);
  if (s->kind == SPAN) return read_span(word + 1, op, plan, s);
  return s->kind != LITERAL || il_code_read(word, &s->literal);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  stamps *all = il_arena_alloc(arena, sizeof *all);
  if (!all) return il_error_set(err, IL_NOMEM, "out of memory");
  all->n = op->nwords - 2;
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || op->nwords < 3 ||
      op->ncols < op->nwords - 1 || !il_code_read(op->words[0], &all->code) ||
      op->words[1][0] != 'n')
    return il_word_error(op, err, "expected a state and columns");
  all->name = op->words[1] + 1;
  all->list = il_arena_alloc(arena, (size_t)all->n * sizeof *all->list);
  if (!all->list) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < all->n; i++)
    if (!read_stamp(op->words[i + 2], op, plan, &all->list[i]))
      return il_word_error(op, err, "a stamp that is none");
  op->compiled = all;
  return IL_OK;
}

/* ---- filling ---- */

static int enters(const il_op *op, const il_row *row) {
  const stamps *all = op->compiled;
  il_value state;
  if (row->load || row->stored || !il_row_sets(row, op->cols[0])) return 0;
  state = il_row_value(row, IL_NEW, op->cols[0]);
  return il_code_is(&all->code, &state);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (enters(op, row)) *work |= IL_WORK_FILL;
  return IL_OK;
}

/* An instant of the row as it will be: a fill of this operation, or what the row holds. 0: it
** has none. */
static int instant_of(const il_row *row, int col, const il_fill *fills, int first, int n,
                      int64_t *us) {
  il_value v = il_row_value(row, IL_NEW, col);
  il_error ignored;
  for (int i = first; i < n; i++)
    if (fills[i].col == col) v = fills[i].value;
  return v.type != IL_T_NULL && il_value_instant(&v, us, &ignored) == IL_OK;
}

/* Whole milliseconds: SQLite's instants have no more, and both engines shall count the same. */
static int64_t milliseconds(int64_t us) {
  return us / 1000 - (us % 1000 < 0);
}

/* When the next attempt may be made; 0: never. */
static int later(const stamp_spec *s, const il_row *row, const il_fill *fills, int first, int n,
                 il_value *out) {
  il_value attempt = il_row_value(row, IL_NEW, s->to);
  int64_t us, wait;
  if (attempt.type != IL_T_INT || (s->max && attempt.i >= s->max)) return 0;
  if (!instant_of(row, s->from, fills, first, n, &us)) return 0;
  wait = il_backoff_delay(&s->backoff, attempt.i, NULL, 0);
  *out = il_instant(us > IL_INSTANT_MAX - wait ? IL_INSTANT_MAX : us + wait);
  return 1;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const stamps *all = op->compiled;
  int first = n;
  if (!enters(op, row)) return n;
  for (int spans = 0; spans < 2; spans++) /* what counts from a stamp comes last */
    for (int i = 0; i < all->n && n < max; i++) {
      const stamp_spec *s = &all->list[i];
      int col = op->cols[i + 1];
      il_value has = il_row_value(row, IL_NEW, col), v = il_null();
      int64_t from, to;
      if ((s->kind == SPAN || s->kind == LATER) != spans) continue;
      if (has.type != IL_T_NULL && (s->kind == FIRST || il_row_sets(row, col))) continue;
      if (s->kind == NOW || s->kind == FIRST) v = il_instant(row->now);
      if (s->kind == LITERAL)
        v = s->literal.integer ? il_int(s->literal.i) : il_text(s->literal.text, s->literal.n);
      if (s->kind == SPAN) {
        int both = instant_of(row, s->from, fills, first, n, &from) &&
                   instant_of(row, s->to, fills, first, n, &to);
        if (!both && !s->has_otherwise) continue;
        v = il_int(both ? milliseconds(to) - milliseconds(from) : s->otherwise);
      }
      if (s->kind == LATER && !later(s, row, fills, first, n, &v)) continue;
      fills[n].col = col;
      fills[n++].value = v;
    }
  return n;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const stamps *all = op->compiled;
  il_buf_f(out, "When %s.%s becomes %s, the database writes ", plan->table,
           il_col_name(plan, op->cols[0]), all->name);
  for (int i = 0; i < all->n; i++) {
    const stamp_spec *s = &all->list[i];
    if (i) il_buf_str(out, ", ");
    il_buf_f(out, "%s = ", il_col_name(plan, op->cols[i + 1]));
    if (s->kind == SPAN) {
      il_buf_f(out, "milliseconds from %s to %s", il_col_name(plan, s->from),
               il_col_name(plan, s->to));
      if (s->has_otherwise) il_buf_f(out, " (%lld when one is NULL)", (long long)s->otherwise);
    } else if (s->kind == LATER) {
      il_buf_f(out, "%s and %lld seconds or more, by %s", il_col_name(plan, s->from),
               (long long)(s->backoff.base / 1000000), il_col_name(plan, s->to));
      if (s->max) il_buf_f(out, " (NULL from attempt %lld on)", (long long)s->max);
    } else if (s->kind == LITERAL)
      il_code_sql(&s->literal, out);
    else
      il_buf_str(out, s->kind == NUL ? "NULL" : s->kind == NOW ? "now" : "now, the first time");
  }
  il_buf_str(out, ", unless the writer gives a value.");
}

const il_role il_role_stamp = {
    .name = ".stamp", .compile = compile, .check = check, .fill = fill, .describe = describe};
