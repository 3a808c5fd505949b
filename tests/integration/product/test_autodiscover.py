"""The ways to Autodiscover behind the directory and the two addresses of the
mail domain: plain HTTP and DNS SRV, which prove nothing."""
import pytest

FRONT = "mail.lab.example"
FAULT = "fault.lab.example"
RECORD = "No directory"
PAT = "pat@other.example"	# found by SRV alone


def trust(product):
    return {t["host"]: t for t in product.ctl("trust", "list")["trust"]}


def check(product, address):
    code, report, _ = product.ctl("exchange", "test", RECORD, "--address",
                                  address, ok=False)
    return code, report.get("report", report)


def step(report, text):
    rows = [s for s in report["steps"] if text in s["title"]]
    assert rows, [s["title"] for s in report["steps"]]
    return rows[0]


@pytest.fixture(scope="module")
def record(product):
    """One that does not ask the directory."""
    product.lab.reset()
    product.ready()
    product.link(display_name=RECORD, scp_enabled="no")
    yield
    product.ctl("exchange", "delete", RECORD, ok=False)


@pytest.fixture
def clean(product, company, record):
    product.ctl("trust", "delete", FRONT, ok=False)
    yield company
    company.reset()
    for host in (FRONT, FAULT):
        product.ctl("trust", "delete", host, ok=False)


def test_srv_waits_for_a_decision(product, clean):
    code, report = check(product, PAT)
    assert code == 1
    assert step(report, "Plain HTTP redirect")["failure"] == "dns-not-found"
    assert step(report, "DNS SRV")["state"] == "ok"
    assert step(report, "It leads to https://" + FRONT)["failure"] == \
        "redirect-untrusted"
    assert step(report, "Who answers")["state"] == "ok"
    product.ctl("trust", "allow", FRONT)
    code, report = check(product, PAT)
    assert code == 0, report
    assert step(report, "(by DNS SRV)")["state"] == "ok"
    assert report["ews_url"] == clean["ews_url"]


def test_plain_http_waits_for_a_decision(product, clean):
    """Everything by https is dead; http leads to a host nobody vouches for,
    which gets nothing before it is allowed."""
    for host in ("lab.example", "autodiscover.lab.example"):
        clean.post("/faults", host=host, op="Autodiscover", action="redirect",
                   code=302, times=3,
                   url="https://%s/autodiscover/autodiscover.xml" % FAULT)
    code, report = check(product, "alice@lab.example")
    hint = step(report, "Plain HTTP redirect")
    assert code == 1 and hint["state"] == "ok"
    assert not clean.get("/canary"), "credentials went somewhere"
    row = trust(product)[FAULT]
    assert row["state"] == "pending" and row["source"] == "redirect-302"


def test_blocked_hint_is_not_asked(product, clean):
    product.ctl("trust", "block", FRONT)
    code, report = check(product, PAT)
    assert code == 1
    assert step(report, "It leads to")["failure"] == "redirect-blocked"
    assert not [s for s in report["steps"] if "Who answers" in s["title"]]
