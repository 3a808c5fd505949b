"""Series of the lab's Webex: what a rule comes to, and which of its meetings
differ.  A meeting of a series is named by the series and by when its rule has
it begin, as in the description's example."""
import datetime

import recurrence

UTC = datetime.timezone.utc
# OAS recurrence: five years of each
LIMITS = {"daily": 1826, "weekly": 261 * 7, "monthly": 60, "yearly": 5}
SHOWN = 400


def when(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).astimezone(UTC)


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def check(m):
    """What is wrong with a meeting's rule, or None."""
    if not m.get("recurrence"):
        return None
    try:
        rule = recurrence.from_rrule(m["recurrence"], when(m["start"]),
                                     m["timezone"])
    except (ValueError, KeyError, recurrence.zoneinfo.ZoneInfoNotFoundError) \
            as e:
        return "recurrence: %s" % e
    if (rule.count or rule.until) and len(rule.dates()) > LIMITS[rule.freq]:
        return "recurrence: too many meetings"
    return None


def originals(m):
    key = (m["recurrence"], m["start"], m["timezone"])
    if m.get("_starts", (None,))[0] != key:
        rule = recurrence.from_rrule(m["recurrence"], when(m["start"]),
                                     m["timezone"])
        clock = when(m["start"]).astimezone(
            recurrence.zoneinfo.ZoneInfo(m["timezone"])).time()
        m["_starts"] = (key, [text(t) for t in recurrence.starts(
            rule, clock, recurrence.by_zone(m["timezone"]), SHOWN)])
    return m["_starts"][1]


def ident(m, original):
    return m["id"] + "_" + original.replace("-", "").replace(":", "")


def rows(m):
    """The meetings that take place."""
    if not m.get("recurrence"):
        return []
    span = when(m["end"]) - when(m["start"])
    out = []
    for o in originals(m):
        own = m.get("_parts", {}).get(o, {})
        if own is None:
            continue
        row = {"id": ident(m, o), "meetingSeriesId": m["id"],
               "meetingType": "scheduledMeeting", "title": m["title"],
               "start": o, "end": text(when(o) + span), "original": o,
               "hostEmail": m["hostEmail"], "webLink": m["webLink"]}
        row.update(own)
        out.append(row)
    return out


def find(meetings, ident_):
    """(the series, original start) of one of its meetings, or None."""
    for m in meetings:
        if ident_.startswith(m["id"] + "_"):
            for row in rows(m):
                if row["id"] == ident_:
                    return m, row["original"]
    return None


def changed(m, before):
    """A change of start, end or rule cancels what differed (OAS)."""
    if any(m.get(k) != before.get(k) for k in ("start", "end",
                                               "recurrence", "timezone")):
        m.pop("_parts", None)


def shown(m):
    out = {k: v for k, v in m.items() if not k.startswith("_")}
    return out


def for_tests(m):
    return dict(shown(m), occurrences=[
        {k: r[k] for k in ("original", "start", "end", "title")}
        for r in rows(m)])
