/* jsonrow.h: a row of a table given as a JSON object, for functions that write one. */
#ifndef IL_JSONROW_H
#define IL_JSONROW_H
#include "functions/inner.h"

struct cJSON;

typedef struct il_json_row {
  const struct cJSON *doc;
  il_table_info *info;
  int n;
  const char **names; /* columns, in the order of the object */
  il_value *values;   /* as parameters for them */
} il_json_row;

/* Argument i as a row of the table; IL_ARGUMENT when it is no object, IL_NO_COLUMN when a member is no
** column. */
il_kind il_json_row_read(il_call *call, int i, const il_target *t, il_json_row *out, il_error *err);
/* Index of a column in it; -1. */
int il_json_row_find(const il_json_row *row, const char *column);
/* INSERT … ON CONFLICT DO NOTHING RETURNING the key: *key as the SQL surface spells it, NULL when a unique
** key is used already. */
il_kind il_json_row_insert(il_call *call, const il_target *t, const il_json_row *row,
                           il_value *key /*out*/, il_error *err);

#endif
