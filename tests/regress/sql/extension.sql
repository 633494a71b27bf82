-- The extension as an object: its functions, other schemas, dropping, what stands in the way.
SET TimeZone = 'UTC';
CREATE DATABASE il_ext TEMPLATE template0;
\c il_ext
SET TimeZone = 'UTC';
\set VERBOSITY terse
-- somebody was there first: nothing is adopted
CREATE FUNCTION public.interlock_version() RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$;
CREATE EXTENSION interlock;
DROP FUNCTION public.interlock_version();
-- in a schema whose name needs quotes
CREATE SCHEMA "il X";
CREATE EXTENSION interlock SCHEMA "il X";
CREATE SCHEMA app;
SELECT "il X".interlock_install('textops', 'app');
INSERT INTO app."Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 0, 'a', 'c', 'v');
UPDATE app."Runs" SET "Status" = 4;
UPDATE app."Runs" SET "Status" = 1;
SELECT "Type" FROM app."RunEvents" ORDER BY 1;
SELECT * FROM "il X".interlock_verify();
SELECT * FROM "il X".interlock_doctor();
-- it goes only when nothing is guarded
DROP EXTENSION interlock;
ALTER EXTENSION interlock SET SCHEMA public;
DELETE FROM app."RunEvents";
SELECT "il X".interlock_uninstall('textops', 'app', true);
SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'app';
DROP EXTENSION interlock;
CREATE EXTENSION interlock;
-- every function: how it is declared, and that it is described
\pset format unaligned
SELECT p.proname, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
  p.provolatile AS v, p.proparallel AS par, p.proisstrict AS strict, p.procost AS cost, p.proacl IS NOT NULL AS revoked,
  obj_description(p.oid, 'pg_proc') IS NOT NULL AS described
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass
JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'interlock' ORDER BY 1;
\pset format aligned
-- immutable ones in an index and in a generated column; in parallel
CREATE TABLE ix (a text, b text, k text GENERATED ALWAYS AS (dedup_key(a, b)) STORED, at timestamptz);
CREATE INDEX ON ix (instant_us(at));
INSERT INTO ix (a, b, at) VALUES ('x', 'y', '2026-01-01T00:00:00Z'), (NULL, 'y', NULL);
SELECT k, instant_us(at) FROM ix;
SELECT dedup_key('x', 'y') = (SELECT k FROM ix WHERE a = 'x') AS same, dedup_key(VARIADIC ARRAY['x', 'y']) = dedup_key('x', 'y') AS array_too,
  dedup_key('x', 1, true, 2.5) AS mixed, dedup_key('x', NULL) IS NULL AS none;
BEGIN;
SET LOCAL interlock.clock = '2026-01-02T03:04:05Z';
SET LOCAL force_parallel_mode = on;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT DISTINCT interlock_now() AT TIME ZONE 'UTC' FROM ix;
COMMIT;
-- arguments by name, and left out
CREATE SCHEMA s;
SELECT interlock_install(schema => 's', system => 'textops');
SELECT fsm_can('s.runs', from_state => 'Created', to_state => 1);
SELECT fsm_label('s.Runs', 3), fsm_label('s.Runs', '3'), fsm_code('s.RUNS', 'Dispatching');
SELECT * FROM fsm_allowed('s.Runs', 1);
-- within a plan that goes parallel, and where nothing may be written
SET force_parallel_mode = on;
SELECT count(*) FROM interlock_verify();
SELECT count(*) FROM pg_class WHERE fsm_can('s.Runs', 'Created', 'Running');
RESET force_parallel_mode;
BEGIN READ ONLY;
SELECT count(*) FROM interlock_verify();
SELECT fsm_transition('s.Runs', 'nobody', 'Canceled')->>'result';
ROLLBACK;
SELECT system, installed, schema FROM interlock_systems() WHERE system = 'textops';
SELECT interlock_rulebook('textops')::json->>'name';
\c contrib_regression
SET TimeZone = 'UTC';
DROP DATABASE il_ext;
