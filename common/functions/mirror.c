/*
** mirror.c: what another system says of its rows.
**
**   SELECT mirror_put('pull_requests', '{"github_id": 7, "title": "…", "github_updated_at": "2026-03-01T09:00:00Z"}');
**   {"result":"updated","key":"…"}
**
** inserted   there was no such row
** updated    the row has what was given
** stale      what was given is older than what the row has: nothing changed
**
** The row is locked before its instant is looked at, so news that arrive at once are taken in the order of
** the source, whichever comes first.
*/
#include "functions/jsonrow.h"
#include "functions/work.h"
#include "roles/mirror.h"
#include "values/instant.h"
#include <string.h>

enum { ATTEMPTS = 50 };

typedef struct news {
  il_call *call;
  const il_target *t;
  const il_mirror *m;
  il_json_row row;
  int has_at;
  int64_t at;
  const char *result;
  il_value key;
} news;

static int is_key(const il_mirror *m, const il_plan *plan, const char *name) {
  for (int i = 0; i < m->nkey; i++)
    if (strcmp(plan->cols[m->key[i]].name, name) == 0) return 1;
  return 0;
}

static il_kind put_key(news *n, il_sql *s) {
  const il_plan *plan = n->t->plan;
  il_buf_str(&s->text, " WHERE ");
  for (int i = 0; i < n->m->nkey; i++) {
    const char *name = plan->cols[n->m->key[i]].name;
    il_buf_f(&s->text, "%s%I = ", i ? " AND " : "", name);
    il_sql_value(s, n->row.values[il_json_row_find(&n->row, name)]);
  }
  return IL_OK;
}

/* Key and instant of the row there is; *found. */
static il_kind look(news *n, int *found, int *stale, il_error *err) {
  const il_plan *plan = n->t->plan;
  il_sql s;
  il_rows rows = {0};
  int64_t has;
  il_sql_start(&s, n->call, "SELECT ");
  il_key_columns(plan, "", &s.text);
  il_buf_f(&s.text, ", %I FROM %s", plan->cols[n->m->at].name, n->t->qualified);
  il_kind kind = put_key(n, &s);
  if (n->call->port->engine == IL_POSTGRES) il_buf_str(&s.text, " FOR NO KEY UPDATE");
  if (kind == IL_OK) kind = il_sql_run(&s, n->call, &rows, err);
  *found = kind == IL_OK && rows.n > 0;
  *stale = 0;
  if (!*found) return kind;
  kind = il_work_key(n->call, plan, il_rows_at(&rows, 0, 0), &n->key, err);
  const il_value *at = il_rows_at(&rows, 0, plan->nkey);
  if (kind != IL_OK || at->type == IL_T_NULL) return kind;
  kind = il_value_instant(at, &has, err);
  *stale = kind == IL_OK && (!n->has_at || n->at < has);
  return kind;
}

static il_kind update(news *n, il_error *err) {
  const il_plan *plan = n->t->plan;
  il_sql s;
  il_rows rows;
  il_sql_start(&s, n->call, "UPDATE ");
  il_buf_f(&s.text, "%s SET ", n->t->qualified);
  for (int i = 0; i < n->row.n; i++) {
    if (is_key(n->m, plan, n->row.names[i])) continue;
    il_buf_f(&s.text, "%s%I = ", s.nset++ ? ", " : "", n->row.names[i]);
    if (n->row.values[i].type == IL_T_NULL)
      il_buf_str(&s.text, "NULL");
    else
      il_sql_value(&s, n->row.values[i]);
  }
  if (s.nset == 0) return IL_OK;
  il_kind kind = put_key(n, &s);
  il_buf_str(&s.text, " RETURNING 1");
  return kind == IL_OK ? il_sql_run(&s, n->call, &rows, err) : kind;
}

/* Another session may insert the row between the look and the INSERT: then there is another look. */
static il_kind put(news *n, il_error *err) {
  il_kind kind = IL_OK;
  if (n->call->port->engine == IL_SQLITE) {
    const char *at = n->t->plan->cols[n->m->at].name;
    kind = il_run(n->call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, n->t->qualified, at, at);
  }
  for (int i = 0; kind == IL_OK && i < ATTEMPTS; i++) {
    int found, stale;
    kind = look(n, &found, &stale, err);
    if (kind != IL_OK) return kind;
    if (found) {
      n->result = stale ? "stale" : "updated";
      return stale ? IL_OK : update(n, err);
    }
    n->result = "inserted";
    kind = il_json_row_insert(n->call, n->t, &n->row, &n->key, err);
    if (kind != IL_OK || n->key.type != IL_T_NULL) return kind;
  }
  if (kind != IL_OK) return kind;
  return il_error_set(err, IL_NOT_NOW,
                      "mirror_put: another row of %s has a unique value of this one",
                      n->t->plan->table);
}

static il_kind read_news(il_call *call, il_target *t, news *n, il_error *err) {
  il_kind kind = il_arg_require(call, 2, "mirror_put", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "mirror_put", t, err);
  if (kind != IL_OK) return kind;
  *n = (news){.call = call, .t = t, .m = il_plan_mirror(t->plan, NULL), .key = il_null()};
  if (!n->m)
    return il_error_set(err, IL_NO_OBJECT, "mirror_put: the rulebook of %s says nothing of mirror",
                        t->plan->table);
  kind = il_json_row_read(call, 1, t, &n->row, err);
  for (int i = 0; kind == IL_OK && i < n->m->nkey; i++) {
    const char *name = t->plan->cols[n->m->key[i]].name;
    int at = il_json_row_find(&n->row, name);
    if (at < 0 || n->row.values[at].type == IL_T_NULL)
      kind = il_error_set(err, IL_ARGUMENT, "mirror_put: argument 2 needs a value for %s", name);
  }
  if (kind != IL_OK) return kind;
  int at = il_json_row_find(&n->row, t->plan->cols[n->m->at].name);
  n->has_at = at >= 0 && n->row.values[at].type != IL_T_NULL;
  return n->has_at ? il_value_instant(&n->row.values[at], &n->at, err) : IL_OK;
}

il_kind il_fn_mirror_put(il_call *call, il_error *err) {
  il_target t;
  news n;
  il_kind kind = read_news(call, &t, &n, err);
  if (kind == IL_OK) kind = call->port->atomic(call->port, 1, 0, err);
  if (kind != IL_OK) return kind;
  kind = il_finish(call, put(&n, err), err);
  if (kind != IL_OK) return kind;
  const char *text = il_textf(call->arena, "{\"result\":%J,\"key\":%.*J}", n.result, (int)n.key.n,
                              n.key.p ? n.key.p : "");
  if (!text) return il_nomem(err);
  call->result = il_str(text);
  return IL_OK;
}
