"""The name server that the lab's hosts ask: it passes all on to the domain
controller's, except what a test wants answered wrongly, and the addresses of
plan.ROUGH_HOSTS, which no directory needs to know."""
import asyncio
import socket
import struct

from company import plan

ANSWERS = {
    "nxdomain": "there is no such name",
    "empty": "the name exists, and has no record of this type",
    "servfail": "the server could not find out",
    "refused": "the server does not want to say",
    "silent": "nothing",
    "address": "addresses: these, as A records",
    "service": "target, port: this one, as SRV record",
}
CODES = {"empty": 0, "servfail": 2, "nxdomain": 3, "refused": 5}
TYPES = {"A": 1, "SRV": 33, "AAAA": 28}
WAIT_S = 5


def question(packet):
    """(name, type, bytes of the question); ("", 0, b"") if there is none."""
    try:
        labels, at = [], 12
        while packet[at]:
            n = packet[at]
            labels.append(packet[at + 1:at + 1 + n].decode("latin-1"))
            at += n + 1
        kind, = struct.unpack_from("!H", packet, at + 1)
        return ".".join(labels).lower(), kind, packet[12:at + 5]
    except (IndexError, struct.error):
        return "", 0, b""


def reply(packet, asked, code, records=()):
    """`records`: (type, data)."""
    flags = 0x8580 | code
    out = packet[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0)
    out += asked
    for kind, data in records:
        out += struct.pack("!HHHIH", 0xC00C, kind, 1, 1, len(data)) + data
    return out


def address(a):
    return TYPES["A"], socket.inet_aton(a)


def service(target, port):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in target.split("."))
    return TYPES["SRV"], struct.pack("!HHH", 0, 0, port) + labels + b"\0"


def records_of(row):
    if row["answer"] == "service":
        return [service(row["target"], int(row.get("port", 443)))]
    return [address(a) for a in row["addresses"]]


class Names:
    """Rules by name; `*.x` is all below x.  `asked` are the names that came."""

    def __init__(self):
        self.static = {"%s.%s" % (n, plan.DOMAIN): a
                       for n, a, _ in plan.ROUGH_HOSTS}
        self.static[plan.TMS_HOST] = plan.TMS_ADDR
        self.static[plan.WEBEX_HOST] = plan.WEBEX_ADDR
        self.static[plan.CMS_HOST] = plan.CMS_ADDR
        self.static[plan.DEVICE_HOST] = plan.DEVICE_ADDR
        self.static[plan.DEVICE2_HOST] = plan.DEVICE2_ADDR
        self.reset()

    def reset(self):
        self.rules, self.asked = {}, []

    def rule(self, name, row):
        if row.get("answer") not in ANSWERS:
            raise ValueError("no such answer: %s" % row.get("answer"))
        if row.get("type", "A") not in TYPES:
            raise ValueError("no such type: %s" % row["type"])
        self.rules[name.lower()] = row

    def judge(self, packet):
        """What to send, b"" for nothing, None to ask the other server."""
        name, kind, asked = question(packet)
        if not name:
            return None
        self.asked = self.asked[-999:] + [name]
        row = self.rules.get(name) or next(
            (r for n, r in self.rules.items()
             if n.startswith("*.") and name.endswith(n[1:])), None)
        if row and kind == TYPES.get(row.get("type"), kind):
            if row["answer"] == "silent":
                return b""
            if row["answer"] in CODES:
                return reply(packet, asked, CODES[row["answer"]])
            return reply(packet, asked, 0, [r for r in records_of(row)
                                            if r[0] == kind])
        if name in self.static:
            if not self.static[name]:
                return b""
            return reply(packet, asked, 0, [
                r for r in [address(self.static[name])] if r[0] == kind])
        return None


class _Other(asyncio.DatagramProtocol):
    """One question to the domain controller."""

    def __init__(self, done):
        self.done = done

    def datagram_received(self, data, addr):
        if not self.done.done():
            self.done.set_result(data)

    def error_received(self, exc):
        if not self.done.done():
            self.done.set_result(b"")


async def _ask_other(packet):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Other(done), remote_addr=(plan.DC_ADDR, 53))
    try:
        transport.sendto(packet)
        return await asyncio.wait_for(done, WAIT_S)
    except (asyncio.TimeoutError, OSError):
        return b""
    finally:
        transport.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, names):
        self.names, self.tasks = names, set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        task = asyncio.ensure_future(self.answer(data, addr))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def answer(self, data, addr):
        out = self.names.judge(data)
        if out is None:
            out = await _ask_other(data)
        if out:
            self.transport.sendto(out, addr)


def _tcp(names):
    """For answers that are too long for one packet."""
    async def connected(reader, writer):
        try:
            while True:
                n, = struct.unpack("!H", await reader.readexactly(2))
                packet = await reader.readexactly(n)
                out = names.judge(packet)
                if out is None:
                    r, w = await asyncio.open_connection(plan.DC_ADDR, 53)
                    w.write(struct.pack("!H", n) + packet)
                    m, = struct.unpack("!H", await r.readexactly(2))
                    out = await r.readexactly(m)
                    w.close()
                if out:
                    writer.write(struct.pack("!H", len(out)) + out)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()
    return connected


async def serve(names):
    """Until the loop ends."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Udp(names), local_addr=(plan.DNS_ADDR, 53))
    server = await asyncio.start_server(_tcp(names), plan.DNS_ADDR, 53)
    return transport, server
