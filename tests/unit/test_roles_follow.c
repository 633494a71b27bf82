/*
** test_roles_follow.c: what roles fill, which statements follow a row, what they say of
** themselves, and operations that nobody bound.
*/
#include "rolestest.h"
#include "roles/events.h"

static char seen[65536];

/* ---- fills ---- */

static const char *fills_of(const il_plan *p, row *r) {
  il_fill fills[32];
  int n = 0;
  seen[0] = 0;
  for (int i = 0; i < p->nops; i++) {
    const il_op *op = &p->ops[i];
    if (op->role->fill && (op->events & (unsigned)r->row.event))
      n = op->role->fill(op, &r->row, fills, n, 32);
  }
  for (int i = 0; i < n; i++) {
    char shown[128];
    if (i) strcat(seen, " ");
    strcat(strcat(seen, p->cols[fills[i].col].name), "=");
    strcat(seen, il_value_show(&fills[i].value, shown, sizeof shown));
  }
  return seen;
}

#define NOW "1970-01-01T00:16:40.000Z"
static const struct {
  const char *table, *old, *new_, *mode, *want;
} fill_rows[] = {
    {"jobs", NULL, "id='j state='new", "", "version=1 updated_at=" NOW},
    {"jobs", NULL, "id='j state='new created_at=@2000", "",
     "version=1 updated_at=1970-01-01T00:33:20.000Z"},
    {"jobs", NULL, NEWJOB, "", ""},
    {"jobs", NEWJOB, "state='BUSY owner='o", "",
     "version=2 started_at=" NOW " progress=0 updated_at=" NOW},
    {"jobs", NEWJOB "started_at=@7", "state='BUSY owner='o progress=9", "",
     "version=2 updated_at=" NOW},
    {"jobs", JOB " started_at=@100", "state='done", "",
     "version=4 ended_at=" NOW " note=fin owner=NULL took_ms=900000 updated_at=" NOW},
    {"jobs", JOB " started_at=@100", "state='done ended_at=@101 note='mine", "",
     "version=4 owner=NULL took_ms=1000 updated_at=" NOW},
    {"jobs", JOB " started_at='1970-01-01T00:00:01.999999Z",
     "state='done ended_at='1970-01-01T00:00:02.000Z note='n", "",
     "version=4 owner=NULL took_ms=1 updated_at=" NOW},
    {"jobs", JOB, "state='done note='n", "",
     "version=4 ended_at=" NOW " owner=NULL updated_at=" NOW},
    {"jobs", JOB, "progress=6", "", "version=4 updated_at=" NOW},
    {"jobs", JOB, "progress=6 version=4", "", "updated_at=" NOW},
    {"jobs", JOB, "version=4", "", "updated_at=" NOW},
    {"jobs", JOB, "updated_at=@5000", "", "version=4 updated_at=" NOW},
    {"jobs", JOB, "progress=5", "", ""},
    {"jobs", JOB " updated_at=@5000", "progress=6", "",
     "version=4 updated_at=1970-01-01T01:23:20.000Z"},
    {"jobs", JOB, "state='done note='n", "l", "version=4"},
    {"jobs", "id='j state='new version=NULL", "progress=6", "", "version=1 updated_at=" NOW},
    {"jobs", "id='j state='new version='x", "progress=6", "", "updated_at=" NOW},
    {"seen", NULL, "a='x b='y", "", "at=" NOW},
    {"seen", NULL, "a='x b='y at=@1", "", ""},
};

static void test_fills(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof fill_rows / sizeof *fill_rows; i++) {
    const il_plan *p = plan(fill_rows[i].table);
    row *r = row_set(p, fill_rows[i].old, fill_rows[i].new_);
    r->row.load = fill_rows[i].mode[0] == 'l';
    test_case(&t, strcmp(fills_of(p, r), fill_rows[i].want) == 0, "%s -> %s: %s",
              fill_rows[i].old ? fill_rows[i].old : "insert", fill_rows[i].new_, seen);
  }
  test_table_end(&t, "what the database writes");
}

static void test_fill_limit(void) {
  const il_plan *p = plan("jobs");
  row *r = row_set(p, JOB " started_at=@100", "state='done");
  il_fill fills[2];
  const il_op *stamp = op_of(p, ".stamp", 1);
  test_ok(stamp->role->fill(stamp, &r->row, fills, 0, 2) == 2 &&
              stamp->role->fill(stamp, &r->row, fills, 2, 2) == 2,
          "fills stop where there is no room");
}

/* ---- follow-ups ---- */

static const char kinds[] = "AEOC"; /* by il_follow_kind */

/* Every statement that follows a row (NULL: may ever follow), as
** "A:expression[condition]event;". */
static const char *follows_of(const il_plan *p, const char *role, const il_row *r, int event) {
  seen[0] = 0;
  for (int i = 0; i < p->nops; i++) {
    const il_op *op = &p->ops[i];
    if (strcmp(op->role->name, role) != 0 || (event && !(op->events & (unsigned)event))) continue;
    for (int k = 0; k < 10; k++) {
      il_follow f;
      size_t n = strlen(seen);
      memset(&f, 0, sizeof f);
      if (!op->role->follow(op, r, event, k, &arena, &f)) break;
      snprintf(seen + n, sizeof seen - n, "%c:%s[%s]%s;", kinds[f.kind], f.sql,
               f.condition ? f.condition : "", f.event ? f.event : "");
    }
  }
  return seen;
}

#define LOG                                                                                        \
  "O:INSERT INTO \"log\" (\"job\", \"what\", \"at\", \"who\", \"data\", \"was\") VALUES (NEW.\"id\", $event, $now, $actor, $payload, $from)"

static const struct {
  const char *table, *role, *old, *new_, *mode, *want;
} follow_rows[] = {
    {"jobs", ".events", NULL, NEWJOB, "", LOG "[]Created;"},
    {"jobs", ".events", NULL, NEWJOB, "l", ""},
    {"jobs", ".events", NULL, "id='j state='held", "", ""},
    {"jobs", ".events", NEWJOB, "state='BUSY", "", LOG "[]busy;"},
    {"jobs", ".events", NEWJOB, "state='BUSY", "l", ""},
    {"jobs", ".events", JOB, "state='new", "", LOG "[]Dropped;" LOG "[]Requeued;"},
    {"jobs", ".events", JOB, "state='held", "", ""},
    {"jobs", ".events", JOB, "state='done", "", LOG "[]END;"},
    {"jobs", ".events", JOB, "state='dead", "", LOG "[]KILL;"},
    {"jobs", ".events", JOB, "progress=6", "", ""},
    {"jobs", "asserts", JOB, "progress=6", "",
     "A:NEW.progress <= 100[];A:NEW.progress >= OLD.progress[];"},
    {"jobs", "asserts", JOB, "note='x", "", "A:NEW.progress >= OLD.progress[];"},
    {"jobs", "asserts", NULL, NEWJOB, "", "A:NEW.progress <= 100[];"},
    {"jobs", "asserts", JOB, NULL, "", "A:OLD.note IS NULL[];"},
    {"jobs", "effects", NEWJOB, "state='BUSY", "",
     "E:UPDATE x SET n = n + 1 WHERE id = NEW.id[];E:SELECT $actor[];"},
    {"jobs", "effects", NULL, NEWJOB, "",
     "E:UPDATE x SET n = n + 1 WHERE id = NEW.id[];E:SELECT $actor[];"},
    {"jobs", "effects", JOB, "note='x", "", ""},
    {"jobs", "effects", JOB, "state='done", "",
     "E:DELETE FROM y WHERE id = OLD.id[NEW.note IS NOT NULL];"},
    {"jobs", "effects", JOB, NULL, "", "E:DELETE FROM z WHERE id = OLD.id[];"},
    {"child", "append_only", "id=1 parent=5", "parent=NULL", "",
     "A:(OLD.\"parent\" IS NULL OR NEW.\"parent\" IS NOT NULL OR NOT EXISTS (SELECT 1 FROM \"par ent\" WHERE \"id\" = OLD.\"parent\"))[];"},
    {"child", "append_only", "id=1 parent=5", NULL, "",
     "A:NOT EXISTS (SELECT 1 FROM \"par ent\" WHERE \"id\" = OLD.\"parent\")[];"},
    {"log", "append_only", "id=1", "who='x", "", ""},
    {"log", ".grows", NULL, "id=1", "", ""},
    {"parts", ".events", "w=1 s='x state='on", "state='off", "",
     "O:INSERT INTO \"partlog\" (\"w\", \"s\", \"to_\") VALUES (NEW.\"w\", NEW.\"s\", $to)[]off;"},
};

static void test_follows(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof follow_rows / sizeof *follow_rows; i++) {
    const il_plan *p = plan(follow_rows[i].table);
    row *r = row_set(p, follow_rows[i].old, follow_rows[i].new_);
    unsigned work = 0;
    il_error err;
    r->row.load = follow_rows[i].mode[0] == 'l';
    test_case(
        &t,
        strcmp(follows_of(p, follow_rows[i].role, &r->row, r->row.event), follow_rows[i].want) == 0,
        "%s %s -> %s: %s", follow_rows[i].role, follow_rows[i].old ? follow_rows[i].old : "insert",
        follow_rows[i].new_ ? follow_rows[i].new_ : "delete", seen);
    if (follow_rows[i].want[0] && il_plan_judge(p, &r->row, IL_ALL, &work, &err) == IL_OK)
      test_case(&t, (work & IL_WORK_AFTER) != 0, "%s %s: work is due", follow_rows[i].role,
                follow_rows[i].table);
  }
  test_table_end(&t, "which statements follow a row");
}

static const struct {
  const char *table, *role;
  int event;
  const char *want;
} trigger_rows[] = {
    {"jobs", ".events", IL_EV_INSERT, LOG "[NEW.\"state\" = 'new'];"},
    {"jobs", ".events", IL_EV_UPDATE,
     LOG
     "[(OLD.\"state\" = 'new' AND NEW.\"state\" = 'BUSY') OR (OLD.\"state\" = 'new' AND NEW.\"state\" = 'held') OR "
     "(OLD.\"state\" = 'held' AND NEW.\"state\" = 'new') OR (OLD.\"state\" = 'BUSY' AND NEW.\"state\" = 'done') OR "
     "(OLD.\"state\" = 'BUSY' AND NEW.\"state\" = 'new') OR (OLD.\"state\" = 'new' AND NEW.\"state\" = 'dead') OR "
     "(OLD.\"state\" = 'held' AND NEW.\"state\" = 'dead') OR (OLD.\"state\" = 'BUSY' AND NEW.\"state\" = 'dead')];" LOG
     "[(OLD.\"state\" = 'BUSY' AND NEW.\"state\" = 'new')];"},
    {"parts", ".events", IL_EV_UPDATE,
     "O:INSERT INTO \"partlog\" (\"w\", \"s\", \"to_\") VALUES (NEW.\"w\", NEW.\"s\", $to)[OLD.\"state\" IS NOT NEW.\"state\"];"},
    {"parts", ".events", IL_EV_INSERT, ""},
    {"jobs", "asserts", IL_EV_UPDATE,
     "A:NEW.progress <= 100[OLD.\"progress\" IS NOT NEW.\"progress\"];A:NEW.progress >= OLD.progress[];"},
    {"jobs", "asserts", 0, "A:NEW.progress <= 100[];A:NEW.progress >= 0[];"},
    {"jobs", "effects", IL_EV_UPDATE,
     "E:UPDATE x SET n = n + 1 WHERE id = NEW.id[OLD.\"state\" IS NOT NEW.\"state\" AND NEW.\"state\" IN ('BUSY', 'new')];"
     "E:SELECT $actor[OLD.\"state\" IS NOT NEW.\"state\" AND NEW.\"state\" IN ('BUSY', 'new')];"
     "E:DELETE FROM y WHERE id = OLD.id[OLD.\"state\" IS NOT NEW.\"state\" AND OLD.\"state\" IN ('BUSY') AND (NEW.note IS NOT NULL)];"},
    {"log", ".grows", IL_EV_INSERT,
     "A:NOT EXISTS (SELECT 1 FROM \"log\" WHERE \"id\" > NEW.\"id\")[];"},
};

static void test_trigger_statements(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof trigger_rows / sizeof *trigger_rows; i++)
    test_case(&t,
              strcmp(follows_of(plan(trigger_rows[i].table), trigger_rows[i].role, NULL,
                                trigger_rows[i].event),
                     trigger_rows[i].want) == 0,
              "%s %s %d: %s", trigger_rows[i].table, trigger_rows[i].role, trigger_rows[i].event,
              seen);
  test_table_end(&t, "which statements a trigger has, and when");
}

/* ---- the rest ---- */

static void no_row(const il_row *r, int which, int col, il_value *out) {
  (void)r, (void)which, (void)col;
  *out = il_null();
}

static void test_truncate(void) {
  static const struct {
    const char *table, *want;
  } rows[] = {
      {"log", "interlock L-1: log is append-only: TRUNCATE is refused"},
      {"seen", "interlock S-2: seen rows cannot change: TRUNCATE is refused"},
      {"jobs", "interlock J-12: jobs cannot be truncated: DELETE is judged row by row"},
      {"things", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const il_plan *p = plan(rows[i].table);
    il_row r = {.plan = p, .get = no_row};
    char text[256] = "";
    for (int k = 0; k < p->nops && !text[0]; k++) {
      il_error err;
      if (p->ops[k].role->truncate && p->ops[k].role->truncate(&p->ops[k], &r, &err) != IL_OK) {
        err.row[0] = 0;
        il_error_text(&err, text, sizeof text);
      }
    }
    test_str(text, rows[i].want, "TRUNCATE");
  }
}

static void test_machine(void) {
  const il_plan *p = plan("jobs"), *q = plan("runs");
  const il_machine *m = il_plan_machine(p, NULL, NULL), *n = il_plan_machine(q, "status", NULL);
  char names[128], tiny[8];
  il_value v = il_text("BUSY", 4), i = il_int(-1);
  test_ok(il_machine_state(m, "busy", 4) == 2 && il_machine_state(m, "BUSY", 4) == 2 &&
              il_machine_state(m, "bus", 3) < 0,
          "a state by name or code");
  test_ok(il_machine_stored(m, &v) == 2 && il_machine_stored(n, &i) == 2,
          "a state by what is stored");
  test_ok(il_machine_can(m, 2, 3) && !il_machine_can(m, 3, 2) && !il_machine_can(m, 0, 3),
          "which pairs are legal");
  test_str(il_machine_allowed(m, 2, names, sizeof names), "done, new, held, dead",
           "where a state may go, in file order");
  test_str(il_machine_allowed(m, 2, tiny, sizeof tiny), "done",
           "a list that is cut ends before a name");
  test_str(il_machine_initial(m, names, sizeof names), "new, held", "initial states");
  test_str(il_machine_edge(m, 2, 4)->name, "KILL", "a wildcard has its name");
  test_ok(il_machine_edge(m, 2, 4)->wildcard && !il_machine_edge(m, 2, 3)->wildcard,
          "and is known to be one");
  test_ok(!m->acyclic && !n->acyclic && il_plan_machine(q, "n", NULL) == NULL, "cycles are seen");
  test_str(m->event_table, "log", "events table");
  test_str(il_events_column(il_plan_events(p, NULL, NULL), IL_EVENT_ACTOR), "who",
           "column of the actor");
}

static void test_event_keys(void) {
  const il_plan *p = plan("partlog"), *q = plan("log");
  il_buf out, key;
  row *r;
  il_buf_init(&out, arena.mem);
  r = row_set(p, NULL, "n=1 w=7 s='a\"b");
  il_event_log_key(op_of(p, ".event_log", 0), &r->row, &out);
  il_buf_init(&key, arena.mem);
  r = row_set(plan("parts"), NULL, "w=7 s='a\"b state='on");
  il_row_key_text(&r->row, &key);
  test_str(il_buf_text(&out), "[7,\"a\\\"b\"]", "a composite key of an event row is a JSON array");
  test_str(il_buf_text(&out), il_buf_text(&key), "spelled as the machine's row spells it");
  il_buf_free(&key);
  il_buf_reset(&out);
  r = row_set(q, NULL, "id=1 job='j1 what='Created");
  il_event_log_key(op_of(q, ".event_log", 0), &r->row, &out);
  il_buf_char(&out, ' ');
  il_event_log_event(op_of(q, ".event_log", 0), &r->row, &out);
  test_str(il_buf_text(&out), "j1 Created", "key and name of an event row");
  il_buf_free(&out);
}

static void test_dedup(void) {
  const il_op *op = il_plan_dedup(plan("seen"));
  const il_dedup *d = op->compiled;
  test_ok(d->nkey == 2 && d->key[0] == 1 && d->key[1] == 0 && d->at == 2 && d->nextra == 1 &&
              d->extra[0] == 3 && d->keep_seconds == 86400,
          "dedup knows its columns in the order of dedup_accept");
  test_ok(il_plan_dedup(plan("log")) == NULL, "a table without dedup has none");
}

static const struct {
  const char *table, *role;
  int nth;
  const char *want;
} sentences[] = {
    {"jobs", ".domain", 0, "jobs.state is a state: new, held, busy (BUSY), done, dead."},
    {"jobs", ".birth", 0, "jobs rows are born with state new, held."},
    {"runs", "machines", 0,
     "runs.status goes from a to b; from b to a, c; setting the state a row has is refused."},
    {"jobs", ".freeze", 1,
     "While jobs.state is done or dead, state, id, created_at, owner, started_at, ended_at, took_ms, note, progress, version and updated_at do not change."},
    {"jobs", ".require", 0, "While jobs.state is busy, owner is not NULL."},
    {"jobs", ".forbid", 0, "While jobs.state is dead, owner is NULL."},
    {"jobs", ".stamp", 1,
     "When jobs.state becomes done, the database writes ended_at = now, took_ms = milliseconds from started_at to ended_at, note = 'fin', owner = NULL, unless the writer gives a value."},
    {"jobs", "asserts", 1,
     "INSERT or UPDATE of jobs is refused (too much) unless NEW.progress <= 100."},
    {"jobs", "effects", 1,
     "After UPDATE of jobs when state leaves BUSY if NEW.note IS NOT NULL: DELETE FROM y WHERE id = OLD.id."},
    {"things", "enum", 1, "things.level is 1, 2 or -3, or NULL."},
    {"things", "length", 1, "things.code has 3 characters."},
    {"things", "json", 3, "things.tags is a JSON array of strings, or NULL."},
    {"things", "immutable", 1, "things: once never changes, once set."},
    {"seen", ".kept", 0,
     "seen rows do not change and are not deleted, except by dedup_purge after 1 day."},
    {"child", "append_only", 0,
     "child rows are only ever added: UPDATE, DELETE, OR REPLACE and TRUNCATE are refused; when the row of par ent that parent names is gone, parent becomes NULL; when the row of par ent that parent names is gone, the row goes with it."},
};

static void test_sentences(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
    const il_plan *p = plan(sentences[i].table);
    const il_op *op = op_of(p, sentences[i].role, sentences[i].nth);
    il_buf out;
    il_buf_init(&out, arena.mem);
    op->role->describe(op, p, &out);
    test_case(&t, strcmp(il_buf_text(&out), sentences[i].want) == 0, "%s", il_buf_text(&out));
    il_buf_free(&out);
  }
  for (int i = 0; i < il_role_count; i++)
    test_case(&t, il_roles[i]->describe != NULL, "%s describes itself", il_roles[i]->name);
  test_table_end(&t, "every rule is an English sentence");
}

/* ---- plans that nobody bound ---- */

/* Words that a role must not believe; the columns are a and b, texts. */
static const char *const hostile[] = {
    "machines R u 0 i",
    "machines R u 0 i Sx",
    "machines R u 0 t Sx e0,1",
    "machines R u 0 t Sx e0",
    "machines R u 0 t e0,0 Sx",
    "machines R u 0 t Sx n",
    "machines R u 0 t S",
    "machines R u 0 t Sx q",
    "machines R u 0 t Sx m5 g0",
    "machines R u 0 t Sx g9 m5 wb",
    "machines R u - t Sx",
    "machines R u 0,1 t Sx",
    "machines R i 0 t Sx",
    "machines R u 0 x Sx",
    "machines R u 0 i Sx c9223372036854775808",
    ".domain R i 0",
    ".birth R i 1",
    ".domain R d 0",
    "enum R iu 0",
    "enum R iu 0 - x",
    "enum R iu 0 - i",
    "enum R d 0 - ta",
    "enum R iu 0,1 - ta",
    "length R iu 0 n",
    "length R iu 0 n l5 h4",
    "length R iu 0 n l-1 h4",
    "length R iud 0 n l1 h4",
    "flag R iu 0",
    "flag R d 0 n",
    "instant R iu - n",
    "json R iu 0 n kx",
    "json R iu 0 n",
    "json R d 0 n kany",
    "row_version R iu -",
    "row_version R d 0",
    "touch R iu 0 f1",
    "touch R iu 0,1 f9",
    "touch R iu 0,1 x",
    "touch R d 0",
    ".freeze R u 0 ta fa",
    ".freeze R u 0,1",
    ".freeze R u 0,1 ta",
    ".freeze R u 0,1 ta xa",
    ".freeze R u 0,1 q fa",
    ".require R iu 0,1 ta na",
    ".require R iu 0 ta na",
    ".require R iu 0,1 ta xa p",
    ".require R d 0,1 ta na p",
    ".stamp R iu 0,1 ta na",
    ".stamp R iu 0,1 ta na m0,5",
    ".stamp R iu 0,1 ta na m0",
    ".stamp R iu 0 ta na =now",
    ".stamp R iu 0,1 ta na what",
    ".stamp R iu 0,1 ta na i",
    ".events R iu 0 Tx wd ca ve",
    ".event_log R i 0 Tx",
    ".event_log R i - Tx Cy k",
    ".event_log R i 0 Tx Cy k e",
    ".event_log R iu 0 Tx Cy k",
    ".event_log R i 0,1 Tx Cy j",
    ".after R - 0,1 ta na mx ta Na ax",
    ".after R - 0 ta na m1 ta Na ax",
    "dedup R i 0 k2 - s0",
    "dedup R i 0 k0 - s0",
    "dedup R i 0 k1 a s0",
    "dedup R i 0 k1 - s-1",
    "dedup R iu 0 k1 - s0",
    "asserts R iu - tx",
    "asserts R iu - tx s",
    "asserts R iu - x sx",
    "asserts R iu - tx sx v",
    "asserts R iu - tx sx rx",
    "asserts R iu - tx sx r r",
    "asserts R iu - tx sx r vx",
    "counters R iu 0 Tt",
    "counters R iu - Tt =q",
    "counters R iud 0 Tt =q",
    "counters R iu 0 Tt =",
    "counters R iu 0 Tt >q",
    "counters R iu 0 =q Tt",
    "counters R iu 0,1 Tt =q =q",
    ".counted R iud 0 Tt Kk",
    ".counted R iud - Tt Kk Nc =q",
    ".counted R iud 0 Tt Kk Nc",
    ".counted R iud 0 Tt Kk N =q",
    ".counted R iud 0 Tt Kk Nc =",
    ".counted R iud 0 T Kk Nc =q",
    ".counted R iud 0 Tt K Nc =q",
    ".stamp R iu 0,1 ta na m0,1,x",
    ".stamp R iu 0,1 ta na m0,1,5,6",
    "effects R iu -",
    "effects R iu - w1",
    "effects R iu - d",
    "effects R iu - eta dx",
    "effects R iud 0 eta dx",
    "effects R iu 0 lta dx",
    "effects R iu 0 eqa dx",
    ".guard R iu - a tx",
    ".guard R iu - z tx sx",
    ".guard R iu 0,1 a tx sx",
    ".grows R i -",
    "append_only R ud 0 C",
    "append_only R ud 0 Cx Ky Dz Kz",
    "append_only R ud - Cx Ky",
    ".note R - 0 x",
    ".note R - - c",
    ".nosuch R - -",
};

/* The same machine for all that need one. */
static il_kind read_ops(const char *ops) {
  il_buf body, text;
  il_plan *out;
  il_error err;
  il_arena local;
  il_kind kind;
  char hex[65];
  il_arena_init(&local, arena.mem);
  il_buf_init(&body, arena.mem);
  il_buf_init(&text, arena.mem);
  il_buf_f(&body, "b r t;c a text;c b text;k 0;%s%s", ops[0] ? "o " : "", ops);
  il_sha256_hex(body.p, body.n, hex);
  il_buf_f(&text, "il1:%.*s:%s", 16, hex, body.p);
  kind = il_plan_read(text.p, text.n, &local, &out, &err);
  il_buf_free(&body);
  il_buf_free(&text);
  il_arena_free(&local);
  return kind;
}

static void test_hostile(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
    test_case(&t, read_ops(hostile[i]) == IL_ARGUMENT, "%s is read", hostile[i]);
  test_table_end(&t, "operations that nobody bound are refused");
  test_ok(read_ops("machines R u 0 t Sx iSy") != IL_OK, "a word is one thing");
  test_ok(
      read_ops(
          "machines R u 0 t Sx i Fy e0,1 nGO va vb;o .domain R iu 0;o .events R iu 0 Tx wd ca ve cb vL'it''s'") ==
              IL_OK ||
          read_ops(
              "machines R u 0 t Sx i Fy e0,1 nGO va vb;o .domain R iu 0;o .events R iu 0 Tx wd ca ve cb vL%27it%27%27s%27") ==
              IL_OK,
      "a good one is read");
  test_ok(read_ops("machines R u 0 t Sx;o .events R iu 0 Tx wd ca vL%27a%27)") == IL_ARGUMENT,
          "a literal is no more than a literal");
  test_ok(read_ops("machines R u 0 t Sx;o .events R iu 0 Tx wd ca vx%27${key}:${NEW.b}") == IL_OK,
          "a template is read");
  test_ok(read_ops("machines R u 0 t Sx;o .events R iu 0 Tx wd ca vx${NEW.c}") == IL_ARGUMENT &&
              read_ops("machines R u 0 t Sx;o .events R iu 0 Tx wd ca vx${now}") == IL_ARGUMENT &&
              read_ops("machines R u 0 t Sx;o .events R iu 0 Tx wd ca vx${key") == IL_ARGUMENT &&
              read_ops("machines R u 0 t Sx;o .events R - 0 Tx wa ca vx${key}") == IL_ARGUMENT,
          "a template names what there is, and is the database's to write");
  test_ok(read_ops("counters R iu 0 Tt <q") == IL_OK &&
              read_ops(".counted R iud 0,1 Tt Kk Nc =q Nd <q") == IL_OK,
          "counters are read");
}

int main(void) {
  roles_start();
  test_fills();
  test_fill_limit();
  test_follows();
  test_trigger_statements();
  test_truncate();
  test_machine();
  test_event_keys();
  test_dedup();
  test_sentences();
  test_hostile();
  return roles_end();
}
