-- Rows that are kept for a time after they ended, and then go by expire_purge alone.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE calls (id integer NOT NULL PRIMARY KEY, what varchar(20) UNIQUE, ended_at timestamptz);
CREATE TABLE parts (id integer NOT NULL PRIMARY KEY, call_id integer NOT NULL REFERENCES calls (id) ON DELETE CASCADE);
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "K-01", "column": "ended_at", "keep_seconds": 60 } } } }');
INSERT INTO calls (id, what, ended_at) VALUES (1, 'a', '2026-01-01T00:00:00Z'), (2, 'b', '2026-01-01T01:00:30+01:00'), (3, 'c', NULL), (4, 'd', '2025-12-31 23:59:00'), (5, 'e', '2026-01-01T00:00:00.000001Z');
INSERT INTO parts VALUES (10, 1), (20, 2), (40, 4);
-- Whatever its age, nobody deletes a row.
-- rule K-01 refuse
DELETE FROM calls WHERE id = 4;
-- rule K-01 refuse
DELETE FROM calls;
DELETE FROM calls WHERE id = 99;
SELECT interlock_set_mode('load');
-- rule K-01 refuse
DELETE FROM calls WHERE id = 3;
SELECT interlock_set_mode('enforce');
-- A used key is left alone by DO NOTHING, and DO UPDATE is an UPDATE.
INSERT INTO calls (id, what) VALUES (1, 'z') ON CONFLICT (id) DO NOTHING;
INSERT INTO calls (id, what) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET what = 'a1';
-- Ended 60 seconds ago: it may go. Neither the tick nor anybody else does it.
SELECT interlock_tick();
-- rule K-01 accept
SELECT expire_purge('calls');
SELECT expire_purge('calls');
SELECT id, what FROM calls ORDER BY id;
SELECT * FROM parts ORDER BY id;
SELECT interlock_set_clock('2026-01-01T00:00:59.999Z');
SELECT expire_purge('calls');
SELECT interlock_set_clock('2026-01-01T00:01:00Z');
BEGIN;
SELECT expire_purge('calls');
-- rule K-01 refuse
DELETE FROM calls WHERE id = 2;
ROLLBACK;
SELECT expire_purge('calls');
SELECT id, what, ended_at FROM calls ORDER BY id;
SELECT * FROM parts ORDER BY id;
-- A row that another refers to: all or nothing, and no permission is left behind.
CREATE TABLE notes (id integer NOT NULL PRIMARY KEY, call_id integer NOT NULL REFERENCES calls (id));
INSERT INTO notes VALUES (1, 2);
SELECT interlock_set_clock('2026-01-01T00:10:00Z');
SELECT expire_purge('calls');
-- rule K-01 refuse
DELETE FROM calls WHERE id = 5;
DELETE FROM notes;
SELECT expire_purge('calls');
SELECT id FROM calls;
-- A row that goes with another's is deleted too.
CREATE TABLE owners (id integer NOT NULL PRIMARY KEY);
CREATE TABLE papers (id integer NOT NULL PRIMARY KEY, owner integer REFERENCES owners (id) ON DELETE CASCADE, signed_at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "papers", "tables": { "papers": { "expiry": { "rule": "K-02", "column": "signed_at", "keep_seconds": 1000000000 } } } }');
INSERT INTO owners VALUES (1);
INSERT INTO papers VALUES (1, 1, '0001-01-01T00:00:00Z'), (2, 1, '1994-04-25T22:23:20Z'), (3, 1, '1994-04-25T22:23:21Z');
-- rule K-02 refuse
DELETE FROM owners;
-- rule K-02 accept
SELECT expire_purge('papers');
SELECT interlock_set_clock('0001-01-02T00:00:00Z');
SELECT expire_purge('papers');
SELECT interlock_set_clock('9999-12-31T00:00:00Z');
SELECT expire_purge('papers');
DELETE FROM owners;
-- What is said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "notes": { "expiry": { "rule": "X", "column": "call_id", "keep_seconds": 5 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "X", "column": "ended_at", "keep_seconds": 0 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "X", "column": "ended_at", "keep_seconds": 1000000001 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "X", "column": "ended_at", "keep_seconds": "5" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "X", "column": "ended_at", "keep_seconds": 5, "to": "over" } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('calls');
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();
SELECT interlock_remove('calls');
DELETE FROM calls WHERE id = 3;
