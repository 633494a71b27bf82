/*
** doctor.c: guards that are missing, disabled or altered, and settings that open a way around them.
**
**   SELECT * FROM interlock_doctor();
**
** What the registered rulebooks compile to now is held against what is in the catalog.
*/
#include "functions/inner.h"
#include "roles/events.h"
#include <string.h>

typedef struct doctor {
  il_call *call;
  il_names done;    /* "schema.table" of tables that a registered rulebook covered */
  il_names misfits; /* rulebooks that no longer fit their tables: said once */
} doctor;

static il_kind tell(il_call *call, const char *table, const char *problem, il_error *err) {
  if (!problem) return il_nomem(err);
  il_value out[2] = {il_str(table), il_str(problem)};
  return call->emit(call->emit_ctx, out, 2, err);
}

/* Triggers of the user's that can come in the way. */
static il_kind check_foreign(il_call *call, const il_plan *plan, const il_table_info *info,
                             il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < info->ntriggers; i++) {
    const struct il_trigger_info *t = &info->triggers[i];
    const char *why =
        t->ours ? NULL : il_trigger_danger(call->arena, call->port->engine, info, t, 0);
    if (why)
      kind = tell(call, plan->table, il_textf(call->arena, "trigger %s %s", t->name, why), err);
  }
  return kind;
}

/* ---- ways around ----------------------------------------------------------------------------- */

/* One finding for each row of a query over schema and table: text before and after its first
** column. */
static il_kind tell_rows(il_call *call, il_stmt id, const il_plan *plan, const il_table_info *info,
                         const char *format, il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = il_query(call, id, args, 2, &rows, err, info->schema);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    const char *second = rows.ncols > 1 ? il_rows_text(&rows, i, 1) : "";
    kind =
        tell(call, plan->table,
             il_textf(call->arena, format, il_rows_text(&rows, i, 0), second ? second : ""), err);
  }
  return kind;
}

static int has_secrets(const il_plan *plan) {
  for (int i = 0; i < plan->ncols; i++)
    if (il_plan_secret(plan, i)) return 1;
  return 0;
}

static il_kind check_postgres(il_call *call, const il_plan *plan, const il_table_info *info,
                              il_error *err) {
  il_rows rows = {0};
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = tell_rows(call, IL_S_HEIRS, plan, info,
                           "table %s inherits from it and has no triggers of it", err);
  if (kind == IL_OK) {
    kind = tell_rows(call, IL_S_LEAF_TRIGGERS_OFF, plan, info,
                     "on partition %s, trigger %s is disabled", err);
  }
  if (kind == IL_OK) kind = tell_rows(call, IL_S_GRANTS, plan, info, "%s has %s on it", err);
  if (kind == IL_OK && has_secrets(plan))
    kind = tell_rows(call, IL_S_READERS, plan, info, "%s can read its secrets", err);
  if (kind == IL_OK) kind = il_query(call, IL_S_OPENINGS, args, 2, &rows, err);
  if (kind != IL_OK || rows.n == 0) return kind;
  if (il_rows_at(&rows, 0, 0)->i) {
    kind = tell(call, plan->table,
                "row-level security hides rows from rules that look at other rows", err);
  }
  if (kind == IL_OK && il_rows_at(&rows, 0, 1)->i) {
    kind = tell(call, plan->table, "a rewrite rule of its own can replace writes to it", err);
  }
  return kind;
}

static il_kind check_temp(il_call *call, const il_plan *plan, const il_table_info *info,
                          il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = il_query(call, IL_S_TEMP_TRIGGERS, args, 2, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    struct il_trigger_info t = {.name = il_rows_text(&rows, i, 0),
                                .sql = il_rows_text(&rows, i, 1)};
    const char *why =
        t.name && t.sql ? il_trigger_danger(call->arena, IL_SQLITE, info, &t, 0) : NULL;
    if (why)
      kind = tell(call, plan->table, il_textf(call->arena, "temporary trigger %s %s", t.name, why),
                  err);
  }
  return kind;
}

/* SQLite does not fire a trigger within its own firing unless it is told to. */
static il_kind check_recursion(il_call *call, const il_plan *plan, const il_table_info *info,
                               il_error *err) {
  il_rows rows;
  const char *rule = NULL;
  il_kind kind = il_query(call, IL_S_RECURSIVE_TRIGGERS, NULL, 0, &rows, err);
  if (kind != IL_OK || !rows.n || il_rows_at(&rows, 0, 0)->i) return kind;
  kind = il_templates_own(call, plan, info, &rule, err);
  if (kind != IL_OK || !rule) return kind;
  return tell(call, plan->table,
              il_textf(call->arena,
                       "recursive_triggers is off: rows of this table that rule %s writes get no "
                       "events, stamps or asserts",
                       rule),
              err);
}

typedef struct problem {
  il_call *call;
  const char *table;
} problem;

static il_kind tell_problem(void *ctx, const char *text, il_error *err) {
  const problem *p = ctx;
  return tell(p->call, p->table, text, err);
}

static il_kind check_plan(il_call *call, const il_plan *plan, const il_table_info *info,
                          il_error *err) {
  problem p = {call, plan->table};
  il_kind kind = il_guards_check(call, plan, info, tell_problem, &p, err);
  if (kind == IL_OK) kind = check_foreign(call, plan, info, err);
  if (kind != IL_OK) return kind;
  if (call->port->engine == IL_POSTGRES) return check_postgres(call, plan, info, err);
  kind = check_recursion(call, plan, info, err);
  return kind == IL_OK ? check_temp(call, plan, info, err) : kind;
}

/* ---- everything
** --------------------------------------------------------------------------------- */

static il_kind check_entry(doctor *d, const il_entry *entry, il_error *err) {
  il_rulebook *rb;
  il_error why;
  il_call *call = d->call;
  il_error_clear(&why);
  il_kind kind = il_compile(call, entry->schema, entry->rulebook, NULL, &rb, &why);
  if (kind == IL_NOMEM || kind == IL_HOST) {
    *err = why;
    return kind;
  }
  if (kind != IL_OK) { /* a table or column is gone, or the format has moved on */
    const char *text = il_textf(call->arena, "rulebook %s in %s no longer fits: %s", entry->name,
                                entry->schema, why.message);
    kind = il_names_add(call->arena, &d->misfits, entry->name, err);
    return kind == IL_OK ? tell(call, NULL, text, err) : kind;
  }
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    il_table_info *info;
    kind = il_table_in(call, entry->schema, rb->plans[i]->table, &info, err);
    if (kind != IL_OK || !info) continue;
    const char *name = il_textf(call->arena, "%s.%s", info->schema, info->name);
    kind = name ? il_names_add(call->arena, &d->done, name, err) : il_nomem(err);
    if (kind == IL_OK) kind = check_plan(call, rb->plans[i], info, err);
  }
  return kind;
}

/* What nothing says how it should be can still be seen to be switched off. */
static il_kind check_disabled(il_call *call, const char *schema, const char *table, il_error *err) {
  il_table_info *info;
  il_kind kind = il_table_in(call, schema, table, &info, err);
  for (int i = 0; kind == IL_OK && info && i < info->ntriggers; i++) {
    const struct il_trigger_info *t = &info->triggers[i];
    if (!t->ours || t->enabled) continue;
    kind = tell(call, table, il_textf(call->arena, "trigger %s is disabled", t->name), err);
  }
  return kind;
}

static il_kind check_stray(void *ctx, const char *schema, const char *table, il_error *err) {
  doctor *d = ctx;
  const char *name = il_textf(d->call->arena, "%s.%s", schema, table);
  if (!name) return il_nomem(err);
  const il_plan *plan;
  const char *qualified;
  il_error ignored;
  if (il_registry_exists(&d->done, name)) return IL_OK;
  il_kind kind =
      d->call->port->plan(d->call->port, name, strlen(name), &plan, &qualified, &ignored);
  int misfit = kind == IL_OK && il_registry_exists(&d->misfits, plan->rulebook);
  kind = check_disabled(d->call, schema, table, err);
  if (kind != IL_OK || misfit) return kind;
  return tell(d->call, table, "has triggers of interlock, and no registered rulebook says which",
              err);
}

static il_kind check_settings(il_call *call, il_error *err) {
  il_rows rows;
  if (call->port->engine == IL_SQLITE) {
    il_kind kind = il_query(call, IL_S_FOREIGN_KEYS, NULL, 0, &rows, err);
    if (kind != IL_OK || !rows.n || il_rows_at(&rows, 0, 0)->i) return kind;
    return tell(call, NULL, "foreign_keys is off: foreign keys of this connection are not enforced",
                err);
  }
  il_kind kind = il_query(call, IL_S_TIME_ZONE, NULL, 0, &rows, err);
  if (kind != IL_OK || !rows.n) return kind;
  const char *zone = il_rows_text(&rows, 0, 0);
  static const char *const utc[] = {"UTC",  "Etc/UTC",  "GMT", "Etc/GMT",
                                    "Zulu", "Etc/Zulu", "UCT", "Etc/UCT"};
  int is_utc = 0;
  for (size_t i = 0; i < sizeof utc / sizeof utc[0]; i++)
    is_utc |= zone && strcmp(zone, utc[i]) == 0;
  if (!is_utc) {
    kind = tell(call, NULL,
                il_textf(call->arena,
                         "TimeZone is %s: instants without an offset are read in it, not in UTC",
                         zone ? zone : ""),
                err);
  }
  if (kind == IL_OK) kind = il_query(call, IL_S_REPLICA, NULL, 0, &rows, err);
  const char *role = kind == IL_OK && rows.n ? il_rows_text(&rows, 0, 0) : NULL;
  if (!role || strcmp(role, "replica") != 0) return kind;
  return tell(call, NULL, "session_replication_role is replica: no guard runs in this session",
              err);
}

il_kind il_fn_doctor(il_call *call, il_error *err) {
  doctor d = {.call = call};
  il_entries entries;
  il_kind kind = check_settings(call, err);
  if (kind == IL_OK) kind = il_registered(call, NULL, NULL, &entries, err);
  for (int i = 0; kind == IL_OK && i < entries.n; i++)
    kind = check_entry(&d, &entries.at[i], err);
  return kind == IL_OK ? il_guarded(call, NULL, check_stray, &d, err) : kind;
}
