-- What other implementations get wrong: each line is one of theirs, each answer is the right one.
-- An interval in the hour that comes twice: not the same instant for ever, and no half hour lost.
SELECT cron_next('15 * * * *', '2025-11-02T05:15:00Z', 'America/New_York');
SELECT fire_at FROM cron_series('*/30 * * * *', '2025-11-02T05:00:00Z', '2025-11-02T07:00:00Z', 'America/New_York');
-- A fixed time in that hour: once, on the first of the two.
SELECT fire_at FROM cron_series('30 1 * * *', '2025-11-02T00:00:00Z', '2025-11-03T05:00:00Z', 'America/New_York');
SELECT fire_at FROM cron_series('15 1 * * *', '2025-11-02T00:00:00Z', '2025-11-03T05:00:00Z', 'America/New_York');
-- A fixed time in the hour that is skipped: once, when the gap ends; next, previous and matches agree.
SELECT fire_at FROM cron_series('30 2 * * *', '2025-03-09T00:00:00Z', '2025-03-10T05:00:00Z', 'America/New_York');
SELECT fire_at FROM cron_series('0,20,40 2 * * *', '2025-03-09T00:00:00Z', '2025-03-10T05:00:00Z', 'America/New_York');
SELECT cron_prev('30 2 * * *', '2017-03-12T08:00:00Z', 'America/New_York'), cron_matches('30 2 * * *', '2017-03-12T07:00:00Z', 'America/New_York');
SELECT cron_prev('30 0 L * *', '2017-04-01T00:00:00Z', 'Asia/Amman'), cron_next('30 0 L * *', '2017-03-30T22:00:00Z', 'Asia/Amman'), cron_matches('30 0 L * *', '2017-03-30T22:00:00Z', 'Asia/Amman');
SELECT fire_at FROM cron_series('15 2 * * *', '2025-03-09T00:00:00Z', '2025-03-10T05:00:00Z', 'America/New_York');
SELECT cron_next('15 2 * * *', '2025-03-09T06:00:00Z', 'America/New_York'), cron_prev('15 2 * * *', '2025-03-09T08:00:00Z', 'America/New_York');
-- Half an hour: the whole hours of a zone do not begin together with those of UTC.
SELECT fire_at FROM cron_series('0 */2 * * *', '2025-04-05T13:00:00Z', '2025-04-05T20:00:00Z', 'Australia/Lord_Howe');
SELECT cron_next('15 2 * * *', '2025-10-04T15:00:00Z', 'Australia/Lord_Howe'), cron_prev('15 2 * * *', '2025-10-04T16:00:00Z', 'Australia/Lord_Howe'), cron_matches('15 2 * * *', '2025-10-04T15:30:00Z', 'Australia/Lord_Howe');
-- A day of 23 hours is a day.
SELECT cron_next('0 0 * * *', '2025-03-09T05:01:00Z', 'America/New_York'), cron_next('0 0 * * *', '2025-03-10T04:00:00Z', 'America/New_York');
-- A midnight that is not there is no reason to wait a year.
SELECT cron_next('0 0 1-7 11 +0', '2018-11-01T00:00:00Z', 'America/Sao_Paulo'), cron_next('0 0 0 4 11 * *', '2018-11-01T00:00:00Z', 'America/Sao_Paulo');
-- Years without the day are passed over, as many as there are.
SELECT cron_next('0 0 29 2 *', '2096-03-01T00:00:00Z'), cron_next('0 0 * 2 1#5', '2072-03-01T00:00:00Z');
-- A day that never was.
SELECT fire_at FROM cron_series('0 9 * * *', '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z', 'Pacific/Apia');
SELECT cron_matches('0 9 30 12 *', '2011-12-30T19:00:00Z', 'Pacific/Apia'), cron_next('0 9 30 12 *', '2011-12-01T00:00:00Z', 'Pacific/Apia');
-- Dublin's winter is its daylight saving, Troll's clocks move by two hours, Casablanca's for a month.
SELECT cron_next('30 1 * * *', '2025-03-29T12:00:00Z', 'Europe/Dublin'), cron_next('30 1 * * *', '2025-03-29T12:00:00Z', 'Antarctica/Troll');
SELECT fire_at FROM cron_series('30 2 * * *', '2025-02-22T12:00:00Z', '2025-02-24T12:00:00Z', 'Africa/Casablanca');
SELECT fire_at FROM cron_series('30 2 * * *', '2025-04-05T12:00:00Z', '2025-04-07T12:00:00Z', 'Africa/Casablanca');
