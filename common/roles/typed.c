/*
** typed.c: a column holds text, and the column beside it says what the text is: string, integer,
** float, boolean or JSON. Both are judged together, whichever is written: `typed` judges a value that
** is written, `.retype` one whose type alone changes. The value never appears in a
** message: it may be a secret.
**
** Columns of either: the value's, the type's. Word 0 is "n" when the value may be NULL, else "-";
** then one word for each type there may be, "0<stored>" to "4<stored>" by il_typed.
*/
#include "events.h"
#include "roles.h"
#include "../values/typed.h"

static const char *const typed_keys[] = {"rule", "rules", "value", "type", "types", NULL};
static const char *const rule_keys[] = {"retype", NULL};
static const char *const type_keys[] = {"string", "integer", "float", "boolean", "json", NULL};

static il_kind add_type(il_binder *b, il_bind_op *op, const cJSON *types, int type) {
  char tag = (char)('0' + type);
  const char *stored = il_typed_name((il_typed)type);
  il_kind kind = IL_OK;
  if (types) kind = il_bind_string(b, types, stored, 0, &stored);
  if (kind == IL_OK && stored) il_bind_word(b, op, tag, stored);
  return kind;
}

static il_kind add_op(il_binder *b, const il_role *role, const char *rule, unsigned events,
                      const int *cols, const cJSON *types) {
  il_bind_op *op = il_bind_add(b, b->table, role, rule, events);
  il_kind kind = IL_OK;
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, cols[0]);
  il_bind_add_col(b, op, cols[1]);
  il_bind_word(b, op, il_bind_nullable(b->table, cols[0]) ? 'n' : '-', "");
  for (int t = 0; kind == IL_OK && type_keys[t]; t++)
    kind = add_type(b, op, types, t);
  if (kind == IL_OK && op->nwords == 1)
    kind = il_bind_error(b, types, IL_ARGUMENT, "must name at least one type");
  return kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *types = il_doc_get(json, "types"), *rules = il_doc_get(json, "rules");
  const char *rule, *retype;
  const cJSON *value = il_doc_get(json, "value"), *type = il_doc_get(json, "type");
  int cols[2] = {-1, -1};
  il_kind kind = il_bind_keys(b, json, typed_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "retype", rule, &retype);
  if (kind == IL_OK && types) kind = il_bind_keys(b, types, type_keys);
  if (kind == IL_OK && (!value || !type))
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing", value ? "type" : "value");
  if (kind == IL_OK) kind = il_bind_column(b, value, IL_C_TEXT, &cols[0]);
  if (kind == IL_OK) kind = il_bind_column(b, type, IL_C_TEXT, &cols[1]);
  if (kind == IL_OK && cols[0] == cols[1])
    kind = il_bind_error(b, type, IL_ARGUMENT, "is the column of the value");
  if (kind != IL_OK) return kind;
  kind = add_op(b, &il_role_typed, rule, IL_EV_INSERT | IL_EV_UPDATE, cols, types);
  return kind == IL_OK ? add_op(b, &il_role_retype, retype, IL_EV_UPDATE, cols, types) : kind;
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int good = op->ncols == 2 && op->nwords >= 2 && il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE);
  (void)plan;
  (void)arena;
  for (int i = 1; good && i < op->nwords; i++)
    good = op->words[i][0] >= '0' && op->words[i][0] <= '0' + IL_TYPED_JSON;
  return good ? IL_OK : il_word_error(op, err, "expected two columns and types");
}

const il_op *il_plan_typed(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role == &il_role_typed) return &plan->ops[i];
  return NULL;
}

int il_typed_of(const il_op *op, const il_value *v) {
  for (int i = 1; i < op->nwords && v->type == IL_T_TEXT; i++) {
    const char *stored = op->words[i] + 1;
    if (strlen(stored) == v->n && memcmp(stored, v->p, v->n) == 0) return op->words[i][0] - '0';
  }
  return -1;
}

static il_kind refuse_type(const il_op *op, const il_row *row, const il_value *v, il_error *err) {
  char shown[65];
  if (v->type == IL_T_NULL) return il_refuse_null(err, row, op, op->cols[1]);
  il_refuse(err, row, op, op->cols[1], IL_RULE, "%s.%s has no type %s", row->plan->table,
            il_col_name(row->plan, op->cols[1]), il_value_show(v, shown, sizeof shown));
  for (int i = 1, at = 0; err && i < op->nwords; i++) {
    size_t n = strlen(op->words[i] + 1), room = sizeof err->allowed - (size_t)at;
    if (n + 3 > room) break;
    if (at) memcpy(err->allowed + at, ", ", 2), at += 2;
    memcpy(err->allowed + at, op->words[i] + 1, n + 1);
    at += (int)n;
  }
  return IL_RULE;
}

static il_kind judge(const il_op *op, const il_row *row, int type, il_error *err) {
  il_value v = il_row_value(row, IL_NEW, op->cols[0]);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, op->cols[0]);
  if (v.type == IL_T_TEXT && il_typed_valid((il_typed)type, v.p, v.n)) return IL_OK;
  return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s is no %s", row->plan->table,
                   il_col_name(row->plan, op->cols[0]), il_typed_name((il_typed)type));
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value type = il_row_value(row, IL_NEW, op->cols[1]);
  int t = il_typed_of(op, &type);
  (void)work;
  if (t < 0) return refuse_type(op, row, &type, err);
  return row->stored || il_row_sets(row, op->cols[0]) ? judge(op, row, t, err) : IL_OK;
}

static il_kind check_retype(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value type = il_row_value(row, IL_NEW, op->cols[1]);
  int t = il_typed_of(op, &type);
  (void)work;
  if (row->stored || row->event != IL_EV_UPDATE || t < 0) return IL_OK;
  return il_row_sets(row, op->cols[0]) ? IL_OK : judge(op, row, t, err);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is what %s says:", plan->table, il_col_name(plan, op->cols[0]),
           il_col_name(plan, op->cols[1]));
  for (int i = 1; i < op->nwords; i++)
    il_buf_f(out, "%s %s", i > 1 ? "," : "", op->words[i] + 1);
  il_buf_char(out, '.');
}

static void describe_retype(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s changes only when %s is of the new type.", plan->table,
           il_col_name(plan, op->cols[1]), il_col_name(plan, op->cols[0]));
}

const il_role il_role_typed = {.name = "typed",
                               .values = 1,
                               .if_changed = 1,
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .describe = describe};
const il_role il_role_retype = {.name = ".retype",
                                .values = 1,
                                .if_changed = 1,
                                .compile = compile,
                                .check = check_retype,
                                .describe = describe_retype};
