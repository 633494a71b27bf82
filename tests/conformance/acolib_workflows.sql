-- acolib's workflows and their links to tasks: A-12 … A-15.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One', 'tool'), ('t2', 'Two', 'tool'), ('t3', 'Three', 'tool'), ('t4', 'Four', 'tool');

-- rule A-12 accept
-- rule A-13 accept
INSERT INTO workflows (id, name, definition) VALUES ('w1', 'Weekly', '{"steps": []}'), ('w2', 'Daily', '{}'), ('w3', 'Never', '{}');
-- rule A-12 refuse
INSERT INTO workflows (id, name, definition, status) VALUES ('x', 'x', '{}', 'active');
-- rule A-12 refuse
INSERT INTO workflows (id, name, definition, status) VALUES ('x', 'x', '{}', 'running');
-- rule A-13 refuse
INSERT INTO workflows (id, name, definition) VALUES ('x', 'x', '[]');
-- rule A-11 refuse
INSERT INTO workflows (id, name, definition) VALUES ('x', '', '{}');
SELECT id, name, status, created_at, updated_at FROM workflows ORDER BY id;

SELECT interlock_set_clock('2026-03-01T10:01:00Z');
-- rule A-12 refuse
UPDATE workflows SET status = 'paused' WHERE id = 'w1';
-- rule A-12 accept
UPDATE workflows SET status = 'active' WHERE id = 'w1';
UPDATE workflows SET status = 'paused' WHERE id = 'w1';
UPDATE workflows SET status = 'active' WHERE id = 'w1';
SELECT id, status, updated_at FROM workflows ORDER BY id;

-- Links
-- rule A-14 accept
INSERT INTO workflow_tasks (workflow_id, task_id, sequence) VALUES ('w1', 't2', 1), ('w1', 't1', 0), ('w2', 't1', 0);
-- The sequence is no key: its default is 0.
-- rule A-14 accept
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('w1', 't3');
SELECT task_id, sequence FROM workflow_tasks WHERE workflow_id = 'w1' ORDER BY sequence, created_at, task_id;
-- rule A-14 refuse
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('w1', 't1');
-- rule A-14 refuse
UPDATE workflow_tasks SET sequence = -1 WHERE workflow_id = 'w1' AND task_id = 't1';
-- rule A-14 refuse
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('w1', 'nobody');
-- rule A-14 refuse
INSERT INTO workflow_tasks (workflow_id, task_id) VALUES ('nothing', 't1');
-- rule A-08 refuse
UPDATE workflow_tasks SET task_id = 't2' WHERE workflow_id = 'w2';

-- An archived workflow keeps its links.
UPDATE workflows SET status = 'archived' WHERE id = 'w1';
-- rule A-12 refuse
UPDATE workflows SET status = 'active' WHERE id = 'w1';
-- rule A-15 refuse
INSERT INTO workflow_tasks (workflow_id, task_id, sequence) VALUES ('w1', 't4', 5);
-- rule A-15 refuse
UPDATE workflow_tasks SET sequence = 9 WHERE workflow_id = 'w1' AND task_id = 't1';
-- A write that changes nothing is none.
-- rule A-15 accept
UPDATE workflow_tasks SET sequence = sequence, created_at = created_at WHERE workflow_id = 'w1';
-- rule A-15 refuse
DELETE FROM workflow_tasks WHERE workflow_id = 'w1';
-- rule A-15 accept
DELETE FROM workflow_tasks WHERE workflow_id = 'w2';
-- A foreign key's cascade takes them along.
-- rule A-15 accept
DELETE FROM tasks WHERE id = 't2';
SELECT workflow_id, task_id FROM workflow_tasks ORDER BY workflow_id, task_id;
-- rule A-14 accept
DELETE FROM workflows WHERE id = 'w1';
SELECT count(*) FROM workflow_tasks;
SELECT rule, "table", key FROM interlock_verify('acolib');
