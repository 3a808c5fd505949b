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


def test_the_other_forms_at_the_same_address(product, clean):
    """POX is not offered, SOAP neither: JSON is.  Each is a step."""
    for name in ("autodiscover.xml", "autodiscover.svc"):
        clean.control("POST", "/faults", dict(
            action="status", code=404, op="Autodiscover",
            path="/autodiscover/" + name))
    code, report = check(product, "alice@lab.example")
    assert code == 0, report
    at = "https://lab.example/autodiscover/autodiscover."
    assert step(report, at + "xml")["failure"] == "http-404"
    assert step(report, at + "svc")["failure"] == "http-404"
    assert step(report, at + "json/v1.0/alice@lab.example")["state"] == "ok"
    assert report["ews_url"] == clean["ews_url"]


def test_401_goes_on_to_the_next(product, clean):
    clean.post("/faults", host="lab.example", op="Autodiscover",
               action="status", code=401)
    code, report = check(product, "alice@lab.example")
    assert code == 0, report
    assert step(report, "https://lab.example/")["failure"] == "http-401"
    assert step(report, "https://autodiscover.lab.example/")["state"] == "ok"


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_repeat_the_post(product, clean, code):
    clean.post("/faults", host="lab.example", op="Autodiscover",
               action="redirect", code=code, times=1,
               url="https://autodiscover.lab.example/autodiscover/"
                   "autodiscover.xml")
    done, report = check(product, "alice@lab.example")
    assert done == 0, report
    assert step(report, "(redirected)")["state"] == "ok"


def test_a_loop_is_named(product, clean):
    for here, there in (("lab.example", "autodiscover.lab.example"),
                        ("autodiscover.lab.example", "lab.example")):
        clean.post("/faults", host=here, op="Autodiscover", code=302,
                   action="redirect", url="https://%s/autodiscover/"
                   "autodiscover.xml" % there)
    code, report = check(product, "alice@lab.example")
    assert code == 1
    assert "redirect-loop" in {s["failure"] for s in report["steps"]}


def test_the_settings_of_the_mailbox(product, clean):
    code, report = check(product, "alice@lab.example")
    assert code == 0, report
    kv = step(report, "Settings of the mailbox")["evidence"]
    assert "LabOrg-Site1" in str(kv) and "Exchange2013" in str(kv)
