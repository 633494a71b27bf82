-- What a purge may delete, no trigger may that fires meanwhile: the permission is for the purge's own statement.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
SELECT dedup_accept('InboxDedup', 'mail', 'old');
SELECT dedup_accept('InboxDedup', 'mail', 'older');
SELECT interlock_set_clock('2026-06-01T00:00:00Z');
SELECT dedup_accept('InboxDedup', 'mail', 'young');
CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "InboxDedup" WHERE "ProviderMessageId" = TG_ARGV[0]; RETURN OLD; END $$;
CREATE TRIGGER zz BEFORE DELETE ON "InboxDedup" FOR EACH ROW WHEN (OLD."ProviderMessageId" = 'old') EXECUTE FUNCTION more('young');
-- rule T-18 refuse
SELECT dedup_purge('InboxDedup', 7776000);
DROP TRIGGER zz ON "InboxDedup";
CREATE TRIGGER zz AFTER DELETE ON "InboxDedup" FOR EACH ROW WHEN (OLD."ProviderMessageId" = 'old') EXECUTE FUNCTION more('young');
-- rule T-18 refuse
SELECT dedup_purge('InboxDedup', 7776000);
DROP TRIGGER zz ON "InboxDedup";
SELECT "ProviderMessageId" FROM "InboxDedup" ORDER BY 1;
-- rule T-18 accept
SELECT dedup_purge('InboxDedup', 7776000);
SELECT "ProviderMessageId" FROM "InboxDedup";
