#!/bin/sh
# `make install` puts everything where it belongs, under a DESTDIR, and `make uninstall` takes it away again; the library that was
# installed loads. Prints `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0
expect() { # expect <what> <command…>
  what=$1
  shift
  if "$@" >"$root/log" 2>&1; then passed=$((passed + 1)); echo "ok - $what"
  else failed=$((failed + 1)); echo "not ok - $what"; tail -n 5 "$root/log"; fi
}
config=${PG_CONFIG:-pg_config}
share=$root/tree$($config --sharedir)/extension lib=$root/tree$($config --pkglibdir)
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" pg_ext/interlock.control)
loads() { [ "$(sqlite3 :memory: ".load $root/tree/usr/local/lib/interlock" 'SELECT interlock_version()')" = "$version" ]; }
empty() { [ -z "$(find "$root/tree" -type f)" ]; }
expect "make install" make --no-print-directory install DESTDIR="$root/tree" PG_CONFIG="$config"
expect "the extension's library" test -f "$lib/interlock.so"
expect "the control file" cmp pg_ext/interlock.control "$share/interlock.control"
expect "the script of version $version" test -s "$share/interlock--$version.sql"
expect "the SQLite library loads and is version $version" loads
expect "make uninstall" make --no-print-directory uninstall DESTDIR="$root/tree" PG_CONFIG="$config"
expect "nothing is left" empty
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
