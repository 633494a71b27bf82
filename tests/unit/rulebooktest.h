/*
** rulebooktest.h: what the tests of rulebooks and roles share: JSON written with single quotes,
** a catalog and rows written as text.
*/
#ifndef RULEBOOKTEST_H
#define RULEBOOKTEST_H
#include "test.h"
#include "rules/machine.h"
#include "rules/role.h"
#include "rules/rulebook.h"
#include "values/hash.h"
#include "values/instant.h"

__attribute__((unused)) static test_memory memory;

/* 'a' becomes "a"; ^ becomes a quote inside a JSON text (\"). The result is static: one text at
** a time. */
__attribute__((unused)) static const char *json(const char *text) {
  static char out[65536];
  size_t n = 0;
  for (; *text && n < sizeof out - 3; text++) {
    if (*text == '^') out[n++] = '\\';
    out[n++] = *text == '\'' || *text == '^' ? '"' : *text;
  }
  out[n] = 0;
  return out;
}

/* ---- a catalog ---- */

/* Tables as text: "orders id:int! status:text! paid_at:instant? | id", one a line. A type ends
** with ! (NOT NULL) or ? (nullable), then g (generated) or d (has a default); behind | the
** primary key, behind a further | a unique index. */
typedef struct catalog {
  const char *text;
  il_arena *arena;
} catalog;

__attribute__((unused)) static const char *word(const char **p, char *out, size_t cap) {
  size_t n = strspn(*p, " ");
  *p += n;
  n = strcspn(*p, " \n");
  if (n >= cap) n = cap - 1;
  memcpy(out, *p, n);
  out[n] = 0;
  *p += n;
  return out;
}

__attribute__((unused)) static int column_index(const il_table_info *info, const char *name) {
  for (int i = 0; i < info->ncols; i++)
    if (strcmp(info->cols[i].name, name) == 0) return i;
  return -1;
}

__attribute__((unused)) static void catalog_column(il_table_info *info, char *text,
                                                   il_arena *arena) {
  struct il_column_info *c = &info->cols[info->ncols++];
  char *colon = strchr(text, ':');
  size_t n = strcspn(colon, "!?");
  c->not_null = colon[n] == '!';
  c->generated = strchr(colon + n, 'g') != NULL;
  c->has_default = strchr(colon + n, 'd') != NULL;
  colon[n] = 0;
  c->name = il_arena_copy(arena, text, (size_t)(colon - text));
  c->type = strcmp(colon + 1, "untyped") == 0 ? "" : il_arena_strdup(arena, colon + 1);
  c->coltype =
      il_coltype_parse(colon + 1) < 0 ? IL_C_OTHER : (il_coltype)il_coltype_parse(colon + 1);
}

__attribute__((unused)) static il_kind catalog_find(void *ctx, const char *table,
                                                    il_table_info **out, il_error *err) {
  const catalog *c = ctx;
  char w[128];
  (void)err;
  *out = NULL;
  for (const char *line = c->text; line && *line;
       line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
    const char *p = line;
    il_table_info *info;
    int *cols;
    if (strcmp(word(&p, w, sizeof w), table) != 0) continue;
    info = il_arena_alloc(c->arena, sizeof *info);
    info->name = il_arena_strdup(c->arena, table);
    info->schema = "main";
    info->cols = il_arena_alloc(c->arena, 64 * sizeof *info->cols);
    info->key = il_arena_alloc(c->arena, 16 * sizeof *info->key);
    info->unique = il_arena_alloc(c->arena, sizeof *info->unique);
    while (*word(&p, w, sizeof w) && strcmp(w, "|") != 0)
      catalog_column(info, w, c->arena);
    while (*w && *word(&p, w, sizeof w) && strcmp(w, "|") != 0)
      info->key[info->nkey++] = column_index(info, w);
    cols = il_arena_alloc(c->arena, 16 * sizeof *cols);
    while (*w && *word(&p, w, sizeof w)) {
      info->nunique = 1;
      info->unique->cols = cols;
      cols[info->unique->ncols++] = column_index(info, w);
    }
    *out = info;
    return IL_OK;
  }
  return IL_OK;
}

/* ---- rows ---- */

enum { ROW_COLS = 64 };

/* "id=1 status='new paid_at=@5 note=NULL blob=x": texts begin with ', instants with @ (seconds
** since 1970), reals with ~, blobs are x, ^ is the empty text and _ in a text is a space. What
** is not named is NULL. */
typedef struct side {
  il_value v[ROW_COLS];
  char text[8192];
} side;

typedef struct row {
  il_row row;
  side sides[2];
  int announces;
} row;

__attribute__((unused)) static void row_get(const il_row *r, int which, int col, il_value *out) {
  *out = ((const row *)r->host)->sides[which].v[col];
}

__attribute__((unused)) static int row_differs(const il_row *r, int col) {
  const row *w = r->host;
  return !il_value_same(&w->sides[IL_OLD].v[col], &w->sides[IL_NEW].v[col]);
}

__attribute__((unused)) static int row_announced(const il_row *r, const il_op *op) {
  (void)op;
  return ((const row *)r->host)->announces;
}

__attribute__((unused)) static il_value row_value(char *p) {
  if (strcmp(p, "NULL") == 0) return il_null();
  if (strcmp(p, "^") == 0) return il_text("", 0);
  if (*p == '\'') {
    for (char *q = p; *q; q++)
      if (*q == '_') *q = ' ';
    return il_text(p + 1, strlen(p + 1));
  }
  if (*p == '@') return il_instant((int64_t)(strtod(p + 1, NULL) * 1000000));
  if (*p == '~') return il_real(strtod(p + 1, NULL));
  if (*p == 'x') {
    il_value v = il_text("\xff\x00\x01", 3);
    v.type = IL_T_BLOB;
    return v;
  }
  return il_int(strtoll(p, NULL, 10));
}

__attribute__((unused)) static void side_set(row *r, int which, const char *text) {
  side *s = &r->sides[which];
  char *p, *save = NULL;
  memset(s, 0, sizeof *s);
  strncpy(s->text, text ? text : "", sizeof s->text - 1);
  for (p = strtok_r(s->text, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
    char *eq = strchr(p, '=');
    int col;
    *eq = 0;
    col = il_plan_column(r->row.plan, p);
    if (col < 0) {
      test_ok(0, "the test names a column %s that %s has not", p, r->row.plan->table);
      exit(1);
    }
    s->v[col] = row_value(eq + 1);
  }
}

/* NULL for old: an insert; for new: a delete. In an update, new names what changes. */
__attribute__((unused)) static row *row_set(const il_plan *plan, const char *old,
                                            const char *new_) {
  static row r;
  memset(&r, 0, sizeof r);
  r.row.plan = plan;
  r.row.event = !old ? IL_EV_INSERT : !new_ ? IL_EV_DELETE : IL_EV_UPDATE;
  r.row.side = new_ ? IL_NEW : IL_OLD;
  r.row.now = INT64_C(1000) * 1000000;
  r.row.get = row_get;
  r.row.differs = row_differs;
  r.row.announced = row_announced;
  r.row.host = &r;
  if (old) side_set(&r, IL_OLD, old);
  if (new_) side_set(&r, IL_NEW, new_);
  if (old && new_) {
    for (int c = 0; c < plan->ncols; c++) { /* what the update does not name stays */
      const char *name = plan->cols[c].name;
      size_t n = strlen(name);
      int named = 0;
      for (const char *p = new_; p && *p; p = strchr(p, ' '), p = p ? p + 1 : NULL)
        named |= strncmp(p, name, n) == 0 && p[n] == '=';
      if (!named) r.sides[IL_NEW].v[c] = r.sides[IL_OLD].v[c];
    }
  }
  return &r;
}

__attribute__((unused)) static const il_plan *plan_of(const il_rulebook *book, const char *table) {
  for (int i = 0; i < book->ntables; i++)
    if (strcmp(book->plans[i]->table, table) == 0) return book->plans[i];
  test_ok(0, "no table %s", table);
  exit(1);
}

#endif
