#!/usr/bin/env python3
"""Compares zone offsets with Python's zoneinfo: every name, every transition of the file and of the footer's rule up to
2400 with the seconds around it, and random instants from 1900 to 2400.

    tests/unit/test_zone_oracle.py build/unit/test_zone [seed]
"""
import os
import random
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone

try:
    import zoneinfo
except ImportError:
    print("test_zone_oracle: skipped, this Python has no zoneinfo")
    sys.exit(0)

DIR = os.environ.get("INTERLOCK_ZONEINFO") or "/usr/share/zoneinfo"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FROM, UNTIL = -2208988800, 13569465600  # 1900 and 2400
DAY = 86400


def read(name):
    """(transitions, footer) of a TZif file; None when it is another file or counts leap seconds."""
    with open(os.path.join(DIR, name), "rb") as f:
        data = f.read()
    if data[:4] != b"TZif" or data[4:5] < b"2":
        return None

    def counts(at):
        return [int.from_bytes(data[at + 20 + 4 * i:at + 24 + 4 * i], "big") for i in range(6)]

    isut, isstd, leap, times, types, chars = counts(0)
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    isut, isstd, leap, times, types, chars = counts(second)
    if leap:
        return None
    block = second + 44
    at = [int.from_bytes(data[block + 8 * i:block + 8 * i + 8], "big", signed=True) for i in range(times)]
    end = block + times * 9 + types * 6 + chars + isstd + isut
    return at, data[end + 1:-1].decode()


def offset(zone, at):
    d = (EPOCH + timedelta(seconds=at)).astimezone(zone).utcoffset()
    return d.days * DAY + d.seconds


def rule_transitions(zone, last):
    """Where Python says the offset changes after the file's last transition: by days, then by halving."""
    found = []
    lo = max(last, FROM)
    before = offset(zone, lo)
    while lo < UNTIL:
        hi = lo + 5 * DAY
        after = offset(zone, hi)
        if after != before:
            a, b = lo, hi
            while b - a > 1:
                m = (a + b) // 2
                a, b = (m, b) if offset(zone, m) == before else (a, m)
            found.append(b)
        lo, before = hi, after
    return found


def names():
    for root, dirs, files in os.walk(DIR):
        dirs.sort()
        for f in sorted(files):
            name = os.path.relpath(os.path.join(root, f), DIR)
            if re.fullmatch(r"[A-Za-z0-9_+/-]+", name) and not name.startswith("right/"):
                yield name


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    zoneinfo.reset_tzpath(to=[DIR])
    rules, asked, expected, zones = {}, [], [], 0
    for name in names():
        data = read(name)
        if data is None:
            continue
        zones += 1
        with open(os.path.join(DIR, name), "rb") as f:
            zone = zoneinfo.ZoneInfo.from_file(f)
        at, footer = data
        key = (footer, at[-1] if at else 0)
        if "," in footer and key not in rules:
            rules[key] = rule_transitions(zone, key[1])
        instants = [t + d for t in at if FROM <= t < UNTIL for d in (-1, 0, 1)]
        instants += [t + d for t in rules.get(key, []) for d in (-1, 0, 1)]
        instants += [rng.randrange(FROM, UNTIL) for _ in range(200)]
        asked += [f"{name} {t}" for t in instants]
        expected += [offset(zone, t) for t in instants]
    run = subprocess.run([sys.argv[1], "--offsets"], input="\n".join(asked) + "\n", capture_output=True, text=True,
                         env=dict(os.environ, INTERLOCK_ZONEINFO=DIR), check=True)
    answers = run.stdout.splitlines()
    wrong = [(q, e, a) for q, e, a in zip(asked, expected, answers) if str(e) != a]
    for q, e, a in wrong[:20]:
        print(f"FAIL: {q}: {a}, Python says {e}", file=sys.stderr)
    print(f"test_zone_oracle: {zones} zones, {len(asked)} offsets, {len(wrong)} differ, {len(rules)} rules to 2400")
    return 1 if wrong or len(answers) != len(asked) or zones < 300 else 0


if __name__ == "__main__":
    sys.exit(main())
