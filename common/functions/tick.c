/*
** tick.c: time passes.
**
**   SELECT interlock_tick();       does what is due and says how many things that were
**   SELECT * FROM interlock_activity();
**
** tick.h says what a job is. This file finds the tables, lets the jobs take turns, undoes what
** fails and writes down what was done.
*/
#include "functions/tick.h"
#include <string.h>

enum { BATCH = 200 };

static const il_job *const jobs[] = {
#define IL_JOB(name) &il_job_##name,
#include "functions/tick_jobs.def"
#undef IL_JOB
};
enum { JOBS = sizeof jobs / sizeof jobs[0] };

/* All of a tick. */
typedef struct round {
  il_call *call;
  il_tick *first, **end; /* jobs on tables, in the order of their turns */
} round;

/* ---- undoing -------------------------------------------------------------------------------- */

/* Runs fn and undoes it when it fails. *fatal: it could not be undone, or not even begun. */
static il_kind undoable(il_call *call, il_kind (*fn)(void *ctx, il_error *err), void *ctx,
                        int *fatal, il_error *err) {
  il_port *port = call->port;
  il_error lost;
  if (port->attempt) return port->attempt(port, fn, ctx, err);
  il_kind kind = port->atomic(port, 1, 0, err);
  *fatal = kind != IL_OK;
  if (kind != IL_OK) return kind;
  kind = fn(ctx, err);
  if (kind == IL_OK) return port->atomic(port, 0, 1, err);
  il_error_clear(&lost);
  *fatal = port->atomic(port, 0, 0, &lost) != IL_OK;
  return kind;
}

/* A failure that the tick survives. */
static il_kind note(il_tick *t, const il_error *why) {
  char text[1200];
  t->failed++;
  if (t->error) return IL_OK;
  il_error_text(why, text, sizeof text);
  t->error = il_arena_strdup(t->kept, *text ? text : "the database refused");
  return t->error ? IL_OK : IL_NOMEM;
}

void il_tick_did(il_tick *t, int64_t n) {
  t->done += n;
}

il_kind il_tick_try(il_tick *t, il_kind (*fn)(void *ctx, il_error *err), void *ctx, int *ok,
                    il_error *err) {
  il_error why;
  il_error_clear(&why);
  il_kind kind = undoable(t->call, fn, ctx, &t->fatal, &why);
  if (ok) *ok = kind == IL_OK;
  if (kind == IL_OK) return IL_OK;
  if (t->fatal && err) *err = why;
  if (t->fatal) return kind;
  if (kind != IL_NOMEM) kind = note(t, &why);
  return kind == IL_OK ? IL_OK : il_nomem(err);
}

/* ---- one turn ------------------------------------------------------------------------------- */

typedef struct turn {
  il_tick *t;
  int due;
} turn;

static il_kind ask_due(void *ctx, il_error *err) {
  turn *u = ctx;
  u->due = 0;
  return u->t->job->due(u->t, &u->due, err);
}

static il_kind run_batch(void *ctx, il_error *err) {
  il_tick *t = ((turn *)ctx)->t;
  il_call *call = t->call;
  il_kind kind = IL_OK;
  if (call->port->engine == IL_SQLITE && t->target.plan->ncols) {
    const char *column = t->target.plan->cols[0].name;
    kind = il_run(call, IL_S_LOCK_WRITE, NULL, 0, NULL, NULL, err, t->target.qualified, column,
                  column);
  }
  return kind == IL_OK ? t->job->batch(t, err) : kind;
}

static il_kind clock_ms(il_call *call, int64_t *ms, il_error *err) {
  il_rows rows;
  il_kind kind = il_query(call, IL_S_CLOCK_MS, NULL, 0, &rows, err);
  *ms = kind == IL_OK && rows.n ? il_rows_at(&rows, 0, 0)->i : 0;
  return kind;
}

static void quiet(il_port *port) {
  static const char *const settings[] = {"acting", "payload", "permit"};
  il_value none = il_null();
  il_error ignored;
  for (int i = 0; i < 3; i++) {
    il_error_clear(&ignored);
    (void)port->set(port, settings[i], &none, &ignored);
  }
}

/* One batch, in an arena of its own: a tick may take a million rows. */
static il_kind take_turn(il_tick *t, il_error *err) {
  il_call *call = t->call;
  il_arena *outer = call->arena, scratch;
  turn u = {t, 0};
  int64_t from, to = 0, done = t->done;
  int ok = 0;
  il_arena_init(&scratch, call->port->mem);
  call->arena = &scratch;
  t->more = 0;
  il_kind kind = clock_ms(call, &from, err);
  if (kind == IL_OK) kind = il_tick_try(t, run_batch, &u, &ok, err);
  if (!ok) t->done = done;
  quiet(call->port);
  if (kind == IL_OK) kind = clock_ms(call, &to, err);
  if (kind == IL_OK && to > from) t->ms += to - from;
  t->waits = ok && t->more;
  call->arena = outer;
  il_arena_free(&scratch);
  return kind;
}

/* The first look: SQLite reads outside of a transaction, so that a batch can begin by writing. */
static il_kind look(il_tick *t, il_error *err) {
  turn u = {t, 0};
  il_error why;
  il_kind kind;
  il_error_clear(&why);
  kind =
      t->call->port->attempt ? undoable(t->call, ask_due, &u, &t->fatal, &why) : ask_due(&u, &why);
  t->waits = kind == IL_OK && u.due;
  if (kind != IL_OK && kind != IL_NOMEM) kind = note(t, &why);
  return kind == IL_OK ? IL_OK : il_nomem(err);
}

/* ---- finding them --------------------------------------------------------------------------- */

/* NULL: out of memory. */
static il_tick *add(round *r, const il_job *job, const char *schema, const char *name) {
  il_arena *arena = r->call->arena;
  il_tick *t = il_arena_alloc(arena, sizeof *t);
  if (!t) return NULL;
  *t = (il_tick){.call = r->call, .job = job, .kept = arena};
  t->schema = il_arena_strdup(arena, schema);
  t->target.function = "interlock_tick";
  t->target.name = il_str(name);
  if (!t->schema) return NULL;
  *r->end = t;
  r->end = &t->next;
  return t;
}

typedef struct find {
  il_call *call;
  const char *name, *qualified;
  const il_plan *plan;
} find;

static il_kind find_plan(void *ctx, il_error *err) {
  find *f = ctx;
  il_port *port = f->call->port;
  return port->plan(port, f->name, strlen(f->name), &f->plan, &f->qualified, err);
}

/* A plan that cannot be read is noted as job "tick". */
static il_kind unreadable(round *r, const char *schema, const char *table, const char *name,
                          const il_error *why, il_error *err) {
  static const il_job none = {.name = "tick"};
  il_tick *t = add(r, &none, schema, name);
  if (!t) return il_nomem(err);
  t->target.qualified = il_arena_strdup(t->kept, table);
  return t->target.qualified && note(t, why) == IL_OK ? IL_OK : il_nomem(err);
}

static il_kind add_table(void *ctx, const char *schema, const char *table, il_error *err) {
  round *r = ctx;
  il_call *call = r->call;
  il_port *port = call->port;
  find f = {.call = call, .name = il_textf(call->arena, "%s.%s", schema, table)};
  il_error why;
  il_kind kind = IL_OK;
  if (!f.name) return il_nomem(err);
  if (port->trusts && !port->trusts(port, schema, table)) return IL_OK;
  il_error_clear(&why);
  kind = port->attempt ? port->attempt(port, find_plan, &f, &why) : find_plan(&f, &why);
  if (kind == IL_NOMEM) return il_nomem(err);
  if (kind == IL_NO_OBJECT || kind == IL_NO_TABLE) return IL_OK; /* gone meanwhile */
  if (kind != IL_OK) return unreadable(r, schema, table, f.name, &why, err);
  kind = IL_OK;
  for (int j = 0; kind == IL_OK && j < JOBS; j++) {
    if (!jobs[j]->has(f.plan)) continue;
    il_tick *t = add(r, jobs[j], schema, f.name);
    if (!t) return il_nomem(err);
    t->target.plan = f.plan;
    t->target.qualified = il_arena_strdup(t->kept, f.qualified);
    kind = t->target.qualified ? look(t, err) : il_nomem(err);
  }
  return kind;
}

/* ---- writing it down ------------------------------------------------------------------------ */

static il_kind write_note(void *ctx, il_error *err) {
  il_tick *t = ctx;
  const char *table = t->target.plan ? t->target.plan->table : t->target.qualified;
  il_value args[6] = {
      il_str(t->job->name), il_str(table),   il_instant(t->call->port->now(t->call->port)),
      il_int(t->ms),        il_int(t->done), il_str(t->error)};
  il_rows busy;
  il_value what =
      il_str(il_textf(t->kept, "%s %s %s", t->schema, t->job->name, table ? table : ""));
  if (what.type == IL_T_NULL) return il_nomem(err);
  il_kind kind = il_query(t->call, IL_S_ACTIVITY_BUSY, &what, 1, &busy, err);
  if (kind != IL_OK || busy.n) return kind;
  return il_run(t->call, IL_S_ACTIVITY_PUT, args, 6, NULL, NULL, err, t->schema);
}

/* Only for looking at: a session that may not write there ticks all the same. Ticks that had
** nothing to do leave what is there. */
static il_kind record(round *r, il_error *err) {
  il_port *port = r->call->port;
  il_names registries = {0};
  il_kind kind = IL_OK;
  int known = 0;
  for (il_tick *t = r->first; kind == IL_OK && t; t = t->next) {
    il_error ignored;
    if (t->done + t->failed == 0) continue;
    if (!known) kind = il_registries(r->call, &registries, err);
    known = 1;
    if (kind != IL_OK || !il_registry_exists(&registries, t->schema)) continue;
    if (port->trusts && !port->trusts(port, t->schema, "interlock_ticks")) continue;
    il_error_clear(&ignored);
    kind = port->attempt ? port->attempt(port, write_note, t, &ignored) : write_note(t, &ignored);
    kind = kind == IL_NOMEM ? il_nomem(err) : IL_OK;
  }
  return kind;
}

il_kind il_fn_tick(il_call *call, il_error *err) {
  round r = {.call = call};
  r.end = &r.first;
  int64_t left, done = 0;
  int again = 1;
  il_kind kind =
      il_arg_int(call, 0, 1000, 1, 1000000, "interlock_tick: argument 1 (max_items)", &left, err);
  if (kind == IL_OK) kind = il_guarded(call, NULL, add_table, &r, err);
  while (kind == IL_OK && again && left > 0) {
    again = 0;
    for (il_tick *t = r.first; kind == IL_OK && t && left > 0; t = t->next) {
      int64_t before = t->done;
      if (!t->waits) continue;
      t->room = left < BATCH ? left : BATCH;
      kind = take_turn(t, err);
      left -= t->done - before;
      done += t->done - before;
      again |= t->waits;
    }
  }
  if (kind == IL_OK) kind = record(&r, err);
  call->result = il_int(done);
  return kind;
}

/* ---- interlock_activity --------------------------------------------------------------------- */

il_kind il_fn_activity(il_call *call, il_error *err) {
  il_names schemas;
  il_kind kind = il_registries(call, &schemas, err);
  for (int s = 0; kind == IL_OK && s < schemas.n; s++) {
    il_rows rows;
    kind = il_query(call, IL_S_ACTIVITY, NULL, 0, &rows, err, schemas.at[s]);
    for (int i = 0; kind == IL_OK && i < rows.n; i++)
      kind = call->emit(call->emit_ctx, il_rows_at(&rows, i, 0), 6, err);
  }
  if (kind == IL_OK && call->port->activity)
    kind = call->port->activity(call->port, call->emit, call->emit_ctx, err);
  return kind;
}
