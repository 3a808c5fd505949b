"""The calls of the Webex REST API that the connector makes, field by field,
and a judge of requests.  Facts are from the public OpenAPI description,
github.com/webex/webex-openapi-specs, public-spec/webex-meeting.json and
webex-messaging.json (CC-BY-4.0, Cisco), and RFC 6749 section 6 for tokens.
Nothing else is allowed: a field or a call that stands not here is refused."""
import collections
import datetime
import re
import urllib.parse

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$")
MAIL = re.compile(r"[^@\s]+@[^@\s]+$")


def text(most=None, least=1):
    def check(v):
        if not isinstance(v, str):
            return "is no string"
        if len(v) < least or (most is not None and len(v) > most):
            return "has %d characters" % len(v)
    return check


def mail(v):
    return None if isinstance(v, str) and MAIL.match(v) else "is no address"


def stamp(v):
    return None if isinstance(v, str) and STAMP.match(v) else "is no time"


def flag(v):
    return None if isinstance(v, bool) else "is no boolean"


def word(*words):
    return lambda v: None if v in words else "is none of " + ", ".join(words)


def number(least, most):
    def check(v):
        ok = re.fullmatch(r"\d+", str(v)) and least <= int(v) <= most
        return None if ok else "is not from %d to %d" % (least, most)
    return check


def tags(v):
    """OAS integrationTags: at most 3 of at most 64 characters."""
    if not isinstance(v, list) or len(v) > 3:
        return "is no list of at most 3"
    return next((t for t in map(text(64), v) if t), None)


def rule(v):
    """What it comes to is judged in webex_series.py; null takes it away."""
    return None if v is None or isinstance(v, str) and "FREQ=" in v \
        else "is no RRULE"


MEETING = {"title": text(128), "agenda": text(1300, 0), "start": stamp,
           "end": stamp, "timezone": text(64), "recurrence": rule,
           "password": text(64), "sendEmail": flag, "hostEmail": mail,
           "siteUrl": text(253), "enabledJoinBeforeHost": flag,
           "integrationTags": tags}

Call = collections.namedtuple(
    "Call", "operation source query body needed scopes")
# Files of the description, and documents beside it
OAS_M = "public-spec/webex-meeting.json"
OAS_T = "public-spec/webex-messaging.json"
RFC = "RFC 6749 section 6"
READ = ("meeting:admin_schedule_read", "meeting:schedules_read")
WRITE = ("meeting:admin_schedule_write", "meeting:schedules_write")
PREFER = ("meeting:admin_preferences_read", "meeting:preferences_read")
SPACES = ("spark:all",)
WHOSE = {"userEmail": mail, "siteUrl": text(253)}

# (method, path): the description's name of it and the file that has it, what
# may stand in the query and in the body (None: no body), what of the body
# must be there, scopes of which one will do
CALLS = {
    ("POST", "/access_token"): Call("Access Token Request", RFC, {}, {
        "grant_type": word("refresh_token"), "client_id": text(),
        "client_secret": text(), "refresh_token": text()},
        ("grant_type", "client_id", "client_secret", "refresh_token"), ()),
    ("GET", "/people/me"): Call(
        "Get My Own Details", OAS_M, {}, None, (),
        ("spark:all", "spark:people_read")),
    ("GET", "/people"): Call(
        "List People", OAS_M, {"email": mail, "max": number(1, 1000)}, None,
        (), ("spark-admin:people_read",)),
    ("GET", "/meetings"): Call("List Meetings", OAS_M, {
        "meetingType": word("meetingSeries", "scheduledMeeting", "meeting"),
        "integrationTag": text(64), "hostEmail": mail, "roomId": text(),
        "siteUrl": text(253), "max": number(1, 100),
        "meetingSeriesId": text(), "from": stamp, "to": stamp}, None, (),
        READ),
    ("GET", "/meetings/*"): Call(
        "Get a Meeting", OAS_M, {"hostEmail": mail,
                                 "current": word("true", "false")},
        None, (), READ),
    ("POST", "/meetings"): Call(
        "Create a Meeting", OAS_M, {}, dict(MEETING, roomId=text()),
        ("title", "start", "end"), WRITE),
    ("PATCH", "/meetings/*"): Call(
        "Patch a Meeting", OAS_M, {}, MEETING, (), WRITE),
    ("DELETE", "/meetings/*"): Call(
        "Delete a Meeting", OAS_M, {"hostEmail": mail,
                                    "sendEmail": word("true", "false")},
        None, (), WRITE),
    ("GET", "/meetingPreferences/personalMeetingRoom"): Call(
        "Get Personal Meeting Room Options", OAS_M, WHOSE, None, (), PREFER),
    ("GET", "/meetingPreferences/sites"): Call(
        "Get Site List", OAS_M, WHOSE, None, (), PREFER),
    ("GET", "/rooms"): Call("List Rooms", OAS_T, {
        "type": word("group", "direct"),
        "sortBy": word("id", "lastactivity", "created"),
        "max": number(1, 1000)}, None, (), SPACES),
    ("POST", "/rooms"): Call(
        "Create a Room", OAS_T, {}, {"title": text()}, ("title",), SPACES),
    ("DELETE", "/rooms/*"): Call(
        "Delete a Room", OAS_T, {}, None, (), SPACES),
    ("GET", "/memberships"): Call("List Memberships", OAS_T, {
        "roomId": text(), "personEmail": mail, "max": number(1, 1000)}, None,
        (), SPACES),
    ("POST", "/memberships"): Call("Create a Membership", OAS_T, {}, {
        "roomId": text(), "personEmail": mail, "isModerator": flag},
        ("roomId",), SPACES),
    ("DELETE", "/memberships/*"): Call(
        "Delete a Membership", OAS_T, {}, None, (), SPACES),
}


def call_of(method, path):
    """(the key in CALLS, the id in the path), or (None, "")."""
    if (method, path) in CALLS:
        return (method, path), ""
    head, _, last = path.rpartition("/")
    key = (method, head + "/*")
    return (key, urllib.parse.unquote(last)) if key in CALLS and last \
        else (None, "")


def _fields(what, rows, given):
    for k, v in given.items():
        if k not in rows:
            return "%s %s is not in the description" % (what, k)
        wrong = rows[k](v)
        if wrong:
            return "%s %s %s" % (what, k, wrong)
    return None


def _span(body):
    """10 minutes to 23 h 59 min, and to the minute."""
    a, b = (datetime.datetime.fromisoformat(body[k].replace("Z", "+00:00"))
            for k in ("start", "end"))
    minutes = (b - a).total_seconds() / 60
    return None if 10 <= minutes <= 1439 else "it lasts %d minutes" % minutes


def judge(key, query, body):
    """None, or what is wrong with a request."""
    call = CALLS[key]
    want_query, want_body, needed = call.query, call.body, call.needed
    wrong = _fields("query", want_query, query)
    if wrong:
        return wrong
    if want_body is None:
        return "a body where there is none" if body is not None else None
    if not isinstance(body, dict):
        return "the body is no object"
    wrong = _fields("field", want_body, body)
    if wrong:
        return wrong
    for k in needed:
        if k not in body:
            return "field %s is missing" % k
    if "start" in body and "end" in body:
        return _span(body)
    return None
