-- Roles typed and secret, and setting_get, on a table of one's own.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
CREATE TABLE settings (id integer NOT NULL PRIMARY KEY, value varchar(1000) NOT NULL, kind varchar(20) NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'int', 'real', 'bool', 'doc')), hidden integer NOT NULL DEFAULT 0, note varchar(100) NOT NULL DEFAULT '');
SELECT interlock_apply('{"interlock": 1, "name": "settings", "tables": {"settings": {"key": ["id"],
  "flag": {"rule": "C-01", "columns": ["hidden"]},
  "typed": {"rule": "C-02", "rules": {"retype": "C-03"}, "value": "value", "type": "kind",
            "types": {"string": "text", "integer": "int", "float": "real", "boolean": "bool", "json": "doc"}},
  "secret": {"rule": "C-04", "rules": {"reveal": "C-05"}, "columns": ["value"], "flag": "hidden"}}}}');
SELECT rule, kind, text FROM interlock_rules('settings') WHERE kind <> 'present' ORDER BY rule;

INSERT INTO settings (id, value, kind) VALUES (1, '+8080', 'int'), (2, '-.5e3', 'real'), (3, 'YES', 'bool'), (4, ' [1] ', 'doc'), (5, 'text', 'text');
SELECT setting_get('settings', '1'), setting_get('settings', '2'), setting_get('settings', '3'), setting_get('settings', '4'), setting_get('settings', '5'), setting_get('settings', '6');
INSERT INTO settings (id, value, kind) VALUES (9, 'x', 'int');
INSERT INTO settings (id, value, kind) VALUES (9, 'x', 'integer');
UPDATE settings SET kind = 'int' WHERE id = 5;
UPDATE settings SET kind = 'real' WHERE id = 1;
UPDATE settings SET value = 'x', kind = 'text' WHERE id = 1;
UPDATE settings SET value = 'y', hidden = 1 WHERE id = 1;
SELECT setting_get('settings', '1');
UPDATE settings SET hidden = 0 WHERE id = 1;
UPDATE settings SET hidden = 0, value = 'z' WHERE id = 1;
SELECT setting_get('settings', '1');
INSERT INTO settings (id, value, hidden, note) VALUES (9, 'hunter2', 1, NULL);
SELECT setting_get('settings', 'nine');
SELECT setting_get('nowhere', '1');
-- What was let in without being looked at
-- @guards off
UPDATE settings SET value = 'x' WHERE id = 2;
-- @guards on
SELECT rule, key, message FROM interlock_verify('settings');
SELECT setting_get('settings', '2');
-- Rulebooks that make no sense
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"typed": {"rule": "C-02", "value": "value"}}}}');
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"typed": {"rule": "C-02", "value": "value", "type": "value"}}}}');
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"typed": {"rule": "C-02", "value": "value", "type": "kind", "types": {}}}}}');
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"typed": {"rule": "C-02", "value": "value", "type": "kind", "types": {"int": "integer"}}}}}');
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"secret": {"rule": "C-04", "columns": []}}}}');
SELECT interlock_apply('{"interlock": 1, "name": "bad", "tables": {"settings": {"secret": {"rule": "C-04", "columns": ["value", "value"]}}}}');
