-- Partitions and inheritance.
SET TimeZone = 'UTC';
CREATE SCHEMA parts;
SET search_path = parts, public;
CREATE TABLE jobs (tenant int NOT NULL, id int NOT NULL, status text NOT NULL, note text, PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES IN (2) PARTITION BY HASH (id);
CREATE TABLE jobs_2a PARTITION OF jobs_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE jobs_2b PARTITION OF jobs_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE job_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job text NOT NULL, what text NOT NULL, at timestamptz NOT NULL DEFAULT interlock_now());
CREATE TABLE plain_log (tenant int NOT NULL, seq int NOT NULL, PRIMARY KEY (tenant, seq)) PARTITION BY LIST (tenant);
CREATE TABLE plain_log_1 PARTITION OF plain_log FOR VALUES IN (1);
CREATE TABLE plain_log_x PARTITION OF plain_log DEFAULT PARTITION BY HASH (seq);
CREATE TABLE plain_log_x0 PARTITION OF plain_log_x FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT interlock_apply('{"interlock": 1, "name": "jobs", "version": "1", "tables": {
  "jobs": {"key": ["tenant", "id"], "machines": [{"rule": "J-1", "column": "status", "initial": "new",
    "states": {"new": {"on": {"START": "busy"}}, "busy": {"on": {"END": "done", "BACK": "new"}}, "done": {"type": "final"}},
    "events": {"table": "job_log", "columns": {"job": "$key", "what": "$event"}}}]},
  "job_log": {"append_only": {"rule": "J-2"}},
  "plain_log": {"append_only": {"rule": "J-3"}}}}', 'parts');
-- every leaf guards itself
INSERT INTO jobs VALUES (1, 1, 'new'), (2, 1, 'new'), (2, 2, 'new');
SELECT t.says($$INSERT INTO jobs VALUES (1, 9, 'done')$$);
SELECT t.says($$INSERT INTO jobs_2b VALUES (2, 8, 'done')$$);
UPDATE jobs SET status = 'busy';
SELECT t.says($$UPDATE jobs SET status = 'lost' WHERE tenant = 2$$);
SELECT t.says($$UPDATE jobs_1 SET status = 'lost'$$);
SELECT job, what FROM job_log ORDER BY id;
-- a row does not leave its partition: what it went through could not be judged
SELECT * FROM t.refusal($$UPDATE jobs SET tenant = 2, id = 7 WHERE tenant = 1$$);
SELECT t.says($$UPDATE jobs SET tenant = 2, id = 7, status = 'new' WHERE tenant = 1$$);
UPDATE jobs SET note = 'stays' WHERE tenant = 1;
SELECT tableoid::regclass, tenant, id, status, note FROM jobs ORDER BY 2, 3;
-- TRUNCATE of the table, of a partition, of a partition of a partition
INSERT INTO plain_log VALUES (1, 1), (7, 1);
SELECT t.says($$TRUNCATE plain_log$$), t.says($$TRUNCATE plain_log_1$$), t.says($$TRUNCATE plain_log_x$$), t.says($$TRUNCATE plain_log_x0$$);
SELECT t.says($$DELETE FROM plain_log_x0$$), t.says($$UPDATE plain_log SET seq = 2$$);
-- a new partition has the row triggers; its TRUNCATE is open until the rulebook is applied again, and the doctor says so
CREATE TABLE jobs_3 PARTITION OF jobs FOR VALUES IN (3);
SELECT t.says($$INSERT INTO jobs VALUES (3, 1, 'done')$$);
CREATE TABLE plain_log_5 PARTITION OF plain_log FOR VALUES IN (5);
SELECT * FROM interlock_doctor();
-- one that is attached with rows of its own
CREATE TABLE jobs_4 (tenant int NOT NULL, id int NOT NULL, status text NOT NULL, note text);
INSERT INTO jobs_4 VALUES (4, 1, 'busy'), (4, 2, 'what');
ALTER TABLE jobs ATTACH PARTITION jobs_4 FOR VALUES IN (4);
SELECT t.says($$UPDATE jobs SET status = 'new', note = 'x' WHERE tenant = 4 AND id = 1$$);
SELECT rule, "table", key, message FROM interlock_verify('jobs');
DELETE FROM jobs WHERE tenant = 4;
-- one that is detached is a table like any other
ALTER TABLE jobs DETACH PARTITION jobs_3;
INSERT INTO jobs_3 VALUES (3, 1, 'done');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'jobs_3'::regclass AND NOT tgisinternal;
-- a leaf's clone switched off
ALTER TABLE jobs_2a DISABLE TRIGGER interlock_update;
SELECT * FROM interlock_doctor();
ALTER TABLE jobs_2a ENABLE TRIGGER interlock_update;
-- the functions work on the table and on a leaf
SELECT fsm_transition('jobs', '[1,1]', 'done')->>'result', fsm_transition('jobs', '[2,1]', 'done')->>'result';
SELECT fsm_can('jobs_1', 'new', 'done');
-- off again: nothing stays behind on leaves
SELECT interlock_remove('jobs', 'parts');
SELECT tgrelid::regclass, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgname LIKE 'interlock%' AND c.relnamespace = 'parts'::regnamespace;
TRUNCATE plain_log_x0;
-- an heir has no triggers: the doctor tells
CREATE TABLE base (id int PRIMARY KEY, s text NOT NULL);
SELECT interlock_apply('{"interlock": 1, "name": "base", "version": "1", "tables": {"base": {"key": ["id"], "machines": [{"rule": "B-1", "column": "s", "initial": "a", "states": {"a": {"to": ["b"]}, "b": {"type": "final"}}}]}}}', 'parts');
CREATE TABLE heir () INHERITS (base);
SELECT * FROM interlock_doctor();
SET client_min_messages = warning;
DROP SCHEMA parts CASCADE;
