"""calconn-net against the lab: each operation, and each way in which a
server can fail, as a named failure with evidence."""
import datetime
import pathlib
import signal
import sys
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import LDAP, LDAPS, STARTTLS, Net, access, context  # noqa: E402
import people  # noqa: E402

ALICE = "alice@lab.example"


def ca_pem(lab):
    return pathlib.Path(lab["ca_file"]).read_text()


@pytest.fixture
def net(company, tmp_path):
    n = Net(tmp_path)
    n.config(ca_pem(company))
    s = company["service_account"]
    n.cred(1, s["username"], s["password"])
    n.cred(2, s["netbios"], s["password"])
    n.cred(3, s["username"], "not the password")
    yield n
    assert n.close() == 0
    log = (tmp_path / "net.log").read_text()
    assert s["password"] not in log


def probe(net, url, **via):
    return net.call("EWS_PROBE", dict(ctx=context(url, **via), id=""))


def failure(body):
    return body["ev"]["failure"]


def calendar(net, url, mailbox=ALICE, **via):
    return net.call("EWS_CALENDAR", dict(ctx=context(url, mailbox, **via),
                                         id=""))


@pytest.mark.parametrize("cred", [1, 2])
@pytest.mark.parametrize("ntlm", [True, False])
def test_signs_in(net, company, cred, ntlm):
    r = probe(net, company["ews_url"], cred_id=cred, ntlm=ntlm,
              basic=not ntlm)
    assert failure(r) == ""
    assert r["ev"]["auth_used"] == ("NTLM" if ntlm else "Basic")
    assert r["ev"]["server_version"].startswith("15.")
    assert [c["subject"] for c in r["ev"]["certs"]][0] == "CN=mail.lab.example"
    assert "mail.lab.example" in r["ev"]["certs"][0]["sans"]


def test_basic_alone_is_not_remembered_for_both(net, company):
    assert probe(net, company["ews_url"], ntlm=False)["ev"]["auth_used"] == \
        "Basic"
    assert probe(net, company["ews_url"])["ev"]["auth_used"] == "NTLM"


def test_wrong_password(net, company):
    r = probe(net, company["ews_url"], cred_id=3)
    assert failure(r) == "http-401"
    assert r["ev"]["http_status"] == 401
    assert set(r["ev"]["auth_offered"].split(", ")) >= {"NTLM", "Basic"}


def test_unknown_credential_waits_and_fails(net, company):
    began = time.monotonic()
    r = probe(net, company["ews_url"], cred_id=99)
    assert failure(r) == "cred-missing"
    assert 1.5 < time.monotonic() - began < 4


def test_credential_that_comes_later(net, company):
    s = company["service_account"]
    job = net.post("EWS_PROBE", dict(
        ctx=context(company["ews_url"], cred_id=7), id=""))
    net.cred(7, s["username"], s["password"])
    assert failure(net.answer(job)[1]) == ""


def test_dropped_credential_is_gone(net, company):
    net.post("CRED_DROP", dict(cred_id=1, net_id=0))
    assert failure(probe(net, company["ews_url"])) == "cred-missing"


@pytest.mark.parametrize("host,name", [
    ("wrongname", "tls-name"), ("expired", "tls-expired"),
    ("unknownca", "tls-unknown-ca"), ("selfsigned", "tls-self-signed"),
    ("notyet", "tls-not-yet"), ("refused", "connect-refused")])
def test_certificates(net, company, host, name):
    host = company["fault_hosts"][host]
    r = probe(net, "https://%s/EWS/Exchange.asmx" % host)
    assert failure(r) == name
    if name.startswith("tls"):
        cert = r["ev"]["certs"][0]
        assert cert["subject"] and cert["issuer"] and cert["not_after_s"] > 0
        assert len(cert["sha256"]) == 95
    if name == "tls-expired":
        assert cert["not_after_s"] < time.time()
    if name == "tls-name":
        assert host not in cert["sans"]


def test_certificate_is_shown_where_it_is_not_checked(net, company):
    host = company["fault_hosts"]["expired"]
    r = probe(net, "https://%s/EWS/Exchange.asmx" % host, verify=False)
    assert failure(r) == ""
    assert "expired" in r["ev"]["detail"]
    assert r["ev"]["certs"]


def test_unverified_connection_serves_no_verified_request(net, company):
    url = "https://%s/EWS/Exchange.asmx" % company["fault_hosts"]["expired"]
    assert failure(probe(net, url, verify=False)) == ""
    assert failure(probe(net, url, verify=True)) == "tls-expired"


def test_server_without_tls(net, company):
    host = company["fault_hosts"]["plain"]
    r = probe(net, "https://%s/EWS/Exchange.asmx" % host, timeout_ms=1500)
    assert failure(r) in ("tls-timeout", "tls-none")


FAULTS = [
    (dict(action="status", code=403), "http-403"),
    (dict(action="status", code=404), "http-404"),
    (dict(action="status", code=500), "http-500"),
    (dict(action="status", code=503), "http-503"),
    (dict(action="status", code=418), "http-status"),
    (dict(action="html"), "content-sign-in"),
    (dict(action="truncated", keep=0.5), "content-xml"),
    (dict(action="garbage"), "content-xml"),
    (dict(action="doctype"), "content-doctype"),
    (dict(action="bigbody"), "content-toobig"),
    (dict(action="redirect", url="https://elsewhere.example/"),
     "http-redirect"),
    (dict(action="close", keep=0.5), "connection-closed"),
    (dict(action="never"), "timeout"),
    (dict(action="throttle", shape="fault", backoff_ms=5000), "ews-busy"),
    (dict(action="throttle", shape="inner", backoff_ms=7000), "ews-busy"),
    (dict(action="throttle", shape="503"), "http-503"),
    (dict(action="fault", code="ErrorImpersonateUserDenied"),
     "ews-impersonation"),
    (dict(action="error", code="ErrorImpersonationDenied"),
     "ews-impersonation"),
    (dict(action="fault", code="ErrorNonExistentMailbox"), "ews-no-mailbox"),
    (dict(action="error", code="ErrorInvalidServerVersion"), "ews-version"),
]


@pytest.mark.parametrize("fault,name", FAULTS, ids=lambda v: "-".join(
    str(x) for x in v.values())[:40] if isinstance(v, dict) else v)
def test_faults(net, company, fault, name):
    fault = dict(fault)
    company.fault(fault.pop("action"), op="GetFolder", **fault)
    r = calendar(net, company["ews_url"], timeout_ms=2000)
    assert failure(r) == name, r["ev"]
    assert r["ev"]["url"] == company["ews_url"]
    if "backoff_ms" in fault:
        assert r["ev"]["backoff_ms"] == fault["backoff_ms"]
    if name == "http-redirect":
        assert r["ev"]["location"] == fault["url"]
    company.reset()
    assert failure(calendar(net, company["ews_url"])) == ""


def test_big_answers_take_no_memory(net, company):
    company.fault("bigbody", op="GetFolder", bytes=100 << 20)
    jobs = [net.post("EWS_CALENDAR", dict(
        ctx=context(company["ews_url"], ALICE, timeout_ms=20000), id=""))
        for _ in range(4)]
    for j in jobs:
        assert failure(net.answer(j)[1]) == "content-toobig"
    with open("/proc/%d/task/%d/children" % (net.p.pid, net.p.pid)) as f:
        worker = int(f.read().split()[0])
    with open("/proc/%d/status" % worker) as f:
        peak = next(int(s.split()[1]) for s in f if s.startswith("VmHWM"))
    assert peak < 96 * 1024, "%d KiB" % peak


def test_slow_answer_ends(net, company):
    company.fault("drip", op="GetFolder", seconds=30)
    began = time.monotonic()
    r = calendar(net, company["ews_url"], timeout_ms=1500)
    assert failure(r) == "timeout-slow"
    assert time.monotonic() - began < 6


def test_cancel(net, company):
    company.fault("never", op="GetFolder")
    job = net.post("EWS_CALENDAR", dict(
        ctx=context(company["ews_url"], ALICE, timeout_ms=60000), id=""))
    time.sleep(0.3)
    began = time.monotonic()
    net.cancel(job)
    assert failure(net.answer(job)[1]) == "cancelled"
    assert time.monotonic() - began < 1


def test_only_https(net, company):
    for url in ("http://mail.lab.example/EWS/Exchange.asmx",
                "https://user:pw@mail.lab.example/EWS/Exchange.asmx",
                "https://169.254.169.254/EWS/Exchange.asmx",
                "https://[fe80::1]/EWS/Exchange.asmx", "ftp://x.example/", ""):
        assert failure(probe(net, url)) == "url-refused", url


def test_loopback_only_in_the_lab(net, company):
    net.post("NET_CONFIG", dict(ca_pem=ca_pem(company), allow_loopback=False,
                                use_system_ca=False))
    assert failure(probe(net, company["ews_url"])) == "url-refused"


def test_trust_follows_the_configuration(net, company):
    assert failure(probe(net, company["ews_url"])) == ""
    net.config("")
    assert failure(probe(net, company["ews_url"])) == "tls-no-issuer"
    net.config(ca_pem(company))
    assert failure(probe(net, company["ews_url"])) == ""


def make_meeting(company, who="alice", **kw):
    person = company.person(who)
    return person.create("Plan", location="@webex", body="<p>Hello</p>",
                         html=True, invite=["bob", "carol"], **kw)


def wait_event(net, job, kind, timeout=10):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        msg, body = net.answer(job, timeout)
        assert msg == "EWS_EVENTS", body
        for e in body["events"]:
            if e["kind"] == kind:
                return e
    raise AssertionError("no %s event" % kind)


def test_a_meeting_from_notice_to_update(net, company):
    url = company["ews_url"]
    ctx = context(url, ALICE, ALICE)
    sub = net.call("EWS_SUBSCRIBE", dict(ctx=ctx, id=""))
    assert failure(sub) == "" and sub["id"] and sub["cookie"]
    ctx = context(url, ALICE, ALICE, sub["cookie"])
    stream = net.post("EWS_STREAM", dict(
        ctx=ctx, subscriptions=[sub["id"]], minutes=5))
    assert net.answer(stream)[1]["events"] == []
    make_meeting(company)
    event = wait_event(net, stream, "Created")
    assert event["subscription"] == sub["id"]
    get = dict(ctx=ctx, item_id=event["item_id"])
    item = net.call("EWS_GET", get)
    assert failure(item) == ""
    assert item["location"] == "@webex" and item["my_response"] == "Organizer"
    assert item["attendees_n"] == 2 and item["is_meeting"]
    assert item["end_s"] > item["start_s"] > time.time() - 86400
    assert item["uid"] and item["body_is_html"]
    body = item["body"] + "<p>a\r\nb &amp; \u00fc \U0001f600 \"</p>"
    update = dict(ctx=ctx, item_id=item["item_id"],
                  change_key=item["change_key"], body_is_html=True, body=body,
                  send_to_all=True)
    done = net.call("EWS_UPDATE", update)
    assert failure(done) == "" and done["change_key"] != item["change_key"]
    assert failure(net.call("EWS_UPDATE", update)) == "ews-conflict"
    both = net.call("EWS_GETS", dict(
        ctx=ctx, item_ids=[item["item_id"], "AAAA", item["item_id"]]))
    assert failure(both) == ""
    assert [failure(i) == "" for i in both["items"]] == [True, False, True]
    assert both["items"][0]["body"] == both["items"][2]["body"] == body
    again = net.call("EWS_GET", get)
    assert again["body"] == body and again["change_key"] == done["change_key"]
    sync = net.call("EWS_SYNC", dict(ctx=ctx, sync_state="", max=512))
    assert failure(sync) == "" and sync["last"]
    assert item["item_id"] in [c["item_id"] for c in sync["changes"]]
    more = net.call("EWS_SYNC", dict(ctx=ctx, sync_state=sync["sync_state"],
                                     max=512))
    assert more["changes"] == [] and more["last"]
    bad = net.call("EWS_SYNC", dict(ctx=ctx, sync_state="AAAA", max=512))
    assert bad["ev"]["soap_code"] == "ErrorInvalidSyncStateData"
    gone = net.call("EWS_UNSUBSCRIBE", dict(ctx=ctx, id=sub["id"]))
    assert failure(gone) == ""
    gone = net.call("EWS_UNSUBSCRIBE", dict(ctx=ctx, id=sub["id"]))
    assert failure(gone) == "ews-subscription"


def test_newest(net, company):
    """What changed last of the days around today; ends are told by both."""
    person = company.person("alice")
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    made = [person.create("Newest %d" % n, location="x", start=now + n * day)
            for n in (-20, 40, 3, -5, 1)]
    mine = [i.id for i in made]
    ctx = context(company["ews_url"], ALICE)
    ask = dict(ctx=ctx, from_s=int(time.time()) - 7 * 86400,
               to_s=int(time.time()) + 31 * 86400, max=256)

    def told():
        """After another change; times are whole seconds."""
        made[2].subject += "!"
        made[2].save(update_fields=["subject"])
        got = net.call("EWS_NEWEST", ask)
        assert failure(got) == ""
        ids = [c["item_id"] for c in got["changes"]]
        return ids[0] == mine[2] and ids
    ids = people.wait_for(told, 30, 0.2)
    assert {i for i in ids if i in mine} == {mine[n] for n in (2, 3, 4)}
    few = net.call("EWS_NEWEST", dict(ask, max=2))
    assert [c["item_id"] for c in few["changes"]] == ids[:2]
    sync = net.call("EWS_SYNC", dict(ctx=ctx, sync_state="", max=512))
    ends = {c["item_id"]: c["end_s"] for c in sync["changes"]}
    assert abs(ends[mine[0]] - (time.time() - 20 * 86400)) < 2 * 3600
    assert not any(c["is_series"] for c in sync["changes"]
                   if c["item_id"] in mine)
    for item in made:
        item.delete()


def test_plain_text_body(net, company):
    person = company.person("alice")
    person.create("Plain", location="@webex", body="one\r\ntwo", invite=["bob"])
    ctx = context(company["ews_url"], ALICE)
    sync = net.call("EWS_SYNC", dict(ctx=ctx, sync_state="", max=512))
    item = net.call("EWS_GET", dict(
        ctx=ctx, item_id=sync["changes"][-1]["item_id"]))
    assert not item["body_is_html"]
    done = net.call("EWS_UPDATE", dict(
        ctx=ctx, item_id=item["item_id"], change_key=item["change_key"],
        body_is_html=False, body="one\r\ntwo\r\nthree", send_to_all=False))
    assert failure(done) == ""
    item = net.call("EWS_GET", dict(ctx=ctx, item_id=item["item_id"]))
    assert item["body"] == "one\r\ntwo\r\nthree"


def test_control_characters_are_not_sent(net, company):
    r = net.call("EWS_UPDATE", dict(
        ctx=context(company["ews_url"], ALICE), item_id="x", change_key="y",
        body_is_html=False, body="a\u0001b", send_to_all=False))
    assert failure(r) == "ews-error" and r["ev"]["http_status"] == 0


def test_stream_names_dead_subscriptions(net, company):
    ctx = context(company["ews_url"], ALICE, ALICE)
    sub = net.call("EWS_SUBSCRIBE", dict(ctx=ctx, id=""))
    job = net.post("EWS_STREAM", dict(
        ctx=context(company["ews_url"], ALICE, ALICE, sub["cookie"]),
        subscriptions=[sub["id"], "AAAA"], minutes=1))
    while True:
        msg, body = net.answer(job)
        if msg == "EWS_STREAM_END":
            break
    assert failure(body) == "ews-subscription"
    assert body["bad"] == ["AAAA"]


def test_stream_refused(net, company):
    job = net.post("EWS_STREAM", dict(
        ctx=context(company["ews_url"], ALICE, cred_id=3),
        subscriptions=["AAAA"], minutes=1))
    msg, body = net.answer(job)
    assert msg == "EWS_STREAM_END" and failure(body) == "http-401"


def test_autodiscover(net, company):
    url = company["autodiscover_url"]
    r = net.call("POX", dict(via=access(), url=url, email=ALICE))
    assert failure(r) == ""
    assert r["ews_internal"] == company["ews_url"] or \
        r["ews_external"] == company["ews_url"]
    r = net.call("POX", dict(via=access(), url=url, email=ALICE,
                             no_auth=True))
    assert failure(r) == "http-401"
    r = net.call("POX", dict(via=access(), url=url,
                             email="nobody@lab.example"))
    assert failure(r) == "autodiscover-error" and r["pox_error"]


@pytest.mark.parametrize("fault,name,key,value", [
    (dict(action="redirectAddr", address="a@other.example"), "",
     "redirect_addr", "a@other.example"),
    (dict(action="redirectUrl", url="https://x.example/a.xml"), "",
     "redirect_url", "https://x.example/a.xml"),
    (dict(action="noews"), "autodiscover-no-ews", "ews_internal", ""),
    (dict(action="html"), "content-sign-in", "ews_internal", ""),
    (dict(action="doctype"), "content-doctype", "ews_internal", ""),
    (dict(action="truncated"), "content-xml", "ews_internal", ""),
    (dict(action="redirect", url="https://x.example/a.xml"), "http-redirect",
     "ews_internal", ""),
])
def test_autodiscover_faults(net, company, fault, name, key, value):
    fault = dict(fault)
    company.fault(fault.pop("action"), op="Autodiscover", **fault)
    r = net.call("POX", dict(via=access(), url=company["autodiscover_url"],
                             email=ALICE))
    assert failure(r) == name, r
    assert r[key] == value
    if name == "http-redirect":
        assert r["ev"]["location"] == "https://x.example/a.xml"


def settings(net, company, *emails, **via):
    url = company["autodiscover_url"].replace(".xml", ".svc")
    return net.call("SETTINGS", dict(via=access(**via), url=url,
                                     emails=list(emails)))


def test_settings_of_many(net, company):
    """100 at once, in the order of the request, with what is not there."""
    company.post("/mailboxes", address="bob@lab.example", site=1)
    emails = ["p%03d@lab.example" % (i % 20 + 1) for i in range(97)]
    r = settings(net, company, ALICE, "nobody@lab.example",
                 "bob@lab.example", *emails)
    company.post("/mailboxes", address="bob@lab.example", site=0)
    assert failure(r) == "" and len(r["users"]) == 100
    alice, nobody, bob = r["users"][:3]
    assert alice["ews_internal"] == company["ews_url"]
    assert alice["grouping"] == "LabOrg-Site1"
    assert "Exchange2013" in alice["schemas"]
    assert nobody["error"] == "InvalidUser" and not nobody["ews_internal"]
    assert bob["ews_internal"] == \
        "https://site2.lab.example/EWS/Exchange.asmx"
    assert bob["grouping"] == "LabOrg-Site2"
    assert all(u["ews_internal"] for u in r["users"][3:])
    assert r["ev"]["server_version"] == "15.2.1544.4"


@pytest.mark.parametrize("fault, name, key, value", [
    (dict(action="redirectAddr", address="a@other.example"), "",
     "redirect_addr", "a@other.example"),
    (dict(action="redirectUrl", url="https://x.example/a.xml"), "",
     "redirect_url", "https://x.example/a.xml"),
    (dict(action="noews"), "", "message",
     "InternalEwsUrl: SettingIsNotAvailable "),
    (dict(action="html"), "content-sign-in", None, ""),
    (dict(action="status", code=404), "http-404", None, ""),
    (dict(action="status", code=503), "http-503", None, ""),
    (dict(action="truncated"), "content-xml", None, ""),
])
def test_settings_faults(net, company, fault, name, key, value):
    fault = dict(fault)
    company.fault(fault.pop("action"), op="Autodiscover", **fault)
    r = settings(net, company, ALICE)
    assert failure(r) == name, r
    if key:
        assert r["users"][0][key] == value


def test_json_form(net, company):
    base = "https://mail.lab.example/autodiscover/autodiscover.json/v1.0/"

    def ask(address, **more):
        return net.call("JSON", dict(
            via=access(), email=address,
            url=base + address + "?Protocol=EWS", **more))
    r = ask(ALICE)
    assert failure(r) == "" and r["ews_external"] == company["ews_url"]
    r = ask("nobody@lab.example")
    assert failure(r) == "autodiscover-error", r
    assert r["pox_error"] == "UserNotFound"
    assert failure(ask(ALICE, no_auth=True)) == "http-401"
    company.fault("html", op="Autodiscover")
    assert failure(ask(ALICE)) == "content-sign-in"
    company.reset()
    company.fault("noews", op="Autodiscover")
    assert failure(ask(ALICE)) == "autodiscover-no-ews"


@pytest.mark.parametrize("domain, name, urls", [
    ("lab.example", "", 1),
    ("other.example", "dns-not-found", 0),
    ("hosted.example", "", 1),
    ("lab.example/x", "url-refused", 0),
    ("u@lab.example", "url-refused", 0),
])
def test_plain_http_hint(net, company, domain, name, urls):
    r = net.call("HTTP_HINT", dict(via=access(), domain=domain))
    assert failure(r) == name, r
    assert r["urls"] == [company["autodiscover_url"]] * urls
    if urls:
        assert r["ev"]["http_status"] == 302 and not r["ev"]["certs"]
        kept = sorted(pathlib.Path(company["requests_dir"]).iterdir())[-1]
        text = kept.read_text()
        assert text.startswith("GET /autodiscover/autodiscover.xml")
        assert "Authorization" not in text and "svc-ews" not in text


def test_plain_http_hint_without_a_redirect(net, company):
    company.fault("status", op="Autodiscover", code=404)
    r = net.call("HTTP_HINT", dict(via=access(), domain="lab.example"))
    assert failure(r) == "hint-none" and r["ev"]["http_status"] == 404


@pytest.mark.parametrize("domain, name, urls", [
    ("other.example", "", ["https://mail.lab.example/autodiscover/"
                           "autodiscover.xml"]),
    ("hosted.example", "srv-none", []),
    ("nowhere.example", "srv-none", []),
    ("", "url-refused", []),
])
def test_srv_hint(net, company, domain, name, urls):
    r = net.call("SRV_HINT", dict(via=access(), domain=domain))
    assert failure(r) == name, r
    assert r["urls"] == urls


def scp(net, **more):
    job = dict(cred_id=1, domain="lab.example", mail_domain="lab.example",
               site="", mode=LDAPS, tls_verify=True, timeout_ms=10000)
    job.update(more)
    return net.call("SCP", job)


def bound(net, company, number=10, **more):
    """A password that was entered for just that."""
    s = company["service_account"]
    net.cred(number, more.pop("account", s["username"]), s["password"], **more)
    return number


MODES = [(LDAPS, "TLS"), (STARTTLS, "StartTLS"), (LDAP, None)]


@pytest.mark.parametrize("form", ["username", "netbios"])
@pytest.mark.parametrize("mode, tls", MODES)
def test_scp(net, company, form, mode, tls):
    cred = bound(net, company, account=company["service_account"][form],
                 mode=mode)
    r = scp(net, cred_id=cred, mode=mode, site=company["ad_site"])
    assert failure(r) == "", r
    assert r["server"] == company["dc_host"]
    assert r["urls"][0]["url"] == company["autodiscover_url"]
    assert r["urls"][0]["priority"] == 1
    titles = [s["title"] for s in r["trail"]]
    assert titles == ["DNS SRV", "Domain controller dc1.lab.example",
                      "Connect"] + [tls] * bool(tls) + ["Sign in", "Search"]
    assert all(s["state"] == 1 for s in r["trail"]), r["trail"]
    assert [s["parent"] for s in r["trail"]] == [0, 0] + [2] * (
        len(titles) - 2)
    if tls:
        assert r["ev"]["certs"][0]["subject"] == "CN=dc1.lab.example"
    else:
        assert r["ev"]["auth_used"] == "Kerberos" and not r["ev"]["certs"]
    told = [(e["key"], e["value"]) for e in r["trail"][-1]["evidence"]]
    assert told[0] == ("address, own site " + company["ad_site"],
                       company["autodiscover_url"])
    assert ("pointer, for another domain", "LDAP://dc.other.example") in told
    assert sum(k == "dn" for k, _ in told) == 2


def test_scp_sorts_by_site(net, company):
    r = scp(net)
    assert r["urls"][0]["priority"] == 3
    assert any(e["key"] == "address, other site " + company["ad_site"]
               for e in r["trail"][-1]["evidence"])


@pytest.mark.parametrize("more, name, last", [
    (dict(domain="nowhere.example"), "ldap-no-dc",
     "Domain controller nowhere.example"),
    (dict(server="mail.lab.example"), "ldap-unreachable", "Connect"),
    (dict(server="nonesuch.lab.example"), "dns-not-found", "Connect"),
    (dict(server="wrongname.lab.example", port=443), "tls-name", "TLS"),
    (dict(server="expired.lab.example", port=443), "tls-expired", "TLS"),
    (dict(server="notyet.lab.example", port=443), "tls-not-yet", "TLS"),
    (dict(server="unknownca.lab.example", port=443), "tls-unknown-ca", "TLS"),
    (dict(server="plain.lab.example", port=443), "tls-none", "TLS"),
])
def test_scp_server_faults(net, company, more, name, last):
    cred = bound(net, company, server=more.get("server", ""),
                 domain=more.get("domain", "lab.example"))
    r = scp(net, cred_id=cred, **more)
    assert failure(r) == name, r
    bad = [s for s in r["trail"] if s["state"] == 3]
    assert bad[-1]["title"] == last or bad[0]["title"] == last
    assert bad[-1]["failure"] in (name, "dns-not-found")


def test_scp_own_trust_list(net, company):
    assert failure(scp(net, cred_id=3)) == "ldap-bind"
    net.config("")
    r = scp(net)
    assert failure(r) == "tls-no-issuer" and r["ev"]["certs"]
    r = scp(net, tls_verify=False)
    assert failure(r) == "" and r["ev"]["certs"]


@pytest.mark.parametrize("bind, ask", [
    (dict(server="dc1.lab.example"), dict(server="mail.lab.example")),
    (dict(server="dc1.lab.example"), dict()),
    (dict(), dict(server="dc1.lab.example")),
    (dict(mode=LDAPS), dict(mode=LDAP)),
    (dict(mode=STARTTLS), dict(mode=LDAP)),
    (dict(mode=LDAP), dict(mode=LDAPS)),
    (dict(), dict(domain="other.example")),
])
def test_scp_password_for_something_else(net, company, bind, ask):
    job = dict(bind)
    job.update(ask)
    if "server" in bind and "server" not in ask:
        del job["server"]
    r = scp(net, cred_id=bound(net, company, **bind), **job)
    assert failure(r) == "cred-bound" and not r["trail"]


# What an administrator does to the account, and what it is called over TLS
# and, where Kerberos speaks, without.
ACCOUNT = [
    ("expire", "ldap-password-change", "ldap-password-expired"),
    ("disable", "ldap-account-disabled", "ldap-account-revoked"),
    ("lock", "ldap-account-locked", "ldap-account-revoked"),
    ("end", "ldap-account-expired", "ldap-account-revoked"),
    ("hours", "ldap-logon-hours", "ldap-account-revoked"),
    ("workstations", "ldap-workstation", None),
]


@pytest.mark.parametrize("action, name, by_kerberos", ACCOUNT[:1] + [
    pytest.param(*row, marks=pytest.mark.slow) for row in ACCOUNT[1:]])
def test_scp_account(net, company, action, name, by_kerberos):
    company.post("/ad", user="svc-ews", action=action)
    try:
        assert failure(scp(net)) == name
        cred = bound(net, company, mode=LDAP)
        r = scp(net, cred_id=cred, mode=LDAP)
        assert failure(r) == (by_kerberos or ""), r
    finally:
        company.post("/ad", user="svc-ews", action="mend")
    assert failure(scp(net)) == ""


def test_scp_unknown_account(net, company):
    for mode in (LDAPS, LDAP):
        cred = bound(net, company, account="nobody@lab.example", mode=mode)
        r = scp(net, cred_id=cred, mode=mode)
        assert failure(r) in ("ldap-account-unknown", "ldap-bind"), r


def test_scp_sealed_by_ntlm(net, company):
    """No ticket is to be had for an address: NTLM, where it is ticked."""
    at = dict(server=company["dc_address"], mode=LDAP)
    r = scp(net, cred_id=bound(net, company, **at), **at)
    assert failure(r) == "" and r["ev"]["auth_used"] == "NTLM", r
    assert r["urls"][0]["url"] == company["autodiscover_url"]
    assert "no ticket" in r["ev"]["detail"]
    r = scp(net, cred_id=bound(net, company, 12, auth="basic", **at), **at)
    assert failure(r) == "ldap-gss" and "NTLM is not" in r["ev"]["detail"]
    s = company["service_account"]
    net.cred(13, s["netbios"], "not the password", **at)
    assert failure(scp(net, cred_id=13, **at)) == "ldap-bind"


def test_scp_sealed_wrong_password(net, company):
    s = company["service_account"]
    net.cred(11, s["username"], "not the password", mode=LDAP)
    r = scp(net, cred_id=11, mode=LDAP)
    assert failure(r) == "ldap-bind" and "Kerberos" in r["ev"]["detail"], r


def test_many_at_once(net, company):
    jobs = [net.post("EWS_CALENDAR", dict(
        ctx=context(company["ews_url"], ALICE), id="")) for _ in range(60)]
    assert [failure(net.answer(j)[1]) for j in jobs] == [""] * 60


@pytest.mark.slow
def test_answers_wait_for_an_engine_that_does_not_read(net, company):
    big = "<p>" + "0123456789abcdef" * (3 << 16) + "</p>"
    company.person("alice").create("Big", body=big, html=True)
    ctx = context(company["ews_url"], ALICE, timeout_ms=20000)
    sync = net.call("EWS_SYNC", dict(ctx=ctx, sync_state="", max=512))
    item = sync["changes"][-1]["item_id"]
    jobs = [net.post("EWS_GET", dict(ctx=ctx, item_id=item))
            for _ in range(12)]
    time.sleep(0.1)
    net.p.send_signal(signal.SIGSTOP)
    time.sleep(4)
    net.p.send_signal(signal.SIGCONT)
    for j in jobs:
        body = net.answer(j)[1]
        assert failure(body) == "" and len(body["body"]) >= len(big)


def test_it_ends_with_its_links(company, tmp_path):
    n = Net(tmp_path)
    assert n.close() == 0
    log = (tmp_path / "net.log").read_text()
    assert "Link Closed" in log


def test_dns_that_does_not_answer(tmp_path):
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.53\n")
    n = Net(tmp_path, prefix=[
        "unshare", "-n", "-m", "sh", "-c",
        "ip link set lo up; mount --bind %s/resolv.conf /etc/resolv.conf; "
        "exec \"$@\"" % tmp_path, "sh"])
    n.config()
    n.cred(1, "svc@lab.example", "secret")
    r = probe(n, "https://mail.lab.example/EWS/Exchange.asmx")
    assert failure(r) == "dns-failed"
    assert failure(scp(n)) == "dns-failed"
    job = n.post("EWS_PROBE", dict(ctx=context(
        "https://other.lab.example/EWS/Exchange.asmx"), id=""))
    n.cancel(job)
    assert failure(n.answer(job)[1]) == "cancelled"
    assert n.close() == 0


@pytest.mark.parametrize("bound, ask", [
    (dict(auth="ntlm"), dict(basic=True)),
    (dict(auth="basic"), dict(ntlm=True)),
    (dict(tls="https=yes;ldap=yes"), dict(verify=False)),
    (dict(target="direct:other.lab.example;type=2019;proxy=no"), dict()),
])
def test_password_serves_what_it_was_entered_for(net, company, bound, ask):
    """Whatever the engine says: nothing is sent."""
    s = company["service_account"]
    net.cred(5, s["username"], s["password"], **bound)
    before = len(list(pathlib.Path(company["requests_dir"]).iterdir()))
    via = dict(dict(ntlm=False, basic=False), **ask)
    r = net.call("EWS_PROBE", dict(
        ctx=context(company["ews_url"], cred_id=5, **via), id=""))
    assert failure(r) == "cred-bound"
    assert len(list(pathlib.Path(company["requests_dir"]).iterdir())) == before


def test_password_serves_its_directory_only(net, company):
    s = company["service_account"]
    net.cred(6, s["username"], s["password"], tls="https=yes;ldap=yes")
    assert failure(scp(net, cred_id=6, domain="evil.example")) == "cred-bound"
    assert failure(scp(net, cred_id=6, tls_verify=False)) == "cred-bound"
