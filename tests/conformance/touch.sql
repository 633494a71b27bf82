-- UpdatedAt is the database's: now on every change, never before CreatedAt, never back.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT interlock_set_clock('2026-01-01T01:00:00Z');
-- rule T-08 accept
-- rule X-09 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r1';
SELECT "Status", "CreatedAt", "UpdatedAt", "Version" FROM "Runs";

-- An older or a future one is overwritten with now.
SELECT interlock_set_clock('2026-01-01T02:00:00Z');
-- rule T-08 accept
UPDATE "Runs" SET "Status" = 3, "UpdatedAt" = '2020-01-01T00:00:00Z' WHERE "RunId" = 'r1';
SELECT "Status", "UpdatedAt", "Version" FROM "Runs";
SELECT interlock_set_clock('2026-01-01T03:00:00Z');
-- rule T-08 accept
UPDATE "Runs" SET "Status" = 4, "UpdatedAt" = '2030-01-01T00:00:00Z' WHERE "RunId" = 'r1';
SELECT "Status", "UpdatedAt", "Version" FROM "Runs";

-- It cannot be emptied.
UPDATE "Runs" SET "UpdatedAt" = NULL WHERE "RunId" = 'r1';

-- A write that changes nothing does not touch it.
SELECT interlock_set_clock('2026-01-01T04:00:00Z');
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1';
SELECT "Status", "UpdatedAt", "Version" FROM "Runs";

-- A clock that went back does not take UpdatedAt back.
SELECT interlock_set_clock('2026-01-01T02:30:00Z');
UPDATE "Runs" SET "Version" = "Version" + 1 WHERE "RunId" = 'r1';
SELECT "Status", "UpdatedAt", "Version" FROM "Runs";
