"""Days of a series, for the simulators and the tests that judge them: from a
rule of EWS, of RFC 5545, or of TMS.  In our own words and with zoneinfo, so
that nothing of the connector's own arithmetic is in it."""
import calendar
import datetime
import os
import re
import zoneinfo

DAY = datetime.timedelta(days=1)
UTC = datetime.timezone.utc
NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
            "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")
WEEKS = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}
GROUPS = {"Day": set(range(7)), "Weekday": set(range(5)),
          "WeekendDay": {5, 6}}
MOST = 4000
HERE = os.path.dirname(os.path.abspath(__file__))


def zone_names():
    """Windows name -> IANA name."""
    path = os.path.join(HERE, os.pardir, os.pardir, "common", "win_zone.def")
    with open(path) as f:
        return dict(re.findall(r'^WIN_ZONE\("([^"]*)", "([^"]*)"\)', f.read(),
                               re.M))


class Rule:
    """Says, in local days, when a series takes place."""

    def __init__(self, freq, start, interval=1, days=(), mday=None, nth=None,
                 month=None, first=0, count=None, until=None, clamps=True):
        self.freq, self.start, self.interval = freq, start, interval
        self.days, self.mday, self.nth = set(days), mday, nth
        self.month, self.first = month, first
        self.count, self.until, self.clamps = count, until, clamps

    def _in_month(self, year, month):
        last = calendar.monthrange(year, month)[1]
        if self.nth is not None:
            found = [d for d in range(1, last + 1)
                     if datetime.date(year, month, d).weekday() in self.days]
            n = self.nth - 1 if self.nth > 0 else self.nth
            return datetime.date(year, month, found[n]) \
                if -len(found) <= n < len(found) else None
        if self.mday < 0:
            return datetime.date(year, month, last + 1 + self.mday)
        if self.mday > last and not self.clamps:
            return None
        return datetime.date(year, month, min(self.mday, last))

    def _all(self):
        at = self.start
        if self.freq == "daily":
            while True:
                yield at
                at += self.interval * DAY
        if self.freq == "weekly":
            at -= DAY * ((at.weekday() - self.first) % 7)
            while True:
                for i in range(7):
                    if (at + i * DAY).weekday() in self.days:
                        yield at + i * DAY
                at += 7 * self.interval * DAY
        n = at.year * 12 + (self.month or at.month) - 1
        step = self.interval * (12 if self.freq == "yearly" else 1)
        while True:
            day = self._in_month(n // 12, n % 12 + 1)
            if day is not None:
                yield day
            n += step

    def dates(self, most=MOST):
        out = []
        for day in self._all():
            if day < self.start:
                continue
            if len(out) == min(most, self.count or most) or \
                    (self.until is not None and day > self.until):
                return out
            out.append(day)


def starts(rule, clock, to_utc, most=MOST):
    """Moments in UTC, without seconds' parts."""
    return [to_utc(datetime.datetime.combine(d, clock))
            for d in rule.dates(most)]


def by_zone(zone):
    info = zoneinfo.ZoneInfo(zone)
    return lambda local: local.replace(tzinfo=info).astimezone(UTC)


# ---- RFC 5545, of which Webex takes a part

def from_rrule(text, start_utc, zone):
    """A Rule, or ValueError with what is wrong."""
    info = zoneinfo.ZoneInfo(zone)
    start = start_utc.astimezone(info)
    rows = [r.partition("=") for r in text.split(";")]
    given = {k: v for k, _, v in rows}
    if len(given) != len(rows) or any(not v for v in given.values()):
        raise ValueError("a part is empty, or there twice")
    odd = set(given) - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY",
                        "BYMONTHDAY", "BYMONTH", "WKST"}
    if odd or "COUNT" in given and "UNTIL" in given:
        raise ValueError("parts that do not belong there")
    freq = given["FREQ"].lower()
    if freq not in ("daily", "weekly", "monthly", "yearly"):
        raise ValueError("FREQ")
    rule = Rule(freq, start.date(), int(given.get("INTERVAL", 1)),
                clamps=False)
    if not 1 <= rule.interval <= 999:
        raise ValueError("INTERVAL")
    if "COUNT" in given:
        rule.count = int(given["COUNT"])
        if rule.count < 1:
            raise ValueError("COUNT")
    if "UNTIL" in given:
        if not re.fullmatch(r"\d{8}T\d{6}Z", given["UNTIL"]):
            raise ValueError("UNTIL is not in UTC")
        rule.until = datetime.datetime.strptime(
            given["UNTIL"], "%Y%m%dT%H%M%SZ").replace(
                tzinfo=UTC).astimezone(info).date()
    if "WKST" in given:
        rule.first = NAMES.index(given["WKST"])
    _which(rule, given, freq)
    if rule.dates(1) != [start.date()]:
        raise ValueError("it does not begin on one of its days")
    return rule


def _which(rule, given, freq):
    days = given.get("BYDAY", "").split(",") if "BYDAY" in given else []
    if freq in ("daily", "weekly") and (
            {"BYMONTHDAY", "BYMONTH"} & set(given) or
            freq == "daily" and days):
        raise ValueError("days of a month where there are none")
    if freq == "daily":
        return
    if freq == "weekly":
        rule.days = {NAMES.index(d) for d in days}
        if not rule.days:
            raise ValueError("no day of the week")
        return
    if ("BYMONTH" in given) != (freq == "yearly"):
        raise ValueError("BYMONTH")
    if freq == "yearly":
        rule.month = int(given["BYMONTH"])
    # Monthly and yearly ones take one day only (OAS).
    if ("BYMONTHDAY" in given) == bool(days) or len(days) > 1:
        raise ValueError("not one day")
    if days:
        m = re.fullmatch(r"([1-4]|-1)(MO|TU|WE|TH|FR|SA|SU)", days[0])
        if not m:
            raise ValueError("BYDAY")
        rule.nth, rule.days = int(m[1]), {NAMES.index(m[2])}
    else:
        if not re.fullmatch(r"-1|[1-9]|[12]\d|3[01]", given["BYMONTHDAY"]):
            raise ValueError("BYMONTHDAY")
        rule.mday = int(given["BYMONTHDAY"])


# ---- EWS

def _kid(el, name):
    for c in el:
        if isinstance(c.tag, str) and c.tag.rpartition("}")[2] == name:
            return c
    return None


def _date(el, name):
    text = _kid(el, name).text.strip()
    return datetime.date.fromisoformat(text[:10])


def from_ews(recurrence):
    """Of a Recurrence element."""
    pattern, ends = [c for c in recurrence if isinstance(c.tag, str)]
    kind = pattern.tag.rpartition("}")[2]
    how = ends.tag.rpartition("}")[2]

    def word(name, default=None):
        e = _kid(pattern, name)
        return default if e is None else (e.text or "").strip()

    freq = "daily" if kind == "DailyRecurrence" else \
        "weekly" if kind == "WeeklyRecurrence" else \
        "yearly" if "Yearly" in kind else "monthly"
    rule = Rule(freq, _date(ends, "StartDate"), int(word("Interval", "1")))
    for name in (word("DaysOfWeek", "")).split():
        rule.days |= GROUPS.get(name) or {WEEKDAYS.index(name)}
    if freq == "weekly":
        rule.first = WEEKDAYS.index(word("FirstDayOfWeek", "Sunday"))
    if "Relative" in kind:
        rule.nth = WEEKS[word("DayOfWeekIndex")]
    elif "Absolute" in kind:
        rule.mday = int(word("DayOfMonth"))
    if freq == "yearly":
        rule.month = MONTHS.index(word("Month")) + 1
    if how == "EndDateRecurrence":
        rule.until = _date(ends, "EndDate")
    elif how == "NumberedRecurrence":
        rule.count = int(_kid(ends, "NumberOfOccurrences").text)
    return rule


# ---- the clocks of a zone, as a rule of Windows or of TMS has them

def changes(zone):
    """(base minutes, shift minutes, to daylight, to standard); a change is
    (month, week, weekday from Sunday, second of the day), None for none."""
    info = zoneinfo.ZoneInfo(zone)

    def off(t):
        return t.astimezone(info).utcoffset()

    found = {}
    for year in range(2027, 2033):
        t = datetime.datetime(year, 1, 1, tzinfo=UTC)
        for _ in range(8760):
            after = t + datetime.timedelta(hours=1)
            if off(t) != off(after):
                at = (after + off(t)).replace(tzinfo=None)
                found.setdefault(off(after) > off(t), []).append(
                    (at, off(t), off(after)))
            t = after
    if not found:
        base = off(datetime.datetime(2027, 1, 1, tzinfo=UTC))
        return int(base.total_seconds() // 60), 0, None, None
    out = []
    for way in (True, False):
        rows = [at for at, _, _ in found[way]]
        month = rows[0].month
        weeks = {(at.day - 1) // 7 + 1 for at in rows}
        last = all(at.day + 7 > calendar.monthrange(at.year, at.month)[1]
                   for at in rows)
        week = 5 if last else min(weeks)
        assert len({(at.month, at.weekday(), at.hour) for at in rows}) == 1
        out.append((month, week, (rows[0].weekday() + 1) % 7,
                    rows[0].hour * 3600 + rows[0].minute * 60))
    _, before, after = found[True][0]
    return (int(before.total_seconds() // 60),
            int((after - before).total_seconds() // 60), out[0], out[1])


def _change_in(change, year):
    month, week, day, second = change
    last = calendar.monthrange(year, month)[1]
    if week == 0:
        at = day
    else:
        days = [d for d in range(1, last + 1) if
                (datetime.date(year, month, d).weekday() + 1) % 7 == day]
        at = days[-1] if week == 5 else days[week - 1]
    return datetime.datetime(year, month, at) + \
        datetime.timedelta(seconds=second)


def by_rules(base, shift, to_daylight, to_standard):
    """Local time to UTC, by what changes() gives."""
    def to_utc(local):
        summer = False
        if to_daylight is not None:
            a = _change_in(to_daylight, local.year)
            b = _change_in(to_standard, local.year)
            summer = a <= local < b if a < b else local >= a or local < b
        east = datetime.timedelta(minutes=base + (shift if summer else 0))
        return (local - east).replace(tzinfo=UTC)
    return to_utc
