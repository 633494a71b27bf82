#!/usr/bin/env python3
"""What a system costs, for each that ships, on both engines: how long its installation takes, and what a row of a typical write takes
with its rules and, after interlock_remove(), without them.

bench/systems/<system>.sql has the writes: "-- step <title>" and one statement, with :rows for how many rows; "-- setup" is not timed. A
system without such a file is only installed. CPU time of the process (SQLite, in memory) or of the backend (PostgreSQL); medians over
rounds, ratios within one round. Called by bench/run.sh, which has started the cluster.
"""
import os, re, statistics, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.environ.get("IL_SQLITE", os.path.join(ROOT, "build/sqlite/interlock"))
ROWS, ROUNDS = int(os.environ.get("ROWS", "100000")) // 10, int(os.environ.get("ROUNDS", "7"))
NOW = "SELECT 'cpu ' || split_part(pg_read_file('/proc/self/schedstat', 0, 40, true), ' ', 1);\n"


def shell(argv, text):
    r = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if r.returncode:
        sys.exit("bench: " + r.stdout[-400:])
    return r.stdout


def steps(system):
    """[(title or None, statement)]"""
    path = os.path.join(ROOT, "bench/systems", system + ".sql")
    if not os.path.exists(path):
        return []
    parts = re.split(r"^-- (setup|step .*)\n", open(path).read(), flags=re.M)[1:]
    return [(None if head == "setup" else head[5:], text.strip().replace(":rows", str(ROWS))) for head, text in zip(parts[::2], parts[1::2])]


def in_sqlite(system, work, bare):
    script = ".bail on\n.load %s\nPRAGMA foreign_keys = ON;\n.timer on\nSELECT interlock_install('%s');\n.timer off\n" % (LIBRARY, system)
    script += "SELECT interlock_remove('%s');\n" % system if bare else ""
    for title, sql in work:
        script += ".timer on\n%s\n.timer off\n" % sql if title else sql + "\n"
    took = re.findall(r"^Run Time: real \S+ user (\S+) sys (\S+)$", shell(["sqlite3", "-batch", ":memory:"], script), re.M)
    return [float(user) + float(kernel) for user, kernel in took]


def in_postgres(system, work, bare):
    script = "SET client_min_messages = warning;\nCREATE SCHEMA bench_of;\nSET search_path = bench_of, public;\n"
    script += "SELECT count(*) FROM interlock_systems();\n"  # loads the library
    script += NOW + "SELECT interlock_install('%s');\n" % system + NOW
    script += "SELECT interlock_remove('%s');\n" % system if bare else ""
    for title, sql in work:
        script += NOW + sql + "\n" + NOW if title else sql + "\n"
    script += "DROP SCHEMA bench_of CASCADE;\n"
    at = [int(n) / 1e9 for n in re.findall(r"^cpu (\d+)$", shell(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], script), re.M)]
    return [b - a for a, b in zip(at[::2], at[1::2])]


def measure(engine, run, system):
    work = steps(system)
    titles = [t for t, _ in work if t]
    ruled, bare = [], []
    for _ in range(ROUNDS):
        ruled.append(run(system, work, 0))
        bare.append(run(system, work, 1))
    print("%-9s %-9s install %47.1f ms" % (engine, system, statistics.median(t[0] for t in ruled + bare) * 1e3))
    for i, title in enumerate(titles, 1):
        with_rules, without = [statistics.median(t[i] for t in side) * 1e6 / ROWS for side in (ruled, bare)]
        ratio = statistics.median(a[i] / b[i] for a, b in zip(ruled, bare))
        print("%-9s %-9s %-44s %7.2f µs a row, %5.2f without rules: %5.2f x" % (engine, system, title, with_rules, without, ratio))


def main():
    listed = ".load %s\nSELECT DISTINCT system FROM interlock_systems() ORDER BY 1;\n" % LIBRARY
    systems = shell(["sqlite3", "-batch", ":memory:"], listed).split()
    shell(["psql", "-X", "-q"], "SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS interlock;")
    for engine, run in (("sqlite", in_sqlite), ("postgres", in_postgres)):
        for system in systems:
            measure(engine, run, system)


main()
