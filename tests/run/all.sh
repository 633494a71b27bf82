#!/bin/sh
# Every suite of the project, one after the other, each bounded in time and with its own log in build/logs. Ends with the one
# line `N passed, N failed`, the sums of what the suites say; exit 1 when anything failed.
#
# A suite is a program whose last such line counts; one that ends without it, in time or not, is one failure. A check is a program
# whose exit status alone counts. PostgreSQL's run in one throwaway cluster, whose server runs as an unprivileged user; nothing is installed.
set -u
cd "$(dirname "$0")/../.."
mkdir -p build/logs
passed=0 failed=0
started=$(date +%s)
# The public JSON suite, where it lies beside the project; the tests carry cases of their own as well.
[ ! -f ../shared/data/json_test_suite.tsv ] || export INTERLOCK_JSON_SUITE=$PWD/../shared/data/json_test_suite.tsv

suite() { # suite <name> <seconds> <command…>
  name=$1 bound=$2
  shift 2
  log=build/logs/$name.log
  begin=$(date +%s)
  timeout -k 10 "$bound" "$@" >"$log" 2>&1 </dev/null
  status=$?
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  p=${line%% *} f=${line#*, }; f=${f%% *}
  if [ -z "$line" ]; then p=0 f=1; elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f))
  printf '%-28s %6d passed %4d failed %5ds\n' "$name" "$p" "$f" $(($(date +%s) - begin))
  [ "$f" -eq 0 ] || { grep -aE '^not ok|^FAIL|Sanitizer|rror:' "$log" | head -n 12 | sed 's/^/    /'; [ -n "$line" ] ||
    { echo "    ended with status $status and no count:"; tail -n 5 "$log" | sed 's/^/    /'; }; }
}

check() { # check <name> <seconds> <command…>
  # shellcheck disable=SC2016
  name=$1 bound=$2
  shift 2
  suite "$name" "$bound" sh -c '"$@" && echo "1 passed, 0 failed" || { echo "not ok - status $?"; echo "0 passed, 1 failed"; }' check "$@"
}

for program in $(ls build/unit 2>/dev/null); do
  [ -x "build/unit/$program" ] && [ -f "tests/unit/$program.c" ] && suite "unit-${program#test_}" 120 "build/unit/$program"
done
check unit-zone-oracle 120 python3 tests/unit/test_zone_oracle.py build/unit/test_zone

[ -x tests/fuzz/run.sh ] && suite fuzz-corpus 240 tests/fuzz/run.sh
# What reads expressions of users and files of the system is fuzzed for a minute too, where clang has libFuzzer.
if echo 'int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n) {return !p && n;}' |
  clang -fsanitize=fuzzer -x c -o build/fuzz.probe - 2>/dev/null; then
  suite fuzz-cron-and-zone 300 tests/fuzz/run.sh 60 cron zone
else
  echo "no libFuzzer: nothing is fuzzed"
fi
rm -f build/fuzz.probe

suite transitions-generated 20 tests/run/generated.sh
suite conformance-sqlite 300 tests/run/conformance.sh sqlite
[ -x tests/sqlite/run.sh ] && suite sqlite-host 400 tests/sqlite/run.sh

if env=$(tests/run/cluster.sh start 2>build/logs/cluster.log); then
  eval "$env"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT
  trap 'exit 1' INT TERM
  suite conformance-postgres 300 tests/run/conformance.sh postgres
  [ -z "$(find tests/regress/sql tests/isolation/specs -type f 2>/dev/null)" ] || suite postgres-regress 300 tests/run/regress.sh
  suite cron-sql 180 tests/run/cron.sh
  suite schedule 180 tests/run/schedule.sh
  suite worker 300 tests/run/worker.sh
  suite demo 60 tests/run/demo.sh --check
  suite workload 300 tests/run/workload.sh
  suite printed-ddl 60 tests/run/sqltext.sh
  suite documented-tables 120 tests/run/tables.py
  suite systems-side-by-side 600 tests/run/systems.py
else
  echo "no PostgreSQL cluster:"; sed 's/^/    /' build/logs/cluster.log
  failed=$((failed + 1))
fi
suite sanitizers 600 tests/run/sanitize.sh
suite coverage 60 tests/run/coverage.sh
suite install 120 tests/run/install.sh
suite docs 120 docs/weave.py --check
suite lint 900 tests/run/lint.sh

echo "took $(($(date +%s) - started)) s; logs are in build/logs"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
