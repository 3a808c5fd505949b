"""The control interface: plain HTTP and JSON, for tests only.

GET tells, POST does; `GET /` lists everything.  README.md has examples."""
import asyncio
import base64
import json
import os
import sys
import time
import urllib.parse

from . import deliver, fields, names, rough, series
from .faults import ACTIONS

ROUTES = {}


def route(method, path, help_):
    def add(fn):
        ROUTES[(method, path)] = (fn, help_)
        return fn
    return add


class Bad(Exception):
    pass


class Control:
    def __init__(self, app):
        self.app = app

    async def handle(self, conn, request):
        path, _, query = request.target.partition("?")
        q = {k: v[-1] for k, v in urllib.parse.parse_qs(query).items()}
        path = path.rstrip("/") or "/"
        found = ROUTES.get((request.method, path))
        status, out = 200, None
        try:
            if found is None:
                raise Bad("no such thing: %s %s" % (request.method, path))
            body = json.loads(request.body) if request.body.strip() else {}
            out = found[0](self.app, q, body)
            if asyncio.iscoroutine(out):
                out = await out
        except (Bad, ValueError, KeyError, TypeError) as e:
            status, out = 400, {"error": "%s: %s" % (type(e).__name__, e)}
        await conn.answer(status, [("Content-Type", "application/json")],
                          json.dumps(out if out is not None else {"ok": True},
                                     indent=1).encode() + b"\n")


@route("GET", "/", "this list")
def index(app, q, body):
    return {"routes": ["%s %s: %s" % (m, p, h[1])
                       for (m, p), h in sorted(ROUTES.items())],
            "fault_actions": ACTIONS}


def _item(item):
    return {"id": item.id, "change_key": item.change_key,
            "mailbox": item.box.address, "folder": item.folder.name,
            "uid": item.uid, "version": item.version,
            "is_organizer": item.is_organizer, "cancelled": item.cancelled,
            "is_meeting": item.is_meeting, "response": item.my_response,
            "sequence": item.sequence,
            "props": {k: v for k, v in item.props.items()},
            "body_type": item.body[0], "body": item.body[1],
            "attendees": [{"address": a.address, "name": a.name,
                           "kind": a.kind, "response": a.response}
                          for a in item.attendees],
            "ext": fields.ext_rows(item), "created": item.created,
            "modified": item.modified, "modified_by": item.modified_by}


def _select(app, q):
    rows = list(app.company.items.values())
    if "id" in q:
        rows = [i for i in rows if i.id == q["id"]]
    if "uid" in q:
        rows = [i for i in rows if i.uid == q["uid"]]
    if "mailbox" in q:
        rows = [i for i in rows
                if i.box.address.lower() == q["mailbox"].lower()]
    if "folder" in q:
        rows = [i for i in rows if i.folder.name == q["folder"]]
    if "subject" in q:
        rows = [i for i in rows if i.props.get("Subject") == q["subject"]]
    return rows


@route("GET", "/items", "items; ?mailbox= &folder= &id= &uid= &subject=")
def items(app, q, body):
    return [_item(i) for i in _select(app, q)]


@route("GET", "/history", "every version of items, deleted ones too; "
       "same filters, &brief=1 without bodies")
def history(app, q, body):
    out = []
    rows = _select(app, q)
    if "folder" not in q:
        seen = {id(i) for i in rows}
        rows += [i for i in app.service.graveyard if id(i) not in seen and
                 ("uid" not in q or i.uid == q["uid"]) and
                 ("id" not in q or i.id == q["id"]) and
                 ("mailbox" not in q or
                  i.box.address.lower() == q["mailbox"].lower())]
    for i in rows:
        versions = i.history
        if q.get("brief"):
            versions = [{k: v for k, v in h.items() if k != "body"}
                        for h in versions]
        out.append({"id": i.id, "uid": i.uid, "mailbox": i.box.address,
                    "is_organizer": i.is_organizer, "versions": versions})
    return out


@route("GET", "/series", "the meetings of organizers' series, whose subject "
       "begins with ?subject=, single ones as well")
def the_series(app, q, body):
    out = []
    for i in _select(app, {"folder": "calendar"}):
        if isinstance(i, series.Part) or not i.is_organizer or \
                not i.props.get("Subject", "").startswith(
                    q.get("subject", "")):
            continue
        parts = series.meetings(app.company, i) if series.is_master(i) \
            else [i]
        out.append({"id": i.id, "uid": i.uid, "mailbox": i.box.address,
                    "subject": i.props["Subject"], "meetings": [
                        {"id": p.id, "start": p.props["Start"],
                         "original": getattr(p, "original", ""),
                         "end": p.props["End"], "body": p.body[1],
                         "subject": p.props.get("Subject", ""),
                         "location": p.props.get("Location", "")}
                        for p in parts]})
    return out


@route("GET", "/stats", "counts: operations, errors, requests that the "
       "schema refuses, answers that it refuses")
def stats(app, q, body):
    s = app.service.stats
    return {"ops": s["ops"], "errors": s["errors"],
            "requests": app.recorder.n, "writes": app.company.writes,
            "autodiscover": app.asked,
            "items": len(app.company.items),
            "mailboxes": len(app.company.all()),
            "subscriptions": len(app.notifier.subs),
            "streams": len(app.notifier.streams),
            "mails": app.deliverer.sent,
            "wrong_requests": app.wrong_requests,
            "wrong_answers": app.wrong_answers, "now": time.time()}


@route("GET", "/mailboxes", "all mailboxes")
def mailboxes(app, q, body):
    return [{"address": b.address, "name": b.name, "room": b.room,
             "hidden": b.hidden, "sid": b.sid, "backend": b.backend,
             "items": len(b.calendar.items)} for b in app.company.all()]


@route("POST", "/mailboxes", "address, name, room: a new one; or address, "
       "hidden true|false: as if it did not exist; oof Enabled|Disabled|"
       "Scheduled, oof_span [start, end]")
def mailbox(app, q, body):
    box = app.company.boxes.get(body["address"].lower())
    if box is None:
        box = app.add_mailbox({"address": body["address"],
                               "name": body.get("name", body["address"]),
                               "room": bool(body.get("room"))})
    box.hidden = bool(body.get("hidden", False))
    box.oof = body.get("oof", box.oof)
    box.oof_span = tuple(body.get("oof_span", box.oof_span))
    box.site = int(body.get("site", box.site))


@route("POST", "/crowd", "count, domains, sites: that many mailboxes more, "
       "spread over crowd01.example and so on, and over the sites")
def crowd(app, q, body):
    out = []
    for i in range(int(body["count"])):
        address = "c%05d@crowd%02d.example" % (
            i, i % int(body.get("domains", 1)) + 1)
        box = app.add_mailbox({"address": address, "name": address})
        box.site = i % int(body.get("sites", 1))
        out.append(address)
    return out


@route("GET", "/subscriptions", "live subscriptions")
def subscriptions(app, q, body):
    return [{"id": s.id, "mailbox": s.box.address, "owner": s.owner,
             "events": sorted(s.events), "made": s.made,
             "connected": s.stream is not None, "waiting": len(s.queue)}
            for s in app.notifier.subs.values()]


@route("GET", "/streams", "open streams")
def streams(app, q, body):
    return [{"subscriptions": [s.id for s in x.subs],
             "mailboxes": sorted(s.box.address for s in x.subs),
             "acting": x.budget, "events": x.sent}
            for x in app.notifier.streams]


@route("POST", "/streams/cut", "how: close (default), reset, closed "
       "(Exchange's own end)")
def cut(app, q, body):
    return {"cut": app.notifier.cut_all(body.get("how", "close"))}


@route("POST", "/subscriptions/forget", "all subscriptions die")
def forget(app, q, body):
    return {"forgotten": app.notifier.forget()}


@route("POST", "/restart", "as after a restart of Exchange: streams are "
       "cut, subscriptions gone; mailboxes stay")
def restart(app, q, body):
    n = app.notifier.cut_all("close")
    return {"cut": n, "forgotten": app.notifier.forget()}


@route("POST", "/sync/invalidate", "sync states of mailbox (or all) are "
       "refused from now on")
def invalidate(app, q, body):
    for b in app.company.all():
        if body.get("mailbox", b.address).lower() == b.address.lower():
            for f in b.folders.values():
                f.sync_epoch += 1


@route("GET", "/faults", "the rules in force")
def faults_get(app, q, body):
    return [r.show() for r in app.faults.rules]


@route("POST", "/faults", "a rule: action, host, op, mailbox, path, times, "
       "after, before_auth, and what the action takes")
def faults_add(app, q, body):
    return app.faults.add(body).show()


@route("DELETE", "/faults", "removes all rules, or ?id=")
def faults_drop(app, q, body):
    app.faults.rules = [r for r in app.faults.rules
                        if "id" in q and r.id != int(q["id"])]


CONFIG = {
    "heartbeat_s": ("notifier", float), "minute_s": ("notifier", float),
    "event_delay_s": ("notifier", float), "backends": ("notifier", int),
    "max_subs": ("notifier", int), "max_streams": ("notifier", int),
    "room_delay_s": ("deliverer", float), "strict": ("service", bool),
    "auth": ("guard", str), "schemes": ("guard", list),
    "protection": ("front", str), "ntlm_v1": ("front", bool),
    "kerberos_persists": ("front", bool),
    "front_schemes": ("front", list),
    "split": ("recorder", bool), "answers": ("recorder", bool),
    "record": ("recorder", bool), "check_answers": ("app", bool),
    "ews_url": ("app", str),
}
_ATTR = {"auth": "mode", "record": "on", "front_schemes": "schemes"}


def _place(app, key):
    owner, kind = CONFIG[key]
    return (app if owner == "app" else getattr(app, owner),
            _ATTR.get(key, key), kind)


@route("GET", "/config", "settings of the simulator")
def config_get(app, q, body):
    out = {}
    for key in CONFIG:
        owner, attr, _ = _place(app, key)
        out[key] = getattr(owner, attr)
    return out


@route("POST", "/config", "changes settings")
def config_set(app, q, body):
    for key, value in body.items():
        if key not in CONFIG:
            raise Bad("no such setting: " + key)
        owner, attr, kind = _place(app, key)
        if kind in (float, int):
            value = kind(value)
        elif not isinstance(value, kind):
            raise Bad("%s wants %s" % (key, kind.__name__))
        if key == "check_answers" and app.schema is None:
            value = False
        setattr(owner, attr, value)
    return config_get(app, q, {})


@route("GET", "/signins", "who signed in at the front, or tried to: scheme, "
       "user, why it was refused, whether a channel binding was sent")
def signins(app, q, body):
    return app.front.log


@route("POST", "/impersonation", "deny, allow: lists of mailboxes; "
       "accounts: who may act for others")
def impersonation(app, q, body):
    s = app.service
    s.denied |= {a.lower() for a in body.get("deny", [])}
    s.denied -= {a.lower() for a in body.get("allow", [])}
    if "accounts" in body:
        s.impersonators = {a.lower() for a in body["accounts"]}
    return {"denied": sorted(s.denied),
            "accounts": sorted(s.impersonators)}


@route("POST", "/delegates", "mailbox, delegates: who may use it as their own")
def delegates(app, q, body):
    who = {a.lower() for a in body["delegates"]}
    app.service.delegates[body["mailbox"].lower()] = who
    return {"delegates": sorted(who)}


@route("GET", "/canary", "credentials that hosts without a front were given")
def canary(app, q, body):
    return app.guard.canary


@route("POST", "/dns", "name (or *.name), answer, type, addresses: what the "
       "name server says")
def dns(app, q, body):
    app.names.rule(body["name"], body)


@route("GET", "/dns", "the names that were asked for, and what can be said")
def dns_asked(app, q, body):
    return {"asked": app.names.asked, "answers": names.ANSWERS}


@route("POST", "/proxy", "answer, code: what the rough proxy says to CONNECT")
def proxy(app, q, body):
    app.rough_proxy.set(body)


@route("GET", "/proxy", "what the rough proxy was asked")
def proxy_seen(app, q, body):
    return {"seen": app.rough_proxy.seen, "answers": rough.PROXY_ANSWERS}


@route("GET", "/tape", "every byte that hosts without a front received, "
       "base64, by address and port")
def tape(app, q, body):
    return [{"where": w, "bytes": base64.b64encode(b).decode()}
            for w, b in app.tape.rolls if b]


@route("POST", "/ad", "user, action: password (with password), expire, "
       "unexpire, lock, unlock, disable, enable, end, hours, workstations, "
       "mend")
async def ad(app, q, body):
    return await _dc("account", body["user"], body["action"],
                     stdin=body.get("password", ""))


@route("POST", "/dc", "action: stop, start")
async def dc(app, q, body):
    if body.get("action") not in ("stop", "start"):
        raise Bad("action: stop or start")
    return await _dc(body["action"])


async def _dc(*args, stdin=""):
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    p = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "company.dc", *args, cwd=here,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT)
    out, _ = await p.communicate(stdin.encode() + b"\n")
    if p.returncode != 0:
        raise Bad(out.decode("utf-8", "replace")[-500:])


@route("GET", "/directory", "the other forest's directory: its rules, and "
       "the names that signed in")
def directory_get(app, q, body):
    return {"rules": app.directory.rules, "binds": app.directory.binds}


@route("POST", "/directory", "its rules from now on (exsim/directory.py); "
       "entries: what it holds, as in plan.OTHER_SCPS; people: attributes of "
       "each")
async def directory_set(app, q, body):
    if "entries" in body:
        await app.directory.publish(body.pop("entries"))
        app.directory.is_changed = True
    if "people" in body:
        await app.directory.people(body.pop("people"))
        app.directory.has_people = True
    app.directory.rules = body


@route("POST", "/reset", "no faults, first settings, nobody denied or "
       "hidden, no canary; data true: all items, subscriptions, streams go")
async def reset(app, q, body):
    await app.directory.reset()
    app.faults.rules = []
    app.service.denied = set()
    app.service.delegates = {}
    app.guard.canary = []
    app.tape.wipe()
    app.names.reset()
    app.rough_proxy.reset()
    app.wrong_requests, app.wrong_answers = [], []
    app.service.stats = {"ops": {}, "errors": {}}
    app.asked = {}
    for b in app.company.all():
        b.hidden, b.oof = False, "Disabled"
    fresh = type(app.notifier)()
    for key, (owner, _) in CONFIG.items():
        if owner == "notifier":
            setattr(app.notifier, key, getattr(fresh, key))
    app.deliverer.room_delay_s = deliver.Deliverer(None, None).room_delay_s
    app.service.strict = True
    app.guard.mode, app.guard.schemes = "accept", ["NTLM", "Basic"]
    app.front.reset()
    app.recorder.on, app.recorder.split = True, False
    app.recorder.answers = False
    app.check_answers = app.schema is not None
    app.ews_url = app.config["ews_url"]
    if body.get("data"):
        app.notifier.cut_all("close")
        app.notifier.forget()
        for item in list(app.company.items.values()):
            app.company.remove(item)
        app.service.graveyard.clear()
