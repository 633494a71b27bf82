-- When a failed attempt may be followed by another: a stamp that counts on from an instant by a backoff. What an assert locks. Rows that are only added, but for some columns.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
CREATE TABLE tries (id integer NOT NULL PRIMARY KEY, n integer NOT NULL DEFAULT 1, state text NOT NULL DEFAULT 'open', tried text, again text);
SELECT interlock_apply('{ "interlock": 1, "name": "tries", "tables": { "tries": { "key": ["id"], "machines": { "rule": "L-01", "column": "state", "initial": "open", "states": {
  "open": { "to": ["failed", "done"], "forbid": ["again"] },
  "failed": { "type": "final", "stamp": { "tried": "now", "again": { "after": "tried", "attempt": "n", "base_seconds": 60, "factor": 2, "cap_seconds": 600, "max": 6 } } },
  "done": { "type": "final", "forbid": ["again"] } } } } } }') AS rules;
SELECT text FROM interlock_rules('tries') WHERE text LIKE 'When%';
INSERT INTO tries (id, n) VALUES (1, 1), (2, 2), (3, 4), (4, 5), (5, 6), (6, 99), (7, 0), (8, 1), (9, 1), (10, 1);
UPDATE tries SET state = 'failed' WHERE id < 8;
UPDATE tries SET state = 'failed', tried = '2026-01-05T08:00:00Z' WHERE id = 8;
UPDATE tries SET state = 'failed', again = '2026-01-06T00:00:00Z' WHERE id = 9;
UPDATE tries SET state = 'done', again = '2026-01-06T00:00:00Z' WHERE id = 10;
SELECT id, n, state, tried, again FROM tries ORDER BY id;
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "machines": { "rule": "L-1", "column": "s", "initial": "a", "states": {
  "a": { "to": ["b", "c", "d", "e"] }, "b": { "type": "final", "stamp": { "x": { "after": "y" } } }, "c": { "type": "final", "stamp": { "x": { "after": "y", "attempt": "n", "factor": 0.5 } } },
  "d": { "type": "final", "stamp": { "x": { "after": "y", "attempt": "n", "base_seconds": "1" } } }, "e": { "type": "final", "stamp": { "x": { "after": "y", "attempt": "n", "max": 0 } } } } } } } }');

CREATE TABLE rooms (id text NOT NULL PRIMARY KEY, places integer NOT NULL);
CREATE TABLE bookings (id integer NOT NULL PRIMARY KEY, room text NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "rooms", "tables": { "bookings": { "key": ["id"], "asserts": { "rule": "L-02", "lock": { "table": "rooms", "key": "id", "column": "room" },
  "that": "(SELECT count(*) FROM bookings b WHERE b.room = NEW.room) <= (SELECT r.places FROM rooms r WHERE r.id = NEW.room)", "text": "the room is full" } } } }') AS rules;
INSERT INTO rooms VALUES ('a', 2);
INSERT INTO bookings VALUES (1, 'a'), (2, 'a');
INSERT INTO bookings VALUES (3, 'a');
UPDATE bookings SET room = 'b' WHERE id = 1;
SELECT count(*) FROM bookings;
SELECT interlock_apply('{ "interlock": 1, "name": "bad", "tables": { "bookings": { "key": ["id"], "asserts": { "rule": "L-02", "on": ["delete"], "lock": { "table": "rooms", "key": "id", "column": "room" },
  "that": "true", "text": "x" } } } }');

CREATE TABLE alarms (id integer NOT NULL PRIMARY KEY, what text NOT NULL, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "alarms", "tables": { "alarms": { "key": ["id"], "append_only": { "rule": "L-03", "except": ["note"] } } } }') AS rules;
SELECT text FROM interlock_rules('alarms');
INSERT INTO alarms VALUES (1, 'fire', NULL);
UPDATE alarms SET note = 'seen';
UPDATE alarms SET note = note, what = what;
UPDATE alarms SET what = 'smoke';
UPDATE alarms SET what = 'smoke', note = 'x';
INSERT INTO alarms VALUES (1, 'fire', 'x') ON CONFLICT (id) DO UPDATE SET note = 'upserted';
INSERT INTO alarms VALUES (1, 'fire', 'x') ON CONFLICT (id) DO UPDATE SET what = 'upserted';
DELETE FROM alarms;
SELECT * FROM alarms;
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "append_only": { "rule": "N-1", "except": "a" } } } }');
