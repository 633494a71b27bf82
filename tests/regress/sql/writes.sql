-- Ways of writing: COPY, MERGE, ON CONFLICT, FROM, CTE, TRUNCATE, cascades.
SET TimeZone = 'UTC';
CREATE SCHEMA writes;
SET search_path = writes, public;
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', 'writes');
CREATE FUNCTION run(id text, status int) RETURNS text LANGUAGE sql AS $$
  INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES (id, 'job', status, 'a', 'c', 'v') RETURNING "RunId" $$;
-- COPY: judged, stamped, with events
COPY "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") FROM stdin;
k1	job	0	a	c	v
k2	job	1	a	c	v
\.
COPY "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") FROM stdin;
k3	job	0	a	c	v
k4	job	5	a	c	v
\.
SELECT "RunId", "Status", "Version", "UpdatedAt" AT TIME ZONE 'UTC' AS at FROM "Runs" ORDER BY 1;
SELECT "Id", "RunId", "Type" FROM "RunEvents" ORDER BY 1;
-- MERGE
MERGE INTO "Runs" r USING (VALUES ('k1', 1), ('m1', 0)) v (id, s) ON r."RunId" = v.id
WHEN MATCHED THEN UPDATE SET "Status" = v.s
WHEN NOT MATCHED THEN INSERT ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (v.id, 'job', v.s, 'a', 'c', 'v');
SELECT t.says($$MERGE INTO "Runs" r USING (VALUES ('k1', 5)) v (id, s) ON r."RunId" = v.id WHEN MATCHED THEN UPDATE SET "Status" = v.s$$);
SELECT t.says($$MERGE INTO "Runs" r USING (VALUES ('m2', 5)) v (id, s) ON r."RunId" = v.id WHEN NOT MATCHED THEN
  INSERT ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (v.id, 'job', v.s, 'a', 'c', 'v')$$);
SELECT t.says($$MERGE INTO "RunEvents" e USING (VALUES (1)) v (id) ON e."Id" = v.id WHEN MATCHED THEN DELETE$$);
-- ON CONFLICT: DO NOTHING does nothing, DO UPDATE is an UPDATE
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
VALUES ('k1', 'other', 9, 'b', 'b', 'b') ON CONFLICT DO NOTHING RETURNING 1;
SELECT t.says($$INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
VALUES ('k1', 'job', 0, 'a', 'c', 'v') ON CONFLICT ("RunId") DO UPDATE SET "Status" = 4$$);
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
VALUES ('k1', 'job', 0, 'a', 'c', 'v') ON CONFLICT ("RunId") DO UPDATE SET "Status" = 3 RETURNING "Status", "Version";
SELECT t.says($$INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'k1', 'RunCreated', 'system', '{}')
  ON CONFLICT ("Id") DO UPDATE SET "Actor" = 'system:x'$$);
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'k1', 'RunCreated', 'system', '{}') ON CONFLICT DO NOTHING;
-- FROM, a CTE that writes, all or nothing
SELECT t.says($$UPDATE "Runs" r SET "Status" = v.s FROM (VALUES ('k1', 4), ('k2', 4)) v (id, s) WHERE r."RunId" = v.id$$);
WITH a AS (UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = 'k1' RETURNING "RunId") SELECT count(*) FROM a;
SELECT "RunId", "Status", "Version" FROM "Runs" ORDER BY 1;
-- one bad row among many
SELECT count(run('b' || i, 0)) FROM generate_series(1, 2000) i;
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b1000';
SELECT t.says($$UPDATE "Runs" SET "Status" = 1 WHERE "RunId" LIKE 'b%'$$);
SELECT count(*) FROM "RunEvents" WHERE "Type" = 'ApprovalRequested' AND "RunId" LIKE 'b%';
-- savepoints: only what stays is in the log
BEGIN;
SAVEPOINT a;
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'b1';
ROLLBACK TO a;
UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b1';
COMMIT;
SELECT "Type" FROM "RunEvents" WHERE "RunId" = 'b1' ORDER BY "Id";
-- TRUNCATE, alone and by cascade
SELECT t.says($$TRUNCATE "RunEvents"$$);
SELECT t.says($$TRUNCATE "InboxDedup"$$);
SET client_min_messages = warning;
SELECT t.says($$TRUNCATE "Runs" CASCADE$$);
SELECT t.says($$TRUNCATE "Runs" RESTART IDENTITY CASCADE$$);
RESET client_min_messages;
-- the cascade of the foreign key ends at the append-only log
SELECT t.says($$DELETE FROM "Runs" WHERE "RunId" = 'k1'$$);
-- row locks are no writes
SELECT count(*) FROM (SELECT 1 FROM "RunEvents" WHERE "RunId" = 'k1' FOR UPDATE) x;
-- a trigger of the user's that changes the row after ours: the final row is judged
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Status" := 9; RETURN NEW; END $$;
CREATE TRIGGER zz BEFORE UPDATE ON "Runs" FOR EACH ROW EXECUTE FUNCTION meddle();
SELECT t.says($$UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b2'$$);
DROP TRIGGER zz ON "Runs";
-- one that drops the row silently: no event stays alone
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER zz BEFORE INSERT ON "RunEvents" FOR EACH ROW EXECUTE FUNCTION skip();
SELECT * FROM t.refusal($$UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b2'$$);
DROP TRIGGER zz ON "RunEvents";
-- one that writes a second event row: only the announced one is let in
CREATE FUNCTION forge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 3 THEN
    INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('b3', 'RunCanceled', 'system', '{}');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER zz AFTER INSERT ON "RunEvents" FOR EACH ROW EXECUTE FUNCTION forge();
SELECT t.says($$UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b2'$$);
DROP TRIGGER zz ON "RunEvents";
SELECT t.says($$UPDATE "Runs" SET "Status" = 8 WHERE "RunId" = 'b2'$$);
SELECT * FROM interlock_verify('textops');
SELECT interlock_set_clock(NULL) IS NOT NULL;
SET client_min_messages = warning;
DROP SCHEMA writes CASCADE;
