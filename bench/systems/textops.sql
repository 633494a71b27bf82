-- step INSERT of a run, with its events
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT 'r' || i, 'job', 1, 'ann', 'chat', 'c1' FROM n;
-- step UPDATE: approved and dispatched
UPDATE "Runs" SET "Status" = 3;
-- step UPDATE: succeeded
UPDATE "Runs" SET "Status" = 5;
