-- Workflow runs: S-01 … S-05, S-10, S-11, S-52, S-53.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');

-- rule S-01 accept
-- rule S-53 accept
-- rule S-11 accept
INSERT INTO core_workflow_runs (run_id, workflow_name, domain, partition_key, params) VALUES ('r1', 'finra.weekly_ingest', 'finra.otc', '{"week_ending": "2026-01-02"}', '{"tier": 1}');
SELECT run_id, workflow_version, status, started_at, total_steps, triggered_by, created_at FROM core_workflow_runs;
-- rule S-01 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('x', 'w', 'running');
-- rule S-01 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by) VALUES ('x', 'w', 'cron');
-- rule S-01 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, error_category) VALUES ('x', 'w', '');
-- rule S-53 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('x', '');
-- rule S-53 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('', 'w');
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES (NULL, 'w');
-- rule S-11 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, params) VALUES ('x', 'w', '[1]');
-- rule S-11 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, partition_key) VALUES ('x', 'w', 'week_ending=2026-01-02');

-- Born PENDING or RUNNING, nothing else.
-- rule S-02 accept
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('r2', 'w', 'RUNNING');
SELECT run_id, status, started_at FROM core_workflow_runs WHERE run_id = 'r2';
-- rule S-02 refuse
-- rule X-19 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('x', 'w', 'COMPLETED');
-- rule S-02 refuse
UPDATE core_workflow_runs SET status = 'COMPLETED' WHERE run_id = 'r1';
-- rule S-03 accept
UPDATE core_workflow_runs SET status = 'RUNNING' WHERE run_id = 'r1';
-- rule S-03 refuse
UPDATE core_workflow_runs SET completed_at = '2026-01-05T10:00:00Z' WHERE run_id = 'r1';
-- rule S-03 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, started_at) VALUES ('x', 'w', '2026-01-05T09:00:00Z');
-- rule S-05 refuse
UPDATE core_workflow_runs SET error = 'too early' WHERE run_id = 'r1';

SELECT interlock_set_clock('2026-01-05T09:00:02.500Z');
-- rule S-03 refuse
UPDATE core_workflow_runs SET status = 'COMPLETED', duration_ms = -5 WHERE run_id = 'r1';
-- rule S-03 refuse
UPDATE core_workflow_runs SET status = 'COMPLETED', completed_at = '2026-01-05T08:59:59Z' WHERE run_id = 'r1';
-- rule S-05 refuse
UPDATE core_workflow_runs SET status = 'COMPLETED', error = 'done' WHERE run_id = 'r1';
-- rule S-02 accept
UPDATE core_workflow_runs SET status = 'COMPLETED', outputs = '[1, 2]' WHERE run_id = 'r1';
SELECT run_id, status, started_at, completed_at, duration_ms, outputs FROM core_workflow_runs WHERE run_id = 'r1';
-- rule S-02 refuse as S-04
UPDATE core_workflow_runs SET status = 'RUNNING' WHERE run_id = 'r1';
-- rule S-04 refuse
UPDATE core_workflow_runs SET outputs = '[3]' WHERE run_id = 'r1';
-- rule S-04 accept
UPDATE core_workflow_runs SET status = 'COMPLETED' WHERE run_id = 'r1';

-- Failing needs an error; a run that never started took no time.
-- rule S-05 refuse
UPDATE core_workflow_runs SET status = 'FAILED' WHERE run_id = 'r2';
-- rule S-05 refuse
UPDATE core_workflow_runs SET status = 'FAILED', error = '' WHERE run_id = 'r2';
-- rule S-52 refuse
UPDATE core_workflow_runs SET status = 'FAILED', error = 'boom', error_retryable = 2 WHERE run_id = 'r2';
-- rule S-05 accept
-- rule S-52 accept
UPDATE core_workflow_runs SET status = 'FAILED', error = 'boom', error_category = 'io', error_retryable = 1 WHERE run_id = 'r2';
SELECT run_id, status, duration_ms, error, error_retryable FROM core_workflow_runs WHERE run_id = 'r2';
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('r3', 'w');
UPDATE core_workflow_runs SET status = 'CANCELLED' WHERE run_id = 'r3';
SELECT run_id, status, started_at, completed_at, duration_ms FROM core_workflow_runs WHERE run_id = 'r3';

-- Who triggered it.
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('r4', 'w', 'RUNNING');
-- rule S-10 accept
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, parent_run_id) VALUES ('r5', 'w', 'parent_workflow', 'r4');
-- rule S-10 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, parent_run_id) VALUES ('x', 'w', 'r4');
-- rule S-10 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by) VALUES ('x', 'w', 'parent_workflow');
-- rule S-10 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, parent_run_id) VALUES ('x', 'w', 'parent_workflow', 'x');
-- rule S-10 refuse
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by) VALUES ('x', 'w', 'schedule');
-- rule S-10 refuse
UPDATE core_workflow_runs SET triggered_by = 'schedule' WHERE run_id = 'r4';
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, parent_run_id) VALUES ('x', 'w', 'parent_workflow', 'nobody');
-- A cycle would need a parent that changes.
-- rule S-10 refuse as X-21
UPDATE core_workflow_runs SET parent_run_id = 'r5' WHERE run_id = 'r4';
-- rule X-21 refuse
UPDATE core_workflow_runs SET created_at = '2026-01-01T00:00:00Z' WHERE run_id = 'r4';

-- A schedule may go; the runs it triggered stay, and only then lose its id.
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s1', 'nightly', 'w', 'date', '2026-02-01T00:00:00Z');
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, schedule_id) VALUES ('r6', 'w', 'schedule', 's1');
UPDATE core_workflow_runs SET status = 'CANCELLED' WHERE run_id = 'r6';
-- rule X-21 refuse
UPDATE core_workflow_runs SET schedule_id = NULL WHERE run_id = 'r6';
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, schedule_id) VALUES ('x', 'w', 'schedule', 's2');
DELETE FROM core_schedules WHERE id = 's1';
SELECT run_id, status, triggered_by, schedule_id FROM core_workflow_runs WHERE run_id = 'r6';
SELECT rule, "table", "key", message FROM interlock_verify('spine');
