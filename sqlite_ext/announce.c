/*
** announce.c: event rows come from the machine only.
**
** The trigger of a machine's table writes its event rows with plain INSERTs, and the events table
** refuses every other INSERT. So the trigger names the event by a function, which notes {rulebook,
** events table, key, event} a moment before the row arrives:
**
**   INSERT INTO "RunEvents"("RunId", "Type", …)
**     SELECT NEW."RunId", "il1_event", … FROM (SELECT il1_event('il1:…', 7, 0, …) AS "il1_event" LIMIT 1)
**
** and the events table's guard (il_row.announced, asked by the role `.event_log`) takes the note.
** A note lives no longer than the firing of the trigger that made it: a statement that fails
** between the two (the actor is too long, a trigger of the user refuses the row) must not leave one
** behind for a row that is written by hand. SQLite drops function data of a firing when it ends,
** however it ends, and tells us.
**
** The same goes for a column that only rows of another table step (role `tally`), except that the note
** is not taken: it stands for all stepped columns of the row, as long as the trigger fires.
*/
#include "guard.h"
#include "roles/events.h"
#include "roles/roles.h"
#include "roles/tally.h"
#include "roles/totals.h"
#include "rules/permit.h"
#include <string.h>

/* FNV-1a over the parts of an announcement, each with a NUL behind it. */
static uint64_t add(uint64_t h, const char *p, size_t n) {
  for (size_t i = 0; i <= n; i++) {
    h = (h ^ (i < n ? (unsigned char)p[i] : 0U)) * UINT64_C(1099511628211);
  }
  return h;
}

static uint64_t what(const char *rulebook, const char *table, const il_buf *key, const char *event,
                     size_t nevent) {
  uint64_t h = UINT64_C(14695981039346656037);
  h = add(h, rulebook, strlen(rulebook));
  h = add(h, table, strlen(table));
  h = add(h, il_buf_text(key), key->n);
  return add(h, event, nevent);
}

/* Negative: one for all calls of a firing; the last is the one not taken yet. What is added to another
** table has a note for each of its columns. */
enum { NOTE_SLOT = -1812, ADD_SLOT = -1900, ADD_MAX = 32 };

/* What a firing keeps: which note is its own. */
typedef struct firing {
  il_conn *conn;
  uint64_t note;
  int alone; /* other notes of the firing outlive it */
} firing;

static void drop(il_conn *c, int i) {
  c->nannounced--;
  memmove(c->announced + i, c->announced + i + 1,
          (size_t)(c->nannounced - i) * sizeof c->announced[0]);
}

/* The firing is over, or announces its next row: its note, and those of firings within it, go. */
static void firing_over(void *p) {
  firing *f = p;
  il_conn *c = f->conn;
  for (int i = 0; i < c->nannounced; i++) {
    if (c->announced[i].note != f->note) continue;
    if (f->alone)
      drop(c, i);
    else
      c->nannounced = i;
  }
  sqlite3_free(f);
  il_conn_unref(c);
}

static int announce(il_conn *c, sqlite3_context *ctx, int slot, uint64_t h) {
  firing *f = sqlite3_malloc64(sizeof *f);
  if (!f) return 0;
  *f = (firing){c, ++c->notes, slot != NOTE_SLOT};
  il_conn_ref(c);
  sqlite3_set_auxdata(ctx, slot, f, firing_over);    /* the note before it goes, if it is there */
  if (sqlite3_get_auxdata(ctx, slot) != f) return 0; /* no memory: f is freed */
  if (c->nannounced == IL_ANNOUNCED_MAX) {
    c->nannounced--;
    memmove(c->announced, c->announced + 1, (size_t)c->nannounced * sizeof c->announced[0]);
  }
  c->announced[c->nannounced].hash = h;
  c->announced[c->nannounced++].note = c->notes;
  return 1;
}

/* Event rows nest when a user's trigger on the events table moves another machine: the newest
** first. */
static int taken(il_conn *c, uint64_t h) {
  for (int i = c->nannounced - 1; i >= 0; i--) {
    if (c->announced[i].hash == h) {
      c->nannounced = i;
      return 1;
    }
  }
  return 0;
}

static int stepped(const il_row *row, il_guard *g) {
  il_conn *c = g->conn;
  uint64_t h;
  il_buf key;
  int found = 0;
  if (c->nannounced == 0) return 0;
  il_buf_init(&key, &c->mem);
  il_row_key_text(row, &key);
  if (!il_buf_text(&key)) g->nomem = 1;
  h = what(row->plan->rulebook, row->plan->table, &key, IL_TALLY_EVENT, strlen(IL_TALLY_EVENT));
  for (int i = 0; i < c->nannounced && !g->nomem; i++)
    found |= c->announced[i].hash == h;
  il_buf_free(&key);
  return found;
}

/* Takes out one note, wherever it is: those of a row's totals are asked for in any order. */
static int taken_one(il_conn *c, uint64_t h) {
  for (int i = c->nannounced - 1; i >= 0; i--) {
    if (c->announced[i].hash != h) continue;
    drop(c, i);
    return 1;
  }
  return 0;
}

/* Is the total's column being added to by the trigger of the other table? */
static int added(il_guard *g, const il_row *row, const il_op *op) {
  const il_plan *plan = row->plan;
  const char *column = plan->cols[op->cols[0]].name;
  il_buf key;
  int found = 0;
  il_buf_init(&key, &g->conn->mem);
  il_row_key_text(row, &key);
  if (!il_buf_text(&key))
    g->nomem = 1;
  else
    found = taken_one(g->conn, what(plan->rulebook, plan->table, &key, column, strlen(column)));
  il_buf_free(&key);
  return found;
}

/* il1_adding(plan, op, key): the totals of the row with that key are about to be added to. */
void il1_adding(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_value v;
  il_buf key;
  const il_op *op;
  const char *table, *column;
  int n = 0;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (op->role != &il_role_totalled) {
    il_guard_bad(ctx, "the operation adds to no totals");
    return;
  }
  il_value_of(argv[2], &v, &g.nomem);
  if (g.conn->load || v.type == IL_T_NULL) {
    sqlite3_result_int(ctx, 0);
    return;
  }
  il_buf_init(&key, &g.conn->mem);
  il_value_text(&v, &key);
  while (!g.nomem && n < ADD_MAX && il_totalled_column(op, n, &table, &column)) {
    uint64_t h = 0;
    if (!il_buf_text(&key))
      g.nomem = 1;
    else
      h = what(g.entry->plan->rulebook, table, &key, column, strlen(column));
    if (!g.nomem && !announce(g.conn, ctx, ADD_SLOT - n, h)) g.nomem = 1;
    n++;
  }
  il_buf_free(&key);
  if (g.nomem)
    sqlite3_result_error_nomem(ctx);
  else
    sqlite3_result_int(ctx, 1);
}

int il_guard_announced(const il_row *row, const il_op *op) {
  il_guard *g = row->host;
  il_conn *c = g->conn;
  il_buf key, event;
  int found = 0;
  if (op->role == &il_role_totals) return c->nannounced ? added(g, row, op) : 0;
  if (c->permit && il_permit_covers(c->permit, row, op, &c->mem)) return 1;
  if (op->role == &il_role_tally) return stepped(row, g);
  if (row->event != IL_EV_INSERT || c->nannounced == 0 || !op->compiled) return 0;
  il_buf_init(&key, &c->mem);
  il_buf_init(&event, &c->mem);
  il_event_log_key(op, row, &key);
  il_event_log_event(op, row, &event);
  if (!il_buf_text(&key) || !il_buf_text(&event)) {
    g->nomem = 1;
  } else {
    found =
        taken(c, what(row->plan->rulebook, row->plan->table, &key, il_buf_text(&event), event.n));
  }
  il_buf_free(&key);
  il_buf_free(&event);
  return found;
}

/* il1_event(plan, op, k, julianday('now'), OLD.c, NEW.c, NEW key…): the name of event row k of
** this change. */
void il1_event(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  il_buf key;
  const il_op *op;
  const il_plan *plan;
  const il_events *events = NULL;
  const char *name = NULL;
  il_value was, is;
  if (!il_guard_begin(&g, ctx, argc, argv, 5)) return;
  if (g.conn->load) return; /* existing data comes with its own events */
  plan = g.entry->plan;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (op->ncols) events = il_plan_events(plan, plan->cols[op->cols[0]].name, NULL);
  if (!events || !events->table || argc - 6 != plan->nkey) {
    il_guard_bad(ctx, events ? "wrong number of arguments" : "the operation writes no events");
    return;
  }
  il_value_of(argv[4], &was, &g.nomem);
  il_value_of(argv[5], &is, &g.nomem);
  if (!g.nomem) name = il_events_name(events, &was, &is, sqlite3_value_int(argv[2]));
  il_guard_key(&g, IL_EV_UPDATE, argv + 6);
  il_buf_init(&key, &g.conn->mem);
  il_row_key_text(&g.row, &key);
  if (g.nomem || !il_buf_text(&key)) {
    sqlite3_result_error_nomem(ctx);
  } else if (!name) {
    il_guard_bad(ctx, "no such event");
  } else {
    if (announce(g.conn, ctx, NOTE_SLOT,
                 what(plan->rulebook, events->table, &key, name, strlen(name))))
      sqlite3_result_text(ctx, name, -1, SQLITE_TRANSIENT);
    else
      sqlite3_result_error_nomem(ctx);
  }
  il_buf_free(&key);
}

/* il1_tell(plan, op, key): the row of the other table that has the key is about to be stepped. */
void il1_tell(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  const il_op *op;
  il_value v;
  il_buf key;
  if (!il_guard_begin(&g, ctx, argc, argv, 2)) return;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (op->role != &il_role_tallied || !op->compiled) {
    il_guard_bad(ctx, "the operation steps nothing");
    return;
  }
  il_value_of(argv[2], &v, &g.nomem);
  il_buf_init(&key, &g.conn->mem);
  il_value_text(&v, &key);
  if (g.nomem || !il_buf_text(&key) ||
      !announce(g.conn, ctx, NOTE_SLOT,
                what(g.entry->plan->rulebook, ((const il_tallied *)op->compiled)->table, &key,
                     IL_TALLY_EVENT, strlen(IL_TALLY_EVENT))))
    sqlite3_result_error_nomem(ctx);
  il_buf_free(&key);
}

/* From one state to another between which there is no way. */
static int no_step(const il_machine *m, const il_value *was, const il_value *is) {
  int from, to;
  if (was->type == IL_T_NULL) return 0;
  from = il_machine_stored(m, was);
  to = il_machine_stored(m, is);
  return from != to && (from < 0 || to < 0 || !il_machine_edge(m, from, to));
}

/* il1_events(plan, op, OLD.c, NEW.c): how many event rows this change has. */
void il1_events(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  il_guard g;
  const il_op *op;
  const il_plan *plan;
  const il_events *events = NULL;
  il_value was, is;
  int n = 0;
  if (!il_guard_begin(&g, ctx, argc, argv, 3)) return;
  plan = g.entry->plan;
  op = il_guard_op(&g, ctx, argv[1]);
  if (!op) return;
  if (op->ncols) events = il_plan_events(plan, plan->cols[op->cols[0]].name, NULL);
  if (!events || !events->table) {
    il_guard_bad(ctx, "the operation writes no events");
    return;
  }
  il_value_of(argv[2], &was, &g.nomem);
  il_value_of(argv[3], &is, &g.nomem);
  while (!g.nomem && !g.conn->load && il_events_name(events, &was, &is, n))
    n++;
  if (g.nomem)
    sqlite3_result_error_nomem(ctx);
  else if (n == 0 && !g.conn->load && no_step(events->machine, &was, &is))
    il_guard_bad(ctx, "no such event"); /* the judge did not see this row, or is another's */
  else
    sqlite3_result_int(ctx, n);
}
