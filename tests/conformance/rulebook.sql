-- A rulebook of one's own: the orders of the manual, on tables that are there.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE orders (id varchar(20) NOT NULL PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new', sku varchar(20), items text NOT NULL DEFAULT '[]',
  total_cents integer NOT NULL DEFAULT 0, reason text, created_at timestamptz NOT NULL, paid_at timestamptz, done_at timestamptz, duration_ms bigint,
  updated_at timestamptz NOT NULL DEFAULT '2026-01-01T00:00:00Z', version integer NOT NULL DEFAULT 1);
CREATE TABLE order_lines (id integer PRIMARY KEY, order_id varchar(20) NOT NULL REFERENCES orders (id), cents integer NOT NULL);
CREATE TABLE order_events (order_id varchar(20) NOT NULL, what varchar(40) NOT NULL, who varchar(40) NOT NULL, at timestamptz NOT NULL, data text NOT NULL,
  PRIMARY KEY (order_id, what));
CREATE TABLE stock (sku varchar(20) NOT NULL PRIMARY KEY, reserved integer NOT NULL DEFAULT 0);
CREATE TABLE inbox (channel varchar(20) NOT NULL, message_id varchar(20) NOT NULL, seen_at timestamptz NOT NULL DEFAULT '2026-01-01T00:00:00Z',
  PRIMARY KEY (channel, message_id));
CREATE TABLE books (name varchar(20) NOT NULL PRIMARY KEY, doc text NOT NULL);
INSERT INTO stock VALUES ('s1', 0);
INSERT INTO books VALUES ('v1', '{
  "interlock": 1, "name": "orders", "version": "1",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["shipped", "refunded"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}');
-- Every finding of the lint, none of them an error.
SELECT * FROM interlock_lint('{
  "interlock": 1, "name": "orders", "version": "1",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["shipped", "refunded"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}') ORDER BY severity, path;

-- Rows that are there must keep the rules.
INSERT INTO orders (id, status, created_at) VALUES ('bad', 'lost', '2026-01-01T00:00:00Z');
SELECT interlock_apply('{
  "interlock": 1, "name": "orders", "version": "1",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["shipped", "refunded"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}');
DELETE FROM orders;
SELECT interlock_apply('{
  "interlock": 1, "name": "orders", "version": "1",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["shipped", "refunded"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}');
SELECT rule, "table", kind, columns, text FROM interlock_rules() ORDER BY "table", rule, kind, columns;
SELECT * FROM fsm_transitions('orders');
SELECT interlock_rulebook('orders');

-- At work.
INSERT INTO orders (id, sku, created_at) VALUES ('o1', 's1', '2026-01-01T00:00:00Z'), ('o2', 's1', '2026-01-01T00:00:00Z'), ('o3', NULL, '2026-01-01T00:00:00Z');
INSERT INTO orders (id, status, created_at) VALUES ('o4', 'paid', '2026-01-01T00:00:00Z');
INSERT INTO orders (id, total_cents, created_at) VALUES ('o4', 100, '2026-01-01T00:00:00Z');
INSERT INTO orders (id, items, created_at) VALUES ('o4', '{}', '2026-01-01T00:00:00Z');
INSERT INTO order_lines VALUES (1, 'o1', 250), (2, 'o1', 50);
UPDATE orders SET total_cents = 301 WHERE id = 'o1';
UPDATE orders SET total_cents = 300 WHERE id = 'o1';
SELECT interlock_set_clock('2026-01-01T01:00:00Z');
UPDATE orders SET status = 'paid' WHERE id IN ('o1', 'o2');
SELECT reserved FROM stock;
UPDATE orders SET status = 'refunded' WHERE id = 'o2';
UPDATE orders SET status = 'refunded', reason = 'late' WHERE id = 'o2';
UPDATE orders SET status = 'Shipped' WHERE id = 'o1';
UPDATE orders SET status = 'shipped ' WHERE id = 'o1';
UPDATE orders SET status = '' WHERE id = 'o1';
UPDATE orders SET status = NULL WHERE id = 'o1';
UPDATE orders SET paid_at = NULL WHERE id = 'o1';
SELECT interlock_set_clock('2026-01-01T02:00:00.500Z');
UPDATE orders SET status = 'shipped' WHERE id = 'o1';
UPDATE orders SET status = 'cancelled' WHERE id = 'o1';
SELECT interlock_set_actor('clerk');
UPDATE orders SET status = 'cancelled' WHERE id = 'o3';
UPDATE orders SET created_at = '2025-01-01T00:00:00Z' WHERE id = 'o3';
SELECT id, status, total_cents, reason, paid_at, done_at, duration_ms, updated_at, version FROM orders ORDER BY id;
SELECT order_id, what, who, at, data FROM order_events ORDER BY order_id, at, what;
INSERT INTO order_events VALUES ('o1', 'x', 'me', '2026-01-01T00:00:00Z', '{}');
DELETE FROM order_events WHERE order_id = 'o1' AND what = 'PAY';
SELECT dedup_accept('inbox', 'c', 'm'), dedup_accept('inbox', 'c', 'm');
UPDATE inbox SET seen_at = '2020-01-01T00:00:00Z';
SELECT * FROM interlock_verify('orders');

-- Drawn, in each form.
SELECT interlock_diagram('orders');
SELECT interlock_diagram('orders', 'status', 'dot');
SELECT interlock_diagram('orders', 'status', 'xstate');

-- A next version: what it would mean, and then for good. Replacing is atomic; a version that stored rows break is refused whole.
SELECT change, path, rows, message FROM interlock_diff('{
  "interlock": 1, "name": "orders", "version": "1",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["shipped", "refunded"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}', '{
  "interlock": 1, "name": "orders", "version": "2",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["packed", "refunded"] },
          "packed":    { "to": ["shipped"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}') ORDER BY path, change, message;
SELECT change, path, rows, message FROM interlock_diff('{
  "interlock": 1, "name": "orders", "version": "2",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["packed", "refunded"] },
          "packed":    { "to": ["shipped"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}', '{
  "interlock": 1, "name": "orders", "version": "3",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["packed"] },
          "packed":    { "to": ["shipped"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}') ORDER BY path, change, message;
SELECT interlock_apply('{
  "interlock": 1, "name": "orders", "version": "3",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["packed"] },
          "packed":    { "to": ["shipped"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}');
SELECT from_state, to_state FROM fsm_transitions('orders') WHERE from_state = 'paid';
SELECT interlock_apply('{
  "interlock": 1, "name": "orders", "version": "2",
  "tables": {
    "orders": {
      "key": ["id"],
      "machines": [{
        "rule": "O-01", "column": "status", "initial": ["new"],
        "on": { "CANCEL": ".cancelled" },
        "states": {
          "new":       { "on": { "PAY": "paid" } },
          "paid":      { "require": ["paid_at"], "stamp": { "paid_at": "now" }, "to": ["packed", "refunded"] },
          "packed":    { "to": ["shipped"] },
          "shipped":   { "stamp": { "done_at": "now", "duration_ms": "ms(created_at, done_at)" }, "type": "final" },
          "refunded":  { "require": ["reason"], "type": "final" },
          "cancelled": { "type": "final" } },
        "events": { "table": "order_events", "columns": { "order_id": "$key", "what": "$event", "who": "$actor", "at": "$now", "data": "$payload" } }
      }],
      "row_version": { "rule": "O-02", "column": "version" },
      "immutable":   { "rule": "O-03", "columns": ["id", "created_at"] },
      "touch":       { "rule": "O-04", "column": "updated_at" },
      "json":        { "rule": "O-05", "columns": { "items": "array" } },
      "asserts": [{ "rule": "O-06", "on": ["insert", "update"],
                    "that": "NEW.total_cents = (SELECT coalesce(sum(cents), 0) FROM order_lines WHERE order_id = NEW.id)",
                    "text": "total differs from the lines" }],
      "effects": [{ "rule": "O-07", "column": "status", "enter": "paid",
                    "do": ["UPDATE stock SET reserved = reserved + 1 WHERE sku = NEW.sku"] }]
    },
    "order_events": { "append_only": { "rule": "O-08" } },
    "inbox":        { "dedup": { "rule": "O-09", "key": ["channel", "message_id"], "at": "seen_at" } }
  }
}');
SELECT from_state, to_state FROM fsm_transitions('orders') WHERE from_state = 'paid';
INSERT INTO orders (id, created_at) VALUES ('o5', '2026-01-01T00:00:00Z');
UPDATE orders SET status = 'paid' WHERE id = 'o5';
UPDATE orders SET status = 'shipped' WHERE id = 'o5';
UPDATE orders SET status = 'packed' WHERE id = 'o5';

-- For reading: the tables are the user's, so the DDL is the guards.
SELECT length(interlock_sql('orders', 'sqlite')) > 1000, length(interlock_sql('orders', 'postgres')) > 1000, length(interlock_sql('textops', 'sqlite')) > 1000;
SELECT interlock_sql('orders', 'oracle');
SELECT interlock_sql('nosuchbook', 'sqlite');
SELECT * FROM interlock_doctor();

-- Off again; the data stays.
SELECT interlock_remove('orders');
UPDATE orders SET status = 'anything' WHERE id = 'o1';
SELECT id, status FROM orders ORDER BY id;
SELECT interlock_remove('orders');
SELECT interlock_rulebook('orders');
SELECT count(*) FROM interlock_rules();
SELECT interlock_diagram('orders');
