#!/bin/sh
# The systems under a seeded random workload: the same statements on both engines, row by row; a small model of the rules
# beside them; then several writers at once. Afterwards interlock_verify and interlock_doctor find nothing.
#
#   workload.sh [system…]     SEEDS="1 2 3" by default: tests/workload/workload.py says what a seed makes
#
# What was asked and what came out is left in build/workload. One `ok` or `not ok` line a case, ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
out=build/workload
mkdir -p "$out"
passed=0 failed=0
if [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT INT TERM
fi
model=tests/workload/workload.py
said() { # said <case> <status> <file>
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1)); echo "ok - $1: $(tail -n 1 "$3")"
  else
    failed=$((failed + 1)); echo "not ok - $1"; head -n 30 "$3" | cut -c 1-400 | sed 's/^/#   /'
  fi
}
fresh() { # fresh <name>: an empty database on either engine
  rm -f "$out/$1.db" "$out/$1.db"-*
  psql -X -q -d postgres -c "DROP DATABASE IF EXISTS workload" -c "CREATE DATABASE workload" >/dev/null 2>&1
  psql -X -q -d workload -c "CREATE SCHEMA interlock" -c "CREATE EXTENSION interlock SCHEMA interlock"
}
play() { # play <engine> <database name> <script> <story>
  if [ "$1" = sqlite ]; then timeout 120 tests/run/play.pl sqlite "$out/$2.db" "$library" "$3" >"$4" 2>&1
  else timeout 120 tests/run/play.pl postgres workload "public, interlock" "$3" >"$4" 2>&1; fi
}

alone() { # alone <system> <seed>
  n=$1.$2
  python3 "$model" make "$1" "$2" "$out/$n.sql" || { failed=$((failed + 1)); echo "not ok - $n"; return; }
  fresh "$n"
  for engine in sqlite postgres; do
    play $engine "$n" "$out/$n.sql" "$out/$n.$engine"
    python3 "$model" judge "$1" "$out/$n.sql" "$out/$n.$engine" >"$out/$n.said" 2>&1
    said "$1, seed $2, $engine beside the model" $? "$out/$n.said"
  done
  python3 "$model" compare "$out/$n.sql" "$out/$n.sqlite" "$out/$n.postgres" >"$out/$n.said" 2>&1
  said "$1, seed $2, both engines" $? "$out/$n.said"
}

# A model that never objects would be worth nothing.
planted() { # planted <system> <seed>, after alone
  n=$1.$2
  python3 "$model" plant "$1" "$out/$n.sql" "$out/$n.sqlite" >"$out/$n.planted" &&
    ! python3 "$model" judge "$1" "$out/$n.sql" "$out/$n.planted" >"$out/$n.said" 2>&1 && grep -q 'went from\|changed' "$out/$n.said"
  said "$1, a breach planted in the story of seed $2" $? "$out/$n.said"
}

together() { # together <system>
  n=$1.together
  fresh "$n"
  echo "SELECT interlock_install('$1');" >"$out/$n.install.sql"
  sqlite3 "$out/$n.db" "PRAGMA journal_mode = wal" >/dev/null
  python3 "$model" ending "$1" "$out/$n.ending.sql"
  for engine in sqlite postgres; do
    play $engine "$n" "$out/$n.install.sql" "$out/$n.install.$engine"
    for w in 1 2 3 4; do
      python3 "$model" writer "$1" "$w" "$out/$n.$w.sql"
      play $engine "$n" "$out/$n.$w.sql" "$out/$n.$w.$engine" &
      eval "writer$w=$!"
    done
    # shellcheck disable=SC2154
    wait "$writer1" "$writer2" "$writer3" "$writer4"
    play $engine "$n" "$out/$n.ending.sql" "$out/$n.ending.$engine"
    python3 "$model" ended "$out/$n.ending.sql" "$out/$n.ending.$engine" "$out/$n".[1-4]."$engine" >"$out/$n.said" 2>&1
    said "$1, four writers at once, $engine" $? "$out/$n.said"
  done
}

[ $# -gt 0 ] || set -- $(for d in sql/*/system.json; do basename "$(dirname "$d")"; done)
for system in "$@"; do
  for seed in ${SEEDS:-1 2 3}; do alone "$system" "$seed"; done
  planted "$system" "$seed"
  python3 "$model" covered "$system" "$out/$system".[0-9]*.sql >"$out/said" 2>&1
  said "$system, every table is written" $? "$out/said"
  together "$system"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
