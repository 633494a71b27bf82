-- acolib's audit log of tool calls: A-16 … A-22.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One', 'tool'), ('t2', 'Ended', 'tool');
UPDATE tasks SET status = 'cancelled' WHERE id = 't2';

-- rule A-16 accept
-- rule A-20 accept
-- rule A-22 accept
INSERT INTO tool_executions (id, task_id, tool_name, arguments)
  VALUES ('e1', 't1', 'grep', '{"pattern": "x"}'), ('e2', 't1', 'sed', '{}'), ('e3', 't1', 'awk', '{}'), ('e4', 't1', 'tr', '{}');
-- rule A-16 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status) VALUES ('x', 't1', 'x', '{}', 'running');
-- rule A-16 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status) VALUES ('x', 't1', 'x', '{}', 'cancelled');
-- rule A-19 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments, output) VALUES ('x', 't1', 'x', '{}', '{}');
-- rule A-18 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments, duration_ms) VALUES ('x', 't1', 'x', '{}', 5);
-- rule A-20 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('x', 't1', 'x', '[]');
-- rule A-20 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('x', 't1', 'x', NULL);
-- rule A-22 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('x', 't2', 'x', '{}');
-- rule A-22 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('x', 'nobody', 'x', '{}');

SELECT interlock_set_clock('2026-03-01T10:00:02.5Z');
UPDATE tool_executions SET status = 'running' WHERE id IN ('e1', 'e2', 'e3');
-- rule A-16 refuse
UPDATE tool_executions SET status = 'pending' WHERE id = 'e1';
-- rule A-18 refuse
UPDATE tool_executions SET duration_ms = 10 WHERE id = 'e1';
-- rule A-19 refuse
UPDATE tool_executions SET error = 'x' WHERE id = 'e1';
-- rule A-18 refuse
UPDATE tool_executions SET status = 'completed', duration_ms = -5 WHERE id = 'e1';
-- rule A-19 refuse
UPDATE tool_executions SET status = 'completed', error = 'x' WHERE id = 'e1';
-- rule A-18 accept
-- rule A-19 accept
UPDATE tool_executions SET status = 'completed', output = '{"lines": 3}' WHERE id = 'e1';
-- rule A-19 refuse
UPDATE tool_executions SET status = 'completed', completed_at = '2026-03-01T09:59:59Z', duration_ms = 5 WHERE id = 'e2';
-- rule A-19 refuse
UPDATE tool_executions SET status = 'completed', completed_at = '2026-03-01T10:00:03Z' WHERE id = 'e2';
-- What has not begun does not end.
INSERT INTO tool_executions (id, task_id, tool_name, arguments, created_at) VALUES ('e6', 't1', 'later', '{}', '2027-03-01T10:00:00Z');
-- rule A-18 refuse
UPDATE tool_executions SET status = 'failed' WHERE id = 'e6';
-- What is partial stays with what failed; a duration may be given.
-- rule A-18 accept
-- rule A-19 accept
UPDATE tool_executions SET status = 'timeout', output = '"half"', error = 'after 2 s', duration_ms = 2000 WHERE id = 'e2';
-- rule A-16 accept
UPDATE tool_executions SET status = 'failed' WHERE id = 'e4';
SELECT id, status, output, error, completed_at, duration_ms FROM tool_executions ORDER BY id;

-- An audit log
-- rule A-16 refuse as A-17
UPDATE tool_executions SET status = 'running' WHERE id = 'e1';
-- rule A-17 refuse
UPDATE tool_executions SET output = '{}' WHERE id = 'e1';
-- rule A-17 refuse
UPDATE tool_executions SET tool_name = 'x' WHERE id = 'e3';
-- rule A-17 refuse
UPDATE tool_executions SET arguments = '{"x": 1}' WHERE id = 'e3';
-- rule A-17 accept
UPDATE tool_executions SET status = 'failed', error = 'killed' WHERE id = 'e3';
-- It goes by age only: 90 days after its end.
-- rule A-21 refuse
DELETE FROM tool_executions WHERE id = 'e1';
-- rule A-21 refuse
DELETE FROM tool_executions;
SELECT expire_purge('tool_executions');
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e5', 't1', 'old and open', '{}');
SELECT interlock_set_clock('2026-05-30T10:00:02.499Z');
SELECT expire_purge('tool_executions'), interlock_tick();
SELECT interlock_set_clock('2026-05-30T10:00:02.5Z');
-- rule A-21 refuse
DELETE FROM tool_executions WHERE id = 'e1';
SELECT interlock_tick();
-- rule A-21 accept
SELECT expire_purge('tool_executions');
SELECT id, status FROM tool_executions ORDER BY id;
SELECT rule, "table", key FROM interlock_verify('acolib');
