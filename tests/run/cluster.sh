#!/bin/sh
# A throwaway PostgreSQL cluster with the built extension, for tests and the demo. Nothing is written outside one
# temporary directory: PostgreSQL finds its files relative to its own binary, so a copy of the binaries beside links to the
# rest is a complete installation, into which build/pg is put.
#
#   eval "$(tests/run/cluster.sh start)"      sets and exports PGHOST PGPORT PGUSER PGDATABASE IL_CLUSTER IL_BIN
#   tests/run/cluster.sh stop "$IL_CLUSTER"   ends the server and removes the directory
#
# PG_CONFIG   which PostgreSQL (default: pg_config)          IL_PG_BUILD    the built extension (default: build/pg)
# IL_PG_CONF  further postgresql.conf lines                  IL_CLUSTER_DIR where (default: a new directory in $TMPDIR or /tmp)
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)

# The server refuses to run as root: then it runs as postgres, or as nobody where there is no such user.
as_server() {
  if [ "$(id -u)" -ne 0 ]; then "$@"; return; fi
  runuser -u "$(server_user)" -- "$@"
}
server_user() {
  if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Links everything of directory $1 into $2, but keeps the subdirectory $3 a real one.
link_tree() {
  mkdir -p "$2"
  for f in "$1"/*; do
    [ "${f##*/}" = "${3:-}" ] || ln -s "$f" "$2/${f##*/}"
  done
}

# A relocated installation in $1: prints its bin directory.
relocate() {
  config=${PG_CONFIG:-pg_config}
  bin=$($config --bindir); share=$($config --sharedir); lib=$($config --pkglibdir)
  build=${IL_PG_BUILD:-$here/build/pg}
  mkdir -p "$1$bin"
  cp "$bin/postgres" "$bin/initdb" "$bin/pg_ctl" "$1$bin/"
  link_tree "$lib" "$1$lib"
  link_tree "$share" "$1$share" extension
  link_tree "$share/extension" "$1$share/extension"
  rm -f "$1$lib/interlock.so" "$1$share"/extension/interlock*
  cp "$build"/*.so "$1$lib/"
  cp "$build"/*.control "$build"/*--*.sql "$1$share/extension/"
  echo "$1$bin"
}

# Everything of a cluster in $1, except that its server must not come up within the bound.
start() {
  dir=${IL_CLUSTER_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/interlock-pg.XXXXXX")}
  mkdir -p "$dir/data" "$dir/sock"
  bin=$(relocate "$dir/root")
  chmod 755 "$dir"
  chmod -R a+rX "$dir/root"
  [ "$(id -u)" -ne 0 ] || chown -R "$(server_user)" "$dir/data" "$dir/sock"
  log=$dir/data/server.log
  (cd "$dir" && as_server "$bin/initdb" -D "$dir/data" -U interlock -A trust -E UTF8 --locale=C.UTF-8 -N) \
    >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
  {
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '$dir/sock'"
    echo "fsync = off"
    echo "synchronous_commit = off"
    echo "full_page_writes = off"
    echo "max_connections = 64"
    echo "max_prepared_transactions = 8"
    echo "shared_buffers = 64MB"
    echo "timezone = 'UTC'"
    echo "log_timezone = 'UTC'"
    echo "autovacuum = off"
    printf '%s\n' "${IL_PG_CONF:-}"
  } >>"$dir/data/postgresql.conf"
  (cd "$dir" && as_server "$bin/pg_ctl" -D "$dir/data" -l "$log" -w -t 60 start) >"$dir/start.log" 2>&1 ||
    { cat "$dir/start.log" "$log" >&2; exit 1; }
  echo "PGHOST='$dir/sock'; PGPORT=5432; PGUSER=interlock; PGDATABASE=postgres; IL_CLUSTER='$dir'; IL_BIN='$bin'"
  echo "export PGHOST PGPORT PGUSER PGDATABASE IL_CLUSTER IL_BIN"
}

stop() {
  dir=$1
  case $dir in ''|/) exit 0 ;; esac
  bin=$(echo "$dir"/root/usr/lib/postgresql/*/bin)
  [ -x "$bin/pg_ctl" ] || bin=$(dirname "$(find "$dir/root" -name pg_ctl -type f | head -n 1)")
  (cd / && as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop) >/dev/null 2>&1 || true
  rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop "${2:-${IL_CLUSTER:?no cluster named}}" ;;
*) echo "usage: cluster.sh start | stop DIRECTORY" >&2; exit 2 ;;
esac
