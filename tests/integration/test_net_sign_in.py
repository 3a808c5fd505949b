"""How calconn-net signs in at the lab's front: Kerberos, NTLM, the channel
binding, and what the report says where it does not work."""
import pathlib
import socket
import sys
import threading

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import Net, context  # noqa: E402


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
    assert s["password"] not in (tmp_path / "net.log").read_text()


def probe(net, url, **via):
    return net.call("EWS_PROBE", dict(ctx=context(url, **via), id=""))


def failure(body):
    return body["ev"]["failure"]


@pytest.mark.parametrize("mode", ["none", "allow", "require"])
def test_extended_protection(net, company, mode):
    company.post("/config", protection=mode)
    r = probe(net, company["ews_url"], basic=False)
    assert failure(r) == "" and r["ev"]["auth_tried"] == "NTLM: accepted"
    row = company.get("/signins")[-1]
    assert (row["scheme"], row["refused"], row["bound"]) == ("NTLM", "", True)


def relay_url(company):
    return company["ews_url"].replace(company["front_host"],
                                      "relay.lab.example")


def test_what_is_passed_on_signs_nobody_in(net, company):
    company.post("/config", protection="none")
    assert failure(probe(net, relay_url(company), basic=False)) == ""
    net.post("CRED_DROP", dict(cred_id=1, net_id=0))
    s = company["service_account"]
    net.cred(1, s["username"], s["password"])
    company.post("/config", protection="allow")
    assert failure(probe(net, relay_url(company), basic=False)) == "http-401"
    assert company.get("/signins")[-1]["refused"] == "binding"


def test_server_of_version_1(net, company):
    company.post("/config", ntlm_v1=True)
    r = probe(net, company["ews_url"], basic=False)
    assert failure(r) == "ntlm-v1"
    assert company.get("/signins") == []
    r = probe(net, company["ews_url"])
    assert failure(r) == "" and r["ev"]["auth_tried"] == \
        "NTLM: the server knows only version 1; Basic: accepted"


def test_connection_is_signed_in_once(net, company):
    """And one account's connection serves no other."""
    for _ in range(3):
        assert failure(probe(net, company["ews_url"], basic=False)) == ""
    assert len(company.get("/signins")) == 1
    assert failure(probe(net, company["ews_url"], cred_id=2,
                         basic=False)) == ""
    assert [r["user"] for r in company.get("/signins")] == [
        "svc-ews@lab.example", "LAB\\svc-ews"]
    assert failure(probe(net, company["ews_url"], cred_id=3,
                         basic=False)) == "http-401"


@pytest.mark.parametrize("mode", ["none", "allow", "require"])
@pytest.mark.parametrize("cred", [1, 2])
def test_kerberos(net, company, mode, cred):
    company.post("/config", protection=mode)
    r = probe(net, company["ews_url"], cred_id=cred, kerberos=True)
    assert failure(r) == "" and r["ev"]["auth_used"] == "Kerberos", r
    assert r["ev"]["auth_tried"] == "Kerberos: accepted"
    row = company.get("/signins")[-1]
    assert (row["scheme"], row["bound"]) == ("Kerberos", mode != "none")


@pytest.mark.parametrize("persists", [True, False])
def test_kerberos_proves_as_often_as_the_server_wants(net, company, persists):
    company.post("/config", protection="require", kerberos_persists=persists)
    for _ in range(3):
        r = probe(net, company["ews_url"], kerberos=True)
        assert r["ev"]["auth_used"] == "Kerberos", r["ev"]
    assert len(company.get("/signins")) == (1 if persists else 3)


def test_kerberos_passed_on_is_named(net, company):
    """Kerberos shows that the password is right: what is refused is the
    channel, also for NTLM."""
    company.post("/config", protection="require")
    r = probe(net, relay_url(company), kerberos=True, basic=False)
    assert failure(r) == "auth-binding"
    assert r["ev"]["auth_tried"] == "Kerberos: refused; NTLM: refused"
    assert [x["refused"] for x in company.get("/signins")] == ["binding"] * 2


def test_kerberos_refuses_the_password_once(net, company):
    r = probe(net, company["ews_url"], cred_id=3, kerberos=True)
    assert failure(r) == "krb-refused"
    assert r["ev"]["auth_tried"].startswith("Kerberos: ")
    assert company.get("/signins") == []


def test_kerberos_unknown_service(net, company):
    """fault has no account in the directory; NTLM is tried there."""
    url = "https://%s/EWS/Exchange.asmx" % company["fault_hosts"]["fault"]
    company.post("/config", schemes=["Negotiate", "NTLM"])
    r = probe(net, url, kerberos=True, ntlm=False, basic=False)
    assert failure(r) == "krb-spn", r["ev"]
    r = probe(net, url, kerberos=True, basic=False)
    assert failure(r) == "" and r["ev"]["auth_used"] == "NTLM"
    assert r["ev"]["auth_tried"].startswith("Kerberos: Server ")
    assert r["ev"]["auth_tried"].endswith("; NTLM: accepted")
    company.post("/config", schemes=["NTLM"])
    r = probe(net, url, kerberos=True, ntlm=False, basic=False)
    assert failure(r) == "auth-no-common", r["ev"]


def test_kerberos_without_a_domain_controller(net, company):
    s = company["service_account"]
    net.cred(8, "LAB\\svc-ews", s["password"],
             target="direct:mail.lab.example")
    net.cred(9, "svc-ews@elsewhere.example", s["password"],
             target="direct:mail.lab.example")
    r = probe(net, company["ews_url"], cred_id=9, kerberos=True, ntlm=False,
              basic=False)
    assert failure(r) == "krb-no-kdc", r["ev"]
    r = probe(net, company["ews_url"], cred_id=8, kerberos=True, ntlm=False,
              basic=False)
    assert failure(r) == "" and r["ev"]["auth_used"] == "Kerberos"


def krb_error(code):
    """A KRB-ERROR of RFC 4120, 5.9.1."""
    def tlv(tag, *parts):
        body = b"".join(parts)
        head = bytes([len(body)]) if len(body) < 128 else \
            b"\x82" + len(body).to_bytes(2, "big")
        return bytes([tag]) + head + body

    def number(n):
        return tlv(0x02, bytes([n]))

    name = tlv(0x30, tlv(0xA0, number(2)), tlv(0xA1, tlv(
        0x30, tlv(0x1B, b"krbtgt"), tlv(0x1B, b"SILENT.EXAMPLE"))))
    return tlv(0x7E, tlv(
        0x30, tlv(0xA0, number(5)), tlv(0xA1, number(30)),
        tlv(0xA4, tlv(0x18, b"20300101000000Z")), tlv(0xA5, number(0)),
        tlv(0xA6, number(code)), tlv(0xA9, tlv(0x1B, b"SILENT.EXAMPLE")),
        tlv(0xAA, name)))


def same_port():
    """A UDP and a TCP socket; what is free for one may be taken for the
    other."""
    for _ in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()
    raise AssertionError("no port is free for both")


@pytest.fixture
def kdc(company, tmp_path):
    """A worker whose account is in a realm with a KDC of the test's own:
    kdc.says is its answer, None: silence."""
    udp, tcp = same_port()	# the second accepts, no more
    conf = tmp_path / "krb5.conf"
    conf.write_text("[realms]\n SILENT.EXAMPLE = {\n  kdc = 127.0.0.1:%d\n"
                    " }\n" % udp.getsockname()[1])
    n = Net(tmp_path, prefix=["env", "KRB5_CONFIG=%s" % conf])
    n.says = None

    def serve():
        while True:
            try:
                _, peer = udp.recvfrom(65536)
                if n.says is not None:
                    udp.sendto(n.says, peer)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    n.config(ca_pem(company))
    s = company["service_account"]
    n.cred(1, s["username"], s["password"], target="autodiscover:"
           "ad=SILENT.EXAMPLE;mail=lab.example;scp=yes;query=ldaps")
    yield n
    udp.close()
    tcp.close()
    n.close()


def test_kerberos_waits_only_so_long(kdc, company):
    r = probe(kdc, company["ews_url"], kerberos=True, timeout_ms=3000)
    assert failure(r) == ""
    assert r["ev"]["auth_tried"] == \
        "Kerberos: no domain controller answered in time; NTLM: accepted"
    # Known for a while: the next does not wait.
    r = probe(kdc, company["ews_url"], kerberos=True, timeout_ms=3000)
    assert r["ev"]["auth_tried"] == "NTLM: signed in before"


@pytest.mark.parametrize("code,name", [
    (37, "krb-clock"), (18, "krb-refused"), (24, "krb-refused"),
    (6, "krb-refused"), (60, "krb-failed")])
def test_kerberos_faults(kdc, company, code, name):
    kdc.says = krb_error(code)
    r = probe(kdc, company["ews_url"], kerberos=True, ntlm=False, basic=False)
    assert failure(r) == name, r["ev"]
