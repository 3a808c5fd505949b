"""The directory by the whole product: each way to ask it leads to the
mailbox, also along a pointer into another forest."""
import pytest


def steps_of(product, **fields):
    """Those of a test that is kept nowhere."""
    answer = product.link(display_name="Directory", **fields)
    product.ctl("exchange", "delete", "Directory")
    return answer.get("report", answer)["steps"]


def titled(steps, start):
    return next(s for s in steps if s["title"].startswith(start))


def value(step, key):
    return [e["value"] for e in step["evidence"] if e["key"] == key]


@pytest.mark.parametrize("mode, between, way", [
    ("ldaps", "TLS", []), ("starttls", "StartTLS", []),
    ("ldap", None, ["Kerberos"])])
def test_query_modes(product, company, mode, between, way):
    product.ready()
    steps = steps_of(product, query_mode=mode, ad_site=company["ad_site"])
    dc = titled(steps, "Domain controller dc1.lab.example")
    below = [s for s in steps if s["parent"] == dc["id"]]
    assert [s["title"] for s in below] == ["Connect"] + [
        t for t in [between] if t] + ["Sign in", "Search"]
    assert value(titled(below, "Sign in"), "authentication") == way
    assert value(titled(below, "Search"),
                 "address, own site " + company["ad_site"]) == [
        company["autodiscover_url"]]
    assert titled(steps, "Autodiscover: " + company["autodiscover_url"])


def test_a_pointer_leads_to_the_mailbox(product, company):
    product.ready()
    steps = steps_of(product, email="pat@other.example",
                     ad_server="dc1.lab.example")
    assert not [s for s in steps if s["title"] == "DNS SRV"
                and "dc._msdcs.lab.example" in s["what"]]
    other = titled(steps, "Domain controller dc.other.example (by pointer)")
    assert titled(steps, "Autodiscover: https://mail.lab.example/Autodiscover/"
                  "Autodiscover.xml (from the directory)")["what"]
    assert value([s for s in steps if s["parent"] == other["id"]][-1],
                 "address, other site Vienna")
