-- Ways of writing that only PostgreSQL has.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v'), ('r2', 'job', 1, 'a', 'c', 'v');
SELECT dedup_accept('InboxDedup', 'c', 'm');
-- rule X-05 refuse
TRUNCATE "RunEvents";
-- rule X-05 refuse
TRUNCATE "InboxDedup";
-- rule X-05 refuse
TRUNCATE "Runs" CASCADE;
CREATE TABLE scratch (a integer);
-- rule X-05 accept
TRUNCATE scratch;
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 'Running';
-- rule T-03 refuse
MERGE INTO "Runs" r USING (VALUES ('r1')) x (id) ON r."RunId" = x.id WHEN MATCHED THEN UPDATE SET "Status" = 4;
-- rule T-03 accept
MERGE INTO "Runs" r USING (VALUES ('r1')) x (id) ON r."RunId" = x.id WHEN MATCHED THEN UPDATE SET "Status" = 3;
-- rule T-02 refuse
MERGE INTO "Runs" r USING (VALUES ('r9')) x (id) ON r."RunId" = x.id WHEN NOT MATCHED THEN
  INSERT ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (x.id, 'job', 4, 'a', 'c', 'v');
-- rule T-03 refuse
WITH x AS (UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r2' RETURNING 1) SELECT count(*) FROM x;
SELECT "RunId", "Status", "Version" FROM "Runs" ORDER BY 1;

-- The row is judged as it is written, whatever a trigger of the user's did to it.
CREATE FUNCTION meddle () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Status" := 9; RETURN NEW; END $$;
CREATE TRIGGER zzz BEFORE UPDATE ON "Runs" FOR EACH ROW EXECUTE FUNCTION meddle();
UPDATE "Runs" SET "Status" = 2 WHERE "RunId" = 'r2' RETURNING "Status";
SELECT "Type" FROM "RunEvents" WHERE "RunId" = 'r2' ORDER BY "Id";
-- rule T-04 refuse
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r2';
DROP TRIGGER zzz ON "Runs";

-- RETURNING shows what the database wrote.
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'r1' RETURNING "Status", "UpdatedAt", "Version";
-- A schema of its own; the search path does not matter to the guards.
CREATE SCHEMA ops;
SELECT interlock_install('textops', 'ops');
SELECT interlock_install('textops', 'made');
SET search_path = interlock;
INSERT INTO ops."Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('o1', 'job', 1, 'a', 'c', 'v');
-- rule T-03 refuse
UPDATE ops."Runs" SET "Status" = 4;
SELECT fsm_transition('ops.Runs', 'o1', 'Dispatching');
SET search_path = '';
UPDATE ops."Runs" SET "Status" = 4;
SELECT (SELECT count(*) FROM ops."RunEvents"), (SELECT count(*) FROM made."RunEvents"), (SELECT count(*) FROM public."RunEvents" WHERE "RunId" = 'o1');
SELECT DISTINCT "table" FROM interlock.interlock_rules('ops.Runs');
SET search_path = public, interlock;
-- Instants without an offset are read in the session's zone, and the doctor says so.
SET TimeZone = 'America/New_York';
SELECT * FROM interlock_doctor();
SET TimeZone = 'UTC';
SELECT * FROM interlock_doctor();
ALTER TABLE "Runs" DISABLE TRIGGER interlock_update;
SELECT * FROM interlock_doctor();
ALTER TABLE "Runs" ENABLE TRIGGER interlock_update;
ALTER TABLE "Runs" ALTER COLUMN "Status" TYPE text;
DROP EXTENSION interlock;
