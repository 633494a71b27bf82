-- What a purge may delete, no trigger may that fires meanwhile: the permission is for keys old enough, whoever deletes them.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
SELECT dedup_accept('InboxDedup', 'mail', 'old');
SELECT interlock_set_clock('2026-06-01T00:00:00Z');
SELECT dedup_accept('InboxDedup', 'mail', 'young');
CREATE TEMP TRIGGER more BEFORE DELETE ON main."InboxDedup" WHEN OLD."ProviderMessageId" = 'old' BEGIN DELETE FROM "InboxDedup" WHERE "ProviderMessageId" = 'young'; END;
-- rule T-18 refuse
SELECT dedup_purge('InboxDedup', 7776000);
SELECT "ProviderMessageId" FROM "InboxDedup" ORDER BY 1;
DROP TRIGGER temp.more;
-- rule T-18 accept
SELECT dedup_purge('InboxDedup', 7776000);
SELECT "ProviderMessageId" FROM "InboxDedup";
