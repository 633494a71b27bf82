-- Settings of a connection that would open or break something.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
PRAGMA trusted_schema = OFF;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'r1';
PRAGMA ignore_check_constraints = ON;
-- rule T-01 refuse
UPDATE "Runs" SET "Status" = 77 WHERE "RunId" = 'r1';
PRAGMA ignore_check_constraints = OFF;
-- Rows cannot be taken away under a run either, with foreign keys off.
PRAGMA foreign_keys = OFF;
SELECT * FROM interlock_doctor();
-- rule T-10 refuse
DELETE FROM "Runs";
PRAGMA foreign_keys = ON;
SELECT * FROM interlock_doctor();

-- What writes may not be called from a view or trigger of a hostile file.
CREATE VIEW hostile AS SELECT interlock_set_mode('load') AS m;
SELECT m FROM hostile;
CREATE TRIGGER hostile AFTER INSERT ON "InboxDedup" BEGIN SELECT interlock_remove('textops'); END;
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm');
DROP TRIGGER hostile;
DROP VIEW hostile;

-- A dropped, altered or added guard is seen.
DROP TRIGGER "interlock_Runs_update";
SELECT * FROM interlock_doctor();
SELECT interlock_install('textops');
SELECT * FROM interlock_doctor();
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'r1';

-- An attached database is a place of its own.
ATTACH ':memory:' AS ops;
SELECT interlock_install('textops', 'ops');
INSERT INTO ops."Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('o1', 'job', 1, 'a', 'c', 'v');
-- rule T-03 refuse
UPDATE ops."Runs" SET "Status" = 4 WHERE "RunId" = 'o1';
SELECT fsm_transition('ops.Runs', 'o1', 'Dispatching');
SELECT fsm_transition('Runs', 'o1', 'Dispatching');
SELECT (SELECT count(*) FROM main."RunEvents"), (SELECT count(*) FROM ops."RunEvents");
SELECT "table", rule FROM interlock_rules('ops.Runs') WHERE rule = 'T-03';
SELECT interlock_install('textops', 'nosuchdatabase');
DETACH ops;
