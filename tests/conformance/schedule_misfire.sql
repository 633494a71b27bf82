-- Role schedule: what happens to slots that nobody was there for. schedule_tick plans the newest that is within its grace; the
-- others become one row that says how many there were.
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
INSERT INTO plans (id, name, cron) VALUES ('hourly', 'H', '0 * * * *');
INSERT INTO plans (id, name, cron, zone, grace) VALUES ('ny', 'N', '0 6 * * *', 'America/New_York', 0);
INSERT INTO plans (id, name, kind, every, grace) VALUES ('every', 'E', 'interval', 7, 3);
INSERT INTO plans (id, name, kind, once_at, grace) VALUES ('once', 'O', 'date', '2026-01-05T10:00:00Z', 60);
INSERT INTO plans (id, name, kind, once_at, grace) VALUES ('past', 'P', 'date', '2026-01-05T09:29:00Z', 60), ('gone', 'G', 'date', '2026-01-05T09:28:59Z', 60);
-- Nothing is due but what was due before it was made: within its grace, and a second past it.
SELECT * FROM schedule_tick('plans');
SELECT * FROM schedule_tick('plans');
-- Equality still runs; a second later it is too late. In time:
SELECT interlock_set_clock('2026-01-05T10:01:00Z');
SELECT * FROM schedule_tick('plans') ORDER BY scheduled_at, schedule;
SELECT id, next_at FROM plans ORDER BY id;
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
SELECT * FROM schedule_tick('plans') ORDER BY scheduled_at, schedule;
-- Grace 0 is 0: one millisecond is late.
SELECT interlock_set_clock('2026-01-06T11:00:00.001Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('plans') WHERE schedule = 'ny';
SELECT state, count(*) FROM plan_runs GROUP BY state ORDER BY state;
-- A day without anybody: the run in time, and one row for the rest.
SELECT interlock_set_clock('2026-01-07T12:00:30Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('plans') ORDER BY schedule, scheduled_at;
SELECT id, next_at FROM plans WHERE id IN ('hourly', 'every', 'ny') ORDER BY id;
-- A year: one row each.
SELECT interlock_set_clock('2027-01-07T12:30:00Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('plans') ORDER BY schedule, scheduled_at;
SELECT count(*) FROM cron_series('0 * * * *', '2026-01-07T13:00:00Z', '2027-01-07T12:30:00Z');
SELECT count(*) FROM cron_series('0 6 * * *', '2026-01-07T12:00:30.001Z', '2027-01-07T12:30:00Z', 'America/New_York');
SELECT plan, count(*) FROM plan_runs WHERE slot > '2026-01-07T12:00:30Z' GROUP BY plan ORDER BY plan;
-- The clock goes back: nothing happens twice, and what was planned for the future stays.
SELECT interlock_set_clock('2026-06-01T00:00:00Z');
SELECT * FROM schedule_tick('plans');
SELECT id, next_at FROM plans WHERE id IN ('hourly', 'every', 'ny') ORDER BY id;
-- Off and on again computes from the clock there is.
UPDATE plans SET active = 0;
UPDATE plans SET active = 1 WHERE id IN ('hourly', 'ny');
SELECT id, next_at FROM plans WHERE active = 1 ORDER BY id;
SELECT interlock_set_clock('2027-01-07T11:00:00Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick('plans') ORDER BY schedule, scheduled_at;
-- What is changed while its slot is due starts anew.
SELECT interlock_set_clock('2027-02-01T00:00:00Z');
INSERT INTO plans (id, name, cron) VALUES ('moving', 'M', '*/5 * * * *');
SELECT interlock_set_clock('2027-02-01T00:05:10Z');
UPDATE plans SET zone = 'Asia/Kathmandu', cron = '30 6 * * *' WHERE id = 'moving';
SELECT schedule, scheduled_at, status FROM schedule_tick('plans') WHERE schedule = 'moving';
SELECT id, next_at FROM plans WHERE id = 'moving';
-- A zone that disappeared: the schedule says so and stays due, the others run; when the zone is back nothing is lost.
UPDATE plans SET active = 0;
INSERT INTO plans (id, name, cron, zone) VALUES ('lost', 'L', '* * * * *', 'Europe/London'), ('well', 'W', '* * * * *', 'Europe/London');
-- @guards off
UPDATE plans SET zone = 'Gone/Away' WHERE id = 'lost';
-- @guards on
SELECT interlock_set_clock('2027-02-01T00:07:30Z');
SELECT * FROM schedule_tick('plans') ORDER BY schedule DESC;
SELECT interlock_tick();
SELECT id, next_at, why FROM plans WHERE active = 1 ORDER BY id;
SELECT job, "table", error FROM interlock_activity();
SELECT * FROM schedule_preview('plans', 'lost');
-- @guards off
UPDATE plans SET zone = 'Europe/London' WHERE id = 'lost';
-- @guards on
SELECT * FROM schedule_tick('plans');
SELECT id, next_at, why FROM plans WHERE active = 1 ORDER BY id;
-- A slot that somebody has planned by hand stays as it is.
INSERT INTO plan_runs (id, plan, slot) VALUES ('mine', 'well', '2027-02-01T00:08:00Z');
SELECT interlock_set_clock('2027-02-01T00:08:00Z');
SELECT * FROM schedule_tick('plans') ORDER BY schedule;
SELECT id, next_at FROM plans WHERE active = 1 ORDER BY id;
-- What cannot be written marks its schedule, and the others run.
UPDATE plans SET active = 0;
INSERT INTO plans (id, name, cron) VALUES ('bad', 'B', '* * * * *'), ('good', 'G', '* * * * *');
INSERT INTO plan_runs (id, plan, slot) VALUES ('bad@2027-02-01T00:09:00Z', 'good', '2027-02-02T00:00:00Z');
SELECT interlock_set_clock('2027-02-01T00:09:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick('plans') ORDER BY schedule;
SELECT id, next_at, why IS NULL FROM plans WHERE active = 1 ORDER BY id;
DELETE FROM plan_runs WHERE id = 'bad@2027-02-01T00:09:00Z';
SELECT schedule, scheduled_at, status FROM schedule_tick();
SELECT id, next_at, why FROM plans WHERE active = 1 ORDER BY id;
-- More than a call takes: the oldest first.
UPDATE plans SET active = 0;
INSERT INTO plans (id, name, kind, every, grace) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450) SELECT 'p' || i, 'P', 'interval', 100 + i, 100000 FROM n;
SELECT interlock_set_clock('2027-02-01T01:00:00Z');
SELECT schedule, status FROM schedule_tick('plans', 3);
SELECT count(*) FROM schedule_tick('plans', 100);
SELECT interlock_tick(50);
SELECT count(*) FROM schedule_tick('plans') WHERE status = 'PENDING';
SELECT * FROM schedule_tick('plans');
SELECT count(*) FROM plan_runs WHERE plan LIKE 'p%' AND state = 'PENDING';
SELECT * FROM schedule_tick('plans', 0);
SELECT * FROM schedule_tick('plans', NULL);
SELECT * FROM schedule_tick('plan_runs');
SELECT * FROM schedule_tick('nothing');
