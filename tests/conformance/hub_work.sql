-- hub: the mirror of GitHub, and the tasks.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c5', 'cleo', 'coder', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO conversations (id, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'issue', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000d2', 'issue', '00000000-0000-4000-8000-0000000000b1');
-- rule H-19 accept
-- rule H-18 accept
INSERT INTO github_issues (id, github_id, number, title, project_id, github_updated_at) VALUES ('00000000-0000-4000-8000-0000000000f1', 9001, 1, 'bug', '00000000-0000-4000-8000-0000000000b1', '2026-03-01T10:00:00Z'), ('00000000-0000-4000-8000-0000000000f2', 9002, 1, 'other', '00000000-0000-4000-8000-0000000000b2', NULL), ('00000000-0000-4000-8000-0000000000f3', 9003, 2, 'third', '00000000-0000-4000-8000-0000000000b1', NULL);
-- rule H-19 refuse
INSERT INTO github_issues (github_id, number, title, project_id) VALUES (9001, 7, 'x', '00000000-0000-4000-8000-0000000000b1');
-- rule H-19 refuse
INSERT INTO github_issues (github_id, number, title, project_id) VALUES (9009, 1, 'x', '00000000-0000-4000-8000-0000000000b1');
-- rule H-18 refuse
INSERT INTO github_issues (github_id, number, title, project_id) VALUES (9009, 0, 'x', '00000000-0000-4000-8000-0000000000b1');
-- rule H-19 refuse
UPDATE github_issues SET number = 5 WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-19 refuse
UPDATE github_issues SET project_id = '00000000-0000-4000-8000-0000000000b2' WHERE id = '00000000-0000-4000-8000-0000000000f3';
-- rule H-07 refuse
UPDATE github_issues SET labels = '{}' WHERE id = '00000000-0000-4000-8000-0000000000f1';
UPDATE github_issues SET labels = '["bug", "urgent"]' WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- News that come late are stale: an error in plain SQL, an answer of the function.
-- rule H-19 refuse
UPDATE github_issues SET title = 'older', github_updated_at = '2026-03-01T09:59:59Z' WHERE id = '00000000-0000-4000-8000-0000000000f1';
SELECT mirror_put('github_issues', '{"github_id": 9001, "title": "older", "github_updated_at": "2026-03-01T09:59:59Z"}');
SELECT mirror_put('github_issues', '{"github_id": 9001, "title": "newer", "state": "closed", "github_updated_at": "2026-03-01T11:00:00+01:00"}');
SELECT mirror_put('github_issues', '{"github_id": 9001, "title": "newer", "state": "closed", "github_updated_at": "2026-03-01T11:00:00Z"}');
SELECT title, state, labels, github_updated_at FROM github_issues WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-02 accept
UPDATE github_issues SET state = 'open' WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-01 refuse
UPDATE github_issues SET state = 'gone' WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- An issue has one conversation, a conversation one issue.
-- rule H-20 accept
UPDATE github_issues SET conversation_id = '00000000-0000-4000-8000-0000000000d1' WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-20 refuse
UPDATE github_issues SET conversation_id = '00000000-0000-4000-8000-0000000000d2' WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-20 refuse
UPDATE github_issues SET conversation_id = NULL WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- rule H-20 refuse
UPDATE github_issues SET conversation_id = '00000000-0000-4000-8000-0000000000d1' WHERE id = '00000000-0000-4000-8000-0000000000f3';

-- Pull requests.
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id, issue_id) VALUES ('00000000-0000-4000-8000-000000000010', 8001, 10, 'fix', 'fix', 'main', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000f1'), ('00000000-0000-4000-8000-000000000011', 8002, 11, 'more', 'more', 'main', '00000000-0000-4000-8000-0000000000b1', NULL), ('00000000-0000-4000-8000-000000000012', 8003, 10, 'far', 'far', 'main', '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000f2'), ('00000000-0000-4000-8000-000000000014', 8005, 12, 'free', 'free', 'main', '00000000-0000-4000-8000-0000000000b2', NULL);
-- rule H-21 refuse
INSERT INTO pull_requests (github_id, number, title, branch_from, branch_to, project_id, issue_id) VALUES (8009, 19, 'x', 'x', 'main', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000f2');
-- rule H-19 refuse
UPDATE pull_requests SET github_id = 1 WHERE id = '00000000-0000-4000-8000-000000000010';
SELECT * FROM fsm_states('pull_requests', 'review_status');
SELECT * FROM fsm_transitions('pull_requests', 'test_status');
-- rule H-02 accept
UPDATE pull_requests SET review_status = 'changes_requested', test_status = 'pending' WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET review_status = NULL, test_status = 'running' WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET test_status = 'failed' WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-02 refuse
UPDATE pull_requests SET test_status = 'passed' WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-02 refuse
UPDATE pull_requests SET test_status = NULL WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-01 refuse
UPDATE pull_requests SET review_status = 'dismissed' WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET state = 'closed' WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET state = 'open', is_draft = TRUE WHERE id = '00000000-0000-4000-8000-000000000010';
-- Merging closes it, and it is no draft any more; then it is over.
-- rule H-21 accept
UPDATE pull_requests SET merged_at = '2026-03-04T11:00:00Z', review_status = 'approved' WHERE id = '00000000-0000-4000-8000-000000000010';
SELECT state, is_draft, review_status, merged_at FROM pull_requests WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-21 refuse
UPDATE pull_requests SET state = 'open' WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-21 refuse
UPDATE pull_requests SET is_draft = TRUE WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-21 refuse
UPDATE pull_requests SET merged_at = NULL WHERE id = '00000000-0000-4000-8000-000000000010';
-- rule H-02 refuse
UPDATE pull_requests SET review_status = 'changes_requested' WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET title = 'fixed' WHERE id = '00000000-0000-4000-8000-000000000010';
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id, merged_at) VALUES ('00000000-0000-4000-8000-000000000013', 8004, 13, 'old', 'old', 'main', '00000000-0000-4000-8000-0000000000b1', '2025-01-01T00:00:00Z');
SELECT state, merged_at FROM pull_requests WHERE id = '00000000-0000-4000-8000-000000000013';

-- Tasks: who works on them, when they began and ended.
-- rule H-22 accept
INSERT INTO tasks (id, title, project_id, issue_id, pr_id, assigned_to_agent_id, definition_of_done) VALUES ('00000000-0000-4000-8000-000000000020', 'do it', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-000000000010', '00000000-0000-4000-8000-0000000000c1', 'it is done');
-- rule H-24 accept
INSERT INTO tasks (id, title, project_id, pr_id) VALUES ('00000000-0000-4000-8000-000000000021', 'far', '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-000000000012');
-- rule H-24 refuse
INSERT INTO tasks (title, project_id, pr_id) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000014');
-- rule H-24 refuse
UPDATE tasks SET issue_id = '00000000-0000-4000-8000-0000000000f2' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-24 refuse
UPDATE tasks SET project_id = '00000000-0000-4000-8000-0000000000b2', assigned_to_agent_id = NULL WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-24 refuse
INSERT INTO tasks (title, project_id, pr_id) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000010');
-- rule H-22 refuse
INSERT INTO tasks (title, project_id, assigned_to_agent_id) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c2');
-- rule H-22 refuse
UPDATE tasks SET status = 'in_progress' WHERE id = '00000000-0000-4000-8000-000000000021';
-- rule H-01 refuse
UPDATE tasks SET priority = 'critical' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-23 refuse
UPDATE tasks SET completed_at = '2026-03-04T12:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-23 refuse
UPDATE tasks SET started_at = '2026-03-04T12:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-23 refuse
INSERT INTO tasks (title, project_id, started_at) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', '2026-03-04T12:00:00Z');
-- rule H-02 refuse
INSERT INTO tasks (title, project_id, status) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', 'completed');
UPDATE agents SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-22 refuse
UPDATE tasks SET status = 'in_progress' WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE agents SET is_active = TRUE WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-23 accept
UPDATE tasks SET status = 'in_progress' WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT status, assigned_to_agent_id, started_at, completed_at FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-22 refuse
UPDATE tasks SET assigned_to_agent_id = NULL WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-25 refuse as H-02
UPDATE tasks SET status = 'completed' WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE tasks SET status = 'testing' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-25 refuse as H-02
UPDATE tasks SET status = 'completed' WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT interlock_set_clock('2026-03-04T13:00:00Z');
UPDATE tasks SET status = 'failed' WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT status, started_at, completed_at FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE tasks SET status = 'in_progress' WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT status, started_at, completed_at FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-23 refuse
UPDATE tasks SET started_at = '2026-03-04T13:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE tasks SET status = 'testing' WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE tasks SET status = 'review' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-25 accept
UPDATE tasks SET status = 'completed' WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT status, started_at, completed_at FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-02 refuse
UPDATE tasks SET status = 'pending' WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-23 refuse
UPDATE tasks SET completed_at = NULL WHERE id = '00000000-0000-4000-8000-000000000020';
-- Back in the queue nobody has it; an agent that goes leaves the task as it is.
INSERT INTO tasks (id, title, project_id, assigned_to_agent_id) VALUES ('00000000-0000-4000-8000-000000000022', 'again', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c5'), ('00000000-0000-4000-8000-000000000023', 'left', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c5');
UPDATE tasks SET status = 'in_progress' WHERE id IN ('00000000-0000-4000-8000-000000000022', '00000000-0000-4000-8000-000000000023');
UPDATE tasks SET status = 'pending' WHERE id = '00000000-0000-4000-8000-000000000022';
SELECT status, assigned_to_agent_id, started_at FROM tasks WHERE id = '00000000-0000-4000-8000-000000000022';
-- rule H-22 refuse
UPDATE agents SET project_id = '00000000-0000-4000-8000-0000000000b2' WHERE id = '00000000-0000-4000-8000-0000000000c5';
DELETE FROM agents WHERE id = '00000000-0000-4000-8000-0000000000c5';
SELECT status, assigned_to_agent_id FROM tasks WHERE id = '00000000-0000-4000-8000-000000000023';
UPDATE tasks SET status = 'failed' WHERE id = '00000000-0000-4000-8000-000000000023';
SELECT rule, "table", "key", message FROM interlock_verify('hub');

-- The queue: urgent before high before medium before low, then the oldest.
DELETE FROM tasks;
INSERT INTO tasks (id, title, project_id, priority, created_at, assigned_to_agent_id) VALUES ('00000000-0000-4000-8000-000000000031', 'low', '00000000-0000-4000-8000-0000000000b1', 'low', '2026-03-01T00:00:00Z', NULL), ('00000000-0000-4000-8000-000000000032', 'medium', '00000000-0000-4000-8000-0000000000b1', 'medium', '2026-03-01T00:00:00Z', NULL),
  ('00000000-0000-4000-8000-000000000033', 'urgent', '00000000-0000-4000-8000-0000000000b1', 'urgent', '2026-03-03T00:00:00Z', NULL), ('00000000-0000-4000-8000-000000000034', 'high 2', '00000000-0000-4000-8000-0000000000b1', 'high', '2026-03-02T01:00:00+01:00', NULL), ('00000000-0000-4000-8000-000000000035', 'high 1', '00000000-0000-4000-8000-0000000000b1', 'high', '2026-03-01T12:00:00Z', NULL),
  ('00000000-0000-4000-8000-000000000036', 'high 3', '00000000-0000-4000-8000-0000000000b1', 'high', '2026-03-02T00:00:00Z', NULL), ('00000000-0000-4000-8000-000000000037', 'of another project', '00000000-0000-4000-8000-0000000000b2', 'urgent', '2026-03-01T00:00:00Z', NULL), ('00000000-0000-4000-8000-000000000038', 'of another agent', '00000000-0000-4000-8000-0000000000b1', 'urgent', '2026-03-01T00:00:00Z', '00000000-0000-4000-8000-0000000000c3');
-- rule H-26 accept
SELECT title, priority_rank('tasks', priority) FROM tasks WHERE project_id = '00000000-0000-4000-8000-0000000000b1' ORDER BY priority_rank('tasks', priority), instant_us(created_at), id;
-- rule H-26 refuse as H-01
INSERT INTO tasks (title, project_id, priority) VALUES ('x', '00000000-0000-4000-8000-0000000000b1', 'asap');
-- rule H-27 accept
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c1');
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c1', 3);
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c3');
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c3');
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c2');
SELECT title, status, assigned_to_agent_id, started_at FROM tasks ORDER BY id;
UPDATE agents SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-0000000000c1';
SELECT key, state FROM queue_claim('tasks', '00000000-0000-4000-8000-0000000000c1', 9);
-- rule H-27 refuse as H-22
UPDATE tasks SET status = 'in_progress', assigned_to_agent_id = '00000000-0000-4000-8000-0000000000c1' WHERE id = '00000000-0000-4000-8000-000000000031';
-- rule H-27 refuse as H-22
UPDATE tasks SET status = 'in_progress', assigned_to_agent_id = '00000000-0000-4000-8000-0000000000c2' WHERE id = '00000000-0000-4000-8000-000000000031';
-- What is claimed is nobody's secret: the work goes on by plain writes.
UPDATE tasks SET status = 'testing' WHERE id = '00000000-0000-4000-8000-000000000037';
SELECT fsm_transition('tasks', '00000000-0000-4000-8000-000000000033', 'failed');
SELECT rule, "table", "key", message FROM interlock_verify('hub');
