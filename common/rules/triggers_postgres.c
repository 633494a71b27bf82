/*
** triggers_postgres.c: a plan as PostgreSQL triggers.
**
** fn. is the quoted schema of the extension. P is the plan's text as a literal; "used[e]" are the plan's
** used columns of an event, in order. All triggers stay in ORIGIN mode and are named interlock_<what>;
** nothing else is named so.
**
**   interlock_insert    AFTER INSERT FOR EACH ROW
**                       WHEN (fn.il1_insert(P, NEW used[insert]…)) EXECUTE FUNCTION fn.il1_after(P)
**   interlock_update    AFTER UPDATE FOR EACH ROW
**                       WHEN (fn.il1_update(P, OLD used[update]…, NEW used[update]…)) … fn.il1_after(P)
**   interlock_delete    BEFORE DELETE FOR EACH ROW
**                       WHEN (fn.il1_delete(P, OLD used[delete]…)) … fn.il1_after(P)
**       BEFORE, because a cascade's own trigger (RI_…) sorts before ours and would already have emptied
**       the tables a delete assert looks at. Here il1_after runs the asserts only and returns the old row.
**   interlock_deleted   AFTER DELETE FOR EACH ROW … fn.il1_after(P)
**       Statements (not asserts) that follow a delete; only when there are any.
**   interlock_fill      BEFORE INSERT, UPDATE, or INSERT OR UPDATE FOR EACH ROW … fn.il1_fill(P)
**       Only when an op of the event fills, or asks what a SET list names (role->named).
**   interlock_truncate  BEFORE TRUNCATE FOR EACH STATEMENT … fn.il1_truncate(P)
**       Only when a role has something against it.
**   interlock_commit_insert, _update, _delete
**                       CONSTRAINT TRIGGER AFTER … DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
**                       … fn.il1_after(P, 'commit')
**       Only when an op has an IL_FOLLOW_COMMIT on that event: il1_after evaluates just those.
**
** il1_insert, il1_update and il1_delete(text, VARIADIC "any") raise when a rule refuses and return true
** when after-work is due. More than 95 arguments (a function takes 100): no WHEN, and the function is
** called as il1_after(P, 'judge'): it judges, then works. No judging op and no after-work: no trigger.
** Partitioned tables: row triggers are cloned by PostgreSQL. TRUNCATE of a leaf fires nothing of its
** parent's, so the host runs il_triggers_truncate() on every leaf.
*/
#include "ddl.h"
