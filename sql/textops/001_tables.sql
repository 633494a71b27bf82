-- TextOps: runs, their audit timeline and the inbox that accepts a message once. Names and types are the document's
-- (seeds/textops.md). By ruling: keys are NOT NULL, the instants default to now, and Id has eight bytes (TC-5).
CREATE TABLE "Runs" (
    "RunId"              {text(50)} NOT NULL PRIMARY KEY,
    "JobKey"             {text(200)} NOT NULL,
    "Status"             {integer} NOT NULL,
    "CreatedAt"          {instant} NOT NULL DEFAULT {now},
    "RequestedByAddress" {text(500)} NOT NULL,
    "ChannelId"          {text(100)} NOT NULL,
    "ConversationId"     {text(500)} NOT NULL,
    "UpdatedAt"          {instant} NOT NULL DEFAULT {now},
    "Version"            {integer} NOT NULL DEFAULT 1
);

CREATE INDEX "IX_Runs_Status" ON "Runs"("Status");
CREATE INDEX "IX_Runs_ChannelId_ConversationId" ON "Runs"("ChannelId", "ConversationId");

-- The cascade is the document's; T-10 refuses the DELETE on Runs that would set it off (TC-1).
CREATE TABLE "RunEvents" (
    "Id"          {identity},
    "RunId"       {text(50)} NOT NULL,
    "Type"        {text(100)} NOT NULL,
    "At"          {instant} NOT NULL DEFAULT {now},
    "Actor"       {text(500)} NOT NULL,
    "PayloadJson" {text} NOT NULL,
    FOREIGN KEY ("RunId") REFERENCES "Runs"("RunId") ON DELETE CASCADE
);

CREATE INDEX "IX_RunEvents_RunId" ON "RunEvents"("RunId");

CREATE TABLE "InboxDedup" (
    "ChannelId"         {text(100)} NOT NULL,
    "ProviderMessageId" {text(500)} NOT NULL,
    "ProcessedAt"       {instant} NOT NULL DEFAULT {now},
    "RunId"             {text(50)},
    PRIMARY KEY ("ChannelId", "ProviderMessageId")
);
-- revert
DROP TABLE "InboxDedup";
DROP TABLE "RunEvents";
DROP TABLE "Runs";
