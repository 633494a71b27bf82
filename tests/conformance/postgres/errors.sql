-- The frame of a refusal in PostgreSQL: SQLSTATE, CONSTRAINT, TABLE, COLUMN, DETAIL, HINT.
SELECT interlock_set_clock('2026-01-01T00:00:00Z');
SELECT interlock_install('textops');
CREATE FUNCTION refusal (command text, OUT state text, OUT rule text, OUT tab text, OUT col text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE command;
  state := 'none';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, rule = CONSTRAINT_NAME, tab = TABLE_NAME, col = COLUMN_NAME, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES ('r1', 'job', 1, 'a', 'c', 'v');
-- rule X-18 accept
SELECT * FROM refusal('UPDATE "Runs" SET "Status" = 3');
SELECT * FROM refusal('UPDATE "Runs" SET "Status" = 2');
SELECT * FROM refusal('INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId") VALUES (''r2'', ''job'', 4, ''a'', ''c'', ''v'')');
SELECT * FROM refusal('UPDATE "Runs" SET "Status" = 10');
SELECT * FROM refusal('UPDATE "Runs" SET "JobKey" = ''x''');
SELECT * FROM refusal('UPDATE "Runs" SET "Status" = 4, "Version" = 9');
SELECT * FROM refusal('UPDATE "RunEvents" SET "Actor" = ''system:x''');
SELECT * FROM refusal('DELETE FROM "RunEvents"');
SELECT * FROM refusal('TRUNCATE "RunEvents"');
SELECT * FROM refusal('DELETE FROM "Runs"');
SELECT * FROM refusal('INSERT INTO "RunEvents" ("RunId", "Type", "Actor", "PayloadJson") VALUES (''r1'', ''RunDenied'', ''system'', ''{}'')');
SELECT dedup_accept('InboxDedup', 'c', 'm');
SELECT * FROM refusal('DELETE FROM "InboxDedup"');
SELECT * FROM refusal('INSERT INTO "InboxDedup" ("ChannelId", "ProviderMessageId", "RunId") VALUES (''c'', ''n'', ''nobody'')');
SELECT * FROM refusal('SELECT fsm_code(''Runs'', ''Nowhere'')');
SELECT * FROM refusal('SELECT fsm_code(''nowhere'', ''Running'')');
SELECT * FROM refusal('SELECT fsm_code(''Runs'', ''Running'', ''nocolumn'')');
SELECT * FROM refusal('SELECT interlock_apply(''{}'')');
SELECT * FROM refusal('SELECT interlock_remove(''nosuchbook'')');
SELECT * FROM refusal('SELECT interlock_uninstall(''textops'')');
SELECT * FROM refusal('SELECT interlock_set_clock(''never'')');
-- rule X-18 refuse
UPDATE "Runs" SET "Status" = 2;
