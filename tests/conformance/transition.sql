-- fsm_transition: compare, set and answer.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-06 accept
SELECT fsm_transition('Runs', 'r1', 'Dispatching', 'AwaitingApproval', 1, 'user:bob@example.org', '{"note": "ok"}');
-- Done before: no second event, whatever was expected then.
-- rule T-24 accept
SELECT fsm_transition('Runs', 'r1', 'Dispatching', 'AwaitingApproval', 1);
SELECT fsm_transition('Runs', 'r1', 'Dispatching');
-- Another got there first.
SELECT fsm_transition('Runs', 'r1', 'Denied', 'AwaitingApproval');
SELECT fsm_transition('Runs', 'r1', 'Running', 'Dispatching', 1);
SELECT fsm_transition('Runs', 'r1', '4', '3', 2, 'worker:w1');
-- rule T-24 accept
SELECT fsm_transition('Runs', 'r1', 'Running', 'Dispatching');
SELECT fsm_transition('Runs', 'nobody', 'Running');
-- An illegal one is an error.
-- rule T-03 refuse
-- rule T-24 refuse as T-03
SELECT fsm_transition('Runs', 'r1', 'Approved');
-- rule T-03 refuse
SELECT fsm_transition('Runs', 'r1', 'Created', 'Running', 3);
SELECT fsm_transition('Runs', 'r1', 'Succeeded');
-- rule T-04 refuse
SELECT fsm_transition('Runs', 'r1', 'Failed', 'Succeeded');
SELECT fsm_transition('Runs', 'r1', 'Failed', 'Running');
SELECT fsm_transition('Runs', 'r1', 'Succeeded', 'Running', 3);
SELECT "Status", "Version" FROM "Runs";
SELECT "Type", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";

-- Asked wrongly.
SELECT fsm_transition('Runs', 'r1', 'Nowhere');
SELECT fsm_transition('Runs', 'r1', 'Running', 'Nowhere');
SELECT fsm_transition('Runs', NULL, 'Running');
SELECT fsm_transition('Runs', 'r1', NULL);
SELECT fsm_transition(NULL, 'r1', 'Running');
SELECT fsm_transition('RunEvents', '1', 'Running');
SELECT fsm_transition('nowhere', 'r1', 'Running');
