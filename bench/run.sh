#!/bin/sh
# make bench: what the rules cost on both engines, as ratios. ROWS and ROUNDS change the size (default 100000 rows, 7 rounds).
set -eu
cd "$(dirname "$0")/.."
rows=${ROWS:-100000} rounds=${ROUNDS:-7}
mkdir -p build/bench
${CC:-gcc} -std=gnu11 -O2 -Wall -Wextra -o build/bench/bench_sqlite bench/bench_sqlite.c -lsqlite3
echo "interlock bench: $rows rows, $rounds rounds, medians of ratios within one round"
build/bench/bench_sqlite build/sqlite/interlock.so bench/textops_by_hand.sqlite.sql "$rows" "$rounds"
eval "$(IL_PG_CONF="shared_buffers = 512MB
max_wal_size = 8GB
checkpoint_timeout = 1h
autovacuum = off
jit = off" tests/run/cluster.sh start)"
trap 'tests/run/cluster.sh stop "$IL_CLUSTER"' EXIT
psql -X -q -v ON_ERROR_STOP=1 -v rows="$rows" -v rounds="$rounds" -v by_hand="$(cat bench/textops_by_hand.postgres.sql)" \
  -f bench/bench_postgres.sql
