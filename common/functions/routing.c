/*
** routing.c: which channels an alert reaches, and whether something was fetched that is not new.
**
**   SELECT channel FROM alert_route('core_alerts', 'a1') WHERE eligible;
**   SELECT fetch_detect('core_source_fetches', 'finra.otc', 'https://…', 'abc123');
*/
#include "roles/routing.h"
#include "functions/due.h"
#include "values/json.h"
#include <string.h>

/* ---- pattern_match -------------------------------------------------------------------------- */

/* Bytes at the end of a JSON string, before its quote, that are a star: as it is, or as an escape. */
static size_t star_at_end(const char *p, size_t n) {
  size_t slashes = 0;
  if (n >= 3 && p[n - 2] == '*') return 1;
  if (n < 8 || memcmp(p + n - 6, "u002", 4) != 0 || (p[n - 2] | 0x20) != 'a') return 0;
  while (slashes < n - 7 && p[n - 7 - slashes] == '\\')
    slashes++;
  return slashes % 2 ? 6 : 0;
}

static int matches(const il_json_item *item, const il_value *text) {
  size_t star = item->nvalue && item->value[0] == '"' ? star_at_end(item->value, item->nvalue) : 0;
  il_json_match match =
      il_json_match_text(item->value, item->nvalue, star, text->p ? text->p : "", text->n);
  return match == IL_JSON_SAME || (star && match == IL_JSON_PREFIX);
}

il_kind il_fn_pattern_match(il_call *call, il_error *err) {
  il_json_items items;
  il_json_item item;
  const char *expected = NULL;
  size_t offset = 0;
  int any = 0;
  call->result = il_int(1);
  if (call->args[0].type == IL_T_NULL || call->args[1].type == IL_T_NULL) return IL_OK;
  il_value list = il_arg(call, 0), text = il_arg(call, 1);
  if (list.type == IL_T_NULL || text.type == IL_T_NULL) return il_nomem(err);
  if (!il_json_valid(list.p, list.n, IL_JSON_ARRAY, &offset, &expected))
    return il_error_set(
        err, IL_ARGUMENT,
        "pattern_match: argument 1 (patterns) must be a JSON array: expected %s at offset %zu",
        expected, offset);
  il_json_items_start(&items, list.p, list.n);
  while (il_json_items_next(&items, &item)) {
    if (matches(&item, &text)) return IL_OK;
    any = 1;
  }
  call->result = il_int(!any);
  return IL_OK;
}

/* ---- alert_route ---------------------------------------------------------------------------- */

typedef struct listing {
  il_call *call;
} listing;

/* channel, reason */
static il_kind list_channel(void *ctx, const il_value *cols, int ncols, il_error *err) {
  il_call *call = ((listing *)ctx)->call;
  il_value row[3] = {cols[0], il_int(cols[1].type == IL_T_NULL), cols[1]};
  (void)ncols;
  return call->emit(call->emit_ctx, row, 3, err);
}

il_kind il_fn_alert_route(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[34];
  il_table_info *info;
  il_buf b;
  listing out = {call};
  il_kind kind = il_role_target(call, "alert_route", &il_role_routing, 2, &t, &op, err);
  if (kind == IL_OK) kind = il_key_arg(call, &t, args, err);
  if (kind == IL_OK)
    kind = call->port->table(call->port, t.name.p, t.name.n, call->arena, &info, err);
  if (kind != IL_OK) return kind;
  const il_routing *r = op->compiled;
  const char *collate = call->port->engine == IL_POSTGRES ? " COLLATE pg_catalog.\"C\"" : "";
  il_scratch(&b, call->arena);
  il_buf_f(&b, "SELECT CAST(c.%I AS text), ", r->channel_key);
  il_routing_reason(r, call->port->fn, &b);
  il_buf_f(&b, " FROM %s a, %I.%I c WHERE a.%I = ?1 ORDER BY CAST(c.%I AS text)%s", t.qualified,
           info->schema, r->channels, t.plan->cols[t.plan->key[0]].name, r->channel_key, collate);
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, args, 1, 1, list_channel, &out, NULL, err);
}

/* ---- fetch_detect --------------------------------------------------------------------------- */

static il_kind see(void *ctx, const il_value *cols, int ncols, il_error *err) {
  (void)ncols;
  (void)err;
  *(int *)ctx = cols[0].type == IL_T_INT && cols[0].i == 1;
  return IL_OK;
}

/* Parameters: ?1 source, ?2 locator, then of hash, etag and last_modified those that have a column. */
static const char *latest_sql(il_call *call, const il_target *t, const il_fetch *f,
                              const char *const now[3]) {
  const il_plan *plan = t->plan;
  il_buf b;
  il_scratch(&b, call->arena);
  il_buf_str(&b, "SELECT ");
  il_fetch_same(f, plan, now, &b);
  il_buf_f(&b, " FROM %s p WHERE p.%I = ", t->qualified, plan->cols[f->status].name);
  il_code_sql(&f->success, &b);
  il_buf_f(&b, " AND p.%I = ?2 AND (p.%I = ?1", plan->cols[f->locator].name,
           plan->cols[f->source].name);
  if (f->name >= 0) il_buf_f(&b, " OR p.%I = ?1", plan->cols[f->name].name);
  il_buf_str(&b, ") ORDER BY ");
  il_instant_sql(call, "p.", plan->cols[f->at].name, &b);
  il_buf_str(&b, " DESC");
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(&b, ", p.%I DESC", plan->cols[plan->key[i]].name);
  il_buf_str(&b, " LIMIT 1");
  return il_scratch_text(&b);
}

il_kind il_fn_fetch_detect(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[5];
  const char *now[3] = {NULL, NULL, NULL};
  int same = 0, n = 2;
  il_kind kind = il_role_target(call, "fetch_detect", &il_role_fetch, 3, &t, &op, err);
  if (kind != IL_OK) return kind;
  const il_fetch *f = op->compiled;
  const int cols[3] = {f->hash, f->etag, f->last_modified};
  for (int i = 1; i < 6; i++) {
    il_value given = il_arg(call, i);
    if (i < call->nargs && call->args[i].type != IL_T_NULL && given.type == IL_T_NULL)
      return il_nomem(err);
    if (i < 3) args[i - 1] = given;
    if (i < 3 || cols[i - 3] < 0) continue;
    now[i - 3] =
        il_textf(call->arena,
                 call->port->engine == IL_POSTGRES ? "CAST(?%d AS pg_catalog.text)" : "?%d", n + 1);
    if (!now[i - 3]) return il_nomem(err);
    args[n++] = given;
  }
  const char *sql = latest_sql(call, &t, f, now);
  if (!sql) return il_nomem(err);
  kind = call->port->exec(call->port, sql, args, n, 1, see, &same, NULL, err);
  const il_code *code = same ? &f->unchanged : &f->success;
  call->result = il_text(code->text, code->n);
  return kind;
}
