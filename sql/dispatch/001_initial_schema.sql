-- Dispatch: issues and the agents that work on them. Names and types are the document's (seeds/dispatch.md). By ruling: ids and keys are
-- NOT NULL (X-02), what is enumerated in its comments is a CHECK, instants of birth have a default (DC-15), checks_passing and
-- review_status are NOT NULL. agents and issues refer to each other (DC-3).
CREATE TABLE agents (
    id                {text} NOT NULL PRIMARY KEY,
    agent_type        {text} NOT NULL
        CHECK (agent_type IN ('coder', 'reviewer', 'pm', 'security', 'docs', 'test', 'architect')),
    status            {text} NOT NULL DEFAULT 'idle'
        CHECK (status IN ('idle', 'starting', 'working', 'waiting_for_input', 'waiting_for_vote', 'paused', 'errored', 'completed')),
    current_issue_id  {text}{sqlite: REFERENCES issues(id) ON DELETE SET NULL},
    worktree_path     {text},
    process_id        {integer},
    claude_session_id {text},
    started_at        {instant} NOT NULL DEFAULT {now},
    last_heartbeat    {instant} NOT NULL DEFAULT {now},
    completed_at      {instant},
    metrics           {json}
);

CREATE INDEX idx_agents_type ON agents(agent_type);
CREATE INDEX idx_agents_status ON agents(status);
CREATE INDEX idx_agents_issue ON agents(current_issue_id);

CREATE TABLE issues (
    id                {text} NOT NULL PRIMARY KEY,
    github_id         {bigint},
    github_url        {text},
    repo_path         {text} NOT NULL,
    repo_url          {text},
    worktree_path     {text},
    branch_name       {text},
    title             {text} NOT NULL,
    prompt            {text} NOT NULL,
    issue_type        {text} NOT NULL
        CHECK (issue_type IN ('feature', 'bug', 'docs', 'refactor', 'test', 'security', 'chore')),
    priority          {text} NOT NULL DEFAULT 'medium' CHECK (priority IN ('critical', 'high', 'medium', 'low')),
    labels            {json},
    status            {text} NOT NULL DEFAULT 'unassigned'
        CHECK (status IN ('unassigned', 'queued', 'assigned', 'in_progress', 'awaiting_review', 'in_review', 'done', 'blocked', 'cancelled')),
    assigned_agent_id {text} REFERENCES agents(id) ON DELETE SET NULL,
    agent_type        {text}
        CHECK (agent_type IN ('coder', 'reviewer', 'pm', 'security', 'docs', 'test', 'architect')),
    created_at        {instant} NOT NULL DEFAULT {now},
    updated_at        {instant} NOT NULL DEFAULT {now},
    assigned_at       {instant},
    completed_at      {instant}
);

CREATE INDEX idx_issues_status ON issues(status);
CREATE INDEX idx_issues_priority ON issues(priority);
CREATE INDEX idx_issues_agent ON issues(assigned_agent_id);
CREATE INDEX idx_issues_github ON issues(github_id);
CREATE INDEX idx_issues_repo ON issues(repo_path);

{postgres:ALTER TABLE agents ADD CONSTRAINT agents_current_issue_id_fkey
    FOREIGN KEY (current_issue_id) REFERENCES issues(id) ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE;}

CREATE TABLE pull_requests (
    id             {text} NOT NULL PRIMARY KEY,
    issue_id       {text} NOT NULL REFERENCES issues(id) ON DELETE CASCADE,
    github_number  {integer} NOT NULL,
    github_url     {text} NOT NULL,
    branch         {text} NOT NULL,
    status         {text} NOT NULL DEFAULT 'open' CHECK (status IN ('draft', 'open', 'merged', 'closed')),
    checks_passing {flag} NOT NULL DEFAULT 0 CHECK (checks_passing IN (0, 1)),
    review_status  {text} NOT NULL DEFAULT 'pending'
        CHECK (review_status IN ('pending', 'approved', 'changes_requested', 'dismissed')),
    created_at     {instant} NOT NULL DEFAULT {now},
    merged_at      {instant}
);

CREATE INDEX idx_prs_issue ON pull_requests(issue_id);
CREATE INDEX idx_prs_status ON pull_requests(status);

-- The database writes rows of its own (D-38); they get an id.
CREATE TABLE agent_logs (
    id         {text} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    agent_id   {text} NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    issue_id   {text} REFERENCES issues(id) ON DELETE SET NULL,
    level      {text} NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
    message    {text} NOT NULL,
    context    {json},
    created_at {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_logs_agent ON agent_logs(agent_id);
CREATE INDEX idx_logs_issue ON agent_logs(issue_id);
CREATE INDEX idx_logs_level ON agent_logs(level);
CREATE INDEX idx_logs_date ON agent_logs(created_at);

CREATE TABLE config_store (
    key        {text} NOT NULL PRIMARY KEY,
    value      {text} NOT NULL,
    updated_at {instant} NOT NULL DEFAULT {now}
);

CREATE TABLE sync_state (
    id            {text} NOT NULL PRIMARY KEY,
    last_sync_at  {instant} NOT NULL DEFAULT {now},
    last_issue_id {bigint},
    last_pr_id    {bigint},
    etag          {text},
    sync_errors   {json}
);
-- revert
DROP TABLE sync_state;
DROP TABLE config_store;
DROP TABLE agent_logs;
DROP TABLE pull_requests;
{postgres:ALTER TABLE agents DROP CONSTRAINT agents_current_issue_id_fkey;}
DROP TABLE issues;
DROP TABLE agents;
