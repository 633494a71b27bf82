/*
** append_only.c: rows that are only ever added (append_only), with a number that only grows
** (.grows); and `replace`, which is just the rule id under which the hosts refuse an OR REPLACE:
** they name the first rule of the table, and it ranks first.
**
** append_only words, for what a foreign key of the table may still do: "C<table>"
** "K<key>" for the column that follows in cols (SET NULL once the parent row is gone),
** "D<table>" "K<key>" (CASCADE). They are asserts, run after the row is judged. Then "X<column>" for
** each plan column that an UPDATE may change. .grows: column 0.
*/
#include "roles.h"

static const char *const append_keys[] = {"rule",           "grows",  "cascade",
                                          "cascade_delete", "except", NULL};
static const char *const grows_keys[] = {"rule", "column", NULL};
static const char *const cascade_keys[] = {"column", "table", "key", NULL};
static const char *const replace_keys[] = {"rule", NULL};

typedef struct cascade {
  int col;
  int deletes;
  const char *column, *table, *key;
} cascade;

typedef struct append {
  int n;
  cascade *cascades;
  int nexcept;
  int *except; /* plan columns */
} append;

/* ---- binding ---- */

static il_kind bind_cascade(il_binder *b, il_bind_op *op, const cJSON *at, char tag) {
  const char *table, *key;
  int col;
  il_kind kind = il_bind_keys(b, at, cascade_keys);
  if (kind == IL_OK && !il_doc_get(at, "column"))
    kind = il_bind_error(b, at, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(at, "column"), IL_C_OTHER, &col);
  if (kind == IL_OK) kind = il_bind_string(b, at, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, at, "key", 1, &key);
  if (kind != IL_OK) return kind;
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, tag, table);
  il_bind_word(b, op, 'K', key);
  return IL_OK;
}

static il_kind bind_cascades(il_binder *b, il_bind_op *op, const cJSON *at, char tag) {
  il_kind kind = IL_OK;
  if (!at) return IL_OK;
  if (!cJSON_IsArray(at)) return bind_cascade(b, op, at, tag);
  for (const cJSON *c = at->child; c && kind == IL_OK; c = c->next)
    kind = bind_cascade(b, op, c, tag);
  return kind;
}

static il_kind bind_grows(il_binder *b, const cJSON *at) {
  const char *rule;
  int col;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, at, grows_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, at, &rule);
  if (kind == IL_OK && !il_doc_get(at, "column"))
    kind = il_bind_error(b, at, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(at, "column"), IL_C_INT, &col);
  if (kind != IL_OK) return kind;
  if (b->table->plan->cols[col].type != IL_C_INT)
    return il_bind_error(b, il_doc_get(at, "column"), IL_ARGUMENT, "must be an integer column");
  op = il_bind_add(b, b->table, &il_role_grows, rule, IL_EV_INSERT);
  il_bind_add_col(b, op, col);
  return IL_OK;
}

static il_kind bind_except(il_binder *b, il_bind_op *op, const cJSON *at) {
  if (!at) return IL_OK;
  if (!cJSON_IsArray(at) || !at->child)
    return il_bind_error(b, at, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = at->child; c; c = c->next) {
    int col;
    il_kind kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    il_bind_word_int(b, op, 'X', col);
  }
  return IL_OK;
}

/* Are rows kept for a time only? Then expire_purge is let through, by the instant. */
static int keeps(const cJSON *table) {
  const cJSON *expiry = il_doc_get(table, "expiry");
  if (cJSON_IsArray(expiry)) expiry = expiry->child;
  return il_doc_get(expiry, "keep_seconds") != NULL;
}

static il_kind bind_append(il_binder *b, const cJSON *json) {
  const char *rule;
  const cJSON *grows = il_doc_get(json, "grows");
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, append_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_append_only, rule, IL_EV_UPDATE | IL_EV_DELETE);
  kind = bind_cascades(b, op, il_doc_get(json, "cascade"), 'C');
  if (kind == IL_OK) kind = bind_cascades(b, op, il_doc_get(json, "cascade_delete"), 'D');
  if (kind == IL_OK) kind = bind_except(b, op, il_doc_get(json, "except"));
  /* Which column an update changes is then looked at. */
  if (kind == IL_OK && op &&
      (op->nwords || il_doc_get(b->table->json, "lookup") || keeps(b->table->json)))
    for (int c = 0; c < b->table->plan->ncols; c++)
      il_bind_add_col(b, op, c);
  return kind == IL_OK && grows ? bind_grows(b, grows) : kind;
}

static il_kind bind_replace_one(il_binder *b, const cJSON *json) {
  const char *rule;
  il_kind kind = il_bind_keys(b, json, replace_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && !il_bind_add(b, b->table, &il_role_replace, rule, 0))
    kind = il_bind_nomem(b);
  return kind;
}

static il_kind bind_append_only(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_append);
}
static il_kind bind_replace(il_binder *b, const cJSON *json) {
  return bind_replace_one(b, json);
}

/* ---- append_only ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  append *a = il_arena_alloc(arena, sizeof *a);
  int paired = op->nwords;
  if (!a) return il_error_set(err, IL_NOMEM, "out of memory");
  a->except = il_arena_alloc(arena, (size_t)op->nwords * sizeof *a->except);
  if (!a->except) return il_error_set(err, IL_NOMEM, "out of memory");
  for (; paired > 0 && op->words[paired - 1][0] == 'X'; paired--) {
    int col = il_word_col(op->words[paired - 1] + 1, plan);
    if (col < 0) return il_word_error(op, err, "expected a column");
    a->except[a->nexcept++] = col;
  }
  a->n = paired / 2;
  if (paired % 2 || op->ncols < a->n) return il_word_error(op, err, "expected tables with keys");
  a->cascades = il_arena_alloc(arena, (size_t)a->n * sizeof *a->cascades);
  if (!a->cascades) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 0; i < a->n; i++) {
    const char *table = op->words[2 * i], *key = op->words[2 * i + 1];
    if ((table[0] != 'C' && table[0] != 'D') || !table[1] || key[0] != 'K' || !key[1])
      return il_word_error(op, err, "expected a table and its key");
    a->cascades[i].col = op->cols[i];
    a->cascades[i].column = il_col_name(plan, op->cols[i]);
    a->cascades[i].deletes = table[0] == 'D';
    a->cascades[i].table = table + 1;
    a->cascades[i].key = key + 1;
  }
  op->compiled = a;
  return IL_OK;
}

static il_kind refuse(const il_op *op, const il_row *row, il_error *err, const char *what) {
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s is append-only: %s is refused",
                   row->plan->table, what);
}

static int is_excepted(const append *a, int col) {
  for (int i = 0; i < a->nexcept; i++)
    if (a->except[i] == col) return 1;
  return 0;
}

/* A NULL that becomes what it follows from: `lookup` asks whether it does. */
static int is_looked_up(const il_row *row, int col) {
  const il_plan *plan = row->plan;
  if (il_row_value(row, IL_OLD, col).type != IL_T_NULL) return 0;
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role == &il_role_lookup && plan->ops[i].cols[0] == col) return 1;
  return 0;
}

/* Does the update change nothing but foreign keys that become NULL, and what follows from others?
** Then the assert asks whether their parents are gone. */
static int only_set_null(const il_op *op, const il_row *row) {
  const append *a = op->compiled;
  int n = 0;
  for (int i = a->n; i < op->ncols; i++) {
    int may = 0;
    if (!row->differs(row, op->cols[i])) continue;
    if (is_excepted(a, op->cols[i])) {
      n++;
      continue;
    }
    may = is_looked_up(row, op->cols[i]);
    for (int k = 0; k < a->n && !may; k++)
      may = !a->cascades[k].deletes && a->cascades[k].col == op->cols[i] &&
            il_row_value(row, IL_NEW, op->cols[i]).type == IL_T_NULL;
    if (!may) return 0;
    n++;
  }
  return n > 0 || a->nexcept > 0;
}

static int cascades_delete(const il_op *op) {
  const append *a = op->compiled;
  for (int i = 0; i < a->n; i++)
    if (a->cascades[i].deletes) return 1;
  return 0;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int passes = row->event == IL_EV_UPDATE ? only_set_null(op, row) : cascades_delete(op);
  if (row->event == IL_EV_DELETE && op->ncols > 0 && row->announced && row->announced(row, op))
    return IL_OK; /* expire_purge, by the age that `expiry` says */
  if (!passes) return refuse(op, row, err, row->event == IL_EV_UPDATE ? "UPDATE" : "DELETE");
  if (((const append *)op->compiled)->n) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  return refuse(op, row, err, "TRUNCATE");
}

/* The parents are gone: for SET NULL those of the columns that change, for CASCADE one of them. */
static void update_sql(const append *a, il_buf *sql) {
  int n = 0;
  for (int i = 0; i < a->n; i++) {
    const cascade *c = &a->cascades[i];
    if (c->deletes) continue;
    il_buf_f(
        sql,
        "%s(OLD.%I IS NULL OR NEW.%I IS NOT NULL OR NOT EXISTS (SELECT 1 FROM %I WHERE %I = OLD.%I))",
        n++ ? " AND " : "", c->column, c->column, c->table, c->key, c->column);
  }
}

static void delete_sql(const append *a, il_buf *sql) {
  int n = 0;
  for (int i = 0; i < a->n; i++) {
    const cascade *c = &a->cascades[i];
    if (!c->deletes) continue;
    il_buf_f(sql, "%sNOT EXISTS (SELECT 1 FROM %I WHERE %I = OLD.%I)", n++ ? " OR " : "", c->table,
             c->key, c->column);
  }
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  il_buf sql;
  (void)row;
  if (k > 0 || (event != IL_EV_UPDATE && event != IL_EV_DELETE)) return 0;
  il_buf_init(&sql, arena->mem);
  if (event == IL_EV_UPDATE)
    update_sql(op->compiled, &sql);
  else
    delete_sql(op->compiled, &sql);
  if (!sql.n) {
    il_buf_free(&sql);
    return 0;
  }
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT};
  out->text = "rows are append-only, and the row it refers to is still there";
  out->sql = il_buf_arena(&sql, arena);
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const append *a = op->compiled;
  il_buf_f(out, "%s rows are only ever added: UPDATE, DELETE, OR REPLACE and TRUNCATE are refused",
           plan->table);
  for (int i = 0; i < a->n; i++) {
    const cascade *c = &a->cascades[i];
    il_buf_f(out, "; when the row of %s that %s names is gone, %s%s", c->table, c->column,
             c->deletes ? "the row goes with it" : c->column, c->deletes ? "" : " becomes NULL");
  }
  for (int i = a->nexcept - 1; i >= 0; i--)
    il_buf_f(out, "%s%s", i == a->nexcept - 1 ? "; an UPDATE may change " : ", ",
             il_col_name(plan, a->except[i]));
  il_buf_char(out, '.');
}

/* ---- grows ---- */

static il_kind compile_grows(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_buf sql;
  const char *column;
  if (op->ncols != 1) return il_word_error(op, err, "expected one column");
  column = il_col_name(plan, op->cols[0]);
  il_buf_init(&sql, arena->mem);
  il_buf_f(&sql, "NOT EXISTS (SELECT 1 FROM %I WHERE %I > NEW.%I)", plan->table, column, column);
  op->compiled = (void *)il_buf_arena(&sql, arena);
  return op->compiled ? IL_OK : il_error_set(err, IL_NOMEM, "out of memory");
}

/* SQLite: the row is there already and must be the last one. PostgreSQL tells a number that its
** sequence gave from one that the writer gave, before the row is there, and asks nothing here. */
static int follow_grows(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                        il_follow *out) {
  (void)arena;
  if (row || k > 0 || event != IL_EV_INSERT) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT,
                     .sql = op->compiled,
                     .text = "numbers only grow: this one is used or passed already"};
  return 1;
}

static void describe_grows(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s only grows.", plan->table, il_col_name(plan, op->cols[0]));
}

static void describe_replace(const il_op *op, const il_plan *plan, il_buf *out) {
  (void)op;
  il_buf_f(out, "%s rows are never replaced: OR REPLACE of a used key is refused.", plan->table);
}

const il_role il_role_append_only = {.name = "append_only",
                                     .bind = bind_append_only,
                                     .compile = compile,
                                     .check = check,
                                     .follow = follow,
                                     .truncate = truncate,
                                     .describe = describe};
const il_role il_role_grows = {
    .name = ".grows", .compile = compile_grows, .follow = follow_grows, .describe = describe_grows};
const il_role il_role_replace = {
    .name = "replace", .bind = bind_replace, .describe = describe_replace};
