/*
** make_script.c: writes the install script interlock--<version>.sql from functions.def. Built and
** run by the Makefile; no part of the extension.
**
** Everything is schema-qualified and nothing is replaced: a function somebody put in the way
** beforehand makes CREATE EXTENSION
** fail, it is not adopted (CVE-2022-2625). @extschema@ never stands in quotes (CVE-2023-39417).
*/
#include <stdio.h>
#include <stdlib.h>

#include "../common/functions.h"
#include "sqltypes.h"

static const struct definition {
  const char *name, *signature;
  il_ret ret;
  const char *columns;
  unsigned flags;
  const char *symbol, *doc;
} definitions[] = {
#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  {name, signature, ret, columns, flags, #symbol, doc},
#include "../common/functions.def"
#undef IL_F
};

static const char *const type_names[] = {
    "pg_catalog.text",        "pg_catalog.int8",  "pg_catalog.float8", "pg_catalog.bool",
    "pg_catalog.timestamptz", "pg_catalog.jsonb", "pg_catalog.\"any\""};

static void bad(const struct definition *d, const char *what) {
  fprintf(stderr, "functions.def: %s: %s\n", d->name, what);
  exit(1);
}

static const char *type_name(const struct definition *d, il_sql_type type) {
  if (type == IL_SQL_NONE) bad(d, "unknown type");
  return type_names[type];
}

/* The parameter list; full: with names and defaults, as CREATE FUNCTION wants it. */
static void parameters(const struct definition *d, int full) {
  il_sql_param p;
  const char *rest = d->signature;
  int n = 0;

  while ((rest = il_sql_next(rest, &p)) != NULL) {
    printf("%s", n++ ? ", " : "");
    if (p.variadic) {
      printf(full ? "VARIADIC \"%s\" \"any\"" : "VARIADIC \"any\"", p.name);
      continue;
    }
    if (full) printf("\"%s\" ", p.name);
    printf("%s", type_name(d, il_sql_argument(p.name, p.word)));
    if (full && strcmp(p.otherwise, "now") == 0)
      printf(" DEFAULT @extschema@.interlock_now()");
    else if (full && p.otherwise[0])
      printf(" DEFAULT %s", p.otherwise);
  }
}

static void columns(const struct definition *d) {
  il_sql_param p;
  const char *rest = d->columns;
  int n = 0;

  printf("TABLE (");
  while ((rest = il_sql_next(rest, &p)) != NULL)
    printf("%s\"%s\" %s", n++ ? ", " : "", p.name, type_name(d, il_sql_argument("", p.word)));
  printf(")");
}

static void result(const struct definition *d) {
  static const char *const words[] = {"text", "int", "bool", "instant", "json", "real"};

  if (d->ret == IL_RET_SET)
    columns(d);
  else if (d->ret == IL_RET_VOID)
    printf("pg_catalog.void");
  else
    printf("%s", type_name(d, il_sql_result(d->name, words[d->ret])));
}

static const char *attributes(const struct definition *d) {
  if ((d->flags & IL_FN_PURE) && (d->flags & IL_FN_NULLS)) return "IMMUTABLE PARALLEL SAFE COST 1";
  if (d->flags & IL_FN_PURE) return "IMMUTABLE STRICT PARALLEL SAFE COST 1";
  if (d->flags & IL_FN_CLOCK) return "STABLE PARALLEL SAFE COST 1";
  /* Sets: what verifies rows goes on after an error, in a subtransaction. */
  if ((d->flags & IL_FN_READS) && d->ret == IL_RET_SET) return "STABLE PARALLEL UNSAFE COST 100";
  if (d->flags & IL_FN_READS) return "STABLE PARALLEL RESTRICTED COST 100";
  return "VOLATILE PARALLEL UNSAFE COST 100";
}

static void comment(const struct definition *d) {
  printf("COMMENT ON FUNCTION @extschema@.%s(", d->name);
  parameters(d, 0);
  printf(") IS '");
  for (const char *p = d->doc; *p; p++)
    printf(*p == '\'' ? "''" : "%c", *p);
  printf("';\n");
}

/*
** PostgreSQL reads a set function in FROM to its end before it gives the first row, unless it is a
** query that it can put in the function's place. So a stream is two functions: il1_<name>, which
** makes the rows, and <name>, a query that selects them.
*/
static void define_stream(const struct definition *d) {
  il_sql_param p;
  const char *rest = d->signature;

  if (!il_sql_next(d->columns, &p)) bad(d, "a stream has one column");
  printf("CREATE FUNCTION @extschema@.il1_%s(", d->name);
  parameters(d, 0);
  printf(")\nRETURNS SETOF %s", type_name(d, il_sql_argument("", p.word)));
  printf("\nAS 'MODULE_PATHNAME', 'pg_%s'\nLANGUAGE C %s ROWS 100;\n", d->symbol, attributes(d));
  printf("COMMENT ON FUNCTION @extschema@.il1_%s(", d->name);
  parameters(d, 0);
  printf(") IS 'The rows of %s().';\n", d->name);
  printf("CREATE FUNCTION @extschema@.%s(", d->name);
  parameters(d, 1);
  printf(")\nRETURNS ");
  result(d);
  printf("\nLANGUAGE SQL %s ROWS 100\nBEGIN ATOMIC\n  SELECT @extschema@.il1_%s(", attributes(d),
         d->name);
  for (int n = 1; (rest = il_sql_next(rest, &p)) != NULL; n++)
    printf("%s$%d", n > 1 ? ", " : "", n);
  printf(");\nEND;\n");
}

static void define(const struct definition *d) {
  if (d->flags & IL_FN_STREAM) {
    define_stream(d);
  } else {
    printf("CREATE FUNCTION @extschema@.%s(", d->name);
    parameters(d, 1);
    printf(")\nRETURNS ");
    result(d);
    printf("\nAS 'MODULE_PATHNAME', 'pg_%s'\nLANGUAGE C %s", d->symbol, attributes(d));
    if (d->ret == IL_RET_SET) printf(" ROWS 100");
    printf(";\n");
  }
  comment(d);
  if (d->flags & IL_FN_REVOKE) {
    printf("REVOKE ALL ON FUNCTION @extschema@.%s(", d->name);
    parameters(d, 0);
    printf(") FROM PUBLIC;\n");
  }
  printf("\n");
}

/*
** What triggers call. il1: a library that reads another format of plans has other names, so that an
** old one fails and never misjudges.
*/
static void guard(const char *name, const char *what) {
  printf("CREATE FUNCTION @extschema@.%s(\"plan\" pg_catalog.text, VARIADIC \"columns\" \"any\")\n"
         "RETURNS pg_catalog.bool\nAS 'MODULE_PATHNAME', '%s'\n"
         "LANGUAGE C VOLATILE PARALLEL RESTRICTED COST 1;\n",
         name, name);
  printf("COMMENT ON FUNCTION @extschema@.%s(pg_catalog.text, VARIADIC \"any\") IS "
         "'Judges %s: the condition of interlock''s triggers.';\n\n",
         name, what);
}

static void trigger(const char *name, const char *what) {
  printf("CREATE FUNCTION @extschema@.%s()\nRETURNS pg_catalog.trigger\n"
         "AS 'MODULE_PATHNAME', '%s'\nLANGUAGE C VOLATILE;\n",
         name, name);
  printf("COMMENT ON FUNCTION @extschema@.%s() IS '%s';\n\n", name, what);
}

int main(void) {
  printf("\\echo Use \"CREATE EXTENSION interlock\" to load this file. \\quit\n"
         "-- Generated from common/functions.def by pg_ext/make_script.c.\n\n");
  for (size_t i = 0; i < sizeof definitions / sizeof definitions[0]; i++)
    define(&definitions[i]);
  guard("il1_insert", "a new row");
  guard("il1_update", "a changed row");
  guard("il1_delete", "a row to be deleted");
  trigger("il1_fill", "Writes the columns that the database writes itself.");
  trigger("il1_after", "Does what follows a row: asserts, events, effects.");
  trigger("il1_truncate", "Judges a TRUNCATE.");
  return ferror(stdout) ? 1 : 0;
}
