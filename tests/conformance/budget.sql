-- Limits on what is spent in a day, a week or a month.
SELECT interlock_set_clock('2026-03-04T12:00:00Z');
-- When windows begin, in UTC: a Sunday, a Monday, the last second of February.
SELECT budget_start('daily', '2026-03-01T00:00:00Z'), budget_start('weekly', '2026-03-01T00:00:00Z'), budget_start('monthly', '2026-03-01T00:00:00Z');
SELECT budget_start('daily', '2026-03-02T00:00:00Z'), budget_start('weekly', '2026-03-02T00:00:00Z'), budget_start('monthly', '2026-03-02T00:00:00Z');
SELECT budget_start('daily', '2026-02-28T23:59:59Z'), budget_start('weekly', '2026-02-28T23:59:59Z'), budget_start('monthly', '2026-02-28T23:59:59Z');
SELECT budget_start('weekly', '2026-03-01T23:59:59.999999Z'), budget_start('daily', '2026-03-02T00:30:00+01:00'), budget_start('monthly', '2024-02-29T12:00:00Z');
SELECT budget_start('weekly', '1969-12-31T23:59:59Z'), budget_start('monthly', '1969-12-31T23:59:59Z'), budget_start('weekly', '0001-01-01T05:00:00Z'), budget_start('weekly', '9999-12-31T23:59:59Z');
SELECT budget_start('hourly', '2026-03-01T00:00:00Z');
SELECT budget_start(NULL, '2026-03-01T00:00:00Z'), utc_date(NULL);
SELECT utc_date('2026-03-01T00:30:00+01:00'), utc_date('2026-03-01T23:59:59.999Z'), utc_date('0001-01-01T00:00:00Z');

CREATE TABLE caps (id integer NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, of varchar(10) NOT NULL, team varchar(10), kind varchar(10),
  usd numeric(10,2) NOT NULL, per varchar(10) NOT NULL, warn_at numeric(3,2) NOT NULL DEFAULT 0.80, what varchar(10) NOT NULL DEFAULT 'block', active boolean NOT NULL DEFAULT TRUE);
CREATE TABLE calls (id integer NOT NULL PRIMARY KEY, at timestamptz NOT NULL, team varchar(10), kind varchar(10), usd numeric(10,6) NOT NULL, meta json);
CREATE TABLE news (cap integer NOT NULL, level varchar(10) NOT NULL, since varchar(10) NOT NULL, percent integer NOT NULL, said varchar(100) NOT NULL, call_id integer NOT NULL, PRIMARY KEY (cap, level, since));
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": {
  "caps": { "money": { "rule": "B-01", "columns": { "usd": [10, 2], "warn_at": [3, 2] } } }, "news": {},
  "calls": { "money": { "rule": "B-02", "columns": { "usd": [10, 6] } },
    "budget": { "rule": "B-03", "rules": { "window": "B-04", "warn": "B-05", "check": "B-06" }, "at": "at", "cost": "usd", "once": { "column": "meta", "member": "request" },
      "limits": { "table": "caps", "name": "name", "amount": "usd", "period": "per", "threshold": "warn_at", "action": { "column": "what", "block": "block" }, "active": "active",
        "scope": { "column": "of", "all": "all", "of": { "team": { "column": "team", "limit": "team" }, "kind": { "column": "kind", "limit": "kind" } } } },
      "warn": ["INSERT INTO news (cap, level, since, percent, said, call_id) SELECT r.limit_key, r.level, r.since, r.percent, r.limit_name || '' '' || r.percent || ''%'', NEW.id FROM $reached r WHERE NOT EXISTS (SELECT 1 FROM news n WHERE n.cap = r.limit_key AND n.level = r.level AND n.since = r.since) ON CONFLICT DO NOTHING"] } } } }');
SELECT rule, kind, text FROM interlock_rules('calls') ORDER BY rule;

-- Three tenths of a limit of 0.30 are all of it, to the millionth.
INSERT INTO caps (id, name, of, usd, per) VALUES (1, 'third', 'all', 0.30, 'daily');
-- rule B-03 accept
INSERT INTO calls VALUES (1, '2026-03-04T08:00:00Z', 'a', NULL, 0.1, NULL), (2, '2026-03-04T09:00:00Z', 'a', NULL, 0.1, NULL);
SELECT budget_check('calls', '{}');
-- The row that reaches the limit is let in, the next is not.
INSERT INTO calls VALUES (3, '2026-03-04T10:00:00Z', NULL, NULL, 0.1, NULL);
SELECT budget_check('calls', '{}');
-- rule B-03 refuse
INSERT INTO calls VALUES (4, '2026-03-04T11:00:00Z', NULL, NULL, 0, NULL);
-- rule B-03 refuse
INSERT INTO calls VALUES (4, '2026-03-04T11:00:00Z', 'a', NULL, 0.1, NULL), (5, '2026-03-04T11:00:00Z', 'a', NULL, 0.1, NULL);
-- A used key is left alone as ever.
INSERT INTO calls VALUES (3, '2026-03-04T10:00:00Z', NULL, NULL, 0.1, NULL) ON CONFLICT DO NOTHING;
INSERT INTO calls VALUES (3, '2026-03-04T10:00:00Z', NULL, NULL, 0.1, NULL);
SELECT cap, level, since, percent, said, call_id FROM news ORDER BY cap, level;
-- One statement goes over the limit with its last row, or not at all: each row is judged by those before it.
DELETE FROM calls;
DELETE FROM news;
-- rule B-03 accept
INSERT INTO calls VALUES (1, '2026-03-04T08:00:00Z', NULL, NULL, 0.1, NULL), (2, '2026-03-04T08:00:00Z', NULL, NULL, 5, NULL);
DELETE FROM calls;
-- rule B-03 refuse
INSERT INTO calls VALUES (1, '2026-03-04T08:00:00Z', NULL, NULL, 5, NULL), (2, '2026-03-04T08:00:00Z', NULL, NULL, 0.1, NULL);
SELECT count(*) FROM calls;
-- A new day begins at midnight in UTC; nothing is left of the last one's.
INSERT INTO calls VALUES (1, '2026-03-04T23:59:59.999Z', NULL, NULL, 9, NULL);
SELECT budget_check('calls', '{}');
SELECT interlock_set_clock('2026-03-05T00:00:00Z');
SELECT budget_check('calls', '{}');
INSERT INTO calls VALUES (2, '2026-03-05T00:00:00Z', NULL, NULL, 0.000001, NULL);
SELECT cap, level, since FROM news ORDER BY cap, since, level;

-- Scopes: a limit of a team is about the team's rows, and a row without a team falls under none of them.
DELETE FROM calls;
DELETE FROM news;
DELETE FROM caps;
INSERT INTO caps (id, name, of, team, kind, usd, per, warn_at, what) VALUES (1, 'A week', 'team', 'a', NULL, 10.00, 'weekly', 0.80, 'block'), (2, 'A day', 'team', 'a', NULL, 5.00, 'daily', 0.50, 'warn'),
  (3, 'coders', 'kind', NULL, 'coder', 100.00, 'monthly', 0.10, 'warn'), (4, 'B week', 'team', 'b', NULL, 1.00, 'weekly', 0.80, 'block');
INSERT INTO calls VALUES (1, '2026-03-05T00:00:00Z', 'a', NULL, 2.499999, NULL);
SELECT count(*) FROM news;
-- At the threshold: spent times 100 is at least the amount times the percents.
-- rule B-05 accept
INSERT INTO calls VALUES (2, '2026-03-05T00:00:01Z', 'a', 'coder', 0.000001, NULL);
INSERT INTO calls VALUES (3, '2026-03-05T00:00:02Z', 'a', NULL, 0.5, NULL);
SELECT cap, level, percent, said, call_id FROM news ORDER BY cap, level;
-- From below the threshold to all of it: both are said.
INSERT INTO calls VALUES (4, '2026-03-05T00:00:03Z', 'a', 'coder', 10, NULL);
SELECT cap, level, percent, said, call_id FROM news ORDER BY cap, level;
-- rule B-06 accept
SELECT budget_check('calls', '{"team": "a", "kind": "coder"}');
SELECT budget_check('calls', '{"team": "b"}');
SELECT budget_check('calls', '{"kind": "tester", "team": null}');
SELECT budget_check('calls', '{}');
-- rule B-03 refuse
INSERT INTO calls VALUES (5, '2026-03-05T00:00:04Z', 'a', NULL, 1, NULL);
INSERT INTO calls VALUES (5, '2026-03-05T00:00:04Z', 'b', NULL, 1, NULL), (6, '2026-03-05T00:00:04Z', NULL, 'coder', 1, NULL);
-- rule B-03 refuse
INSERT INTO calls VALUES (7, '2026-03-05T00:00:05Z', 'b', NULL, 1, NULL);
-- A limit that only warns refuses nothing; one that is not active does not count.
UPDATE caps SET what = 'warn' WHERE id = 4;
INSERT INTO calls VALUES (7, '2026-03-05T00:00:05Z', 'b', NULL, 1, NULL);
UPDATE caps SET what = 'block', active = FALSE WHERE id = 4;
INSERT INTO calls VALUES (8, '2026-03-05T00:00:05Z', 'b', NULL, 1, NULL);
SELECT budget_check('calls', '{"team": "b"}');
-- The week ends on Sunday.
-- rule B-04 accept
SELECT interlock_set_clock('2026-03-08T23:59:59.999Z');
-- rule B-04 refuse as B-03
INSERT INTO calls VALUES (9, '2026-03-08T23:59:59.999Z', 'a', NULL, 1, NULL);
SELECT interlock_set_clock('2026-03-09T00:00:00Z');
INSERT INTO calls VALUES (9, '2026-03-09T00:00:00Z', 'a', NULL, 1, NULL);
-- In load mode nothing is refused and nothing is said.
SELECT interlock_set_mode('load');
INSERT INTO calls VALUES (10, '2026-03-09T00:00:00Z', 'a', NULL, 100, NULL);
SELECT interlock_set_mode('enforce');
SELECT count(*) FROM news WHERE call_id = 10;
-- rule B-05 refuse as B-03
INSERT INTO calls VALUES (11, '2026-03-09T00:00:00Z', 'a', NULL, 1, NULL);

-- Recording: what was spent already can be forced in; a request is recorded once.
-- rule B-06 refuse as B-03
SELECT budget_record('calls', '{"id": 20, "at": "2026-03-09T01:00:00Z", "team": "a", "usd": 0.25}');
SELECT budget_record('calls', '{"id": 20, "at": "2026-03-09T01:00:00Z", "team": "a", "usd": 0.25, "meta": {"request": "r1", "n": [1, 2.5, null]}}', TRUE);
SELECT budget_record('calls', '{"id": 21, "at": "2026-03-09T01:00:00Z", "team": "a", "usd": 0.25, "meta": {"request": "r1"}}', TRUE);
SELECT budget_record('calls', '{"id": 22, "at": "2026-03-09T01:00:00Z", "team": "c", "usd": 3, "meta": {"request": "r2"}}');
SELECT id, team, usd, meta FROM calls WHERE id >= 20 ORDER BY id;
-- The permission is for that row only.
-- rule B-03 refuse
INSERT INTO calls VALUES (23, '2026-03-09T00:00:00Z', 'a', NULL, 1, NULL);
SELECT cap, level, since, call_id FROM news WHERE call_id >= 20 ORDER BY cap, level;
SELECT budget_record('calls', '{"id": 22, "at": "2026-03-09T01:00:00Z", "usd": 3}');
SELECT budget_record('calls', '{"id": 24, "at": "2026-03-09T01:00:00Z", "usd": "much"}');
SELECT budget_record('calls', '{"id": 24, "at": "2026-03-09T01:00:00Z", "price": 1}');
SELECT budget_record('calls', '[1]');
SELECT budget_record('calls', NULL);
SELECT budget_record('news', '{}');
SELECT budget_record('nothing', '{}');
SELECT budget_check('calls', '{"usd": 3}');
SELECT budget_check('calls', '"a"');
SELECT budget_check('caps', '{}');
SELECT * FROM interlock_doctor();
SELECT * FROM interlock_verify();

-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "usd" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "at", "limits": {} } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "usd", "limits": { "table": "calls" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "usd", "limits": { "table": "caps", "name": "name", "amount": "usd", "period": "per",
  "threshold": "warn", "active": "active", "action": { "column": "what", "block": "block" }, "scope": { "column": "of", "all": "all" } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "usd", "limits": { "table": "caps", "name": "name", "amount": "usd", "period": "per",
  "threshold": "warn_at", "active": "active", "action": { "column": "what", "block": "block" }, "scope": { "column": "of" } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "caps", "tables": { "caps": {}, "calls": { "budget": { "rule": "B-03", "at": "at", "cost": "usd", "warn": ["DELETE FROM news"], "limits": { "table": "caps", "name": "name", "amount": "usd", "period": "per",
  "threshold": "warn_at", "active": "active", "action": { "column": "what", "block": "block" }, "scope": { "column": "of", "all": "all" } } } } } }');
