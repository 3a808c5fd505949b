"""A redirect leads only where somebody allowed it to lead, and the service
account goes nowhere before that."""
import time

import people
import pytest

FAULT = "fault.lab.example"
TARGET = "https://%s/autodiscover/autodiscover.xml" % FAULT
FRONT = "mail.lab.example"
FRONTS = (FRONT, "lab.example", "autodiscover.lab.example")
PERSON = "dave@lab.example"

WAYS = {
    "redirectUrl": {"action": "redirectUrl", "url": TARGET},
    "302": {"action": "redirect", "url": TARGET, "code": 302},
}


def trust(product):
    return {t["host"]: t for t in product.ctl("trust", "list")["trust"]}


def alarms(product):
    return {(a["number"], a["subject"])
            for a in product.ctl("alarms", "list")["alarms"]}


def user(product, address):
    rows = product.ctl("users", "list", address)["users"]
    return rows[0] if rows else {}


def redirect(company, way="redirectUrl", **more):
    """Each way that the company itself vouches for leads elsewhere."""
    for host in FRONTS:
        company.post("/faults", host=host, op="Autodiscover",
                     **dict(WAYS.get(way, {}), **more))


def names_of(report):
    return {s["failure"] for s in report["steps"] if s["failure"]}


def check(product, record="Lab Exchange", address="alice@lab.example"):
    """A connection test by command: exit code and report."""
    code, report, _ = product.ctl("exchange", "test", record,
                                  "--address", address, ok=False)
    return code, report.get("report", report)


def undecided(product):
    for host in (FAULT, "autodiscover.hosted.example", "*.lab.example"):
        product.ctl("trust", "delete", host, ok=False)


@pytest.fixture
def clean(product, company):
    undecided(product)
    yield company
    company.reset()
    undecided(product)
    product.ctl("users", "delete", PERSON, ok=False)


@pytest.mark.parametrize("way", WAYS)
def test_pending_gets_no_credentials(product, clean, way):
    redirect(clean, way)
    code, report = check(product)
    assert code == 1
    assert "redirect-untrusted" in names_of(report)
    assert not clean.get("/canary")
    row = trust(product)[FAULT]
    assert row["state"] == "pending" and row["put_by"] == "discovery"
    assert row["url"] == TARGET and row["mail_domain"] == "lab.example"
    assert row["source"] == ("redirect-302" if way == "302"
                             else "redirect-url")
    # What it is was seen without credentials.
    assert FAULT in row["cert_subject"] and len(row["cert_sha256"]) >= 64
    assert row["cert_not_after"] and row["probe_failure"] == ""
    # A test by an administrator raises no alarm.
    assert (60113, FAULT) not in alarms(product)


@pytest.mark.parametrize("way", WAYS)
def test_allowed_is_followed(product, clean, way):
    redirect(clean, way)
    product.ctl("trust", "allow", TARGET)
    code, report = check(product)
    assert code == 0, report
    assert clean.get("/canary"), "nothing was sent to the allowed host"


@pytest.mark.parametrize("way", WAYS)
def test_blocked_gets_nothing(product, clean, way):
    redirect(clean, way)
    product.ctl("trust", "block", FAULT)
    before = requests_of(product)
    code, report = check(product)
    assert code == 1 and "redirect-blocked" in names_of(report)
    assert not clean.get("/canary")
    assert requests_of(product) == before, "it was even asked"
    assert (60113, FAULT) not in alarms(product)


def requests_of(product):
    """How many requests the redirect's target has seen."""
    folder = product.folder / "lab" / "requests"
    return sum(("\nHost: " + FAULT).lower() in f.read_text(
        errors="replace")[:4000].lower().replace("\r", "")
        for f in folder.glob("*.txt"))


def test_wildcard_and_the_host_itself(product, clean):
    redirect(clean)
    product.ctl("trust", "block", "*.lab.example")
    code, report = check(product)
    assert code == 1 and "redirect-blocked" in names_of(report)
    product.ctl("trust", "delete", "*.lab.example")
    product.ctl("trust", "allow", FAULT)
    assert check(product)[0] == 0


@pytest.mark.parametrize("bad", ["*", "*.example", "a.*.example",
                                 "http://fault.lab.example/",
                                 "https://fault.lab.example:8443/"])
def test_refused_patterns(product, clean, bad):
    before = trust(product)
    code, out, err = product.ctl("trust", "allow", bad, ok=False)
    assert code == 1 and err
    assert trust(product) == before


def test_allowed_host_must_prove_itself(product, clean):
    """Allowed, but its certificate is not in order: nothing is sent."""
    host = "unknownca.lab.example"
    redirect(clean, url="https://%s/autodiscover/autodiscover.xml" % host)
    code, report = check(product)
    assert code == 1
    row = trust(product)[host]
    assert row["probe_failure"] == "tls-unknown-ca"
    assert row["cert_subject"] or row["cert_issuer"]
    product.ctl("trust", "allow", host)
    code, report = check(product)
    assert code == 1 and "tls-unknown-ca" in names_of(report)
    assert not clean.get("/canary")
    product.ctl("trust", "delete", host)


def test_redirect_to_a_foreign_domain(product, clean):
    """redirectAddr: the new domain's hosts are nobody's word."""
    redirect(clean, "", action="redirectAddr",
             address="alice@hosted.example")
    code, report = check(product)
    assert code == 1 and "domain-untrusted" in names_of(report)
    assert not clean.get("/canary")


def test_waiting_user_is_served_at_once(product, clean):
    """The look-up of a user meets the redirect: alarm, decision, served."""
    redirect(clean)
    product.add_person(PERSON)

    def waits():
        return user(product, PERSON).get("failure") == "redirect-untrusted"
    assert people.wait_for(waits, 20), user(product, PERSON)
    assert people.wait_for(
        lambda: trust(product).get(FAULT, {}).get("waiting") == 1, 5)
    assert (60113, FAULT) in alarms(product)
    assert not clean.get("/canary")
    start = time.monotonic()
    product.ctl("trust", "allow", FAULT)
    assert people.wait_for(
        lambda: user(product, PERSON).get("state") == "subscribed", 10, 0.1)
    assert time.monotonic() - start < 5
    assert people.wait_for(
        lambda: (60113, FAULT) not in alarms(product), 5)
    assert people.wait_for(
        lambda: trust(product)[FAULT]["waiting"] == 0, 5)


def test_what_vouched_is_listed(product, clean):
    """A host that the directory names is allowed by discovery; it can be
    blocked all the same."""
    assert check(product)[0] == 0
    row = trust(product)[FRONT]
    assert row["state"] == "allowed" and row["put_by"] == "discovery"
    assert row["source"] == "scp"
    product.ctl("trust", "block", FRONT)
    try:
        _, report = check(product)
        assert "redirect-blocked" in names_of(report)
    finally:
        product.ctl("trust", "delete", FRONT)
    assert check(product)[0] == 0


def test_decisions_are_in_the_log(product, clean):
    product.ctl("trust", "add", FAULT, "state=blocked", "note=not ours")
    row = trust(product)[FAULT]
    assert row["state"] == "blocked" and row["note"] == "not ours"
    assert row["decided"] and row["put_by"]
    product.ctl("trust", "allow", FAULT)
    assert trust(product)[FAULT]["note"] == "not ours"
    log = product.ctl("log", "config")
    rows = [r for r in next(v for v in log.values() if isinstance(v, list))
            if r["item"] == "trust/" + FAULT]
    assert (rows[0]["old"], rows[0]["new"]) == ("blocked",
                                                            "allowed")
