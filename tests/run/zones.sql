-- Every time zone that PostgreSQL knows, against PostgreSQL: at every change of its clocks and a second before and after, and at
-- random instants. tests/run/cron.sh plays it; a row that begins with `broken` is a difference.
--
-- What is compared: a local time that PostgreSQL gives, written as a cron expression, must match that instant in that zone. It is
-- written with ranges ("30-30 1-1"), as an interval, because of a local time that comes twice both are meant.
--
-- PostgreSQL is asked through the setting TimeZone and not with AT TIME ZONE 'CET': AT TIME ZONE takes a word for an abbreviation
-- first, and EST, MST, HST, CET, MET, EET and WET are abbreviations of a fixed offset as well as zones with summer time.
SET client_min_messages = error;
CREATE TABLE differ (zone text, at timestamptz, local text);
CREATE TABLE seen (zone text PRIMARY KEY, changes int, instants int);

CREATE FUNCTION wrong_at(zone text, at timestamptz) RETURNS boolean LANGUAGE sql
  AS $$ SELECT NOT cron_matches(to_char(at, 'FMSS FMMI-FMMI FMHH24-FMHH24 FMDD FMMM *'), at, zone) $$;

-- The first instant of the second half of a stretch in which the offset changes once.
CREATE FUNCTION change_between(a timestamptz, b timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  lo bigint := extract(epoch FROM a); hi bigint := extract(epoch FROM b); mid bigint;
  before numeric := extract(timezone FROM a);
BEGIN
  WHILE hi - lo > 1 LOOP
    mid := (lo + hi) / 2;
    IF extract(timezone FROM to_timestamp(mid)) = before THEN lo := mid; ELSE hi := mid; END IF;
  END LOOP;
  RETURN to_timestamp(hi);
END $$;

CREATE PROCEDURE compare(name text) LANGUAGE plpgsql AS $$
DECLARE
  changes timestamptz[];
  n int;
BEGIN
  PERFORM set_config('timezone', name, false);
  SELECT array_agg(change_between(was, at)) INTO changes FROM (
    SELECT at, lag(at) OVER w AS was, extract(timezone FROM at) AS o, lag(extract(timezone FROM at)) OVER w AS p FROM (
      SELECT generate_series('1900-01-01Z'::timestamptz, '2040-01-01Z', '12 days'::interval) AS at UNION ALL
      SELECT generate_series('2099-01-01Z'::timestamptz, '2101-01-01Z', '12 days'::interval) UNION ALL
      SELECT generate_series('2398-01-01Z'::timestamptz, '2400-01-01Z', '12 days'::interval)) s
    WINDOW w AS (ORDER BY at)) c WHERE o <> p AND at - was < '20 days';
  INSERT INTO differ SELECT name, at, at::timestamp FROM (
      SELECT c + s * interval '1 second' AS at FROM unnest(changes) c, generate_series(-1, 1) s UNION ALL
      SELECT to_timestamp(-2208988800 + floor(random() * 15778454400)) FROM generate_series(1, 100)) t WHERE wrong_at(name, at);
  INSERT INTO seen VALUES (name, coalesce(cardinality(changes), 0), 100 + 3 * coalesce(cardinality(changes), 0));
END $$;

-- Of the files that count leap seconds ("right/…") and of posixrules and the like, only those are zones that both sides take.
SELECT setseed(0.25) \g /dev/null
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT n.name FROM pg_timezone_names n WHERE n.name NOT LIKE 'posix/%' ORDER BY n.name LOOP
    BEGIN
      PERFORM cron_next('* * * * *', '2026-01-01', name);
    EXCEPTION WHEN invalid_parameter_value THEN CONTINUE;
    END;
    CALL compare(name);
  END LOOP;
END $$;
SET timezone = 'UTC';
SELECT 'broken', zone, count(*), min(at), min(local) FROM differ GROUP BY zone ORDER BY zone;
-- The comparison can fail.
SET timezone = 'Europe/Paris';
SELECT 'broken: blind' WHERE NOT wrong_at('Europe/London', '2026-07-01 12:00:00Z');
SELECT 'broken: too few' FROM seen HAVING count(*) < 300 OR sum(changes) < 20000;
SELECT 'zones', count(*), 'changes', sum(changes), 'instants', sum(instants) FROM seen;
