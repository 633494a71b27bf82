-- Role schedule: what cannot be. By hand it is refused; what came past the guards is marked, stays due, and keeps nobody waiting.
SELECT interlock_set_clock('2026-01-05T09:30:00Z');
CREATE TABLE plans (id TEXT NOT NULL PRIMARY KEY, cron TEXT, every_s BIGINT, once_at TIMESTAMPTZ, zone TEXT, active INTEGER NOT NULL DEFAULT 1, most BIGINT NOT NULL DEFAULT 1,
  grace BIGINT NOT NULL DEFAULT 60, next_at TIMESTAMPTZ, why TEXT);
CREATE TABLE plan_runs (id TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, slot TIMESTAMPTZ NOT NULL, state TEXT NOT NULL DEFAULT 'PENDING', error TEXT, UNIQUE (plan, slot));
SELECT interlock_apply('{ "interlock": 1, "name": "clockwork", "tables": {
  "plans": { "schedule": { "rule": "C-01", "rules": { "definition": "C-02", "next": "C-03", "instances": "C-04", "misfire": "C-05" },
    "cron": "cron", "interval": "every_s", "at": "once_at", "zone": "zone", "enabled": "active", "next": "next_at", "max_instances": "most", "grace": "grace", "error": "why",
    "runs": { "table": "plan_runs", "schedule": "plan", "at": "slot", "status": "state", "error": "error",
      "pending": "PENDING", "running": "RUNNING", "skipped": "SKIPPED", "missed": "MISSED", "failed": "FAILED", "completed": "COMPLETED" } } },
  "plan_runs": { "machines": { "rule": "C-06", "column": "state", "initial": ["PENDING", "SKIPPED", "MISSED"], "states": {
      "PENDING": { "to": ["RUNNING", "SKIPPED", "MISSED"] }, "RUNNING": { "to": ["COMPLETED", "FAILED"] },
      "COMPLETED": { "type": "final" }, "FAILED": { "type": "final" }, "SKIPPED": { "type": "final" }, "MISSED": { "type": "final" } } } } } }');
-- By hand.
INSERT INTO plans (id, every_s) VALUES ('x', 0);
INSERT INTO plans (id, every_s) VALUES ('x', -1);
INSERT INTO plans (id, every_s) VALUES ('x', 3155760001);
INSERT INTO plans (id, every_s) VALUES ('x', 9223372036854775807);
INSERT INTO plans (id, every_s) VALUES ('x', -9223372036854775807);
INSERT INTO plans (id, once_at) VALUES ('x', 'infinity');
INSERT INTO plans (id, once_at) VALUES ('x', '-infinity');
INSERT INTO plans (id, cron, grace) VALUES ('x', '* * * * *', 9223372036854775807);
INSERT INTO plans (id, cron, most) VALUES ('x', '* * * * *', 2147483648);
-- A megabyte, of fields and of one number.
INSERT INTO plans (id, cron) WITH RECURSIVE r (i, t) AS (SELECT 0, '* ' UNION ALL SELECT i + 1, t || t FROM r WHERE i < 19) SELECT 'x', t FROM r WHERE i = 19;
INSERT INTO plans (id, cron) WITH RECURSIVE r (i, t) AS (SELECT 0, '11' UNION ALL SELECT i + 1, t || t FROM r WHERE i < 19) SELECT 'x', t || ' * * * *' FROM r WHERE i = 19;
INSERT INTO plans (id, cron) WITH RECURSIVE r (i, t) AS (SELECT 0, '5,' UNION ALL SELECT i + 1, t || t FROM r WHERE i < 19) SELECT 'x', t || '5 * * * 8' FROM r WHERE i = 19;
INSERT INTO plans (id, cron, zone) WITH RECURSIVE r (i, t) AS (SELECT 0, 'A/' UNION ALL SELECT i + 1, t || t FROM r WHERE i < 19) SELECT 'x', '* * * * *', t || 'A' FROM r WHERE i = 19;
SELECT count(*) FROM plans;
-- Past the guards, among those that are well.
INSERT INTO plans (id, cron) VALUES ('well', '* * * * *'), ('gone', '* * * * *'), ('long', '* * * * *'), ('never', '* * * * *'), ('text', '* * * * *'), ('most', '* * * * *'), ('grace', '* * * * *'),
  ('both', '* * * * *'), ('none', '* * * * *'), ('past', '* * * * *'), ('ahead', '* * * * *');
INSERT INTO plans (id, every_s) VALUES ('zero', 60), ('less', 60), ('more', 60), ('wells', 60);
INSERT INTO plans (id, once_at) VALUES ('at', '2026-01-05T09:30:30Z'), ('once', '2026-01-05T09:30:30Z');
-- @guards off
UPDATE plans SET zone = 'Gone/Away' WHERE id = 'gone';
UPDATE plans SET cron = (WITH RECURSIVE r (i, t) AS (SELECT 0, '11' UNION ALL SELECT i + 1, t || t FROM r WHERE i < 19) SELECT t || ' * * * *' FROM r WHERE i = 19) WHERE id = 'long';
UPDATE plans SET cron = '0 0 30 2 *' WHERE id = 'never';
UPDATE plans SET cron = 'every day' WHERE id = 'text';
UPDATE plans SET most = 0 WHERE id = 'most';
UPDATE plans SET grace = -1 WHERE id = 'grace';
UPDATE plans SET every_s = 5 WHERE id = 'both';
UPDATE plans SET cron = NULL WHERE id = 'none';
UPDATE plans SET every_s = 0 WHERE id = 'zero';
UPDATE plans SET every_s = -60 WHERE id = 'less';
UPDATE plans SET every_s = 9223372036854775807 WHERE id = 'more';
UPDATE plans SET once_at = 'infinity' WHERE id = 'at';
UPDATE plans SET next_at = '-infinity' WHERE id = 'past';
UPDATE plans SET next_at = 'infinity' WHERE id = 'ahead';
INSERT INTO plan_runs (id, plan, slot) VALUES ('huge', 'grace', '2026-01-05T09:29:00.000Z'), ('other', 'well', '2026-01-05T09:28:00.000Z');
-- @guards on
SELECT interlock_set_clock('2026-01-05T09:31:00Z');
SELECT schedule, status FROM schedule_tick() ORDER BY schedule, status;
SELECT id, CASE WHEN id IN ('at', 'past') THEN substr(why, 1, 23) ELSE why END FROM plans ORDER BY id;
SELECT plan, slot, state, error FROM plan_runs ORDER BY plan, slot;
-- Again: those that are well have nothing to do, and nothing more is written about the others.
SELECT count(*) FROM schedule_tick() WHERE status <> 'error';
SELECT interlock_tick();
SELECT job, "table", error IS NOT NULL FROM interlock_activity();
SELECT interlock_set_clock('2026-01-05T09:32:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick() WHERE status <> 'error' ORDER BY schedule;
SELECT rule, key FROM interlock_verify('plans') ORDER BY rule, key;
SELECT * FROM schedule_preview('plans', 'gone');
SELECT * FROM schedule_preview('plans', 'zero');
SELECT * FROM schedule_preview('plans', 'well', 2);
-- They can be turned off as they are, and put right.
UPDATE plans SET active = 0 WHERE id IN ('gone', 'past', 'ahead', 'zero');
UPDATE plans SET active = 1 WHERE id = 'gone';
UPDATE plans SET active = 1, zone = 'Europe/Paris' WHERE id = 'gone';
UPDATE plans SET active = 1 WHERE id IN ('past', 'ahead');
UPDATE plans SET every_s = NULL WHERE id = 'both';
UPDATE plans SET cron = '* * * * *' WHERE id IN ('long', 'never', 'text', 'none');
UPDATE plans SET every_s = 60 WHERE id IN ('less', 'more');
UPDATE plans SET grace = 0 WHERE id = 'grace';
UPDATE plans SET most = 1 WHERE id = 'most';
UPDATE plans SET active = 0 WHERE id = 'at';
SELECT id, next_at, why FROM plans WHERE next_at IS NOT NULL ORDER BY id;
SELECT interlock_set_clock('2026-01-05T09:33:00Z');
SELECT schedule, scheduled_at, status FROM schedule_tick() ORDER BY schedule, scheduled_at;
SELECT rule, key FROM interlock_verify('plans') ORDER BY rule, key;
-- The ends of time: all slots between are counted at once, and nothing comes after the year 9999.
UPDATE plans SET active = 0;
SELECT interlock_set_clock('0001-01-01T00:00:00Z');
INSERT INTO plans (id, cron, zone) VALUES ('t1', '* * * * * *', 'America/New_York'), ('t2', '* * * * *', 'Africa/Casablanca'), ('t3', '0 0 29 2 *', 'Australia/Lord_Howe');
INSERT INTO plans (id, every_s) VALUES ('t4', 1), ('t5', 3155760000);
INSERT INTO plans (id, once_at) VALUES ('t6', '9999-12-31T23:59:59.999Z');
SELECT id, next_at FROM plans WHERE active = 1 ORDER BY id;
SELECT interlock_set_clock('9999-12-31T23:59:58Z');
SELECT schedule, scheduled_at, status, reason FROM schedule_tick() ORDER BY schedule, scheduled_at;
SELECT interlock_set_clock('9999-12-31T23:59:59.999Z');
SELECT schedule, scheduled_at, status FROM schedule_tick() WHERE schedule <> 't4' ORDER BY schedule, scheduled_at;
SELECT id, next_at, why FROM plans WHERE id LIKE 't_' ORDER BY id;
INSERT INTO plans (id, cron) VALUES ('t7', '* * * * *');
INSERT INTO plans (id, every_s) VALUES ('t8', 1);
SELECT id, next_at, why FROM plans WHERE id IN ('t7', 't8') ORDER BY id;
SELECT * FROM schedule_preview('plans', 't7');
