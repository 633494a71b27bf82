/*
** install.c: systems onto a schema and off it again.
**
**   SELECT interlock_install('textops');     the first schema of search_path; in SQLite main
**   SELECT interlock_install('textops', 'ops', 'guard+timeout');
**   SELECT interlock_install('spine', 'ops', 'intermediate');   and later 'advanced', or back
**   SELECT interlock_revert('textops');
**   SELECT interlock_uninstall('textops', force => true);
**
** Each is one transaction. Sessions that install at the same time take turns (il_registry_lock),
** and the later finds it done.
*/
#include "functions/migrations.h"
#include <string.h>

il_kind il_migration_expand(il_call *call, const char *part, il_engine engine, const char *schema,
                            const char **sql, il_error *err) {
  il_buf b;
  il_scratch(&b, call->arena);
  if (b.failed) return il_nomem(err);
  const char *fn = engine != IL_POSTGRES ? NULL : *call->port->fn ? call->port->fn : "\"public\".";
  il_kind kind = il_ddl_expand(part, strlen(part), engine, schema, fn, &b, err);
  if (kind != IL_OK) return kind;
  *sql = il_scratch_text(&b);
  return *sql ? IL_OK : il_nomem(err);
}

il_kind il_migration_names(il_call *call, const il_migration *m, int above, int upto,
                           il_script *out, il_error *err) {
  const char *sql = "", *text = il_migration_text(call->arena, m->up, above, upto);
  il_engine engine = call->port->engine;
  if (!text) return il_nomem(err);
  il_kind kind = il_migration_expand(call, text, engine, NULL, &sql, err);
  return kind == IL_OK ? il_script_names(call->arena, engine, sql, out, err) : kind;
}

/* Runs the statements of a migration's sections in a schema. */
static il_kind run_sections(il_call *call, const il_section *sections, int above, int upto,
                            const char *schema, il_error *err) {
  const char *sql = "", *only = call->port->engine == IL_SQLITE ? schema : NULL;
  const char *part = il_migration_text(call->arena, sections, above, upto);
  size_t n, start, next;
  if (!part) return il_nomem(err);
  il_kind kind = il_migration_expand(call, part, call->port->engine, only, &sql, err);
  if (kind == IL_OK) kind = il_path_set(call, schema, err);
  for (const char *p = sql;
       kind == IL_OK && (n = il_sql_statement(p, strlen(p), &start, &next)) > 0; p += next) {
    const char *one = il_arena_copy(call->arena, p + start, n);
    kind = il_exec(call, one, err);
  }
  il_kind back = il_path_set(call, NULL, err);
  return kind == IL_OK ? back : kind;
}

/* ---- install -------------------------------------------------------------------------------- */

/* Refuses when a migration was edited after it ran, or ran by a newer library. */
static il_kind history_check(const il_system *system, const il_applied *applied, il_error *err) {
  if (applied->foreign) {
    return il_error_set(err, IL_NOT_NOW,
                        "%s: migration %lld was applied by another version of interlock",
                        system->name, (long long)applied->foreign);
  }
  if (applied->changed) {
    return il_error_set(err, IL_NOT_NOW, "%s: migration %lld has changed since it was applied",
                        system->name, (long long)applied->changed);
  }
  return IL_OK;
}

/* Names all tables and indexes that are to be made and exist already. */
static il_kind clash_check(il_call *call, const char *schema, const il_system *system,
                           const il_applied *applied, int level, il_error *err) {
  il_buf names;
  il_kind kind = IL_OK;
  il_scratch(&names, call->arena);
  for (int i = 0; kind == IL_OK && i < system->nmigrations; i++) {
    il_script script = {0, 0, NULL};
    kind = il_migration_names(call, &system->migrations[i], i < applied->n ? applied->level : -1,
                              level, &script, err);
    for (int k = 0; kind == IL_OK && k < script.n; k++) {
      il_rows rows;
      il_value args[2] = {il_str(schema), il_str(script.made[k].name)};
      kind = il_query(call, IL_S_NAME_TAKEN, args, 2, &rows, err, schema);
      if (kind == IL_OK && rows.n)
        il_buf_f(&names, "%s%s", names.n ? ", " : "", script.made[k].name);
    }
  }
  if (kind != IL_OK || names.n == 0) return kind;
  const char *text = il_scratch_text(&names);
  if (!text) return il_nomem(err);
  return il_error_set(err, IL_NOT_NOW, "cannot install %s into %s: these names are taken: %s",
                      system->name, schema, text);
}

/* Writes down what ran of a migration. */
static il_kind record(il_call *call, const char *schema, const il_system *system, int i, int level,
                      int again, il_error *err) {
  const il_migration *m = &system->migrations[i];
  const char *checksum = il_migration_checksum(call->arena, m, level);
  if (!checksum) return il_nomem(err);
  il_value args[5] = {il_str(system->name), il_int(m->number), il_str(m->name), il_str(checksum),
                      il_instant(call->port->now(call->port))};
  il_kind kind = IL_OK;
  if (again) kind = il_run(call, IL_S_APPLIED_DROP, args, 2, NULL, NULL, err, schema);
  return kind == IL_OK ? il_run(call, IL_S_APPLIED_PUT, args, 5, NULL, NULL, err, schema) : kind;
}

/* Has a migration anything to do between two levels? */
static int has_between(const il_migration *m, int above, int upto) {
  for (const il_section *s = m->up; s->sql; s++) {
    if (s->level > above && s->level <= upto) return 1;
  }
  return 0;
}

/* Runs what waits, and what a higher level adds to migrations that ran. *ran counts migrations. */
static il_kind run_pending(il_call *call, const char *schema, const il_system *system,
                           const il_applied *applied, int level, int *ran, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < system->nmigrations; i++) {
    int again = i < applied->n, above = again ? applied->level : -1;
    if (again && !has_between(&system->migrations[i], above, level)) continue;
    kind = run_sections(call, system->migrations[i].up, above, level, schema, err);
    if (kind == IL_OK) kind = record(call, schema, system, i, level, again, err);
    ++*ran;
  }
  return kind;
}

/* ---- taking back ---------------------------------------------------------------------------- */

/* Rows that would be lost with sections of a migration: "Runs holds 3 rows", all tables of it. */
static il_kind rows_check(il_call *call, const char *schema, const il_migration *m, int above,
                          int upto, il_buf *out, il_error *err) {
  il_script script;
  il_kind kind = il_migration_names(call, m, above, upto, &script, err);
  for (int i = 0; kind == IL_OK && i < script.n; i++) {
    il_table_info *info;
    il_rows rows;
    if (!script.made[i].is_table) continue;
    kind = il_table_in(call, schema, script.made[i].name, &info, err);
    if (kind != IL_OK || !info) continue;
    const char *table = il_textf(call->arena, "%I.%I", info->schema, info->name);
    if (!table) return il_nomem(err);
    kind = il_query(call, IL_S_COUNT, NULL, 0, &rows, err, table);
    if (kind != IL_OK || rows.n != 1 || il_rows_at(&rows, 0, 0)->i == 0) continue;
    int64_t n = il_rows_at(&rows, 0, 0)->i;
    il_buf_f(out, "%s%s holds %lld row%s", out->n ? ", " : "", info->name, (long long)n,
             n == 1 ? "" : "s");
  }
  return kind;
}

static int is_blank(const il_section *sections) {
  for (; sections->sql; sections++) {
    if (sections->sql[strspn(sections->sql, " \t\r\n")]) return 0;
  }
  return 1;
}

/* What is taken back: of the applied migrations from the last to `keep`, the sections above a
** level (-1: all of it). */
typedef struct back {
  const il_applied *applied;
  int keep, above, force;
} back;

static il_kind may_go(il_call *call, const char *schema, const il_system *system, const back *what,
                      il_error *err) {
  il_buf rows;
  il_kind kind = IL_OK;
  il_scratch(&rows, call->arena);
  for (int i = what->applied->n - 1; kind == IL_OK && !what->force && i >= what->keep; i--) {
    kind = rows_check(call, schema, &system->migrations[i], what->above, what->applied->level,
                      &rows, err);
  }
  for (int i = what->applied->n - 1; kind == IL_OK && i >= what->keep; i--) {
    if (is_blank(system->migrations[i].down))
      return il_error_set(err, IL_NOT_NOW, "%s: migration %d cannot be taken back", system->name,
                          system->migrations[i].number);
  }
  const char *text = il_scratch_text(&rows);
  if (kind != IL_OK || !text) return kind != IL_OK ? kind : il_nomem(err);
  if (rows.n == 0) return IL_OK;
  if (what->above >= 0)
    return il_error_set(err, IL_NOT_NOW, "cannot take %s back to %s: %s", system->name,
                        system->levels[what->above], text);
  return il_error_set(err, IL_NOT_NOW, "cannot take %s back: %s", system->name, text);
}

/* Last first. The rulebook goes before the tables: what is left may no longer be what it names.
** *ran counts migrations. */
static il_kind take_back(il_call *call, const char *schema, const il_system *system,
                         const back *what, int *ran, il_error *err) {
  il_entries entries;
  int level = what->applied->level;
  il_kind kind = may_go(call, schema, system, what, err);
  if (kind == IL_OK) kind = il_registered(call, schema, system->name, &entries, err);
  if (kind == IL_OK && entries.n) {
    int64_t tables;
    kind = il_take_off(call, &entries.at[0], &tables, err);
  }
  for (int i = what->applied->n - 1; kind == IL_OK && i >= what->keep; i--) {
    const il_migration *m = &system->migrations[i];
    il_value args[2] = {il_str(system->name), il_int(m->number)};
    if (what->above >= 0 && !has_between(m, what->above, level)) continue;
    kind = run_sections(call, m->down, what->above, level, schema, err);
    if (kind == IL_OK && what->above >= 0)
      kind = record(call, schema, system, i, what->above, 1, err);
    else if (kind == IL_OK)
      kind = il_run(call, IL_S_APPLIED_DROP, args, 2, NULL, NULL, err, schema);
    ++*ran;
  }
  return kind;
}

/* ---- the tables, then the rules ------------------------------------------------------------- */

/* The tables of a level that may be another than the one that is there. */
static il_kind reach_level(il_call *call, const char *schema, const il_system *system,
                           il_applied *applied, int level, int *ran, il_error *err) {
  back down = {applied, 0, level, 0};
  il_kind kind = IL_OK;
  if (applied->n && level < applied->level) {
    kind = take_back(call, schema, system, &down, ran, err);
    applied->level = level;
  }
  if (kind == IL_OK) kind = clash_check(call, schema, system, applied, level, err);
  return kind == IL_OK ? run_pending(call, schema, system, applied, level, ran, err) : kind;
}

/* The rules of a system whose tables are there: those of its level, and what variants change. */
static il_kind put_rules(il_call *call, const char *schema, const il_system *system, int level,
                         const char *tier, il_tiers *tiers, il_error *err) {
  int64_t tables = 0, rules;
  il_entries before = {0, NULL};
  il_kind kind = il_tiers_level(call, system, level, tiers, &tables, err);
  if (kind == IL_OK && tables) {
    return il_apply(call, schema, system->rulebook, tiers->patches, system->name, tier, &rules,
                    err);
  }
  if (kind == IL_OK) kind = il_registered(call, schema, system->name, &before, err);
  return kind == IL_OK && before.n ? il_take_off(call, &before.at[0], &tables, err) : kind;
}

/* No tier argument keeps what is installed: the level, and the variants. */
static il_kind install(il_call *call, const il_system *system, const char *schema,
                       const il_registry_state *state, il_error *err) {
  il_applied applied = {0};
  il_entries before = {0, NULL};
  il_tiers tiers;
  const char *tier = il_arg_text(call, 2);
  int ran = 0, level;
  il_kind kind = il_registry_lock(call, schema, state, 1, err);
  if (kind == IL_OK) kind = il_applied_read(call, schema, system, &applied, err);
  if (kind == IL_OK) kind = history_check(system, &applied, err);
  if (kind == IL_OK && !tier) kind = il_registered(call, schema, system->name, &before, err);
  if (kind == IL_OK && !tier && before.n) tier = before.at[0].tier;
  if (kind == IL_OK) kind = il_tiers_read(call, system, tier, &tiers, err);
  if (kind != IL_OK) return kind;
  level = tiers.level >= 0 ? tiers.level : applied.level;
  kind = reach_level(call, schema, system, &applied, level, &ran, err);
  if (kind == IL_OK) kind = put_rules(call, schema, system, level, tier, &tiers, err);
  call->result = il_int(ran);
  return kind;
}

il_kind il_fn_install(il_call *call, il_error *err) {
  const il_system *system;
  const char *schema = NULL;
  il_tiers tiers;
  il_registry_state state;
  il_kind kind = il_system_arg(call, "interlock_install", &system, err);
  if (kind == IL_OK) kind = il_arg_schema(call, 1, &schema, err);
  if (kind == IL_OK) kind = il_tiers_read(call, system, il_arg_text(call, 2), &tiers, err);
  if (kind == IL_OK) kind = il_registry_begin(call, schema, &state, err);
  return kind == IL_OK ? il_finish(call, install(call, system, schema, &state, err), err) : kind;
}

/* ---- revert, uninstall ---------------------------------------------------------------------- */

static il_kind begin_off(il_call *call, const il_system *system, const char *schema,
                         const il_registry_state *state, il_applied *applied, il_error *err) {
  il_kind kind = il_registry_lock(call, schema, state, 0, err);
  if (kind == IL_OK) kind = il_applied_read(call, schema, system, applied, err);
  if (kind == IL_OK && applied->n == 0) {
    return il_error_set(err, IL_NO_OBJECT, "%s is not installed in %s", system->name, schema);
  }
  return kind == IL_OK ? history_check(system, applied, err) : kind;
}

static il_kind revert(il_call *call, const il_system *system, const char *schema,
                      const il_registry_state *state, il_error *err) {
  il_applied applied = {0};
  back last = {&applied, 0, -1, 0};
  int ran = 0;
  il_kind kind = begin_off(call, system, schema, state, &applied, err);
  last.keep = applied.n - 1;
  if (kind == IL_OK) kind = take_back(call, schema, system, &last, &ran, err);
  if (kind == IL_OK) kind = il_registry_drop_empty(call, schema, err);
  if (kind != IL_OK) return kind;
  if (applied.n > 1) {
    const char *text =
        il_textf(call->arena, "%s has no guards until it is installed again", system->name);
    if (text) call->port->notice(call->port, text);
  }
  call->result = il_str(system->migrations[applied.n - 1].name);
  return IL_OK;
}

il_kind il_fn_revert(il_call *call, il_error *err) {
  const il_system *system;
  const char *schema = NULL;
  il_registry_state state;
  il_kind kind = il_system_arg(call, "interlock_revert", &system, err);
  if (kind == IL_OK) kind = il_arg_schema(call, 1, &schema, err);
  if (kind == IL_OK) kind = il_registry_begin(call, schema, &state, err);
  return kind == IL_OK ? il_finish(call, revert(call, system, schema, &state, err), err) : kind;
}

static il_kind uninstall(il_call *call, const il_system *system, const char *schema, int force,
                         const il_registry_state *state, il_error *err) {
  il_applied applied = {0};
  back all = {&applied, 0, -1, force};
  int ran = 0;
  il_kind kind = begin_off(call, system, schema, state, &applied, err);
  if (kind == IL_OK) kind = take_back(call, schema, system, &all, &ran, err);
  if (kind == IL_OK) kind = il_registry_drop_empty(call, schema, err);
  call->result = il_int(ran);
  return kind;
}

il_kind il_fn_uninstall(il_call *call, il_error *err) {
  const il_system *system;
  const char *schema = NULL;
  int64_t force = 0;
  il_registry_state state;
  il_kind kind = il_system_arg(call, "interlock_uninstall", &system, err);
  if (kind == IL_OK) kind = il_arg_schema(call, 1, &schema, err);
  if (kind == IL_OK) {
    kind = il_arg_int(call, 2, 0, 0, 1, "interlock_uninstall: argument 3 (force)", &force, err);
  }
  if (kind == IL_OK) kind = il_registry_begin(call, schema, &state, err);
  return kind == IL_OK
             ? il_finish(call, uninstall(call, system, schema, (int)force, &state, err), err)
             : kind;
}
