/*
** systems.c: the systems that ship with interlock: which there are, what is installed where, and
** which migrations wait.
**
**   SELECT * FROM interlock_systems();
**   SELECT * FROM interlock_migrations('textops');
*/
#include "functions/migrations.h"
#include <string.h>

const il_system *il_system_find(const char *name) {
  for (int i = 0; i < il_system_count; i++) {
    if (strcmp(il_systems[i].name, name) == 0) return &il_systems[i];
  }
  return NULL;
}

il_kind il_system_arg(il_call *call, const char *function, const il_system **out, il_error *err) {
  il_kind kind = il_arg_require(call, 1, function, err);
  if (kind != IL_OK) return kind;
  const char *name = il_arg_text(call, 0);
  if (!name) return il_nomem(err);
  *out = il_system_find(name);
  if (*out) return IL_OK;
  il_error_set(err, IL_NO_OBJECT, "%s: no system \"%s\"", function, name);
  for (int i = 0; i < il_system_count; i++)
    il_error_allow(err, il_systems[i].name);
  return IL_NO_OBJECT;
}

il_kind il_system_patches(il_call *call, const il_system *system, const char *tier,
                          const char ***patches, il_error *err) {
  const char **out = il_arena_alloc(call->arena, ((size_t)system->ntiers + 1) * sizeof *out);
  int n = 0;
  if (!out) return il_nomem(err);
  *patches = out;
  for (const char *p = tier ? tier : ""; *p; p += *p == '+') {
    size_t len = strcspn(p, "+");
    int found = len == 7 && memcmp(p, "default", 7) == 0;
    for (int i = 0; !found && i < system->ntiers; i++) {
      const il_tier *t = &system->tiers[i];
      if (strlen(t->name) != len || memcmp(t->name, p, len) != 0) continue;
      for (int k = 0; k < n; k++)
        found |= out[k] == t->patch;
      if (!found) out[n++] = t->patch;
      found = 1;
    }
    if (!found) {
      il_error_set(err, IL_ARGUMENT, "system %s has no tier \"%.*s\"", system->name, (int)len, p);
      il_error_allow(err, "default");
      for (int i = 0; i < system->ntiers; i++)
        il_error_allow(err, system->tiers[i].name);
      return IL_ARGUMENT;
    }
    p += len;
  }
  out[n] = NULL;
  return IL_OK;
}

/* ---- migrations ----------------------------------------------------------------------------- */

const char *il_migration_checksum(il_arena *arena, const il_migration *m) {
  char hex[65];
  il_sha256_hex(m->up, strlen(m->up), hex);
  return il_arena_strdup(arena, hex);
}

il_kind il_applied_read(il_call *call, const char *schema, const il_system *system, il_applied *out,
                        il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(schema), il_null()};
  *out = (il_applied){0};
  il_kind kind = il_query(call, IL_S_REGISTRY_EXISTS, args, 1, &rows, err, schema);
  if (kind != IL_OK || rows.n == 0) return kind;
  args[0] = il_str(system->name);
  kind = il_query(call, IL_S_APPLIED, args, 1, &out->rows, err, schema);
  if (kind != IL_OK) return kind;
  out->n = out->rows.n;
  for (int i = 0; i < out->n; i++) {
    int64_t number = il_rows_at(&out->rows, i, 0)->i;
    const char *checksum = il_rows_text(&out->rows, i, 2);
    if (number != i + 1 || number > system->nmigrations) {
      if (!out->foreign) out->foreign = number;
      continue;
    }
    const char *ours = il_migration_checksum(call->arena, &system->migrations[i]);
    if (!ours) return il_nomem(err);
    if (!out->changed && (!checksum || strcmp(checksum, ours) != 0)) out->changed = number;
  }
  return IL_OK;
}

il_kind il_fn_migrations(il_call *call, il_error *err) {
  const il_system *system = NULL;
  const char *schema = NULL;
  il_applied applied = {0};
  il_kind kind = il_system_arg(call, "interlock_migrations", &system, err);
  if (kind == IL_OK) kind = il_arg_schema(call, 1, &schema, err);
  if (kind != IL_OK || !system) return kind;
  kind = il_applied_read(call, schema, system, &applied, err);
  for (int i = 0; kind == IL_OK && i < system->nmigrations; i++) {
    const il_migration *m = &system->migrations[i];
    il_value out[4] = {il_int(m->number), il_str(m->name), il_null(), il_str("pending")};
    if (i < applied.n) {
      const char *ours = il_migration_checksum(call->arena, m);
      const char *theirs = il_rows_text(&applied.rows, i, 2);
      if (!ours) return il_nomem(err);
      out[2] = *il_rows_at(&applied.rows, i, 3);
      out[3] = il_str(theirs && strcmp(ours, theirs) == 0 ? "applied" : "changed");
    }
    kind = call->emit(call->emit_ctx, out, 4, err);
  }
  return kind;
}

/* ---- interlock_systems ---------------------------------------------------------------------- */

static il_kind count_tables(il_call *call, const il_system *system, int64_t *n, il_error *err) {
  *n = 0;
  for (int i = 0; i < system->nmigrations; i++) {
    il_script script;
    il_kind kind = il_migration_names(call, &system->migrations[i], &script, err);
    if (kind != IL_OK) return kind;
    for (int k = 0; k < script.n; k++)
      *n += script.made[k].is_table;
  }
  return IL_OK;
}

static il_kind emit_system(il_call *call, const il_system *system, const char *schema,
                           int64_t pending, il_error *err) {
  il_rulebook *rb;
  int64_t tables, rules;
  il_kind kind = count_tables(call, system, &tables, err);
  if (kind == IL_OK) kind = il_compile(call, NULL, system->rulebook, NULL, &rb, err);
  if (kind == IL_OK) kind = il_rules_count(call, rb, &rules, err);
  if (kind != IL_OK) return kind;
  il_value installed = il_int(schema != NULL);
  il_value out[7] = {
      il_str(system->name), il_str(system->title), il_int(tables), il_int(rules), installed,
      il_str(schema),       il_int(pending)};
  return call->emit(call->emit_ctx, out, 7, err);
}

il_kind il_fn_systems(il_call *call, il_error *err) {
  il_names schemas;
  il_kind kind = il_registries(call, &schemas, err);
  for (int i = 0; kind == IL_OK && i < il_system_count; i++) {
    const il_system *system = &il_systems[i];
    int found = 0;
    for (int s = 0; kind == IL_OK && s < schemas.n; s++) {
      il_applied applied;
      kind = il_applied_read(call, schemas.at[s], system, &applied, err);
      if (kind != IL_OK || applied.n == 0) continue;
      int64_t pending = system->nmigrations > applied.n ? system->nmigrations - applied.n : 0;
      found = 1;
      kind = emit_system(call, system, schemas.at[s], pending, err);
    }
    if (kind == IL_OK && !found) kind = emit_system(call, system, NULL, system->nmigrations, err);
  }
  return kind;
}
