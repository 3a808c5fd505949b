"""A Webex for the lab: webexapis.com on loopback.  It answers what
webex_spec.py names, from memory, and can be told to misbehave.  A service app
acts with admin scopes for the people of its organisation."""
import asyncio
import json
import secrets
import time
import urllib.parse

from . import webex_series, webex_spec

SITE = "lab.webex.com"
OTHER_SITE = "lab-emea.webex.com"
CLIENT_ID = "C-lab-service-app"
APP_MAIL = "calconn-lab@sparkbot.io"
SCOPES = ("spark:all", "spark-admin:people_read",
          "meeting:admin_schedule_read", "meeting:admin_schedule_write",
          "meeting:admin_preferences_read")
KEPT = 2000
JSON = [("Content-Type", "application/json;charset=UTF-8")]


def stamp(t=None):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(t))


class Refused(Exception):
    def __init__(self, status, text, headers=()):
        super().__init__(text)
        self.status, self.headers = status, list(headers)


class Webex:
    def __init__(self, people):
        self.known = {a.lower(): n for a, n in people}
        self.secret, self.first_refresh = (secrets.token_hex(32)
                                           for _ in range(2))
        self.reset()

    def reset(self):
        """The first settings; nothing is booked."""
        self.refresh = {self.first_refresh}	# those that are good
        self.access = {}		# token -> when it ends
        self.life_s, self.refresh_life_s = 1209599, 7776000
        self.rotates, self.scopes = False, list(SCOPES)
        self.says_scopes = True
        self.no_room = set()		# mail addresses without one
        self.meetings, self.rooms, self.members = {}, {}, []
        self.faults, self.seen, self.wrong = [], [], []
        self.grants = 0

    # ---- for tests

    def state(self):
        return {"site": SITE, "other_site": OTHER_SITE,
                "client_id": CLIENT_ID, "client_secret": self.secret,
                "refresh_token": self.first_refresh,
                "refresh_good": sorted(self.refresh),
                "grants": self.grants, "meetings": [
                    webex_series.for_tests(m)
                    for m in self.meetings.values()], "rooms": list(
                    self.rooms.values()), "memberships": self.members,
                "seen": self.seen, "wrong": self.wrong}

    def configure(self, body):
        for k, v in body.items():
            if k not in ("life_s", "refresh_life_s", "rotates", "scopes",
                         "says_scopes"):
                raise ValueError("no such setting: %s" % k)
            setattr(self, k, v)

    def misbehave(self, row):
        """method, path (its beginning), status, retry_after, times, text;
        status 0: the connection ends, with done true after the deed;
        holds: says yes and keeps these fields; lies: and shows the others."""
        self.faults.append(dict({"times": 1, "status": 503, "path": "/",
                                 "method": ""}, **row))

    def forget_tokens(self, refresh=False):
        self.access = {}
        if refresh:
            self.refresh = set()

    def _fault(self, method, path):
        for f in self.faults:
            if f["times"] > 0 and path.startswith(f["path"]) and \
                    f["method"] in ("", method):
                f["times"] -= 1
                return f
        return None

    # ---- one request

    async def handle(self, conn, request):
        path, _, q = request.target.partition("?")
        query = dict(urllib.parse.parse_qsl(q, keep_blank_values=True))
        path = path[3:] if path.startswith("/v1/") else ""
        fault = self._fault(request.method, path)
        if fault and fault.get("delay_s"):
            await asyncio.sleep(fault["delay_s"])
        status, headers, out = 200, [], None
        try:
            if fault and not fault.get("done") and "delay_s" not in fault \
                    and "holds" not in fault:
                self._note(request, path, query, None)
                if fault["status"] == 0:
                    conn.reset()
                    conn.keep = False
                    return
                raise Refused(fault["status"], fault.get("text", "told so"),
                              [("Retry-After", str(fault["retry_after"]))]
                              if "retry_after" in fault else ())
            out = self.answer(request, path, query)
            if fault and "holds" in fault:
                row = self.meetings[out["id"]]
                out = dict(row) if fault.get("lies") else row
                row.update(fault["holds"])
        except Refused as e:
            status, headers = e.status, e.headers
            out = {"message": str(e), "errors": [{"description": str(e)}],
                   "trackingId": "ROUTER_%s" % secrets.token_hex(6)}
        if fault and fault.get("done") and fault["status"] == 0:
            conn.reset()
            conn.keep = False
            return
        if out is None:
            await conn.answer(204 if status == 200 else status, headers)
        else:
            await conn.answer(status, JSON + headers,
                              json.dumps(out).encode())

    def _note(self, request, path, query, body):
        self.seen = self.seen[-KEPT:] + [{
            "method": request.method, "path": path, "query": query,
            "body": body}]

    def answer(self, request, path, query):
        kind = request.headers.get("content-type", "").partition(";")[0]
        body = None
        if request.body and kind == "application/json":
            try:
                body = json.loads(request.body)
            except ValueError:
                raise Refused(400, "the body is no JSON") from None
        elif request.body and kind == "application/x-www-form-urlencoded":
            body = dict(urllib.parse.parse_qsl(request.body.decode()))
        key, ident = webex_spec.call_of(request.method, path)
        is_token = path == "/access_token"
        self._note(request, path, query,
                   {"grant_type": "..."} if is_token else body)
        wrong = "no such call" if key is None else \
            webex_spec.judge(key, query, body)
        if wrong:
            self.wrong.append("%s %s: %s" % (request.method, path, wrong))
            raise Refused(404 if key is None else 400, wrong)
        if is_token:
            return self.grant(body)
        self._allow(request, webex_spec.CALLS[key].scopes)
        name = "_%s_%s" % (key[0].lower(), key[1].strip("/*").replace(
            "/", "_"))
        return getattr(self, name)(ident, query, body)

    def _allow(self, request, scopes):
        scheme, _, token = request.headers.get(
            "authorization", "").partition(" ")
        if scheme != "Bearer" or self.access.get(token, 0) < time.time():
            raise Refused(401, "The request requires a valid access token "
                          "set in the Authorization request header.")
        if not set(scopes) & set(self.scopes):
            raise Refused(403, "The access token misses a scope, one of: "
                          + ", ".join(scopes))

    def grant(self, body):
        if body["client_id"] != CLIENT_ID or \
                body["client_secret"] != self.secret:
            raise Refused(401, "client authentication failed")
        if body["refresh_token"] not in self.refresh:
            raise Refused(400, "the refresh token is invalid or has ended")
        self.grants += 1
        refresh = body["refresh_token"]
        if self.rotates:
            self.refresh.discard(refresh)
            refresh = secrets.token_hex(32)
            self.refresh.add(refresh)
        access = secrets.token_hex(32)
        self.access[access] = time.time() + self.life_s
        out = {"access_token": access, "expires_in": self.life_s,
               "refresh_token": refresh, "token_type": "Bearer",
               "refresh_token_expires_in": self.refresh_life_s}
        if self.says_scopes:
            out["scope"] = " ".join(self.scopes)
        return out

    # ---- people, sites, Personal Rooms

    def _person(self, address):
        if address.lower() not in self.known:
            raise Refused(404, "user not found")
        return address.lower()

    def _get_people_me(self, ident, query, body):
        return {"id": "P-app", "emails": [APP_MAIL], "type": "bot",
                "displayName": "calconn-lab"}

    def _get_people(self, ident, query, body):
        who = query.get("email", "").lower()
        return {"items": [{"id": "P-" + a, "emails": [a], "displayName": n}
                          for a, n in self.known.items() if who in ("", a)]}

    def _get_meetingPreferences_sites(self, ident, query, body):
        self._person(query.get("userEmail", ""))
        return {"sites": [{"siteUrl": SITE, "default": True},
                          {"siteUrl": OTHER_SITE, "default": False}]}

    def _phone(self, code, as_list):
        link = {"rel": "globalCallinNumbers", "method": "GET",
                "href": "https://%s/lab/globalcallin.php?MTID=%s"
                % (SITE, code)}
        return {"accessCode": code, "links": [link] if as_list else link,
                "callInNumbers": [
                    {"label": "US Toll", "callInNumber": "+1-415-655-0001",
                     "tollType": "toll"},
                    {"label": "US Toll Free", "tollType": "tollFree",
                     "callInNumber": "1-877-668-4493"}]}

    def _get_meetingPreferences_personalMeetingRoom(self, ident, query, body):
        who = self._person(query.get("userEmail", ""))
        if query.get("siteUrl", SITE) not in (SITE, OTHER_SITE):
            raise Refused(403, "no access to the site")
        if who in self.no_room:
            raise Refused(404, "the Personal Room is off")
        name = who.partition("@")[0].replace("'", "")
        return {"topic": self.known[who] + "'s Personal Room",
                "personalMeetingRoomLink": "https://%s/meet/%s"
                % (SITE, name), "sipAddress": "%s@%s" % (name, SITE),
                "dialInIpAddress": "173.243.2.68", "hostPin": "1234",
                "telephony": self._phone("20012345678", False)}

    # ---- meetings

    def _host(self, body, old=None):
        if "roomId" in body:
            if APP_MAIL not in self._mails(body["roomId"]):
                raise Refused(403, "the caller is no member of the space")
            return APP_MAIL
        if old is not None:
            return old["hostEmail"]
        return self._person(body.get("hostEmail", ""))

    def _post_meetings(self, ident, query, body):
        ident = secrets.token_hex(16)
        n = "25%09d" % secrets.randbelow(10 ** 9)
        m = {"id": ident, "meetingNumber": n, "meetingType": "meetingSeries",
             "state": "active", "timezone": "UTC", "siteUrl": SITE,
             "password": "Aa1" + secrets.token_hex(4),
             "phoneAndVideoSystemPassword": "%08d" % secrets.randbelow(10**8),
             "webLink": "https://%s/lab/j.php?MTID=m%s" % (SITE, ident),
             "sipAddress": "%s@%s" % (n, SITE), "hostKey": "123456",
             "dialInIpAddress": "173.243.2.68", "created": stamp(),
             "telephony": self._phone(n, True), "mails": 0}
        m.update(body)
        if webex_series.when(m["start"]).timestamp() < time.time() - 60:
            raise Refused(400, "the start is in the past")
        if m.get("recurrence") is None:
            m.pop("recurrence", None)
        self._judge(m)
        m["hostEmail"] = self._host(body)
        m.pop("sendEmail", None)
        if body.get("sendEmail", True):	# its default, OAS
            m["mails"] += 1
        self.meetings[ident] = m
        return webex_series.shown(m)

    def _judge(self, m):
        wrong = webex_series.check(m)
        if wrong:
            self.wrong.append(wrong)
            raise Refused(400, wrong)

    def _parts(self, query):
        """One page; there is no other."""
        m = self.meetings.get(query["meetingSeriesId"])
        if m is None or query.get("meetingType") != "scheduledMeeting":
            raise Refused(404, "no such series")
        rows = webex_series.rows(m)
        if "from" in query:
            rows = [r for r in rows if webex_series.when(r["start"]) >=
                    webex_series.when(query["from"])]
        if "to" in query:
            rows = [r for r in rows if webex_series.when(r["start"]) <
                    webex_series.when(query["to"])]
        return {"items": [{k: v for k, v in r.items() if k != "original"}
                          for r in rows[:int(query.get("max", 10))]]}

    def _get_meetings(self, ident, query, body):
        if ident:
            if ident not in self.meetings:
                raise Refused(404, "meeting not found")
            return webex_series.shown(self.meetings[ident])
        if "meetingSeriesId" in query:
            return self._parts(query)
        rows = [webex_series.shown(m) for m in self.meetings.values()]
        if "integrationTag" in query:
            rows = [m for m in rows if query["integrationTag"] in
                    m.get("integrationTags", [])]
        if "hostEmail" in query:
            rows = [m for m in rows
                    if m["hostEmail"] == query["hostEmail"].lower()]
        if "roomId" in query:
            rows = [m for m in rows if m.get("roomId") == query["roomId"]]
        return {"items": rows[:int(query.get("max", 10))]}

    def _patch_meetings(self, ident, query, body):
        m = self.meetings.get(ident)
        if m is None:
            return self._patch_part(ident, body)
        self._host({k: v for k, v in body.items() if k == "hostEmail"}, m)
        if body.pop("sendEmail", True):
            m["mails"] += 1
        body.pop("hostEmail", None)
        before = dict(m)
        draft = dict(m, **body)
        if draft.get("recurrence") is None:
            draft.pop("recurrence", None)
            m.pop("recurrence", None)
            body.pop("recurrence", None)
        self._judge(draft)
        m.update(body)
        webex_series.changed(m, before)
        m["changed"] = m.get("changed", 0) + 1
        return webex_series.shown(m)

    def _part(self, ident):
        found = webex_series.find(self.meetings.values(), ident)
        if found is None:
            raise Refused(404, "meeting not found")
        return found

    def _patch_part(self, ident, body):
        m, original = self._part(ident)
        if "recurrence" in body:
            raise Refused(400, "one of a series has no recurrence")
        if webex_series.when(body.get("start", original)).timestamp() < \
                time.time() - 60:
            raise Refused(400, "the start is in the past")
        if body.pop("sendEmail", True):
            m["mails"] += 1
        m.setdefault("_parts", {})[original] = {
            k: body[k] for k in ("title", "start", "end") if k in body}
        m["part_changes"] = m.get("part_changes", 0) + 1
        return next(r for r in webex_series.rows(m) if r["id"] == ident)

    def _delete_meetings(self, ident, query, body):
        if self.meetings.pop(ident, None) is None:
            m, original = self._part(ident)
            m.setdefault("_parts", {})[original] = None
        return None

    # ---- spaces

    def _mails(self, room):
        return [m["personEmail"] for m in self.members
                if m["roomId"] == room]

    def _post_rooms(self, ident, query, body):
        ident = "R-" + secrets.token_hex(16)
        self.rooms[ident] = {"id": ident, "title": body["title"],
                             "type": "group", "created": stamp(),
                             "creatorId": "P-app"}
        self._join(ident, APP_MAIL)
        return self.rooms[ident]

    def _get_rooms(self, ident, query, body):
        rows = sorted(self.rooms.values(), key=lambda r: r["created"],
                      reverse=True)
        return {"items": rows[:int(query.get("max", 100))]}

    def _delete_rooms(self, ident, query, body):
        if self.rooms.pop(ident, None) is None:
            raise Refused(404, "no such space")
        self.members = [m for m in self.members if m["roomId"] != ident]
        return None

    def _join(self, room, who):
        row = {"id": "M-" + secrets.token_hex(16), "roomId": room,
               "personEmail": who, "created": stamp()}
        self.members.append(row)
        return row

    def _post_memberships(self, ident, query, body):
        if body["roomId"] not in self.rooms:
            raise Refused(404, "no such space")
        who = self._person(body.get("personEmail", ""))
        if who in self._mails(body["roomId"]):
            raise Refused(409, "the person is a member already")
        return self._join(body["roomId"], who)

    def _get_memberships(self, ident, query, body):
        if query.get("roomId") not in self.rooms:
            raise Refused(404, "no such space")
        return {"items": [m for m in self.members
                          if m["roomId"] == query["roomId"]]}

    def _delete_memberships(self, ident, query, body):
        left = [m for m in self.members if m["id"] != ident]
        if len(left) == len(self.members):
            raise Refused(404, "no such membership")
        self.members = left
        return None
