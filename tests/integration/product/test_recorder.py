"""Hosts that nobody vouches for record every byte that reaches them: on each
redirect, downgrade, wrong certificate and plain-HTTP path no credential is
among them, in any form."""
import base64
import json
import re
import urllib.parse

import pytest

import faults

FAULT = faults.FAULT
FAULT_80 = "127.0.0.21:80"
TARGET = faults.TARGET
WRONG_CERTIFICATE = ("wrongname", "expired", "notyet", "unknownca",
                     "selfsigned", "weakkey", "weakhash", "nochain",
                     "oldtls", "nocipher", "clientcert")
CODES = (301, 302, 303, 307, 308)
HINT = "autodiscover.hint.example"
ANSWERED = re.compile(rb"NTLMSSP\0|TlRMTVNTUA|YII[A-Z]|[\r\n]Authorization:"
                      rb"|[\r\n]Proxy-Authorization:|[\r\n]Cookie:", re.I)


def forms_of(account, password):
    """Every way in which the password could be on a wire."""
    out = set()
    for text in (password, "%s:%s" % (account, password)):
        raw, wide = text.encode(), text.encode("utf-16-le")
        out |= {raw, wide, raw.hex().encode(), raw.hex().upper().encode(),
                urllib.parse.quote(text, safe="").encode(),
                urllib.parse.quote_plus(text).encode(),
                "".join("%%%02X" % b for b in raw).encode(),
                "".join("%%%02x" % b for b in raw).encode()}
        # Base64 looks different after one and after two bytes before it;
        # what depends on neighbours is cut off at both ends.
        for data in (raw, wide):
            for before in range(3):
                coded = base64.b64encode(bytes(before) + data + bytes(3))
                begin = -(-before * 4 // 3)
                out |= {coded[begin:begin + len(data) * 4 // 3 - 2]}
    return out


def tapes(company):
    return [(t["where"], base64.b64decode(t["bytes"]))
            for t in company.get("/tape")]


def leaks(company, account, password):
    """What was recorded that must not be: (where, what)."""
    found = []
    for where, data in tapes(company):
        hit = ANSWERED.search(data)
        if hit:
            found.append((where, hit.group().decode("latin-1")))
        found += [(where, "the password") for f in
                  forms_of(account, password) if f in data]
    return found


class Walk:
    def __init__(self, product, company):
        self.product, self.company = product, company
        self.account = product.service["username"]
        self.password = product.service["password"]

    def rules(self, rules):
        for path, body in rules:
            self.company.control("POST", path, body)

    def go(self, **fields):
        """A connection test that stores nothing; what it says does not
        matter here."""
        given = {"display_name": "R", "email": "alice@lab.example",
                 "account": self.account, "scp_enabled": "no",
                 "auth_basic": "yes", "auth_ntlm": "yes",
                 "ad_domain": "lab.example"}
        given.update(fields)
        _, out, err = self.product.ctl(
            "exchange", "add", "--password-stdin",
            *("%s=%s" % kv for kv in given.items()),
            given=self.password + "\n", ok=False)
        text = json.dumps(out) + err
        assert not [f for f in forms_of(self.account, self.password)
                    if f.decode("latin-1") in text]

    def clean(self):
        return leaks(self.company, self.account, self.password)

    def reached(self, where):
        return [d for w, d in tapes(self.company) if w == where and d]


@pytest.fixture
def walk(product, company):
    w = Walk(product, company)
    yield w
    product.ctl("trust", "delete", FAULT, ok=False)
    for r in product.ctl("exchange", "list")["exchange"]:
        if r["display_name"] == "R":
            product.ctl("exchange", "delete", "R", ok=False)


@pytest.mark.parametrize("scheme", ["basic", "ntlm"])
def test_recorder_sees_what_is_sent(walk, scheme):
    """To a host that the administrator named, credentials do go."""
    walk.go(**dict({"auth_basic": "no", "auth_ntlm": "no",
                    "auth_" + scheme: "yes"}, **faults.host("fault")))
    found = {what for _, what in walk.clean()}
    assert any("Authorization" in f for f in found), found
    assert ("the password" in found) == (scheme == "basic")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("target", [TARGET, TARGET.replace("https", "http")])
def test_http_redirect(walk, code, target):
    walk.rules(faults.ways("redirect", url=target, code=code))
    walk.go(**faults.found_by())
    assert not walk.clean()
    if target.startswith("https"):
        assert walk.reached("127.0.0.21:443"), "nobody looked at the host"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("target", [TARGET, "http://%s/EWS" % FAULT])
def test_ews_redirect(walk, code, target):
    """The server that was given directly sends elsewhere."""
    walk.rules([("/faults", {"action": "redirect", "url": target,
                             "code": code, "host": "mail.lab.example",
                             "op": "ConvertId"})])
    walk.go(**faults.host("mail"))
    assert not walk.clean()


@pytest.mark.parametrize("target", [
    TARGET, TARGET.replace("https", "http"), "https://plain.lab.example/x",
    "https://user:pw@%s/x" % FAULT, "https://%s:8443/x" % FAULT,
    "ftp://%s/x" % FAULT, "//%s/x" % FAULT] + [
    "https://%s.lab.example/x" % n for n in WRONG_CERTIFICATE])
def test_redirect_url(walk, target):
    walk.rules(faults.ways("redirectUrl", url=target))
    walk.go(**faults.found_by())
    assert not walk.clean()


def test_redirect_address(walk):
    """The hosts of the other domain have good certificates for it."""
    walk.rules(faults.ways("redirectAddr", address="alice@hosted.example"))
    walk.go(**faults.found_by())
    assert not walk.clean()


def test_ews_address_elsewhere(walk):
    """Autodiscover names an EWS address without TLS."""
    walk.rules([("/config", {"ews_url": "http://%s/EWS/Exchange.asmx"
                             % FAULT})])
    walk.go(**faults.found_by())
    assert not walk.clean()


@pytest.mark.parametrize("name", WRONG_CERTIFICATE + ("plain",))
def test_wrong_certificate(walk, name):
    walk.go(**faults.host(name))
    assert not walk.clean()


@pytest.mark.parametrize("name", ["wrongname", "unknownca", "selfsigned"])
def test_allowed_with_a_wrong_certificate(walk, name):
    """The Trust List allows the host; that proves nothing about it."""
    host = name + ".lab.example"
    walk.product.ctl("trust", "allow", host)
    try:
        walk.rules(faults.ways("redirectUrl", url="https://%s/x" % host))
        walk.go(tls_verify="no", **faults.found_by())
    finally:
        walk.product.ctl("trust", "delete", host, ok=False)
    assert not walk.clean()


@pytest.mark.parametrize("ticked,offered", [
    ("ntlm", ["Basic"]), ("ntlm", ["Digest", "Basic"]), ("basic", ["NTLM"])])
def test_other_schemes(walk, ticked, offered):
    """What the administrator did not tick is not sent, even where asked."""
    walk.rules([("/config", {"schemes": offered})])
    other = "basic" if ticked == "ntlm" else "ntlm"
    walk.go(**dict({"auth_" + ticked: "yes", "auth_" + other: "no"},
                   **faults.host("fault")))
    found = walk.clean()
    if ticked == "ntlm":
        assert "the password" not in {what for _, what in found}
        assert b"authorization: basic" not in everything(walk).lower()
    else:
        assert b"authorization: ntlm" not in everything(walk).lower()


def everything(walk):
    return b"".join(d for _, d in tapes(walk.company))


@pytest.mark.parametrize("target", [
    TARGET, TARGET.replace("https", "http"), "https://wrongname.lab.example/x"])
@pytest.mark.parametrize("code", [301, 302, 307])
def test_hint_of_plain_http(walk, target, code):
    """The plain-HTTP request carries nothing; its redirect is a hint."""
    walk.rules([("/dns", {"name": HINT, "answer": "address",
                          "addresses": ["127.0.0.21"]}),
                ("/dns", {"name": "hint.example", "answer": "nxdomain"}),
                ("/faults", {"action": "redirect", "host": HINT,
                             "url": target, "code": code})])
    walk.go(email="alice@hint.example", **faults.found_by())
    assert walk.reached(FAULT_80), "nobody asked for the hint"
    assert not walk.clean()


def test_srv_to_a_stranger(walk):
    walk.rules([("/dns", {"name": "_autodiscover._tcp.other.example",
                          "answer": "service", "target": FAULT})])
    walk.go(email="pat@other.example", **faults.found_by())
    assert not walk.clean()


def test_stranger_with_a_password_for_the_proxy(walk):
    """A proxy sees CONNECT and what TLS hides."""
    before, after, fields = faults.proxy(13130)
    for args in before:
        walk.product.ctl(*args)
    try:
        for code in (407, 401, 302):
            walk.rules([("/proxy", {"answer": "status", "code": code})])
            walk.go(**fields)
    finally:
        for args in after:
            walk.product.ctl(*args)
    seen = "".join(walk.company.get("/proxy")["seen"])
    assert "CONNECT mail.lab.example:443" in seen
    assert not ANSWERED.search(seen.encode())
    assert not walk.clean()


@pytest.mark.parametrize("mode,fields", [
    ("ldaps", {}), ("starttls", {}), ("ldap", {"auth_ntlm": "no"})])
def test_directory_that_is_none(walk, mode, fields):
    """The wrong certificate at 636; at 389 nothing but bytes."""
    walk.go(**dict(faults.directory("wrongname.lab.example"),
                   query_mode=mode, **fields))
    if mode == "starttls":
        assert walk.reached("127.0.0.22:389"), "nobody asked the directory"
    assert not walk.clean()


def test_directory_without_tls(walk):
    """Where the administrator chose ldap and NTLM the directory is asked
    for NTLM; the password itself goes there in no form."""
    walk.go(query_mode="ldap", **faults.directory("wrongname.lab.example"))
    assert {what for _, what in walk.clean()} <= {"NTLMSSP\0"}
