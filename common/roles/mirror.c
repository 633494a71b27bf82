/*
** mirror.c: rows that mirror those of another system, which says when it changed them (H-19): that instant
** never goes back, so news that arrive late change nothing.
**
** Column 0 is the instant; the others are the source's key. No words.
*/
#include "mirror.h"
#include "../values/instant.h"

static const char *const mirror_keys[] = {"rule", "at", "key", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *key = il_doc_get(json, "key");
  const char *rule;
  il_bind_op *op;
  int at;
  il_kind kind = il_bind_keys(b, json, mirror_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && !il_doc_get(json, "at"))
    kind =
        il_bind_error(b, json, IL_ARGUMENT, "\"at\" is missing: when the source changed the row");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "at"), IL_C_INSTANT, &at);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsArray(key) || !key->child)
    return il_bind_error(b, key ? key : json, IL_ARGUMENT,
                         "\"key\" must be a list of columns that tell the source's rows apart");
  op = il_bind_add(b, b->table, &il_role_mirror, rule, IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, at);
  for (const cJSON *c = key->child; c; c = c->next) {
    int col;
    kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    if (col == at) return il_bind_error(b, c, IL_ARGUMENT, "is the column of the instant");
    il_bind_add_col(b, op, col);
  }
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table mirrors one source");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_mirror *m = il_arena_alloc(arena, sizeof *m);
  (void)plan;
  if (!m) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols < 2 || op->ncols > 33 || op->nwords || op->events != IL_EV_UPDATE)
    return il_word_error(op, err, "expected an instant and a key");
  *m = (il_mirror){op->cols[0], op->ncols - 1, op->cols + 1};
  op->compiled = m;
  return IL_OK;
}

const il_mirror *il_plan_mirror(const il_plan *plan, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    if (plan->ops[i].role != &il_role_mirror) continue;
    if (op) *op = &plan->ops[i];
    return plan->ops[i].compiled;
  }
  return NULL;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_mirror *m = op->compiled;
  il_value was, is;
  int64_t before, after;
  il_error ignored;
  (void)work;
  if (row->stored || row->load || row->event != IL_EV_UPDATE || !row->differs(row, m->at))
    return IL_OK;
  was = il_row_value(row, IL_OLD, m->at);
  if (was.type == IL_T_NULL || il_value_instant(&was, &before, &ignored) != IL_OK) return IL_OK;
  is = il_row_value(row, IL_NEW, m->at);
  if (is.type != IL_T_NULL && il_value_instant(&is, &after, &ignored) == IL_OK && after >= before)
    return IL_OK;
  return il_refuse(err, row, op, m->at, IL_RULE, "%s.%s does not go back: these news are stale",
                   row->plan->table, il_col_name(row->plan, m->at));
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s rows mirror a source by ", plan->table);
  il_describe_cols(op, plan, 1, out);
  il_buf_f(out, "; %s never goes back.", il_col_name(plan, op->cols[0]));
}

const il_role il_role_mirror = {
    .name = "mirror", .bind = bind, .compile = compile, .check = check, .describe = describe};
