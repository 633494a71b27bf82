-- hub: projects of users, their agents, the conversations and tasks of both, a mirror of GitHub, and what it all costs. Names, types, checks
-- and indexes are the document's (seeds/hub.md). By ruling: a column with a default is NOT NULL (H-03) and so are keys (X-02), token_usage has
-- metadata (HC-1), usage_date a default (H-29), and there are unique indexes that the document's prose asks for (H-08, H-20, H-36, H-40, HC-1, HC-5).

CREATE TABLE users (
    id               {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    username         {text(50)} NOT NULL UNIQUE,
    email            {text(255)} NOT NULL UNIQUE,
    password_hash    {text(255)} NOT NULL,
    is_2fa_enabled   {bool} NOT NULL DEFAULT FALSE,
    totp_secret      {text(255)},
    is_active        {bool} NOT NULL DEFAULT TRUE,
    is_admin         {bool} NOT NULL DEFAULT FALSE,
    telegram_chat_id {bigint},
    created_at       {instant} NOT NULL DEFAULT {now},
    updated_at       {instant} NOT NULL DEFAULT {now}
);

CREATE UNIQUE INDEX idx_users_email_lower ON users(lower(email)); -- H-08

CREATE TABLE projects (
    id                     {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    name                   {text(100)} NOT NULL,
    description            {text},
    github_repo            {text(255)} NOT NULL,
    github_app_id          {text(100)},
    github_installation_id {text(100)},
    local_path             {text(500)},
    is_active              {bool} NOT NULL DEFAULT TRUE,
    owner_id               {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at             {instant} NOT NULL DEFAULT {now},
    updated_at             {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_projects_owner ON projects(owner_id);
CREATE INDEX idx_projects_github ON projects(github_repo);

CREATE TABLE agents (
    id              {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    name            {text(50)} NOT NULL,
    type            {text(20)} NOT NULL CHECK (type IN ('orchestrator', 'architect', 'coder', 'tester', 'reviewer')),
    model_config    {json} NOT NULL DEFAULT '{}',
    system_prompt   {text},
    rules_file_path {text(500)},
    is_active       {bool} NOT NULL DEFAULT TRUE,
    project_id      {uuid} REFERENCES projects(id) ON DELETE CASCADE,
    created_at      {instant} NOT NULL DEFAULT {now},
    updated_at      {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_agents_project ON agents(project_id);
CREATE INDEX idx_agents_type ON agents(type);

CREATE TABLE conversations (
    id                  {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    title               {text(200)},
    type                {text(20)} NOT NULL CHECK (type IN ('issue', 'general', 'task', 'review')),
    status              {text(20)} NOT NULL DEFAULT 'active'
        CHECK (status IN ('active', 'paused', 'completed', 'archived')),
    project_id          {uuid} REFERENCES projects(id) ON DELETE CASCADE,
    created_by_user_id  {uuid} REFERENCES users(id),
    created_by_agent_id {uuid} REFERENCES agents(id),
    created_at          {instant} NOT NULL DEFAULT {now},
    updated_at          {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_conversations_project ON conversations(project_id);
CREATE INDEX idx_conversations_status ON conversations(status);

CREATE TABLE conversation_participants (
    conversation_id {uuid} NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    agent_id        {uuid} NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    joined_at       {instant} NOT NULL DEFAULT {now},
    PRIMARY KEY (conversation_id, agent_id)
);

CREATE TABLE messages (
    id                {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    conversation_id   {uuid} NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    author_type       {text(20)} NOT NULL CHECK (author_type IN ('user', 'agent')),
    user_id           {uuid} REFERENCES users(id) ON DELETE SET NULL,
    agent_id          {uuid} REFERENCES agents(id) ON DELETE SET NULL,
    content           {text} NOT NULL,
    content_formatted {text},
    reply_to_id       {uuid} REFERENCES messages(id),
    tokens_in         {integer} NOT NULL DEFAULT 0,
    tokens_out        {integer} NOT NULL DEFAULT 0,
    cost_usd          {money(10,6)} NOT NULL DEFAULT 0,
    model_used        {text(100)},
    is_edited         {bool} NOT NULL DEFAULT FALSE,
    created_at        {instant} NOT NULL DEFAULT {now},
    updated_at        {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_messages_conversation_created ON messages(conversation_id, created_at);
CREATE INDEX idx_messages_agent ON messages(agent_id);

CREATE TABLE github_issues (
    id                {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    github_id         {bigint} NOT NULL UNIQUE,
    number            {integer} NOT NULL,
    title             {text(500)} NOT NULL,
    body              {text},
    state             {text(20)} NOT NULL DEFAULT 'open',
    labels            {json} NOT NULL DEFAULT '[]',
    assignee          {text(100)},
    project_id        {uuid} NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    conversation_id   {uuid} REFERENCES conversations(id),
    created_at        {instant} NOT NULL DEFAULT {now},
    updated_at        {instant} NOT NULL DEFAULT {now},
    github_created_at {instant},
    github_updated_at {instant},
    UNIQUE(project_id, number)
);

CREATE INDEX idx_issues_project ON github_issues(project_id);
CREATE INDEX idx_issues_state ON github_issues(state);
CREATE INDEX idx_issues_conversation ON github_issues(conversation_id);
CREATE UNIQUE INDEX idx_issues_one_conversation ON github_issues(conversation_id) WHERE conversation_id IS NOT NULL; -- H-20

CREATE TABLE pull_requests (
    id                  {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    github_id           {bigint} NOT NULL UNIQUE,
    number              {integer} NOT NULL,
    title               {text(500)} NOT NULL,
    body                {text},
    branch_from         {text(200)} NOT NULL,
    branch_to           {text(200)} NOT NULL,
    state               {text(20)} NOT NULL DEFAULT 'open',
    is_draft            {bool} NOT NULL DEFAULT FALSE,
    review_status       {text(20)},
    test_status         {text(20)},
    project_id          {uuid} NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    issue_id            {uuid} REFERENCES github_issues(id),
    conversation_id     {uuid} REFERENCES conversations(id),
    created_by_agent_id {uuid} REFERENCES agents(id),
    created_at          {instant} NOT NULL DEFAULT {now},
    updated_at          {instant} NOT NULL DEFAULT {now},
    merged_at           {instant},
    github_created_at   {instant},
    UNIQUE(project_id, number)
);

CREATE INDEX idx_prs_project ON pull_requests(project_id);
CREATE INDEX idx_prs_issue ON pull_requests(issue_id);
CREATE INDEX idx_prs_state ON pull_requests(state);
CREATE INDEX idx_prs_agent ON pull_requests(created_by_agent_id);

CREATE TABLE tasks (
    id                   {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    title                {text(300)} NOT NULL,
    description          {text},
    status               {text(20)} NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'in_progress', 'testing', 'review', 'completed', 'failed')),
    priority             {text(10)} NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    assigned_to_agent_id {uuid} REFERENCES agents(id) ON DELETE SET NULL,
    issue_id             {uuid} REFERENCES github_issues(id) ON DELETE SET NULL,
    project_id           {uuid} NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    pr_id                {uuid} REFERENCES pull_requests(id) ON DELETE SET NULL,
    definition_of_done   {text},
    total_tokens_used    {integer} NOT NULL DEFAULT 0,
    total_cost_usd       {money(10,6)} NOT NULL DEFAULT 0,
    created_at           {instant} NOT NULL DEFAULT {now},
    started_at           {instant},
    completed_at         {instant},
    updated_at           {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_tasks_project ON tasks(project_id);
CREATE INDEX idx_tasks_agent ON tasks(assigned_to_agent_id);
CREATE INDEX idx_tasks_status_priority ON tasks(status, priority);
CREATE INDEX idx_tasks_issue ON tasks(issue_id);
CREATE UNIQUE INDEX idx_tasks_pr ON tasks(pr_id) WHERE pr_id IS NOT NULL; -- HC-5

CREATE TABLE token_usage (
    id                  {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    timestamp           {instant} NOT NULL DEFAULT {now},
    usage_date          {date} NOT NULL DEFAULT {today},
    user_id             {uuid} REFERENCES users(id) ON DELETE SET NULL,
    agent_id            {uuid} REFERENCES agents(id) ON DELETE SET NULL,
    agent_type          {text(20)},
    conversation_id     {uuid} REFERENCES conversations(id) ON DELETE SET NULL,
    message_id          {uuid} REFERENCES messages(id) ON DELETE SET NULL,
    project_id          {uuid} REFERENCES projects(id) ON DELETE SET NULL,
    task_id             {uuid} REFERENCES tasks(id) ON DELETE SET NULL,
    model               {text(100)} NOT NULL,
    tokens_in           {integer} NOT NULL DEFAULT 0,
    tokens_out          {integer} NOT NULL DEFAULT 0,
    cost_usd            {money(10,6)} NOT NULL DEFAULT 0,
    request_duration_ms {integer},
    was_cached          {bool} NOT NULL DEFAULT FALSE,
    metadata            {json} NOT NULL DEFAULT '{}'
);

CREATE INDEX idx_token_usage_timestamp ON token_usage(timestamp);
CREATE INDEX idx_token_usage_agent ON token_usage(agent_id);
CREATE INDEX idx_token_usage_project ON token_usage(project_id);
CREATE INDEX idx_token_usage_conversation ON token_usage(conversation_id);
CREATE INDEX idx_token_usage_date ON token_usage(usage_date);
CREATE UNIQUE INDEX idx_token_usage_request ON token_usage((metadata ->> 'request_id')) WHERE (metadata ->> 'request_id') IS NOT NULL; -- HC-1

CREATE TABLE budget_limits (
    id               {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    name             {text(100)} NOT NULL,
    scope_type       {text(20)} NOT NULL CHECK (scope_type IN ('global', 'project', 'agent', 'agent_type')),
    scope_id         {uuid},
    scope_agent_type {text(20)},
    amount_usd       {money(10,2)} NOT NULL,
    period           {text(20)} NOT NULL CHECK (period IN ('daily', 'weekly', 'monthly')),
    alert_threshold  {money(3,2)} NOT NULL DEFAULT 0.80 CHECK (alert_threshold > 0 AND alert_threshold <= 1.0),
    action_on_exceed {text(20)} NOT NULL DEFAULT 'warn' CHECK (action_on_exceed IN ('warn', 'block')),
    is_active        {bool} NOT NULL DEFAULT TRUE,
    created_at       {instant} NOT NULL DEFAULT {now},
    updated_at       {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_budget_scope ON budget_limits(scope_type, scope_id);
CREATE INDEX idx_budget_agent_type ON budget_limits(scope_type, scope_agent_type);

CREATE TABLE notifications (
    id            {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    type          {text(50)} NOT NULL,
    title         {text(200)} NOT NULL,
    message       {text} NOT NULL,
    severity      {text(20)} NOT NULL DEFAULT 'info' CHECK (severity IN ('info', 'warning', 'critical')),
    user_id       {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    project_id    {uuid} REFERENCES projects(id),
    agent_id      {uuid} REFERENCES agents(id),
    is_read       {bool} NOT NULL DEFAULT FALSE,
    sent_telegram {bool} NOT NULL DEFAULT FALSE,
    sent_email    {bool} NOT NULL DEFAULT FALSE,
    metadata      {json} NOT NULL DEFAULT '{}',
    created_at    {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_notifications_user ON notifications(user_id);
CREATE INDEX idx_notifications_read ON notifications(user_id, is_read);
CREATE INDEX idx_notifications_created ON notifications(created_at);
CREATE UNIQUE INDEX idx_notifications_dedup ON notifications(user_id, (metadata ->> 'dedup')) WHERE (metadata ->> 'dedup') IS NOT NULL; -- H-36

CREATE TABLE agent_memory (
    id         {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    agent_id   {uuid} NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    project_id {uuid} REFERENCES projects(id),
    category   {text(50)} NOT NULL,
    key        {text(200)} NOT NULL,
    value      {json} NOT NULL,
    importance {integer} NOT NULL DEFAULT 5 CHECK (importance BETWEEN 1 AND 10),
    expires_at {instant},
    created_at {instant} NOT NULL DEFAULT {now},
    updated_at {instant} NOT NULL DEFAULT {now},
    UNIQUE(agent_id, project_id, category, key)
);

CREATE INDEX idx_agent_memory_agent ON agent_memory(agent_id);
CREATE INDEX idx_agent_memory_project ON agent_memory(project_id);
CREATE INDEX idx_agent_memory_expires ON agent_memory(expires_at);
CREATE UNIQUE INDEX idx_agent_memory_no_project ON agent_memory(agent_id, category, key) WHERE project_id IS NULL; -- H-40

CREATE TABLE webhooks (
    id            {uuid} NOT NULL PRIMARY KEY DEFAULT {uuid()},
    project_id    {uuid} NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    source        {text(50)} NOT NULL,
    event_type    {text(100)} NOT NULL,
    payload       {json} NOT NULL,
    processed     {bool} NOT NULL DEFAULT FALSE,
    processed_at  {instant},
    error_message {text},
    retry_count   {integer} NOT NULL DEFAULT 0,
    max_retries   {integer} NOT NULL DEFAULT 5,
    created_at    {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_webhooks_project ON webhooks(project_id);
CREATE INDEX idx_webhooks_processed ON webhooks(processed);
CREATE INDEX idx_webhooks_created ON webhooks(created_at);
-- revert
DROP TABLE webhooks;
DROP TABLE agent_memory;
DROP TABLE notifications;
DROP TABLE budget_limits;
DROP TABLE token_usage;
DROP TABLE tasks;
DROP TABLE pull_requests;
DROP TABLE github_issues;
DROP TABLE messages;
DROP TABLE conversation_participants;
DROP TABLE conversations;
DROP TABLE agents;
DROP TABLE projects;
DROP TABLE users;
