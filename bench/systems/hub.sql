-- setup
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1');
-- setup
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1');
-- setup
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1');
-- setup
INSERT INTO conversations (id, type, project_id, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'general', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
-- step INSERT of a message
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO messages (conversation_id, author_type, user_id, content)
  SELECT '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'm' || i FROM n;
-- step INSERT of a task
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO tasks (title, project_id, assigned_to_agent_id)
  SELECT 't' || i, '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1' FROM n;
-- step UPDATE: a task begins
UPDATE tasks SET status = 'in_progress';
-- step INSERT of token usage
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO token_usage (agent_id, model, tokens_in, tokens_out, cost_usd)
  SELECT '00000000-0000-4000-8000-0000000000c1', 'm', 100, 20, 0.01 FROM n;
