-- pg_dump and restore: whole, schema then data, data into guarded tables.
SET TimeZone = 'UTC';
CREATE DATABASE il_dump TEMPLATE template0;
\c il_dump
SET TimeZone = 'UTC';
SET client_min_messages = warning;
CREATE EXTENSION interlock;
CREATE SCHEMA app;
SELECT interlock_install('textops', 'app');
SET search_path = app, public;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, 'a', 'c', 'v'), ('r2', 'job', 1, 'a', 'c', 'v');
UPDATE "Runs" SET "Status" = 1 WHERE "RunId" = 'r1';
UPDATE "Runs" SET "Status" = 3;
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = 'r1';
SELECT dedup_accept('InboxDedup', 'c', 'm', 'r1');
CREATE DATABASE il_whole TEMPLATE template0;
\! pg_dump -d il_dump -Fc -f il_dump.custom && pg_restore --exit-on-error -d il_whole il_dump.custom && echo restored
\c il_whole
SET TimeZone = 'UTC';
SELECT "RunId", "Status", "Version" FROM app."Runs" ORDER BY 1;
SELECT count(*) FROM app."RunEvents";
SELECT t.tgname FROM pg_trigger t WHERE tgrelid = 'app."Runs"'::regclass AND NOT tgisinternal ORDER BY 1;
UPDATE app."Runs" SET "Status" = 0;
UPDATE app."Runs" SET "Status" = 4 WHERE "RunId" = 'r2';
SELECT * FROM interlock_verify();
SELECT * FROM interlock_doctor();
SELECT system, installed, schema, pending FROM interlock_systems() WHERE system = 'textops';
SELECT interlock_install('textops', 'app');
-- the same triggers, to the letter
\c il_dump
SET TimeZone = 'UTC';
\! pg_dump -d il_dump --schema-only | grep -v '^\\' >il_a.sql; pg_dump -d il_whole --schema-only | grep -v '^\\' >il_b.sql; cmp il_a.sql il_b.sql && echo same
-- data alone, into tables that guard themselves: refused, but let in by load mode (the inbox names runs: after them)
CREATE DATABASE il_data TEMPLATE template0;
\! pg_dump -d il_dump --schema-only | psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d il_data && pg_dump -d il_dump --data-only -t 'app."Runs"' -t 'app."RunEvents"' -f il_data.sql 2>/dev/null && pg_dump -d il_dump --data-only -t 'app."InboxDedup"' -f il_inbox.sql && echo dumped
\! psql -X -q -o /dev/null -d il_data -f il_data.sql 2>&1 | sed 's/^psql:[^ ]* //' | grep -v CONTEXT | head -3
\c il_data
SET TimeZone = 'UTC';
SELECT count(*) FROM app."Runs";
\! PGOPTIONS='-c interlock.mode=load' psql -X -q -o /dev/null -d il_data -f il_data.sql -f il_inbox.sql 2>&1 | sed 's/^psql:[^ ]* //'
SELECT "RunId", "Status", "Version" FROM app."Runs" ORDER BY 1;
SELECT count(*) FROM app."RunEvents";
SELECT count(*) FROM app."InboxDedup";
SELECT * FROM interlock_verify();
-- with triggers off: they are on again afterwards
CREATE DATABASE il_off TEMPLATE template0;
\! pg_dump -d il_dump --schema-only | psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d il_off && pg_dump -d il_dump --data-only --disable-triggers 2>/dev/null | psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d il_off && echo restored
\c il_off
SET TimeZone = 'UTC';
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();
SELECT "RunId", "Status", "Version" FROM app."Runs" ORDER BY 1;
-- load mode is no way into a log: what is there stays
SET interlock.mode = load;
UPDATE app."RunEvents" SET "Actor" = 'x';
DELETE FROM app."InboxDedup";
RESET interlock.mode;
\c contrib_regression
SET TimeZone = 'UTC';
DROP DATABASE il_dump;
DROP DATABASE il_whole;
DROP DATABASE il_data;
DROP DATABASE il_off;
\! rm -f il_dump.custom il_a.sql il_b.sql il_data.sql il_inbox.sql
