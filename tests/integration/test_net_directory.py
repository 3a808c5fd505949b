"""calconn-net and the directories of two forests: pointers from one to the
other, several domain controllers, and a directory that misbehaves."""
import sys

import pytest

from test_net import TOP, bound, ca_pem, failure, net, scp  # noqa: F401

sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import LDAP, LDAPS, STARTTLS  # noqa: E402

assert ca_pem
OTHER = "other.example"
URL = "https://mail.lab.example/Autodiscover/Autodiscover.xml"
URL_GUID = "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
POINTER_GUID = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"


def told(result):
    return [(e["key"], e["value"]) for s in result["trail"]
            if s["title"] == "Search" for e in s["evidence"]]


def titles(result, state=None):
    return [s["title"] for s in result["trail"]
            if state is None or s["state"] == state]


def urls(result):
    return [u["url"] for u in result["urls"]]


def other(net, company, mode=LDAPS, **more):
    """The other forest's own record."""
    cred = bound(net, company, 20, domain=OTHER, mode=mode)
    job = dict(domain=OTHER, mail_domain=OTHER, mode=mode)
    job.update(more)
    return scp(net, cred_id=cred, **job)


def url(address, *keywords):
    return {"keywords": [URL_GUID] + list(keywords),
            "serviceBindingInformation": [address]}


def pointer(address, *keywords):
    return {"keywords": [POINTER_GUID] + list(keywords),
            "serviceBindingInformation": [address]}


# -- from forest to forest


@pytest.mark.parametrize("mode", [LDAPS, STARTTLS])
def test_pointer_is_followed(net, company, mode):
    cred = bound(net, company, mode=mode)
    r = scp(net, cred_id=cred, mode=mode, mail_domain=OTHER,
            site=company["other_site"])
    assert failure(r) == "" and urls(r) == [URL], r
    assert r["server"] == company["other_dc_host"]
    assert r["urls"][0]["priority"] == 1
    assert "Domain controller dc.other.example (by pointer)" in titles(r)
    keys = [k for k, _ in told(r)]
    assert "pointer, for this mail domain" in keys
    assert "addresses outdone by a pointer" in keys
    assert ("address, own site Vienna", URL) in told(r)
    assert company.control("GET", "/directory")["binds"] == [
        company["service_account"]["username"]]


def test_pointer_of_another_domain_is_not(net, company):
    r = scp(net)
    assert urls(r) == [company["autodiscover_url"]]
    assert not company.control("GET", "/directory")["binds"]


def test_pointer_to_a_forest_by_its_name(net, company):
    """What Exchange writes is a domain, whose controllers DNS knows."""
    company.post("/directory", entries=[
        pointer("LDAP://lab.example", "Domain=elsewhere.example")])
    r = other(net, company, mail_domain="elsewhere.example")
    assert failure(r) == "" and urls(r) == [company["autodiscover_url"]], r
    assert r["server"] == company["dc_host"]
    dns = [s["what"] for s in r["trail"] if s["title"] == "DNS SRV"]
    assert dns[-1].startswith("_ldap._tcp.dc._msdcs.lab.example")


def test_pointer_without_a_domain_is_the_last_resort(net, company):
    company.post("/directory", entries=[
        pointer("LDAP://dc1.lab.example"), url("https://here.example/")])
    assert urls(other(net, company)) == ["https://here.example/"]
    company.post("/directory", entries=[pointer("LDAP://dc1.lab.example")])
    r = other(net, company, mail_domain="elsewhere.example")
    assert urls(r) == [company["autodiscover_url"]], r
    assert ("pointer, for all domains", "LDAP://dc1.lab.example") in told(r)


@pytest.mark.parametrize("entries", [
    [pointer("LDAP://dc.other.example", "Domain=other.example")],
    [pointer("LDAP://other.example", "Domain=OTHER.example")],
    [pointer("LDAP://dc1.lab.example", "Domain=other.example")],
    [pointer("LDAP://u@evil.example", "Domain=other.example")],
])
def test_pointers_in_a_circle(net, company, entries):
    """lab.example leads to dc.other.example; from there on round and round."""
    company.post("/directory", entries=entries)
    r = scp(net, mail_domain=OTHER)
    assert failure(r) == "scp-loop" and not r["urls"], r
    assert len(company.control("GET", "/directory")["binds"]) == 1


@pytest.mark.parametrize("to, name", [
    ("LDAP://refused.lab.example", "ldap-unreachable"),
    ("LDAP://nonesuch.lab.example", "ldap-no-dc"),
    ("LDAP://wrongname.lab.example:443", "tls-name"),
])
def test_pointer_to_a_server_at_fault(net, company, to, name):
    company.post("/directory", entries=[
        pointer(to, "Domain=elsewhere.example"), url("https://here.example/")])
    r = other(net, company, mail_domain="elsewhere.example")
    assert failure(r) == name and not r["urls"], r
    assert "Search" in titles(r, 1)


# -- which domain controller


def test_several_domain_controllers(net, company):
    """The first that DNS names is dead, and its step says so."""
    r = other(net, company)
    assert failure(r) == "" and urls(r) == [URL], r
    assert titles(r)[0] == "DNS SRV"
    dead = [s for s in r["trail"]
            if s["title"] == "Domain controller dead.other.example"][0]
    assert (dead["state"], dead["failure"]) == (3, "ldap-unreachable")
    assert "Domain controller dc.other.example" in titles(r, 1)
    servers = [e["value"] for e in r["trail"][0]["evidence"]]
    assert servers == ["dead.other.example:389, priority 0, weight 100",
                       "dc.other.example:389, priority 10, weight 100"]


def test_domain_controllers_of_the_site_first(net, company):
    r = other(net, company, site=company["other_site"])
    assert failure(r) == "" and r["urls"][0]["priority"] == 1
    assert [s["what"].split(":")[0] for s in r["trail"]
            if s["title"] == "DNS SRV"] == [
        "_ldap._tcp.Vienna._sites.dc._msdcs.other.example"]
    r = other(net, company, site="Nowhere")
    assert failure(r) == "" and r["urls"][0]["priority"] == 3
    assert len([t for t in titles(r) if t == "DNS SRV"]) == 2


def test_a_refusal_is_the_last_word(net, company):
    """Another domain controller would refuse as well, and count."""
    company.post("/directory", bind="775")
    r = other(net, company, site=company["other_site"])
    assert failure(r) == "ldap-account-locked"
    assert len(company.control("GET", "/directory")["binds"]) == 1


# -- a directory that misbehaves


@pytest.mark.parametrize("code, name", [
    ("525", "ldap-account-unknown"), ("52e", "ldap-bind"),
    ("530", "ldap-logon-hours"), ("531", "ldap-workstation"),
    ("532", "ldap-password-expired"), ("533", "ldap-account-disabled"),
    ("701", "ldap-account-expired"), ("773", "ldap-password-change"),
    ("775", "ldap-account-locked"), ("52f", "ldap-bind"),
    ("busy", "ldap-timeout"), ("close", "connection-closed"),
])
def test_bind_refused(net, company, code, name):
    company.post("/directory", bind=code)
    r = other(net, company, site=company["other_site"])
    assert failure(r) == name, r
    bad = [s for s in r["trail"] if s["title"] == "Sign in"][0]
    assert (bad["state"], bad["failure"]) == (3, name)


@pytest.mark.parametrize("rule, name", [
    ("busy", "ldap-timeout"), ("denied", "ldap-failed"),
    ("close", "connection-closed"),
    ("garbage", ("ldap-failed", "connection-closed")),
])
def test_search_at_fault(net, company, rule, name):
    company.post("/directory", search=rule)
    r = other(net, company, site=company["other_site"])
    assert failure(r) in name and not r["urls"], r
    assert "Search" in titles(r, 3)


@pytest.mark.parametrize("rule", ["bind", "search"])
def test_silence_has_an_end(net, company, rule):
    company.post("/directory", **{rule: "silent"})
    r = other(net, company, site=company["other_site"], timeout_ms=1500)
    assert failure(r) == "ldap-timeout"


def test_slow_but_in_time(net, company):
    company.post("/directory", delay_s=0.2)
    assert urls(other(net, company, site=company["other_site"])) == [URL]


def test_a_part_of_the_answer_is_said_to_be_one(net, company):
    company.post("/directory", size_limit=2, entries=[
        url("https://h%d.example/" % i) for i in range(5)])
    r = other(net, company, site=company["other_site"])
    assert failure(r) == "" and len(r["urls"]) == 2
    assert "limit" in [k for k, _ in told(r)]


def test_more_than_anybody_needs(net, company):
    company.post("/directory", entries=[
        url("https://h%d.example/" % i) for i in range(300)])
    r = other(net, company, site=company["other_site"])
    assert failure(r) == "" and len(r["urls"]) == 64
    assert "limit" in [k for k, _ in told(r)]


def test_sorted_by_site(net, company):
    company.post("/directory", entries=[
        url("https://graz.example/", "Site=Graz"),
        url("https://all.example/"),
        url("https://vienna.example/", "SITE=vienna"),
        url("HTTPS://ALL.example/", "Site=Graz")])
    r = other(net, company, site="Vienna")
    assert [(u["priority"], u["url"]) for u in r["urls"]] == [
        (1, "https://vienna.example/"), (2, "https://all.example/"),
        (3, "https://graz.example/")]
    assert ("duplicates dropped", "1") in told(r)
    assert [k for k, _ in told(r) if k != "dn"] == [
        "address, own site Vienna", "address, for all sites",
        "address, other site Graz", "duplicates dropped"]


def test_garbage_values(net, company):
    company.post("/directory", entries=[
        url("javascript:alert(1)"), url("https://a.example/\u0001"),
        url("https://" + "a" * 3000), url("ldap://x.example"),
        {"keywords": [URL_GUID, "Site=", "Domain="],
         "serviceBindingInformation": ["https://ok.example/", " "]},
        {"keywords": [URL_GUID.lower()]},
        pointer("LDAP://", "Domain=other.example2")])
    r = other(net, company, site=company["other_site"])
    assert failure(r) == "" and urls(r) == ["https://ok.example/"], r


# -- how it is asked


def test_starttls_refused(net, company):
    company.post("/directory", starttls="refuse")
    r = other(net, company, mode=STARTTLS, site=company["other_site"])
    assert failure(r) == "ldap-starttls"
    assert not company.control("GET", "/directory")["binds"]


def test_no_sealed_sign_in_there(net, company):
    r = other(net, company, mode=LDAP, site=company["other_site"])
    assert failure(r) == "ldap-gss", r
    assert "Sign in" in titles(r, 3)
