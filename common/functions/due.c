/* due.c: rows whose instant has come, and what functions about time share; see due.h. */
#include "functions/due.h"
#include "rules/role.h"
#include <stdlib.h>
#include <string.h>

enum { STAY_MAX = 1000, ROOM = 200 };

il_kind il_role_target(il_call *call, const char *function, const il_role *role, int required,
                       il_target *t, const il_op **op, il_error *err) {
  il_kind kind = il_arg_require(call, required, function, err);
  if (kind == IL_OK) kind = il_target_find(call, 0, function, t, err);
  if (kind != IL_OK) return kind;
  *op = il_plan_role_op(t->plan, role);
  if (*op) return IL_OK;
  return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of %s", function,
                      t->plan->table, role->name);
}

il_kind il_key_arg(il_call *call, const il_target *t, il_value *key, il_error *err) {
  il_value text = il_arg(call, 1);
  return text.type == IL_T_NULL ? il_nomem(err) : il_key_read(call, t, &text, key, err);
}

il_kind il_seconds_arg(il_call *call, int i, int64_t missing, int64_t min, const char *name,
                       int64_t *out, il_error *err) {
  return il_arg_int(call, i, missing, min, IL_SECONDS_MAX, name, out, err);
}

void il_instant_sql(il_call *call, const char *prefix, const char *column, il_buf *out) {
  il_buf_f(out, call->port->engine == IL_SQLITE ? "instant_us(%s%I)" : "%s%I", prefix, column);
}

il_value il_instant_bound(il_call *call, int64_t us) {
  return call->port->engine == IL_SQLITE ? il_int(us) : il_instant(us);
}

static il_value code_value(const il_code *code) {
  return code->integer ? il_int(code->i) : il_text(code->text, code->n);
}

/* ---- finding -------------------------------------------------------------------------------- */

/* Rows of one state: instant in microseconds, then the key. */
static il_kind of_state(il_call *call, const il_due *d, const il_code *state, int64_t limit,
                        il_rows *rows, il_error *err) {
  const il_plan *plan = d->target->plan;
  const char *column = plan->cols[d->col].name;
  il_value args[3] = {il_instant_bound(call, d->until), il_int(limit)};
  il_buf b;
  il_scratch(&b, call->arena);
  il_buf_f(&b, "SELECT %sinstant_us(%I), ", call->port->fn, column);
  il_key_columns(plan, "", &b);
  il_buf_f(&b, " FROM %s WHERE ", d->target->qualified);
  if (state) {
    args[2] = code_value(state);
    il_buf_f(&b, "%I = ?3 AND ", plan->cols[d->state].name);
  }
  il_instant_sql(call, "", column, &b);
  il_buf_str(&b, " <= ?1 ORDER BY ");
  il_instant_sql(call, "", column, &b);
  il_buf_str(&b, ", ");
  il_key_columns(plan, "", &b);
  il_buf_str(&b, " LIMIT ?2");
  if (d->free_only && call->port->engine == IL_POSTGRES) il_buf_str(&b, " FOR UPDATE SKIP LOCKED");
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  return call->port->exec(call->port, sql, args, state ? 3 : 2, 1, il_rows_add, rows, NULL, err);
}

typedef struct found {
  int64_t us;
  int from; /* state, -1: none */
  const il_value *key;
  int place;
} found;

static int older(const void *a, const void *b) {
  const found *x = a, *y = b;
  if (x->us != y->us) return x->us < y->us ? -1 : 1;
  return x->place - y->place;
}

/* Of all states together, oldest first; at most limit from each. */
static il_kind find(il_call *call, const il_due *d, int64_t limit, found **out, int *n,
                    il_error *err) {
  int lists = d->state < 0 ? 1 : d->nfrom, place = 0;
  il_rows *rows = il_arena_alloc(call->arena, (size_t)(lists + 1) * sizeof *rows);
  il_kind kind = IL_OK;
  *n = 0;
  if (!rows) return il_nomem(err);
  for (int i = 0; kind == IL_OK && i < lists; i++) {
    il_rows_init(&rows[i], call->arena);
    kind = of_state(call, d, d->state < 0 ? NULL : &d->from[i], limit, &rows[i], err);
    *n += rows[i].n;
  }
  if (kind != IL_OK) return kind;
  *out = il_arena_alloc(call->arena, (size_t)(*n + 1) * sizeof **out);
  if (!*out) return il_nomem(err);
  for (int i = 0; i < lists; i++) {
    for (int k = 0; k < rows[i].n; k++, place++)
      (*out)[place] = (found){il_rows_at(&rows[i], k, 0)->i, d->state < 0 ? -1 : i,
                              il_rows_at(&rows[i], k, 1), place};
  }
  qsort(*out, (size_t)*n, sizeof **out, older);
  return IL_OK;
}

il_kind il_due_any(il_call *call, const il_due *d, int *any, il_error *err) {
  found *rows;
  int n = 0;
  il_kind kind = find(call, d, 1, &rows, &n, err);
  *any = n > 0;
  return kind;
}

/* ---- doing ---------------------------------------------------------------------------------- */

typedef struct one {
  il_call *call;
  const il_due *d;
  const found *row;
  int done;
} one;

static il_kind move(one *o, il_error *err) {
  const il_machine *m = o->d->m;
  const il_code *from = &o->d->from[o->row->from], *to = &o->d->to;
  il_value was = code_value(from), is = code_value(to);
  il_move move = {.target = o->d->target,
                  .machine = m,
                  .key = o->row->key,
                  .to = il_machine_stored(m, &is),
                  .expected = il_machine_stored(m, &was),
                  .due_column = o->d->target->plan->cols[o->d->col].name,
                  .due = o->d->until};
  il_moved result = IL_MOVED_CONFLICT;
  if (move.to < 0 || move.expected < 0) return IL_OK;
  il_kind kind = il_move_run(o->call, &move, &result, err);
  o->done = result == IL_MOVED_DONE;
  return kind;
}

/* What the row becomes is worked out from other rows as well: PostgreSQL must begin with that
** once nobody else changes them. */
static il_kind lock(one *o, il_error *err) {
  il_buf b;
  if (o->call->port->engine != IL_POSTGRES) return IL_OK;
  il_scratch(&b, o->call->arena);
  il_buf_f(&b, "SELECT 1 FROM %s WHERE ", o->d->target->qualified);
  il_key_where(o->d->target->plan, 1, &b);
  il_buf_str(&b, " FOR NO KEY UPDATE");
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  return o->call->port->exec(o->call->port, sql, o->row->key, o->d->target->plan->nkey, 1, NULL,
                             NULL, NULL, err);
}

/* A DELETE, or an UPDATE of a column without a machine: of the row as it was found. */
static il_kind write(one *o, il_error *err) {
  const il_due *d = o->d;
  const il_plan *plan = d->target->plan;
  il_value args[36];
  int n = 0;
  int64_t changes = 0;
  il_buf b;
  il_kind kind = d->to_sql ? lock(o, err) : IL_OK;
  if (kind != IL_OK) return kind;
  il_scratch(&b, o->call->arena);
  args[n++] = il_instant_bound(o->call, d->until);
  if (d->state < 0) {
    il_buf_f(&b, "DELETE FROM %s WHERE ", d->target->qualified);
  } else {
    const char *state = plan->cols[d->state].name;
    args[n++] = code_value(&d->from[o->row->from]);
    if (!d->to_sql) args[n++] = code_value(&d->to);
    il_buf_f(&b, "UPDATE %s SET %I = %s WHERE %I = ?2 AND ", d->target->qualified, state,
             d->to_sql ? d->to_sql : "?3", state);
  }
  il_key_where(plan, n + 1, &b);
  for (int i = 0; i < plan->nkey && n < 36; i++)
    args[n++] = o->row->key[i];
  il_buf_str(&b, " AND ");
  il_instant_sql(o->call, "", plan->cols[d->col].name, &b);
  il_buf_str(&b, " <= ?1");
  const char *sql = il_scratch_text(&b);
  if (!sql) return il_nomem(err);
  kind = o->call->port->exec(o->call->port, sql, args, n, 1, NULL, NULL, &changes, err);
  o->done = changes > 0;
  return kind;
}

static il_kind do_one(void *ctx, il_error *err) {
  one *o = ctx;
  o->done = 0;
  return o->d->state >= 0 && o->d->m && !o->d->to_sql ? move(o, err) : write(o, err);
}

il_kind il_due_batch(il_tick *t, const il_due *d, il_error *err) {
  found *rows = NULL;
  int n = 0;
  int64_t skipped = t->skip;
  il_kind kind = t->skip < STAY_MAX ? find(t->call, d, t->room + t->skip, &rows, &n, err) : IL_OK;
  t->more = n >= t->room + t->skip;
  for (int64_t i = skipped; kind == IL_OK && i < n && i < skipped + t->room; i++) {
    one o = {t->call, d, &rows[i], 0};
    int ok;
    kind = il_tick_try(t, do_one, &o, &ok, err);
    if (kind == IL_OK && ok && o.done)
      il_tick_did(t, 1);
    else
      t->skip++;
  }
  return kind;
}

il_kind il_due_all(il_call *call, const il_due *d, int64_t *n, il_error *err) {
  static const il_job none = {"", NULL, NULL, NULL};
  il_tick t = {.call = call, .job = &none, .target = *d->target, .room = ROOM};
  il_kind kind = IL_OK;
  t.kept = call->arena;
  if (call->port->engine == IL_SQLITE) {
    const char *column = d->target->plan->cols[d->col].name;
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, d->target->qualified, column,
                  column);
  }
  do {
    t.more = 0;
    if (kind == IL_OK) kind = il_due_batch(&t, d, err);
  } while (kind == IL_OK && t.more);
  *n = t.done;
  if (kind == IL_OK && t.failed) {
    const char *text =
        il_textf(call->arena, "%s: %lld of %s could not: %s", d->target->function,
                 (long long)t.failed, d->target->plan->table, t.error ? t.error : "");
    if (text) call->port->notice(call->port, text);
  }
  return kind;
}
