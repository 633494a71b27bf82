-- Instants are instants: every documented spelling is read, one is written, and they are compared as points in time.
SELECT interlock_set_clock('2026-01-01T12:00:00Z');
SELECT interlock_now();
SELECT interlock_set_clock('2026-01-01 12:00:00');
SELECT interlock_set_clock('2026-01-01T12:00:00.123456789Z');
SELECT interlock_set_clock('2026-01-01T14:00:00+02:00');
SELECT interlock_set_clock('2026-01-01 06:30:00.5-05:30');
SELECT interlock_now();
SELECT interlock_set_clock('0001-01-01T00:00:00Z');
SELECT interlock_set_clock('9999-12-31T23:59:59.999Z');
SELECT interlock_set_clock('2024-02-29T23:59:59Z');
-- What is none.
SELECT interlock_set_clock('2023-02-29T00:00:00Z');
SELECT interlock_set_clock('yesterday-ish');
SELECT interlock_set_clock('2026-13-01T00:00:00Z');
SELECT interlock_set_clock('2026-01-01T25:00:00Z');
SELECT interlock_set_clock('');
SELECT interlock_now();
SELECT instant_us('1970-01-01T00:00:00Z'), instant_us('1970-01-01T00:00:00.000001Z'), instant_us('1969-12-31T23:59:59Z'), instant_us(NULL);
SELECT instant_us('2026-01-01 00:00:01') > instant_us('2026-01-01T00:00:00+00:00');

-- In rows.
SELECT interlock_set_clock('2026-01-01T12:00:00Z');
SELECT interlock_install('textops');
-- rule X-10 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('r1', 'job', 0, 'a', 'c', 'v', '2026-01-01 10:00:00', '2026-01-01T10:00:01+00:00');
-- rule X-10 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('r2', 'job', 0, 'a', 'c', 'v', '2026-01-01 10:00:00.1234567+00:00', '2026-01-01T05:30:00.5-05:00');
-- rule X-10 accept
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('r3', 'job', 0, 'a', 'c', 'v', '2026-01-01T11:00:00.999999Z', '2026-01-01 12:01:00+01:00');
SELECT "RunId", "CreatedAt", "UpdatedAt" FROM "Runs" ORDER BY "RunId";
-- 10:59:59.9Z is before 11:00Z, though its text is not.
-- rule T-08 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt")
  VALUES ('x1', 'job', 0, 'a', 'c', 'v', '2026-01-01T11:00:00Z', '2026-01-01 11:59:59.9+01:00');
-- rule X-10 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt") VALUES ('x2', 'job', 0, 'a', 'c', 'v', 'noon');
-- rule X-10 refuse
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "UpdatedAt") VALUES ('x3', 'job', 0, 'a', 'c', 'v', '2026-02-30T00:00:00Z');
-- rule X-10 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "ProcessedAt") VALUES ('c', 'm', '12/31/2026 at noon');
SELECT count(*) FROM "Runs";

-- The clock: frozen, it is what every default and stamp reads; NULL gives real time back.
-- rule X-20 accept
SELECT interlock_set_clock('2026-01-05T00:00:00Z');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r4', 'job', 1, 'a', 'c', 'v');
SELECT "CreatedAt", "UpdatedAt" FROM "Runs" WHERE "RunId" = 'r4';
SELECT "At" FROM "RunEvents" WHERE "RunId" = 'r4' ORDER BY "Id";
SELECT interlock_set_clock(NULL) IS NULL;
SELECT instant_us(interlock_now()) > instant_us('2025-01-01T00:00:00Z');
-- Time does not go backwards within a run: its next event is not before its last one.
SELECT interlock_set_clock('2026-01-04T23:59:59Z');
-- rule X-20 refuse
-- rule T-14 refuse
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r4';
SELECT interlock_set_clock('2026-01-05T00:00:00Z');
-- rule T-14 accept
UPDATE "Runs" SET "Status" = 3 WHERE "RunId" = 'r4';
SELECT "Type", "At" FROM "RunEvents" WHERE "RunId" = 'r4' ORDER BY "Id";
-- An instant so many seconds later.
SELECT instant_add('2026-01-31T23:59:59.5Z', 1) AS a, instant_add('2026-01-01T00:00:00+01:00', -0.25) AS b, instant_add('2024-02-28T12:00:00Z', 86400) AS c, instant_add(NULL, 1) AS d, instant_add('2026-01-01T00:00:00Z', NULL) AS e;
SELECT instant_add('9999-12-31T23:59:59Z', 1);
SELECT instant_add('2026-01-01T00:00:00Z', 1e300);
