-- Locks that end by themselves. First without a token column: a lock is a row.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE jobs (id varchar(20) NOT NULL PRIMARY KEY);
CREATE TABLE locks (job varchar(20) NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, locked_by varchar(40) NOT NULL, locked_at timestamptz, expires_at timestamptz NOT NULL, note text);
INSERT INTO jobs VALUES ('a'), ('b'), ('c');
SELECT interlock_apply('{ "interlock": 1, "name": "locks", "tables": { "locks": { "lease": { "rule": "L-01", "rules": { "holder": "L-02" },
  "owner": "locked_by", "acquired": "locked_at", "expires": "expires_at", "ttl_seconds": 60, "cascade_delete": { "column": "job", "table": "jobs", "key": "id" } } } } }');
-- rule L-01 accept
SELECT lease_acquire('locks', 'a', 'w1');
SELECT lease_acquire('locks', 'a', 'w2');
SELECT * FROM locks;
-- Again by the holder: extended, and taken when it was.
SELECT interlock_set_clock('2026-01-01T00:00:30Z');
SELECT lease_acquire('locks', 'a', 'w1', 60);
SELECT lease_acquire('locks', 'a', 'w2', 60);
SELECT * FROM locks;

-- By hand, by another: a live lock is whose it is. The conflict clauses keep their meaning.
-- rule L-01 refuse
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w2', '2026-01-02T00:00:00Z');
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w2', '2026-01-02T00:00:00Z') ON CONFLICT DO NOTHING;
-- rule L-01 refuse
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w2', '2026-01-02T00:00:00Z') ON CONFLICT (job) DO UPDATE SET locked_by = EXCLUDED.locked_by;
-- rule L-01 refuse
UPDATE locks SET locked_by = 'w2';
-- rule L-02 refuse
UPDATE locks SET expires_at = '2027-01-01T00:00:00Z';
-- rule L-02 refuse
UPDATE locks SET expires_at = '2026-01-01T00:00:00.001Z';
-- rule L-01 refuse
UPDATE locks SET job = 'b';
-- rule L-02 refuse
DELETE FROM locks;
-- What a lock says about itself anybody may write.
UPDATE locks SET note = 'hello';
-- Stealing in one transaction.
BEGIN;
DELETE FROM locks WHERE job = 'a';
ROLLBACK;
-- By its holder, who is the session's actor.
SELECT interlock_set_actor('w1');
-- rule L-01 refuse
UPDATE locks SET locked_by = 'w2';
-- rule L-01 refuse
UPDATE locks SET locked_at = '2026-01-01T00:00:10Z';
-- rule L-01 refuse
UPDATE locks SET expires_at = '2026-01-01T00:00:00Z';
-- rule L-02 accept
UPDATE locks SET expires_at = '2026-01-01T00:02:00Z';

-- Expired is expires <= now. One that is over is nobody's, and an INSERT takes it over.
SELECT interlock_set_actor('w2');
SELECT interlock_set_clock('2026-01-01T00:01:59.999Z');
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w2', '2026-01-02T00:00:00Z') ON CONFLICT DO NOTHING;
SELECT lease_acquire('locks', 'a', 'w2');
SELECT interlock_set_clock('2026-01-01T00:02:00Z');
SELECT lease_renew('locks', 'a', 'w1');
SELECT lease_release('locks', 'a', 'w1');
SELECT lease_break('locks', 'a');
-- rule L-01 accept
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w2', '2026-01-01 00:03:00') ON CONFLICT DO NOTHING;
SELECT * FROM locks;
SELECT interlock_set_clock('2026-01-01T00:03:00Z');
-- rule L-01 accept
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w3', '2026-01-01T00:04:00Z');
SELECT interlock_set_clock('2026-01-01T00:04:00Z');
-- rule L-01 accept
INSERT INTO locks (job, locked_by, expires_at) VALUES ('a', 'w4', '2026-01-01T00:05:00Z') ON CONFLICT (job) DO UPDATE SET note = 'not reached';
SELECT * FROM locks;
-- An UPDATE of one that is over takes it as well.
SELECT interlock_set_clock('2026-01-01T00:05:00Z');
-- rule L-01 accept
UPDATE locks SET locked_by = 'w5', expires_at = '2026-01-01T00:06:00Z';
SELECT * FROM locks;
-- Also by its old holder it is taken anew.
SELECT interlock_set_clock('2026-01-01T00:06:00Z');
SELECT lease_acquire('locks', 'a', 'w5');
-- The clock goes back: what was free by then is held.
SELECT interlock_set_clock('2026-01-01T00:05:59Z');
SELECT lease_acquire('locks', 'a', 'w6');
SELECT lease_renew('locks', 'a', 'w5', 30);
SELECT interlock_set_clock('2026-01-01T00:06:00Z');
SELECT * FROM locks;

-- Renewing, giving back, breaking.
SELECT lease_renew('locks', 'a', 'w1');
SELECT lease_renew('locks', 'a', 'w5');
SELECT lease_release('locks', 'a', 'w1');
-- rule L-02 accept
SELECT lease_release('locks', 'a', 'w5');
SELECT lease_release('locks', 'a', 'w5');
SELECT lease_acquire('locks', 'a', 'w7');
SELECT lease_break('locks', 'a');
SELECT lease_break('locks', 'a');
SELECT lease_break('locks', 'nothing');
SELECT count(*) FROM locks;
-- rule L-01 refuse
INSERT INTO locks (job, locked_by, locked_at, expires_at) VALUES ('b', 'w1', '2026-01-01T00:06:00Z', '2026-01-01T00:06:00Z');
-- rule L-01 refuse
INSERT INTO locks (job, locked_by, expires_at) VALUES ('b', '', '2026-01-01T00:07:00Z');
SELECT lease_acquire('locks', 'no job', 'w1');
BEGIN;
SELECT lease_acquire('locks', 'b', 'w1');
ROLLBACK;
SELECT lease_acquire('locks', 'b', 'w2');

-- The lock of a row that is deleted goes with it, held or not.
SELECT lease_acquire('locks', 'a', 'w8');
-- rule L-02 refuse
DELETE FROM locks WHERE job = 'a';
-- rule L-02 accept
DELETE FROM jobs WHERE id = 'a';
SELECT job FROM locks;
-- The tick sweeps what is over, and not a moment before.
SELECT interlock_set_clock('2026-01-01T00:06:59.999Z');
SELECT interlock_tick();
SELECT interlock_set_clock('2026-01-01T00:07:00Z');
SELECT interlock_tick();
SELECT job, "table", done, error FROM interlock_activity();
SELECT count(*) FROM locks;

-- With a token column the row stays, and the token grows with every change of holder.
CREATE TABLE fenced (pool varchar(20) NOT NULL, slot integer NOT NULL, owner varchar(40), since timestamptz, until timestamptz, token bigint, note text, PRIMARY KEY (pool, slot));
SELECT interlock_apply('{ "interlock": 1, "name": "fenced", "tables": { "fenced": { "lease": { "rule": "L-11", "rules": { "holder": "L-12" }, "owner": "owner", "acquired": "since", "expires": "until", "token": "token" } } } }');
SELECT lease_acquire('fenced', '["p", 1]', 'w1', 10);
SELECT lease_acquire('fenced', '["p", 1]', 'w1', 20);
SELECT lease_acquire('fenced', '["p", 1]', 'w2');
SELECT lease_release('fenced', '["p", 1]', 'w1');
SELECT * FROM fenced;
SELECT lease_acquire('fenced', '["p", 1]', 'w2');
SELECT lease_break('fenced', '["p", 1]');
SELECT lease_acquire('fenced', '["p", 1]', 'w2', 10);
SELECT interlock_set_actor('w1');
-- rule L-11 refuse
UPDATE fenced SET token = 1;
-- rule L-11 refuse
UPDATE fenced SET token = 99;
-- rule L-12 refuse
UPDATE fenced SET owner = NULL, until = NULL;
-- rule L-12 refuse
DELETE FROM fenced;
-- rule L-11 refuse
UPDATE fenced SET slot = 2;
SELECT interlock_set_actor('w2');
-- rule L-12 accept
UPDATE fenced SET owner = NULL, until = NULL;
-- rule L-12 refuse
DELETE FROM fenced;
-- rule L-11 refuse
UPDATE fenced SET token = 2;
-- rule L-11 accept
UPDATE fenced SET owner = 'w3';
SELECT * FROM fenced;
SELECT interlock_set_clock('2026-01-01T00:12:00Z');
SELECT lease_renew('fenced', '["p", 1]', 'w3');
-- Over, and the same owner comes back: another holding. By hand and by the function.
-- rule L-11 accept
UPDATE fenced SET until = '2026-01-01T00:13:00Z';
SELECT * FROM fenced;
SELECT interlock_set_clock('2026-01-01T00:13:00Z');
SELECT lease_acquire('fenced', '["p", 1]', 'w3');
-- rule L-11 refuse
INSERT INTO fenced (pool, slot, owner) VALUES ('p', 1, 'w9');
INSERT INTO fenced (pool, slot, owner) VALUES ('p', 2, 'w9');
INSERT INTO fenced (pool, slot) VALUES ('p', 3);
SELECT * FROM fenced ORDER BY slot;
-- Nothing of it is swept.
SELECT interlock_set_clock('2026-01-02T00:00:00Z');
SELECT interlock_tick();
SELECT count(*) FROM fenced;

-- What is asked wrongly.
SELECT lease_acquire('locks', 'c', 'w1', 0);
SELECT lease_acquire('locks', 'c', 'w1', -1);
SELECT lease_acquire('locks', 'c', 'w1', 9223372036854775807);
SELECT lease_acquire('locks', 'c', NULL);
SELECT lease_acquire('locks', 'c', '');
SELECT lease_acquire('locks', NULL, 'w1');
SELECT lease_acquire('fenced', 'p', 'w1');
SELECT lease_acquire('jobs', 'c', 'w1');
SELECT lease_acquire('nowhere', 'c', 'w1');
SELECT interlock_set_clock('9999-12-31T23:59:00Z');
SELECT lease_acquire('locks', 'c', 'w1', 1000000000);
SELECT expires_at FROM locks;
SELECT lease_acquire('locks', 'c', 'w2');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "fenced": { "lease": { "rule": "X", "owner": "owner", "expires": "until" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "locks": { "lease": { "rule": "X", "owner": "locked_by", "expires": "expires_at", "token": "note" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "fenced": { "key": ["pool"], "lease": { "rule": "X", "owner": "owner", "acquired": "since", "expires": "until" } } } }');
SELECT rule, "table", kind, columns, text FROM interlock_rules() ORDER BY rule;
SELECT * FROM interlock_verify();
SELECT * FROM interlock_doctor();
SELECT interlock_set_mode('load');
DELETE FROM fenced;
SELECT interlock_set_mode('enforce');

-- What the database fills in is held against the rules as well: a lock does not end before it was taken, and after the last token comes none.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE filled (name varchar(20) NOT NULL PRIMARY KEY, owner text, since timestamptz, until timestamptz, token bigint);
SELECT interlock_apply('{ "interlock": 1, "name": "filled", "tables": { "filled": { "lease": { "rule": "L-21", "owner": "owner", "acquired": "since", "expires": "until", "token": "token", "ttl_seconds": 60 } } } }');
-- rule L-21 refuse
INSERT INTO filled (name, owner, since) VALUES ('a', 'w', '2026-01-01T00:01:00Z');
-- rule L-21 accept
INSERT INTO filled (name, owner, since) VALUES ('a', 'w', '2026-01-01T00:00:59.999Z');
SELECT interlock_set_clock('2026-01-01T00:02:00Z');
UPDATE filled SET since = '2026-01-01T00:03:00Z', until = NULL;
UPDATE filled SET until = '2026-01-01T00:01:59Z';
UPDATE filled SET owner = 'v', until = NULL;
SELECT * FROM filled;
INSERT INTO filled (name, token) VALUES ('last', 9223372036854775807), ('before', 9223372036854775806);
SELECT lease_acquire('filled', 'last', 'w');
UPDATE filled SET owner = 'w' WHERE name = 'last';
SELECT lease_acquire('filled', 'before', 'w');
SELECT lease_release('filled', 'before', 'w');
SELECT lease_acquire('filled', 'before', 'v');
SELECT name, owner, token FROM filled ORDER BY name;
SELECT * FROM interlock_verify('filled');
-- The clock goes back to before a lock was taken: its holder keeps it, and renewing it keeps the end it has.
SELECT interlock_set_clock('2026-01-01T00:02:30Z');
SELECT lease_acquire('filled', 'back', 'w');
SELECT interlock_set_clock('2025-01-01T00:00:00Z');
SELECT lease_renew('filled', 'back', 'w');
SELECT lease_acquire('filled', 'back', 'w', 5);
SELECT lease_acquire('filled', 'back', 'v');
SELECT * FROM filled WHERE name = 'back';
SELECT interlock_set_clock('2026-01-01T00:03:00Z');
SELECT lease_renew('filled', 'back', 'w', 5);
SELECT * FROM filled WHERE name = 'back';
SELECT lease_acquire('filled', 'back', 'w', (-9223372036854775807 - 1));
SELECT lease_renew('filled', 'back', 'w', 9223372036854775807);
