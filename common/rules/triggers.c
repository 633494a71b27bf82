/* triggers.c: what putting a plan on its table has in common on both engines, and taking it off. */
#include "triggers.h"
#include <string.h>

il_kind il_trig_fail(il_trig *t, il_kind kind) {
  if (t->kind == IL_OK) t->kind = kind;
  return kind;
}

il_kind il_trig_begin(il_trig *t) {
  il_buf text;
  t->kind = IL_OK;
  t->literal = "";
  il_buf_init(&t->sql, t->arena->mem);
  if (!t->plan) return IL_OK;
  il_buf_init(&text, t->arena->mem);
  il_buf_char(&text, '\'');
  il_plan_write(t->plan, &text);
  il_buf_char(&text, '\'');
  t->literal = il_buf_text(&text) ? il_arena_strdup(t->arena, text.p) : NULL;
  il_buf_free(&text);
  if (!t->literal) il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
  return t->kind;
}

il_kind il_trig_end(il_trig *t) {
  il_buf_free(&t->sql);
  return t->kind;
}

void il_trig_emit(il_trig *t) {
  const char *sql = il_buf_text(&t->sql);
  if (t->kind == IL_OK) {
    if (!sql || t->arena->failed)
      il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
    else
      il_trig_fail(t, t->each(t->ctx, sql, t->err));
  }
  il_buf_reset(&t->sql);
}

il_after *il_trig_follows(il_trig *t, int event, int *n) {
  int cap = 16;
  il_after *list = il_arena_alloc(t->arena, (size_t)cap * sizeof *list);
  *n = 0;
  for (int i = 0; list && i < t->plan->nops; i++) {
    const il_op *op = &t->plan->ops[i];
    il_follow follow;
    if (!op->role->follow || !(op->events & (unsigned)event)) continue;
    for (int k = 0;; k++) {
      memset(&follow, 0, sizeof follow);
      if (!op->role->follow(op, NULL, event, k, t->arena, &follow)) break;
      if (*n == cap) {
        il_after *more = il_arena_alloc(t->arena, 2 * (size_t)cap * sizeof *more);
        if (!more) return NULL;
        memcpy(more, list, (size_t)cap * sizeof *more);
        list = more;
        cap *= 2;
      }
      list[(*n)++] = (il_after){op, k, follow};
    }
  }
  if (!list || t->arena->failed) {
    il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
    *n = 0;
  }
  return list;
}

void il_trig_columns(il_trig *t, const char *side, const uint16_t *cols, int n) {
  for (int i = 0; i < n; i++)
    il_buf_f(&t->sql, ", %s.%I", side, t->plan->cols[cols[i]].name);
}

int il_trig_fills(const il_plan *plan, int event) {
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].role->fill && (plan->ops[i].events & (unsigned)event)) return 1;
  return 0;
}

int il_op_asks_named(const il_op *op) {
  if (!op->role->named || op->ncols < 1 || !(op->events & IL_EV_UPDATE)) return 0;
  return op->role->wants_named ? op->role->wants_named(op) : 1;
}

/* ---- indexes -------------------------------------------------------------------------------- */

enum { NAME_MAX = 63 }; /* what PostgreSQL keeps of a name */

/* interlock_<table>_<what>; a long table's name gives way, and keeps its start and a number of its
** own. */
static void put_index_name(il_trig *t, const char *what) {
  const char *table = t->info->name;
  size_t n = strlen(table), room = NAME_MAX - strlen("interlock__") - strlen(what);
  uint32_t h = 2166136261U;
  il_buf name;
  il_buf_init(&name, t->arena->mem);
  if (n > room) {
    for (const char *p = table; *p; p++)
      h = (h ^ (unsigned char)*p) * 16777619U;
    n = il_utf8_trim(table, room - 9);
    il_buf_f(&name, "interlock_%.*s~%d_%s", (int)n, table, (int)(h % 10000000), what);
  } else {
    il_buf_f(&name, "interlock_%s_%s", table, what);
  }
  if (il_buf_text(&name))
    il_buf_f(&t->sql, "%I", name.p);
  else
    t->arena->failed = 1;
  il_buf_free(&name);
}

/* What the functions of a role read by. */
static void op_indexes(il_trig *t, const il_op *op, int postgres) {
  il_buf columns, where;
  const char *what;
  if (!op->role->index) return;
  il_buf_init(&columns, t->arena->mem);
  il_buf_init(&where, t->arena->mem);
  for (int k = 0; op->role->index(op, t->plan, k, postgres, &what, &columns, &where); k++) {
    const char *list = il_buf_text(&columns), *condition = il_buf_text(&where);
    if (!list || !condition) t->arena->failed = 1;
    il_buf_str(&t->sql, op->role->unique_index ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    if (!postgres) il_buf_f(&t->sql, "%I.", t->info->schema);
    put_index_name(t, what);
    il_buf_str(&t->sql, " ON ");
    if (postgres) il_buf_f(&t->sql, "%I.", t->info->schema);
    il_buf_f(&t->sql, "%I (%s)", t->info->name, list ? list : "");
    if (condition && *condition) il_buf_f(&t->sql, " WHERE %s", condition);
    il_trig_emit(t);
    il_buf_reset(&columns);
    il_buf_reset(&where);
  }
  il_buf_free(&columns);
  il_buf_free(&where);
}

il_kind il_triggers_create(const il_plan *plan, const il_table_info *info, il_engine engine,
                           const char *fn, il_arena *arena, il_sql_fn each, void *ctx,
                           il_error *err) {
  il_trig t = {.plan = plan, .info = info, .arena = arena, .each = each, .ctx = ctx, .err = err};
  t.fn = fn && engine == IL_POSTGRES ? fn : "";
  if (il_trig_begin(&t) == IL_OK) {
    if (engine == IL_SQLITE) {
      t.info = il_replace_info(&t, info);
      il_sqlite_triggers(&t);
    } else {
      il_postgres_triggers(&t);
    }
    for (int i = 0; t.kind == IL_OK && i < plan->nops; i++)
      op_indexes(&t, &plan->ops[i], engine == IL_POSTGRES);
  }
  return il_trig_end(&t);
}

/* Only what the catalog shows as ours goes; a table that somebody renamed keeps no trigger
** behind. */
il_kind il_triggers_drop(const il_table_info *info, il_engine engine, il_arena *arena,
                         il_sql_fn each, void *ctx, il_error *err) {
  il_trig t = {.info = info, .fn = "", .arena = arena, .each = each, .ctx = ctx, .err = err};
  il_trig_begin(&t);
  for (int i = 0; i < info->ntriggers; i++) {
    if (!info->triggers[i].ours) continue;
    if (engine == IL_SQLITE) {
      il_buf_f(&t.sql, "DROP TRIGGER IF EXISTS %I.%I", info->schema, info->triggers[i].name);
    } else {
      il_buf_f(&t.sql, "DROP TRIGGER IF EXISTS %I ON %I.%I", info->triggers[i].name, info->schema,
               info->name);
    }
    il_trig_emit(&t);
  }
  return il_trig_end(&t);
}

il_kind il_triggers_truncate(const il_plan *plan, const char *schema, const char *name,
                             const char *fn, il_arena *arena, il_sql_fn each, void *ctx,
                             il_error *err) {
  il_trig t = {.plan = plan, .arena = arena, .each = each, .ctx = ctx, .err = err};
  t.fn = fn ? fn : "";
  if (il_trig_begin(&t) == IL_OK) il_postgres_truncate(&t, schema, name);
  return il_trig_end(&t);
}
