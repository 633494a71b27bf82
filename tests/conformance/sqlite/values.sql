-- What SQLite's loose columns would take, and the rules do not.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 'Running', 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 'Created', 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 0.5, 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', x'30', 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', '', 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 9223372036854775807, 'a', 'c', 'v');
-- A number in text is the number, as the column's affinity has it.
-- rule T-01 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', '1', 'a', 'c', 'v');
SELECT "Status", typeof("Status") FROM "Runs";
-- Lengths are the rule's here, with its id.
.nullvalue NULL
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', CAST(zeroblob(1000000) AS TEXT), 0, 'a', 'c', 'v');
-- rule T-20 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', x'00ff', 0, 'a', 'c', 'v');
-- Text that is no UTF-8.
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', CAST(x'ff80' AS TEXT), 0, 'a', 'c', 'v');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', CAST(x'7b22ff223a317d' AS TEXT));
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', CAST(x'7b7d007b7d' AS TEXT));
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', x'7b7d');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCreated', 'system', 1);
-- rule X-10 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "ProcessedAt") VALUES ('c', 'm', 1767225600);
-- rule X-10 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "ProcessedAt") VALUES ('c', 'm', x'32303236');
-- rule X-10 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "ProcessedAt") VALUES ('c', 'm', '2026-01-01T00:00:00Z' || char(0) || 'x');

-- Functions meet every type.
SELECT fsm_code('Runs', x'00'), fsm_label('Runs', 1), fsm_label('Runs', 1.5), fsm_label('Runs', x'31'), fsm_can('Runs', 0, 1);
SELECT fsm_code('Runs', CAST(x'ff' AS TEXT));
SELECT fsm_transition('Runs', x'7231', 'Approved');
SELECT fsm_transition('Runs', 'r1', 'Approved', NULL, NULL, NULL, 'not json');
SELECT dedup_key(1, 2.5, x'61', 'b');
SELECT interlock_set_clock(5);
SELECT interlock_set_clock(x'00');
SELECT interlock_apply(x'00');
SELECT interlock_apply(17);
SELECT dedup_accept('InboxDedup', 1, 2);
SELECT "ChannelId", typeof("ChannelId") FROM "InboxDedup";
