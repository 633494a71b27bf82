-- What a run is never changes.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');

-- rule T-07 refuse
UPDATE "Runs" SET "RunId" = 'r2' WHERE "RunId" = 'r1';
-- rule T-07 refuse
UPDATE "Runs" SET "JobKey" = 'other' WHERE "RunId" = 'r1';
-- rule X-21 refuse
UPDATE "Runs" SET "CreatedAt" = '2025-01-01T00:00:00Z' WHERE "RunId" = 'r1';
-- rule T-07 refuse
UPDATE "Runs" SET "RequestedByAddress" = 'b' WHERE "RunId" = 'r1';
-- rule T-07 refuse
UPDATE "Runs" SET "ChannelId" = 'd' WHERE "RunId" = 'r1';
-- rule T-07 refuse
UPDATE "Runs" SET "ConversationId" = 'w' WHERE "RunId" = 'r1';
-- Together with a legal change too; case counts.
-- rule T-07 refuse
UPDATE "Runs" SET "Status" = 3, "JobKey" = 'Job' WHERE "RunId" = 'r1';
SELECT * FROM "Runs";

-- Naming them with the values they have is no change.
-- rule T-07 accept
-- rule X-21 accept
UPDATE "Runs" SET "RunId" = 'r1', "JobKey" = 'job', "RequestedByAddress" = 'a', "ChannelId" = 'c', "ConversationId" = 'v', "Status" = 3 WHERE "RunId" = 'r1';
SELECT * FROM "Runs";

-- An upsert is judged as the UPDATE it becomes.
-- rule T-07 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'new', 1, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO UPDATE SET "JobKey" = excluded."JobKey";
