/* error.c: errors of the core as PostgreSQL reports them, and its memory. */
#include "pg.h"

#include "utils/lsyscache.h"
#include "utils/memutils.h"

static void *context_alloc(void *ctx, size_t n) {
  if (n > MaxAllocHugeSize) return NULL;
  return MemoryContextAllocExtended((MemoryContext)ctx, n, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
}

static void context_free(void *ctx, void *p) {
  (void)ctx;
  if (p) pfree(p);
}

il_alloc il_pg_alloc(MemoryContext context) {
  il_alloc mem = {.alloc = context_alloc, .free = context_free, .ctx = context};
  return mem;
}

static int sqlstate_of(il_kind kind) {
  const char *s = il_kind_sqlstate(kind);
  return MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4]);
}

void il_pg_raise(const il_error *err, Oid relid) {
  char detail[1024], hint[1400];
  char *schema = OidIsValid(relid) ? get_namespace_name(get_rel_namespace(relid)) : NULL;

  il_error_detail(err, detail, sizeof detail);
  il_error_hint(err, hint, sizeof hint);
  ereport(ERROR,
          (errcode(sqlstate_of(err->kind)), errmsg_internal("%s", err->message),
           detail[0] ? errdetail_internal("%s", detail) : 0, hint[0] ? errhint("%s", hint) : 0,
           schema && err->table[0] ? err_generic_string(PG_DIAG_SCHEMA_NAME, schema) : 0,
           err->table[0] ? err_generic_string(PG_DIAG_TABLE_NAME, err->table) : 0,
           err->column[0] ? err_generic_string(PG_DIAG_COLUMN_NAME, err->column) : 0,
           err->rule[0] ? err_generic_string(PG_DIAG_CONSTRAINT_NAME, err->rule) : 0));
  pg_unreachable();
}

void il_pg_ok(il_kind kind, const il_error *err) {
  if (kind != IL_OK) il_pg_raise(err, InvalidOid);
}

/* The parts of an error of ours that il_error_detail and il_error_hint wrote. */
static void take_apart(const ErrorData *edata, il_error *err) {
  const char *row = edata->detail ? strstr(edata->detail, ", ") : NULL;
  const char *allowed =
      edata->hint && strncmp(edata->hint, "Allowed", 7) == 0 ? strstr(edata->hint, ": ") : NULL;
  size_t n;

  if (row) strlcpy(err->row, row + 2, sizeof err->row);
  if (!allowed) return;
  strlcpy(err->allowed, allowed + 2, sizeof err->allowed);
  n = strlen(err->allowed);
  if (n > 0 && err->allowed[n - 1] == '.') err->allowed[n - 1] = '\0';
}

/* Ours have "rule …" as detail; of what the database says, the text is kept. */
il_kind il_pg_caught(const ErrorData *edata, il_error *err) {
  static const il_kind ours[] = {IL_RULE, IL_PROTECTED, IL_CONFLICT};
  il_kind kind = IL_HOST;

  for (size_t i = 0; i < lengthof(ours); i++)
    if (edata->sqlerrcode == sqlstate_of(ours[i]) && edata->detail &&
        strncmp(edata->detail, "rule ", 5) == 0)
      kind = ours[i];
  il_error_set(err, kind, "%s", edata->message ? edata->message : "unknown error");
  if (kind == IL_HOST) return kind;
  take_apart(edata, err);
  if (edata->constraint_name) strlcpy(err->rule, edata->constraint_name, sizeof err->rule);
  if (edata->table_name) strlcpy(err->table, edata->table_name, sizeof err->table);
  if (edata->column_name) strlcpy(err->column, edata->column_name, sizeof err->column);
  return kind;
}
