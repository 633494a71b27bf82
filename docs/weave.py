#!/usr/bin/env python3
"""Runs what the documents show and writes what it printed back into them.

  docs/weave.py           rewrite README.md and docs/**/*.md in place
  docs/weave.py --check   change nothing; exit 1 and name every document that is stale

A runnable block is a comment, a fenced block of input, and a fenced block of output that this tool owns:

  <!-- run sqlite [session=NAME] [as=mermaid] -->
  ```sql
  SELECT …
  ```
  ```text
  …
  ```

Blocks of one engine and session name in one document share one database, in order. The engines are `sqlite` (the sqlite3 shell on an
in-memory database with the built library) and `postgres` (psql in a throwaway cluster, one database a session). The clock of every session
starts frozen at 2026-01-05T09:00:00Z, so the output is the same every time. `<!-- functions -->` … `<!-- end -->` and `<!-- rules SYSTEM -->` …
`<!-- end -->` are filled from common/functions.def and from interlock_rules().
"""
import os, re, subprocess, sys, tempfile, difflib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.path.join(ROOT, "build/sqlite/interlock")
MARK = "--8<-- block "
CLOCK = "2026-01-05T09:00:00Z"
RUN = re.compile(r"<!-- run (sqlite|postgres)((?: \w+=\w+)*) -->\n```\w*\n(.*?)```\n(?:```\w*\n.*?```\n)?", re.S)


def shell(argv, text, env=None):
    r = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=env)
    return r.stdout


def run_sqlite(blocks, raw):
    script = ".load %s\n.mode box\n.nullvalue NULL\n.output /dev/null\nPRAGMA foreign_keys = ON;\nSELECT interlock_set_clock('%s');\n.output stdout\n" % (LIBRARY, CLOCK)
    for i, (sql, israw) in enumerate(zip(blocks, raw)):
        script += ".mode %s\n.print %s%d\n%s\n" % ("list" if israw else "box", MARK, i, sql)
    # Line numbers of the script are no news to a reader.
    out = shell(["sqlite3", "-batch", ":memory:"], script)
    return re.sub(r"^(Runtime|Parse) error near line \d+: (.*?)( \(\d+\))?$", r"Error: \2", out, flags=re.M)


class Cluster:
    env = None

    @classmethod
    def start(cls):
        if cls.env is None:
            out = subprocess.run(["tests/run/cluster.sh", "start"], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True).stdout
            cls.env = dict(os.environ)
            for key, value in re.findall(r"(\w+)='?([^';\n]*)'?", out.split("export")[0]):
                cls.env[key] = value
            cls.n = 0
        cls.n += 1
        name = "weave%d" % cls.n
        subprocess.run(["psql", "-qX", "-c", "CREATE DATABASE " + name], env=cls.env, check=True)
        return dict(cls.env, PGDATABASE=name)

    @classmethod
    def stop(cls):
        if cls.env:
            subprocess.run(["tests/run/cluster.sh", "stop", cls.env["IL_CLUSTER"]], cwd=ROOT)


def run_postgres(blocks, raw):
    env = Cluster.start()
    script = "\\set QUIET 1\n\\pset null NULL\n\\o /dev/null\nSET client_min_messages = warning;\nCREATE EXTENSION interlock;\n"
    script += "SELECT interlock_set_clock('%s');\n\\o\n" % CLOCK
    for i, (sql, israw) in enumerate(zip(blocks, raw)):
        pset = ("on", "unaligned") if israw else ("off", "aligned")
        script += "\\pset tuples_only %s\n\\pset format %s\n\\echo '%s%d'\n%s\n" % (*pset, MARK, i, sql)
    return shell(["psql", "-X", "-q"], script, env)


def weave(path):
    with open(os.path.join(ROOT, path)) as f:
        text = f.read()
    sessions = {}
    for m in RUN.finditer(text):
        options = dict(o.split("=") for o in m.group(2).split())
        key = (m.group(1), options.get("session", "main"))
        sessions.setdefault(key, []).append((m, options))
    outputs = {}
    for (engine, _), items in sessions.items():
        raw = ["as" in o for _, o in items]
        out = (run_sqlite if engine == "sqlite" else run_postgres)([m.group(3) for m, _ in items], raw)
        parts = re.split(re.escape(MARK) + r"(\d+)\n", out)
        for i in range(1, len(parts), 2):
            outputs[items[int(parts[i])][0].start()] = parts[i + 1]

    def fill(m):
        options = dict(o.split("=") for o in m.group(2).split())
        out = "\n".join(line.rstrip() for line in outputs.get(m.start(), "").strip("\n").split("\n"))
        return "<!-- run %s%s -->\n```sql\n%s```\n```%s\n%s\n```\n" % (m.group(1), m.group(2), m.group(3), options.get("as", "text"), out)

    text = RUN.sub(fill, text)
    text = re.sub(r"(<!-- functions -->\n).*?(<!-- end -->)", lambda m: m.group(1) + functions() + m.group(2), text, flags=re.S)
    return re.sub(r"(<!-- rules (\w+) -->\n).*?(<!-- end -->)", lambda m: m.group(1) + rules(m.group(2)) + m.group(3), text, flags=re.S)


def functions():
    text = open(os.path.join(ROOT, "common/functions.def")).read()
    out = ""
    pattern = r'IL_SECTION\("([^"]*)"\)|IL_F\("(\w+)", *\d+, *-?\d+, *"([^"]*)", *IL_RET_(\w+), *"([^"]*)", *[^,]*, *\w+,\s*"([^"]*)"\)'
    for section, name, args, ret, columns, doc in re.findall(pattern, text):
        if section:
            out += "\n## %s\n\n| function | result | |\n| --- | --- | --- |\n" % section
        else:
            result = "set of (%s)" % columns if ret == "SET" else ret.lower()
            out += "| `%s(%s)` | %s | %s |\n" % (name, args, result, doc.replace("|", "\\|"))
    return out + "\n"


def rules(system):
    out = shell(["sqlite3", "-batch", "-list", "-noheader", "-separator", "\x1f", ":memory:"],
                ".load %s\n.output /dev/null\nSELECT interlock_install('%s');\n.output stdout\n"
                "SELECT rule, \"table\", kind, columns, text FROM interlock_rules();\n" % (LIBRARY, system))
    table = "\n| rule | table | kind | columns | what it says |\n| --- | --- | --- | --- | --- |\n"
    rows = [line.split("\x1f") for line in out.strip("\n").split("\n")]
    for row in sorted(rows, key=lambda r: [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", r[0])]):
        table += "| " + " | ".join(c.replace("|", "\\|") for c in row) + " |\n"
    return table + "\n"


def main():
    check = "--check" in sys.argv[1:]
    paths = ["README.md"] + sorted(
        os.path.relpath(os.path.join(d, f), ROOT) for d, _, fs in os.walk(os.path.join(ROOT, "docs")) for f in fs if f.endswith(".md"))
    stale = 0
    try:
        for path in paths:
            with open(os.path.join(ROOT, path)) as f:
                old = f.read()
            new = weave(path)
            if old != new and check:
                stale += 1
                print("not ok - %s is stale: run `make docs`" % path)
                sys.stdout.writelines("# " + line for line in list(difflib.unified_diff(old.splitlines(1), new.splitlines(1), n=1))[:20])
            elif old != new:
                with open(os.path.join(ROOT, path), "w") as f:
                    f.write(new)
                print("rewrote %s" % path)
            elif check:
                print("ok - %s is what the code prints" % path)
    finally:
        Cluster.stop()
    if check:
        print("%d passed, %d failed" % (len(paths) - stale, stale))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
