/*
** lookup.c: a column that follows from other tables (H-30): filled when a row is born without it, and
** refused when what is given is something else. Where the query gives NULL anything is let in.
**
** Column 0 is the one that is looked up. Words: "q<query over NEW>", "a" in a table that is append-only: there a value
** is never written later but the one it follows from.
**
** PostgreSQL fills it before the row is judged. SQLite writes it with an UPDATE of the new row; a NULL
** that becomes what it follows from is let through by append_only too, whoever writes it.
*/
#include "roles.h"

typedef struct lookup {
  const char *query, *that, *update, *when, *text;
} lookup;

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  const struct il_column_info *info = il_bind_info(b->table, col);
  if (!cJSON_IsString(json) || !json->valuestring[0])
    return il_bind_error(b, json, IL_ARGUMENT, "must be a query over NEW");
  if (info && info->generated)
    return il_bind_error(b, json, IL_ARGUMENT, "a generated column cannot be looked up");
  il_bind_word(b, op, 'q', json->valuestring);
  if (il_doc_get(b->table->json, "append_only")) il_bind_word(b, op, 'a', "");
  return il_bind_sql(b, b->table, json, json->valuestring, IL_EV_INSERT, 0, NULL);
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_lookup, IL_C_OTHER, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  lookup *d = il_arena_alloc(arena, sizeof *d);
  const char *column;
  if (!d) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords < 2 || op->nwords > 3 || op->words[1][0] != 'q' ||
      !op->words[1][1] || (op->nwords == 3 && strcmp(op->words[2], "a") != 0) ||
      !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE))
    return il_word_error(op, err, "expected one column and a query");
  column = il_col_name(plan, op->cols[0]);
  d->query = op->words[1] + 1;
  d->that = il_sqlf(arena, "NEW.%I IS NULL OR (%s) IS NULL OR NEW.%I = (%s)", column, d->query,
                    column, d->query);
  d->update = op->nwords == 3 ? il_sqlf(arena, "NEW.%I = (%s)", column, d->query) : d->that;
  d->text = il_sqlf(arena, "%s is not what it follows from", column);
  d->when = il_sqlf(arena, "OLD.%I IS NOT NEW.%I", column, column);
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = d;
  return IL_OK;
}

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
  const lookup *d = op->compiled;
  (void)arena;
  if (event == 0 || event == IL_EV_DELETE || (row && !applies(op, row))) return 0;
  if (event == IL_EV_INSERT && k == 0) {
    *out = (il_follow){.kind = IL_FOLLOW_FILL, .sql = d->query};
    return 1;
  }
  if (k != (event == IL_EV_INSERT)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT,
                     .sql = event == IL_EV_INSERT ? d->that : d->update,
                     .text = d->text};
  if (!row && event == IL_EV_UPDATE) out->condition = d->when;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const lookup *d = op->compiled;
  il_buf_f(out, "%s.%s is (%s), filled where it is left out.", plan->table,
           il_col_name(plan, op->cols[0]), d->query);
}

const il_role il_role_lookup = {.name = "lookup",
                                .rests_in_load = 1,
                                .precedes = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .describe = describe};
