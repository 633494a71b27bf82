/*
** guarded.c: which tables carry our triggers, and rulebooks compiled against the tables there are.
*/
#include "functions/inner.h"
#include <string.h>

il_kind il_guarded(il_call *call, const char *schema, il_table_fn each, void *ctx, il_error *err) {
  il_rows schemas, tables;
  il_rows_init(&schemas, call->arena);
  il_value given = il_str(schema);
  il_kind kind = schema ? il_rows_add(&schemas, &given, 1, err)
                        : il_query(call, IL_S_SCHEMAS, NULL, 0, &schemas, err);
  for (int s = 0; kind == IL_OK && s < schemas.n; s++) {
    const char *name = il_rows_text(&schemas, s, 0);
    il_value arg = il_str(name);
    kind = il_query(call, IL_S_GUARDED, &arg, 1, &tables, err, name);
    for (int t = 0; kind == IL_OK && t < tables.n; t++) {
      kind = each(ctx, name, il_rows_text(&tables, t, 0), err);
    }
  }
  return kind;
}

il_kind il_table_in(il_call *call, const char *schema, const char *table, il_table_info **info,
                    il_error *err) {
  il_error local;
  const char *name = il_textf(call->arena, "%s.%s", schema, table);
  *info = NULL;
  if (!name) return il_nomem(err);
  il_error_clear(&local);
  il_kind kind = call->port->table(call->port, name, strlen(name), call->arena, info, &local);
  if (kind == IL_NO_TABLE) {
    *info = NULL;
    return IL_OK;
  }
  if (kind != IL_OK && err) *err = local;
  return kind;
}

typedef struct scope {
  il_call *call;
  const char *schema;
} scope;

static il_kind catalog(void *ctx, const char *table, il_table_info **info, il_error *err) {
  scope *s = ctx;
  return il_table_in(s->call, s->schema, table, info, err);
}

il_kind il_compile(il_call *call, const char *schema, const char *json, const char *const *patches,
                   il_rulebook **out, il_error *err) {
  scope *s = il_arena_alloc(call->arena, sizeof *s);
  if (!s) return il_nomem(err);
  *s = (scope){call, schema};
  return il_rulebook_read(json, strlen(json), patches, schema ? catalog : NULL, s, call->arena, out,
                          err);
}
