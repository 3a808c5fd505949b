#!/usr/bin/python3
"""Acts as the people of the lab's company.

people.py --lab lab.json create --as alice --location @webex --subject TEXT
          [--invite bob,carol] [--html] [--body TEXT] [--start ISO] [--client light]
people.py --lab lab.json show --as alice [--id ID | --subject TEXT]
people.py --lab lab.json wait-decorated --as alice --id ID [--timeout S]
people.py --lab lab.json update --as alice --id ID [--location] [--subject]
people.py --lab lab.json list --as alice
people.py --lab lab.json burst --as alice,bob --count 300 --rate 50

Two clients: exchangelib, which nobody here wrote, for what a person does;
and a light one (plain HTTP, Basic) for many meetings at a rate."""
import argparse
import base64
import ctypes
import datetime
import http.client
import json
import os
import ssl
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from xml.sax import saxutils
from xml.sax.saxutils import quoteattr

T = "http://schemas.microsoft.com/exchange/services/2006/types"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"


def escape(text):
    """A carriage return written plainly is a line feed to an XML reader."""
    return saxutils.escape(text, {"\r": "&#13;"})


class Lab:
    """What lab.json tells, and the control interface."""

    def __init__(self, path):
        with open(path) as f:
            self.info = json.load(f)
        self.people = {}
        for row in self.info["mailboxes"]:
            if row.get("password"):
                self.people[row["login"]] = row
                self.people[row["address"]] = row

    def __getitem__(self, key):
        return self.info[key]

    def enter(self):
        """This process moves into the lab's network (needs root).  Its name
        look-ups go to the lab's DNS by a resolv.conf of its own."""
        libc = ctypes.CDLL("libc.so.6", use_errno=True)
        newns, newnet = 0x00020000, 0x40000000
        name = self.info["netns"]
        if os.readlink("/proc/self/ns/net") == _netns_link(name):
            return
        with open("/run/netns/" + name) as f:
            if libc.setns(f.fileno(), newnet) or libc.unshare(newns):
                raise OSError(ctypes.get_errno(), "cannot enter " + name)
        none, rec_private, bind = None, 0x4000 | 0x40000, 0x1000
        if libc.mount(none, b"/", none, rec_private, none) or libc.mount(
                ("/etc/netns/%s/resolv.conf" % name).encode(),
                os.path.realpath("/etc/resolv.conf").encode(), none, bind,
                none):
            raise OSError(ctypes.get_errno(), "cannot set the lab's DNS")

    def control(self, method, path, data=None, timeout=30):
        """Asks the control interface; the answer from JSON."""
        body = None if data is None else json.dumps(data).encode()
        r = urllib.request.Request(self.info["control_url"] + path, body,
                                   method=method)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}))
        try:
            with opener.open(r, timeout=timeout) as f:
                return json.load(f)
        except urllib.error.HTTPError as e:
            raise ValueError(e.read().decode())

    def get(self, path):
        return self.control("GET", path)

    def post(self, path, **data):
        return self.control("POST", path, data)

    def fault(self, action, **more):
        return self.post("/faults", action=action, **more)

    def reset(self, **data):
        return self.post("/reset", **data)

    def person(self, who, **kw):
        return Person(self, who, **kw)

    def light(self, who):
        return Light(self, who)


def _netns_link(name):
    st = os.stat("/run/netns/" + name)
    return "net:[%d]" % st.st_ino


class Person:
    """One of the people, with exchangelib."""

    def __init__(self, lab, who, ntlm=True, password=None, url=None,
                 mailbox=None):
        """mailbox: of another one, whose delegate they are."""
        from exchangelib import (BASIC, DELEGATE, NTLM, Account,
                                 Configuration, Credentials)
        from exchangelib.version import Build, Version
        row = lab.people[who]
        self.address = row["address"]
        trust(lab["ca_file"])
        name = "%s\\%s" % (lab["ad_netbios"], row["login"]) if ntlm else \
            "%s@%s" % (row["login"], lab["ad_domain"])
        config = Configuration(
            service_endpoint=url or lab["ews_url"],
            auth_type=NTLM if ntlm else BASIC,
            credentials=Credentials(name, password or row["password"]),
            version=Version(build=Build(15, 1, 2507, 61)))
        self.account = Account(mailbox or self.address, config=config,
                               autodiscover=False, access_type=DELEGATE)

    def create(self, subject, location="", body="", html=False, invite=(),
               start=None, minutes=30, optional=(), rooms=()):
        from exchangelib import UTC, Body, CalendarItem, HTMLBody
        from exchangelib.items import (SEND_ONLY_TO_ALL,
                                       SEND_TO_ALL_AND_SAVE_COPY,
                                       SEND_TO_NONE)
        _ = SEND_ONLY_TO_ALL
        start = start or next_hour()
        item = CalendarItem(
            account=self.account, folder=self.account.calendar,
            subject=subject, location=location,
            body=HTMLBody(body) if html else Body(body),
            start=start.astimezone(UTC),
            end=(start + datetime.timedelta(minutes=minutes)).astimezone(UTC),
            required_attendees=list(invite) or None,
            optional_attendees=list(optional) or None,
            resources=list(rooms) or None)
        some = invite or optional or rooms
        item.save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY
                  if some else SEND_TO_NONE)
        return item

    def find(self, subject=None, item_id=None):
        if item_id:
            return self.account.calendar.get(id=item_id)
        return self.account.calendar.get(subject=subject)

    def list(self, days=300):
        from exchangelib import UTC
        now = datetime.datetime.now(tz=UTC)
        span = datetime.timedelta(days=days)
        return list(self.account.calendar.view(start=now - span,
                                               end=now + span))

    def update(self, item, tell=True, **changes):
        from exchangelib.items import (SEND_TO_ALL_AND_SAVE_COPY,
                                       SEND_TO_NONE)
        for name, value in changes.items():
            setattr(item, name, value)
        item.save(update_fields=list(changes),
                  send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY
                  if tell else SEND_TO_NONE)
        return item


def next_hour():
    now = datetime.datetime.now(tz=datetime.timezone.utc)
    now = now.replace(minute=0, second=0, microsecond=0) + \
        datetime.timedelta(hours=2)
    try:
        from exchangelib import EWSDateTime
        return EWSDateTime.from_datetime(now)
    except ImportError:
        return now


def trust(ca_file):
    """exchangelib is to trust the lab's authority, and nothing else."""
    import requests.adapters
    from exchangelib.protocol import BaseProtocol

    class LabAuthority(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn, url, verify, cert):
            super().cert_verify(conn=conn, url=url, verify=ca_file,
                                cert=cert)

    BaseProtocol.HTTP_ADAPTER_CLS = LabAuthority


class Light:
    """One kept connection, Basic, requests as text."""

    def __init__(self, lab, who):
        row = lab.people[who]
        self.address, self.lab = row["address"], lab
        word = "%s@%s:%s" % (row["login"], lab["ad_domain"], row["password"])
        self.auth = "Basic " + base64.b64encode(word.encode()).decode()
        self.tls = ssl.create_default_context(cafile=lab["ca_file"])
        self.conn = None

    def call(self, body, headers=()):
        """Posts the inside of a Body; returns the answer's root element."""
        from lxml import etree
        text = ('<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s='
                '"http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="%s" '
                'xmlns:m="%s"><s:Header><t:RequestServerVersion Version='
                '"Exchange2013_SP1"/></s:Header><s:Body>%s</s:Body>'
                "</s:Envelope>" % (T, M, body)).encode()
        if self.conn is None:
            self.conn = http.client.HTTPSConnection(
                self.lab["front_host"], 443, timeout=60, context=self.tls)
        head = {"Authorization": self.auth,
                "Content-Type": "text/xml; charset=utf-8"}
        head.update(headers)
        try:
            self.conn.request("POST", "/EWS/Exchange.asmx", text, head)
            r = self.conn.getresponse()
            data = r.read()
        except (OSError, http.client.HTTPException):
            self.conn = None
            raise
        if r.status != 200:
            raise RuntimeError("HTTP %d: %s" % (r.status, data[:400]))
        root = etree.fromstring(data)
        for e in root.iter("{%s}ResponseCode" % M):
            if e.text != "NoError":
                raise RuntimeError(e.text)
        return root

    def create(self, subject, location="", body="", html=False, invite=(),
               start=None, minutes=30):
        """Returns (id, change key)."""
        start = start or next_hour()
        end = start + datetime.timedelta(minutes=minutes)
        form = "%Y-%m-%dT%H:%M:%SZ"
        people = "".join(
            "<t:Attendee><t:Mailbox><t:EmailAddress>%s</t:EmailAddress>"
            "</t:Mailbox></t:Attendee>" % escape(a) for a in invite)
        root = self.call(
            '<m:CreateItem SendMeetingInvitations="%s"><m:Items>'
            '<t:CalendarItem><t:Subject>%s</t:Subject><t:Body BodyType="%s">'
            "%s</t:Body><t:Start>%s</t:Start><t:End>%s</t:End><t:Location>%s"
            "</t:Location>%s</t:CalendarItem></m:Items></m:CreateItem>"
            % ("SendToAllAndSaveCopy" if people else "SendToNone",
               escape(subject), "HTML" if html else "Text", escape(body),
               start.strftime(form), end.strftime(form), escape(location),
               "<t:RequiredAttendees>%s</t:RequiredAttendees>" % people
               if people else ""))
        return _id(root)

    def get(self, item_id):
        """Returns a dictionary of what a person sees."""
        root = self.call(
            "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties"
            "</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id=%s/>"
            "</m:ItemIds></m:GetItem>" % quoteattr(item_id))
        item = next(root.iter("{%s}CalendarItem" % T))
        out = {}
        for e in item:
            name = e.tag.rpartition("}")[2]
            out[name] = e.text or "" if len(e) == 0 else e
            if name == "Body":
                out["BodyType"] = e.get("BodyType")
            if name == "ItemId":
                out["ItemId"] = e.get("Id")
                out["ChangeKey"] = e.get("ChangeKey")
        return out

    def update(self, item_id, tell=True, **fields):
        """Sets calendar:Location, item:Subject or item:Body, as a person's
        client does: whatever was there before."""
        places = {"location": "calendar:Location", "subject": "item:Subject",
                  "start": "calendar:Start", "end": "calendar:End"}
        rows = ""
        for name, value in fields.items():
            uri = places.get(name, "item:Body")
            tag = uri.partition(":")[2]
            extra = ' BodyType="%s"' % (
                "HTML" if name == "html" else "Text") if tag == "Body" else ""
            rows += ('<t:SetItemField><t:FieldURI FieldURI="%s"/>'
                     "<t:CalendarItem><t:%s%s>%s</t:%s></t:CalendarItem>"
                     "</t:SetItemField>"
                     % (uri, tag, extra, escape(value), tag))
        return _id(self.call(
            '<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeeting'
            'InvitationsOrCancellations="%s"><m:ItemChanges><t:ItemChange>'
            "<t:ItemId Id=%s/><t:Updates>%s</t:Updates></t:ItemChange>"
            "</m:ItemChanges></m:UpdateItem>"
            % ("SendToAllAndSaveCopy" if tell else "SendToNone",
               quoteattr(item_id), rows)))

    def delete(self, item_id, kind="MoveToDeletedItems", tell=True):
        self.call('<m:DeleteItem DeleteType="%s" SendMeetingCancellations='
                  '"%s"><m:ItemIds><t:ItemId Id=%s/></m:ItemIds>'
                  "</m:DeleteItem>"
                  % (kind, "SendToAllAndSaveCopy" if tell else "SendToNone",
                     quoteattr(item_id)))


def _id(root):
    e = next(root.iter("{%s}ItemId" % T))
    return e.get("Id"), e.get("ChangeKey")


def burst(lab, who, count, rate, subject="Burst", location="@webex",
          body="Agenda", html=True, invite=()):
    """Makes meetings at a rate, each person on an own connection; returns
    [(id, seconds when it was made)]."""
    out, lock = [], threading.Lock()
    began, numbers = time.monotonic(), iter(range(count))

    def work(name):
        light = Light(lab, name)
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return
            wait = began + n / rate - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            got = light.create("%s %d" % (subject, n), location, body, html,
                               invite)
            with lock:
                out.append((got[0], time.time()))

    threads = [threading.Thread(target=work, args=(w,)) for w in who]
    for th in threads:
        th.start()
    for th in threads:
        th.join()
    return out


def wait_for(check, timeout_s, step_s=0.02):
    """Until check() gives something true; that, or None."""
    end = time.monotonic() + timeout_s
    while True:
        got = check()
        if got or time.monotonic() > end:
            return got
        time.sleep(step_s)


def decoration(lab, item_id):
    """The first version that the service account wrote, or None.  What a
    connector did is told by the lab's history, not by what is in a body."""
    service = lab["service_account"]["address"]
    rows = lab.get("/history?id=" + urllib.parse.quote(item_id, safe=""))
    for row in rows:
        for v in row["versions"]:
            if v["by"] == service and v["op"] == "UpdateItem" and \
                    "Body" in v["fields"]:
                return v
    return None


def latencies(lab, item_ids=None):
    """Seconds from the person's last write to the connector's, by item."""
    service = lab["service_account"]["address"]
    out = {}
    for row in lab.get("/history?brief=1"):
        if item_ids is not None and row["id"] not in item_ids:
            continue
        before = None
        for v in row["versions"]:
            if v["by"] == service and "Body" in v["fields"]:
                if before is not None:
                    out.setdefault(row["id"], v["time"] - before)
            elif v["op"] in ("CreateItem", "UpdateItem"):
                before = v["time"]
    return out


def _show(got):
    print("Subject:  %s\nLocation: %s\nStart:    %s\nBody (%s):\n%s"
          % (got.get("Subject", ""), got.get("Location", ""),
             got.get("Start", ""), got.get("BodyType", ""),
             got.get("Body", "")))


def _address(lab, who):
    return lab.people[who]["address"] if who in lab.people else who


def _arguments():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    where = p.add_mutually_exclusive_group(required=True)
    where.add_argument("--lab", help="lab.json")
    where.add_argument("--dir", help="the lab's directory")
    p.add_argument("verb", choices=("create", "show", "wait-decorated",
                                    "update", "list", "burst"))
    p.add_argument("--as", dest="who", required=True)
    p.add_argument("--id")
    p.add_argument("--subject")
    p.add_argument("--location")
    p.add_argument("--body")
    p.add_argument("--invite", default="")
    p.add_argument("--start")
    p.add_argument("--html", action="store_true")
    p.add_argument("--client", choices=("exchangelib", "light"),
                   default="exchangelib")
    p.add_argument("--timeout", type=float, default=10)
    p.add_argument("--count", type=int, default=300)
    p.add_argument("--rate", type=float, default=50)
    return p


def _create(lab, a, invite):
    who = Light(lab, a.who) if a.client == "light" else Person(lab, a.who)
    start = datetime.datetime.fromisoformat(a.start) if a.start else None
    if start is not None and a.client != "light":
        from exchangelib import EWSDateTime
        start = EWSDateTime.from_datetime(start)
    got = who.create(a.subject or "Meeting", a.location or "", a.body or "",
                     a.html, invite, start)
    return got[0] if a.client == "light" else got.id


def main(argv):
    a = _arguments().parse_args(argv)
    lab = Lab(a.lab or os.path.join(a.dir, "lab.json"))
    lab.enter()
    invite = [_address(lab, w) for w in a.invite.split(",") if w]
    light = Light(lab, a.who.split(",")[0])
    if a.verb == "burst":
        began = time.monotonic()
        made = burst(lab, a.who.split(","), a.count, a.rate,
                     a.subject or "Burst", a.location or "@webex",
                     a.body or "", a.html, invite)
        print("%d meetings in %.1f s" % (len(made),
                                         time.monotonic() - began))
    elif a.verb == "create":
        print(_create(lab, a, invite))
    elif a.verb == "show":
        _show(light.get(a.id or Person(lab, a.who).find(
            subject=a.subject).id))
    elif a.verb == "wait-decorated":
        if not wait_for(lambda: decoration(lab, a.id), a.timeout):
            print("not decorated within %g s" % a.timeout, file=sys.stderr)
            return 1
        print("decorated after %.3f s" % latencies(lab, {a.id})[a.id])
    elif a.verb == "update":
        light.update(a.id, **{k: v for k, v in (
            ("location", a.location), ("subject", a.subject),
            ("html" if a.html else "body", a.body)) if v is not None})
    else:
        for item in Person(lab, a.who).list():
            print("%s  %s  %s" % (item.start, item.subject, item.location))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
