/*
** script.c: which tables and indexes a migration makes. Names are wanted before the first
** statement runs: a clash of any of them refuses the whole install, and rows in any of them
** refuse taking it back.
*/
#include "functions/reader.h"
#include <string.h>

/* ---- what it makes -------------------------------------------------------------------------- */

static il_kind add(il_arena *arena, il_script *s, int is_table, const char *name, il_error *err) {
  if (s->n == s->cap) {
    int cap = s->cap ? s->cap * 2 : 16;
    il_made *made = il_arena_alloc(arena, (size_t)cap * sizeof *made);
    if (!made) return il_nomem(err);
    if (s->n) memcpy(made, s->made, (size_t)s->n * sizeof *made);
    s->made = made;
    s->cap = cap;
  }
  s->made[s->n++] = (il_made){is_table, name};
  return IL_OK;
}

static void drop(il_script *s, const char *name) {
  for (int i = 0; i < s->n; i++) {
    if (strcmp(s->made[i].name, name) != 0) continue;
    memmove(&s->made[i], &s->made[i + 1], (size_t)(s->n - i - 1) * sizeof *s->made);
    s->n--;
    return;
  }
}

static il_kind statement(il_reader *r, il_script *s, il_error *err) {
  int create = il_reader_take(r, "CREATE");
  if (!create && !il_reader_take(r, "DROP")) return IL_OK;
  (void)(il_reader_take(r, "UNLOGGED") || il_reader_take(r, "UNIQUE") ||
         il_reader_take(r, "MATERIALIZED"));
  int is_table = il_reader_take(r, "TABLE");
  if (!is_table && !il_reader_take(r, "INDEX") && !il_reader_take(r, "VIEW") &&
      !il_reader_take(r, "SEQUENCE"))
    return IL_OK;
  (void)il_reader_take(r, "CONCURRENTLY");
  il_reader_if_exists(r);
  if (il_token_is(&r->t, "ON"))
    return IL_OK; /* CREATE INDEX ON t: the database finds a free name */
  const char *name = il_reader_name(r);
  if (!name) return IL_OK;
  if (create) return add(r->arena, s, is_table, name, err);
  drop(s, name);
  return IL_OK;
}

il_kind il_script_names(il_arena *arena, il_engine engine, const char *sql, il_script *out,
                        il_error *err) {
  const char *p = sql;
  size_t n, start, next;
  *out = (il_script){0, 0, NULL};
  while ((n = il_sql_statement(p, strlen(p), &start, &next)) > 0) {
    il_reader r = il_reader_start(arena, engine, p + start, n);
    il_kind kind = statement(&r, out, err);
    if (kind != IL_OK) return kind;
    p += next;
  }
  return arena->failed ? il_nomem(err) : IL_OK;
}
