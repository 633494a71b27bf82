/*
** statements.c: the texts of statements.def, and the expander of their placeholders.
*/
#include "functions/inner.h"
#include <string.h>

static const struct {
  const char *sqlite, *postgres;
} texts[] = {
#define IL_STMT(id, sqlite, postgres) {sqlite, postgres},
#include "statements.def"
#undef IL_STMT
};

static const struct {
  const char *word, *type;
} types[] = {
    {":text", "pg_catalog.text"},
    {":int", "pg_catalog.int8"},
    {":instant", "pg_catalog.timestamptz"},
    {":json", "pg_catalog.jsonb"},
};

/* "?1:text" at p: written for the engine; returns what follows it. */
static const char *bound(const char *p, il_engine engine, il_buf *out) {
  size_t n = 1 + strspn(p + 1, "0123456789");
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    size_t word = strlen(types[i].word);
    if (strncmp(p + n, types[i].word, word) != 0) continue;
    if (engine == IL_POSTGRES)
      il_buf_f(out, "CAST(%.*s AS %s)", (int)n, p, types[i].type);
    else
      il_buf_add(out, p, n);
    return p + n + word;
  }
  il_buf_add(out, p, n);
  return p + n;
}

const char *il_stmt_expand(il_arena *arena, const il_port *port, il_stmt id, va_list params) {
  const char *p = texts[id].sqlite;
  if (port->engine == IL_POSTGRES && texts[id].postgres) p = texts[id].postgres;
  il_buf raw, out;
  il_scratch(&raw, arena);
  if (raw.failed || !p) return NULL;
  while (*p) {
    size_t plain = strcspn(p, "%?");
    il_buf_add(&raw, p, plain);
    p += plain;
    if (!*p) break;
    if (*p == '?') {
      p = bound(p, port->engine, &raw);
      continue;
    }
    switch (p[1]) {
    case 'T':
      il_buf_str(&raw, va_arg(params, const char *));
      break;
    case 'I':
      il_buf_f(&raw, "%I", va_arg(params, const char *));
      break;
    case 'F':
      il_buf_str(&raw, port->fn);
      break;
    default:
      il_buf_char(&raw, p[1]);
    }
    p += 2;
  }
  const char *sql = il_scratch_text(&raw);
  if (!sql || id < IL_S_MAKE_MIGRATIONS || id > IL_S_MAKE_ACTIVITY) return sql;
  il_scratch(
      &out,
      arena); /* the only ones with portable words; a schema's name may hold braces in quotes */
  if (out.failed ||
      il_ddl_expand(sql, strlen(sql), port->engine, NULL, NULL, &out, NULL) != IL_OK) {
    return NULL;
  }
  return il_scratch_text(&out);
}
