-- SQL of a rulebook that is none is refused when it is applied, by the rule it stands in.
CREATE TABLE parts (id TEXT PRIMARY KEY NOT NULL, stock INTEGER NOT NULL);
CREATE TABLE moves (part TEXT NOT NULL, n INTEGER NOT NULL);
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-01", "do": ["INSERT INTO moves VALUES (NEW.id, 1)"]}, {"rule": "S-02", "do": ["INSERT INTO moves VALUES (NEW.id, 1)", "INSRT INTO moves VALUES (NEW.id, 2)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-03", "when": "NEW.stock = = 3", "do": ["INSERT INTO moves VALUES (NEW.id, 1)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "asserts": [
  {"rule": "S-04", "on": ["insert"], "that": "NEW.stock >= 0", "text": "fine"}, {"rule": "S-05", "on": ["insert", "update"], "that": "NEW.stock = = 3", "text": "bad"}]}}}');
-- Nor may it name what is not there, which SQLite says when the row comes.
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-06", "do": ["INSERT INTO nowhere VALUES (NEW.id, 1)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-07", "when": "EXISTS (SELECT 1 FROM moves WHERE colour = NEW.id)", "do": ["INSERT INTO moves VALUES (NEW.id, 1)"]}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "asserts": [
  {"rule": "S-08", "on": ["delete"], "that": "(SELECT count(colour) FROM moves) = 0", "text": "bad"}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "asserts": [
  {"rule": "S-09", "on": ["insert"], "that": "NEW.stock", "text": "no truth"}]}}}');
SELECT interlock_apply('{"interlock": 1, "name": "store", "tables": {"parts": {"key": ["id"], "effects": [
  {"rule": "S-10", "on": ["delete"], "do": ["DELETE FROM moves WHERE part = OLD.id AND n > OLD.stock", "INSERT INTO moves VALUES ($key, 0)"]}]}}}');
SELECT interlock_remove('store');
-- Nothing of it is left.
SELECT count(*) FROM interlock_rules();
INSERT INTO parts VALUES ('bolt', -3);
