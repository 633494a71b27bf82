-- TextOps' tables are the document's (seeds/textops.md), with the additions by ruling: a BIGINT identity (TC-5), defaults that are now.
SELECT interlock_install('textops');
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
  FROM information_schema.columns WHERE table_name IN ('Runs', 'RunEvents', 'InboxDedup') ORDER BY table_name DESC, ordinal_position;
SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text IN ('"Runs"', '"RunEvents"', '"InboxDedup"') ORDER BY conrelid::regclass::text, 2;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'IX%' ORDER BY indexname;
-- What the guards are made of is named interlock_, fires in ORIGIN mode, and nothing else is added.
SELECT count(*) > 0, bool_and(tgname LIKE 'interlock%' AND tgenabled = 'O') FROM pg_trigger WHERE NOT tgisinternal;
SELECT relkind, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v') ORDER BY 1, 2;
