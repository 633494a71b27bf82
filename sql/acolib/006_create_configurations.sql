-- Settings (seeds/acolib.md, 006), and the view to read them through: it shows no secret (A-29).
CREATE TABLE configurations (
    key         {text} NOT NULL PRIMARY KEY,
    value       {text} NOT NULL,
    value_type  {text} NOT NULL DEFAULT 'string' CHECK (value_type IN ('string', 'integer', 'float', 'boolean', 'json')),
    description {text},
    is_secret   {integer} NOT NULL DEFAULT 0 CHECK (is_secret IN (0, 1)),
    created_at  {instant} NOT NULL DEFAULT {now},
    updated_at  {instant} NOT NULL DEFAULT {now}
);

CREATE INDEX idx_configurations_type ON configurations(value_type);
CREATE INDEX idx_configurations_secret ON configurations(is_secret);
CREATE INDEX idx_configurations_updated ON configurations(updated_at);

CREATE VIEW configurations_masked AS
SELECT key, CASE WHEN is_secret = 1 THEN '********' ELSE value END AS value, value_type, description, is_secret, created_at, updated_at
FROM configurations;
-- revert
DROP VIEW configurations_masked;
DROP TABLE configurations;
