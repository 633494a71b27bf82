-- Tiers guard and timeout together: what ends by itself has no application that writes its event, so the tick writes it.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops', NULL, 'guard+timeout');
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('r1', 'job', 1, 'a', 'c', 'v'), ('r3', 'job', 1, 'a', 'c', 'v');
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES
  ('r1', 'RunCreated', 'user:ann@example.org', '{"source": "mail"}'), ('r1', 'ApprovalRequested', 'system', '{}'),
  ('r3', 'RunCreated', 'user:ann@example.org', '{}'), ('r3', 'ApprovalRequested', 'system', '{}');
COMMIT;
-- A run that came from elsewhere, without its events.
SELECT interlock_set_mode('load');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId", "CreatedAt", "UpdatedAt", "Version")
  VALUES ('r2', 'job', 1, 'a', 'c', 'v', '2025-12-31T00:00:00Z', '2025-12-31T00:00:00Z', 1);
SELECT interlock_set_mode('enforce');
SELECT interlock_set_clock('2026-01-01T23:59:59.999Z');
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-02T00:00:00Z');
-- The one that is refused is undone and noted, and does not keep the others.
-- rule T-25 accept
SELECT interlock_tick();
SELECT "RunId", "Status", "UpdatedAt", "Version" FROM "Runs" ORDER BY "RunId";
SELECT "RunId", "Type", "At", "Actor", "PayloadJson" FROM "RunEvents" ORDER BY "Id";
SELECT job, "table", last_run, done, error FROM interlock_activity() ORDER BY job, "table";
-- It stays due, and is refused again.
SELECT interlock_set_clock('2026-01-02T01:00:00Z');
SELECT interlock_tick();
SELECT job, "table", last_run, done, error FROM interlock_activity() ORDER BY job, "table";
-- Once it is put right, it goes.
BEGIN;
INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r2', 'RunCreated', 'system', '{}'), ('r2', 'ApprovalRequested', 'system', '{}');
COMMIT;
SELECT interlock_tick();
SELECT "Type", "Actor" FROM "RunEvents" WHERE "RunId" = 'r2' ORDER BY "Id";
SELECT interlock_tick();
SELECT job, "table", last_run, done, error FROM interlock_activity() ORDER BY job, "table";
SELECT * FROM interlock_verify('textops');
