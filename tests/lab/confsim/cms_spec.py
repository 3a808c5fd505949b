"""The calls of the Cisco Meeting Server API that the connector makes, form by
form, and a judge of requests.  Facts are from the API Reference Guide as it
is published, github.com/ciscocms/apiary, apiary.apib; each row names its
section.  Nothing else is allowed."""
import collections
import re

Call = collections.namedtuple("Call", "source query form needed")


def text(most):
    return lambda v: None if 0 < len(v) <= most else \
        "has %d characters" % len(v)


def matches(pattern, what):
    return lambda v: None if re.fullmatch(pattern, v) else "is no " + what


flag = matches("true|false", "boolean")
digits = matches(r"\d+", "digits")
# the part of an address before its "@"
user = matches(r"[A-Za-z0-9._~!$&'()*+,;=-]{1,200}", "user part of a URI")

# Parameters of a coSpace that the connector may send
SPACE = {"name": text(200), "uri": user, "callId": digits, "passcode": digits,
         "requireCallId": flag, "nonMemberAccess": flag, "cdrTag": text(100)}

CALLS = {
    ("GET", "/system/status"): Call(
        "System Status", {}, None, ()),
    ("GET", "/coSpaces"): Call(
        "coSpace Methods, Retrieving", {"filter": text(200), "offset": digits,
                                        "limit": digits}, None, ()),
    ("POST", "/coSpaces"): Call(
        "coSpace Methods, Creating", {}, SPACE, ()),
    ("GET", "/coSpaces/*"): Call(
        "coSpace Methods, Retrieving Detailed Information", {}, None, ()),
    ("PUT", "/coSpaces/*"): Call(
        "coSpace Methods, Modifying", {}, SPACE, ()),
    ("DELETE", "/coSpaces/*"): Call(
        "coSpace Methods, Deleting", {}, None, ()),
}
BASE = "/api/v1"


def call_of(method, path):
    """The key in CALLS, or None."""
    if not path.startswith(BASE + "/"):
        return None
    path = path[len(BASE):]
    if (method, path) in CALLS:
        return method, path
    head, _, last = path.rpartition("/")
    key = (method, head + "/*")
    return key if key in CALLS and re.fullmatch(r"[0-9A-Za-z-]+", last) \
        else None


def _fields(what, rows, given):
    for k, v in given.items():
        if k not in rows:
            return "%s %s is not in the API" % (what, k)
        wrong = rows[k](v)
        if wrong:
            return "%s %s %s" % (what, k, wrong)
    return None


def judge(key, query, form):
    """None, or what is wrong with a request."""
    call = CALLS[key]
    wrong = _fields("query", call.query, query)
    if wrong:
        return wrong
    if call.form is None:
        return "a form where there is none" if form else None
    if not form:
        return "no form"
    return _fields("parameter", call.form, form)
