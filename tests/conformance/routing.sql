-- Routing: which channels an alert reaches.
SELECT pattern_match('["finra.*", "otc"]', 'finra.weekly') AS a, pattern_match('["finra.*", "otc"]', 'otc') AS b, pattern_match('["finra.*", "otc"]', 'otcx') AS c, pattern_match('["finra.*"]', 'finra') AS d, pattern_match('["*"]', '') AS e;
SELECT pattern_match('[]', 'x') AS a, pattern_match(NULL, 'x') AS b, pattern_match('["y"]', NULL) AS c, pattern_match('["a*b"]', 'a*b') AS d, pattern_match('["a*b"]', 'axb') AS e, pattern_match('["Zo\u00eb*"]', 'Zoë!') AS f, pattern_match('["a\u002a"]', 'abc') AS g, pattern_match('["x\"y"]', 'x"y') AS h;
SELECT pattern_match('[1, null, {"a": "x"}, ["x"]]', 'x') AS a, pattern_match('["X"]', 'x') AS b, pattern_match('["\\*"]', '\z') AS c, pattern_match('["\ud83d\ude00"]', '😀') AS d, pattern_match('["\\u002a"]', '\u002a') AS e, pattern_match('[""]', '') AS f, pattern_match('[""]', 'x') AS g;
SELECT pattern_match('{}', 'x');
CREATE TABLE channels (id text NOT NULL PRIMARY KEY, active integer NOT NULL DEFAULT 1, least text NOT NULL DEFAULT 'ERROR', domains jsonb);
CREATE TABLE alarms (id integer NOT NULL PRIMARY KEY, level text NOT NULL, domain text);
CREATE TABLE sendings (id integer NOT NULL PRIMARY KEY, alarm integer NOT NULL, channel text NOT NULL, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "alarms", "tables": { "channels": { "key": ["id"] }, "sendings": { "key": ["id"] }, "alarms": { "key": ["id"],
  "routing": { "rule": "R-01", "severity": "level", "rank": ["INFO", "WARNING", "ERROR"], "domain": "domain",
    "channels": { "table": "channels", "key": "id", "enabled": "active", "least": "least", "patterns": "domains" },
    "deliveries": { "table": "sendings", "alert": "alarm", "channel": "channel" } } } } }') AS rules;
SELECT rule, "table", kind, columns, text FROM interlock_rules() ORDER BY "table";
INSERT INTO channels VALUES ('all', 1, 'INFO', NULL), ('empty', 1, 'INFO', '[]'), ('off', 0, 'INFO', NULL), ('err', 1, 'ERROR', NULL), ('finra', 1, 'WARNING', '["finra.*"]'), ('one', 1, 'INFO', '["otc", "finra.weekly"]');
INSERT INTO alarms VALUES (1, 'WARNING', 'finra.weekly'), (2, 'ERROR', 'otc'), (3, 'INFO', NULL);
INSERT INTO alarms VALUES (4, 'odd', 'x');
INSERT INTO alarms VALUES (4, 'error', 'x');
SELECT * FROM alert_route('alarms', '1');
SELECT * FROM alert_route('alarms', '2');
SELECT channel FROM alert_route('alarms', '3') WHERE eligible;
SELECT * FROM alert_route('alarms', '99');
SELECT * FROM alert_route('alarms', NULL);
SELECT * FROM alert_route('channels', 'all');
-- A delivery is only of a channel that takes the alert.
INSERT INTO sendings (id, alarm, channel) VALUES (1, 1, 'finra'), (2, 1, 'one');
INSERT INTO sendings (id, alarm, channel) VALUES (3, 1, 'err');
INSERT INTO sendings (id, alarm, channel) VALUES (3, 1, 'off');
INSERT INTO sendings (id, alarm, channel) VALUES (3, 2, 'finra');
INSERT INTO sendings (id, alarm, channel) VALUES (3, 1, 'nowhere');
INSERT INTO sendings (id, alarm, channel) VALUES (3, 99, 'all');
UPDATE sendings SET channel = 'off' WHERE id = 1;
INSERT INTO sendings (id, alarm, channel) SELECT 10, 2, channel FROM alert_route('alarms', '2') WHERE eligible AND channel = 'all';
-- What was delivered stays when the channel is turned off.
UPDATE channels SET active = 0;
UPDATE sendings SET note = 'x';
SELECT id, alarm, channel FROM sendings ORDER BY id;
SELECT interlock_set_mode('load');
INSERT INTO sendings (id, alarm, channel) VALUES (20, 1, 'off');
SELECT interlock_set_mode('enforce');
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "u": { "key": ["id"] }, "t": { "key": ["id"], "routing": { "rule": "N-1", "severity": "s", "channels": { "table": "u", "key": "id" } } } } }');
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "u": { "key": ["id"] }, "t": { "key": ["id"], "routing": { "rule": "N-1", "domain": "d", "channels": { "table": "u", "key": "id" } } } } }');
SELECT severity, path, message FROM interlock_lint('{ "interlock": 1, "name": "x", "tables": { "u": { "key": ["id"] }, "t": { "key": ["id"], "routing": { "rule": "N-1", "channels": { "table": "u", "key": "id" }, "deliveries": { "table": "v", "alert": "a", "channel": "c" } } } } }');
