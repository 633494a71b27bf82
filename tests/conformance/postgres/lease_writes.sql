-- What only PostgreSQL has is no way to a lock that is held.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE locks (job varchar(20) NOT NULL PRIMARY KEY, owner varchar(40) NOT NULL, since timestamptz, until timestamptz NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "locks", "tables": { "locks": { "lease": { "rule": "L-01", "rules": { "holder": "L-02" }, "owner": "owner", "acquired": "since", "expires": "until" } } } }');
SELECT lease_acquire('locks', 'a', 'w1');
-- rule L-02 refuse
TRUNCATE locks;
-- rule L-02 refuse
MERGE INTO locks l USING (VALUES ('a')) AS v (job) ON l.job = v.job WHEN MATCHED THEN DELETE;
-- rule L-01 refuse
MERGE INTO locks l USING (VALUES ('a')) AS v (job) ON l.job = v.job WHEN MATCHED THEN UPDATE SET owner = 'w2';
CREATE TABLE other (LIKE locks);
INSERT INTO other VALUES ('a', 'w2', NULL, '2026-01-02T00:00:00Z'), ('b', 'w2', NULL, '2026-01-02T00:00:00Z');
-- rule L-01 refuse
INSERT INTO locks SELECT * FROM other;
-- rule L-01 accept
INSERT INTO locks SELECT * FROM other ON CONFLICT DO NOTHING;
-- rule L-01 refuse
UPDATE locks SET owner = o.owner FROM other o WHERE o.job = locks.job AND locks.job = 'a';
-- For ever is no instant.
INSERT INTO locks VALUES ('c', 'w1', NULL, 'infinity');
SELECT lease_acquire('locks', 'c', 'w2');
SELECT lease_break('locks', 'c');
SELECT interlock_set_clock('2026-01-02T00:00:00Z');
-- rule L-01 accept
INSERT INTO locks SELECT job, 'w9', NULL, '2026-01-03T00:00:00Z' FROM other;
SELECT job, owner, since, until FROM locks ORDER BY job;
-- Inserting twice in one statement: the second finds the first.
-- rule L-01 refuse
INSERT INTO locks VALUES ('d', 'w1', NULL, '2026-01-03T00:00:00Z'), ('d', 'w2', NULL, '2026-01-03T00:00:00Z');
-- Other types: a key and an owner that are uuids, a name that is long.
CREATE TABLE "a table with a name that is as long as a name can be, almost" (id uuid NOT NULL PRIMARY KEY, owner uuid, since timestamptz, until timestamptz, token bigint, doc jsonb, bytes bytea, at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "long", "tables": { "a table with a name that is as long as a name can be, almost": {
  "lease": { "rule": "L-03", "owner": "owner", "acquired": "since", "expires": "until", "token": "token" },
  "expiry": { "rule": "L-04", "column": "at" }, "cache": { "rule": "L-05", "accessed": "since" } } } }');
SELECT lease_acquire('a table with a name that is as long as a name can be, almost', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12');
SELECT lease_acquire('a table with a name that is as long as a name can be, almost', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12');
SELECT lease_acquire('a table with a name that is as long as a name can be, almost', 'no uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12');
UPDATE "a table with a name that is as long as a name can be, almost" SET doc = '{"a": [1, null]}', bytes = '\x00ff10';
SELECT cache_get('a table with a name that is as long as a name can be, almost', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
SELECT lease_break('a table with a name that is as long as a name can be, almost', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
SELECT * FROM interlock_doctor() WHERE problem NOT LIKE '%UTC%';
-- The index goes with the rules.
SELECT indexname FROM pg_indexes WHERE indexname LIKE 'interlock%' ORDER BY 1;
ALTER TABLE locks RENAME TO keys;
SELECT interlock_remove('locks');
SELECT interlock_remove('long');
SELECT indexname FROM pg_indexes WHERE indexname LIKE 'interlock%';
