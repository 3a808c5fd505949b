"""Series of the lab's TMS, by the Booking API guide: at most 100 meetings, an
end is required, no years, nothing in the past; days are those of the zone
whose clocks come with the conference."""
import datetime

import recurrence
from .tms_table import BOOKING

UTC = datetime.timezone.utc
MOST = 100
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
        "Saturday")
ENDLESS, NO_INSTANCE = -2147218264, -2147218252


class Wrong(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def _get(e, name):
    return e.findtext("{%s}%s" % (BOOKING, name)) or ""


def _kid(e, name):
    return e.find("{%s}%s" % (BOOKING, name))


def when(text):
    return datetime.datetime.fromisoformat(
        text.replace(" ", "T").replace("Z", "+00:00"))


def text(t):
    return t.strftime("%Y-%m-%d %H:%M:%SZ")


def _change(e):
    if e is None:
        return None
    row = _kid(e, "TimeChangeRelativeRule")
    week = int(_get(row, "Week")) if row is not None else 0
    if row is None:
        row = _kid(e, "TimeChangeAbsoluteRule")
    if row is None:
        raise Wrong(-1, "a change of clocks without a day")
    return (int(_get(row, "Month")), week, int(_get(row, "Day")),
            int(_get(e, "ChangeSecondAtDay")))


def _clocks(c):
    rules = _kid(c, "ConferenceTimeZoneRules")
    if rules is None or not len(rules):
        raise Wrong(-1, "a series without the clocks of its zone")
    e = rules[-1]
    return (int(_get(e, "BaseOffsetInMinutes")),
            int(_get(e, "DaylightOffsetInMinutes")),
            _change(_kid(e, "Daylight")), _change(_kid(e, "Standard")))


def _rule(p, first):
    freq, at = _get(p, "FrequencyType"), int(_get(p, "BySetPosition"))
    if _get(p, "PatternEndType") == "EndNever":
        raise Wrong(ENDLESS, "never ending")
    n = int(_get(p, "PatternInstances"))
    if freq not in ("Daily", "Weekly", "Monthly") or \
            _get(p, "PatternEndType") != "EndByInstances" or \
            not 1 <= n <= MOST or int(_get(p, "Interval")) < 1:
        raise Wrong(-1, "a pattern that is not booked")
    days = _kid(p, "DaysOfWeek")
    mask = {(DAYS.index(d.text) + 6) % 7 for d in days} \
        if days is not None else set()
    rule = recurrence.Rule(
        freq.lower(), first, int(_get(p, "Interval")), mask, count=n,
        first=(DAYS.index(_get(p, "FirstDayOfWeek")) + 6) % 7)
    if freq == "Monthly" and at == 0 and not mask:
        rule.mday, rule.clamps = first.day, False
    elif freq == "Monthly" and mask and at in (1, 2, 3, 4, -1):
        rule.nth = at
    elif freq != {True: "Weekly", False: "Daily"}[bool(mask)] or at:
        raise Wrong(-1, "days that do not belong to the pattern")
    return rule


def read(c):
    """Of a Conference: its meetings, or None where it is no series."""
    p = _kid(c, "RecurrencePattern")
    if p is None:
        return None
    clocks = _clocks(c)
    start, end = when(_get(c, "StartTimeUTC")), when(_get(c, "EndTimeUTC"))
    if start < datetime.datetime.now(UTC):
        raise Wrong(-2147218269, "Cannot book in the past")
    to_utc = recurrence.by_rules(*clocks)
    # Its local time is the one that comes to this moment.
    for minutes in (clocks[0], clocks[0] + clocks[1]):
        local = start.replace(tzinfo=None) + \
            datetime.timedelta(minutes=minutes)
        if to_utc(local) == start:
            break
    rule = _rule(p, local.date())
    found = recurrence.starts(rule, local.time(), to_utc)
    if not found or found[0] != start:
        raise Wrong(-1, "it does not begin on one of its days")
    rows = {text(t): {"original": text(t), "start": text(t),
                      "end": text(t + (end - start)),
                      "title": _get(c, "Title")} for t in found}
    _except(p, rows)
    return list(rows.values())


def _except(p, rows):
    exceptions = _kid(p, "Exceptions")
    for e in exceptions if exceptions is not None else ():
        at = _get(e, "RecurrenceIdUTC")
        if at not in rows:
            raise Wrong(NO_INSTANCE, "no such instance")
        data = _kid(e, "ModifiedData")
        if _get(e, "ExceptionType") == "DELETE":
            del rows[at]
        elif data is None or _get(e, "ExceptionType") != "MODIFY":
            raise Wrong(-1, "an exception without what is changed")
        else:
            if _kid(data, "RecurrencePattern") is not None:
                raise Wrong(-1, "one of a series has no pattern")
            rows[at].update(start=_get(data, "StartTimeUTC"),
                            end=_get(data, "EndTimeUTC"),
                            title=_get(data, "Title"))


def running(m, now):
    """The meeting of a booked series that takes place now, or None."""
    for row in m.get("occurrences") or ():
        if when(row["start"]) <= now < when(row["end"]):
            return row
    return None
