-- step INSERT of a task
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO tasks (id, title, task_type, config) SELECT 't' || i, 'Read the logs', 'tool', '{"timeout": 5}' FROM n;
-- step UPDATE: a task runs
UPDATE tasks SET status = 'running';
-- step INSERT of a tool execution
INSERT INTO tool_executions (id, task_id, tool_name, arguments) SELECT 'e' || id, id, 'grep', '{"pattern": "error"}' FROM tasks;
-- setup
UPDATE tool_executions SET status = 'running';
-- step UPDATE: an execution ends
UPDATE tool_executions SET status = 'completed', output = '{"lines": 3}';
-- step UPDATE: a task ends
UPDATE tasks SET status = 'completed';
-- setup
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO sessions (id, client_id, last_heartbeat) SELECT 's' || i, 'c', '2026-01-01T00:00:00Z' FROM n;
-- step UPDATE: a heartbeat
UPDATE sessions SET last_heartbeat = '2026-01-01T00:00:30Z';
-- step INSERT of a setting
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO configurations (key, value, value_type) SELECT 'k' || i, '8080', 'integer' FROM n;
