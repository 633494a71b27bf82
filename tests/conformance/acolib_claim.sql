-- acolib's tasks claimed: A-34. There is no column for the worker, so a claim is the transition alone.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t2', 'Second', 'tool'), ('t1', 'First', 'tool');
SELECT interlock_set_clock('2026-03-01T10:01:00Z');
INSERT INTO tasks (id, title, task_type) VALUES ('t0', 'Third', 'tool');
-- rule A-34 accept
SELECT key, state, token FROM queue_claim('tasks', 'w1', 2);
SELECT key FROM queue_claim('tasks', 'w2');
SELECT key FROM queue_claim('tasks', 'w3');
SELECT id, status, started_at FROM tasks ORDER BY id;
SELECT queue_finish('tasks', 't1', NULL, 'completed');
SELECT queue_finish('tasks', 't1', NULL, 'completed');
SELECT queue_finish('tasks', 't2', NULL, 'pending');
SELECT key FROM queue_claim('tasks', 'w3');
SELECT id, status FROM tasks ORDER BY id;
-- rule A-34 refuse as error
SELECT key FROM queue_claim('tasks', 'w1', 0);
-- rule A-34 refuse as error
SELECT key FROM queue_claim('tasks', '');
