-- Names that have to be quoted, keys of several columns, states that are numbers: tally, routing, copies, derived, fetch.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
CREATE TABLE "Ch ans" ("I d" integer NOT NULL PRIMARY KEY, "Na me" text NOT NULL, "On" boolean NOT NULL DEFAULT true, "Fai""l" integer NOT NULL DEFAULT 0, "La st" timestamptz);
CREATE TABLE "Al" ("A" text NOT NULL PRIMARY KEY, "B" integer NOT NULL, "Ti'tle" text, "K" text);
CREATE TABLE "De l" ("X" text NOT NULL, "Y" integer NOT NULL, "Al" text, "Ch" integer, "CN" text NOT NULL DEFAULT '', "S" integer NOT NULL DEFAULT 0, PRIMARY KEY ("X", "Y"));
CREATE TABLE "Fe tch" ("X" text NOT NULL, "Y" integer NOT NULL, "src" text, "lo c" text, "S" text NOT NULL, "ha sh" text, "a t" timestamptz, PRIMARY KEY ("X", "Y"));
SELECT interlock_apply('{ "interlock": 1, "name": "odd", "tables": {
  "Ch ans": { "key": ["I d"], "tally": { "rule": "O-1", "table": "De l", "column": "Ch", "state": "S", "enter": { "bad": { "Fai\"l": "+2", "La st": "now" }, "ok": { "Fai\"l": 0 } } } },
  "Al": { "key": ["A"], "derived": { "rule": "O-2", "column": "K", "digest": ["Ti''tle", "B"], "length": 8 },
    "routing": { "rule": "O-3", "channels": { "table": "Ch ans", "key": "I d", "enabled": "On" }, "deliveries": { "table": "De l", "alert": "Al", "channel": "Ch" } } },
  "De l": { "key": ["X", "Y"], "copies": { "rule": "O-4", "column": "Ch", "table": "Ch ans", "key": "I d", "columns": { "CN": "Na me" }, "fill": true },
    "machines": { "rule": "O-5", "column": "S", "initial": ["new"], "states": { "new": { "code": 0, "to": ["ok", "bad"] }, "ok": { "code": 1, "to": ["bad"] }, "bad": { "code": 2, "to": ["ok"] } } } },
  "Fe tch": { "key": ["X", "Y"], "fetch": { "rule": "O-6", "source": "src", "locator": "lo c", "status": "S", "success": "it''s", "unchanged": "sa me", "hash": "ha sh", "at": "a t" } } } }');
INSERT INTO "Ch ans" ("I d", "Na me") VALUES (1, 'it''s'), (2, 'two');
UPDATE "Ch ans" SET "On" = false WHERE "I d" = 2;
INSERT INTO "Al" ("A", "B", "Ti'tle") VALUES ('a', 7, 'x'), ('b', 8, NULL);
SELECT "A", "K" FROM "Al" ORDER BY "A";
SELECT * FROM alert_route('Al', 'a');
INSERT INTO "De l" ("X", "Y", "Al", "Ch") VALUES ('x', 1, 'a', 1), ('x', 2, 'b', 1);
INSERT INTO "De l" ("X", "Y", "Al", "Ch") VALUES ('x', 3, 'a', 2);
INSERT INTO "De l" ("X", "Y", "Al", "Ch", "CN") VALUES ('x', 3, 'a', 1, 'no');
UPDATE "De l" SET "S" = 2;
SELECT "X", "Y", "CN", "S" FROM "De l" ORDER BY "X", "Y";
SELECT "I d", "Fai""l", "La st" FROM "Ch ans" ORDER BY "I d";
UPDATE "Ch ans" SET "Fai""l" = 6 WHERE "I d" = 1;
UPDATE "De l" SET "S" = 1 WHERE "Y" = 1;
SELECT "I d", "Fai""l" FROM "Ch ans" ORDER BY "I d";
INSERT INTO "Fe tch" VALUES ('x', 1, 's', '/', 'it''s', 'h', '2026-01-05T09:00:00Z');
SELECT fetch_detect('Fe tch', 's', '/', 'h') AS same, fetch_detect('Fe tch', 's', '/', 'i') AS other;
INSERT INTO "Fe tch" VALUES ('x', 2, 's', '/', 'sa me', 'h', '2026-01-05T10:00:00Z');
INSERT INTO "Fe tch" VALUES ('x', 3, 's', '/', 'sa me', 'i', '2026-01-05T10:00:00Z');
SELECT rule, "table", text FROM interlock_rules() ORDER BY rule, "table", text;
SELECT count(*) FROM interlock_verify('odd');
SELECT * FROM interlock_doctor() WHERE problem <> 'foreign_keys is off';
SELECT interlock_remove('odd');
UPDATE "Ch ans" SET "Fai""l" = 6;
