-- What SQLite's loose types add to cron.sql.
SELECT cron_next('* * * * *' || char(0), '2026-01-05');
SELECT cron_error('* * * ' || char(0) || ' * *') IS NOT NULL;
SELECT cron_next('* * * * *', '2026-01-05', 'UTC' || char(0) || 'x');
SELECT cron_next('* * * * *', '2026-01-05', 'Europe/Paris' || char(0));
SELECT cron_next(5, '2026-01-05');
SELECT cron_next(1.5, '2026-01-05');
SELECT cron_next(x'2a202a202a202a202a', '2026-01-05'), cron_next(x'', '2026-01-05');
SELECT cron_next('* * * * *', 1767603600);
SELECT cron_next('* * * * *', x'00');
SELECT cron_next('* * * * *', '10000-01-01');
SELECT cron_next('* * * * *', '0000-12-31');
SELECT cron_next('* * * * *', 'Infinity');
SELECT cron_next('* * * * *', '2026-01-05', 7);
SELECT cron_next('* * * * *', '2026-01-05', '../etc/passwd'), 'x';
-- A megabyte, and more than any expression may have.
SELECT substr(cron_error(replace(hex(zeroblob(250000)), '00', '1,') || '1 * * * *'), 1, 60);
SELECT substr(cron_error(replace(hex(zeroblob(500000)), '00', '99')), 1, 60);
-- Arguments of a series by name; missing; more of them than there are.
SELECT fire_at FROM cron_series WHERE expr = '0 9 * * *' AND "from" = '2026-01-01' AND "until" = 'infinity' AND "limit" = 2;
SELECT fire_at, zone FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', 'Europe/Paris') LIMIT 2;
SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01');
SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', 'UTC', 1, 2);
SELECT fire_at FROM cron_series('0 9 * * *', '2026-01-01', 'infinity', 'UTC', 'x');
SELECT EXISTS (SELECT 1 FROM cron_series('* * * * * *', '-infinity', 'infinity'));
-- More zones than are kept, while a series is under way in one of them.
WITH RECURSIVE n(i) AS (SELECT -12 UNION ALL SELECT i + 1 FROM n WHERE i < 12),
  z(name) AS (VALUES ('Europe/Paris'), ('Europe/London'), ('Europe/Berlin'), ('Europe/Rome'), ('Europe/Madrid'), ('Asia/Tokyo'), ('Asia/Kolkata'), ('Asia/Dubai'), ('America/New_York'), ('America/Chicago'), ('America/Denver'), ('America/Lima'))
SELECT count(*), count(DISTINCT s.fire_at), count(DISTINCT t.fire_at), max(s.fire_at), max(t.fire_at) FROM n, cron_series('0 12 * * *', '2026-01-05', 'infinity', 'Etc/GMT' || printf('%+d', n.i), 2) s, z, cron_series('0 12 * * *', '2026-01-05', 'infinity', z.name, 3) t;
-- Safe and constant: in a CHECK, an index, a generated column, and a view of a schema that is not trusted.
PRAGMA trusted_schema = OFF;
CREATE TABLE jobs (expr TEXT CHECK (cron_error(expr) IS NULL), last_run TEXT, next_run TEXT GENERATED ALWAYS AS (cron_next(expr, last_run, 'Europe/Paris')) STORED);
CREATE INDEX jobs_due ON jobs (cron_next(expr, last_run, 'UTC'));
INSERT INTO jobs VALUES ('0 9 * * *', '2026-01-05'), ('0 0 30 2 *', '2026-01-05');
INSERT INTO jobs VALUES ('often', '2026-01-05');
SELECT expr, next_run FROM jobs;
CREATE VIEW fires AS SELECT jobs.expr, fire_at FROM jobs, cron_series(jobs.expr, last_run, 'infinity', 'UTC', 1);
SELECT * FROM fires;
-- The clock is not constant.
CREATE INDEX jobs_now ON jobs (cron_next(expr));
