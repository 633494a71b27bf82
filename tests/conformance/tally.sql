-- Tally: what becomes of rows of another table is kept on the row they belong to, and written by nobody else.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
CREATE TABLE channels (id text NOT NULL PRIMARY KEY, failures integer NOT NULL DEFAULT 0, sent integer, last_ok text, note text, CHECK (failures > -5));
CREATE TABLE sendings (id integer NOT NULL PRIMARY KEY, channel text, status text NOT NULL DEFAULT 'waiting', note text);
SELECT interlock_apply('{ "interlock": 1, "name": "post", "tables": {
  "channels": { "key": ["id"], "tally": { "rule": "T-01", "rules": { "hand": "T-02" }, "table": "sendings", "column": "channel", "state": "status",
    "enter": { "sent": { "failures": 0, "sent": "+1", "last_ok": "now" }, "failed": { "failures": "+1" } } } },
  "sendings": { "key": ["id"], "machines": { "rule": "T-03", "column": "status", "initial": ["waiting", "failed"], "states": { "waiting": { "to": ["sent", "failed", "dropped"] },
    "sent": { "type": "final" }, "failed": { "type": "final" }, "dropped": { "type": "final" } } } } } }') AS rules;
SELECT rule, "table", kind, columns, text FROM interlock_rules() WHERE rule < 'T-03' ORDER BY rule, "table", columns;
INSERT INTO channels (id) VALUES ('a'), ('b');
INSERT INTO channels (id, failures) VALUES ('c', 3);
INSERT INTO sendings (id, channel) VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'a'), (5, NULL), (6, 'nowhere'), (7, 'a');
INSERT INTO sendings (id, channel, status) VALUES (8, 'b', 'failed');
UPDATE sendings SET status = 'failed' WHERE id IN (1, 2, 5, 6);
SELECT * FROM channels ORDER BY id;
UPDATE sendings SET note = 'x', status = status;
SELECT * FROM channels ORDER BY id;
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
UPDATE sendings SET status = 'sent' WHERE id = 3;
UPDATE sendings SET status = 'dropped' WHERE id = 7;
SELECT * FROM channels ORDER BY id;
-- By hand a stepped column only becomes what a state sets it to.
UPDATE channels SET failures = failures + 1 WHERE id = 'a';
UPDATE channels SET failures = 1 WHERE id = 'a';
UPDATE channels SET failures = 3 WHERE id = 'a';
UPDATE channels SET failures = -1 WHERE id = 'a';
UPDATE channels SET sent = 5;
INSERT INTO channels (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET failures = 9;
UPDATE channels SET failures = 0 WHERE id = 'a';
UPDATE channels SET note = 'reset', failures = failures;
UPDATE sendings SET status = 'failed' WHERE id = 4;
SELECT id, failures, sent FROM channels ORDER BY id;
-- What is refused leaves nothing behind.
UPDATE sendings SET status = 'sent' WHERE id = 4;
UPDATE channels SET failures = failures + 1 WHERE id = 'a';
-- Loading: what is given is taken.
SELECT interlock_set_mode('load');
INSERT INTO channels (id, failures) VALUES ('old', 7), ('odd', -3);
INSERT INTO sendings (id, channel, status) VALUES (10, 'old', 'failed');
SELECT interlock_set_mode('enforce');
SELECT * FROM channels WHERE id IN ('old', 'odd') ORDER BY id;
SELECT rule, "key", message FROM interlock_verify('channels');
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "u": { "key": ["id"] }, "t": { "key": ["id"], "tally": [
  { "rule": "N-1", "table": "v", "column": "a", "state": "s", "enter": { "x": { "n": 0 } } }, { "rule": "N-1", "table": "u", "column": "a", "state": "s", "enter": { "x": { "n": "++1" } } },
  { "rule": "N-1", "table": "u", "column": "a", "state": "s", "enter": { "x": {} } }, { "rule": "N-1", "table": "u", "column": "a", "state": "s" },
  { "rule": "N-1", "table": "u", "column": "a", "state": "s", "enter": { "x": { "n": "+1" }, "y": { "n": "+2" } } } ] } } }') ORDER BY path;
