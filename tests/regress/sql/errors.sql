-- Every kind of error with all its fields.
SET TimeZone = 'UTC';
CREATE SCHEMA errors;
SET search_path = errors, public;
SELECT interlock_install('textops', 'errors');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
VALUES ('r1', 'job', 0, 'a', 'c', 'v');
-- a rule is broken
SELECT * FROM t.refusal($$UPDATE "Runs" SET "Status" = 4$$);
SELECT * FROM t.refusal($$UPDATE "Runs" SET "Status" = 99$$);
SELECT * FROM t.refusal($$INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r2', 'job', 4, 'a', 'c', 'v')$$);
-- an append-only row is touched
SELECT * FROM t.refusal($$UPDATE "RunEvents" SET "Actor" = 'system:x'$$);
SELECT * FROM t.refusal($$TRUNCATE "RunEvents"$$);
-- a version conflict
SELECT * FROM t.refusal($$UPDATE "Runs" SET "Status" = 1, "Version" = 7$$);
-- an assert over other tables
SELECT * FROM t.refusal($$DELETE FROM "Runs"$$);
-- an event by hand
SELECT * FROM t.refusal($$INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunCanceled', 'system', '{}')$$);
-- bad arguments, and things that are not there
SELECT * FROM t.refusal($$SELECT fsm_can('Runs', 'Created', 'Nowhere')$$);
SELECT * FROM t.refusal($$SELECT fsm_can('NoSuch', 'Created', 'Nowhere')$$);
SELECT * FROM t.refusal($$SELECT fsm_can('Runs', 'Created', 'Running', 'NoColumn')$$);
SELECT * FROM t.refusal($$SELECT interlock_install('nosuch')$$);
SELECT * FROM t.refusal($$SELECT interlock_apply('{"interlock": 1}')$$);
SELECT * FROM t.refusal($$SELECT fsm_transition(NULL, 'r1', 'Running')$$);
-- not possible now
SELECT * FROM t.refusal($$SELECT interlock_uninstall('textops', 'errors')$$);
-- the client sees the same as GET STACKED DIAGNOSTICS
UPDATE "Runs" SET "JobKey" = 'x';
-- what triggers call says so when somebody else calls it
SELECT * FROM t.refusal($$SELECT il1_fill()$$);
SELECT * FROM t.refusal($$SELECT il1_after()$$);
SELECT t.says($$SELECT public.il1_insert(NULL, 1)$$);
SELECT t.says($$SELECT il1_insert('junk', 1)$$);
SELECT t.says($$SELECT il1_insert('', 1)$$);
SELECT t.says($$SELECT il1_update('il1:0123456789abcdef:', 1)$$);
SELECT t.says($$SELECT il1_update('il1:0123456789abcdef:', 0::oid)$$);
SELECT t.says($$SELECT il1_update('il1:0123456789abcdef:', 'errors."Runs"'::regclass::oid)$$);
SELECT t.says($$SELECT il1_delete('il1:0123456789abcdef:b x y')$$);
SELECT t.says($$SELECT il1_delete('il1:0123456789abcdef:b x y', VARIADIC ARRAY[1, 2])$$);
-- the plan of the table, but not its columns: how many, of which types
CREATE TEMP TABLE plan AS SELECT convert_from(substring(tgargs FOR position('\x00'::bytea IN tgargs) - 1), 'UTF8') AS text
FROM pg_trigger WHERE tgrelid = '"Runs"'::regclass AND tgname = 'interlock_update';
SELECT t.says('SELECT il1_update(' || quote_literal(text) || ', 1, 2)') FROM plan;
SELECT t.says('SELECT il1_delete(' || quote_literal(text) || ', VARIADIC ARRAY[1])') FROM plan;
SELECT t.says('SELECT il1_delete(' || quote_literal(text) || ', NULL::bytea)') FROM plan;
SELECT t.says('SELECT il1_insert(' || quote_literal(text) || ', 1, 2, ''x''::xml, 4.5, ''{}''::int[], true, NULL, ROW(1), 9)') FROM plan;
SELECT t.says('SELECT il1_update(' || quote_literal(text) || ', 1,2,3,4,5,6,7,8,9, 1,2,3,4,5,6,7,8,''x''::text)') FROM plan;
-- a text that is none, cut in two, or changed
SELECT t.says('SELECT il1_insert(' || quote_literal(left(text, 200)) || ', 1)') FROM plan;
CREATE TABLE bare (a int, b text);
CREATE TRIGGER x BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION il1_fill();
SELECT t.says($$INSERT INTO bare VALUES (1)$$);
DROP TRIGGER x ON bare;
CREATE TRIGGER x BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION il1_fill('il1:0123456789abcdef:b x y');
SELECT t.says($$INSERT INTO bare VALUES (1)$$);
DROP TRIGGER x ON bare;
CREATE TRIGGER x AFTER INSERT ON bare FOR EACH STATEMENT EXECUTE FUNCTION il1_after('a', 'b', 'c');
SELECT t.says($$INSERT INTO bare VALUES (1)$$);
DROP TRIGGER x ON bare;
-- a plan of another table on this one, in every wrong way: columns are missing
DO $$
DECLARE p text := (SELECT text FROM plan);
BEGIN
  EXECUTE format('CREATE TRIGGER a BEFORE INSERT OR UPDATE ON bare FOR EACH ROW EXECUTE FUNCTION il1_fill(%L)', p);
  EXECUTE format('CREATE TRIGGER b AFTER INSERT ON bare FOR EACH ROW EXECUTE FUNCTION il1_after(%L, ''judge'')', p);
  EXECUTE format('CREATE TRIGGER c AFTER UPDATE ON bare FOR EACH ROW EXECUTE FUNCTION il1_after(%L, ''nonsense'')', p);
  EXECUTE format('CREATE TRIGGER d AFTER DELETE ON bare FOR EACH STATEMENT EXECUTE FUNCTION il1_after(%L)', p);
  EXECUTE format('CREATE TRIGGER e BEFORE TRUNCATE ON bare FOR EACH STATEMENT EXECUTE FUNCTION il1_fill(%L)', p);
END $$;
SELECT t.says($$INSERT INTO bare VALUES (1)$$);
ALTER TABLE bare DISABLE TRIGGER a;
SELECT t.says($$INSERT INTO bare VALUES (1)$$);
ALTER TABLE bare DISABLE TRIGGER b;
INSERT INTO bare VALUES (1);
SELECT t.says($$UPDATE bare SET a = 2$$);
SELECT t.says($$DELETE FROM bare$$);
SELECT t.says($$TRUNCATE bare$$);
DROP TABLE plan;
SET client_min_messages = warning;
DROP SCHEMA errors CASCADE;
