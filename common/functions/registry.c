/*
** registry.c: three ordinary tables in the schema of a system, made when first needed:
** interlock_rulebooks, interlock_applied, interlock_ticks. They say what was installed when. No
** row is judged by them.
*/
#include "functions/inner.h"
#include <string.h>

il_kind il_names_add(il_arena *arena, il_names *names, const char *name, il_error *err) {
  if (names->n == names->cap) {
    int cap = names->cap ? names->cap * 2 : 8;
    const char **at = il_arena_alloc(arena, (size_t)cap * sizeof *at);
    if (!at) return il_nomem(err);
    if (names->n) memcpy(at, names->at, (size_t)names->n * sizeof *at);
    names->at = at;
    names->cap = cap;
  }
  const char *copy = il_arena_strdup(arena, name);
  if (!copy) return il_nomem(err);
  names->at[names->n++] = copy;
  return IL_OK;
}

typedef struct collect {
  il_call *call;
  il_names *names;
} collect;

static il_kind add_name(void *ctx, const il_value *cols, int ncols, il_error *err) {
  collect *c = ctx;
  if (ncols < 1 || cols[0].type == IL_T_NULL || !cols[0].p) return IL_OK;
  const char *name = il_arena_copy(c->call->arena, cols[0].p, cols[0].n);
  return name ? il_names_add(c->call->arena, c->names, name, err) : il_nomem(err);
}

il_kind il_registries(il_call *call, il_names *out, il_error *err) {
  *out = (il_names){0, 0, NULL};
  collect c = {call, out};
  return call->port->registries(call->port, add_name, &c, err);
}

int il_registry_exists(const il_names *registries, const char *schema) {
  for (int i = 0; i < registries->n; i++) {
    if (strcmp(registries->at[i], schema) == 0) return 1;
  }
  return 0;
}

il_kind il_registered(il_call *call, const char *schema, const char *name, il_entries *out,
                      il_error *err) {
  il_names schemas;
  il_rows rows[1];
  *out = (il_entries){0, NULL};
  il_kind kind = il_registries(call, &schemas, err);
  for (int s = 0; kind == IL_OK && s < schemas.n; s++) {
    if (schema && strcmp(schema, schemas.at[s]) != 0) continue;
    il_value arg = il_str(name);
    kind = name ? il_query(call, IL_S_RULEBOOK, &arg, 1, rows, err, schemas.at[s])
                : il_query(call, IL_S_RULEBOOKS, NULL, 0, rows, err, schemas.at[s]);
    if (kind != IL_OK) break;
    il_entry *at = il_arena_alloc(call->arena, (size_t)(out->n + rows->n) * sizeof *at);
    if (!at) return il_nomem(err);
    if (out->n) memcpy(at, out->at, (size_t)out->n * sizeof *at);
    for (int r = 0; r < rows->n; r++) {
      at[out->n++] = (il_entry){schemas.at[s],
                                il_rows_text(rows, r, 0),
                                il_rows_text(rows, r, 1),
                                il_rows_text(rows, r, 2),
                                il_rows_text(rows, r, 3),
                                il_rows_text(rows, r, 4),
                                il_rows_text(rows, r, 5)};
    }
    out->at = at;
  }
  return kind;
}

il_kind il_registered_one(il_call *call, const char *schema, const char *name, const il_entry **out,
                          il_error *err) {
  il_entries all;
  *out = NULL;
  il_kind kind = il_registered(call, schema, name, &all, err);
  if (kind != IL_OK || all.n == 0) return kind;
  *out = all.at;
  if (all.n == 1) return IL_OK;
  const char *here = call->port->get(call->port, "schema");
  for (int i = 0; here && i < all.n; i++) {
    if (strcmp(all.at[i].schema, here) == 0) {
      *out = all.at + i;
      return IL_OK;
    }
  }
  return il_error_set(err, IL_ARGUMENT, "\"%s\" is registered in %s and in %s: name the schema",
                      name, all.at[0].schema, all.at[1].schema);
}

/*
** Sessions that install, apply or remove in a schema take turns.
**
** PostgreSQL: the advisory lock covers the time before there is a table to lock; on several nodes
** the table's lock is what counts. SQLite: a transaction that has read cannot wait for the write
** lock any more, so it begins by writing: whether there is a registry is looked up before it
** begins. When another session makes one meanwhile, CREATE … IF NOT EXISTS has taken the lock all
** the same.
*/
il_kind il_registry_begin(il_call *call, const char *schema, il_registry_state *state,
                          il_error *err) {
  il_rows rows;
  il_value arg = il_str(schema);
  il_kind kind = IL_OK;
  if (call->port->engine == IL_POSTGRES)
    kind = il_run(call, IL_S_SCHEMA_LOCK, &arg, 1, NULL, NULL, err);
  if (kind == IL_OK) kind = il_query(call, IL_S_SCHEMA_EXISTS, &arg, 1, &rows, err);
  if (kind != IL_OK) return kind;
  state->schema = rows.n > 0;
  state->registry = 0;
  if (!state->schema && call->port->engine == IL_SQLITE) {
    return il_error_set(err, IL_NO_OBJECT, "no database is attached as \"%s\"", schema);
  }
  if (state->schema) kind = il_query(call, IL_S_REGISTRY_EXISTS, &arg, 1, &rows, err, schema);
  state->registry = kind == IL_OK && state->schema && rows.n > 0;
  return kind == IL_OK ? call->port->atomic(call->port, 1, 0, err) : kind;
}

il_kind il_registry_lock(il_call *call, const char *schema, const il_registry_state *state,
                         int make, il_error *err) {
  static const il_stmt makes[] = {IL_S_MAKE_MIGRATIONS, IL_S_MAKE_RULEBOOKS, IL_S_MAKE_ACTIVITY};
  il_kind kind = IL_OK;
  if (!state->registry && !make) return IL_OK;
  if (!state->schema) kind = il_run(call, IL_S_SCHEMA_CREATE, NULL, 0, NULL, NULL, err, schema);
  for (int i = 0; kind == IL_OK && !state->registry && i < 3; i++) {
    kind = il_run(call, makes[i], NULL, 0, NULL, NULL, err, schema);
  }
  return kind == IL_OK ? il_run(call, IL_S_REGISTRY_LOCK, NULL, 0, NULL, NULL, err, schema) : kind;
}

il_kind il_registry_drop_empty(il_call *call, const char *schema, il_error *err) {
  static const char *const tables[] = {"interlock_ticks", "interlock_rulebooks",
                                       "interlock_applied"};
  il_rows rows;
  il_kind kind = il_query(call, IL_S_REGISTRY_EMPTY, NULL, 0, &rows, err, schema, schema);
  if (kind != IL_OK || rows.n != 1 || il_rows_at(&rows, 0, 0)->i != 0) return kind;
  for (int i = 0; kind == IL_OK && i < 3; i++) {
    kind = il_run(call, IL_S_REGISTRY_DROP, NULL, 0, NULL, NULL, err, schema, tables[i]);
  }
  return kind;
}
