#!/bin/sh
# Every rule has an accepted and a refused case in the expected outputs of the conformance scripts, and every mark tells the truth.
#
# A mark is a comment directly before a statement of a script, and so of its expected output:
#   -- rule T-03 accept              the statement must be accepted
#   -- rule T-03 refuse              it must be refused by T-03, or by the engine itself ("refused: unique Runs")
#   -- rule T-06 refuse as T-05      it must be refused under that other id, or with "as error" by an error of a function
#   -- rule X-15 reports             it must give at least one row (verify)
# The ids of the systems come from interlock_rules() of an installed system in each of its tiers; the cross-cutting ones are below.
# A mark of a cross-cutting rule (X-…) accepts a refusal by any rule. Prints `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.."
library=${IL_SQLITE:-$(pwd)/build/sqlite/interlock}

# Cross-cutting rules that touch the systems there are; "+" needs an accepted case only.
cross="X-01 X-02 X-03 X-04 X-05 X-08 X-09+ X-10 X-11 X-14 X-15 X-16+ X-18 X-19 X-20 X-21 X-22"

ids=$(for folder in sql/*/; do
  system=$(basename "$folder")
  tiers=default
  for t in sql/"$system"/tiers/*.json; do [ -f "$t" ] && tiers="$tiers $(basename "$t" .json)"; done
  for tier in $tiers; do
    sqlite3 -batch :memory: ".load $library" "SELECT interlock_install('$system', NULL, '$tier')" \
      "SELECT DISTINCT rule FROM interlock_rules()" || echo "FAILED-$system-$tier"
  done
done | grep -E '^[A-Z]' | grep -v '^X-' | sort -u)

awk -v ids="$(echo "$ids" | tr '\n' ' ') $cross" '
  function judge(result,   i, part, id, want, as, ok) {
    for (i = 1; i <= nmarks; i++) {
      split(marks[i], part, " ")
      id = part[1]; want = part[2]; as = part[3] == "as" ? part[4] : id
      if (want == "accept") ok = result !~ /^(refused|conflict|error)/
      else if (want == "reports") ok = result !~ /^(refused|conflict|error|no rows)/
      else if (want == "refuse" && as == "error") ok = result ~ /^error: /
      else if (want == "refuse" && id ~ /^X-/ && as == id) ok = result ~ /^(refused|conflict)/
      else if (want == "refuse") ok = result ~ /^refused: / || index(result, "refused " as ":") == 1 || index(result, "conflict " as ":") == 1
      else ok = 0
      if (ok) { seen[id, want == "reports" ? "refuse" : want]++; good++ }
      else { bad++; print "not ok - " FILENAME ": rule " marks[i] ": " result }
    }
    nmarks = 0; state = ""
  }
  FNR == 1 { if (nmarks) judge("nothing follows"); nmarks = 0; state = "" }
  state == "result" { judge($0) }
  /^-- rule / && state == "" { marks[++nmarks] = substr($0, 9); next }
  nmarks && state == "" { state = "statement" }
  state == "statement" && /;$/ { state = "result" }
  END {
    n = split(ids, id, " ")
    for (i = 1; i <= n; i++) {
      only = sub(/\+$/, "", id[i])
      if (id[i] ~ /^FAILED/) { bad++; print "not ok - " id[i]; continue }
      if (seen[id[i], "accept"]) good++; else { bad++; print "not ok - " id[i] " has no accepted case" }
      if (only) continue
      if (seen[id[i], "refuse"]) good++; else { bad++; print "not ok - " id[i] " has no refused case" }
    }
    if (n < 25) { bad++; print "not ok - only " n " rules found" }
    print good + 0 " passed, " bad + 0 " failed"
    exit bad > 0
  }' tests/conformance/*.out tests/conformance/*/*.out
