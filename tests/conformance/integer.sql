-- Whole numbers within limits, and dates.
CREATE TABLE counts (id integer NOT NULL PRIMARY KEY, n integer NOT NULL, level integer, delta bigint, low integer);
SELECT interlock_apply('{ "interlock": 1, "name": "counts", "tables": { "counts": { "integer": [
  { "rule": "N-01", "columns": { "n": [0, 2147483647], "delta": [null, null] } }, { "rule": "N-02", "columns": { "level": [1, 10] } }, { "rule": "N-03", "columns": { "low": [null, -1] } } ] } } }');
SELECT rule, columns, text FROM interlock_rules() ORDER BY rule, columns;
-- rule N-01 accept
-- rule N-02 accept
-- rule N-03 accept
INSERT INTO counts VALUES (1, 0, 1, -9223372036854775807, -1), (2, 2147483647, 10, NULL, -2147483648), (3, 5, NULL, 0, NULL);
-- rule N-01 refuse
INSERT INTO counts VALUES (4, -1, 1, NULL, NULL);
-- rule N-01 refuse
INSERT INTO counts VALUES (4, 'many', 1, NULL, NULL);
-- rule N-01 refuse
UPDATE counts SET n = NULL WHERE id = 1;
-- rule N-02 refuse
UPDATE counts SET level = 0 WHERE id = 1;
-- rule N-02 refuse
UPDATE counts SET level = 11 WHERE id = 1;
-- rule N-03 refuse
UPDATE counts SET low = 0 WHERE id = 1;
UPDATE counts SET level = NULL WHERE id = 1;
SELECT * FROM counts ORDER BY id;
SELECT interlock_apply('{ "interlock": 1, "name": "counts", "tables": { "counts": { "integer": { "rule": "N-01", "columns": { "n": [2, 1] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "counts", "tables": { "counts": { "integer": { "rule": "N-01", "columns": { "n": 7 } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "counts", "tables": { "counts": { "integer": { "rule": "N-01", "columns": { "n": [0, 1.5] } } } } }');
-- @guards off
UPDATE counts SET level = 99 WHERE id = 2;
-- @guards on
-- rule N-02 reports
SELECT * FROM interlock_verify();

SELECT interlock_set_clock('2026-03-01T12:00:00Z');
CREATE TABLE days (id integer NOT NULL PRIMARY KEY, at timestamptz, day date NOT NULL, other date);
SELECT interlock_apply('{ "interlock": 1, "name": "days", "tables": { "days": { "date": { "rule": "N-04", "columns": { "day": { "of": "at" }, "other": {} } } } } }');
SELECT columns, text FROM interlock_rules('days') ORDER BY columns;
-- The date is that of the instant in UTC, whatever the offset it was written with.
-- rule N-04 accept
INSERT INTO days VALUES (1, '2026-03-01T23:59:59.999Z', '2026-03-01', NULL), (2, '2026-03-02T00:30:00+01:00', '2026-03-01', '2024-02-29'), (3, NULL, '2026-01-01', NULL);
-- rule N-04 refuse
INSERT INTO days VALUES (4, '2026-03-02T00:00:00Z', '2026-03-01', NULL);
-- rule N-04 refuse
UPDATE days SET day = '2026-03-02' WHERE id = 1;
-- rule N-04 refuse
UPDATE days SET at = '2026-02-28T23:59:59Z' WHERE id = 1;
-- rule N-04 refuse
UPDATE days SET other = '2026-02-29' WHERE id = 1;
-- rule N-04 refuse
UPDATE days SET other = 'someday' WHERE id = 1;
-- rule N-04 refuse
UPDATE days SET day = NULL WHERE id = 1;
UPDATE days SET at = '2026-02-28T23:59:59Z', day = '2026-02-28' WHERE id = 1;
SELECT id, at, day, other FROM days ORDER BY id;
SELECT interlock_apply('{ "interlock": 1, "name": "days", "tables": { "days": { "date": { "rule": "N-04", "columns": { "day": { "of": "day" } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "days", "tables": { "days": { "date": { "rule": "N-04", "columns": { "day": { "off": "at" } } } } } }');
-- @guards off
UPDATE days SET day = '2026-02-27' WHERE id = 1;
-- @guards on
-- rule N-04 reports
SELECT * FROM interlock_verify('days');
