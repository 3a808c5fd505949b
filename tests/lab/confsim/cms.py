"""A Cisco Meeting Server for the lab: the part of its API that the connector
uses, from memory.  Facts: Cisco Meeting Server API Reference
(github.com/ciscocms/apiary, apiary.apib): Basic sign-in, form-encoded
parameters, XML answers, the id of what was made in Location, refusals as
<failureDetails>."""
import base64
import secrets
import urllib.parse
import uuid
from xml.sax.saxutils import escape

from . import cms_spec

ACCOUNT = "calconn-api"
SHOWN = ("name", "uri", "callId", "passcode", "secret", "cdrTag")
XML = [("Content-Type", "text/xml")]
KEPT = 1000


class Refused(Exception):
    def __init__(self, name, status=400):
        super().__init__(name)
        self.status = status


class Cms:
    def __init__(self):
        self.password = "Cms-" + secrets.token_hex(12)
        self.reset()

    def reset(self):
        self.spaces, self.seen, self.wrong, self.faults = {}, [], [], []

    def state(self):
        return {"account": ACCOUNT, "password": self.password,
                "spaces": list(self.spaces.values()), "seen": self.seen,
                "wrong": self.wrong}

    def misbehave(self, row):
        """method, status, times; status 0: hangs up, with done true after
        the deed; holds: says yes and keeps these fields."""
        self.faults.append(dict({"times": 1, "status": 503, "method": ""},
                                **row))

    def _fault(self, method):
        for f in self.faults:
            if f["times"] > 0 and f["method"] in ("", method):
                f["times"] -= 1
                return f
        return None

    async def handle(self, conn, request):
        path, _, q = request.target.partition("?")
        word = base64.b64encode(("%s:%s" % (ACCOUNT, self.password))
                                .encode()).decode()
        if request.headers.get("authorization", "") != "Basic " + word:
            await conn.answer(401, [("WWW-Authenticate",
                                     'Basic realm="acano"')])
            return
        fault = self._fault(request.method)
        holds = fault.get("holds") if fault else None
        if fault and not fault.get("done") and not holds:
            if fault["status"]:
                await conn.answer(fault["status"], XML)
                return
            conn.reset()
            conn.keep = False
            return
        form = dict(urllib.parse.parse_qsl(request.body.decode(),
                                           keep_blank_values=True))
        query = dict(urllib.parse.parse_qsl(q))
        self.seen = self.seen[-KEPT:] + [{"method": request.method,
                                          "path": path, "query": query,
                                          "form": form}]
        status, headers, out = 200, [], ""
        try:
            headers, out = self.answer(request.method, path, query, form)
        except Refused as e:
            status = e.status
            out = "<failureDetails><%s/></failureDetails>" % e
        if holds:
            for row in self.spaces.values():
                row.update(holds)
        elif fault:
            conn.reset()
            conn.keep = False
            return
        await conn.answer(status, XML + headers, out.encode())

    def answer(self, method, path, query, form):
        """(headers, body)"""
        key = cms_spec.call_of(method, path)
        wrong = "no such call" if key is None else \
            cms_spec.judge(key, query, form)
        if wrong:
            self.wrong.append("%s %s: %s" % (method, path, wrong))
            raise Refused("parameterError" if key else
                          "unrecognisedObjectType", 400 if key else 404)
        if (method, path) == ("GET", "/api/v1/system/status"):
            return [], ("<?xml version=\"1.0\"?><status><softwareVersion>"
                        "3.8</softwareVersion><uptimeSeconds>4711"
                        "</uptimeSeconds></status>")
        base = "/api/v1/coSpaces"
        if path == base and method == "GET":
            return [], self._list(query)
        if path == base and method == "POST":
            return self._make(form), ""
        ident = path[len(base) + 1:] if path.startswith(base + "/") else ""
        if ident not in self.spaces:
            raise Refused("coSpaceDoesNotExist", 400)
        if method == "DELETE":
            del self.spaces[ident]
            return [], ""
        if method == "PUT":
            self._unique(form, ident)
            self.spaces[ident].update(form)
            return [], ""
        return [], '<?xml version="1.0"?>' + self._one(self.spaces[ident],
                                                       SHOWN)

    def _unique(self, form, ident=None):
        for s in self.spaces.values():
            if s["id"] != ident and form.get("uri") == s.get("uri"):
                raise Refused("duplicateCoSpaceUri")

    def _make(self, form):
        if form.get("uri"):
            self._unique(form)
        ident = str(uuid.uuid4())
        row = {k: v for k, v in form.items() if k in SHOWN}
        row["id"] = ident
        if form.get("requireCallId") == "true" and "callId" not in row:
            row["callId"] = "%09d" % secrets.randbelow(10 ** 9)
        row["secret"] = secrets.token_urlsafe(16)
        self.spaces[ident] = row
        return [("Location", "/api/v1/coSpaces/" + ident)]

    def _one(self, row, names):
        inner = "".join("<%s>%s</%s>" % (k, escape(row[k]), k)
                        for k in names if k in row)
        return '<coSpace id="%s">%s</coSpace>' % (row["id"], inner)

    def _list(self, query):
        word = query.get("filter", "").lower()
        rows = [s for s in self.spaces.values()
                if any(word in s.get(k, "").lower()
                       for k in ("name", "uri", "callId"))]
        first = int(query.get("offset", 0))
        shown = rows[first:first + int(query.get("limit", 10))]
        return '<?xml version="1.0"?><coSpaces total="%d">%s</coSpaces>' % (
            len(rows), "".join(self._one(s, ("name", "uri", "callId"))
                               for s in shown))
