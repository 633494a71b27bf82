-- Schedules, what became of their slots, and locks, as tables: S-01 … S-05, S-11, S-52, S-53, S-54.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');

-- rule S-01 accept
-- rule S-54 accept
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at, params) VALUES ('s1', 'once', 'w', 'date', '2026-02-01T00:00:00Z', '{}');
SELECT id, target_type, schedule_type, timezone, enabled, max_instances, misfire_grace_seconds, created_at, updated_at, version FROM core_schedules;
-- rule S-54 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s2', 'once', 'w', 'date', '2026-02-01T00:00:00Z');
-- rule S-01 refuse
INSERT INTO core_schedules (id, name, target_name, target_type, schedule_type, run_at) VALUES ('s2', 'two', 'w', 'operation', 'date', '2026-02-01T00:00:00Z');
-- rule S-01 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s2', 'two', 'w', 'hourly', '2026-02-01T00:00:00Z');
-- rule S-52 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at, enabled) VALUES ('s2', 'two', 'w', 'date', '2026-02-01T00:00:00Z', 2);
-- rule S-52 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at, enabled) VALUES ('s2', 'two', 'w', 'date', '2026-02-01T00:00:00Z', NULL);
-- rule S-53 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at) VALUES ('s2', 'two', '', 'date', '2026-02-01T00:00:00Z');
-- rule S-11 refuse
INSERT INTO core_schedules (id, name, target_name, schedule_type, run_at, params) VALUES ('s2', 'two', 'w', 'date', '2026-02-01T00:00:00Z', '[]');
SELECT interlock_set_clock('2026-01-05T09:30:00Z');
-- rule S-03 accept
UPDATE core_schedules SET enabled = 0 WHERE id = 's1';
SELECT enabled, updated_at FROM core_schedules;
-- rule X-21 refuse
UPDATE core_schedules SET created_at = '2026-01-01T00:00:00Z';
