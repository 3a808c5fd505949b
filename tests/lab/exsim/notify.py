"""Streaming subscriptions: Subscribe, Unsubscribe, GetStreamingEvents.

Events go out as soon as the change is done, in Exchange's own form: complete
envelopes without a prefix, one after the other on one answer."""
import asyncio
import base64
import time
import uuid

from . import fields
from .ews import VERSION, answer, error, ok, op, required
from .model import EwsError
from .xmlout import M, S, T, esc, kids, local, m, t, text

COOKIE = "X-BackEndOverrideCookie"
LIFE_S = 30 * 60


def stream_envelope(inner, code=None, message=""):
    """One envelope of a stream."""
    if code:
        head = ('<m:GetStreamingEventsResponseMessage ResponseClass="Error">'
                "<m:MessageText>%s</m:MessageText><m:ResponseCode>%s"
                "</m:ResponseCode><m:DescriptiveLinkKey>0"
                "</m:DescriptiveLinkKey>" % (esc(message), code))
    else:
        head = ("<m:GetStreamingEventsResponseMessage ResponseClass="
                '"Success"><m:ResponseCode>NoError</m:ResponseCode>')
    return ('<Envelope xmlns="%s"><soap11:Header xmlns:soap11="%s">'
            '<ServerVersionInfo xmlns="%s" %s/></soap11:Header>'
            '<soap11:Body xmlns:soap11="%s">'
            '<m:GetStreamingEventsResponse xmlns:m="%s" xmlns:t="%s">'
            "<m:ResponseMessages>%s%s</m:GetStreamingEventsResponseMessage>"
            "</m:ResponseMessages></m:GetStreamingEventsResponse>"
            "</soap11:Body></Envelope>"
            % (S, S, T, VERSION, S, M, T, head, inner)).encode()


class Subscription:
    def __init__(self, box, owner, folders, events, backend):
        self.id = "JABt" + base64.b64encode(
            uuid.uuid4().bytes + box.guid.bytes).decode()
        self.box, self.owner = box, owner
        self.folders = folders		# None: all of the mailbox
        self.events = events
        self.backend = backend
        self.queue = []
        self.stream = None
        self.made = self.used = time.time()

    def add(self, name, xml):
        if name in self.events:
            self.queue.append("<t:%s>%s</t:%s>" % (name, xml, name))
            return True
        return False


class Stream:
    """An open GetStreamingEvents answer."""

    def __init__(self, notifier, ctx, subs, dead, seconds):
        self.notifier, self.subs, self.dead = notifier, subs, dead
        self.end = time.monotonic() + seconds
        self.budget = ctx.box.address
        self.wake = asyncio.Event()
        self.cut = None			# how a test wants it to end
        self.sent = 0
        self.remote = ctx.request.peer

    def _events(self):
        out = []
        for sub in self.subs:
            if sub.queue and sub.stream is self:
                rows, sub.queue = sub.queue, []
                self.sent += len(rows)
                out.append("<m:Notification><t:SubscriptionId>%s"
                           "</t:SubscriptionId><t:MoreEvents>false"
                           "</t:MoreEvents>%s</m:Notification>"
                           % (sub.id, "".join(rows)))
        return "<m:Notifications>%s</m:Notifications>" % "".join(out) \
            if out else ""

    async def run(self, send):
        """`send` writes one piece of the answer."""
        n = self.notifier
        status = "<m:ConnectionStatus>%s</m:ConnectionStatus>"
        try:
            if self.dead:
                ids = "".join("<m:SubscriptionId>%s</m:SubscriptionId>"
                              % esc(i) for i in self.dead)
                await send(stream_envelope(
                    "<m:ErrorSubscriptionIds>%s</m:ErrorSubscriptionIds>"
                    % ids, "ErrorSubscriptionNotFound",
                    "The subscription is not found."))
                if not self.subs:
                    return
            await send(stream_envelope(status % "OK"))
            while self.cut is None:
                left = self.end - time.monotonic()
                if left <= 0:
                    break
                if not any(s.queue and s.stream is self for s in self.subs):
                    self.wake.clear()
                    try:
                        await asyncio.wait_for(self.wake.wait(),
                                               min(left, n.heartbeat_s))
                    except asyncio.TimeoutError:
                        if time.monotonic() < self.end:
                            await send(stream_envelope(status % "OK"))
                        continue
                if n.event_delay_s:
                    await asyncio.sleep(n.event_delay_s)
                events = self._events()
                if events:
                    await send(stream_envelope(events))
            if self.cut in (None, "closed"):
                await send(stream_envelope(status % "Closed"))
        finally:
            n.streams.discard(self)
            for sub in self.subs:
                sub.used = time.time()
                if sub.stream is self:
                    sub.stream = None


class Notifier:
    def __init__(self):
        self.subs = {}			# id -> Subscription
        self.by_box = {}		# address -> set of Subscription
        self.streams = set()
        self.heartbeat_s = 5.0
        self.minute_s = 60.0
        self.event_delay_s = 0.0
        self.backends = 1
        self.max_subs = 5000		# for each mailbox
        self.max_streams = 10		# for each mailbox acted for
        self.log = []			# (time, kind, item id): for latencies

    def add(self, sub):
        self.subs[sub.id] = sub
        self.by_box.setdefault(sub.box.address, set()).add(sub)

    def drop(self, sub):
        self.subs.pop(sub.id, None)
        self.by_box.get(sub.box.address, set()).discard(sub)
        if sub.stream is not None:
            sub.stream.subs = [s for s in sub.stream.subs if s is not sub]

    def expire(self):
        now = time.time()
        for sub in list(self.subs.values()):
            if sub.stream is None and now - sub.used > LIFE_S:
                self.drop(sub)

    def changed(self, kind, item, old_id=None, old_folder=None):
        """Called for each change of an item."""
        subs = self.by_box.get(item.box.address)
        if not subs:
            return
        folder = item.folder
        now = "<t:TimeStamp>%s</t:TimeStamp>" % fields.stamp(time.time())
        parent = fields.folder_id(folder, "ParentFolderId")
        body = now + fields.item_id(item) + parent
        if kind == "Moved":
            body += '<t:OldItemId Id="%s" ChangeKey="%s"/>' % (
                old_id, item.change_key)
            body += fields.folder_id(old_folder, "OldParentFolderId")
        on_folder = now + fields.folder_id(folder) + fields.folder_id(
            folder.parent or folder, "ParentFolderId")
        for sub in subs:
            if sub.folders is not None and folder not in sub.folders and \
                    old_folder not in sub.folders:
                continue
            hit = sub.add(kind + "Event", body)
            if hit:
                sub.add("ModifiedEvent", on_folder)
            if sub.stream is not None:
                sub.stream.wake.set()

    def backend(self, svc, ctx):
        """Which server the front end sends this request to."""
        if self.backends < 2:
            return 0
        head = ctx.request.headers
        if head.get("x-preferserveraffinity", "").lower() == "true":
            for part in head.get("cookie", "").split(";"):
                name, _, value = part.strip().partition("=")
                if name == COOKIE and value.startswith("MAIL"):
                    return int(value[4:5]) - 1
        anchor = svc.company.find(head.get("x-anchormailbox", ""))
        return (anchor or ctx.box).backend

    def cut_all(self, how):
        n = len(self.streams)
        for s in list(self.streams):
            s.cut = how
            s.wake.set()
        return n

    def forget(self):
        """All subscriptions die, as when a server fails over."""
        n = len(self.subs)
        for sub in list(self.subs.values()):
            self.drop(sub)
        return n


@op("Subscribe")
def subscribe(svc, ctx, el):
    name, n = "SubscribeResponseMessage", svc.notifier
    req = kids(el)[0]
    try:
        if local(req) != "StreamingSubscriptionRequest":
            raise EwsError("ErrorInvalidSubscriptionRequest",
                           "The lab's Exchange does streaming only.")
        n.expire()
        events = {text(e) for e in kids(t(req, "EventTypes"))}
        folders = None
        box = ctx.box
        if req.get("SubscribeToAllFolders") not in ("true", "1"):
            folders = svc.folders(ctx, t(req, "FolderIds"))
            if len({f.box for f in folders}) != 1:
                raise EwsError("ErrorInvalidSubscriptionRequest",
                               "Subscription information is invalid.")
            box = folders[0].box
        if len(n.by_box.get(box.address, ())) >= n.max_subs:
            raise EwsError("ErrorExceededSubscriptionCount",
                           "You have exceeded the available subscriptions "
                           "for your account.")
        backend = n.backend(svc, ctx)
        owner = ctx.own.address if ctx.own else ctx.user
        sub = Subscription(box, owner, folders, events, backend)
        n.add(sub)
    except EwsError as e:
        return answer("Subscribe", error(name, e))
    if ctx.request.headers.get("x-preferserveraffinity", "").lower() \
            == "true":
        ctx.request.out_headers.append(
            ("Set-Cookie", "%s=MAIL%d~%s; path=/; secure; HttpOnly"
             % (COOKIE, backend + 1, base64.b64encode(
                 box.guid.bytes).decode())))
    return answer("Subscribe", ok(
        name, "<m:SubscriptionId>%s</m:SubscriptionId>" % sub.id))


@op("Unsubscribe")
def unsubscribe(svc, ctx, el):
    name, n = "UnsubscribeResponseMessage", svc.notifier
    sub = n.subs.get(text(required(el, "SubscriptionId")))
    if sub is None:
        return answer("Unsubscribe", error(name, EwsError(
            "ErrorSubscriptionNotFound", "The subscription is not found.")))
    n.drop(sub)
    return answer("Unsubscribe", ok(name))


@op("GetStreamingEvents")
def get_streaming_events(svc, ctx, el):
    n = svc.notifier
    ids = [text(c) for c in kids(required(el, "SubscriptionIds"))]
    minutes = int(text(m(el, "ConnectionTimeout")))
    owner = ctx.own.address if ctx.own else ctx.user
    backend = n.backend(svc, ctx)

    def refuse(code, message):
        return answer("GetStreamingEvents", error(
            "GetStreamingEventsResponseMessage", EwsError(code, message)))

    if len(ids) > 200:
        return refuse("ErrorInvalidSubscriptionRequest",
                      "Too many subscriptions in one request.")
    n.expire()
    busy = sum(1 for s in n.streams if s.budget == ctx.box.address)
    if busy >= n.max_streams:
        return refuse("ErrorExceededConnectionCount",
                      "You have exceeded the available concurrent "
                      "connections for your account.")
    subs, dead = [], []
    for id_ in ids:
        sub = n.subs.get(id_)
        if sub is None or sub.backend != backend:
            dead.append(id_)
        elif sub.owner != owner:
            return refuse("ErrorSubscriptionAccessDenied",
                          "The subscription does not belong to the caller.")
        elif sub not in subs:
            subs.append(sub)
    stream = Stream(n, ctx, subs, dead, minutes * n.minute_s)
    for sub in subs:
        sub.stream = stream
    n.streams.add(stream)
    return stream
