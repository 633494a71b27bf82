-- spine: workflow runs, their steps and the log of both. Names and types are the document's (seeds/spine.md); what may not be NULL and the
-- defaults are the original's. By ruling: keys are NOT NULL (X-02), created_at of steps is added (SC-4), identifiers of other
-- systems (execution_id, capture_id) are plain texts (SC-1).
-- tier intermediate
CREATE TABLE core_workflow_runs (
    run_id           {text} NOT NULL PRIMARY KEY,
    workflow_name    {text} NOT NULL,
    workflow_version {integer} NOT NULL DEFAULT 1,
    domain           {text},
    partition_key    {text},
    status           {text} NOT NULL DEFAULT 'PENDING',
    started_at       {instant},
    completed_at     {instant},
    duration_ms      {bigint},
    params           {json},
    outputs          {json},
    error            {text},
    error_category   {text},
    error_retryable  {flag},
    total_steps      {integer} NOT NULL DEFAULT 0,
    completed_steps  {integer} NOT NULL DEFAULT 0,
    failed_steps     {integer} NOT NULL DEFAULT 0,
    skipped_steps    {integer} NOT NULL DEFAULT 0,
    triggered_by     {text} NOT NULL DEFAULT 'manual',
    parent_run_id    {text} REFERENCES core_workflow_runs(run_id),
    -- In PostgreSQL the next migration adds the key, when there is a table to refer to (SC-9).
    schedule_id      {text}{sqlite: REFERENCES core_schedules(id) ON DELETE SET NULL},
    created_at       {instant} NOT NULL DEFAULT {now},
    created_by       {text},
    capture_id       {text}
);

CREATE INDEX idx_workflow_runs_status ON core_workflow_runs(status);
CREATE INDEX idx_workflow_runs_name ON core_workflow_runs(workflow_name);
CREATE INDEX idx_workflow_runs_domain ON core_workflow_runs(domain);
CREATE INDEX idx_workflow_runs_started ON core_workflow_runs(started_at);
CREATE INDEX idx_workflow_runs_created ON core_workflow_runs(created_at);
CREATE INDEX idx_workflow_runs_parent ON core_workflow_runs(parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX idx_workflow_runs_schedule ON core_workflow_runs(schedule_id) WHERE schedule_id IS NOT NULL;
CREATE INDEX idx_workflow_runs_failed ON core_workflow_runs(status, created_at) WHERE status = 'FAILED';

CREATE TABLE core_workflow_steps (
    step_id        {text} NOT NULL PRIMARY KEY,
    run_id         {text} NOT NULL REFERENCES core_workflow_runs(run_id),
    step_name      {text} NOT NULL,
    step_type      {text} NOT NULL,
    step_order     {integer} NOT NULL,
    status         {text} NOT NULL DEFAULT 'PENDING',
    started_at     {instant},
    completed_at   {instant},
    duration_ms    {bigint},
    params         {json},
    outputs        {json},
    error          {text},
    error_category {text},
    row_count      {bigint},
    metrics        {json},
    attempt        {integer} NOT NULL DEFAULT 1,
    max_attempts   {integer} NOT NULL DEFAULT 1,
    execution_id   {text},
    created_at     {instant} NOT NULL DEFAULT {now},
    UNIQUE (run_id, step_name, attempt)
);

CREATE INDEX idx_workflow_steps_run ON core_workflow_steps(run_id);
CREATE INDEX idx_workflow_steps_status ON core_workflow_steps(status);
CREATE INDEX idx_workflow_steps_execution ON core_workflow_steps(execution_id) WHERE execution_id IS NOT NULL;
CREATE INDEX idx_workflow_steps_failed ON core_workflow_steps(run_id, status) WHERE status = 'FAILED';

CREATE TABLE core_workflow_events (
    id              {identity},
    run_id          {text} NOT NULL REFERENCES core_workflow_runs(run_id),
    step_id         {text} REFERENCES core_workflow_steps(step_id),
    event_type      {text} NOT NULL,
    timestamp       {instant} NOT NULL DEFAULT {now},
    payload         {json},
    idempotency_key {text} UNIQUE
);

CREATE INDEX idx_workflow_events_run ON core_workflow_events(run_id, timestamp);
CREATE INDEX idx_workflow_events_step ON core_workflow_events(step_id) WHERE step_id IS NOT NULL;
CREATE INDEX idx_workflow_events_type ON core_workflow_events(event_type);
-- revert
-- tier intermediate
DROP TABLE core_workflow_events;
DROP TABLE core_workflow_steps;
DROP TABLE core_workflow_runs;
