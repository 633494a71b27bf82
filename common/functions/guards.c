/*
** guards.c: are the guards of a table as its plan compiles to now? What the doctor reports, and what
** applying the rulebook again puts right.
*/
#include "functions/reader.h"
#include <string.h>

typedef struct check {
  il_call *call;
  const il_plan *plan;
  const il_table_info *info;
  il_problem_fn each;
  void *ctx;
} check;

static il_kind tell(const check *c, const char *problem, il_error *err) {
  return problem ? c->each(c->ctx, problem, err) : il_nomem(err);
}

/* ---- what there should be ------------------------------------------------------------------- */

typedef struct expected {
  il_call *call;
  int n, cap;
  struct trigger {
    const char *name, *sql;
  } * at;
  il_names indexes;
} expected;

/* Name of what "CREATE … TRIGGER|INDEX [IF NOT EXISTS] [schema.]name" makes; after is what follows
** the name. NULL: no such statement, or out of memory. */
static const char *created(il_call *call, const char *sql, const char *what, const char **after) {
  il_reader r = il_reader_start(call->arena, IL_SQLITE, sql, strlen(sql));
  const char *name = NULL;
  if (!il_reader_take(&r, "CREATE")) return NULL;
  (void)(il_reader_take(&r, "CONSTRAINT") || il_reader_take(&r, "UNIQUE"));
  if (!il_reader_take(&r, what)) return NULL;
  il_reader_if_exists(&r);
  while ((name = il_reader_part(&r)) != NULL) {
    *after = r.scan.p;
    il_reader_next(&r);
    if (!il_reader_char(&r, '.')) break;
  }
  return name;
}

static il_kind expect(void *ctx, const char *sql, il_error *err) {
  expected *e = ctx;
  il_arena *arena = e->call->arena;
  const char *after, *name;
  if (strncmp(sql, "CREATE INDEX ", 13) == 0 || strncmp(sql, "CREATE UNIQUE INDEX ", 20) == 0) {
    name = created(e->call, sql, "INDEX", &after);
    return name ? il_names_add(arena, &e->indexes, name, err) : il_nomem(err);
  }
  if (strncmp(sql, "CREATE ", 7) != 0 || !strstr(sql, "TRIGGER ")) return IL_OK;
  if (e->n == e->cap) {
    int cap = e->cap ? e->cap * 2 : 16;
    struct trigger *at = il_arena_alloc(arena, (size_t)cap * sizeof *at);
    if (!at) return il_nomem(err);
    if (e->n) memcpy(at, e->at, (size_t)e->n * sizeof *at);
    e->at = at;
    e->cap = cap;
  }
  name = created(e->call, sql, "TRIGGER", &after);
  const char *copy = il_arena_strdup(arena, sql);
  if (!name || !copy) return il_nomem(err);
  e->at[e->n++] = (struct trigger){name, copy};
  return IL_OK;
}

/* Is the statement in the catalog the one we would make? SQLite keeps the text from the name on. */
static int same_trigger(il_call *call, const char *ours, const char *theirs) {
  const char *a, *b;
  if (call->port->engine == IL_POSTGRES) return il_same_trigger(call->arena, ours, theirs);
  if (!created(call, ours, "TRIGGER", &a) || !created(call, theirs, "TRIGGER", &b)) return 0;
  size_t n = strlen(a), m = strlen(b);
  while (n && strchr(" ;\n\r\t", a[n - 1]))
    n--;
  while (m && strchr(" ;\n\r\t", b[m - 1]))
    m--;
  return n == m && memcmp(a, b, n) == 0;
}

/* ---- what there is -------------------------------------------------------------------------- */

static il_kind check_trigger(const check *c, const struct trigger *want, il_error *err) {
  il_arena *arena = c->call->arena;
  const struct il_trigger_info *have = NULL;
  for (int i = 0; i < c->info->ntriggers; i++) {
    if (strcmp(c->info->triggers[i].name, want->name) == 0) have = &c->info->triggers[i];
  }
  if (!have) return tell(c, il_textf(arena, "trigger %s is missing", want->name), err);
  if (!have->enabled) {
    il_kind kind = tell(c, il_textf(arena, "trigger %s is disabled", want->name), err);
    if (kind != IL_OK) return kind;
  }
  const char *hash = have->plan ? il_plan_peek(have->plan, strlen(have->plan)) : NULL;
  /* One that only runs an effect carries no plan. */
  if (have->plan && (!hash || strncmp(hash, c->plan->hash, 16) != 0)) {
    return tell(c,
                il_textf(arena, "trigger %s carries other rules than rulebook %s: apply it again",
                         want->name, c->plan->rulebook),
                err);
  }
  if (same_trigger(c->call, want->sql, have->sql)) return IL_OK;
  return tell(c, il_textf(arena, "trigger %s was altered", want->name), err);
}

static il_kind check_strays(const check *c, const expected *want, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < c->info->ntriggers; i++) {
    const struct il_trigger_info *t = &c->info->triggers[i];
    int known = !t->ours;
    for (int k = 0; k < want->n; k++)
      known |= strcmp(want->at[k].name, t->name) == 0;
    if (known) continue;
    kind = tell(c,
                il_textf(c->call->arena, "trigger %s is not one of rulebook %s", t->name,
                         c->plan->rulebook),
                err);
  }
  return kind;
}

static il_kind check_indexes(const check *c, const expected *want, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < want->indexes.n; i++) {
    il_rows rows;
    const char *name = want->indexes.at[i];
    il_value args[2] = {il_str(c->info->schema), il_str(name)};
    kind = il_query(c->call, IL_S_NAME_TAKEN, args, 2, &rows, err, c->info->schema);
    if (kind != IL_OK || rows.n) continue;
    size_t n = strlen(name);
    const char *why = n > 7 && strcmp(name + n - 7, "_noblob") == 0
                          ? "blob I/O can write past the triggers"
                      : n > 7 && strcmp(name + n - 7, "_unique") == 0
                          ? "the same work can be there twice"
                          : "what is due is found by reading the whole table";
    kind = tell(c, il_textf(c->call->arena, "index %s is missing: %s", name, why), err);
  }
  return kind;
}

/* TRUNCATE of a partition fires no trigger of its parent's: each has its own. */
static il_kind check_leaves(const check *c, const expected *want, il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(c->info->schema), il_str(c->info->name)};
  int truncate = 0;
  for (int i = 0; i < want->n; i++)
    truncate |= strcmp(want->at[i].name, "interlock_truncate") == 0;
  if (!truncate || !c->info->partitioned) return IL_OK;
  il_kind kind = il_query(c->call, IL_S_LEAVES, args, 2, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    kind = tell(c,
                il_textf(c->call->arena,
                         "TRUNCATE of partition %s is not refused: apply the rulebook again",
                         il_rows_text(&rows, i, 0)),
                err);
  }
  return kind;
}

il_kind il_guards_check(il_call *call, const il_plan *plan, const il_table_info *info,
                        il_problem_fn each, void *ctx, il_error *err) {
  check c = {call, plan, info, each, ctx};
  expected want = {.call = call};
  il_port *port = call->port;
  il_kind kind =
      il_triggers_create(plan, info, port->engine, port->fn, call->arena, expect, &want, err);
  for (int i = 0; kind == IL_OK && i < want.n; i++)
    kind = check_trigger(&c, &want.at[i], err);
  if (kind == IL_OK) kind = check_strays(&c, &want, err);
  if (kind == IL_OK) kind = check_indexes(&c, &want, err);
  if (kind == IL_OK && port->engine == IL_POSTGRES) kind = check_leaves(&c, &want, err);
  return kind;
}
