-- Tier guard in SQLite: state and events that disagree stop the next write to the run, and verify names it (X-17).
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT rule, "table", key FROM interlock_verify('textops');
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', '{}');
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ApprovalRequested', 'system', '{}');
SELECT rule, "table", key FROM interlock_verify('textops');
-- Both events of the edge are due, in this order or before the change.
-- rule T-13 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunApproved', 'system', '{}');
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionDispatched', 'system', '{}');
-- rule T-13 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'worker:1', '{}');
-- Announced: the next state must be the announced one.
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'r1';
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCanceled', 'system', '{}');
SELECT rule, "table", key FROM interlock_verify('textops');
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
SELECT * FROM interlock_verify('textops');
SELECT "Status", "Version" FROM "Runs";
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
-- An event of no run.
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('nobody', 'RunCreated', 'system', '{}');
