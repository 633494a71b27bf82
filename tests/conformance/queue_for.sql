-- Which rows a worker may claim, who may write to them, and claims that last as long as a transaction.
SELECT interlock_set_clock('2026-03-02T09:00:00Z');
CREATE TABLE workers (name varchar(20) NOT NULL PRIMARY KEY, team varchar(20), active boolean NOT NULL DEFAULT TRUE);
CREATE TABLE jobs (id integer NOT NULL PRIMARY KEY, team varchar(20) NOT NULL, state varchar(20) NOT NULL DEFAULT 'open', worker varchar(20), prio varchar(10) NOT NULL DEFAULT 'low', at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "workers": {}, "jobs": {
  "machines": { "rule": "Q-01", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "queue": { "rule": "Q-02", "ready": ["open"], "claimed": "busy", "worker": "worker", "fence": false, "order": [{ "column": "prio", "rank": ["high", "low"] }, "id"],
    "for": "(NEW.worker IS NULL OR NEW.worker = $actor) AND (NEW.at IS NULL OR instant_us(NEW.at) <= instant_us($now)) AND EXISTS (SELECT 1 FROM workers w WHERE w.name = $actor AND w.active AND (w.team IS NULL OR w.team = NEW.team))" } } } }');
SELECT text FROM interlock_rules('jobs') WHERE rule = 'Q-02';
INSERT INTO workers VALUES ('ann', 'a', TRUE), ('bob', 'b', TRUE), ('all', NULL, TRUE), ('off', 'a', FALSE);
INSERT INTO jobs (id, team, worker, prio, at) VALUES (1, 'a', NULL, 'low', NULL), (2, 'a', 'bob', 'high', NULL), (3, 'b', 'bob', 'low', NULL), (4, 'b', NULL, 'high', NULL), (5, 'a', NULL, 'high', '2026-03-02T10:00:00Z');
-- rule Q-02 accept
SELECT * FROM queue_claim('jobs', 'ann', 10);
SELECT * FROM queue_claim('jobs', 'off', 10);
SELECT * FROM queue_claim('jobs', 'nobody', 10);
SELECT * FROM queue_claim('jobs', 'bob');
SELECT * FROM queue_claim('jobs', 'bob', 10);
SELECT * FROM queue_claim('jobs', 'all', 10);
SELECT interlock_set_clock('2026-03-02T10:00:00Z');
SELECT * FROM queue_claim('jobs', 'all', 10);
SELECT id, state, worker FROM jobs ORDER BY id;
-- No fence: whoever may write the row ends the work.
UPDATE jobs SET state = 'done' WHERE id = 1;
UPDATE jobs SET state = 'open', worker = NULL WHERE id = 4;
SELECT * FROM queue_claim('jobs', 'bob');
SELECT interlock_set_actor('bob');
SELECT queue_finish('jobs', 4, NULL, 'done');
SELECT interlock_set_actor(NULL);
-- Without a state for claimed rows a claim is a lock.
CREATE TABLE hooks (id integer NOT NULL PRIMARY KEY, done boolean NOT NULL DEFAULT FALSE, tries integer NOT NULL DEFAULT 0, at timestamptz NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "hooks", "tables": { "hooks": {
  "machines": { "rule": "Q-11", "column": "done", "initial": "waiting", "states": { "waiting": { "code": 0, "to": "handled" }, "handled": { "code": 1, "type": "final" } } },
  "queue": { "rule": "Q-12", "ready": ["waiting"], "order": ["at"], "for": "NEW.tries < 3" } } } }');
SELECT text FROM interlock_rules('hooks') WHERE rule = 'Q-12';
INSERT INTO hooks VALUES (1, FALSE, 0, '2026-03-02T08:00:00Z'), (2, FALSE, 0, '2026-03-02T07:00:00Z'), (3, FALSE, 3, '2026-03-02T06:00:00Z'), (4, FALSE, 2, '2026-03-02T09:00:00Z');
-- rule Q-12 refuse as error
SELECT * FROM queue_claim('hooks', 'w');
BEGIN;
-- rule Q-12 accept
SELECT * FROM queue_claim('hooks', 'w', 2);
UPDATE hooks SET done = TRUE WHERE id = 2;
COMMIT;
BEGIN;
SELECT key FROM queue_claim('hooks', 'w', 9);
ROLLBACK;
SELECT queue_finish('hooks', 1, NULL, 'handled');
SELECT id, done FROM hooks ORDER BY id;
SELECT * FROM interlock_doctor();
-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "hooks", "tables": { "hooks": { "machines": { "rule": "Q-11", "column": "done", "initial": "a", "states": { "a": { "code": 0, "to": "b" }, "b": { "code": 1 } } },
  "queue": { "rule": "Q-12", "ready": ["a"], "for": "NEW.tries < $key" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "hooks", "tables": { "hooks": { "machines": { "rule": "Q-11", "column": "done", "initial": "a", "states": { "a": { "code": 0, "to": "b" }, "b": { "code": 1 } } },
  "queue": { "rule": "Q-12", "ready": ["a"], "for": "NEW.trys < 3" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "hooks", "tables": { "hooks": { "machines": { "rule": "Q-11", "column": "done", "initial": "a", "states": { "a": { "code": 0, "to": "b" }, "b": { "code": 1 } } },
  "queue": { "rule": "Q-12", "ready": ["a"], "expired": "a" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "jobs", "tables": { "jobs": { "machines": { "rule": "Q-01", "column": "state", "initial": "open", "states": { "open": { "to": "busy" }, "busy": { "to": ["open", "done"] }, "done": { "type": "final" } } },
  "queue": { "rule": "Q-02", "ready": ["open"], "claimed": "busy", "worker": "worker", "until": "at", "fence": false } } } }');
