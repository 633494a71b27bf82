-- Members that a JSON object must have, and references to where a secret is.
CREATE TABLE sources (id text NOT NULL PRIMARY KEY, kind text NOT NULL, config text, secret text, pass text);
SELECT interlock_apply('{ "interlock": 1, "name": "sources", "tables": { "sources": { "key": ["id"],
  "json": { "rule": "M-01", "columns": { "config": "object" } },
  "members": [ { "rule": "M-02", "column": "config", "by": "kind", "of": { "file": ["path"], "http": ["url", "verb"] } },
               { "rule": "M-03", "column": "secret", "of": ["zoë"] } ],
  "reference": { "rule": "M-04", "columns": { "pass": ["env", "vault"] } } } } }') AS rules;
SELECT rule, kind, columns, text FROM interlock_rules('sources') ORDER BY rule, columns;
INSERT INTO sources (id, kind, config) VALUES ('1', 'file', '{"path": "a.psv"}'), ('2', 'http', '{"url": "https://x", "verb": "GET", "more": {"path": []}}'), ('3', 'other', '{}'), ('4', 'file', NULL);
INSERT INTO sources (id, kind, config) VALUES ('5', 'http', '{"path": "a.psv"}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'http', '{"url": "https://x"}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'file', '{}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'file', '{"x": {"path": 1}, "y": ["path", {"path": "z"}], "z": "\"path\": 1"}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'file', '{"path": null}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'file', '{"path": ""}');
INSERT INTO sources (id, kind, config) VALUES ('5', 'file', '{"a": [1, {"b": "}"}], "p\u0061th": 0}');
INSERT INTO sources (id, kind, config) VALUES ('6', 'file', '["path"]');
UPDATE sources SET kind = 'http' WHERE id = '1';
UPDATE sources SET config = '{"pat": 1, "paths": 2}' WHERE id = '1';
UPDATE sources SET config = '{ "path" : [ ] }' WHERE id = '1';
INSERT INTO sources (id, kind, secret) VALUES ('7', 'x', '{"zoë": 1}'), ('8', 'x', '{"zo\u00eb": false}');
INSERT INTO sources (id, kind, secret) VALUES ('9', 'x', '{"zoe": 1}');
INSERT INTO sources (id, kind, secret) VALUES ('9', 'x', '{"zo\ud83d\ude00": 1}');
-- The value of what is no reference is in no message.
INSERT INTO sources (id, kind, pass) VALUES ('10', 'x', 'env:PASSWORD'), ('11', 'x', 'vault://kv/prod db'), ('12', 'x', NULL);
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', 'hunter2');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', 'env');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', 'env:');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', 'env: ');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', 'ENV:A');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', ' env:A');
INSERT INTO sources (id, kind, pass) VALUES ('13', 'x', '');
UPDATE sources SET pass = 'aws:secret' WHERE id = '10';
SELECT id, kind, pass FROM sources ORDER BY length(id), id;
-- @guards off
INSERT INTO sources (id, kind, config, pass) VALUES ('b1', 'http', '{}', 'hunter2');
-- @guards on
SELECT rule, "key", message FROM interlock_verify('sources');
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "t": { "key": ["id"], "members": [ { "rule": "N-1", "column": "a" }, { "rule": "N-1", "column": "a", "of": [] },
  { "rule": "N-1", "column": "a", "by": "b", "of": ["c"] }, { "rule": "N-1", "column": "a", "by": "b", "of": { "x": "c" } } ],
  "reference": [ { "rule": "N-1", "columns": { "a": [] } }, { "rule": "N-1", "columns": { "a": ["b:"] } } ] } } }') ORDER BY path;
