-- hub: what only SQLite has. No conflict clause, loose type or pragma leads past a rule.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2');
INSERT INTO conversations (id, type, project_id, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'general', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'x');
INSERT INTO tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000021', 't', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-000000000022', 'u', '00000000-0000-4000-8000-0000000000b2');
INSERT INTO github_issues (id, github_id, number, title, project_id, github_updated_at) VALUES ('00000000-0000-4000-8000-000000000031', 1, 1, 'i', '00000000-0000-4000-8000-0000000000b1', '2026-03-04T10:00:00Z');
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id) VALUES ('00000000-0000-4000-8000-0000000000f1', 2, 2, 'p', 'x', 'main', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO budget_limits (id, name, scope_type, scope_id, amount_usd, period, action_on_exceed) VALUES ('00000000-0000-4000-8000-000000000051', 'one', 'project', '00000000-0000-4000-8000-0000000000b1', 1, 'daily', 'block');
INSERT INTO token_usage (id, model, agent_id, project_id, task_id, message_id, tokens_in, tokens_out, cost_usd) VALUES ('00000000-0000-4000-8000-000000000071', 'm', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-0000000000e1', 10, 1, 0.5);
INSERT INTO webhooks (id, source, event_type, payload, project_id, max_retries) VALUES ('00000000-0000-4000-8000-000000000061', 's', 'push', '{}', '00000000-0000-4000-8000-0000000000b1', 2);

-- Texts that are no UUID, no truth, no number, no JSON and no instant.
-- rule H-05 refuse
INSERT INTO users (id, username, email, password_hash) VALUES ('u-1', 'x', 'x', 'x');
-- rule H-05 refuse
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000AA', 'x', 'x', 'x');
-- rule H-05 refuse
UPDATE tasks SET assigned_to_agent_id = 'nobody' WHERE id = '00000000-0000-4000-8000-000000000021';
-- rule H-05 refuse
INSERT INTO token_usage (id, model) VALUES (x'01', 'm');
-- rule X-12 refuse
UPDATE users SET is_admin = 'true' WHERE id = '00000000-0000-4000-8000-0000000000a1';
-- rule X-12 refuse
UPDATE agents SET is_active = 2 WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-18 refuse
INSERT INTO token_usage (id, model, tokens_in) VALUES ('00000000-0000-4000-8000-000000000072', 'm', 'many');
-- rule H-18 refuse
INSERT INTO token_usage (id, model, tokens_in) VALUES ('00000000-0000-4000-8000-000000000072', 'm', 1.5);
-- rule H-18 refuse
INSERT INTO token_usage (id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000072', 'm', 0.0000001);
-- rule H-18 refuse
INSERT INTO token_usage (id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000072', 'm', '0.1 USD');
-- rule H-33 refuse
UPDATE budget_limits SET amount_usd = 1.005;
-- rule H-07 refuse
UPDATE github_issues SET labels = 'bug,urgent';
-- rule H-07 refuse
UPDATE github_issues SET labels = '["bug", 1]';
-- rule H-07 refuse
UPDATE agents SET model_config = x'7b7d' WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule X-10 refuse
UPDATE tasks SET started_at = 'noon' WHERE id = '00000000-0000-4000-8000-000000000021';
-- rule H-29 refuse
INSERT INTO token_usage (id, model, usage_date) VALUES ('00000000-0000-4000-8000-000000000072', 'm', 'today');
-- rule H-06 refuse
UPDATE agents SET name = 'a name that is much longer than fifty characters are: x' WHERE id = '00000000-0000-4000-8000-0000000000c1';

-- OR IGNORE skips nothing that is a rule's, OR REPLACE removes nothing.
-- rule H-28 refuse
INSERT OR REPLACE INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'forged');
-- rule H-28 refuse
UPDATE OR IGNORE token_usage SET cost_usd = 0;
-- rule H-28 accept
INSERT OR IGNORE INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'again');
-- rule H-02 refuse
UPDATE OR IGNORE tasks SET status = 'completed' WHERE id = '00000000-0000-4000-8000-000000000021';
-- rule H-03 refuse
INSERT INTO agents (id, name, type, is_active) VALUES ('00000000-0000-4000-8000-0000000000c9', 'x', 'coder', NULL);
REPLACE INTO tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000021', 'forged', '00000000-0000-4000-8000-0000000000b1');
REPLACE INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a9', 'ann', 'other@x.org', 'x');
REPLACE INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a9', 'other', 'ANN@x.org', 'x');
REPLACE INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'forged');
REPLACE INTO github_issues (github_id, number, title, project_id, github_updated_at) VALUES (1, 1, 'older', '00000000-0000-4000-8000-0000000000b1', '2026-03-04T09:00:00Z');
REPLACE INTO pull_requests (github_id, number, title, branch_from, branch_to, project_id, review_status) VALUES (2, 2, 'forged', 'x', 'y', '00000000-0000-4000-8000-0000000000b1', 'approved');
-- rule H-32 refuse as X-21
REPLACE INTO budget_limits (id, name, scope_type, scope_id, amount_usd, period, action_on_exceed) VALUES ('00000000-0000-4000-8000-000000000051', 'one', 'project', '00000000-0000-4000-8000-0000000000b1', 999, 'daily', 'warn');
-- rule H-15 refuse
INSERT OR IGNORE INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c2', 'x');
-- rule H-46 accept
UPDATE projects SET is_active = 0 WHERE id = '00000000-0000-4000-8000-0000000000b2';
-- rule H-46 refuse
REPLACE INTO tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000023', 'x', '00000000-0000-4000-8000-0000000000b2');
-- rule H-22 refuse
UPDATE OR REPLACE tasks SET status = 'in_progress' WHERE id = '00000000-0000-4000-8000-000000000021';
PRAGMA recursive_triggers = ON;
-- rule H-28 refuse
REPLACE INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'forged');
REPLACE INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'forged');
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000073', 'm', '00000000-0000-4000-8000-0000000000b1', 0.25);
PRAGMA recursive_triggers = OFF;
-- rule H-35 accept
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000074', 'm', '00000000-0000-4000-8000-0000000000b1', 0.25);
-- rule H-35 refuse
INSERT OR IGNORE INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000075', 'm', '00000000-0000-4000-8000-0000000000b1', 0);
-- rule H-35 refuse
REPLACE INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000075', 'm', '00000000-0000-4000-8000-0000000000b1', 0);
-- rule H-35 accept
UPDATE OR REPLACE budget_limits SET amount_usd = 2;
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000075', 'm', '00000000-0000-4000-8000-0000000000b1', 0);
-- rule H-01 refuse
INSERT INTO notifications (id, user_id, type, title, message, severity, is_read) VALUES ('00000000-0000-4000-8000-000000000041', '00000000-0000-4000-8000-0000000000a1', 'system', 'x', 'x', 'loud', 0);
-- rule H-39 accept
UPDATE notifications SET is_read = 1 WHERE is_read = 0;
-- rule H-39 refuse
UPDATE OR IGNORE notifications SET is_read = 0;
-- rule H-43 refuse
UPDATE OR IGNORE webhooks SET processed = 0, retry_count = 9;
SELECT substr(id, 35) AS id, username, email FROM users ORDER BY id;
SELECT substr(id, 35) AS id, title, status, total_tokens_used, total_cost_usd FROM tasks ORDER BY id;
SELECT substr(id, 35) AS id, model, tokens_in, cost_usd, usage_date FROM token_usage ORDER BY id;
SELECT substr(id, 35) AS id, content, is_edited, cost_usd FROM messages;
SELECT github_id, number, title FROM github_issues;
SELECT github_id, number, title, review_status FROM pull_requests;
SELECT name, amount_usd, action_on_exceed FROM budget_limits;
SELECT title, severity, is_read FROM notifications ORDER BY title;

-- Without foreign keys nothing is cascaded, and what is left is found by PRAGMA foreign_key_check; the rules still hold.
PRAGMA foreign_keys = OFF;
-- rule H-28 refuse
DELETE FROM token_usage;
-- rule H-47 refuse
DELETE FROM users WHERE id = '00000000-0000-4000-8000-0000000000a1';
PRAGMA foreign_keys = ON;
-- Past the CHECKs.
PRAGMA ignore_check_constraints = ON;
-- rule H-01 refuse
UPDATE agents SET type = 'robot' WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-32 refuse
UPDATE budget_limits SET alert_threshold = 101;
PRAGMA ignore_check_constraints = OFF;
SELECT rule, "table", key FROM interlock_verify('hub');
SELECT * FROM interlock_doctor();
-- In a schema's place, only main.
SELECT interlock_install('hub', 'other');
-- What a trigger writes while a row is forced in is not forced in.
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000076', 'm', '00000000-0000-4000-8000-0000000000b1', 1);
CREATE TRIGGER more AFTER INSERT ON token_usage WHEN NEW.model = 'n' BEGIN INSERT INTO token_usage (id, model, project_id) VALUES ('00000000-0000-4000-8000-000000000079', 'm', '00000000-0000-4000-8000-0000000000b1'); END;
-- rule H-35 refuse
SELECT budget_record('token_usage', '{"id": "00000000-0000-4000-8000-000000000078", "model": "n", "project_id": "00000000-0000-4000-8000-0000000000b1", "cost_usd": 1}', 1);
DROP TRIGGER more;
-- rule H-35 accept
SELECT budget_record('token_usage', '{"id": "00000000-0000-4000-8000-000000000078", "model": "n", "project_id": "00000000-0000-4000-8000-0000000000b1", "cost_usd": 1}', 1);
-- rule H-35 refuse
SELECT budget_record('token_usage', '{"id": "00000000-0000-4000-8000-000000000079", "model": "n", "project_id": "00000000-0000-4000-8000-0000000000b1", "cost_usd": 1}', 0);
-- What got past the rules is found.
-- @guards off
PRAGMA ignore_check_constraints = ON;
INSERT INTO users (id, username, email, password_hash) VALUES ('u-5', 'u5', 'u5@x.org', 'h');
INSERT INTO users (id, username, email, password_hash, created_at, updated_at) VALUES ('00000000-0000-4000-8000-0000000000a4', 'u4', 'u4@x.org', 'h', '2026-03-04T12:00:00.000Z', '2026-03-04T11:00:00.000Z');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a6', 'a user name that is much longer than fifty characters are', 'u6@x.org', 'h');
UPDATE tasks SET status = 'completed' WHERE title = 't';
UPDATE webhooks SET processed = 1;
PRAGMA ignore_check_constraints = OFF;
-- @guards on
-- rule H-04 reports
SELECT "table", key, message FROM interlock_verify('hub') WHERE rule = 'H-04';
-- rule H-05 reports
SELECT "table", key, message FROM interlock_verify('hub') WHERE rule = 'H-05';
-- rule H-06 reports
SELECT "table", key, message FROM interlock_verify('hub') WHERE rule = 'H-06';
-- rule H-23 reports
SELECT "table", key, message FROM interlock_verify('hub') WHERE rule = 'H-23';
-- rule H-44 reports
SELECT "table", key, message FROM interlock_verify('hub') WHERE rule = 'H-44';
SELECT rule, "table", key FROM interlock_verify('hub') WHERE rule NOT IN ('H-04', 'H-05', 'H-06', 'H-23', 'H-44');
