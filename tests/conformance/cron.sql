-- Cron expressions: the instants after and before one, with and without a zone.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT cron_next('*/15 * * * *'), cron_prev('*/15 * * * *');
SELECT cron_next('*/15 * * * *', '2026-01-05T09:00:00.001Z'), cron_prev('*/15 * * * *', '2026-01-05T09:00:00.001Z');
SELECT cron_next('0 9 * * MON-FRI', '2026-01-09T09:00:00Z'), cron_next('0 9 * * MON-FRI', '2026-01-09T09:00:00Z', 'Europe/Paris');
SELECT cron_next('30 9 * * *', '2026-01-05 09:00:00', 'Asia/Kolkata'), cron_next('30 9 * * *', '2026-01-05T12:00:00+05:30', 'Asia/Kolkata');
-- Five, six and seven fields; names in any case; 7 is Sunday; ranges that go on past the end; steps.
SELECT cron_next('30 * * * * *', '2026-01-05T09:00:00Z'), cron_next('0 0 12 1 1 ? 2028', '2026-01-05T09:00:00Z');
SELECT cron_next('0 0 * jan Sun', '2026-01-05T09:00:00Z'), cron_next('0 0 * 1 7', '2026-01-05T09:00:00Z'), cron_next('0 0 * 1 0-7', '2026-01-05T09:00:00Z');
SELECT fire_at FROM cron_series('0 22-2 * * *', '2026-01-05T20:00:00Z', '2026-01-06T12:00:00Z');
SELECT fire_at FROM cron_series('0 0 * * FRI-MON', '2026-01-05T00:00:00Z', '2026-01-12T00:00:00Z');
SELECT fire_at FROM cron_series('50/4 9 * * *', '2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z');
-- The last day, the weekday nearest to a day, the n-th weekday; a day or a weekday, unless one begins with a star or + stands before.
SELECT cron_next('0 0 L * *', '2026-02-01T00:00:00Z'), cron_next('0 0 L-3 * *', '2026-02-01T00:00:00Z'), cron_next('0 0 LW * *', '2026-02-01T00:00:00Z');
SELECT cron_next('0 0 1W * *', '2026-08-01T00:00:00Z'), cron_next('0 0 31W * *', '2026-02-01T00:00:00Z'), cron_next('0 0 L-1W 5 *', '2026-05-01T00:00:00Z');
SELECT cron_next('0 0 * * 5L', '2026-01-05T00:00:00Z'), cron_next('0 0 * * FRI#2', '2026-01-05T00:00:00Z'), cron_next('0 0 * * 1#5', '2026-01-05T00:00:00Z');
SELECT fire_at FROM cron_series('0 0 13 * FRI', '2026-01-05T00:00:00Z', 'infinity', 'UTC', 4);
SELECT fire_at FROM cron_series('0 0 13 * +FRI', '2026-01-05T00:00:00Z', 'infinity', 'UTC', 3);
SELECT fire_at FROM cron_series('0 0 */13 * FRI', '2026-01-05T00:00:00Z', 'infinity', 'UTC', 3);
-- Macros.
SELECT cron_next('@yearly'), cron_next('@Annually'), cron_next('@monthly'), cron_next('@weekly'), cron_next('@DAILY'), cron_next('@midnight'), cron_next('@hourly'), cron_next('@minutely');

-- Never is proved, not waited for: the calendar repeats after 400 years. Rare is found, however rare.
SELECT cron_next('0 0 30 2 *'), cron_prev('0 0 30 2 *'), cron_next('0 0 31 4,6,9,11 *'), cron_next('0 0 1 1 1 ? 1999');
SELECT cron_next('0 0 29 2 *', '2096-03-01T00:00:00Z'), cron_next('0 0 * 2 1#5', '2072-03-01T00:00:00Z'), cron_next('0 0 29 2 +MON#5', '2072-03-01T00:00:00Z');
SELECT cron_prev('0 0 * 2 1#5', '2112-02-01T00:00:00Z');

-- The ends of time.
SELECT cron_next('0 0 1 1 *', '-infinity'), cron_prev('0 0 1 1 *', 'infinity'), cron_next('* * * * *', 'infinity'), cron_prev('* * * * *', '-infinity');
SELECT cron_next('* * * * *', '9999-12-31T23:59:00Z'), cron_prev('* * * * *', '0001-01-01T00:00:00Z'), cron_next('* * * * *', '9999-12-31T23:58:00Z');
SELECT cron_matches('* * * * *', 'infinity'), cron_matches('* * * * *', '-infinity'), cron_matches('* * * * *', '0001-01-01T00:00:00Z');
SELECT fire_at FROM cron_series('0 0 1 1 *', '9998-06-01T00:00:00Z', 'infinity');

-- Between two seconds nothing fires.
SELECT cron_matches('0 9 * * *', '2026-01-05T09:00:00Z'), cron_matches('0 9 * * *', '2026-01-05T09:00:00.001Z'), cron_matches('0 9 * * *', '2026-01-05T09:00:00Z', 'Europe/Paris'), cron_matches('0 10 * * *', '2026-01-05T09:00:00Z', 'Europe/Paris');

-- A series includes both ends, ends where it is told to, and is made one by one: the year 9999 is not waited for.
SELECT fire_at FROM cron_series('0 * * * *', '2026-01-05T09:00:00Z', '2026-01-05T11:00:00Z');
SELECT fire_at FROM cron_series('0 * * * *', '2026-01-05T09:00:00.001Z', '2026-01-05T10:59:59.999Z');
SELECT fire_at FROM cron_series('* * * * * *', '-infinity', 'infinity') LIMIT 3;
SELECT fire_at FROM cron_series('* * * * * *', '-infinity', 'infinity', 'America/New_York', 2);
SELECT fire_at FROM cron_series('* * * * *', '2026-01-05T09:00:00Z', '2026-01-05T10:00:00Z', 'UTC', 0);
SELECT fire_at FROM cron_series('* * * * *', '2026-01-05T10:00:00Z', '2026-01-05T09:00:00Z');
SELECT count(*) FROM cron_series('*/5 * * * *', '2025-01-01T00:00:00Z', '2025-12-31T23:59:59Z');
SELECT e.expr, s.fire_at FROM (SELECT '0 0 1 * *' AS expr UNION ALL SELECT '0 12 * * SUN') e, cron_series(e.expr, '2026-01-05T00:00:00Z', 'infinity', NULL, 2) s ORDER BY 1, 2;

-- NULL in, NULL out; a zone that is NULL is UTC.
SELECT cron_next(NULL), cron_next('* * * * *', NULL), cron_prev(NULL, '2026-01-05'), cron_matches('* * * * *', NULL), cron_matches(NULL, '2026-01-05'), cron_error(NULL), cron_describe(NULL);
SELECT cron_next('0 12 * * *', '2026-01-05', NULL);
SELECT fire_at FROM cron_series('* * * * *', NULL, '2026-01-05');

-- In English.
SELECT cron_describe('30 2 * * *');
SELECT cron_describe('0 9-17 * * MON-FRI');
SELECT cron_describe('*/20 8 L-2 * *');
SELECT cron_describe('0 0 13 * +FRI');
SELECT cron_describe('0 0 0 15W JUN-AUG 5#2 2027');
