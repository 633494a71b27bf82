-- What the other tests use: refusal() runs a command and says every field of its error.
CREATE SCHEMA t;
CREATE FUNCTION t.refusal(command text) RETURNS TABLE (field text, value text) LANGUAGE plpgsql AS $$
DECLARE
  s text; c text; n text; tb text; cl text; m text; d text; h text;
BEGIN
  EXECUTE command;
  RETURN QUERY SELECT 'accepted', ''::text;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS s = RETURNED_SQLSTATE, c = CONSTRAINT_NAME, n = SCHEMA_NAME, tb = TABLE_NAME,
    cl = COLUMN_NAME, m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
  RETURN QUERY SELECT v.f, v.v FROM (VALUES ('sqlstate', s), ('message', m), ('detail', d), ('hint', h),
    ('constraint', c), ('schema', n), ('table', tb), ('column', cl)) v (f, v) WHERE v.v <> '';
END $$;
-- One line: the state and the text.
CREATE FUNCTION t.says(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE command;
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
GRANT USAGE ON SCHEMA t TO PUBLIC;
SELECT extname, extversion, nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'interlock';
