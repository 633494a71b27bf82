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

/* ---- tiers ---------------------------------------------------------------------------------- */

static int is_name(const char *name, const char *p, size_t n) {
  return strlen(name) == n && memcmp(name, p, n) == 0;
}

static int level_of(const il_system *system, const char *p, size_t n) {
  for (int i = 0; i < system->nlevels; i++) {
    if (is_name(system->levels[i], p, n)) return i;
  }
  return -1;
}

/* Adds a patch once. */
static void add_patch(il_tiers *tiers, const char *patch) {
  int n = 0;
  for (; tiers->patches[n]; n++) {
    if (tiers->patches[n] == patch) return;
  }
  tiers->patches[n] = patch;
  tiers->patches[n + 1] = NULL;
}

static const char *patch_of(const il_system *system, const char *p, size_t n) {
  for (int i = 0; i < system->ntiers; i++) {
    if (is_name(system->tiers[i].name, p, n)) return system->tiers[i].patch;
  }
  return NULL;
}

static il_kind unknown_tier(const il_system *system, const char *p, size_t n, il_error *err) {
  il_error_set(err, IL_ARGUMENT, "system %s has no tier \"%.*s\"", system->name, (int)n, p);
  il_error_allow(err, "default");
  for (int i = 0; i < system->nlevels; i++)
    il_error_allow(err, system->levels[i]);
  for (int i = 0; i < system->ntiers; i++) {
    const char *name = system->tiers[i].name;
    if (level_of(system, name, strlen(name)) < 0) il_error_allow(err, name);
  }
  return IL_ARGUMENT;
}

il_kind il_tiers_read(il_call *call, const il_system *system, const char *tier, il_tiers *out,
                      il_error *err) {
  size_t room = (size_t)system->ntiers + 3; /* a level adds two, and the end */
  *out = (il_tiers){-1, il_arena_alloc(call->arena, room * sizeof *out->patches)};
  if (!out->patches) return il_nomem(err);
  out->patches[0] = NULL;
  for (const char *p = tier ? tier : ""; *p; p += *p == '+') {
    size_t n = strcspn(p, "+");
    int is_default = is_name("default", p, n), level = level_of(system, p, n);
    const char *patch = patch_of(system, p, n);
    if (is_default && system->nlevels) level = il_system_top(system);
    if (!is_default && level < 0 && !patch) return unknown_tier(system, p, n, err);
    if (level >= 0 && out->level >= 0 && level != out->level) {
      return il_error_set(err, IL_ARGUMENT, "system %s: a tier is \"%s\" or \"%s\", not both",
                          system->name, system->levels[out->level], system->levels[level]);
    }
    if (level >= 0)
      out->level = level;
    else if (patch)
      add_patch(out, patch);
    p += n;
  }
  return IL_OK;
}

il_kind il_tiers_level(il_call *call, const il_system *system, int level, il_tiers *tiers,
                       int64_t *tables, il_error *err) {
  int absent = 0;
  const char *patch = NULL;
  il_kind kind = IL_OK;
  il_buf b;
  il_scratch(&b, call->arena);
  *tables = 0;
  if (system->nlevels)
    patch = patch_of(system, system->levels[level], strlen(system->levels[level]));
  if (patch) add_patch(tiers, patch);
  il_buf_str(&b, "{\"tables\":{");
  for (int i = 0; kind == IL_OK && i < system->nmigrations; i++) {
    for (int above = 0; kind == IL_OK && above < 2; above++) {
      il_script script;
      kind = il_migration_names(call, &system->migrations[i], above ? level : -1,
                                above ? il_system_top(system) : level, &script, err);
      for (int k = 0; kind == IL_OK && k < script.n; k++) {
        if (!script.made[k].is_table) continue;
        if (above)
          il_buf_f(&b, "%s%J:null", absent++ ? "," : "", script.made[k].name);
        else
          ++*tables;
      }
    }
  }
  il_buf_str(&b, "}}");
  if (kind != IL_OK || !absent) return kind;
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  add_patch(tiers, text);
  return IL_OK;
}

/* ---- migrations ----------------------------------------------------------------------------- */

const char *il_migration_text(il_arena *arena, const il_section *sections, int above, int upto) {
  il_buf b;
  il_scratch(&b, arena);
  for (; sections->sql; sections++) {
    if (sections->level > above && sections->level <= upto) il_buf_str(&b, sections->sql);
  }
  return il_scratch_text(&b);
}

const char *il_migration_checksum(il_arena *arena, const il_migration *m, int level) {
  char hex[65];
  const char *text = il_migration_text(arena, m->up, -1, level);
  if (!text) return NULL;
  il_sha256_hex(text, strlen(text), hex);
  return il_arena_strdup(arena, hex);
}

/* The highest level at which a migration is what ran, by its checksum; -1: it is something else
** now. */
static il_kind level_that_ran(il_call *call, const il_system *system, const il_migration *m,
                              const char *checksum, int *level, il_error *err) {
  for (*level = il_system_top(system); *level >= 0; --*level) {
    const char *ours = il_migration_checksum(call->arena, m, *level);
    if (!ours) return il_nomem(err);
    if (checksum && strcmp(checksum, ours) == 0) return IL_OK;
  }
  return IL_OK;
}

il_kind il_applied_read(il_call *call, const char *schema, const il_system *system, il_applied *out,
                        il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(schema), il_null()};
  *out = (il_applied){.level = il_system_top(system)};
  il_kind kind = il_query(call, IL_S_REGISTRY_EXISTS, args, 1, &rows, err, schema);
  if (kind != IL_OK || rows.n == 0) return kind;
  args[0] = il_str(system->name);
  kind = il_query(call, IL_S_APPLIED, args, 1, &out->rows, err, schema);
  if (kind != IL_OK) return kind;
  out->n = out->rows.n;
  for (int i = 0; kind == IL_OK && i < out->n; i++) {
    int64_t number = il_rows_at(&out->rows, i, 0)->i;
    int level;
    if (i >= system->nmigrations || number != system->migrations[i].number) {
      if (!out->foreign) out->foreign = number;
      continue;
    }
    kind = level_that_ran(call, system, &system->migrations[i], il_rows_text(&out->rows, i, 2),
                          &level, err);
    if (level < 0 && !out->changed) out->changed = number;
    if (level >= 0 && level < out->level) out->level = level;
  }
  return kind;
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
      int level;
      kind = level_that_ran(call, system, m, il_rows_text(&applied.rows, i, 2), &level, err);
      out[2] = *il_rows_at(&applied.rows, i, 3);
      out[3] = il_str(level >= 0 ? "applied" : "changed since");
    }
    if (kind == IL_OK) kind = call->emit(call->emit_ctx, out, 4, err);
  }
  return kind;
}

/* ---- interlock_systems ---------------------------------------------------------------------- */

static il_kind emit_system(il_call *call, const il_system *system, const char *schema, int level,
                           int64_t pending, il_error *err) {
  il_rulebook *rb;
  il_tiers tiers;
  int64_t tables, rules = 0;
  il_kind kind = il_tiers_read(call, system, NULL, &tiers, err);
  if (kind == IL_OK) kind = il_tiers_level(call, system, level, &tiers, &tables, err);
  if (kind == IL_OK && tables) {
    kind = il_compile(call, NULL, system->rulebook, tiers.patches, &rb, err);
    if (kind == IL_OK) kind = il_rules_count(call, rb, &rules, err);
  }
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
      kind = emit_system(call, system, schemas.at[s], applied.level, pending, err);
    }
    if (kind == IL_OK && !found) {
      kind = emit_system(call, system, NULL, il_system_top(system), system->nmigrations, err);
    }
  }
  return kind;
}
