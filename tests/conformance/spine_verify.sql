-- What interlock_verify finds in rows that nobody guarded: one breach for each rule that stored rows can break.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('r1', 'w', 'RUNNING');
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('r2', 'w', 'RUNNING');
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('a', 'r1', 'fetch', 'pipeline', 0);
SELECT count(*) FROM interlock_verify('spine');
-- @guards off
INSERT INTO core_workflow_runs (run_id, workflow_name, status) VALUES ('b01', 'w', 'lost');
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, completed_at, duration_ms) VALUES ('b03', 'w', 'CANCELLED', '2026-01-05T09:00:00Z', '2026-01-05T09:00:01Z', 5);
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, completed_at, duration_ms, error) VALUES ('b05', 'w', 'COMPLETED', '2026-01-05T09:00:00Z', '2026-01-05T09:00:01Z', 1000, 'odd');
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, failed_steps) VALUES ('b06', 'w', 'RUNNING', '2026-01-05T09:00:00Z', 2);
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, completed_at, duration_ms, total_steps) VALUES ('b07', 'w', 'COMPLETED', '2026-01-05T09:00:00Z', '2026-01-05T09:00:01Z', 1000, 1);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('b07s', 'b07', 'x', 'lambda', 0);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, attempt, max_attempts) VALUES ('b09', 'r1', 'fetch', 'pipeline', 3, 3, 2);
INSERT INTO core_workflow_runs (run_id, workflow_name, parent_run_id) VALUES ('b10', 'w', 'b10');
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, parent_run_id) VALUES ('b10x', 'w', 'parent_workflow', 'b10y'), ('b10y', 'w', 'parent_workflow', 'b10x'), ('b10z', 'w', 'parent_workflow', 'b10x');
INSERT INTO core_workflow_runs (run_id, workflow_name, params) VALUES ('b11', 'w', '[]');
INSERT INTO core_workflow_events (id, run_id, step_id, event_type) VALUES (900, 'r2', 'a', 'note');
INSERT INTO core_workflow_runs (run_id, workflow_name, error_retryable, status, error, completed_at, duration_ms) VALUES ('b52', 'w', 7, 'FAILED', 'e', '2026-01-05T09:00:01Z', 0);
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('b53', '');
-- @guards on
-- rule S-01 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-01' ORDER BY 1, 2, 3;
-- rule S-03 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-03' ORDER BY 1, 2, 3;
-- rule S-05 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-05' ORDER BY 1, 2, 3;
-- rule S-06 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-06' ORDER BY 1, 2, 3;
-- rule S-07 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-07' ORDER BY 1, 2, 3;
-- rule S-08 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-08' ORDER BY 1, 2, 3;
-- rule S-09 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-09' ORDER BY 1, 2, 3;
-- rule S-10 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-10' ORDER BY 1, 2, 3;
-- rule S-11 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-11' ORDER BY 1, 2, 3;
-- rule S-14 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-14' ORDER BY 1, 2, 3;
-- rule S-52 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-52' ORDER BY 1, 2, 3;
-- rule S-53 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-53' ORDER BY 1, 2, 3;

-- Existing data comes in as it is: states, counters, a schedule that is gone, steps before their log.
SELECT interlock_set_mode('load');
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, completed_at, duration_ms, total_steps, failed_steps, completed_steps, error, triggered_by) VALUES ('old', 'w', 'FAILED', '2025-12-01T10:00:00Z', '2025-12-01T10:00:01Z', 1000, 2, 1, 1, 'x', 'schedule');
INSERT INTO core_workflow_runs (run_id, workflow_name, status, started_at, completed_at, duration_ms) VALUES ('odd', 'w', 'COMPLETED', '2025-12-01T10:00:00Z', '2025-12-01T10:00:01Z', 70);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, status, started_at, completed_at, duration_ms, error, attempt, max_attempts) VALUES ('o1', 'old', 'fetch', 'pipeline', 0, 'FAILED', '2025-12-01T10:00:00Z', '2025-12-01T10:00:01Z', 1000, 'x', 1, 2);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, status, started_at, completed_at, duration_ms, attempt, max_attempts) VALUES ('o2', 'old', 'fetch', 'pipeline', 0, 'COMPLETED', '2025-12-01T10:00:00Z', '2025-12-01T10:00:01Z', 1000, 2, 2);
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order, status, completed_at, duration_ms, error) VALUES ('o3', 'old', 'load', 'pipeline', 1, 'FAILED', '2025-12-01T10:00:01Z', 0, 'x');
INSERT INTO core_workflow_events (run_id, step_id, event_type, timestamp, idempotency_key) VALUES ('old', 'o2', 'retrying', '2025-12-01T10:00:00Z', 'step:o2:retrying');
SELECT interlock_set_mode('enforce');
SELECT total_steps, completed_steps, failed_steps FROM core_workflow_runs WHERE run_id = 'old';
SELECT rule, "key", message FROM interlock_verify('core_workflow_runs') WHERE "key" IN ('old', 'odd');
SELECT count(*) FROM core_workflow_events WHERE run_id = 'old';
