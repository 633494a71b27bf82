/*
** budget.c: what may still be spent.
**
**   SELECT budget_check('token_usage', '{"project_id": "…", "agent_type": "coder"}');
**   {"allowed":true,"warnings":[{"limit":"…","name":"Team","period":"daily","level":"warning","spent":8,"amount":10}]}
**   SELECT budget_record('token_usage', '{"model": "m", "cost_usd": 0.25, …}');         key of the row
**   SELECT budget_record('token_usage', '{…}', true);                                   also when it is used up
*/
#include "functions/jsonrow.h"
#include "functions/work.h"
#include "roles/budget.h"
#include "rules/permit.h"
#include "rules/sqltext.h"
#include "values/instant.h"
#include <string.h>

#define DAY INT64_C(86400000000)

/* ---- windows -------------------------------------------------------------------------------- */

static int64_t floor_day(int64_t us) {
  return us / DAY - (us % DAY < 0);
}

/* 1 and *days, of 1970, when the text is a period. */
static int start_of(const char *period, int64_t us, int64_t *days) {
  int64_t day = floor_day(us), year;
  int month, of_month;
  if (strcmp(period, "daily") == 0) {
    *days = day;
  } else if (strcmp(period, "weekly") == 0) { /* 1970-01-01 was a Thursday */
    int64_t since_monday = (day + 3) % 7;
    *days = day - (since_monday < 0 ? since_monday + 7 : since_monday);
  } else if (strcmp(period, "monthly") == 0) {
    il_civil_from_days(day, &year, &month, &of_month);
    *days = day - (of_month - 1);
  } else {
    return 0;
  }
  return 1;
}

il_kind il_fn_budget_start(il_call *call, il_error *err) {
  const char *period = il_arg_text(call, 0);
  int64_t us, days;
  if (!period) return il_nomem(err);
  il_kind kind = il_value_instant(&call->args[1], &us, err);
  if (kind != IL_OK) return kind;
  if (!start_of(period, us, &days))
    return il_error_set(err, IL_ARGUMENT,
                        "budget_start: no period %.32s; there are daily, weekly and monthly",
                        period);
  call->result = il_instant(days * DAY < IL_INSTANT_MIN ? IL_INSTANT_MIN : days * DAY);
  return IL_OK;
}

il_kind il_fn_utc_date(il_call *call, il_error *err) {
  int64_t us;
  char *text = il_arena_alloc(call->arena, 32);
  if (!text) return il_nomem(err);
  il_kind kind = il_value_instant(&call->args[0], &us, err);
  if (kind != IL_OK) return kind;
  il_instant_format(us, text);
  call->result = il_text(text, 10);
  return IL_OK;
}

/* ---- budget_check --------------------------------------------------------------------------- */

static il_kind find(il_call *call, const char *function, il_target *t, const il_budget **b,
                    const il_op **op, il_error *err) {
  il_kind kind = il_arg_require(call, 2, function, err);
  if (kind == IL_OK) kind = il_target_find(call, 0, function, t, err);
  if (kind != IL_OK) return kind;
  *b = il_plan_budget(t->plan, op);
  if (*b) return IL_OK;
  return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of budget", function,
                      t->plan->table);
}

/* Members of the scope are columns by which limits are found. */
static il_kind check_scope(const il_target *t, const il_budget *b, const il_json_row *row,
                           il_error *err) {
  for (int i = 0; i < row->n; i++) {
    int known = 0;
    for (int k = 0; k < b->nscopes; k++)
      known |=
          b->scopes[k].col >= 0 && strcmp(t->plan->cols[b->scopes[k].col].name, row->names[i]) == 0;
    if (known) continue;
    il_error_set(err, IL_ARGUMENT, "budget_check: no limit is found by %s", row->names[i]);
    for (int k = 0; k < b->nscopes; k++)
      if (b->scopes[k].col >= 0) il_error_allow(err, t->plan->cols[b->scopes[k].col].name);
    return IL_ARGUMENT;
  }
  return IL_OK;
}

/* The query with the scope's values where NEW is named; what is not given is NULL. */
static il_kind limits_of(il_call *call, const il_target *t, const il_budget *b,
                         const il_json_row *row, il_rows *rows, il_error *err) {
  int postgres = call->port->engine == IL_POSTGRES;
  size_t pos = 0;
  il_piece piece;
  il_buf sql;
  il_sql s;
  il_scratch(&sql, call->arena);
  il_budget_limits_sql(b, t->plan, postgres, 1, &sql);
  const char *text = il_scratch_text(&sql);
  if (!text) return il_nomem(err);
  if (postgres) {
    il_kind kind = il_path_set(call, row->info->schema, err);
    if (kind != IL_OK) return kind;
  } else {
    text = il_bare_qualify(call, text, row->info->schema, err);
    if (!text) return err->kind;
  }
  il_sql_start(&s, call,
               "SELECT q.limit_key, q.limit_name, q.period, q.amount, q.percent, q.blocks, "
               "CAST(q.spent AS bigint) FROM (");
  size_t n = strlen(text);
  while (il_sql_piece(text, n, &pos, call->arena, &piece, NULL) > 0) {
    if (piece.kind == IL_PIECE_TEXT) {
      il_buf_add(&s.text, piece.p, piece.n);
    } else if (piece.kind == IL_PIECE_VAR) {
      il_sql_value(&s, il_instant(call->port->now(call->port)));
    } else {
      const char *name = il_textf(call->arena, "%.*s", (int)piece.n, piece.p);
      int at = name ? il_json_row_find(row, name) : -1;
      if (at < 0 || row->values[at].type == IL_T_NULL)
        il_buf_str(&s.text, "NULL");
      else
        il_sql_value(&s, row->values[at]);
    }
  }
  il_buf_str(&s.text, ") q ORDER BY q.limit_key");
  return il_sql_run(&s, call, rows, err);
}

/* Millionths as a decimal. */
static void put_amount(il_buf *out, int64_t millionths) {
  uint64_t u = millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
  char digits[8];
  int n = 6;
  if (millionths < 0) il_buf_char(out, '-');
  il_buf_int(out, (int64_t)(u / 1000000));
  for (int i = 5; i >= 0; i--, u /= 10)
    digits[i] = (char)('0' + u % 10);
  while (n > 0 && digits[n - 1] == '0')
    n--;
  if (!n) return;
  il_buf_char(out, '.');
  il_buf_add(out, digits, (size_t)n);
}

static int reaches(int64_t spent, int64_t amount, int64_t percent) {
  int64_t a, z;
  if (__builtin_mul_overflow(spent, 100, &a) || __builtin_mul_overflow(amount, percent, &z))
    return spent / 100 >= amount / 100 * percent / 100;
  return a >= z;
}

static il_kind answer(il_call *call, const il_rows *rows, il_error *err) {
  il_buf out, key;
  int allowed = 1, n = 0;
  for (int i = 0; i < rows->n; i++)
    if (il_rows_at(rows, i, 5)->i && il_rows_at(rows, i, 6)->i >= il_rows_at(rows, i, 3)->i)
      allowed = 0;
  il_scratch(&out, call->arena);
  il_buf_f(&out, "{\"allowed\":%s,\"warnings\":[", allowed ? "true" : "false");
  for (int i = 0; i < rows->n; i++) {
    int64_t amount = il_rows_at(rows, i, 3)->i, spent = il_rows_at(rows, i, 6)->i;
    if (!reaches(spent, amount, il_rows_at(rows, i, 4)->i)) continue;
    il_scratch(&key, call->arena);
    il_value_text(il_rows_at(rows, i, 0), &key);
    il_buf_f(&out, "%s{\"limit\":%J,\"name\":%J,\"period\":%J,\"level\":\"%s\",\"blocks\":%s,",
             n++ ? "," : "", il_buf_text(&key) ? il_buf_text(&key) : "", il_rows_text(rows, i, 1),
             il_rows_text(rows, i, 2), spent >= amount ? "critical" : "warning",
             il_rows_at(rows, i, 5)->i ? "true" : "false");
    il_buf_str(&out, "\"spent\":");
    put_amount(&out, spent);
    il_buf_str(&out, ",\"amount\":");
    put_amount(&out, amount);
    il_buf_char(&out, '}');
  }
  il_buf_str(&out, "]}");
  const char *text = il_scratch_text(&out);
  if (!text) return il_nomem(err);
  call->result = il_str(text);
  return IL_OK;
}

il_kind il_fn_budget_check(il_call *call, il_error *err) {
  il_target t;
  il_json_row row;
  il_rows rows = {0};
  const il_budget *b;
  il_kind kind = find(call, "budget_check", &t, &b, NULL, err);
  if (kind == IL_OK) kind = il_json_row_read(call, 1, &t, &row, err);
  if (kind == IL_OK) kind = check_scope(&t, b, &row, err);
  if (kind == IL_OK) kind = limits_of(call, &t, b, &row, &rows, err);
  return kind == IL_OK ? answer(call, &rows, err) : kind;
}

/* ---- budget_record -------------------------------------------------------------------------- */

/* The value that tells the same usage again; NULL value: none. */
static il_value once_of(const il_target *t, const il_budget *b, const il_json_row *row) {
  const cJSON *member;
  if (b->once < 0) return il_null();
  member = il_doc_get(il_doc_get(row->doc, t->plan->cols[b->once].name), b->member);
  return cJSON_IsString(member) ? il_str(member->valuestring) : il_null();
}

static il_kind recorded(il_call *call, const il_target *t, const il_budget *b, il_value once,
                        il_value *key, il_error *err) {
  il_sql s;
  il_rows rows;
  *key = il_null();
  if (once.type == IL_T_NULL) return IL_OK;
  il_sql_start(&s, call, "SELECT ");
  il_key_columns(t->plan, "", &s.text);
  il_buf_f(&s.text, " FROM %s WHERE (%I ->> %Q) = ", t->qualified, t->plan->cols[b->once].name,
           b->member);
  il_sql_value(&s, once);
  il_kind kind = il_sql_run(&s, call, &rows, err);
  if (kind != IL_OK || rows.n == 0) return kind;
  return il_work_key(call, t->plan, il_rows_at(&rows, 0, 0), key, err);
}

/* Usage that has been recorded is not recorded again: its key is given back. */
static il_kind record(il_call *call, const il_target *t, const il_budget *b, const il_json_row *row,
                      il_value *key, il_error *err) {
  il_value once = once_of(t, b, row);
  il_kind kind = recorded(call, t, b, once, key, err);
  if (kind != IL_OK || key->type != IL_T_NULL) return kind;
  kind = il_json_row_insert(call, t, row, key, err);
  if (kind != IL_OK || key->type != IL_T_NULL) return kind;
  kind = recorded(call, t, b, once, key, err); /* another session was faster */
  if (kind != IL_OK || key->type != IL_T_NULL) return kind;
  return il_error_set(err, IL_NOT_NOW,
                      "budget_record: another row of %s has a unique value of this one",
                      t->plan->table);
}

il_kind il_fn_budget_record(il_call *call, il_error *err) {
  il_target t;
  il_json_row row;
  const il_budget *b;
  const il_op *op;
  il_value key = il_null(), none = il_null();
  il_error ignored;
  il_kind kind = find(call, "budget_record", &t, &b, &op, err);
  if (kind == IL_OK) kind = il_json_row_read(call, 1, &t, &row, err);
  if (kind != IL_OK) return kind;
  if (call->nargs > 2 && call->args[2].type == IL_T_INT && call->args[2].i) {
    il_value permit = il_str(il_permit_op(call->arena, t.plan, op));
    if (permit.type == IL_T_NULL) return il_nomem(err);
    kind = call->port->set(call->port, "permit", &permit, err);
  }
  if (kind == IL_OK) kind = record(call, &t, b, &row, &key, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "permit", &none, &ignored);
  if (kind == IL_OK) call->result = key;
  return kind;
}
