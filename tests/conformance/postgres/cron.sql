-- What PostgreSQL's timestamps and its planner add to cron.sql.
SELECT cron_next('* * * * *', '0044-03-15 12:00:00 BC');
SELECT cron_next('* * * * *', '10000-01-01');
SELECT cron_prev('* * * * *', '294276-12-31');
SELECT cron_matches('* * * * *', '10000-01-01');
SELECT fire_at FROM cron_series('* * * * *', '0001-01-01 BC', 'infinity') LIMIT 1;
SELECT fire_at FROM cron_series('* * * * *', 'infinity', 'infinity');
SELECT fire_at FROM cron_series('0 0 1 1 *', '-infinity', '-infinity');
SELECT cron_next('0 0 1 1 * * 2199', 'infinity'), cron_prev('0 0 0 1 1 * 1970', 'infinity');
-- A megabyte, and more than any expression may have.
SELECT left(cron_error(repeat('1,', 500000) || '1 * * * *'), 60);
SELECT left(cron_error(repeat('9', 1000000)), 60);
-- Streams wherever it stands: in FROM, in the target list, in a lateral join, in EXISTS.
EXPLAIN (COSTS OFF) SELECT fire_at FROM cron_series('* * * * * *', '-infinity', 'infinity') LIMIT 2;
SELECT fire_at FROM cron_series('* * * * * *', '-infinity', 'infinity') LIMIT 2;
SELECT cron_series('* * * * * *', '-infinity', 'infinity') LIMIT 2;
SELECT e, s.fire_at FROM (VALUES ('* * * * * *'), ('0 0 1 1 *')) v(e), LATERAL (SELECT fire_at FROM cron_series(e, '-infinity', 'infinity') LIMIT 2) s;
SELECT EXISTS (SELECT 1 FROM cron_series('* * * * * *', '-infinity', 'infinity'));
-- By name, optional ones left out.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT cron_next('0 9 * * *', zone => 'Europe/Paris'), cron_prev(expr => '0 9 * * *', before => '2026-01-01', zone => 'Asia/Tokyo');
SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', "limit" => 2);
-- Two cursors at once, in different zones, and one abandoned.
BEGIN;
DECLARE a CURSOR FOR SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', 'Europe/Paris');
DECLARE b CURSOR FOR SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', 'Asia/Tokyo');
FETCH 1 FROM a;
FETCH 2 FROM b;
FETCH 1 FROM a;
COMMIT;
-- Usable in a generated column and an index, as AT TIME ZONE is.
CREATE TABLE jobs (expr text, last_run timestamptz, next_run timestamptz GENERATED ALWAYS AS (cron_next(expr, last_run, 'Europe/Paris')) STORED);
INSERT INTO jobs (expr, last_run) VALUES ('0 9 * * *', '2026-01-05'), ('0 0 30 2 *', '2026-01-05');
SELECT * FROM jobs;
ALTER TABLE jobs ADD CONSTRAINT sound CHECK (cron_error(expr) IS NULL);
INSERT INTO jobs VALUES ('often', '2026-01-05');
-- Plans: a statement with another zone, another expression for each execution.
PREPARE p(text, text) AS SELECT cron_next($1, '2026-01-05', $2);
EXECUTE p('0 9 * * *', 'Europe/Paris');
EXECUTE p('0 10 * * *', 'Asia/Tokyo');
EXECUTE p('0 9 * * *', NULL);
EXECUTE p('0 9 * * 8', 'UTC');
