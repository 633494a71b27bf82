/*
** copies.c: columns that a row takes over, when it is born, from the row of another table that it
** names (S-35, S-41): the name of a channel as it was then. The row that is named must be there;
** with "fill" the database writes what the writer leaves out, and what he gives must be right. They
** do not change afterwards, whatever becomes of the other row.
**
** Column 0 names the other row, the others are the copies. Words: "T<table>", "K<its key column>",
** for each copy "n<its column there>", or where it is filled "N<…>" (while it is NULL) or "E<…>"
** (while it is NULL or an empty text). `.copied` is the same of one copy: that it is right.
*/
#include "roles.h"

static const char *const copies_keys[] = {"rule",    "column", "table", "key",
                                          "columns", "fill",   NULL};

/* ---- binding ---- */

static il_kind bind_copy(il_binder *b, il_bind_op *op, const cJSON *at, il_draft *other,
                         int fills) {
  const struct il_column_info *info;
  il_bind_op *right;
  int col, there;
  char tag = 'n';
  il_kind kind = il_bind_column_named(b, b->table, at, at->string, IL_C_TEXT, &col);
  if (kind == IL_OK && (!cJSON_IsString(at) || !at->valuestring[0]))
    kind = il_bind_error(b, at, IL_ARGUMENT, "must name the column that it is a copy of");
  if (kind == IL_OK && other)
    kind = il_bind_column_named(b, other, at, at->valuestring, IL_C_TEXT, &there);
  if (kind != IL_OK) return kind;
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col)
      return il_bind_error(b, at, IL_ARGUMENT, "is the column that names the row");
  info = il_bind_info(b->table, col);
  if (fills) tag = !info || info->coltype == IL_C_TEXT ? 'E' : 'N';
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, tag, at->valuestring);
  right = il_bind_add(b, b->table, &il_role_copied, op->rule, op->events);
  if (!right) return il_bind_nomem(b);
  il_bind_add_col(b, right, op->cols[0]);
  il_bind_add_col(b, right, col);
  il_bind_word(b, right, 'T', op->words[0] + 1);
  il_bind_word(b, right, 'K', op->words[1] + 1);
  il_bind_word(b, right, tag, at->valuestring);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns"), *column = il_doc_get(json, "column"),
              *fill = il_doc_get(json, "fill");
  const char *rule, *table, *key;
  il_draft *other;
  il_bind_op *op;
  int col, there;
  il_kind kind = il_bind_keys(b, json, copies_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && !column) kind = il_bind_error(b, json, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, column, IL_C_TEXT, &col);
  if (kind == IL_OK) kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "key", 1, &key);
  if (kind == IL_OK && fill && !cJSON_IsBool(fill))
    kind = il_bind_error(b, fill, IL_ARGUMENT, "must be true or false");
  if (kind != IL_OK) return kind;
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be an object: what each column is a copy of");
  other = il_bind_draft(b, table);
  if (other) kind = il_bind_column_named(b, other, il_doc_get(json, "key"), key, IL_C_TEXT, &there);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_copies, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, col);
  il_bind_word(b, op, 'T', table);
  il_bind_word(b, op, 'K', key);
  for (const cJSON *c = columns->child; c && kind == IL_OK; c = c->next)
    kind = bind_copy(b, op, c, other, cJSON_IsTrue(fill));
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

typedef struct copies {
  const char *table;
  const char *sql, *text; /* the assert */
  int nfills;
  const char **fills;  /* statements */
  const char *changed; /* SQLite: one of the columns changes */
} copies;

static const char *own_row(const il_plan *plan, il_arena *arena) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  for (int i = 0; i < plan->nkey; i++) {
    const char *name = plan->cols[plan->key[i]].name;
    il_buf_f(&b, "%s%I = NEW.%I", i ? " AND " : "", name, name);
  }
  return il_buf_arena(&b, arena);
}

static const char *changed_sql(const il_op *op, const il_plan *plan, il_arena *arena) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  il_buf_char(&b, '(');
  for (int i = 0; i < op->ncols; i++) {
    const char *name = il_col_name(plan, op->cols[i]);
    il_buf_f(&b, "%sOLD.%I IS NOT NEW.%I", i ? " OR " : "", name, name);
  }
  il_buf_str(&b, ") AND " IL_NOT_LOADING);
  return il_buf_arena(&b, arena);
}

/* The words of an operation; 0: they are none. */
static int read_words(const il_op *op, copies *c) {
  if (op->ncols < 2 || op->nwords != op->ncols + 1 || op->words[0][0] != 'T' || !op->words[0][1] ||
      op->words[1][0] != 'K' || !op->words[1][1] || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return 0;
  for (int i = 2; i < op->nwords; i++)
    if (!op->words[i][0] || !strchr("nNE", op->words[i][0]) || !op->words[i][1]) return 0;
  c->table = op->words[0] + 1;
  return 1;
}

static const char *fill_sql(const copies *c, const il_op *op, const il_plan *plan, int i,
                            const char *row, il_arena *arena) {
  const char *word = op->words[i + 1], *own = il_col_name(plan, op->cols[i]);
  const char *missing = word[0] == 'E' ? il_sqlf(arena, "%I IS NULL OR %I = ''", own, own)
                                       : il_sqlf(arena, "%I IS NULL", own);
  if (!missing || !row) return NULL;
  return il_sqlf(arena,
                 "UPDATE %I SET %I = (SELECT p.%I FROM %I p WHERE p.%I = NEW.%I) WHERE %s AND (%s)",
                 plan->table, own, word + 1, c->table, op->words[1] + 1,
                 il_col_name(plan, op->cols[0]), row, missing);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  copies *c = il_arena_alloc(arena, sizeof *c);
  const char *row, *fk;
  if (!c) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!read_words(op, c)) return il_word_error(op, err, "expected a table, its key and columns");
  c->fills = il_arena_alloc(arena, (size_t)op->ncols * sizeof *c->fills);
  if (!c->fills) return il_error_set(err, IL_NOMEM, "out of memory");
  fk = il_col_name(plan, op->cols[0]);
  c->sql = il_sqlf(arena, "NEW.%I IS NULL OR EXISTS (SELECT 1 FROM %I p WHERE p.%I = NEW.%I)", fk,
                   c->table, op->words[1] + 1, fk);
  c->text = il_sqlf(arena, "%s names no row of %s", fk, c->table);
  row = own_row(plan, arena);
  for (int i = 1; i < op->ncols; i++)
    if (op->words[i + 1][0] != 'n') c->fills[c->nfills++] = fill_sql(c, op, plan, i, row, arena);
  c->changed = changed_sql(op, plan, arena);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = c;
  return IL_OK;
}

static il_kind compile_copied(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  copies *c = il_arena_alloc(arena, sizeof *c);
  const char *missing = "", *fk, *own, *word;
  if (!c) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 2 || !read_words(op, c))
    return il_word_error(op, err, "expected a table, its key and a column");
  word = op->words[2];
  fk = il_col_name(plan, op->cols[0]);
  own = il_col_name(plan, op->cols[1]);
  if (word[0] == 'E') missing = il_sqlf(arena, "NEW.%I IS NULL OR NEW.%I = '' OR ", own, own);
  if (word[0] == 'N') missing = il_sqlf(arena, "NEW.%I IS NULL OR ", own);
  if (missing)
    c->sql = il_sqlf(
        arena,
        "NEW.%I IS NULL OR %sEXISTS (SELECT 1 FROM %I p WHERE p.%I = NEW.%I AND p.%I IS NOT DISTINCT FROM NEW.%I)",
        fk, missing, c->table, op->words[1] + 1, fk, word + 1, own);
  c->text = il_sqlf(arena, "%s is not the %s of the row of %s that %s names", own, word + 1,
                    c->table, fk);
  c->changed = changed_sql(op, plan, arena);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = c;
  return IL_OK;
}

/* ---- judging ---- */

static int is_missing(const il_op *op, int i, const il_value *v) {
  char tag = op->words[i + 1][0];
  if (tag == 'n') return 0;
  return v->type == IL_T_NULL || (tag == 'E' && v->type == IL_T_TEXT && v->n == 0);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  if (row->stored || row->load) return IL_OK;
  *work |= IL_WORK_AFTER;
  if (row->event != IL_EV_UPDATE) return IL_OK;
  for (int i = 1; i < op->ncols; i++) {
    il_value old;
    if (!row->differs(row, op->cols[i])) continue;
    old = il_row_value(row, IL_OLD, op->cols[i]);
    if (is_missing(op, i, &old)) continue;
    return il_refuse(err, row, op, op->cols[i], IL_RULE, "%s.%s cannot change", row->plan->table,
                     il_col_name(row->plan, op->cols[i]));
  }
  return IL_OK;
}

static int applies(const il_op *op, const il_row *row) {
  if (row->stored || row->load) return 0;
  if (row->event != IL_EV_UPDATE) return 1;
  return il_op_differs(op, row);
}

static il_kind check_copied(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

/* The assert first: there is nothing to take over from a row that is not there. */
static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const copies *c = op->compiled;
  (void)arena;
  if (!event || k > (event == IL_EV_INSERT ? c->nfills : 0) || (row && !applies(op, row))) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_EXEC};
  if (k == 0)
    *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = c->sql, .text = c->text};
  else
    out->sql = c->fills[k - 1];
  if (!row) out->condition = event == IL_EV_UPDATE ? c->changed : IL_NOT_LOADING;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const copies *c = op->compiled;
  il_buf_f(out, "%s.%s names a row of %s at birth", plan->table, il_col_name(plan, op->cols[0]),
           c->table);
  if (c->nfills) il_buf_str(out, "; what is left out is taken over from it");
  il_buf_char(out, '.');
}

static void describe_copied(const il_op *op, const il_plan *plan, il_buf *out) {
  const copies *c = op->compiled;
  il_buf_f(out, "%s.%s is the %s of the row of %s that %s names, as it was at birth.", plan->table,
           il_col_name(plan, op->cols[1]), op->words[2] + 1, c->table,
           il_col_name(plan, op->cols[0]));
}

const il_role il_role_copies = {.name = "copies",
                                .if_changed = 1,
                                .rests_in_load = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .describe = describe};
const il_role il_role_copied = {.name = ".copied",
                                .if_changed = 1,
                                .rests_in_load = 1,
                                .compile = compile_copied,
                                .check = check_copied,
                                .follow = follow,
                                .describe = describe_copied};
