/*
** asserts.c: one SQL expression that must be true after a row is written (before, for a delete).
** NULL refuses like false.
**
** Columns: those of "columns"; on update the expression is judged only when one of them changes
** (none: always). Words: "t<text>" what the refusal says, "s<expression>", and "v<expression>"
** for stored rows when there is one; "r" when it rests in load mode; "l<statement>" what locks
** the rows it depends on; "e<code word>": only while the first column holds it; "i": only where
** the first column's instants are texts (SQLite); "p<expression>" what PostgreSQL judges by
** instead, and "d<sentence>" how it is described, where another role made it.
**
** An expression that reads other tables sees in PostgreSQL what is committed. Two sessions that
** would each break it for the other take turns when they lock the same row first; the lock is an
** UPDATE that changes nothing, so that REPEATABLE READ fails instead of judging by an old snapshot.
*/
#include "roles.h"

static const char *const assert_keys[] = {"rule",   "on",   "that", "text", "columns",
                                          "verify", "load", "lock", NULL};
static const char *const lock_keys[] = {"table", "key", "column", "is", NULL};

typedef struct assert_ {
  const char *text, *sql, *verify, *column;
  const char *when; /* SQLite: a column of `columns` changes; NULL: always */
  int rests;        /* in load mode */
  const char *describe, *postgres;
  const char **locks;
  int nlocks, has_only, texts;
  il_code only; /* what the first column holds */
} assert_;

/* ---- binding ---- */

static il_kind bind_columns(il_binder *b, il_bind_op *op, const cJSON *columns) {
  if (!columns) return IL_OK;
  if (!cJSON_IsArray(columns) || !columns->child)
    return il_bind_error(b, columns, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = columns->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

/* What stored rows are held against: what "verify" says, else the expression itself when it is
** about NEW. */
static il_kind bind_verify(il_binder *b, const cJSON *json, const char *that, unsigned events,
                           int uses_old, const char **verify) {
  const cJSON *node = il_doc_get(json, "verify");
  *verify = NULL;
  if (!node) {
    if (!uses_old && !(events & IL_EV_DELETE)) *verify = that;
    return IL_OK;
  }
  if (cJSON_IsFalse(node)) return IL_OK;
  if (!cJSON_IsString(node) || !node->valuestring[0])
    return il_bind_error(b, node, IL_ARGUMENT, "must be false or an expression over NEW");
  *verify = node->valuestring;
  return il_bind_sql(b, b->table, node, *verify, IL_EV_INSERT, 0, NULL);
}

static il_kind bind_sql_text(il_binder *b, const cJSON *json, const char *key, const char **out) {
  const cJSON *node = il_doc_get(json, key);
  if (!node) return il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing", key);
  if (!cJSON_IsString(node) || !node->valuestring[0])
    return il_bind_error(b, node, IL_ARGUMENT, "must be a text that is not empty");
  *out = node->valuestring;
  return IL_OK;
}

static il_kind bind_lock(il_binder *b, const cJSON *lock, unsigned events, il_bind_op *op) {
  const cJSON *column = il_doc_get(lock, "column");
  const char *table = NULL, *key = NULL, *is = NULL;
  int col = 0;
  il_buf sql;
  il_kind kind = il_bind_keys(b, lock, lock_keys);
  if (kind == IL_OK) kind = il_bind_string(b, lock, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, lock, "key", 1, &key);
  if (kind != IL_OK) return kind;
  if (!column == !il_doc_get(lock, "is"))
    return il_bind_error(b, lock, IL_ARGUMENT, "needs \"column\", or \"is\"");
  if (column) {
    kind = il_bind_column(b, column, IL_C_OTHER, &col);
    if (kind == IL_OK) is = il_sqlf(b->arena, "NEW.%I", il_col_name(b->table->plan, col));
  } else {
    kind = bind_sql_text(b, lock, "is", &is);
    if (kind == IL_OK) kind = il_bind_sql(b, b->table, il_doc_get(lock, "is"), is, events, 1, NULL);
  }
  if (kind != IL_OK) return kind;
  if (!is) return il_bind_nomem(b);
  il_buf_init(&sql, b->arena->mem);
  il_assert_lock(table, key, is, &sql);
  il_bind_word(b, op, 'l', il_bind_take(b, &sql));
  return IL_OK;
}

static il_kind bind_locks(il_binder *b, const cJSON *locks, unsigned events, il_bind_op *op) {
  il_kind kind = IL_OK;
  if (!locks) return IL_OK;
  if (events & IL_EV_DELETE) return il_bind_error(b, locks, IL_ARGUMENT, "a delete has no new row");
  if (!cJSON_IsArray(locks)) return bind_lock(b, locks, events, op);
  for (const cJSON *l = locks->child; l && kind == IL_OK; l = l->next)
    kind = bind_lock(b, l, events, op);
  return kind;
}

void il_assert_lock(const char *table, const char *key, const char *is, il_buf *out) {
  il_buf_f(out, "UPDATE %I SET %I = %I WHERE %I = (%s)", table, key, key, key, is);
}

il_bind_op *il_assert_make(il_binder *b, const il_assert_spec *spec) {
  il_bind_op *op = il_bind_add(b, spec->on, &il_role_asserts, spec->rule, spec->events);
  if (!op || !spec->that || !spec->text) return NULL;
  il_bind_word(b, op, 't', spec->text);
  il_bind_word(b, op, 's', spec->that);
  if (spec->verify) il_bind_word(b, op, 'v', spec->verify);
  if (spec->rests) il_bind_word(b, op, 'r', "");
  if (spec->lock) il_bind_word(b, op, 'l', spec->lock);
  if (spec->says) il_bind_word(b, op, 'd', spec->says);
  return op;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const char *rule, *that = NULL, *text, *verify;
  unsigned events = 0;
  int uses_old, rests;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, assert_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = il_bind_events(b, json, IL_EV_INSERT | IL_EV_UPDATE, &events);
  if (kind == IL_OK) kind = bind_sql_text(b, json, "that", &that);
  if (kind == IL_OK) kind = il_bind_string(b, json, "text", 1, &text);
  if (kind == IL_OK)
    kind = il_bind_sql(b, b->table, il_doc_get(json, "that"), that, events, 1, &uses_old);
  if (kind == IL_OK) kind = bind_verify(b, json, that, events, uses_old, &verify);
  if (kind == IL_OK) kind = il_bind_rests(b, json, &rests);
  if (kind != IL_OK) return kind;
  il_assert_spec spec = {b->table, rule, events, that, verify, NULL, text, NULL, rests};
  op = il_assert_make(b, &spec);
  if (!op) return il_bind_nomem(b);
  kind = bind_locks(b, il_doc_get(json, "lock"), events, op);
  return kind == IL_OK ? bind_columns(b, op, il_doc_get(json, "columns")) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

static const char *changes_sql(const il_op *op, const il_plan *plan, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  for (int i = 0; i < op->ncols; i++) {
    il_sql_changes(&sql, i ? " OR " : "", &plan->cols[op->cols[i]]);
  }
  return il_buf_arena(&sql, arena);
}

/* Adds to SQLite's condition that the session does not load, and that the column holds the code. */
static const char *narrowed(const char *condition, const assert_ *a, const char *column,
                            il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  if (condition) il_buf_f(&sql, "(%s) AND ", condition);
  if (a->has_only) {
    il_buf_f(&sql, "NEW.%I = ", column);
    il_code_sql(&a->only, &sql);
  }
  if (a->rests) il_buf_f(&sql, "%s%s", a->has_only ? " AND " : "", IL_NOT_LOADING);
  return il_buf_arena(&sql, arena);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  assert_ *a = il_arena_alloc(arena, sizeof *a);
  if (!a) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->nwords < 2 || op->words[0][0] != 't' || op->words[1][0] != 's' || !op->words[1][1])
    return il_word_error(op, err, "expected a text and an expression");
  a->text = op->words[0] + 1;
  a->sql = op->words[1] + 1;
  a->locks = il_arena_alloc(arena, (size_t)op->nwords * sizeof *a->locks);
  if (!a->locks) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 2; i < op->nwords; i++) {
    const char *word = op->words[i];
    if (word[0] == 'v' && word[1] && !a->verify && !a->rests)
      a->verify = word + 1;
    else if (word[0] == 'r' && !word[1] && !a->rests)
      a->rests = 1;
    else if (word[0] == 'l' && word[1] && !(op->events & IL_EV_DELETE))
      a->locks[a->nlocks++] = word + 1;
    else if (word[0] == 'p' && word[1] && !a->postgres)
      a->postgres = word + 1;
    else if (word[0] == 'd' && word[1] && !a->describe)
      a->describe = word + 1;
    else if (word[0] == 'e' && op->ncols && !a->has_only && !(op->events & IL_EV_DELETE) &&
             il_code_read(word + 1, &a->only))
      a->has_only = 1;
    else if (word[0] == 'i' && !word[1] && op->ncols)
      a->texts = 1;
    else
      return il_word_error(op, err, "a word that is no part of an assert");
  }
  if (op->ncols) {
    a->when = changes_sql(op, plan, arena);
    a->column = il_col_name(plan, op->cols[0]);
  }
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = a;
  return IL_OK;
}

/* ---- following ---- */

static int applies(const il_op *op, const il_row *row) {
  const assert_ *a = op->compiled;
  if (row->stored || (row->load && a->rests)) return 0;
  if (a->has_only || a->texts) {
    il_value v = il_row_value(row, IL_NEW, op->cols[0]);
    if (a->texts ? v.type == IL_T_INSTANT : !il_code_is(&a->only, &v)) return 0;
  }
  if (row->event != IL_EV_UPDATE || op->ncols == 0) return 1;
  return il_op_differs(op, row);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const assert_ *a = op->compiled;
  if (!event) {
    *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = a->verify, .text = a->text};
    return k == 0 && !row && a->verify;
  }
  if (k > a->nlocks || !(op->events & (unsigned)event)) return 0;
  if (row && !applies(op, row)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_LOCK};
  if (k < a->nlocks) out->sql = a->locks[k];
  if (k == a->nlocks) {
    *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = a->sql, .text = a->text};
    if (row && a->postgres) out->sql = a->postgres; /* with a row it is PostgreSQL that asks */
  }
  if (!row && event == IL_EV_UPDATE) out->condition = a->when;
  if (!row && (a->rests || a->has_only))
    out->condition = narrowed(out->condition, a, a->column, arena);
  return 1;
}

/* What looks at every row that goes cannot look at a TRUNCATE. */
static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  if (!(op->events & IL_EV_DELETE)) return IL_OK;
  return il_refuse(err, row, op, -1, IL_PROTECTED,
                   "%s cannot be truncated: DELETE is judged row by row", row->plan->table);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const assert_ *a = op->compiled;
  static const char *const events[] = {"INSERT", "UPDATE", "DELETE"};
  int n = 0;
  if (a->describe) {
    il_buf_str(out, a->describe);
    return;
  }
  for (int i = 0; i < 3; i++)
    if (op->events & (1U << i)) il_buf_f(out, "%s%s", n++ ? " or " : "", events[i]);
  il_buf_f(out, " of %s is refused (%s) unless %s.", plan->table, a->text, a->sql);
}

/* The same after effects, over what they have locked and written; it asks nothing of existing
** data. */
const il_role il_role_schedule_run = {.name = ".schedule_run",
                                      .rests_in_load = 1,
                                      .compile = compile,
                                      .check = check,
                                      .follow = follow,
                                      .describe = describe};

const il_role il_role_asserts = {.name = "asserts",
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .follow = follow,
                                 .truncate = truncate,
                                 .describe = describe};
