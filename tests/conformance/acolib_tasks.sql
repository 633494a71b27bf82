-- acolib's tasks: A-01 … A-11, A-35.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
SELECT interlock_install('acolib');
SELECT number, name, state FROM interlock_migrations('acolib');

-- Birth
-- rule A-02 accept
-- rule A-09 accept
-- rule A-10 accept
-- rule A-11 accept
INSERT INTO tasks (id, title, task_type, config, metadata) VALUES ('t1', 'Read the logs', 'tool', '{"timeout": 5}', '{"by": "ann"}');
INSERT INTO tasks (id, title, task_type) VALUES ('t2', 'Write the report', 'workflow'), ('t3', 'Mail it', 'script'), ('t4', 'Never', 'script');
SELECT id, status, config, metadata, created_at, updated_at, started_at, completed_at, error FROM tasks ORDER BY id;
-- rule A-02 refuse
INSERT INTO tasks (id, title, task_type, status) VALUES ('x', 'x', 'tool', 'running');
-- rule A-01 refuse
INSERT INTO tasks (id, title, task_type, status) VALUES ('x', 'x', 'tool', 'done');
-- rule A-01 refuse
UPDATE tasks SET status = 'done' WHERE id = 't1';
-- rule X-03 refuse
INSERT INTO tasks (id, title, task_type, status) VALUES ('x', 'x', 'tool', NULL);
-- rule X-02 refuse
INSERT INTO tasks (id, title, task_type) VALUES (NULL, 'x', 'tool');
-- rule A-04 refuse
INSERT INTO tasks (id, title, task_type, started_at) VALUES ('x', 'x', 'tool', '2026-03-01T09:00:00Z');
-- rule A-05 refuse
INSERT INTO tasks (id, title, task_type, completed_at) VALUES ('x', 'x', 'tool', '2026-03-01T10:00:00Z');
-- rule A-06 refuse
INSERT INTO tasks (id, title, task_type, error) VALUES ('x', 'x', 'tool', 'boom');
-- rule A-09 refuse
INSERT INTO tasks (id, title, task_type, config) VALUES ('x', 'x', 'tool', '[1]');
-- rule A-10 refuse
INSERT INTO tasks (id, title, task_type, metadata) VALUES ('x', 'x', 'tool', '"x"');
-- rule A-11 refuse
INSERT INTO tasks (id, title, task_type) VALUES ('x', '', 'tool');
-- rule A-11 refuse
INSERT INTO tasks (id, title, task_type) VALUES ('x', 'x', '');
-- Characters are counted, not bytes.
-- rule A-11 accept
INSERT INTO tasks (id, title, task_type) VALUES ('x', 'äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää', 'tool');
-- rule A-11 refuse
UPDATE tasks SET title = 'ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää' WHERE id = 'x';
-- rule A-09 refuse
UPDATE tasks SET config = NULL WHERE id = 'x';
-- rule A-10 accept
UPDATE tasks SET metadata = NULL WHERE id = 'x';
DELETE FROM tasks WHERE id = 'x';

-- Life
SELECT interlock_set_clock('2026-03-01T10:01:00Z');
-- rule A-04 accept
UPDATE tasks SET status = 'running' WHERE id IN ('t1', 't2');
SELECT id, status, started_at, updated_at FROM tasks ORDER BY id;
SELECT interlock_set_clock('2026-03-01T10:02:00Z');
-- An answer that asks for input sends a task back; it keeps its first start.
UPDATE tasks SET status = 'pending' WHERE id = 't1';
UPDATE tasks SET status = 'running' WHERE id = 't1';
SELECT status, started_at, updated_at FROM tasks WHERE id = 't1';
-- rule A-04 refuse
UPDATE tasks SET started_at = '2026-03-01T10:02:00Z' WHERE id = 't1';
-- rule A-04 refuse
UPDATE tasks SET started_at = NULL WHERE id = 't1';
-- rule A-04 refuse
UPDATE tasks SET status = 'pending', started_at = NULL WHERE id = 't1';
UPDATE tasks SET status = 'pending' WHERE id = 't1';
-- rule A-04 refuse
UPDATE tasks SET status = 'running', started_at = '2026-03-01T10:02:00Z' WHERE id = 't1';
UPDATE tasks SET status = 'running' WHERE id = 't1';
SELECT status, started_at FROM tasks WHERE id = 't1';
-- A start of the writer's own is not in the future, and not before the task was there.
-- rule A-04 refuse
UPDATE tasks SET status = 'running', started_at = '2026-03-01T10:02:01Z' WHERE id = 't3';
-- rule A-05 refuse
UPDATE tasks SET status = 'running', started_at = '2026-03-01T09:59:59Z' WHERE id = 't3';
-- rule A-04 refuse
UPDATE tasks SET started_at = '2026-03-01T10:00:30Z' WHERE id = 't3';
-- rule A-02 refuse
UPDATE tasks SET status = 'completed' WHERE id = 't3';
-- rule A-05 refuse
UPDATE tasks SET completed_at = '2026-03-01T10:02:00Z' WHERE id = 't1';
-- rule A-06 refuse
UPDATE tasks SET error = 'x' WHERE id = 't1';
-- rule A-01 accept
-- rule A-05 accept
UPDATE tasks SET status = 'completed' WHERE id = 't1';
-- rule A-06 accept
UPDATE tasks SET status = 'failed', error = 'disk full' WHERE id = 't2';
-- rule A-06 accept
UPDATE tasks SET status = 'failed' WHERE id = 't4';
SELECT id, status, started_at, completed_at, error FROM tasks ORDER BY id;
-- A completed_at of the writer stays when it lies between the start and now.
UPDATE tasks SET status = 'running' WHERE id = 't3';
SELECT interlock_set_clock('2026-03-01T10:09:00Z');
-- rule A-05 refuse
UPDATE tasks SET status = 'completed', completed_at = '2026-03-01T10:01:59Z' WHERE id = 't3';
-- rule A-05 refuse
UPDATE tasks SET status = 'completed', completed_at = '2026-03-01T10:09:01Z' WHERE id = 't3';
-- rule A-05 accept
UPDATE tasks SET status = 'completed', completed_at = '2026-03-01T10:05:00Z' WHERE id = 't3';
SELECT status, started_at, completed_at FROM tasks WHERE id = 't3';

-- What has ended
-- rule A-02 refuse as A-03
UPDATE tasks SET status = 'running' WHERE id = 't1';
-- rule A-03 refuse
UPDATE tasks SET error = 'x' WHERE id = 't1';
-- rule A-03 refuse
UPDATE tasks SET completed_at = '2026-03-01T10:09:00Z' WHERE id = 't1';
-- rule A-03 refuse
UPDATE tasks SET started_at = NULL WHERE id = 't2';
-- rule A-03 accept
UPDATE tasks SET title = 'Read all the logs', description = 'of the week', metadata = '{"by": "bob"}' WHERE id = 't1';
SELECT title, description, metadata, updated_at FROM tasks WHERE id = 't1';

-- updated_at
-- rule A-07 accept
UPDATE tasks SET title = 'Read them', updated_at = '2026-03-01T10:08:00Z' WHERE id = 't3';
SELECT updated_at FROM tasks WHERE id = 't3';
SELECT interlock_set_clock('2026-03-01T10:20:00Z');
-- rule A-07 accept
UPDATE tasks SET title = 'Read it', updated_at = '2026-03-01T10:15:00Z' WHERE id = 't3';
SELECT updated_at FROM tasks WHERE id = 't3';
-- rule A-07 refuse
UPDATE tasks SET title = 'Read it not', updated_at = NULL WHERE id = 't3';
-- A write that changes nothing is none.
UPDATE tasks SET title = title, status = status WHERE id = 't3';
SELECT updated_at FROM tasks WHERE id = 't3';
-- An instant that goes back is not taken.
-- rule A-07 accept
UPDATE tasks SET title = 'Read', updated_at = '2026-03-01T10:00:00Z' WHERE id = 't1';
SELECT updated_at FROM tasks WHERE id = 't1';
-- rule A-08 refuse
UPDATE tasks SET created_at = '2026-01-01T00:00:00Z' WHERE id = 't1';
-- rule A-08 refuse
UPDATE tasks SET id = 't9' WHERE id = 't1';
-- rule A-08 accept
UPDATE tasks SET id = 't1', description = NULL WHERE id = 't1';

-- Deleting
INSERT INTO tasks (id, title, task_type) VALUES ('t5', 'Linked', 'tool'), ('t6', 'Audited', 'tool');
INSERT INTO workflows (id, name, definition) VALUES ('w1', 'Weekly', '{}');
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('w1', 't5'), ('w1', 't6');
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't6', 'grep', '{}');
-- rule A-35 accept
DELETE FROM tasks WHERE id = 't5';
-- rule A-35 refuse
DELETE FROM tasks WHERE id = 't6';
SELECT workflow_id, task_id FROM workflow_tasks;
SELECT rule, "table", key FROM interlock_verify('acolib');

-- The same instant written otherwise is no change: nothing immutable changed, nothing is touched.
SELECT interlock_set_clock('2026-03-02T00:00:00Z');
INSERT INTO tasks (id, title, task_type, created_at) VALUES ('same', 'Same', 'x', '2026-03-02T00:00:00Z');
SELECT interlock_set_clock('2026-03-02T00:00:05Z');
UPDATE tasks SET created_at = '2026-03-02T01:00:00.000+01:00' WHERE id = 'same';
SELECT id, created_at, updated_at FROM tasks WHERE id = 'same';
UPDATE tasks SET created_at = '2026-03-02T01:00:00.001+01:00' WHERE id = 'same';
