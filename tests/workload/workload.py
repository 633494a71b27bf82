#!/usr/bin/env python3
"""A seeded random workload of legal and illegal statements, and a small model that judges what became of them.

  workload.py make SYSTEM SEED SCRIPT      writes a script for tests/run/play.pl
  workload.py judge SYSTEM SCRIPT STORY    reads what play.pl made of it; `not ok` lines, then `N statements, N accepted`
  workload.py compare STORY STORY          the two engines' stories beside each other
  workload.py writer SYSTEM SEED SCRIPT    as make, for one of several concurrent writers
  workload.py plant SYSTEM SCRIPT STORY    breaks a rule in a story, to show that the model sees it
  workload.py covered SYSTEM SCRIPT…       do the scripts together write every table?
  workload.py ending SYSTEM SCRIPT         asks for what is stored, and what the program says of it
  workload.py ended SCRIPT STORY STORY…    judges the answer, and the stories of the writers

Statements come from the conformance scripts of the system, so that whatever a case shows is in the workload too. They are
taken out of order, left out, repeated, and their values exchanged for others: of another row, of another column, none, too
long, below zero. Each episode has ids of its own. After a statement the whole table that it names is read; the model holds
what changed in it against the rulebook as a reader would: no code of the program is behind it."""
import json
import os
import random
import re
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w.'\"$-])-?\d+(?:\.\d+)?(?![\w.'\"])|\bNULL\b")
INSTANT = re.compile(r"'\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
UUID = re.compile(r"'[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'")
GENERATED = re.compile(r"(?!00000000-)\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
WRITE = re.compile(r"(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(\"[^\"]+\"|\w+)", re.I)
# The numbers that a database chooses differ, and so do votes that come in one statement (docs/limits.md).
LEFT_OUT = re.compile(r"interlock_install|\"Id\"|\bid = \d|INSERT INTO votes .*\), \(|interlock_doctor")
SKIPPED = re.compile(r"@guards|interlock_set_mode|interlock_apply|interlock_remove|interlock_revert|interlock_uninstall|"
                     r"CREATE |ALTER |DROP |interlock_set_clock\(NULL\)|^[.\\]", re.M)


def rulebook(system):
    with open(f"{HERE}/sql/{system}/rules.json", encoding="utf-8") as f:
        return json.load(f)


def each(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def statements(text):
    """The statements of a script, each on one line."""
    text = "\n".join(line for line in text.split("\n") if not line.startswith("--"))
    out, begin, quoted = [], 0, ""
    for i, c in enumerate(text):
        if quoted:
            quoted = "" if c == quoted else quoted
        elif c in "'\"":
            quoted = c
        elif c == ";":
            out.append(" ".join(text[begin:i].split("\n")).strip())
            begin = i + 1
    return out


def topics(system):
    """The stories about a system that keep its rules and its guards as they are, by name."""
    found = {}
    folder = f"{HERE}/tests/conformance"
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".sql"):
            continue
        with open(f"{folder}/{name}", encoding="utf-8") as f:
            text = f.read()
        installs = set(re.findall(r"interlock_install\('(\w+)'", text))
        if installs != {system} or SKIPPED.search(text):
            continue
        found[name[:-4]] = [s for s in statements(text) if not LEFT_OUT.search(s)]
    return found


def names(book, story):
    """The literals of a story that stand for key columns: each episode gets its own of them."""
    keys = {t: each(spec.get("key")) for t, spec in book["tables"].items()}
    found = set()
    for s in story:
        m = re.match(r"INSERT INTO (\"[^\"]+\"|\w+) *\(([^)]*)\) *VALUES *\((.*)\)", s, re.I)
        if not m:
            continue
        columns = [c.strip().strip('"') for c in m.group(2).split(",")]
        values = LITERAL.findall(m.group(3))
        if len(columns) == len(values):
            found |= {v for c, v in zip(columns, values)
                      if c in keys.get(m.group(1).strip('"'), []) and v.startswith("'") and not INSTANT.match(v)}
    return found


def renamed(literal, episode):
    if UUID.fullmatch(literal):
        return literal[:-5] + f"{(int(literal[-5:-1], 16) + 257 * episode) % 65536:04x}'"
    return f"{literal[:-1]}-{episode}'" if literal != "''" else literal


def mutated(rng, statement, pool):
    """The statement with one of its values exchanged; in conditions only for another of the same kind."""
    where = re.search(r"\bWHERE\b", statement, re.I)
    asks = statement.startswith("SELECT")
    if asks and len(re.findall(r"\b(?:lease|queue|heartbeat|fsm|dedup|retry|throttle)_\w+\(", statement)) > 1:
        return statement # SQLite does not undo the first call of a SELECT when the second fails
    places = [m for m in LITERAL.finditer(statement) if not INSTANT.match(m.group()) and m.group() != "NULL" and
              (not asks or m.group().startswith("'"))]
    if not places:
        return statement
    m = rng.choice(places)
    old, condition = m.group(), asks or where and m.start() > where.start()
    if old.startswith("'"):
        same = [p for p in pool if p.startswith("'") and bool(UUID.fullmatch(p)) == bool(UUID.fullmatch(old))]
        new = rng.choice(same or [old]) if condition or rng.random() < 0.6 else rng.choice(["NULL", "''", "' '", "'" + "x" * 300 + "'", "'é'"])
    elif condition:
        new = rng.choice(["0", "1", "2", "5"])
    else:
        new = rng.choice(["NULL", "0", "-1", "1", "2", "7", "100", "1000000"])
    return statement[:m.start()] + new + statement[m.end():]


def work(system, rng, episodes):
    """Statements of several episodes, shuffled a little and changed a little."""
    book, stories = rulebook(system), topics(system)
    pool = sorted({l for s in stories.values() for t in s for l in LITERAL.findall(t) if len(l) < 80 and not INSTANT.match(l)
                   and l not in ("'t'", "'f'")}) # play.pl takes these for truth
    out, order = [], sorted(stories)
    rng.shuffle(order)
    for episode in range(1, episodes + 1):
        story = list(stories[order[episode % len(order)]])
        ids = names(book, story)
        story = [LITERAL.sub(lambda m: renamed(m.group(), episode) if m.group() in ids else m.group(), s) for s in story]
        for i in range(len(story) - 1):
            if rng.random() < 0.06:
                j = rng.randrange(len(story))
                story[i], story[j] = story[j], story[i]
        for s in story:
            chance = rng.random()
            if chance < 0.05 or s.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
                continue
            out.append(mutated(rng, s, pool) if chance < 0.3 and not re.search("set_clock|set_actor", s) else s)
            if chance > 0.95:
                out.append(s)
    return out


def ordered(table, book):
    return ", ".join(f'"{c}"' for c in each(book["tables"][table].get("key"))) or "1"


def ending(system, book):
    """Everything that is stored, and what the program says of it."""
    out = [f'SELECT * FROM "{t}" ORDER BY {ordered(t, book)}' for t in book["tables"]]
    out.append(f"SELECT rule, \"table\", key, message FROM interlock_verify('{system}') ORDER BY 1, 2, 3, 4")
    out.append('SELECT "table", problem FROM interlock_doctor() ORDER BY 1, 2')
    return out


def make(system, seed, path):
    rng, book = random.Random(f"{system} {seed}"), rulebook(system)
    out = [f"SELECT interlock_set_clock('2026-01-05T09:00:00Z')", f"SELECT interlock_install('{system}')"]
    for s in work(system, rng, 8):
        out.append(s)
        m = WRITE.match(s)
        table = m and m.group(1).strip('"')
        if table in book["tables"]:
            out.append(f'SELECT * FROM "{table}" ORDER BY {ordered(table, book)}')
    with open(path, "w", encoding="utf-8") as f:
        f.write(";\n".join(out + ending(system, book)) + ";\n")


def writer(system, seed, path):
    """No clock of its own: several writers share the real one. Reads are left out, functions are not."""
    rng = random.Random(f"{system} {seed} writer")
    out = [s for s in work(system, rng, 4) if "set_clock" not in s and not re.match(r"SELECT (?!.*\b(?:fsm_transition|queue_|"
           r"lease_|heartbeat|dedup_|throttle_|retry_|interlock_tick|expire_|cache_|quorum_|budget_|idempotency_|schedule_tick))", s)]
    with open(path, "w", encoding="utf-8") as f:
        f.write(";\n".join(out) + ";\n")


def covered(system, *paths):
    left = set(columns_of(system))
    tables = len(left)
    for path in paths:
        with open(path, encoding="utf-8") as f:
            left -= {m.group(1).strip('"') for m in map(WRITE.match, f.read().split(";\n")) if m}
    for table in sorted(left):
        print(f"not ok - nothing writes {table}")
    print(f"{tables - len(left)} of {tables} tables")
    return 1 if left else 0


def write_ending(system, path):
    with open(path, "w", encoding="utf-8") as f:
        f.write(";\n".join(ending(system, rulebook(system))) + ";\n")


# ---- reading a story -----------------------------------------------------------------------------------------------

def read_story(script, story):
    """[(statement, [lines])] of a story, by the statements that it echoes."""
    with open(script, encoding="utf-8") as f:
        asked = f.read().split(";\n")[:-1]
    with open(story, encoding="utf-8", errors="replace") as f:
        lines = f.read().split("\n")
    out, at = [], 0
    for i, s in enumerate(asked):
        if at >= len(lines) or lines[at] != s + ";":
            sys.exit(f"not ok - {story}: expected the echo of {s[:80]}")
        end = at + 1
        following = asked[i + 1] + ";" if i + 1 < len(asked) else None
        while end < len(lines) and lines[end] != following:
            end += 1
        out.append((s, [l for l in lines[at + 1:end] if l or following is not None]))
        at = end
    return out


def refused(lines):
    return bool(lines) and bool(re.match(r"refused|conflict|error", lines[-1]))


class Model:
    """What a rulebook says of one row that becomes another."""

    def __init__(self, book, columns):
        self.tables, self.columns, self.breaches = book["tables"], columns, []

    def row(self, table, line):
        cells = line.split("|")
        return dict(zip(self.columns[table], cells)) if len(cells) == len(self.columns[table]) else None

    def rows(self, table, lines):
        found = {}
        for line in lines:
            r = self.row(table, line)
            if r:
                found[tuple(r[c] for c in each(self.tables[table].get("key")))] = r
        return found

    def compare(self, table, before, after, statement):
        spec = self.tables[table]
        for key, new in after.items():
            old = before.get(key)
            for why in self.born(spec, new) if old is None else self.changed(spec, old, new) if old != new else []:
                self.breaches.append(f"{table} {key}: {why}: {statement}")
        gone = set(before) - set(after)
        if gone and spec.get("append_only") and re.match(rf"DELETE FROM \"?{table}\b", statement):
            self.breaches.append(f"{table}: rows of a log deleted: {statement}")

    @staticmethod
    def states(machine):
        shown = {None: "-", True: "1", False: "0"}
        names = {n: shown[c] if (c := s.get("code", n)) is None or c is True or c is False else str(c)
                 for n, s in machine["states"].items()}
        edges = set()
        for name, state in machine["states"].items():
            targets = each(state.get("to")) + [t.lstrip(".") for t in events(state)]
            if state.get("type") != "final":
                targets += [t.lstrip(".") for t in events(machine)]
            targets += [a["target"].lstrip(".") if isinstance(a, dict) else a.lstrip(".") for a in state.get("after", {}).values()]
            edges |= {(names[name], names[t]) for t in targets}
        return names, edges

    def born(self, spec, new):
        for machine in each(spec.get("machines")):
            value = new[machine["column"]]
            names, _ = self.states(machine)
            initial = [names[i] for i in each(machine.get("initial"))]
            if initial and value not in initial and not spec.get("effects") and (value != "-" or "-" in names.values()):
                yield f"{machine['column']} begins as {value}"

    def changed(self, spec, old, new):
        for machine in each(spec.get("machines")):
            was, now = old[machine["column"]], new[machine["column"]]
            names, edges = self.states(machine)
            if was != now and (was, now) not in edges and (was != "-" or "-" in names.values()):
                # What follows from a rule may take a row on in the same statement.
                if not any((was, by) in edges and (by, now) in edges for by in names.values()):
                    yield f"{machine['column']} went from {was} to {now}"
            frozen = [s for n, s in machine["states"].items() if names[n] == was and s.get("freeze") is True]
            if frozen and was == now:
                yield f"a row that is {was} changed"
        for rule in each(spec.get("immutable")):
            for c in each(rule.get("columns")):
                if old[c] != new[c] and not rule.get("once") and not rule.get("null"):
                    yield f"{c} changed"
        for rule in each(spec.get("row_version")):
            c = rule["column"]
            if int(new[c]) < int(old[c]):
                yield f"{c} went from {old[c]} to {new[c]}"


def events(thing):
    for target in (thing.get("on") or {}).values():
        yield target["target"] if isinstance(target, dict) else target


def columns_of(system):
    """The columns of each table, from the migrations."""
    found = {}
    for name in sorted(os.listdir(f"{HERE}/sql/{system}")):
        if not name.endswith(".sql"):
            continue
        with open(f"{HERE}/sql/{system}/{name}", encoding="utf-8") as f:
            text = f.read()
        for m in re.finditer(r"CREATE TABLE (\"[^\"]+\"|\w+) \(\n(.*?)\n\)", text, re.S):
            found[m.group(1).strip('"')] = re.findall(r"^ +(\"[^\"]+\"|(?!PRIMARY|UNIQUE|CHECK|FOREIGN|CONSTRAINT)\w+) ", m.group(2), re.M)
    return {t: [c.strip('"') for c in cs] for t, cs in found.items()}


def found(story):
    """What interlock_verify and interlock_doctor, the last two statements, name."""
    said = [f"{s[:60]}: {line}" for s, lines in story[-2:] for line in lines if line and line != "no rows"]
    for line in said[:20]:
        print(f"not ok - {line}")
    return said


def crashed(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        text = f.read()
    said = [w for w in ("server closed the connection", "PANIC", "Segmentation", "the shell ended", "out of memory",
                        "malformed", "internal error") if w in text]
    for word in said:
        print(f"not ok - {path}: {word}")
    return said


def ended(script, path, *writers):
    story = read_story(script, path)
    wrong = found(story) + [c for p in (path, *writers) for c in crashed(p)]
    rows = sum(len([l for l in lines if l and l != "no rows"]) for _, lines in story[:-2])
    if not rows:
        print("not ok - nothing was written")
    print(f"{rows} rows at the end")
    return 1 if wrong or not rows else 0


def judge(system, script, path):
    book = rulebook(system)
    model = Model(book, columns_of(system))
    stored, accepted, total = {}, 0, 0
    story = read_story(script, path)
    tail = len(ending(system, book))
    for i, (s, lines) in enumerate(story[:-tail]):
        m = WRITE.match(s)
        table = m and m.group(1).strip('"')
        if table not in book["tables"]:
            if not re.match(r'SELECT \* FROM "\w+" ORDER BY', s):
                stored = {} # a function may have written anywhere
            continue
        total += 1
        accepted += not refused(lines)
        after = model.rows(table, story[i + 1][1])
        if table in stored:
            if refused(lines) and stored[table] != after:
                model.breaches.append(f"{table}: a refused statement changed rows: {s}")
            model.compare(table, stored[table], after, s)
        if refused(lines):
            stored[table] = after
        else:
            stored = {table: after} # other tables may have followed
    for b in model.breaches[:20]:
        print(f"not ok - {b}")
    model.breaches += found(story) + crashed(path)
    print(f"{total} statements, {accepted} accepted")
    return 1 if model.breaches or accepted < total // 5 else 0


def comparable(lines):
    """Without the numbers and UUIDs that a database chooses (a refused row takes a number along in PostgreSQL), and without
    their order, which ties leave open."""
    # play.pl takes the texts t and f for truth in PostgreSQL.
    plain = ["|".join({"t": "1", "f": "0"}.get(c, c) for c in l.split("|")) for l in lines]
    return sorted(GENERATED.sub("uuid", re.sub(r"^\d+\|", "|", l)) for l in plain)


def plant(system, script, path):
    """Prints the story with one value, of a row that a refused statement left alone, turned into another: the state of a
    machine where a table has one."""
    book, columns, story = rulebook(system), columns_of(system), read_story(script, path)
    machines = {t: each(spec.get("machines"))[0]["column"] for t, spec in book["tables"].items() if spec.get("machines")}
    for wanted in (machines, book["tables"]):
        for i in range(len(story) - len(ending(system, book)) - 1, 2, -1):
            (before, _), (s, said), (after, lines) = story[i - 1:i + 2]
            m = WRITE.match(s)
            table = m and m.group(1).strip('"')
            if table in wanted and before == after and refused(said) and lines and lines[0] != "no rows":
                cells = lines[0].split("|")
                cells[columns[table].index(machines.get(table, columns[table][-1]))] = "bogus"
                story[i + 1] = (after, ["|".join(cells)] + lines[1:])
                print("".join(f"{s};\n" + "".join(f"{l}\n" for l in lines) for s, lines in story), end="")
                return 0
    return 1


def compare(script, one, two):
    """Both accepted or both refused, the same rows; where a rule and a constraint of the engine both refuse, either may speak."""
    differences = 0
    for (s, a), (_, b) in zip(read_story(script, one), read_story(script, two)):
        if a == b or comparable(a) == comparable(b):
            continue
        if a[-1:] == ["0 rows"] and refused(b) and s.startswith("UPDATE"):
            continue # no row was there; PostgreSQL reads a literal before it looks
        if b[-1:] in (["0 rows"], ["0"]) and refused(a) and re.search("DO NOTHING|dedup_accept", s):
            continue # PostgreSQL does not judge a row that it leaves out: docs/limits.md
        if refused(a) and refused(b):
            if "WHERE" not in s and s.startswith(("UPDATE", "DELETE")) or re.search(r"\), *\(", s):
                continue # which row comes first is nobody's promise
            rules = [re.match(r"(?:refused|conflict) ([A-Z]\S*):", x[-1]) for x in (a, b)]
            if not (rules[0] and rules[1] and rules[0].group(1) != rules[1].group(1)):
                continue
        differences += 1
        if differences <= 10:
            print(f"not ok - {s[:400]}")
            for name, lines in (("SQLite", a), ("PostgreSQL", b)):
                other = b if lines is a else a
                for line in [l for l in lines if l not in other][:3]:
                    print(f"#   {name}: {line[:300]}")
    print(f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    verb, arguments = sys.argv[1], sys.argv[2:]
    sys.exit({"make": make, "writer": writer, "judge": judge, "compare": compare, "plant": plant, "covered": covered, "ending": write_ending,
              "ended": ended}[verb](*arguments) or 0)
