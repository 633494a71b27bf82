-- Dispatch: epics run through their stages, which end at gates.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
-- rule D-02 refuse
INSERT INTO epics (id, title, description, repo_path, status) VALUES ('x', 'X', 'x', '/r', 'ready');
-- rule D-05 refuse
INSERT INTO epics (id, title, description, repo_path, acceptance_criteria) VALUES ('x', 'X', 'x', '/r', '[1]');
-- rule D-04 refuse
INSERT INTO epics (id, title, description, repo_path, completed_at) VALUES ('x', 'X', 'x', '/r', '2026-01-05T09:00:00Z');
-- rule D-08 refuse
INSERT INTO epics (id, title, description, repo_path, status, blocked_at_gate_id) VALUES ('x', 'X', 'x', '/r', 'draft', 'g');
-- rule X-02 refuse
INSERT INTO epics (id, title, description, repo_path) VALUES (NULL, 'X', 'x', '/r');
-- rule D-01 refuse
INSERT INTO epics (id, title, description, repo_path, status) VALUES ('x', 'X', 'x', '/r', 'wont_fix');
-- rule X-03 refuse
INSERT INTO epics (id, title, description, repo_path, status) VALUES ('x', 'X', 'x', '/r', NULL);
-- rule D-05 accept
INSERT INTO epics (id, title, description, repo_path, acceptance_criteria) VALUES ('e', 'Engine', 'build it', '/r', '["it runs"]'), ('f', 'Fork', 'copy it', '/r', NULL);
-- rule D-02 refuse
UPDATE epics SET status = 'ready' WHERE id = 'e';
-- rule D-06 refuse
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x', 'e', 'X', -1);
-- rule D-02 refuse
INSERT INTO stages (id, epic_id, name, stage_order, status) VALUES ('x', 'e', 'X', 0, 'in_progress');
-- rule D-04 refuse
INSERT INTO stages (id, epic_id, name, stage_order, started_at) VALUES ('x', 'e', 'X', 0, '2026-01-05T09:00:00Z');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('e0', 'e', 'Design', 0), ('e1', 'e', 'Build', 1), ('e2', 'e', 'Ship', 2), ('f0', 'f', 'All', 0);
-- rule D-06 refuse
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x', 'e', 'X', 1);
-- rule D-02 refuse
INSERT INTO gates (id, stage_id, gate_type, description, status) VALUES ('x', 'e0', 'approval', 'x', 'approved');
-- rule D-01 refuse
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('x', 'e0', 'signoff', 'x');
-- rule D-20 refuse
INSERT INTO gates (id, stage_id, gate_type, description, required_approvers) VALUES ('x', 'e0', 'approval', 'x', '[]');
-- rule D-20 refuse
INSERT INTO gates (id, stage_id, gate_type, description, required_approvers) VALUES ('x', 'e0', 'approval', 'x', 'alice');
-- rule D-20 refuse
INSERT INTO gates (id, stage_id, gate_type, description, required_approvers) VALUES ('x', 'e0', 'approval', 'x', '{"a": 1}');
-- rule D-01 accept
-- rule D-20 accept
INSERT INTO gates (id, stage_id, gate_type, description, required_approvers) VALUES ('g0', 'e0', 'approval', 'design', '["alice", "@Bob"]'), ('g0b', 'e0', 'review', 'second look', 'any'),
  ('g1', 'e1', 'decision', 'which way', '["any"]'), ('g2', 'e2', 'checkpoint', 'all green', NULL), ('gf', 'f0', 'review', 'f', '"any"');

-- The life of an epic: nothing starts before it.
-- rule D-06 refuse
UPDATE stages SET status = 'in_progress' WHERE id = 'e0';
-- rule D-07 refuse
UPDATE epics SET current_stage_id = 'e0' WHERE id = 'e';
-- rule D-02 accept
UPDATE epics SET status = 'ready' WHERE id = 'e';
UPDATE epics SET status = 'draft' WHERE id = 'e';
UPDATE epics SET status = 'ready' WHERE id = 'e';
UPDATE epics SET status = 'in_progress' WHERE id = 'e';
-- rule D-06 refuse
UPDATE stages SET status = 'in_progress' WHERE id = 'e1';
-- rule D-06 accept
-- rule D-07 accept
UPDATE stages SET status = 'in_progress' WHERE id = 'e0';
SELECT status, current_stage_id FROM epics WHERE id = 'e';
-- rule D-06 refuse
UPDATE stages SET status = 'in_progress' WHERE id = 'e1';
-- rule D-06 refuse
UPDATE stages SET stage_order = 9 WHERE id = 'e0';
-- rule D-07 refuse
UPDATE epics SET current_stage_id = 'f0' WHERE id = 'e';
-- rule D-07 refuse
UPDATE epics SET current_stage_id = 'e1' WHERE id = 'e';
-- rule D-07 refuse
UPDATE epics SET current_stage_id = NULL WHERE id = 'e';
-- rule D-02 refuse
UPDATE epics SET status = 'completed' WHERE id = 'e';
-- rule D-08 refuse
UPDATE epics SET status = 'awaiting_gate' WHERE id = 'e';
-- rule D-08 refuse
UPDATE epics SET blocked_at_gate_id = 'g0' WHERE id = 'e';
-- rule D-08 refuse
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g0' WHERE id = 'e';
-- rule D-09 refuse
UPDATE stages SET status = 'approved' WHERE id = 'e0';

-- A stage waits at its gates when its issues are done.
INSERT INTO agents (id, agent_type) VALUES ('a1', 'coder');
INSERT INTO issues (id, epic_id, stage_id, repo_path, title, prompt, issue_type) VALUES ('i1', 'e', 'e0', '/r', 'I', 'do', 'feature');
-- rule D-02 refuse
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e0';
UPDATE issues SET status = 'cancelled' WHERE id = 'i1';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e0';
-- rule D-10 refuse
UPDATE stages SET status = 'in_progress' WHERE id = 'e0';
-- rule D-08 refuse
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g1' WHERE id = 'e';
-- rule D-08 accept
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g0' WHERE id = 'e';
-- rule D-08 refuse
UPDATE epics SET blocked_at_gate_id = NULL WHERE id = 'e';
-- rule D-08 refuse
UPDATE epics SET status = 'in_progress', blocked_at_gate_id = NULL WHERE id = 'e';
-- rule D-02 refuse
UPDATE epics SET status = 'completed' WHERE id = 'e';
-- rule D-18 refuse
DELETE FROM gates WHERE id = 'g0';
-- rule D-18 refuse
DELETE FROM stages WHERE id = 'e0';

-- Who approves: somebody on the list, and not nobody.
-- rule D-21 refuse
UPDATE gates SET status = 'approved' WHERE id = 'g0';
-- rule D-21 refuse
UPDATE gates SET status = 'approved', approved_by = 'eve' WHERE id = 'g0';
-- rule D-21 refuse
UPDATE gates SET status = 'approved', approved_by = 'system' WHERE id = 'g0b';
-- rule D-22 refuse
UPDATE gates SET status = 'rejected' WHERE id = 'g0';
-- rule D-22 refuse
UPDATE gates SET rejection_reason = 'why' WHERE id = 'g0';
-- rule D-22 refuse
UPDATE gates SET approved_by = 'alice' WHERE id = 'g0';
-- rule D-22 refuse
UPDATE gates SET approved_at = '2026-01-05T09:00:00Z' WHERE id = 'g0';
SELECT interlock_set_actor('human:carol');
-- Rejected: back to work, and again.
-- rule D-10 accept
-- rule D-22 accept
UPDATE gates SET status = 'rejected', rejection_reason = 'too big' WHERE id = 'g0';
SELECT e.status, e.blocked_at_gate_id, e.current_stage_id, s.status FROM epics e JOIN stages s ON s.id = e.current_stage_id WHERE e.id = 'e';
-- rule D-09 refuse
UPDATE stages SET status = 'approved' WHERE id = 'e0';
UPDATE gates SET status = 'pending' WHERE id = 'g0';
SELECT status, rejection_reason FROM gates WHERE id = 'g0';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e0';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g0' WHERE id = 'e';
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
-- Two gates: the epic waits at the next one, and goes on with the last.
-- rule D-21 accept
UPDATE gates SET status = 'approved', approved_by = '@ALICE' WHERE id = 'g0';
SELECT e.status, e.blocked_at_gate_id, e.current_stage_id, s.status FROM epics e JOIN stages s ON s.id = e.current_stage_id WHERE e.id = 'e';
-- rule D-22 refuse
UPDATE gates SET approved_by = 'bob' WHERE id = 'g0';
-- rule D-02 refuse as D-22
UPDATE gates SET status = 'pending' WHERE id = 'g0';
-- rule D-09 accept
-- rule D-04 accept
UPDATE gates SET status = 'skipped' WHERE id = 'g0b';
SELECT e.status, e.blocked_at_gate_id, e.current_stage_id, s.status, s.started_at FROM epics e JOIN stages s ON s.id = e.current_stage_id WHERE e.id = 'e';
SELECT id, status, started_at, completed_at FROM stages WHERE epic_id = 'e' ORDER BY id;
SELECT id, status, approved_by, approved_at FROM gates WHERE stage_id = 'e0' ORDER BY id;
-- rule D-04 refuse
UPDATE stages SET completed_at = '2026-01-05T09:30:00Z' WHERE id = 'e0';
-- rule D-04 refuse
UPDATE stages SET started_at = '2026-01-05T08:00:00Z' WHERE id = 'e1';
-- rule D-09 refuse
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('late', 'e0', 'review', 'x');

-- A decision says what was chosen.
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e1';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g1' WHERE id = 'e';
-- rule D-23 refuse
UPDATE gates SET status = 'approved', approved_by = 'dan' WHERE id = 'g1';
-- rule D-23 refuse
SELECT fsm_transition('gates', 'g1', 'approved', NULL, NULL, 'dan', '{"choice": ""}');
-- rule D-21 refuse
SELECT fsm_transition('gates', 'g1', 'approved', NULL, NULL, 'agent:a1', '{"choice": "a"}');
UPDATE gates SET description = 'which way: a or b' WHERE id = 'g1';
SELECT interlock_set_actor('system');
-- A checkpoint is passed by the system.
UPDATE stages SET status = 'skipped' WHERE id = 'e1';
SELECT e.status, e.blocked_at_gate_id FROM epics e WHERE e.id = 'e';
UPDATE stages SET status = 'in_progress' WHERE id = 'e2';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e2';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g2' WHERE id = 'e';
-- rule D-23 accept
UPDATE gates SET status = 'approved', approved_by = 'system' WHERE id = 'g2';
SELECT status, current_stage_id, blocked_at_gate_id FROM epics WHERE id = 'e';
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
UPDATE epics SET status = 'completed' WHERE id = 'e';
SELECT status, completed_at, updated_at FROM epics WHERE id = 'e';
-- rule D-04 refuse
UPDATE epics SET completed_at = '2026-01-05T09:00:00Z' WHERE id = 'e';
-- rule D-02 refuse
UPDATE epics SET status = 'in_progress' WHERE id = 'e';
-- rule D-11 refuse
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x', 'e', 'X', 7);
SELECT decision_type, epic_id, decided_by, json_text(outcome, 'gate_id') AS gate, json_text(outcome, 'stage_id') AS stage, json_text(outcome, 'by') AS by, json_text(outcome, 'reason') AS reason, description FROM decisions ORDER BY created_at, json_text(outcome, 'gate_id');

-- Cancelled: what was open is skipped, and gates stay as they are.
UPDATE epics SET status = 'ready' WHERE id = 'f';
UPDATE epics SET status = 'in_progress' WHERE id = 'f';
UPDATE stages SET status = 'in_progress' WHERE id = 'f0';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'f0';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'gf' WHERE id = 'f';
-- rule D-11 accept
UPDATE epics SET status = 'cancelled' WHERE id = 'f';
SELECT e.status, e.blocked_at_gate_id, e.completed_at, s.status FROM epics e JOIN stages s ON s.epic_id = e.id WHERE e.id = 'f';
-- rule D-11 refuse
UPDATE gates SET status = 'approved', approved_by = 'alice' WHERE id = 'gf';
-- rule D-11 refuse
UPDATE gates SET description = 'x' WHERE id = 'gf';
SELECT status FROM gates WHERE id = 'gf';

-- What is chosen comes in the payload.
INSERT INTO epics (id, title, description, repo_path) VALUES ('h', 'H', 'h', '/r');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('h0', 'h', 'H', 0);
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('gh', 'h0', 'decision', 'which');
SELECT interlock_set_actor('dora');
SELECT fsm_transition('gates', 'gh', 'approved', NULL, NULL, NULL, '{"choice": "b"}');
SELECT status, approved_by, approved_at FROM gates WHERE id = 'gh';
SELECT decision_type, decided_by, json_text(outcome, 'choice') AS choice, json_text(outcome, 'by') AS by FROM decisions WHERE epic_id = 'h';
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('gi', 'h0', 'approval', 'that');
SELECT fsm_transition('gates', 'gi', 'skipped', NULL, NULL, 'human:eve', '{"reason": "urgent"}');
SELECT decided_by, json_text(outcome, 'reason') AS reason FROM decisions WHERE epic_id = 'h' AND decision_type = 'human_override';
SELECT interlock_set_actor('system');

-- Both gates of a stage in one statement: the next stage starts, and only that.
INSERT INTO epics (id, title, description, repo_path) VALUES ('both', 'B', 'b', '/r');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('b0', 'both', 'B', 0), ('b1', 'both', 'B', 1), ('b2', 'both', 'B', 2);
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('gb1', 'b0', 'approval', 'g'), ('gb2', 'b0', 'review', 'g');
UPDATE epics SET status = 'ready' WHERE id = 'both';
UPDATE epics SET status = 'in_progress' WHERE id = 'both';
UPDATE stages SET status = 'in_progress' WHERE id = 'b0';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'b0';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'gb2' WHERE id = 'both';
UPDATE gates SET status = 'approved', approved_by = 'ann' WHERE stage_id = 'b0';
SELECT e.status, e.current_stage_id, e.blocked_at_gate_id, s.id, s.status FROM epics e JOIN stages s ON s.epic_id = e.id WHERE e.id = 'both' ORDER BY s.id;
SELECT count(*) FROM decisions WHERE epic_id = 'both';

-- Comments stay, and go with their gate.
INSERT INTO gate_comments (id, gate_id, author, content) VALUES ('c1', 'gh', 'alice', 'hm');
-- rule D-19 refuse
UPDATE gate_comments SET content = 'ah' WHERE id = 'c1';
-- rule D-19 refuse
DELETE FROM gate_comments WHERE id = 'c1';
-- rule D-19 accept
DELETE FROM gates WHERE id = 'gh';
SELECT count(*) FROM gate_comments;

-- An epic takes everything along; decisions stay.
UPDATE issues SET title = 'J' WHERE id = 'i1';
-- rule D-18 accept
DELETE FROM epics WHERE id = 'e';
SELECT count(*) FROM stages WHERE epic_id = 'e';
SELECT epic_id, stage_id, status FROM issues WHERE id = 'i1';
SELECT count(*), count(epic_id) FROM decisions;
-- rule D-03 refuse
UPDATE epics SET created_at = '2026-01-01T00:00:00Z' WHERE id = 'f';
-- rule D-03 refuse
UPDATE stages SET epic_id = 'h' WHERE id = 'f0';
-- rule D-03 accept
UPDATE epics SET title = 'F', updated_at = '2026-01-01T00:00:00Z' WHERE id = 'f';
SELECT title, updated_at FROM epics WHERE id = 'f';
SELECT rule, "table", "key", message FROM interlock_verify('dispatch');
SELECT * FROM interlock_doctor();
