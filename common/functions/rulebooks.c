/*
** rulebooks.c: rulebooks onto tables and off them again.
**
**   SELECT interlock_apply('{"interlock": 1, "name": "orders", …}');
**   SELECT interlock_rulebook('orders');
**   SELECT interlock_remove('orders');
*/
#include "functions/inner.h"
#include "values/hash.h"
#include <string.h>

/* ---- triggers off and on -------------------------------------------------------------------- */

static il_kind run_one(void *ctx, const char *sql, il_error *err) {
  return il_exec(ctx, sql, err);
}

typedef struct sweep {
  il_call *call;
  const char *rulebook;
  const il_rulebook *next; /* what will be put on afterwards, NULL */
  int64_t tables;
  const char *home; /* its schema */
} sweep;

static const il_plan *plan_of(const il_rulebook *rb, const char *table) {
  for (int i = 0; rb && i < rb->ntables; i++) {
    if (strcmp(rb->plans[i]->table, table) == 0) return rb->plans[i];
  }
  return NULL;
}

/* The plan that is on a table, copied; NULL when there is none, *unreadable when there is one
** that this library cannot read. */
static il_kind plan_on(il_call *call, const il_table_info *info, il_plan **plan, int *unreadable,
                       il_error *err) {
  *plan = NULL;
  *unreadable = 0;
  for (int i = 0; i < info->ntriggers; i++) {
    const struct il_trigger_info *t = &info->triggers[i];
    il_error ignored;
    if (!t->ours || !t->plan) continue;
    il_kind kind = il_plan_read(t->plan, strlen(t->plan), call->arena, plan, &ignored);
    if (kind == IL_OK) return IL_OK;
    if (kind == IL_NOMEM) return il_nomem(err);
    *plan = NULL;
    *unreadable = 1;
  }
  return IL_OK;
}

/* Also those of a table that was renamed, which still carry its old name. */
static il_kind drop_indexes(il_call *call, const il_table_info *info, il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = il_query(call, IL_S_OWN_INDEXES, args, 2, &rows, err, info->schema);
  for (int i = 0; kind == IL_OK && i < rows.n; i++)
    kind = il_run(call, IL_S_INDEX_DROP, NULL, 0, NULL, NULL, err, info->schema,
                  il_rows_text(&rows, i, 0));
  return kind;
}

static il_kind free_table(void *ctx, const char *schema, const char *table, il_error *err) {
  sweep *s = ctx;
  il_table_info *info;
  il_plan *plan;
  int unreadable;
  il_kind kind = il_table_in(s->call, schema, table, &info, err);
  if (kind == IL_OK && info) kind = plan_on(s->call, info, &plan, &unreadable, err);
  if (kind != IL_OK || !info) return kind;
  const il_plan *drop = plan && strcmp(plan->rulebook, s->rulebook) == 0 ? plan : NULL;
  if (!drop && unreadable) drop = plan_of(s->next, info->name);
  if (!drop) return IL_OK;
  s->tables++;
  kind = il_triggers_drop(info, s->call->port->engine, s->call->arena, run_one, s->call, err);
  return kind == IL_OK ? drop_indexes(s->call, info, err) : kind;
}

il_kind il_take_off(il_call *call, const il_entry *entry, int64_t *tables, il_error *err) {
  sweep s = {.call = call, .rulebook = entry->name};
  il_kind kind = il_guarded(call, entry->schema, free_table, &s, err);
  il_value name = il_str(entry->name);
  *tables = s.tables;
  if (kind != IL_OK || !entry->rulebook) return kind;
  return il_run(call, IL_S_RULEBOOK_DROP, &name, 1, NULL, NULL, err, entry->schema);
}

/* ---- checks before
** ----------------------------------------------------------------------------- */

static il_kind not_intact(void *ctx, const char *problem, il_error *err) {
  int *yes = ctx;
  (void)problem;
  (void)err;
  *yes = 0;
  return IL_OK;
}

/* One table of a rulebook: there, ours to guard, without triggers that could undo a guard. */
static il_kind admit(il_call *call, const char *schema, const il_rulebook *rb, int at,
                     il_table_info **info, int *same, il_error *err) {
  const il_plan *plan = rb->plans[at];
  il_plan *on;
  int unreadable;
  il_kind kind = il_table_in(call, schema, plan->table, info, err);
  if (kind != IL_OK) return kind;
  if (!*info) return il_error_set(err, IL_NO_TABLE, "no such table: %s.%s", schema, plan->table);
  kind = plan_on(call, *info, &on, &unreadable, err);
  if (kind != IL_OK) return kind;
  if (on && strcmp(on->rulebook, rb->name) != 0) {
    return il_error_set(err, IL_NOT_NOW, "rulebook %s: table %s is guarded by rulebook %s",
                        rb->name, plan->table, on->rulebook);
  }
  for (int i = 0; i < (*info)->ntriggers; i++) {
    const struct il_trigger_info *t = &(*info)->triggers[i];
    const char *why =
        t->ours ? NULL : il_trigger_danger(call->arena, call->port->engine, *info, t, 1);
    if (!why) continue;
    return il_error_set(err, IL_NOT_NOW, "rulebook %s: trigger %s on %s %s", rb->name, t->name,
                        plan->table, why);
  }
  *same = 1;
  return il_guards_check(call, plan, *info, not_intact, same, err);
}

/* The same table under two names would get the triggers of both. */
static il_kind twice(const il_rulebook *rb, il_table_info *const *infos, il_error *err) {
  for (int i = 0; i < rb->ntables; i++) {
    for (int k = 0; k < i; k++) {
      if (strcmp(infos[i]->name, infos[k]->name) != 0) continue;
      return il_error_set(err, IL_ARGUMENT, "rulebook %s: %s and %s are one table", rb->name,
                          rb->plans[k]->table, rb->plans[i]->table);
    }
  }
  return IL_OK;
}

/* ---- stored rows ---------------------------------------------------------------------------- */

enum { NAMED_ROWS = 5 };

typedef struct breaches {
  il_buf text;
  int n;
} breaches;

static il_kind note_breach(void *ctx, const il_breach *breach, il_error *err) {
  breaches *b = ctx;
  if (b->n++ == NAMED_ROWS) {
    il_buf_str(&b->text, " and more");
    return IL_NOT_NOW; /* enough is known */
  }
  il_buf_f(&b->text, "%s%s %s %s (%s)", b->n > 1 ? "; " : "", breach->rule, breach->table,
           breach->key, breach->message);
  return b->text.failed ? il_nomem(err) : IL_OK;
}

static il_kind check_stored(il_call *call, const il_rulebook *rb, il_table_info *const *infos,
                            il_error *err) {
  breaches b = {.n = 0};
  il_kind kind = IL_OK;
  if (strcmp(call->port->get(call->port, "mode"), "load") == 0)
    return IL_OK; /* verified later */
  il_scratch(&b.text, call->arena);
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    kind = il_verify_plan(call, rb->plans[i], infos[i], note_breach, &b, err);
  }
  if (kind != IL_OK && b.n <= NAMED_ROWS) return kind;
  if (b.n == 0) return IL_OK;
  const char *text = il_scratch_text(&b.text);
  if (!text) return il_nomem(err);
  return il_error_set(err, IL_NOT_NOW, "rulebook %s: stored rows break it: %s", rb->name, text);
}

/* ---- apply ---------------------------------------------------------------------------------- */

/* Runs a statement; unique indexes wait until the rows are known to be such. */
typedef struct making {
  il_call *call;
  il_names unique;
} making;

static il_kind make(void *ctx, const char *sql, il_error *err) {
  making *m = ctx;
  if (strncmp(sql, "CREATE UNIQUE INDEX ", 20) != 0) return run_one(m->call, sql, err);
  return il_names_add(m->call->arena, &m->unique, sql, err);
}

static il_kind put_on(il_call *call, const char *schema, const il_rulebook *rb,
                      il_table_info **infos, int again, il_error *err) {
  sweep s = {.call = call, .rulebook = rb->name, .next = rb};
  making m = {.call = call};
  il_kind kind = il_guarded(call, schema, free_table, &s, err);
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    kind = il_triggers_create(rb->plans[i], infos[i], call->port->engine, call->port->fn,
                              call->arena, make, &m, err);
    if (kind == IL_HOST) kind = il_templates_blame(call, rb->plans[i], err);
  }
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++)
    kind = il_templates_check(call, rb->plans[i], infos[i], err);
  /* After the triggers: making them has locked the tables, so no row can slip in between. */
  if (kind == IL_OK && !again) kind = check_stored(call, rb, infos, err);
  for (int i = 0; kind == IL_OK && i < m.unique.n; i++)
    kind = run_one(call, m.unique.at[i], err);
  if (kind == IL_OK &&
      again) { /* the same rulebook: lost guards come back, whatever was written meanwhile */
    const char *text = il_textf(
        call->arena, "guards of %s were put back: see interlock_verify('%s')", rb->name, rb->name);
    if (text) call->port->notice(call->port, text);
  }
  return kind;
}

static il_kind record(il_call *call, const char *schema, const il_rulebook *rb, const char *system,
                      const char *tier, const char *checksum, il_error *err) {
  il_value args[7] = {il_str(rb->name),
                      il_str(rb->version),
                      il_str(system),
                      il_str(tier),
                      il_str(rb->json),
                      il_str(checksum),
                      il_instant(call->port->now(call->port))};
  return il_run(call, IL_S_RULEBOOK_PUT, args, 7, NULL, NULL, err, schema);
}

static int same_text(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

il_kind il_apply(il_call *call, const char *schema, const char *json, const char *const *patches,
                 const char *system, const char *tier, int64_t *rules, il_error *err) {
  il_rulebook *rb;
  il_entries before;
  char checksum[65];
  int unchanged = 1;
  il_kind kind = il_compile(call, schema, json, patches, &rb, err);
  if (kind == IL_OK) kind = il_rules_count(call, rb, rules, err);
  if (kind == IL_OK) kind = il_registered(call, schema, rb->name, &before, err);
  if (kind != IL_OK) return kind;
  il_table_info **infos =
      il_arena_alloc(call->arena, (size_t)rb->ntables * sizeof(il_table_info *));
  if (!infos) return il_nomem(err);
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    int same = 0;
    kind = admit(call, schema, rb, i, &infos[i], &same, err);
    unchanged &= same;
  }
  if (kind == IL_OK) kind = twice(rb, infos, err);
  if (kind != IL_OK) return kind;
  il_sha256_hex(rb->json, strlen(rb->json), checksum);
  int again = before.n == 1 && same_text(before.at[0].checksum, checksum);
  unchanged &= again;
  if (!unchanged) kind = put_on(call, schema, rb, infos, again, err);
  if (kind != IL_OK) return kind;
  if (unchanged && same_text(before.at[0].system, system) && same_text(before.at[0].tier, tier))
    return IL_OK;
  return record(call, schema, rb, system, tier, checksum, err);
}

static il_kind apply(il_call *call, const char *schema, const char *json,
                     const il_registry_state *state, il_error *err) {
  int64_t rules = 0;
  il_kind kind = il_registry_lock(call, schema, state, 1, err);
  if (kind == IL_OK) kind = il_apply(call, schema, json, NULL, NULL, NULL, &rules, err);
  call->result = il_int(rules);
  return kind;
}

il_kind il_fn_apply(il_call *call, il_error *err) {
  const char *schema;
  il_rulebook *document;
  il_registry_state state;
  il_kind kind = il_arg_require(call, 1, "interlock_apply", err);
  if (kind != IL_OK) return kind;
  const char *json = il_arg_text(call, 0);
  if (!json) return il_nomem(err);
  kind = il_arg_schema(call, 1, &schema, err);
  if (kind == IL_OK)
    kind =
        il_compile(call, NULL, json, NULL, &document, err); /* before anything is locked or made */
  if (kind == IL_OK) kind = il_registry_begin(call, schema, &state, err);
  return kind == IL_OK ? il_finish(call, apply(call, schema, json, &state, err), err) : kind;
}

/* ---- remove, show --------------------------------------------------------------------------- */

/* A table that was moved to another schema, which has no rulebook of that name itself. */
static il_kind free_moved(void *ctx, const char *schema, const char *table, il_error *err) {
  sweep *s = ctx;
  il_entries there;
  if (strcmp(schema, s->home) == 0) return IL_OK;
  il_kind kind = il_registered(s->call, schema, s->rulebook, &there, err);
  return kind == IL_OK && there.n == 0 ? free_table(ctx, schema, table, err) : kind;
}

/* entry->rulebook is NULL when it is not registered any more, but perhaps still on its tables. */
static il_kind remove_rulebook(il_call *call, const il_entry *entry, const il_registry_state *state,
                               il_error *err) {
  int64_t tables = 0;
  il_kind kind = il_registry_lock(call, entry->schema, state, 0, err);
  sweep s = {.call = call, .rulebook = entry->name, .home = entry->schema};
  if (kind == IL_OK) kind = il_take_off(call, entry, &tables, err);
  if (kind == IL_OK && entry->rulebook && call->port->engine == IL_POSTGRES)
    kind = il_guarded(call, NULL, free_moved, &s, err);
  tables += s.tables;
  if (kind == IL_OK && !entry->rulebook && tables == 0) {
    return il_error_set(err, IL_NO_OBJECT, "no rulebook \"%s\"", entry->name);
  }
  if (kind == IL_OK && entry->rulebook) kind = il_registry_drop_empty(call, entry->schema, err);
  call->result = il_int(tables);
  return kind;
}

il_kind il_fn_remove(il_call *call, il_error *err) {
  const il_entry *found;
  il_registry_state state;
  il_kind kind = il_arg_require(call, 1, "interlock_remove", err);
  if (kind != IL_OK) return kind;
  il_entry entry = {.name = il_arg_text(call, 0)};
  if (!entry.name) return il_nomem(err);
  kind = il_registered_one(call, il_arg_text(call, 1), entry.name, &found, err);
  if (kind == IL_OK && found) entry = *found;
  if (kind == IL_OK && !found) kind = il_arg_schema(call, 1, &entry.schema, err);
  if (kind == IL_OK) kind = il_registry_begin(call, entry.schema, &state, err);
  return kind == IL_OK ? il_finish(call, remove_rulebook(call, &entry, &state, err), err) : kind;
}

il_kind il_fn_rulebook(il_call *call, il_error *err) {
  const il_entry *entry;
  il_kind kind = il_arg_require(call, 1, "interlock_rulebook", err);
  if (kind != IL_OK) return kind;
  const char *name = il_arg_text(call, 0);
  if (!name) return il_nomem(err);
  kind = il_registered_one(call, il_arg_text(call, 1), name, &entry, err);
  if (kind != IL_OK) return kind;
  if (!entry) return il_error_set(err, IL_NO_OBJECT, "no rulebook \"%s\"", name);
  call->result = il_json(entry->rulebook, strlen(entry->rulebook));
  return IL_OK;
}
