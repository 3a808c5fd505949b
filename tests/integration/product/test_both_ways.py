"""The same mail domains walked by exchangelib's Autodiscover and by ours:
the same EWS address wherever it finds one and ours may go.  Each difference
is a row of docs/AUTODISCOVER.md, which is made here:
CALCONN_WRITE_AUTODISCOVER=1 writes it anew."""
import os

import people
import pytest
from running import TOP

DOCUMENT = TOP / "docs" / "AUTODISCOVER.md"
RECORDS = {True: "Both ways, directory", False: "Both ways"}
FRONT, FAULT = "mail.lab.example", "fault.lab.example"
OWN = ("lab.example", "autodiscover.lab.example")
ALICE, PAT = "alice@lab.example", "pat@other.example"
XML = "/autodiscover/autodiscover.xml"

HEAD = """# Two walks through Autodiscover

The mail domains of the lab, walked by exchangelib (a client that nobody here wrote) and by ours with the same account. Where both
find an EWS address it is the same. This page is written from `tests/integration/product/test_both_ways.py`.

| what is met | exchangelib | ours | why they differ |
| --- | --- | --- | --- |
"""

# name, address, with the directory?, faults (host, rule), hosts to allow,
# does exchangelib find it, does ours, what ours says when not, why.
CASES = [
    ("the mail domain itself answers", ALICE, False, [], [],
     True, True, "", ""),
    ("the directory is asked first", ALICE, True, [], [],
     True, True, "", ""),
    ("the mail domain has no such page, autodiscover.DOMAIN answers", ALICE,
     False, [("lab.example", dict(action="status", code=404))], [],
     True, True, "", ""),
    ("the mail domain answers 401 to everything, autodiscover.DOMAIN answers",
     ALICE, False, [("lab.example", dict(action="status", code=401))], [],
     True, True, "", ""),
    ("only an SRV record leads to the server", PAT, False, [], [],
     True, False, "redirect-untrusted",
     "Nobody vouches for the record, and DNS can be made to lie: ours sends "
     "no password before an administrator allows the host."),
    ("only an SRV record, its host allowed in the Trust List", PAT, False,
     [], [FRONT], True, True, "", ""),
    ("only an SRV record, the directory names the same server", PAT, True,
     [], [], True, True, "", ""),
    ("only the redirect of plain HTTP leads to the server", ALICE, False,
     [(h, dict(action="status", code=404, times=3)) for h in OWN], [],
     True, False, "redirect-untrusted",
     "Whoever is in between can write such a redirect: ours waits for a "
     "decision."),
    ("only the redirect of plain HTTP, its host allowed", ALICE, False,
     [(h, dict(action="status", code=404, times=3)) for h in OWN], [FRONT],
     True, True, "", ""),
    ("an answer redirects to another mailbox of the domain", ALICE, False,
     [("lab.example", dict(action="redirectAddr", times=1,
                           address="bob@lab.example"))], [],
     True, True, "", ""),
    ("the server offers no POX, only the SOAP form", ALICE, False,
     [(h, dict(action="status", code=404, path=XML)) for h in OWN +
      (FRONT,)], [], False, True, "",
     "exchangelib's walk asks for POX alone; ours asks the other forms at "
     "the same address."),
    ("the mailbox is not there", "nobody@lab.example", False, [], [],
     False, False, "autodiscover-error", ""),
    ("a mail domain that is somebody else's", "carol@hosted.example", False,
     [], [], False, False, "domain-untrusted", ""),
    ("a mail domain without anything", "carol@nowhere.example", False, [],
     [], False, False, "autodiscover-none", ""),
]


@pytest.fixture(scope="module")
def records(product):
    product.lab.reset()
    product.ready()
    for scp, name in RECORDS.items():
        product.link(display_name=name, scp_enabled="yes" if scp else "no")
    yield
    for name in RECORDS.values():
        product.ctl("exchange", "delete", name, ok=False)


def by_exchangelib(lab, address):
    """The EWS address, or None."""
    from exchangelib import Credentials
    from exchangelib.autodiscover import clear_cache
    from exchangelib.autodiscover.discovery.pox import PoxAutodiscovery
    from exchangelib.errors import EWSError
    people.trust(lab["ca_file"])
    account = lab["service_account"]
    clear_cache()
    try:
        _, protocol = PoxAutodiscovery(
            address, Credentials(account["netbios"],
                                 account["password"])).discover()
        return protocol.service_endpoint
    except EWSError:
        return None
    finally:
        clear_cache()


def by_ours(product, record, address):
    """(the EWS address or None, names of what failed)"""
    _, report, _ = product.ctl("exchange", "test", record, "--address",
                               address, ok=False)
    report = report.get("report", report)
    return report.get("ews_url") or None, {
        s["failure"] for s in report["steps"]
        if s["failure"] and s["state"] != "ok"}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0][:50])
def test_same_address(product, company, records, case):
    (_, address, scp, faults, allow, theirs_finds, ours_finds, failure,
     why) = case
    assert bool(why) == (theirs_finds != ours_finds)
    for host in allow:
        product.ctl("trust", "allow", host)
    try:
        found = []
        for walk in (lambda: by_exchangelib(company, address),
                     lambda: by_ours(product, RECORDS[scp], address)):
            company.reset()
            for host, rule in faults:
                company.control("POST", "/faults", dict(
                    rule, host=host, op="Autodiscover"))
            found.append(walk())
    finally:
        company.reset()
        for host in (FRONT, FAULT):
            product.ctl("trust", "delete", host, ok=False)
    theirs, (ours, failures) = found
    assert bool(theirs) == theirs_finds, theirs
    assert bool(ours) == ours_finds, (ours, failures)
    if theirs and ours:
        assert theirs == ours == company["ews_url"]
    if failure:
        assert failure in failures, failures


def document():
    def word(finds, failure):
        return "finds it" if finds else \
            "`%s`" % failure if failure else "finds nothing"
    return HEAD + "".join("| %s | %s | %s | %s |\n" % (
        c[0], word(c[5], ""), word(c[6], c[7]), c[8]) for c in CASES)


def test_the_document():
    if os.environ.get("CALCONN_WRITE_AUTODISCOVER"):
        DOCUMENT.write_text(document())
    assert DOCUMENT.read_text() == document()
