-- spine: channels, alerts, what became of each on each channel, and what was sent lately. Deliveries keep the name of their channel, and
-- no foreign key, so that a channel can go (SC-8); the throttle belongs to a dedup_key, its window to a channel (SC-6).
-- tier intermediate
CREATE TABLE core_alert_channels (
    id                   {text} NOT NULL PRIMARY KEY,
    name                 {text} NOT NULL UNIQUE,
    channel_type         {text} NOT NULL,
    config_json          {json} NOT NULL,
    min_severity         {text} NOT NULL DEFAULT 'ERROR',
    domains              {json},
    enabled              {flag} NOT NULL DEFAULT 1,
    throttle_minutes     {integer} NOT NULL DEFAULT 5,
    last_success_at      {instant},
    last_failure_at      {instant},
    consecutive_failures {integer} NOT NULL DEFAULT 0,
    created_at           {instant} NOT NULL DEFAULT {now},
    updated_at           {instant} NOT NULL DEFAULT {now},
    created_by           {text}
);

CREATE INDEX idx_alert_channels_type ON core_alert_channels(channel_type);
CREATE INDEX idx_alert_channels_enabled ON core_alert_channels(enabled);
CREATE INDEX idx_alert_channels_severity ON core_alert_channels(min_severity);

CREATE TABLE core_alerts (
    id             {text} NOT NULL PRIMARY KEY,
    severity       {text} NOT NULL,
    title          {text} NOT NULL,
    message        {text} NOT NULL,
    source         {text} NOT NULL,
    domain         {text},
    execution_id   {text},
    run_id         {text} REFERENCES core_workflow_runs(run_id),
    metadata_json  {json},
    error_category {text},
    created_at     {instant} NOT NULL DEFAULT {now},
    dedup_key      {text},
    capture_id     {text}
);

CREATE INDEX idx_alerts_severity ON core_alerts(severity);
CREATE INDEX idx_alerts_source ON core_alerts(source);
CREATE INDEX idx_alerts_domain ON core_alerts(domain);
CREATE INDEX idx_alerts_created ON core_alerts(created_at);
CREATE INDEX idx_alerts_dedup ON core_alerts(dedup_key, created_at);
CREATE INDEX idx_alerts_run ON core_alerts(run_id) WHERE run_id IS NOT NULL;

CREATE TABLE core_alert_deliveries (
    id            {text} NOT NULL PRIMARY KEY,
    alert_id      {text} NOT NULL REFERENCES core_alerts(id),
    channel_id    {text} NOT NULL,
    channel_name  {text} NOT NULL DEFAULT '', -- S-35: left out, it is the channel's
    status        {text} NOT NULL DEFAULT 'PENDING',
    attempted_at  {instant},
    delivered_at  {instant},
    response_json {json},
    error         {text},
    attempt       {integer} NOT NULL DEFAULT 1,
    next_retry_at {instant},
    created_at    {instant} NOT NULL DEFAULT {now},
    UNIQUE (alert_id, channel_id, attempt)
);

CREATE INDEX idx_alert_deliveries_alert ON core_alert_deliveries(alert_id);
CREATE INDEX idx_alert_deliveries_channel ON core_alert_deliveries(channel_id);
CREATE INDEX idx_alert_deliveries_status ON core_alert_deliveries(status);
CREATE INDEX idx_alert_deliveries_retry ON core_alert_deliveries(next_retry_at) WHERE status = 'FAILED';

CREATE TABLE core_alert_throttle (
    dedup_key    {text} NOT NULL PRIMARY KEY,
    last_sent_at {instant} NOT NULL,
    send_count   {integer} NOT NULL DEFAULT 1,
    expires_at   {instant} NOT NULL
);

CREATE INDEX idx_alert_throttle_expires ON core_alert_throttle(expires_at);
-- revert
-- tier intermediate
DROP TABLE core_alert_throttle;
DROP TABLE core_alert_deliveries;
DROP TABLE core_alerts;
DROP TABLE core_alert_channels;
