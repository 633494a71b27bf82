-- A transition that fails after its event was announced leaves nothing behind that a row written by hand could use.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE doors (floor integer NOT NULL, name varchar(20) NOT NULL, state varchar(20) NOT NULL, PRIMARY KEY (floor, name));
CREATE TABLE door_events (id integer PRIMARY KEY, floor integer NOT NULL, name varchar(20) NOT NULL, what varchar(20) NOT NULL,
  who varchar(40) NOT NULL CHECK (length(who) < 10), said text NOT NULL);
SELECT interlock_apply('{"interlock": 1, "name": "doors", "version": "1", "tables": {
  "doors": { "key": ["floor", "name"], "machines": { "rule": "D-01", "column": "state", "initial": ["shut"],
    "states": { "shut": { "on": { "OPEN": "open" } }, "open": { "on": { "SHUT": "shut" } } },
    "events": { "table": "door_events",
      "columns": { "id": "$NEW.floor", "floor": "$NEW.floor", "name": "$NEW.name", "what": "$event", "who": "$actor", "said": "$payload" } } } },
  "door_events": { "append_only": { "rule": "D-02" } } } }');
INSERT INTO doors (floor, name, state) VALUES (1, 'a', 'shut'), (2, 'b "c"', 'shut');

-- A key of a number and a text is told from the columns of the event.
UPDATE doors SET state = 'open' WHERE floor = 2;

-- The events table itself refuses the row, after the announcement.
SELECT interlock_set_actor('somebody with a long name');
UPDATE doors SET state = 'open' WHERE floor = 1;
SELECT interlock_set_actor('me');
INSERT INTO door_events (id, floor, name, what, who, said) VALUES (9, 1, 'a', 'OPEN', 'me', '{}');
SELECT state FROM doors ORDER BY floor;

-- The number of the event is taken.
UPDATE doors SET state = 'shut' WHERE floor = 2;
INSERT INTO door_events (id, floor, name, what, who, said) VALUES (9, 2, 'b "c"', 'SHUT', 'me', '{}');

-- It is taken back with a savepoint.
BEGIN;
SAVEPOINT before_it;
UPDATE doors SET state = 'open' WHERE floor = 1;
ROLLBACK TO SAVEPOINT before_it;
COMMIT;
INSERT INTO door_events (id, floor, name, what, who, said) VALUES (1, 1, 'a', 'OPEN', 'me', '{}');
SELECT * FROM door_events ORDER BY id;
SELECT * FROM interlock_verify('doors');
