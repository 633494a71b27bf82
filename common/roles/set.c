/*
** set.c: columns that the database sets when others change (H-17, H-21, H-44), whatever the writer gave:
** when one of some columns changes ("change"), when a column gets a value ("filled"), or when a number
** reaches another ("reaches").
**
** Columns: those that are set, then those that are looked at. Words: "n<number set>", "c" "f" or "r"
** (what is looked for), then for each that is set "@" now, "0" NULL, or "=" and a code word.
*/
#include "roles.h"

static const char *const set_keys[] = {"rule", "change", "filled", "reaches", "columns", NULL};
static const char *const value_keys[] = {"value", NULL};

typedef struct target {
  char kind; /* '@' '0' '=' */
  il_code code;
} target;

typedef struct set {
  int n; /* columns that are set */
  char when;
  target *targets;
} set;

/* ---- binding ---- */

static il_kind bind_value(il_binder *b, il_bind_op *op, const cJSON *at) {
  const char *text = NULL;
  il_buf word;
  il_kind kind = IL_OK;
  if (cJSON_IsNull(at)) {
    il_bind_word(b, op, '0', "");
  } else if (cJSON_IsString(at) && strcmp(at->valuestring, "now") == 0) {
    il_bind_word(b, op, '@', "");
  } else if (cJSON_IsBool(at)) {
    il_bind_word(b, op, '=', cJSON_IsTrue(at) ? "i1" : "i0");
  } else if (il_bind_is_int(at)) {
    il_buf_init(&word, b->arena->mem);
    il_buf_f(&word, "i%lld", (long long)at->valuedouble);
    il_bind_word(b, op, '=', il_bind_take(b, &word));
  } else if (cJSON_IsObject(at)) {
    kind = il_bind_keys(b, at, value_keys);
    if (kind == IL_OK) kind = il_bind_string(b, at, "value", 1, &text);
    if (kind != IL_OK) return kind;
    il_buf_init(&word, b->arena->mem);
    il_buf_f(&word, "t%s", text);
    il_bind_word(b, op, '=', il_bind_take(b, &word));
  } else {
    kind =
        il_bind_error(b, at, IL_ARGUMENT,
                      "must be \"now\", true, false, null, a whole number or {\"value\": a text}");
  }
  return kind;
}

static il_kind bind_targets(il_binder *b, il_bind_op *op, const cJSON *columns) {
  for (const cJSON *c = columns->child; c; c = c->next) {
    const struct il_column_info *info;
    int col;
    il_kind kind = il_bind_column_named(b, b->table, c, c->string, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    info = il_bind_info(b->table, col);
    if (info && info->generated)
      return il_bind_error(b, c, IL_ARGUMENT, "a generated column cannot be set");
    il_bind_add_col(b, op, col);
    kind = bind_value(b, op, c);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

/* A column that is looked at and is none of those that are set. */
static il_kind bind_look(il_binder *b, il_bind_op *op, const cJSON *at, il_coltype guess) {
  int col = -1, used = 0;
  il_kind kind = cJSON_IsString(at) ? il_bind_column(b, at, guess, &col)
                                    : il_bind_error(b, at, IL_ARGUMENT, "must name a column");
  if (kind != IL_OK) return kind;
  for (int i = 0; i < op->ncols; i++)
    used |= op->cols[i] == col;
  if (used) return il_bind_error(b, at, IL_ARGUMENT, "is looked at twice, or is itself set");
  il_bind_add_col(b, op, col);
  return IL_OK;
}

static il_kind bind_looks(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *change = il_doc_get(json, "change"), *filled = il_doc_get(json, "filled"),
              *reaches = il_doc_get(json, "reaches");
  if (filled) return bind_look(b, op, filled, IL_C_OTHER);
  if (reaches && (!cJSON_IsArray(reaches) || cJSON_GetArraySize(reaches) != 2))
    return il_bind_error(b, reaches, IL_ARGUMENT, "must be two columns: [a, b] when a reaches b");
  if (change && (!cJSON_IsArray(change) || !change->child))
    return il_bind_error(b, change, IL_ARGUMENT, "must be a list of columns");
  if (!change) change = reaches;
  for (const cJSON *c = change ? change->child : NULL; c; c = c->next) {
    il_kind kind = bind_look(b, op, c, reaches ? IL_C_INT : IL_C_OTHER);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns");
  const char *rule;
  il_bind_op *op;
  int ways = (il_doc_get(json, "change") != NULL) + (il_doc_get(json, "filled") != NULL) +
             (il_doc_get(json, "reaches") != NULL);
  il_kind kind = il_bind_keys(b, json, set_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  if (ways != 1)
    return il_bind_error(b, json, IL_ARGUMENT,
                         "needs one of \"change\", \"filled\" and \"reaches\"");
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be an object: what each column is set to");
  op = il_bind_add(b, b->table, &il_role_set, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_word(b, op,
               il_doc_get(json, "change")   ? 'c'
               : il_doc_get(json, "filled") ? 'f'
                                            : 'r',
               "");
  kind = bind_targets(b, op, columns);
  return kind == IL_OK ? bind_looks(b, op, json) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  set *s = il_arena_alloc(arena, sizeof *s);
  (void)plan;
  if (!s) return il_error_set(err, IL_NOMEM, "out of memory");
  s->n = op->nwords - 1;
  if (s->n < 1 || op->ncols <= s->n || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected columns that are set and what they hang on");
  s->when = op->words[0][0];
  if (op->words[0][1] || !s->when || !strchr("cfr", s->when) ||
      (s->when == 'f' && op->ncols != s->n + 1) || (s->when == 'r' && op->ncols != s->n + 2))
    return il_word_error(op, err, "expected c, f or r");
  s->targets = il_arena_alloc(arena, (size_t)s->n * sizeof *s->targets);
  if (!s->targets) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < s->n; i++) {
    const char *word = op->words[i + 1];
    target *t = &s->targets[i];
    t->kind = word[0];
    if (!word[0] || !strchr("@0=", word[0]) || (word[0] == '=') != (word[1] != 0) ||
        (word[0] == '=' && !il_code_read(word + 1, &t->code)))
      return il_word_error(op, err, "a value that is none");
  }
  op->compiled = s;
  return IL_OK;
}

/* ---- judging ---- */

static int applies(const il_op *op, const il_row *row) {
  const set *s = op->compiled;
  const uint16_t *looked = op->cols + s->n;
  il_value a, z;
  if (row->load || row->stored || row->event == IL_EV_DELETE) return 0;
  if (s->when == 'c') {
    for (int i = s->n; row->event == IL_EV_UPDATE && i < op->ncols; i++)
      if (row->differs(row, op->cols[i])) return 1;
    return 0;
  }
  a = il_row_value(row, IL_NEW, looked[0]);
  if (s->when == 'f')
    return a.type != IL_T_NULL &&
           (row->event == IL_EV_INSERT || il_row_value(row, IL_OLD, looked[0]).type == IL_T_NULL);
  if (!il_row_sets(row, looked[0]) && !il_row_sets(row, looked[1])) return 0;
  z = il_row_value(row, IL_NEW, looked[1]);
  return a.type == IL_T_INT && z.type == IL_T_INT && a.i >= z.i;
}

static il_value value_of(const target *t, int64_t now) {
  if (t->kind == '@') return il_instant(now);
  if (t->kind == '0') return il_null();
  return t->code.integer ? il_int(t->code.i) : il_text(t->code.text, t->code.n);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_FILL;
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const set *s = op->compiled;
  if (!applies(op, row)) return n;
  for (int i = 0; i < s->n && n < max; i++, n++) {
    fills[n].col = op->cols[i];
    fills[n].value = value_of(&s->targets[i], row->now);
  }
  return n;
}

static int filled(const il_op *op, int *end) {
  *end = ((const set *)op->compiled)->n;
  return 0;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const set *s = op->compiled;
  il_buf_f(out, "When %s.", plan->table);
  if (s->when == 'r') {
    il_buf_f(out, "%s reaches %s", il_col_name(plan, op->cols[s->n]),
             il_col_name(plan, op->cols[s->n + 1]));
  } else {
    il_describe_cols(op, plan, s->n, out);
    il_buf_str(out, s->when == 'f'         ? " gets a value"
                    : op->ncols > s->n + 1 ? " change"
                                           : " changes");
  }
  il_buf_str(out, ", the database sets ");
  for (int i = 0; i < s->n; i++) {
    const target *t = &s->targets[i];
    il_buf_f(out, "%s%s = ", i ? ", " : "", il_col_name(plan, op->cols[i]));
    if (t->kind == '=')
      il_code_sql(&t->code, out);
    else
      il_buf_str(out, t->kind == '0' ? "NULL" : "now");
  }
  il_buf_char(out, '.');
}

const il_role il_role_set = {.name = "set",
                             .overwrites = 1,
                             .bind = bind,
                             .compile = compile,
                             .check = check,
                             .fill = fill,
                             .filled = filled,
                             .describe = describe};
