/*
** lease.c: a table of locks (S-28, S-29, jobs.md). A lock is held while it has an owner and expires
** after now; "expires <= now" is expired, whoever looks. Held by its owner alone, which is the
** session's actor: nobody else changes who holds it, until when, or takes it away. What is free or
** expired can be taken by anybody.
**
** Two kinds of tables. With a token column the row stays when the lock is released (owner and
** expires become NULL) and its token grows with every change of holder, so that what it fences
** off can tell an old holder from the new one; such a row is never deleted. Without one the row
** goes, and an INSERT over an expired lock takes over: the expired row is deleted before.
**
** Words: "o<column>" owner, "a<column>" acquired, "e<column>" expires, "k<column>" token,
** "t<seconds>" how long by default, "H<rule>" what another than the holder breaks, "E<rule>" what
** ends before it begins does, "C<table>" and
** "K<key>": the lock goes with that parent, whose key is in the column "p<column>".
*/
#include "times.h"
#include <strings.h>
#include "../values/instant.h"

static const char *const lease_keys[] = {"rule",        "rules",          "owner",
                                         "acquired",    "expires",        "token",
                                         "ttl_seconds", "cascade_delete", NULL};
static const char *const rule_keys[] = {"holder", "order", NULL};
static const char *const cascade_keys[] = {"column", "table", "key", NULL};

enum { TTL = 300 };

typedef struct lease {
  il_lease at; /* first: what the functions see */
  const char *holder_rule, *order_rule;
  const char *expired_sql; /* NULL: with a token */
  const char *orphan_sql;  /* an assert of DELETE, NULL: no cascade */
} lease;

/* ---- binding ---- */

static il_kind bind_cascade(il_binder *b, const cJSON *json, il_bind_op *op) {
  const char *table, *key;
  int col;
  il_kind kind = il_bind_keys(b, json, cascade_keys);
  if (kind == IL_OK && !il_doc_get(json, "column"))
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "column"), IL_C_TEXT, &col);
  if (kind == IL_OK) kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "key", 1, &key);
  if (kind != IL_OK) return kind;
  il_bind_word_int(b, op, 'p', col);
  il_bind_word(b, op, 'C', table);
  il_bind_word(b, op, 'K', key);
  return IL_OK;
}

/* What the kind of table needs. */
static il_kind bind_kind(il_binder *b, const cJSON *json) {
  static const char *const freed[] = {"owner", "expires"};
  const cJSON *token = il_doc_get(json, "token"), *cascade = il_doc_get(json, "cascade_delete");
  if (!token && !il_doc_get(json, "acquired"))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "needs \"token\", or \"acquired\", which is the token then");
  if (!il_bind_key_unique(b->table))
    return il_bind_error(b, json, IL_ARGUMENT, "the key must be a primary key or a unique index");
  for (int i = 0; token && i < 2; i++) {
    const cJSON *node = il_doc_get(json, freed[i]);
    int col;
    il_kind kind = il_bind_column(b, node, IL_C_TEXT, &col);
    if (kind != IL_OK) return kind;
    if (!il_bind_nullable(b->table, col))
      return il_bind_error(b, node, IL_ARGUMENT,
                           "must be nullable: the row of a lock with a token stays when it is "
                           "released");
  }
  if (cascade && token)
    return il_bind_error(b, cascade, IL_ARGUMENT, "a row with a token is never deleted");
  return IL_OK;
}

static void add_key(il_binder *b, il_bind_op *op) {
  for (int i = 0; i < b->table->plan->nkey; i++) {
    int col = b->table->plan->key[i], there = 0;
    for (int k = 0; k < op->ncols; k++)
      there |= op->cols[k] == col;
    if (!there) il_bind_add_col(b, op, col);
  }
}

/* What is written is one operation, what is deleted another: each has its rule. */
static il_kind bind_op(il_binder *b, const cJSON *json, const il_role *role, const char *rule,
                       unsigned events, const char *holder, const char *order) {
  static const il_part parts[] = {{"owner", 'o', IL_C_TEXT, 1},
                                  {"acquired", 'a', IL_C_INSTANT, 0},
                                  {"expires", 'e', IL_C_INSTANT, 1},
                                  {"token", 'k', IL_C_INT, 0}};
  const cJSON *cascade = il_doc_get(json, "cascade_delete");
  il_bind_op *op = il_bind_add(b, b->table, role, rule, events);
  il_kind kind = il_bind_parts(b, json, op, parts, 4);
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "ttl_seconds", 1, op, 't');
  if (kind == IL_OK && cascade && role == &il_role_held) kind = bind_cascade(b, cascade, op);
  if (kind != IL_OK) return kind;
  if (holder) il_bind_word(b, op, 'H', holder);
  if (order) il_bind_word(b, op, 'E', order);
  add_key(b, op);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *rules = il_doc_get(json, "rules");
  const char *rule, *holder = NULL, *order = NULL;
  il_kind kind = il_bind_keys(b, json, lease_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "holder", rule, &holder);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "order", rule, &order);
  if (kind == IL_OK)
    kind = bind_op(b, json, &il_role_lease, rule, IL_EV_INSERT | IL_EV_UPDATE,
                   holder != rule ? holder : NULL, order != rule ? order : NULL);
  if (kind == IL_OK) kind = bind_kind(b, json);
  return kind == IL_OK ? bind_op(b, json, &il_role_held, holder, IL_EV_DELETE, NULL, NULL) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table holds one kind of locks");
}

/* ---- compiling ---- */

static il_kind compile_sql(il_op *op, const il_plan *plan, lease *l, il_arena *arena) {
  const char *table = il_op_word(op, 'C'), *key = il_op_word(op, 'K'),
             *parent = il_op_word(op, 'p');
  int col = parent ? il_word_col(parent, plan) : -1;
  il_buf sql;
  if (l->at.token < 0 && plan->nkey) {
    il_buf_init(&sql, arena->mem);
    il_buf_f(&sql, "DELETE FROM %I WHERE ", plan->table);
    for (int i = 0; i < plan->nkey; i++) {
      const char *name = il_col_name(plan, plan->key[i]);
      il_buf_f(&sql, "%I = NEW.%I AND ", name, name);
    }
    il_buf_f(&sql, "instant_us(%I) <= instant_us($now)", il_col_name(plan, l->at.expires));
    l->expired_sql = il_buf_arena(&sql, arena);
  }
  if (table && key && col >= 0) {
    const char *owner = il_col_name(plan, l->at.owner);
    il_buf_init(&sql, arena->mem);
    il_buf_f(&sql,
             "OLD.%I IS NULL OR OLD.%I = $actor OR instant_us(OLD.%I) <= instant_us($now) OR "
             "NOT EXISTS (SELECT 1 FROM %I WHERE %I = OLD.%I)",
             owner, owner, il_col_name(plan, l->at.expires), table, key, il_col_name(plan, col));
    l->orphan_sql = il_buf_arena(&sql, arena);
  }
  return arena->failed ? IL_NOMEM : IL_OK;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  lease *l = il_arena_alloc(arena, sizeof *l);
  if (!l) return il_error_set(err, IL_NOMEM, "out of memory");
  l->at.owner = il_op_col(op, plan, 'o');
  l->at.acquired = il_op_col(op, plan, 'a');
  l->at.expires = il_op_col(op, plan, 'e');
  l->at.token = il_op_col(op, plan, 'k');
  l->at.ttl = il_op_seconds(op, 't', TTL);
  l->holder_rule = il_op_word(op, 'H') ? il_op_word(op, 'H') : op->rule;
  l->order_rule = il_op_word(op, 'E') ? il_op_word(op, 'E') : op->rule;
  if (l->at.owner < 0 || l->at.expires < 0 || l->at.ttl < 1 ||
      (l->at.token < 0 && l->at.acquired < 0))
    return il_word_error(op, err, "expected an owner and an instant");
  op->compiled = l;
  if (compile_sql(op, plan, l, arena) != IL_OK) return il_error_set(err, IL_NOMEM, "out of memory");
  return IL_OK;
}

/* ---- judging ---- */

static int owned(const il_row *row, int side, const lease *l) {
  return il_row_value(row, side, l->at.owner).type != IL_T_NULL;
}

static int live(const il_row *row, int side, const lease *l) {
  int64_t us;
  return owned(row, side, l) && il_row_instant(row, side, l->at.expires, &us) == 1 && us > row->now;
}

/* A new owner without an instant gets one that makes it live. */
static int to_be_live(const il_row *row, const lease *l) {
  return live(row, IL_NEW, l) ||
         (owned(row, IL_NEW, l) && il_row_value(row, IL_NEW, l->at.expires).type == IL_T_NULL);
}

/* Does this write take a lock that nobody held? */
static int takes(const il_row *row, const lease *l) {
  if (row->event == IL_EV_INSERT) return owned(row, IL_NEW, l);
  return !live(row, IL_OLD, l) && to_be_live(row, l);
}

/* A type of PostgreSQL that has one spelling of its own (uuid) takes either case of it. */
static int by_holder(const il_row *row, const lease *l) {
  il_value owner = il_row_value(row, IL_OLD, l->at.owner);
  int64_t number;
  if (!row->actor) return 0;
  if (owner.type == IL_T_INT) return il_word_int(row->actor, &number) && number == owner.i;
  if (owner.n != strlen(row->actor)) return 0;
  if (owner.type == IL_T_OTHER) return strncasecmp(owner.p, row->actor, owner.n) == 0;
  return owner.type == IL_T_TEXT && memcmp(owner.p, row->actor, owner.n) == 0;
}

static il_kind refuse(const il_op *op, const il_row *row, int col, const char *rule,
                      const char *what, il_error *err) {
  il_op named = *op;
  named.rule = rule;
  return il_refuse(err, row, &named, col, IL_RULE, "%s", what);
}

/* What the row itself must be. */
static il_kind check_values(const il_op *op, const il_row *row, il_error *err) {
  const lease *l = op->compiled;
  int64_t acquired = 0, expires = 0;
  int has_acquired = 0, has = il_row_instant(row, IL_NEW, l->at.expires, &expires);
  il_op named;
  il_value v;
  if (has < 0) return il_refuse_instant(err, row, op, l->at.expires);
  if (l->at.acquired >= 0) has_acquired = il_row_instant(row, IL_NEW, l->at.acquired, &acquired);
  if (has_acquired < 0) return il_refuse_instant(err, row, op, l->at.acquired);
  if (l->at.token >= 0) {
    v = il_row_value(row, IL_NEW, l->at.token);
    if (v.type != IL_T_NULL && (v.type != IL_T_INT || v.i < 0))
      return il_refuse(err, row, op, l->at.token, IL_RULE, "%s.%s must be a number of at least 0",
                       row->plan->table, il_col_name(row->plan, l->at.token));
  }
  v = il_row_value(row, IL_NEW, l->at.owner);
  if (v.type == IL_T_NULL) return IL_OK;
  if (!row->stored && !row->load && takes(row, l)) { /* what fill() makes of it */
    if (!has) expires = il_after_seconds(row->now, l->at.ttl);
    has = 1;
    if (l->at.acquired >= 0 &&
        (row->event == IL_EV_INSERT ? !has_acquired : !row->differs(row, l->at.acquired))) {
      acquired = row->now;
      has_acquired = 1;
    }
  }
  if (v.n == 0 && (v.type == IL_T_TEXT || v.type == IL_T_OTHER))
    return il_refuse(err, row, op, l->at.owner, IL_RULE, "%s.%s must not be empty",
                     row->plan->table, il_col_name(row->plan, l->at.owner));
  if (!has || !has_acquired || expires > acquired) return IL_OK;
  named = *op;
  named.rule = l->order_rule;
  return il_refuse(err, row, &named, l->at.expires, IL_RULE, "%s.%s must be after %s",
                   row->plan->table, il_col_name(row->plan, l->at.expires),
                   il_col_name(row->plan, l->at.acquired));
}

static int64_t token_of(const il_row *row, int side, const lease *l) {
  il_value v = il_row_value(row, side, l->at.token);
  return v.type == IL_T_INT ? v.i : 0;
}

/* The token changes when the holder does, and never back. */
static il_kind check_token(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const lease *l = op->compiled;
  int64_t was, is;
  if (l->at.token < 0) return IL_OK;
  was = token_of(row, IL_OLD, l);
  is = token_of(row, IL_NEW, l);
  if (takes(row, l)) *work |= IL_WORK_FILL;
  if (takes(row, l) && was == INT64_MAX)
    return il_refuse(err, row, op, l->at.token, IL_RULE,
                     "%s.%s holds the largest number there is: no token comes after it",
                     row->plan->table, il_col_name(row->plan, l->at.token));
  if (is == was || (takes(row, l) && is > was)) return IL_OK;
  return il_refuse(err, row, op, l->at.token, IL_RULE, "%s.%s grows with the holder and only then",
                   row->plan->table, il_col_name(row->plan, l->at.token));
}

static int key_differs(const il_row *row) {
  for (int i = 0; i < row->plan->nkey; i++)
    if (row->differs(row, row->plan->key[i])) return 1;
  return 0;
}

static il_kind check_update(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const lease *l = op->compiled;
  int was_live = live(row, IL_OLD, l), owner = row->differs(row, l->at.owner),
      until = row->differs(row, l->at.expires),
      since = l->at.acquired >= 0 && row->differs(row, l->at.acquired);
  if (key_differs(row) && (was_live || l->at.token >= 0))
    return refuse(op, row, -1, op->rule, "a lock keeps its key", err);
  if (was_live) {
    int freed = owner && !owned(row, IL_NEW, l);
    if (owner && !freed)
      return refuse(op, row, l->at.owner, op->rule, "the lock is held by another", err);
    if ((owner || until || since) && !by_holder(row, l))
      return refuse(op, row, l->at.owner, l->holder_rule, "the lock is held by another", err);
    if (since)
      return refuse(op, row, l->at.acquired, op->rule, "a lock keeps the instant it was taken at",
                    err);
    if (freed && l->at.token < 0)
      return refuse(op, row, l->at.owner, op->rule, "a lock is released by DELETE", err);
  } else if (takes(row, l)) {
    *work |= IL_WORK_FILL;
  }
  return check_token(op, row, work, err);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  il_kind kind = IL_OK;
  if (row->event == IL_EV_UPDATE && !row->load && !row->stored)
    kind = check_update(op, row, work, err);
  if (kind != IL_OK) return kind;
  if (row->event == IL_EV_INSERT && !row->stored && !row->load) *work |= IL_WORK_FILL;
  return check_values(op, row, err);
}

/* ---- what the database writes ---- */

static int put(il_fill *fills, int n, int max, int col, il_value v) {
  if (col < 0 || n >= max) return n;
  fills[n].col = col;
  fills[n].value = v;
  return n + 1;
}

/* The next token: after a failover none may be given that the old primary has given already. */
static int64_t first(const il_row *row, int64_t last) {
  int64_t next = last < INT64_MAX ? last + 1 : last;
  return next < row->epoch ? row->epoch : next;
}

static int is_null(const il_row *row, int col) {
  return col >= 0 && il_row_value(row, IL_NEW, col).type == IL_T_NULL;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const lease *l = op->compiled;
  int insert = row->event == IL_EV_INSERT;
  if (row->load) return n;
  if (insert && is_null(row, l->at.token))
    n = put(fills, n, max, l->at.token, il_int(first(row, 0)));
  if (!takes(row, l)) return n;
  if (insert ? is_null(row, l->at.acquired)
             : l->at.acquired >= 0 && !row->differs(row, l->at.acquired))
    n = put(fills, n, max, l->at.acquired, il_instant(row->now));
  if (is_null(row, l->at.expires))
    n = put(fills, n, max, l->at.expires, il_instant(il_after_seconds(row->now, l->at.ttl)));
  if (!insert && l->at.token >= 0)
    n = put(fills, n, max, l->at.token, il_int(first(row, token_of(row, IL_OLD, l))));
  return n;
}

/* The owner is bound first, the key last. */
static int filled(const il_op *op, int *end) {
  const lease *l = op->compiled;
  *end = 2 + (l->at.acquired >= 0) + (l->at.token >= 0);
  return 1;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const lease *l = op->compiled;
  (void)arena;
  if (k > 0 || event != IL_EV_INSERT || !l->expired_sql || (row && row->load)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_BEFORE, .sql = l->expired_sql};
  return 1;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const lease *l = op->compiled;
  if (k || l->at.token >= 0) return 0; /* nothing is swept */
  il_index_instant(plan, -1, l->at.expires, postgres, columns);
  *what = "lease";
  (void)where;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const lease *l = op->compiled;
  il_buf_f(out, "%s is a table of locks: %s holds one until %s, and nobody else changes that",
           plan->table, il_col_name(plan, l->at.owner), il_col_name(plan, l->at.expires));
  if (l->at.token >= 0)
    il_buf_f(out, "; %s grows with every change of holder", il_col_name(plan, l->at.token));
  else
    il_buf_str(out, "; who inserts one that is over takes it");
  il_buf_char(out, '.');
}

/* ---- what is deleted ---- */

static il_kind check_held(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const lease *l = op->compiled;
  if (row->load) return IL_OK;
  if (l->at.token >= 0)
    return refuse(op, row, -1, op->rule, "a row keeps its token: release the lock", err);
  if (!live(row, IL_OLD, l) || by_holder(row, l)) return IL_OK;
  if (!l->orphan_sql) return refuse(op, row, -1, op->rule, "the lock is held by another", err);
  *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow_held(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                       il_follow *out) {
  const lease *l = op->compiled;
  (void)arena;
  if (k > 0 || event != IL_EV_DELETE || !l->orphan_sql || (row && row->load)) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT, .sql = l->orphan_sql};
  out->text = "the lock is held by another";
  return 1;
}

static il_kind truncate(const il_op *op, const il_row *row, il_error *err) {
  return refuse(op, row, -1, op->rule, "TRUNCATE is refused: locks may be held", err);
}

static void describe_held(const il_op *op, const il_plan *plan, il_buf *out) {
  const lease *l = op->compiled;
  const char *table = il_op_word(op, 'C');
  if (l->at.token >= 0) {
    il_buf_f(out, "%s rows stay, and keep their %s.", plan->table, il_col_name(plan, l->at.token));
    return;
  }
  il_buf_f(out, "A held lock of %s is deleted by its holder only", plan->table);
  if (table) il_buf_f(out, ", or with its row of %s", table);
  il_buf_char(out, '.');
}

const il_role il_role_lease = {.name = "lease",
                               .precedes = 1,
                               .session = 1,
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .fill = fill,
                               .filled = filled,
                               .index = index_of,
                               .follow = follow,
                               .describe = describe};
const il_role il_role_held = {.name = ".held",
                              .session = 1,
                              .rests_in_load = 1,
                              .compile = compile,
                              .check = check_held,
                              .follow = follow_held,
                              .truncate = truncate,
                              .describe = describe_held};
