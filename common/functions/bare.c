/*
** bare.c: SQLite's bare table names in a rule's SQL, when it runs outside a trigger. There SQLite
** looks them up among temporary tables first, then in main; inside a trigger only in the trigger's
** own database. So they get that database's name, wherever it has a table of that name.
**
** It knows where a table may stand (after FROM, JOIN, a comma of FROM, IN), not SQL.
*/
#include "functions/reader.h"
#include <string.h>

enum { DEPTH_MAX = 256 }; /* of parentheses whose commas are followed */

/* Steps over ( … ) when it is at hand. */
static void skip_parentheses(il_reader *r) {
  int depth = 0;
  if (!il_token_char(&r->t, '(')) return;
  do {
    depth += il_token_char(&r->t, '(') - il_token_char(&r->t, ')');
    il_reader_next(r);
  } while (depth > 0 && r->t.kind != IL_TOKEN_END);
}

static int is_name(const il_token *t) {
  return t->kind == IL_TOKEN_WORD || t->kind == IL_TOKEN_NAME;
}

/* Names of common table expressions: name [(columns)] AS [[NOT] MATERIALIZED] ( */
static il_kind find_ctes(const il_reader *start, il_names *out, il_error *err) {
  il_reader r = *start;
  il_kind kind = IL_OK;
  for (; kind == IL_OK && r.t.kind != IL_TOKEN_END; il_reader_next(&r)) {
    if (!is_name(&r.t)) continue;
    il_reader ahead = r;
    il_reader_next(&ahead);
    skip_parentheses(&ahead);
    if (!il_reader_take(&ahead, "AS")) continue;
    (void)il_reader_take(&ahead, "NOT");
    (void)il_reader_take(&ahead, "MATERIALIZED");
    if (!il_token_char(&ahead.t, '(')) continue;
    const char *name = il_reader_part(&r);
    kind = name ? il_names_add(r.arena, out, name, err) : il_nomem(err);
  }
  return kind;
}

static int is_cte(const il_names *ctes, const char *name) {
  for (int i = 0; i < ctes->n; i++)
    if (strcasecmp(ctes->at[i], name) == 0) return 1;
  return 0;
}

/* Is the name at hand a bare one of a table in schema? */
static il_kind is_ours(il_call *call, const il_reader *r, const il_names *ctes, const char *schema,
                       int *yes, il_error *err) {
  il_reader ahead = *r;
  il_rows rows;
  const char *name = il_reader_part(r);
  *yes = 0;
  if (!name) return il_nomem(err);
  il_reader_next(&ahead);
  if (il_token_char(&ahead.t, '.') || il_token_char(&ahead.t, '(') || is_cte(ctes, name))
    return IL_OK;
  il_value args[2] = {il_str(schema), il_str(name)};
  il_kind kind = il_query(call, IL_S_NAME_TAKEN, args, 2, &rows, err, schema);
  *yes = kind == IL_OK && rows.n > 0;
  return kind;
}

/* What a word or character that is no table says about what follows it. */
typedef struct place {
  int table;                     /* a table stands here */
  int in;                        /* because of IN: a list in parentheses is no table */
  int distinct;                  /* IS DISTINCT FROM, whose FROM is none */
  unsigned char from[DEPTH_MAX]; /* by depth: within FROM, where a comma is followed by a table */
} place;

static void follow(place *p, const il_reader *r) {
  static const char *const ends[] = {"SELECT", "WHERE",  "GROUP",     "HAVING", "ORDER",  "LIMIT",
                                     "UNION",  "EXCEPT", "INTERSECT", "WINDOW", "VALUES", "WITH"};
  int depth = r->scan.depth < DEPTH_MAX ? r->scan.depth : DEPTH_MAX - 1, was = p->table && !p->in;
  int from = il_token_is(&r->t, "FROM") && !p->distinct;
  p->distinct = il_token_is(&r->t, "DISTINCT");
  p->in = il_token_is(&r->t, "IN");
  p->table = from || p->in || il_token_is(&r->t, "JOIN");
  if (from) p->from[depth] = 1;
  if (il_token_char(&r->t, ',')) p->table = p->from[depth];
  if (il_token_char(&r->t, '(')) { /* FROM (a JOIN b), or a subquery, which says so itself */
    p->table = was;
    p->from[depth] = (unsigned char)was;
  }
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (il_token_is(&r->t, ends[i])) p->from[depth] = 0;
}

static int is_keyword(const il_token *t) {
  return il_token_is(t, "SELECT") || il_token_is(t, "VALUES") || il_token_is(t, "WITH");
}

const char *il_bare_qualify(il_call *call, const char *sql, const char *schema, il_error *err) {
  il_reader r = il_reader_start(call->arena, IL_SQLITE, sql, strlen(sql));
  place p;
  il_names ctes = {0, 0, NULL};
  il_buf out;
  const char *done = sql;
  il_kind kind = find_ctes(&r, &ctes, err);
  memset(&p, 0, sizeof p);
  il_scratch(&out, call->arena);
  for (; kind == IL_OK && r.t.kind != IL_TOKEN_END; il_reader_next(&r)) {
    if (!p.table || !is_name(&r.t) || is_keyword(&r.t)) {
      follow(&p, &r);
      continue;
    }
    int ours;
    kind = is_ours(call, &r, &ctes, schema, &ours, err);
    if (kind == IL_OK && ours) {
      il_buf_add(&out, done, (size_t)(r.t.p - done));
      il_buf_f(&out, "%I.", schema);
      done = r.t.p;
    }
    p.table = 0;
  }
  if (kind != IL_OK) return NULL;
  il_buf_str(&out, done);
  const char *text = il_scratch_text(&out);
  if (!text) il_nomem(err);
  return text;
}
