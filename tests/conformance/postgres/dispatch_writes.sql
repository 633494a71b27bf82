-- Dispatch by PostgreSQL's other ways of writing, and in a schema of its own.
SET client_min_messages = warning;
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch', 'dispatch');
SET search_path = dispatch, public, interlock;
INSERT INTO agents (id, agent_type) VALUES ('c1', 'coder'), ('c2', 'coder'), ('p1', 'pm');
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('p', 'workflow_change', 'c1', 'P', 'd', 'r', 'simple_majority', '["coder", "pm"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'approve', 'x');
-- rule D-28 refuse
TRUNCATE votes;
-- rule D-19 refuse
TRUNCATE gate_comments;
-- rule D-36 refuse
TRUNCATE decisions;
-- rule D-37 refuse
TRUNCATE agent_logs;
-- rule X-05 refuse
TRUNCATE proposals CASCADE;
-- rule X-08 accept
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'reject', 'x') ON CONFLICT DO NOTHING;
-- rule D-28 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v1', 'p', 'c1', 'coder', 'reject', 'x') ON CONFLICT (id) DO UPDATE SET decision = excluded.decision;
-- rule D-28 refuse
MERGE INTO votes v USING (VALUES ('v1')) AS s (id) ON v.id = s.id WHEN MATCHED THEN UPDATE SET decision = 'reject';
-- From anywhere, whatever is on the search path: the tables of the rules are those of their schema.
SET search_path = interlock;
CREATE TEMP TABLE proposals (id text, status text, voting_deadline timestamptz);
INSERT INTO dispatch.votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v2', 'p', 'p1', 'pm', 'abstain', 'x');
SELECT status FROM dispatch.proposals;
SELECT quorum_tally('dispatch.proposals', 'p');
-- rule D-25 refuse
INSERT INTO dispatch.votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('v3', 'p', 'c2', 'coder', 'reject', 'x');
SET search_path = dispatch, public, interlock;
DROP TABLE pg_temp.proposals;
-- A proposal that is made, voted on and decided in one transaction; and a vote that comes after the decision in it.
BEGIN;
INSERT INTO proposals (id, proposal_type, proposer_id, title, description, rationale, threshold, required_voters) VALUES ('q', 'workflow_change', 'c1', 'Q', 'd', 'r', 'single_approval', '["coder"]');
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('q1', 'q', 'c1', 'coder', 'approve', 'x');
-- rule D-25 refuse
INSERT INTO votes (id, proposal_id, voter_id, voter_type, decision, reasoning) VALUES ('q2', 'q', 'c2', 'coder', 'approve', 'x');
ROLLBACK;
-- Rows that refer to each other come in with their keys deferred.
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
SELECT interlock_set_mode('load');
INSERT INTO epics (id, title, description, repo_path, status, current_stage_id, blocked_at_gate_id) VALUES ('e', 'E', 'e', '/r', 'awaiting_gate', 's', 'g');
INSERT INTO stages (id, epic_id, name, stage_order, status, started_at) VALUES ('s', 'e', 'S', 0, 'awaiting_gate', '2026-01-05T09:00:00Z');
INSERT INTO gates (id, stage_id, gate_type, description) VALUES ('g', 's', 'approval', 'g');
SELECT interlock_set_mode('enforce');
COMMIT;
SELECT * FROM interlock_verify('dispatch');
UPDATE gates SET status = 'approved', approved_by = 'ann' WHERE id = 'g';
SELECT e.status, s.status FROM epics e, stages s;
SELECT * FROM interlock_doctor();
