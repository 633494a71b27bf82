-- hub: what agents use, what it costs, and what it may cost.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c6', 'carl', 'coder', '00000000-0000-4000-8000-0000000000b2');
INSERT INTO conversations (id, type, project_id, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'general', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'x'), ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'y');
INSERT INTO tasks (id, title, project_id) VALUES ('00000000-0000-4000-8000-000000000020', 't', '00000000-0000-4000-8000-0000000000b1');
-- A row of usage: its day, its agent's type, and what it adds up to.
-- rule H-29 accept
-- rule H-30 accept
-- rule H-31 accept
INSERT INTO token_usage (id, agent_id, conversation_id, message_id, project_id, task_id, model, tokens_in, tokens_out, cost_usd) VALUES ('00000000-0000-4000-8000-000000000071', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000020', 'm-1', 100, 20, 0.1);
INSERT INTO token_usage (id, agent_id, agent_type, message_id, project_id, task_id, model, tokens_in, tokens_out, cost_usd, timestamp, usage_date) VALUES ('00000000-0000-4000-8000-000000000072', '00000000-0000-4000-8000-0000000000c1', 'coder', '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000020', 'm-2', 1, 2, 0.2, '2026-03-03T23:59:59.999Z', '2026-03-03');
SELECT id, timestamp, usage_date, agent_type, was_cached, metadata FROM token_usage ORDER BY id;
SELECT total_tokens_used, total_cost_usd FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
SELECT tokens_in, tokens_out, cost_usd, model_used FROM messages ORDER BY id;
-- rule H-31 refuse
UPDATE tasks SET total_tokens_used = 0 WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-31 refuse
UPDATE tasks SET total_cost_usd = 9 WHERE id = '00000000-0000-4000-8000-000000000020';
-- rule H-31 refuse
UPDATE messages SET tokens_in = 1 WHERE id = '00000000-0000-4000-8000-0000000000e2';
-- rule H-31 refuse
INSERT INTO messages (conversation_id, author_type, agent_id, content, cost_usd) VALUES ('00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'z', 1);
-- rule H-29 refuse
INSERT INTO token_usage (model, usage_date) VALUES ('m', '2026-03-03');
-- rule H-29 refuse
INSERT INTO token_usage (model, timestamp, usage_date) VALUES ('m', '2026-03-04T00:30:00+01:00', '2026-03-04');
INSERT INTO token_usage (id, model, timestamp, usage_date) VALUES ('00000000-0000-4000-8000-000000000073', 'm', '2026-03-04T00:30:00+01:00', '2026-03-03');
-- rule H-30 refuse
INSERT INTO token_usage (model, agent_id, agent_type) VALUES ('m', '00000000-0000-4000-8000-0000000000c1', 'tester');
-- rule H-01 refuse
INSERT INTO token_usage (model, agent_type) VALUES ('m', 'robot');
-- rule H-07 refuse
INSERT INTO token_usage (model, metadata) VALUES ('m', '[]');
-- rule H-18 refuse
INSERT INTO token_usage (model, tokens_out) VALUES ('m', -1);
-- rule H-18 refuse
INSERT INTO token_usage (model, cost_usd) VALUES ('m', -0.01);
-- rule H-18 refuse
INSERT INTO token_usage (model, request_duration_ms) VALUES ('m', -5);
-- It is a log.
-- rule H-28 refuse
UPDATE token_usage SET cost_usd = 0 WHERE id = '00000000-0000-4000-8000-000000000071';
-- rule H-28 refuse
UPDATE token_usage SET task_id = NULL WHERE id = '00000000-0000-4000-8000-000000000071';
-- rule H-28 refuse
DELETE FROM token_usage WHERE id = '00000000-0000-4000-8000-000000000073';
INSERT INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'again') ON CONFLICT (id) DO NOTHING;
-- rule H-28 refuse
INSERT INTO token_usage (id, model) VALUES ('00000000-0000-4000-8000-000000000071', 'again') ON CONFLICT (id) DO UPDATE SET cost_usd = 0;
-- What it names may go: then it names nothing.
-- rule H-28 accept
DELETE FROM tasks WHERE id = '00000000-0000-4000-8000-000000000020';
DELETE FROM messages WHERE id = '00000000-0000-4000-8000-0000000000e1';
SELECT id, message_id, task_id, agent_id, agent_type, tokens_in FROM token_usage ORDER BY id;
-- Old rows go by their age.
SELECT interlock_set_clock('2026-06-02T00:00:00Z');
SELECT expire_purge('token_usage');
SELECT id, timestamp FROM token_usage ORDER BY id;
SELECT interlock_set_clock('2026-03-04T12:00:00Z');

-- Limits: what they are of.
-- rule H-32 accept
-- rule H-33 accept
INSERT INTO budget_limits (id, name, scope_type, amount_usd, period) VALUES ('00000000-0000-4000-8000-000000000051', 'all', 'global', 1000, 'monthly');
INSERT INTO budget_limits (id, name, scope_type, scope_id, amount_usd, period, action_on_exceed) VALUES ('00000000-0000-4000-8000-000000000052', 'project one', 'project', '00000000-0000-4000-8000-0000000000b1', 0.60, 'daily', 'block'), ('00000000-0000-4000-8000-000000000053', 'cody', 'agent', '00000000-0000-4000-8000-0000000000c1', 50, 'weekly', 'block');
INSERT INTO budget_limits (id, name, scope_type, scope_agent_type, amount_usd, period, alert_threshold) VALUES ('00000000-0000-4000-8000-000000000054', 'coders', 'agent_type', 'coder', 1, 'weekly', 0.5);
SELECT name, amount_usd, alert_threshold, action_on_exceed, is_active FROM budget_limits ORDER BY id;
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, scope_id, amount_usd, period) VALUES ('x', 'global', '00000000-0000-4000-8000-0000000000b1', 1, 'daily');
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, amount_usd, period) VALUES ('x', 'project', 1, 'daily');
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, scope_id, amount_usd, period) VALUES ('x', 'project', '00000000-0000-4000-8000-0000000000c1', 1, 'daily');
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, scope_id, amount_usd, period) VALUES ('x', 'agent', '00000000-0000-4000-8000-0000000000b1', 1, 'daily');
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, scope_id, scope_agent_type, amount_usd, period) VALUES ('x', 'agent', '00000000-0000-4000-8000-0000000000c1', 'coder', 1, 'daily');
-- rule H-32 refuse
INSERT INTO budget_limits (name, scope_type, amount_usd, period) VALUES ('x', 'agent_type', 1, 'daily');
-- rule H-01 refuse
INSERT INTO budget_limits (name, scope_type, scope_agent_type, amount_usd, period) VALUES ('x', 'agent_type', 'robot', 1, 'daily');
-- rule H-01 refuse
INSERT INTO budget_limits (name, scope_type, amount_usd, period) VALUES ('x', 'global', 1, 'hourly');
-- rule H-33 refuse
INSERT INTO budget_limits (name, scope_type, amount_usd, period) VALUES ('x', 'global', 0, 'daily');
-- rule H-33 refuse
UPDATE budget_limits SET alert_threshold = 0 WHERE id = '00000000-0000-4000-8000-000000000051';
-- rule H-33 refuse
UPDATE budget_limits SET alert_threshold = 1.01 WHERE id = '00000000-0000-4000-8000-000000000051';
-- rule H-33 refuse
UPDATE budget_limits SET amount_usd = -1 WHERE id = '00000000-0000-4000-8000-000000000051';

-- 0.3 of 0.60 were spent yesterday; today begins with nothing (H.5: windows in UTC).
-- rule H-37 accept
SELECT budget_check('token_usage', '{"agent_id": "00000000-0000-4000-8000-0000000000c1", "agent_type": "coder", "project_id": "00000000-0000-4000-8000-0000000000b1"}');
-- rule H-34 accept
INSERT INTO token_usage (id, agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000081', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.379999);
SELECT count(*) FROM notifications;
-- At 80 % of 0.60, and at 50 % of the coders' 1.00: the owner of the project is told, once.
-- rule H-36 accept
INSERT INTO token_usage (id, agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000082', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.020001);
SELECT title, message, severity, user_id, project_id, agent_id, metadata FROM notifications ORDER BY title;
INSERT INTO token_usage (id, agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000083', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.000001);
SELECT count(*) FROM notifications;
-- rule H-36 refuse
INSERT INTO notifications (type, title, message, user_id, metadata) SELECT type, title, message, user_id, metadata FROM notifications;
-- The row that reaches the limit is let in; the next one is refused, whatever it costs.
-- rule H-35 accept
INSERT INTO token_usage (id, agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000084', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.1);
-- rule H-35 refuse
INSERT INTO token_usage (agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.1);
-- rule H-37 refuse as H-35
INSERT INTO token_usage (agent_id, project_id, model) VALUES ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000b1', 'm');
SELECT budget_check('token_usage', '{"agent_id": "00000000-0000-4000-8000-0000000000c1", "agent_type": "coder", "project_id": "00000000-0000-4000-8000-0000000000b1"}');
SELECT budget_check('token_usage', '{"agent_type": "coder"}');
SELECT title, severity FROM notifications ORDER BY title, severity;
-- A row without a project falls under no project's limit; admins are told. From below the threshold to all of it: both.
INSERT INTO token_usage (id, agent_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000085', '00000000-0000-4000-8000-0000000000c3', 'm', 1000);
SELECT title, severity, user_id, project_id FROM notifications WHERE user_id = '00000000-0000-4000-8000-0000000000a3' ORDER BY title, severity;
-- An agent's type is known before the limit of its type is asked.
UPDATE budget_limits SET action_on_exceed = 'block', amount_usd = 0.55 WHERE id = '00000000-0000-4000-8000-000000000054';
-- rule H-35 refuse
INSERT INTO token_usage (agent_id, project_id, model) VALUES ('00000000-0000-4000-8000-0000000000c6', '00000000-0000-4000-8000-0000000000b2', 'm');
INSERT INTO token_usage (id, agent_id, project_id, model) VALUES ('00000000-0000-4000-8000-000000000086', '00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000b2', 'm');
-- What was spent already is recorded all the same; a request is recorded once.
SELECT budget_record('token_usage', '{"id": "00000000-0000-4000-8000-000000000087", "agent_id": "00000000-0000-4000-8000-0000000000c1", "project_id": "00000000-0000-4000-8000-0000000000b1", "model": "m", "cost_usd": 0.5, "metadata": {"request_id": "r1"}}', TRUE);
SELECT budget_record('token_usage', '{"agent_id": "00000000-0000-4000-8000-0000000000c1", "project_id": "00000000-0000-4000-8000-0000000000b1", "model": "m", "cost_usd": 0.5, "metadata": {"request_id": "r1"}}', TRUE);
SELECT agent_type, cost_usd, metadata FROM token_usage WHERE id = '00000000-0000-4000-8000-000000000087';
-- rule H-35 refuse
SELECT budget_record('token_usage', '{"agent_id": "00000000-0000-4000-8000-0000000000c1", "project_id": "00000000-0000-4000-8000-0000000000b1", "model": "m"}');
INSERT INTO token_usage (model, metadata) VALUES ('m', '{"request_id": "r1"}');
-- Tomorrow the day's limit is new, the week's is not.
SELECT interlock_set_clock('2026-03-05T00:00:00Z');
-- rule H-34 refuse as H-35
INSERT INTO token_usage (agent_id, project_id, model) VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm');
UPDATE budget_limits SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-000000000054';
INSERT INTO token_usage (id, agent_id, project_id, model, cost_usd) VALUES ('00000000-0000-4000-8000-000000000088', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'm', 0.1);
-- A limit of what is gone is not active, and cannot be.
DELETE FROM notifications;
-- rule H-38 accept
DELETE FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b1';
SELECT name, is_active FROM budget_limits ORDER BY id;
-- rule H-38 refuse as H-32
UPDATE budget_limits SET is_active = TRUE WHERE id = '00000000-0000-4000-8000-000000000053';
SELECT id, agent_id, agent_type, project_id FROM token_usage WHERE id IN ('00000000-0000-4000-8000-000000000084', '00000000-0000-4000-8000-000000000088') ORDER BY id;
SELECT rule, "table", "key", message FROM interlock_verify('hub');
