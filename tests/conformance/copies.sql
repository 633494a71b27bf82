-- Copies: what a row takes over, when it is born, from the row of another table that it names.
CREATE TABLE channels (id text NOT NULL PRIMARY KEY, name text NOT NULL, level integer);
CREATE TABLE sendings (id text NOT NULL PRIMARY KEY, channel text, channel_name text NOT NULL DEFAULT '', level integer, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "post", "tables": { "channels": { "key": ["id"] },
  "sendings": { "key": ["id"], "copies": { "rule": "P-01", "column": "channel", "table": "channels", "key": "id", "columns": { "channel_name": "name", "level": "level" }, "fill": true } } } }') AS rules;
SELECT rule, kind, columns, text FROM interlock_rules('sendings');
INSERT INTO channels VALUES ('c1', 'ops', 3), ('c2', 'dev', NULL);
INSERT INTO sendings (id, channel) VALUES ('s1', 'c1'), ('s2', 'c2');
INSERT INTO sendings (id, channel, channel_name, level) VALUES ('s3', 'c1', 'ops', 3);
SELECT id, channel, channel_name, level FROM sendings ORDER BY id;
INSERT INTO sendings (id, channel, channel_name) VALUES ('s4', 'c1', 'dev');
INSERT INTO sendings (id, channel, level) VALUES ('s4', 'c1', 4);
INSERT INTO sendings (id, channel) VALUES ('s4', 'nowhere');
INSERT INTO sendings (id, channel, channel_name) VALUES ('s4', 'c1', NULL);
-- A row that names none has what the writer says.
INSERT INTO sendings (id, channel_name, level) VALUES ('s5', 'by hand', 9);
-- They stay, whatever becomes of the other row.
UPDATE channels SET name = 'operations', level = 4 WHERE id = 'c1';
UPDATE sendings SET note = 'x';
UPDATE sendings SET channel_name = 'operations' WHERE id = 's1';
UPDATE sendings SET level = 4 WHERE id = 's1';
UPDATE sendings SET level = NULL WHERE id = 's1';
UPDATE sendings SET channel = 'c2' WHERE id = 's1';
UPDATE sendings SET channel = 'nowhere' WHERE id = 's1';
DELETE FROM channels WHERE id = 'c1';
UPDATE sendings SET channel = NULL WHERE id = 's1';
INSERT INTO sendings (id, channel) VALUES ('s1', 'c2') ON CONFLICT (id) DO UPDATE SET level = 77;
SELECT id, channel, channel_name, level, note FROM sendings ORDER BY id;
-- Loading takes what is given.
SELECT interlock_set_mode('load');
INSERT INTO sendings (id, channel, channel_name) VALUES ('s6', 'gone', 'was');
SELECT interlock_set_mode('enforce');
SELECT count(*) FROM interlock_verify('sendings');
-- Without "fill" all is given, and right.
CREATE TABLE fetches (id text NOT NULL PRIMARY KEY, source text, source_name text NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "fetch", "tables": {
  "fetches": { "key": ["id"], "copies": { "rule": "F-01", "column": "source", "table": "channels", "key": "id", "columns": { "source_name": "name" } } } } }') AS rules;
SELECT text FROM interlock_rules('fetches');
INSERT INTO fetches VALUES ('f1', 'c2', 'dev'), ('f2', NULL, 'x');
INSERT INTO fetches VALUES ('f3', 'c2', '');
INSERT INTO fetches VALUES ('f3', 'c2', 'x');
UPDATE fetches SET source_name = 'dev' WHERE id = 'f2';
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "copies": [ { "rule": "N-1", "column": "a", "table": "u", "key": "id" },
  { "rule": "N-1", "column": "a", "table": "u", "key": "id", "columns": { "b": 1 } }, { "rule": "N-1", "column": "a", "table": "u", "key": "id", "columns": { "a": "b" } },
  { "rule": "N-1", "column": "a", "table": "u", "key": "id", "columns": { "b": "b" }, "fill": 1 } ] } } }') ORDER BY path;
