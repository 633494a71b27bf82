/*
** triggers_sqlite.c: a plan as SQLite triggers.
**
** What the triggers call. Every function is registered INNOCUOUS (it works under trusted_schema=OFF)
** and never DETERMINISTIC. P is the plan's text as a literal and always comes first. "used[e]" are
** the plan's used columns of an event, in order; "key" the plan's key columns, in order. A refusal is
** an error of the function: result_error(il_error_text), then result_error_code. What does not refuse
** returns NULL unless it says otherwise.
**
**   il1_values(P, NEW used[insert]…)                         BEFORE INSERT
**       il_plan_judge(IL_VALUES). Event tables: row->announced is asked here.
**   il1_arrive(P, hit, rowid, NEW key…)                      BEFORE INSERT, BEFORE UPDATE of unique columns
**       Pushes what an OR REPLACE would destroy. hit: 1 = a row with this rowid exists, 2 = a row with
**       another unique key of this one exists, 3 = both. rowid is NEW.rowid, -1 when the database is to
**       choose it, NULL in tables without one. hit = 0 is pushed too: it hides older entries.
**   il1_settle(P, rowid, NEW key…)                           AFTER INSERT, AFTER UPDATE of unique columns
**       Takes the newest entry of this plan with the same key. hit & 2, or hit & 1 and the rowid that was
**       pushed: PROTECTED with the rule of the plan's first op, "Runs rows cannot be replaced". "Same key":
**       value by value, but a pushed rowid -1 matches any key that has a -1 where the other has an integer
**       (the database chose it). Entries whose AFTER never comes (OR IGNORE, DO NOTHING, an upsert that
**       became an UPDATE) stay behind: keep the newest few. No entry: nothing is refused.
**   il1_insert(P, NEW used[insert]…)                         AFTER INSERT
**       il_plan_judge(IL_FINAL).
**   il1_update(P, OLD used[update]…, NEW used[update]…)      BEFORE UPDATE
**       il_plan_judge(IL_ALL); lets our own stamp through unjudged (see il1_fill).
**   il1_named(P, op, OLD.c, NEW.c, NEW key…)                 BEFORE UPDATE OF c, c = ops[op].cols[0]
**       role->named: the SET list names c. Needs no state: a stamp names a version only to step it.
**   il1_delete(P, OLD used[delete]…)                         BEFORE DELETE
**       il_plan_judge(IL_ALL).
**   il1_due(P, julianday('now'), NEW used[insert]…)          in AFTER INSERT
**   il1_due(P, julianday('now'), OLD used[update]…, NEW used[update]…)   WHEN of AFTER UPDATE
**       Which form: by the number of arguments. Calls role->fill of every op of the event. Returns 0 when
**       this UPDATE is our own stamp, and then changes nothing; else it keeps the fills as the
**       connection's pending ones {plan, key, column → value} and returns 1, or 3 when one of them differs
**       (IS NOT) from what NEW holds.
**   il1_fill(P)                                              number of pending fills that differ
**   il1_fill(P, column, current)                             in SET
**       The pending fill of a plan column, or current when it has none. From here on the stamp is armed.
**       Our own stamp: armed, same plan, same key (OLD and NEW), and every used[update] column that
**       differs (IS NOT) is a pending fill and has its value.
**   il1_refuse(P, op, key…)                                  an assert of ops[op] is not true
**       Refuses with the op's rule and text. key is OLD's on delete.
**   il1_event(P, op, k, julianday('now'), OLD.c, NEW.c, NEW key…)   c = ops[op].cols[0]; OLD.c is NULL at birth
**       Name of the k-th event row (0, 1 …) of this transition, announced to the event table. NULL in load
**       mode: then no row is written.
**   il1_lost(P, op, key…)                                    the event row of ops[op] was not written
**       RULE: an outer OR IGNORE reached into the trigger. Nothing in load mode.
**   il1_state(P, op, code)                                   $from, $to: a state's name; NULL for NULL
**   il1_key(P, key…)                                         $key of a composite key: a JSON array
**   il1_now(julianday('now')) il1_actor() il1_payload()      $now $actor $payload; DEFAULTs use il1_now too
**
** Observed on 3.40.1 and relied upon:
** - UPDATE OF compares names: an INTEGER PRIMARY KEY also needs rowid, oid and _rowid_ in the list.
** - INSERT OR REPLACE and UPDATE OR REPLACE also replace through the rowid of a table with another key.
** - SET is evaluated before BEFORE UPDATE triggers run, so il1_fill arms the stamp in time.
** - Triggers on one event run in no documented order: what needs an order is in one trigger.
*/
#include "ddl.h"
