"""What a test can make go wrong, by host, operation and mailbox."""
import asyncio

from .ews import answer, envelope, error, fault_xml
from .model import EwsError

XML = "text/xml; charset=utf-8"
HTML = ("<!DOCTYPE html><html><head><title>Sign in</title></head><body>"
        "<form action=\"/login\"><input name=user><input name=password "
        "type=password></form></body></html>").encode()
BOMB = ('<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">' + "".join(
    '<!ENTITY a%d "%s">' % (i + 1, ("&a%d;" % i) * 10) for i in range(9)) +
    "]><Envelope>&a9;</Envelope>").encode()

ACTIONS = {
    "delay": "seconds: then go on as usual",
    "status": "code, body, type, headers: this HTTP status",
    "throttle": "shape 503|fault|inner, backoff_ms: too busy, Exchange's "
                "three ways",
    "html": "a sign-in page with status 200",
    "truncated": "keep (0..1): the answer's beginning, as if it were whole",
    "bigbody": "bytes: an endless-looking XML answer",
    "doctype": "an entity bomb",
    "never": "silence until the client goes away",
    "close": "keep (0..1): the connection ends in the middle of the answer",
    "reset": "TCP reset instead of an answer",
    "drip": "seconds: the answer byte by byte over this time",
    "redirect": "url, code: HTTP redirect",
    "redirectAddr": "address: Autodiscover sends to another address",
    "redirectUrl": "url: Autodiscover sends to another URL",
    "noews": "Autodiscover without any EWS URL",
    "fault": "code, message: SOAP fault, HTTP 500",
    "error": "code, message: an EWS response message of class Error",
    "garbage": "bytes that are not XML, with the right type",
}


class Rule:
    count = 0

    def __init__(self, row):
        if row.get("action") not in ACTIONS:
            raise ValueError("no such action: %s" % row.get("action"))
        Rule.count += 1
        self.id = Rule.count
        self.row = row
        self.action = row["action"]
        self.left = row.get("times")
        self.skip = row.get("after", 0)
        self.hits = 0

    def matches(self, host, op, mailbox, path):
        r = self.row
        if r.get("host") and r["host"].lower() != host:
            return False
        if r.get("op") and r["op"].lower() != op.lower():
            return False
        if r.get("mailbox") and r["mailbox"].lower() != mailbox:
            return False
        if r.get("path") and r["path"].lower() not in path.lower():
            return False
        return True

    def show(self):
        return dict(self.row, id=self.id, hits=self.hits, left=self.left)


class Faults:
    def __init__(self):
        self.rules = []

    def add(self, row):
        rule = Rule(row)
        self.rules.append(rule)
        return rule

    def pick(self, host, op, mailbox, path):
        """The rules that apply now; each counts as used."""
        out = []
        for rule in list(self.rules):
            if not rule.matches(host, op, mailbox, path):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.hits += 1
            if rule.left is not None:
                rule.left -= 1
                if rule.left <= 0:
                    self.rules.remove(rule)
            out.append(rule)
            if rule.action != "delay":
                break
        return out


async def apply(rule, conn, op, compute):
    """Does what the rule says; True when the request is answered by that.
    `compute` gives (status, headers, body) of the true answer."""
    r, a = rule.row, rule.action
    if a == "delay":
        await asyncio.sleep(float(r.get("seconds", 1)))
        return False
    if a == "status":
        code = int(r.get("code", 500))
        headers = [("Content-Type", r.get("type", "text/html"))]
        headers += list((r.get("headers") or {}).items())
        if code == 401 and not r.get("headers"):
            headers += [("WWW-Authenticate", "NTLM"),
                        ("WWW-Authenticate", 'Basic realm="lab"')]
        body = r.get("body", "<html><body>%d</body></html>" % code)
        await conn.answer(code, headers, body.encode())
    elif a == "throttle":
        await _throttle(r, conn, op)
    elif a == "html":
        await conn.answer(200, [("Content-Type", "text/html")], HTML)
    elif a == "doctype":
        await conn.answer(200, [("Content-Type", XML)], BOMB)
    elif a == "garbage":
        await conn.answer(200, [("Content-Type", XML)],
                          b"\x00\xff\xfe<<<not xml & not even text\x80")
    elif a == "bigbody":
        await _big(int(r.get("bytes", 100 << 20)), conn)
    elif a == "never":
        await conn.reader.read(1)
        conn.keep = False
    elif a == "reset":
        conn.keep = False
        conn.reset()
    elif a in ("truncated", "close", "drip"):
        await _partly(r, a, conn, await compute())
    elif a == "redirect":
        await conn.answer(int(r.get("code", 302)),
                          [("Location", r.get("url", "/"))])
    elif a == "fault":
        code = r.get("code", "ErrorInternalServerError")
        await conn.answer(500, [("Content-Type", XML)], fault_xml(
            code, r.get("message", "An internal server error occurred.")))
    elif a == "error":
        e = EwsError(r.get("code", "ErrorInternalServerError"),
                     r.get("message", ""))
        await conn.answer(200, [("Content-Type", XML)], envelope(
            answer(op, error(op + "ResponseMessage", e))))
    else:
        return False		# Autodiscover's own, see autodiscover.py
    return True


async def _throttle(r, conn, op):
    shape, ms = r.get("shape", "fault"), r.get("backoff_ms")
    values = {"BackOffMilliseconds": ms} if ms is not None else None
    text = "The server cannot service this request right now. Try again " \
        "later."
    if shape == "503":
        await conn.answer(503, [("Content-Type", "text/html")],
                          b"<h1>Service Unavailable</h1>")
    elif shape == "inner":
        e = EwsError("ErrorInternalServerError", "An internal server error "
                     "occurred. The operation failed.", dict(
                         {"InnerErrorMessageText": text,
                          "InnerErrorResponseCode": "ErrorServerBusy"},
                         **(values or {})))
        await conn.answer(200, [("Content-Type", XML)], envelope(
            answer(op, error(op + "ResponseMessage", e))))
    else:
        await conn.answer(500, [("Content-Type", XML)],
                          fault_xml("ErrorServerBusy", text, values))


async def _big(size, conn):
    head = (b'<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.'
            b'xmlsoap.org/soap/envelope/"><s:Body><x>')
    await conn.start_chunked(200, [("Content-Type", XML)])
    await conn.chunk(head)
    piece, sent = b"A" * 65536, 0
    while sent < size:
        await conn.chunk(piece)
        sent += len(piece)
    await conn.chunk(b"</x></s:Body></s:Envelope>")
    await conn.end_chunked()


async def _partly(r, action, conn, whole):
    status, headers, body = whole
    keep = body[:max(1, int(len(body) * float(r.get("keep", 0.5))))]
    if action == "truncated":
        await conn.answer(status, headers, keep)
    elif action == "close":
        conn.keep = False
        await conn.answer(status, headers, keep, length=len(body))
    else:
        pause = float(r.get("seconds", 10)) / max(1, len(body))
        await conn.answer(status, headers, b"", length=len(body))
        for i in range(len(body)):
            conn.writer.write(body[i:i + 1])
            await conn.drain()
            await asyncio.sleep(pause)
