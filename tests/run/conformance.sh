#!/bin/sh
# Runs the conformance scripts on one engine and compares each story with its one expected output.
#
#   conformance.sh sqlite|postgres [topic…]      topics are tests/conformance/<topic>.sql, both engines, and
#                                                tests/conformance/<engine>/<topic>.sql, that engine only
#
# SQLite: every topic has a database file of its own. PostgreSQL: every topic has a database of its own, with the extension in
# the schema "interlock", in the cluster of PGHOST when IL_CLUSTER names one, else in a throwaway one. What came out is left in
# build/conformance/<engine>/ (IL_OUT/<engine>/). One `ok` or `not ok` line a topic, differences beneath; ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
engine=${1:-sqlite}
case $engine in sqlite | postgres) ;; *) echo "usage: conformance.sh sqlite|postgres [topic…]" >&2; exit 2 ;; esac
[ $# -eq 0 ] || shift
out=${IL_OUT:-build/conformance}/$engine
mkdir -p "$out"
passed=0 failed=0

library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
if [ "$engine" = postgres ] && [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT INT TERM
fi

# A fresh database for a topic: prints what play.pl needs to open it.
play() { # play <topic name> <script>
  if [ "$engine" = sqlite ]; then
    rm -f "$out/$1.db" "$out/$1.db"-*
    timeout 120 tests/run/play.pl sqlite "$out/$1.db" "$library" "$2"
  else
    database=conf_$1
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database" &&
      psql -X -q -d "$database" -c "CREATE SCHEMA interlock" -c "CREATE EXTENSION interlock SCHEMA interlock" &&
      timeout 120 tests/run/play.pl postgres "$database" "public, interlock" "$2"
    status=$?
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)"
    return $status
  fi
}

one() { # one <script> <name>
  expected=${1%.sql}.out
  if [ ! -f "$expected" ]; then
    play "$2" "$1" >"$out/$2.out" 2>"$out/$2.err"
    echo "not ok - $2: $expected is missing"
    failed=$((failed + 1)); return
  fi
  if play "$2" "$1" >"$out/$2.out" 2>"$out/$2.err" && diff -u "$expected" "$out/$2.out" >"$out/$2.diff"; then
    echo "ok - $2"; passed=$((passed + 1))
  else
    echo "not ok - $2"; failed=$((failed + 1))
    head -n 60 "$out/$2.err" "$out/$2.diff" 2>/dev/null | sed 's/^/#   /'
  fi
}

for script in tests/conformance/*.sql tests/conformance/"$engine"/*.sql; do
  [ -f "$script" ] || continue
  name=$(basename "$script" .sql)
  case $script in tests/conformance/"$engine"/*) name=${engine}_$name ;; esac
  wanted=1
  if [ $# -gt 0 ]; then
    wanted=0
    for t in "$@"; do [ "$t" = "$name" ] || [ "${engine}_$t" = "$name" ] && wanted=1; done
  fi
  [ "$wanted" -eq 0 ] || one "$script" "$name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
