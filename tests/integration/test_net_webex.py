"""calconn-net against the Webex of the lab: tokens, what a service app may
do, meetings and spaces; each request as the API's description allows it."""
import json
import pathlib
import queue
import sys
import time
import urllib.request

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from confsim import webex_spec  # noqa: E402
from netdrive import Net, access  # noqa: E402
from sealbox import Keys  # noqa: E402

ALICE, BOB, CAROL = ("%s@lab.example" % n for n in ("alice", "bob", "carol"))
BEGIN = int(time.time()) // 60 * 60 + 86400
KEY = "6f2b1c0d9e8a4b7c"


class Webex:
    """The lab's, and a worker that speaks to it."""

    def __init__(self, company, folder):
        self.tell("/webex/reset", company)
        self.company, self.folder = company, folder
        self.first = self.state
        self.keys = Keys()
        self.keys.write(folder / "seal_pk")
        self.net = None
        self.start()

    def start(self):
        self.net = Net(self.folder)
        self.net.config(pathlib.Path(self.company["ca_file"]).read_text())
        self.give(self.first["client_secret"], self.first["refresh_token"])

    def give(self, secret, refresh, number=1):
        self.binding = self.net.cred_webex(
            number, self.first["client_id"], secret, refresh)

    def tell(self, where, company=None, **body):
        r = urllib.request.Request(
            (company or self.company)["control_url"] + where,
            data=json.dumps(body).encode(), method="POST")
        urllib.request.urlopen(r, timeout=20).read()

    @property
    def state(self):
        with urllib.request.urlopen(
                self.company["control_url"] + "/webex", timeout=20) as r:
            return json.load(r)

    def ctx(self, person=ALICE, site=None, **via):
        via = dict(dict(ntlm=False, basic=False), **via)
        return dict(via=access(**via), person=person,
                    client_cred_id=via.get("cred_id", 1) + 100,
                    site=site or self.first["site"])

    def ask(self, what, person=ALICE, site=None, **via):
        return self.net.call(what, dict(ctx=self.ctx(person, site, **via)))

    def job(self, **more):
        return dict(dict(ctx=self.ctx(), key=KEY, meeting_id="",
                         in_space=False, space_id="",
                         since_s=int(time.time()), title="Quarter <review>",
                         start_s=BEGIN, end_s=BEGIN + 3600, timezone="",
                         recurrence="", invitees=[]), **more)

    def book(self, **more):
        return self.net.call("WEBEX_BOOK", self.job(**more))

    def end(self, **more):
        return self.net.call("WEBEX_END", dict(dict(
            ctx=self.ctx(), key=KEY, meeting_id="", space_id=""), **more))

    def asked(self, method, path=""):
        return [r for r in self.state["seen"] if r["method"] == method
                and r["path"].startswith(path)]


def failure(body):
    return body["ev"]["failure"]


@pytest.fixture
def webex(company, tmp_path):
    w = Webex(company, tmp_path)
    yield w
    state = w.state
    assert w.net.close() == 0
    assert state["wrong"] == []
    log = (tmp_path / "net.log").read_text()
    for word in [w.first["client_secret"], w.first["refresh_token"],
                 *state["refresh_good"]]:
        assert word not in log


def test_token(webex):
    r = webex.ask("WEBEX_TOKEN")
    assert failure(r) == ""
    assert "spark:all" in r["scopes"].split()
    assert abs(r["access_until_s"] - time.time() - 1209599) < 60
    assert abs(r["refresh_until_s"] - time.time() - 7776000) < 60


def test_one_token_serves_many(webex):
    jobs = [webex.net.post("WEBEX_SITES", dict(ctx=webex.ctx()))
            for _ in range(8)]
    for j in jobs:
        r = webex.net.answer(j)[1]
        assert failure(r) == ""
        assert r["sites"] == [webex.first["site"], webex.first["other_site"]]
        assert r["default_site"] == webex.first["site"]
    assert webex.state["grants"] == 1


def test_new_refresh_token_is_sealed_and_told(webex):
    webex.tell("/webex", rotates=True)
    with webex.net.lock:
        boxes = webex.net.waiting.setdefault(0, queue.Queue())
    assert failure(webex.ask("WEBEX_ROOM")) == ""
    o = boxes.get(timeout=20)
    assert o["msg"] == "WEBEX_BOX" and o["body"]["cred_id"] == 1
    binding, refresh = webex.keys.open(bytes.fromhex(o["body"]["box"]))
    assert binding == webex.binding
    assert webex.state["refresh_good"] == [refresh]
    # the worker itself goes on with the new one
    webex.tell("/webex/tokens")
    assert failure(webex.ask("WEBEX_ROOM")) == ""
    # and so does one that is given what the box holds
    box = boxes.get(timeout=20)["body"]["box"]
    _, refresh = webex.keys.open(bytes.fromhex(box))
    webex.give(webex.first["client_secret"], refresh, number=2)
    assert failure(webex.ask("WEBEX_ROOM", cred_id=2)) == ""


def test_ended_token_is_renewed_once(webex):
    assert failure(webex.ask("WEBEX_ROOM")) == ""
    webex.tell("/webex/tokens")
    assert failure(webex.ask("WEBEX_ROOM")) == ""
    assert webex.state["grants"] == 2


def test_token_is_renewed_before_it_ends(webex):
    webex.tell("/webex", life_s=0)
    assert failure(webex.ask("WEBEX_TOKEN")) == ""
    webex.tell("/webex", life_s=3600)
    assert failure(webex.ask("WEBEX_ROOM")) == ""
    assert webex.state["grants"] == 2


def test_withdrawn_app(webex):
    webex.tell("/webex/tokens", refresh=True)
    r = webex.ask("WEBEX_ROOM")
    assert failure(r) == "webex-token"
    assert "invalid or has ended" in r["ev"]["detail"]


def test_wrong_secret(webex):
    webex.give("not the secret", webex.first["refresh_token"], number=3)
    assert failure(webex.ask("WEBEX_TOKEN", cred_id=3)) == "webex-token"


def test_through_the_proxy(webex):
    host, _, port = webex.company["proxy_url"][7:].partition(":")
    webex.net.config(pathlib.Path(webex.company["ca_file"]).read_text(),
                     proxy_host=host, proxy_port=int(port))
    assert failure(webex.ask("WEBEX_ROOM", proxy=True)) == ""


def test_secret_goes_nowhere_else(webex):
    r = webex.net.call("EWS_PROBE", dict(ctx=dict(
        via=access(basic=True), url=webex.company["ews_url"], mailbox="",
        anchor="", cookie=""), id=""))
    assert failure(r) == "cred-bound"
    assert failure(webex.ask("WEBEX_TOKEN", verify=False)) == "cred-bound"
    assert webex.state["grants"] == 0


def test_personal_room(webex):
    r = webex.ask("WEBEX_ROOM")
    assert r["join_url"] == "https://lab.webex.com/meet/alice"
    assert r["sip"] == "alice@lab.webex.com"
    assert r["access_code"] and r["global_url"].startswith("https://")
    assert [n["is_free"] for n in r["numbers"]] == [False, True]
    webex.tell("/webex/person", email=ALICE, room=False)
    assert failure(webex.ask("WEBEX_ROOM")) == "webex-not-found"
    assert failure(webex.ask("WEBEX_ROOM", "x@lab.example")) == \
        "webex-not-found"


def test_missing_scope(webex):
    webex.tell("/webex", scopes=["spark:all"])
    r = webex.ask("WEBEX_ROOM")
    assert failure(r) == "webex-denied"
    assert "admin_preferences_read" in r["ev"]["detail"]


def test_meeting_is_booked_changed_and_ended(webex):
    r = webex.book()
    assert failure(r) == "" and not r["was_there"]
    m, = webex.state["meetings"]
    assert m["hostEmail"] == ALICE and m["mails"] == 0
    assert m["title"] == "Quarter <review>" and m["integrationTags"] == [KEY]
    for ours, theirs in (("meeting_id", "id"), ("join_url", "webLink"),
                         ("sip", "sipAddress"), ("number", "meetingNumber"),
                         ("password", "password"), ("video_password",
                                                    "phoneAndVideoSystem"
                                                    "Password")):
        assert r[ours] == m[theirs]
    r = webex.book(meeting_id=r["meeting_id"], title="Later",
                   start_s=BEGIN + 7200, end_s=BEGIN + 7500)
    assert failure(r) == "" and r["was_there"]
    m, = webex.state["meetings"]
    assert m["title"] == "Later" and m["mails"] == 0
    # ten minutes at least
    assert m["end"] == time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                     time.gmtime(BEGIN + 7800))
    assert len(webex.asked("PATCH")) == 1
    assert failure(webex.end(meeting_id=r["meeting_id"])) == ""
    assert webex.state["meetings"] == []
    assert failure(webex.end(meeting_id=r["meeting_id"])) == ""
    assert failure(webex.end()) == ""


def test_booking_that_was_never_told_is_found(webex):
    webex.tell("/webex/fault", method="POST", path="/meetings", status=0,
               done=True)
    assert failure(webex.book()) == "connection-closed"
    assert len(webex.state["meetings"]) == 1
    r = webex.book()
    assert failure(r) == "" and r["was_there"]
    assert len(webex.state["meetings"]) == 1
    assert failure(webex.end()) == ""
    assert webex.state["meetings"] == []


def test_deleted_by_somebody_is_booked_again(webex):
    first = webex.book()
    webex.end(meeting_id=first["meeting_id"])
    r = webex.book(meeting_id=first["meeting_id"])
    assert failure(r) == "" and not r["was_there"]
    assert r["meeting_id"] != first["meeting_id"]
    assert len(webex.state["meetings"]) == 1


@pytest.mark.parametrize("status,name", [(429, "http-429"),
                                         (423, "http-423")])
def test_asked_to_wait(webex, status, name):
    webex.tell("/webex/fault", path="/meetings", status=status,
               retry_after=17)
    r = webex.book()
    assert failure(r) == name and r["ev"]["backoff_ms"] == 17000


def test_refused_booking_says_why(webex):
    webex.tell("/webex/fault", method="POST", path="/meetings", status=400,
               text="start is in the past")
    r = webex.book()
    assert failure(r) == "webex-refused"
    assert "start is in the past" in r["ev"]["detail"]


def members(state):
    return sorted(m["personEmail"] for m in state["memberships"])


def test_space_of_those_invited(webex):
    r = webex.book(in_space=True, invitees=[ALICE, BOB, "out@else.example"])
    assert failure(r) == "" and r["space_id"]
    state = webex.state
    room, = state["rooms"]
    m, = state["meetings"]
    assert room["id"] == r["space_id"] == m["roomId"]
    assert members(state) == [ALICE, BOB, "calconn-lab@sparkbot.io"]
    r = webex.book(in_space=True, space_id=r["space_id"],
                   meeting_id=r["meeting_id"], invitees=[ALICE, BOB, CAROL])
    assert failure(r) == ""
    state = webex.state
    assert CAROL in members(state)
    assert len(state["rooms"]) == len(state["meetings"]) == 1
    assert m["mails"] == 0


@pytest.mark.parametrize("path", ["/rooms", "/memberships", "/meetings"])
def test_space_that_was_never_told_is_found(webex, path):
    webex.tell("/webex/fault", method="POST", path=path, status=0, done=True)
    job = dict(in_space=True, invitees=[ALICE, BOB])
    assert failure(webex.book(**job)) == "connection-closed"
    r = webex.book(**job)
    assert failure(r) == ""
    state = webex.state
    assert len(state["rooms"]) == len(state["meetings"]) == 1
    assert members(state) == [ALICE, BOB, "calconn-lab@sparkbot.io"]


def test_space_of_another_meeting_is_left_alone(webex):
    job = dict(in_space=True, invitees=[BOB])
    assert failure(webex.book(**job)) == ""
    assert failure(webex.book(key="another", **job)) == ""
    state = webex.state
    assert len(state["rooms"]) == len(state["meetings"]) == 2


def judged(webex):
    """Each request that was recorded, by the name of its call."""
    calls = {}
    for r in webex.state["seen"]:
        key, _ = webex_spec.call_of(r["method"], r["path"])
        assert key, r
        if r["path"] != "/access_token":	# secrets are not recorded
            assert webex_spec.judge(key, r["query"], r["body"]) is None, r
            calls.setdefault(webex_spec.CALLS[key].operation, []).append(
                (key, r))
    return calls


def test_requests_are_as_described(webex):
    """All that is ever sent, each once, against our table of the public
    description; and the table refuses each of them where a field is too
    many, of the wrong kind, or missing."""
    webex.ask("WEBEX_SITES")
    webex.ask("WEBEX_ROOM")
    r = webex.book(title="x" * 300)
    webex.book(meeting_id=r["meeting_id"], start_s=BEGIN + 600)
    webex.end(meeting_id=r["meeting_id"])
    r = webex.book(in_space=True, invitees=[BOB], key="space")
    webex.end(key="space", meeting_id=r["meeting_id"], space_id=r["space_id"])
    calls = judged(webex)
    assert {"Get Site List", "Get Personal Meeting Room Options",
            "List Meetings", "Create a Meeting", "Patch a Meeting",
            "Get a Meeting", "Delete a Meeting", "List Rooms",
            "Create a Room", "Delete a Room",
            "Create a Membership"} <= set(calls)
    for rows in calls.values():
        for key, r in rows:
            call = webex_spec.CALLS[key]
            body = r["body"]
            assert call.operation and call.source
            assert webex_spec.judge(key, dict(r["query"], x="1"), body)
            for k in r["query"]:
                assert webex_spec.judge(key, dict(r["query"], **{k: ""}),
                                        body), (key, k)
            if body is None:
                assert webex_spec.judge(key, r["query"], {})
                continue
            assert webex_spec.judge(key, r["query"], dict(body, x="1"))
            for k in body:
                assert webex_spec.judge(key, r["query"],
                                        dict(body, **{k: 7})), (key, k)
            for k in call.needed:
                less = {n: v for n, v in body.items() if n != k}
                assert webex_spec.judge(key, r["query"], less), (key, k)
