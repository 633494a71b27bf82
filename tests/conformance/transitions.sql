-- Every pair of Runs.Status, by UPDATE. Written by transitions.pl.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');

-- A run for each pair: f3t5 is in state 3 and will be sent to state 5.
CREATE TABLE target (t integer PRIMARY KEY, name varchar(4) NOT NULL);
INSERT INTO target VALUES (0, '0'), (1, '1'), (2, '2'), (3, '3'), (4, '4'), (5, '5'), (6, '6'), (7, '7'), (8, '8'), (9, '9'), (10, '10'), (11, '-1'), (12, 'NULL');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f0t' || name, 'job', 0, 'a', 'c', 'v' FROM target;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f1t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f2t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 2 WHERE substr("RunId", 1, 3) = 'f2t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f3t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 3 WHERE substr("RunId", 1, 3) = 'f3t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f4t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 3 WHERE substr("RunId", 1, 3) = 'f4t';
UPDATE "Runs" SET "Status" = 4 WHERE substr("RunId", 1, 3) = 'f4t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f5t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 3 WHERE substr("RunId", 1, 3) = 'f5t';
UPDATE "Runs" SET "Status" = 4 WHERE substr("RunId", 1, 3) = 'f5t';
UPDATE "Runs" SET "Status" = 5 WHERE substr("RunId", 1, 3) = 'f5t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f6t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 3 WHERE substr("RunId", 1, 3) = 'f6t';
UPDATE "Runs" SET "Status" = 6 WHERE substr("RunId", 1, 3) = 'f6t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f7t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 7 WHERE substr("RunId", 1, 3) = 'f7t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f8t' || name, 'job', 0, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 8 WHERE substr("RunId", 1, 3) = 'f8t';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT 'f9t' || name, 'job', 1, 'a', 'c', 'v' FROM target;
UPDATE "Runs" SET "Status" = 2 WHERE substr("RunId", 1, 3) = 'f9t';
UPDATE "Runs" SET "Status" = 9 WHERE substr("RunId", 1, 3) = 'f9t';
SELECT "Status", count(*), min("Version"), max("Version") FROM "Runs" GROUP BY "Status" ORDER BY "Status";
SELECT count(*) FROM "RunEvents";

-- From 0 Created
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f0t0';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f0t1';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f0t2';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f0t3';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f0t4';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f0t5';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f0t6';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f0t7';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f0t8';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f0t9';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f0t10';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f0t-1';
-- rule X-03 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'f0tNULL';

-- From 1 AwaitingApproval
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f1t0';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f1t1';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f1t2';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f1t3';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f1t4';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f1t5';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f1t6';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f1t7';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f1t8';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f1t9';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f1t10';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f1t-1';
-- rule X-03 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'f1tNULL';

-- From 2 Approved
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f2t0';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f2t1';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f2t2';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f2t3';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f2t4';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f2t5';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f2t6';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f2t7';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f2t8';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f2t9';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f2t10';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f2t-1';
-- rule X-03 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'f2tNULL';

-- From 3 Dispatching
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f3t0';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f3t1';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f3t2';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f3t3';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f3t4';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f3t5';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f3t6';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f3t7';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f3t8';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f3t9';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f3t10';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f3t-1';
-- rule X-03 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'f3tNULL';

-- From 4 Running
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f4t0';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f4t1';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f4t2';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f4t3';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f4t4';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f4t5';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f4t6';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f4t7';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f4t8';
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f4t9';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f4t10';
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f4t-1';
-- rule X-03 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'f4tNULL';

-- From 5 Succeeded
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f5t0';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f5t1';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f5t2';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f5t3';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f5t4';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f5t5';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f5t6';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f5t7';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f5t8';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f5t9';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f5t10';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f5t-1';

-- From 6 Failed
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f6t0';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f6t1';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f6t2';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f6t3';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f6t4';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f6t5';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f6t6';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f6t7';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f6t8';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f6t9';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f6t10';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f6t-1';

-- From 7 Denied
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f7t0';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f7t1';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f7t2';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f7t3';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f7t4';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f7t5';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f7t6';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f7t7';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f7t8';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f7t9';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f7t10';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f7t-1';

-- From 8 Canceled
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f8t0';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f8t1';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f8t2';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f8t3';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f8t4';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f8t5';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f8t6';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f8t7';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f8t8';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f8t9';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f8t10';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f8t-1';

-- From 9 TimedOut
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'f9t0';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'f9t1';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'f9t2';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'f9t3';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'f9t4';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'f9t5';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'f9t6';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'f9t7';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'f9t8';
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'f9t9';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 10 WHERE "RunId" = 'f9t10';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = -1 WHERE "RunId" = 'f9t-1';

-- Only the 19 legal pairs moved, each with its events and one step of the version; same-state writes did nothing.
SELECT count(*) FROM "RunEvents";
SELECT "RunId", "Status", "Version" FROM "Runs" WHERE substr("RunId", 2, 1) <> CAST("Status" AS varchar(4)) ORDER BY "RunId";
SELECT e."RunId", e."Type", e."Actor", e."PayloadJson" FROM "RunEvents" e JOIN "Runs" r ON r."RunId" = e."RunId"
  WHERE substr(r."RunId", 2, 1) <> CAST(r."Status" AS varchar(4))
    AND e."Id" > 455 ORDER BY e."RunId", e."Id";
-- The function says the same as the UPDATE did: legal pairs, a state to itself included.
SELECT f.t, g.t FROM target f CROSS JOIN target g
  WHERE f.t < 10 AND g.t < 10 AND f.t <> g.t AND fsm_can('Runs', CAST(f.t AS varchar(4)), CAST(g.t AS varchar(4))) ORDER BY 1, 2;
