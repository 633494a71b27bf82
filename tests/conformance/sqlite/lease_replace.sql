-- OR REPLACE is no way to a lock that is held, and one to a lock that is over.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE locks (job TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, since TEXT, until TEXT NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "locks", "tables": { "locks": { "lease": { "rule": "L-01", "rules": { "holder": "L-02" }, "owner": "owner", "acquired": "since", "expires": "until" } } } }');
SELECT lease_acquire('locks', 'a', 'w1');
-- rule L-01 refuse
INSERT OR REPLACE INTO locks (job, owner, until) VALUES ('a', 'w2', '2026-01-02T00:00:00Z');
-- rule L-01 refuse
REPLACE INTO locks (job, owner, until) VALUES ('a', 'w2', '2026-01-02T00:00:00Z');
INSERT OR IGNORE INTO locks (job, owner, until) VALUES ('a', 'w2', '2026-01-02T00:00:00Z');
SELECT lease_acquire('locks', 'b', 'w3');
-- rule L-01 refuse
UPDATE OR REPLACE locks SET job = 'a' WHERE job = 'b';
-- rule L-01 refuse
UPDATE OR IGNORE locks SET owner = 'w2' WHERE job = 'b';
-- rule L-02 refuse
DELETE FROM locks;
PRAGMA recursive_triggers = ON;
-- rule L-02 refuse
INSERT OR REPLACE INTO locks (job, owner, until) VALUES ('a', 'w2', '2026-01-02T00:00:00Z');
SELECT interlock_set_clock('2026-01-01T00:05:00Z');
-- rule L-01 accept
INSERT OR REPLACE INTO locks (job, owner, until) VALUES ('a', 'w2', '2026-01-01T00:06:00Z');
PRAGMA recursive_triggers = OFF;
-- rule L-01 accept
INSERT OR IGNORE INTO locks (job, owner, until) VALUES ('b', 'w2', '2026-01-01T00:06:00Z');
-- What is no instant, or no text, gets nowhere.
-- rule L-01 refuse
INSERT INTO locks (job, owner, until) VALUES ('c', 'w2', 'tomorrow');
-- rule L-01 refuse
INSERT INTO locks (job, owner, until) VALUES ('c', 'w2', x'00');
-- rule L-02 refuse
UPDATE locks SET until = 17 WHERE job = 'b';
SELECT * FROM locks ORDER BY job;
SELECT interlock_set_actor('w2');
-- rule L-02 accept
DELETE FROM locks WHERE job = 'b';
-- The rowid is no way either.
CREATE TABLE numbered (id INTEGER PRIMARY KEY, owner TEXT, since TEXT, until TEXT);
SELECT interlock_apply('{ "interlock": 1, "name": "numbered", "tables": { "numbered": { "lease": { "rule": "L-03", "owner": "owner", "acquired": "since", "expires": "until" } } } }');
SELECT lease_acquire('numbered', '1', 'w1');
-- rule L-03 refuse
UPDATE numbered SET rowid = 2;
-- rule L-03 refuse
INSERT OR REPLACE INTO numbered (rowid, owner, until) VALUES (1, 'w2', '2026-01-02T00:00:00Z');
-- A cache of bytes, numbers and JSON.
CREATE TABLE blobs (id INTEGER PRIMARY KEY, body BLOB, n REAL, doc TEXT, at TEXT);
SELECT interlock_apply('{ "interlock": 1, "name": "blobs", "tables": { "blobs": { "json": { "rule": "C-02", "columns": { "doc": "any" } }, "cache": { "rule": "C-01", "accessed": "at" } } } }');
INSERT INTO blobs VALUES (1, x'00ff10', 0.5, '{"a": [1, null]}', NULL), (2, x'', 1e300, 'null', NULL), (3, 'text', -0.0, NULL, NULL);
SELECT cache_get('blobs', '1'), cache_get('blobs', '2'), cache_get('blobs', '3');
SELECT interlock_set_clock('2027-01-01T00:00:00Z');
SELECT interlock_tick();
SELECT * FROM locks;
-- The index goes with the rules.
SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'interlock%' ORDER BY name;
ALTER TABLE locks RENAME TO keys;
SELECT interlock_remove('locks');
SELECT interlock_remove('numbered');
SELECT interlock_remove('blobs');
SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'interlock%';
