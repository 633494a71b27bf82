-- hub: notifications, what agents remember, webhooks.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
SELECT interlock_install('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1'), ('00000000-0000-4000-8000-0000000000a2', 'bob', 'bob@x.org', 'h2');
INSERT INTO users (id, username, email, password_hash, is_admin) VALUES ('00000000-0000-4000-8000-0000000000a3', 'eve', 'eve@x.org', 'h3', TRUE);
INSERT INTO projects (id, name, github_repo, owner_id) VALUES ('00000000-0000-4000-8000-0000000000b1', 'one', 'o/one', '00000000-0000-4000-8000-0000000000a1'), ('00000000-0000-4000-8000-0000000000b2', 'two', 'o/two', '00000000-0000-4000-8000-0000000000a2');
INSERT INTO agents (id, name, type, project_id) VALUES ('00000000-0000-4000-8000-0000000000c1', 'cody', 'coder', '00000000-0000-4000-8000-0000000000b1'), ('00000000-0000-4000-8000-0000000000c2', 'tess', 'tester', '00000000-0000-4000-8000-0000000000b2'), ('00000000-0000-4000-8000-0000000000c3', 'orla', 'orchestrator', NULL);
-- Flags go up only; what was said stays.
INSERT INTO notifications (id, type, title, message, user_id) VALUES ('00000000-0000-4000-8000-000000000091', 'info', 't', 'm', '00000000-0000-4000-8000-0000000000a1');
-- rule H-39 accept
UPDATE notifications SET is_read = TRUE, sent_email = TRUE WHERE id = '00000000-0000-4000-8000-000000000091';
UPDATE notifications SET is_read = TRUE WHERE id = '00000000-0000-4000-8000-000000000091';
-- rule H-39 refuse
UPDATE notifications SET is_read = FALSE WHERE id = '00000000-0000-4000-8000-000000000091';
-- rule H-39 refuse
UPDATE notifications SET sent_email = FALSE, sent_telegram = TRUE WHERE id = '00000000-0000-4000-8000-000000000091';
-- rule H-39 refuse
UPDATE notifications SET title = 'other' WHERE id = '00000000-0000-4000-8000-000000000091';
-- rule H-39 refuse
UPDATE notifications SET severity = 'critical' WHERE id = '00000000-0000-4000-8000-000000000091';
SELECT fsm_transition('notifications', '00000000-0000-4000-8000-000000000091', 'read');
SELECT is_read, sent_telegram, sent_email FROM notifications;

-- Memory: one value for a key, in a project or in none.
-- rule H-40 accept
-- rule H-41 accept
INSERT INTO agent_memory (id, agent_id, project_id, category, key, value, importance, expires_at) VALUES ('00000000-0000-4000-8000-000000000061', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'style', 'tabs', '"spaces"', 3, NULL), ('00000000-0000-4000-8000-000000000062', '00000000-0000-4000-8000-0000000000c1', NULL, 'style', 'tabs', '{"n": 2}', 8, '2026-03-04T13:00:00Z');
INSERT INTO agent_memory (id, agent_id, project_id, category, key, value, importance, expires_at) VALUES ('00000000-0000-4000-8000-000000000063', '00000000-0000-4000-8000-0000000000c1', NULL, 'style', 'quotes', 'true', 8, '2026-03-04T15:00:00+01:00');
-- rule H-40 refuse
INSERT INTO agent_memory (agent_id, project_id, category, key, value) VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'style', 'tabs', '1');
-- rule H-40 refuse
INSERT INTO agent_memory (agent_id, category, key, value) VALUES ('00000000-0000-4000-8000-0000000000c1', 'style', 'tabs', '1');
-- Remembering again is an upsert, of either kind.
INSERT INTO agent_memory (agent_id, category, key, value, importance) VALUES ('00000000-0000-4000-8000-0000000000c1', 'style', 'tabs', '"tabs"', 9) ON CONFLICT (agent_id, category, key) WHERE project_id IS NULL DO UPDATE SET value = EXCLUDED.value, importance = EXCLUDED.importance;
INSERT INTO agent_memory (agent_id, project_id, category, key, value) VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1', 'style', 'tabs', '"both"') ON CONFLICT (agent_id, project_id, category, key) DO UPDATE SET value = EXCLUDED.value;
-- rule H-41 refuse
INSERT INTO agent_memory (agent_id, category, key, value, expires_at) VALUES ('00000000-0000-4000-8000-0000000000c1', 'x', 'y', '1', '2026-03-04T12:00:00Z');
-- rule H-18 refuse
INSERT INTO agent_memory (agent_id, category, key, value, importance) VALUES ('00000000-0000-4000-8000-0000000000c1', 'x', 'y', '1', 11);
-- rule H-18 refuse
UPDATE agent_memory SET importance = 0 WHERE id = '00000000-0000-4000-8000-000000000061';
-- Read: the most important first, then what changed last; not what is over.
SELECT interlock_set_clock('2026-03-04T12:30:00Z');
UPDATE agent_memory SET importance = 9 WHERE id = '00000000-0000-4000-8000-000000000063';
-- rule H-42 accept
SELECT key, project_id, value, importance, expires_at FROM hub_memory WHERE agent_id = '00000000-0000-4000-8000-0000000000c1';
-- rule H-42 refuse
UPDATE agent_memory SET importance = NULL WHERE id = '00000000-0000-4000-8000-000000000063';
SELECT interlock_set_clock('2026-03-04T13:00:00Z');
SELECT key, project_id FROM hub_memory;
SELECT expire_purge('agent_memory');
SELECT interlock_set_clock('2026-03-04T14:00:00Z');
SELECT key, project_id FROM hub_memory;
SELECT interlock_tick();
SELECT key FROM agent_memory ORDER BY id;

-- Webhooks: handled once, tried so often, the oldest first.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
INSERT INTO webhooks (id, project_id, source, event_type, payload, max_retries, created_at) VALUES ('00000000-0000-4000-8000-000000000041', '00000000-0000-4000-8000-0000000000b1', 'github', 'issues', '{"action": "opened"}', 2, '2026-03-04T10:00:00Z'), ('00000000-0000-4000-8000-000000000042', '00000000-0000-4000-8000-0000000000b1', 'github', 'push', '{}', 5, '2026-03-04T10:30:00+01:00'), ('00000000-0000-4000-8000-000000000043', '00000000-0000-4000-8000-0000000000b2', 'github', 'push', '{}', 5, '2026-03-04T11:00:00Z');
-- rule H-45 refuse as error
SELECT key FROM queue_claim('webhooks', 'w');
BEGIN;
-- rule H-45 accept
SELECT key FROM queue_claim('webhooks', 'w');
SELECT key FROM queue_claim('webhooks', 'w', 9);
-- rule H-44 accept
UPDATE webhooks SET processed = TRUE WHERE id = '00000000-0000-4000-8000-000000000042';
COMMIT;
BEGIN;
SELECT key FROM queue_claim('webhooks', 'w', 9);
COMMIT;
SELECT processed, processed_at, error_message FROM webhooks WHERE id = '00000000-0000-4000-8000-000000000042';
-- rule H-44 refuse
UPDATE webhooks SET processed = FALSE WHERE id = '00000000-0000-4000-8000-000000000042';
-- rule H-44 refuse
UPDATE webhooks SET error_message = 'late' WHERE id = '00000000-0000-4000-8000-000000000042';
-- rule H-44 refuse
UPDATE webhooks SET processed_at = '2026-03-04T12:00:00Z' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-44 refuse
UPDATE webhooks SET processed = TRUE, error_message = 'not so' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-44 refuse
INSERT INTO webhooks (project_id, source, event_type, payload, processed) VALUES ('00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}', TRUE);
-- rule H-43 accept
UPDATE webhooks SET retry_count = retry_count + 1, error_message = 'timeout' WHERE id = '00000000-0000-4000-8000-000000000043';
SELECT retry_fail('webhooks', '00000000-0000-4000-8000-000000000043', 'connection refused');
SELECT processed, retry_count, error_message FROM webhooks WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
UPDATE webhooks SET retry_count = 9, error_message = 'x' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
UPDATE webhooks SET retry_count = 1, error_message = 'x' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
UPDATE webhooks SET retry_count = 3, error_message = NULL WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
UPDATE webhooks SET payload = '{"x": 1}' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
UPDATE webhooks SET event_type = 'x' WHERE id = '00000000-0000-4000-8000-000000000043';
-- rule H-43 refuse
INSERT INTO webhooks (project_id, source, event_type, payload, retry_count, error_message) VALUES ('00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}', 1, 'x');
-- rule H-07 refuse
INSERT INTO webhooks (project_id, source, event_type, payload) VALUES ('00000000-0000-4000-8000-0000000000b1', 's', 'e', '"x"');
-- Success clears the error; what is used up is over.
UPDATE webhooks SET processed = TRUE WHERE id = '00000000-0000-4000-8000-000000000043';
SELECT processed, retry_count, error_message FROM webhooks WHERE id = '00000000-0000-4000-8000-000000000043';
UPDATE webhooks SET retry_count = 1, error_message = 'one' WHERE id = '00000000-0000-4000-8000-000000000041';
-- rule H-44 accept
UPDATE webhooks SET retry_count = 2, error_message = 'two' WHERE id = '00000000-0000-4000-8000-000000000041';
SELECT processed, processed_at, retry_count, error_message FROM webhooks WHERE id = '00000000-0000-4000-8000-000000000041';
-- rule H-44 refuse
UPDATE webhooks SET retry_count = 3, error_message = 'three' WHERE id = '00000000-0000-4000-8000-000000000041';
INSERT INTO webhooks (id, project_id, source, event_type, payload, max_retries) VALUES ('00000000-0000-4000-8000-000000000044', '00000000-0000-4000-8000-0000000000b1', 's', 'e', '{}', 1);
SELECT retry_fail('webhooks', '00000000-0000-4000-8000-000000000044', 'the only one');
SELECT processed, processed_at, retry_count, error_message FROM webhooks WHERE id = '00000000-0000-4000-8000-000000000044';
SELECT rule, "table", "key", message FROM interlock_verify('hub');
SELECT * FROM interlock_doctor();
