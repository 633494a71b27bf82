-- Retrying (scenarios 12, 13 of jobs.md): the backoff, attempts that are used up, snoozing, cancelling.
SELECT interlock_set_clock('2026-03-02T09:00:00Z');
CREATE TABLE jobs (id integer PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'queued', priority varchar(10) NOT NULL DEFAULT 'normal', created_at timestamptz,
  run_at timestamptz, worker varchar(40), lease_until timestamptz, token bigint NOT NULL DEFAULT 0, attempts integer NOT NULL DEFAULT 0, last_error varchar(200), cancel integer,
  note varchar(40));
CREATE TABLE job_events (job integer NOT NULL, what varchar(20) NOT NULL, who varchar(40) NOT NULL, at timestamptz NOT NULL, data text NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": {
  "job_events": { "key": ["job", "at", "what"], "append_only": { "rule": "J-09" } },
  "jobs": {
    "machines": { "rule": "J-01", "column": "state", "initial": ["queued", "running"], "states": {
      "queued":    { "on": { "Claimed": "running" } },
      "running":   { "on": { "Done": "done", "Failed": "failed", "GivenBack": "queued", "PutOff": "waiting" } },
      "failed":    { "on": { "Retry": "waiting", "GivenUp": "dead", "Cancelled": "cancelled" } },
      "waiting":   { "on": { "Woken": "queued" } },
      "done":      { "type": "final" },
      "dead":      { "type": "final" },
      "cancelled": { "type": "final" } },
      "events": { "table": "job_events", "columns": { "job": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } } },
    "queue": { "rule": "J-02", "rules": { "fence": "J-03" }, "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "lease_until", "token": "token",
      "due": "run_at", "attempts": "attempts", "lease_seconds": 60, "order": [{ "column": "priority", "rank": ["urgent", "high", "normal", "low"] }, "created_at"] },
    "retry": { "rule": "J-04", "failed": "failed", "again": "queued", "dead": "dead", "wait": "waiting", "attempts": "attempts", "max": 3, "next_at": "run_at", "error": "last_error",
      "base_seconds": 60, "factor": 2, "cap_seconds": 3600, "cancel": { "column": "cancel", "state": "cancelled" } } } } }');

-- The table of backoffs.
SELECT retry_delay(1, 60, 2, 3600), retry_delay(2, 60, 2, 3600), retry_delay(3, 60, 2, 3600), retry_delay(6, 60, 2, 3600), retry_delay(7, 60, 2, 3600), retry_delay(1000000, 60, 2, 3600);
SELECT retry_delay(1, 10, 1, 10), retry_delay(5, 10, 1, 100), retry_delay(3, 1, 1.5, 100), retry_delay(1, 100, 2, 10), retry_delay(2, 0, 2, 10);
SELECT retry_delay(1, 60, 2, 3600, 0.5), retry_delay(1, 60, 2, 3600, 0.5) = retry_delay(1, 60, 2, 3600, 0.5), retry_delay(2, 60, 2, 3600, 1) <= 120;
SELECT retry_delay(0, 60, 2, 3600);
SELECT retry_delay(-1, 60, 2, 3600);
SELECT retry_delay(1, -60, 2, 3600);
SELECT retry_delay(1, 60, 0.5, 3600);
SELECT retry_delay(1, 60, 2, -1);
SELECT retry_delay(1, 60, 2, 3600, 2);
SELECT retry_delay(NULL, 60, 2, 3600);
SELECT retry_delay(1, 1e300, 2, 1e300);

-- A failure: the state between is in the log, the time is the backoff's.
INSERT INTO jobs (id) VALUES (1), (2), (3);
SELECT key, token FROM queue_claim('jobs', 'ann', 3);
-- rule J-04 accept
SELECT queue_finish('jobs', 1, 1, 'failed', 'boom');
SELECT queue_finish('jobs', 1, 1, 'failed', 'boom');
SELECT queue_finish('jobs', 2, 7, 'failed', 'boom');
SELECT retry_fail('jobs', 2, 'no token is shown');
SELECT retry_fail('jobs', 2, 'crash', 1, '2026-03-02T09:30:00Z');
SELECT id, state, run_at, attempts, last_error, worker, lease_until FROM jobs ORDER BY id;
SELECT job, what, who, data FROM job_events WHERE job IN (1, 2) ORDER BY job, what;

-- Its time has come.
SELECT * FROM queue_claim('jobs', 'ann');
SELECT interlock_set_clock('2026-03-02T09:00:59Z');
SELECT interlock_tick();
SELECT interlock_set_clock('2026-03-02T09:01:00Z');
SELECT interlock_tick();
SELECT * FROM queue_claim('jobs', 'ann');
SELECT queue_finish('jobs', 1, 2, 'failed', 'boom');
SELECT interlock_set_clock('2026-03-02T09:03:00Z');
SELECT interlock_tick();
SELECT key, token FROM queue_claim('jobs', 'ann', 10);
-- The last attempt.
SELECT queue_finish('jobs', 1, 3, 'failed', 'for good');
SELECT queue_finish('jobs', 1, 3, 'failed', 'for good');
SELECT id, state, attempts, last_error FROM jobs WHERE id = 1;

-- A snooze is no attempt, however often.
SELECT interlock_set_clock('2026-03-02T09:30:00Z');
SELECT interlock_tick();
UPDATE jobs SET attempts = attempts WHERE id = 2;
SELECT key, token FROM queue_claim('jobs', 'bob', 1);
SELECT queue_finish('jobs', 2, 2, 'waiting', NULL, '2026-03-02T09:31:00Z');
SELECT interlock_set_clock('2026-03-02T09:31:00Z');
SELECT interlock_tick();
SELECT key, token FROM queue_claim('jobs', 'bob', 1);
SELECT id, state, attempts FROM jobs WHERE id = 2;

-- Cancelling running work is a request: the next retry becomes cancelled.
UPDATE jobs SET cancel = 1 WHERE id = 2;
SELECT queue_finish('jobs', 2, 3, 'failed', 'boom');
SELECT job, what FROM job_events WHERE job = 2 AND what = 'Cancelled';
INSERT INTO jobs (id, cancel) VALUES (5, 1);
SELECT key, token FROM queue_claim('jobs', 'bob', 5);
SELECT interlock_set_clock('2026-03-02T10:31:00Z');
SELECT key, token FROM queue_claim('jobs', 'bob', 5);
SELECT id, state, attempts FROM jobs ORDER BY id;

-- Bad input.
SELECT retry_fail('jobs', 'x', 'boom');
SELECT retry_fail('jobs', 77, 'boom');
SELECT retry_fail('jobs', 1, 'boom');
SELECT retry_fail('jobs', NULL, 'boom');
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "machines": { "rule": "J-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "failed" }, "failed": {}, "dead": {} } },
  "retry": { "rule": "J-04", "failed": "failed", "again": "queued", "dead": "dead", "attempts": "attempts" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "machines": { "rule": "J-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "failed" }, "failed": { "to": ["queued", "dead"] }, "dead": {} } },
  "retry": { "rule": "J-04", "failed": "failed", "again": "queued", "dead": "dead", "attempts": "attempts", "factor": 0.1 } } } }');
