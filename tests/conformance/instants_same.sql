-- The same instant written in another form is no change, where the rules hold the column to be an instant.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE runs (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open', note varchar(20), version integer NOT NULL DEFAULT 1,
  made_at timestamptz NOT NULL, ended_at timestamptz, touched_at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "runs", "tables": { "runs": {
  "machines": { "rule": "I-01", "column": "state", "initial": "open", "states": { "open": { "to": "done" }, "done": { "type": "final", "freeze": true } } },
  "immutable": { "rule": "I-02", "columns": ["id", "made_at"] }, "row_version": { "rule": "I-03", "column": "version" },
  "touch": { "rule": "I-04", "column": "touched_at" }, "instant": { "rule": "I-05", "columns": ["made_at", "ended_at", "touched_at"] } } } }');
INSERT INTO runs (id, made_at, touched_at) VALUES (1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), (2, '2026-01-01 00:00:00', '2026-01-01T00:00:00Z'), (3, '2026-01-01T01:00:00.5+01:00', '2026-01-01T00:00:00Z');
SELECT interlock_set_clock('2026-01-01T00:00:09Z');
UPDATE runs SET made_at = '2026-01-01T01:00:00+01:00' WHERE id = 1;
UPDATE runs SET made_at = '2026-01-01T00:00:00.000000Z', version = version WHERE id = 2;
UPDATE runs SET made_at = '2026-01-01 00:00:00.500' WHERE id = 3;
SELECT id, version, made_at, touched_at FROM runs ORDER BY id;
UPDATE runs SET made_at = '2026-01-01T00:00:00.501Z' WHERE id = 3;
UPDATE runs SET made_at = '2026-01-01T00:00:00.000001Z' WHERE id = 1;
-- With a real change it is one.
UPDATE runs SET made_at = '2026-01-01 00:00:00', note = 'x' WHERE id = 1;
UPDATE runs SET state = 'done', ended_at = '2026-01-01T00:00:05Z' WHERE id IN (1, 2);
UPDATE runs SET ended_at = '2026-01-01 00:00:05', state = 'done' WHERE id = 1;
UPDATE runs SET ended_at = '2026-01-01 00:00:06' WHERE id = 1;
UPDATE runs SET ended_at = NULL WHERE id = 1;
UPDATE runs SET ended_at = '2026-01-01T00:00:05Z' WHERE id = 3;
INSERT INTO runs (id, made_at) VALUES (1, '2026-01-01 00:00:00') ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at;
UPDATE runs SET ended_at = 'soon' WHERE id = 3;
SELECT id, state, version, ended_at, touched_at FROM runs ORDER BY id;
SELECT * FROM interlock_verify();
