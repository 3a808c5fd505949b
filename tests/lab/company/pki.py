"""The company's own certification authority, made anew for each lab, and
certificates with every fault that a client must notice."""
import datetime
import os
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import plan

DAY = datetime.timedelta(days=1)


def _name(cn):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])


def _key(fast, bits=2048):
    if fast:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _sans(names):
    import ipaddress
    out = []
    for n in names:
        try:
            out.append(x509.IPAddress(ipaddress.ip_address(n)))
        except ValueError:
            out.append(x509.DNSName(n))
    return x509.SubjectAlternativeName(out)


def _write(path, data, mode=0o644):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(fd, "wb") as f:
        f.write(data)


def _pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM)


def _key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.TraditionalOpenSSL,
                             serialization.NoEncryption())


class Authority:
    """`above` issues its certificate; without, it is a root."""

    def __init__(self, cn, now, above=None):
        self.key = _key(above is not None)
        self.name = _name(cn)
        self.cert = (
            x509.CertificateBuilder().subject_name(self.name)
            .issuer_name(above.name if above else self.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 400 * DAY).not_valid_after(now + 400 * DAY)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(x509.KeyUsage(True, False, False, False, False,
                                         True, True, False, False), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(
                self.key.public_key()), False)
            .sign(above.key if above else self.key, hashes.SHA256()))

    def issue(self, key, cn, sans, begin, end, digest=hashes.SHA256):
        return (
            x509.CertificateBuilder().subject_name(_name(cn))
            .issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin).not_valid_after(end)
            .add_extension(_sans(sans), False)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.key.public_key()), False)
            .sign(self.key, digest()))


def _self_signed(key, cn, begin, end):
    return (
        x509.CertificateBuilder().subject_name(_name(cn))
        .issuer_name(_name(cn)).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin).not_valid_after(end)
        .add_extension(_sans([cn]), False)
        .sign(key, hashes.SHA256()))


def _rough(put, ca, now):
    """Certificates of plan.ROUGH_HOSTS."""
    begin, end = now - DAY, now + 90 * DAY
    names = ["%s.%s" % (n, plan.DOMAIN) for n, _, _ in plan.ROUGH_HOSTS]
    key = _key(True)
    put("rough", ca.issue(key, names[0], names, begin, end), key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")		# that it is weak is the point
        put("weak-hash", ca.issue(key, "weakhash", names, begin, end,
                                  hashes.SHA1), key)
    between = Authority("Lab Example Issuing CA", now, ca)
    put("no-chain", between.issue(key, "nochain", names, begin, end), key)
    key = _key(False, 1024)
    put("weak-key", ca.issue(key, "weakkey", names, begin, end), key)


def make(folder):
    """Writes NAME.pem and NAME.key for each server, and ca.pem."""
    os.makedirs(folder, exist_ok=True)
    now = datetime.datetime.utcnow()
    begin, end = now - DAY, now + 90 * DAY
    dom = "." + plan.DOMAIN
    ca = Authority("Lab Example CA", now)
    stranger = Authority("Stranger CA", now)
    _write(os.path.join(folder, "ca.pem"), _pem(ca.cert))
    _write(os.path.join(folder, "stranger-ca.pem"), _pem(stranger.cert))

    def put(name, cert, key):
        _write(os.path.join(folder, name + ".pem"), _pem(cert))
        _write(os.path.join(folder, name + ".key"), _key_pem(key), 0o600)

    rows = (
        # file, issuer, first name, further names, begin, end, fast key
        ("dc", ca, plan.DC_HOST, [plan.DOMAIN, plan.DC_ADDR], begin, end, 0),
        ("front", ca, plan.FRONT_HOST,
         [plan.DOMAIN, "autodiscover" + dom, *plan.SITE_HOSTS[1:]],
         begin, end, 0),
        ("otherdc", ca, plan.OTHER_DC_HOST, [plan.OTHER_DOMAIN], begin, end,
         1),
        ("relay", ca, plan.RELAY_HOST, [], begin, end, 1),
        ("tms", ca, plan.TMS_HOST, [], begin, end, 1),
        ("webex", ca, plan.WEBEX_HOST, [], begin, end, 1),
        ("cms", ca, plan.CMS_HOST, [], begin, end, 1),
        ("device1", ca, plan.DEVICE_HOST, [], begin, end, 1),
        ("fault", ca, "fault" + dom,
         [plan.HOSTED_DOMAIN, "autodiscover." + plan.HOSTED_DOMAIN],
         begin, end, 1),
        ("wrongname", ca, "other-host" + dom, [], begin, end, 1),
        ("expired", ca, "expired" + dom, [], now - 60 * DAY,
         now - 2 * DAY, 1),
        ("notyet", ca, "notyet" + dom, [], now + 2 * DAY, end, 1),
        ("unknownca", stranger, "unknownca" + dom, [], begin, end, 1),
    )
    for name, issuer, first, more, b, e, fast in rows:
        key = _key(fast)
        put(name, issuer.issue(key, first, [first] + more, b, e), key)
    # This one sends its issuer along, as a server should.
    with open(os.path.join(folder, "unknownca.pem"), "ab") as f:
        f.write(_pem(stranger.cert))
    _rough(put, ca, now)
    key = _key(True)
    put("selfsigned", _self_signed(key, "selfsigned" + dom, begin, end), key)
    key = _key(True)
    put("device2", _self_signed(key, "RoomDevice", begin, end), key)
