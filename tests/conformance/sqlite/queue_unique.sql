-- Unique work in SQLite: OR REPLACE does not take a row out of the way, whether the index was there before the triggers or not.
CREATE TABLE mails (id INTEGER PRIMARY KEY, kind TEXT, state TEXT NOT NULL DEFAULT 'queued', worker TEXT, until TEXT, token INTEGER);
SELECT interlock_apply('{ "interlock": 1, "name": "mails", "tables": { "mails": {
  "machines": { "rule": "U-01", "column": "state", "initial": "queued", "states": { "queued": { "to": "running" }, "running": { "to": ["done", "queued"] }, "done": { "type": "final" } } },
  "queue": { "rule": "U-02", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "unique": { "columns": ["kind"] } } } } }');
SELECT * FROM interlock_doctor() WHERE "table" = 'mails';
SELECT queue_add('mails', '{"kind": "bill"}');
SELECT queue_add('mails', '{"kind": "bill"}');
SELECT key FROM queue_claim('mails', 'w');
REPLACE INTO mails (kind) VALUES ('bill');
INSERT OR REPLACE INTO mails (id, kind) VALUES (7, 'bill');
INSERT OR IGNORE INTO mails (id, kind) VALUES (7, 'bill');
INSERT INTO mails (id, kind) VALUES (8, 'note');
UPDATE OR REPLACE mails SET kind = 'bill' WHERE id = 8;
REPLACE INTO mails (kind) VALUES ('other');
SELECT interlock_apply(interlock_rulebook('mails'));
SELECT * FROM interlock_doctor() WHERE "table" = 'mails';
REPLACE INTO mails (kind) VALUES ('bill');
UPDATE OR REPLACE mails SET kind = 'bill' WHERE id = 8;
SELECT id, kind, state FROM mails ORDER BY id;
DROP INDEX interlock_mails_unique;
SELECT * FROM interlock_doctor() WHERE "table" = 'mails';
