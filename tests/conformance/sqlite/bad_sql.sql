-- SQL of a rulebook that is none is refused when it is applied, by the rule it stands in.
CREATE TABLE parts (id TEXT PRIMARY KEY NOT NULL, stock INTEGER NOT NULL);
CREATE TABLE moves (part TEXT NOT NULL, n INTEGER NOT NULL);
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-01", "do": ["INSERT INTO moves VALUES (NEW.id, 1)"]}, {"rule": "S-02", "do": ["INSERT INTO moves VALUES (NEW.id, 1)", "INSRT INTO moves VALUES (NEW.id, 2)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-03", "when": "NEW.stock = = 3", "do": ["INSERT INTO moves VALUES (NEW.id, 1)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "asserts": [
  {"rule": "S-04", "on": ["insert"], "that": "NEW.stock >= 0", "text": "fine"}, {"rule": "S-05", "on": ["insert", "update"], "that": "NEW.stock = = 3", "text": "bad"}]}}}');
-- Nothing of it is left.
SELECT count(*) FROM interlock_rules();
INSERT INTO parts VALUES ('bolt', -3);
