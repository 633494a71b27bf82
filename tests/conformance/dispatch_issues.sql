-- Dispatch: issues, the agents that work on them, and pull requests.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
INSERT INTO agents (id, agent_type) VALUES ('c1', 'coder'), ('c2', 'coder'), ('r1', 'reviewer');
-- rule D-01 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type) VALUES ('x', '/r', 'X', 'x', 'story');
-- rule D-01 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, priority) VALUES ('x', '/r', 'X', 'x', 'bug', 'urgent');
-- rule D-01 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, agent_type) VALUES ('x', '/r', 'X', 'x', 'bug', 'coordinator');
-- rule D-05 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, labels) VALUES ('x', '/r', 'X', 'x', 'bug', '[1]');
-- rule D-02 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, status) VALUES ('x', '/r', 'X', 'x', 'bug', 'queued');
-- rule D-13 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, assigned_agent_id) VALUES ('x', '/r', 'X', 'x', 'bug', 'c1');
-- rule D-04 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, completed_at) VALUES ('x', '/r', 'X', 'x', 'bug', '2026-01-05T09:00:00Z');
-- rule D-05 accept
INSERT INTO issues (id, repo_path, title, prompt, issue_type, labels, created_at) VALUES ('low', '/r', 'Low', 'x', 'bug', '["ui", "old"]', '2026-01-01T00:00:00Z');
INSERT INTO issues (id, repo_path, title, prompt, issue_type, priority, created_at) VALUES ('crit', '/r', 'Crit', 'x', 'bug', 'critical', '2026-01-03T00:00:00Z'), ('high', '/r', 'High', 'x', 'feature', 'high', '2026-01-02T00:00:00Z'),
  ('high2', '/r', 'High 2', 'x', 'feature', 'high', '2026-01-02T00:00:00Z'), ('late', '/r', 'Late', 'x', 'chore', 'high', '2026-01-04T00:00:00Z');
INSERT INTO issues (id, repo_path, title, prompt, issue_type, priority, agent_type) VALUES ('rev', '/r', 'Review', 'x', 'security', 'critical', 'reviewer');
UPDATE issues SET priority = 'low' WHERE id = 'low';

-- The order: critical before high before medium before low, which no ORDER BY of the text is.
SELECT id FROM issues ORDER BY priority_rank('issues', priority), created_at, id;
-- Each of the machine's edges, and some that are none.
-- rule D-02 refuse
UPDATE issues SET status = 'done' WHERE id = 'low';
-- rule D-02 refuse
UPDATE issues SET status = 'in_progress', assigned_agent_id = 'c1' WHERE id = 'low';
-- rule D-13 refuse
UPDATE issues SET status = 'assigned' WHERE id = 'low';
-- rule D-13 refuse
UPDATE issues SET status = 'queued', assigned_agent_id = 'c1' WHERE id = 'low';
-- rule D-14 refuse
UPDATE issues SET status = 'assigned', assigned_agent_id = 'c1' WHERE id = 'rev';
UPDATE issues SET status = 'assigned', assigned_agent_id = 'nobody' WHERE id = 'low';
UPDATE issues SET status = 'queued' WHERE id = 'low';
-- rule D-17 accept
SELECT key FROM queue_claim('issues', 'c1');
-- rule D-14 accept
SELECT id, status, assigned_agent_id, agent_type, assigned_at FROM issues WHERE id = 'low';
-- rule D-15 refuse
SELECT key FROM queue_claim('issues', 'c1');
-- rule D-17 accept
SELECT key FROM queue_claim('issues', 'c2');
-- rule D-17 accept
SELECT key FROM queue_claim('issues', 'r1');
SELECT id, status, assigned_agent_id, agent_type FROM issues ORDER BY id;
-- rule D-17 refuse as error
SELECT key FROM queue_claim('issues', '');
-- rule D-15 refuse
UPDATE issues SET status = 'assigned', assigned_agent_id = 'c2' WHERE id = 'high';
-- rule D-13 refuse
UPDATE issues SET assigned_agent_id = NULL WHERE id = 'crit';
-- rule D-13 accept
UPDATE issues SET status = 'unassigned' WHERE id = 'crit';
SELECT status, assigned_agent_id FROM issues WHERE id = 'crit';
-- rule D-15 accept
UPDATE issues SET status = 'assigned', assigned_agent_id = 'c2' WHERE id = 'crit';

-- What an agent works on is assigned to it.
-- rule D-15 refuse
UPDATE agents SET status = 'working', current_issue_id = 'low' WHERE id = 'c2';
-- rule D-39 refuse
UPDATE agents SET status = 'working' WHERE id = 'c2';
UPDATE agents SET status = 'working', current_issue_id = 'crit' WHERE id = 'c2';
-- rule D-39 accept
UPDATE issues SET status = 'in_progress' WHERE id = 'crit';
-- rule D-14 refuse
UPDATE issues SET assigned_agent_id = 'r1' WHERE id = 'crit';
UPDATE issues SET status = 'unassigned' WHERE id = 'low';
-- rule D-15 refuse
UPDATE issues SET assigned_agent_id = 'c1' WHERE id = 'crit';
-- rule D-14 refuse
UPDATE issues SET status = 'assigned', assigned_agent_id = 'c2' WHERE id = 'low';
-- rule D-14 refuse
UPDATE issues SET agent_type = 'docs' WHERE id = 'crit';
-- rule D-14 refuse
UPDATE agents SET agent_type = 'docs' WHERE id = 'c2';
-- rule D-16 refuse
DELETE FROM agents WHERE id = 'c2';
UPDATE issues SET status = 'awaiting_review' WHERE id = 'crit';
UPDATE issues SET status = 'in_review' WHERE id = 'crit';
-- rule D-13 refuse
UPDATE issues SET assigned_agent_id = NULL WHERE id = 'crit';
UPDATE issues SET status = 'in_progress' WHERE id = 'crit';
UPDATE issues SET status = 'blocked' WHERE id = 'crit';
UPDATE issues SET status = 'in_progress' WHERE id = 'crit';
-- rule D-04 refuse
UPDATE issues SET completed_at = '2026-01-05T09:00:00Z' WHERE id = 'crit';
-- rule D-04 refuse
UPDATE issues SET assigned_at = '2026-01-05T08:00:00Z' WHERE id = 'crit';
SELECT interlock_set_clock('2026-01-05T12:00:00Z');
-- rule D-04 accept
UPDATE issues SET status = 'done' WHERE id = 'crit';
SELECT status, assigned_agent_id, assigned_at, completed_at, updated_at FROM issues WHERE id = 'crit';
-- rule D-02 refuse
UPDATE issues SET status = 'in_progress' WHERE id = 'crit';
-- rule X-16 accept
UPDATE issues SET status = 'done' WHERE id = 'crit';
UPDATE agents SET status = 'idle' WHERE id = 'c2';
SELECT status, current_issue_id FROM agents WHERE id = 'c2';
-- rule D-16 accept
DELETE FROM agents WHERE id = 'c2';
SELECT status, assigned_agent_id FROM issues WHERE id = 'crit';

-- Stages and epics of an issue agree.
INSERT INTO epics (id, title, description, repo_path) VALUES ('ee', 'E', 'e', '/r'), ('ff', 'F', 'f', '/r');
INSERT INTO stages (id, epic_id, name, stage_order) VALUES ('e0', 'ee', 'E', 0), ('f0', 'ff', 'F', 0);
-- rule D-12 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, stage_id) VALUES ('x', '/r', 'X', 'x', 'bug', 'e0');
-- rule D-12 refuse
INSERT INTO issues (id, repo_path, title, prompt, issue_type, epic_id, stage_id) VALUES ('x', '/r', 'X', 'x', 'bug', 'ee', 'f0');
-- rule D-12 accept
INSERT INTO issues (id, repo_path, title, prompt, issue_type, epic_id, stage_id) VALUES ('s', '/r', 'S', 'x', 'bug', 'ee', 'e0');
-- rule D-12 refuse
UPDATE issues SET epic_id = NULL WHERE id = 's';
-- rule D-12 refuse
UPDATE issues SET epic_id = 'ff' WHERE id = 's';
UPDATE issues SET epic_id = 'ff', stage_id = 'f0' WHERE id = 's';
DELETE FROM stages WHERE id = 'f0';
SELECT epic_id, stage_id FROM issues WHERE id = 's';
-- rule D-03 refuse
UPDATE issues SET created_at = '2026-01-01T00:00:00Z' WHERE id = 's';
-- rule D-03 accept
UPDATE issues SET title = 'T' WHERE id = 's';
SELECT updated_at FROM issues WHERE id = 's';

-- Pull requests mirror what happened elsewhere.
-- rule D-41 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch) VALUES ('p', 's', 0, 'u', 'b');
-- rule D-41 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, checks_passing) VALUES ('p', 's', 1, 'u', 'b', 2);
-- rule D-41 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, merged_at) VALUES ('p', 's', 1, 'u', 'b', '2026-01-05T09:00:00Z');
-- rule D-02 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, status) VALUES ('p', 's', 1, 'u', 'b', 'merged');
-- rule D-02 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, review_status) VALUES ('p', 's', 1, 'u', 'b', 'approved');
-- rule D-01 refuse
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, review_status) VALUES ('p', 's', 1, 'u', 'b', 'lgtm');
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, review_status) VALUES ('p', 's', 1, 'u', 'b', NULL);
INSERT INTO pull_requests (id, issue_id, github_number, github_url, branch, status) VALUES ('p', 's', 1, 'u', 'b', 'draft'), ('q', 's', 2, 'u', 'b', 'open');
UPDATE pull_requests SET review_status = 'changes_requested' WHERE id = 'p';
UPDATE pull_requests SET status = 'closed' WHERE id = 'q';
UPDATE pull_requests SET status = 'open' WHERE id = 'q';
-- rule D-41 accept
UPDATE pull_requests SET status = 'merged' WHERE id = 'p';
SELECT status, review_status, checks_passing, merged_at FROM pull_requests WHERE id = 'p';
-- rule D-02 refuse
UPDATE pull_requests SET review_status = 'approved' WHERE id = 'p';
-- rule D-02 refuse
UPDATE pull_requests SET status = 'open' WHERE id = 'p';
UPDATE pull_requests SET merged_at = NULL WHERE id = 'p';
DELETE FROM issues WHERE id = 's';
SELECT count(*) FROM pull_requests;
SELECT rule, "table", "key", message FROM interlock_verify('dispatch');
