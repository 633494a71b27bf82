#!/bin/sh
# Builds and runs the tests of the SQLite host.   tests/sqlite/run.sh [test…]
#
# Needs build/sqlite/interlock.so (or IL_SQLITE=<path without .so>). Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
IL_SQLITE=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
export IL_SQLITE
[ -f "$IL_SQLITE.so" ] || { echo "not ok - $IL_SQLITE.so is missing: run make sqlite"; echo "0 passed, 1 failed"; exit 1; }
IL_SCRATCH=$(mktemp -d)
export IL_SCRATCH
trap 'rm -rf "$IL_SCRATCH"' EXIT INT TERM
bin=build/tests/sqlite
mkdir -p "$bin"
passed=0 failed=0
[ $# -gt 0 ] || set -- $(basename -a -s .c tests/sqlite/test_*.c)
for name in "$@"; do
  echo "# $name"
  linked=
  case $name in
    *_static) # the library compiled into the program
      make -s build/libinterlock.a || { echo "not ok - build/libinterlock.a"; failed=$((failed + 1)); continue; }
      linked="-DSQLITE_CORE sqlite_ext/*.c build/libinterlock.a -lcjson -lmd" ;;
  esac
  # shellcheck disable=SC2086
  if ! ${CC:-gcc} -std=gnu11 -Wall -Wextra -Werror -O1 -g -Icommon -Itests/unit -Isqlite_ext -o "$bin/$name" \
    "tests/sqlite/$name.c" $linked -lsqlite3 -lpthread; then
    echo "not ok - $name does not compile"; failed=$((failed + 1)); continue
  fi
  timeout "${IL_TIMEOUT:-300}" "$bin/$name" >"$IL_SCRATCH/out" 2>&1
  status=$?
  cat "$IL_SCRATCH/out"
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$IL_SCRATCH/out" | tail -n 1)
  if [ -z "$counts" ]; then
    echo "not ok - $name ended with status $status before its end"; failed=$((failed + 1)); continue
  fi
  passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
