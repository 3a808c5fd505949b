"""NTLM as a server sees it, [MS-NLMP] 2.2.1 and 3.3.2: makes a challenge,
takes an answer apart, checks what is said of the channel.  Whether the
password is right is Samba's to say (winbind.py)."""
import base64
import hashlib
import hmac
import os
import struct
import time

UNICODE, TARGET_INFO, VERSION = 1, 0x00800000, 0x02000000
EXTENDED_SECURITY, KEY_EXCH = 0x00080000, 0x40000000
FLAGS = 0xE2898205
AV_FLAGS, AV_TARGET_NAME, AV_BINDINGS = 6, 9, 10


class Refused(Exception):
    pass


def kind(raw):
    """1, 2 or 3; 0: not NTLM."""
    if len(raw) < 12 or raw[:8] != b"NTLMSSP\0":
        return 0
    return struct.unpack_from("<I", raw, 8)[0]


def challenge(domain, server, dns_domain, dns_server, v1=False):
    """v1: of a server that has no version 2, as before Windows 2000."""
    name = domain.encode("utf-16-le")
    info = b""
    for number, value in ((2, domain), (1, server), (4, dns_domain),
                          (3, dns_server)):
        raw = value.encode("utf-16-le")
        info += struct.pack("<HH", number, len(raw)) + raw
    info += struct.pack("<HHQ", 7, 8, int((time.time() + 11644473600)
                                          * 10 ** 7)) + bytes(4)
    flags = FLAGS
    if v1:
        info, flags = b"", flags & ~(TARGET_INFO | EXTENDED_SECURITY)
    at = 56
    return b"NTLMSSP\0" + struct.pack(
        "<IHHII", 2, len(name), len(name), at, flags) + os.urandom(8) + \
        bytes(8) + struct.pack("<HHI", len(info), len(info), at + len(name)) \
        + bytes([10, 0, 0x63, 0x45, 0, 0, 0, 15]) + name + info


class Answer:
    """A Type 3 message."""

    def __init__(self, raw):
        self.raw = raw
        try:
            self.flags = struct.unpack_from("<I", raw, 60)[0]
            coding = "utf-16-le" if self.flags & UNICODE else "latin-1"
            self.lm, self.nt = self._field(12), self._field(20)
            self.domain = self._field(28).decode(coding)
            self.user = self._field(36).decode(coding)
            self.key = self._field(52)
            self.pairs = self._pairs() if len(self.nt) > 44 else {}
        except (struct.error, UnicodeDecodeError):
            raise Refused("damaged")

    @property
    def name(self):
        return "%s\\%s" % (self.domain, self.user) if self.domain \
            else self.user

    def _field(self, at):
        n, _, where = struct.unpack_from("<HHI", self.raw, at)
        if where + n > len(self.raw):
            raise Refused("damaged")
        return self.raw[where:where + n]

    def _pairs(self):
        out, at = {}, 44
        while at + 4 <= len(self.nt):
            number, n = struct.unpack_from("<HH", self.nt, at)
            if number == 0:
                break
            out[number] = self.nt[at + 4:at + 4 + n]
            at += 4 + n
        return out

    def check_version(self):
        if len(self.nt) <= 24:
            raise Refused("ntlm-v1")

    def check_channel(self, mode, binding, hosts):
        """binding: the application data of the channel that this came by."""
        if mode == "none":
            return
        given = self.pairs.get(AV_BINDINGS, bytes(16))
        want = hashlib.md5(bytes(16) + struct.pack("<I", len(binding)) +
                           binding).digest()
        if given == bytes(16):
            if mode == "require":
                raise Refused("binding-missing")
        elif given != want:
            raise Refused("binding")
        spn = self.pairs.get(AV_TARGET_NAME, b"").decode("utf-16-le",
                                                         "replace")
        if spn and (not spn.upper().startswith("HTTP/") or
                    spn[5:].partition(":")[0].lower() not in hosts):
            raise Refused("target-name")

    def check_mic(self, first, second, session_key):
        """Where the client says that there is one."""
        flags = self.pairs.get(AV_FLAGS, bytes(4))
        if not struct.unpack("<I", flags.ljust(4, b"\0")[:4])[0] & 2:
            return
        key = session_key
        if self.flags & KEY_EXCH and self.key:
            key = rc4(session_key, self.key)
        bare = self.raw[:72] + bytes(16) + self.raw[88:]
        if hmac.new(key, first + second + bare, "md5").digest() != \
                self.raw[72:88]:
            raise Refused("mic")


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for c in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(c ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def encode(raw):
    return base64.b64encode(raw).decode()
