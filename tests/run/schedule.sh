#!/bin/sh
# Schedules on both engines: a simulated year of spine's schedules against what schedule_year.py computes by itself, and eight
# workers who tick and claim at once, each with a clock a little off: every slot has one run, and each run one worker. Needs the
# cluster of IL_CLUSTER, or starts one. Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/interlock-schedule.XXXXXX")
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}
workers=8 rounds=${ROUNDS:-24} database=schedules_$$ own=
finish() {
  [ -z "$own" ] || tests/run/cluster.sh stop "$own"
  [ -n "$own" ] || psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1
  rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' INT TERM
if [ -z "${IL_CLUSTER:-}" ]; then
  env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
  eval "$env"
  own=$IL_CLUSTER
fi

same() { # same <case> <expected file> <got file>
  if [ -s "$2" ] && diff "$2" "$3" >"$tmp/diff" 2>&1; then
    passed=$((passed + 1)); echo "ok - $1"
  else
    failed=$((failed + 1)); echo "not ok - $1"; head -n 12 "$tmp/diff" | sed 's/^/#   /'
  fi
}
# Both play a script; what follows its line `end`, and all errors, are the output.
of_interest='/ERROR|Error|rror:/ {print} on {print} $0 == "end" {on = 1}'
sqlite() { # sqlite <database> <script> <output>
  { echo ".load $library"; echo ".timeout 60000"; cat "$2"; } | sqlite3 -batch "$1" 2>&1 | awk "$of_interest" >"$3"
}
postgres() { # postgres <schema> <script> <output>
  PGOPTIONS="-c search_path=$1,interlock -c client_min_messages=warning" psql -X -q -A -t -d "$database" -f "$2" 2>&1 |
    awk "$of_interest" >"$3"
}
psql -X -q -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE $database" &&
  psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'CREATE SCHEMA interlock' -c 'CREATE EXTENSION interlock SCHEMA interlock' \
    -c 'CREATE SCHEMA year' -c 'CREATE SCHEMA workers' || { echo "0 passed, 1 failed"; exit 1; }

# ---- a year -----------------------------------------------------------------------------------------------------------------

python3 tests/run/schedule_year.py "$tmp" || { echo "0 passed, 1 failed"; exit 1; }
cat >>"$tmp/year.sql" <<'SQL'
SELECT 'end';
SELECT schedule_id || '|' || instant_us(scheduled_at) || '|' || status || '|' || coalesce(skip_reason, '-') || '|' || coalesce(error, '-') || '|' ||
  coalesce(CAST(instant_us(started_at) AS TEXT), '-') FROM core_schedule_runs ORDER BY schedule_id, instant_us(scheduled_at);
SELECT id || '|' || coalesce(CAST(instant_us(next_run_at) AS TEXT), '-') FROM core_schedules ORDER BY id;
SELECT 'breach ' || rule || ' ' || key || ' ' || message FROM interlock_verify('spine');
SQL
sqlite :memory: "$tmp/year.sql" "$tmp/year.sqlite" &
postgres year "$tmp/year.sql" "$tmp/year.postgres"
wait
for engine in sqlite postgres; do
  same "$engine: a year, $(wc -l <"$tmp/year.expected") slots and schedules as computed beforehand" "$tmp/year.expected" "$tmp/year.$engine"
done

# ---- eight at once ----------------------------------------------------------------------------------------------------------

# The clock stands still for each round and goes on a minute with the next; summer time begins in Paris on the way.
begin=$(date -u -d '2026-03-29T00:40:00Z' +%s)
at() { date -u -d "@$1" "+%Y-%m-%dT%H:%M:%S.${2}Z"; }
plans() { # id, cron, seconds, zone, and every how many seconds from when on
  i=0
  while [ "$i" -lt 8 ]; do
    echo "minute$i|* * * * *||Europe/Paris|60|60"
    echo "even$i|*/2 * * * *||America/New_York|120|120"
    echo "odd$i|*/2 * * * *||Asia/Kathmandu|120|60"
    echo "every$i||60|UTC|60|60"
    echo "longer$i||90|UTC|90|90"
    i=$((i + 1))
  done
}
plans >"$tmp/plans"
{
  echo "SELECT interlock_set_clock('$(at "$begin" 000)');"
  cat <<'SQL'
CREATE TABLE plans (id TEXT NOT NULL PRIMARY KEY, cron TEXT, every_s INTEGER, zone TEXT, next_at TIMESTAMPTZ, why TEXT);
CREATE TABLE plan_runs (id TEXT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, slot TIMESTAMPTZ NOT NULL, state TEXT NOT NULL DEFAULT 'queued', error TEXT,
  worker TEXT, until TIMESTAMPTZ, token BIGINT NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, UNIQUE (plan, slot));
SELECT interlock_apply('{ "interlock": 1, "name": "clockwork", "tables": {
  "plans": { "schedule": { "rule": "C-01", "cron": "cron", "interval": "every_s", "zone": "zone", "next": "next_at", "error": "why", "grace": 86400,
    "runs": { "table": "plan_runs", "schedule": "plan", "at": "slot", "status": "state", "error": "error", "attempts": "tries",
      "pending": "queued", "running": "running", "skipped": "skipped", "missed": "missed", "failed": "failed", "completed": "done" } } },
  "plan_runs": {
    "machines": { "rule": "C-02", "column": "state", "initial": ["queued", "skipped", "missed"], "states": { "queued": { "to": ["running", "missed"] },
      "running": { "to": ["done", "failed", "queued"] }, "failed": { "type": "final" }, "done": { "type": "final" }, "skipped": { "type": "final" }, "missed": { "type": "final" } } },
    "queue": { "rule": "C-03", "ready": ["queued"], "claimed": "running", "worker": "worker", "until": "until", "token": "token", "attempts": "tries", "lease_seconds": 86400, "order": ["slot"] } } } }');
SQL
  awk -F'|' -v q="'" '{ printf "INSERT INTO plans (id, cron, every_s, zone) VALUES (%s, %s, %s, %s);\n", q $1 q, $2 ? q $2 q : "NULL", $3 ? $3 : "NULL", q $4 q }' "$tmp/plans"
} >"$tmp/setup.sql"
awk -F'|' -v begin="$begin" -v rounds="$rounds" '{ for (t = $6; t <= rounds * 60; t += $5) print $1 "|" (begin + t) "000000|done|1|1" }' "$tmp/plans" | sort >"$tmp/slots.expected"
awk -F'|' -v q="'" '{ print "claimed " $1 " " $2 }' "$tmp/slots.expected" | sort >"$tmp/claims.expected"

# In PostgreSQL a tick leaves what another session is planning to that one; a worker who goes on before it has committed would find
# two slots due at the next round, and the older one coalesced. So it ticks until nothing is due by its own clock.
cat >"$tmp/catch_up.sql" <<'SQL'
CREATE PROCEDURE catch_up() LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    PERFORM schedule_tick('plans');
    COMMIT;
    EXIT WHEN NOT EXISTS (SELECT FROM plans WHERE next_at <= interlock_now());
  END LOOP;
END $$;
SQL
work() { # work <engine> <worker>: its script
  n=1
  echo "SELECT 'end';"
  while [ "$n" -le $((rounds + 8)) ]; do
    [ "$n" -gt "$rounds" ] || echo "SELECT interlock_set_clock('$(at $((begin + n * 60)) "${2}90")') IS NULL;"
    case $1$(($2 % 2)) in
    postgres*) echo "CALL catch_up();" ;;
    sqlite0) echo "SELECT interlock_tick() < 0;" ;;
    sqlite1) echo "BEGIN IMMEDIATE; SELECT count(*) < 0 FROM schedule_tick('plans'); COMMIT;" ;;
    esac
    [ "$1" = postgres ] || echo "BEGIN IMMEDIATE;"
    echo "SELECT 'claimed ' || r.plan || ' ' || instant_us(r.slot) FROM queue_claim('plan_runs', 'w$2', 20) AS c JOIN plan_runs AS r ON r.id = c.key;"
    [ "$1" = postgres ] || echo "COMMIT; BEGIN IMMEDIATE;"
    echo "WITH mine AS MATERIALIZED (SELECT id, token FROM plan_runs WHERE worker = 'w$2' AND state = 'running')
      SELECT 'not done: ' || id FROM mine WHERE queue_finish('plan_runs', id, token, 'done') IS NULL;"
    [ "$1" = postgres ] || echo "COMMIT;"
    n=$((n + 1))
  done
}
cat >"$tmp/after.sql" <<'SQL'
SELECT 'end';
SELECT plan || '|' || instant_us(slot) || '|' || state || '|' || tries || '|' || token FROM plan_runs ORDER BY 1;
SELECT 'error: ' || id || ': ' || why FROM plans WHERE why IS NOT NULL;
SQL
eight() { # eight <engine> <database or schema>
  { [ "$1" = postgres ] || echo "PRAGMA journal_mode = wal;"; cat "$tmp/setup.sql"; [ "$1" = sqlite ] || cat "$tmp/catch_up.sql"; } >"$tmp/setup.$1.sql"
  "$1" "$2" "$tmp/setup.$1.sql" "$tmp/setup.$1"
  pids=
  w=0
  while [ "$w" -lt "$workers" ]; do
    { [ "$1" = postgres ] || echo "PRAGMA synchronous = normal;"; work "$1" "$w"; } >"$tmp/work.$1.$w.sql"
    w=$((w + 1))
  done
  w=0
  while [ "$w" -lt "$workers" ]; do
    "$1" "$2" "$tmp/work.$1.$w.sql" "$tmp/worked.$1.$w" &
    pids="$pids $!"
    w=$((w + 1))
  done
  # shellcheck disable=SC2086
  wait $pids
  "$1" "$2" "$tmp/after.sql" "$tmp/after.$1"
  sort -o "$tmp/after.$1" "$tmp/after.$1"
  cat "$tmp/setup.$1" "$tmp/worked.$1."* | grep -vE '^[0f]?$' | sort >"$tmp/claims.$1"
}
eight sqlite "$tmp/eight.db" &
sqlite_pid=$!
eight postgres workers
wait "$sqlite_pid"
for engine in sqlite postgres; do
  same "$engine: $workers workers tick at once, $(wc -l <"$tmp/slots.expected") slots have one run each, done once" "$tmp/slots.expected" "$tmp/after.$engine"
  same "$engine: $workers workers claim at once, each run is one worker's" "$tmp/claims.expected" "$tmp/claims.$engine"
  echo "# $engine: shares of the workers: $(for w in 0 1 2 3 4 5 6 7; do grep -c '^claimed' "$tmp/worked.$engine.$w"; done | tr '\n' ' ')"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
