-- Fetch: what has not changed since it was fetched last, and the proof of it.
CREATE TABLE fetches (id integer NOT NULL PRIMARY KEY, source text, source_name text NOT NULL, place text NOT NULL, state text NOT NULL, hash text, etag text, modified text, at timestamptz NOT NULL, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "fetches", "tables": { "fetches": { "key": ["id"], "instant": { "rule": "F-01", "columns": ["at"] },
  "fetch": { "rule": "F-02", "source": "source", "name": "source_name", "locator": "place", "status": "state", "success": "new", "unchanged": "same", "hash": "hash", "etag": "etag", "last_modified": "modified", "at": "at" } } } }') AS rules;
SELECT columns, text FROM interlock_rules('fetches') WHERE rule = 'F-02';
SELECT fetch_detect('fetches', 's1', '/a', 'h1', 'e1', 'm1');
INSERT INTO fetches VALUES (1, 's1', 'one', '/a', 'same', 'h1', NULL, NULL, '2026-01-05T09:00:00Z', NULL);
INSERT INTO fetches VALUES (1, 's1', 'one', '/a', 'new', 'h1', 'e1', 'm1', '2026-01-05T09:00:00Z', NULL);
SELECT fetch_detect('fetches', 's1', '/a', 'h1', NULL, NULL) AS hash, fetch_detect('fetches', 's1', '/a', 'h2') AS other, fetch_detect('fetches', 's1', '/a', NULL, 'e1') AS etag, fetch_detect('fetches', 's1', '/a', NULL, 'e2', NULL) AS etag2,
  fetch_detect('fetches', 's1', '/a', NULL, NULL, 'm1') AS modified, fetch_detect('fetches', 's1', '/a', 'h2', 'e2', 'm1') AS modified_first, fetch_detect('fetches', 's1', '/a', 'h2', 'e1', 'm2') AS hash_then, fetch_detect('fetches', 's1', '/a') AS none;
SELECT fetch_detect('fetches', 'one', '/a', 'h1') AS by_name, fetch_detect('fetches', 's1', '/b', 'h1') AS place, fetch_detect('fetches', 's2', '/a', 'h1') AS source;
SELECT fetch_detect('fetches', NULL, '/a', 'h1');
-- What fetch_detect calls the same may be written as such.
INSERT INTO fetches VALUES (2, 's1', 'one', '/a', 'same', 'h1', NULL, NULL, '2026-01-05T10:00:00Z', NULL), (3, 's1', 'one', '/a', 'same', NULL, 'e1', NULL, '2026-01-05T10:01:00Z', NULL), (4, 's1', 'one', '/a', 'same', 'h2', NULL, 'm1', '2026-01-05T10:02:00Z', NULL);
INSERT INTO fetches VALUES (5, 's1', 'one', '/a', 'same', 'h2', 'e1', NULL, '2026-01-05T11:00:00Z', NULL);
INSERT INTO fetches VALUES (5, 's1', 'one', '/a', 'same', NULL, NULL, NULL, '2026-01-05T11:00:00Z', NULL);
INSERT INTO fetches VALUES (5, 's1', 'one', '/b', 'same', 'h1', NULL, NULL, '2026-01-05T11:00:00Z', NULL);
INSERT INTO fetches VALUES (5, 's2', 'two', '/a', 'same', 'h1', NULL, NULL, '2026-01-05T11:00:00Z', NULL);
-- The latest success counts, by the clock and not by how its instant is spelled; one with the same hash may be fetched again.
INSERT INTO fetches VALUES (6, 's1', 'one', '/a', 'new', 'h1', 'e1', 'm1', '2026-01-05 11:00:00', NULL);
INSERT INTO fetches VALUES (7, 's1', 'one', '/a', 'new', 'h9', NULL, NULL, '2026-01-05T13:30:00+02:00', NULL);
SELECT fetch_detect('fetches', 's1', '/a', 'h1') AS old, fetch_detect('fetches', 's1', '/a', 'h9') AS latest, fetch_detect('fetches', 's1', '/a', 'h0', 'e1', NULL) AS both_hash, fetch_detect('fetches', 's1', '/a', NULL, 'e1', NULL) AS no_etag;
INSERT INTO fetches VALUES (8, 's1', 'one', '/a', 'same', 'h1', NULL, NULL, '2026-01-05T12:00:00Z', NULL);
-- A source that is gone is known by its name.
UPDATE fetches SET source = NULL WHERE state = 'new';
SELECT fetch_detect('fetches', 'one', '/a', 'h9');
INSERT INTO fetches VALUES (8, 's3', 'one', '/a', 'same', 'h9', NULL, NULL, '2026-01-05T12:00:00Z', NULL);
INSERT INTO fetches VALUES (9, NULL, 'one', '/a', 'same', 'h9', NULL, NULL, '2026-01-05T12:00:00Z', NULL);
INSERT INTO fetches VALUES (10, NULL, 'other', '/a', 'same', 'h9', NULL, NULL, '2026-01-05T12:00:00Z', NULL);
UPDATE fetches SET state = 'same' WHERE id = 7;
UPDATE fetches SET note = 'x';
SELECT count(*) FROM interlock_verify('fetches');
-- @guards off
INSERT INTO fetches VALUES (20, 's9', 'nine', '/a', 'same', 'h1', NULL, NULL, '2026-01-05T12:00:00Z', NULL);
-- @guards on
SELECT rule, "key", message FROM interlock_verify('fetches');
SELECT fetch_detect('nosuch', 's1', '/a');
SELECT * FROM interlock_doctor() WHERE problem <> 'foreign_keys is off';
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "fetch": { "rule": "N-1", "source": "a", "locator": "b", "status": "c", "at": "d", "success": "x", "unchanged": "y" } } } }');
