"""A person with series of meetings, and what of them stands in the calendar
and at the services.  exchangelib acts; the lab's Exchange says what came of
it, by arithmetic that is not the connector's."""
import datetime
import urllib.parse
import zoneinfo

import people

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
GUARD = "Do not delete or change any of the following text"
WORDS = {"webex": "@webex:onetime", "tms": "@meet:tms"}
ZONES = ("Europe/Berlin", "America/New_York", "Europe/London",
         "Australia/Sydney", "America/Santiago")
KINDS = ("single", "daily", "weekly", "monthly by day", "monthly by position",
         "yearly")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
            "Saturday", "Sunday")


def before_change(zone):
    """A day some days before the clocks of the zone change next, and two
    weeks from now at least."""
    info = zoneinfo.ZoneInfo(zone)
    day = datetime.datetime.now(UTC).replace(hour=0, minute=0, second=0,
                                             microsecond=0) + 14 * DAY
    for _ in range(400):
        if day.astimezone(info).utcoffset() != \
                (day + DAY).astimezone(info).utcoffset():
            break
        day += DAY
    day = (day - 9 * DAY).date()
    return day if day.day <= 28 else day.replace(day=28)


class Series:
    """One, from its making to its end."""

    def __init__(self, person, name, zone, kind, service, location=None):
        from exchangelib import EWSTimeZone
        self.person, self.name, self.kind = person, name, kind
        self.service, self.zone = service, EWSTimeZone(zone)
        self.zone_name = zone
        self.location = location or "Room 4, " + WORDS[service]
        self.day, self.extra = before_change(zone), 0
        self.clock = datetime.time(9, 30)
        self.id = self.uid = None

    def _pattern(self):
        from exchangelib import recurrence as r
        d, w = self.day, WEEKDAYS[self.day.weekday()]
        nth = ("First", "Second", "Third", "Fourth")[(d.day - 1) // 7] \
            if d.day <= 28 else "Last"
        return {
            "daily": lambda: r.DailyPattern(interval=1),
            "weekly": lambda: r.WeeklyPattern(
                interval=1, weekdays=[w, WEEKDAYS[(d.weekday() + 2) % 7]],
                first_day_of_week="Monday"),
            "monthly by day": lambda: r.AbsoluteMonthlyPattern(
                interval=1, day_of_month=d.day),
            "monthly by position": lambda: r.RelativeMonthlyPattern(
                interval=1, weekday=w, week_number=nth),
            "yearly": lambda: r.AbsoluteYearlyPattern(
                day_of_month=d.day, month=d.month),
        }[self.kind]()

    def recurrence(self):
        from exchangelib import EWSDate
        from exchangelib.recurrence import Recurrence
        if self.kind == "single":
            return None
        n = {"daily": 20, "weekly": 8, "yearly": 4}.get(self.kind, 6)
        start = EWSDate(self.day.year, self.day.month, self.day.day)
        if self.kind == "daily":
            last = self.day + (n - 1 + self.extra) * DAY
            return Recurrence(pattern=self._pattern(), start=start,
                              end=EWSDate(last.year, last.month, last.day))
        return Recurrence(pattern=self._pattern(), start=start,
                          number=n + self.extra)

    def make(self):
        from exchangelib import CalendarItem, EWSDateTime, HTMLBody
        from exchangelib.items import SEND_TO_ALL_AND_SAVE_COPY
        account = self.person.account
        c = self.clock
        at = EWSDateTime(self.day.year, self.day.month, self.day.day, c.hour,
                         c.minute, c.second, tzinfo=self.zone)
        item = CalendarItem(
            account=account, folder=account.calendar, subject=self.name,
            location=self.location, body=HTMLBody("<p>Agenda</p>"),
            start=at, end=at + HOUR, recurrence=self.recurrence(),
            required_attendees=["dave@lab.example"])
        item.save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
        self.id = item.id

    def change(self, item_id=None, **changes):
        """Of the whole, or of one of its meetings."""
        from exchangelib.errors import ErrorIrresolvableConflict
        for _ in range(20):
            item = self.person.find(item_id=item_id or self.id)
            rows = {k: v(item) if callable(v) else v
                    for k, v in changes.items()}
            try:
                return self.person.update(item, **rows)
            except ErrorIrresolvableConflict:
                continue	# the connector was quicker
        raise AssertionError("a conflict each time")

    def cancel(self, item_id=None):
        self.person.find(item_id=item_id or self.id).delete(
            send_meeting_cancellations="SendToAllAndSaveCopy")


def minute(text):
    return datetime.datetime.fromisoformat(
        text.replace(" ", "T").replace("Z", "+00:00")).strftime(
            "%Y-%m-%dT%H:%MZ")


class Both:
    """Calendar and services at one moment."""

    def __init__(self, lab, prefix):
        rows = lab.get("/series?subject=" + urllib.parse.quote(prefix))
        self.calendar = {r["id"]: r for r in rows}
        self.tms = lab.get("/tms")
        self.webex = lab.get("/webex")

    def wanted(self, s, service):
        word = WORDS[service]
        return sorted(
            (minute(m["start"]), minute(m["end"]), m["subject"])
            for m in self.calendar.get(s.id, {"meetings": ()})["meetings"]
            if word in m["location"])

    def booked(self, s, service):
        return sorted((minute(a), minute(b), t)
                      for a, b, t in getattr(self, "_" + service)(s))

    def _tms(self, s):
        for m in self.tms["meetings"]:
            if m["key"] != s.uid and \
                    not m["key"].startswith(s.uid + "#"):
                continue
            for r in m.get("occurrences") or [m]:
                yield r["start"], r["end"], r["title"]

    def _webex(self, s):
        for m in self.webex["meetings"]:
            if not m["title"].startswith(s.name):
                continue
            for r in m["occurrences"] if m.get("recurrence") else [m]:
                yield r["start"], r["end"], r["title"]

    def difference(self, s):
        """What does not agree, or None."""
        row = self.calendar.get(s.id)
        if row is not None:
            s.uid = row["uid"]
        for service in WORDS:
            a, b = self.wanted(s, service), self.booked(s, service)
            if a != b:
                return "%s: %s has %s, the calendar %s" % (
                    s.name, service, [x for x in b if x not in a] or b[:3],
                    [x for x in a if x not in b] or a[:3])
        if row is None:
            return None
        for m in row["meetings"]:
            if any(w in m["location"] for w in WORDS.values()) and \
                    GUARD not in m["body"]:
                return "%s: no details on %s" % (s.name, m["start"])
        return None


def agree(lab, prefix, all_of, timeout_s=60):
    """Waits until calendar and services agree about each; [what does not]"""
    left = []

    def check():
        both = Both(lab, prefix)
        left[:] = [d for d in (both.difference(s) for s in all_of) if d]
        return not left
    people.wait_for(check, timeout_s, 0.3)
    return left
