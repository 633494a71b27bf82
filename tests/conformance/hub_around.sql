-- hub: a table of the same name that is there already, installing twice, going back, and coming again.
-- rule X-01 accept
SELECT interlock_install('acolib');
-- rule X-01 refuse as error
SELECT interlock_install('hub');
SELECT number, name, state FROM interlock_migrations('hub');
SELECT interlock_uninstall('acolib', NULL, true);
-- rule X-01 accept
SELECT interlock_install('hub');
-- rule X-01 accept
SELECT interlock_install('hub');
SELECT number, name, state FROM interlock_migrations('hub');
INSERT INTO users (id, username, email, password_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', 'ann', 'ann@x.org', 'h1');
SELECT interlock_revert('hub');
-- rule X-01 refuse as error
SELECT username FROM hub_users;
-- It has no guards until it is installed again.
UPDATE users SET is_2fa_enabled = TRUE;
-- rule X-01 refuse as error
SELECT interlock_revert('hub');
-- Rows that break a rule keep it off.
-- rule H-09 refuse as error
SELECT interlock_install('hub');
UPDATE users SET is_2fa_enabled = FALSE;
SELECT interlock_install('hub');
SELECT username FROM hub_users;
-- rule H-09 refuse
UPDATE users SET is_2fa_enabled = TRUE;
-- rule X-01 refuse as error
SELECT interlock_uninstall('hub');
SELECT interlock_uninstall('hub', NULL, true);
-- rule X-01 refuse as error
SELECT count(*) FROM users;
SELECT interlock_install('hub');
SELECT count(*) FROM users;
SELECT count(*) FROM interlock_verify('hub');
SELECT count(*) FROM interlock_doctor();
