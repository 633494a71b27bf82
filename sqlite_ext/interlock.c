/*
** interlock.c: entry points of the SQLite library.
**
** Loading registers functions and modules on this one connection and does nothing else: no PRAGMA
** is changed, no table read or made, nothing allocated outside the connection. sqlite3_close()
** undoes it.
*/
#ifdef SQLITE_CORE
#include "conn.h"
#else
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#include "conn.h"
#endif

#define EXPORT __attribute__((visibility("default")))

enum { OLDEST_SQLITE = 3040000 }; /* the behaviour relied upon was observed from here on */

/* Is a library with this format of triggers registered? Then loading again changes nothing: its
** session (clock, actor) stays, and functions that a running statement uses cannot be replaced. */
static int registered(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT il1_now(0)", -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  if (rc == SQLITE_OK) return 1;
  /* sqlite3_open() looks at the error code when its auto extensions are through: leave none. */
  sqlite3_prepare_v2(db, "SELECT 0", -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  return 0;
}

static int setup(sqlite3 *db, char **message) {
  il_conn *c;
  int rc;
  if (sqlite3_libversion_number() < OLDEST_SQLITE) {
    if (message) {
      *message =
          sqlite3_mprintf("interlock needs SQLite 3.40 or later, this is %s", sqlite3_libversion());
    }
    return SQLITE_ERROR;
  }
  if (registered(db)) return SQLITE_OK;
  c = il_conn_new(db);
  if (!c) return SQLITE_NOMEM;
  rc = il_statements_register(db, c);
  if (rc == SQLITE_OK) rc = il_register_functions(db, c);
  if (rc == SQLITE_OK) rc = il_register_guards(db, c); /* last: what registered() looks for */
  if (rc != SQLITE_OK) {
    if (message) *message = sqlite3_mprintf("interlock: %s", sqlite3_errmsg(db));
    /* SQLite unloads a library whose entry point failed: nothing may point into it. */
    il_register_guards(db, NULL);
    il_register_functions(db, NULL);
    il_statements_register(db, NULL);
  }
  il_conn_unref(c);
  return rc;
}

EXPORT int sqlite3_interlock_init(sqlite3 *db, char **message, const sqlite3_api_routines *api) {
#ifndef SQLITE_CORE
  SQLITE_EXTENSION_INIT2(api);
#else
  (void)api;
#endif
  return setup(db, message);
}

#ifdef SQLITE_CORE
EXPORT int interlock_sqlite_init(sqlite3 *db) {
  return setup(db, NULL);
}
#endif
