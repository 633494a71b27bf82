-- Sources, fetches, the cache and database connections: S-40 … S-50, S-52 … S-54.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');

-- rule S-40 accept
-- rule S-54 accept
INSERT INTO core_sources (id, name, source_type, config_json, domain) VALUES ('s1', 'finra.otc.weekly', 'http', '{"url": "https://api.example.com", "auth": {"type": "bearer", "token_ref": "hunter2"}}', 'finra'),
  ('s2', 'local', 'file', '{"path": "data/*.psv"}', NULL), ('s3', 'trades', 'database', '{"query": "SELECT 1", "connection": "prod"}', NULL), ('s4', 'bucket', 's3', '{}', NULL);
SELECT id, source_type, enabled, created_at, updated_at FROM core_sources ORDER BY id;
-- rule S-40 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'x', 'http', '{"path": "a"}');
-- rule S-40 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'x', 'file', '{"path": ""}');
-- rule S-40 refuse
UPDATE core_sources SET source_type = 'http' WHERE id = 's2';
-- rule S-54 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'local', 's3', '{}');
-- rule S-01 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'x', 'ftp', '{}');
-- rule S-11 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'x', 's3', '[]');
-- rule S-52 refuse
INSERT INTO core_sources (id, name, source_type, config_json, enabled) VALUES ('x', 'x', 's3', '{}', 3);
-- rule S-53 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', '', 's3', '{}');
-- rule X-18 refuse
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('x', 'x', NULL, '{"url": "https://user:hunter2@x"}');
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
-- rule S-03 accept
UPDATE core_sources SET domain = 'x' WHERE id = 's4';
SELECT created_at, updated_at FROM core_sources WHERE id = 's4';

-- Fetches: a row is the result, and is written once.
-- rule S-41 accept
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, record_count, byte_count, content_hash, etag, started_at, completed_at) VALUES
  ('f1', 's1', 'finra.otc.weekly', 'http', '/weekly', 'SUCCESS', 500, 12345, 'h1', 'e1', '2026-01-05T09:00:00Z', '2026-01-05T09:00:02.5Z');
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, last_modified) VALUES ('f2', 'by hand', 'file', 'a.psv', 'SUCCESS', '2026-01-05T09:00:00Z', '1767600000');
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, error, started_at) VALUES ('f3', 's1', 'finra.otc.weekly', 'http', '/weekly', 'FAILED', 'HTTP 503', '2026-01-05T09:01:00Z');
SELECT id, duration_ms, completed_at, retry_count, created_at FROM core_source_fetches ORDER BY id;
-- rule S-44 accept
UPDATE core_source_fetches SET completed_at = '2026-01-05T09:00:10Z' WHERE id = 'f2';
SELECT duration_ms FROM core_source_fetches WHERE id = 'f2';
-- rule S-44 refuse
UPDATE core_source_fetches SET completed_at = '2026-01-05T09:00:11Z' WHERE id = 'f2';
-- rule S-44 refuse
UPDATE core_source_fetches SET status = 'FAILED', error = 'e' WHERE id = 'f1';
-- rule S-44 refuse
UPDATE core_source_fetches SET record_count = 501 WHERE id = 'f1';
-- rule S-44 refuse
UPDATE core_source_fetches SET source_id = NULL WHERE id = 'f1';
-- rule S-44 refuse as S-41
UPDATE core_source_fetches SET source_id = 's2' WHERE id = 'f3';
-- rule S-44 refuse as S-41
UPDATE core_source_fetches SET source_name = 'other' WHERE id = 'f1';
-- rule S-02 refuse as S-44
UPDATE core_source_fetches SET status = 'SUCCESS' WHERE id = 'f3';
-- rule S-01 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at) VALUES ('x', 'n', 'http', '/', 'PARTIAL', '2026-01-05T09:00:00Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at) VALUES ('x', 'n', 'http', '/', 'FAILED', '2026-01-05T09:00:00Z');
-- rule S-05 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, error, started_at) VALUES ('x', 'n', 'http', '/', 'SUCCESS', 'odd', '2026-01-05T09:00:00Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, completed_at) VALUES ('x', 'n', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z', '2026-01-05T08:59:59Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, completed_at, duration_ms) VALUES ('x', 'n', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z', '2026-01-05T09:00:01Z', 7);
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, record_count) VALUES ('x', 'n', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z', -1);
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, record_count) VALUES ('x', 'n', 'http', '/', 'NOT_FOUND', '2026-01-05T09:00:00Z', 1);
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, capture_id) VALUES ('x', 'n', 'http', '/', 'NOT_FOUND', '2026-01-05T09:00:00Z', 'c');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, started_at) VALUES ('x', 's1', 'local', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, started_at) VALUES ('x', 's1', 'finra.otc.weekly', 'file', '/', 'SUCCESS', '2026-01-05T09:00:00Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, duration_ms) VALUES ('x', 'n', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z', -5);
-- rule S-53 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at) VALUES ('x', 'n', 'http', '', 'SUCCESS', '2026-01-05T09:00:00Z');
-- rule S-11 refuse
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at, metadata_json) VALUES ('x', 'n', 'http', '/', 'SUCCESS', '2026-01-05T09:00:00Z', '[]');
INSERT INTO core_source_fetches (id, source_name, source_type, source_locator, status, started_at) VALUES ('nf', 'n', 'http', '/', 'NOT_FOUND', '2026-01-05T09:00:00Z');

-- Nothing new: that needs proof.
-- rule S-43 accept
SELECT fetch_detect('core_source_fetches', 's1', '/weekly', 'h1') AS hash, fetch_detect('core_source_fetches', 's1', '/weekly', 'h2') AS other, fetch_detect('core_source_fetches', 'finra.otc.weekly', '/weekly', NULL, 'e1') AS etag,
  fetch_detect('core_source_fetches', 'by hand', 'a.psv', NULL, NULL, '1767600000') AS modified, fetch_detect('core_source_fetches', 's1', '/daily', 'h1') AS elsewhere, fetch_detect('core_source_fetches', 's1', '/weekly') AS unknown;
-- rule S-42 accept
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('f4', 's1', 'finra.otc.weekly', 'http', '/weekly', 'UNCHANGED', 'h1', '2026-01-05T09:02:00Z');
-- rule S-42 refuse
-- rule S-43 refuse as S-42
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('x', 's1', 'finra.otc.weekly', 'http', '/weekly', 'UNCHANGED', 'h2', '2026-01-05T09:02:00Z');
-- rule S-42 refuse
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('x', 's2', 'local', 'file', '/weekly', 'UNCHANGED', 'h1', '2026-01-05T09:02:00Z');
-- rule S-41 refuse
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at, record_count) VALUES ('x', 's1', 'finra.otc.weekly', 'http', '/weekly', 'UNCHANGED', 'h1', '2026-01-05T09:02:00Z', 500);
INSERT INTO core_source_fetches (id, source_id, source_name, source_type, source_locator, status, content_hash, started_at) VALUES ('f5', 's1', 'finra.otc.weekly', 'http', '/weekly', 'SUCCESS', 'h1', '2026-01-05T09:03:00Z');

-- What is kept of a source.
-- rule S-45 accept
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at, expires_at) VALUES ('k1', 's1', 'http', '/weekly', 'h1', 12345, '/var/cache/k1', '2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z'), ('k2', 's2', 'file', 'a', 'h', 100, '/var/cache/k2', '2026-01-05T09:00:00Z', NULL), ('k3', NULL, 'file', 'b', 'h', 200, '/var/cache/k3', '2026-01-05T09:30:00Z', NULL);
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, fetched_at) VALUES ('x', 'file', 'a', 'h', 1, '2026-01-05T10:00:00Z');
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at, expires_at) VALUES ('x', 'file', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z');
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('x', 'file', 'a', 'h', -1, '/p', '2026-01-05T10:00:00Z');
-- rule S-53 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('', 'file', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z');
-- rule S-01 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('x', 'ftp', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z');
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('x', 'nowhere', 'file', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z');
-- rule S-46 accept
SELECT count(cache_get('core_source_cache', 'k1')) AS hit;
SELECT count(cache_get('core_source_cache', 'nothing')) AS miss;
SELECT cache_key, last_accessed_at FROM core_source_cache ORDER BY cache_key;
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
SELECT count(cache_get('core_source_cache', 'k1')) AS over;
SELECT count(cache_get('core_source_cache', 'k2')) AS kept;
-- rule S-46 refuse as error
SELECT cache_get('core_sources', 's1');
SELECT cache_key, last_accessed_at FROM core_source_cache ORDER BY cache_key;
-- rule S-47 accept
SELECT cache_evict('core_source_cache', 150, NULL);
SELECT cache_key FROM core_source_cache ORDER BY cache_key;
-- rule S-47 refuse as error
SELECT cache_evict('core_source_cache', -1, NULL);
SELECT cache_evict('core_source_cache', NULL, 0);
-- A source that is turned off, or goes, takes what is kept of it along.
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k4', 's2', 'file', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z'), ('k5', 's1', 'http', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z'), ('k6', 's3', 'database', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z');
-- rule S-48 accept
UPDATE core_sources SET enabled = 0 WHERE id = 's2';
SELECT cache_key FROM core_source_cache ORDER BY cache_key;
-- rule S-48 refuse
INSERT INTO core_source_cache (cache_key, source_id, source_type, source_locator, content_hash, content_size, content_path, fetched_at) VALUES ('k4', 's2', 'file', 'a', 'h', 1, '/p', '2026-01-05T10:00:00Z');
-- rule S-48 refuse
UPDATE core_source_cache SET source_id = 's2' WHERE cache_key = 'k6';
UPDATE core_sources SET name = 'renamed' WHERE id = 's1';
DELETE FROM core_sources WHERE id = 's1';
SELECT cache_key FROM core_source_cache ORDER BY cache_key;
SELECT id, source_id, source_name FROM core_source_fetches ORDER BY id;
SELECT fetch_detect('core_source_fetches', 'finra.otc.weekly', '/weekly', 'h1');

-- Databases to connect to.
-- rule S-49 accept
-- rule S-50 accept
INSERT INTO core_database_connections (id, name, dialect, host, port, "database", username, password_ref) VALUES ('d1', 'prod-postgres', 'postgresql', 'db.example.com', 5432, 'prod', 'app', 'vault:kv/prod'), ('d2', 'local', 'sqlite', NULL, NULL, 'data.db', NULL, NULL);
SELECT id, pool_size, max_overflow, pool_timeout, enabled FROM core_database_connections ORDER BY id;
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, port, "database") VALUES ('x', 'x', 'sqlite', 1, 'd');
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, host, "database") VALUES ('x', 'x', 'sqlite', 'h', 'd');
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, "database") VALUES ('x', 'x', 'db2', 'd');
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, host, port, "database") VALUES ('x', 'x', 'db2', 'h', 65536, 'd');
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, "database", pool_size) VALUES ('x', 'x', 'sqlite', 'd', 0);
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, "database", max_overflow) VALUES ('x', 'x', 'sqlite', 'd', -1);
-- rule S-49 refuse
INSERT INTO core_database_connections (id, name, dialect, "database", pool_timeout) VALUES ('x', 'x', 'sqlite', 'd', 0);
-- rule S-49 refuse
UPDATE core_database_connections SET last_error = 'refused' WHERE id = 'd1';
UPDATE core_database_connections SET last_error = 'refused', last_error_at = '2026-01-05T11:00:00Z' WHERE id = 'd1';
-- rule S-49 refuse
UPDATE core_database_connections SET dialect = 'sqlite' WHERE id = 'd1';
-- rule S-54 refuse
INSERT INTO core_database_connections (id, name, dialect, "database") VALUES ('x', 'local', 'sqlite', 'd');
-- rule S-01 refuse
INSERT INTO core_database_connections (id, name, dialect, host, "database") VALUES ('x', 'x', 'mysql', 'h', 'd');
-- rule S-52 refuse
UPDATE core_database_connections SET enabled = 2 WHERE id = 'd1';
-- rule S-53 refuse
INSERT INTO core_database_connections (id, name, dialect, "database") VALUES ('x', 'x', 'sqlite', '');
-- rule S-50 refuse
UPDATE core_database_connections SET password_ref = 'hunter2' WHERE id = 'd1';
-- rule S-50 refuse
UPDATE core_database_connections SET password_ref = 'env:' WHERE id = 'd1';
-- rule S-50 refuse
UPDATE core_database_connections SET password_ref = 'http://hunter2' WHERE id = 'd1';
-- rule X-18 refuse
INSERT INTO core_database_connections (id, name, dialect, "database", password_ref) VALUES ('x', NULL, 'sqlite', 'd', 'hunter2');
SELECT id, password_ref, updated_at FROM core_database_connections ORDER BY id;
SELECT count(*) FROM interlock_verify('spine');

-- Where sources are configured in another way, S-40 can be left out.
SELECT interlock_install('spine', NULL, 'advanced+open_sources');
INSERT INTO core_sources (id, name, source_type, config_json) VALUES ('o', 'o', 'http', '{}');
SELECT count(*) FROM interlock_rules('core_sources') WHERE rule = 'S-40';
SELECT interlock_install('spine', NULL, 'default');
