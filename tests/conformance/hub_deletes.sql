-- hub: what goes with what, and what stands in the way (H-47).
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c7', 'cass', 'coder', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO conversations (id, type, project_id, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d1', 'general', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO conversations (id, type, project_id, created_by_agent_id) VALUES ('00000000-0000-4000-8000-0000000000d2', 'task', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO conversations (id, type, project_id, created_by_agent_id) VALUES ('00000000-0000-4000-8000-0000000000d3', 'task', '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000c3');
INSERT INTO messages (id, conversation_id, author_type, user_id, content) VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'x');
INSERT INTO messages (id, conversation_id, author_type, user_id, content, reply_to_id) VALUES ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000d1', 'user', '00000000-0000-4000-8000-0000000000a1', 'y', '00000000-0000-4000-8000-0000000000e1');
INSERT INTO github_issues (id, github_id, number, title, project_id, conversation_id) VALUES ('00000000-0000-4000-8000-0000000000f1', 1, 1, 'i', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000d1');
INSERT INTO pull_requests (id, github_id, number, title, branch_from, branch_to, project_id, issue_id, created_by_agent_id, conversation_id) VALUES ('00000000-0000-4000-8000-000000000010', 1, 2, 'p', 'a', 'b', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000d2');
INSERT INTO tasks (id, title, project_id, issue_id, pr_id, assigned_to_agent_id) VALUES ('00000000-0000-4000-8000-000000000020', 't', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-000000000010', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO agent_memory (agent_id, project_id, category, key, value) VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'c', 'k', '1'), ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-0000000000b2', 'c', 'k', '1');
INSERT INTO notifications (id, type, title, message, user_id, project_id, agent_id) VALUES ('00000000-0000-4000-8000-000000000091', 't', 't', 'm', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c7');
-- Notifications stand in the way, and are named.
-- rule H-47 refuse
DELETE FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-47 refuse
DELETE FROM agents WHERE id = '00000000-0000-4000-8000-0000000000c7';
-- rule H-47 refuse
DELETE FROM agents WHERE id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-47 refuse
DELETE FROM agents WHERE id = '00000000-0000-4000-8000-0000000000c3';
-- rule H-47 refuse
DELETE FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b2';
-- rule H-47 refuse
DELETE FROM conversations WHERE id = '00000000-0000-4000-8000-0000000000d1';
-- rule H-47 refuse
DELETE FROM conversations WHERE id = '00000000-0000-4000-8000-0000000000d2';
-- rule H-47 refuse
DELETE FROM github_issues WHERE id = '00000000-0000-4000-8000-0000000000f1';
-- Clear them, and the project goes with everything in it. (PostgreSQL looks at what refers to the project before what goes with its agents has gone.)
DELETE FROM notifications WHERE project_id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-47 refuse
DELETE FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b1';
DELETE FROM agent_memory WHERE project_id = '00000000-0000-4000-8000-0000000000b1';
-- rule H-47 accept
DELETE FROM projects WHERE id = '00000000-0000-4000-8000-0000000000b1';
SELECT (SELECT count(*) FROM agents) AS agents, (SELECT count(*) FROM conversations) AS conversations, (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM github_issues) AS issues,
  (SELECT count(*) FROM pull_requests) AS prs, (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM agent_memory) AS memory;
-- A user goes with his projects, also where his own notifications name them; not while others' do.
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b3', 'three', 'o/three', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b4', 'four', 'o/four', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c8', 'cy', 'coder', '00000000-0000-4000-8000-0000000000b3'), ('00000000-0000-4000-8000-0000000000c9', 'cz', 'coder', '00000000-0000-4000-8000-0000000000b4');
INSERT INTO agent_memory (agent_id, category, key, value) VALUES ('00000000-0000-4000-8000-0000000000c8', 'c', 'k', '1'), ('00000000-0000-4000-8000-0000000000c9', 'c', 'k', '1');
INSERT INTO conversations (id, type, project_id, created_by_agent_id) VALUES ('00000000-0000-4000-8000-0000000000d4', 'general', '00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-0000000000c9');
INSERT INTO notifications (id, type, title, message, user_id, project_id, agent_id) VALUES ('00000000-0000-4000-8000-000000000092', 't', 't', 'm', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-0000000000c8'), ('00000000-0000-4000-8000-000000000093', 't', 't', 'm', '00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000b4', NULL);
-- rule H-47 refuse
DELETE FROM users WHERE id = '00000000-0000-4000-8000-0000000000a1';
DELETE FROM notifications WHERE id = '00000000-0000-4000-8000-000000000093';
INSERT INTO conversations (id, type, created_by_user_id) VALUES ('00000000-0000-4000-8000-0000000000d5', 'general', '00000000-0000-4000-8000-0000000000a1');
-- rule H-47 refuse
DELETE FROM users WHERE id = '00000000-0000-4000-8000-0000000000a1';
DELETE FROM conversations WHERE id = '00000000-0000-4000-8000-0000000000d5';
-- rule H-47 accept
DELETE FROM users WHERE id = '00000000-0000-4000-8000-0000000000a1';
SELECT (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM notifications) AS notifications, (SELECT count(*) FROM agent_memory) AS memory;
SELECT rule, "table", "key", message FROM interlock_verify('hub');
