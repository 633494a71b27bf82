-- Rows that are kept: no way of SQLite's own removes one.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE calls (id INTEGER NOT NULL PRIMARY KEY, what TEXT UNIQUE, ended_at TEXT);
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "K-01", "column": "ended_at", "keep_seconds": 60 } } } }');
INSERT INTO calls VALUES (1, 'a', '2025-01-01T00:00:00Z'), (2, 'b', '2026-01-01 00:00:00'), (3, 'c', NULL);
INSERT OR REPLACE INTO calls VALUES (3, 'x', NULL);
REPLACE INTO calls VALUES (9, 'c', NULL);
UPDATE OR REPLACE calls SET what = 'c' WHERE id = 1;
PRAGMA recursive_triggers = ON;
INSERT OR REPLACE INTO calls VALUES (3, 'x', NULL);
PRAGMA recursive_triggers = OFF;
INSERT OR IGNORE INTO calls VALUES (3, 'x', NULL);
DELETE FROM calls WHERE id = 2;
DELETE FROM calls;
-- The permission is for what is old enough, also in a trigger of the owner's.
CREATE TRIGGER more AFTER DELETE ON calls BEGIN DELETE FROM calls WHERE id > OLD.id; END;
SELECT expire_purge('calls');
DROP TRIGGER more;
SELECT expire_purge('calls');
SELECT * FROM calls ORDER BY id;
