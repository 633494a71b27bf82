-- What interlock_verify finds in acolib's rows that nobody guarded: one breach for each rule that stored rows can break
-- and a CHECK does not keep anyway (those are in the engines' own acolib.sql).
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One', 'tool');
INSERT INTO workflows (id, name, definition) VALUES ('w1', 'Weekly', '{}');
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'grep', '{}');
INSERT INTO configurations (key, value, is_secret) VALUES ('db.password', 'hunter2', 1);
SELECT count(*) FROM interlock_verify('acolib');
-- @guards off
INSERT INTO tasks (id, title, task_type, status) VALUES ('b04', 'x', 'tool', 'running');
INSERT INTO tasks (id, title, task_type, status) VALUES ('b05a', 'x', 'tool', 'cancelled');
INSERT INTO tasks (id, title, task_type, completed_at) VALUES ('b05b', 'x', 'tool', '2026-03-01T10:00:00Z');
INSERT INTO tasks (id, title, task_type, status, started_at, completed_at) VALUES ('b05c', 'x', 'tool', 'completed', '2026-03-01T10:00:02Z', '2026-03-01T10:00:01Z');
INSERT INTO tasks (id, title, task_type, status, started_at) VALUES ('b05d', 'x', 'tool', 'running', '2026-03-01T09:59:59Z');
INSERT INTO tasks (id, title, task_type, error) VALUES ('b06', 'x', 'tool', 'boom');
INSERT INTO tasks (id, title, task_type, config) VALUES ('b09', 'x', 'tool', '[]');
INSERT INTO tasks (id, title, task_type, metadata) VALUES ('b10', 'x', 'tool', '1');
INSERT INTO tasks (id, title, task_type) VALUES ('b11a', '', 'tool'), ('b11b', 'x', '');
INSERT INTO workflows (id, name, definition) VALUES ('b13', 'x', '"steps"'), ('b11c', '', '{}');
INSERT INTO workflow_tasks (workflow_id, task_id, sequence) VALUES ('w1', 't1', -1);
INSERT INTO tool_executions (id, task_id, tool_name, arguments, duration_ms) VALUES ('b18a', 't1', 'x', '{}', 5);
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status, completed_at, duration_ms) VALUES ('b18b', 't1', 'x', '{}', 'failed', '2026-03-01T10:00:00Z', -1);
INSERT INTO tool_executions (id, task_id, tool_name, arguments, output) VALUES ('b19a', 't1', 'x', '{}', '1');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status) VALUES ('b19b', 't1', 'x', '{}', 'timeout');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status, completed_at, error) VALUES ('b19c', 't1', 'x', '{}', 'completed', '2026-03-01T10:00:00Z', 'x');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status, completed_at) VALUES ('b19d', 't1', 'x', '{}', 'completed', '2026-03-01T09:00:00Z');
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('b20', 't1', 'x', '[]');
INSERT INTO configurations (key, value, value_type) VALUES ('b28', '80a', 'integer');
INSERT INTO configurations (key, value, value_type, is_secret) VALUES ('b28c', 's3cret', 'integer', 1);
INSERT INTO configurations (key, value) VALUES ('', 'x');
-- @guards on
-- rule A-04 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-04' ORDER BY 1, 2, 3;
-- rule A-05 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-05' ORDER BY 1, 2, 3;
-- rule A-06 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-06' ORDER BY 1, 2, 3;
-- rule A-09 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-09' ORDER BY 1, 2, 3;
-- rule A-10 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-10' ORDER BY 1, 2, 3;
-- rule A-11 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-11' ORDER BY 1, 2, 3;
-- rule A-13 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-13' ORDER BY 1, 2, 3;
-- rule A-14 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-14' ORDER BY 1, 2, 3;
-- rule A-18 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-18' ORDER BY 1, 2, 3;
-- rule A-19 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-19' ORDER BY 1, 2, 3;
-- rule A-20 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-20' ORDER BY 1, 2, 3;
-- rule A-28 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-28' ORDER BY 1, 2, 3;
-- rule A-31 reports
SELECT "table", key, message FROM interlock_verify('acolib') WHERE rule = 'A-31' ORDER BY 1, 2, 3;
SELECT rule, "table", key FROM interlock_verify('acolib') WHERE rule NOT IN ('A-04', 'A-05', 'A-06', 'A-09', 'A-10', 'A-11', 'A-13', 'A-14', 'A-18', 'A-19', 'A-20', 'A-28', 'A-31');

-- Existing data comes in as it is: states, ends, an audit log of tasks that are over.
SELECT interlock_set_mode('load');
INSERT INTO tasks (id, title, task_type, status, created_at, updated_at, started_at, completed_at) VALUES ('old', 'Old', 'tool', 'completed', '2025-12-01T10:00:00Z', '2025-12-01T10:00:05Z', '2025-12-01 10:00:01', '2025-12-01T10:00:05Z');
INSERT INTO tasks (id, title, task_type, status, error, created_at, completed_at) VALUES ('odd', 'Odd', 'tool', 'cancelled', 'why', '2025-12-01T10:00:00Z', '2025-12-01T10:00:05Z');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, output, status, created_at, completed_at, duration_ms) VALUES ('oe', 'old', 'grep', '{}', '[]', 'completed', '2025-12-01T10:00:01Z', '2025-12-01T10:00:04Z', 2900);
INSERT INTO workflows (id, name, definition, status) VALUES ('ow', 'Gone', '{}', 'archived');
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('ow', 'old');
INSERT INTO sessions (id, client_id, is_active, last_heartbeat) VALUES ('os', 'c', 0, '2025-12-01T10:00:00Z');
-- What a column may hold is held in load mode too.
INSERT INTO tasks (id, title, task_type, status) VALUES ('x', 'x', 'tool', 'lost');
INSERT INTO configurations (key, value, value_type) VALUES ('x', 'abc', 'integer');
INSERT INTO tasks (id, title, task_type, config) VALUES ('x', 'x', 'tool', '[]');
DELETE FROM tool_executions WHERE id = 'oe';
SELECT interlock_set_mode('enforce');
SELECT rule, "table", key, message FROM interlock_verify('acolib') WHERE key IN ('old', 'odd', 'oe', 'ow', 'os', '["ow","old"]');
-- Loaded rows are held to the rules from then on.
DELETE FROM workflow_tasks WHERE workflow_id = 'ow';
UPDATE tasks SET error = NULL WHERE id = 'old';
UPDATE tasks SET started_at = NULL WHERE id = 'old';
