-- Counters: totals on one table that the database counts from the rows of another.
CREATE TABLE orders (id text NOT NULL PRIMARY KEY, lines integer NOT NULL DEFAULT 0, cents integer NOT NULL DEFAULT 0, best integer NOT NULL DEFAULT 0);
CREATE TABLE order_lines (id integer NOT NULL PRIMARY KEY, order_id text, cents integer NOT NULL, note text);
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": {
  "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "order_lines", "column": "order_id", "when": ["cents"], "columns": {
    "lines": "SELECT count(*) FROM order_lines l WHERE l.order_id = NEW.id",
    "cents": "SELECT coalesce(sum(l.cents), 0) FROM order_lines l WHERE l.order_id = NEW.id",
    "best": { "least": "SELECT coalesce(max(l.cents), 0) FROM order_lines l WHERE l.order_id = NEW.id" } } } },
  "order_lines": { "key": ["id"] } } }') AS rules;
SELECT rule, "table", kind, columns, text FROM interlock_rules('orders') ORDER BY columns;
SELECT rule, "table", kind, columns, text FROM interlock_rules('order_lines');
INSERT INTO orders (id) VALUES ('a'), ('b');
INSERT INTO orders (id, lines) VALUES ('c', 1);
INSERT INTO orders (id, best) VALUES ('c', 7);
INSERT INTO order_lines (id, order_id, cents) VALUES (1, 'a', 100), (2, 'a', 250), (3, NULL, 5);
SELECT * FROM orders ORDER BY id;
-- An UPDATE may move a row from one to the other.
UPDATE order_lines SET order_id = 'b' WHERE id = 2;
SELECT * FROM orders ORDER BY id;
UPDATE order_lines SET order_id = NULL WHERE id = 1;
UPDATE order_lines SET order_id = 'a' WHERE id = 3;
SELECT * FROM orders ORDER BY id;
UPDATE order_lines SET cents = 1;
UPDATE order_lines SET note = 'x';
SELECT * FROM orders ORDER BY id;
DELETE FROM order_lines WHERE id = 3;
SELECT * FROM orders ORDER BY id;
-- By hand only what is so anyway.
UPDATE orders SET lines = 5 WHERE id = 'a';
UPDATE orders SET lines = 0, cents = 0 WHERE id = 'a';
UPDATE orders SET best = 3 WHERE id = 'b';
UPDATE orders SET best = 0 WHERE id = 'b';
SELECT * FROM orders ORDER BY id;
-- Loading: what is given is taken, and verified afterwards.
SELECT interlock_set_mode('load');
INSERT INTO orders (id, lines, cents) VALUES ('d', 1, 10);
INSERT INTO orders (id, lines, cents) VALUES ('e', 4, 10);
INSERT INTO order_lines (id, order_id, cents) VALUES (10, 'd', 10);
SELECT interlock_set_mode('enforce');
SELECT * FROM orders WHERE id IN ('d', 'e') ORDER BY id;
SELECT rule, "table", "key", message FROM interlock_verify('shop') ORDER BY message;
-- What cannot be counted.
SELECT interlock_remove('shop');
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": { "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "order_line", "column": "order_id", "columns": { "lines": "SELECT 1" } } }, "order_lines": { "key": ["id"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": { "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "order_lines", "column": "orderid", "columns": { "lines": "SELECT 1" } } }, "order_lines": { "key": ["id"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": { "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "order_lines", "column": "order_id", "columns": { "lines": "SELECT count(*) FROM order_lines WHERE order_id = OLD.id" } } }, "order_lines": { "key": ["id"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": { "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "order_lines", "column": "order_id", "columns": { "lines": { "most": "SELECT 1" } } } }, "order_lines": { "key": ["id"] } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "shop", "tables": { "orders": { "key": ["id"], "counters": { "rule": "C-01", "table": "orders", "column": "id", "columns": { "lines": "SELECT 1" } } } } }');
