-- JSON in the SQL of rules: the same words on both engines.
SELECT json_has('["coder", "pm"]', 'pm'), json_has('["coder", "pm"]', 'PM'), json_has('[]', 'pm'), json_has('{"pm": 1}', 'pm'), json_has('"pm"', 'pm'), json_has('[1, null, ["pm"]]', 'pm');
SELECT json_has('[{"id": "a", "cost": 3}, {"id": "b"}]', 'b'), json_has('[{"name": "b"}]', 'b'), json_has('["a\u00e9\n\ud83d\ude00"]', 'aé
😀'), json_has('["\"q\\"]', '"q\');
SELECT json_has(NULL, 'a'), json_has('["a"]', NULL);
SELECT json_distinct('["a", "b", "a"]'), json_distinct('[]'), json_distinct('{"a": 1}'), json_distinct('[{"id": "a"}, "a", 1]'), json_distinct(NULL);
SELECT json_text('{"choice": "a", "n": 1.50, "deep": {"choice": [true]}, "no": null}', 'choice'), json_text('{"n": 12, "t": true}', 'n'), json_text('{"t": true}', 't'), json_text('{"no": null}', 'no'), json_text('{}', 'x'), json_text('[1]', 'x'), json_text('{"a": 1, "a": 2}', 'a');
SELECT json_text('{"deep": {"choice": "b"}}', 'choice'), json_text('{"s": "}, \"choice\": \"x\"", "choice": "y"}', 'choice'), json_text('{"choice": ""}', 'choice');
SELECT json_flag('{"success": true}', 'success'), json_flag('{"success": false}', 'success'), json_flag('{"success": "true"}', 'success'), json_flag('{"success": 1}', 'success'), json_flag('{}', 'success'), json_flag(NULL, 'success');
SELECT json_text(json_make('by', 'ann "the" \ fox', 'n', 3), 'by'), json_text(json_make('by', 'ann', 'n', 3), 'n'), json_text(json_make('by', NULL), 'by'), json_make('a', 'x', 'b', 2, 'c', NULL);
SELECT json_make('a');
SELECT json_make(NULL, 'a');
-- An array of choices.
CREATE TABLE polls (id integer NOT NULL PRIMARY KEY, options jsonb);
SELECT interlock_apply('{ "interlock": 1, "name": "polls", "tables": { "polls": { "json": { "rule": "J-01", "columns": { "options": "choices" } } } } }');
-- rule J-01 accept
INSERT INTO polls VALUES (1, '["a", {"id": "b", "cost": 1}]');
-- rule J-01 accept
INSERT INTO polls VALUES (2, NULL), (3, '[]');
-- rule J-01 refuse
INSERT INTO polls VALUES (4, '{"id": "a"}');
-- rule J-01 refuse
INSERT INTO polls VALUES (5, '[1]');
-- rule J-01 refuse
INSERT INTO polls VALUES (6, '[{"id": 1}]');
-- rule J-01 refuse
INSERT INTO polls VALUES (7, '["a", {"name": "b"}]');
SELECT text FROM interlock_rules('polls');
