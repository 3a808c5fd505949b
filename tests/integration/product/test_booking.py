"""Meetings booked with Webex and a Cisco Meeting Server, from the word in the
location to the cancellation; exchangelib is the person."""
import datetime

import people
import pytest

HOUR = datetime.timedelta(hours=1)
NOTICE = "The video meeting could not be booked"
GUARD = "Do not delete or change any of the following text"
SITE, BRIDGE = "Booking Webex", "Booking CMS"
WORD = "@hall"


@pytest.fixture
def lab(product, company):
    company.post("/webex/reset")
    company.post("/cms/reset")
    yield company
    for name in (SITE, BRIDGE):
        product.ctl("conferencing", "delete", name, "booked=yes", ok=False)
    product.ctl("keywords", "delete", WORD, ok=False)
    assert company.get("/cms")["wrong"] == []
    assert company.get("/webex")["wrong"] == []


def add_webex(product, lab):
    s = lab.get("/webex")
    product.ctl("conferencing", "add", "webex", "display_name=" + SITE,
                "site=" + s["site"], "client_id=" + s["client_id"],
                "test_account=alice@lab.example", "--password-stdin",
                given="%s\n%s\n" % (s["client_secret"], s["refresh_token"]))
    assert people.wait_for(lambda: lab.get("/webex")["grants"], 30, 0.1)


def add_cms(product, lab):
    s = lab.get("/cms")
    product.ctl("conferencing", "add", "cms", "display_name=" + BRIDGE,
                "host=cms.lab.example", "port=445",
                "account=" + s["account"], "domain=meet.lab.example",
                "--password-stdin", given=s["password"] + "\n")


def rows(lab, what, key, n):
    def there():
        have = lab.get(what)[key]
        return [have] if len(have) == n else None
    have = people.wait_for(there, 60, 0.1)
    assert have, lab.get(what)[key]
    return have[0]


def decorated(lab, item_id):
    assert people.wait_for(
        lambda: people.decoration(lab, item_id), 60), "not decorated"


def cancel(person, item):
    person.find(item_id=item.id).delete(
        send_meeting_cancellations="SendToAllAndSaveCopy")


def test_the_services_are_tested_step_by_step(product, lab):
    add_webex(product, lab)
    add_cms(product, lab)
    for name, n in ((SITE, 6), (BRIDGE, 4)):
        _, out, _ = product.ctl("conferencing", "test", name, ok=False)
        states = [s["state"] for s in out["report"]["steps"]]
        assert out["passed"] and states == ["ok"] * n, out["report"]


def shows_what_was_done(product, uid, number):
    """The booking in the list, and each decision of the one meeting."""
    one, = [m for m in product.ctl("meetings", "list", "alice@lab.example")[
        "meetings"] if m["uid"] == uid]
    assert (one["service"], one["booking"], one["booking_id"],
            one["answer"]) == (SITE, "booked", number, "")
    last = product.ctl("meetings", "show", "alice@lab.example", uid)[
        "decisions"][0]
    assert (last["verdict"], last["rule"], last["keyword"], last["service"],
            last["booking_id"]) == ("decorated", "book", "@webex:onetime",
                                    SITE, number)


@pytest.mark.parametrize("html", (True, False))
def test_a_one_time_meeting(product, lab, html):
    add_webex(product, lab)
    alice = lab.person("alice")
    item = alice.create("Once", "@webex:onetime", "<p>Agenda</p>", html,
                        invite=["bob@lab.example"])
    decorated(lab, item.id)
    row, = rows(lab, "/webex", "meetings", 1)
    now = alice.find(item_id=item.id)
    shows_what_was_done(product, now.uid, row["id"])
    body = str(now.body)
    assert GUARD in body and "Agenda" in body
    assert row["webLink"] in body
    assert "Join the video meeting" in body
    # Moved and renamed: the same meeting.
    alice.update(now, start=now.start + HOUR, end=now.end + HOUR,
                 subject="Twice")
    assert people.wait_for(
        lambda: rows(lab, "/webex", "meetings", 1)[0]["title"] == "Twice",
        60, 0.1)
    assert rows(lab, "/webex", "meetings", 1)[0]["id"] == row["id"]
    # Another kind of meeting: the first one ends.
    now = alice.find(item_id=item.id)
    alice.update(now, location="@webex:myroom")
    rows(lab, "/webex", "meetings", 0)
    assert people.wait_for(
        lambda: "site.webex.example/meet/alice" in
        str(alice.find(item_id=item.id).body), 60, 0.2)
    cancel(alice, item)


@pytest.mark.parametrize("lies", (False, True))
def test_webex_holds_another_time(product, lab, lies):
    """It says yes to a change and keeps another time: changed once more, and
    calendar and service agree."""
    add_webex(product, lab)
    alice = lab.person("alice")
    item = alice.create("Held", "@webex:onetime", "x")
    decorated(lab, item.id)
    lab.control("POST", "/webex/fault", {
        "method": "PATCH", "path": "/meetings/", "lies": lies,
        "holds": {"start": "2030-01-01T00:00:00Z"}})
    now = alice.find(item_id=item.id)
    alice.update(now, start=now.start + HOUR, end=now.end + HOUR)
    want = now.start.strftime("%Y-%m-%dT%H:%M:%SZ")

    def agrees():
        row, = rows(lab, "/webex", "meetings", 1)
        return row["start"] == want and row.get("changed", 0) >= 2
    assert people.wait_for(agrees, 60, 0.2), lab.get("/webex")["meetings"]
    assert product.ctl("conferencing", "show", SITE)["bookings"]
    cancel(alice, item)
    rows(lab, "/webex", "meetings", 0)


def test_a_meeting_server_holds_another_name(product, lab):
    """People can join all the same."""
    add_cms(product, lab)
    product.ctl("keywords", "add", WORD, "action=cms")
    lab.post("/cms/fault", method="POST", holds={"name": "Else"})
    alice = lab.person("alice")
    item = alice.create("Named", WORD, "x")
    decorated(lab, item.id)
    assert people.wait_for(
        lambda: rows(lab, "/cms", "spaces", 1)[0]["name"] == "Named", 60, 0.2)
    cancel(alice, item)
    rows(lab, "/cms", "spaces", 0)


def test_a_space(product, lab):
    add_webex(product, lab)
    alice = lab.person("alice")
    item = alice.create("Hall", "@webex:space", "x",
                        invite=["bob@lab.example", "carol@lab.example"])
    decorated(lab, item.id)
    rows(lab, "/webex", "rooms", 1)
    rows(lab, "/webex", "meetings", 1)
    cancel(alice, item)
    rows(lab, "/webex", "meetings", 0)
    rows(lab, "/webex", "rooms", 0)


@pytest.mark.parametrize("status", (423, 429))
def test_webex_asks_to_wait(product, lab, status):
    """Once refused with Retry-After; booked once when it has passed."""
    add_webex(product, lab)
    lab.control("POST", "/webex/fault", {
        "method": "POST", "path": "/meetings", "status": status,
        "retry_after": 2})
    item = lab.person("alice").create("Wait", "@webex:onetime", "x")
    decorated(lab, item.id)
    rows(lab, "/webex", "meetings", 1)
    cancel(lab.person("alice"), item)
    rows(lab, "/webex", "meetings", 0)


def test_a_space_of_a_meeting_server(product, lab):
    """By a keyword of one's own, whose action it is; then another service."""
    add_cms(product, lab)
    product.ctl("keywords", "add", WORD, "action=cms")
    alice = lab.person("alice")
    item = alice.create("Bridge", "Room 3; " + WORD, "<p>x</p>", True,
                        invite=["bob@lab.example"])
    decorated(lab, item.id)
    row, = rows(lab, "/cms", "spaces", 1)
    body = str(alice.find(item_id=item.id).body)
    assert "%s@meet.lab.example" % row["uri"] in body
    assert "PIN: " + row["passcode"] in body and row["callId"] in body
    # The same meeting with Webex: the space goes.
    add_webex(product, lab)
    alice.update(alice.find(item_id=item.id), location="@webex:onetime")
    rows(lab, "/cms", "spaces", 0)
    there, = rows(lab, "/webex", "meetings", 1)
    assert people.wait_for(
        lambda: there["webLink"] in str(alice.find(item_id=item.id).body),
        60, 0.2)
    cancel(alice, item)
    rows(lab, "/webex", "meetings", 0)


def test_a_meeting_server_that_hangs_up_makes_one_space(product, lab):
    add_cms(product, lab)
    product.ctl("keywords", "add", WORD, "action=cms")
    lab.post("/cms/fault", method="POST", status=0, done=True)
    alice = lab.person("alice")
    item = alice.create("Bridge", WORD, "x")
    decorated(lab, item.id)
    rows(lab, "/cms", "spaces", 1)
    cancel(alice, item)
    rows(lab, "/cms", "spaces", 0)


def body_with(person, item, words):
    """The body, once these words are in it."""
    def there():
        body = str(person.find(item_id=item.id).body)
        return body if words in body else None
    body = people.wait_for(there, 60, 0.2)
    assert body, str(person.find(item_id=item.id).body)
    return body


@pytest.mark.parametrize("html", (True, False))
def test_a_kind_without_its_service(product, lab, html):
    """It is told on the user's page and, once, in the meeting, to the
    organizer alone; with the service come the join details in its place."""
    alice, bob = lab.person("alice"), lab.person("bob")
    item = alice.create("No kind", "@webex:onetime", "<p>Agenda</p>", html,
                        invite=["bob@lab.example"])
    body = body_with(alice, item, NOTICE)
    assert GUARD in body and "Agenda" in body
    assert "No conferencing service is set up" in body
    shown = product.ctl("users", "show", "alice@lab.example")
    assert "No conferencing service of the kind" in str(shown)
    assert asked(product) == ["@webex:onetime"]
    assert people.wait_for(lambda: [
        a for a in product.ctl("alarms", "list")["alarms"]
        if a["number"] == 60166 and "@webex:onetime" in a["detail"]], 30, 0.2)
    at_bobs = bob.find(subject="No kind")
    assert at_bobs is None or NOTICE not in str(at_bobs.body)
    add_webex(product, lab)
    body = body_with(alice, item, "Join the video meeting")
    assert NOTICE not in body and body.count(GUARD) == 1
    rows(lab, "/webex", "meetings", 1)
    assert asked(product) == []
    cancel(alice, item)
    rows(lab, "/webex", "meetings", 0)


def asked(product):
    """Words with a modifier that meetings have and nothing comes of."""
    return [k["word"] for k in product.ctl("keywords", "list")["asked"]]


@pytest.mark.parametrize("html", (True, False))
def test_a_notice_goes_with_the_keyword(product, lab, html):
    alice = lab.person("alice")
    item = alice.create("Gone", "@webex:onetime", "<p>Agenda</p>", html)
    body_with(alice, item, NOTICE)
    alice.update(alice.find(item_id=item.id), location="Room 4")
    assert people.wait_for(
        lambda: GUARD not in str(alice.find(item_id=item.id).body), 60, 0.2)
    body = str(alice.find(item_id=item.id).body)
    assert "Agenda" in body and NOTICE not in body
    alice.find(item_id=item.id).delete()


def test_a_service_that_is_away(product, lab):
    """The meeting begins soon: its organizer is told while it is tried on,
    and the alarm has the name of the service."""
    add_cms(product, lab)
    product.ctl("keywords", "add", WORD, "action=cms")
    lab.post("/cms/fault", method="POST", status=503, times=1000)
    alice = lab.person("alice")
    start = datetime.datetime.now(datetime.timezone.utc).replace(
        microsecond=0) + datetime.timedelta(minutes=10)
    item = alice.create("Soon", WORD, "x", start=start)
    body_with(alice, item, "does not answer")
    assert any(BRIDGE == a["subject"]
               for a in product.ctl("alarms", "list")["alarms"])
    lab.post("/cms/reset")
    body = body_with(alice, item, "PIN: ")
    assert NOTICE not in body
    rows(lab, "/cms", "spaces", 1)
    cancel(alice, item)
    rows(lab, "/cms", "spaces", 0)
