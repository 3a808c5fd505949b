"""What goes wrong below HTTP: hosts that fail at TCP or in the TLS handshake
(plan.ROUGH_HOSTS), and a proxy that answers CONNECT as it is told."""
import asyncio
import socket
import ssl
import struct
import threading

from company import plan

PROXY_ANSWERS = {
    "status": "code: this status to each CONNECT; scheme: of a 407",
    "close": "the connection ends without an answer",
    "silent": "no answer",
    "garbage": "bytes that are no HTTP",
    "dead": "200, and then the end of the connection",
    "relay": "does what was asked for",
}


def _context(folder, name):
    """A server with Python's usual restrictions lifted."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.set_ciphers("ALL:@SECLEVEL=0")
    c.load_cert_chain("%s/%s.pem" % (folder, name),
                      "%s/%s.key" % (folder, name))
    return c


def tls(folder, kind):
    """The TLS of a rough host; None when it comes to none."""
    if kind == "old-tls":
        c = _context(folder, "rough")
        c.minimum_version = ssl.TLSVersion.TLSv1
        c.maximum_version = ssl.TLSVersion.TLSv1_1
    elif kind == "no-cipher":
        c = _context(folder, "rough")
        c.maximum_version = ssl.TLSVersion.TLSv1_2
        c.set_ciphers("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
    elif kind == "client-cert":
        c = _context(folder, "rough")
        c.maximum_version = ssl.TLSVersion.TLSv1_2
        c.verify_mode = ssl.CERT_REQUIRED
        c.load_verify_locations(folder + "/ca.pem")
    elif kind in ("weak-key", "weak-hash", "no-chain"):
        c = _context(folder, kind)
    elif kind in ("stalls", "drips", "no-ldap"):
        c = _context(folder, "rough")
    else:
        return None
    return c


def _abort(writer):
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    writer.transport.abort()


def _behaviour(kind):
    async def connected(reader, writer):
        try:
            await reader.read(1)
            if kind == "resets":
                _abort(writer)
            elif kind == "alerts":
                writer.write(b"\x15\x03\x03\x00\x02\x02\x50")	# internal_error
            elif kind == "drips":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
                             b"Content-Length: 1000\r\n\r\n")
                for _ in range(1000):
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.5)
            elif kind == "no-ldap":
                writer.write(b"220 rough.lab.example ESMTP\r\n" * 20)
            elif kind in ("mute", "stalls"):
                while await reader.read(65536):
                    pass
        except OSError:
            pass
        writer.close()
    return connected


def _full(address):
    """A listener whose queue is full: the kernel drops what comes."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, 443))
    listener.listen(0)
    held = [listener]
    for _ in range(4):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex((address, 443))
        held.append(s)
    return held


def _refusing(address, context):
    """Handshakes that fail are in threads of their own: asyncio hangs up
    before the alert that says why is sent."""
    def handshake(sock):
        try:
            sock.settimeout(5)
            with context.wrap_socket(sock, server_side=True) as s:
                s.recv(1)
        except OSError:
            pass
        sock.close()

    def accept():
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handshake, args=(sock,),
                             daemon=True).start()

    listener = socket.create_server((address, 443))
    threading.Thread(target=accept, daemon=True).start()
    return listener


async def listen(config, tape):
    """What a client says to a directory that is none, at the host with the
    wrong name: plain at 389, TLS at 636."""
    from . import httpd
    address = next(a for n, a, _ in plan.FAULT_HOSTS if n == "wrongname")

    async def nobody(conn, request):
        raise httpd.Closed

    return [await httpd.serve(nobody, address, 389, None, tape),
            await httpd.serve(nobody, address, 636,
                              _context(config["pki"], "wrongname"), tape)]


async def serve(config, bind, tape):
    """Starts all; hosts whose TLS succeeds answer as the others do."""
    from . import httpd
    out = []
    for name, address, kind in plan.ROUGH_HOSTS:
        if kind == "no-server":
            continue
        if kind in ("mute", "no-ldap"):
            out.append(await asyncio.start_server(
                _behaviour(kind), address, 636, ssl=tls(config["pki"], kind)))
        if kind == "no-ldap":
            continue
        if kind in ("old-tls", "no-cipher", "client-cert"):
            out.append(_refusing(address, tls(config["pki"], kind)))
        elif kind == "full":
            out += _full(address)
        elif kind in ("mute", "resets", "hangs-up", "stalls", "drips",
                      "alerts"):
            out.append(await asyncio.start_server(
                _behaviour(kind), address, 443,
                ssl=tls(config["pki"], kind)))
        else:
            out.append(await httpd.serve(bind(name), address, 443,
                                         tls(config["pki"], kind), tape))
    return out


class Proxy:
    def __init__(self):
        self.reset()

    def reset(self):
        self.row, self.seen = {"answer": "status", "code": 502}, []

    def set(self, row):
        if row.get("answer") not in PROXY_ANSWERS:
            raise ValueError("no such answer: %s" % row.get("answer"))
        self.row = row

    async def connected(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.seen = self.seen[-99:] + [head.decode("latin-1")]
            answer = self.row["answer"]
            if answer == "status":
                code = int(self.row.get("code", 502))
                more = "Proxy-Authenticate: %s\r\n" % self.row.get(
                    "scheme", 'Basic realm="rough"') if code == 407 else ""
                writer.write(("HTTP/1.1 %d Rough\r\n%sContent-Type: text/html"
                              "\r\nContent-Length: 5\r\nConnection: close"
                              "\r\n\r\nrough" % (code, more)).encode())
            elif answer == "relay":
                await self.relay(head.split()[1].decode(), reader, writer)
            elif answer == "garbage":
                writer.write(b"\x00\xffrough\r\n\r\n")
            elif answer == "dead":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await reader.read(1)
            elif answer == "silent":
                await reader.read(1)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError,
                OSError):
            pass
        writer.close()

    async def relay(self, where, reader, writer):
        host, _, port = where.rpartition(":")
        there_reader, there = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pump(a, b):
            while data := await a.read(65536):
                b.write(data)
                await b.drain()
            b.close()
        await asyncio.gather(pump(reader, there), pump(there_reader, writer))

    async def serve(self):
        return await asyncio.start_server(
            self.connected, "127.0.0.1", plan.PROXY_ROUGH_PORT)
