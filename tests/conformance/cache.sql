-- A cache: what is read is stamped, what is over or was read longest ago goes.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE pages (url varchar(50) NOT NULL PRIMARY KEY, body text, size bigint, fetched_at timestamptz NOT NULL, read_at timestamptz, expires_at timestamptz, hits integer NOT NULL DEFAULT 0);
SELECT interlock_apply('{ "interlock": 1, "name": "pages", "tables": { "pages": { "cache": { "rule": "C-01", "expires": "expires_at", "accessed": "read_at", "size": "size", "fetched": "fetched_at" } } } }');
-- rule C-01 accept
INSERT INTO pages (url, body, size, fetched_at, expires_at) VALUES ('a', 'He said "é"', 10, '2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z');
-- rule C-01 refuse
INSERT INTO pages (url, size, fetched_at, expires_at) VALUES ('b', 10, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
-- rule C-01 refuse
INSERT INTO pages (url, size, fetched_at) VALUES ('b', -1, '2026-01-01T00:00:00.000Z');
SELECT cache_get('pages', 'a');
SELECT interlock_set_clock('2026-01-01T00:00:59.999Z');
SELECT cache_get('pages', 'a');
SELECT interlock_set_clock('2026-01-01T00:01:00Z');
SELECT cache_get('pages', 'a');
SELECT cache_get('pages', 'nothing');
SELECT url, read_at FROM pages;

-- Evicting: over first, then read longest ago (never read: as when it was fetched), then fetched, then by key.
DELETE FROM pages;
INSERT INTO pages (url, size, fetched_at, read_at, expires_at) VALUES
  ('over', 5, '2026-01-01T00:00:00Z', '2026-01-01T00:00:59Z', '2026-01-01T00:01:00Z'),
  ('p1', 10, '2026-01-01T00:00:10Z', NULL, NULL),
  ('p2', 20, '2026-01-01T00:00:00Z', '2026-01-01 00:00:10', '2026-01-02T00:00:00Z'),
  ('p3', 30, '2026-01-01T00:00:00Z', '2026-01-01T00:00:20Z', NULL),
  ('p4', NULL, '2026-01-01T00:00:00Z', '2026-01-01T01:00:20+01:00', NULL);
BEGIN;
SELECT cache_evict('pages', NULL, NULL);
SELECT url FROM pages ORDER BY url;
SELECT cache_evict('pages', 60, NULL);
SELECT cache_evict('pages', 59, 4);
SELECT url FROM pages ORDER BY url;
SELECT cache_evict('pages', NULL, 2);
SELECT url FROM pages ORDER BY url;
SELECT cache_evict('pages', 29, 9223372036854775807);
SELECT url FROM pages ORDER BY url;
SELECT cache_evict('pages', 0, NULL);
SELECT url FROM pages ORDER BY url;
SELECT cache_evict('pages', NULL, 0);
SELECT url FROM pages ORDER BY url;
ROLLBACK;
BEGIN;
SELECT cache_evict('pages', 9223372036854775807, 1);
SELECT url FROM pages ORDER BY url;
ROLLBACK;
SELECT cache_evict('pages', 0, 0);
SELECT url FROM pages ORDER BY url;

-- A composite key, a cache of nothing but an instant.
CREATE TABLE parts (a integer NOT NULL, b varchar(5) NOT NULL, at timestamptz, PRIMARY KEY (a, b));
SELECT interlock_apply('{ "interlock": 1, "name": "parts", "tables": { "parts": { "cache": { "rule": "C-02", "accessed": "at" } } } }');
INSERT INTO parts VALUES (1, 'x', '2026-01-01T00:00:01Z'), (1, 'y', NULL), (2, 'x', '2026-01-01T00:00:00Z');
SELECT cache_evict('parts', NULL, 3);
SELECT cache_evict('parts', NULL, 2);
SELECT a, b FROM parts ORDER BY a, b;
SELECT cache_get('parts', '[2, "x"]');
SELECT cache_evict('parts', NULL, 1);
SELECT a, b FROM parts ORDER BY a, b;
SELECT cache_evict('parts', 1, NULL);

-- What is asked wrongly.
SELECT cache_evict('pages', -1, NULL);
SELECT cache_evict('pages', NULL, -1);
SELECT cache_get('pages', NULL);
SELECT cache_get('nowhere', 'a');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "pages": { "cache": { "rule": "X", "expires": "expires_at" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "pages": { "cache": { "rule": "X", "accessed": "hits" } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('pages');
SELECT * FROM interlock_doctor();

-- The end that a row gets from `expiry` lies after it was fetched, too.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE ending (url varchar(20) NOT NULL PRIMARY KEY, fetched timestamptz, read_at timestamptz, until timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "ending", "tables": { "ending": { "cache": { "rule": "C-21", "accessed": "read_at", "fetched": "fetched", "expires": "until" },
  "expiry": { "rule": "C-22", "column": "until", "ttl_seconds": 60 } } } }');
-- rule C-21 refuse
INSERT INTO ending (url, fetched) VALUES ('a', '2026-01-01T00:01:00Z');
-- rule C-21 accept
INSERT INTO ending (url, fetched) VALUES ('a', '2026-01-01T00:00:59Z');
SELECT * FROM ending;
SELECT * FROM interlock_verify('ending');
