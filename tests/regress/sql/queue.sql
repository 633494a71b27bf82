-- Queues: what a claim reads, partitions, who may, and isolation levels.
SET TimeZone = 'UTC';
CREATE SCHEMA work;
SET search_path = work, public;
CREATE TABLE jobs (tenant int NOT NULL DEFAULT 1, id int NOT NULL, state text NOT NULL DEFAULT 'queued', priority text NOT NULL DEFAULT 'normal', created_at timestamptz, worker text,
  until timestamptz, token bigint NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0, PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES IN (2);
CREATE TABLE plain (id int PRIMARY KEY, state text NOT NULL DEFAULT 'queued', priority text NOT NULL DEFAULT 'normal', created_at timestamptz, worker text,
  until timestamptz, token bigint NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0);
CREATE TABLE tasks (id int PRIMARY KEY, state text NOT NULL DEFAULT 'open', owner text, version int NOT NULL DEFAULT 1);
CREATE FUNCTION machine(id text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT '"machines": {"rule": "' || id || '", "column": "state", "initial": "queued", "states": {"queued": {"to": "running"}, "running": {"to": ["done", "queued"]}, "done": {"type": "final"}}},
  "queue": {"rule": "' || id || '", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "attempts": "attempts",
  "order": [{"column": "priority", "rank": ["urgent", "normal"]}, "created_at"]}' $$;
SELECT interlock_apply('{"interlock": 1, "name": "work", "tables": {"jobs": {' || machine('P-1') || '}, "plain": {' || machine('P-2') || '},
  "tasks": {"machines": {"rule": "P-3", "column": "state", "initial": "open", "states": {"open": {"to": "taken"}, "taken": {"to": ["done", "open"]}, "done": {"type": "final"}}},
    "row_version": {"rule": "P-4", "column": "version"}, "queue": {"rule": "P-5", "ready": ["open"], "claimed": "taken", "worker": "owner"}}}}', 'work');
INSERT INTO plain (id, priority, created_at) SELECT i, CASE i % 3 WHEN 0 THEN 'urgent' ELSE 'normal' END, timestamptz '2026-01-01' + i * interval '1 s' FROM generate_series(1, 1000) i;
-- what a claim reads, by the counters of the transaction: the same with a hundred times as many rows, and no row in order of storage
BEGIN;
SELECT key, token FROM queue_claim('plain', 'w');
SELECT count(*) FROM queue_claim('plain', 'w', 20);
SELECT seq_tup_read, idx_tup_fetch < 200 AS few FROM pg_stat_xact_user_tables WHERE relname = 'plain';
ROLLBACK;
INSERT INTO plain (id, priority, created_at) SELECT i, CASE i % 3 WHEN 0 THEN 'urgent' ELSE 'normal' END, timestamptz '2026-01-01' + i * interval '1 s' FROM generate_series(1001, 100000) i;
ANALYZE plain;
BEGIN;
SELECT key, token FROM queue_claim('plain', 'w');
SELECT count(*) FROM queue_claim('plain', 'w', 20);
SELECT queue_finish('plain', 3, 1, 'done')->>'result' AS result;
SELECT seq_tup_read, idx_tup_fetch < 200 AS few FROM pg_stat_xact_user_tables WHERE relname = 'plain';
ROLLBACK;
-- partitions: the key has two columns
INSERT INTO jobs (tenant, id, priority) VALUES (1, 1, 'normal'), (2, 1, 'urgent'), (2, 2, 'normal');
SELECT * FROM queue_claim('jobs', 'w', 2);
SELECT queue_finish('jobs', '[2, 1]', 1, 'done')->>'result' AS result;
SELECT t.says($$UPDATE jobs_1 SET state = 'done'$$);
SELECT t.says($$SELECT queue_finish('jobs', '2', 1, 'done')$$);
SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE x.indrelid IN ('jobs'::regclass, 'plain'::regclass) AND c.relname LIKE 'interlock%' ORDER BY 1;
-- no token: the version is one, and the owner's name shows who it is
INSERT INTO tasks (id) VALUES (1), (2), (3);
SELECT * FROM queue_claim('tasks', 'ann', 3);
SELECT t.says($$UPDATE tasks SET state = 'done' WHERE id = 1$$);
SELECT t.says($$UPDATE tasks SET state = 'done', owner = 'eve' WHERE id = 1$$);
SELECT t.says($$UPDATE tasks SET state = 'done', version = 2 WHERE id = 1$$);
SELECT t.says($$UPDATE tasks SET state = 'done', version = 3 WHERE id = 1$$);
SELECT t.says($$UPDATE tasks SET state = 'done', owner = 'ann' WHERE id = 2$$);
SELECT queue_finish('tasks', 3, 1, 'done')->>'result' AS result;
SELECT queue_finish('tasks', 3, 2, 'done')->>'result' AS result;
SELECT * FROM tasks ORDER BY id;
-- who may write the table may claim, and nobody else
CREATE ROLE queue_worker;
CREATE ROLE queue_reader;
GRANT USAGE ON SCHEMA work TO queue_worker, queue_reader;
GRANT SELECT, UPDATE ON plain TO queue_worker;
GRANT SELECT ON plain TO queue_reader;
SET ROLE queue_worker;
SELECT key, token FROM queue_claim('plain', 'w');
SELECT queue_finish('plain', 3, 1, 'done')->>'result' AS result;
SET ROLE queue_reader;
SELECT t.says($$SELECT * FROM queue_claim('plain', 'w')$$);
RESET ROLE;
-- a transaction that may not write
BEGIN READ ONLY;
SELECT * FROM queue_claim('plain', 'w');
ROLLBACK;
-- REPEATABLE READ and SERIALIZABLE, alone
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT key FROM queue_claim('plain', 'w', 2);
ROLLBACK;
-- a later timeline starts above all that could have been given (scale.md); on the first, tokens count from 1
SELECT max(token) FROM plain;
-- under a user's own trigger that ends the work behind everybody's back
CREATE FUNCTION sly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state = 'done'; RETURN NEW; END $$;
CREATE TRIGGER z_sly BEFORE UPDATE ON plain FOR EACH ROW WHEN (OLD.priority = 'sly') EXECUTE FUNCTION sly();
INSERT INTO plain (id, priority, state, worker) VALUES (0, 'sly', 'queued', NULL);
SELECT t.says($$UPDATE plain SET state = 'running', worker = 'w' WHERE id = 0$$);
DROP TRIGGER z_sly ON plain;
UPDATE plain SET state = 'running', worker = 'w' WHERE id = 0;
CREATE TRIGGER z_sly BEFORE UPDATE ON plain FOR EACH ROW WHEN (OLD.priority = 'sly') EXECUTE FUNCTION sly();
SELECT t.says($$UPDATE plain SET attempts = 7 WHERE id = 0$$);
SELECT interlock_remove('work', 'work');
SELECT count(*) FROM pg_class WHERE relname LIKE 'interlock\_%\_queue' OR relname LIKE 'interlock\_%\_leases';
SET client_min_messages = error;
DROP SCHEMA work CASCADE;
DROP ROLE queue_worker, queue_reader;
