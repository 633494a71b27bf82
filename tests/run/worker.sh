#!/bin/sh
# The background worker against clusters of its own: what it does, and what it must survive. One `ok` or `not ok` line a case and
# `N passed, N failed`. Waits by asking again and again, at most so long.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/interlock-worker.XXXXXX")
chmod 755 "$tmp"
IL_CLUSTER='' standby='' holder=''
finish() {
  [ -z "$holder" ] || kill "$holder" 2>/dev/null
  [ -z "$standby" ] || (cd / && as_server "$IL_BIN/pg_ctl" -D "$standby" -m immediate stop) >/dev/null 2>&1
  [ -z "$IL_CLUSTER" ] || tests/run/cluster.sh stop "$IL_CLUSTER"
  rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' INT TERM
as_server() {
  if [ "$(id -u)" -ne 0 ]; then "$@"; return; fi
  if id postgres >/dev/null 2>&1; then runuser -u postgres -- "$@"; else runuser -u nobody -- "$@"; fi
}
ok() { passed=$((passed + 1)); echo "ok - $1"; }
not_ok() { failed=$((failed + 1)); echo "not ok - $1"; echo "#   ${2:-}"; }
q() { # q <database> <sql>
  psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$1" -c "$2" 2>&1
}
# q, but whatever a crash of the server makes of it is only another answer
until_is() { # until_is <case> <database> <sql> <expected> [seconds]
  n=$((${5:-15} * 10))
  while :; do
    got=$(q "$2" "$3")
    [ "$got" = "$4" ] && { ok "$1"; return; }
    n=$((n - 1))
    [ "$n" -gt 0 ] || { not_ok "$1" "expected $4, got $got"; return; }
    sleep 0.1
  done
}
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected $3, got $2"; fi; }
workers="SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'interlock worker'"
said() { grep -c -- "$1" "$IL_CLUSTER/data/server.log"; }

IL_PG_CONF="shared_preload_libraries = 'interlock'
interlock.databases = 'one, \"we\"\"ird, Db\", missing'
interlock.tick_interval = 100ms
interlock.tick_timeout = 1s
max_prepared_transactions = 4"
export IL_PG_CONF
env=$(tests/run/cluster.sh start) || { echo "0 passed, 1 failed"; exit 1; }
eval "$env"
weird='we"ird, Db'
export PGOPTIONS='-c client_min_messages=warning'
q postgres "CREATE DATABASE one" >/dev/null
q postgres 'CREATE DATABASE "we""ird, Db"' >/dev/null
q postgres "CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN" >/dev/null

# ---- it ticks ---------------------------------------------------------------------------------

# A table of states that end by themselves, for role $2 in schema $3 of database $1.
task() {
  psql -X -q -v ON_ERROR_STOP=1 -d "$1" >"$tmp/task.log" 2>&1 <<SQL || { not_ok "set up $3" "$(cat "$tmp/task.log")"; }
CREATE SCHEMA IF NOT EXISTS $3 AUTHORIZATION $2;
SET ROLE $2;
SET search_path = $3, il;
CREATE TABLE task (id text PRIMARY KEY, state text NOT NULL DEFAULT 'open', since timestamptz NOT NULL DEFAULT now());
SELECT interlock_apply('{"interlock": 1, "name": "$3", "tables": {"task": {"machines": {"rule": "$3-1", "column": "state", "initial": "open", "states": {
  "open": {"to": ["late"], "after": {"1000": {"target": "late", "since": "since"}}}, "late": {"type": "final"}}}}}}', '$3');
SQL
}
late() { echo "INSERT INTO $1.task VALUES ('$2', 'open', now() - interval '1 hour')"; }

is "a worker for each database that there is" "$(q postgres "SELECT pg_reload_conf()")" t
until_is "two of them" postgres "$workers" 2
until_is "a database that is not there is said once" postgres "SELECT $(said 'database "missing" now: there is no such')" 1
for d in one "$weird"; do
  q "$d" 'CREATE SCHEMA il; CREATE EXTENSION interlock SCHEMA il; GRANT USAGE ON SCHEMA il TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA il TO PUBLIC; GRANT CREATE ON DATABASE '"$(q "$d" 'SELECT quote_ident(current_database())')"' TO ann, bob' >/dev/null
done
task one ann a
task one bob b
(psql -X -d one -c 'LISTEN interlock' -c "SELECT pg_sleep(0.1) FROM generate_series(1, 20)" -c 'SELECT 1' >"$tmp/listen" 2>&1; :) &
listener=$!
until_is "somebody listens" one "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'" 1
q one "$(late a 1)"
until_is "what is due is done" one "SELECT state FROM a.task" late
wait $listener
is "who listens is notified" "$(grep -c 'notification "interlock" with payload "1"' "$tmp/listen")" 1
until_is "the activity says what the worker did" one \
  "SELECT job, \"table\", done, error FROM il.interlock_activity() WHERE job = 'after'" "after|task|1|"
until_is "and that it ticks" one \
  "SELECT job, \"table\" IS NULL, last_run > now() - interval '5 s', done, error FROM il.interlock_activity() WHERE job = 'worker'" "worker|t|t|0|"
task "$weird" ann a
q "$weird" "$(late a 1)"
until_is "in a database with quotes and commas in its name" "$weird" "SELECT state FROM a.task" late
q "$weird" 'ALTER SCHEMA il RENAME TO "Il ""too"' >/dev/null
q "$weird" "$(late a 2)"
until_is "wherever the extension is, renamed or not" "$weird" "SELECT string_agg(state, ' ') FROM a.task" "late late"
is "a session says who it is" "$(q one "SELECT DISTINCT application_name, usename FROM pg_stat_activity WHERE backend_type = 'interlock worker'")" \
  "interlock worker|interlock"
is "between ticks it holds no snapshot" "$(q one "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'interlock%' AND state = 'idle' AND (backend_xmin IS NOT NULL OR xact_start IS NOT NULL)")" 0

# ---- whose code runs as whom --------------------------------------------------------------------

q one "CREATE TABLE a.who (what text, who text); ALTER TABLE a.who OWNER TO ann; GRANT ALL ON a.who TO PUBLIC" >/dev/null
q one "SET ROLE ann;
CREATE FUNCTION a.see() RETURNS trigger LANGUAGE plpgsql AS \$\$
DECLARE got text := 'no';
BEGIN
  BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN got := 'refused'; END;
  BEGIN EXECUTE 'SET SESSION AUTHORIZATION interlock'; got := 'session'; EXCEPTION WHEN OTHERS THEN NULL; END;
  SET search_path = a;
  SET work_mem = '77MB';
  PERFORM pg_advisory_lock(77);
  CREATE TEMP TABLE IF NOT EXISTS mine (x int);
  INSERT INTO a.who VALUES (TG_NAME || ' ' || got, current_user);
  RETURN NULL;
END\$\$;
CREATE TRIGGER see AFTER UPDATE ON a.task FOR EACH ROW EXECUTE FUNCTION a.see();
CREATE CONSTRAINT TRIGGER see_late AFTER UPDATE ON a.task DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a.see();" >/dev/null
q one "$(late a 2)"
until_is "triggers of a table run as its owner, deferred ones too" one \
  "SELECT string_agg(what || ' as ' || who, ', ' ORDER BY what) FROM a.who" "see refused as ann, see_late refused as ann"
until_is "what they leave in the session goes" one \
  "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') + (SELECT count(*) FROM pg_class WHERE relname = 'mine')" 0
q one "DROP TRIGGER see ON a.task; DROP TRIGGER see_late ON a.task" >/dev/null
q one "GRANT ALL ON SCHEMA a, b TO PUBLIC; GRANT ALL ON a.task, b.task TO PUBLIC; ALTER DATABASE one SET search_path = a, b, il, public" >/dev/null

# ---- what fails keeps nobody else waiting ---------------------------------------------------------

q one "CREATE FUNCTION b.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''b is broken''; END'; CREATE TRIGGER fail BEFORE UPDATE ON b.task FOR EACH ROW EXECUTE FUNCTION b.fail()" >/dev/null
q one "$(late b 1); $(late a 3)"
until_is "a table that fails: the others are done" one "SELECT state FROM a.task WHERE id = '3'" late
until_is "and it is noted" one "SELECT error FROM b.interlock_ticks" "b is broken"
q one "CREATE OR REPLACE FUNCTION b.fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1000); RETURN NEW; END'" >/dev/null
q one "$(late a 4)"
until_is "one that hangs: the others are done" one "SELECT state FROM a.task WHERE id = '4'" late
until_is "and its batch is undone after interlock.tick_timeout" one "SELECT error FROM b.interlock_ticks" \
  "canceling statement due to statement timeout"
q one "DROP TRIGGER fail ON b.task" >/dev/null
until_is "when it is mended it goes on" one "SELECT state FROM b.task WHERE id = '1'" late
(psql -X -q -d one -c "BEGIN; LOCK TABLE b.task IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)" >/dev/null 2>&1) &
holder=$!
until_is "somebody locks a table" one "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'b.task'::regclass AND granted" 1
q one "$(late a 5)"
until_is "a table that is locked: the others are done" one "SELECT state FROM a.task WHERE id = '5'" late
q one "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'b.task'::regclass" >/dev/null
wait $holder
holder=''
q one "BEGIN; $(late b 2); COMMIT" >/dev/null
q one "BEGIN; $(late a 6); $(late a 7); UPDATE a.task SET since = since WHERE id = '6'; PREPARE TRANSACTION 'p'" >/dev/null
q one "$(late a 8)"
until_is "rows of a prepared transaction wait for nobody but themselves" one "SELECT state FROM a.task WHERE id = '8'" late
q one "COMMIT PREPARED 'p'" >/dev/null
until_is "and are done when they can be" one "SELECT count(*) FROM a.task WHERE state = 'open'" 0
q one "SET interlock.mode = load; INSERT INTO b.task SELECT 'n' || g, 'open', now() - interval '1 h' FROM generate_series(1, 2500) g" >/dev/null
until_is "more than one tick takes" one "SELECT count(*) FROM b.task WHERE state = 'open'" 0

# ---- processes come and go --------------------------------------------------------------------------

pid() { q postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'interlock $1' AND datname IS NOT DISTINCT FROM $2"; }
was=$(pid worker "'one'")
q postgres "SELECT pg_terminate_backend($was)" >/dev/null
until_is "a worker that is terminated is replaced" postgres \
  "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'interlock worker' AND datname = 'one' AND pid <> $was" 1
q postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'interlock launcher'" >/dev/null
until_is "the launcher too, and its workers with it" postgres "$workers" 0
until_is "and there is one each again" postgres "$workers" 2
as_server kill -9 "$(pid worker "'one'")"
until_is "after a crash of the server there is one each again" postgres "$workers" 2 60
q one "$(late a 9)"
until_is "that tick" one "SELECT state FROM a.task WHERE id = '9'" late
(cd / && as_server "$IL_BIN/pg_ctl" -D "$IL_CLUSTER/data" -l "$IL_CLUSTER/data/server.log" -m fast -w -t 20 restart) >"$tmp/restart" 2>&1 ||
  not_ok "restart" "$(cat "$tmp/restart")"
until_is "after a restart too" postgres "$workers" 2
q one "$(late a 10)"
until_is "that ticks" one "SELECT state FROM a.task WHERE id = '10'" late
for bad in 0 -1 "'1 century'" 2147483648 "'25h'"; do
  case $(q postgres "ALTER SYSTEM SET interlock.tick_interval = $bad") in
  *ERROR*) ok "no interval of $bad" ;;
  *) not_ok "no interval of $bad" ;;
  esac
done
case $(q postgres "ALTER SYSTEM SET interlock.databases = 'a,,\"b'") in
*ERROR*) ok "no list that is none" ;;
*) not_ok "no list that is none" ;;
esac
reload() { q postgres "ALTER SYSTEM SET $1" >/dev/null; q postgres "SELECT pg_reload_conf()" >/dev/null; }
reload "interlock.databases = 'one'"
until_is "a database taken from the list is left" postgres "$workers" 1
reload "interlock.worker_role = 'bob'"
until_is "one role for all, when it is asked for" one \
  "SELECT usename FROM pg_stat_activity WHERE backend_type = 'interlock worker'" bob
q one "$(late b 3)"
until_is "that ticks" one "SELECT state FROM b.task WHERE id = '3'" late
reload "interlock.worker_role = 'nobody here'"
until_is "a role that is not there" postgres "$workers" 0
reload "interlock.worker_role = ''"
until_is "and back" one "SELECT usename FROM pg_stat_activity WHERE backend_type = 'interlock worker'" interlock

# ---- the extension comes and goes, the database too -----------------------------------------------------

q one "DROP SCHEMA a, b CASCADE; DROP EXTENSION interlock" >/dev/null
until_is "without the extension it does nothing" postgres "$workers" 1
q one "CREATE EXTENSION interlock SCHEMA il; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA il TO PUBLIC" >/dev/null
task one ann a
q one "$(late a 1)"
until_is "until it is back" one "SELECT state FROM a.task" late
q one "ALTER EXTENSION interlock UPDATE" >/dev/null
q one "ALTER TABLE a.task OWNER TO bob; ALTER SCHEMA a OWNER TO bob; ALTER TABLE a.interlock_ticks OWNER TO bob; $(late a 2)" >/dev/null
until_is "a table that has another owner now" one "SELECT count(*) FROM a.task WHERE state = 'late'" 2
before=$(said FATAL)
case $(q postgres "DROP DATABASE one") in
'') ok "the database can be dropped under it" ;;
*) not_ok "the database can be dropped under it" ;;
esac
until_is "then there is no worker" postgres "$workers" 0
reload "interlock.databases = 'one'"
reload "interlock.databases = 'one, two'"
until_is "and no error a second" postgres "SELECT $(said FATAL) - $before <= 1" t
q postgres "CREATE DATABASE one" >/dev/null
q postgres "SELECT pg_reload_conf()" >/dev/null
until_is "one that is made anew has a worker after a reload" postgres "$workers" 1
q one "CREATE SCHEMA il; CREATE EXTENSION interlock SCHEMA il; GRANT USAGE ON SCHEMA il TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA il TO PUBLIC" >/dev/null
task one ann a
case $(q postgres "CREATE DATABASE copy TEMPLATE one") in
'') ok "it can be copied" ;;
*) not_ok "it can be copied" ;;
esac
case $(q postgres "DROP DATABASE copy WITH (FORCE); DROP DATABASE IF EXISTS none WITH (FORCE)") in
*ERROR*) ok "two statements are one transaction" ;;
*) not_ok "two statements are one transaction" ;;
esac

# ---- idle, and ending ------------------------------------------------------------------------------------

reload "interlock.tick_interval = '1s'"
until_is "the worker is back" postgres "$workers" 1 30
one=$(pid worker "'one'")
switches() { awk '/^voluntary/ {print $2}' "/proc/$1/status"; }
if [ -r "/proc/$one/status" ]; then
  from=$(switches "$one")
  launcher=$(pid launcher NULL) still=$(switches "$(pid launcher NULL)")
  sleep 3
  woken=$(($(switches "$one") - from))
  if [ "$woken" -le 12 ]; then ok "idle, it wakes up once an interval"; else not_ok "idle, it wakes up once an interval" "$woken times in 3 s"; fi
  woken=$(($(switches "$launcher") - still))
  if [ "$woken" -le 3 ]; then ok "and the launcher hardly ever"; else not_ok "and the launcher hardly ever" "$woken times in 3 s"; fi
fi
q one "CREATE FUNCTION a.hang() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1000); RETURN NEW; END'; CREATE TRIGGER hang BEFORE UPDATE ON a.task FOR EACH ROW EXECUTE FUNCTION a.hang()" >/dev/null
reload "interlock.tick_timeout = '1h'"
until_is "the settings are read" postgres "SHOW interlock.tick_timeout" 1h
q one "$(late a 1)"
until_is "a worker hangs in a tick" postgres "SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'interlock worker'" PgSleep
begin=$(date +%s)
(cd / && as_server "$IL_BIN/pg_ctl" -D "$IL_CLUSTER/data" -m fast -w -t 20 stop) >"$tmp/stop" 2>&1
is "the server stops all the same" "$?" 0
[ $(($(date +%s) - begin)) -le 5 ] && ok "at once" || not_ok "at once" "$(($(date +%s) - begin)) s"

# ---- few processes ------------------------------------------------------------------------------------------

start() { # start <data directory> [options]
  (cd / && as_server "$IL_BIN/pg_ctl" -D "$1" -l "$1/server.log" -o "${2:-}" -w -t 30 start) >"$tmp/start" 2>&1 ||
    not_ok "start" "$(cat "$tmp/start")"
}
before=$(said 'max_worker_processes is too small')
start "$IL_CLUSTER/data" "-c max_worker_processes=2 -c interlock.databases=one"
q one "DROP TRIGGER hang ON a.task" >/dev/null
until_is "a server that starts too few processes says so" postgres "SELECT 1" 1
n=100
while [ "$(said 'max_worker_processes is too small')" -eq "$before" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.1; done
is "once" "$(($(said 'max_worker_processes is too small') - before))" 1
is "and any session can tick" "$(q one "SET ROLE ann; SELECT il.interlock_tick()")" 1
(cd / && as_server "$IL_BIN/pg_ctl" -D "$IL_CLUSTER/data" -m fast -w -t 20 stop) >/dev/null 2>&1
start "$IL_CLUSTER/data"
until_is "without a bound there is a worker again" postgres "$workers" 1

# ---- a standby ------------------------------------------------------------------------------------------------

basebackup=$(${PG_CONFIG:-pg_config} --bindir)/pg_basebackup
if [ -x "$basebackup" ]; then
  standby=$IL_CLUSTER/standby
  mkdir "$IL_CLUSTER/sock2"
  [ "$(id -u)" -ne 0 ] || chown "$(stat -c %U "$IL_CLUSTER/data")" "$IL_CLUSTER" "$IL_CLUSTER/sock2"
  (cd / && as_server "$basebackup" -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -D "$standby" -R -c fast) >"$tmp/backup" 2>&1 ||
    not_ok "base backup" "$(cat "$tmp/backup")"
  : >"$standby/server.log"
  [ "$(id -u)" -ne 0 ] || chown "$(stat -c %U "$IL_CLUSTER/data")" "$standby/server.log"
  start "$standby" "-c unix_socket_directories='$IL_CLUSTER/sock2' -c hot_standby=on"
  primary=$PGHOST
  PGHOST=$IL_CLUSTER/sock2
  until_is "a standby" postgres "SELECT pg_is_in_recovery()" t
  is "is idle" "$(q postgres "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'interlock%'")" 0
  q postgres "SELECT pg_promote()" >/dev/null
  until_is "and alive after its promotion" postgres "$workers" 1
  q one "$(late a promoted)"
  until_is "where it ticks" one "SELECT state FROM a.task WHERE id = 'promoted'" late
  PGHOST=$primary
  is "beside the worker of the other cluster" "$(q one "$workers")" 1
else
  echo "# no pg_basebackup: no standby"
fi

# ---- the clock jumps --------------------------------------------------------------------------------------------

(cd / && as_server "$IL_BIN/pg_ctl" -D "$IL_CLUSTER/data" -m fast -w -t 20 stop) >/dev/null 2>&1
clock() { echo "$1" >"$tmp/clock.new" && chmod 644 "$tmp/clock.new" && mv "$tmp/clock.new" "$tmp/clock"; }
clock 0
if ${CC:-gcc} -std=gnu11 -Wall -Wextra -Werror -O1 -shared -fPIC -o "$tmp/clock.so" tests/run/clock.c -ldl; then
  (cd / && as_server env LD_PRELOAD="$tmp/clock.so" INTERLOCK_CLOCK="$tmp/clock" "$IL_BIN/pg_ctl" \
    -D "$IL_CLUSTER/data" -l "$IL_CLUSTER/data/server.log" -o "-c interlock.tick_interval=100ms" -w -t 30 start) >"$tmp/start" 2>&1 ||
    not_ok "start under a clock of its own" "$(cat "$tmp/start")"
  ticked="SELECT last_run > now() - interval '5 s' AND last_run <= now() FROM il.interlock_activity() WHERE job = 'worker'"
  until_is "a server with a clock of its own" one "$ticked" t
  q one "INSERT INTO a.task VALUES ('soon', 'open', now() + interval '30 min'), ('later', 'open', now() + interval '5 h')" >/dev/null
  clock 7200
  until_is "the clock goes ahead: what became due is done" one "SELECT state FROM a.task WHERE id = 'soon'" late
  is "and nothing else" "$(q one "SELECT state FROM a.task WHERE id = 'later'")" open
  clock -86400
  until_is "it goes back: the worker ticks all the same" one "$ticked" t
  q one "$(late a 'before')"
  until_is "and does what is due now" one "SELECT state FROM a.task WHERE id = 'before'" late
  is "and nothing of what was done is undone" "$(q one "SELECT state FROM a.task WHERE id = 'soon'")" late
  is "or due" "$(q one "SELECT state FROM a.task WHERE id = 'later'")" open
  clock 0
  until_is "and forward again" one "$ticked" t
  is "with one worker" "$(q one "$workers")" 1
else
  not_ok "the clock jumps" "tests/run/clock.c does not compile"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
