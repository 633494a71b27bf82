-- An event row is the one that was announced, of the table that may announce it.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")
  VALUES ('r1', 'j', 1, 'a', 'c', 'v'), ('r2', 'j', 1, 'a', 'c', 'v');

-- A BEFORE trigger makes another event of it, then another row's.
CREATE FUNCTION other_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Type" := 'RunCanceled'; RETURN NEW; END $$;
CREATE TRIGGER zz BEFORE INSERT ON "RunEvents" FOR EACH ROW EXECUTE FUNCTION other_event();
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r1';
DROP TRIGGER zz ON "RunEvents";
CREATE FUNCTION other_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."RunId" := 'r2'; RETURN NEW; END $$;
CREATE TRIGGER zz BEFORE INSERT ON "RunEvents" FOR EACH ROW EXECUTE FUNCTION other_row();
UPDATE "Runs" SET "Status" = 7 WHERE "RunId" = 'r1';
DROP TRIGGER zz ON "RunEvents";

-- A role puts the machine's own trigger on a table of its own and a view in the way of the events, and purges a table of its own.
CREATE ROLE conf_announcer;
GRANT USAGE ON SCHEMA interlock TO conf_announcer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO conf_announcer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO conf_announcer;
INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId") VALUES ('c', 'm1');
SET ROLE conf_announcer;
CREATE TEMP TABLE "Runs" (LIKE public."Runs");
CREATE TEMP VIEW "RunEvents" AS SELECT * FROM public."RunEvents";
DO $$ BEGIN
  EXECUTE (SELECT format('CREATE TRIGGER t AFTER UPDATE ON pg_temp."Runs" FOR EACH ROW EXECUTE FUNCTION interlock.il1_after(%L)',
    (regexp_match(replace(pg_get_triggerdef(oid), '''''', ''''), 'il1_after\(''(.*)''\)'))[1])
    FROM pg_trigger WHERE tgrelid = 'public."Runs"'::regclass AND tgname = 'interlock_update');
END $$;
INSERT INTO pg_temp."Runs" SELECT * FROM public."Runs" WHERE "RunId" = 'r1';
-- rule T-12 refuse
UPDATE pg_temp."Runs" SET "Status" = 7;
CREATE TEMP TABLE "InboxDedup" (LIKE public."InboxDedup");
DO $$ BEGIN
  EXECUTE (SELECT format('CREATE TRIGGER t AFTER INSERT ON pg_temp."InboxDedup" FOR EACH ROW EXECUTE FUNCTION interlock.il1_after(%L)',
    (regexp_match(replace(pg_get_triggerdef(oid), '''''', ''''), 'il1_after\(''(.*)''\)'))[1])
    FROM pg_trigger WHERE tgrelid = 'public."InboxDedup"'::regclass AND tgname = 'interlock_insert');
END $$;
CREATE FUNCTION pg_temp.more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public."InboxDedup"; RETURN OLD; END $$;
CREATE TRIGGER u BEFORE DELETE ON pg_temp."InboxDedup" FOR EACH ROW EXECUTE FUNCTION pg_temp.more();
INSERT INTO pg_temp."InboxDedup" VALUES ('x', 'y', '2001-01-01', NULL);
SET search_path = pg_temp, public, interlock;
-- rule T-18 refuse
SELECT dedup_purge('InboxDedup', 7776000);
RESET ROLE;
SET search_path = public, interlock;
SELECT "RunId", "Type" FROM public."RunEvents" ORDER BY "Id";
SELECT "ProviderMessageId" FROM public."InboxDedup";
DROP OWNED BY conf_announcer;
DROP ROLE conf_announcer;
