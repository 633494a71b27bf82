-- A statement that fails while the database stamps the row leaves no stamp behind that an UPDATE by hand could look like.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'j', 1, 'a', 'c', 'v');
SELECT interlock_set_clock('2026-01-02T00:00:00Z');
CREATE TEMP TRIGGER no_stamp BEFORE UPDATE OF "UpdatedAt" ON "Runs" BEGIN SELECT RAISE(ABORT, 'not now'); END;
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r1';
DROP TRIGGER no_stamp;
SELECT interlock_set_clock('2026-01-05T00:00:00Z');
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r1';
-- rule T-04 refuse
UPDATE "Runs" SET "UpdatedAt" = '2026-01-02T00:00:00.000Z' WHERE "RunId" = 'r1';
SELECT "Status", "UpdatedAt", "Version" FROM "Runs";
