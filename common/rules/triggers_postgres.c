/*
** triggers_postgres.c: a plan as PostgreSQL triggers.
**
** fn is the quoted schema of the extension with its dot. 'P' is the plan's text; "used[e]" as in triggers_sqlite.c. All triggers
** stay in ORIGIN mode, are named interlock_<what>, and nothing else is named so.
**
**   interlock_insert   AFTER INSERT FOR EACH ROW WHEN (fn.il1_insert('P', NEW used[insert]…)) EXECUTE FUNCTION fn.il1_after('P')
**   interlock_update   AFTER UPDATE FOR EACH ROW WHEN (fn.il1_update('P', OLD used[update]…, NEW used[update]…)) … fn.il1_after('P')
**   interlock_delete   BEFORE DELETE FOR EACH ROW WHEN (fn.il1_delete('P', OLD used[delete]…)) … fn.il1_after('P')
**        BEFORE: a cascade's own trigger ("RI_…") sorts before ours and would empty the tables a delete assert looks at. Here
**        il1_after runs the asserts only and returns the old row.
**   interlock_deleted  AFTER DELETE FOR EACH ROW … fn.il1_after('P'): effects of a delete, only when there are any.
**   interlock_fill     BEFORE INSERT, UPDATE or both FOR EACH ROW … fn.il1_fill('P'): only when an op of that event fills (row_version, touch, stamps,
**        grows …). UPDATE: tg_updatedcols says whether the writer named the version column.
**   interlock_truncate BEFORE TRUNCATE FOR EACH STATEMENT … fn.il1_truncate('P')
**   interlock_pair_insert, interlock_pair_update  CONSTRAINT TRIGGER AFTER … DEFERRABLE INITIALLY DEFERRED FOR EACH ROW … fn.il1_after('P', 'commit'):
**        machines whose events the application writes; il1_after checks that state and events agree now.
**   interlock_event    on the event table of such a machine: as interlock_pair_insert, for the run the row is of.
**
** il1_insert, il1_update, il1_delete (text, VARIADIC "any") return true when after-work is due and raise when a rule refuses. More
** than 95 arguments after the plan (FUNC_MAX_ARGS is 100): no WHEN, and the function is called as il1_after('P', 'judge'): it judges, then works.
** Partitioned tables: row triggers are cloned by PostgreSQL; the TRUNCATE trigger is made for the table and, through the same
** statement, for every leaf by the host (TRUNCATE leaf fires nothing of its parent's).
*/
#include "ddl.h"
