-- A slot is one row: conflict clauses and spellings of an instant do not get around it, and the next slot is not replaced by hand.
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
INSERT INTO plans (id, name, cron) VALUES ('a', 'A', '* * * * *'), ('b', 'B', '* * * * *');
INSERT INTO plan_runs (id, plan, slot) VALUES ('r1', 'a', '2026-01-05 09:30:00');
INSERT OR IGNORE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '2026-01-05T10:30:00+01:00');
INSERT OR REPLACE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '2026-01-05T10:30:00+01:00');
INSERT OR REPLACE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '2026-01-05T09:30:00.000Z');
REPLACE INTO plan_runs (id, plan, slot) VALUES ('r1', 'b', '2026-01-05T09:30:00.000Z');
INSERT OR IGNORE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '2026-01-05T09:30:00.000Z');
INSERT OR IGNORE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '20260105');
UPDATE OR REPLACE plan_runs SET id = 'r9' WHERE id = 'r1';
SELECT id, plan, slot, state FROM plan_runs;
INSERT OR REPLACE INTO plans (id, name, cron) VALUES ('a', 'A', '0 0 * * *');
INSERT OR REPLACE INTO plans (id, name, cron, next_at) VALUES ('a', 'A', '* * * * *', '2020-01-01T00:00:00.000Z');
INSERT OR IGNORE INTO plans (id, name, cron, next_at) VALUES ('c', 'A', '* * * * *', '2020-01-01T00:00:00.000Z');
INSERT OR IGNORE INTO plans (id, name, cron) VALUES ('c', 'A', 'often');
UPDATE OR IGNORE plans SET next_at = '2020-01-01T00:00:00.000Z';
UPDATE OR REPLACE plans SET cron = NULL WHERE id = 'a';
-- What SQLite would let into a column of another type.
INSERT INTO plans (id, name, cron) VALUES ('c', 'A', 5);
INSERT INTO plans (id, name, cron) VALUES ('c', 'A', x'2a202a');
INSERT INTO plans (id, name, kind, every) VALUES ('c', 'A', 'interval', 'often');
INSERT INTO plans (id, name, kind, every) VALUES ('c', 'A', 'interval', 1.5);
INSERT INTO plans (id, name, kind, every) VALUES ('c', 'A', 'interval', 9223372036854775807);
INSERT INTO plans (id, name, kind, once_at) VALUES ('c', 'A', 'date', 'tomorrow');
INSERT INTO plans (id, name, kind, once_at) VALUES ('c', 'A', 'date', '10000-01-01T00:00:00Z');
INSERT INTO plans (id, name, cron, most) VALUES ('c', 'A', '* * * * *', 'many');
INSERT INTO plans (id, name, cron, zone) VALUES ('c', 'A', '* * * * *', 7);
PRAGMA recursive_triggers = ON;
UPDATE plans SET cron = '0 12 * * *' WHERE id = 'a';
UPDATE plans SET active = 0 WHERE id = 'b';
INSERT OR REPLACE INTO plan_runs (id, plan, slot) VALUES ('r2', 'a', '2026-01-05T09:30:00.000Z');
SELECT id, cron, active, next_at, version FROM plans ORDER BY id;
-- Past the guards: what is no instant, no number and no text is marked, and the others run. A run's slot is an instant even then.
INSERT INTO plans (id, name, cron) VALUES ('d', 'D', '* * * * *'), ('e', 'E', '* * * * *'), ('f', 'F', '* * * * *'), ('g', 'G', '* * * * *'), ('h', 'H', '* * * * *');
-- @guards off
UPDATE plans SET next_at = '0 o''clock' WHERE id = 'd';
UPDATE plans SET grace = 'long' WHERE id = 'e';
UPDATE plans SET cron = x'00ff' WHERE id = 'f';
UPDATE plans SET zone = 1.5, most = 1e300 WHERE id = 'g';
INSERT INTO plan_runs (id, plan, slot) VALUES ('r3', 'h', 'noon');
INSERT INTO plan_runs (id, plan, slot) VALUES ('r3', 'e', '2026-01-05T09:29:00.000Z');
-- @guards on
SELECT interlock_set_clock('2026-01-05T09:31:00Z');
SELECT schedule, status, reason FROM schedule_tick() WHERE schedule > 'c' ORDER BY schedule, status;
SELECT id, why FROM plans WHERE id > 'c' ORDER BY id;
SELECT rule, key, message FROM interlock_verify('plans') WHERE key > 'c' ORDER BY rule, key;
