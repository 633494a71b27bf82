#!/bin/sh
# What is generated and checked in is what its generator writes. Prints `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0
same() { # same <file> <command…>
  file=$1
  shift
  if "$@" | diff -u "$file" - ; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not ok - $file is stale"; fi
}
same tests/conformance/transitions.sql perl tests/conformance/transitions.pl
same tests/conformance/transitions.out perl tests/conformance/transitions.pl --out
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
