-- Signs of life: an instant that never goes back, and who is silent for too long is lost.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE sessions (id varchar(20) NOT NULL PRIMARY KEY, is_active integer NOT NULL DEFAULT 1, last_heartbeat timestamptz, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "sessions", "tables": { "sessions": { "heartbeat": { "rule": "B-01", "rules": { "alive": "B-02" }, "column": "last_heartbeat",
  "timeout_seconds": 60, "state": { "column": "is_active", "alive": [1], "lost": 0 }, "strict": true, "refresh": true } } } }');
INSERT INTO sessions (id) VALUES ('s1'), ('s2');
INSERT INTO sessions (id, is_active) VALUES ('off', 0);
SELECT id, is_active, last_heartbeat FROM sessions ORDER BY id;
-- rule B-01 refuse
INSERT INTO sessions (id, last_heartbeat) VALUES ('s3', '2026-01-01T00:00:00.001Z');
-- rule B-01 accept
INSERT INTO sessions (id, last_heartbeat) VALUES ('s3', '2025-12-31 23:59:00+00:00');
SELECT interlock_set_clock('2026-01-01T00:00:30Z');
SELECT heartbeat('sessions', 's1');
SELECT heartbeat('sessions', 'off');
SELECT heartbeat('sessions', 'nobody');
-- rule B-01 refuse
UPDATE sessions SET last_heartbeat = '2026-01-01T00:00:29.999Z' WHERE id = 's1';
-- rule B-01 refuse
UPDATE sessions SET last_heartbeat = NULL WHERE id = 's1';
-- rule B-01 refuse
UPDATE sessions SET last_heartbeat = '2026-01-01T00:00:30.001Z' WHERE id = 's1';
-- rule B-01 accept
UPDATE sessions SET last_heartbeat = '2026-01-01T01:00:30+01:00' WHERE id = 's1';
-- rule B-02 refuse
UPDATE sessions SET last_heartbeat = '2026-01-01T00:00:10Z' WHERE id = 'off';
-- rule B-02 accept
UPDATE sessions SET is_active = 1 WHERE id = 'off';
UPDATE sessions SET is_active = 0 WHERE id = 'off';
UPDATE sessions SET is_active = 0, last_heartbeat = '2026-01-01T00:00:30Z' WHERE id = 's3';
-- The same instant, written differently, is none.
UPDATE sessions SET last_heartbeat = '2026-01-01 01:00:30+01:00' WHERE id = 's3';
UPDATE sessions SET is_active = 1 WHERE id = 's3';
SELECT id, is_active, last_heartbeat FROM sessions ORDER BY id;
-- The clock goes back: the heartbeat stays where it is, and the row is alive.
SELECT interlock_set_clock('2026-01-01T00:00:20Z');
SELECT heartbeat('sessions', 's1');
SELECT last_heartbeat FROM sessions WHERE id = 's1';
SELECT heartbeat_expire('sessions');

-- Lost when strictly older than the timeout; s2 is silent since 00:00:00, the others since 00:00:30.
SELECT interlock_set_clock('2026-01-01T00:01:00Z');
SELECT heartbeat_expire('sessions');
SELECT interlock_set_clock('2026-01-01T00:01:00.001Z');
SELECT heartbeat_expire('sessions');
SELECT id, is_active FROM sessions ORDER BY id;
SELECT heartbeat('sessions', 's2');
SELECT heartbeat_expire('sessions', 31);
SELECT heartbeat_expire('sessions', 30);
SELECT heartbeat_expire('sessions', 0);
SELECT heartbeat_expire('sessions', -1);
SELECT heartbeat_expire('sessions', 99999999999);
SELECT id, is_active, last_heartbeat FROM sessions ORDER BY id;

-- A machine: the lost are moved by a transition, with its events, oldest first; who cannot go stays and stops nobody.
CREATE TABLE agents (id integer NOT NULL PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'starting', beat timestamptz, reason text);
CREATE TABLE agent_log (n integer NOT NULL PRIMARY KEY, agent integer NOT NULL, what varchar(20) NOT NULL, who varchar(40) NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "agents", "tables": { "agents": {
  "machines": [{ "rule": "B-11", "column": "status", "initial": "starting", "states": {
    "starting": { "to": ["working", "errored"] }, "working": { "on": { "FAIL": "errored" }, "to": ["paused"] },
    "paused": { "to": ["working"] }, "errored": { "type": "final" } } }],
  "asserts": [{ "rule": "B-12", "on": ["update"], "that": "NEW.status <> ''errored'' OR NEW.id <> 2", "text": "agent 2 cannot fail" }],
  "effects": [{ "rule": "B-13", "column": "status", "enter": "errored", "do": ["INSERT INTO agent_log (n, agent, what, who) SELECT coalesce(max(n), 0) + 1, NEW.id, ''errored'', $actor FROM agent_log"] }],
  "heartbeat": { "rule": "B-14", "column": "beat", "timeout_seconds": 120, "state": { "column": "status", "alive": ["starting", "working"], "lost": "errored" } } } } }');
SELECT interlock_set_clock('2026-01-01T00:10:00Z');
INSERT INTO agents (id, beat) VALUES (1, '2026-01-01T00:03:00Z'), (2, '2026-01-01T00:01:00Z'), (3, '2026-01-01T00:02:00Z'), (4, '2026-01-01T00:08:00Z'), (5, NULL), (6, '2026-01-01T00:00:00Z');
UPDATE agents SET status = 'working' WHERE id IN (1, 6);
UPDATE agents SET status = 'paused' WHERE id = 6;
-- A paused agent may have heartbeats here, but is not alive.
SELECT heartbeat('agents', '6');
SELECT heartbeat('agents', '4');
-- rule B-14 accept
UPDATE agents SET beat = '2026-01-01T00:00:01Z' WHERE id = 6;
SELECT heartbeat_expire('agents');
SELECT id, status FROM agents ORDER BY id;
SELECT n, agent, what, who FROM agent_log ORDER BY n;
-- By the tick.
SELECT interlock_set_clock('2026-01-01T00:12:00.001Z');
SELECT interlock_tick();
SELECT id, status FROM agents ORDER BY id;
SELECT job, "table", done, error FROM interlock_activity() ORDER BY job, "table";
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_tick();

-- What is asked wrongly.
SELECT heartbeat('agents', NULL);
SELECT heartbeat(NULL, '1');
SELECT heartbeat('agents', 'x');
SELECT heartbeat('agent_log', '1');
SELECT heartbeat_expire('agent_log');
SELECT heartbeat('nowhere', '1');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "agents": { "heartbeat": { "rule": "X", "column": "beat", "strict": true } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "agents": { "heartbeat": { "rule": "X", "column": "reason", "state": { "column": "status", "alive": [] , "lost": "a" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "agents": { "heartbeat": { "rule": "X", "column": "id" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "agents": { "heartbeat": { "rule": "X", "column": "beat", "timeout_seconds": 0 } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('sessions');
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();
