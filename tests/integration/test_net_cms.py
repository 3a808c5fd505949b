"""calconn-net against the Cisco Meeting Server of the lab: a space a meeting,
made once, changed, and deleted."""
import json
import pathlib
import sys
import urllib.request

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from confsim import cms_spec  # noqa: E402
from netdrive import Net, access  # noqa: E402

HOST, PORT, DOMAIN = "cms.lab.example", 445, "meet.lab.example"
KEY = "6F2b1c0d9e8a4b7c6f2b1c0d"


class Cms:
    def __init__(self, company, folder):
        self.url = company["control_url"]
        self.tell("/cms/reset")
        self.net = Net(folder)
        self.net.config(pathlib.Path(company["ca_file"]).read_text())
        s = self.state
        self.net.cred_cms(1, s["account"], s["password"], HOST, PORT)
        self.net.cred_cms(2, s["account"], "not the password", HOST, PORT)

    def tell(self, where, **body):
        r = urllib.request.Request(self.url + where, method="POST",
                                   data=json.dumps(body).encode())
        urllib.request.urlopen(r, timeout=20).read()

    @property
    def state(self):
        with urllib.request.urlopen(self.url + "/cms", timeout=20) as r:
            return json.load(r)

    def ctx(self, host=HOST, port=PORT, **via):
        return dict(via=access(**dict(dict(ntlm=False), **via)), host=host,
                    port=port)

    def version(self, **more):
        return self.net.call("CMS_VERSION", dict(ctx=self.ctx(**more)))

    def book(self, **more):
        return self.net.call("CMS_BOOK", dict(dict(
            ctx=self.ctx(), key=KEY, space_id="", domain=DOMAIN,
            title="Board & more <x>"), **more))

    def end(self, **more):
        return self.net.call("CMS_END", dict(dict(
            ctx=self.ctx(), key=KEY, space_id=""), **more))


def failure(body):
    return body["ev"]["failure"]


@pytest.fixture
def cms(company, tmp_path):
    c = Cms(company, tmp_path)
    yield c
    state = c.state
    assert c.net.close() == 0
    assert state["wrong"] == []
    log = (tmp_path / "net.log").read_text()
    for word in [state["password"], *(s["passcode"] for s in
                                      state["spaces"])]:
        assert word not in log


def test_version(cms):
    r = cms.version()
    assert failure(r) == "" and r["version"] == "3.8"


def test_password_is_for_this_server(cms):
    assert failure(cms.version(cred_id=2)) == "http-401"
    assert failure(cms.version(port=443)) == "cred-bound"
    assert failure(cms.version(host="mail.lab.example")) == "cred-bound"
    assert failure(cms.version(verify=False)) == "cred-bound"


def test_space_is_made_changed_and_deleted(cms):
    r = cms.book()
    assert failure(r) == "" and not r["was_there"]
    space, = cms.state["spaces"]
    assert space["name"] == "Board & more <x>" and space["cdrTag"] == KEY
    assert r["uri"] == space["uri"] + "@" + DOMAIN
    assert r["call_id"] == space["callId"] and r["space_id"] == space["id"]
    assert r["passcode"] == space["passcode"]
    assert len(r["passcode"]) == 8 and r["passcode"].isdigit()
    again = cms.book(space_id=r["space_id"], title="Later")
    assert failure(again) == "" and again["was_there"]
    assert again["passcode"] == r["passcode"] and again["uri"] == r["uri"]
    space, = cms.state["spaces"]
    assert space["name"] == "Later"
    assert failure(cms.end(space_id=r["space_id"])) == ""
    assert cms.state["spaces"] == []
    assert failure(cms.end(space_id=r["space_id"])) == ""
    assert failure(cms.end()) == ""


def test_each_has_its_own_pin(cms):
    pins = {cms.book(key="key%d" % n)["passcode"] for n in range(6)}
    assert len(pins) == 6


def test_space_that_was_never_told_is_found(cms):
    cms.tell("/cms/fault", method="POST", status=0, done=True)
    assert failure(cms.book()) == "connection-closed"
    space, = cms.state["spaces"]
    r = cms.book()
    assert failure(r) == "" and r["was_there"]
    assert r["passcode"] == space["passcode"]
    assert len(cms.state["spaces"]) == 1
    assert failure(cms.end()) == "" and cms.state["spaces"] == []


def test_deleted_by_somebody_is_made_again(cms):
    first = cms.book()
    cms.end(space_id=first["space_id"])
    r = cms.book(space_id=first["space_id"])
    assert failure(r) == "" and not r["was_there"]
    assert len(cms.state["spaces"]) == 1


def test_busy(cms):
    cms.tell("/cms/fault", status=503)
    assert failure(cms.book()) == "http-503"


def test_requests_are_as_published(cms):
    """All that is ever sent, against our table of the published forms; and
    the table refuses each of them with a field too many or of the wrong
    kind."""
    cms.version()
    r = cms.book()
    cms.book(space_id=r["space_id"], title="Another")
    cms.end(space_id=r["space_id"])
    seen = cms.state["seen"]
    keys = [cms_spec.call_of(r["method"], r["path"]) for r in seen]
    assert set(keys) == set(cms_spec.CALLS)
    for key, r in zip(keys, seen):
        query, form = r["query"], r["form"]
        assert cms_spec.CALLS[key].source
        assert cms_spec.judge(key, query, form) is None, r
        assert cms_spec.judge(key, dict(query, x="1"), form)
        assert cms_spec.judge(key, query, dict(form, x="1"))
        for k in query:
            assert cms_spec.judge(key, dict(query, **{k: ""}), form)
        for k in form:
            assert cms_spec.judge(key, query, dict(form, **{k: ""})), k
