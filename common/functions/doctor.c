/*
** doctor.c: guards that are missing, disabled or altered, and settings that open a way around them.
**
**   SELECT * FROM interlock_doctor();
**
** What the registered rulebooks compile to now is held against what is in the catalog.
*/
#include "functions/reader.h"
#include <string.h>

typedef struct doctor {
  il_call *call;
  il_names done; /* "schema.table" of tables that a registered rulebook covered */
} doctor;

static il_kind tell(il_call *call, const char *table, const char *problem, il_error *err) {
  if (!problem) return il_nomem(err);
  il_value out[2] = {il_str(table), il_str(problem)};
  return call->emit(call->emit_ctx, out, 2, err);
}

/* ---- triggers ------------------------------------------------------------------------------- */

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
  if (strncmp(sql, "CREATE INDEX", 12) == 0) {
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

static il_kind check_trigger(il_call *call, const il_plan *plan, const il_table_info *info,
                             const struct trigger *want, il_error *err) {
  const struct il_trigger_info *have = NULL;
  const char *problem = NULL;
  for (int i = 0; i < info->ntriggers; i++) {
    if (strcmp(info->triggers[i].name, want->name) == 0) have = &info->triggers[i];
  }
  if (!have)
    return tell(call, plan->table, il_textf(call->arena, "trigger %s is missing", want->name), err);
  if (!have->enabled) {
    problem = il_textf(call->arena, "trigger %s is disabled", want->name);
    il_kind kind = tell(call, plan->table, problem, err);
    if (kind != IL_OK) return kind;
  }
  const char *hash = have->plan ? il_plan_peek(have->plan, strlen(have->plan)) : NULL;
  if (!hash || strncmp(hash, plan->hash, 16) != 0) {
    problem = il_textf(
        call->arena,
        "trigger %s carries other rules than rulebook %s, which is registered: apply it again",
        want->name, plan->rulebook);
    return tell(call, plan->table, problem, err);
  }
  if (same_trigger(call, want->sql, have->sql)) return IL_OK;
  return tell(call, plan->table, il_textf(call->arena, "trigger %s was altered", want->name), err);
}

/* Triggers named as ours that we would not make, and those of the user's that can come in the
** way. */
static il_kind check_others(il_call *call, const il_plan *plan, const il_table_info *info,
                            const expected *want, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < info->ntriggers; i++) {
    const struct il_trigger_info *t = &info->triggers[i];
    int known = 0;
    for (int k = 0; k < want->n; k++)
      known |= strcmp(want->at[k].name, t->name) == 0;
    const char *why =
        known || t->ours ? NULL : il_trigger_danger(call->arena, call->port->engine, info, t, 0);
    if (why)
      kind = tell(call, plan->table, il_textf(call->arena, "trigger %s %s", t->name, why), err);
    if (known || !t->ours) continue;
    kind =
        tell(call, plan->table,
             il_textf(call->arena, "trigger %s is not one of rulebook %s", t->name, plan->rulebook),
             err);
  }
  return kind;
}

static il_kind check_indexes(il_call *call, const il_plan *plan, const il_table_info *info,
                             const expected *want, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < want->indexes.n; i++) {
    il_rows rows;
    const char *name = want->indexes.at[i];
    il_value args[2] = {il_str(info->schema), il_str(name)};
    kind = il_query(call, IL_S_NAME_TAKEN, args, 2, &rows, err, info->schema);
    if (kind != IL_OK || rows.n) continue;
    kind = tell(
        call, plan->table,
        il_textf(call->arena, "index %s is missing: blob I/O can write past the triggers", name),
        err);
  }
  return kind;
}

/* ---- ways around ------------------------------------------------------------------------------
** */

/* One finding for each row of a query over schema and table: text before and after its first
** column. */
static il_kind tell_rows(il_call *call, il_stmt id, const il_plan *plan, const il_table_info *info,
                         const char *format, il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = il_query(call, id, args, 2, &rows, err, info->schema);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    const char *second = rows.ncols > 1 ? il_rows_text(&rows, i, 1) : "";
    kind =
        tell(call, plan->table,
             il_textf(call->arena, format, il_rows_text(&rows, i, 0), second ? second : ""), err);
  }
  return kind;
}

static int has_truncate(const expected *want) {
  for (int i = 0; i < want->n; i++) {
    if (strcmp(want->at[i].name, "interlock_truncate") == 0) return 1;
  }
  return 0;
}

static il_kind check_postgres(il_call *call, const il_plan *plan, const il_table_info *info,
                              const expected *want, il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = tell_rows(call, IL_S_HEIRS, plan, info,
                           "table %s inherits from it and has no triggers of it", err);
  if (kind == IL_OK && has_truncate(want)) {
    kind = tell_rows(call, IL_S_LEAVES, plan, info,
                     "TRUNCATE of partition %s is not refused: apply the rulebook again", err);
  }
  if (kind == IL_OK) {
    kind = tell_rows(call, IL_S_LEAF_TRIGGERS_OFF, plan, info,
                     "on partition %s, trigger %s is disabled", err);
  }
  if (kind == IL_OK) kind = tell_rows(call, IL_S_GRANTS, plan, info, "%s has %s on it", err);
  if (kind == IL_OK) kind = il_query(call, IL_S_OPENINGS, args, 2, &rows, err);
  if (kind != IL_OK || rows.n == 0) return kind;
  if (il_rows_at(&rows, 0, 0)->i) {
    kind = tell(call, plan->table,
                "row-level security hides rows from rules that look at other rows", err);
  }
  if (kind == IL_OK && il_rows_at(&rows, 0, 1)->i) {
    kind = tell(call, plan->table, "a rewrite rule of its own can replace writes to it", err);
  }
  return kind;
}

static il_kind check_temp(il_call *call, const il_plan *plan, const il_table_info *info,
                          il_error *err) {
  il_rows rows;
  il_value args[2] = {il_str(info->schema), il_str(info->name)};
  il_kind kind = il_query(call, IL_S_TEMP_TRIGGERS, args, 2, &rows, err);
  for (int i = 0; kind == IL_OK && i < rows.n; i++) {
    struct il_trigger_info t = {.name = il_rows_text(&rows, i, 0),
                                .sql = il_rows_text(&rows, i, 1)};
    const char *why =
        t.name && t.sql ? il_trigger_danger(call->arena, IL_SQLITE, info, &t, 0) : NULL;
    if (why)
      kind = tell(call, plan->table, il_textf(call->arena, "temporary trigger %s %s", t.name, why),
                  err);
  }
  return kind;
}

static il_kind check_plan(il_call *call, const il_plan *plan, const il_table_info *info,
                          il_error *err) {
  expected want = {.call = call};
  il_port *port = call->port;
  il_kind kind =
      il_triggers_create(plan, info, port->engine, port->fn, call->arena, expect, &want, err);
  for (int i = 0; kind == IL_OK && i < want.n; i++)
    kind = check_trigger(call, plan, info, &want.at[i], err);
  if (kind == IL_OK) kind = check_others(call, plan, info, &want, err);
  if (kind == IL_OK && port->engine == IL_SQLITE)
    kind = check_indexes(call, plan, info, &want, err);
  if (kind == IL_OK && port->engine == IL_SQLITE) kind = check_temp(call, plan, info, err);
  if (kind == IL_OK && port->engine == IL_POSTGRES)
    kind = check_postgres(call, plan, info, &want, err);
  return kind;
}

/* ---- everything
** --------------------------------------------------------------------------------- */

static il_kind check_entry(doctor *d, const il_entry *entry, il_error *err) {
  il_rulebook *rb;
  il_error why;
  il_call *call = d->call;
  il_error_clear(&why);
  il_kind kind = il_compile(call, entry->schema, entry->rulebook, NULL, &rb, &why);
  if (kind == IL_NOMEM || kind == IL_HOST) {
    *err = why;
    return kind;
  }
  if (kind != IL_OK) { /* a table or column is gone, or the format has moved on */
    const char *text = il_textf(call->arena, "rulebook %s in %s no longer fits: %s", entry->name,
                                entry->schema, why.message);
    return tell(call, NULL, text, err);
  }
  for (int i = 0; kind == IL_OK && i < rb->ntables; i++) {
    il_table_info *info;
    kind = il_table_in(call, entry->schema, rb->plans[i]->table, &info, err);
    if (kind != IL_OK || !info) continue;
    const char *name = il_textf(call->arena, "%s.%s", info->schema, info->name);
    kind = name ? il_names_add(call->arena, &d->done, name, err) : il_nomem(err);
    if (kind == IL_OK) kind = check_plan(call, rb->plans[i], info, err);
  }
  return kind;
}

static il_kind check_stray(void *ctx, const char *schema, const char *table, il_error *err) {
  doctor *d = ctx;
  const char *name = il_textf(d->call->arena, "%s.%s", schema, table);
  if (!name) return il_nomem(err);
  if (il_registry_exists(&d->done, name)) return IL_OK;
  return tell(d->call, table, "has triggers of interlock, and no registered rulebook says which",
              err);
}

static il_kind check_settings(il_call *call, il_error *err) {
  il_rows rows;
  if (call->port->engine == IL_SQLITE) {
    il_kind kind = il_query(call, IL_S_FOREIGN_KEYS, NULL, 0, &rows, err);
    if (kind != IL_OK || !rows.n || il_rows_at(&rows, 0, 0)->i) return kind;
    return tell(call, NULL, "foreign_keys is off: foreign keys of this connection are not enforced",
                err);
  }
  il_kind kind = il_query(call, IL_S_TIME_ZONE, NULL, 0, &rows, err);
  if (kind != IL_OK || !rows.n) return kind;
  const char *zone = il_rows_text(&rows, 0, 0);
  static const char *const utc[] = {"UTC",  "Etc/UTC",  "GMT", "Etc/GMT",
                                    "Zulu", "Etc/Zulu", "UCT", "Etc/UCT"};
  int is_utc = 0;
  for (size_t i = 0; i < sizeof utc / sizeof utc[0]; i++)
    is_utc |= zone && strcmp(zone, utc[i]) == 0;
  if (!is_utc) {
    kind = tell(call, NULL,
                il_textf(call->arena,
                         "TimeZone is %s: instants without an offset are read in it, not in UTC",
                         zone ? zone : ""),
                err);
  }
  if (kind == IL_OK) kind = il_query(call, IL_S_REPLICA, NULL, 0, &rows, err);
  const char *role = kind == IL_OK && rows.n ? il_rows_text(&rows, 0, 0) : NULL;
  if (!role || strcmp(role, "replica") != 0) return kind;
  return tell(call, NULL, "session_replication_role is replica: no guard runs in this session",
              err);
}

il_kind il_fn_doctor(il_call *call, il_error *err) {
  doctor d = {call, {0, 0, NULL}};
  il_entries entries;
  il_kind kind = check_settings(call, err);
  if (kind == IL_OK) kind = il_registered(call, NULL, NULL, &entries, err);
  for (int i = 0; kind == IL_OK && i < entries.n; i++)
    kind = check_entry(&d, &entries.at[i], err);
  return kind == IL_OK ? il_guarded(call, NULL, check_stray, &d, err) : kind;
}
