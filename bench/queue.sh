#!/bin/sh
# make bench, section queue, PostgreSQL's part: claims with their ends per second, beside SKIP LOCKED written by hand on a table without rules.
# PostgreSQL with fsync (FSYNC=off: without), 1 and 4 clients, one row a time and batches of 20; variants take turns, the median of
# the ratios is printed.
set -eu
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-2}
dir=build/bench/queue
mkdir -p "$dir"
psql -X -q -c "ALTER SYSTEM SET fsync = ${FSYNC:-on}" -c 'SELECT pg_reload_conf()' >/dev/null
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
SET client_min_messages = error;
DROP SCHEMA IF EXISTS bench_queue CASCADE;
CREATE SCHEMA bench_queue;
SET search_path = bench_queue, public, interlock;
CREATE EXTENSION IF NOT EXISTS interlock;
CREATE TABLE by_hand (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'queued', priority int NOT NULL DEFAULT 1, worker text, until timestamptz, token bigint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0);
CREATE TABLE ruled (LIKE by_hand INCLUDING ALL);
CREATE INDEX ON by_hand (priority, id) WHERE state = 'queued';
CREATE INDEX ON by_hand (until) WHERE state = 'running';
SELECT interlock_apply('{"interlock": 1, "name": "bench_queue", "tables": {"ruled": {
  "machines": {"rule": "B-1", "column": "state", "initial": "queued", "states": {"queued": {"to": "running"}, "running": {"to": ["done", "queued"]}, "done": {"type": "final"}}},
  "queue": {"rule": "B-2", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "attempts": "attempts", "order": ["priority"]}}}}', 'bench_queue');
CREATE FUNCTION fill(n int) RETURNS void LANGUAGE sql AS $$
  TRUNCATE bench_queue.by_hand, bench_queue.ruled;
  INSERT INTO bench_queue.by_hand (id, priority) SELECT i, i % 3 FROM generate_series(1, n) i;
  INSERT INTO bench_queue.ruled (id, priority) SELECT i, i % 3 FROM generate_series(1, n) i;
$$;
SQL
cat >"$dir/hand1.sql" <<'SQL'
UPDATE bench_queue.by_hand SET state = 'running', worker = 'w', until = now() + interval '60 s', token = token + 1, attempts = attempts + 1 WHERE id = (SELECT id FROM bench_queue.by_hand WHERE state = 'queued' ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, token \gset
UPDATE bench_queue.by_hand SET state = 'done', until = NULL WHERE id = :id AND state = 'running' AND token = :token AND until > now();
SQL
cat >"$dir/ruled1.sql" <<'SQL'
SELECT key AS id, token FROM queue_claim('bench_queue.ruled', 'w') \gset
SELECT queue_finish('bench_queue.ruled', CAST(:id AS bigint), CAST(:token AS bigint), 'done');
SQL
cat >"$dir/hand20.sql" <<'SQL'
WITH c AS MATERIALIZED (SELECT id FROM bench_queue.by_hand WHERE state = 'queued' ORDER BY priority, id LIMIT 20 FOR UPDATE SKIP LOCKED) UPDATE bench_queue.by_hand q SET state = 'running', worker = 'w', until = now() + interval '60 s', token = token + 1, attempts = attempts + 1 FROM c WHERE q.id = c.id RETURNING q.id, q.token;
SQL
cat >"$dir/ruled20.sql" <<'SQL'
SELECT key, token FROM queue_claim('bench_queue.ruled', 'w', 20);
SQL
tps() { # variant clients
  PGOPTIONS="-c search_path=bench_queue,public,interlock -c synchronous_commit=on" pgbench -n -M prepared -c "$2" -j "$2" -T "$seconds" -f "$dir/$1.sql" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}
for variant in 1:1:'claim and finish, 1 client ' 1:4:'claim and finish, 4 clients' 20:1:'batches of 20, 1 client    ' 20:4:'batches of 20, 4 clients   '; do
  size=${variant%%:*} rest=${variant#*:}
  clients=${rest%%:*} title=${rest#*:}
  : >"$dir/ratios"
  for _ in $(seq "$rounds"); do
    psql -X -q -c "SELECT bench_queue.fill($((size > 1 ? 400000 : 100000)))" -c 'VACUUM ANALYZE bench_queue.by_hand, bench_queue.ruled' >/dev/null
    hand=$(tps "hand$size" "$clients") ruled=$(tps "ruled$size" "$clients")
    echo "$hand $ruled" | awk -v n="$size" '{ printf "%.3f %.0f %.0f\n", $2 / $1, $1 * n, $2 * n }' >>"$dir/ratios"
  done
  sort -n "$dir/ratios" | awk -v t="$title" '{ r[NR] = $1; h[NR] = $2; q[NR] = $3 } END { m = int((NR + 1) / 2); printf "  postgres  %s  by hand %7d rows/s   queue_claim %7d rows/s   ratio %.2f\n", t, h[m], q[m], r[m] }'
done
psql -X -q -c 'SET client_min_messages = error' -c 'DROP SCHEMA bench_queue CASCADE'
psql -X -q -c 'ALTER SYSTEM RESET fsync' -c 'SELECT pg_reload_conf()' >/dev/null
