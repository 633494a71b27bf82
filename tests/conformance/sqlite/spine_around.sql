-- Alerts and sources, by every kind of statement that SQLite has.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity) VALUES ('c', 'c', 'mail', '{}', 'INFO'), ('d', 'd', 'mail', '{}', 'INFO');
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'INFO', 'b', 'm', 'a'), ('a2', 'INFO', 'b', 'm', 'a'), ('a3','INFO','q','m','a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('1', 'a1', 'c'), ('2', 'a2', 'c'), ('3','a3','c');
-- What OR REPLACE would delete is not replaced, by whichever key.
-- rule X-04 refuse
INSERT OR REPLACE INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'ERROR', 'x', 'm', 'a');
INSERT OR REPLACE INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('1', 'a1', 'd');
INSERT OR REPLACE INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('9', 'a1', 'c');
INSERT OR REPLACE INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('c', 'z', 'mail', '{}');
INSERT OR REPLACE INTO core_alert_channels (id, name, channel_type, config_json) VALUES ('zz', 'c', 'mail', '{}');
UPDATE OR REPLACE core_alert_channels SET name = 'd' WHERE id = 'c';
UPDATE OR REPLACE core_alert_deliveries SET id = '2' WHERE id = '1';
-- OR IGNORE skips no rule.
INSERT OR IGNORE INTO core_alert_deliveries (id, alert_id, channel_id, status) VALUES ('8', 'a1', 'd', 'zzz');
INSERT OR IGNORE INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('8', 'a1', 'd', 2);
INSERT OR IGNORE INTO core_alert_deliveries (id, alert_id, channel_id, attempt) VALUES ('8', 'a1', 'd', 'x');
INSERT OR IGNORE INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('a9', 'INFO', 'b', 'm', 'a', 'x');
INSERT OR IGNORE INTO core_alerts (id, severity, title, message, source, dedup_key) VALUES ('a9', x'494e464f', 'b', 'm', 'a', 'x');
INSERT OR IGNORE INTO core_alert_channels (id, name, channel_type, config_json, consecutive_failures) VALUES ('e','e','m','{}',4);
INSERT OR IGNORE INTO core_alert_channels (id, name, channel_type, config_json, throttle_minutes) VALUES ('e','e','m','{}',1.5);
UPDATE OR IGNORE core_alert_channels SET consecutive_failures = 7;
-- The conflict clause of a statement reaches into triggers: what follows is as it would be without.
UPDATE OR REPLACE core_alert_deliveries SET status = 'SENT' WHERE id = '1';
SELECT * FROM core_alert_throttle;
UPDATE OR IGNORE core_alert_deliveries SET status = 'SENT' WHERE id = '3';
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a4','INFO','q','m','a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('4','a4','d');
UPDATE OR REPLACE core_alert_deliveries SET status = 'SENT' WHERE id = '4';
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a5','INFO','q','m','a');
INSERT OR REPLACE INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('5','a5','d');
INSERT OR IGNORE INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('6','a5','c');
SELECT id, status, channel_name FROM core_alert_deliveries;
SELECT * FROM core_alert_throttle;
SELECT id, consecutive_failures FROM core_alert_channels;
-- Upserts.
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('2','a2','c') ON CONFLICT (id) DO UPDATE SET status = 'SENT';
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('x','a2','c') ON CONFLICT DO NOTHING;
INSERT INTO core_alert_throttle (dedup_key, last_sent_at, expires_at) VALUES ('6a4c4fffd75a53a7fcebaec86c118489','2026-01-05T09:00:00Z','2026-01-05T09:00:00Z') ON CONFLICT (dedup_key) DO UPDATE SET send_count = 0;
REPLACE INTO core_alert_throttle (dedup_key, last_sent_at, expires_at) VALUES ('6a4c4fffd75a53a7fcebaec86c118489','2026-01-05T09:00:00Z','2026-01-05T09:00:00Z');
-- A trigger of the user does not count for the database.
CREATE TRIGGER u1 AFTER UPDATE ON core_alert_deliveries BEGIN UPDATE core_alert_channels SET consecutive_failures = consecutive_failures + 1 WHERE id = NEW.channel_id; END;
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2';
DROP TRIGGER u1;
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2';
SELECT id, consecutive_failures FROM core_alert_channels;
-- Sources.
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('s', 's', 's3', '{}'), ('t','t','s3','{}');
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('f','s','s','s3','/','SUCCESS','h','2026-01-05T09:00:00Z');
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k','s','s3','a','h',1,'/p','2026-01-05T09:00:00Z');
INSERT OR REPLACE INTO core_sources (id, name, source_type, config_json) VALUES ('s', 'u', 's3', '{}');
INSERT OR REPLACE INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at) VALUES ('f','x','s3','/','SUCCESS','2026-01-05T09:00:00Z');
INSERT OR REPLACE INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k','s3','a','h',1,'/p','2026-01-05T09:00:00Z');
INSERT OR IGNORE INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, fetched_at) VALUES ('l','s3','a','h',1,x'00','2026-01-05T09:00:00Z');
INSERT OR IGNORE INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, content_path, fetched_at) VALUES ('l','s3','a',lower(hex(x'00')),1,x'00','/p','2026-01-05T09:00:00Z');
INSERT OR IGNORE INTO core_source_fetches (id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('g','x','s3','/','UNCHANGED','h','2026-01-05T09:00:00Z');
INSERT OR IGNORE INTO core_sources (id, name, source_type, config_json) VALUES ('h', 'h', 'http', '{}');
INSERT OR IGNORE INTO core_database_connections (id, name, dialect, "database", password_ref) VALUES ('x', 'x', 'sqlite', 'd', 'hunter2');
INSERT OR IGNORE INTO core_database_connections (id, name, dialect, "database", port) VALUES ('x', 'x', 'sqlite', 'd', 5);
UPDATE OR IGNORE core_database_connections SET port = 0;
UPDATE core_source_fetches SET source_id = NULL;
UPDATE core_source_fetches SET rowid = 77;
UPDATE core_alert_deliveries SET rowid = 77 WHERE id = '1';
SELECT id, source_id FROM core_source_fetches;
UPDATE OR REPLACE core_sources SET enabled = 0 WHERE id = 's';
SELECT count(*) FROM core_source_cache;
UPDATE core_sources SET enabled = 1;
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k','s','s3','a','h',1,'/p','2026-01-05T09:00:00Z');
DELETE FROM core_sources WHERE id = 's';
SELECT 'fetch', id, source_id, source_name FROM core_source_fetches;
SELECT 'cache', cache_key, source_id FROM core_source_cache;
SELECT * FROM interlock_verify('spine');
-- Without foreign keys a source still takes along what is kept of it, and its fetches still lose only its id.
PRAGMA foreign_keys = OFF;
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, started_at) VALUES ('ft', 't', 't', 's3', '/', 'SUCCESS', '2026-01-05T09:00:00Z');
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('kt', 't', 's3', 'a', 'h', 1, '/p', '2026-01-05T09:00:00Z');
DELETE FROM core_sources WHERE id = 't';
SELECT id, source_id, source_name FROM core_source_fetches ORDER BY id;
SELECT count(*) FROM core_source_cache;
-- In another schema.
ATTACH ':memory:' AS west;
SELECT interlock_install('spine', 'west');
INSERT INTO west.core_alert_channels (id, name, channel_type, config_json, min_severity, domains) VALUES ('c', 'c', 'mail', '{}', 'INFO', '["x*"]');
INSERT INTO west.core_alerts (id, severity, title, message, source, domain) VALUES ('a1', 'INFO', 'b', 'm', 'a', 'xy'), ('a2', 'INFO', 'b', 'm', 'a', 'xy'), ('a3', 'INFO', 'c', 'm', 'a', 'y');
SELECT * FROM alert_route('west.core_alerts', 'a1');
INSERT INTO west.core_alert_deliveries (id, alert_id, channel_id) VALUES ('d1', 'a1', 'c'), ('d2', 'a2', 'c');
INSERT INTO west.core_alert_deliveries (id, alert_id, channel_id) VALUES ('d3', 'a3', 'c');
UPDATE west.core_alert_deliveries SET status = 'SENT' WHERE id = 'd1';
UPDATE west.core_alert_deliveries SET status = 'SENT' WHERE id = 'd2';
UPDATE west.core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = 'd2';
SELECT id, consecutive_failures FROM west.core_alert_channels;
UPDATE west.core_alert_channels SET consecutive_failures = 2;
SELECT dedup_key, send_count FROM west.core_alert_throttle;
INSERT INTO west.core_sources (id, name, source_type, config_json) VALUES ('s', 's', 's3', '{}');
INSERT INTO west.core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('f1', 's', 's', 's3', '/', 'SUCCESS', 'h', '2026-01-05T09:00:00Z');
SELECT fetch_detect('west.core_source_fetches', 's', '/', 'h');
INSERT INTO west.core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k', 's', 's3', 'a', 'h', 1, '/p', '2026-01-05T09:00:00Z');
UPDATE west.core_sources SET enabled = 0;
SELECT count(*) FROM west.core_source_cache;
DELETE FROM west.core_sources;
SELECT id, source_id FROM west.core_source_fetches;
