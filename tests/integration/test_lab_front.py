"""The lab's front, judged by clients that nobody here wrote: exchangelib (with
requests-ntlm, which sends the channel binding), curl (which does not), and
MIT's Kerberos."""
import base64
import http.client
import os
import ssl
import subprocess

import pytest

PATH = "/EWS/Exchange.asmx"


def curl(lab, *args, host=None, account=None):
    """The status of a GET by the system's curl."""
    a = account or lab["service_account"]
    r = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert",
         lab["ca_file"], "-K", "-", *args,
         "https://%s%s" % (host or lab["front_host"], PATH)],
        input='user = "%s:%s"\n' % (a["netbios"].replace("\\", "\\\\"),
                                    a["password"]),
        text=True, stdout=subprocess.PIPE)
    return r.stdout


def last(lab):
    row = lab.get("/signins")[-1]
    return row["scheme"], row["refused"], row["bound"]


def by_exchangelib(lab, url=None):
    """Alice's calendar, by NTLM on a connection of its own."""
    from exchangelib.protocol import close_connections
    close_connections()
    lab.person("alice", ntlm=True, url=url).list()


@pytest.mark.parametrize("mode,unbound", [
    ("none", "200"), ("allow", "200"), ("require", "401")])
def test_extended_protection_with_ntlm(company, mode, unbound):
    company.post("/config", protection=mode)
    by_exchangelib(company)
    assert last(company) == ("NTLM", "", True)
    assert curl(company, "--ntlm") == unbound
    assert last(company) == (
        "NTLM", "" if unbound == "200" else "binding-missing", False)


@pytest.mark.parametrize("mode,ok", [("none", True), ("allow", False),
                                     ("require", False)])
def test_relayed_ntlm(company, mode, ok):
    """What exchangelib proves to the relay is bound to its certificate."""
    from exchangelib.errors import UnauthorizedError
    company.post("/config", protection=mode)
    url = company["ews_url"].replace(company["front_host"],
                                     "relay.lab.example")
    if ok:
        by_exchangelib(company, url)
    else:
        with pytest.raises(UnauthorizedError):
            by_exchangelib(company, url)
        assert last(company) == ("NTLM", "binding", True)


def ntlm_v1(lab):
    """The status for an answer of version 1, with the right form."""
    c = http.client.HTTPSConnection(
        lab["front_host"], timeout=10,
        context=ssl.create_default_context(cafile=lab["ca_file"]))
    one = b"NTLMSSP\0\1\0\0\0\x05\x82\0\0" + bytes(16)
    three = b"NTLMSSP\0\3\0\0\0" + b"".join(
        n.to_bytes(2, "little") * 2 + at.to_bytes(4, "little")
        for n, at in ((24, 64), (24, 88), (6, 112), (10, 118), (0, 128),
                      (0, 128))) + b"\x05\x82\0\0" + b"\x11" * 48 + \
        "LAB".encode("utf-16-le") + "alice".encode("utf-16-le")
    for raw in (one, three):
        c.request("GET", PATH, headers={
            "Authorization": "NTLM " + base64.b64encode(raw).decode()})
        r = c.getresponse()
        r.read()
    return r.status


def test_version_1_is_refused(company):
    company.post("/config", protection="none")
    assert ntlm_v1(company) == 401
    assert last(company) == ("NTLM", "ntlm-v1", False)


@pytest.fixture
def ticket(company, tmp_path):
    """The environment in which the service account has a ticket."""
    conf = tmp_path / "krb5.conf"
    conf.write_text("[libdefaults]\n default_realm = LAB.EXAMPLE\n"
                    " rdns = false\n dns_canonicalize_hostname = false\n")
    env = dict(os.environ, KRB5_CONFIG=str(conf),
               KRB5CCNAME="FILE:%s/cc" % tmp_path)
    s = company["service_account"]
    subprocess.run(["kinit", "svc-ews@LAB.EXAMPLE"], env=env, check=True,
                   input=s["password"] + "\n", text=True,
                   stdout=subprocess.DEVNULL)
    return env


CLIENT = """
import base64, hashlib, http.client, socket, ssl, sys, gssapi
from gssapi.raw import ChannelBindings
host, ca, bound = sys.argv[1], sys.argv[2], sys.argv[3] == "bound"
c = http.client.HTTPSConnection(host, timeout=10,
    context=ssl.create_default_context(cafile=ca))
c.connect()
data = b"tls-server-end-point:" + hashlib.sha256(
    c.sock.getpeercert(True)).digest()
name = gssapi.Name("HTTP@" + host, gssapi.NameType.hostbased_service)
x = gssapi.SecurityContext(name=name, usage="initiate",
    mech=gssapi.OID.from_int_seq("1.3.6.1.5.5.2"),
    channel_bindings=ChannelBindings(application_data=data) if bound
    else None)
token = base64.b64encode(x.step()).decode()
for head in ({"Authorization": "Negotiate " + token}, {}):
    c.request("GET", "/EWS/Exchange.asmx", headers=head)
    r = c.getresponse()
    r.read()
    print(r.status)
"""


def kerberos(lab, env, host, bound):
    """Statuses of a request with the proof, and of one behind it."""
    return subprocess.run(
        ["/usr/bin/python3", "-c", CLIENT, host, lab["ca_file"],
         "bound" if bound else ""], env=env, text=True, check=True,
        stdout=subprocess.PIPE).stdout.split()


def test_kerberos(company, ticket):
    front = company["front_host"]
    for mode, bound, status in (
            ("none", False, "200"), ("allow", False, "200"),
            ("allow", True, "200"), ("require", True, "200"),
            ("require", False, "401")):
        company.post("/config", protection=mode)
        assert kerberos(company, ticket, front, bound) == [status] * 2, mode
        assert last(company)[:2] == (
            "Kerberos", "" if status == "200" else "binding-missing")
    company.post("/config", protection="allow", kerberos_persists=False)
    assert kerberos(company, ticket, front, True) == ["200", "401"]
    assert company.get("/signins")[0]["user"] == "svc-ews@lab.example"


def test_relayed_kerberos(company, ticket):
    relay = "relay.lab.example"
    company.post("/config", protection="none")
    assert kerberos(company, ticket, relay, True)[0] == "200"
    company.post("/config", protection="allow")
    assert kerberos(company, ticket, relay, True)[0] == "401"
    assert last(company)[:2] == ("Kerberos", "binding")
