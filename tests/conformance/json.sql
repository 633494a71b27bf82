-- A payload is one JSON object, by one strict reader on both engines.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-16 accept
-- rule X-14 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', ' {"a": [1, -0.5e3, true, null, "é\u00e9\n"], "b": {"c": {}}} ');
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'ApprovalRequested', 'system', '{}');
COMMIT;

-- rule X-14 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', 'bug,urgent');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": 1');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": 1} trailing');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": NaN}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": 01}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{''a'': 1}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": 1,}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a" 1}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '{"a": "
"}');
-- An array, a string, a number and null are JSON, but no object.
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '[{}]');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '"{}"');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', '1');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', 'null');
-- rule X-14 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'system', NULL);

-- Depth: a thousand levels pass, one more does not, and neither does a hundred thousand.
CREATE TABLE nest (n integer PRIMARY KEY, j text NOT NULL);
INSERT INTO nest WITH RECURSIVE s (n, o, c) AS (SELECT 0, CAST('' AS text), CAST('' AS text) UNION ALL SELECT n + 1, o || '[', c || ']' FROM s WHERE n < 1000)
  SELECT n, '{"a":' || o || c || '}' FROM s WHERE n IN (999, 1000);
BEGIN;
-- rule T-16 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT 'r1', 'RunDenied', 'system', j FROM nest WHERE n = 999;
ROLLBACK;
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT 'r1', 'RunDenied', 'system', j FROM nest WHERE n = 1000;
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson")
  SELECT 'r1', 'RunDenied', 'system', replace(replace(replace('{"a":xxxxxxxxxx', 'x', 'yyyyyyyyyy'), 'y', 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz'), 'z', '[[[[[[[[[[[[[[[[[[[[');
SELECT "Type" FROM "RunEvents" ORDER BY "Id";
