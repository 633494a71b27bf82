-- Dispatch by SQLite's other ways of writing: conflict clauses, upserts, loose types.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
INSERT INTO agents (id, agent_type) VALUES ('c1', 'coder'), ('c2', 'coder'), ('p1', 'pm');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('p', 'workflow_change', 'c1', 'P', 'd', 'r', 'simple_majority', '["coder", "pm"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'reject', 'x');
-- rule D-28 refuse
INSERT OR REPLACE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'approve', 'x');
-- rule D-28 refuse
INSERT OR REPLACE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v9', 'p', 'c1', 'coder', 'approve', 'x');
-- rule D-28 refuse
REPLACE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c2', 'coder', 'approve', 'x');
-- rule X-08 accept
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'approve', 'x') ON CONFLICT DO NOTHING;
-- rule D-28 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'approve', 'x') ON CONFLICT (id) DO UPDATE SET decision = excluded.decision;
-- rule D-26 refuse
INSERT OR IGNORE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'p', 'c2', 'pm', 'approve', 'x');
-- rule D-27 refuse
INSERT OR IGNORE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, confidence) VALUES ('v2', 'p', 'c2', 'coder', 'approve', 'x', 'sure');
INSERT OR IGNORE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'p', 'p1', 'pm', 'reject', 'x');
-- What is decided by a statement with a conflict clause is decided, and written down.
SELECT status, resolved_at FROM proposals WHERE id = 'p';
SELECT decision_type, decided_by FROM decisions;
-- rule D-30 refuse as D-02
UPDATE OR REPLACE proposals SET status = 'approved' WHERE id = 'p';
INSERT INTO decisions (id, proposal_id, decision_type, description, outcome, decided_by) VALUES ('d', 'p', 'human_override', 'x', '{}', 'human:eve');
-- rule D-36 refuse
INSERT OR REPLACE INTO decisions (id, proposal_id, decision_type, description, outcome, decided_by) VALUES ('d', 'p', 'human_veto', 'x', '{}', 'human:eve');
-- rule X-04 refuse
INSERT OR REPLACE INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold) VALUES ('p', 'workflow_change', 'c1', 'P', 'd', 'r', 'single_approval');
-- rule D-41 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch) VALUES ('x', 'i', 'seven', 'u', 'b');
-- rule D-39 refuse
UPDATE agents SET status = 'starting', process_id = 'one' WHERE id = 'c1';
INSERT INTO epics (id, title, description, repo_path) VALUES ('ee', 'E', 'e', '/r');
-- rule D-06 refuse
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x', 'ee', 'E', 'first');
-- rule D-06 refuse
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x', 'ee', 'E', 0.5);
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('e0', 'ee', 'E', 0), ('e1', 'ee', 'E', 1);
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('g0', 'e0', 'approval', 'g');
UPDATE epics SET status = 'ready';
UPDATE epics SET status = 'in_progress';
UPDATE OR IGNORE stages SET status = 'in_progress' WHERE id = 'e0';
-- rule D-06 refuse
UPDATE OR IGNORE stages SET status = 'in_progress' WHERE id = 'e1';
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e0';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g0';
-- rule D-21 refuse
UPDATE OR IGNORE gates SET status = 'approved' WHERE id = 'g0';
-- rule D-09 accept
UPDATE OR REPLACE gates SET status = 'approved', approved_by = 'ann' WHERE id = 'g0';
SELECT e.status, e.current_stage_id, s.status FROM epics e JOIN stages s ON s.id = 'e0';
SELECT decision_type, decided_by FROM decisions ORDER BY decision_type;
INSERT INTO gate_comments (id, gate_id, author, content) VALUES ('c', 'g0', 'ann', 'ok');
-- rule D-19 refuse
INSERT OR REPLACE INTO gate_comments (id, gate_id, author, content) VALUES ('c', 'g0', 'eve', 'no');
-- The same with recursive triggers.
PRAGMA recursive_triggers = ON;
-- rule D-28 refuse
INSERT OR REPLACE INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'approve', 'x');
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('g1', 'e1', 'approval', 'g');
UPDATE stages SET status = 'awaiting_gate' WHERE id = 'e1';
UPDATE epics SET status = 'awaiting_gate', blocked_at_gate_id = 'g1';
UPDATE gates SET status = 'approved', approved_by = 'ann' WHERE id = 'g1';
UPDATE epics SET status = 'cancelled';
SELECT e.status, e.current_stage_id, s.id, s.status FROM epics e, stages s ORDER BY s.id;
INSERT INTO issues (id, repo_path, title, prompt, issue_type) VALUES ('i', '/r', 'I', 'x', 'bug');
UPDATE issues SET status = 'assigned', assigned_agent_id = 'c1' WHERE id = 'i';
SELECT status, agent_type FROM issues;
SELECT * FROM interlock_verify('dispatch');
