"""A small HTTP/1.1 server on asyncio that can also misbehave on purpose."""
import asyncio
import socket
import struct

HEAD_MAX = 64 * 1024
BODY_MAX = 64 * 1024 * 1024
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           407: "Proxy Authentication Required",
           415: "Unsupported Media Type", 456: "Blocked",
           429: "Too Many Requests", 500: "Internal Server Error",
           503: "Service Unavailable"}


class Request:
    def __init__(self, method, target, version, rows, peer):
        self.method, self.target, self.version = method, target, version
        self.rows = rows		# headers as they came
        self.headers = {}		# lower case; the last one counts
        for k, v in rows:
            self.headers[k.lower()] = v
        self.peer = peer
        self.body = b""
        self.out_headers = []		# for the answer
        self.host = self.headers.get("host", "").partition(":")[0].lower()
        self.path = target.partition("?")[0]


class Closed(Exception):
    """The connection is to be ended now."""


class Connection:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.peer = writer.get_extra_info("peername") or ("", 0)
        self.local = writer.get_extra_info("sockname") or ("", 0)
        self.tls = writer.get_extra_info("ssl_object") is not None
        self.started = False
        self.keep = True
        self.state = {}			# of the handler, for this connection
        self.more = []			# headers of the next answer

    async def read(self):
        """The next request, or None when the client is done."""
        try:
            head = await self.reader.readexactly(1)
            if head == b"\x16" and not self.tls:
                # A TLS greeting to a server that speaks none.
                self.keep = False
                await self.answer(400, [("Content-Type", "text/html")],
                                  b"<h1>Bad Request</h1>")
                raise Closed
            if head == b"0":		# how LDAP begins, and no HTTP
                raise Closed
            head += await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        except asyncio.LimitOverrunError:
            raise Closed
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ")
        if len(parts) != 3:
            raise Closed
        rows = []
        for line in lines[1:]:
            if ":" in line:
                k, _, v = line.partition(":")
                rows.append((k.strip(), v.strip()))
        r = Request(parts[0], parts[1], parts[2], rows, self.peer)
        self.keep = r.headers.get("connection", "").lower() != "close" and \
            r.version == "HTTP/1.1"
        if r.headers.get("expect", "").lower() == "100-continue":
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        r.body = await self._body(r)
        self.started = False
        return r

    async def _body(self, r):
        try:
            if "chunked" in r.headers.get("transfer-encoding", "").lower():
                out = []
                while True:
                    size = int((await self.reader.readline()).split(b";")[0],
                               16)
                    if size == 0:
                        while (await self.reader.readline()).strip():
                            pass
                        return b"".join(out)
                    out.append(await self.reader.readexactly(size))
                    await self.reader.readexactly(2)
            n = int(r.headers.get("content-length", "0"))
            if n > BODY_MAX:
                raise Closed
            return await self.reader.readexactly(n) if n else b""
        except (ValueError, asyncio.IncompleteReadError, ConnectionError):
            raise Closed

    def _head(self, status, headers):
        out = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Status"))]
        out += ["%s: %s" % h for h in list(headers) + self.more]
        self.more = []
        if not self.keep:
            out.append("Connection: close")
        self.writer.write(("\r\n".join(out) + "\r\n\r\n").encode("latin-1"))
        self.started = True

    async def answer(self, status, headers, body=b"", length=None):
        headers = list(headers) + [("Content-Length", str(
            len(body) if length is None else length))]
        self._head(status, headers)
        self.writer.write(body)
        await self.drain()

    async def start_chunked(self, status, headers):
        self._head(status, list(headers) + [("Transfer-Encoding",
                                             "chunked")])
        await self.drain()

    async def chunk(self, data):
        self.writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await self.drain()

    async def end_chunked(self):
        self.writer.write(b"0\r\n\r\n")
        await self.drain()

    async def drain(self):
        try:
            await self.writer.drain()
        except ConnectionError:
            raise Closed

    def reset(self):
        """Ends the connection with a TCP reset."""
        sock = self.writer.get_extra_info("socket")
        if sock is not None:
            try:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
            except OSError:
                pass
        self.writer.transport.abort()


class Tape:
    """Every byte that hosts nobody should trust were sent, after TLS, as it
    came: what was understood of it does not matter here."""

    KEPT = 64 * 1024			# of each connection

    def __init__(self):
        self.rolls = []			# [host and port, bytes]

    def roll(self, where):
        self.rolls.append((where, bytearray()))
        return self.rolls[-1][1]

    def wipe(self):
        """Connections that stay open go on writing to their rolls."""
        for _, data in self.rolls:
            data.clear()


class _Reader(asyncio.StreamReader):
    roll = None

    def feed_data(self, data):
        if self.roll is not None:
            self.roll += data[:max(0, Tape.KEPT - len(self.roll))]
        super().feed_data(data)


async def serve(handler, address, port, tls=None, tape=None):
    """`handler` is called for each request of each connection."""
    async def connected(reader, writer):
        c = Connection(reader, writer)
        try:
            while True:
                r = await c.read()
                if r is None:
                    break
                await handler(c, r)
                if not c.keep:
                    break
        except (Closed, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            try:
                writer.close()
            except (OSError, RuntimeError):
                pass

    def protocol():
        reader = _Reader(limit=HEAD_MAX, loop=loop)
        if tape is not None:
            reader.roll = tape.roll("%s:%d" % (address, port))
        return asyncio.StreamReaderProtocol(reader, connected, loop=loop)

    loop = asyncio.get_running_loop()
    return await loop.create_server(protocol, address, port, ssl=tls,
                                    backlog=512)
