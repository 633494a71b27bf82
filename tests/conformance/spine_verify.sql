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
INSERT INTO core_schedules (id, name, target_name, cron_expression, interval_seconds) VALUES ('b16', 'b16', 'w', '0 6 * * *', 60);
INSERT INTO core_schedules (id, name, target_name) VALUES ('b16x', 'b16x', 'w');
INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds) VALUES ('b16y', 'b16y', 'w', 'interval', -1);
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('b17', 'b17', 'w', '0 0 6 * * 1'), ('b17x', 'b17x', 'w', 'every day');
INSERT INTO core_schedules (id, name, target_name, cron_expression, timezone) VALUES ('b17y', 'b17y', 'w', '0 6 * * *', 'Mars/Base');
INSERT INTO core_schedules (id, name, target_name, cron_expression, enabled, next_run_at) VALUES ('b18', 'b18', 'w', '0 6 * * *', 0, '2026-01-06T06:00:00.000Z');
INSERT INTO core_schedules (id, name, target_name, cron_expression, version) VALUES ('b19', 'b19', 'w', '0 6 * * *', 0);
INSERT INTO core_schedules (id, name, target_name, cron_expression, misfire_grace_seconds) VALUES ('b21', 'b21', 'w', '0 6 * * *', -1);
INSERT INTO core_schedules (id, name, target_name, cron_expression, max_instances) VALUES ('b22', 'b22', 'w', '0 6 * * *', 0);
INSERT INTO core_schedules (id, name, target_name, cron_expression, last_run_status) VALUES ('b25', 'b25', 'w', '0 6 * * *', 'DONE');
INSERT INTO core_schedules (id, name, target_name, cron_expression) VALUES ('fine', 'fine', 'w', '0 6 * * *');
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at, status, completed_at) VALUES ('b23', 'fine', 'fine', '2026-01-05T06:00:00.000Z', 'SKIPPED', '2026-01-05T06:00:00.000Z');
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at, status, skip_reason) VALUES ('b23x', 'fine', 'fine', '2026-01-05T06:00:01.000Z', 'PENDING', 'because');
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at, status, started_at, completed_at) VALUES ('b23y', 'fine', 'fine', '2026-01-05T06:00:02.000Z', 'MISSED', '2026-01-05T06:00:00.000Z', '2026-01-05T06:00:02.000Z');
INSERT INTO core_schedule_runs (id, schedule_id, scheduled_at) VALUES ('b24', 'fine', '2026-01-05T06:00:03.000Z');
INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at) VALUES ('b24x', 'fine', 'fine', '2026-01-05T06:00:04.000400Z');
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('b18', '', '2026-01-05T09:00:00.000Z', '2026-01-05T10:00:00.000Z');
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('nowhere', 'node-1', '2026-01-05T09:00:00.000Z', '2026-01-05T10:00:00.000Z');
INSERT INTO core_schedule_locks (schedule_id, locked_by, locked_at, expires_at) VALUES ('b16', 'node-1', '2026-01-05T09:00:00.000Z', '2026-01-05T08:00:00.000Z');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, throttle_minutes, consecutive_failures) VALUES ('b31', 'c31', 'mail', '{}', -1, -2);
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity, domains) VALUES ('b31x', 'c31x', 'mail', '[]', 'FATAL', '{}');
INSERT INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('b32', 'INFO', 'b', 'm', 'a', 'zzz');
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('b32x', 'INFO', 'b', 'm', 'a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name, status) VALUES ('b35', 'b32', 'gone', 'was', 'PENDING');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name, attempt) VALUES ('b35x', 'b32', 'gone', 'was', 3), ('b35y', 'b32', 'other', 'was', 0);
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name, status, error, attempted_at, delivered_at) VALUES ('b36', 'b32x', 'gone', 'was', 'SENT', 'odd', '2026-01-05T09:00:01Z', '2026-01-05T09:00:00Z');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name, status) VALUES ('b36x', 'b32x', 'more', 'was', 'FAILED');
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, send_count, expires_at) VALUES ('b39', '2026-01-05T09:00:00Z', 0, '2026-01-05T08:00:00Z');
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('b40', 'b40', 'http', '{"path": "x"}');
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, record_count, started_at, completed_at, duration_ms) VALUES ('b41', 'n', 'file', '/', 'NOT_FOUND', 3, '2026-01-05T09:00:00Z', '2026-01-05T08:00:00Z', 7);
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('b42', 'n', 'file', '/', 'UNCHANGED', 'h', '2026-01-05T09:00:00Z');
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, fetched_at, expires_at) VALUES ('b45', 'file', 'a', 'h', -1, '2026-01-05T09:00:00Z', '2026-01-05T09:00:00Z');
INSERT INTO core_sources (id, name, source_type, config_json, enabled) VALUES ('b48', 'b48', 's3', '{}', 0);
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('b48', 'b48', 's3', 'a', 'h', 1, '/p', '2026-01-05T09:00:00Z');
INSERT INTO core_database_connections (id, name, dialect, port, "database", password_ref, last_error) VALUES ('b49', 'b49', 'sqlite', 70000, 'd', 'hunter2', 'e');
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
-- rule S-16 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-16' ORDER BY 1, 2, 3;
-- rule S-17 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-17' ORDER BY 1, 2, 3;
-- rule S-18 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-18' ORDER BY 1, 2, 3;
-- rule S-19 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-19' ORDER BY 1, 2, 3;
-- rule S-21 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-21' ORDER BY 1, 2, 3;
-- rule S-22 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-22' ORDER BY 1, 2, 3;
-- rule S-23 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-23' ORDER BY 1, 2, 3;
-- rule S-24 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-24' ORDER BY 1, 2, 3;
-- rule S-25 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-25' ORDER BY 1, 2, 3;
-- rule S-29 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-29' ORDER BY 1, 2, 3;
-- rule S-28 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-28' ORDER BY 1, 2, 3;
-- rule S-30 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-30' ORDER BY 1, 2, 3;
-- rule S-31 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-31' ORDER BY 1, 2, 3;
-- rule S-32 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-32' ORDER BY 1, 2, 3;
-- rule S-35 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-35' ORDER BY 1, 2, 3;
-- rule S-36 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-36' ORDER BY 1, 2, 3;
-- rule S-39 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-39' ORDER BY 1, 2, 3;
-- rule S-40 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-40' ORDER BY 1, 2, 3;
-- rule S-41 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-41' ORDER BY 1, 2, 3;
-- rule S-42 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-42' ORDER BY 1, 2, 3;
-- rule S-45 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-45' ORDER BY 1, 2, 3;
-- rule S-48 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-48' ORDER BY 1, 2, 3;
-- rule S-49 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-49' ORDER BY 1, 2, 3;
-- rule S-50 reports
SELECT "table", "key", message FROM interlock_verify('spine') WHERE rule = 'S-50' ORDER BY 1, 2, 3;
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
SELECT interlock_set_mode('load');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, consecutive_failures) VALUES ('lc', 'loaded', 'mail', '{}', 7);
INSERT INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('la', 'INFO', 'b', 'm', 'a', '6a4c4fffd75a53a7fcebaec86c118489');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name, status, attempted_at, delivered_at, attempt) VALUES ('ld', 'la', 'gone', 'was', 'SENT', '2025-12-01T00:00:00Z', '2025-12-01T00:00:01Z', 1);
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, record_count, started_at, completed_at, duration_ms) VALUES ('lf', 'was', 'file', '/', 'SUCCESS', 1, '2025-12-01T00:00:00Z', '2025-12-01T00:00:01Z', 1000);
SELECT interlock_set_mode('enforce');
SELECT count(*) FROM core_alert_throttle WHERE dedup_key = '6a4c4fffd75a53a7fcebaec86c118489';
SELECT rule, "key", message FROM interlock_verify('spine') WHERE "key" IN ('lc', 'la', 'ld', 'lf');
