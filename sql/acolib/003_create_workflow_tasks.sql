-- Which tasks belong to which workflow (seeds/acolib.md, 003; AC-8: the columns of the third index).
CREATE TABLE workflow_tasks (
    workflow_id {text} NOT NULL,
    task_id     {text} NOT NULL,
    sequence    {integer} NOT NULL DEFAULT 0,
    created_at  {instant} NOT NULL DEFAULT {now},
    PRIMARY KEY (workflow_id, task_id),
    FOREIGN KEY (workflow_id) REFERENCES workflows(id) ON DELETE CASCADE,
    FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);

CREATE INDEX idx_workflow_tasks_workflow ON workflow_tasks(workflow_id);
CREATE INDEX idx_workflow_tasks_task ON workflow_tasks(task_id);
CREATE INDEX idx_workflow_tasks_sequence ON workflow_tasks(workflow_id, sequence);
-- revert
DROP TABLE workflow_tasks;
