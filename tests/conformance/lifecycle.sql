-- A run from the message that asks for it to its end, with plain SQL only.
SELECT interlock_set_clock('2026-01-01T09:00:00Z');
SELECT interlock_install('textops');

-- The message arrives: the run is made, then the mark that names it, in one transaction (TC-4).
BEGIN;
-- rule T-02 accept
-- rule T-21 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('A1B2C3', 'restart-api', 1, 'ann@example.org', 'mail', 'thread-1');
-- rule T-17 accept
-- rule T-19 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('mail', 'msg-1', 'A1B2C3');
COMMIT;
SELECT * FROM "Runs";
SELECT * FROM "InboxDedup";

-- Every state change writes its events, in order, with the actor and the clock of the session.
SELECT interlock_set_clock('2026-01-01T09:05:00.250Z');
SELECT interlock_set_actor('user:bob@example.org');
-- rule T-03 accept
-- rule T-13 accept
-- rule T-15 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'A1B2C3';
SELECT interlock_set_actor('worker:w7');
SELECT interlock_set_clock('2026-01-01T09:06:00Z');
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'A1B2C3';
SELECT interlock_set_clock('2026-01-01T09:07:00Z');
-- rule T-05 accept
UPDATE "Runs" SET "Status" = 5, "Version" = 4 WHERE "RunId" = 'A1B2C3' AND "Version" = 3;
SELECT "Status", "CreatedAt", "UpdatedAt", "Version" FROM "Runs";
-- rule T-14 accept
-- rule T-23 accept
SELECT "Id", "Type", "At", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "At", "Id";

-- Everything refused on the way leaves no trace.
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'A1B2C3';
-- rule T-10 refuse
DELETE FROM "Runs" WHERE "RunId" = 'A1B2C3';
SELECT count(*) FROM "RunEvents";
SELECT * FROM interlock_verify('textops');
