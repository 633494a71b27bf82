/*
** triggers_follow.c: what follows a write, as statements of a SQLite trigger. A template's OLD,
** NEW and $variables are put in; a condition becomes part of the statement, because a trigger has
** no IF and the order of several triggers is not defined.
*/
#include "scan.h"
#include "sqltext.h"
#include "triggers.h"
#include <string.h>

struct follow {
  il_trig *t;
  const il_after *after;
  int event;
  const unsigned char *filled;
  int direct; /* an event row as INSERT … VALUES: $event is the call that names and announces it */
};

/* ---- templates ------------------------------------------------------------------------------ */

/* The piece names the column; letters of either case are the same. */
static int same_letters(const char *name, const il_piece *piece) {
  size_t n = strlen(name), same = 0;
  if (n != piece->n) return 0;
  while (same < n && (name[same] | 0x20) == (piece->p[same] | 0x20))
    same++;
  return same == n;
}

/* The column as the row has it now: the stamp may have written it since NEW was made. */
static void put_column(struct follow *f, const il_piece *piece, il_buf *out) {
  il_trig *t = f->t;
  const char *side = piece->kind == IL_PIECE_OLD ? "OLD" : "NEW";
  for (int c = 0; piece->kind == IL_PIECE_NEW && c < t->plan->ncols; c++) {
    const char *name = t->plan->cols[c].name;
    if (!f->filled || !f->filled[c] || !same_letters(name, piece)) continue;
    il_buf_reset(
        &t->sql); /* lent for the row's condition: the templates are made before the statement */
    il_trig_this_row(t, "NEW");
    il_buf_f(out, "(SELECT %I FROM %I WHERE %s)", name, t->info->name,
             il_buf_text(&t->sql) ? il_buf_text(&t->sql) : "");
    il_buf_reset(&t->sql);
    return;
  }
  il_buf_f(out, "%s.%.*I", side, (int)piece->n, piece->p);
}

static void put_key(struct follow *f, il_buf *out) {
  const il_plan *plan = f->t->plan;
  const char *side = f->event == IL_EV_DELETE ? "OLD" : "NEW";
  if (plan->nkey == 1) {
    il_buf_f(out, "%s.%I", side, plan->cols[plan->key[0]].name);
    return;
  }
  il_buf_f(out, "il1_key(%s", f->t->literal);
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(out, ", %s.%I", side, plan->cols[plan->key[i]].name);
  il_buf_char(out, ')');
}

static void put_state(struct follow *f, const char *side, int exists, il_buf *out) {
  const il_op *op = f->after->op;
  if (!exists || op->ncols < 1) {
    il_buf_str(out, "NULL");
  } else {
    il_buf_f(out, "il1_state(%s, %d, %s.%I)", f->t->literal, op->index, side,
             f->t->plan->cols[op->cols[0]].name);
  }
}

static void put_event_call(struct follow *f, il_buf *out) {
  il_trig *t = f->t;
  const il_op *op = f->after->op;
  const char *state = t->plan->cols[op->cols[0]].name;
  il_buf_f(out, "il1_event(%s, %d, %d, julianday('now'), ", t->literal, op->index, f->after->k);
  if (f->event == IL_EV_INSERT)
    il_buf_str(out, "NULL");
  else
    il_buf_f(out, "OLD.%I", state);
  il_buf_f(out, ", NEW.%I", state);
  for (int i = 0; i < t->plan->nkey; i++)
    il_buf_f(out, ", NEW.%I", t->plan->cols[t->plan->key[i]].name);
  il_buf_char(out, ')');
}

static il_kind put_variable(struct follow *f, const il_piece *piece, il_buf *out) {
  static const struct {
    const char *name, *sql;
  } plain[] = {
      {"now", "il1_now(julianday('now'))"}, {"actor", "il1_actor()"}, {"payload", "il1_payload()"}};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (strlen(plain[i].name) == piece->n && memcmp(plain[i].name, piece->p, piece->n) == 0) {
      il_buf_str(out, plain[i].sql);
      return IL_OK;
    }
  }
  if (piece->n == 3 && memcmp(piece->p, "key", 3) == 0)
    put_key(f, out);
  else if (piece->n == 4 && memcmp(piece->p, "from", 4) == 0)
    put_state(f, "OLD", f->event != IL_EV_INSERT, out);
  else if (piece->n == 2 && memcmp(piece->p, "to", 2) == 0)
    put_state(f, "NEW", f->event != IL_EV_DELETE, out);
  else if (piece->n == 5 && memcmp(piece->p, "event", 5) == 0 &&
           f->after->follow.kind == IL_FOLLOW_ONE && f->direct)
    put_event_call(f, out);
  else if (piece->n == 5 && memcmp(piece->p, "event", 5) == 0 &&
           f->after->follow.kind == IL_FOLLOW_ONE)
    il_buf_str(out, "\"il1_event\"");
  else
    return il_error_set(f->t->err, IL_ARGUMENT, "rule %s: unknown variable $%.*s",
                        f->after->op->rule, piece->n > 64 ? 64 : (int)piece->n, piece->p);
  return IL_OK;
}

/* The template in SQLite's SQL, arena-owned; NULL (and the trigger has failed). */
static const char *expand(struct follow *f, const char *sql) {
  il_trig *t = f->t;
  size_t pos = 0, n = strlen(sql);
  il_piece piece;
  il_kind kind = IL_OK;
  const char *text = NULL;
  il_buf out;
  int got = 0;
  il_buf_init(&out, t->arena->mem);
  while (kind == IL_OK && (got = il_sql_piece(sql, n, &pos, t->arena, &piece, t->err)) > 0) {
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(&out, piece.p, piece.n);
    else if (piece.kind == IL_PIECE_VAR)
      kind = put_variable(f, &piece, &out);
    else
      put_column(f, &piece, &out);
  }
  if (got < 0) kind = t->err ? t->err->kind : IL_ARGUMENT;
  if (kind == IL_OK) {
    if (il_buf_text(&out)) text = il_arena_strdup(t->arena, il_buf_text(&out));
    if (!text) kind = il_error_set(t->err, IL_NOMEM, "out of memory");
  }
  il_buf_free(&out);
  if (kind != IL_OK) il_trig_fail(t, kind);
  return text;
}

/* ---- conditions ----------------------------------------------------------------------------- */

/* Where a statement's clauses begin; NULL: it has none. Only what stands outside parentheses
** counts. */
struct clauses {
  il_token verb, source, where, conflict;
};

static struct clauses find_clauses(const char *sql) {
  struct clauses c = {0};
  il_scan s = il_scan_start(sql, strlen(sql));
  il_token t = il_scan_next(&s), on = {0};
  c.verb = t;
  for (; t.kind != IL_TOKEN_END; t = il_scan_next(&s)) {
    if (s.depth) continue;
    if (il_token_is(&t, "CONFLICT") && on.p && !c.conflict.p) c.conflict = on;
    on.p = NULL;
    if (il_token_is(&t, "ON")) on = t;
    if (!c.source.p && (il_token_is(&t, "VALUES") || il_token_is(&t, "SELECT"))) c.source = t;
    if (!c.where.p && il_token_is(&t, "WHERE")) c.where = t;
  }
  return c;
}

static void bad_statement(struct follow *f, const char *why) {
  il_trig_fail(f->t, il_error_set(f->t->err, IL_ARGUMENT, "rule %s: %s", f->after->op->rule, why));
}

/* A statement that does nothing unless the condition holds. */
static void put_conditional(struct follow *f, const char *sql, const char *condition) {
  il_buf *out = &f->t->sql;
  struct clauses c = find_clauses(sql);
  const char *end = sql + strlen(sql);
  if (!condition) {
    il_buf_f(out, "%s\n; ", sql);
  } else if (il_token_is(&c.verb, "UPDATE") || il_token_is(&c.verb, "DELETE")) {
    const char *where = c.where.p ? c.where.p : end;
    il_buf_add(out, sql, (size_t)(where - sql));
    il_buf_f(out, "\nWHERE (%s\n)", condition);
    if (c.where.p) il_buf_f(out, " AND (%s\n)", where + c.where.n);
    il_buf_str(out, "; ");
  } else if ((il_token_is(&c.verb, "INSERT") || il_token_is(&c.verb, "REPLACE") ||
              il_token_is(&c.verb, "SELECT")) &&
             c.source.p) {
    const char *tail = c.conflict.p ? c.conflict.p : end;
    il_buf_add(out, sql, (size_t)(c.source.p - sql));
    il_buf_f(out, "SELECT * FROM (%.*s\n) WHERE (%s\n) %s\n; ", (int)(tail - c.source.p),
             c.source.p, condition, tail);
  } else {
    bad_statement(
        f,
        "a statement under a condition must be an INSERT … VALUES or SELECT, an UPDATE or a DELETE");
  }
}

/* ---- event rows ----------------------------------------------------------------------------- */

static void put_lost(struct follow *f) {
  il_trig *t = f->t;
  il_buf_f(&t->sql, "SELECT il1_lost(%s, %d", t->literal, f->after->op->index);
  il_trig_columns(t, "NEW", t->plan->key, t->plan->nkey);
  il_buf_str(&t->sql, ") WHERE changes() <> 1");
}

/*
** INSERT INTO e (…) VALUES (…) with the event's name from a subquery: it is asked for once, and a
** NULL (load mode) writes no row. LIMIT keeps the subquery from being merged into the outer one,
** which would ask twice. Then the check that the row is there: the conflict clause of the
** statement that fired the trigger overrides the one of this INSERT.
*/
static void put_event(struct follow *f, const char *sql, const char *condition) {
  il_trig *t = f->t;
  struct clauses c = find_clauses(sql);
  const char *open, *close = sql + strlen(sql);
  if (f->event == IL_EV_DELETE || f->after->op->ncols < 1 || !c.source.p) {
    bad_statement(f, "an event row must be an INSERT of one row that follows an INSERT or UPDATE");
    return;
  }
  open = c.source.p + c.source.n;
  if (il_token_is(&c.source, "VALUES")) {
    open = strchr(open, '(');
    while (close > sql && *close != ')')
      close--;
    if (!open || close <= open) {
      bad_statement(f, "an event row must be an INSERT of one row");
      return;
    }
    open++;
  }
  il_buf_add(&t->sql, sql, (size_t)(c.source.p - sql));
  il_buf_f(&t->sql, "SELECT %.*s\n FROM (SELECT ", (int)(close - open), open);
  put_event_call(f, &t->sql);
  il_buf_str(&t->sql, " AS \"il1_event\"");
  if (condition) il_buf_f(&t->sql, " WHERE (%s\n)", condition);
  il_buf_str(&t->sql, " LIMIT 1) WHERE \"il1_event\" IS NOT NULL; ");
  put_lost(f);
  if (condition) il_buf_f(&t->sql, " AND (%s\n)", condition);
  il_buf_str(&t->sql, "; ");
}

/* ---- asserts -------------------------------------------------------------------------------- */

static void put_assert(struct follow *f, const char *sql, const char *condition) {
  il_trig *t = f->t;
  il_buf_f(&t->sql, "SELECT il1_refuse(%s, %d", t->literal, f->after->op->index);
  il_trig_columns(t, f->event == IL_EV_DELETE ? "OLD" : "NEW", t->plan->key, t->plan->nkey);
  il_buf_str(&t->sql, ") WHERE ");
  if (condition) il_buf_f(&t->sql, "(%s\n) AND ", condition);
  il_buf_f(&t->sql, "(%s\n) IS NOT TRUE; ", sql);
}

/* ---- what is asked of other tables ---------------------------------------------------------- */

static void put_objection(struct follow *f, const char *sql) {
  il_trig *t = f->t;
  il_buf_f(&t->sql, "SELECT il1_object(%s, %d, \"what\"", t->literal, f->after->op->index);
  il_trig_columns(t, "NEW", t->plan->key, t->plan->nkey);
  il_buf_f(&t->sql, ") FROM (%s\n) WHERE \"what\" IS NOT NULL; ", sql);
}

/* The other table's guard is told a moment before it sees the UPDATE: SET and WHERE come first. */
static void put_addition(struct follow *f, const char *sql) {
  il_trig *t = f->t;
  il_buf told;
  const char *condition;
  il_buf_init(&told, t->arena->mem);
  il_buf_f(&told, "il1_adding(%s, %d, NEW.%I) = 1", t->literal, f->after->op->index,
           t->plan->cols[f->after->op->cols[0]].name);
  condition = il_buf_text(&told) ? il_arena_strdup(t->arena, told.p) : NULL;
  il_buf_free(&told);
  if (condition)
    put_conditional(f, sql, condition);
  else
    il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
}

/* UPDATE "t" SET "c" = (query) of the row that has just been inserted. */
static void put_lookup(struct follow *f, const char *query) {
  il_trig *t = f->t;
  const char *column = t->plan->cols[f->after->op->cols[0]].name;
  il_buf_f(&t->sql, "UPDATE %I SET %I = (%s\n) WHERE ", t->info->name, column, query);
  il_trig_this_row(t, "NEW");
  il_buf_f(&t->sql, " AND %I IS NULL AND (%s\n) IS NOT NULL AND il1_load() = 0; ", column, query);
}

/*
** Event rows in a trigger of their own whose WHEN says that there are so many. SQLite writes the
** rows of an INSERT … SELECT into a temporary b-tree first when the table has triggers, and setting
** that up costs several times what the row does; INSERT … VALUES goes straight in.
*/
static void put_event_rows(il_trig *t, const il_after *list, int n, int event, const char *name) {
  const il_op *op = list[0].op;
  const char *state = t->plan->cols[op->cols[0]].name;
  il_trig_header(t, name, event == IL_EV_INSERT ? "AFTER INSERT" : "AFTER UPDATE");
  if (event == IL_EV_UPDATE) il_buf_f(&t->sql, "OF %I ", state);
  il_buf_f(&t->sql, "ON %I WHEN il1_events(%s, %d, ", t->info->name, t->literal, op->index);
  il_buf_f(&t->sql, event == IL_EV_INSERT ? "NULL" : "OLD.%I", state);
  il_buf_f(&t->sql, ", NEW.%I) = %d BEGIN ", state, n);
  for (int k = 0; k < n; k++) {
    struct follow f = {t, &list[k], event, NULL, 1};
    const char *sql = expand(&f, list[k].follow.sql);
    if (!sql) return;
    il_buf_f(&t->sql, "%s; ", sql);
    put_lost(&f);
    il_buf_str(&t->sql, "; ");
  }
  il_buf_str(&t->sql, "END");
  il_trig_emit(t);
}

/* Whether a template says its event and takes nothing that the stamp may have written. */
static int stands_alone(il_trig *t, const char *sql, const unsigned char *filled) {
  size_t pos = 0, n = strlen(sql);
  int says = 0, got;
  il_piece piece;
  while ((got = il_sql_piece(sql, n, &pos, t->arena, &piece, NULL)) > 0) {
    if (piece.kind == IL_PIECE_VAR) says |= piece.n == 5 && memcmp(piece.p, "event", 5) == 0;
    if (piece.kind != IL_PIECE_NEW) continue;
    for (int c = 0; c < t->plan->ncols; c++) {
      const char *name = t->plan->cols[c].name;
      if (filled[c] && same_letters(name, &piece)) return 0;
    }
  }
  return got == 0 && says;
}

/* Whether event rows of one machine are all that follows. */
static int only_events(il_trig *t, const il_after *list, int n, const unsigned char *filled) {
  for (int i = 0; i < n; i++) {
    const il_op *op = list[i].op;
    if (op != list[0].op || list[i].follow.kind != IL_FOLLOW_ONE || list[i].k != i) return 0;
    if (strcmp(op->role->name, ".events") != 0 || op->ncols != 1) return 0;
  }
  return n > 0 && stands_alone(t, list[0].follow.sql, filled);
}

int il_follow_event_rows(il_trig *t, int event, const unsigned char *filled) {
  int n;
  const il_after *list = il_trig_follows(t, event, &n);
  char name[] = "event_i0";
  if (!list || n > 9 || !only_events(t, list, n, filled)) return 0;
  name[6] = event == IL_EV_INSERT ? 'i' : 'u';
  for (int k = 1; k <= n; k++) {
    name[7] = (char)('0' + k);
    put_event_rows(t, list, k, event, name);
  }
  return 1;
}

/* What the next statement writes is announced to the guard of its table. */
static void put_tell(struct follow *f, const char *condition) {
  il_trig *t = f->t;
  const il_op *op = f->after->op;
  il_buf_f(&t->sql, "SELECT il1_tell(%s, %d, NEW.%I)", t->literal, op->index,
           t->plan->cols[op->cols[1]].name);
  if (condition) il_buf_f(&t->sql, " WHERE (%s\n)", condition);
  il_buf_str(&t->sql, "; ");
}

void il_follow_sqlite(il_trig *t, const il_after *a, int event, const unsigned char *filled) {
  struct follow f = {t, a, event, filled, 0};
  il_buf statement = t->sql; /* put_column() borrows t->sql */
  const char *sql, *condition = NULL;
  il_buf_init(&t->sql, t->arena->mem);
  sql = expand(&f, a->follow.sql);
  if (sql && a->follow.condition) {
    condition = expand(&f, a->follow.condition);
    if (!condition) sql = NULL;
  }
  il_buf_free(&t->sql);
  t->sql = statement;
  if (!sql) return;
  if (a->follow.kind == IL_FOLLOW_ASSERT)
    put_assert(&f, sql, condition);
  else if (a->follow.kind == IL_FOLLOW_ONE)
    put_event(&f, sql, condition);
  else if (a->follow.kind == IL_FOLLOW_REFUSE)
    put_objection(&f, sql);
  else if (a->follow.kind == IL_FOLLOW_FILL)
    put_lookup(&f, sql);
  else if (a->follow.kind == IL_FOLLOW_ADD)
    put_addition(&f, sql);
  else {
    if (a->follow.tells) put_tell(&f, condition);
    put_conditional(&f, sql, condition);
  }
}
