/*
** queue_add.c: a row of work, unless it is there already.
**
**   SELECT queue_add('jobs', '{"what": "send the mail", "customer": 7}');
**     {"created":true,"key":"17","state":"queued"}
**   SELECT queue_add('jobs', '{"what": "send the mail", "customer": 7}');
**     {"created":false,"key":"17","state":"running"}
**
** The unique index decides: of two sessions that add the same work at once the second waits for the
** first and gets its row.
*/
#include "functions/work.h"
#include "values/json.h"
#include <string.h>

enum { ATTEMPTS = 50, COLUMNS_MAX = 100 };

typedef struct adding {
  il_call *call;
  il_target t;
  il_work w;
  const il_op *unique; /* NULL: the queue asks for none */
  const char *columns, *where;
  int n; /* members given */
  const char *names[COLUMNS_MAX];
  il_value values[COLUMNS_MAX];
} adding;

static const char *column_name(const il_table_info *info, const il_value *given) {
  for (int i = 0; i < info->ncols; i++)
    if (strlen(info->cols[i].name) == given->n &&
        memcmp(info->cols[i].name, given->p, given->n) == 0)
      return info->cols[i].name;
  return NULL;
}

static int is_integer(const il_table_info *info, const char *column) {
  for (int i = 0; i < info->ncols; i++)
    if (strcmp(info->cols[i].name, column) == 0) return info->cols[i].coltype == IL_C_INT;
  return 0;
}

static int place_of(const adding *a, const char *name) {
  for (int i = 0; i < a->n; i++)
    if (strcmp(a->names[i], name) == 0) return i;
  return -1;
}

/* A member as the value of its column: a string is its text, null NULL, and what is more than a
** scalar stays JSON. */
static il_kind member(adding *a, const il_table_info *info, const il_json_item *item,
                      il_error *err) {
  il_value name, value, *out = &a->values[a->n];
  char shown[80];
  if (!il_json_scalar(item->name, item->nname, a->call->arena, &name) ||
      !il_json_scalar(item->value, item->nvalue, a->call->arena, &value))
    return il_nomem(err);
  const char *column = column_name(info, &name);
  if (!column)
    return il_error_set(err, IL_NO_COLUMN, "queue_add: no column %s in table %s",
                        il_value_show(&name, shown, sizeof shown), a->t.plan->table);
  if (place_of(a, column) >= 0 || a->n == COLUMNS_MAX)
    return il_error_set(err, IL_ARGUMENT, "queue_add: %s is given twice, or there are too many",
                        column);
  if (value.type == IL_T_TEXT && memchr(value.p, 0, value.n))
    return il_error_set(err, IL_ARGUMENT, "queue_add: %s must not hold a NUL", column);
  a->names[a->n++] = column;
  *out = value;
  if (value.type != IL_T_TEXT) return IL_OK;
  int col = il_plan_column(a->t.plan, column);
  if (item->value[0] == 't' ||
      item->value[0] == 'f') { /* true, false: where a number is wanted, 1 and 0 */
    if (a->call->port->engine == IL_SQLITE || is_integer(info, column))
      *out = il_int(item->value[0] == 't');
    return IL_OK;
  }
  return col < 0 ? IL_OK : il_column_value(a->call, &a->t, col, &value, out, err);
}

static il_kind read_row(adding *a, il_error *err) {
  il_call *call = a->call;
  il_value json = il_arg(call, 1);
  il_table_info *info;
  il_json_items items;
  il_json_item item;
  size_t offset;
  const char *expected;
  if (json.type == IL_T_NULL) return il_nomem(err);
  if (!il_json_valid(json.p, json.n, IL_JSON_OBJECT, &offset, &expected))
    return il_error_at(err, IL_ARGUMENT, offset,
                       "queue_add: the row must be a JSON object: %s expected", expected);
  il_kind kind = call->port->table(call->port, a->t.name.p, a->t.name.n, call->arena, &info, err);
  if (kind != IL_OK) return kind;
  if (!il_json_items_start(&items, json.p, json.n)) return il_nomem(err);
  while (kind == IL_OK && il_json_items_next(&items, &item))
    kind = member(a, info, &item, err);
  for (int i = 1; kind == IL_OK && a->unique && i < a->unique->ncols; i++) {
    const char *name = a->t.plan->cols[a->unique->cols[i]].name;
    if (place_of(a, name) < 0)
      kind = il_error_set(err, IL_ARGUMENT,
                          "queue_add: %s is missing, by which the rulebook tells work apart", name);
  }
  if (kind == IL_OK && a->n == 0)
    kind = il_error_set(err, IL_ARGUMENT, "queue_add: the row has no column");
  return kind;
}

static void put_result(adding *a, il_buf *b) {
  il_key_columns(a->t.plan, "", b);
  il_buf_f(b, ", %I", a->t.plan->cols[a->w.m->col].name);
}

static il_kind insert(adding *a, il_rows *rows, il_error *err) {
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_f(&b, "INSERT INTO %s (", a->t.qualified);
  for (int i = 0; i < a->n; i++)
    il_buf_f(&b, "%s%I", i ? ", " : "", a->names[i]);
  il_buf_str(&b, ") VALUES (");
  for (int i = 0; i < a->n; i++)
    il_buf_f(&b, "%s?%d", i ? ", " : "", i + 1);
  il_buf_char(&b, ')');
  if (a->unique) il_buf_f(&b, " ON CONFLICT (%s) WHERE %s DO NOTHING", a->columns, a->where);
  il_buf_str(&b, " RETURNING ");
  put_result(a, &b);
  const char *sql = il_scratch_text(&b);
  il_rows_init(rows, a->call->arena);
  if (!sql) return il_nomem(err);
  return a->call->port->exec(a->call->port, sql, a->values, a->n, 1, il_rows_add, rows, NULL, err);
}

static il_kind look(adding *a, il_rows *rows, il_error *err) {
  il_value args[COLUMNS_MAX];
  int n = 0;
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_str(&b, "SELECT ");
  put_result(a, &b);
  il_buf_f(&b, " FROM %s WHERE %s", a->t.qualified, a->where);
  for (int i = 1; i < a->unique->ncols; i++) {
    const char *name = a->t.plan->cols[a->unique->cols[i]].name;
    args[n++] = a->values[place_of(a, name)];
    il_buf_f(&b, " AND %I = ?%d", name, n);
  }
  const char *sql = il_scratch_text(&b);
  il_rows_init(rows, a->call->arena);
  if (!sql) return il_nomem(err);
  return a->call->port->exec(a->call->port, sql, args, n, 1, il_rows_add, rows, NULL, err);
}

static il_kind answer(adding *a, int created, const il_rows *rows, il_error *err) {
  il_value key;
  const il_plan *plan = a->t.plan;
  il_kind kind = il_work_key(a->call, plan, il_rows_at(rows, 0, 0), &key, err);
  if (kind != IL_OK) return kind;
  int state = il_machine_stored(a->w.m, il_rows_at(rows, 0, plan->nkey));
  il_buf b;
  il_scratch(&b, a->call->arena);
  il_buf_f(&b, "{\"created\":%s,\"key\":%.*J,\"state\":", created ? "true" : "false", (int)key.n,
           key.p);
  if (state >= 0)
    il_buf_f(&b, "%J}", a->w.m->states[state].name);
  else
    il_buf_str(&b, "null}");
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  a->call->result = il_json(text, b.n);
  return IL_OK;
}

il_kind il_fn_queue_add(il_call *call, il_error *err) {
  adding a = {.call = call};
  il_buf columns, where;
  il_kind kind = il_arg_require(call, 2, "queue_add", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "queue_add", &a.t, err);
  if (kind == IL_OK) kind = il_work_of(call, &a.t, 1, 0, &a.w, err);
  if (kind != IL_OK) return kind;
  il_scratch(&columns, call->arena);
  il_scratch(&where, call->arena);
  if (il_unique_work(a.t.plan, &a.unique, &columns, &where)) {
    a.columns = il_scratch_text(&columns);
    a.where = il_scratch_text(&where);
    if (!a.columns || !a.where) return il_nomem(err);
  }
  kind = read_row(&a, err);
  for (int i = 0; kind == IL_OK && i < ATTEMPTS; i++) {
    il_rows rows;
    kind = insert(&a, &rows, err);
    if (kind != IL_OK || rows.n) return kind == IL_OK ? answer(&a, 1, &rows, err) : kind;
    if (!a.unique) break;
    kind = look(&a, &rows, err);
    if (kind != IL_OK || rows.n) return kind == IL_OK ? answer(&a, 0, &rows, err) : kind;
  }
  if (kind != IL_OK) return kind;
  return il_error_set(err, IL_NOT_NOW, "queue_add: a row of %s cannot be added", a.t.plan->table);
}
