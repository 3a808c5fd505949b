"""Series: a master, and its meetings.  One that nobody touched is made when
somebody asks for it; one that was changed keeps what is its own, and all else
is the master's.  Attendees' copies know nothing of what differs."""
import datetime

from lxml import etree

import recurrence
from .model import Item
from .xmlout import T, attr, esc

SHOWN = 400
UTC = datetime.timezone.utc
_zones, _definitions = {}, {}
# what of a master does not become its meetings'
OF_MASTER = {"Recurrence"}
DROPS = {"Recurrence", "Start", "End", "StartTimeZone"}


def _text(t):
    return t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text):
    return datetime.datetime.fromisoformat(text)


def iana_of(windows):
    if not _zones:
        _zones.update(recurrence.zone_names())
    return _zones.get(windows, windows if "/" in windows else "UTC")


def is_master(item):
    return "Recurrence" in item.props


def _shape(master):
    """(the rule, how long, the first's time by the clock, local to UTC)"""
    el = etree.fromstring('<a xmlns:t="%s">%s</a>'
                          % (T, master.props["Recurrence"]))[0]
    rule = recurrence.from_ews(el)
    start, end = _time(master.props["Start"]), _time(master.props["End"])
    zone = iana_of(master.props.get("StartTimeZoneId", "UTC"))
    local = start.astimezone(recurrence.zoneinfo.ZoneInfo(zone))
    return rule, end - start, local.time(), recurrence.by_zone(zone)


def originals(master, most=SHOWN):
    key = (master.props["Recurrence"], master.props["Start"],
           master.props.get("StartTimeZoneId"))
    kept = getattr(master, "kept_starts", None)
    if kept is None or kept[0] != key:
        rule, _, clock, to_utc = _shape(master)
        master.kept_starts = kept = key, [
            _text(t) for t in recurrence.starts(rule, clock, to_utc, most)]
    return kept[1]


def has_end(master):
    return "NoEndRecurrence" not in master.props["Recurrence"]


class Part(Item):
    """One meeting of a series."""

    def __init__(self, master, original):
        super().__init__(master.box, master.folder)
        self.master, self.original = master, original
        self.own, self.own_body, self.own_people = {}, None, None
        self.touched = False	# once one that differs, always one
        self.ext, self.uid = {}, master.uid
        self.organizer, self.is_organizer = master.organizer, True
        self.my_response = master.my_response

    def _base(self):
        m = self.master.props
        out = {k: v for k, v in m.items() if k not in OF_MASTER}
        span = _time(m["End"]) - _time(m["Start"])
        out["Start"] = self.original
        out["End"] = _text(_time(self.original) + span)
        return out

    @property
    def props(self):
        out = self._base()
        out.update(self.own)
        return out

    @props.setter
    def props(self, new):
        if not hasattr(self, "master"):
            return
        base = self._base()
        self.own = {k: v for k, v in new.items() if base.get(k) != v}

    @property
    def body(self):
        return self.own_body or self.master.body

    @body.setter
    def body(self, new):
        if hasattr(self, "master") and new != self.body:
            self.own_body = new

    @property
    def attendees(self):
        return self.master.attendees if self.own_people is None \
            else self.own_people

    @attendees.setter
    def attendees(self, new):
        if hasattr(self, "master") and \
                [a.address for a in new] != [a.address for a in
                                             self.attendees]:
            self.own_people = new

    @property
    def is_meeting(self):
        return self.master.is_meeting

    @is_meeting.setter
    def is_meeting(self, new):
        pass

    @property
    def is_changed(self):
        return self.touched

    def draft(self):
        """A plain item with the same in it."""
        d = Item.__new__(Item)
        d.__dict__.update(box=self.box, folder=self.folder, id=self.id,
                          version=self.version, props=self.props,
                          body=self.body, ext=dict(self.ext),
                          attendees=list(self.attendees), uid=self.uid,
                          is_meeting=self.is_meeting,
                          organizer=self.organizer)
        return d


def part(company, master, original):
    parts = master.__dict__.setdefault("parts", {})
    if original not in parts:
        parts[original] = p = Part(master, original)
        company.items[p.id] = p
    return parts[original]


def gone(master):
    return master.__dict__.setdefault("gone", set())


def meetings(company, master, most=SHOWN):
    """Those that take place."""
    return [part(company, master, o) for o in originals(master, most)
            if o not in gone(master)]


def changed(master):
    parts = master.__dict__.get("parts", {})
    return [p for o, p in sorted(parts.items())
            if p.is_changed and o not in gone(master)]


def dropped(company, master, names):
    """Another rule or another time: what differed is so no more."""
    if not DROPS & set(names):
        return
    for p in master.__dict__.get("parts", {}).values():
        company.items.pop(p.id, None)
    master.__dict__["parts"], master.__dict__["gone"] = {}, set()


def removed(company, p):
    gone(p.master).add(p.original)
    p.master.parts.pop(p.original, None)
    company.items.pop(p.id, None)


# ---- what a master shows

def _info(p, tag):
    return ('<t:%s><t:ItemId Id="%s" ChangeKey="%s"/><t:Start>%s</t:Start>'
            "<t:End>%s</t:End><t:OriginalStart>%s</t:OriginalStart></t:%s>"
            % (tag, p.id, p.change_key, p.props["Start"], p.props["End"],
               p.original, tag))


def show_end(company, item, last):
    """FirstOccurrence or LastOccurrence."""
    if not is_master(item) or isinstance(item, Part) or \
            (last and not has_end(item)):
        return ""
    rows = [o for o in originals(item) if o not in gone(item)]
    if not rows:
        return ""
    return _info(part(company, item, rows[-1 if last else 0]),
                 "LastOccurrence" if last else "FirstOccurrence")


def show_changed(item):
    rows = changed(item)
    return "<t:ModifiedOccurrences>%s</t:ModifiedOccurrences>" % "".join(
        _info(p, "Occurrence") for p in rows) if rows else ""


def show_deleted(item):
    rows = sorted(gone(item)) if is_master(item) else ()
    return "<t:DeletedOccurrences>%s</t:DeletedOccurrences>" % "".join(
        "<t:DeletedOccurrence><t:Start>%s</t:Start></t:DeletedOccurrence>"
        % o for o in rows) if rows else ""


# ---- a time zone as Exchange gives it back: whole, whatever was sent

def _transition(change, to):
    month, week, day, second = change
    return ("<t:RecurringDayTransition><t:To Kind=\"Period\">%s</t:To>"
            "<t:TimeOffset>PT%dS</t:TimeOffset><t:Month>%d</t:Month>"
            "<t:DayOfWeek>%s</t:DayOfWeek><t:Occurrence>%d</t:Occurrence>"
            "</t:RecurringDayTransition>"
            % (to, second, month, recurrence.WEEKDAYS[(day + 6) % 7],
               -1 if week == 5 else week))


def definition(windows, tag):
    if windows not in _definitions:
        base, shift, to_daylight, to_standard = recurrence.changes(
            iana_of(windows))
        periods = '<t:Period Bias="%s" Name="Standard" Id="std"/>' \
            % _bias(base)
        group = "<t:Transition><t:To Kind=\"Period\">std</t:To>" \
            "</t:Transition>"
        if to_daylight:
            periods += '<t:Period Bias="%s" Name="Daylight" Id="dlt"/>' \
                % _bias(base + shift)
            group = _transition(to_daylight, "dlt") + \
                _transition(to_standard, "std")
        _definitions[windows] = (
            'Id="%s" Name="%s"><t:Periods>%s</t:Periods>'
            '<t:TransitionsGroups><t:TransitionsGroup Id="0">%s'
            "</t:TransitionsGroup></t:TransitionsGroups><t:Transitions>"
            '<t:Transition><t:To Kind="Group">0</t:To></t:Transition>'
            "</t:Transitions>" % (attr(windows), esc(windows), periods,
                                  group))
    return "<t:%s %s</t:%s>" % (tag, _definitions[windows], tag)


def _bias(east):
    return "%sPT%dM" % ("-" if east > 0 else "", abs(east))


def show_zone(item, tag):
    windows = item.props.get(tag + "Id")
    return definition(windows, tag) if windows and tag in item.props else \
        item.props.get(tag, "")
