-- What interlock_verify finds in rows that nobody guarded: one breach for each rule that stored rows can break.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
INSERT INTO agents (id, agent_type) VALUES ('c1', 'coder'), ('c2', 'coder'), ('r1', 'reviewer');
INSERT INTO epics (id, title, description, repo_path) VALUES ('ee', 'E', 'e', '/r'), ('ff', 'F', 'f', '/r');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('e0', 'ee', 'E', 0), ('e1', 'ee', 'E', 1), ('f0', 'ff', 'F', 0);
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('g0', 'e0', 'approval', 'g'), ('gf', 'f0', 'approval', 'g');
INSERT INTO issues (id, repo_path, title, prompt, issue_type) VALUES ('i1', '/r', 'I', 'x', 'bug'), ('i2', '/r', 'J', 'x', 'bug');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters, voting_deadline) VALUES ('p', 'workflow_change', 'c1', 'P', 'd', 'r', 'simple_majority', '["coder"]', '2026-01-05T10:00:00Z');
SELECT count(*) FROM interlock_verify('dispatch');
-- @guards off
INSERT INTO issues (id, repo_path, title, prompt, issue_type, assigned_at, created_at, labels) VALUES ('x05', '/r', 'X', 'x', 'bug', NULL, '2026-01-05T08:00:00Z', '{}');
INSERT INTO stages (id, epic_id, name, stage_order, status, completed_at) VALUES ('x04', 'ff', 'X', 4, 'skipped', NULL);
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x06', 'ff', 'X', -1);
INSERT INTO epics (id, title, description, repo_path, status, current_stage_id) VALUES ('x07', 'X', 'x', '/r', 'in_progress', 'e0');
INSERT INTO epics (id, title, description, repo_path, status, current_stage_id, blocked_at_gate_id) VALUES ('x08', 'X', 'x', '/r', 'awaiting_gate', NULL, 'g0');
INSERT INTO stages (id, epic_id, name, stage_order, status, started_at, completed_at) VALUES ('x09', 'ee', 'X', 9, 'approved', '2026-01-05T08:00:00Z', '2026-01-05T08:00:00Z');
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('x09g', 'x09', 'approval', 'g');
INSERT INTO epics (id, title, description, repo_path, status) VALUES ('x11', 'X', 'x', '/r', 'cancelled');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x11s', 'x11', 'X', 0);
INSERT INTO epics (id, title, description, repo_path, status, completed_at) VALUES ('x02', 'X', 'x', '/r', 'completed', '2026-01-05T08:00:00Z');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('x02s', 'x02', 'X', 0);
INSERT INTO issues (id, repo_path, title, prompt, issue_type, epic_id, stage_id) VALUES ('x12', '/r', 'X', 'x', 'bug', 'ff', 'e0');
INSERT INTO issues (id, repo_path, title, prompt, issue_type, status) VALUES ('x13', '/r', 'X', 'x', 'bug', 'in_progress');
INSERT INTO issues (id, repo_path, title, prompt, issue_type, status, assigned_agent_id, agent_type) VALUES ('x14', '/r', 'X', 'x', 'bug', 'in_progress', 'r1', 'coder');
INSERT INTO issues (id, repo_path, title, prompt, issue_type, status, assigned_agent_id) VALUES ('x15a', '/r', 'X', 'x', 'bug', 'in_progress', 'c1'), ('x15b', '/r', 'X', 'x', 'bug', 'assigned', 'c1');
INSERT INTO agents (id, agent_type, status, current_issue_id) VALUES ('x15c', 'coder', 'working', 'i1');
INSERT INTO gates (id, stage_id, gate_type, description, required_approvers) VALUES ('x20', 'e1', 'approval', 'g', '[]');
INSERT INTO gates (id, stage_id, gate_type, description, status, approved_by, approved_at) VALUES ('x21', 'e1', 'approval', 'g', 'approved', 'system', '2026-01-05T08:00:00Z');
INSERT INTO gates (id, stage_id, gate_type, description, status) VALUES ('x22', 'e1', 'approval', 'g', 'rejected');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, created_at) VALUES ('x25', 'p', 'c1', 'coder', 'abstain', 'late', '2026-01-05T10:00:00Z');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('x26', 'p', 'r1', 'reviewer', 'abstain', 'uninvited');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('x27', 'p', 'c2', 'coder', 'abstain', '');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, status, resolved_at) VALUES ('x30', 'workflow_change', 'c1', 'X', 'd', 'r', 'unanimous', 'approved', '2026-01-05T08:00:00Z');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, forced_by) VALUES ('x32', 'workflow_change', 'c1', 'X', 'd', 'r', 'unanimous', 'eve');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, vetoed_by, veto_reason) VALUES ('x33', 'workflow_change', 'c1', 'X', 'd', 'r', 'unanimous', 'eve', 'no');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, options, chosen_option) VALUES ('x34', 'workflow_change', 'c1', 'X', 'd', 'r', 'unanimous', '["a"]', 'b');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, status, resolved_at, executed_at, forced_by, force_reason) VALUES ('x35', 'workflow_change', 'c1', 'X', 'd', 'r', 'unanimous', 'executed', '2026-01-05T08:00:00Z', '2026-01-05T08:00:00Z', 'eve', 'x');
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('x36', 'i1', 'human_override', 'x', '{}', 'bob');
INSERT INTO agents (id, agent_type, status, process_id) VALUES ('x39', 'coder', 'idle', 5);
INSERT INTO config_store (key, value) VALUES ('agents.max_concurrent', 'many');
INSERT INTO sync_state (id) VALUES ('');
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch) VALUES ('x41', 'i1', 0, 'u', 'b');
-- @guards on
-- rule D-02 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-02' ORDER BY 1, 2, 3;
-- rule D-04 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-04' ORDER BY 1, 2, 3;
-- rule D-05 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-05' ORDER BY 1, 2, 3;
-- rule D-06 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-06' ORDER BY 1, 2, 3;
-- rule D-07 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-07' ORDER BY 1, 2, 3;
-- rule D-08 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-08' ORDER BY 1, 2, 3;
-- rule D-09 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-09' ORDER BY 1, 2, 3;
-- rule D-11 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-11' ORDER BY 1, 2, 3;
-- rule D-12 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-12' ORDER BY 1, 2, 3;
-- rule D-13 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-13' ORDER BY 1, 2, 3;
-- rule D-14 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-14' ORDER BY 1, 2, 3;
-- rule D-15 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-15' ORDER BY 1, 2, 3;
-- rule D-20 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-20' ORDER BY 1, 2, 3;
-- rule D-21 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-21' ORDER BY 1, 2, 3;
-- rule D-22 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-22' ORDER BY 1, 2, 3;
-- rule D-25 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-25' ORDER BY 1, 2, 3;
-- rule D-26 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-26' ORDER BY 1, 2, 3;
-- rule D-27 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-27' ORDER BY 1, 2, 3;
-- rule D-30 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-30' ORDER BY 1, 2, 3;
-- rule D-32 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-32' ORDER BY 1, 2, 3;
-- rule D-33 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-33' ORDER BY 1, 2, 3;
-- rule D-34 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-34' ORDER BY 1, 2, 3;
-- rule D-35 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-35' ORDER BY 1, 2, 3;
-- rule D-36 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-36' ORDER BY 1, 2, 3;
-- rule D-39 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-39' ORDER BY 1, 2, 3;
-- rule D-40 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-40' ORDER BY 1, 2, 3;
-- rule D-41 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-41' ORDER BY 1, 2, 3;
-- rule D-42 reports
SELECT "table", "key", message FROM interlock_verify('dispatch') WHERE rule = 'D-42' ORDER BY 1, 2, 3;
SELECT DISTINCT rule FROM interlock_verify('dispatch') WHERE rule NOT BETWEEN 'D-02' AND 'D-42' ORDER BY 1;

-- Existing data comes in as it is, in any order of states, and is in order afterwards.
SELECT interlock_set_mode('load');
INSERT INTO agents (id, agent_type, status, completed_at) VALUES ('l1', 'pm', 'completed', '2025-12-01T00:00:00Z');
INSERT INTO epics (id, title, description, repo_path, status, completed_at, created_at) VALUES ('le', 'L', 'l', '/r', 'completed', '2025-12-02T00:00:00Z', '2025-12-01T00:00:00Z');
INSERT INTO stages (id, epic_id, name, stage_order, status, started_at, completed_at, created_at) VALUES ('ls', 'le', 'L', 0, 'approved', '2025-12-01T00:00:00Z', '2025-12-02T00:00:00Z', '2025-12-01T00:00:00Z');
UPDATE epics SET current_stage_id = 'ls' WHERE id = 'le';
INSERT INTO gates (id, stage_id, gate_type, description, status, approved_by, approved_at) VALUES ('lg', 'ls', 'decision', 'L', 'approved', 'ann', '2025-12-02T00:00:00Z');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters, status, resolved_at) VALUES ('lp', 'workflow_change', 'l1', 'L', 'd', 'r', 'simple_majority', '["pm"]', 'approved', '2025-12-02T00:00:00Z');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, created_at) VALUES ('lv', 'lp', 'l1', 'pm', 'approve', 'x', '2025-12-01T00:00:00Z');
SELECT interlock_set_mode('enforce');
SELECT count(*) FROM decisions WHERE id <> 'x36';
SELECT rule, "table", "key", message FROM interlock_verify('dispatch') WHERE substr("key", 1, 1) = 'l';
