-- What the rules cost in PostgreSQL. Run by bench/run.sh in a scratch cluster with the extension installed; :rows, :rounds and :by_hand are set by
-- it. Everything runs inside the server (single-row statements in a loop of one transaction), so that no client time dilutes the ratios. Every figure
-- is the median over rounds of a time divided by the yardstick's time in the same round: first the CPU time of the backend, which is the
-- figure (where the system tells it; else it is wall time), then wall time.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS interlock;
CREATE SCHEMA bench;
CREATE TYPE bench.cost AS (cpu float8, wall float8); -- milliseconds, so far or of something
CREATE TABLE bench.times(round int, name text, variant text, ms bench.cost);

CREATE FUNCTION bench.now() RETURNS bench.cost LANGUAGE plpgsql AS $$ DECLARE
  wall float8 := extract(epoch FROM clock_timestamp()) * 1000;
  nanoseconds text := pg_read_file('/proc/self/schedstat', 0, 40, true);
BEGIN
  RETURN (coalesce(split_part(nanoseconds, ' ', 1)::float8 / 1e6, wall), wall);
END $$;
CREATE FUNCTION bench.plus(a bench.cost, b bench.cost) RETURNS bench.cost LANGUAGE sql AS $$ SELECT a.cpu + b.cpu, a.wall + b.wall $$;
CREATE FUNCTION bench.since(a bench.cost) RETURNS bench.cost LANGUAGE sql AS $$ SELECT n.cpu - a.cpu, n.wall - a.wall FROM bench.now() n $$;
-- What one statement costs: bulk as it is, or single: executed for i = 1 … n with a cached plan.
CREATE FUNCTION bench.bulk(sql text) RETURNS bench.cost LANGUAGE plpgsql AS $$ DECLARE t bench.cost := bench.now(); BEGIN
  EXECUTE sql;
  RETURN bench.since(t);
END $$;
CREATE FUNCTION bench.single(what text, path text, n int) RETURNS bench.cost LANGUAGE plpgsql AS $$ DECLARE
  t bench.cost; f text := 'bench.body_' || md5(what || path); BEGIN
  IF to_regproc(f) IS NULL THEN
    EXECUTE format('CREATE FUNCTION %s(n int) RETURNS void LANGUAGE plpgsql SET search_path = %s AS %L', f, path,
                   'BEGIN FOR i IN 1..n LOOP ' || what || '; END LOOP; END');
  END IF;
  t := bench.now();
  EXECUTE format('SELECT %s($1)', f) USING n;
  RETURN bench.since(t);
END $$;

-- Guard only: one machine a -> b -> c -> a.
CREATE SCHEMA g_bare; CREATE SCHEMA g_empty; CREATE SCHEMA g_hand; CREATE SCHEMA g_il;
CREATE FUNCTION bench.empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION bench.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.status IS DISTINCT FROM OLD.status AND (CASE OLD.status WHEN 'a' THEN NEW.status = 'b' WHEN 'b' THEN NEW.status = 'c' WHEN 'c' THEN NEW.status = 'a'
    ELSE false END) IS NOT TRUE THEN RAISE EXCEPTION 'illegal'; END IF;
  RETURN NEW;
END $$;
DO $$ DECLARE s text; BEGIN FOREACH s IN ARRAY ARRAY['g_bare','g_empty','g_hand','g_il'] LOOP
  EXECUTE format('CREATE TABLE %I.t(id int PRIMARY KEY, status text NOT NULL DEFAULT ''a'', pad text) WITH (autovacuum_enabled = off)', s);
END LOOP; END $$;
CREATE TRIGGER g BEFORE UPDATE OF status ON g_empty.t FOR EACH ROW EXECUTE FUNCTION bench.empty();
CREATE TRIGGER g BEFORE UPDATE OF status ON g_hand.t FOR EACH ROW EXECUTE FUNCTION bench.guard();
SELECT interlock_apply('{"interlock":1,"name":"bench","version":"1","tables":{"t":{"key":["id"],"machines":[{"rule":"B-01","column":"status","initial":"a",
  "states":{"a":{"to":["b"]},"b":{"to":["c"]},"c":{"to":["a"]}}}]}}}', 'g_il') \g /dev/null
SELECT format('INSERT INTO %I.t SELECT g, ''a'', repeat(''x'', 60) FROM generate_series(1, %s) g', s, :rows) FROM unnest(ARRAY['g_bare','g_empty','g_hand','g_il']) s \gexec
CREATE PROCEDURE bench.guard_rounds(rows int, rounds int) LANGUAGE plpgsql AS $$ DECLARE r int; s text;
  step constant text := 'UPDATE %s SET status = CASE status WHEN ''a'' THEN ''b'' WHEN ''b'' THEN ''c'' ELSE ''a'' END'; BEGIN
  FOR r IN 0..rounds LOOP
    FOREACH s IN ARRAY ARRAY['g_bare','g_empty','g_hand','g_il'] LOOP
      INSERT INTO bench.times VALUES (r, 'guard, bulk UPDATE', s, bench.bulk(format(step, s || '.t'))); COMMIT;
      PERFORM bench.single(format(step, 't') || ' WHERE id = i', s, 1);
      INSERT INTO bench.times VALUES (r, 'guard, single-row UPDATEs', s, bench.single(format(step, 't') || ' WHERE id = i', s, rows / 5)); COMMIT;
    END LOOP;
    CALL bench.clean();
  END LOOP;
END $$;
-- VACUUM cannot run in a procedure: TRUNCATE-and-refill keeps the tables of all variants equally bloated instead.
CREATE PROCEDURE bench.clean() LANGUAGE plpgsql AS $$ DECLARE s text; n int; BEGIN
  FOREACH s IN ARRAY ARRAY['g_bare','g_empty','g_hand'] LOOP
    EXECUTE format('SELECT count(*) FROM %I.t', s) INTO n;
    EXECUTE format('TRUNCATE %I.t', s);
    EXECUTE format('INSERT INTO %I.t SELECT g, ''a'', repeat(''x'', 60) FROM generate_series(1, %s) g', s, n);
  END LOOP;
  CREATE TABLE g_il.t2 (LIKE g_il.t INCLUDING ALL) WITH (autovacuum_enabled = off);
  DROP TABLE g_il.t;
  ALTER TABLE g_il.t2 RENAME TO t;
  PERFORM interlock_apply(interlock_rulebook('bench'), 'g_il');
  EXECUTE format('INSERT INTO g_il.t SELECT g, ''a'', repeat(''x'', 60) FROM generate_series(1, %s) g', n);
  COMMIT;
END $$;
CALL bench.guard_rounds(:rows, :rounds);

-- All of TextOps: insert, approve and dispatch, start, succeed; the last two of the three steps of a life in bulk and one by one.
CREATE PROCEDURE bench.textops(rounds int, rows int, by_hand text) LANGUAGE plpgsql AS $$ DECLARE r int; s text; ms bench.cost; st text; BEGIN
  FOR r IN 0..rounds LOOP
    FOREACH s IN ARRAY ARRAY['t_bare','t_hand','t_il'] LOOP
      EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', s);
      EXECUTE format('CREATE SCHEMA %I', s);
      PERFORM set_config('search_path', s || ', public', false);
      IF s = 't_hand' THEN EXECUTE by_hand;
      ELSIF s = 't_il' THEN PERFORM interlock_install('textops', s);
      ELSE
        CREATE TABLE "Runs" ("RunId" varchar(50) PRIMARY KEY, "JobKey" varchar(200) NOT NULL, "Status" integer NOT NULL, "CreatedAt" timestamptz NOT NULL DEFAULT now(),
          "RequestedByAddress" varchar(500) NOT NULL, "ChannelId" varchar(100) NOT NULL, "ConversationId" varchar(500) NOT NULL,
          "UpdatedAt" timestamptz NOT NULL DEFAULT now(), "Version" integer NOT NULL DEFAULT 1);
        CREATE INDEX "IX_Runs_Status" ON "Runs"("Status"); CREATE INDEX "IX_Runs_C" ON "Runs"("ChannelId","ConversationId");
        CREATE TABLE "InboxDedup" ("ChannelId" varchar(100) NOT NULL, "ProviderMessageId" varchar(500) NOT NULL, "ProcessedAt" timestamptz NOT NULL DEFAULT now(),
          "RunId" varchar(50), PRIMARY KEY ("ChannelId","ProviderMessageId"));
      END IF;
      COMMIT;
      INSERT INTO bench.times VALUES (r, 'all of TextOps, INSERT of a run', s, bench.bulk(format('INSERT INTO "Runs"("RunId","JobKey","Status","RequestedByAddress","ChannelId",
        "ConversationId") SELECT ''r'' || g, ''job'', 1, ''user:a'', ''chat'', ''c1'' FROM generate_series(1, %s) g', rows)));
      COMMIT;
      ms := (0, 0)::bench.cost;
      FOREACH st IN ARRAY ARRAY['3','4','5'] LOOP
        ms := bench.plus(ms, bench.bulk('UPDATE "Runs" SET "Status" = ' || st || ' WHERE substr("RunId", 2)::int % 2 = 0')); COMMIT;
      END LOOP;
      INSERT INTO bench.times VALUES (r, 'all of TextOps, bulk UPDATEs of a life', s, ms);
      ms := (0, 0)::bench.cost;
      FOREACH st IN ARRAY ARRAY['3','4','5'] LOOP
        ms := bench.plus(ms, bench.single('UPDATE "Runs" SET "Status" = ' || st || ' WHERE "RunId" = ''r'' || (2 * i - 1)', s || ', public', rows / 2)); COMMIT;
      END LOOP;
      INSERT INTO bench.times VALUES (r, 'all of TextOps, single-row UPDATEs of a life', s, ms);
      COMMIT;
      FOREACH st IN ARRAY ARRAY['0','90'] LOOP
        ms := bench.single(format('INSERT INTO "InboxDedup"("ChannelId","ProviderMessageId","ProcessedAt") VALUES (''chat'', ''raw%s-'' || (i / %s), now()) ON CONFLICT DO NOTHING',
          st, CASE st WHEN '0' THEN 1 ELSE 10 END), s || ', public', rows); COMMIT;
        INSERT INTO bench.times VALUES (r, format('dedup, %s %% duplicates', st), s || ' raw', ms);
        IF s = 't_il' THEN
          ms := bench.single(format('PERFORM dedup_accept(''InboxDedup'', ''chat'', ''ours%s-'' || (i / %s))', st, CASE st WHEN '0' THEN 1 ELSE 10 END), s || ', public', rows); COMMIT;
          INSERT INTO bench.times VALUES (r, format('dedup, %s %% duplicates', st), 'dedup_accept', ms);
        END IF;
        COMMIT;
      END LOOP;
    END LOOP;
  END LOOP;
  PERFORM set_config('search_path', 'public', false);
END $$;
CALL bench.textops(:rounds, :rows / 5, :'by_hand');

-- Round 0 warms up and does not count.
CREATE FUNCTION bench.ratio(what text, ours text, yardstick text) RETURNS bench.cost LANGUAGE sql AS $$
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.ms).cpu / (b.ms).cpu), percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.ms).wall / (b.ms).wall)
  FROM bench.times a JOIN bench.times b USING (round, name)
  WHERE name = what AND round > 0 AND a.variant = ours AND b.variant = yardstick $$;
\pset tuples_only on
\pset format unaligned
SELECT 'postgres  ' || rpad(coalesce(label, what), 44) || lpad(to_char(r.cpu, 'FM990.00'), 7) || ' x ' || rpad(beside, 30)
  || ' (wall ' || to_char(r.wall, 'FM990.00') || ')'
FROM (VALUES (1, 'guard, bulk UPDATE', 'g_il', 'g_bare', 'bare', NULL), (2, 'guard, bulk UPDATE', 'g_il', 'g_empty', 'an empty PL/pgSQL trigger', NULL),
  (3, 'guard, bulk UPDATE', 'g_il', 'g_hand', 'by hand', NULL), (4, 'guard, single-row UPDATEs', 'g_il', 'g_bare', 'bare', NULL),
  (5, 'guard, single-row UPDATEs', 'g_il', 'g_empty', 'an empty PL/pgSQL trigger', NULL), (6, 'guard, single-row UPDATEs', 'g_il', 'g_hand', 'by hand', NULL),
  (7, 'all of TextOps, INSERT of a run', 't_il', 't_hand', 'by hand', NULL), (8, 'all of TextOps, bulk UPDATEs of a life', 't_il', 't_hand', 'by hand', NULL),
  (9, 'all of TextOps, single-row UPDATEs of a life', 't_il', 't_hand', 'by hand', NULL),
  (10, 'all of TextOps, single-row UPDATEs of a life', 't_il', 't_bare', 'bare', NULL),
  (11, 'dedup, 0 % duplicates', 'dedup_accept', 't_bare raw', 'raw INSERT, bare table', 'dedup_accept, 0 % duplicates'),
  (12, 'dedup, 0 % duplicates', 'dedup_accept', 't_hand raw', 'raw INSERT, rules by hand', 'dedup_accept, 0 % duplicates'),
  (13, 'dedup, 0 % duplicates', 'dedup_accept', 't_il raw', 'raw INSERT, interlock''s rules', 'dedup_accept, 0 % duplicates'),
  (14, 'dedup, 90 % duplicates', 'dedup_accept', 't_bare raw', 'raw INSERT, bare table', 'dedup_accept, 90 % duplicates'),
  (15, 'dedup, 90 % duplicates', 'dedup_accept', 't_hand raw', 'raw INSERT, rules by hand', 'dedup_accept, 90 % duplicates'),
  (16, 'dedup, 90 % duplicates', 'dedup_accept', 't_il raw', 'raw INSERT, interlock''s rules', 'dedup_accept, 90 % duplicates'))
  AS f(n, what, ours, yardstick, beside, label), bench.ratio(what, ours, yardstick) r ORDER BY n;
