-- Ways to a guarded row that are not an UPDATE of its table: cascades, COPY, views, rules, MERGE, another unique index, other
-- transactions' ends. Each is refused, and what is let through is named by the doctor.
SET TimeZone = 'UTC';
SET client_min_messages = warning;
CREATE SCHEMA around;
SET search_path = around, public;
CREATE TABLE kinds (kind text PRIMARY KEY);
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE t (k int PRIMARY KEY, s text NOT NULL DEFAULT 'new' REFERENCES kinds ON UPDATE CASCADE, q int UNIQUE, r int UNIQUE DEFERRABLE INITIALLY DEFERRED, v int NOT NULL DEFAULT 1);
CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p int REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO kinds VALUES ('new'), ('run'), ('done');
INSERT INTO parents VALUES (1);
SELECT interlock_apply('{"interlock":1,"name":"around","version":"1","tables":{"t":{"machines":{"rule":"A-1","column":"s","initial":"new","states":{
  "new":{"to":["run"]},"run":{"to":["done"]},"done":{"type":"final","freeze":true}}},"row_version":{"rule":"A-2","column":"v"}},
  "log":{"append_only":{"rule":"A-3"}}}}', 'around');
INSERT INTO t (k, q, r) VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO log (p) VALUES (1);
-- foreign keys
UPDATE kinds SET kind = 'other' WHERE kind = 'new';
DELETE FROM parents;
UPDATE parents SET id = 5;
-- COPY in every format
\copy t (k, s) FROM PROGRAM 'printf "7\tdone\n"'
\copy t (k, s) FROM PROGRAM 'printf "7,done\n"' WITH (FORMAT csv)
\copy (SELECT 7, 'done'::text) TO 'around.bin' WITH (FORMAT binary)
\copy t (k, s) FROM 'around.bin' WITH (FORMAT binary)
BEGIN;
TRUNCATE t;
\copy t (k, s) FROM PROGRAM 'printf "7\tdone\n"' WITH (FREEZE)
ROLLBACK;
-- views and rules
CREATE VIEW simple AS SELECT * FROM t;
UPDATE simple SET s = 'done';
CREATE VIEW instead AS SELECT * FROM t;
CREATE FUNCTION instead() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE t SET s = NEW.s WHERE k = OLD.k; RETURN NEW; END$$;
CREATE TRIGGER i INSTEAD OF UPDATE ON instead FOR EACH ROW EXECUTE FUNCTION instead();
UPDATE instead SET s = 'done';
CREATE TABLE door (k int, s text);
CREATE RULE r AS ON INSERT TO door DO INSTEAD UPDATE t SET s = NEW.s WHERE k = NEW.k;
INSERT INTO door VALUES (1, 'done');
-- MERGE, another unique index
MERGE INTO t USING (VALUES (1, 'done')) x (k, s) ON t.k = x.k WHEN MATCHED THEN UPDATE SET s = x.s;
MERGE INTO t USING (VALUES (9, 'done')) x (k, s) ON t.k = x.k WHEN NOT MATCHED THEN INSERT (k, s) VALUES (x.k, x.s);
INSERT INTO t (k, q) VALUES (9, 1) ON CONFLICT (q) DO UPDATE SET s = 'done';
INSERT INTO t (k, q, s) VALUES (9, 1, 'done') ON CONFLICT (q) DO NOTHING;
-- a deferred constraint takes the row back, and all that followed it
BEGIN;
INSERT INTO t (k, r) VALUES (9, 1);
UPDATE t SET s = 'run' WHERE k = 9;
COMMIT;
SELECT * FROM t ORDER BY k;
SELECT * FROM log;
-- a prepared transaction holds what it was allowed, and nothing is left over in the session
SELECT interlock_install('textops', 'around');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
BEGIN;
UPDATE "Runs" SET "Status" = 2;
PREPARE TRANSACTION 'around';
INSERT INTO "RunEvents" ("RunId", "Type", "At", "Actor", "PayloadJson") VALUES ('r1', 'RunApproved', now(), 'system', '{}');
COMMIT PREPARED 'around';
SELECT count(*) FROM "RunEvents";
SELECT * FROM interlock_verify();
-- columns
ALTER TABLE t ALTER COLUMN s TYPE varchar USING 'done';
ALTER TABLE t DROP COLUMN s;
ALTER TABLE t RENAME COLUMN s TO state;
UPDATE t SET state = 'done' WHERE k = 1;
SELECT * FROM interlock_doctor() WHERE problem NOT LIKE 'TimeZone%';
ALTER TABLE t RENAME COLUMN state TO s;
ALTER TABLE t ADD COLUMN more int DEFAULT 5;
-- an heir has no guard: the doctor says so
CREATE TABLE heir () INHERITS (t);
ALTER TABLE t ENABLE REPLICA TRIGGER interlock_update;
SELECT * FROM interlock_doctor() WHERE "table" = 't';
DROP SCHEMA around CASCADE;
