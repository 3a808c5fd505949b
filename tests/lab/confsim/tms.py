"""A Cisco TMS for the lab: the Booking API from its interface description,
from memory.  Who may call is the directory's to say, by NTLM or Basic."""
import datetime
import re
import time
import uuid
from xml.sax.saxutils import escape

from lxml import etree

from company import plan
from . import tms_series
from .tms_schema import BOOKING, S, SETUP, Schema

XML = [("Content-Type", "text/xml; charset=utf-8")]
HTML = [("Content-Type", "text/html")]
PATHS = {"/tms/external/booking/bookingservice.asmx": BOOKING,
         "/tms/external/booking/remotesetup/remotesetupservice.asmx": SETUP}
# Booking API guide: those that need the integration licence
LICENSED = ("GetTransactionsSince", "SaveConference")
SESSION_BLANK, SESSION_EXPIRED = -2147218247, -2147218253
NOT_FOUND, IN_THE_PAST, NO_SYSTEM = -2147218302, -2147218269, -2147218301
ROOMS = ((11, "Room 1 Orion", "room1@" + plan.DOMAIN),
         (12, "Room 2 Lyra", "room2@" + plan.DOMAIN))
KEPT = 2000


class Fault(Exception):
    def __init__(self, code, text, session=""):
        super().__init__(text)
        self.code, self.session = code, session


def text_of(e, name, ns=BOOKING):
    return e.findtext("{%s}%s" % (ns, name)) or ""


def utc(text):
    m = re.fullmatch(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)Z", text)
    if not m:
        raise Fault(-1, "Unspecified Error: a time that is not UTC")
    return datetime.datetime.fromisoformat(
        m[1] + "T" + m[2] + "+00:00").timestamp()


class Tms:
    def __init__(self, front):
        self.front = front
        self.schema = Schema()
        self.reset()

    def reset(self):
        self.version, self.may_book_for_others = 22, True
        self.sees_rooms = True
        self.meetings, self.sessions, self.next_id = {}, set(), 1000
        self.faults, self.seen, self.wrong = [], [], []
        self.saved = self.deleted = 0
        self.wrongly = None
        self.front.reset()
        self.front.schemes = ["NTLM", "Basic"]
        self.front.protection = "none"

    # ---- for tests

    def state(self):
        return {"meetings": list(self.meetings.values()), "seen": self.seen,
                "wrong": self.wrong, "sessions": sorted(self.sessions),
                "saved": self.saved, "deleted": self.deleted,
                "signed_in": self.front.log}

    def configure(self, body):
        for k, v in body.items():
            if k == "schemes":
                self.front.schemes = v
            elif k in ("version", "may_book_for_others", "sees_rooms"):
                setattr(self, k, v)
            else:
                raise ValueError("no such setting: %s" % k)

    def misbehave(self, row):
        """op, code, text, status, times; done: after the deed; hangs_up;
        holds: says yes and keeps these fields of what is saved; lies: and
        shows the others."""
        self.faults.append(dict({"op": "", "times": 1, "code": 0,
                                 "status": 0, "text": "", "done": False,
                                 "hangs_up": False}, **row))

    # ---- one request

    def _fault_for(self, op):
        for f in self.faults:
            if f["times"] > 0 and f["op"] in ("", op):
                f["times"] -= 1
                return f
        return None

    async def handle(self, conn, request):
        ns = PATHS.get(request.target.lower())
        if ns is None:
            await conn.answer(404, HTML, b"<h1>404</h1>")
            return
        if await self.front.check(conn, request) is None:
            return
        op, root = "", None
        wrong = self.schema.check(request.body)
        if not wrong:
            root = etree.fromstring(request.body)
            op = root.find("{%s}Body" % S)[0].tag.rpartition("}")[2]
            action = request.headers.get("soapaction", "")
            if action != '"%s%s"' % (ns, op):
                wrong = "SOAPAction is " + action
        self.seen.append(op or "unreadable")
        del self.seen[:-KEPT]
        if wrong:
            self.wrong.append(wrong)
            await self._send(conn, 500, self._fault(-1, wrong, ""))
            return
        f = self._fault_for(op)
        self.wrongly = f if f is not None and "holds" in f else None
        if self.wrongly:
            f = None
        if f is not None and not f["done"] and await self._refuse(conn, f):
            return
        try:
            status, body = 200, self._run(ns, op, root)
        except Fault as e:
            status, body = 500, self._fault(e.code, str(e), e.session)
        if f is not None and f["done"] and await self._refuse(conn, f):
            return
        wrong = self.schema.check(body)
        if wrong:
            self.wrong.append("answer to %s: %s" % (op, wrong))
        await self._send(conn, status, body)

    async def _refuse(self, conn, f):
        if f["hangs_up"]:
            conn.keep = False
            conn.reset()
        elif f["status"]:
            await conn.answer(f["status"], HTML, b"<h1>error</h1>")
        else:
            await self._send(conn, 500, self._fault(f["code"], f["text"], ""))
        return True

    async def _send(self, conn, status, body):
        await conn.answer(status, XML, body)

    def _fault(self, code, text, session):
        return ('<?xml version="1.0"?><s:Envelope xmlns:s="%s"><s:Body>'
                "<s:Fault><faultcode>s:Server</faultcode><faultstring>%s"
                "</faultstring><detail><errorcode>%d</errorcode>"
                "<clientsessionid>%s</clientsessionid></detail></s:Fault>"
                "</s:Body></s:Envelope>" % (S, escape(text), code,
                                            escape(session))).encode()

    def _run(self, ns, op, root):
        head = root.find("{%s}Header/{%s}ExternalAPIVersionSoapHeader"
                         % (S, ns))
        if head is None:
            raise Fault(-1, "no version header")
        if int(text_of(head, "ClientVersionIn", ns)) > self.version:
            raise Fault(-1, "the client announces a newer version")
        session = text_of(head, "ClientSession", ns)
        if op in LICENSED and session not in self.sessions:
            new = str(uuid.uuid4())
            self.sessions.add(new)
            raise Fault(SESSION_EXPIRED if session else SESSION_BLANK,
                        "client session", new)
        inner = getattr(self, "op_" + op)(root.find("{%s}Body" % S)[0])
        more = ""
        if op == "GetDefaultConference":
            more = '<VersionSoapHeader xmlns="%s"><ConfAPIVersion>%d' \
                "</ConfAPIVersion></VersionSoapHeader>" % (BOOKING,
                                                           self.version)
        return ('<?xml version="1.0"?><s:Envelope xmlns:s="%s"><s:Header>'
                '<ExternalAPIVersionSoapHeader xmlns="%s"><ClientVersionIn>0'
                "</ClientVersionIn><ClientSession>%s</ClientSession>"
                "</ExternalAPIVersionSoapHeader>%s</s:Header><s:Body>"
                '<%sResponse xmlns="%s">%s</%sResponse></s:Body>'
                "</s:Envelope>" % (S, ns, escape(session), more, op, ns,
                                   inner, op)).encode()

    # ---- operations

    def op_IsAlive(self, e):
        return "<IsAliveResult>true</IsAliveResult>"

    def op_IsTMSBookOnBehalfUser(self, e):
        return "<IsTMSBookOnBehalfUserResult>%s" \
            "</IsTMSBookOnBehalfUserResult>" \
            % str(self.may_book_for_others).lower()

    def op_GetSystemsForUser(self, e):
        rows = "".join(
            "<TMSSystem><SystemId>%d</SystemId><SystemName>%s</SystemName>"
            "</TMSSystem>" % (n, escape(name)) for n, name, _ in ROOMS
        ) if self.sees_rooms else ""
        return "<GetSystemsForUserResult>%s</GetSystemsForUserResult>" % rows

    def op_GetUsers(self, e):
        return "<GetUsersResult>%s</GetUsersResult>" % "".join(
            "<User><DisplayName>%s</DisplayName><EmailAddress>%s"
            "</EmailAddress><IsHiddenUser>false</IsHiddenUser><TimeZone>"
            "<TimezoneName>W. Europe Standard Time</TimezoneName></TimeZone>"
            "</User>" % (escape(name), escape(mail))
            for _, mail, name in plan.PEOPLE)

    def op_GetTransactionsSince(self, e):
        return "<GetTransactionsSinceResult/>"

    def _conference(self, m, tag):
        return (
            "<%s><ConferenceId>%d</ConferenceId><Title>%s</Title>"
            "<StartTimeUTC>%s</StartTimeUTC><EndTimeUTC>%s</EndTimeUTC>"
            "<OwnerId>1</OwnerId><ConferenceType>One Button To Push"
            "</ConferenceType><Bandwidth>6b/384kbps</Bandwidth><PictureMode>"
            "Continuous Presence</PictureMode><Encrypted>If Possible"
            "</Encrypted><DataConference>No</DataConference>"
            "<ShowExtendOption>Yes</ShowExtendOption><ISDNRestrict>false"
            "</ISDNRestrict><ConferenceInfoText>%s</ConferenceInfoText>"
            "<ExternalSourceId>%s</ExternalSourceId><ExternalPrimaryKey>%s"
            "</ExternalPrimaryKey></%s>" % (
                tag, m["id"], escape(m["title"]), m["start"], m["end"],
                escape(m["info"]), escape(m["source"]), escape(m["key"]),
                tag))

    def op_GetDefaultConference(self, e):
        return self._conference(
            {"id": -1, "title": "", "start": "", "end": "", "info": "",
             "source": "", "key": ""}, "GetDefaultConferenceResult")

    def _find(self, source, key):
        for m in self.meetings.values():
            if key and (m["source"], m["key"]) == (source, key):
                return m
        return None

    def op_SaveConference(self, e):
        c = e.find("{%s}Conference" % BOOKING)
        start, end = text_of(c, "StartTimeUTC"), text_of(c, "EndTimeUTC")
        if utc(start) >= utc(end):
            raise Fault(-1, "Unspecified Error: it ends before it begins")
        if utc(end) < time.time():
            raise Fault(IN_THE_PAST, "Cannot book in the past")
        source, key = text_of(c, "ExternalSourceId"), \
            text_of(c, "ExternalPrimaryKey")
        number = int(text_of(c, "ConferenceId"))
        m = self._find(source, key)
        if m is None and number > 0:
            m = self.meetings.get(number)
            if m is None:
                raise Fault(NOT_FOUND, "Meeting not found")
        rooms = self._rooms(c)
        try:
            occurrences = tms_series.read(c)
        except tms_series.Wrong as wrong:
            self.wrong.append(str(wrong))
            raise Fault(wrong.code, str(wrong))
        if m is not None:
            m = self._split(m)
        else:
            m = self._new({"versions": 0})
        self.saved += 1
        m["occurrences"] = occurrences
        m.update(title=text_of(c, "Title"), start=start, end=end,
                 source=source, key=key, rooms=rooms,
                 owner=text_of(c, "OwnerEmailAddress"),
                 kind=text_of(c, "ConferenceType"),
                 versions=m["versions"] + 1,
                 info="Join by video: %d@%s\nJoin by browser: "
                 "https://%s/join/%d\n" % (50000 + m["id"], plan.DOMAIN,
                                           plan.TMS_HOST, m["id"]))
        shown = dict(m)
        if self.wrongly:
            m.update(self.wrongly["holds"])
            if not self.wrongly.get("lies"):
                shown = m
        return self._conference(shown, "SaveConferenceResult")

    def op_GetConferenceById(self, e):
        m = self.meetings.get(int(text_of(e, "ConferenceId")))
        if m is None:
            raise Fault(NOT_FOUND, "Meeting not found")
        return self._conference(m, "GetConferenceByIdResult")

    def _new(self, m):
        self.next_id += 1
        m["id"] = self.next_id
        self.meetings[m["id"]] = m
        return m

    def _split(self, m):
        """Of a series that is changed while one of it runs, that one becomes
        a meeting by itself, and the others get another number (Booking API
        guide, "Ongoing meetings")."""
        row = tms_series.running(
            m, datetime.datetime.now(datetime.timezone.utc))
        if row is None:
            return m
        alone = dict(m, source="", key="", start=row["start"],
                     end=row["end"], title=row["title"], occurrences=None,
                     detached=m["key"])
        del self.meetings[m["id"]]
        self._new(alone)
        return self._new(m)

    def _rooms(self, c):
        rooms = []
        for p in c.iterfind("{%s}Participants/{%s}Participant"
                            % (BOOKING, BOOKING)):
            if text_of(p, "ParticipantCallType") != "TMS":
                continue
            number, mail = int(text_of(p, "ParticipantId")), \
                text_of(p, "EmailAddress").lower()
            found = [r for r in ROOMS if number == r[0] or mail == r[2]]
            if not found:
                raise Fault(NO_SYSTEM, "System not found")
            rooms.append(found[0][2])
        return rooms

    def op_GetConferenceIdByExternalId(self, e):
        m = self._find(text_of(e, "ExternalSourceId"),
                       text_of(e, "ExternalConferenceId"))
        if m is None:
            raise Fault(NOT_FOUND, "Meeting not found")
        return "<GetConferenceIdByExternalIdResult>%d" \
            "</GetConferenceIdByExternalIdResult>" % m["id"]

    def op_DeleteConferenceById(self, e):
        if self.meetings.pop(int(text_of(e, "ConferenceId")), None) is None:
            raise Fault(NOT_FOUND, "Meeting not found")
        self.deleted += 1
        return ""
