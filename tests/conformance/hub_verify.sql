-- What interlock_verify finds in rows that nobody guarded: one breach for each rule that stored rows can break.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);
INSERT INTO conversations (id, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'issue', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000d2', 'issue', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO messages (id, conversation_id, author_type, user_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'x');
INSERT INTO github_issues (id, github_id, number, title, project_id) VALUES ('00000000-0000-4000-8000-0000000000f1', 1, 1, 'i', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000f2', 2, 1, 'j', '00000000-0000-4000-8000-0000000000b2');
INSERT INTO tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000020', 't', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000021', 'u', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000022', 'v', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000023', 'w', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000024', 'x', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO token_usage (id, agent_id, project_id, task_id, message_id, model, tokens_in, cost_usd) VALUES ('00000000-0000-4000-8000-000000000071', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000020', '00000000-0000-4000-8000-0000000000e1', 'm', 5, 0.5), ('00000000-0000-4000-8000-000000000072', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', NULL, NULL, 'm', 5, 0.5);
INSERT INTO budget_limits (id, name, scope_type, amount_usd, period) VALUES ('00000000-0000-4000-8000-000000000051', 'a', 'global', 10, 'daily'), ('00000000-0000-4000-8000-000000000052', 'b', 'global', 10, 'daily'), ('00000000-0000-4000-8000-000000000053', 'c', 'global', 10, 'daily');
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id) VALUES ('00000000-0000-4000-8000-000000000010', 1, 2, 'p', 'a', 'b', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000011', 2, 3, 'p', 'a', 'b', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO webhooks (id, project_id, source, event_type, payload) VALUES ('00000000-0000-4000-8000-000000000041', '00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}'), ('00000000-0000-4000-8000-000000000042', '00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}'), ('00000000-0000-4000-8000-000000000043', '00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}');
INSERT INTO agent_memory (id, agent_id, category, key, value) VALUES ('00000000-0000-4000-8000-000000000061', '00000000-0000-4000-8000-0000000000c1', 'c', 'k', '1');
SELECT count(*) FROM interlock_verify('hub');
-- @guards off
UPDATE token_usage SET agent_type = 'robot' WHERE id = '00000000-0000-4000-8000-000000000071';
UPDATE users SET is_2fa_enabled = TRUE WHERE id = '00000000-0000-4000-8000-0000000000a1';
UPDATE users SET password_hash = '' WHERE id = '00000000-0000-4000-8000-0000000000a2';
UPDATE projects SET github_repo = 'repo' WHERE id = '00000000-0000-4000-8000-0000000000b1';
UPDATE conversations SET type = 'general' WHERE id = '00000000-0000-4000-8000-0000000000d2';
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c2');
UPDATE messages SET author_type = 'agent' WHERE id = '00000000-0000-4000-8000-0000000000e1';
INSERT INTO messages (id, conversation_id, author_type, user_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d2', 'user', '00000000-0000-4000-8000-0000000000a1', 'x', '00000000-0000-4000-8000-0000000000e1');
UPDATE github_issues SET labels = '{}' WHERE id = '00000000-0000-4000-8000-0000000000f1';
UPDATE github_issues SET number = -1 WHERE id = '00000000-0000-4000-8000-0000000000f2';
UPDATE pull_requests SET merged_at = '2026-03-04T12:00:00Z', is_draft = TRUE WHERE id = '00000000-0000-4000-8000-000000000010';
UPDATE pull_requests SET issue_id = '00000000-0000-4000-8000-0000000000f2' WHERE id = '00000000-0000-4000-8000-000000000011';
UPDATE tasks SET assigned_to_agent_id = '00000000-0000-4000-8000-0000000000c2' WHERE id = '00000000-0000-4000-8000-000000000021';
UPDATE tasks SET completed_at = '2026-03-04T12:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000022';
UPDATE tasks SET issue_id = '00000000-0000-4000-8000-0000000000f2' WHERE id = '00000000-0000-4000-8000-000000000023';
UPDATE tasks SET total_tokens_used = 1 WHERE id = '00000000-0000-4000-8000-000000000020';
UPDATE token_usage SET usage_date = '2026-03-03' WHERE id = '00000000-0000-4000-8000-000000000072';
UPDATE budget_limits SET scope_agent_type = 'coder' WHERE id = '00000000-0000-4000-8000-000000000051';
UPDATE budget_limits SET amount_usd = -1 WHERE id = '00000000-0000-4000-8000-000000000052';
UPDATE budget_limits SET scope_type = 'project', scope_id = '00000000-0000-4000-8000-0000000000c1' WHERE id = '00000000-0000-4000-8000-000000000053';
UPDATE webhooks SET retry_count = 9 WHERE id = '00000000-0000-4000-8000-000000000041';
UPDATE webhooks SET processed_at = '2026-03-04T12:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000042';
UPDATE webhooks SET processed = TRUE, processed_at = '2026-03-04T12:00:00Z', error_message = 'x' WHERE id = '00000000-0000-4000-8000-000000000043';
-- @guards on
-- rule H-01 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-01' ORDER BY 1, 2, 3;
-- rule H-07 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-07' ORDER BY 1, 2, 3;
-- rule H-09 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-09' ORDER BY 1, 2, 3;
-- rule H-10 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-10' ORDER BY 1, 2, 3;
-- rule H-11 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-11' ORDER BY 1, 2, 3;
-- rule H-12 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-12' ORDER BY 1, 2, 3;
-- rule H-13 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-13' ORDER BY 1, 2, 3;
-- rule H-16 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-16' ORDER BY 1, 2, 3;
-- rule H-18 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-18' ORDER BY 1, 2, 3;
-- rule H-21 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-21' ORDER BY 1, 2, 3;
-- rule H-22 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-22' ORDER BY 1, 2, 3;
-- rule H-23 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-23' ORDER BY 1, 2, 3;
-- rule H-24 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-24' ORDER BY 1, 2, 3;
-- rule H-29 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-29' ORDER BY 1, 2, 3;
-- rule H-31 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-31' ORDER BY 1, 2, 3;
-- rule H-32 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-32' ORDER BY 1, 2, 3;
-- rule H-33 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-33' ORDER BY 1, 2, 3;
-- rule H-43 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-43' ORDER BY 1, 2, 3;
-- rule H-44 reports
SELECT "table", "key", message FROM interlock_verify('hub') WHERE rule = 'H-44' ORDER BY 1, 2, 3;

-- Existing data comes in as it is.
SELECT interlock_set_mode('load');
INSERT INTO tasks (id, title, project_id, status, started_at, completed_at, total_tokens_used, total_cost_usd) VALUES ('00000000-0000-4000-8000-00000000002a', 'old', '00000000-0000-4000-8000-0000000000b2', 'completed', '2025-12-01T00:00:00Z', '2025-12-02T00:00:00Z', 900, 1.5);
INSERT INTO token_usage (id, task_id, model, tokens_in, cost_usd, timestamp, usage_date) VALUES ('00000000-0000-4000-8000-00000000007a', '00000000-0000-4000-8000-00000000002a', 'm', 900, 1.5, '2025-12-01T00:00:00Z', '2025-12-01');
INSERT INTO webhooks (id, project_id, source, event_type, payload, processed, processed_at, retry_count, error_message) VALUES ('00000000-0000-4000-8000-00000000004a', '00000000-0000-4000-8000-0000000000b2', 's', 'e', '{}', TRUE, '2025-12-01T00:00:00Z', 5, 'Max retries exceeded');
INSERT INTO conversations (id, type, project_id, created_by_user_id, status) VALUES ('00000000-0000-4000-8000-0000000000da', 'general', '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000a2', 'archived');
INSERT INTO messages (id, conversation_id, author_type, user_id, content, tokens_in, is_edited) VALUES ('00000000-0000-4000-8000-0000000000ea', '00000000-0000-4000-8000-0000000000da', 'user', '00000000-0000-4000-8000-0000000000a2', 'old', 7, TRUE);
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id, state, merged_at) VALUES ('00000000-0000-4000-8000-00000000001a', 9, 9, 'p', 'a', 'b', '00000000-0000-4000-8000-0000000000b2', 'closed', '2025-12-01T00:00:00Z');
SELECT interlock_set_mode('enforce');
SELECT total_tokens_used, total_cost_usd FROM tasks WHERE id = '00000000-0000-4000-8000-00000000002a';
SELECT count(*) FROM interlock_verify('hub') WHERE "key" IN ('00000000-0000-4000-8000-00000000002a', '00000000-0000-4000-8000-00000000007a', '00000000-0000-4000-8000-00000000004a', '00000000-0000-4000-8000-0000000000da', '00000000-0000-4000-8000-0000000000ea', '00000000-0000-4000-8000-00000000001a');
