-- A state may be stored as NULL, and states may be truths.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE pulls (id integer NOT NULL PRIMARY KEY, review varchar(20), tests varchar(20), done boolean NOT NULL DEFAULT FALSE, done_at timestamptz, tries integer NOT NULL DEFAULT 0);
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": [
  { "rule": "P-01", "column": "review", "initial": ["none"], "states": {
    "none": { "code": null, "to": ["approved", "changes"] }, "approved": { "to": ["none", "changes"] }, "changes": { "on": { "Dismiss": "none" }, "to": "approved" } } },
  { "rule": "P-02", "column": "done", "initial": "open", "states": { "open": { "code": 0, "to": "closed", "forbid": ["done_at"] }, "closed": { "code": 1, "type": "final", "stamp": { "done_at": "now" } } } } ],
  "queue": { "rule": "P-03", "column": "done", "ready": ["open"], "claimed": "closed" } } } }');
SELECT * FROM fsm_states('pulls', 'review');
SELECT * FROM fsm_transitions('pulls', 'review');
SELECT fsm_code('pulls', 'none', 'review'), fsm_label('pulls', 'none', 'review'), fsm_can('pulls', 'none', 'approved', 'review'), fsm_can('pulls', 'changes', 'changes', 'review');
SELECT fsm_can('pulls', 'none', 'gone', 'review');
SELECT fsm_label('pulls', '1', 'done'), fsm_code('pulls', 'closed', 'done');
SELECT text FROM interlock_rules('pulls');
SELECT interlock_diagram('pulls', 'review');
-- rule P-01 accept
INSERT INTO pulls (id) VALUES (1), (2), (3);
-- rule P-01 refuse
INSERT INTO pulls (id, review) VALUES (4, 'approved');
-- rule P-01 refuse
INSERT INTO pulls (id, review) VALUES (4, 'none');
-- rule P-01 accept
UPDATE pulls SET review = 'changes' WHERE id = 1;
UPDATE pulls SET review = NULL WHERE id = 1;
UPDATE pulls SET review = NULL WHERE id = 1;
UPDATE pulls SET review = 'approved' WHERE id = 1;
-- rule P-01 refuse
UPDATE pulls SET review = 'none' WHERE id = 1;
SELECT fsm_transition('pulls', '2', 'approved', 'none');
SELECT fsm_transition('pulls', '2', 'none', 'approved');
SELECT fsm_transition('pulls', '2', 'none');
SELECT fsm_transition('pulls', '2', 'changes', 'approved');
SELECT id, review FROM pulls ORDER BY id;
-- rule P-02 accept
UPDATE pulls SET done = TRUE WHERE id = 1;
-- rule P-02 refuse
UPDATE pulls SET done = FALSE WHERE id = 1;
-- rule P-02 refuse
UPDATE pulls SET done = NULL WHERE id = 2;
-- rule P-02 refuse
INSERT INTO pulls (id, done) VALUES (5, TRUE);
-- rule P-03 accept
SELECT * FROM queue_claim('pulls', 'w');
SELECT * FROM queue_claim('pulls', 'w', 5);
SELECT * FROM queue_claim('pulls', 'w', 5);
SELECT id, done, done_at FROM pulls ORDER BY id;
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();
SELECT * FROM interlock_diff('{ "interlock": 1, "name": "p", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "none", "states": { "none": { "code": null, "to": "a" }, "a": { } } } } } }',
  '{ "interlock": 1, "name": "p", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "none", "states": { "none": { "code": "no", "to": "a" }, "a": { "code": null } } } } } }');
-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "n", "states": { "n": { "code": null }, "m": { "code": null } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "n", "states": { "n": { "code": null } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "n", "states": { "n": { "code": null, "freeze": true }, "m": {} } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": { "rule": "P-02", "column": "done", "initial": "n", "states": { "n": { "code": null }, "m": { "code": 1 } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "machines": { "rule": "P-01", "column": "review", "initial": "n", "states": { "n": { "code": null, "to": "m" }, "m": {} } },
  "effects": { "rule": "P-09", "column": "review", "enter": "n", "do": ["DELETE FROM pulls"] } } } }');
