-- Roles, settings, search_path.
SET TimeZone = 'UTC';
CREATE SCHEMA sec;
SET search_path = sec, public;
SELECT interlock_install('textops', 'sec');
SET client_min_messages = warning;
DROP ROLE IF EXISTS il_writer, il_owner, il_evil;
RESET client_min_messages;
CREATE ROLE il_writer;
CREATE ROLE il_evil;
CREATE ROLE il_owner;
-- nothing runs with other rights than the caller's, nothing is leakproof, nothing is replaced
SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass JOIN pg_extension e ON e.oid = d.refobjid
WHERE e.extname = 'interlock' AND (p.prosecdef OR p.proleakproof);
SELECT c.relname FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'interlock';
SELECT p.proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass JOIN pg_extension e ON e.oid = d.refobjid
WHERE e.extname = 'interlock' AND NOT has_function_privilege('il_writer', p.oid, 'EXECUTE') ORDER BY 1;
-- what an unprivileged role may set and call
SET ROLE il_writer;
SELECT t.says('SET interlock.actor = ''user:me''');
SELECT t.says('SET interlock.clock = ''2020-01-01''');
SELECT t.says('SET interlock.mode = load');
SELECT t.says('SELECT interlock_set_clock(''2020-01-01'')');
SELECT t.says('SELECT interlock_set_mode(''load'')');
SELECT t.says('SELECT interlock_install(''textops'')');
SELECT t.says('SELECT interlock_apply(''{}'')');
SELECT t.says('SELECT interlock_remove(''textops'')');
SELECT t.says('SELECT interlock_set_actor(''user:you'')');
SHOW interlock.actor;
-- no right on the tables: no right through the functions
SELECT t.says($$SELECT fsm_transition('sec.Runs', 'r1', 'Running')$$);
SELECT t.says($$SELECT dedup_accept('sec.InboxDedup', 'c', 'm')$$);
SELECT t.says($$SELECT * FROM interlock_verify('sec.Runs')$$);
SELECT count(*) FROM interlock_rules('sec.Runs');
RESET ROLE;
GRANT USAGE ON SCHEMA sec TO il_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON "Runs", "RunEvents", "InboxDedup" TO il_writer;
-- with the rights a writer needs: guarded, without USAGE on the functions' schema or not
SET ROLE il_writer;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, 'a', 'c', 'v');
SELECT t.says($$UPDATE "Runs" SET "Status" = 4$$);
UPDATE "Runs" SET "Status" = 1;
SELECT "Type", "Actor" FROM "RunEvents" ORDER BY "Id";
SELECT t.says('TRUNCATE "RunEvents"');
SELECT t.says('ALTER TABLE "Runs" DISABLE TRIGGER ALL');
SELECT t.says('SET session_replication_role = replica');
SELECT t.says($$INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES ('r1', 'RunDenied', 'user:me', '{}')$$);
RESET ROLE;
-- the right to write runs but not events: the event is written as the writer, so the change is refused
REVOKE INSERT ON "RunEvents" FROM il_writer;
SET ROLE il_writer;
SELECT t.says($$UPDATE "Runs" SET "Status" = 3$$);
RESET ROLE;
GRANT INSERT ON "RunEvents" TO il_writer;
-- GUCs: SET LOCAL ends with the transaction, RESET and DISCARD give no rights, a bad value is refused
BEGIN;
SET LOCAL interlock.clock = '2026-05-05T12:00:00.123456Z';
SELECT interlock_now() AT TIME ZONE 'UTC';
COMMIT;
SELECT interlock_now() > '2026-05-06';
SELECT t.says('SET interlock.clock = ''noon''');
SELECT t.says('SET interlock.mode = off');
SELECT interlock_set_clock('2026-01-01T00:00:00.654321Z') AT TIME ZONE 'UTC';
SHOW interlock.clock;
SELECT t.says('SELECT interlock_set_clock(''infinity'')');
DISCARD ALL;
SET TimeZone = 'UTC';
SET search_path = sec, public;
SHOW interlock.clock;
-- replica role: a superuser's way around, which verify and the doctor see
SET session_replication_role = replica;
UPDATE "Runs" SET "Status" = 42;
SELECT * FROM interlock_doctor();
RESET session_replication_role;
SELECT rule, "table", key, message FROM interlock_verify('textops');
SET session_replication_role = replica;
UPDATE "Runs" SET "Status" = 1;
RESET session_replication_role;
-- an empty search_path, as logical replication has it
SET search_path = '';
UPDATE sec."Runs" SET "Status" = 3 WHERE "RunId" = 'r1';
SELECT "Type" FROM sec."RunEvents" ORDER BY "Id";
SELECT public.dedup_accept('sec.InboxDedup', 'c', 'm1', 'r1');
SET search_path = sec, public;
-- somebody who may create things in the schemas in use puts operators, functions and tables in the way
GRANT CREATE, USAGE ON SCHEMA sec, public TO il_evil;
CREATE TABLE stolen (who text);
GRANT INSERT ON stolen TO PUBLIC;
GRANT SELECT ON "Runs", "RunEvents" TO il_evil;
SET ROLE il_evil;
CREATE FUNCTION public.evil(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('varchar by ' || current_user); RETURN true; END $$;
CREATE FUNCTION public.evil(text, varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('text by ' || current_user); RETURN true; END $$;
CREATE FUNCTION public.evil(int, int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('int by ' || current_user); RETURN true; END $$;
CREATE FUNCTION public.evil(int8, int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('int8 by ' || current_user); RETURN true; END $$;
CREATE FUNCTION sec.substr(varchar, int, int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('substr by ' || current_user); RETURN 'user:'; END $$;
CREATE FUNCTION sec.instant_us(timestamptz) RETURNS int8 LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('instant_us by ' || current_user); RETURN 0; END $$;
CREATE FUNCTION public.length(varchar) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sec.stolen VALUES ('length by ' || current_user); RETURN 9; END $$;
CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = public.evil);
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = varchar, FUNCTION = public.evil);
CREATE OPERATOR sec.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = public.evil);
CREATE OPERATOR sec.= (LEFTARG = int8, RIGHTARG = int, FUNCTION = public.evil);
CREATE OPERATOR sec.>= (LEFTARG = int8, RIGHTARG = int, FUNCTION = public.evil);
CREATE TABLE public."RunEvents" (LIKE sec."RunEvents");
CREATE TABLE public."Runs" (LIKE sec."Runs");
GRANT ALL ON public."RunEvents", public."Runs" TO PUBLIC;
RESET ROLE;
-- the trap works on statements of one's own
SET search_path = public, sec;
SELECT 'a'::varchar = 'b'::varchar;
SELECT sec.instant_us(now()), length('x'::varchar);
SELECT who FROM stolen ORDER BY 1;
DELETE FROM stolen;
CREATE TEMP TABLE "RunEvents" (LIKE sec."RunEvents");
CREATE TEMP TABLE "InboxDedup" (LIKE sec."InboxDedup");
INSERT INTO sec."Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r2', 'job', 0, 'a', 'c', 'v');
UPDATE sec."Runs" SET "Status" = 1 WHERE "RunId" OPERATOR(pg_catalog.=) 'r2';
SELECT t.says($$DELETE FROM sec."Runs"$$);
SELECT fsm_transition('sec.Runs', 'r2', 'Denied', actor => 'user:me')->>'result';
SELECT dedup_accept('sec.InboxDedup', 'c', 'm2', 'r1'), dedup_accept('sec.InboxDedup', 'c', 'm2', 'r1');
SELECT * FROM interlock_verify('sec.Runs');
SELECT * FROM interlock_verify('textops');
SELECT count(*) FROM fsm_history('sec.Runs', 'r2');
SELECT interlock_tick();
SELECT DISTINCT who FROM sec.stolen ORDER BY 1;
SELECT count(*) FROM public."RunEvents";
SELECT count(*) FROM pg_temp."RunEvents";
SELECT "RunId", "Type" FROM sec."RunEvents" ORDER BY "Id";
-- while triggers of the user's own, which our statements fire, find what they always find
DROP TABLE pg_temp."RunEvents", pg_temp."InboxDedup", public."RunEvents", public."Runs";
SET client_min_messages = warning;
DROP OWNED BY il_evil CASCADE;
RESET client_min_messages;
SET search_path = sec, public;
CREATE TABLE seen (what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (NEW."Type"); RETURN NEW; END $$;
CREATE TRIGGER see AFTER INSERT ON "RunEvents" FOR EACH ROW EXECUTE FUNCTION see();
SELECT fsm_transition('Runs', 'r1', 'Running')->>'result';
SELECT * FROM seen;
-- session settings that change what SQL means
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET DateStyle = 'German, DMY';
SET IntervalStyle = 'sql_standard';
SET TimeZone = 'Asia/Kolkata';
SET bytea_output = 'escape';
SET quote_all_identifiers = on;
SELECT fsm_transition('Runs', 'r1', 'Succeeded', NULL, NULL, 'user:o''b\\')->>'result';
SELECT "Type", "Actor" FROM "RunEvents" WHERE "RunId" = 'r1' ORDER BY "Id" DESC LIMIT 1;
SELECT * FROM interlock_verify('textops');
RESET ALL;
SET TimeZone = 'UTC';
SET search_path = sec, public;
-- rows that policies hide, from an owner too
CREATE POLICY mine ON "RunEvents" USING (false) WITH CHECK (true);
ALTER TABLE "RunEvents" ENABLE ROW LEVEL SECURITY;
SELECT * FROM interlock_doctor();
ALTER TABLE "RunEvents" DISABLE ROW LEVEL SECURITY;
-- a registry of somebody else's does not run their code
CREATE TABLE public.interlock_rulebooks (LIKE sec.interlock_rulebooks);
ALTER TABLE public.interlock_rulebooks ENABLE ROW LEVEL SECURITY;
CREATE POLICY trap ON public.interlock_rulebooks USING (1 / 0 = 1);
GRANT SELECT ON public.interlock_rulebooks TO il_writer;
SET ROLE il_writer;
SELECT count(*) > 0 FROM interlock_rules();
RESET ROLE;
DROP TABLE public.interlock_rulebooks;
SET client_min_messages = warning;
DROP SCHEMA sec CASCADE;
DROP OWNED BY il_writer, il_owner, il_evil;
DROP ROLE il_writer, il_owner, il_evil;
