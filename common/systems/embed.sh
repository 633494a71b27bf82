#!/bin/sh
# Writes build/systems.c to standard output from sql/<system>/: system.json, NNN_name.sql, rules.json, tiers/<tier>.json.
# The same files give the same bytes. Anything missing or out of order is an error, so that a system is never half there.
#   sh common/systems/embed.sh sql > build/systems.c
set -eu
LC_ALL=C
export LC_ALL
root=${1:?usage: embed.sh <folder with one folder for each system>}

fail() { echo "embed.sh: $*" >&2; exit 1; }

# member <file> <name>: a top-level string (without escapes) or number of a flat JSON object.
member() {
  tr '\n' ' ' <"$1" | sed -n -e 's/.*"'"$2"'"[[:space:]]*:[[:space:]]*"\([^"\\]*\)".*/\1/p' -e t \
    -e 's/.*"'"$2"'"[[:space:]]*:[[:space:]]*\([0-9][0-9]*\).*/\1/p'
}

# levels <file>: the strings of the list "levels", in order.
levels() {
  tr '\n' ' ' <"$1" | sed -n 's/.*"levels"[[:space:]]*:[[:space:]]*\[\([^]]*\)\].*/\1/p' | tr -d '" ' | tr ',' ' '
}

# quoted: standard input as C string literals, a line each; nothing gives "".
quoted() {
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/^/     "/' -e 's/$/\\n"/' |
    awk '{print} END {if (!NR) print "     \"\""}'
}

# half up|down <file>: what is before or after the line "-- revert".
half() {
  awk -v want="$1" '/^-- revert[ \t]*$/ {down = 1; next} (want == "down") == (down + 0) {print}' "$2"
}

# sections <file with a half> <C name> <level…>: one C array, an element for each line "-- tier <level>" and what is before the first.
sections() {
  half=$1 array=$2
  shift 2
  tiers=$(sed -n 's/^-- tier[ \t][ \t]*\([^ \t]*\)[ \t]*$/\1/p' "$half")
  echo "static const il_section $array[] = {"
  part=0
  for tier in - $tiers; do
    level=0 found=
    for l in "$@"; do
      [ "$l" != "$tier" ] || found=$level
      level=$((level + 1))
    done
    [ "$tier" != - ] || found=0
    [ -n "$found" ] || fail "$array: no level \"$tier\" in system.json"
    echo "    {$found,"
    awk -v want="$part" '/^-- tier[ \t]/ {part++} part + 0 == want + 0 {print}' "$half" | quoted
    echo "    },"
    part=$((part + 1))
  done
  echo "    {0, 0}};"
}

migrations() { # migrations <system folder> <C name>
  next= rows=
  all=$(levels "$1/system.json")
  for file in "$1"/[0-9]*.sql; do
    [ -f "$file" ] || fail "$1 has no migration"
    base=$(basename "$file" .sql)
    digits=${base%%_*}
    number=$(expr "$digits" + 0) || fail "$file: no number"
    [ "$number" -eq "${next:-$number}" ] || fail "$file: number $next expected"
    next=$((number + 1))
    for which in up down; do
      half $which "$file" >"$scratch"
      # shellcheck disable=SC2086
      sections "$scratch" "${which}_$2_$number" $all
    done
    rows="$rows    {$number, \"${base#*_}\", up_$2_$number, down_$2_$number},
"
  done
  echo "static const il_migration migrations_$2[] = {"
  printf '%s};\n' "$rows"
  echo "static const char *const levels_$2[] = {"
  for l in $all; do echo "    \"$l\","; done
  echo "    0};"
}

tiers() { # tiers <system folder> <C name>
  echo "static const il_tier tiers_$2[] = {"
  for file in "$1"/tiers/*.json; do
    [ -f "$file" ] || continue
    echo "    {\"$(basename "$file" .json)\","
    quoted <"$file"
    echo "    },"
  done
  echo "    {0, 0}};"
}

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT

# Checked first: inside a pipe a failure would be lost.
for folder in "$root"/*/; do
  [ -f "$folder/system.json" ] || continue
  name=$(member "$folder/system.json" name)
  [ "$name" = "$(basename "$folder")" ] || fail "$folder/system.json: name \"$name\" is not its folder's"
  case $name in *[!a-z0-9_]* | [0-9]*) fail "$name: a name is a-z, 0-9 and _" ;; esac
  [ -f "$folder/rules.json" ] || fail "$folder has no rules.json"
  ! cat "$folder"*.sql "$folder"*.json | grep -q "$(printf '\r')" || fail "$folder: carriage return"
done

# The systems: "<order> <name>", sorted.
list=$(for folder in "$root"/*/; do
  [ -f "$folder/system.json" ] || continue
  order=$(member "$folder/system.json" order)
  echo "${order:-1000} $(basename "$folder")"
done | sort -k1,1n -k2,2)

echo "/* Written by common/systems/embed.sh from sql/. Do not edit. */"
echo '#include "systems/systems.h"'
echo "$list" | while read -r order name; do
  [ -n "$name" ] || continue
  migrations "$root/$name" "$name"
  tiers "$root/$name" "$name"
  echo "static const char rules_$name[] ="
  quoted <"$root/$name/rules.json"
  echo "    ;"
done
echo "const il_system il_systems[] = {"
count=0
for name in $(echo "$list" | cut -d' ' -f2); do
  count=$((count + 1))
  title=$(member "$root/$name/system.json" title)
  ntiers=0
  for file in "$root/$name"/tiers/*.json; do [ -f "$file" ] && ntiers=$((ntiers + 1)); done
  echo "    {\"$name\", \"$title\", (int)(sizeof migrations_$name / sizeof *migrations_$name),"
  nlevels=$(levels "$root/$name/system.json" | wc -w)
  echo "     migrations_$name, rules_$name, $ntiers, tiers_$name, $((nlevels)), levels_$name},"
done
echo "    {0, 0, 0, 0, 0, 0, 0, 0, 0}};"
echo "const int il_system_count = $count;"
