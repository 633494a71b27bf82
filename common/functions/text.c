/*
** text.c: things to look at: a machine as a diagram, a system or rulebook as plain DDL.
**
**   SELECT interlock_diagram('Runs');
**   SELECT interlock_sql('textops', 'postgres');
*/
#include "functions/migrations.h"
#include "functions/tables.h"
#include <string.h>

il_kind il_fn_diagram(il_call *call, il_error *err) {
  il_target t;
  il_buf b;
  const il_machine *m;
  il_kind kind = il_arg_require(call, 1, "interlock_diagram", err);
  if (kind == IL_OK) kind = il_target_find(call, 0, "interlock_diagram", &t, err);
  if (kind == IL_OK) kind = il_machine_find(call, &t, 1, &m, NULL, err);
  if (kind != IL_OK) return kind;
  const char *format = il_arg_text(call, 2);
  il_scratch(&b, call->arena);
  kind = il_diagram(t.plan, t.plan->cols[m->col].name, format ? format : "mermaid", &b, err);
  if (kind != IL_OK) return kind;
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  call->result = il_text(text, b.n);
  return IL_OK;
}

/* ---- interlock_sql -------------------------------------------------------------------------- */

typedef struct ddl {
  il_call *call;
  il_engine engine;
  const char *fn;
  il_buf out;
} ddl;

static il_kind put(void *ctx, const char *sql, il_error *err) {
  ddl *d = ctx;
  il_buf_f(&d->out, "%s;\n", sql);
  return d->out.failed ? il_nomem(err) : IL_OK;
}

static il_kind put_triggers(ddl *d, const il_rulebook *rb, il_catalog_fn find, void *ctx,
                            il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    il_table_info *info;
    kind = find(ctx, rb->plans[i]->table, &info, err);
    if (kind != IL_OK || !info) continue;
    il_buf_f(&d->out, "\n-- %s: rules of %s\n", rb->name, rb->plans[i]->table);
    kind = il_triggers_create(rb->plans[i], info, d->engine, d->fn, d->call->arena, put, d, err);
  }
  return kind;
}

static const char *default_schema(il_engine engine) {
  return engine == IL_SQLITE ? "main" : "public";
}

/* Tables as the migrations make them at the highest level, then the triggers that would be on them. */
static il_kind system_sql(ddl *d, const il_system *system, il_error *err) {
  il_tables tables = {.arena = d->call->arena, .engine = d->engine};
  il_rulebook *rb;
  il_tiers tiers;
  int64_t count;
  int top = il_system_top(system);
  il_kind kind = il_tiers_read(d->call, system, NULL, &tiers, err);
  if (kind == IL_OK) kind = il_tiers_level(d->call, system, top, &tiers, &count, err);
  for (int i = 0; kind == IL_OK && i < system->nmigrations; i++) {
    const char *sql;
    const char *text = il_migration_text(d->call->arena, system->migrations[i].up, -1, top);
    if (!text) return il_nomem(err);
    kind = il_migration_expand(d->call, text, d->engine, NULL, &sql, err);
    if (kind != IL_OK) return kind;
    il_buf_f(&d->out, "%s-- %s: migration %d, %s\n%s", i ? "\n" : "", system->name,
             system->migrations[i].number, system->migrations[i].name, sql);
    kind = il_tables_read(&tables, default_schema(d->engine), sql, err);
  }
  if (kind == IL_OK) {
    kind = il_rulebook_read(system->rulebook, strlen(system->rulebook), tiers.patches,
                            il_tables_find, &tables, d->call->arena, &rb, err);
  }
  return kind == IL_OK ? put_triggers(d, rb, il_tables_find, &tables, err) : kind;
}

/* ---- a rulebook on tables that are here, for either engine ---------------------------------- */

typedef struct here {
  ddl *d;
  const char *schema;
} here;

/* Declared types in the words of the other engine, by what the columns hold. */
static const char *const other_types[2][IL_C_OTHER + 1] = {
    {"INTEGER", "REAL", "TEXT", "BLOB", "TEXT", "TEXT", "TEXT"},
    {"bigint", "double precision", "text", "bytea", "timestamp with time zone", "jsonb", "text"}};

static il_kind find_here(void *ctx, const char *name, il_table_info **info, il_error *err) {
  here *h = ctx;
  il_kind kind = il_table_in(h->d->call, h->schema, name, info, err);
  if (kind != IL_OK || !*info || h->d->engine == h->d->call->port->engine) return kind;
  (*info)->schema = default_schema(h->d->engine);
  (*info)->ntriggers = 0;
  for (int i = 0; i < (*info)->ncols; i++) {
    struct il_column_info *c = &(*info)->cols[i];
    c->type = other_types[h->d->engine == IL_POSTGRES][c->coltype];
    c->coltype = il_tables_coltype(h->d->engine, c->type);
  }
  return IL_OK;
}

static il_kind rulebook_sql(ddl *d, const il_entry *entry, il_error *err) {
  here h = {d, entry->schema};
  il_rulebook *rb;
  il_kind kind = il_rulebook_read(entry->rulebook, strlen(entry->rulebook), NULL, find_here, &h,
                                  d->call->arena, &rb, err);
  return kind == IL_OK ? put_triggers(d, rb, find_here, &h, err) : kind;
}

il_kind il_fn_sql(il_call *call, il_error *err) {
  ddl d = {.call = call, .engine = call->port->engine};
  const il_entry *entry;
  il_kind kind = il_arg_require(call, 1, "interlock_sql", err);
  if (kind != IL_OK) return kind;
  const char *name = il_arg_text(call, 0), *engine = il_arg_text(call, 1);
  if (!name) return il_nomem(err);
  int known = engine ? il_engine_parse(engine, strlen(engine)) : (int)d.engine;
  if (known < 0) {
    return il_error_set(err, IL_ARGUMENT,
                        "interlock_sql: engine must be \"sqlite\" or \"postgres\", not \"%s\"",
                        engine);
  }
  d.engine = (il_engine)known;
  d.fn = d.engine == IL_SQLITE ? "" : *call->port->fn ? call->port->fn : "\"public\".";
  il_scratch(&d.out, call->arena);
  const il_system *system = il_system_find(name);
  if (system) {
    kind = system_sql(&d, system, err);
  } else {
    kind = il_registered_one(call, NULL, name, &entry, err);
    if (kind == IL_OK && !entry)
      return il_error_set(err, IL_NO_OBJECT, "interlock_sql: no system or rulebook \"%s\"", name);
    if (kind == IL_OK) kind = rulebook_sql(&d, entry, err);
  }
  if (kind != IL_OK) return kind;
  const char *text = il_scratch_text(&d.out);
  if (!text) return il_nomem(err);
  call->result = il_text(text, d.out.n);
  return IL_OK;
}
