/*
** members.c: what must be in a JSON object (S-40): members that are there, not null and not an empty
** text; always, or by what another column says. Nothing is asked of what is no object.
**
** Column 0 is the object's, column 1 the other's. Words: "c<code word>" begins what goes for a value
** of the other column, "m<name>" is a member.
*/
#include "roles.h"
#include "../values/json.h"

static const char *const members_keys[] = {"rule", "column", "by", "of", NULL};

/* ---- binding ---- */

static il_kind bind_names(il_binder *b, il_bind_op *op, const cJSON *list) {
  if (!cJSON_IsArray(list) || !list->child)
    return il_bind_error(b, list, IL_ARGUMENT, "must be a list of names");
  for (const cJSON *m = list->child; m; m = m->next) {
    if (!cJSON_IsString(m) || !m->valuestring[0])
      return il_bind_error(b, m, IL_ARGUMENT, "must be the name of a member");
    il_bind_word(b, op, 'm', m->valuestring);
  }
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *column = il_doc_get(json, "column"), *by = il_doc_get(json, "by"),
              *of = il_doc_get(json, "of");
  const char *rule;
  int col, other = -1;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, members_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && (!column || !of))
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing", column ? "of" : "column");
  if (kind == IL_OK) kind = il_bind_column(b, column, IL_C_JSON, &col);
  if (kind == IL_OK && by) kind = il_bind_column(b, by, IL_C_TEXT, &other);
  if (kind != IL_OK || !of) return kind;
  op = il_bind_add(b, b->table, &il_role_members, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, col);
  if (!by) return bind_names(b, op, of);
  il_bind_add_col(b, op, other);
  if (!cJSON_IsObject(of) || !of->child)
    return il_bind_error(b, of, IL_ARGUMENT, "must be an object: what goes for each value of %s",
                         il_col_name(b->table->plan, other));
  for (const cJSON *c = of->child; c && kind == IL_OK; c = c->next) {
    il_bind_word(b, op, 'c', il_sqlf(b->arena, "t%s", c->string));
    kind = bind_names(b, op, c);
  }
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- judging ---- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  int ok = op->nwords > 0 && (op->ncols == 1 || op->ncols == 2) &&
           il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE);
  il_code code;
  (void)plan;
  (void)arena;
  for (int i = 0; i < op->nwords; i++)
    ok = ok && (op->words[i][0] == 'c' ? op->ncols == 2 && il_code_read(op->words[i] + 1, &code)
                                       : op->words[i][0] == 'm' && op->words[i][1]);
  return ok ? IL_OK : il_word_error(op, err, "expected an object and its members");
}

/* Of a member that is there twice the last one counts. */
static int has(const il_value *object, const char *name) {
  size_t n = strlen(name);
  il_json_items items;
  il_json_item item;
  int found = 0;
  if (!il_json_items_start(&items, object->p, object->n)) return 0;
  while (il_json_items_next(&items, &item))
    if (il_json_match_text(item.name, item.nname, 0, name, n) == IL_JSON_SAME)
      found = !(item.nvalue == 4 && memcmp(item.value, "null", 4) == 0) &&
              !(item.nvalue == 2 && item.value[0] == '"');
  return found;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_value object = il_row_value(row, IL_NEW, op->cols[0]), by = il_null();
  int goes = op->ncols == 1;
  (void)work;
  if ((object.type != IL_T_TEXT && object.type != IL_T_JSON) ||
      !il_json_valid(object.p, object.n, IL_JSON_OBJECT, NULL, NULL))
    return IL_OK; /* `json` says so */
  if (!goes) by = il_row_value(row, IL_NEW, op->cols[1]);
  for (int i = 0; i < op->nwords; i++) {
    const char *word = op->words[i];
    il_code code;
    if (word[0] == 'c')
      goes = il_code_read(word + 1, &code) && il_code_is(&code, &by);
    else if (goes && !has(&object, word + 1))
      return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s must say %s", row->plan->table,
                       il_col_name(row->plan, op->cols[0]), word + 1);
  }
  return IL_OK;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  int names = 0;
  il_buf_f(out, "%s.%s says", plan->table, il_col_name(plan, op->cols[0]));
  for (int i = 0; i < op->nwords; i++) {
    const char *word = op->words[i];
    if (word[0] == 'c')
      il_buf_f(out, "%s where %s is %s:", i ? ";" : ",", il_col_name(plan, op->cols[1]), word + 2);
    names = word[0] == 'm' ? names + 1 : 0;
    if (names) il_buf_f(out, "%s %s", names > 1 ? "," : "", word + 1);
  }
  il_buf_char(out, '.');
}

const il_role il_role_members = {.name = "members",
                                 .if_changed = 1,
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check,
                                 .describe = describe};
