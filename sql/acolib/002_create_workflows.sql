-- Workflows (seeds/acolib.md, 002).
CREATE TABLE workflows (
    id          {text} NOT NULL PRIMARY KEY,
    name        {text} NOT NULL,
    description {text},
    definition  {json} NOT NULL,
    status      {text} NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'archived', 'paused')),
    created_at  {instant} NOT NULL DEFAULT {now},
    updated_at  {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_workflows_status ON workflows(status);
CREATE INDEX idx_workflows_created ON workflows(created_at);
CREATE INDEX idx_workflows_name ON workflows(name);
-- revert
DROP TABLE workflows;
