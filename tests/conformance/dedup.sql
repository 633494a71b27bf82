-- A message is taken once.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');

-- rule T-17 accept
SELECT dedup_accept('InboxDedup', 'mail', 'm1', 'r1');
SELECT dedup_accept('InboxDedup', 'mail', 'm1', 'r1');
SELECT dedup_accept('InboxDedup', 'mail', 'm1');
-- Each part of the key counts, byte for byte.
SELECT dedup_accept('InboxDedup', 'mail', 'm2');
SELECT dedup_accept('InboxDedup', 'chat', 'm1');
SELECT dedup_accept('InboxDedup', 'mail', 'M1');
SELECT dedup_accept('InboxDedup', 'mail', 'm1 ');
SELECT dedup_accept('InboxDedup', 'mail', 'é');
SELECT dedup_accept('InboxDedup', 'mail', 'é');
SELECT * FROM "InboxDedup" ORDER BY "ChannelId", "ProviderMessageId";

-- A rollback forgets it.
BEGIN;
SELECT dedup_accept('InboxDedup', 'mail', 'm3', 'r1');
ROLLBACK;
SELECT dedup_accept('InboxDedup', 'mail', 'm3', 'r1');

-- The mark names a run that is there, or none.
-- rule T-19 refuse
SELECT dedup_accept('InboxDedup', 'mail', 'm4', 'nobody');
-- rule T-19 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES ('mail', 'm4', 'nobody');
-- rule T-19 accept
SELECT dedup_accept('InboxDedup', 'mail', 'm4', 'r1');
-- rule T-19 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('mail', 'm5');
-- rule T-17 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('mail', 'm5');
-- rule X-08 accept
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('mail', 'm5') ON CONFLICT DO NOTHING;
SELECT dedup_accept('InboxDedup', 'mail', '');
-- rule T-18 refuse
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('mail', 'm5') ON CONFLICT ("ChannelId", "ProviderMessageId") DO UPDATE SET "RunId" = 'r1';

-- A message that asks for a run: run and mark together, a duplicate makes neither.
BEGIN;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r2', 'job', 1, 'a', 'c', 'v');
SELECT dedup_accept('InboxDedup', 'mail', 'm1', 'r2');
ROLLBACK;
SELECT "RunId" FROM "Runs";

-- Only what is old enough is forgotten: 90 days at least.
SELECT count(*) FROM "InboxDedup";
SELECT dedup_purge('InboxDedup', 7776000);
SELECT dedup_purge('InboxDedup', 7775999);
SELECT dedup_purge('InboxDedup', 0);
SELECT dedup_purge('InboxDedup', -1);
SELECT interlock_set_clock('2026-02-01T00:00:00Z');
SELECT dedup_accept('InboxDedup', 'mail', 'february');
SELECT interlock_set_clock('2026-04-01T00:00:00Z');
SELECT dedup_purge('InboxDedup', 7776000);
SELECT interlock_set_clock('2026-04-01T00:00:00.001Z');
-- rule T-18 accept
SELECT dedup_purge('InboxDedup', 7776000);
SELECT * FROM "InboxDedup";
SELECT dedup_accept('InboxDedup', 'mail', 'm1');

-- Keys of several parts; NULL in, NULL out.
SELECT dedup_key('a', 'b');
SELECT dedup_key('a:b');
SELECT dedup_key('');
SELECT dedup_key('a', NULL);

-- What is asked wrongly.
SELECT dedup_accept('InboxDedup', 'mail');
SELECT dedup_accept('InboxDedup', 'mail', NULL);
SELECT dedup_accept('InboxDedup', 'mail', 'm9', NULL, 'too', 'many');
SELECT dedup_accept('Runs', 'mail', 'm9');
SELECT dedup_accept('nowhere', 'mail', 'm9');
SELECT dedup_accept(NULL, 'mail', 'm9');

-- A mark does not change, whichever of its columns an UPDATE names, alone or with others.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
CREATE TABLE marks (channel varchar(20) NOT NULL, message varchar(20) NOT NULL, seen_at timestamptz, worker text, note text, PRIMARY KEY (channel, message));
SELECT interlock_apply('{ "interlock": 1, "name": "marks", "tables": { "marks": { "dedup": { "rule": "D-21", "key": ["channel", "message"], "at": "seen_at", "extra": ["worker"], "keep_seconds": 60 } } } }');
-- rule D-21 accept
SELECT dedup_accept('marks', 'c', 'm', 'w');
-- rule D-21 refuse
UPDATE marks SET message = 'other';
UPDATE marks SET channel = 'other';
UPDATE marks SET worker = 'other';
UPDATE marks SET note = 'seen';
UPDATE marks SET seen_at = NULL;
UPDATE marks SET message = 'other', seen_at = '2020-01-01T00:00:00Z';
INSERT INTO marks (channel, message) VALUES ('c', 'm') ON CONFLICT (channel, message) DO UPDATE SET message = 'other';
SELECT dedup_accept('marks', 'c', 'm', 'w');
SELECT * FROM marks;
