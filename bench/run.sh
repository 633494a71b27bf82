#!/bin/sh
# make bench: what the rules cost on both engines, as ratios.
#
#   bench/run.sh [SECTION…]      all sections, or these: guard-sqlite guard-postgres …
#   ROWS=100000 ROUNDS=7         how much a round does, and how many rounds there are
#
# A section is one line at the end of this file: its name, a title, and the command or function that prints its figures.
# What a section may use:
#   program NAME [FLAG…]   builds bench/NAME.c (with SQLite and the core's library) as build/bench/NAME
#   cluster                starts the throwaway PostgreSQL, once for all sections: psql finds it afterwards
# Figures are CPU time where the engine runs alone in it, not wall time: other work on the machine then counts for little.
# Variants of one thing take turns in every round, a ratio is taken within a round, and what is printed is the median over
# rounds.
set -eu
cd "$(dirname "$0")/.."
rows=${ROWS:-100000} rounds=${ROUNDS:-7}
export ROWS="$rows" ROUNDS="$rounds"
wanted=" $* "
mkdir -p build/bench

program() {
  name=$1
  shift
  make -s build/libinterlock.a
  ${CC:-gcc} -std=gnu11 -O2 -Wall -Wextra -Icommon -Itests/unit -o "build/bench/$name" "bench/$name.c" "$@" \
    build/libinterlock.a -lsqlite3 -lcjson -lmd
}

cluster() {
  [ -z "${IL_CLUSTER:-}" ] || return 0
  eval "$(IL_PG_CONF="shared_buffers = 512MB
max_wal_size = 8GB
checkpoint_timeout = 1h
jit = off" tests/run/cluster.sh start)"
  trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT
  trap 'exit 1' INT TERM
}

section() {
  case $wanted in "  " | *" $1 "*) ;; *) return 0 ;; esac
  printf '\n== %s: %s\n' "$1" "$2"
  shift 2
  "$@"
}

guard_sqlite() {
  program bench_sqlite
  build/bench/bench_sqlite build/sqlite/interlock.so bench/textops_by_hand.sqlite.sql "$rows" "$rounds"
}

guard_postgres() {
  cluster
  psql -X -q -v ON_ERROR_STOP=1 -v rows="$rows" -v rounds="$rounds" -v by_hand="$(cat bench/textops_by_hand.postgres.sql)" \
    -f bench/bench_postgres.sql
}

cron() {
  program bench_cron
  cluster
  bench/cron.sh
}

queue() {
  program bench_queue
  mkdir -p build/bench/queue
  build/bench/bench_queue build/sqlite/interlock.so build/bench/queue "${QUEUE_ROWS:-10000}" "$rounds"
  cluster
  bench/queue.sh
}

systems() {
  cluster
  bench/systems.py
}

schedule() {
  cluster
  bench/schedule.sh
}

echo "interlock bench: $rows rows, $rounds rounds, medians of ratios within one round"
section guard-sqlite 'guarded tables, TextOps and dedup_accept in SQLite' guard_sqlite
section guard-postgres 'guarded tables, TextOps and dedup_accept in PostgreSQL' guard_postgres
section cron 'cron expressions and zones, in the core and through SQL' cron
section queue 'claims and their ends per second, beside SQL by hand on a table without rules' queue
section systems 'what ships: installation, and typical writes with and without the rules' systems
section schedule 'ticks of schedules, of which one in a hundred is due' schedule
