-- Role schedule: what a schedule may say, and the slot that comes next, which only the database writes.
SELECT interlock_set_clock('2026-01-05T09:30:00Z');
CREATE TABLE plans (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, kind TEXT DEFAULT 'cron', cron TEXT, every INTEGER, once_at TIMESTAMPTZ, zone TEXT,
  active INTEGER DEFAULT 1, most INTEGER DEFAULT 1, grace INTEGER DEFAULT 60, next_at TIMESTAMPTZ, last_at TIMESTAMPTZ, last_state TEXT, why TEXT, note TEXT,
  touched TIMESTAMPTZ, version INTEGER NOT NULL DEFAULT 1);
CREATE INDEX plans_next ON plans (next_at) WHERE active = 1;
CREATE TABLE plan_runs (id TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, plan_name TEXT NOT NULL DEFAULT '', slot TIMESTAMPTZ NOT NULL, state TEXT NOT NULL DEFAULT 'PENDING',
  reason TEXT, error TEXT, until TIMESTAMPTZ, UNIQUE (plan, slot));
SELECT interlock_apply('{ "interlock": 1, "name": "clockwork", "tables": {
  "plans": {
    "flag": { "rule": "C-00", "columns": ["active"] },
    "touch": { "rule": "C-00", "column": "touched" },
    "row_version": { "rule": "C-09", "column": "version", "columns": ["kind", "cron", "every", "once_at", "zone", "most", "grace", "name"] },
    "schedule": { "rule": "C-01", "rules": { "definition": "C-02", "next": "C-03", "instances": "C-04", "misfire": "C-05", "slot": "C-06", "runs": "C-07" },
      "type": "kind", "cron": "cron", "interval": "every", "at": "once_at", "zone": "zone", "enabled": "active", "next": "next_at", "last": "last_at", "last_status": "last_state",
      "max_instances": "most", "grace": "grace", "error": "why",
      "runs": { "table": "plan_runs", "schedule": "plan", "name": { "plan_name": "name" }, "at": "slot", "status": "state", "reason": "reason", "error": "error", "lease_until": "until",
        "pending": "PENDING", "running": "RUNNING", "skipped": "SKIPPED", "missed": "MISSED", "failed": "FAILED", "completed": "COMPLETED" } } },
  "plan_runs": { "machines": { "rule": "C-08", "column": "state", "initial": ["PENDING", "RUNNING", "SKIPPED", "MISSED"], "states": {
      "PENDING": { "to": ["RUNNING", "SKIPPED", "MISSED"] }, "RUNNING": { "to": ["COMPLETED", "FAILED"] },
      "COMPLETED": { "type": "final" }, "FAILED": { "type": "final" }, "SKIPPED": { "type": "final" }, "MISSED": { "type": "final" } } } } } }');
-- Three ways to say when.
INSERT INTO plans (id, name, cron) VALUES ('cron', 'C', '0 6 * * 1-5');
INSERT INTO plans (id, name, cron, zone) VALUES ('ny', 'N', '0 6 * * *', 'America/New_York');
INSERT INTO plans (id, name, cron) VALUES ('fine', 'F', '*/15 * * * * *');
INSERT INTO plans (id, name, kind, every) VALUES ('every', 'E', 'interval', 3600);
INSERT INTO plans (id, name, kind, once_at) VALUES ('past', 'P', 'date', '2026-01-05 08:00:00.123456+00:00'), ('once', 'O', 'date', '2026-01-06T08:00:00Z');
INSERT INTO plans (id, name, cron, active) VALUES ('off', 'X', '* * * * *', 0);
SELECT id, next_at, version FROM plans ORDER BY id;
-- One of them, and nothing in the columns of the others.
INSERT INTO plans (id, name, cron, every) VALUES ('x', 'X', '* * * * *', 5);
INSERT INTO plans (id, name, cron, once_at) VALUES ('x', 'X', '* * * * *', '2026-01-06T08:00:00Z');
INSERT INTO plans (id, name) VALUES ('x', 'X');
INSERT INTO plans (id, name, kind, cron) VALUES ('x', 'X', 'interval', '* * * * *');
INSERT INTO plans (id, name, kind, every) VALUES ('x', 'X', 'interval', 0);
INSERT INTO plans (id, name, kind, every) VALUES ('x', 'X', 'interval', -60);
INSERT INTO plans (id, name, kind) VALUES ('x', 'X', 'interval');
INSERT INTO plans (id, name, kind) VALUES ('x', 'X', 'date');
INSERT INTO plans (id, name, kind, cron) VALUES ('x', 'X', 'hourly', '* * * * *');
INSERT INTO plans (id, name, kind, cron) VALUES ('x', 'X', NULL, '* * * * *');
UPDATE plans SET every = 60 WHERE id = 'cron';
UPDATE plans SET kind = 'interval' WHERE id = 'cron';
-- An expression that can be read and fires some day, in a zone that there is.
INSERT INTO plans (id, name, cron) VALUES ('x', 'X', '61 * * * *');
INSERT INTO plans (id, name, cron) VALUES ('x', 'X', '');
INSERT INTO plans (id, name, cron) VALUES ('x', 'X', '0 0 30 2 *');
INSERT INTO plans (id, name, cron) VALUES ('x', 'X', '@reboot');
INSERT INTO plans (id, name, cron, zone) VALUES ('x', 'X', '* * * * *', 'Mars/Base');
INSERT INTO plans (id, name, cron, zone) VALUES ('x', 'X', '* * * * *', '../etc/passwd');
INSERT INTO plans (id, name, kind, every, zone) VALUES ('x', 'X', 'interval', 60, 'Nowhere');
UPDATE plans SET cron = '0 25 * * *' WHERE id = 'cron';
UPDATE plans SET zone = 'Mars/Base' WHERE id = 'ny';
-- Limits.
INSERT INTO plans (id, name, cron, most) VALUES ('x', 'X', '* * * * *', 0);
INSERT INTO plans (id, name, cron, grace) VALUES ('x', 'X', '* * * * *', -1);
INSERT INTO plans (id, name, cron, most) VALUES ('x', 'X', '* * * * *', NULL);
INSERT INTO plans (id, name, cron, grace) VALUES ('x', 'X', '* * * * *', NULL);
UPDATE plans SET most = -5 WHERE id = 'cron';
-- Nobody sets the next slot by hand.
INSERT INTO plans (id, name, cron, next_at) VALUES ('x', 'X', '* * * * *', '2026-01-05T09:31:00Z');
UPDATE plans SET next_at = '2026-01-05T09:31:00Z' WHERE id = 'cron';
UPDATE plans SET next_at = NULL WHERE id = 'cron';
UPDATE plans SET next_at = '2026-01-05T09:31:00Z', cron = '* * * * *' WHERE id = 'cron';
UPDATE plans SET next_at = next_at, note = 'the same' WHERE id = 'cron';
INSERT INTO plans (id, name, cron, next_at) VALUES ('cron', 'C', '0 7 * * *', '2026-01-05T09:31:00Z') ON CONFLICT (id) DO UPDATE SET next_at = EXCLUDED.next_at;
INSERT INTO plans (id, name, cron) VALUES ('cron', 'C', '0 7 * * *') ON CONFLICT (id) DO UPDATE SET next_at = '2026-01-05T09:31:00Z';
INSERT INTO plans (id, name, cron) VALUES ('cron', 'C', '0 7 * * *') ON CONFLICT (id) DO NOTHING;
INSERT INTO plans (id, name, cron) VALUES ('cron', 'C', '0 7 * * *') ON CONFLICT (id) DO UPDATE SET cron = EXCLUDED.cron;
SELECT id, cron, next_at, version FROM plans WHERE id = 'cron';
-- Every change of when computes it anew, from now; a pause empties it, and is no change of the definition.
SELECT interlock_set_clock('2026-01-05T09:45:10Z');
UPDATE plans SET note = 'nothing that says when' WHERE id = 'every';
UPDATE plans SET active = 0 WHERE id = 'cron';
SELECT id, next_at, version FROM plans WHERE id IN ('cron', 'every') ORDER BY id;
UPDATE plans SET active = 1 WHERE id = 'cron';
UPDATE plans SET every = 60 WHERE id = 'every';
UPDATE plans SET zone = 'Europe/London' WHERE id = 'ny';
UPDATE plans SET once_at = '2026-01-05T09:00:00Z' WHERE id = 'once';
UPDATE plans SET active = NULL WHERE id = 'fine';
UPDATE plans SET active = 1 WHERE id = 'off';
SELECT id, next_at, version FROM plans ORDER BY id;
UPDATE plans SET once_at = '2026-01-07T00:00:00+02:00' WHERE id = 'once';
UPDATE plans SET kind = 'interval', cron = NULL, every = 90, version = 2 WHERE id = 'off';
UPDATE plans SET version = 5 WHERE id = 'off';
UPDATE plans SET version = 1 WHERE id = 'off';
SELECT id, next_at, version, touched FROM plans WHERE id IN ('once', 'off') ORDER BY id;
-- The slots to come.
SELECT * FROM schedule_preview('plans', 'ny', 3);
SELECT * FROM schedule_preview('plans', 'every', 3);
SELECT * FROM schedule_preview('plans', 'once');
SELECT count(*) FROM schedule_preview('plans', 'cron');
UPDATE plans SET active = 0 WHERE id = 'ny';
SELECT * FROM schedule_preview('plans', 'ny');
SELECT * FROM schedule_preview('plans', 'nobody');
SELECT * FROM schedule_preview('plans', 'ny', 0);
SELECT * FROM schedule_preview('plan_runs', 'ny');
SELECT * FROM schedule_preview('nothing', 'ny');
SELECT * FROM schedule_preview('plans', NULL);
-- A slot is one row, however its instant is spelled, and of a schedule that is there.
SELECT interlock_set_clock('2026-01-05T09:45:30Z');
INSERT INTO plan_runs (id, plan, slot) VALUES ('r1', 'nowhere', '2026-01-05 09:45:00+00');
INSERT INTO plan_runs (id, plan, slot) VALUES ('r1', 'cron', '2026-01-05 09:45:00+00');
INSERT INTO plan_runs (id, plan, slot) VALUES ('r2', 'cron', '2026-01-05T10:45:00+01:00');
INSERT INTO plan_runs (id, plan, plan_name, slot) VALUES ('r2', 'cron', 'another', '2026-01-05T09:45:01Z');
INSERT INTO plan_runs (id, plan, plan_name, slot) VALUES ('r2', 'cron', 'C', '2026-01-05T09:45:01Z');
UPDATE plan_runs SET slot = '2026-01-05T09:45:02Z' WHERE id = 'r2';
UPDATE plan_runs SET plan = 'ny' WHERE id = 'r2';
UPDATE plan_runs SET plan_name = 'N' WHERE id = 'r2';
UPDATE plan_runs SET plan_name = '' WHERE id = 'r2';
UPDATE plans SET name = 'C2' WHERE id = 'cron';
DELETE FROM plans WHERE id = 'cron';
SELECT id, plan, plan_name, slot, state FROM plan_runs ORDER BY id;
-- What was planned before can still be done.
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'r1';
UPDATE plan_runs SET state = 'COMPLETED' WHERE id = 'r1';
-- What the guards would have refused is found.
SELECT * FROM interlock_verify('plans');
-- @guards off
UPDATE plans SET next_at = '2026-02-01T00:00:00Z', active = 0 WHERE id = 'every';
UPDATE plans SET cron = 'every day' WHERE id = 'fine';
UPDATE plans SET zone = 'Gone/Away', active = 1 WHERE id = 'ny';
UPDATE plans SET every = 5 WHERE id = 'past';
UPDATE plans SET most = 0 WHERE id = 'once';
-- @guards on
SELECT rule, key, message FROM interlock_verify('plans') ORDER BY rule, key;
-- Existing data keeps its slot.
SELECT interlock_set_mode('load');
INSERT INTO plans (id, name, cron, next_at) VALUES ('old', 'O', '0 0 1 1 *', '2026-02-01 00:00:00+00');
SELECT interlock_set_mode('enforce');
SELECT id, next_at FROM plans WHERE id = 'old';
SELECT rule, kind, columns, text FROM interlock_rules('plans') WHERE kind LIKE 'schedule%' OR kind = 'row_version';
