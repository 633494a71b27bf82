-- Not too often: the window runs from the last one let through.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE sent (channel varchar(20) NOT NULL, topic varchar(20) NOT NULL, last_at timestamptz NOT NULL, n integer NOT NULL, refused integer NOT NULL DEFAULT 0, expires_at timestamptz,
  PRIMARY KEY (channel, topic));
CREATE TABLE once (id integer NOT NULL PRIMARY KEY, at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "sent", "tables": {
  "sent": { "throttle": { "rule": "Q-01", "last": "last_at", "count": "n", "suppressed": "refused", "expires": "expires_at" }, "expiry": { "rule": "Q-02", "column": "expires_at" } },
  "once": { "throttle": { "rule": "Q-03", "last": "at", "window_seconds": 10 } } } }');
SELECT throttle_allow('sent', '["mail", "disk"]', 300);
SELECT throttle_allow('sent', '["mail", "disk"]', 300);
SELECT throttle_allow('sent', '["chat", "disk"]', 300);
SELECT * FROM sent ORDER BY channel;
-- The boundary: a window after the last one is enough, a millisecond less is not. Slots of the clock mean nothing.
SELECT interlock_set_clock('2026-01-01T00:04:59.999Z');
SELECT throttle_allow('sent', '["mail", "disk"]', 300);
SELECT * FROM sent ORDER BY channel;
SELECT interlock_set_clock('2026-01-01T00:05:00Z');
SELECT throttle_allow('sent', '["mail", "disk"]', 300);
SELECT throttle_allow('sent', '["mail", "disk"]', 300);
SELECT * FROM sent ORDER BY channel;
-- The window is the caller's of each time; none lets everything through.
SELECT throttle_allow('sent', '["mail", "disk"]', 0);
SELECT throttle_allow('sent', '["mail", "disk"]', 1);
-- The clock goes back: the last one still counts.
SELECT interlock_set_clock('2025-12-31T00:00:00Z');
SELECT throttle_allow('sent', '["mail", "disk"]', 1);
SELECT throttle_allow('sent', '["mail", "disk"]', 0);
SELECT * FROM sent ORDER BY channel;
-- A rollback forgets it.
BEGIN;
SELECT throttle_allow('sent', '["sms", "disk"]', 300);
ROLLBACK;
SELECT throttle_allow('sent', '["sms", "disk"]', 300);

-- Without a column for it nothing is counted, and a refused call writes nothing.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT throttle_allow('once', '1');
SELECT throttle_allow('once', '1');
SELECT throttle_allow('once', '1', 0);
SELECT interlock_set_clock('2026-01-01T00:00:10Z');
SELECT throttle_allow('once', '1');
SELECT * FROM once;
INSERT INTO once (id) VALUES (2);
SELECT throttle_allow('once', '2');

-- Rows by hand.
-- rule Q-01 refuse
INSERT INTO sent VALUES ('x', 'a', '2026-01-01T00:00:00Z', 0, 0, NULL);
-- rule Q-01 refuse
INSERT INTO sent VALUES ('x', 'a', '2026-01-01T00:00:00Z', 1, -1, NULL);
-- rule Q-01 refuse
INSERT INTO sent VALUES ('x', 'a', '2026-01-01T00:00:00Z', 1, 0, '2025-12-31T23:59:59.999Z');
-- rule Q-01 accept
INSERT INTO sent VALUES ('x', 'a', '2026-01-01T00:00:00Z', 1, 0, '2026-01-01T01:00:00+01:00');
-- rule Q-02 accept
SELECT expire_purge('sent');
SELECT channel FROM sent ORDER BY channel;

-- What is asked wrongly.
SELECT throttle_allow('sent', '["mail", "disk"]');
SELECT throttle_allow('sent', '["mail", "disk"]', -1);
SELECT throttle_allow('sent', '["mail", "disk"]', 9223372036854775807);
SELECT throttle_allow('sent', 'mail', 1);
SELECT throttle_allow('sent', NULL, 1);
SELECT throttle_allow(NULL, '1', 1);
SELECT throttle_allow('once', '1.5', 1);
SELECT throttle_allow('nowhere', '1', 1);
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "once": { "key": ["at"], "throttle": { "rule": "X", "last": "at" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "sent": { "throttle": { "rule": "X", "last": "last_at", "expires": "last_at" } } } }');
SELECT rule, kind, columns, text FROM interlock_rules('sent');
SELECT * FROM interlock_doctor();
