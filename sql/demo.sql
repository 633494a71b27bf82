-- A message asks for something to be run. It is taken once.
SELECT interlock_set_clock('2026-03-02T09:00:00Z') AS clock;
SELECT interlock_install('textops') AS migrations;
SELECT interlock_set_actor('user:ann@example.org') AS actor;
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('7F3A91', 'restart-billing', 1, 'ann@example.org', 'mail', 'thread-42');
SELECT dedup_accept('InboxDedup', 'mail', 'msg-1001', '7F3A91') AS first_time;
COMMIT;

-- The provider delivers it again: it is known, so nothing is made.
SELECT dedup_accept('InboxDedup', 'mail', 'msg-1001') AS first_time;

-- Nobody skips the approval.
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = '7F3A91';

-- Approved and dispatched; the second approval finds it done.
SELECT interlock_set_clock('2026-03-02T09:04:30Z') AS clock;
SELECT fsm_transition('Runs', '7F3A91', 'Dispatching', 'AwaitingApproval', 1, 'user:bob@example.org', '{"ticket": "OPS-7"}') AS approval;
SELECT fsm_transition('Runs', '7F3A91', 'Dispatching', 'AwaitingApproval', 1, 'user:eve@example.org') AS again;
SELECT fsm_transition('Runs', '7F3A91', 'Denied', 'AwaitingApproval', 1, 'user:eve@example.org') AS too_late;

-- A worker runs it and it succeeds. Plain SQL is guarded as well as the function.
SELECT interlock_set_actor('worker:w7') AS actor;
SELECT interlock_set_clock('2026-03-02T09:05:00Z') AS clock;
UPDATE "Runs" SET "Status" = 4 WHERE "RunId" = '7F3A91';
SELECT interlock_set_clock('2026-03-02T09:05:12.250Z') AS clock;
UPDATE "Runs" SET "Status" = 5 WHERE "RunId" = '7F3A91' AND "Version" = 3;
SELECT "RunId", fsm_label('Runs', "Status") AS status, "UpdatedAt", "Version" FROM "Runs";

-- Every cheat is refused, and says why.
UPDATE "Runs" SET "Status" = 6 WHERE "RunId" = '7F3A91';
UPDATE "Runs" SET "JobKey" = 'drop-billing' WHERE "RunId" = '7F3A91';
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('7F3A91', 'restart-billing', 0, 'eve@example.org', 'mail', 'thread-42') ON CONFLICT ("RunId") DO UPDATE SET "Status" = 0;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('000001', 'restart-billing', 4, 'eve@example.org', 'mail', 'thread-43');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('000002', 'restart-billing', 1, 'eve@example.org', 'mail', 'thread-43');
UPDATE "Runs" SET "Status" = 3, "Version" = 7 WHERE "RunId" = '000002';
DELETE FROM "Runs" WHERE "RunId" = '7F3A91';
UPDATE "RunEvents" SET "Actor" = 'user:eve@example.org';
DELETE FROM "RunEvents" WHERE "Type" = 'RunApproved';
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('000002', 'RunApproved', 'user:eve@example.org', '{}');
DELETE FROM "InboxDedup";

-- What happened, as the database wrote it down.
SELECT at, actor, from_state, to_state, event, payload FROM fsm_history('Runs', '7F3A91');
SELECT count(*) AS broken FROM interlock_verify('textops');

-- The machine, drawn.
SELECT interlock_diagram('Runs');

-- A nightly job in New York, half past two, around the two changes of the clocks: in March that time is skipped (03:00 there is 07:00Z),
-- in November half past one comes twice. Fixed times run once a night, "every 30 minutes" goes on.
SELECT cron_describe('30 2 * * *') AS job;
SELECT fire_at FROM cron_series('30 2 * * *', '2026-03-07T00:00:00Z', '2026-03-10T00:00:00Z', 'America/New_York');
SELECT fire_at FROM cron_series('30 1 * * *', '2026-10-31T00:00:00Z', '2026-11-03T00:00:00Z', 'America/New_York');
SELECT fire_at FROM cron_series('*/30 1 * * *', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', 'America/New_York');
SELECT cron_next('30 2 * * *', '2026-03-08T00:00:00Z', 'America/New_York') AS next, cron_prev('30 2 * * *', '2026-03-09T00:00:00Z', 'America/New_York') AS and_back;
-- It would go on to the year 9999; nobody waits for that. What never happens is known at once, and a mistake is told where it is.
SELECT fire_at FROM cron_series('0 0 29 2 +MON', '2026-01-01T00:00:00Z', 'infinity') LIMIT 2;
SELECT cron_next('0 0 30 2 *') AS never;
SELECT cron_next('0 25 * * *') AS wrong;
