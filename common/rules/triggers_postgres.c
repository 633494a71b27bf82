/*
** triggers_postgres.c: a plan as PostgreSQL triggers.
**
** fn. is the quoted schema of the extension. P is the plan's text as a literal, H its head
** "il1:<16 hex>:"; "used[e]" are the plan's used columns of an event, in order. All triggers stay
** in ORIGIN mode and are named interlock_<what>; nothing else is named so.
**
**   interlock_insert    AFTER INSERT FOR EACH ROW WHEN
**                       (fn.il1_insert(H, NEW used[insert]…, NEW.tableoid)) EXECUTE FUNCTION
**                       fn.il1_after(P)
**   interlock_update    AFTER UPDATE FOR EACH ROW WHEN
**                       (fn.il1_update(H, OLD used[update]…, NEW used[update]…, NEW.tableoid)) …
**                       fn.il1_after(P)
**   interlock_delete    BEFORE DELETE FOR EACH ROW WHEN
**                       (fn.il1_delete(H, OLD used[delete]…, OLD.tableoid)) … fn.il1_after(P)
**       Only the head, because PostgreSQL parses a WHEN clause anew for every statement: 15 µs for
**       each KiB of plan, measured. A backend that meets the head for the first time finds P
**       through the tableoid. BEFORE, because a cascade's own trigger (RI_…) sorts before ours and
**       would already have emptied the tables a delete assert looks at. Here il1_after runs the
**       asserts only and returns the old row.
**   interlock_deleted   AFTER DELETE FOR EACH ROW … fn.il1_after(P)
**       Statements (not asserts) that follow a delete; only when there are any.
**   interlock_fill      BEFORE INSERT, UPDATE, or INSERT OR UPDATE FOR EACH ROW … fn.il1_fill(P)
**       Only when an op of the event fills, asks what a SET list names (role->named) or only
**       grows, or something runs before an INSERT; and on UPDATE of a partitioned table, where it refuses a row that would leave its
**       partition.
**   interlock_truncate  BEFORE TRUNCATE FOR EACH STATEMENT … fn.il1_truncate(P)
**       Only when a role has something against it.
**   interlock_commit_insert, _update, _delete
**                       CONSTRAINT TRIGGER AFTER … DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
**                       … fn.il1_after(P, 'commit')
**       Only when an op has an IL_FOLLOW_COMMIT on that event: il1_after evaluates just those.
**
** il1_insert, il1_update and il1_delete(text, VARIADIC "any") raise when a rule refuses and return
** true when after-work is due. Where every inserted row has after-work (asserts of an event log), or with
** more than 95 arguments (a function takes 100): no WHEN, and the function is called as
** il1_after(P, 'judge'): it judges, then works. No judging op and no after-
** work: no trigger. Partitioned tables: row triggers are cloned by PostgreSQL. TRUNCATE of a leaf
** fires nothing of its parent's, so the host runs il_triggers_truncate() on every leaf.
*/
#include "triggers.h"
#include <string.h>

enum { ARGUMENTS_MAX = 95 };

/* EXECUTE FUNCTION fn.function(P[, 'word']) */
static void execute(il_trig *t, const char *function, const char *word) {
  il_buf_f(&t->sql, "EXECUTE FUNCTION %s%s(%s", t->fn, function, t->literal);
  if (word) il_buf_f(&t->sql, ", '%s'", word);
  il_buf_char(&t->sql, ')');
}

static void header(il_trig *t, const char *create, const char *name, const char *when) {
  il_buf_f(&t->sql, "%s interlock_%s %s ON %I.%I ", create, name, when, t->info->schema,
           t->info->name);
}

static int follows(il_trig *t, int event, il_follow_kind kind) {
  int n, found = 0;
  const il_after *list = il_trig_follows(t, event, &n);
  for (int i = 0; i < n; i++)
    found |= list[i].follow.kind == kind;
  return found;
}

/* A trigger that judges a row of the event and then does what follows it. */
static void judging(il_trig *t, int event, const char *name, const char *when,
                    const char *function) {
  const il_plan *plan = t->plan;
  int slot = il_event_slot(event), n = plan->nused[slot];
  int sides = event == IL_EV_UPDATE ? 2 : 1;
  int work = follows(t, event, IL_FOLLOW_ASSERT);
  if (event != IL_EV_DELETE)
    work |= follows(t, event, IL_FOLLOW_EXEC) || follows(t, event, IL_FOLLOW_ONE) ||
            follows(t, event, IL_FOLLOW_ADD);
  if (!work && plan->steps[slot][IL_ALL].n == 0) return;
  /* A WHEN clause saves the call of rows that need nothing; where every row needs something it only costs its parsing. */
  header(t, "CREATE TRIGGER", name, when);
  il_buf_str(&t->sql, "FOR EACH ROW ");
  int always = event == IL_EV_INSERT && (plan->steps[slot][IL_ALL].work & IL_WORK_AFTER);
  if (always || n * sides > ARGUMENTS_MAX) {
    execute(t, "il1_after", "judge");
  } else {
    il_buf_f(&t->sql, "WHEN (%s%s('il1:%s:'", t->fn, function, plan->hash);
    if (event != IL_EV_INSERT) il_trig_columns(t, "OLD", plan->used[slot], n);
    if (event != IL_EV_DELETE) il_trig_columns(t, "NEW", plan->used[slot], n);
    il_buf_f(&t->sql, ", %s.tableoid)) ", event == IL_EV_DELETE ? "OLD" : "NEW");
    execute(t, "il1_after", NULL);
  }
  il_trig_emit(t);
}

static void filling(il_trig *t) {
  int insert = il_trig_fills(t->plan, IL_EV_INSERT), update = il_trig_fills(t->plan, IL_EV_UPDATE);
  for (int i = 0; i < t->plan->nops; i++) {
    update |= il_op_asks_named(&t->plan->ops[i]) || t->plan->ops[i].role->early;
    insert |= strcmp(t->plan->ops[i].role->name, ".grows") == 0 || t->plan->ops[i].role->early;
  }
  insert |= follows(t, IL_EV_INSERT, IL_FOLLOW_BEFORE) ||
            follows(t, IL_EV_INSERT, IL_FOLLOW_FILL) ||
            follows(t, IL_EV_INSERT, IL_FOLLOW_REFUSE) || follows(t, IL_EV_INSERT, IL_FOLLOW_TURN);
  /* What a column may hold is judged before a CHECK says the same in other words (il1_fill). */
  insert |= t->info->checks && t->plan->steps[0][IL_VALUES].n;
  update |= t->info->checks && t->plan->steps[1][IL_VALUES].n;
  update |= t->info->partitioned;
  if (!insert && !update) return;
  header(t, "CREATE TRIGGER", "fill",
         insert && update ? "BEFORE INSERT OR UPDATE"
         : insert         ? "BEFORE INSERT"
                          : "BEFORE UPDATE");
  il_buf_str(&t->sql, "FOR EACH ROW ");
  execute(t, "il1_fill", NULL);
  il_trig_emit(t);
}

/* Judged at commit: state and events that the application writes, in whichever order. */
static void committing(il_trig *t, int event, const char *name, const char *when) {
  if (!follows(t, event, IL_FOLLOW_COMMIT)) return;
  header(t, "CREATE CONSTRAINT TRIGGER", name, when);
  il_buf_str(&t->sql, "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ");
  execute(t, "il1_after", "commit");
  il_trig_emit(t);
}

/* A table with nothing but notes has this trigger too: the plan is kept in triggers. */
void il_postgres_truncate(il_trig *t, const char *schema, const char *name) {
  int refuses = 0;
  for (int i = 0; i < t->plan->nops; i++)
    refuses |= t->plan->ops[i].role->truncate || strcmp(t->plan->ops[i].role->name, "notes") == 0;
  if (!refuses) return;
  il_buf_f(&t->sql,
           "CREATE TRIGGER interlock_truncate BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT ", schema,
           name);
  execute(t, "il1_truncate", NULL);
  il_trig_emit(t);
}

il_kind il_postgres_triggers(il_trig *t) {
  filling(t);
  judging(t, IL_EV_INSERT, "insert", "AFTER INSERT", "il1_insert");
  judging(t, IL_EV_UPDATE, "update", "AFTER UPDATE", "il1_update");
  judging(t, IL_EV_DELETE, "delete", "BEFORE DELETE", "il1_delete");
  if (follows(t, IL_EV_DELETE, IL_FOLLOW_EXEC) || follows(t, IL_EV_DELETE, IL_FOLLOW_ONE)) {
    header(t, "CREATE TRIGGER", "deleted", "AFTER DELETE");
    il_buf_str(&t->sql, "FOR EACH ROW ");
    execute(t, "il1_after", NULL);
    il_trig_emit(t);
  }
  committing(t, IL_EV_INSERT, "commit_insert", "AFTER INSERT");
  committing(t, IL_EV_UPDATE, "commit_update", "AFTER UPDATE");
  committing(t, IL_EV_DELETE, "commit_delete", "AFTER DELETE");
  il_postgres_truncate(t, t->info->schema, t->info->name);
  return t->kind;
}
