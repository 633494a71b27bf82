/* test_roles.c: what every role lets through and refuses, word for word. */
#include "rolestest.h"

/* ---- judging ---- */

typedef struct judged {
  const char *table, *old, *new_;
  const char *mode; /* "" or letters: l load, s stored, a announced */
  const char *want; /* the line that SQLite shows, "" for accepted */
} judged;

static const judged judgements[] = {
    /* domain, birth */
    {"jobs", NULL, NEWJOB, "", ""},
    {"jobs", NULL, "id='j state='held version=1 created_at=@10 updated_at=@10", "", ""},
    {"jobs", NULL, "id='j state='NEW version=1", "",
     "interlock J-1: jobs.state has no state NEW (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state='new_ version=1", "",
     "interlock J-1: jobs.state has no state new  (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state='busy version=1", "",
     "interlock J-1: jobs.state has no state busy (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state=^ version=1", "",
     "interlock J-1: jobs.state has no state '' (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state=x version=1", "",
     "interlock J-1: jobs.state has no state that is a blob (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state=3 version=1", "",
     "interlock J-1: jobs.state has no state 3 (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state=NULL version=1", "",
     "interlock J-1: jobs.state cannot be NULL (id=j)"},
    {"jobs", NULL, "id='j state='BUSY version=1", "",
     "interlock J-2: jobs.state cannot be born as busy (id=j); allowed: new, held"},
    {"jobs", NULL, "id='j state='BUSY owner='o version=7 created_at=@10 updated_at=@10", "l", ""},
    {"jobs", NULL, "id='j state='zzz version=1", "l",
     "interlock J-1: jobs.state has no state zzz (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, JOB, "s", ""},
    {"jobs", NULL, "id='j state='zzz version=1", "s",
     "interlock J-1: jobs.state has no state zzz (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NULL, "id='j state=NULL version=1", "s",
     "interlock J-1: jobs.state cannot be NULL (id=j)"},
    /* transitions */
    {"jobs", NEWJOB, "state='BUSY owner='o", "", ""},
    {"jobs", NEWJOB, "state='done ended_at=@5", "",
     "interlock J-3: jobs.state cannot go from new to done (id=j); allowed: busy, held, dead"},
    {"jobs", NEWJOB, "state='dead", "", ""},
    {"jobs", NEWJOB, "state=NULL", "", "interlock J-1: jobs.state cannot be NULL (id=j)"},
    {"jobs", NEWJOB, "state='New", "",
     "interlock J-1: jobs.state has no state New (id=j); "
     "allowed: new, held, busy, done, dead"},
    {"jobs", NEWJOB, "state='done ended_at=@5", "l", ""},
    {"jobs", JOB, "state='BUSY", "", ""},
    {"jobs", "id='j state='odd version=1", "state='new", "",
     "interlock J-3: jobs.state cannot go from odd to new (id=j)"},
    {"jobs", "id='j state='odd version=1", "state='new", "l", ""},
    {"runs", "id=1 status=0", "status=3", "", ""},
    {"runs", "id=1 status=0", "status=-1", "",
     "interlock R-1: runs.status cannot go from a to c (id=1); allowed: b"},
    {"runs", "id=1 status=-1", "status=0", "",
     "interlock R-1: runs.status cannot go from c to a (id=1)"},
    {"runs", "id=1 status=-1", "n=4", "", ""},
    {"runs", "id=1 status=0", "status='3", "",
     "interlock R-1: runs.status has no state 3 (id=1); "
     "allowed: a, b, c"},
    {"runs", "id=1 status=0", "status=10", "",
     "interlock R-1: runs.status has no state 10 (id=1); "
     "allowed: a, b, c"},
    {"runs", "id=1 status=0", "status=~3.5", "",
     "interlock R-1: runs.status has no state 3.5 (id=1); "
     "allowed: a, b, c"},
    {"runs", NULL, "id=1 status=0", "", ""},
    {"runs", NULL, "id=1 status=NULL", "", "interlock R-1: runs.status cannot be NULL (id=1)"},
    /* freeze: the first column the writer changed, not one the database fills */
    {"jobs", DONE, "state='done", "", ""},
    {"jobs", DONE, "state='new", "",
     "interlock J-4: jobs is final in done: state cannot change (id=j)"},
    {"jobs", DONE, "updated_at=@99 version=5 note='x", "",
     "interlock J-4: jobs is final in done: note cannot change (id=j)"},
    {"jobs", DONE, "updated_at=@99", "",
     "interlock J-4: jobs is final in done: updated_at cannot change (id=j)"},
    {"jobs", DONE, "progress=1", "l",
     "interlock J-4: jobs is final in done: progress cannot change (id=j)"},
    {"jobs", "id='j state='held version=1 note='n", "note='m", "",
     "interlock J-4: jobs is frozen in held: note cannot change (id=j)"},
    {"jobs", "id='j state='held version=1 note='n", "owner='m", "", ""},
    {"jobs", DONE, NULL, "", ""},
    /* require and forbid; what the state stamps may still be missing when it is entered */
    {"jobs", NEWJOB, "state='BUSY", "",
     "interlock J-5: jobs.owner cannot be NULL while state is busy (id=j)"},
    {"jobs", JOB, "owner=NULL", "",
     "interlock J-5: jobs.owner cannot be NULL while state is busy (id=j)"},
    {"jobs", JOB, "state='done", "", ""},
    {"jobs", JOB, "state='done", "l",
     "interlock J-5: jobs.ended_at cannot be NULL while state is done (id=j)"},
    {"jobs", NULL, "id='j state='done version=1 created_at=@1 updated_at=@1", "s",
     "interlock J-5: jobs.ended_at cannot be NULL while state is done (id=j)"},
    {"jobs", JOB, "state='dead", "",
     "interlock J-6: jobs.owner must be NULL while state is dead (id=j)"},
    {"jobs", JOB, "state='dead owner=NULL", "", ""},
    /* version */
    {"jobs", NULL, "id='j state='new version=7 created_at=@1 updated_at=@1", "",
     "interlock J-10: jobs.version must be born as 1, not as 7 (id=j)"},
    {"jobs", NULL, "id='j state='new version=NULL created_at=@1 updated_at=@1", "", ""},
    {"jobs", NULL, "id='j state='new version=0 created_at=@1 updated_at=@1", "l",
     "interlock J-10: jobs.version must be at least 1, not 0 (id=j)"},
    {"jobs", NULL, "id='j state='new version='1 created_at=@1 updated_at=@1", "s",
     "interlock J-10: jobs.version must be at least 1, not 1 (id=j)"},
    {"jobs", JOB, "version=4", "", ""},
    {"jobs", JOB, "version=5", "",
     "interlock conflict J-10: jobs.version must step from 3 to 4, not to 5 (id=j)"},
    {"jobs", JOB, "version=2", "l",
     "interlock conflict J-10: jobs.version must step from 3 to 4, not to 2 (id=j)"},
    {"jobs", JOB, "version=NULL", "",
     "interlock conflict J-10: jobs.version must step from 3 to 4, not to NULL (id=j)"},
    {"jobs", "id='j state='new version=NULL", "version=1", "", ""},
    {"jobs", "id='j state='new version=NULL", "version=2", "",
     "interlock conflict J-10: jobs.version must step from NULL to 1, not to 2 (id=j)"},
    {"jobs", "id='j state='new version=9223372036854775807", "version=1", "",
     "interlock conflict J-10: jobs.version holds 9223372036854775807, after which no version comes (id=j)"},
    /* touch */
    {"jobs", NULL, "id='j state='new version=1 created_at=@10 updated_at=@9", "",
     "interlock J-11: jobs.updated_at cannot be before created_at (id=j)"},
    {"jobs", NULL,
     "id='j state='new version=1 created_at='1970-01-01T00:00:10Z updated_at='1970-01-01_01:00:10+01:00",
     "", ""},
    {"jobs", NULL, "id='j state='new version=1 created_at=@10 updated_at='soon", "",
     "interlock J-11: jobs.updated_at must be an instant (id=j)"},
    {"jobs", JOB, "updated_at=@1", "", ""},
    /* events table */
    {"log", NULL, "id=1 job='j what='Created at=@1 who='x", "",
     "interlock J-9: log rows are written by jobs.state, not by hand (id=1)"},
    {"log", NULL, "id=1 job='j what='Created at=@1 who='x", "a", ""},
    {"log", NULL, "id=1 job='j what='Created at=@1 who='x", "l", ""},
    {"log", NULL, "id=1 job='j what='Created at=@1 who='x", "s", ""},
    {"log", "id=1 job='j", "who='y", "",
     "interlock L-1: log is append-only: UPDATE is refused (id=1)"},
    {"log", "id=1 job='j", "who='y", "l",
     "interlock L-1: log is append-only: UPDATE is refused (id=1)"},
    {"log", "id=1 job='j", NULL, "a",
     "interlock L-1: log is append-only: DELETE is refused (id=1)"},
    {"partlog", NULL, "n=1 w=1 s='x", "",
     "interlock P-1: partlog rows are written by parts.state, not by hand (n=1)"},
    /* what a foreign key may do; whether the parent is gone is asked after */
    {"child", "id=1 parent=5", "parent=NULL", "", ""},
    {"child", "id=1 parent=5", "parent=6", "",
     "interlock C-1: child is append-only: UPDATE is refused (id=1)"},
    {"child", "id=1 parent=5", "parent=NULL body='x", "",
     "interlock C-1: child is append-only: UPDATE is refused (id=1)"},
    {"child", "id=1 parent=5", "", "",
     "interlock C-1: child is append-only: UPDATE is refused (id=1)"},
    {"child", "id=1 parent=5", NULL, "", ""},
    /* dedup */
    {"seen", NULL, "a='x b='y", "", ""},
    {"seen", "a='x b='y", "run='z", "",
     "interlock S-2: seen rows cannot change: UPDATE is refused (a=x, b=y)"},
    {"seen", "a='x b='y", NULL, "",
     "interlock S-2: seen rows cannot change: DELETE is refused (a=x, b=y)"},
    {"seen", "a='x b='y", NULL, "a", ""},
    {"seen", "a='x b='y", "run='z", "a",
     "interlock S-2: seen rows cannot change: UPDATE is refused (a=x, b=y)"},
    /* columns */
    {"things", NULL, THING, "", ""},
    {"things", NULL, THING " kind='blue", "",
     "interlock T-1: things.kind cannot be blue (id=1); allowed: red, Blue, "},
    {"things", NULL, THING " kind=^", "", ""},
    {"things", NULL, THING " kind=NULL", "", "interlock T-1: things.kind cannot be NULL (id=1)"},
    {"things", NULL, THING " kind=x", "",
     "interlock T-1: things.kind cannot be a blob (id=1); allowed: red, Blue, "},
    {"things", NULL, THING " level=-3", "", ""},
    {"things", NULL, THING " level=NULL", "", ""},
    {"things", NULL, THING " level=3", "",
     "interlock T-2: things.level cannot be 3 (id=1); allowed: 1, 2, -3"},
    {"things", NULL, THING " level='1", "",
     "interlock T-2: things.level cannot be 1 (id=1); allowed: 1, 2, -3"},
    {"things", NULL, THING " flag=2", "", "interlock T-3: things.flag must be 0 or 1 (id=1)"},
    {"things", NULL, THING " flag='true", "", "interlock T-3: things.flag must be 0 or 1 (id=1)"},
    {"things", NULL, THING " flag=NULL", "", "interlock T-3: things.flag cannot be NULL (id=1)"},
    {"things", NULL, THING " maybe=NULL", "", ""},
    {"things", NULL, THING " maybe=~1", "", "interlock T-3: things.maybe must be 0 or 1 (id=1)"},
    {"things", NULL, THING " name=^", "",
     "interlock T-4: things.name must have 1 to 5 characters, not 0 (id=1)"},
    {"things", NULL, THING " name='abcdef", "",
     "interlock T-4: things.name must have 1 to 5 characters, not 6 (id=1)"},
    {"things", NULL, THING " name='äöüßé", "", ""},
    {"things", NULL, THING " name='äöüßéx", "",
     "interlock T-4: things.name must have 1 to 5 characters, not 6 (id=1)"},
    {"things", NULL, THING " name=5", "", "interlock T-4: things.name must be a text (id=1)"},
    {"things", NULL, THING " name=x", "", "interlock T-4: things.name must be a text (id=1)"},
    {"things", NULL, THING " name=NULL", "", "interlock T-4: things.name cannot be NULL (id=1)"},
    {"things", NULL, THING " code=NULL", "", ""},
    {"things", NULL, THING " code='ab", "",
     "interlock T-4: things.code must have 3 characters, not 2 (id=1)"},
    {"things", NULL, THING " at='2026-02-30", "",
     "interlock T-5: things.at must be an instant of the years 1 to 9999, as 2026-01-31T12:00:00Z (id=1)"},
    {"things", NULL, THING " at='2026-02-28_10:00:00.1234567+00:00", "", ""},
    {"things", NULL, THING " at=@-99999999999999", "",
     "interlock T-5: things.at must be an instant of the years 1 to 9999, as 2026-01-31T12:00:00Z (id=1)"},
    {"things", NULL, THING " at=5", "",
     "interlock T-5: things.at must be an instant of the years 1 to 9999, as 2026-01-31T12:00:00Z (id=1)"},
    {"things", NULL, THING " at=NULL", "", "interlock T-5: things.at cannot be NULL (id=1)"},
    {"things", NULL, THING " until=NULL", "", ""},
    {"things", NULL, THING " any='12 list='[1] tags='[\"a\"]", "", ""},
    {"things", NULL, THING " object='[]", "",
     "interlock T-6: things.object must be a JSON object: expected "},
    {"things", NULL, THING " object='{},", "",
     "interlock T-6: things.object must be a JSON object: expected "},
    {"things", NULL, THING " object=NULL", "",
     "interlock T-6: things.object cannot be NULL (id=1)"},
    {"things", NULL, THING " tags='[1]", "",
     "interlock T-6: things.tags must be a JSON array of strings: expected "},
    {"things", NULL, THING " any='NaN", "", "interlock T-6: things.any must be JSON: expected "},
    {"things", NULL, THING " any=x", "", "interlock T-6: things.any must be JSON (id=1)"},
    {"things", NULL, THING " kind='zz", "s",
     "interlock T-1: things.kind cannot be zz (id=1); allowed: red, Blue, "},
    {"things", THING " kind='old", "level=2", "", ""},
    {"things", THING, "kind='zz", "",
     "interlock T-1: things.kind cannot be zz (id=1); allowed: red, Blue, "},
    {"things", THING, "kind='zz", "l",
     "interlock T-1: things.kind cannot be zz (id=1); allowed: red, Blue, "},
    /* immutable */
    {"things", THING, "id=2", "", "interlock T-7: things.id cannot change (id=2)"},
    {"things", THING, "fixed='x", "l", "interlock T-7: things.fixed cannot change (id=1)"},
    {"things", THING, "once='x", "", ""},
    {"things", THING " once='x", "once='y", "",
     "interlock T-8: things.once cannot change once it is set (id=1)"},
    {"things", THING " once='x", "once=NULL", "",
     "interlock T-8: things.once cannot change once it is set (id=1)"},
};

static void test_judgements(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++) {
    const judged *j = &judgements[i];
    char text[2048] = "";
    il_error err;
    row *r = row_set(plan(j->table), j->old, j->new_);
    size_t n;
    r->row.load = strchr(j->mode, 'l') != NULL;
    r->row.stored = strchr(j->mode, 's') != NULL;
    r->announces = strchr(j->mode, 'a') != NULL;
    if (il_plan_judge(r->row.plan, &r->row, IL_ALL, NULL, &err) != IL_OK)
      il_error_text(&err, text, sizeof text);
    n = strlen(j->want);
    if (n == 0 || j->want[n - 1] != ' ')
      n = n > strlen(text) ? n : strlen(text);
    else if (strstr(j->want, "allowed"))
      n = strlen(text) > n ? strlen(text) : n;
    test_case(&t, strncmp(text, j->want, n) == 0, "%s %s -> %s [%s]: got %s", j->table,
              j->old ? j->old : "insert", j->new_ ? j->new_ : "delete", j->mode,
              text[0] ? text : "accepted");
  }
  test_table_end(&t, "every role accepts and refuses as written");
}

static void test_kinds(void) {
  static const struct {
    const char *table, *old, *new_;
    il_kind kind;
  } rows[] = {
      {"log", "id=1", "who='y", IL_PROTECTED}, {"seen", "a='x b='y", NULL, IL_PROTECTED},
      {"jobs", JOB, "version=9", IL_CONFLICT}, {"things", THING, "id=2", IL_RULE},
      {"jobs", DONE, "note='x", IL_RULE},      {"jobs", NEWJOB, "state='done", IL_RULE},
  };
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_error err;
    row *r = row_set(plan(rows[i].table), rows[i].old, rows[i].new_);
    test_case(&t,
              il_plan_judge(r->row.plan, &r->row, IL_ALL, NULL, &err) == rows[i].kind &&
                  err.kind == rows[i].kind,
              "%s %s: kind %d", rows[i].table, rows[i].old, err.kind);
  }
  test_table_end(&t, "kinds of refusals");
}

/* A megabyte in a state column is refused with a short message. */
static void test_long_value(void) {
  size_t n = 1 << 20;
  char *big = malloc(n), text[4096];
  row *r = row_set(plan("jobs"), NULL, NEWJOB);
  il_error err;
  memset(big, 'a', n);
  r->sides[IL_NEW].v[il_plan_column(r->row.plan, "state")] = il_text(big, n);
  test_ok(il_plan_judge(r->row.plan, &r->row, IL_VALUES, NULL, &err) == IL_RULE &&
              strlen(il_error_text(&err, text, sizeof text)) < 200,
          "a state of a megabyte is refused in a line");
  free(big);
}

static void test_phases(void) {
  row *r = row_set(plan("jobs"), NULL,
                   "id='j state='BUSY owner='o version=1 created_at=@1 updated_at=@1");
  il_error err;
  test_ok(il_plan_judge(r->row.plan, &r->row, IL_VALUES, NULL, &err) == IL_OK,
          "birth is not judged with the values");
  test_ok(il_plan_judge(r->row.plan, &r->row, IL_FINAL, NULL, &err) == IL_RULE &&
              strcmp(err.rule, "J-2") == 0,
          "birth is judged with the rest");
  r = row_set(plan("jobs"), NULL, "id='j state='x");
  test_ok(il_plan_judge(r->row.plan, &r->row, IL_VALUES, NULL, &err) == IL_RULE &&
              strcmp(err.rule, "J-1") == 0,
          "the domain is judged with the values");
  r = row_set(plan("log"), NULL, "id=1 job='j");
  test_ok(il_plan_judge(r->row.plan, &r->row, IL_FINAL, NULL, &err) == IL_RULE &&
              strcmp(err.rule, "J-9") == 0,
          "an event by hand is refused");
}

/* ---- names in a SET list ---- */

static void test_named(void) {
  static const struct {
    const char *table, *role, *old, *new_;
    int wants;
    il_kind want;
  } rows[] = {
      {"jobs", "row_version", JOB, "version=3", 1, IL_CONFLICT},
      {"jobs", "row_version", JOB, "version=4", 1, IL_OK},
      {"jobs", "row_version", JOB, "version=5", 1, IL_CONFLICT},
      {"jobs", "machines", JOB, "state='BUSY", 0, IL_OK},
      {"runs", "machines", "id=1 status=0", "status=0", 1, IL_RULE},
      {"runs", "machines", "id=1 status=0", "status=3", 1, IL_OK},
      {"runs", "machines", "id=1 status=0", "status=8", 1, IL_OK},
  };
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const il_plan *p = plan(rows[i].table);
    const il_op *op = op_of(p, rows[i].role, 0);
    il_error err;
    row *r = row_set(p, rows[i].old, rows[i].new_);
    int wants = !op->role->wants_named || op->role->wants_named(op);
    test_case(&t, wants == rows[i].wants && op->role->named(op, &r->row, &err) == rows[i].want,
              "%s: %s", rows[i].old, rows[i].new_);
  }
  test_table_end(&t, "what naming a column in SET means");
}

int main(void) {
  roles_start();
  test_judgements();
  test_kinds();
  test_long_value();
  test_phases();
  test_named();
  return roles_end();
}
