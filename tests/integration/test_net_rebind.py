"""One guard for all that net contacts, asked again for the address that a
name has led to at the moment of the connection: a name server that changes
its mind between two look-ups (DNS rebinding) leads nowhere."""
import pathlib
import socket
import struct
import sys
import threading

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import LDAPS, Net, access, context  # noqa: E402

SERVER = "127.0.0.53"
HOST = "fault.lab.example"
HERE = "127.0.0.21"		# where it is in the lab
URL = "https://%s/EWS/Exchange.asmx" % HOST
METADATA = "169.254.169.254"


class NameServer(threading.Thread):
    """Answers each look-up of a name with the next of its addresses; the
    last one stays."""

    def __init__(self):
        super().__init__(daemon=True)
        self.names, self.asked = {}, {}
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((SERVER, 53))
        self.start()

    def put(self, name, *addresses):
        self.names[name], self.asked[name] = list(addresses), 0

    def _addresses(self, name, kind):
        rows = self.names.get(name)
        if rows is None:
            return None
        # The two questions of one look-up get the same answer.
        at = min(self.asked[name] // 2, len(rows) - 1)
        self.asked[name] += 1
        family = socket.AF_INET if kind == 1 else socket.AF_INET6
        return [socket.inet_pton(family, a) for a in rows[at].split()
                if (":" in a) == (kind == 28)]

    def run(self):
        while True:
            try:
                q, peer = self.sock.recvfrom(2048)
            except OSError:
                return
            at, labels = 12, []
            while q[at]:
                labels.append(q[at + 1:at + 1 + q[at]].decode())
                at += q[at] + 1
            kind = struct.unpack_from(">H", q, at + 1)[0]
            found = self._addresses(".".join(labels).lower(), kind)
            rows = found or []
            out = q[:2] + struct.pack(
                ">HHHHH", 0x8180 if found is not None else 0x8183, 1,
                len(rows), 0, 0) + q[12:at + 5]
            for raw in rows:
                out += struct.pack(">HHHIH", 0xC00C, kind, 1, 0,
                                   len(raw)) + raw
            self.sock.sendto(out, peer)


@pytest.fixture(scope="module")
def names(lab):
    n = NameServer()
    yield n
    n.sock.close()


@pytest.fixture
def net(company, names, tmp_path):
    (tmp_path / "resolv.conf").write_text("nameserver %s\n" % SERVER)
    n = Net(tmp_path, prefix=[
        "unshare", "-m", "sh", "-c", "mount --bind %s/resolv.conf "
        "/etc/resolv.conf; exec \"$@\"" % tmp_path, "sh"])
    n.ca = pathlib.Path(company["ca_file"]).read_text()
    n.config(n.ca)
    s = company["service_account"]
    n.cred(1, s["username"], s["password"])
    yield n
    assert n.close() == 0


def ask(net, url=URL):
    r = net.call("EWS_PROBE", dict(ctx=context(url), id=""))
    return r["ev"]["failure"]


def seen(company):
    return len(company.get("/canary"))


@pytest.mark.parametrize("then", [
    METADATA, "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1",
    "::ffff:" + METADATA, "64:ff9b::a9fe:a9fe", "ff02::1", "::"])
def test_a_name_that_changes_its_mind(net, names, company, then):
    """Allowed at the first look-up, something else at the second."""
    names.put(HOST, HERE, then)
    assert ask(net) == ""
    before = seen(company)
    assert before
    net.config(net.ca)		# no connection is used again, all is asked anew
    assert ask(net) == "url-refused"
    assert seen(company) == before


def test_loopback_behind_a_name(net, names, company):
    """Outside of the lab loopback is refused, whatever a name says first."""
    names.put(HOST, "10.255.255.1", HERE, "::1", "::ffff:127.0.0.1")
    net.post("NET_CONFIG", dict(ca_pem=net.ca, allow_loopback=False,
                                use_system_ca=False))
    # A private address is fine, only that nobody is there.
    assert ask(net) in ("connect-unreachable", "timeout")
    for _ in range(3):
        net.post("NET_CONFIG", dict(ca_pem=net.ca, allow_loopback=False,
                                    use_system_ca=False))
        assert ask(net) == "url-refused"
    assert not seen(company)


def test_hint_and_directory_pass_the_same_guard(net, names, company):
    names.put("autodiscover.evil.example", METADATA)
    r = net.call("HTTP_HINT", dict(via=access(), domain="evil.example"))
    assert r["ev"]["failure"] == "url-refused"
    names.put("dc.evil.example", METADATA)
    s = company["service_account"]
    net.cred(2, s["username"], s["password"], server="dc.evil.example")
    r = net.call("SCP", dict(cred_id=2, domain="lab.example", site="",
                             mail_domain="lab.example", mode=LDAPS,
                             server="dc.evil.example", tls_verify=True,
                             timeout_ms=5000))
    assert r["ev"]["failure"] == "url-refused", r["ev"]
