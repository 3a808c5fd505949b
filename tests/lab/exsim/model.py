"""Mailboxes, folders, items and their history.  Knows no XML.

An item keeps every version it had: who wrote it, when, by which operation,
which fields.  Tests count from that what a connector did."""
import base64
import copy
import hashlib
import struct
import time
import uuid

FOLDERS = (
    # distinguished name, display name, class, parent
    ("root", "", "", None),
    ("msgfolderroot", "Top of Information Store", "IPF.Note", "root"),
    ("calendar", "Calendar", "IPF.Appointment", "msgfolderroot"),
    ("inbox", "Inbox", "IPF.Note", "msgfolderroot"),
    ("sentitems", "Sent Items", "IPF.Note", "msgfolderroot"),
    ("drafts", "Drafts", "IPF.Note", "msgfolderroot"),
    ("outbox", "Outbox", "IPF.Note", "msgfolderroot"),
    ("deleteditems", "Deleted Items", "IPF.Note", "msgfolderroot"),
    ("contacts", "Contacts", "IPF.Contact", "msgfolderroot"),
    ("tasks", "Tasks", "IPF.Task", "msgfolderroot"),
)


class EwsError(Exception):
    """An error of one item of a request (a ResponseCode)."""

    def __init__(self, code, text="", values=None):
        super().__init__(code)
        self.code, self.text, self.values = code, text or code, values or {}


class Folder:
    def __init__(self, box, name, display, fclass, parent):
        self.box, self.name, self.display = box, name, display
        self.fclass, self.parent = fclass, parent
        digest = hashlib.sha256(("%s/%s" % (box.address, name)).encode())
        self.id = "AQMk" + base64.b64encode(
            box.guid.bytes + digest.digest()[:26]).decode().rstrip("=") + "="
        self.items = {}		# id -> Item
        self.seq = 0
        self.log = []		# (seq, item id), oldest first
        self.born = {}		# item id -> seq of its arrival here
        self.last = {}		# item id -> seq of its last change here
        self.gone = {}		# item id -> seq of its departure
        self.sync_epoch = 0	# raised to refuse old sync states

    @property
    def change_key(self):
        return base64.b64encode(struct.pack("<IQ", 1, self.seq)).decode()

    def note(self, item, gone=False):
        self.seq += 1
        if gone:
            self.gone[item.id] = self.seq
            self.last.pop(item.id, None)
        else:
            self.born.setdefault(item.id, self.seq)
            self.last[item.id] = self.seq
        self.log.append((self.seq, item.id))


class Mailbox:
    def __init__(self, address, name, sid=None, room=False):
        self.address, self.name, self.sid = address, name, sid
        self.room = room
        self.aliases = {address.lower()}
        self.guid = uuid.uuid5(uuid.NAMESPACE_DNS, address.lower())
        self.oof = "Disabled"
        self.oof_span = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
        self.backend = self.guid.int % 2
        self.site = 0		# of plan.SITE_EWS_URLS
        self.hidden = False	# "removed" by a test
        self.folders, self.by_id = {}, {}
        for name_, display, fclass, parent in FOLDERS:
            f = Folder(self, name_, display, fclass,
                       self.folders.get(parent))
            self.folders[name_] = f
            self.by_id[f.id] = f
        self.counter = 0
        self.by_uid = {}	# uid -> item in the calendar

    @property
    def calendar(self):
        return self.folders["calendar"]

    @property
    def legacy_dn(self):
        return ("/o=LabOrg/ou=Exchange Administrative Group "
                "(FYDIBOHF23SPDLT)/cn=Recipients/cn=" + self.guid.hex)


class Attendee:
    __slots__ = ("address", "name", "kind", "response", "time")

    def __init__(self, address, name, kind, response="Unknown", time_=None):
        self.address, self.name, self.kind = address, name, kind
        self.response, self.time = response, time_

    def copy(self):
        return Attendee(self.address, self.name, self.kind, self.response,
                        self.time)


class Item:
    def __init__(self, box, folder):
        self.box, self.folder = box, folder
        box.counter += 1
        raw = struct.pack(">I", 0) + box.guid.bytes + bytes(42) + \
            struct.pack(">Q", box.counter) + bytes(4)
        # As long as a real one; differs from its neighbour in one letter,
        # in some pairs only by that letter's case.
        self.id = "AAMk" + base64.b64encode(raw).decode()
        self.version = 0
        self.props = {}		# name -> str, or Xml for what is kept as given
        self.body = ("Text", "")
        self.attendees = []
        self.ext = {}		# key -> (type, value or list of values)
        self.uid = None
        self.organizer = None	# (address, name)
        self.is_organizer = True
        self.is_meeting = False
        self.sent = False
        self.cancelled = False
        self.my_response = "Organizer"
        self.sequence = 0
        self.created = self.modified = time.time()
        self.modified_by = ""
        self.history = []

    @property
    def change_key(self):
        return key_of(self, self.version)

    def draft(self):
        """A copy to try a change on."""
        d = copy.copy(self)
        d.props, d.ext = dict(self.props), dict(self.ext)
        d.attendees = list(self.attendees)
        return d

    def wrote(self, op, by, fields, **more):
        """Ends a change: a new version, with what stands in it now."""
        self.version += 1
        self.modified = time.time()
        self.modified_by = by
        row = {"version": self.version, "time": self.modified, "op": op,
               "by": by, "fields": sorted(fields),
               "subject": self.props.get("Subject", ""),
               "location": self.props.get("Location", ""),
               "body_type": self.body[0], "body": self.body[1]}
        row.update(more)
        self.history.append(row)


def key_of(item, version):
    return "DwAAABYAAAD" + base64.b64encode(
        item.box.guid.bytes[:12] + struct.pack(">I", version)).decode()


def key_version(item, key):
    """The version that a change key stands for, or None."""
    try:
        raw = base64.b64decode(key[11:], validate=True)
    except ValueError:
        return None
    if len(raw) != 16 or key_of(item, struct.unpack(">I", raw[12:])[0]) \
            != key:
        return None
    return struct.unpack(">I", raw[12:])[0]


def new_uid(box):
    """A UID as Exchange makes them: a GlobalObjectId in hexadecimal."""
    stamp = int(time.time() * 10 ** 7) & (1 << 64) - 1
    return ("040000008200E00074C5B7101A82E00800000000" +
            struct.pack("<Q", stamp).hex().upper() + "00" * 8 + "10000000" +
            uuid.uuid4().hex.upper())


def global_object_id(uid):
    try:
        raw = bytes.fromhex(uid)
        if raw[:4] == b"\x04\x00\x00\x00":
            return base64.b64encode(raw).decode()
    except ValueError:
        pass
    data = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
    head = bytes.fromhex("040000008200E00074C5B7101A82E008") + bytes(20)
    return base64.b64encode(head + struct.pack("<I", len(data)) +
                            data).decode()


class Company:
    """All mailboxes; tells a listener about each change of an item."""

    def __init__(self):
        self.boxes = {}		# address or alias, lower case
        self.accounts = {}	# login name, lower case -> address
        self.items = {}		# id -> Item
        self.listener = lambda kind, item, **kw: None
        self.writes = 0

    def add(self, box, login=None, upn=None):
        for alias in box.aliases:
            self.boxes[alias] = box
        if login:
            self.accounts[login.lower()] = box.address.lower()
        if upn:
            self.accounts[upn.lower()] = box.address.lower()
        return box

    def find(self, address):
        box = self.boxes.get((address or "").strip().lower())
        return None if box is None or box.hidden else box

    def all(self):
        return sorted(set(self.boxes.values()), key=lambda b: b.address)

    def by_sid(self, sid):
        for b in self.all():
            if b.sid and b.sid == sid:
                return b
        return None

    def put(self, item):
        """An item arrives in its folder."""
        f = item.folder
        self.items[item.id] = item
        f.items[item.id] = item
        f.note(item)
        if f.name == "calendar" and item.uid:
            item.box.by_uid[item.uid] = item
        self.writes += 1
        self.listener("Created", item)

    def changed(self, item):
        item.folder.note(item)
        self.writes += 1
        self.listener("Modified", item)

    def remove(self, item):
        f = item.folder
        del f.items[item.id]
        f.note(item, gone=True)
        self.items.pop(item.id, None)
        if item.box.by_uid.get(item.uid) is item:
            del item.box.by_uid[item.uid]
        self.writes += 1
        self.listener("Deleted", item)

    def move(self, item, folder):
        """Exchange gives a moved item a new id."""
        old_id, old = item.id, item.folder
        del old.items[item.id]
        old.note(item, gone=True)
        del self.items[item.id]
        if item.box.by_uid.get(item.uid) is item:
            del item.box.by_uid[item.uid]
        fresh = Item(item.box, folder)
        item.id, item.folder = fresh.id, folder
        self.items[item.id] = item
        folder.items[item.id] = item
        folder.note(item)
        if folder.name == "calendar" and item.uid:
            item.box.by_uid[item.uid] = item
        self.writes += 1
        self.listener("Moved", item, old_id=old_id, old_folder=old)
