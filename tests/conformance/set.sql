-- Columns that the database sets when others change.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE posts (id integer NOT NULL PRIMARY KEY, body varchar(80) NOT NULL, title varchar(80), edited boolean NOT NULL DEFAULT FALSE, edited_at timestamptz,
  state varchar(10) NOT NULL DEFAULT 'open', draft boolean NOT NULL DEFAULT TRUE, merged_at timestamptz, tries integer NOT NULL DEFAULT 0, most integer NOT NULL DEFAULT 2, note varchar(40));
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": {
  "machines": { "rule": "S-01", "column": "state", "initial": ["open", "closed"], "states": { "open": { "to": "closed" }, "closed": { "to": "open" } } },
  "set": [ { "rule": "S-02", "change": ["body", "title"], "columns": { "edited": true, "edited_at": "now" } },
           { "rule": "S-03", "filled": "merged_at", "columns": { "state": { "value": "closed" }, "draft": false } },
           { "rule": "S-04", "reaches": ["tries", "most"], "columns": { "note": { "value": "given up" }, "title": null, "edited_at": "now" } } ] } } }');
SELECT rule, columns, text FROM interlock_rules('posts') WHERE kind = 'set' ORDER BY rule;
-- rule S-02 accept
INSERT INTO posts (id, body, title) VALUES (1, 'a', 't'), (2, 'b', NULL), (3, 'c', 'u');
UPDATE posts SET note = 'x' WHERE id = 1;
SELECT id, edited, edited_at, note FROM posts ORDER BY id;
UPDATE posts SET body = 'a2', edited = FALSE WHERE id = 1;
UPDATE posts SET title = 'now one' WHERE id = 2;
UPDATE posts SET body = 'c', title = 'u' WHERE id = 3;
SELECT id, body, edited, edited_at FROM posts ORDER BY id;
-- Filled: in the same statement the state that hangs on it, whatever the writer says; and in a new row.
-- rule S-03 accept
UPDATE posts SET merged_at = '2026-01-02T00:00:00Z', state = 'open' WHERE id = 1;
INSERT INTO posts (id, body, merged_at) VALUES (4, 'd', '2025-01-01T00:00:00Z');
SELECT id, state, draft, merged_at FROM posts ORDER BY id;
-- It is set when it is filled, not when it changes.
UPDATE posts SET state = 'open' WHERE id = 1;
UPDATE posts SET merged_at = '2026-01-03T00:00:00Z' WHERE id = 1;
SELECT state FROM posts WHERE id = 1;
UPDATE posts SET merged_at = NULL WHERE id = 1;
UPDATE posts SET merged_at = '2026-01-03T00:00:00Z' WHERE id = 1;
SELECT state FROM posts WHERE id = 1;
-- Reaching: also by lowering what is to be reached, also at birth.
-- rule S-04 accept
UPDATE posts SET tries = 1 WHERE id = 2;
SELECT tries, note, title FROM posts WHERE id = 2;
UPDATE posts SET tries = 2, note = 'mine' WHERE id = 2;
SELECT tries, note, title FROM posts WHERE id = 2;
UPDATE posts SET note = 'free again' WHERE id = 2;
UPDATE posts SET most = 0 WHERE id = 3;
INSERT INTO posts (id, body, tries) VALUES (5, 'e', 9);
SELECT id, tries, most, note, title FROM posts WHERE id IN (2, 3, 5) ORDER BY id;
-- Existing data comes as it is.
SELECT interlock_set_mode('load');
INSERT INTO posts (id, body, tries, merged_at) VALUES (6, 'f', 9, '2025-01-01T00:00:00Z');
SELECT state, note FROM posts WHERE id = 6;
SELECT interlock_set_mode('enforce');
-- An upsert is an UPDATE.
INSERT INTO posts (id, body) VALUES (3, 'z') ON CONFLICT (id) DO UPDATE SET body = 'upserted';
SELECT body, edited FROM posts WHERE id = 3;
SELECT * FROM interlock_doctor();
-- Said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "columns": { "edited": true } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "change": ["body"], "filled": "merged_at", "columns": { "edited": true } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "change": ["edited"], "columns": { "edited": true } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "change": ["body"], "columns": {} } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "change": ["body"], "columns": { "edited": "yes" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "reaches": ["tries"], "columns": { "edited": true } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "posts", "tables": { "posts": { "set": { "rule": "S-02", "change": ["bodi"], "columns": { "edited": true } } } } }');
