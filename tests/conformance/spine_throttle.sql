-- Not the same alert again so soon: S-38, S-39.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity) VALUES ('five', 'five', 'mail', '{}', 'INFO');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity, throttle_minutes) VALUES ('ten', 'ten', 'mail', '{}', 'INFO', 10), ('never', 'never', 'mail', '{}', 'INFO', 0);
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'INFO', 'b', 'first', 'a'), ('a2', 'INFO', 'b', 'again', 'a'), ('a3', 'INFO', 'b', 'and again', 'a'), ('x1', 'INFO', 'c', 'another', 'a');
SELECT DISTINCT dedup_key FROM core_alerts ORDER BY 1;

-- Nothing is throttled before something was sent.
-- rule S-38 accept
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a1-five', 'a1', 'five'), ('a2-five', 'a2', 'five'), ('a1-never', 'a1', 'never'), ('a2-never', 'a2', 'never'), ('x1-five', 'x1', 'five');
-- rule S-38 refuse
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('a3-five', 'a3', 'five', 'THROTTLED');
-- rule S-38 refuse
UPDATE core_alert_deliveries SET status = 'THROTTLED' WHERE id = 'a2-five';
-- rule S-39 accept
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a1-five';
SELECT * FROM core_alert_throttle;

-- Inside the window the same alert is not sent to the same channel; another one is, and another channel gets it.
SELECT interlock_set_clock('2026-01-05T09:04:59.999Z');
-- rule S-38 refuse
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a2-five';
-- rule S-38 refuse
UPDATE core_alert_deliveries SET status = 'SENT', delivered_at = '2026-01-05T10:00:00Z' WHERE id = 'a2-five';
SELECT fsm_transition('core_alert_deliveries', 'a2-five', 'SENT');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a3-five', 'a3', 'five');
SELECT id, channel_name, status, attempted_at, next_retry_at FROM core_alert_deliveries WHERE id = 'a3-five';
-- rule S-38 accept
UPDATE core_alert_deliveries SET status = 'THROTTLED' WHERE id = 'a2-five';
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('a3-five-2', 'a3', 'five', 'THROTTLED');
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id IN ('x1-five', 'a1-never');
SELECT * FROM core_alert_throttle ORDER BY dedup_key;
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a1-ten', 'a1', 'ten'), ('a2-ten', 'a2', 'ten');
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a1-ten';
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a2-ten';
-- A channel with 0 minutes is never throttled.
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a2-never';
SELECT id, status FROM core_alert_deliveries ORDER BY id;
SELECT last_sent_at, send_count, expires_at FROM core_alert_throttle ORDER BY dedup_key;
SELECT id, consecutive_failures, last_success_at, last_failure_at FROM core_alert_channels ORDER BY id;

-- At the end of the window it is over; the row starts anew only when it has expired.
SELECT interlock_set_clock('2026-01-05T09:05:00Z');
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a4', 'INFO', 'b', 'm', 'a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a4-five', 'a4', 'five'), ('a4-ten', 'a4', 'ten');
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a4-five';
SELECT id, status FROM core_alert_deliveries WHERE alert_id = 'a4' ORDER BY id;
SELECT last_sent_at, send_count, expires_at FROM core_alert_throttle ORDER BY dedup_key;
SELECT interlock_set_clock('2026-01-05T09:30:00Z');
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a5', 'INFO', 'b', 'm', 'a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a5-five', 'a5', 'five');
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a5-five';
SELECT last_sent_at, send_count, expires_at FROM core_alert_throttle ORDER BY dedup_key;

-- Without the row nothing is throttled: it can be deleted by hand, and the tick sweeps those that are over.
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a6', 'INFO', 'b', 'm', 'a');
DELETE FROM core_alert_throttle WHERE dedup_key = '6a4c4fffd75a53a7fcebaec86c118489';
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('a6-five', 'a6', 'five');
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'a6-five';
SELECT last_sent_at, send_count, expires_at FROM core_alert_throttle ORDER BY dedup_key;
SELECT expire_purge('core_alert_throttle');
SELECT interlock_set_clock('2026-01-05T09:35:00Z');
SELECT interlock_tick();
SELECT count(*) FROM core_alert_throttle;

-- What a row of the throttle says makes sense, whoever writes it.
-- rule S-39 refuse
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, send_count, expires_at) VALUES ('k', '2026-01-05T09:35:00Z', 0, '2026-01-05T09:40:00Z');
-- rule S-39 refuse
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, expires_at) VALUES ('k', '2026-01-05T09:35:00Z', '2026-01-05T09:34:59Z');
-- rule S-53 refuse
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, expires_at) VALUES ('', '2026-01-05T09:35:00Z', '2026-01-05T09:40:00Z');
-- rule S-39 accept
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, expires_at) VALUES ('k', '2026-01-05T09:35:00Z', '2026-01-05T09:40:00Z');
-- rule S-39 refuse
UPDATE core_alert_throttle SET send_count = 0;
-- rule X-21 refuse
UPDATE core_alert_throttle SET dedup_key = 'l';
SELECT throttle_allow('core_alert_throttle', 'k', 300) AS inside;
SELECT throttle_allow('core_alert_throttle', 'm', 300) AS first;
SELECT * FROM core_alert_throttle ORDER BY dedup_key;
-- Failures are not throttled, and a failure is tried again although another alert was sent meanwhile.
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('b1', 'INFO', 'z', 'm', 'a'), ('b2', 'INFO', 'z', 'm', 'a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('b1-five', 'b1', 'five'), ('b2-five', 'b2', 'five');
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = 'b1-five';
UPDATE core_alert_deliveries SET status = 'SENT' WHERE id = 'b2-five';
SELECT interlock_set_clock('2026-01-05T09:36:00Z');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('b1-five-2', 'b1', 'five', 2);
SELECT id, status FROM core_alert_deliveries WHERE alert_id IN ('b1', 'b2') ORDER BY id;
SELECT count(*) FROM interlock_verify('spine');
