-- acolib's settings: A-28 … A-33.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');

-- Every type, and texts that are none of it
-- rule A-28 accept
-- rule A-31 accept
INSERT INTO configurations (key, value, value_type) VALUES
  ('app.port', '+8080', 'integer'), ('app.least', '-9223372036854775808', 'integer'), ('app.ratio', '-.5e3', 'float'),
  ('app.debug', 'YES', 'boolean'), ('app.quiet', '0', 'boolean'), ('app.list', ' [1, {"a": null}] ', 'json'), ('app.null', 'null', 'json');
-- rule A-28 accept
INSERT INTO configurations (key, value) VALUES ('app.name', ''), ('app.motto', 'anything at all');
SELECT key, value, value_type, is_secret FROM configurations ORDER BY key;
SELECT setting_get('configurations', 'app.port'), setting_get('configurations', 'app.debug'), setting_get('configurations', 'app.quiet'), setting_get('configurations', 'app.ratio');
SELECT setting_get('configurations', 'app.list'), setting_get('configurations', 'app.motto'), setting_get('configurations', 'no.such');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '80a', 'integer');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '9223372036854775808', 'integer');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '', 'integer');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', ' 1', 'integer');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', 'inf', 'float');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '1e309', 'float');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '1.', 'integer');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', 'on', 'boolean');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '{bad}', 'json');
-- rule A-28 refuse
INSERT INTO configurations (key, value, value_type) VALUES ('x', '1', 'number');
-- rule A-28 refuse
UPDATE configurations SET value = 'http' WHERE key = 'app.port';
-- rule A-28 accept
UPDATE configurations SET value = '8081' WHERE key = 'app.port';

-- The type alone
-- rule A-33 refuse
UPDATE configurations SET value_type = 'integer' WHERE key = 'app.motto';
-- rule A-33 accept
UPDATE configurations SET value_type = 'string' WHERE key = 'app.port';
-- rule A-33 accept
UPDATE configurations SET value_type = 'float' WHERE key = 'app.port';
-- rule A-28 accept
UPDATE configurations SET value = 'true', value_type = 'boolean' WHERE key = 'app.port';
-- rule A-28 refuse
UPDATE configurations SET value_type = NULL WHERE key = 'app.port';

-- The key
-- rule A-31 refuse
INSERT INTO configurations (key, value) VALUES ('', 'x');
-- rule A-31 refuse
INSERT INTO configurations (key, value) VALUES ('x', NULL);
-- rule A-31 refuse
UPDATE configurations SET key = 'app.other' WHERE key = 'app.name';
-- rule A-31 refuse
UPDATE configurations SET value = NULL WHERE key = 'app.name';

-- Secrets
-- rule A-29 accept
-- rule A-32 accept
INSERT INTO configurations (key, value, value_type, is_secret) VALUES ('db.password', 'hunter2', 'string', 1), ('db.pin', '1234', 'integer', 1);
-- rule A-29 refuse
INSERT INTO configurations (key, value, is_secret) VALUES ('x', 'x', 2);
-- rule A-29 refuse
INSERT INTO configurations (key, value, is_secret) VALUES ('x', 'x', NULL);
SELECT setting_get('configurations', 'db.password'), setting_get('configurations', 'db.pin');
SELECT key, value FROM configurations_masked WHERE key LIKE 'db.%' ORDER BY key;
-- No message shows one, whichever constraint is broken.
-- rule A-32 refuse as A-28
UPDATE configurations SET value = 's3cret' WHERE key = 'db.pin';
-- rule A-32 refuse as A-33
UPDATE configurations SET value_type = 'integer' WHERE key = 'db.password';
-- rule A-32 refuse
INSERT INTO configurations (key, value, is_secret) VALUES (NULL, 's3cret', 1);
-- rule A-32 refuse as A-29
INSERT INTO configurations (key, value, is_secret) VALUES ('x', 's3cret', 7);
-- rule A-32 refuse as A-28
INSERT INTO configurations (key, value, value_type, is_secret) VALUES ('x', 's3cret', 'password', 1);
-- rule A-32 refuse
INSERT INTO configurations (key, value, is_secret, created_at) VALUES ('x', 's3cret', 1, NULL);
-- rule A-30 refuse
UPDATE configurations SET is_secret = 0 WHERE key = 'db.password';
-- rule A-30 refuse
UPDATE configurations SET is_secret = 0, value = 'hunter2' WHERE key = 'db.password';
-- rule A-30 accept
UPDATE configurations SET is_secret = 0, value = 'changed' WHERE key = 'db.password';
-- rule A-30 accept
UPDATE configurations SET is_secret = 1 WHERE key = 'db.password';
SELECT setting_get('configurations', 'db.password');
SELECT setting_get('tasks', 'x');
SELECT setting_get(NULL, 'x');
SELECT setting_get('configurations', NULL);
SELECT rule, "table", key FROM interlock_verify('acolib');
