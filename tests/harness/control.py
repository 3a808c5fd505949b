"""control - speaks the protocol of common/ipc_msg.def over a control socket.

The tests' own reading of the protocol: message numbers come from the table,
its version from the build, frames and fields are put together here."""
import pathlib
import re
import socket
import struct

TOP = pathlib.Path(__file__).resolve().parents[2]


def message_numbers():
    text = (TOP / "common" / "ipc_msg.def").read_text()
    names = re.findall(r"^IPC_MSG\((\w+),", text, re.M)
    return {name: i + 1 for i, name in enumerate(names)}


def error_names():
    text = (TOP / "common" / "err.h").read_text()
    return re.findall(r"^\tERR_(\w+)", text, re.M)


TYPES = message_numbers()
NAMES = {number: name for name, number in TYPES.items()}
ERRORS = error_names()


def proto(build):
    text = (pathlib.Path(build) / "common" / "ipc_proto.c").read_text()
    return re.search(r'= "([^"]+)"', text).group(1)


def text(value):
    raw = value.encode()
    return struct.pack("<I", len(raw)) + raw


def frame(name, ident, payload=b""):
    number = TYPES[name] if isinstance(name, str) else name
    return struct.pack("<IIQ", len(payload) + 12, number, ident) + payload


class Fields:
    """Takes the fields of a payload one after another."""

    def __init__(self, payload):
        self.rest = payload

    def number(self, form):
        n = struct.calcsize(form)
        value, = struct.unpack(form, self.rest[:n])
        self.rest = self.rest[n:]
        return value

    def text(self):
        n = self.number("<I")
        value, self.rest = self.rest[:n].decode(), self.rest[n:]
        return value


class Refused(Exception):
    """An ERROR answer."""

    def __init__(self, payload):
        f = Fields(payload)
        self.code = ERRORS[f.number("<I")]
        super().__init__(f"{self.code}: {f.text()}")


class Control:
    def __init__(self, path, build, hello=True, timeout=5):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(str(path))
        self.last = 0
        self.buffer = b""
        if hello:
            self.send("HELLO", text(proto(build)) + text("test"), 0)
            name, _, _ = self.read()
            assert name == "HELLO"

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, name, payload=b"", ident=None):
        if ident is None:
            self.last += 1
            ident = self.last
        self.sock.sendall(frame(name, ident, payload))
        return ident

    def take(self, n):
        while len(self.buffer) < n:
            more = self.sock.recv(65536)
            if not more:
                raise ConnectionError("closed")
            self.buffer += more
        part, self.buffer = self.buffer[:n], self.buffer[n:]
        return part

    def read(self):
        length, number, ident = struct.unpack("<IIQ", self.take(16))
        return NAMES[number], ident, self.take(length - 12)

    def call(self, name, payload=b""):
        """The answer's name and payload; Refused when it is an ERROR."""
        ident = self.send(name, payload)
        answer, of, body = self.read()
        assert of == ident, (of, ident)
        if answer == "ERROR":
            raise Refused(body)
        return answer, body

    def status(self):
        name, body = self.call("STATUS_GET")
        assert name == "STATUS"
        f = Fields(body)
        st = {"version": f.text(), "state": f.text(), "reason": f.text(),
              "since_s": f.number("<q"), "manager_since_s": f.number("<q"),
              "rev_running": f.number("<Q"), "processes": []}
        for _ in range(f.number("<I")):
            st["processes"].append({
                "program": f.text(), "pid": f.number("<I"),
                "restarts": f.number("<I"), "since_s": f.number("<q"),
                "why": f.text(), "ended_s": f.number("<q")})
        assert f.rest == b""
        return st

    def job_get(self, what):
        name, body = self.call("JOB_GET", text(what))
        assert name == "JOB_STARTED"
        return Fields(body).text()
