-- Whose tables a tick touches: the caller's own and those of the search path.
SET client_min_messages = warning;
CREATE SCHEMA tk;
SET search_path = tk, public;
CREATE ROLE il_ann;
CREATE ROLE il_bob;
GRANT EXECUTE ON FUNCTION interlock_apply TO il_ann, il_bob;
CREATE SCHEMA ann AUTHORIZATION il_ann;
CREATE SCHEMA bob AUTHORIZATION il_bob;
CREATE TABLE tk.ran (who text, what text);
GRANT ALL ON SCHEMA tk TO PUBLIC;
GRANT ALL ON tk.ran TO PUBLIC;
CREATE FUNCTION tk.make(place text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I.task (id int PRIMARY KEY, state text NOT NULL DEFAULT ''open'', since timestamptz NOT NULL)', place);
  EXECUTE format('CREATE TRIGGER ran AFTER UPDATE ON %I.task FOR EACH ROW EXECUTE FUNCTION tk.ran()', place);
  EXECUTE format('GRANT ALL ON %I.task TO PUBLIC', place);
  EXECUTE format('INSERT INTO %I.task VALUES (1, ''open'', ''2020-01-01Z''), (2, ''open'', ''2020-01-01Z'')', place);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', place);
  RETURN interlock_apply(format('{"interlock": 1, "name": "%s", "tables": {"task": {"machines": {"rule": "K-1", "column": "state", "initial": "open",
    "states": {"open": {"to": ["late"], "after": {"1000": {"target": "late", "since": "since"}}}, "late": {"type": "final"}}}}}}', place), place);
END $$;
CREATE FUNCTION tk.ran() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tk.ran VALUES (current_user, TG_TABLE_SCHEMA); RETURN NULL; END $$;
SET ROLE il_ann;
SELECT tk.make('ann');
SET ROLE il_bob;
SELECT tk.make('bob');
RESET ROLE;
-- a superuser who did not ask for them
SELECT interlock_tick();
-- an owner
SET ROLE il_ann;
SELECT interlock_tick(1);
SELECT * FROM tk.ran;
-- somebody who put the schema on the path, and may write there
SET search_path = bob, tk, public;
SELECT interlock_tick();
RESET ROLE;
SELECT what, count(*), min(who), max(who) FROM tk.ran GROUP BY what ORDER BY what;
-- what a trap beside the registry catches: nothing
SET search_path = tk, public;
SET ROLE il_bob;
CREATE FUNCTION bob.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tk.ran VALUES (current_user, 'trap'); RETURN NEW; END $$;
CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON bob.interlock_ticks FOR EACH ROW EXECUTE FUNCTION bob.trap();
INSERT INTO bob.task VALUES (3, 'open', '2020-01-01Z');
RESET ROLE;
SELECT interlock_tick();
SELECT count(*) FROM tk.ran WHERE what = 'trap';
-- a row that another rule refuses: undone, noted with row and what would be allowed, the others done
SET ROLE il_bob;
SET search_path = bob, tk, public;
DROP TRIGGER trap ON bob.interlock_ticks;
CREATE FUNCTION bob.odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state := 'lost'; RETURN NEW; END $$;
CREATE TRIGGER odd BEFORE UPDATE ON bob.task FOR EACH ROW WHEN (OLD.id = 4) EXECUTE FUNCTION bob.odd();
INSERT INTO bob.task VALUES (4, 'open', '2020-01-01Z'), (5, 'open', '2020-01-01Z');
SELECT interlock_tick();
SELECT id, state FROM bob.task ORDER BY id;
SELECT job, "table", done, error FROM interlock_activity() WHERE done = 2;
RESET ROLE;
-- settings of the worker are there without it
SHOW interlock.tick_interval;
SHOW interlock.databases;
SET interlock.tick_limit = 5;
RESET search_path;
DROP SCHEMA tk, ann, bob CASCADE;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM il_ann, il_bob;
DROP ROLE il_ann, il_bob;
