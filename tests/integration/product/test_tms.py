"""Cisco TMS as a conferencing service, from the command to the lab's TMS."""
import datetime

import people
import pytest

HOUR = datetime.timedelta(hours=1)
NAME = "Lab TMS"
HOST = "tms.lab.example"
STEPS = 9		# of a test: the way, then what TMS answers


@pytest.fixture
def tms(product, company):
    product.lab.post("/tms/reset")
    yield product.lab
    product.ctl("conferencing", "delete", NAME, "booked=yes", ok=False)
    assert product.lab.get("/tms")["wrong"] == []


def add(product, password=None, **fields):
    given = {"display_name": NAME, "account": "svc-ews", "domain": "LAB",
             "host": HOST}
    given.update(fields)
    return product.ctl(
        "conferencing", "add", "tms", "--password-stdin",
        *("%s=%s" % kv for kv in given.items()),
        given=(password or product.service["password"]) + "\n")


def run(product):
    """Passed?, [(state, failure) of each step]"""
    _, out, _ = product.ctl("conferencing", "test", NAME, ok=False)
    return out["passed"], [(s["state"], s["failure"])
                           for s in out["report"]["steps"]]


def test_step_by_step(product, tms):
    """With NTLM, then with Basic alone; one session for all of it."""
    add(product)
    passed, steps = run(product)
    assert passed and steps == [("ok", "")] * STEPS, steps
    state = tms.get("/tms")
    assert {r["scheme"] for r in state["signed_in"]} == {"NTLM"}
    assert len(state["sessions"]) == 1
    # The licensed call failed for want of a session, and came again with it.
    assert state["seen"].count("GetTransactionsSince") == 2
    # A connection stays signed in; another password makes a new one.
    tms.post("/tms", schemes=["Basic"])
    product.ctl("conferencing", "edit", NAME, "--password-stdin",
                given=product.service["password"] + "\n")
    passed, steps = run(product)
    assert passed, steps
    state = tms.get("/tms")
    assert state["signed_in"][-1]["scheme"] == "Basic"
    assert len(state["sessions"]) == 1
    assert state["seen"].count("GetTransactionsSince") == 3


def test_what_is_wrong_is_named(product, tms):
    add(product, "not the password")
    passed, steps = run(product)
    assert not passed
    assert [s for s, _ in steps] == ["ok"] * 2 + ["failed"] + ["skipped"] * 6
    product.ctl("conferencing", "edit", NAME, "--password-stdin",
                given=product.service["password"] + "\n")
    tms.post("/tms", may_book_for_others=False)
    assert [s for s, _ in run(product)[1]] == \
        ["ok"] * 4 + ["failed"] + ["skipped"] * 4
    tms.post("/tms", may_book_for_others=True, version=14)
    assert [s for s, _ in run(product)[1]][5] == "failed"
    tms.post("/tms", version=22, sees_rooms=False)
    tms.post("/tms/fault", op="GetTransactionsSince", code=-2147219503,
             text="No licence")
    passed, steps = run(product)
    assert steps[6] == ("failed", "confer-licence"), steps
    passed, steps = run(product)
    assert steps[7][0] == "warning", steps
    # A certificate that does not verify is never accepted.
    product.ctl("conferencing", "edit", NAME, "host=unknownca.lab.example",
                "--password-stdin", given=product.service["password"] + "\n")
    passed, steps = run(product)
    assert steps[1][0] == "failed" and steps[1][1].startswith("tls-"), steps


def test_a_session_is_kept_over_restarts(product, tms):
    add(product)
    assert run(product)[0]
    product.ctl("connector", "restart")
    product.wait_subscribed()
    assert run(product)[0]
    state = tms.get("/tms")
    assert len(state["sessions"]) == 1
    assert state["seen"].count("GetTransactionsSince") == 3
    tms.post("/tms/sessions")
    assert run(product)[0]
    assert len(tms.get("/tms")["sessions"]) == 1


def test_a_secret_stays_with_its_server(product, tms):
    add(product)
    code, out, err = product.ctl("conferencing", "edit", NAME,
                                 "host=mail.lab.example", ok=False)
    assert code != 0 and "again" in str(out) + err
    assert product.ctl("conferencing", "show", NAME)["host"] == HOST


# ---- meetings

GUARD = "Do not delete or change any of the following text"


def booked(tms, n=1, timeout_s=60):
    def check():
        rows = tms.get("/tms")["meetings"]
        return [rows] if len(rows) == n else None
    rows = people.wait_for(check, timeout_s, 0.1)
    assert rows, tms.get("/tms")["meetings"]
    return rows[0]


def decorated(lab, item_id, timeout_s=60):
    assert people.wait_for(
        lambda: people.decoration(lab, item_id), timeout_s), "not decorated"


@pytest.mark.parametrize("html", (True, False))
def test_a_meeting_is_booked_moved_and_ended(product, tms, html):
    """exchangelib as the person, from the first word to the cancellation."""
    add(product, rooms="room1@lab.example=11")
    alice = tms.person("alice")
    item = alice.create("Plan", "Room 4, @meet:tms", "<p>Agenda</p>", html,
                        invite=["bob@lab.example"],
                        rooms=["room1@lab.example"])
    decorated(tms, item.id)
    row, = booked(tms)
    assert (row["title"], row["owner"], row["rooms"], row["source"]) == (
        "Plan", "alice@lab.example", ["room1@lab.example"],
        "Calendar Connector")
    now = alice.find(item_id=item.id)
    assert row["start"] == now.start.strftime("%Y-%m-%d %H:%M:%SZ")
    assert row["key"] == now.uid
    body = str(now.body)
    assert GUARD in body and "Agenda" in body
    assert "https://tms.lab.example/join/%d" % row["id"] in body
    assert "%d@lab.example" % (50000 + row["id"]) in body
    # Moved and renamed: the same booking.
    alice.update(now, start=now.start + HOUR, end=now.end + HOUR,
                 subject="Plan B")
    assert people.wait_for(
        lambda: booked(tms)[0]["title"] == "Plan B", 20, 0.1)
    again, = booked(tms)
    assert again["id"] == row["id"] and again["start"] > row["start"]
    assert product.ctl("conferencing", "show", NAME)["bookings"]
    alice.find(item_id=item.id).delete(
        send_meeting_cancellations="SendToAllAndSaveCopy")
    booked(tms, 0)
    assert tms.get("/tms")["deleted"] == 1


def test_a_service_that_hangs_up_books_once(product, tms):
    """It saved the meeting and never said so."""
    add(product)
    assert run(product)[0]		# there is a session from now on
    tms.post("/tms/fault", op="SaveConference", hangs_up=True, done=True)
    alice = tms.person("alice")
    item = alice.create("Once", "@webex:tms", "x")
    decorated(tms, item.id, 60)
    row, = booked(tms)
    assert row["versions"] == 2
    # Without the keyword it ends.
    alice.update(alice.find(item_id=item.id), location="Room 4")
    booked(tms, 0)


def test_a_busy_room_is_left_out(product, tms):
    add(product)
    tms.post("/tms/fault", op="SaveConference", code=-2147218300, text="busy")
    alice = tms.person("alice")
    item = alice.create("Busy", "@webex:tms", "x",
                        rooms=["room2@lab.example"])
    decorated(tms, item.id)
    assert booked(tms)[0]["rooms"] == []
    alice.find(item_id=item.id).delete()
    booked(tms, 0)


@pytest.mark.parametrize("lies", (False, True))
def test_it_holds_another_time(product, tms, lies):
    """It says yes to a change and keeps another time, and shows that only
    when it is asked: changed once more."""
    add(product)
    alice = tms.person("alice")
    item = alice.create("Held", "@webex:tms", "x")
    decorated(tms, item.id)
    row, = booked(tms)
    tms.post("/tms/fault", op="SaveConference", lies=lies,
             holds={"start": "2030-01-01 00:00:00Z",
                    "end": "2030-01-01 01:00:00Z"})
    now = alice.find(item_id=item.id)
    alice.update(now, start=now.start + HOUR, end=now.end + HOUR)
    want = now.start.strftime("%Y-%m-%d %H:%M:%SZ")
    assert people.wait_for(
        lambda: booked(tms)[0]["start"] == want and
        booked(tms)[0]["versions"] >= 3, 60, 0.2), booked(tms)
    assert booked(tms)[0]["id"] == row["id"]
    alice.find(item_id=item.id).delete()
    booked(tms, 0)
