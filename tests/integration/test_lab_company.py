"""The lab beside its Exchange: directory, DNS, Autodiscover, TLS, proxies,
what it can be told to do wrong, and how it starts and ends."""
import base64
import glob
import http.client
import json
import os
import socket
import ssl
import subprocess
import time

import pytest
from exchangelib import IMPERSONATION, Account, Credentials

import people
import validate
from conftest import TOP

POX = ('<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.'
       'com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
       "<EMailAddress>%s</EMailAddress><AcceptableResponseSchema>http://"
       "schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/"
       "2006a</AcceptableResponseSchema></Request></Autodiscover>")
GET_OOF = ('<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap'
           '.org/soap/envelope/" xmlns:t="%s" xmlns:m="%s"><s:Header>'
           '<t:RequestServerVersion Version="Exchange2016"/></s:Header>'
           "<s:Body>%%s</s:Body></s:Envelope>" % (people.T, people.M))
FOLDER = ("<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
          "</m:FolderShape><m:FolderIds><t:DistinguishedFolderId "
          'Id="calendar"/></m:FolderIds></m:GetFolder>')


def basic(lab, user=None, password=None):
    s = lab["service_account"]
    pair = "%s:%s" % (user or s["username"], password or s["password"])
    return {"Authorization": "Basic " + base64.b64encode(
        pair.encode()).decode(), "Content-Type": "text/xml; charset=utf-8"}


def ask(lab, host, path, body=None, headers=None, tls=True, timeout=10):
    """(status, headers, body) of one request."""
    if tls:
        c = http.client.HTTPSConnection(
            host, timeout=timeout,
            context=ssl.create_default_context(cafile=lab["ca_file"]))
    else:
        c = http.client.HTTPConnection(host, timeout=timeout)
    c.request("GET" if body is None else "POST", path, body, headers or {})
    r = c.getresponse()
    out = r.status, r.headers, r.read()
    c.close()
    return out


def ews(lab, body=FOLDER, host=None, **kw):
    return ask(lab, host or lab["front_host"], "/EWS/Exchange.asmx",
               GET_OOF % body, basic(lab), **kw)


def autodiscover(lab, address, host=None, path=None):
    return ask(lab, host or lab["front_host"],
               path or "/autodiscover/autodiscover.xml", POX % address,
               basic(lab))


# ---- directory and DNS

def ldapsearch(lab, url, user, password, *args):
    env = dict(os.environ, LDAPTLS_CACERT=lab["ca_file"])
    return subprocess.run(
        ["ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-x", "-H", url, "-D",
         user, "-w", password] + list(args), env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_directory_has_service_connection_points(company):
    s = company["service_account"]
    r = ldapsearch(
        company, company["ldaps_url"], s["username"], s["password"], "-b",
        "CN=Configuration,DC=lab,DC=example",
        "(&(objectClass=serviceConnectionPoint)(|(keywords=67661d7F-8FC4-4fa7"
        "-BFAC-E1D7794C1F68)(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)))",
        "keywords", "serviceBindingInformation")
    assert r.returncode == 0, r.stdout
    assert "serviceBindingInformation: " + company["autodiscover_url"] \
        in r.stdout
    assert "keywords: Site=" + company["ad_site"] in r.stdout
    assert "keywords: Domain=other.example" in r.stdout
    r = ldapsearch(company, company["ldap_url"], s["username"],
                   s["password"], "-b", "", "-s", "base")
    assert r.returncode == 8, r.stdout	# encryption required
    r = ldapsearch(company, company["ldaps_url"], s["username"], "wrong",
                   "-b", "", "-s", "base")
    assert r.returncode == 49, r.stdout


def test_names(company):
    for name, address in (("mail", "127.0.0.20"), ("dc1", "127.0.0.10"),
                          ("autodiscover", "127.0.0.20")):
        assert socket.gethostbyname(name + ".lab.example") == address
    assert socket.gethostbyname("lab.example") == "127.0.0.20"
    with pytest.raises(OSError):
        socket.gethostbyname("nosuch.lab.example")
    r = subprocess.run(["dig", "+short", "SRV",
                        "_autodiscover._tcp.other.example"], text=True,
                       stdout=subprocess.PIPE, check=True)
    assert r.stdout.strip() == "0 0 443 mail.lab.example."


@pytest.mark.parametrize("action,undo", [("expire", "unexpire"),
                                         ("disable", "enable"),
                                         ("lock", "unlock")])
def test_accounts(company, action, undo):
    light = company.light("carol")
    light.create("Before")
    company.post("/ad", user="carol", action=action)
    time.sleep(1.1)		# the front believes an answer for a second
    try:
        with pytest.raises(RuntimeError, match="HTTP 401"):
            company.light("carol").create("While")
    finally:
        company.post("/ad", user="carol", action=undo)
    time.sleep(1.1)
    company.light("carol").create("After")


def test_password_change(company):
    old = company.people["dave"]["password"]
    company.post("/ad", user="dave", action="password", password="New-1-pass")
    time.sleep(1.1)
    with pytest.raises(RuntimeError, match="HTTP 401"):
        company.light("dave").create("Old password")
    company.post("/ad", user="dave", action="password", password=old)
    time.sleep(1.1)
    company.light("dave").create("Right password")


def test_domain_controller_stops_and_starts(company):
    s = company["service_account"]
    company.post("/dc", action="stop")
    try:
        with pytest.raises(OSError):
            socket.create_connection((company["dc_address"], 636), 2)
    finally:
        company.post("/dc", action="start")
    r = ldapsearch(company, "ldaps://dc1.lab.example", s["username"],
                   s["password"], "-b", "", "-s", "base")
    assert r.returncode == 0, r.stdout
    company.light("erin").create("After the restart")
    company.person("erin", ntlm=True).find(subject="After the restart")


# ---- Autodiscover

def test_autodiscover_pox(company):
    for host in ("lab.example", "autodiscover.lab.example",
                 company["front_host"]):
        status, headers, body = autodiscover(
            company, "alice@lab.example", host,
            "/Autodiscover/Autodiscover.XML")
        assert status == 200
        assert b"<EwsUrl>" + company["ews_url"].encode() in body
    assert b"<ErrorCode>500</ErrorCode>" in autodiscover(
        company, "nobody@lab.example")[2]
    status, headers, body = ask(
        company, "autodiscover.lab.example",
        "/autodiscover/autodiscover.xml", tls=False)
    assert status == 302
    assert headers["Location"] == company["autodiscover_url"]


def test_autodiscover_by_a_client(company):
    people.trust(company["ca_file"])
    s = company["service_account"]
    account = Account("bob@lab.example", credentials=Credentials(
        s["username"], s["password"]), autodiscover=True,
        access_type=IMPERSONATION)
    assert account.protocol.service_endpoint.lower() == \
        company["ews_url"].lower()
    assert account.calendar.total_count is not None


def test_autodiscover_soap(company):
    a = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
    body = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:a="%s"><s:Header><a:RequestedServerVersion>Exchange2016'
            "</a:RequestedServerVersion></s:Header><s:Body>"
            "<a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User>"
            "<a:Mailbox>alice@lab.example</a:Mailbox></a:User></a:Users>"
            "<a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting>"
            "</a:RequestedSettings></a:Request>"
            "</a:GetUserSettingsRequestMessage></s:Body></s:Envelope>" % a)
    status, _, got = ask(company, company["front_host"],
                         "/autodiscover/autodiscover.svc", body,
                         basic(company))
    assert status == 200
    assert company["ews_url"].encode() in got


def test_autodiscover_redirects(company):
    company.fault("redirectAddr", op="Autodiscover", times=1,
                  address="alice@other.example")
    company.fault("redirectUrl", op="Autodiscover", times=1,
                  url="https://fault.lab.example/autodiscover.xml")
    company.fault("redirect", op="Autodiscover", times=1,
                  url="https://fault.lab.example/x")
    assert b"<RedirectAddr>alice@other.example" in autodiscover(
        company, "alice@lab.example")[2]
    assert b"<RedirectUrl>https://fault.lab.example" in autodiscover(
        company, "alice@lab.example")[2]
    status, headers, _ = autodiscover(company, "alice@lab.example")
    assert (status, headers["Location"]) == (302,
                                             "https://fault.lab.example/x")
    assert b"EwsUrl" in autodiscover(company, "alice@lab.example")[2]


# ---- what goes wrong on demand

@pytest.mark.parametrize("code", [401, 403, 404, 500, 503])
def test_status(company, code):
    company.fault("status", op="GetFolder", code=code, times=1)
    assert ews(company)[0] == code
    assert ews(company)[0] == 200


def test_throttling(company):
    company.fault("throttle", shape="503", times=1)
    company.fault("throttle", shape="fault", backoff_ms=1500, times=1)
    company.fault("throttle", shape="inner", backoff_ms=1500, times=1)
    assert ews(company)[0] == 503
    status, _, body = ews(company)
    assert status == 500 and b"ErrorServerBusy" in body
    assert b'Name="BackOffMilliseconds">1500<' in body
    status, _, body = ews(company)
    assert status == 200 and b"ErrorInternalServerError" in body
    assert b"ErrorServerBusy" in body


def test_bad_content(company):
    whole = ews(company)[2]
    company.fault("html", times=1)
    company.fault("truncated", times=1)
    company.fault("doctype", times=1)
    company.fault("garbage", times=1)
    _, headers, body = ews(company)
    assert headers["Content-Type"] == "text/html" and b"<form" in body
    assert ews(company)[2] == whole[:len(whole) // 2]
    assert b"<!DOCTYPE" in ews(company)[2]
    assert b"\x00" in ews(company)[2]


def test_big_body(company):
    company.fault("bigbody", bytes=20 << 20, times=1)
    status, _, body = ews(company)
    assert status == 200 and len(body) > 20 << 20


def test_broken_connections(company):
    company.fault("close", times=1)
    with pytest.raises(http.client.IncompleteRead):
        ews(company)
    company.fault("never", times=1)
    with pytest.raises(TimeoutError):
        ews(company, timeout=0.5)
    company.fault("reset", times=1)
    with pytest.raises(OSError):
        ews(company)
    company.fault("reset", times=1, host="fault.lab.example")
    with pytest.raises(OSError):
        ews(company, host="fault.lab.example")
    company.fault("delay", seconds=0.3, times=1)
    began = time.monotonic()
    assert ews(company)[0] == 200
    assert time.monotonic() - began > 0.3


def test_rules_choose(company):
    company.fault("status", code=500, mailbox="bob@lab.example")
    assert ews(company)[0] == 200
    with pytest.raises(RuntimeError, match="HTTP 500"):
        company.light("bob").create("x")
    company.control("DELETE", "/faults")
    company.light("bob").create("x")
    company.fault("status", code=500, op="GetFolder", after=1, times=1)
    assert [ews(company)[0] for _ in range(3)] == [200, 500, 200]


@pytest.mark.parametrize("host,word", [
    ("wrongname", "mismatch"), ("expired", "expired"),
    ("unknownca", "self-signed certificate in certificate chain"),
    ("selfsigned", "self-signed"), ("notyet", "not yet valid"),
    ("plain", "")])
def test_bad_certificates(company, host, word):
    with pytest.raises(ssl.SSLError) as e:
        ews(company, host=host + ".lab.example")
    assert word in str(e.value)


def test_refused(company):
    with pytest.raises(ConnectionRefusedError):
        ews(company, host="refused.lab.example")


def test_canary(company):
    status, headers, _ = ask(company, "fault.lab.example",
                             "/EWS/Exchange.asmx", GET_OOF % FOLDER)
    assert status == 401
    assert headers.get_all("WWW-Authenticate") == [
        "NTLM", 'Basic realm="fault.lab.example"']
    assert company.get("/canary") == []
    assert ews(company, host="fault.lab.example")[0] == 200
    got = company.get("/canary")
    assert [(c["scheme"], c["user"]) for c in got] == [
        ("Basic", company["service_account"]["username"])]
    company.post("/config", auth="refuse")
    assert ews(company, host="fault.lab.example")[0] == 401


# ---- streams

def test_streams_are_cut(company):
    light = company.light("alice")
    sub = light.call(
        "<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>"
        '<t:DistinguishedFolderId Id="calendar"/></t:FolderIds>'
        "<t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes>"
        "</m:StreamingSubscriptionRequest></m:Subscribe>",
        {"X-PreferServerAffinity": "true", "X-AnchorMailbox":
         "alice@lab.example"})
    sub_id = next(sub.iter("{%s}SubscriptionId" % people.M)).text
    body = ("<m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>%s"
            "</t:SubscriptionId></m:SubscriptionIds><m:ConnectionTimeout>1"
            "</m:ConnectionTimeout></m:GetStreamingEvents>" % sub_id)
    c = http.client.HTTPSConnection(
        company["front_host"], timeout=10,
        context=ssl.create_default_context(cafile=company["ca_file"]))
    row = company.people["alice"]
    head = basic(company, row["address"], row["password"])
    times = []
    c.request("POST", "/EWS/Exchange.asmx", GET_OOF % body, head)
    r = c.getresponse()
    assert b"<Envelope " in r.read1() and r.status == 200
    for n in range(10):
        began = time.monotonic()
        light.create("Event %d" % n)
        assert b"CreatedEvent" in r.read1()
        times.append(time.monotonic() - began)
    # Creating and hearing of it: the front holds nothing back.
    assert sorted(times)[5] < 0.1
    assert company.post("/streams/cut", how="close")["cut"] == 1
    with pytest.raises(http.client.IncompleteRead):
        r.read()
    assert company.post("/restart")["forgotten"] == 1
    c.close()


def stream(company, address, ids, headers=()):
    """An open stream and its connection, as the service account."""
    c = http.client.HTTPSConnection(
        company["front_host"], timeout=10,
        context=ssl.create_default_context(cafile=company["ca_file"]))
    head = dict(basic(company), **dict(headers))
    c.request("POST", "/EWS/Exchange.asmx", as_mailbox(
        address, "<m:GetStreamingEvents><m:SubscriptionIds>%s"
        "</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout>"
        "</m:GetStreamingEvents>" % "".join(
            "<t:SubscriptionId>%s</t:SubscriptionId>" % i for i in ids)),
        head)
    return c, c.getresponse()


def as_mailbox(address, body):
    return (GET_OOF % body).replace(
        "</s:Header>", "<t:ExchangeImpersonation><t:ConnectingSID>"
        "<t:PrimarySmtpAddress>%s</t:PrimarySmtpAddress></t:ConnectingSID>"
        "</t:ExchangeImpersonation></s:Header>" % address)


SUBSCRIBE = ("<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>"
             '<t:DistinguishedFolderId Id="calendar"/></t:FolderIds>'
             "<t:EventTypes><t:EventType>CreatedEvent</t:EventType>"
             "<t:EventType>ModifiedEvent</t:EventType></t:EventTypes>"
             "</m:StreamingSubscriptionRequest></m:Subscribe>")


def subscribe(company, address, headers=()):
    """(subscription id, cookie)"""
    status, head, body = ask(
        company, company["front_host"], "/EWS/Exchange.asmx",
        as_mailbox(address, SUBSCRIBE), dict(basic(company), **dict(headers)))
    assert status == 200 and b"NoError" in body
    return body.split(b"SubscriptionId>")[1].split(b"<")[0].decode(), \
        (head.get("Set-Cookie") or "").partition(";")[0]


def test_affinity(company):
    """A group on one stream holds together by the anchor's cookie only."""
    company.post("/config", backends=2)
    rows = company.get("/mailboxes")
    first = rows[0]["address"]
    other = next(r["address"] for r in rows
                 if r["backend"] != rows[0]["backend"])
    head = {"X-AnchorMailbox": first, "X-PreferServerAffinity": "true"}
    a, cookie = subscribe(company, first, head)
    assert cookie.startswith("X-BackEndOverrideCookie=MAIL")
    b, _ = subscribe(company, other)
    head["Cookie"] = cookie
    c, r = stream(company, first, [a, b], head)
    got = r.read1()
    assert b"ErrorSubscriptionNotFound" in got and b.encode() in got
    assert a.encode() not in got
    c.close()
    b, _ = subscribe(company, other, head)
    c, r = stream(company, first, [a, b], head)
    assert b"ErrorSubscriptionNotFound" not in r.read1()
    c.close()


def test_a_client_that_dies_leaves_no_stream(company):
    a, _ = subscribe(company, "bob@lab.example")
    c, r = stream(company, "bob@lab.example", [a])
    r.read1()
    assert company.get("/stats")["streams"] == 1
    r.close()
    c.close()
    assert people.wait_for(
        lambda: company.get("/stats")["streams"] == 0, 3)
    # What came in between is told to the next stream.
    company.light("bob").create("Between")
    c, r = stream(company, "bob@lab.example", [a])
    assert b"CreatedEvent" in r.read1() + r.read1()
    c.close()


def test_limits(company):
    company.post("/config", max_subs=2, max_streams=1)
    a, _ = subscribe(company, "bob@lab.example")
    subscribe(company, "bob@lab.example")
    with pytest.raises(AssertionError):
        subscribe(company, "bob@lab.example")
    c, r = stream(company, "bob@lab.example", [a])
    r.read1()
    d, r2 = stream(company, "bob@lab.example", [a])
    assert b"ErrorExceededConnectionCount" in r2.read()
    c.close()
    d.close()


# ---- proxies

def connect(lab, url, host, auth=None):
    address = url.rpartition("/")[2].split(":")
    c = http.client.HTTPSConnection(
        address[0], int(address[1]), timeout=10,
        context=ssl.create_default_context(cafile=lab["ca_file"]))
    headers = {}
    if auth:
        headers["Proxy-Authorization"] = "Basic " + base64.b64encode(
            auth.encode()).decode()
    c.set_tunnel(host, 443, headers)
    c.request("POST", "/EWS/Exchange.asmx", GET_OOF % FOLDER, basic(lab))
    return c.getresponse().status


def test_proxies(company):
    host = company["front_host"]
    assert connect(company, company["proxy_url"], host) == 200
    with pytest.raises(OSError, match="407"):
        connect(company, company["proxy_auth_url"], host)
    pair = "%s:%s" % (company["proxy_user"], company["proxy_password"])
    assert connect(company, company["proxy_auth_url"], host, pair) == 200
    with pytest.raises(OSError, match="50[0-9]"):
        connect(company, company["proxy_url"], "nosuch.lab.example")


# ---- what is kept

def test_requests_are_kept_without_secrets(company):
    ews(company)
    ask(company, company["front_host"], "/EWS/Exchange.asmx",
        GET_OOF % FOLDER)
    password = company["service_account"]["password"]
    word = basic(company)["Authorization"].split()[1]

    def kept():
        return sorted(glob.glob(company["requests_dir"] + "/*-POST-401.txt"))

    assert people.wait_for(kept, 3)
    for path in glob.glob(company["requests_dir"] + "/*"):
        with open(path, "rb") as f:
            data = f.read()
        assert password.encode() not in data
        assert word.encode() not in data
    names = sorted(os.listdir(company["requests_dir"]))
    path = os.path.join(company["requests_dir"], [
        n for n in names if n.endswith("-GetFolder.txt")][-1])
    with open(path, "rb") as f:
        docs = list(validate.documents(f.read()))
    assert len(docs) == 1
    from lxml import etree
    assert validate.Schema().check(etree.fromstring(docs[0])) == ""


def test_schema_refuses(company):
    status, _, body = ews(company, FOLDER.replace("FolderShape", "Shape"))
    assert status == 500 and b"ErrorSchemaValidation" in body
    assert company.get("/stats")["wrong_requests"] != []


# ---- start and end

def test_two_labs_at_once(lab, tmp_path_factory):
    tool = str(TOP / "tests" / "lab" / "lab")
    folder = tmp_path_factory.mktemp("second")
    # From the first network, as a user of two labs might.
    subprocess.run([tool, "start", "--quiet", "--dir", str(folder)],
                   check=True, timeout=60)
    try:
        with open(folder / "lab.json") as f:
            info = json.load(f)
        assert info["netns"] != lab["netns"]
        out = subprocess.run(
            [tool, "exec", "--dir", str(folder), "/usr/bin/python3",
             str(TOP / "tests/lab/people.py"), "--dir", str(folder),
             "create", "--as", "alice", "--subject", "Elsewhere"],
            check=True, text=True, stdout=subprocess.PIPE)
        assert out.stdout.startswith("AAMk")
        assert lab.get("/items?subject=Elsewhere") == []
        # A crash, then a start over it.
        with open(folder / "state.json") as f:
            pid = json.load(f)["pid"]
        os.kill(pid, 9)
        assert people.wait_for(
            lambda: subprocess.run([tool, "status", "--dir", str(folder)],
                                   stdout=subprocess.DEVNULL).returncode == 3,
            5)
        subprocess.run([tool, "start", "--quiet", "--dir", str(folder)],
                       check=True, timeout=60)
    finally:
        subprocess.run([tool, "stop", "--dir", str(folder)], check=True)
    assert not os.path.exists("/etc/netns/" + info["netns"])
    assert lab.get("/stats")["mailboxes"] > 0


def test_a_tied_lab_ends_with_its_process(tmp_path_factory):
    tool = str(TOP / "tests" / "lab" / "lab")
    folder = tmp_path_factory.mktemp("tied")
    owner = subprocess.Popen(["sleep", "60"])
    subprocess.run([tool, "start", "--quiet", "--tie", str(owner.pid),
                    "--dir", str(folder)], check=True, timeout=60)
    owner.kill()
    owner.wait()
    assert people.wait_for(
        lambda: subprocess.run([tool, "status", "--dir", str(folder)],
                               stdout=subprocess.DEVNULL).returncode == 3, 5)
    subprocess.run([tool, "stop", "--dir", str(folder)], check=True)
