-- acolib comes and goes: one migration at a time, and none whose table holds rows.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type) VALUES ('t1', 'One', 'tool');
SELECT interlock_revert('acolib');
SELECT number, name, state FROM interlock_migrations('acolib') WHERE state <> 'applied';
SELECT interlock_revert('acolib');
SELECT interlock_uninstall('acolib');
SELECT interlock_install('acolib');
-- A log that nobody deletes from goes with its table, by force.
INSERT INTO tool_executions (id, task_id, tool_name, arguments) VALUES ('e1', 't1', 'grep', '{}');
SELECT interlock_uninstall('acolib');
SELECT interlock_uninstall('acolib', NULL, true);
SELECT system, installed FROM interlock_systems() WHERE system = 'acolib';
SELECT interlock_install('acolib');
SELECT count(*) FROM tasks;
SELECT * FROM interlock_doctor();
-- The rulebook alone: the tables are as free as any.
SELECT interlock_remove('acolib');
INSERT INTO tasks (id, title, task_type, status) VALUES ('t1', 'One', '', 'completed');
SELECT interlock_install('acolib');
DELETE FROM tasks;
SELECT interlock_install('acolib');
INSERT INTO tasks (id, title, task_type, status) VALUES ('t1', 'One', 'tool', 'completed');
