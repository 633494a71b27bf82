#!/bin/sh
# What the cron functions cost: in the core in nanoseconds and instructions a call, and through SQL on both engines in nanoseconds
# over the same scan without the call. Called by bench/run.sh, which has built bench_cron and started the cluster.
#   CALLS=200000   rows a scan
set -eu
calls=${CALLS:-200000} rounds=${ROUNDS:-9}
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
out=build/bench/cron
mkdir -p "$out"

echo "in the core, 20 mixed expressions:"
build/bench/bench_cron
if command -v valgrind >/dev/null 2>&1; then
  echo "in the core, instructions a call:"
  build/bench/bench_cron --instructions
else
  echo "(no valgrind: instructions are not counted)"
fi

# name, then the expression that is counted for every row of scan (i, at, expr)
cases() {
  cat <<'CASES'
scan alone|at
cron_next, UTC|cron_next('*/5 * * * *', at)
cron_next, America/New_York|cron_next('30 2 * * *', at, 'America/New_York')
cron_next, 20 expressions, America/New_York|cron_next(expr, at, 'America/New_York')
cron_prev, America/New_York|cron_prev('30 2 * * *', at, 'America/New_York')
cron_matches, America/New_York|cron_matches('30 2 * * *', at, 'America/New_York')
cron_next, never|coalesce(cron_next('0 0 30 2 *', at, 'America/New_York'), at)
cron_error, 20 expressions|coalesce(cron_error(expr), at_text)
cron_error, an expression never seen|coalesce(cron_error(i || ' * * * *'), '')
CASES
}
mixed="SELECT 0 AS n, '* * * * *' AS expr"
n=0
while read -r e; do n=$((n + 1)); mixed="$mixed UNION ALL SELECT $n, '$e'"; done <<'MIXED'
*/5 * * * *
0 * * * *
30 2 * * *
0 9-17 * * MON-FRI
15 10 * * 1-5
0 0 1 * *
0 0 L * *
0 12 15W * *
0 0 * * 5L
0 8 * * MON#1
0 0 1 1 *
5,35 6-20/2 * * *
0 0 1,15 * 3
0 22-2 * * *
*/10 * * * * *
30 17 LW * *
0 0 29 2 *
0 6 * JUN-AUG SUN
0 0 0 1 1 * 2028
MIXED

# Median of the times (ms) of each case, minus that of the scan alone, as ns a call.
report() {
  sort -t'|' -k1,1n -k2,2n "$1" | awk -F'|' -v calls="$calls" -v rounds="$rounds" '
    { ms[$1, ++n[$1]] = $2 }
    END { while (("cat " names) | getline line) { split(line, c, "|"); k++; median = ms[k, int((rounds + 1) / 2)]
            if (k == 1) base = median
            else printf "%-48s %8.0f ns a call\n", c[1], (median - base) * 1000000 / calls } }' names="$out/cases"
}

cases >"$out/cases"
{
  echo ".load $library"
  echo "CREATE TABLE scan AS WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < $calls - 1), m AS MATERIALIZED ($mixed)
    SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 1735689600 + (i * 7919) % 94608000, 'unixepoch') AS at, 'x' AS at_text, expr FROM s JOIN m ON n = i % 20;"
  echo ".timer on"
  for _ in $(seq "$rounds"); do cut -d'|' -f2- "$out/cases" | sed 's/.*/SELECT count(&) FROM scan;/'; done
} | sqlite3 -batch :memory: | awk '/^Run Time/ {printf "%d|%.3f\n", n++ % c + 1, ($6 + $8) * 1000}' c="$(wc -l <"$out/cases")" >"$out/sqlite"
echo "SQLite, $calls calls, CPU time, median of $rounds:"
report "$out/sqlite"

{
  echo "DROP DATABASE IF EXISTS cron_bench;"
  echo "CREATE DATABASE cron_bench;"
} | psql -X -q -d postgres 2>/dev/null
{
  echo "SET client_min_messages = error; CREATE EXTENSION interlock; SET max_parallel_workers_per_gather = 0;"
  echo "CREATE TABLE scan AS WITH m AS ($mixed)
    SELECT i, 'epoch'::timestamptz + (1735689600 + (i::bigint * 7919) % 94608000) * interval '1 second' AS at, 'x'::text AS at_text, expr
    FROM generate_series(0, $calls - 1) i JOIN m ON n = i % 20;"
  echo "VACUUM ANALYZE scan;"
  printf '%s\n' '\timing on'
  for _ in $(seq "$rounds"); do cut -d'|' -f2- "$out/cases" | sed 's/.*/SELECT count(&) FROM scan;/'; done
} | psql -X -q -A -t -v ON_ERROR_STOP=1 -d cron_bench | awk '/^Time/ {printf "%d|%s\n", n++ % c + 1, $2}' c="$(wc -l <"$out/cases")" >"$out/postgres"
echo "PostgreSQL, $calls calls, median of $rounds:"
report "$out/postgres"
