/*
** catalog.h: shared by catalog.c and indexes.c.
*/
#ifndef IL_CATALOG_H
#define IL_CATALOG_H
#include "conn.h"

il_kind il_nomem_error(il_error *err);
/* Text of a result column in the arena; NULL for NULL and out of memory (arena->failed). */
char *il_column_copy(sqlite3_stmt *stmt, int i, il_arena *arena);
/* Prepares before + quoted schema (when not NULL) + after, with up to two text parameters; give it
** to il_statement_done. */
il_kind il_catalog_query(il_conn *c, const char *before, const char *schema, const char *after,
                         const char *a, size_t na, const char *b, sqlite3_stmt **stmt,
                         il_error *err);
/* Steps; 1 a row, 0 the end, -1 an error in *kind. */
int il_catalog_step(il_conn *c, sqlite3_stmt *stmt, il_kind *kind, il_error *err);

/* The first place of a keyword in SQL, outside quotes and comments and, when top, parentheses;
** NULL when there is none. */
const char *il_find_word(const char *sql, const char *word, int top);
/* Fills t->unique and t->without_rowid. *key_index: the key has an index (it is not the rowid by
** another name). */
il_kind il_read_indexes(il_conn *c, il_table_info *t, il_arena *arena, int *key_index,
                        il_error *err);

#endif
