-- Fencing (scenarios 1-3 of jobs.md): a row that a worker holds is his while his lease runs, and nobody's zombie ends it.
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

INSERT INTO jobs (id) VALUES (1), (2), (3);
SELECT * FROM queue_claim('jobs', 'ann', 3);

-- Who does not show the token does not end the work.
-- rule J-03 refuse
UPDATE jobs SET state = 'done' WHERE id = 1;
-- rule J-03 refuse
UPDATE jobs SET state = 'done', token = 7 WHERE id = 1;
-- rule J-03 refuse
UPDATE jobs SET state = 'queued' WHERE id = 1;
-- rule J-03 refuse
UPDATE jobs SET state = 'done', note = 'all';
-- rule J-03 refuse
INSERT INTO jobs (id, state) VALUES (1, 'queued') ON CONFLICT (id) DO UPDATE SET state = 'done';
-- rule J-03 refuse
SELECT fsm_transition('jobs', 1, 'done');

-- Nor takes or prolongs the lease.
-- rule J-03 refuse
UPDATE jobs SET worker = 'eve' WHERE id = 1;
-- rule J-03 refuse
UPDATE jobs SET token = 9 WHERE id = 1;
-- rule J-03 refuse
UPDATE jobs SET lease_until = '2026-03-02T10:00:00Z' WHERE id = 1;
UPDATE jobs SET lease_until = NULL, token = 1 WHERE id = 1;
-- rule J-03 refuse
DELETE FROM jobs WHERE id = 1;

-- The rest of the row is anybody's.
-- rule J-03 accept
UPDATE jobs SET note = 'seen', cancel = 0 WHERE id = 1;
UPDATE jobs SET state = 'running' WHERE id = 1;
-- rule J-03 accept
UPDATE jobs SET lease_until = '2026-03-02T10:02:00+01:00', token = 1 WHERE id = 1;
SELECT id, state, worker, lease_until, token FROM jobs WHERE id = 1;
-- rule J-03 accept
UPDATE jobs SET state = 'done', token = 1 WHERE id = 1;
UPDATE jobs SET token = 5 WHERE id = 1;
UPDATE jobs SET worker = 'eve' WHERE id = 1;
DELETE FROM jobs WHERE id = 1;

-- A statement is whole: the row that is not his undoes the other.
UPDATE jobs SET state = 'done', token = CASE WHEN id = 2 THEN 1 ELSE 4 END WHERE id IN (2, 3);
SELECT id, state, token FROM jobs ORDER BY id;

-- The lease has ended. Nobody claimed the row; the work cannot be ended and the lease not prolonged all the same.
SELECT interlock_set_clock('2026-03-02T09:01:00Z');
SELECT queue_finish('jobs', 2, 1, 'done');
-- rule J-03 refuse
UPDATE jobs SET state = 'done', token = 1 WHERE id = 2;
-- rule J-03 refuse
UPDATE jobs SET lease_until = '2026-03-02T10:00:00Z', token = 1 WHERE id = 2;
-- rule J-03 refuse
UPDATE jobs SET worker = 'eve' WHERE id = 2;
-- Anybody may take it back, and delete it.
-- rule J-03 accept
UPDATE jobs SET state = 'queued' WHERE id = 2;
-- rule J-03 accept
DELETE FROM jobs WHERE id = 3;

-- The zombie comes when another has it.
SELECT * FROM queue_claim('jobs', 'bob');
SELECT queue_finish('jobs', 2, 1, 'done');
-- rule J-03 refuse
UPDATE jobs SET state = 'done', token = 1 WHERE id = 2;
-- rule J-03 refuse
UPDATE jobs SET lease_until = '2026-03-02T10:00:00Z', token = 1 WHERE id = 2;
SELECT queue_finish('jobs', 2, 2, 'done');

-- Claimed by hand: the database gives the token, the lease and the attempt.
INSERT INTO jobs (id) VALUES (10), (11), (12);
-- rule J-03 accept
UPDATE jobs SET state = 'running', worker = 'cat' WHERE id = 10;
UPDATE jobs SET state = 'running', worker = 'cat', token = 100, lease_until = '2026-03-02T09:05:00Z' WHERE id = 11;
UPDATE jobs SET state = 'running', worker = 'cat', lease_until = '2026-03-02T09:00:00Z', attempts = 2 WHERE id = 12;
INSERT INTO jobs (id, state, worker) VALUES (13, 'running', 'cat');
SELECT id, worker, lease_until, token, attempts FROM jobs WHERE id >= 10 ORDER BY id;
-- rule J-03 refuse
UPDATE jobs SET state = 'done' WHERE id = 13;
SELECT queue_finish('jobs', 13, 1, 'done');

-- Rows from before the rule have no lease: they are not fenced.
SELECT interlock_set_mode('load');
INSERT INTO jobs (id, state, worker) VALUES (20, 'running', 'old');
SELECT interlock_set_mode('enforce');
-- rule J-03 accept
UPDATE jobs SET state = 'done' WHERE id = 20;

-- The largest token has none after it.
SELECT interlock_set_mode('load');
INSERT INTO jobs (id, token) VALUES (21, 9223372036854775807);
SELECT interlock_set_mode('enforce');
-- rule J-03 refuse
UPDATE jobs SET state = 'running' WHERE id = 21;

-- A row that a worker holds keeps its key: under the old one another row could be born, and its first token would be his.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE keyed (id integer NOT NULL PRIMARY KEY, state text NOT NULL DEFAULT 'queued', worker text, until timestamptz, token bigint, attempts integer NOT NULL DEFAULT 0);
SELECT interlock_apply('{ "interlock": 1, "name": "keyed", "tables": { "keyed": {
  "machines": { "rule": "K-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["done", "queued"] }, "done": { "type": "final" } } },
  "queue": { "rule": "K-02", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "attempts": "attempts" } } } }');
INSERT INTO keyed (id) VALUES (1), (2);
SELECT key, token FROM queue_claim('keyed', 'w');
-- rule K-02 refuse
UPDATE keyed SET id = 9 WHERE id = 1;
UPDATE keyed SET id = 9, state = 'done', token = 1 WHERE id = 1;
UPDATE keyed SET id = 9, worker = 'thief', token = 1 WHERE id = 1;
-- rule K-02 accept
UPDATE keyed SET id = 8 WHERE id = 2;
SELECT interlock_set_clock('2026-01-01T00:01:00Z');
UPDATE keyed SET id = 9 WHERE id = 1;
SELECT queue_finish('keyed', 9, 1, 'done');
-- Tokens and attempts that a writer thought of: the worker gets the token that is stored, and no row stops the queue.
INSERT INTO keyed (id, token, attempts) VALUES (20, -5, -7), (21, NULL, 2147483647);
SELECT key, token FROM queue_claim('keyed', 'w', 10);
SELECT id, token, attempts FROM keyed ORDER BY id;
SELECT queue_finish('keyed', 20, 1, 'done');
SELECT queue_finish('keyed', 21, 1, 'queued');
UPDATE keyed SET state = 'running', worker = 'w' WHERE id = 21;
SELECT id, state, token, attempts FROM keyed ORDER BY id;
INSERT INTO keyed (id, token) VALUES (22, 9223372036854775807);
INSERT INTO keyed (id, token) VALUES (22, NULL);
UPDATE keyed SET token = 4611686018427387905 WHERE id = 22;
UPDATE keyed SET token = 4611686018427387904 WHERE id = 22;
SELECT key, token FROM queue_claim('keyed', 'w');
