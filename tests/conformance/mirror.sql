-- Rows that mirror another system's: news that come late change nothing.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE pulls (id integer NOT NULL PRIMARY KEY, far_id bigint NOT NULL UNIQUE, title varchar(40) NOT NULL, draft boolean NOT NULL DEFAULT FALSE, labels json, far_at timestamptz, cost numeric(10,2));
SELECT interlock_apply('{ "interlock": 1, "name": "pulls", "tables": { "pulls": { "mirror": { "rule": "M-01", "key": ["far_id"], "at": "far_at" }, "immutable": { "rule": "M-02", "columns": ["id", "far_id"] } } } }');
SELECT rule, columns, text FROM interlock_rules();
SELECT mirror_put('pulls', '{"id": 1, "far_id": 9007199254740991, "title": "one", "labels": ["bug", {"a": 1.5}], "far_at": "2026-01-01T10:00:00Z", "cost": 1.25}');
SELECT mirror_put('pulls', '{"far_id": 9007199254740991, "title": "two", "draft": true, "far_at": "2026-01-01T12:00:00+01:00"}');
SELECT mirror_put('pulls', '{"far_id": 9007199254740991, "title": "old", "draft": false, "far_at": "2026-01-01T10:59:59.999Z"}');
SELECT mirror_put('pulls', '{"far_id": 9007199254740991, "title": "who knows when", "far_at": null}');
SELECT mirror_put('pulls', '{"far_id": 9007199254740991, "title": "who knows when"}');
-- News of the same instant are taken: GitHub counts seconds.
SELECT mirror_put('pulls', '{"far_id": 9007199254740991, "title": "three", "labels": null, "far_at": "2026-01-01T11:00:00Z"}');
SELECT * FROM pulls;
-- A row whose instant is not known takes any.
INSERT INTO pulls (id, far_id, title) VALUES (2, 2, 'plain');
SELECT mirror_put('pulls', '{"far_id": 2, "title": "told", "far_at": "2020-01-01T00:00:00Z"}');
SELECT mirror_put('pulls', '{"far_id": 2}');
-- In plain SQL what is stale is an error.
-- rule M-01 accept
UPDATE pulls SET title = 'later', far_at = '2026-01-01T11:00:01Z' WHERE id = 1;
-- rule M-01 refuse
UPDATE pulls SET title = 'earlier', far_at = '2026-01-01T10:00:00Z' WHERE id = 1;
-- rule M-01 refuse
UPDATE pulls SET far_at = NULL WHERE id = 1;
UPDATE pulls SET title = 'by hand' WHERE id = 1;
-- The other rules hold, and a failed call leaves nothing.
SELECT mirror_put('pulls', '{"far_id": 2, "id": 7, "far_at": "2026-02-01T00:00:00Z"}');
SELECT mirror_put('pulls', '{"far_id": 3, "id": 1, "title": "taken", "far_at": "2026-02-01T00:00:00Z"}');
SELECT mirror_put('pulls', '{"far_id": 3, "id": 3, "title": "far", "nothing": 1}');
SELECT mirror_put('pulls', '{"id": 3, "title": "no key"}');
SELECT mirror_put('pulls', '{"far_id": null, "title": "no key"}');
SELECT mirror_put('pulls', '[]');
SELECT mirror_put('pulls', NULL);
SELECT id, far_id, title, far_at FROM pulls ORDER BY id;
SELECT * FROM interlock_verify();
CREATE TABLE others (id integer NOT NULL PRIMARY KEY, at timestamptz);
SELECT interlock_apply('{ "interlock": 1, "name": "others", "tables": { "others": { "immutable": { "rule": "O-01", "columns": ["id"] } } } }');
SELECT mirror_put('others', '{"id": 1}');
SELECT interlock_apply('{ "interlock": 1, "name": "others", "tables": { "others": { "mirror": { "rule": "O-01", "key": [], "at": "at" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "others", "tables": { "others": { "mirror": { "rule": "O-01", "key": ["at"], "at": "at" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "others", "tables": { "others": { "mirror": { "rule": "O-01", "key": ["id"] } } } }');
