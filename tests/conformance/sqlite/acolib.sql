-- acolib: what only SQLite has. No conflict clause, loose type or pragma leads past a rule.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One', 'tool'), ('t2', 'Two', 'tool');
UPDATE tasks SET status = 'running';
UPDATE tasks SET status = 'completed' WHERE id = 't2';
INSERT INTO workflows (id, name, definition) VALUES ('w1', 'Weekly', '{}'), ('w2', 'Gone', '{}');
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('w1', 't1'), ('w2', 't1');
UPDATE workflows SET status = 'archived' WHERE id = 'w2';
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'grep', '{}'), ('e2', 't1', 'sed', '{}');
UPDATE tool_executions SET status = 'running';
UPDATE tool_executions SET status = 'completed', output = '1' WHERE id = 'e1';
INSERT INTO sessions (id, client_id) VALUES ('s1', 'c'), ('s2', 'c');
UPDATE sessions SET is_active = 0 WHERE id = 's2';
INSERT INTO configurations (key, value, is_secret) VALUES ('db.password', 'hunter2', 1);

-- Texts that are no JSON.
-- rule A-09 refuse
UPDATE tasks SET config = 'timeout=5' WHERE id = 't1';
-- rule A-10 refuse
UPDATE tasks SET metadata = 'x' WHERE id = 't1';
-- rule A-13 refuse
UPDATE workflows SET definition = 'steps: []' WHERE id = 'w1';
-- rule A-20 refuse
UPDATE tool_executions SET status = 'failed', output = 'hello' WHERE id = 'e2';
-- rule A-20 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('x', 't1', 'x', '{"a": 1} x');
-- Texts that are no number, flag or instant.
-- rule A-14 refuse
UPDATE workflow_tasks SET sequence = 'first' WHERE workflow_id = 'w1';
-- rule A-14 refuse
UPDATE workflow_tasks SET sequence = 1.5 WHERE workflow_id = 'w1';
-- rule A-18 refuse
UPDATE tool_executions SET status = 'failed', duration_ms = 'long' WHERE id = 'e2';
-- rule A-18 refuse
UPDATE tool_executions SET status = 'failed', duration_ms = 1.5 WHERE id = 'e2';
-- rule A-23 refuse
UPDATE sessions SET is_active = 'true' WHERE id = 's2';
-- rule A-29 refuse
INSERT INTO configurations (key, value, is_secret) VALUES ('x', 'x', 'yes');
UPDATE configurations SET is_secret = 'yes' WHERE key = 'db.password';
-- rule A-24 refuse
UPDATE sessions SET last_heartbeat = 'now' WHERE id = 's1';
-- rule X-10 refuse
UPDATE tasks SET updated_at = 'yesterday' WHERE id = 't1';
UPDATE tasks SET title = x'00ff' WHERE id = 't1';

-- OR IGNORE skips nothing that is a rule's, OR REPLACE removes nothing.
-- rule A-01 refuse
INSERT OR IGNORE INTO tasks (id, title, task_type, status) VALUES ('x', 'x', 'tool', 'zzz');
-- rule A-04 refuse
UPDATE OR IGNORE tasks SET status = 'pending', started_at = NULL WHERE id = 't1';
-- rule A-03 refuse
UPDATE OR IGNORE tasks SET error = 'x' WHERE id = 't2';
REPLACE INTO tasks (id, title, task_type) VALUES ('t2', 'Again', 'tool');
REPLACE INTO workflows (id, name, definition) VALUES ('w2', 'Again', '{}');
-- rule A-15 refuse
INSERT OR IGNORE INTO workflow_tasks (workflow_id, task_id) VALUES ('w2', 't2');
-- rule A-15 refuse as A-08
REPLACE INTO workflow_tasks (workflow_id, task_id, sequence) VALUES ('w2', 't1', 7);
UPDATE OR REPLACE workflow_tasks SET workflow_id = 'w1' WHERE workflow_id = 'w2';
-- rule A-21 refuse
REPLACE INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'forged', '{}');
-- rule A-17 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'x', '{}') ON CONFLICT (id) DO UPDATE SET tool_name = 'forged';
-- rule A-22 refuse
INSERT OR IGNORE INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e9', 't2', 'x', '{}');
-- rule A-27 refuse as A-08
REPLACE INTO sessions (id, client_id) VALUES ('s1', 'other');
REPLACE INTO sessions (id, client_id) VALUES ('s2', 'other');
-- rule A-30 refuse
UPDATE OR IGNORE configurations SET is_secret = 0 WHERE key = 'db.password';
-- rule A-30 refuse as A-31
REPLACE INTO configurations (key, value) VALUES ('db.password', 'hunter2');
-- rule A-30 refuse
INSERT INTO configurations (key, value) VALUES ('db.password', 'hunter2') ON CONFLICT (key) DO UPDATE SET is_secret = 0;
-- A used key that is left alone is none of it.
-- rule A-21 accept
INSERT OR IGNORE INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'x', '{}');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One more', 'tool') ON CONFLICT (id) DO UPDATE SET title = excluded.title;
INSERT OR IGNORE INTO sessions (id, client_id) VALUES ('s1', 'other');
PRAGMA recursive_triggers = ON;
REPLACE INTO tasks (id, title, task_type) VALUES ('t2', 'Again', 'tool');
REPLACE INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'forged', '{}');
REPLACE INTO sessions (id, client_id) VALUES ('s1', 'other');
UPDATE tasks SET title = 'One' WHERE id = 't1';
PRAGMA recursive_triggers = OFF;
SELECT id, title, status FROM tasks ORDER BY id;
SELECT workflow_id, task_id, sequence FROM workflow_tasks ORDER BY 1, 2;
SELECT id, tool_name, status, output FROM tool_executions ORDER BY id;
SELECT id, client_id, is_active FROM sessions ORDER BY id;
SELECT key, value, is_secret FROM configurations;
-- Foreign keys off: parents are not looked up, everything else is.
PRAGMA foreign_keys = OFF;
DELETE FROM workflow_tasks WHERE workflow_id = 'w2';
DELETE FROM tool_executions;
PRAGMA foreign_keys = ON;

-- Values past the CHECKs are found.
-- @guards off
PRAGMA ignore_check_constraints = ON;
INSERT INTO tasks (id, title, task_type, status) VALUES ('b01', 'x', 'tool', 'lost');
INSERT INTO workflows (id, name, definition, status) VALUES ('b12', 'x', '{}', 'running');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status) VALUES ('b16', 't1', 'x', '{}', 'lost');
INSERT INTO sessions (id, client_id, connection_type) VALUES ('b23a', 'c', 'tcp');
INSERT INTO sessions (id, client_id, is_active) VALUES ('b23b', 'c', 7);
INSERT INTO configurations (key, value, value_type, is_secret) VALUES ('b28', 's3cret', 'number', 1), ('b29', 's3cret', 'string', 2);
INSERT INTO tasks (id, title, task_type, config, started_at) VALUES ('b99', 'x', 'tool', 'x=1', 'noon');
PRAGMA ignore_check_constraints = OFF;
-- @guards on
-- rule A-01 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-01';
-- rule A-12 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-12';
-- rule A-16 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-16';
-- rule A-23 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-23' ORDER BY key;
-- rule A-28 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-28';
-- rule A-29 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-29';
-- An instant that is none stops what compares it; X-10 names the row.
SELECT rule, "table", key, message FROM interlock_verify('acolib') WHERE rule NOT IN ('A-01', 'A-12', 'A-16', 'A-23', 'A-28', 'A-29');
SELECT * FROM interlock_doctor();
