-- Derived: a column that follows from others of its row is written where it is left out, and must be right where it is given.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
CREATE TABLE notices (id text NOT NULL PRIMARY KEY, source text NOT NULL, title text, level integer, digest text, begun text, ended text, took integer, body text, size integer, whole text);
SELECT interlock_apply('{ "interlock": 1, "name": "notices", "tables": { "notices": { "key": ["id"],
  "instant": { "rule": "N-01", "columns": ["begun", "ended"] },
  "derived": [ { "rule": "N-02", "column": "digest", "digest": ["source", "title", "level"], "length": 32 },
               { "rule": "N-03", "column": "took", "ms": ["begun", "ended"] },
               { "rule": "N-04", "column": "size", "bytes": "body" },
               { "rule": "N-05", "column": "whole", "digest": ["body"] } ] } } }') AS rules;
SELECT rule, kind, columns, text FROM interlock_rules('notices') WHERE rule > 'N-01' ORDER BY rule;
INSERT INTO notices (id, source, title, level) VALUES ('a', 'a', 'b', 7);
SELECT digest, took, size, whole FROM notices;
SELECT dedup_key('a', 'b', '7');
INSERT INTO notices (id, source, title, level, digest) VALUES ('b', 'a', 'b', 7, '6a4c4fffd75a53a7fcebaec86c118489');
INSERT INTO notices (id, source, title, level, digest) VALUES ('b', 'a', 'b', 7, dedup_key('a', 'b', '7'));
-- While one of the others is NULL nothing follows: the writer's word stands.
INSERT INTO notices (id, source, title, digest) VALUES ('c', 'a', 'b', 'mine');
UPDATE notices SET digest = NULL WHERE id = 'c';
UPDATE notices SET level = 1 WHERE id = 'c';
SELECT digest = dedup_key('a', 'b', '1') FROM notices WHERE id = 'c';
-- It follows when the others change.
UPDATE notices SET title = 'x' WHERE id = 'c';
SELECT digest = dedup_key('a', 'x', '1') FROM notices WHERE id = 'c';
UPDATE notices SET title = 'y', digest = dedup_key('a', 'x', '1') || '0' WHERE id = 'c';
UPDATE notices SET digest = 'zzz' WHERE id = 'c';
UPDATE notices SET digest = NULL WHERE id = 'c';
SELECT digest = dedup_key('a', 'x', '1') FROM notices WHERE id = 'c';
-- Milliseconds and bytes.
INSERT INTO notices (id, source, begun) VALUES ('d', 's', '2026-01-05T09:00:00Z');
UPDATE notices SET ended = '2026-01-05T10:00:01.250+01:00', body = 'Zoë' WHERE id = 'd';
SELECT took, size, whole FROM notices WHERE id = 'd';
UPDATE notices SET took = 1 WHERE id = 'd';
UPDATE notices SET size = 3 WHERE id = 'd';
INSERT INTO notices (id, source, begun, ended, took) VALUES ('e', 's', '2026-01-05T09:00:00Z', '2026-01-05T09:00:00.001Z', -1);
INSERT INTO notices (id, source, body, size) VALUES ('e', 's', '', 0);
SELECT size, whole FROM notices WHERE id = 'e';
-- An upsert and an UPDATE of many rows.
INSERT INTO notices (id, source, body) VALUES ('e', 's', 'abc') ON CONFLICT (id) DO UPDATE SET body = 'abcd';
SELECT size FROM notices WHERE id = 'e';
UPDATE notices SET body = id || id;
SELECT id, size FROM notices ORDER BY id;
-- Existing data comes in as it is; verify says what does not follow.
SELECT interlock_set_mode('load');
INSERT INTO notices (id, source, body, size) VALUES ('old', 's', 'abc', 9);
INSERT INTO notices (id, source, title, level) VALUES ('bare', 's', 't', 1);
SELECT interlock_set_mode('enforce');
SELECT rule, "key", message FROM interlock_verify('notices') ORDER BY 1, 2;
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "derived": [ { "rule": "N-1", "column": "a" },
  { "rule": "N-1", "column": "a", "ms": ["b"] }, { "rule": "N-1", "column": "a", "digest": ["a"] }, { "rule": "N-1", "column": "a", "bytes": "b", "length": 9 },
  { "rule": "N-1", "column": "a", "digest": ["b"], "length": 65 } ] } } }') ORDER BY path;
