-- Tasks (seeds/acolib.md, 001). By ruling: the key is NOT NULL, config has a default (AC-4), updated_at defaults to now.
CREATE TABLE tasks (
    id             {text} NOT NULL PRIMARY KEY,
    title          {text} NOT NULL,
    description    {text},
    task_type      {text} NOT NULL,
    status         {text} NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    config         {json} NOT NULL DEFAULT '{}',
    metadata       {json},
    workspace_path {text},
    created_at     {instant} NOT NULL DEFAULT {now},
    updated_at     {instant} NOT NULL DEFAULT {now},
    started_at     {instant},
    completed_at   {instant},
    error          {text}
);

CREATE INDEX idx_tasks_status ON tasks(status);
CREATE INDEX idx_tasks_type ON tasks(task_type);
CREATE INDEX idx_tasks_created ON tasks(created_at);
CREATE INDEX idx_tasks_workspace ON tasks(workspace_path);
-- revert
DROP TABLE tasks;
