-- A log that others write to as well, under keys made of the row's; rules that rest while existing data is loaded.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE jobs (id text NOT NULL PRIMARY KEY, kind text NOT NULL, state text NOT NULL);
CREATE TABLE log (job text NOT NULL, what text NOT NULL, tag text UNIQUE, PRIMARY KEY (job, what));
CREATE TABLE seen (job text NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": {
  "jobs": { "key": ["id"],
    "machines": { "rule": "J-01", "column": "state", "initial": "new", "states": { "new": { "born": ["made"], "on": { "go": "done" } }, "done": { "type": "final" } },
      "events": { "table": "log", "others": true, "columns": { "job": "$key", "what": "$event", "tag": "${NEW.kind}/${key}: ${from} -> ${to} by ${actor}, ''${event}''" } } },
    "asserts": { "rule": "J-02", "on": ["insert"], "that": "NEW.kind <> ''bad''", "text": "kind is bad", "load": false },
    "effects": { "rule": "J-03", "on": ["insert"], "do": ["INSERT INTO seen (job) VALUES (NEW.id)"], "load": false } },
  "log": { "key": ["job", "what"] } } }') AS rules;
INSERT INTO jobs (id, kind, state) VALUES ('j1', 'mail', 'new');
UPDATE jobs SET state = 'done';
INSERT INTO log (job, what, tag) VALUES ('j1', 'note', NULL);
SELECT job, what, tag FROM log ORDER BY what;
SELECT job FROM seen;
INSERT INTO jobs (id, kind, state) VALUES ('j2', 'bad', 'new');
-- A key that was taken before the transition refuses it.
INSERT INTO log (job, what, tag) VALUES ('j3', 'made', 'taken');
INSERT INTO jobs (id, kind, state) VALUES ('j3', 'mail', 'new');
SELECT interlock_set_mode('load');
INSERT INTO jobs (id, kind, state) VALUES ('j2', 'bad', 'new');
INSERT INTO jobs (id, kind, state) VALUES ('j4', 'mail', 'done');
SELECT interlock_set_mode('enforce');
SELECT count(*) FROM log WHERE job IN ('j2', 'j4');
SELECT job FROM seen;
SELECT rule, "table", "key", message FROM interlock_verify('jobs');
SELECT interlock_remove('jobs');
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "jobs": { "key": ["id"], "machines": { "rule": "J-01", "column": "state", "initial": "new", "states": { "new": { "to": ["done"] }, "done": { "type": "final" } }, "events": { "table": "log", "columns": { "job": "$key", "what": "$event", "tag": "${now}" } } } }, "log": { "key": ["job", "what"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "jobs": { "key": ["id"], "machines": { "rule": "J-01", "column": "state", "initial": "new", "states": { "new": { "to": ["done"] }, "done": { "type": "final" } }, "events": { "table": "log", "columns": { "job": "$key", "what": "$event", "tag": "x${key" } } } }, "log": { "key": ["job", "what"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "jobs": { "key": ["id"], "machines": { "rule": "J-01", "column": "state", "initial": "new", "states": { "new": { "to": ["done"] }, "done": { "type": "final" } }, "events": { "table": "log", "writer": "application", "others": true, "order": "job", "columns": { "job": "$key", "what": "$event" } } } }, "log": { "key": ["job", "what"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "jobs": { "key": ["id"], "asserts": { "rule": "J-02", "that": "true", "text": "t", "load": "no" } } } }');
