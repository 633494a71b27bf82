/*
** triggers_replace.c: the guard against OR REPLACE in SQLite, which deletes the rows in its way
** and fires no trigger for them.
**
** BEFORE the row is written the trigger says whether something is in its way (il1_arrive); a row
** that gets as far as AFTER although something was (il1_settle) has replaced it. INSERT OR IGNORE,
** DO NOTHING and upserts never get there, so they keep their meaning. "In the way" must be what
** SQLite means by it, or a legal INSERT would be refused: the same collation, the predicate of a
** partial index, the expressions of an index over expressions; NULL is never in the way.
*/
#include "scan.h"
#include "triggers.h"
#include <string.h>

/* A table of which only the content of single columns is guarded has nothing that a new row
** could destroy. */
int il_replace_guarded(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++)
    if (!plan->ops[i].role->values) return 1;
  return 0;
}

/* (SELECT <expr> FROM (SELECT NEW."a" AS "a", …)): an expression over column names, for the new
** row. */
static void of_new_row(il_trig *t, const char *expr) {
  il_buf_f(&t->sql, "(SELECT %s\n FROM (SELECT ", expr);
  for (int i = 0; i < t->info->ncols; i++) {
    const char *name = t->info->cols[i].name;
    il_buf_f(&t->sql, "%sNEW.%I AS %I", i ? ", " : "", name, name);
  }
  il_buf_str(&t->sql, "))");
}

static void equal_to_new(il_trig *t, const char *column, const char *expr, const char *collate) {
  if (expr)
    il_buf_f(&t->sql, "(%s\n)", expr);
  else
    il_buf_f(&t->sql, "%I", column);
  if (collate) il_buf_f(&t->sql, " COLLATE %I", collate);
  il_buf_str(&t->sql, " = ");
  if (expr)
    of_new_row(t, expr);
  else
    il_buf_f(&t->sql, "NEW.%I", column);
}

/* NOT the row that is being updated itself. */
static void another_row(il_trig *t) {
  il_buf_str(&t->sql, " AND NOT (");
  il_trig_this_row(t, "OLD");
  il_buf_char(&t->sql, ')');
}

/* EXISTS(a row that has the key); columns by index into info->cols. */
static void exists_key(il_trig *t, const int *cols, int n, int update) {
  il_buf_f(&t->sql, "EXISTS(SELECT 1 FROM %I WHERE ", t->info->name);
  for (int i = 0; i < n; i++) {
    if (i) il_buf_str(&t->sql, " AND ");
    equal_to_new(t, t->info->cols[cols[i]].name, NULL, NULL);
  }
  if (update) another_row(t);
  il_buf_char(&t->sql, ')');
}

static void exists_unique(il_trig *t, const struct il_unique_info *u, int update) {
  il_buf_f(&t->sql, "EXISTS(SELECT 1 FROM %I WHERE ", t->info->name);
  for (int i = 0; i < u->ncols; i++) {
    if (i) il_buf_str(&t->sql, " AND ");
    equal_to_new(t, u->cols[i] >= 0 ? t->info->cols[u->cols[i]].name : NULL,
                 u->cols[i] < 0 && u->expr ? u->expr[i] : NULL, u->collate ? u->collate[i] : NULL);
  }
  if (u->where) {
    il_buf_f(&t->sql, " AND (%s\n) AND ", u->where);
    of_new_row(t, u->where);
  }
  if (update) another_row(t);
  il_buf_char(&t->sql, ')');
}

/* ---- which unique keys matter --------------------------------------------------------------- */

/* The column may change: no `immutable` rule keeps it. */
static int may_change(il_trig *t, int col) {
  const char *name = t->info->cols[col].name;
  for (int i = 0; i < t->plan->nops; i++) {
    const il_op *op = &t->plan->ops[i];
    if (strcmp(op->role->name, "immutable") != 0 || !(op->events & IL_EV_UPDATE)) continue;
    for (int c = 0; c < op->ncols; c++)
      if (strcmp(t->plan->cols[op->cols[c]].name, name) == 0) return 0;
  }
  return 1;
}

/* Marks columns whose names occur in SQL: more than it uses at worst. */
static void mark_names(il_trig *t, const char *sql, unsigned char *mask) {
  il_scan s = il_scan_start(sql, strlen(sql));
  for (il_token k = il_scan_next(&s); k.kind != IL_TOKEN_END; k = il_scan_next(&s)) {
    size_t quote = k.kind == IL_TOKEN_NAME;
    if (k.kind == IL_TOKEN_OPEN || quote) { /* a quoted name may hold anything: take every column */
      for (int c = 0; c < t->info->ncols; c++)
        mask[c] = 1;
    } else if (k.kind == IL_TOKEN_WORD) {
      for (int c = 0; c < t->info->ncols; c++) {
        const char *name = t->info->cols[c].name;
        size_t n = strlen(name), same = 0;
        if (n != k.n) continue;
        while (same < n && (name[same] | 0x20) == (k.p[same] | 0x20))
          same++;
        mask[c] |= same == n;
      }
    } else if (il_token_char(&k, '[')) {
      for (int c = 0; c < t->info->ncols; c++)
        mask[c] = 1;
    }
  }
}

/* Marks what an UPDATE can change of a unique index; 0: nothing, the index cannot be hit. */
static int mark_unique(il_trig *t, const struct il_unique_info *u, unsigned char *mask) {
  unsigned char *own = il_arena_alloc(t->arena, (size_t)t->info->ncols + 1);
  int n = 0;
  if (!own) return 0;
  if (u->where) mark_names(t, u->where, own);
  for (int i = 0; i < u->ncols; i++) {
    if (u->cols[i] >= 0)
      own[u->cols[i]] = 1;
    else if (u->expr && u->expr[i])
      mark_names(t, u->expr[i], own);
  }
  for (int c = 0; c < t->info->ncols; c++) {
    if (own[c] && t->info->cols[c].generated) { /* depends on columns we do not know: all of them */
      for (int k = 0; k < t->info->ncols; k++)
        own[k] = 1;
      break;
    }
  }
  for (int c = 0; c < t->info->ncols; c++) {
    if (!own[c] || t->info->cols[c].generated || !may_change(t, c)) continue;
    mask[c] = 1;
    n++;
  }
  return n > 0;
}

/* An index whose expressions the host could not tell is left out: nothing is refused that may be
** legal. */
static int known(const struct il_unique_info *u) {
  for (int i = 0; i < u->ncols; i++)
    if (u->cols[i] < 0 && !(u->expr && u->expr[i])) return 0;
  return u->ncols > 0;
}

/* ---- unique indexes that applying the rulebook makes ----------------------------------------- */

static int same_text(const char *a, const char *b) {
  while (*a == ' ')
    a++;
  return strcmp(a, b) == 0;
}

static int same_columns(const struct il_unique_info *a, const struct il_unique_info *b) {
  for (int i = 0; a->ncols == b->ncols && i < a->ncols; i++)
    if (a->cols[i] != b->cols[i]) return 0;
  return a->ncols == b->ncols;
}

/* What an operation's index is over: its columns but the first, which is in the condition. */
static int own_unique(il_trig *t, const il_table_info *info, const il_op *op,
                      struct il_unique_info *out) {
  il_buf columns, where;
  const char *what;
  il_buf_init(&columns, t->arena->mem);
  il_buf_init(&where, t->arena->mem);
  int there = op->role->index(op, t->plan, 0, 0, &what, &columns, &where);
  const char *text = il_buf_text(&where);
  *out = (struct il_unique_info){.cols = il_arena_alloc(t->arena, (size_t)op->ncols * sizeof(int))};
  if (text) out->where = il_arena_copy(t->arena, text, where.n);
  for (int i = 1; out->cols && i < op->ncols; i++)
    for (int c = 0; c < info->ncols; c++)
      if (strcmp(info->cols[c].name, t->plan->cols[op->cols[i]].name) == 0)
        out->cols[out->ncols++] = c;
  if (!out->cols || !out->where) t->arena->failed = 1;
  il_buf_free(&columns);
  il_buf_free(&where);
  return there && out->cols && out->where;
}

/* The table with them, once each and at the end, whether they are there already or not: so that
** the triggers made before are those that are made after. */
const il_table_info *il_replace_info(il_trig *t, const il_table_info *info) {
  il_table_info *out = NULL;
  for (int i = 0; i < t->plan->nops; i++) {
    struct il_unique_info own;
    const il_op *op = &t->plan->ops[i];
    if (!op->role->unique_index || !own_unique(t, info, op, &own)) continue;
    out = il_arena_alloc(t->arena, sizeof *out);
    struct il_unique_info *list =
        il_arena_alloc(t->arena, (size_t)(info->nunique + 1) * sizeof *list);
    if (!out || !list) return info; /* the arena has failed */
    *out = *info;
    out->unique = list;
    out->nunique = 0;
    for (int k = 0; k < info->nunique; k++) {
      const struct il_unique_info *u = &info->unique[k];
      if (!(u->where && same_text(u->where, own.where) && same_columns(u, &own)))
        list[out->nunique++] = *u;
    }
    list[out->nunique++] = own;
    info = out;
  }
  return info;
}

/* ---- statements ----------------------------------------------------------------------------- */

/*
** hit, bit 2: a row with the primary key (where it is not the rowid) or with another unique key.
** In an UPDATE only keys that can change count, and they mark their columns.
*/
static void put_unique_hit(il_trig *t, int update, unsigned char *mask) {
  const il_table_info *info = t->info;
  int n = 0;
  size_t before = t->sql.n;
  il_buf_str(&t->sql, " + 2 * (");
  if (info->nkey && il_rowid_alias(info) < 0) {
    struct il_unique_info key = {.ncols = info->nkey, .cols = info->key};
    if (!update || mark_unique(t, &key, mask)) {
      exists_key(t, info->key, info->nkey, update);
      n++;
    }
  }
  for (int i = 0; i < info->nunique; i++) {
    const struct il_unique_info *u = &info->unique[i];
    if (!known(u) || (update && !mark_unique(t, u, mask))) continue;
    if (n++) il_buf_str(&t->sql, " OR ");
    exists_unique(t, u, update);
  }
  if (n)
    il_buf_char(&t->sql, ')');
  else if (!t->sql.failed)
    t->sql.n = before;
}

static void put_arrive(il_trig *t, int update, unsigned char *mask) {
  const char *rowid = il_rowid(t->info);
  il_buf_f(&t->sql, "SELECT il1_arrive(%s, ", t->literal);
  if (!rowid) {
    il_buf_char(&t->sql, '0');
  } else {
    if (update) il_buf_f(&t->sql, "(NEW.%s <> OLD.%s AND ", rowid, rowid);
    il_buf_f(&t->sql, "EXISTS(SELECT 1 FROM %I WHERE %s = NEW.%s)%s", t->info->name, rowid, rowid,
             update ? ")" : "");
  }
  put_unique_hit(t, update, mask);
  if (rowid)
    il_buf_f(&t->sql, ", NEW.%s", rowid);
  else
    il_buf_str(&t->sql, ", NULL");
  il_trig_columns(t, "NEW", t->plan->key, t->plan->nkey);
  il_buf_str(&t->sql, "); ");
}

void il_replace_arrive(il_trig *t) {
  put_arrive(t, 0, NULL);
}

void il_replace_settle(il_trig *t) {
  const char *rowid = il_rowid(t->info);
  il_buf_f(&t->sql, "SELECT il1_settle(%s, ", t->literal);
  if (rowid)
    il_buf_f(&t->sql, "NEW.%s", rowid);
  else
    il_buf_str(&t->sql, "NULL");
  il_trig_columns(t, "NEW", t->plan->key, t->plan->nkey);
  il_buf_str(&t->sql, "); ");
}

/* OF every column in mask and every name of the rowid. 0: there is none. */
static int put_of(il_trig *t, const unsigned char *mask) {
  int alias = il_rowid_alias(t->info), n = 0;
  for (int c = 0; c < t->info->ncols; c++)
    if (mask[c]) il_buf_f(&t->sql, "%s%I", n++ ? ", " : "OF ", t->info->cols[c].name);
  if (alias >= 0 && !may_change(t, alias)) return n;
  for (int i = 0; i < 3; i++) {
    const char *name = il_rowid_name(t->info, i);
    if (name) il_buf_f(&t->sql, "%s%s", n++ ? ", " : "OF ", name);
  }
  return n;
}

static int refuses_updates(const il_plan *plan) {
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (!(op->events & IL_EV_UPDATE)) continue;
    if (strcmp(op->role->name, "append_only") == 0 || strcmp(op->role->name, ".kept") == 0)
      return 1;
  }
  return 0;
}

void il_replace_update(il_trig *t) {
  unsigned char *mask = il_arena_alloc(t->arena, (size_t)t->info->ncols + 1);
  int alias = il_rowid_alias(t->info);
  if (!mask) {
    il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
    return;
  }
  if (refuses_updates(t->plan)) return;
  put_unique_hit(t, 1, mask); /* for the mask: the columns come before the body */
  il_buf_reset(&t->sql);
  if (alias >= 0 && may_change(t, alias)) mask[alias] = 1;
  for (int after = 0; after < 2; after++) {
    il_trig_header(t, after ? "rekeyed" : "rekey", after ? "AFTER UPDATE" : "BEFORE UPDATE");
    if (!put_of(t, mask)) {
      il_buf_reset(&t->sql);
      return;
    }
    il_buf_f(&t->sql, " ON %I BEGIN ", t->info->name);
    if (after)
      il_replace_settle(t);
    else
      put_arrive(t, 1, mask);
    il_buf_str(&t->sql, "END");
    il_trig_emit(t);
  }
}
