#!/bin/sh
# Runs every fuzz target over its corpus under the address and undefined-behaviour sanitizers; with a number, fuzzes each for that
# many seconds first (needs clang; what it finds is left in build/fuzz/found, as a file to reproduce it).
#   tests/fuzz/run.sh [seconds]
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-0} passed=0 failed=0
out=build/fuzz
mkdir -p "$out/found"
[ -f build/systems.c ] || make -s build/systems.c || exit 1
flags="-std=gnu11 -g -O1 -Icommon -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fno-sanitize-recover=all"
if [ "$seconds" -gt 0 ]; then cc=clang; else cc=${CC:-cc}; fi

# The core once, for all targets: only what needs no host.
rm -rf "$out/core" && mkdir -p "$out/core"
for f in common/error.c common/values/*.c common/rules/*.c common/roles/*.c common/time/*.c; do
  echo "$f"
done | while read -r f; do
  o="$out/core/$(echo "$f" | tr / _).o"
  coverage=; [ "$seconds" -gt 0 ] && coverage=,fuzzer-no-link
  # shellcheck disable=SC2086
  $cc $flags -fsanitize=address,undefined$coverage -c -o "$o" "$f" || exit 1
done || exit 1

for target in tests/fuzz/fuzz_*.c; do
  name=$(basename "$target" .c)
  corpus=tests/fuzz/corpus/${name#fuzz_}
  if [ "$seconds" -gt 0 ]; then
    mkdir -p "$out/corpus/$name"
    dict=; [ -f "tests/fuzz/${name#fuzz_}.dict" ] && dict=-dict=tests/fuzz/${name#fuzz_}.dict
    # shellcheck disable=SC2086
    $cc $flags -fsanitize=address,undefined,fuzzer -o "$out/$name" "$target" "$out"/core/*.o -lcjson -lmd &&
      "$out/$name" -max_total_time="$seconds" -max_len=16384 -timeout=5 -verbosity=0 $dict \
        -artifact_prefix="$out/found/$name-" "$out/corpus/$name" "$corpus" >"$out/$name.log" 2>&1
  else
    # shellcheck disable=SC2086
    $cc $flags -fsanitize=address,undefined -o "$out/$name" "$target" tests/fuzz/replay.c "$out"/core/*.o -lcjson -lmd &&
      "$out/$name" "$corpus" >"$out/$name.log" 2>&1
  fi
  if [ $? -eq 0 ]; then passed=$((passed + 1)); echo "ok - $name"
  else failed=$((failed + 1)); echo "not ok - $name"; tail -n 30 "$out/$name.log" | sed 's/^/#   /'
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
