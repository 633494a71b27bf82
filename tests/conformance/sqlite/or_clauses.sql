-- The conflict clauses of SQLite: none is a way around a rule, and none loses its meaning.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 1, 'a', 'c', 'v'), ('live', 'job', 1, 'a', 'c', 'v');
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'done';

-- A used key is not overwritten, whatever the pragmas say.
-- rule T-22 refuse as T-09
-- rule X-04 refuse
INSERT OR REPLACE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 0, 'a', 'c', 'v');
-- rule X-04 accept
REPLACE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('new', 'job', 0, 'a', 'c', 'v');
PRAGMA recursive_triggers = OFF;
-- rule X-04 refuse
REPLACE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 1, 'a', 'c', 'v');
-- rule X-04 refuse
INSERT OR REPLACE INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'done', 'RunCreated', 'user:eve', '{}');
-- rule X-04 refuse
REPLACE INTO "Runs" (rowid, "RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (1, 'other', 'job', 0, 'a', 'c', 'v');
PRAGMA foreign_keys = OFF;
-- rule X-04 refuse
REPLACE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 1, 'a', 'c', 'v');
-- rule X-04 refuse
REPLACE INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'done', 'RunCreated', 'user:eve', '{}');
-- rule X-04 refuse
UPDATE OR REPLACE "Runs" SET "RunId" = 'done' WHERE "RunId" = 'live';
-- rule X-04 refuse
UPDATE OR REPLACE "Runs" SET rowid = 1 WHERE "RunId" = 'live';
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
-- rule X-04 refuse
REPLACE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 1, 'a', 'c', 'v');
-- rule X-04 refuse
REPLACE INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'done', 'RunCreated', 'user:eve', '{}');
-- rule X-09 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'live';
SELECT "RunId", "Status", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "Id", "RunId", "Type", "Actor" FROM "RunEvents" ORDER BY "Id";

-- OR IGNORE passes over what a constraint refuses, but never over what a rule refuses, and it drops no event.
-- rule X-08 accept
INSERT OR IGNORE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('done', 'job', 0, 'a', 'c', 'v');
-- rule X-22 refuse
INSERT OR IGNORE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 'zzz', 'a', 'c', 'v');
-- rule X-22 refuse
INSERT OR IGNORE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', NULL, 'a', 'c', 'v');
-- rule X-22 refuse
INSERT OR IGNORE INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 4, 'a', 'c', 'v');
-- rule X-22 refuse
UPDATE OR IGNORE "Runs" SET "Status" = 4 WHERE "RunId" = 'live';
-- rule X-22 refuse
UPDATE OR FAIL "Runs" SET "Status" = 4;
-- rule X-22 refuse
UPDATE OR ROLLBACK "Runs" SET "Status" = 4 WHERE "RunId" = 'live';
-- rule X-22 accept
UPDATE OR IGNORE "Runs" SET "Status" = 3 WHERE "RunId" = 'live';
-- rule X-22 accept
UPDATE OR REPLACE "Runs" SET "Status" = 4 WHERE "RunId" = 'live';
-- rule X-08 accept
INSERT OR IGNORE INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm1'), ('c', 'm1'), ('c', 'm2');
-- rule X-08 accept
INSERT OR IGNORE INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'done', 'RunCreated', 'system', '{}');
-- rule X-04 refuse
REPLACE INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('c', 'm1', 'live');
SELECT "RunId", "Status", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type" FROM "RunEvents" ORDER BY "Id";
-- The statement is undone, the transaction goes on.
BEGIN;
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'new';
-- rule T-03 refuse
UPDATE OR ROLLBACK "Runs" SET "Status" = 6 WHERE "RunId" = 'new';
COMMIT;
SELECT "RunId", "Status", "Version" FROM "Runs" WHERE "RunId" = 'new';

-- A trigger of the user's that writes the event itself is by hand too.
CREATE TRIGGER mine AFTER UPDATE ON "Runs" BEGIN
  INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES (NEW."RunId", 'RunCanceled', 'system', '{}');
END;
-- rule T-12 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'live';
DROP TRIGGER mine;
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'live';
