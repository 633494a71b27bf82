/*
** interlock.h: the entry points of the SQLite library.
**
**   sqlite> .load build/sqlite/interlock                         loadable: sqlite3_interlock_init
**   sqlite3_auto_extension((void (*)(void))sqlite3_interlock_init);    compiled in: -DSQLITE_CORE
*/
#ifndef INTERLOCK_H
#define INTERLOCK_H
#ifdef SQLITE_CORE
#include <sqlite3.h>
#else
#include <sqlite3ext.h>
#endif

/* Registers everything on one connection. SQLITE_OK also when it is registered already. */
int sqlite3_interlock_init(sqlite3 *db, char **message /*out*/, const sqlite3_api_routines *api);

#ifdef SQLITE_CORE
/* The same for a program that links interlock and opens its connections itself. */
int interlock_sqlite_init(sqlite3 *db);
#endif

#endif
