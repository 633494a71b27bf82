-- Alerts and sources, by statements that only PostgreSQL has.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
INSERT INTO core_alert_channels (id, name, channel_type, config_json, min_severity) VALUES ('c', 'c', 'mail', '{}', 'INFO'), ('d', 'd', 'mail', '{}', 'INFO');
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'INFO', 'b', 'm', 'a'), ('a2', 'INFO', 'b', 'm', 'a'), ('a3','INFO','q','m','a');
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('1', 'a1', 'c'), ('2', 'a2', 'c'), ('3','a3','c');
-- MERGE.
MERGE INTO core_alerts t USING (VALUES ('a1')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET title = 'x';
MERGE INTO core_alerts t USING (VALUES ('a1')) s(i) ON t.id = s.i WHEN MATCHED THEN DELETE;
MERGE INTO core_alerts t USING (VALUES ('a7')) s(i) ON t.id = s.i WHEN NOT MATCHED THEN INSERT (id, severity, title, message, source, dedup_key) VALUES (s.i, 'INFO', 'b', 'm', 'a', 'x');
MERGE INTO core_alert_channels t USING (VALUES ('c')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET consecutive_failures = 3;
MERGE INTO core_alert_deliveries t USING (VALUES ('1')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET status = 'SENT';
MERGE INTO core_alert_deliveries t USING (VALUES ('2')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET status = 'SENT';
SELECT id, status, channel_name FROM core_alert_deliveries ORDER BY id;
SELECT * FROM core_alert_throttle;
-- TRUNCATE.
TRUNCATE core_alerts;
-- rule X-05 refuse
TRUNCATE core_alerts CASCADE;
TRUNCATE core_sources CASCADE;
-- Upserts, and writes within other statements.
INSERT INTO core_alert_deliveries (id, alert_id, channel_id) VALUES ('2','a2','c') ON CONFLICT (id) DO UPDATE SET status = 'SENT';
INSERT INTO core_alerts (id, severity, title, message, source) VALUES ('a1', 'ERROR', 'x', 'm', 'a') ON CONFLICT (id) DO UPDATE SET severity = 'ERROR';
WITH x AS (UPDATE core_alert_channels SET consecutive_failures = 5 RETURNING id) SELECT * FROM x;
UPDATE core_alert_channels c SET consecutive_failures = 1 FROM core_alert_deliveries d WHERE d.channel_id = c.id;
-- A trigger of the user that writes something else, or counts for the database.
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.consecutive_failures := 9; RETURN NEW; END $$;
CREATE TRIGGER zz BEFORE UPDATE ON core_alert_channels FOR EACH ROW EXECUTE FUNCTION f();
UPDATE core_alert_channels SET name = 'cc' WHERE id = 'c';
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2';
DROP TRIGGER zz ON core_alert_channels;
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE core_alert_channels SET consecutive_failures = consecutive_failures + 1 WHERE id = NEW.channel_id; RETURN NEW; END $$;
CREATE TRIGGER zz AFTER UPDATE ON core_alert_deliveries FOR EACH ROW EXECUTE FUNCTION g();
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2';
DROP TRIGGER zz ON core_alert_deliveries;
UPDATE core_alert_deliveries SET status = 'FAILED', error = 'e' WHERE id = '2';
SELECT id, consecutive_failures FROM core_alert_channels ORDER BY id;
-- Sources.
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('s', 's', 's3', '{}'), ('t','t','s3','{}');
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('f1','s','s','s3','/','SUCCESS','h','2026-01-05T09:00:00Z');
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k','s','s3','a','h',1,'/p','2026-01-05T09:00:00Z');
MERGE INTO core_source_fetches t USING (VALUES ('f1')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET source_id = NULL;
MERGE INTO core_source_fetches t USING (VALUES ('f1')) s(i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET record_count = 4;
INSERT INTO core_database_connections (id, name, dialect, "database", password_ref, port) VALUES ('x', 'x', 'sqlite', 'd', 'hunter2', 99);
INSERT INTO core_database_connections (id, name, dialect, "database", password_ref, enabled) VALUES ('x', NULL, 'sqlite', 'd', 'hunter2', 7);
INSERT INTO core_alert_channels (id, name, channel_type, config_json, enabled) VALUES ('q', NULL, 'x', '{"p": "hunter2"}', 7);
DELETE FROM core_sources WHERE id = 's';
SELECT id, source_id FROM core_source_fetches;
SELECT count(*) FROM core_source_cache;
SELECT count(*) FROM interlock_verify('spine');
-- In another schema.
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
