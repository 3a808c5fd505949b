"""The front of the other forest's directory (company/slapd.py): TLS, StartTLS
and, of Active Directory's manners, those that a client meets: names like
name@domain and DOMAIN\\name, no password without TLS, and what is wrong with
an account as a number in the text.  Everything else slapd answers itself.

It can be told to misbehave: see Directory.rules."""
import asyncio
import base64
import os
import ssl

from company import plan, slapd

STARTTLS = b"1.3.6.1.4.1.1466.20037"
BIND, BIND_DONE, SEARCH, SEARCH_DONE, ENTRY = 0x60, 0x61, 0x63, 0x65, 0x64
EXTENDED, EXTENDED_DONE = 0x77, 0x78
AD_TEXT = ("80090308: LdapErr: DSID-0C0903A9, comment: "
           "AcceptSecurityContext error, data %s, v1db1")


def ber(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = (n.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + n.to_bytes(size, "big") + body


def parse(data):
    """[(tag, content)] of a row of elements."""
    out, at = [], 0
    while at < len(data):
        tag, n, at = data[at], data[at + 1], at + 2
        if n & 0x80:
            size = n & 0x7f
            n, at = int.from_bytes(data[at:at + size], "big"), at + size
        out.append((tag, data[at:at + n]))
        at += n
    return out


async def message(reader):
    """A whole message as it came, or b""."""
    try:
        head = await reader.readexactly(2)
        n, more = head[1], b""
        if n & 0x80:
            more = await reader.readexactly(n & 0x7f)
            n = int.from_bytes(more, "big")
        return head + more + await reader.readexactly(n)
    except (asyncio.IncompleteReadError, OSError):
        return b""


def done(mid, tag, code, text=""):
    return ber(0x30, ber(2, mid), ber(tag, ber(10, bytes([code])), ber(4),
                                      ber(4, text.encode())))


class Directory:
    """rules, all of them optional:
    bind       a number in hexadecimal as Active Directory says it ("533"), or
               "busy", "silent", "close"
    search     "silent", "close", "busy", "denied", "garbage"
    size_limit give so many entries, then say that this is all
    delay_s    before each answer
    starttls   "refuse": says that it cannot"""

    def __init__(self, config):
        self.rules, self.is_changed, self.has_people = {}, False, False
        self.binds = []		# names that signed in, or tried to
        self.root_password = config.get("slapd_password", "")
        self.names = {}
        for a in config["accounts"]:
            dn = slapd.dn_of(a["login"])
            for name in (a["address"], "%s@%s" % (a["login"], plan.DOMAIN),
                         "%s\\%s" % (plan.NETBIOS, a["login"])):
                self.names[name.lower()] = dn
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pki = config["pki"]
        self.tls.load_cert_chain(pki + "/otherdc.pem", pki + "/otherdc.key")

    async def listen(self):
        return [await asyncio.start_server(self._serve(False),
                                           plan.OTHER_DC_ADDR, 389),
                await asyncio.start_server(self._serve(True),
                                           plan.OTHER_DC_ADDR, 636,
                                           ssl=self.tls)]

    # ---- what it holds

    async def _tool(self, tool, stdin, *more):
        """The tool reads the password from a pipe of its own."""
        r, w = os.pipe()
        os.write(w, self.root_password.encode())
        os.close(w)
        try:
            p = await asyncio.create_subprocess_exec(
                tool, "-x", "-H", "ldap://%s:%d" % plan.SLAPD_ADDR, "-D",
                slapd.ROOT_DN, "-y", "/dev/fd/%d" % r, *more, pass_fds=(r,),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT)
            out, _ = await p.communicate(stdin.encode())
        finally:
            os.close(r)
        if p.returncode not in (0, 32):		# 32: there was none
            raise ValueError(out.decode("utf-8", "replace")[-300:])

    async def publish(self, entries):
        """Service connection points, in place of all that are there."""
        top = "cn=Autodiscover,cn=Services,cn=Configuration," + \
            plan.OTHER_BASE_DN
        await self._tool("ldapdelete", "", "-r", top)
        ldif = "dn: %s\nobjectClass: container\ncn: Autodiscover\n\n" % top
        for i, e in enumerate(entries):
            ldif += ("dn: cn=scp%d,%s\nobjectClass: serviceConnectionPoint\n"
                     "cn: scp%d\n" % (i, top, i))
            for key in ("keywords", "serviceBindingInformation"):
                ldif += "".join("%s:: %s\n" % (key, base64.b64encode(
                    v.encode()).decode()) for v in e.get(key, ()))
            ldif += "\n"
        await self._tool("ldapadd", ldif)

    async def people(self, rows):
        """inetOrgPerson entries below cn=People, in place of all that are
        there; each is what its attributes are (text)."""
        top = "cn=People," + plan.OTHER_BASE_DN
        await self._tool("ldapdelete", "", "-r", top)
        ldif = ["dn: %s\nobjectClass: container\ncn: People\n\n" % top]
        for i, row in enumerate(rows):
            entry = {"objectClass": "inetOrgPerson", "sn": "x"}
            entry.update(row)
            ldif.append("dn: cn=p%d,%s\ncn: p%d\n" % (i, top, i) + "".join(
                "%s:: %s\n" % (k, base64.b64encode(v.encode()).decode())
                for k, v in entry.items()) + "\n")
        await self._tool("ldapadd", "".join(ldif))

    async def reset(self):
        if self.has_people:
            await self.people([])
            self.has_people = False
        if self.is_changed:
            await self.publish(plan.OTHER_SCPS)
        self.is_changed, self.rules, self.binds = False, {}, []

    # ---- one connection

    def _serve(self, secure):
        async def talk(reader, writer):
            try:
                up_r, up_w = await asyncio.open_connection(*plan.SLAPD_ADDR)
                try:
                    await self._talk(reader, writer, up_r, up_w, secure)
                finally:
                    up_w.close()
            except (OSError, IndexError, ssl.SSLError):
                pass
            finally:
                writer.close()
        return talk

    async def _talk(self, reader, writer, up_r, up_w, secure):
        while True:
            raw = await message(reader)
            if not raw:
                return
            (_, mid), (tag, op) = parse(parse(raw)[0][1])[:2]
            if "delay_s" in self.rules:
                await asyncio.sleep(self.rules["delay_s"])
            if tag == EXTENDED and STARTTLS in op:
                if self.rules.get("starttls") == "refuse":
                    writer.write(done(mid, EXTENDED_DONE, 52))
                    continue
                writer.write(done(mid, EXTENDED_DONE, 0))
                await writer.drain()
                await writer.start_tls(self.tls)
                secure = True
                continue
            if tag == BIND:
                raw, answer = self._bind(mid, op, secure)
                if answer is not None:
                    if answer == b"silent":
                        await asyncio.sleep(3600)
                    if answer == b"close":
                        return
                    writer.write(answer)
                    continue
            base = tag == SEARCH and parse(op)[0][1]
            if tag == SEARCH and base and "search" in self.rules:
                if not await self._search_fault(writer, mid):
                    return
                continue
            up_w.write(raw)
            if tag not in (BIND, SEARCH):
                continue
            if not await self._pass(up_r, writer, mid, tag, bool(base)):
                return

    def _bind(self, mid, op, secure):
        """(what slapd is to see, or the answer in its place)"""
        (_, version), (_, name), (how, secret) = parse(op)[:3]
        self.binds.append(name.decode("utf-8", "replace"))
        rule = self.rules.get("bind")
        if rule in ("silent", "close"):
            return b"", rule.encode()
        if rule == "busy":
            return b"", done(mid, BIND_DONE, 51)
        if rule:
            return b"", done(mid, BIND_DONE, 49, AD_TEXT % rule)
        if how != 0x80:
            return b"", done(mid, BIND_DONE, 7, "only simple binds")
        if not secure:
            return b"", done(mid, BIND_DONE, 8,
                             "BindSimple: Transport encryption required.")
        dn = self.names.get(name.decode("utf-8", "replace").lower())
        if dn is None:
            return b"", done(mid, BIND_DONE, 49, AD_TEXT % "525")
        return ber(0x30, ber(2, mid), ber(BIND, ber(2, version), ber(
            4, dn.encode()), ber(0x80, secret))), None

    async def _search_fault(self, writer, mid):
        """False: the connection ends."""
        rule = self.rules["search"]
        if rule == "silent":
            await asyncio.sleep(3600)
        if rule == "garbage":
            writer.write(b"\x30\x84\xff\xff\xff\xff" + b"\xa5" * 64)
            await writer.drain()
        if rule in ("busy", "denied"):
            writer.write(done(mid, SEARCH_DONE,
                              51 if rule == "busy" else 50))
            return True
        return False

    async def _pass(self, up_r, writer, mid, tag, limited):
        """slapd's answer to one request."""
        entries = 0
        while True:
            raw = await message(up_r)
            if not raw:
                return False
            (_, _), (got, op) = parse(parse(raw)[0][1])[:2]
            if got == BIND_DONE and parse(op)[0][1] == b"\x31":
                raw = done(mid, BIND_DONE, 49, AD_TEXT % "52e")
            limit = self.rules.get("size_limit") if limited else None
            entries += got == ENTRY
            if limit is None or got != ENTRY or entries <= limit:
                if limit is not None and got == SEARCH_DONE:
                    raw = done(mid, SEARCH_DONE, 4)
                writer.write(raw)
            if got in (BIND_DONE, SEARCH_DONE):
                await writer.drain()
                return True
