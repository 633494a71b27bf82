/*
** counters.c: columns that the database counts from the rows of another table: what a writer gives
** is refused (counters), and a write of a counted row brings them up to date (.counted, on that
** table).
**
** counters column: the counter; one operation for each. Words: "T<counted table>", then "=" or "<"
** (it is the number, or at least that) and the query, over NEW.
** .counted columns: the one that holds the other table's key, then those whose change changes a
** count (none: any UPDATE counts again). Words: "T<table>", "K<its key column>", then for each
** counter "N<column>" and "=" or "<" with the query, over that table's name.
**
** Counting reads other rows: in PostgreSQL two sessions must take turns at a row that is counted
** for, or the later would count without what the earlier has not committed. So the row is locked
** when its counters are about to change, and counted by a statement that begins after that.
*/
#include "roles.h"
#include "../rules/sqltext.h"

static const char *const counters_keys[] = {"rule", "table", "column", "when", "columns", NULL};
static const char *const least_keys[] = {"least", NULL};

typedef struct counter {
  const char *column, *sql;
  int least;
} counter;

/* Compiled form of a counters operation. */
typedef struct kept {
  const char *table;
  const char *sql, *text, *when; /* the assert; SQLite's condition of an UPDATE */
} kept;

/* Compiled form of a .counted operation. An UPDATE may concern two rows: the one it counts for, and
** the one it counted for until now. */
typedef struct counts {
  const char *table, *key, *when;
  int n;
  counter *list;
  const char *lock[2], *count[2];     /* for NEW, for OLD */
  const char *left_lock, *left_count; /* for OLD, when NEW counts elsewhere */
} counts;

/* ---- binding ---- */

/* The query with NEW."c" become "table"."c": how the row that is counted for is named where its own
** row is being written. */
static il_kind over_table(il_binder *b, const cJSON *at, const char *sql, const char *table,
                          il_buf *out) {
  size_t pos = 0, n = strlen(sql);
  il_piece piece;
  il_error err;
  int got;
  il_error_clear(&err);
  while ((got = il_sql_piece(sql, n, &pos, b->arena, &piece, &err)) > 0) {
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(out, piece.p, piece.n);
    else if (piece.kind == IL_PIECE_NEW)
      il_buf_f(out, "%I.%.*I", table, (int)piece.n, piece.p);
    else
      return il_bind_error(b, at, IL_ARGUMENT, "a count is a query over NEW and nothing else");
  }
  return got == 0 ? IL_OK : il_bind_error(b, at, err.kind, "%s", err.message);
}

static il_kind bind_counter(il_binder *b, const cJSON *at, const char *rule, const char *table,
                            il_bind_op *counted) {
  il_bind_op *op = il_bind_add(b, b->table, &il_role_counters, rule, IL_EV_INSERT | IL_EV_UPDATE);
  const cJSON *query = cJSON_IsObject(at) ? il_doc_get(at, "least") : at;
  char tag = cJSON_IsObject(at) ? '<' : '=';
  int col = 0;
  il_buf sql;
  il_kind kind =
      op ? il_bind_column_named(b, b->table, at, at->string, IL_C_INT, &col) : il_bind_nomem(b);
  if (kind == IL_OK && cJSON_IsObject(at)) kind = il_bind_keys(b, at, least_keys);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsString(query) || !query->valuestring[0])
    return il_bind_error(b, at, IL_ARGUMENT, "must be a query, or {\"least\": a query}");
  kind = il_bind_sql(b, b->table, query, query->valuestring, IL_EV_INSERT, 0, NULL);
  if (kind != IL_OK) return kind;
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, 'T', table);
  il_bind_word(b, op, tag, query->valuestring);
  il_buf_init(&sql, b->arena->mem);
  kind = over_table(b, query, query->valuestring, b->table->name, &sql);
  il_bind_word(b, counted, 'N', b->table->plan->cols[col].name);
  il_bind_word(b, counted, tag, il_bind_take(b, &sql));
  return kind;
}

static il_kind find_counted(il_binder *b, const cJSON *json, il_draft **counted,
                            const char **column, int *col) {
  const char *table = NULL;
  char hint[80];
  il_near near;
  il_kind kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "column", 1, column);
  if (kind != IL_OK) return kind;
  *counted = il_bind_draft(b, table);
  if (*counted && *counted != b->table)
    return il_bind_column_named(b, *counted, il_doc_get(json, "column"), *column, IL_C_OTHER, col);
  if (*counted)
    return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                         "counters are of rows of another table");
  il_near_start(&near, table);
  for (int i = 0; i < b->ndrafts; i++)
    il_near_try(&near, b->drafts[i].name);
  return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                       "\"%.*s\" is not a table of this rulebook%s", 64, table,
                       il_near_hint(&near, hint, sizeof hint));
}

/* The columns of the counted table that a count looks at. */
static il_kind bind_when(il_binder *b, const cJSON *json, il_draft *counted, il_bind_op *op) {
  const cJSON *when = il_doc_get(json, "when");
  if (when && !cJSON_IsArray(when))
    return il_bind_error(b, when, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = when ? when->child : NULL; c; c = c->next) {
    int col = 0;
    il_kind kind = cJSON_IsString(c)
                       ? il_bind_column_named(b, counted, c, c->valuestring, IL_C_OTHER, &col)
                       : il_bind_error(b, c, IL_ARGUMENT, "must name a column");
    if (kind != IL_OK) return kind;
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns");
  const il_plan *plan = b->table->plan;
  const char *rule = NULL, *column = NULL;
  il_draft *counted = NULL;
  il_bind_op *other;
  int fk = 0;
  il_kind kind = il_bind_keys(b, json, counters_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = find_counted(b, json, &counted, &column, &fk);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be an object: the query of each counter");
  if (plan->nkey > 1 || (plan->nkey == 0 && b->table->info))
    return il_bind_error(b, json, IL_ARGUMENT, "needs a key of one column");
  other =
      il_bind_add(b, counted, &il_role_counted, rule, IL_EV_INSERT | IL_EV_UPDATE | IL_EV_DELETE);
  if (!other) return il_bind_nomem(b);
  il_bind_add_col(b, other, fk);
  kind = bind_when(b, json, counted, other);
  il_bind_word(b, other, 'T', b->table->name);
  /* A document read without its tables may not say what its key is. */
  il_bind_word(b, other, 'K', plan->nkey ? plan->cols[plan->key[0]].name : column);
  for (const cJSON *c = columns->child; c && kind == IL_OK; c = c->next)
    kind = bind_counter(b, c, rule, counted->name, other);
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

static int read_query(const char *word, counter *c) {
  c->least = word[0] == '<';
  c->sql = word + 1;
  return (word[0] == '=' || word[0] == '<') && word[1];
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  kept *k = il_arena_alloc(arena, sizeof *k);
  const char *column;
  counter c;
  if (!k) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || op->ncols != 1 || op->nwords != 2 ||
      op->words[0][0] != 'T' || !read_query(op->words[1], &c))
    return il_word_error(op, err, "expected a table and a query");
  column = il_col_name(plan, op->cols[0]);
  k->table = op->words[0] + 1;
  k->sql = il_sqlf(arena, "NEW.%I %s (%s)", column, c.least ? ">=" : "=", c.sql);
  k->text = il_sqlf(arena, "%s is counted from %s%s", column, k->table,
                    c.least ? ", and is not less" : ", not written by hand");
  k->when = il_sqlf(arena, "OLD.%I IS NOT NEW.%I", column, column);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = k;
  return IL_OK;
}

/* SQLite: one of the columns has another value. */
static const char *changed_sql(const il_op *op, const il_plan *plan, il_arena *arena) {
  il_buf sql;
  if (op->ncols == 1) return NULL;
  il_buf_init(&sql, arena->mem);
  for (int i = 0; i < op->ncols; i++) {
    const char *column = il_col_name(plan, op->cols[i]);
    il_buf_f(&sql, "%sOLD.%I IS NOT NEW.%I", i ? " OR " : "", column, column);
  }
  return il_buf_arena(&sql, arena);
}

/* The counters have other values than they should. */
static const char *stale_sql(const counts *all, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  for (int i = 0; i < all->n; i++)
    il_buf_f(&sql, "%s%I.%I %s (%s)", i ? " OR " : "", all->table, all->list[i].column,
             all->list[i].least ? "<" : "<>", all->list[i].sql);
  return il_buf_arena(&sql, arena);
}

static const char *set_sql(const counts *all, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  for (int i = 0; i < all->n; i++) {
    const counter *c = &all->list[i];
    il_buf_f(&sql, "%s%I = ", i ? ", " : "", c->column);
    if (c->least)
      il_buf_f(&sql, "CASE WHEN %I.%I < (%s) THEN (%s) ELSE %I.%I END", all->table, c->column,
               c->sql, c->sql, all->table, c->column);
    else
      il_buf_f(&sql, "(%s)", c->sql);
  }
  return il_buf_arena(&sql, arena);
}

/* Locks the row that is counted for, and counts, when a counter is not what it should be. */
static void make_pair(const counts *all, const char *whose, const char **lock, const char **count,
                      il_arena *arena) {
  const char *stale = stale_sql(all, arena), *set = set_sql(all, arena);
  if (!stale || !set || !whose) return;
  *lock = il_sqlf(arena, "SELECT 1 FROM %I WHERE %s AND (%s) FOR NO KEY UPDATE", all->table, whose,
                  stale);
  *count = il_sqlf(arena, "UPDATE %I SET %s WHERE %s AND (%s)", all->table, set, whose, stale);
}

static void make_statements(counts *all, const char *fk, il_arena *arena) {
  for (int old = 0; old < 2; old++)
    make_pair(all, il_sqlf(arena, "%I.%I = %s.%I", all->table, all->key, old ? "OLD" : "NEW", fk),
              &all->lock[old], &all->count[old], arena);
  make_pair(all,
            il_sqlf(arena, "%I.%I = OLD.%I AND (NEW.%I IS NULL OR NEW.%I <> OLD.%I)", all->table,
                    all->key, fk, fk, fk, fk),
            &all->left_lock, &all->left_count, arena);
}

static il_kind compile_counted(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  counts *all = il_arena_alloc(arena, sizeof *all);
  if (!all) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols < 1 || op->nwords < 4 || op->nwords % 2 || op->words[0][0] != 'T' ||
      !op->words[0][1] || op->words[1][0] != 'K' || !op->words[1][1])
    return il_word_error(op, err, "expected a table, its key and counters");
  all->table = op->words[0] + 1;
  all->key = op->words[1] + 1;
  all->list = il_arena_alloc(arena, (size_t)op->nwords * sizeof *all->list);
  if (!all->list) return il_error_set(err, IL_NOMEM, "out of memory");
  for (int i = 2; i < op->nwords; i += 2) {
    counter *c = &all->list[all->n++];
    c->column = op->words[i] + 1;
    if (op->words[i][0] != 'N' || !*c->column || !read_query(op->words[i + 1], c))
      return il_word_error(op, err, "a counter that is none");
  }
  all->when = changed_sql(op, plan, arena);
  make_statements(all, il_col_name(plan, op->cols[0]), arena);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = all;
  return IL_OK;
}

/* ---- counters: what a writer gives ---- */

static int applies(const il_op *op, const il_row *row) {
  return !row->load && !row->stored && il_row_sets(row, op->cols[0]);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const kept *c = op->compiled;
  (void)arena;
  if (k > 0 || event == IL_EV_DELETE || (row && !applies(op, row))) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = c->sql, .text = c->text};
  if (!row && event == IL_EV_UPDATE) out->condition = c->when;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const kept *c = op->compiled;
  il_buf_f(out, "The database counts %s.%s from %s: %s.", plan->table,
           il_col_name(plan, op->cols[0]), c->table, c->sql);
}

/* ---- .counted: what a counted row brings up to date ---- */

static int counts_for(const il_op *op, const il_row *row) {
  if (row->stored) return 0;
  if (row->event != IL_EV_UPDATE || op->ncols == 1) return 1;
  return il_op_differs(op, row);
}

static il_kind check_counted(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (counts_for(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow_counted(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                          il_follow *out) {
  const counts *all = op->compiled;
  int old = event == IL_EV_DELETE;
  (void)arena;
  if (!event || k >= (event == IL_EV_UPDATE ? 4 : 2) || (row && !counts_for(op, row))) return 0;
  *out = (il_follow){.kind = k % 2 ? IL_FOLLOW_EXEC : IL_FOLLOW_LOCK};
  if (k < 2)
    out->sql = k ? all->count[old] : all->lock[old];
  else
    out->sql = k == 3 ? all->left_count : all->left_lock;
  if (!row && event == IL_EV_UPDATE) out->condition = all->when;
  return 1;
}

static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  const counts *all = op->compiled;
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s cannot be truncated: %s counts its rows",
                   row->plan->table, all->table);
}

static void describe_counted(const il_op *op, const il_plan *plan, il_buf *out) {
  const counts *all = op->compiled;
  il_buf_f(out, "A write of %s brings ", plan->table);
  for (int i = 0; i < all->n; i++)
    il_buf_f(out, "%s%s", i == 0 ? "" : i == all->n - 1 ? " and " : ", ", all->list[i].column);
  il_buf_f(out, " of %s up to date.", all->table);
}

const il_role il_role_counters = {.name = "counters",
                                  .rests_in_load = 1,
                                  .bind = bind,
                                  .compile = compile,
                                  .check = check,
                                  .follow = follow,
                                  .describe = describe};
const il_role il_role_counted = {.name = ".counted",
                                 .compile = compile_counted,
                                 .check = check_counted,
                                 .follow = follow_counted,
                                 .truncate = truncate,
                                 .describe = describe_counted};
