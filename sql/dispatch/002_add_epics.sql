-- Dispatch: epics, their stages and the gates between them. An epic names its current stage and the gate it waits at, both of which come
-- after it (DC-1). What becomes of an issue whose epic or stage goes is what its table says in the document (DC-2).
CREATE TABLE epics (
    id                  {text} NOT NULL PRIMARY KEY,
    github_id           {bigint},
    github_url          {text},
    title               {text} NOT NULL,
    description         {text} NOT NULL,
    acceptance_criteria {json},
    repo_path           {text} NOT NULL,
    repo_url            {text},
    status              {text} NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'ready', 'in_progress', 'awaiting_gate', 'completed', 'cancelled')),
    current_stage_id    {text}{sqlite: REFERENCES stages(id)},
    blocked_at_gate_id  {text}{sqlite: REFERENCES gates(id)},
    created_at          {instant} NOT NULL DEFAULT {now},
    updated_at          {instant} NOT NULL DEFAULT {now},
    completed_at        {instant}
);

CREATE INDEX idx_epics_status ON epics(status);
CREATE INDEX idx_epics_repo ON epics(repo_path);
CREATE INDEX idx_epics_github ON epics(github_id);

CREATE TABLE stages (
    id           {text} NOT NULL PRIMARY KEY,
    epic_id      {text} NOT NULL REFERENCES epics(id) ON DELETE CASCADE,
    name         {text} NOT NULL,
    description  {text},
    stage_order  {integer} NOT NULL,
    status       {text} NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'in_progress', 'awaiting_gate', 'approved', 'skipped')),
    created_at   {instant} NOT NULL DEFAULT {now},
    started_at   {instant},
    completed_at {instant},
    UNIQUE (epic_id, stage_order) -- D-06
);

CREATE INDEX idx_stages_epic ON stages(epic_id);
CREATE INDEX idx_stages_order ON stages(epic_id, stage_order);

CREATE TABLE gates (
    id                 {text} NOT NULL PRIMARY KEY,
    stage_id           {text} NOT NULL REFERENCES stages(id) ON DELETE CASCADE,
    gate_type          {text} NOT NULL CHECK (gate_type IN ('approval', 'review', 'checkpoint', 'decision')),
    description        {text} NOT NULL,
    required_approvers {text},
    status             {text} NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'skipped')),
    approved_by        {text},
    rejection_reason   {text},
    created_at         {instant} NOT NULL DEFAULT {now},
    approved_at        {instant}
);

CREATE INDEX idx_gates_stage ON gates(stage_id);
CREATE INDEX idx_gates_status ON gates(status);

{postgres:ALTER TABLE epics ADD CONSTRAINT epics_current_stage_id_fkey
    FOREIGN KEY (current_stage_id) REFERENCES stages(id) DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE epics ADD CONSTRAINT epics_blocked_at_gate_id_fkey
    FOREIGN KEY (blocked_at_gate_id) REFERENCES gates(id) DEFERRABLE INITIALLY IMMEDIATE;}

CREATE TABLE gate_comments (
    id         {text} NOT NULL PRIMARY KEY,
    gate_id    {text} NOT NULL REFERENCES gates(id) ON DELETE CASCADE,
    author     {text} NOT NULL,
    content    {text} NOT NULL,
    created_at {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_gate_comments_gate ON gate_comments(gate_id);

ALTER TABLE issues ADD COLUMN epic_id {text} REFERENCES epics(id) ON DELETE SET NULL;
ALTER TABLE issues ADD COLUMN stage_id {text} REFERENCES stages(id) ON DELETE SET NULL;

CREATE INDEX idx_issues_epic ON issues(epic_id);
CREATE INDEX idx_issues_stage ON issues(stage_id);
-- revert
DROP INDEX idx_issues_epic;
DROP INDEX idx_issues_stage;
ALTER TABLE issues DROP COLUMN stage_id;
ALTER TABLE issues DROP COLUMN epic_id;
{postgres:ALTER TABLE epics DROP CONSTRAINT epics_blocked_at_gate_id_fkey;
ALTER TABLE epics DROP CONSTRAINT epics_current_stage_id_fkey;}
DROP TABLE gate_comments;
DROP TABLE gates;
DROP TABLE stages;
DROP TABLE epics;
