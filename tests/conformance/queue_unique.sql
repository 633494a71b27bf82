-- Unique work: at most one row of the same work that is not finished, and adding it again gives the row there is.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE mails (id integer NOT NULL PRIMARY KEY, kind varchar(20), customer integer, body text, urgent integer NOT NULL DEFAULT 0, state text NOT NULL DEFAULT 'queued', worker text, until timestamptz, token bigint NOT NULL DEFAULT 0);
SELECT interlock_apply('{ "interlock": 1, "name": "mails", "tables": { "mails": {
  "machines": { "rule": "U-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["done", "queued", "failed"] }, "failed": { "to": "queued" }, "done": { "type": "final" } } },
  "queue": { "rule": "U-02", "rules": { "unique": "U-03" }, "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "unique": { "columns": ["kind", "customer"] } } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('mails') WHERE rule = 'U-03';
-- rule U-03 accept
SELECT queue_add('mails', '{"id": 1, "kind": "bill", "customer": 7, "body": "{\"a\": 1}"}');
SELECT queue_add('mails', '{"id": 2, "kind": "bill", "customer": 7, "body": "again"}');
SELECT queue_add('mails', '{"id": 3, "kind": "bill", "customer": 8, "body": {"a": [1, "x"]}, "urgent": true}');
SELECT queue_add('mails', '{"id": 4, "kind": null, "customer": 7}');
SELECT queue_add('mails', '{"id": 5, "kind": null, "customer": 7}');
SELECT id, kind, customer, urgent, state FROM mails ORDER BY id;
-- rule U-03 refuse
INSERT INTO mails (id, kind, customer) VALUES (2, 'bill', 7);
UPDATE mails SET customer = 7 WHERE id = 3;
INSERT INTO mails (id, kind, customer) VALUES (12, 'bill', 7) ON CONFLICT DO NOTHING;
-- It stays the one work in every state that is not final, and no transition is in its way.
SELECT key, token FROM queue_claim('mails', 'w', 1);
SELECT queue_add('mails', '{"id": 2, "kind": "bill", "customer": 7}');
SELECT queue_finish('mails', 1, 1, 'failed');
SELECT queue_add('mails', '{"id": 2, "kind": "bill", "customer": 7}');
UPDATE mails SET state = 'queued' WHERE id = 1;
SELECT key, token FROM queue_claim('mails', 'w', 1);
SELECT queue_finish('mails', 1, 2, 'done');
SELECT queue_add('mails', '{"id": 2, "kind": "bill", "customer": 7}');
SELECT queue_add('mails', '{"id": 6, "kind": "bill", "customer": "7"}');
SELECT id, kind, customer, state FROM mails ORDER BY id;
BEGIN;
SELECT queue_add('mails', '{"id": 7, "kind": "note", "customer": 1}');
ROLLBACK;
SELECT queue_add('mails', '{"id": 8, "kind": "note", "customer": 1}');
SELECT * FROM interlock_verify('mails');
SELECT problem FROM interlock_doctor() WHERE "table" = 'mails';

-- What is asked wrongly.
SELECT queue_add('mails', NULL);
SELECT queue_add(NULL, '{}');
SELECT queue_add('mails', '{}');
SELECT queue_add('mails', '[]');
SELECT queue_add('mails', '{"id": 9, "kind": "x"}');
SELECT queue_add('mails', '{"id": 9, "kind": "x", "customer": 1, "costumer": 2}');
SELECT queue_add('mails', '{"id": 9, "kind": "x", "customer": "seven"}');
SELECT queue_add('mails', '{"id": 1, "kind": "x", "customer": 1}');
SELECT queue_add('mails', '{"id": 9, "kind": "x", "customer": 1, "state": "done"}');
SELECT queue_add('nowhere', '{"id": 9}');
-- A queue that asks for nothing adds every row.
CREATE TABLE plain (id integer NOT NULL PRIMARY KEY, state text NOT NULL DEFAULT 'queued', worker text);
SELECT queue_add('plain', '{"id": 1}');
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "to": "queued" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker" } } } }');
SELECT queue_add('plain', '{"id": 1}');
SELECT queue_add('plain', '{"id": 1}');
-- Rulebooks: the states must be such that nothing comes back into them, and the rows there are must be unique.
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "to": "queued" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "unique": { "columns": ["id"], "states": ["queued", "running"] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "to": "queued" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "unique": { "columns": ["state"] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "to": "queued" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "unique": { "columns": ["worker"], "states": ["queud"] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "to": "queued" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "unique": {} } } } }');
INSERT INTO plain VALUES (2, 'queued', 'w'), (3, 'queued', 'w');
SELECT interlock_apply('{ "interlock": 1, "name": "plain", "tables": { "plain": { "machines": { "rule": "P-1", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["queued", "done"] }, "done": { "type": "final" } } },
  "queue": { "rule": "P-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "unique": { "columns": ["worker"] } } } } }');
SELECT interlock_remove('mails');
INSERT INTO mails (id, kind, customer) VALUES (30, 'bill', 7), (31, 'bill', 7);
