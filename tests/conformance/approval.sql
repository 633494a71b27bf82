-- Approvals: who may, why not, and what was decided.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT approval_list(NULL), approval_list('any'), approval_list('"any"'), approval_list('["any"]'), approval_list('["ann", "@Bob"]'), approval_list(' "any" ');
SELECT approval_list(''), approval_list('alice'), approval_list('[]'), approval_list('{"a": 1}'), approval_list('[1]'), approval_list('[""]'), approval_list('["ann", " @ "]'), approval_list('"ann"'), approval_list('null'), approval_list('Any');
SELECT approval_by('["ann", "@Bob"]', 'bob'), approval_by('["ann", "@Bob"]', '@ANN'), approval_by('["ann"]', 'eve'), approval_by('any', 'eve'), approval_by(NULL, 'eve'), approval_by('["any"]', 'eve'), approval_by('["any", "bob"]', 'eve');
SELECT approval_by('any', NULL), approval_by('any', ''), approval_by('any', ' @'), approval_by('any', 'system'), approval_by('any', 'System', 1 = 1), approval_by('["ann"]', 'system', 1 = 1), approval_by('["system"]', 'system', 1 = 1), approval_by('nonsense', 'ann');
CREATE TABLE doors (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'shut', kind varchar(20) NOT NULL DEFAULT 'plain', who text, opened_by text, opened_at timestamptz, why_not text);
CREATE TABLE book (n integer NOT NULL PRIMARY KEY, door integer NOT NULL, what varchar(20) NOT NULL, who text, details jsonb);
SELECT interlock_apply('{ "interlock": 1, "name": "doors", "tables": { "book": { "append_only": { "rule": "A-09" } }, "doors": {
  "machines": { "rule": "A-01", "column": "state", "initial": "shut", "states": {
    "shut": { "stamp": { "why_not": null }, "to": ["open", "barred", "gone"] },
    "open": { "type": "final", "stamp": { "opened_at": "now" } }, "barred": { "to": ["shut"] }, "gone": { "type": "final" } } },
  "approval": { "rule": "A-02", "rules": { "approvers": "A-03", "reason": "A-04", "record": "A-05" }, "column": "state", "approved": "open", "rejected": "barred", "skipped": "gone",
    "approvers": "who", "by": "opened_by", "at": "opened_at", "reason": "why_not", "system": { "column": "kind", "values": ["automatic"] }, "choice": { "column": "kind", "values": ["choice"] },
    "record": { "table": "book", "decisions": { "approved": "opened", "skipped": "left out" },
      "columns": { "n": "(SELECT coalesce(max(b.n), 0) + 1 FROM book b)", "door": "NEW.id", "what": "$decision", "who": "$by", "details": "json_make(''why'', NEW.why_not, ''choice'', json_text($payload, ''choice''))" } } } } } }') AS rules;
SELECT rule, "table", kind, columns, text FROM interlock_rules('doors') WHERE rule <> 'A-01';
-- rule A-03 accept
INSERT INTO doors (id, who) VALUES (1, '["ann", "@bob"]'), (2, 'any'), (3, NULL);
-- rule A-03 refuse
INSERT INTO doors (id, who) VALUES (4, '[]');
-- rule A-03 refuse
UPDATE doors SET who = 'ann' WHERE id = 1;
-- rule A-02 refuse
UPDATE doors SET state = 'open' WHERE id = 1;
-- rule A-02 refuse
UPDATE doors SET state = 'open', opened_by = 'eve' WHERE id = 1;
-- rule A-02 refuse
UPDATE doors SET state = 'open', opened_by = 'system' WHERE id = 2;
-- rule A-02 accept
UPDATE doors SET state = 'open', opened_by = 'BOB' WHERE id = 1;
-- rule A-04 refuse
UPDATE doors SET opened_by = 'ann' WHERE id = 2;
-- rule A-04 refuse
UPDATE doors SET opened_at = '2026-01-05T09:00:00Z' WHERE id = 2;
-- rule A-04 refuse
UPDATE doors SET why_not = 'draught' WHERE id = 2;
-- rule A-04 refuse
UPDATE doors SET state = 'barred' WHERE id = 2;
-- rule A-04 refuse
UPDATE doors SET state = 'barred', why_not = '  ' WHERE id = 2;
-- rule A-04 refuse
INSERT INTO doors (id, opened_by) VALUES (4, 'ann');
SELECT interlock_set_actor('human:eve');
-- rule A-04 accept
UPDATE doors SET state = 'barred', why_not = 'draught' WHERE id = 2;
-- rule A-04 refuse
UPDATE doors SET why_not = NULL WHERE id = 2;
UPDATE doors SET state = 'shut' WHERE id = 2;
SELECT id, state, opened_by, opened_at, why_not FROM doors ORDER BY id;
-- rule A-05 accept
UPDATE doors SET state = 'gone' WHERE id = 2;
SELECT interlock_set_actor('system');
INSERT INTO doors (id, kind) VALUES (5, 'choice'), (6, 'automatic');
-- rule A-05 refuse
UPDATE doors SET state = 'open', opened_by = 'ann' WHERE id = 5;
UPDATE doors SET state = 'open', opened_by = 'system' WHERE id = 6;
UPDATE doors SET state = 'open', opened_by = 'ann' WHERE id = 3;
UPDATE doors SET state = 'open' WHERE id = 3;
SELECT fsm_transition('doors', '5', 'open', NULL, NULL, 'human:zoe', '{"choice": "left"}');
SELECT opened_by FROM doors WHERE id = 5;
SELECT n, door, what, who, json_text(details, 'why'), json_text(details, 'choice') FROM book ORDER BY n;
SELECT count(*) FROM interlock_verify('doors');
-- @guards off
INSERT INTO doors (id, state) VALUES (10, 'open'), (11, 'barred');
INSERT INTO doors (id, who) VALUES (12, 'nobody');
-- @guards on
-- rule A-02 reports
SELECT rule, "key", message FROM interlock_verify('doors') ORDER BY rule, "key";
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "doors": { "approval": { "rule": "X", "column": "state", "approved": "open", "rejected": "barred" } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "doors": { "approval": { "rule": "X", "column": "state", "approved": "open", "rejected": "barred", "by": "opened_by", "record": { "table": "book", "columns": { "n": "1" } } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "book": {}, "doors": { "approval": { "rule": "X", "column": "state", "approved": "open", "rejected": "barred", "by": "opened_by", "record": { "table": "book", "columns": { "n": "$nobody" } } } } } }');
