#!/bin/sh
# The cron functions through SQL on both engines: the facts of tests/data/cron_facts.tsv, a random sample with its invariants that must
# come out the same on both, and every time zone against PostgreSQL's own. In the cluster of IL_CLUSTER, else in a throwaway one.
#   cron.sh [seed [size]]
# Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
seed=${1:-20250309} size=${2:-4000} passed=0 failed=0
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
out=build/cron
rm -rf "$out" && mkdir -p "$out"
if [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT INT TERM
fi

sqlite() { sqlite3 -batch :memory: ".load $library" ".read $1"; }
postgres() {
  psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS cron_sql' -c 'CREATE DATABASE cron_sql' &&
    psql -X -q -A -t -v ON_ERROR_STOP=1 -d cron_sql -c 'CREATE EXTENSION interlock' -f "$1"
}
# report <name> <output> <last line, a pattern>: nothing but what is expected is in the output
report() {
  if [ -s "$2" ] && tail -n 1 "$2" | grep -qE "$3" && ! grep -qE '^(line|broken)|rror' "$2"; then
    passed=$((passed + 1)); echo "ok - $1: $(tail -n 1 "$2" | tr '|' ' ')"
  else
    failed=$((failed + 1)); echo "not ok - $1"; grep -E '^(line|broken)|rror' "$2" | head -n 20 | sed 's/^/#   /'; tail -n 1 "$2"
  fi
}

facts=$(($(wc -l <tests/data/cron_facts.tsv) - 1))
tests/run/cron_sql.pl facts tests/data/cron_facts.tsv >"$out/facts.sql"
tests/run/cron_sql.pl sample "$seed" "$size" >"$out/sample.sql"
for engine in sqlite postgres; do
  $engine "$out/facts.sql" >"$out/facts.$engine" 2>&1
  report "facts on $engine" "$out/facts.$engine" "^facts\\|$facts\$"
  $engine "$out/sample.sql" >"$out/sample.$engine" 2>&1
  # A healthy sample finds something for nearly all of it.
  report "sample $seed on $engine" "$out/sample.$engine" '^instants\|[0-9]{4,}$'
done
if cmp "$out/sample.sqlite" "$out/sample.postgres"; then
  passed=$((passed + 1)); echo "ok - both engines give the same $(grep -c '|' "$out/sample.sqlite") lines"
else
  failed=$((failed + 1)); echo "not ok - the engines differ"; diff "$out/sample.sqlite" "$out/sample.postgres" | head -n 10 | sed 's/^/#   /'
fi
postgres tests/run/zones.sql >"$out/zones" 2>&1
report "zones against PostgreSQL's" "$out/zones" '^zones\|'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
