#!/bin/sh
# The core and the SQLite library under AddressSanitizer and UndefinedBehaviorSanitizer: unit tests, the conformance suite and the tests
# of the SQLite host, against a build of their own in build/asan.
set -u
cd "$(dirname "$0")/../.."
root=$(pwd) passed=0 failed=0
flags="-std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -fPIC -Icommon"
make -s build/systems.c || { echo "0 passed, 1 failed"; exit 1; }
mkdir -p build/asan
cat >build/asan/Makefile <<MAKE
core := \$(patsubst %.c,build/asan/%.o,\$(wildcard common/*.c common/*/*.c) build/systems.c)
host := \$(patsubst %.c,build/asan/%.o,\$(wildcard sqlite_ext/*.c))
unit := \$(patsubst tests/unit/%.c,build/asan/unit/%,\$(wildcard tests/unit/test_*.c))
all: build/asan/interlock.so \$(unit)
build/asan/%.o: %.c
	@mkdir -p \$(@D)
	@gcc $flags -fvisibility=hidden -MMD -c -o \$@ \$<
build/asan/interlock.so: \$(core) \$(host)
	@gcc $flags -shared -o \$@ \$^ -lcjson -lmd
build/asan/unit/%: tests/unit/%.c \$(core)
	@mkdir -p \$(@D)
	@gcc $flags -o \$@ \$^ -lcjson -lmd
-include \$(core:.o=.d) \$(host:.o=.d)
MAKE
make -s -j2 -f build/asan/Makefile all || { echo "not ok - the sanitized build"; echo "0 passed, 1 failed"; exit 1; }

count() { # count <name> <command…>: adds what the command counts; a sanitizer's report fails it
  name=$1; shift
  out=build/asan/$name.log
  "$@" >"$out" 2>&1 </dev/null
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$out" | tail -n 1)
  p=${line%% *} f=${line#*, }; f=${f%% *}
  [ -n "$line" ] || { p=0 f=1; }
  if grep -aqE 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$out"; then f=$((f + 1)); fi
  passed=$((passed + p)) failed=$((failed + f))
  if [ "$f" -eq 0 ]; then echo "ok - $name under sanitizers ($p)"; else
    echo "not ok - $name under sanitizers"; grep -aE 'Sanitizer|runtime error|^not ok' "$out" | head -n 10 | sed 's/^/#   /'
  fi
}
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
for test in build/asan/unit/test_*; do
  [ -x "$test" ] && count "unit-${test##*/test_}" timeout 200 "$test"
done
# The shell and the test programs are not sanitized themselves: the runtime has to be there before the library is loaded, and
# what they leak is not ours to report.
run() { LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" ASAN_OPTIONS=detect_leaks=0 "$@"; }
IL_SQLITE=$root/build/asan/interlock
export IL_SQLITE
for name in $(basename -a -s .c tests/sqlite/test_*.c); do
  case $name in *oom*|*static*|*race*) continue ;; esac # these count allocations, or link for themselves
  mkdir -p build/asan/sqlite "build/asan/scratch"
  gcc -std=gnu11 -O1 -g -Icommon -Itests/unit -Isqlite_ext -o "build/asan/sqlite/$name" "tests/sqlite/$name.c" -lsqlite3 -lpthread || { failed=$((failed + 1)); continue; }
  IL_SCRATCH=$(mktemp -d) && export IL_SCRATCH
  count "sqlite-$name" run timeout 200 "build/asan/sqlite/$name"
  rm -rf "$IL_SCRATCH"
done
count conformance run timeout 280 tests/run/conformance.sh sqlite
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
