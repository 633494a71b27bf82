-- A tier of spine decides which tables there are (S-51); its migrations keep the documents' numbers.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT system, tables, installed, pending FROM interlock_systems() WHERE system = 'spine';
SELECT number, name, state FROM interlock_migrations('spine');

-- Basic has no tables, and so no rules.
SELECT interlock_install('spine', NULL, 'basic');
SELECT system, tables, rules, installed, pending FROM interlock_systems() WHERE system = 'spine';
SELECT number, name, state FROM interlock_migrations('spine');
SELECT count(*) FROM core_workflow_runs;
SELECT count(*) FROM interlock_rules();
-- No tier keeps the one there is.
SELECT interlock_install('spine');
SELECT count(*) FROM core_workflow_runs;

-- Intermediate has all but the locks (and, with the sources, the cache).
SELECT interlock_install('spine', NULL, 'intermediate');
SELECT count(*) FROM core_workflow_runs;
-- rule S-51 refuse as error
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s1', 'a', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
-- rule S-51 refuse as error
SELECT count(*) FROM core_source_cache;
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('s', 's', 's3', '{}');
UPDATE core_sources SET enabled = 0;
INSERT INTO core_workflow_runs (run_id, workflow_name) VALUES ('r1', 'w');
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s1', 'nightly', 'w', 'date', '2026-02-01T00:00:00Z');
SELECT interlock_install('spine');
SELECT DISTINCT "table" FROM interlock_rules() ORDER BY "table";

-- What a higher tier makes must not be there already; then nothing changes.
CREATE TABLE core_schedule_locks (a integer PRIMARY KEY);
SELECT interlock_install('spine', NULL, 'advanced');
DROP TABLE core_schedule_locks;

-- Upgrading only adds: the rows stay.
SELECT interlock_install('spine', NULL, 'advanced');
SELECT run_id FROM core_workflow_runs;
SELECT enabled FROM core_sources;
-- rule S-51 accept
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k', 'file', 'a', 'h', 1, '/p', '2026-01-01T00:00:00Z');
-- rule S-51 accept
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s1', 'system', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
SELECT number, name, state FROM interlock_migrations('spine');
SELECT * FROM interlock_doctor() WHERE problem <> 'foreign_keys is off';

-- Downgrading is refused while a table that would go holds rows.
-- rule S-51 refuse as error
SELECT interlock_install('spine', NULL, 'intermediate');
SELECT schedule_id FROM core_schedule_locks;
DELETE FROM core_schedules;
SELECT count(*) FROM core_schedule_locks;
SELECT interlock_install('spine', NULL, 'intermediate');
DELETE FROM core_source_cache;
SELECT interlock_install('spine', NULL, 'intermediate');
DELETE FROM core_sources;
SELECT count(*) FROM core_schedule_locks;
SELECT run_id FROM core_workflow_runs;
SELECT interlock_install('spine', NULL, 'basic');
DELETE FROM core_workflow_runs;
SELECT interlock_install('spine', NULL, 'basic');
SELECT count(*) FROM core_workflow_runs;

-- 'default' is what a first install makes: everything.
SELECT interlock_install('spine', NULL, 'default');
SELECT system, tables, installed, pending FROM interlock_systems() WHERE system = 'spine';
SELECT interlock_install('spine', NULL, 'basic+advanced');
SELECT interlock_install('spine', NULL, 'nosuchtier');
SELECT interlock_install('textops', NULL, 'advanced');

-- The last migration goes first; what is left has no guards until it is installed again, at the tier it had.
SELECT interlock_install('spine', NULL, 'intermediate');
SELECT interlock_revert('spine');
SELECT number, name, state FROM interlock_migrations('spine');
SELECT interlock_install('spine', NULL, 'default');
SELECT interlock_uninstall('spine');
SELECT interlock_uninstall('spine');

-- Both tables of the circle hold rows; forced, it goes all the same.
SELECT interlock_install('spine');
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s1', 'nightly', 'w', 'date', '2026-02-01T00:00:00Z');
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, schedule_id) VALUES ('r1', 'w', 'schedule', 's1');
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, parent_run_id) VALUES ('r2', 'w', 'parent_workflow', 'r1');
INSERT INTO core_workflow_steps (step_id, run_id, step_name, step_type, step_order) VALUES ('t1', 'r2', 'a', 'lambda', 0);
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at, run_id, status) VALUES ('q1', 's1', 'nightly', '2026-01-01T00:00:00Z', 'r1', 'RUNNING');
SELECT interlock_uninstall('spine');
SELECT interlock_uninstall('spine', NULL, true);
SELECT count(*) FROM core_workflow_runs;
SELECT system, tables, installed, pending FROM interlock_systems() WHERE system = 'spine';
