-- Rows that are kept: TRUNCATE, MERGE, a trigger that fires while expire_purge deletes, partitions.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE calls (id integer NOT NULL PRIMARY KEY, ended_at timestamptz);
CREATE TABLE parts (id integer NOT NULL PRIMARY KEY, call_id integer REFERENCES calls (id));
SELECT interlock_apply('{ "interlock": 1, "name": "calls", "tables": { "calls": { "expiry": { "rule": "K-01", "column": "ended_at", "keep_seconds": 60 } } } }');
INSERT INTO calls VALUES (1, '2025-01-01T00:00:00Z'), (2, '2026-01-01T00:00:00Z'), (3, NULL);
TRUNCATE calls CASCADE;
MERGE INTO calls c USING (VALUES (2)) v (id) ON c.id = v.id WHEN MATCHED THEN DELETE;
WITH gone AS (DELETE FROM calls WHERE id = 2 RETURNING id) SELECT * FROM gone;
-- The permission is for what is old enough, also in a trigger of the owner's.
CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM calls WHERE id > OLD.id; RETURN NULL; END $$;
CREATE TRIGGER more AFTER DELETE ON calls FOR EACH ROW EXECUTE FUNCTION more();
SELECT expire_purge('calls');
DROP TRIGGER more ON calls;
SELECT expire_purge('calls');
SELECT * FROM calls ORDER BY id;
-- A leaf is no way around.
CREATE TABLE log (id integer NOT NULL, ended_at timestamptz, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (100);
SELECT interlock_apply('{ "interlock": 1, "name": "log", "tables": { "log": { "expiry": { "rule": "K-02", "column": "ended_at", "keep_seconds": 60 } } } }');
INSERT INTO log VALUES (1, '2025-01-01T00:00:00Z'), (2, NULL);
DELETE FROM log_1;
TRUNCATE log_1;
SELECT expire_purge('log');
SELECT * FROM log;
