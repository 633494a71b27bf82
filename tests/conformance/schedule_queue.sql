-- Role schedule with runs that are a queue: workers claim what is due, lose it, fail and try again; a retry keeps its slot and
-- moves no other, and may come after the grace (time.md, 6 and 7).
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
CREATE TABLE plans (id TEXT NOT NULL PRIMARY KEY, cron TEXT NOT NULL, on_off INTEGER NOT NULL DEFAULT 1, next_at TIMESTAMPTZ, last_at TIMESTAMPTZ, last_state TEXT, why TEXT);
CREATE TABLE plan_runs (id TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, slot TIMESTAMPTZ NOT NULL, state TEXT NOT NULL DEFAULT 'queued', reason TEXT, error TEXT,
  worker TEXT, until TIMESTAMPTZ, token BIGINT NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, run_at TIMESTAMPTZ, UNIQUE (plan, slot));
SELECT interlock_apply('{ "interlock": 1, "name": "clockwork", "tables": {
  "plans": { "flag": { "rule": "C-00", "columns": ["on_off"] },
    "schedule": { "rule": "C-01", "cron": "cron", "enabled": "on_off", "next": "next_at", "last": "last_at", "last_status": "last_state", "error": "why", "max_instances": 2, "grace": 60,
      "runs": { "table": "plan_runs", "schedule": "plan", "at": "slot", "status": "state", "reason": "reason", "error": "error", "attempts": "tries",
        "pending": "queued", "running": "running", "skipped": "skipped", "missed": "missed", "failed": "dead", "completed": "done" } } },
  "plan_runs": {
    "machines": { "rule": "C-02", "column": "state", "initial": ["queued", "skipped", "missed"], "states": {
      "queued":  { "to": ["running", "skipped", "missed"] },
      "running": { "to": ["done", "failed", "queued"] },
      "failed":  { "to": ["waiting", "dead"] },
      "waiting": { "to": ["queued"] },
      "done": { "type": "final" }, "dead": { "type": "final" }, "skipped": { "type": "final" }, "missed": { "type": "final" } } },
    "queue": { "rule": "C-03", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "due": "run_at", "attempts": "tries", "lease_seconds": 60,
      "order": ["slot"] },
    "retry": { "rule": "C-04", "failed": "failed", "again": "queued", "dead": "dead", "wait": "waiting", "attempts": "tries", "max": 3, "next_at": "run_at", "error": "error",
      "base_seconds": 300, "factor": 2, "cap_seconds": 3600 } } } }');
INSERT INTO plans (id, cron) VALUES ('hourly', '0 * * * *');
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
SELECT * FROM schedule_tick();
-- A slot goes to one worker.
SELECT key, token FROM queue_claim('plan_runs', 'ann');
SELECT key, token FROM queue_claim('plan_runs', 'bob');
SELECT id, next_at, last_at, last_state FROM plans;
-- It fails: the next attempt comes five minutes later, long after the grace, in the same slot.
SELECT interlock_set_clock('2026-01-05T10:00:30Z');
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T10:00:00Z', 1, 'failed', 'timed out');
SELECT id, slot, state, tries, run_at FROM plan_runs;
SELECT interlock_set_clock('2026-01-05T10:05:30Z');
SELECT interlock_tick();
SELECT * FROM schedule_tick();
SELECT id, slot, state, tries FROM plan_runs;
SELECT id, next_at, last_at, last_state FROM plans;
-- Claimed again, and the worker dies: the lease ends, and the third attempt is somebody else's.
SELECT key, token FROM queue_claim('plan_runs', 'ann');
SELECT interlock_set_clock('2026-01-05T10:07:00Z');
SELECT interlock_tick();
SELECT key, token FROM queue_claim('plan_runs', 'bob');
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T10:00:00Z', 2, 'done');
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T10:00:00Z', 3, 'done');
SELECT id, slot, state, tries, error FROM plan_runs;
SELECT id, next_at, last_at, last_state FROM plans;
-- What nobody tried in time is missed; what was tried waits for its next attempt beside the slots that come.
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick();
SELECT interlock_set_clock('2026-01-05T11:01:00.001Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick();
SELECT interlock_set_clock('2026-01-05T12:00:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick();
SELECT key, token FROM queue_claim('plan_runs', 'ann', 5);
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T12:00:00Z', 1, 'failed', 'again');
SELECT interlock_set_clock('2026-01-05T13:00:00Z');
SELECT interlock_tick();
SELECT slot, state, tries FROM plan_runs ORDER BY slot;
SELECT key, token FROM queue_claim('plan_runs', 'ann', 5);
SELECT slot, state, tries FROM plan_runs ORDER BY slot;
SELECT id, next_at, last_at, last_state FROM plans;
-- The attempts are used up.
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T12:00:00Z', 2, 'failed', 'again');
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T13:00:00Z', 1, 'done');
SELECT interlock_set_clock('2026-01-05T13:30:00Z');
SELECT interlock_tick();
SELECT key, token FROM queue_claim('plan_runs', 'ann', 5);
SELECT queue_finish('plan_runs', 'hourly@2026-01-05T12:00:00Z', 3, 'failed', 'for good');
SELECT slot, state, tries, error FROM plan_runs ORDER BY slot;
SELECT id, next_at, last_at, last_state FROM plans;
