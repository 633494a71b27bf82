-- Tier guard in PostgreSQL: state and events must agree when the transaction commits.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');
-- rule T-13 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT count(*) FROM "Runs";
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', '{}');
-- rule T-13 refuse
COMMIT;
SELECT count(*) FROM "Runs";
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', '{}'), ('r1', 'ApprovalRequested', 'system', '{}');
-- rule T-13 accept
COMMIT;
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
-- An event alone announces a change that must be in the same transaction.
-- rule T-13 refuse as T-12
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{}');
BEGIN;
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunApproved', 'system', '{}'), ('r1', 'ExecutionDispatched', 'system', '{}');
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
-- rule T-13 accept
COMMIT;
-- Two steps in one transaction.
BEGIN;
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'worker:1', '{}');
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionSucceeded', 'worker:1', '{}');
-- rule T-13 accept
COMMIT;
SELECT "Status", "Version" FROM "Runs";
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
SELECT * FROM interlock_verify('textops');
-- An event of no run.
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('nobody', 'RunCreated', 'system', '{}');
