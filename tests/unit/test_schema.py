#!/usr/bin/env python3
"""docs/rulebook.schema.json against the code and the rulebooks that ship: every key that a role reads is in the schema and the
other way round; shipped rulebooks with each of their tiers are valid; what the reader refuses by its shape, the schema does too.
Validation needs the jsonschema package and is left out without it."""
import copy
import glob
import json
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
schema = json.load(open("docs/rulebook.schema.json", encoding="utf-8"))
passed = failed = 0


def ok(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
    print(("ok - " if good else "not ok - ") + what)


def keys_in_code():
    """Key lists of the C sources: static const char *const <name>_keys[] = {"a", …, NULL}."""
    lists = {}
    for path in glob.glob("common/rules/*.c") + glob.glob("common/roles/*.c"):
        for name, body in re.findall(r"const char \*const (\w+_keys)\[\] = \{(.*?)\}", open(path, encoding="utf-8").read(), re.S):
            keys = frozenset(re.findall(r'"([^"]+)"', body)) - {"meta"}
            lists[f"{os.path.basename(path)}: {name}"] = keys
    return lists


def keys_in_schema(node, found):
    if isinstance(node, dict):
        if node.get("additionalProperties") is False and "properties" in node:
            found.add(frozenset(node["properties"]) - {"meta"})
        for value in node.values():
            keys_in_schema(value, found)
    elif isinstance(node, list):
        for value in node:
            keys_in_schema(value, found)
    return found


code, described = keys_in_code(), keys_in_schema(schema, set())
ok(len(code) > 15, f"{len(code)} key lists are in the code")
for where, keys in sorted(code.items()):
    ok(keys in described, f"the schema has the keys of {where}: {', '.join(sorted(keys))}")
roles = {"key"}
for path in glob.glob("common/roles/*.c"):
    text = open(path, encoding="utf-8").read()
    for body in re.findall(r"const il_role il_role_\w+ = \{(.*?)\};", text, re.S):
        if ".bind" in body:
            roles.add(re.search(r'\.name = "([^"]+)"', body).group(1))
ok(roles == set(schema["$defs"]["table"]["properties"]) - {"meta"}, f"the schema has the {len(roles) - 1} roles of the code")
extra = [sorted(k) for k in described if k not in set(code.values()) and k != frozenset(roles)]
ok(not extra, f"the schema has no object that the code does not read {extra or ''}")


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = merge(target.get(key), value)
    return target


GOOD = {
    "interlock": 1,
    "name": "o",
    "tables": {
        "t": {
            "machines": {
                "rule": "r", "column": "s", "initial": "a", "on": {"X": ".b"},
                "states": {"a": {"to": "b", "stamp": {"x": "ms(a, b)"}}, "b": {"type": "final", "freeze": True}},
            },
            "length": [{"rule": "l", "columns": {"c": [1, 2]}}],
        }
    },
}
BAD = [
    (("interlock",), 2), (("name",), "a b"), (("nmae",), "x"), (("tables",), {}),
    (("tables", "t", "lenght"), {}), (("tables", "t", "key"), []), (("tables", "t", "touch"), {"rule": "r"}),
    (("tables", "t", "touch"), {"rule": "a b", "column": "c"}), (("tables", "t", "length", 0, "columns", "c"), -1),
    (("tables", "t", "json"), {"rule": "r", "columns": {"c": "objekt"}}),
    (("tables", "t", "dedup"), {"rule": "r", "key": ["a"], "keep_seconds": 5}),
    (("tables", "t", "enum"), {"rule": "r", "columns": {"c": ["a", "a"]}}),
    (("tables", "t", "asserts"), {"rule": "r", "that": "1", "text": "t", "on": ["updat"]}),
    (("tables", "t", "effects"), {"rule": "r", "column": "c", "do": ["x"]}),
    (("tables", "t", "machines", "states", "b", "to"), ["a"]), (("tables", "t", "machines", "states", "a.b"), {}),
    (("tables", "t", "machines", "states", "b", "type"), "last"), (("tables", "t", "machines", "on", "X"), "b"),
    (("tables", "t", "machines", "states", "a", "stamp", "x"), "noww"), (("tables", "t", "machines", "self"), "maybe"),
    (("tables", "t", "machines", "states", "a", "after"), {"-5": {"target": "b", "since": "c"}}),
    (("tables", "t", "machines", "events"), {"table": "e", "columns": {"c": "$evnt"}}),
]

try:
    import jsonschema
except ImportError:
    print("# validation is left out: this Python has no jsonschema")
else:
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    ok(validator.is_valid(GOOD), "a good rulebook is valid")
    for path, value in BAD:
        bad = copy.deepcopy(GOOD)
        node = bad
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        ok(not validator.is_valid(bad), f"refused: {'/'.join(map(str, path))} = {json.dumps(value)}")
    for path in sorted(glob.glob("sql/*/rules.json")):
        book = json.load(open(path, encoding="utf-8"))
        ok(validator.is_valid(book), f"{path} is valid")
        for tier in sorted(glob.glob(os.path.join(os.path.dirname(path), "tiers", "*.json"))):
            ok(validator.is_valid(merge(book, json.load(open(tier, encoding="utf-8")))), f"{path} with {tier} is valid")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
