-- spine twice, side by side, at different tiers; and TextOps beside it.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine', 'east', 'intermediate');
SELECT interlock_install('spine', 'west');
SELECT interlock_install('textops');
SELECT system, schema, tables, installed, pending FROM interlock_systems() WHERE installed ORDER BY system, schema;
INSERT INTO east.core_workflow_runs (run_id, workflow_name, status) VALUES ('r1', 'w', 'RUNNING');
INSERT INTO west.core_workflow_runs (run_id, workflow_name, status) VALUES ('r1', 'w', 'RUNNING');
INSERT INTO east.core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('a', 'r1', 'fetch', 'pipeline', 0);
SELECT total_steps FROM east.core_workflow_runs;
SELECT total_steps FROM west.core_workflow_runs;
UPDATE east.core_workflow_runs SET status = 'CANCELLED';
SELECT status FROM east.core_workflow_steps;
SELECT count(*) FROM east.core_workflow_events;
SELECT count(*) FROM west.core_workflow_events;
-- The tables of the rule are those of the row's schema, whatever the search path says.
SET search_path = west, interlock;
UPDATE east.core_workflow_runs SET completed_steps = 4;
INSERT INTO east.core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('b', 'r1', 'load', 'pipeline', 1);
INSERT INTO west.core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('b', 'r1', 'load', 'pipeline', 1);
SET search_path = public, interlock;
SELECT interlock_install('spine', 'east', 'advanced');
SELECT interlock_uninstall('spine', 'east');
SELECT interlock_uninstall('spine', 'east', true);
SELECT total_steps FROM west.core_workflow_runs;
SELECT system, schema, tables, installed, pending FROM interlock_systems() WHERE installed ORDER BY system, schema;
-- What a table guards and counts cannot be emptied past the guard.
TRUNCATE west.core_workflow_steps CASCADE;
TRUNCATE west.core_workflow_events;
-- A name is taken in one schema only.
CREATE SCHEMA south;
CREATE TABLE south.idx_schedule_locks_expires (a integer);
SELECT interlock_install('spine', 'south');
SELECT interlock_install('spine', 'south', 'intermediate');
