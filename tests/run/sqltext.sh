#!/bin/sh
# The DDL that interlock_sql() prints for reading is the DDL that interlock_install() runs: played in a fresh database of either engine
# it makes the same tables, indexes and triggers. Either engine prints either engine's. Prints `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
dir=$(mktemp -d)
own=
trap 'rm -rf "$dir"; [ -z "$own" ] || tests/run/cluster.sh stop "$own"' EXIT
if [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  own=$IL_CLUSTER
fi
passed=0 failed=0
same() { # same <what> <file> <file>
  if [ -s "$2" ] && diff "$2" "$3" >"$dir/diff"; then passed=$((passed + 1)); echo "ok - $1"
  else failed=$((failed + 1)); echo "not ok - $1"; head -n 20 "$dir/diff"; fi
}
lite() { db=$1; shift; sqlite3 -batch "$db" ".load $library" "$@"; }
pg() { db=$1; shift; psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$db" "$@"; }

schema='SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE '\''interlock\_%'\'' ESCAPE '\''\'\'' ORDER BY type, name'
catalog='SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
  UNION ALL SELECT table_name, column_name, concat_ws('\'' '\'', data_type, character_maximum_length, is_nullable, column_default, is_identity)
    FROM information_schema.columns WHERE table_schema = '\''public'\'' AND table_name NOT LIKE '\''interlock\_%'\''
  UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = '\''public'\'' AND tablename NOT LIKE '\''interlock\_%'\''
  ORDER BY 1, 2, 3'
for folder in sql/*/; do
  system=$(basename "$folder")
  for db in printed installed; do # systems may use the same names
    psql -X -q -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS sql_$db" && psql -X -q -d postgres -c "CREATE DATABASE sql_$db" &&
      pg "sql_$db" -c 'CREATE EXTENSION interlock'
  done
  lite :memory: "SELECT interlock_sql('$system', 'sqlite')" >"$dir/sqlite.sql"
  pg sql_installed -c "SELECT interlock_sql('$system', 'sqlite')" >"$dir/sqlite2.sql"
  same "$system: SQLite's DDL as PostgreSQL prints it" "$dir/sqlite.sql" "$dir/sqlite2.sql"
  lite :memory: "SELECT interlock_sql('$system', 'postgres')" >"$dir/postgres.sql"
  pg sql_installed -c "SELECT interlock_sql('$system', 'postgres')" >"$dir/postgres2.sql"
  same "$system: PostgreSQL's DDL as SQLite prints it" "$dir/postgres.sql" "$dir/postgres2.sql"

  rm -f "$dir"/*.db
  lite "$dir/printed.db" ".read $dir/sqlite.sql" >"$dir/log" 2>&1
  lite "$dir/installed.db" "SELECT interlock_install('$system')" >>"$dir/log" 2>&1
  sqlite3 "$dir/printed.db" "$schema" >"$dir/a"
  sqlite3 "$dir/installed.db" "$schema" >"$dir/b"
  same "$system: what is printed is what is installed, SQLite" "$dir/a" "$dir/b"
  pg sql_printed -f "$dir/postgres2.sql" >"$dir/log" 2>&1
  pg sql_installed -c "SELECT interlock_install('$system')" >>"$dir/log" 2>&1
  pg sql_printed -c "$catalog" >"$dir/a"
  pg sql_installed -c "$catalog" >"$dir/b"
  same "$system: what is printed is what is installed, PostgreSQL" "$dir/a" "$dir/b"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
