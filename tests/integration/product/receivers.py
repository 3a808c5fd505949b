"""Whoever alarms are sent to: a mail server, a webhook and syslog servers, each
a small one that keeps what came and can be told to refuse."""
import base64
import contextlib
import http.server
import os
import re
import socket
import socketserver
import ssl
import threading
import time


def context(pki, name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain("%s/%s.pem" % (pki, name), "%s/%s.key" % (pki, name))
    return c


class Server(socketserver.ThreadingTCPServer):
    """got: what came, with the time."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, addr, handler, tls=None):
        super().__init__(addr, handler)
        self.tls = tls
        self.got = []

    def take(self, what):
        self.got.append((time.monotonic(), what))

    def texts(self):
        return [t for _, t in self.got]


@contextlib.contextmanager
def serving(server):
    t = threading.Thread(target=server.serve_forever, args=(0.05,))
    t.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        t.join()


class Mail(socketserver.StreamRequestHandler):
    """RFC 5321 as far as one mail needs it, STARTTLS and AUTH PLAIN or LOGIN.
    server.mode: "", "no-starttls", "refuse"; server.login: what is right."""
    timeout = 20

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def hear(self):
        return self.rfile.readline(2000).decode().rstrip("\r\n")

    def wrap(self):
        self.request = self.server.tls.wrap_socket(
            self.request, server_side=True)
        self.rfile = self.request.makefile("rb", -1)
        self.wfile = self.request.makefile("wb", 0)
        self.secure = True

    def ehlo(self):
        lines = ["mail.test", "8BITMIME"]
        if not self.secure and self.server.mode != "no-starttls":
            lines.append("STARTTLS")
        if self.secure and self.server.login:
            lines.append("AUTH PLAIN LOGIN")
        for i, line in enumerate(lines):
            self.say("250%s%s" % (" " if i == len(lines) - 1 else "-", line))

    def auth(self, line):
        words = line.split()
        if words[1].upper() == "LOGIN":
            self.say("334 VXNlcm5hbWU6")
            user = base64.b64decode(self.hear()).decode()
            self.say("334 UGFzc3dvcmQ6")
            pair = (user, base64.b64decode(self.hear()).decode())
        else:
            blob = words[2] if len(words) > 2 else None
            if blob is None:
                self.say("334 ")
                blob = self.hear()
            pair = tuple(base64.b64decode(blob).decode().split("\0")[1:])
        self.signed = pair == self.server.login
        self.say("235 2.7.0 good" if self.signed
                 else "535 5.7.8 Authentication failed for you")

    def data(self):
        self.say("354 go on")
        lines = []
        while True:
            line = self.rfile.readline(2000)
            if line in (b".\r\n", b""):
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.take({"from": self.sender, "to": self.to,
                          "secure": self.secure, "signed": self.signed,
                          "raw": b"".join(lines)})
        self.say("250 2.0.0 Ok: queued as 4711")

    def handle(self):
        self.secure = self.signed = False
        self.sender, self.to = "", []
        with contextlib.suppress(OSError, ssl.SSLError):
            if self.server.implicit:
                self.wrap()
            self.say("220 mail.test ESMTP")
            while line := self.hear():
                verb = line.split(":")[0].split(" ")[0].upper()
                if verb in ("EHLO", "HELO"):
                    self.ehlo()
                elif verb == "STARTTLS":
                    self.say("220 go on")
                    self.wrap()
                elif verb == "AUTH":
                    self.auth(line)
                elif verb == "MAIL":
                    self.sender = re.search("<(.*)>", line)[1]
                    self.say("250 ok")
                elif verb == "RCPT":
                    if self.server.mode == "refuse":
                        self.say("550 5.7.1 Relaying denied")
                        continue
                    self.to.append(re.search("<(.*)>", line)[1])
                    self.say("250 ok")
                elif verb == "DATA":
                    self.data()
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("502 no")


def mail_server(port, pki, name="fault", implicit=False, login=None, mode="",
                host="127.0.0.21"):
    s = Server((host, port), Mail, context(pki, name))
    s.implicit, s.login, s.mode = implicit, login, mode
    return serving(s)


class Hook(http.server.BaseHTTPRequestHandler):
    timeout = 20

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.take({"path": self.path, "headers": dict(self.headers),
                          "body": body, "at": time.time()})
        text = b"thanks" if self.server.status < 300 else b"not today"
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *a):
        pass


class TlsServer(Server):
    def get_request(self):
        sock, addr = super().get_request()
        sock.settimeout(20)
        try:
            return self.tls.wrap_socket(sock, server_side=True), addr
        except (OSError, ssl.SSLError) as e:
            sock.close()
            raise OSError(str(e)) from e


def hook_server(port, pki, name="fault", host="127.0.0.21"):
    s = TlsServer((host, port), Hook, context(pki, name))
    s.status = 200
    return serving(s)


class Counted(socketserver.StreamRequestHandler):
    """RFC 6587 3.4.1: each message behind its length."""
    timeout = 20

    def handle(self):
        with contextlib.suppress(OSError, ValueError):
            while True:
                n = b""
                while (c := self.rfile.read(1)) and c != b" ":
                    n += c
                self.server.take(self.rfile.read(int(n)))


def syslog_stream(port, pki=None, host="127.0.0.21"):
    if pki:
        return serving(TlsServer((host, port), Counted,
                                 context(pki, "fault")))
    return serving(Server((host, port), Counted))


class Datagrams:
    """UDP at an address, or a socket file."""

    def __init__(self, at):
        unix = isinstance(at, str)
        self.path = at if unix else None
        self.sock = socket.socket(
            socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_DGRAM)
        if unix and os.path.exists(at):
            os.unlink(at)
        self.sock.bind(at)
        if unix:
            os.chmod(at, 0o666)
        self.sock.settimeout(0.1)
        self.got = []
        self.ends = False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ends:
            with contextlib.suppress(TimeoutError):
                self.got.append((time.monotonic(), self.sock.recv(65536)))

    def texts(self):
        return [t for _, t in self.got]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *a):
        self.ends = True
        self.thread.join()
        self.sock.close()
        if self.path:
            os.unlink(self.path)
