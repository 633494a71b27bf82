-- spine's scheduler: S-16 … S-27. 2026-01-05 is a Monday.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');

-- S-16: the type says which column says when, and the others are empty.
-- rule S-16 accept
-- rule S-17 accept
-- rule S-18 accept
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('cron', 'weekdays', 'w', '0 6 * * 1-5');
-- rule S-16 accept
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds) VALUES ('every', 'every ten minutes', 'w', 'interval', 600);
-- rule S-16 accept
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('once', 'once', 'w', 'date', '2026-01-05T12:00:00Z');
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression, interval_seconds) VALUES ('x', 'x', 'w', '0 6 * * *', 60);
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression, run_at) VALUES ('x', 'x', 'w', '0 6 * * *', '2026-02-01T00:00:00Z');
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name) VALUES ('x', 'x', 'w');
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type) VALUES ('x', 'x', 'w', 'interval');
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds) VALUES ('x', 'x', 'w', 'interval', 0);
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds) VALUES ('x', 'x', 'w', 'interval', -600);
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds, cron_expression) VALUES ('x', 'x', 'w', 'interval', 600, '* * * * *');
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at, interval_seconds) VALUES ('x', 'x', 'w', 'date', '2026-02-01T00:00:00Z', 60);
-- rule S-16 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type) VALUES ('x', 'x', 'w', 'date');
-- rule S-16 refuse
UPDATE core_schedules SET interval_seconds = 60 WHERE id = 'cron';
-- rule S-16 refuse
UPDATE core_schedules SET schedule_type = 'interval' WHERE id = 'cron';
-- rule S-16 refuse
UPDATE core_schedules SET run_at = NULL WHERE id = 'once';

-- S-17: five fields that can be read and fire some day, a zone that there is.
-- rule S-17 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('x', 'x', 'w', '61 * * * *');
-- rule S-17 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('x', 'x', 'w', '0 0 6 * * 1');
-- rule S-17 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('x', 'x', 'w', '0 0 30 2 *');
-- rule S-17 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('x', 'x', 'w', '');
-- rule S-17 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression, timezone) VALUES ('x', 'x', 'w', '0 6 * * *', 'Mars/Base');
INSERT INTO core_schedules (id, name, target_name, cron_expression, timezone) VALUES ('x', 'x', 'w', '0 6 * * *', NULL);
-- rule S-17 refuse
UPDATE core_schedules SET cron_expression = '0 6 * *' WHERE id = 'cron';
-- rule S-17 accept
INSERT INTO core_schedules (id, name, target_name, cron_expression, timezone) VALUES ('paris', 'paris', 'w', '0 6 * * *', 'Europe/Paris');

-- S-18: the next slot is the database's: strictly after now, in the zone; an interval from now; run_at as it is when the row is born; none while it is off.
INSERT INTO core_schedules (id, name, target_name, cron_expression, enabled) VALUES ('off', 'off', 'w', '0 9 * * *', 0);
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('nine', 'nine', 'w', '0 9 * * *');
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('past', 'past', 'w', 'date', '2026-01-05T08:59:30Z');
SELECT id, next_run_at FROM core_schedules ORDER BY id;
-- rule S-18 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression, next_run_at) VALUES ('x', 'x', 'w', '0 9 * * *', '2026-01-05T09:30:00Z');
-- rule S-18 refuse
UPDATE core_schedules SET next_run_at = '2026-01-05T09:30:00Z' WHERE id = 'nine';
-- rule S-18 refuse
UPDATE core_schedules SET next_run_at = NULL WHERE id = 'nine';
-- rule S-18 refuse
UPDATE core_schedules SET next_run_at = '2026-01-05T09:30:00Z' WHERE id = 'off';
-- rule S-18 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('nine', 'nine', 'w', '0 9 * * *') ON CONFLICT (id) DO UPDATE SET next_run_at = '2026-01-05T09:30:00Z';
SELECT interlock_set_clock('2026-01-05T09:00:10Z');
-- rule S-18 accept
UPDATE core_schedules SET enabled = 0 WHERE id = 'cron';
-- rule S-18 accept
UPDATE core_schedules SET enabled = 1 WHERE id = 'off';
-- rule S-18 accept
UPDATE core_schedules SET interval_seconds = 60 WHERE id = 'every';
-- rule S-18 accept
UPDATE core_schedules SET timezone = 'America/New_York' WHERE id = 'paris';
-- rule S-18 accept
UPDATE core_schedules SET run_at = '2026-01-05T08:00:00Z' WHERE id = 'once';
SELECT id, next_run_at, version FROM core_schedules ORDER BY id;
UPDATE core_schedules SET enabled = 1 WHERE id = 'cron';
UPDATE core_schedules SET run_at = '2026-01-05T12:00:00Z' WHERE id = 'once';

-- S-19: the version counts definitions. Pausing, a tick and a run are none.
-- rule S-19 accept
UPDATE core_schedules SET params = '{"tier": 1}' WHERE id = 'cron';
-- rule S-19 accept
UPDATE core_schedules SET misfire_grace_seconds = 120, version = 3 WHERE id = 'cron';
-- rule S-19 refuse
UPDATE core_schedules SET version = 2 WHERE id = 'cron';
-- rule S-19 refuse
UPDATE core_schedules SET target_name = 'v', version = 5 WHERE id = 'cron';
-- rule S-19 refuse
INSERT INTO core_schedules (id, name, target_name, cron_expression, version) VALUES ('x', 'x', 'w', '0 9 * * *', 7);
UPDATE core_schedules SET created_by = 'ann' WHERE id = 'cron';
SELECT id, version FROM core_schedules WHERE id IN ('cron', 'every', 'off') ORDER BY id;

-- S-20: due is enabled and come, by next_run_at and id; the limit counts schedules.
DELETE FROM core_schedules WHERE id IN ('nine', 'paris', 'past', 'off', 'cron');
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds, misfire_grace_seconds) VALUES ('b', 'bee', 'w', 'interval', 50, 3600), ('a', 'ay', 'w', 'interval', 50, 3600), ('c', 'see', 'w', 'interval', 20, 3600);
SELECT interlock_set_clock('2026-01-05T09:00:29.999Z');
SELECT * FROM schedule_tick('core_schedules');
SELECT interlock_set_clock('2026-01-05T09:01:00Z');
UPDATE core_schedules SET enabled = 0 WHERE id = 'every';
-- rule S-20 accept
SELECT schedule, scheduled_at, status FROM schedule_tick('core_schedules', 2);
-- rule S-20 accept
SELECT schedule, scheduled_at, status, run FROM schedule_tick('core_schedules');
-- rule S-20 accept
SELECT * FROM schedule_tick('core_schedules');
-- rule S-20 refuse as error
SELECT * FROM schedule_tick('core_schedules', 0);
-- rule S-20 refuse as error
SELECT * FROM schedule_tick('core_schedule_runs');
SELECT id, next_run_at, version FROM core_schedules ORDER BY id;
SELECT id, schedule_name, status, started_at, completed_at FROM core_schedule_runs ORDER BY id;

-- S-22: as many as max_instances at once, waiting ones count; what would be more is skipped.
SELECT interlock_set_clock('2026-01-05T09:01:50Z');
-- rule S-22 accept
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('core_schedules');
-- rule S-25 accept
UPDATE core_schedule_runs SET status = 'RUNNING' WHERE id = 'a@2026-01-05T09:01:00Z';
SELECT interlock_set_clock('2026-01-05T09:02:00Z');
-- rule S-22 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('more', 'a', '2026-01-05T09:01:55Z', 'RUNNING');
-- rule S-22 refuse
UPDATE core_schedules SET max_instances = 0 WHERE id = 'a';
-- rule S-22 refuse
UPDATE core_schedules SET max_instances = -1 WHERE id = 'a';
-- rule S-22 accept
UPDATE core_schedules SET max_instances = 2 WHERE id = 'a';
-- rule S-22 accept
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('more', 'a', '2026-01-05T09:01:55Z', 'RUNNING');
-- rule S-22 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('most', 'a', '2026-01-05T09:01:56Z', 'RUNNING');

-- S-25: the schedule knows when a run last began and how one last ended; skipped and missed slots are no runs.
SELECT id, last_run_at, last_run_status FROM core_schedules WHERE id = 'a';
-- rule S-25 accept
UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE id = 'more';
SELECT id, last_run_at, last_run_status FROM core_schedules WHERE id = 'a';
SELECT interlock_set_clock('2026-01-05T09:02:10Z');
-- rule S-25 accept
UPDATE core_schedule_runs SET status = 'FAILED', error = 'disk full' WHERE id = 'a@2026-01-05T09:01:00Z';
SELECT id, last_run_at, last_run_status, version FROM core_schedules WHERE id = 'a';
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status, skip_reason) VALUES ('skip', 'a', '2026-01-05T09:02:01Z', 'SKIPPED', 'holiday');
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('miss', 'a', '2026-01-05T09:02:02Z', 'MISSED');
SELECT id, last_run_at, last_run_status FROM core_schedules WHERE id = 'a';
-- rule S-25 accept
UPDATE core_schedules SET last_run_status = 'RUNNING' WHERE id = 'a';
-- rule S-25 refuse
UPDATE core_schedules SET last_run_status = 'DONE' WHERE id = 'a';

-- S-23: a skipped slot says why, and neither it nor a missed one began.
-- rule S-23 accept
SELECT id, schedule_name, status, skip_reason, started_at, completed_at FROM core_schedule_runs WHERE id IN ('skip', 'miss') ORDER BY id;
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'SKIPPED');
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status, skip_reason) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'SKIPPED', '');
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status, skip_reason, started_at) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'SKIPPED', 'holiday', '2026-01-05T09:02:03Z');
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status, started_at) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'MISSED', '2026-01-05T09:02:03Z');
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status, skip_reason) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'MISSED', 'holiday');
-- rule S-23 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, skip_reason) VALUES ('x', 'a', '2026-01-05T09:02:03Z', 'holiday');
-- rule S-23 refuse
UPDATE core_schedule_runs SET status = 'SKIPPED' WHERE id = 'b@2026-01-05T09:01:00Z';
-- rule S-23 accept
UPDATE core_schedule_runs SET status = 'SKIPPED', skip_reason = 'holiday' WHERE id = 'b@2026-01-05T09:01:00Z';
-- rule S-04 refuse
UPDATE core_schedule_runs SET skip_reason = 'changed my mind' WHERE id = 'skip';
-- rule S-04 refuse
UPDATE core_schedule_runs SET error = 'x' WHERE id = 'miss';

-- S-24: a slot is one row, of a schedule that is there and under its name, which is filled when it is left out.
-- rule S-24 accept
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('slot', 'a', '2026-01-05T10:00:00+00:00');
-- rule S-24 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('again', 'a', '2026-01-05 10:00:00+00');
-- rule S-24 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('again', 'a', '2026-01-05T11:00:00+01:00');
-- rule S-24 accept
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('again', 'a', '2026-01-05T10:00:00.000Z') ON CONFLICT DO NOTHING;
-- rule S-24 refuse
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at) VALUES ('x', 'a', 'bee', '2026-01-05T10:00:01Z');
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at) VALUES ('x', 'a', NULL, '2026-01-05T10:00:01Z');
-- rule S-24 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('x', 'nowhere', '2026-01-05T10:00:01Z');
-- rule S-24 refuse
UPDATE core_schedule_runs SET scheduled_at = '2026-01-05T10:30:00Z' WHERE id = 'slot';
-- rule S-24 refuse
UPDATE core_schedule_runs SET schedule_name = 'bee' WHERE id = 'slot';
UPDATE core_schedules SET name = 'renamed' WHERE id = 'a';
SELECT id, schedule_name, scheduled_at, status FROM core_schedule_runs WHERE id IN ('slot', 'again', 'x') ORDER BY id;
-- A second tick of a slot that is there.
DELETE FROM core_schedules WHERE id IN ('a', 'b', 'c', 'every');
INSERT INTO core_schedules (id, name, target_name, cron_expression, misfire_grace_seconds) VALUES ('m', 'minutely', 'w', '* * * * *', 30);
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('mine', 'm', '2026-01-05T09:03:00Z');
SELECT interlock_set_clock('2026-01-05T09:03:00Z');
-- rule S-24 accept
SELECT * FROM schedule_tick('core_schedules');

-- S-21: as late as the grace is in time, later is not. The newest slot runs; S-26: those before it are one row, and nothing is made up for.
UPDATE core_schedule_runs SET status = 'RUNNING' WHERE id = 'mine';
UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE id = 'mine';
SELECT interlock_set_clock('2026-01-05T09:10:30Z');
-- rule S-21 accept
-- rule S-26 accept
SELECT * FROM schedule_tick('core_schedules');
SELECT id, next_run_at FROM core_schedules WHERE id = 'm';
SELECT id, status, error, skip_reason, started_at FROM core_schedule_runs WHERE schedule_id = 'm' AND status = 'MISSED';
-- rule S-26 refuse as S-18
UPDATE core_schedules SET next_run_at = '2026-01-05T09:05:00.000Z' WHERE id = 'm';
-- rule S-21 accept
UPDATE core_schedule_runs SET status = 'RUNNING' WHERE id = 'm@2026-01-05T09:10:00Z';
UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE id = 'm@2026-01-05T09:10:00Z';
-- rule S-21 refuse
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at, status) VALUES ('late', 'm', '2026-01-05T09:09:59.999Z', 'RUNNING');
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('late', 'm', '2026-01-05T09:10:00.001Z');
SELECT interlock_set_clock('2026-01-05T09:10:30.002Z');
-- rule S-21 refuse
UPDATE core_schedule_runs SET status = 'RUNNING' WHERE id = 'late';
-- rule S-21 accept
SELECT * FROM schedule_tick('core_schedules');
-- rule S-21 refuse
UPDATE core_schedules SET misfire_grace_seconds = -1 WHERE id = 'm';
-- rule S-21 accept
UPDATE core_schedules SET misfire_grace_seconds = 0 WHERE id = 'm';
SELECT interlock_set_clock('2026-01-05T09:11:00.001Z');
-- Grace 0 is 0.
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('core_schedules');
SELECT interlock_set_clock('2026-01-05T09:12:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick('core_schedules');
-- A one-off fires once.
SELECT interlock_set_clock('2026-01-05T12:00:00Z');
UPDATE core_schedules SET enabled = 0 WHERE id = 'm';
SELECT schedule, scheduled_at, status FROM schedule_tick('core_schedules');
SELECT id, next_run_at, enabled FROM core_schedules WHERE id = 'once';
SELECT interlock_tick();

-- S-27: what a schedule did stays when it goes.
-- rule S-27 accept
DELETE FROM core_schedules;
SELECT schedule_id, schedule_name, status, count(*) FROM core_schedule_runs GROUP BY schedule_id, schedule_name, status ORDER BY 1, 2, 3;
UPDATE core_schedule_runs SET status = 'RUNNING' WHERE id = 'once@2026-01-05T12:00:00Z';
UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE id = 'once@2026-01-05T12:00:00Z';
-- rule S-27 refuse as S-24
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('x', 'once', '2026-01-05T12:00:01Z');
SELECT count(*) FROM interlock_verify('spine');
