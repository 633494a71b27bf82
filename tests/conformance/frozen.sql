-- A finished run is frozen: no column changes at all; the first completion wins.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('ok', 'job', 1, 'a', 'c', 'v'), ('bad', 'job', 1, 'a', 'c', 'v'), ('no', 'job', 1, 'a', 'c', 'v'), ('gone', 'job', 1, 'a', 'c', 'v'), ('late', 'job', 1, 'a', 'c', 'v'), ('live', 'job', 1, 'a', 'c', 'v');
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" IN ('ok', 'bad', 'live');
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'ok';
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'bad';
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'no';
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'gone';
UPDATE "Runs" SET "Status" = 9 WHERE "RunId" = 'late';
SELECT interlock_set_clock('2026-01-02T00:00:00Z');

-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = 'ok';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'bad';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'no';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 0 WHERE "RunId" = 'gone';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'late';
-- rule T-04 refuse
UPDATE "Runs" SET "JobKey" = 'other' WHERE "RunId" = 'ok';
-- rule T-04 refuse
UPDATE "Runs" SET "UpdatedAt" = '2026-01-02T00:00:00Z' WHERE "RunId" = 'ok';
-- One finished run among many refuses the statement.
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" IN ('live', 'ok');
SELECT "RunId", "Status", "UpdatedAt", "Version" FROM "Runs" ORDER BY "RunId";

-- Writing what is there already is no change.
-- rule X-16 accept
-- rule T-04 accept
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'ok';
-- rule X-16 accept
UPDATE "Runs" SET "JobKey" = "JobKey", "Status" = "Status" WHERE "RunId" = 'bad';
-- A run that is not finished moves on.
-- rule T-04 accept
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'live';
SELECT "RunId", "Status", "UpdatedAt", "Version" FROM "Runs" ORDER BY "RunId";
