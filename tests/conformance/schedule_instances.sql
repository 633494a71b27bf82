-- Role schedule: runs that overlap, begin too late, or lose their worker.
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
INSERT INTO plans (id, name, cron, grace) VALUES ('one', 'O', '* * * * *', 300);
INSERT INTO plans (id, name, cron, most, grace) VALUES ('two', 'T', '* * * * *', 2, 300);
SELECT interlock_set_clock('2026-01-05T09:31:00Z');
SELECT * FROM schedule_tick() ORDER BY schedule;
SELECT interlock_set_clock('2026-01-05T09:32:00Z');
SELECT * FROM schedule_tick() ORDER BY schedule;
UPDATE plan_runs SET state = 'RUNNING' WHERE slot = '2026-01-05T09:31:00.000Z';
SELECT id, last_at, last_state, version FROM plans ORDER BY id;
SELECT interlock_set_clock('2026-01-05T09:33:00Z');
SELECT * FROM schedule_tick() ORDER BY schedule;
-- As many as may at once, by hand as well.
INSERT INTO plan_runs (id, plan, slot, state) VALUES ('hand', 'one', '2026-01-05T09:32:30Z', 'RUNNING');
INSERT INTO plan_runs (id, plan, slot, state) VALUES ('hand', 'two', '2026-01-05T09:32:30Z', 'RUNNING');
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'two@2026-01-05T09:32:00Z';
UPDATE plan_runs SET state = 'COMPLETED' WHERE id = 'hand';
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'two@2026-01-05T09:32:00Z';
UPDATE plan_runs SET state = 'FAILED' WHERE id = 'two@2026-01-05T09:32:00Z';
SELECT id, last_at, last_state, version FROM plans ORDER BY id;
-- Raised and lowered under way: what runs goes on, nothing new begins.
UPDATE plans SET most = 3 WHERE id = 'one';
SELECT interlock_set_clock('2026-01-05T09:34:00Z');
SELECT * FROM schedule_tick() WHERE schedule = 'one';
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'one@2026-01-05T09:34:00Z';
UPDATE plans SET most = 1 WHERE id = 'one';
SELECT interlock_set_clock('2026-01-05T09:35:00Z');
SELECT * FROM schedule_tick() WHERE schedule = 'one';
UPDATE plan_runs SET state = 'COMPLETED' WHERE id = 'one@2026-01-05T09:31:00Z';
INSERT INTO plan_runs (id, plan, slot, state) VALUES ('hand1', 'one', '2026-01-05T09:34:30Z', 'RUNNING');
SELECT plan, state, count(*) FROM plan_runs GROUP BY plan, state ORDER BY plan, state;
-- Too late to begin: by hand refused, by the tick missed, so that it does not stand in the way.
UPDATE plan_runs SET state = 'COMPLETED' WHERE state = 'RUNNING';
SELECT interlock_set_clock('2026-01-05T09:36:00Z');
SELECT * FROM schedule_tick() WHERE schedule = 'one';
SELECT interlock_set_clock('2026-01-05T09:41:00Z');
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'one@2026-01-05T09:36:00Z';
SELECT id, state FROM plan_runs WHERE id = 'one@2026-01-05T09:36:00Z';
UPDATE plan_runs SET state = 'COMPLETED' WHERE id = 'one@2026-01-05T09:36:00Z';
UPDATE plans SET active = 0;
INSERT INTO plan_runs (id, plan, slot) VALUES ('late', 'one', '2026-01-05T09:36:00.001Z');
SELECT interlock_set_clock('2026-01-05T09:41:00.001Z');
SELECT * FROM schedule_tick();
SELECT interlock_set_clock('2026-01-05T09:41:00.002Z');
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'late';
INSERT INTO plan_runs (id, plan, slot, state) VALUES ('late2', 'one', '2026-01-05T09:36:00.000Z', 'RUNNING') ON CONFLICT DO NOTHING;
INSERT INTO plan_runs (id, plan, slot, state) VALUES ('late2', 'one', '2026-01-05T09:35:30Z', 'RUNNING');
SELECT schedule, scheduled_at, status, reason, run FROM schedule_tick() ORDER BY schedule, scheduled_at;
SELECT count(*) FROM plan_runs WHERE state = 'PENDING';
-- A lease that has passed: the run has failed, and the next may begin.
UPDATE plans SET active = 1 WHERE id = 'one';
SELECT interlock_set_clock('2026-01-05T09:42:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick();
UPDATE plan_runs SET state = 'RUNNING', until = '2026-01-05T09:42:30+00:00' WHERE id = 'one@2026-01-05T09:42:00Z';
SELECT interlock_set_clock('2026-01-05T09:42:29.999Z');
SELECT * FROM schedule_tick();
SELECT interlock_set_clock('2026-01-05T09:42:30Z');
SELECT * FROM schedule_tick();
SELECT id, state, error FROM plan_runs WHERE id = 'one@2026-01-05T09:42:00Z';
SELECT id, last_at, last_state, next_at FROM plans WHERE id = 'one';
SELECT interlock_set_clock('2026-01-05T09:43:00Z');
SELECT * FROM schedule_tick();
-- A run without a lease is nobody's to end.
UPDATE plan_runs SET state = 'RUNNING' WHERE id = 'one@2026-01-05T09:43:00Z';
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick();
-- What was planned stays when its schedule goes.
DELETE FROM plans;
UPDATE plan_runs SET state = 'COMPLETED' WHERE id = 'one@2026-01-05T09:43:00Z';
SELECT * FROM schedule_tick();
SELECT plan, state, count(*) FROM plan_runs GROUP BY plan, state ORDER BY plan, state;
