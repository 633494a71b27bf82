/* note.c: rules that something else keeps; an operation only lists them, so that they have an id and a
** sentence. Word: "c" (compare) or "r" (repeat), which fsm_transition keeps, of column 0; or "t<text>",
** which the table's own constraints or another of interlock's functions keep (notes). */
#include "roles.h"

static const char *const note_keys[] = {"rule", "text", "columns", NULL};

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns");
  const char *rule, *text;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, note_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK) kind = il_bind_string(b, json, "text", 1, &text);
  if (kind == IL_OK && columns && !cJSON_IsArray(columns))
    kind = il_bind_error(b, columns, IL_ARGUMENT, "must be a list of columns");
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_notes, rule, 0);
  if (!op) return il_bind_nomem(b);
  il_bind_word(b, op, 't', text);
  for (const cJSON *c = columns ? columns->child : NULL; kind == IL_OK && c; c = c->next) {
    int col;
    kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind == IL_OK) il_bind_add_col(b, op, col);
  }
  return kind;
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile_text(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->nwords == 1 && op->words[0][0] == 't' && !op->events
             ? IL_OK
             : il_word_error(op, err, "expected a text");
}

static void describe_text(const il_op *op, const il_plan *plan, il_buf *out) {
  (void)plan;
  il_buf_str(out, op->words[0] + 1);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  if (op->ncols != 1 || op->nwords != 1 || (op->words[0][0] != 'c' && op->words[0][0] != 'r'))
    return il_word_error(op, err, "expected a column and c or r");
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const char *column = il_col_name(plan, op->cols[0]);
  if (op->words[0][0] == 'c')
    il_buf_f(
        out,
        "fsm_transition moves %s.%s only from the state and version that the caller expects; else it answers conflict.",
        plan->table, column);
  else
    il_buf_f(out,
             "fsm_transition to the state that %s.%s has already answers noop and writes nothing.",
             plan->table, column);
}

const il_role il_role_note = {.name = ".note", .compile = compile, .describe = describe};
const il_role il_role_notes = {
    .name = "notes", .bind = bind, .compile = compile_text, .describe = describe_text};
