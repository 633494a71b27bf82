-- Steps of a run and the log of both: S-02, S-03, S-05, S-06 … S-09, S-12 … S-15.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('r1', 'w');
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('r2', 'w', 'RUNNING');

INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, max_attempts, params) VALUES ('a1', 'r1', 'fetch', 'pipeline', 0, 3, '{"n": 1}');
SELECT step_id, status, attempt, created_at FROM core_workflow_steps;
-- rule S-01 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('x', 'r1', 'load', '', 1);
-- rule S-53 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('x', 'r1', '', 'lambda', 1);
-- rule S-02 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, status) VALUES ('x', 'r1', 'load', 'lambda', 1, 'RUNNING');
-- rule S-11 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, metrics) VALUES ('x', 'r1', 'load', 'lambda', 1, '[]');
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('x', 'r1', 'load', 'lambda', -1);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('x', 'nobody', 'load', 'lambda', 1);

-- A step runs only while its run does.
-- rule S-08 refuse
UPDATE core_workflow_steps SET status = 'RUNNING' WHERE step_id = 'a1';
UPDATE core_workflow_runs SET status = 'RUNNING' WHERE run_id = 'r1';
-- rule S-08 accept
UPDATE core_workflow_steps SET status = 'RUNNING' WHERE step_id = 'a1';
-- rule S-07 refuse
UPDATE core_workflow_runs SET status = 'COMPLETED' WHERE run_id = 'r1';

-- Another attempt follows one that failed.
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a2', 'r1', 'fetch', 'pipeline', 0, 2, 3);
SELECT interlock_set_clock('2026-01-05T09:00:01Z');
-- rule S-05 refuse
UPDATE core_workflow_steps SET status = 'FAILED' WHERE step_id = 'a1';
UPDATE core_workflow_steps SET status = 'FAILED', error = 'timeout' WHERE step_id = 'a1';
SELECT step_id, status, started_at, completed_at, duration_ms FROM core_workflow_steps WHERE step_id = 'a1';
-- rule S-04 refuse
UPDATE core_workflow_steps SET row_count = 7 WHERE step_id = 'a1';
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a3', 'r1', 'fetch', 'pipeline', 0, 3, 3);
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a2', 'r1', 'fetch', 'pipeline', 5, 2, 3);
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a2', 'r1', 'fetch', 'pipeline', 0, 2, 1);
-- rule S-09 accept
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a2', 'r1', 'fetch', 'pipeline', 0, 2, 3);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a2b', 'r1', 'fetch', 'pipeline', 0, 2, 3);
UPDATE core_workflow_steps SET status = 'RUNNING' WHERE step_id = 'a2';
UPDATE core_workflow_steps SET status = 'COMPLETED', row_count = 12, metrics = '{"ms": 3}' WHERE step_id = 'a2';
-- rule S-09 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('a3', 'r1', 'fetch', 'pipeline', 0, 3, 3);
-- rule X-21 refuse
UPDATE core_workflow_steps SET attempt = 3 WHERE step_id = 'a2';
-- rule S-07 accept
UPDATE core_workflow_runs SET status = 'COMPLETED' WHERE run_id = 'r1';
-- rule S-08 refuse
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('b1', 'r1', 'late', 'lambda', 1);

-- The counters are the database's: of each step the latest attempt counts.
SELECT interlock_set_clock('2026-01-05T09:00:10Z');
INSERT INTO core_workflow_runs (run_id, workflow_name, status, total_steps) VALUES ('r3', 'w', 'RUNNING', 2);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, max_attempts) VALUES ('c1', 'r3', 'fetch', 'pipeline', 0, 2), ('c2', 'r3', 'load', 'pipeline', 1, 1), ('c3', 'r3', 'note', 'lambda', 2, 1);
-- rule S-06 accept
UPDATE core_workflow_steps SET status = 'RUNNING' WHERE step_id IN ('c1', 'c2');
UPDATE core_workflow_steps SET status = 'FAILED', error = 'timeout' WHERE step_id = 'c1';
SELECT total_steps, completed_steps, failed_steps, skipped_steps FROM core_workflow_runs WHERE run_id = 'r3';
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('c4', 'r3', 'fetch', 'pipeline', 0, 2, 2);
SELECT total_steps, completed_steps, failed_steps, skipped_steps FROM core_workflow_runs WHERE run_id = 'r3';
-- rule S-06 refuse
UPDATE core_workflow_runs SET completed_steps = 1 WHERE run_id = 'r3';
-- rule S-06 refuse
UPDATE core_workflow_runs SET total_steps = 2 WHERE run_id = 'r3';
UPDATE core_workflow_runs SET total_steps = 5 WHERE run_id = 'r3';
-- rule S-06 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, skipped_steps) VALUES ('x', 'w', 1);

-- A run that ends takes its steps with it.
-- rule S-08 accept
-- rule S-15 accept
UPDATE core_workflow_runs SET status = 'CANCELLED' WHERE run_id = 'r3';
SELECT step_id, status, error, started_at, duration_ms FROM core_workflow_steps WHERE run_id = 'r3' ORDER BY step_id;
SELECT total_steps, completed_steps, failed_steps, skipped_steps FROM core_workflow_runs WHERE run_id = 'r3';

-- Every transition is in the log, under a key of its own.
SELECT run_id, step_id, event_type, timestamp, idempotency_key FROM core_workflow_events WHERE idempotency_key IN ('run:r3:RUNNING', 'step:c1:RUNNING', 'step:c1:FAILED', 'step:c4:retrying', 'run:r3:CANCELLED', 'step:c3:SKIPPED', 'step:c2:FAILED') ORDER BY idempotency_key;
SELECT run_id, count(*) FROM core_workflow_events GROUP BY run_id ORDER BY run_id;
SELECT from_state, to_state, event FROM fsm_history('core_workflow_runs', 'r3');
SELECT from_state, to_state, event FROM fsm_history('core_workflow_steps', 'c1');
SELECT from_state, to_state, event FROM fsm_history('core_workflow_steps', 'c4');
-- rule S-15 refuse
INSERT INTO core_workflow_events (run_id, event_type, idempotency_key) VALUES ('r2', 'completed', 'run:r2:COMPLETED');
-- rule S-15 refuse
INSERT INTO core_workflow_events (run_id, step_id, event_type, idempotency_key) VALUES ('r3', 'c3', 'completed', 'step:c3:COMPLETED');
-- rule S-15 refuse
INSERT INTO core_workflow_events (run_id, event_type, idempotency_key) VALUES ('r2', 'started', 'run:r2:RUNNING');

-- The log: rows are added, once for each key, and stay.
-- rule S-12 accept
-- rule S-13 accept
INSERT INTO core_workflow_events (run_id, event_type, payload, idempotency_key) VALUES ('r2', 'note', '{"a": 1}', 'note:1');
SELECT run_id, step_id, event_type, timestamp, payload FROM core_workflow_events WHERE idempotency_key = 'note:1';
-- rule S-13 refuse
INSERT INTO core_workflow_events (run_id, event_type, idempotency_key) VALUES ('r2', 'note', 'note:1');
SELECT dedup_accept('core_workflow_events', 'note:1', 'r2', 'note');
SELECT dedup_accept('core_workflow_events', 'note:2', 'r2', 'note');
SELECT dedup_accept('core_workflow_events', 'note:2', 'r2', 'note');
SELECT count(*) FROM core_workflow_events WHERE event_type = 'note';
INSERT INTO core_workflow_events (run_id, event_type, idempotency_key) VALUES ('r2', 'note', 'note:1') ON CONFLICT DO NOTHING;
-- rule S-01 refuse
INSERT INTO core_workflow_events (run_id, event_type) VALUES ('r2', '');
-- rule S-11 refuse
INSERT INTO core_workflow_events (run_id, event_type, payload) VALUES ('r2', 'note', '"text"');
-- rule S-12 refuse
UPDATE core_workflow_events SET event_type = 'other';
-- rule S-12 refuse
DELETE FROM core_workflow_events;
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
-- rule S-12 refuse
SELECT dedup_purge('core_workflow_events', 1);
-- rule S-14 accept
INSERT INTO core_workflow_events (run_id, step_id, event_type) VALUES ('r1', 'a1', 'note');
-- rule S-14 refuse
INSERT INTO core_workflow_events (run_id, step_id, event_type) VALUES ('r2', 'a1', 'note');
DELETE FROM core_workflow_runs WHERE run_id = 'r2';
SELECT rule, "table", "key", message FROM interlock_verify('spine');
