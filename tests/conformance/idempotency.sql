-- A request that comes twice is carried out once.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE requests (key varchar(60) NOT NULL PRIMARY KEY, request text NOT NULL, response text, busy_until timestamptz, since timestamptz, note text);
CREATE TABLE calls (tenant integer NOT NULL, name varchar(20) NOT NULL, hash varchar(64) NOT NULL, answer text, until timestamptz NOT NULL, PRIMARY KEY (tenant, name));
SELECT interlock_apply('{ "interlock": 1, "name": "requests", "tables": {
  "requests": { "idempotency": { "rule": "I-01", "request": "request", "response": "response", "until": "busy_until", "at": "since", "keep_seconds": 3600 } },
  "calls": { "idempotency": { "rule": "I-02", "request": "hash", "response": "answer", "until": "until", "lease_seconds": 5 },
             "json": { "rule": "I-03", "columns": { "answer": "any" } } } } }');
SELECT rule, columns, text FROM interlock_rules('requests');
SELECT idempotency_begin('requests', 'k1', 'pay 100');
-- In progress: the same request is busy, another is none of this key.
SELECT idempotency_begin('requests', 'k1', 'pay 100');
SELECT idempotency_begin('requests', 'k1', 'pay 101');
SELECT idempotency_begin('requests', 'k1', 'PAY 100');
SELECT idempotency_begin('requests', 'K1', 'pay 101');
SELECT * FROM requests ORDER BY key;
-- Answered: every repetition gets the same response, and it stays the first one.
SELECT idempotency_finish('requests', 'k1', 'paid "100"');
SELECT idempotency_begin('requests', 'k1', 'pay 100');
SELECT idempotency_begin('requests', 'k1', 'pay 101');
SELECT idempotency_finish('requests', 'k1', 'paid twice');
SELECT idempotency_finish('requests', 'k9', 'nobody asked');
SELECT idempotency_begin('requests', 'k1', 'pay 100');
SELECT * FROM requests WHERE key = 'k1';

-- A holder that crashed: his claim ends at its instant, and the next one to ask has it. A millisecond before nobody has.
SELECT interlock_set_clock('2026-01-01T00:00:59.999Z');
SELECT idempotency_begin('requests', 'K1', 'pay 101');
SELECT interlock_set_clock('2026-01-01T00:01:00Z');
SELECT idempotency_finish('requests', 'K1', 'too late');
SELECT idempotency_begin('requests', 'K1', 'pay 102');
SELECT idempotency_begin('requests', 'K1', 'pay 101');
SELECT idempotency_begin('requests', 'K1', 'pay 101');
-- With the token of the claim only who has it now can answer.
SELECT idempotency_finish('requests', 'K1', 'the first one''s', 1767225660000000);
SELECT idempotency_finish('requests', 'K1', 'the second one''s', 1767225720000000);
SELECT idempotency_begin('requests', 'K1', 'pay 101');
-- The clock goes back: what is in progress stays that, and is answered.
SELECT idempotency_begin('requests', 'back', 'x');
SELECT interlock_set_clock('2025-12-31T00:00:00Z');
SELECT idempotency_begin('requests', 'back', 'x');
SELECT idempotency_finish('requests', 'back', 'y', 1767225720000000);
SELECT idempotency_begin('requests', 'back', 'x');
SELECT interlock_set_clock('2026-01-01T00:01:00Z');

-- A rollback forgets the claim; a savepoint forgets the answer.
BEGIN;
SELECT idempotency_begin('requests', 'k2', 'x');
ROLLBACK;
SELECT idempotency_begin('requests', 'k2', 'y');
BEGIN;
SAVEPOINT s;
SELECT idempotency_finish('requests', 'k2', 'no');
ROLLBACK TO s;
SELECT idempotency_begin('requests', 'k2', 'y');
SELECT idempotency_finish('requests', 'k2', '');
COMMIT;
SELECT idempotency_begin('requests', 'k2', 'y');

-- A key of several columns, an answer that is JSON, a time that cannot be NULL, and rows that are kept for ever.
SELECT idempotency_begin('calls', '[1, "a"]', 'h1');
SELECT idempotency_begin('calls', '[1, "b"]', 'h1');
SELECT idempotency_finish('calls', '[1, "a"]', '{"ok": [1, true, null]}');
SELECT idempotency_begin('calls', '[1, "a"]', 'h1');
-- rule I-03 refuse
SELECT idempotency_finish('calls', '[1, "b"]', '{"ok": ');
SELECT idempotency_begin('calls', '[1, "b"]', 'h1');
SELECT interlock_set_clock('2026-01-01T00:01:05Z');
SELECT idempotency_begin('calls', '[1, "b"]', 'h1');
SELECT tenant, name, hash, until FROM calls ORDER BY name;

-- Raw SQL begins a request like anybody, and does nothing else to it.
-- rule I-01 accept
INSERT INTO requests (key, request) VALUES ('raw', 'r');
SELECT key, response, busy_until, since FROM requests WHERE key = 'raw';
SELECT idempotency_begin('requests', 'raw', 'r');
-- rule I-01 refuse
INSERT INTO requests (key, request, response) VALUES ('raw2', 'r', 'forged');
-- rule I-02 accept
INSERT INTO calls VALUES (2, 'raw', 'h', NULL, '2026-01-01T00:00:00Z');
SELECT idempotency_begin('calls', '[2, "raw"]', 'h');
-- rule I-02 refuse
UPDATE calls SET until = '2026-01-01T00:00:00Z' WHERE tenant = 2;
-- rule I-03 accept
SELECT idempotency_finish('calls', '[2, "raw"]', '[]');
INSERT INTO requests (key, request) VALUES ('raw', 'r2');
INSERT INTO requests (key, request) VALUES ('raw', 'r2') ON CONFLICT (key) DO NOTHING;
INSERT INTO requests (key, request) VALUES ('raw', 'r2') ON CONFLICT (key) DO UPDATE SET request = EXCLUDED.request;
INSERT INTO requests (key, request) VALUES ('raw', 'r2') ON CONFLICT (key) DO UPDATE SET busy_until = NULL;
INSERT INTO requests (key, request) VALUES ('k1', 'r2') ON CONFLICT (key) DO UPDATE SET response = 'forged';
UPDATE requests SET response = 'forged' WHERE key = 'raw';
UPDATE requests SET busy_until = '2027-01-01T00:00:00Z' WHERE key = 'raw';
UPDATE requests SET busy_until = NULL WHERE key = 'raw';
UPDATE requests SET request = 'other' WHERE key = 'raw';
UPDATE requests SET key = 'other' WHERE key = 'raw';
UPDATE requests SET key = 'other' WHERE key = 'k1';
UPDATE requests SET response = NULL WHERE key = 'k1';
UPDATE requests SET response = 'forged', request = 'other' WHERE key = 'k1';
UPDATE requests SET since = '2020-01-01T00:00:00Z' WHERE key = 'k1';
UPDATE requests SET busy_until = '2027-01-01T00:00:00Z' WHERE key = 'k1';
UPDATE requests SET response = response, note = 'seen' WHERE key = 'k1';
DELETE FROM requests WHERE key = 'raw';
DELETE FROM requests WHERE key = 'k1';
DELETE FROM calls WHERE tenant = 1;
-- Ended, and still not anybody's to rewrite.
SELECT interlock_set_clock('2026-01-01T00:03:00Z');
UPDATE requests SET busy_until = '2027-01-01T00:00:00Z' WHERE key = 'raw';
UPDATE requests SET request = 'other' WHERE key = 'raw';
DELETE FROM requests WHERE key = 'raw';
SELECT idempotency_begin('requests', 'raw', 'r');
SELECT key, request, response, note FROM requests ORDER BY key;

-- Keys go when they are old enough, by the tick or by hand, and not while a request is in progress.
SELECT interlock_set_clock('2026-01-01T00:59:59.999Z');
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-01T01:00:00Z');
DELETE FROM requests WHERE key = 'K1';
SELECT interlock_tick();
SELECT key FROM requests ORDER BY key;
SELECT interlock_set_clock('2026-01-01T01:02:00Z');
SELECT idempotency_begin('requests', 'raw', 'r');
SELECT interlock_tick();
SELECT key FROM requests ORDER BY key;
SELECT interlock_set_clock('2026-01-01T02:01:59.999Z');
SELECT idempotency_begin('requests', 'raw', 'r');
SELECT interlock_set_clock('2026-01-01T02:02:00Z');
DELETE FROM requests WHERE key = 'raw';
SELECT interlock_tick();
SELECT key FROM requests ORDER BY key;
SELECT idempotency_begin('requests', 'k1', 'pay 7');

-- Existing data is let in, and what is wrong with it is found.
SELECT interlock_set_mode('load');
INSERT INTO requests VALUES ('old', 'r', 'done', NULL, '2026-01-01T00:00:00Z', NULL), ('stuck', 'r', NULL, NULL, NULL, NULL);
SELECT interlock_set_mode('enforce');
SELECT idempotency_begin('requests', 'old', 'r');
SELECT idempotency_begin('requests', 'stuck', 'r');
SELECT * FROM interlock_verify('requests');

-- What is asked wrongly.
SELECT idempotency_begin(NULL, 'k', 'r');
SELECT idempotency_begin('requests', NULL, 'r');
SELECT idempotency_begin('requests', '', 'r');
SELECT idempotency_begin('requests', 'k', NULL);
SELECT idempotency_begin('requests', 'empty', '');
SELECT idempotency_begin('nowhere', 'k', 'r');
SELECT idempotency_begin('calls', 'k', 'r');
SELECT idempotency_begin('calls', '[1]', 'r');
SELECT idempotency_begin('calls', '["one", "a"]', 'r');
SELECT idempotency_begin('calls', '[1, ""]', 'r');
SELECT idempotency_finish(NULL, 'k', 'r');
SELECT idempotency_finish('requests', NULL, 'r');
SELECT idempotency_finish('requests', 'k', NULL);
SELECT idempotency_finish('requests', '', 'r');
SELECT idempotency_finish('requests', 'empty', 'r', 0);
SELECT idempotency_finish('requests', 'empty', 'r', -1);
SELECT idempotency_finish('requests', 'empty', 'r', 9223372036854775807);
SELECT idempotency_finish('requests', 'empty', 'r', NULL);
CREATE TABLE plain (key varchar(9) NOT NULL PRIMARY KEY, r text, a text NOT NULL, u timestamptz, n integer);
SELECT idempotency_begin('plain', 'k', 'r');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "r", "response": "a", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "n", "response": "r", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "a", "response": "n", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "a", "response": "a", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "a", "response": "r", "until": "n" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "a", "response": "r" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "key", "response": "r", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "key": ["n"], "idempotency": { "rule": "P-1", "request": "a", "response": "r", "until": "u" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "plain": { "idempotency": { "rule": "P-1", "request": "a", "response": "r", "until": "u", "keep_seconds": 60 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "p", "tables": { "calls": { "idempotency": { "rule": "P-1", "request": "hash", "response": "answer", "until": "until", "lease_seconds": 0 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "requests", "tables": { "requests": { "idempotency": { "rule": "I-01", "request": "request", "response": "response", "until": "busy_until", "at": "since", "keep_seconds": 59 } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "requests", "tables": { "requests": { "idempotency": { "rule": "I-01", "request": "request", "response": "response", "until": "busy_until", "at": "since", "keep_second": 59 } } } }');
