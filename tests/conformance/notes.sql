-- Rules that the table's own constraints keep: they have an id and a sentence, and are listed with the others.
CREATE TABLE rooms (id integer NOT NULL PRIMARY KEY, name varchar(20) NOT NULL UNIQUE);
CREATE TABLE beds (id integer NOT NULL PRIMARY KEY, room integer NOT NULL REFERENCES rooms (id));
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": {
  "rooms": { "notes": [ { "rule": "R-01", "columns": ["name"], "text": "A name is used once." }, { "rule": "R-02", "text": "A room with beds is not deleted." } ] },
  "beds": { "immutable": { "rule": "R-03", "columns": ["id"] }, "notes": { "rule": "R-04", "columns": ["room"], "text": "The room is there (\"why\" is said: élan).", "meta": { "see": "schema" } } } } }');
SELECT rule, "table", kind, columns, text FROM interlock_rules() ORDER BY rule;
-- A table with nothing but notes is written as before.
INSERT INTO rooms VALUES (1, 'blue'), (2, 'red');
INSERT INTO rooms VALUES (3, 'red');
INSERT INTO beds VALUES (1, 1), (2, 7);
INSERT INTO beds VALUES (1, 1);
DELETE FROM rooms WHERE id = 1;
UPDATE beds SET id = 2;
SELECT * FROM interlock_verify();
SELECT * FROM interlock_doctor();
-- What is said wrongly.
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "rule": "R-01" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "text": "no id" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "rule": "R-01", "text": "" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "rule": "R-01", "text": "x", "columns": "name" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "rule": "R-01", "text": "x", "columns": ["nam"] } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": { "rule": "R-01", "txt": "x" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "house", "tables": { "rooms": { "notes": "x" } } }');
SELECT interlock_remove('house');
SELECT count(*) FROM interlock_rules();
