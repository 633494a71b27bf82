-- Connections of clients (seeds/acolib.md, 005).
CREATE TABLE sessions (
    id              {text} NOT NULL PRIMARY KEY,
    client_id       {text} NOT NULL,
    user_id         {text},
    connection_type {text} NOT NULL DEFAULT 'websocket' CHECK (connection_type IN ('websocket', 'http', 'grpc')),
    is_active       {integer} NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    metadata        {json},
    created_at      {instant} NOT NULL DEFAULT {now},
    updated_at      {instant} NOT NULL DEFAULT {now},
    last_heartbeat  {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_sessions_client ON sessions(client_id);
CREATE INDEX idx_sessions_user ON sessions(user_id);
CREATE INDEX idx_sessions_active ON sessions(is_active);
CREATE INDEX idx_sessions_heartbeat ON sessions(last_heartbeat);
CREATE INDEX idx_sessions_created ON sessions(created_at);
-- revert
DROP TABLE sessions;
