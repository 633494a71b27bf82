#!/bin/sh
# Runs fuzz targets over their corpus under the address and undefined-behaviour sanitizers; with a number of seconds, fuzzes them for
# that long, all at the same time (needs clang with libFuzzer; what it finds is left in build/fuzz/found, as a file to reproduce it).
#   tests/fuzz/run.sh [seconds [target…]]      targets are cron, zone, …; default: all
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-0} passed=0 failed=0
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(basename -a -s .c tests/fuzz/fuzz_*.c | sed 's/^fuzz_//')
out=build/fuzz
mkdir -p "$out/found"
[ -f build/systems.c ] || make -s build/systems.c || exit 1
flags="-std=gnu11 -g -O1 -Icommon -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fno-sanitize-recover=all"
if [ "$seconds" -gt 0 ]; then cc=clang core=$out/core-fuzz coverage=,fuzzer-no-link; else cc=${CC:-cc} core=$out/core coverage=; fi

# The core once, for all targets: only what needs no host.
rm -rf "$core" && mkdir -p "$core"
ls common/error.c common/values/*.c common/rules/*.c common/roles/*.c common/time/*.c | xargs -P 2 -n 8 sh -c 'for f in "$@"; do
  '"$cc $flags -fsanitize=address,undefined$coverage"' -c -o "'"$core"'/$(echo "$f" | tr / _).o" "$f" || exit 255
done' sh || exit 1

build() { # build <target>
  name=fuzz_$1
  if [ "$seconds" -gt 0 ]; then set -- -fsanitize=address,undefined,fuzzer; else set -- -fsanitize=address,undefined tests/fuzz/replay.c; fi
  # shellcheck disable=SC2086
  $cc $flags -o "$out/$name" "tests/fuzz/$name.c" "$@" "$core"/*.o -lcjson -lmd >"$out/$name.log" 2>&1
}

run() { # run <target>
  if [ "$seconds" -eq 0 ]; then "$out/fuzz_$1" "tests/fuzz/corpus/$1" >"$out/fuzz_$1.log" 2>&1; return; fi
  mkdir -p "$out/corpus/fuzz_$1"
  dict=; [ ! -f "tests/fuzz/$1.dict" ] || dict=-dict=tests/fuzz/$1.dict
  # shellcheck disable=SC2086
  "$out/fuzz_$1" -max_total_time="$seconds" -max_len=16384 -timeout=5 -verbosity=0 -print_final_stats=1 $dict \
    -artifact_prefix="$out/found/fuzz_$1-" "$out/corpus/fuzz_$1" "tests/fuzz/corpus/$1" >"$out/fuzz_$1.log" 2>&1
}

for target in "$@"; do
  rm -f "$out/fuzz_$target.status"
  build "$target" || echo 1 >"$out/fuzz_$target.status"
done
for target in "$@"; do
  [ -f "$out/fuzz_$target.status" ] && continue
  if [ "$seconds" -gt 0 ]; then { run "$target"; echo $? >"$out/fuzz_$target.status"; } &
  else run "$target"; echo $? >"$out/fuzz_$target.status"; fi
done
wait
for target in "$@"; do
  name=fuzz_$target
  if [ "$(cat "$out/$name.status")" = 0 ]; then
    passed=$((passed + 1))
    echo "ok - $name$(sed -n 's/^stat::number_of_executed_units: */, inputs tried: /p' "$out/$name.log")"
  else failed=$((failed + 1)); echo "not ok - $name"; tail -n 30 "$out/$name.log" | sed 's/^/#   /'
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
