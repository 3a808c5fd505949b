"""calconn-net against the room devices of the lab: what they are, the list of
their meetings, and who they are."""
import json
import pathlib
import re
import ssl
import sys
import urllib.request

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import Net, access  # noqa: E402

HOST, OTHER = "device1.lab.example", "device2.lab.example"


def fingerprint(host):
    """As people write it."""
    import hashlib
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, 443)))
    digest = hashlib.sha256(der).hexdigest().upper()
    return ":".join(re.findall("..", digest))


class Devices:
    def __init__(self, company, folder):
        self.url = company["control_url"]
        self.net = Net(folder)
        self.net.config(pathlib.Path(company["ca_file"]).read_text())
        for name in ("device1", "device2"):
            self.tell("/device/reset", name=name)
        self.pin = fingerprint(OTHER)
        s, other = self.state(), self.state("device2")
        self.net.cred_device(1, s["account"], s["password"], HOST)
        self.net.cred_device(2, s["account"], "not the password", HOST)
        self.net.cred_device(3, other["account"], other["password"], OTHER,
                             pin=self.pin)
        self.net.cred_device(4, other["account"], other["password"], OTHER)
        self.secrets = [s["password"], other["password"]]

    def tell(self, where, **body):
        r = urllib.request.Request(self.url + where, method="POST",
                                   data=json.dumps(body).encode())
        urllib.request.urlopen(r, timeout=20).read()

    def state(self, name="device1"):
        with urllib.request.urlopen(self.url + "/device?name=" + name,
                                    timeout=20) as r:
            return json.load(r)

    @staticmethod
    def ctx(host=HOST, port=443, pin="", **via):
        return dict(via=access(**dict(dict(ntlm=False), **via)), host=host,
                    port=port, pin=pin)

    def info(self, **more):
        return self.net.call("DEVICE_INFO", dict(ctx=self.ctx(**more)))

    def put(self, bookings, window_s=300, **more):
        return self.net.call("DEVICE_PUT", dict(
            ctx=self.ctx(**more), window_s=window_s, bookings=bookings))


def booking(**more):
    return dict(dict(number_id=7, title="Board & more <x>", email="",
                     organizer="Alice \"A\" Adams", dial="7@meet.lab.example",
                     start_s=1800000000, end_s=1800003600, is_private=False),
                **more)


def failure(body):
    return body["ev"]["failure"]


@pytest.fixture
def devices(company, tmp_path):
    d = Devices(company, tmp_path)
    yield d
    assert d.net.close() == 0
    for name in ("device1", "device2"):
        assert d.state(name)["wrong"] == []
    log = (tmp_path / "net.log").read_text()
    assert not [s for s in d.secrets if s in log]


def test_what_it_is(devices):
    r = devices.info()
    assert failure(r) == "" and r["bookings_n"] == 0
    assert r["product"] == "Cisco Room Kit" and r["version"].startswith("ce9")


def test_list_is_put_and_cleared(devices):
    assert failure(devices.put([booking(), booking(
        number_id=8, title="Never told", is_private=True)], 120)) == ""
    one, two = devices.state()["bookings"]
    assert one == {
        "Id": "7", "Title": "Board & more <x>", "Privacy": "Public",
        "Organizer": "Alice \"A\" Adams", "Email": "",
        "StartTime": "2027-01-15T08:00:00Z", "StartTimeBuffer": "120",
        "EndTime": "2027-01-15T09:00:00Z", "Number": "7@meet.lab.example"}
    assert two["Privacy"] == "Private" and two["Title"] == "Private meeting"
    assert "Never told" not in "".join(devices.state()["lists"])
    assert devices.info()["bookings_n"] == 2
    assert failure(devices.put([])) == ""
    assert devices.state()["bookings"] == []


def test_password_is_for_this_device(devices):
    assert failure(devices.info(cred_id=2)) == "http-401"
    assert devices.state()["refused"] == 1
    for more in (dict(host=OTHER), dict(port=444), dict(verify=False),
                 dict(pin=devices.pin), dict(cred_id=3, host=OTHER),
                 dict(ntlm=True)):
        assert failure(devices.info(**more)) == "cred-bound", more
    assert failure(devices.info(cred_id=0)) == "cred-missing"


def test_one_certificate_alone(devices):
    # Nobody vouches for it, and it bears no name of a host.
    assert failure(devices.info(cred_id=4, host=OTHER)).startswith("tls-")
    r = devices.info(cred_id=3, host=OTHER, pin=devices.pin)
    assert failure(r) == "" and r["product"] == "Cisco Codec Plus"
    s = devices.state()
    wrong = "00" + devices.pin[2:]
    devices.net.cred_device(5, s["account"], s["password"], HOST, pin=wrong)
    r = devices.info(cred_id=5, pin=wrong)
    assert failure(r) == "tls-pin"
    assert r["ev"]["certs"][0]["sha256"] == fingerprint(HOST)
    # Also one of the trusted CA is not the one that was meant.
    devices.net.cred_device(6, s["account"], s["password"], HOST,
                            pin=devices.pin)
    assert failure(devices.info(cred_id=6, pin=devices.pin)) == "tls-pin"


@pytest.mark.parametrize("row, want", [
    (dict(status=503), "http-"), (dict(status=403), "device-refused"),
    (dict(status=302), "device-answer"), (dict(status=0), ""),
    (dict(status=200, page=True), "device-answer"),
    (dict(status=200, body="<Result status='Error'><Reason>No list now"
          "</Reason></Result>"), "device-refused")])
def test_refusals(devices, row, want):
    devices.tell("/device/fault", path="/bookingsputxml", **row)
    r = devices.put([booking()])
    assert failure(r).startswith(want) and failure(r) != ""
    if "body" in row:
        assert "No list now" in r["ev"]["detail"]
    assert devices.state()["bookings"] == []
    assert failure(devices.put([booking()])) == ""
