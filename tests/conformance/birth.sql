-- What a run may look like when it is born.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');

-- Born Created or AwaitingApproval, at version 1, with both instants the clock's.
-- rule T-02 accept
-- rule T-01 accept
-- rule X-19 accept
-- rule X-03 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r0', 'job', 0, 'a', 'c', 'v');
-- rule T-02 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule T-05 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "Version") VALUES ('r2', 'job', 1, 'a', 'c', 'v', 1);
SELECT "RunId", "Status", "CreatedAt", "UpdatedAt", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type", "At", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";

-- In no other state.
-- rule T-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x2', 'job', 2, 'a', 'c', 'v');
-- rule X-19 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x4', 'job', 4, 'a', 'c', 'v');
-- rule T-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x5', 'job', 5, 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x10', 'job', 10, 'a', 'c', 'v');
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x-1', 'job', -1, 'a', 'c', 'v');
-- rule X-03 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('xn', 'job', NULL, 'a', 'c', 'v');

-- Not at another version.
-- rule T-05 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "Version") VALUES ('x7', 'job', 1, 'a', 'c', 'v', 7);
-- rule T-05 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "Version") VALUES ('x0', 'job', 1, 'a', 'c', 'v', 0);

-- UpdatedAt is never before CreatedAt.
-- rule T-08 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('r3', 'job', 1, 'a', 'c', 'v', '2025-12-31T23:00:00Z', '2025-12-31T23:30:00Z');
-- rule T-08 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('x8', 'job', 1, 'a', 'c', 'v', '2025-12-31T23:00:00Z', '2025-12-31T22:59:59.999Z');

-- The key is never NULL, never used twice, and a used one is not overwritten.
-- rule X-02 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r4', 'job', 0, 'a', 'c', 'v');
-- rule X-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (NULL, 'job', 0, 'a', 'c', 'v');
-- rule T-22 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r5', 'job', 0, 'a', 'c', 'v');
-- rule T-22 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r5', 'other', 0, 'a', 'c', 'v');
SELECT "RunId", "JobKey" FROM "Runs" ORDER BY "RunId";

-- Nothing that was refused left an event.
SELECT "RunId", count(*) FROM "RunEvents" GROUP BY "RunId" ORDER BY "RunId";
