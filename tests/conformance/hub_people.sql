-- hub: users, projects, agents and what they say to each other.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);

-- Keys are UUIDs, given or made.
-- rule H-05 accept
INSERT INTO users (username, email, password_hash) VALUES ('dan', 'dan@x.org', 'h');
SELECT length(CAST(id AS text)), substr(CAST(id AS text), 15, 1), username FROM users WHERE username = 'dan';
-- rule H-05 refuse
INSERT INTO users (id, username, email, password_hash) VALUES ('abc', 'x', 'x@x.org', 'h');
-- rule H-05 refuse
INSERT INTO projects (name, github_repo, owner_id) VALUES ('x', 'o/x', 'ann');
-- rule H-05 refuse
INSERT INTO users (id, username, email, password_hash) VALUES (NULL, 'x', 'x@x.org', 'h');

-- What has a default is not NULL.
-- rule H-03 accept
SELECT is_2fa_enabled, is_active, is_admin, created_at, updated_at FROM users WHERE username = 'dan';
-- rule H-03 refuse
UPDATE users SET is_active = NULL WHERE username = 'dan';
-- rule H-03 refuse
UPDATE projects SET is_active = NULL WHERE name = 'one';
-- rule H-03 refuse
INSERT INTO agents (name, type, model_config) VALUES ('x', 'coder', NULL);

-- Users: names and mails are used once; a second factor needs its secret; secrets are shown nowhere.
-- rule H-08 accept
INSERT INTO users (username, email, password_hash) VALUES ('Ann', 'ann@y.org', 'h');
-- rule H-08 refuse
INSERT INTO users (username, email, password_hash) VALUES ('ann', 'a@z.org', 'h');
-- rule H-08 refuse
INSERT INTO users (username, email, password_hash) VALUES ('ann2', 'ANN@X.org', 'h');
-- rule H-09 accept
UPDATE users SET totp_secret = 'seed', is_2fa_enabled = TRUE WHERE username = 'dan';
-- rule H-09 refuse
UPDATE users SET totp_secret = NULL WHERE username = 'dan';
-- rule H-09 refuse
UPDATE users SET is_2fa_enabled = TRUE WHERE username = 'ann';
-- rule H-09 refuse
INSERT INTO users (username, email, password_hash) VALUES ('x', 'x@x.org', '');
-- rule H-09 refuse
INSERT INTO users (username, email, password_hash) VALUES ('x', 'x@x.org', NULL);
SELECT username, password_hash, totp_secret, is_2fa_enabled FROM hub_users WHERE username IN ('ann', 'dan') ORDER BY username;
-- rule H-06 accept
UPDATE users SET username = 'a2345678901234567890123456789012345678901234567890' WHERE username = 'Ann';
-- rule H-06 refuse
UPDATE users SET username = 'a23456789012345678901234567890123456789012345678901' WHERE username = 'dan';
-- rule X-21 refuse
UPDATE users SET created_at = '2020-01-01T00:00:00Z' WHERE username = 'dan';

-- Projects: owner/name.
-- rule H-10 accept
UPDATE projects SET github_repo = 'org/repo.git' WHERE id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-10 refuse
UPDATE projects SET github_repo = 'repo' WHERE id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-10 refuse
UPDATE projects SET github_repo = 'a/b/c' WHERE id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-10 refuse
UPDATE projects SET github_repo = '/b' WHERE id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-10 refuse
INSERT INTO projects (name, github_repo, owner_id) VALUES ('x', 'a/', '00000000-0000-4000-8000-0000000000a1');
-- rule H-04 accept
SELECT interlock_set_clock('2026-03-04T12:00:01Z');
UPDATE projects SET local_path = '/srv' WHERE id = '00000000-0000-4000-8000-0000000000b1';
SELECT local_path, created_at, updated_at FROM projects ORDER BY name;
-- rule H-04 refuse
UPDATE projects SET updated_at = NULL WHERE id = '00000000-0000-4000-8000-0000000000b1';
UPDATE projects SET updated_at = '2020-01-01T00:00:00Z', name = 'ONE' WHERE id = '00000000-0000-4000-8000-0000000000b1';
SELECT name, updated_at FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b1';

-- Agents: closed lists, JSON of one kind.
-- rule H-01 accept
-- rule H-07 accept
UPDATE agents SET type = 'reviewer', model_config = '{"model": "m", "temperature": 0.2}' WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-01 refuse
UPDATE agents SET type = 'robot' WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-01 refuse
INSERT INTO agents (name, type) VALUES ('x', NULL);
-- rule H-07 refuse
UPDATE agents SET model_config = '["m"]' WHERE id = '00000000-0000-4000-8000-0000000000c1';

-- Nothing new in a project that is not active.
UPDATE projects SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-0000000000b2';
-- rule H-46 refuse
INSERT INTO agents (name, type, project_id) VALUES ('late', 'coder', '00000000-0000-4000-8000-0000000000b2');
-- rule H-46 refuse
UPDATE agents SET project_id = '00000000-0000-4000-8000-0000000000b2' WHERE id = '00000000-0000-4000-8000-0000000000c3';
-- rule H-46 refuse
INSERT INTO conversations (type, project_id, created_by_user_id) VALUES ('general', '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000a2');
-- rule H-46 refuse
INSERT INTO tasks (title, project_id) VALUES ('late', '00000000-0000-4000-8000-0000000000b2');
UPDATE agents SET system_prompt = 'still' WHERE id = '00000000-0000-4000-8000-0000000000c2';
UPDATE projects SET is_active = TRUE WHERE id = '00000000-0000-4000-8000-0000000000b2';
-- rule H-46 accept
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c4', 'cole', 'coder', '00000000-0000-4000-8000-0000000000b2');

-- Conversations: somebody began them.
-- rule H-11 accept
INSERT INTO conversations (id, type, project_id, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'general', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
-- rule H-11 accept
INSERT INTO conversations (id, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000d2', 'issue', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO conversations (id, type, created_by_agent_id) VALUES ('00000000-0000-4000-8000-0000000000d3', 'task', '00000000-0000-4000-8000-0000000000c3');
-- rule H-11 refuse
INSERT INTO conversations (type, project_id) VALUES ('general', '00000000-0000-4000-8000-0000000000b1');
-- rule H-11 refuse
UPDATE conversations SET type = 'review' WHERE id = '00000000-0000-4000-8000-0000000000d2';
-- rule H-02 accept
UPDATE conversations SET status = 'paused' WHERE id = '00000000-0000-4000-8000-0000000000d2';
UPDATE conversations SET status = 'completed' WHERE id = '00000000-0000-4000-8000-0000000000d2';
UPDATE conversations SET status = 'active' WHERE id = '00000000-0000-4000-8000-0000000000d2';
UPDATE conversations SET status = 'archived' WHERE id = '00000000-0000-4000-8000-0000000000d2';
-- rule H-02 refuse
UPDATE conversations SET status = 'active' WHERE id = '00000000-0000-4000-8000-0000000000d2';
-- rule H-02 refuse
INSERT INTO conversations (type, created_by_user_id, status) VALUES ('general', '00000000-0000-4000-8000-0000000000a1', 'paused');
-- rule H-01 refuse
UPDATE conversations SET status = 'closed' WHERE id = '00000000-0000-4000-8000-0000000000d1';

-- Participants are of the project, or of none.
-- rule H-12 accept
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1'), ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c3'), ('00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000c3');
-- rule H-12 refuse
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c2');
-- rule H-12 refuse
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000c1');
-- rule H-12 refuse
INSERT INTO conversation_participants (conversation_id, agent_id) VALUES ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1');
-- rule H-12 refuse
UPDATE agents SET project_id = '00000000-0000-4000-8000-0000000000b2' WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-12 refuse
UPDATE conversations SET project_id = '00000000-0000-4000-8000-0000000000b2' WHERE id = '00000000-0000-4000-8000-0000000000d1';
UPDATE agents SET project_id = '00000000-0000-4000-8000-0000000000b1' WHERE id = '00000000-0000-4000-8000-0000000000c4';

-- Messages: one author, of the kind that is said.
-- rule H-13 accept
INSERT INTO messages (id, conversation_id, author_type, user_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'hello');
INSERT INTO messages (id, conversation_id, author_type, agent_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'hi', '00000000-0000-4000-8000-0000000000e1');
-- rule H-13 refuse
INSERT INTO messages (conversation_id, author_type, user_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000a1', 'x');
-- rule H-13 refuse
INSERT INTO messages (conversation_id, author_type, user_id, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000c1', 'x');
-- rule H-13 refuse
INSERT INTO messages (conversation_id, author_type, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'user', 'x');
-- Into an active conversation, by an agent that is active and takes part.
UPDATE conversations SET status = 'paused' WHERE id = '00000000-0000-4000-8000-0000000000d1';
-- rule H-14 refuse
INSERT INTO messages (conversation_id, author_type, user_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'x');
-- rule H-14 refuse
INSERT INTO messages (conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'x');
UPDATE conversations SET status = 'active' WHERE id = '00000000-0000-4000-8000-0000000000d1';
-- rule H-14 accept
-- rule H-15 accept
INSERT INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c3', 'x');
-- rule H-15 refuse
INSERT INTO messages (conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c4', 'x');
UPDATE agents SET is_active = FALSE WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-15 refuse
INSERT INTO messages (conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000d1', 'agent', '00000000-0000-4000-8000-0000000000c1', 'x');
INSERT INTO messages (id, conversation_id, author_type, agent_id, content) VALUES ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000d3', 'agent', '00000000-0000-4000-8000-0000000000c3', 'elsewhere');
-- rule H-16 accept
INSERT INTO messages (id, conversation_id, author_type, user_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000e5', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a2', 'to you', '00000000-0000-4000-8000-0000000000e2');
-- rule H-16 refuse
INSERT INTO messages (conversation_id, author_type, user_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a2', 'across', '00000000-0000-4000-8000-0000000000e4');
-- rule H-16 refuse
INSERT INTO messages (id, conversation_id, author_type, user_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000e6', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a2', 'me', '00000000-0000-4000-8000-0000000000e6');
-- Editing is seen; who said it, where and to what stays.
-- rule H-17 accept
UPDATE messages SET content = 'hello all' WHERE id = '00000000-0000-4000-8000-0000000000e1';
UPDATE messages SET content_formatted = '<p>hi</p>' WHERE id = '00000000-0000-4000-8000-0000000000e2';
SELECT content, is_edited FROM messages WHERE id IN ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000e2') ORDER BY id;
-- rule H-17 refuse
UPDATE messages SET is_edited = FALSE WHERE id = '00000000-0000-4000-8000-0000000000e1';
-- rule H-17 refuse
UPDATE messages SET conversation_id = '00000000-0000-4000-8000-0000000000d3' WHERE id = '00000000-0000-4000-8000-0000000000e1';
-- rule H-17 refuse
UPDATE messages SET reply_to_id = '00000000-0000-4000-8000-0000000000e3' WHERE id = '00000000-0000-4000-8000-0000000000e2';
-- rule H-17 refuse
UPDATE messages SET user_id = '00000000-0000-4000-8000-0000000000a2', content = 'mine' WHERE id = '00000000-0000-4000-8000-0000000000e1';
-- rule H-17 refuse
UPDATE messages SET user_id = NULL WHERE id = '00000000-0000-4000-8000-0000000000e1';
-- rule H-18 refuse
INSERT INTO messages (conversation_id, author_type, user_id, content, tokens_in) VALUES ('00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'x', -1);
-- The author goes, what was said stays.
DELETE FROM users WHERE id = '00000000-0000-4000-8000-0000000000a2';
SELECT author_type, user_id, content FROM messages WHERE id = '00000000-0000-4000-8000-0000000000e5';
SELECT rule, "table", "key", message FROM interlock_verify('hub');
