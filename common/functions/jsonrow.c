/* jsonrow.c: rows given as JSON; see jsonrow.h. */
#include "functions/jsonrow.h"
#include "functions/work.h"
#include <string.h>

/* A member as the parameter of a column. PostgreSQL reads texts as what the column is; SQLite's columns take
** numbers as numbers. */
static il_kind value_of(il_call *call, const cJSON *at, il_value *out, il_error *err) {
  int postgres = call->port->engine == IL_POSTGRES;
  const char *text = NULL;
  char number[IL_REAL_MAX];
  if (cJSON_IsNull(at)) {
    *out = il_null();
    return IL_OK;
  }
  if (cJSON_IsString(at)) {
    *out = il_str(at->valuestring);
    return IL_OK;
  }
  if (!postgres && cJSON_IsBool(at)) {
    *out = il_int(cJSON_IsTrue(at));
    return IL_OK;
  }
  if (!postgres && cJSON_IsNumber(at)) {
    *out = il_bind_is_int(at) ? il_int((int64_t)at->valuedouble) : il_real(at->valuedouble);
    return IL_OK;
  }
  if (cJSON_IsBool(at))
    text = cJSON_IsTrue(at) ? "1" : "0";
  else if (cJSON_IsNumber(at) && il_bind_is_int(at))
    text = il_textf(call->arena, "%lld", (long long)at->valuedouble);
  else if (cJSON_IsNumber(at))
    text = il_arena_strdup(call->arena, il_real_text(at->valuedouble, number));
  else
    text = il_doc_text(at, 256, call->arena);
  if (!text) return il_nomem(err);
  *out = il_str(text);
  return IL_OK;
}

static const char *column_of(const il_table_info *info, const char *name) {
  for (int c = 0; c < info->ncols; c++)
    if (strcmp(info->cols[c].name, name) == 0) return info->cols[c].name;
  return NULL;
}

il_kind il_json_row_read(il_call *call, int i, const il_target *t, il_json_row *out,
                         il_error *err) {
  il_value text = il_arg(call, i);
  cJSON *doc;
  int n;
  if (text.type == IL_T_NULL) return il_nomem(err);
  const char *what = il_textf(call->arena, "%s: argument %d", t->function, i + 1);
  if (!what) return il_nomem(err);
  il_kind kind = il_doc_read(text.p, text.n, what, call->arena, &doc, err);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsObject(doc))
    return il_error_set(err, IL_ARGUMENT, "%s must be a JSON object: a value for each column",
                        what);
  kind = call->port->table(call->port, t->name.p, t->name.n, call->arena, &out->info, err);
  if (kind != IL_OK) return kind;
  n = cJSON_GetArraySize(doc);
  out->doc = doc;
  out->n = 0;
  out->names = il_arena_alloc(call->arena, ((size_t)n + 1) * sizeof *out->names);
  out->values = il_arena_alloc(call->arena, ((size_t)n + 1) * sizeof *out->values);
  if (!out->names || !out->values) return il_nomem(err);
  for (const cJSON *m = doc->child; m && kind == IL_OK; m = m->next) {
    const char *name = column_of(out->info, m->string);
    if (!name)
      return il_error_set(err, IL_NO_COLUMN, "%s: table %s has no column %.64s", t->function,
                          t->plan->table, m->string);
    out->names[out->n] = name;
    kind = value_of(call, m, &out->values[out->n++], err);
  }
  return kind;
}

int il_json_row_find(const il_json_row *row, const char *column) {
  for (int i = 0; i < row->n; i++)
    if (strcmp(row->names[i], column) == 0) return i;
  return -1;
}

il_kind il_json_row_insert(il_call *call, const il_target *t, const il_json_row *row, il_value *key,
                           il_error *err) {
  il_sql s;
  il_rows rows;
  il_sql_start(&s, call, "INSERT INTO ");
  il_buf_str(&s.text, t->qualified);
  for (int i = 0; i < row->n; i++)
    il_buf_f(&s.text, "%s%I", i ? ", " : " (", row->names[i]);
  il_buf_str(&s.text, row->n ? ") VALUES (" : " DEFAULT VALUES");
  for (int i = 0; i < row->n; i++) {
    if (i) il_buf_str(&s.text, ", ");
    if (row->values[i].type == IL_T_NULL)
      il_buf_str(&s.text, "NULL");
    else
      il_sql_value(&s, row->values[i]);
  }
  il_buf_str(&s.text, row->n ? ") ON CONFLICT DO NOTHING RETURNING " : " RETURNING ");
  il_key_columns(t->plan, "", &s.text);
  il_kind kind = il_sql_run(&s, call, &rows, err);
  *key = il_null();
  if (kind != IL_OK || rows.n == 0) return kind;
  return il_work_key(call, t->plan, il_rows_at(&rows, 0, 0), key, err);
}
