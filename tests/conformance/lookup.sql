-- A column that follows from another table: filled when it is left out, refused when it is something else; and totals that are added up.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE agents (id varchar(20) NOT NULL PRIMARY KEY, kind varchar(20) NOT NULL, used integer NOT NULL DEFAULT 0, usd numeric(10,6) DEFAULT 0);
CREATE TABLE uses (id integer NOT NULL PRIMARY KEY, agent varchar(20) REFERENCES agents (id) ON DELETE SET NULL, kind varchar(20), n integer NOT NULL, m integer, usd numeric(10,6) NOT NULL DEFAULT 0, at timestamptz NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": {
  "agents": { "money": { "rule": "D-01", "columns": { "usd": [10, 6] } },
    "totals": { "rule": "D-02", "table": "uses", "column": "agent", "columns": { "used": "NEW.n + coalesce(NEW.m, 0)", "usd": { "add": "NEW.usd", "decimals": 6 } } } },
  "uses": { "lookup": { "rule": "D-03", "columns": { "kind": "SELECT a.kind FROM agents a WHERE a.id = NEW.agent" } },
    "expiry": { "rule": "D-05", "column": "at", "keep_seconds": 86400 },
    "append_only": { "rule": "D-04", "cascade": { "column": "agent", "table": "agents", "key": "id" } } } } }');
SELECT rule, kind, columns, text FROM interlock_rules() WHERE rule IN ('D-02', 'D-03') ORDER BY rule, text;
INSERT INTO agents (id, kind) VALUES ('a', 'coder'), ('b', 'tester');
-- rule D-03 accept
INSERT INTO uses VALUES (1, 'a', NULL, 5, NULL, 0.1, '2026-01-01T00:00:00Z'), (2, 'a', 'coder', 1, 1, 0.2, '2026-01-01T00:00:00Z'), (3, NULL, NULL, 9, 9, 9, '2026-01-01T00:00:00Z'), (4, NULL, 'robot', 1, 1, 1, '2026-01-01T00:00:00Z');
-- rule D-03 refuse
INSERT INTO uses VALUES (5, 'b', 'coder', 1, 1, 0, '2026-01-01T00:00:00Z');
SELECT id, agent, kind FROM uses ORDER BY id;
-- What was added: exact, and only for the row that was named.
-- rule D-02 accept
SELECT * FROM agents ORDER BY id;
-- rule D-02 refuse
UPDATE agents SET used = 0 WHERE id = 'a';
-- rule D-02 refuse
UPDATE agents SET usd = usd + 1 WHERE id = 'a';
-- rule D-02 refuse
INSERT INTO agents (id, kind, used) VALUES ('c', 'coder', 1);
-- rule D-02 refuse
INSERT INTO agents (id, kind) VALUES ('a', 'x') ON CONFLICT (id) DO UPDATE SET used = 3;
INSERT INTO agents (id, kind, used, usd) VALUES ('c', 'coder', 0, 0.0);
UPDATE agents SET used = 7 WHERE id = 'a' AND used = 7;
UPDATE agents SET kind = 'architect' WHERE id = 'c';
INSERT INTO uses VALUES (6, 'c', NULL, 1, 1, 0.000001, '2026-01-01T00:00:00Z') ON CONFLICT (id) DO NOTHING;
INSERT INTO uses VALUES (6, 'c', NULL, 1, 1, 0.000001, '2026-01-01T00:00:00Z') ON CONFLICT (id) DO NOTHING;
-- A refused statement adds nothing.
INSERT INTO uses VALUES (7, 'b', NULL, 1, 1, 1, '2026-01-01T00:00:00Z'), (8, 'b', 'coder', 1, 1, 1, '2026-01-01T00:00:00Z');
BEGIN;
INSERT INTO uses VALUES (7, 'b', NULL, 1, 1, 1, '2026-01-01T00:00:00Z');
ROLLBACK;
SELECT * FROM agents ORDER BY id;
-- The log takes no other change: not even the kind of a row that has one, or that follows from nothing.
-- rule D-04 refuse
UPDATE uses SET kind = 'tester' WHERE id = 1;
-- rule D-04 refuse
UPDATE uses SET kind = NULL WHERE id = 1;
-- rule D-04 refuse as D-03
UPDATE uses SET kind = 'thief' WHERE id = 3;
-- rule D-04 refuse
UPDATE uses SET n = 1 WHERE id = 3;
-- rule D-04 refuse
DELETE FROM uses WHERE id = 3;
-- The agent goes, its rows stay; they are purged by their age alone, and the totals keep what was added.
-- rule D-04 accept
DELETE FROM agents WHERE id = 'c';
SELECT id, agent, kind FROM uses WHERE id = 6;
-- rule D-05 refuse as D-04
DELETE FROM uses;
SELECT interlock_set_clock('2026-01-02T00:00:01Z');
-- rule D-05 accept
SELECT expire_purge('uses');
SELECT count(*) FROM uses;
SELECT * FROM agents ORDER BY id;
INSERT INTO uses VALUES (9, 'a', NULL, 1, NULL, 0, '2026-01-02T00:00:00Z');
SELECT * FROM agents ORDER BY id;
SELECT * FROM interlock_verify();
SELECT * FROM interlock_doctor();
-- Loading: rows and totals come as they are.
SELECT interlock_set_mode('load');
INSERT INTO agents VALUES ('d', 'coder', 100, 3.5);
INSERT INTO uses VALUES (10, 'd', NULL, 60, NULL, 1, '2026-01-02T00:00:00Z');
SELECT interlock_set_mode('enforce');
SELECT * FROM agents WHERE id = 'd';
SELECT kind FROM uses WHERE id = 10;
SELECT * FROM interlock_verify();
-- @guards off
UPDATE agents SET used = 59 WHERE id = 'd';
-- @guards on
-- rule D-02 reports
SELECT * FROM interlock_verify();
-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "agents": { "totals": { "rule": "D-02", "table": "uses", "column": "agent", "columns": { "used": "NEW.nn" } } }, "uses": {} } }');
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "agents": { "totals": { "rule": "D-02", "table": "agents", "column": "id", "columns": { "used": "NEW.used" } } }, "uses": {} } }');
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "agents": { "totals": { "rule": "D-02", "table": "used", "column": "agent", "columns": { "used": "NEW.n" } } }, "uses": {} } }');
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "agents": { "totals": { "rule": "D-02", "table": "uses", "column": "agent", "columns": { "used": { "add": "NEW.n", "decimals": 16 } } } }, "uses": {} } }');
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "uses": { "lookup": { "rule": "D-03", "columns": { "kind": "SELECT a.kind FROM agents a WHERE a.id = OLD.agent" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "uses", "tables": { "uses": { "lookup": { "rule": "D-03", "columns": { "kind": 3 } } } } }');
