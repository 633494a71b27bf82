#!/bin/sh
# Plays sql/demo.sql: demo.sh sqlite [FILE] in an embedded database, demo.sh postgres in psql on a throwaway cluster. Both print the
# same lines (tests/run/play.pl says how an error of either engine becomes one line); tests/demo/expected.out is those lines.
#   demo.sh --check    plays it on both and compares; prints `N passed, N failed`
set -u
cd "$(dirname "$0")/../.."
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}

play() {
  case $1 in
  sqlite)
    file=${2:-$(mktemp "${TMPDIR:-/tmp}/interlock-demo.XXXXXX")}
    tests/run/play.pl sqlite "$file" "$library" sql/demo.sql
    status=$?
    [ -n "${2:-}" ] || rm -f "$file" "$file"-*
    return $status ;;
  postgres)
    (
      own=
      if [ -z "${IL_CLUSTER:-}" ]; then
        env=$(tests/run/cluster.sh start) || exit 1
        eval "$env"
        own=$IL_CLUSTER
        trap 'tests/run/cluster.sh stop "$own"' EXIT INT TERM
      fi
      psql -X -q -d postgres -c 'SET client_min_messages = error' -c 'DROP DATABASE IF EXISTS demo' &&
        psql -X -q -d postgres -c 'CREATE DATABASE demo' && psql -X -q -d demo -c 'CREATE EXTENSION interlock' &&
        tests/run/play.pl postgres demo public sql/demo.sql
    ) ;;
  *) echo "usage: demo.sh sqlite [FILE] | postgres | --check" >&2; return 2 ;;
  esac
}

if [ "${1:-sqlite}" != --check ]; then play "${1:-sqlite}" "${2:-}"; exit; fi
passed=0 failed=0
mkdir -p build/logs
for engine in sqlite postgres; do
  if play "$engine" >"build/logs/demo.$engine.out" 2>"build/logs/demo.$engine.err" && diff -u tests/demo/expected.out "build/logs/demo.$engine.out"; then
    passed=$((passed + 1)); echo "ok - demo on $engine"
  else
    failed=$((failed + 1)); echo "not ok - demo on $engine"; head -n 20 "build/logs/demo.$engine.err"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
