-- Existing data comes in with mode load; verify finds what breaks a rule, however it got there.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
-- rule X-15 accept
SELECT count(*) FROM interlock_verify('textops');

-- Load lets births in any state and given versions through, and writes nothing of its own.
SELECT interlock_set_mode('load');
-- rule X-19 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "CreatedAt", "RequestedByAddress", "ChannelId", "ConversationId", "UpdatedAt", "Version")
  VALUES ('old', 'job', 5, '2025-06-01 10:00:00', 'a', 'c', 'v', '2025-06-01 11:00:00', 4);
INSERT INTO "RunEvents" ("RunId", "Type", "At", "Actor", "PayloadJson") VALUES
  ('old', 'RunCreated', '2025-06-01T10:00:00Z', 'system', '{}'), ('old', 'ApprovalRequested', '2025-06-01T10:00:00Z', 'system', '{}'),
  ('old', 'RunApproved', '2025-06-01T10:10:00Z', 'user:a', '{}'), ('old', 'ExecutionDispatched', '2025-06-01T10:10:00Z', 'system', '{}'),
  ('old', 'ExecutionStarted', '2025-06-01T10:20:00Z', 'worker:1', '{}'), ('old', 'ExecutionSucceeded', '2025-06-01T11:00:00Z', 'worker:1', '{}');
SELECT count(*) FROM "RunEvents";
-- What a column may hold, and what is append-only or immutable, holds in load too.
-- rule T-01 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('x', 'job', 11, 'a', 'c', 'v');
-- rule T-11 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('old', 'Foo', 'system', '{}');
-- rule T-16 refuse
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('old', 'RunCanceled', 'system', 'x');
-- rule T-09 refuse
DELETE FROM "RunEvents" WHERE "RunId" = 'old';
-- rule T-09 refuse
UPDATE "RunEvents" SET "Actor" = 'system:x' WHERE "RunId" = 'old';
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('c', 'm', 'old');
-- rule T-18 refuse
DELETE FROM "InboxDedup";
SELECT interlock_set_mode('enforce');
SELECT interlock_set_mode('off');
-- rule T-02 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('y', 'job', 5, 'a', 'c', 'v');
-- What was loaded whole has nothing to report.
SELECT * FROM interlock_verify('textops');

-- Rows planted past every guard: verify names each by its rule. (A superuser's or owner's way around, X-15.)
-- @guards off
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "CreatedAt", "RequestedByAddress", "ChannelId", "ConversationId", "UpdatedAt", "Version") VALUES
  ('p01', 'job', 10, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2026-01-01T00:00:00Z', 1),
  ('p05', 'job', 0, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2026-01-01T00:00:00Z', 0),
  ('p08', 'job', 0, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2025-01-01T00:00:00Z', 1),
  ('p13', 'job', 3, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2026-01-01T00:00:00Z', 1),
  ('p21', '', 0, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2026-01-01T00:00:00Z', 1),
  ('q', 'job', 0, '2026-01-01T00:00:00Z', 'a', 'c', 'v', '2026-01-01T00:00:00Z', 1);
INSERT INTO "RunEvents" ("Id", "RunId", "Type", "At", "Actor", "PayloadJson") VALUES
  (101, 'p05', 'RunCreated', '2026-01-01T00:00:00Z', 'system', '{}'), (102, 'p08', 'RunCreated', '2026-01-01T00:00:00Z', 'system', '{}'),
  (103, 'p13', 'RunCreated', '2026-01-01T00:00:00Z', 'system', '{}'), (104, 'p21', 'RunCreated', '2026-01-01T00:00:00Z', 'system', '{}'),
  (105, 'q', 'RunCreated', '2026-01-01T00:00:00Z', 'system', '{}'),
  (111, 'q', 'Foo', '2026-01-01T00:00:00Z', 'system', '{}'),
  (112, 'q', 'ExecutionStarted', '2026-01-01T00:00:00Z', 'system', '{}'),
  (114, 'q', 'RunCanceled', '2025-01-01T00:00:00Z', 'system', '{}'),
  (115, 'q', 'RunTimedOut', '2026-01-02T00:00:00Z', 'bob', '{}'),
  (116, 'q', 'RunDenied', '2026-01-02T00:00:00Z', 'system', 'oops');
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('c', 'p19', 'nobody');
-- @guards on
-- rule X-15 reports
SELECT rule, "table", key FROM interlock_verify('textops') ORDER BY rule, "table", key;
SELECT rule, key, message FROM interlock_verify('Runs') WHERE rule IN ('T-01', 'T-05', 'T-08', 'T-21') ORDER BY rule;
SELECT DISTINCT "table" FROM interlock_verify('InboxDedup');

-- The rulebook cannot be put back over rows that break it.
SELECT interlock_remove('textops');
SELECT interlock_install('textops');
