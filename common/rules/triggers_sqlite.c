/*
** triggers_sqlite.c: a plan as SQLite triggers.
**
** What the triggers call. Every function is registered INNOCUOUS (it works under
** trusted_schema=OFF) and never DETERMINISTIC. P is the plan's text as a literal and always comes
** first. "used[e]" are the plan's used columns of an event, in order; "key" the plan's key
** columns, in order. A refusal is an error of the function: result_error(il_error_text), then
** result_error_code. What does not refuse returns NULL unless it says otherwise.
**
**   il1_values(P, NEW used[insert]…)                         BEFORE INSERT
**       il_plan_judge(IL_GIVEN, IL_VALUES). This and the other judges take julianday('now') as one more
**       argument when the plan has a role that reads the session. Event tables: row->announced is asked here.
**   il1_arrive(P, hit, rowid, NEW key…)                      BEFORE INSERT, UPDATE of keys
**       Pushes what an OR REPLACE would destroy. hit: 1 = a row with this rowid exists, 2 = a row
**       with another unique key of this one exists, 3 = both. rowid is NEW.rowid, -1 when the
**       database is to choose it, NULL in tables without one. hit = 0 is pushed too: it hides
**       older entries.
**   il1_settle(P, rowid, NEW key…)                           AFTER INSERT, UPDATE of keys
**       Takes the newest entry of this plan with the same key. hit & 2, or hit & 1 and the rowid
**       that was pushed: PROTECTED with the rule of the plan's first op, "Runs rows cannot be
**       replaced". "Same key": value by value, but a pushed rowid -1 matches any key that has a -1
**       where the other has an integer (the database chose it). Entries whose AFTER never comes
**       (OR IGNORE, DO NOTHING, an upsert that became an UPDATE) stay behind: keep the newest few.
**       No entry: NOT_NOW, "the guard is incomplete": the trigger that pushes is gone, or rows nest
**       deeper than the host remembers.
**   il1_insert(P, NEW used[insert]…)                         AFTER INSERT
**       il_plan_judge(IL_FINAL).
**   il1_update(P, OLD used[update]…, NEW used[update]…)      BEFORE UPDATE
**       il_plan_judge(IL_GIVEN, IL_ALL); lets our own stamp through unjudged (see il1_fill).
**   il1_named(P, op, OLD.c, NEW.c, NEW key…)                 BEFORE UPDATE OF c
**       c is ops[op].cols[0]. role->named: the SET list names c. Needs no state: a stamp names a version only to step it.
**   il1_mark(P, column, julianday('now'), NEW key…)          BEFORE UPDATE OF the column
**       The SET list names it: noted for il1_written of the same statement and row.
**   il1_written(P, op, julianday('now'), OLD used[update]…, NEW used[update]…)   AFTER UPDATE
**       role->written, unless this UPDATE is our own stamp.
**   il1_delete(P, OLD used[delete]…)                         BEFORE DELETE
**       il_plan_judge(IL_ALL).
**   il1_born(P, julianday('now'), NEW used[insert]…)         in AFTER INSERT
**   il1_due(P, julianday('now'), OLD used[update]…, NEW used[update]…)   WHEN of AFTER UPDATE
**       Calls role->fill of every op of the event. Returns 0 when this UPDATE is our own stamp,
**       and then changes nothing; else it keeps the fills as the connection's pending ones {plan,
**       key, column → value} and returns 1, or 3 when one of them differs (IS NOT) from what NEW
**       holds.
**   il1_fill(P)                                              number of pending fills that differ
**   il1_fill(P, column, current)                             in SET
**       The pending fill of a plan column, or current when it has none. From here on the stamp is
**       armed. Our own stamp: armed, same plan, same key (OLD and NEW), and every used[update]
**       column that differs (IS NOT) is a pending fill and has its value.
**   il1_refuse(P, op, key…)                                  an assert of ops[op] is not true
**       Refuses with the op's rule and text. key is OLD's on delete.
**   il1_event(P, op, k, julianday('now'), OLD.c, NEW.c, NEW key…)
**       c is ops[op].cols[0]; OLD.c is NULL at birth. Name of the k-th event row (0, 1 …) of this transition, announced to the event table. NULL
**       in load mode: then no row is written.
**   il1_events(P, op, OLD.c, NEW.c)                          how many event rows there are; 0 in load mode
**   il1_tell(P, op, key)                                     before a statement that steps a column of another table
**       Announces to the guard of ops[op]'s other table that its row with that key may be stepped.
**   il1_object(P, op, text, key…)                            a query for a reason gave one
**       Refuses with the op's rule and the text, unless a permission covers the row.
**   il1_adding(P, op, key)                                   in WHERE of what adds to another table's totals
**       Announces that the totals of ops[op] change in the row with that key. 1; 0 when key is NULL or in load mode.
**   il1_lost(P, op, key…)                                    an event row is missing
**       RULE, ops[op]: an outer OR IGNORE reached into the trigger. Nothing in load mode.
**   il1_state(P, op, code)                                   $from, $to: a state's name
**   il1_key(P, key…)                                         $key of a composite key: a JSON array
**   il1_now(julianday('now')) il1_actor() il1_payload()      $now $actor $payload ('{}')
**   il1_instant(x)                                           an instant's microseconds, else x: is it the same?
**
** Observed on 3.40.1 and relied upon:
** - UPDATE OF compares names: an INTEGER PRIMARY KEY also needs rowid, oid and _rowid_ in the list.
** - INSERT OR REPLACE and UPDATE OR REPLACE also replace through the rowid of a table with
**   another key.
** - SET is evaluated before BEFORE UPDATE triggers run, so il1_fill arms the stamp in time.
** - Triggers on one event run in no documented order: what needs an order is in one trigger.
*/
#include "triggers.h"
#include <string.h>

/* ASCII letters only, as SQLite compares names. */
static int same_name(const char *a, const char *b) {
  for (;; a++, b++) {
    char x = *a, y = *b;
    if (x >= 'A' && x <= 'Z') x = (char)(x + 0x20);
    if (y >= 'A' && y <= 'Z') y = (char)(y + 0x20);
    if (x != y) return 0;
    if (!x) return 1;
  }
}

const char *il_rowid_name(const il_table_info *info, int i) {
  static const char *const names[] = {"rowid", "oid", "_rowid_"};
  if (info->without_rowid) return NULL;
  for (int c = 0; c < info->ncols; c++)
    if (same_name(info->cols[c].name, names[i])) return NULL;
  return names[i];
}

const char *il_rowid(const il_table_info *info) {
  const char *name = NULL;
  for (int i = 0; i < 3 && !name; i++)
    name = il_rowid_name(info, i);
  return name;
}

int il_rowid_alias(const il_table_info *info) {
  if (info->without_rowid || info->nkey != 1) return -1;
  return info->cols[info->key[0]].identity ? info->key[0] : -1;
}

void il_trig_this_row(il_trig *t, const char *side) {
  const char *rowid = il_rowid(t->info);
  if (rowid) {
    il_buf_f(&t->sql, "%s = %s.%s", rowid, side, rowid);
    return;
  }
  for (int i = 0; i < t->info->nkey; i++) {
    const char *name = t->info->cols[t->info->key[i]].name;
    il_buf_f(&t->sql, "%s%I IS %s.%I", i ? " AND " : "", name, side, name);
  }
}

const char *il_trig_name(il_trig *t, const char *what) {
  const char *name;
  il_buf b;
  il_buf_init(&b, t->arena->mem);
  il_buf_f(&b, "interlock_%s_%s", t->info->name, what);
  name = il_buf_text(&b) ? il_arena_strdup(t->arena, b.p) : NULL;
  il_buf_free(&b);
  if (!name) t->arena->failed = 1;
  return name ? name : "";
}

void il_trig_header(il_trig *t, const char *what, const char *when) {
  il_buf_f(&t->sql, "CREATE TRIGGER %I.%I %s ", t->info->schema, il_trig_name(t, what), when);
}

static void on_table(il_trig *t) {
  il_buf_f(&t->sql, "ON %I ", t->info->name);
}

/* SELECT function(P, OLD…, NEW…);  event says which sides there are. */
static void call(il_trig *t, const char *function, int event) {
  int slot = il_event_slot(event);
  il_buf_f(&t->sql, "SELECT %s(%s", function, t->literal);
  if (event != IL_EV_INSERT) il_trig_columns(t, "OLD", t->plan->used[slot], t->plan->nused[slot]);
  if (event != IL_EV_DELETE) il_trig_columns(t, "NEW", t->plan->used[slot], t->plan->nused[slot]);
  il_buf_str(&t->sql, t->plan->session ? ", julianday('now')); " : "); ");
}

/* ---- which columns an UPDATE must name to be judged ----------------------------------------- */

/* Operations that look at every UPDATE, whatever columns they list. */
static int any_update(const il_op *op) {
  return op->ncols == 0 || strcmp(op->role->name, "append_only") == 0 ||
         strcmp(op->role->name, ".kept") == 0;
}

/* Marks a column in mask; 0 when a list of names cannot stand for it (its value is generated). */
static int mark(il_trig *t, int col, unsigned char *mask) {
  const il_table_info *info = t->info;
  mask[col] = 1;
  for (int i = 0; i < info->ncols; i++)
    if (same_name(info->cols[i].name, t->plan->cols[col].name)) return !info->cols[i].generated;
  return 1;
}

/* The columns that judging operations read, into mask. 0: every UPDATE is to be judged. */
static int judged_columns(il_trig *t, unsigned char *mask) {
  const il_steps *steps = &t->plan->steps[1][IL_ALL];
  for (int i = 0; i < steps->n; i++) {
    const il_op *op = steps->steps[i].op;
    if (any_update(op)) return 0;
    for (int c = 0; c < op->ncols; c++)
      if (!mark(t, op->cols[c], mask)) return 0;
  }
  return 1;
}

/* OF a, b …: with the other names of the rowid when a column is one. */
static void of_columns(il_trig *t, const unsigned char *mask) {
  int alias = il_rowid_alias(t->info), n = 0;
  for (int c = 0; c < t->plan->ncols; c++) {
    const char *name = t->plan->cols[c].name;
    if (!mask[c]) continue;
    il_buf_f(&t->sql, "%s%I", n++ ? ", " : "OF ", name);
    if (alias < 0 || !same_name(t->info->cols[alias].name, name)) continue;
    for (int i = 0; i < 3; i++)
      if (il_rowid_name(t->info, i)) il_buf_f(&t->sql, ", %s", il_rowid_name(t->info, i));
  }
  if (n) il_buf_char(&t->sql, ' ');
}

/* All columns of the table are named: the list says nothing. */
static int covers_table(il_trig *t, const unsigned char *mask) {
  int n = 0, settable = 0;
  for (int c = 0; c < t->plan->ncols; c++)
    n += mask[c];
  for (int i = 0; i < t->info->ncols; i++)
    settable += !t->info->cols[i].generated;
  return n >= settable;
}

/* ---- the stamp ------------------------------------------------------------------------------ */

/* Which of its columns an operation fills: the role says, or `.stamp` reads its state in cols[0] and fills one
** column for each word after its second, `dedup` fills what comes after its key, `.fence` as many
** as its first word says, `.schedule_next` two when it has a word, every other role cols[0]. *end
** is behind the last. */
static int filled_range(const il_op *op, int *end) {
  int first = 0;
  *end = 1;
  if (op->role->filled) return op->role->filled(op, end);
  if (strcmp(op->role->name, ".stamp") == 0) {
    first = 1;
    *end = op->nwords - 1;
  } else if (strcmp(op->role->name, ".fence") == 0 && op->nwords > 0) {
    *end = op->words[0][1] - '0';
  } else if (strcmp(op->role->name, ".schedule_next") == 0) {
    *end = 1 + (op->nwords > 0);
  } else if (strcmp(op->role->name, "dedup") == 0 && op->nwords > 1) {
    for (const char *p = op->words[0] + 1; *p >= '0' && *p <= '9' && first < op->ncols; p++)
      first = first * 10 + (*p - '0');
    *end = op->words[1][0] == 'a' ? first + 1 : first;
  }
  if (*end > op->ncols) *end = op->ncols;
  return first;
}

/* The plan column cannot hold NULL. */
static int never_null(il_trig *t, int col) {
  for (int i = 0; i < t->info->ncols; i++)
    if (same_name(t->info->cols[i].name, t->plan->cols[col].name)) return t->info->cols[i].not_null;
  return 0;
}

/* A new row's value is written anew, and not only where there is none. */
static int rewrites(const il_op *op) {
  return op->role->overwrites || strcmp(op->role->name, ".schedule_slot") == 0 ||
         strcmp(op->role->name, ".fence") == 0;
}

/*
** Marks the columns that operations of an event may fill; one that is marked and not filled keeps
** its value. An INSERT fills only what is NULL. Returns the version column (one that minds being
** named; it is not in mask), or -1.
*/
static int filled_columns(il_trig *t, int event, unsigned char *mask) {
  int version = -1, end;
  for (int i = 0; i < t->plan->nops; i++) {
    const il_op *op = &t->plan->ops[i];
    if (!op->role->fill || !(op->events & (unsigned)event)) continue;
    for (int c = filled_range(op, &end); c < end; c++) {
      if (event == IL_EV_INSERT && !rewrites(op) && never_null(t, op->cols[c])) continue;
      mask[op->cols[c]] = 1;
      if (il_op_asks_named(op)) version = op->cols[c];
    }
  }
  if (version >= 0) mask[version] = 0;
  return version;
}

static void set_column(il_trig *t, int col, int *n) {
  const char *name = t->plan->cols[col].name;
  il_buf_f(&t->sql, "%s%I = il1_fill(%s, %d, %I)", (*n)++ ? ", " : "", name, t->literal, col, name);
}

/* UPDATE "t" SET … WHERE this row: the version with the others, or the others alone. 0: nothing
** to set. */
static int stamp_update(il_trig *t, const unsigned char *mask, int version) {
  size_t before = t->sql.n;
  int n = 0;
  il_buf_f(&t->sql, "UPDATE %I SET ", t->info->name);
  if (version >= 0) set_column(t, version, &n);
  for (int c = 0; c < t->plan->ncols; c++)
    if (mask[c]) set_column(t, c, &n);
  if (n == 0) {
    if (!t->sql.failed) t->sql.n = before;
    return 0;
  }
  il_buf_str(&t->sql, " WHERE ");
  il_trig_this_row(t, "NEW");
  return 1;
}

/* Only some columns step the version, so that another may be stamped without it. */
static int version_waits(il_trig *t) {
  for (int i = 0; i < t->plan->nops; i++)
    if (strcmp(t->plan->ops[i].role->name, "row_version") == 0) return t->plan->ops[i].nwords > 0;
  return 0;
}

/*
** The second UPDATE of a row, which writes what the writer left to the database. Two variants,
** because naming the version is a promise to step it: one for rows whose version is still to be
** stepped, one for those whose writer did it.
*/
static void stamp_after_update(il_trig *t, const unsigned char *mask, int version) {
  const char *name = version >= 0 ? t->plan->cols[version].name : NULL;
  if (name && version_waits(t)) {
    if (stamp_update(t, mask, -1))
      il_buf_f(
          &t->sql,
          " AND (NEW.%I IS NOT OLD.%I OR il1_fill(%s, %d, NULL) IS NULL) AND il1_fill(%s) > 0; ",
          name, name, t->literal, version, t->literal);
    stamp_update(t, mask, version);
    il_buf_f(&t->sql, " AND NEW.%I IS OLD.%I AND il1_fill(%s, %d, NULL) IS NOT NULL; ", name, name,
             t->literal, version);
    return;
  }
  if (name) {
    stamp_update(t, mask, version);
    il_buf_f(&t->sql, " AND NEW.%I IS OLD.%I AND il1_fill(%s, %d, NULL) IS NOT NULL; ", name, name,
             t->literal, version);
  }
  if (!stamp_update(t, mask, -1)) return;
  if (name) il_buf_f(&t->sql, " AND NEW.%I IS NOT OLD.%I", name, name);
  il_buf_f(&t->sql, " AND il1_fill(%s) > 0; ", t->literal);
}

static void due(il_trig *t, int event) {
  int slot = il_event_slot(event);
  il_buf_f(&t->sql, "%s(%s, julianday('now')", event == IL_EV_INSERT ? "il1_born" : "il1_due",
           t->literal);
  if (event == IL_EV_UPDATE) il_trig_columns(t, "OLD", t->plan->used[slot], t->plan->nused[slot]);
  il_trig_columns(t, "NEW", t->plan->used[slot], t->plan->nused[slot]);
  il_buf_char(&t->sql, ')');
}

/* The same for a new row. A version is born as 1; one that was left NULL is to be stepped to 1. */
static void stamp_after_insert(il_trig *t, const unsigned char *mask, int version) {
  const char *name = version >= 0 ? t->plan->cols[version].name : NULL;
  for (int with_version = name != NULL; with_version >= 0; with_version--) {
    if (!stamp_update(t, mask, with_version ? version : -1)) continue;
    if (name) il_buf_f(&t->sql, " AND NEW.%I IS %sNULL", name, with_version ? "" : "NOT ");
    il_buf_str(&t->sql, " AND ");
    due(t, IL_EV_INSERT);
    il_buf_str(&t->sql, " > 1; ");
  }
}

/* ---- the triggers --------------------------------------------------------------------------- */

static unsigned char *new_mask(il_trig *t) {
  unsigned char *mask = il_arena_alloc(t->arena, (size_t)t->plan->ncols + 1);
  if (!mask) il_trig_fail(t, il_error_set(t->err, IL_NOMEM, "out of memory"));
  return mask;
}

/* Ends a trigger whose body began at `body`; one without a statement is not made. */
static void finish(il_trig *t, size_t body) {
  if (t->sql.n == body) {
    il_buf_reset(&t->sql);
    return;
  }
  il_buf_str(&t->sql, "END");
  il_trig_emit(t);
}

static size_t begin(il_trig *t) {
  il_buf_str(&t->sql, "BEGIN ");
  return t->sql.n;
}

/* Columns that a follow-up writes to a new row: what comes after it takes them from the table. */
static void mark_looked_up(il_trig *t, unsigned char *mask) {
  int n;
  const il_after *list = il_trig_follows(t, IL_EV_INSERT, &n);
  for (int i = 0; i < n; i++)
    if (list[i].follow.kind == IL_FOLLOW_FILL) mask[list[i].op->cols[0]] = 1;
}

static void follow(il_trig *t, int event, int which, const unsigned char *filled) {
  int n;
  const il_after *list = il_trig_follows(t, event, &n);
  for (int i = 0; i < n; i++) {
    int is_assert = list[i].follow.kind == IL_FOLLOW_ASSERT;
    if (list[i].follow.kind == IL_FOLLOW_COMMIT || list[i].follow.kind == IL_FOLLOW_LOCK ||
        list[i].follow.kind == IL_FOLLOW_BEFORE || list[i].follow.kind == IL_FOLLOW_TURN)
      continue;
    if (which >= 0 && which != is_assert) continue;
    il_follow_sqlite(t, &list[i], event, filled);
  }
}

/* What runs before a row is inserted, and before it is seen what is in its way. */
static void precede(il_trig *t, const unsigned char *none) {
  int n;
  const il_after *list = il_trig_follows(t, IL_EV_INSERT, &n);
  for (int i = 0; i < n; i++)
    if (list[i].follow.kind == IL_FOLLOW_BEFORE) il_follow_sqlite(t, &list[i], IL_EV_INSERT, none);
}

static void inserts(il_trig *t) {
  const il_plan *plan = t->plan;
  unsigned char *mask = new_mask(t);
  int guarded = il_replace_guarded(plan), version, apart;
  size_t body;
  if (!mask) return;
  version = filled_columns(t, IL_EV_INSERT, mask);
  if (version >= 0) mask[version] = 1;
  apart = il_follow_event_rows(t, IL_EV_INSERT, mask);
  memset(mask, 0, (size_t)plan->ncols);
  il_trig_header(t, "insert", "BEFORE INSERT");
  on_table(t);
  body = begin(t);
  if (plan->steps[0][IL_GIVEN].n + plan->steps[0][IL_VALUES].n) call(t, "il1_values", IL_EV_INSERT);
  precede(t, mask);
  if (guarded) il_replace_arrive(t);
  finish(t, body);

  version = filled_columns(t, IL_EV_INSERT, mask);
  il_trig_header(t, "inserted", "AFTER INSERT");
  on_table(t);
  body = begin(t);
  if (guarded) il_replace_settle(t);
  if (plan->steps[0][IL_FINAL].n) call(t, "il1_insert", IL_EV_INSERT);
  if (il_trig_fills(plan, IL_EV_INSERT)) stamp_after_insert(t, mask, version);
  mark_looked_up(t, mask);
  if (!apart) follow(t, IL_EV_INSERT, -1, mask);
  finish(t, body);
}

/* BEFORE UPDATE: the judge, and what asks about the SET list. Triggers made last run first on
** 3.40, which names the same rule first as PostgreSQL does; nothing but the choice between two
** errors rests on it. */
static void judge_updates(il_trig *t) {
  unsigned char *mask = new_mask(t);
  size_t body;
  if (!mask) return;
  if (t->plan->steps[1][IL_ALL].n) {
    int listed = judged_columns(t, mask) && !covers_table(t, mask);
    il_trig_header(t, "update", "BEFORE UPDATE");
    if (listed) of_columns(t, mask);
    on_table(t);
    body = begin(t);
    call(t, "il1_update", IL_EV_UPDATE);
    finish(t, body);
  }
  for (int i = 0; i < t->plan->nops; i++) {
    const il_op *op = &t->plan->ops[i];
    char what[] = "named_0000";
    const char *name;
    if (!il_op_asks_named(op)) continue;
    for (int d = 0, k = i; d < 4; d++, k /= 10)
      what[9 - d] = (char)('0' + k % 10);
    name = t->plan->cols[op->cols[0]].name;
    memset(mask, 0, (size_t)t->plan->ncols);
    mask[op->cols[0]] = 1;
    il_trig_header(t, what, "BEFORE UPDATE");
    of_columns(t, mask);
    on_table(t);
    il_buf_f(&t->sql, "BEGIN SELECT il1_named(%s, %d, OLD.%I, NEW.%I", t->literal, i, name, name);
    il_trig_columns(t, "NEW", t->plan->key, t->plan->nkey);
    il_buf_str(&t->sql, "); END");
    il_trig_emit(t);
  }
}

/* The trigger's name for an operation: "<what>_0007". */
static const char *op_name(il_trig *t, const char *what, int op) {
  char digits[] = "_0000";
  for (int d = 4; d > 0; d--, op /= 10)
    digits[d] = (char)('0' + op % 10);
  il_buf b;
  il_buf_init(&b, t->arena->mem);
  il_buf_f(&b, "%s%s", what, digits);
  const char *name = il_buf_text(&b) ? il_arena_strdup(t->arena, b.p) : NULL;
  il_buf_free(&b);
  if (!name) t->arena->failed = 1;
  return name ? name : "";
}

static void when_written(il_trig *t, const il_op *op) {
  if (!op->role->written_when) return;
  il_buf_str(&t->sql, "WHEN ");
  op->role->written_when(op, t->plan, &t->sql);
  il_buf_char(&t->sql, ' ');
}

/* What is judged once the row is written: that a column is named is noted before. */
static void judge_written(il_trig *t, const il_op *op) {
  unsigned char *mask = new_mask(t);
  const il_plan *plan = t->plan;
  if (!mask) return;
  for (int k = 0, col; (col = op->role->asks(op, k)) >= 0; k++) {
    const char *what = k == 0 ? "mark" : "mark2";
    memset(mask, 0, (size_t)plan->ncols);
    mask[col] = 1;
    il_trig_header(t, op_name(t, what, op->index), "BEFORE UPDATE");
    of_columns(t, mask);
    on_table(t);
    when_written(t, op);
    il_buf_f(&t->sql, "BEGIN SELECT il1_mark(%s, %d, julianday('now')", t->literal, col);
    il_trig_columns(t, "NEW", plan->key, plan->nkey);
    il_buf_str(&t->sql, "); END");
    il_trig_emit(t);
  }
  memset(mask, 0, (size_t)plan->ncols);
  for (int c = 0; c < op->ncols; c++)
    mark(t, op->cols[c], mask);
  il_trig_header(t, op_name(t, "written", op->index), "AFTER UPDATE");
  of_columns(t, mask);
  on_table(t);
  when_written(t, op);
  il_buf_f(&t->sql, "BEGIN SELECT il1_written(%s, %d, julianday('now')", t->literal, op->index);
  il_trig_columns(t, "OLD", plan->used[1], plan->nused[1]);
  il_trig_columns(t, "NEW", plan->used[1], plan->nused[1]);
  il_buf_str(&t->sql, "); END");
  il_trig_emit(t);
}

/* Whether everything that follows an UPDATE hangs on one state column; then mask has it. */
static int follows_states_only(il_trig *t, unsigned char *mask) {
  int n;
  const il_after *list = il_trig_follows(t, IL_EV_UPDATE, &n);
  for (int i = 0; i < n; i++) {
    const il_op *op = list[i].op;
    if (list[i].follow.kind == IL_FOLLOW_COMMIT || list[i].follow.kind == IL_FOLLOW_BEFORE)
      continue;
    if (strcmp(op->role->name, ".events") != 0 || op->ncols < 1) return 0;
    if (!mark(t, op->cols[0], mask)) return 0;
  }
  return 1;
}

static void after_updates(il_trig *t) {
  unsigned char *filled = new_mask(t), *states = new_mask(t);
  int fills = il_trig_fills(t->plan, IL_EV_UPDATE), version, apart;
  size_t body;
  if (!filled || !states) return;
  version = fills ? filled_columns(t, IL_EV_UPDATE, filled) : -1;
  if (version >= 0) filled[version] = 1;
  apart = il_follow_event_rows(t, IL_EV_UPDATE, filled);
  if (version >= 0) filled[version] = 0;
  il_trig_header(t, "updated", "AFTER UPDATE");
  if (!fills && follows_states_only(t, states)) of_columns(t, states);
  on_table(t);
  if (fills) {
    il_buf_str(&t->sql, "WHEN ");
    due(t, IL_EV_UPDATE);
    il_buf_char(&t->sql, ' ');
  }
  body = begin(t);
  if (fills) stamp_after_update(t, filled, version);
  if (version >= 0) filled[version] = 1;
  if (!apart) follow(t, IL_EV_UPDATE, -1, filled);
  finish(t, body);
}

/* Asserts of a delete run BEFORE: cascades have not emptied the other tables yet. */
static void deletes(il_trig *t) {
  unsigned char *none = new_mask(t);
  size_t body;
  if (!none) return;
  il_trig_header(t, "delete", "BEFORE DELETE");
  on_table(t);
  body = begin(t);
  if (t->plan->steps[2][IL_ALL].n) call(t, "il1_delete", IL_EV_DELETE);
  follow(t, IL_EV_DELETE, 1, none);
  finish(t, body);
  il_trig_header(t, "deleted", "AFTER DELETE");
  on_table(t);
  body = begin(t);
  follow(t, IL_EV_DELETE, 0, none);
  finish(t, body);
}

/* sqlite3_blob_open() writes a value without any trigger, unless its column is in an index; an
** index over an expression counts for every column. This one has no entries. */
static void no_blob_io(il_trig *t) {
  if (t->info->without_rowid) return;
  il_buf_f(&t->sql, "CREATE INDEX %I.%I ON %I((1)) WHERE 0", t->info->schema,
           il_trig_name(t, "noblob"), t->info->name);
  il_trig_emit(t);
}

/* SQLite's functions take 127 arguments: the plan, the time, and both sides of an UPDATE must
** fit. */
static int too_many_columns(il_trig *t) {
  enum { COLUMNS_MAX = 62 };
  int used = t->plan->nused[1];
  if (used <= COLUMNS_MAX) return 0;
  il_trig_fail(t,
               il_error_set(t->err, IL_ARGUMENT,
                            "%s: rules on %d columns, SQLite can pass %d to a trigger's function",
                            t->plan->table, used, COLUMNS_MAX));
  return 1;
}

il_kind il_sqlite_triggers(il_trig *t) {
  if (too_many_columns(t)) return t->kind;
  no_blob_io(t);
  deletes(t);
  after_updates(t);
  inserts(t);
  if (il_replace_guarded(t->plan)) il_replace_update(t);
  for (int i = 0; i < t->plan->nops; i++)
    if (t->plan->ops[i].role->written) judge_written(t, &t->plan->ops[i]);
  judge_updates(t);
  return t->kind;
}
