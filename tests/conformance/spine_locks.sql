-- spine's locks of schedules: S-28 … S-30.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('s1', 'one', 'w', '0 6 * * *'), ('s2', 'two', 'w', '0 6 * * *'), ('s3', 'three', 'w', '0 6 * * *');
INSERT INTO core_workflow_runs (run_id, workflow_name, triggered_by, schedule_id) VALUES ('r1', 'w', 'schedule', 's1');

-- S-28: free is held, again by the holder is longer, by another is nothing. Five minutes when nobody says.
-- rule S-28 accept
-- rule S-30 accept
SELECT lease_acquire('core_schedule_locks', 's1', 'node-1') IS NOT NULL;
SELECT lease_acquire('core_schedule_locks', 's1', 'node-2');
SELECT * FROM core_schedule_locks;
SELECT interlock_set_clock('2026-01-05T09:01:00Z');
-- rule S-28 accept
SELECT lease_acquire('core_schedule_locks', 's1', 'node-1', 60) IS NOT NULL;
SELECT * FROM core_schedule_locks;
-- rule S-28 refuse
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s1', 'node-2', '2026-01-05T09:01:00Z', '2026-01-05T09:10:00Z');
-- rule S-28 refuse
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s1', 'node-2', '2026-01-05T09:01:00Z', '2026-01-05T09:10:00Z')
  ON CONFLICT (schedule_id) DO UPDATE SET locked_by = EXCLUDED.locked_by;
-- rule S-28 refuse
UPDATE core_schedule_locks SET locked_by = 'node-2';
-- rule S-28 refuse
UPDATE core_schedule_locks SET schedule_id = 's2';
-- Expired is expires_at <= now.
SELECT interlock_set_clock('2026-01-05T09:01:59.999Z');
SELECT lease_acquire('core_schedule_locks', 's1', 'node-2');
SELECT interlock_set_clock('2026-01-05T09:02:00Z');
-- rule S-28 accept
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s1', 'node-2', '2026-01-05T09:02:00Z', '2026-01-05T09:03:00Z');
SELECT * FROM core_schedule_locks;

-- S-29: released by the holder, who is the session's actor in plain SQL; it ends after it begins.
-- rule S-29 refuse
DELETE FROM core_schedule_locks;
-- rule S-29 refuse
UPDATE core_schedule_locks SET expires_at = '2026-01-05T09:02:01Z';
SELECT lease_release('core_schedule_locks', 's1', 'node-1');
-- rule S-29 refuse
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s2', 'node-2', '2026-01-05T09:02:00Z', '2026-01-05T09:02:00Z');
-- rule S-28 refuse
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('s2', '', '2026-01-05T09:02:00Z', '2026-01-05T09:03:00Z');
SELECT interlock_set_actor('node-2');
-- rule S-29 accept
UPDATE core_schedule_locks SET expires_at = '2026-01-05T09:04:00Z';
-- rule S-29 refuse
UPDATE core_schedule_locks SET expires_at = '2026-01-05T09:02:00Z';
-- rule S-29 accept
DELETE FROM core_schedule_locks;
SELECT interlock_set_actor(NULL);
SELECT lease_acquire('core_schedule_locks', 's1', 'node-1') IS NOT NULL, lease_acquire('core_schedule_locks', 's2', 'node-2', 10) IS NOT NULL;
-- rule S-29 accept
SELECT lease_release('core_schedule_locks', 's1', 'node-1');
SELECT lease_acquire('core_schedule_locks', 's1', 'node-1', 600) IS NOT NULL;
-- A sweep takes what is over, an administrator what he will.
SELECT interlock_set_clock('2026-01-05T09:02:10Z');
-- rule S-29 accept
SELECT interlock_tick();
SELECT schedule_id, locked_by FROM core_schedule_locks;
-- rule S-29 accept
SELECT lease_break('core_schedule_locks', 's1');
SELECT count(*) FROM core_schedule_locks;

-- S-30: a lock is of a schedule. S-27: it goes with it, held or not, and the runs that the schedule started stay.
-- rule S-30 refuse
SELECT lease_acquire('core_schedule_locks', 'workflow:x', 'node-1');
-- rule S-30 refuse
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('workflow:x', 'node-1', '2026-01-05T09:02:10Z', '2026-01-05T09:03:00Z');
SELECT lease_acquire('core_schedule_locks', 's1', 'node-1') IS NOT NULL, lease_acquire('core_schedule_locks', 's3', 'node-1') IS NOT NULL;
-- rule S-27 accept
DELETE FROM core_schedules WHERE id = 's1';
SELECT schedule_id, locked_by FROM core_schedule_locks;
SELECT run_id, triggered_by, schedule_id FROM core_workflow_runs;
-- A lock does not keep a tick from planning: it is the application's.
SELECT interlock_set_clock('2026-01-06T06:00:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick('core_schedules');
