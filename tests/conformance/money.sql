-- Exact decimals: what the scale does not hold exactly is refused where the engine does not round it.
CREATE TABLE prices (id integer NOT NULL PRIMARY KEY, amount numeric(10,2) NOT NULL, rate numeric, cost numeric(10,6));
SELECT interlock_apply('{ "interlock": 1, "name": "prices", "tables": { "prices": {
  "money": [ { "rule": "P-01", "columns": { "amount": [10, 2], "cost": [10, 6] } }, { "rule": "P-02", "columns": { "rate": 3 } } ] } } }');
SELECT rule, kind, columns, text FROM interlock_rules('prices') ORDER BY rule, columns;
-- rule P-01 accept
INSERT INTO prices VALUES (1, 10, NULL, 0.000001), (2, 0.1, 0.125, 9999.999999), (3, -0.01, -7, -9999.999999), (4, 99999999.99, 0, 0), (5, 0.30, 1e3, NULL);
SELECT * FROM prices ORDER BY id;
-- A number in a text is one.
INSERT INTO prices VALUES (6, '12.50', '0.5', '1');
SELECT amount, rate, cost FROM prices WHERE id = 6;
-- Tenths that no binary fraction holds are still tenths: in whole units they add up.
INSERT INTO prices VALUES (10, 0.1, NULL, 0.1), (11, 0.1, NULL, 0.1), (12, 0.1, NULL, 0.1);
SELECT sum(CAST(round(cost * 1000000) AS integer)) FROM prices WHERE id >= 10;
-- Where the column has no scale of its own, both engines see the decimal that is too many.
-- rule P-02 accept
UPDATE prices SET rate = 0.999 WHERE id = 1;
-- rule P-02 refuse
UPDATE prices SET rate = 0.9995 WHERE id = 1;
-- rule P-02 refuse
INSERT INTO prices VALUES (7, 1, 0.0001, NULL);
-- rule P-02 refuse
INSERT INTO prices VALUES (7, 1, 1.0000001, NULL);
-- rule P-01 refuse
INSERT INTO prices VALUES (7, 100000000, NULL, NULL);
-- rule P-01 refuse
INSERT INTO prices VALUES (7, -100000000, NULL, NULL);
-- rule P-01 refuse
INSERT INTO prices VALUES (7, 1, NULL, 10000);
-- rule P-01 refuse
INSERT INTO prices VALUES (7, 'ten', NULL, NULL);
-- rule P-01 refuse
INSERT INTO prices VALUES (7, NULL, NULL, NULL);
-- rule P-01 refuse
UPDATE prices SET amount = 'much' WHERE id = 1;
SELECT id, amount, rate, cost FROM prices WHERE id IN (1, 7);
SELECT * FROM interlock_verify('prices');
-- A binary column holds decimals too.
CREATE TABLE scales (id integer NOT NULL PRIMARY KEY, weight double precision);
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "weight": [8, 3] } } } } }');
-- rule W-01 accept
INSERT INTO scales VALUES (1, 0.1), (2, 1.005), (3, 99999.999), (4, -2.675), (5, NULL);
-- rule W-01 refuse
INSERT INTO scales VALUES (6, 0.1 + 0.2 + 0.0005);
-- rule W-01 refuse
INSERT INTO scales VALUES (6, 1.0005);
-- rule W-01 refuse
INSERT INTO scales VALUES (6, 100000.5);
-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "weight": "two" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "weight": [2, 3] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "weight": [2] } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "weight": 16 } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": { "wait": 2 } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "scales", "tables": { "scales": { "money": { "rule": "W-01", "columns": ["weight"] } } } }');
-- @guards off
UPDATE scales SET weight = 0.00001 WHERE id = 1;
-- @guards on
-- rule W-01 reports
SELECT * FROM interlock_verify('scales');
