#!/bin/sh
# pg_regress and the isolation tester (tests/regress, tests/isolation) against the cluster of IL_CLUSTER, or a throwaway one.
# Prints a line a test, differences of those that fail, and `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
if [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT
fi
mkdir -p build/logs
log=build/logs/installcheck.out
timeout -k 10 280 make --no-print-directory -C pg_ext installcheck >"$log" 2>&1
status=$?
grep -E '^test ' "$log"
passed=$(grep -cE '^test .*\.\.\. ok' "$log")
failed=$(grep -cE '^test .*\.\.\. FAILED' "$log")
if [ "$failed" -gt 0 ]; then
  cat build/pg/regress/regression.diffs build/pg/isolation/regression.diffs 2>/dev/null | head -n 200
elif [ "$status" -ne 0 ] || [ "$passed" -eq 0 ]; then
  tail -n 20 "$log"
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
