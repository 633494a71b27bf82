-- hub: what only PostgreSQL has. No TRUNCATE, MERGE, COPY or writing in a WITH leads past a rule.
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

-- What the types say, the types refuse.
-- rule H-05 refuse
INSERT INTO users (id, username, email, password_hash) VALUES ('u-1', 'x', 'x', 'x');
-- rule H-05 accept
INSERT INTO users (id, username, email, password_hash) VALUES ('{000000000000400080000000000000AA}', 'x', 'x', 'x');
-- rule H-07 refuse
UPDATE github_issues SET labels = 'bug,urgent';
-- rule H-03 refuse
INSERT INTO agents (name, type, is_active) VALUES ('x', 'coder', NULL);
-- rule H-07 refuse
UPDATE github_issues SET labels = '["bug", 1]';

-- rule H-28 refuse
TRUNCATE token_usage;
-- rule H-28 refuse
TRUNCATE tasks, token_usage;
-- rule H-47 refuse
TRUNCATE users CASCADE;
-- rule H-28 refuse
MERGE INTO token_usage t USING (VALUES (1)) v (x) ON TRUE WHEN MATCHED THEN DELETE;
-- rule H-28 refuse
MERGE INTO token_usage t USING (VALUES (1)) v (x) ON TRUE WHEN MATCHED THEN UPDATE SET cost_usd = 0;
-- rule H-28 refuse
WITH gone AS (DELETE FROM token_usage RETURNING id) SELECT count(*) FROM gone;
-- rule H-28 refuse
INSERT INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'x') ON CONFLICT (id) DO UPDATE SET model = 'forged';
-- rule H-31 refuse
MERGE INTO tasks t USING (VALUES (0)) v (x) ON t.id = '00000000-0000-4000-8000-000000000021' WHEN MATCHED THEN UPDATE SET total_cost_usd = v.x;
-- rule H-31 accept
MERGE INTO token_usage t USING (VALUES ('00000000-0000-4000-8000-000000000072'::uuid)) v (id) ON t.id = v.id WHEN NOT MATCHED THEN INSERT (id, model, project_id, task_id, cost_usd) VALUES (v.id, 'm', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.25);
-- rule H-31 accept
WITH a AS (INSERT INTO token_usage (id, model, project_id, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000073', 'm', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.125) RETURNING id), b AS (INSERT INTO token_usage (id, model, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000074', 'm', '00000000-0000-4000-8000-000000000021', 0.0625) RETURNING id) SELECT count(*) FROM a, b;
SELECT total_tokens_used, total_cost_usd FROM tasks WHERE id = '00000000-0000-4000-8000-000000000021';
-- One statement: the rows before are spent already when the next one is asked about.
-- rule H-35 refuse
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000075', 'm', '00000000-0000-4000-8000-0000000000b1', 0.125), ('00000000-0000-4000-8000-000000000076', 'm', '00000000-0000-4000-8000-0000000000b1', 0.125);
-- rule H-35 accept
INSERT INTO token_usage (id, model, project_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000075', 'm', '00000000-0000-4000-8000-0000000000b1', 0.125);
-- rule H-35 refuse
COPY token_usage (id, model, project_id, cost_usd) FROM PROGRAM 'echo 00000000-0000-4000-8000-000000000077,m,00000000-0000-4000-8000-0000000000b1,0' (FORMAT csv);
-- rule H-35 refuse
WITH a AS (INSERT INTO token_usage (id, model, project_id) VALUES ('00000000-0000-4000-8000-000000000077', 'm', '00000000-0000-4000-8000-0000000000b1') RETURNING id) SELECT count(*) FROM a;
-- rule H-35 refuse
MERGE INTO token_usage t USING (VALUES ('00000000-0000-4000-8000-000000000077'::uuid)) v (id) ON t.id = v.id WHEN NOT MATCHED THEN INSERT (id, model, project_id) VALUES (v.id, 'm', '00000000-0000-4000-8000-0000000000b1');
SELECT title, severity FROM notifications ORDER BY title;
-- rule H-39 refuse
MERGE INTO notifications n USING (VALUES (1)) v (x) ON TRUE WHEN MATCHED THEN UPDATE SET title = 'forged';
-- rule H-35 accept
SET CONSTRAINTS ALL IMMEDIATE;
-- rule H-02 refuse
MERGE INTO tasks t USING (VALUES ('completed')) v (s) ON t.id = '00000000-0000-4000-8000-000000000021' WHEN MATCHED THEN UPDATE SET status = v.s;
-- rule H-46 accept
UPDATE projects SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-0000000000b2';
-- rule H-46 refuse
MERGE INTO tasks t USING (VALUES ('00000000-0000-4000-8000-000000000023'::uuid)) v (id) ON t.id = v.id WHEN NOT MATCHED THEN INSERT (id, title, project_id) VALUES (v.id, 'x', '00000000-0000-4000-8000-0000000000b2');
-- rule H-15 refuse
WITH gone AS (DELETE FROM conversation_participants RETURNING agent_id) INSERT INTO messages (id, conversation_id, author_type, agent_id, content) SELECT '00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d1', 'agent', agent_id, 'x' FROM gone;

-- A role with the view alone reads no secret.
CREATE ROLE hub_reader;
GRANT SELECT ON hub_users TO hub_reader;
SET ROLE hub_reader;
-- rule H-09 accept
SELECT username FROM hub_users WHERE username = 'ann';
-- rule H-09 refuse as error
SELECT password_hash FROM users;
RESET ROLE;
REVOKE ALL ON hub_users FROM hub_reader;
-- Rules read and write with the rights of the writer: who lacks one of them writes nothing.
GRANT INSERT, SELECT ON token_usage TO hub_reader;
UPDATE budget_limits SET amount_usd = 5;
SET ROLE hub_reader;
-- rule H-31 refuse as error
INSERT INTO token_usage (id, model, agent_id, project_id, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000078', 'm', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.5);
RESET ROLE;
GRANT SELECT ON agents, budget_limits, notifications, projects, users, messages TO hub_reader;
GRANT SELECT, UPDATE ON tasks TO hub_reader;
GRANT INSERT ON notifications TO hub_reader;
GRANT USAGE ON SCHEMA interlock TO hub_reader;
SET ROLE hub_reader;
-- rule H-31 accept
INSERT INTO token_usage (id, model, project_id, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000078', 'm', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.5);
SELECT count(*) FROM token_usage;
RESET ROLE;
REVOKE USAGE ON SCHEMA interlock FROM hub_reader;
REVOKE ALL ON token_usage, agents, budget_limits, notifications, projects, users, messages, tasks FROM hub_reader;
DROP ROLE hub_reader;
SELECT total_cost_usd FROM tasks WHERE id = '00000000-0000-4000-8000-000000000021';

-- Past the CHECKs.
-- @guards off
ALTER TABLE agents DROP CONSTRAINT agents_type_check;
INSERT INTO agents (id, name, type) VALUES ('00000000-0000-4000-8000-0000000000c9', 'x', 'robot');
-- @guards on
-- rule H-01 reports
SELECT rule, "table", key FROM interlock_verify('hub');
SELECT * FROM interlock_doctor();

-- A second hub, in a schema of its own.
CREATE SCHEMA second;
SELECT interlock_install('hub', 'second');
INSERT INTO second.users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1');
INSERT INTO second.projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO second.tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000021', 't', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO second.budget_limits (name, scope_type, amount_usd, period, action_on_exceed) VALUES ('all', 'global', 0.5, 'daily', 'block');
-- rule H-35 accept
INSERT INTO second.token_usage (id, model, project_id, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000071', 'm', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.5);
-- rule H-35 refuse
INSERT INTO second.token_usage (id, model, project_id, task_id, cost_usd) VALUES ('00000000-0000-4000-8000-000000000072', 'm', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000021', 0.5);
SELECT total_cost_usd FROM second.tasks;
SELECT title FROM second.notifications ORDER BY 1;
-- rule H-47 refuse
DELETE FROM second.projects;
SELECT key FROM queue_claim('second.tasks', '00000000-0000-4000-8000-0000000000c1');
SELECT interlock_uninstall('hub', 'second', true);
