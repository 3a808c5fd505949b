"""Authentication of the servers that have no front: the hosts that
misbehave.  They ask for NTLM and Basic as a real one does, and remember
every credential that they are given (the canary)."""
import base64
import os
import struct
import time


def challenge(mode="accept"):
    """An NTLM challenge (Type 2) of a server called FAULT in LAB.  `mode`
    ntlm1: of one that knows no version 2; damaged: half of it."""
    name = "LAB".encode("utf-16-le")
    info = b""
    for kind, value in ((2, "LAB"), (1, "FAULT"), (4, "lab.example"),
                        (3, "fault.lab.example")):
        raw = value.encode("utf-16-le")
        info += struct.pack("<HH", kind, len(raw)) + raw
    info += struct.pack("<HHQ", 7, 8, int((time.time() + 11644473600)
                                          * 10 ** 7)) + bytes(4)
    flags = 0xE2898205 & ~0x40000000
    at = 56
    if mode == "ntlm1":
        info, flags = b"", 0x00008205
    whole = (
        b"NTLMSSP\x00" + struct.pack("<IHHII", 2, len(name), len(name), at,
                                     flags) + os.urandom(8) + bytes(8) +
        struct.pack("<HHI", len(info), len(info), at + len(name)) +
        bytes([10, 0, 0x63, 0x45, 0, 0, 0, 15]) + name + info)
    if mode == "damaged":
        whole = whole[:20]
    return base64.b64encode(whole).decode()


def ntlm_user(raw):
    """DOMAIN\\user of a Type 3 message."""
    def field(at):
        n, _, where = struct.unpack_from("<HHI", raw, at)
        return raw[where:where + n]
    try:
        flags = struct.unpack_from("<I", raw, 60)[0]
        coding = "utf-16-le" if flags & 1 else "latin-1"
        domain, user = field(28).decode(coding), field(36).decode(coding)
    except (struct.error, UnicodeDecodeError):
        return ""
    return "%s\\%s" % (domain, user) if domain else user


class Guard:
    def __init__(self, accounts):
        self.accounts = accounts	# login -> (address, password)
        self.mode = "accept"		# accept, refuse, none; of NTLM:
        # ntlm1, damaged (see above), closes (after the challenge)
        self.schemes = ["NTLM", "Basic"]
        self.canary = []

    def note(self, server, request, scheme, user, password=None):
        self.canary.append({
            "time": time.time(), "server": server, "host": request.host,
            "path": request.path, "scheme": scheme, "user": user,
            "password": password})

    def _basic_ok(self, user, password):
        name = user.lower().rpartition("\\")[2]
        for login, (address, right) in self.accounts.items():
            if name in (login.lower(), address.lower(),
                        login.lower() + "@lab.example"):
                return password == right
        return False

    async def check(self, server, conn, request):
        """The user, or None when the request is answered with 401."""
        given = request.headers.get("authorization", "")
        scheme, _, token = given.partition(" ")
        user, step = None, None
        if scheme.lower() not in [s.lower() for s in self.schemes] + [""]:
            self.note(server, request, scheme, "", token)
        elif scheme.lower() == "basic":
            try:
                pair = base64.b64decode(token).decode("utf-8", "replace")
            except ValueError:
                pair = ""
            user, _, password = pair.partition(":")
            self.note(server, request, "Basic", user, password)
            if not self._basic_ok(user, password) and self.mode == "accept":
                user = None
        elif scheme.lower() in ("ntlm", "negotiate"):
            try:
                raw = base64.b64decode(token)
            except ValueError:
                raw = b""
            if raw[8:12] == b"\x01\x00\x00\x00":
                step = "%s %s" % (scheme, challenge(self.mode))
                conn.keep = self.mode != "closes"
            elif raw[8:12] == b"\x03\x00\x00\x00":
                user = ntlm_user(raw)
                self.note(server, request, scheme, user)
                conn.state["user"] = user
        elif given:
            self.note(server, request, scheme, "", token)
        if self.mode == "none":
            return user or ""
        if user is None and not given:
            user = conn.state.get("user")
        if user is not None and self.mode == "accept":
            return user
        rows = [("WWW-Authenticate", step)] if step else [
            ("WWW-Authenticate", s if s != "Basic" else
             'Basic realm="%s"' % (request.host or "lab"))
            for s in self.schemes]
        await conn.answer(401, rows + [("Content-Type", "text/html")],
                          b"<html><body>401</body></html>")
        return None
