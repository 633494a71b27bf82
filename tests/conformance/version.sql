-- The version: optimistic concurrency.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');

-- Not named: the database steps it, by one, when something changes.
-- rule T-05 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r1' RETURNING "RunId", "Status";
SELECT "Status", "Version" FROM "Runs";
-- rule X-16 accept
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r1';
UPDATE "Runs" SET "JobKey" = 'job' WHERE "RunId" = 'r1';
SELECT "Status", "Version" FROM "Runs";

-- Named: exactly one more than it was.
-- rule T-05 refuse
UPDATE "Runs" SET "Version" = "Version" + 2 WHERE "RunId" = 'r1';
-- rule T-05 refuse
UPDATE "Runs" SET "Status" = 3, "Version" = "Version" WHERE "RunId" = 'r1';
-- rule T-05 refuse
UPDATE "Runs" SET "Version" = "Version" WHERE "RunId" = 'r1';
-- rule T-05 refuse
UPDATE "Runs" SET "Status" = 3, "Version" = 1 WHERE "RunId" = 'r1';
-- rule T-05 refuse
UPDATE "Runs" SET "Status" = 3, "Version" = 7 WHERE "RunId" = 'r1';
SELECT "Status", "Version" FROM "Runs";
-- rule T-05 accept
UPDATE "Runs" SET "Status" = 3, "Version" = "Version" + 1 WHERE "RunId" = 'r1';
-- Named and nothing else: accepted, and it steps.
-- rule T-05 accept
UPDATE "Runs" SET "Version" = 4 WHERE "RunId" = 'r1';
SELECT "Status", "Version" FROM "Runs";

-- Compare and set: the stale writer gets no row and overwrites nothing.
-- rule T-06 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1' AND "Version" = 4;
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'r1' AND "Version" = 4;
SELECT "Status", "Version" FROM "Runs";
-- The function says conflict and what there is now; the stale version may also be written by hand, and is refused.
SELECT fsm_transition('Runs', 'r1', 'Succeeded', 'Dispatching', 4);
SELECT fsm_transition('Runs', 'r1', 'Succeeded', 'Running', 4);
-- rule T-06 refuse as T-05
UPDATE "Runs" SET "Status" = 5, "Version" = 5 WHERE "RunId" = 'r1';
SELECT "Status", "Version" FROM "Runs";
-- rule T-06 accept
SELECT fsm_transition('Runs', 'r1', 'Succeeded', 'Running', 5);
SELECT "Status", "Version" FROM "Runs";
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
