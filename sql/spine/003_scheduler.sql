-- spine: schedules, what became of each of their slots, and the locks of the advanced tier. Deleting a schedule keeps its history: the
-- rows of core_schedule_runs have its name, and no foreign key (SC-8); a lock goes with it.
-- tier intermediate
CREATE TABLE core_schedules (
    id                    {text} NOT NULL PRIMARY KEY,
    name                  {text} NOT NULL UNIQUE,
    target_type           {text} NOT NULL DEFAULT 'pipeline',
    target_name           {text} NOT NULL,
    params                {json},
    schedule_type         {text} NOT NULL DEFAULT 'cron',
    cron_expression       {text},
    interval_seconds      {integer},
    run_at                {instant},
    timezone              {text} NOT NULL DEFAULT 'UTC',
    enabled               {flag} NOT NULL DEFAULT 1,
    max_instances         {integer} NOT NULL DEFAULT 1,
    misfire_grace_seconds {integer} NOT NULL DEFAULT 60,
    last_run_at           {instant},
    next_run_at           {instant},
    last_run_status       {text},
    created_at            {instant} NOT NULL DEFAULT {now},
    updated_at            {instant} NOT NULL DEFAULT {now},
    created_by            {text},
    version               {integer} NOT NULL DEFAULT 1
);

CREATE INDEX idx_schedules_enabled ON core_schedules(enabled);
CREATE INDEX idx_schedules_next_run ON core_schedules(next_run_at) WHERE enabled = 1;
CREATE INDEX idx_schedules_target ON core_schedules(target_type, target_name);
CREATE INDEX idx_schedules_name ON core_schedules(name);

{postgres:ALTER TABLE core_workflow_runs ADD CONSTRAINT core_workflow_runs_schedule_id_fkey
    FOREIGN KEY (schedule_id) REFERENCES core_schedules(id) ON DELETE SET NULL;}

CREATE TABLE core_schedule_runs (
    id            {text} NOT NULL PRIMARY KEY,
    schedule_id   {text} NOT NULL,
    schedule_name {text} NOT NULL DEFAULT '', -- filled with the name of the schedule (S-24)
    scheduled_at  {instant} NOT NULL,
    started_at    {instant},
    completed_at  {instant},
    status        {text} NOT NULL DEFAULT 'PENDING',
    run_id        {text} REFERENCES core_workflow_runs(run_id),
    execution_id  {text},
    error         {text},
    skip_reason   {text},
    created_at    {instant} NOT NULL DEFAULT {now},
    UNIQUE (schedule_id, scheduled_at) -- S-24
);

CREATE INDEX idx_schedule_runs_schedule ON core_schedule_runs(schedule_id);
CREATE INDEX idx_schedule_runs_status ON core_schedule_runs(status);
CREATE INDEX idx_schedule_runs_scheduled ON core_schedule_runs(scheduled_at);
CREATE INDEX idx_schedule_runs_created ON core_schedule_runs(created_at);
-- tier advanced
CREATE TABLE core_schedule_locks (
    schedule_id {text} NOT NULL PRIMARY KEY REFERENCES core_schedules(id) ON DELETE CASCADE,
    locked_by   {text} NOT NULL,
    locked_at   {instant} NOT NULL,
    expires_at  {instant} NOT NULL
);

CREATE INDEX idx_schedule_locks_expires ON core_schedule_locks(expires_at);
-- revert
-- tier advanced
DROP TABLE core_schedule_locks;
-- tier intermediate
{postgres:ALTER TABLE core_workflow_runs DROP CONSTRAINT core_workflow_runs_schedule_id_fkey;}
DROP TABLE core_schedule_runs;
DROP TABLE core_schedules;
