-- acolib's sessions: A-23 … A-27.
SELECT interlock_set_clock('2026-03-01T10:00:00Z');
SELECT interlock_install('acolib');

-- rule A-23 accept
-- rule A-24 accept
INSERT INTO sessions (id, client_id) VALUES ('s1', 'c1'), ('s2', 'c2');
-- rule A-23 accept
INSERT INTO sessions (id, client_id, connection_type, metadata) VALUES ('s3', 'c1', 'grpc', '{"ip": "::1"}');
-- rule A-23 refuse
INSERT INTO sessions (id, client_id, connection_type) VALUES ('x', 'c', 'tcp');
-- rule A-23 refuse
INSERT INTO sessions (id, client_id, is_active) VALUES ('x', 'c', 2);
-- rule A-23 refuse
INSERT INTO sessions (id, client_id, is_active) VALUES ('x', 'c', NULL);
-- rule A-23 refuse
INSERT INTO sessions (id, client_id, is_active) VALUES ('x', 'c', 0);
-- rule A-10 refuse
INSERT INTO sessions (id, client_id, metadata) VALUES ('x', 'c', '[]');
-- rule A-24 refuse
INSERT INTO sessions (id, client_id, last_heartbeat) VALUES ('x', 'c', '2026-03-01T10:00:01Z');
SELECT id, connection_type, is_active, last_heartbeat, updated_at FROM sessions ORDER BY id;

-- Heartbeats
SELECT interlock_set_clock('2026-03-01T10:00:30Z');
-- rule A-24 accept
SELECT heartbeat('sessions', 's1');
-- rule A-24 accept
UPDATE sessions SET last_heartbeat = '2026-03-01T10:00:20Z' WHERE id = 's2';
SELECT id, last_heartbeat, updated_at FROM sessions ORDER BY id;
-- rule A-24 refuse
UPDATE sessions SET last_heartbeat = '2026-03-01T10:00:10Z' WHERE id = 's2';
-- rule A-24 refuse
UPDATE sessions SET last_heartbeat = '2026-03-01T10:00:31Z' WHERE id = 's2';
SELECT heartbeat('sessions', 'nobody');

-- The silent are lost when strictly older than the timeout: 60 s, or another.
SELECT interlock_set_clock('2026-03-01T10:01:20Z');
-- rule A-26 accept
SELECT heartbeat_expire('sessions');
SELECT id, is_active FROM sessions ORDER BY id;
SELECT interlock_set_clock('2026-03-01T10:01:20.001Z');
SELECT heartbeat_expire('sessions');
SELECT id, is_active, last_heartbeat FROM sessions ORDER BY id;
-- rule A-26 refuse as error
SELECT heartbeat_expire('sessions', -1);
SELECT heartbeat_expire('sessions', 50);
SELECT id, is_active FROM sessions ORDER BY id;
-- rule A-24 refuse
UPDATE sessions SET last_heartbeat = '2026-03-01T10:01:20Z' WHERE id = 's3';
-- The same instant in another form is no heartbeat.
UPDATE sessions SET last_heartbeat = '2026-03-01 11:00:00+01:00' WHERE id = 's3';
SELECT heartbeat('sessions', 's3');

-- Back again
-- rule A-25 refuse as A-24
UPDATE sessions SET is_active = 1, last_heartbeat = '2026-03-01T09:59:59Z' WHERE id = 's3';
-- rule A-25 accept
UPDATE sessions SET is_active = 1 WHERE id = 's3';
SELECT id, is_active, last_heartbeat, updated_at FROM sessions WHERE id = 's3';

-- What is active may be said to be so again; what is not may say so and give the heartbeat it has.
UPDATE sessions SET is_active = 1 WHERE id = 's3';
UPDATE sessions SET is_active = 0, last_heartbeat = '2026-03-01T10:01:20.001Z' WHERE id = 's3';
SELECT interlock_set_clock('2026-03-01T10:05:00Z');
-- rule A-25 accept
UPDATE sessions SET is_active = 1, last_heartbeat = '2026-03-01T11:01:20.001+01:00' WHERE id = 's3';
SELECT id, is_active, last_heartbeat, updated_at FROM sessions WHERE id = 's3';

-- Only who is gone is deleted.
-- rule A-27 refuse
DELETE FROM sessions WHERE id = 's3';
-- rule A-27 accept
DELETE FROM sessions WHERE id = 's2';
-- rule A-08 refuse
UPDATE sessions SET id = 's9' WHERE id = 's3';

-- A tick looks for the silent, too.
SELECT interlock_set_clock('2026-03-01T11:00:00Z');
SELECT interlock_tick();
SELECT id, is_active FROM sessions ORDER BY id;
SELECT rule, "table", key FROM interlock_verify('acolib');
