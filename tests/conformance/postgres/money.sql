-- PostgreSQL rounds to the declared scale before any rule can see it; NaN and infinities are no amounts.
CREATE TABLE prices (id integer PRIMARY KEY, amount numeric(10,2) NOT NULL, free numeric);
SELECT interlock_apply('{ "interlock": 1, "name": "prices", "tables": { "prices": { "money": { "rule": "P-01", "columns": { "amount": [10, 2], "free": 2 } } } } }');
INSERT INTO prices VALUES (1, 0.015, 5.10000);
INSERT INTO prices VALUES (2, 'NaN', NULL);
INSERT INTO prices VALUES (2, 1, 'Infinity');
INSERT INTO prices VALUES (2, 1, '-Infinity');
INSERT INTO prices VALUES (2, 1, 1e-20);
INSERT INTO prices VALUES (2, 1, 1e30);
INSERT INTO prices VALUES (3, 1, 1e1200);
MERGE INTO prices p USING (VALUES (1)) v (id) ON p.id = v.id WHEN MATCHED THEN UPDATE SET free = 0.001;
SELECT id, amount, free FROM prices ORDER BY id;
