-- Claiming (scenarios 11, 12 of jobs.md): the order, batches, the token that only grows, leases that end.
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

INSERT INTO jobs (id, priority, created_at) VALUES (1, 'low', '2026-03-02T08:00:00Z'), (2, 'normal', '2026-03-02T08:00:01Z'), (3, 'urgent', '2026-03-02T08:00:02Z'),
  (4, 'normal', '2026-03-02T08:00:00Z'), (5, 'odd', '2026-03-02T07:00:00Z'), (6, 'normal', '2026-03-02T08:00:00Z'), (7, 'urgent', NULL);
-- Best first: the ranking, then age (none is oldest), then the key.
-- rule J-02 accept
SELECT * FROM queue_claim('jobs', 'ann');
SELECT * FROM queue_claim('jobs', 'bob', 3, 30);
SELECT key FROM queue_claim('jobs', 'bob', 100);
SELECT * FROM queue_claim('jobs', 'eve');
SELECT id, state, worker, lease_until, token, attempts FROM jobs ORDER BY id;
SELECT job, what, who, at FROM job_events ORDER BY job, what;
SELECT priority_rank('jobs', 'urgent'), priority_rank('jobs', 'low'), priority_rank('jobs', 'odd'), priority_rank('jobs', NULL);

-- Ending it. A second time there is nothing to end.
SELECT queue_finish('jobs', 7, 1, 'done');
SELECT queue_finish('jobs', 7, 1, 'done');
SELECT queue_finish('jobs', '3', 2, 'done');
SELECT queue_finish('jobs', 99, 1, 'done');
SELECT queue_finish('jobs', 3, 1, 'waiting');
SELECT queue_finish('jobs', 3, 1, 'waiting');
SELECT id, state, worker, lease_until, token, attempts FROM jobs WHERE id IN (3, 7) ORDER BY id;

-- A row that is not due is not ready.
INSERT INTO jobs (id, priority, run_at) VALUES (10, 'urgent', '2026-03-02T09:10:00Z'), (11, 'low', '2026-03-02T09:00:00Z');
SELECT key FROM queue_claim('jobs', 'ann', 10);

-- Leases that have ended come back when somebody claims, as many as he asks for, and are his in the same call.
SELECT interlock_set_clock('2026-03-02T09:00:30Z');
SELECT * FROM queue_claim('jobs', 'cat', 1);
SELECT * FROM queue_claim('jobs', 'cat', 10);
SELECT id, worker, lease_until, token, attempts FROM jobs WHERE state = 'running' ORDER BY id;
SELECT count(*) FROM job_events WHERE what = 'GivenBack';

-- The third lease that is lost is the last: attempts end by failure and by lost lease alike.
SELECT interlock_set_clock('2026-03-02T10:00:00Z');
SELECT key, token FROM queue_claim('jobs', 'dan', 20);
SELECT interlock_set_clock('2026-03-02T11:00:00Z');
SELECT key, token FROM queue_claim('jobs', 'dan', 20);
SELECT interlock_set_clock('2026-03-02T12:00:00Z');
SELECT key, token FROM queue_claim('jobs', 'dan', 20);
SELECT id, state, attempts, token, last_error FROM jobs ORDER BY id;
SELECT job, what, who FROM job_events WHERE job = 2 ORDER BY at, what;

-- Put back before its time: the attempt has not been one, and the time is what was said.
INSERT INTO jobs (id) VALUES (20);
SELECT * FROM queue_claim('jobs', 'ann');
SELECT queue_finish('jobs', 20, 1, 'queued', NULL, '2026-03-02T12:30:00Z');
SELECT id, state, attempts, run_at, worker FROM jobs WHERE id = 20;
SELECT * FROM queue_claim('jobs', 'ann');
SELECT interlock_set_clock('2026-03-02T12:30:00Z');
SELECT * FROM queue_claim('jobs', 'ann');

-- A rollback takes a claim back.
INSERT INTO jobs (id) VALUES (30);
BEGIN;
SAVEPOINT s;
SELECT * FROM queue_claim('jobs', 'ann');
ROLLBACK TO s;
SELECT * FROM queue_claim('jobs', 'bob');
COMMIT;
SELECT worker, token, attempts FROM jobs WHERE id = 30;

-- The tick brings leases back too.
SELECT interlock_set_clock('2026-03-02T13:00:00Z');
SELECT interlock_tick();
SELECT job, done, error FROM interlock_activity();
SELECT id, state, worker FROM jobs WHERE id IN (20, 30) ORDER BY id;

-- Bad input.
SELECT * FROM queue_claim('jobs', '');
SELECT * FROM queue_claim('jobs', NULL);
SELECT * FROM queue_claim('jobs', 'ann', 0);
SELECT * FROM queue_claim('jobs', 'ann', 1000000000);
SELECT * FROM queue_claim('jobs', 'ann', 1, -1);
SELECT * FROM queue_claim('jobs', 'ann', 1, 0);
SELECT * FROM queue_claim('nothing', 'ann');
SELECT * FROM queue_claim('job_events', 'ann');
SELECT queue_finish('jobs', 'x', 1, 'done');
SELECT queue_finish('jobs', 1, -1, 'done');
SELECT queue_finish('jobs', 1, 1, 'gone');
SELECT queue_finish('jobs', 1, NULL, 'done');
SELECT queue_finish('jobs', NULL, 1, 'done');
SELECT queue_finish('jobs', 1, 1, 'done', NULL, 'never');
SELECT priority_rank('job_events', 'low');
SELECT retry_fail('job_events', 1, 'no');

-- What the rulebook gets wrong is said when it is applied.
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "queue": { "rule": "J-02", "ready": ["queued"], "claimed": "running", "worker": "worker" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "machines": { "rule": "J-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": {} } },
  "queue": { "rule": "J-02", "ready": ["queued"], "claimed": "runing", "worker": "worker" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "machines": { "rule": "J-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": {} } },
  "queue": { "rule": "J-02", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "lease_until" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "work", "tables": { "jobs": { "machines": { "rule": "J-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": {} } },
  "queue": { "rule": "J-02", "ready": ["running"], "claimed": "running", "worker": "worker", "token": "state" } } } }');
SELECT * FROM interlock_verify();
SELECT "table", problem FROM interlock_doctor() WHERE "table" IS NOT NULL;
DROP INDEX interlock_jobs_queue;
SELECT "table", problem FROM interlock_doctor() WHERE "table" IS NOT NULL;
ALTER TABLE jobs RENAME TO tasks;
SELECT interlock_remove('work');
