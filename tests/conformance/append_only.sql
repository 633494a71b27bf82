-- The timeline is append-only, the inbox immutable, and a run with events stays.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-09 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';

-- rule T-09 refuse
UPDATE "RunEvents" SET "Actor" = 'user:eve' WHERE "Id" = 1;
-- rule T-09 refuse
UPDATE "RunEvents" SET "PayloadJson" = '{"forged": true}';
-- rule T-09 refuse
UPDATE "RunEvents" SET "Actor" = "Actor" WHERE "Id" = 1;
-- rule T-09 refuse
DELETE FROM "RunEvents" WHERE "Id" = 1;
-- rule T-09 refuse
DELETE FROM "RunEvents";
-- A statement that meets no row does nothing, as ever.
-- rule T-09 accept
DELETE FROM "RunEvents" WHERE "Id" = 999;
-- rule X-08 refuse
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'r1', 'RunCreated', 'user:eve', '{}')
  ON CONFLICT ("Id") DO UPDATE SET "Actor" = excluded."Actor";
-- rule T-10 refuse
DELETE FROM "Runs" WHERE "RunId" = 'r1';
-- rule T-10 refuse
DELETE FROM "Runs";
-- rule T-10 accept
DELETE FROM "Runs" WHERE "RunId" = 'nobody';

INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('c', 'm1', 'r1');
-- rule T-18 refuse
UPDATE "InboxDedup" SET "RunId" = NULL;
-- rule T-18 refuse
UPDATE "InboxDedup" SET "ProcessedAt" = '2020-01-01T00:00:00Z' WHERE "ProviderMessageId" = 'm1';
-- rule T-18 refuse
DELETE FROM "InboxDedup";
-- rule T-18 accept
DELETE FROM "InboxDedup" WHERE "ChannelId" = 'nobody';

SELECT "Id", "Type", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";
SELECT * FROM "InboxDedup";
