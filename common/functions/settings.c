/*
** settings.c: reading a table of settings.
**
**   SELECT setting_get('configurations', 'app.port');      '8080', '********' when it is a secret
**
** What a setting is comes from the rulebook: `typed` names the column of the value and that of its
** type, `secret` the values that are masked.
*/
#include "functions/inner.h"
#include "roles/events.h"
#include "rules/role.h"
#include "values/typed.h"

/* The column of the value: that of `typed`, else the one secret there is. */
static il_kind value_column(il_call *call, const il_target *t, int *col, il_error *err) {
  const il_op *typed = il_plan_typed(t->plan);
  (void)call;
  *col = typed ? typed->cols[0] : -1;
  for (int i = 0; *col < 0 && i < t->plan->ncols; i++)
    if (il_plan_secret(t->plan, i)) *col = i;
  if (*col >= 0) return IL_OK;
  return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of typed or secret",
                      t->function, t->plan->table);
}

static il_kind written(il_call *call, const il_op *typed, const il_rows *rows, il_error *err) {
  const il_value *value = il_rows_at(rows, 0, 0);
  int type = typed ? il_typed_of(typed, il_rows_at(rows, 0, 2)) : -1;
  il_buf out;
  call->result = *value;
  if (value->type != IL_T_TEXT || type < 0) return IL_OK;
  if (!il_typed_valid((il_typed)type, value->p, value->n)) return IL_OK;
  il_scratch(&out, call->arena);
  il_typed_write((il_typed)type, value->p, value->n, &out);
  const char *text = il_scratch_text(&out);
  if (!text) return il_nomem(err);
  call->result = il_text(text, out.n);
  return IL_OK;
}

il_kind il_fn_setting_get(il_call *call, il_error *err) {
  il_target t;
  il_rows rows;
  il_value *key;
  int col = -1;
  il_kind kind = il_arg_require(call, 2, "setting_get", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "setting_get", &t, err);
  if (kind == IL_OK) kind = value_column(call, &t, &col, err);
  if (kind != IL_OK) return kind;
  const il_op *secret = il_plan_secret(t.plan, col), *typed = il_plan_typed(t.plan);
  const il_secret *s = secret ? secret->compiled : NULL;
  il_value text = il_arg(call, 1);
  key = il_arena_alloc(call->arena, sizeof *key * (size_t)t.plan->nkey);
  if (!key) return il_nomem(err);
  kind = il_key_read(call, &t, &text, key, err);
  if (kind != IL_OK) return kind;
  il_buf where;
  il_scratch(&where, call->arena);
  il_key_where(t.plan, 1, &where);
  const char *condition = il_scratch_text(&where);
  const char *columns = il_textf(call->arena, "%I, %I, %I", t.plan->cols[col].name,
                                 t.plan->cols[s && s->flag >= 0 ? s->flag : col].name,
                                 t.plan->cols[typed ? typed->cols[1] : col].name);
  if (!condition || !columns) return il_nomem(err);
  kind =
      il_query(call, IL_S_STATE_OF, key, t.plan->nkey, &rows, err, columns, t.qualified, condition);
  if (kind != IL_OK || rows.n == 0) return kind;
  const il_value *flag = il_rows_at(&rows, 0, 1);
  if (s && (s->flag < 0 || flag->type != IL_T_INT || flag->i != 0)) {
    call->result = il_str("********");
    return IL_OK;
  }
  return written(call, typed, &rows, err);
}
