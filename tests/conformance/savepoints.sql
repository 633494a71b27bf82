-- Only what is kept is logged.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SAVEPOINT s;
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
ROLLBACK TO s;
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r1';
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
ROLLBACK TO s;
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
RELEASE s;
SELECT dedup_accept('InboxDedup', 'c', 'm1', 'r1');
SAVEPOINT s;
SELECT dedup_accept('InboxDedup', 'c', 'm2', 'r1');
ROLLBACK TO s;
COMMIT;
SELECT "RunId", "Status", "Version" FROM "Runs";
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
SELECT "ProviderMessageId" FROM "InboxDedup";

BEGIN;
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
ROLLBACK;
SELECT "RunId", "Status", "Version" FROM "Runs";
SELECT count(*) FROM "RunEvents";
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
