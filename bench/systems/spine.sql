-- step INSERT of a run, with its event
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO core_workflow_runs (run_id, workflow_name, status) SELECT 'r' || i, 'weekly', 'RUNNING' FROM n;
-- step INSERT of a step, counted by its run
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) SELECT 's' || run_id, run_id, 'fetch', 'pipeline', 0 FROM core_workflow_runs;
-- step UPDATE: a step runs
UPDATE core_workflow_steps SET status = 'RUNNING';
-- step UPDATE: a step completes
UPDATE core_workflow_steps SET status = 'COMPLETED';
-- step UPDATE: a run completes
UPDATE core_workflow_runs SET status = 'COMPLETED';
