-- The timeline writes itself, and nobody else does.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r0', 'job', 0, 'a', 'c', 'v'), ('r1', 'job', 1, 'a', 'c', 'v');
SELECT "RunId", "Type", "At", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "RunId", "Id";

-- Actor and payload from the call; the session's actor when it gives none.
-- rule T-13 accept
-- rule T-15 accept
-- rule T-16 accept
SELECT fsm_transition('Runs', 'r1', 'Dispatching', 'AwaitingApproval', 1, 'user:ann@example.org', '{"why": "on call", "n": [1, 2]}');
SELECT interlock_set_actor('worker:w1');
-- rule T-15 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
SELECT interlock_set_actor('system:lifecycle');
-- rule T-15 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'r0';
SELECT "RunId", "Type", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "RunId", "Id";
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
SELECT count(*) FROM "RunEvents";

-- An actor of another form stops the change itself, and so does a payload that is no object.
SELECT interlock_set_actor('bob');
-- rule T-15 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r1';
SELECT interlock_set_actor('user:');
-- rule T-15 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r1';
-- rule T-15 refuse
SELECT fsm_transition('Runs', 'r1', 'Succeeded', NULL, NULL, 'System');
SELECT fsm_transition('Runs', 'r1', 'Succeeded', NULL, NULL, 'system', '[1, 2]');
SELECT "Status", "Version" FROM "Runs" WHERE "RunId" = 'r1';

-- Rows of the timeline do not come by hand.
-- rule T-12 refuse
-- rule T-13 refuse as T-12
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionSucceeded', 'system', '{}');
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'system', '{}');
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT "RunId", 'RunCanceled', 'system', '{}' FROM "Runs";
SELECT count(*) FROM "RunEvents";
SELECT interlock_set_actor('system');
-- rule T-12 accept
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r1';
SELECT * FROM fsm_history('Runs', 'r1');
SELECT * FROM fsm_history('Runs', 'r0');
SELECT * FROM fsm_history('Runs', 'nobody');
