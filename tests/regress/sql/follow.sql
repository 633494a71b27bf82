-- What follows a write without an executor is as with one: triggers, defaults, permissions, changes of the tables, and shapes
-- that only the executor can do.
SET TimeZone = 'UTC';
CREATE SCHEMA follow;
SET search_path = follow, public;
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE item (id int PRIMARY KEY, box int, state text NOT NULL DEFAULT 'new');
CREATE TABLE box (id int PRIMARY KEY, room int NOT NULL, full_ bool NOT NULL DEFAULT false);
CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item int NOT NULL, event varchar(8) NOT NULL, at timestamptz NOT NULL,
  note text DEFAULT 'as ' || current_user, twice int GENERATED ALWAYS AS (item * 2) STORED, CHECK (item < 1000));
CREATE INDEX ON log (item);
SELECT interlock_apply($${"interlock": 1, "name": "follow", "version": "1", "tables": {
  "item": {"key": ["id"],
    "machines": {"rule": "F-1", "column": "state", "initial": "new", "states": {
      "new": {"on": {"MOVED": {"target": "moved", "events": ["MOVED", "SEEN"]}}}, "moved": {"on": {"BACK": "new"}}},
      "events": {"table": "log", "columns": {"item": "$key", "event": "$event", "at": "$now"}}},
    "asserts": [
      {"rule": "F-2", "that": "NEW.box IS NULL OR EXISTS (SELECT 1 FROM box b WHERE b.id = NEW.box AND NOT b.full_)", "text": "the box is full or none"},
      {"rule": "F-3", "on": ["insert"], "that": "NOT EXISTS (SELECT 1 FROM item i, box b WHERE i.box = b.id AND b.room < 0)", "text": "a room below the ground"},
      {"rule": "F-4", "on": ["insert"], "that": "(SELECT count(*) FROM item i WHERE i.box = NEW.box) <= 3", "text": "more than three"},
      {"rule": "F-5", "that": "NOT EXISTS (SELECT 1 FROM log l WHERE l.item = NEW.id AND l.at > CAST('2027-01-01' AS timestamptz))", "text": "from the future"}]},
  "log": {"key": ["id"]}}}$$, 'follow');
INSERT INTO box VALUES (1, 1, false), (2, 2, false), (3, 3, true);
INSERT INTO item VALUES (1, 1), (2, 1), (3, NULL);
SELECT t.says('INSERT INTO item VALUES (4, 3)');
SELECT t.says('INSERT INTO item VALUES (4, 99)');
SELECT t.says('INSERT INTO item VALUES (5, 1), (6, 1)');
UPDATE item SET state = 'moved' WHERE id < 3;
SELECT id, item, event, note = 'as ' || current_user AS note, twice FROM log ORDER BY id;
-- an index goes and comes, a column is added: the same answers
DROP INDEX log_item_idx;
UPDATE item SET state = 'new' WHERE id = 1;
ALTER TABLE box ADD COLUMN x int DEFAULT 7;
SELECT t.says('UPDATE item SET box = 3 WHERE id = 1');
CREATE INDEX ON log (item);
INSERT INTO box VALUES (4, 4);
UPDATE item SET box = 4 WHERE id = 1;
UPDATE box SET full_ = true WHERE id = 4;
SELECT t.says('UPDATE item SET box = 4 WHERE id = 2');
UPDATE item SET box = 2 WHERE id = 1;
UPDATE log SET at = '2030-01-01' WHERE item = 2;
SELECT t.says('UPDATE item SET state = ''new'' WHERE id = 2');
UPDATE log SET at = '2026-01-01' WHERE item = 2;
-- what this transaction has written is seen
BEGIN;
INSERT INTO box VALUES (5, 5);
UPDATE item SET box = 5 WHERE id = 2;
DELETE FROM box WHERE id = 5;
SELECT t.says('UPDATE item SET box = 5 WHERE id = 1');
ROLLBACK;
-- the log's own triggers and constraints
CREATE FUNCTION no_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.event = ''SEEN'' THEN RETURN NULL; END IF; RETURN NEW; END';
CREATE TRIGGER a BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION no_row();
SELECT t.says($$UPDATE item SET state = 'moved' WHERE id = 1$$);
DROP TRIGGER a ON log;
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''% % %'', TG_WHEN, TG_LEVEL, TG_OP; RETURN NULL; END';
CREATE TRIGGER s AFTER INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION told();
UPDATE item SET state = 'moved' WHERE id = 1;
DROP TRIGGER s ON log;
CREATE TRIGGER r AFTER INSERT ON log FOR EACH ROW WHEN (NEW.item = 1) EXECUTE FUNCTION told();
UPDATE item SET state = 'new' WHERE id < 3;
DROP TRIGGER r ON log;
INSERT INTO item VALUES (1000, NULL);
SELECT t.says('UPDATE item SET state = ''moved'' WHERE id = 1000');
-- an index on log that refuses, within one statement of several rows
CREATE UNIQUE INDEX one ON log (item, event) WHERE id > 8;
SELECT t.says('UPDATE item SET state = CASE state WHEN ''new'' THEN ''moved'' ELSE ''new'' END WHERE id < 4');
UPDATE item SET state = 'moved' WHERE id = 1;
UPDATE item SET state = 'new' WHERE id = 1;
SELECT t.says('UPDATE item SET state = ''moved'' WHERE id = 1');
DROP INDEX one;
-- who may not read the boxes or write the log
CREATE ROLE follow_user;
GRANT USAGE ON SCHEMA follow TO follow_user;
GRANT SELECT, UPDATE ON item TO follow_user;
GRANT SELECT, INSERT ON log TO follow_user;
SET ROLE follow_user;
SELECT t.says('UPDATE item SET box = 2 WHERE id = 3');
RESET ROLE;
GRANT SELECT ON box TO follow_user;
SET ROLE follow_user;
UPDATE item SET box = 2, state = 'moved' WHERE id = 3;
RESET ROLE;
REVOKE INSERT ON log FROM follow_user;
SET ROLE follow_user;
SELECT t.says('UPDATE item SET state = ''new'' WHERE id = 3');
RESET ROLE;
GRANT INSERT ON log TO follow_user;
ALTER TABLE log ENABLE ROW LEVEL SECURITY;
SET ROLE follow_user;
SELECT t.says('UPDATE item SET state = ''new'' WHERE id = 3');
RESET ROLE;
SELECT item, event, note FROM log WHERE note <> 'as ' || current_user ORDER BY id;
SET client_min_messages = warning;
DROP SCHEMA follow CASCADE;
DROP ROLE follow_user;
SELECT interlock_set_clock(NULL) \g /dev/null
