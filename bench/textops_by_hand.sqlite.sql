-- TextOps' rules T-01 … T-23 as a careful engineer writes them by hand in SQLite: pure SQL triggers, nothing else. The yardstick of
-- `make bench`. Like interlock's: birth states, transitions, frozen final rows, version step, immutable columns, UpdatedAt stamp (also when
-- the writer steps the version, and no stamp when nothing changes), automatic event rows that cannot be swallowed by OR IGNORE, append-only
-- log, event order, lengths, JSON, dedup marks. The table "Stamping" tells the second UPDATE of the stamp from one by hand: without it a
-- final row's version and UpdatedAt could be changed. What SQL cannot do is left out: OR REPLACE is refused only where the connection has
-- recursive_triggers ON, and who writes into "Stamping" gets past T-04.
PRAGMA recursive_triggers = ON;
CREATE TABLE "Runs" ("RunId" TEXT NOT NULL PRIMARY KEY, "JobKey" TEXT NOT NULL, "Status" INTEGER NOT NULL,
  "CreatedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "RequestedByAddress" TEXT NOT NULL, "ChannelId" TEXT NOT NULL,
  "ConversationId" TEXT NOT NULL, "UpdatedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "Version" INTEGER NOT NULL DEFAULT 1);
CREATE INDEX "IX_Runs_Status" ON "Runs"("Status");
CREATE INDEX "IX_Runs_ChannelId_ConversationId" ON "Runs"("ChannelId","ConversationId");
CREATE TABLE "RunEvents" ("Id" INTEGER PRIMARY KEY AUTOINCREMENT, "RunId" TEXT NOT NULL, "Type" TEXT NOT NULL,
  "At" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "Actor" TEXT NOT NULL, "PayloadJson" TEXT NOT NULL,
  FOREIGN KEY ("RunId") REFERENCES "Runs"("RunId") ON DELETE CASCADE);
CREATE INDEX "IX_RunEvents_RunId" ON "RunEvents"("RunId");
CREATE TABLE "InboxDedup" ("ChannelId" TEXT NOT NULL, "ProviderMessageId" TEXT NOT NULL,
  "ProcessedAt" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "RunId" TEXT, PRIMARY KEY ("ChannelId","ProviderMessageId"));

CREATE TABLE "Stamping" ("RunId" TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER runs_bi BEFORE INSERT ON "Runs" BEGIN
  SELECT CASE
    WHEN (NEW."Status" BETWEEN 0 AND 9 AND typeof(NEW."Status") = 'integer') IS NOT 1 THEN RAISE(ABORT, 'T-01: no such status')
    WHEN length(NEW."RunId") NOT BETWEEN 1 AND 50 THEN RAISE(ABORT, 'T-20: RunId') WHEN length(NEW."JobKey") NOT BETWEEN 1 AND 200 THEN RAISE(ABORT, 'T-20: JobKey')
    WHEN length(NEW."RequestedByAddress") NOT BETWEEN 1 AND 500 THEN RAISE(ABORT, 'T-20: RequestedByAddress')
    WHEN length(NEW."ChannelId") NOT BETWEEN 1 AND 100 THEN RAISE(ABORT, 'T-20: ChannelId') WHEN length(NEW."ConversationId") NOT BETWEEN 1 AND 500 THEN RAISE(ABORT, 'T-20: ConversationId')
    WHEN julianday(NEW."CreatedAt") IS NULL OR julianday(NEW."UpdatedAt") IS NULL THEN RAISE(ABORT, 'X-10: not an instant')
    WHEN julianday(NEW."UpdatedAt") < julianday(NEW."CreatedAt") THEN RAISE(ABORT, 'T-08: UpdatedAt') END;
END;
CREATE TRIGGER runs_ai AFTER INSERT ON "Runs" BEGIN
  SELECT CASE WHEN NEW."Status" NOT IN (0, 1) THEN RAISE(ABORT, 'T-02: birth') WHEN NEW."Version" <> 1 THEN RAISE(ABORT, 'T-05: version') END;
  INSERT INTO "RunEvents"("RunId","Type","Actor","PayloadJson") VALUES (NEW."RunId", 'RunCreated', 'system', '{}');
  SELECT CASE WHEN changes() <> 1 THEN RAISE(ABORT, 'T-13: event lost') END;
  INSERT INTO "RunEvents"("RunId","Type","Actor","PayloadJson") SELECT NEW."RunId", 'ApprovalRequested', 'system', '{}' WHERE NEW."Status" = 1;
  SELECT CASE WHEN changes() <> (NEW."Status" = 1) THEN RAISE(ABORT, 'T-13: event lost') END;
END;
CREATE TRIGGER runs_bu BEFORE UPDATE ON "Runs" BEGIN
  SELECT CASE
    WHEN OLD."Status" >= 5 AND (NEW."Status" IS NOT OLD."Status" OR NEW."Version" IS NOT OLD."Version" OR NEW."UpdatedAt" IS NOT OLD."UpdatedAt")
      AND NOT EXISTS (SELECT 1 FROM "Stamping" WHERE "RunId" = OLD."RunId") THEN RAISE(ABORT, 'T-04: final')
    WHEN NEW."RunId" IS NOT OLD."RunId" OR NEW."JobKey" IS NOT OLD."JobKey" OR NEW."CreatedAt" IS NOT OLD."CreatedAt"
      OR NEW."RequestedByAddress" IS NOT OLD."RequestedByAddress" OR NEW."ChannelId" IS NOT OLD."ChannelId"
      OR NEW."ConversationId" IS NOT OLD."ConversationId" THEN RAISE(ABORT, 'T-07: immutable')
    WHEN NEW."Status" IS NOT OLD."Status" AND (CASE OLD."Status" WHEN 0 THEN NEW."Status" IN (1, 8) WHEN 1 THEN NEW."Status" IN (2, 3, 7, 8, 9)
      WHEN 2 THEN NEW."Status" IN (3, 8, 9) WHEN 3 THEN NEW."Status" IN (4, 5, 6, 8, 9) WHEN 4 THEN NEW."Status" IN (5, 6, 8, 9) ELSE 0 END) IS NOT 1
      THEN RAISE(ABORT, 'T-03: transition')
    WHEN NEW."Version" IS NOT OLD."Version" AND NEW."Version" IS NOT OLD."Version" + 1 THEN RAISE(ABORT, 'T-05: version')
    WHEN julianday(NEW."UpdatedAt") IS NULL THEN RAISE(ABORT, 'X-10: not an instant') END;
END;
CREATE TRIGGER runs_bv BEFORE UPDATE OF "Version" ON "Runs" BEGIN
  SELECT CASE WHEN NEW."Version" IS NOT OLD."Version" + 1 AND NOT EXISTS (SELECT 1 FROM "Stamping" WHERE "RunId" = OLD."RunId")
    THEN RAISE(ABORT, 'T-05: version') END;
END;
CREATE TRIGGER runs_au AFTER UPDATE OF "Status" ON "Runs" WHEN NEW."Status" IS NOT OLD."Status" BEGIN
  INSERT INTO "RunEvents"("RunId","Type","Actor","PayloadJson") VALUES (NEW."RunId", CASE NEW."Status" WHEN 1 THEN 'ApprovalRequested' WHEN 2 THEN 'RunApproved'
    WHEN 3 THEN CASE OLD."Status" WHEN 1 THEN 'RunApproved' ELSE 'ExecutionDispatched' END WHEN 4 THEN 'ExecutionStarted' WHEN 5 THEN 'ExecutionSucceeded'
    WHEN 6 THEN 'ExecutionFailed' WHEN 7 THEN 'RunDenied' WHEN 8 THEN 'RunCanceled' WHEN 9 THEN 'RunTimedOut' END, 'system', '{}');
  SELECT CASE WHEN changes() <> 1 THEN RAISE(ABORT, 'T-13: event lost') END;
  INSERT INTO "RunEvents"("RunId","Type","Actor","PayloadJson") SELECT NEW."RunId", 'ExecutionDispatched', 'system', '{}' WHERE OLD."Status" = 1 AND NEW."Status" = 3;
  SELECT CASE WHEN changes() <> (OLD."Status" = 1 AND NEW."Status" = 3) THEN RAISE(ABORT, 'T-13: event lost') END;
END;
CREATE TRIGGER runs_stamp AFTER UPDATE ON "Runs"
  WHEN (NEW."Status" IS NOT OLD."Status" OR NEW."Version" IS NOT OLD."Version" OR NEW."UpdatedAt" IS NOT OLD."UpdatedAt")
    AND NOT EXISTS (SELECT 1 FROM "Stamping" WHERE "RunId" = OLD."RunId") BEGIN
  INSERT INTO "Stamping" VALUES (NEW."RunId");
  UPDATE "Runs" SET "Version" = OLD."Version" + 1, "UpdatedAt" = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE rowid = NEW.rowid;
  DELETE FROM "Stamping" WHERE "RunId" = NEW."RunId";
END;
CREATE TRIGGER runs_bd BEFORE DELETE ON "Runs" BEGIN
  SELECT CASE WHEN EXISTS (SELECT 1 FROM "RunEvents" WHERE "RunId" = OLD."RunId") THEN RAISE(ABORT, 'T-10: events') END;
END;
CREATE TRIGGER events_bi BEFORE INSERT ON "RunEvents" BEGIN
  SELECT CASE
    WHEN NEW."Type" NOT IN ('RunCreated','ApprovalRequested','RunApproved','RunDenied','ExecutionDispatched','ExecutionStarted','ExecutionSucceeded',
      'ExecutionFailed','RunCanceled','RunTimedOut') THEN RAISE(ABORT, 'T-11: type')
    WHEN length(NEW."Actor") > 500 THEN RAISE(ABORT, 'T-20: Actor')
    WHEN NEW."Actor" <> 'system' AND NEW."Actor" NOT GLOB 'system:?*' AND NEW."Actor" NOT GLOB 'user:?*' AND NEW."Actor" NOT GLOB 'worker:?*' THEN RAISE(ABORT, 'T-15: actor')
    WHEN CASE WHEN json_valid(NEW."PayloadJson") THEN json_type(NEW."PayloadJson") IS NOT 'object' ELSE 1 END THEN RAISE(ABORT, 'T-16: payload')
    WHEN NEW."Id" <> -1 AND EXISTS (SELECT 1 FROM "RunEvents" WHERE "Id" >= NEW."Id") THEN RAISE(ABORT, 'T-23: id')
    WHEN julianday(NEW."At") IS NULL THEN RAISE(ABORT, 'X-10: not an instant')
    WHEN EXISTS (SELECT 1 FROM "RunEvents" WHERE "RunId" = NEW."RunId" AND ("Type" = NEW."Type" OR julianday("At") > julianday(NEW."At"))) THEN RAISE(ABORT, 'T-12, T-14: order')
    WHEN (SELECT julianday("CreatedAt") FROM "Runs" WHERE "RunId" = NEW."RunId") > julianday(NEW."At") THEN RAISE(ABORT, 'T-14: before the run')
    WHEN (CASE (SELECT "Status" FROM "Runs" WHERE "RunId" = NEW."RunId") WHEN 0 THEN NEW."Type" = 'RunCreated' WHEN 1 THEN NEW."Type" IN ('RunCreated','ApprovalRequested')
      WHEN 2 THEN NEW."Type" = 'RunApproved' WHEN 3 THEN NEW."Type" IN ('RunApproved','ExecutionDispatched') WHEN 4 THEN NEW."Type" = 'ExecutionStarted'
      WHEN 5 THEN NEW."Type" = 'ExecutionSucceeded' WHEN 6 THEN NEW."Type" = 'ExecutionFailed' WHEN 7 THEN NEW."Type" = 'RunDenied'
      WHEN 8 THEN NEW."Type" = 'RunCanceled' WHEN 9 THEN NEW."Type" = 'RunTimedOut' END) IS NOT 1 THEN RAISE(ABORT, 'T-12: status') END;
END;
CREATE TRIGGER events_bu BEFORE UPDATE ON "RunEvents" BEGIN SELECT RAISE(ABORT, 'T-09: append-only'); END;
CREATE TRIGGER events_bd BEFORE DELETE ON "RunEvents" BEGIN SELECT RAISE(ABORT, 'T-09: append-only'); END;
CREATE TRIGGER inbox_bi BEFORE INSERT ON "InboxDedup" BEGIN
  SELECT CASE WHEN length(NEW."ChannelId") NOT BETWEEN 1 AND 100 THEN RAISE(ABORT, 'T-20: ChannelId') WHEN length(NEW."ProviderMessageId") NOT BETWEEN 1 AND 500 THEN RAISE(ABORT, 'T-20: ProviderMessageId')
    WHEN NEW."RunId" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "Runs" WHERE "RunId" = NEW."RunId") THEN RAISE(ABORT, 'T-19: run') END;
END;
CREATE TRIGGER inbox_bu BEFORE UPDATE ON "InboxDedup" BEGIN SELECT RAISE(ABORT, 'T-18: immutable'); END;
CREATE TRIGGER inbox_bd BEFORE DELETE ON "InboxDedup" BEGIN SELECT RAISE(ABORT, 'T-18: immutable'); END;
