-- Tier timeout: an approval that nobody gives ends by itself.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'timeout');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('r1', 'job', 1, 'a', 'c', 'v'), ('r2', 'job', 1, 'a', 'c', 'v'), ('r3', 'job', 0, 'a', 'c', 'v');
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-01T12:00:00Z');
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'r3';
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r2';
SELECT interlock_set_clock('2026-01-01T23:59:59.999Z');
SELECT interlock_tick();
SELECT "RunId", "Status" FROM "Runs" ORDER BY "RunId";
-- A day is over for r1; r2 is approved, r3 waits since noon.
SELECT interlock_set_clock('2026-01-02T00:00:00.001Z');
-- rule T-25 accept
SELECT interlock_tick();
SELECT "RunId", "Status", "UpdatedAt", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type", "At", "Actor" FROM "RunEvents" WHERE "Type" = 'RunTimedOut';
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-03T00:00:00Z');
SELECT interlock_tick(0);
-- rule T-25 accept
SELECT interlock_tick(1);
SELECT interlock_tick(1);
SELECT "RunId", "Status" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type", "At", "Actor" FROM "RunEvents" WHERE "Type" = 'RunTimedOut' ORDER BY "RunId";
-- What has timed out is final.
-- rule T-25 refuse as T-04
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
SELECT "table", done, error FROM interlock_activity() ORDER BY "table";
-- More at once than one tick takes.
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 25) SELECT 't' || n, 'job', 1, 'a', 'c', 'v' FROM s;
SELECT interlock_set_clock('2026-01-05T00:00:00Z');
SELECT interlock_tick(10);
SELECT interlock_tick(10);
SELECT interlock_tick(10);
SELECT interlock_tick();
SELECT interlock_tick(-1);
SELECT interlock_tick(NULL);
SELECT "Status", count(*) FROM "Runs" GROUP BY "Status" ORDER BY "Status";

-- An installation keeps its tier until another is named; without the tier nothing times out.
SELECT interlock_install('textops');
SELECT DISTINCT rule FROM interlock_rules('Runs') WHERE rule = 'T-25';
SELECT interlock_install('textops', NULL, 'default');
SELECT DISTINCT rule FROM interlock_rules('Runs') WHERE rule = 'T-25';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('n', 'job', 1, 'a', 'c', 'v');
SELECT interlock_set_clock('2027-01-01T00:00:00Z');
SELECT interlock_tick();
SELECT "Status" FROM "Runs" WHERE "RunId" = 'n';
