"""What is special about a series beyond the matrix: one that runs, one that
does not fit, one space for all of it, and services that hang up."""
import datetime

import people
import pytest
from series import GUARD, HOUR, WORDS, Both, Series, agree
from test_booking import WORD, add_cms, add_webex
from test_tms import add as add_tms

SECOND = datetime.timedelta(seconds=1)
UTC = datetime.timezone.utc


@pytest.fixture
def lab(product, company):
    for name in ("webex", "tms", "cms"):
        company.post("/%s/reset" % name)
    yield company
    for name in ("Booking Webex", "Lab TMS", "Booking CMS"):
        product.ctl("conferencing", "delete", name, "booked=yes", ok=False)
    product.ctl("keywords", "delete", WORD, ok=False)
    for name in ("webex", "tms", "cms"):
        assert company.get("/" + name)["wrong"] == []


def one(lab, name, kind, service, **more):
    s = Series(lab.person("alice"), name, "Europe/Berlin", kind, service,
               **more)
    s.make()
    return s


def agreed(lab, s):
    left = agree(lab, s.name, [s])
    assert not left, left


def meeting(lab, s, n):
    return Both(lab, s.name).calendar[s.id]["meetings"][n]


def wait(check):
    got = people.wait_for(check, 60, 0.2)
    assert got
    return got


@pytest.mark.parametrize("kind", ("space", "bridge"))
def test_one_space_for_a_series(product, lab, kind):
    """And its meetings have it, whatever is done to them."""
    if kind == "space":
        add_webex(product, lab)
        word, state, rows = "@webex:space", "/webex", "rooms"
    else:
        add_cms(product, lab)
        product.ctl("keywords", "add", WORD, "action=cms")
        word, state, rows = WORD, "/cms", "spaces"
    s = one(lab, "Space " + kind, "weekly", "webex", location=word)
    wait(lambda: len(lab.get(state)[rows]) == 1 and
         GUARD in meeting(lab, s, 0)["body"])
    body = meeting(lab, s, 0)["body"]
    s.change(meeting(lab, s, 1)["id"], subject=s.name + " other",
             start=lambda i: i.start + HOUR, end=lambda i: i.end + HOUR)
    s.cancel(meeting(lab, s, 0)["id"])
    s.change(subject=s.name + " anew")
    wait(lambda: s.name + " anew" in str(
        lab.get(state)[rows] + lab.get("/webex")["meetings"]))
    assert len(lab.get(state)[rows]) == 1
    assert meeting(lab, s, 0)["body"] == body
    s.cancel()
    wait(lambda: lab.get(state)[rows] == [])


@pytest.mark.slow
def test_a_running_meeting_of_tms_stays_as_it_is(product, lab):
    """The others change; the one that runs becomes a meeting by itself."""
    add_tms(product)
    s = Series(lab.person("alice"), "Running", "Europe/Berlin", "daily",
               "tms")
    now = datetime.datetime.now(UTC).astimezone(s.zone) + 20 * SECOND
    s.day, s.clock = now.date(), now.time().replace(microsecond=0)
    s.make()
    agreed(lab, s)
    first = Both(lab, s.name).calendar[s.id]["meetings"][0]
    began = datetime.datetime.fromisoformat(first["start"])
    wait(lambda: datetime.datetime.now(UTC) > began)
    number = lab.get("/tms")["meetings"][0]["id"]
    s.change(subject="Running, renamed")

    def split():
        rows = {m["key"]: m for m in lab.get("/tms")["meetings"]}
        return rows if len(rows) == 2 and \
            rows[s.uid]["title"] == "Running, renamed" else None
    rows = wait(split)
    assert rows[""]["title"] == "Running" and \
        rows[""]["detached"] == s.uid
    assert rows[s.uid]["id"] != number
    assert len(rows[s.uid]["occurrences"]) == 19
    # It has another number from now on, and ends by that.
    s.cancel()
    wait(lambda: [m["key"] for m in lab.get("/tms")["meetings"]] == [""])


def told(product, text):
    return wait(lambda: text in str(
        product.ctl("users", "show", "alice@lab.example")))


def test_what_does_not_fit_is_told(product, lab):
    add_tms(product)
    s = Series(lab.person("alice"), "Long", "Europe/Berlin", "daily", "tms")
    s.extra = 81
    s.make()
    told(product, "at most 100 meetings of a series")
    assert lab.get("/tms")["meetings"] == []
    # The organizer reads it in the meeting.
    wait(lambda: "cannot book this kind of series" in
         meeting(lab, s, 0)["body"])
    s.extra = 80
    s.change(recurrence=s.recurrence())
    agreed(lab, s)
    assert len(lab.get("/tms")["meetings"][0]["occurrences"]) == 100
    # Too long again: what was booked ends, and is not there twice.
    s.extra = 81
    s.change(recurrence=s.recurrence())
    wait(lambda: lab.get("/tms")["meetings"] == [])
    s.cancel()


def test_a_meeting_that_webex_has_no_more(product, lab):
    """The keyword comes back: the series is made anew, once."""
    add_webex(product, lab)
    s = one(lab, "Back", "daily", "webex")
    agreed(lab, s)
    was = lab.get("/webex")["meetings"][0]["id"]
    which = meeting(lab, s, 2)["id"]
    s.change(which, location="Room 4")
    agreed(lab, s)
    assert lab.get("/webex")["meetings"][0]["id"] == was
    s.change(which, location="Room 4, " + WORDS["webex"])
    agreed(lab, s)
    row, = lab.get("/webex")["meetings"]
    assert row["id"] != was and len(row["occurrences"]) == 20
    s.cancel()
    wait(lambda: lab.get("/webex")["meetings"] == [])


@pytest.mark.parametrize("method", ("POST", "PATCH"))
def test_a_service_that_hangs_up_has_one_series(product, lab, method):
    add_webex(product, lab)
    if method == "POST":
        lab.control("POST", "/webex/fault", {
            "method": "POST", "path": "/meetings", "status": 0, "done": True})
    s = one(lab, "Hung " + method, "weekly", "webex")
    agreed(lab, s)
    if method == "PATCH":
        lab.control("POST", "/webex/fault", {
            "method": "PATCH", "path": "/meetings", "status": 0,
            "done": True})
        s.change(meeting(lab, s, 1)["id"], subject=s.name + " one")
        agreed(lab, s)
    assert len(lab.get("/webex")["meetings"]) == 1
    s.cancel()
    wait(lambda: lab.get("/webex")["meetings"] == [])


@pytest.mark.parametrize("what", ("one", "whole"))
def test_one_that_is_booked_alone_ends(product, lab, what):
    """With its own end, or with that of its series."""
    add_webex(product, lab)
    s = one(lab, "Alone " + what, "weekly", "webex", location="Room 4")
    which = meeting(lab, s, 1)["id"]
    s.change(which, location=WORDS["webex"])
    agreed(lab, s)
    assert len(lab.get("/webex")["meetings"]) == 1
    s.cancel(which if what == "one" else None)
    wait(lambda: lab.get("/webex")["meetings"] == [])
    if what == "one":
        s.cancel()
