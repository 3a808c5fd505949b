"""Workspaces, from the command to the lab's room devices."""
import datetime
import hashlib
import re
import ssl

import people
import pytest

NAME = "Lab Orion"
ROOM = "orion.room@lab.example"
HOST, OTHER = "device1.lab.example", "device2.lab.example"
ROOM_VIDEO = "alice@site.webex.example"
FORM = "%Y-%m-%dT%H:%M:%SZ"
LIMIT_S = 60


@pytest.fixture
def rooms(product, company):
    for name in ("device1", "device2"):
        company.post("/device/reset", name=name)
    company.post("/mailboxes", address=ROOM, room=True)
    company.made = []
    yield company
    product.ctl("workspaces", "delete", NAME, ok=False)
    alice = company.light("alice")
    for item in company.made:
        try:
            alice.delete(item, "HardDelete")
        except RuntimeError:
            pass		# the test has done it
    for name in ("device1", "device2"):
        assert device(company, name)["wrong"] == []


def device(lab, name="device1"):
    return lab.get("/device?name=" + name)


def add(product, lab, password=None, ok=True, **fields):
    given = {"display_name": NAME, "mailbox": ROOM, "host": HOST,
             "account": "admin"}
    given.update(fields)
    return product.ctl("workspaces", "add", "--password-stdin",
                       *("%s=%s" % kv for kv in given.items()),
                       given=(password or device(lab)["password"]) + "\n",
                       ok=ok)


def run(product):
    """{title: (state, failure)} of each step of a test."""
    _, out, _ = product.ctl("workspaces", "test", NAME, ok=False)
    return {s["title"]: (s["state"], s["failure"])
            for s in out["report"]["steps"]}


def fingerprint(host):
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, 443)))
    return ":".join(re.findall("..", hashlib.sha256(der).hexdigest()))


def soon(hours=2):
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.replace(minute=0, second=0, microsecond=0) + \
        datetime.timedelta(hours=hours)


def shown(lab, name="device1"):
    """Of this test alone: others may have asked the room as well."""
    return {b["Title"]: b for b in device(lab, name)["bookings"]
            if b["Number"] == ROOM_VIDEO or b["Number"].startswith("471")}


def show(product):
    return product.ctl("workspaces", "show", NAME)


def alarms(product):
    return [a for a in product.ctl("alarms", "list")["alarms"]
            if a["number"] == 60168]


def wait(fn, what=None):
    assert people.wait_for(fn, LIMIT_S, 0.1), what() if what else None


def test_step_by_step(product, rooms):
    add(product, rooms)
    wait(lambda: set(run(product).values()) == {("ok", "")},
         lambda: run(product))
    assert list(run(product)) == [
        "Name and connection", "Certificate", "Credentials", "Device",
        "Bookings", "Room mailbox"]
    # Nothing that was typed leaves the box, and another place needs it anew.
    secret = device(rooms)["password"]
    with open(product.facts["config_db"], "rb") as f:
        assert secret.encode() not in f.read()
    for change in ("host=" + OTHER, "port=8443", "mailbox=room2@lab.example",
                   "account=root", "certificate=pin"):
        code, out, err = product.ctl("workspaces", "edit", NAME, change,
                                     ok=False)
        assert code != 0 and change.partition("=")[0] in \
            [p["key"] for p in out["problems"]], (change, out, err)
    product.ctl("workspaces", "disable", NAME)
    assert show(product)["state"] == "disabled"
    assert run(product)["Room mailbox"][0] == "warning"
    product.ctl("workspaces", "enable", NAME)
    log = product.ctl("log", "config")["log"]
    assert [r for r in log if r["item"] == "workspace/%s/password" % NAME
            and r["new"] == "set"]
    assert secret not in str(log)


def test_wrong_password_and_certificates(product, rooms):
    add(product, rooms, "not the password", enabled="no")
    assert run(product)["Credentials"] == ("failed", "http-401")
    add_again = dict(enabled="no")
    for host, failure in (("wrongname.lab.example", "tls-name"),
                          ("unknownca.lab.example", "tls-unknown-ca")):
        product.ctl("workspaces", "delete", NAME)
        add(product, rooms, host=host, **add_again)
        steps = run(product)
        assert steps["Certificate"] == ("failed", failure), steps
        assert steps["Credentials"][0] == "skipped"
    # One that signs itself is accepted by its fingerprint alone.
    product.ctl("workspaces", "delete", NAME)
    secret = device(rooms, "device2")["password"]
    add(product, rooms, secret, host=OTHER, **add_again)
    assert run(product)["Certificate"][0] == "failed"
    code, out, _ = product.ctl("workspaces", "edit", NAME, "certificate=pin",
                               "--password-stdin", given=secret + "\n",
                               ok=False)
    assert code != 0 and out["problems"][0]["key"] == "pin"
    product.ctl("workspaces", "edit", NAME, "certificate=pin",
                "pin=" + fingerprint(OTHER), "--password-stdin",
                given=secret + "\n")
    assert run(product)["Device"] == ("ok", "")
    product.ctl("workspaces", "edit", NAME, "pin=" + fingerprint(HOST),
                "--password-stdin", given=secret + "\n")
    assert run(product)["Certificate"] == ("failed", "tls-pin")
    assert device(rooms, "device2")["refused"] == 0


def test_a_meeting_goes_to_the_device(product, rooms):
    """Appears with the organizer's room, moves, hides its title, ends."""
    alice, start = rooms.light("alice"), soon()
    add(product, rooms, window="7")
    item, _ = alice.create("Orion plan", "@webex", "Agenda", invite=[ROOM],
                           start=start)
    rooms.made.append(item)
    wait(lambda: shown(rooms).get("Orion plan", {}).get("Number") ==
         ROOM_VIDEO, lambda: device(rooms))
    row = shown(rooms)["Orion plan"]
    assert row["StartTime"] == start.strftime(FORM)
    assert row["StartTimeBuffer"] == "420" and row["Privacy"] == "Public"
    assert row["Organizer"] == "Alice Adams"
    wait(lambda: show(product)["state"] == "ok")
    state = show(product)
    assert state["last_contact"] and state["has_password"] is True
    assert ("Orion plan", ROOM_VIDEO) in [
        (m["title"], m["dials"]) for m in state["meetings"]]
    later = start + datetime.timedelta(hours=1)
    alice.update(item, start=later.strftime(FORM), end=(
        later + datetime.timedelta(minutes=30)).strftime(FORM))
    wait(lambda: shown(rooms).get("Orion plan", {}).get("StartTime") ==
         later.strftime(FORM), lambda: device(rooms))
    assert shown(rooms)["Orion plan"]["Id"] != "0"
    product.ctl("workspaces", "edit", NAME, "titles=no")
    wait(lambda: list(shown(rooms)) == ["Alice Adams"],
         lambda: device(rooms))
    alice.delete(item)
    wait(lambda: shown(rooms) == {}, lambda: device(rooms))
    assert "Orion plan" not in str(show(product)["meetings"])


def test_without_a_keyword_and_private(product, rooms):
    alice = rooms.light("alice")
    add(product, rooms)
    rooms.made = [
        alice.create("Orion call", "sip:4711@meet.lab.example", "x",
                     invite=[ROOM])[0],
        alice.create("Orion talk", "In the room", "No address",
                     invite=[ROOM], start=soon(3))[0]]
    start = soon(4)
    root = alice.call(
        "<m:CreateItem SendMeetingInvitations='SendToAllAndSaveCopy'><m:Items>"
        "<t:CalendarItem><t:Subject>Orion hush</t:Subject><t:Sensitivity>"
        "Private</t:Sensitivity><t:Start>%s</t:Start><t:End>%s</t:End>"
        "<t:Location>4712@meet.lab.example</t:Location><t:RequiredAttendees>"
        "<t:Attendee><t:Mailbox><t:EmailAddress>%s</t:EmailAddress>"
        "</t:Mailbox></t:Attendee></t:RequiredAttendees></t:CalendarItem>"
        "</m:Items></m:CreateItem>" % (
            start.strftime(FORM), (start + datetime.timedelta(hours=1))
            .strftime(FORM), ROOM))
    rooms.made.append(next(root.iter("{%s}ItemId" % people.T)).get("Id"))
    wait(lambda: {b["Number"] for b in device(rooms)["bookings"]} >=
         {"4711@meet.lab.example", "4712@meet.lab.example"},
         lambda: device(rooms))
    rows = shown(rooms)
    assert set(rows) == {"Orion call", "Private meeting"}
    assert rows["Private meeting"]["Privacy"] == "Private"
    want = {("Orion call", True), ("Orion talk", False), ("(private)", True)}
    wait(lambda: {(m["title"], m["dials"] != "") for m in
                  show(product)["meetings"]} >= want, lambda: show(product))
    # Its title is nowhere: not at the device, not on disk, not in a log.
    assert "hush" not in str(device(rooms)["lists"])
    for path in (product.facts["state_db"], *(
            product.folder / "log").glob("*")):
        with open(path, "rb") as f:
            assert b"hush" not in f.read(), path


def test_a_device_that_is_away(product, rooms):
    """Told again by itself; an alarm names it until it works."""
    rooms.control("POST", "/device/fault", {
        "path": "/bookingsputxml", "status": 0, "times": 4})
    rooms.made = [rooms.light("alice").create(
        "Orion away", "4713@meet.lab.example", "x", invite=[ROOM])[0]]
    add(product, rooms)
    wait(lambda: show(product)["state"] == "failing",
         lambda: show(product))
    wait(lambda: [a for a in alarms(product) if a["subject"] == NAME],
         lambda: show(product))
    assert show(product)["tries"] >= 3
    assert people.wait_for(lambda: "Orion away" in shown(rooms), 120, 0.2), \
        show(product)
    wait(lambda: show(product)["state"] == "ok")
    wait(lambda: not alarms(product))
    # A refused password is not shown again and again.
    product.ctl("workspaces", "edit", NAME, "--password-stdin",
                given="not the password\n")
    wait(lambda: [a for a in alarms(product) if a["subject"] == NAME])
    assert show(product)["failure"] == "http-401"
    assert device(rooms)["refused"] <= 2
    product.ctl("workspaces", "delete", NAME)
    wait(lambda: not alarms(product))
