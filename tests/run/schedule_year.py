#!/usr/bin/env python3
"""A year of spine's schedules, told twice: as SQL that is played on an engine, and as what must come of it.

  schedule_year.py DIRECTORY     writes year.sql and year.expected there

The expectation is computed here, from the rules of the documentation and Python's own zone database, not from the program: which
instants an expression denotes in a zone, what a tick makes of those that are due, when a run stands in the way of the next. The
clock is set by hand; ticks come now and then, also on the very slot, densely around each change of the clocks, and not at all
for some days.
"""
import bisect, datetime as dt, functools, os, random, sys
from zoneinfo import ZoneInfo

UTC = dt.timezone.utc
SECOND = dt.timedelta(seconds=1)
BEGIN, END = dt.datetime(2026, 1, 1, tzinfo=UTC), dt.datetime(2027, 1, 1, tzinfo=UTC)
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe"]
CRONS = ["30 2 * * *", "15 1 * * *", "45 1 * * *", "15 * * * *", "*/20 2 * * *", "0 */2 * * *", "0 9 * * 1-5", "0 0 1 * *",
         "30 1,2 * * *", "15 2 * 3,4,10,11 0"]
# Nobody ticks: a day and more in April, two days across the end of summer time in Paris, a week in August.
OUTAGES = [(dt.datetime(2026, 4, 10, 3, tzinfo=UTC), dt.datetime(2026, 4, 11, 9, 30, tzinfo=UTC)),
           (dt.datetime(2026, 8, 1, tzinfo=UTC), dt.datetime(2026, 8, 8, 0, 0, 1, tzinfo=UTC)),
           (dt.datetime(2026, 10, 24, 1, tzinfo=UTC), dt.datetime(2026, 10, 26, 7, tzinfo=UTC))]


def us(t):
    return (t - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(microseconds=1)


def text(t):
    return t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# ---- which instants an expression denotes ----


def field(word, low, high):
    values = set()
    for item in word.split(","):
        item, _, step = item.partition("/")
        first, _, last = (f"{low}-{high}" if item == "*" else item).partition("-")
        values |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return values


def change_after(zone, t):
    """The first instant from t on, to the second, at which the zone's offset is another."""
    before, hour = t.astimezone(zone).utcoffset(), dt.timedelta(hours=1)
    while (t + hour).astimezone(zone).utcoffset() == before:
        t += hour
    while t.astimezone(zone).utcoffset() == before:
        t += dt.timedelta(minutes=1)
    return t


@functools.lru_cache(None)
def instants(zone, wall):
    """The instants at which clocks in the zone show a local time: none, one or two; then what comes first after the gap."""
    both = []
    for fold in (0, 1):
        t = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if t.astimezone(zone).replace(tzinfo=None) == wall and t not in both:
            both.append(t)
    if both:
        return sorted(both), None
    return [], change_after(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC) - dt.timedelta(hours=4))


def occurrences(expression, name):
    minute, hour, day, month, weekday = expression.split()
    repeats = any(c in minute + hour for c in "*-/")
    zone, found = ZoneInfo(name), set()
    minutes, hours, months = field(minute, 0, 59), field(hour, 0, 23), field(month, 1, 12)
    days, weekdays = field(day, 1, 31), field(weekday, 0, 6)
    date = BEGIN.date() - dt.timedelta(days=2)
    while date < END.date() + dt.timedelta(days=120):
        if date.month in months and date.day in days and (date.weekday() + 1) % 7 in weekdays:
            walls = [dt.datetime(date.year, date.month, date.day, h, m) for h in hours for m in minutes]
            there = [instants(zone, w) for w in walls]
            swallowed = not any(times for times, _ in there)
            for times, after in there:
                if times:
                    found |= set(times if repeats else times[:1])
                elif swallowed or not repeats:
                    found.add(after)
        date += dt.timedelta(days=1)
    return sorted(found)


# ---- what becomes of them ----


class Schedule:
    def __init__(self, key, kind, says, zone, grace, most, lasts):
        self.key, self.kind, self.says, self.zone = key, kind, says, zone
        self.grace, self.most, self.lasts = grace * SECOND, most, lasts * SECOND
        self.times = occurrences(says, zone) if kind == "cron" else [says] if kind == "date" else None
        self.open, self.next = [], None

    def after(self, t):
        if self.kind == "interval":
            step = self.says * SECOND
            return self.next + ((t - self.next) // step + 1) * step if self.next else t + step
        i = bisect.bisect(self.times, t)
        return self.times[i] if i < len(self.times) else None

    def due(self, t):
        if self.kind != "interval":
            return self.times[bisect.bisect_left(self.times, self.next):bisect.bisect(self.times, t)]
        step = self.says * SECOND
        return [self.next + i * step for i in range((t - self.next) // step + 1)]

    def insert(self):
        column = {"cron": "cron_expression", "interval": "interval_seconds", "date": "run_at"}[self.kind]
        value = text(self.says) if self.kind == "date" else self.says
        return (f"INSERT INTO core_schedules (id, name, target_name, schedule_type, {column}, timezone, misfire_grace_seconds, max_instances)"
                f" VALUES ('{self.key}', '{self.key}', '{self.lasts // SECOND}', '{self.kind}', '{value}', '{self.zone}',"
                f" {self.grace // SECOND}, {self.most});")


def all_schedules():
    """Graces, lengths of runs and instances go round, so that each meets each kind of expression."""
    graces, lasts, most = [0, 60, 1800, 3600, 100000], [0, 0, 5400, 30000], [1, 2, 1]
    out = []
    for z, zone in enumerate(ZONES):
        for c, cron in enumerate(CRONS):
            n = z * len(CRONS) + c
            out.append(Schedule(f"c{z}-{c}", "cron", cron, zone, graces[(n + z) % 5], most[(n + 2 * z) % 3], lasts[n % 4]))
    for n, seconds in enumerate([7000, 86400, 3601]):
        out.append(Schedule(f"i{n}", "interval", seconds, "UTC", graces[n + 2], most[n], lasts[n + 1]))
    for n, at in enumerate([dt.datetime(2026, 4, 10, 12, tzinfo=UTC), dt.datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)]):
        out.append(Schedule(f"d{n}", "date", at, "UTC", 100000 * (1 - n) + 3600, 1, 0))
    return out


def all_ticks(schedules):
    chance = random.Random(26)
    ticks, t = set(), BEGIN + 90 * SECOND
    while t < END:
        ticks.add(t)
        t += dt.timedelta(seconds=chance.randrange(1800, 100000))
    for name in ZONES:
        change = BEGIN
        for _ in range(2):
            change = change_after(ZoneInfo(name), change)
            for minutes in range(-180, 181, 10):
                ticks.add(change + dt.timedelta(minutes=minutes, seconds=chance.randrange(0, 30)))
    for s in schedules:
        if s.times:
            for slot in chance.sample([x for x in s.times if x < END], min(5, len(s.times))):
                ticks |= {slot, slot + s.grace, slot + s.grace + SECOND}
    return sorted(t for t in ticks if BEGIN < t < END and not any(a < t < b for a, b in OUTAGES))


def tick(s, t, rows):
    if s.next is None or s.next > t:
        return
    due = s.due(t)
    late = t - due[-1] > s.grace
    missed = due if late else due[:-1]
    if missed:
        said = (f"1 slot missed: {text(missed[0])}" if len(missed) == 1 else
                f"{len(missed)} slots missed: {text(missed[0])} to {text(missed[-1])}")
        rows[s.key, missed[0]] = ["MISSED", "-", said, "-"]
    if not late and len(s.open) >= s.most:
        rows[s.key, due[-1]] = ["SKIPPED", "max_instances", "-", "-"]
    elif not late:
        rows[s.key, due[-1]] = ["RUNNING", "-", "-", us(t)]
        s.open.append((t, due[-1]))
    s.next = s.after(t)


def play(schedules, out):
    rows, paused = {}, [s for s in schedules if s.key in ("c0-3", "i0")]
    pause, resume = dt.datetime(2026, 5, 3, 4, 5, 6, tzinfo=UTC), dt.datetime(2026, 5, 9, 10, 11, 12, tzinfo=UTC)
    for s in schedules:
        s.next = s.after(BEGIN)
        out(s.insert())
    for t in sorted(all_ticks(schedules) + [pause, resume]):
        out(f"SELECT interlock_set_clock('{text(t)}');")
        if t in (pause, resume):
            out(f"UPDATE core_schedules SET enabled = {int(t == resume)} WHERE id IN ('c0-3', 'i0');")
            for s in paused:
                s.next = None
                s.next = s.after(t) if t == resume else None
        for s in schedules:
            for begun, slot in [x for x in s.open if x[0] + s.lasts <= t]:
                rows[s.key, slot][0] = "COMPLETED"
                s.open.remove((begun, slot))
            tick(s, t, rows)
        out(f"UPDATE core_schedule_runs SET status = 'COMPLETED' WHERE status = 'RUNNING' AND instant_us(started_at) <= {us(t)} -"
            " (SELECT CAST(s.target_name AS BIGINT) * 1000000 FROM core_schedules s WHERE s.id = schedule_id);")
        out("SELECT count(*) FROM schedule_tick('core_schedules');")
        out("UPDATE core_schedule_runs SET status = 'RUNNING' WHERE status = 'PENDING';")
    return rows


def main():
    schedules = all_schedules()
    with open(os.path.join(sys.argv[1], "year.sql"), "w") as f:
        f.write(f"SELECT interlock_set_clock('{text(BEGIN)}');\nSELECT interlock_install('spine');\n")
        rows = play(schedules, lambda line: f.write(line + "\n"))
    with open(os.path.join(sys.argv[1], "year.expected"), "w") as f:
        for (key, slot), row in sorted(rows.items()):
            f.write("|".join(str(x) for x in [key, us(slot)] + row) + "\n")
        for s in sorted(schedules, key=lambda s: s.key):
            f.write(f"{s.key}|{us(s.next) if s.next else '-'}\n")


main()
