#!/usr/bin/env python3
"""Compares the tables of installed systems with the documents, on both engines.

tests/data/<system>.tables is written from the documents, not from the migrations: one line for each column, key, unique set, foreign key and
index, of which its own first lines say how to read it. Every line must hold on each engine and in each tier that has the table, and there
may be no more. Needs the cluster of IL_CLUSTER, or starts one. Ends with `N passed, N failed`.
"""
import glob, os, re, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = os.environ.get("IL_SQLITE", os.path.join(ROOT, "build/sqlite/interlock"))

SQLITE = r"""
.mode tabs
SELECT 'column', m.name, c.name, c.type, CASE WHEN c."notnull" OR (c.pk AND c.type = 'INTEGER') THEN 'not null' ELSE 'null' END,
  CASE WHEN c.pk AND c.type = 'INTEGER' THEN 'identity' ELSE coalesce(c.dflt_value, '-') END
  FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'interlock%' AND m.name NOT LIKE 'sqlite%';
SELECT 'key', name, (SELECT group_concat(c.name) FROM (SELECT name FROM pragma_table_info(m.name) WHERE pk ORDER BY pk) c)
  FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'interlock%' AND m.name NOT LIKE 'sqlite%';
SELECT CASE i.origin WHEN 'u' THEN 'unique' ELSE CASE i."unique" WHEN 1 THEN 'unique index' ELSE 'index' END END, m.name,
  CASE i.origin WHEN 'u' THEN '' ELSE i.name END, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)),
  coalesce((SELECT sql FROM sqlite_schema s WHERE s.name = i.name), '-')
  FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'interlock%' AND m.name NOT LIKE 'sqlite%'
  AND i.origin <> 'pk' AND i.name NOT LIKE 'interlock%';
SELECT 'sql', name, replace(sql, char(10), ' ') FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'interlock%';
SELECT 'foreign', m.name, f."from", f."table" || '(' || f."to" || ')', lower(f.on_delete)
  FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND m.name NOT LIKE 'interlock%';
"""

SQLITE += "SELECT 'view', m.name, (SELECT group_concat(c.name) FROM pragma_table_info(m.name) c) FROM sqlite_schema m WHERE m.type = 'view';\n"

POSTGRES = r"""
SELECT 'column', c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END,
  CASE WHEN a.attidentity <> '' THEN 'identity' ELSE coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '-') END
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'interlock%';
SELECT CASE k.contype WHEN 'p' THEN 'key' WHEN 'u' THEN 'unique' ELSE 'check' END, c.relname, CASE k.contype WHEN 'u' THEN '' END,
  (SELECT string_agg(a.attname, ',' ORDER BY n.i) FROM unnest(k.conkey) WITH ORDINALITY n (att, i)
   JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.att)
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  WHERE k.contype IN ('p', 'u', 'c') AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'interlock%';
SELECT 'foreign', c.relname, a.attname, p.relname || '(' || b.attname || ')',
  CASE k.confdeltype WHEN 'a' THEN 'no action' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE k.confdeltype::text END
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
  JOIN pg_catalog.pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.confkey[1]
  WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace;
SELECT 'view', c.relname, (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)
  FROM pg_catalog.pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace;
SELECT CASE WHEN x.indisunique THEN 'unique index' ELSE 'index' END, t.relname, i.relname,
  (SELECT string_agg(pg_catalog.pg_get_indexdef(x.indexrelid, n, true), ',' ORDER BY n) FROM generate_series(1, x.indnkeyatts) n),
  coalesce(pg_catalog.pg_get_expr(x.indpred, x.indrelid), '-')
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
  WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE 'interlock%' AND i.relname NOT LIKE 'interlock%'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'));
"""


def default(text):
    """One spelling for both engines: now, or the literal."""
    if re.search(r"interlock_now\(\)|il1_now\(", text):
        return "today" if re.search(r"substr\(|timezone\(|AT TIME ZONE", text) else "now"
    if re.search(r"gen_random_uuid\(\)|randomblob\(", text):
        return "uuid"
    return re.sub(r"::[a-z ]+$", "", text.lower() if text in ("TRUE", "FALSE") else text)


def plain(text):
    """A column or an expression of an index without quotes around names, casts, and parentheses around it."""
    text = re.sub(r"::[a-z]+", "", text.replace('"', "")).strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return text


def indexed(text):
    """What an index is over, from its CREATE INDEX."""
    parts, depth = [""], 0
    for c in text[text.index("(", text.index(" ON ")) + 1:]:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            break
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return ",".join(plain(p) for p in parts)


def condition(text):
    """What follows WHERE, without PostgreSQL's parentheses, casts and quotes around names."""
    if text.upper().startswith("CREATE"):
        m = re.search(r"\bWHERE\b(.*)$", text, re.S)
        text = m.group(1).strip() if m else "-"
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return re.sub(r"::text", "", text)


def read(output):
    rows = set()
    for line in filter(None, output.split("\n")):
        f = line.split("\t")
        if f[0] == "sql":  # SQLite lists no CHECKs
            rows.update(("check", f[1], column) for column in re.findall(r"CHECK \((\w+)", f[2]))
            continue
        if f[0] == "column":
            f[5] = default(f[5])
        elif f[0] in ("unique", "key", "check"):
            f = [f[0], f[1]] + [x for x in f[2:] if x not in ("", "-")][:1]
        elif f[0].endswith("index"):
            f[3] = indexed(f[4]) if f[4].startswith("CREATE") else ",".join(plain(c) for c in f[3].split(","))
            f[4] = condition(f[4])
        rows.add(tuple(f))
    return rows


def shell(argv, text):
    r = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if r.returncode or re.search(r"^(Runtime |Parse )?error|^ERROR|^psql:", r.stdout, re.I | re.M):
        print(r.stdout[:2000])
        raise SystemExit("not ok - %s\n0 passed, 1 failed" % argv[0])
    return r.stdout


def expected(path, engine, tiers, tier):
    """The lines of the tables that a tier has; a table without a tier is in all."""
    rows, since = set(), {}
    for line in open(path):
        if line.startswith("#") or not line.strip():
            continue
        f = line.rstrip("\n").split("\t")
        if f[0] == "table":
            since[f[1]] = tiers.index(f[2])
            continue
        if since.get(f[1], 0) > tiers.index(tier):
            continue
        if f[0] == "column":
            f = f[:3] + [f[3] if engine == "sqlite" else f[4]] + f[5:]
        rows.add(tuple(f))
    return rows


def installed(engine, system, tier):
    call = "SELECT interlock_install('%s', NULL, '%s');\n" % (system, tier)
    if engine == "sqlite":
        out = shell(["sqlite3", "-batch", ":memory:"], ".load %s\n.output /dev/null\n%s.output stdout\n%s" % (LIBRARY, call, SQLITE))
    else:
        psql = ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d"]
        shell(psql + ["postgres"], "SET client_min_messages = warning; DROP DATABASE IF EXISTS tables; CREATE DATABASE tables;")
        out = shell(psql + ["tables"], "CREATE SCHEMA interlock;\nCREATE EXTENSION interlock SCHEMA interlock;\n"
                    "SET search_path = public, interlock;\n\\o /dev/null\n%s\\o\n%s" % (call, POSTGRES))
    return read(out)


def tiers(system):
    text = open(os.path.join(ROOT, "sql", system, "system.json")).read()
    m = re.search(r'"levels"\s*:\s*\[([^]]*)\]', text)
    return re.findall(r'"(\w+)"', m.group(1)) if m else ["default"]


def cluster():
    if os.environ.get("IL_CLUSTER"):
        return None
    out = subprocess.run(["tests/run/cluster.sh", "start"], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True).stdout
    for key, value in re.findall(r"(\w+)='?([^';\n]*)'?", out.split("export")[0]):
        os.environ[key] = value
    return os.environ["IL_CLUSTER"]


def main():
    good = bad = 0
    own = cluster()
    try:
        for path in sorted(glob.glob(os.path.join(ROOT, "tests/data/*.tables"))):
            system = os.path.basename(path)[:-len(".tables")]
            levels = tiers(system)
            for engine in ("sqlite", "postgres"):
                for tier in levels:
                    have = installed(engine, system, tier)
                    wanted = expected(path, engine, levels, tier)
                    wrong = [("missing", row) for row in wanted - have] + [("not documented", row) for row in have - wanted]
                    good += len(wanted & have) + (not wanted and not have)
                    bad += len(wrong)
                    print("%s - %s %s on %s: %d lines of the documents" % ("not ok" if wrong else "ok", system, tier, engine, len(wanted)))
                    for what, row in sorted(wrong):
                        print("#   %s: %s" % (what, " ".join(row)))
    finally:
        if own:
            subprocess.run(["tests/run/cluster.sh", "stop", own], cwd=ROOT)
    print("%d passed, %d failed" % (good, bad))
    return 1 if bad or not good else 0


if __name__ == "__main__":
    sys.exit(main())
