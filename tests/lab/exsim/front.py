"""The front of Exchange: who a client is, by the directory's own accounts,
on the connection that it came by.  NTLM of version 2 alone; Kerberos with
the key of the service; Basic.  Extended Protection as IIS has it: `none`
asks for no channel binding, `allow` checks one that is sent, `require` lets
nobody in without."""
import base64
import hashlib
import time

from company import plan
from . import ntlmssp

SCHEMES = ("Negotiate", "NTLM", "Basic")
BASIC_KEPT_S = 1		# how long a right password is taken as right
LOG_MAX = 1000


def end_point(pem_path):
    """tls-server-end-point of RFC 5929, of a certificate in a file."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    with open(pem_path, "rb") as f:
        cert = x509.load_pem_x509_certificate(f.read())
    name = cert.signature_hash_algorithm.name
    if name in ("md5", "sha1"):
        name = "sha256"
    return b"tls-server-end-point:" + hashlib.new(
        name, cert.public_bytes(Encoding.DER)).digest()


class Front:
    def __init__(self, winbind, recorder, pem_path, kerberos):
        self.winbind, self.recorder = winbind, recorder
        self.binding = end_point(pem_path)
        self.kerberos = kerberos
        self.protection = "allow"	# none, allow, require
        self.ntlm_v1 = False		# a server that has only version 1
        self.kerberos_persists = True	# one proof for a connection
        self.schemes = list(SCHEMES)
        self.log = []			# who tried to sign in, and how
        self.basic = {}

    def reset(self):
        self.protection, self.ntlm_v1 = "allow", False
        self.kerberos_persists = True
        self.schemes = list(SCHEMES)
        self.log = []

    def note(self, scheme, user, refused="", bound=False):
        self.log.append({"time": time.time(), "scheme": scheme, "user": user,
                         "refused": refused, "bound": bound})
        del self.log[:-LOG_MAX]

    async def _basic(self, token):
        try:
            user, _, word = base64.b64decode(token).decode().partition(":")
        except ValueError:
            raise ntlmssp.Refused("damaged")
        key = hashlib.sha256(token.encode()).digest()
        if time.monotonic() - self.basic.get(key, -9) > BASIC_KEPT_S:
            if not await self.winbind.password(user, word):
                self.note("Basic", user, "password")
                raise ntlmssp.Refused("password")
            self.basic = {key: time.monotonic(), **{
                k: t for k, t in self.basic.items()
                if time.monotonic() - t <= BASIC_KEPT_S}}
            self.note("Basic", user)
        return user

    async def _ntlm(self, conn, raw):
        """(user, None), or (None, the challenge)."""
        if ntlmssp.kind(raw) == 1:
            second = ntlmssp.challenge(
                plan.NETBIOS, "MAIL", plan.DOMAIN, plan.FRONT_HOST,
                self.ntlm_v1)
            conn.state["ntlm"] = raw, second
            return None, second
        first, second = conn.state.pop("ntlm", (None, None))
        if ntlmssp.kind(raw) != 3 or first is None:
            raise ntlmssp.Refused("out of turn")
        answer = ntlmssp.Answer(raw)
        bound = any(answer.pairs.get(ntlmssp.AV_BINDINGS, b""))
        try:
            answer.check_version()
            key = await self.winbind.session_key(
                answer.user, answer.domain, second[24:32], answer.lm,
                answer.nt)
            if key is None:
                raise ntlmssp.Refused("password")
            answer.check_mic(first, second, key)
            answer.check_channel(self.protection, self.binding,
                                 plan.FRONT_HOSTS)
        except ntlmssp.Refused as e:
            self.note("NTLM", answer.name, str(e), bound)
            raise
        self.note("NTLM", answer.name, "", bound)
        return answer.name, None

    def _kerberos(self, conn, raw):
        """(user, None).  The connection stays signed in, as IIS says it."""
        none = self.protection == "none"
        try:
            user, bound, token = self.kerberos.accept(
                raw, None if none else self.binding,
                self.protection == "require")
        except ntlmssp.Refused as e:
            self.note("Kerberos", "", str(e))
            raise
        self.note("Kerberos", user, "", bound)
        if token:
            conn.more.append(("WWW-Authenticate",
                              "Negotiate " + ntlmssp.encode(token)))
        if self.kerberos_persists:
            conn.more.append(("Persistent-Auth", "true"))
        return user, None

    async def _token(self, conn, scheme, token):
        try:
            raw = base64.b64decode(token, validate=True)
        except ValueError:
            raise ntlmssp.Refused("damaged")
        if ntlmssp.kind(raw):
            return await self._ntlm(conn, raw)
        if scheme != "negotiate":
            raise ntlmssp.Refused("damaged")
        return self._kerberos(conn, raw)

    async def check(self, conn, request):
        """(user, scheme), or None when it was answered with 401."""
        given = request.headers.get("authorization", "")
        scheme, _, token = given.partition(" ")
        offer = None
        try:
            if not given:
                if "user" in conn.state:
                    return conn.state["user"]
            elif scheme.lower() not in [s.lower() for s in self.schemes]:
                pass
            elif scheme.lower() == "basic":
                return await self._basic(token.strip()), "Basic"
            else:
                conn.state.pop("user", None)
                user, step = await self._token(conn, scheme.lower(),
                                               token.strip())
                if user is not None:
                    known = user, "NTLM" if ntlmssp.kind(
                        base64.b64decode(token)) else "Kerberos"
                    if known[1] == "NTLM" or self.kerberos_persists:
                        conn.state["user"] = known
                    return known
                offer = "%s %s" % (scheme, ntlmssp.encode(step))
            refused = "" if not given or offer else "scheme"
        except ntlmssp.Refused as e:
            refused = str(e)
        await self._refuse(conn, request, offer, refused)
        return None

    async def _refuse(self, conn, request, offer, refused):
        rows = [("X-Lab-Status", "401")]
        if refused:
            rows.append(("X-Lab-Refused", refused))
        self.recorder.keep("front", request, request.method + "-401",
                           more=rows)
        offers = [offer] if offer else [
            s if s != "Basic" else 'Basic realm="%s"' % plan.FRONT_HOST
            for s in self.schemes]
        await conn.answer(401, [("WWW-Authenticate", o) for o in offers] +
                          [("Content-Type", "text/html")],
                          b"<html><body>401</body></html>")
