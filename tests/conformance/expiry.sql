-- Rows that are over at an instant.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE memory (id integer NOT NULL PRIMARY KEY, what varchar(20), expires_at timestamptz);
CREATE TABLE notes (id integer NOT NULL PRIMARY KEY, memory integer REFERENCES memory (id));
SELECT interlock_apply('{ "interlock": 1, "name": "memory", "tables": { "memory": { "expiry": { "rule": "E-01", "column": "expires_at", "ttl_seconds": 3600, "future": true } } } }');
-- rule E-01 accept
INSERT INTO memory (id, expires_at) VALUES (1, '2026-01-01T00:00:00.001Z');
-- rule E-01 refuse
INSERT INTO memory (id, expires_at) VALUES (2, '2026-01-01T00:00:00Z');
-- rule E-01 refuse
INSERT INTO memory (id, expires_at) VALUES (2, '2026-01-01T00:59:59+01:00');
-- rule E-01 accept
INSERT INTO memory (id) VALUES (2);
INSERT INTO memory (id, expires_at) VALUES (3, '2026-01-01 02:00:00'), (4, '2026-01-01T03:00:00+01:00'), (5, '2026-01-01T02:00:00.000001Z'), (6, '9999-12-31T23:59:59Z');
UPDATE memory SET expires_at = NULL WHERE id = 6;
UPDATE memory SET expires_at = '2020-01-01T00:00:00Z' WHERE id = 1;
SELECT id, expires_at FROM memory ORDER BY id;
-- Expired: expires_at <= now, whatever form the instant was written in.
SELECT expire_purge('memory');
SELECT expire_purge('memory');
SELECT interlock_set_clock('2026-01-01T00:59:59.999Z');
SELECT expire_purge('memory');
SELECT interlock_set_clock('2026-01-01T01:00:00Z');
SELECT expire_purge('memory');
SELECT interlock_set_clock('2026-01-01T02:00:00Z');
BEGIN;
SELECT expire_purge('memory');
SELECT id FROM memory ORDER BY id;
ROLLBACK;
-- What cannot go is the function's error; the tick steps over it and says so.
INSERT INTO notes VALUES (1, 3);
SELECT expire_purge('memory');
SELECT interlock_tick();
SELECT id FROM memory ORDER BY id;
SELECT job, "table", done FROM interlock_activity();
DELETE FROM notes;
SELECT expire_purge('memory');
-- The clock goes back.
SELECT interlock_set_clock('2020-01-01T00:00:00Z');
SELECT expire_purge('memory');

-- Rows that move on instead.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE offers (id integer NOT NULL PRIMARY KEY, status integer NOT NULL DEFAULT 1, until timestamptz, version integer NOT NULL DEFAULT 1);
SELECT interlock_apply('{ "interlock": 1, "name": "offers", "tables": { "offers": {
  "machines": [{ "rule": "E-11", "column": "status", "initial": "open", "states": {
    "open": { "code": 1, "to": ["taken", "over"] }, "held": { "code": 4, "to": ["over"] }, "taken": { "code": 2, "type": "final" }, "over": { "code": 3, "type": "final" } } }],
  "row_version": { "rule": "E-12", "column": "version" },
  "expiry": { "rule": "E-13", "column": "until", "to": "over" } } } }');
INSERT INTO offers (id, until) VALUES (1, '2026-01-01T00:00:01Z'), (2, '2026-01-01T00:00:02Z'), (3, '2026-01-01T00:00:01Z'), (4, NULL);
UPDATE offers SET status = 2 WHERE id = 3;
SELECT interlock_set_clock('2026-01-01T00:00:01Z');
-- rule E-13 accept
SELECT expire_purge('offers');
SELECT expire_purge('offers');
SELECT * FROM offers ORDER BY id;
SELECT interlock_set_clock('2026-01-01T00:00:02Z');
SELECT interlock_tick();
SELECT * FROM offers ORDER BY id;

-- What is asked wrongly.
SELECT expire_purge('notes');
SELECT expire_purge(NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "notes": { "expiry": { "rule": "X", "column": "memory" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "memory": { "expiry": { "rule": "X", "column": "expires_at", "to": "over" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "memory": { "expiry": { "rule": "X", "column": "expires_at", "ttl_seconds": 0 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "memory": { "expiry": [{ "rule": "X", "column": "expires_at" }, { "rule": "X", "column": "expires_at" }] } } }');
SELECT rule, kind, columns, text FROM interlock_rules('memory');
SELECT rule, kind, columns, text FROM interlock_rules('offers') WHERE kind = 'expiry';
SELECT * FROM interlock_doctor();
SELECT interlock_remove('memory');
INSERT INTO memory (id, expires_at) VALUES (2, '2020-01-01T00:00:00Z');
