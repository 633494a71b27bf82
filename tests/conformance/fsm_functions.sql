-- Asking a machine.
SELECT interlock_install('textops');
SELECT * FROM fsm_states('Runs');
SELECT * FROM fsm_transitions('Runs');
SELECT * FROM fsm_allowed('Runs', 'Running');
SELECT * FROM fsm_allowed('Runs', '1');
SELECT * FROM fsm_allowed('Runs', 'Succeeded');
SELECT * FROM fsm_allowed('Runs', 'Created', 'Status');

-- A state may be given by its name or by its code.
SELECT fsm_can('Runs', 'Created', 'AwaitingApproval'), fsm_can('Runs', '0', '1'), fsm_can('Runs', 'Created', '1'), fsm_can('Runs', '0', 'Running');
SELECT fsm_can('Runs', 'Succeeded', 'Failed', 'Status');
SELECT fsm_label('Runs', '0'), fsm_label('Runs', '9'), fsm_label('Runs', 'Running'), fsm_code('Runs', 'Running'), fsm_code('Runs', '4');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
SELECT "RunId", fsm_label('Runs', "Status") FROM "Runs";
SELECT fsm_label('Runs', 3);
SELECT fsm_can('Runs', 3, 'Running'), fsm_can('Runs', "Status", 2) FROM "Runs";
SELECT * FROM fsm_allowed('Runs', 2);
-- Tables by exact name, then folded.
CREATE TABLE folded (id integer PRIMARY KEY, s varchar(10) NOT NULL);
SELECT interlock_apply('{"interlock":1,"name":"f","tables":{"folded":{"machines":{"rule":"F-1","column":"s","initial":"a","states":{"a":{"to":"b"},"b":{"type":"final"}}}}}}');
SELECT fsm_code('Folded', 'b'), fsm_code('FOLDED', 'b');

-- What is not there, and NULL.
SELECT fsm_label('Runs', '10');
SELECT fsm_code('Runs', 'running');
SELECT fsm_code('Runs', 'Runing');
SELECT fsm_can('Runs', 'Created', 'Nowhere');
SELECT * FROM fsm_allowed('Runs', 'Nowhere');
SELECT fsm_code('Runs', 'Running', 'JobKey');
SELECT fsm_code('Runs', 'Running', 'nocolumn');
SELECT fsm_code('RunEvents', 'Running');
SELECT fsm_code('nowhere', 'Running');
SELECT * FROM fsm_states('nowhere');
SELECT fsm_can('Runs', NULL, 'Created');
SELECT fsm_label('Runs', NULL), fsm_code(NULL, 'Running');

-- Drawn.
SELECT interlock_diagram('Runs');
SELECT interlock_diagram('Runs', 'Status', 'dot');
SELECT interlock_diagram('Runs', NULL, 'xstate');
SELECT interlock_diagram('Runs', NULL, 'png');
SELECT interlock_diagram('RunEvents');
