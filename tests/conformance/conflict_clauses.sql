-- Upserts keep their meaning on guarded tables (the OR forms of SQLite: sqlite/or_clauses).
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r1';

-- DO NOTHING on a used key: no error, no row, no event; the other rows are born.
-- rule X-08 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'new', 1, 'a', 'c', 'v') ON CONFLICT DO NOTHING;
-- rule X-08 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'new', 0, 'a', 'c', 'v'), ('r2', 'job', 0, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO NOTHING;
-- Even where the row that is not written would have been no birth.
-- rule X-08 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'new', 4, 'a', 'c', 'v') ON CONFLICT DO NOTHING;
-- A row that does not conflict is judged like any other.
-- rule X-08 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r3', 'job', 4, 'a', 'c', 'v') ON CONFLICT DO NOTHING;
-- DO UPDATE is an UPDATE: judged, stamped, with its event.
-- rule X-08 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO UPDATE SET "Status" = 4;
-- rule X-08 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO UPDATE SET "Status" = excluded."Status";
-- rule T-05 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO UPDATE SET "Status" = 5, "Version" = excluded."Version";
-- An upsert whose WHERE is false does nothing.
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v')
  ON CONFLICT ("RunId") DO UPDATE SET "Status" = 5 WHERE "Runs"."Version" = 99;
SELECT "RunId", "JobKey", "Status", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type" FROM "RunEvents" ORDER BY "RunId", "Id";

-- The inbox and the timeline.
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm1');
-- rule X-08 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm1'), ('c', 'm2') ON CONFLICT DO NOTHING;
-- rule X-08 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm1') ON CONFLICT ("ChannelId", "ProviderMessageId") DO UPDATE SET "ProcessedAt" = excluded."ProcessedAt";
-- rule X-08 accept
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'r1', 'RunCreated', 'system', '{}') ON CONFLICT DO NOTHING;
-- rule X-08 refuse
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "Actor", "PayloadJson") VALUES (1, 'r1', 'RunCreated', 'system', '{}') ON CONFLICT ("Id") DO UPDATE SET "PayloadJson" = '{"x": 1}';
SELECT "ProviderMessageId" FROM "InboxDedup" ORDER BY 1;

-- UPDATE … FROM is an UPDATE.
-- rule T-03 refuse
UPDATE "Runs" SET "Status" = 2 FROM (SELECT 'r1' AS id) x WHERE "RunId" = x.id;
-- rule T-03 accept
UPDATE "Runs" SET "Status" = 6 FROM (SELECT 'r1' AS id) x WHERE "RunId" = x.id;
SELECT "RunId", "Status", "Version" FROM "Runs" ORDER BY "RunId";
