-- acolib: what only PostgreSQL has. No TRUNCATE, MERGE, COPY or writing in a WITH leads past a rule.
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

-- rule A-09 refuse
UPDATE tasks SET config = 'timeout=5' WHERE id = 't1';
-- rule A-20 refuse
UPDATE tool_executions SET status = 'failed', output = 'hello' WHERE id = 'e2';

-- rule A-21 refuse
TRUNCATE tool_executions;
TRUNCATE tasks;
-- rule A-21 refuse as A-15
TRUNCATE tasks CASCADE;
-- rule A-15 refuse
TRUNCATE workflow_tasks;
TRUNCATE workflows;
-- rule A-27 refuse
TRUNCATE sessions;

-- rule A-21 refuse
MERGE INTO tool_executions t USING (VALUES ('e1')) v (id) ON t.id = v.id WHEN MATCHED THEN DELETE;
-- rule A-17 refuse
MERGE INTO tool_executions t USING (VALUES ('e1')) v (id) ON t.id = v.id WHEN MATCHED THEN UPDATE SET output = '2';
-- rule A-22 refuse
MERGE INTO tool_executions t USING (VALUES ('e9')) v (id) ON t.id = v.id WHEN NOT MATCHED THEN INSERT (id, task_id, tool_name, arguments) VALUES (v.id, 't2', 'x', '{}');
-- rule A-02 refuse
MERGE INTO tasks t USING (VALUES ('t1'), ('t3')) v (id) ON t.id = v.id WHEN MATCHED THEN UPDATE SET title = 'merged' WHEN NOT MATCHED THEN INSERT (id, title, task_type, status) VALUES (v.id, 'x', 'tool', 'running');
-- rule A-15 refuse
WITH gone AS (DELETE FROM workflow_tasks WHERE workflow_id = 'w2' RETURNING task_id) INSERT INTO workflow_tasks (workflow_id, task_id) SELECT 'w1', task_id FROM gone WHERE task_id <> 't1';
-- rule A-15 refuse
MERGE INTO workflow_tasks l USING (VALUES ('w2', 't2')) v (w, t) ON l.workflow_id = v.w AND l.task_id = v.t WHEN NOT MATCHED THEN INSERT (workflow_id, task_id) VALUES (v.w, v.t);
-- rule A-27 refuse
WITH gone AS (DELETE FROM sessions RETURNING id) SELECT id FROM gone;
-- rule A-17 refuse
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'x', '{}') ON CONFLICT (id) DO UPDATE SET tool_name = 'forged';
-- rule A-30 refuse
INSERT INTO configurations (key, value) VALUES ('db.password', 'hunter2') ON CONFLICT (key) DO UPDATE SET is_secret = 0;
-- rule A-21 accept
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'x', '{}') ON CONFLICT DO NOTHING;
-- rule A-07 accept
MERGE INTO tasks t USING (VALUES ('t1')) v (id) ON t.id = v.id WHEN MATCHED THEN UPDATE SET title = 'merged';
SELECT id, title, status FROM tasks ORDER BY id;
SELECT id, tool_name, status, output FROM tool_executions ORDER BY id;

-- A role with the view alone reads no secret, and nothing is PUBLIC's.
SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public';
CREATE ROLE acolib_reader;
GRANT SELECT ON configurations_masked TO acolib_reader;
SET ROLE acolib_reader;
-- rule A-29 accept
SELECT key, value FROM configurations_masked;
-- rule A-29 refuse as error
SELECT value FROM configurations;
RESET ROLE;
REVOKE ALL ON configurations_masked FROM acolib_reader;
DROP ROLE acolib_reader;

-- Values past the CHECKs are found.
-- @guards off
ALTER TABLE tasks DROP CONSTRAINT tasks_status_check;
ALTER TABLE workflows DROP CONSTRAINT workflows_status_check;
ALTER TABLE tool_executions DROP CONSTRAINT tool_executions_status_check;
ALTER TABLE sessions DROP CONSTRAINT sessions_connection_type_check, DROP CONSTRAINT sessions_is_active_check;
ALTER TABLE configurations DROP CONSTRAINT configurations_value_type_check, DROP CONSTRAINT configurations_is_secret_check;
INSERT INTO tasks (id, title, task_type, status) VALUES ('b01', 'x', 'tool', 'lost');
INSERT INTO workflows (id, name, definition, status) VALUES ('b12', 'x', '{}', 'running');
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status) VALUES ('b16', 't1', 'x', '{}', 'lost');
INSERT INTO sessions (id, client_id, connection_type) VALUES ('b23a', 'c', 'tcp');
INSERT INTO sessions (id, client_id, is_active) VALUES ('b23b', 'c', 7);
INSERT INTO configurations (key, value, value_type, is_secret) VALUES ('b28', 's3cret', 'number', 1), ('b29', 's3cret', 'string', 2);
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
SELECT rule, "table", key FROM interlock_verify('acolib') WHERE rule NOT IN ('A-01', 'A-12', 'A-16', 'A-23', 'A-28', 'A-29');
SELECT * FROM interlock_doctor();
