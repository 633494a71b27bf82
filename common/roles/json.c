/* json.c: a column holds JSON of a kind. Words: "n" (may be NULL) or "-", then "k" and
** the kind: object array strings choices any. */
#include "roles.h"
#include "../values/json.h"
#include "../values/json_walk.h"

enum { CHOICES = IL_JSON_STRINGS + 1, KINDS };

static const char *const kinds[] = {"any", "object", "array", "strings", "choices"};
static const char *const names[] = {"JSON", "a JSON object", "a JSON array",
                                    "a JSON array of strings",
                                    "a JSON array of strings, or of objects with an id"};

static int kind_of(const char *word) {
  for (int i = 0; i < KINDS; i++)
    if (strcmp(kinds[i], word) == 0) return i;
  return -1;
}

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  (void)col;
  if (!cJSON_IsString(json) || kind_of(json->valuestring) < 0)
    return il_bind_error(b, json, IL_ARGUMENT,
                         "must be \"object\", \"array\", \"strings\", \"choices\" or \"any\"");
  il_bind_word(b, op, 'k', json->valuestring);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_json, IL_C_JSON, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int *kind = il_arena_alloc(arena, sizeof *kind);
  (void)plan;
  if (!kind) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords != 2 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[1][0] != 'k' || (*kind = kind_of(op->words[1] + 1)) < 0)
    return il_word_error(op, err, "expected one column and a kind of JSON");
  op->compiled = kind;
  return IL_OK;
}

/* An object with a string called id. */
static int has_id(const il_span *object) {
  il_json_walk w;
  il_span name, value;
  int found = 0;
  if (!il_json_walk_start(&w, object->p, object->n) || !w.object) return 0;
  while (il_json_walk_next(&w, &name, &value))
    if (name.n == 4 && memcmp(name.p, "\"id\"", 4) == 0) found = value.p[0] == '"';
  return found;
}

static int valid(const il_value *v, int kind, size_t *offset, const char **expected) {
  il_json_walk w;
  il_span element;
  if (kind != CHOICES) return il_json_valid(v->p, v->n, (il_json_kind)kind, offset, expected);
  if (!il_json_valid(v->p, v->n, IL_JSON_ARRAY, offset, expected)) return 0;
  (void)il_json_walk_start(&w, v->p, v->n);
  while (il_json_walk_next(&w, NULL, &element)) {
    if (element.p[0] == '"' || has_id(&element)) continue;
    *offset = (size_t)(element.p - v->p);
    *expected = "a string or an object with an id";
    return 0;
  }
  return 1;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  int kind = *(const int *)op->compiled, col = op->cols[0];
  const char *expected = NULL;
  size_t offset = 0;
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  if (v.type == IL_T_JSON && kind == IL_JSON_ANY) return IL_OK;
  if (v.type != IL_T_TEXT && v.type != IL_T_JSON)
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be %s", row->plan->table,
                     il_col_name(row->plan, col), names[kind]);
  if (valid(&v, kind, &offset, &expected)) return IL_OK;
  il_refuse(err, row, op, col, IL_RULE, "%s.%s must be %s: expected %s at offset %zu",
            row->plan->table, il_col_name(row->plan, col), names[kind],
            expected ? expected : names[kind], offset);
  err->offset = offset < INT32_MAX ? (int)offset : -1;
  return IL_RULE;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s.%s is %s%s.", plan->table, il_col_name(plan, op->cols[0]),
           names[*(const int *)op->compiled], op->words[0][0] == 'n' ? ", or NULL" : "");
}

const il_role il_role_json = {.name = "json",
                              .values = 1,
                              .if_changed = 1,
                              .bind = bind,
                              .compile = compile,
                              .check = check,
                              .describe = describe};
