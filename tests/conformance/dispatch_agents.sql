-- Dispatch: agents, their heartbeats and logs, and what the system keeps for itself.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('dispatch');
-- rule D-01 refuse
INSERT INTO agents (id, agent_type) VALUES ('x', 'manager');
-- rule D-02 refuse
INSERT INTO agents (id, agent_type, status) VALUES ('x', 'coder', 'working');
-- rule D-39 refuse
INSERT INTO agents (id, agent_type, process_id) VALUES ('x', 'coder', 7);
-- rule D-05 refuse
INSERT INTO agents (id, agent_type, metrics) VALUES ('x', 'coder', '[]');
-- rule D-38 refuse
INSERT INTO agents (id, agent_type, last_heartbeat) VALUES ('x', 'coder', '2026-01-05T09:00:01Z');
-- rule D-05 accept
INSERT INTO agents (id, agent_type, metrics) VALUES ('a', 'coder', '{"tokens_used": 0}');
INSERT INTO agents (id, agent_type) VALUES ('b', 'coder'), ('c', 'pm'), ('d', 'docs'), ('e', 'test');
INSERT INTO issues (id, repo_path, title, prompt, issue_type) VALUES ('i', '/r', 'I', 'x', 'bug');
-- rule D-02 refuse
UPDATE agents SET status = 'paused' WHERE id = 'a';
UPDATE agents SET status = 'starting' WHERE id = 'a';
-- rule D-39 refuse
UPDATE agents SET process_id = 0 WHERE id = 'a';
-- rule D-39 refuse
UPDATE agents SET status = 'working', process_id = 4711 WHERE id = 'a';
UPDATE issues SET status = 'assigned', assigned_agent_id = 'b' WHERE id = 'i';
-- rule D-15 refuse
UPDATE agents SET current_issue_id = 'i' WHERE id = 'a';
UPDATE issues SET status = 'unassigned' WHERE id = 'i';
-- rule D-14 refuse
UPDATE issues SET status = 'assigned', assigned_agent_id = 'a' WHERE id = 'i';
UPDATE agents SET status = 'completed' WHERE id = 'a';
SELECT status, completed_at, process_id FROM agents WHERE id = 'a';
-- rule D-04 refuse
UPDATE agents SET completed_at = NULL WHERE id = 'a';
-- rule D-04 refuse
UPDATE agents SET completed_at = '2026-01-05T08:00:00Z' WHERE id = 'a';
UPDATE issues SET status = 'assigned', assigned_agent_id = 'a' WHERE id = 'i';
-- rule D-04 accept
UPDATE agents SET status = 'starting' WHERE id = 'a';
SELECT status, completed_at FROM agents WHERE id = 'a';
-- rule D-39 accept
UPDATE agents SET status = 'working', current_issue_id = 'i', process_id = 4711 WHERE id = 'a';
-- rule D-39 refuse
UPDATE agents SET current_issue_id = NULL WHERE id = 'a';
UPDATE issues SET status = 'in_progress' WHERE id = 'i';
DELETE FROM issues WHERE id = 'i';
UPDATE agents SET status = 'waiting_for_vote' WHERE id = 'a';

-- No sign of life for more than two minutes.
SELECT interlock_set_clock('2026-01-05T09:01:00Z');
SELECT heartbeat('agents', 'a');
-- rule D-38 refuse
UPDATE agents SET last_heartbeat = '2026-01-05T09:00:59Z' WHERE id = 'a';
SELECT interlock_set_clock('2026-01-05T09:03:00Z');
SELECT heartbeat_expire('agents');
SELECT interlock_set_clock('2026-01-05T09:03:00.001Z');
-- rule D-38 accept
SELECT heartbeat_expire('agents');
SELECT status, current_issue_id, process_id FROM agents WHERE id = 'a';
SELECT status, assigned_agent_id FROM issues WHERE id = 'i';
SELECT agent_id, issue_id, level, message, created_at FROM agent_logs;
UPDATE agents SET status = 'starting' WHERE id = 'a';
SELECT last_heartbeat FROM agents WHERE id = 'a';
UPDATE agents SET status = 'working' WHERE id = 'a';
UPDATE issues SET status = 'in_progress' WHERE id = 'i';
UPDATE agents SET status = 'paused' WHERE id = 'a';
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
SELECT interlock_tick();
SELECT status FROM agents WHERE id = 'a';
UPDATE agents SET status = 'working' WHERE id = 'a';
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-05T10:02:00.001Z');
SELECT interlock_tick();
SELECT a.status, i.status FROM agents a JOIN issues i ON i.id = a.current_issue_id WHERE a.id = 'a';

-- Not more at work than the configuration lets in.
-- rule D-40 refuse
INSERT INTO config_store (key, value) VALUES ('agents.max_concurrent', 'four');
-- rule D-42 refuse
INSERT INTO config_store (key, value) VALUES ('', 'x');
INSERT INTO config_store (key, value) VALUES ('agents.max_concurrent', '2'), ('theme', 'dark');
UPDATE agents SET status = 'starting' WHERE id = 'b';
-- rule D-40 accept
UPDATE agents SET status = 'starting' WHERE id = 'c';
-- rule D-40 refuse
UPDATE agents SET status = 'starting' WHERE id = 'd';
UPDATE config_store SET value = '1' WHERE key = 'agents.max_concurrent';
UPDATE agents SET status = 'completed' WHERE id = 'b';
-- rule D-40 refuse
UPDATE agents SET status = 'starting' WHERE id = 'b';
DELETE FROM config_store WHERE key = 'agents.max_concurrent';
UPDATE agents SET status = 'starting' WHERE id IN ('b', 'd');
-- rule D-42 refuse
UPDATE config_store SET key = 'colour' WHERE key = 'theme';
SELECT interlock_set_clock('2026-01-05T11:00:00Z');
-- rule D-03 accept
UPDATE config_store SET value = 'light' WHERE key = 'theme';
SELECT key, value, updated_at FROM config_store;

-- The log.
-- rule D-01 refuse
INSERT INTO agent_logs (id, agent_id, level, message) VALUES ('l', 'e', 'fatal', 'x');
INSERT INTO agent_logs (id, agent_id, issue_id, level, message, context) VALUES ('l', 'e', 'i', 'info', 'hello', '[1, "a"]');
-- rule D-37 refuse
UPDATE agent_logs SET message = 'bye' WHERE id = 'l';
-- rule D-37 refuse
UPDATE agent_logs SET issue_id = NULL WHERE id = 'l';
-- rule D-37 refuse
DELETE FROM agent_logs WHERE id = 'l';
UPDATE agents SET status = 'completed' WHERE id = 'a';
UPDATE agents SET status = 'idle' WHERE id = 'a';
UPDATE issues SET status = 'in_progress' WHERE id = 'i';
UPDATE issues SET status = 'done' WHERE id = 'i';
-- rule D-37 accept
DELETE FROM issues WHERE id = 'i';
SELECT id, issue_id FROM agent_logs WHERE id = 'l';
-- rule D-37 accept
DELETE FROM agents WHERE id = 'e';
SELECT count(*) FROM agent_logs WHERE id = 'l';

-- How far the mirror has come.
-- rule D-42 refuse
INSERT INTO sync_state (id) VALUES ('');
-- rule D-05 refuse
INSERT INTO sync_state (id, sync_errors) VALUES ('github', '{}');
-- rule D-42 accept
INSERT INTO sync_state (id, last_issue_id, sync_errors) VALUES ('github', 3000000000, '["timeout"]');
-- rule D-42 refuse
UPDATE sync_state SET last_sync_at = '2026-01-05T10:59:59Z' WHERE id = 'github';
-- rule X-10 accept
UPDATE sync_state SET last_sync_at = '2026-01-05 12:00:00+01:00' WHERE id = 'github';
-- rule X-10 refuse
UPDATE sync_state SET last_sync_at = '2026-01-05 11:59:00+01:00' WHERE id = 'github';
SELECT id, last_sync_at, last_issue_id FROM sync_state;
SELECT rule, "table", "key", message FROM interlock_verify('dispatch');
