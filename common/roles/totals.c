/*
** totals.c: columns that are added up from the rows of another table as they are inserted (H-31). What was
** added stays when rows go; that is the difference from counters, which count again. Nobody else writes
** such a column: the UPDATE that adds is announced to this table's guard (row->announced) a moment before.
**
** totals column: the total; one operation for each. Words: "T<added table>" "C<its column with the key>",
** "u<expression over u>" and "d<decimals>" or "d-", for stored rows: a total is not less than the sum of
** the rows there are.
** .totalled column: the one that holds the other table's key. Words: "T<table>", "K<its key column>", then
** for each total "N<column>", "+<expression over NEW>" and "d<decimals>" or "d-".
*/
#include "../rules/sqltext.h"
#include "roles.h"
#include "totals.h"

static const char *const totals_keys[] = {"rule", "table", "column", "columns", NULL};
static const char *const add_keys[] = {"add", "decimals", NULL};

/* Compiled form of a .totalled operation. */
typedef struct totalled {
  const char *table, *add, *index;
} totalled;

/* ---- binding ---- */

/* NEW."c" as u."c". */
static il_kind over_rows(il_binder *b, const cJSON *at, const char *sql, il_buf *out) {
  size_t pos = 0, n = strlen(sql);
  il_piece piece;
  il_error err;
  int got;
  il_error_clear(&err);
  while ((got = il_sql_piece(sql, n, &pos, b->arena, &piece, &err)) > 0) {
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(out, piece.p, piece.n);
    else
      il_buf_f(out, "u.%.*I", (int)piece.n, piece.p);
  }
  return got == 0 ? IL_OK : il_bind_error(b, at, err.kind, "%s", err.message);
}

typedef struct source {
  il_draft *draft;
  const char *rule, *column;
  int col;
} source;

static il_kind bind_total(il_binder *b, const cJSON *at, const source *from, il_bind_op *other) {
  const cJSON *add = cJSON_IsObject(at) ? il_doc_get(at, "add") : at,
              *places = cJSON_IsObject(at) ? il_doc_get(at, "decimals") : NULL;
  il_bind_op *op =
      il_bind_add(b, b->table, &il_role_totals, from->rule, IL_EV_INSERT | IL_EV_UPDATE);
  int64_t decimals = -1;
  int col = 0;
  il_buf rows;
  il_kind kind =
      op ? il_bind_column_named(b, b->table, at, at->string, IL_C_INT, &col) : il_bind_nomem(b);
  if (kind == IL_OK && cJSON_IsObject(at)) kind = il_bind_keys(b, at, add_keys);
  if (kind == IL_OK && places) kind = il_bind_int(b, places, 0, 15, &decimals);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsString(add) || !add->valuestring[0])
    return il_bind_error(b, at, IL_ARGUMENT,
                         "must be an expression over NEW, the row that is added, or "
                         "{\"add\": it, \"decimals\": what it is rounded to}");
  kind = il_bind_sql(b, from->draft, add, add->valuestring, IL_EV_INSERT, 0, NULL);
  if (kind != IL_OK) return kind;
  il_buf_init(&rows, b->arena->mem);
  kind = over_rows(b, add, add->valuestring, &rows);
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, 'T', from->draft->name);
  il_bind_word(b, op, 'C', from->column);
  il_bind_word(b, op, 'u', il_bind_take(b, &rows));
  il_bind_word(b, other, 'N', b->table->plan->cols[col].name);
  il_bind_word(b, other, '+', add->valuestring);
  for (int i = 0; i < 2; i++) {
    if (places)
      il_bind_word_int(b, i ? op : other, 'd', decimals);
    else
      il_bind_word(b, i ? op : other, 'd', "-");
  }
  return kind;
}

static il_kind find_source(il_binder *b, const cJSON *json, source *from) {
  const cJSON *at = il_doc_get(json, "table");
  const char *table = NULL;
  il_kind kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "column", 1, &from->column);
  if (kind != IL_OK) return kind;
  from->draft = il_bind_draft(b, table);
  if (!from->draft)
    return il_bind_error(b, at, IL_ARGUMENT, "\"%.*s\" is not a table of this rulebook", 64, table);
  if (from->draft == b->table)
    return il_bind_error(b, at, IL_ARGUMENT, "totals are of rows of another table");
  return il_bind_column_named(b, from->draft, il_doc_get(json, "column"), from->column, IL_C_OTHER,
                              &from->col);
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns");
  const il_plan *plan = b->table->plan;
  source from = {0};
  il_bind_op *other;
  il_kind kind = il_bind_keys(b, json, totals_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &from.rule);
  if (kind == IL_OK) kind = find_source(b, json, &from);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be an object: what is added to each");
  if (plan->nkey > 1 || (plan->nkey == 0 && b->table->info))
    return il_bind_error(b, json, IL_ARGUMENT, "needs a key of one column");
  other = il_bind_add(b, from.draft, &il_role_totalled, from.rule, IL_EV_INSERT);
  if (!other) return il_bind_nomem(b);
  il_bind_add_col(b, other, from.col);
  il_bind_word(b, other, 'T', b->table->name);
  /* A document read without its tables may not say what its key is. */
  il_bind_word(b, other, 'K', plan->nkey ? plan->cols[plan->key[0]].name : from.column);
  for (const cJSON *c = columns->child; c && kind == IL_OK; c = c->next)
    kind = bind_total(b, c, &from, other);
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

/* "d<decimals>" or "d-": -1. */
static int read_decimals(const char *word, int64_t *decimals) {
  *decimals = -1;
  if (strcmp(word, "d-") == 0) return 1;
  return word[0] == 'd' && il_word_int(word + 1, decimals) && *decimals >= 0 && *decimals <= 15;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_total *t = il_arena_alloc(arena, sizeof *t);
  const char *column, *key;
  int64_t decimals;
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords != 4 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[0][0] != 'T' || !op->words[0][1] || op->words[1][0] != 'C' || !op->words[1][1] ||
      op->words[2][0] != 'u' || !op->words[2][1] || !read_decimals(op->words[3], &decimals))
    return il_word_error(op, err, "expected a table, its column and what is added");
  t->table = op->words[0] + 1;
  column = il_col_name(plan, op->cols[0]);
  key = plan->nkey ? il_col_name(plan, plan->key[0]) : "";
  t->stored =
      decimals < 0
          ? il_sqlf(arena, "NEW.%I >= (SELECT coalesce(sum(%s), 0) FROM %I u WHERE u.%I = NEW.%I)",
                    column, op->words[2] + 1, t->table, op->words[1] + 1, key)
          : il_sqlf(arena,
                    "NEW.%I >= (SELECT round(coalesce(sum(%s), 0), %d) FROM %I u WHERE "
                    "u.%I = NEW.%I)",
                    column, op->words[2] + 1, (int)decimals, t->table, op->words[1] + 1, key);
  t->text = il_sqlf(arena, "%s is less than what the rows of %s add up to", column, t->table);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = t;
  return IL_OK;
}

static il_kind compile_totalled(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  totalled *t = il_arena_alloc(arena, sizeof *t);
  il_buf sql;
  if (!t) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords < 5 || op->nwords % 3 != 2 || op->events != IL_EV_INSERT ||
      op->words[0][0] != 'T' || !op->words[0][1] || op->words[1][0] != 'K' || !op->words[1][1])
    return il_word_error(op, err, "expected a table, its key and totals");
  t->table = op->words[0] + 1;
  il_buf_init(&sql, arena->mem);
  il_buf_f(&sql, "UPDATE %I SET ", t->table);
  for (int i = 2; i < op->nwords; i += 3) {
    const char *column = op->words[i] + 1, *add = op->words[i + 1] + 1;
    int64_t decimals;
    if (op->words[i][0] != 'N' || !*column || op->words[i + 1][0] != '+' || !*add ||
        !read_decimals(op->words[i + 2], &decimals)) {
      il_buf_free(&sql);
      return il_word_error(op, err, "a total that is none");
    }
    il_buf_f(&sql,
             decimals < 0 ? "%s%I = coalesce(%I.%I, 0) + (%s)"
                          : "%s%I = round(coalesce(%I.%I, 0) + (%s)",
             i > 2 ? ", " : "", column, t->table, column, add);
    if (decimals >= 0) il_buf_f(&sql, ", %d)", (int)decimals);
  }
  il_buf_f(&sql, " WHERE %I.%I = NEW.%I", t->table, op->words[1] + 1,
           il_col_name(plan, op->cols[0]));
  t->add = il_buf_arena(&sql, arena);
  t->index = il_sqlf(arena, "total_%.16s", il_col_name(plan, op->cols[0]));
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = t;
  return IL_OK;
}

/* ---- judging ---- */

/* 0, 0.00 … as PostgreSQL writes a NUMERIC. */
static int is_zero(const il_value *v) {
  for (size_t i = 0; i < v->n; i++)
    if (v->p[i] != '0' && v->p[i] != '.') return 0;
  return v->n > 0;
}

/* A row begins with nothing; then only what is announced changes it. */
static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_total *t = op->compiled;
  il_value v;
  (void)work;
  if (row->load || row->stored || !il_row_sets(row, op->cols[0])) return IL_OK;
  v = il_row_value(row, IL_NEW, op->cols[0]);
  if (row->event == IL_EV_INSERT) {
    if (v.type == IL_T_NULL || (v.type == IL_T_INT && v.i == 0) ||
        (v.type == IL_T_REAL && v.r == 0) || (v.type == IL_T_OTHER && is_zero(&v)))
      return IL_OK;
  } else if (row->announced && row->announced(row, op)) {
    return IL_OK;
  }
  return il_refuse(err, row, op, op->cols[0], IL_RULE,
                   "%s.%s is added up from %s, not written by hand", row->plan->table,
                   il_col_name(row->plan, op->cols[0]), t->table);
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const il_total *t = op->compiled;
  (void)arena;
  if (event || row || k) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = t->stored, .text = t->text};
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_total *t = op->compiled;
  il_buf_f(out, "The database adds up %s.%s from the rows of %s.", plan->table,
           il_col_name(plan, op->cols[0]), t->table);
}

/* ---- .totalled ---- */

static il_kind check_totalled(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (!row->load && !row->stored && il_row_value(row, IL_NEW, op->cols[0]).type != IL_T_NULL)
    *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow_totalled(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                           il_follow *out) {
  const totalled *t = op->compiled;
  (void)arena;
  if (event != IL_EV_INSERT || k) return 0;
  if (row && (row->load || il_row_value(row, IL_NEW, op->cols[0]).type == IL_T_NULL)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ADD, .sql = t->add, .text = t->table};
  return 1;
}

/* What interlock_verify adds up again, and the foreign key looks for. */
static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  (void)postgres;
  (void)where;
  if (k) return 0;
  *what = ((const totalled *)op->compiled)->index;
  il_buf_f(columns, "%I", il_col_name(plan, op->cols[0]));
  return 1;
}

static void describe_totalled(const il_op *op, const il_plan *plan, il_buf *out) {
  const totalled *t = op->compiled;
  il_buf_f(out, "A new row of %s is added to the totals of %s.", plan->table, t->table);
}

int il_totalled_column(const il_op *op, int k, const char **table, const char **column) {
  const totalled *t = op->compiled;
  if (op->role != &il_role_totalled || 2 + 3 * k >= op->nwords) return 0;
  *table = t->table;
  *column = op->words[2 + 3 * k] + 1;
  return 1;
}

const il_role il_role_totals = {.name = "totals",
                                .if_changed = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .describe = describe};
const il_role il_role_totalled = {.name = ".totalled",
                                  .compile = compile_totalled,
                                  .check = check_totalled,
                                  .follow = follow_totalled,
                                  .index = index_of,
                                  .describe = describe_totalled};
