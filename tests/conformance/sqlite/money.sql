-- SQLite stores what it is given; what PostgreSQL would round to the scale is refused.
CREATE TABLE prices (id INTEGER NOT NULL PRIMARY KEY, amount NUMERIC(10,2) NOT NULL, part REAL);
SELECT interlock_apply('{ "interlock": 1, "name": "prices", "tables": { "prices": { "money": { "rule": "P-01", "columns": { "amount": [10, 2], "part": 2 } } } } }');
INSERT INTO prices VALUES (1, 0.01, 1), (2, '7', 1.15);
INSERT INTO prices VALUES (3, 0.015, NULL);
INSERT INTO prices VALUES (3, 0.1 + 0.2, NULL);
INSERT INTO prices VALUES (3, '0.001', NULL);
INSERT INTO prices VALUES (3, x'31', NULL);
INSERT INTO prices VALUES (3, '', NULL);
INSERT INTO prices VALUES (3, 9e999, NULL);
INSERT INTO prices VALUES (3, 1, -9e999);
INSERT INTO prices VALUES (3, 9223372036854775807, NULL);
INSERT INTO prices VALUES (3, 1, 90071992547409.93);
INSERT INTO prices VALUES (3, 1, 90071992547409.91);
INSERT OR IGNORE INTO prices VALUES (4, 0.001, NULL);
INSERT OR REPLACE INTO prices VALUES (1, 0.001, NULL);
UPDATE OR IGNORE prices SET amount = 0.001 WHERE id = 1;
INSERT INTO prices VALUES (1, 0, 0) ON CONFLICT DO UPDATE SET amount = 0.001;
SELECT id, amount, typeof(amount), part FROM prices ORDER BY id;
