"""A Cisco room device for the lab: what the connector uses of its API.  Facts:
xAPI reference guides of TC 7.3, CE 8.2 and CE 9.1 ("xCommand Bookings List",
"xStatus SystemUnit", /getxml, /putxml), and for /bookingsputxml the public
emulator acaeti/OBTP-emulator: a list takes the place of the one before."""
import base64
import datetime
import os
import secrets
from xml.sax.saxutils import escape

from lxml import etree

ACCOUNT = "admin"
HERE = os.path.dirname(os.path.abspath(__file__))
XML = [("Content-Type", "text/xml")]
KEPT = 200
FORM = "%Y-%m-%dT%H:%M:%SZ"
SHOWN = ("Id", "Title", "Privacy")


def _parser():
    return etree.XMLParser(no_network=True, resolve_entities=False)


class Device:
    def __init__(self, product):
        self.product = product
        self.password = "Dev-" + secrets.token_hex(12)
        self.schema = etree.XMLSchema(
            etree.parse(os.path.join(HERE, "bookings.xsd")))
        self.reset()

    def reset(self):
        self.bookings, self.lists, self.wrong = [], [], []
        self.faults, self.refused = [], 0

    def state(self):
        return {"account": ACCOUNT, "password": self.password,
                "bookings": self.bookings, "lists": self.lists,
                "wrong": self.wrong, "refused": self.refused}

    def misbehave(self, row):
        self.faults.append(dict({"times": 1, "status": 503, "path": "",
                                 "page": False}, **row))

    def _fault(self, path):
        for f in self.faults:
            if f["times"] > 0 and f["path"] in ("", path):
                f["times"] -= 1
                return f
        return None

    async def handle(self, conn, request):
        word = base64.b64encode(("%s:%s" % (ACCOUNT, self.password))
                                .encode()).decode()
        if request.headers.get("authorization", "") != "Basic " + word:
            if "authorization" in request.headers:
                self.refused += 1
            await conn.answer(401, [("WWW-Authenticate",
                                     'Basic realm="TANDBERG"')])
            return
        fault = self._fault(request.path)
        if fault and not fault["status"]:
            conn.reset()
            conn.keep = False
            return
        if fault:
            if fault["page"]:
                await conn.answer(200, [("Content-Type", "text/html")],
                                  b"<html><body>Sign in</body></html>")
            else:
                await conn.answer(fault["status"], XML,
                                  fault.get("body", "").encode())
            return
        status, body = self.answer(request)
        await conn.answer(status, XML, ('<?xml version="1.0"?>\n' + body)
                          .encode())

    def answer(self, request):
        what = (request.method, request.path)
        if what == ("GET", "/getxml") and \
                request.target.endswith("?location=/Status/SystemUnit"):
            return 200, (
                '<Status product="Cisco Codec" version="ce9.15.3.19" '
                'apiVersion="4"><SystemUnit><ProductId>Cisco %s</ProductId>'
                '<Software><Version>ce9.15.3.19</Version></Software>'
                '</SystemUnit></Status>' % escape(self.product))
        if what == ("POST", "/putxml"):
            return self._command(request.body)
        if what == ("POST", "/bookingsputxml"):
            return self._list(request)
        self.wrong.append("%s %s" % (request.method, request.target))
        return 404, "<Error/>"

    def _command(self, body):
        try:
            root = etree.fromstring(body, _parser())
        except etree.XMLSyntaxError as e:
            self.wrong.append("putxml: %s" % e)
            return 400, "<Error/>"
        if root.find("Bookings/List[@command='True']") is None:
            self.wrong.append("putxml: %s" % body[:200])
            return 200, ('<Command><Result status="Error"><Reason>Unknown '
                         'command</Reason></Result></Command>')
        rows = "".join('<Booking item="%d">%s</Booking>' % (
            i + 1, "".join("<%s>%s</%s>" % (k, escape(b[k]), k)
                           for k in SHOWN))
            for i, b in enumerate(self.bookings))
        return 200, ('<Command><BookingsListResult status="OK"><ResultInfo>'
                     '<TotalRows>%d</TotalRows></ResultInfo>%s'
                     '</BookingsListResult></Command>'
                     % (len(self.bookings), rows))

    def _list(self, request):
        try:
            if request.headers.get("content-type") != "text/plain":
                raise ValueError("Content-Type")
            root = etree.fromstring(request.body, _parser())
            self.schema.assertValid(root)
            self.bookings = self._read(root)
        except (etree.LxmlError, ValueError) as e:
            self.wrong.append("bookingsputxml: %s" % e)
            return 400, ('<Result status="Error"><Reason>Bad list</Reason>'
                         '</Result>')
        self.lists = self.lists[-KEPT:] + [request.body.decode()]
        return 200, "<Success/>"

    def _read(self, root):
        out = []
        for i, b in enumerate(root.findall("Booking")):
            row = {"Id": b.findtext("Id"), "Title": b.findtext("Title"),
                   "Privacy": b.findtext("Privacy"),
                   "Organizer": b.findtext("Organizer/FirstName"),
                   "Email": b.findtext("Organizer/Email"),
                   "StartTime": b.findtext("Time/StartTime"),
                   "StartTimeBuffer": b.findtext("Time/StartTimeBuffer"),
                   "EndTime": b.findtext("Time/EndTime"),
                   "Number": b.findtext("DialInfo/Calls/Call/Number")}
            if b.get("item") != str(i + 1):
                raise ValueError("item %s" % b.get("item"))
            if datetime.datetime.strptime(row["EndTime"], FORM) <= \
                    datetime.datetime.strptime(row["StartTime"], FORM):
                raise ValueError("ends before it begins")
            if row["Id"] in (r["Id"] for r in out):
                raise ValueError("Id twice")
            out.append(row)
        return out
