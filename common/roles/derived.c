/*
** derived.c: a column whose value follows from other columns of its row (S-32, S-41, S-45): a digest
** of them, the milliseconds from one to the other, or the size of one. The database writes it where
** the writer leaves it out, and what the writer gives must be right. It says nothing while one of
** the others is NULL.
**
** Column 0 is the one that follows, the others are what it follows from. Word: "d<digits>" SHA-256 of
** the values with a colon between them, its first hex digits; "m" milliseconds; "b" bytes.
*/
#include "roles.h"
#include "../values/hash.h"
#include "../values/instant.h"

enum { PARTS_MAX = 16, HEX = 64 };

static const char *const derived_keys[] = {"rule", "column", "digest", "length",
                                           "ms",   "bytes",  NULL};

/* ---- binding ---- */

static il_kind bind_source(il_binder *b, il_bind_op *op, const cJSON *at, il_coltype guess) {
  const struct il_column_info *info;
  int col = -1, fits;
  il_kind kind = cJSON_IsString(at) ? il_bind_column(b, at, guess, &col)
                                    : il_bind_error(b, at, IL_ARGUMENT, "must name a column");
  if (kind != IL_OK) return kind;
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == col) return il_bind_error(b, at, IL_ARGUMENT, "is named twice");
  info = il_bind_info(b->table, col);
  fits = !info || info->coltype == IL_C_TEXT || info->coltype == guess ||
         (guess == IL_C_TEXT && (info->coltype == IL_C_BLOB || info->coltype == IL_C_INT)) ||
         (guess == IL_C_BLOB && info->coltype == IL_C_TEXT);
  if (!fits)
    return il_bind_error(b, at, IL_ARGUMENT,
                         guess == IL_C_INSTANT ? "must be an instant column"
                                               : "must be a column of texts, bytes or integers");
  il_bind_add_col(b, op, col);
  return IL_OK;
}

static il_kind bind_list(il_binder *b, il_bind_op *op, const cJSON *list, il_coltype guess,
                         int most) {
  il_kind kind = IL_OK;
  int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
  if (n < 1 || n > most || (guess == IL_C_INSTANT && n != 2))
    return il_bind_error(b, list, IL_ARGUMENT,
                         guess == IL_C_INSTANT ? "must be two columns: from, to"
                                               : "must be a list of 1 to 16 columns");
  for (const cJSON *c = list->child; c && kind == IL_OK; c = c->next)
    kind = bind_source(b, op, c, guess);
  return kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *digest = il_doc_get(json, "digest"), *ms = il_doc_get(json, "ms"),
              *bytes = il_doc_get(json, "bytes"), *length = il_doc_get(json, "length"),
              *column = il_doc_get(json, "column");
  int64_t digits = HEX;
  const char *rule;
  int col;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, derived_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  if (!column) return il_bind_error(b, json, IL_ARGUMENT, "\"column\" is missing");
  if ((digest != NULL) + (ms != NULL) + (bytes != NULL) != 1)
    return il_bind_error(b, json, IL_ARGUMENT, "needs one of \"digest\", \"ms\" and \"bytes\"");
  if (length && !digest)
    return il_bind_error(b, length, IL_ARGUMENT, "is the number of a digest's hex digits");
  if (length) kind = il_bind_int(b, length, 8, HEX, &digits);
  if (kind == IL_OK) kind = il_bind_column(b, column, digest ? IL_C_TEXT : IL_C_INT, &col);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_derived, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, col);
  if (digest) {
    il_bind_word_int(b, op, 'd', digits);
    return bind_list(b, op, digest, IL_C_TEXT, PARTS_MAX);
  }
  il_bind_word(b, op, ms ? 'm' : 'b', "");
  return ms ? bind_list(b, op, ms, IL_C_INSTANT, 2) : bind_source(b, op, bytes, IL_C_BLOB);
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- compiling ---- */

typedef struct derived {
  char how; /* 'd', 'm', 'b' */
  size_t digits;
} derived;

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  derived *d = il_arena_alloc(arena, sizeof *d);
  int64_t digits = HEX;
  int n = op->ncols - 1;
  (void)plan;
  if (!d) return il_error_set(err, IL_NOMEM, "out of memory");
  d->how = op->nwords == 1 ? op->words[0][0] : 0;
  if (d->how == 'd' && !il_word_int(op->words[0] + 1, &digits)) digits = 0;
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || digits < 8 || digits > HEX ||
      !((d->how == 'd' && n >= 1 && n <= PARTS_MAX) || (d->how == 'm' && n == 2) ||
        (d->how == 'b' && n == 1)))
    return il_word_error(op, err, "expected a column and what it follows from");
  d->digits = (size_t)digits;
  op->compiled = d;
  return IL_OK;
}

/* ---- what it is ---- */

static int digest(const derived *d, const il_value *v, int n, char text[72], il_value *out) {
  il_hash_part parts[PARTS_MAX];
  char numbers[PARTS_MAX][24];
  for (int i = 0; i < n; i++) {
    parts[i] = (il_hash_part){v[i].p, v[i].n};
    if (v[i].type == IL_T_INT) {
      il_value_show(&v[i], numbers[i], sizeof numbers[i]);
      parts[i] = (il_hash_part){numbers[i], strlen(numbers[i])};
    } else if (v[i].type == IL_T_REAL || v[i].type == IL_T_INSTANT) {
      return 0;
    }
  }
  il_sha256_parts(parts, n, text);
  *out = il_text(text, d->digits);
  return 1;
}

/* Whole milliseconds, as SQLite's instants have them. */
static int64_t whole_ms(int64_t us) {
  return us / 1000 - (us % 1000 < 0);
}

/* The value as the row stands: 1 and *out, or 0 when nothing follows. text has room for a digest. */
static int value_of(const il_op *op, const il_row *row, char text[72], il_value *out) {
  const derived *d = op->compiled;
  il_value v[PARTS_MAX] = {{IL_T_NULL, 0, 0, NULL, 0}};
  int64_t from, to;
  il_error ignored;
  int n = op->ncols - 1;
  for (int i = 0; i < n; i++) {
    v[i] = il_row_value(row, IL_NEW, op->cols[i + 1]);
    if (v[i].type == IL_T_NULL) return 0;
  }
  if (d->how == 'd') return digest(d, v, n, text, out);
  if (d->how == 'b') {
    if (v[0].type == IL_T_INT || v[0].type == IL_T_REAL || v[0].type == IL_T_INSTANT) return 0;
    *out = il_int((int64_t)v[0].n);
    return 1;
  }
  if (il_value_instant(&v[0], &from, &ignored) != IL_OK ||
      il_value_instant(&v[1], &to, &ignored) != IL_OK)
    return 0;
  *out = il_int(whole_ms(to) - whole_ms(from));
  return 1;
}

static int changes(const il_op *op, const il_row *row, int from) {
  for (int i = from; i < op->ncols; i++)
    if (row->differs(row, op->cols[i])) return 1;
  return 0;
}

/* Does the writer leave it to the database? Who sets it to NULL and changes nothing else does not. */
static int left_out(const il_op *op, const il_row *row) {
  if (row->event == IL_EV_UPDATE && !row->differs(row, op->cols[0])) return 1;
  return il_row_value(row, IL_NEW, op->cols[0]).type == IL_T_NULL &&
         (row->event != IL_EV_UPDATE || changes(op, row, 1));
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value is, should;
  char text[72];
  if (row->load && !row->stored) return IL_OK;
  if (!row->stored && left_out(op, row)) {
    *work |= IL_WORK_FILL;
    return IL_OK;
  }
  if (!value_of(op, row, text, &should)) return IL_OK;
  is = il_row_value(row, IL_NEW, op->cols[0]);
  if (is.type == IL_T_NULL) return il_refuse_null(err, row, op, op->cols[0]);
  if (il_value_same(&is, &should)) return IL_OK;
  return il_refuse(err, row, op, op->cols[0], IL_RULE,
                   "%s.%s is not what follows from the other columns", row->plan->table,
                   il_col_name(row->plan, op->cols[0]));
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  if (n >= max || row->load || !left_out(op, row)) return n;
  if (row->event == IL_EV_UPDATE && !changes(op, row, 1)) return n;
  if (!value_of(op, row, fills[n].text, &fills[n].value)) return n;
  fills[n].col = op->cols[0];
  return n + 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const derived *d = op->compiled;
  il_buf_f(out, "%s.%s is ", plan->table, il_col_name(plan, op->cols[0]));
  if (d->how == 'd') {
    if (d->digits < HEX) il_buf_f(out, "the first %d digits of ", (int)d->digits);
    il_buf_str(out, "the SHA-256 of ");
  } else {
    il_buf_str(out, d->how == 'm' ? "the milliseconds between " : "the size in bytes of ");
  }
  il_describe_cols(op, plan, 1, out);
  if (d->how == 'd' && op->ncols > 2) il_buf_str(out, ", joined with colons");
  il_buf_str(out, "; the database writes it where it is left out.");
}

const il_role il_role_derived = {.name = "derived",
                                 .if_changed = 1,
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .fill = fill,
                                 .describe = describe};
