-- Tier guard: the application writes its own events, as the original does, and the database checks them.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');

-- A birth and its events in one transaction.
BEGIN;
-- rule T-13 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-12 accept
-- rule T-11 accept
-- rule T-16 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'user:ann@example.org', '{"source": "mail"}');
-- rule T-14 accept
INSERT INTO "RunEvents" ("RunId", "Type", "At", "Actor", "PayloadJson") VALUES ('r1', 'ApprovalRequested', '2026-01-01T00:00:00Z', 'system', '{}');
COMMIT;

-- State first, event after.
BEGIN;
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r1';
-- rule T-12 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunApproved', 'user:bob@example.org', '{}');
COMMIT;

-- Event first, state after: what EF Core sends.
BEGIN;
-- rule T-13 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionDispatched', 'system', '{}');
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
COMMIT;
SELECT "Id", "Type", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";
SELECT "Status", "Version" FROM "Runs";

-- An event that is neither of the state nor one legal step ahead.
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{}');
-- An event the run has already.
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionDispatched', 'system', '{}');
-- rule T-12 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', '{}');
-- A type that is none of the ten.
-- rule T-11 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'Foo', 'system', '{}');
-- rule T-11 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'executionstarted', 'system', '{}');

-- Actor, payload, time and Id have their rules here too.
-- rule T-15 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', '', '{}');
-- rule T-15 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'ann', '{}');
-- rule T-15 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'worker:', '{}');
-- rule T-15 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'systemic', '{}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'system', 'oops');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'system', '');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'system', '[]');
-- rule T-14 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "At", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', '2025-12-31T23:59:59Z', 'system', '{}');
-- rule T-14 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "At", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', '2026-01-01T00:59:59+01:00', 'system', '{}');
-- rule T-23 refuse
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (2, 'r1', 'ExecutionStarted', 'system', '{}');
-- rule T-23 refuse
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (0, 'r1', 'ExecutionStarted', 'system', '{}');
SELECT count(*) FROM "RunEvents";

-- The state change must be the one that was announced.
BEGIN;
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'worker:w1', '{}');
-- rule T-13 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'r1';
ROLLBACK;
BEGIN;
-- rule T-23 accept
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (100, 'r1', 'ExecutionStarted', 'worker:w1', '{}');
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
ROLLBACK;
BEGIN;
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionStarted', 'worker:w1', '{}');
COMMIT;
-- The function writes no event in this tier; inside a transaction the application adds it.
BEGIN;
SELECT fsm_transition('Runs', 'r1', 'Succeeded', 'Running');
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ExecutionSucceeded', 'worker:w1', '{"exit": 0}');
COMMIT;
SELECT "Type", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";
SELECT "Status", "Version" FROM "Runs";
SELECT * FROM interlock_verify('textops');
