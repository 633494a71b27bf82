-- A system comes and goes.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT system, tables, installed, pending FROM interlock_systems() WHERE system = 'textops';
SELECT number, name, state FROM interlock_migrations('textops');

-- What is in the way is named, and nothing is changed.
CREATE TABLE "Runs" (a integer PRIMARY KEY);
CREATE TABLE other (a integer PRIMARY KEY);
CREATE INDEX "IX_RunEvents_RunId" ON other (a);
-- rule X-01 refuse as error
SELECT interlock_install('textops');
SELECT count(*) FROM "RunEvents";
DROP TABLE "Runs";
DROP TABLE other;

-- rule X-01 accept
SELECT interlock_install('textops');
-- Again: nothing to do.
SELECT interlock_install('textops');
SELECT system, tables, rules, installed, pending FROM interlock_systems() WHERE system = 'textops';
SELECT number, name, applied_at, state FROM interlock_migrations('textops');
SELECT count(*) FROM "Runs";
SELECT DISTINCT rule FROM interlock_rules() ORDER BY rule;
SELECT rule, "table", kind, columns, text FROM interlock_rules() ORDER BY "table", rule, kind, columns;

-- The guard tier is the same tables with another rulebook; rows stay.
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT interlock_install('textops', NULL, 'guard');
SELECT interlock_install('textops', NULL, 'guard+timeout');
SELECT DISTINCT rule FROM interlock_rules('Runs') ORDER BY rule;
SELECT interlock_install('textops', NULL, 'default');
SELECT interlock_install('textops', NULL, 'nosuchtier');
SELECT interlock_install('nosuchsystem');
SELECT interlock_install(NULL);

-- With rows in it a system stays, unless forced.
SELECT interlock_revert('textops');
SELECT interlock_uninstall('textops');
SELECT "RunId" FROM "Runs";
SELECT interlock_uninstall('textops', NULL, true);
SELECT count(*) FROM "Runs";
SELECT installed, pending FROM interlock_systems() WHERE system = 'textops';
SELECT count(*) FROM interlock_rules();
SELECT interlock_uninstall('textops');

-- Without rows it goes the way it came.
SELECT interlock_install('textops');
SELECT interlock_revert('textops');
SELECT count(*) FROM "Runs";
SELECT interlock_revert('textops');
SELECT number, name, applied_at, state FROM interlock_migrations('textops');
SELECT interlock_install('textops');
SELECT interlock_uninstall('textops');
SELECT * FROM interlock_migrations('nosuchsystem');

-- An installation is part of the transaction it is in.
BEGIN;
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT count(*) FROM "RunEvents";
ROLLBACK;
SELECT count(*) FROM "Runs";
SELECT interlock_install('textops');
SELECT count(*) FROM "Runs";

-- The rules stand where the tables are; taking them off leaves the data.
SELECT interlock_remove('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('free', 'job', 1, 'a', 'c', 'v');
DELETE FROM "Runs";
SELECT interlock_remove('textops');
SELECT interlock_install('textops');
-- rule T-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 4, 'a', 'c', 'v');
SELECT * FROM interlock_doctor();
