/*
** dedup.c: doing a thing once.
**
**   SELECT dedup_accept('InboxDedup', 'channel', 'message');          true the first time
**   SELECT dedup_accept('InboxDedup', 'channel', 'message', 'run');   with further columns
**   SELECT dedup_purge('InboxDedup', 90 * 86400);
**
** Accepting is one INSERT that does nothing when the key is there: two sessions cannot both be
** first, and a rollback forgets the key.
*/
#include "functions/inner.h"
#include "roles/events.h"
#include "rules/permit.h"
#include "rules/role.h"
#include "values/instant.h"
#include <string.h>

/* The dedup operation of the table that argument 0 names. */
static il_kind start(il_call *call, const char *function, il_target *t, const il_op **op,
                     il_error *err) {
  il_kind kind = il_arg_require(call, 1, function, err);
  if (kind == IL_OK) kind = il_target_find(call, 0, function, t, err);
  if (kind != IL_OK) return kind;
  *op = il_plan_dedup(t->plan);
  if (*op && (*op)->compiled) return IL_OK;
  return il_error_set(err, IL_NO_OBJECT, "%s: the rulebook of %s says nothing of dedup", function,
                      t->plan->table);
}

/* The rule that keeps rows from being deleted: a pseudo-operation of its own, else the dedup's. */
static const char *keep_rule(const il_plan *plan, const il_op *op) {
  for (int i = 0; i < plan->nops; i++) {
    if (strcmp(plan->ops[i].role->name, ".kept") == 0) return plan->ops[i].rule;
  }
  return op->rule;
}

/* ---- dedup_accept --------------------------------------------------------------------------- */

/* Reads part i (0: the first key column) into the value of its column. */
static il_kind part(il_call *call, const il_target *t, const il_dedup *d, int i, il_value *out,
                    il_error *err) {
  int is_key = i < d->nkey, col = is_key ? d->key[i] : d->extra[i - d->nkey];
  const il_value *given = i + 1 < call->nargs ? &call->args[i + 1] : NULL;
  int missing = !given || given->type == IL_T_NULL;
  if (is_key &&
      (missing || (given->type != IL_T_INT && given->type != IL_T_REAL && given->n == 0))) {
    return il_error_set(err, IL_ARGUMENT, "%s: argument %d (%s) must not be %s", t->function, i + 2,
                        t->plan->cols[col].name, missing ? "NULL" : "empty");
  }
  if (missing) {
    *out = il_null();
    return IL_OK;
  }
  if (given->type == IL_T_TEXT &&
      t->plan->cols[col].type == IL_C_TEXT) { /* as it is: nothing to read or copy */
    *out = *given;
    return IL_OK;
  }
  il_value text = il_arg(call, i + 1);
  return text.type == IL_T_NULL ? il_nomem(err) : il_column_value(call, t, col, &text, out, err);
}

/* Writes into memory that is known to be large enough: this is done for every message that comes
** in. */
static char *put(char *to, const char *text) {
  while (*text)
    *to++ = *text++;
  return to;
}

static char *put_name(char *to, const char *separator, const char *name) {
  to = put(to, separator);
  *to++ = '"';
  for (; *name; name++) {
    if (*name == '"') *to++ = '"';
    *to++ = *name;
  }
  *to++ = '"';
  return to;
}

/* Plan column of part i; the instant comes last. */
static int part_column(const il_dedup *d, int i, int nparts) {
  return i == nparts ? d->at : i < d->nkey ? d->key[i] : d->extra[i - d->nkey];
}

/* INSERT of key, extras and instant, in the order of the parameters. A row comes back from
** PostgreSQL only when it was written: on a distributed table the count is that of the rows that
** came in. */
static const char *accept_sql(il_call *call, const il_target *t, const il_dedup *d, int nparts) {
  int n = nparts + (d->at >= 0);
  size_t room = strlen(t->qualified) + 100;
  for (int i = 0; i < n; i++)
    room += 4 * strlen(t->plan->cols[part_column(d, i, nparts)].name) + 20;
  char *sql = il_arena_alloc(call->arena, room), *p = sql;
  if (!sql) return NULL;
  p = put(put(p, "INSERT INTO "), t->qualified);
  for (int i = 0; i < n; i++)
    p = put_name(p, i ? ", " : " (", t->plan->cols[part_column(d, i, nparts)].name);
  p = put(p, ") VALUES (");
  for (int i = 1; i <= n; i++) {
    p = put(p, i > 1 ? ", ?" : "?");
    if (i > 9) *p++ = (char)('0' + i / 10);
    *p++ = (char)('0' + i % 10);
  }
  p = put(p, ") ON CONFLICT");
  for (int i = 0; i < d->nkey; i++)
    p = put_name(p, i ? ", " : " (", t->plan->cols[d->key[i]].name);
  p = put(p, ") DO NOTHING");
  if (call->port->engine == IL_POSTGRES) put(p, " RETURNING true");
  return sql;
}

static il_kind count_row(void *ctx, const il_value *cols, int ncols, il_error *err) {
  int64_t *n = ctx;
  (void)cols;
  (void)ncols;
  (void)err;
  ++*n;
  return IL_OK;
}

il_kind il_fn_dedup_accept(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  il_value args[34];
  int64_t changes = 0, rows = 0;
  il_kind kind = start(call, "dedup_accept", &t, &op, err);
  if (kind != IL_OK) return kind;
  const il_dedup *d = op->compiled;
  int nparts = call->nargs - 1;
  if (nparts > d->nkey + d->nextra || nparts > 32) {
    return il_error_set(err, IL_ARGUMENT,
                        "dedup_accept: %s takes %d key columns and up to %d further values, not %d",
                        t.plan->table, d->nkey, d->nextra, nparts);
  }
  if (nparts < d->nkey) nparts = d->nkey; /* what is missing is refused below, by its name */
  for (int i = 0; kind == IL_OK && i < nparts; i++)
    kind = part(call, &t, d, i, &args[i], err);
  if (kind != IL_OK) return kind;
  const char *sql = accept_sql(call, &t, d, nparts);
  if (!sql) return il_nomem(err);
  if (d->at >= 0) args[nparts] = il_instant(call->port->now(call->port));
  kind = call->port->exec(call->port, sql, args, nparts + (d->at >= 0), 1, count_row, &rows,
                          &changes, err);
  call->result = il_int(call->port->engine == IL_POSTGRES ? rows > 0 : changes > 0);
  return kind;
}

/* ---- dedup_purge ---------------------------------------------------------------------------- */

/* Deleting a key lets its duplicate in again, so the table refuses DELETE; the permission lets this
** one through, and keys as old as that. */
static il_kind purge(il_call *call, const il_target *t, const il_dedup *d, int64_t before,
                     int64_t *n, il_error *err) {
  const char *at = t->plan->cols[d->at].name;
  il_value args[2] = {il_int(before), il_instant(before)}, none = il_null();
  il_value permit = il_str(il_permit_before(call->arena, t->plan, d->at, before));
  il_error ignored;
  const char *sql =
      call->port->engine == IL_SQLITE
          ? il_textf(call->arena, "DELETE FROM %s WHERE instant_us(%I) < ?1", t->qualified, at)
          : il_textf(call->arena, "DELETE FROM %s WHERE %I < CAST(?2 AS pg_catalog.timestamptz)",
                     t->qualified, at);
  if (!sql || permit.type == IL_T_NULL) return il_nomem(err);
  il_kind kind = call->port->set(call->port, "permit", &permit, err);
  if (kind == IL_OK) kind = call->port->exec(call->port, sql, args, 2, 1, NULL, NULL, n, err);
  il_error_clear(&ignored);
  (void)call->port->set(call->port, "permit", &none, &ignored);
  return kind;
}

il_kind il_fn_dedup_purge(il_call *call, il_error *err) {
  il_target t;
  const il_op *op;
  int64_t seconds, before, n = 0;
  il_kind kind = il_arg_require(call, 2, "dedup_purge", err);
  if (kind == IL_OK) kind = start(call, "dedup_purge", &t, &op, err);
  if (kind == IL_OK) {
    kind = il_arg_int(call, 1, 0, 0, INT64_MAX, "dedup_purge: argument 2 (older_than_seconds)",
                      &seconds, err);
  }
  if (kind != IL_OK) return kind;
  const il_dedup *d = op->compiled;
  if (d->at < 0) {
    return il_error_set(err, IL_NO_OBJECT, "dedup_purge: the rulebook names no \"at\" column of %s",
                        t.plan->table);
  }
  if (seconds < d->keep_seconds) {
    il_error_set(err, IL_PROTECTED, "%s keeps its keys for at least %lld seconds, not %lld",
                 t.plan->table, (long long)d->keep_seconds, (long long)seconds);
    if (err) {
      const char *rule = keep_rule(t.plan, op);
      IL_ERROR_FIELD(err, rule, rule, strlen(rule));
      IL_ERROR_FIELD(err, rulebook, t.plan->rulebook, strlen(t.plan->rulebook));
      IL_ERROR_FIELD(err, table, t.plan->table, strlen(t.plan->table));
    }
    return IL_PROTECTED;
  }
  if (__builtin_mul_overflow(seconds, INT64_C(1000000), &before) ||
      __builtin_sub_overflow(call->port->now(call->port), before, &before) ||
      before < IL_INSTANT_MIN) {
    before = IL_INSTANT_MIN; /* older than any instant there is */
  }
  kind = purge(call, &t, d, before, &n, err);
  call->result = il_int(n);
  return kind;
}
