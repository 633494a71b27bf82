-- Channels, alerts, deliveries and their throttle: S-31 … S-39.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');

-- rule S-31 accept
-- rule S-54 accept
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('slack', 'slack-prod', 'slack', '{"webhook_url": "https://hooks.example/x"}');
SELECT min_severity, domains, enabled, throttle_minutes, consecutive_failures, last_success_at, created_at, updated_at FROM core_alert_channels;
-- rule S-54 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('slack2', 'slack-prod', 'slack', '{}');
-- rule S-01 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity) VALUES ('c', 'c', 'mail', '{}', 'FATAL');
-- rule S-01 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('c', 'c', '', '{}');
-- rule S-31 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, throttle_minutes) VALUES ('c', 'c', 'mail', '{}', -1);
-- rule S-31 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, consecutive_failures) VALUES ('c', 'c', 'mail', '{}', 1);
-- rule S-11 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, domains) VALUES ('c', 'c', 'mail', '{}', '"finra.*"');
-- rule S-11 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, domains) VALUES ('c', 'c', 'mail', '{}', '[1]');
-- rule S-11 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('c', 'c', 'mail', '["secret"]');
-- rule S-52 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json, enabled) VALUES ('c', 'c', 'mail', '{}', 2);
-- rule S-53 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('c', '', 'mail', '{}');
-- rule X-18 refuse
INSERT INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('c', NULL, 'mail', '{"password": "hunter2"}');
-- rule X-21 refuse
UPDATE core_alert_channels SET created_at = '2026-01-01T00:00:00Z';
-- rule S-31 refuse
UPDATE core_alert_channels SET consecutive_failures = 1;
-- rule S-31 accept
UPDATE core_alert_channels SET consecutive_failures = 0, name = 'slack-main' WHERE id = 'slack';
UPDATE core_alert_channels SET name = 'slack-prod' WHERE id = 'slack';
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity, throttle_minutes) VALUES ('mail', 'mail-ops', 'email', '{}', 'INFO', 0), ('page', 'pager', 'pagerduty', '{}', 'CRITICAL', 5);
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity, domains) VALUES ('finra', 'finra-desk', 'webhook', '{}', 'WARNING', '["finra.*"]');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity, enabled) VALUES ('off', 'old', 'console', '{}', 'INFO', 0);

-- Alerts: the key of what is the same alert, and rows that are only added.
-- rule S-32 accept
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'ERROR', 'FINRA Ingestion Failed', 'no file', 'finra.otc.ingest');
-- rule S-32 accept
INSERT INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('a0', 'INFO', 'b', 'm', 'a', '6a4c4fffd75a53a7fcebaec86c118489');
SELECT id, dedup_key, created_at FROM core_alerts ORDER BY id;
-- rule S-32 refuse
INSERT INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('a9', 'INFO', 'b', 'm', 'a', '63595b64a537abfe126b15927eb07bfe');
-- rule S-01 refuse
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a9', 'error', 'b', 'm', 'a');
-- rule S-53 refuse
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a9', 'ERROR', '', 'm', 'a');
-- rule S-53 refuse
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a9', 'ERROR', 'b', 'm', '');
-- rule S-33 accept
UPDATE core_alerts SET metadata_json = '{"acknowledged_by": "ann"}' WHERE id = 'a1';
-- rule S-33 refuse
UPDATE core_alerts SET severity = 'INFO' WHERE id = 'a1';
-- rule S-33 refuse
UPDATE core_alerts SET dedup_key = NULL WHERE id = 'a1';
-- rule S-33 refuse
DELETE FROM core_alerts WHERE id = 'a1';
-- rule S-11 refuse
UPDATE core_alerts SET metadata_json = '[]' WHERE id = 'a1';
INSERT INTO core_alerts (id, severity, title, message, source, run_id) VALUES ('a9', 'ERROR', 'b', 'm', 'a', 'nowhere');

-- Which channels an alert reaches.
SELECT * FROM alert_route('core_alerts', 'a1');
SELECT * FROM alert_route('core_alerts', 'a0');
INSERT INTO core_alerts (id, severity, title, message, source, domain) VALUES ('f1', 'WARNING', 'Late', 'm', 'finra.otc', 'finra.otc'), ('f2', 'CRITICAL', 'Gone', 'm', 'sec.edgar', 'sec.edgar'), ('f3', 'ERROR', 'x', 'm', 's', 'finra');
SELECT channel, reason FROM alert_route('core_alerts', 'f1') WHERE NOT eligible;
SELECT channel, reason FROM alert_route('core_alerts', 'f2') WHERE NOT eligible;
SELECT channel, reason FROM alert_route('core_alerts', 'f3') WHERE NOT eligible;
-- rule S-34 accept
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) SELECT 'f1-' || channel, 'f1', channel FROM alert_route('core_alerts', 'f1') WHERE eligible;
SELECT id, alert_id, channel_id, channel_name, status, attempt, attempted_at, created_at FROM core_alert_deliveries ORDER BY id;
-- rule S-34 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('d', 'f1', 'slack');
-- rule S-34 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('d', 'f2', 'finra');
-- rule S-34 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('d', 'f2', 'off', 'THROTTLED');
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('d', 'f2', 'nowhere');
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name) VALUES ('d', 'f2', 'mail', 'pager');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, channel_name) VALUES ('d', 'f2', 'mail', NULL);
-- rule S-02 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('d', 'f2', 'mail', 'SENT');
-- rule S-01 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('d', 'f2', 'mail', 'LOST');

-- A delivery that is sent, and one that fails and is tried again.
SELECT interlock_set_clock('2026-01-05T09:01:00Z');
-- rule S-36 refuse
UPDATE core_alert_deliveries SET status = 'SENT', error = 'odd' WHERE id = 'f1-mail';
-- rule S-36 refuse
UPDATE core_alert_deliveries SET status = 'SENT', next_retry_at = '2026-01-05T10:00:00Z' WHERE id = 'f1-mail';
-- rule S-36 refuse
UPDATE core_alert_deliveries SET status = 'SENT', attempted_at = '2026-01-05T09:01:00Z', delivered_at = '2026-01-05T09:00:00Z' WHERE id = 'f1-mail';
-- rule S-36 refuse
UPDATE core_alert_deliveries SET delivered_at = '2026-01-05T09:00:00Z' WHERE id = 'f1-mail';
-- rule S-36 accept
-- rule S-37 accept
UPDATE core_alert_deliveries SET status = 'SENT', response_json = '"ok"' WHERE id = 'f1-mail';
-- rule S-36 refuse
UPDATE core_alert_deliveries SET status = 'FAILED' WHERE id = 'f1-finra';
-- rule S-36 refuse
UPDATE core_alert_deliveries SET status = 'FAILED', error = '' WHERE id = 'f1-finra';
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'timeout' WHERE id = 'f1-finra';
SELECT id, status, attempted_at, delivered_at, error, next_retry_at FROM core_alert_deliveries ORDER BY id;
SELECT id, last_success_at, last_failure_at, consecutive_failures, updated_at FROM core_alert_channels WHERE id IN ('mail', 'finra') ORDER BY id;
-- rule S-37 refuse as S-31
UPDATE core_alert_channels SET consecutive_failures = consecutive_failures + 1 WHERE id = 'finra';
-- rule S-02 refuse as S-04
UPDATE core_alert_deliveries SET status = 'PENDING' WHERE id = 'f1-finra';
-- rule S-04 refuse
UPDATE core_alert_deliveries SET response_json = '{}' WHERE id = 'f1-mail';
-- rule X-21 refuse
UPDATE core_alert_deliveries SET attempt = 2 WHERE id = 'f1-finra';
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-2', 'f1', 'finra', 2);
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-3', 'f1', 'finra', 3);
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-0', 'f1', 'finra', 0);
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-mail-2', 'f1', 'mail', 2);
SELECT interlock_set_clock('2026-01-05T09:02:00Z');
-- rule S-35 accept
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-2', 'f1', 'finra', 2);
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-2b', 'f1', 'finra', 2);
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'timeout', next_retry_at = '2026-01-05T09:02:30Z' WHERE id = 'f1-finra-2';
SELECT interlock_set_clock('2026-01-05T09:02:30Z');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-3', 'f1', 'finra', 3);
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'timeout' WHERE id = 'f1-finra-3';
SELECT attempt, next_retry_at FROM core_alert_deliveries WHERE channel_id = 'finra' ORDER BY attempt;
SELECT consecutive_failures FROM core_alert_channels WHERE id = 'finra';
SELECT interlock_set_clock('2026-01-05T12:00:00Z');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-4', 'f1', 'finra', 4);
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'timeout' WHERE id = 'f1-finra-4';
SELECT interlock_set_clock('2026-01-05T13:00:00Z');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-5', 'f1', 'finra', 5);
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'timeout' WHERE id = 'f1-finra-5';
SELECT attempt, next_retry_at FROM core_alert_deliveries WHERE channel_id = 'finra' AND attempt > 3 ORDER BY attempt;
SELECT interlock_set_clock('2026-01-06T00:00:00Z');
-- rule S-35 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('f1-finra-6', 'f1', 'finra', 6);
-- A channel that goes leaves what it did.
UPDATE core_alert_channels SET name = 'desk' WHERE id = 'finra';
UPDATE core_alert_deliveries SET channel_name = 'desk' WHERE id = 'f1-finra';
DELETE FROM core_alert_channels WHERE id = 'finra';
SELECT DISTINCT channel_id, channel_name FROM core_alert_deliveries ORDER BY channel_id;
SELECT count(*) FROM interlock_verify('spine');
