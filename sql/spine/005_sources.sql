-- spine: where data comes from, what became of each fetch, the content that is kept (advanced tier), and databases to connect to. Fetches
-- keep the name of a source that is gone; what was cached of it goes (SC-8).
-- tier intermediate
CREATE TABLE core_sources (
    id          {text} NOT NULL PRIMARY KEY,
    name        {text} NOT NULL UNIQUE,
    source_type {text} NOT NULL,
    config_json {json} NOT NULL,
    domain      {text},
    enabled     {flag} NOT NULL DEFAULT 1,
    created_at  {instant} NOT NULL DEFAULT {now},
    updated_at  {instant} NOT NULL DEFAULT {now},
    created_by  {text}
);

CREATE INDEX idx_sources_type ON core_sources(source_type);
CREATE INDEX idx_sources_domain ON core_sources(domain);
CREATE INDEX idx_sources_enabled ON core_sources(enabled);

CREATE TABLE core_source_fetches (
    id             {text} NOT NULL PRIMARY KEY,
    source_id      {text} REFERENCES core_sources(id) ON DELETE SET NULL,
    source_name    {text} NOT NULL,
    source_type    {text} NOT NULL,
    source_locator {text} NOT NULL,
    status         {text} NOT NULL,
    record_count   {bigint},
    byte_count     {bigint},
    content_hash   {text},
    etag           {text},
    last_modified  {text},
    started_at     {instant} NOT NULL,
    completed_at   {instant},
    duration_ms    {bigint},
    error          {text},
    error_category {text},
    retry_count    {integer} NOT NULL DEFAULT 0,
    execution_id   {text},
    run_id         {text} REFERENCES core_workflow_runs(run_id),
    capture_id     {text},
    metadata_json  {json},
    created_at     {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_source_fetches_source ON core_source_fetches(source_id);
CREATE INDEX idx_source_fetches_status ON core_source_fetches(status);
CREATE INDEX idx_source_fetches_hash ON core_source_fetches(content_hash) WHERE content_hash IS NOT NULL;
CREATE INDEX idx_source_fetches_started ON core_source_fetches(started_at);
CREATE INDEX idx_source_fetches_execution ON core_source_fetches(execution_id) WHERE execution_id IS NOT NULL;
CREATE INDEX idx_source_fetches_run ON core_source_fetches(run_id) WHERE run_id IS NOT NULL;

CREATE TABLE core_database_connections (
    id                {text} NOT NULL PRIMARY KEY,
    name              {text} NOT NULL UNIQUE,
    dialect           {text} NOT NULL,
    host              {text},
    port              {integer},
    database          {text} NOT NULL,
    username          {text},
    password_ref      {text},
    pool_size         {integer} NOT NULL DEFAULT 5,
    max_overflow      {integer} NOT NULL DEFAULT 10,
    pool_timeout      {integer} NOT NULL DEFAULT 30,
    enabled           {flag} NOT NULL DEFAULT 1,
    last_connected_at {instant},
    last_error        {text},
    last_error_at     {instant},
    created_at        {instant} NOT NULL DEFAULT {now},
    updated_at        {instant} NOT NULL DEFAULT {now},
    created_by        {text}
);

CREATE INDEX idx_db_connections_dialect ON core_database_connections(dialect);
CREATE INDEX idx_db_connections_enabled ON core_database_connections(enabled);
-- tier advanced
CREATE TABLE core_source_cache (
    cache_key        {text} NOT NULL PRIMARY KEY,
    source_id        {text} REFERENCES core_sources(id) ON DELETE CASCADE,
    source_type      {text} NOT NULL,
    source_locator   {text} NOT NULL,
    content_hash     {text} NOT NULL,
    content_size     {bigint} NOT NULL,
    content_path     {text},
    content_blob     {blob},
    fetched_at       {instant} NOT NULL,
    expires_at       {instant},
    etag             {text},
    last_modified    {text},
    metadata_json    {json},
    last_accessed_at {instant},
    created_at       {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_source_cache_source ON core_source_cache(source_id);
CREATE INDEX idx_source_cache_expires ON core_source_cache(expires_at);
CREATE INDEX idx_source_cache_accessed ON core_source_cache(last_accessed_at);
-- revert
-- tier advanced
DROP TABLE core_source_cache;
-- tier intermediate
DROP TABLE core_database_connections;
DROP TABLE core_source_fetches;
DROP TABLE core_sources;
