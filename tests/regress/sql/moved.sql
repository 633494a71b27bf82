-- A guarded table, or its schema, under another name: the guard goes with it, and comes off it.
CREATE SCHEMA here;
CREATE SCHEMA there;
SET search_path = here, public;
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL DEFAULT 'new');
CREATE TABLE log (job int, what text);
SELECT interlock_apply('{"interlock":1,"name":"moved","version":"1","tables":{"jobs":{"machines":{"rule":"M-1","column":"state",
  "initial":"new","states":{"new":{"on":{"Started":"run"}},"run":{"type":"final"}},
  "events":{"table":"log","columns":{"job":"$key","what":"$event"}}}},"log":{"key":["job"],"append_only":{"rule":"M-2"}}}}', 'here');
INSERT INTO jobs (id) VALUES (1), (2), (3);
UPDATE jobs SET state = 'run' WHERE id = 1;
-- In a session that has used the statements of the guard already.
ALTER SCHEMA here RENAME TO elsewhere;
SET search_path = elsewhere, public;
UPDATE jobs SET state = 'run' WHERE id = 2;
SELECT * FROM log ORDER BY job;
UPDATE jobs SET state = 'new' WHERE id = 2;
ALTER SCHEMA elsewhere RENAME TO here;
SET search_path = here, public;
UPDATE jobs SET state = 'run' WHERE id = 3;
-- Another schema: the rulebook no longer fits, the guard holds, and what is switched off is told.
ALTER TABLE jobs SET SCHEMA there;
UPDATE there.jobs SET state = 'new' WHERE id = 3;
ALTER TABLE there.jobs DISABLE TRIGGER interlock_insert;
SELECT * FROM interlock_doctor() WHERE "table" = 'jobs' OR problem LIKE '%moved%';
SELECT interlock_remove('moved');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'interlock\_%' AND tgrelid IN ('there.jobs'::regclass, 'here.log'::regclass);
SET client_min_messages = warning;
DROP SCHEMA here, there CASCADE;
