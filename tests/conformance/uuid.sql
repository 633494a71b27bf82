-- A UUID has one spelling, so that a text is as good a key as PostgreSQL's type.
CREATE TABLE things (id uuid NOT NULL PRIMARY KEY, parent uuid REFERENCES things (id));
CREATE TABLE names (id varchar(80) NOT NULL PRIMARY KEY, ref varchar(80) NOT NULL);
SELECT interlock_apply('{ "interlock": 1, "name": "things", "tables": {
  "things": { "uuid": { "rule": "U-01", "columns": ["id", "parent"] } }, "names": { "uuid": { "rule": "U-02", "columns": ["id", "ref"] } } } }');
SELECT rule, columns, text FROM interlock_rules() ORDER BY rule, columns;
-- rule U-01 accept
INSERT INTO things VALUES ('00000000-0000-4000-8000-00000000000a', NULL), ('ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-4000-8000-00000000000a');
-- rule U-01 refuse
INSERT INTO things VALUES ('abc', NULL);
-- rule U-01 refuse
INSERT INTO things VALUES ('', NULL);
-- rule U-01 refuse
INSERT INTO things VALUES ('00000000-0000-4000-8000-00000000000g', NULL);
-- rule U-01 refuse
INSERT INTO things VALUES ('00000000-0000-4000-8000-0000000000', NULL);
-- rule U-01 refuse
UPDATE things SET parent = 'none' WHERE parent IS NOT NULL;
-- rule U-01 refuse
INSERT INTO things VALUES (NULL, NULL);
UPDATE things SET parent = NULL;
SELECT * FROM things ORDER BY id;
-- A text column is held to it on both engines.
-- rule U-02 accept
INSERT INTO names VALUES ('00000000-0000-4000-8000-00000000000a', '01234567-89ab-cdef-0123-456789abcdef');
-- rule U-02 refuse
INSERT INTO names VALUES ('00000000-0000-4000-8000-00000000000B', '01234567-89ab-cdef-0123-456789abcdef');
-- rule U-02 refuse
INSERT INTO names VALUES ('{00000000-0000-4000-8000-00000000000b}', '01234567-89ab-cdef-0123-456789abcdef');
-- rule U-02 refuse
INSERT INTO names VALUES ('0000000000004000800000000000000b', '01234567-89ab-cdef-0123-456789abcdef');
-- rule U-02 refuse
UPDATE names SET ref = '01234567-89ab-cdef-0123-456789abcdé';
-- rule U-02 refuse
UPDATE names SET ref = ' 1234567-89ab-cdef-0123-456789abcdef';
SELECT interlock_apply('{ "interlock": 1, "name": "things", "tables": { "things": { "uuid": { "rule": "U-01", "columns": { "id": 4 } } } } }');
-- @guards off
UPDATE names SET ref = 'x';
-- @guards on
-- rule U-02 reports
SELECT * FROM interlock_verify();
