-- A temporary table of the same name hides a table from statements, not from the rules: verify asks the guarded database.
CREATE TABLE parts (id TEXT PRIMARY KEY NOT NULL, stock INTEGER NOT NULL);
CREATE TABLE bins (part TEXT NOT NULL, n INTEGER NOT NULL);
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "asserts": [
  {"rule": "S-01", "on": ["insert", "update"], "that": "NEW.stock = (SELECT coalesce(sum(n), 0) FROM bins WHERE part = NEW.id)", "text": "stock differs from the bins"},
  {"rule": "S-02", "on": ["insert", "update"], "that": "NEW.stock IS NOT DISTINCT FROM (SELECT coalesce(sum(b.n), 0) FROM (parts p JOIN bins AS b ON b.part = p.id) WHERE p.id = NEW.id)", "text": "joined"},
  {"rule": "S-03", "on": ["insert", "update"], "that": "NEW.stock = (WITH bins2(p) AS (SELECT part FROM bins), own AS (SELECT p FROM bins2, parts AS a WHERE a.id = p) SELECT coalesce(sum(x.n), 0) FROM parts y, bins x WHERE y.id = NEW.id AND x.part = y.id AND (y.id, ''from bins, parts'') IN (SELECT p, ''from bins, parts'' FROM own))", "text": "listed"},
  {"rule": "S-04", "on": ["insert", "update"], "that": "EXISTS (SELECT 1 FROM parts bins WHERE bins.id = NEW.id AND NEW.id IN (id, ''bins'') AND (NEW.id, NEW.stock) IN parts)", "text": "in"}
]}}}');
INSERT INTO bins VALUES ('bolt', 3), ('nut', 4);
INSERT INTO parts VALUES ('bolt', 3), ('nut', 4);
SELECT * FROM interlock_verify();
-- Empty tables in the way would make every row a breach, and the breach of a row none.
CREATE TEMP TABLE bins (part TEXT, n INTEGER);
CREATE TEMP TABLE PARTS (id TEXT, stock INTEGER);
SELECT * FROM interlock_verify();
INSERT INTO temp.bins VALUES ('bolt', 5);
DELETE FROM main.bins WHERE part = 'nut';
UPDATE main.bins SET n = 5 WHERE part = 'bolt';
SELECT * FROM interlock_verify() ORDER BY 1, 3;
DROP TABLE temp.parts;
SELECT * FROM interlock_verify('parts') ORDER BY 1, 3;
