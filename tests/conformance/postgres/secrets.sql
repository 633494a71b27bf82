-- A constraint's DETAIL would print the whole row, so a table with secrets is judged before its constraints.
CREATE TABLE settings (id integer NOT NULL PRIMARY KEY, value text NOT NULL CHECK (value <> 'no'), hidden integer NOT NULL CHECK (hidden IN (0, 1)));
SELECT interlock_apply('{"interlock": 1, "name": "settings", "tables": {"settings": {"flag": {"rule": "C-01", "columns": ["hidden"]}, "secret": {"rule": "C-04", "columns": ["value"], "flag": "hidden"}}}}');
CREATE FUNCTION said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; detail text; hint text;
BEGIN
  EXECUTE statement;
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN message || ' / ' || detail || ' / ' || hint;
END $$;
SELECT said('INSERT INTO settings VALUES (1, ''hunter2'', 1)');
SELECT said('INSERT INTO settings VALUES (NULL, ''s3cret'', 1)');
SELECT said('INSERT INTO settings VALUES (2, ''s3cret'', NULL)');
SELECT said('INSERT INTO settings VALUES (2, ''s3cret'', 2)');
SELECT said('UPDATE settings SET hidden = 5');
SELECT said('UPDATE settings SET hidden = NULL');
SELECT said('INSERT INTO settings VALUES (1, ''s3cret'', 1)');
SELECT problem FROM interlock_doctor() WHERE problem LIKE '%secret%';
GRANT SELECT ON settings TO PUBLIC;
SELECT problem FROM interlock_doctor() WHERE problem LIKE '%secret%';
