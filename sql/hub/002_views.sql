-- hub: users without their secrets (H-09), and what agents remember that is not over, in the order it is read (H-41, H-42).
CREATE VIEW hub_users AS
    SELECT id, username, email, '********' AS password_hash, is_2fa_enabled,
           CASE WHEN totp_secret IS NOT NULL THEN '********' END AS totp_secret,
           is_active, is_admin, telegram_chat_id, created_at, updated_at
    FROM users;

CREATE VIEW hub_memory AS
    SELECT id, agent_id, project_id, category, key, value, importance, expires_at, created_at, updated_at
    FROM agent_memory
    WHERE expires_at IS NULL OR {sqlite:instant_us(expires_at) > instant_us(interlock_now())}{postgres:expires_at > {now}}
    ORDER BY importance DESC, {sqlite:instant_us(updated_at)}{postgres:updated_at} DESC;
-- revert
DROP VIEW hub_memory;
DROP VIEW hub_users;
