-- Lengths are in characters and hold on both engines; what must not be empty is not.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');
CREATE TABLE long (n integer PRIMARY KEY, a text NOT NULL, e text NOT NULL);
INSERT INTO long WITH RECURSIVE s (n, a, e) AS (SELECT 1, CAST('x' AS text), CAST('é' AS text) UNION ALL SELECT n + 1, a || 'x', e || 'é' FROM s WHERE n < 501)
  SELECT n, a, e FROM s WHERE n IN (50, 51, 100, 101, 200, 201, 500, 501);
SELECT n, length(a), length(e) FROM long ORDER BY n;

-- Just long enough, in one- and two-byte characters. (One transaction: the events follow.)
BEGIN;
-- rule T-20 accept
-- rule X-11 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  SELECT (SELECT e FROM long WHERE n = 50), (SELECT e FROM long WHERE n = 200), 0, (SELECT a FROM long WHERE n = 500), (SELECT e FROM long WHERE n = 100), (SELECT e FROM long WHERE n = 500);
-- rule T-20 accept
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT "RunId", 'RunCreated', 'user:' || substr(a, 1, 495), '{}' FROM "Runs", long WHERE n = 500;
COMMIT;
SELECT length("RunId"), length("JobKey"), length("RequestedByAddress"), length("ChannelId"), length("ConversationId") FROM "Runs";
-- rule T-20 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") SELECT c.e, m.e FROM long c, long m WHERE c.n = 100 AND m.n = 500;

-- One character more.
-- rule X-11 refuse
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT a, 'job', 0, 'a', 'c', 'v' FROM long WHERE n = 51;
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT 'r1', e, 0, 'a', 'c', 'v' FROM long WHERE n = 201;
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT 'r1', 'job', 0, a, 'c', 'v' FROM long WHERE n = 501;
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT 'r1', 'job', 0, 'a', e, 'v' FROM long WHERE n = 101;
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") SELECT 'r1', 'job', 0, 'a', 'c', a FROM long WHERE n = 501;
-- rule T-20 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT "RunId", 'RunCanceled', 'user:' || substr(a, 1, 496), '{}' FROM "Runs", long WHERE n = 500;
-- rule T-20 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") SELECT a, 'RunCreated', 'system', '{}' FROM long WHERE n = 51;
-- rule T-20 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") SELECT a, 'm' FROM long WHERE n = 101;
-- rule T-20 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") SELECT 'c', e FROM long WHERE n = 501;
-- rule T-20 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") SELECT 'c', 'm', a FROM long WHERE n = 51;
SELECT count(*) FROM "Runs";

-- Empty is not a value.
-- rule T-21 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('', 'job', 0, 'a', 'c', 'v');
-- rule T-21 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', '', 0, 'a', 'c', 'v');
-- rule T-21 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, '', 'c', 'v');
-- rule T-21 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, 'a', '', 'v');
-- rule T-21 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, 'a', 'c', '');
-- rule T-21 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('', 'm');
-- rule T-21 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', '');
-- rule T-21 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES (' ', '0');
SELECT "ChannelId", "ProviderMessageId" FROM "InboxDedup" WHERE length("ChannelId") = 1;
