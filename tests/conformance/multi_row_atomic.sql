-- One bad row in ten thousand: the whole statement is undone.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10000) SELECT 'r' || n, 'job', 1, 'a', 'c', 'v' FROM s;
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r7777';
SELECT "Status", count(*) FROM "Runs" GROUP BY "Status" ORDER BY "Status";
SELECT count(*) FROM "RunEvents";

-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3;
SELECT "Status", count(*) FROM "Runs" GROUP BY "Status" ORDER BY "Status";
SELECT count(*) FROM "RunEvents";

-- The same among births.
-- rule T-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2000) SELECT 'b' || n, 'job', CASE n WHEN 1500 THEN 4 ELSE 0 END, 'a', 'c', 'v' FROM s;
SELECT count(*) FROM "Runs";
SELECT count(*) FROM "RunEvents";

-- Without it all move, each with its events and its step.
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 3 WHERE "Status" = 1;
SELECT "Status", count(*), min("Version"), max("Version") FROM "Runs" GROUP BY "Status" ORDER BY "Status";
SELECT "Type", count(*), count(DISTINCT "RunId") FROM "RunEvents" GROUP BY "Type" ORDER BY "Type";
SELECT count(*) FROM interlock_verify('textops');
