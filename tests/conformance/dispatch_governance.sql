-- Dispatch: proposals are decided by the agents' votes, and every decision is kept.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
INSERT INTO agents (id, agent_type) VALUES ('c1', 'coder'), ('c2', 'coder'), ('c3', 'coder'), ('c4', 'coder'), ('c5', 'coder'), ('c6', 'coder'), ('r1', 'reviewer'), ('a1', 'architect'), ('d1', 'docs'), ('p1', 'pm');
INSERT INTO issues (id, repo_path, title, prompt, issue_type) VALUES ('i', '/r', 'I', 'x', 'bug');
-- rule D-01 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold) VALUES ('x', 'coup', 'c1', 'X', 'x', 'x', 'unanimous');
-- rule D-01 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'most');
-- rule D-43 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x');
-- rule D-02 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, status) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'unanimous', 'approved');
-- rule D-05 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, options) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'unanimous', '[{"name": "a"}]');
-- rule D-05 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'unanimous', '"coder"');
-- rule D-34 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, options, chosen_option) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'unanimous', '["a"]', 'a');
-- rule D-32 refuse
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, forced_by, force_reason) VALUES ('x', 'workflow_change', 'c1', 'X', 'x', 'x', 'unanimous', 'eve', 'late');

-- What a type of proposal is usually decided by.
SELECT proposal_type, threshold, voting_hours FROM proposal_defaults ORDER BY proposal_type;
-- rule D-43 accept
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, related_issue_id, threshold, required_voters, options, voting_deadline) SELECT 'tech', d.proposal_type, 'c1', 'Which database', 'd', 'r', 'i', d.threshold, d.required_voters, '["sqlite", {"id": "postgres", "cost": 3}]', '2026-01-06T09:00:00Z' FROM proposal_defaults d WHERE d.proposal_type = 'tech_stack_choice';
-- rule D-24 accept
-- rule D-25 accept
-- rule D-27 accept
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, confidence) VALUES ('v1', 'tech', 'c1', 'coder', 'approve', 'fine', 0.5);
-- rule D-24 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'c1', 'coder', 'reject', 'no');
-- rule D-26 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'd1', 'docs', 'reject', 'no');
-- rule D-26 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'd1', 'coder', 'reject', 'no');
-- rule D-26 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'nobody', 'coder', 'reject', 'no');
-- rule D-25 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, created_at) VALUES ('v2', 'tech', 'c2', 'coder', 'reject', 'no', '2026-01-06T09:00:00Z');
-- rule D-27 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning, confidence) VALUES ('v2', 'tech', 'c2', 'coder', 'reject', 'no', 1.5);
-- rule D-27 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'c2', 'coder', 'reject', '');
-- rule D-01 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'c2', 'coder', 'maybe', 'hm');
-- rule D-28 refuse
UPDATE votes SET decision = 'reject' WHERE id = 'v1';
-- rule D-28 refuse
UPDATE votes SET reasoning = 'better' WHERE id = 'v1';
-- rule D-28 refuse
UPDATE votes SET voter_id = 'c2' WHERE id = 'v1';
-- rule D-28 refuse
DELETE FROM votes WHERE id = 'v1';
-- rule D-29 refuse
UPDATE proposals SET threshold = 'single_approval' WHERE id = 'tech';
-- rule D-29 refuse
UPDATE proposals SET required_voters = '["coder"]' WHERE id = 'tech';
-- rule D-29 refuse
UPDATE proposals SET options = '["sqlite"]' WHERE id = 'tech';
-- rule D-29 accept
UPDATE proposals SET description = 'sqlite or postgres' WHERE id = 'tech';
-- rule D-30 refuse
UPDATE proposals SET status = 'approved' WHERE id = 'tech';
-- rule D-30 refuse
-- rule D-31 refuse as D-30
UPDATE proposals SET status = 'rejected' WHERE id = 'tech';
UPDATE proposals SET status = 'voting' WHERE id = 'tech';
-- rule D-04 refuse
UPDATE proposals SET resolved_at = '2026-01-05T09:00:00Z' WHERE id = 'tech';
SELECT quorum_tally('proposals', 'tech');
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
-- rule D-26 accept
-- rule D-30 accept
-- rule D-31 accept
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'tech', 'a1', 'architect', 'approve', 'yes');
SELECT status, resolved_at, executed_at FROM proposals WHERE id = 'tech';
SELECT proposal_id, issue_id, decision_type, decided_by, json_text(outcome, 'approve') AS approve, created_at FROM decisions;
-- rule D-25 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v3', 'tech', 'c2', 'coder', 'reject', 'late');
-- rule D-32 refuse
UPDATE proposals SET forced_by = 'eve', force_reason = 'I say so' WHERE id = 'tech';
-- rule D-34 refuse
UPDATE proposals SET chosen_option = 'mysql' WHERE id = 'tech';
-- rule D-34 accept
UPDATE proposals SET chosen_option = 'postgres' WHERE id = 'tech';
UPDATE proposals SET status = 'executing' WHERE id = 'tech';
-- rule D-35 refuse
UPDATE proposals SET status = 'executed' WHERE id = 'tech';
-- rule D-35 refuse
UPDATE proposals SET status = 'executed', execution_result = '{"success": false}' WHERE id = 'tech';
-- rule D-35 refuse
UPDATE proposals SET status = 'executed', execution_result = '{"success": "true"}' WHERE id = 'tech';
-- rule D-35 refuse
UPDATE proposals SET status = 'approved' WHERE id = 'tech';
-- rule D-35 accept
UPDATE proposals SET status = 'approved', execution_result = '{"success": false, "error": "no disk"}' WHERE id = 'tech';
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
UPDATE proposals SET status = 'executing' WHERE id = 'tech';
-- rule D-35 accept
UPDATE proposals SET status = 'executed', execution_result = '{"success": true}' WHERE id = 'tech';
SELECT status, resolved_at, executed_at FROM proposals WHERE id = 'tech';
-- rule D-35 refuse
UPDATE proposals SET execution_result = '{}' WHERE id = 'tech';
-- rule D-04 refuse
UPDATE proposals SET resolved_at = '2026-01-05T09:30:00Z' WHERE id = 'tech';
-- rule D-04 refuse
UPDATE proposals SET executed_at = NULL WHERE id = 'tech';
-- rule D-33 refuse as D-02
UPDATE proposals SET status = 'vetoed', vetoed_by = 'eve', veto_reason = 'no' WHERE id = 'tech';
UPDATE proposals SET status = 'rolled_back' WHERE id = 'tech';
-- rule D-02 refuse
UPDATE proposals SET status = 'open' WHERE id = 'tech';

-- D.5 by votes: coders vote, and the reviewer last, who abstains.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un10', 'workflow_change', 'c1', 'unanimous 1:0', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un100', 'un10', 'c1', 'coder', 'approve', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un10r', 'un10', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su10', 'workflow_change', 'c1', 'super_majority 1:0', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su100', 'su10', 'c1', 'coder', 'approve', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su10r', 'su10', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si10', 'workflow_change', 'c1', 'simple_majority 1:0', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si100', 'si10', 'c1', 'coder', 'approve', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si10r', 'si10', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un11', 'workflow_change', 'c1', 'unanimous 1:1', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un110', 'un11', 'c1', 'coder', 'approve', 'x'), ('un111', 'un11', 'c2', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un11r', 'un11', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su11', 'workflow_change', 'c1', 'super_majority 1:1', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su110', 'su11', 'c1', 'coder', 'approve', 'x'), ('su111', 'su11', 'c2', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su11r', 'su11', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si11', 'workflow_change', 'c1', 'simple_majority 1:1', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si110', 'si11', 'c1', 'coder', 'approve', 'x'), ('si111', 'si11', 'c2', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si11r', 'si11', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un21', 'workflow_change', 'c1', 'unanimous 2:1', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un210', 'un21', 'c1', 'coder', 'approve', 'x'), ('un211', 'un21', 'c2', 'coder', 'approve', 'x'), ('un212', 'un21', 'c3', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un21r', 'un21', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su21', 'workflow_change', 'c1', 'super_majority 2:1', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su210', 'su21', 'c1', 'coder', 'approve', 'x'), ('su211', 'su21', 'c2', 'coder', 'approve', 'x'), ('su212', 'su21', 'c3', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su21r', 'su21', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si21', 'workflow_change', 'c1', 'simple_majority 2:1', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si210', 'si21', 'c1', 'coder', 'approve', 'x'), ('si211', 'si21', 'c2', 'coder', 'approve', 'x'), ('si212', 'si21', 'c3', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si21r', 'si21', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un31', 'workflow_change', 'c1', 'unanimous 3:1', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un310', 'un31', 'c1', 'coder', 'approve', 'x'), ('un311', 'un31', 'c2', 'coder', 'approve', 'x'), ('un312', 'un31', 'c3', 'coder', 'approve', 'x'), ('un313', 'un31', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un31r', 'un31', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su31', 'workflow_change', 'c1', 'super_majority 3:1', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su310', 'su31', 'c1', 'coder', 'approve', 'x'), ('su311', 'su31', 'c2', 'coder', 'approve', 'x'), ('su312', 'su31', 'c3', 'coder', 'approve', 'x'), ('su313', 'su31', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su31r', 'su31', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si31', 'workflow_change', 'c1', 'simple_majority 3:1', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si310', 'si31', 'c1', 'coder', 'approve', 'x'), ('si311', 'si31', 'c2', 'coder', 'approve', 'x'), ('si312', 'si31', 'c3', 'coder', 'approve', 'x'), ('si313', 'si31', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si31r', 'si31', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un22', 'workflow_change', 'c1', 'unanimous 2:2', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un220', 'un22', 'c1', 'coder', 'approve', 'x'), ('un221', 'un22', 'c2', 'coder', 'approve', 'x'), ('un222', 'un22', 'c3', 'coder', 'reject', 'x'), ('un223', 'un22', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un22r', 'un22', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su22', 'workflow_change', 'c1', 'super_majority 2:2', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su220', 'su22', 'c1', 'coder', 'approve', 'x'), ('su221', 'su22', 'c2', 'coder', 'approve', 'x'), ('su222', 'su22', 'c3', 'coder', 'reject', 'x'), ('su223', 'su22', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su22r', 'su22', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si22', 'workflow_change', 'c1', 'simple_majority 2:2', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si220', 'si22', 'c1', 'coder', 'approve', 'x'), ('si221', 'si22', 'c2', 'coder', 'approve', 'x'), ('si222', 'si22', 'c3', 'coder', 'reject', 'x'), ('si223', 'si22', 'c4', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si22r', 'si22', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un32', 'workflow_change', 'c1', 'unanimous 3:2', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un320', 'un32', 'c1', 'coder', 'approve', 'x'), ('un321', 'un32', 'c2', 'coder', 'approve', 'x'), ('un322', 'un32', 'c3', 'coder', 'approve', 'x'), ('un323', 'un32', 'c4', 'coder', 'reject', 'x'), ('un324', 'un32', 'c5', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un32r', 'un32', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su32', 'workflow_change', 'c1', 'super_majority 3:2', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su320', 'su32', 'c1', 'coder', 'approve', 'x'), ('su321', 'su32', 'c2', 'coder', 'approve', 'x'), ('su322', 'su32', 'c3', 'coder', 'approve', 'x'), ('su323', 'su32', 'c4', 'coder', 'reject', 'x'), ('su324', 'su32', 'c5', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su32r', 'su32', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si32', 'workflow_change', 'c1', 'simple_majority 3:2', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si320', 'si32', 'c1', 'coder', 'approve', 'x'), ('si321', 'si32', 'c2', 'coder', 'approve', 'x'), ('si322', 'si32', 'c3', 'coder', 'approve', 'x'), ('si323', 'si32', 'c4', 'coder', 'reject', 'x'), ('si324', 'si32', 'c5', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si32r', 'si32', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un42', 'workflow_change', 'c1', 'unanimous 4:2', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un420', 'un42', 'c1', 'coder', 'approve', 'x'), ('un421', 'un42', 'c2', 'coder', 'approve', 'x'), ('un422', 'un42', 'c3', 'coder', 'approve', 'x'), ('un423', 'un42', 'c4', 'coder', 'approve', 'x'), ('un424', 'un42', 'c5', 'coder', 'reject', 'x'), ('un425', 'un42', 'c6', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un42r', 'un42', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su42', 'workflow_change', 'c1', 'super_majority 4:2', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su420', 'su42', 'c1', 'coder', 'approve', 'x'), ('su421', 'su42', 'c2', 'coder', 'approve', 'x'), ('su422', 'su42', 'c3', 'coder', 'approve', 'x'), ('su423', 'su42', 'c4', 'coder', 'approve', 'x'), ('su424', 'su42', 'c5', 'coder', 'reject', 'x'), ('su425', 'su42', 'c6', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su42r', 'su42', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si42', 'workflow_change', 'c1', 'simple_majority 4:2', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si420', 'si42', 'c1', 'coder', 'approve', 'x'), ('si421', 'si42', 'c2', 'coder', 'approve', 'x'), ('si422', 'si42', 'c3', 'coder', 'approve', 'x'), ('si423', 'si42', 'c4', 'coder', 'approve', 'x'), ('si424', 'si42', 'c5', 'coder', 'reject', 'x'), ('si425', 'si42', 'c6', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si42r', 'si42', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('un00', 'workflow_change', 'c1', 'unanimous 0:0', 'd', 'r', 'unanimous', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un00c', 'un00', 'c1', 'coder', 'abstain', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('un00r', 'un00', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('su00', 'workflow_change', 'c1', 'super_majority 0:0', 'd', 'r', 'super_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su00c', 'su00', 'c1', 'coder', 'abstain', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('su00r', 'su00', 'r1', 'reviewer', 'abstain', 'x');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('si00', 'workflow_change', 'c1', 'simple_majority 0:0', 'd', 'r', 'simple_majority', '["coder", "reviewer"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si00c', 'si00', 'c1', 'coder', 'abstain', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('si00r', 'si00', 'r1', 'reviewer', 'abstain', 'x');
SELECT title, status FROM proposals WHERE title LIKE '%:%' ORDER BY threshold, title;
-- One approval decides at once, whoever is missing; rejections alone wait for all.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('one', 'prompt_improvement', 'c1', 'one', 'd', 'r', 'single_approval', '["coder", "pm"]'), ('none', 'prompt_improvement', 'c1', 'none', 'd', 'r', 'single_approval', '["coder", "pm"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('one1', 'one', 'c1', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('one2', 'one', 'c2', 'coder', 'approve', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('none1', 'none', 'c1', 'coder', 'reject', 'x');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('none2', 'none', 'p1', 'pm', 'abstain', 'x');
SELECT id, status FROM proposals WHERE id IN ('one', 'none') ORDER BY id;

-- More information: asked before anything else, and the vote may be revised.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('info', 'workflow_change', 'c1', 'info', 'd', 'r', 'simple_majority', '["coder", "pm"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('info1', 'info', 'c1', 'coder', 'approve', 'x'), ('info2', 'info', 'p1', 'pm', 'need_more_info', 'what does it cost');
SELECT quorum_tally('proposals', 'info');
-- rule D-28 accept
UPDATE votes SET decision = 'approve', reasoning = 'cheap', confidence = 1 WHERE id = 'info2';
SELECT status FROM proposals WHERE id = 'info';

-- Nobody in particular is required: every agent that is at work or could be.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold) VALUES ('all', 'governance_rule', 'c1', 'all', 'd', 'r', 'super_majority');
UPDATE agents SET status = 'completed' WHERE id IN ('c3', 'c4', 'c5', 'c6', 'd1', 'a1');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('all1', 'all', 'c1', 'coder', 'approve', 'x'), ('all2', 'all', 'c2', 'coder', 'approve', 'x'), ('all3', 'all', 'r1', 'reviewer', 'reject', 'x');
SELECT quorum_tally('proposals', 'all');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('all4', 'all', 'p1', 'pm', 'abstain', 'x');
SELECT status FROM proposals WHERE id = 'all';

-- The deadline.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters, voting_deadline) VALUES ('t1', 'workflow_change', 'c1', 't', 'd', 'r', 'simple_majority', '["coder", "pm"]', '2026-01-05T12:00:00Z'), ('t2', 'workflow_change', 'c1', 't', 'd', 'r', 'simple_majority', '["coder"]', '2026-01-05T12:00:00Z'), ('t3', 'workflow_change', 'c1', 't', 'd', 'r', 'unanimous', NULL, '2026-01-05T12:00:00.001Z');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('t1a', 't1', 'c1', 'coder', 'approve', 'x'), ('t2a', 't2', 'c1', 'coder', 'need_more_info', 'x'), ('t2b', 't2', 'c2', 'coder', 'approve', 'x');
SELECT interlock_set_clock('2026-01-05T12:00:00Z');
-- rule D-25 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('t1b', 't1', 'p1', 'pm', 'approve', 'x');
SELECT quorum_close('proposals');
SELECT interlock_set_clock('2026-01-05T12:00:00.001Z');
SELECT interlock_tick();
SELECT id, status, resolved_at FROM proposals WHERE id IN ('t1', 't2', 't3') ORDER BY id;

-- Force and veto.
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('f1', 'workflow_change', 'c1', 'f', 'd', 'r', 'unanimous', '["pm"]'), ('f2', 'workflow_change', 'c1', 'f', 'd', 'r', 'unanimous', '["pm"]');
-- rule D-32 refuse
UPDATE proposals SET status = 'approved', forced_by = 'eve' WHERE id = 'f1';
-- rule D-32 refuse
UPDATE proposals SET status = 'approved', forced_by = 'eve', force_reason = '' WHERE id = 'f1';
-- rule D-32 accept
UPDATE proposals SET status = 'approved', forced_by = 'eve', force_reason = 'no time' WHERE id = 'f1';
-- rule D-33 refuse
UPDATE proposals SET status = 'vetoed', vetoed_by = 'zoe' WHERE id = 'f1';
-- rule D-33 refuse
UPDATE proposals SET vetoed_by = 'zoe', veto_reason = 'no' WHERE id = 'f1';
-- rule D-33 accept
UPDATE proposals SET status = 'vetoed', vetoed_by = 'zoe', veto_reason = 'no money' WHERE id = 'f1';
-- rule D-33 refuse
UPDATE proposals SET veto_reason = 'changed my mind' WHERE id = 'f1';
-- rule D-33 refuse as D-02
UPDATE proposals SET status = 'vetoed', vetoed_by = 'zoe', veto_reason = 'no' WHERE id = 't1';
UPDATE proposals SET status = 'rejected', forced_by = 'eve', force_reason = 'nonsense' WHERE id = 'f2';
SELECT proposal_id, decision_type, decided_by, json_text(outcome, 'status') AS status, json_text(outcome, 'reason') AS reason FROM decisions WHERE proposal_id IN ('f1', 'f2') ORDER BY proposal_id, decision_type;
SELECT decision_type, decided_by, count(*) FROM decisions GROUP BY decision_type, decided_by ORDER BY decision_type, decided_by;

-- Decisions are kept, by whom they were made.
-- rule D-36 refuse
INSERT INTO decisions (id, decision_type, description, outcome, decided_by) VALUES ('x', 'human_override', 'x', '{}', 'human:eve');
-- rule D-36 refuse
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('x', 'i', 'human_override', 'x', '{}', 'bob');
-- rule D-36 refuse
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('x', 'i', 'human_override', 'x', '{}', 'human:');
-- rule D-05 refuse
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('x', 'i', 'human_override', 'x', '[]', 'human:eve');
-- rule D-01 refuse
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('x', 'i', 'coin_toss', 'x', '{}', 'human:eve');
-- rule D-36 accept
INSERT INTO decisions (id, issue_id, decision_type, description, outcome, decided_by) VALUES ('d', 'i', 'human_override', 'by hand', '{}', 'agent:c1');
-- rule D-36 refuse
UPDATE decisions SET decided_by = 'sangha' WHERE id = 'd';
-- rule X-07 refuse
UPDATE decisions SET issue_id = NULL WHERE id = 'd';
-- rule D-36 refuse
DELETE FROM decisions WHERE id = 'd';
DELETE FROM issues WHERE id = 'i';
SELECT issue_id FROM decisions WHERE id = 'd';
-- rule D-28 accept
DELETE FROM proposals WHERE id = 'tech';
SELECT count(*) FROM votes WHERE proposal_id = 'tech';
-- rule D-26 refuse
DELETE FROM agents WHERE id = 'c1';
SELECT rule, "table", "key", message FROM interlock_verify('dispatch');
