"""A CA certificate from the chain in which it was missing to the list, and
the alarm before one that is in use ends."""
import sqlite3
import time

import people
import pytest

STRAY = "unknownca.lab.example" # sends the CA that issued its certificate
BARE = "nochain.lab.example" # sends nothing but its own


def cas(product):
    return product.ctl("ca", "list")


def direct(product, host):
    """A test of a record with this address: the failed step, or None."""
    _, out, _ = product.ctl(
        "exchange", "add", "--password-stdin", "display_name=CA " + host,
        "account=" + product.service["username"], "discovery=direct",
        "address=" + host, "email=alice@lab.example",
        given=product.service["password"] + "\n", ok=False)
    report = out.get("report") or out["reports"][0]
    return next((s for s in report["steps"] if s["failure"]), None)


@pytest.fixture
def no_others(product, company):
    yield
    for c in cas(product)["ca"]:
        if "Stranger" in c["subject"]:
            product.ctl("ca", "delete", c["fingerprint"])
    product.ctl("exchange", "delete", "CA " + STRAY, ok=False)


def test_a_missing_issuer_is_offered_and_accepted(product, no_others):
    step = direct(product, STRAY)
    assert step["failure"] == "tls-unknown-ca"
    offered = [c for c in cas(product)["missing"] if c["sent_by"] == STRAY]
    assert len(offered) == 1 and offered[0]["subject"] == "CN=Stranger CA"
    print_ = offered[0]["fingerprint"]
    assert print_ in step["what"]
    # Only what a server sent can be accepted so.
    code, _, _ = product.ctl("ca", "accept", "0" * 64, ok=False)
    assert code == 1
    product.ctl("ca", "accept", print_)
    assert not [c for c in cas(product)["missing"] if c["sent_by"] == STRAY]
    assert direct(product, STRAY) is None
    assert [c for c in cas(product)["ca"] if c["used_by"] == STRAY]


def test_an_issuer_that_was_not_sent_is_named(product, company):
    step = direct(product, BARE)
    assert step["failure"] == "tls-no-issuer"
    assert "ask whoever runs this CA" in step["what"]
    assert not [c for c in cas(product)["missing"]
                if BARE in c["sent_by"]]


def test_an_alarm_before_one_in_use_ends(product, company):
    def mine():
        return [c for c in cas(product)["ca"]
                if "mail.lab.example" in c["used_by"]]

    def alarm():
        return 60106 in {a["number"]
                         for a in product.ctl("alarms", "list")["alarms"]}

    def ends(at_s):
        db = sqlite3.connect(product.facts["config_db"], timeout=5)
        was, = db.execute("SELECT not_after_s FROM ca_cert WHERE sha256 = ?",
                          (ca["sha256"],)).fetchone()
        db.execute("UPDATE ca_cert SET not_after_s = ? WHERE sha256 = ?",
                   (at_s, ca["sha256"]))
        db.execute("UPDATE config_meta SET revision = revision + 1")
        db.commit()
        db.close()
        # A change of anything has the engine read it.
        product.ctl("ca", "system", "on")
        product.ctl("ca", "system", "off")
        return was

    product.ctl("exchange", "test", "Lab Exchange")
    assert people.wait_for(mine, 20, 0.1)
    ca = mine()[0]
    assert not alarm()
    was = ends(int(time.time()) + 10 * 86400)
    assert people.wait_for(alarm, 10, 0.1)
    ends(was)
    assert people.wait_for(lambda: not alarm(), 10, 0.1)
