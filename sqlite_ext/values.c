/*
** values.c: values and errors between SQLite and the core.
*/
#include "conn.h"
#include "values/instant.h"
#include <string.h>

void il_value_of(sqlite3_value *v, il_value *out, int *nomem) {
  switch (sqlite3_value_type(v)) {
  case SQLITE_INTEGER:
    *out = il_int(sqlite3_value_int64(v));
    return;
  case SQLITE_FLOAT:
    *out = il_real(sqlite3_value_double(v));
    return;
  case SQLITE_TEXT: {
    /* The length first: it converts from UTF-16. The bytes are then taken as they are, because
    ** sqlite3_value_text() would copy a stored text to put a NUL behind it. 0 may be a conversion
    ** that failed. */
    int n = sqlite3_value_bytes(v);
    const char *p = n ? sqlite3_value_blob(v) : (const char *)sqlite3_value_text(v);
    *out = p ? il_text(p, (size_t)n) : il_null();
    if (!p) *nomem = 1;
    return;
  }
  case SQLITE_BLOB: {
    const void *p = sqlite3_value_blob(v);
    *out = il_text(p ? p : "", (size_t)sqlite3_value_bytes(v)); /* an empty blob has no address */
    out->type = IL_T_BLOB;
    return;
  }
  default:
    *out = il_null();
  }
}

int il_bind(sqlite3_stmt *stmt, int i, const il_value *v) {
  char buf[32];
  switch (v->type) {
  case IL_T_NULL:
    return sqlite3_bind_null(stmt, i);
  case IL_T_INT:
    return sqlite3_bind_int64(stmt, i, v->i);
  case IL_T_REAL:
    return sqlite3_bind_double(stmt, i, v->r);
  case IL_T_INSTANT:
    return sqlite3_bind_text(stmt, i, il_instant_format(v->i, buf), -1, SQLITE_TRANSIENT);
  case IL_T_BLOB:
    if (!v->n) return sqlite3_bind_zeroblob(stmt, i, 0);
    return sqlite3_bind_blob64(stmt, i, v->p, v->n, SQLITE_TRANSIENT);
  default:
    return sqlite3_bind_text64(stmt, i, v->p ? v->p : "", v->n, SQLITE_TRANSIENT, SQLITE_UTF8);
  }
}

void il_result(sqlite3_context *ctx, const il_value *v) {
  char buf[32];
  switch (v->type) {
  case IL_T_NULL:
    sqlite3_result_null(ctx);
    return;
  case IL_T_INT:
    sqlite3_result_int64(ctx, v->i);
    return;
  case IL_T_REAL:
    sqlite3_result_double(ctx, v->r);
    return;
  case IL_T_INSTANT:
    sqlite3_result_text(ctx, il_instant_format(v->i, buf), -1, SQLITE_TRANSIENT);
    return;
  case IL_T_BLOB:
    sqlite3_result_blob64(ctx, v->p ? v->p : "", v->n, SQLITE_TRANSIENT);
    return;
  default:
    sqlite3_result_text64(ctx, v->p ? v->p : "", v->n, SQLITE_TRANSIENT, SQLITE_UTF8);
    if (v->type == IL_T_JSON) sqlite3_result_subtype(ctx, 'J'); /* json_object(…, f()) nests it */
  }
}

/* Code of an error; the database keeps its own. */
/* The database's own code travels with the error: another statement may have failed since. */
static int code_of(const il_error *err) {
  if (err->kind == IL_HOST && err->offset > 0) return err->offset;
  return il_kind_sqlite(err->kind);
}

void il_result_error(sqlite3_context *ctx, const il_error *err) {
  char buf[IL_REFUSAL_TEXT];
  int code = code_of(err);
  if ((code & 0xff) == SQLITE_NOMEM) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  sqlite3_result_error(ctx, il_error_text(err, buf, sizeof buf), -1);
  sqlite3_result_error_code(ctx, code); /* after the text: keeps it */
}

int il_vtab_error(sqlite3_vtab *vtab, const il_error *err) {
  char buf[IL_REFUSAL_TEXT];
  int code = code_of(err);
  sqlite3_free(vtab->zErrMsg);
  vtab->zErrMsg = NULL;
  if ((code & 0xff) == SQLITE_NOMEM) return SQLITE_NOMEM;
  vtab->zErrMsg = sqlite3_mprintf("%s", il_error_text(err, buf, sizeof buf));
  return code;
}
