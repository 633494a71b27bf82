#!/bin/sh
# What a tick costs with few and with many schedules, of which one in a hundred is due (of ten: one), and one when nothing is due:
# spine's tables, which have every rule there is. Called by bench/run.sh, which has started the cluster.
#   SCHEDULES="10 1000 100000"   how many there are            TICKS=9   how many ticks the median is of
#   ANALYZE=                     PostgreSQL without statistics  HISTORY=0   runs that each schedule has behind it
set -eu
ticks=${TICKS:-9} analyze=${ANALYZE-ANALYZE} history=${HISTORY:-0}
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
out=build/bench/schedule
mkdir -p "$out"
begin=$(date -u -d '2026-01-05T00:00:00Z' +%s)
at() { date -u -d "@$((begin + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }

# Schedules in groups, one of which is due every minute. Between two ticks what was planned is run and finished, untimed.
script() { # script <engine> <schedules>
  groups=100
  [ "$2" -ge 100 ] || groups=10
  timing() { if [ "$1" = sqlite ]; then echo ".timer $2"; else printf '\\timing %s\n' "$2"; fi; }
  if [ "$1" = sqlite ]; then echo ".load $library"; else echo "CREATE EXTENSION interlock;"; fi
  echo "SELECT interlock_set_clock('$(at 0)');"
  echo "SELECT interlock_install('spine');"
  g=0
  while [ "$g" -lt "$groups" ]; do
    echo "SELECT interlock_set_clock('$(at "$g")');"
    echo "INSERT INTO core_schedules (id, name, target_name, schedule_type, interval_seconds, misfire_grace_seconds)
      WITH RECURSIVE n (i) AS (SELECT $g UNION ALL SELECT i + $groups FROM n WHERE i + $groups < $2) SELECT 's' || i, 's' || i, 'w', 'interval', $((groups * 60)), 86400 FROM n;"
    g=$((g + 1))
  done
  if [ "$history" -gt 0 ]; then
    moment="to_timestamp(1700000000 + i * 60)"
    [ "$1" = postgres ] || moment="strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i * 60, 'unixepoch')"
    echo "SELECT interlock_set_mode('load');"
    echo "INSERT INTO core_schedule_runs (id, schedule_id, schedule_name, scheduled_at, status, started_at, completed_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $history) SELECT s.id || '-' || i, s.id, s.name, $moment, 'COMPLETED', $moment, $moment FROM core_schedules s, n;"
    echo "SELECT interlock_set_mode('enforce');"
  fi
  [ "$1" = sqlite ] || echo "VACUUM $analyze core_schedules, core_schedule_runs;"
  t=0
  while [ "$t" -lt "$((ticks + 3))" ]; do
    echo "SELECT interlock_set_clock('$(at $((groups + t)))');"
    for what in due idle; do
      if [ "$1" = sqlite ]; then echo ".print $what"; else printf '\\echo %s\n' "$what"; fi
      timing "$1" on
      echo "SELECT 'planned', count(*) FROM schedule_tick('core_schedules', 1000000);"
      timing "$1" off
      if [ "$what" = due ]; then
        echo "UPDATE core_schedule_runs SET status = 'RUNNING' WHERE status = 'PENDING';"
        echo "UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE status = 'RUNNING';"
      fi
    done
    t=$((t + 1))
  done
}

# Median of what the ticks took (ms), after the first three; the counts must be those that are due.
report() { # report <schedules> <file with "due|idle planned milliseconds">
  due=$(($1 >= 100 ? $1 / 100 : 1))
  awk -v due="$due" '$2 != ($1 == "due" ? due : 0) {print "planned " $2 " of " due > "/dev/stderr"; exit 1}' "$2"
  for what in due idle; do
    awk -v what="$what" '$1 == what && ++n > 3 {print $3}' "$2" | sort -n | awk '{ms[NR] = $1} END {print ms[int((NR + 1) / 2)]}'
  done | paste -s -d ' ' | awk -v n="$1" -v due="$due" '{ printf "%8d schedules, %5d due: %9.3f ms a tick, %6.0f ticks/s, %5.0f us a due schedule; nothing due: %7.3f ms, %6.0f ticks/s\n",
    n, due, $1, 1000 / $1, $1 * 1000 / due, $2, 1000 / $2 }'
}

echo "SQLite, in memory, CPU time, median of $ticks:"
for n in ${SCHEDULES:-10 1000 100000}; do
  script sqlite "$n" | sqlite3 -batch :memory: >"$out/sqlite.out"
  awk -F'[| ]' '/^(due|idle)$/ {what = $0} /^planned/ {k = $2} /^Run Time/ {print what, k, ($6 + $8) * 1000}' "$out/sqlite.out" >"$out/sqlite.$n"
  report "$n" "$out/sqlite.$n"
done
echo "PostgreSQL, fsync off, wall time, median of $ticks:"
for n in ${SCHEDULES:-10 1000 100000}; do
  psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS schedule_bench' -c 'CREATE DATABASE schedule_bench' 2>/dev/null
  script postgres "$n" | psql -X -q -A -t -v ON_ERROR_STOP=1 -d schedule_bench >"$out/postgres.out"
  awk -F'[| ]' '/^(due|idle)$/ {what = $0} /^planned/ {k = $2} /^Time/ {print what, k, $2}' "$out/postgres.out" >"$out/postgres.$n"
  report "$n" "$out/postgres.$n"
done
