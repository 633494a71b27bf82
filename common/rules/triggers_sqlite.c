/*
** triggers_sqlite.c: a plan as SQLite triggers.
**
** What the triggers call. Every function is registered INNOCUOUS (it works under trusted_schema=OFF), never DETERMINISTIC. 'P' is
** the plan's text as a literal and always comes first. "used[e]" are the plan's used columns of an event, in order; "key" the
** plan's key columns, in order. A refusal is an error of the function: result_error(il_error_text), then result_error_code.
** What is not a refusal returns NULL unless it says otherwise.
**
**   il1_values('P', NEW used[insert]…)                    BEFORE INSERT. il_plan_judge(IL_VALUES) and, for event tables, row->announced.
**   il1_arrive('P', hit, rowid, NEW key…)                 BEFORE INSERT, BEFORE UPDATE of unique columns. Pushes what an OR REPLACE would
**        destroy. hit: bit 1 = a row with this rowid exists, bit 2 = a row with another unique key of this one exists. rowid: NEW.rowid
**        (-1 when the database will choose it), NULL for tables without one. hit = 0 is pushed too: it hides older entries.
**   il1_settle('P', rowid, NEW key…)                      AFTER INSERT, AFTER UPDATE of unique columns. Takes the topmost entry of this plan with
**        the same key and drops it with everything above it. Bit 2, or bit 1 with the rowid that was pushed → PROTECTED, rule of
**        the plan's first op: "Runs rows cannot be replaced". Equal keys: value by value; a key value that is an integer also matches
**        a pushed -1 when the pushed rowid is -1 (automatic rowid). Entries without an AFTER (OR IGNORE, DO NOTHING, upserts that
**        became an UPDATE) stay behind, so the stack is a ring of about 16 per connection that loses its oldest.
**   il1_insert('P', NEW used[insert]…)                    AFTER INSERT. il_plan_judge(IL_FINAL).
**   il1_update('P', OLD used[update]…, NEW used[update]…) BEFORE UPDATE. il_plan_judge(IL_ALL); lets our own stamp through (below).
**   il1_named('P', OLD.version, NEW.version, NEW key…)    BEFORE UPDATE OF the version column: NEW = OLD + 1 or CONFLICT. Needs no state.
**   il1_delete('P', OLD used[delete]…)                    BEFORE DELETE. il_plan_judge(IL_ALL).
**   il1_due('P', julianday('now'), NEW used[insert]…)                        WHEN of AFTER INSERT, or
**   il1_due('P', julianday('now'), OLD used[update]…, NEW used[update]…)     WHEN of AFTER UPDATE: computes the fills. Returns 0 when this update
**        is our own stamp (and changes nothing); else keeps the fills as pending {plan, key, column → value} and returns 1, plus 2
**        when a fill differs from what the row holds (IS NOT). Which of the two forms: by the number of arguments.
**   il1_fill('P')                                         number of pending fills; from here on the pending stamp is armed.
**   il1_fill('P', column, current)                        value of a plan column: the pending fill, or current when it has none.
**        "Our own stamp": armed, same plan, same key, and every used[update] column that differs (IS NOT) is a pending fill and has its
**        value. il1_update passes it unjudged; il1_due answers 0. New pending fills disarm the old ones. No wall clock in here.
**   il1_refuse('P', op, key…)                             an assert of plan->ops[op] is not true: its rule and text. key is OLD's on delete.
**   il1_event('P', op, k, julianday('now'), OLD.state, NEW.state, NEW key…)  name of the k-th event row (0, 1 …) of this transition of the machine
**        op (OLD.state NULL: a birth), and announces it to the event table. Error when there is no such event.
**   il1_lost('P', op, key…)                               the event row of op was not written (an outer OR IGNORE): RULE.
**   il1_state('P', op, code)                              $from, $to: name of a state of the machine op; NULL for NULL.
**   il1_key('P', key…)                                    $key of a composite key: JSON array. One column: the column itself is used.
**   il1_now(julianday('now')) il1_actor() il1_payload()   $now $actor $payload; column defaults use them too.
**
** Observed on 3.40.1 and relied upon: UPDATE OF compares names, so a rowid alias needs "rowid", "oid" and "_rowid_" beside its name; SET is
** evaluated before BEFORE UPDATE triggers run; triggers on one event run in no documented order, so what needs order is in one.
*/
#include "ddl.h"
