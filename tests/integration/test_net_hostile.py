"""calconn-net against servers that nobody should meet: each connection gets
raw bytes of a test's own making, over TLS, on this host's loopback."""
import base64
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import LDAPS, STARTTLS, Net, access, context  # noqa: E402

OK = (b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n")


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    d = tmp_path_factory.mktemp("pki")

    def run(*args):
        subprocess.run(["openssl"] + list(args), cwd=d, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem",
        "-subj", "/CN=CA", "-days", "2", "-addext",
        "basicConstraints=critical,CA:TRUE")
    run("req", *key, "-keyout", "s.key", "-out", "s.csr", "-subj", "/CN=s")
    (d / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    run("x509", "-req", "-in", "s.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-days", "2", "-out", "s.pem", "-extfile", "ext")
    return d


class Server:
    """Calls talk(connection) for each; plain: before any TLS."""

    def __init__(self, pki, talk, plain=False):
        self.ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ctx.load_cert_chain(pki / "s.pem", pki / "s.key")
        self.talk, self.plain, self.count = talk, plain, 0
        self.s = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.s.getsockname()[1]
        self.url = "https://127.0.0.1:%d/EWS/Exchange.asmx" % self.port
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self.serve, args=(c,),
                             daemon=True).start()

    def serve(self, c):
        c.settimeout(30)
        try:
            if not self.plain:
                c = self.ctx.wrap_socket(c, server_side=True)
            self.talk(c)
        except OSError:
            pass
        finally:
            c.close()

    def close(self):
        self.s.close()


@pytest.fixture
def serve(pki):
    all_ = []

    def start(talk, plain=False):
        all_.append(Server(pki, talk, plain))
        return all_[-1]
    yield start
    for s in all_:
        s.close()


@pytest.fixture
def net(pki, tmp_path):
    n = Net(tmp_path)
    n.config((pki / "ca.pem").read_text())
    n.cred(1, "svc@lab.example", "secret-word", server="127.0.0.1")
    n.cred(5, "svc@lab.example", "secret-word", server="127.0.0.1",
           mode=STARTTLS)
    yield n
    assert n.close() == 0


def request(c):
    """One request, headers and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(65536)
        if not more:
            raise OSError("closed")
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    want = 0
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(b"content-length:"):
            want = int(line.split(b":")[1])
    while len(body) < want:
        body += c.recv(65536)
    return head + b"\r\n\r\n" + body


def probe(net, url, **via):
    via.setdefault("timeout_ms", 2000)
    via.setdefault("ntlm", False)
    r = net.call("EWS_PROBE", dict(ctx=context(url, **via), id=""))
    return r["ev"]


def answers(*parts, wait=0):
    def talk(c):
        request(c)
        for p in parts:
            c.sendall(p)
        time.sleep(wait)
    return talk


@pytest.mark.parametrize("talk,name", [
    (answers(b""), "connection-closed"),
    (answers(b"", wait=9), "timeout"),
    (answers(b"HTTP/1.1 200 OK\r\nConte", wait=9), "timeout"),
    (answers(b"no http at all\r\n\r\n"), "content-unexpected"),
    (answers(b"HTTP/1.1 999999999999999999 x\r\n\r\n"), "content-unexpected"),
    (answers(b"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"),
     "content-unexpected"),
    (answers(OK + b"Content-Length: 10\r\n\r\n<a>"), "connection-closed"),
    (answers(OK + b"Content-Length: -1\r\n\r\n<a>"),
     "content-unexpected"),
    (answers(OK + b"Content-Length: 0\r\n\r\n"), "content-empty"),
    (answers(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
     "connection-closed"),
    (answers(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n<a>"
             ), "connection-closed"),
    (answers(OK + b"X: " + b"a" * 400000 + b"\r\n\r\n"), "content-toobig"),
    (answers(OK + b"X: y\r\n" * 60000 + b"\r\n"), "content-toobig"),
    (answers(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
     "content-xml"),
    (answers(OK + b"\0\r\nContent-Length: 0\r\n\r\n"), "content-empty"),
    (answers(b"HTTP/1.1 302 x\r\nLocation: https://evil.example/\r\n"
             b"Content-Length: 0\r\n\r\n"), "http-redirect"),
    (answers(b"HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n"), "http-status"),
    (answers(b"HTTP/1.1 204 x\r\n\r\n"), "http-status"),
    (answers(b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, wait=9),
     ("timeout", "content-toobig")),
    (answers(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", wait=9),
     ("timeout", "content-unexpected", "http-status")),
])
def test_http(net, serve, talk, name):
    ev = probe(net, serve(talk).url)
    names = name if isinstance(name, tuple) else (name,)
    assert ev["failure"] in names, ev
    assert ev["certs"]


def test_endless_page_is_cut(net, serve):
    def talk(c):
        request(c)
        c.sendall(b"HTTP/1.1 404 x\r\nContent-Type: text/html\r\n\r\n")
        while True:
            c.sendall(b"x" * 65536)
    ev = probe(net, serve(talk).url, timeout_ms=10000)
    assert ev["failure"] == "http-404"
    assert ev["total_ms"] < 5000


def test_password_goes_out_only_when_basic_is_ticked(net, serve):
    seen = []

    def talk(c):
        while True:
            seen.append(request(c))
            c.sendall(b"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic "
                      b"realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
    url = serve(talk).url
    assert probe(net, url, ntlm=True, basic=False)["failure"] == \
        "auth-no-common"
    assert not any(b"Authorization: Basic" in s for s in seen)
    del seen[:]
    r = net.call("POX", dict(via=access(), url=url, email="a@lab.example",
                             no_auth=True))
    assert r["ev"]["failure"] == "http-401"
    assert seen and not any(b"Authorization" in s for s in seen)
    del seen[:]
    assert probe(net, url, ntlm=True)["failure"] == "http-401"
    assert sum(b"Authorization: Basic" in s for s in seen) == 1


def challenge(pairs=True):
    """An NTLM challenge; without AV pairs, of a server that has only
    version 1."""
    info = b"\x02\0\x06\0L\0A\0B\0\0\0\0\0" if pairs else b""
    flags = 0x00888205 if pairs else 0x00008205
    return base64.b64encode(
        b"NTLMSSP\0" + struct.pack("<IHHII", 2, 0, 0, 48, flags) + b"n" * 8 +
        bytes(8) + struct.pack("<HHI", len(info), len(info), 48) + info)


def ntlm_server(seen, word):
    """Offers NTLM, and says word(connection) to its first step."""
    def talk(c):
        while True:
            seen.append(request(c))
            offer = b"NTLM"
            if b"Authorization: NTLM TlRMTVNTUAAB" in seen[-1]:
                offer = word(c)
            c.sendall(b"HTTP/1.1 401 x\r\nWWW-Authenticate: " + offer +
                      b"\r\nContent-Length: 0\r\n\r\n")
    return talk


def test_version_1_of_ntlm_is_never_made(net, serve):
    seen = []
    url = serve(ntlm_server(
        seen, lambda c: b"NTLM " + challenge(pairs=False))).url
    ev = probe(net, url, ntlm=True, basic=False)
    assert ev["failure"] == "ntlm-v1"
    assert ev["auth_tried"] == "NTLM: the server knows only version 1"
    assert len(seen) == 2 and not any(b"TlRMTVNTUAAD" in s for s in seen)


@pytest.mark.parametrize("word", [b"TlRMTVNTUAACAAAA", b"AAAA", b"!", b"A",
                                  b"TlRMTVNTUAABAAAA" + b"A" * 64])
def test_damaged_challenge(net, serve, word):
    seen = []
    url = serve(ntlm_server(seen, lambda c: b"NTLM " + word)).url
    ev = probe(net, url, ntlm=True, basic=False)
    assert ev["failure"] in ("ntlm-challenge", "http-401")
    assert not any(b"TlRMTVNTUAAD" in s for s in seen)


def test_steps_of_one_sign_in_stay_on_one_connection(net, serve):
    """A proof for a connection that was closed is sent on no other."""
    seen = []

    def talk(c):
        seen.append(request(c))
        c.sendall(b"HTTP/1.1 401 x\r\nConnection: close\r\n"
                  b"WWW-Authenticate: NTLM " + challenge() +
                  b"\r\nContent-Length: 0\r\n\r\n")
    server = serve(talk)
    ev = probe(net, server.url, ntlm=True, basic=False)
    assert ev["failure"] == "auth-connection", ev
    assert len(seen) == server.count == 4
    assert not any(b"TlRMTVNTUAAD" in s for s in seen)


def test_signed_in_again_where_the_server_forgets(net, serve):
    """A connection on which the server asks anew is given up for another,
    with a whole sign-in of its own."""
    seen = []

    def talk(c):
        while True:
            s = request(c)
            step = 3 if b"NTLM TlRMTVNTUAAD" in s else \
                1 if b"NTLM TlRMTVNTUAAB" in s else 0
            seen.append((c, step))
            if step == 3:
                c.sendall(OK + b"Content-Length: 4\r\n\r\n<a/>")
                continue
            offer = b"NTLM " + challenge() if step == 1 else b"NTLM"
            c.sendall(b"HTTP/1.1 401 x\r\nWWW-Authenticate: " + offer +
                      b"\r\nContent-Length: 0\r\n\r\n")
    url = serve(talk).url
    assert probe(net, url, ntlm=True, basic=False)["auth_used"] == "NTLM"
    assert [s for _, s in seen] == [1, 3]
    ev = probe(net, url, ntlm=True, basic=False)
    assert ev["auth_used"] == "NTLM"
    assert ev["auth_tried"] == "NTLM: signed in before; NTLM: accepted"
    assert [s for _, s in seen] == [1, 3, 0, 1, 3]
    assert seen[0][0] is seen[2][0] and seen[3][0] is seen[4][0] and \
        seen[2][0] is not seen[3][0]


def test_redirect_gets_no_password(net, serve):
    seen = []

    def other(c):
        seen.append(request(c))
    target = serve(other).url
    first = serve(answers(b"HTTP/1.1 307 x\r\nLocation: " + target.encode() +
                          b"\r\nContent-Length: 0\r\n\r\n"))
    assert probe(net, first.url)["failure"] == "http-redirect"
    time.sleep(0.3)
    assert not seen


def test_no_tls_there(net, serve):
    def ssh(c):
        c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        time.sleep(1)
    ev = probe(net, serve(ssh, plain=True).url)
    assert ev["failure"] == "tls-none"
    ev = probe(net, serve(lambda c: None, plain=True).url)
    assert ev["failure"] in ("tls-closed", "connection-closed")


def test_connections_are_reused_and_replaced(net, serve):
    body = (b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'"
            b"><s:Body><s:Fault><faultcode>ErrorMissingEmailAddress"
            b"</faultcode></s:Fault></s:Body></s:Envelope>")

    def talk(c):
        for _ in range(3):
            request(c)
            c.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    s = serve(talk)
    # The fourth finds a closed connection and goes over a new one.
    for _ in range(6):
        ev = probe(net, s.url)
        assert ev["failure"] == "" and ev["certs"], ev
    assert s.count == 2


# -- a directory --


def ber(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    length = bytes([n]) if n < 128 else b"\x84" + struct.pack(">I", n)
    return bytes([tag]) + length + body


def number(n):
    return ber(2, struct.pack(">i", n).lstrip(b"\0") or b"\0")


def result(mid, tag, code, text=b""):
    return ber(0x30, number(mid), ber(tag, ber(10, bytes([code])),
                                      ber(4), ber(4, text)))


def entry(mid, dn, **attrs):
    rows = b"".join(ber(0x30, ber(4, k.encode()), ber(0x31, *(
        ber(4, v) for v in vs))) for k, vs in attrs.items())
    return ber(0x30, number(mid), ber(0x64, ber(4, dn), ber(0x30, rows)))


def message(c):
    head = c.recv(2)
    if len(head) < 2:
        raise OSError("closed")
    n = head[1]
    if n & 0x80:
        n = int.from_bytes(c.recv(n & 0x7f), "big")
    body = b""
    while len(body) < n:
        body += c.recv(n - len(body))
    return body[2], body[3]		# small message ids only


GUID = b"77378F46-2C66-4aa9-A6A6-3E7A48B19596"


def directory(*rows):
    """Signs in, names its context, then says rows to the search."""
    def talk(c):
        mid, _ = message(c)
        c.sendall(result(mid, 0x61, 0))
        mid, _ = message(c)
        c.sendall(entry(mid, b"", configurationNamingContext=[
            b"CN=Configuration,DC=lab"]) + result(mid, 0x65, 0))
        mid, _ = message(c)
        for r in rows:
            c.sendall(r(mid) if callable(r) else r)
        time.sleep(0.5)
    return talk


def scp(net, server, **more):
    job = dict(cred_id=1, domain="lab.example", server="127.0.0.1",
               port=server.port, mode=LDAPS, tls_verify=True, site="",
               mail_domain="lab.example", timeout_ms=2000)
    job.update(more)
    return net.call("SCP", job)


def urls(n, long_=0):
    return lambda mid: b"".join(entry(
        mid, b"CN=%d" % i, keywords=[GUID], serviceBindingInformation=[
            b"https://h%d.example/%s" % (i, b"a" * long_)])
        for i in range(n)) + result(mid, 0x65, 0)


def done(mid):
    return result(mid, 0x65, 0)


@pytest.mark.parametrize("talk,name,urls_n", [
    (directory(urls(3)), "", 3),
    (directory(urls(300)), "", 64),
    (directory(urls(2, 5000)), "scp-none", 0),
    (directory(done), "scp-none", 0),
    (directory(lambda m: result(m, 0x65, 4)), "scp-none", 0),
    (directory(lambda m: result(m, 0x65, 1, b"go away")), "ldap-failed", 0),
    (directory(lambda m: result(m, 0x65, 10, b"ref")), "ldap-failed", 0),
    (directory(b"\x30\x84\x7f\xff\xff\xff\x02\x01\x03"),
     ("ldap-failed", "connection-closed"), 0),
    (directory(b"garbage" * 100), ("ldap-failed", "connection-closed"), 0),
    (directory(b""), ("connection-closed", "ldap-timeout"), 0),
    (directory(lambda m: entry(
        m, b"CN=\xff", keywords=[GUID, b"\0", b"", b"Site=\xff"],
        serviceBindingInformation=[b"https://\xff/", b"https://a\0b/",
                                   b"https://ok.example/"]) + done(m)), "", 1),
    (directory(lambda m: ber(0x30, number(m), ber(0x73, ber(
        4, b"ldap://evil.example/"))) + done(m)), "scp-none", 0),
    (lambda c: time.sleep(9), "ldap-timeout", 0),
    (lambda c: message(c) and None, "connection-closed", 0),
    (lambda c: c.sendall(result(message(c)[0], 0x61, 49, b"data 52e")),
     "ldap-bind", 0),
    (lambda c: c.sendall(result(message(c)[0], 0x61, 8)), "ldap-needs-tls",
     0),
])
def test_directory(net, serve, talk, name, urls_n):
    r = scp(net, serve(talk))
    names = name if isinstance(name, tuple) else (name,)
    assert r["ev"]["failure"] in names, r
    assert len(r["urls"]) == urls_n
    assert r["ev"]["certs"]


def test_no_starttls_no_password(net, serve):
    seen = []

    def talk(c):
        mid, _ = message(c)
        c.sendall(result(mid, 0x78, 2, b"unsupported"))
        try:
            while True:
                seen.append(c.recv(65536))
                if not seen[-1]:
                    break
        except OSError:
            pass
    r = scp(net, serve(talk, plain=True), mode=STARTTLS, cred_id=5)
    assert r["ev"]["failure"] == "ldap-starttls"
    time.sleep(0.2)
    assert b"secret-word" not in b"".join(seen)


def test_starttls_then_garbage(net, serve):
    def talk(c):
        mid, _ = message(c)
        c.sendall(result(mid, 0x78, 0) + b"this is not TLS at all" * 10)
        time.sleep(1)
    r = scp(net, serve(talk, plain=True), mode=STARTTLS, cred_id=5)
    assert r["ev"]["failure"] == "tls-none"


def test_cancelled_search_is_answered_at_once(net, serve):
    s = serve(lambda c: time.sleep(9))
    job = net.post("SCP", dict(
        cred_id=1, domain="lab.example", server="127.0.0.1", port=s.port,
        mode=LDAPS, tls_verify=True, site="", timeout_ms=20000))
    time.sleep(0.3)
    began = time.monotonic()
    net.cancel(job)
    assert net.answer(job)[1]["ev"]["failure"] == "cancelled"
    assert time.monotonic() - began < 1
