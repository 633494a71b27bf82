-- Decided by votes: who may vote and when, what votes suffice, and that nothing else decides.
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
-- D.5 row by row: all, >=2/3, >1/2, any.
SELECT quorum_verdict('all', 1, 0, 0, 0, 1 = 0) AS "all", quorum_verdict('>=2/3', 1, 0, 0, 0, 1 = 0) AS super, quorum_verdict('>1/2', 1, 0, 0, 0, 1 = 0) AS simple, quorum_verdict('any', 1, 0, 0, 0, 1 = 0) AS single;
SELECT quorum_verdict('all', 1, 1, 0, 0, 1 = 0), quorum_verdict('>=2/3', 1, 1, 0, 0, 1 = 0), quorum_verdict('>1/2', 1, 1, 0, 0, 1 = 0), quorum_verdict('any', 1, 1, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 2, 1, 0, 0, 1 = 0), quorum_verdict('>=2/3', 2, 1, 0, 0, 1 = 0), quorum_verdict('>1/2', 2, 1, 0, 0, 1 = 0), quorum_verdict('any', 2, 1, 0, 0, 1 = 0), quorum_verdict('>=67/100', 2, 1, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 3, 1, 0, 0, 1 = 0), quorum_verdict('>=2/3', 3, 1, 0, 0, 1 = 0), quorum_verdict('>1/2', 3, 1, 0, 0, 1 = 0), quorum_verdict('any', 3, 1, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 2, 2, 0, 0, 1 = 0), quorum_verdict('>=2/3', 2, 2, 0, 0, 1 = 0), quorum_verdict('>1/2', 2, 2, 0, 0, 1 = 0), quorum_verdict('any', 2, 2, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 3, 2, 0, 0, 1 = 0), quorum_verdict('>=2/3', 3, 2, 0, 0, 1 = 0), quorum_verdict('>1/2', 3, 2, 0, 0, 1 = 0), quorum_verdict('any', 3, 2, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 4, 2, 0, 0, 1 = 0), quorum_verdict('>=2/3', 4, 2, 0, 0, 1 = 0), quorum_verdict('>1/2', 4, 2, 0, 0, 1 = 0), quorum_verdict('any', 4, 2, 0, 0, 1 = 0), quorum_verdict('>=67/100', 4, 2, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 66, 34, 0, 0, 1 = 0), quorum_verdict('>=2/3', 66, 34, 0, 0, 1 = 0), quorum_verdict('>1/2', 66, 34, 0, 0, 1 = 0), quorum_verdict('any', 66, 34, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 67, 33, 0, 0, 1 = 0), quorum_verdict('>=2/3', 67, 33, 0, 0, 1 = 0), quorum_verdict('>1/2', 67, 33, 0, 0, 1 = 0), quorum_verdict('any', 67, 33, 0, 0, 1 = 0);
SELECT quorum_verdict('all', 0, 0, 0, 0, 1 = 0), quorum_verdict('>=2/3', 0, 0, 0, 0, 1 = 0), quorum_verdict('>1/2', 0, 0, 0, 0, 1 = 0), quorum_verdict('any', 0, 0, 0, 0, 1 = 0);
-- More information is asked for before anything else; who is missing; the deadline.
SELECT quorum_verdict('any', 1, 0, 1, 0, 1 = 0), quorum_verdict('any', 1, 0, 1, 0, 1 = 1), quorum_verdict('all', 1, 0, 1, 0, 1 = 1), quorum_verdict('all', 0, 0, 1, 0, 1 = 1);
SELECT quorum_verdict('any', 1, 0, 0, 2, 1 = 0), quorum_verdict('all', 1, 0, 0, 2, 1 = 0), quorum_verdict('all', 1, 0, 0, 2, 1 = 1), quorum_verdict('all', 0, 0, 0, 0, 1 = 1);
SELECT quorum_verdict(NULL, 1, 0, 0, 0, 1 = 0);
SELECT quorum_verdict('most', 1, 0, 0, 0, 1 = 0);
SELECT quorum_verdict('>=3/2', 1, 0, 0, 0, 1 = 0);
SELECT quorum_verdict('>0/2', 1, 0, 0, 0, 1 = 0);
SELECT quorum_verdict('all', -1, 0, 0, 0, 1 = 0);

CREATE TABLE members (name varchar(20) NOT NULL PRIMARY KEY, kind varchar(20) NOT NULL, state varchar(20) NOT NULL DEFAULT 'here');
CREATE TABLE motions (id integer NOT NULL PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open', needs varchar(20) NOT NULL, kinds jsonb, options jsonb, title text,
  until timestamptz, resolved_at timestamptz, forced_by text, force_reason text, vetoed_by text, veto_reason text);
CREATE TABLE ballots (n integer NOT NULL PRIMARY KEY, motion integer NOT NULL REFERENCES motions(id) ON DELETE CASCADE, member varchar(20) NOT NULL REFERENCES members(name), kind varchar(20) NOT NULL,
  says varchar(20) NOT NULL, why text, cast_at timestamptz, UNIQUE (motion, member));
SELECT interlock_apply('{ "interlock": 1, "name": "board", "tables": {
  "members": {},
  "ballots": {},
  "motions": {
    "machines": { "rule": "Q-01", "column": "state", "initial": "open", "states": {
      "open": { "to": ["voting", "passed", "failed"] }, "voting": { "to": ["passed", "failed"] },
      "passed": { "stamp": { "resolved_at": "now" }, "to": ["vetoed"] }, "failed": { "type": "final", "stamp": { "resolved_at": "now" } },
      "vetoed": { "type": "final" } } },
    "quorum": { "rule": "Q-02", "rules": { "vote": "Q-03", "voter": "Q-04", "revise": "Q-05", "fixed": "Q-06", "resolve": "Q-07", "force": "Q-08", "veto": "Q-09" },
      "column": "state", "open": ["open", "voting"], "approved": "passed", "rejected": "failed",
      "threshold": "needs", "thresholds": { "unanimous": "all", "super": ">=2/3", "simple": ">1/2", "single": "any" },
      "deadline": "until", "resolved": "resolved_at", "required": "kinds", "fixed": ["options"],
      "votes": { "table": "ballots", "of": "motion", "voter": "member", "type": "kind", "decision": "says", "at": "cast_at", "revise": ["why"],
                 "approve": "yes", "reject": "no", "abstain": "abstain", "need_more_info": "ask" },
      "voters": { "table": "members", "key": "name", "type": "kind", "absent": { "column": "state", "states": ["away"] } },
      "force": { "by": "forced_by", "reason": "force_reason" }, "veto": { "to": "vetoed", "by": "vetoed_by", "reason": "veto_reason" } } } } }') AS rules;
SELECT rule, "table", kind, columns, text FROM interlock_rules('ballots');
SELECT rule, "table", kind, columns, text FROM interlock_rules('motions') WHERE rule <> 'Q-01';
INSERT INTO members (name, kind) VALUES ('ann', 'coder'), ('bob', 'reviewer'), ('cyd', 'architect'), ('dan', 'coder');

-- One motion to its end: the last vote decides.
INSERT INTO motions (id, needs, kinds, until) VALUES (1, 'simple', '["coder", "reviewer"]', '2026-01-06T09:00:00Z');
SELECT quorum_tally('motions', '1');
-- rule Q-03 accept
INSERT INTO ballots (n, motion, member, kind, says, cast_at) VALUES (1, 1, 'ann', 'coder', 'yes', '2026-01-05T09:00:00Z');
SELECT quorum_tally('motions', '1');
SELECT state FROM motions WHERE id = 1;
-- A vote does not say that it was cast after the deadline.
-- rule Q-03 refuse
INSERT INTO ballots (n, motion, member, kind, says, cast_at) VALUES (2, 1, 'bob', 'reviewer', 'yes', '2026-01-06T09:00:00Z');
-- Who is somebody else, who is not asked, who votes twice.
-- rule Q-04 refuse
INSERT INTO ballots (n, motion, member, kind, says) VALUES (2, 1, 'bob', 'coder', 'yes');
-- rule Q-04 refuse
INSERT INTO ballots (n, motion, member, kind, says) VALUES (2, 1, 'cyd', 'architect', 'yes');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (2, 1, 'ann', 'coder', 'no');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (2, 9, 'ann', 'coder', 'no');
-- rule Q-02 refuse
UPDATE motions SET state = 'passed' WHERE id = 1;
-- rule Q-02 refuse
UPDATE motions SET state = 'failed' WHERE id = 1;
-- rule Q-06 refuse
UPDATE motions SET needs = 'single' WHERE id = 1;
-- rule Q-06 refuse
UPDATE motions SET kinds = '["coder"]' WHERE id = 1;
-- rule Q-06 refuse
UPDATE motions SET options = '["a"]' WHERE id = 1;
-- rule Q-06 accept
UPDATE motions SET title = 'x', state = 'voting' WHERE id = 1;
-- rule Q-04 accept
-- rule Q-07 accept
INSERT INTO ballots (n, motion, member, kind, says) VALUES (2, 1, 'bob', 'reviewer', 'abstain');
SELECT state, resolved_at FROM motions WHERE id = 1;
SELECT quorum_tally('motions', '1');
-- rule Q-03 refuse
INSERT INTO ballots (n, motion, member, kind, says) VALUES (3, 1, 'dan', 'coder', 'no');
-- Votes stay.
-- rule Q-05 refuse
UPDATE ballots SET says = 'no' WHERE n = 1;
-- rule Q-05 refuse
UPDATE ballots SET why = 'changed my mind' WHERE n = 1;
-- rule Q-05 refuse
UPDATE ballots SET member = 'cyd' WHERE n = 1;
-- rule Q-05 refuse
DELETE FROM ballots WHERE n = 1;
-- rule Q-05 accept
DELETE FROM motions WHERE id = 1;
SELECT count(*) FROM ballots;

-- Who needs to know more stops it, and may say something else later, while it is open.
INSERT INTO motions (id, needs, kinds) VALUES (2, 'single', '["coder"]'), (3, 'unanimous', '[]');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (10, 2, 'ann', 'coder', 'ask');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (11, 2, 'dan', 'coder', 'yes');
SELECT quorum_tally('motions', '2');
-- rule Q-05 refuse
UPDATE ballots SET why = 'because' WHERE n = 10;
-- rule Q-05 accept
UPDATE ballots SET says = 'no', why = 'because' WHERE n = 10;
SELECT state FROM motions WHERE id = 2;
-- Nobody in particular is required: all who are here.
INSERT INTO ballots (n, motion, member, kind, says) VALUES (20, 3, 'ann', 'coder', 'yes'), (21, 3, 'bob', 'reviewer', 'yes');
SELECT quorum_tally('motions', '3');
UPDATE members SET state = 'away' WHERE name = 'cyd';
SELECT quorum_tally('motions', '3');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (22, 3, 'dan', 'coder', 'yes');
SELECT state FROM motions WHERE id = 3;
-- Two in one statement, which decide together or not at all.
INSERT INTO motions (id, needs, kinds) VALUES (4, 'super', '["coder", "reviewer", "coder"]');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (30, 4, 'ann', 'coder', 'yes'), (31, 4, 'bob', 'reviewer', 'no');
SELECT state FROM motions WHERE id = 4;
INSERT INTO motions (id, needs, kinds) VALUES (44, 'unanimous', '["coder"]');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (32, 44, 'ann', 'coder', 'ask'), (33, 44, 'dan', 'coder', 'ask');
UPDATE ballots SET says = 'yes' WHERE motion = 44;
SELECT state FROM motions WHERE id = 44;
UPDATE motions SET state = 'vetoed', vetoed_by = 'eve', veto_reason = 'test' WHERE id = 44;

-- The deadline: late votes do not count, and the tick decides with the votes there are.
INSERT INTO motions (id, needs, kinds, until) VALUES (5, 'simple', '["coder", "reviewer"]', '2026-01-05T10:00:00Z'), (6, 'simple', '["coder"]', '2026-01-05T10:00:00+00:00'), (7, 'single', '["coder", "pm"]', '2026-01-05T10:00:00.001Z'), (8, 'simple', '["pm"]', NULL), (9, 'simple', NULL, '2026-01-05T10:00:00Z');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (50, 5, 'ann', 'coder', 'yes'), (60, 6, 'ann', 'coder', 'ask'), (61, 6, 'dan', 'coder', 'yes'), (70, 7, 'ann', 'coder', 'no');
SELECT quorum_close('motions');
SELECT interlock_set_clock('2026-01-05T10:00:00Z');
-- rule Q-03 refuse
INSERT INTO ballots (n, motion, member, kind, says) VALUES (51, 5, 'bob', 'reviewer', 'yes');
-- rule Q-03 refuse
UPDATE ballots SET says = 'no' WHERE n = 60;
-- rule Q-02 refuse
UPDATE motions SET state = 'passed' WHERE id = 5;
-- rule Q-02 accept
UPDATE motions SET state = 'failed' WHERE id = 5;
SELECT quorum_tally('motions', '6');
SELECT quorum_close('motions');
SELECT id, state FROM motions WHERE id >= 5 ORDER BY id;
SELECT interlock_set_clock('2026-01-05T10:00:01Z');
SELECT interlock_tick();
SELECT id, state FROM motions WHERE id >= 5 ORDER BY id;
SELECT job, "table", done, error FROM interlock_activity();
SELECT quorum_close('motions');

-- Force and veto: with a name and a reason, once, and in the UPDATE that does it.
-- rule Q-08 refuse
UPDATE motions SET forced_by = 'eve', force_reason = 'late' WHERE id = 8;
-- rule Q-08 refuse
UPDATE motions SET forced_by = 'eve', state = 'passed' WHERE id = 8;
-- rule Q-08 refuse
UPDATE motions SET forced_by = 'eve', force_reason = ' ', state = 'passed' WHERE id = 8;
-- rule Q-08 refuse
INSERT INTO motions (id, needs, forced_by, force_reason) VALUES (40, 'simple', 'eve', 'x');
-- rule Q-08 accept
UPDATE motions SET forced_by = 'eve', force_reason = 'late', state = 'passed' WHERE id = 8;
-- rule Q-08 refuse
UPDATE motions SET forced_by = 'mallory' WHERE id = 8;
-- rule Q-08 refuse
UPDATE motions SET forced_by = 'eve', force_reason = 'late' WHERE id = 6;
-- rule Q-09 refuse
UPDATE motions SET vetoed_by = 'eve', veto_reason = 'no' WHERE id = 6;
-- rule Q-09 refuse
UPDATE motions SET state = 'vetoed' WHERE id = 6;
-- rule Q-09 refuse
UPDATE motions SET state = 'vetoed', vetoed_by = 'eve', veto_reason = '' WHERE id = 6;
-- rule Q-09 accept
UPDATE motions SET state = 'vetoed', vetoed_by = 'eve', veto_reason = 'no' WHERE id = 6;
-- rule Q-09 refuse
UPDATE motions SET veto_reason = 'yes' WHERE id = 6;
UPDATE motions SET state = 'vetoed', vetoed_by = 'eve', veto_reason = 'no' WHERE id = 5;
SELECT id, state, forced_by, vetoed_by FROM motions WHERE id IN (5, 6, 8) ORDER BY id;

-- What is stored is held against the votes; loading lets it in.
SELECT count(*) FROM interlock_verify('board');
SELECT interlock_set_mode('load');
INSERT INTO motions (id, state, needs, kinds, resolved_at) VALUES (90, 'passed', 'simple', '["coder"]', '2026-01-01T00:00:00Z'), (91, 'failed', 'simple', '["coder"]', '2026-01-01T00:00:00Z');
INSERT INTO ballots (n, motion, member, kind, says) VALUES (91, 91, 'ann', 'coder', 'no');
SELECT interlock_set_mode('enforce');
-- rule Q-02 reports
SELECT rule, "table", "key", message FROM interlock_verify('board');
-- What is asked wrongly.
SELECT quorum_tally('motions', '77');
SELECT quorum_tally('members', 'ann');
SELECT quorum_tally('motions', NULL);
SELECT quorum_close('members');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "ballots": {}, "motions": { "quorum": { "rule": "X", "column": "state", "open": "open", "approved": "passed", "rejected": "failed", "needs": "most", "votes": { "table": "ballots", "of": "motion", "voter": "member", "decision": "says" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "ballots": {}, "motions": { "quorum": { "rule": "X", "column": "state", "open": "open", "approved": "passed", "rejected": "failed", "needs": "any", "votes": { "table": "ballot", "of": "motion", "voter": "member", "decision": "says" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "ballots": {}, "motions": { "quorum": { "rule": "X", "column": "state", "open": "open", "approved": "passed", "rejected": "failed", "needs": "any", "votes": { "table": "ballots", "of": "motion", "voter": "membr", "decision": "says" } } } } }');
SELECT interlock_apply('{ "interlock": 1, "name": "x", "tables": { "ballots": {}, "motions": { "quorum": { "rule": "X", "column": "state", "open": "open", "approved": "passed", "rejected": "failed", "threshold": "needs", "votes": { "table": "ballots", "of": "motion", "voter": "member", "decision": "says" } } } } }');
