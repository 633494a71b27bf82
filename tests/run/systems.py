#!/usr/bin/env python3
"""Installs, updates and takes away every system that ships, alone and beside the others, on both engines.

The systems are those of interlock_systems(); nothing here names one. Needs the cluster of IL_CLUSTER, or starts one.
Ends with `N passed, N failed`.
"""
import glob, itertools, os, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = os.environ.get("IL_SQLITE", os.path.join(ROOT, "build/sqlite/interlock"))
passed = failed = 0


def ok(good, what, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("not ok - %s" % what)
        for line in str(seen).split("\n")[:12]:
            print("#   " + line)


def shell(argv, text):
    r = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    return r.stdout.strip()


class Sqlite:
    name, home = "sqlite", "main"

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.n = 0

    def fresh(self):
        self.n += 1
        self.schemas = []

    def file(self, schema):
        return os.path.join(self.folder.name, "%d-%s.db" % (self.n, schema))

    def schema(self, name):
        if name not in self.schemas:
            self.schemas.append(name)

    def run(self, *sql):
        text = ".bail on\n.load %s\nPRAGMA foreign_keys = ON;\n" % LIBRARY
        text += "".join("ATTACH '%s' AS %s;\n" % (self.file(s), s) for s in self.schemas)
        out = shell(["sqlite3", "-batch", self.file("main")], text + "".join(s + ";\n" for s in sql))
        return re.sub(r"^(?:Runtime|Parse) error near line \d+: ", "ERROR: ", out, flags=re.M)

    def objects(self, schema=None):
        """Tables and indexes of a schema: two sets of names."""
        out = self.run("SELECT type, name FROM %s.sqlite_schema WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite%%'"
                       " AND name NOT LIKE 'interlock%%'" % (schema or "main"))
        rows = [line.split("|") for line in out.split("\n") if line]
        return {n for t, n in rows if t == "table"}, {n for t, n in rows if t == "index"}

    def columns(self, table):
        """What a row must say: name and type of the columns that are not NULL and have no default."""
        out = self.run('SELECT name, type FROM pragma_table_info(\'%s\') WHERE "notnull" AND dflt_value IS NULL' % table)
        return [line.split("|") for line in out.split("\n") if line]


class Postgres:
    name, home = "postgres", "public"

    def __init__(self):
        psql = ["psql", "-X", "-q", "-d"]
        shell(psql + ["postgres"], "SET client_min_messages = warning; DROP DATABASE IF EXISTS systems_empty; CREATE DATABASE systems_empty;")
        shell(psql + ["systems_empty"], "CREATE SCHEMA interlock; CREATE EXTENSION interlock SCHEMA interlock;")

    def fresh(self):
        shell(["psql", "-X", "-q", "-d", "postgres"],
              "SET client_min_messages = warning; DROP DATABASE IF EXISTS systems WITH (FORCE); CREATE DATABASE systems TEMPLATE systems_empty;"
              "ALTER DATABASE systems SET search_path = public, interlock; ALTER DATABASE systems SET timezone = 'UTC';")

    def schema(self, name):
        pass  # made by interlock_install

    def run(self, *sql):
        out = shell(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", "systems"],
                    "SET client_min_messages = error;\n" + "".join(s + ";\n" for s in sql))
        return re.sub(r"^psql:<stdin>:\d+: ", "", out, flags=re.M)

    def objects(self, schema=None):
        out = self.run("SELECT c.relkind, c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace('%s') AND c.relkind IN ('r', 'i')"
                       " AND c.relname NOT LIKE 'interlock%%' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)"
                       % (schema or "public"))
        rows = [line.split("|") for line in out.split("\n") if line]
        return {n for t, n in rows if t == "r"}, {n for t, n in rows if t == "i"}

    def columns(self, table):
        out = self.run("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '%s'"
                       " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'" % table)
        return [line.split("|") for line in out.split("\n") if line]


def literal(kind):
    kind = kind.lower()
    if "int" in kind or "num" in kind or "real" in kind or "double" in kind:
        return "1"
    if "time" in kind:
        return "'2026-01-01T00:00:00Z'"
    if "json" in kind:
        return "'{}'"
    return "'00000000-0000-4000-8000-000000000001'" if "uuid" in kind else "'x'"


def plant(e):
    """One row in any table that takes one; the table's name."""
    for table in sorted(e.objects()[0]):
        columns = e.columns(table)
        for text in ("'x'", "'{}'", "'[]'"):
            values = [text if literal(t) == "'x'" else literal(t) for _, t in columns]
            what = "(%s) VALUES (%s)" % (", ".join('"%s"' % c for c, _ in columns), ", ".join(values)) if columns else "DEFAULT VALUES"
            out = e.run("SELECT interlock_set_mode('load')", 'INSERT INTO "%s" %s' % (table, what))
            if "ERROR" not in out:
                return table
    return None


def install(e, system, schema=None):
    return e.run("SELECT interlock_install('%s'%s)" % (system, ", '%s'" % schema if schema else ""))


def row(e, system):
    return e.run("SELECT schema, pending FROM interlock_systems() WHERE system = '%s' AND installed" % system)


def alone(e, system):
    e.fresh()
    before = e.objects()
    count = e.run("SELECT count(*) FROM interlock_migrations('%s')" % system)
    ok(install(e, system) == count, "%s: installs %s migrations" % (system, count))
    ok(install(e, system) == "0", "%s: there is nothing to do the second time" % system)
    ok(row(e, system) == "%s|0" % e.home, "%s: is listed where it is" % system, row(e, system))
    ok(e.run("SELECT count(*) FROM interlock_migrations('%s') WHERE state = 'applied'" % system) == count, "%s: all applied" % system)
    ok(e.run("SELECT * FROM interlock_doctor()", "SELECT * FROM interlock_verify()") == "", "%s: doctor and verify find nothing" % system,
       e.run("SELECT * FROM interlock_doctor()", "SELECT * FROM interlock_verify()"))
    full = e.objects()
    names = e.run("SELECT name FROM interlock_migrations('%s') ORDER BY number DESC" % system).split("\n")
    for i, name in enumerate(names):
        out = e.run("SELECT interlock_revert('%s')" % system)
        ok(out == name, "%s: takes back %s" % (system, name), out)
    ok(e.objects() == before, "%s: nothing is left" % system, e.objects())
    ok("ERROR" in e.run("SELECT interlock_revert('%s')" % system), "%s: what is not there is not taken back" % system)
    ok(install(e, system) == count and e.objects() == full, "%s: installs again as it was" % system)
    if int(count) > 1:
        e.run("SELECT interlock_revert('%s')" % system)
        ok(install(e, system) == "1" and e.objects() == full, "%s: the last migration comes back" % system)


def rows_in_the_way(e, system):
    e.fresh()
    count = install(e, system)
    full = e.objects()
    table = plant(e)
    ok(table, "%s: a table takes a row" % system)
    out = e.run("SELECT interlock_uninstall('%s')" % system)
    ok("ERROR" in out and "holds 1 row" in out and table in out, "%s: is not taken away with a row in %s" % (system, table), out)
    ok(e.objects() == full and row(e, system) == "%s|0" % e.home, "%s: and nothing is changed" % system)
    for _ in range(int(count)):
        out = e.run("SELECT interlock_revert('%s')" % system)
        if "ERROR" in out:
            break
    ok("holds 1 row" in out and table in out, "%s: is not taken back past the row" % system, out)
    ok(e.run('SELECT count(*) FROM "%s"' % table) == "1", "%s: the row is there" % system)
    out = install(e, system)
    ok("ERROR" not in out and e.objects() == full, "%s: comes back around the row" % system, out)
    out = e.run("SELECT interlock_uninstall('%s', NULL, %s)" % (system, "1" if e.name == "sqlite" else "true"))
    ok(out == count and e.objects() == (set(), set()), "%s: goes by force" % system, out)


def changed_since(e, system):
    e.fresh()
    install(e, system)
    last = e.run("SELECT max(number) FROM interlock_migrations('%s')" % system)
    was = e.run("SELECT checksum FROM interlock_applied WHERE system = '%s' AND number = %s" % (system, last))
    put = "UPDATE interlock_applied SET checksum = '%s' WHERE system = '" + system + "' AND number = " + last
    e.run(put % ("0" * 64))
    out = e.run("SELECT number FROM interlock_migrations('%s') WHERE state = 'changed since'" % system)
    ok(out == last, "%s: a migration that is another now is said to be" % system, out)
    for call in ("install", "revert", "uninstall"):
        out = e.run("SELECT interlock_%s('%s')" % (call, system))
        ok("ERROR" in out and "has changed since it was applied" in out, "%s: %s leaves it alone" % (system, call), out)
    e.run(put % was)
    ok(install(e, system) == "0", "%s: as it was, there is nothing to do" % system)


def newer_rulebook(e, system):
    """The registry has a rulebook that the tables' guards are not made from."""
    e.fresh()
    install(e, system)
    rule = e.run("SELECT min(rule) FROM interlock_rules() WHERE rule NOT LIKE 'X-%'")
    put = "UPDATE interlock_rulebooks SET rulebook = %sreplace(CAST(rulebook AS text), '\"%s\"', '\"%s\"')%s WHERE name = '%s'"
    cast = ("CAST(", " AS jsonb)") if e.name == "postgres" and "json" in e.run(
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'interlock_rulebooks' AND column_name = 'rulebook'") else ("", "")
    e.run(put % (cast[0], rule, rule + "-new", cast[1], system))
    out = e.run('SELECT "table", problem FROM interlock_doctor()')
    ok(out and "ERROR" not in out, "%s: guards older than the rulebook are found" % system, out)
    e.run(put % (cast[0], rule + "-new", rule, cast[1], system))
    out = e.run("SELECT * FROM interlock_doctor()")
    ok(out == "", "%s: as it was, nothing is found" % system, out)


def in_the_way(e, system, made):
    """Names that are taken are all said, and nothing is changed."""
    e.fresh()
    tables, indexes = sorted(made[system][0]), sorted(made[system][1])
    taken = [tables[0], tables[-1]]
    for t in set(taken):
        e.run('CREATE TABLE "%s" (a integer)' % t)
    if indexes:
        e.run("CREATE TABLE other (a integer)", 'CREATE INDEX "%s" ON other (a)' % indexes[0])
        taken.append(indexes[0])
    before = e.objects()
    out = install(e, system)
    ok("ERROR" in out and all(t in out for t in taken), "%s: names %s" % (system, ", ".join(taken)), out)
    ok(e.objects() == before and row(e, system) == "", "%s: and changes nothing" % system)


def pair(e, a, b, made):
    e.fresh()
    install(e, a)
    common = (made[a][0] & made[b][0]) | (made[a][1] & made[b][1])
    before = e.objects()
    out = install(e, b)
    if common:
        ok("ERROR" in out and all(n in out for n in common), "%s where %s is: names %s" % (b, a, ", ".join(sorted(common))), out)
        ok(e.objects() == before and row(e, b) == "" and row(e, a), "%s where %s is: changes nothing" % (b, a))
    else:
        ok("ERROR" not in out and row(e, a) and row(e, b), "%s and %s in one schema" % (a, b), out)
        ok(e.run("SELECT * FROM interlock_doctor()") == "", "%s and %s: doctor finds nothing" % (a, b))


def side_by_side(e, systems, made):
    e.fresh()
    for s in systems:
        e.schema("of_" + s)
        out = install(e, s, "of_" + s)
        ok("ERROR" not in out and e.objects("of_" + s) == made[s], "%s in a schema of its own" % s, out)
    for s in systems:
        ok(row(e, s) == "of_%s|0" % s, "%s is listed in its schema" % s, row(e, s))
        ok(install(e, s, "of_" + s) == "0", "%s again: nothing to do" % s)
    ok(e.run("SELECT * FROM interlock_doctor()") == "", "side by side: doctor finds nothing", e.run("SELECT * FROM interlock_doctor()"))
    ok("ERROR" not in e.run("SELECT interlock_tick()"), "side by side: a tick")
    for s in systems:
        out = e.run("SELECT interlock_uninstall('%s', 'of_%s')" % (s, s))
        ok("ERROR" not in out and row(e, s) == "" and e.objects("of_" + s) == (set(), set()), "%s goes" % s, out)
        rest = systems[systems.index(s) + 1:]
        ok(all(row(e, r) == "of_%s|0" % r and e.objects("of_" + r) == made[r] for r in rest), "the others stay when %s goes" % s)


def engine(e):
    start = passed, failed
    e.fresh()
    systems = e.run("SELECT DISTINCT system FROM interlock_systems() ORDER BY 1").split("\n")
    ok(len(systems) == len(glob.glob(os.path.join(ROOT, "sql/*/system.json"))), "all systems are listed", systems)
    made = {}
    for s in systems:
        e.fresh()
        install(e, s)
        made[s] = e.objects()
        alone(e, s)
        rows_in_the_way(e, s)
        changed_since(e, s)
        newer_rulebook(e, s)
        in_the_way(e, s, made)
    for a, b in itertools.permutations(systems, 2):
        if a < b or any(x & y for x, y in zip(made[a], made[b])):
            pair(e, a, b, made)
    side_by_side(e, systems, made)
    print("%s - %d systems on %s: %d passed" % ("ok" if failed == start[1] else "not ok", len(systems), e.name, passed - start[0]))


def cluster():
    if os.environ.get("IL_CLUSTER"):
        return None
    out = subprocess.run(["tests/run/cluster.sh", "start"], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True).stdout
    for key, value in re.findall(r"(\w+)='?([^';\n]*)'?", out.split("export")[0]):
        os.environ[key] = value
    return os.environ["IL_CLUSTER"]


def main():
    own = cluster()
    try:
        for kind in (Sqlite, Postgres):
            engine(kind())
    finally:
        if own:
            subprocess.run(["tests/run/cluster.sh", "stop", own], cwd=ROOT)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
