-- The audit log of tool calls (seeds/acolib.md, 004). The foreign key is a ruling (AC-2): an audit row does not go with its
-- task. Two indexes of the document have the same column (AC-1); both are made.
CREATE TABLE tool_executions (
    id           {text} NOT NULL PRIMARY KEY,
    task_id      {text} NOT NULL,
    tool_name    {text} NOT NULL,
    arguments    {json} NOT NULL,
    output       {json},
    status       {text} NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'timeout')),
    error        {text},
    created_at   {instant} NOT NULL DEFAULT {now},
    completed_at {instant},
    duration_ms  {bigint},
    FOREIGN KEY (task_id) REFERENCES tasks(id)
);

CREATE INDEX idx_tool_executions_task ON tool_executions(task_id);
CREATE INDEX idx_tool_executions_tool ON tool_executions(tool_name);
CREATE INDEX idx_tool_executions_status ON tool_executions(status);
CREATE INDEX idx_tool_executions_created ON tool_executions(created_at);
CREATE INDEX idx_tool_executions_task_fk ON tool_executions(task_id);
-- revert
DROP TABLE tool_executions;
