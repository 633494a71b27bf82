/*
** guard.c: the functions that guarded tables' triggers call to judge a row.
**
**   CREATE TRIGGER "interlock_Runs_update" BEFORE UPDATE ON "Runs" BEGIN
**     SELECT il1_update('il1:0123456789abcdef:…', OLD."Id", OLD."Status", NEW."Id", NEW."Status"); END
**
** Whoever can change the schema can call these with anything, and whoever can write a row can put
** anything in it: every argument is checked, nothing is trusted but what il_plan_read() accepted,
** and what is not understood is an error, so that a write fails rather than passes. They are
** INNOCUOUS: they read their arguments and the connection's session and touch no table.
*/
#include "guard.h"
#include "rules/machine.h"
#include "values/instant.h"
#include <string.h>

/* ---- rows ----------------------------------------------------------------------------------- */

/* Both sides of a column, read from SQLite once. */
static const il_value *row_column(il_guard *g, int col) {
  int at = g->slot[col];
  if (g->memo_col == col) return g->memo;
  for (int side = 0; side < 2; side++) {
    if (at < 0 || !g->side[side])
      g->memo[side] = il_null();
    else
      il_value_of(g->side[side][at], &g->memo[side], &g->nomem);
  }
  g->memo_col = col;
  return g->memo;
}

static void row_get(const il_row *row, int side, int col, il_value *out) {
  *out = row_column(row->host, col)[side];
}

static int row_differs(const il_row *row, int col) {
  il_guard *g = row->host;
  int at = g->slot[col];
  sqlite3_value *was, *is;
  const il_value *v;
  if (at < 0 || !g->side[IL_OLD] || !g->side[IL_NEW]) return 0;
  was = g->side[IL_OLD][at];
  is = g->side[IL_NEW][at];
  if (sqlite3_value_type(was) == SQLITE_INTEGER && sqlite3_value_type(is) == SQLITE_INTEGER)
    return sqlite3_value_int64(was) != sqlite3_value_int64(is);
  if (sqlite3_value_type(was) == SQLITE_TEXT && sqlite3_value_type(is) == SQLITE_TEXT) {
    int n = sqlite3_value_bytes(was); /* 0 may be a conversion that failed: values.c */
    if (n > 0 && sqlite3_value_bytes(is) == n) {
      int same = memcmp(sqlite3_value_blob(was), sqlite3_value_blob(is), (size_t)n) == 0;
      if (same || !row->plan->cols[col].instant) return !same;
    }
  }
  v = row_column(g, col);
  return !il_column_same(&row->plan->cols[col], &v[0], &v[1]);
}

/* A key that was passed alone: the place of a column in the key. */
static void key_get(const il_row *row, int side, int col, il_value *out) {
  il_guard *g = row->host;
  const il_plan *plan = row->plan;
  (void)side;
  *out = il_null();
  for (int i = 0; i < plan->nkey; i++) {
    if (plan->key[i] == col) {
      il_value_of(g->side[IL_NEW][i], out, &g->nomem);
      return;
    }
  }
}

static int key_differs(const il_row *row, int col) {
  (void)row;
  (void)col;
  return 0;
}

/* ---- beginning and ending ------------------------------------------------------------------- */

void il_guard_error(il_conn *c, sqlite3_context *ctx, const il_error *err) {
  *c->refusal = *err;
  il_error_text(err, c->refusal_text, IL_REFUSAL_TEXT);
  il_result_error(ctx, err);
}

void il_guard_bad(sqlite3_context *ctx, const char *what) {
  il_error err;
  il_error_set(&err, IL_ARGUMENT, "interlock: %s: the trigger is damaged or of another version",
               what);
  il_guard_error(sqlite3_user_data(ctx), ctx, &err);
}

/* Another plan than the last one: from the cache, or read now. */
static const il_plan_entry *plan_of(il_conn *c, sqlite3_context *ctx, const char *text, size_t n) {
  const il_plan_entry *entry = NULL;
  il_error err;
  if (il_conn_plan(c, text, n, &entry, &err) == IL_OK) return entry;
  il_guard_error(c, ctx, &err);
  return NULL;
}

int il_guard_begin(il_guard *g, sqlite3_context *ctx, int argc, sqlite3_value **argv, int least) {
  il_conn *c = sqlite3_user_data(ctx);
  const il_plan_entry *entry = NULL;
  const char *text;
  size_t n;
  g->conn = c;
  g->nomem = 0;
  if (argc <= least) {
    il_guard_bad(ctx, "too few arguments");
    return 0;
  }
  text = (const char *)sqlite3_value_text(argv[0]);
  n = text ? (size_t)sqlite3_value_bytes(argv[0]) : 0;
  if (text) entry = il_conn_plan_last(c, text, n);
  if (!entry && sqlite3_value_type(argv[0]) != SQLITE_TEXT)
    il_guard_bad(ctx, "the plan is not text");
  else if (!text)
    sqlite3_result_error_nomem(ctx);
  else if (!entry)
    entry = plan_of(c, ctx, text, n);
  g->entry = (il_plan_entry *)entry;
  return entry != NULL;
}

void il_guard_row(il_guard *g, int event, sqlite3_value **old, sqlite3_value **new_) {
  g->slot = g->entry->slot[il_event_slot(event)];
  g->side[IL_OLD] = old;
  g->side[IL_NEW] = new_;
  g->memo_col = -1;
  g->row = (il_row){
      .plan = g->entry->plan,
      .event = event,
      .side = event == IL_EV_DELETE ? IL_OLD : IL_NEW,
      .load = g->conn->load,
      .actor = g->conn->acting  ? g->conn->acting
               : g->conn->actor ? g->conn->actor
                                : "system",
      .zones = &g->conn->zones,
      .get = row_get,
      .differs = row_differs,
      .announced = il_guard_announced,
      .host = g,
  };
}

void il_guard_key(il_guard *g, int event, sqlite3_value **argv) {
  il_guard_row(g, event, argv, argv);
  g->row.get = key_get;
  g->row.differs = key_differs;
}

const il_op *il_guard_op(il_guard *g, sqlite3_context *ctx, sqlite3_value *v) {
  const il_plan *plan = g->entry->plan;
  sqlite3_int64 i = sqlite3_value_int64(v);
  if (sqlite3_value_type(v) == SQLITE_INTEGER && i >= 0 && i < plan->nops) return &plan->ops[i];
  il_guard_bad(ctx, "no such operation in the plan");
  return NULL;
}

/* Before an INSERT a rowid that the database will choose is -1: nothing a message should name. */
static int key_unknown(il_guard *g) {
  const il_plan *plan = g->row.plan;
  for (int i = 0; i < plan->nkey; i++) {
    il_value v = row_column(g, plan->key[i])[IL_NEW];
    if (v.type == IL_T_INT && v.i == -1) return 1;
  }
  return 0;
}

/* 1 when the row is accepted. */
static int judge(il_guard *g, sqlite3_context *ctx, int phase) {
  il_error err;
  il_kind kind = il_plan_judge(g->row.plan, &g->row, phase, NULL, &err);
  if (kind != IL_OK && phase == IL_VALUES && key_unknown(g)) err.row[0] = 0;
  if (g->nomem)
    sqlite3_result_error_nomem(ctx);
  else if (kind != IL_OK)
    il_guard_error(g->conn, ctx, &err);
  return !g->nomem && kind == IL_OK;
}

/* ---- judging -------------------------------------------------------------------------------- */

/* The time of plans that have a role that reads it: julianday('now'), the last argument. */
static void read_session(il_guard *g, sqlite3_value *julian) {
  if (g->entry->plan->session) g->row.now = il_guard_time(g->conn, julian);
}

/* The common part of il1_values and il1_insert. */
static void judge_insert(sqlite3_context *ctx, int argc, sqlite3_value **argv, int phase) {
  il_guard g;
  if (!il_guard_begin(&g, ctx, argc, argv, 0)) return;
  if (argc - 1 != g.entry->plan->nused[0] + g.entry->plan->session) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_row(&g, IL_EV_INSERT, NULL, argv + 1);
  read_session(&g, argv[argc - 1]);
  if (g.conn->npending) il_pending_begin(g.conn, g.entry);
  if (phase == IL_VALUES && g.entry->plan->steps[0][IL_GIVEN].n && !judge(&g, ctx, IL_GIVEN))
    return;
  judge(&g, ctx, phase);
}

/* il1_values(plan, NEW…): what single columns may hold, before the row is written. */
static void il1_values(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  judge_insert(ctx, argc, argv, IL_VALUES);
}

/* il1_insert(plan, NEW…): everything else, when it is written. */
static void il1_insert(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  judge_insert(ctx, argc, argv, IL_FINAL);
}

/*
** Most of a bulk UPDATE takes the same transition. Where acceptance depends on nothing but the two
** values of one column, a pair that was accepted is accepted again; load mode only accepts more, and
** what it accepts is not remembered.
*/
typedef struct pair {
  int type, n[2];
  const char *p[2];
  int64_t i[2];
} pair;

/* The bytes of both values; 0 when they are nothing to be remembered. They live in *v and argv. */
static int pair_of(pair *v, sqlite3_value *was, sqlite3_value *is) {
  sqlite3_value *side[2] = {was, is};
  v->type = sqlite3_value_type(was);
  if (v->type != sqlite3_value_type(is)) return 0;
  if (v->type == SQLITE_TEXT) {
    for (int k = 0; k < 2; k++) {
      v->n[k] = sqlite3_value_bytes(side[k]);
      if (v->n[k] < 1 || v->n[k] > IL_SEEN_BYTES) return 0;
      v->p[k] = sqlite3_value_blob(side[k]);
    }
    return 1;
  }
  if (v->type != SQLITE_INTEGER) return 0;
  for (int k = 0; k < 2; k++) {
    v->i[k] = sqlite3_value_int64(side[k]);
    v->n[k] = (int)sizeof v->i[k];
    v->p[k] = (const char *)&v->i[k];
  }
  return 1;
}

static il_seen *seen_of(il_plan_entry *e, const pair *v) {
  unsigned was = (unsigned char)v->p[0][0], is = (unsigned char)v->p[1][0];
  return &e->seen[(was + 3 * is + (unsigned)v->n[1]) & (IL_SEEN - 1)];
}

static int was_seen(const il_seen *s, const pair *v) {
  if (s->type != v->type || s->n[0] != v->n[0] || s->n[1] != v->n[1]) return 0;
  for (int k = 0; k < 2; k++)
    for (int i = 0; i < v->n[k]; i++)
      if (s->bytes[k][i] != v->p[k][i]) return 0;
  return 1;
}

static void see(il_seen *s, const pair *v) {
  s->type = v->type;
  for (int k = 0; k < 2; k++) {
    s->n[k] = v->n[k];
    memcpy(s->bytes[k], v->p[k], (size_t)v->n[k]);
  }
}

/* il1_update(plan, OLD…, NEW…) */
static void il1_update(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  pair v = {0};
  il_seen *seen = NULL;
  int n, at;
  if (!il_guard_begin(&g, ctx, argc, argv, 0)) return;
  n = g.entry->plan->nused[1];
  if (argc - 1 != 2 * n + g.entry->plan->session) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  at = g.entry->state;
  if (at >= 0 && !g.conn->npending && pair_of(&v, argv[1 + at], argv[1 + n + at])) {
    seen = seen_of(g.entry, &v);
    if (was_seen(seen, &v)) return;
  }
  il_guard_row(&g, IL_EV_UPDATE, argv + 1, argv + 1 + n);
  read_session(&g, argv[argc - 1]);
  if (g.conn->npending) {
    if (il_guard_own_stamp(&g, IL_STAMP_BEFORE)) return;
    il_pending_begin(g.conn, g.entry);
  }
  if (g.entry->plan->steps[1][IL_GIVEN].n && !judge(&g, ctx, IL_GIVEN)) return;
  if (judge(&g, ctx, IL_ALL) && seen && !g.conn->load) see(seen, &v);
}

/* il1_delete(plan, OLD…) */
static void il1_delete(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  if (!il_guard_begin(&g, ctx, argc, argv, 0)) return;
  if (argc - 1 != g.entry->plan->nused[2] + g.entry->plan->session) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_row(&g, IL_EV_DELETE, argv + 1, NULL);
  g.row.now = g.conn->frozen ? g.conn->clock : g.conn->now ? g.conn->now : il_conn_clock(g.conn);
  read_session(&g, argv[argc - 1]);
  judge(&g, ctx, IL_ALL);
}

/* The row of il1_named: one column on both sides, and the key. */
typedef struct named {
  il_guard g;
  int col;
  sqlite3_value **both; /* OLD.c, NEW.c */
} named;

static void named_get(const il_row *row, int side, int col, il_value *out) {
  named *m = row->host;
  if (col == m->col)
    il_value_of(m->both[side == IL_OLD ? 0 : 1], out, &m->g.nomem);
  else
    key_get(&m->g.row, side, col, out);
}

static int named_differs(const il_row *row, int col) {
  named *m = row->host;
  il_value was, is;
  if (col != m->col) return 0;
  il_value_of(m->both[0], &was, &m->g.nomem);
  il_value_of(m->both[1], &is, &m->g.nomem);
  return !il_value_same(&was, &is);
}

/* il1_named(plan, op, OLD.c, NEW.c, NEW key…): an UPDATE names the op's column, whether it changes
** it or not. */
static void il1_named(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  named m;
  il_row row;
  il_error err;
  const il_op *op;
  il_kind kind;
  if (!il_guard_begin(&m.g, ctx, argc, argv, 3)) return;
  op = il_guard_op(&m.g, ctx, argv[1]);
  if (!op) return;
  if (!op->role->named || op->ncols < 1 || argc - 4 != m.g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_key(&m.g, IL_EV_UPDATE, argv + 4);
  m.col = op->cols[0];
  m.both = argv + 2;
  row = m.g.row; /* the same row with the column beside the key; both are on this stack */
  row.get = named_get;
  row.differs = named_differs;
  row.host = &m;
  kind = op->role->named(op, &row, &err);
  if (m.g.nomem)
    sqlite3_result_error_nomem(ctx);
  else if (kind != IL_OK)
    il_guard_error(m.g.conn, ctx, &err);
}

/* ---- after the row -------------------------------------------------------------------------- */

/* il1_refuse(plan, op, key…): an assert is not true; its own text says what is wrong. */
static void il1_refuse(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  static const int events[] = {IL_EV_INSERT, IL_EV_UPDATE, IL_EV_DELETE};
  il_guard g;
  il_error err;
  il_arena arena;
  il_follow follow = {0};
  const il_op *op;
  const char *text = NULL;
  if (!il_guard_begin(&g, ctx, argc, argv, 1)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (g.conn->load && op->role->rests_in_load) return;
  if (argc - 2 != g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_arena_init(&arena, &g.conn->mem);
  for (int i = 0; i < 3 && !text && op->role->follow; i++) {
    if (!(op->events & (unsigned)events[i])) continue;
    for (int k = 0; !text && op->role->follow(op, NULL, events[i], k, &arena, &follow); k++) {
      if (follow.kind == IL_FOLLOW_ASSERT) text = follow.text;
    }
  }
  il_guard_key(&g, IL_EV_UPDATE, argv + 2);
  il_refuse(&err, &g.row, op, -1, IL_RULE, "%s", text ? text : "the row breaks a rule");
  il_arena_free(&arena);
  il_guard_error(g.conn, ctx, &err);
}

/* il1_object(plan, op, text, key…): a query gave a reason why the row must not be. */
static void il1_object(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_error err;
  il_value text;
  const il_op *op;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op || g.conn->load) return;
  if (argc - 3 != g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_key(&g, IL_EV_INSERT, argv + 3);
  if (g.row.announced && g.row.announced(&g.row, op)) {
    /* For one row: triggers of the user's that write more of them are not meant. */
    sqlite3_free(g.conn->permit);
    g.conn->permit = NULL;
    return;
  }
  il_value_of(argv[2], &text, &g.nomem);
  if (g.nomem) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  il_refuse(&err, &g.row, op, -1, IL_RULE, "%.*s", (int)text.n, text.p ? text.p : "");
  il_guard_error(g.conn, ctx, &err);
}

/* il1_lost(plan, op, key…): the event row was not written. An outer OR IGNORE or OR REPLACE rules
** the INSERTs of triggers too. */
static void il1_lost(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_error err;
  const il_op *op;
  const char *column;
  if (!il_guard_begin(&g, ctx, argc, argv, 1)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (argc - 2 != g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  column = op->ncols ? g.entry->plan->cols[op->cols[0]].name : "";
  if (g.conn->load) return; /* none was wanted */
  il_guard_key(&g, IL_EV_UPDATE, argv + 2);
  il_refuse(&err, &g.row, op, op->ncols ? op->cols[0] : -1, IL_RULE,
            "the event of %s.%s was not written", g.entry->plan->table, column);
  il_guard_error(g.conn, ctx, &err);
}

/* il1_state(plan, op, code): the state's name; NULL for NULL. */
static void il1_state(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  const il_op *op, *found = NULL;
  const il_machine *m = NULL;
  il_value v;
  int state;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (op->ncols) m = il_plan_machine(g.entry->plan, g.entry->plan->cols[op->cols[0]].name, &found);
  if (!m) {
    il_guard_bad(ctx, "the operation is no machine");
    return;
  }
  il_value_of(argv[2], &v, &g.nomem);
  if (g.nomem) {
    sqlite3_result_error_nomem(ctx);
    return;
  }
  state = v.type == IL_T_NULL ? -1 : il_machine_stored(m, &v);
  if (state >= 0) sqlite3_result_text(ctx, m->states[state].name, -1, SQLITE_TRANSIENT);
}

/* il1_key(plan, key…): the key as the SQL surface spells it. */
static void il1_key(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_buf text;
  if (!il_guard_begin(&g, ctx, argc, argv, 0)) return;
  if (argc - 1 != g.entry->plan->nkey) {
    il_guard_bad(ctx, "wrong number of arguments");
    return;
  }
  il_guard_key(&g, IL_EV_UPDATE, argv + 1);
  il_buf_init(&text, &g.conn->mem);
  il_row_key_text(&g.row, &text);
  if (g.nomem || !il_buf_text(&text))
    sqlite3_result_error_nomem(ctx);
  else
    sqlite3_result_text64(ctx, il_buf_text(&text), text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
  il_buf_free(&text);
}

/* ---- session -------------------------------------------------------------------------------- */

/*
** il1_now(julianday('now')): SQLite's 'now' is one moment for a whole statement with all its
** triggers, and the only one that is. A frozen clock comes before it; so does the clock of a
** function of ours that runs this statement, which is itself part of a statement and has read its
** time.
*/
static void il1_now(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_value v = il_instant(il_guard_time(sqlite3_user_data(ctx), argv[0]));
  (void)argc;
  il_result(ctx, &v);
}

/* An instant's microseconds; whatever is none, as it is: two values of a column are the same to its
** rules when this is. */
static void il1_instant(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  int nomem = 0;
  int64_t us;
  il_error ignored;
  il_value v;
  (void)argc;
  il_value_of(argv[0], &v, &nomem);
  if (nomem)
    sqlite3_result_error_nomem(ctx);
  else if (v.type == IL_T_TEXT && il_value_instant(&v, &us, &ignored) == IL_OK)
    sqlite3_result_int64(ctx, us);
  else
    sqlite3_result_value(ctx, argv[0]);
}

static void il1_actor(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_conn *c = sqlite3_user_data(ctx);
  (void)argc;
  (void)argv;
  sqlite3_result_text(ctx, c->port.get(&c->port, "actor"), -1, SQLITE_TRANSIENT);
}

static void il1_payload(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_conn *c = sqlite3_user_data(ctx);
  (void)argc;
  (void)argv;
  sqlite3_result_text(ctx, c->payload ? c->payload : "{}", -1, SQLITE_TRANSIENT);
}

/* 1 while the session loads: what rests then asks for it. */
static void il1_load(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_conn *c = sqlite3_user_data(ctx);
  (void)argc;
  (void)argv;
  sqlite3_result_int(ctx, c->load);
}

int64_t il_guard_time(il_conn *c, sqlite3_value *julian) {
  if (c->frozen) return c->clock;
  if (c->depth == 0) return il_from_julian(sqlite3_value_double(julian));
  if (!c->now) c->now = il_from_julian(sqlite3_value_double(julian));
  return c->now;
}

/* ---- registration --------------------------------------------------------------------------- */

int il_register_guards(sqlite3 *db, il_conn *c) {
  static const struct {
    const char *name;
    int nargs;
    void (*call)(sqlite3_context *, int, sqlite3_value **);
  } list[] = {
      {"il1_values", -1, il1_values}, {"il1_insert", -1, il1_insert},
      {"il1_update", -1, il1_update}, {"il1_delete", -1, il1_delete},
      {"il1_named", -1, il1_named},   {"il1_arrive", -1, il1_arrive},
      {"il1_settle", -1, il1_settle}, {"il1_due", -1, il1_due},
      {"il1_fill", -1, il1_fill},     {"il1_refuse", -1, il1_refuse},
      {"il1_event", -1, il1_event},   {"il1_events", 4, il1_events},
      {"il1_tell", 3, il1_tell},      {"il1_lost", -1, il1_lost},
      {"il1_state", 3, il1_state},    {"il1_key", -1, il1_key},
      {"il1_actor", 0, il1_actor},    {"il1_payload", 0, il1_payload},
      {"il1_now", 1, il1_now},        {"il1_born", -1, il1_born},
      {"il1_mark", -1, il1_mark},     {"il1_written", -1, il1_written},
      {"il1_load", 0, il1_load},      {"il1_instant", 1, il1_instant},
      {"il1_object", -1, il1_object}, {"il1_adding", 3, il1_adding},
  };
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (c) il_conn_ref(c);
    int rc = sqlite3_create_function_v2(db, list[i].name, list[i].nargs,
                                        SQLITE_UTF8 | SQLITE_INNOCUOUS, c, c ? list[i].call : NULL,
                                        NULL, NULL, c ? il_conn_unref : NULL);
    if (rc != SQLITE_OK && c) return rc;
  }
  return SQLITE_OK;
}
