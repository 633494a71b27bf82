-- NULL into the state of a finished run: PostgreSQL's own NOT NULL is first (sqlite/final_rows).
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r5', 'job', 1, 'a', 'c', 'v'), ('r8', 'job', 0, 'a', 'c', 'v');
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r5';
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r5';
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'r8';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'r5';
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = NULL WHERE "RunId" = 'r8';
-- rule T-04 refuse
UPDATE "Runs" SET "JobKey" = NULL WHERE "RunId" = 'r8';
-- Which column a touched row names first differs: PostgreSQL's stamps are in the row that is judged.
-- rule T-04 refuse
UPDATE "Runs" SET "Version" = "Version" + 1 WHERE "RunId" = 'r5';
