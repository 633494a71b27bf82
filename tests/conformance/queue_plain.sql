-- A queue without a column for the worker: a claim is the transition alone, and there is no lease.
SELECT interlock_set_clock('2026-03-02T09:00:00Z');
CREATE TABLE work (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open', at timestamptz, run_at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "work": {
  "machines": { "rule": "Q-01", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "queue": { "rule": "Q-02", "ready": ["open"], "claimed": "busy", "due": "run_at", "order": ["at"] } } } }');
INSERT INTO work (id, at) VALUES (1, '2026-03-02T08:00:00Z'), (2, '2026-03-02T07:00:00Z'), (3, '2026-03-02T08:00:00Z'), (4, NULL);
INSERT INTO work (id, run_at) VALUES (5, '2026-03-02T09:00:01Z');
-- rule Q-02 accept
SELECT * FROM queue_claim('work', 'ann', 2);
SELECT * FROM queue_claim('work', 'bob');
SELECT * FROM queue_claim('work', 'bob', 10);
SELECT * FROM queue_claim('work', 'eve');
SELECT * FROM work ORDER BY id;
-- Who has it in hand ends it; nobody can tell who that is.
SELECT queue_finish('work', 4, NULL, 'done');
SELECT queue_finish('work', 4, NULL, 'done');
SELECT queue_finish('work', 2, NULL, 'open');
SELECT queue_finish('work', 2, NULL, 'done');
SELECT queue_finish('work', 99, NULL, 'done');
SELECT queue_finish('work', 5, NULL, 'done');
SELECT queue_finish('work', 1, NULL, 'open', NULL, '2026-03-02T10:00:00Z');
SELECT * FROM work ORDER BY id;
-- No lease, so the tick gives nothing back; plain writes move rows as the machine says.
SELECT interlock_set_clock('2026-03-03T09:00:00Z');
SELECT interlock_tick();
UPDATE work SET state = 'open' WHERE id = 3;
UPDATE work SET state = 'done' WHERE id = 5;
SELECT key FROM queue_claim('work', 'ann', 10, 5);
-- A claim that is rolled back never was.
INSERT INTO work (id) VALUES (6);
BEGIN;
SELECT key FROM queue_claim('work', 'ann');
ROLLBACK;
SELECT key FROM queue_claim('work', 'bob');
-- Bad input.
SELECT * FROM queue_claim('work', '');
SELECT * FROM queue_claim('work', NULL);
SELECT * FROM queue_claim('work', 'ann', -1);
SELECT queue_finish('work', 6, NULL, 'gone');
SELECT queue_finish('work', NULL, NULL, 'done');
SELECT queue_finish('work', 6, NULL, NULL);
-- The oldest first, however its instant is written.
CREATE TABLE notes (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open', at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "notes", "tables": { "notes": {
  "machines": { "rule": "Q-21", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "instant": { "rule": "Q-22", "columns": ["at"] }, "queue": { "rule": "Q-23", "ready": ["open"], "claimed": "busy", "order": ["at"] } } } }');
INSERT INTO notes (id, at) VALUES (1, '2026-03-01 09:00:05'), (2, '2026-03-01T09:00:01Z'), (3, '2026-03-01T10:00:00.5+01:00'), (4, '2026-03-01T09:00:05.000001Z'), (5, NULL), (6, '2026-03-01T09:00:00.25Z');
SELECT key FROM queue_claim('notes', 'ann');
SELECT key FROM queue_claim('notes', 'ann', 3);
SELECT key FROM queue_claim('notes', 'ann', 9);
-- A row version tells one claim from the next.
CREATE TABLE turns (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open', version integer NOT NULL DEFAULT 1);
SELECT interlock_apply('{ "interlock": 1, "name": "turns", "tables": { "turns": {
  "machines": { "rule": "Q-11", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "row_version": { "rule": "Q-13", "column": "version" },
  "queue": { "rule": "Q-12", "ready": ["open"], "claimed": "busy" } } } }');
INSERT INTO turns (id) VALUES (1);
-- rule Q-12 accept
SELECT * FROM queue_claim('turns', 'ann');
SELECT queue_finish('turns', 1, 2, 'open');
SELECT * FROM queue_claim('turns', 'bob');
SELECT queue_finish('turns', 1, 2, 'done');
SELECT queue_finish('turns', 1, 4, 'done');
SELECT * FROM turns;
-- A lease is somebody's.
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "work": {
  "machines": { "rule": "Q-01", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "queue": { "rule": "Q-02", "ready": ["open"], "claimed": "busy", "until": "run_at" } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('work') WHERE kind <> 'machine';
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();
